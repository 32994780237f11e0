package main

import (
	"errors"
	"fmt"
	"sync"

	"github.com/featurebase-community/featurebase-go"
)

// delete deletes what was found and what earlier runs left. Its two halves run
// at the same time: intents is asked for the next contact, while outcomes come
// in.
func (r *run) delete() {
	r.deleting.Store(true)
	flying := &flights{contacts: map[string]flight{}}
	progress := r.screen.begin("Deleting", r.ledger.accounted()+r.ledger.left, &r.holds, counts{
		{name: "deleted", n: r.ledger.counts[deleted]},
		{name: "already gone", n: r.ledger.counts[alreadyGone]},
		{name: "gone after an interruption", n: r.ledger.counts[goneAfterInterruption], quiet: true},
		{name: "failed", n: r.ledger.counts[failed]},
	})
	defer progress.end()
	// When it ends early, DeleteMany does not wait for intents, which may be
	// writing to the journal.
	var journaling sync.Mutex
	defer journaling.Lock()
	intents := func(yield func(string) bool) {
		if !journaling.TryLock() {
			return // the run has ended
		}
		defer journaling.Unlock()
		r.intents(flying, yield)
	}
	for result := range r.client.Contacts.DeleteMany(r.ctx, intents, featurebase.WithConcurrency(r.concurrency)) {
		f := flying.end(result.ID)
		s, known := deletion(r.ctx, result.Err, f.attempted)
		if !known {
			r.undecided++
			continue
		}
		o := newOutcome(f.value, result.ID, s, result.Err)
		o.RequestID = result.RequestID
		if err := r.journal.write(record{Outcome: o}, true); err != nil {
			r.stop(err)
		}
		if err := r.rows.write(o); err != nil {
			r.stop(outputError(err))
		}
		if s == failed {
			r.show(o)
		}
		r.ledger.left--
		r.ledger.counts[s]++
		progress.count(s.text())
		if err := r.hopeless(result.Err); err != nil {
			r.stop(err)
		}
	}
}

// intents returns the contacts to be deleted, each after the journal has it.
func (r *run) intents(flying *flights, yield func(string) bool) {
	for t := range r.ledger.tasks() {
		for i, id := range t.Contacts {
			if r.taking.Err() != nil {
				return
			}
			if i == 0 && !t.attempted {
				if err := r.journal.write(record{Intent: &t.intent}, true); err != nil {
					r.stop(err)
					return
				}
			}
			flying.begin(id, flight{t.Value, t.attempted})
			if !yield(id) {
				return
			}
		}
	}
}

// flights are the deletions that have begun.
type flights struct {
	mu       sync.Mutex
	contacts map[string]flight
}

type flight struct {
	value     string
	attempted bool
}

func (f *flights) begin(id string, one flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.contacts[id] = one
}

func (f *flights) end(id string) flight {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer delete(f.contacts, id)
	return f.contacts[id]
}

// errOutput makes a run end when nobody would learn the outcome.
var errOutput = errors.New("the results can't be written")

func outputError(err error) error { return fmt.Errorf("%w: %w", errOutput, err) }
