package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

// The exit codes.
const (
	exitErased   = 0  // everybody was erased, and nobody came back
	exitFailed   = 1  // some failed, or came back
	exitStopped  = 3  // not all was done
	exitNotFound = 4  // some values name nobody
	exitUsage    = 64 // nothing was begun
)

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

	pace *rate.Limiter

	ctx     context.Context // ends when what is in flight is to be broken off
	taking  context.Context // ends, with the reason, when nothing more is to be begun
	erasing atomic.Bool

	failed int // steps
}

var errInterrupted = errors.New("interrupted")

// look finds those of whom the journal knows nothing, and records their plans.
func (r *run) look() error {
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
	p := planned{}
	for _, e := range r.state.people {
		switch {
		case e.plan == 0:
			p.Failed++
		case e.missing:
			p.Nobody++
		}
		p.Items += int(e.items)
	}
	for n, e := range r.state.people {
		if e.plan != 0 && (!e.missing || e.items > 0) {
			plan, err := r.journal.plan(r.state.people[n])
			if err != nil {
				return err
			}
			if len(plan.Contacts) > 0 {
				p.People++
			}
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
		switch {
		case err != nil:
			d.Error, name = err.Error(), "failed"
		default:
			d.Items, d.Missing, d.Leftovers = len(plan.Items), !plan.Missing.IsZero(), plan.Leftovers
			for _, c := range plan.Contacts {
				d.Contacts = append(d.Contacts, contact{c.ID, c.Type})
			}
			if len(plan.Contacts) == 0 {
				name = "not found"
			}
			clear = personClear{plan}
		}
		offset := r.journal.size
		if err := r.journal.write(false, typePerson, d, clear); err != nil {
			return err
		}
		if err == nil {
			e := &r.state.people[n]
			e.plan, e.items, e.missing = offset, int32(d.Items), d.Missing
		}
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

// unchanged looks again for those of whom nothing was begun, and returns an error if
// there is something that the plan does not have: with the contact deleted, it could
// not be found any more.
func (r *run) unchanged() error {
	var people []int
	for n, e := range r.state.people {
		if e.plan != 0 && e.settled == 0 && r.state.half[n] == nil {
			people = append(people, n)
		}
	}
	progress := r.screen.begin("Looking again", len(people), r.holds, counts{{name: "as planned"}, {name: "changed"}})
	defer progress.end()
	var broken error
	subjects := func(yield func(erasure.Subject) bool) {
		for _, n := range people {
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
	i, changed := 0, 0
	for now, err := range erasure.Find(r.taking, r.client, subjects, r.state.header.Options) {
		if err != nil {
			return orCause(r.taking, err)
		}
		n := people[i]
		i++
		plan, err := r.journal.plan(r.state.people[n])
		if err != nil {
			return err
		}
		planned := map[[4]string]bool{}
		key := func(i erasure.Item) [4]string { return [4]string{string(i.Kind), i.ID, i.ContactID, i.ConversationID} }
		for _, item := range plan.Items {
			planned[key(item)] = true
		}
		name := "as planned"
		for _, item := range now.Items {
			if !planned[key(item)] {
				name = "changed"
			}
		}
		if name == "changed" {
			changed++
		}
		progress.count(name)
	}
	if changed > 0 {
		return fmt.Errorf("%s left something since the plan was made, which it would not erase: make a new plan", amount(changed, "person"))
	}
	return or(broken, context.Cause(r.taking))
}

// pace returns a limiter that has at most n items begin in a minute, to leave some
// of the rate limit to others; 0: as many as possible.
func pace(n int) (*rate.Limiter, error) {
	switch {
	case n < 0:
		return nil, fmt.Errorf("--rate %d: want at least 1", n)
	case n == 0:
		return rate.NewLimiter(rate.Inf, 1), nil
	}
	return rate.NewLimiter(rate.Every(time.Minute/time.Duration(n)), 1), nil
}

const maxShown = 20 // people on the screen

// show shows the people, and what will become of what they left.
func (r *run) show() error {
	shown, hidden, nobody := 0, 0, 0
	for _, e := range r.state.people {
		if e.plan == 0 {
			continue
		}
		if e.missing {
			nobody++
		}
		if e.items > 0 && e.items == e.settled {
			continue // by an earlier run
		}
		if shown++; shown > maxShown && !e.missing {
			hidden++
			continue
		}
		if e.missing && nobody > maxShown {
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
		r.screen.say("%s", block(plan, asked.Source, width(os.Stderr)))
	}
	if hidden > 0 {
		r.screen.say("… and %s more: featurebase-erase report %s shows all.", amount(hidden, "person"), r.journal.name)
	}
	p := r.state.planned
	r.say("%s found, %d with a value that names nobody, %d that could not be looked for.", amount(p.People, "person"), p.Nobody, p.Failed)
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
func (r *run) agree(stdin *os.File) error {
	people, nobody, items := r.state.left()
	whose := amount(people, "person")
	switch nobody {
	case 0:
	case 1:
		whose += ", and of 1 value that names nobody,"
	default:
		whose += fmt.Sprintf(", and of %d values that name nobody,", nobody)
	}
	h := r.state.header
	workspace := h.Workspace
	if workspace == "" {
		workspace = "unknown"
	}
	r.say("%s of %s will be erased at %s, in the workspace %s, with the key %s, for good.", amount(items, "item"), whose, h.Server, workspace, r.key)
	if !r.yes {
		if err := confirm(r.taking, stdin, os.Stderr, fmt.Sprintf("erase %d", people)); err != nil {
			return err
		}
	}
	r.state.confirmed = true
	return r.journal.write(true, typeConfirmed, confirmed{r.operator, !r.yes, r.key}, nil)
}

// erase carries out what is left of the plan.
func (r *run) erase() error {
	_, _, items := r.state.left()
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
		if err := r.pace.Wait(r.taking); err != nil {
			return or(context.Cause(r.taking), err)
		}
		w, n := of(p, item)
		return r.journal.write(true, typeBegin, begin{w.person, n}, nil)
	}}
	ended := map[*erasure.Plan]int{}
	for s := range erasure.Erase(r.ctx, r.client, plans, options) {
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
		if ended[s.Plan]++; ended[s.Plan] == len(w.numbers) {
			delete(works, s.Plan)
			delete(ended, s.Plan)
		}
		mu.Unlock()
		switch {
		case !s.Outcome.Settled():
			r.failed++
			if r.failed <= maxShown {
				r.say("failed: %s of person %d: %s", s.Item.Kind, w.person+1, reason(s.Err))
			}
			progress.count("failed")
		case s.Outcome == erasure.OutcomeGoneMeanwhile:
			progress.count("gone")
		default:
			progress.count("erased")
		}
		if errors.Is(s.Err, featurebase.ErrStopped) {
			return s.Err
		}
	}
	r.journal.mu.Lock()
	err := r.journal.err
	r.journal.mu.Unlock()
	return or(or(broken, err), context.Cause(r.taking))
}

// verify looks again for everybody who was found, by what is known of them.
func (r *run) verify() error {
	var people []int
	for n, e := range r.state.people {
		if e.plan != 0 && e.settled == e.items {
			people = append(people, n)
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
	for v, err := range erasure.Verify(r.taking, r.client, plans, r.state.header.Options) {
		if errors.Is(err, featurebase.ErrStopped) || r.taking.Err() != nil {
			return orCause(r.taking, err)
		}
		n := people[i]
		i++
		d, name := verified{Person: n}, "gone"
		var clear any
		if err != nil {
			d.Error, name = err.Error(), "failed"
		} else if d.Clean = v.Clean(); !d.Clean {
			name, clear = "there", personClear{v.Now}
			d.Left = map[erasure.Kind]int{}
			for _, item := range v.Now.Items {
				d.Left[item.Kind]++
			}
			for _, c := range v.CameBack() {
				d.CameBack = append(d.CameBack, c.ID)
			}
		}
		if err := r.journal.write(false, typeVerified, d, clear); err != nil {
			return err
		}
		e := &r.state.people[n]
		e.verified, e.clean = err == nil, d.Clean
		progress.count(name)
	}
	return or(broken, context.Cause(r.taking))
}

// audit records what Featurebase's own log says of deletions since a time.
func (r *run) audit(since time.Time) error {
	var a audit
	params := featurebase.AuditLogListParams{Action: featurebase.AuditLogActionDataUserDataDeleted, StartDate: since}
	for entry, err := range r.client.AuditLogs.ListAll(r.taking, params) {
		if err != nil {
			a.Error = err.Error()
			break
		}
		a.Events = append(a.Events, auditEvent{entry.ID, string(entry.Action), entry.CreatedAt})
	}
	return r.journal.write(true, typeAudit, a, nil)
}

// exit is the exit code that the journal's state stands for.
func (r *run) exit() int {
	code := exitErased
	for _, e := range r.state.people {
		switch {
		case e.plan == 0, e.settled < e.items, e.verified && !e.clean, !e.verified:
			return exitFailed
		case e.missing && !r.missing:
			code = exitNotFound
		}
	}
	return code
}

// conclude prints the outcome of a run that was not stopped, and returns the exit
// code.
func (r *run) conclude() int {
	code := r.exit()
	back, left, nobody, people := 0, 0, 0, 0
	for _, e := range r.state.people {
		switch {
		case e.plan == 0 || e.settled < e.items || !e.verified:
			left++
		case !e.clean:
			back++
		case e.missing:
			nobody++
		default:
			people++
		}
	}
	if err := r.journal.write(true, typeClosed, closed{code}, nil); err != nil {
		return r.stopped(err)
	}
	r.say("%s erased and verified; %d left, %d there again, %d not found.", amount(people, "person"), left, back, nobody)
	if back > 0 {
		r.say("Somebody who is there again came back since, or something of them was not found before. Erase them again, with a new journal.")
	}
	if left > 0 {
		r.say("To try again what is left: featurebase-erase continue %s", r.journal.name)
	}
	r.say("Report: featurebase-erase report %s", r.journal.name)
	r.say("Chain: %s", r.journal.chain)
	return code
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
	_ = r.journal.write(true, typeClosed, closed{exitStopped}, nil)
	return exitStopped
}

// workspace returns the ID of the organization that the API key is of, or "" if
// there is nobody to tell.
func workspace(ctx context.Context, client *featurebase.Client) (string, error) {
	page, err := client.Contacts.List(ctx, featurebase.ContactListParams{Type: featurebase.ContactListAll, Limit: 1})
	if err != nil || len(page.Data) == 0 {
		return "", err
	}
	return page.Data[0].OrganizationID, nil
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
