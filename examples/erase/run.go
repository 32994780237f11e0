package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// run is one run of the program, once all values are read.
type run struct {
	options
	client  *featurebase.Client
	holds   holds
	server  string
	stdin   io.Reader
	screen  *screen
	rows    rows
	ledger  *ledger
	journal *journal // nil for a preview

	ctx      context.Context // ends when what is in flight is to be broken off
	taking   context.Context // ends, with the reason, when nothing more is to be begun
	stop     context.CancelCauseFunc
	deleting atomic.Bool

	begun     time.Time
	written   written
	failures  int // of look-ups
	silent    int // contacts in a row for which there was no response
	undecided int // deletions that were broken off
	shown     int // failures that were told
}

var errInterrupted = errors.New("interrupted")

// preview shows what would happen.
func (r *run) preview() int {
	would := 0
	err := r.look(func(s sight) error {
		would += len(s.contacts)
		for _, c := range s.contacts {
			r.written.add(c)
		}
		for _, p := range r.by.previews(s) {
			if err := r.rows.write(p); err != nil {
				return outputError(err)
			}
		}
		return nil
	})
	if problem := r.rows.flush(); err == nil && problem != nil {
		err = outputError(problem)
	}
	if err != nil {
		return r.stopped(err)
	}
	r.screen.say("%s would be deleted. Nothing was.", amount(would, "contact"))
	r.warn()
	if r.failures > 0 {
		return exitFailed
	}
	return exitGone
}

// erase finds, asks and deletes.
func (r *run) erase() int {
	known := r.journal.size
	if r.journal.dropped > 0 {
		r.screen.say("The last line of the journal was cut when it was written, and is dropped.")
	}
	if n := r.ledger.accounted(); n > 0 || r.ledger.left > 0 {
		r.screen.say("Earlier runs accounted for %s, and left %d to be settled.", amount(n, "contact"), r.ledger.left)
	}
	err := r.find()
	if err == nil {
		err = r.ask()
	}
	if err == nil {
		err = r.journal.outcomes(known, func(o *outcome) error {
			if err := r.rows.write(o); err != nil {
				return outputError(err)
			}
			return nil
		})
	}
	if err != nil {
		return r.stopped(err)
	}
	if r.ledger.left > 0 {
		r.delete()
	}
	return r.conclude()
}

// find looks for the values of which the journal knows nothing.
func (r *run) find() error {
	if r.noLook {
		for i, id := range r.ledger.unknown() {
			r.ledger.find(i, id)
		}
		return nil
	}
	return r.look(func(s sight) error {
		for _, c := range s.contacts {
			r.ledger.find(s.index, c.ID)
			r.written.add(c)
		}
		if s.contacts != nil {
			return nil
		}
		o := newOutcome(s.value, "", alreadyGone, nil)
		if s.err != nil {
			o = newOutcome(s.value, "", failed, s.err)
			r.show(o)
		}
		if r.by == byID {
			o.ContactID = s.value
		}
		r.ledger.settle(s.index, o.Status)
		return r.journal.write(record{Outcome: o}, false)
	})
}

// look returns what is found for each value that is not known yet.
func (r *run) look(each func(sight) error) error {
	n := 0
	for range r.ledger.unknown() {
		n++
	}
	if n == 0 {
		return nil
	}
	p := r.screen.begin("Looking", n, &r.holds, counts{{name: "found"}, {name: "not there"}, {name: "failed"}})
	defer p.end()
	for s := range look(r.taking, r.client, r.by, r.concurrency, r.ledger.unknown()) {
		if r.taking.Err() != nil {
			break
		}
		if err := r.hopeless(s.err); err != nil {
			return err
		}
		if err := each(s); err != nil {
			return err
		}
		switch {
		case s.err != nil:
			r.failures++
			p.count("failed")
		case s.contacts == nil:
			p.count("not there")
		default:
			p.count("found")
		}
	}
	return context.Cause(r.taking)
}

// hopeless tells whether err would meet the other contacts too.
func (r *run) hopeless(err error) error {
	if _, ok := errors.AsType[*featurebase.RequestError](err); !ok {
		r.silent = 0
	} else if r.silent++; r.silent >= 2*r.concurrency {
		return fmt.Errorf("there was no response for %d contacts in a row: %w", r.silent, err)
	}
	for _, lasting := range []error{featurebase.ErrStopped, featurebase.ErrAuthentication, featurebase.ErrPermission, featurebase.ErrUnsupportedVersion} {
		if errors.Is(err, lasting) {
			return err
		}
	}
	return nil
}

// ask tells what is about to happen, and has it confirmed.
func (r *run) ask() error {
	n := r.ledger.left
	if n == 0 {
		return nil
	}
	r.screen.say("%s will be deleted at %s, for good.", amount(n, "contact"), r.server)
	if gone := r.ledger.counts[alreadyGone]; gone > 0 {
		r.screen.say("%s not there.", isAre(gone))
	}
	if r.failures > 0 {
		r.screen.say("%d could not be looked up and will be left alone.", r.failures)
	}
	if r.noLook {
		r.screen.say("Not looked at (--no-look): whether they exist, and whether they wrote anything.")
	}
	r.warn()
	if r.yes {
		return nil
	}
	return confirm(r.taking, r.stdin, r.screen, n)
}

func (r *run) warn() {
	if warning := r.written.warn(); warning != "" {
		r.screen.say("%s", warning)
	}
}

// maxShown is how many failures are told where there are no rows.
const maxShown = 20

func (r *run) show(o *outcome) {
	if _, none := r.rows.(noRows); !none {
		return
	}
	if r.shown++; r.shown <= maxShown {
		r.screen.say("failed: %s: %s", printable(o.Value), printable(o.Error))
	} else if r.shown == maxShown+1 {
		r.screen.say("More failures are in the journal.")
	}
}

// conclude reports the outcome of it all.
func (r *run) conclude() int {
	c := r.ledger.counts
	total := []string{fmt.Sprintf("%d deleted", c[deleted]), fmt.Sprintf("%d already gone", c[alreadyGone])}
	if n := c[goneAfterInterruption]; n > 0 {
		total = append(total, fmt.Sprintf("%d gone after an interruption", n))
	}
	total = append(total, fmt.Sprintf("%d failed", c[failed]))
	r.screen.say("%s, in %s.", strings.Join(total, ", "), short(time.Since(r.begun)))
	left := r.ledger.left
	why := context.Cause(r.taking)
	if left == 0 && errors.Is(why, errInterrupted) {
		why = nil // that came when all was done
	}
	switch {
	case why != nil:
		return r.stopped(why)
	case c[failed] > 0:
		r.tellAgain("To try again what failed")
		return exitFailed
	case r.demo == 0:
		r.screen.say("The journal names the contacts; keep it no longer than you have to.")
	}
	return exitGone
}

// stopped tells why the run ends early, and how to go on.
func (r *run) stopped(why error) int {
	switch {
	case errors.Is(why, errInterrupted):
		r.screen.say("Interrupted.")
	case errors.Is(why, featurebase.ErrAuthentication):
		r.screen.say("Stopped: Featurebase does not accept the API key. Set FEATUREBASE_API_KEY to one that is valid.\n  %s", reason(why))
	case errors.Is(why, featurebase.ErrPermission):
		r.screen.say("Stopped: the API key may not do this. Set FEATUREBASE_API_KEY to one that may.\n  %s", reason(why))
	default:
		r.screen.say("Stopped: %s.", reason(why))
	}
	if r.undecided > 0 {
		r.screen.say("Of %s it is not known whether they were deleted. The next run settles that.", amount(r.undecided, "contact"))
	}
	if !r.deleting.Load() {
		r.screen.say("Nothing was deleted in this run.")
	}
	r.tellAgain("To continue")
	return exitStopped
}

func (r *run) tellAgain(what string) {
	if r.demo == 0 && r.journal != nil && !r.journal.empty() {
		r.screen.say("%s:\n  %s", what, r.again(r.journal.name, os.Args))
	}
}
