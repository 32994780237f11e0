package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// terminal is the program in a terminal, as a person has it.
type terminal struct {
	t    testing.TB
	cmd  *exec.Cmd
	keys *os.File
	seen bytes.Buffer
}

// open starts the program with all of its streams at a terminal, except for
// those that cmd has already.
func open(t testing.TB, cmd *exec.Cmd) *terminal {
	keys, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 100})
	require.NoError(t, err)
	t.Cleanup(func() { _ = keys.Close() })
	return &terminal{t: t, cmd: cmd, keys: keys}
}

func (x *terminal) read() error {
	b := make([]byte, 4096)
	n, err := x.keys.Read(b)
	x.seen.Write(b[:n])
	return err
}

// waitFor reads until text is shown.
func (x *terminal) waitFor(text string) {
	for !strings.Contains(x.seen.String(), text) {
		require.NoError(x.t, x.read(), "waiting for %q: %s", text, &x.seen)
	}
}

func (x *terminal) typeIn(keys string) {
	_, err := io.WriteString(x.keys, keys)
	require.NoError(x.t, err)
}

func (x *terminal) end() (code int, shown string) {
	for x.read() == nil {
	}
	_ = x.cmd.Wait()
	return x.cmd.ProcessState.ExitCode(), x.seen.String()
}

func TestTheNumberOfContactsConfirms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := append(s.add(3), "507f1f77bcf86cd7000000ff")
	x := open(t, s.command(ids...))
	x.waitFor("Type 3 to go on: ")
	assert.Len(t, s.Contacts(), 3, "nothing is deleted before")
	x.typeIn("3\r")
	code, shown := x.end()
	assert.Equal(t, exitGone, code, shown)
	assert.Contains(t, shown, "3 contacts will be deleted at "+s.url+", for good.")
	assert.Contains(t, shown, "1 is not there.")
	assert.Contains(t, shown, "3 deleted, 1 already gone, 0 failed")
	assert.NotContains(t, shown, "contact_id", "no rows between the lines of a terminal")
	assert.Empty(t, s.Contacts())
}

func TestAnythingElseDeletesNothing(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"\r", "y\r", "yes\r", "2\r", "33\r", "\x04", "\x03"} {
		t.Run(fmt.Sprintf("%q", answer), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			x := open(t, s.command(s.add(3)...))
			x.waitFor("Type 3 to go on: ")
			x.typeIn(answer)
			code, shown := x.end()
			assert.Equal(t, exitStopped, code)
			assert.Contains(t, shown, "Nothing was deleted in this run.")
			assert.Empty(t, s.made(http.MethodDelete))
			assert.Empty(t, s.files())
		})
	}
}

func TestConfirmationWorksWithResultsInAFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(2)
	s.write("ids", lines(ids))
	cmd := s.command("--file", "ids", "--by", "id")
	results, err := os.Create(s.folder + "/results.csv")
	require.NoError(t, err)
	defer results.Close()
	cmd.Stdout = results
	x := open(t, cmd)
	x.waitFor("Type 2 to go on: ")
	x.typeIn("2\r")
	code, shown := x.end()
	assert.Equal(t, exitGone, code, shown)
	assert.Equal(t, all(ids, deleted), ended{t: t, stdout: s.read("results.csv")}.statuses())
}

func TestATerminalSeesHowFarItIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(12)
	s.FailNext(featurebasetest.Fault{Header: http.Header{ // the first response says that the window is spent
		"X-RateLimit-Limit": {"100"}, "X-RateLimit-Remaining": {"0"}, "X-RateLimit-Reset": {"3"},
	}})
	x := open(t, s.command(append([]string{"--yes", "--concurrency", "1"}, ids...)...))
	code, shown := x.end()
	assert.Equal(t, exitGone, code, shown)
	assert.Contains(t, shown, "Looking ")
	assert.Contains(t, shown, "Deleting ")
	assert.Contains(t, shown, "█")
	assert.Contains(t, shown, "100 %")
	assert.Contains(t, shown, "rate limit: waiting ")
	assert.Regexp(t, `[0-9.]+/s · [0-9]+s left`, shown)
	assert.Contains(t, shown, "12 of 12 · 12 deleted · 0 already gone · 0 failed")
}

func TestFailuresAreShownAboveTheBar(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(30)
	s.intercept(func(_ int, r *http.Request) *http.Response {
		if r.Method == http.MethodDelete {
			return failure(400, "invalid_request_error", `\u001b[2Jbad`)
		}
		return nil
	})
	x := open(t, s.command(append([]string{"--yes"}, ids...)...))
	code, shown := x.end()
	assert.Equal(t, exitFailed, code)
	assert.Equal(t, 20, strings.Count(shown, "failed: 507f"))
	assert.Contains(t, shown, "More failures are in the journal.")
	assert.NotContains(t, shown, "\x1b[2J", "a response does not steer the terminal")
}

// hold has the site keep deletions back, after the first few, until the test
// lets them go.
func (s *site) hold(after int) (arrived <-chan struct{}, release func()) {
	came, gate := make(chan struct{}, 1000), make(chan struct{})
	s.intercept(func(_ int, r *http.Request) *http.Response {
		if r.Method == http.MethodDelete && len(s.made(http.MethodDelete)) > after {
			came <- struct{}{}
			select {
			case <-gate:
			case <-r.Context().Done():
			}
		}
		return nil
	})
	return came, func() { close(gate) }
}

func TestOneSignalFinishesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			ids := s.add(50)
			arrived, release := s.hold(10)
			args := append([]string{"--yes", "--journal", "j", "--concurrency", "4"}, ids...)
			p := begin(s, args...)
			for range 4 {
				<-arrived
			}
			require.NoError(t, p.cmd.Process.Signal(signal))
			p.waitFor("Finishing what is in flight. Ctrl-C again stops at once.")
			release()
			e := p.end()
			assert.Equal(t, exitStopped, e.code, e.stderr)
			assert.Contains(t, e.stderr, "14 deleted, 0 already gone, 0 failed")
			assert.Contains(t, e.stderr, "Interrupted.")
			assert.NotContains(t, e.stderr, "not known")
			assert.Len(t, e.rows(), 14)
			assert.Len(t, s.Contacts(), 36)

			s.intercept(nil)
			e = s.erase(args...)
			assert.Equal(t, exitGone, e.code, e.stderr)
			assert.Equal(t, all(ids, deleted), e.statuses())
			assert.Len(t, s.made(http.MethodDelete), 50)
		})
	}
}

func TestTwoSignalsStopAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(50)
	arrived, release := s.hold(10)
	defer release()
	args := append([]string{"--yes", "--journal", "j", "--concurrency", "4"}, ids...)
	p := begin(s, args...)
	for range 4 {
		<-arrived
	}
	require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	p.waitFor("Finishing")
	require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	e := p.end() // although no response comes
	assert.Equal(t, exitStopped, e.code, e.stderr)
	assert.Len(t, e.rows(), 10)
	assert.Contains(t, e.stderr, "Of 4 contacts it is not known whether they were deleted.")

	s.intercept(nil)
	again := s.erase(args...)
	assert.Equal(t, exitGone, again.code, again.stderr)
	statuses := again.statuses()
	require.Len(t, statuses, 50)
	for _, row := range e.rows() {
		assert.Equal(t, deleted, statuses[row[1]])
	}
	assert.Empty(t, s.Contacts())
}

func TestInterruptedLookingDeletesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(20)
	arrived := make(chan struct{}, 100)
	s.intercept(func(_ int, r *http.Request) *http.Response {
		arrived <- struct{}{}
		<-r.Context().Done()
		return nil
	})
	p := begin(s, append([]string{"--yes"}, ids...)...)
	<-arrived
	require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	e := p.end()
	assert.Equal(t, exitStopped, e.code)
	assert.Contains(t, e.stderr, "Interrupted.\nNothing was deleted in this run.")
	assert.Len(t, s.Contacts(), 20)
	assert.Empty(t, s.files())
}

// process is the program while it runs, with its messages in a pipe.
type process struct {
	s        *site
	cmd      *exec.Cmd
	stdout   bytes.Buffer
	messages io.Reader
	stderr   bytes.Buffer
}

func begin(s *site, args ...string) *process {
	p := &process{s: s, cmd: s.command(args...)}
	p.cmd.Stdout = &p.stdout
	var err error
	p.messages, err = p.cmd.StderrPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, p.cmd.Start())
	return p
}

func (p *process) waitFor(text string) {
	b := make([]byte, 4096)
	for !strings.Contains(p.stderr.String(), text) {
		n, err := p.messages.Read(b)
		p.stderr.Write(b[:n])
		require.NoError(p.s.t, err, "waiting for %q: %s", text, &p.stderr)
	}
}

func (p *process) end() ended {
	_, err := io.Copy(&p.stderr, p.messages)
	require.NoError(p.s.t, err)
	var exit *exec.ExitError
	if err := p.cmd.Wait(); !errors.As(err, &exit) {
		require.NoError(p.s.t, err)
	}
	return ended{p.s.t, p.cmd.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String()}
}
