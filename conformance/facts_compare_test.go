package conformance_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// factExceptions are where the library or the fake differ from facts.txt, and why
// they should.
var factExceptions = map[string]string{
	"library: POST /v2/conversations/redact: 404 conversation_not_found of body.conversationId":          inBody,
	"library: POST /v2/conversations/redact: 404 conversation_part_not_found of body.conversationPartId": inBody,
	"library: POST /v2/tags: 404 resource_not_found of body.id":                                          inBody,

	"library: POST /v2/webhooks: body.requestConfig.headers items ..10": membersOfObject,
	"fake: POST /v2/webhooks: body.requestConfig.headers items ..10":    membersOfObject,

	"fake: GET /v2/comments: 404 post_not_found of query.changelogId":                                noChangelogs,
	"fake: POST /v2/comments: 404 post_not_found of body.changelogId":                                noChangelogs,
	"fake: PATCH /v2/conversations/{id}: 404 admin_not_found of body.actingAdminId":                  anyAdmin,
	"fake: POST /v2/conversations/{id}/tags: 404 resource_not_found of body.actingAdminId":           anyAdmin,
	"fake: DELETE /v2/conversations/{id}/tags/{tagId}: 404 resource_not_found of body.actingAdminId": anyAdmin,
	"fake: POST /v2/tickets: 404 resource_not_found of body.assigneeId":                              anyAdmin,
	"fake: PATCH /v2/tickets/{id}: 404 resource_not_found of body.assigneeId":                        anyAdmin,
	"fake: POST /v2/changelogs/subscribers: body.emails[] email":                                     ignoredEmails,
	"fake: DELETE /v2/changelogs/subscribers: body.emails[] email":                                   ignoredEmails,
}

// Why there are several exceptions.
const (
	membersOfObject = "The probes of items are lists, and headers are members of an object. The tests of each resource try the limit."
	inBody          = "The body names the object, as the path does elsewhere."
	noChangelogs    = "The fake takes the ID of any changelog."
	anyAdmin        = "The fake takes any ID as that of an admin."
	ignoredEmails   = "The schema refuses them and the text ignores them; the fake does as the text says."
)

// exchange is a request of a step and its response.
type exchange struct {
	call     *callFacts
	step     int
	ours     oursCall
	method   string
	target   string // path and query, escaped
	body     []byte
	status   int
	response []byte
}

func (x *exchange) path() string { path, _, _ := strings.Cut(x.target, "?"); return path }

// exchanges makes all steps on a fake, and returns what was sent and received:
// of those without a fault, and of the first request of each.
func exchanges(t *testing.T, calls []*callFacts) []exchange {
	t.Helper()
	var all []exchange
	srv, meet := newServer(t), false
	at, do := 0, oursCall{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange{step: at, ours: do, method: r.Method, target: r.URL.RequestURI()}
		x.call = find(calls, x.method, x.path())
		x.body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(x.body))
		rec := httptest.NewRecorder()
		if meet {
			srv.ServeHTTP(w, r)
			return
		}
		srv.ServeHTTP(rec, r)
		x.status, x.response = rec.Code, rec.Body.Bytes()
		all = append(all, x)
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}))
	defer front.Close()
	client, err := featurebase.NewClient(srv.Token, featurebase.WithBaseURL(front.URL), featurebase.WithMaxRetries(0))
	require.NoError(t, err)
	for i, s := range steps(t) {
		if s.ours.method == "" {
			continue
		}
		at, do, meet = i, s.ours, s.fault != nil
		if meet {
			srv.FailNext(*s.fault)
		}
		var resp featurebase.Response
		_, _, _ = s.ours.perform(t, client, &resp) // TestClients_doTheSame compares the outcome
	}
	return all
}

// serve has the fake respond to a request.
func serve(srv *featurebasetest.Server, method, target string, body []byte) (status int, response []byte) {
	r := httptest.NewRequest(method, target, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+srv.Token)
	r.Header.Set("Featurebase-Version", string(featurebase.APIVersionNova))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes()
}

// comparing compares either side with the facts of one call.
type comparing struct {
	*callFacts
	side     string // "library" or "fake"
	examples []exchange
	found    map[string]bool // exceptions
}

// want reports a difference, unless it is an exception.
func (c *comparing) want(t *testing.T, right bool, f fact, expected, seen string) {
	t.Helper()
	if right {
		return
	}
	key := fmt.Sprintf("%s: %s: %s %s", c.side, f.call, f.subject, f.rule)
	if f.isAboutField() {
		key += " of " + f.note
	}
	if factExceptions[key] != "" {
		c.found[key] = true
		return
	}
	t.Errorf("%s %s: want %s, but %s", c.side, f, expected, seen)
}

// compareFacts runs compare for each call that the steps make, and sees to it that
// all exceptions are needed.
func compareFacts(t *testing.T, side string, calls []*callFacts, all []exchange, compare func(t *testing.T, c *comparing)) {
	found := map[string]bool{}
	for _, facts := range calls {
		c := &comparing{callFacts: facts, side: side, found: found}
		for _, x := range all {
			if x.call == facts {
				c.examples = append(c.examples, x)
			}
		}
		if len(c.examples) == 0 {
			continue // it is not there yet
		}
		t.Run(facts.call, func(t *testing.T) {
			require.NotNil(t, c.example(fact{}), "no step with it succeeds")
			compare(t, c)
		})
	}
	for key := range factExceptions {
		if strings.HasPrefix(key, side+": ") {
			assert.True(t, found[key], "there is no such exception: %s", key)
		}
	}
}

// example returns a success in which what a fact is about is there, or else might
// be: with as many of the members that lead to it as there are.
func (c *comparing) example(f fact) *exchange {
	subject := f.subject
	switch {
	case f.isAboutField():
		subject = f.note
	case f.subject == "body.query.value":
		subject += "[].field"
	}
	var best *exchange
	most := -1
	for i := range c.examples {
		x := &c.examples[i]
		if x.status/100 != 2 || strings.HasSuffix(x.ours.method, "All") {
			continue
		}
		depth := 0
		if at, ok := strings.CutPrefix(subject, "body"); ok {
			_, depth = lookup(decoded(x.body), segments(at))
		} else if f.subject == "success" && f.rule == fmt.Sprint(x.status) {
			depth = 1
		}
		if depth > most {
			most, best = depth, x
		}
	}
	return best
}

func decoded(body []byte) (v any) {
	_ = json.Unmarshal(body, &v) // none is an empty body
	return v
}

// segments are the steps from a body to what a subject names, like "companies",
// "[]" and "name".
func segments(subject string) []string {
	return regexp.MustCompile(`\w+|\[\]|\{\}`).FindAllString(subject, -1)
}

// lookup returns what is at a place in a value, and how many of the steps to it
// could be made.
func lookup(v any, at []string) (found any, depth int) {
	if len(at) == 0 {
		return v, 1
	}
	var next any
	switch o, l := asObject(v), asArray(v); {
	case at[0] == "[]" && len(l) > 0:
		next = l[0]
	case at[0] == "{}" && len(o) > 0:
		next = o[slices.Sorted(maps.Keys(o))[0]]
	case o[at[0]] != nil:
		next = o[at[0]]
	default:
		return nil, 0
	}
	found, depth = lookup(next, at[1:])
	return found, depth + 1
}

func asObject(v any) object { o, _ := v.(object); return o }
func asArray(v any) array   { l, _ := v.(array); return l }

// put returns v with another value at a place.
func put(v any, at []string, value any) any {
	if len(at) == 0 {
		return value
	}
	if at[0] == "[]" {
		l := asArray(v)
		if len(l) == 0 {
			l = array{nil}
		}
		l = slices.Clone(l)
		l[0] = put(l[0], at[1:], value)
		return l
	}
	o := maps.Clone(asObject(v))
	if o == nil {
		o = object{}
	}
	name := at[0]
	if name == "{}" {
		if name = field; len(o) > 0 {
			name = slices.Sorted(maps.Keys(o))[0]
		}
	}
	o[name] = put(o[name], at[1:], value)
	return o
}

// with returns the request with another value of a subject.
func (c *comparing) with(x *exchange, p probe) (target string, body []byte) {
	path, query, _ := strings.Cut(x.target, "?")
	place, rest, _ := strings.Cut(p.subject, ".")
	switch place {
	case "path":
		parts, text := strings.Split(path, "/"), fmt.Sprint(p.value)
		for i, part := range strings.Split(c.call[strings.Index(c.call, " ")+1:], "/") {
			if part == "{"+rest+"}" {
				parts[i] = url.PathEscape(text)
			}
		}
		return strings.TrimSuffix(strings.Join(parts, "/")+"?"+query, "?"), x.body
	case "query":
		values, err := url.ParseQuery(query)
		if err != nil {
			panic(err)
		}
		text := fmt.Sprint(p.value)
		if items, ok := p.value.([]any); ok {
			text = strings.Trim(strings.ReplaceAll(fmt.Sprint(items), " ", ","), "[]")
		}
		values.Set(strings.TrimSuffix(rest, "[]"), text)
		return path + "?" + values.Encode(), x.body
	}
	at := segments(strings.TrimPrefix(p.subject, "body"))
	value := p.value
	if p.times > 0 {
		first, _ := lookup(decoded(x.body), append(at, "[]"))
		value = slices.Repeat(array{first}, p.times)
	}
	body, err := json.Marshal(put(decoded(x.body), at, value))
	if err != nil {
		panic(err)
	}
	return x.target, body
}

// errorOf returns what form and code an error of the fake has.
func errorOf(response []byte) (code string) {
	o := asObject(decoded(response))
	if e := asObject(o["error"]); e != nil {
		return fmt.Sprint(e["code"])
	}
	switch {
	case o["code"] == 400.0 && o["message"] != nil:
		return "flat"
	case o["success"] == false && o["message"] != nil:
		return "key refused"
	}
	return "no code"
}

// The library refuses what is just outside of each limit without sending it, and
// sends what is just inside. It takes each success, and tells by its code that an
// object doesn't exist. The fake refuses the same and takes the same, and has no
// status or code that is not documented. docs/endpoints.md lists the calls.
func TestFacts_areThoseOfLibraryAndFake(t *testing.T) {
	t.Parallel()
	calls, anyCall := readFacts(t)
	all := exchanges(t, calls)
	t.Run("library", func(t *testing.T) {
		t.Parallel()
		compareFacts(t, "library", calls, all, func(t *testing.T, c *comparing) {
			r := newResponder(t)
			for _, f := range c.facts {
				c.compareLibrary(t, f, r)
			}
		})
	})
	t.Run("fake", func(t *testing.T) {
		t.Parallel()
		compareFacts(t, "fake", calls, all, func(t *testing.T, c *comparing) {
			c.compareStatuses(t, anyCall)
			ask := asking(t, all)
			for _, f := range c.facts {
				c.compareFake(t, f, ask)
			}
		})
	})
	t.Run("docs/endpoints.md", func(t *testing.T) {
		t.Parallel()
		compareEndpointsPage(t, calls, all)
	})
}

// An askFunc has a fake, as it was before the step of x, respond to x with another
// target and body. It need not be as it was any more if that changes something.
type askFunc func(x *exchange, target string, body []byte, changes bool) (status int, code string, response []byte)

func asking(t *testing.T, all []exchange) askFunc {
	servers := map[int]*featurebasetest.Server{}
	return func(x *exchange, target string, body []byte, changes bool) (int, string, []byte) {
		srv := servers[x.step]
		if srv == nil {
			srv = newServer(t)
			for _, before := range all {
				if before.step < x.step && before.status/100 == 2 && before.method != http.MethodGet && !strings.HasSuffix(before.path(), "/search") {
					serve(srv, before.method, before.target, before.body)
				}
			}
			servers[x.step] = srv
		}
		if changes && x.method == http.MethodDelete {
			delete(servers, x.step)
		}
		status, response := serve(srv, x.method, target, body)
		return status, errorOf(response), response
	}
}

// compareStatuses compares the statuses and codes that the fake had in the steps.
func (c *comparing) compareStatuses(t *testing.T, anyCall *callFacts) {
	had := map[[2]string]bool{}
	for _, x := range c.examples {
		f := fact{c.call, "success", fmt.Sprint(x.status), "the fake", ""}
		documented := c.about("success")
		if x.status/100 != 2 {
			f.subject, f.rule = f.rule, errorOf(x.response)
			documented = slices.Concat(c.codes(f.subject, ""), anyCall.codes(f.subject, ""))
		}
		if key := [2]string{f.subject, f.rule}; !had[key] {
			had[key] = true
			c.want(t, slices.Contains(documented, f.rule), f, "one of "+strings.Join(documented, ", "), "it is there")
		}
	}
	for _, f := range c.facts {
		if f.subject == "success" || f.subject == "404" && !f.isAboutField() && f.rule != "no code" && f.rule != "generic" {
			c.want(t, had[[2]string{f.subject, f.rule}], f, "it in a step", "it is in none")
		}
	}
}

// isAboutField reports whether the note of an error is the field that it is about.
func (f fact) isAboutField() bool {
	return regexp.MustCompile(`^(path|query|body)\.`).MatchString(f.note)
}

func (c *comparing) compareFake(t *testing.T, f fact, ask askFunc) {
	kind, value, _ := strings.Cut(f.rule, " ")
	x := c.example(f)
	try := func(p probe, changes bool) (status int, code, seen string) {
		target, body := c.with(x, p)
		status, code, _ = ask(x, target, body, changes)
		return status, code, fmt.Sprintf("got %d %s", status, code)
	}
	about := probe{fact: fact{subject: f.note}}
	switch {
	case f.isAboutField() && f.subject == "404":
		about.value = c.absent(f.note)
		status, code, seen := try(about, true)
		c.want(t, status == 404 && slices.Contains(c.codes("404", f.note), code), f, "it for a "+f.note+" that doesn't exist", seen)
	case f.isAboutField() && (f.rule == "invalid_id" || f.rule == "invalid_cursor"):
		about.value = "not-an-id!"
		status, code, seen := try(about, false)
		c.want(t, status == 400 && code == f.rule, f, "it for a malformed "+f.note, seen)
	case f.rule == "closed" || f.rule == "open":
		status, _, seen := try(probe{fact: fact{subject: f.subject + ".undocumented"}, value: "x"}, f.rule == "open")
		c.want(t, (status == 400) == (f.rule == "closed"), f, "it "+f.rule, "an undocumented member "+seen)
	case kind == "default" && (x.method == http.MethodGet || strings.HasSuffix(x.path(), "/search")): // what other calls leave differs in times
		explicit := probe{fact: f, value: value}
		if number, err := strconv.Atoi(value); err == nil {
			explicit.value = number
		}
		x = c.without(x, f.subject)
		target, body := c.with(x, explicit)
		_, _, want := ask(x, x.target, x.body, false)
		_, _, got := ask(x, target, body, false)
		c.want(t, string(want) == string(got), f, "it", "the response is another without it")
	}
	for _, p := range c.probes(f) {
		status, code, seen := try(p, p.right)
		codes := append(c.codes("400", ""), "flat")
		switch {
		case p.right && status == 400: // if what it names need not exist, or nothing like it is there
			_, absent, _ := try(probe{fact: f, value: c.absent(f.subject)}, false)
			c.want(t, code == absent && code != "flat" && slices.Contains(codes, code), f, "it to take "+p.name, seen)
		case p.right:
			c.want(t, status < 500, f, "it to take "+p.name, seen)
		case f.rule == "id" && (strings.HasPrefix(f.subject, "query.") || len(codes) == 1):
			// The document has no pattern for it, and no code.
		case strings.HasPrefix(f.subject, "path.") || f.rule == "id":
			c.want(t, status == 404 || status == 400, f, "it to refuse "+p.name, seen)
		default:
			c.want(t, status == 400 && slices.Contains(codes, code), f, "it to refuse "+p.name+" with 400 "+strings.Join(slices.Compact(codes), " or "), seen)
		}
	}
}

// without returns the request without a subject, and without a cursor.
func (c *comparing) without(x *exchange, subject string) *exchange {
	changed := *x
	path, query, _ := strings.Cut(x.target, "?")
	place, name, _ := strings.Cut(subject, ".")
	if place == "query" {
		values, _ := url.ParseQuery(query)
		values.Del(name)
		values.Del("cursor")
		changed.target = path + "?" + values.Encode()
		return &changed
	}
	o := maps.Clone(asObject(decoded(x.body)))
	delete(o, name)
	delete(o, "cursor")
	changed.body, _ = json.Marshal(o)
	return &changed
}

// absent is the ID of no object.
func (c *comparing) absent(subject string) any {
	for _, rule := range c.about(subject) {
		switch {
		case strings.HasPrefix(rule, "items"):
			return []any{c.absent(subject + "[]")}
		case rule == "short id":
			return "9999999999999999"
		case strings.HasPrefix(rule, "integer"):
			return 999999
		case strings.HasPrefix(rule, "length"):
			return "nobody"
		}
	}
	return "ffffffffffffffffffffffff"
}

// responder responds to all requests as it is told, and notes them.
type responder struct {
	client   *featurebase.Client
	status   int
	body     string
	requests []exchange
}

func newResponder(t *testing.T) *responder {
	t.Helper()
	r := &responder{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.requests = append(r.requests, exchange{method: req.Method, target: req.URL.RequestURI(), body: body})
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, r.body)
	}))
	t.Cleanup(srv.Close)
	var err error
	r.client, err = featurebase.NewClient("sk_facts", featurebase.WithBaseURL(srv.URL), featurebase.WithMaxRetries(0))
	require.NoError(t, err)
	return r
}

func (r *responder) perform(t *testing.T, c oursCall, status int, body string) (sent []exchange, err error) {
	t.Helper()
	r.status, r.body, r.requests = status, body, nil
	var resp featurebase.Response
	_, _, err = c.perform(t, r.client, &resp)
	return r.requests, err
}

func (c *comparing) compareLibrary(t *testing.T, f fact, r *responder) {
	x := c.example(f)
	switch {
	case f.subject == "success":
		_, err := r.perform(t, x.ours, asInt(f.rule), string(x.response))
		c.want(t, err == nil, f, "it to be a success", fmt.Sprint(err))
	case f.subject == "404" && f.rule != "no code" && f.rule != "generic" || gone[f.rule]:
		c.compareNotFound(t, r, f, x)
	default:
		for _, p := range c.probes(f) {
			c.compareProbe(t, r, p, x)
		}
	}
}

func asInt(text string) (n int) { _, _ = fmt.Sscan(text, &n); return n }

// gone are codes that mean that there is nothing to remove.
var gone = map[string]bool{"voter_not_found": true, "participant_not_found": true, "contact_not_attached": true}

// compareNotFound compares for a code whether the error matches ErrNotFound: if it
// is about what the path names, and can't be about another object that was sent.
func (c *comparing) compareNotFound(t *testing.T, r *responder, f fact, x *exchange) {
	path, sentOther := false, false
	for _, about := range c.facts {
		if about.subject != f.subject || about.rule != f.rule {
			continue
		}
		place, rest, _ := strings.Cut(about.note, ".")
		switch place {
		case "path":
			path = true
		case "query":
			values, _ := url.ParseQuery(x.target[strings.Index(x.target+"?", "?"):])
			sentOther = sentOther || values.Has(rest)
		case "body":
			at := segments(rest)
			_, depth := lookup(decoded(x.body), at)
			sentOther = sentOther || depth > len(at)
		}
	}
	want := gone[f.rule] || path && !sentOther
	param := ""
	if f.rule == "resource_not_found" && want {
		param = `"param":"id",`
	}
	body := fmt.Sprintf(`{"error":{"type":"invalid_request_error","code":%q,%s"message":"Not found","status":%s}}`, f.rule, param, f.subject)
	_, err := r.perform(t, x.ours, asInt(f.subject), body)
	got := errors.Is(err, featurebase.ErrNotFound)
	c.want(t, got == want, f, fmt.Sprintf("ErrNotFound to be %t with %s", want, x.ours.method), fmt.Sprintf("it is %t: %v", got, err))
}

// errCantBeWritten is for values that the library's types don't have.
var errCantBeWritten = errors.New("can't be written")

func (c *comparing) compareProbe(t *testing.T, r *responder, p probe, x *exchange) {
	call, err := c.changed(t, x.ours, p)
	switch {
	case errors.Is(err, errCantBeWritten):
		c.want(t, !p.right, p.fact, "it to take "+p.name+" in "+x.ours.method, err.Error())
		return
	case err != nil:
		t.Errorf("%s: %s: %v", p.fact, p.name, err)
		return
	}
	sent, err := r.perform(t, call, 500, "{}")
	if p.right {
		c.want(t, len(sent) > 0, p.fact, "it to send "+p.name+" in "+x.ours.method, fmt.Sprint(err))
		return
	}
	refused := len(sent) == 0 && errors.Is(err, featurebase.ErrInvalidArgument)
	c.want(t, refused || len(sent) > 0 && !c.has(&sent[0], p), p.fact, "it to refuse "+p.name+" in "+x.ours.method, "it was sent")
}

// has reports whether a request has the value of a probe, and has not left it out.
func (c *comparing) has(x *exchange, p probe) bool {
	if !strings.HasPrefix(p.subject, "body.") || !isZero(p.value) || p.times > 0 {
		return !strings.HasPrefix(p.subject, "query.") || !isZero(p.value)
	}
	at := segments(strings.TrimPrefix(p.subject, "body"))
	_, depth := lookup(decoded(x.body), at)
	return depth > len(at)
}

func isZero(v any) bool {
	return v == nil || reflect.ValueOf(v).IsZero() || reflect.ValueOf(v).Kind() == reflect.Slice && reflect.ValueOf(v).Len() == 0
}

// changed returns the call with another value of a subject.
func (c *comparing) changed(t *testing.T, call oursCall, p probe) (oursCall, error) {
	call.args = slices.Clone(call.args)
	place, rest, _ := strings.Cut(p.subject, ".")
	method := serviceMethod(t, call.method).Type
	argType := func(i int) reflect.Type { return method.In(i + 2) } // after the service and the context
	if place == "path" {
		for i, parameter := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(c.call, -1) {
			if parameter[1] == rest {
				v := reflect.New(argType(i)).Elem()
				if err := assign(v, p); err != nil {
					return call, err
				}
				call.args[i] = v.Interface()
			}
		}
		return call, nil
	}
	last := len(call.args) - 1
	if last < 0 || argType(last).Kind() != reflect.Struct {
		return call, fmt.Errorf("%w: there are no params", errCantBeWritten)
	}
	v := reflect.New(argType(last)).Elem()
	v.Set(reflect.ValueOf(call.args[last]))
	subject := rest
	if p.subject == "body.query.value" { // filters, which are in a group if there are several
		subject = "query"
	}
	at := segments(subject)
	if place == "query" {
		at = segments(strings.TrimSuffix(rest, "[]"))
		if strings.HasSuffix(rest, "[]") {
			at = append(at, "[]")
		}
	}
	if err := change(v, at, p); err != nil {
		return call, err
	}
	call.args[last] = v.Interface()
	return call, nil
}

// change sets what is at a place in v, of which it copies what it changes.
func change(v reflect.Value, at []string, p probe) error {
	if len(at) == 0 {
		return assign(v, p)
	}
	if v.Kind() == reflect.Pointer {
		n := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			n.Elem().Set(v.Elem())
		}
		v.Set(n)
		v = n.Elem()
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(v.Type()) {
			tag, inQuery := f.Tag.Lookup("query")
			if !inQuery {
				tag = f.Tag.Get("json")
			}
			if name, _, _ := strings.Cut(tag, ","); name == at[0] && f.IsExported() {
				return change(v.FieldByIndex(f.Index), at[1:], p)
			}
		}
	case reflect.Slice:
		if at[0] == "[]" {
			n := reflect.MakeSlice(v.Type(), max(1, v.Len()), max(1, v.Len()))
			reflect.Copy(n, v)
			v.Set(n)
			return change(n.Index(0), at[1:], p)
		}
	case reflect.Map:
		key := field
		if at[0] != "{}" {
			key = at[0]
		} else if v.Len() > 0 {
			key = v.MapKeys()[0].String()
		}
		n := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			n.SetMapIndex(k, v.MapIndex(k))
		}
		v.Set(n)
		element := reflect.New(v.Type().Elem()).Elem()
		if err := change(element, at[1:], p); err != nil {
			return err
		}
		n.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), element)
		return nil
	case reflect.Interface: // a list in the value of a custom field
		v.Set(reflect.ValueOf(put(nil, at, p.value)))
		return nil
	}
	return fmt.Errorf("%w: %v has no %s", errCantBeWritten, v.Type(), at[0])
}

// optionals decode JSON to each Optional that a fact is about.
var optionals = map[reflect.Type]func([]byte) (any, error){
	reflect.TypeFor[featurebase.Optional[string]]():   optionalFrom[string],
	reflect.TypeFor[featurebase.Optional[int]]():      optionalFrom[int],
	reflect.TypeFor[featurebase.Optional[float64]]():  optionalFrom[float64],
	reflect.TypeFor[featurebase.Optional[bool]]():     optionalFrom[bool],
	reflect.TypeFor[featurebase.Optional[[]string]](): optionalFrom[[]string],
}

func optionalFrom[T any](text []byte) (any, error) {
	if string(text) == "null" {
		return featurebase.Null[T](), nil
	}
	var v T
	err := json.Unmarshal(text, &v)
	return featurebase.Value(v), err
}

// assign sets v to the value of a probe.
func assign(v reflect.Value, p probe) error {
	if p.times > 0 {
		if v.Kind() != reflect.Slice || v.Len() == 0 {
			return fmt.Errorf("no example has an element of %v", v.Type())
		}
		n := reflect.MakeSlice(v.Type(), p.times, p.times)
		for i := range p.times {
			n.Index(i).Set(v.Index(0))
		}
		v.Set(n)
		return nil
	}
	text, err := json.Marshal(p.value)
	if err != nil {
		return err
	}
	if _, optional := optionalOf(v.Type()); optional {
		decode := optionals[v.Type()]
		if decode == nil {
			return fmt.Errorf("optionals has no line for %v", v.Type())
		}
		o, err := decode(text)
		if err != nil {
			return fmt.Errorf("%w: %w", errCantBeWritten, err)
		}
		v.Set(reflect.ValueOf(o))
		return nil
	}
	if p.value == nil && v.Kind() != reflect.Interface {
		return fmt.Errorf("%w: null as a %v", errCantBeWritten, v.Type())
	}
	n := reflect.New(v.Type()) // a slice that is there already may be that of a step
	if err := json.Unmarshal(text, n.Interface()); err != nil {
		return fmt.Errorf("%w: %w", errCantBeWritten, err)
	}
	v.Set(n.Elem())
	return nil
}

// compareEndpointsPage finds the calls of docs/endpoints.md, and those that the
// steps make in it.
func compareEndpointsPage(t *testing.T, calls []*callFacts, all []exchange) {
	page, err := os.ReadFile("../docs/endpoints.md")
	require.NoError(t, err)
	listed := map[*callFacts]bool{}
	parameter := regexp.MustCompile(`\{\w+\}`)
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+) ([^`]+)`").FindAllStringSubmatch(string(page), -1) {
		if c := find(calls, row[1], row[2]); assert.NotNil(t, c, "facts.txt does not have %s %s", row[1], row[2]) {
			assert.Equal(t, parameter.ReplaceAllString(c.call, "{}"), parameter.ReplaceAllString(row[1]+" "+row[2], "{}"))
			listed[c] = true
		}
	}
	for _, x := range all {
		if x.call != nil && x.status/100 == 2 {
			assert.True(t, listed[x.call], "docs/endpoints.md does not have %s", x.call.call)
		}
	}
}
