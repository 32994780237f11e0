package featurebasetest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	ticketsPath = "/v2/tickets"
	category    = "64f100000000000000000001"
)

func openTicket(t *testing.T, srv *featurebasetest.Server, hc *http.Client, by featurebase.Contact, members string) jsonObject {
	t.Helper()
	status, ticket, failure := ask(t, hc, srv, "POST", ticketsPath,
		fmt.Sprintf(`{"ticketCategoryId":%q,"title":"Broken export","content":"<p>1 &lt; 2</p>","author":{"id":%q}%s}`, category, by.ID, members))
	require.Equal(t, 201, status, failure)
	return ticket
}

func TestTickets_ofCustomersAreConversations(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com", Name: "Ada"})
		ticket := openTicket(t, srv, hc, ada, "")
		require.Len(t, srv.Conversations(), 1)
		c := srv.Conversations()[0]
		assert.EqualValues(t, 1, ticket["ticketNumber"])
		assert.Equal(t, []any{jsonObject{"id": c.ID, "role": "customer"}}, ticket["linkedConversations"])
		assert.Equal(t, "<p>1 &lt; 2</p>", c.Source.BodyHTML)
		assert.Equal(t, "1 < 2", c.Source.BodyMarkdown)

		status, got, failure := ask(t, hc, srv, "POST", ticketsPath+"/1/reply", `{"type":"contact","contactEmail":"ADA@example.com","body":"<b>Well?</b>"}`)
		require.Equal(t, 200, status, failure)
		require.Len(t, got["conversationParts"], 1)
		assert.Equal(t, "2", got["conversationParts"].([]any)[0].(jsonObject)["id"])
		_, list, _ := ask(t, hc, srv, "GET", ticketsPath, "")
		assert.NotContains(t, list["data"].([]any)[0], "conversationParts")

		status, deleted, _ := ask(t, hc, srv, "DELETE", ticketsPath+"/1", "")
		assert.Equal(t, 200, status)
		assert.Equal(t, jsonObject{"id": ticket["id"], "object": "ticket", "deleted": true}, deleted)
		assert.Empty(t, srv.Conversations(), "it is deleted with the ticket")
		status, _, failure = ask(t, hc, srv, "DELETE", ticketsPath+"/1", "")
		assert.Equal(t, 404, status)
		assert.Equal(t, "resource_not_found id", failure)
	})
}

func TestTickets_ofOtherKindsAreOnlyLinked(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	srv.AddTicketCategory(featurebase.Board{ID: category}, featurebase.TicketCategoryTypeTracker)
	openTicket(t, srv, hc, ada, "")
	assert.Empty(t, srv.Conversations(), "none begins")
	c := srv.AddConversation(featurebase.Conversation{})
	for range 2 {
		openTicket(t, srv, hc, ada, fmt.Sprintf(`,"linkedConversationId":%q`, c.ID))
	}
	status, _, _ := ask(t, hc, srv, "DELETE", ticketsPath+"/3", "")
	assert.Equal(t, 200, status)
	assert.Len(t, srv.Conversations(), 1, "it stays")
	status, _, _ = ask(t, hc, srv, "DELETE", conversationsPath+"/"+c.ID, "")
	assert.Equal(t, 200, status)
	for _, ticket := range srv.Tickets() {
		assert.Empty(t, ticket.LinkedConversations)
	}
	status, _, failure := ask(t, hc, srv, "POST", ticketsPath+"/2/reply", `{"type":"admin","adminId":"`+board+`","body":"Hm"}`)
	assert.Equal(t, 400, status)
	assert.Equal(t, "invalid_request", failure)

	// Contacts that are deleted leave their tickets.
	status, _, _ = ask(t, hc, srv, "DELETE", "/v2/contacts/"+ada.ID, "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "[Deleted]", srv.Tickets()[0].Author.Name)
	assert.Empty(t, srv.Tickets()[0].Author.ID)
}

func TestTickets_backdateReplies(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	openTicket(t, srv, hc, ada, "")
	for _, createdAt := range []string{`"2020-01-02T03:04:05Z"`, "null"} {
		status, _, failure := ask(t, hc, srv, "POST", ticketsPath+"/1/reply", fmt.Sprintf(`{"type":"contact","contactId":%q,"body":"Hi","createdAt":%s}`, ada.ID, createdAt))
		require.Equal(t, 200, status, failure)
	}
	parts := srv.Conversations()[0].Parts
	require.Len(t, parts, 2)
	assert.Equal(t, time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC), parts[0].CreatedAt)
	assert.Less(t, time.Since(parts[1].CreatedAt), time.Hour)
}

func TestServer_addsTickets(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	status := srv.AddTicketStatus(featurebase.PostStatus{Name: "Submitted", IsDefault: true})
	other := srv.AddTicketStatus(featurebase.PostStatus{Name: "Solved"})
	first := srv.AddTicket(featurebase.Ticket{TicketNumber: 2, Title: "Refund"})
	second := srv.AddTicket(featurebase.Ticket{Title: "Export", Status: featurebase.PostStatus{ID: other.ID}, CategoryType: featurebase.TicketCategoryTypeTracker})
	third := srv.AddTicket(featurebase.Ticket{Title: "Import"})
	assert.Equal(t, []featurebase.Ticket{first, second, third}, srv.Tickets())
	assert.Equal(t, []int{2, 3, 4}, []int{first.TicketNumber, second.TicketNumber, third.TicketNumber})
	assert.Equal(t, status.ID, first.Status.ID)
	assert.Equal(t, "Solved", second.Status.Name)
	assert.Equal(t, featurebase.TicketCategoryTypeCustomer, first.CategoryType)
	assert.True(t, first.Open)
	for _, tc := range []struct {
		name   string
		misuse func()
		want   string
	}{
		{"the number of another", func() { srv.AddTicket(featurebase.Ticket{TicketNumber: 2}) }, "there is a ticket with ticketNumber \"2\" already"},
		{"no such conversation", func() {
			srv.AddTicket(featurebase.Ticket{LinkedConversations: []featurebase.TicketConversation{{ID: "9"}}})
		}, "the ticket is linked to conversation \"9\", which does not exist"},
		{"no such status", func() { srv.AddTicket(featurebase.Ticket{Status: featurebase.PostStatus{ID: category}}) }, "status"},
		{"no such type", func() { srv.AddTicketCategory(featurebase.Board{}, "lost") }, "want one of the types [customer tracker back-office], not \"lost\""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			defer func() { assert.Contains(t, recover(), tc.want) }()
			tc.misuse()
		})
	}
	assert.Len(t, srv.Tickets(), 3)
	assert.Empty(t, srv.TicketCategories())
	board := srv.AddTicketCategory(featurebase.Board{Name: "Help desk"}, featurebase.TicketCategoryTypeCustomer)
	assert.Equal(t, []featurebase.Board{board}, srv.TicketCategories())
	field := srv.AddTicketCustomField(featurebase.CustomField{Label: "Urgency", Type: featurebase.CustomFieldTypeNumber})
	assert.Equal(t, []featurebase.CustomField{field}, srv.TicketCustomFields())
	assert.Equal(t, []featurebase.PostStatus{status, other}, srv.TicketStatuses())
	assert.Empty(t, srv.Boards(), "those of posts are others")
	assert.Empty(t, srv.CustomFields())
	assert.Empty(t, srv.PostStatuses())
}

func TestTickets_takeFiles(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	hc := &http.Client{Transport: srv.Transport()}
	const data = "--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n" + `{"ticketCategoryId":"` + category + `","title":"ab","author":{"email":"a@example.com"}}` + "\r\n"
	file := func(field, name string) string {
		return fmt.Sprintf("--b\r\nContent-Disposition: form-data; name=%q; filename=%q\r\n\r\nx\r\n", field, name)
	}
	const end, field = "--b--\r\n", "customFields." + category
	for _, tc := range []struct {
		name, body string
		status     int
		want       string // the value of the field
	}{
		{"one", data + file(field, "a") + end, 201, `{"key":"files/a","name":"a","url":"https://files.example.com/a?signature=s"}`},
		{"two", data + file(field, "a") + file(field, "b") + end, 201, `[{"key":"files/a","name":"a","url":"https://files.example.com/a?signature=s"},` +
			`{"key":"files/b","name":"b","url":"https://files.example.com/b?signature=s"}]`},
		{"none", data + end, 201, ""},
		{"no data", file(field, "a") + end, 400, ""},
		{"data twice", data + data + end, 400, ""},
		{"for no field", data + file("log", "a") + end, 400, ""},
		{"too many", data + strings.Repeat(file(field, "a"), 11) + end, 400, ""},
		{"cut", data + file(field, "a"), 400, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			srv.Reset()
			r, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+ticketsPath, strings.NewReader(tc.body))
			require.NoError(t, err)
			r.Header.Set("Authorization", "Bearer "+srv.Token)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			resp, err := hc.Do(r)
			require.NoError(t, err)
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.Equal(t, tc.status, resp.StatusCode, "%s", body)
			if tc.status != 201 {
				assert.Empty(t, srv.Tickets())
			} else if got, _ := srv.Tickets()[0].CustomFields[category].(string); tc.want == "" {
				assert.Empty(t, got)
			} else {
				assert.JSONEq(t, tc.want, got)
			}
		})
	}
}

func TestTickets_refuse(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	hc := &http.Client{Transport: srv.Transport()}
	srv.AddTicket(featurebase.Ticket{TicketNumber: 5, Title: "A ticket"})
	const ticket = `{"ticketCategoryId":"` + category + `","title":"ab","author":{"email":"a@example.com"}`
	for _, tc := range []struct{ method, path, body, failure string }{
		{"GET", "/0", "", "params.ticketNumber: Number must be greater than or equal to 1"},
		{"GET", "/x", "", "params.ticketNumber: Expected integer, received string"},
		{"GET", "/05", "", "params.ticketNumber: Expected integer, received string"},
		{"GET", "/6", "", "resource_not_found id"},
		{"GET", "/categories/" + category, "", "board_not_found"},
		{"GET", "?sortBy=title", "", "query.sortBy: Invalid enum value. Expected 'date' | 'recent' | 'ticketNumber', received 'title'"},
		{"POST", "", ticket + `,"author":{}}`, "missing_parameter author"},
		{"POST", "", ticket + `,"open":false}`, "body: Unrecognized key(s) in object: 'open'"},
		{"POST", "", ticket + `,"linkedConversationId":"9"}`, "invalid_request linkedConversationId"},
		{"POST", "", ticket + `,"customFields":{"` + category + `":{"url":"http://example.com/a"}}}`, "invalid_request customFields"},
		{"PATCH", "/5", `{"author":{"email":"a@example.com"}}`, "body: Unrecognized key(s) in object: 'author'"},
		{"PATCH", "/5", `{"title":"x"}`, "body.title: String must contain at least 2 character(s)"},
		{"POST", "/5/reply", `{"type":"contact","body":"x"}`, "missing_parameter contactId"},
		{"POST", "/5/reply", `{"type":"admin","body":"x"}`, "body.adminId: Required"},
		{"POST", "/5/reply", `{"type":"contact","contactId":"` + category + `","body":"x","messageType":"note"}`, "body.messageType: Invalid enum value. Expected 'comment', received 'note'"},
		{"POST", "/5/reply", `{"type":"admin","adminId":"` + category + `","body":"x","attachmentUrls":["","","","","","","","","","",""]}`, "body.attachmentUrls: Array must contain at most 10 element(s)"},
		{"POST", "", `{"ticketCategoryId":"` + category + `","title":"ab","author":{"userId":"nobody"}}`, "resource_not_found"},
		{"POST", "/5/reply", `{"type":"contact","contactId":"` + category + `","body":"x"}`, "invalid_request"},
	} {
		t.Run(tc.method+" "+tc.path+tc.body, func(t *testing.T) {
			_, _, failure := ask(t, hc, srv, tc.method, ticketsPath+tc.path, tc.body)
			assert.Equal(t, tc.failure, failure)
		})
	}
}
