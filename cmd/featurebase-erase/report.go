package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/erasure"
)

// report is what a journal says, for people. Its JSON has the names of OpenDSR 2.0
// where that has them.
type report struct {
	APIVersion  string           `json:"api_version"` // of OpenDSR
	Regulation  string           `json:"regulation"`
	RequestID   string           `json:"subject_request_id"`
	RequestType string           `json:"subject_request_type"`
	Status      string           `json:"request_status"`
	Submitted   time.Time        `json:"submitted_time,omitzero"`
	Received    time.Time        `json:"received_time"`
	Identities  []reportIdentity `json:"subject_identities"`
	forgotten   bool
	Extensions  struct {
		Featurebase reportDetails `json:"featurebase"`
	} `json:"extensions"`
}

// reportIdentity is a value that names a person. The format is raw, or hmac_sha256,
// which is not one of OpenDSR's: its hashes have no key, so that addresses can be
// guessed.
type reportIdentity struct {
	Type   string `json:"identity_type"`
	Value  string `json:"identity_value"`
	Format string `json:"identity_format"`
}

type reportDetails struct {
	Reference  string          `json:"reference,omitempty"`
	Operator   string          `json:"operator"`
	Confirmed  []reportEvent   `json:"confirmed"`
	Server     string          `json:"server"`
	Workspace  string          `json:"workspace,omitempty"`
	Key        string          `json:"key_fingerprint"`
	Version    string          `json:"tool_version"`
	API        string          `json:"api_version"`
	Options    erasure.Options `json:"options"`
	People     []*reportPerson `json:"people"`
	Runs       []reportEvent   `json:"runs"`
	AuditLog   []audit         `json:"audit_log,omitempty"`
	Limits     []string        `json:"limits"`
	Checked    string          `json:"checked"`            // searched, and whether cross-checked
	Leftovers  bool            `json:"leftovers_accepted"` // in the last run
	ClearText  bool            `json:"clear_text"`
	ChainValue string          `json:"chain"`
}

type reportEvent struct {
	At   time.Time `json:"at"`
	Note string    `json:"note"`
}

type reportPerson struct {
	Identities []reportIdentity     `json:"identities"`
	Status     string               `json:"status"`
	Contacts   []contact            `json:"contacts,omitempty"`
	Steps      []reportStep         `json:"steps,omitempty"`
	Left       []erasure.Leftover   `json:"left,omitempty"`
	Verified   *reportVerification  `json:"verified,omitempty"` // the last time
	Before     []reportVerification `json:"verified_before,omitempty"`
	Shortfalls []erasure.Shortfall  `json:"shortfalls,omitempty"` // that were accepted, unless the person was kept
	Notes      []string             `json:"notes,omitempty"`
	Blocked    []string             `json:"blocked_by_this_run,omitempty"` // IDs of contacts that were kept
	Error      string               `json:"error,omitempty"`

	facts    facts
	items    int
	settled  map[int]bool // by the number of the item
	outcomes map[int]int  // places in Steps

	unblocked []string
}

type reportStep struct {
	Kind      erasure.Kind    `json:"kind"`
	Action    erasure.Action  `json:"action"`
	ID        string          `json:"id,omitempty"`
	Outcome   erasure.Outcome `json:"outcome"`
	RequestID string          `json:"request_id,omitempty"`
	Time      time.Time       `json:"server_time,omitzero"`
	Error     string          `json:"error,omitempty"`
}

type reportVerification struct {
	At       time.Time            `json:"at"`
	Clean    bool                 `json:"clean"`
	CameBack []string             `json:"came_back,omitempty"`
	Left     map[erasure.Kind]int `json:"left,omitempty"`
	Error    string               `json:"error,omitempty"`
}

// makeReport makes a report of the journal alone. With redact, people are named by
// keyed hashes.
func makeReport(path string, redact bool) (*report, error) {
	r := &report{APIVersion: "2.0", RequestType: "erasure"}
	d := &r.Extensions.Featurebase
	d.ClearText = !redact
	j, err := openJournal(path, func(rec record, _ int64, clear bool) error { return r.apply(rec, clear && !redact) })
	if err != nil {
		return nil, err
	}
	d.ChainValue = j.chain
	if err := j.close(); err != nil {
		return nil, err
	}
	d.Limits, d.Checked = erasure.Limitations(d.Options), "searched, not cross-checked"
	if d.Options.CrossCheck {
		d.Checked = "searched and cross-checked"
	}
	if d.Options.ContactsOnly {
		d.Checked = "contacts only"
	}
	r.Status = "completed"
	for _, p := range d.People {
		r.Identities = append(r.Identities, p.Identities...)
		p.conclude()
		if p.Status != statusErased && (p.Status != statusErasedExcept || !d.Leftovers) {
			r.Status = "in_progress"
		}
	}
	if len(d.Confirmed) == 0 {
		r.Status = "pending"
	}
	return r, nil
}

func (r *report) apply(rec record, clear bool) error {
	d := &r.Extensions.Featurebase
	read := func(v any) error { return json.Unmarshal(rec.Data, v) }
	of := func(n int) (*reportPerson, error) {
		if n < 0 || n >= len(d.People) {
			return nil, fmt.Errorf("there is no person %d", n)
		}
		return d.People[n], nil
	}
	switch rec.Type {
	case typeHeader:
		var h header
		if err := read(&h); err != nil {
			return err
		}
		r.Regulation, r.RequestID, r.Submitted, r.Received = h.Regulation, h.RequestID, h.Received, rec.At
		d.Reference, d.Operator, d.Server, d.Workspace, d.Key = h.Reference, h.Operator, h.Server, h.Workspace, h.Key
		d.Version, d.API, d.Options = h.Version, h.APIVersion, h.Options
		d.Runs = append(d.Runs, reportEvent{rec.At, "begun by " + h.Operator})
	case typeSubject:
		var s subject
		if err := read(&s); err != nil {
			return err
		}
		p := &reportPerson{outcomes: map[int]int{}, settled: map[int]bool{}, Status: statusPending}
		for _, i := range s.Identities {
			p.Identities = append(p.Identities, reportIdentity{identityType(i.Type), i.Hash, "hmac_sha256"})
		}
		if clear {
			var c subjectClear
			if err := json.Unmarshal(rec.Clear, &c); err != nil {
				return err
			}
			p.Identities = nil
			add := func(kind string, values []string) {
				for _, v := range values {
					p.Identities = append(p.Identities, reportIdentity{identityType(kind), v, "raw"})
				}
			}
			add("email", c.Subject.Emails)
			add("user-id", c.Subject.UserIDs)
			add("id", c.Subject.ContactIDs)
		}
		d.People = append(d.People, p)
	case typePerson:
		var v person
		if err := read(&v); err != nil {
			return err
		}
		p, err := of(v.Person)
		if err != nil {
			return err
		}
		if !v.Amended && v.Error == "" {
			p.Steps, p.outcomes, p.settled = nil, map[int]int{}, map[int]bool{}
		}
		p.facts.plan(v)
		p.Contacts, p.Left, p.items, p.Shortfalls, p.Notes, p.Error = v.Contacts, v.Leftovers, v.Items, v.Shortfalls, v.Notes, v.Error
	case typeConfirmed:
		var c confirmed
		if err := read(&c); err != nil {
			return err
		}
		how := "typed"
		if !c.Typed {
			how = "by --yes"
		}
		d.Confirmed = append(d.Confirmed, reportEvent{rec.At, fmt.Sprintf("%s, %s, with the key %s", c.Operator, how, c.Key)})
	case typeEnd:
		var e end
		if err := read(&e); err != nil {
			return err
		}
		p, err := of(e.Person)
		if err != nil {
			return err
		}
		p.facts.take(e)
		p.settled[e.Item] = e.Outcome.Settled() || p.settled[e.Item] && e.Outcome != erasure.OutcomeNotYetGone
		step := reportStep{e.Kind, e.Action, e.ID, e.Outcome, e.RequestID, e.Time, e.Error}
		if at, ok := p.outcomes[e.Item]; ok {
			p.Steps[at] = step // of a later try
		} else {
			p.outcomes[e.Item] = len(p.Steps)
			p.Steps = append(p.Steps, step)
		}
	case typeVerified:
		var v verified
		if err := read(&v); err != nil {
			return err
		}
		p, err := of(v.Person)
		if err != nil {
			return err
		}
		if p.Verified != nil {
			p.Before = append(p.Before, *p.Verified)
		}
		p.facts.verify(v)
		p.Verified = &reportVerification{rec.At, v.Clean, v.CameBack, v.Left, v.Error}
	case typeUnblocked:
		var u unblocked
		if err := read(&u); err != nil {
			return err
		}
		p, err := of(u.Person)
		if err != nil {
			return err
		}
		p.unblocked = append(p.unblocked, u.ID)
	case typeAudit:
		var a audit
		if err := read(&a); err != nil {
			return err
		}
		d.AuditLog = append(d.AuditLog, a)
	case typeClosed:
		var c closed
		if err := read(&c); err != nil {
			return err
		}
		d.Leftovers = c.Leftovers
		d.Runs = append(d.Runs, reportEvent{rec.At, fmt.Sprintf("ended with exit code %d, by %s, with the key %s", c.Exit, c.Operator, c.Key)})
	case typeForgotten:
		var f forgotten
		if err := read(&f); err != nil {
			return err
		}
		d.ClearText, r.forgotten = false, true
		d.Runs = append(d.Runs, reportEvent{rec.At, "clear text removed by " + f.Operator})
	}
	return nil
}

// identityType is the name that OpenDSR has for a kind of value.
func identityType(kind string) string {
	switch kind {
	case "user-id":
		return "controller_customer_id"
	case "id":
		return "featurebase_id"
	}
	return kind
}

// conclude sets the person's status, and what is left.
func (p *reportPerson) conclude() {
	settled := 0
	for _, done := range p.settled {
		if done {
			settled++
		}
	}
	p.facts.done = p.facts.planned && settled >= p.items
	p.Status = p.facts.status()
	deleted := map[string]bool{}
	for _, s := range p.Steps {
		deleted[s.ID] = deleted[s.ID] || s.Kind == erasure.KindContact && s.Outcome.Settled()
	}
	for _, s := range p.Steps {
		switch {
		case s.Kind == erasure.KindBlock && s.Outcome.Settled() && !deleted[s.ID] && !slices.Contains(p.unblocked, s.ID):
			p.Blocked = append(p.Blocked, s.ID)
		case s.Outcome == erasure.OutcomeLeft:
			p.Left = append(p.Left, erasure.Leftover{Kind: s.Kind, ID: s.ID, Count: 1, Reason: "The only participant of a conversation can't be removed from it."})
		case s.Outcome == erasure.OutcomeMissing:
			p.Left = append(p.Left, erasure.Leftover{Kind: s.Kind, ID: s.ID, Count: 1, Reason: "Featurebase doesn't know it by its ID: it may have been filed as an insight, or merged into another post, which were not looked for."})
		}
	}
}

// open returns the first status that is not final, or "".
func (r *report) open() string {
	for _, p := range r.Extensions.Featurebase.People {
		switch p.Status {
		case statusErased, statusErasedExcept, statusNotFound, statusGone:
		default:
			return strings.ReplaceAll(p.Status, "_", " ")
		}
	}
	return ""
}

// categories are the numbers of steps, by kind and outcome.
func (p *reportPerson) categories() map[[2]string]int {
	n := map[[2]string]int{}
	for _, s := range p.Steps {
		n[[2]string{string(s.Kind), string(s.Outcome)}]++
	}
	return n
}

func (p *reportPerson) name() string {
	var values []string
	for _, i := range p.Identities {
		values = append(values, i.Value)
	}
	return strings.Join(values, ", ")
}

func sortedCategories(n map[[2]string]int) [][2]string {
	return slices.SortedFunc(maps.Keys(n), func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) })
}

func (r *report) write(w io.Writer, format string) error {
	switch format {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(r)
	case "csv":
		return r.writeCSV(w)
	}
	return r.writeMarkdown(w)
}

// cell keeps a spreadsheet from taking text for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}

func (r *report) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"person", "status", "kind", "action", "id", "outcome", "request_id", "server_time", "error"}}
	for _, p := range r.Extensions.Featurebase.People {
		if len(p.Steps) == 0 {
			rows = append(rows, []string{p.name(), p.Status, "", "", "", "", "", "", p.Error})
		}
		for _, s := range p.Steps {
			at := ""
			if !s.Time.IsZero() {
				at = s.Time.Format(time.RFC3339)
			}
			rows = append(rows, []string{p.name(), p.Status, string(s.Kind), string(s.Action), s.ID, string(s.Outcome), s.RequestID, at, s.Error})
		}
		for _, l := range p.Left {
			rows = append(rows, []string{p.name(), p.Status, string(l.Kind), "keep", l.ID, "left", "", "", l.Reason})
		}
		for _, s := range p.Shortfalls {
			rows = append(rows, []string{p.name(), p.Status, string(s.Kind), "keep", "", "shortfall", "", "", shortfallText(s)})
		}
		for _, id := range p.Blocked {
			rows = append(rows, []string{p.name(), p.Status, string(erasure.KindContact), "unblock", id, "blocked_by_this_run", "", "", unblockText})
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = cell(printable(row[i]))
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// markdown escapes what has a meaning in a table.
func markdown(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "`", "'", "*", `\*`, "_", `\_`, "[", `\[`).Replace(printable(s))
}

func (r *report) writeMarkdown(w io.Writer) error {
	d := &r.Extensions.Featurebase
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Erasure %s\n", markdown(orText(d.Reference, r.RequestID)))
	line("| | |\n| --- | --- |")
	row := func(name, value string) {
		if value != "" {
			line("| %s | %s |", name, markdown(value))
		}
	}
	row("status", r.Status)
	row("request", r.RequestID)
	row("regulation", r.Regulation)
	if !r.Submitted.IsZero() {
		row("received", r.Submitted.Format(time.RFC3339))
	}
	for _, e := range d.Runs {
		row("run", e.At.Format(time.RFC3339)+" "+e.Note)
	}
	for _, e := range d.Confirmed {
		row("confirmed", e.At.Format(time.RFC3339)+" by "+e.Note)
	}
	row("server", d.Server)
	row("workspace", d.Workspace)
	row("API key", "fingerprint "+d.Key)
	row("version", fmt.Sprintf("featurebase-erase %s, API %s", d.Version, d.API))
	row("posts", orText(string(d.Options.Posts), "not looked for"))
	row("conversations and tickets", orText(string(d.Options.Conversations), "not looked for"))
	row("looked for", d.Checked)
	row("chain", d.ChainValue)
	totals, statuses := map[[2]string]int{}, map[string]int{}
	for _, p := range d.People {
		statuses[p.Status]++
		for c, n := range p.categories() {
			totals[c] += n
		}
	}
	line("\n## Totals\n\n| people | |\n| --- | ---: |")
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		line("| %s | %d |", markdown(status), statuses[status])
	}
	line("\n| data | outcome | |\n| --- | --- | ---: |")
	for _, c := range sortedCategories(totals) {
		line("| %s | %s | %d |", markdown(c[0]), markdown(c[1]), totals[c])
	}
	line("\n## People")
	if !d.ClearText {
		line("\nPeople are named by keyed hashes: HMAC with SHA-256, under a key in the journal's clear text.")
	}
	for i, p := range d.People {
		line("\n### %d. %s\n\nStatus: %s", i+1, markdown(p.name()), markdown(p.Status))
		for _, c := range p.Contacts {
			line("\nContact %s, %s", c.ID, c.Type)
		}
		if len(p.Steps) > 0 {
			line("\n| data | ID | outcome | request | server time |\n| --- | --- | --- | --- | --- |")
		}
		for _, s := range p.Steps {
			at := ""
			if !s.Time.IsZero() {
				at = s.Time.Format(time.RFC3339)
			}
			line("| %s | %s | %s | %s | %s |", markdown(string(s.Kind)), markdown(s.ID), markdown(string(s.Outcome)), markdown(s.RequestID), at)
		}
		if p.Error != "" {
			line("\nIt could not be looked for: %s", markdown(p.Error))
		}
		for _, s := range p.Shortfalls {
			line("\nLeft: %s", shortfallText(s))
		}
		for _, id := range p.Blocked {
			line("\nContact %s is kept, and was blocked by this run. %s", id, unblockText)
		}
		for _, note := range p.Notes {
			line("\n%s", markdown(note))
		}
		for _, s := range p.Steps {
			if s.Error != "" {
				line("\n%s %s: %s", markdown(string(s.Kind)), markdown(string(s.Outcome)), markdown(s.Error))
			}
		}
		for _, l := range p.Left {
			line("\nLeft: %s %s. %s", markdown(string(l.Kind)), markdown(l.ID), markdown(l.Reason))
		}
		for _, v := range p.Before {
			line("\nVerified %s: %s.", v.At.Format(time.RFC3339), map[bool]string{true: "the contact was gone, and so was what was found", false: "something was there, or could not be looked for"}[v.Clean])
		}
		switch v := p.Verified; {
		case v == nil:
			line("\nNot verified.")
		case v.Error != "":
			line("\nNot verified: %s", markdown(v.Error))
		case v.Clean:
			line("\nVerified %s: the contact is gone, and so is what was found (%s).", v.At.Format(time.RFC3339), d.Checked)
		default:
			line("\nVerified %s: there is something again, or still: %v; contacts that came back: %v", v.At.Format(time.RFC3339), v.Left, v.CameBack)
		}
	}
	if len(d.AuditLog) > 0 {
		line("\n## Featurebase's audit log\n")
		for _, a := range d.AuditLog {
			if a.Error != "" {
				line("- It could not be read: %s", markdown(a.Error))
			}
			for _, e := range a.Events {
				line("- %s %s %s", e.CreatedAt.Format(time.RFC3339), markdown(e.Action), markdown(e.ID))
			}
			if a.Error == "" && len(a.Events) == 0 {
				line("- No deletions were in it when it was read.")
			}
		}
	}
	line("\n## What the API can't erase\n")
	for _, limit := range d.Limits {
		line("- %s", limit)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const unblockText = "To unblock it: featurebase-erase unblock JOURNAL"

func shortfallText(s erasure.Shortfall) string {
	return fmt.Sprintf("the contact counted %s, and %s found", amount(s.Counted, string(s.Kind)), were(s.Found))
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
