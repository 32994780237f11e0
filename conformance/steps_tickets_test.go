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
	name: "Tickets", official: "support.tickets.",
	add:   addTickets,
	needs: []string{"Conversations"},
	steps: func(t *testing.T) []step {
		return slices.Concat(readingTickets(t), ticketing())
	},
	after: []string{"Conversations"},
})

// What each server has of tickets at first; see addTickets.
const (
	helpDesk   = "64f100000000000000000001" // a category for customers
	trackers   = "64f100000000000000000002" // one for trackers
	urgency    = "64f100000000000000000003" // a custom field
	logFile    = "64f100000000000000000004" // one for files
	submitted  = "64f100000000000000000005" // the default status
	inProgress = "64f100000000000000000006"

	noTicket = 999
)

func addTickets(_ *testing.T, srv *featurebasetest.Server) {
	srv.AddTicketCategory(featurebase.Board{ID: helpDesk, Name: "Help desk"}, featurebase.TicketCategoryTypeCustomer)
	srv.AddTicketCategory(featurebase.Board{ID: trackers, Name: "Trackers & <more>"}, featurebase.TicketCategoryTypeTracker)
	srv.AddTicketCustomField(featurebase.CustomField{ID: urgency, Label: "Urgency", Type: featurebase.CustomFieldTypeNumber})
	srv.AddTicketCustomField(featurebase.CustomField{ID: logFile, Label: "Log", Type: featurebase.CustomFieldTypeFile})
	srv.AddTicketStatus(featurebase.PostStatus{ID: submitted, Name: "Submitted", Type: featurebase.PostStatusTypeUnstarted, IsDefault: true})
	srv.AddTicketStatus(featurebase.PostStatus{ID: inProgress, Name: "In progress", Type: featurebase.PostStatusTypeActive})
	amount, closed := 99.5, true
	srv.AddTicket(featurebase.Ticket{
		TicketNumber: 7, TicketCategoryID: helpDesk, Title: "Broken export", Content: "<p>It fails</p>", Status: featurebase.PostStatus{ID: inProgress}, AssigneeID: admin,
		TeamAssigneeID: team, CompanyID: acme, CustomFields: object{urgency: 3, logFile: `{"key":"k","name":"n","url":"u"}`, anything: nil},
		Author: &featurebase.TicketAuthor{ID: ada, Type: featurebase.UserTypeCustomer, Name: "Ada", Email: "ada@example.com", ProfilePicture: "https://example.com/ada.png"},
		Integrations: featurebase.TicketIntegrations{
			ClickUp: []featurebase.PostClickUpTask{{ID: "c", Title: "t", URL: "u"}},
			DevOps:  []featurebase.PostDevOpsItem{{ID: 7, ProjectID: "p", ProjectName: "n", Title: "t", URL: "u"}},
			GitHub:  []featurebase.PostGitHubIssue{{ID: "g", Number: "1", RepositoryFullName: "a/b", RepositoryName: "b", Title: "t", URL: "u"}},
			HubSpot: []featurebase.PostHubSpotObject{{ObjectID: 9, Type: "DEAL", DealAmount: &amount, DealClosed: &closed}},
			Jira:    []featurebase.PostLinkedIssue{{IssueID: "j", IssueURL: "u"}}, Linear: []featurebase.PostLinkedIssue{{IssueID: "l"}},
		},
		LinkedConversations: []featurebase.TicketConversation{{ID: pricing, Role: featurebase.TicketCategoryTypeCustomer}},
		SnoozedUntil:        conversed, CreatedAt: conversed, UpdatedAt: conversed.Add(time.Hour),
		Extra: map[string]json.RawMessage{"mood": json.RawMessage(`{"a":[1,null]}`)},
	})
	srv.AddTicket(featurebase.Ticket{TicketCategoryID: trackers, CategoryType: featurebase.TicketCategoryTypeTracker, Title: "Exports", CreatedAt: conversed.Add(time.Hour),
		LinkedConversations: []featurebase.TicketConversation{{ID: shipping, Role: featurebase.TicketCategoryTypeTracker}}})
	srv.AddTicket(featurebase.Ticket{TicketCategoryID: helpDesk, Title: "A question", CreatedAt: conversed.Add(2 * time.Hour)})
}

func readingTickets(t *testing.T) []step {
	t.Helper()
	type params = featurebase.TicketListParams
	const list, retrieve = "support.tickets.list", "support.tickets.retrieve"
	page, err := newServer(t).Client().Tickets.List(t.Context(), params{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	lists := func(name, want string, query object, params params) step {
		return step{name: "tickets: " + name, official: official(list, query), ours: ours("Tickets.List", params), want: want}
	}
	gets := func(name string, number int, want string) step {
		return step{name: name, official: official(retrieve, number), ours: ours("Tickets.Get", number), want: want}
	}
	return []step{
		{name: "tickets", official: official(list), ours: ours("Tickets.List", params{}), want: ok},
		lists("the second page", ok, object{"limit": 1, "cursor": page.NextCursor}, params{Limit: 1, Cursor: page.NextCursor}),
		{name: "tickets: all pages", official: officialAll(list, object{"limit": 1}), ours: ours("Tickets.ListAll", params{Limit: 1}), want: ok},
		lists("of two categories", ok, object{"ticketCategoryIds": array{helpDesk, trackers}}, params{CategoryIDs: []string{helpDesk, trackers}}),
		lists("of a type", ok, object{"categoryType": "tracker"}, params{CategoryType: featurebase.TicketCategoryTypeTracker}),
		lists("of another type", ok, object{"categoryType": "back-office"}, params{CategoryType: featurebase.TicketCategoryTypeBackOffice}),
		lists("of a type that is none", invalid, object{"categoryType": "lost"}, params{CategoryType: "lost"}),
		lists("with a status", ok, object{"statusIds": array{inProgress}}, params{StatusIDs: []string{inProgress}}),
		lists("of somebody", ok, object{"assigneeId": admin}, params{AssigneeID: admin}),
		lists("with a word", ok, object{"q": "export"}, params{Text: "export"}),
		lists("by number", ok, object{"sortBy": "ticketNumber", "sortOrder": "asc"}, params{SortBy: featurebase.TicketListSortNumber, SortOrder: featurebase.SortOrderAscending}),
		lists("recent ones", ok, object{"sortBy": "recent"}, params{SortBy: featurebase.TicketListSortRecent}),
		lists("by date", ok, object{"sortBy": "date", "sortOrder": "desc"}, params{SortBy: featurebase.TicketListSortDate, SortOrder: featurebase.SortOrderDescending}),
		lists("a cursor that is none", "400 invalid_cursor", object{"cursor": "x"}, params{Cursor: "x"}),
		{name: "tickets: a page that is too large", official: official(list, object{"limit": 101}), ours: ours("Tickets.List", params{Limit: 101}), differs: &difference{refuses,
			invalid + "\nGET /v2/tickets?limit=101", "not sent: invalid Limit"}},

		gets("a ticket", 7, ok),
		gets("a ticket with little", 3, ok),
		gets("no such ticket", noTicket, missing),
		{name: "ticket number 0", official: official(retrieve, 0), ours: ours("Tickets.Get", 0), differs: &difference{refuses,
			invalid + "\nGET /v2/tickets/0", idNotSent}},
	}
}

func ticketing() []step {
	type (
		create = featurebase.TicketCreateParams
		author = featurebase.AuthorParams
		update = featurebase.TicketUpdateParams
		reply  = featurebase.TicketReplyParams
		link   = featurebase.TicketFileLink
	)
	const (
		service     = "support.tickets."
		fromContact = featurebase.ConversationSenderTypeContact
		fromAdmin   = featurebase.ConversationSenderTypeAdmin
	)
	creates := func(name, want string, body object, p create) step {
		return step{name: "open a ticket: " + name, official: official(service+"create", body), ours: ours("Tickets.Create", p), want: want}
	}
	updates := func(name string, number int, want string, body object, p update) step {
		return step{name: "update a ticket: " + name, official: official(service+"update", number, body), ours: ours("Tickets.Update", number, p), want: want}
	}
	replies := func(name string, number int, want string, body object, p reply) step {
		return step{name: "reply to a ticket: " + name, official: official(service+"reply", number, body), ours: ours("Tickets.Reply", number, p), want: want}
	}
	deletes := func(name string, number int, want string) step {
		return step{name: "delete a ticket: " + name, official: official(service+"delete", number), ours: ours("Tickets.Delete", number), want: want}
	}
	at := conversed.AddDate(0, 1, 0)
	steps := []step{
		creates("of a contact", ok, object{"ticketCategoryId": helpDesk, "title": "Refund", "author": object{"id": fay}, "content": "<p>Please</p>"},
			create{TicketCategoryID: helpDesk, Title: "Refund", Author: &author{ID: fay}, Content: "<p>Please</p>"}),
		creates("with everything", ok,
			object{
				"ticketCategoryId": trackers, "title": "All <exports>", "author": object{"email": "gil@example.com", "name": "Gil", "profilePicture": "https://example.com/g.png"},
				"content": "<p>é</p>", "statusId": inProgress, "assigneeId": admin, "companyId": acme, "linkedConversationId": outage, "createdAt": at.Format(time.RFC3339),
				"customFields": object{urgency: 1, logFile: object{"url": "https://example.com/a.log", "name": "a.log"}}, "skipNotifications": true,
			},
			create{
				TicketCategoryID: trackers, Title: "All <exports>", Author: &author{Email: "gil@example.com", Name: "Gil", ProfilePicture: "https://example.com/g.png"},
				Content: "<p>é</p>", StatusID: inProgress, AssigneeID: admin, CompanyID: acme, LinkedConversationID: outage, CreatedAt: featurebase.Value(at),
				CustomFields: object{urgency: 1, logFile: link{URL: "https://example.com/a.log", Name: "a.log"}}, SkipNotifications: true,
			}),
		creates("by an ID of one's own", ok, object{"ticketCategoryId": helpDesk, "title": "Hello", "author": object{"userId": "u1"}, "createdAt": nil},
			create{TicketCategoryID: helpDesk, Title: "Hello", Author: &author{UserID: "u1"}, CreatedAt: featurebase.Null[time.Time]()}),
		creates("in no category", missing, object{"ticketCategoryId": unlisted, "title": "Lost", "author": object{"id": ada}},
			create{TicketCategoryID: unlisted, Title: "Lost", Author: &author{ID: ada}}),
		creates("of nobody", missing, object{"ticketCategoryId": helpDesk, "title": "Lost", "author": object{"id": nobody}},
			create{TicketCategoryID: helpDesk, Title: "Lost", Author: &author{ID: nobody}}),
		{name: "open a ticket: without an author", official: official(service+"create", object{"ticketCategoryId": helpDesk, "title": "Whose?", "author": object{}}),
			ours:    ours("Tickets.Create", create{TicketCategoryID: helpDesk, Title: "Whose?"}),
			differs: &difference{refuses, "400 missing_parameter\nPOST /v2/tickets " + `{"author":{},"ticketCategoryId":"` + helpDesk + `","title":"Whose?"}`, "not sent: invalid Author"}},

		updates("everything", 7, ok,
			object{"title": "Export", "content": "", "statusId": submitted, "open": false, "snoozedUntil": nil, "assigneeId": nil, "companyId": nil,
				"customFields": object{urgency: nil}, "skipNotifications": true},
			update{Title: "Export", Content: featurebase.Value(""), StatusID: submitted, Open: featurebase.Value(false), SnoozedUntil: featurebase.Null[time.Time](),
				AssigneeID: featurebase.Null[string](), CompanyID: featurebase.Null[string](), CustomFields: object{urgency: nil}, SkipNotifications: true}),
		updates("reopen and snooze", 7, ok, object{"open": true, "snoozedUntil": at.Format(time.RFC3339)}, update{Open: featurebase.Value(true), SnoozedUntil: featurebase.Value(at)}),
		updates("none", noTicket, missing, object{"title": "Lost"}, update{Title: "Lost"}),

		replies("of a contact", 7, ok, object{"type": "contact", "contactId": ada, "body": "<p>Thanks &amp; bye</p>", "messageType": "comment"},
			reply{Type: fromContact, ContactID: ada, Body: "<p>Thanks &amp; bye</p>", MessageType: featurebase.TicketMessageTypeComment}),
		replies("by email", 7, ok, object{"type": "contact", "contactEmail": "ada@example.com", "body": "Hi", "attachmentUrls": array{"https://example.com/a"}, "createdAt": at.Format(time.RFC3339)},
			reply{Type: fromContact, ContactEmail: "ada@example.com", Body: "Hi", AttachmentURLs: []string{"https://example.com/a"}, CreatedAt: featurebase.Value(at)}),
		replies("a note", 7, ok, object{"type": "admin", "adminId": admin, "body": "Hm", "messageType": "note", "skipNotifications": true, "createdAt": nil},
			reply{Type: fromAdmin, AdminID: admin, Body: "Hm", MessageType: featurebase.TicketMessageTypeNote, SkipNotifications: true, CreatedAt: featurebase.Null[time.Time]()}),
		replies("to none", noTicket, missing, object{"type": "admin", "adminId": admin, "body": "Hm"}, reply{Type: fromAdmin, AdminID: admin, Body: "Hm"}),
		replies("without a conversation", 3, "400 invalid_request", object{"type": "admin", "adminId": admin, "body": "Hm"}, reply{Type: fromAdmin, AdminID: admin, Body: "Hm"}),
		{name: "reply to a ticket: by nobody", official: official(service+"reply", 7, object{"type": "contact", "body": "Hi"}), ours: ours("Tickets.Reply", 7, reply{Type: fromContact, Body: "Hi"}),
			differs: &difference{refuses, "400 missing_parameter\nPOST /v2/tickets/7/reply " + `{"body":"Hi","type":"contact"}`, "not sent: invalid ContactID"}},

		deletes("of a customer, with its conversation", 7, ok),
		deletes("again", 7, missing),
		deletes("a tracker, whose conversation stays", 2, ok),
	}
	for _, part := range [][]step{
		readsTickets("ticket categories", "ticket category", "Categories", "Category", "categories", noSuchBoard, helpDesk, trackers),
		readsTickets("custom fields of tickets", "custom field of tickets", "CustomFields", "CustomField", "customFields", noSuchField, urgency, logFile),
		readsTickets("ticket statuses", "ticket status", "Statuses", "Status", "statuses", missing, submitted, inProgress),
	} {
		steps = append(steps, part...)
	}
	return steps
}

// readsTickets has the steps of readsAll for what belongs to tickets, whose methods
// have other names.
func readsTickets(plural, single, list, get, resource, absent string, ids ...string) []step {
	path := "/v2/tickets/" + map[string]string{"categories": "categories", "customFields": "custom_fields", "statuses": "statuses"}[resource]
	steps := readsAll(plural, single, "Tickets", "support.tickets."+resource, path, absent, ids...)
	for i := range steps {
		switch steps[i].ours.method {
		case "Tickets.List":
			steps[i].ours.method = "Tickets.List" + list
		case "Tickets.Get":
			steps[i].ours.method = "Tickets.Get" + get
		}
	}
	return steps
}
