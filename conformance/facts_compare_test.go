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
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// factExceptions are where the library or the fake differ from facts.txt, and why
// they should. A key begins with "library" or "fake".
var factExceptions = map[string]string{}

// exchange is a request of a step and its response.
type exchange struct {
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
func exchanges(t *testing.T) []exchange {
	t.Helper()
	var all []exchange
	srv, meet := newServer(t), false
	at, do := 0, oursCall{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange{step: at, ours: do, method: r.Method, target: r.URL.RequestURI()}
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
		w.Write(rec.Body.Bytes())
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
	r.Header.Set("Featurebase-Version", string(featurebase.VersionNova))
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
	if factExceptions[key] != "" {
		c.found[key] = true
		return
	}
	t.Errorf("%s %s: want %s, but %s", c.side, f, expected, seen)
}

// compareFacts runs compare for each call that the steps make, and sees to it that
// all exceptions are needed.
func compareFacts(t *testing.T, side string, compare func(t *testing.T, c *comparing)) {
	calls, _ := readFacts(t)
	all := exchanges(t)
	found := map[string]bool{}
	for _, facts := range calls {
		c := &comparing{callFacts: facts, side: side, found: found}
		for _, x := range all {
			if find(calls, x.method, x.path()) == facts {
				c.examples = append(c.examples, x)
			}
		}
		if len(c.examples) > 0 {
			t.Run(facts.call, func(t *testing.T) { compare(t, c) })
		}
	}
	for key := range factExceptions {
		if strings.HasPrefix(key, side+": ") {
			assert.True(t, found[key], "there is no such exception: %s", key)
		}
	}
}

// example returns a success in which the subject is there, or else might be: with
// as many of the members that lead to it as there are.
func (c *comparing) example(subject string) *exchange {
	var best *exchange
	most := -1
	for i := range c.examples {
		x := &c.examples[i]
		if x.status/100 != 2 || strings.HasSuffix(x.ours.method, "All") {
			continue
		}
		depth := 0
		if steps, ok := strings.CutPrefix(subject, "body"); ok {
			_, depth = lookup(decoded(x.body), segments(steps))
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

// The fake refuses what is just outside of each limit, takes what is just inside,
// and has no status or code that is not documented.
func TestFacts_fake(t *testing.T) {
	t.Parallel()
	writes := []exchange{}
	for _, x := range exchanges(t) {
		if x.status/100 == 2 && x.method != http.MethodGet && !strings.HasSuffix(x.path(), "/search") {
			writes = append(writes, x)
		}
	}
	// before returns a server as it was before a step.
	before := func(t *testing.T, step int) *featurebasetest.Server {
		srv := newServer(t)
		for _, x := range writes {
			if x.step < step {
				serve(srv, x.method, x.target, x.body)
			}
		}
		return srv
	}
	_, anyCall := readFacts(t)
	compareFacts(t, "fake", func(t *testing.T, c *comparing) {
		c.compareStatuses(t, anyCall)
		servers := map[int]*featurebasetest.Server{}
		ask := func(x *exchange, target string, body []byte, changes bool) (int, []byte) {
			srv := servers[x.step]
			if srv == nil {
				srv = before(t, x.step)
				servers[x.step] = srv
			}
			if changes && x.method == http.MethodDelete {
				delete(servers, x.step)
			}
			return serve(srv, x.method, target, body)
		}
		for _, f := range c.facts {
			x := c.example(f.subject)
			if x == nil {
				t.Fatalf("no step with %s succeeds", c.call)
			}
			c.compareFake(t, f, x, ask)
		}
	})
}

// compareStatuses compares statuses and codes that the fake had in the steps.
func (c *comparing) compareStatuses(t *testing.T, anyCall *callFacts) {
	had := map[string]bool{}
	for _, x := range c.examples {
		f := fact{c.call, "success", fmt.Sprint(x.status), "fake", ""}
		if x.status/100 == 2 {
			had[f.rule] = true
			c.want(t, slices.Contains(c.about("success"), f.rule), f, "a status that is documented", "the fake has this")
			continue
		}
		f.subject, f.rule = f.rule, errorOf(x.response)
		documented := slices.Concat(c.codes(f.subject, ""), anyCall.codes(f.subject, ""))
		c.want(t, had[f.subject+f.rule] || slices.Contains(documented, f.rule), f, "one of "+strings.Join(documented, ", "), "the fake has this")
		had[f.subject+f.rule] = true
	}
	for _, f := range c.facts {
		if f.subject == "success" {
			c.want(t, had[f.rule], f, "it in a step", "there is none")
		}
	}
}

func (c *comparing) compareFake(t *testing.T, f fact, x *exchange, ask func(x *exchange, target string, body []byte, changes bool) (int, []byte)) {
	named := regexp.MustCompile(`^(path|query|body)\.`).MatchString(f.note)
	kind, value, _ := strings.Cut(f.rule, " ")
	switch {
	case f.subject == "400" && f.rule == "invalid_id" && named: // path.id
		target, body := c.with(x, probe{fact: fact{subject: f.note}, value: "not-an-id!"})
		status, response := ask(x, target, body, false)
		c.want(t, status == 400 && errorOf(response) == f.rule, f, "it for a malformed "+f.note, fmt.Sprintf("got %d %s", status, errorOf(response)))
		return
	case f.subject == "400" && f.rule == "invalid_cursor" && named:
		target, body := c.with(x, probe{fact: fact{subject: f.note}, value: "not-a-cursor"})
		status, response := ask(x, target, body, false)
		c.want(t, status == 400 && errorOf(response) == f.rule, f, "it for a cursor of nothing", fmt.Sprintf("got %d %s", status, errorOf(response)))
		return
	case f.subject == "404" && named:
		x = c.example(f.note)
		target, body := c.with(x, probe{fact: fact{subject: f.note}, value: c.absent(f.note)})
		status, response := ask(x, target, body, false)
		codes := c.codes("404", f.note)
		c.want(t, status == 404 && slices.Contains(codes, errorOf(response)), f, "it for a "+f.note+" that doesn't exist", fmt.Sprintf("got %d %s", status, errorOf(response)))
		return
	case f.subject == "query" || strings.HasPrefix(f.subject, "body") && (f.rule == "closed" || f.rule == "open"):
		p := probe{fact: f, value: "x"}
		p.subject += ".undocumented"
		target, body := c.with(x, p)
		status, response := ask(x, target, body, f.rule == "open")
		c.want(t, (status == 400) == (f.rule == "closed"), f, "it "+f.rule, fmt.Sprintf("an undocumented member got %d %s", status, errorOf(response)))
		return
	case kind == "default":
		if !strings.HasPrefix(f.subject, "query.") && !strings.HasSuffix(x.path(), "/search") {
			return // what a write leaves differs in IDs and times
		}
		p := probe{fact: f, value: value}
		if p.subject == "body.limit" {
			p.value = json.RawMessage(value)
		}
		plain := x.path()
		if x.body != nil && len(x.body) > 0 {
			x = &exchange{step: x.step, method: x.method, target: plain, body: []byte("{}")}
		} else {
			x = &exchange{step: x.step, method: x.method, target: plain}
		}
		if strings.HasPrefix(c.call, "GET /v2/comments") {
			x.target += "?postId=" + dark
		}
		_, without := ask(x, x.target, x.body, false)
		target, body := c.with(x, p)
		_, with := ask(x, target, body, false)
		c.want(t, string(without) == string(with), f, "it", "the response is another without it")
		return
	}
	for _, p := range c.probes(f) {
		if p.value == nil && p.times == 0 && strings.HasPrefix(f.subject, "query.") {
			continue // a query has no null
		}
		target, body := c.with(x, p)
		status, response := ask(x, target, body, p.right)
		seen := fmt.Sprintf("got %d %s", status, errorOf(response))
		if p.right {
			c.want(t, status != 400 && status < 500, f, "it to take "+p.name, seen)
			continue
		}
		codes := append(c.codes("400", ""), "flat")
		refused := status == 400 && (slices.Contains(codes, errorOf(response)) || !strings.HasPrefix(f.subject, "body"))
		if strings.HasPrefix(f.subject, "path") || f.rule == "id" {
			refused = refused || status == 404
		}
		c.want(t, refused, f, "it to refuse "+p.name+" with 400 and "+strings.Join(slices.Compact(codes), " or "), seen)
	}
}

// absent is the ID of no object.
func (c *comparing) absent(subject string) any {
	for _, rule := range c.about(subject) {
		switch {
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
		io.WriteString(w, r.body)
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

// The library refuses what is just outside of each limit without sending it, and
// sends what is just inside. It takes each success, and each code for an object
// that doesn't exist.
func TestFacts_library(t *testing.T) {
	t.Parallel()
	compareFacts(t, "library", func(t *testing.T, c *comparing) {
		r := newResponder(t)
		for _, f := range c.facts {
			x := c.example(f.subject)
			if x == nil {
				t.Fatalf("no step with %s succeeds", c.call)
			}
			switch {
			case f.subject == "success":
				_, err := r.perform(t, x.ours, x.status, string(x.response))
				if c.want(t, err == nil, f, "it to be a success", fmt.Sprint(err)); err == nil {
					_, err = r.perform(t, x.ours, asInt(f.rule), string(x.response))
					c.want(t, err == nil, f, "it to be a success", fmt.Sprint(err))
				}
			case f.subject == "404" || gone[f.rule]:
				c.compareNotFound(t, r, f, x)
			default:
				for _, p := range c.probes(f) {
					c.compareProbe(t, r, p, x)
				}
			}
		}
	})
}

func asInt(text string) (n int) { _, _ = fmt.Sscan(text, &n); return n }

// gone are codes that mean that there is nothing to remove.
var gone = map[string]bool{"voter_not_found": true, "participant_not_found": true, "contact_not_attached": true}

// compareNotFound compares for a code whether the error matches ErrNotFound: if it
// is about what the path names, and can't be about another object that was sent.
func (c *comparing) compareNotFound(t *testing.T, r *responder, f fact, x *exchange) {
	if f.rule == "no code" {
		return
	}
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
	if p.value == nil && p.times == 0 && strings.HasPrefix(p.subject, "query.") {
		return // a query has no null
	}
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
	if err := json.Unmarshal(text, v.Addr().Interface()); err != nil {
		return fmt.Errorf("%w: %w", errCantBeWritten, err)
	}
	return nil
}

// docs/endpoints.md lists the calls that the steps make, and each is known.
func TestFacts_endpointsPage(t *testing.T) {
	t.Parallel()
	calls, _ := readFacts(t)
	page, err := os.ReadFile("../docs/endpoints.md")
	require.NoError(t, err)
	listed := map[*callFacts]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+) ([^`]+)`").FindAllStringSubmatch(string(page), -1) {
		c := find(calls, row[1], row[2])
		if assert.NotNil(t, c, "facts.txt does not have %s %s", row[1], row[2]) {
			parameter := regexp.MustCompile(`\{\w+\}`)
			assert.Equal(t, parameter.ReplaceAllString(c.call, "{}"), parameter.ReplaceAllString(row[1]+" "+row[2], "{}"))
			listed[c] = true
		}
	}
	for _, x := range exchanges(t) {
		if c := find(calls, x.method, x.path()); c != nil && x.status/100 == 2 {
			assert.True(t, listed[c], "docs/endpoints.md does not have %s", c.call)
		}
	}
}
