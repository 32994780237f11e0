package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestContactsAreDeletedWhateverTheyAreNamedBy(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		by     kind
		values []string
		given  []string // as the results have them
		gone   string
	}{
		{byID, []string{"507F1F77BCF86CD700000001", "507f1f77bcf86cd700000002"}, []string{"507f1f77bcf86cd700000001", "507f1f77bcf86cd700000002"}, "507f1f77bcf86cd7000000ff"},
		{byUserID, []string{"user 0/2", "user 1/2"}, []string{"user 0/2", "user 1/2"}, "nobody"},
		{byEmail, []string{"USER0@example.com", "user1@example.com"}, []string{"USER0@example.com", "user1@example.com"}, "nobody@example.com"},
	} {
		t.Run(string(tc.by), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.add(2)
			other := s.AddContact(featurebase.Contact{UserID: "other", Email: "other@example.com"})
			e := s.erase(append([]string{"--yes", "--by", string(tc.by), tc.gone}, tc.values...)...)
			require.Equal(t, exitGone, e.code, e.stderr)
			rows := map[string][]string{}
			for _, row := range e.rows() {
				rows[row[0]] = row[1:3]
			}
			goneID := ""
			if tc.by == byID {
				goneID = tc.gone
			}
			assert.Equal(t, map[string][]string{
				tc.given[0]: {"507f1f77bcf86cd700000001", "deleted"},
				tc.given[1]: {"507f1f77bcf86cd700000002", "deleted"},
				tc.gone:     {goneID, "already_gone"},
			}, rows)
			assert.Equal(t, []featurebase.Contact{other}, s.Contacts())
			assert.Contains(t, e.stderr, "2 deleted, 1 already gone, 0 failed")
		})
	}
}

func TestAnEmailMeansEveryContactThatHasIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	customer := s.AddContact(featurebase.Contact{Email: "ada@example.com"})
	lead := s.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Email: "ada@example.com"})
	s.AddContact(featurebase.Contact{Email: "bob@example.com"})
	e := s.erase("--yes", "--by", "email", "ada@example.com")
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all([]string{customer.ID, lead.ID}, deleted), e.statuses())
	assert.Len(t, s.Contacts(), 1)
}

// Whether the search minds case is not documented.
func TestAnEmailIsLookedForInBothSpellings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.erase("--yes", "--by", "email", "Ada@Example.com", "ada@example.com", "bob@example.com")
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, map[string]status{"Ada@Example.com": alreadyGone, "bob@example.com": alreadyGone}, e.statuses())
	var asked []string
	for _, r := range s.Requests() {
		asked = append(asked, string(r.Body))
	}
	assert.ElementsMatch(t, []string{
		`{"query":{"field":"email","operator":"IN","value":["Ada@Example.com","ada@example.com"]},"limit":100}`,
		`{"query":{"field":"email","operator":"=","value":"bob@example.com"},"limit":100}`,
	}, asked)
}

func TestAContactThatTheSearchShouldNotGiveIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.intercept(func(_ int, r *http.Request) *http.Response {
		if r.Method != http.MethodPost {
			return nil
		}
		body := `{"object":"list","data":[{"object":"contact","id":"507f1f77bcf86cd700000001","type":"customer","email":"ada@example.org"}],"nextCursor":null}`
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
	})
	e := s.erase("--yes", "--by", "email", "ada@example.com")
	assert.Equal(t, exitFailed, e.code)
	assert.Equal(t, all([]string{"ada@example.com"}, failed), e.statuses())
	assert.Contains(t, e.stdout, "another email address")
	assert.Empty(t, s.made(http.MethodDelete))
}

func TestADryRunTouchesNothing(t *testing.T) {
	t.Parallel()
	posts, comments := 3, 14
	for by, value := range map[kind]string{byID: "507f1f77bcf86cd700000001", byUserID: "u1", byEmail: "ada@example.com"} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			c := s.AddContact(featurebase.Contact{UserID: "u1", Email: "ada@example.com", PostsCreated: &posts, CommentsCreated: &comments})
			missing := map[kind]string{byID: "507f1f77bcf86cd7000000ff", byUserID: "nobody", byEmail: "nobody@example.com"}[by]

			e := s.erase("--dry-run", "--by", string(by), value, missing)
			require.Equal(t, exitGone, e.code, e.stderr)
			table := strings.Split(e.stdout, "\n")
			assert.Equal(t, []string{"id", "user_id", "email", "type", "posts", "comments", "would", "error"}, strings.Fields(table[0]))
			assert.Equal(t, []string{c.ID, "u1", "ada@example.com", "customer", "3", "14", "delete"}, strings.Fields(table[1]))
			assert.Equal(t, []string{missing, "already_gone"}, strings.Fields(table[2]))
			assert.Equal(t, strings.Index(table[0], "would"), strings.Index(table[1], "delete"), "columns are aligned")
			assert.Contains(t, e.stderr, "1 contact would be deleted. Nothing was.")
			assert.Contains(t, e.stderr, "1 contact wrote 3 posts and 14 comments. These stay")

			e = s.erase("--dry-run", "--format", "csv", "--by", string(by), value)
			assert.Equal(t, "id,user_id,email,type,posts,comments,would,error\n"+c.ID+",u1,ada@example.com,customer,3,14,delete,\n", e.stdout)

			e = s.erase("--dry-run", "--format", "jsonl", "--by", string(by), value)
			assert.Equal(t, `{"id":"`+c.ID+`","user_id":"u1","email":"ada@example.com","type":"customer","posts":3,"comments":14,"would":"delete"}`+"\n", e.stdout)

			assert.Equal(t, []featurebase.Contact{c}, s.Contacts())
			assert.Empty(t, s.made(http.MethodDelete))
			assert.Empty(t, s.files(), "no journal")
		})
	}
}

func TestADryRunTellsWhatCouldNotBeLookedUp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(2)
	s.intercept(func(_ int, r *http.Request) *http.Response {
		if strings.HasSuffix(r.URL.Path, ids[1]) {
			return failure(400, "invalid_request_error", "invalid_request")
		}
		return nil
	})
	e := s.erase("--dry-run", "--format", "csv", ids[0], ids[1])
	assert.Equal(t, exitFailed, e.code)
	assert.Regexp(t, ids[0]+`,.*,delete,\n`+ids[1]+`,,,,,,failed,.*400 invalid_request.*req_1`, e.stdout)
}

func TestDuplicatesAreDeletedOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(2)
	s.write("a.txt", lines([]string{ids[0], strings.ToUpper(ids[0]), ids[1]}))
	s.write("b.txt", lines(ids))
	e := s.erase("--yes", "--file", "a.txt", "--file", "b.txt", ids[0])
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all(ids, deleted), e.statuses())
	assert.Len(t, s.made(http.MethodDelete), 2)
	assert.Contains(t, e.stderr, "4 values given more than once are taken once.")
}

func TestEveryBadLineIsToldAndNothingIsSent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(2)
	s.write("ids.txt", ids[0]+"\nabc\n\nada@example.com\n"+ids[1]+"\n"+ids[1]+"0\n")
	e := s.erase("--yes", "--file", "ids.txt", "zz")
	assert.Equal(t, exitUsage, e.code)
	for _, want := range []string{
		`argument 1: "zz": want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but character 1 is 'z'`,
		`ids.txt:2: "abc": want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but it has 3`,
		`ids.txt:4: "ada@example.com": want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011; this looks like an email address, for which there is --by email`,
		`ids.txt:6: "` + ids[1] + `0": want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but it has 25`,
		`erase: 4 mistakes to be put right first; nothing was begun`,
	} {
		assert.Contains(t, e.stderr, want)
	}
	assert.Empty(t, s.Requests())
	assert.Equal(t, []string{"ids.txt"}, s.files(), "no journal")
}

func TestValuesComeThroughPipes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(3)
	cmd := s.command("--yes", "--file", "-")
	cmd.Stdin = strings.NewReader("\xef\xbb\xbf" + strings.Join(ids, "\r\n"))
	e := s.finish(cmd)
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all(ids, deleted), e.statuses())
}

func TestValuesComeFromAColumnOfACSV(t *testing.T) {
	t.Parallel()
	for name, comma := range map[string]string{"comma": ",", "semicolon": ";", "tab": "\t"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			a := s.AddContact(featurebase.Contact{UserID: `Smith, "Jo"; 7`})
			b := s.AddContact(featurebase.Contact{UserID: "u2"})
			csv := "\xef\xbb\xbf" + strings.Join([]string{`"name"`, `user id`, `note`}, comma) + "\r\n" +
				strings.Join([]string{`Jo`, `"Smith, ""Jo""; 7"`, "\"two\nlines\""}, comma) + "\r\n" +
				strings.Join([]string{`Bo`, `u2`, ``}, comma) + "\r\n"
			s.write("people.csv", csv)
			e := s.erase("--yes", "--by", "user-id", "--file", "people.csv", "--column", "user id")
			require.Equal(t, exitGone, e.code, e.stderr)
			assert.Equal(t, all([]string{a.ID, b.ID}, deleted), e.statuses())

			e = s.erase("--yes", "--by", "user-id", "--file", "people.csv", "--column", "id")
			assert.Equal(t, exitUsage, e.code)
			if comma == "," {
				assert.Contains(t, e.stderr, `people.csv: there is no column "id": the header has "name", "user id", "note"`)
			}
		})
	}
}

func TestResultsAreJSONLinesIfAsked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(1)
	e := s.erase("--yes", "--format", "jsonl", ids[0])
	require.Equal(t, exitGone, e.code, e.stderr)
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(e.stdout), &got))
	_, err := time.Parse(time.RFC3339, fmt.Sprint(got["time"]))
	require.NoError(t, err)
	delete(got, "time")
	assert.Equal(t, map[string]any{"value": ids[0], "contact_id": ids[0], "status": "deleted", "request_id": "req_2"}, got)
}

func TestWhoWroteIsWarnedOf(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	none, one, two := 0, 1, 2
	a := s.AddContact(featurebase.Contact{PostsCreated: &one, CommentsCreated: &two})
	b := s.AddContact(featurebase.Contact{PostsCreated: &none, CommentsCreated: &two})
	c := s.AddContact(featurebase.Contact{PostsCreated: &none, CommentsCreated: &none})
	d := s.AddContact(featurebase.Contact{})
	e := s.erase("--yes", a.ID, b.ID, c.ID, d.ID)
	assert.Contains(t, e.stderr, "2 contacts wrote 1 post and 4 comments. These stay, and can't be tied to\nthem afterwards.")
	assert.Contains(t, e.stderr, "Of 1 contact Featurebase does not tell whether they wrote posts or comments.")
	assert.Contains(t, e.stderr, "4 contacts will be deleted at "+s.url+", for good.")
	assert.NotContains(t, e.stderr+e.stdout+s.read(s.files()[0]), s.Token)
}

func TestWithoutLookingThereIsOneRequestAContact(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := append(s.add(3), "507f1f77bcf86cd7000000ff")
	named := featurebasetest.Fault{Header: http.Header{"X-Request-Id": {"req_7"}}}
	s.FailNext(named, named, named, named)
	e := s.erase(append([]string{"--yes", "--no-look"}, ids...)...)
	require.Equal(t, exitGone, e.code, e.stderr)
	want := all(ids[:3], deleted)
	want[ids[3]] = alreadyGone
	assert.Equal(t, want, e.statuses())
	assert.Equal(t, 4, strings.Count(e.stdout, ",req_7,"), "the proof is in every row")
	assert.Len(t, s.Requests(), 4)
	assert.Contains(t, e.stderr, "Not looked at (--no-look)")
}

func TestWhatFailsIsToldAndTriedAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(5)
	s.intercept(func(_ int, r *http.Request) *http.Response {
		if r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, ids[1]) || r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, ids[2]) {
			return failure(400, "invalid_request_error", "invalid_request")
		}
		return nil
	})
	e := s.erase(append([]string{"--yes", "--journal", "j"}, ids...)...)
	assert.Equal(t, exitFailed, e.code)
	want := all(ids, deleted)
	want[ids[1]], want[ids[2]] = failed, failed
	assert.Equal(t, want, e.statuses())
	assert.Regexp(t, ids[1]+`,`+ids[1]+`,failed,.*DELETE.*400 invalid_request.*,req_1,`, e.stdout)
	assert.Contains(t, e.stderr, "3 deleted, 0 already gone, 2 failed")
	assert.Contains(t, e.stderr, "To try again what failed:")

	s.intercept(nil)
	again := s.erase(append([]string{"--yes", "--journal", "j"}, ids...)...)
	assert.Equal(t, exitGone, again.code)
	assert.Equal(t, all(ids, deleted), again.statuses(), "everything, with what the first run did")
	assert.Len(t, s.made(http.MethodDelete), 6)
	assert.Empty(t, s.Contacts())
}

func TestTheRateLimitIsHeld(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.SetRateLimit(featurebasetest.RateLimit{Requests: 15, Window: time.Second, Reset: featurebasetest.ResetEpochMilliseconds})
	ids := s.add(20)
	e := s.erase(append([]string{"--yes"}, ids...)...)
	require.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all(ids, deleted), e.statuses())
	refused := 0
	for _, c := range append(s.made(http.MethodGet), s.made(http.MethodDelete)...) {
		if c.status == http.StatusTooManyRequests {
			refused++
		}
	}
	assert.LessOrEqual(t, refused, 2, "requests were held back, not refused")
}

// Every twentieth request fails: half of these after they were processed.
func TestAServerThatFailsNowAndThenLosesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(100)
	var faults []featurebasetest.Fault
	for i := range 400 {
		var f featurebasetest.Fault
		switch i % 80 {
		case 19:
			f = featurebasetest.Fault{Status: 503}
		case 39:
			f = featurebasetest.Fault{Status: 502, Apply: true}
		case 59:
			f = featurebasetest.Fault{Cut: true}
		case 79:
			f = featurebasetest.Fault{Cut: true, Apply: true}
		}
		faults = append(faults, f)
	}
	s.FailNext(faults...)
	args := append([]string{"--yes", "--journal", "j"}, ids...)
	e := s.erase(args...)
	if e.code == exitFailed { // one contact has met four failures in a row, which is rare
		e = s.erase(args...)
	}
	require.Equal(t, exitGone, e.code, e.stderr)
	statuses := e.statuses()
	require.Len(t, statuses, len(ids))
	counts := map[status]int{}
	for _, id := range ids {
		counts[statuses[id]]++
	}
	assert.Equal(t, len(ids), counts[deleted]+counts[goneAfterInterruption], counts)
	assert.Positive(t, counts[goneAfterInterruption], "some responses were lost after the deletion")
	assert.Empty(t, s.Contacts())
}

func TestARefusedKeyStopsTheRun(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(100)
	s.intercept(func(n int, r *http.Request) *http.Response {
		if n > 150 { // in the middle of the deletions
			return failure(401, "authentication_error", "unauthorized")
		}
		return nil
	})
	args := append([]string{"--yes", "--journal", "j", "--concurrency", "4"}, ids...)
	e := s.erase(args...)
	assert.Equal(t, exitStopped, e.code)
	assert.Contains(t, e.stderr, "Featurebase does not accept the API key")
	assert.Contains(t, e.stderr, "To continue:\n  "+program+" --yes --journal j")
	assert.LessOrEqual(t, len(s.made(http.MethodDelete)), 50+4, "those that were in flight")
	left := len(s.Contacts())
	assert.Equal(t, 50, left)

	s.intercept(nil)
	e = s.erase(args...)
	assert.Equal(t, exitGone, e.code, e.stderr)
	assert.Equal(t, all(ids, deleted), e.statuses())
}

func TestAKeyThatIsRefusedAtFirstDeletesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(3)
	cmd := s.command(append([]string{"--yes"}, ids...)...)
	cmd.Env = append(cmd.Env, "FEATUREBASE_API_KEY=sk_wrong")
	e := s.finish(cmd)
	assert.Equal(t, exitStopped, e.code)
	assert.Contains(t, e.stderr, "Nothing was deleted in this run.")
	assert.Empty(t, s.made(http.MethodDelete))
	assert.Empty(t, s.files(), "a journal that says nothing is not left")
}

func TestAServerThatDoesNotAnswerStopsTheRun(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.write("ids", lines(s.add(100)))
	s.FailNext(slices.Repeat([]featurebasetest.Fault{{Cut: true}}, 1000)...)
	e := s.erase("--yes", "--file", "ids", "--concurrency", "4")
	assert.Equal(t, exitStopped, e.code)
	assert.Contains(t, e.stderr, "there was no response for 8 contacts in a row")
	assert.Len(t, s.Contacts(), 100)
}

func TestWhenResultsCannotBeWrittenNothingMoreIsDeleted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(100)
	cmd := s.command(append([]string{"--yes", "--concurrency", "2", "--journal", "j"}, ids...)...)
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	cmd.Stdout = writer
	s.intercept(func(n int, r *http.Request) *http.Response {
		if n == 120 {
			_ = reader.Close() // as head does when it has enough
		}
		return nil
	})
	e := s.finish(cmd)
	require.NoError(t, writer.Close())
	assert.Equal(t, exitStopped, e.code)
	assert.Contains(t, e.stderr, "the results can't be written")
	assert.Less(t, len(s.made(http.MethodDelete)), 50)

	s.intercept(nil)
	e = s.erase(append([]string{"--yes", "--concurrency", "2", "--journal", "j"}, ids...)...)
	assert.Equal(t, exitGone, e.code)
	assert.Equal(t, all(ids, deleted), e.statuses())
}

func TestTheDemonstrationNeedsNoKey(t *testing.T) {
	t.Parallel()
	for _, by := range []kind{byID, byUserID, byEmail} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), program, "--demo", "20", "--by", string(by))
			cmd.Dir = t.TempDir()
			cmd.Env = append(os.Environ(), "FEATUREBASE_API_KEY=", "FEATUREBASE_BASE_URL=")
			s := &site{t: t, folder: cmd.Dir}
			e := s.finish(cmd)
			require.Equal(t, exitGone, e.code, e.stderr)
			assert.GreaterOrEqual(t, len(e.statuses()), 20)
			assert.Contains(t, e.stderr, "0 contacts left in the fake.")
			assert.Empty(t, s.files())
		})
	}
}

func TestMistakesInTheCommandAreToldAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.add(1)
	for _, tc := range []struct {
		args string
		want []string
	}{
		{"", []string{"which contacts?"}},
		{"--frobnicate", []string{"unknown flag: --frobnicate"}},
		{"--by name --format xml --concurrency 0 --yes X", []string{"--by name: want id, user-id or email", "--format xml: want csv or jsonl", "--concurrency 0: want 1 to 100"}},
		{"--by email --no-look --yes X", []string{"--no-look: want --by id"}},
		{"--column id --yes X", []string{"--column is about a CSV: want --file too"}},
		{"--dry-run --journal j X", []string{"a dry run keeps no journal"}},
		{"--dry-run --no-look X", []string{"a dry run is nothing but looking"}},
		{"--demo 0", []string{"--demo 0: want 1 to 10000"}},
		{"--demo 5 X", []string{"--demo invents its contacts"}},
		{"--yes --file nowhere.txt X", []string{"nowhere.txt: no such file", `argument 1: "X"`, "2 mistakes to be put right first"}},
		{"--yes --file /dev/null", []string{"there is no value"}},
		{"--file -", []string{"standard input has the values, so it can't confirm the deletion: add --yes"}},
		{ids[0], []string{"standard input is no terminal where the deletion could be confirmed: add --yes"}},
	} {
		e := s.erase(strings.Fields(tc.args)...)
		assert.Equal(t, exitUsage, e.code, tc.args)
		assert.Empty(t, e.stdout)
		for _, want := range tc.want {
			assert.Contains(t, e.stderr, want)
		}
	}
	for variable, value := range map[string]string{"FEATUREBASE_API_KEY": "", "FEATUREBASE_BASE_URL": "ftp://x"} {
		cmd := s.command("--yes", ids[0])
		cmd.Env = append(cmd.Env, variable+"="+value)
		e := s.finish(cmd)
		assert.Equal(t, exitUsage, e.code)
		assert.Contains(t, e.stderr, variable)
	}
	assert.Empty(t, s.Requests())
	assert.Empty(t, s.files())
}

func TestHelpSaysHow(t *testing.T) {
	t.Parallel()
	e := newSite(t).erase("--help")
	assert.Equal(t, exitGone, e.code)
	for _, want := range []string{"usage: erase", "--by KIND", "--journal FILE", "--demo N", "exit codes: 0 all gone"} {
		assert.Contains(t, e.stdout, want)
	}
}
