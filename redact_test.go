package featurebase_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// The server's message says what to mend. What the caller passed in, and
// whatever has the form of an email address, is replaced in it.
func TestError_replacesArgumentsInMessages(t *testing.T) {
	t.Parallel()
	message := func(text string) string {
		return fmt.Sprintf(`{"error":{"type":"invalid_request_error","code":"invalid_parameter","message":%q}}`, text)
	}
	upsert := func(c *featurebase.Client) error {
		_, _, err := c.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{
			UserID: "u-17", Email: "lovelace@engine", Name: featurebase.Value("Ada Lovelace"), Phone: featurebase.Value("+44 20"), CustomFields: map[string]any{"nick": "countess", "titles": [1]string{"baroness"}},
			Companies: []featurebase.ContactUpsertCompany{{CompanyID: "c/1", Name: "Analytical Engines", CustomFields: map[string]any{"tags": []any{"enchantress"}}}},
		})
		return err
	}
	for _, tc := range []struct{ message, want string }{
		{"User u-17 is unknown.", "User [argument] is unknown."},
		{"The user ids u-171 and xu-17 are others.", "The user ids u-171 and xu-17 are others."},
		{"U-17 (u-17)", "[argument] ([argument])"},
		{`Name "Ada Lovelace" is taken by ada@example.com, see mailto:ada@example.com`, `Name "[argument]" is taken by [email], see mailto:[email]`},
		{"ada lovelace, COUNTESS, +44 20 of Analytical Engines", "[argument], [argument], [argument] of [argument]"},
		{"no company c/1 or c%2F1", "no company [argument] or [argument]"},
		{"?name=Ada+Lovelace&id=u-17", "?name=[argument]&id=[argument]"},
		{"507f1f77bcf86cd799439011", "[ID]"},
		{"no tag enchantress, no title baroness", "no tag [argument], no title [argument]"},
		{"+44 20+44 20", "[argument][argument]"},
		{"name is required", "name is required"},
		{"ada@example.com", "[email]"},
		{"no post 507F1f77bcf86cd799439011, 507f1f77bcf86cd7994390112", "no post [ID], 507f1f77bcf86cd7994390112"},
	} {
		t.Run(tc.message, func(t *testing.T) {
			err := upsert(newClient(t, respondWith(400, message(tc.message))))
			assert.EqualError(t, err, "featurebase: POST /v2/contacts: 400 invalid_parameter: "+tc.want)
			assert.Equal(t, tc.message, requireErrorAs[*featurebase.APIError](t, err).Message, "the field has what the server said")
		})
	}
}

func TestError_replacesWhatPointersPointTo(t *testing.T) {
	t.Parallel()
	client := newClient(t, respondWith(400, `{"error":{"type":"t","code":"c","message":"Ada Lovelace may not"}}`))
	_, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: otherID, Title: "Engines", Author: &featurebase.AuthorParams{ID: contactID, Name: "Ada Lovelace"}})
	assert.EqualError(t, err, "featurebase: POST /v2/posts: 400 c: [argument] may not")
}

// Only the beginning of a long message is looked through. What is cut off there
// does not show a part of an argument.
func TestError_replacesArgumentsInLongMessages(t *testing.T) {
	t.Parallel()
	title := strings.Repeat("lovelace", 64)
	message := strings.Repeat(title+" ", 800)
	client := newClient(t, respondWith(400, fmt.Sprintf(`{"error":{"type":"t","code":"c","message":%q}}`, message)))
	_, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: otherID, Title: title})
	assert.EqualError(t, err, "featurebase: POST /v2/posts: 400 c: "+strings.Repeat("[argument] ", 18)+"[a…")
	assert.Equal(t, message, requireErrorAs[*featurebase.APIError](t, err).Message)
}

// In a query, an escaped comma stands between the elements of a list.
func TestError_replacesTheElementsOfLists(t *testing.T) {
	t.Parallel()
	client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("%s %s: %w", r.Method, r.URL, io.EOF)
	}), featurebase.WithMaxRetries(0))
	_, err := client.Posts.List(t.Context(), featurebase.PostListParams{Tags: []string{"countess", "ada lovelace", "baroness"}})
	assert.ErrorContains(t, err, "tags=[argument]%2C[argument]%2C[argument]: EOF")
}

// Arguments whose values the library knows are not personal.
func TestError_leavesKnownValues(t *testing.T) {
	t.Parallel()
	client := newClient(t, respondWith(400, `{"error":{"type":"t","code":"c","message":"lead is no type"}}`))
	_, err := client.Contacts.List(t.Context(), featurebase.ContactListParams{Type: featurebase.ContactListTypeLeads})
	assert.EqualError(t, err, "featurebase: GET /v2/contacts: 400 c: lead is no type")
}

// A transport's error may have the URL in its text, as those of http.Client do.
func TestError_replacesArgumentsInForeignErrors(t *testing.T) {
	t.Parallel()
	client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("%s %q: connection lost", r.Method, r.URL)
	}), featurebase.WithMaxRetries(0))
	_, err := client.Contacts.DeleteByUserID(t.Context(), "ada lovelace/1")
	assert.EqualError(t, err, `featurebase: DELETE /v2/contacts/by-user-id/{userId}: no response: DELETE `+
		`"https://do.featurebase.app/v2/contacts/by-user-id/[argument]": connection lost (may have been processed)`)
	for how, text := range shown(err) {
		assert.NotContains(t, text, "lovelace", how)
	}
	assert.Equal(t, "/v2/contacts/by-user-id/ada%20lovelace%2F1", requireErrorAs[*featurebase.RequestError](t, err).Path)
}

// An error that a test makes by hand, with the fields that it needs, works like
// those of the library.
func TestError_worksWhenMadeByHand(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err     error
		text    string
		matches []error
	}{
		{&featurebase.APIError{}, "featurebase: 0 (unknown status): the body is not an error of the Featurebase API", nil},
		{&featurebase.APIError{StatusCode: 404, Code: featurebase.ErrorCodeContactNotFound}, "featurebase: 404 contact_not_found", []error{featurebase.ErrNotFound}},
		{&featurebase.APIError{StatusCode: 404, Code: "post_not_found", Ambiguous: true}, "featurebase: 404 post_not_found (may have been processed)",
			[]error{featurebase.ErrNotFound, featurebase.ErrAmbiguous}},
		{&featurebase.APIError{StatusCode: 400, Code: "contact_not_found"}, "featurebase: 400 contact_not_found", nil},
		{&featurebase.APIError{StatusCode: 404}, "featurebase: 404 Not Found: the body is not an error of the Featurebase API", nil},
		{&featurebase.APIError{StatusCode: 400, Code: featurebase.ErrorCodeInvalidID, Param: "id"}, "featurebase: 400 invalid_id (param id)", []error{featurebase.ErrInvalidID}},
		{&featurebase.APIError{StatusCode: 401, Message: "No, ada@example.com"}, "featurebase: 401 No, [email]", []error{featurebase.ErrAuthentication}},
		{&featurebase.APIError{StatusCode: 401}, "featurebase: 401 Unauthorized: the body is not an error of the Featurebase API", []error{featurebase.ErrAuthentication}},
		{&featurebase.APIError{StatusCode: 403, Type: "t"}, "featurebase: 403 t", []error{featurebase.ErrPermission}},
		{&featurebase.APIError{StatusCode: 403}, "featurebase: 403 Forbidden: the body is not an error of the Featurebase API", []error{featurebase.ErrPermission}},
		{&featurebase.APIError{StatusCode: 403, Type: featurebase.ErrorTypeAuthentication}, "featurebase: 403 authentication_error", []error{featurebase.ErrAuthentication}},
		{&featurebase.APIError{StatusCode: 404, Code: featurebase.ErrorCodeResourceNotFound}, "featurebase: 404 resource_not_found", []error{featurebase.ErrNotFound}},
		{&featurebase.APIError{StatusCode: 404, Code: featurebase.ErrorCodeVersionNotSupported}, "featurebase: 404 version_not_supported", []error{featurebase.ErrUnsupportedVersion}},
		{&featurebase.APIError{StatusCode: 400, Code: featurebase.ErrorCodeContactNotAttached}, "featurebase: 400 contact_not_attached", []error{featurebase.ErrNotFound}},
		{&featurebase.APIError{StatusCode: 429, Attempts: 4, RequestID: "r"},
			"featurebase: 429 Too Many Requests: the body is not an error of the Featurebase API (4 attempts, request ID r)", []error{featurebase.ErrRateLimited}},
		{&featurebase.APIError{StatusCode: 500, Method: "GET", Err: io.EOF},
			"featurebase: GET: 500 Internal Server Error: the body is not an error of the Featurebase API; EOF", []error{featurebase.ErrServer}},
		{&featurebase.APIError{StatusCode: 499, Code: "c"}, "featurebase: 499 c", nil},
		{&featurebase.APIError{StatusCode: 302}, "featurebase: 302 Found: redirects are not followed; is the base URL right?", nil},
		{&featurebase.UnexpectedResponseError{}, "featurebase: unexpected response", []error{featurebase.ErrUnexpectedResponse}},
		{&featurebase.UnexpectedResponseError{StatusCode: 200, Reason: "x is ada@example.com", Err: io.EOF, Ambiguous: true},
			"featurebase: unexpected response with status 200: x is [email]: EOF (may have been processed)", []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous}},
		{&featurebase.RequestError{}, "featurebase: not sent", nil},
		{&featurebase.RequestError{Attempts: 2}, "featurebase: no response (2 attempts)", nil},
		{&featurebase.RequestError{Ambiguous: true}, "featurebase: no response (may have been processed)", []error{featurebase.ErrAmbiguous}},
		{&featurebase.RequestError{Attempts: 4, Ambiguous: true}, "featurebase: no response (4 attempts, may have been processed)", []error{featurebase.ErrAmbiguous}},
		{&featurebase.RequestError{Attempts: 1, Err: io.EOF, Earlier: &featurebase.APIError{StatusCode: 503, Code: "c"}},
			"featurebase: no response: EOF; before that: 503 c", nil},
		{&featurebase.RateLimitError{RetryAfter: time.Second + time.Microsecond}, "rate limited for another 1s, longer than the call may wait", []error{featurebase.ErrRateLimited}},
		{&featurebase.InvalidIDError{}, "featurebase: invalid ID; nothing was sent", []error{featurebase.ErrInvalidArgument, featurebase.ErrInvalidID}},
		{&featurebase.InvalidIDError{ID: "ada", Param: "userId", Reason: "want another"}, "featurebase: invalid userId: want another; nothing was sent",
			[]error{featurebase.ErrInvalidArgument, featurebase.ErrInvalidID}},
		{&featurebase.ArgumentError{}, "featurebase: invalid argument; nothing was sent", []error{featurebase.ErrInvalidArgument}},
		{&featurebase.ArgumentError{Name: "Limit", Reason: "want less"}, "featurebase: invalid Limit: want less; nothing was sent", []error{featurebase.ErrInvalidArgument}},
	} {
		t.Run(tc.text, func(t *testing.T) {
			assert.EqualError(t, tc.err, tc.text)
			assert.ElementsMatch(t, tc.matches, matched(tc.err))
			for how, text := range shown(tc.err) {
				assert.NotRegexp(t, `ada|PANIC|[=:]""`, text, how)
			}
			_ = errors.Unwrap(tc.err)
		})
	}
}

func TestError_hasItsKindInTheLog(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want string
	}{
		{&featurebase.APIError{StatusCode: 500}, "error.kind=api_error error.attempts=0"},
		{&featurebase.UnexpectedResponseError{Reason: "why"}, "error.kind=unexpected_response error.attempts=0 error.ambiguous=false error.status=0 error.reason=why"},
		{&featurebase.RequestError{Err: io.EOF}, "error.kind=request_error error.attempts=0 error.ambiguous=false error.error=EOF"},
		{&featurebase.InvalidIDError{ID: "ada", Param: "id", Reason: "why"}, "error.kind=invalid_id error.param=id error.reason=why"},
		{&featurebase.ArgumentError{Name: "Limit", Reason: "why"}, "error.kind=invalid_argument error.name=Limit error.reason=why"},
	} {
		t.Run(tc.want, func(t *testing.T) { assert.Contains(t, logged(tc.err), tc.want) })
	}
}

func TestError_isLoggedWhole(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want string
	}{
		{&featurebase.APIError{StatusCode: 500, Type: "t", Code: "c", Message: "ada", Param: "p", RequestID: "r", Attempts: 2, Ambiguous: true, Method: "GET", Route: "/v2/x", Path: "/v2/ada", Err: io.EOF},
			"error.kind=api_error error.method=GET error.route=/v2/x error.attempts=2 error.ambiguous=true error.status=500 error.type=t error.code=c error.param=p error.error=EOF error.request_id=r\n"},
		{&featurebase.UnexpectedResponseError{StatusCode: 200, Reason: "why", RequestID: "r", Attempts: 2, Ambiguous: true, Method: "GET", Route: "/v2/x", Path: "/v2/ada", Err: io.EOF},
			"error.kind=unexpected_response error.method=GET error.route=/v2/x error.attempts=2 error.ambiguous=true error.status=200 error.reason=why error.error=EOF error.request_id=r\n"},
		{&featurebase.RequestError{Attempts: 2, Ambiguous: true, Method: "GET", Route: "/v2/x", Path: "/v2/ada", Err: io.EOF},
			"error.kind=request_error error.method=GET error.route=/v2/x error.attempts=2 error.ambiguous=true error.error=EOF\n"},
		{&featurebase.APIError{StatusCode: 500}, "error.kind=api_error error.attempts=0 error.ambiguous=false error.status=500\n"},
	} {
		t.Run(tc.want, func(t *testing.T) { assert.Contains(t, logged(tc.err), tc.want) })
	}
}

// Support asks for the request ID, whatever its form. It names nobody, unless a
// server makes it from what it was sent.
func TestError_showsTheRequestID(t *testing.T) {
	t.Parallel()
	const objectID = "65f1a0c2e4b0a1b2c3d4e5f6"
	for _, tc := range []struct{ name, id, want string }{
		{"has the form of an ID", objectID, objectID},
		{"a UUID", "0d9f3c1e-6b0a-4c55-9d5e-0a8f3b1c2d4e", "0d9f3c1e-6b0a-4c55-9d5e-0a8f3b1c2d4e"},
		{"begins with an argument", contactID + "-1", contactID + "-1"},
		{"an argument", contactID, "[argument]"},
		{"an argument in another case", strings.ToUpper(contactID), "[argument]"},
		{"an email address", "for ada@example.com", "for [email]"},
		{"the token", "Bearer " + token, "Bearer [token]"},
		{"the token where it is cut", strings.Repeat("r", 195) + token, strings.Repeat("r", 195) + "[toke…"},
		{"two lines", "r\u2028s", "r s"},
		{"long", strings.Repeat("r", 201), strings.Repeat("r", 200) + "…"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			respond := func(status int) roundTripper {
				return func(*http.Request) (*http.Response, error) {
					resp := response(status, "")
					resp.Header.Set("X-Request-Id", tc.id)
					return resp, nil
				}
			}
			for _, status := range []int{200, 400} {
				var log bytes.Buffer
				var resp featurebase.Response
				client := newClient(t, respond(status), featurebase.WithLogger(newLogger(&log, slog.LevelDebug)))
				_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
				for how, text := range shown(err) {
					assert.Contains(t, text, tc.want, how)
				}
				assert.Contains(t, log.String(), tc.want)
				assert.Equal(t, tc.want, resp.RequestID)
			}
		})
	}
}

func TestError_showsNoArgumentAsTheRequestID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{companyID, contactID} {
		client := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
			resp := response(404, "")
			resp.Header.Set("X-Request-Id", id)
			return resp, nil
		}))
		_, err := client.Companies.DetachContact(t.Context(), companyID, contactID)
		assert.ErrorContains(t, err, "request ID [argument]")
	}
}

func TestError_showsARequestIDThatWasSetByHandWithoutPeople(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		&featurebase.APIError{RequestID: contactID + " for ada@example.com"},
		&featurebase.UnexpectedResponseError{RequestID: contactID + " for ada@example.com"},
	} {
		for how, text := range shown(err) {
			assert.Contains(t, text, contactID+" for [email]", how)
		}
	}
	assert.Contains(t, logged(featurebase.BulkResult[int]{RequestID: contactID + " for ada@example.com"}), contactID+" for [email]")
}

// Nothing in an error's fields makes its text more than a short line.
func TestError_isOneShortLineWhateverIsInIt(t *testing.T) {
	t.Parallel()
	nasty := "a\x1b\u202e\nb" + strings.Repeat("c", 5000)
	cause := errors.New(nasty)
	for _, tc := range []struct {
		name string
		err  error
	}{
		{"type", &featurebase.APIError{Type: featurebase.ErrorType(nasty)}},
		{"route", &featurebase.APIError{Route: nasty}},
		{"method", &featurebase.APIError{Method: nasty}},
		{"code", &featurebase.APIError{Code: featurebase.ErrorCode(nasty)}},
		{"code and message", &featurebase.APIError{Code: featurebase.ErrorCode(nasty), Message: nasty}},
		{"param", &featurebase.APIError{Param: nasty}},
		{"request ID", &featurebase.APIError{RequestID: nasty}},
		{"cause", &featurebase.APIError{Err: cause}},
		{"reason", &featurebase.UnexpectedResponseError{Reason: nasty}},
		{"request ID of an unexpected response", &featurebase.UnexpectedResponseError{RequestID: nasty}},
		{"cause of an unexpected response", &featurebase.UnexpectedResponseError{Err: cause}},
		{"no response", &featurebase.RequestError{Err: cause}},
		{"no response after an error", &featurebase.RequestError{Earlier: cause}},
		{"an operation", &featurebase.RequestError{Err: &net.OpError{Op: "read", Err: cause}}},
		{"a name", &featurebase.RequestError{Err: &net.DNSError{Name: nasty}}},
		{"a certificate", &featurebase.RequestError{Err: &tls.CertificateVerificationError{Err: cause}}},
		{"an ID", &featurebase.InvalidIDError{ID: nasty}},
		{"the param of an ID", &featurebase.InvalidIDError{Param: nasty}},
		{"the reason of an ID", &featurebase.InvalidIDError{Reason: nasty}},
		{"an argument", &featurebase.ArgumentError{Name: nasty}},
		{"the reason of an argument", &featurebase.ArgumentError{Name: nasty, Reason: nasty}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for how, text := range map[string]string{"text": tc.err.Error(), "log": strings.TrimSpace(strings.Split(logged(tc.err), "\n")[0])} {
				assert.Less(t, len(text), 2500, how)
				for _, unprintable := range []string{"\n", "\x1b", "\u202e", `\n`, `\x1b`, `\u202e`} {
					assert.NotContains(t, text, unprintable, how)
				}
			}
		})
	}
}

// A cause may have several causes, which are worth more than a value.
func TestError_showsAThousandCharactersOfItsCause(t *testing.T) {
	t.Parallel()
	cause := errors.New(strings.Repeat("é", 1000))
	longer := errors.New(strings.Repeat("é", 1001))
	for _, err := range []func(error) error{
		func(err error) error { return &featurebase.APIError{Err: err} },
		func(err error) error { return &featurebase.UnexpectedResponseError{Err: err} },
		func(err error) error { return &featurebase.RequestError{Err: err} },
	} {
		assert.Contains(t, err(cause).Error(), cause.Error())
		assert.Contains(t, err(longer).Error(), cause.Error()+"…")
	}
}

// The token must be in nothing that is printed, logged or encoded, and nobody is
// named by the text of errors, however it is wrapped, and by log lines.
func TestCalls_showNeitherTokenNorPeople(t *testing.T) {
	t.Parallel()
	printed := func(v any) string {
		encoded, _ := json.Marshal(v)
		return fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v) + string(encoded) + logged(v)
	}
	forEachFailure(t, func(t *testing.T, srv *featurebasetest.Server, call apiCall, _ failure) {
		var log bytes.Buffer
		client := srv.Client(featurebase.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		var resp featurebase.Response
		_, err := call.do(t.Context(), client, featurebase.WithResponse(&resp))
		require.Error(t, err)
		for _, v := range []any{client, *client, client.Contacts, *client.Contacts, *client.Posts, err, resp} {
			text := printed(v)
			assert.NotContains(t, text, srv.Token)
			assert.NotContains(t, text, fmt.Sprintf("%x", srv.Token))
		}
		texts := shown(err)
		assert.Contains(t, texts["logged"], `"route":"/v2/`)
		texts["log"] = log.String()
		for how, text := range texts {
			for _, private := range []string{contactID, "u1", "ada@example.com", "Bad Gateway<", "<html>"} {
				assert.NotContains(t, text, private, how)
			}
		}
	})
}

// Bytes that are no text, and the key, are shown by no error and no log line,
// wherever a server puts them.
func TestError_isOneShortLineWithoutTheToken(t *testing.T) {
	t.Parallel()
	nasty := "\x1b[31m\a\u202e\u2028\u0085" + token
	long := strings.Repeat("1", 1<<19) // shorter than the most that is read of a failure
	quoted := `\u001b[31m\u0007\u202e\u2028\u0085` + token
	for _, tc := range []struct {
		name string
		rt   roundTripper
	}{
		{"message", respondWith(400, `{"error":{"type":"t","code":"c","message":"`+quoted+`"}}`)},
		{"message, twice", respondWith(400, `{"error":{"type":"t","code":"c","message":"`+token+` `+token+`"}}`)},
		{"code", respondWith(400, `{"error":{"type":"t","code":"`+quoted+long+`"}}`)},
		{"type", respondWith(400, `{"error":{"type":"`+quoted+long+`"}}`)},
		{"param", respondWith(400, `{"error":{"type":"t","code":"c","message":"m","param":"`+quoted+`"}}`)},
		{"request ID", func(*http.Request) (*http.Response, error) {
			resp := response(400, "")
			resp.Header.Set("X-Request-Id", nasty+long)
			return resp, nil
		}},
		{"long number", respondWith(200, `{"id":`+long+`}`)},
		{"object", respondWith(200, `{"id":"`+contactID+`","object":"`+quoted+`","deleted":true}`)},
		{"repeated name", respondWith(200, `{"`+quoted+`":1,"`+quoted+`":1}`)},
		{"transport error", failWith(errors.New(nasty + long))},
		{"body error", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(iotest.ErrReader(errors.New(nasty + long)))}, nil
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			err := deleteError(t, tc.rt, featurebase.WithMaxRetries(1), featurebase.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			assert.NotContains(t, err.Error(), "\n")
			texts := shown(err)
			if e := new(featurebase.APIError); errors.As(err, &e) {
				for _, field := range []string{string(e.Type), string(e.Code), e.Message, e.Param, e.RequestID} {
					assert.NotContains(t, field, token)
				}
			}
			if e := new(featurebase.RequestError); errors.As(err, &e) {
				texts["cause"] = e.Err.Error()
			}
			texts["log"] = log.String()
			for what, text := range texts {
				assert.NotContains(t, text, token, what)
				assert.NotContains(t, text, hex.EncodeToString([]byte(token)), what)
				for _, r := range "\x1b\a\u202e\u2028\u0085" {
					assert.NotContains(t, text, string(r), what)
				}
				assert.Less(t, len(text), 8000, what)
			}
		})
	}
}

// A proxy can respond to CONNECT with any text.
func TestRequestError_clipsTheTextOfAProxy(t *testing.T) {
	t.Parallel()
	proxy := listen(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		write(conn, "HTTP/1.1 403 \x1b[2J"+strings.Repeat("Forbidden", 1000)+"\u202e\n\n")
	})
	u, err := url.Parse("http://" + proxy)
	require.NoError(t, err)
	hc := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
	client := networkClient(t, "https://featurebase.test", hc, featurebase.WithMaxRetries(0))
	_, err = client.Contacts.Delete(t.Context(), contactID)
	require.ErrorContains(t, err, "Forbidden")
	assert.Less(t, len(err.Error()), 1500)
	assert.NotContains(t, err.Error(), "\x1b")
	assert.NotContains(t, err.Error(), "\u202e")
	assert.NotErrorIs(t, err, featurebase.ErrAmbiguous, "the request did not get past the proxy")
}

// A person's text is hidden in each form in which a program may repeat it.
func TestError_replacesArgumentsAsTheyAreEscaped(t *testing.T) {
	t.Parallel()
	const content = "<b>Zoë & \"Ada\" \\ 🎈</b>"
	asSent, err := json.Marshal(content)
	require.NoError(t, err)
	inner := func(quoted string) string { return quoted[1 : len(quoted)-1] }
	for name, form := range map[string]string{
		"plain":                 content,
		"JSON":                  inner(string(asSent)),
		"JSON, letters in case": strings.ToUpper(inner(string(asSent))),
		"JSON without HTML":     `<b>Zoë & \"Ada\" \\ 🎈</b>`,
		"JSON in ASCII":         `<b>Zo\u00eb & \"Ada\" \\ \ud83c\udf88</b>`,
		"%q":                    inner(fmt.Sprintf("%q", content)),
		"%q of the JSON":        inner(fmt.Sprintf("%q", inner(string(asSent)))),
		"HTML":                  "&lt;b&gt;Zoë &amp; &#34;Ada&#34; \\ 🎈&lt;/b&gt;",
		"a path":                url.PathEscape(content),
		"a query":               url.QueryEscape(content),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := json.Marshal(map[string]any{"error": map[string]any{"type": "t", "code": "c", "message": "can't read [" + form + "]"}})
			require.NoError(t, err)
			client := newClient(t, respondWith(400, string(body)))
			_, err = client.Comments.Create(t.Context(), featurebase.CommentCreateParams{PostID: otherID, Content: content})
			assert.EqualError(t, err, "featurebase: POST /v2/comments: 400 c: can't read [[argument]]")
		})
	}
}

// Words that overlap are hidden together; the end of one is not left over.
func TestError_replacesArgumentsThatOverlap(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ message, want string }{
		{"Ada Lovelace, Countess", "[argument]"},
		{"Ada Lovelace, then Lovelace, Countess.", "[argument], then [argument]."},
		{"ADA LOVELACE; İda \u212aing, zoë king", "[argument]; İda [argument], zoë [argument]"}, // the Kelvin sign is a K
	} {
		client := newClient(t, respondWith(400, fmt.Sprintf(`{"error":{"type":"t","code":"c","message":%q}}`, tc.message)))
		_, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: otherID, Title: "Ada Lovelace", Content: "Lovelace, Countess", Tags: []string{"King"}})
		assert.EqualError(t, err, "featurebase: POST /v2/posts: 400 c: "+tc.want)
	}
}

// Many arguments are looked for in another way than few.
func TestError_replacesManyArguments(t *testing.T) {
	t.Parallel()
	names := make([]string, 50)
	for i := range names {
		names[i] = fmt.Sprintf("Ada %c Lovelace", 'A'+i%26) + strings.Repeat("e", i/26)
	}
	body, err := json.Marshal(map[string]any{"error": map[string]any{
		"type": "t", "code": "c", "message": "no " + strings.ToUpper(names[40]) + ", no Zoë", "param": names[3],
		"details": []map[string]string{{"path": names[49], "message": "nor " + names[0]}, {"message": "xAda A Lovelace"}},
	}})
	require.NoError(t, err)
	client := newClient(t, respondWith(400, string(body)))
	_, err = client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldName.OneOf(names...)}})
	assert.EqualError(t, err, "featurebase: POST /v2/contacts/search: 400 c: no [argument], no Zoë; [argument]: nor [argument]; xAda A Lovelace (param [argument])")
}

// The words of the library and the API say what to mend.
func TestError_leavesTheWordsOfFilters(t *testing.T) {
	t.Parallel()
	const message = `query has a clause with state and \"=\": its value must be one of [open closed snoozed]`
	client := newClient(t, respondWith(400, `{"error":{"type":"t","code":"c","message":"`+message+`","param":"query"}}`))
	_, err := client.Conversations.Search(t.Context(), featurebase.ConversationSearchParams{Filters: featurebase.Filters[featurebase.Conversation]{featurebase.ConversationFieldState.Is("Open")}})
	assert.EqualError(t, err, `featurebase: POST /v2/conversations/search: 400 c: query has a clause with state and "=": its value must be one of [open closed snoozed] (param query)`)
}

// Each attempt may have another key, and a server may remember them all.
func TestError_hidesTheKeysOfEarlierAttempts(t *testing.T) {
	t.Parallel()
	attempt := 0
	tokens := []string{"sk_1", "sk_1_2", "sk_3"}
	source := func(context.Context) (string, error) {
		attempt++
		return tokens[attempt-1], nil
	}
	var log bytes.Buffer
	client, err := featurebase.NewClient("", featurebase.WithTokenSource(source), featurebase.WithRetryWait(0, 0), featurebase.WithMaxRetries(2),
		featurebase.WithLogger(newLogger(&log, slog.LevelDebug)),
		featurebase.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			resp := response(503, fmt.Sprintf(`{"error":{"type":"t","code":"c","message":"sent %s","param":"sk_1"}}`, strings.Join(tokens[:attempt], ", ")))
			resp.Header.Set("X-Request-Id", "for-sk_1")
			return resp, nil
		})}))
	require.NoError(t, err)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/{id}: 503 c: sent [token], [token], [token] (param [token]) (3 attempts, may have been processed, request ID for-[token])")
	assert.Equal(t, "sent [token], [token], [token]", requireErrorAs[*featurebase.APIError](t, err).Message)
	assert.NotContains(t, log.String(), "sk_")
}

// BenchmarkError_search fails a search for many values, in a response that repeats
// many of them.
func BenchmarkError_search(b *testing.B) {
	values := make([]string, 20_000)
	details := make([]featurebase.ErrorDetail, 2_000)
	for i := range values {
		values[i] = fmt.Sprintf("ada.lovelace+%d@engine-%d.example.com", i, i%7)
	}
	for i := range details {
		details[i] = featurebase.ErrorDetail{Path: fmt.Sprintf("body.query.value[%d]", i), Message: "no " + values[i]}
	}
	body, err := json.Marshal(map[string]any{"error": map[string]any{
		"type": "t", "code": "c", "message": strings.Repeat(strings.Join(values[:200], " "), 2), "details": details,
	}})
	require.NoError(b, err)
	client := newClient(b, respondWith(400, string(body)))
	params := featurebase.ContactSearchParams{Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.OneOf(values...)}}
	for b.Loop() {
		_, err := client.Contacts.Search(b.Context(), params)
		if err == nil || strings.Contains(err.Error(), "lovelace") {
			b.Fatal(err)
		}
	}
}
