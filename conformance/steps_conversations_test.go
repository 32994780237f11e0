package conformance_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "Conversations", official: "support.conversations.",
	add:   addConversations,
	needs: []string{"Contacts", "ConversationTags"},
	steps: func(t *testing.T) []step {
		return slices.Concat(readingConversations(t), searchingConversations(t), conversing())
	},
	after: []string{"Companies"},
})

// The conversations that each server has at first; see newServer.
const (
	pricing        = "101" // of ada, with everything
	outage         = "102" // of bob
	shipping       = "103" // of ada and fay
	noConversation = "999"

	brand = "64e000000000000000000001"
	team  = "64e000000000000000000002"
)

var conversed = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

func addConversations(t *testing.T, srv *featurebasetest.Server) {
	t.Helper()
	type (
		people = []featurebase.ConversationParticipant
		part   = featurebase.ConversationPart
		tags   = []featurebase.ConversationTag
	)
	yes, score, later := true, 4.0, conversed.Add(time.Hour)
	adas := featurebase.ConversationParticipant{ID: ada, Type: featurebase.UserTypeCustomer}
	fays := featurebase.ConversationParticipant{ID: fay, Type: featurebase.UserTypeCustomer}
	asAda := &featurebase.ConversationAuthor{ID: ada, Type: featurebase.UserTypeCustomer, Name: "Ada Lovelace", Email: "ada@example.com", ProfilePicture: "https://example.com/ada.png"}
	asAdmin := &featurebase.ConversationActor{Type: featurebase.ConversationActorTypeAdmin, ID: admin, Name: "Bea"}
	slack := &featurebase.SlackMessage{TeamID: "t", ChannelID: "c", MessageTS: "1", ThreadTS: "2"}
	tag := featurebase.ConversationTag{ID: billing, Name: "billing"}
	workflow := &featurebase.ConversationCSATWorkflow{WorkflowID: "w", WorkflowRunID: "x", WorkflowStepID: "y", WorkflowActionID: "z"}
	rating := featurebase.ConversationCSAT{
		RequestID: "r1", RequestSource: "workflow", Status: featurebase.ConversationCSATStatusRated, Channel: featurebase.MessageChannelEmail, IsLatestEffective: &yes,
		Score: &score, Remark: "Good", RatedAgent: &featurebase.ConversationCSATAgent{ID: admin, Type: "teammate"}, Workflow: workflow,
		EmailDelivery: &featurebase.ConversationCSATDelivery{Status: "sent", MessageID: "m", SentAt: later},
		SlackDelivery: &featurebase.ConversationCSATDelivery{Status: "failed", TeamID: "t", ChannelID: "c", FailureReason: "no", FailedAt: later},
		RequestedAt:   conversed, RatedAt: later, LastUpdatedAt: later,
	}
	parts := []part{
		{ID: "1", BodyMarkdown: "What does it cost?", Author: asAda, Channel: featurebase.MessageChannelSlack, Slack: slack, Redacted: new(bool),
			TagApplications: []featurebase.ConversationTagApplication{{TagID: billing, Tag: &tag, AppliedBy: asAdmin, AppliedAt: conversed, RemovedBy: asAdmin, RemovedAt: later}}},
		{ID: "2", PartType: featurebase.ConversationPartTypeAdminNote, BodyMarkdown: "A <note>", Author: &featurebase.ConversationAuthor{ID: admin, Type: featurebase.UserTypeAdmin}},
		{ID: "3", PartType: featurebase.ConversationPartTypeQuickReplyOptions, ReplyOptions: []featurebase.ConversationReplyOption{{ID: "o", Text: "Yes"}}},
		{ID: "4", PartType: featurebase.ConversationPartTypeQuickReplyResponse, BodyMarkdown: "Yes", SelectedOptionID: "o"},
		{ID: "5", PartType: featurebase.ConversationPartTypeRatingSubmitted, CSAT: &rating},
		{ID: "6", PartType: featurebase.ConversationPartTypeAttributePrompt, Form: &featurebase.ConversationAttributeForm{ID: "f",
			Attributes: []featurebase.ConversationAttributeFormField{{Identifier: "priority", Name: "Priority", Type: "select"}}}},
		{ID: "7", PartType: featurebase.ConversationPartTypeAssignment, AdminAssigneeID: admin, AdminAssignerID: admin, TeamAssigneeID: team},
		{ID: "8", PartType: featurebase.ConversationPartTypeStatus, Status: featurebase.ConversationStateSnoozed, SnoozedUntil: later},
		{ID: "9", PartType: featurebase.ConversationPartTypeTags, Action: featurebase.ConversationTagActionAdded, Actor: asAdmin, TagID: billing, TagName: "billing", TargetPartID: "1", OccurredAt: later},
		{ID: "10", PartType: featurebase.ConversationPartTypeWorkflowWait, WorkflowWait: &featurebase.ConversationWorkflowWait{EventType: "interrupted", WorkflowID: "w",
			WorkflowName: "n", WaitLabel: "l", InterruptedByUserType: featurebase.UserTypeCustomer, OccurredAt: later}},
		{ID: "11", PartType: featurebase.ConversationPartTypePriority, IsPriority: new(bool)},
		{ID: "12", PartType: featurebase.ConversationPartTypeParticipantAdded, Participant: &fays},
		{ID: "13", PartType: featurebase.ConversationPartTypeBotMessage, BodyMarkdown: "A person will help",
			Extra: map[string]json.RawMessage{"sources": json.RawMessage(`[{"title":"Help","url":"https://example.com/"}]`)}},
		{ID: "14", PartType: "hologram", Extra: map[string]json.RawMessage{"beam": json.RawMessage(`{"to":[1,null]}`)}},
	}
	for i := range parts {
		parts[i].CreatedAt, parts[i].UpdatedAt = conversed.Add(time.Duration(i)*time.Minute), conversed.Add(time.Duration(i)*time.Minute)
	}
	srv.AddConversation(featurebase.Conversation{
		ID: pricing, Title: "Pricing & <plans>", State: featurebase.ConversationStateOpen, Priority: true, BrandID: brand, Participants: people{adas},
		AdminAssigneeID: admin, TeamAssigneeID: team, Tags: tags{tag}, Parts: parts,
		Source: &featurebase.MessageSource{Author: &adas, BodyHTML: "<p>What does it cost?</p>", BodyMarkdown: "What does it cost?", Channel: featurebase.MessageChannelSlack,
			DeliveredAs: featurebase.MessageDeliveryCustomerInitiated, Subject: "Costs", URL: "https://example.com/", Slack: slack},
		ReadReceipts:          []featurebase.ConversationReadReceipt{{ID: ada, UserType: featurebase.UserTypeCustomer, LastReadPartID: "13"}},
		CustomAttributes:      object{priority: "High", oldAttr: array{"a", 1, nil}, noAttribute: nil},
		AwaitingCustomerReply: new(bool), DisableCustomerReply: &yes, UserPreferredLanguage: "de", HasAdminOverriddenLanguage: true, BotConversationState: featurebase.BotConversationStateHandedOffToHuman,
		CSATSummary: &rating, CSATHistory: []featurebase.ConversationCSAT{rating}, CSATDebug: &rating,
		PrioritySetAt: conversed, WaitingSince: conversed, BotConversationStateLastUpdatedAt: conversed, LastActivityAt: later, CreatedAt: conversed, UpdatedAt: later,
		Extra: map[string]json.RawMessage{"mood": json.RawMessage(`{"a":[1,null]}`)},
	})
	srv.AddConversation(featurebase.Conversation{
		ID: outage, State: featurebase.ConversationStateSnoozed, UserPreferredLanguage: "en", Participants: people{{ID: bob, Type: featurebase.UserTypeLead}}, Tags: tags{},
		Parts:        []part{{ID: "1", BodyMarkdown: "It is down", CreatedAt: later, UpdatedAt: later}},
		SnoozedUntil: conversed.AddDate(1, 0, 0), LastActivityAt: later.Add(time.Hour), CreatedAt: later, UpdatedAt: later,
	})
	srv.AddConversation(featurebase.Conversation{
		ID: shipping, Title: "Shipping", State: featurebase.ConversationStateClosed, UserPreferredLanguage: "en", Participants: people{adas, fays}, Tags: tags{tag, {ID: spam, Name: "spam & more <é>"}},
		Parts: []part{
			{ID: "1", BodyMarkdown: "What does shipping cost?", CreatedAt: later, UpdatedAt: later},
			{ID: "2", PartType: featurebase.ConversationPartTypeAdminMessage, BodyMarkdown: "Nothing", CreatedAt: later, UpdatedAt: later},
		},
		LastActivityAt: later.Add(2 * time.Hour), CreatedAt: later.Add(time.Minute), UpdatedAt: later,
	})
}

func readingConversations(t *testing.T) []step {
	t.Helper()
	type (
		params = featurebase.ConversationListParams
		get    = featurebase.ConversationGetParams
	)
	const list, retrieve, attributes = "support.conversations.list", "support.conversations.retrieve", "customAttributeDefinitions"
	include := []featurebase.ConversationInclude{featurebase.ConversationIncludeAttributes}
	page, err := newServer(t).Client().Conversations.List(t.Context(), params{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	lists := func(name, want string, query object, params params) step {
		return step{name: "conversations: " + name, official: official(list, query), ours: ours("Conversations.List", params), want: want}
	}
	gets := func(name, id, want string) step {
		return step{name: name, official: official(retrieve, id), ours: ours("Conversations.Get", id, get{}), want: want}
	}
	return []step{
		{name: "conversations", official: official(list), ours: ours("Conversations.List", params{}), want: ok},
		lists("the second page", ok, object{"limit": 1, "cursor": page.NextCursor}, params{Limit: 1, Cursor: page.NextCursor}),
		{name: "conversations: all pages", official: officialAll(list, object{"limit": 1}), ours: ours("Conversations.ListAll", params{Limit: 1}), want: ok},
		lists("with a tag", ok, object{"tagIds": billing}, params{TagIDs: []string{billing}}),
		lists("with two tags", ok, object{"tagIds": array{billing, spam}}, params{TagIDs: []string{billing, spam}}),
		lists("with a tag that is none", ok, object{"tagIds": noTag}, params{TagIDs: []string{noTag}}),
		lists("with values of attributes", ok, object{"include": array{attributes}}, params{Include: include}),
		lists("with what can't be included", invalid, object{"include": "everything"}, params{Include: []featurebase.ConversationInclude{"everything"}}),
		lists("a cursor that is none", "400 invalid_cursor", object{"cursor": "x"}, params{Cursor: "x"}),
		{name: "conversations: a page that is too large", official: official(list, object{"limit": 101}), ours: ours("Conversations.List", params{Limit: 101}), differs: &difference{refuses,
			invalid + "\nGET /v2/conversations?limit=101", "not sent: invalid Limit"}},

		gets("a conversation", pricing, ok),
		gets("a conversation with little", outage, ok),
		{name: "a conversation with values of attributes", official: official(retrieve, pricing, object{"include": attributes}), ours: ours("Conversations.Get", pricing, get{Include: include}), want: ok},
		{name: "a conversation with what can't be included", official: official(retrieve, pricing, object{"include": array{"everything"}}),
			ours: ours("Conversations.Get", pricing, get{Include: []featurebase.ConversationInclude{"everything"}}), want: invalid},
		gets("no such conversation", noConversation, noSuchConversation),
		{name: "a conversation by its title", official: official(retrieve, "Shipping!"), ours: ours("Conversations.Get", "Shipping!", get{}), differs: &difference{refusesIDs,
			invalid + "\nGET /v2/conversations/Shipping!", idNotSent}},
		{name: "a conversation with an empty ID", official: official(retrieve, ""), ours: ours("Conversations.Get", "", get{}), differs: &difference{refusesEmpty,
			"404\nGET /v2/conversations/", idNotSent}},
	}
}

const noSuchConversation = "404 conversation_not_found"

func searchingConversations(t *testing.T) []step {
	t.Helper()
	type (
		params  = featurebase.ConversationSearchParams
		filter  = featurebase.Filter[featurebase.Conversation]
		filters = featurebase.Filters[featurebase.Conversation]
	)
	const search, open, closed = "support.conversations.search", featurebase.ConversationStateOpen, featurebase.ConversationStateClosed
	byActivity := featurebase.ConversationSortLastActivityAtAsc
	page, err := newServer(t).Client().Conversations.Search(t.Context(), params{Sort: byActivity, Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	searches := func(name, want string, body object, params params) step {
		return step{name: "search conversations: " + name, official: official(search, body), ours: ours("Conversations.Search", params), want: want}
	}
	var steps []step
	for _, c := range []struct {
		clause object
		filter filter
	}{
		{clause("state", "=", "open"), featurebase.ConversationFieldState.Is(open)},
		{clause("state", "!=", "open"), featurebase.ConversationFieldState.IsNot(open)},
		{clause("state", "IN", array{"open", "closed"}), featurebase.ConversationFieldState.OneOf(open, closed)},
		{clause("state", "NIN", array{"open"}), featurebase.ConversationFieldState.NoneOf(open)},
		{clause("priority", "=", true), featurebase.ConversationFieldPriority.Is(true)},
		{clause("adminAssigneeId", "=", admin), featurebase.ConversationFieldAdminAssigneeID.Is(admin)},
		{clause("adminAssigneeId", "=", nil), featurebase.ConversationFieldAdminAssigneeID.IsNull()},
		{clause("teamAssigneeId", "IN", array{team}), featurebase.ConversationFieldTeamAssigneeID.OneOf(team)},
		{clause("brandId", "=", brand), featurebase.ConversationFieldBrandID.Is(brand)},
		{clause("tagIds", "IN", array{spam}), featurebase.ConversationFieldTagID.OneOf(spam)},
		{clause("participantId", "=", fay), featurebase.ConversationFieldParticipantID.Is(fay)},
		{clause("companyId", "=", acme), featurebase.ConversationFieldCompanyID.Is(acme)},
		{clause("mentionedAdminIds", "=", admin), featurebase.ConversationFieldMentionedAdminID.Is(admin)},
		{clause("customAttributes."+priority, "=", "High"), featurebase.ConversationFieldCustomAttribute(priority).Is("High")},
		{clause("createdAt", ">", conversed.Unix()), featurebase.ConversationFieldCreatedAt.After(conversed)},
		{clause("createdAt", "=", conversed.Unix()), featurebase.ConversationFieldCreatedAt.Is(conversed)},
	} {
		steps = append(steps, searches(text(c.clause), ok, object{"query": c.clause}, params{Filters: filters{c.filter}}))
	}
	isOpen, notBilling := clause("state", "=", "open"), clause("tagIds", "NIN", array{billing})
	oursOpen, oursNotBilling := featurebase.ConversationFieldState.Is(open), featurebase.ConversationFieldTagID.NoneOf(billing)
	return append(steps,
		searches("everything", ok, object{}, params{}),
		searches("a word", ok, object{"search": "cost"}, params{Text: "cost"}),
		searches("a word that nobody wrote", ok, object{"search": "tariff"}, params{Text: "tariff"}),
		searches("a word and a filter", ok, object{"search": "cost", "query": isOpen}, params{Text: "cost", Filters: filters{oursOpen}}),
		searches("two filters", ok, object{"query": and(isOpen, clause("tagIds", "!=", spam))},
			params{Filters: filters{oursOpen, featurebase.ConversationFieldTagID.IsNot(spam)}}),
		searches("what is not, alone", "400 query_too_broad", object{"query": notBilling}, params{Filters: filters{oursNotBilling}}),
		searches("with values of attributes", ok, object{"include": array{"customAttributeDefinitions"}, "sort": byActivity},
			params{Include: []featurebase.ConversationInclude{featurebase.ConversationIncludeAttributes}, Sort: byActivity}),
		searches("the second page", ok, object{"sort": byActivity, "limit": 1, "cursor": page.NextCursor}, params{Sort: byActivity, Limit: 1, Cursor: page.NextCursor}),
		searches("another sort midway", "400 invalid_cursor", object{"sort": "lastActivityAt:desc", "cursor": page.NextCursor},
			params{Sort: featurebase.ConversationSortLastActivityAtDesc, Cursor: page.NextCursor}),
		searches("an unknown sort", invalid, object{"sort": "title:asc"}, params{Sort: "title:asc"}),
		step{name: "search conversations: all pages", official: officialAll(search, object{"sort": byActivity, "limit": 1}),
			ours: ours("Conversations.SearchAll", params{Sort: byActivity, Limit: 1}), want: ok},
	)
}

func conversing() []step {
	type (
		params     = featurebase.ConversationCreateParams
		sender     = featurebase.ConversationSender
		recipients = featurebase.ConversationRecipients
		to         = featurebase.ConversationRecipientList
		update     = featurebase.ConversationUpdateParams
		read       = featurebase.ConversationMarkAsRead
		reply      = featurebase.ConversationReplyParams
		redact     = featurebase.ConversationRedactParams
		attach     = featurebase.ConversationTagAttachParams
		detach     = featurebase.ConversationTagDetachParams
		add        = featurebase.ConversationParticipantAddParams
		contact    = featurebase.ConversationParticipantParams
		remove     = featurebase.ConversationParticipantRemoveParams
	)
	const (
		service     = "support.conversations."
		fromContact = featurebase.ConversationSenderTypeContact
		fromAdmin   = featurebase.ConversationSenderTypeAdmin
		aReply      = featurebase.ConversationMessageTypeReply
		note        = featurebase.ConversationMessageTypeNote
		sent        = "/v2/conversations/" + pricing
	)
	until := conversed.AddDate(2, 0, 0)
	creates := func(name, want string, body object, p params) step {
		return step{name: "begin a conversation: " + name, official: official(service+"create", body), ours: ours("Conversations.Create", p), want: want}
	}
	updates := func(name, id, want string, body object, p update) step {
		return step{name: "change a conversation: " + name, official: official(service+"update", id, body), ours: ours("Conversations.Update", id, p), want: want}
	}
	replies := func(name, id, want string, body object, p reply) step {
		return step{name: "reply: " + name, official: official(service+"reply", id, body), ours: ours("Conversations.Reply", id, p), want: want}
	}
	redacts := func(name, id, partID, want string) step {
		return step{name: "redact " + name, official: official(service+"redact", object{"type": "conversation_part", "conversationId": id, "conversationPartId": partID}),
			ours: ours("Conversations.Redact", redact{ConversationID: id, ConversationPartID: partID}), want: want}
	}
	attaches := func(name, id, tagID, want string) step {
		return step{name: "attach " + name, official: official(service+"attachTag", id, object{"tagId": tagID, "actingAdminId": admin}),
			ours: ours("Conversations.AttachTag", id, attach{TagID: tagID, ActingAdminID: admin}), want: want}
	}
	detaches := func(name, id, tagID, want string) step {
		return step{name: "detach " + name, official: official(service+"detachTag", tagID, object{"id": id, "actingAdminId": admin}),
			ours: ours("Conversations.DetachTag", id, tagID, detach{ActingAdminID: admin}), want: want}
	}
	adds := func(name, id, want string, who object, p contact) step {
		return step{name: "add a participant: " + name, official: official(service+"participants.add", id, object{"participant": who}),
			ours: ours("Conversations.AddParticipant", id, add{Participant: p}), want: want}
	}
	removes := func(name, id, contactID, want string) step {
		return step{name: "remove a participant: " + name, official: official(service+"participants.remove", id, object{"id": contactID}),
			ours: ours("Conversations.RemoveParticipant", id, remove{ID: contactID}), want: want}
	}
	differs := func(name, method string, args array, own oursCall, why, theirs, outcome string) step {
		return step{name: name, official: official(service+method, args...), ours: own, differs: &difference{why, theirs, outcome}}
	}
	unaddressed := object{"bodyMarkdown": "Hi", "from": object{"id": admin, "type": "admin"}}
	noText := object{"bodyMarkdown": "", "from": object{"id": ada, "type": "contact"}}
	contactsNote := object{"bodyMarkdown": "Hi", "id": ada, "messageType": "note", "type": "contact"}
	unnamed := object{"bodyMarkdown": "Hi", "messageType": "reply", "type": "contact"}
	return []step{
		creates("a contact", ok, object{"from": object{"type": "contact", "id": ada}, "bodyMarkdown": "Hello & <b>welcome</b>"},
			params{From: sender{Type: fromContact, ID: ada}, BodyMarkdown: "Hello & <b>welcome</b>"}),
		creates("a lead, long ago", ok, object{"from": object{"type": "contact", "id": bob}, "bodyMarkdown": "Hi", "channel": "desktop", "createdAt": conversed},
			params{From: sender{Type: fromContact, ID: bob}, BodyMarkdown: "Hi", Channel: featurebase.MessageChannelDesktop, CreatedAt: featurebase.Value(conversed)}),
		creates("no time", ok, object{"from": object{"type": "contact", "id": fay}, "bodyMarkdown": "Hi", "createdAt": nil},
			params{From: sender{Type: fromContact, ID: fay}, BodyMarkdown: "Hi", CreatedAt: featurebase.Null[time.Time]()}),
		creates("an admin, by email", ok, object{"from": object{"type": "admin", "id": admin}, "bodyMarkdown": "News", "channel": "email", "subject": "New",
			"recipients": object{"to": object{"ids": array{ada, bob}}, "cc": object{"emails": array{"fay@example.com"}}, "bcc": object{"ids": array{eve}}}},
			params{From: sender{Type: fromAdmin, ID: admin}, BodyMarkdown: "News", Channel: featurebase.MessageChannelEmail, Subject: "New",
				Recipients: &recipients{To: to{IDs: []string{ada, bob}}, CC: &to{Emails: []string{"fay@example.com"}}, BCC: &to{IDs: []string{eve}}}}),
		creates("nobody", notFound, object{"from": object{"type": "contact", "id": nobody}, "bodyMarkdown": "Boo"}, params{From: sender{Type: fromContact, ID: nobody}, BodyMarkdown: "Boo"}),
		creates("an unknown type", invalid, object{"from": object{"type": "ghost", "id": ada}, "bodyMarkdown": "Boo"}, params{From: sender{Type: "ghost", ID: ada}, BodyMarkdown: "Boo"}),
		differs("begin a conversation: an admin with nobody", "create", array{unaddressed}, ours("Conversations.Create", params{From: sender{Type: fromAdmin, ID: admin}, BodyMarkdown: "Hi"}),
			refuses, invalid+"\nPOST /v2/conversations "+text(unaddressed), "not sent: invalid Recipients").saying("400 business_validation_error"),
		differs("begin a conversation: without a text", "create", array{noText}, ours("Conversations.Create", params{From: sender{Type: fromContact, ID: ada}}),
			refuses, invalid+"\nPOST /v2/conversations "+text(noText), "not sent: invalid BodyMarkdown"),

		updates("everything", pricing, ok, object{"title": "Prices", "state": "snoozed", "snoozedUntil": until, "adminAssigneeId": brand, "teamAssigneeId": admin,
			"customAttributes": object{priority: "Low", oldAttr: nil}, "markAsRead": object{"adminIds": array{admin}, "contactIds": array{ada}}, "actingAdminId": admin},
			update{Title: featurebase.Value("Prices"), State: featurebase.ConversationStateSnoozed, SnoozedUntil: featurebase.Value(until), AdminAssigneeID: featurebase.Value(brand),
				TeamAssigneeID: featurebase.Value(admin), CustomAttributes: object{priority: "Low", oldAttr: nil}, MarkAsRead: &read{AdminIDs: []string{admin}, ContactIDs: []string{ada}},
				ActingAdminID: admin}),
		updates("null", pricing, ok, object{"adminAssigneeId": nil, "teamAssigneeId": nil, "snoozedUntil": nil, "state": "open"},
			update{AdminAssigneeID: featurebase.Null[string](), TeamAssigneeID: featurebase.Null[string](), SnoozedUntil: featurebase.Null[time.Time](), State: featurebase.ConversationStateOpen}),
		updates("all have read it", pricing, ok, object{"markAsRead": object{"allAdmins": true, "allContacts": true}}, update{MarkAsRead: &read{AllAdmins: true, AllContacts: true}}),
		updates("nothing", pricing, ok, object{}, update{}),
		updates("an unknown state", pricing, invalid, object{"state": "lost"}, update{State: "lost"}),
		updates("none", noConversation, noSuchConversation, object{"title": "x"}, update{Title: featurebase.Value("x")}),
		differs("change a conversation: snoozed for ever", "update", array{pricing, object{"state": "snoozed"}}, ours("Conversations.Update", pricing, update{State: featurebase.ConversationStateSnoozed}),
			refuses, against+"\nPATCH "+sent+` {"state":"snoozed"}`, "not sent: invalid SnoozedUntil"),
		differs("change a conversation: an empty ID", "update", array{"", object{"title": "x"}}, ours("Conversations.Update", "", update{Title: featurebase.Value("x")}),
			refusesEmpty, "404\nPATCH /v2/conversations/ "+`{"title":"x"}`, idNotSent),

		replies("a contact", pricing, ok, object{"type": "contact", "id": ada, "messageType": "reply", "bodyMarkdown": "Thanks <3"},
			reply{Type: fromContact, ID: ada, MessageType: aReply, BodyMarkdown: "Thanks <3"}),
		replies("a contact by user ID", pricing, ok, object{"type": "contact", "userId": "u3", "messageType": "reply", "bodyMarkdown": "Hi"},
			reply{Type: fromContact, UserID: "u3", MessageType: aReply, BodyMarkdown: "Hi"}),
		replies("an admin", pricing, ok, object{"type": "admin", "id": admin, "messageType": "reply", "bodyMarkdown": "You're welcome", "skipNotifications": true},
			reply{Type: fromAdmin, ID: admin, MessageType: aReply, BodyMarkdown: "You're welcome", SkipNotifications: true}),
		replies("a note", pricing, ok, object{"type": "admin", "id": admin, "messageType": "note", "bodyMarkdown": "Done"}, reply{Type: fromAdmin, ID: admin, MessageType: note, BodyMarkdown: "Done"}),
		replies("nobody", pricing, notFound, object{"type": "contact", "id": nobody, "messageType": "reply", "bodyMarkdown": "Boo"},
			reply{Type: fromContact, ID: nobody, MessageType: aReply, BodyMarkdown: "Boo"}),
		replies("to no conversation", noConversation, noSuchConversation, object{"type": "admin", "id": admin, "messageType": "reply", "bodyMarkdown": "Hi"},
			reply{Type: fromAdmin, ID: admin, MessageType: aReply, BodyMarkdown: "Hi"}),
		differs("reply: a contact's note", "reply", array{pricing, contactsNote}, ours("Conversations.Reply", pricing, reply{Type: fromContact, ID: ada, MessageType: note, BodyMarkdown: "Hi"}),
			refuses, invalid+"\nPOST "+sent+"/reply "+text(contactsNote), "not sent: invalid MessageType"),
		differs("reply: a contact without a name", "reply", array{pricing, unnamed}, ours("Conversations.Reply", pricing, reply{Type: fromContact, MessageType: aReply, BodyMarkdown: "Hi"}),
			refuses, invalid+"\nPOST "+sent+"/reply "+text(unnamed), "not sent: invalid ID").saying("400 missing_parameter"),

		redacts("a message", pricing, "1", ok),
		redacts("it again", pricing, "1", ok),
		{name: "redact as an admin", official: official(service+"redact", object{"type": "conversation_part", "conversationId": shipping, "conversationPartId": "1", "actingAdminId": admin}),
			ours: ours("Conversations.Redact", redact{ConversationID: shipping, ConversationPartID: "1", ActingAdminID: admin}), want: ok},
		redacts("a note", pricing, "2", "400 invalid_request"),
		redacts("no message", pricing, "999", "404 conversation_part_not_found"),
		redacts("a message of no conversation", noConversation, "1", noSuchConversation),

		attaches("a tag", outage, billing, ok),
		attaches("the tag again", outage, billing, ok),
		attaches("another tag", outage, spam, ok),
		attaches("no tag", outage, noTag, missing),
		attaches("a tag to no conversation", noConversation, billing, noSuchConversation),
		differs("attach a tag by name", "attachTag", array{pricing, object{"actingAdminId": admin, "tagId": "billing"}},
			ours("Conversations.AttachTag", pricing, attach{TagID: "billing", ActingAdminID: admin}), refusesIDs,
			against+"\nPOST "+sent+"/tags "+text(object{"actingAdminId": admin, "tagId": "billing"}), idNotSent),
		detaches("a tag", pricing, billing, ok),
		detaches("the tag again", pricing, billing, missing),
		detaches("a tag of no conversation", noConversation, billing, noSuchConversation),
		differs("detach an empty tag", "detachTag", array{"", object{"actingAdminId": admin, "id": pricing}}, ours("Conversations.DetachTag", pricing, "", detach{ActingAdminID: admin}),
			refusesEmpty, "404\nDELETE "+sent+"/tags/ "+text(object{"actingAdminId": admin}), idNotSent),

		adds("a contact", pricing, ok, object{"id": eve}, contact{ID: eve}),
		adds("a lead", pricing, ok, object{"id": bob}, contact{ID: bob}),
		adds("the lead again", pricing, ok, object{"id": bob}, contact{ID: bob}),
		adds("by user ID", pricing, ok, object{"userId": "u3"}, contact{UserID: "u3"}),
		adds("by email", outage, ok, object{"email": "fay@example.com"}, contact{Email: "fay@example.com"}),
		{name: "add a participant as an admin", official: official(service+"participants.add", outage, object{"participant": object{"id": ada}, "actingAdminId": admin}),
			ours: ours("Conversations.AddParticipant", outage, add{Participant: contact{ID: ada}, ActingAdminID: admin}), want: ok},
		adds("nobody", pricing, notFound, object{"id": nobody}, contact{ID: nobody}),
		adds("to no conversation", noConversation, noSuchConversation, object{"id": ada}, contact{ID: ada}),
		differs("add a participant: without a name", "participants.add", array{pricing, object{"participant": object{}}}, ours("Conversations.AddParticipant", pricing, add{}),
			refuses, against+"\nPOST "+sent+`/participants {"participant":{}}`, "not sent: invalid Participant"),
		removes("a contact", pricing, eve, ok),
		removes("the contact again", pricing, eve, "404 participant_not_found"),
		{name: "remove a participant as an admin", official: official(service+"participants.remove", pricing, object{"id": bob, "actingAdminId": admin}),
			ours: ours("Conversations.RemoveParticipant", pricing, remove{ID: bob, ActingAdminID: admin}), want: ok},
		removes("one of two", shipping, ada, ok),
		removes("the last", shipping, fay, "400 invalid_request"),
		removes("of no conversation", noConversation, ada, noSuchConversation),
		differs("remove a participant: an empty ID", "participants.remove", array{pricing, object{"id": ""}}, ours("Conversations.RemoveParticipant", pricing, remove{}),
			refuses, against+"\nDELETE "+sent+`/participants {"id":""}`, "not sent: invalid ID"),

		{name: "delete a conversation", official: official(service+"delete", shipping), ours: ours("Conversations.Delete", shipping), want: ok},
		{name: "delete the conversation again", official: official(service+"delete", shipping), ours: ours("Conversations.Delete", shipping), want: noSuchConversation},
		differs("delete a conversation by its title", "delete", array{"Prices?"}, ours("Conversations.Delete", "Prices?"), refusesIDs, invalid+"\nDELETE /v2/conversations/Prices%3F", idNotSent),
		differs("delete a conversation by an empty ID", "delete", array{""}, ours("Conversations.Delete", ""), refusesEmpty, "404\nDELETE /v2/conversations/", idNotSent),
		{name: "conversations that are left", official: official(service+"list", object{"limit": 100}), ours: ours("Conversations.List", featurebase.ConversationListParams{Limit: 100}), want: ok},
	}
}
