package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/featurebase-community/featurebase-go"
)

// screen is standard error: messages, and a progress bar below them if it is a
// terminal.
type screen struct {
	w    io.Writer
	bars bool

	mu    sync.Mutex
	above io.Writer // of the bar there is; nil for none
}

func (s *screen) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.w
	if s.above != nil {
		w = s.above
	}
	_, _ = fmt.Fprintf(w, format+"\n", args...)
}

// progress is how far a part of the work is.
type progress struct {
	screen *screen
	verb   string
	total  int
	before int // done when it began
	begun  time.Time
	holds  *holds

	bars    *mpb.Progress
	bar     *mpb.Bar
	ended   chan struct{}
	printed sync.WaitGroup

	mu     sync.Mutex
	done   int
	newest time.Time
	counts counts
}

// counts are told in this order.
type counts []struct {
	name  string
	n     int
	quiet bool // while it is 0
}

// linesEvery is how often there is a line where there can be no bar.
const linesEvery = 5 * time.Second

// begin shows progress until its end is called.
func (s *screen) begin(verb string, total int, h *holds, c counts) *progress {
	now := time.Now()
	p := &progress{screen: s, verb: verb, total: total, begun: now, holds: h,
		ended: make(chan struct{}), newest: now, counts: c}
	for _, one := range c {
		p.before += one.n
	}
	p.done = p.before
	if !s.bars {
		p.printed.Go(p.print)
		return p
	}
	p.bars = mpb.New(mpb.WithOutput(s.w), mpb.WithAutoRefresh(), mpb.WithRefreshRate(100*time.Millisecond))
	p.bar = p.bars.New(int64(total), mpb.BarStyle().Lbound("").Filler("█").FillerMeta(green).Tip("█").TipMeta(green).Padding("░").Rbound(""),
		mpb.PrependDecorators(decor.Name(verb)),
		mpb.AppendDecorators(decor.Percentage(decor.WC{W: 6}), decor.Any(func(decor.Statistics) string {
			return "  " + strings.Join(p.pace(), " · ")
		}, decor.WC{W: 20, C: decor.DindentRight})),
		mpb.BarBtmExtender(mpb.BarFillerFunc(func(w io.Writer, st decor.Statistics) error {
			_, err := fmt.Fprintln(w, firstRunes(strings.Join(p.tally(), " · "), st.AvailableWidth))
			return err
		})))
	p.bar.SetCurrent(int64(p.before))
	s.mu.Lock()
	s.above = p.bars
	s.mu.Unlock()
	return p
}

func (p *progress) count(name string) {
	p.mu.Lock()
	p.done++
	p.newest = time.Now()
	for i := range p.counts {
		if p.counts[i].name == name {
			p.counts[i].n++
		}
	}
	p.mu.Unlock()
	if p.bar != nil {
		p.bar.Increment()
	}
}

func (p *progress) end() {
	close(p.ended)
	p.printed.Wait()
	if p.bar == nil {
		p.line()
		return
	}
	p.bar.Abort(false) // ends it, if it is not complete
	p.bars.Wait()
	p.screen.mu.Lock()
	p.screen.above = nil
	p.screen.mu.Unlock()
}

func (p *progress) print() {
	tick := time.NewTicker(linesEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.line()
		case <-p.ended:
			return
		}
	}
}

func (p *progress) line() {
	p.screen.say("%s: %s", p.verb, strings.Join(slices.Concat(p.tally(), p.pace()), ", "))
}

// tally is the state of the work so far, and what holds it up.
func (p *progress) tally() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	parts := []string{fmt.Sprintf("%d of %d", p.done, p.total)}
	for _, c := range p.counts {
		if c.n > 0 || !c.quiet {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	if wait := p.waiting(time.Now()); wait > 0 {
		parts = append(parts, "rate limit: waiting "+short(wait))
	}
	return parts
}

// pace is how fast the work goes, and how long it will take.
func (p *progress) pace() (parts []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	rate := float64(p.done-p.before) / time.Since(p.begun).Seconds()
	if rate == 0 {
		return nil
	}
	parts = append(parts, perSecond(rate))
	if left := p.total - p.done; left > 0 {
		parts = append(parts, short(time.Duration(float64(left)/rate*float64(time.Second)))+" left")
	}
	return parts
}

// waiting is how long the rate limit still holds requests back; 0 if it does
// not.
func (p *progress) waiting(now time.Time) time.Duration {
	if p.done == p.total || now.Sub(p.newest) < 300*time.Millisecond {
		return 0
	}
	return max(0, time.Unix(0, p.holds.until.Load()).Sub(now))
}

// holds records until when the rate limit holds requests back. It is a log handler,
// because the client reports that only in its log.
type holds struct{ until atomic.Int64 } // in nanoseconds since 1970

func (h *holds) option() featurebase.Option { return featurebase.WithLogger(slog.New(h)) }

func (h *holds) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (h *holds) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "featurebase: held back by the rate limit" || r.Message == "featurebase: retrying" {
		r.Attrs(func(a slog.Attr) bool {
			if a.Key == "wait" {
				h.until.Store(r.Time.Add(a.Value.Duration()).UnixNano())
			}
			return true
		})
	}
	return nil
}

func (h *holds) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h *holds) WithGroup(string) slog.Handler      { return h }

// green is the bar, unless https://no-color.org says otherwise.
func green(s string) string {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return s
	}
	return "\x1b[32m" + s + "\x1b[0m"
}

func perSecond(rate float64) string {
	if rate < 10 {
		return fmt.Sprintf("%.1f/s", rate)
	}
	return fmt.Sprintf("%.0f/s", rate)
}

// short returns a time in whole seconds, rounded up.
func short(d time.Duration) string {
	d = (d + time.Second - 1).Truncate(time.Second)
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

func firstRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
