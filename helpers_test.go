package featurebase_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

const (
	token     = "sk_test_do_not_show"
	contactID = "507f1f77bcf86cd799439011"
	deletedOK = `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":true}`
	notFound  = `{"error":{"type":"invalid_request_error","code":"contact_not_found","message":"Contact not found","status":404}}`
	invalidID = `{"error":{"type":"invalid_request_error","code":"invalid_id","message":"Bad id","param":"id","status":400}}`
)

// newClient returns a client with a transport of its own, and no waits before
// retries.
func newClient(t testing.TB, rt http.RoundTripper, opts ...featurebase.Option) *featurebase.Client {
	t.Helper()
	c, err := featurebase.NewClient(token, append([]featurebase.Option{
		featurebase.WithHTTPClient(&http.Client{Transport: rt}),
		featurebase.WithRetryWait(0, 0),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// roundTripper is a transport that is a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answering returns a transport that gives every request the same response.
func answering(status int, body string) *httpmock.MockTransport {
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(httpmock.NewStringResponder(status, body))
	return mock
}

// matched returns the sentinels that err matches.
func matched(err error) []error {
	return slices.DeleteFunc([]error{
		featurebase.ErrInvalidArgument, featurebase.ErrInvalidID, featurebase.ErrNotFound, featurebase.ErrAuthentication,
		featurebase.ErrPermission, featurebase.ErrRateLimited, featurebase.ErrServer, featurebase.ErrUnsupportedVersion,
		featurebase.ErrUnexpectedResponse, featurebase.ErrStopped, featurebase.ErrAmbiguous, context.Canceled, context.DeadlineExceeded,
	}, func(target error) bool { return !errors.Is(err, target) })
}

// requireErrorAs returns the E that err wraps.
func requireErrorAs[E error](t *testing.T, err error) E {
	t.Helper()
	var e E
	require.ErrorAs(t, err, &e)
	return e
}

// shown returns the texts of err in the ways in which people show errors.
func shown(err error) map[string]string {
	wrapped := fmt.Errorf("closing the account: %w", err)
	joined := errors.Join(errors.New("cleanup failed"), err)
	texts := map[string]string{
		"Error": err.Error(), "%v": fmt.Sprintf("%v", err), "%+v": fmt.Sprintf("%+v", err), "%q": fmt.Sprintf("%q", err),
		"wrapped": wrapped.Error(), "joined": joined.Error(),
	}
	for name, err := range map[string]error{"bare": err, "wrapped": wrapped, "joined": joined} {
		var text, json bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Error("failed", "error", err)
		slog.New(slog.NewJSONHandler(&json, nil)).Error("failed", "error", err)
		texts["slog text, "+name], texts["slog JSON, "+name] = text.String(), json.String()
	}
	return texts
}
