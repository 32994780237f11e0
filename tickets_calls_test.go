package featurebase_test

import (
	"context"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

const (
	ticketNumber = 42
	ticketFields = `"object":"ticket","id":"507f1f77bcf86cd799439011","ticketNumber":42,"ticketUrl":"https://example.com/TK-42",
		"ticketCategoryId":"507f1f77bcf86cd799439021","categoryType":"tracker","title":"Broken export","content":"<p>It fails</p>",
		"status":{"object":"post_status","id":"507f1f77bcf86cd799439031","name":"Open","color":"Blue","type":"active","isDefault":true},"open":true,
		"author":{"id":"507f1f77bcf86cd799439023","type":"customer","name":"Ada","email":"ada@example.com","profilePicture":"https://example.com/ada.png"},
		"assigneeId":"507f1f77bcf86cd799439032","teamAssigneeId":"507f1f77bcf86cd799439033","companyId":"507f1f77bcf86cd799439034",
		"customFields":{"507f1f77bcf86cd799439035":"{\"key\":\"k\",\"name\":\"n\",\"url\":\"u\"}","507f1f77bcf86cd799439036":3},
		"integrations":{"clickup":[{"id":"c","title":"t","url":"u"}],"devops":[{"id":7,"projectId":"p","projectName":"n","title":"t","url":"u"}],
			"github":[{"id":"g","number":"1","repositoryFullName":"a/b","repositoryName":"b","title":"t","url":"u"}],
			"hubspot":[{"objectId":9,"type":"TICKET","dealAmount":null,"dealClosed":true}],"jira":[{"issueId":"i","issueUrl":null}],
			"linear":[{"issueId":"l","issueUrl":"u"}]},
		"linkedConversations":[{"id":"12345","role":"tracker"}],"snoozedUntil":"2026-02-01T00:00:00Z",
		"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":{"a":1}`
	ticketJSON     = `{` + ticketFields + `,"conversationParts":` + allPartsJSON + `}`
	ticketListJSON = `{"object":"list","data":[{` + ticketFields + `}],"nextCursor":null}`
)

func createTicket(params featurebase.TicketCreateParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tickets.Create(ctx, params, opts...)
	}
}

func getTicket(number int) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tickets.Get(ctx, number, opts...)
	}
}

func updateTicket(params featurebase.TicketUpdateParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tickets.Update(ctx, ticketNumber, params, opts...)
	}
}

func deleteTicket(number int) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tickets.Delete(ctx, number, opts...)
	}
}

func replyToTicket(params featurebase.TicketReplyParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tickets.Reply(ctx, ticketNumber, params, opts...)
	}
}

func listTickets(params featurebase.TicketListParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tickets.List(ctx, params, opts...)
	}
}

// byID calls a method that has one ID.
func byID[T any](id string, method func(*featurebase.Client) func(context.Context, string, ...featurebase.CallOption) (T, error)) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return method(c)(ctx, id, opts...)
	}
}

func getTicketCategory(c *featurebase.Client) func(context.Context, string, ...featurebase.CallOption) (*featurebase.Board, error) {
	return c.Tickets.GetCategory
}

func getTicketCustomField(c *featurebase.Client) func(context.Context, string, ...featurebase.CallOption) (*featurebase.CustomField, error) {
	return c.Tickets.GetCustomField
}

func getTicketStatus(c *featurebase.Client) func(context.Context, string, ...featurebase.CallOption) (*featurebase.PostStatus, error) {
	return c.Tickets.GetStatus
}

var ticketCalls = map[string]apiCall{
	"Tickets.List": {
		do: listTickets(featurebase.TicketListParams{
			CategoryIDs: []string{contactID, boardID}, CategoryType: featurebase.TicketCategoryBackOffice, StatusIDs: []string{boardID}, AssigneeID: contactID,
			Text: "export", SortBy: featurebase.TicketListSortNumber, SortOrder: featurebase.SortAscending, Limit: 3, Cursor: "x",
		}),
		invalid:  listTickets(featurebase.TicketListParams{StatusIDs: []string{badArgument}}),
		official: "support.tickets.list",
		request: "GET /v2/tickets?assigneeId=507f1f77bcf86cd799439011&categoryType=back-office&cursor=x&limit=3&q=export&sortBy=ticketNumber&sortOrder=asc" +
			"&statusIds=507f1f77bcf86cd799439021&ticketCategoryIds=507f1f77bcf86cd799439011%2C507f1f77bcf86cd799439021",
		body:  ticketListJSON,
		reads: true,
	},
	"Tickets.ListAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return results(c.Tickets.ListAll(ctx, featurebase.TicketListParams{AssigneeID: contactID}, opts...))
		},
		invalid: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return results(c.Tickets.ListAll(ctx, featurebase.TicketListParams{AssigneeID: badArgument}, opts...))
		},
		official: "support.tickets.list",
		request:  "GET /v2/tickets?assigneeId=507f1f77bcf86cd799439011&limit=100",
		body:     ticketListJSON,
		reads:    true,
	},
	"Tickets.Create": {
		do: createTicket(featurebase.TicketCreateParams{
			TicketCategoryID: boardID, Title: "Broken export", Author: featurebase.AuthorParams{Email: "ada@example.com"}, Content: "<p>It fails</p>",
			StatusID: contactID, AssigneeID: contactID, CompanyID: "acme", LinkedConversationID: conversationID,
			CustomFields: map[string]any{
				contactID: featurebase.TicketFileLink{URL: "https://example.com/log", Name: "log"}, boardID: []featurebase.TicketFileLink{{URL: "https://example.com/a"}},
				otherID: 3,
			},
			CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()), SkipNotifications: true,
		}),
		invalid:  createTicket(featurebase.TicketCreateParams{TicketCategoryID: badArgument, Title: "Broken", Author: featurebase.AuthorParams{ID: contactID}}),
		official: "support.tickets.create",
		request:  "POST /v2/tickets",
		sends: `{"ticketCategoryId":"507f1f77bcf86cd799439021","title":"Broken export","author":{"email":"ada@example.com"},"content":"<p>It fails</p>",
			"statusId":"507f1f77bcf86cd799439011","assigneeId":"507f1f77bcf86cd799439011","companyId":"acme","linkedConversationId":"12345",
			"customFields":{"507f1f77bcf86cd799439011":{"url":"https://example.com/log","name":"log"},"507f1f77bcf86cd799439021":[{"url":"https://example.com/a"}],
			"` + otherID + `":3},"createdAt":"2026-01-01T00:00:00Z","skipNotifications":true}`,
		status: 201,
		body:   ticketJSON,
		once:   true,
	},
	"Tickets.Get": {
		do:       getTicket(ticketNumber),
		official: "support.tickets.retrieve",
		request:  "GET /v2/tickets/42",
		body:     ticketJSON,
		notFound: "ticket_not_found",
		reads:    true,
	},
	"Tickets.Update": {
		do: updateTicket(featurebase.TicketUpdateParams{
			Title: "Fixed export", Content: featurebase.Value(""), StatusID: boardID, Open: featurebase.Value(false), SnoozedUntil: featurebase.Null[time.Time](),
			AssigneeID: featurebase.Null[string](), CompanyID: featurebase.Null[string](), CustomFields: map[string]any{boardID: nil}, SkipNotifications: true,
		}),
		invalid:  updateTicket(featurebase.TicketUpdateParams{StatusID: badArgument}),
		official: "support.tickets.update",
		request:  "PATCH /v2/tickets/42",
		sends: `{"title":"Fixed export","content":"","statusId":"507f1f77bcf86cd799439021","open":false,"snoozedUntil":null,"assigneeId":null,"companyId":null,
			"customFields":{"507f1f77bcf86cd799439021":null},"skipNotifications":true}`,
		body:     ticketJSON,
		notFound: "ticket_not_found",
	},
	"Tickets.Delete": {
		do:       deleteTicket(ticketNumber),
		official: "support.tickets.delete",
		request:  "DELETE /v2/tickets/42",
		body:     `{"id":"507f1f77bcf86cd799439011","object":"ticket","deleted":true}`,
		notFound: "ticket_not_found",
	},
	"Tickets.Reply": {
		do: replyToTicket(featurebase.TicketReplyParams{
			Type: featurebase.ConversationFromContact, ContactID: contactID, MessageType: featurebase.TicketComment, Body: "<p>Thanks</p>",
			AttachmentURLs: []string{"https://example.com/a"}, CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()), SkipNotifications: true,
		}),
		invalid:  replyToTicket(featurebase.TicketReplyParams{Type: featurebase.ConversationFromAdmin, AdminID: badArgument, Body: "Thanks"}),
		official: "support.tickets.reply",
		request:  "POST /v2/tickets/42/reply",
		sends: `{"type":"contact","contactId":"507f1f77bcf86cd799439011","messageType":"comment","body":"<p>Thanks</p>",
			"attachmentUrls":["https://example.com/a"],"createdAt":"2026-01-01T00:00:00Z","skipNotifications":true}`,
		body:     `{"object":"ticket","id":"507f1f77bcf86cd799439011","ticketNumber":42,"new":{"a":1}}`,
		notFound: "ticket_not_found",
		once:     true,
		vague:    true,
	},
	"Tickets.ListCategories": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return c.Tickets.ListCategories(ctx, opts...)
		},
		official: "support.tickets.categories.list",
		request:  "GET /v2/tickets/categories",
		body:     "[" + boardJSON + "]",
		reads:    true,
	},
	"Tickets.GetCategory": {
		do: byID(contactID, getTicketCategory), invalid: byID(badArgument, getTicketCategory),
		official: "support.tickets.categories.retrieve",
		request:  "GET /v2/tickets/categories/" + contactID,
		body:     boardJSON,
		notFound: "board_not_found",
		reads:    true,
	},
	"Tickets.ListCustomFields": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			fields, err := c.Tickets.ListCustomFields(ctx, opts...)
			if err != nil {
				return nil, err
			}
			return &featurebase.Page[featurebase.CustomField]{Object: "list", Data: fields}, nil
		},
		official: "support.tickets.customFields.list",
		request:  "GET /v2/tickets/custom_fields",
		body:     `{"object":"list","data":[` + customFieldJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"Tickets.GetCustomField": {
		do: byID(contactID, getTicketCustomField), invalid: byID(badArgument, getTicketCustomField),
		official: "support.tickets.customFields.retrieve",
		request:  "GET /v2/tickets/custom_fields/" + contactID,
		body:     customFieldJSON,
		notFound: "custom_field_not_found",
		reads:    true,
	},
	"Tickets.ListStatuses": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return c.Tickets.ListStatuses(ctx, opts...)
		},
		official: "support.tickets.statuses.list",
		request:  "GET /v2/tickets/statuses",
		body:     "[" + postStatusJSON + "]",
		reads:    true,
	},
	"Tickets.GetStatus": {
		do: byID(contactID, getTicketStatus), invalid: byID(badArgument, getTicketStatus),
		official: "support.tickets.statuses.retrieve",
		request:  "GET /v2/tickets/statuses/" + contactID,
		body:     postStatusJSON,
		notFound: "post_status_not_found",
		reads:    true,
	},
}
