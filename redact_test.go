package featurebase_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
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
			UserID: "u-17", Name: "Ada Lovelace", Phone: featurebase.Value("+44 20"), CustomFields: map[string]any{"nick": "countess"},
			Companies: []featurebase.ContactUpsertCompany{{ID: "c/1", Name: "Analytical Engines"}},
		})
		return err
	}
	for _, tc := range []struct {
		message, want string
	}{
		{"User u-17 is unknown.", "User [argument] is unknown."},
		{"The user ids u-171 and xu-17 are others.", "The user ids u-171 and xu-17 are others."},
		{"U-17 (u-17)", "[argument] ([argument])"},
		{`Name "Ada Lovelace" is taken by ada@example.com, see mailto:ada@example.com`, `Name "[argument]" is taken by [email], see mailto:[email]`},
		{"ada lovelace, COUNTESS, +44 20 of Analytical Engines", "[argument], [argument], [argument] of [argument]"},
		{"no company c/1 or c%2F1", "no company [argument] or [argument]"},
		{"name is required", "name is required"},
		{"ada@example.com", "[email]"},
		{"no post 507F1f77bcf86cd799439011, 507f1f77bcf86cd7994390112", "no post [ID], 507f1f77bcf86cd7994390112"},
	} {
		rt, _ := responding(400, message(tc.message))
		err := upsert(newClient(t, rt))
		assert.EqualError(t, err, "featurebase: POST /v2/contacts: 400 invalid_parameter: "+tc.want)
		assert.Equal(t, tc.message, requireErrorAs[*featurebase.APIError](t, err).Message, "the field has what the server said")
	}
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
		{&featurebase.APIError{StatusCode: 403, Type: "t"}, "featurebase: 403 t", []error{featurebase.ErrPermission}},
		{&featurebase.APIError{StatusCode: 429, Attempts: 4, RequestID: "r"},
			"featurebase: 429 Too Many Requests: the body is not an error of the Featurebase API (4 attempts, request ID r)", []error{featurebase.ErrRateLimited}},
		{&featurebase.APIError{StatusCode: 500, Method: "GET", Err: io.EOF},
			"featurebase: GET: 500 Internal Server Error: the body is not an error of the Featurebase API; EOF", []error{featurebase.ErrServer}},
		{&featurebase.APIError{StatusCode: 302}, "featurebase: 302 Found: redirects are not followed; is the base URL right?", nil},
		{&featurebase.UnexpectedResponseError{}, "featurebase: unexpected response", []error{featurebase.ErrUnexpectedResponse}},
		{&featurebase.UnexpectedResponseError{StatusCode: 200, Reason: "x is ada@example.com", Err: io.EOF, Ambiguous: true},
			"featurebase: unexpected response with status 200: x is [email]: EOF (may have been processed)", []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous}},
		{&featurebase.RequestError{}, "featurebase: not sent", nil},
		{&featurebase.RequestError{Attempts: 4, Ambiguous: true}, "featurebase: no response (4 attempts, may have been processed)", []error{featurebase.ErrAmbiguous}},
		{&featurebase.RequestError{Attempts: 1, Err: io.EOF, Earlier: &featurebase.APIError{StatusCode: 503, Code: "c"}},
			"featurebase: no response: EOF; before that: 503 c", nil},
		{&featurebase.RateLimitError{RetryAfter: time.Second}, "rate limited for another 1s, longer than the call may wait", []error{featurebase.ErrRateLimited}},
		{&featurebase.InvalidIDError{}, "featurebase: invalid ID; nothing was sent", []error{featurebase.ErrInvalidArgument, featurebase.ErrInvalidID}},
		{&featurebase.InvalidIDError{ID: "ada", Param: "userId", Reason: "want another"}, "featurebase: invalid userId: want another; nothing was sent",
			[]error{featurebase.ErrInvalidArgument, featurebase.ErrInvalidID}},
		{&featurebase.ArgumentError{}, "featurebase: invalid argument; nothing was sent", []error{featurebase.ErrInvalidArgument}},
		{&featurebase.ArgumentError{Name: "Limit", Reason: "want less"}, "featurebase: invalid Limit: want less; nothing was sent", []error{featurebase.ErrInvalidArgument}},
	} {
		assert.EqualError(t, tc.err, tc.text)
		assert.ElementsMatch(t, tc.matches, matched(tc.err), tc.text)
		for _, text := range shown(tc.err) {
			assert.NotContains(t, text, "ada")
			assert.NotContains(t, text, "PANIC")
			assert.NotContains(t, text, `=""`)
			assert.NotContains(t, text, `:""`)
		}
		if v, ok := tc.err.(slog.LogValuer); ok {
			assert.Equal(t, slog.KindGroup, v.LogValue().Kind())
		}
		_ = errors.Unwrap(tc.err)
	}
}

func TestError_hasItsKindInTheLog(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"api_error":           &featurebase.APIError{StatusCode: 500},
		"unexpected_response": &featurebase.UnexpectedResponseError{Reason: "why"},
		"request_error":       &featurebase.RequestError{Err: io.EOF},
		"invalid_id":          &featurebase.InvalidIDError{Reason: "why"},
		"invalid_argument":    &featurebase.ArgumentError{Reason: "why"},
	} {
		text := shown(err)["slog text, bare"]
		assert.Contains(t, text, "error.kind="+want)
		if want != "api_error" && want != "request_error" {
			assert.Contains(t, text, "error.reason=why")
		}
	}
	require.Contains(t, shown(&featurebase.RequestError{Err: io.EOF})["slog JSON, bare"], `"error":"EOF"`)
}
