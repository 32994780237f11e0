package main

import (
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
)

// ledger knows how far each value is: from the journal, from looking, and from
// the outcomes of deletions.
type ledger struct {
	by     kind
	values *values
	state  []state          // by the index of the value
	open   map[int][]string // the contacts that are left of values that are intended; not with byID
	places []found          // the contacts of values that are found, in the order of values; not with byID

	left   int            // contacts that are to be deleted
	counts map[status]int // the outcomes: of earlier runs if they are settled, and of this one
}

type state uint8

const (
	untouched state = iota
	there           // found, and to be deleted
	intended        // an earlier run may have begun to delete it
	settled         // nothing is left to be done
)

// found is a contact of a value.
type found struct {
	value int32
	id    [12]byte
}

func newLedger(by kind, v *values) *ledger {
	return &ledger{by: by, values: v, state: make([]state, v.len()), open: map[int][]string{}, counts: map[status]int{}}
}

// enter takes in a record of an earlier run.
func (l *ledger) enter(r record) error {
	if r.Outcome != nil {
		return l.enterOutcome(r.Outcome)
	}
	i, ok := l.values.find(r.Intent.Value)
	if !ok || l.state[i] != untouched {
		return fmt.Errorf("the intent for %s does not belong here", clip(r.Intent.Value))
	}
	l.state[i] = intended
	l.left += len(r.Intent.Contacts)
	if l.by != byID {
		l.open[i] = r.Intent.Contacts
	}
	return nil
}

func (l *ledger) enterOutcome(o *outcome) error {
	wrong := fmt.Errorf("the outcome for %s does not belong here", clip(o.Value))
	i, ok := l.values.find(o.Value)
	switch {
	case !ok || l.state[i] == settled:
		return wrong
	case o.Status == failed:
		return nil
	case l.state[i] == untouched && o.Status != alreadyGone:
		return wrong
	case l.state[i] == intended && l.by != byID:
		at := slices.Index(l.open[i], o.ContactID)
		if at < 0 {
			return wrong
		}
		l.open[i] = slices.Delete(l.open[i], at, at+1)
	}
	l.counts[o.Status]++
	if l.state[i] == intended {
		l.left--
	}
	if len(l.open[i]) == 0 {
		delete(l.open, i)
		l.state[i] = settled
	}
	return nil
}

// unknown returns the values that are to be looked for.
func (l *ledger) unknown() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, s := range l.state {
			if s == untouched && !yield(i, l.values.at(i)) {
				return
			}
		}
	}
}

// find notes a contact of a value. Values come in their order.
func (l *ledger) find(i int, contactID string) {
	l.state[i] = there
	l.left++
	if l.by != byID {
		f := found{value: int32(i)}
		_, _ = hex.Decode(f.id[:], []byte(contactID)) // the library lets no other form through
		l.places = append(l.places, f)
	}
}

// accounted is how many contacts have an outcome.
func (l *ledger) accounted() int {
	n := 0
	for _, c := range l.counts {
		n += c
	}
	return n
}

// settle notes that nothing was found for a value.
func (l *ledger) settle(i int, s status) {
	l.counts[s]++
	if l.state[i] == untouched && s != failed {
		l.state[i] = settled
	}
}

// task is a value with its contacts that are to be deleted.
type task struct {
	intent
	attempted bool // by an earlier run, whose intent is in the journal
}

func (l *ledger) tasks() iter.Seq[task] {
	return func(yield func(task) bool) {
		places := l.places
		for i, s := range l.state {
			if s != there && s != intended {
				continue
			}
			t := task{intent: intent{Value: l.values.at(i)}, attempted: s == intended}
			switch {
			case l.by == byID:
				t.Contacts = []string{t.Value}
			case s == intended:
				t.Contacts = l.open[i]
			default:
				for len(places) > 0 && int(places[0].value) == i {
					t.Contacts = append(t.Contacts, hex.EncodeToString(places[0].id[:]))
					places = places[1:]
				}
			}
			if !yield(t) {
				return
			}
		}
	}
}
