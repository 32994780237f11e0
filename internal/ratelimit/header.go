package ratelimit

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// maxCredible bounds how far ahead a time that a server names may be.
const maxCredible = 24 * time.Hour

// Quota is what a response says about the rate limit in X-RateLimit-Limit,
// -Remaining and -Reset.
type Quota struct {
	Limit     int       // requests allowed in a window; 0 if unknown
	Remaining int       // requests left in this window
	Reset     time.Time // when the window ends, by this machine's clock; zero if unknown
}

// Info is everything that one response says about the rate limit.
type Info struct {
	Quota

	// Refused reports whether the status is 429.
	Refused bool

	// Pause is how long the server wants to be left alone: after a 429 always,
	// after a 503 if it says so.
	Pause time.Duration

	received       time.Time // by this machine's clock
	serverReceived time.Time // by the server's
	// rounded says that the server counts whole seconds to the end, up or
	// down; otherwise the end is exact, and Reset at most too late.
	rounded bool
}

// told reports whether the response describes a window.
func (i *Info) told() bool { return i.Limit > 0 && !i.Reset.IsZero() }

// serverReset is Reset by the server's clock.
func (i *Info) serverReset() time.Time { return i.serverReceived.Add(i.Reset.Sub(i.received)) }

// Clock reads the server's time. It is safe for concurrent use.
type Clock struct{ newest atomic.Pointer[date] }

// date is a Date header, which the responses of a second share.
type date struct {
	text string
	time time.Time
}

// Read returns what the response with this status and header, received at this
// time, says about the rate limit.
func (c *Clock) Read(status int, h http.Header, received time.Time) Info {
	i := Info{Refused: status == http.StatusTooManyRequests, received: received, serverReceived: c.time(h, received)}
	limit, okLimit := parseCount(get(h, "X-Ratelimit-Limit"))
	remaining, okRemaining := parseCount(get(h, "X-Ratelimit-Remaining"))
	if okLimit && okRemaining {
		i.Limit, i.Remaining = limit, remaining
	}
	if n, ok := parseNumber(get(h, "X-Ratelimit-Reset")); ok {
		if in, relative, ok := untilReset(n, i.serverReceived); ok {
			i.Reset, i.rounded = received.Add(in), relative
		}
	}
	if i.Refused || status == http.StatusServiceUnavailable {
		i.Pause = i.pause(h)
	}
	return i
}

// pause is Info.Pause of a 429 or 503.
func (i *Info) pause(h http.Header) time.Duration {
	d, ok := retryAfter(h, i.serverReceived)
	switch {
	case ok || !i.Refused:
		return d
	case !i.Reset.IsZero():
		return i.Reset.Sub(i.received)
	}
	// Nothing is said. Most of the API's windows end with the minute. If this
	// one does not, the pause after the next refusal lasts a whole minute.
	now := i.serverReceived
	return now.Truncate(time.Minute).Add(time.Minute).Sub(now)
}

// time is the server's idea of now, so that a wrong clock here does not
// matter. Date is cut to whole seconds.
func (c *Clock) time(h http.Header, now time.Time) time.Time {
	text := get(h, "Date")
	if text == "" { // as is usual of mocks; the error of ParseTime would be costly
		return now
	}
	if d := c.newest.Load(); d != nil && d.text == text {
		return d.time
	}
	t, err := http.ParseTime(text)
	if err != nil {
		return now
	}
	c.newest.Store(&date{text, t})
	return t
}

// get is h.Get for a name in its canonical form, which is not that of the
// documentation.
func get(h http.Header, canonical string) string {
	if values := h[canonical]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func parseCount(s string) (int, bool) {
	if s == "" { // as is usual of mocks; the error of Atoi would be costly
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0
}

// untilReset returns the time until X-RateLimit-Reset, which is n. Its unit is
// not documented, but follows from its size: seconds from now (relative) are never
// as many as the seconds since 1970, nor are those as many as the milliseconds.
func untilReset(n float64, server time.Time) (in time.Duration, relative, ok bool) {
	switch {
	case n >= 1e11:
		n = n/1e3 - unixSeconds(server)
	case n >= 1e8:
		n -= unixSeconds(server)
	default:
		relative = true
	}
	in, ok = credible(n)
	return in, relative, ok
}

// retryAfter returns the wait that Retry-After asks for, in seconds or as a
// date.
func retryAfter(h http.Header, server time.Time) (time.Duration, bool) {
	s := get(h, "Retry-After")
	if s == "" { // the error of ParseTime would be costly
		return 0, false
	}
	if n, ok := parseNumber(s); ok {
		return credible(n)
	}
	if t, err := http.ParseTime(s); err == nil {
		return credible(unixSeconds(t) - unixSeconds(server))
	}
	return 0, false
}

func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1e3 }

// parseNumber reads a number that is not negative, in decimal notation with or
// without a fraction.
func parseNumber(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// credible refuses times too far off to be meant. A time that has just passed,
// as times cut to whole seconds do, is now.
func credible(seconds float64) (time.Duration, bool) {
	if seconds < -1 || seconds > maxCredible.Seconds() {
		return 0, false
	}
	return max(0, time.Duration(seconds*float64(time.Second))), true
}
