package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// Each kind of call, with each response: what is read may be read again, what a
// proxy says is not about the request.
func TestRetryDecision_ofResponses(t *testing.T) {
	t.Parallel()
	const never, later, unknown = featurebase.RetryNever, featurebase.RetryLater, featurebase.RetryUnknown
	own := func(typ, code string) string { return envelope(typ, code) }
	for _, tc := range []struct {
		name   string
		status int
		body   string
		reads  featurebase.Retry
		writes featurebase.Retry
	}{
		{"400 of its own", 400, own("invalid_request_error", "invalid_parameter"), never, never},
		{"404 of its own", 404, own("invalid_request_error", "contact_not_found"), never, never},
		{"409 of its own", 409, own("invalid_request_error", "conflict"), never, never},
		{"413 of its own", 413, own("invalid_request_error", "too_large"), never, never},
		{"422 of its own", 422, own("invalid_request_error", "invalid"), never, never},
		{"403 of its own", 403, own("authorization_error", "forbidden"), never, never},
		{"401 of its own", 401, own("authentication_error", "unauthorized"), later, later},
		{"403 of its own, of the key", 403, own("authentication_error", "organization_required"), later, later},
		{"400 of a proxy", 400, "<html>", later, unknown},
		{"401 of a proxy", 401, "<html>", later, unknown},
		{"403 of a proxy", 403, "<html>", later, unknown},
		{"404 of a proxy", 404, "<html>", later, unknown},
		{"413 of a proxy", 413, "<html>", later, unknown},
		{"302 of a proxy", 302, "", later, unknown},
		{"429 of its own", 429, own("rate_limit_error", "rate_limit_exceeded"), later, later},
		{"429 of a proxy", 429, "<html>", later, later},
		{"408", 408, own("invalid_request_error", "timeout"), later, unknown},
		{"500", 500, own("api_error", "internal"), later, unknown},
		{"503 of a proxy", 503, "<html>", later, unknown},
		{"200 of a proxy", 200, "<html>", later, unknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, _ := recording(tc.status, tc.body)
			client := newClient(t, rt, featurebase.WithMaxRetries(0))
			_, err := client.Contacts.Get(t.Context(), contactID)
			require.Error(t, err)
			assert.Equal(t, tc.reads, featurebase.RetryDecision(err), "read: %v", err)
			_, err = client.Contacts.Delete(t.Context(), contactID)
			require.Error(t, err)
			assert.Equal(t, tc.writes, featurebase.RetryDecision(err), "write: %v", err)
			_, err = client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode"})
			require.Error(t, err)
			assert.Equal(t, tc.writes, featurebase.RetryDecision(fmt.Errorf("job: %w", err)), "creation: %v", err)
		})
	}
}

func TestRetryDecision_ofWhatGotNoResponse(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	del := func(ctx context.Context, id string, opts ...featurebase.Option) error {
		rt, _ := recording(500, "")
		_, err := newClient(t, rt, opts...).Contacts.Delete(ctx, id)
		return err
	}
	srv := newFake(t)
	srv.FailNext(fault{Cut: true}, fault{Cut: true})
	_, lost := srv.Client(featurebase.WithMaxRetries(0)).Contacts.Delete(t.Context(), contactID)
	_, lostRead := srv.Client(featurebase.WithMaxRetries(0)).Contacts.Get(t.Context(), contactID)
	source := featurebase.WithTokenSource(func(context.Context) (string, error) { return "", errors.New("the vault is sealed") })
	sourced, err := featurebase.NewClient("", source)
	require.NoError(t, err)
	_, noToken := sourced.Contacts.Delete(t.Context(), contactID)
	_, badOption := srv.Client().Contacts.Delete(t.Context(), contactID, featurebase.WithMaxRetries(-1))
	for _, tc := range []struct {
		name string
		err  error
		want featurebase.Retry
	}{
		{"success", nil, featurebase.RetryNever},
		{"an invalid ID", del(t.Context(), "u1"), featurebase.RetryNever},
		{"an invalid option", badOption, featurebase.RetryNever},
		{"no context", del(nil, contactID), featurebase.RetryNever}, //nolint:staticcheck // on purpose
		{"a canceled context", del(ctx, contactID), featurebase.RetryLater},
		{"a lost connection", lost, featurebase.RetryUnknown},
		{"a lost connection of a read", lostRead, featurebase.RetryLater},
		{"no token", noToken, featurebase.RetryLater},
		{"held back", &featurebase.RateLimitError{RetryAfter: time.Second}, featurebase.RetryLater},
		{"made by hand, 404", &featurebase.APIError{StatusCode: 404, Code: "contact_not_found"}, featurebase.RetryNever},
		{"made by hand, 503", &featurebase.APIError{StatusCode: 503}, featurebase.RetryLater},
		{"of another library", errors.New("the database is down"), featurebase.RetryUnknown},
	} {
		assert.Equal(t, tc.want, featurebase.RetryDecision(tc.err), "%s: %v", tc.name, tc.err)
	}
}

// A server that asks for a longer pause than a call may wait is not asked again
// before that.
func TestRetry_failsAtOnceIfTheServerAsksForMoreThanACallMayWait(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		header, value string
		wait          time.Duration
	}{
		{"Retry-After", "66", 66 * time.Second},
		{"Retry-After", "3600", time.Hour},
		{"X-RateLimit-Reset", "946771200", 24 * time.Hour}, // the bubble's clock begins at 946684800
	} {
		t.Run(tc.header+" "+tc.value, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			header.Set("Date", "Sat, 01 Jan 2000 00:00:00 GMT")
			header.Set("Retry-After", "")
			header.Set(tc.header, tc.value)
			passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
				srv.FailNext(fault{Status: 429, Header: header})
				_, err := client.Contacts.Delete(t.Context(), contactID)
				require.ErrorIs(t, err, featurebase.ErrRateLimited)
				wait, ok := featurebase.RetryAfter(err)
				assert.True(t, ok)
				assert.Equal(t, tc.wait, wait)
				assert.Equal(t, featurebase.RetryLater, featurebase.RetryDecision(err))
				assert.Len(t, srv.Requests(), 1)
			})
			assert.Zero(t, passed)
		})
	}
}
