package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// The tests run the program as a process: this one, started again.
func TestMain(m *testing.M) {
	if os.Getenv("FEATUREBASE_ERASE_TEST") != "" {
		main()
	}
	os.Exit(m.Run())
}

const (
	acme  = "6500a1b2c3d4e5f600000001" // a workspace
	other = "6500a1b2c3d4e5f600000002"
	board = "507f1f77bcf86cd799439051"
)

// site is a Featurebase and a folder to run the program in.
type site struct {
	*featurebasetest.Server
	t      testing.TB
	url    string
	folder string

	mu   sync.Mutex
	hook func(r *http.Request) // is called before each request
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{Server: featurebasetest.New(t), t: t, folder: t.TempDir()}
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		hook := s.hook
		s.mu.Unlock()
		if hook != nil {
			hook(r)
		}
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(listening.Close)
	s.url = listening.URL
	return s
}

func (s *site) before(hook func(*http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// contact adds somebody to the workspace.
func (s *site) contact(i int) featurebase.Contact {
	return s.AddContact(featurebase.Contact{
		Email: fmt.Sprintf("user%d@example.com", i), UserID: fmt.Sprintf("user-%d", i), Name: fmt.Sprintf("User %d", i), OrganizationID: acme,
	})
}

func (s *site) write(name, text string) {
	require.NoError(s.t, os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600))
}

func (s *site) read(name string) string {
	b, err := os.ReadFile(filepath.Join(s.folder, name))
	require.NoError(s.t, err)
	return string(b)
}

// deletions are the requests that delete something.
func (s *site) deletions() (n int) {
	for _, r := range s.Requests() {
		if r.Method == http.MethodDelete || strings.HasSuffix(r.Path, "/redact") || r.Method == http.MethodPatch {
			n++
		}
	}
	return n
}

func (s *site) command(args ...string) *exec.Cmd {
	exe, err := os.Executable()
	require.NoError(s.t, err)
	cmd := exec.CommandContext(s.t.Context(), exe, args...)
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), "FEATUREBASE_ERASE_TEST=1", "FEATUREBASE_API_KEY="+s.Token, "FEATUREBASE_BASE_URL="+s.url, "NO_COLOR=1")
	return cmd
}

// ended is what a process left behind.
type ended struct {
	code           int
	stdout, stderr string
}

// finish runs a process to its end. It closes started once there is a process to
// send signals to.
func finish(t testing.TB, cmd *exec.Cmd, started ...chan struct{}) ended {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Start())
	for _, c := range started {
		close(c)
	}
	err := cmd.Wait()
	if _, ok := errors.AsType[*exec.ExitError](err); !ok {
		require.NoError(t, err)
	}
	return ended{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func (s *site) run(args ...string) ended { return finish(s.t, s.command(quick(args)...)) }

// quick adds that nothing waits.
func quick(args []string) []string {
	if len(args) > 0 && slices.Contains([]string{"erase", "continue", "verify"}, args[0]) && !slices.Contains(args, "--help") {
		return append([]string{args[0], "--settle", "0s"}, args[1:]...)
	}
	return args
}

var all = []string{"--posts", "delete", "--conversations", "delete"}

// erase runs the verb erase without asking, with a journal j.
func (s *site) erase(args ...string) ended {
	return s.run(append(append([]string{"erase", "--yes", "--journal", "j"}, all...), args...)...)
}

func (s *site) report(args ...string) *report {
	e := s.run(append([]string{"report", "j", "--format", "json"}, args...)...)
	require.Zero(s.t, e.code, e.stderr)
	var r report
	require.NoError(s.t, json.Unmarshal([]byte(e.stdout), &r))
	return &r
}

func TestErase_provesWhatItDid(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, bob := s.contact(1), s.contact(2)
	client := s.Client()
	post, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: board, Title: "Dark | mode", Author: &featurebase.AuthorParams{ID: ada.ID}})
	require.NoError(t, err)
	_, err = client.Comments.Create(t.Context(), featurebase.CommentCreateParams{PostID: post.ID, Content: "Yes", Author: &featurebase.AuthorParams{ID: bob.ID}})
	require.NoError(t, err)
	e := s.erase("--reference", "DSR-1", "--received", "2026-11-20", "--operator", "eve", "user1@example.com")
	require.Equal(t, exitErased, e.code, e.stderr)
	assert.Empty(t, e.stdout)
	assert.Len(t, s.Contacts(), 1)
	assert.Empty(t, s.Posts())

	r := s.report()
	assert.Equal(t, []string{"2.0", "gdpr", "erasure", "completed"}, []string{r.APIVersion, r.Regulation, r.RequestType, r.Status})
	assert.Equal(t, []reportIdentity{{"email", "user1@example.com", "raw"}}, r.Identities)
	d := r.Extensions.Featurebase
	assert.Equal(t, []string{"DSR-1", "eve", acme}, []string{d.Reference, d.Operator, d.Workspace})
	require.Len(t, d.People, 1)
	assert.Equal(t, statusErased, d.People[0].Status)
	assert.True(t, d.People[0].Verified.Clean)
	ids := map[string]bool{}
	for _, r := range s.Requests() {
		ids[r.ID] = true
	}
	for _, step := range d.People[0].Steps {
		assert.True(t, ids[step.RequestID], "%s has the request ID of the server", step.Kind)
		assert.False(t, step.Time.IsZero())
	}
	assert.Contains(t, e.stderr, d.ChainValue)

	redacted := s.run("report", "j", "--redact")
	assert.NotContains(t, redacted.stdout, "@")
	assert.Regexp(t, "[0-9a-f]{64}", redacted.stdout)
	for _, format := range []string{"md", "csv"} {
		assert.Contains(t, s.run("report", "j", "--format", format).stdout, "user1@example.com")
	}

	// Nothing personal is left, and the report is the same.
	before := s.report("--redact")
	require.Zero(t, s.run("forget", "j").code)
	assert.NotRegexp(t, "user1|User 1|Dark", s.read("j"))
	after := s.report()
	after.Extensions.Featurebase.Runs, after.Extensions.Featurebase.ChainValue = before.Extensions.Featurebase.Runs, before.Extensions.Featurebase.ChainValue
	assert.Equal(t, before, after)
	e = s.run("continue", "j")
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "no clear text any more")
}

// Not finding somebody is never success, and nothing that can't be meant is sent.
func TestErase_doesNotTakeAMistakeForSuccess(t *testing.T) {
	t.Parallel()
	csv := "id,name\nuser-1,Ada\n"
	for _, tc := range []struct {
		name, file string
		args       []string
		code       int
		says       string
	}{
		{"quotes", "\"user1@example.com\"\n\"user2@example.com\"\n", nil, exitUsage, "without quotes"},
		{"apostrophes", "'user1@example.com'\n", nil, exitUsage, "without quotes"},
		{"mailto", "mailto:user1@example.com\n", nil, exitUsage, "mailto:"},
		{"a dot at the end", "user1@example.com.\n", nil, exitUsage, "not an email address"},
		{"two @", "user1@@example.com\n", nil, exitUsage, "one @"},
		{"a zero-width space", "user1@exam\u200bple.com\n", nil, exitUsage, "invisible"},
		{"a soft hyphen", "user1@example.com\u00ad\n", nil, exitUsage, "invisible"},
		{"a direction mark", "\u200euser1@example.com\n", nil, exitUsage, "invisible"},
		{"a CSV of user IDs", csv, []string{"--by", "user-id"}, exitUsage, "--column"},
		{"a CSV without a column", "email,name\nuser1@example.com,Ada\n", nil, exitUsage, "looks like a CSV"},
		{"another column", csv, []string{"--column", "email"}, exitUsage, `no column "email"`},
		{"a typing error", "usr1@example.com\n", nil, exitNotFound, "None of your 1 value names anybody in this workspace. Is it the right key?"},
		{"a user ID in another case", "USER-1\n", []string{"--by", "user-id"}, exitNotFound, "Nobody: USER-1"},
		{"one of two", "user1@example.com\nusr2@example.com\n", nil, exitNotFound, "1 not found"},
		{"one of two, on purpose", "user1@example.com\nusr2@example.com\n", []string{"--missing-ok"}, exitErased, "1 not found"},
		{"nothing", "\n\n", nil, exitUsage, "nobody to erase"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.contact(1)
			s.contact(3)
			s.write("people", tc.file)
			e := s.erase(append(tc.args, "-f", "people")...)
			assert.Equal(t, tc.code, e.code, e.stderr)
			assert.Contains(t, strings.Join(strings.Fields(e.stderr), " "), tc.says)
			if tc.code == exitUsage {
				assert.Empty(t, s.Requests())
				assert.NoFileExists(t, filepath.Join(s.folder, "j"))
			}
			if tc.code != exitErased && tc.name != "one of two" {
				assert.Len(t, s.Contacts(), 2)
			}
		})
	}
}

func TestErase_readsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	utf16 := "\xff\xfe"
	for _, c := range "user1@example.com\r\n" {
		utf16 += string([]byte{byte(c), 0})
	}
	for _, tc := range []struct {
		name, file string
		args       []string
	}{
		{"a byte-order mark", "\ufeffuser1@example.com\r\nuser2@example.com\r\n", nil},
		{"two files joined", "user1@example.com\n\ufeffuser2@example.com\n", nil},
		{"UTF-16", utf16, nil},
		{"a column", "Name,E-Mail\nAda,user1@example.com\n\"L, A\",user2@example.com\n", []string{"--column", "e-mail"}},
		{"semicolons and empty rows", "sep=;\nName;E-Mail\nAda;user1@example.com\nBob;\n;;\n", []string{"--column", "E-Mail"}},
		{"given twice", "user1@example.com\nUSER1@example.com\n", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.contact(1)
			s.contact(2)
			s.contact(3)
			s.write("people", tc.file)
			e := s.erase(append(tc.args, "-f", "people")...)
			require.Equal(t, exitErased, e.code, e.stderr)
			for _, c := range s.Contacts() {
				assert.NotEqual(t, "user1@example.com", c.Email)
			}
		})
	}
}

func TestErase_showsFewMistakes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.write("people", strings.Repeat("nonsense\n", 100_000))
	e := s.erase("-f", "people")
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "100000 mistakes in all, of which 20 are shown")
	assert.Less(t, len(e.stderr), 4096)
}

func TestErase_asksWhatBecomesOfOthersData(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.run("erase", "--yes", "user1@example.com")
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "--posts delete|anonymize|keep")
	e = s.run(append([]string{"erase", "user1@example.com"}, all...)...)
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "no terminal to ask in")
	assert.Empty(t, s.Requests())
}

func TestJournal_isNeverBegunAnew(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	s.write("j", "")
	e := s.erase("user1@example.com")
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "j exists: to go on with it, use: featurebase-erase continue j")
	for _, verb := range []string{"continue", "verify", "report", "forget"} {
		e := s.run(verb, "jj")
		assert.Equal(t, exitUsage, e.code, verb)
		assert.NoFileExists(t, filepath.Join(s.folder, "jj"))
		e = s.run(verb, "j")
		assert.Equal(t, exitUsage, e.code, verb)
		assert.Contains(t, e.stderr, "not a journal")
	}
	assert.Len(t, s.Contacts(), 1)
}

func TestJournal_belongsToItsOwnerAndOneProcess(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("permissions are other there")
	}
	s := newSite(t)
	s.contact(1)
	require.Zero(t, s.erase("user1@example.com").code)
	info, err := os.Stat(filepath.Join(s.folder, "j"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, os.Chmod(filepath.Join(s.folder, "j"), 0o644))
	e := s.run("report", "j")
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "chmod 600")
	require.NoError(t, os.Chmod(filepath.Join(s.folder, "j"), 0o600))
	j, err := openJournal(filepath.Join(s.folder, "j"), func(record, int64, bool) error { return nil })
	require.NoError(t, err)
	e = s.run("report", "j")
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "in use by another process")
	require.NoError(t, j.close())
	out, err := os.OpenFile(filepath.Join(s.folder, "j"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	defer out.Close()
	cmd := s.command("report", "j")
	cmd.Stdout = out
	require.Error(t, cmd.Run())
	assert.Equal(t, exitUsage, cmd.ProcessState.ExitCode())
	assert.Zero(t, s.run("report", "j").code, "it was not changed")
}

func TestContinue_refusesAnotherWorkspace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range 10 {
		s.contact(i)
	}
	require.Zero(t, s.run(append([]string{"plan", "--journal", "j", "user1@example.com", "user2@example.com"}, all...)...).code)
	assert.Zero(t, s.deletions())

	for _, tc := range []struct {
		name string
		env  []string
		args []string
		says string
	}{
		{"another server", []string{"FEATUREBASE_BASE_URL=http://127.0.0.1:1"}, nil, "is of the server " + s.url},
		{"another key", []string{"FEATUREBASE_API_KEY=sk_test_other"}, nil, "this one has " + fingerprint("sk_test_other")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cmd := s.command("continue", "--yes", "j")
			cmd.Env = append(cmd.Env, tc.env...)
			e := finish(t, cmd)
			assert.Equal(t, exitUsage, e.code)
			assert.Contains(t, e.stderr, tc.says)
		})
	}
	assert.Len(t, s.Contacts(), 10)

	// The same server, but a key of another workspace.
	s.Reset()
	s.Token = "sk_test_other"
	s.AddContact(featurebase.Contact{Email: "user1@example.com", OrganizationID: other})
	e := s.run("continue", "--yes", "--other-key", "j")
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "j is of the workspace "+acme+", and the API key is of "+other)
	assert.Len(t, s.Contacts(), 1)

	// A workspace that is not known is not taken for the same.
	s.Reset()
	assert.Equal(t, exitUsage, s.run("continue", "--yes", "--other-key", "j").code)
}

// A plan that one person made is carried out by another, exactly.
func TestContinue_carriesOutAPlan(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.contact(1)
	s.contact(2)
	e := s.run(append([]string{"plan", "--operator", "eve", "--journal", "j", "user1@example.com"}, all...)...)
	require.Equal(t, exitErased, e.code, e.stderr)
	s.AddPost(featurebase.Post{Title: "Later", Author: &featurebase.PostAuthor{ID: ada.ID}})
	e = s.run("verify", "j")
	assert.Equal(t, exitUsage, e.code)
	e = s.run("continue", "--yes", "j")
	assert.Equal(t, exitStopped, e.code)
	assert.Contains(t, strings.Join(strings.Fields(e.stderr), " "), "1 person left something since the plan was made, or changed: leave out --yes, to be asked about it.")
	assert.Len(t, s.Contacts(), 2)
	_, err := s.Client().Posts.Delete(t.Context(), s.Posts()[0].ID)
	require.NoError(t, err)

	e = s.run("continue", "--yes", "--operator", "mallory", "j")
	assert.Equal(t, exitErased, e.code, e.stderr)
	assert.Len(t, s.Contacts(), 1)
	d := s.report().Extensions.Featurebase
	assert.Equal(t, "eve", d.Operator)
	assert.Contains(t, d.Confirmed[0].Note, "mallory")
}

func TestVerify_tellsWhoCameBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	s.contact(2)
	require.Zero(t, s.erase("user1@example.com").code)
	assert.Zero(t, s.run("verify", "j").code)
	s.AddContact(featurebase.Contact{ID: fmt.Sprintf("%08x%016x", time.Now().Add(time.Minute).Unix(), 1), Email: "user1@example.com"})
	e := s.run("verify", "j")
	assert.Equal(t, exitFailed, e.code)
	assert.Contains(t, e.stderr, "1 there again")
	assert.Equal(t, statusCameBack, s.report().Extensions.Featurebase.People[0].Status)
}

func TestErase_givesUpOnNonsense(t *testing.T) {
	t.Parallel()
	for _, fault := range []featurebasetest.Fault{
		{Lasts: true, Status: 503}, {Lasts: true, Status: 200, Body: "<html>Log in</html>"}, {Lasts: true, Status: 302, Header: http.Header{"Location": {"/login"}}},
		{Lasts: true, Status: 404, Body: "Not Found"}, {Lasts: true, Cut: true},
	} {
		t.Run(fmt.Sprint(fault.Status), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			args := append([]string{"plan", "--journal", "j", "--contacts-only"}, "user999@example.com")
			for i := range 200 {
				s.contact(i)
				args = append(args, fmt.Sprintf("user%d@example.com", i))
			}
			require.Equal(t, exitNotFound, s.run(args...).code)
			before := len(s.Requests())
			fault.When = func(r featurebasetest.Request) bool { return r.Method == http.MethodDelete }
			s.FailNext(fault)
			e := s.run("continue", "--yes", "j")
			assert.Equal(t, exitStopped, e.code)
			assert.Contains(t, e.stderr, "Stopped: ")
			assert.Less(t, len(s.Requests())-before, 100)
			assert.Len(t, s.Contacts(), 200)
			s.ClearFaults()
			assert.Equal(t, exitNotFound, s.run("continue", "--yes", "j").code)
			assert.Empty(t, s.Contacts())
		})
	}
}

// terminal is the program in a terminal.
type terminal struct {
	t    testing.TB
	cmd  *exec.Cmd
	keys *os.File
	seen bytes.Buffer
}

func open(t testing.TB, cmd *exec.Cmd, columns uint16) *terminal {
	t.Helper()
	keys, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: columns})
	if err != nil {
		t.Skipf("there is no terminal: %v", err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	return &terminal{t: t, cmd: cmd, keys: keys}
}

func (x *terminal) read() error {
	b := make([]byte, 4096)
	n, err := x.keys.Read(b)
	x.seen.Write(b[:n])
	return err
}

func (x *terminal) waitFor(text string, times int) {
	for strings.Count(x.seen.String(), text) < times {
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

func TestConfirmation_canNotBeTypedAhead(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	looking, looked := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s.before(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/search") {
			once.Do(func() { close(looking); <-looked })
		}
	})
	x := open(t, s.command(append([]string{"erase", "--settle", "0s", "--journal", "j", "user1@example.com"}, all...)...), 80)
	<-looking
	x.typeIn("erase 1\r")
	close(looked)
	const question = `Type "erase 1" to go on: `
	x.waitFor(question, 1)
	x.typeIn("yes\r")
	x.waitFor(question, 2)
	assert.Len(t, s.Contacts(), 1, "nothing is erased before it is confirmed")
	x.typeIn("erase 1\r")
	code, shown := x.end()
	assert.Equal(t, exitErased, code, shown)
	assert.Empty(t, s.Contacts())
}

func TestConfirmation_isAskedForThreeTimes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	x := open(t, s.command(append([]string{"erase", "--settle", "0s", "--journal", "j", "user1@example.com"}, all...)...), 80)
	for i := range 3 {
		x.waitFor("to go on: ", i+1)
		x.typeIn("erase 2\r")
	}
	code, shown := x.end()
	assert.Equal(t, exitStopped, code, shown)
	assert.Contains(t, shown, "Nothing was erased in this run.")
	assert.Len(t, s.Contacts(), 1)
}

func TestScreen_fitsItsWidth(t *testing.T) {
	t.Parallel()
	for _, columns := range []uint16{80, 40} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			c := s.AddContact(featurebase.Contact{
				ID: "507f1f77bcf86cd799439011", Email: "anna.katharina.schmidt-lebedinskaya1@very-long-company-name.example.com", Name: "Anna 🙂 \x1b[31mSchmidt",
				UserID: "8c1b1f7e-0f39-4f29-8f2e-00000000001", OrganizationID: acme,
			})
			_, err := s.Client().Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: board, Title: "The export should have all columns that the table has", Author: &featurebase.AuthorParams{ID: c.ID}})
			require.NoError(t, err)
			x := open(t, s.command(append([]string{"plan", "--journal", "j", c.Email, "nobody@example.com"}, all...)...), columns)
			_, shown := x.end()
			assert.NotContains(t, shown, "\x1b[31m")
			lines := strings.Split(regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]`).ReplaceAllString(shown, ""), "\r\n")
			block := strings.Join(lines, "\n")
			block = block[strings.Index(block, "Anna"):strings.Index(block, "Nothing was changed")]
			want, err := os.ReadFile(fmt.Sprintf("testdata/screen%d.txt", columns))
			if os.Getenv("UPDATE") != "" {
				require.NoError(t, os.WriteFile(fmt.Sprintf("testdata/screen%d.txt", columns), []byte(block), 0o600))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, string(want), block)
		})
	}
}

func TestDemo_erasesWhatItInvents(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.run("erase", "--demo", "5", "--journal", "j")
	assert.Equal(t, exitNotFound, e.code, e.stderr)
	assert.Contains(t, e.stderr, "5 people erased and verified")
	assert.Len(t, s.report().Extensions.Featurebase.People, 6)
}

func TestHelp_fitsEightyColumns(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, args := range [][]string{{"--help"}, {"erase", "--help"}, {"plan", "--help"}, {"continue", "--help"}, {"report", "--help"}, {"forget", "--help"}} {
		e := s.run(args...)
		assert.Zero(t, e.code)
		for line := range strings.Lines(e.stdout) {
			assert.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), 80, line)
		}
	}
	assert.Zero(t, s.run("--version").code)
	assert.Equal(t, exitUsage, s.run("erase", "--nonsense").code)
}

func TestReport_guardsSpreadsheets(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "'=cmd|/C calc!A1", cell("=cmd|/C calc!A1"))
	assert.Equal(t, "'@x", cell("@x"))
	assert.Equal(t, "a=b", cell("a=b"))
}

// A server that refuses calls without saying for how long does not look like a
// hang.
func TestProgress_tellsOfWaits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	s.FailNext(featurebasetest.Fault{Status: http.StatusTooManyRequests, Lasts: true, When: func(r featurebasetest.Request) bool {
		return r.Pattern == "DELETE /v2/contacts/{id}"
	}})
	x := open(t, s.command(append([]string{"erase", "--settle", "0s", "--yes", "--journal", "j", "user1@example.com"}, all...)...), 80)
	x.waitFor("rate limit: waiting ", 1)
	x.typeIn("\x03")
	x.waitFor("Interrupted", 1)
	x.typeIn("\x03")
	code, shown := x.end()
	assert.Equal(t, exitStopped, code, shown)
	assert.Len(t, s.Contacts(), 1)
}

func TestReport_hasFeaturebasesAuditLog(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.contact(1)
	ours := featurebase.AuditLogResource{Type: "user", ID: ada.ID}
	s.AddAuditLog(featurebase.AuditLog{Action: "data.user_data_deleted", CreatedAt: time.Now().Add(time.Minute), Resource: featurebase.AuditLogResource{Type: "user", ID: board}})
	s.AddAuditLog(featurebase.AuditLog{Action: "data.user_data_deleted", CreatedAt: time.Now().Add(time.Minute), Resource: ours, Actor: featurebase.AuditLogActor{Email: "eve@example.com"}})
	s.AddAuditLog(featurebase.AuditLog{Action: "post.updated", CreatedAt: time.Now().Add(time.Minute), Resource: ours})
	s.AddAuditLog(featurebase.AuditLog{Action: "data.user_data_deleted", CreatedAt: time.Now().Add(-time.Hour), Resource: ours})
	require.Zero(t, s.erase("user1@example.com").code)
	report := s.run("report", "j").stdout
	assert.Equal(t, 1, strings.Count(report, "data.user\\_data\\_deleted"), "that of this run and these people: %s", report)
	assert.NotContains(t, report, "post.updated")
	assert.NotContains(t, report, "eve@", "it is about the person, not about others")
}
