package featurebasetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
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
	if allowed {
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
		return failure(http.StatusBadRequest, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeInvalidParameter,
			"Featurebase-Version", "Unknown API version.")
	}
	segment, ok := strings.CutPrefix(r.URL.EscapedPath(), "/v2/contacts/")
	if !ok || segment == "" || strings.Contains(segment, "/") || r.Method != http.MethodDelete || version[:len("2026-01-01")] < string(featurebase.VersionNova)[:len("2026-01-01")] {
		return failure(http.StatusNotFound, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeResourceNotFound,
			"", fmt.Sprintf("No such endpoint: %s %s", r.Method, r.URL.Path))
	}
	id, err := url.PathUnescape(segment)
	if err != nil || !validID(id) {
		return failure(http.StatusBadRequest, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeInvalidID,
			"id", "The id is not a valid ObjectId.")
	}
	return s.deleteContact(id)
}

func (s *Server) deleteContact(id string) answer {
	id = strings.ToLower(id)
	if _, ok := s.contacts[id]; !ok {
		return failure(http.StatusNotFound, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeContactNotFound,
			"", "Contact not found.")
	}
	delete(s.contacts, id)
	return success(http.StatusOK, featurebase.DeletedContact{ID: id, Object: "contact", Deleted: true})
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
