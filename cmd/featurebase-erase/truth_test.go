package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// words are what a screen says, without its line breaks.
func words(screen string) string {
	screen = regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]`).ReplaceAllString(screen, "")
	return strings.Join(strings.Fields(screen), " ")
}

const nothing = `{"object":"list","data":[],"nextCursor":null,"totalCount":0}`

// says has the server respond with this to requests of a pattern, and do nothing.
func says(pattern, body string) featurebasetest.Fault {
	return featurebasetest.Fault{
		Lasts: true, Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: body,
		When: func(r featurebasetest.Request) bool { return r.Pattern == pattern },
	}
}

func (s *site) comment(by featurebase.Contact, text string) {
	post := s.AddPost(featurebase.Post{Title: "Export", Author: &featurebase.PostAuthor{ID: board, Type: featurebase.UserTypeAdmin}})
	s.AddComment(featurebase.Comment{PostID: post.ID, Content: text, Author: &featurebase.CommentAuthor{ID: by.ID, Type: featurebase.UserTypeCustomer}})
}

// status is what the report says of the first person: in JSON, and in the other
// forms.
func (s *site) status() string {
	status := s.report().Extensions.Featurebase.People[0].Status
	assert.Contains(s.t, s.run("report", "j").stdout, "Status: "+markdown(status))
	assert.Contains(s.t, s.run("report", "j", "--format", "csv").stdout, ","+status+",")
	return status
}

// shortfall is a person whose contact counts more comments than a search shows.
func shortfall(t *testing.T) *site {
	s := newSite(t)
	s.contact(2)
	three := 3
	ada := s.AddContact(featurebase.Contact{Email: "user1@example.com", UserID: "user-1", Name: "Ada Lovelace", OrganizationID: acme, CommentsCreated: &three})
	s.comment(ada, "With all columns")
	return s
}

func TestShortfall_isAcceptedByWhoeverConfirmsIt(t *testing.T) {
	t.Parallel()
	s := shortfall(t)
	x := open(t, s.command(append([]string{"erase", "--settle", "0s", "--journal", "j", "user1@example.com"}, all...)...), 80)
	x.waitFor("to go on: ", 1)
	shown := words(x.seen.String())
	block := shown[strings.Index(shown, "SHORTFALL"):]
	assert.Regexp(t, `^SHORTFALL: the contact [0-9a-f]{24} counts 3 comments, and 1 was found\. Ada Lovelace`, block, "it stands first")
	assert.Contains(t, shown, "SHORTFALL: the contacts of 1 person count 3 posts or comments, and 1 was found. What was not found stays, and can't be found any more once a contact is deleted. To go on accepts exactly that.")
	x.typeIn("erase 1\r")
	code, last := x.end()
	require.Equal(t, exitErasedExcept, code, last)
	assert.Contains(t, words(last), "0 people erased and verified, 1 erased, except for what the report lists.")
	assert.Equal(t, statusErasedExcept, s.status())
	assert.Len(t, s.Contacts(), 1)
	assert.Equal(t, "in_progress", s.report().Status)
	assert.Contains(t, s.run("report", "j").stdout, "the contact counted 3 comments, and 1 was found")
	assert.Zero(t, s.run("verify", "j", "--accept-leftovers").code)
	assert.Equal(t, "completed", s.report().Status)
}

func TestShortfall_isNotAcceptedByYes(t *testing.T) {
	t.Parallel()
	s := shortfall(t)
	e := s.erase("user1@example.com", "user2@example.com")
	assert.Equal(t, exitFailed, e.code, e.stderr)
	assert.Contains(t, words(e.stderr), "1 person erased and verified, 1 kept, with doubts that nobody accepted.")
	assert.Equal(t, statusKept, s.status())
	assert.Len(t, s.Contacts(), 1)
	assert.Len(t, s.Comments(), 1)
	e = s.run("continue", "--yes", "--accept-shortfall", "j")
	assert.Equal(t, exitErasedExcept, e.code, e.stderr)
	assert.Empty(t, s.Comments())
}

func TestAccounts_areCountedAndAskedAbout(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	family := func(id, name string) featurebase.Contact {
		return s.AddContact(featurebase.Contact{Email: "info@family.example", UserID: id, Name: name, OrganizationID: acme})
	}
	family("u-10", "Ann Miller")
	family("u-11", "Ben Miller")
	s.contact(1)
	e := s.erase("info@family.example")
	assert.Equal(t, exitStopped, e.code, e.stderr)
	assert.Contains(t, words(e.stderr), "2 ACCOUNTS: u-10 and u-11")
	assert.Contains(t, words(e.stderr), "Nothing was erased in this run.")
	assert.Len(t, s.Contacts(), 3)
	x := open(t, s.command("continue", "--settle", "0s", "j"), 80)
	x.waitFor(`Type "erase 2" to go on: `, 1)
	assert.Contains(t, words(x.seen.String()), "ACCOUNTS: 2 customers have the address of 1 person, and may be other people. They are counted as 2.")
	x.typeIn("erase 2\r")
	code, last := x.end()
	assert.Zero(t, code, last)
	assert.Contains(t, words(last), "2 people erased and verified.")
	assert.Len(t, s.Contacts(), 1)

	ann := family("u-10", "Ann Miller")
	family("u-11", "Ben Miller")
	e = s.run(append([]string{"erase", "--yes", "--journal", "j2", "--by", "user-id", "u-10"}, all...)...)
	assert.Zero(t, e.code, e.stderr)
	assert.Len(t, s.Contacts(), 2)
	assert.NotContains(t, s.Contacts(), ann)
	e = s.run(append([]string{"erase", "--yes", "--with-same-email", "--journal", "j3", "info@family.example"}, all...)...)
	assert.Zero(t, e.code, e.stderr)
}

// What somebody writes while it asks is shown, and asked about again.
func TestErase_asksAgainIfThePlanHasChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.contact(1)
	s.contact(2)
	x := open(t, s.command(append([]string{"erase", "--settle", "0s", "--journal", "j", "user1@example.com"}, all...)...), 80)
	x.waitFor("to go on: ", 1)
	s.comment(ada, "Wait a moment")
	x.typeIn("erase 1\r")
	x.waitFor("to go on: ", 2)
	assert.Contains(t, words(x.seen.String()), `SINCE THE PLAN WAS MADE, 1 minute ago: new: comment "Wait a moment"`)
	assert.Len(t, s.Comments(), 1)
	x.typeIn("erase 1\r")
	code, shown := x.end()
	assert.Zero(t, code, shown)
	assert.Empty(t, s.Comments())
	assert.Equal(t, statusErased, s.status())
}

// What is written while it runs is never erased by that run.
func TestErase_keepsWhoWritesMeanwhile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.contact(1)
	s.contact(2)
	var written atomic.Bool
	s.before(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/block") && !written.Swap(true) {
			s.comment(ada, "Wait a moment")
		}
	})
	e := s.erase("user1@example.com")
	assert.Equal(t, exitFailed, e.code, e.stderr)
	assert.Equal(t, statusChanged, s.status())
	assert.Contains(t, words(e.stderr), "Contacts that are kept were blocked by this run. To unblock them: featurebase-erase unblock j")
	assert.Contains(t, s.run("report", "j").stdout, "is kept, and was blocked by this run.")
	assert.Len(t, s.Comments(), 1)
	assert.True(t, s.Blocked(ada.ID))
	require.Zero(t, s.run("unblock", "j").code)
	assert.False(t, s.Blocked(ada.ID))
	assert.NotContains(t, s.run("report", "j").stdout, "was blocked by this run")

	e = s.run("continue", "--yes", "j")
	assert.Equal(t, exitStopped, e.code)
	e = s.run("continue", "--yes", "j")
	assert.Equal(t, exitStopped, e.code, "and so each time")
	x := open(t, s.command("continue", "--settle", "0s", "j"), 80)
	x.waitFor("to go on: ", 1)
	x.typeIn("erase 1\r")
	code, shown := x.end()
	assert.Zero(t, code, shown)
	assert.Equal(t, statusErased, s.status())
	assert.Empty(t, s.Comments())
}

func TestContinue_stopsIfNobodyExists(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.contact(1)
	s.contact(2)
	s.contact(3)
	require.Zero(t, s.run(append([]string{"plan", "--journal", "j", "user1@example.com"}, all...)...).code)
	require.Zero(t, s.run(append([]string{"plan", "--journal", "j2", "user1@example.com", "user2@example.com"}, all...)...).code)
	_, err := s.Client().Contacts.Delete(t.Context(), ada.ID)
	require.NoError(t, err)
	e := s.run("continue", "--yes", "j")
	assert.Equal(t, exitStopped, e.code, e.stderr)
	assert.Contains(t, words(e.stderr), "nobody of the plan exists any more")
	assert.Zero(t, s.deletions()-1)

	// The others go on.
	e = s.run("continue", "--yes", "j2")
	assert.Equal(t, exitNotFound, e.code, e.stderr)
	assert.Contains(t, words(e.stderr), "1 person erased and verified, 1 gone before.")
	assert.Len(t, s.Contacts(), 1)

	// An empty list may be that of any workspace.
	s.FailNext(says("GET /v2/contacts", nothing))
	for _, verb := range [][]string{{"continue", "--yes", "j"}, {"verify", "j2"}} {
		e = s.run(verb...)
		assert.Equal(t, exitUsage, e.code)
		assert.Contains(t, e.stderr, "there is nobody in the workspace")
	}
	assert.Equal(t, exitNotFound, s.run("verify", "--workspace-empty", "j2").code)
}

func TestContinue_leavesASeatThatWasHandedOver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	s.contact(2)
	require.Zero(t, s.run(append([]string{"plan", "--journal", "j", "user1@example.com"}, all...)...).code)
	_, _, err := s.Client().Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "user-1", Email: "zoe@example.com", Name: featurebase.Value("Zoe")})
	require.NoError(t, err)
	e := s.run("continue", "--yes", "j")
	assert.Equal(t, exitStopped, e.code, e.stderr)
	x := open(t, s.command("continue", "--settle", "0s", "j"), 80)
	x.waitFor("to go on: ", 1)
	assert.Contains(t, words(x.seen.String()), "it is somebody else's, and nothing will be erased: make a new plan")
	x.typeIn("erase 1\r")
	x.waitFor("to go on: ", 2)
	x.typeIn("\x03")
	code, shown := x.end()
	assert.Equal(t, exitStopped, code, shown)
	assert.Len(t, s.Contacts(), 2)
}

func TestErase_saysWhatIsNotYetGone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.contact(1)
	s.contact(2)
	s.FailNext(says("DELETE /v2/contacts/{id}", fmt.Sprintf(`{"id":%q,"object":"contact","deleted":true}`, ada.ID)))
	e := s.erase("user1@example.com")
	assert.Equal(t, exitNotYetGone, e.code, e.stderr)
	assert.Contains(t, words(e.stderr), "1 not yet gone")
	assert.NotContains(t, e.stderr, "there again")
	assert.Equal(t, statusNotYetGone, s.status())
	s.ClearFaults()
	_, err := s.Client().Contacts.Delete(t.Context(), ada.ID)
	require.NoError(t, err)
	assert.Zero(t, s.run("verify", "j").code)
	assert.Equal(t, statusErased, s.status())
}

func TestErase_saysWhatStays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{{nil, exitErasedExcept, "in_progress"}, {[]string{"--accept-leftovers"}, exitErased, "completed"}} {
		s := newSite(t)
		ada := s.contact(1)
		s.contact(2)
		s.AddPost(featurebase.Post{Title: "Dark mode", Author: &featurebase.PostAuthor{ID: ada.ID}})
		e := s.run(append(append([]string{"erase", "--yes", "--journal", "j", "--posts", "keep", "--conversations", "keep"}, tc.args...), "user1@example.com")...)
		assert.Equal(t, tc.code, e.code, e.stderr)
		assert.Equal(t, statusErasedExcept, s.status())
		assert.Equal(t, tc.want, s.report().Status)
		assert.Contains(t, s.run("report", "j", "--format", "csv").stdout, ",post,keep,")
	}
}

func TestErase_canBeInterruptedWhileItWaits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	s.contact(2)
	x := open(t, s.command(append([]string{"erase", "--settle", "1h", "--yes", "--journal", "j", "user1@example.com"}, all...)...), 80)
	x.waitFor("Waiting for 1h", 1)
	x.typeIn("\x03")
	code, shown := x.end()
	assert.Equal(t, exitStopped, code, shown)
	assert.Contains(t, shown, "Interrupted.")
	assert.Len(t, s.Contacts(), 2)
	e := s.run("continue", "--yes", "j")
	assert.Zero(t, e.code, e.stderr)
	assert.Len(t, s.Contacts(), 1)
}

func TestErase_namesWhomItCouldNotLookFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	s.contact(2)
	s.contact(3)
	s.FailNext(featurebasetest.Fault{Lasts: true, Status: 400, Code: featurebase.ErrorCodeInvalidParameter, When: func(r featurebasetest.Request) bool {
		return strings.Contains(string(r.Body), `"user1@example.com"`)
	}})
	e := s.erase("user1@example.com", "user2@example.com")
	assert.Equal(t, exitFailed, e.code, e.stderr)
	assert.Contains(t, words(e.stderr), "user1@example.com could not be looked for: ")
	assert.Contains(t, words(e.stderr), "1 person erased and verified, 1 failed.")
	assert.Equal(t, statusFailed, s.status())
	assert.Contains(t, s.run("report", "j").stdout, "It could not be looked for: ")
}

func TestErase_looksAtThePlaceholderFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.contact(1)
	former := s.contact(2)
	run := func(placeholder string) ended {
		return s.run("erase", "--yes", "--journal", "j"+placeholder, "--posts", "anonymize", "--placeholder", placeholder, "--conversations", "keep", "user1@example.com")
	}
	e := run(board)
	assert.Equal(t, exitUsage, e.code)
	assert.Contains(t, e.stderr, "nobody has the ID of --placeholder")
	e = run(ada.ID)
	assert.Equal(t, exitFailed, e.code)
	assert.Contains(t, words(e.stderr), "somebody who is to be erased")
	assert.Len(t, s.Contacts(), 2)
	e = run(former.ID)
	assert.Zero(t, e.code, e.stderr)
	assert.Contains(t, words(e.stderr), "Posts will be given to User 2 (customer, user2@example.com).")
}

func TestErase_takesAGroupForOnePerson(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range 4 {
		s.contact(i)
	}
	s.write("people.csv", "email,request\nuser1@example.com,DSR-1\nuser3@example.com,DSR-2\nuser2@example.com,DSR-1\n")
	e := s.erase("-f", "people.csv", "--column", "email", "--group", "request")
	assert.Zero(t, e.code, e.stderr)
	d := s.report().Extensions.Featurebase
	require.Len(t, d.People, 2)
	assert.Equal(t, "user1@example.com, user2@example.com", d.People[0].name())
	assert.Len(t, s.Contacts(), 1)
	e = s.run("erase", "--yes", "--contacts-only", "--group", "request", "x@example.com")
	assert.Equal(t, exitUsage, e.code)
}

func TestErase_neverAsksForNobody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	s.AddTicket(featurebase.Ticket{Title: "The boss's", Author: &featurebase.TicketAuthor{ID: board, Email: "boss@example.com", Type: featurebase.UserTypeAdmin}})
	x := open(t, s.command(append([]string{"erase", "--settle", "0s", "--journal", "j", "boss@example.com"}, all...)...), 80)
	x.waitFor(`Type "unsubscribe 1" to go on: `, 1)
	assert.Contains(t, words(x.seen.String()), "It is by the admin with the same email address")
	x.typeIn("unsubscribe 1\r")
	code, shown := x.end()
	assert.Equal(t, exitNotFound, code, shown)
	assert.Len(t, s.Tickets(), 1)
	assert.Equal(t, statusNotFound, s.status())
}

func TestFacts_haveOneStatus(t *testing.T) {
	t.Parallel()
	whole := facts{planned: true, found: true, done: true, begun: true, verified: true, clean: true}
	for _, tc := range []struct {
		change func(*facts)
		want   string
	}{
		{func(*facts) {}, statusErased},
		{func(f *facts) { f.leftovers = true }, statusErasedExcept},
		{func(f *facts) { f.take(end{Kind: erasure.KindPost, Outcome: erasure.OutcomeMissing}) }, statusErasedExcept},
		{func(f *facts) { f.clean, f.lags = false, true }, statusNotYetGone},
		{func(f *facts) { f.clean = false }, statusCameBack},
		{func(f *facts) { f.verified = false }, statusPending},
		{func(f *facts) { f.missing = true }, statusNotFound},
		{func(f *facts) { f.found = false }, statusNotFound},
		{func(f *facts) { f.take(end{Kind: erasure.KindContact, Outcome: erasure.OutcomeGoneMeanwhile}) }, statusGone},
		{func(f *facts) { f.take(end{Kind: erasure.KindContact, Outcome: erasure.OutcomeUnconfirmed}) }, statusErased},
		{func(f *facts) { f.done = false }, statusFailed},
		{func(f *facts) { f.done, f.begun = false, false }, statusPending},
		{func(f *facts) { f.done = false; f.take(end{Kind: erasure.KindContact, Outcome: erasure.OutcomeKept}) }, statusKept},
		{func(f *facts) {
			f.done = false
			f.take(end{Kind: erasure.KindContact, Outcome: erasure.OutcomeChanged})
		}, statusChanged},
		{func(f *facts) {
			f.done = false
			f.take(end{Kind: erasure.KindContact, Outcome: erasure.OutcomeNotYetGone})
		}, statusNotYetGone},
		{func(f *facts) { *f = facts{begun: true} }, statusFailed},
	} {
		f := whole
		tc.change(&f)
		assert.Equal(t, tc.want, f.status())
		assert.Contains(t, exitCodes, f.status())
	}
}
