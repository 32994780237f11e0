package featurebase_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestAnAPIErrorHasWhatTheAPISaid(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Status: 400, Body: invalidID, Header: http.Header{
		"Cf-Ray": {"ray_1"}, "X-RateLimit-Limit": {"2000"}, "X-RateLimit-Remaining": {"7"},
	}})
	_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
	assert.Equal(t, []error{featurebase.ErrInvalidID}, matched(err))
	assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/507f1f77bcf86cd799439011: 400 invalid_id: Bad id (param id) (request id ray_1)")
	e := requireErrorAs[*featurebase.APIError](t, err)
	assert.Equal(t, featurebase.ErrorTypeInvalidRequest, e.Type)
	assert.Equal(t, featurebase.ErrorCodeInvalidID, e.Code)
	assert.Equal(t, "Bad id", e.Message)
	assert.Equal(t, "id", e.Param)
	assert.Equal(t, "ray_1", e.RequestID)
	assert.Equal(t, featurebase.RateLimit{Limit: 2000, Remaining: 7}, e.RateLimit)
}

func TestAnAPIErrorKeepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		typ  featurebase.ErrorType
		code featurebase.ErrorCode
		text string
	}{
		`{"error":{"type":"new_error","code":"never_seen","message":"Hm"}}`: {"new_error", "never_seen", "418 never_seen: Hm"},
		`{"error":{"type":"new_error","code":"never_seen"}}`:                {"new_error", "never_seen", "418 never_seen"},
		`{"error":{"type":"new_error","message":"Hm"}}`:                     {"new_error", "", "418 Hm"},
		`{"error":{"type":7,"code":"never_seen","message":"Hm"}}`:           {"", "", "418 I'm a teapot, without an error of the Featurebase API in the body"},
		`{"error":{"code":"never_seen"},"error":"twice"}`:                   {"", "", "418 I'm a teapot, without an error of the Featurebase API in the body"},
		`{"error":{"message":"two\nlines\u2028\u0000"}}`:                    {"", "", "418 two lines  "},
		`{"error":null}`: {"", "", "418 I'm a teapot, without an error of the Featurebase API in the body"},
		`[]`:             {"", "", "418 I'm a teapot, without an error of the Featurebase API in the body"},
		`{"error":{"message":"` + strings.Repeat("long", 100) + `"}}`: {"", "", "418 " + strings.Repeat("long", 50) + "…"},
	} {
		_, err := newClient(t, answering(418, body)).Contacts.Delete(t.Context(), contactID)
		e := requireErrorAs[*featurebase.APIError](t, err)
		assert.Equal(t, want.typ, e.Type)
		assert.Equal(t, want.code, e.Code)
		assert.Equal(t, "featurebase: DELETE /v2/contacts/507f1f77bcf86cd799439011: "+want.text, err.Error())
		assert.Equal(t, body, string(e.Body))
	}
}

func TestTheUsualRequestIDHeadersAreRead(t *testing.T) {
	t.Parallel()
	names := []string{"X-Request-Id", "Request-Id", "X-Correlation-Id", "Cf-Ray"}
	for i := range names {
		header := http.Header{}
		for _, name := range names[i:] { // the first that is there counts
			header.Set(name, "of "+name)
		}
		srv := featurebasetest.New()
		srv.FailNext(fault{Header: header})
		var resp featurebase.Response
		_, _ = srv.Client().Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
		assert.Equal(t, "of "+names[i], resp.RequestID)
	}
}

// The token must be in nothing that is printed, logged or encoded, and the
// values that errors give to slog must name nobody.
func TestNothingShowsTheTokenAndLoggedErrorsNameNobody(t *testing.T) {
	t.Parallel()
	shown := func(t *testing.T, v any) (all string, logged string) {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Error("failed", "value", v)
		slog.New(slog.NewTextHandler(&log, nil)).Error("failed", "value", v)
		encoded, _ := json.Marshal(v)
		return fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v) + string(encoded) + log.String(), log.String()
	}
	forEachFailure(t, func(t *testing.T, srv *featurebasetest.Server, do method, _ failure) {
		var log bytes.Buffer
		client := srv.Client(featurebase.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		var resp featurebase.Response
		err := do(t.Context(), client, featurebase.WithResponse(&resp))
		require.Error(t, err)
		for _, v := range []any{client, *client, client.Contacts, *client.Contacts, err, resp} {
			all, _ := shown(t, v)
			assert.NotContains(t, all, srv.Token)
			assert.NotContains(t, all, fmt.Sprintf("%x", srv.Token))
		}
		_, logged := shown(t, err)
		assert.Contains(t, logged, `"route":"/v2/`)
		for _, line := range []string{logged, log.String()} {
			for _, private := range []string{srv.Token, contactID, "What happened", "Bad Gateway", "<html>"} {
				assert.NotContains(t, line, private)
			}
		}
	})
}

func TestErrorsUnwrapToTheirCauses(t *testing.T) {
	t.Parallel()
	cause, earlier := errors.New("cause"), &featurebase.APIError{StatusCode: 429}
	for _, err := range []error{
		&featurebase.APIError{Err: cause},
		&featurebase.UnexpectedResponseError{Err: cause},
		&featurebase.TransportError{Err: cause},
		&featurebase.TransportError{Err: cause, Earlier: earlier},
	} {
		assert.ErrorIs(t, err, cause)
	}
	assert.ErrorIs(t, &featurebase.TransportError{Err: cause, Earlier: earlier}, featurebase.ErrRateLimited)
}

// A service's own tests make errors by hand, to see what it does with them.
func TestErrorsMadeByHandMatchAsTheRealOnes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want []error
	}{
		{&featurebase.APIError{StatusCode: 404, Code: featurebase.ErrorCodeContactNotFound}, []error{featurebase.ErrContactNotFound}},
		{&featurebase.APIError{StatusCode: 404}, []error{}},
		{&featurebase.APIError{StatusCode: 401}, []error{featurebase.ErrAuthentication}},
		{&featurebase.APIError{StatusCode: 599}, []error{featurebase.ErrServer}},
		{&featurebase.InvalidIDError{}, []error{featurebase.ErrInvalidID}},
		{&featurebase.APIError{StatusCode: 404, Ambiguous: true}, []error{featurebase.ErrAmbiguous}},
		{&featurebase.TransportError{Err: io.EOF, Ambiguous: true}, []error{featurebase.ErrAmbiguous}},
		{&featurebase.TransportError{Err: io.EOF}, []error{}},
		{&featurebase.UnexpectedResponseError{}, []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous}},
	} {
		assert.Equal(t, tc.want, matched(tc.err))
		assert.NotEmpty(t, tc.err.Error())
	}
}
