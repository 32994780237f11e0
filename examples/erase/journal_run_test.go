package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// interrupted returns a site on which a run was stopped after it had deleted n
// of the contacts, one after another, and the arguments that continue it.
func interrupted(t *testing.T, contacts, n int) (s *site, ids, args []string) {
	s = newSite(t)
	ids = s.add(contacts)
	s.write("ids", lines(ids))
	s.intercept(func(_ int, r *http.Request) *http.Response {
		if r.Method == http.MethodDelete && len(s.made(http.MethodDelete)) > n {
			return failure(403, "authorization_error", "forbidden")
		}
		return nil
	})
	args = []string{"--yes", "--journal", "j", "--concurrency", "1", "--file", "ids"}
	e := s.erase(args...)
	require.Equal(t, exitStopped, e.code, e.stderr)
	require.Contains(t, e.stderr, "the API key may not do this")
	require.Len(t, s.Contacts(), contacts-n)
	s.intercept(nil)
	return s, ids, args
}

func TestTheJournalNamesNothingBeforeItIsDue(t *testing.T) {
	t.Parallel()
	s, ids, _ := interrupted(t, 4, 2)
	journal := strings.Split(strings.TrimSpace(s.read("j")), "\n")
	require.Len(t, journal, 7, "a header, three intents, three outcomes")
	assert.Regexp(t, `^{"erase":1,"server":"`+s.url+`","by":"id","values":4,"digest":"sha256:[0-9a-f]{64}","begun":"`, journal[0])
	for i, what := range []string{
		`"status":"deleted","request_id":"req_\d+"`, `"status":"deleted","request_id":"req_\d+"`, `"status":"failed","error":".*403.*","request_id":"req_1"`,
	} {
		intent := slices.Index(journal, `{"intent":{"value":"`+ids[i]+`","contacts":["`+ids[i]+`"]}}`)
		outcome := slices.IndexFunc(journal, regexp.MustCompile(`^{"outcome":{"value":"`+ids[i]+`","contact_id":"`+ids[i]+`",`+what+`,"time":"`).MatchString)
		assert.Positive(t, intent, journal)
		assert.Greater(t, outcome, intent, journal)
	}
	assert.NotContains(t, s.read("j"), ids[3], "its turn never came")
	info, err := os.Stat(filepath.Join(s.folder, "j"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
}

func TestTheCommandThatIsToldContinues(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(3)
	s.intercept(func(_ int, r *http.Request) *http.Response {
		if r.Method == http.MethodDelete && len(s.made(http.MethodDelete)) > 1 {
			return failure(401, "authentication_error", "unauthorized")
		}
		return nil
	})
	require.NoError(t, os.Mkdir(filepath.Join(s.folder, "it's a folder"), 0o700))
	s.write("it's a folder/ids", lines(ids))
	e := s.erase("--yes", "--concurrency", "1", "-f", "it's a folder/ids")
	require.Equal(t, exitStopped, e.code)
	_, command, ok := strings.Cut(e.stderr, "To continue:\n  ")
	require.True(t, ok)
	s.intercept(nil)
	e = s.finish(s.environment(exec.CommandContext(t.Context(), "sh", "-c", command)))
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all(ids, deleted), e.statuses())
}

func TestWhatIsSettledIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s, ids, args := interrupted(t, 6, 3)
	before := len(s.Requests())
	e := s.erase(args...)
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all(ids, deleted), e.statuses())
	assert.Equal(t, 2+3, len(s.Requests())-before, "2 look-ups, 3 deletions")
	assert.Contains(t, e.stderr, "Earlier runs accounted for 3 contacts, and left 1 to be settled.")

	before = len(s.Requests())
	e = s.erase(args...)
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all(ids, deleted), e.statuses(), "told again, although there is nothing to do")
	assert.Len(t, s.Requests(), before)
}

func TestACutLastLineIsSurvived(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(journal string) string{
		"cut intent":       func(j string) string { return j + `{"intent":{"value":"507f1f` },
		"cut outcome":      func(j string) string { return j[:len(j)-7] },
		"without its end":  func(j string) string { return j[:len(j)-1] },
		"garbage":          func(j string) string { return j + "\x00\x00\x00\x00" },
		"garbage in lines": func(j string) string { return j + "\x00\x00\n" },
		"other JSON":       func(j string) string { return j + "{}\n" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ids, args := interrupted(t, 4, 2)
			s.write("j", damage(s.read("j")))
			e := s.erase(args...)
			require.Equal(t, exitGone, e.code, e.stderr)
			assert.Contains(t, e.stderr, "The last line of the journal was cut when it was written, and is dropped.")
			assert.Equal(t, all(ids, deleted), e.statuses())
			e = s.erase(args...)
			assert.Equal(t, exitGone, e.code, e.stderr)
			assert.NotContains(t, e.stderr, "dropped")
		})
	}
}

func TestAContactThatIsGoneAfterAnInterruptionIsSaidToBe(t *testing.T) {
	t.Parallel()
	s, ids, args := interrupted(t, 4, 2)
	lost := regexp.MustCompile(`{"outcome":{"value":"` + ids[1] + `".*\n`)
	s.write("j", lost.ReplaceAllString(s.read("j"), "")) // the deletion happened, but the journal does not know
	e := s.erase(args...)
	require.Equal(t, exitGone, e.code, e.stderr)
	want := all(ids, deleted)
	want[ids[1]] = goneAfterInterruption
	assert.Equal(t, want, e.statuses())
	assert.Contains(t, e.stderr, "3 deleted, 0 already gone, 1 gone after an interruption, 0 failed")
}

func TestADamagedJournalIsNotGuessedAt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		damage func(lines []string) []string
		want   string
	}{
		"garbage in the middle":     {func(l []string) []string { l[2] = "garbage\n"; return l }, "line 3 of the journal is damaged"},
		"outcome without an intent": {func(l []string) []string { return append(l[:1], l[2:]...) }, "does not belong here"},
		"unknown status": {func(l []string) []string {
			return strings.SplitAfter(strings.Replace(strings.Join(l, ""), `"deleted"`, `"perhaps"`, 1), "\n")
		}, `unknown status "perhaps"`},
		"a list of IDs":  {func([]string) []string { return []string{"507f1f77bcf86cd700000001\n"} }, "j is no journal of erase"},
		"a later format": {func(l []string) []string { l[0] = strings.Replace(l[0], ":1", ":2", 1); return l }, "has format 2, but this program knows 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, args := interrupted(t, 4, 2)
			damaged := strings.Join(tc.damage(strings.SplitAfter(s.read("j"), "\n")), "")
			s.write("j", damaged)
			before := len(s.Requests())
			e := s.erase(args...)
			assert.Equal(t, exitUsage, e.code)
			assert.Contains(t, e.stderr, tc.want)
			assert.Len(t, s.Requests(), before)
			assert.Equal(t, damaged, s.read("j"), "what is not understood is not changed")
		})
	}
}

func TestAJournalOfAnotherRunIsRefused(t *testing.T) {
	t.Parallel()
	s, ids, args := interrupted(t, 4, 2)
	journal := s.read("j")
	for want, change := range map[string]func() *exec.Cmd{
		"that had 4 values, this has 3": func() *exec.Cmd {
			s.write("fewer", lines(ids[1:]))
			return s.command("--yes", "--journal", "j", "--file", "fewer")
		},
		"that had other values, though as many (4)": func() *exec.Cmd {
			s.write("others", lines(append([]string{"507f1f77bcf86cd7000000ff"}, ids[1:]...)))
			return s.command("--yes", "--journal", "j", "--file", "others")
		},
		"that was --by id, this is --by user-id": func() *exec.Cmd {
			return s.command(append(args, "--by", "user-id")...)
		},
		"this is at http://127.0.0.1:1": func() *exec.Cmd {
			cmd := s.command(args...)
			cmd.Env = append(cmd.Env, "FEATUREBASE_BASE_URL=http://127.0.0.1:1/")
			return cmd
		},
	} {
		e := s.finish(change())
		assert.Equal(t, exitUsage, e.code)
		assert.Contains(t, e.stderr, want)
	}
	assert.Equal(t, journal, s.read("j"))
	e := s.erase("--yes", "--journal", "j", ids[3], ids[1], ids[2], ids[0])
	assert.Equal(t, exitGone, e.code, "the same values in another order are the same")
}

func TestAJournalInUseIsNotOpenedTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(20)
	arrived, release := s.hold(5)
	args := append([]string{"--yes", "--journal", "j"}, ids...)
	p := begin(s, args...)
	<-arrived
	e := s.erase(args...)
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "the journal j is in use by another process")
	release()
	assert.Equal(t, all(ids, deleted), p.end().statuses())
}

func TestAnUnwritableJournalStopsBeforeDeleting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(3)
	s.write("file", "")
	for _, name := range []string{"/dev/full", "file/j", "nowhere/j", "."} {
		e := s.erase(append([]string{"--yes", "--journal", name}, ids...)...)
		assert.Equal(t, exitUsage, e.code, name)
		assert.Contains(t, e.stderr, "nothing was begun")
	}
	assert.Empty(t, s.Requests())
}

// limited is the program with a limit on the size of files, which stands for a
// disk that is full.
func (s *site) limited(kib int, args string) *exec.Cmd {
	script := fmt.Sprintf("ulimit -f %d; %s %s | cat; exit ${PIPESTATUS[0]}", kib, program, args)
	return s.environment(exec.CommandContext(s.t.Context(), "bash", "-c", script))
}

func TestADiskThatIsFullAtFirstDeletesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.AddContact(featurebase.Contact{UserID: strings.Repeat("𝄞", 250)}) // too much for the journal
	s.write("ids", c.UserID)
	e := s.finish(s.limited(1, "--yes --by user-id --file ids"))
	assert.Equal(t, exitStopped, e.code, e.stderr)
	assert.Contains(t, e.stderr, "the journal can't be written")
	assert.Empty(t, s.made(http.MethodDelete))
}

func TestAFullDiskStopsTheRun(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(100)
	s.write("ids", lines(ids))
	args := "--yes --journal j --concurrency 4 --file ids"
	e := s.finish(s.limited(8, args))
	assert.Equal(t, exitStopped, e.code, e.stderr)
	assert.Contains(t, e.stderr, "the journal can't be written")
	made := len(s.made(http.MethodDelete))
	assert.Positive(t, made)
	assert.Less(t, made, 60)
	assert.Len(t, e.rows(), made, "what was done is told all the same")
	assert.Len(t, s.Contacts(), 100-made)

	e = s.erase(strings.Fields(args)...)
	require.Equal(t, exitGone, e.code, e.stderr)
	require.Len(t, e.statuses(), 100)
	assert.Empty(t, s.Contacts())
	assert.LessOrEqual(t, len(s.made(http.MethodDelete)), 100+4, "of those in flight the journal could not say what came")
}

func TestAnEmailIsFinishedWhenAllItsContactsAre(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.shared("ada@example.com", 3)
	s.intercept(func(_ int, r *http.Request) *http.Response {
		if r.Method == http.MethodDelete && len(s.made(http.MethodDelete)) > 1 {
			return failure(401, "authentication_error", "unauthorized")
		}
		return nil
	})
	args := []string{"--yes", "--journal", "j", "--concurrency", "1", "--by", "email", "ada@example.com"}
	e := s.erase(args...)
	require.Equal(t, exitStopped, e.code, e.stderr)
	require.Len(t, s.Contacts(), 2)
	s.intercept(nil)
	e = s.erase(args...)
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all(ids, deleted), e.statuses())
	assert.Empty(t, s.Contacts())
}
