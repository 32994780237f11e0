package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/webhook"
)

var (
	deliveries = flag.Int("deliveries", 3000, "simulate about this many deliveries")
	seed       = flag.Uint64("seed", 0, "seed of the simulation; 0 chooses one")
)

// TestSimulation delivers events, many from two senders at once, to processes that
// share a store. Functions are slow, fail, panic, and ignore their context;
// processes are killed, and their answers lost; the store is down, slow, or carries
// out what it says it didn't. Whatever happens:
//
//   - an event that was reported done, by an answer 200 or in the store, is not
//     done again;
//   - an event that was answered 200 was done;
//   - an event is done a second time only if the process or the store failed between
//     its end and its record.
//
// The senders retry as Featurebase does. 100,000 deliveries take a minute:
//
//	go test ./webhook -run Simulation -deliveries 100000
func TestSimulation(t *testing.T) {
	t.Parallel()
	seed := *seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	for _, continueLate := range []bool{false, true} {
		t.Run(fmt.Sprintf("continueLate=%t", continueLate), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{t: t, rand: rand.New(rand.NewPCG(seed, 1)), continueLate: continueLate, events: map[string]*simulated{}, claims: map[string]*lease{}}
				for range 3 {
					w.processes = append(w.processes, w.start())
				}
				w.run(*deliveries)
				if t.Failed() {
					t.Logf("repeat with -seed %d", seed)
				}
			})
		})
	}
}

// world is the truth about events, processes and the store.
type world struct {
	t            *testing.T
	continueLate bool

	mu         sync.Mutex
	rand       *rand.Rand
	processes  []*process // those that live
	started    []*process
	events     map[string]*simulated
	claims     map[string]*lease // the shared store
	deliveries int
	counts     struct{ kills, panics, storeFaults, answered200, unfinished, again int }
}

// simulated is an event.
type simulated struct {
	done     int  // times the function reached its end
	reported bool // answered 200, or recorded as done
	excused  bool // a failure came between the end and the record
	answered bool // 200
}

type lease struct {
	token string
	done  bool
	until time.Time
}

const leaseTime = 5 * time.Minute

// process is a receiver. What a dead one does has no effect.
type process struct {
	w       *world
	handler *webhook.Handler
	dead    bool
}

func (w *world) start() *process {
	p := &process{w: w}
	h, err := webhook.NewHandler(p.serve, webhook.Options{Secrets: []string{secret}, Store: p, ContinueLate: w.continueLate, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(w.t, err)
	p.handler = h
	w.started = append(w.started, p)
	return p
}

// chance reports true in one of n cases. The caller holds the lock.
func (w *world) chance(n int) bool { return w.rand.IntN(n) == 0 }

func (w *world) run(n int) {
	var senders sync.WaitGroup
	for i := 0; ; i++ {
		w.mu.Lock()
		if w.deliveries >= n {
			w.mu.Unlock()
			break
		}
		id := fmt.Sprint("notif_", i)
		w.events[id] = &simulated{}
		n, pause := 1+w.rand.IntN(2), time.Duration(w.rand.IntN(400))*time.Millisecond
		w.mu.Unlock()
		for range n {
			senders.Go(func() { w.send(id) })
		}
		time.Sleep(pause)
	}
	senders.Wait()
	time.Sleep(time.Minute) // for kills that are still to come
	w.mu.Lock()
	started := w.started
	w.mu.Unlock()
	for _, p := range started {
		require.NoError(w.t, p.handler.Wait(w.t.Context()))
	}
	undone := 0
	for id, e := range w.events {
		if e.done == 0 {
			undone++
			if e.answered && !w.continueLate {
				w.t.Errorf("%s was answered 200 and is lost", id)
			}
		}
	}
	c := w.counts
	w.t.Logf("%d events, %d deliveries, %d answered 200, %d events never done; %d kills, %d panics, %d faults of the store, %d done again after such a fault", len(w.events), w.deliveries, c.answered200, undone, c.kills, c.panics, c.storeFaults, c.again)
	for name, count := range map[string]int{"kills": c.kills, "panics": c.panics, "faults of the store": c.storeFaults, "answers 200": c.answered200} {
		require.NotZero(w.t, count, "the simulation has no %s", name)
	}
}

// send delivers an event until it is answered 200, as Featurebase does.
func (w *world) send(id string) {
	for _, wait := range []time.Duration{0, time.Minute, time.Hour, 6 * time.Hour} {
		time.Sleep(wait)
		if w.deliver(id) {
			return
		}
	}
}

func (w *world) deliver(id string) bool {
	w.mu.Lock()
	w.deliveries++
	p := w.processes[w.rand.IntN(len(w.processes))]
	if w.chance(30) { // is killed while it processes this, and starts again
		delay := time.Duration(w.rand.IntN(3000)) * time.Millisecond
		time.AfterFunc(delay, func() { w.kill(p) })
	}
	w.mu.Unlock()
	body := event(id, webhook.TopicPostCreated, `{"object":"post"}`)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	webhook.Sign(r.Header, body, secret, time.Now())
	answer, start := httptest.NewRecorder(), time.Now()
	p.handler.ServeHTTP(answer, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if took := time.Since(start); took > 4*time.Second {
		w.t.Errorf("the answer took %v", took)
	}
	if p.dead {
		return false // nobody answered
	}
	if answer.Code == http.StatusOK {
		w.counts.answered200++
		e := w.events[id]
		e.answered = true
		e.reported = e.reported || !w.continueLate // else it only says that it was begun
	}
	return answer.Code == http.StatusOK && !w.chance(50) // or the answer is lost
}

func (w *world) kill(p *process) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p.dead {
		return
	}
	w.counts.kills++
	p.dead = true
	for i := range w.processes {
		if w.processes[i] == p {
			w.processes[i] = w.start()
		}
	}
}

// serve is the function of the receiver.
func (p *process) serve(ctx context.Context, e *webhook.Event) error {
	p.w.mu.Lock()
	work := time.Duration(p.w.rand.IntN(500)) * time.Millisecond
	heeds, panics, fails := true, p.w.chance(20), p.w.chance(20)
	if p.w.chance(10) { // slow
		work, heeds = time.Duration(p.w.rand.IntN(120))*time.Second, p.w.chance(2)
	}
	p.w.mu.Unlock()
	if !heeds {
		ctx = context.Background()
	}
	select {
	case <-time.After(work):
	case <-ctx.Done():
		return ctx.Err()
	}
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	switch {
	case p.dead:
		return nil // has no effect, nor has what it returns
	case panics:
		p.w.counts.panics++
		panic("simulated")
	case fails:
		return errors.New("simulated")
	}
	s := p.w.events[e.ID]
	if s.done > 0 {
		p.w.counts.again++
		if s.reported || !s.excused {
			p.w.t.Errorf("%s was done again: reported %t, excused %t", e.ID, s.reported, s.excused)
		}
	}
	s.done++
	return nil
}

// call is what happens to a call of the store: whether it is carried out, and the
// error.
func (p *process) call(ctx context.Context) (applied bool, err error) {
	p.w.mu.Lock()
	slow, fault := p.w.chance(100), p.w.chance(25)
	var pause time.Duration
	if slow {
		pause = time.Duration(p.w.rand.IntN(20)) * time.Second
	}
	p.w.mu.Unlock()
	select {
	case <-time.After(pause):
	case <-ctx.Done():
		fault = true
	}
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	switch {
	case p.dead:
		return false, errors.New("dead")
	case fault:
		p.w.counts.storeFaults++
		return p.w.chance(2), errors.New("down")
	}
	return true, nil
}

func (p *process) Claim(ctx context.Context, id, token string) (webhook.ClaimState, error) {
	applied, err := p.call(ctx)
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	state := webhook.ClaimGranted
	switch c := p.w.claims[id]; {
	case c != nil && c.done:
		state = webhook.ClaimDone
	case c != nil && c.token != "" && time.Now().Before(c.until):
		state = webhook.ClaimRunning
	case applied:
		p.w.claims[id] = &lease{token: token, until: time.Now().Add(leaseTime)}
	}
	return state, err
}

func (p *process) Done(ctx context.Context, id, token string) error {
	applied, err := p.call(ctx)
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if c := p.w.claims[id]; applied && c != nil && c.token == token {
		c.done = true
		p.w.events[id].reported = true
	}
	if err != nil || p.dead {
		p.w.events[id].excused = true
	}
	return err
}

func (p *process) Release(ctx context.Context, id, token string) error {
	applied, err := p.call(ctx)
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if c := p.w.claims[id]; applied && c != nil && !c.done && c.token == token {
		delete(p.w.claims, id)
	}
	return err
}
