package featurebasetest

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// requestsPerMinute is what the API allows a key.
const requestsPerMinute = 2000

// RateLimitConfig is how many requests the server allows, and how it reports that.
type RateLimitConfig struct {
	// Requests are allowed in a Window. Windows begin at the multiples of
	// their length on the server's clock.
	Requests int
	Window   time.Duration

	// Others returns how many requests other users of the key have made when
	// this much of a window has passed, or is nil. It must not decrease.
	Others func(passed time.Duration) int

	// Reset is the unit of X-RateLimit-Reset, which is not documented.
	Reset ResetUnit

	// RetryAfter has refusals carry a Retry-After, which is not documented.
	RetryAfter bool

	// ClockAhead is by how much the server's clock is ahead of this machine's.
	ClockAhead time.Duration
}

// ResetUnit is a unit of X-RateLimit-Reset.
type ResetUnit int

// The units that servers use.
const (
	ResetEpochSeconds      ResetUnit = iota
	ResetEpochMilliseconds           // since 1970
	ResetSecondsFromNow              // rounded up
)

// SetRateLimit has the server refuse, with a 429, the requests that are over
// the limit. A fresh window begins. Until it is called, every response says that
// all of 2,000 requests a minute are left: the limit has the form that users meet,
// but can't be spent.
func (s *Server) SetRateLimit(l RateLimitConfig) {
	if l.Requests <= 0 || l.Window <= 0 {
		s.misuse("SetRateLimit: want positive Requests and Window, not %d and %v", l.Requests, l.Window)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limiter = limiter{RateLimitConfig: l, enforced: true}
}

// limiter counts requests.
type limiter struct {
	RateLimitConfig
	enforced bool
	window   time.Time // when it began
	used     int       // requests of this server's client in the window
}

// now is the server's time.
func (s *Server) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock()
}

// clock is now with the lock held.
func (s *Server) clock() time.Time { return time.Now().Add(s.limiter.ClockAhead) }

// allow counts a request and says whether it is within the limit.
func (l *limiter) allow(now time.Time) bool {
	if begin := now.Truncate(l.Window); begin.After(l.window) {
		l.window, l.used = begin, 0
	}
	if !l.enforced {
		return true
	}
	if l.remaining(now) == 0 {
		return false
	}
	l.used++
	return true
}

func (l *limiter) remaining(now time.Time) int {
	used := l.used
	if l.Others != nil {
		used += l.Others(now.Sub(l.window))
	}
	return max(0, l.Requests-used)
}

// describe sets the rate-limit headers.
func (l *limiter) describe(h http.Header, now time.Time, refused bool) {
	end := l.window.Add(l.Window)
	left := strconv.Itoa(int(math.Ceil(end.Sub(now).Seconds())))
	reset := left
	switch l.Reset {
	case ResetEpochSeconds:
		reset = strconv.FormatInt(int64(math.Ceil(float64(end.UnixMilli())/1e3)), 10)
	case ResetEpochMilliseconds:
		reset = strconv.FormatInt(end.UnixMilli(), 10)
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(l.Requests))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(l.remaining(now)))
	h.Set("X-RateLimit-Reset", reset)
	if refused && l.RetryAfter {
		h.Set("Retry-After", left)
	}
}
