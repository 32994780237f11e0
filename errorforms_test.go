package featurebase_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

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
