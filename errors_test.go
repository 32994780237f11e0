package featurebase_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestAPIError_hasWhatTheAPISaid(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Status: 400, Body: invalidID, Header: http.Header{
		"X-Request-Id": nil, "Cf-Ray": {"ray_1"}, "X-RateLimit-Limit": {"2000"}, "X-RateLimit-Remaining": {"7"},
	}})
	_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
	assert.Equal(t, []error{featurebase.ErrInvalidID}, matched(err))
	assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/{id}: 400 invalid_id: Bad id (param id) (request ID ray_1)")
	e := requireErrorAs[*featurebase.APIError](t, err)
	assert.Equal(t, featurebase.ErrorTypeInvalidRequest, e.Type)
	assert.Equal(t, featurebase.ErrorCodeInvalidID, e.Code)
	assert.Equal(t, "Bad id", e.Message)
	assert.Equal(t, "id", e.Param)
	assert.Equal(t, "ray_1", e.RequestID)
	assert.Equal(t, featurebase.RateLimit{Limit: 2000, Remaining: 7}, e.RateLimit)
	assert.Equal(t, "DELETE", e.Method)
	assert.Equal(t, "/v2/contacts/{id}", e.Route)
	assert.Equal(t, "/v2/contacts/"+contactID, e.Path)
}

func TestAPIError_keepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	const foreign = "418 I'm a teapot: the body is not an error of the Featurebase API (may have been processed)"
	for _, tc := range []struct {
		name, body string
		typ        featurebase.ErrorType
		code       featurebase.ErrorCode
		text       string
	}{
		{"new type and code", `{"error":{"type":"new_error","code":"never_seen","message":"Hm"}}`, "new_error", "never_seen", "418 never_seen: Hm"},
		{"no message", `{"error":{"type":"new_error","code":"never_seen"}}`, "new_error", "never_seen", "418 never_seen"},
		{"no code", `{"error":{"type":"new_error","message":"Hm"}}`, "new_error", "", "418 Hm"},
		{"type alone", `{"error":{"type":"t"}}`, "t", "", "418 t"},
		{"more than one line", `{"error":{"type":"t","message":"two\nlines\u2028\u0000"}}`, "t", "", "418 two lines  "},
		{"long", `{"error":{"type":"t","message":"` + strings.Repeat("long", 100) + `"}}`, "t", "", "418 " + strings.Repeat("long", 50) + "…"},
		{"type a number", `{"error":{"type":7,"code":"never_seen","message":"Hm"}}`, "", "", foreign},
		{"two errors", `{"error":{"code":"never_seen"},"error":"twice"}`, "", "", foreign},
		{"no type", `{"error":{"code":"never_seen"}}`, "", "", foreign},
		{"two spellings", `{"error":{"type":"t","code":"a"},"ERROR":{"type":"t","code":"b"}}`, "", "", foreign},
		{"null", `{"error":null}`, "", "", foreign},
		{"array", `[]`, "", "", foreign},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := deleteError(t, respondWith(418, tc.body))
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, tc.typ, e.Type)
			assert.Equal(t, tc.code, e.Code)
			assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/{id}: "+tc.text)
			assert.Equal(t, tc.body, string(e.Body))
		})
	}
}

func TestAPIError_namesAStatusWithoutAName(t *testing.T) {
	t.Parallel()
	err := deleteError(t, respondWith(520, ""), featurebase.WithMaxRetries(0))
	assert.ErrorContains(t, err, ": 520 (unknown status): the body is not an error of the Featurebase API")
}

func TestResponse_readsTheUsualRequestIDHeaders(t *testing.T) {
	t.Parallel()
	names := []string{"X-Request-Id", "Request-Id", "X-Correlation-Id", "Cf-Ray"}
	for i, first := range names {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"X-Request-Id": nil}
			for _, name := range names[i:] { // the first that is there counts
				header.Set(name, "of "+name)
			}
			srv := newFake(t)
			srv.FailNext(fault{Header: header})
			var resp featurebase.Response
			_, _ = srv.Client().Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
			assert.Equal(t, "of "+first, resp.RequestID)
		})
	}
}

func TestErrNotFound_holdsOnlyIfFeaturebaseSaysSo(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		status int
		body   string
		want   bool
	}{
		{"documented", 404, notFound, true},
		{"HTML of a proxy", 404, `<html>contact_not_found</html>`, false},
		{"empty", 404, ``, false},
		{"half the envelope", 404, notFound[:len(notFound)-2], false},
		{"without a status", 404, strings.Replace(notFound, `,"status":404`, "", 1), true},
		{"the other code", 404, saying("resource_not_found", ""), true},
		{"another resource", 404, saying("resource_not_found", "adminId"), false},
		{"another version", 404, versionNotSupported, false},
		{"a string for the envelope", 404, `"contact_not_found"`, false},
		{"a string for the error", 404, `{"error":"contact_not_found"}`, false},
		{"the code without envelope", 404, `{"code":"contact_not_found"}`, false},
		{"in an array", 404, `[` + notFound + `]`, false},
		{"the code again", 404, `{"error":{"type":"invalid_request_error","code":"nope","code":"contact_not_found"}}`, false},
		{"the code in capitals", 404, `{"error":{"type":"invalid_request_error","CODE":"contact_not_found"}}`, false},
		{"the code in two spellings", 404, `{"error":{"type":"invalid_request_error","code":"contact_not_found","Code":"nope"}}`, false},
		{"the type again", 404, `{"error":{"type":"invalid_request_error","code":"contact_not_found","type":"invalid_request_error"}}`, false},
		{"the code escaped again", 404, `{"error":{"type":"invalid_request_error","c\u006fde":"nope","code":"contact_not_found"}}`, false},
		{"the envelope in capitals", 404, `{"ERROR":{"type":"invalid_request_error","code":"contact_not_found"}}`, false},
		{"the code twice", 404, `{"error":{"type":"invalid_request_error","code":"resource_not_found"},"ERROR":{"type":"invalid_request_error","code":"contact_not_found"}}`, false},
		{"the code without type", 404, `{"error":{"code":"contact_not_found"}}`, false},
		{"another type", 404, `{"error":{"type":"not_featurebase","code":"contact_not_found"}}`, false},
		{"two envelopes", 404, notFound + notFound, false},
		{"another status", 400, notFound, false},
		{"gone", 410, notFound, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := deleteError(t, respondWith(tc.status, tc.body))
			assert.Equal(t, tc.want, errors.Is(err, featurebase.ErrNotFound))
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, tc.status, e.StatusCode)
			assert.Equal(t, tc.body, string(e.Body))
			assert.Equal(t, e.Type == "", e.Ambiguous, "only Featurebase knows that nothing was deleted")
		})
	}
}

// FuzzNotFound: whatever the body of a 404, it counts as Featurebase's own word
// only if it is one envelope with that code.
func FuzzNotFound(f *testing.F) {
	for _, body := range []string{notFound, invalidID, `{}`, `null`, `{"error":"contact_not_found"}`, `{"error":{"code":["contact_not_found"]}}`, notFound + notFound, notFound[:60], `<html>`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		err := deleteError(t, respondWith(404, body))
		e := requireErrorAs[*featurebase.APIError](t, err)
		require.Equal(t, 404, e.StatusCode)
		require.Equal(t, body, string(e.Body))
		require.NotContains(t, err.Error(), "\n")
		if errors.Is(err, featurebase.ErrNotFound) {
			errs := topLevel(t, body)["error"]
			require.Len(t, errs, 1)
			var detail struct{ Type, Code any }
			encoded, err := json.Marshal(errs[0])
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(encoded, &detail))
			require.Equal(t, "contact_not_found", detail.Code)
			require.Equal(t, "invalid_request_error", detail.Type)
		}
	})
}

// The end of what is tried is not about a request that was tried before.
func TestRequestError_doesNotMatchTheEarlierResponse(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(append([]fault{withRequestID(fault{Status: 503})}, times(3, fault{Cut: true})...)...)
	_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
	assert.Equal(t, []error{featurebase.ErrAmbiguous}, matched(err))
	var apiErr *featurebase.APIError
	assert.NotErrorAs(t, err, &apiErr)
	e := requireErrorAs[*featurebase.RequestError](t, err)
	assert.Equal(t, e.Err, errors.Unwrap(err))
	earlier := requireErrorAs[*featurebase.APIError](t, e.Earlier)
	assert.Equal(t, 503, earlier.StatusCode)
	assert.Equal(t, "req_1", earlier.RequestID)
	assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/{id}: no response: EOF (4 attempts, may have been processed); before that: "+
		"503 Service Unavailable: the body is not an error of the Featurebase API (request ID req_1)")
	assert.EqualError(t, earlier, "featurebase: DELETE /v2/contacts/{id}: 503 Service Unavailable: the body is not an error of the Featurebase API "+
		"(4 attempts, may have been processed, request ID req_1)")
}

func TestRequestError_saysOnceWhatTheCallDid(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		earlier error
		want    string
	}{
		{&featurebase.APIError{StatusCode: 503, Code: "c", Method: "GET", Route: "/v2/posts", Attempts: 2, Ambiguous: true, RequestID: "r", Err: io.EOF}, "503 c; EOF (request ID r)"},
		{&featurebase.UnexpectedResponseError{StatusCode: 200, Reason: "why", Method: "GET", Route: "/v2/posts", Attempts: 2, Ambiguous: true, RequestID: "r"},
			"unexpected response with status 200: why (request ID r)"},
		{io.ErrUnexpectedEOF, "unexpected EOF"},
	} {
		t.Run(tc.want, func(t *testing.T) {
			before := tc.earlier.Error()
			err := &featurebase.RequestError{Method: "GET", Route: "/v2/posts", Attempts: 2, Ambiguous: true, Err: io.EOF, Earlier: tc.earlier}
			assert.EqualError(t, err, "featurebase: GET /v2/posts: no response: EOF (2 attempts, may have been processed); before that: "+tc.want)
			assert.EqualError(t, tc.earlier, before, "the error itself is left as it is")
		})
	}
}

func TestError_unwrapsToItsCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	for _, err := range []error{
		&featurebase.APIError{Err: cause},
		&featurebase.UnexpectedResponseError{Err: cause},
		&featurebase.RequestError{Err: cause},
		&featurebase.RequestError{Err: cause, Earlier: &featurebase.APIError{StatusCode: 429}},
	} {
		t.Run(fmt.Sprintf("%T", err), func(t *testing.T) {
			assert.Equal(t, cause, errors.Unwrap(err))
			assert.NotErrorIs(t, err, featurebase.ErrRateLimited)
		})
	}
}

// What is logged must say what happened, without a word of a stranger's.
func TestError_logsWhatHappened(t *testing.T) {
	t.Parallel()
	hostname := x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"a.example"}}, Host: "b.example"}
	held := &featurebase.RateLimitError{RetryAfter: time.Minute}
	sealed := featurebase.WithTokenSource(func(context.Context) (string, error) { return "", errors.New("ada@example.com may not") })
	for _, tc := range []struct {
		name string
		err  error
		want string
	}{
		{"refused", deleteError(t, failWith(&net.OpError{Op: "dial", Err: errors.New("refused")})), `error.error="dial: refused"`},
		{"EOF", deleteError(t, failWith(io.EOF)), `error.error=EOF`},
		{"cut", deleteError(t, failWith(fmt.Errorf("ada: %w", io.ErrUnexpectedEOF))), `error.error="unexpected EOF"`},
		{"unknown host", deleteError(t, failWith(&net.DNSError{Err: "no such host", Name: "fb.example", IsNotFound: true})), `error.error="lookup fb.example: no such host"`},
		{"no TLS", deleteError(t, failWith(tls.RecordHeaderError{Msg: "not TLS"})), `error.error="tls: not TLS"`},
		{"certificate", deleteError(t, failWith(&tls.CertificateVerificationError{Err: hostname})), `a.example`},
		{"foreign", deleteError(t, failWith(errors.New("ada@example.com"))), `error.error=*errors.errorString`},
		{"canceled", &featurebase.RequestError{Attempts: 1, Err: fmt.Errorf("ada: %w", context.Canceled)}, `error.error="context canceled"`},
		{"deadline exceeded", &featurebase.RequestError{Attempts: 1, Err: fmt.Errorf("ada: %w", context.DeadlineExceeded)}, `error.error="context deadline exceeded"`},
		{"held by the rate limit", &featurebase.RequestError{Err: fmt.Errorf("ada: %w", held)}, fmt.Sprintf("error.error=%q", held.Error())},
		{"token source", func() error {
			c, err := featurebase.NewClient("", sealed)
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			return err
		}(), `error.error="token source failed"`},
		{"status", deleteError(t, respondWith(404, notFound)), `error.status=404 error.type=invalid_request_error error.code=contact_not_found`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, logged(tc.err), tc.want)
			assert.NotContains(t, logged(tc.err), "ada")
		})
	}
}

func TestAPIError_clipsLongText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"200 characters", strings.Repeat("é", 200), strings.Repeat("é", 200)},
		{"201 characters", strings.Repeat("é", 201), strings.Repeat("é", 200) + "…"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := deleteError(t, respondWith(418, fmt.Sprintf(`{"error":{"type":"t","code":%q,"message":%q,"param":%q}}`, tc.text, tc.text, tc.text)))
			assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/{id}: 418 "+tc.want+": "+tc.want+" (param "+tc.want+")")
		})
	}
}

func TestUnexpectedResponseError_clipsItsReason(t *testing.T) {
	t.Parallel()
	err := deleteError(t, respondWith(200, `{"object":"`+strings.Repeat("x", 1<<19)+`"}`))
	e := requireErrorAs[*featurebase.UnexpectedResponseError](t, err)
	assert.Equal(t, `object is "`+strings.Repeat("x", 200)+`…" instead of "contact"`, e.Reason)
}

func TestAPIError_saysThatTheCallerGaveUpWaiting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := realisticClient(t, respondWith(503, ""), featurebase.WithLogger(newLogger(cancelWriter(cancel), 0))) // which logs when a wait begins
	_, err := c.Contacts.Delete(ctx, contactID)
	assert.EqualError(t, requireErrorAs[*featurebase.APIError](t, err).Err, "gave up waiting to retry: context canceled")
}

// cancelWriter cancels a context when it is written to.
type cancelWriter context.CancelFunc

func (w cancelWriter) Write(p []byte) (int, error) {
	w()
	return len(p), nil
}

func TestRetryAfter_returnsWhenToTryAgain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		err  error
		want time.Duration
		ok   bool
	}{
		{"nil", nil, 0, false},
		{"refused", &featurebase.APIError{StatusCode: 429, RetryAfter: time.Second}, time.Second, true},
		{"wrapped", fmt.Errorf("closing: %w", &featurebase.RequestError{Err: &featurebase.RateLimitError{RetryAfter: time.Minute}}), time.Minute, true},
		{"the window has ended", &featurebase.RateLimitError{}, 0, true},
		{"another status", &featurebase.APIError{StatusCode: 500}, 0, false},
		{"another error", &featurebase.RequestError{}, 0, false},
		{"an earlier refusal", &featurebase.RequestError{Err: io.EOF, Earlier: &featurebase.APIError{StatusCode: 429, RetryAfter: time.Second}}, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, ok := featurebase.RetryAfter(tc.err)
			assert.Equal(t, tc.want, got)
			assert.Equal(t, tc.ok, ok)
		})
	}
	err := deleteError(t, roundTripper(func(*http.Request) (*http.Response, error) {
		resp := response(429, "")
		resp.Header.Set("Retry-After", "7")
		return resp, nil
	}), featurebase.WithMaxRetries(0))
	got, ok := featurebase.RetryAfter(err)
	assert.Equal(t, 7*time.Second, got)
	assert.True(t, ok)
}

// Bodies that the real service sent, as those who got them quote them.
const (
	// To a wrong key: with 401 for GET /v2/boards in the findings of
	// devodii/featurebase-connect-sdk, with 403 for GET /v2/admins in PostHog's
	// data warehouse source.
	keyRefused = `{"success":false,"message":"Invalid API Key"}`
	// To POST /v2/posts with a title of one letter: devodii, 400.
	titleTooShort = `{"code":400,"message":"Validation error: body.title: String must contain at least 2 character(s)"}`
	// To GET /v2/posts/{id}: devodii, 404. It has no status.
	postNotFound = `{"error":{"type":"invalid_request_error","code":"resource_not_found","message":"Post not found","param":"post"}}`
)

// Bodies in the form of the schemas of the vendor's OpenAPI document.
const (
	withDetails = `{"error":{"type":"invalid_request_error","code":"invalid_request","message":"Invalid request","status":400,
		"details":[{"path":"body.title","message":"String must contain at least 2 character(s)"},{"path":"body.boardId","message":"Required"}]}}`
	forbidden           = `{"error":{"type":"authorization_error","code":"forbidden","message":"Acting admin is not a member","status":403}}`
	versionNotSupported = `{"error":{"type":"invalid_request_error","code":"version_not_supported","message":"Unknown version","status":404}}`
)

// answering returns a client of a server on the network that answers every request
// in the same way.
func answering(t testing.TB, status int, body string) *featurebase.Client {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	return networkClient(t, srv.URL, nil)
}

func TestAPIError_isFeaturebasesOwnInThreeForms(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body string
		status     int
		typ        featurebase.ErrorType
		code       featurebase.ErrorCode
		message    string
		matches    error
		text       string
	}{
		{"key refused with 401", keyRefused, 401, "authentication_error", "", "Invalid API Key", featurebase.ErrAuthentication, "401 Invalid API Key"},
		{"key refused with 403", keyRefused, 403, "authentication_error", "", "Invalid API Key", featurebase.ErrAuthentication, "403 Invalid API Key"},
		{"key refused, and more said", `{"success":false,"message":"No","new":1}`, 401, "authentication_error", "", "No", featurebase.ErrAuthentication, "401 No"},
		{"key refused, nothing said", `{"success":false,"message":""}`, 403, "authentication_error", "", "", featurebase.ErrAuthentication, "403 authentication_error"},
		{"not valid", titleTooShort, 400, "invalid_request_error", "", "Validation error: body.title: String must contain at least 2 character(s)", nil,
			"400 Validation error: body.title: String must contain at least 2 character(s)"},
		{"not valid, in the documented form", withDetails, 400, "invalid_request_error", "invalid_request", "Invalid request", nil,
			"400 invalid_request: Invalid request; body.title: String must contain at least 2 character(s); body.boardId: Required"},
		{"no such post", postNotFound, 404, "invalid_request_error", "resource_not_found", "Post not found", featurebase.ErrNotFound,
			"404 resource_not_found: Post not found (param post)"},
		{"not permitted", forbidden, 403, "authorization_error", "forbidden", "Acting admin is not a member", featurebase.ErrPermission,
			"403 forbidden: Acting admin is not a member"},
		{"key refused, in the documented form", envelope("authentication_error", "unauthorized"), 401, "authentication_error", "unauthorized", "What happened",
			featurebase.ErrAuthentication, "401 unauthorized: What happened"},
		{"401 of another type", envelope("invalid_request_error", "organization_required"), 401, "invalid_request_error", "organization_required", "What happened",
			featurebase.ErrAuthentication, "401 organization_required: What happened"},
		{"403 about the key", envelope("authentication_error", "unauthorized"), 403, "authentication_error", "unauthorized", "What happened",
			featurebase.ErrAuthentication, "403 unauthorized: What happened"},
		{"no such version", versionNotSupported, 404, "invalid_request_error", "version_not_supported", "Unknown version", featurebase.ErrUnsupportedVersion,
			"404 version_not_supported: Unknown version"},
		{"a type that is new, beside a code", `{"error":{"type":"new_error","message":"Hm"},"code":"x","success":false,"message":7}`, 400, "new_error", "", "Hm", nil, "400 Hm"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var resp featurebase.Response
			_, err := answering(t, tc.status, tc.body).Posts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, tc.status, e.StatusCode)
			assert.Equal(t, tc.typ, e.Type)
			assert.Equal(t, tc.code, e.Code)
			assert.Equal(t, tc.message, e.Message)
			assert.Equal(t, tc.body, string(e.Body))
			want := []error{}
			if tc.matches != nil {
				want = append(want, tc.matches)
			}
			assert.Equal(t, want, matched(err), "and not ErrAmbiguous")
			assert.EqualError(t, err, "featurebase: DELETE /v2/posts/{id}: "+tc.text)
			assert.Equal(t, 1, resp.Attempts)
		})
	}
}

// What a proxy or another server sends is not taken for Featurebase's word.
func TestAPIError_isNotFeaturebasesOwnInOtherForms(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
	}{
		{400, ``},
		{401, ``},
		{403, `<html><h1>403 Forbidden</h1></html>`},
		{403, `{"message":"Forbidden"}`},                                            // Amazon API Gateway
		{401, `{"message":"Unauthorized"}`},                                         // Kong
		{403, `{"success":false,"errors":[{"code":1020}],"messages":[]}`},           // Cloudflare
		{400, `{"statusCode":400,"message":"Bad","error":"Bad Request"}`},           // NestJS
		{400, `{"code":3,"message":"bad","details":[]}`},                            // grpc-gateway
		{403, `{"error":{"code":403,"message":"x","status":"PERMISSION_DENIED"}}`},  // Google
		{403, `{"error":"insufficient_scope","success":false,"message":"x"}`},       // OAuth
		{401, `{"error":null,"success":false,"message":"x"}`},                       //
		{400, `{"error":{"message":"x"},"code":400,"message":"Validation error:"}`}, // no type
		{400, `{"code":400,"message":""}`},
		{400, `{"code":400,"message":7}`},
		{400, `{"code":400,"message":null}`},
		{400, `{"code":400}`},
		{400, `{"code":"400","message":"x"}`},
		{400, `{"code":400.5,"message":"x"}`},
		{400, `{"code":401,"message":"x"}`},
		{400, `{"code":400,"message":"x","success":false}`},
		{400, `{"code":400,"message":"x","Code":401}`},
		{400, `[{"code":400,"message":"x"}]`},
		{400, `{"code":400,"message":"x"`},
		{401, `{"code":400,"message":"x"}`},
		{403, `{"code":400,"message":"x"}`},
		{403, `{"code":403,"message":"x"}`},
		{404, `{"code":400,"message":"x"}`},
		{404, `{"code":404,"message":"x"}`},
		{422, `{"code":400,"message":"x"}`},
		{400, keyRefused},
		{404, keyRefused},
		{409, keyRefused},
		{401, `{"success":false}`},
		{401, `{"success":false,"message":null}`},
		{401, `{"success":false,"message":["x"]}`},
		{401, `{"success":true,"message":"x"}`},
		{403, `{"success":"false","message":"x"}`},
		{403, `{"success":null,"message":"x"}`},
		{403, `{"success":0,"message":"x"}`},
		{403, `{"success":false,"code":"x","message":"x"}`},
		{403, `{"success":false,"success":false,"message":"x"}`},
		{403, `{"success":false,"Message":"x"}`},
		{401, keyRefused + keyRefused},
	} {
		t.Run(fmt.Sprint(tc.status, " ", tc.body), func(t *testing.T) {
			t.Parallel()
			_, err := answering(t, tc.status, tc.body).Contacts.Delete(t.Context(), contactID)
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, []error{featurebase.ErrAmbiguous}, matched(err), "neither the key nor the contact is known to be wrong")
			assert.Empty(t, e.Type)
			assert.Empty(t, e.Code)
			assert.Empty(t, e.Message)
			assert.ErrorContains(t, err, "the body is not an error of the Featurebase API (may have been processed)")
			assert.False(t, featurebase.AffectsEveryCall(err))
		})
	}
}

// A refusal says that this attempt did nothing, and nothing of those before.
func TestErrAmbiguous_staysFromAnEarlierAttempt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body string
		status     int
	}{
		{"key refused", keyRefused, 401},
		{"key refused with 403", keyRefused, 403},
		{"not valid", titleTooShort, 400},
		{"not found", notFound, 404},
		{"not permitted", forbidden, 403},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if requests.Add(1) == 1 {
					panic(http.ErrAbortHandler)
				}
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body)
			}))
			t.Cleanup(srv.Close)
			_, err := networkClient(t, srv.URL, nil).Contacts.Delete(t.Context(), contactID)
			assert.Equal(t, tc.status, requireErrorAs[*featurebase.APIError](t, err).StatusCode)
			assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
			assert.Equal(t, int32(2), requests.Load())
		})
	}
}

// The body decides what a refusal means, so one that broke off is asked for again.
func TestRetry_afterARefusalThatBrokeOff(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		want   []error
	}{
		{400, titleTooShort, []error{}},
		{401, keyRefused, []error{featurebase.ErrAuthentication}},
		{403, keyRefused, []error{featurebase.ErrAuthentication}},
		{403, forbidden, []error{featurebase.ErrPermission}},
		{404, notFound, []error{featurebase.ErrNotFound}},
	} {
		t.Run(fmt.Sprint(tc.status, " ", tc.body), func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(len(tc.body)))
				w.WriteHeader(tc.status)
				if requests.Add(1) == 1 {
					_, _ = io.WriteString(w, tc.body[:len(tc.body)-1])
					panic(http.ErrAbortHandler)
				}
				_, _ = io.WriteString(w, tc.body)
			}))
			t.Cleanup(srv.Close)
			_, err := networkClient(t, srv.URL, nil).Contacts.Get(t.Context(), contactID)
			assert.Equal(t, tc.want, matched(err))
			assert.Equal(t, int32(2), requests.Load())
		})
	}
}

func TestAPIError_hasTheDetailsThatTheAPIListed(t *testing.T) {
	t.Parallel()
	detail := func(path, message string) featurebase.ErrorDetail {
		return featurebase.ErrorDetail{Path: path, Message: message}
	}
	long := strings.Repeat("x", 250)
	for _, tc := range []struct {
		name, details string
		want          []featurebase.ErrorDetail
		text          string
	}{
		{"two", `[{"path":"body.name","message":"Required"},{"path":"body.email","message":"Invalid email","new":1}]`,
			[]featurebase.ErrorDetail{detail("body.name", "Required"), detail("body.email", "Invalid email")}, "No; body.name: Required; body.email: Invalid email"},
		{"no path", `[{"message":"Required"}]`, []featurebase.ErrorDetail{detail("", "Required")}, "No; Required"},
		{"no message", `[{"path":"body.name"}]`, []featurebase.ErrorDetail{detail("body.name", "")}, "No; body.name"},
		{"nothing", `[{},null]`, []featurebase.ErrorDetail{{}}, "No"},
		{"none", `[]`, []featurebase.ErrorDetail{}, "No"},
		{"null", `null`, nil, "No"},
		{"in another form", `[{"path":["body","name"],"message":"Required"}]`, nil, "No"},
		{"text", `"Required"`, nil, "No"},
		{"personal", `[{"path":"body.u-17.` + token + `","message":"` + token + `: u-17 is ada@example.com\nof 507f1f77bcf86cd799439011"}]`,
			[]featurebase.ErrorDetail{detail("body.u-17.[token]", "[token]: u-17 is ada@example.com\nof 507f1f77bcf86cd799439011")},
			"No; body.[argument].[token]: [token]: [argument] is [email] of [ID]"},
		{"long", `[{"path":"` + long + `","message":"` + long + `"}]`, []featurebase.ErrorDetail{detail(long, long)},
			"No; " + long[:200] + "…: " + long[:200] + "…"},
		{"many", `[` + strings.Repeat(`{"path":"`+long+`"},`, 99) + `{}]`, nil, "No" + strings.Repeat("; "+long[:200]+"…", 4) + "; …"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			body := `{"error":{"type":"invalid_request_error","code":"invalid_request","message":"No","param":"p","details":` + tc.details + `}}`
			_, err := answering(t, 400, body).Contacts.DeleteByUserID(t.Context(), "u-17")
			e := requireErrorAs[*featurebase.APIError](t, err)
			if tc.name != "many" {
				assert.Equal(t, tc.want, e.Details)
			}
			assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/by-user-id/{userId}: 400 invalid_request: "+tc.text+" (param p)")
			assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
			assert.NotContains(t, logged(err), "body.", "details may be personal")
			byHand := &featurebase.APIError{StatusCode: 400, Details: tc.want}
			assert.NotContains(t, byHand.Error(), "@")
		})
	}
	byHand := &featurebase.APIError{StatusCode: 400, Code: "c", Message: "No.", Details: []featurebase.ErrorDetail{detail("body.name", "ada@example.com")}}
	assert.EqualError(t, byHand, "featurebase: 400 c: No.; body.name: [email]")
	byHand.Message = ""
	assert.EqualError(t, byHand, "featurebase: 400 c: body.name: [email]")
}

// FuzzAPIError: whatever the body of a refusal is, it is Featurebase's own in all
// respects or in none.
func FuzzAPIError(f *testing.F) {
	for _, body := range []string{keyRefused, titleTooShort, postNotFound, withDetails, forbidden, `{"code":400,"message":""}`, `{"success":false}`, `{"error":null}`, `[]`, ``} {
		for _, status := range []int{400, 401, 403, 404, 409} {
			f.Add(status, body)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 400 || status > 499 || status == 408 || status == 429 {
			return
		}
		err := deleteError(t, respondWith(status, body))
		e := requireErrorAs[*featurebase.APIError](t, err)
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, e.Type == "", errors.Is(err, featurebase.ErrAmbiguous))
		if e.Type == "" {
			require.Equal(t, []error{featurebase.ErrAmbiguous}, matched(err))
			require.Empty(t, e.Message)
			return
		}
		var members map[string]any
		require.NoError(t, json.Unmarshal([]byte(body), &members))
		if members["error"] == nil {
			require.IsType(t, "", members["message"])
			require.Equal(t, status == 400, members["code"] == 400.0)
			require.Equal(t, status == 401 || status == 403, members["success"] == false)
		}
	})
}
