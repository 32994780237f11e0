package featurebase_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestAnAPIErrorHasWhatTheAPISaid(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Status: 400, Body: invalidID, Header: http.Header{
		"X-Request-Id": nil, "Cf-Ray": {"ray_1"}, "X-RateLimit-Limit": {"2000"}, "X-RateLimit-Remaining": {"7"},
	}})
	_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
	assert.Equal(t, []error{featurebase.ErrInvalidID}, matched(err))
	assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/507f1f77bcf86cd799439011: 400 invalid_id: Bad id (param id) (request ID ray_1)")
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
		`{"error":{"type":7,"code":"never_seen","message":"Hm"}}`:           {"", "", "418 I'm a teapot: the body is not an error of the Featurebase API (may have been processed)"},
		`{"error":{"code":"never_seen"},"error":"twice"}`:                   {"", "", "418 I'm a teapot: the body is not an error of the Featurebase API (may have been processed)"},
		`{"error":{"type":"t","message":"two\nlines\u2028\u0000"}}`:         {"t", "", "418 two lines  "},
		`{"error":{"type":"t"}}`:                                            {"t", "", "418 t"},
		`{"error":{"code":"never_seen"}}`:                                   {"", "", "418 I'm a teapot: the body is not an error of the Featurebase API (may have been processed)"},
		`{"error":{"type":"t","code":"a"},"ERROR":{"type":"t","code":"b"}}`: {"", "", "418 I'm a teapot: the body is not an error of the Featurebase API (may have been processed)"},
		`{"error":null}`: {"", "", "418 I'm a teapot: the body is not an error of the Featurebase API (may have been processed)"},
		`[]`:             {"", "", "418 I'm a teapot: the body is not an error of the Featurebase API (may have been processed)"},
		`{"error":{"type":"t","message":"` + strings.Repeat("long", 100) + `"}}`: {"t", "", "418 " + strings.Repeat("long", 50) + "…"},
	} {
		_, err := newClient(t, answering(418, body)).Contacts.Delete(t.Context(), contactID)
		e := requireErrorAs[*featurebase.APIError](t, err)
		assert.Equal(t, want.typ, e.Type)
		assert.Equal(t, want.code, e.Code)
		assert.Equal(t, "featurebase: DELETE /v2/contacts/{id}: "+want.text, err.Error())
		assert.Equal(t, body, string(e.Body))
	}
}

func TestAStatusWithoutANameIsStillNamed(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, answering(520, ""), featurebase.WithMaxRetries(0)).Contacts.Delete(t.Context(), contactID)
	assert.ErrorContains(t, err, ": 520 (unknown status): the body is not an error of the Featurebase API")
}

func TestTheUsualRequestIDHeadersAreRead(t *testing.T) {
	t.Parallel()
	names := []string{"X-Request-Id", "Request-Id", "X-Correlation-Id", "Cf-Ray"}
	for i := range names {
		header := http.Header{"X-Request-Id": nil}
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

// The token must be in nothing that is printed, logged or encoded, and nobody is
// named by the text of errors, however it is wrapped, and by log lines.
func TestCalls_showNeitherTokenNorPeople(t *testing.T) {
	t.Parallel()
	printed := func(v any) string {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Error("failed", "value", v)
		slog.New(slog.NewTextHandler(&log, nil)).Error("failed", "value", v)
		encoded, _ := json.Marshal(v)
		return fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v) + string(encoded) + log.String()
	}
	forEachFailure(t, func(t *testing.T, srv *featurebasetest.Server, call apiCall, _ failure) {
		var log bytes.Buffer
		client := srv.Client(featurebase.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		var resp featurebase.Response
		_, err := call.do(t.Context(), client, featurebase.WithResponse(&resp))
		require.Error(t, err)
		for _, v := range []any{client, *client, client.Contacts, *client.Contacts, err, resp} {
			text := printed(v)
			assert.NotContains(t, text, srv.Token)
			assert.NotContains(t, text, fmt.Sprintf("%x", srv.Token))
		}
		texts := shown(err)
		assert.Contains(t, texts["slog JSON, bare"], `"route":"/v2/`)
		texts["log"] = log.String()
		for how, text := range texts {
			for _, private := range []string{contactID, "u1", "ada@example.com", "Bad Gateway<", "<html>"} {
				assert.NotContains(t, text, private, how)
			}
		}
	})
}

// What is logged must say what happened all the same.
func TestLoggedErrorsSayWhatHappened(t *testing.T) {
	t.Parallel()
	source := func(context.Context) (string, error) { return "", errors.New("ada@example.com may not") }
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"refused":      {callThrough(t, &net.OpError{Op: "dial", Err: errors.New("refused")}), `error.error="dial: refused"`},
		"EOF":          {callThrough(t, io.EOF), `error.error=EOF`},
		"cut":          {callThrough(t, fmt.Errorf("ada: %w", io.ErrUnexpectedEOF)), `error.error="unexpected EOF"`},
		"unknown host": {callThrough(t, &net.DNSError{Err: "no such host", Name: "fb.example", IsNotFound: true}), `error.error="lookup fb.example: no such host"`},
		"no TLS":       {callThrough(t, tls.RecordHeaderError{Msg: "not TLS"}), `error.error="tls: not TLS"`},
		"certificate":  {callThrough(t, &tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"a.example"}}, Host: "b.example"}}), `a.example`},
		"foreign":      {callThrough(t, errors.New("ada@example.com")), `error.error=*errors.errorString`},
		"token source": {func() error {
			c, err := featurebase.NewClient("", featurebase.WithTokenSource(source))
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			return err
		}(), `error.error="token source failed"`},
		"invalid id": {func() error {
			_, err := newClient(t, answering(200, "")).Contacts.Delete(t.Context(), "ada@example.com")
			return err
		}(), `error.error="featurebase: invalid id"`},
		"status": {func() error {
			_, err := newClient(t, answering(404, notFound)).Contacts.Delete(t.Context(), contactID)
			return err
		}(), `error.status=404 error.type=invalid_request_error error.code=contact_not_found`},
	} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Error("failed", "error", tc.err)
		assert.Contains(t, log.String(), tc.want, name)
		assert.NotContains(t, log.String(), "ada", name)
	}
}

// callThrough gives the error of a call whose transport fails with err.
func callThrough(t *testing.T, err error) error {
	_, err = newClient(t, roundTripper(func(*http.Request) (*http.Response, error) { return nil, err })).Contacts.Delete(t.Context(), contactID)
	return err
}

func TestErrorsUnwrapToTheirCauses(t *testing.T) {
	t.Parallel()
	cause, earlier := errors.New("cause"), &featurebase.APIError{StatusCode: 429}
	for _, err := range []error{
		&featurebase.APIError{Err: cause},
		&featurebase.UnexpectedResponseError{Err: cause},
		&featurebase.RequestError{Err: cause},
		&featurebase.RequestError{Err: cause, Earlier: earlier},
	} {
		assert.ErrorIs(t, err, cause)
	}
	assert.NotErrorIs(t, &featurebase.RequestError{Err: cause, Earlier: earlier}, featurebase.ErrRateLimited)
}

// A service's own tests make errors by hand, to see what it does with them.
func TestErrorsMadeByHandMatchAsTheRealOnes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want []error
	}{
		{&featurebase.APIError{StatusCode: 404, Code: featurebase.ErrorCodeContactNotFound}, []error{featurebase.ErrNotFound}},
		{&featurebase.APIError{StatusCode: 404, Code: featurebase.ErrorCodeContactNotFound, Type: "another"}, []error{}},
		{&featurebase.APIError{StatusCode: 404}, []error{}},
		{&featurebase.APIError{StatusCode: 401}, []error{featurebase.ErrAuthentication}},
		{&featurebase.APIError{StatusCode: 599}, []error{featurebase.ErrServer}},
		{&featurebase.InvalidIDError{}, []error{featurebase.ErrInvalidID}},
		{&featurebase.APIError{StatusCode: 404, Ambiguous: true}, []error{featurebase.ErrAmbiguous}},
		{&featurebase.RequestError{Err: io.EOF, Ambiguous: true}, []error{featurebase.ErrAmbiguous}},
		{&featurebase.RequestError{Err: io.EOF}, []error{}},
		{&featurebase.UnexpectedResponseError{}, []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous}},
	} {
		assert.Equal(t, tc.want, matched(tc.err))
		assert.NotEmpty(t, tc.err.Error())
	}
}

func TestAPIError_clipsLongText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, message, want string }{
		{"200 characters", strings.Repeat("é", 200), strings.Repeat("é", 200)},
		{"201 characters", strings.Repeat("é", 201), strings.Repeat("é", 200) + "…"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			body := `{"error":{"type":"t","code":"` + tc.message + `","message":"` + tc.message + `","param":"` + tc.message + `"}}`
			_, err := newClient(t, answering(418, body)).Contacts.Delete(t.Context(), contactID)
			assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/507f1f77bcf86cd799439011: 418 "+tc.want+": "+tc.want+" (param "+tc.want+")")
		})
	}
}

func TestTransportError_logsWhyThereIsNoResponse(t *testing.T) {
	t.Parallel()
	held := &featurebase.RateLimitError{RetryAfter: time.Minute}
	for _, tc := range []struct {
		name string
		err  error
		want string
	}{
		{"canceled", fmt.Errorf("ada: %w", context.Canceled), context.Canceled.Error()},
		{"deadline exceeded", fmt.Errorf("ada: %w", context.DeadlineExceeded), context.DeadlineExceeded.Error()},
		{"held by the rate limit", fmt.Errorf("ada: %w", held), held.Error()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			slog.New(slog.NewJSONHandler(&log, nil)).Error("failed", "error", &featurebase.RequestError{Attempts: 1, Err: tc.err})
			assert.Contains(t, log.String(), fmt.Sprintf(`"error":%q}`, tc.want))
			assert.NotContains(t, log.String(), "ada")
		})
	}
}

func TestAPIError_matchesByStatusAndCode(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		err  *featurebase.APIError
		want []error
	}{
		{"not found", &featurebase.APIError{StatusCode: 404, Code: featurebase.ErrorCodeContactNotFound}, []error{featurebase.ErrNotFound}},
		{"not found, another status", &featurebase.APIError{StatusCode: 400, Code: featurebase.ErrorCodeContactNotFound}, []error{}},
		{"invalid ID", &featurebase.APIError{StatusCode: 400, Code: featurebase.ErrorCodeInvalidID}, []error{featurebase.ErrInvalidID}},
		{"invalid parameter", &featurebase.APIError{StatusCode: 400, Code: featurebase.ErrorCodeInvalidParameter}, []error{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.want, matched(tc.err))
		})
	}
}

func TestAPIError_saysThatTheCallerGaveUpWaiting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := newClient(t, answering(503, ""), featurebase.WithRetryWait(time.Hour, time.Hour),
		featurebase.WithLogger(slog.New(slog.NewTextHandler(cancelWriter(cancel), nil)))) // which logs when a wait begins
	_, err := c.Contacts.Delete(ctx, contactID)
	assert.EqualError(t, requireErrorAs[*featurebase.APIError](t, err).Err, "gave up waiting to retry: context canceled")
}

// cancelWriter cancels a context when it is written to.
type cancelWriter context.CancelFunc

func (w cancelWriter) Write(p []byte) (int, error) {
	w()
	return len(p), nil
}

func TestInvalidIDError_clipsTheID(t *testing.T) {
	t.Parallel()
	err := &featurebase.InvalidIDError{ID: strings.Repeat("x", 201), Reason: "no"}
	assert.EqualError(t, err, `featurebase: invalid id "`+strings.Repeat("x", 200)+`…": no; nothing was sent`)
}
