package ratelimit

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// header returns a header with these names and values.
func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestClock_readsResetInEveryUnit(t *testing.T) {
	t.Parallel()
	const (
		limit, remaining, reset = "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"
		y1973                   = "Sat, 03 Mar 1973 09:46:20 GMT" // 20 seconds before 1e8 seconds
	)
	now := time.Date(2026, 11, 23, 12, 0, 20, 0, time.UTC)
	in := func(d time.Duration) Quota { return Quota{Reset: now.Add(d)} }
	for _, tc := range []struct {
		name    string
		header  http.Header
		want    Quota
		rounded bool
	}{
		{"epoch seconds", header(limit, "2000", remaining, "12", reset, "1795435260"), Quota{2000, 12, now.Add(40 * time.Second)}, false},
		{"epoch milliseconds", header(limit, "2000", remaining, "12", reset, "1795435260000"), Quota{2000, 12, now.Add(40 * time.Second)}, false},
		{"seconds from now", header(limit, "2000", remaining, "0", reset, "40"), Quota{2000, 0, now.Add(40 * time.Second)}, true},
		{"spaces", header(reset, " 40 "), in(40 * time.Second), true},
		{"fraction", header(reset, "39.5"), in(39500 * time.Millisecond), true},
		{"zero", header(reset, "0"), in(0), true},
		{"another clock", header(reset, "1795431660", "Date", "Mon, 23 Nov 2026 11:00:20 GMT"), in(40 * time.Second), false},
		{"fewest seconds since 1970", header(reset, "100000000", "Date", y1973), in(20 * time.Second), false},
		{"most seconds from now", header(reset, "99999999", "Date", y1973), Quota{}, false},
		{"fewest milliseconds since 1970", header(reset, "100000000000", "Date", y1973), in(20 * time.Second), false},
		{"most seconds since 1970", header(reset, "99999999999", "Date", y1973), Quota{}, false},
		{"just past", header(reset, "1795435219"), in(0), false},
		{"past", header(reset, "1795435218.9"), Quota{}, false},
		{"a day ahead", header(reset, "86400"), in(24 * time.Hour), true},
		{"more than a day ahead", header(reset, "86401"), Quota{}, false},
		{"absent", nil, Quota{}, false},
		{"empty", http.Header{"X-Ratelimit-Limit": {}, "X-Ratelimit-Remaining": nil, "X-Ratelimit-Reset": {""}}, Quota{}, false},
		{"limit alone", header(limit, "2000"), Quota{}, false},
		{"remaining alone", header(remaining, "2000"), Quota{}, false},
		{"none remain", header(limit, "0", remaining, "0"), Quota{}, false},
		{"negative limit", header(limit, "-1", remaining, "5"), Quota{}, false},
		{"negative", header(limit, "5", remaining, "-1", reset, "-1"), Quota{}, false},
		{"words", header(limit, "many", remaining, "few", reset, "soon"), Quota{}, false},
		{"not a number", header(reset, "NaN"), Quota{}, false},
		{"exponent", header(reset, "1e1"), Quota{}, false},
		{"two dots", header(reset, "1.2.3"), Quota{}, false},
		{"overflow", header(limit, "99999999999999999999", remaining, "1", reset, strings.Repeat("9", 400)), Quota{}, false},
	} {
		i := new(Clock).Read(200, tc.header, now)
		assert.Equal(t, tc.want, i.Quota, tc.name)
		assert.Equal(t, tc.rounded, i.rounded, tc.name)
		assert.Equal(t, now, i.received, tc.name)
		assert.Zero(t, i.Pause, tc.name)
		assert.False(t, i.Refused, tc.name)
	}
}

func TestClock_countsFractionsOfASecond(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 20, 500e6, time.UTC)
	for _, reset := range []string{"1795435260", "1795435260000"} {
		assert.Equal(t, 39500*time.Millisecond, new(Clock).Read(200, header("X-RateLimit-Reset", reset), now).Reset.Sub(now))
	}
}

func TestInfo_describesAWindowOnlyWithLimitAndReset(t *testing.T) {
	t.Parallel()
	now := time.Now()
	assert.True(t, (&Info{Quota: Quota{Limit: 1, Reset: now}}).told())
	assert.False(t, (&Info{Quota: Quota{Reset: now}}).told())
	assert.False(t, (&Info{Quota: Quota{Limit: 1}}).told())
}

func TestClock_readsHowLongTheServerWantsToBeLeftAlone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 20, 0, time.UTC)
	for _, tc := range []struct {
		name   string
		status int
		header http.Header
		want   time.Duration
	}{
		{"seconds", 429, header("Retry-After", "7"), 7 * time.Second},
		{"date", 429, header("Retry-After", "Mon, 23 Nov 2026 12:00:29 GMT"), 9 * time.Second},
		{"date of another clock", 429, header("Retry-After", "Mon, 23 Nov 2026 11:00:29 GMT", "Date", "Mon, 23 Nov 2026 11:00:20 GMT"), 9 * time.Second},
		{"reset", 429, header("X-RateLimit-Reset", "30"), 30 * time.Second},
		{"reset, another clock", 429, header("X-RateLimit-Reset", "30", "Date", "Mon, 23 Nov 2026 11:00:20 GMT"), 30 * time.Second},
		{"reset that has passed", 429, header("X-RateLimit-Reset", "0"), 0},
		{"both", 429, header("X-RateLimit-Reset", "30", "Retry-After", "5"), 5 * time.Second},
		{"not credible, and reset", 429, header("X-RateLimit-Reset", "30", "Retry-After", "86401"), 30 * time.Second},
		{"nonsense", 429, header("Retry-After", "soon"), 40 * time.Second},
		{"nothing", 429, nil, 40 * time.Second},
		{"nothing, another clock", 429, header("Date", "Mon, 23 Nov 2026 11:00:00 GMT"), time.Minute},
		{"503, seconds", 503, header("Retry-After", "7"), 7 * time.Second},
		{"503, reset", 503, header("X-RateLimit-Reset", "30"), 0},
		{"503, nothing", 503, nil, 0},
		{"500", 500, header("Retry-After", "7"), 0},
	} {
		i := new(Clock).Read(tc.status, tc.header, now)
		assert.Equal(t, tc.want, i.Pause, tc.name)
		assert.Equal(t, tc.status == 429, i.Refused, tc.name)
	}
}

func TestClock_takesTheTimeOfEachResponse(t *testing.T) {
	t.Parallel()
	now := time.Now()
	var c Clock
	for date, want := range map[string]time.Time{
		"Mon, 23 Nov 2026 12:00:20 GMT": time.Date(2026, 11, 23, 12, 0, 20, 0, time.UTC),
		"Mon, 23 Nov 2026 12:00:21 GMT": time.Date(2026, 11, 23, 12, 0, 21, 0, time.UTC),
		"yesterday":                     now,
		"":                              now,
	} {
		for range 2 {
			assert.Equal(t, want, c.Read(200, header("Date", date), now).serverReceived, date)
		}
	}
	assert.Equal(t, now, c.Read(200, nil, now).serverReceived)
}

func TestClock_allocatesNothing(t *testing.T) {
	now := time.Now()
	for name, h := range map[string]http.Header{
		"of a server": header("X-RateLimit-Limit", "2000", "X-RateLimit-Remaining", "12", "X-RateLimit-Reset", "1795435260000", "Date", "Mon, 23 Nov 2026 12:00:20 GMT"),
		"of a mock":   {},
	} {
		var c Clock
		assert.Zero(t, testing.AllocsPerRun(100, func() { c.Read(200, h, now) }), name)
	}
}

// FuzzClock: whatever a server sends, a time that it names is neither in the
// past nor more than a day away, and no count is negative.
func FuzzClock(f *testing.F) {
	for _, s := range []string{"", "0", "7", "7.5", "-1", "NaN", "Inf", "1e9", "1795435260", "1795435260000", "99999999999999999999", "Sat, 01 Jan 2000 00:00:09 GMT", "."} {
		f.Add(s, s, "Mon, 23 Nov 2026 12:00:20 GMT")
		f.Add(s, "1", s)
	}
	now := time.Date(2026, 11, 23, 12, 0, 20, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s, count, date string) {
		h := header("Retry-After", s, "X-RateLimit-Limit", count, "X-RateLimit-Remaining", count, "X-RateLimit-Reset", s, "Date", date)
		for _, status := range []int{200, 429, 503} {
			i := new(Clock).Read(status, h, now)
			require.GreaterOrEqual(t, i.Limit, 0)
			require.GreaterOrEqual(t, i.Remaining, 0)
			if !i.Reset.IsZero() {
				require.False(t, i.Reset.Before(now))
				require.False(t, i.Reset.After(now.Add(24*time.Hour)))
			}
			require.GreaterOrEqual(t, i.Pause, time.Duration(0))
			require.LessOrEqual(t, i.Pause, 24*time.Hour)
		}
	})
}
