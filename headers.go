package featurebase

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// window is the length of the API's rate-limit window.
const window = time.Minute

// credible bounds how far ahead a time that a server names may be.
const credible = 24 * time.Hour

// rateInfo is what one answer tells the gate.
type rateInfo struct {
	RateLimit
	// server is when the answer was received, by the server's clock.
	server time.Time
	// rounded says that the server counts whole seconds to the end, up or
	// down; otherwise the end is exact, and Reset at most too late.
	rounded bool
}

func parseRateLimit(h http.Header, now, server time.Time) rateInfo {
	r := rateInfo{server: server}
	limit, okLimit := parseCount(first(h, "X-Ratelimit-Limit"))
	remaining, okRemaining := parseCount(first(h, "X-Ratelimit-Remaining"))
	if okLimit && okRemaining {
		r.Limit, r.Remaining = limit, remaining
	}
	if n, ok := parseNumber(first(h, "X-Ratelimit-Reset")); ok {
		if in, relative, ok := untilReset(n, server); ok {
			r.Reset, r.rounded = now.Add(in), relative
		}
	}
	return r
}

// first is h.Get for a name in its canonical form, which is not that of the
// documentation.
func first(h http.Header, canonical string) string {
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

// untilReset gives the time until X-RateLimit-Reset, which is n. Its unit is not
// documented, but its size tells: seconds from now (relative) are never as many
// as the seconds since 1970, nor are those as many as the milliseconds.
func untilReset(n float64, server time.Time) (in time.Duration, relative, ok bool) {
	switch {
	case n >= 1e11:
		n = n/1e3 - unixSeconds(server)
	case n >= 1e8:
		n -= unixSeconds(server)
	default:
		relative = true
	}
	in, ok = credibleDuration(n)
	return in, relative, ok
}

// parseRetryAfter gives the wait that Retry-After asks for, in seconds or as a
// date.
func parseRetryAfter(h http.Header, server time.Time) (time.Duration, bool) {
	s := first(h, "Retry-After")
	if n, ok := parseNumber(s); ok {
		return credibleDuration(n)
	}
	if t, err := http.ParseTime(s); err == nil {
		return credibleDuration(unixSeconds(t) - unixSeconds(server))
	}
	return 0, false
}

// dateMemo remembers the newest Date, which the answers of a second share.
type dateMemo struct{ newest atomic.Pointer[date] }

type date struct {
	text string
	time time.Time
}

// serverTime is the server's idea of now, so that a wrong clock here does not
// matter; Date is cut to whole seconds.
func (m *dateMemo) serverTime(h http.Header, now time.Time) time.Time {
	text := first(h, "Date")
	if d := m.newest.Load(); d != nil && d.text == text {
		return d.time
	}
	if text == "" {
		return now
	}
	t, err := http.ParseTime(text)
	if err != nil {
		return now
	}
	m.newest.Store(&date{text, t})
	return t
}

func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1e3 }

// parseNumber reads a number that is not negative, in decimal notation with or
// without a fraction.
func parseNumber(s string) (float64, bool) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, false
	}
	if n, err := strconv.ParseUint(s, 10, 63); err == nil {
		return float64(n), true
	}
	if strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// credibleDuration refuses times too far off to be meant. A time that has just
// passed, as times cut to whole seconds do, is now.
func credibleDuration(seconds float64) (time.Duration, bool) {
	if seconds < -1 || seconds > credible.Seconds() {
		return 0, false
	}
	return max(0, time.Duration(seconds*float64(time.Second))), true
}

// requestIDHeaders are where servers and proxies put it, in the canonical form;
// the API documents none.
var requestIDHeaders = []string{"X-Request-Id", "Request-Id", "X-Correlation-Id", "Cf-Ray"}

func requestID(h http.Header) string {
	for _, name := range requestIDHeaders {
		if id := first(h, name); id != "" {
			return clip(id)
		}
	}
	return ""
}
