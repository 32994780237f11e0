// Command featurebase-erase erases people from Featurebase: what they left, and
// then their contacts. It keeps a journal that proves it. See README.md.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"os/user"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

func main() {
	debug.SetGCPercent(20) // a long list is most of the memory, and has no pointers
	os.Exit(start(os.Args[1:]))
}

// start runs the command and returns its exit code.
func start(args []string) (code int) {
	a := &app{code: exitErased}
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(os.Stderr, "featurebase-erase: panic: %v\n%s", p, debug.Stack())
			code = exitStopped
		}
	}()
	root := a.command()
	root.SetArgs(args)
	if err := root.Execute(); err != nil {
		fmt.Fprintf(os.Stderr, "featurebase-erase: %v\n", err)
		return exitUsage
	}
	return a.code
}

// version is that of the module, if it was installed as one.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// app is the command line.
type app struct {
	code int

	by, column        string
	files             []string
	raw, yes, missing bool
	journal           string
	reference         string
	regulation        string
	requestID         string
	received          string
	operator          string
	posts             string
	conversations     string
	placeholder       string
	contactsOnly      bool
	scanVoters        bool
	demo              int
	redact            bool
	format, output    string
	otherKey          bool
	rate              int
	unfinished        bool

	noBlock, crossCheck, sameEmail bool
	shortfall, leftovers, noPeople bool
	settle                         time.Duration
	group                          string
}

const about = `featurebase-erase erases people from Featurebase: posts, comments, votes,
conversations, tickets, and then their contacts. It shows what it found, asks,
carries it out, and looks again. A journal has the proof.

The API key is taken from FEATUREBASE_API_KEY.

Exit codes: 0 erased and verified, 1 kept, failed, changed or there again,
3 stopped, 4 not found or gone before, 5 erased except for what is listed,
6 not yet gone, 64 wrong usage: nothing was begun.`

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use: "featurebase-erase", Short: "Erase people from Featurebase, with proof", Long: about,
		Version: version(), SilenceUsage: true, SilenceErrors: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	plan := &cobra.Command{Use: "plan [VALUE...]", Short: "Look for people, and write down what there is", RunE: func(_ *cobra.Command, args []string) error { return a.begin(args, false) }}
	erase := &cobra.Command{Use: "erase [VALUE...]", Short: "Look for people, ask, erase them, and verify that", RunE: func(_ *cobra.Command, args []string) error { return a.begin(args, true) }}
	for _, c := range []*cobra.Command{plan, erase} {
		f := c.Flags()
		f.StringVar(&a.by, "by", "email", "what the values are: email, user-id or id")
		f.StringArrayVarP(&a.files, "file", "f", nil, "a file with a value a line; - is standard input")
		f.StringVar(&a.column, "column", "", "the files are CSVs, with the values in this column")
		f.BoolVar(&a.raw, "raw", false, "take each line as a value, whatever it looks like")
		f.StringVar(&a.posts, "posts", "", "what to do with posts: delete (with the comments of others), anonymize or keep")
		f.StringVar(&a.placeholder, "placeholder", "", "the ID of the contact that anonymized posts are given to")
		f.StringVar(&a.conversations, "conversations", "", "what to do with conversations and tickets: delete (with the messages of others), redact or keep")
		f.BoolVar(&a.contactsOnly, "contacts-only", false, "delete contacts, and nothing else")
		f.StringVar(&a.group, "group", "", "rows of the CSVs with the same value in this column are one person")
		f.BoolVar(&a.noBlock, "no-block", false, "don't block contacts before anything of them is erased")
		f.BoolVar(&a.crossCheck, "cross-check", false, "read all posts, comments and conversations as well, to find what searches don't show")
		f.BoolVar(&a.sameEmail, "with-same-email", false, "customers with the same email address are the same person")
		f.BoolVar(&a.scanVoters, "scan-voters", false, "read the voters of all posts, to find votes of leads")
		f.StringVar(&a.journal, "journal", "", "the journal to write, which must not exist (default: erase-DATE-TIME.jsonl)")
		f.StringVar(&a.reference, "reference", "", "your own name for the request, such as DSR-1234")
		f.StringVar(&a.regulation, "regulation", "gdpr", "the law that the request is made under")
		f.StringVar(&a.requestID, "request-id", "", "the UUID of the request (default: a new one)")
		f.StringVar(&a.received, "received", "", "when the request was received, as 2006-01-02")
		f.BoolVar(&a.missing, "missing-ok", false, "exit with 0 although some values name nobody")
	}
	continued := &cobra.Command{Use: "continue JOURNAL", Short: "Go on where a run ended, or carry out a plan", Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error { return a.resume(args[0], continueAll) }}
	verify := &cobra.Command{Use: "verify JOURNAL", Short: "Look again whether people are gone", Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error { return a.resume(args[0], verifyOnly) }}
	for _, c := range []*cobra.Command{continued, verify} {
		c.Flags().BoolVar(&a.otherKey, "other-key", false, "use another API key of the same workspace")
		c.Flags().BoolVar(&a.missing, "missing-ok", false, "exit with 0 although some values name nobody")
	}
	unblock := &cobra.Command{Use: "unblock JOURNAL", Short: "Unblock the contacts that were blocked, and kept", Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error { return a.resume(args[0], unblockOnly) }}
	for _, c := range []*cobra.Command{continued, verify, unblock} {
		c.Flags().BoolVar(&a.noPeople, "workspace-empty", false, "the workspace has no contacts any more")
	}
	unblock.Flags().BoolVar(&a.otherKey, "other-key", false, "use another API key of the same workspace")
	for _, c := range []*cobra.Command{erase, continued} {
		c.Flags().BoolVar(&a.yes, "yes", false, "don't ask")
		c.Flags().BoolVar(&a.shortfall, "accept-shortfall", false, "with --yes: erase people although their contacts count more than was found")
	}
	for _, c := range []*cobra.Command{erase, continued, verify} {
		c.Flags().BoolVar(&a.leftovers, "accept-leftovers", false, "exit with 0 although something that was found stays")
		c.Flags().DurationVar(&a.settle, "settle", time.Minute, "how long to wait after the last change, before people are looked for again")
	}
	for _, c := range []*cobra.Command{plan, erase, continued, verify} {
		c.Flags().IntVar(&a.rate, "rate", 0, "send at most this many requests a minute, to leave the rest of the 2,000 to others")
	}
	erase.Flags().IntVar(&a.demo, "demo", 0, "erase this many invented people from a fake on this machine")
	report := &cobra.Command{Use: "report JOURNAL", Short: "Write what was done, from the journal alone", Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error { return a.report(args[0]) }}
	report.Flags().BoolVar(&a.redact, "redact", false, "name people by keyed hashes")
	report.Flags().StringVar(&a.format, "format", "md", "md, csv or json")
	report.Flags().StringVarP(&a.output, "output", "o", "", "the file to write, which must not exist (default: standard output)")
	forget := &cobra.Command{Use: "forget JOURNAL", Short: "Remove all personal data from a journal; its report stays valid", Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error { return a.forget(args[0]) }}
	forget.Flags().BoolVar(&a.unfinished, "unfinished", false, "also if the run is not finished; it can't be continued then")
	root.PersistentFlags().StringVar(&a.operator, "operator", "", "who does this (default: the user and the machine)")
	root.AddCommand(plan, erase, continued, verify, unblock, report, forget)
	root.SetUsageTemplate(strings.NewReplacer(
		".LocalFlags.FlagUsages", ".LocalFlags.FlagUsagesWrapped 80", ".InheritedFlags.FlagUsages", ".InheritedFlags.FlagUsagesWrapped 80",
	).Replace(root.UsageTemplate()))
	return root
}

func (a *app) who() string {
	if a.operator != "" {
		return a.operator
	}
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	host, _ := os.Hostname()
	return name + "@" + host
}

// options are what to look for and to do, or what is wrong with the flags.
func (a *app) options() (erasure.Options, error) {
	o := erasure.Options{
		Posts: erasure.Action(a.posts), Placeholder: a.placeholder, Conversations: erasure.Action(a.conversations),
		ContactsOnly: a.contactsOnly, ScanVoters: a.scanVoters, CrossCheck: a.crossCheck, NoBlock: a.noBlock, SameEmail: a.sameEmail,
	}
	if !a.contactsOnly && (a.posts == "" || a.conversations == "") {
		return o, errors.New("say what is to become of other people's data with it: --posts delete|anonymize|keep and --conversations delete|redact|keep, or --contacts-only")
	}
	return o, o.Validate()
}

// read takes in all values, and returns an error if one of them is bad.
func (a *app) read(args []string) (*values, error) {
	v := &values{by: kind(a.by)}
	if a.group != "" && a.column == "" {
		return nil, errors.New("--group names a column of a CSV: want --column as well")
	}
	if !slices.Contains([]kind{byEmail, byUserID, byID}, v.by) {
		return nil, fmt.Errorf("--by %s: want email, user-id or id", clip(a.by))
	}
	in := &input{values: v, column: a.column, group: a.group, raw: a.raw, complain: func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}}
	if len(args) > 0 {
		if err := in.arguments(args); err != nil {
			return nil, err
		}
	}
	for _, name := range a.files {
		if err := in.open(name, os.Stdin); err != nil {
			return nil, err
		}
	}
	switch {
	case in.bad > maxComplaints:
		return nil, fmt.Errorf("%s in all, of which %d are shown; nothing was begun", amount(in.bad, "mistake"), maxComplaints)
	case in.bad > 0:
		return nil, fmt.Errorf("%s to be put right first; nothing was begun", amount(in.bad, "mistake"))
	case v.len() == 0:
		return nil, errors.New("there is nobody to erase: give values as arguments, or files with -f")
	}
	return v, nil
}

// begin makes a new journal, looks, and with erase carries the plan out.
func (a *app) begin(args []string, erase bool) error {
	var client *featurebase.Client
	h := &holds{}
	paced, err := newPaced(a.rate)
	if err != nil {
		return err
	}
	key, server := os.Getenv("FEATUREBASE_API_KEY"), cmp.Or(os.Getenv("FEATUREBASE_BASE_URL"), featurebase.DefaultBaseURL)
	if a.demo > 0 {
		demo, err := newDemo(a.demo)
		if err != nil {
			return err
		}
		defer demo.close()
		args, a.by, key, server = demo.emails, "email", demo.srv.Token, demo.srv.URL
		a.posts, a.conversations = cmp.Or(a.posts, "delete"), cmp.Or(a.conversations, "delete")
		a.yes = a.yes || !term.IsTerminal(int(os.Stdin.Fd()))
		a.journal = cmp.Or(a.journal, demo.journal)
		if a.settle == time.Minute {
			a.settle = time.Second // the fake shows everything at once
		}
		client = demo.client(h, paced)
	}
	options, err := a.options()
	if err != nil {
		return err
	}
	if erase && !a.yes && (!term.IsTerminal(int(os.Stdin.Fd())) || slices.Contains(a.files, "-")) {
		return errors.New("there is no terminal to ask in: use --yes, or plan and then continue")
	}
	head := header{
		Format: journalFormat, Version: version(), Server: server, APIVersion: string(featurebase.DefaultAPIVersion), Key: fingerprint(key),
		Operator: a.who(), Reference: a.reference, Regulation: a.regulation, RequestID: cmp.Or(a.requestID, uuid.NewString()), Options: options,
	}
	if a.requestID != "" {
		if _, err := uuid.Parse(a.requestID); err != nil {
			return fmt.Errorf("--request-id %s: want a UUID", clip(a.requestID))
		}
	}
	if a.received != "" {
		if head.Received, err = time.Parse(time.DateOnly, a.received); err != nil {
			return fmt.Errorf("--received %s: want a date, such as 2006-01-02", clip(a.received))
		}
		if head.Received.After(time.Now()) {
			return fmt.Errorf("--received %s: that day is still to come", clip(a.received))
		}
	}
	v, err := a.read(args)
	if err != nil {
		return err
	}
	if client == nil {
		if client, err = featurebase.NewClientFromEnv(paced.options(h)...); err != nil {
			return err
		}
	}
	again := v.again()
	head.Subjects = v.people(again)
	r := a.run()
	r.client, r.holds, r.paced, r.operator, r.key = client, h, paced, head.Operator, head.Key
	defer r.watch()()
	if head.Workspace, _, err = workspace(r.taking, client); err != nil {
		return fmt.Errorf("nothing was begun: %s", reason(err))
	}
	if err := r.placeholder(options); err != nil {
		return fmt.Errorf("nothing was begun: %s", reason(err))
	}
	name := cmp.Or(a.journal, "erase-"+time.Now().Format("20060102-150405")+".jsonl")
	if same(name, os.Stdout) || same(name, os.Stderr) {
		return fmt.Errorf("%s is where the output goes: want another file for the journal", name)
	}
	if r.journal, err = createJournal(name, head); err != nil {
		return err
	}
	defer r.journal.close()
	r.state.header = head
	r.state.people = make([]entry, 0, head.Subjects)
	if n := len(again); n > 0 {
		r.say("%s given again and taken once.", map[bool]string{true: "1 value was", false: fmt.Sprintf("%d values were", n)}[n == 1])
	}
	r.say("Journal: %s", name)
	people := func(yield func(subjectClear, []identity) bool) {
		for i, s := range v.subjects(again) {
			if !yield(subjectClear{s, v.source(i)}, r.journal.identities(s)) {
				return
			}
		}
	}
	if err := r.record(people); err != nil {
		return err
	}
	*v = values{}
	if !erase {
		a.code = r.plan()
		return nil
	}
	a.code = r.carryOut(os.Stdin)
	return nil
}

// run is what the flags say of a run.
func (a *app) run() *run {
	return &run{
		state: newState(), yes: a.yes, missing: a.missing, except: a.leftovers, doubts: a.shortfall, settle: max(0, a.settle), operator: a.who(),
	}
}

// placeholder says who anonymized posts are given to.
func (r *run) placeholder(o erasure.Options) error {
	if o.Posts != erasure.ActionAnonymize {
		return nil
	}
	c, err := r.client.Contacts.Get(r.taking, o.Placeholder)
	if errors.Is(err, featurebase.ErrNotFound) {
		return errors.New("nobody has the ID of --placeholder")
	}
	if err == nil {
		r.say("Posts will be given to %s (%s, %s).", orText(c.Name, "(no name)"), c.Type, orText(c.Email, "without an email address"))
	}
	return err
}

// plan looks and shows.
func (r *run) plan() int {
	if err := r.look(); err != nil {
		return r.stopped(err)
	}
	if err := r.show(nil); err != nil {
		return r.stopped(err)
	}
	r.say("%s", r.cost(r.state.left()))
	r.say("Nothing was changed. To carry out exactly this: featurebase-erase continue %s", r.journal.name)
	switch p := r.state.planned; {
	case p.Failed > 0:
		return exitFailed
	case p.Nobody > 0 && !r.missing:
		return exitNotFound
	}
	return exitErased
}

// carryOut does everything that the journal does not say is done.
func (r *run) carryOut(stdin *os.File) int {
	began := time.Now()
	fresh := r.state.planned == nil
	if fresh {
		if err := r.look(); err != nil {
			return r.stopped(err)
		}
	}
	if err := r.ready(stdin, fresh); err != nil {
		return r.stopped(err)
	}
	for _, phase := range []func() error{r.erase, r.verify, func() error { return r.audit(began) }} {
		if err := phase(); err != nil {
			return r.stopped(err)
		}
	}
	return r.conclude()
}

// ready shows the plan, has it confirmed, and looks again after that: a plan that has
// changed is shown and asked about once more.
func (r *run) ready(stdin *os.File, fresh bool) error {
	if r.state.left().items == 0 {
		return r.show(nil)
	}
	var revised map[int]revision
	var err error
	if !fresh {
		r.say("The plan was made %s ago.", age(time.Since(r.state.plannedAt)))
		if revised, err = r.compare(); err != nil {
			return err
		}
	}
	for {
		if err := r.show(revised); err != nil {
			return err
		}
		if changed := changes(revised); changed > 0 && r.yes {
			return fmt.Errorf("%s left something since the plan was made, or changed: leave out --yes, to be asked about it", amount(changed, "person"))
		}
		if err := r.agree(stdin, revised); err != nil {
			return err
		}
		if r.yes {
			return nil
		}
		if revised, err = r.compare(); err != nil || changes(revised) == 0 {
			return err
		}
		r.say("Something has changed since it was asked about.")
	}
}

// changes returns how many people have changed, and are not merely gone.
func changes(revised map[int]revision) (n int) {
	for _, r := range revised {
		if !r.gone {
			n++
		}
	}
	return n
}

// what is what to do with a journal that exists.
type what int

const (
	continueAll what = iota
	verifyOnly
	unblockOnly
)

// resume goes on with a journal, or does a part of it.
func (a *app) resume(name string, do what) (err error) {
	h := &holds{}
	r := a.run()
	r.holds = h
	if r.journal, err = openJournal(name, func(rec record, offset int64, clear bool) error { return r.state.apply(rec, offset, clear) }); err != nil {
		return err
	}
	defer r.journal.close()
	head := r.state.header
	if r.state.forgotten {
		return fmt.Errorf("%s has no clear text any more: it is for reports alone", name)
	}
	if len(r.state.people) != head.Subjects {
		return fmt.Errorf("%s was cut before all values were in it: nothing was looked for; begin anew", name)
	}
	key, server := os.Getenv("FEATUREBASE_API_KEY"), cmp.Or(os.Getenv("FEATUREBASE_BASE_URL"), featurebase.DefaultBaseURL)
	r.key = fingerprint(key)
	if server != head.Server {
		return fmt.Errorf("%s is of the server %s, and not of %s", name, head.Server, server)
	}
	if r.key != head.Key && !a.otherKey {
		return fmt.Errorf("%s was begun with the API key with the fingerprint %s, and this one has %s: if it is a key of the same workspace, use --other-key", name, head.Key, r.key)
	}
	if r.paced, err = newPaced(a.rate); err != nil {
		return err
	}
	if r.client, err = featurebase.NewClientFromEnv(r.paced.options(h)...); err != nil {
		return err
	}
	defer r.watch()()
	here, empty, err := workspace(r.taking, r.client)
	switch {
	case err != nil:
		return fmt.Errorf("nothing was begun: %s", reason(err))
	case empty && !a.noPeople:
		return fmt.Errorf("there is nobody in the workspace of the API key, so that it can't be known to be that of %s, which is %s: if it is, and has no contacts any more, use --workspace-empty", name, orText(head.Workspace, "unknown"))
	case here != head.Workspace && !empty || here != head.Workspace && r.key != head.Key:
		return fmt.Errorf("%s is of the workspace %s, and the API key is of %s", name, orText(head.Workspace, "unknown"), orText(here, "an unknown one"))
	}
	if r.journal.dropped > 0 {
		r.say("The last line of the journal was cut when it was written, and is dropped.")
	}
	switch do {
	case unblockOnly:
		if err := r.unblock(); err != nil {
			a.code = r.stopped(err)
		}
		return nil
	case continueAll:
		if !a.yes && !term.IsTerminal(int(os.Stdin.Fd())) && r.state.left().items > 0 {
			return errors.New("there is no terminal to ask in: use --yes")
		}
		if err := r.placeholder(head.Options); err != nil {
			return fmt.Errorf("nothing was begun: %s", reason(err))
		}
		a.code = r.carryOut(os.Stdin)
		return nil
	}
	if !r.state.confirmed {
		return fmt.Errorf("nothing of %s was carried out yet: use continue", name)
	}
	r.erasing.Store(true)
	if err := r.verify(); err != nil {
		a.code = r.stopped(err)
		return nil
	}
	a.code = r.conclude()
	return nil
}

func (a *app) report(name string) (err error) {
	if !slices.Contains([]string{"md", "csv", "json"}, a.format) {
		return fmt.Errorf("--format %s: want md, csv or json", clip(a.format))
	}
	if same(name, os.Stdout) {
		return fmt.Errorf("%s is where the output goes: want another file", name)
	}
	rep, err := makeReport(name, a.redact)
	if err != nil {
		return err
	}
	var w io.WriteCloser = os.Stdout
	if a.output != "" {
		if w, err = os.OpenFile(a.output, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, w.Close()) }()
	}
	return rep.write(w, a.format)
}

func (a *app) forget(name string) error {
	before, err := makeReport(name, true)
	if err != nil {
		return err
	}
	if open := before.open(); open != "" && !a.unfinished {
		return fmt.Errorf("somebody is %s, and can't be erased without the clear text: finish it first, or use --unfinished", open)
	}
	if before.forgotten {
		return fmt.Errorf("%s has no clear text any more", name)
	}
	j, err := openJournal(name, func(record, int64, bool) error { return nil })
	if err != nil {
		return err
	}
	if err := j.forget(a.who()); err != nil {
		return errors.Join(err, j.close())
	}
	if err := j.close(); err != nil {
		return err
	}
	after, err := makeReport(name, true)
	if err != nil {
		return fmt.Errorf("the journal without clear text is not valid: %w", err)
	}
	fmt.Fprintf(os.Stderr, "The clear text of %s is removed. Chain: %s\n", name, after.Extensions.Featurebase.ChainValue)
	return nil
}

// same reports whether a file is where output goes.
func same(name string, out *os.File) bool {
	a, err := os.Stat(name)
	if err != nil {
		return false
	}
	b, err := out.Stat()
	return err == nil && os.SameFile(a, b)
}

// watch has the first signal end the run well, and the second end it now. What is
// ignored, as nohup has it, stays so.
func (r *run) watch() (end func()) {
	r.screen = &screen{w: os.Stderr, bars: term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb" && width(os.Stderr) > 0}
	ctx, cancel := context.WithCancel(context.Background())
	taking, stop := context.WithCancelCause(ctx)
	r.ctx, r.taking = ctx, taking
	r.paced.until(taking)
	signals := make(chan os.Signal, 2)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	go func() {
		select {
		case <-signals:
		case <-ctx.Done():
			return
		}
		stop(errInterrupted)
		if r.erasing.Load() {
			r.screen.say("Finishing what is in flight. Ctrl-C again stops at once.")
		}
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	return func() { signal.Stop(signals); cancel() }
}
