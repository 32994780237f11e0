package featurebase_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestDo_callsAnyEndpoint(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, method, path string
		in                 any
		status             int
		body               string
		line, sends        string
	}{
		{"a list", "GET", "/v2/boards?limit=5&q=a%20b", nil, 200, `[{"id":"1"}]`, "GET /v2/boards?limit=5&q=a%20b", ""},
		{"an escaped ID", "GET", "/v2/things/a%2Fb", nil, 200, `[{"id":"1"}]`, "GET /v2/things/a%2Fb", ""},
		{"a creation", "POST", "/v2/things", map[string]int{"a": 1}, 201, `[{"id":"1"}]`, "POST /v2/things", `{"a":1}`},
		{"a deletion with a body", "DELETE", "/v2/things", []string{"x"}, 202, `[{"id":"1"}]`, "DELETE /v2/things", `["x"]`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := responding(tc.status, tc.body)
			var out []struct {
				ID string `json:"id"`
			}
			var resp featurebase.Response
			err := newClient(t, rt).Do(t.Context(), tc.method, tc.path, tc.in, &out, featurebase.WithResponse(&resp))
			require.NoError(t, err)
			assert.Equal(t, "1", out[0].ID)
			assert.Equal(t, tc.line, (*sent)[0].line)
			assert.Equal(t, tc.sends, (*sent)[0].body)
			assert.Equal(t, "Bearer "+token, (*sent)[0].header.Get("Authorization"))
			assert.Equal(t, "2026-01-01.nova", (*sent)[0].header.Get("Featurebase-Version"))
			assert.Equal(t, tc.status, resp.StatusCode)
		})
	}
}

func TestDo_needsNoResult(t *testing.T) {
	t.Parallel()
	rt, _ := responding(204, "")
	assert.NoError(t, newClient(t, rt).Do(t.Context(), "DELETE", "/v2/things/1", nil, nil))
	rt, _ = responding(200, "<html>")
	var out any
	err := newClient(t, rt).Do(t.Context(), "GET", "/v2/things/1", nil, &out)
	assert.EqualError(t, err, "featurebase: GET /v2/things/…: unexpected response with status 200: "+
		`its body is not the expected JSON: unexpected '<' at byte 0 of the JSON`)
}

func TestDo_refusesPathsThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	rt, sent := responding(200, "{}")
	client := newClient(t, rt)
	for _, path := range []string{
		"", "/", "/v2", "/v2/", "v2/contacts", "/v1/contacts", "https://example.com/v2/contacts", "//example.com/v2/x", "/v2/../x", "/v2/contacts/..",
		"/v2/contacts/%2e%2e", "/v2/contacts/.", "/v2/contacts//x", "/v2/contacts/", "/v2/a b", "/v2/a\nb", "/v2/é", "/v2/a#b", "/v2/a%2", `/v2/a\b`, "/v2/a?b c",
	} {
		err := client.Do(t.Context(), "GET", path, nil, nil)
		e := requireErrorAs[*featurebase.ArgumentError](t, err)
		assert.Equal(t, "path", e.Name, path)
		assert.ErrorIs(t, err, featurebase.ErrInvalidArgument)
	}
	for _, method := range []string{"", "get", "HEAD", "CONNECT", "X"} {
		assert.Equal(t, "method", requireErrorAs[*featurebase.ArgumentError](t, client.Do(t.Context(), method, "/v2/contacts", nil, nil)).Name, method)
	}
	assert.Equal(t, "in", requireErrorAs[*featurebase.ArgumentError](t, client.Do(t.Context(), "POST", "/v2/contacts", make(chan int), nil)).Name)
	assert.Empty(t, *sent)
}

func TestDo_repeatsWhatCanBeRepeated(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method    string
		opts      []featurebase.CallOption
		attempts  int
		ambiguous bool
	}{
		{"GET", nil, 4, false},
		{"DELETE", nil, 4, true},
		{"POST", nil, 1, true},
		{"PUT", nil, 1, true},
		{"PATCH", nil, 1, true},
		{"POST", []featurebase.CallOption{featurebase.WithRepeatable()}, 4, true},
	} {
		rt, sent := responding(503, "")
		err := newClient(t, rt).Do(t.Context(), tc.method, "/v2/things", nil, nil, tc.opts...)
		assert.Len(t, *sent, tc.attempts, tc.method)
		assert.Equal(t, tc.ambiguous, requireErrorAs[*featurebase.APIError](t, err).Ambiguous, tc.method)
	}
}

// A path may have an ID in it, so it is not shown.
func TestDo_showsNoPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/v2/things":                     "GET /v2/things: 404",
		"/v2/things/ada%40example.com":   "GET /v2/things/…: 404",
		"/v2/things/ada/x?q=lovelace":    "GET /v2/things/…: 404",
		"/v2/Ada@example.com":            "GET /v2/…: 404",
		"/v2/507f1f77bcf86cd799439011/x": "GET /v2/…: 404",
	} {
		rt, _ := responding(404, "")
		err := newClient(t, rt).Do(t.Context(), "GET", path, nil, nil)
		for how, text := range shown(err) {
			assert.NotRegexp(t, `(?i)ada|lovelace|507f`, text, how)
		}
		assert.ErrorContains(t, err, want)
		assert.NotErrorIs(t, err, featurebase.ErrNotFound)
	}
}

func TestWithHeader_sendsItWithEachRequest(t *testing.T) {
	t.Parallel()
	rt, sent := responding(200, deletedOK)
	client := newClient(t, rt, featurebase.WithHeader("x-team", "billing"), featurebase.WithHeader("X-Trace", "0"))
	_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithHeader("X-Trace", "1"), featurebase.WithHeader("X-More", ""))
	require.NoError(t, err)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	require.NoError(t, err)
	first, second := (*sent)[0].header, (*sent)[1].header
	assert.Equal(t, []string{"billing", "1", ""}, []string{first.Get("X-Team"), first.Get("X-Trace"), first.Get("X-More")})
	assert.Equal(t, []string{"billing", "0"}, []string{second.Get("X-Team"), second.Get("X-Trace")})
	assert.NotContains(t, second, "X-More")
	for result := range client.Contacts.DeleteMany(t.Context(), func(yield func(string) bool) { yield(contactID) }, featurebase.WithHeader("X-Trace", "2")) {
		require.NoError(t, result.Err)
	}
	assert.Equal(t, "2", (*sent)[2].header.Get("X-Trace"))
}

func TestWithHeader_refusesWhatIsNotTheCallers(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"Authorization", "authorization", "Host", "featurebase-version", "Content-Type", "Content-Length", "User-Agent", "Accept", "Transfer-Encoding",
		"Connection", "Idempotency-Key", "X-Idempotency-Key", "Accept-Encoding", "", "a b", "a:b", "a\nb", "é",
	} {
		_, err := featurebase.NewClient(token, featurebase.WithHeader(key, "x"))
		assert.ErrorContains(t, err, "featurebase: WithHeader(", key)
	}
	for _, value := range []string{"a\nb", "a\rb", "é", "\x00"} {
		_, err := featurebase.NewClient(token, featurebase.WithHeader("X-A", value))
		assert.EqualError(t, err, `featurebase: WithHeader("X-A"): want a value of printable ASCII`)
	}
}

// Two calls at once don't share the header that one of them adds to.
func TestWithHeader_isOfOneCall(t *testing.T) {
	t.Parallel()
	client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		r.Header.Set("X-Changed", "by the transport")
		return answering(200, deletedOK).RoundTrip(r)
	}), featurebase.WithHeader("X-A", "1"))
	for range 8 {
		t.Run("call", func(t *testing.T) {
			t.Parallel()
			_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithHeader("X-B", "2"))
			assert.NoError(t, err)
		})
	}
}

func TestRetryAfter_saysWhenToComeBack(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		err  error
		want time.Duration
		ok   bool
	}{
		{"nil", nil, 0, false},
		{"refused", &featurebase.APIError{StatusCode: 429, RetryAfter: time.Second}, time.Second, true},
		{"wrapped", &featurebase.RequestError{Err: &featurebase.RateLimitError{RetryAfter: time.Minute}}, time.Minute, true},
		{"the window has ended", &featurebase.RateLimitError{}, 0, true},
		{"another status", &featurebase.APIError{StatusCode: 500}, 0, false},
		{"another error", &featurebase.RequestError{}, 0, false},
	} {
		got, ok := featurebase.RetryAfter(tc.err)
		assert.Equal(t, tc.want, got, tc.name)
		assert.Equal(t, tc.ok, ok, tc.name)
	}
}
