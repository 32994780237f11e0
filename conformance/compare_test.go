package conformance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// compare fails unless the two sides have the same in everything.
func compare(t *testing.T, theirs, own *side) {
	t.Helper()
	assert.Equal(t, theirs.outcome, own.outcome)
	if theirs.status != 0 { // the official client does not tell it of many pages
		assert.Equal(t, theirs.status, own.status)
	}
	if !own.silent {
		value := theirs.value
		if _, bare := own.value.([]any); bare {
			value = items(t, value)
		}
		assert.Equal(t, normal(value), normal(own.value), "the value")
	}
	if theirs.failure != nil {
		assert.JSONEq(t, string(theirs.failure), string(own.failure))
	} else {
		assert.Empty(t, own.failure)
	}
	assert.NotEmpty(t, own.requests)
	assert.Equal(t, meaning(t, theirs.requests), meaning(t, own.requests), "the requests")
	for _, r := range theirs.requests {
		assert.Empty(t, r.Header.Get("Featurebase-Version"), "the official client leaves it to the organization's setting")
	}
	for _, r := range own.requests {
		assert.Equal(t, string(featurebase.DefaultAPIVersion), r.Header.Get("Featurebase-Version"), "and this library does not")
	}
}

// items returns the items of a list that has no other page. This library's methods
// return only the items.
func items(t *testing.T, v any) any {
	t.Helper()
	list, ok := v.(object)
	if !ok {
		return v
	}
	assert.Equal(t, object{"object": "list", "data": list["data"], "nextCursor": nil}, list)
	return list["data"]
}

// normal takes from a value what has to differ. This library's types don't tell
// null, empty and absent apart in a response, and have times as time.Time: so
// nothing stands for all three, and for a time its instant, or "now" if a server
// took it from its clock. Custom fields and attributes stay as they are.
func normal(v any) any {
	switch v := v.(type) {
	case []any:
		kept := make([]any, len(v))
		for i := range v {
			kept[i] = normal(v[i])
		}
		return kept
	case map[string]any:
		kept := map[string]any{}
		for name, value := range v {
			if name == "customFields" || name == "customAttributes" {
				kept[name] = value
				continue
			}
			value = normal(value)
			r := reflect.ValueOf(value)
			empty := value == nil || value == "" || (r.Kind() == reflect.Slice || r.Kind() == reflect.Map) && r.Len() == 0
			if name == "data" || !empty {
				kept[name] = value
			}
		}
		return kept
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			if isNow(at) {
				return "now"
			}
			return at.UTC()
		}
	}
	return v
}

// request is what a request means.
type request struct {
	Method   string
	Segments []string // decoded: which characters are escaped that need not be is each client's choice
	Query    url.Values
	Body     any
	Header   map[string]string
}

func meaning(t *testing.T, requests []featurebasetest.Request) (meant []request) {
	t.Helper()
	for _, r := range requests {
		m := request{Method: r.Method, Header: map[string]string{}}
		for segment := range strings.SplitSeq(r.Path, "/") {
			decoded, err := url.PathUnescape(segment)
			require.NoError(t, err)
			m.Segments = append(m.Segments, decoded)
		}
		var err error
		m.Query, err = url.ParseQuery(r.Query)
		require.NoError(t, err)
		if len(r.Body) > 0 {
			require.NoError(t, json.Unmarshal(r.Body, &m.Body), "%s", r.Body)
		}
		for _, name := range []string{"Accept", "Authorization", "Content-Type"} {
			m.Header[name] = r.Header.Get(name)
		}
		meant = append(meant, m)
	}
	return meant
}

// state is all that a server knows. It asks the server itself, with neither
// client.
func state(t *testing.T, srv *featurebasetest.Server) any {
	t.Helper()
	type known struct {
		Contact     any
		Blocked     bool
		Preferences any
	}
	hc := &http.Client{Transport: srv.Transport()}
	read := func(path string) object {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+srv.Token)
		resp, err := hc.Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Equal(t, http.StatusOK, resp.StatusCode)
		var body object
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&body))
		return body
	}
	list := func(path string) []any {
		page := read(path)
		require.Nil(t, page["nextCursor"], "there are more than one page has")
		return timeless(page["data"]).([]any)
	}
	var contacts []known
	for _, c := range list("/v2/contacts?contactType=all&limit=100") {
		id := c.(object)["id"].(string)
		k := known{Contact: c, Blocked: srv.Blocked(id)}
		if c.(object)["type"] != "lead" { // which has no preferences
			k.Preferences = read("/v2/contacts/" + id + "/email-preferences")
		}
		contacts = append(contacts, k)
	}
	posts := list("/v2/posts?inReview=true&limit=100")
	voters := object{}
	for _, post := range posts {
		id := post.(object)["id"].(string)
		voters[id] = list("/v2/posts/" + id + "/voters?limit=100")
	}
	var conversations []any // with their parts, which the list lacks
	for _, c := range list("/v2/conversations?limit=100") {
		conversations = append(conversations, timeless(read("/v2/conversations/"+c.(object)["id"].(string))))
	}
	var tickets []any // likewise
	for _, ticket := range list("/v2/tickets?limit=100") {
		tickets = append(tickets, timeless(read(fmt.Sprint("/v2/tickets/", ticket.(object)["ticketNumber"]))))
	}
	return []any{
		contacts, list("/v2/companies?limit=100"), posts, voters, list("/v2/comments?sortBy=old&limit=100"), conversations, tickets, added(t, srv),
	}
}

// added returns what the server's methods without arguments do: all objects of each
// kind, by the name of the method.
func added(t *testing.T, srv *featurebasetest.Server) object {
	t.Helper()
	all := object{}
	server := reflect.ValueOf(srv)
	for i := range server.NumMethod() {
		method, name := server.Method(i), server.Type().Method(i).Name
		if typ := method.Type(); name == "Requests" || typ.NumIn() > 0 || typ.NumOut() != 1 || typ.Out(0).Kind() != reflect.Slice {
			continue
		}
		b, err := json.Marshal(method.Call(nil)[0].Interface())
		require.NoError(t, err)
		var objects any
		require.NoError(t, json.Unmarshal(b, &objects))
		all[name] = timeless(objects)
	}
	return all
}

// timeless returns a value with "now" for the times that a server took from its
// clock.
func timeless(v any) any {
	switch v := v.(type) {
	case []any:
		kept := make([]any, len(v))
		for i := range v {
			kept[i] = timeless(v[i])
		}
		return kept
	case object:
		kept := object{}
		for name, value := range v {
			kept[name] = timeless(value)
		}
		return kept
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil && isNow(at) {
			return "now"
		}
	}
	return v
}

// isNow reports whether a time was taken from a clock during the test.
func isNow(at time.Time) bool {
	since := time.Since(at)
	return 0 <= since && since < time.Hour
}
