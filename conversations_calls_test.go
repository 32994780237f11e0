package featurebase_test

import (
	"context"
	"time"

	"github.com/featurebase-community/featurebase-go"
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

func listConversations(params featurebase.ConversationListParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.List(ctx, params, opts...)
	}
}

func searchConversations(params featurebase.ConversationSearchParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.Search(ctx, params, opts...)
	}
}

func createConversation(params featurebase.ConversationCreateParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.Create(ctx, params, opts...)
	}
}

func getConversation(id string, params featurebase.ConversationGetParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.Get(ctx, id, params, opts...)
	}
}

func updateConversation(id string, params featurebase.ConversationUpdateParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.Update(ctx, id, params, opts...)
	}
}

func deleteConversation(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.Delete(ctx, id, opts...)
	}
}

func replyToConversation(params featurebase.ConversationReplyParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.Reply(ctx, conversationID, params, opts...)
	}
}

func redactConversation(params featurebase.ConversationRedactParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.Redact(ctx, params, opts...)
	}
}

func attachTag(params featurebase.ConversationTagAttachParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.AttachTag(ctx, conversationID, params, opts...)
	}
}

func detachTag(tagID string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		params := featurebase.ConversationTagDetachParams{ActingAdminID: boardID}
		return c.Conversations.DetachTag(ctx, conversationID, tagID, params, opts...)
	}
}

func addParticipant(params featurebase.ConversationParticipantAddParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.AddParticipant(ctx, conversationID, params, opts...)
	}
}

func removeParticipant(params featurebase.ConversationParticipantRemoveParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Conversations.RemoveParticipant(ctx, conversationID, params, opts...)
	}
}

var includeAttributes = []featurebase.ConversationInclude{featurebase.ConversationIncludeAttributes}

var conversationCalls = map[string]apiCall{
	"Conversations.List": {
		do: listConversations(featurebase.ConversationListParams{
			TagIDs: []string{boardID, contactID}, Include: includeAttributes, Limit: 3, Cursor: "x",
		}),
		invalid:  listConversations(featurebase.ConversationListParams{TagIDs: []string{badArgument}}),
		official: "support.conversations.list",
		request: "GET /v2/conversations?cursor=x&include=customAttributeDefinitions&limit=3" +
			"&tagIds=507f1f77bcf86cd799439021%2C507f1f77bcf86cd799439011",
		body:  conversationListJSON,
		reads: true,
	},
	"Conversations.ListAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return results(c.Conversations.ListAll(ctx, featurebase.ConversationListParams{}, opts...))
		},
		official: "support.conversations.list",
		request:  "GET /v2/conversations?limit=100",
		body:     conversationListJSON,
		reads:    true,
	},
	"Conversations.Search": {
		do: searchConversations(featurebase.ConversationSearchParams{
			Filters: featurebase.Filters[featurebase.Conversation]{
				featurebase.ConversationFieldState.NoneOf(featurebase.ConversationClosed, featurebase.ConversationSnoozed),
				featurebase.ConversationFieldPriority.Is(true), featurebase.ConversationFieldAdminAssigneeID.IsNull(),
				featurebase.ConversationFieldParticipantID.Is(contactID), featurebase.ConversationFieldTagID.OneOf(boardID),
				featurebase.ConversationFieldCreatedAt.Is(time.Unix(1767225600, 0)), featurebase.ConversationFieldCreatedAt.After(time.Unix(1, 0)),
				featurebase.ConversationFieldCreatedAt.Before(time.Unix(2, 0)), featurebase.ConversationFieldCustomAttribute("plan").IsNot("Free"),
			},
			Text: "refund", Include: includeAttributes, Sort: featurebase.ConversationSortLastActivityAtAsc, Limit: 3, Cursor: "x",
		}),
		invalid:  searchConversations(featurebase.ConversationSearchParams{Text: badArgument, Limit: 101}),
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
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			page, err := results(c.Conversations.SearchAll(ctx, featurebase.ConversationSearchParams{Text: "refund"}, opts...))
			if err != nil {
				return nil, err
			}
			return &featurebase.SearchPage[featurebase.ConversationSearchResult]{Page: *page, TotalCount: ptr(1), TotalCountCapped: ptr(false)}, nil
		},
		official: "support.conversations.search",
		request:  "POST /v2/conversations/search",
		sends:    `{"search":"refund","limit":100}`,
		body:     conversationSearchJSON,
		reads:    true,
	},
	"Conversations.Create": {
		do: createConversation(featurebase.ConversationCreateParams{
			From: featurebase.ConversationSender{Type: featurebase.ConversationFromAdmin, ID: boardID}, BodyMarkdown: "Hi", Channel: featurebase.MessageChannelEmail,
			Subject: "Hi", CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()),
			Recipients: &featurebase.ConversationRecipients{
				To: featurebase.ConversationRecipientList{IDs: []string{contactID}}, CC: &featurebase.ConversationRecipientList{Emails: []string{"ada@example.com"}},
			},
		}),
		invalid: createConversation(featurebase.ConversationCreateParams{
			From: featurebase.ConversationSender{Type: featurebase.ConversationFromContact, ID: badArgument}, BodyMarkdown: "ada.lovelace",
		}),
		official: "support.conversations.create",
		request:  "POST /v2/conversations",
		sends: `{"from":{"type":"admin","id":"507f1f77bcf86cd799439021"},"bodyMarkdown":"Hi","channel":"email","subject":"Hi","createdAt":"2026-01-01T00:00:00Z",
			"recipients":{"to":{"ids":["507f1f77bcf86cd799439011"]},"cc":{"emails":["ada@example.com"]}}}`,
		status: 201,
		body:   conversationJSON,
		once:   true,
	},
	"Conversations.Get": {
		do:       getConversation(conversationID, featurebase.ConversationGetParams{Include: includeAttributes}),
		invalid:  getConversation(badArgument, featurebase.ConversationGetParams{}),
		official: "support.conversations.retrieve",
		request:  "GET /v2/conversations/12345?include=customAttributeDefinitions",
		body:     conversationJSON,
		notFound: "conversation_not_found",
		reads:    true,
	},
	"Conversations.Update": {
		do: updateConversation(conversationID, featurebase.ConversationUpdateParams{
			Title: featurebase.Value("Pricing"), State: featurebase.ConversationSnoozed, SnoozedUntil: featurebase.Value(time.Unix(1767225600, 0).UTC()),
			AdminAssigneeID: featurebase.Null[string](), CustomAttributes: map[string]any{boardID: 10},
			MarkAsRead: &featurebase.ConversationMarkAsRead{AllAdmins: true, ContactIDs: []string{contactID}}, ActingAdminID: boardID,
		}),
		invalid:  updateConversation(conversationID, featurebase.ConversationUpdateParams{TeamAssigneeID: featurebase.Value(badArgument)}),
		official: "support.conversations.update",
		request:  "PATCH /v2/conversations/12345",
		sends: `{"title":"Pricing","state":"snoozed","snoozedUntil":"2026-01-01T00:00:00Z","adminAssigneeId":null,
			"customAttributes":{"507f1f77bcf86cd799439021":10},"markAsRead":{"allAdmins":true,"contactIds":["507f1f77bcf86cd799439011"]},
			"actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     conversationJSON,
		notFound: "conversation_not_found",
	},
	"Conversations.Delete": {
		do: deleteConversation(conversationID), invalid: deleteConversation(badArgument),
		official: "support.conversations.delete",
		request:  "DELETE /v2/conversations/12345",
		body:     `{"id":"12345","object":"conversation","deleted":true}`,
		notFound: "conversation_not_found",
	},
	"Conversations.Reply": {
		do: replyToConversation(featurebase.ConversationReplyParams{
			Type: featurebase.ConversationFromContact, UserID: "u1", MessageType: featurebase.ConversationReply, BodyMarkdown: "Hi", SkipNotifications: true,
		}),
		invalid: replyToConversation(featurebase.ConversationReplyParams{
			Type: featurebase.ConversationFromContact, UserID: badArgument, MessageType: featurebase.ConversationReply, BodyMarkdown: "Hi",
		}),
		official: "support.conversations.reply",
		request:  "POST /v2/conversations/12345/reply",
		sends:    `{"type":"contact","userId":"u1","messageType":"reply","bodyMarkdown":"Hi","skipNotifications":true}`,
		status:   201,
		body:     partJSON,
		notFound: "conversation_not_found",
		once:     true,
	},
	"Conversations.Redact": {
		do:       redactConversation(featurebase.ConversationRedactParams{ConversationID: conversationID, ConversationPartID: "99", ActingAdminID: boardID}),
		invalid:  redactConversation(featurebase.ConversationRedactParams{ConversationID: badArgument, ConversationPartID: badArgument}),
		official: "support.conversations.redact",
		request:  "POST /v2/conversations/redact",
		sends:    `{"type":"conversation_part","conversationId":"12345","conversationPartId":"99","actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     conversationJSON,
		notFound: "conversation_not_found conversation_part_not_found",
	},
	"Conversations.AttachTag": {
		do:       attachTag(featurebase.ConversationTagAttachParams{TagID: contactID, ActingAdminID: boardID}),
		invalid:  attachTag(featurebase.ConversationTagAttachParams{TagID: badArgument, ActingAdminID: boardID}),
		official: "support.conversations.attachTag",
		request:  "POST /v2/conversations/12345/tags",
		sends:    `{"tagId":"507f1f77bcf86cd799439011","actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     attachedTagJSON,
		notFound: "conversation_not_found",
		once:     true,
	},
	"Conversations.DetachTag": {
		do: detachTag(contactID), invalid: detachTag(badArgument),
		official: "support.conversations.detachTag",
		request:  "DELETE /v2/conversations/12345/tags/" + contactID,
		sends:    `{"actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     attachedTagJSON,
		notFound: "conversation_not_found tag_not_found",
	},
	"Conversations.AddParticipant": {
		do: addParticipant(featurebase.ConversationParticipantAddParams{
			Participant: featurebase.ConversationParticipantParams{ID: boardID}, ActingAdminID: contactID,
		}),
		invalid:  addParticipant(featurebase.ConversationParticipantAddParams{Participant: featurebase.ConversationParticipantParams{UserID: badArgument}}),
		official: "support.conversations.participants.add",
		request:  "POST /v2/conversations/12345/participants",
		sends:    `{"participant":{"id":"507f1f77bcf86cd799439021"},"actingAdminId":"507f1f77bcf86cd799439011"}`,
		body:     conversationJSON,
		notFound: "conversation_not_found",
		once:     true,
	},
	"Conversations.RemoveParticipant": {
		do:       removeParticipant(featurebase.ConversationParticipantRemoveParams{ID: contactID}),
		invalid:  removeParticipant(featurebase.ConversationParticipantRemoveParams{ID: badArgument}),
		official: "support.conversations.participants.remove",
		request:  "DELETE /v2/conversations/12345/participants",
		sends:    `{"id":"507f1f77bcf86cd799439011"}`,
		body:     conversationJSON,
		notFound: "conversation_not_found participant_not_found",
	},
}
