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

const (
	conversationID = "12345"

	csatJSON = `{"requestId":"r1","requestSource":"workflow","status":"rated","channel":"email","isLatestEffective":true,"score":4,"remark":"Good",
		"ratedAgent":{"type":"teammate","id":"a1"},"workflow":{"workflowId":"w","workflowRunId":"x","workflowStepId":"y","workflowActionId":"z"},
		"emailDelivery":{"status":"sent","sentAt":"2026-01-01T00:00:00Z","messageId":"m"},
		"slackDelivery":{"status":"failed","channelId":"c","teamId":"t","messageTs":"1","postedAt":"2026-01-01T00:00:00Z","failedAt":"2026-01-01T00:00:00Z","failureReason":"no"},
		"requestedAt":"2026-01-01T00:00:00Z","ratedAt":"2026-01-01T00:00:00Z","canceledAt":"2026-01-01T00:00:00Z","expiredAt":"2026-01-01T00:00:00Z",
		"changeLockWindowEndsAt":"2026-01-01T00:00:00Z","lateSubmitWindowEndsAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:00Z"}`
	partTimes = `"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}`
	partJSON  = `{"object":"conversation_part","id":"1","partType":"user_msg","bodyHtml":"<p>Hi</p>","bodyMarkdown":"Hi","channel":"slack","redacted":false,
		"slack":{"channelId":"c","teamId":"t","messageTs":"1","threadTs":"2"},
		"author":{"id":"507f1f77bcf86cd799439023","type":"customer","name":"Ada","email":"ada@example.com","profilePicture":"https://example.com/ada.png"},
		"tagApplications":[{"tagId":"507f1f77bcf86cd799439024","tag":{"type":"tag","id":"507f1f77bcf86cd799439024","name":"billing"},
			"appliedAt":"2026-01-01T00:00:00Z","appliedBy":{"type":"admin","id":"507f1f77bcf86cd799439031","name":"Bob"},
			"removedAt":"2026-01-01T00:00:00Z","removedBy":{"type":"system"}}],"new":1,` + partTimes
	part         = `{"object":"conversation_part","id":"2","partType":`
	allPartsJSON = `[` + partJSON + `,
		` + part + `"bot_msg","bodyHtml":"Hi","bodyMarkdown":"Hi","sources":[{"title":"Pricing","url":"https://help.example.com/pricing"}],` + partTimes + `,
		` + part + `"quick_reply_opts","author":null,"replyOptions":[{"id":"o","text":"Yes"}],` + partTimes + `,
		` + part + `"quick_reply_resp","bodyHtml":"Yes","bodyMarkdown":"Yes","selectedOptionId":"o",` + partTimes + `,
		` + part + `"rating_submitted","csat":` + csatJSON + `,` + partTimes + `,
		` + part + `"attr_prompt","form":{"id":"f","attributes":[{"identifier":"plan","name":"Plan","type":"select"}]},` + partTimes + `,
		` + part + `"assign","adminAssigneeId":"507f1f77bcf86cd799439031","adminAssignerId":null,"teamAssigneeId":"507f1f77bcf86cd799439032",` + partTimes + `,
		` + part + `"status","status":"snoozed","snoozedUntil":"2026-01-01T00:00:00Z",` + partTimes + `,
		` + part + `"tags","action":"removed","occurredAt":"2026-01-01T00:00:00Z","tagId":"t","tagName":"n","targetPartId":"1","actor":{"type":"workflow"},` + partTimes + `,
		` + part + `"workflow_wait","workflowWait":{"eventType":"interrupted","occurredAt":"2026-01-01T00:00:00Z","interruptedByUserType":"lead",
			"waitLabel":"l","workflowId":"w","workflowName":"n"},` + partTimes + `,
		` + part + `"priority","isPriority":false,` + partTimes + `,
		` + part + `"part_add","participant":{"id":"507f1f77bcf86cd799439023","type":"lead"},` + partTimes + `,
		` + part + `"hologram","beam":{"to":[1]},"status":{"on":true},` + partTimes + `]`
	conversationFields = `"object":"conversation","id":"12345","title":"Pricing","state":"open","priority":true,"prioritySetAt":"2026-01-01T00:00:00Z",
		"brandId":"507f1f77bcf86cd799439033","participants":[{"id":"507f1f77bcf86cd799439021","type":"customer"}],
		"adminAssigneeId":"507f1f77bcf86cd799439031","teamAssigneeId":null,"tags":[{"type":"tag","id":"507f1f77bcf86cd799439024","name":"billing"}],
		"source":{"author":{"id":"507f1f77bcf86cd799439023","type":"customer"},"bodyHtml":"<p>Hi</p>","bodyMarkdown":"Hi","channel":"desktop",
			"deliveredAs":"customer_initiated","subject":"s","url":"https://example.com","slack":{"channelId":"c","teamId":"t","threadTs":"1"}},
		"awaitingCustomerReply":false,"customAttributes":{"507f1f77bcf86cd799439025":["a",1]},
		"customAttributeValues":[{"id":"507f1f77bcf86cd799439025","identifier":"plan","name":"Plan","dataType":"string","fieldSubType":"select",
			"options":[{"id":"o","label":"Free"}],"value":"Free"}],
		"lastActivityAt":"2026-01-01T00:00:00Z","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":{"a":1}`
	conversationJSON = `{` + conversationFields + `,"conversationParts":` + allPartsJSON + `,
		"readReceipts":[{"id":"507f1f77bcf86cd799439023","userType":"customer","lastReadPartId":"1"}],
		"isBlocked":false,"disableCustomerReply":true,"userPreferredLanguage":"en","hasAdminOverriddenLanguage":false,"botConversationState":"resolved",
		"csatSummary":` + csatJSON + `,"csatHistory":[` + csatJSON + `],"csatDebug":` + csatJSON + `,
		"snoozedUntil":"2026-01-01T00:00:00Z","waitingSince":"2026-01-01T00:00:00Z","botConversationStateLastUpdatedAt":"2026-01-01T00:00:00Z"}`
	conversationListJSON   = `{"object":"list","data":[` + conversationJSON + `],"nextCursor":null}`
	conversationResultJSON = `{` + conversationFields + `,
		"conversationUser":{"id":"507f1f77bcf86cd799439023","type":"customer","name":"Ada","email":"ada@example.com","companies":[{"id":"c","name":"Acme"}]},
		"matchingPart":{"id":"1","createdAt":"2026-01-01T00:00:00Z","partType":"user_msg"},"matchingPartAuthor":{"id":"1","type":"bot"},
		"matchingBodyPreviewMarkdown":"Hi","relevanceScore":0.5,
		"surroundingConversationParts":[{"id":"1","previewMarkdown":"Hi","previewMarkdownTruncated":true,"author":null,"createdAt":"2026-01-01T00:00:00Z","partType":"user_msg"}]}`
	conversationSearchJSON = `{"object":"list","data":[` + conversationResultJSON + `],"nextCursor":null,"totalCount":1,"totalCountCapped":false}`
	attachedTagJSON        = `{"type":"tag","id":"507f1f77bcf86cd799439011","name":"billing","appliedAt":"2026-01-01T00:00:00Z",
		"appliedBy":{"type":"admin","id":"507f1f77bcf86cd799439031"},"removedAt":"2026-01-01T00:00:00Z","removedBy":{"type":"admin","name":"Bob"},"targetPartId":"7","new":1}`
)

var includeAttributes = []featurebase.ConversationInclude{featurebase.ConversationIncludeAttributes}

var _ = register(map[string]apiCall{
	"Conversations.List": {
		args: args{featurebase.ConversationListParams{
			TagIDs: []string{boardID, contactID}, Include: includeAttributes, Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.ConversationListParams{TagIDs: []string{badArgument}}},
		official: "support.conversations.list",
		request: "GET /v2/conversations?cursor=x&include=customAttributeDefinitions&limit=3" +
			"&tagIds=507f1f77bcf86cd799439021%2C507f1f77bcf86cd799439011",
		body:  conversationListJSON,
		reads: true,
	},
	"Conversations.ListAll": {
		args:     args{featurebase.ConversationListParams{}},
		official: "support.conversations.list",
		request:  "GET /v2/conversations?limit=100",
		body:     conversationListJSON,
		reads:    true,
	},
	"Conversations.Search": {
		args: args{featurebase.ConversationSearchParams{
			Filters: featurebase.Filters[featurebase.Conversation]{
				featurebase.ConversationFieldState.NoneOf(featurebase.ConversationStateClosed, featurebase.ConversationStateSnoozed),
				featurebase.ConversationFieldPriority.Is(true), featurebase.ConversationFieldAdminAssigneeID.IsNull(),
				featurebase.ConversationFieldParticipantID.Is(contactID), featurebase.ConversationFieldTagID.OneOf(boardID),
				featurebase.ConversationFieldCreatedAt.Is(time.Unix(1767225600, 0)), featurebase.ConversationFieldCreatedAt.After(time.Unix(1, 0)),
				featurebase.ConversationFieldCreatedAt.Before(time.Unix(2, 0)), featurebase.ConversationFieldCustomAttribute("plan").IsNot("Free"),
			},
			Text: "refund", Include: includeAttributes, Sort: featurebase.ConversationSortLastActivityAtAsc, Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.ConversationSearchParams{Text: badArgument, Limit: 101}},
		official: "support.conversations.search",
		request:  "POST /v2/conversations/search",
		sends: `{"query":{"operator":"AND","value":[{"field":"state","operator":"NIN","value":["closed","snoozed"]},
			{"field":"priority","operator":"=","value":true},{"field":"adminAssigneeId","operator":"=","value":null},
			{"field":"participantId","operator":"=","value":"507f1f77bcf86cd799439011"},{"field":"tagIds","operator":"IN","value":["507f1f77bcf86cd799439021"]},
			{"field":"createdAt","operator":"=","value":1767225600},{"field":"createdAt","operator":">","value":1},{"field":"createdAt","operator":"<","value":2},
			{"field":"customAttributes.plan","operator":"!=","value":"Free"}]},
			"search":"refund","include":["customAttributeDefinitions"],"sort":"lastActivityAt:asc","limit":3,"cursor":"x"}`,
		body:  conversationSearchJSON,
		reads: true,
	},
	"Conversations.SearchAll": {
		args:     args{featurebase.ConversationSearchParams{Text: "refund"}},
		official: "support.conversations.search",
		request:  "POST /v2/conversations/search",
		sends:    `{"search":"refund","limit":100}`,
		body:     conversationSearchJSON,
		reads:    true,
	},
	"Conversations.Create": {
		args: args{featurebase.ConversationCreateParams{
			From: featurebase.ConversationSender{Type: featurebase.ConversationSenderTypeAdmin, ID: boardID}, BodyMarkdown: "Hi", Channel: featurebase.MessageChannelEmail,
			Subject: "Hi", CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()),
			Recipients: &featurebase.ConversationRecipients{
				To: featurebase.ConversationRecipientList{IDs: []string{contactID}}, CC: &featurebase.ConversationRecipientList{Emails: []string{"ada@example.com"}},
			},
		}},
		invalid: args{featurebase.ConversationCreateParams{
			From: featurebase.ConversationSender{Type: featurebase.ConversationSenderTypeContact, ID: badArgument}, BodyMarkdown: "ada.lovelace",
		}},
		official: "support.conversations.create",
		request:  "POST /v2/conversations",
		sends: `{"from":{"type":"admin","id":"507f1f77bcf86cd799439021"},"bodyMarkdown":"Hi","channel":"email","subject":"Hi","createdAt":"2026-01-01T00:00:00Z",
			"recipients":{"to":{"ids":["507f1f77bcf86cd799439011"]},"cc":{"emails":["ada@example.com"]}}}`,
		status: 201,
		body:   conversationJSON,
		once:   true,
	},
	"Conversations.Get": {
		args:     args{conversationID, featurebase.ConversationGetParams{Include: includeAttributes}},
		invalid:  args{badArgument, featurebase.ConversationGetParams{}},
		official: "support.conversations.retrieve",
		request:  "GET /v2/conversations/12345?include=customAttributeDefinitions",
		body:     conversationJSON,
		notFound: "conversation_not_found",
		reads:    true,
	},
	"Conversations.Update": {
		args: args{conversationID, featurebase.ConversationUpdateParams{
			Title: featurebase.Value("Pricing"), State: featurebase.ConversationStateSnoozed, SnoozedUntil: featurebase.Value(time.Unix(1767225600, 0).UTC()),
			AdminAssigneeID: featurebase.Null[string](), CustomAttributes: map[string]any{boardID: 10},
			MarkAsRead: &featurebase.ConversationMarkAsRead{AllAdmins: true, ContactIDs: []string{contactID}}, ActingAdminID: boardID,
		}},
		invalid:  args{conversationID, featurebase.ConversationUpdateParams{TeamAssigneeID: featurebase.Value(badArgument)}},
		official: "support.conversations.update",
		request:  "PATCH /v2/conversations/12345",
		sends: `{"title":"Pricing","state":"snoozed","snoozedUntil":"2026-01-01T00:00:00Z","adminAssigneeId":null,
			"customAttributes":{"507f1f77bcf86cd799439021":10},"markAsRead":{"allAdmins":true,"contactIds":["507f1f77bcf86cd799439011"]},
			"actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     conversationJSON,
		notFound: "conversation_not_found",
	},
	"Conversations.Delete": {
		args: args{conversationID}, invalid: args{badArgument},
		official: "support.conversations.delete",
		request:  "DELETE /v2/conversations/12345",
		body:     `{"id":"12345","object":"conversation","deleted":true}`,
		notFound: "conversation_not_found",
	},
	"Conversations.Reply": {
		args: args{conversationID, featurebase.ConversationReplyParams{
			Type: featurebase.ConversationSenderTypeContact, UserID: "u1", MessageType: featurebase.ConversationMessageTypeReply, BodyMarkdown: "Hi", SkipNotifications: true,
		}},
		invalid: args{conversationID, featurebase.ConversationReplyParams{
			Type: featurebase.ConversationSenderTypeContact, UserID: badArgument, MessageType: featurebase.ConversationMessageTypeReply, BodyMarkdown: "Hi",
		}},
		official: "support.conversations.reply",
		request:  "POST /v2/conversations/12345/reply",
		sends:    `{"type":"contact","userId":"u1","messageType":"reply","bodyMarkdown":"Hi","skipNotifications":true}`,
		status:   201,
		body:     partJSON,
		notFound: "conversation_not_found",
		once:     true,
	},
	"Conversations.Redact": {
		args:     args{featurebase.ConversationRedactParams{ConversationID: conversationID, ConversationPartID: "99", ActingAdminID: boardID}},
		invalid:  args{featurebase.ConversationRedactParams{ConversationID: badArgument, ConversationPartID: badArgument}},
		official: "support.conversations.redact",
		request:  "POST /v2/conversations/redact",
		sends:    `{"type":"conversation_part","conversationId":"12345","conversationPartId":"99","actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     conversationJSON,
		notFound: "conversation_not_found conversation_part_not_found",
	},
	"Conversations.AttachTag": {
		args:     args{conversationID, featurebase.ConversationTagAttachParams{TagID: contactID, ActingAdminID: boardID}},
		invalid:  args{conversationID, featurebase.ConversationTagAttachParams{TagID: badArgument, ActingAdminID: boardID}},
		official: "support.conversations.attachTag",
		request:  "POST /v2/conversations/12345/tags",
		sends:    `{"tagId":"507f1f77bcf86cd799439011","actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     attachedTagJSON,
		notFound: "conversation_not_found",
		once:     true,
	},
	"Conversations.DetachTag": {
		args: args{conversationID, contactID, featurebase.ConversationTagDetachParams{ActingAdminID: boardID}}, invalid: args{conversationID, badArgument, featurebase.ConversationTagDetachParams{ActingAdminID: boardID}},
		official: "support.conversations.detachTag",
		request:  "DELETE /v2/conversations/12345/tags/" + contactID,
		sends:    `{"actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     attachedTagJSON,
		notFound: "conversation_not_found tag_not_found",
	},
	"Conversations.AddParticipant": {
		args: args{conversationID, featurebase.ConversationParticipantAddParams{
			Participant: featurebase.ConversationParticipantParams{ID: boardID}, ActingAdminID: contactID,
		}},
		invalid:  args{conversationID, featurebase.ConversationParticipantAddParams{Participant: featurebase.ConversationParticipantParams{UserID: badArgument}}},
		official: "support.conversations.participants.add",
		request:  "POST /v2/conversations/12345/participants",
		sends:    `{"participant":{"id":"507f1f77bcf86cd799439021"},"actingAdminId":"507f1f77bcf86cd799439011"}`,
		body:     conversationJSON,
		notFound: "conversation_not_found",
		once:     true,
	},
	"Conversations.RemoveParticipant": {
		args:     args{conversationID, featurebase.ConversationParticipantRemoveParams{ID: contactID}},
		invalid:  args{conversationID, featurebase.ConversationParticipantRemoveParams{ID: badArgument}},
		official: "support.conversations.participants.remove",
		request:  "DELETE /v2/conversations/12345/participants",
		sends:    `{"id":"507f1f77bcf86cd799439011"}`,
		body:     conversationJSON,
		notFound: "conversation_not_found participant_not_found",
	},
})

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
	contact := featurebase.ConversationSender{Type: featurebase.ConversationSenderTypeContact, ID: contactID}
	admin := featurebase.ConversationSender{Type: featurebase.ConversationSenderTypeAdmin, ID: boardID}
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
			"snoozed without end", updateConversation(conversationID, featurebase.ConversationUpdateParams{State: featurebase.ConversationStateSnoozed}),
			"featurebase: invalid SnoozedUntil: it is required with ConversationStateSnoozed; nothing was sent",
		},
		{
			"snoozed until null",
			updateConversation(conversationID, featurebase.ConversationUpdateParams{State: featurebase.ConversationStateSnoozed, SnoozedUntil: featurebase.Null[time.Time]()}),
			"featurebase: invalid SnoozedUntil: it is required with ConversationStateSnoozed; nothing was sent",
		},
		{"closed", updateConversation(conversationID, featurebase.ConversationUpdateParams{State: featurebase.ConversationStateClosed}), ""},
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
			"featurebase: invalid MessageType: contacts can't write notes; want ConversationMessageTypeReply; nothing was sent",
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
		From: featurebase.ConversationSender{Type: featurebase.ConversationSenderTypeContact, ID: ada.ID}, BodyMarkdown: "Hi",
	})
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	require.Len(t, srv.Conversations(), 1)

	srv.FailNext(fault{Apply: true, Status: 502})
	_, err = client.Conversations.Reply(t.Context(), srv.Conversations()[0].ID, featurebase.ConversationReplyParams{
		Type: featurebase.ConversationSenderTypeContact, ID: ada.ID, MessageType: featurebase.ConversationMessageTypeReply, BodyMarkdown: "Hello?",
	})
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Len(t, srv.Conversations()[0].Parts, 1)
	assert.Len(t, srv.Requests(), 2)
}

// Some servers and transports drop the body of a DELETE.
func TestConversations_sendTheBodiesOfDeletes(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "billing"})
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

func listConversations(params featurebase.ConversationListParams) doFunc {
	return method("Conversations.List", params)
}

func searchConversations(params featurebase.ConversationSearchParams) doFunc {
	return method("Conversations.Search", params)
}

func createConversation(params featurebase.ConversationCreateParams) doFunc {
	return method("Conversations.Create", params)
}

func getConversation(id string, params featurebase.ConversationGetParams) doFunc {
	return method("Conversations.Get", id, params)
}

func updateConversation(id string, params featurebase.ConversationUpdateParams) doFunc {
	return method("Conversations.Update", id, params)
}

func deleteConversation(id string) doFunc { return method("Conversations.Delete", id) }

func replyToConversation(params featurebase.ConversationReplyParams) doFunc {
	return method("Conversations.Reply", conversationID, params)
}

func redactConversation(params featurebase.ConversationRedactParams) doFunc {
	return method("Conversations.Redact", params)
}

func attachTag(params featurebase.ConversationTagAttachParams) doFunc {
	return method("Conversations.AttachTag", conversationID, params)
}

func addParticipant(params featurebase.ConversationParticipantAddParams) doFunc {
	return method("Conversations.AddParticipant", conversationID, params)
}

func removeParticipant(params featurebase.ConversationParticipantRemoveParams) doFunc {
	return method("Conversations.RemoveParticipant", conversationID, params)
}
