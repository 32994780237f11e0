package featurebase

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// anyObject is the object of a call that this library has no method for, if the
// call reads or deletes what its path names.
const anyObject = "object"

// Do calls an endpoint that this library has no method for, with the Client's
// authentication, version, rate limit, retries and errors. The path is relative
// to the base URL, begins with /v2/, and may have a query. IDs in it must be
// escaped with [url.PathEscape]. If in is not nil, it is sent as JSON. If out is
// not nil, the response is decoded into it; whether it is the response that was
// meant is then for the caller to check.
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
	path, query, _ := strings.Cut(path, "?")
	problems := checkDo(method, path, query)
	if err := problems.err(); err != nil {
		return err
	}
	ep := &endpoint{pattern: method + " " + routeOf(path)}
	if method == http.MethodGet || method == http.MethodDelete {
		ep.object, ep.collections, ep.named = anyObject, collectionsOf(path), []string{"id", "userId", "email"}
	} else {
		ep.effect = creates
	}
	call, err := c.newCall(ctx, request{endpoint: ep}, opts)
	if err != nil {
		return err
	}
	if in != nil {
		if call.body, err = json.Marshal(in); err != nil {
			return &ArgumentError{Name: "in", Reason: "it can't be encoded as JSON", err: err}
		}
	}
	call.path, call.url = path, urlBelow(c.base, path, query)
	return call.decodeAny(out, call.run())
}

func checkDo(method, path, query string) (p problems) {
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
	return p
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
