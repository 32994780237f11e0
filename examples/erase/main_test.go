package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// program is the program that the tests drive.
var program string

// raced tells whether the race detector watches the tests, and so the program.
var raced = func() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}()

func TestMain(m *testing.M) {
	flag.Parse()
	folder, err := os.MkdirTemp("", "erase-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(folder, "erase")
	args := []string{"build", "-o", program}
	if raced {
		args = append(args, "-race")
	}
	build := exec.Command("go", append(args, ".")...)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	code := 1
	if err := build.Run(); err == nil {
		code = m.Run()
	}
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// site is a fake Featurebase behind a server that sees every request, and a
// folder to run the program in.
type site struct {
	*featurebasetest.Server
	t      testing.TB
	url    string
	folder string

	mu     sync.Mutex
	open   int // connections
	closed sync.Cond
	calls  []call
	before func(n int, r *http.Request) *http.Response // see intercept
	after  func(n int, r *http.Request)                // called when a request is processed and has no response yet
}

type call struct {
	method, path string
	status       int // 0 if there was no response
}

func newSite(t testing.TB) *site {
	s := &site{Server: featurebasetest.New(), t: t, folder: t.TempDir()}
	s.closed.L = &s.mu
	front := httptest.NewUnstartedServer(s)
	front.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch state {
		case http.StateNew:
			s.open++
		case http.StateClosed:
			s.open--
			s.closed.Broadcast()
		}
	}
	front.Start()
	s.url = front.URL
	t.Cleanup(front.Close)
	return s
}

// intercept has f called with each request and its number, from 1. If it returns
// a response, that is sent, and the request is not processed.
func (s *site) intercept(f func(n int, r *http.Request) *http.Response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// settle waits until all that was sent by processes that have ended is
// processed. Connections are accepted in their order, so that none comes after it.
func (s *site) settle() {
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(s.t, err)
	_, err = io.WriteString(c, "GET /settle HTTP/1.0\r\n\r\n")
	require.NoError(s.t, err)
	_, err = io.ReadAll(c)
	require.NoError(s.t, err)
	require.NoError(s.t, c.Close())
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.open > 0 {
		s.closed.Wait()
	}
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/settle" {
		return
	}
	s.mu.Lock()
	s.calls = append(s.calls, call{method: r.Method, path: r.URL.EscapedPath()})
	n, before, after := len(s.calls), s.before, s.after
	s.mu.Unlock()
	var resp *http.Response
	if before != nil {
		resp = before(n, r)
	}
	if resp == nil {
		var err error
		if resp, err = s.Transport().RoundTrip(r); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
	body, err := io.ReadAll(resp.Body)
	s.mu.Lock()
	s.calls[n-1].status = resp.StatusCode
	s.mu.Unlock()
	if after != nil {
		after(n, r)
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), resp.Header)
	w.WriteHeader(resp.StatusCode)
	_, _ = w.Write(body)
}

// failure is a response that the API has for one.
func failure(status int, typ, code string) *http.Response {
	body := fmt.Sprintf(`{"error":{"type":%q,"code":%q,"message":"No.","status":%d}}`, typ, code, status)
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"req_1"}},
		Body: io.NopCloser(strings.NewReader(body))}
}

func (s *site) made(method string) (calls []call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if c.method == method {
			calls = append(calls, c)
		}
	}
	return calls
}

// add adds contacts of which nothing was written, and returns their IDs.
func (s *site) add(n int) (ids []string) {
	for i := range n {
		none := 0
		c := s.AddContact(featurebase.Contact{UserID: fmt.Sprintf("user %d/%d", i, n), Email: fmt.Sprintf("User%d@example.com", i),
			PostsCreated: &none, CommentsCreated: &none})
		ids = append(ids, c.ID)
	}
	return ids
}

func (s *site) write(name, text string) {
	require.NoError(s.t, os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600))
}

func (s *site) read(name string) string {
	b, err := os.ReadFile(filepath.Join(s.folder, name))
	require.NoError(s.t, err)
	return string(b)
}

func (s *site) files() (names []string) {
	entries, err := os.ReadDir(s.folder)
	require.NoError(s.t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// command is the program, set up to speak to the site.
func (s *site) command(args ...string) *exec.Cmd {
	return s.environment(exec.CommandContext(s.t.Context(), program, args...))
}

func (s *site) environment(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), "FEATUREBASE_API_KEY="+s.Token, "FEATUREBASE_BASE_URL="+s.url,
		"GORACE=atexit_sleep_ms=0") // or each run would last a second
	return cmd
}

// ended is what a run left.
type ended struct {
	t              testing.TB
	code           int
	stdout, stderr string
}

func (s *site) erase(args ...string) ended { return s.finish(s.command(args...)) }

func (s *site) finish(cmd *exec.Cmd) ended {
	var stdout, stderr bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &stdout
	}
	cmd.Stderr = &stderr
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); !ok {
		require.NoError(s.t, err)
	}
	return ended{s.t, cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// rows returns the CSV on standard output without its header.
func (e ended) rows() [][]string {
	rows, err := csv.NewReader(strings.NewReader(e.stdout)).ReadAll()
	require.NoError(e.t, err, e.stdout)
	require.NotEmpty(e.t, rows, e.stderr)
	require.Equal(e.t, outcomeColumns, rows[0])
	return rows[1:]
}

// statuses returns the status of each contact, or of the value if it has none.
func (e ended) statuses() map[string]status {
	found := map[string]status{}
	for _, row := range e.rows() {
		name := row[1]
		if name == "" {
			name = row[0]
		}
		assert.NotContains(e.t, found, name, "told twice")
		found[name] = status(row[2])
	}
	return found
}

// all returns each of names the same status.
func all(names []string, s status) map[string]status {
	m := map[string]status{}
	for _, name := range names {
		m[name] = s
	}
	return m
}

func lines(words []string) string { return strings.Join(words, "\n") + "\n" }

// shared adds a customer and leads with one email address.
func (s *site) shared(email string, n int) (ids []string) {
	for i := range n {
		c := featurebase.Contact{Email: email}
		if i > 0 {
			c.Type = featurebase.ContactTypeLead
		}
		ids = append(ids, s.AddContact(c).ID)
	}
	return ids
}
