package featurebase_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
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

// thing has fields of all kinds, as encoding/json takes them.
type thing struct {
	*inner
	N        int64
	U        uint8 `json:"u"`
	F        float32
	D        time.Duration
	B        []byte
	Pair     [2]int
	ByNumber map[int]string
	Quoted   int `json:",string"`
	Custom   shout
	Contact  featurebase.Contact `json:"contact"`
}

type inner struct{ Name string }

type shout string

func (s *shout) UnmarshalJSON(b []byte) error { *s = shout(strings.ToUpper(string(b))); return nil }

func TestClientDo_decodesAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	body := `{"Name":"Ada","n":9007199254740993,"u":7,"F":1.5,"D":2000,"B":"AQI=","Pair":[1,2,3],"ByNumber":{"4":"x"},"Quoted":"5","Custom":"hi",` +
		`"contact":{"object":"contact","id":"` + contactID + `","new":true}}`
	var got, want thing
	got.inner, want.inner = new(inner), new(inner) // it can't be made by encoding/json: it is not exported
	require.NoError(t, json.Unmarshal([]byte(body), &want))
	require.NoError(t, newClient(t, respondWith(201, body)).Do(t.Context(), "POST", "/v2/things", nil, &got))
	assert.Equal(t, want, got)
	assert.Equal(t, int64(9007199254740993), got.N)
	assert.Equal(t, "Ada", got.Name)
	assert.Equal(t, shout(`"HI"`), got.Custom)
	assert.Contains(t, got.Contact.Extra, "new")

	var number int64
	require.NoError(t, newClient(t, respondWith(200, "7")).Do(t.Context(), "GET", "/v2/things", nil, &number))
	assert.Equal(t, int64(7), number)
}

// Objects of the library are decoded as its methods do.
func TestClientDo_decodesTheLibrarysOwnTypes(t *testing.T) {
	t.Parallel()
	do := func(body string, out any) error {
		return newClient(t, respondWith(200, body)).Do(t.Context(), "GET", "/v2/things", nil, out)
	}
	var contact featurebase.Contact
	require.NoError(t, do(`{"object":"contact","id":"x","name":7,"new":{"a":1,"a":2}}`, &contact))
	assert.Len(t, contact.Extra, 2)
	var deleted featurebase.Deleted
	require.NoError(t, do(deletedOK, &deleted))
	assert.Equal(t, contactID, deleted.ID)

	type item struct{ N int64 }
	list := `{"object":"list","data":[{"n":1},null,{"n":"x"},{"n":2,"n":3},{"n":4}],"nextCursor":"c","totalCount":9,"more":true}`
	odd := []json.RawMessage{json.RawMessage(`{"n":"x"}`), json.RawMessage(`{"n":2,"n":3}`)}
	var page featurebase.Page[item]
	require.NoError(t, do(list, &page))
	assert.Equal(t, featurebase.Page[item]{
		Object: "list", Data: []item{{1}, {4}}, NextCursor: "c", Undecoded: odd,
		Extra: map[string]json.RawMessage{"totalCount": json.RawMessage("9"), "more": json.RawMessage("true")},
	}, page)
	var found featurebase.SearchPage[item]
	require.NoError(t, do(list, &found))
	assert.Equal(t, ptr(9), found.TotalCount)
	assert.Equal(t, page.Data, found.Data)
	var contacts featurebase.Page[featurebase.Contact]
	require.NoError(t, do(`{"object":"list","data":[{"id":"x","new":1}]}`, &contacts))
	assert.Contains(t, contacts.Data[0].Extra, "new")

	var embedding struct {
		featurebase.Page[item]
		More bool `json:"more"`
	}
	require.NoError(t, do(`{"object":"list","data":[{"n":1}],"more":true}`, &embedding))
	assert.True(t, embedding.More)
	assert.Equal(t, []item{{1}}, embedding.Data)
}

func TestClientDo_refusesBodiesThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, body, want string }{
		{"a repeated name", `{"name":"a","name":"b"}`, `"name" comes more than once`},
		{"a repeated name within", `{"x":[{"a":1,"a":2}]}`, `"a" comes more than once`},
		{"another type", `{"name":7}`, "json: cannot unmarshal number"},
		{"two values", `{}{}`, "unexpected '{' at byte 2"},
		{"nothing", ``, "unexpected end of JSON"},
		{"far too many values", `{"x":[` + strings.Repeat("{},", 350_000) + `{}]}`, "more values than can be meant"},
	} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			var out struct {
				Name string `json:"name"`
			}
			err := newClient(t, respondWith(200, tc.body)).Do(t.Context(), method, "/v2/things", nil, &out)
			assert.ErrorContains(t, err, tc.want, tc.name)
			assert.Equal(t, method != "GET", requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Ambiguous, tc.name)
		}
	}
}

func TestClientDo_refusesWhatCannotBeDecodedInto(t *testing.T) {
	t.Parallel()
	rt, sent := recording(200, "{}")
	client := newClient(t, rt)
	for _, out := range []any{thing{}, map[string]any{}, 7, "", []int{}, (*thing)(nil), (*any)(nil), func() {}} {
		err := client.Do(t.Context(), "POST", "/v2/things", nil, out)
		assert.Equal(t, "out", requireErrorAs[*featurebase.ArgumentError](t, err).Name, "%T", out)
		assert.ErrorIs(t, err, featurebase.ErrInvalidArgument)
	}
	assert.Empty(t, *sent)
	var channel chan int
	err := client.Do(t.Context(), "POST", "/v2/things", nil, &channel)
	assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
}

func TestClientDo_sendsJSONAsItIs(t *testing.T) {
	t.Parallel()
	rt, sent := recording(200, "{}")
	client := newClient(t, rt)
	const body = `{ "a":1.0, "b":"<" }`
	for _, in := range []any{[]byte(body), json.RawMessage(body)} {
		require.NoError(t, client.Do(t.Context(), "POST", "/v2/things", in, nil))
		assert.Equal(t, body, (*sent)[len(*sent)-1].body)
	}
	*sent = nil
	for _, in := range []any{[]byte("x"), []byte{}, []byte(nil), json.RawMessage(nil), json.RawMessage(`{}{}`), `{"a":1}`, ""} {
		err := client.Do(t.Context(), "POST", "/v2/things", in, nil)
		assert.Equal(t, "in", requireErrorAs[*featurebase.ArgumentError](t, err).Name, "%T", in)
	}
	assert.Empty(t, *sent)
}

func TestClientDo_hidesItsArguments(t *testing.T) {
	t.Parallel()
	type note struct{ Text shout }
	message := `no user Ada Lovelace (ada-lovelace, +49 170 1234567), "Analytical Engine", of Byron & Co`
	body, err := json.Marshal(map[string]any{"error": map[string]any{
		"type": "invalid_request_error", "code": "invalid_parameter", "message": message, "param": "ada-lovelace", "status": 400,
	}})
	require.NoError(t, err)
	rt := roundTripper(func(*http.Request) (*http.Response, error) {
		resp := response(400, string(body))
		resp.Header.Set("X-Request-Id", "ada-lovelace")
		return resp, nil
	})
	in := map[string]any{"phone": "+49 170 1234567", "deep": []any{map[string]any{"x": map[string]any{"y": []any{note{"Analytical Engine"}}}}}}
	err = newClient(t, rt).Do(t.Context(), "POST", "/v2/contacts/by-user-id/ada-lovelace?name=Ada%20Lovelace&of=Byron+%26+Co", in, nil)
	for how, text := range shown(err) {
		assert.NotRegexp(t, `(?i)lovelace|analytical|1234567|byron`, text, how)
	}
	assert.ErrorContains(t, err, `no user [argument] ([argument], [argument]), "[argument]", of [argument]`)

	err = newClient(t, failWith(errors.New("dialing for ada-lovelace"))).Do(t.Context(), "GET", "/v2/contacts/ada-lovelace", nil, nil)
	assert.ErrorContains(t, err, "dialing for [argument]")
}

func TestClientDo_takesNoRedirectForSuccess(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 301, 302, 303, 304, 307, 308} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "/v2/elsewhere")
				w.WriteHeader(status)
			}))
			err := networkClient(t, srv.URL, srv.Client()).Do(t.Context(), method, "/v2/things", nil, nil)
			srv.Close()
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, status, e.StatusCode)
			assert.Equal(t, method != "GET", e.Ambiguous, method)
		}
	}
}

func TestDoAll_goesThroughAnyList(t *testing.T) {
	t.Parallel()
	type hook struct {
		Name string
		N    int64
	}
	for _, tc := range []struct {
		path  string
		names []string
		asked []string
	}{
		{"/v2/webhooks", []string{"1", "2", "3"}, []string{"limit=100", "cursor=a&limit=100", "cursor=b&limit=100"}},
		{"/v2/webhooks?limit=7&type=a%20b&type=c", []string{"1", "2", "3"}, []string{"limit=7&type=a+b&type=c", "cursor=a&limit=7&type=a+b&type=c", "cursor=b&limit=7&type=a+b&type=c"}},
		{"/v2/webhooks?cursor=b", []string{"3"}, []string{"cursor=b&limit=100"}},
	} {
		p := threePages("webhook")
		var names []string
		for h, err := range featurebase.DoAll[hook](t.Context(), newClient(t, p), tc.path) {
			require.NoError(t, err)
			names = append(names, h.Name)
		}
		assert.Equal(t, tc.names, names)
		assert.Equal(t, tc.asked, p.asked)
	}
}

func TestDoAll_endsWithAnError(t *testing.T) {
	t.Parallel()
	type hook struct{ N int64 }
	for _, tc := range []struct {
		name, path string
		byCursor   map[string]string
		found      int
		want       string
	}{
		{"no list", "/v2/webhooks", map[string]string{"": `{"n":1}`}, 0, `GET /v2/webhooks: unexpected response with status 200: object is "" instead of "list"`},
		{"no data", "/v2/webhooks", map[string]string{"": `{"object":"list"}`}, 0, "data is missing"},
		{"a bare array", "/v2/webhooks", map[string]string{"": `[{"n":1}]`}, 0, "want an object"},
		{"an element that doesn't fit", "/v2/webhooks", map[string]string{"": `{"object":"list","data":[{"n":1},{"n":"x"}]}`}, 1, "an element of the list could not be decoded"},
		{"a later page", "/v2/webhooks", map[string]string{"": `{"object":"list","data":[{"n":1}],"nextCursor":"x"}`}, 1, "400 invalid_cursor"},
		{"a cycle", "/v2/webhooks?cursor=x", map[string]string{"x": `{"object":"list","data":[{"n":1}],"nextCursor":"x"}`}, 1, "the pages form a cycle"},
		{"no path", "/webhooks", nil, 0, "invalid path"},
		{"no query", "/v2/webhooks?a;b", nil, 0, "invalid path: its query"},
	} {
		var errs []error
		found := 0
		for h, err := range featurebase.DoAll[hook](t.Context(), newClient(t, &pages{byCursor: tc.byCursor}), tc.path) {
			if err != nil {
				assert.Nil(t, h, tc.name)
				errs = append(errs, err)
				continue
			}
			found++
		}
		require.Len(t, errs, 1, tc.name)
		assert.ErrorContains(t, errs[0], tc.want, tc.name)
		assert.Equal(t, tc.found, found, tc.name)
	}
}
