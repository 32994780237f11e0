package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

const usage = `usage: erase [flags] [VALUE…]

Deletes contacts from Featurebase, for good. FEATUREBASE_API_KEY has the API key.

`

const moreUsage = `
exit codes: 0 all gone, 1 some failed, 2 nothing was begun, 3 stopped early
`

// options are what the command line says.
type options struct {
	args        []string
	by          kind
	files       []string
	column      string
	dryRun      bool
	yes         bool
	noLook      bool
	journal     string
	format      string
	concurrency int
	demo        int

	flags *pflag.FlagSet
}

var errHelp = pflag.ErrHelp

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	o.flags = pflag.NewFlagSet("erase", pflag.ContinueOnError)
	o.flags.SetOutput(stderr)
	o.flags.SortFlags = false
	o.flags.Usage = func() {}
	o.flags.StringVar((*string)(&o.by), "by", string(byID), "the values are of this `KIND`: id (Featurebase's own), user-id (yours) or email")
	o.flags.StringArrayVarP(&o.files, "file", "f", nil, "read values from this `FILE`, one a line; - is standard input; may be repeated")
	o.flags.StringVar(&o.column, "column", "", "the files are CSV, and the values are in the column with this `NAME`")
	o.flags.BoolVarP(&o.dryRun, "dry-run", "n", false, "show the contacts and what would happen, and delete nothing")
	o.flags.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	o.flags.StringVar(&o.journal, "journal", "", "keep track in this `FILE`, and continue what it says was begun (default erase-DATE-TIME.jsonl)")
	o.flags.StringVar(&o.format, "format", "", "results on standard output in this `FORMAT`: csv or jsonl")
	o.flags.IntVar(&o.concurrency, "concurrency", 8, "make `N` requests at once")
	o.flags.BoolVar(&o.noLook, "no-look", false, "do not look contacts up before deletion: half the requests, no warnings; with --by id only")
	o.flags.IntVar(&o.demo, "demo", 0, "show a run with `N` invented contacts in a built-in fake; needs no key")
	err := o.flags.Parse(args)
	o.args = o.flags.Args()
	return o, err
}

const maxDemo = 10_000

// check names everything that is wrong at once.
func (o *options) check(canAsk bool) error {
	var problems []string
	wrong := func(is bool, format string, args ...any) {
		if is {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	wrong(!o.by.valid(), "--by %s: want id, user-id or email", o.by)
	wrong(!slices.Contains([]string{"", "csv", "jsonl"}, o.format), "--format %s: want csv or jsonl", o.format)
	wrong(o.concurrency < 1 || o.concurrency > 100, "--concurrency %d: want 1 to 100", o.concurrency)
	wrong(o.column != "" && o.files == nil, "--column is about a CSV: want --file too")
	wrong(o.noLook && o.by != byID, "--no-look: want --by id, since a contact named otherwise has to be looked up")
	wrong(o.noLook && o.dryRun, "--no-look and --dry-run: a dry run is nothing but looking")
	wrong(o.dryRun && o.journal != "", "--dry-run and --journal: a dry run keeps no journal")
	given := len(o.args) > 0 || o.files != nil
	stdin := slices.Contains(o.files, "-")
	switch {
	case o.flags.Changed("demo"):
		wrong(o.demo < 1 || o.demo > maxDemo, "--demo %d: want 1 to %d", o.demo, maxDemo)
		wrong(given || o.journal != "", "--demo invents its contacts: want no values, --file or --journal")
	case !given:
		wrong(true, "which contacts? want values, or --file with a file of them; see --help")
	case !o.dryRun && !o.yes:
		wrong(stdin, "standard input has the values, so it can't confirm the deletion: add --yes, or --dry-run to see what would happen")
		wrong(!stdin && !canAsk, "standard input is no terminal where the deletion could be confirmed: add --yes, or --dry-run to see what would happen")
	}
	if problems == nil {
		return nil
	}
	return errors.New(strings.Join(problems, "\nerase: "))
}

// again is the command that continues with a journal.
func (o *options) again(journal string, args []string) string {
	command := slices.Clone(args[:1])
	if strings.Contains(filepath.ToSlash(command[0]), "/go-build") { // which go run takes away
		folder, _ := os.Getwd()
		command = []string{"go", "run", "-C", folder, "."}
	}
	if o.journal == "" {
		command = append(command, "--journal", journal)
	}
	command = append(command, args[1:]...)
	for i, word := range command {
		if strings.ContainsFunc(word, func(r rune) bool {
			return !strings.ContainsRune("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_=+:,./@%", r)
		}) || word == "" {
			command[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	text := strings.Join(command, " ")
	if slices.Contains(o.files, "-") {
		text += "   # with the same values on standard input"
	}
	return text
}
