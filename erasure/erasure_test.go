package erasure_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var options = erasure.Options{Posts: erasure.ActionDelete, Conversations: erasure.ActionDelete}

// byEmail are people of whom only the email address is known.
func byEmail(emails ...string) []erasure.Subject {
	var people []erasure.Subject
	for _, email := range emails {
		people = append(people, erasure.Subject{Emails: []string{email}})
	}
	return people
}

func find(t *testing.T, client *featurebase.Client, options erasure.Options, people ...erasure.Subject) []*erasure.Plan {
	t.Helper()
	var plans []*erasure.Plan
	for plan, err := range erasure.Find(t.Context(), client, slices.Values(people), options) {
		require.NoError(t, err)
		plans = append(plans, plan)
	}
	require.Len(t, plans, len(people))
	return plans
}

func erase(t *testing.T, client *featurebase.Client, plans ...*erasure.Plan) []erasure.Step {
	t.Helper()
	steps, err := tryErase(t, client, plans...)
	require.NoError(t, err)
	return steps
}

// tryErase returns the error with which the iteration ended, too.
func tryErase(t *testing.T, client *featurebase.Client, plans ...*erasure.Plan) (steps []erasure.Step, ended error) {
	t.Helper()
	for s, err := range erasure.Erase(t.Context(), client, slices.Values(plans), erasure.EraseOptions{Settle: -1}) {
		require.NoError(t, ended, "an error is the last")
		if ended = err; err == nil {
			steps = append(steps, s)
		}
	}
	return steps, ended
}

// outcomes are the steps in short.
func outcomes(steps []erasure.Step) (short []string) {
	for _, s := range steps {
		short = append(short, fmt.Sprintf("%s %s", s.Item.Kind, s.Outcome))
	}
	return short
}

// fixture is a server that knows all kinds of data of Ada's.
type fixture struct {
	*featurebasetest.Server
	client    *featurebase.Client
	ada, bob  featurebase.Contact
	post      featurebase.Post // Ada's, with comments of both
	others    featurebase.Post // Bob's, with a comment and a vote of Ada's
	chat      string           // a conversation of Ada alone
	groupChat string           // one of both
	ticket    featurebase.Ticket
}

const board = "507f1f77bcf86cd799439051"

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{Server: featurebasetest.New(t)}
	f.client = f.Client()
	ctx := t.Context()
	acme := f.AddCompany(featurebase.Company{CompanyID: "acme", Name: "Acme"})
	f.ada = f.AddContact(featurebase.Contact{Email: "ada@example.com", UserID: "user-1", Name: "Ada", OrganizationID: "507f1f77bcf86cd799439061"})
	f.bob = f.AddContact(featurebase.Contact{Email: "bob@example.com", UserID: "user-2", Name: "Bob"})
	for _, c := range []featurebase.Contact{f.ada, f.bob} {
		_, err := f.client.Companies.AttachContact(ctx, acme.ID, c.ID)
		require.NoError(t, err)
	}
	f.post, f.others = f.submit(t, f.ada, "Dark mode"), f.submit(t, f.bob, "Export")
	for _, by := range []featurebase.Contact{f.ada, f.bob} {
		for _, p := range []featurebase.Post{f.post, f.others} {
			f.comment(t, by, p, "")
		}
	}
	_, err := f.client.Posts.AddVoter(ctx, f.others.ID, featurebase.VoterAddParams{ID: f.ada.ID})
	require.NoError(t, err)
	f.chat, f.groupChat = f.converse(t), f.converse(t, f.bob)
	_, err = f.client.Changelogs.AddSubscribers(ctx, featurebase.ChangelogSubscriberAddParams{Emails: []string{f.ada.Email, f.bob.Email}})
	require.NoError(t, err)
	ticket, err := f.client.Tickets.Create(ctx, featurebase.TicketCreateParams{TicketCategoryID: board, Title: "Refund", Author: &featurebase.AuthorParams{ID: f.ada.ID}})
	require.NoError(t, err)
	f.ticket = *ticket
	return f
}

func (f *fixture) submit(t *testing.T, by featurebase.Contact, title string) featurebase.Post {
	t.Helper()
	p, err := f.client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: board, Title: title, Author: &featurebase.AuthorParams{ID: by.ID}})
	require.NoError(t, err)
	return *p
}

func (f *fixture) comment(t *testing.T, by featurebase.Contact, on featurebase.Post, parent string) featurebase.Comment {
	t.Helper()
	c, err := f.client.Comments.Create(t.Context(), featurebase.CommentCreateParams{
		PostID: on.ID, ParentCommentID: parent, Content: "<p>I need it</p>", Author: &featurebase.AuthorParams{ID: by.ID},
	})
	require.NoError(t, err)
	return *c
}

// converse makes Ada begin a conversation and add a message, and others join and
// reply. The first message is only the source of the conversation.
func (f *fixture) converse(t *testing.T, others ...featurebase.Contact) string {
	t.Helper()
	ctx := t.Context()
	c, err := f.client.Conversations.Create(ctx, featurebase.ConversationCreateParams{
		BodyMarkdown: "It is Ada", From: featurebase.ConversationSender{Type: featurebase.ConversationSenderTypeContact, ID: f.ada.ID},
	})
	require.NoError(t, err)
	_, err = f.client.Conversations.Reply(ctx, c.ID, featurebase.ConversationReplyParams{
		Type: featurebase.ConversationSenderTypeContact, ID: f.ada.ID, MessageType: featurebase.ConversationMessageTypeReply, BodyMarkdown: "Call me",
	})
	require.NoError(t, err)
	for _, o := range others {
		_, err := f.client.Conversations.AddParticipant(ctx, c.ID, featurebase.ConversationParticipantAddParams{Participant: featurebase.ConversationParticipantParams{ID: o.ID}})
		require.NoError(t, err)
		_, err = f.client.Conversations.Reply(ctx, c.ID, featurebase.ConversationReplyParams{
			Type: featurebase.ConversationSenderTypeContact, ID: o.ID, MessageType: featurebase.ConversationMessageTypeReply, BodyMarkdown: "Me too",
		})
		require.NoError(t, err)
	}
	return c.ID
}

// requireClean fails unless nothing but leftovers is left of the people of plans.
func requireClean(t *testing.T, client *featurebase.Client, plans ...*erasure.Plan) {
	t.Helper()
	n := 0
	for found, err := range erasure.Verify(t.Context(), client, slices.Values(plans), erasure.VerifyOptions{Settle: -1}) {
		require.NoError(t, err)
		assert.True(t, found.ErasedExcept(), "%+v", found.Now)
		assert.Equal(t, len(found.Plan.Leftovers) == 0, found.Erased())
		n++
	}
	assert.Equal(t, len(plans), n)
}

func TestErase_everything(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plans := find(t, f.client, options, byEmail("ADA@example.com")...)
	assert.Equal(t, f.ada.OrganizationID, plans[0].Workspace)
	steps := erase(t, f.client, plans...)
	assert.Equal(t, []string{
		"subscription accepted", "block blocked", "ticket deleted", "conversation deleted", "conversation deleted", "conversation deleted", "vote deleted", "vote deleted",
		"comment deleted", "comment deleted", "post deleted", "membership deleted", "contact deleted",
	}, outcomes(steps))
	for _, s := range steps {
		assert.NotEmpty(t, s.RequestID)
		assert.False(t, s.Time.IsZero())
		assert.NoError(t, s.Err)
	}
	assert.Equal(t, []featurebase.Contact{f.Contacts()[0]}, f.Contacts())
	assert.Equal(t, f.bob.ID, f.Contacts()[0].ID)
	require.Len(t, f.Posts(), 1)
	require.Len(t, f.Comments(), 1)
	assert.Equal(t, f.bob.ID, f.Comments()[0].Author.ID)
	assert.Empty(t, f.Conversations())
	assert.Empty(t, f.Tickets())
	assert.Equal(t, []string{"bob@example.com"}, f.Subscribers())
	requireClean(t, f.client, plans...)

	// Done is done.
	steps, err := tryErase(t, f.client, plans...)
	assert.ErrorIs(t, err, featurebase.ErrStopped, "nobody of it exists, which may be the wrong workspace as well")
	assert.Empty(t, steps)
	for i := range plans[0].Items {
		plans[0].Items[i].Begun = true
	}
	for _, s := range erase(t, f.client, plans...) {
		assert.True(t, s.Outcome.Settled(), "%s %v", s.Item.Kind, s.Err)
	}
}

func TestErase_leavesWhatIsOthersUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	placeholder := f.AddContact(featurebase.Contact{Name: "Former user"})
	options := erasure.Options{Posts: erasure.ActionAnonymize, Placeholder: placeholder.ID, Conversations: erasure.ActionRedact}
	plans := find(t, f.client, options, byEmail("ada@example.com")...)
	steps := erase(t, f.client, plans...)
	assert.Equal(t, []string{
		"subscription accepted", "block blocked", "ticket redacted", "message redacted", "message redacted", "participation deleted", "vote deleted",
		"vote deleted", "comment deleted", "comment deleted", "post anonymized", "membership deleted", "contact deleted",
	}, outcomes(steps))
	post, err := f.client.Posts.Get(t.Context(), f.post.ID)
	require.NoError(t, err)
	assert.Equal(t, []string{"[Deleted]", "[Deleted]", placeholder.ID}, []string{post.Title, post.Content, post.Author.ID})
	assert.Len(t, f.Comments(), 2, "Bob's")
	c, err := f.client.Conversations.Get(t.Context(), f.groupChat, featurebase.ConversationGetParams{})
	require.NoError(t, err)
	require.Len(t, c.Parts, 2)
	assert.Equal(t, []string{"", "Me too"}, []string{c.Parts[0].BodyMarkdown, c.Parts[1].BodyMarkdown})
	assert.Equal(t, f.bob.ID, c.Participants[0].ID)
	assert.Equal(t, "[Deleted]", f.Tickets()[0].Title)
	var left []erasure.Kind
	for _, l := range plans[0].Leftovers {
		left = append(left, l.Kind)
		assert.NotEmpty(t, l.Reason)
	}
	assert.ElementsMatch(t, []erasure.Kind{
		erasure.KindParticipation, erasure.KindParticipation, erasure.KindTicket, erasure.KindMessage, erasure.KindMessage, erasure.KindMessage,
	}, left, "she is alone in two conversations, and has begun three")
	requireClean(t, f.client, plans...)
}

func TestErase_keepsWhatIsToBeKept(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	keep := erasure.Options{Posts: erasure.ActionKeep, Conversations: erasure.ActionKeep}
	plans := find(t, f.client, keep, byEmail("ada@example.com")...)
	for _, s := range erase(t, f.client, plans...) {
		assert.True(t, s.Outcome.Settled())
	}
	assert.Len(t, f.Posts(), 2)
	assert.Len(t, f.Conversations(), 3)
	assert.Len(t, f.Tickets(), 1)
	assert.Len(t, plans[0].Leftovers, 5)

	f = newFixture(t)
	only := erasure.Options{ContactsOnly: true}
	plans = find(t, f.client, only, byEmail("ada@example.com")...)
	assert.Equal(t, []string{"contact deleted"}, outcomes(erase(t, f.client, plans...)))
	assert.Len(t, f.Comments(), 4)
	requireClean(t, f.client, plans...)
}

func TestErase_deletesRepliesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		time.Sleep(time.Minute)
		first := f.comment(t, f.ada, f.others, "")
		time.Sleep(time.Minute)
		f.comment(t, f.ada, f.others, first.ID)
		plans := find(t, f.client, options, byEmail("ada@example.com")...)
		erase(t, f.client, plans...)
		require.Len(t, f.Comments(), 1, "no comment stays for its replies")
		assert.Equal(t, f.bob.ID, f.Comments()[0].Author.ID)
	})
}

func TestFind_takesAllThatIsKnownForOnePerson(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	lead := f.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Email: "Ada@Example.com", Name: "Ada L."})
	other := f.AddContact(featurebase.Contact{UserID: "user-9", Email: "countess@example.com"})
	for _, tc := range []struct {
		name    string
		subject erasure.Subject
		want    []string
		missing erasure.Subject
	}{
		{"by email", erasure.Subject{Emails: []string{"ada@example.com"}}, []string{f.ada.ID, lead.ID}, erasure.Subject{}},
		{"by user ID", erasure.Subject{UserIDs: []string{"user-1"}}, []string{f.ada.ID, lead.ID}, erasure.Subject{}},
		{"by ID", erasure.Subject{ContactIDs: []string{strings.ToUpper(lead.ID)}}, []string{lead.ID}, erasure.Subject{}},
		{"by all", erasure.Subject{ContactIDs: []string{f.ada.ID}, UserIDs: []string{"user-9"}, Emails: []string{"ada@example.com", "lost@example.com"}},
			[]string{f.ada.ID, other.ID, lead.ID}, erasure.Subject{Emails: []string{"lost@example.com"}}},
		{"nobody", erasure.Subject{ContactIDs: []string{board}, UserIDs: []string{"lost"}, Emails: []string{"lost@example.com"}}, nil,
			erasure.Subject{ContactIDs: []string{board}, UserIDs: []string{"lost"}, Emails: []string{"lost@example.com"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan := find(t, f.client, options, tc.subject)[0]
			var ids []string
			for _, c := range plan.Contacts {
				ids = append(ids, c.ID)
			}
			assert.Equal(t, tc.want, ids)
			assert.Equal(t, tc.missing, plan.Missing)
			b, err := json.Marshal(plan)
			require.NoError(t, err)
			var again erasure.Plan
			require.NoError(t, json.Unmarshal(b, &again))
			assert.Equal(t, plan.Contacts, again.Contacts)
			assert.Len(t, again.Items, len(plan.Items))
			assert.NotContains(t, fmt.Sprint(plan), "@")
		})
	}
}

func TestFind_seesVotesOfLeadsIfVotersAreRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	lead := f.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Email: "lea@example.com"})
	_, err := f.client.Posts.AddVoter(t.Context(), f.post.ID, featurebase.VoterAddParams{ID: lead.ID})
	require.NoError(t, err)
	plan := find(t, f.client, options, byEmail("lea@example.com")...)[0]
	assert.Len(t, plan.Items, 3, "block, subscription and contact")

	scan := options
	scan.ScanVoters = true
	plans := find(t, f.client, scan, byEmail("lea@example.com", "ada@example.com")...)
	assert.Empty(t, plans[0].Leftovers)
	assert.Equal(t, []string{"subscription accepted", "block blocked", "vote deleted", "contact deleted"}, outcomes(erase(t, f.client, plans[0])))
	votes := 0
	for _, item := range plans[1].Items {
		if item.Kind == erasure.KindVote {
			votes++
		}
	}
	assert.Equal(t, 2, votes, "Ada's")
}

func TestFind_tellsWhatTheAPICantErase(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	survey := f.AddSurvey(featurebase.Survey{})
	f.AddSurveyResponse(survey.ID, featurebase.SurveyResponse{User: &f.ada})
	f.AddSurveyResponse(survey.ID, featurebase.SurveyResponse{User: &f.bob})
	plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
	assert.Equal(t, []erasure.Leftover{{Kind: erasure.KindSurveyResponse, Count: 1, Reason: "The API has no means to delete responses to surveys."}}, plan.Leftovers)
	assert.NotEmpty(t, erasure.Limitations(options))

	f.FailNext(featurebasetest.Fault{When: func(r featurebasetest.Request) bool { return r.Path == "/v2/surveys" }, Status: 403, Code: "forbidden"})
	plan = find(t, f.client, options, byEmail("ada@example.com")...)[0]
	assert.Equal(t, []string{"Surveys can't be read with this API key."}, plan.Notes)
	assert.Empty(t, plan.Leftovers)
}

// How many values a search may have is not documented.
func TestFind_halvesSearchesThatAreRefused(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	var emails []string
	for i := range 250 {
		email := fmt.Sprintf("user%d@example.com", i)
		srv.AddContact(featurebase.Contact{Email: email})
		emails = append(emails, email)
	}
	srv.FailNext(featurebasetest.Fault{Lasts: true, Status: 400, Code: featurebase.ErrorCodeInvalidParameter, When: func(r featurebasetest.Request) bool {
		return strings.Contains(string(r.Body), `"IN"`) && bytes.Count(r.Body, []byte(",")) > 40
	}})
	plans := find(t, srv.Client(), erasure.Options{ContactsOnly: true}, byEmail(emails...)...)
	for i, p := range plans {
		require.Len(t, p.Contacts, 1)
		assert.Equal(t, emails[i], p.Contacts[0].Email)
	}
	assert.Less(t, len(srv.Requests()), 40)
}

func TestFind_asksOnceMoreForWhatASearchDoesNotFind(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com", UserID: "user-1"})
	missed := featurebasetest.Fault{Lasts: true, Status: 200, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"object":"list","data":[],"nextCursor":null,"totalCount":0}`,
		When: func(r featurebasetest.Request) bool { return strings.Contains(string(r.Body), `"IN"`) }}
	srv.FailNext(missed)
	people := append(byEmail("ada@example.com", "bob@example.com"), erasure.Subject{UserIDs: []string{"user-1"}}, erasure.Subject{UserIDs: []string{"user-2"}})
	plans := find(t, srv.Client(), erasure.Options{ContactsOnly: true}, people...)
	for _, i := range []int{0, 2} {
		require.Len(t, plans[i].Contacts, 1)
		assert.Equal(t, ada.ID, plans[i].Contacts[0].ID)
	}
	assert.False(t, plans[1].Missing.IsZero())
	assert.False(t, plans[3].Missing.IsZero())
}

func TestFind_reportsProblemsPerPerson(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	var errs []error
	for plan, err := range erasure.Find(t.Context(), srv.Client(), slices.Values(byEmail("<ada@example.com>", "ada@example.com")), options) {
		require.NotNil(t, plan)
		errs = append(errs, err)
	}
	require.Len(t, errs, 2)
	assert.ErrorIs(t, errs[0], featurebase.ErrInvalidArgument)
	assert.NotContains(t, errs[0].Error(), "<ada")
	assert.NoError(t, errs[1])
}

func TestFind_stopsWhereItCantSucceed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		fault featurebasetest.Fault
		most  int // requests
	}{
		{"key", featurebasetest.Fault{Lasts: true, Status: 401, Code: "unauthorized"}, 10},
		{"nonsense", featurebasetest.Fault{Lasts: true, Status: 503}, 100},
		{"HTML", featurebasetest.Fault{Lasts: true, Status: 200, Body: "<html>Log in</html>"}, 100},
		{"cut", featurebasetest.Fault{Lasts: true, Cut: true}, 100},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.New(t)
			srv.FailNext(tc.fault)
			n, last := 0, error(nil)
			people := func(yield func(erasure.Subject) bool) {
				for i := 0; yield(erasure.Subject{Emails: []string{fmt.Sprintf("user%d@example.com", i)}}); i++ {
				}
			}
			for _, err := range erasure.Find(t.Context(), srv.Client(), people, options) {
				n, last = n+1, err
			}
			assert.ErrorIs(t, last, featurebase.ErrStopped)
			assert.LessOrEqual(t, len(srv.Requests()), tc.most)
		})
	}
}

func TestErase_stopsWhereItCantSucceed(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	client := srv.Client()
	var emails []string
	for i := range 500 {
		emails = append(emails, fmt.Sprintf("user%d@example.com", i))
		srv.AddContact(featurebase.Contact{Email: emails[i]})
	}
	plans := find(t, client, erasure.Options{ContactsOnly: true}, byEmail(emails...)...)
	for _, fault := range []featurebasetest.Fault{
		{Lasts: true, Status: 503}, {Lasts: true, Status: 200, Body: "<html>Log in</html>"}, {Lasts: true, Status: 404, Body: "Not Found"}, {Lasts: true, Status: 401, Code: "unauthorized"},
	} {
		before := len(srv.Requests())
		srv.FailNext(fault)
		steps, err := tryErase(t, client, plans...)
		assert.LessOrEqual(t, len(srv.Requests())-before, 100)
		for _, s := range steps {
			assert.Equal(t, erasure.OutcomeFailed, s.Outcome)
		}
		assert.ErrorIs(t, err, featurebase.ErrStopped)
		srv.ClearFaults()
	}
	assert.Len(t, srv.Contacts(), 500)
}

// What failed is tried again, and a contact stays as long as something of it does.
func TestErase_keepsContactsWhoseDataStays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plans := find(t, f.client, options, byEmail("ada@example.com")...)
	onPost := func(r featurebasetest.Request) bool { return r.Method == "DELETE" && r.Path == "/v2/posts/"+f.post.ID }
	f.FailNext(featurebasetest.Fault{When: onPost, Lasts: true, Status: 503})
	steps := erase(t, f.client, plans...)
	assert.Equal(t, []string{"post failed", "contact skipped"}, outcomes(steps[len(steps)-2:]))
	assert.ErrorIs(t, steps[len(steps)-2].Err, featurebase.ErrServer)
	assert.Error(t, steps[len(steps)-1].Err)
	assert.Len(t, f.Contacts(), 2)
	f.ClearFaults()

	f.FailNext(featurebasetest.Fault{When: onPost, Status: 503}, featurebasetest.Fault{When: onPost, Status: 503},
		featurebasetest.Fault{When: onPost, Status: 503}, featurebasetest.Fault{When: onPost, Status: 503})
	steps = erase(t, f.client, find(t, f.client, options, byEmail("ada@example.com")...)...)
	assert.Equal(t, []string{"post deleted", "contact deleted"}, outcomes(steps[len(steps)-2:]), "at the second try")
}

// A lost answer is neither a success nor a failure.
func TestErase_doesNotClaimWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plans := find(t, f.client, options, byEmail("ada@example.com")...)
	f.FailNext(
		featurebasetest.Fault{When: func(r featurebasetest.Request) bool { return r.Pattern == "DELETE /v2/contacts/{id}" }, Apply: true, Cut: true},
		featurebasetest.Fault{When: func(r featurebasetest.Request) bool { return r.Pattern == "DELETE /v2/posts/{id}" }, Apply: true, Status: 502},
	)
	steps := erase(t, f.client, plans...)
	assert.Equal(t, []string{"post deleted_unconfirmed", "membership deleted", "contact deleted_unconfirmed"}, outcomes(steps[len(steps)-3:]))
}

func TestErase_looksAtWhatWasBegun(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plans := find(t, f.client, options, byEmail("ada@example.com")...)
	for i := range plans[0].Items {
		plans[0].Items[i].Begun = true
	}
	_, err := f.client.Comments.Delete(t.Context(), f.Comments()[0].ID)
	require.NoError(t, err)
	bobs := *plans[0]
	bobs.Items = slices.Clone(bobs.Items)
	for i := range bobs.Items {
		bobs.Items[i].Done = true
	}
	bobs.Items = append(bobs.Items, []erasure.Item{ // as if somebody had changed a stored plan
		{Kind: erasure.KindPost, ID: f.others.ID, Action: erasure.ActionDelete, ContactID: f.ada.ID, Begun: true},
		{Kind: erasure.KindComment, ID: f.Comments()[2].ID, Action: erasure.ActionDelete, ContactID: f.ada.ID, Begun: true},
		{Kind: erasure.KindContact, ID: f.bob.ID, Action: erasure.ActionDelete, ContactID: f.bob.ID, Begun: true},
		{Kind: erasure.KindTicket, ID: board, Number: f.ticket.TicketNumber, Action: erasure.ActionDelete, ContactID: f.ada.ID, Begun: true},
	}...)
	for _, s := range erase(t, f.client, &bobs) {
		assert.Contains(t, []erasure.Outcome{erasure.OutcomeFailed, erasure.OutcomeSkipped}, s.Outcome)
		assert.Error(t, s.Err)
	}
	assert.Len(t, f.Posts(), 2)
	assert.Len(t, f.Contacts(), 2)
	assert.Len(t, f.Tickets(), 1)

	steps := erase(t, f.client, plans...)
	unconfirmed := 0
	for _, s := range steps {
		assert.True(t, s.Outcome.Settled(), "%v %v", s.Item.Kind, s.Err)
		if s.Outcome == erasure.OutcomeUnconfirmed {
			unconfirmed++
		}
	}
	assert.Equal(t, 2, unconfirmed, "the comment, and the conversation that went with its ticket")
	requireClean(t, f.client, plans...)
}

func TestErase_asksBeforeEachItem(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plans := find(t, f.client, options, byEmail("ada@example.com", "bob@example.com")...)
	var mu sync.Mutex
	begun := map[string]bool{}
	full := errors.New("the disk is full")
	key := func(p *erasure.Plan, i erasure.Item) string { return fmt.Sprint(p.Subject, i.Kind, i.ID) }
	begin := func(p *erasure.Plan, i erasure.Item) error {
		mu.Lock()
		defer mu.Unlock()
		if len(begun) == 5 {
			return full
		}
		begun[key(p, i)] = true
		return nil
	}
	n := 0
	var ended error
	for s, err := range erasure.Erase(t.Context(), f.client, slices.Values(plans), erasure.EraseOptions{Begin: begin, Concurrency: 2, Settle: -1}) {
		if ended = err; err != nil {
			continue
		}
		mu.Lock()
		assert.True(t, begun[key(s.Plan, s.Item)])
		mu.Unlock()
		n++
	}
	assert.Equal(t, 5, n, "every item that was begun has an outcome, and no other")
	assert.ErrorIs(t, ended, full)
}

func TestErase_endsWithItsLoop(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plans := find(t, f.client, options, byEmail("ada@example.com", "bob@example.com")...)
	before := len(f.Requests())
	for _, err := range erasure.Erase(t.Context(), f.client, slices.Values(plans), erasure.EraseOptions{Concurrency: 1}) {
		require.NoError(t, err)
		break
	}
	assert.Zero(t, slices.IndexFunc(f.Requests()[before:], func(r featurebasetest.Request) bool { return r.Method == http.MethodDelete })+1-
		slices.IndexFunc(f.Requests()[before:], func(r featurebasetest.Request) bool { return strings.HasSuffix(r.Path, "/subscribers") })-1, "no other deletion is begun")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := 0
	for step, err := range erasure.Erase(ctx, f.client, slices.Values(plans), erasure.EraseOptions{}) {
		assert.Nil(t, step.Plan, "nothing is begun")
		assert.ErrorIs(t, err, context.Canceled)
		n++
	}
	assert.Equal(t, 1, n)
	for _, err := range erasure.Find(ctx, f.client, slices.Values(byEmail("ada@example.com", "bob@example.com")), options) {
		assert.ErrorIs(t, err, context.Canceled)
	}
}

// A panic of a transport comes out of the loop.
func TestErase_panicsInItsLoop(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plans := find(t, f.client, options, byEmail("ada@example.com")...)
	broken := f.Client(featurebase.WithHTTPClient(&http.Client{Transport: panics{}}))
	assert.PanicsWithValue(t, "transport", func() { erase(t, broken, plans...) })
	assert.PanicsWithValue(t, "transport", func() {
		for _, err := range erasure.Find(t.Context(), broken, slices.Values(byEmail("ada@example.com")), options) {
			t.Error(err)
		}
	})
}

type panics struct{}

func (panics) RoundTrip(*http.Request) (*http.Response, error) { panic("transport") }

func TestVerify_seesWhoCameBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	lead := f.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Name: "No values"})
	people := append(byEmail("ada@example.com", "bob@example.com"), erasure.Subject{UserIDs: []string{"user-1"}}, erasure.Subject{ContactIDs: []string{lead.ID}})
	plans := find(t, f.client, options, people...)
	erase(t, f.client, plans...)
	again := f.AddContact(featurebase.Contact{ID: fmt.Sprintf("%08x%016x", time.Now().Add(time.Minute).Unix(), 1), UserID: "user-1", Email: "ada@example.com"})
	f.submit(t, again, "Dark mode, again")
	var clean []bool
	var backAgain *erasure.Plan
	for v, err := range erasure.Verify(t.Context(), f.client, slices.Values(plans), erasure.VerifyOptions{Settle: -1}) {
		require.NoError(t, err)
		clean = append(clean, v.Erased())
		if !v.Erased() {
			assert.Equal(t, again.ID, v.CameBack()[len(v.CameBack())-1].ID)
			backAgain = v.Now
		}
	}
	assert.Equal(t, []bool{false, true, false, true}, clean)
	for _, s := range erase(t, f.client, backAgain) {
		assert.True(t, s.Outcome.Settled())
	}
	assert.Empty(t, f.Contacts())
	assert.Empty(t, f.Posts())
}

func TestOptions_haveToSayWhatBecomesOfOthersData(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		options erasure.Options
		want    string
	}{
		{erasure.Options{}, "Posts: want delete, anonymize or keep"},
		{erasure.Options{Posts: erasure.ActionRedact, Conversations: erasure.ActionDelete}, "Posts: want delete, anonymize or keep"},
		{erasure.Options{Posts: erasure.ActionKeep}, "Conversations: want delete, redact or keep"},
		{erasure.Options{Posts: erasure.ActionAnonymize, Conversations: erasure.ActionKeep}, "Placeholder: want the ID of the contact"},
		{erasure.Options{Posts: erasure.ActionKeep, Placeholder: board, Conversations: erasure.ActionKeep}, "Placeholder: want it only if posts are anonymized"},
		{erasure.Options{ContactsOnly: true, Posts: erasure.ActionKeep}, "ContactsOnly: want it without"},
	} {
		err := tc.options.Validate()
		require.ErrorIs(t, err, featurebase.ErrInvalidArgument)
		assert.ErrorContains(t, err, tc.want)
		srv := featurebasetest.New(t)
		for _, err := range erasure.Find(t.Context(), srv.Client(), slices.Values(byEmail("ada@example.com")), tc.options) {
			assert.ErrorContains(t, err, tc.want)
			assert.ErrorIs(t, err, featurebase.ErrStopped)
		}
		assert.Empty(t, srv.Requests())
	}
}

func TestSubject_refusesWhatCantBeMeant(t *testing.T) {
	t.Parallel()
	for _, email := range []string{
		`"ada@example.com"`, "'ada@example.com'", "mailto:ada@example.com", "ada@example.com.", "ada@@example.com", "ada@example.com,bob@example.com", "Ada <ada@example.com>",
		"ada@exa\u200bmple.com", "ada@example.com\u00ad", "\ufeffada@example.com", "\u200eada@example.com", " ada@example.com", "ada@example.com\n", "ada", "", "@", "ada@",
		"ada@example.com;", "a\xffda@example.com",
	} {
		err := erasure.Subject{Emails: []string{"ok@example.com", email}}.Validate()
		require.ErrorIs(t, err, featurebase.ErrInvalidArgument, "%q", email)
		assert.ErrorContains(t, err, "Emails[1]")
		assert.NotContains(t, err.Error(), "ok@example.com")
		assert.True(t, len(email) < 5 || !strings.Contains(err.Error(), email), "%v", err)
	}
	for _, id := range []string{"", ".", "..", " u", "u\n", "u\u200b", strings.Repeat("u", 256)} {
		assert.Error(t, erasure.Subject{UserIDs: []string{id}}.Validate(), "%q", id)
	}
	for _, id := range []string{"", "ada@example.com", board + "0", board[1:]} {
		assert.Error(t, erasure.Subject{ContactIDs: []string{id}}.Validate(), "%q", id)
	}
	assert.Error(t, erasure.Subject{}.Validate())
	assert.NoError(t, erasure.Subject{ContactIDs: []string{board}, UserIDs: []string{"a, b/ü"}, Emails: []string{"o'neil+x@sub.example.com", "ö@example.com"}}.Validate())
}

var manyPeople = flag.Int("people", 10_000, "how many people are erased in simulated time")

// A hundred people are searched for at a time, and each deletion is a request.
func TestErase_ofManyTakesNoLongerThanTheRateLimit(t *testing.T) {
	t.Parallel()
	people := *manyPeople
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 2000, Window: time.Minute})
		slow := latency{srv.Transport(), 80 * time.Millisecond}
		client := srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: slow}), featurebase.WithMaxRateLimitWait(65*time.Second))
		subjects := func(yield func(erasure.Subject) bool) {
			for i := range people {
				if !yield(erasure.Subject{Emails: []string{fmt.Sprintf("user%d@example.com", i)}}) {
					return
				}
			}
		}
		for i := range people {
			srv.AddContact(featurebase.Contact{Email: fmt.Sprintf("user%d@example.com", i)})
		}
		only := erasure.Options{ContactsOnly: true}
		begin := time.Now()
		var plans []*erasure.Plan
		for plan, err := range erasure.Find(t.Context(), client, subjects, only) {
			require.NoError(t, err)
			plans = append(plans, plan)
		}
		found := time.Since(begin)
		deleted := 0
		for s, err := range erasure.Erase(t.Context(), client, slices.Values(plans), erasure.EraseOptions{}) {
			require.NoError(t, err)
			require.Equal(t, erasure.OutcomeDeleted, s.Outcome, "%v", s.Err)
			deleted++
		}
		erased := time.Since(begin)
		for v, err := range erasure.Verify(t.Context(), client, slices.Values(plans), erasure.VerifyOptions{Contacts: people}) {
			require.NoError(t, err)
			require.True(t, v.Erased())
		}
		all := time.Since(begin)
		t.Logf("%d contacts at 2,000 requests a minute: found after %v, erased after %v, verified after %v", people, found, erased, all)
		assert.Equal(t, people, deleted)
		// One window more than all requests fill: the deletions, and two searches for a hundred.
		windows := (people + 2*people/100 + 1999) / 2000
		assert.LessOrEqual(t, all, time.Duration(windows)*time.Minute)
	})
}

// latency is a network.
type latency struct {
	http.RoundTripper
	by time.Duration
}

func (l latency) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(l.by)
	return l.RoundTripper.RoundTrip(r)
}
