package featurebase

import (
	"context"
	"encoding/json"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// anyObject is the object of a call that this library has no method for, if the
// call reads or deletes what its path names.
const anyObject = "object"

// Do calls an endpoint that this library has no method for, with the Client's
// authentication, version, rate limit, retries and errors. The path is relative
// to the base URL, begins with /v2/, and may have a query. IDs in it must be
// escaped with [url.PathEscape].
//
// If in is not nil, it is sent as JSON: a []byte or a [json.RawMessage] as it is,
// anything else as [json.Marshal] encodes it. A string is refused, since it may be
// meant either way. If out is not nil, it must be a pointer, and the response is
// decoded into it as [json.Unmarshal] does, or, if it points to an object of this
// library or to a [Page], as the methods do. To go through a list, see [DoAll].
//
// Arguments that can't be sent or decoded into are refused before anything is sent,
// with an error that matches [ErrInvalidArgument]. A status other than 2xx is an
// [*APIError], also that of a redirect. With out, a body that is not one JSON
// value, is longer than 64 MiB, has a name twice in an object, has far more values
// than a body of its size has, or doesn't fit out is an
// [*UnexpectedResponseError], which after a write is ambiguous. Not checked is what
// a method checks: the form of IDs, the limits of what is sent, and whether the
// response is about the object that was asked for. Without out, the body isn't
// looked at.
//
// The texts of errors don't show the segments of the path after the first, the
// values of the query, and the texts in the body, even if a server repeats them.
//
// GET and DELETE are repeated after transient failures, and other methods only
// until something may have been processed, or with [WithRepeatable].
//
// The error of a GET or a DELETE matches [ErrNotFound] if Featurebase's own 404
// has a code that ends in _not_found, unless the body names an object of that
// kind, such as an acting admin. For [ErrorCodeResourceNotFound] see ErrNotFound:
// what the path names is taken to be what the names of its collections say. If the
// code stands without a param, it may also mean that the API has no such path.
func (c *Client) Do(ctx context.Context, method, path string, in, out any, opts ...CallOption) error {
	_, err := c.do(ctx, method, path, in, out, opts)
	return err
}

func (c *Client) do(ctx context.Context, method, path string, in, out any, opts []CallOption) (*call, error) {
	path, query, _ := strings.Cut(path, "?")
	problems := checkDo(method, path, query, out)
	body, err := bodyOf(in)
	if err != nil {
		problems = append(problems, err)
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	ep := &endpoint{pattern: method + " " + routeOf(path)}
	if method == http.MethodGet || method == http.MethodDelete {
		ep.object, ep.collections, ep.named = anyObject, collectionsOf(path), []string{"id", "userId", "email"}
	} else {
		ep.effect = creates
	}
	call, err := c.newCall(ctx, request{endpoint: ep}, opts)
	if err != nil {
		return nil, err
	}
	call.body, call.path, call.url = body, path, urlBelow(c.base, path, query)
	call.request.params = doTexts{textsOf(path, query, body)}
	call.long = true // it may be a page
	return call, call.decodeAny(out, call.run())
}

func checkDo(method, path, query string, out any) (p problems) {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		p = append(p, &ArgumentError{Name: "method", Reason: "want GET, POST, PUT, PATCH or DELETE"})
	}
	const form = "want a path below /v2/, such as /v2/contacts"
	switch unescaped, err := url.PathUnescape(path); {
	case !strings.HasPrefix(path, "/v2/"):
		p = append(p, &ArgumentError{Name: "path", Reason: form})
	case err != nil || strings.ContainsFunc(path+query, notPrintableASCII) || strings.ContainsAny(path+query, " #\\"):
		p = append(p, &ArgumentError{Name: "path", Reason: form + ", escaped with url.PathEscape"})
	case slices.ContainsFunc(strings.Split(unescaped, "/")[1:], func(s string) bool { return s == "" || s == "." || s == ".." }):
		p = append(p, &ArgumentError{Name: "path", Reason: form + ", without empty segments, . and .."})
	}
	switch v := reflect.ValueOf(out); {
	case out == nil:
	case v.Kind() != reflect.Pointer:
		p = append(p, &ArgumentError{Name: "out", Reason: "want a pointer to what the response is decoded into, such as &out, or nil"})
	case v.IsNil():
		p = append(p, &ArgumentError{Name: "out", Reason: "it is a nil pointer; want a pointer to a value, such as &out, or nil"})
	}
	return p
}

// bodyOf returns the JSON that in stands for.
func bodyOf(in any) ([]byte, error) {
	var body []byte
	switch in := in.(type) {
	case nil:
		return nil, nil
	case string:
		return nil, &ArgumentError{Name: "in", Reason: "it is a string; want JSON as a []byte, or a value that is encoded as JSON"}
	case []byte:
		body = in
	case json.RawMessage:
		body = in
	default:
		body, err := json.Marshal(in)
		if err != nil {
			return nil, &ArgumentError{Name: "in", Reason: "it can't be encoded as JSON", err: err}
		}
		return body, nil
	}
	if !json.Valid(body) {
		return nil, &ArgumentError{Name: "in", Reason: "it is not valid JSON; for no body, want nil"}
	}
	return slices.Clone(body), nil // the caller's own may change during the call
}

// doTexts takes the place of a method's params. Nothing of it is sent.
type doTexts struct{ texts []string }

// textsOf returns the arguments of a call that are texts, for its errors not to
// show them: the segments of the path after the resource, the values of the query,
// and the texts in the body.
func textsOf(path, query string, body []byte) (texts []string) {
	segments := strings.Split(strings.TrimPrefix(path, "/v2/"), "/")
	for _, segment := range segments[1:] {
		if text, err := url.PathUnescape(segment); err == nil {
			texts = append(texts, text)
		}
	}
	for pair := range strings.SplitSeq(query, "&") {
		_, value, _ := strings.Cut(pair, "=")
		if text, err := url.QueryUnescape(value); err == nil {
			value = text
		}
		texts = append(texts, value)
	}
	var value any
	if body != nil && json.Unmarshal(body, &value) == nil {
		texts = appendTexts(texts, value)
	}
	return texts
}

// appendTexts appends the texts in a JSON value.
func appendTexts(texts []string, value any) []string {
	switch value := value.(type) {
	case string:
		texts = append(texts, value)
	case []any:
		for _, value := range value {
			texts = appendTexts(texts, value)
		}
	case map[string]any:
		for _, value := range value {
			texts = appendTexts(texts, value)
		}
	}
	return texts
}

// decodeAny decodes the response of a call that this library has no method for.
// Its own types don't need the check, since they believe no more than they must.
func decodeAny(b []byte, out any) error {
	if reflect.TypeOf(out).Elem().PkgPath() == reflect.TypeFor[Client]().PkgPath() { // not one that embeds it
		switch out := out.(type) {
		case interface{ decodeAny([]byte) error }:
			return out.decodeAny(b)
		case result:
			return strictjson.Unmarshal(b, out)
		}
	}
	if err := strictjson.Check(b); err != nil {
		return err
	}
	return json.Unmarshal(b, out)
}

// DoAll goes through a list for which this library has no method, as
// [ContactsService.ListAll] does: GET requests for the path with the cursor of each
// page, decoding each element into a T. See [Client.Do] for the path, which may have
// a query, with the cursor to begin at, too, and for what is checked; and
// [WithCheckpoint].
//
//	for hook, err := range featurebase.DoAll[Webhook](ctx, client, "/v2/webhooks") {
func DoAll[T any](ctx context.Context, c *Client, path string, opts ...CallOption) iter.Seq2[*T, error] {
	path, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	type params struct {
		Cursor string
		Limit  int
	}
	list := func(ctx context.Context, p params, opts ...CallOption) (*Page[T], error) {
		if err != nil {
			return nil, &ArgumentError{Name: "path", Reason: "its query is not one, such as limit=10&type=x"}
		}
		query := maps.Clone(values)
		query.Del("cursor")
		if p.Cursor != "" {
			query.Set("cursor", p.Cursor)
		}
		if !query.Has("limit") {
			query.Set("limit", strconv.Itoa(p.Limit))
		}
		page := new(Page[T])
		call, err := c.do(ctx, http.MethodGet, path+"?"+query.Encode(), nil, page, opts)
		if err != nil {
			return nil, err
		}
		if reason := page.mismatch(&call.request); reason != "" {
			return nil, call.responseError(call.response, reason, nil)
		}
		return page, nil
	}
	return all(ctx, list, params{Cursor: values.Get("cursor")}, opts)
}

// routeOf returns what may be shown of a path: the name of its resource.
func routeOf(path string) string {
	resource, rest, _ := strings.Cut(strings.TrimPrefix(path, "/v2/"), "/")
	const letters = "abcdefghijklmnopqrstuvwxyz_-"
	switch {
	case strings.Trim(resource, letters) != "":
		return "/v2/…"
	case rest != "":
		return "/v2/" + resource + "/…"
	}
	return "/v2/" + resource
}
