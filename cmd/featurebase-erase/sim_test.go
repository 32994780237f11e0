package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

// scenario is a run against a world: how the program is called, what the server is
// like, and what happens meanwhile.
type scenario struct {
	seed   uint64
	by     kind
	posts  erasure.Action
	convs  erasure.Action
	pages  int // rows of a page; 0: as many as are asked for
	events []event
	lies   []lie
	kills  []kill

	contactsOnly, scanVoters, crossCheck, noBlock, planFirst bool
	mailbox, sameEmail, nobody, acceptShortfall, admin       bool

	plain bool // in the world of the table, to the end of the first journal
}

// event is something that happens to the person with a number.
type event struct {
	what string
	n    int
	when moment
}

func (e event) String() string { return fmt.Sprintf("%s %d %s", e.what, e.n, e.when) }

// The events.
const (
	evComment  = "writes a comment"
	evPost     = "writes a post"
	evVote     = "votes"
	evTalk     = "begins a conversation"
	evTicket   = "opens a ticket"
	evSeat     = "hands the seat over"
	evLost     = "is deleted by somebody else"
	evUnvote   = "takes a vote back"
	evInsight  = "has a post become an insight"
	evOthers   = "gets comments of others"
	evComeBack = "comes back"
)

// moment is when something happens.
type moment string

const (
	whileAsking  moment = "while it asks"
	whileErasing moment = "while it erases"
	afterCrash   moment = "after a crash"
	afterwards   moment = "when the contact is gone"
)

// kill is where a command is killed: at one of its requests.
type kill struct {
	at    int
	act   int  // or at what is to change something, counted by itself
	later bool // once the request was processed
	cut   uint64
}

func (s scenario) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, by %s", s.seed, s.by)
	if s.contactsOnly {
		b.WriteString(", contacts only")
	} else {
		fmt.Fprintf(&b, ", posts %s, conversations %s", s.posts, s.convs)
	}
	for _, f := range []struct {
		name string
		is   bool
	}{
		{"scan-voters", s.scanVoters}, {"cross-check", s.crossCheck}, {"no-block", s.noBlock}, {"plan first", s.planFirst}, {"shared mailbox", s.mailbox},
		{"with-same-email", s.sameEmail}, {"a value that names nobody", s.nobody}, {"accept-shortfall", s.acceptShortfall},
		{"plain", s.plain}, {"an admin's ticket", s.admin},
	} {
		if f.is {
			b.WriteString(", " + f.name)
		}
	}
	if s.pages > 0 {
		fmt.Fprintf(&b, ", pages of %d", s.pages)
	}
	for _, l := range s.lies {
		b.WriteString("; " + l.String())
	}
	for _, e := range s.events {
		b.WriteString("; " + e.String())
	}
	for _, k := range s.kills {
		fmt.Fprintf(&b, "; killed at request %d, change %d (later %t, cut %d)", k.at, k.act, k.later, k.cut)
	}
	return b.String()
}

var (
	kinds    = []erasure.Kind{erasure.KindContact, erasure.KindPost, erasure.KindComment, erasure.KindVote, erasure.KindConversation, erasure.KindTicket}
	searched = []erasure.Kind{erasure.KindContact, erasure.KindPost, erasure.KindComment, erasure.KindVote, erasure.KindConversation}
)

// newScenario makes a scenario from a seed.
func newScenario(seed uint64) scenario {
	dice := rand.New(rand.NewPCG(seed, 2))
	one := func(n int) bool { return dice.IntN(n) == 0 }
	s := scenario{seed: seed, by: []kind{byEmail, byEmail, byUserID, byID}[dice.IntN(4)]}
	s.posts = []erasure.Action{erasure.ActionDelete, erasure.ActionDelete, erasure.ActionAnonymize, erasure.ActionKeep}[dice.IntN(4)]
	s.convs = []erasure.Action{erasure.ActionDelete, erasure.ActionDelete, erasure.ActionRedact, erasure.ActionKeep}[dice.IntN(4)]
	s.contactsOnly, s.scanVoters, s.crossCheck = one(12), one(8), one(3)
	s.noBlock, s.planFirst, s.mailbox, s.nobody, s.acceptShortfall = one(5), one(2), one(6), one(8), one(8)
	s.sameEmail = s.mailbox && one(2)
	if one(2) {
		s.pages = 2 + dice.IntN(4)
	}
	if s.contactsOnly {
		s.posts, s.convs, s.scanVoters, s.crossCheck = "", "", false, false
	}
	for range []int{0, 1, 1, 1, 2, 2, 3}[dice.IntN(7)] {
		s.lies = append(s.lies, newLie(dice))
	}
	for range []int{0, 0, 0, 1, 1, 2}[dice.IntN(6)] {
		s.events = append(s.events, newEvent(dice))
	}
	for range []int{0, 0, 0, 1, 1, 2, 4}[dice.IntN(7)] {
		k := kill{at: 1 + dice.IntN(80), later: one(2), cut: dice.Uint64()}
		if one(2) {
			k.at, k.act = 0, 1+dice.IntN(20)
		}
		s.kills = append(s.kills, k)
	}
	return s
}

func newLie(dice *rand.Rand) lie {
	l := lie{n: dice.IntN(5)}
	from := []stage{looking, looking, asked, acting, late}[dice.IntN(5)]
	switch what := []string{
		lieEmpty, lieEmpty, lieMissing, lieFlicker, lieShort, lieUnfiltered, lieNoop, lieNoop, lieForeign404, lieReal404, lieLate, lieLate, lieLateGet,
		lieOdd, lieHigh, lieLow, lieExact, lieExact, lieNobody, lieRefused, lieFlaky, lieUnlisted,
	}[dice.IntN(22)]; what {
	case lieEmpty, lieShort, lieUnfiltered:
		return lie{what: what, kind: searched[dice.IntN(len(searched))], from: from}
	case lieMissing, lieFlicker, lieOdd:
		return lie{what: what, kind: searched[dice.IntN(len(searched))], n: 2 + dice.IntN(4), from: from}
	case lieNoop, lieForeign404, lieReal404:
		return lie{what: what, kind: kinds[dice.IntN(len(kinds))]}
	case lieUnlisted:
		return lie{what: what, kind: kinds[dice.IntN(len(kinds))], from: from}
	case lieLate, lieLateGet:
		return lie{what: what, n: []int{3, 3, 20, 60}[dice.IntN(4)]}
	case lieFlaky:
		return lie{what: what, n: 5 + dice.IntN(20)}
	case lieNobody:
		return lie{what: what, from: []stage{asked, acting, late}[dice.IntN(3)]}
	case lieExact:
		return lie{what: what}
	default:
		l.what = what
		return l
	}
}

func newEvent(dice *rand.Rand) event {
	e := event{n: dice.IntN(4), when: []moment{whileAsking, whileErasing, afterCrash}[dice.IntN(3)]}
	e.what = []string{evComment, evComment, evPost, evVote, evTalk, evTicket, evSeat, evSeat, evLost, evUnvote, evInsight, evOthers, evComeBack}[dice.IntN(13)]
	switch {
	case e.what == evComeBack:
		e.when = afterwards
	case e.what == evOthers && e.when == whileErasing:
		e.when = whileAsking // what comes while it erases can't be noticed
	}
	return e
}

// sim is a scenario that is played.
type sim struct {
	t       *testing.T
	s       scenario
	w       *world
	f       *front
	folder  string
	n       int // files of journals
	begun   int // journals that were begun, without those that were killed at once
	journal string
	wrong   []string
	said    strings.Builder
	shown   map[string]string // a person's value, and the newest status
	code    int
	done    map[string]bool // events that have happened
	killed  int
	outcome string                            // as the table has it
	line    []act                             // what the runs of this journal did
	process func(args []string) (int, string) // runs the program as a process, in real time; nil: in this one
	site    *site                             // of processes
}

func (x *sim) complain(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(x.wrong, text) {
		x.wrong = append(x.wrong, text)
	}
}

// happens has the events of a moment happen, each once.
func (x *sim) happens(m moment) {
	for i, e := range x.s.events {
		if key := fmt.Sprint(i); e.when == m && !x.done[key] {
			x.done[key] = x.event(e)
		}
	}
}

// event has something happen, unless it can't.
func (x *sim) event(e event) bool {
	w := x.w
	h := w.victim(e.n)
	now := w.inventory()
	if (e.what == evSeat || e.what == evLost) && x.s.mailbox && x.s.by == byEmail && h == w.victim(0) {
		return true // the address would name the other customer from then on, and nobody else
	}
	there := now.contacts[h.contacts[0]].Email == h.email
	if e.what == evComeBack {
		if there || slices.ContainsFunc(w.shown.Contacts(), func(c featurebase.Contact) bool { return c.UserID == h.userID }) {
			return false
		}
		at := len(h.contacts)
		w.customer(h)
		w.thing(erasure.KindContact, h.contacts[at], "").born = time.Now()
		return true
	}
	if !there || x.f.blocked[h.contacts[0]] && x.s.seed%2 == 0 && !slices.Contains([]string{evSeat, evLost, evInsight, evOthers}, e.what) {
		return true // blocked, and that holds
	}
	var t *thing
	switch e.what {
	case evComment:
		t = w.comment(h, 0, w.wall, "")
	case evPost:
		t = w.post(h, 0)
	case evVote:
		if w.thing(erasure.KindVote, w.other, h.contacts[0]) != nil {
			return true
		}
		t = w.vote(h, 0, w.other)
	case evTalk:
		t = w.conversation(h, 0, true, false)
		w.things[len(w.things)-1].born = time.Now()
	case evTicket:
		t = w.ticket(h, 0, false)
	case evSeat:
		for _, s := range w.servers() {
			direct(s, http.MethodPost, "/v2/contacts", map[string]any{"userId": h.userID, "email": "zoe" + h.email, "name": "Zoe"})
		}
		w.thing(erasure.KindContact, h.contacts[0], "").moved = time.Now()
	case evLost:
		for _, s := range w.servers() {
			direct(s, http.MethodDelete, "/v2/contacts/"+h.contacts[0], nil)
		}
		for _, t := range w.of(h) { // what is left of them can't be found by anybody
			if t.contact == h.contacts[0] && x.f.seen[t] == "" {
				x.f.seen[t] = "lost"
			}
		}
	case evUnvote:
		for _, s := range w.servers() {
			direct(s, http.MethodDelete, "/v2/posts/"+w.wall+"/voters", map[string]any{"id": h.contacts[0]})
		}
	case evInsight:
		for _, t := range w.of(h) {
			if t.kind == erasure.KindPost && now.has(t) {
				x.f.insights[t.id] = true
				break
			}
		}
	case evOthers:
		for _, p := range w.of(h) {
			if p.kind == erasure.KindPost && now.has(p) {
				t = w.comment(w.bystander, 0, p.id, "")
				break
			}
		}
	}
	if t != nil {
		t.born = time.Now()
	}
	return true
}

// has reports whether a verb has a flag: those that it has not are left out.
func hasFlag(verb, name string) bool {
	c, _, err := (&app{}).command().Find([]string{verb})
	return err == nil && c.Flags().Lookup(name) != nil
}

// run runs the program once.
func (x *sim) run(verb string, args ...string) int {
	all := []string{verb, "--operator", "sim"}
	flag := func(name string, is bool) {
		if is && hasFlag(verb, strings.SplitN(name, "=", 2)[0]) {
			all = append(all, "--"+name)
		}
	}
	flag("yes", true)
	flag("cross-check", x.s.crossCheck)
	flag("no-block", x.s.noBlock)
	flag("accept-shortfall", x.s.acceptShortfall)
	flag("with-same-email", x.s.sameEmail)
	if verb == "plan" || verb == "erase" {
		x.n++
		x.journal = filepath.Join(x.folder, fmt.Sprintf("j%d", x.n))
		all = append(all, "--journal", x.journal, "--by", string(x.s.by))
		if x.s.contactsOnly {
			all = append(all, "--contacts-only")
		} else {
			all = append(all, "--posts", string(x.s.posts), "--conversations", string(x.s.convs))
		}
		if x.s.posts == erasure.ActionAnonymize {
			all = append(all, "--placeholder", x.w.placeholder)
		}
		flag("scan-voters", x.s.scanVoters)
		for _, h := range x.w.humans {
			if h.asked && h.name != "twin" {
				args = append(args, h.value(x.s.by))
			}
		}
		if x.w.nobody != "" {
			args = append(args, x.w.nobody)
		}
	} else {
		args = append(args, x.journal)
	}
	x.f.mu.Lock()
	x.f.requests, x.f.changes, x.f.killAt, x.f.killAct, x.f.dead, x.f.snapshot, x.f.effect, x.f.journal = 0, 0, 0, 0, false, nil, 0, x.journal
	x.f.acts, x.f.started = nil, time.Now()
	if verb == "plan" || verb == "erase" {
		x.f.planned = time.Now()
		x.f.stage, x.line = looking, nil
		x.f.tried, x.f.shownAt = map[string]time.Time{}, map[string]time.Time{}
		for t := range x.f.seen { // an earlier journal was about it
			x.f.seen[t] = "lost"
		}
		x.f.searches, x.f.lists = map[string]bool{}, map[string]bool{}
		x.f.found, x.f.counted = map[string]map[string]bool{}, map[string]int{}
	} else if verb == "continue" && !contains(x.journal, `"type":"planned"`) {
		x.f.planned = time.Now()
	} else if verb == "continue" {
		x.f.stage = max(x.f.stage, asked)
	}
	if x.killed < len(x.s.kills) && verb != "verify" {
		k := x.s.kills[x.killed]
		x.f.killAt, x.f.killAct, x.f.killLater, x.f.killCut = k.at, k.act, k.later, k.cut
	}
	erasing := 0
	x.f.during = func(c *call) {
		if x.f.stage == late {
			x.happens(afterwards)
			return
		}
		if c.verb == "act" && c.kind != erasure.KindContact {
			if erasing++; erasing == 2 {
				x.happens(whileErasing)
			}
		}
	}
	x.f.mu.Unlock()
	run := x.start
	if x.process != nil {
		flag("settle=1ms", true)
		run = x.process
	}
	all = append(all, args...)
	code, out := run(all)
	fmt.Fprintf(&x.said, "$ featurebase-erase %s\n%s[exit %d, %v]\n", strings.Join(all, " "), out, code, time.Now().UTC().Format(time.TimeOnly))
	x.f.mu.Lock()
	defer x.f.mu.Unlock()
	x.line = append(x.line, x.f.acts...)
	if strings.Contains(out, "panic:") {
		x.complain("it panics")
	}
	if x.f.dead {
		x.killed++
		if x.process != nil {
			x.f.dead = false
			return killedCode
		}
		x.n++
		x.journal = filepath.Join(x.folder, fmt.Sprintf("j%d", x.n))
		if x.f.snapshot != nil {
			require.NoError(x.t, os.WriteFile(x.journal, x.f.snapshot, 0o600))
		}
		x.f.dead = false
		return killedCode
	}
	return code
}

const killedCode = -1

func contains(file, text string) bool {
	b, err := os.ReadFile(file)
	return err == nil && strings.Contains(string(b), text)
}

// start runs the program in this process, with what it prints.
func (x *sim) start(args []string) (int, string) {
	out, err := os.CreateTemp(x.folder, "out")
	require.NoError(x.t, err)
	defer os.Remove(out.Name())
	defer out.Close()
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = out, out
	defer func() { os.Stdout, os.Stderr = stdout, stderr }()
	code := start(args)
	b, err := os.ReadFile(out.Name())
	require.NoError(x.t, err)
	return code, string(b)
}

// wait lets time pass, where it costs nothing.
func (x *sim) wait(d time.Duration) {
	if x.process == nil {
		time.Sleep(d)
	}
}

// simReport is what the journal says, as far as the simulation reads it.
type simReport struct {
	Status     string `json:"request_status"`
	Extensions struct {
		Featurebase struct {
			People []simPerson `json:"people"`
		} `json:"featurebase"`
	} `json:"extensions"`
}

type simPerson struct {
	Identities []struct {
		Value string `json:"identity_value"`
	} `json:"identities"`
	Status string             `json:"status"`
	Left   []erasure.Leftover `json:"left"`
	Steps  []struct {
		Kind    erasure.Kind    `json:"kind"`
		ID      string          `json:"id"`
		Outcome erasure.Outcome `json:"outcome"`
	} `json:"steps"`
	Error string `json:"error"`
}

func (x *sim) report() *simReport {
	code, out := x.start([]string{"report", x.journal, "--format", "json"})
	var r simReport
	if code != 0 || json.Unmarshal([]byte(out), &r) != nil {
		x.complain("the report can't be read: exit %d: %.200s", code, out)
		return nil
	}
	return &r
}

// play plays a scenario as somebody would who wants to get it done: they go on
// where it stopped, wait where something is not gone yet, and begin anew where
// things have changed.
func (x *sim) play() {
	again := 0
	begin := func() int {
		x.begun++
		if x.s.planFirst {
			if code := x.run("plan"); code != exitErased && code != exitNotFound {
				return code
			}
			x.wait(time.Hour)
			x.happens(whileAsking)
			return x.run("continue")
		}
		return x.run("erase")
	}
	code := begin()
	for range 12 {
		x.code = code
		if code == killedCode {
			x.wait(time.Minute)
			x.happens(afterCrash)
			if st, err := load(x.journal); err != nil || len(st.people) != st.header.Subjects { // killed before all values were in it
				if len(x.line) > 0 {
					x.complain("something was erased before the journal had all values")
				}
				x.begun--
				code = begin()
			} else {
				code = x.run("continue")
			}
			continue
		}
		if code != exitUsage && contains(x.journal, `"type":"confirmed"`) {
			x.check(code)
		}
		switch {
		case code == exitErased || len(x.wrong) > 0:
			return
		case code == exitNotFound || code == exitErasedExcept:
			return
		case code == exitNotYetGone && again < 3:
			again++
			x.wait(2 * time.Minute)
			code = x.run("verify")
		case code == exitStopped || code == exitFailed || code == exitNotYetGone || code == exitUsage:
			if again++; again > 6 || x.n > 8 {
				return
			}
			x.wait(10 * time.Minute)
			if again%2 == 1 && code != exitUsage {
				code = x.run("continue")
			} else {
				code = begin()
			}
		default:
			x.complain("exit code %d", code)
			return
		}
	}
}

var (
	simulations = flag.Int("simulations", 20, "how many scenarios TestSimulation plays")
	simFrom     = flag.Uint64("simulate", 1, "the seed of the first scenario that TestSimulation plays")
)

// play plays a scenario in simulated time.
func play(t *testing.T, s scenario) (x *sim) {
	folder, err := os.MkdirTemp(memory(), "sim")
	require.NoError(t, err)
	defer os.RemoveAll(folder)
	transport := http.DefaultTransport
	defer func() { http.DefaultTransport = transport }()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(s.seed, &s)
		x = &sim{t: t, s: s, w: w, folder: folder, done: map[string]bool{}, shown: map[string]string{}}
		x.f = newFront(w, &x.s)
		x.f.w = w
		http.DefaultTransport = x.f
		if s.plain {
			x.once()
			return
		}
		x.play()
		x.concluded()
	})
	return x
}

// memory is a folder where fsync costs nothing, if there is one.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// simulate prepares this process for simulations.
func simulate(t *testing.T) {
	t.Setenv("FEATUREBASE_API_KEY", "sk_test_featurebase")
	t.Setenv("FEATUREBASE_BASE_URL", "https://featurebase.test")
	// What package signal begins at the first call is not to be in a bubble.
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	signal.Stop(c)
}

func TestSimulation(t *testing.T) {
	simulate(t)
	begin := time.Now()
	outcomes := map[string]int{}
	for seed := *simFrom; seed < *simFrom+uint64(*simulations); seed++ {
		x := play(t, newScenario(seed))
		outcomes[fmt.Sprintf("exit %d", x.code)]++
		if len(x.wrong) > 0 {
			short := shrink(t, x.s, x.wrong[0])
			t.Errorf("%s\n\t%s\n\tshortest: %s", strings.Join(x.wrong, "\n\t"), x.s, short)
			if testing.Verbose() {
				t.Log(play(t, short).said.String())
			}
		}
	}
	t.Logf("%d scenarios in %v: %v", *simulations, time.Since(begin).Round(time.Second), outcomes)
}

// shrink returns a shorter scenario in which the same goes wrong.
func shrink(t *testing.T, s scenario, wrong string) scenario { return shrinkBy(t, play, s, wrong) }

func shrinkBy(t *testing.T, play func(*testing.T, scenario) *sim, s scenario, wrong string) scenario {
	for shorter := true; shorter; {
		shorter = false
		for _, other := range s.shorter() {
			if x := play(t, other); len(x.wrong) > 0 && subjectOf(x.wrong[0]) == subjectOf(wrong) {
				s, shorter = other, true
				break
			}
		}
	}
	return s
}

// subjectOf is a complaint without IDs and numbers.
func subjectOf(wrong string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, wrong[:min(len(wrong), 40)])
}

func (s scenario) shorter() (all []scenario) {
	add := func(change func(*scenario)) {
		other := s
		other.lies, other.events, other.kills = slices.Clone(s.lies), slices.Clone(s.events), slices.Clone(s.kills)
		change(&other)
		if other.String() != s.String() {
			all = append(all, other)
		}
	}
	for i := range s.kills {
		add(func(o *scenario) { o.kills = slices.Delete(o.kills, i, i+1) })
	}
	for i := range s.events {
		add(func(o *scenario) { o.events = slices.Delete(o.events, i, i+1) })
	}
	for i := range s.lies {
		add(func(o *scenario) { o.lies = slices.Delete(o.lies, i, i+1) })
	}
	add(func(o *scenario) { o.pages = 0 })
	add(func(o *scenario) { o.mailbox, o.sameEmail = false, false })
	add(func(o *scenario) { o.nobody = false })
	add(func(o *scenario) { o.noBlock = false })
	add(func(o *scenario) { o.scanVoters = false })
	add(func(o *scenario) { o.crossCheck = false })
	add(func(o *scenario) { o.acceptShortfall = false })
	add(func(o *scenario) { o.planFirst = false })
	if !s.contactsOnly {
		add(func(o *scenario) { o.posts = erasure.ActionDelete })
		add(func(o *scenario) { o.convs = erasure.ActionDelete })
	}
	add(func(o *scenario) { o.by = byEmail })
	return all
}
