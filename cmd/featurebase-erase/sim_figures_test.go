package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var (
	figurePeople   = flag.Int("figure-people", 100, "how many people with four items each TestFigures_requests erases")
	figurePosts    = flag.Int("figure-posts", 1, "how many posts they voted on")
	figureContacts = flag.Int("figure-contacts", 4_000, "how many contacts TestFigures_time erases, in a workspace of as many")
)

// bubble runs f in simulated time, in which transport is that of all clients.
func bubble(t *testing.T, transport func() http.RoundTripper, f func(x *sim)) {
	simulate(t)
	folder, err := os.MkdirTemp(memory(), "sim")
	require.NoError(t, err)
	defer os.RemoveAll(folder)
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	synctest.Test(t, func(t *testing.T) {
		http.DefaultTransport = transport()
		f(&sim{t: t, folder: folder, journal: filepath.Join(folder, "j")})
	})
}

// counting is a transport with a network before it.
type counting struct {
	http.RoundTripper
	requests *int
	lock     chan struct{}
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(80 * time.Millisecond)
	c.lock <- struct{}{}
	*c.requests++
	<-c.lock
	return c.RoundTripper.RoundTrip(r)
}

// People with one contact, a post, a comment, a vote and a conversation each take at
// most twenty requests each to be looked for, erased and verified, from a plan that
// is looked at again.
func TestFigures_requests(t *testing.T) {
	people, requests := *figurePeople, 0
	srv := featurebasetest.New()
	list := &strings.Builder{}
	transport := func() http.RoundTripper {
		w := &world{truth: srv, shown: featurebasetest.New()}
		w.bystander = w.human("other", nil)
		walls := make([]string, *figurePosts)
		for i := range walls {
			walls[i] = w.post(w.bystander, 0).id
		}
		for i := range people {
			wall := walls[i%len(walls)]
			h := w.human(fmt.Sprintf("user%d", i), nil)
			w.post(h, 0)
			w.comment(h, 0, wall, "")
			w.vote(h, 0, wall)
			w.conversation(h, 0, false, false)
			fmt.Fprintln(list, h.email)
		}
		return counting{srv.Transport(), &requests, make(chan struct{}, 1)}
	}
	bubble(t, transport, func(x *sim) {
		file := filepath.Join(x.folder, "people")
		require.NoError(t, os.WriteFile(file, []byte(list.String()), 0o600))
		code, out := x.start([]string{"plan", "--journal", x.journal, "--posts", "delete", "--conversations", "redact", "-f", file})
		require.Zero(t, code, out)
		looked, begin := requests, time.Now()
		code, out = x.start([]string{"continue", "--yes", x.journal})
		require.Zero(t, code, out)
		t.Logf("%d people with 4 items: %d requests for the plan, %d to erase and verify it, %d in all; %v", people, looked, requests-looked, requests, time.Since(begin).Round(time.Second))
	})
	assert.Len(t, srv.Contacts(), 1)
	assert.LessOrEqual(t, requests, 20*people)
}

// shelf is a workspace with nothing but contacts, which can be very many. It keeps
// to 2,000 requests a minute.
type shelf struct {
	there    []bool
	requests int
	window   time.Time
	used     int
	lock     chan struct{}
}

func (s *shelf) contact(i int) map[string]any {
	return map[string]any{
		"object": "contact", "id": fmt.Sprintf("65c0000000000000%08x", i), "type": "customer", "email": fmt.Sprintf("user%d@example.com", i), "name": "", "organizationId": acme,
	}
}

func (s *shelf) number(text, before, after string, base int) int {
	text, okBefore := strings.CutPrefix(text, before)
	text, okAfter := strings.CutSuffix(text, after)
	n, err := strconv.ParseInt(text, base, 64)
	if err != nil || !okBefore || !okAfter || int(n) >= len(s.there) || !s.there[n] {
		return -1
	}
	return int(n)
}

func (s *shelf) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent map[string]any
	if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&sent)
		_ = r.Body.Close()
	}
	time.Sleep(80 * time.Millisecond)
	s.lock <- struct{}{}
	defer func() { <-s.lock }()
	if w := time.Now().Truncate(time.Minute); w.After(s.window) {
		s.window, s.used = w, 0
	}
	status, body := http.StatusTooManyRequests, []byte(`{"error":{"type":"rate_limit_error","code":"rate_limit_exceeded","message":"Too many.","status":429}}`)
	if s.used < 2000 {
		s.used++
		s.requests++
		status, body = s.answer(r, sent)
	}
	header := http.Header{
		"Content-Type": {"application/json"}, "X-Ratelimit-Limit": {"2000"}, "X-Ratelimit-Remaining": {fmt.Sprint(2000 - s.used)},
		"X-Ratelimit-Reset": {fmt.Sprint(s.window.Add(time.Minute).Unix())}, "Date": {time.Now().UTC().Format(http.TimeFormat)},
	}
	return response(r, status, header, body), nil
}

func (s *shelf) answer(r *http.Request, sent map[string]any) (int, []byte) {
	page := func(found []any, next any) (int, []byte) {
		if found == nil {
			found = []any{}
		}
		b, _ := json.Marshal(map[string]any{"object": "list", "data": found, "nextCursor": next, "totalCount": len(found), "totalCountCapped": false})
		return http.StatusOK, b
	}
	c := parse(r.Method, r.URL.RequestURI(), nil, nil)
	switch {
	case c.verb == "search" && c.kind == erasure.KindContact:
		query := sent["query"].(map[string]any)
		values, many := query["value"].([]any)
		if !many {
			values = []any{query["value"]}
		}
		var found []any
		for _, v := range values {
			if i := s.number(v.(string), "user", "@example.com", 10); i >= 0 && query["field"] == "email" {
				found = append(found, s.contact(i))
			}
		}
		return page(found, nil)
	case c.verb == "list" && c.kind == erasure.KindContact:
		at, _ := strconv.Atoi(c.query.Get("cursor"))
		limit, err := strconv.Atoi(c.query.Get("limit"))
		if err != nil {
			limit = 10
		}
		var found []any
		for ; at < len(s.there) && len(found) < limit; at++ {
			if s.there[at] {
				found = append(found, s.contact(at))
			}
		}
		if at == len(s.there) {
			return page(found, nil)
		}
		return page(found, fmt.Sprint(at))
	case (c.verb == "get" || c.verb == "act") && c.kind == erasure.KindContact:
		i := s.number(c.id, "65c0000000000000", "", 16)
		if i < 0 {
			return notFound(erasure.KindContact)
		}
		b, _ := json.Marshal(s.contact(i))
		if c.verb == "act" {
			s.there[i] = false
			b = confirmation(c, nil)
		}
		return http.StatusOK, b
	case c.path[0] == "audit-logs":
		return page(nil, nil)
	}
	return http.StatusNotFound, []byte(`{}`)
}

// Contacts that are asked for by their addresses, at 2,000 requests a minute: with
// -figure-contacts 100000 no more than 54 minutes pass.
func TestFigures_time(t *testing.T) {
	n := *figureContacts
	s := &shelf{there: make([]bool, n), lock: make(chan struct{}, 1)}
	for i := range s.there {
		s.there[i] = true
	}
	bubble(t, func() http.RoundTripper { return s }, func(x *sim) {
		file, err := os.Create(filepath.Join(x.folder, "people"))
		require.NoError(t, err)
		w := bufio.NewWriter(file)
		for i := range n {
			fmt.Fprintf(w, "user%d@example.com\n", i)
		}
		require.NoError(t, w.Flush())
		require.NoError(t, file.Close())
		begin := time.Now()
		code, out := x.start([]string{"erase", "--yes", "--contacts-only", "--journal", x.journal, "-f", file.Name()})
		require.Zero(t, code, out)
		t.Logf("%d contacts: %d requests, %v", n, s.requests, time.Since(begin).Round(time.Second))
		assert.LessOrEqual(t, time.Since(begin), time.Duration(1+(n*108/100+1999)/2000)*time.Minute)
		if n == 100_000 {
			assert.LessOrEqual(t, time.Since(begin), 54*time.Minute)
		}
	})
	assert.NotContains(t, s.there, true)
}
