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

// answer is what the server sends.
type answer struct {
	status   int
	header   http.Header
	body     string
	truncate bool
}

// handler answers a request. What stands in the place of {id} or {userId} is
// arg, decoded.
type handler func(s *Server, r *http.Request, arg string) answer

// route is an endpoint.
type route struct {
	method, path string
	handler
	query []string // the parameters it knows
}

// routes has what is more special first.
var routes = []route{
	{"GET", "/v2/contacts", (*Server).listContacts, []string{"limit", "cursor", "contactType"}},
	{"POST", "/v2/contacts", (*Server).upsertContact, nil},
	{"POST", "/v2/contacts/search", (*Server).searchContacts, nil},
	{"GET", "/v2/contacts/by-user-id/{userId}", byUserID((*Server).getContact), nil},
	{"DELETE", "/v2/contacts/by-user-id/{userId}", byUserID((*Server).deleteContact), nil},
	{"GET", "/v2/contacts/by-user-id/{userId}/email-preferences", byUserID((*Server).emailPreferences), nil},
	{"PATCH", "/v2/contacts/by-user-id/{userId}/email-preferences", byUserID((*Server).updateEmailPreferences), nil},
	{"GET", "/v2/contacts/{id}", byID((*Server).getContact), nil},
	{"DELETE", "/v2/contacts/{id}", byID((*Server).deleteContact), nil},
	{"POST", "/v2/contacts/{id}/block", byID((*Server).blockContact), nil},
	{"POST", "/v2/contacts/{id}/unblock", byID((*Server).unblockContact), nil},
	{"GET", "/v2/contacts/{id}/email-preferences", byID((*Server).emailPreferences), nil},
	{"PATCH", "/v2/contacts/{id}/email-preferences", byID((*Server).updateEmailPreferences), nil},
}

// match tells whether the route has this method and escaped path.
func (t route) match(method, path string) (arg string, ok bool) {
	want, have := strings.Split(t.path, "/"), strings.Split(path, "/")
	if method != t.method || len(want) != len(have) {
		return "", false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") {
			if want[i] != have[i] {
				return "", false
			}
			continue
		}
		var err error
		if arg, err = url.PathUnescape(have[i]); err != nil || arg == "" {
			return "", false
		}
	}
	return arg, true
}

var versionForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}\.\S+$`)

// apply is the API: it carries the request out and answers as documented.
func (s *Server) apply(r *http.Request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+s.Token {
		return failure(http.StatusUnauthorized, featurebase.ErrorTypeAuthentication, "unauthorized", "", "Invalid API key.")
	}
	now := s.clock()
	allowed := s.limiter.allow(now)
	a := failure(http.StatusTooManyRequests, featurebase.ErrorTypeRateLimit, "rate_limit_exceeded", "", "Too many requests.")
	switch {
	case allowed && r.ContentLength > maxBody:
		a = failure(http.StatusRequestEntityTooLarge, featurebase.ErrorTypeInvalidRequest, "request_too_large",
			"", fmt.Sprintf("The body is longer than %d bytes.", maxBody))
	case allowed:
		a = s.route(r)
	}
	s.limiter.describe(a.header, now, !allowed)
	return a
}

func (s *Server) route(r *http.Request) answer {
	version := r.Header.Get("Featurebase-Version")
	switch {
	case version == "": // the organization's default
		version = string(featurebase.VersionNova)
	case !versionForm.MatchString(version):
		return refused("Featurebase-Version", "Unknown API version.")
	}
	const date = len("2026-01-01")
	if version[:date] >= string(featurebase.VersionNova)[:date] {
		for _, t := range routes {
			if arg, ok := t.match(r.Method, r.URL.EscapedPath()); ok {
				if refusal := checkQuery(r, t.query); refusal != nil {
					return *refusal
				}
				return t.handler(s, r, arg)
			}
		}
	}
	return failure(http.StatusNotFound, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeResourceNotFound,
		"", fmt.Sprintf("No such endpoint: %s %s", r.Method, r.URL.Path))
}

// checkQuery refuses query parameters that are not among known, or come twice.
func checkQuery(r *http.Request, known []string) *answer {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return problem("", "The query string is malformed.")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case !slices.Contains(known, name):
			return problem(name, "There is no such query parameter.")
		case len(values[name]) > 1:
			return problem(name, "This query parameter comes more than once.")
		}
	}
	return nil
}

// object reads the request's body, which must be a JSON object.
func object(r *http.Request) (map[string]any, *answer) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, problem("Content-Type", "The body must be application/json.")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, problem("", "The body can't be read.")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	var v map[string]any
	if err := d.Decode(&v); err != nil || v == nil {
		return nil, problem("", "The body is not a JSON object.")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, problem("", "Something follows the JSON object in the body.")
	}
	return v, nil
}

func success(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // the types here can all be encoded
	}
	return answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: string(body)}
}

func failure(status int, typ featurebase.ErrorType, code featurebase.ErrorCode, param, message string) answer {
	detail := map[string]any{"type": typ, "code": code, "message": message, "status": status}
	if param != "" {
		detail["param"] = param
	}
	return success(status, map[string]any{"error": detail})
}

// refused is the answer to a request with something that makes no sense.
func refused(param, message string) answer {
	return failure(http.StatusBadRequest, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeInvalidParameter, param, message)
}

// problem is refused for those that give nil when there is none.
func problem(param, message string) *answer {
	a := refused(param, message)
	return &a
}
