package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// demonstrate has the run work on invented contacts in a fake, whose rate limit
// is low enough to be met. end takes away what it made.
func (r *run) demonstrate(v *values) (end func(), err error) {
	srv := featurebasetest.New()
	if err := srv.Start(); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "erase-demo-")
	if err != nil {
		srv.Close()
		return nil, err
	}
	dice := rand.New(rand.NewPCG(uint64(r.demo), 1))
	for i := range r.demo {
		v.add(r.by.invent(srv, dice, i))
	}
	const window = 3 * time.Second
	limit := max(20, r.demo*3/10)
	srv.SetRateLimit(featurebasetest.RateLimit{Requests: limit, Window: window})
	usual := min(100*time.Millisecond, window*time.Duration(r.concurrency)/time.Duration(2*limit))
	srv.FailNext(faults(dice, 3*r.demo, usual)...)

	r.server, r.options.journal, r.yes = srv.URL, filepath.Join(folder, "journal.jsonl"), true
	r.client, err = featurebase.NewClient(srv.Token, featurebase.WithBaseURL(srv.URL), featurebase.WithUserAgent("erase"), r.holds.option())
	r.screen.say("A demonstration: %s in a fake that allows %d requests in %v.",
		amount(r.demo, "invented contact"), limit, window)
	r.screen.say("Nothing leaves this machine, and the run confirms itself.")
	return func() {
		r.screen.say("%s left in the fake.", amount(len(srv.Contacts()), "contact"))
		srv.Close()
		_ = os.RemoveAll(folder)
	}, err
}

// invent returns the value that names the i-th contact, which is in the fake but
// for a few.
func (k kind) invent(srv *featurebasetest.Server, dice *rand.Rand, i int) string {
	posts, comments := 0, 0
	if dice.IntN(12) == 0 {
		posts, comments = dice.IntN(4), 1+dice.IntN(9)
	}
	c := featurebase.Contact{
		ID:     fmt.Sprintf("%016x%08x", dice.Uint64(), i),
		UserID: fmt.Sprintf("user-%d", i+1), Email: fmt.Sprintf("user%d@example.com", i+1),
		PostsCreated: &posts, CommentsCreated: &comments,
	}
	if k != byUserID && dice.IntN(5) == 0 {
		c.Type, c.UserID = featurebase.ContactTypeLead, ""
	}
	if dice.IntN(40) > 0 {
		srv.AddContact(c)
	}
	if k == byEmail && c.UserID != "" && dice.IntN(20) == 0 {
		srv.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Email: c.Email})
	}
	switch k {
	case byUserID:
		return c.UserID
	case byEmail:
		return c.Email
	}
	return c.ID
}

// faults delay responses a little, and have a few fail in a way that passes.
func faults(dice *rand.Rand, n int, usual time.Duration) []featurebasetest.Fault {
	fs := make([]featurebasetest.Fault, n)
	for i := range fs {
		fs[i].Delay = usual/2 + time.Duration(dice.Int64N(int64(usual)+1))
		if dice.IntN(100) == 0 {
			fs[i].Status, fs[i].Header = http.StatusBadGateway, http.Header{"X-Request-Id": {fmt.Sprintf("req_%d", i)}}
		}
	}
	return fs
}
