package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

// width is how wide lines may be.
func width(f *os.File) int {
	const usual = 80
	if n, _, err := term.GetSize(int(f.Fd())); err == nil && n >= 20 {
		return min(n, usual)
	}
	return usual
}

// printable replaces what would steer a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

func amount(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if before, ok := strings.CutSuffix(what, "y"); ok {
		return fmt.Sprintf("%d %sies", n, before)
	}
	switch what {
	case "person":
		return fmt.Sprintf("%d people", n)
	case "post or comment":
		return fmt.Sprintf("%d posts or comments", n)
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func were(n int) string {
	if n == 1 {
		return "1 was"
	}
	return fmt.Sprintf("%d were", n)
}

// wrap breaks a text into lines of at most width columns. If the first is indented,
// the others are indented further.
func wrap(indent, text string, width int) string {
	var b strings.Builder
	line, hanging := indent, indent
	if indent != "" {
		hanging += "  "
	}
	empty := true
	for word := range strings.FieldsSeq(printable(text)) {
		for {
			room := width - runewidth.StringWidth(line)
			switch need := runewidth.StringWidth(word); {
			case empty && need <= room:
				line += word
			case !empty && need+1 <= room:
				line += " " + word
			case !empty:
				b.WriteString(line + "\n")
				line, empty = hanging, true
				continue
			default: // a word that fits in no line
				part := runewidth.Truncate(word, max(1, room), "")
				b.WriteString(line + part + "\n")
				line, word = hanging, word[len(part):]
				if word == "" {
					break
				}
				continue
			}
			break
		}
		empty = false
	}
	return b.String() + line + "\n"
}

// verbs say what will become of things.
var verbs = map[erasure.Action]string{
	erasure.ActionDelete: "will be deleted", erasure.ActionAnonymize: "will be anonymized", erasure.ActionRedact: "will be redacted",
	erasure.ActionBlock: "will be blocked",
}

// block shows a person, and what will become of what they left.
func block(p *erasure.Plan, source string, width int) string {
	var b strings.Builder
	add := func(indent, format string, args ...any) {
		b.WriteString(wrap(indent, fmt.Sprintf(format, args...), width))
	}
	for _, s := range p.Shortfalls {
		add("", "SHORTFALL: the contact %s counts %s, and %s found.", s.ContactID, amount(s.Counted, string(s.Kind)), were(s.Found))
	}
	if n := p.Accounts(); n > 1 {
		var ids []string
		for _, c := range p.Contacts {
			if c.Type != featurebase.ContactTypeLead {
				ids = append(ids, orText(c.UserID, c.ID))
			}
		}
		add("", "%d ACCOUNTS: %s", n, strings.Join(ids, " and "))
	}
	for _, c := range p.Contacts {
		name := c.Name
		if name == "" {
			name = "(no name)"
		}
		add("", "%s", name)
		add("  ", "%s since %s", c.Type, c.Since().Format("2006-01-02"))
		for _, v := range []string{c.Email, c.UserID, c.ID} {
			if v != "" {
				add("  ", "%s", v)
			}
		}
	}
	if len(p.Contacts) == 0 {
		add("", "Nobody: %s", name(p.Subject))
		add("  ", "%s", source)
	}
	type group struct {
		kind   erasure.Kind
		action erasure.Action
	}
	var groups []group
	counts, others, titles := map[group]int{}, map[group]int{}, map[group][]string{}
	for _, item := range p.Items {
		if item.Done {
			continue
		}
		g := group{item.Kind, item.Action}
		if counts[g]++; counts[g] == 1 {
			groups = append(groups, g)
		}
		others[g] += item.Others
		if item.Title != "" && len(titles[g]) < 3 && item.Kind != erasure.KindContact && item.Kind != erasure.KindBlock {
			titles[g] = append(titles[g], clip(printable(item.Title)))
		}
	}
	for _, g := range groups {
		kind := string(g.kind)
		if g.kind == erasure.KindBlock {
			kind = string(erasure.KindContact)
		}
		line := amount(counts[g], strings.ReplaceAll(kind, "_", " ")) + " " + verbs[g.action]
		if others[g] > 0 && g.kind == erasure.KindPost && g.action == erasure.ActionDelete {
			line += ", with " + amount(others[g], "comment") + " of others"
		}
		if others[g] > 0 && g.kind == erasure.KindConversation {
			line += ", with the messages of " + amount(others[g], "other participant")
		}
		if len(titles[g]) > 0 {
			line += ": " + strings.Join(titles[g], ", ")
			if counts[g] > len(titles[g]) {
				line += ", …"
			}
		}
		add("  ", "%s", line)
	}
	stays := map[string]int{}
	for _, l := range p.Leftovers {
		stays[string(l.Kind)+"\x00"+l.Reason] += l.Count
	}
	for _, key := range slices.Sorted(maps.Keys(stays)) {
		kind, reason, _ := strings.Cut(key, "\x00")
		kind = strings.ReplaceAll(kind, "_", " ")
		if n := stays[key]; n > 0 {
			kind = amount(n, kind)
		} else {
			kind += "s"
		}
		add("  ", "stays: %s. %s", kind, reason)
	}
	if len(p.Contacts) > 0 && !p.Missing.IsZero() {
		add("  ", "names nobody: %s", name(p.Missing))
	}
	return b.String()
}

// block shows what has changed since the plan of a person was made.
func (r revision) block(made time.Time, width int) string {
	var b strings.Builder
	add := func(format string, args ...any) { b.WriteString(wrap("  ", fmt.Sprintf(format, args...), width)) }
	if r.gone || len(r.changes) > 0 {
		add("SINCE THE PLAN WAS MADE, %s ago:", age(time.Since(made)))
	}
	if r.gone {
		add("the contact does not exist any more, and nothing will be erased")
	}
	if r.plan == nil && len(r.changes) > 0 {
		add("it is somebody else's, and nothing will be erased: make a new plan")
	}
	for i, c := range r.changes {
		if i == maxShown {
			add("… and %d more", len(r.changes)-i)
			break
		}
		text := strings.ReplaceAll(fmt.Sprintf("%s: %s", strings.ReplaceAll(string(c.What), "_", " "), c.Item.Kind), "_", " ")
		if c.Item.Title != "" {
			text += " " + clip(printable(c.Item.Title))
		}
		if c.Detail != "" {
			text += ", " + c.Detail
		}
		add("%s", text)
	}
	return b.String()
}

// age is a time in its largest unit.
func age(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return amount(int(d/day), "day")
	case d >= 2*time.Hour:
		return amount(int(d/time.Hour), "hour")
	}
	return amount(max(1, int(d/time.Minute)), "minute")
}

// name is how a person was asked for.
func name(s erasure.Subject) string {
	return strings.Join(slices.Concat(s.Emails, s.UserIDs, s.ContactIDs), ", ")
}

// reason is the text of an error, as a sentence about this program.
func reason(err error) string {
	text := strings.ReplaceAll(err.Error(), "featurebase: ", "")
	return strings.TrimPrefix(text, strings.TrimPrefix(featurebase.ErrStopped.Error(), "featurebase: ")+": ")
}
