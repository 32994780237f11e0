package ratelimit

import (
	"math"
	"time"
)

const (
	// probePatience is how long a probe keeps the others waiting for its
	// response.
	probePatience = time.Second
	// refusedPause is how long a window stays closed after a refusal whose pause
	// was rounded down to nothing.
	refusedPause = time.Second
	// sameWindow is by how much the ends of one window may differ between
	// responses, because servers round.
	sameWindow = 1500 * time.Millisecond
	// sharedFraction is the part of what remains of a window that may be in
	// flight at once when others use the window too. A burst of theirs then
	// causes few refusals.
	sharedFraction = 8
	// sharedFor is for how many windows it is assumed that others use the limit
	// after they were noticed, with the one in which they were.
	sharedFor = 2
)

// phase is what is known of a window. See Gate.
type phase int

const (
	unlimited phase = iota
	counting
	probing
	doubted
)

// window counts the requests under one limit, from one window of time to the
// next. It has no lock of its own.
type window struct {
	phase      phase
	quota      Quota     // as last told; without a Limit, the window is that of an endpoint whose limit is unknown
	remaining  int       // as the server counts, without what is in flight; math.MaxInt if unknown
	ends       time.Time // by this machine's clock
	serverEnds time.Time // the same by the server's, which tells windows apart
	check      time.Time // when to find out whether none remain indeed
	probe      time.Time // when the newest probe was sent; zero if none is in flight
	inFlight   int
	sent       int // in this window of time, with what was in flight when it began
	shared     int // for how many windows of time, with this one, others are assumed to use the limit too
}

// opens returns when a window that is full has room again at the latest.
func (w *window) opens() time.Time {
	if w.remaining == 0 && w.check.Before(w.ends) {
		return w.check
	}
	return w.ends
}

// held returns what is known, for a call that can't wait any longer.
func (w *window) held(now time.Time) *Held {
	return &Held{RetryAfter: max(0, w.ends.Sub(now)), Quota: w.quota}
}

// full reports whether everything that remains is used or in flight.
func (w *window) full() bool { return w.phase == counting && w.inFlight >= w.remaining }

// room is how many requests may be in flight at once.
func (w *window) room() int {
	if w.shared > 0 {
		return min(w.remaining, max(1, w.remaining/sharedFraction))
	}
	return w.remaining
}

// checking reports whether the window is said to be spent and has not ended,
// but is asked for a request all the same.
func (w *window) checking() bool { return w.phase == probing && w.remaining == 0 }

// closed reports whether a request must wait, and when to ask again at the
// latest.
func (w *window) closed(now time.Time) (again time.Time, closed bool) {
	if w.phase == counting && !now.Before(w.opens()) {
		w.startProbing(now)
	}
	if w.phase == probing {
		if patience := w.probe.Add(probePatience); now.Before(patience) {
			return patience, true
		}
		if w.probe.IsZero() || w.checking() {
			return now, false // for a probe
		}
	}
	switch {
	case w.inFlight < w.room():
		return now, false
	case w.phase == probing:
		return now.Add(probePatience), true
	}
	return w.opens(), true
}

func (w *window) startProbing(now time.Time) {
	w.phase, w.probe = probing, time.Time{}
	if now.Before(w.ends) {
		return // the same window of time
	}
	w.sent, w.shared = w.inFlight, max(0, w.shared-1)
	if w.remaining = w.quota.Limit; w.remaining == 0 {
		w.remaining = math.MaxInt
	}
}

// admit counts a request that is not closed out, and reports whether it is a
// probe.
func (w *window) admit(now time.Time) (probe bool) {
	w.inFlight++
	w.sent++
	if probe = w.phase == probing && (w.probe.IsZero() || w.checking()); probe {
		w.probe = now
	}
	return probe
}

// lost takes note of a request without a response.
func (w *window) lost(probe bool) {
	if probe {
		w.probe = time.Time{}
	}
}

// silent takes note of a response that does not describe a window.
func (w *window) silent(probe bool) {
	if probe && w.phase == probing { // of the new window nothing will be told
		w.phase, w.remaining = unlimited, math.MaxInt
	}
}

// refused takes note of a refusal.
func (w *window) refused(i *Info, maxWait time.Duration) {
	pause := i.Pause
	if pause == 0 {
		pause = refusedPause
	}
	w.phase, w.remaining = counting, 0
	w.ends, w.serverEnds = i.received.Add(pause), i.serverReceived.Add(pause)
	w.check = i.received.Add(maxWait)
	if i.told() && i.Limit == w.quota.Limit {
		w.quota, w.serverEnds = i.Quota, i.serverReset()
	}
}

// told takes note of a response, other than a refusal, that describes a window.
func (w *window) told(i *Info, probe bool, maxWait time.Duration) {
	w.quota = i.Quota
	if !i.Reset.After(i.received) { // of a window of time that is over
		w.silent(probe)
		return
	}
	later := i.serverReset().Sub(w.serverEnds)
	switch {
	case w.phase == doubted && i.Remaining == 0:
		return
	case w.checking() && probe && i.Remaining == 0:
		w.phase, w.remaining = doubted, math.MaxInt
		return
	case w.phase == counting && later < -sameWindow, w.phase == probing && !probe && later <= sameWindow:
		return // overtaken by what is known
	case w.phase == counting && later <= sameWindow:
		if i.rounded == i.Reset.After(w.ends) {
			w.ends = i.Reset
		}
		if i.Remaining < w.remaining {
			w.remain(i, maxWait)
		}
	default:
		if w.phase != probing || later <= sameWindow { // otherwise sent is known
			w.sent = i.Limit - i.Remaining + w.inFlight
		}
		w.phase, w.ends, w.serverEnds = counting, i.Reset, i.serverReset()
		w.remain(i, maxWait)
	}
	if i.Limit-i.Remaining > w.sent {
		w.shared = sharedFor
	}
}

// remain believes what i says about the requests that remain.
func (w *window) remain(i *Info, maxWait time.Duration) {
	w.remaining = i.Remaining
	w.check = i.received.Add(maxWait)
	if w.check.Before(w.ends) {
		w.check = i.received // no call would wait so long: is it true?
	}
}
