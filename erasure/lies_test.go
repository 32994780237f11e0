package erasure_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// says has the server respond with this to requests of a pattern, and do nothing.
func says(pattern, body string) featurebasetest.Fault {
	return featurebasetest.Fault{
		Lasts: true, Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: body,
		When: func(r featurebasetest.Request) bool { return r.Pattern == pattern },
	}
}

const nothing = `{"object":"list","data":[],"nextCursor":null,"totalCount":0,"totalCountCapped":false}`

// outcome returns what came of an item of a kind.
func outcome(steps []erasure.Step, kind erasure.Kind) erasure.Step {
	i := slices.IndexFunc(steps, func(s erasure.Step) bool { return s.Item.Kind == kind })
	if i < 0 {
		return erasure.Step{}
	}
	return steps[i]
}

func verify(t *testing.T, client *featurebase.Client, plans ...*erasure.Plan) (found []*erasure.Verification) {
	t.Helper()
	for v, err := range erasure.Verify(t.Context(), client, slices.Values(plans), erasure.VerifyOptions{Settle: -1}) {
		require.NoError(t, err)
		found = append(found, v)
	}
	return found
}

// What a search doesn't show is noticed by the contact's counts, and found in the
// lists.
func TestErase_keepsContactsThatCountMoreThanWasFound(t *testing.T) {
	t.Parallel()
	two, one := 2, 1
	for _, tc := range []struct {
		search string
		kind   erasure.Kind
	}{{"POST /v2/comments/search", erasure.KindComment}, {"POST /v2/posts/search", erasure.KindPost}} {
		t.Run(string(tc.kind), func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.New(t)
			ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com", PostsCreated: &one, CommentsCreated: &two})
			post := srv.AddPost(featurebase.Post{Title: "Dark mode", Author: &featurebase.PostAuthor{ID: ada.ID}})
			for range 2 {
				srv.AddComment(featurebase.Comment{PostID: post.ID, Author: &featurebase.CommentAuthor{ID: ada.ID}, Content: "Yes"})
			}
			require.Empty(t, find(t, srv.Client(), options, byEmail("ada@example.com")...)[0].Shortfalls)
			srv.FailNext(says(tc.search, nothing))
			plan := find(t, srv.Client(), options, byEmail("ada@example.com")...)[0]
			require.Len(t, plan.Shortfalls, 1)
			s := plan.Shortfalls[0]
			assert.Equal(t, []any{tc.kind, ada.ID, 0}, []any{s.Kind, s.ContactID, s.Found})
			assert.Positive(t, s.Counted)
			require.True(t, plan.Doubts())
			step := outcome(erase(t, srv.Client(), plan), erasure.KindContact)
			assert.Equal(t, erasure.OutcomeKept, step.Outcome)
			assert.Error(t, step.Err)
			assert.False(t, srv.Blocked(ada.ID), "nothing was sent")
			assert.Len(t, srv.Comments(), 2)

			check := options
			check.CrossCheck = true
			plan = find(t, srv.Client(), check, byEmail("ada@example.com")...)[0]
			assert.Empty(t, plan.Shortfalls)
			erase(t, srv.Client(), plan)
			assert.Empty(t, srv.Posts())
			assert.Empty(t, srv.Comments())
			assert.True(t, verify(t, srv.Client(), plan)[0].Erased())

			// Somebody may accept it.
			srv.ClearFaults()
		})
	}
}

func TestErase_doesWhatWasAccepted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	hundred := 100
	lead := f.AddContact(featurebase.Contact{Email: "lea@example.com", CommentsCreated: &hundred})
	plan := find(t, f.client, options, byEmail("lea@example.com")...)[0]
	plan.Accepted = true
	assert.Equal(t, erasure.OutcomeDeleted, outcome(erase(t, f.client, plan), erasure.KindContact).Outcome)
	assert.NotContains(t, f.Contacts(), lead)
	v := verify(t, f.client, plan)[0]
	assert.False(t, v.Erased(), "something may be left")
	assert.True(t, v.ErasedExcept())
}

// What is written while an erasure runs keeps the contact, and is not erased.
func TestErase_looksAgainBeforeContactsAreDeleted(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"POST /v2/contacts/search", "POST /v2/contacts/{id}/block", "DELETE /v2/posts/{id}"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
			written := false
			client := f.Client(featurebase.WithHTTPClient(&http.Client{Transport: before{f.Transport(), func(r *http.Request) {
				if !written && matches(r, when) {
					written = true
					f.AddComment(featurebase.Comment{PostID: f.others.ID, Content: "Wait", Author: &featurebase.CommentAuthor{ID: f.ada.ID}})
				}
			}}}))
			step := outcome(erase(t, client, plan), erasure.KindContact)
			require.True(t, written)
			assert.Equal(t, erasure.OutcomeChanged, step.Outcome)
			assert.EqualError(t, step.Err, "not as in the plan: there is a new comment")
			assert.Len(t, f.Contacts(), 2)
			last := f.Comments()[len(f.Comments())-1]
			assert.Equal(t, "Wait", last.Content)

			// It is amended, and carried out.
			for i := range plan.Items {
				plan.Items[i].Begun = true
			}
			for c, err := range erasure.Compare(t.Context(), f.client, slices.Values([]*erasure.Plan{plan})) {
				require.NoError(t, err)
				require.Len(t, c.Changes, 1)
				assert.Equal(t, erasure.ChangeNew, c.Changes[0].What)
				plan, err = c.Amended()
				require.NoError(t, err)
			}
			for _, s := range erase(t, f.client, plan) {
				assert.True(t, s.Outcome.Settled(), "%s: %v", s.Item.Kind, s.Err)
			}
			requireClean(t, f.client, plan)
		})
	}
}

// before is a transport that has something happen before each request.
type before struct {
	http.RoundTripper
	do func(*http.Request)
}

func (b before) RoundTrip(r *http.Request) (*http.Response, error) {
	b.do(r)
	return b.RoundTripper.RoundTrip(r)
}

// matches reports whether a request is one of a pattern.
func matches(r *http.Request, pattern string) bool {
	mux := http.NewServeMux()
	mux.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	_, found := mux.Handler(r)
	return found == pattern
}

func TestErase_leavesAnotherPersonsAccount(t *testing.T) {
	t.Parallel()
	for _, only := range []bool{false, true} {
		f := newFixture(t)
		o := options
		if only {
			o = erasure.Options{ContactsOnly: true}
		}
		for _, by := range []erasure.Subject{{Emails: []string{"ada@example.com"}}, {UserIDs: []string{"user-1"}}, {ContactIDs: []string{f.ada.ID}}} {
			plan := find(t, f.client, o, by)[0]
			plan.Contacts[0].Email = "was@example.com" // as if the seat was handed over since
			step := outcome(erase(t, f.client, plan), erasure.KindContact)
			assert.Equal(t, erasure.OutcomeChanged, step.Outcome)
			assert.ErrorContains(t, step.Err, "somebody else's now")
			for c, err := range erasure.Compare(t.Context(), f.client, slices.Values([]*erasure.Plan{plan})) {
				require.NoError(t, err)
				_, err := c.Amended()
				assert.Error(t, err)
			}
		}
		assert.Len(t, f.Contacts(), 2)
		assert.False(t, f.Blocked(f.ada.ID))
	}
}

func TestFind_takesNobodyElse(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	ann := srv.AddContact(featurebase.Contact{UserID: "u-10", Email: "info@family.example", Name: "Ann"})
	ben := srv.AddContact(featurebase.Contact{UserID: "u-11", Email: "info@family.example", Name: "Ben"})
	lead := srv.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Email: "info@family.example"})
	srv.AddTicket(featurebase.Ticket{Title: "Ben's", Author: &featurebase.TicketAuthor{ID: ben.ID, Email: ben.Email, Type: featurebase.UserTypeCustomer}})
	ids := func(p *erasure.Plan) (ids []string) {
		for _, c := range p.Contacts {
			ids = append(ids, c.ID)
		}
		return ids
	}
	for _, by := range []erasure.Subject{{UserIDs: []string{"u-10"}}, {ContactIDs: []string{ann.ID}}} {
		plan := find(t, srv.Client(), options, by)[0]
		assert.Equal(t, []string{ann.ID, lead.ID}, ids(plan))
		assert.Equal(t, 1, plan.Accounts())
		assert.False(t, plan.Doubts())
		assert.False(t, slices.ContainsFunc(plan.Items, func(i erasure.Item) bool { return i.Kind == erasure.KindTicket }))

		same := options
		same.SameEmail = true
		plan = find(t, srv.Client(), same, by)[0]
		assert.Equal(t, []string{ann.ID, ben.ID, lead.ID}, ids(plan))
		assert.False(t, plan.Doubts())
	}
	plan := find(t, srv.Client(), options, byEmail("info@family.example")...)[0]
	assert.Equal(t, 2, plan.Accounts())
	assert.True(t, plan.Doubts())
	assert.Equal(t, erasure.OutcomeKept, outcome(erase(t, srv.Client(), plan), erasure.KindContact).Outcome)
	plan = find(t, srv.Client(), options, erasure.Subject{UserIDs: []string{"u-10"}})[0]
	erase(t, srv.Client(), plan)
	assert.Equal(t, []featurebase.Contact{srv.Contacts()[0]}, srv.Contacts())
	assert.Equal(t, ben.ID, srv.Contacts()[0].ID)
	assert.Len(t, srv.Tickets(), 1)
	assert.True(t, verify(t, srv.Client(), plan)[0].Erased(), "Ben is not Ann, who came back")
}

func TestFind_leavesTicketsOfAdmins(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	srv.AddTicket(featurebase.Ticket{Title: "Internal", Author: &featurebase.TicketAuthor{ID: board, Email: "boss@example.com", Type: featurebase.UserTypeAdmin}})
	plan := find(t, srv.Client(), options, byEmail("boss@example.com")...)[0]
	require.Len(t, plan.Leftovers, 1)
	assert.Contains(t, plan.Leftovers[0].Reason, "by the admin with the same email address")
	erase(t, srv.Client(), plan)
	assert.Len(t, srv.Tickets(), 1)
	assert.False(t, verify(t, srv.Client(), plan)[0].Erased(), "nobody was found")
}

// A server that knows nobody any more has erased nobody.
func TestErase_stopsIfNobodyExists(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
	_, err := f.client.Contacts.Delete(t.Context(), f.ada.ID)
	require.NoError(t, err)
	steps, err := tryErase(t, f.client, plan)
	assert.ErrorIs(t, err, featurebase.ErrStopped)
	assert.ErrorContains(t, err, "nobody of the plan exists any more")
	assert.Empty(t, steps)
	assert.Len(t, f.Posts(), 2)

	// If others are there, they are erased.
	bob := find(t, f.client, options, byEmail("bob@example.com")...)[0]
	steps = erase(t, f.client, plan, bob)
	assert.Equal(t, erasure.OutcomeGoneMeanwhile, outcome(steps, erasure.KindContact).Outcome)
	assert.Empty(t, f.Contacts())
}

func TestErase_refusesAnotherWorkspace(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
	plan.Workspace = board
	steps, err := tryErase(t, f.client, plan)
	assert.ErrorIs(t, err, featurebase.ErrStopped)
	assert.ErrorContains(t, err, "another workspace")
	assert.Empty(t, steps)
	for _, err := range erasure.Verify(t.Context(), f.client, slices.Values([]*erasure.Plan{plan}), erasure.VerifyOptions{}) {
		assert.ErrorIs(t, err, featurebase.ErrStopped)
	}
}

// A confirmation of what was not done is noticed by a get, whatever searches show.
func TestErase_getsWhatItErased(t *testing.T) {
	t.Parallel()
	for _, kind := range []erasure.Kind{erasure.KindPost, erasure.KindComment, erasure.KindConversation, erasure.KindTicket} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
			ownPost := map[string]bool{} // comments that are deleted with Ada's post
			for _, c := range f.Comments() {
				ownPost[c.ID] = c.PostID == f.post.ID
			}
			i := slices.IndexFunc(plan.Items, func(i erasure.Item) bool {
				return i.Kind == kind && i.Number == 0 && !ownPost[i.ID] || i.Kind == kind && kind == erasure.KindTicket
			})
			pattern := map[erasure.Kind]string{
				erasure.KindPost: "DELETE /v2/posts/{id}", erasure.KindComment: "DELETE /v2/comments/{id}", erasure.KindTicket: "DELETE /v2/tickets/{ticketNumber}",
				erasure.KindConversation: "DELETE /v2/conversations/{conversationId}",
			}[kind]
			id := plan.Items[i].ID
			lie := says(pattern, fmt.Sprintf(`{"id":%q,"object":%q,"deleted":true}`, id, kind))
			lie.When = func(r featurebasetest.Request) bool {
				return r.Pattern == pattern && (strings.HasSuffix(r.Path, id) || kind == erasure.KindTicket)
			}
			f.FailNext(lie)
			searches := 0
			client := f.Client(featurebase.WithHTTPClient(&http.Client{Transport: before{f.Transport(), func(r *http.Request) {
				if r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, id) || kind == erasure.KindTicket && matches(r, pattern) {
					if searches++; searches == 1 {
						f.FailNext(says("POST /v2/posts/search", nothing), says("POST /v2/comments/search", nothing), says("POST /v2/conversations/search", nothing), says("GET /v2/tickets", nothing))
					}
				}
			}}}))
			steps := erase(t, client, plan)
			last := steps[len(steps)-1]
			assert.Equal(t, []any{erasure.KindContact, erasure.OutcomeNotYetGone}, []any{last.Item.Kind, last.Outcome}, "%v", last.Err)
			assert.Len(t, f.Contacts(), 2)
			assert.True(t, slices.ContainsFunc(steps, func(s erasure.Step) bool { return s.Item.Kind == kind && s.Outcome == erasure.OutcomeNotYetGone }))

			f.ClearFaults() // and then it does what it says
			for i := range plan.Items {
				plan.Items[i].Begun = true
			}
			erase(t, f.client, plan)
			requireClean(t, f.client, plan)
		})
	}
}

func TestVerify_getsContacts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
	f.FailNext(says("DELETE /v2/contacts/{id}", fmt.Sprintf(`{"id":%q,"object":"contact","deleted":true}`, f.ada.ID)))
	assert.Equal(t, erasure.OutcomeDeleted, outcome(erase(t, f.client, plan), erasure.KindContact).Outcome)
	f.FailNext(says("POST /v2/contacts/search", nothing))
	v := verify(t, f.client, plan)[0]
	assert.False(t, v.Erased())
	require.NotEmpty(t, v.NotYetGone())
	assert.Empty(t, v.CameBack())
}

// A deletion may show some time later. Whoever is looked for again meanwhile has
// not come back.
func TestErase_waitsForWhatLags(t *testing.T) {
	t.Parallel()
	for _, lag := range []time.Duration{3 * time.Second, time.Minute, time.Hour} {
		t.Run(lag.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := featurebasetest.New()
				ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
				post := srv.AddPost(featurebase.Post{Title: "Dark mode", Author: &featurebase.PostAuthor{ID: ada.ID}})
				old := `{"object":"list","data":[` + asJSON(t, post) + `],"nextCursor":null,"totalCount":1}`
				stale := says("POST /v2/posts/search", old)
				var until time.Time
				stale.When = func(r featurebasetest.Request) bool {
					return r.Pattern == "POST /v2/posts/search" && strings.Contains(string(r.Body), "authorId") && time.Now().Before(until)
				}
				srv.FailNext(stale)
				client := srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: before{srv.Transport(), func(r *http.Request) {
					if r.Method == http.MethodDelete {
						until = time.Now().Add(lag)
					}
				}}}))
				plan := find(t, client, options, byEmail("ada@example.com")...)[0]
				began := time.Now()
				var steps []erasure.Step
				for s, err := range erasure.Erase(t.Context(), client, slices.Values([]*erasure.Plan{plan}), erasure.EraseOptions{}) {
					require.NoError(t, err)
					steps = append(steps, s)
				}
				last := steps[len(steps)-1]
				if lag == time.Hour {
					assert.Equal(t, erasure.OutcomeNotYetGone, last.Outcome)
					assert.Less(t, time.Since(began), 4*time.Minute)
					assert.Len(t, srv.Contacts(), 1)
					return
				}
				assert.Equal(t, erasure.OutcomeDeleted, last.Outcome)
				assert.GreaterOrEqual(t, time.Since(began), time.Minute, "it looks again a minute after the last change")
				for v, err := range erasure.Verify(t.Context(), client, slices.Values([]*erasure.Plan{plan}), erasure.VerifyOptions{}) {
					require.NoError(t, err)
					assert.True(t, v.Erased())
				}
			})
		})
	}
}

func asJSON(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// A value that the API refuses, or of which the response can't be read in full, is a
// problem of one person.
func TestFind_failsForOnePersonAlone(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	var emails []string
	for i := range 150 {
		emails = append(emails, fmt.Sprintf("user%d@example.com", i))
		srv.AddContact(featurebase.Contact{Email: emails[i]})
	}
	refused := featurebasetest.Fault{Lasts: true, Status: 400, Code: featurebase.ErrorCodeInvalidParameter, When: func(r featurebasetest.Request) bool {
		return strings.Contains(string(r.Body), `"user7@example.com"`)
	}}
	odd := says("", `{"object":"list","data":[{"object":"contact","id":7}],"nextCursor":null,"totalCount":1}`)
	odd.When = func(r featurebasetest.Request) bool { return strings.Contains(string(r.Body), `"user9@example.com"`) }
	srv.FailNext(refused, odd)
	i := 0
	for plan, err := range erasure.Find(t.Context(), srv.Client(), slices.Values(byEmail(emails...)), erasure.Options{ContactsOnly: true}) {
		switch i {
		case 7:
			assert.ErrorContains(t, err, "invalid_parameter")
		case 9:
			assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
		default:
			require.NoError(t, err)
			assert.Len(t, plan.Contacts, 1)
		}
		i++
	}
	assert.Equal(t, 150, i)
	assert.Less(t, len(srv.Requests()), 50)
}

// An element that can't be read may be anybody's.
func TestFind_holdsEverybodyBackIfAListCantBeRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.FailNext(says("GET /v2/tickets", `{"object":"list","data":[{"object":"ticket","id":7}],"nextCursor":null}`))
	for _, err := range erasure.Find(t.Context(), f.client, slices.Values(byEmail("ada@example.com", "bob@example.com")), options) {
		assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
		assert.ErrorContains(t, err, "could not be read in full")
	}
}

func TestFind_looksAtThePlaceholderFirst(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, tc := range []struct{ placeholder, says string }{{board, "the placeholder"}, {f.ada.ID, "somebody who is to be erased"}} {
		o := erasure.Options{Posts: erasure.ActionAnonymize, Placeholder: tc.placeholder, Conversations: erasure.ActionKeep}
		for _, err := range erasure.Find(t.Context(), f.client, slices.Values(byEmail("ada@example.com")), o) {
			assert.ErrorContains(t, err, tc.says)
		}
	}
}

// What only shows on the source of a conversation, or in a tracker's, is told.
func TestFind_namesWhatStaysOfConversations(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	participant := func(id string) featurebase.ConversationParticipant {
		return featurebase.ConversationParticipant{ID: id, Type: featurebase.UserTypeCustomer}
	}
	author := participant(ada.ID)
	chat := srv.AddConversation(featurebase.Conversation{
		Participants: []featurebase.ConversationParticipant{author, participant(board)}, Title: "My passport number",
		Source: &featurebase.MessageSource{Author: &author, BodyMarkdown: "It is X123"},
	})
	mirror := srv.AddConversation(featurebase.Conversation{Participants: []featurebase.ConversationParticipant{participant(board)}})
	srv.AddTicket(featurebase.Ticket{
		Title: "Bug", CategoryType: featurebase.TicketCategoryTypeTracker, Author: &featurebase.TicketAuthor{ID: board, Type: featurebase.UserTypeAdmin},
		LinkedConversations: []featurebase.TicketConversation{{ID: chat.ID, Role: featurebase.TicketCategoryTypeCustomer}, {ID: mirror.ID, Role: featurebase.TicketCategoryTypeTracker}},
	})
	o := erasure.Options{Posts: erasure.ActionDelete, Conversations: erasure.ActionRedact}
	plan := find(t, srv.Client(), o, byEmail("ada@example.com")...)[0]
	require.Len(t, plan.Leftovers, 2)
	assert.Contains(t, plan.Leftovers[0].Reason, "The first message of the conversation is the person's")
	assert.Contains(t, plan.Leftovers[0].Reason, "delete the conversation")
	assert.Equal(t, mirror.ID, plan.Leftovers[1].ID)
	erase(t, srv.Client(), plan)
	v := verify(t, srv.Client(), plan)[0]
	assert.False(t, v.Erased())
	assert.True(t, v.ErasedExcept())
}

// Erasing again goes on where something is gone.
func TestErase_goesOnWhereSomethingIsGone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := erasure.Options{Posts: erasure.ActionDelete, Conversations: erasure.ActionRedact}
	plan := find(t, f.client, o, byEmail("ada@example.com")...)[0]
	// The first attempt is processed, and the second says that there is nothing.
	absent := func(pattern, code string, status int) featurebasetest.Fault {
		return featurebasetest.Fault{Lasts: true, Apply: true, Status: status, Code: featurebase.ErrorCode(code), When: func(r featurebasetest.Request) bool { return r.Pattern == pattern }}
	}
	f.FailNext(
		absent("DELETE /v2/posts/{id}/voters", "voter_not_found", 404),
		absent("DELETE /v2/conversations/{conversationId}/participants", "participant_not_found", 404),
		absent("DELETE /v2/companies/{id}/contacts/{contactId}", "contact_not_attached", 400),
		absent("DELETE /v2/comments/{id}", "comment_not_found", 404),
	)
	steps := erase(t, f.client, plan)
	for _, s := range steps {
		switch s.Item.Kind {
		case erasure.KindVote, erasure.KindParticipation, erasure.KindMembership, erasure.KindComment:
			assert.Equal(t, erasure.OutcomeGoneMeanwhile, s.Outcome, s.Item.Kind)
		}
	}
	assert.Equal(t, erasure.OutcomeDeleted, outcome(steps, erasure.KindContact).Outcome)
	assert.Len(t, f.Contacts(), 1)

	// It may as well say so each time, and with the contact there.
	f.ClearFaults()
	f = newFixture(t)
	plan = find(t, f.client, o, byEmail("ada@example.com")...)[0]
	_, err := f.client.Posts.RemoveVoter(t.Context(), f.others.ID, featurebase.VoterRemoveParams{ID: f.ada.ID})
	require.NoError(t, err)
	f.FailNext(absent("DELETE /v2/posts/{id}/voters", "voter_not_found", 404))
	onPost := func(r featurebasetest.Request) bool { return r.Method == "DELETE" && r.Path == "/v2/posts/"+f.post.ID }
	f.FailNext(featurebasetest.Fault{Lasts: true, Status: 503, When: onPost})
	for range 2 {
		steps = erase(t, f.client, plan)
		assert.Equal(t, []erasure.Outcome{erasure.OutcomeGoneMeanwhile, erasure.OutcomeSkipped}, []erasure.Outcome{outcome(steps, erasure.KindVote).Outcome, outcome(steps, erasure.KindContact).Outcome})
	}
	f.ClearFaults()
	erase(t, f.client, plan)
	assert.Len(t, f.Contacts(), 1)
}

// Of two people who are erased, the second is the last in their conversation.
func TestErase_leavesTheLastParticipant(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := erasure.Options{Posts: erasure.ActionDelete, Conversations: erasure.ActionRedact}
	plans := find(t, f.client, o, byEmail("ada@example.com", "bob@example.com")...)
	left := 0
	for _, s := range erase(t, f.client, plans...) {
		assert.True(t, s.Outcome.Settled(), "%s: %v", s.Item.Kind, s.Err)
		if s.Outcome == erasure.OutcomeLeft {
			left++
		}
	}
	assert.Equal(t, 1, left)
	assert.Empty(t, f.Contacts())
}

// A post that is not known any more may be an insight of another.
func TestErase_doesNotTakeAPostForGone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
	_, err := f.client.Posts.Delete(t.Context(), f.post.ID)
	require.NoError(t, err)
	step := outcome(erase(t, f.client, plan), erasure.KindPost)
	assert.Equal(t, erasure.OutcomeMissing, step.Outcome)
	assert.True(t, step.Outcome.Settled())
	assert.Contains(t, erasure.Limitations(options), "Insights of posts were not looked for.")
}

func TestFind_readsInsightsWhereTheyAre(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	check := options
	check.CrossCheck = true
	plan := find(t, f.client, check, byEmail("ada@example.com")...)[0]
	assert.Equal(t, []string{"Insights of posts were not looked for: the API doesn't have that call here."}, plan.Notes)

	client := f.Client(featurebase.WithHTTPClient(&http.Client{Transport: insights{f.Transport(), f.others.ID, f.ada.ID}}))
	plan = find(t, client, check, byEmail("ada@example.com")...)[0]
	assert.Empty(t, plan.Notes)
	require.Len(t, plan.Leftovers, 1)
	assert.Equal(t, []any{erasure.KindInsight, f.others.ID}, []any{plan.Leftovers[0].Kind, plan.Leftovers[0].ID})
}

// insights is a server that has an insight of somebody, filed under a post.
type insights struct {
	http.RoundTripper
	post, author string
}

func (i insights) RoundTrip(r *http.Request) (*http.Response, error) {
	id, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/v2/posts/"), "/insights")
	if !ok {
		return i.RoundTripper.RoundTrip(r)
	}
	body := `{"object":"list","data":[],"nextCursor":null}`
	if id == i.post {
		body = fmt.Sprintf(`{"object":"list","data":[{"object":"post","id":%q,"author":{"id":%q}}],"nextCursor":null}`, board, i.author)
	}
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: readCloser(body), Request: r}, nil
}

func readCloser(body string) *closer { return &closer{strings.NewReader(body)} }

type closer struct{ *strings.Reader }

func (*closer) Close() error { return nil }

func TestErase_takesNoNilPlan(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
	steps := erase(t, f.client, nil, plan)
	assert.Equal(t, erasure.OutcomeFailed, steps[0].Outcome)
	assert.ErrorIs(t, steps[0].Err, featurebase.ErrInvalidArgument)
	assert.Equal(t, erasure.OutcomeDeleted, steps[len(steps)-1].Outcome)
	n := 0
	for _, err := range erasure.Verify(t.Context(), f.client, slices.Values([]*erasure.Plan{nil, plan}), erasure.VerifyOptions{Settle: -1}) {
		assert.Equal(t, n == 0, err != nil)
		n++
	}
	assert.Equal(t, 2, n)
}

func TestErase_saysThatItsContextHasEnded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for s, err := range erasure.Erase(ctx, f.client, slices.Values([]*erasure.Plan{plan}), erasure.EraseOptions{Settle: time.Hour}) {
		if last = err; err == nil && s.Item.Kind == erasure.KindMembership {
			cancel()
		}
	}
	assert.ErrorIs(t, last, context.Canceled)
	assert.Len(t, f.Contacts(), 2)
}

// What it takes to look for people, erase them, and look again.
func TestErase_takesFewRequests(t *testing.T) {
	t.Parallel()
	const people = 1000
	srv := featurebasetest.New(t)
	var emails []string
	stays := srv.AddContact(featurebase.Contact{Email: "stays@example.com"})
	for i := range people {
		emails = append(emails, fmt.Sprintf("user%d@example.com", i))
		c := srv.AddContact(featurebase.Contact{Email: emails[i]})
		p := srv.AddPost(featurebase.Post{Title: "A wish", Author: &featurebase.PostAuthor{ID: c.ID}})
		srv.AddComment(featurebase.Comment{PostID: p.ID, Author: &featurebase.CommentAuthor{ID: c.ID}})
		_, err := srv.Client().Posts.AddVoter(t.Context(), p.ID, featurebase.VoterAddParams{ID: c.ID})
		require.NoError(t, err)
		srv.AddConversation(featurebase.Conversation{
			Participants: []featurebase.ConversationParticipant{{ID: c.ID, Type: featurebase.UserTypeCustomer}, {ID: stays.ID, Type: featurebase.UserTypeCustomer}},
			Parts:        []featurebase.ConversationPart{{BodyMarkdown: "Hello", Author: &featurebase.ConversationAuthor{ID: c.ID, Type: featurebase.UserTypeCustomer}}},
		})
	}
	client := srv.Client()
	before := len(srv.Requests())
	plans := find(t, client, erasure.Options{Posts: erasure.ActionDelete, Conversations: erasure.ActionRedact}, byEmail(emails...)...)
	looked := len(srv.Requests()) - before
	for _, err := range erasure.Compare(t.Context(), client, slices.Values(plans)) { // as after a confirmation
		require.NoError(t, err)
	}
	compared := len(srv.Requests()) - before
	for _, s := range erase(t, client, plans...) {
		require.True(t, s.Outcome.Settled(), "%s: %v", s.Item.Kind, s.Err)
	}
	erased := len(srv.Requests()) - before
	requireClean(t, client, plans...)
	all := len(srv.Requests()) - before
	t.Logf("%d people with 4 items each: %d requests after looking, %d after comparing, %d after erasing, %d after verifying", people, looked, compared, erased, all)
	assert.Len(t, srv.Contacts(), 1)
	assert.LessOrEqual(t, all, 20_000)
}
