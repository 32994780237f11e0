package featurebase

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRateLimitIsReadWhateverTheUnitOfReset(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 20, 0, time.UTC)
	reset := now.Add(40 * time.Second)
	for name, tc := range map[string]struct {
		header map[string]string
		want   RateLimit
	}{
		"epoch seconds":      {map[string]string{"X-RateLimit-Limit": "2000", "X-RateLimit-Remaining": "12", "X-RateLimit-Reset": "1795435260"}, RateLimit{2000, 12, reset}},
		"epoch milliseconds": {map[string]string{"X-RateLimit-Limit": "2000", "X-RateLimit-Remaining": "12", "X-RateLimit-Reset": "1795435260000"}, RateLimit{2000, 12, reset}},
		"seconds from now":   {map[string]string{"X-RateLimit-Limit": "2000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "40"}, RateLimit{2000, 0, reset}},
		"fraction":           {map[string]string{"X-RateLimit-Reset": "39.5"}, RateLimit{Reset: reset.Add(-time.Second / 2)}},
		"another clock":      {map[string]string{"X-RateLimit-Reset": "1795431660", "Date": "Mon, 23 Nov 2026 11:00:20 GMT"}, RateLimit{Reset: reset}},
		"just past":          {map[string]string{"X-RateLimit-Reset": "1795435219"}, RateLimit{Reset: now}},
		"long past":          {map[string]string{"X-RateLimit-Reset": "1795435000"}, RateLimit{}},
		"absent":             {nil, RateLimit{}},
		"limit alone":        {map[string]string{"X-RateLimit-Limit": "2000"}, RateLimit{}},
		"negative":           {map[string]string{"X-RateLimit-Limit": "-1", "X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "-1"}, RateLimit{}},
		"words":              {map[string]string{"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "few", "X-RateLimit-Reset": "soon"}, RateLimit{}},
		"overflow":           {map[string]string{"X-RateLimit-Limit": "99999999999999999999", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "99999999999999999999"}, RateLimit{}},
	} {
		h := http.Header{}
		for k, v := range tc.header {
			h.Set(k, v)
		}
		assert.Equal(t, tc.want, parseRateLimit(h, now, new(dateMemo).serverTime(h, now)).RateLimit, name)
	}
}

func TestServerTimeIsThatOfEachAnswer(t *testing.T) {
	t.Parallel()
	now := time.Now()
	var dates dateMemo
	for date, want := range map[string]time.Time{
		"Mon, 23 Nov 2026 12:00:20 GMT": time.Date(2026, 11, 23, 12, 0, 20, 0, time.UTC),
		"Mon, 23 Nov 2026 12:00:21 GMT": time.Date(2026, 11, 23, 12, 0, 21, 0, time.UTC),
		"yesterday":                     now,
		"":                              now,
	} {
		for range 2 {
			assert.Equal(t, want, dates.serverTime(http.Header{"Date": {date}}, now), date)
		}
	}
	assert.Equal(t, now, dates.serverTime(nil, now))
}

// FuzzRateLimitHeaders: whatever a server sends, a time that it names is
// neither in the past nor more than a day away, and no count is negative.
func FuzzRateLimitHeaders(f *testing.F) {
	for _, s := range []string{"", "0", "7", "7.5", "-1", "NaN", "Inf", "1e9", "1795435260", "1795435260000", "99999999999999999999", "Sat, 01 Jan 2000 00:00:09 GMT", "."} {
		f.Add(s, s, "Mon, 23 Nov 2026 12:00:20 GMT")
		f.Add(s, "1", s)
	}
	now := time.Date(2026, 11, 23, 12, 0, 20, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s, count, date string) {
		h := http.Header{}
		h.Set("Retry-After", s)
		h.Set("X-RateLimit-Limit", count)
		h.Set("X-RateLimit-Remaining", count)
		h.Set("X-RateLimit-Reset", s)
		h.Set("Date", date)
		r := parseRateLimit(h, now, new(dateMemo).serverTime(h, now))
		require.GreaterOrEqual(t, r.Limit, 0)
		require.GreaterOrEqual(t, r.Remaining, 0)
		if !r.Reset.IsZero() {
			require.False(t, r.Reset.Before(now))
			require.False(t, r.Reset.After(now.Add(24*time.Hour)))
		}
		d, ok := parseRetryAfter(h, new(dateMemo).serverTime(h, now))
		require.GreaterOrEqual(t, d, time.Duration(0))
		require.LessOrEqual(t, d, 24*time.Hour)
		require.False(t, !ok && d != 0)
	})
}
