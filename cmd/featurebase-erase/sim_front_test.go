package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// lie is a way in which a server is not as one would like it.
type lie struct {
	what string
	kind erasure.Kind // that it is about
	n    int          // each n-th, or seconds
	from stage
}

func (l lie) String() string {
	s := l.what
	if l.kind != "" {
		s += " " + string(l.kind)
	}
	if l.n != 0 {
		s += fmt.Sprintf(" %d", l.n)
	}
	if l.from > looking {
		s += " " + l.from.String()
	}
	return s
}

// The lies.
const (
	lieEmpty      = "empty search"       // the search for this kind finds nothing
	lieUnlisted   = "empty list"         // the list of this kind has nothing
	lieMissing    = "missing rows"       // each n-th of this kind is never found
	lieFlicker    = "flickering rows"    // each n-th, another one each time
	lieShort      = "pages end early"    // there is no page after the first
	lieUnfiltered = "filter ignored"     // the search finds everybody's
	lieNoop       = "confirmed not done" // a deletion is confirmed, and not done
	lieForeign404 = "foreign 404"        // the response to a deletion is a 404 that is not Featurebase's, and it is not done
	lieReal404    = "404"                // … that is Featurebase's
	lieLate       = "late"               // deletions show n seconds later in searches and lists
	lieLateGet    = "late everywhere"    // and when something is got by its ID
	lieOdd        = "odd rows"           // each n-th has an odd form
	lieHigh       = "count too high"     // of what the n-th person created
	lieLow        = "count too low"
	lieExact      = "exact counts"
	lieNobody     = "knows nobody" // any more
	lieRefused    = "refused value"
	lieFlaky      = "flaky" // each n-th request fails, before or after it is processed
)

// stage is how far a run is.
type stage int

const (
	looking stage = iota // nothing was changed yet
	asked                // the plan was shown
	acting               // something was erased
	late                 // a contact was deleted
)

func (s stage) String() string {
	return []string{"always", "once the plan is made", "once it erases", "once a contact is deleted"}[s]
}

// call is a request.
type call struct {
	method, target string
	header         http.Header
	sent           []byte
	path           []string
	query          url.Values
	body           map[string]any
	verb           string       // search, list, get, act, block, or other
	kind           erasure.Kind // that it is about
	id             string
	contact        string // of votes, participations and memberships
}

func parse(method, target string, header http.Header, sent []byte) *call {
	c := &call{method: method, target: target, header: header, sent: sent}
	u, err := url.Parse(target)
	if err != nil {
		panic(err)
	}
	c.query = u.Query()
	_ = json.Unmarshal(sent, &c.body)
	c.path = strings.Split(strings.TrimPrefix(u.Path, "/v2/"), "/")
	kinds := map[string]erasure.Kind{
		"contacts": erasure.KindContact, "posts": erasure.KindPost, "comments": erasure.KindComment, "conversations": erasure.KindConversation, "tickets": erasure.KindTicket,
	}
	c.kind, c.verb = kinds[c.path[0]], "other"
	if c.kind == "" && c.path[0] != "companies" && c.path[0] != "surveys" {
		return c
	}
	text := func(name string) string { s, _ := c.body[name].(string); return s }
	n := len(c.path)
	switch last := c.path[n-1]; {
	case method == http.MethodPost && last == "search":
		c.verb = "search"
		if bytes.Contains(sent, []byte("voterId")) {
			c.kind = erasure.KindVote
		}
	case method == http.MethodPost && last == "redact":
		c.verb, c.kind, c.id = "act", erasure.KindMessage, text("conversationId")+"/"+text("conversationPartId")
	case method == http.MethodPost && last == "block":
		c.verb, c.id = "block", c.path[1]
	case method == http.MethodGet && last == "voters":
		c.verb, c.kind, c.id = "list", erasure.KindVote, c.path[1]
	case method == http.MethodGet && n == 1 && c.path[0] != "companies" && c.path[0] != "surveys":
		c.verb = "list"
	case method == http.MethodGet && n == 2 && c.kind != "":
		c.verb, c.id = "get", c.path[1]
	case method == http.MethodGet && n == 3 && c.path[1] == "by-user-id":
		c.verb, c.id = "get", c.path[2]
	case method == http.MethodDelete && last == "voters":
		c.verb, c.kind, c.id, c.contact = "act", erasure.KindVote, c.path[1], text("id")
	case method == http.MethodDelete && last == "participants":
		c.verb, c.kind, c.id, c.contact = "act", erasure.KindConversation, c.path[1], text("id")
	case method == http.MethodDelete && c.path[0] == "companies":
		c.verb, c.kind, c.id, c.contact = "act", erasure.KindMembership, c.path[1], c.path[len(c.path)-1]
	case method == http.MethodDelete || method == http.MethodPatch:
		c.verb, c.id = "act", c.path[1]
	}
	return c
}

// act is what a run did to the truth.
type act struct {
	kind        erasure.Kind
	id, contact string
	at          time.Time
}

// front stands before a world and lies. It sees all requests one after another.
type front struct {
	mu      sync.Mutex
	w       *world
	s       *scenario
	stage   stage
	pending []replay

	requests int // in this command
	changes  int // that were asked for in this command
	acts     []act
	tried    map[string]time.Time // when a deletion was last asked for, by kind and ID
	shownAt  map[string]time.Time // when something was last shown, by ID
	found    map[string]map[string]bool
	counted  map[string]int  // the highest count that was shown, by contact and kind
	searches map[string]bool // that were made: targets and bodies
	lists    map[string]bool
	seen     map[*thing]string // what could still be seen of a person when their contact went, and how
	insights map[string]bool   // posts that became insights
	blocked  map[string]bool

	planned time.Time // when the newest look began
	started time.Time // when the command began
	wrong   []string  // what must not happen

	// A command is killed at a request: nothing more of it arrives, and its journal is
	// as it was then.
	killAt    int
	killAct   int  // or at what is to change something, counted by itself
	killLater bool // after the request was processed
	killCut   uint64
	dead      bool
	journal   string // the file
	effect    int64  // its size when something was last changed
	snapshot  []byte
	during    func(c *call) // is called before each request
	kill      func()        // ends a process; nil: the program runs in this one, and can't be ended
}

type replay struct {
	at time.Time
	c  *call
}

func newFront(w *world, s *scenario) *front {
	return &front{
		w: w, s: s, tried: map[string]time.Time{}, shownAt: map[string]time.Time{}, found: map[string]map[string]bool{}, counted: map[string]int{},
		searches: map[string]bool{}, lists: map[string]bool{}, seen: map[*thing]string{}, insights: map[string]bool{}, blocked: map[string]bool{},
	}
}

func number(parts ...any) uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, parts...)
	n := h.Sum64()
	n ^= n >> 32 // the lowest bits are hardly mixed
	n *= 0x9e3779b97f4a7c15
	return n >> 20
}

// told returns the lie of this kind, if it is told now.
func (f *front) told(what string, kind erasure.Kind) (lie, bool) {
	for _, l := range f.s.lies {
		if l.what == what && (l.kind == kind || l.kind == "") && f.stage >= l.from {
			return l, true
		}
	}
	return lie{}, false
}

// RoundTrip implements http.RoundTripper.
func (f *front) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	c := parse(r.Method, r.URL.RequestURI(), r.Header.Clone(), sent)
	// Each request takes a time of its own, so that their order does not depend on
	// the machine.
	time.Sleep(20*time.Millisecond + time.Duration(number(f.s.seed, c.method, c.target, string(sent))%30_000)*time.Microsecond)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	status, body, err := f.serve(c)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/json"}, "Date": {time.Now().UTC().Format(http.TimeFormat)}, "X-Request-Id": {fmt.Sprintf("req_%d", f.requests)}}
	return response(r, status, header, body), nil
}

func response(r *http.Request, status int, header http.Header, body []byte) *http.Response {
	return &http.Response{
		Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// ServeHTTP implements http.Handler, for programs that run as processes.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	f.mu.Lock()
	status, body, err := f.serve(parse(r.Method, r.URL.RequestURI(), r.Header.Clone(), sent))
	f.mu.Unlock()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

var errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("connection refused")}

func (f *front) serve(c *call) (int, []byte, error) {
	if f.dead {
		return 0, nil, errRefused
	}
	f.requests++
	if c.verb == "act" {
		f.changes++
	}
	kill := f.requests == f.killAt || c.verb == "act" && f.changes == f.killAct
	if kill && !f.killLater {
		f.die()
		return 0, nil, errRefused
	}
	if f.during != nil {
		f.during(c)
	}
	if l, ok := f.told(lieFlaky, c.kind); ok && f.requests%l.n == 0 {
		switch f.requests / l.n % 4 {
		case 0:
			return http.StatusServiceUnavailable, []byte("busy"), nil
		case 1:
			f.answer(c, false)
			return 0, nil, io.ErrUnexpectedEOF
		case 2:
			status, body := envelope(http.StatusTooManyRequests, "rate_limit_error", "rate_limit_exceeded")
			return status, body, nil
		}
		return 0, nil, errRefused
	}
	status, body := f.answer(c, false)
	if kill {
		f.die()
		return 0, nil, errRefused
	}
	return status, body, nil
}

// die keeps the journal as it is, or as it was at some time since something was
// changed.
func (f *front) die() {
	f.dead = true
	if f.kill != nil {
		f.kill()
		return
	}
	b, err := os.ReadFile(f.journal)
	if err != nil {
		return // there is none yet
	}
	end := int64(len(b))
	if cut := end - f.effect; f.killCut%2 == 1 && cut > 0 && f.effect > 0 {
		end = f.effect + int64(f.killCut/2%uint64(cut+1))
	}
	f.snapshot = b[:end]
}

// answer answers a request. A probe changes nothing, and is not remembered.
func (f *front) answer(c *call, probe bool) (int, []byte) {
	f.catchUp()
	switch c.verb {
	case "search", "list":
		if !probe && c.query.Get("cursor") == "" && c.body["cursor"] == nil {
			if c.verb == "search" {
				f.searches[c.target+" "+string(c.sent)] = true
			} else {
				f.lists[c.target] = true
			}
		}
		return f.read(c, probe)
	case "get":
		return f.get(c)
	case "act":
		return f.act(c)
	case "block":
		if status, body, ok := f.unknown(c); ok {
			return status, body
		}
		f.blocks(c)
	}
	return f.pass(f.w.truth, c)
}

func (f *front) pass(s *featurebasetest.Server, c *call) (int, []byte) {
	r, err := http.NewRequest(c.method, "https://featurebase.test"+c.target, bytes.NewReader(c.sent))
	if err != nil {
		panic(err)
	}
	r.Header = c.header.Clone()
	resp, err := s.Transport().RoundTrip(r)
	if err != nil {
		panic(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	return resp.StatusCode, b
}

// catchUp has what was done some time ago show.
func (f *front) catchUp() {
	for len(f.pending) > 0 && !f.pending[0].at.After(time.Now()) {
		f.pass(f.w.shown, f.pending[0].c)
		f.pending = f.pending[1:]
	}
}

func envelope(status int, kind, code string) (int, []byte) {
	b, _ := json.Marshal(map[string]any{"error": map[string]any{"type": kind, "code": code, "message": "It is as it is.", "status": status}})
	return status, b
}

var notFoundCodes = map[erasure.Kind]string{
	erasure.KindContact: "contact_not_found", erasure.KindPost: "post_not_found", erasure.KindComment: "comment_not_found", erasure.KindVote: "post_not_found",
}

func notFound(kind erasure.Kind) (int, []byte) {
	code := notFoundCodes[kind]
	if code == "" {
		code = "resource_not_found"
	}
	return envelope(http.StatusNotFound, "invalid_request_error", code)
}

// unknown answers for a server that knows nobody any more, and for a post that
// became an insight.
func (f *front) unknown(c *call) (int, []byte, bool) {
	_, nobody := f.told(lieNobody, "")
	if nobody && c.kind != "" || (c.kind == erasure.KindPost || c.kind == erasure.KindVote) && f.insights[c.id] {
		status, body := notFound(c.kind)
		return status, body, true
	}
	return 0, nil, false
}

func (f *front) get(c *call) (int, []byte) {
	if status, body, ok := f.unknown(c); ok {
		return status, body
	}
	from := f.w.truth
	if _, ok := f.told(lieLateGet, ""); ok {
		from = f.w.shown
	}
	status, body := f.pass(from, c)
	var o map[string]any
	if status == http.StatusOK && c.kind == erasure.KindContact && json.Unmarshal(body, &o) == nil {
		f.counts(o)
		body, _ = json.Marshal(o)
	}
	return status, body
}

// read answers a search or a list.
func (f *front) read(c *call, probe bool) (int, []byte) {
	if c.kind == erasure.KindVote && c.verb == "list" && f.insights[c.id] {
		return notFound(c.kind)
	}
	sent := *c
	if l, ok := f.told(lieRefused, ""); ok && c.verb == "search" && c.kind == erasure.KindContact {
		if h := f.w.victim(l.n); bytes.Contains(c.sent, []byte(`"`+h.value(f.s.by)+`"`)) {
			return http.StatusBadRequest, []byte(`{"code":400,"message":"Validation error: query: the value is not one"}`)
		}
	}
	if c.verb == "search" {
		body := map[string]any{}
		_ = json.Unmarshal(c.sent, &body)
		if _, ok := f.told(lieUnfiltered, c.kind); ok {
			delete(body, "query")
		}
		if f.s.pages > 0 {
			body["limit"] = f.s.pages
		}
		sent.sent, _ = json.Marshal(body)
	} else if f.s.pages > 0 {
		c.query.Set("limit", fmt.Sprint(f.s.pages))
		u, _ := url.Parse(c.target)
		u.RawQuery = c.query.Encode()
		sent.target = u.RequestURI()
	}
	status, b := f.pass(f.w.shown, &sent)
	var page map[string]any
	if status != http.StatusOK || json.Unmarshal(b, &page) != nil {
		return status, b
	}
	rows, _ := page["data"].([]any)
	_, empty := f.told(map[string]string{"search": lieEmpty, "list": lieUnlisted}[c.verb], c.kind)
	_, nobody := f.told(lieNobody, "")
	if empty || nobody {
		rows, page["nextCursor"], page["totalCount"] = nil, nil, 0
	}
	kept := []any{}
	for _, row := range rows {
		if o, ok := row.(map[string]any); ok {
			if row = f.row(c, o); row == nil {
				continue
			}
			if !probe {
				f.show(c, o, row)
			}
		}
		kept = append(kept, row)
	}
	if _, ok := f.told(lieShort, c.kind); ok {
		page["nextCursor"] = nil
	}
	page["data"] = kept
	b, _ = json.Marshal(page)
	return status, b
}

// row is what is shown of a row; nil: nothing.
func (f *front) row(c *call, o map[string]any) any {
	id, _ := o["id"].(string)
	if f.insights[id] {
		return nil
	}
	if l, ok := f.told(lieMissing, c.kind); ok && c.verb == "search" && number(f.s.seed, id)%uint64(l.n) == 0 {
		return nil
	}
	if l, ok := f.told(lieFlicker, c.kind); ok && c.verb == "search" && number(id, f.requests)%uint64(l.n) == 0 {
		return nil
	}
	if c.kind == erasure.KindContact {
		f.counts(o)
	}
	if l, ok := f.told(lieOdd, c.kind); ok && number(f.s.seed, id, "odd")%uint64(l.n) == 0 {
		switch number(f.s.seed, id, "form") % 4 {
		case 0:
			return "odd"
		case 1:
			o["id"] = 17
		case 2:
			o["author"], o["participants"], o["email"] = "odd", "odd", 17
		default:
			return []any{}
		}
	}
	return o
}

// show remembers what was shown.
func (f *front) show(c *call, o map[string]any, row any) {
	id, _ := o["id"].(string)
	if _, ok := row.(map[string]any); !ok || id == "" {
		return
	}
	kind := c.kind
	if kind == erasure.KindVote && c.verb == "list" {
		id = c.id
	}
	if c.verb == "search" || kind == erasure.KindTicket {
		f.shownAt[string(kind)+id] = time.Now()
	}
	if f.stage < acting {
		for _, t := range f.w.things {
			if t.kind == kind && t.id == id {
				key := t.contact + string(kind)
				if f.found[key] == nil {
					f.found[key] = map[string]bool{}
				}
				f.found[key][id] = true
			}
		}
	}
}

// counts sets how much a contact created.
func (f *front) counts(o map[string]any) {
	id, _ := o["id"].(string)
	_, isExact := f.told(lieExact, "")
	high, isHigh := f.told(lieHigh, "")
	low, isLow := f.told(lieLow, "")
	delete(o, "postsCreated")
	delete(o, "commentsCreated")
	if !isExact && !isHigh && !isLow {
		return
	}
	owner, now := f.w.owner(id), f.w.inventory()
	for name, kind := range map[string]erasure.Kind{"postsCreated": erasure.KindPost, "commentsCreated": erasure.KindComment} {
		n := 0
		for _, t := range f.w.things {
			if t.kind == kind && t.contact == id && now.has(t) {
				n++
			}
		}
		switch {
		case isHigh && owner == f.w.victim(high.n) && id == owner.contacts[0]:
			n += 2
		case isLow && owner == f.w.victim(low.n):
			n = max(0, n-1)
		case !isExact:
			continue
		}
		o[name] = n
		if f.stage < acting {
			f.counted[id+string(kind)] = max(n, f.counted[id+string(kind)])
		}
	}
}

// victim is one of those who are asked for.
func (w *world) victim(n int) *human {
	var asked []*human
	for _, h := range w.humans {
		if h.asked {
			asked = append(asked, h)
		}
	}
	return asked[n%len(asked)]
}

func (h *human) value(by kind) string {
	return map[kind]string{byEmail: h.email, byUserID: h.userID, byID: h.contacts[0]}[by]
}

func (f *front) blocks(c *call) {
	f.stage = max(f.stage, asked)
	h := f.w.owner(c.id)
	t := f.w.thing(erasure.KindContact, c.id, "")
	switch {
	case h == nil || !h.asked:
		f.wrong = append(f.wrong, "somebody else was blocked")
	case t.moved.After(f.planned) && t.moved.Before(f.started): // later it can't be noticed yet
		f.wrong = append(f.wrong, "a contact that became somebody else's was blocked")
	case f.s.contactsOnly:
		f.wrong = append(f.wrong, "somebody was blocked, although nothing but contacts is looked for")
	}
	f.blocked[c.id] = true
}

// act answers what is to change something.
func (f *front) act(c *call) (int, []byte) {
	if c.kind == erasure.KindContact && f.stage < late {
		f.stage = late
	}
	f.stage = max(f.stage, acting)
	if status, body, ok := f.unknown(c); ok {
		return status, body
	}
	t := f.target(c)
	f.judge(c, t)
	if c.kind == erasure.KindContact {
		f.look(c.id)
	}
	if t != nil {
		f.tried[string(t.kind)+t.id] = time.Now()
	}
	if _, ok := f.told(lieForeign404, c.kind); ok {
		if number(f.s.seed, c.target)%2 == 0 {
			return envelope(http.StatusNotFound, "invalid_request_error", "version_not_supported")
		}
		return http.StatusNotFound, []byte(`{"message":"Not Found"}`)
	}
	if _, ok := f.told(lieReal404, c.kind); ok {
		switch {
		case c.kind == erasure.KindVote:
			return envelope(http.StatusNotFound, "invalid_request_error", "voter_not_found")
		case c.kind == erasure.KindConversation && c.contact != "":
			return envelope(http.StatusNotFound, "invalid_request_error", "participant_not_found")
		}
		return notFound(c.kind)
	}
	if _, ok := f.told(lieNoop, c.kind); ok && c.method == http.MethodDelete {
		if body := confirmation(c, t); body != nil {
			return http.StatusOK, body
		}
	}
	if c.kind == erasure.KindVote && !f.w.inventory().votes[c.id+c.contact] {
		if status, body := f.pass(f.w.truth, &call{method: http.MethodGet, target: "/v2/posts/" + c.id, header: c.header}); status != http.StatusOK {
			return status, body
		}
		return envelope(http.StatusNotFound, "invalid_request_error", "voter_not_found")
	}
	status, body := f.pass(f.w.truth, c)
	if status/100 != 2 {
		return status, body
	}
	f.acts = append(f.acts, act{c.kind, c.id, c.contact, time.Now()})
	if info, err := os.Stat(f.journal); err == nil {
		f.effect = info.Size()
	}
	lag := 0
	for _, what := range []string{lieLate, lieLateGet} {
		if l, ok := f.told(what, ""); ok {
			lag = max(lag, l.n)
		}
	}
	f.pending = append(f.pending, replay{time.Now().Add(time.Duration(lag) * time.Second), c})
	return status, body
}

// target is what a request would change.
func (f *front) target(c *call) *thing {
	for _, t := range f.w.things {
		switch {
		case t.kind != c.kind || c.contact != "" && t.contact != c.contact:
		case t.id == c.id || t.kind == erasure.KindTicket && fmt.Sprint(t.number) == c.id:
			return t
		}
	}
	return nil
}

// judge notes what must not be changed.
func (f *front) judge(c *call, t *thing) {
	complain := func(format string, args ...any) { f.wrong = append(f.wrong, fmt.Sprintf(format, args...)) }
	what := fmt.Sprintf("%s %s %s", c.method, c.kind, c.id)
	switch {
	case t == nil && c.kind == erasure.KindMembership, t == nil && c.kind == erasure.KindVote:
	case t == nil:
		complain("%s: nobody's, or somebody else's, was to be erased", what)
	case !t.owner.asked:
		complain("%s of %s was to be erased", what, t.owner.name)
	case t.kind == erasure.KindContact && t.moved.After(f.planned):
		complain("%s became somebody else's, and was to be deleted", what)
	case t.born.After(f.planned):
		complain("%s was written after the plan was made, and was to be erased", what)
	}
}

// confirmation is what confirms a deletion.
func confirmation(c *call, t *thing) []byte {
	o := map[string]any{"id": c.id, "object": string(c.kind), "deleted": true}
	switch c.kind {
	case erasure.KindContact, erasure.KindPost, erasure.KindComment:
	case erasure.KindConversation:
		if c.contact != "" {
			return nil // the response is the conversation
		}
	case erasure.KindTicket:
		if t == nil {
			return nil
		}
		o["id"] = t.id
	case erasure.KindVote:
		o = map[string]any{"id": c.contact, "object": "voter", "postId": c.id, "removed": true}
	default:
		return nil
	}
	b, _ := json.Marshal(o)
	return b
}

// look notes what can still be seen of a person whose contact is about to be
// deleted: by searches that were made before, by the count that was shown, in lists.
func (f *front) look(contact string) {
	now := f.w.inventory()
	var left []*thing
	for _, t := range f.w.things {
		if t.contact == contact && t.kind != erasure.KindContact && t.kind != erasure.KindSurveyResponse && f.seen[t] == "" && now.has(t) {
			left = append(left, t)
		}
	}
	if len(left) == 0 {
		return
	}
	searched, listed := f.probe(http.MethodPost, f.searches, contact), f.probe(http.MethodGet, f.lists, "")
	for _, t := range left {
		kind, id := t.kind, t.id
		if kind == erasure.KindMessage {
			kind, id = erasure.KindConversation, t.under
		}
		_, flicker := f.told(lieFlicker, kind)
		key := string(kind) + id
		switch {
		case searched[key] && !flicker:
			f.seen[t] = "a search shows it"
		case kind != erasure.KindVote && f.shownAt[key].After(f.tried[key]) && f.shownAt[key].After(t.born) && !f.shownAt[key].IsZero():
			f.seen[t] = "a search showed it"
		case t.kind != erasure.KindMessage && f.got(t):
			f.seen[t] = "it can be got by its ID"
		case kind == erasure.KindTicket && listed[key]:
			f.seen[t] = "the list of tickets shows it"
		case f.counted[contact+string(kind)] > len(f.found[contact+string(kind)]):
			f.seen[t] = "a count shows it"
		case f.s.crossCheck && f.inLists(t, kind, id):
			f.seen[t] = "a list shows it"
		}
	}
}

// got reports whether something that was to be erased can be got by its ID.
func (f *front) got(t *thing) bool {
	target := map[erasure.Kind]string{
		erasure.KindPost: "/v2/posts/" + t.id, erasure.KindComment: "/v2/comments/" + t.id, erasure.KindConversation: "/v2/conversations/" + t.id,
		erasure.KindTicket: fmt.Sprintf("/v2/tickets/%d", t.number),
	}[t.kind]
	if target == "" || f.tried[string(t.kind)+t.id].IsZero() {
		return false
	}
	status, _ := f.answer(parse(http.MethodGet, target, http.Header{"Authorization": {"Bearer " + f.w.truth.Token}}, nil), true)
	return status == http.StatusOK
}

// probe repeats the searches or lists that were made and name something, all
// pages, and returns what they show, by kind and ID.
func (f *front) probe(method string, made map[string]bool, naming string) map[string]bool {
	shows := map[string]bool{}
	for asked := range made {
		if target, body, _ := strings.Cut(asked, " "); strings.Contains(body, naming) {
			f.pagesOf(method, target, body, shows)
		}
	}
	return shows
}

func (f *front) pagesOf(method, target, body string, shows map[string]bool) {
	header := http.Header{"Authorization": {"Bearer " + f.w.truth.Token}, "Content-Type": {"application/json"}}
	for range 1000 {
		c := parse(method, target, header, []byte(body))
		status, b := f.answer(c, true)
		var page struct {
			Data       []any  `json:"data"`
			NextCursor string `json:"nextCursor"`
		}
		if status != http.StatusOK || json.Unmarshal(b, &page) != nil {
			return
		}
		for _, row := range page.Data {
			if o, ok := row.(map[string]any); ok {
				if id, ok := o["id"].(string); ok {
					if c.kind == erasure.KindVote && c.verb == "list" {
						id = c.id + id
					}
					shows[string(c.kind)+id] = true
				}
			}
		}
		if page.NextCursor == "" {
			return
		}
		if method == http.MethodPost {
			var o map[string]any
			_ = json.Unmarshal([]byte(body), &o)
			o["cursor"] = page.NextCursor
			next, _ := json.Marshal(o)
			body = string(next)
		} else {
			u, _ := url.Parse(target)
			q := u.Query()
			q.Set("cursor", page.NextCursor)
			u.RawQuery = q.Encode()
			target = u.RequestURI()
		}
	}
}

// inLists reports whether the lists of everything show something.
func (f *front) inLists(t *thing, kind erasure.Kind, id string) bool {
	shows := map[string]bool{}
	switch kind {
	case erasure.KindPost:
		f.pagesOf(http.MethodGet, "/v2/posts?inReview=true&limit=100", "", shows)
	case erasure.KindComment:
		f.pagesOf(http.MethodGet, "/v2/comments?limit=100", "", shows)
	case erasure.KindConversation:
		f.pagesOf(http.MethodGet, "/v2/conversations?limit=100", "", shows)
	}
	return shows[string(kind)+id]
}

// isSeen says how a contact that was not deleted is seen; empty: not at all.
func (f *front) isSeen(contact string) string {
	header := http.Header{"Authorization": {"Bearer " + f.w.truth.Token}}
	key := string(erasure.KindContact) + contact
	known := !f.shownAt[key].IsZero() || !f.tried[key].IsZero() || f.s.by == byID && f.w.owner(contact).contacts[0] == contact
	if status, _ := f.answer(parse(http.MethodGet, "/v2/contacts/"+contact, header, nil), true); known && status == http.StatusOK {
		return "it can be got by its ID"
	}
	if f.probe(http.MethodPost, f.searches, "")[string(erasure.KindContact)+contact] {
		return "a search shows it"
	}
	shows := map[string]bool{}
	f.pagesOf(http.MethodGet, "/v2/contacts?contactType=all&limit=100", "", shows)
	if f.s.crossCheck && shows[string(erasure.KindContact)+contact] {
		return "a list shows it"
	}
	return ""
}
