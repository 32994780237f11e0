package main

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAWaitForTheRateLimitIsTold(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, tc := range []struct {
		done        int
		newest, end time.Duration // from now
		want        time.Duration
	}{
		{5, -time.Second, 7 * time.Second, 7 * time.Second},
		{5, -time.Millisecond, 7 * time.Second, 0}, // something has just been done
		{5, -time.Second, -time.Second, 0},
		{10, -time.Second, 7 * time.Second, 0}, // all is done
	} {
		h := &holds{}
		line := slog.NewRecord(now, slog.LevelWarn, "featurebase: held back by the rate limit", 0)
		line.AddAttrs(slog.String("method", "DELETE"), slog.Duration("wait", tc.end))
		assert.NoError(t, h.Handle(t.Context(), line))
		other := slog.NewRecord(now, slog.LevelWarn, "featurebase: retrying", 0)
		other.AddAttrs(slog.Duration("wait", time.Hour))
		assert.NoError(t, h.Handle(t.Context(), other))
		p := &progress{total: 10, done: tc.done, newest: now.Add(tc.newest), holds: h}
		assert.Equal(t, tc.want, p.waiting(now), tc)
	}
}

func TestTimesAndRatesAreShort(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", time.Millisecond: "1s", 59 * time.Second: "59s", time.Minute: "1m", 61 * time.Second: "1m1s",
		time.Hour: "1h", 8*time.Hour + 20*time.Minute: "8h20m", time.Hour + time.Second: "1h0m1s",
	} {
		assert.Equal(t, want, short(d))
	}
	assert.Equal(t, "0.1/s", perSecond(0.1))
	assert.Equal(t, "33/s", perSecond(33.3))
	assert.Equal(t, "12345/s", perSecond(12345))
}

func TestTheCommandThatContinuesIsQuoted(t *testing.T) {
	t.Parallel()
	o := &options{files: []string{"-"}}
	got := o.again("j 1", []string{"/opt/erase", "--file", "-", "it's", "a;b", ""})
	assert.Equal(t, `/opt/erase --journal 'j 1' --file - 'it'\''s' 'a;b' ''   # with the same values on standard input`, got)
	o = &options{journal: "j"}
	assert.Equal(t, "erase --journal j X", o.again("j", []string{"erase", "--journal", "j", "X"}))
	folder, err := os.Getwd()
	assert.NoError(t, err)
	assert.Equal(t, "go run -C "+folder+" . X", o.again("j", []string{os.TempDir() + "/go-build123/b001/exe/erase", "X"}))
}

func TestALongTableHasPagesWithAHeaderEach(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	rows, err := newRows("table", &b, previewColumns)
	assert.NoError(t, err)
	for range 2*pageRows + 1 {
		assert.NoError(t, rows.write(&preview{ID: "1", Email: "a\x1b[2J@example.com", Would: "delete"}))
	}
	assert.NoError(t, rows.flush())
	assert.NoError(t, rows.flush())
	assert.Equal(t, 3, strings.Count(b.String(), "user_id"))
	assert.Equal(t, 2*pageRows+1+3, strings.Count(b.String(), "\n"))
	assert.NotContains(t, b.String(), "\x1b", "foreign text does not steer the terminal")
}
