package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/featurebase-community/featurebase-go/erasure"
)

// state is what a journal says, as far as a run needs it: where the plan of each
// person is, and what is still to be done.
type state struct {
	header    header
	people    []entry
	half      map[int]*half // people of whom something was begun, and not all is done
	planned   *planned
	confirmed bool
	forgotten bool
}

// entry is a person. There may be millions.
type entry struct {
	subject, plan int64 // offsets of the records; 0: none
	items         int32
	settled       int32
	missing       bool // whether a value names nobody
	verified      bool
	clean         bool
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
		e, err := s.entry(r, &p, func() int { return p.Person })
		if err != nil || p.Error != "" {
			return err
		}
		e.plan, e.items, e.missing = offset, int32(p.Items), p.Missing
		e.settled, e.verified, e.clean = 0, false, false
	case typePlanned:
		s.planned = &planned{}
		return json.Unmarshal(r.Data, s.planned)
	case typeConfirmed:
		s.confirmed = true
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
		e.verified, e.clean = v.Error == "", v.Clean
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

// ended takes in what came of an item.
func (s *state) ended(d end) {
	h, e := s.of(d.Person), &s.people[d.Person]
	if was := h.outcomes[d.Item]; was.Settled() {
		return
	}
	h.outcomes[d.Item] = d.Outcome
	if d.Outcome.Settled() {
		delete(h.begun, d.Item)
		if e.settled++; e.settled == e.items {
			delete(s.half, d.Person)
		}
	}
}

// left returns how many items are left to erase, how many people they belong to, and
// how many values that name nobody.
func (s *state) left() (people, nobody, items int) {
	for _, e := range s.people {
		if e.plan != 0 && e.settled < e.items {
			if e.missing {
				nobody++
			} else {
				people++
			}
			items += int(e.items - e.settled)
		}
	}
	return people, nobody, items
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

// remaining yields the plans of people of whom something is left, each with the
// numbers of its items, and without those that are settled. What was begun without
// an outcome is to be looked at first.
func (j *journal) remaining(s *state) iter.Seq2[*work, error] {
	return func(yield func(*work, error) bool) {
		for n, e := range s.people {
			if e.plan == 0 || e.settled == e.items {
				continue
			}
			whole, err := j.plan(e)
			if err != nil {
				yield(nil, err)
				return
			}
			w := &work{person: n, plan: *whole}
			w.plan.Items = nil
			h := s.half[n]
			for i, item := range whole.Items {
				if h != nil && h.outcomes[i].Settled() {
					continue
				}
				item.Begun = h != nil && h.begun[i]
				w.plan.Items = append(w.plan.Items, item)
				w.numbers = append(w.numbers, i)
			}
			if !yield(w, nil) {
				return
			}
		}
	}
}

// work is what is left to do for a person.
type work struct {
	person  int
	plan    erasure.Plan
	numbers []int // of the items, in the plan that was recorded
}

// number returns the number of an item.
func (w *work) number(item erasure.Item) int {
	for i := range w.plan.Items {
		if k := &w.plan.Items[i]; k.Kind == item.Kind && k.ID == item.ID && k.ContactID == item.ContactID && k.ConversationID == item.ConversationID {
			return w.numbers[i]
		}
	}
	return -1
}
