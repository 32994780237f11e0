package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var (
	killContacts = flag.Int("contacts", 80, "how many contacts TestKilledRunsLoseNothing deletes")
	kills        = flag.Int("kills", 8, "how many times it kills the run")
	killSeed     = flag.Uint64("seed", rand.Uint64(), "of its dice")
)

// A run is killed again and again, anywhere: while it reads, looks, writes or
// waits for responses, before or after a deletion was processed. Then it is
// left alone, and everything has to add up.
func TestKilledRunsLoseNothing(t *testing.T) {
	t.Parallel()
	for i, by := range []kind{byID, byUserID, byEmail} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			t.Logf("to repeat this: -seed %d", *killSeed)
			k := &killing{site: newSite(t), by: by, dice: rand.New(rand.NewPCG(*killSeed, uint64(i)))}
			k.SetRateLimit(featurebasetest.RateLimit{Requests: 1 << 30, Window: time.Minute}) // which would make many contacts last
			k.populate(*killContacts)
			args := []string{"--yes", "--journal", "j", "--file", "values", "--by", string(by)}
			for range *kills {
				if k.runAndKill(args) {
					break // it was too fast
				}
			}
			last := k.erase(args...)
			require.Equal(t, exitGone, last.code, last.stderr)
			k.account(last)
		})
	}
}

type killing struct {
	*site
	by       kind
	dice     *rand.Rand
	contacts []string // that were there at first
	missing  []string // values that nobody has
	runs     []int    // how many requests there had been when each was killed
	told     []outcome
}

func (k *killing) populate(n int) {
	var values []string
	for i := range n {
		c := featurebase.Contact{UserID: fmt.Sprintf("user %d", i), Email: fmt.Sprintf("user%d@example.com", i)}
		if k.by == byEmail && i%4 == 3 { // a lead with the address of the customer before
			c = featurebase.Contact{Type: featurebase.ContactTypeLead, Email: fmt.Sprintf("user%d@example.com", i-1)}
		}
		c = k.AddContact(c)
		k.contacts = append(k.contacts, c.ID)
		values = append(values, k.by.nameOf(c))
	}
	for i := range 1 + n/20 {
		k.missing = append(k.missing, k.by.nameOf(featurebase.Contact{
			ID: fmt.Sprintf("ffffffffffffffff%08x", i), UserID: fmt.Sprintf("nobody %d", i), Email: fmt.Sprintf("nobody%d@example.com", i),
		}))
	}
	values = append(values, k.missing...)
	k.dice.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	k.write("values", lines(values))
}

func (k kind) nameOf(c featurebase.Contact) string {
	return map[kind]string{byID: c.ID, byUserID: c.UserID, byEmail: c.Email}[k]
}

// runAndKill tells whether the run came to its end before it was killed.
func (k *killing) runAndKill(args []string) bool {
	p := begin(k.site, append(args, "--format", "jsonl")...)
	die := sync.OnceFunc(func() { _ = p.cmd.Process.Kill() })
	names := map[string]bool{} // of whom is still to be looked for, more or less
	for _, c := range k.Contacts() {
		names[k.by.nameOf(c)] = true
	}
	remaining := len(names)
	at := 1 + k.dice.IntN(2+remaining) // while it looks, or
	if k.dice.IntN(4) > 0 {
		at = remaining + 1 + k.dice.IntN(2+2*len(k.contacts)/(*kills)) // while it deletes
	}
	delay := time.Duration(k.dice.IntN(2_000_000)) // between two steps
	moment := k.dice.IntN(3)
	start := len(k.Requests())
	hook := func(here int) func(int, *http.Request) {
		return func(n int, _ *http.Request) {
			switch {
			case n-start < at || moment != here && moment < 2:
			case moment < 2:
				die()
			case n-start == at:
				time.AfterFunc(delay, die)
			}
		}
	}
	k.mu.Lock()
	k.before = func(n int, r *http.Request) *http.Response { hook(0)(n, r); return nil }
	k.after = hook(1)
	k.mu.Unlock()
	e := p.end()
	k.settle()
	k.mu.Lock()
	k.before, k.after = nil, nil
	k.mu.Unlock()
	for rows := bufio.NewScanner(strings.NewReader(e.stdout)); rows.Scan(); {
		var o outcome
		if json.Unmarshal(rows.Bytes(), &o) == nil { // the last may be cut
			k.told = append(k.told, o)
		}
	}
	if e.code == exitGone {
		return true
	}
	k.runs = append(k.runs, len(k.Requests()))
	return false
}

func (k *killing) account(last ended) {
	t := k.t
	statuses := last.statuses()
	require.Len(t, statuses, len(k.contacts)+len(k.missing))
	for _, value := range k.missing {
		assert.Equal(t, alreadyGone, statuses[value])
	}
	confirmed, again := map[string]int{}, map[string]int{}
	for _, c := range k.made(http.MethodDelete) {
		id := path.Base(c.path)
		switch c.status {
		case http.StatusOK:
			confirmed[id]++
		case http.StatusNotFound:
			again[id]++ // a request that was not processed has no status
		}
	}
	settled := 0
	for _, id := range k.contacts {
		assert.Equal(t, 1, confirmed[id], "deletions of %s in the fake", id)
		switch statuses[id] {
		case deleted:
			assert.Zero(t, again[id], "the response for %s was the first", id)
		case goneAfterInterruption:
			settled++
			assert.Positive(t, again[id], "%s was asked for again", id)
		default:
			t.Errorf("contact %s is %q", id, statuses[id])
		}
		delete(confirmed, id)
	}
	assert.Empty(t, confirmed, "nobody else was deleted")
	assert.Empty(t, k.Contacts())

	var journaled []outcome
	records := strings.SplitAfter(k.read("j"), "\n")
	for _, line := range records[1 : len(records)-1] {
		r, err := parseRecord([]byte(line))
		require.NoError(t, err)
		if r.Outcome != nil {
			journaled = append(journaled, *r.Outcome)
		}
	}
	assert.Len(t, journaled, len(statuses), "each has one outcome in the journal")
	for _, o := range k.told {
		assert.True(t, slices.Contains(journaled, o), "what was told is in the journal: %v", o)
	}
	assert.NotEmpty(t, k.runs)
	t.Logf(`accounting, --by %s
%8d runs were killed, after %v requests in all
%8d contacts there were, and %d values that named nobody
%8d deletions the fake confirmed, each of another contact
%8d of these responses reached a run: deleted
%8d were lost with a run, and settled by a later one: gone_after_interruption
%8d outcomes in the journal, %d rows in the results of the last run
%8d contacts are left in the fake`,
		k.by, len(k.runs), k.runs, len(k.contacts), len(k.missing), len(k.contacts), len(k.contacts)-settled, settled,
		len(journaled), len(last.rows()), len(k.Contacts()))
}
