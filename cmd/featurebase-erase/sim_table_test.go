package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/internal/pagetest"
)

// Each lie by itself, told to a run for two people with two posts, three comments,
// a vote, two conversations and a ticket. With UPDATE=1 it writes docs/lies.md.
func TestSimulation_eachLie(t *testing.T) {
	simulate(t)
	var b strings.Builder
	b.WriteString(tableHead)
	for i, row := range lies() {
		if racing && i%4 > 0 {
			continue
		}
		var cells []string
		for _, crossCheck := range []bool{false, true} {
			s := row.scenario
			s.plain, s.crossCheck, s.seed = true, crossCheck, 1 // odd: blocking holds nothing back
			if s.by == "" {
				s.by = byEmail
			}
			s.posts, s.convs = erasure.ActionDelete, erasure.ActionDelete
			x := play(t, s)
			for _, wrong := range x.wrong {
				t.Errorf("%s: %s\n\t%s", row.name, wrong, s)
			}
			if len(x.wrong) > 0 && testing.Verbose() {
				t.Log(x.said.String())
			}
			cells = append(cells, x.outcome)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", row.name, cells[0], cells[1])
	}
	if racing {
		return
	}
	const name = "../../docs/lies.md"
	if _, err := os.Stat(filepath.Dir(name)); err != nil {
		t.Skip("not in the repository")
	}
	pagetest.Require(t, name, b.String())
}

const tableHead = `# What featurebase-erase says when the server lies

Each row is a run of ` + "`featurebase-erase erase --yes`" + `, or of ` + "`plan`" + ` and ` + "`continue --yes`" + ` where something happens in between, for two
people. The server does what the first column says, and the others have the status of the first person, the exit code,
and what is left of both people although their contact is gone.

TestSimulation_eachLie in cmd/featurebase-erase plays all of this in simulated time, with a judge who looks at the
server itself, and holds this page to the results. TestSimulation plays combinations of them that are made from seeds,
with kills at any request. A night with many of them:

` + "```sh\ncd cmd/featurebase-erase\ngo test -run 'TestSimulation$' -timeout 0 -simulate 1 -simulations 100000 .\n```" + `

| the server | without --cross-check | with --cross-check |
| --- | --- | --- |
`

type lieRow struct {
	name     string
	scenario scenario
}

func lies() (rows []lieRow) {
	add := func(name string, s scenario) { rows = append(rows, lieRow{name, s}) }
	tell := func(name string, all ...lie) { add(name, scenario{lies: all, pages: 1}) }
	meanwhile := func(name string, what string) {
		for _, m := range []moment{whileAsking, whileErasing, afterCrash} {
			s := scenario{events: []event{{what, 0, m}}, planFirst: m == whileAsking}
			if m == afterCrash {
				s.kills = []kill{{act: 5, later: true}}
			}
			add(name+" "+string(m), s)
		}
	}
	add("is honest", scenario{})
	add("is honest, and is asked by user ID", scenario{by: byUserID})
	tell("returns one row a page", lie{what: lieExact})
	for _, kind := range searched {
		tell(fmt.Sprintf("finds no %s", kind), lie{what: lieEmpty, kind: kind})
	}
	tell("lists no contact", lie{what: lieUnlisted, kind: erasure.KindContact})
	tell("lists no ticket", lie{what: lieUnlisted, kind: erasure.KindTicket})
	for _, kind := range []erasure.Kind{erasure.KindPost, erasure.KindComment} {
		tell(fmt.Sprintf("finds no %s, but its contacts have counts", kind), lie{what: lieEmpty, kind: kind}, lie{what: lieExact})
	}
	for _, kind := range searched {
		tell(fmt.Sprintf("finds only every second %s", kind), lie{what: lieMissing, kind: kind, n: 2})
	}
	for _, kind := range []erasure.Kind{erasure.KindPost, erasure.KindComment, erasure.KindConversation} {
		tell(fmt.Sprintf("finds only every second %s, another one each time", kind), lie{what: lieFlicker, kind: kind, n: 2})
	}
	for _, kind := range searched {
		tell(fmt.Sprintf("ends a search for a %s after the first page", kind), lie{what: lieShort, kind: kind})
	}
	for _, kind := range searched {
		tell(fmt.Sprintf("ignores the filter of a search for a %s", kind), lie{what: lieUnfiltered, kind: kind})
	}
	for _, kind := range kinds {
		tell(fmt.Sprintf("confirms the deletion of a %s, and does not do it", kind), lie{what: lieNoop, kind: kind})
	}
	for _, kind := range searched {
		tell(fmt.Sprintf("confirms the deletion of a %s, does not do it, and finds none from then on", kind), lie{what: lieNoop, kind: kind}, lie{what: lieEmpty, kind: kind, from: acting})
	}
	for _, kind := range kinds {
		tell(fmt.Sprintf("answers the deletion of a %s with a 404 of another form", kind), lie{what: lieForeign404, kind: kind})
	}
	for _, kind := range kinds {
		tell(fmt.Sprintf("answers the deletion of a %s with its own 404, and has it still", kind), lie{what: lieReal404, kind: kind})
	}
	tell("shows deletions 3 s later", lie{what: lieLate, n: 3})
	tell("shows deletions 60 s later", lie{what: lieLate, n: 60})
	tell("shows deletions 3 s later, also by ID", lie{what: lieLateGet, n: 3})
	tell("shows deletions 60 s later, also by ID", lie{what: lieLateGet, n: 60})
	meanwhile("the person writes a comment", evComment)
	meanwhile("the person writes a post", evPost)
	meanwhile("the person votes", evVote)
	meanwhile("the person begins a conversation", evTalk)
	meanwhile("the person opens a ticket", evTicket)
	meanwhile("the contact becomes somebody else's", evSeat)
	meanwhile("somebody else deletes the contact", evLost)
	meanwhile("the person takes a vote back", evUnvote)
	meanwhile("a post becomes an insight", evInsight)
	for _, m := range []moment{whileAsking, afterCrash} {
		s := scenario{events: []event{{evOthers, 0, m}}, planFirst: m == whileAsking}
		if m == afterCrash {
			s.kills = []kill{{act: 2, later: true}}
		}
		add("others comment on a post of the person's "+string(m), s)
	}
	add("the person comes back when the contact is gone", scenario{events: []event{{evComeBack, 0, afterwards}}})
	add("knows nobody any more, once the plan is made", scenario{lies: []lie{{what: lieNobody, from: asked}}, planFirst: true})
	add("knows nobody any more, once it erases", scenario{lies: []lie{{what: lieNobody, from: acting}}})
	add("knows nobody any more, once a contact is deleted", scenario{lies: []lie{{what: lieNobody, from: late}}})
	add("has an admin's ticket with the person's address", scenario{admin: true})
	add("has another customer with the same address", scenario{mailbox: true})
	add("has another customer with the same address, and is asked by user ID", scenario{mailbox: true, by: byUserID})
	add("has another customer with the same address, with --with-same-email", scenario{mailbox: true, sameEmail: true})
	tell("counts 2 more than there are", lie{what: lieHigh})
	add("counts 2 more than there are, with --accept-shortfall", scenario{lies: []lie{{what: lieHigh}}, acceptShortfall: true})
	tell("counts 1 less than there are", lie{what: lieLow})
	for _, kind := range append(slices.Clone(searched), erasure.KindTicket) {
		tell(fmt.Sprintf("has rows of an odd form among the %ss", kind), lie{what: lieOdd, kind: kind, n: 1})
	}
	tell("refuses to search for the person's value", lie{what: lieRefused})
	tell("fails each seventh request, before or after it was processed", lie{what: lieFlaky, n: 7})
	return rows
}

// summarize says how the first journal's run ended, as the table has it.
func (x *sim) summarize() {
	now := x.w.inventory()
	left := map[string]int{}
	unseen := true
	for _, t := range x.w.things {
		if t.owner.asked && t.moved.IsZero() && now.contacts[t.contact].ID == "" && now.has(t) && t.kind != erasure.KindMessage {
			left[string(t.kind)]++
			unseen = unseen && (x.f.seen[t] == "" || x.f.seen[t] == "lost")
		}
	}
	status := x.shown[x.w.victim(0).name]
	if status == "" {
		status = "stopped"
	}
	x.outcome = fmt.Sprintf("%s, %d", status, x.code)
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(left)) {
		parts = append(parts, fmt.Sprintf("%s %d", kind, left[kind]))
	}
	if len(parts) > 0 {
		x.outcome += "; left: " + strings.Join(parts, ", ")
		if unseen {
			x.outcome += ", which nothing shows"
		}
	}
}

// once plays a scenario to the end of its first journal, with a later verification
// of what was not gone yet.
func (x *sim) once() {
	defer x.summarize()
	if x.s.planFirst {
		if x.code = x.run("plan"); x.code == exitErased {
			x.wait(time.Hour)
			x.happens(whileAsking)
			x.code = x.run("continue")
		}
	} else {
		x.code = x.run("erase")
	}
	for x.code == killedCode {
		x.wait(time.Minute)
		x.happens(afterCrash)
		x.code = x.run("continue")
	}
	if x.code != exitUsage && contains(x.journal, `"type":"confirmed"`) {
		x.check(x.code)
	}
}
