package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

var (
	killPeople = flag.Int("people", 40, "how many people TestKilledRuns erases, with twenty items each")
	kills      = flag.Int("kills", 12, "how many times it kills the run")
	killSeed   = flag.Uint64("seed", rand.Uint64(), "of its dice")
)

// A run is killed again and again, anywhere: while it looks, erases or verifies,
// before or after a request was processed. Then it is left alone, and everything
// has to add up.
func TestKilledRuns_loseNothing(t *testing.T) {
	t.Parallel()
	for i, by := range []kind{byEmail, byUserID, byID} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			t.Logf("to repeat this: -seed %d", *killSeed)
			dice := rand.New(rand.NewPCG(*killSeed, uint64(i)))
			s := newSite(t)
			values, nobody := populate(s, by, *killPeople)
			items := len(s.Posts()) + len(s.Comments()) + len(s.Conversations()) + len(s.Tickets()) + len(s.Contacts())
			s.write("people", strings.Join(append(values, nobody), "\n"))
			args := append([]string{"erase", "--settle", "0s", "--yes", "--journal", "j", "--by", string(by), "-f", "people"}, all...)
			killed := 0
			for range *kills {
				at := 1 + dice.IntN(2*items/(*kills))
				if dice.IntN(3) == 0 {
					at = 1 + dice.IntN(30) // while it looks
				}
				if dieAfter(s, s.command(args...), dice, at, dice.IntN(2) == 0) {
					break // it was too fast
				}
				killed++
				if args[0] == "erase" && !complete(s) { // killed before all values were in the journal: nothing was done
					require.Zero(t, s.deletions())
					if err := os.Remove(filepath.Join(s.folder, "j")); !errors.Is(err, os.ErrNotExist) {
						require.NoError(t, err)
					}
					continue
				}
				args = []string{"continue", "--settle", "0s", "--yes", "j"}
			}
			s.before(nil)
			last := s.run(args...)
			require.Equal(t, exitNotFound, last.code, last.stderr)
			account(t, s, len(values))
			t.Logf("%d of %d runs were killed; %d items, %d requests", killed, *kills, items, len(s.Requests()))
			assert.NotZero(t, killed)
		})
	}
}

// complete reports whether the journal has everybody who was asked for.
func complete(s *site) bool {
	state, err := load(filepath.Join(s.folder, "j"))
	return err == nil && len(state.people) == state.header.Subjects
}

// populate adds people with twenty items each, and returns what they are named by,
// and a value that names nobody.
func populate(s *site, by kind, n int) (values []string, nobody string) {
	bystander := s.AddContact(featurebase.Contact{Email: "stays@example.com", OrganizationID: acme})
	for i := range n {
		c := s.contact(i)
		values = append(values, map[kind]string{byEmail: c.Email, byUserID: c.UserID, byID: c.ID}[by])
		author := &featurebase.CommentAuthor{ID: c.ID, Type: featurebase.UserTypeCustomer}
		for range 3 {
			p := s.AddPost(featurebase.Post{Title: "A wish", Author: &featurebase.PostAuthor{ID: c.ID, Type: featurebase.UserTypeCustomer}})
			s.AddComment(featurebase.Comment{PostID: p.ID, Author: &featurebase.CommentAuthor{ID: bystander.ID, Type: featurebase.UserTypeCustomer}})
			for range 4 {
				s.AddComment(featurebase.Comment{PostID: p.ID, Author: author, Content: "Yes"})
			}
		}
		for range 3 {
			s.AddConversation(featurebase.Conversation{Participants: []featurebase.ConversationParticipant{{ID: c.ID, Type: featurebase.UserTypeCustomer}}})
		}
		s.AddTicket(featurebase.Ticket{Title: "Help", Author: &featurebase.TicketAuthor{ID: c.ID, Email: c.Email, Type: featurebase.UserTypeCustomer}})
	}
	return values, map[kind]string{byEmail: "nobody@example.com", byUserID: "nobody", byID: "ffffffffffffffffffffffff"}[by]
}

// dieAfter runs a command that is killed at a request, or a moment later, and
// reports whether it ended before that.
func dieAfter(s *site, cmd *exec.Cmd, dice *rand.Rand, request int, later bool) (ended bool) {
	var seen atomic.Int64
	delay := time.Duration(dice.IntN(3_000_000))
	var once sync.Once
	started := make(chan struct{})
	kill := func() { once.Do(func() { <-started; _ = cmd.Process.Kill() }) }
	s.before(func(*http.Request) {
		switch n := int(seen.Add(1)); {
		case n != request:
		case later:
			time.AfterFunc(delay, kill)
		default:
			kill()
		}
	})
	e := finish(s.t, cmd, started)
	if e.code == exitUsage {
		s.t.Fatalf("%v: %s", cmd.Args, e.stderr)
	}
	return e.code >= 0
}

// account compares the report with what the server saw.
func account(t *testing.T, s *site, people int) {
	t.Helper()
	assert.Len(t, s.Contacts(), 1, "nobody else was deleted")
	assert.Empty(t, s.Posts())
	assert.Empty(t, s.Comments(), "those of others went with the posts, which was chosen")
	assert.Empty(t, s.Conversations())
	assert.Empty(t, s.Tickets())
	d := s.report().Extensions.Featurebase
	require.Len(t, d.People, people+1)
	settled, kinds := map[string]int{}, map[erasure.Kind]int{}
	for i, p := range d.People {
		want := statusErased
		if i == people {
			want = statusNotFound
		}
		assert.Equal(t, want, p.Status, "%d", i)
		for _, step := range p.Steps {
			assert.True(t, step.Outcome.Settled(), "%v", step)
			if step.Kind != erasure.KindSubscription {
				settled[fmt.Sprint(step.Kind, step.ID)]++
				kinds[step.Kind]++
			}
		}
	}
	for item, n := range settled {
		assert.Equal(t, 1, n, "%s is in the report once", item)
	}
	assert.Equal(t, map[erasure.Kind]int{
		erasure.KindPost: 3 * people, erasure.KindComment: 12 * people, erasure.KindConversation: 3 * people, erasure.KindTicket: people, erasure.KindContact: people, erasure.KindBlock: people,
	}, kinds)
}
