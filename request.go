package featurebase

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go/internal/ids"
	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
)

// endpoint describes one operation of the API.
type endpoint struct {
	// pattern is the method and the route. The name of each {parameter} in the
	// route is its kind; see parameters.
	pattern string

	// object is the kind of object that {id} names, such as "contact". Together
	// with part and the other parameters, it is what the call is about, which the
	// API may say doesn't exist; see saysNotFound.
	object string

	// part is the kind of what the body names within the object, if the call is
	// about that, too, and named are the members of the body that name either.
	part  string
	named []string

	// detached is the code with status 400 which says that what the path names
	// doesn't belong to each other.
	detached ErrorCode

	// effect is what repeating the request does, if the method doesn't tell.
	effect effect

	// collections are what object may be if it is anyObject.
	collections []string
}

// anyObject is the object of a call that this library has no method for, if the
// call reads or deletes what its path names.
const anyObject = "object"

// effect is what a request does to the objects of an organization.
type effect int

const (
	byMethod   effect = iota // reads for GET, creates for POST, otherwise repeatable
	reads                    // nothing
	repeatable               // the same if the request is repeated as if it is not
	creates                  // something new each time
)

func (ep *endpoint) method() string { method, _, _ := strings.Cut(ep.pattern, " "); return method }
func (ep *endpoint) route() string  { _, route, _ := strings.Cut(ep.pattern, " "); return route }

func (ep *endpoint) effects() effect {
	switch method := ep.method(); {
	case ep.effect != byMethod:
		return ep.effect
	case method == http.MethodGet:
		return reads
	case method == http.MethodPost:
		return creates
	}
	return repeatable
}

// parameters holds what the kinds of path parameters accept.
var parameters = map[string]parameter{
	"id":        {check: ids.Object},
	"contactId": {check: ids.Object},
	"tagId":     {check: ids.Object},
	"userId":    {check: checkOwnArg, own: true},
	"companyId": {check: checkOwnArg, own: true},

	"attributeId":    {check: ids.Opaque},
	"surveyId":       {check: ids.Opaque},
	"conversationId": {check: ids.Short},
	"ticketNumber":   {check: ids.Number},
}

func checkOwnArg(id string) string { return ids.Own(id, ids.MaxOwn) }

// parameter is a kind of path parameter.
type parameter struct {
	check func(string) (reason string)
	own   bool // whether it is an ID of the caller's own, which responses needn't repeat
}

// args are the arguments for a route's parameters, in order.
type args [2]string

// request is one call of an endpoint.
type request struct {
	*endpoint
	args   args
	params any // the query if the method is GET, else the JSON body; nil: none
}

// eachParameter calls f for each of the route's parameters.
func (r *request) eachParameter(f func(name, arg string)) {
	rest := r.route()
	for i := 0; ; i++ {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return
		}
		name, after, _ := strings.Cut(after, "}")
		f(name, r.args[i])
		rest = after
	}
}

// arg returns the argument that names an object of this kind by its Featurebase
// ID, or "".
func (r *request) arg(object string) (id string) {
	r.eachParameter(func(name, arg string) {
		switch {
		case parameters[name].own:
		case name == object+"Id", name == "id" && r.object == object:
			id = arg
		}
	})
	return id
}

// ownArg returns the argument for a parameter which holds an ID of the
// caller's own, or "".
func (r *request) ownArg(name string) (id string) {
	r.eachParameter(func(n, arg string) {
		if n == name {
			id = arg
		}
	})
	return id
}

// check rejects arguments that can't be meant.
func (r *request) check() error {
	var problems problems
	r.eachParameter(func(name, arg string) {
		if reason := parameters[name].check(arg); reason != "" {
			if name == "id" && r.object == "contact" {
				reason += "; for your own user IDs there are methods with ByUserID"
			}
			problems = append(problems, &InvalidIDError{ID: arg, Param: name, Reason: reason})
		}
	})
	problems = checkParams(problems, r.params)
	return problems.err()
}

// path inserts the arguments into the route, each as a single segment.
func (r *request) path() string {
	rest := r.route()
	if !strings.Contains(rest, "{") {
		return rest
	}
	var b strings.Builder
	b.Grow(len(rest) + len(r.args[0]) + len(r.args[1]))
	for i := 0; ; i++ {
		before, after, ok := strings.Cut(rest, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteString(url.PathEscape(r.args[i]))
		_, rest, _ = strings.Cut(after, "}")
	}
}

// encode returns the query and the JSON body that the params stand for.
func (r *request) encode() (query string, body []byte, err error) {
	switch {
	case r.params == nil, r.method() == http.MethodDelete && reflect.ValueOf(r.params).IsZero():
		return "", nil, nil
	case r.method() == http.MethodGet:
		return encodeQuery(r.params), nil, nil
	}
	if body, err = json.Marshal(wireParams(reflect.ValueOf(r.params)).Interface()); err != nil {
		return "", nil, &ArgumentError{Name: "params", Reason: "can't be encoded as JSON", err: err}
	}
	return "", body, nil
}

// A result is what a response is decoded into.
type result interface {
	// mismatch explains why the result can't be the response to r, or returns "".
	mismatch(r *request) string
}

// send calls an endpoint and returns its result. Every method goes through it.
func send[R result](ctx context.Context, c *Client, r request, out R, opts []CallOption) (R, error) {
	out, _, err := exchange(ctx, c, r, out, opts)
	return out, err
}

// upsert is send for endpoints that respond with status 201 if they created an
// object, and 200 if they changed one.
func upsert[R result](ctx context.Context, c *Client, r request, out R, opts []CallOption) (_ R, created bool, err error) {
	out, call, err := exchange(ctx, c, r, out, opts)
	return out, err == nil && call.response.status == http.StatusCreated, err
}

// confirm is like send, for endpoints whose result only confirms that they
// succeeded.
func confirm(ctx context.Context, c *Client, r request, out result, opts []CallOption) error {
	_, _, err := exchange(ctx, c, r, out, opts)
	return err
}

func exchange[R result](ctx context.Context, c *Client, r request, out R, opts []CallOption) (_ R, _ *call, err error) {
	var none R
	call, err := c.newCall(ctx, r, opts)
	if err != nil {
		return none, nil, err
	}
	gaveUp := call.send()
	if err := call.result(out, gaveUp); err != nil {
		call.upload.putBack()
		return none, nil, err
	}
	return out, call, nil
}

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
	call.path, call.url = path, c.url(path, query)
	return call.anyResult(out, call.send())
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

var errNilContext = &ArgumentError{Name: "ctx", Reason: "it is nil"}

// newCall checks and encodes a request. Nothing is sent yet.
func (c *Client) newCall(ctx context.Context, r request, opts []CallOption) (*call, error) {
	s, err := c.callSettings(opts)
	if err != nil {
		return nil, err
	}
	if ctx == nil {
		return nil, errNilContext
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	query, body, err := r.encode()
	if err != nil {
		return nil, err
	}
	call := &call{client: c, ctx: ctx, settings: s, request: r, path: r.path()}
	if p, ok := r.params.(interface{ files() []TicketFile }); ok && len(p.files()) > 0 {
		if call.upload, err = newUpload(body, p.files()); err != nil {
			return nil, err
		}
	} else {
		call.body = body
	}
	call.url = c.url(call.path, query)
	call.limit.Endpoint = ratelimit.Endpoint{Method: r.method(), Route: r.route()}
	call.limit.Patient = s.patient
	return call, nil
}

// The functions below are for methods mismatch.

// mustBe explains why a member of a response doesn't have the value that it
// must have, or returns "".
func mustBe(member, got, want string) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("%s is %q instead of %q", member, clip(got), want)
}

// mustBeTrue is mustBe for booleans.
func mustBeTrue(member string, got bool) string {
	if got {
		return ""
	}
	return member + " is not true"
}

// mustBeID explains why a member is missing that is the ID of an object of this
// kind, or is not the one that was asked for. Its form is for the API to choose.
func (r *request) mustBeID(member, got, object string) string {
	switch want := r.arg(object); {
	case got == "":
		return member + " is missing"
	case want != "" && !ids.Same(got, want):
		return member + " is not the one that was asked for"
	}
	return ""
}

// mustHave explains that a member is missing, or returns "".
func mustHave(member, got string) string {
	if got == "" {
		return member + " is missing"
	}
	return ""
}

// mustBeOwnID explains why a member is not the ID of the caller's own that was
// asked for. Responses may leave it out.
func (r *request) mustBeOwnID(member, got, parameter string) string {
	if want := r.ownArg(parameter); want != "" && got != "" && got != want {
		return member + " is not the one that was asked for"
	}
	return ""
}

// problems are everything that is wrong with the arguments of a call.
type problems []error

// err returns a lone problem as it is.
func (p problems) err() error {
	switch len(p) {
	case 0:
		return nil
	case 1:
		return p[0]
	}
	return &argumentErrors{p}
}
