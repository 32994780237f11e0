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
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
	"github.com/featurebase-community/featurebase-go/internal/pagetest"
)

// args are the arguments of a method after its context.
type args []any

// An apiCall is one method that calls the API, with arguments that are right.
// What is tested of one is tested of all, here and in calls_failures_test.go.
type apiCall struct {
	name     string // of the method: the key in its table
	args     args
	official string // the method of Featurebase's own client
	request  string // what goes out: method, path and query
	sends    string // its JSON body, if any
	status   int    // of the documented response; 0: 200
	body     string // of the documented response
	notFound string // the error codes for objects that don't exist, if the path names some
	once     bool   // not to be repeated once it may have been processed
	reads    bool   // changes nothing
	vague    bool   // the form of the response is not documented

	// invalid are arguments with badArgument as one that is refused. It is nil if
	// the method has no such argument.
	invalid args
}

// do makes the call.
func (c apiCall) do(ctx context.Context, client *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
	return perform(ctx, client, c.name, c.args, opts...)
}

// A doFunc calls one method of the client and returns its result.
type doFunc func(context.Context, *featurebase.Client, ...featurebase.CallOption) (any, error)

// method returns what calls a method by its name, such as Posts.Get.
func method(name string, args ...any) doFunc {
	return func(ctx context.Context, client *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return perform(ctx, client, name, args, opts...)
	}
}

// perform calls a method by its name and returns its result. The items of an
// iterator, and those of a list that comes in one page, are returned as a page.
func perform(ctx context.Context, client *featurebase.Client, name string, args args, opts ...featurebase.CallOption) (any, error) {
	service, name, _ := strings.Cut(name, ".")
	in := []reflect.Value{reflect.ValueOf(&ctx).Elem()} // ctx may be nil
	for _, a := range args {
		in = append(in, reflect.ValueOf(a))
	}
	method := reflect.ValueOf(client).Elem().FieldByName(service).MethodByName(name)
	out := method.CallSlice(append(in, reflect.ValueOf(opts)))
	if out[0].Kind() == reflect.Func {
		item := out[0].Type().In(0).In(0).Elem() // of func(yield func(*T, error) bool)
		items := reflect.MakeSlice(reflect.SliceOf(item), 0, 1)
		for item, err := range out[0].Seq2() {
			if !err.IsNil() {
				return nil, err.Interface().(error)
			}
			items = reflect.Append(items, item.Elem())
		}
		return listOf(items), nil
	}
	if err := out[len(out)-1]; !err.IsNil() {
		return nil, err.Interface().(error)
	}
	if len(out) == 1 {
		return nil, nil
	}
	if out[0].Kind() == reflect.Slice {
		return listOf(out[0]), nil
	}
	return out[0].Interface(), nil
}

// listOf returns a list with these items.
func listOf(items reflect.Value) any {
	page := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "Object", Type: reflect.TypeFor[string](), Tag: `json:"object"`},
		{Name: "Data", Type: items.Type(), Tag: `json:"data"`},
	})).Elem()
	page.Field(0).SetString("list")
	page.Field(1).Set(items)
	return page.Addr().Interface()
}

// badArgument is no ID, and personal.
const badArgument = "ada.lovelace@example.com\n"

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

// calls has an entry for every method that calls the API, but for those of
// many IDs, which call others. The tables of the resources add theirs.
var calls = map[string]apiCall{}

// register adds a table to calls.
func register(table map[string]apiCall) bool {
	for name, call := range table {
		call.name = name
		calls[name] = call
	}
	return true
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
			if out := method.Type.Out(0).String(); strings.Contains(out, "BulkResult[") || strings.Contains(out, "ManyResult[") {
				continue // tested in bulk_test.go
			}
			name := service.Name + "." + method.Name
			if _, ok := calls[name]; !ok {
				t.Errorf("%s has no entry in a table of calls: add it to %s_test.go, then go test -run TestCalls .", name, strings.ToLower(service.Name))
			}
		}
	}
}

func TestCalls_sendTheDocumentedRequest(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		rt, sent := recording(max(call.status, 200), call.body)
		_, err := call.do(t.Context(), newClient(t, rt))
		require.NoError(t, err)
		require.Len(t, *sent, 1)
		got := (*sent)[0]
		assert.Equal(t, call.request, got.line)
		header := http.Header{
			"Authorization": {"Bearer " + token}, "Accept": {"application/json"}, "Featurebase-Version": {"2026-01-01.nova"},
			"User-Agent": {"featurebase-go/" + featurebase.Version()},
		}
		if call.sends == "" {
			assert.Empty(t, got.body)
		} else {
			assert.JSONEq(t, call.sends, got.body)
			header.Set("Content-Type", "application/json")
		}
		assert.Equal(t, header, got.header)
		method, route, _ := strings.Cut(got.pattern, " ")
		assert.True(t, strings.HasPrefix(call.request, method+" "), "the pattern is %q", got.pattern)
		assert.Regexp(t, "^"+regexp.MustCompile(`\{\w+\}`).ReplaceAllString(route, `[^/?]+`)+`(\?|$)`, strings.TrimPrefix(call.request, method+" "))
	})
}

func TestCalls_returnAllThatTheResponseHas(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		rt, _ := recording(max(call.status, 200), call.body)
		got, err := call.do(t.Context(), newClient(t, rt))
		require.NoError(t, err)
		if got == nil {
			return // the method returns nothing but an error
		}
		encoded, err := json.Marshal(got)
		require.NoError(t, err)
		want := call.body
		if reflect.TypeOf(got).Elem().Name() == "" { // from listOf
			want = itemsOf(t, want)
		}
		assert.JSONEq(t, withoutNulls(t, want), withoutNulls(t, string(encoded)))
		again := reflect.New(reflect.TypeOf(got))
		require.NoError(t, json.Unmarshal(encoded, again.Interface()))
		assert.Equal(t, got, again.Elem().Interface())
	})
}

// itemsOf returns a list with nothing but its items.
func itemsOf(t *testing.T, body string) string {
	if !strings.HasPrefix(body, "[") {
		var list struct{ Data json.RawMessage }
		require.NoError(t, json.Unmarshal([]byte(body), &list))
		body = string(list.Data)
	}
	return `{"object":"list","data":` + body + `}`
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
	const notJSON = "its body is not the documented JSON"
	type badBody struct{ name, body, reason string }
	forEachCall(t, func(t *testing.T, call apiCall) {
		marker := "object"
		if !strings.Contains(call.body, `"object":`) {
			marker = "type"
		}
		missing := marker + ` is "" instead of "`
		bodies := []badBody{
			{"nothing", "", notJSON},
			{"an empty object", "{}", missing},
			{"null", "null", missing},
			{"HTML", "<html>Welcome</html>", notJSON},
			{"an array", "[" + call.body + "]", notJSON},
			{"a string", `"deleted"`, notJSON},
			{"two bodies", call.body + call.body, notJSON},
			{"cut short", call.body[:len(call.body)-1], notJSON},
			{"an error", notFound, missing},
			{"a name twice", `{"` + marker + `":"x",` + call.body[1:], notJSON},
			{"a name in two spellings", `{"` + strings.ToUpper(marker) + `":"x",` + call.body[1:], notJSON},
			{"another object", regexp.MustCompile(`"`+marker+`":"\w+"`).ReplaceAllString(call.body, `"`+marker+`":"other"`), marker + ` is "other" instead of "`},
		}
		if strings.HasPrefix(call.body, "[{") { // a list without an envelope
			bodies = []badBody{
				{"nothing", "", notJSON},
				{"an object", "{}", notJSON},
				{"null", "null", "data is missing"},
				{"an empty object", "[{}]", `in data[0], object is "" instead of "`},
				{"two bodies", call.body + call.body, notJSON},
				{"cut short", call.body[:len(call.body)-1], notJSON},
			}
		}
		if call.vague {
			bodies = []badBody{
				{"nothing", "", notJSON},
				{"an empty object", "{}", "it is empty"},
				{"null", "null", "it is empty"},
				{"HTML", "<html>Welcome</html>", notJSON},
				{"an array", "[" + call.body + "]", notJSON},
				{"an error", notFound, "it is an error"},
				{"not done", `{"success":false}`, "success is false"},
				{"another ticket", strings.ReplaceAll(call.body, `"ticketNumber":42`, `"ticketNumber":43`), "ticketNumber is not the one that was asked for"},
				{"two bodies", call.body + call.body, notJSON},
				{"a name twice", `{"id":"x",` + call.body[1:], notJSON},
			}
		}
		asked, _, _ := strings.Cut(call.request, "?")
		if strings.Contains(asked, contactID) && strings.Contains(call.body, contactID) {
			bodies = append(bodies,
				badBody{"another ID", strings.ReplaceAll(call.body, contactID, otherID), "d is not the one that was asked for"},
				badBody{"an ID of another form", strings.ReplaceAll(call.body, contactID, "ada@example.com"), "d is not the one that was asked for"},
				badBody{"no ID", strings.ReplaceAll(call.body, contactID, ""), "d is missing"})
		}
		if strings.Contains(asked, "/u1") && strings.Contains(call.body, `"userId"`) {
			bodies = append(bodies,
				badBody{"another user ID", strings.ReplaceAll(call.body, `"u1"`, `"u2"`), "userId is not the one that was asked for"},
				badBody{"a user ID in another case", strings.ReplaceAll(call.body, `"u1"`, `"U1"`), "userId is not the one that was asked for"})
		}
		if strings.HasSuffix(asked, "/42") && strings.Contains(call.body, `"ticketNumber":42`) {
			bodies = append(bodies,
				badBody{"another number", strings.ReplaceAll(call.body, `"ticketNumber":42`, `"ticketNumber":43`), "ticketNumber is not the one that was asked for"},
				badBody{"no number", strings.ReplaceAll(call.body, `"ticketNumber":42`, `"ticketNumber":null`), "ticketNumber is not the one that was asked for"})
		}
		if done := regexp.MustCompile(`"(blocked|unblocked|deleted|added|removed)":true`); done.MatchString(call.body) {
			bodies = append(bodies,
				badBody{"not done", done.ReplaceAllString(call.body, `"$1":false`), "ed is not true"},
				badBody{"not said to be done", done.ReplaceAllString(call.body, `"done":true`), "ed is not true"},
				badBody{"done in another form", done.ReplaceAllString(call.body, `"$1":1`), notJSON})
		}
		for _, bad := range bodies {
			t.Run(bad.name, func(t *testing.T) {
				rt, sent := recording(200, bad.body)
				got, err := call.do(t.Context(), newClient(t, rt))
				assert.True(t, got == nil || reflect.ValueOf(got).IsNil())
				e := requireErrorAs[*featurebase.UnexpectedResponseError](t, err)
				assert.Contains(t, e.Reason, bad.reason)
				assert.NotRegexp(t, contactID+"|"+otherID+"|u[12]\\b|@", e.Reason)
				assert.Equal(t, bad.body, string(e.Body))
				assert.Equal(t, !call.reads, errors.Is(err, featurebase.ErrAmbiguous))
				assert.NotErrorIs(t, err, featurebase.ErrNotFound)
				assert.Len(t, *sent, 1, "a whole response is not asked for again")
			})
		}
	})
}

// Responses may leave out the user ID that was asked for.
func TestCalls_believeResponsesWithoutTheUserID(t *testing.T) {
	t.Parallel()
	tried := 0
	forEachCall(t, func(t *testing.T, call apiCall) {
		asked, _, _ := strings.Cut(call.request, "?")
		if !strings.Contains(asked, "/u1") || !strings.Contains(call.body, `"userId":"u1"`) {
			return
		}
		tried++
		for _, userID := range []string{`"userId":null`, `"other":1`} {
			_, err := call.do(t.Context(), newClient(t, respondWith(200, strings.ReplaceAll(call.body, `"userId":"u1"`, userID))))
			assert.NoError(t, err, userID)
		}
	})
	t.Cleanup(func() { assert.Equal(t, 3, tried) }) // GetByUserID and the email preferences
}

// What may have created something is not sent again. What is sent again is the
// same.
func TestCalls_areRepeatedOnlyIfThatDoesNoHarm(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		for _, tc := range []struct {
			name      string
			opts      []featurebase.CallOption
			status    int
			attempts  int
			ambiguous bool
		}{
			{"may have been processed", nil, 503, map[bool]int{true: 1, false: 4}[call.once], !call.reads},
			{"refused", nil, 429, 4, false},
			{"repeatable", []featurebase.CallOption{featurebase.WithRepeatable()}, 503, 4, !call.reads},
		} {
			t.Run(tc.name, func(t *testing.T) {
				rt, sent := recording(tc.status, "")
				_, err := call.do(t.Context(), newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
					resp, err := rt.RoundTrip(r)
					resp.Header.Set("Retry-After", "0.001")
					return resp, err
				})), tc.opts...)
				require.Error(t, err)
				require.Len(t, *sent, tc.attempts)
				assert.Equal(t, tc.ambiguous, errors.Is(err, featurebase.ErrAmbiguous))
				for _, again := range *sent {
					assert.Equal(t, (*sent)[0], again)
				}
			})
		}
	})
}

// A refused argument is not sent, and not shown, however the error is wrapped.
func TestCalls_refuseBadArgumentsWithoutShowingThem(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		if call.invalid == nil {
			return
		}
		rt, sent := recording(200, call.body)
		_, err := perform(t.Context(), newClient(t, rt), call.name, call.invalid)
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
		pattern, official string
		methods           []string
		fake, repeatable  string
	}
	rows := map[string]*row{}
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		call := calls[name]
		rt, sent := recording(max(call.status, 200), call.body)
		_, err := call.do(t.Context(), newClient(t, rt))
		require.NoError(t, err, name)
		r := &row{pattern: (*sent)[0].pattern, official: call.official, fake: "yes", repeatable: map[bool]string{true: "no", false: "yes"}[call.once]}
		key := r.pattern + " " + r.repeatable
		if rows[key] == nil {
			rows[key] = r
		}
		r = rows[key]
		r.methods = append(r.methods, "`"+name+"`")

		_, err = call.do(t.Context(), featurebasetest.New().Client())
		var apiErr *featurebase.APIError
		if errors.As(err, &apiErr) && apiErr.Code == featurebase.ErrorCodeResourceNotFound && apiErr.Param == "" {
			r.fake = "no"
		}
	}
	byRoute := func(a, b *row) int {
		am, ar, _ := strings.Cut(a.pattern, " ")
		bm, br, _ := strings.Cut(b.pattern, " ")
		return strings.Compare(ar+" "+am+" "+a.repeatable, br+" "+bm+" "+b.repeatable)
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
	for _, r := range slices.SortedFunc(maps.Values(rows), byRoute) {
		fmt.Fprintf(&page, "| `%s` | %s | `%s` | %s | %s |\n", r.pattern, strings.Join(r.methods, ", "), r.official, r.fake, r.repeatable)
	}
	pagetest.Require(t, "docs/endpoints.md", page.String())
}

// arrival is a request as a server on the network got it.
type arrival struct {
	proto, method, body string
	length              int64 // as it was announced
}

// onEachWire runs test for each entry in calls, over HTTP/1.1 and over HTTP/2, with
// a server that responds as respond does to the first, the second, … request.
func onEachWire(t *testing.T, respond func(w http.ResponseWriter, call apiCall, n int), test func(t *testing.T, call apiCall, client *featurebase.Client, requests func() []arrival)) {
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			t.Parallel()
			forEachCall(t, func(t *testing.T, call apiCall) {
				var mu sync.Mutex
				var got []arrival
				srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					mu.Lock()
					got = append(got, arrival{r.Proto, r.Method, string(body), r.ContentLength})
					n := len(got)
					mu.Unlock()
					respond(w, call, n)
				}))
				if srv.EnableHTTP2 = proto == "HTTP/2.0"; srv.EnableHTTP2 {
					srv.StartTLS()
				} else {
					srv.Start()
				}
				t.Cleanup(srv.Close)
				test(t, call, networkClient(t, srv.URL, srv.Client()), func() []arrival {
					mu.Lock()
					defer mu.Unlock()
					for _, r := range got {
						assert.Equal(t, proto, r.proto)
					}
					return got
				})
			})
		})
	}
}

func respondTo(w http.ResponseWriter, call apiCall) {
	w.WriteHeader(max(call.status, 200))
	_, _ = io.WriteString(w, call.body)
}

// The body of a DELETE is unusual, and some stacks drop it. Without it, the API
// would take the user of the API key for the voter.
func TestCalls_sendTheirBodiesEachTime(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(w http.ResponseWriter, call apiCall, n int) {
		switch {
		case n == 1:
			w.Header().Set("Retry-After", "0.001")
			w.WriteHeader(http.StatusTooManyRequests)
		case n == 2 && !call.once:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			respondTo(w, call)
		}
	}, func(t *testing.T, call apiCall, client *featurebase.Client, requests func() []arrival) {
		_, err := call.do(t.Context(), client)
		require.NoError(t, err)
		require.Len(t, requests(), map[bool]int{true: 2, false: 3}[call.once])
		for _, r := range requests() {
			assert.Equal(t, int64(len(r.body)), r.length)
			if call.sends == "" {
				assert.Empty(t, r.body)
			} else {
				assert.JSONEq(t, call.sends, r.body)
			}
		}
	})
}

// A server that hangs up may have processed the request. What creates something
// is then not sent again, even on a connection that was used before, where
// net/http may repeat requests by itself.
func TestCalls_areAmbiguousIfTheResponseIsLost(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(w http.ResponseWriter, call apiCall, n int) {
		if n > 1 {
			panic(http.ErrAbortHandler)
		}
		respondTo(w, call)
	}, func(t *testing.T, call apiCall, client *featurebase.Client, requests func() []arrival) {
		_, err := call.do(t.Context(), client)
		require.NoError(t, err)
		var resp featurebase.Response
		_, err = call.do(t.Context(), client, featurebase.WithResponse(&resp))
		requireErrorAs[*featurebase.RequestError](t, err)
		attempts := map[bool]int{true: 1, false: 4}[call.once]
		assert.Len(t, requests(), 1+attempts)
		assert.Equal(t, attempts, resp.Attempts)
		assert.Equal(t, !call.reads, errors.Is(err, featurebase.ErrAmbiguous))
	})
}
