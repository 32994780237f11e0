package ratelimit

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	read   = Endpoint{"GET", "/v2/contacts/{id}"}
	remove = Endpoint{"DELETE", "/v2/contacts/{id}"}
	create = Endpoint{"POST", "/v2/posts"}
)

// now returns a response that is received now and describes a window.
func now(limit, remaining int, reset time.Duration) *Info {
	t := time.Now()
	return &Info{Quota: Quota{limit, remaining, t.Add(reset)}, received: t, serverReceived: t}
}

// refusal returns a refusal that describes no window.
func refusal(pause time.Duration) *Info {
	t := time.Now()
	return &Info{Refused: true, Pause: pause, received: t, serverReceived: t}
}

// bench is a gate under test, in a bubble.
type bench struct {
	*testing.T
	*Gate
	holds []time.Duration // that were told
}

func inBubble(t *testing.T, maxWait time.Duration, test func(*bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(&bench{T: t, Gate: NewGate(maxWait)}) })
}

// enter enters, and returns how long that took.
func (b *bench) enter(ctx context.Context, c *Call) (time.Duration, *Held) {
	start := time.Now()
	entered, held := b.Enter(ctx, c, func(d time.Duration) { b.holds = append(b.holds, d) })
	assert.Equal(b, time.Now(), entered)
	return time.Since(start), held
}

// begin enters for a request that has to be let go at once.
func (b *bench) begin(ep Endpoint) *Call {
	b.Helper()
	c := &Call{Endpoint: ep}
	took, held := b.enter(b.Context(), c)
	require.Nil(b, held)
	require.Zero(b, took)
	return c
}

// exchange makes a request that has to be let go at once.
func (b *bench) exchange(ep Endpoint, i *Info) {
	b.Helper()
	b.Leave(b.begin(ep), i)
}

// exchangeAfter makes a request that has to be let go after a while.
func (b *bench) exchangeAfter(ep Endpoint, wait time.Duration, i *Info) {
	b.Helper()
	c := b.waits(ep, wait)
	i.received, i.serverReceived, i.Reset = time.Now(), time.Now(), time.Now().Add(i.Reset.Sub(i.received))
	b.Leave(c, i)
}

// waits checks how long a request is held back, and leaves it in flight.
func (b *bench) waits(ep Endpoint, want time.Duration) *Call {
	b.Helper()
	c := &Call{Endpoint: ep}
	took, held := b.enter(b.Context(), c)
	assert.Nil(b, held)
	assert.Equal(b, want, took)
	assert.Equal(b, want, c.Waited)
	return c
}

// queue has n calls enter, one after the other, and returns when each was let
// go or failed, by the time that has passed since. What is let go is answered
// with what answer returns, after 100 ms.
func (b *bench) queue(ep Endpoint, n int, answer func() *Info) (at []time.Duration) {
	at = make([]time.Duration, n)
	start := time.Now()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			c := &Call{Endpoint: ep}
			_, held := b.Enter(b.Context(), c, func(time.Duration) {})
			at[i] = time.Since(start)
			if held == nil {
				time.Sleep(100 * time.Millisecond)
				b.Leave(c, answer())
			}
		})
		synctest.Wait()
	}
	wg.Wait()
	return at
}

func times(n int, d time.Duration) (ds []time.Duration) {
	for range n {
		ds = append(ds, d)
	}
	return ds
}

const s = time.Second

func TestGate_holdsUntilReset(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(read, now(10, 1, 40*s))
		time.Sleep(10 * s)
		b.exchange(read, now(10, 0, 30*s))
		b.waits(read, 30*s)
		assert.Equal(b, []time.Duration{30 * s}, b.holds, "a hold is told once")
	})
}

func TestGate_countsWhatIsInFlight(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) {
		first, second := b.begin(read), b.begin(read)
		b.Leave(first, now(10, 2, 40*s))
		b.begin(read)
		time.AfterFunc(s, func() { b.Leave(second, nil) })
		b.waits(read, s)
		b.waits(read, 39*s)
	})
}

func TestGate_holdsNothingBackWithoutReason(t *testing.T) {
	t.Parallel()
	inBubble(t, 0, func(b *bench) {
		b.exchange(read, now(10, 0, 40*s))
		b.exchange(read, refusal(40*s))
		b.exchange(read, nil)
		b.begin(read)
	})
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(read, &Info{})
		for range 1000 {
			b.begin(read)
		}
		b.exchange(remove, &Info{})
	})
}

// When a window ends, one request finds out whether it has.
func TestGate_sendsOneProbeIntoANewWindow(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, tc := range []struct {
		name  string
		takes time.Duration
		probe func() *Info
		want  []time.Duration // when the others follow, after the end of the window
	}{
		{"answered", 100 * ms, func() *Info { return now(10_000, 9999, 59900*ms) }, times(5, 100*ms)},
		{"answered without a word", 100 * ms, func() *Info { return &Info{} }, times(5, 100*ms)},
		{"refused", 100 * ms, func() *Info { return refusal(2 * s) }, append([]time.Duration{2100 * ms}, times(4, 2200*ms)...)},
		{"lost", 100 * ms, func() *Info { return nil }, append([]time.Duration{100 * ms}, times(4, 200*ms)...)},
		{"late", 5 * s, func() *Info { return now(10_000, 9999, 55*s) }, times(5, s)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, maxWait, func(b *bench) {
				for range 3 { // windows
					b.exchange(read, now(10_000, 0, 60*s))
					probe := b.waits(read, 60*s)
					time.AfterFunc(tc.takes, func() { b.Leave(probe, tc.probe()) })
					at := b.queue(read, len(tc.want), func() *Info { return now(10_000, 9000, 50*s) })
					assert.Equal(b, tc.want, at)
					time.Sleep(2 * time.Minute)
				}
			})
		})
	}
}

func TestGate_isFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(remove, now(1, 0, 5*s))
		b.exchange(read, now(1, 0, 5*s))
		admitted := make(chan int, 10)
		for i := range cap(admitted) { // one in each window
			go func() {
				c := &Call{Endpoint: []Endpoint{read, remove}[i%2]}
				_, held := b.Enter(b.Context(), c, func(time.Duration) {})
				assert.Nil(b, held)
				admitted <- i
				b.Leave(c, now(1, 0, 5*s))
			}()
			synctest.Wait()
		}
		for i := range cap(admitted) {
			assert.Equal(b, i, <-admitted)
		}
	})
	inBubble(t, maxWait, func(b *bench) { // the window has ended, but the timer has not fired
		b.exchange(read, now(10, 0, 5*s))
		b.exchange(remove, now(10, 0, 5*s))
		waited := make(chan time.Duration, 1)
		go func() {
			c := &Call{Endpoint: read}
			_, _ = b.Enter(b.Context(), c, func(time.Duration) {})
			waited <- c.Waited
		}()
		synctest.Wait()
		b.timer.Stop()
		time.Sleep(5 * s)
		b.waits(remove, s) // behind the probe
		assert.Equal(b, 5*s, <-waited)
	})
}

func TestGate_boundsTheWholeHoldOfACall(t *testing.T) {
	t.Parallel()
	held := func(b *bench, c *Call, want time.Duration, retryAfter time.Duration) {
		b.Helper()
		took, held := b.enter(b.Context(), c)
		assert.Equal(b, want, took)
		require.NotNil(b, held)
		assert.Equal(b, retryAfter, held.RetryAfter)
		assert.Equal(b, maxWait, c.Waited)
		assert.Zero(b, b.waiting)
	}
	inBubble(t, maxWait, func(b *bench) { // one request a minute
		b.exchange(read, now(1, 0, 60*s))
		at := b.queue(read, 3, func() *Info { return now(1, 0, 59900*time.Millisecond) })
		assert.Equal(b, []time.Duration{60 * s, 65 * s, 65 * s}, at)
	})
	inBubble(t, maxWait, func(b *bench) { // what earlier attempts waited counts
		b.exchange(read, now(1, 0, 60*s))
		held(b, &Call{Endpoint: read, Waited: 35 * s}, 30*s, 30*s)
		held(b, &Call{Endpoint: read, Waited: 65 * s}, 0, 30*s)
		b.waits(read, 30*s)
		held(b, &Call{Endpoint: read, Waited: 64500 * time.Millisecond}, 500*time.Millisecond, 0) // behind a probe
	})
	inBubble(t, maxWait, func(b *bench) { // the window opens at the last moment
		b.exchange(read, now(10, 0, 60*s))
		c := &Call{Endpoint: read, Waited: 5 * s}
		_, held := b.enter(b.Context(), c)
		assert.Nil(b, held)
		assert.Equal(b, maxWait, c.Waited)
	})
}

func TestGate_failsAtOnceWhereTheDeadlineCannotBeMet(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		before   func(b *bench)
		deadline time.Duration
		want     time.Duration // how long it takes
		held     bool
	}{
		{"none remain", func(b *bench) { b.exchange(read, now(10, 0, 40*s)) }, 39 * s, 0, true},
		{"none remain, deadline at the end", func(b *bench) { b.exchange(read, now(10, 0, 40*s)) }, 40 * s, 0, true},
		{"none remain, deadline later", func(b *bench) { b.exchange(read, now(10, 0, 40*s)) }, 41 * s, 40 * s, false},
		{"the rest is in flight", func(b *bench) { b.begin(read); b.exchange(read, now(10, 1, 40*s)) }, 20 * s, 0, true},
		{"some remain", func(b *bench) { b.exchange(read, now(10, 1, 40*s)) }, 20 * s, 0, false},
		{"others use the limit", func(b *bench) {
			b.exchange(read, now(100, 50, 40*s))
			b.exchange(read, now(100, 10, 40*s)) // room for one
			c := b.begin(read)
			time.AfterFunc(s, func() { b.Leave(c, nil) })
		}, 20 * s, s, false},
		{"behind a probe", func(b *bench) {
			b.exchange(read, now(10, 0, 40*s))
			b.waits(read, 40*s)
		}, 500 * time.Millisecond, 500 * time.Millisecond, true},
		{"refused", func(b *bench) { b.exchange(read, refusal(40*s)) }, 39 * s, 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, maxWait, func(b *bench) {
				tc.before(b)
				b.holds = nil
				ctx, cancel := context.WithTimeout(b.Context(), tc.deadline)
				defer cancel()
				took, held := b.enter(ctx, &Call{Endpoint: read})
				assert.Equal(b, tc.want, took)
				assert.Equal(b, tc.held, held != nil)
				if tc.want < 40*s {
					assert.Empty(b, b.holds, "only a hold until the end of a window is told")
				}
			})
		})
	}
}

func TestGate_letsTheNextOneGoWhenACallIsCanceled(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(read, now(10, 0, 40*s))
		ctx, cancel := context.WithCancel(b.Context())
		time.AfterFunc(10*s, cancel)
		took, held := b.enter(ctx, &Call{Endpoint: read})
		assert.Equal(b, 10*s, took)
		assert.Equal(b, &Held{30 * s, Quota{10, 0, time.Now().Add(30 * s)}}, held)
		took, held = b.enter(ctx, &Call{Endpoint: read})
		assert.Zero(b, took)
		assert.NotNil(b, held, "canceled before")
		assert.Zero(b, b.waiting)
		b.waits(read, 30*s)
	})
	// Canceled at the moment at which it is admitted, as a probe.
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(read, now(1, 0, 40*s))
		ctx, cancel := context.WithCancel(b.Context())
		go func() {
			_, held := b.enter(ctx, &Call{Endpoint: read})
			assert.NotNil(b, held)
		}()
		synctest.Wait()
		var second time.Duration
		go func() { second, _ = b.enter(b.Context(), &Call{Endpoint: read}) }()
		synctest.Wait()
		b.timer.Stop()
		time.Sleep(40 * s)
		cancel()
		synctest.Wait()
		assert.Equal(b, 40*s, second)
		assert.Equal(b, 1, b.endpoints[read].inFlight)
		assert.Equal(b, 1, b.endpoints[read].window.inFlight)
	})
}

func TestGate_managesManyCanceledCalls(t *testing.T) {
	t.Parallel()
	calls := 50_000
	if testing.Short() {
		calls = 1000
	}
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(read, now(10, 0, 40*s))
		ctx, cancel := context.WithCancel(b.Context())
		var wg sync.WaitGroup
		for range calls {
			wg.Go(func() {
				_, held := b.Enter(ctx, &Call{Endpoint: read}, func(time.Duration) {})
				assert.NotNil(b, held)
			})
		}
		synctest.Wait()
		assert.Equal(b, calls, b.waiting)
		cancel()
		wg.Wait()
		assert.Zero(b, b.waiting)
		assert.Zero(b, b.endpoints[read].queue.Len())
		b.waits(read, 40*s)
	})
}

func TestGate_tellsOfAHold(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) { // that begins behind a probe
		b.exchange(read, now(10, 0, 40*s))
		probe := b.waits(read, 40*s)
		b.holds = nil
		time.AfterFunc(100*time.Millisecond, func() { b.Leave(probe, now(10, 0, 50*s)) })
		b.waits(read, 50100*time.Millisecond)
		assert.Equal(b, []time.Duration{49100 * time.Millisecond}, b.holds)
	})
	inBubble(t, maxWait, func(b *bench) { // and ends when the window is checked
		b.exchange(read, now(10, 0, 40*s))
		probe := b.waits(read, 40*s)
		b.holds = nil
		time.AfterFunc(100*time.Millisecond, func() { b.Leave(probe, refusal(time.Hour)) })
		took, held := b.enter(b.Context(), &Call{Endpoint: read})
		assert.Equal(b, maxWait, took)
		assert.NotNil(b, held)
		assert.Equal(b, []time.Duration{64100 * time.Millisecond}, b.holds)
	})
	inBubble(t, maxWait, func(b *bench) { // but not of a short one
		b.exchange(read, now(10, 0, 40*s))
		probe := b.waits(read, 40*s)
		b.holds = nil
		time.AfterFunc(100*time.Millisecond, func() { b.Leave(probe, now(10, 9, 60*s)) })
		b.waits(read, 100*time.Millisecond)
		b.exchange(remove, now(10, 8, 60*s))
		assert.Empty(b, b.holds)
	})
}

// A logger that panics leaves nothing behind.
func TestGate_survivesAPanicWhenItTellsOfAHold(t *testing.T) {
	t.Parallel()
	panics := func(b *bench, after time.Duration) {
		b.Helper()
		assert.Panics(b, func() {
			_, _ = b.Enter(b.Context(), &Call{Endpoint: read}, func(time.Duration) {
				time.Sleep(after)
				panic("log")
			})
		})
		assert.Zero(b, b.waiting)
	}
	for _, after := range []time.Duration{0, 50 * s} { // before and after the call is admitted
		inBubble(t, maxWait, func(b *bench) {
			b.exchange(read, now(10, 0, 40*s))
			probe := b.waits(read, 40*s)
			time.AfterFunc(100*time.Millisecond, func() { b.Leave(probe, now(10, 0, 50*s)) })
			panics(b, after)
			assert.Zero(b, b.endpoints[read].inFlight)
			b.Leave(b.waits(read, max(0, 49100*time.Millisecond-after)), nil)
		})
	}
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(read, now(10, 0, 40*s))
		panics(b, 0)
		b.waits(read, 40*s)
	})
}

// What becomes of a request says nothing about the probe of a window that it
// was not sent into.
func TestGate_tellsProbesApart(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) { // the endpoint has another window now
		b.exchange(read, now(10, 0, 5*s))
		late := b.waits(read, 5*s)
		b.exchangeAfter(read, s, now(20, 0, 5*s))
		b.waits(read, 5*s)
		b.Leave(late, nil)
		b.waits(read, s)
	})
	inBubble(t, maxWait, func(b *bench) { // the window was asked for another
		b.exchange(remove, now(2000, 5, time.Hour))
		ahead := b.begin(read)
		b.exchange(remove, now(2000, 0, time.Hour))
		b.begin(remove)
		b.Leave(ahead, now(2000, 0, time.Hour))
		assert.True(b, b.endpoints[remove].window.checking())
	})
	inBubble(t, maxWait, func(b *bench) { // it is a later request of the call that sent one
		b.exchange(read, now(10, 0, 5*s))
		c := b.waits(read, 5*s)
		b.Leave(c, now(10, 9, 5*s))
		_, _ = b.enter(b.Context(), c)
		time.Sleep(5 * s)
		b.begin(read) // the next probe
		b.Leave(c, nil)
		b.waits(read, s)
	})
}

func TestGate_wakesForTheWindowThatOpensFirst(t *testing.T) {
	t.Parallel()
	for range 20 {
		inBubble(t, maxWait, func(b *bench) {
			var wg sync.WaitGroup
			for i, ep := range []Endpoint{read, remove, create} {
				opens := time.Duration(10*i+10) * s
				b.exchange(ep, refusal(opens))
				wg.Go(func() { b.waits(ep, opens) })
				synctest.Wait()
			}
			wg.Wait()
		})
	}
}

func TestGate_believesALateResponseAboutALaterWindow(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) {
		first, second := b.begin(read), b.begin(read)
		b.Leave(first, now(10, 0, 40*s))
		b.Leave(second, now(10, 9, 100*s))
		b.begin(read)
	})
}

func TestGate_keepsAWindowForEachLimit(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(create, now(10, 0, 60*s))
		b.exchange(remove, now(2000, 1900, 60*s)) // not known before
		b.exchange(remove, now(2000, 1899, 60*s))
		b.waits(create, 60*s)
	})
	inBubble(t, maxWait, func(b *bench) { // the key's own limit is shared
		b.exchange(create, now(10, 9, 60*s))
		b.exchange(read, now(2000, 1, 60*s))
		b.exchange(remove, now(2000, 0, 60*s))
		b.exchange(create, now(10, 8, 60*s))
		b.waits(read, 60*s)
	})
	inBubble(t, maxWait, func(b *bench) { // an equal limit lower than that is not
		b.exchange(read, now(2000, 1900, 60*s))
		b.exchange(create, now(10, 5, 60*s))
		b.exchange(remove, now(10, 0, 60*s))
		b.exchange(create, now(10, 4, 60*s))
		b.exchange(read, now(2000, 1899, 60*s))
	})
	inBubble(t, maxWait, func(b *bench) { // the key's limit may become lower
		b.exchange(read, now(3000, 5, 60*s))
		b.exchange(remove, now(3000, 5, 60*s))
		b.exchange(remove, now(2000, 5, 60*s))
		b.exchange(read, now(2000, 5, 60*s))
		assert.Same(b, b.endpoints[read].window, b.endpoints[remove].window)
	})
	inBubble(t, maxWait, func(b *bench) { // an endpoint's limit may change
		first, second := b.begin(read), b.begin(read)
		b.Leave(first, now(10, 5, 60*s))
		old := b.endpoints[read].window
		b.exchange(read, now(20, 5, 60*s))
		w := b.endpoints[read].window
		assert.Zero(b, old.inFlight)
		assert.Equal(b, 1, w.inFlight)
		b.Leave(second, now(20, 0, 60*s))
		assert.Zero(b, w.inFlight)
		b.waits(read, 60*s)
	})
	inBubble(t, maxWait, func(b *bench) { // but what was sent before it was spent does not say so
		first, second, third := b.begin(read), b.begin(read), b.begin(read)
		b.Leave(first, &Info{Refused: true, Pause: 40 * s, Quota: now(10, 0, 40*s).Quota, received: time.Now(), serverReceived: time.Now()})
		b.Leave(second, now(2000, 1900, 60*s))
		time.AfterFunc(20*s, func() { b.Leave(third, now(2000, 1899, 40*s)) })
		probe := b.waits(read, 40*s)
		b.Leave(probe, now(2000, 1898, 60*s))
		b.begin(read)
		b.begin(read)
	})
}

func TestGate_countsWhatJoinsAWindowAsItsOwn(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) {
		b.exchange(remove, now(2000, 1999, 60*s))
		first := b.begin(read)
		time.Sleep(2 * s) // longer than a probe is waited for
		second := b.begin(read)
		b.Leave(first, now(2000, 1997, 58*s))
		w := b.endpoints[read].window
		assert.Same(b, b.endpoints[remove].window, w)
		assert.Equal(b, 3, w.sent)
		assert.Equal(b, 1, w.inFlight)
		b.Leave(second, now(2000, 1997, 58*s))
		assert.Zero(b, w.shared)
	})
}

// Where limits are known, one request of an endpoint that is not finds out
// which window counts it.
func TestGate_sendsOneRequestOfANewEndpointAhead(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, tc := range []struct {
		name  string
		known *Info
		first func() *Info
		want  []time.Duration
	}{
		{"limits are known", now(2000, 0, 60*s), func() *Info { return now(10, 3, 60*s) }, []time.Duration{0, 100 * ms, 100 * ms, 100 * ms, 200 * ms}},
		{"they are of a spent window", now(2000, 0, 60*s), func() *Info { return now(2000, 0, 60*s) }, []time.Duration{0, 60 * s}},
		{"it has none", now(2000, 0, 60*s), func() *Info { return &Info{} }, append(times(1, 0), times(20, 100*ms)...)},
		{"it is lost", now(2000, 0, 60*s), func() *Info { return nil }, []time.Duration{0, 100 * ms, 200 * ms, 300 * ms}},
		{"it is refused", now(2000, 0, 60*s), func() *Info { return refusal(20 * s) }, []time.Duration{0, 20100 * ms}},
		{"no limits are known", &Info{}, func() *Info { return now(10, 1, 60*s) }, times(20, 0)},
		{"a refusal is known", refusal(s), func() *Info { return now(10, 1, 60*s) }, times(20, 0)},
		{"limits are known from a refusal", &Info{Refused: true, Quota: Quota{2000, 0, time.Now()}}, func() *Info { return &Info{} }, append(times(1, 0), times(20, 100*ms)...)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, maxWait, func(b *bench) {
				known := *tc.known
				known.received, known.serverReceived = time.Now(), time.Now()
				if known.Limit > 0 {
					known.Reset = time.Now().Add(60 * s)
				}
				b.exchange(remove, &known)
				var later atomic.Bool
				at := b.queue(read, len(tc.want), func() *Info {
					if !later.Swap(true) || tc.name == "it is lost" {
						return tc.first()
					}
					return now(10, 2, 60*s)
				})
				assert.Equal(b, tc.want, at)
			})
		})
	}
	inBubble(t, maxWait, func(b *bench) { // but it is not waited for long
		b.exchange(remove, now(2000, 0, 60*s))
		b.begin(read)
		b.waits(read, s)
		b.begin(read)
	})
}

func TestGate_closesTheWindowThatRefused(t *testing.T) {
	t.Parallel()
	told := func(remaining int) *Info {
		i := refusal(20 * s)
		i.Quota = Quota{2000, remaining, time.Now().Add(20 * s)}
		return i
	}
	inBubble(t, maxWait, func(b *bench) { // of the key
		b.exchange(read, now(2000, 5, 40*s))
		b.exchange(remove, now(2000, 5, 40*s))
		b.exchange(remove, told(0))
		b.waits(read, 20*s)
	})
	for _, i := range []func() *Info{func() *Info { return refusal(20 * s) }, func() *Info { return told(3) }} {
		inBubble(t, maxWait, func(b *bench) { // of the endpoint alone
			b.exchange(read, now(2000, 5, 40*s))
			b.exchange(remove, now(2000, 5, 40*s))
			b.exchange(remove, i())
			b.exchange(read, now(2000, 4, 40*s))
			b.Leave(b.waits(remove, 20*s), now(2000, 3, 20*s))
			assert.Same(b, b.endpoints[read].window, b.endpoints[remove].window, "and then it is counted as before")
		})
	}
	inBubble(t, maxWait, func(b *bench) { // the limit is not known before
		b.exchange(read, told(0))
		assert.Equal(b, 2000, b.endpoints[read].window.quota.Limit)
		b.waits(read, 20*s)
	})
	inBubble(t, maxWait, func(b *bench) { // nor is that of another endpoint
		b.exchange(read, &Info{})
		b.exchange(remove, now(2000, 5, 40*s))
		b.exchange(remove, refusal(20*s))
		b.exchange(read, &Info{})
	})
	inBubble(t, maxWait, func(b *bench) { // before anything was told, each endpoint its own
		b.exchange(read, refusal(20*s))
		b.exchange(remove, refusal(30*s))
		b.waits(read, 20*s)
		b.waits(remove, 10*s)
	})
}

func TestGate_checksWhatNobodyWouldWaitFor(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) { // true
		late := b.begin(read)
		b.exchange(read, now(10, 0, time.Hour))
		check := b.begin(read)
		b.Leave(late, now(10, 0, time.Hour))
		time.AfterFunc(200*time.Millisecond, func() {
			b.Leave(check, &Info{Refused: true, Pause: 3599 * s, Quota: now(10, 0, 3599*s).Quota, received: time.Now(), serverReceived: time.Now()})
		})
		took, held := b.enter(b.Context(), &Call{Endpoint: read})
		assert.Equal(b, 65*s, took)
		assert.NotNil(b, held)
		b.waits(read, 200*time.Millisecond) // and is checked again
	})
	inBubble(t, maxWait, func(b *bench) { // not true: the server serves
		b.exchange(read, now(10, 0, time.Hour))
		b.exchange(read, now(10, 0, time.Hour))
		for range 1000 {
			b.begin(read)
		}
		b.exchange(read, now(10, 0, time.Hour))
		b.exchange(read, now(2000, 1900, 60*s)) // now it is consistent
		b.exchange(read, now(2000, 0, 60*s))
		b.waits(read, 60*s)
	})
	inBubble(t, maxWait, func(b *bench) { // not true, but it refuses then
		b.exchange(read, now(10, 0, time.Hour))
		b.exchange(read, now(10, 0, time.Hour))
		b.exchange(read, refusal(20*s))
		b.waits(read, 20*s)
	})
	inBubble(t, maxWait, func(b *bench) { // a check that hangs is followed by another
		b.exchange(read, now(10, 0, time.Hour))
		b.begin(read)
		b.waits(read, s)
		b.waits(read, s)
	})
	inBubble(t, maxWait, func(b *bench) { // a pause that is too long is checked too
		b.exchange(read, refusal(time.Hour))
		b.Leave(b.waits(read, 65*s), now(10, 5, 60*s))
		b.begin(read)
	})
}

// 32 callers, and a server that serves, but says that none remain for an hour.
func TestGate_isNotFooledForLong(t *testing.T) {
	t.Parallel()
	inBubble(t, maxWait, func(b *bench) {
		start := time.Now()
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				for range 3 {
					c := &Call{Endpoint: read}
					_, held := b.Enter(b.Context(), c, func(time.Duration) {})
					assert.Nil(b, held)
					time.Sleep(100 * time.Millisecond)
					b.Leave(c, now(2000, 0, time.Hour))
				}
			})
		}
		wg.Wait()
		assert.Equal(b, 400*time.Millisecond, time.Since(start))
	})
}

func TestGate_allocatesNothingWhenNothingIsHeld(t *testing.T) {
	g := NewGate(maxWait)
	c := &Call{Endpoint: read}
	i := now(1<<30, 1<<29, time.Hour)
	onHold := func(time.Duration) {}
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		_, _ = g.Enter(t.Context(), c, onHold)
		g.Leave(c, i)
	}))
}
