package featurebasetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

// response is what the server sends.
type response struct {
	status   int
	header   http.Header
	body     string
	truncate bool
}

// request is what the server received.
type request struct {
	*http.Request
	body  []byte
	route route             // the zero value if there is none
	args  map[string]string // what stands in the place of the route's parameters, decoded
}

// handler responds to a request.
type handler func(r *request) response

// route is an endpoint. http.ServeMux is no use here: it resolves "..", which
// may be a user ID.
type route struct {
	method, path string
	handler
	paged bool // whether the handler reads the query parameters; else there are none
}

// match reports whether the route has this method and escaped path.
func (t route) match(method, path string) (args map[string]string, ok bool) {
	if method != t.method || strings.Count(path, "/") != strings.Count(t.path, "/") {
		return nil, false
	}
	have := strings.Split(path, "/")
	args = map[string]string{}
	for i, want := range strings.Split(t.path, "/") {
		name, isParameter := strings.CutPrefix(want, "{")
		if !isParameter {
			if want != have[i] {
				return nil, false
			}
			continue
		}
		arg, err := url.PathUnescape(have[i])
		if err != nil || arg == "" {
			return nil, false
		}
		args[strings.TrimSuffix(name, "}")] = arg
	}
	return args, true
}

// find returns the route of a request, with what is special first.
func (s *Server) find(method, path string) (t route, args map[string]string, ok bool) {
	for _, t := range s.routes {
		if args, ok := t.match(method, path); ok {
			return t, args, true
		}
	}
	return route{}, nil, false
}

var versionForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}\.\S+$`)

// apply is the API: it processes the request and responds as documented.
func (s *Server) apply(r *request) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+s.Token {
		return failure(http.StatusUnauthorized, "unauthorized", "", "Invalid API key.")
	}
	now := s.clock()
	allowed := s.limiter.allow(now)
	resp := failure(http.StatusTooManyRequests, "rate_limit_exceeded", "", "Too many requests.")
	switch {
	case allowed && len(r.body) > maxBody:
		resp = failure(http.StatusRequestEntityTooLarge, "request_too_large", "", fmt.Sprintf("The body is longer than %d bytes.", maxBody))
	case allowed:
		resp = s.dispatch(r)
	}
	s.limiter.describe(resp.header, now, !allowed)
	return resp
}

func (s *Server) dispatch(r *request) response {
	version := r.Header.Get("Featurebase-Version")
	switch {
	case version == "": // the organization's default
		version = string(featurebase.VersionNova)
	case !versionForm.MatchString(version):
		return refused("Featurebase-Version", "Unknown API version.")
	}
	const date = len("2026-01-01")
	if r.route.handler != nil && version[:date] >= string(featurebase.VersionNova)[:date] {
		if !r.route.paged {
			if _, refusal := r.query(); refusal != nil {
				return *refusal
			}
		}
		return r.route.handler(r)
	}
	return failure(http.StatusNotFound, featurebase.ErrorCodeResourceNotFound, "", fmt.Sprintf("No such endpoint: %s %s", r.Method, r.URL.Path))
}

// query reads the query parameters, and refuses those that are not known.
func (r *request) query(known ...string) (map[string][]string, *response) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, problem("", "The query string is malformed.")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(known, name) {
			return nil, problem(name, "There is no such query parameter.")
		}
	}
	return values, nil
}

// object reads the body, which must be a JSON object.
func (r *request) object() (object, *response) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, problem("Content-Type", "The body must be application/json.")
	}
	d := json.NewDecoder(bytes.NewReader(r.body))
	var v object
	if err := d.Decode(&v); err != nil || v == nil {
		return nil, problem("", "The body is not a JSON object.")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, problem("", "Something follows the JSON object in the body.")
	}
	return v, nil
}

// objectOrNothing is object for a body that may be left out.
func (r *request) objectOrNothing() (object, *response) {
	if len(r.body) == 0 {
		return object{}, nil
	}
	return r.object()
}

func success(status int, v any) response {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // everything comes from JSON
	}
	return response{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: string(body)}
}

// errorTypes are the types of errors by their status; see errorType for others.
var errorTypes = map[int]featurebase.ErrorType{
	http.StatusUnauthorized:    featurebase.ErrorTypeAuthentication,
	http.StatusForbidden:       featurebase.ErrorTypeAuthorization,
	http.StatusTooManyRequests: featurebase.ErrorTypeRateLimit,
}

func errorType(status int) featurebase.ErrorType {
	if t, ok := errorTypes[status]; ok {
		return t
	}
	if status >= 500 {
		return featurebase.ErrorTypeAPI
	}
	return featurebase.ErrorTypeInvalidRequest
}

func failure(status int, code featurebase.ErrorCode, param, message string) response {
	detail := object{"type": errorType(status), "code": code, "message": message, "status": status}
	if param != "" {
		detail["param"] = param
	}
	return success(status, object{"error": detail})
}

// noSuch returns the response for an object that the path names and that does
// not exist. Few codes are documented; this one is that of most examples.
func noSuch(kind string) func() response {
	return func() response {
		return failure(http.StatusNotFound, featurebase.ErrorCodeResourceNotFound, "id", kind+" not found.")
	}
}

// refused is the response to a request with something that makes no sense.
func refused(param, message string) response {
	return failure(http.StatusBadRequest, featurebase.ErrorCodeInvalidParameter, param, message)
}

// problem is refused for those that return nil when there is none.
func problem(param, message string) *response {
	refusal := refused(param, message)
	return &refusal
}
