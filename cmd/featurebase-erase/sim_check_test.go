package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go/erasure"
)

// exits are the exit codes that statuses stand for.
var exits = map[string]int{
	"erased": exitErased, "deleted_unconfirmed": exitErased, "erased_except": exitErasedExcept, "not_yet_gone": exitNotYetGone, "gone": exitNotFound, "not_found": exitNotFound,
	"kept": exitFailed, "failed": exitFailed, "changed": exitFailed, "came_back": exitFailed, "pending": exitFailed,
}

// exitOrder is the order in which the exit code of several people is chosen.
var exitOrder = []int{exitStopped, exitFailed, exitNotYetGone, exitErasedExcept, exitNotFound, exitErased}

// check compares what the program says with the truth.
func (x *sim) check(code int) {
	for _, wrong := range x.f.wrong {
		x.complain("%s", wrong)
	}
	x.collateral()
	r := x.report()
	if r == nil {
		return
	}
	now := x.w.inventory()
	worst, all := 0, true
	for _, p := range r.Extensions.Featurebase.People {
		want, known := exits[p.Status]
		if !known {
			x.complain("%q is not a status", p.Status)
		}
		if slices.Index(exitOrder, want) < slices.Index(exitOrder, worst) {
			worst = want
		}
		all = all && p.Status == "erased"
		for _, h := range x.named(p) {
			x.shown[h.name] = p.Status
			x.person(p, h, now)
		}
	}
	if code != exitStopped && code != worst {
		x.complain("exit code %d, want %d by the statuses %v", code, worst, x.statuses())
	}
	if r.Status == "completed" && !all {
		x.complain("request_status is completed, with the statuses %v", x.statuses())
	}
	if code != exitStopped {
		x.account(r)
	}
}

// statuses are the newest statuses of all people.
func (x *sim) statuses() (all []string) {
	for _, h := range x.w.humans {
		if s := x.shown[h.name]; s != "" {
			all = append(all, h.name+" "+s)
		}
	}
	return all
}

// named are the people that a row of the report is about.
func (x *sim) named(p simPerson) (humans []*human) {
	for _, h := range x.w.humans {
		for _, i := range p.Identities {
			if h.asked && strings.EqualFold(i.Value, h.value(x.s.by)) && !slices.Contains(humans, h) {
				humans = append(humans, h)
			}
		}
	}
	return humans
}

// person judges what is said of a person.
func (x *sim) person(p simPerson, h *human, now *inventory) {
	if p.Status == "came_back" && !slices.ContainsFunc(x.w.of(h), func(t *thing) bool { return t.kind == erasure.KindContact && !t.born.IsZero() }) {
		x.complain("%s is said to have come back, and has not", h.name)
	}
	switch p.Status {
	case "erased", "deleted_unconfirmed", "erased_except":
	default:
		return
	}
	if slices.ContainsFunc(x.w.of(h), func(t *thing) bool { return !t.moved.IsZero() && t.moved.Before(x.f.planned) }) {
		return // whoever is asked for by this ID is somebody else now
	}
	for _, t := range x.w.of(h) {
		if !now.has(t) || x.s.contactsOnly && t.kind != erasure.KindContact {
			continue
		}
		how := x.f.seen[t]
		switch {
		case t.kind == erasure.KindSurveyResponse:
			how = "the responses to the survey show it"
		case t.kind == erasure.KindContact && t.born.IsZero():
			how = x.f.isSeen(t.id)
		case t.kind == erasure.KindContact:
			how = ""
			if x.f.probe("POST", x.f.searches, "")[string(t.kind)+t.id] {
				how = "a search shows it"
			}
		case now.contacts[t.contact].ID != "" && how == "":
			continue // the contact itself is what is wrong
		}
		switch {
		case how == "" || how == "lost":
		case p.Status != "erased_except":
			x.complain("%s is said to be %s, but a %s is left: %s", h.name, p.Status, t.kind, how)
		case !slices.ContainsFunc(p.Left, func(l erasure.Leftover) bool {
			return sort(l.Kind) == sort(t.kind) || l.ID != "" && strings.HasPrefix(t.id, l.ID)
		}):
			x.complain("%s is said to be erased except for what is listed, but a %s is left: %s", h.name, t.kind, how)
		}
	}
}

// sort is the kind of leftovers that something is told by.
func sort(k erasure.Kind) erasure.Kind {
	if k == erasure.KindMessage || k == erasure.KindParticipation {
		return erasure.KindConversation
	}
	return k
}

// collateral judges what became of the things of those who weren't asked for.
func (x *sim) collateral() {
	now := x.w.inventory()
	for _, t := range x.w.things {
		if t.owner.asked || now.has(t) {
			continue
		}
		var with *thing
		for _, kind := range []erasure.Kind{erasure.KindPost, erasure.KindConversation} {
			if parent := x.w.thing(kind, t.under, ""); parent != nil {
				with = parent
			}
		}
		switch {
		case with == nil || !with.owner.asked:
			x.complain("a %s of %s is gone", t.kind, t.owner.name)
		case with.kind == erasure.KindPost && x.s.posts != erasure.ActionDelete, with.kind == erasure.KindConversation && x.s.convs != erasure.ActionDelete:
			x.complain("a %s of %s is gone, although it was to be kept", t.kind, t.owner.name)
		case t.born.After(x.f.planned) && t.born.Before(x.f.tried[string(with.kind)+with.id]) && x.f.planned.Before(x.f.tried[string(with.kind)+with.id]) && !x.counted(with):
			x.complain("a %s of %s is gone, which was written after the plan was made", t.kind, t.owner.name)
		}
	}
}

// counted reports whether others who were asked for commented on a post: a plan
// has how many comments of others go with it, and theirs are erased by themselves.
func (x *sim) counted(post *thing) bool {
	return slices.ContainsFunc(x.w.things, func(t *thing) bool { return t.under == post.id && t.owner.asked && t.owner != post.owner })
}

// account compares the report with what the runs of its journal did.
func (x *sim) account(r *simReport) {
	told := map[string]int{}
	var open []*human // of whom not all that was begun is known
	for _, p := range r.Extensions.Featurebase.People {
		if exits[p.Status] == exitFailed || exits[p.Status] == exitNotYetGone {
			open = append(open, x.named(p)...)
		}
		for _, s := range p.Steps {
			if s.Outcome.Settled() {
				told[string(s.Kind)+s.ID]++
			}
		}
	}
	for _, a := range x.line {
		kind, id := a.kind, a.id
		if t := x.f.target(&call{kind: a.kind, id: a.id, contact: a.contact}); t != nil && slices.Contains(open, t.owner) {
			continue
		}
		switch kind {
		case erasure.KindConversation:
			if a.contact != "" {
				kind = erasure.KindParticipation
			}
		case erasure.KindMessage:
			_, id, _ = strings.Cut(id, "/")
		case erasure.KindTicket:
			for _, t := range x.w.things {
				if t.kind == kind && fmt.Sprint(t.number) == id {
					id = t.id
				}
			}
		}
		if told[string(kind)+id] == 0 {
			x.complain("a %s was erased, and the report of somebody who is done doesn't say so", kind)
		}
	}
}

// ordinary reports whether nothing in a scenario is a reason to hold anything back:
// in the end all contacts are to be gone.
func (s scenario) ordinary() bool {
	for _, l := range s.lies {
		if !slices.Contains([]string{lieLate, lieLateGet, lieLow, lieExact, lieFlaky}, l.what) {
			return false
		}
	}
	for _, e := range s.events {
		if e.what == evSeat || e.what == evLost || e.what == evInsight {
			return false
		}
	}
	return !s.mailbox || s.sameEmail || s.by != byEmail
}

// concluded judges a scenario after its last command.
func (x *sim) concluded() {
	if !x.s.ordinary() || len(x.wrong) > 0 {
		return
	}
	now := x.w.inventory()
	for _, h := range x.w.humans {
		for _, t := range x.w.of(h) {
			if h.asked && t.kind == erasure.KindContact && now.has(t) && t.born.IsZero() {
				x.complain("an ordinary erasure is held back: the last exit code is %d, %s is %s", x.code, h.name, x.shown[h.name])
			}
		}
	}
	if len(x.s.events) > 0 {
		return
	}
	if want := x.ends(); !slices.Contains(want, x.code) {
		x.complain("an ordinary erasure ends with exit code %d, and not with one of %v: %v", x.code, want, x.statuses())
	}
	if x.begun > 1 {
		x.complain("an ordinary erasure needs a second journal")
	}
}

// ends are the exit codes that an ordinary erasure may end with.
func (x *sim) ends() []int {
	if x.w.nobody != "" {
		return []int{exitNotFound, exitErasedExcept}
	}
	return []int{exitErased, exitErasedExcept}
}
