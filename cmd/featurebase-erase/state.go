package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/featurebase-community/featurebase-go/erasure"
)

// state is what a journal says, as far as a run needs it: where the plan of each
// person is, and what is still to be done.
type state struct {
	header    header
	people    []entry
	half      map[int]*half // people of whom something was begun, and not all is done
	planned   *planned
	plannedAt time.Time
	confirmed bool
	forgotten bool
}

// entry is a person. There may be millions.
type entry struct {
	subject, plan int64 // offsets of the records; 0: none
	items, things int32
	settled       int32
	requests      int32
	accounts      int16
	facts         facts
	accepted      bool // whether somebody accepted what is doubtful
	doubts        bool
	why           string // it could not be looked for
}

// facts are what the status of a person follows from.
type facts struct {
	planned   bool // whether there is a plan
	found     bool // whether the plan has contacts
	missing   bool // whether a value names nobody
	leftovers bool // whether something that was found stays
	done      bool // whether all items are settled
	begun     bool // whether an item has an outcome
	gone      bool // whether a contact was gone, and not by this
	verified  bool
	clean     bool
	lags      bool // whether all that still shows was erased
	missed    bool // whether something shows that was not found before
	held      byte // the first letter of the outcome of a contact that was held: k, c, n or 0
}

// The statuses of people.
const (
	statusErased       = "erased"        // and verified
	statusErasedExcept = "erased_except" // and verified; something that was found stays
	statusNotYetGone   = "not_yet_gone"  // something that was erased still shows
	statusGone         = "gone"          // the contact does not exist any more, and not by this
	statusNotFound     = "not_found"     // a value names nobody
	statusPending      = "pending"       // nothing was begun, or not verified
	statusFailed       = "failed"        // something is left
	statusKept         = "kept"          // the plan has doubts that nobody accepted
	statusChanged      = "changed"       // it is not as in the plan, and was left alone
	statusCameBack     = "came_back"     // something is there again
)

// status is what has become of a person.
func (f facts) status() string {
	switch {
	case f.gone && !f.done:
		return statusGone
	case f.planned && f.held == 'k':
		return statusKept
	case f.planned && f.held == 'c':
		return statusChanged
	case f.planned && f.held == 'n':
		return statusNotYetGone
	case f.planned && !f.done && f.begun, !f.planned && f.begun:
		return statusFailed
	case !f.done:
		return statusPending
	case !f.verified:
		return statusPending
	case !f.clean && f.lags:
		return statusNotYetGone
	case f.missed:
		return statusFailed
	case !f.clean:
		return statusCameBack
	case !f.found:
		return statusNotFound
	case f.gone:
		return statusGone
	case f.leftovers:
		return statusErasedExcept
	case f.missing:
		return statusNotFound
	}
	return statusErased
}

// take takes in what came of an item.
func (f *facts) take(d end) {
	f.begun = true
	switch {
	case d.Kind != erasure.KindContact && d.Outcome == erasure.OutcomeNotYetGone:
		f.done = false
	case d.Outcome == erasure.OutcomeMissing, d.Outcome == erasure.OutcomeLeft:
		f.leftovers = true
	case d.Kind == erasure.KindContact && d.Outcome == erasure.OutcomeGoneMeanwhile:
		f.gone = true
	}
	switch d.Outcome {
	case erasure.OutcomeKept, erasure.OutcomeChanged, erasure.OutcomeNotYetGone:
		f.held = d.Outcome[0]
	case erasure.OutcomeFailed, erasure.OutcomeSkipped:
		if f.held = 0; d.Kind == erasure.KindContact {
			f.held = 'f'
		}
	default:
		if d.Kind == erasure.KindContact {
			f.held = 0
		}
	}
}

// verify takes in what there is afterwards.
func (f *facts) verify(v verified) {
	f.verified, f.clean, f.lags, f.missed = v.Error == "", v.Clean, v.Lags, v.Missed > 0
}

// planned takes in a plan.
func (f *facts) plan(p person) {
	if p.Error != "" {
		f.begun = true
		return
	}
	*f = facts{
		planned: true, found: len(p.Contacts) > 0, missing: p.Missing, leftovers: len(p.Leftovers)+len(p.Shortfalls) > 0, done: p.Items == 0,
		begun: p.Amended && f.begun, gone: p.Amended && f.gone,
	}
}

// half is what became of items, by their number.
type half struct {
	begun    map[int]bool
	outcomes map[int]erasure.Outcome
}

func newState() *state { return &state{half: map[int]*half{}} }

// apply takes in a record.
func (s *state) apply(r record, offset int64, clear bool) error {
	switch r.Type {
	case typeHeader:
		if err := json.Unmarshal(r.Data, &s.header); err != nil {
			return err
		}
		if s.header.Format != journalFormat {
			return fmt.Errorf("it has format %d, and this version knows %d alone", s.header.Format, journalFormat)
		}
		s.people = make([]entry, 0, min(s.header.Subjects, 10_000_000))
	case typeSubject:
		s.people = append(s.people, entry{subject: offset})
	case typePerson:
		var p person
		if _, err := s.entry(r, &p, func() int { return p.Person }); err != nil {
			return err
		}
		s.plan(p, offset)
	case typePlanned:
		s.planned, s.plannedAt = &planned{}, r.At
		return json.Unmarshal(r.Data, s.planned)
	case typeConfirmed:
		var c confirmed
		if err := json.Unmarshal(r.Data, &c); err != nil {
			return err
		}
		s.confirm(c)
	case typeBegin:
		var b begin
		if _, err := s.entry(r, &b, func() int { return b.Person }); err != nil {
			return err
		}
		s.of(b.Person).begun[b.Item] = true
	case typeEnd:
		var d end
		if _, err := s.entry(r, &d, func() int { return d.Person }); err != nil {
			return err
		}
		s.ended(d)
	case typeVerified:
		var v verified
		e, err := s.entry(r, &v, func() int { return v.Person })
		if err != nil {
			return err
		}
		e.facts.verify(v)
	case typeForgotten:
		s.forgotten = true
	}
	return nil
}

func (s *state) entry(r record, data any, number func() int) (*entry, error) {
	if err := json.Unmarshal(r.Data, data); err != nil {
		return nil, err
	}
	if n := number(); n < 0 || n >= len(s.people) {
		return nil, errors.New("there is no such person")
	}
	return &s.people[number()], nil
}

func (s *state) of(person int) *half {
	h := s.half[person]
	if h == nil {
		h = &half{begun: map[int]bool{}, outcomes: map[int]erasure.Outcome{}}
		s.half[person] = h
	}
	return h
}

// plan takes in the plan of a person, which begins at an offset.
func (s *state) plan(p person, offset int64) {
	e := &s.people[p.Person]
	e.facts.plan(p)
	if e.why = p.Error; e.why != "" {
		return
	}
	e.plan, e.items, e.things, e.requests, e.accounts = offset, int32(p.Items), int32(p.Things), int32(p.Requests), int16(p.Accounts)
	e.doubts, e.accepted = len(p.Shortfalls) > 0 || p.Accounts > 1, false
	if !p.Amended {
		e.settled = 0
		delete(s.half, p.Person)
	}
	e.facts.done = e.settled == e.items
}

// confirm takes in that the plan may be carried out.
func (s *state) confirm(c confirmed) {
	s.confirmed = true
	for i := range s.people {
		s.people[i].accepted = s.people[i].accepted || c.Doubts && s.people[i].doubts
	}
}

// ended takes in what came of an item.
func (s *state) ended(d end) {
	h, e := s.of(d.Person), &s.people[d.Person]
	e.facts.take(d)
	was := h.outcomes[d.Item]
	switch {
	case was.Settled() && d.Outcome == erasure.OutcomeNotYetGone && d.Kind != erasure.KindContact: // it has to be erased again
		e.settled--
		h.begun[d.Item] = true
	case was.Settled():
		return
	case d.Outcome.Settled():
		delete(h.begun, d.Item)
		e.settled++
	}
	h.outcomes[d.Item] = d.Outcome
	e.facts.done = e.settled == e.items
	if e.facts.done {
		delete(s.half, d.Person)
	}
}

// open reports whether something is left to do for a person.
func (e entry) open() bool {
	return e.plan != 0 && e.settled < e.items && !e.facts.gone
}

// left is what is left to erase.
type left struct {
	people int // accounts, or people without one of whom there is something
	values int // that name nobody
	items  int
	cost   int // requests
}

func (s *state) left() (l left) {
	for _, e := range s.people {
		if !e.open() {
			continue
		}
		l.items += int(e.items - e.settled)
		l.cost += int(e.requests)
		switch {
		case e.facts.found || e.things > 0:
			l.people += max(1, int(e.accounts))
		default:
			l.values++
		}
	}
	return l
}

// plan returns a person's plan as it was recorded.
func (j *journal) plan(e entry) (*erasure.Plan, error) {
	r, err := j.at(e.plan)
	var c personClear
	if err == nil {
		err = json.Unmarshal(r.Clear, &c)
	}
	if err == nil && c.Plan == nil {
		err = errors.New("the journal has no plan")
	}
	return c.Plan, err
}

// asked returns who a person was asked for as, and where.
func (j *journal) asked(e entry) (subjectClear, error) {
	r, err := j.at(e.subject)
	var c subjectClear
	if err == nil {
		err = json.Unmarshal(r.Clear, &c)
	}
	return c, err
}

// remaining yields the plans of people of whom something is left, with what is
// settled marked. What was begun without an outcome is to be looked at first.
func (j *journal) remaining(s *state) iter.Seq2[*work, error] {
	return func(yield func(*work, error) bool) {
		for n, e := range s.people {
			if !e.open() {
				continue
			}
			w, err := j.work(s, n)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(w, nil) {
				return
			}
		}
	}
}

// work returns the plan of a person, with what is settled and begun marked.
func (j *journal) work(s *state, n int) (*work, error) {
	e := s.people[n]
	plan, err := j.plan(e)
	if err != nil {
		return nil, err
	}
	plan.Accepted = e.accepted
	h := s.half[n]
	w := &work{person: n, plan: *plan}
	for i := range w.plan.Items {
		item := &w.plan.Items[i]
		item.Done = e.settled == e.items || h != nil && h.outcomes[i].Settled()
		item.Begun = h != nil && h.begun[i]
	}
	return w, nil
}

// work is what is left to do for a person.
type work struct {
	person int
	plan   erasure.Plan
}

// number returns the number of an item.
func (w *work) number(item erasure.Item) int {
	for i := range w.plan.Items {
		if k := &w.plan.Items[i]; k.Kind == item.Kind && k.ID == item.ID && k.ContactID == item.ContactID && k.ConversationID == item.ConversationID {
			return i
		}
	}
	return -1
}
