package featurebase_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestClientDo_callsAnyEndpoint(t *testing.T) {
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
			rt, sent := recording(tc.status, tc.body)
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

func TestClientDo_needsNoResult(t *testing.T) {
	t.Parallel()
	assert.NoError(t, newClient(t, respondWith(204, "")).Do(t.Context(), "DELETE", "/v2/things/1", nil, nil))
	var out any
	err := newClient(t, respondWith(200, "<html>")).Do(t.Context(), "GET", "/v2/things/1", nil, &out)
	assert.EqualError(t, err, "featurebase: GET /v2/things/…: unexpected response with status 200: "+
		`its body is not the expected JSON: unexpected '<' at byte 0 of the JSON`)
}

func TestClientDo_refusesPathsThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	rt, sent := recording(200, "{}")
	client := newClient(t, rt)
	for _, path := range []string{
		"", "/", "/v2", "/v2/", "v2/contacts", "/v1/contacts", "https://example.com/v2/contacts", "//example.com/v2/x", "/v2/../x", "/v2/contacts/..",
		"/v2/contacts/%2e%2e", "/v2/contacts/.", "/v2/contacts//x", "/v2/contacts/", "/v2/a b", "/v2/a\nb", "/v2/é", "/v2/a#b", "/v2/a%2", `/v2/a\b`, "/v2/a?b c",
		"/v2/a?b=é", "/v2/a?b=\x01", "/v2/a?b#c", `/v2/a?b\c`,
	} {
		err := client.Do(t.Context(), "GET", path, nil, nil)
		e := requireErrorAs[*featurebase.ArgumentError](t, err)
		assert.Equal(t, "path", e.Name, path)
		assert.ErrorIs(t, err, featurebase.ErrInvalidArgument)
	}
	for _, method := range []string{"", "get", "HEAD", "CONNECT", "X"} {
		assert.Equal(t, "method", requireErrorAs[*featurebase.ArgumentError](t, client.Do(t.Context(), method, "/v2/contacts", nil, nil)).Name, method)
	}
	err := client.Do(t.Context(), "POST", "/v2/contacts", make(chan int), nil)
	assert.Equal(t, "in", requireErrorAs[*featurebase.ArgumentError](t, err).Name)
	requireErrorAs[*json.UnsupportedTypeError](t, err)
	assert.Empty(t, *sent)
}

func TestClientDo_repeatsWhatCanBeRepeated(t *testing.T) {
	t.Parallel()
	repeatable := []featurebase.CallOption{featurebase.WithRepeatable()}
	for _, tc := range []struct {
		name, method string
		opts         []featurebase.CallOption
		attempts     int
		ambiguous    bool
	}{
		{"GET", "GET", nil, 4, false},
		{"DELETE", "DELETE", nil, 4, true},
		{"POST", "POST", nil, 1, true},
		{"PUT", "PUT", nil, 1, true},
		{"PATCH", "PATCH", nil, 1, true},
		{"POST, repeatable", "POST", repeatable, 4, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(503, "")
			err := newClient(t, rt).Do(t.Context(), tc.method, "/v2/things", map[string]int{"a": 1}, nil, tc.opts...)
			require.Len(t, *sent, tc.attempts)
			for _, s := range *sent {
				assert.Equal(t, `{"a":1}`, s.body)
			}
			assert.Equal(t, tc.ambiguous, requireErrorAs[*featurebase.APIError](t, err).Ambiguous)
		})
	}
}

func TestClientDo_reportsWhatFailed(t *testing.T) {
	t.Parallel()
	err := newClient(t, failWith(io.EOF)).Do(t.Context(), "GET", "/v2/things", nil, nil)
	assert.EqualError(t, err, "featurebase: GET /v2/things: no response: EOF (4 attempts)")
	err = newClient(t, respondWith(200, "{}")).Do(t.Context(), "GET", "/v2/things", nil, nil, featurebase.WithMaxRetries(-1))
	assert.EqualError(t, err, "featurebase: WithMaxRetries: -1 is negative")
	var none context.Context
	err = newClient(t, respondWith(200, "{}")).Do(none, "GET", "/v2/things", nil, nil)
	assert.EqualError(t, err, "featurebase: invalid ctx: it is nil; nothing was sent")
}

func TestClientDo_saysThatTheCallerGaveUpWaiting(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.FailNext(fault{Lasts: true, Status: 503})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		err := client.Do(ctx, "GET", "/v2/contacts", nil, nil)
		assert.ElementsMatch(t, []error{featurebase.ErrServer, context.Canceled}, matched(err))
		assert.ErrorContains(t, err, "gave up waiting to retry")
	}, featurebase.WithRetryWait(time.Hour, time.Hour))
}

func TestClientDo_showsNothingOfABodyThatIsPersonal(t *testing.T) {
	t.Parallel()
	var out any
	err := newClient(t, respondWith(200, `{"ada@example.com":1,"ada@example.com":2}`)).Do(t.Context(), "GET", "/v2/things", nil, &out)
	assert.ErrorContains(t, err, `"[email]" comes more than once`)
}

// A path may have an ID in it, so it is not shown.
func TestClientDo_showsNoPath(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ path, want string }{
		{"/v2/things", "GET /v2/things: 404"},
		{"/v2/things/ada%40example.com", "GET /v2/things/…: 404"},
		{"/v2/things/ada/x?q=lovelace", "GET /v2/things/…: 404"},
		{"/v2/Ada@example.com", "GET /v2/…: 404"},
		{"/v2/507f1f77bcf86cd799439011/x", "GET /v2/…: 404"},
	} {
		t.Run(tc.path, func(t *testing.T) {
			t.Parallel()
			err := newClient(t, respondWith(404, notFound)).Do(t.Context(), "GET", tc.path, nil, nil)
			for how, text := range shown(err) {
				assert.NotRegexp(t, `(?i)ada|lovelace|507f`, text, how)
			}
			assert.ErrorContains(t, err, tc.want)
			path, _, _ := strings.Cut(tc.path, "?")
			assert.Equal(t, path, requireErrorAs[*featurebase.APIError](t, err).Path)
		})
	}
}
