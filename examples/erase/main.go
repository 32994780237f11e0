// Command erase deletes contacts from Featurebase, few or many, and never loses
// track of the outcome of each. See README.md.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/featurebase-community/featurebase-go"
)

const (
	exitGone    = 0 // all contacts are gone
	exitFailed  = 1 // some failed
	exitUsage   = 2 // nothing was begun
	exitStopped = 3 // not all was done
)

func main() {
	debug.SetGCPercent(50)         // a long list is most of the memory, and stays
	signal.Ignore(syscall.SIGPIPE) // so that a reader who leaves is an error like others
	os.Exit(start(os.Args))
}

// start does all that comes before the first request.
func start(args []string) int {
	o, err := parse(args[1:], os.Stderr)
	switch {
	case errors.Is(err, errHelp):
		// What every bool flag takes needs no saying, but its room.
		flags := strings.ReplaceAll(o.flags.FlagUsages(), "[=true|false]", "             ")
		fmt.Print(usage, flags, moreUsage)
		return exitGone
	case err == nil:
		err = o.check(isTerminal(os.Stdin))
	}
	if err != nil {
		return refuse(err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	taking, stop := context.WithCancelCause(ctx)
	toTerminal := isTerminal(os.Stdout)
	switch {
	case o.format != "":
	case o.dryRun:
		o.format = "table"
	case !toTerminal:
		o.format = "csv"
	}
	r := &run{
		options: o, stdin: os.Stdin, ctx: ctx, taking: taking, stop: stop, begun: time.Now(),
		screen: &screen{w: os.Stderr, bars: isTerminal(os.Stderr) && (o.format == "" || !toTerminal)},
	}
	go r.watch(cancel)

	v := newValues(o.by.key)
	if o.demo > 0 {
		end, err := r.demonstrate(v)
		if err != nil {
			return refuse(err)
		}
		defer end()
	} else {
		bad, interrupted := await(taking, func() error { return r.read(v) })
		if interrupted != nil {
			return r.stopped(interrupted)
		}
		if bad != nil {
			return refuse(bad)
		}
		r.server = strings.TrimRight(cmp.Or(os.Getenv("FEATUREBASE_BASE_URL"), featurebase.DefaultBaseURL), "/")
		if r.client, err = featurebase.NewClientFromEnv(featurebase.WithUserAgent("erase"), r.holds.option()); err != nil {
			return refuse(err)
		}
	}

	r.ledger = newLedger(o.by, v)
	header := outcomeColumns
	if o.dryRun {
		header = previewColumns
	} else if err := r.open(); err != nil {
		return refuse(err)
	}
	if r.rows, err = newRows(o.format, os.Stdout, header); err != nil {
		return r.stopped(outputError(err))
	}
	if o.dryRun {
		return r.preview()
	}
	code := r.erase()
	if r.journal.created && r.journal.empty() {
		_ = r.journal.discard()
	}
	return code
}

func refuse(err error) int {
	fmt.Fprintf(os.Stderr, "erase: %v\n", err)
	return exitUsage
}

// watch has the first signal end the run well, and the second end it now.
func (r *run) watch(cancel context.CancelFunc) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	<-signals
	r.stop(errInterrupted)
	if r.deleting.Load() {
		r.screen.say("Finishing what is in flight. Ctrl-C again stops at once.")
	}
	<-signals
	cancel()
}

// read takes in all values, and refuses to go on if one of them is bad.
func (r *run) read(v *values) error {
	in := &input{by: r.by, column: r.column, values: v, complain: func(where, problem string) {
		r.screen.say("%s: %s", where, problem)
	}}
	in.arguments(r.args)
	for _, name := range r.files {
		if err := in.open(name, r.stdin); err != nil {
			in.bad++
			r.screen.say("%v", err)
		}
	}
	if in.bad > 0 {
		return fmt.Errorf("%s to be put right first; nothing was begun", amount(in.bad, "mistake"))
	}
	if v.len() == 0 {
		return errors.New("there is no value in what was given; nothing was begun")
	}
	if twice := in.taken - v.len(); twice > 0 {
		r.screen.say("%s given more than once are taken once.", amount(twice, "value"))
	}
	return nil
}

func (in *input) open(name string, stdin io.Reader) error {
	if name == "-" {
		return in.file("standard input", stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return in.file(name, f)
}

// open opens the journal, with what earlier runs wrote there.
func (r *run) open() (err error) {
	v := r.ledger.values
	h := header{Server: r.server, By: r.by, Values: v.len(), Digest: v.digest(), Begun: r.begun.UTC().Truncate(time.Second)}
	if r.options.journal == "" {
		r.journal, err = createJournal(h, r.begun)
	} else {
		r.journal, err = openJournal(r.options.journal, h, r.ledger.enter)
	}
	if err != nil {
		return fmt.Errorf("%w; nothing was begun", err)
	}
	r.screen.say("Journal: %s", r.journal.name)
	return nil
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
