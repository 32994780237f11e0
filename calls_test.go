package featurebase_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// A doFunc calls one method of the client and returns its result.
type doFunc func(context.Context, *featurebase.Client, ...featurebase.CallOption) (any, error)

// An apiCall is one method that calls the API, with arguments that are right.
// What is tested of one is tested of all, here and in failures_test.go.
type apiCall struct {
	do       doFunc
	official string // the method of Featurebase's own client
	request  string // what goes out: method, path and query
	sends    string // its JSON body, if any
	status   int    // of the documented response; 0: 200
	body     string // of the documented response
	notFound string // the error code for an object that doesn't exist, if the path names one
	once     bool   // not to be repeated once it may have been processed
	reads    bool   // changes nothing

	// invalid calls the method with badArgument as an argument that is refused.
	// It is nil if the method has no such argument.
	invalid doFunc
}

// badArgument is no ID, and personal.
const badArgument = "ada.lovelace@example.com\n"

// calls has an entry for every method that calls the API, but for those of
// many IDs, which call others.
var calls = merge(contactCalls, postCalls)

func merge(tables ...map[string]apiCall) map[string]apiCall {
	all := map[string]apiCall{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}

// forEachCall runs test for each entry in calls.
func forEachCall(t *testing.T, test func(t *testing.T, call apiCall)) {
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, call)
		})
	}
}

// responding returns a transport that responds with the same to every request,
// and what it was sent.
func responding(status int, body string) (http.RoundTripper, *[]sentRequest) {
	var sent []sentRequest
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		s := sentRequest{line: r.Method + " " + r.URL.RequestURI(), pattern: r.Pattern, header: r.Header}
		if r.Body != nil {
			b, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			s.body = string(b)
		}
		sent = append(sent, s)
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	}), &sent
}

type sentRequest struct {
	line, pattern, body string
	header              http.Header
}

// results collects what an iterator yields, as a page.
func results[T any](seq iter.Seq2[*T, error]) (*featurebase.Page[T], error) {
	page := &featurebase.Page[T]{Object: "list"}
	for item, err := range seq {
		if err != nil {
			return nil, err
		}
		page.Data = append(page.Data, *item)
	}
	return page, nil
}

func TestCalls_haveAnEntryForEveryMethod(t *testing.T) {
	t.Parallel()
	client := reflect.TypeFor[featurebase.Client]()
	for i := range client.NumField() {
		service := client.Field(i)
		if !service.IsExported() {
			continue
		}
		for i := range service.Type.NumMethod() {
			method := service.Type.Method(i)
			if strings.Contains(method.Type.Out(0).String(), "BulkResult[") {
				continue // tested in bulk_test.go
			}
			name := service.Name + "." + method.Name
			if _, ok := calls[name]; !ok {
				t.Errorf("%s has no entry in the calls tables", name)
			}
		}
	}
}

func TestCalls_sendTheDocumentedRequest(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		rt, sent := responding(max(call.status, 200), call.body)
		_, err := call.do(t.Context(), newClient(t, rt))
		require.NoError(t, err)
		require.Len(t, *sent, 1)
		got := (*sent)[0]
		assert.Equal(t, call.request, got.line)
		if call.sends == "" {
			assert.Empty(t, got.body)
			assert.NotContains(t, got.header, "Content-Type")
		} else {
			assert.JSONEq(t, call.sends, got.body)
			assert.Equal(t, "application/json", got.header.Get("Content-Type"))
		}
		assert.Equal(t, "Bearer "+token, got.header.Get("Authorization"))
		assert.Equal(t, "2026-01-01.nova", got.header.Get("Featurebase-Version"))
		assert.Equal(t, "application/json", got.header.Get("Accept"))
		method, route, _ := strings.Cut(got.pattern, " ")
		assert.True(t, strings.HasPrefix(call.request, method+" "), "the pattern is %q", got.pattern)
		assert.Regexp(t, "^"+regexp.MustCompile(`\{\w+\}`).ReplaceAllString(route, `[^/?]+`)+`(\?|$)`, strings.TrimPrefix(call.request, method+" "))
	})
}

func TestCalls_returnAllThatTheResponseHas(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		rt, _ := responding(max(call.status, 200), call.body)
		got, err := call.do(t.Context(), newClient(t, rt))
		require.NoError(t, err)
		if got == nil {
			return // the method returns nothing but an error
		}
		encoded, err := json.Marshal(got)
		require.NoError(t, err)
		assert.JSONEq(t, withoutNulls(t, call.body), withoutNulls(t, string(encoded)))
	})
}

// withoutNulls removes members that are null, which mean the same as absent ones.
func withoutNulls(t *testing.T, body string) string {
	var v any
	require.NoError(t, json.Unmarshal([]byte(body), &v))
	var clean func(any)
	clean = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			maps.DeleteFunc(v, func(name string, v any) bool { return v == nil || name == "nextCursor" && v == "" })
			for _, v := range v {
				clean(v)
			}
		case []any:
			for _, v := range v {
				clean(v)
			}
		}
	}
	clean(v)
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// No 200 is believed but the documented response for the object that was asked
// for.
func TestCalls_believeOnlyWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	const otherID = "0123456789abcdef01234567"
	forEachCall(t, func(t *testing.T, call apiCall) {
		bad := map[string]string{
			"nothing":         "",
			"an empty object": "{}",
			"null":            "null",
			"HTML":            "<html>Welcome</html>",
			"an empty array":  "[]",
			"a string":        `"deleted"`,
			"two bodies":      call.body + call.body,
			"cut short":       call.body[:len(call.body)-1],
			"an error":        notFound,
		}
		if strings.HasPrefix(call.body, "{") {
			bad["a name twice"] = `{"object":"x",` + call.body[1:]
			bad["another object"] = regexp.MustCompile(`"object":"\w+"`).ReplaceAllString(call.body, `"object":"other"`)
		}
		if asked, _, _ := strings.Cut(call.request, "?"); strings.Contains(asked, contactID) && strings.Contains(call.body, contactID) {
			bad["another ID"] = strings.ReplaceAll(call.body, contactID, otherID)
			bad["no ID"] = strings.ReplaceAll(call.body, contactID, "x")
		}
		for name, body := range bad {
			rt, _ := responding(200, body)
			_, err := call.do(t.Context(), newClient(t, rt))
			e := requireErrorAs[*featurebase.UnexpectedResponseError](t, err)
			assert.NotEmpty(t, e.Reason, name)
			assert.Equal(t, body, string(e.Body), name)
			assert.Equal(t, !call.reads, errors.Is(err, featurebase.ErrAmbiguous), name)
			assert.NotContains(t, err.Error(), otherID, name)
		}
	})
}

func TestCalls_takeTheirOwnNotFoundAlone(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		for _, code := range []string{"contact_not_found", "post_not_found", "resource_not_found", "not_found"} {
			rt, _ := responding(404, envelope("invalid_request_error", code))
			_, err := call.do(t.Context(), newClient(t, rt))
			assert.Equal(t, code == call.notFound, errors.Is(err, featurebase.ErrNotFound), code)
		}
	})
}

// What may have created something is not sent again.
func TestCalls_areRepeatedOnlyIfThatDoesNoHarm(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		for _, tc := range []struct {
			status   int
			attempts int
		}{{503, map[bool]int{true: 1, false: 4}[call.once]}, {429, 4}} {
			rt, sent := responding(tc.status, "")
			_, err := call.do(t.Context(), refusable(t, rt))
			require.Error(t, err)
			assert.Len(t, *sent, tc.attempts, tc.status)
			assert.Equal(t, tc.status == 503 && !call.reads, errors.Is(err, featurebase.ErrAmbiguous), tc.status)
		}
	})
}

// refusable returns a client that retries at once after a 429.
func refusable(t *testing.T, rt http.RoundTripper) *featurebase.Client {
	return newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := rt.RoundTrip(r)
		if err == nil {
			resp.Header.Set("Retry-After", "0")
		}
		return resp, err
	}))
}

// A refused argument is not sent, and not shown, however the error is wrapped.
func TestCalls_refuseBadArgumentsWithoutShowingThem(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		if call.invalid == nil {
			return
		}
		rt, sent := responding(200, call.body)
		_, err := call.invalid(t.Context(), newClient(t, rt))
		require.ErrorIs(t, err, featurebase.ErrInvalidArgument)
		assert.Empty(t, *sent)
		assert.ErrorContains(t, err, "nothing was sent")
		for how, text := range shown(err) {
			assert.NotContains(t, text, "lovelace", how)
		}
	})
}

// docs/endpoints.md lists the endpoints, and this test holds the page to what
// the methods do. Run it with UPDATE=1 to write the page anew.
func TestCalls_areListedInTheDocs(t *testing.T) {
	t.Parallel()
	type row struct {
		official         string
		methods          []string
		fake, repeatable string
	}
	rows := map[string]*row{}
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		call := calls[name]
		rt, sent := responding(max(call.status, 200), call.body)
		_, err := call.do(t.Context(), newClient(t, rt))
		require.NoError(t, err, name)
		pattern := (*sent)[0].pattern
		if rows[pattern] == nil {
			rows[pattern] = &row{official: call.official, fake: "yes", repeatable: map[bool]string{true: "no", false: "yes"}[call.once]}
		}
		r := rows[pattern]
		r.methods = append(r.methods, "`"+name+"`")

		_, err = call.do(t.Context(), featurebasetest.New().Client())
		var apiErr *featurebase.APIError
		if errors.As(err, &apiErr) && apiErr.Code == featurebase.ErrorCodeResourceNotFound && call.notFound != "resource_not_found" {
			r.fake = "no"
		}
	}
	byRoute := func(a, b string) int {
		am, ar, _ := strings.Cut(a, " ")
		bm, br, _ := strings.Cut(b, " ")
		return strings.Compare(ar+" "+am, br+" "+bm)
	}
	var page strings.Builder
	page.WriteString(`# Endpoints

The endpoints of the API, the methods that call them, and the methods of Featurebase's own client, featurebase-node. "Fake"
says whether package featurebasetest has the endpoint, "repeatable" whether a request is repeated although an earlier
attempt may have been processed. [Client.Do](https://pkg.go.dev/github.com/featurebase-community/featurebase-go#Client.Do)
calls all others.

| endpoint | methods | featurebase-node | fake | repeatable |
| --- | --- | --- | --- | --- |
`)
	for _, pattern := range slices.SortedFunc(maps.Keys(rows), byRoute) {
		r := rows[pattern]
		fmt.Fprintf(&page, "| `%s` | %s | `%s` | %s | %s |\n", pattern, strings.Join(r.methods, ", "), r.official, r.fake, r.repeatable)
	}
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile("docs/endpoints.md", []byte(page.String()), 0o666))
	}
	want, err := os.ReadFile("docs/endpoints.md")
	require.NoError(t, err)
	assert.Equal(t, string(want), page.String())
}
