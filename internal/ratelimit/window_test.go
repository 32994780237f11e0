package ratelimit

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const maxWait = 65 * time.Second

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// at is a time by this machine's clock, and serverAt the same by the server's.
func at(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

func serverAt(seconds float64) time.Time { return at(seconds).Add(-time.Hour) }

// says is a response received at noon, whose window ends so many seconds later.
func says(limit, remaining int, reset float64) *Info {
	return &Info{Quota: Quota{limit, remaining, at(reset)}, received: noon, serverReceived: serverAt(0)}
}

// counts is a window that ends in 40 seconds.
func counts(remaining int) window {
	return window{
		phase: counting, quota: Quota{10, remaining, at(40)}, remaining: remaining, inFlight: 2, sent: 9,
		ends: at(40), serverEnds: serverAt(40), check: at(50),
	}
}

// probes is the same after its end, with a probe that was sent half a second
// ago.
func probes(remaining int) window {
	w := counts(remaining)
	w.phase, w.probe = probing, at(-0.5)
	return w
}

func TestWindow_learnsFromResponses(t *testing.T) {
	t.Parallel()
	doubts := window{phase: doubted, quota: Quota{Limit: 10}, remaining: math.MaxInt, inFlight: 2, sent: 9, serverEnds: serverAt(40)}
	refused := counts(0)
	refused.ends, refused.serverEnds = at(20), serverAt(40)
	rounded := func(i *Info) *Info { i.rounded = true; return i }
	for _, tc := range []struct {
		name  string
		from  window
		info  *Info
		probe bool
		want  func(w *window) // changes from, besides the quota
	}{
		{"first", window{remaining: math.MaxInt, inFlight: 3, sent: 1}, says(10, 6, 20), false, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check, w.sent = counting, 6, at(20), serverAt(20), at(65), 7
		}},
		{"first, too long to be waited for", window{remaining: math.MaxInt}, says(10, 0, 65.1), false, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check, w.sent = counting, 0, at(65.1), serverAt(65.1), noon, 10
		}},
		{"first, just short enough", window{remaining: math.MaxInt}, says(10, 0, 65), false, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check, w.sent = counting, 0, at(65), serverAt(65), at(65), 10
		}},
		{"first, of one that is over", window{remaining: math.MaxInt}, says(10, 6, 0), false, nil},

		{"probe, of a window that is over", probes(10), says(10, 6, 0), true, func(w *window) {
			w.phase, w.remaining = unlimited, math.MaxInt
		}},
		{"of a window that is over", counts(5), says(10, 0, 0), false, nil},

		{"fewer remain", counts(5), says(10, 4, 40), false, func(w *window) { w.remaining, w.check = 4, at(65) }},
		{"as many remain", counts(5), says(10, 5, 40), false, nil},
		{"more remain", counts(5), says(10, 6, 40), false, nil},
		{"none remain still", counts(0), says(9, 0, 40), false, nil},
		{"late probe", counts(0), says(9, 0, 40), true, nil},
		{"ends earlier", counts(5), says(10, 5, 39), false, func(w *window) { w.ends = at(39) }},
		{"ends later", counts(5), says(10, 5, 41), false, nil},
		{"ends earlier, rounded", counts(5), rounded(says(10, 5, 39)), false, nil},
		{"ends later, rounded", counts(5), rounded(says(10, 5, 41)), false, func(w *window) { w.ends = at(41) }},
		{"ends as much later as may be", counts(5), rounded(says(10, 4, 41.5)), false, func(w *window) {
			w.remaining, w.check, w.ends = 4, at(65), at(41.5)
		}},
		{"ends as much earlier as may be", counts(5), says(10, 4, 38.5), false, func(w *window) {
			w.remaining, w.check, w.ends = 4, at(65), at(38.5)
		}},
		{"of the window whose end a refusal told otherwise", refused, says(9, 0, 40), false, nil},
		{"of an earlier window", counts(5), says(10, 1, 38.4), false, nil},
		{"of a later window", counts(5), says(10, 8, 41.6), false, func(w *window) {
			w.remaining, w.ends, w.serverEnds, w.check, w.sent = 8, at(41.6), serverAt(41.6), at(65), 4
		}},
		{"others used some", counts(5), says(10, 0, 40), false, func(w *window) {
			w.remaining, w.check, w.shared = 0, at(65), 2
		}},
		{"others used none", counts(5), says(10, 1, 40), false, func(w *window) { w.remaining, w.check = 1, at(65) }},

		{"probe, of a new window", probes(10), says(10, 3, 100), true, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check = counting, 3, at(100), serverAt(100), noon
		}},
		{"probe, of a new window that others use", probes(10), says(10, 0, 100), true, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check, w.shared = counting, 0, at(100), serverAt(100), noon, 2
		}},
		{"probe, of the old window", probes(10), says(10, 0, 40), true, func(w *window) {
			w.phase, w.remaining, w.check, w.sent = counting, 0, at(65), 12
		}},
		{"probe, of an earlier window", probes(10), says(10, 0, 30), true, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check, w.sent = counting, 0, at(30), serverAt(30), at(65), 12
		}},
		{"not the probe, of a new window", probes(10), says(10, 3, 60), false, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check = counting, 3, at(60), serverAt(60), at(65)
		}},
		{"not the probe, of the old window", probes(10), says(10, 0, 41.5), false, nil},

		{"probe of a spent window, none remain", probes(0), says(10, 0, 100), true, func(w *window) {
			w.phase, w.remaining = doubted, math.MaxInt
		}},
		{"probe of a spent window, some remain", probes(0), says(10, 3, 40), true, func(w *window) {
			w.phase, w.remaining, w.check, w.sent = counting, 3, at(65), 9
		}},
		{"not the probe of a spent window", probes(0), says(10, 0, 40), false, nil},
		{"not the probe of a spent window, of a new one", probes(0), says(10, 0, 60), false, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check, w.shared = counting, 0, at(60), serverAt(60), at(65), 2
		}},

		{"doubted, none remain", doubts, says(10, 0, 60), false, nil},
		{"doubted, some remain", doubts, says(10, 3, 30), false, func(w *window) {
			w.phase, w.remaining, w.ends, w.serverEnds, w.check = counting, 3, at(30), serverAt(30), at(65)
		}},
	} {
		got, want := tc.from, tc.from
		want.quota = tc.info.Quota
		if tc.want != nil {
			tc.want(&want)
		}
		got.told(tc.info, tc.probe, maxWait)
		assert.Equal(t, want, got, tc.name)
	}
}

func TestWindow_closesForTheServersPauseAfterARefusal(t *testing.T) {
	t.Parallel()
	refusal := func(pause time.Duration, quota Quota) *Info {
		return &Info{Refused: true, Pause: pause, Quota: quota, received: noon, serverReceived: serverAt(0)}
	}
	for _, tc := range []struct {
		name       string
		info       *Info
		quota      Quota // afterwards
		ends, told float64
	}{
		{"says nothing of a window", refusal(20*time.Second, Quota{}), Quota{10, 5, at(40)}, 20, 20},
		{"rounded down to nothing", refusal(0, Quota{}), Quota{10, 5, at(40)}, 1, 1},
		{"less than a second", refusal(time.Millisecond, Quota{}), Quota{10, 5, at(40)}, 0.001, 0.001},
		{"of this limit", refusal(20*time.Second, Quota{10, 0, at(30)}), Quota{10, 0, at(30)}, 20, 30},
		{"of another limit", refusal(20*time.Second, Quota{99, 5, at(30)}), Quota{10, 5, at(40)}, 20, 20},
	} {
		for _, from := range []window{counts(5), probes(10)} {
			got, want := from, from
			got.quota, want.quota = Quota{10, 5, at(40)}, tc.quota
			want.phase, want.remaining = counting, 0
			want.ends, want.serverEnds, want.check = at(tc.ends), serverAt(tc.told), at(65)
			got.refused(tc.info, maxWait)
			assert.Equal(t, want, got, tc.name)
		}
	}
}

func TestWindow_knowsNoLimitAfterARefusalWithoutOne(t *testing.T) {
	t.Parallel()
	w := window{remaining: math.MaxInt}
	w.refused(&Info{Refused: true, Pause: 20 * time.Second, Quota: Quota{Reset: at(30)}, received: noon, serverReceived: serverAt(0)}, maxWait)
	assert.Equal(t, window{phase: counting, ends: at(20), serverEnds: serverAt(20), check: at(65)}, w)
}

func TestWindow_learnsFromSilence(t *testing.T) {
	t.Parallel()
	for _, from := range []window{counts(5), probes(10), {remaining: math.MaxInt}} {
		for _, probe := range []bool{false, true} {
			silent, lost, want := from, from, from
			silent.silent(probe)
			if probe && from.phase == probing {
				want.phase, want.remaining = unlimited, math.MaxInt
			}
			assert.Equal(t, want, silent)

			want = from
			lost.lost(probe)
			if probe {
				want.probe = time.Time{}
			}
			assert.Equal(t, want, lost)
		}
	}
}

func TestWindow_saysWhetherAndUntilWhenItIsClosed(t *testing.T) {
	t.Parallel()
	// with returns a window with so many requests in flight.
	with := func(w window, inFlight int) window { w.inFlight = inFlight; return w }
	checkAt := func(w window, check float64) window { w.check = at(check); return w }
	sharedWith := func(w window) window { w.shared = 1; return w }
	fresh := func(w window) window { w.probe = time.Time{}; return w }
	const open = -1
	for _, tc := range []struct {
		name  string
		w     window
		again float64 // open, or seconds from noon
		full  bool
		probe bool // whether what is admitted is one
	}{
		{"unlimited", window{remaining: math.MaxInt, inFlight: 1e6}, open, false, false},
		{"doubted", window{phase: doubted, remaining: math.MaxInt, inFlight: 1e6}, open, false, false},
		{"some remain", with(counts(5), 4), open, false, false},
		{"all in flight", with(counts(5), 5), 40, true, false},
		{"all in flight, and a check is due", checkAt(with(counts(5), 5), -1), 40, true, false},
		{"none remain", with(counts(0), 0), 40, true, false},
		{"none remain, check before the end", checkAt(counts(0), 30), 30, true, false},
		{"none remain, check due", checkAt(counts(0), 0), open, true, true},
		{"others use it", sharedWith(with(counts(17), 2)), 40, false, false},
		{"others use it, little in flight", sharedWith(with(counts(17), 1)), open, false, false},
		{"others use it, little remains", sharedWith(with(counts(7), 0)), open, false, false},
		{"others use it, one in flight", sharedWith(with(counts(7), 1)), 40, false, false},
		{"others use it, none remain", sharedWith(with(counts(0), 0)), 40, true, false},
		{"probe in flight", with(probes(10), 1), 0.5, false, false},
		{"no probe in flight", fresh(with(probes(10), 10)), open, false, true},
		{"probe late", func() window { w := with(probes(10), 9); w.probe = at(-1); return w }(), open, false, false},
		{"probe late, all in flight", func() window { w := with(probes(10), 10); w.probe = at(-1); return w }(), 1, false, false},
		{"probe of a spent window late", func() window { w := with(probes(0), 1); w.probe = at(-1); return w }(), open, false, true},
	} {
		w := tc.w
		assert.Equal(t, tc.full, w.full(), tc.name)
		again, closed := w.closed(noon)
		if tc.again == open {
			assert.False(t, closed, tc.name)
		} else {
			assert.True(t, closed, tc.name)
			assert.Equal(t, at(tc.again), again, tc.name)
			continue
		}
		before := w
		assert.Equal(t, tc.probe, w.admit(noon), tc.name)
		before.inFlight++
		before.sent++
		if tc.probe {
			before.probe = noon
		}
		assert.Equal(t, before, w, tc.name)
	}
}

func TestWindow_beginsAnewWhenItEnds(t *testing.T) {
	t.Parallel()
	w := counts(5)
	w.inFlight, w.shared = 3, 2
	_, _ = w.closed(at(39.999))
	assert.Equal(t, counting, w.phase, "not before")

	got, want := w, w
	_, closed := got.closed(at(40))
	assert.False(t, closed)
	want.phase, want.remaining, want.sent, want.shared = probing, 10, 3, 1
	assert.Equal(t, want, got)
	got.phase, got.probe = counting, at(39)
	_, closed = got.closed(at(41))
	assert.False(t, closed, "the probe of an earlier window does not count")
	assert.Zero(t, got.shared)
	got.phase = counting
	_, _ = got.closed(at(41))
	assert.Zero(t, got.shared)

	unknown := counts(0)
	unknown.quota = Quota{}
	_, _ = unknown.closed(at(40))
	assert.Equal(t, math.MaxInt, unknown.remaining)

	spent := counts(0)
	spent.check, spent.shared = at(30), 2
	want = spent
	_, closed = spent.closed(at(30))
	assert.False(t, closed)
	want.phase = probing
	assert.Equal(t, want, spent, "a check begins nothing anew")
}

func TestWindow_saysWhenItEnds(t *testing.T) {
	t.Parallel()
	w := counts(5)
	assert.Equal(t, &Held{RetryAfter: 30 * time.Second, Quota: Quota{10, 5, at(40)}}, w.held(at(10)))
	assert.Equal(t, &Held{Quota: Quota{10, 5, at(40)}}, w.held(at(41)))
}
