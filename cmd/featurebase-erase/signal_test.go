//go:build unix

package main

import (
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// A signal ends a run when what is in flight has ended. nohup's is ignored.
func TestSignals_endARunWell(t *testing.T) {
	t.Parallel()
	// Under nohup, what this process starts would ignore the signal as well, but not
	// if this process takes note of it.
	noted := make(chan os.Signal, 1)
	signal.Notify(noted, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(noted) })
	for _, tc := range []struct {
		name    string
		signal  syscall.Signal
		ignored bool
		code    int
	}{
		{"interrupt", syscall.SIGINT, false, exitStopped},
		{"terminate", syscall.SIGTERM, false, exitStopped},
		{"quit", syscall.SIGQUIT, false, exitStopped},
		{"hang up", syscall.SIGHUP, false, exitStopped},
		{"hang up with nohup", syscall.SIGHUP, true, exitErased},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.AddContact(featurebase.Contact{Email: "stays@example.com", OrganizationID: acme})
			args := append([]string{"erase", "--settle", "0s", "--yes", "--journal", "j"}, all...)
			for i := range 30 {
				args = append(args, s.contact(i).Email)
			}
			cmd := s.command(args...)
			if tc.ignored {
				nohup, err := exec.LookPath("nohup")
				require.NoError(t, err)
				cmd.Path, cmd.Args = nohup, append([]string{"nohup"}, cmd.Args...)
			}
			n, started := 0, make(chan struct{})
			var mu sync.Mutex
			s.before(func(r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				if strings.HasPrefix(r.URL.Path, "/v2/contacts/") && r.Method == http.MethodDelete {
					if n++; n == 5 {
						<-started
						_ = cmd.Process.Signal(tc.signal)
					}
				}
			})
			e := finish(t, cmd, started)
			require.Equal(t, tc.code, e.code, e.stderr)
			s.before(nil)
			if tc.code == exitStopped {
				assert.Contains(t, e.stderr, "Interrupted.")
				assert.NotEmpty(t, s.Contacts()[1:])
				for _, p := range s.report().Extensions.Featurebase.People {
					for _, step := range p.Steps {
						assert.True(t, step.Outcome.Settled(), "what was begun has ended")
					}
				}
				require.Zero(t, s.run("continue", "--yes", "j").code)
			}
			assert.Len(t, s.Contacts(), 1)
			assert.Len(t, deleted(s), 30, "each once")
		})
	}
}

func deleted(s *site) map[string]int {
	n := map[string]int{}
	for _, r := range s.Requests() {
		if r.Pattern == "DELETE /v2/contacts/{id}" {
			n[r.Path]++
		}
	}
	return n
}
