package featurebase_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
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

var _ = register(map[string]apiCall{
	"Tickets.List": {
		args: args{featurebase.TicketListParams{
			CategoryIDs: []string{contactID, boardID}, CategoryType: featurebase.TicketCategoryTypeBackOffice, StatusIDs: []string{boardID}, AssigneeID: contactID,
			Text: "export", SortBy: featurebase.TicketListSortNumber, SortOrder: featurebase.SortOrderAscending, Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.TicketListParams{StatusIDs: []string{badArgument}}},
		official: "support.tickets.list",
		request: "GET /v2/tickets?assigneeId=507f1f77bcf86cd799439011&categoryType=back-office&cursor=x&limit=3&q=export&sortBy=ticketNumber&sortOrder=asc" +
			"&statusIds=507f1f77bcf86cd799439021&ticketCategoryIds=507f1f77bcf86cd799439011%2C507f1f77bcf86cd799439021",
		body:  ticketListJSON,
		reads: true,
	},
	"Tickets.ListAll": {
		args:     args{featurebase.TicketListParams{AssigneeID: contactID}},
		invalid:  args{featurebase.TicketListParams{AssigneeID: badArgument}},
		official: "support.tickets.list",
		request:  "GET /v2/tickets?assigneeId=507f1f77bcf86cd799439011&limit=100",
		body:     ticketListJSON,
		reads:    true,
	},
	"Tickets.Create": {
		args: args{featurebase.TicketCreateParams{
			TicketCategoryID: boardID, Title: "Broken export", Author: &featurebase.AuthorParams{Email: "ada@example.com"}, Content: "<p>It fails</p>",
			StatusID: contactID, AssigneeID: contactID, CompanyID: "acme", LinkedConversationID: conversationID,
			CustomFields: map[string]any{
				contactID: featurebase.TicketFileLink{URL: "https://example.com/log", Name: "log"}, boardID: []featurebase.TicketFileLink{{URL: "https://example.com/a"}},
				otherID: 3,
			},
			CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()), SkipNotifications: true,
		}},
		invalid:  args{featurebase.TicketCreateParams{TicketCategoryID: badArgument, Title: "Broken", Author: &featurebase.AuthorParams{ID: contactID}}},
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
		args:     args{ticketNumber},
		official: "support.tickets.retrieve",
		request:  "GET /v2/tickets/42",
		body:     ticketJSON,
		notFound: "ticket_not_found",
		reads:    true,
	},
	"Tickets.Update": {
		args: args{ticketNumber, featurebase.TicketUpdateParams{
			Title: "Fixed export", Content: featurebase.Value(""), StatusID: boardID, Open: featurebase.Value(false), SnoozedUntil: featurebase.Null[time.Time](),
			AssigneeID: featurebase.Null[string](), CompanyID: featurebase.Null[string](), CustomFields: map[string]any{boardID: nil}, SkipNotifications: true,
		}},
		invalid:  args{ticketNumber, featurebase.TicketUpdateParams{StatusID: badArgument}},
		official: "support.tickets.update",
		request:  "PATCH /v2/tickets/42",
		sends: `{"title":"Fixed export","content":"","statusId":"507f1f77bcf86cd799439021","open":false,"snoozedUntil":null,"assigneeId":null,"companyId":null,
			"customFields":{"507f1f77bcf86cd799439021":null},"skipNotifications":true}`,
		body:     ticketJSON,
		notFound: "ticket_not_found",
	},
	"Tickets.Delete": {
		args:     args{ticketNumber},
		official: "support.tickets.delete",
		request:  "DELETE /v2/tickets/42",
		body:     `{"id":"507f1f77bcf86cd799439011","object":"ticket","deleted":true}`,
		notFound: "ticket_not_found",
	},
	"Tickets.Reply": {
		args: args{ticketNumber, featurebase.TicketReplyParams{
			Type: featurebase.ConversationSenderTypeContact, ContactID: contactID, MessageType: featurebase.TicketMessageTypeComment, Body: "<p>Thanks</p>",
			AttachmentURLs: []string{"https://example.com/a"}, CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()), SkipNotifications: true,
		}},
		invalid:  args{ticketNumber, featurebase.TicketReplyParams{Type: featurebase.ConversationSenderTypeAdmin, AdminID: badArgument, Body: "Thanks"}},
		official: "support.tickets.reply",
		request:  "POST /v2/tickets/42/reply",
		sends: `{"type":"contact","contactId":"507f1f77bcf86cd799439011","messageType":"comment","body":"<p>Thanks</p>",
			"attachmentUrls":["https://example.com/a"],"createdAt":"2026-01-01T00:00:00Z","skipNotifications":true}`,
		body:     ticketJSON,
		notFound: "ticket_not_found",
		once:     true,
		vague:    true,
	},
	"Tickets.ListCategories": {
		official: "support.tickets.categories.list",
		request:  "GET /v2/tickets/categories",
		body:     "[" + boardJSON + "]",
		reads:    true,
	},
	"Tickets.GetCategory": {
		args: args{contactID}, invalid: args{badArgument},
		official: "support.tickets.categories.retrieve",
		request:  "GET /v2/tickets/categories/" + contactID,
		body:     boardJSON,
		notFound: "board_not_found",
		reads:    true,
	},
	"Tickets.ListCustomFields": {
		official: "support.tickets.customFields.list",
		request:  "GET /v2/tickets/custom_fields",
		body:     `{"object":"list","data":[` + customFieldJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"Tickets.GetCustomField": {
		args: args{contactID}, invalid: args{badArgument},
		official: "support.tickets.customFields.retrieve",
		request:  "GET /v2/tickets/custom_fields/" + contactID,
		body:     customFieldJSON,
		notFound: "custom_field_not_found",
		reads:    true,
	},
	"Tickets.ListStatuses": {
		official: "support.tickets.statuses.list",
		request:  "GET /v2/tickets/statuses",
		body:     "[" + postStatusJSON + "]",
		reads:    true,
	},
	"Tickets.GetStatus": {
		args: args{contactID}, invalid: args{badArgument},
		official: "support.tickets.statuses.retrieve",
		request:  "GET /v2/tickets/statuses/" + contactID,
		body:     postStatusJSON,
		notFound: "post_status_not_found",
		reads:    true,
	},
})

func TestTickets_haveNumbersFromOne(t *testing.T) {
	t.Parallel()
	reply := featurebase.TicketReplyParams{Type: featurebase.ConversationSenderTypeAdmin, AdminID: boardID, Body: "Hi"}
	for _, number := range []int{0, -1} {
		for name, call := range map[string]func(c *featurebase.Client) (any, error){
			"Get": func(c *featurebase.Client) (any, error) { return c.Tickets.Get(t.Context(), number) },
			"Update": func(c *featurebase.Client) (any, error) {
				return c.Tickets.Update(t.Context(), number, featurebase.TicketUpdateParams{})
			},
			"Delete": func(c *featurebase.Client) (any, error) { return c.Tickets.Delete(t.Context(), number) },
			"Reply":  func(c *featurebase.Client) (any, error) { return c.Tickets.Reply(t.Context(), number, reply) },
		} {
			t.Run(fmt.Sprint(name, number), func(t *testing.T) {
				t.Parallel()
				rt, sent := recording(200, ticketJSON)
				_, err := call(newClient(t, rt))
				assert.EqualError(t, err, "featurebase: invalid ticketNumber: want a number from 1 on; nothing was sent")
				assert.ErrorIs(t, err, featurebase.ErrInvalidID)
				assert.Empty(t, *sent)
			})
		}
	}
}

// The path has the number of a ticket; the responses have its ID, too, and the one
// to a Delete has nothing else.
func TestTickets_areNamedByNumberAndHaveAnID(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	opened, err := client.Tickets.Create(t.Context(), featurebase.TicketCreateParams{TicketCategoryID: boardID, Title: "Refund", Author: &featurebase.AuthorParams{Email: "ada@example.com"}})
	require.NoError(t, err)
	got, err := client.Tickets.Get(t.Context(), opened.TicketNumber)
	require.NoError(t, err)
	assert.Equal(t, opened.ID, got.ID)
	deleted, err := client.Tickets.Delete(t.Context(), opened.TicketNumber)
	require.NoError(t, err)
	assert.Equal(t, &featurebase.Deleted{ID: opened.ID, Object: "ticket", Deleted: true}, deleted)
	_, err = client.Tickets.Get(t.Context(), opened.TicketNumber)
	assert.ErrorIs(t, err, featurebase.ErrNotFound)
	path := fmt.Sprint("/v2/tickets/", opened.TicketNumber)
	for _, r := range srv.Requests()[1:] {
		assert.Equal(t, path, r.Path)
	}
}

// What creates something is sent once if the response is lost.
func TestTickets_areOpenedAndAnsweredOnce(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	lost := fault{Apply: true, Cut: true}
	srv.FailNext(lost)
	_, err := client.Tickets.Create(t.Context(), featurebase.TicketCreateParams{TicketCategoryID: boardID, Title: "Refund", Author: &featurebase.AuthorParams{Email: "ada@example.com"}})
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	require.Len(t, srv.Tickets(), 1)
	srv.FailNext(lost)
	_, err = client.Tickets.Reply(t.Context(), 1, featurebase.TicketReplyParams{Type: featurebase.ConversationSenderTypeContact, ContactEmail: "ada@example.com", Body: "Well?"})
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Len(t, srv.Conversations()[0].Parts, 1, "one reply; the first message is the source")
	assert.Len(t, srv.Requests(), 2)
}

func TestTicketParams_refuseWhatCanNotBeMeant(t *testing.T) {
	t.Parallel()
	type reply = featurebase.TicketReplyParams
	const admin, contact = featurebase.ConversationSenderTypeAdmin, featurebase.ConversationSenderTypeContact
	link := func(value any) doFunc {
		return updateTicket(featurebase.TicketUpdateParams{CustomFields: map[string]any{contactID: value}})
	}
	const notHTTPS = `CustomFields["` + contactID + `"]: want URLs that begin with https://`
	for _, tc := range []struct {
		name string
		call doFunc
		want string // empty: it is sent
	}{
		{"of nobody", createTicket(featurebase.TicketCreateParams{TicketCategoryID: boardID, Title: "Refund", Author: &featurebase.AuthorParams{}}), "Author: ID, UserID and Email are empty; want one of them"},
		{"a short title", updateTicket(featurebase.TicketUpdateParams{Title: "R"}), "Title: want at least 2 characters, but it has 1"},
		{"a link", link(featurebase.TicketFileLink{URL: "https://example.com/a"}), ""},
		{"no link", link(featurebase.TicketFileLink{Name: "a"}), notHTTPS},
		{"a link in the clear", link([]featurebase.TicketFileLink{{URL: "https://example.com/a"}, {URL: "http://example.com/b"}}), notHTTPS},
		{"a link by a pointer", link(&featurebase.TicketFileLink{URL: "HTTPS://example.com/a"}), ""},
		{"a link by a pointer, in the clear", link(&featurebase.TicketFileLink{URL: "http://example.com/a"}), notHTTPS},
		{"a link as a map", link(map[string]any{"url": "https://example.com/a"}), ""},
		{"a link as a map, in the clear", link(map[string]string{"url": "ftp://example.com/a"}), notHTTPS},
		{"links of any type", link([]any{featurebase.TicketFileLink{URL: "https://example.com/a"}, map[string]any{"url": "https://example.com/b"}}), ""},
		{"links of any type, in the clear", link([]any{featurebase.TicketFileLink{URL: "https://example.com/a"}, map[string]any{"url": "https://"}}), notHTTPS},
		{"another object", link(struct{}{}), ""},
		{"a value that is none", link(func() {}), `CustomFields["` + contactID + `"]: a func() can't be encoded as JSON`},

		{"from a contact", replyToTicket(reply{Type: contact, ContactEmail: "ada@example.com", Body: "Hi"}), ""},
		{"from no contact", replyToTicket(reply{Type: contact, Body: "Hi"}), "ContactID: ContactID and ContactEmail are empty; want one of them"},
		{"from a contact who is an admin", replyToTicket(reply{Type: contact, ContactID: contactID, AdminID: boardID, Body: "Hi"}), "AdminID: want it for ConversationSenderTypeAdmin alone"},
		{"a contact's note", replyToTicket(reply{Type: contact, ContactID: contactID, MessageType: featurebase.TicketMessageTypeNote, Body: "Hi"}), "MessageType: contacts can't write notes; want TicketMessageTypeComment"},
		{"an admin's note", replyToTicket(reply{Type: admin, AdminID: boardID, MessageType: featurebase.TicketMessageTypeNote, Body: "Hi"}), ""},
		{"from no admin", replyToTicket(reply{Type: admin, Body: "Hi"}), "AdminID: it is required for an admin"},
		{"from an admin who is a contact", replyToTicket(reply{Type: admin, AdminID: boardID, ContactEmail: "ada@example.com", Body: "Hi"}), "ContactID: want it and ContactEmail for ConversationSenderTypeContact alone"},
		{"from nobody", replyToTicket(reply{Body: "Hi"}), "Type: it is required"},
		{"without text", replyToTicket(reply{Type: admin, AdminID: boardID}), "Body: it is required"},
		{"10 attachments", replyToTicket(reply{Type: admin, AdminID: boardID, Body: "Hi", AttachmentURLs: make([]string, 10)}), ""},
		{"11 attachments", replyToTicket(reply{Type: admin, AdminID: boardID, Body: "Hi", AttachmentURLs: make([]string, 11)}), "AttachmentURLs: want at most 10, but there are 11"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.want != "" {
				assert.EqualError(t, refusal(t, tc.call), "featurebase: invalid "+tc.want+"; nothing was sent")
				return
			}
			_, err := tc.call(t.Context(), newClient(t, respondWith(200, ticketJSON)))
			assert.NoError(t, err)
		})
	}
}

// What the API returns of a reply is documented in two ways.
func TestTicketsReply_acceptsEveryConfirmation(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body string
		status     int
		extra      []string
	}{
		{"a ticket", ticketJSON, http.StatusOK, []string{"new"}},
		{"created", ticketJSON, http.StatusCreated, []string{"new"}},
		{"success", `{"success":true}`, http.StatusOK, []string{"success"}},
		{"a part", `{"object":"conversation_part","id":"7","partType":"user_msg","bodyHtml":"Hi","author":{"type":"customer","id":null}}`, http.StatusOK, []string{"bodyHtml", "partType"}},
		{"members of other types", `{"status":"sent","id":7}`, http.StatusOK, []string{"id", "status"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			params := featurebase.TicketReplyParams{Type: featurebase.ConversationSenderTypeAdmin, AdminID: boardID, Body: "Hi"}
			reply, err := newClient(t, respondWith(tc.status, tc.body)).Tickets.Reply(t.Context(), ticketNumber, params)
			require.NoError(t, err)
			for _, name := range tc.extra {
				assert.Contains(t, reply.Extra, name)
			}
			assert.Len(t, reply.Extra, len(tc.extra))
		})
	}
}

func createTicket(params featurebase.TicketCreateParams) doFunc {
	return method("Tickets.Create", params)
}

func updateTicket(params featurebase.TicketUpdateParams) doFunc {
	return method("Tickets.Update", ticketNumber, params)
}

func replyToTicket(params featurebase.TicketReplyParams) doFunc {
	return method("Tickets.Reply", ticketNumber, params)
}
