// Package ratelimit holds requests back that the server would refuse because
// of its rate limits.
package ratelimit

import (
	"container/list"
	"context"
	"math"
	"sync"
	"time"
)

// Gate holds back the requests of all calls that share a key. Everything that
// it knows is from responses: it counts no windows of time of its own, and
// holds nothing back from a server that does not describe its limits.
//
// It keeps a window for each limit. The largest limit that is known is the
// key's own, and the endpoints that report it share its window. A lower limit
// is that of the endpoint that reports it. A refusal that does not say which
// limit was hit closes a window of the endpoint alone. So a window that is
// spent never holds back the calls of an endpoint that is not counted in it.
//
// A window is in one of four phases, and a request is one of four events:
//
//	           | admitted             | answered                | refused      | lost
//	-----------+----------------------+-------------------------+--------------+---------------
//	unlimited  | always               | → counting              | → counting   |
//	counting   | while fewer are in   | counts down             | → counting   | leaves room
//	           | flight than remain   |                         |              |
//	probing    | one, the probe; the  | → counting              | → counting   | the next one
//	           | others if there is   | → doubted, if none were |              | is the probe
//	           | no response within   |   left, and none are    |              |
//	           | a second             | → unlimited, if nothing |              |
//	           |                      |   is said of a window   |              |
//	doubted    | always               | → counting, if requests | → counting   |
//	           |                      |   remain                |              |
//
// After a refusal none remain until the server's pause is over. Where others
// are seen to use a limit too, only a part of what remains may be in flight.
//
// A window goes from counting to probing when it ends, so that a clock that is
// a little off costs one refusal instead of many. The first request of an
// endpoint is a probe too, once it is known that the server has limits. A
// window that has not ended is probed if it is said to be spent for longer than
// any call may be held back: when a response says so for the first time, and
// maxWait after a refusal. If the server then serves the probe and still says
// that none remain, its count is wrong, and is not believed before it says
// otherwise.
type Gate struct {
	maxWait time.Duration // 0: never hold anything back

	mu        sync.Mutex
	endpoints map[Endpoint]*endpoint
	limits    bool // whether any response has described a window
	waiting   int  // calls in the queues of all endpoints
	arrivals  int  // calls that have ever been in one
	timer     *time.Timer
}

// Endpoint names an endpoint.
type Endpoint struct{ Method, Route string }

// endpoint is what the gate knows of an endpoint.
type endpoint struct {
	window   *window
	inFlight int
	queue    list.List // of *waiter, first come, first served
}

// Call is one call of an endpoint, which sends one or more requests, one after
// the other.
type Call struct {
	Endpoint Endpoint
	Patient  bool          // whether only the context bounds how long the call is held back
	Waited   time.Duration // how long the rate limit has held the call back

	endpoint *endpoint
	probe    *window // whose probe is in flight
}

// waiter is a call that is held back.
type waiter struct {
	call    *Call
	arrival int
	ready   chan struct{} // closed when the call is admitted
}

// Held says that a call was held back for as long as it can wait.
type Held struct {
	RetryAfter time.Duration // until the window ends; 0 if it has
	Quota      Quota         // as last told
}

// NewGate returns a gate that holds a call back for at most maxWait in all,
// unless it is patient.
func NewGate(maxWait time.Duration) *Gate {
	return &Gate{maxWait: maxWait, endpoints: map[Endpoint]*endpoint{}}
}

// Enter waits until the next request of c may be sent, and returns the time
// then. Unless it returns a Held, it must be followed by one Leave. It calls
// onHold once if it waits for the end of a window, with the time until then.
func (g *Gate) Enter(ctx context.Context, c *Call, onHold func(time.Duration)) (time.Time, *Held) {
	now := time.Now()
	if g.maxWait == 0 {
		return now, nil
	}
	g.mu.Lock()
	c.endpoint = g.endpoint(c.Endpoint)
	if g.waiting > 0 {
		g.grant(now) // to those that came before
	}
	w := c.endpoint.window
	again, closed := w.closed(now)
	if !closed {
		g.admit(c, now)
		g.mu.Unlock()
		return now, nil
	}
	full, held := w.full(), w.held(now)
	g.mu.Unlock()

	if full {
		if deadline, ok := ctx.Deadline(); ok && !deadline.After(again) {
			return now, held
		}
		onHold(again.Sub(now))
		onHold = nil
	}
	return g.wait(ctx, c, onHold)
}

// wait puts c into the queue, and takes it out when it is admitted, when its
// patience ends, or when ctx does. Unless onHold is nil, it is
// called if the window of c becomes full meanwhile.
func (g *Gate) wait(ctx context.Context, c *Call, onHold func(time.Duration)) (now time.Time, held *Held) {
	start := time.Now()
	w := &waiter{call: c, ready: make(chan struct{})}
	g.mu.Lock()
	g.arrivals++
	w.arrival = g.arrivals
	place := c.endpoint.queue.PushBack(w)
	g.waiting++
	g.grant(start)
	g.mu.Unlock()

	panicked := true // by onHold
	defer func() {
		now = time.Now()
		c.Waited += now.Sub(start)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.grant(now) // the window may open at this very moment
		select {
		case <-w.ready:
			if !panicked && ctx.Err() == nil {
				return
			}
			g.leave(c, nil)
		default:
			c.endpoint.queue.Remove(place)
			g.waiting--
		}
		held = c.endpoint.window.held(now)
	}()
	var budget <-chan time.Time
	if !c.Patient {
		timer := time.NewTimer(g.maxWait - c.Waited)
		defer timer.Stop()
		budget = timer.C
	}
	var look <-chan time.Time
	if onHold != nil {
		ticker := time.NewTicker(probePatience)
		defer ticker.Stop()
		look = ticker.C
	}
	for {
		select {
		case <-look:
			if wait, full := g.untilOpen(c); full {
				onHold(wait)
				look = nil
			}
			continue
		case <-w.ready:
		case <-budget:
		case <-ctx.Done():
		}
		panicked = false
		return now, held
	}
}

// untilOpen reports whether the window of c is full, and for how long.
func (g *Gate) untilOpen(c *Call) (wait time.Duration, full bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := c.endpoint.window
	return time.Until(w.opens()), w.full()
}

// Leave takes note of what became of the request that Enter admitted. i is nil
// if there was no response.
func (g *Gate) Leave(c *Call, i *Info) {
	if g.maxWait == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.leave(c, i)
}

func (g *Gate) leave(c *Call, i *Info) {
	ep, w := c.endpoint, c.endpoint.window
	ep.inFlight--
	w.inFlight--
	g.limits = g.limits || i != nil && i.told()
	switch probe := c.probe == w; {
	case i == nil:
		w.lost(probe)
	case i.Refused:
		limit := 0
		if i.Remaining == 0 {
			limit = i.Limit
		}
		g.count(ep, limit).refused(i, g.maxWait)
	case !i.told():
		w.silent(probe)
	case i.Limit != w.quota.Limit && w.remaining == 0 && !probe:
		// It was sent before the limit that is spent now was known.
	default:
		w = g.count(ep, i.Limit)
		w.told(i, c.probe == w, g.maxWait)
	}
	c.probe = nil
	if g.waiting > 0 {
		g.grant(time.Now())
	}
}

func (g *Gate) admit(c *Call, now time.Time) {
	c.endpoint.inFlight++
	if w := c.endpoint.window; w.admit(now) {
		c.probe = w
	}
}

// grant admits who may go, and sets the timer for the others.
func (g *Gate) grant(now time.Time) {
	for g.waiting > 0 {
		var next *list.List
		var wake time.Time
		for _, ep := range g.endpoints {
			if ep.queue.Len() == 0 {
				continue
			}
			switch again, closed := ep.window.closed(now); {
			case !closed && (next == nil || first(&ep.queue).arrival < first(next).arrival):
				next = &ep.queue
			case closed && (wake.IsZero() || again.Before(wake)):
				wake = again
			}
		}
		if next == nil {
			g.wakeIn(wake.Sub(now))
			return
		}
		w := next.Remove(next.Front()).(*waiter)
		g.waiting--
		g.admit(w.call, now)
		close(w.ready)
	}
}

func first(queue *list.List) *waiter { return queue.Front().Value.(*waiter) }

func (g *Gate) wakeIn(d time.Duration) {
	if g.timer != nil {
		g.timer.Reset(d)
		return
	}
	g.timer = time.AfterFunc(d, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.grant(time.Now())
	})
}

// endpoint returns what is known of an endpoint. Of a new one nothing is: it is
// not held back by the windows of others, but if there are any, one request
// goes ahead to learn which of them counts it.
func (g *Gate) endpoint(name Endpoint) *endpoint {
	ep := g.endpoints[name]
	if ep == nil {
		ep = &endpoint{window: &window{remaining: math.MaxInt}}
		if g.limits {
			ep.window.phase = probing
		}
		g.endpoints[name] = ep
	}
	return ep
}

// count has an endpoint counted by the window of a limit, which is 0 if it is
// unknown, and returns the window.
func (g *Gate) count(ep *endpoint, limit int) *window {
	if ep.window.quota.Limit == limit {
		return ep.window
	}
	w := g.sharedBy(ep, limit)
	if w == nil {
		w = &window{quota: Quota{Limit: limit}, remaining: math.MaxInt}
	}
	ep.window.inFlight -= ep.inFlight
	w.inFlight += ep.inFlight
	w.sent += ep.inFlight + 1 // with the one that was answered
	ep.window = w
	return w
}

// sharedBy returns the window of the other endpoints with a limit, or nil if
// there are none, or if the limit is lower than the key's and so the endpoint's
// own.
func (g *Gate) sharedBy(ep *endpoint, limit int) (w *window) {
	for _, other := range g.endpoints {
		switch known := other.window.quota.Limit; {
		case limit == 0 || other == ep:
		case known > limit:
			return nil
		case known == limit:
			w = other.window
		}
	}
	return w
}
