package featurebasetest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// Limits are met exactly: what is one longer is refused.
func TestServer_hasTheLimitsOfTheSchemas(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{ID: id, UserID: "u1"})
	post := postsPath + "/" + srv.AddPost(featurebase.Post{Title: "ab"}).ID
	comment := commentsPath + "/" + srv.AddComment(featurebase.Comment{PostID: srv.Posts()[0].ID, Content: "ab"}).ID
	conversation := conversationsPath + "/" + srv.AddConversation(featurebase.Conversation{}).ID
	srv.AddTicket(featurebase.Ticket{TicketNumber: 1, LinkedConversations: []featurebase.TicketConversation{{ID: srv.Conversations()[0].ID}}})
	onBoard := `"boardId":"` + board + `",`
	text := func(n int) string { return `"` + strings.Repeat("a", n) + `"` }
	list := func(element string) func(int) string {
		return func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + "]" }
	}
	number := func(n int) string { return fmt.Sprint(n) }
	address := func(n int) string { return `"` + strings.Repeat("a", n-6) + `@ab.cd"` }
	const tooLong, tooShort = "must contain at most", "must contain at least"
	for _, tc := range []struct {
		method, path, body string // with a %s
		field              func(int) string
		fits, not          int
		message            string
	}{
		{"POST", postsPath, `{` + onBoard + `"title":%s}`, text, 2, 1, "body.title: String " + tooShort + " 2"},
		{"POST", postsPath, `{` + onBoard + `"title":%s}`, text, 512, 513, "body.title: String " + tooLong + " 512"},
		{"PATCH", post, `{"title":%s}`, text, 512, 513, "body.title: String " + tooLong + " 512"},
		{"PATCH", post, `{"tags":%s}`, list(`"t"`), 50, 51, "body.tags: Invalid input"},
		{"PATCH", post, `{"tags":%s}`, text, 255, 256, "body.tags: Invalid input"},
		{"PATCH", post, `{"customFields":{"f":%s}}`, list(`"t"`), 100, 101, "body.customFields.f: Invalid input"},
		{"PATCH", post, `{"customFields":{"f":[%s]}}`, text, 1000, 1001, "body.customFields.f: Invalid input"},
		{"PATCH", post, `{"upvotes":%s}`, number, 0, -1, "body.upvotes: Number must be greater"},
		{"PATCH", post, `{"author":{"email":"a@example.com","name":%s}}`, text, 255, 256, "body.author.name: String " + tooLong + " 255"},
		{"POST", post + "/voters", `{"email":"b@example.com","userId":%s}`, text, 255, 256, "body.userId: String " + tooLong + " 255"},
		{"PATCH", comment, `{"content":%s}`, text, 2, 1, "body.content: String " + tooShort + " 2"},
		{"POST", contactsPath, `{"userId":%s}`, text, 500, 501, "body.userId: String " + tooLong + " 500"},
		{"POST", contactsPath, `{"email":%s}`, address, 500, 501, "body.email: String " + tooLong + " 500"},
		{"POST", contactsPath, `{"userId":"u1","name":%s}`, text, 500, 501, "body.name: String " + tooLong + " 500"},
		{"POST", contactsPath, `{"userId":"u1","phone":%s}`, text, 500, 501, "body.phone: String " + tooLong + " 500"},
		{"POST", contactsPath, `{"userId":"u1","userHash":%s}`, text, 256, 257, "body.userHash: String " + tooLong + " 256"},
		{"POST", contactsPath, `{"userId":"u1","locale":%s}`, text, 10, 11, "body.locale: String " + tooLong + " 10"},
		{"POST", contactsPath, `{"userId":"u1","roles":%s}`, list(`"r"`), 100, 101, "body.roles: Array " + tooLong + " 100"},
		{"POST", contactsPath, `{"userId":"u1","roles":[%s]}`, text, 255, 256, "body.roles.0: String " + tooLong + " 255"},
		{"POST", contactsPath, `{"userId":"u1","companies":%s}`, list(`{"id":"c","name":"n"}`), 100, 101, "body.companies: Array " + tooLong + " 100"},
		{"POST", contactsPath, `{"userId":"u1","companies":[{"id":%s,"name":"n"}]}`, text, 500, 501, "body.companies.0.id: String " + tooLong + " 500"},
		{"POST", contactsPath, `{"userId":"u1","companies":[{"id":"c","name":"n","monthlySpend":%s}]}`, number, 0, -1, "body.companies.0.monthlySpend: Number"},
		{"POST", companiesPath, `{"companyId":%s,"name":"n"}`, text, 500, 501, "body.companyId: String " + tooLong + " 500"},
		{"POST", companiesPath, `{"companyId":"c","name":%s}`, text, 500, 501, "body.name: String " + tooLong + " 500"},
		{"POST", companiesPath, `{"companyId":"c","name":"n","plan":%s}`, text, 500, 501, "body.plan: String " + tooLong + " 500"},
		{"PATCH", conversation, `{"title":%s}`, text, 255, 256, "body.title: String " + tooLong + " 255"},
		{"PATCH", conversation, `{"markAsRead":{"adminIds":%s}}`, list(`"` + board + `"`), 255, 256, "body.markAsRead.adminIds: Array " + tooLong + " 255"},
		{"POST", tagsPath, `{"name":%s}`, text, 1, 0, "body.name: String " + tooShort + " 1"},
		{"POST", tagsPath, `{"name":%s}`, text, 255, 256, "body.name: String " + tooLong + " 255"},
		{"POST", ticketsPath + "/1/reply", `{"type":"contact","contactId":"` + ada.ID + `","body":"x","attachmentUrls":%s}`, list(`"u"`), 10, 11,
			"body.attachmentUrls: Array " + tooLong + " 10"},
		{"POST", contactsPath + "/search", `{"limit":%s}`, number, 100, 101, "body.limit: Number must be less"},
	} {
		status, _, failure := ask(t, hc, srv, tc.method, tc.path, fmt.Sprintf(tc.body, tc.field(tc.fits)))
		assert.Empty(t, failure, "%s %s: %d", tc.path, tc.body, tc.fits)
		assert.Less(t, status, 300)
		status, _, failure = ask(t, hc, srv, tc.method, tc.path, fmt.Sprintf(tc.body, tc.field(tc.not)))
		assert.Equal(t, 400, status)
		assert.True(t, strings.HasPrefix(failure, tc.message), "%s %s: %d: %s", tc.path, tc.body, tc.not, failure)
	}
}

// A long ID of one's own can be given where its object is created, but not
// addressed.
func TestServer_ownIDsAreShorterInPaths(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for length, want := range map[int]string{255: "", 256: "params.userId: String must contain at most 255 character(s)"} {
		userID := strings.Repeat("é", length)
		status, _, failure := ask(t, hc, srv, "POST", contactsPath, `{"userId":"`+userID+`"}`)
		require.Equal(t, 201, status, failure)
		_, _, failure = ask(t, hc, srv, "GET", contactsPath+"/by-user-id/"+userID, "")
		assert.Equal(t, want, failure)
	}
}

// JavaScript counts an emoji as two characters.
func TestServer_countsAsJavaScriptDoes(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	addPost(t, hc, srv, "👍", "")
	_, _, failure := ask(t, hc, srv, "POST", postsPath, `{"boardId":"`+board+`","title":"`+strings.Repeat("👍", 257)+`"}`)
	assert.Equal(t, "body.title: String must contain at most 512 character(s)", failure)
}

func TestServer_ignoresOtherMembersOfOpenBodies(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{ID: id, UserID: "u1"})
	company := companiesPath + "/" + srv.AddCompany(featurebase.Company{CompanyID: "c"}).ID
	c := srv.AddConversation(featurebase.Conversation{ID: "a1B2", Parts: []featurebase.ConversationPart{{BodyMarkdown: "Hi"}}})
	path := conversationsPath + "/" + c.ID
	tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "x"})
	acting := `"actingAdminId":"` + board + `"`
	for _, tc := range []struct{ method, path, body string }{
		{"POST", conversationsPath, `{"from":{"type":"contact","id":"` + ada.ID + `","x":1},"bodyMarkdown":"a","x":1}`},
		{"PATCH", path, `{"priority":true,"markAsRead":{"x":1}}`},
		{"POST", path + "/reply", `{"type":"admin","id":"` + board + `","userId":"u1","messageType":"reply","bodyMarkdown":"a"}`},
		{"POST", path + "/participants", `{"participant":{"userId":"u1","x":1},"x":1}`},
		{"POST", path + "/tags", `{"tagId":"` + tag.ID + `",` + acting + `,"x":1}`},
		{"DELETE", path + "/tags/" + tag.ID, `{` + acting + `,"x":1}`},
		{"POST", conversationsPath + "/redact", `{"type":"conversation_part","conversationId":"a1B2","conversationPartId":"1","x":1}`},
		{"POST", tagsPath, `{"name":"a","color":"red","actingAdminId":"me"}`},
		{"DELETE", tagsPath + "/" + tag.ID, `{"id":"x"}`},
		{"POST", company + "/contacts", `{"contactId":"` + ada.ID + `","x":1}`},
		{"POST", postsPath, `{"boardId":"` + board + `","title":"ab","author":{"userId":"u1","age":1}}`},
	} {
		status, answer, failure := ask(t, hc, srv, tc.method, tc.path, tc.body)
		assert.Empty(t, failure, "%s %s", tc.path, tc.body)
		assert.Less(t, status, 300)
		assert.NotContains(t, answer, "x")
	}
	_, got, _ := ask(t, hc, srv, "GET", path, "")
	assert.Equal(t, false, got["priority"])
}

var anyTime = regexp.MustCompile(`"[^"]*(?:At|Until|Since|eta|lastActivity)":"([^"]*)"`)

// Times have milliseconds and a Z wherever they come from.
func TestServer_writesTimesAlike(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	odd := time.Date(2026, 1, 2, 3, 4, 5, 678_901_234, time.FixedZone("", 3600))
	contact := srv.AddContact(featurebase.Contact{UserID: "u1", LastActivity: odd, Companies: []featurebase.Company{{CompanyID: "c", CreatedAt: odd}}})
	post := srv.AddPost(featurebase.Post{Title: "ab", CreatedAt: odd, ETA: odd, CustomFields: map[string]any{"dueAt": "2026-01-02T03:04:05Z"}})
	srv.AddConversation(featurebase.Conversation{CreatedAt: odd, SnoozedUntil: odd, Parts: []featurebase.ConversationPart{{BodyMarkdown: "Hi", CreatedAt: odd}}})
	assert.Equal(t, odd.UTC().Truncate(time.Millisecond), post.CreatedAt)
	assert.Equal(t, odd.UTC().Truncate(time.Millisecond), contact.LastActivity)
	_, updated, failure := ask(t, hc, srv, "PATCH", postsPath+"/"+post.ID, `{"createdAt":"2026-01-02","eta":"2026-01-02T03:04:05.6+01:00"}`)
	require.Empty(t, failure)
	assert.Equal(t, []any{"2026-01-02T00:00:00.000Z", "2026-01-02T02:04:05.600Z"}, []any{updated["createdAt"], updated["eta"]})
	assert.Equal(t, jsonObject{"dueAt": "2026-01-02T03:04:05Z"}, updated["customFields"], "this is a user's text")
	delete(updated, "customFields")
	for _, path := range []string{contactsPath, companiesPath, conversationsPath + "/10001"} {
		_, answer, _ := ask(t, hc, srv, "GET", path, "")
		b, err := json.Marshal(answer)
		require.NoError(t, err)
		times := anyTime.FindAllStringSubmatch(string(b), -1)
		require.NotEmpty(t, times, path)
		for _, at := range times {
			assert.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`, at[1], at[0])
		}
	}
}

func TestServer_completesAuthors(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{Name: "Ada", Email: "ada@example.com", ProfilePicture: "https://example.com/ada.png"})
	const stranger = "507f1f77bcf86cd799439012"
	known := jsonObject{"id": ada.ID, "type": "customer", "name": "Ada", "email": "ada@example.com", "profilePicture": "https://example.com/ada.png"}
	unknown := jsonObject{"id": stranger, "type": "lead", "name": "", "email": nil, "profilePicture": nil}
	for _, tc := range []struct {
		id   string
		typ  featurebase.UserType
		want jsonObject
	}{{ada.ID, "customer", known}, {stranger, "lead", unknown}} {
		post := srv.AddPost(featurebase.Post{Title: "ab", Author: &featurebase.PostAuthor{ID: tc.id, Type: tc.typ}})
		comment := srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "ab", Author: &featurebase.CommentAuthor{ID: tc.id, Type: tc.typ}})
		ticket := srv.AddTicket(featurebase.Ticket{Title: "ab", Author: &featurebase.TicketAuthor{ID: tc.id, Type: tc.typ}})
		withoutEmail := jsonObject{}
		for name, v := range tc.want {
			if name != "email" {
				withoutEmail[name] = v
			}
		}
		for path, want := range map[string]jsonObject{
			postsPath + "/" + post.ID: tc.want, commentsPath + "/" + comment.ID: withoutEmail, fmt.Sprint(ticketsPath, "/", ticket.TicketNumber): tc.want,
		} {
			_, got, _ := ask(t, hc, srv, "GET", path, "")
			assert.Equal(t, want, got["author"], path)
		}
	}
}

func TestTickets_mirrorConversationsInTrackers(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{UserID: "u1", Name: "Ada"})
	c := srv.AddConversation(featurebase.Conversation{
		ID: "c1", Title: "Broken", Source: &featurebase.MessageSource{BodyMarkdown: "My passport is X123"},
		Participants: []featurebase.ConversationParticipant{{ID: ada.ID, Type: "customer"}},
		Parts:        []featurebase.ConversationPart{{ID: "2", BodyMarkdown: "Hello?"}, {ID: "3", PartType: "admin_note", BodyMarkdown: "Hm"}},
	})
	ticket := srv.AddTicket(featurebase.Ticket{Title: "Broken", LinkedConversations: []featurebase.TicketConversation{
		{ID: c.ID, Role: featurebase.TicketCategoryTypeCustomer}, {Role: featurebase.TicketCategoryTypeTracker},
	}})
	tracker := ticket.LinkedConversations[1].ID
	require.NotEmpty(t, tracker)
	status, _, failure := ask(t, hc, srv, "POST", ticketsPath+"/1/reply", `{"type":"contact","contactId":"`+ada.ID+`","body":"Well?"}`)
	require.Equal(t, 200, status, failure)

	_, got, _ := ask(t, hc, srv, "GET", conversationsPath+"/"+tracker, "")
	assert.Equal(t, "My passport is X123", got["source"].(jsonObject)["bodyMarkdown"])
	assert.Empty(t, got["participants"])
	said := func(parts any) (said []string) {
		for _, p := range parts.([]any) {
			part := p.(jsonObject)
			said = append(said, fmt.Sprint(part["id"], " ", part["bodyMarkdown"]))
		}
		return said
	}
	assert.Equal(t, []string{"101 Hello?", "102 Well?"}, said(got["conversationParts"]))

	// What is redacted in one stays in the other.
	status, _, failure = ask(t, hc, srv, "POST", conversationsPath+"/redact", `{"type":"conversation_part","conversationId":"c1","conversationPartId":"2"}`)
	require.Equal(t, 200, status, failure)
	_, got, _ = ask(t, hc, srv, "GET", ticketsPath+"/1", "")
	assert.Equal(t, []string{"2 ", "3 Hm", "4 Well?"}, said(got["conversationParts"]), "a ticket's parts are those of the customer's conversation")
	_, got, _ = ask(t, hc, srv, "GET", conversationsPath+"/"+tracker, "")
	assert.Equal(t, []string{"101 Hello?", "102 Well?"}, said(got["conversationParts"]))

	status, _, _ = ask(t, hc, srv, "DELETE", ticketsPath+"/1", "")
	assert.Equal(t, 200, status)
	require.Len(t, srv.Conversations(), 1)
	assert.Equal(t, tracker, srv.Conversations()[0].ID, "it stays")

	assert.PanicsWithValue(t, "featurebasetest: AddTicket: the ticket has a link without an ID that is not to the tracker of another conversation", func() {
		srv.AddTicket(featurebase.Ticket{LinkedConversations: []featurebase.TicketConversation{{Role: featurebase.TicketCategoryTypeTracker}}})
	})
}
