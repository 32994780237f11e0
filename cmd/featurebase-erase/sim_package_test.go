package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

var packageSimulations = flag.Int("package-simulations", 10, "how many scenarios TestSimulation_ofThePackage plays")

// Package erasure is as safe as the command, for a caller who does what its example
// does.
func TestSimulation_ofThePackage(t *testing.T) {
	simulate(t)
	outcomes := map[string]int{}
	for seed := *simFrom; seed < *simFrom+uint64(*packageSimulations); seed++ {
		x := playPackage(t, newScenario(seed))
		for _, h := range x.w.humans {
			if h.asked {
				outcomes[x.shown[h.name]]++
			}
		}
		if len(x.wrong) > 0 {
			t.Errorf("%s\n\t%s\n\tshortest: %s", strings.Join(x.wrong, "\n\t"), x.s, shrinkBy(t, playPackage, x.s, x.wrong[0]))
		}
	}
	t.Logf("%d scenarios: %v", *packageSimulations, outcomes)
}

func playPackage(t *testing.T, s scenario) (x *sim) {
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(s.seed, &s)
		x = &sim{t: t, s: s, w: w, done: map[string]bool{}, shown: map[string]string{}}
		x.f = newFront(w, &x.s)
		http.DefaultTransport = x.f
		x.usePackage()
		for _, wrong := range x.f.wrong {
			x.complain("%s", wrong)
		}
		x.collateral()
		x.begun = 1
		x.heldBack()
	})
	return x
}

// usePackage finds, erases and verifies, and goes on after each kill with what a log
// has that was written ahead.
func (x *sim) usePackage() {
	client, err := featurebase.NewClient("sk_test_featurebase", featurebase.WithBaseURL("https://featurebase.test"))
	require.NoError(x.t, err)
	options := erasure.Options{
		Posts: x.s.posts, Conversations: x.s.convs, ContactsOnly: x.s.contactsOnly, ScanVoters: x.s.scanVoters, CrossCheck: x.s.crossCheck,
		NoBlock: x.s.noBlock, SameEmail: x.s.sameEmail,
	}
	if x.s.posts == erasure.ActionAnonymize {
		options.Placeholder = x.w.placeholder
	}
	var people []erasure.Subject
	for _, h := range x.w.humans {
		if v := h.value(x.s.by); h.asked && h.name != "twin" {
			people = append(people, map[kind]erasure.Subject{byEmail: {Emails: []string{v}}, byUserID: {UserIDs: []string{v}}, byID: {ContactIDs: []string{v}}}[x.s.by])
		}
	}
	x.f.planned = time.Now()
	var stored [][]byte
	for plan, err := range erasure.Find(x.t.Context(), client, slices.Values(people), options) {
		switch {
		case err != nil || !plan.Missing.IsZero():
		case !plan.Doubts(), x.s.acceptShortfall && plan.Accounts() == 1:
			plan.Accepted = plan.Doubts()
			b, err := json.Marshal(plan)
			require.NoError(x.t, err)
			stored = append(stored, b)
		}
	}
	x.f.stage = asked
	if x.s.planFirst {
		time.Sleep(time.Hour)
		x.happens(whileAsking)
	}
	begun, settled := map[string]bool{}, map[string]bool{}
	leftovers := map[string][]erasure.Leftover{}
	key := func(p *erasure.Plan, i erasure.Item) string {
		return fmt.Sprint(p.Subject, i.Kind, i.ID, i.ContactID, i.ConversationID)
	}
	load := func() (plans []*erasure.Plan) {
		for _, b := range stored {
			p := &erasure.Plan{}
			require.NoError(x.t, json.Unmarshal(b, p))
			if left, ok := leftovers[fmt.Sprint(p.Subject)]; ok {
				p.Leftovers = left
			}
			for i := range p.Items {
				p.Items[i].Begun, p.Items[i].Done = begun[key(p, p.Items[i])], settled[key(p, p.Items[i])]
			}
			plans = append(plans, p)
		}
		return plans
	}
	var plans []*erasure.Plan
	for {
		erasing := 0
		x.f.mu.Lock()
		x.f.requests, x.f.changes, x.f.killAt, x.f.killAct, x.f.dead = 0, 0, 0, 0, false
		if x.killed < len(x.s.kills) {
			k := x.s.kills[x.killed]
			x.f.killAt, x.f.killAct, x.f.killLater = k.at, k.act, k.later
		}
		x.f.during = func(c *call) {
			if x.f.stage == late {
				x.happens(afterwards)
			} else if c.verb == "act" && c.kind != erasure.KindContact {
				if erasing++; erasing == 2 {
					x.happens(whileErasing)
				}
			}
		}
		x.f.mu.Unlock()
		erase := erasure.EraseOptions{Begin: func(p *erasure.Plan, i erasure.Item) error {
			x.f.mu.Lock()
			defer x.f.mu.Unlock()
			if x.f.dead {
				return os.ErrClosed
			}
			begun[key(p, i)] = true
			return nil
		}}
		plans = load()
		for step, err := range erasure.Erase(x.t.Context(), client, slices.Values(plans), erase) {
			x.f.mu.Lock()
			if err == nil && !x.f.dead && step.Outcome.Settled() {
				settled[key(step.Plan, step.Item)] = true
				leftovers[fmt.Sprint(step.Plan.Subject)] = slices.Clone(step.Plan.Leftovers)
			}
			x.f.mu.Unlock()
			if err == nil {
				fmt.Fprintln(&x.said, step.Item.Kind, step.Item.ID, step.Outcome, step.Err)
			}
		}
		if !x.f.dead {
			break
		}
		x.killed++
		x.f.dead = false
		time.Sleep(time.Minute)
		x.happens(afterCrash)
	}
	x.f.killAt, x.f.killAct = 0, 0
	for v, err := range erasure.Verify(x.t.Context(), client, slices.Values(plans), erasure.VerifyOptions{}) {
		if err != nil {
			continue
		}
		p := simPerson{Status: "failed", Left: slices.Concat(v.Plan.Leftovers, v.Now.Leftovers)}
		switch {
		case v.Erased():
			p.Status = "erased"
		case v.ErasedExcept():
			p.Status = "erased_except"
		case len(v.CameBack()) > 0 && len(v.NotYetGone()) == 0:
			p.Status = "came_back"
		}
		now := x.w.inventory()
		for _, h := range x.w.humans {
			s := v.Plan.Subject
			if h.asked && (slices.Contains(s.Emails, h.email) || slices.Contains(s.UserIDs, h.userID) || slices.Contains(s.ContactIDs, h.contacts[0])) {
				x.shown[h.name] = p.Status
				x.person(p, h, now)
			}
		}
	}
}

// heldBack judges an ordinary erasure by the package: without events, everybody is
// gone at once.
func (x *sim) heldBack() {
	if !x.s.ordinary() || len(x.s.events) > 0 || x.s.mailbox && x.s.by == byEmail {
		return
	}
	for _, h := range x.w.humans {
		if h.asked && h.name != "twin" && !strings.HasPrefix(x.shown[h.name], "erased") {
			x.complain("an ordinary erasure is held back: %s", x.shown[h.name])
		}
	}
}
