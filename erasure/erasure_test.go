package erasure_test

import (
	"fmt"
	"slices"
	"testing"

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
	return slices.Collect(erasure.Erase(t.Context(), client, slices.Values(plans), erasure.EraseOptions{}))
}

// outcomes are the steps in short.
func outcomes(steps []erasure.Step) (short []string) {
	for _, s := range steps {
		short = append(short, fmt.Sprintf("%s %s", s.Item.Kind, s.Outcome))
	}
	return short
}

// person has a server know somebody with all kinds of data.
type fixture struct {
	*featurebasetest.Server
	client    *featurebase.Client
	ada, bob  featurebase.Contact
	post      featurebase.Post // Ada's, with comments of both
	others    featurebase.Post // Bob's, with a comment and a vote of Ada's
	chat      string           // a conversation of Ada alone
	groupChat string           // one of both
}

func newFixture(t *testing.T) *fixture {
	f := &fixture{Server: featurebasetest.New(t)}
	f.client = f.Client()
	ctx := t.Context()
	acme := f.AddCompany(featurebase.Company{CompanyID: "acme", Name: "Acme"})
	f.ada = f.AddContact(featurebase.Contact{Email: "ada@example.com", UserID: "user-1", Name: "Ada"})
	f.bob = f.AddContact(featurebase.Contact{Email: "bob@example.com", UserID: "user-2", Name: "Bob"})
	for _, c := range []featurebase.Contact{f.ada, f.bob} {
		_, err := f.client.Companies.AttachContact(ctx, acme.ID, c.ID)
		require.NoError(t, err)
	}
	const board = "507f1f77bcf86cd799439051"
	post := func(by featurebase.Contact, title string) featurebase.Post {
		p, err := f.client.Posts.Create(ctx, featurebase.PostCreateParams{BoardID: board, Title: title, Author: &featurebase.AuthorParams{ID: by.ID}})
		require.NoError(t, err)
		return *p
	}
	f.post, f.others = post(f.ada, "Dark mode"), post(f.bob, "Export")
	for _, by := range []featurebase.Contact{f.ada, f.bob} {
		for _, p := range []featurebase.Post{f.post, f.others} {
			_, err := f.client.Comments.Create(ctx, featurebase.CommentCreateParams{PostID: p.ID, Content: "<p>I need it</p>", Author: &featurebase.AuthorParams{ID: by.ID}})
			require.NoError(t, err)
		}
	}
	_, err := f.client.Posts.AddVoter(ctx, f.others.ID, featurebase.VoterAddParams{ID: f.ada.ID})
	require.NoError(t, err)
	f.chat, f.groupChat = f.converse(t), f.converse(t, f.bob)
	_, err = f.client.Changelogs.AddSubscribers(ctx, featurebase.ChangelogSubscriberAddParams{Emails: []string{f.ada.Email, f.bob.Email}})
	require.NoError(t, err)
	return f
}

// converse has Ada begin a conversation, and others join and reply.
func (f *fixture) converse(t *testing.T, others ...featurebase.Contact) string {
	ctx := t.Context()
	c, err := f.client.Conversations.Create(ctx, featurebase.ConversationCreateParams{
		BodyMarkdown: "It is Ada", From: featurebase.ConversationSender{Type: featurebase.ConversationFromContact, ID: f.ada.ID},
	})
	require.NoError(t, err)
	for _, o := range others {
		_, err := f.client.Conversations.AddParticipant(ctx, c.ID, featurebase.ConversationParticipantAddParams{Participant: featurebase.ConversationParticipantParams{ID: o.ID}})
		require.NoError(t, err)
		_, err = f.client.Conversations.Reply(ctx, c.ID, featurebase.ConversationReplyParams{
			Type: featurebase.ConversationFromContact, ID: o.ID, MessageType: featurebase.ConversationReply, BodyMarkdown: "Me too",
		})
		require.NoError(t, err)
	}
	return c.ID
}

func TestErase_everything(t *testing.T) {
	f := newFixture(t)
	plans := find(t, f.client, options, byEmail("ADA@example.com")...)
	steps := erase(t, f.client, plans...)
	assert.Equal(t, []string{
		"subscription accepted", "conversation deleted", "conversation deleted", "vote deleted", "comment deleted", "comment deleted", "post deleted",
		"membership deleted", "contact deleted",
	}, outcomes(steps))
	for _, s := range steps {
		assert.NotEmpty(t, s.RequestID)
		assert.False(t, s.Time.IsZero())
	}
	assert.Len(t, f.Contacts(), 1)
	assert.Len(t, f.Posts(), 1)
	require.Len(t, f.Comments(), 1)
	assert.Equal(t, f.bob.ID, f.Comments()[0].Author.ID)
	assert.Empty(t, f.Conversations())
	assert.Equal(t, []string{"bob@example.com"}, f.Subscribers())
	for found, err := range erasure.Verify(t.Context(), f.client, slices.Values(plans), options) {
		require.NoError(t, err)
		assert.True(t, found.Clean(), "%+v", found.Now)
	}
}
