package featurebase_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestConversations_haveShortIDs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		id string
		ok bool
	}{
		{"1", true},
		{"1234567890123456", true},
		{"12345678901234567", false},
		{"", false},
		{"-1", false},
		{"1.5", false},
		{"12a", true},
		{"a1B2c3D4e5F6g7H8", true},
		{"1_2", false},
		{"é", false},
		{contactID, false},
	} {
		t.Run(tc.id, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, fmt.Sprintf(`{"id":%q,"object":"conversation","deleted":true}`, tc.id))
			_, err := newClient(t, rt).Conversations.Delete(t.Context(), tc.id)
			if tc.ok {
				assert.NoError(t, err)
				return
			}
			assert.EqualError(t, err, "featurebase: invalid conversationId: want 1 to 16 letters and digits; nothing was sent")
			assert.Empty(t, *sent)
		})
	}
}

func TestConversations_believeOnlyTheOneThatWasAskedFor(t *testing.T) {
	t.Parallel()
	conversation := func(id, rest string) string { return fmt.Sprintf(`{"object":"conversation","id":%q%s}`, id, rest) }
	with, without := `,"participants":[{"id":"`+strings.ToUpper(contactID)+`","type":"lead"}]`, `,"participants":[]`
	redacted := func(id, flag string) string {
		return fmt.Sprintf(`,"conversationParts":[{"object":"conversation_part","id":"1"},{"object":"conversation_part","id":%q%s}]`, id, flag)
	}
	redact := redactConversation(featurebase.ConversationRedactParams{ConversationID: conversationID, ConversationPartID: "7"})
	remove := removeParticipant(featurebase.ConversationParticipantRemoveParams{ID: contactID})
	add := func(p featurebase.ConversationParticipantParams) doFunc {
		return addParticipant(featurebase.ConversationParticipantAddParams{Participant: p})
	}
	attach := attachTag(featurebase.ConversationTagAttachParams{TagID: contactID, ActingAdminID: boardID})
	reply := replyToConversation(featurebase.ConversationReplyParams{Type: "admin", ID: boardID, MessageType: "note", BodyMarkdown: "Hi"})
	const other, none = "id is not the one that was asked for", "id is missing"
	for _, tc := range []struct {
		name   string
		call   doFunc
		body   string
		reason string
	}{
		{"get", getConversation(conversationID, featurebase.ConversationGetParams{}), conversation("12345", ""), ""},
		{"get, another", getConversation(conversationID, featurebase.ConversationGetParams{}), conversation("12346", ""), other},
		{"get, none", getConversation(conversationID, featurebase.ConversationGetParams{}), conversation("", ""), none},
		{"get, of another form", getConversation(conversationID, featurebase.ConversationGetParams{}), conversation(contactID, ""), other},
		{"delete, another", deleteConversation(conversationID), `{"id":"12346","object":"conversation","deleted":true}`, other},
		{"list, none", listConversations(featurebase.ConversationListParams{}), `{"object":"list","data":[` + conversation("", "") + `]}`, "in data[0], " + none},
		{"list, of any form", listConversations(featurebase.ConversationListParams{}), `{"object":"list","data":[` + conversation("a1-b", "") + `]}`, ""},
		{"search, none", searchConversations(featurebase.ConversationSearchParams{}), `{"object":"list","data":[` + conversation("", "") + `]}`, "in data[0], " + none},

		{"redact", redact, conversation("12345", redacted("7", `,"redacted":true`)), ""},
		{"redact, without the part", redact, conversation("12345", redacted("8", "")), ""},
		{"redact, another", redact, conversation("12346", redacted("7", `,"redacted":true`)), other},
		{"redact, not done", redact, conversation("12345", redacted("7", `,"redacted":false`)), "the part is not redacted"},
		{"redact, not said to be done", redact, conversation("12345", redacted("7", "")), "the part is not redacted"},

		{"remove", remove, conversation("12345", without), ""},
		{"remove, still there", remove, conversation("12345", with), "participants has the one that was removed"},
		{"remove, unknown", remove, conversation("12345", ""), "participants can't be read"},
		{"remove, one without an ID", remove, conversation("12345", `,"participants":[{"id":7,"type":"lead"}]`), "participants can't be read"},
		{"remove, one that is no object", remove, conversation("12345", `,"participants":["`+contactID+`"]`), "participants can't be read"},
		{"remove, one with two IDs", remove, conversation("12345", `,"participants":[{"id":"x","id":"`+contactID+`"}]`), "participants can't be read"},
		{"add", add(featurebase.ConversationParticipantParams{ID: contactID}), conversation("12345", with), ""},
		{"add by user ID", add(featurebase.ConversationParticipantParams{UserID: "u1"}), conversation("12345", without), ""},
		{"add, not there", add(featurebase.ConversationParticipantParams{ID: contactID}), conversation("12345", without), "participants lacks the one that was added"},

		{"attach", attach, `{"type":"tag","id":"` + strings.ToUpper(contactID) + `"}`, ""},
		{"attach, another", attach, `{"type":"tag","id":"` + otherID + `"}`, other},
		{"attach, none", attach, `{"type":"tag","id":""}`, none},
		{"reply", reply, `{"object":"conversation_part","id":"7"}`, ""},
		{"reply, of any form", reply, `{"object":"conversation_part","id":"a-1"}`, ""},
		{"reply, none", reply, `{"object":"conversation_part"}`, none},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.call(t.Context(), newClient(t, respondWith(200, tc.body)))
			if tc.reason == "" {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
			}
		})
	}
}

func TestConversationParams_refuseWhatCanNotBeMeant(t *testing.T) {
	t.Parallel()
	contact := featurebase.ConversationSender{Type: featurebase.ConversationFromContact, ID: contactID}
	admin := featurebase.ConversationSender{Type: featurebase.ConversationFromAdmin, ID: boardID}
	someone := &featurebase.ConversationRecipients{To: featurebase.ConversationRecipientList{Emails: []string{"ada@example.com"}}}
	const recipients = "featurebase: invalid Recipients: want at least one in To, as the message is from an admin; nothing was sent"
	for _, tc := range []struct {
		name string
		call doFunc
		want string
	}{
		{"from a contact", createConversation(featurebase.ConversationCreateParams{From: contact, BodyMarkdown: "Hi"}), ""},
		{"from an admin", createConversation(featurebase.ConversationCreateParams{From: admin, BodyMarkdown: "Hi", Recipients: someone}), ""},
		{"from an admin, to nobody", createConversation(featurebase.ConversationCreateParams{From: admin, BodyMarkdown: "Hi"}), recipients},
		{
			"from an admin, with copies alone",
			createConversation(featurebase.ConversationCreateParams{From: admin, BodyMarkdown: "Hi", Recipients: &featurebase.ConversationRecipients{CC: &someone.To}}),
			recipients,
		},
		{
			"email without subject",
			createConversation(featurebase.ConversationCreateParams{From: admin, BodyMarkdown: "Hi", Recipients: someone, Channel: featurebase.MessageChannelEmail}),
			"featurebase: invalid Subject: it is required for email from an admin; nothing was sent",
		},
		{"email of a contact", createConversation(featurebase.ConversationCreateParams{From: contact, BodyMarkdown: "Hi", Channel: featurebase.MessageChannelEmail}), ""},
		{
			"without text", createConversation(featurebase.ConversationCreateParams{From: contact}),
			"featurebase: invalid BodyMarkdown: it is required; nothing was sent",
		},
		{
			"snoozed without end", updateConversation(conversationID, featurebase.ConversationUpdateParams{State: featurebase.ConversationSnoozed}),
			"featurebase: invalid SnoozedUntil: it is required with ConversationSnoozed; nothing was sent",
		},
		{
			"snoozed until null",
			updateConversation(conversationID, featurebase.ConversationUpdateParams{State: featurebase.ConversationSnoozed, SnoozedUntil: featurebase.Null[time.Time]()}),
			"featurebase: invalid SnoozedUntil: it is required with ConversationSnoozed; nothing was sent",
		},
		{"closed", updateConversation(conversationID, featurebase.ConversationUpdateParams{State: featurebase.ConversationClosed}), ""},
		{
			"reply of nobody", replyToConversation(featurebase.ConversationReplyParams{Type: "contact", MessageType: "reply", BodyMarkdown: "Hi"}),
			"featurebase: invalid ID: ID and UserID are empty; want one of them; nothing was sent",
		},
		{
			"reply of no admin", replyToConversation(featurebase.ConversationReplyParams{Type: "admin", MessageType: "reply", BodyMarkdown: "Hi"}),
			"featurebase: invalid ID: it is required for an admin; nothing was sent",
		},
		{
			"note of a contact", replyToConversation(featurebase.ConversationReplyParams{Type: "contact", UserID: "u1", MessageType: "note", BodyMarkdown: "Hi"}),
			"featurebase: invalid MessageType: contacts can't write notes; want ConversationReply; nothing was sent",
		},
		{
			"user ID of an admin",
			replyToConversation(featurebase.ConversationReplyParams{Type: "admin", ID: boardID, UserID: "u1", MessageType: "note", BodyMarkdown: "Hi"}),
			"featurebase: invalid UserID: admins have none; want the ID; nothing was sent",
		},
		{
			"neither reply nor note", replyToConversation(featurebase.ConversationReplyParams{Type: "admin", ID: boardID, BodyMarkdown: "Hi"}),
			"featurebase: invalid MessageType: it is required; nothing was sent",
		},
		{
			"no participant", addParticipant(featurebase.ConversationParticipantAddParams{}),
			"featurebase: invalid Participant: ID, UserID and Email are empty; want one of them; nothing was sent",
		},
		{
			"nobody to remove", removeParticipant(featurebase.ConversationParticipantRemoveParams{}),
			"featurebase: invalid ID: it is required; nothing was sent",
		},
		{
			"no part", redactConversation(featurebase.ConversationRedactParams{ConversationID: conversationID}),
			"featurebase: invalid ConversationPartID: it is required; nothing was sent",
		},
		{
			"no tag", attachTag(featurebase.ConversationTagAttachParams{ActingAdminID: boardID}),
			"featurebase: invalid TagID: it is required; nothing was sent",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, "{}")
			_, err := tc.call(t.Context(), newClient(t, rt))
			if tc.want == "" {
				assert.Len(t, *sent, 1)
				return
			}
			assert.EqualError(t, err, tc.want)
			assert.Empty(t, *sent)
		})
	}
}

// Types of parts are added without a new version of the API.
func TestConversationPart_keepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	body := `{"object":"conversation","id":"12345","conversationParts":[{"object":"conversation_part","id":"1","partType":"hologram","beam":{"to":[1]},"status":{"on":true}},
		{"object":"conversation_part","id":"2","partType":"rating_submitted","csat":{"score":"high"}},{"object":"conversation_part","id":"3","partType":"user_msg","bodyMarkdown":"Hi"}]}`
	c, err := newClient(t, respondWith(200, body)).Conversations.Get(t.Context(), conversationID, featurebase.ConversationGetParams{})
	require.NoError(t, err)
	require.Len(t, c.Parts, 3)
	assert.EqualValues(t, "hologram", c.Parts[0].PartType)
	assert.Equal(t, `{"to":[1]}`, string(c.Parts[0].Extra["beam"]))
	assert.Equal(t, `{"on":true}`, string(c.Parts[0].Extra["status"]))
	assert.Equal(t, `"high"`, string(c.Parts[1].CSAT.Extra["score"]))
	assert.Equal(t, "Hi", c.Parts[2].BodyMarkdown)
}

func TestConversationsGet_returnsTheNewestParts(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	parts := make([]featurebase.ConversationPart, 501)
	for i := range parts {
		parts[i].BodyMarkdown = fmt.Sprint(i)
	}
	added := srv.AddConversation(featurebase.Conversation{Parts: parts})
	c, err := srv.Client().Conversations.Get(t.Context(), added.ID, featurebase.ConversationGetParams{})
	require.NoError(t, err)
	require.Len(t, c.Parts, 500)
	assert.Equal(t, "1", c.Parts[0].BodyMarkdown)
	page, err := srv.Client().Conversations.List(t.Context(), featurebase.ConversationListParams{})
	require.NoError(t, err)
	assert.Nil(t, page.Data[0].Parts)
}

// A message must not be sent twice.
func TestConversations_createAndReplyAreNotRepeatedAfterALostResponse(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	client := srv.Client()
	srv.FailNext(fault{Apply: true, Cut: true})
	_, err := client.Conversations.Create(t.Context(), featurebase.ConversationCreateParams{
		From: featurebase.ConversationSender{Type: featurebase.ConversationFromContact, ID: ada.ID}, BodyMarkdown: "Hi",
	})
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	require.Len(t, srv.Conversations(), 1)

	srv.FailNext(fault{Apply: true, Status: 502})
	_, err = client.Conversations.Reply(t.Context(), srv.Conversations()[0].ID, featurebase.ConversationReplyParams{
		Type: featurebase.ConversationFromContact, ID: ada.ID, MessageType: featurebase.ConversationReply, BodyMarkdown: "Hello?",
	})
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Len(t, srv.Conversations()[0].Parts, 2)
	assert.Len(t, srv.Requests(), 2)
}

// Some servers and transports drop the body of a DELETE.
func TestConversations_sendTheBodiesOfDeletes(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	tag := srv.AddTag(featurebase.ConversationTag{Name: "billing"})
	c := srv.AddConversation(featurebase.Conversation{
		Participants: []featurebase.ConversationParticipant{{ID: contactID, Type: "customer"}, {ID: otherID, Type: "lead"}}, Tags: []featurebase.ConversationTag{tag},
	})
	client := srv.Client()

	left, err := client.Conversations.RemoveParticipant(t.Context(), c.ID, featurebase.ConversationParticipantRemoveParams{ID: contactID})
	require.NoError(t, err)
	assert.Equal(t, c.Participants[1:], left.Participants)
	detached, err := client.Conversations.DetachTag(t.Context(), c.ID, tag.ID, featurebase.ConversationTagDetachParams{ActingAdminID: boardID})
	require.NoError(t, err)
	assert.Equal(t, boardID, detached.RemovedBy.ID)
	assert.Empty(t, srv.Conversations()[0].Tags)
	assert.JSONEq(t, fmt.Sprintf(`{"id":%q}`, contactID), string(srv.Requests()[0].Body))
	assert.JSONEq(t, fmt.Sprintf(`{"actingAdminId":%q}`, boardID), string(srv.Requests()[1].Body))
}

func TestConversationsDeleteMany_deletesConversations(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ids := []string{srv.AddConversation(featurebase.Conversation{}).ID, srv.AddConversation(featurebase.Conversation{}).ID}
	for r := range srv.Client().Conversations.DeleteMany(t.Context(), slices.Values(ids)) {
		require.NoError(t, r.Err)
		assert.Equal(t, &featurebase.Deleted{ID: r.ID, Object: "conversation", Deleted: true}, r.Value)
	}
	assert.Empty(t, srv.Conversations())
	_, err := srv.Client().Conversations.Get(t.Context(), ids[0], featurebase.ConversationGetParams{})
	assert.ErrorIs(t, err, featurebase.ErrNotFound)
}
