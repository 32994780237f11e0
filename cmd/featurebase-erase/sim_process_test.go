package main

import (
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/erasure"
)

// newProcessSim is a scenario that is played by processes, in real time.
func newProcessSim(t *testing.T, s scenario) *sim {
	w := newWorld(s.seed, &s)
	x := &sim{t: t, s: s, w: w, folder: t.TempDir(), done: map[string]bool{}, shown: map[string]string{}}
	x.f = newFront(w, &x.s)
	listening := httptest.NewServer(x.f)
	t.Cleanup(listening.Close)
	x.site = &site{Server: w.truth, t: t, url: listening.URL, folder: x.folder}
	x.process = func(args []string) (int, string) {
		cmd := x.site.command(args...)
		started := make(chan struct{})
		x.f.mu.Lock()
		x.f.kill = func() {
			<-started
			_ = cmd.Process.Kill()
		}
		x.f.mu.Unlock()
		e := finish(t, cmd, started)
		return e.code, e.stderr
	}
	return x
}

// Processes are ended by SIGKILL while the server lies.
func TestSimulation_ofProcesses(t *testing.T) {
	simulate(t)
	dice := rand.New(rand.NewPCG(*simFrom, 3))
	for seed := range uint64(4) {
		s := newScenario(1_000_000 + *simFrom + seed)
		var lies []lie
		for _, l := range s.lies { // those that need no time
			if l.what != lieLate && l.what != lieLateGet && l.what != lieFlaky && l.what != lieForeign404 {
				lies = append(lies, l)
			}
		}
		s.lies, s.kills = lies, nil
		for range 3 {
			s.kills = append(s.kills, kill{at: 1 + dice.IntN(60), later: dice.IntN(2) == 0})
		}
		x := newProcessSim(t, s)
		x.play()
		x.concluded()
		for _, wrong := range x.wrong {
			t.Errorf("%s\n\t%s", wrong, s)
		}
		if len(x.wrong) > 0 && testing.Verbose() {
			t.Log(x.said.String())
		}
		t.Logf("%d of %d kills, exit %d", x.killed, len(s.kills), x.code)
	}
}

// What a person writes while the question stands is not erased, and is no reason to
// say that nothing is left.
func TestSimulation_atThePrompt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no pseudo terminal")
	}
	simulate(t)
	for _, what := range []string{evComment, evPost, evTalk, evTicket, evSeat, evOthers} {
		t.Run(what, func(t *testing.T) {
			x := newProcessSim(t, scenario{by: byEmail, posts: erasure.ActionDelete, convs: erasure.ActionDelete, plain: true, events: []event{{what, 0, whileAsking}}})
			x.journal = x.folder + "/j1"
			x.f.journal, x.f.planned = x.journal, time.Now()
			args := []string{"erase", "--journal", x.journal, "--posts", "delete", "--conversations", "delete"}
			if hasFlag("erase", "settle") {
				args = append(args, "--settle", "1ms")
			}
			for _, h := range x.w.humans {
				if h.asked {
					args = append(args, h.email)
				}
			}
			terminal := open(t, x.site.command(args...), 80)
			question := regexp.MustCompile(`Type "([^"]+)" to go on`)
			terminal.waitFor("to go on", 1)
			x.f.mu.Lock()
			x.f.stage = asked
			x.happens(whileAsking)
			x.f.mu.Unlock()
			terminal.typeIn(question.FindStringSubmatch(terminal.seen.String())[1] + "\r")
			for strings.Count(terminal.seen.String(), "to go on") < 2 { // it asks again, or ends
				if terminal.read() != nil {
					break
				}
			}
			if strings.Count(terminal.seen.String(), "to go on") > 1 {
				terminal.typeIn("\x03")
			}
			code, shown := terminal.end()
			x.line = x.f.acts
			x.check(code)
			require.Empty(t, x.wrong, shown)
			assert.NotEqual(t, "erased", x.shown[x.w.victim(0).name], shown)
		})
	}
}
