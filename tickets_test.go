package featurebase_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestTickets_haveNumbersFromOne(t *testing.T) {
	t.Parallel()
	reply := featurebase.TicketReplyParams{Type: featurebase.ConversationFromAdmin, AdminID: boardID, Body: "Hi"}
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
	opened, err := client.Tickets.Create(t.Context(), featurebase.TicketCreateParams{TicketCategoryID: boardID, Title: "Refund", Author: featurebase.AuthorParams{Email: "ada@example.com"}})
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
	_, err := client.Tickets.Create(t.Context(), featurebase.TicketCreateParams{TicketCategoryID: boardID, Title: "Refund", Author: featurebase.AuthorParams{Email: "ada@example.com"}})
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	require.Len(t, srv.Tickets(), 1)
	srv.FailNext(lost)
	_, err = client.Tickets.Reply(t.Context(), 1, featurebase.TicketReplyParams{Type: featurebase.ConversationFromContact, ContactEmail: "ada@example.com", Body: "Well?"})
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Len(t, srv.Conversations()[0].Parts, 2, "the first message, and one reply")
	assert.Len(t, srv.Requests(), 2)
}

func TestTicketParams_refuseWhatCanNotBeMeant(t *testing.T) {
	t.Parallel()
	type reply = featurebase.TicketReplyParams
	const admin, contact = featurebase.ConversationFromAdmin, featurebase.ConversationFromContact
	link := func(value any) doFunc {
		return updateTicket(featurebase.TicketUpdateParams{CustomFields: map[string]any{contactID: value}})
	}
	const notHTTPS = `CustomFields["` + contactID + `"]: want URLs that begin with https://`
	for _, tc := range []struct {
		name string
		call doFunc
		want string // empty: it is sent
	}{
		{"of nobody", createTicket(featurebase.TicketCreateParams{TicketCategoryID: boardID, Title: "Refund"}), "Author: ID, UserID and Email are empty; want one of them"},
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
		{"from a contact who is an admin", replyToTicket(reply{Type: contact, ContactID: contactID, AdminID: boardID, Body: "Hi"}), "AdminID: want it for ConversationFromAdmin alone"},
		{"a contact's note", replyToTicket(reply{Type: contact, ContactID: contactID, MessageType: featurebase.TicketNote, Body: "Hi"}), "MessageType: contacts can't write notes; want TicketComment"},
		{"an admin's note", replyToTicket(reply{Type: admin, AdminID: boardID, MessageType: featurebase.TicketNote, Body: "Hi"}), ""},
		{"from no admin", replyToTicket(reply{Type: admin, Body: "Hi"}), "AdminID: it is required for an admin"},
		{"from an admin who is a contact", replyToTicket(reply{Type: admin, AdminID: boardID, ContactEmail: "ada@example.com", Body: "Hi"}), "ContactID: want it and ContactEmail for ConversationFromContact alone"},
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
			params := featurebase.TicketReplyParams{Type: featurebase.ConversationFromAdmin, AdminID: boardID, Body: "Hi"}
			reply, err := newClient(t, respondWith(tc.status, tc.body)).Tickets.Reply(t.Context(), ticketNumber, params)
			require.NoError(t, err)
			for _, name := range tc.extra {
				assert.Contains(t, reply.Extra, name)
			}
			assert.Len(t, reply.Extra, len(tc.extra))
		})
	}
}
