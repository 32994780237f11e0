package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

// The exit codes.
const (
	exitErased       = 0  // everybody was erased
	exitFailed       = 1  // some were kept, failed, changed, or are there again
	exitStopped      = 3  // not all was done
	exitNotFound     = 4  // some values name nobody, or somebody was gone before
	exitErasedExcept = 5  // something that was found of some stays
	exitNotYetGone   = 6  // something that was erased still shows
	exitUsage        = 64 // nothing was begun
)

// exitCodes are those that statuses stand for.
var exitCodes = map[string]int{
	statusErased: exitErased, statusErasedExcept: exitErasedExcept, statusNotYetGone: exitNotYetGone, statusGone: exitNotFound, statusNotFound: exitNotFound,
	statusPending: exitFailed, statusFailed: exitFailed, statusKept: exitFailed, statusChanged: exitFailed, statusCameBack: exitFailed,
}

// run carries out one command.
type run struct {
	client   *featurebase.Client
	journal  *journal
	state    *state
	screen   *screen
	holds    *holds
	operator string
	key      string // fingerprint of the API key
	yes      bool
	missing  bool // whether somebody who is not found is fine
	except   bool // whether leftovers are accepted
	doubts   bool // whether shortfalls are accepted without being asked about
	settle   time.Duration
	paced    *paced

	ctx     context.Context // ends when what is in flight is to be broken off
	taking  context.Context // ends, with the reason, when nothing more is to be begun
	erasing atomic.Bool

	failed int // steps
}

var errInterrupted = errors.New("interrupted")

// pause is r.settle for package erasure, whose zero is its default.
func (r *run) pause() time.Duration {
	if r.settle == 0 {
		return -1
	}
	return r.settle
}

// waits waits, and says for how long and what for. An interruption ends it.
func (r *run) waits(what string) func(context.Context, time.Time) error {
	return func(ctx context.Context, until time.Time) error {
		d := time.Until(until)
		if d >= time.Second {
			r.say("Waiting for %s, until %s: %s.", short(d), until.Format(time.TimeOnly), what)
		}
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-r.taking.Done():
			return context.Cause(r.taking)
		}
	}
}

// look finds those of whom the journal knows nothing, and records their plans.
func (r *run) look() error {
	before := r.paced.requests()
	for range 2 { // once more for what failed
		var wanted []int
		for n, e := range r.state.people {
			if e.plan == 0 {
				wanted = append(wanted, n)
			}
		}
		if len(wanted) == 0 {
			break
		}
		if err := r.lookFor(wanted); err != nil {
			return err
		}
	}
	p := planned{Requests: r.paced.requests() - before}
	for _, e := range r.state.people {
		switch {
		case e.plan == 0:
			p.Failed++
		case e.facts.missing:
			p.Nobody++
		}
		p.Items += int(e.items)
		if e.plan != 0 && e.facts.found {
			p.People += max(1, int(e.accounts))
		}
	}
	r.state.planned = &p
	return r.journal.write(true, typePlanned, p, nil)
}

func (r *run) lookFor(wanted []int) error {
	progress := r.screen.begin("Looking", len(wanted), r.holds, counts{{name: "found"}, {name: "not found"}, {name: "failed", quiet: true}})
	defer progress.end()
	var broken error
	people := func(yield func(erasure.Subject) bool) {
		for _, n := range wanted {
			asked, err := r.journal.asked(r.state.people[n])
			if err != nil {
				broken = err
				return
			}
			if !yield(asked.Subject) {
				return
			}
		}
	}
	i := 0
	for plan, err := range erasure.Find(r.taking, r.client, people, r.state.header.Options) {
		if errors.Is(err, featurebase.ErrStopped) || r.taking.Err() != nil {
			return orCause(r.taking, err)
		}
		n := wanted[i]
		i++
		d, name := person{Person: n}, "found"
		var clear any
		if err != nil {
			d.Error, name = err.Error(), "failed"
		} else {
			d, clear = newPerson(n, plan), personClear{plan}
			if len(plan.Contacts) == 0 {
				name = "not found"
			}
		}
		offset := r.journal.size
		if err := r.journal.write(false, typePerson, d, clear); err != nil {
			return err
		}
		r.state.plan(d, offset)
		progress.count(name)
	}
	return or(broken, context.Cause(r.taking))
}

func or(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// orCause returns why ctx has ended, or else err.
func orCause(ctx context.Context, err error) error { return or(context.Cause(ctx), err) }

// revision is what has changed since the plan of a person was made.
type revision struct {
	changes []erasure.Change
	plan    *erasure.Plan // with what is new; nil if the plan can't be carried out any more
	gone    bool
}

// compare looks again for everybody of whom something is left, and returns what is
// not as in the plan. What an erasure took along that was begun is left out.
func (r *run) compare() (map[int]revision, error) {
	var people []int
	for n, e := range r.state.people {
		if e.open() {
			people = append(people, n)
		}
	}
	touched, err := r.touched()
	if err != nil {
		return nil, err
	}
	progress := r.screen.begin("Looking again", len(people), r.holds, counts{{name: "as planned"}, {name: "changed"}, {name: "gone", quiet: true}, {name: "failed", quiet: true}})
	defer progress.end()
	var broken error
	plans := func(yield func(*erasure.Plan) bool) {
		for _, n := range people {
			w, err := r.journal.work(r.state, n)
			if err != nil {
				broken = err
				return
			}
			if !yield(&w.plan) {
				return
			}
		}
	}
	revised := map[int]revision{}
	i, gone, known := 0, 0, 0
	for c, err := range erasure.Compare(r.taking, r.client, plans) {
		if errors.Is(err, featurebase.ErrStopped) || r.taking.Err() != nil {
			return nil, orCause(r.taking, err)
		}
		n := people[i]
		i++
		name := "as planned"
		if err == nil {
			c.Changes = slices.DeleteFunc(c.Changes, func(c erasure.Change) bool {
				return c.What == erasure.ChangeGone && (touched[c.Item.ID] || touched[c.Item.PostID] || touched[c.Item.ConversationID])
			})
		}
		switch {
		case err != nil: // the erasure looks once more, and tells
			name = "failed"
		case c.Gone:
			name = "gone"
			gone++
			revised[n] = revision{gone: true}
		case len(c.Changes) > 0:
			name = "changed"
			plan, _ := c.Amended()
			revised[n] = revision{changes: c.Changes, plan: plan}
		}
		if len(c.Plan.Contacts) > 0 {
			known++
		}
		progress.count(name)
	}
	for _, e := range r.state.people {
		if e.facts.found && e.settled > 0 {
			known++ // of whom something was there
		}
	}
	if gone > 0 && gone == known {
		return nil, errors.New("nobody of the plan exists any more, and nothing of them was erased by it: is it the right API key?")
	}
	return revised, or(broken, context.Cause(r.taking))
}

// touched returns the IDs of what was erased, or may have been, and takes other
// people's things along.
func (r *run) touched() (map[string]bool, error) {
	ids := map[string]bool{}
	for n, e := range r.state.people {
		if e.plan == 0 || e.settled == 0 && r.state.half[n] == nil {
			continue
		}
		w, err := r.journal.work(r.state, n)
		if err != nil {
			return nil, err
		}
		for _, item := range w.plan.Items {
			if !item.Done && !item.Begun {
				continue
			}
			switch item.Kind {
			case erasure.KindPost, erasure.KindConversation, erasure.KindParticipation:
				ids[item.ID] = true
			case erasure.KindTicket:
				for _, c := range w.plan.Items {
					if c.Kind == erasure.KindConversation && c.Number == item.Number {
						ids[c.ID] = true
					}
				}
			}
		}
	}
	delete(ids, "")
	return ids, nil
}

// amend records the plans that were confirmed with what has changed.
func (r *run) amend(revised map[int]revision) error {
	for _, n := range slices.Sorted(maps.Keys(revised)) {
		plan := revised[n].plan
		if plan == nil {
			continue
		}
		d := newPerson(n, plan)
		d.Amended = true
		offset := r.journal.size
		if err := r.journal.write(false, typePerson, d, personClear{plan}); err != nil {
			return err
		}
		r.state.plan(d, offset)
	}
	return nil
}

const maxShown = 20 // people on the screen

// show shows the people, what will become of what they left, and what has changed.
func (r *run) show(revised map[int]revision) error {
	shown, hidden, nobody := 0, 0, 0
	notes := map[string]bool{}
	for n, e := range r.state.people {
		if e.plan == 0 {
			continue
		}
		if e.facts.missing {
			nobody++
		}
		if e.items > 0 && !e.open() {
			continue // by an earlier run
		}
		revision, changed := revised[n]
		if shown++; shown > maxShown && !e.facts.missing && !changed && !e.doubts {
			hidden++
			continue
		}
		if e.facts.missing && nobody > maxShown {
			continue
		}
		plan, err := r.journal.plan(e)
		if err != nil {
			return err
		}
		asked, err := r.journal.asked(e)
		if err != nil {
			return err
		}
		for _, note := range plan.Notes {
			notes[note] = true
		}
		made := plan.Made
		if revision.plan != nil {
			plan = revision.plan
		}
		r.screen.say("%s", block(plan, asked.Source, width(os.Stderr))+revision.block(made, width(os.Stderr)))
	}
	if hidden > 0 {
		r.screen.say("… and %s more, without doubts or changes.", amount(hidden, "person"))
	}
	for _, note := range slices.Sorted(maps.Keys(notes)) {
		r.say("%s", note)
	}
	p := r.state.planned
	r.say("%s found, %d with a value that names nobody, %d that could not be looked for.", amount(p.People, "person"), p.Nobody, p.Failed)
	for n, e := range r.state.people {
		if why := e.why; e.plan == 0 && why != "" {
			if asked, err := r.journal.asked(e); err == nil && n < maxShown {
				r.say("%s could not be looked for: %s", name(asked.Subject), why)
			}
		}
	}
	if p.People == 0 && p.Nobody > 0 {
		r.say("None of your %s names anybody in this workspace. Is it the right key?", amount(len(r.state.people), "value"))
	}
	return nil
}

// say prints a paragraph.
func (r *run) say(format string, args ...any) {
	r.screen.say("%s", strings.TrimSuffix(wrap("", fmt.Sprintf(format, args...), width(os.Stderr)), "\n"))
}

// agree has the erasure confirmed.
func (r *run) agree(stdin *os.File, revised map[int]revision) error {
	l := r.state.left()
	accounts, sharers, counted, found, short := 0, 0, 0, 0, 0
	for n, e := range r.state.people {
		if !e.open() || !e.doubts {
			continue
		}
		plan, err := r.journal.plan(e)
		if err != nil {
			return err
		}
		if revised[n].plan != nil {
			plan = revised[n].plan
		}
		if len(plan.Shortfalls) > 0 {
			short++
		}
		for _, s := range plan.Shortfalls {
			counted, found = counted+s.Counted, found+s.Found
		}
		if plan.Accounts() > 1 {
			sharers++
			accounts += plan.Accounts()
		}
	}
	if short > 0 {
		r.say("SHORTFALL: the contacts of %s count %s, and %s found. What was not found stays, and can't be found any more once a contact is deleted. To go on accepts exactly that.",
			amount(short, "person"), amount(counted, "post or comment"), were(found))
	}
	if sharers > 0 {
		r.say("ACCOUNTS: %d customers have the address of %s, and may be other people. They are counted as %d.", accounts, amount(sharers, "person"), accounts)
		if r.yes {
			return errors.New("several customers have the same email address, which nobody has looked at: leave out --yes, name them by --by user-id, or use --with-same-email with a new journal")
		}
	}
	whose := amount(l.people, "person")
	switch l.values {
	case 0:
	case 1:
		whose += ", and of 1 value that names nobody,"
	default:
		whose += fmt.Sprintf(", and of %d values that name nobody,", l.values)
	}
	question := fmt.Sprintf("erase %d", l.people)
	if l.people == 0 {
		question, whose = fmt.Sprintf("unsubscribe %d", l.values), amount(l.values, "value")+" that nobody has"
	}
	h := r.state.header
	r.say("%s", r.cost(l))
	r.say("%s of %s will be erased at %s, in the workspace %s, with the key %s, for good.", amount(l.items, "item"), whose, h.Server, orText(h.Workspace, "unknown"), r.key)
	if !r.yes {
		if err := confirm(r.taking, stdin, os.Stderr, question); err != nil {
			return err
		}
	}
	if err := r.amend(revised); err != nil {
		return err
	}
	c := confirmed{Operator: r.operator, Typed: !r.yes, Key: r.key, Doubts: !r.yes || r.doubts, Changes: len(revised)}
	r.state.confirm(c)
	return r.journal.write(true, typeConfirmed, c, nil)
}

// cost says how long the rest will take. It looks three times more: before it
// begins, before contacts are deleted, and to verify.
func (r *run) cost(l left) string {
	requests := l.cost + 3*r.state.planned.Requests
	if !r.yes {
		requests += r.state.planned.Requests // after the confirmation, as well
	}
	perMinute := allowed
	if n := r.paced.rate; n > 0 && n < perMinute {
		perMinute = n
	}
	took := time.Duration(requests)*time.Minute/time.Duration(perMinute) + r.settle
	return fmt.Sprintf("It will take about %s and, at %d a minute, %s.", amount(requests, "request"), perMinute, roughly(took))
}

// allowed is how many requests a minute the API allows.
const allowed = 2000

func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 90*time.Minute:
		return amount(int((d+time.Minute-1)/time.Minute), "minute")
	}
	return amount(int((d+time.Hour-1)/time.Hour), "hour")
}

// erase carries out what is left of the plan.
func (r *run) erase() error {
	items := r.state.left().items
	if items == 0 {
		return nil
	}
	r.erasing.Store(true)
	progress := r.screen.begin("Erasing", items, r.holds, counts{{name: "erased"}, {name: "gone", quiet: true}, {name: "failed"}})
	defer progress.end()
	var (
		mu     sync.Mutex
		works  = map[*erasure.Plan]*work{}
		broken error
	)
	plans := func(yield func(*erasure.Plan) bool) {
		for w, err := range r.journal.remaining(r.state) {
			if err != nil {
				broken = err
				return
			}
			mu.Lock()
			works[&w.plan] = w
			mu.Unlock()
			if r.taking.Err() != nil || !yield(&w.plan) {
				return
			}
		}
	}
	of := func(p *erasure.Plan, item erasure.Item) (*work, int) {
		mu.Lock()
		defer mu.Unlock()
		w := works[p]
		return w, w.number(item)
	}
	options := erasure.EraseOptions{Begin: func(p *erasure.Plan, item erasure.Item) error {
		if r.taking.Err() != nil {
			return context.Cause(r.taking)
		}
		w, n := of(p, item)
		return r.journal.write(true, typeBegin, begin{w.person, n}, nil)
	}, Concurrency: r.paced.concurrency(), Settle: r.pause(), Wait: r.waits("to look again before contacts are deleted")}
	var stopped error
	for s, err := range erasure.Erase(r.ctx, r.client, plans, options) {
		if err != nil {
			stopped = err
			continue
		}
		w, n := of(s.Plan, s.Item)
		d := end{
			Person: w.person, Item: n, Kind: s.Item.Kind, Action: s.Item.Action, ID: s.Item.ID, Outcome: s.Outcome,
			RequestID: s.RequestID, Time: s.Time, Attempts: s.Attempts,
		}
		if s.Item.Kind == erasure.KindSubscription {
			d.ID = ""
		}
		if s.Err != nil {
			d.Error = s.Err.Error()
		}
		if r.ctx.Err() != nil && s.Outcome == erasure.OutcomeFailed {
			continue // broken off: the next run looks what became of it
		}
		if err := r.journal.write(false, typeEnd, d, nil); err != nil {
			return err
		}
		mu.Lock()
		r.state.ended(d)
		if e := r.state.people[w.person]; e.settled == e.items { // of which no other step can come
			delete(works, s.Plan)
		}
		mu.Unlock()
		switch {
		case !s.Outcome.Settled():
			r.failed++
			if r.failed <= maxShown {
				r.say("%s: %s of person %d: %s", strings.ReplaceAll(string(s.Outcome), "_", " "), s.Item.Kind, w.person+1, reason(s.Err))
			}
			progress.count("failed")
		case s.Outcome == erasure.OutcomeGoneMeanwhile || s.Outcome == erasure.OutcomeMissing:
			progress.count("gone")
		default:
			progress.count("erased")
		}
	}
	r.journal.mu.Lock()
	err := r.journal.err
	r.journal.mu.Unlock()
	return or(or(broken, err), or(context.Cause(r.taking), stopped))
}

// verify looks again for everybody who was found, by what is known of them.
func (r *run) verify() error {
	var people []int
	contacts := 0
	for n, e := range r.state.people {
		if e.plan != 0 && e.settled == e.items {
			people = append(people, n)
			contacts += max(1, int(e.accounts))
		}
	}
	if len(people) == 0 {
		return nil
	}
	progress := r.screen.begin("Verifying", len(people), r.holds, counts{{name: "gone"}, {name: "there"}, {name: "failed", quiet: true}})
	defer progress.end()
	var broken error
	plans := func(yield func(*erasure.Plan) bool) {
		for _, n := range people {
			plan, err := r.journal.plan(r.state.people[n])
			if err != nil {
				broken = err
				return
			}
			if !yield(plan) {
				return
			}
		}
	}
	i := 0
	options := erasure.VerifyOptions{Settle: r.pause(), Contacts: contacts, Wait: r.waits("what was erased still shows")}
	for v, err := range erasure.Verify(r.taking, r.client, plans, options) {
		if errors.Is(err, featurebase.ErrStopped) || r.taking.Err() != nil {
			return orCause(r.taking, err)
		}
		n := people[i]
		i++
		d, name := verified{Person: n}, "gone"
		var clear any
		if err != nil {
			d.Error, name = err.Error(), "failed"
		} else if d.Clean = len(v.Now.Contacts)+len(v.Now.Items) == 0; !d.Clean {
			name, clear = "there", personClear{v.Now}
			d.Lags = len(v.NotYetGone()) == len(v.Now.Items)
			d.Missed = len(v.Missed())
			d.Left = map[erasure.Kind]int{}
			for _, item := range v.Now.Items {
				d.Left[item.Kind]++
			}
			for _, item := range v.CameBack() {
				if item.Kind == erasure.KindContact {
					d.CameBack = append(d.CameBack, item.ID)
				}
			}
		}
		if err := r.journal.write(false, typeVerified, d, clear); err != nil {
			return err
		}
		r.state.people[n].facts.verify(d)
		if d.Missed > 0 {
			r.say("%s of person %d that was not found before the contact was deleted. The journal has what it is; erase it by its ID.", amount(d.Missed, "item"), n+1)
		}
		progress.count(name)
	}
	return or(broken, context.Cause(r.taking))
}

// audit records what Featurebase's own log says of deletions of these people since a
// time.
func (r *run) audit(since time.Time) error {
	var a audit
	ours := map[string]bool{}
	for _, e := range r.state.people {
		if !e.facts.found {
			continue
		}
		plan, err := r.journal.plan(e)
		if err != nil {
			return err
		}
		for _, c := range plan.Contacts {
			ours[c.ID] = true
		}
	}
	params := featurebase.AuditLogListParams{Action: featurebase.AuditLogActionDataUserDataDeleted, StartDate: since}
	for entry, err := range r.client.AuditLogs.ListAll(r.taking, params) {
		if err != nil {
			a.Error = err.Error()
			break
		}
		if !ours[entry.Resource.ID] {
			continue // it is about somebody else
		}
		a.Events = append(a.Events, auditEvent{entry.ID, string(entry.Action), entry.CreatedAt})
	}
	return r.journal.write(true, typeAudit, a, nil)
}

// exit is the exit code that the journal's state stands for: of several the one that
// is first in precedence.
func (r *run) exit() int {
	precedence := []int{exitFailed, exitNotYetGone, exitErasedExcept, exitNotFound, exitErased}
	code := exitErased
	for _, e := range r.state.people {
		of := exitCodes[e.facts.status()]
		switch {
		case of == exitErasedExcept && r.except, of == exitNotFound && r.missing && e.facts.status() == statusNotFound:
			of = exitErased
		}
		if slices.Index(precedence, of) < slices.Index(precedence, code) {
			code = of
		}
	}
	return code
}

// results are the words for statuses, in the order in which they are told.
var results = []struct{ status, words string }{
	{statusErased, "erased and verified"}, {statusErasedExcept, "erased, except for what the report lists"}, {statusNotYetGone, "not yet gone"},
	{statusCameBack, "there again"}, {statusChanged, "changed and left alone"}, {statusKept, "kept, with doubts that nobody accepted"}, {statusFailed, "failed"},
	{statusPending, "left"}, {statusGone, "gone before"}, {statusNotFound, "not found"},
}

// advice is what to do about statuses.
var advice = map[string]string{
	statusNotYetGone: "What is not yet gone was erased, and still shows. Look again later: featurebase-erase continue %s",
	statusCameBack:   "Who is there again came back, or wrote something, after the last look. Erase them again, with a new journal.",
	statusChanged:    "Who changed has something that the plan doesn't have, or is somebody else now. To see what, and to be asked: featurebase-erase continue %s",
	statusKept:       "Who was kept has a shortfall. To be asked about it, leave out --yes: featurebase-erase continue %s",
	statusFailed:     "To try again what failed: featurebase-erase continue %s",
	statusPending:    "To try again what is left: featurebase-erase continue %s",
}

// conclude prints the outcome of a run that was not stopped, and returns the exit
// code.
func (r *run) conclude() int {
	code := r.exit()
	n := map[string]int{}
	blocked := 0
	for i, e := range r.state.people {
		n[e.facts.status()] += max(1, int(e.accounts))
		if e.open() && r.state.half[i] != nil {
			blocked++
		}
	}
	if err := r.journal.write(true, typeClosed, closed{code, r.except, r.operator, r.key}, nil); err != nil {
		return r.stopped(err)
	}
	var told []string
	for _, result := range results {
		switch {
		case result.status == statusErased:
			told = append(told, amount(n[result.status], "person")+" "+result.words)
		case n[result.status] > 0:
			told = append(told, fmt.Sprintf("%d %s", n[result.status], result.words))
		}
	}
	text := strings.Join(told, ", ") + "."
	if !r.state.header.Options.CrossCheck && !r.state.header.Options.ContactsOnly {
		text += " Searched, not cross-checked."
	}
	r.say("%s", text)
	for _, result := range results {
		if text := advice[result.status]; text != "" && n[result.status] > 0 {
			r.say("%s", strings.ReplaceAll(text, "%s", r.journal.name))
		}
	}
	if r.blocks(blocked) {
		r.say("Contacts that are kept were blocked by this run. To unblock them: featurebase-erase unblock %s", r.journal.name)
	}
	r.say("Report: featurebase-erase report %s", r.journal.name)
	r.say("Chain: %s", r.journal.chain)
	return code
}

// blocks reports whether contacts that are there were blocked.
func (r *run) blocks(open int) bool {
	o := r.state.header.Options
	return open > 0 && !o.NoBlock && !o.ContactsOnly && len(r.blocked()) > 0
}

// blockedContact is a contact that was blocked, and not deleted.
type blockedContact struct {
	person int
	id     string
}

// blocked returns the contacts that are kept, and were blocked.
func (r *run) blocked() (kept []blockedContact) {
	for n, e := range r.state.people {
		if !e.open() || r.state.half[n] == nil {
			continue
		}
		w, err := r.journal.work(r.state, n)
		if err != nil {
			continue
		}
		deleted := map[string]bool{}
		for _, item := range w.plan.Items {
			deleted[item.ID] = deleted[item.ID] || item.Kind == erasure.KindContact && item.Done
		}
		for _, item := range w.plan.Items {
			if item.Kind == erasure.KindBlock && (item.Done || item.Begun) && !deleted[item.ID] {
				kept = append(kept, blockedContact{n, item.ID})
			}
		}
	}
	return kept
}

// unblock unblocks the contacts that are kept.
func (r *run) unblock() error {
	for _, c := range r.blocked() {
		err := r.client.Contacts.Unblock(r.taking, c.id)
		if err != nil && !errors.Is(err, featurebase.ErrNotFound) {
			return err
		}
		if err := r.journal.write(true, typeUnblocked, unblocked{c.person, c.id}, nil); err != nil {
			return err
		}
		r.say("Unblocked: %s", c.id)
	}
	return nil
}

// stopped ends a run early.
func (r *run) stopped(why error) int {
	switch {
	case errors.Is(why, errInterrupted):
		r.say("Interrupted.")
	case errors.Is(why, featurebase.ErrAuthentication):
		r.say("Stopped: Featurebase does not accept the API key. Set FEATUREBASE_API_KEY to one that is valid. %s", reason(why))
	case errors.Is(why, featurebase.ErrPermission):
		r.say("Stopped: the API key may not do this. Set FEATUREBASE_API_KEY to one that may. %s", reason(why))
	default:
		r.say("Stopped: %s.", reason(why))
	}
	if !r.erasing.Load() {
		r.say("Nothing was erased in this run.")
	}
	r.say("To continue: featurebase-erase continue %s", r.journal.name)
	_ = r.journal.write(true, typeClosed, closed{Exit: exitStopped, Operator: r.operator, Key: r.key}, nil)
	return exitStopped
}

// workspace returns the ID of the organization that the API key is of, or "" if no
// contact tells it. Empty reports that there is no contact.
func workspace(ctx context.Context, client *featurebase.Client) (id string, empty bool, err error) {
	page, err := client.Contacts.List(ctx, featurebase.ContactListParams{Type: featurebase.ContactListTypeAll, Limit: 1})
	if err != nil || len(page.Data) == 0 {
		return "", true, err
	}
	return page.Data[0].OrganizationID, false, nil
}

// record writes down who was asked for.
func (r *run) record(people iter.Seq2[subjectClear, []identity]) error {
	n := 0
	for clear, identities := range people {
		offset := r.journal.size
		if err := r.journal.write(false, typeSubject, subject{n, identities}, clear); err != nil {
			return err
		}
		r.state.people = append(r.state.people, entry{subject: offset})
		n++
	}
	return nil
}

// identities are the keyed hashes of what names a person.
func (j *journal) identities(s erasure.Subject) (hashes []identity) {
	add := func(kind string, values []string) {
		for _, v := range values {
			hashes = append(hashes, identity{kind, j.identityHash(kind, v)})
		}
	}
	add("email", s.Emails)
	add("user-id", s.UserIDs)
	add("id", s.ContactIDs)
	return hashes
}
