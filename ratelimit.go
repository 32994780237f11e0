package featurebase

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"
)

// RateLimit is what an answer said about the rate limit, which counts requests
// in windows of one minute. It is the zero value if the answer said nothing.
type RateLimit struct {
	Limit     int       // requests allowed in a window
	Remaining int       // requests left in this window
	Reset     time.Time // when the window ends, by this machine's clock; zero if unknown
}

// RateLimit gives what the newest answer said about the rate limit. It is the
// zero value before the first answer, and if the server does not say.
func (c *Client) RateLimit() RateLimit {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	return c.gate.last
}

// RateLimitError says that the rate limit does not allow a request before the
// context ends. It was not sent.
type RateLimitError struct {
	RetryAfter time.Duration // until requests are let go again
	RateLimit  RateLimit     // as last known
}

// Error gives one line of text.
func (e *RateLimitError) Error() string {
	return fmt.Sprintf("the rate limit holds requests back for another %v, and the context ends before", e.RetryAfter.Round(time.Millisecond))
}

// Is matches ErrRateLimited.
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

const (
	// probePatience is how long the first request of a new window keeps the
	// others waiting for its answer.
	probePatience = time.Second
	// refusedPause is how long the gate stays closed after a refusal that
	// names no credible time.
	refusedPause = time.Second
	// sameWindow is by how much the ends of one window may differ between
	// answers, because servers round.
	sameWindow = 1500 * time.Millisecond
	// sharedFraction is the part of what remains of a window that may be in
	// flight at once when others use the window too. A burst of theirs then
	// causes few refusals.
	sharedFraction = 8
)

// gate holds requests back that the rate limit would refuse. Everything it
// knows is from answers: it counts no windows of its own, and without
// rate-limit headers it holds nothing back.
type gate struct {
	maxWait time.Duration // 0: never hold anything back

	mu        sync.Mutex
	last      RateLimit // as the newest answer has it
	known     bool      // whether the fields below tell of a window
	limit     int       // 0: not known
	remaining int       // as the server counts: without what is on its way
	reset     time.Time // when the window ends, by this machine's clock
	window    time.Time // the same by the server's
	inFlight  int
	sent      int // in this window, with what was in flight when it began
	others    int // for how many windows more it is assumed that others use them too

	// fresh says that the window has ended and no answer has told of the next
	// one. One request goes ahead then, so that a clock that is a little off
	// costs one refusal instead of many.
	fresh bool
	probe time.Time // when it went; zero if it has not

	queue []*waiter // first come, first served
	timer *time.Timer
}

type waiter struct{ ready chan struct{} }

// enter waits until a request may be sent, and gives the time then. Unless it
// fails it is to be followed by one leave.
func (g *gate) enter(ctx context.Context) (time.Time, error) {
	now := time.Now()
	g.mu.Lock()
	if len(g.queue) == 0 {
		if _, ok := g.admit(now); ok {
			g.mu.Unlock()
			return now, nil
		}
	}
	if err := g.tooLate(ctx, now); err != nil {
		g.mu.Unlock()
		return now, err
	}
	w := &waiter{ready: make(chan struct{})}
	g.queue = append(g.queue, w)
	g.grant(now)
	g.mu.Unlock()

	select {
	case <-w.ready:
		return time.Now(), nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now = time.Now()
	if i := slices.Index(g.queue, w); i >= 0 {
		g.queue = slices.Delete(g.queue, i, i+1)
	} else {
		g.inFlight--
		g.grant(now)
	}
	return now, fmt.Errorf("%w: %w", contextError(ctx), &RateLimitError{RetryAfter: max(0, g.reset.Sub(now)), RateLimit: g.last})
}

// tooLate gives the error for a context that ends while the window is spent.
func (g *gate) tooLate(ctx context.Context, now time.Time) error {
	deadline, ok := ctx.Deadline()
	if !ok || g.remaining > 0 || g.fresh || deadline.After(g.reset) {
		return nil
	}
	return &RateLimitError{RetryAfter: g.reset.Sub(now), RateLimit: g.last}
}

// admit lets a request go if it may, and otherwise says when to ask again at
// the latest.
func (g *gate) admit(now time.Time) (again time.Time, ok bool) {
	if g.known && g.maxWait > 0 {
		if !g.fresh && !now.Before(g.reset) {
			g.fresh, g.probe = true, time.Time{}
			g.sent, g.others = g.inFlight, max(0, g.others-1)
			if g.remaining = g.limit; g.limit == 0 {
				g.remaining = math.MaxInt
			}
		}
		if g.fresh {
			if g.probe.IsZero() {
				g.probe = now
				g.inFlight++
				g.sent++
				return now, true
			}
			if patience := g.probe.Add(probePatience); now.Before(patience) {
				return patience, false
			}
		}
		room := g.remaining
		if g.others > 0 {
			room = min(room, max(1, room/sharedFraction))
		}
		if g.inFlight >= room {
			if g.fresh {
				return now.Add(probePatience), false
			}
			return g.reset, false
		}
	}
	g.inFlight++
	g.sent++
	return now, true
}

// grant lets go of the queue what may go, and sets the timer for the rest.
func (g *gate) grant(now time.Time) {
	for len(g.queue) > 0 {
		again, ok := g.admit(now)
		if !ok {
			g.wake(again.Sub(now))
			return
		}
		close(g.queue[0].ready)
		g.queue = g.queue[1:]
	}
}

func (g *gate) wake(in time.Duration) {
	if g.timer != nil {
		g.timer.Stop()
	}
	g.timer = time.AfterFunc(in, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.grant(time.Now())
	})
}

// leave takes note of what became of a request. a is nil if it got no answer.
func (g *gate) leave(a *answer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	if a != nil {
		g.learn(a)
	} else if g.fresh {
		g.probe = time.Time{} // let another one go ahead
	}
	if len(g.queue) > 0 {
		g.grant(time.Now())
	}
}

func (g *gate) learn(a *answer) {
	r := a.rate
	told := r.Limit > 0 && !r.Reset.IsZero()
	if told {
		g.last = r.RateLimit
	}
	latest := a.received.Add(g.maxWait)
	ends := r.server.Add(r.Reset.Sub(a.received)) // by the server's clock, if told
	if a.status == http.StatusTooManyRequests {
		pause := max(a.pause(), refusedPause)
		g.known, g.fresh, g.remaining = true, false, 0
		g.reset = earlier(a.received.Add(pause), latest)
		g.window = r.server.Add(pause)
		if told {
			g.limit, g.window = r.Limit, ends
		}
		return
	}
	if !told {
		g.known = g.known && !g.fresh // of the new window nothing will be told
		return
	}
	if !r.Reset.After(a.received) {
		return // of a window that is over
	}
	switch diff := ends.Sub(g.window); {
	case !g.known || diff > sameWindow: // another window than was known of
		if !g.fresh {
			g.sent = r.Limit - r.Remaining + g.inFlight
		}
		g.known, g.window, g.remaining = true, ends, r.Remaining
		g.reset = earlier(r.Reset, latest)
	case diff < -sameWindow:
		return // overtaken by what is known
	case g.fresh: // the window was not over yet
		g.remaining = r.Remaining
		g.reset = earlier(r.Reset, latest)
	default:
		g.remaining = min(g.remaining, r.Remaining)
		if r.rounded == r.Reset.After(g.reset) {
			g.reset = earlier(r.Reset, latest)
		}
	}
	g.limit, g.fresh = r.Limit, false
	if r.Limit-r.Remaining > g.sent {
		g.others = 2
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
