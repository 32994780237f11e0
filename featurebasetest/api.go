package featurebasetest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
	route route               // the zero value if there is none
	args  map[string]string   // what stands in the place of the route's parameters, decoded
	query map[string][]string // the values of the route's query parameters, if it has a schema of them
	given object              // the body, if the route has a schema of it
}

// handler responds to a request, which fits the schemas of its route.
type handler func(r *request) response

// route is an endpoint. http.ServeMux is no use here: it resolves "..", which
// may be a user ID.
type route struct {
	method, path string
	handler

	nova     bool            // whether versions before nova lack it
	query    map[string]kind // schemas of its query parameters
	anyQuery bool            // whether it ignores all query parameters
	body     *kind           // schema of its body; nil: the body is ignored
	bodyless bool            // whether it may come without a body
	files    bool            // whether the body may be multipart/form-data, with files

	// code is that of the refusal of a body that fits the schema and breaks a rule.
	code featurebase.ErrorCode
}

func get(path string, h handler) route { return route{method: http.MethodGet, path: path, handler: h} }
func post(path string, h handler) route {
	return route{method: http.MethodPost, path: path, handler: h}
}
func patch(path string, h handler) route {
	return route{method: http.MethodPatch, path: path, handler: h}
}
func del(path string, h handler) route {
	return route{method: http.MethodDelete, path: path, handler: h}
}

// with returns the route with query parameters.
func (t route) with(query map[string]kind) route {
	t.query = query
	return t
}

// takes returns the route with a body.
func (t route) takes(body kind) route {
	t.body, t.code = &body, featurebase.ErrorCodeInvalidRequest
	return t
}

// mayTake returns the route with a body that may be left out.
func (t route) mayTake(body kind) route {
	t = t.takes(body)
	t.bodyless = true
	return t
}

// refusing returns the route with a code of its own for bodies that break a rule.
func (t route) refusing(code featurebase.ErrorCode) route {
	t.code = code
	return t
}

// withFiles returns the route with a body that may be multipart/form-data.
func (t route) withFiles() route {
	t.files = true
	return t
}

// novaOnly returns routes that versions before nova lack.
func novaOnly(routes ...route) []route {
	for i := range routes {
		routes[i].nova = true
	}
	return routes
}

// parameters are the schemas of path parameters. Others have none.
var parameters = map[string]kind{
	"conversationId": shortID,
	"ticketNumber":   {is: "number", whole: true, least: 1},
	"userId":         text(0, 255),
	"companyId":      text(1, 255),
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

// clover is the version before nova.
const clover = "2025-12-12.clover"

// versions are those that there are.
var versions = []string{clover, string(featurebase.APIVersionNova), "2026-08-19.orbit"}

// apply is the API: it processes the request and responds as documented.
func (s *Server) apply(r *request) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+s.Token {
		status := cmp.Or(s.variants.RefusedKeyStatus, http.StatusUnauthorized)
		return success(status, object{"success": false, "message": "Invalid API Key"})
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
	version := cmp.Or(r.Header.Get("Featurebase-Version"), string(featurebase.APIVersionNova)) // the organization's default
	switch {
	case r.route.handler == nil: // in none of the forms of an error: nobody told which it has
		return success(http.StatusNotFound, object{"message": fmt.Sprintf("Cannot %s %s", r.Method, r.URL.Path)})
	case !slices.Contains(versions, version) || version == clover && r.route.nova:
		return failure(http.StatusNotFound, "version_not_supported", "", "This endpoint does not support the API version.")
	}
	var found violations
	r.checkPath(&found)
	r.readQuery(&found)
	r.readBody(&found)
	if refusal := found.response(s, r.route.code); refusal != nil {
		return *refusal
	}
	return r.route.handler(r)
}

func (r *request) checkPath(found *violations) {
	for _, name := range slices.Sorted(maps.Keys(r.args)) {
		if k, ok := parameters[name]; ok {
			k.read(found, "params."+name, asNumber(k, r.args[name]))
		}
	}
}

// asNumber returns the number that a text is, if one of that kind is wanted and it
// is in decimal digits.
func asNumber(k kind, text string) any {
	if n, err := strconv.Atoi(text); k.is == "number" && err == nil && strconv.Itoa(n) == text {
		return float64(n)
	}
	return text
}

// readQuery reads the query parameters. Arrays are separated by commas, or
// repeated.
func (r *request) readQuery(found *violations) {
	if r.route.anyQuery {
		return
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		found.against("query", "Invalid")
		return
	}
	decoded := object{}
	for name, given := range values {
		switch k := r.route.query[name]; {
		case k.is == "array":
			given = strings.Split(strings.Join(given, ","), ",")
			values[name] = given
			decoded[name] = asAny(given)
		case len(given) > 1:
			decoded[name] = asAny(given)
		default:
			decoded[name] = asNumber(k, given[0])
		}
	}
	stored, _ := closed(r.route.query).read(found, "query", decoded).(object)
	for name, v := range stored {
		if s, ok := v.(string); ok {
			values[name] = []string{s}
		}
	}
	r.query = values
}

func asAny(texts []string) []any {
	all := make([]any, len(texts))
	for i := range texts {
		all[i] = texts[i]
	}
	return all
}

// readBody reads the body. One that is not JSON counts as none.
func (r *request) readBody(found *violations) {
	if r.route.body == nil {
		return
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var body any
	switch {
	case err == nil && media == "multipart/form-data" && r.route.files:
		var wrong string
		if body, wrong = r.form(params["boundary"]); wrong != "" {
			found.against("body", "%s", wrong)
			return
		}
	case len(r.body) == 0 && r.route.bodyless:
		body = object{}
	case err != nil || media != "application/json" || len(r.body) == 0:
		found.against("body", "Required")
		return
	default:
		d := json.NewDecoder(bytes.NewReader(r.body))
		if err := d.Decode(&body); err != nil {
			found.against("body", "Invalid JSON")
			return
		}
		if _, err := d.Token(); err != io.EOF {
			found.against("body", "Invalid JSON")
			return
		}
	}
	r.given, _ = r.route.body.read(found, "body", body).(object)
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

// failure returns an error in the envelope.
func failure(status int, code featurebase.ErrorCode, param, message string) response {
	return envelope(status, code, param, message, object{"status": status})
}

// envelope is failure with these further members, and the status only among them.
func envelope(status int, code featurebase.ErrorCode, param, message string, members object) response {
	detail := object{"type": errorType(status), "code": code, "message": message}
	if param != "" {
		detail["param"] = param
	}
	maps.Copy(detail, members)
	return success(status, object{"error": detail})
}

// refuse returns the response to a request that breaks a rule.
func refuse(code featurebase.ErrorCode, param, message string) *response {
	refusal := failure(http.StatusBadRequest, code, param, message)
	return &refusal
}

// absent returns the response to a request that names something that does not
// exist.
func absent(code featurebase.ErrorCode, param, message string) *response {
	refusal := failure(http.StatusNotFound, code, param, message)
	return &refusal
}
