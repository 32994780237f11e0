package featurebasetest_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	conversationsPath = "/v2/conversations"
	noConversation    = conversationsPath + "/999"
	began             = "2000-01-01T00:00:00.000Z"
)

type jsonObject = map[string]any

// newConversation returns a conversation as the API has it, with additional members.
func newConversation(members jsonObject) jsonObject {
	o := jsonObject{
		"object": "conversation", "adminAssigneeId": nil, "botConversationStateLastUpdatedAt": nil, "brandId": nil, "createdAt": began,
		"hasAdminOverriddenLanguage": false, "isBlocked": false, "lastActivityAt": began, "participants": []any{}, "priority": false, "prioritySetAt": nil,
		"snoozedUntil": nil, "state": "open", "tags": []any{}, "teamAssigneeId": nil, "updatedAt": began, "userPreferredLanguage": "en", "waitingSince": nil,
	}
	maps.Copy(o, members)
	return o
}

func TestConversations_createReplyAndRedact(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		ada := srv.AddContact(featurebase.Contact{UserID: "u1", Email: "ada@example.com", Name: "Ada"})
		participant := jsonObject{"id": ada.ID, "type": "customer"}
		author := jsonObject{"id": ada.ID, "type": "customer", "name": "Ada", "email": "ada@example.com"}
		admin := jsonObject{"id": board, "type": "admin", "name": "Admin"}

		status, c, failure := ask(t, hc, srv, "POST", conversationsPath, fmt.Sprintf(`{"from":{"type":"contact","id":%q},"bodyMarkdown":"1 < 2"}`, ada.ID))
		require.Equal(t, 201, status, failure)
		source := jsonObject{
			"author": participant, "bodyHtml": "<p>1 &lt; 2</p>", "bodyMarkdown": "1 < 2", "channel": "desktop", "deliveredAs": "customer_initiated",
		}
		want := newConversation(jsonObject{"id": "10001", "participants": []any{participant}, "source": source, "awaitingCustomerReply": false})
		assert.Equal(t, want, c)
		path := conversationsPath + "/10001"

		part := func(id, kind, markdown, html, at string, author jsonObject) jsonObject {
			p := jsonObject{
				"object": "conversation_part", "id": id, "partType": kind, "bodyMarkdown": markdown, "bodyHtml": html, "author": author, "redacted": false,
				"createdAt": at, "updatedAt": at,
			}
			if kind != "admin_note" {
				p["channel"] = "desktop"
			}
			return p
		}
		time.Sleep(time.Hour)
		const later = "2000-01-01T01:00:00.000Z"
		parts := []any{} // without the first message
		for _, tc := range []struct {
			body string
			want jsonObject
		}{
			{`{"type":"contact","userId":"u1","messageType":"reply","bodyMarkdown":"b"}`, part("2", "user_msg", "b", "<p>b</p>", later, author)},
			{`{"type":"admin","id":"` + board + `","messageType":"note","bodyMarkdown":"c"}`, part("3", "admin_note", "c", "<p>c</p>", later, admin)},
			{`{"type":"admin","id":"` + board + `","messageType":"reply","bodyMarkdown":"d","skipNotifications":true}`, part("4", "admin_msg", "d", "<p>d</p>", later, admin)},
		} {
			status, got, failure := ask(t, hc, srv, "POST", path+"/reply", tc.body)
			require.Equal(t, 201, status, failure)
			assert.Equal(t, tc.want, got)
			parts = append(parts, tc.want)
		}
		want["lastActivityAt"], want["updatedAt"], want["awaitingCustomerReply"], want["conversationParts"] = later, later, true, parts
		_, c, _ = ask(t, hc, srv, "GET", path, "")
		assert.Equal(t, want, c)

		// The part stays, and the source.
		time.Sleep(time.Hour)
		redacted := maps.Clone(parts[0].(jsonObject))
		redacted["bodyHtml"], redacted["bodyMarkdown"], redacted["redacted"], redacted["updatedAt"] = "", "", true, "2000-01-01T02:00:00.000Z"
		parts[0] = redacted
		want["updatedAt"] = "2000-01-01T02:00:00.000Z"
		status, c, failure = ask(t, hc, srv, "POST", conversationsPath+"/redact", `{"type":"conversation_part","conversationId":"10001","conversationPartId":"2"}`)
		require.Equal(t, 200, status, failure)
		assert.Equal(t, want, c)
		_, c, _ = ask(t, hc, srv, "GET", path, "")
		assert.Equal(t, want, c)

		delete(want, "conversationParts")
		_, list, _ := ask(t, hc, srv, "GET", conversationsPath, "")
		assert.Equal(t, jsonObject{"object": "list", "data": []any{want}, "nextCursor": nil}, list)
		assert.Len(t, srv.Conversations()[0].Parts, 3)

		status, deleted, _ := ask(t, hc, srv, "DELETE", path, "")
		assert.Equal(t, 200, status)
		assert.Equal(t, jsonObject{"id": "10001", "object": "conversation", "deleted": true}, deleted)
		assert.Empty(t, srv.Conversations())
		srv.AddConversation(featurebase.Conversation{})
		srv.Reset()
		assert.Empty(t, srv.Conversations())
	})
}

func TestConversations_beginFromAnAdmin(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
		status, c, failure := ask(t, hc, srv, "POST", conversationsPath, fmt.Sprintf(`{"from":{"type":"admin","id":%q},"bodyMarkdown":"Hi","channel":"email",
			"subject":"News","createdAt":"2020-01-01T00:00:00Z","recipients":{"to":{"emails":["ada@example.com"],"ids":[%q]},"bcc":{"emails":["new@example.com"]}}}`, board, ada.ID))
		require.Equal(t, 201, status, failure)
		contacts := srv.Contacts()
		require.Len(t, contacts, 2)
		assert.Equal(t, "new@example.com", contacts[1].Email)
		assert.Equal(t, []any{jsonObject{"id": ada.ID, "type": "customer"}, jsonObject{"id": contacts[1].ID, "type": "customer"}}, c["participants"])
		source := c["source"].(jsonObject)
		assert.Equal(t, []any{"admin_initiated", "email", "News"}, []any{source["deliveredAs"], source["channel"], source["subject"]})
		assert.Equal(t, "2020-01-01T00:00:00.000Z", c["createdAt"])
		assert.Empty(t, srv.Conversations()[0].Parts)
	})
}

func TestConversations_update(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		attribute := srv.AddConversationAttribute(featurebase.ConversationAttribute{Name: "Plan"})
		id := srv.AddConversation(featurebase.Conversation{}).ID
		want := newConversation(jsonObject{"id": id})
		for _, tc := range []struct {
			body    string
			members jsonObject
		}{
			{`{"title":"T","adminAssigneeId":"` + board + `","teamAssigneeId":"` + board + `","actingAdminId":"` + board + `","markAsRead":{"allAdmins":true,"allContacts":null,"adminIds":[],"contactIds":[]}}`,
				jsonObject{"title": "T", "adminAssigneeId": board, "teamAssigneeId": board}},
			{`{"state":"snoozed","snoozedUntil":"2030-01-01T00:00:00Z"}`, jsonObject{"state": "snoozed", "snoozedUntil": "2030-01-01T00:00:00.000Z"}},
			{`{"state":"closed","adminAssigneeId":null,"teamAssigneeId":null}`, jsonObject{"state": "closed", "snoozedUntil": nil, "adminAssigneeId": nil, "teamAssigneeId": nil}},
			{`{"customAttributes":{"` + attribute.ID + `":"Free","other":[1]}}`, jsonObject{"customAttributes": jsonObject{attribute.ID: "Free", "other": []any{1.0}}}},
			{`{"customAttributes":{"other":null}}`, jsonObject{"customAttributes": jsonObject{attribute.ID: "Free"}}},
		} {
			maps.Copy(want, tc.members)
			status, c, failure := ask(t, hc, srv, "PATCH", conversationsPath+"/"+id, tc.body)
			require.Equal(t, 200, status, failure)
			assert.Equal(t, want, c, tc.body)
		}

		values := []any{jsonObject{"id": attribute.ID, "identifier": "plan", "name": "Plan", "dataType": "string", "fieldSubType": "text", "value": "Free"}}
		_, c, _ := ask(t, hc, srv, "GET", conversationsPath+"/"+id+"?include=customAttributeDefinitions", "")
		assert.Equal(t, values, c["customAttributeValues"])
		_, list, _ := ask(t, hc, srv, "GET", conversationsPath+"?include=customAttributeDefinitions", "")
		assert.Equal(t, values, list["data"].([]any)[0].(jsonObject)["customAttributeValues"])
		_, list, _ = ask(t, hc, srv, "POST", conversationsPath+"/search", `{"include":["customAttributeDefinitions"]}`)
		assert.Equal(t, values, list["data"].([]any)[0].(jsonObject)["customAttributeValues"])
	})
}

func TestConversations_tagsAndParticipants(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		ada, lead := srv.AddContact(featurebase.Contact{UserID: "u1", Email: "ada@example.com"}), srv.AddContact(featurebase.Contact{Type: "lead", Email: "lead@example.com"})
		tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "biling"})
		path := conversationsPath + "/" + srv.AddConversation(featurebase.Conversation{Parts: []featurebase.ConversationPart{{BodyMarkdown: "Hi"}, {PartType: "status"}}}).ID

		attach := fmt.Sprintf(`{"tagId":%q,"actingAdminId":%q}`, tag.ID, board)
		for range 2 {
			status, attached, failure := ask(t, hc, srv, "POST", path+"/tags", attach)
			require.Equal(t, 200, status, failure)
			assert.Equal(t, jsonObject{
				"type": "tag", "id": tag.ID, "name": "biling", "targetPartId": "1", "appliedAt": began, "appliedBy": jsonObject{"type": "admin", "id": board},
			}, attached)
		}
		_, _, failure := ask(t, hc, srv, "POST", tagsPath, fmt.Sprintf(`{"id":%q,"name":"billing"}`, tag.ID))
		require.Empty(t, failure)
		_, c, _ := ask(t, hc, srv, "GET", path, "")
		assert.Equal(t, []any{jsonObject{"type": "tag", "id": tag.ID, "name": "billing"}}, c["tags"])
		status, detached, failure := ask(t, hc, srv, "DELETE", path+"/tags/"+tag.ID, `{"actingAdminId":"`+board+`"}`)
		require.Equal(t, 200, status, failure)
		assert.Equal(t, jsonObject{
			"type": "tag", "id": tag.ID, "name": "billing", "targetPartId": "1", "removedAt": began, "removedBy": jsonObject{"type": "admin", "id": board},
		}, detached)
		assert.Empty(t, srv.Conversations()[0].Tags)
		_, _, failure = ask(t, hc, srv, "POST", path+"/tags", attach)
		require.Empty(t, failure)
		_, _, failure = ask(t, hc, srv, "DELETE", tagsPath+"/"+tag.ID, "")
		require.Empty(t, failure)
		assert.Empty(t, srv.Conversations()[0].Tags, "a tag that is deleted is gone everywhere")

		people := func(method, body string) any {
			t.Helper()
			_, c, failure := ask(t, hc, srv, method, path+"/participants", body)
			require.Empty(t, failure, body)
			return c["participants"]
		}
		a, l := jsonObject{"id": ada.ID, "type": "customer"}, jsonObject{"id": lead.ID, "type": "lead"}
		assert.Equal(t, []any{a}, people("POST", `{"participant":{"email":"ADA@example.com"}}`))
		assert.Equal(t, []any{a}, people("POST", `{"participant":{"userId":"u1"},"actingAdminId":"`+board+`"}`))
		assert.Equal(t, []any{a, l}, people("POST", `{"participant":{"id":"`+lead.ID+`","userId":"u1"}}`))
		assert.Equal(t, []any{l}, people("DELETE", `{"id":"`+ada.ID+`","actingAdminId":"`+board+`"}`))
	})
}

func TestConversations_listByTags(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	x, y := srv.AddConversationTag(featurebase.ConversationTag{Name: "x"}), srv.AddConversationTag(featurebase.ConversationTag{Name: "y"})
	srv.AddConversation(featurebase.Conversation{Title: "A", Tags: []featurebase.ConversationTag{x, y}})
	srv.AddConversation(featurebase.Conversation{Title: "B", Tags: []featurebase.ConversationTag{y}})
	srv.AddConversation(featurebase.Conversation{Title: "C"})
	for query, want := range map[string]string{"": "A B C", "tagIds=" + y.ID: "A B", "tagIds=" + y.ID + "," + x.ID: "A", "tagIds=" + x.ID + "&tagIds=" + y.ID: "A"} {
		assert.Equal(t, want, titlesOfAllPages(t, hc, srv, conversationsPath, query), query)
	}
}

func TestConversations_search(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com", Name: "Ada", Companies: []featurebase.Company{{CompanyID: "acme", Name: "Acme"}}})
		tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "x"})
		start := time.Now().Unix()
		srv.AddConversation(featurebase.Conversation{
			Title: "A", Priority: true, AdminAssigneeID: board, Tags: []featurebase.ConversationTag{tag},
			Participants: []featurebase.ConversationParticipant{{ID: ada.ID, Type: "customer"}},
			Parts:        []featurebase.ConversationPart{{BodyMarkdown: "hello"}, {BodyMarkdown: "a refund, please"}, {PartType: "admin_note", BodyMarkdown: "note"}},
		})
		time.Sleep(time.Minute)
		srv.AddConversation(featurebase.Conversation{Title: "B", State: "closed", TeamAssigneeID: board, BrandID: board})
		search := func(body string) string {
			_, list, failure := ask(t, hc, srv, "POST", conversationsPath+"/search", body)
			if failure != "" {
				return failure
			}
			return titles(list)
		}
		for clause, want := range map[string]string{
			`"state","operator":"=","value":"open"`:                                  "A",
			`"state","operator":"!=","value":"open"`:                                 "B",
			`"state","operator":"NIN","value":["open","closed"]`:                     "",
			`"state","operator":"=","value":"new"`:                                   "invalid_parameter query",
			`"priority","operator":"=","value":true`:                                 "A",
			`"priority","operator":"!=","value":true`:                                "B",
			`"adminAssigneeId","operator":"=","value":null`:                          "B",
			`"admin_assignee_id","operator":"IN","value":["` + board + `"]`:          "A",
			`"teamAssigneeId","operator":"=","value":"` + board + `"`:                "B",
			`"brandId","operator":"=","value":"` + board + `"`:                       "B",
			`"brandId","operator":"!=","value":"` + board + `"`:                      "query_too_broad query",
			`"tagIds","operator":"=","value":"` + tag.ID + `"`:                       "A",
			`"participantId","operator":"=","value":"` + ada.ID + `"`:                "A",
			`"userId","operator":"IN","value":["` + ada.ID + `"]`:                    "A",
			`"companyId","operator":"=","value":"acme"`:                              "A",
			`"companyId","operator":"=","value":"` + ada.Companies[0].ID + `"`:       "A",
			`"mentionedAdminIds","operator":"=","value":"` + board + `"`:             "",
			`"createdAt","operator":"=","value":` + fmt.Sprint(start):                "A",
			`"createdAt","operator":">","value":` + fmt.Sprint(start):                "B",
			`"createdAt","operator":"<","value":` + fmt.Sprint(start+60):             "A",
			`"createdAt","operator":"!=","value":` + fmt.Sprint(start):               "invalid_parameter query",
			`"createdAt","operator":">=","value":` + fmt.Sprint(start):               "invalid_parameter query",
			`"lastActivityAt","operator":">","value":1`:                              "invalid_parameter query",
			`"title","operator":"=","value":"A"`:                                     "invalid_parameter query",
			`"tagIds","operator":"=","value":null`:                                   "invalid_parameter query",
			`"teamAssigneeId","operator":"NIN","value":["64e3f1a2b9c8d7e600000abd"]`: "query_too_broad query",
		} {
			assert.Equal(t, want, search(`{"query":{"field":`+clause+`}}`), clause)
		}
		for body, want := range map[string]string{
			`{}`:                              "B A",
			`{"sort":"lastActivityAt:asc"}`:   "A B",
			`{"sort":"last_activity_at:asc"}`: "A B",
			`{"sort":"createdAt:asc"}`:        "body.sort: Invalid enum value. Expected 'lastActivityAt:desc' | 'last_activity_at:desc' | 'lastActivityAt:asc' | 'last_activity_at:asc', received 'createdAt:asc'",
			`{"search":"REFUND please"}`:      "A",
			`{"search":"refund","query":{"field":"state","operator":"=","value":"closed"}}`: "",
			`{"include":["parts"]}`: "body.include.0: Invalid enum value. Expected 'customAttributeDefinitions', received 'parts'",
			`{"include":"parts"}`:   "body.include: Expected array, received string",
			`{"limit":101}`:         "body.limit: Number must be less than or equal to 100",
		} {
			assert.Equal(t, want, search(body), body)
		}

		_, list, _ := ask(t, hc, srv, "POST", conversationsPath+"/search", `{"search":"refund","limit":1}`)
		part := func(id, markdown string) jsonObject {
			return jsonObject{"id": id, "partType": "user_msg", "author": nil, "createdAt": began, "previewMarkdown": markdown, "previewMarkdownTruncated": false}
		}
		assert.Equal(t, jsonObject{"object": "list", "nextCursor": nil, "totalCount": 1.0, "totalCountCapped": false, "data": []any{jsonObject{
			"object": "conversation", "id": "10001", "title": "A", "state": "open", "priority": true, "prioritySetAt": nil, "brandId": nil, "adminAssigneeId": board,
			"teamAssigneeId": nil, "tags": []any{jsonObject{"type": "tag", "id": tag.ID, "name": "x"}}, "participants": []any{jsonObject{"id": ada.ID, "type": "customer"}},
			"lastActivityAt": began, "createdAt": began, "updatedAt": began,
			"conversationUser": jsonObject{"id": ada.ID, "type": "customer", "name": "Ada", "email": "ada@example.com"},
			"matchingPart":     jsonObject{"id": "2", "partType": "user_msg", "createdAt": began}, "matchingPartAuthor": nil, "matchingBodyPreviewMarkdown": "a refund, please",
			"relevanceScore": 1.0, "surroundingConversationParts": []any{part("1", "hello"), part("2", "a refund, please")},
		}}}, list)

		// A cursor belongs to a mode.
		_, list, _ = ask(t, hc, srv, "POST", conversationsPath+"/search", `{"limit":1}`)
		next := list["nextCursor"].(string)
		assert.Equal(t, "A", search(`{"cursor":"`+next+`"}`))
		assert.Equal(t, "invalid_cursor cursor", search(`{"search":"refund","cursor":"`+next+`"}`))
	})
}

func TestConversations_countUpToAThousand(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	count := func() []any {
		_, list, _ := ask(t, hc, srv, "POST", conversationsPath+"/search", `{"limit":1}`)
		return []any{list["totalCount"], list["totalCountCapped"]}
	}
	for range 999 {
		srv.AddConversation(featurebase.Conversation{})
	}
	assert.Equal(t, []any{999.0, false}, count())
	srv.AddConversation(featurebase.Conversation{})
	srv.AddConversation(featurebase.Conversation{})
	assert.Equal(t, []any{1000.0, true}, count())
}

func TestConversations_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		ada := srv.AddContact(featurebase.Contact{UserID: "u1"})
		tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "x"})
		added := srv.AddConversation(featurebase.Conversation{
			Participants: []featurebase.ConversationParticipant{{ID: ada.ID, Type: "customer"}},
			Parts:        []featurebase.ConversationPart{{BodyMarkdown: "Hi"}, {PartType: "admin_note"}},
		})
		path := conversationsPath + "/" + added.ID
		before := srv.Conversations()
		contact, admin := `"from":{"type":"contact","id":"`+ada.ID+`"}`, `"from":{"type":"admin","id":"`+board+`"},"bodyMarkdown":"a"`
		redact := func(conversation, part string) string {
			return fmt.Sprintf(`{"type":"conversation_part","conversationId":%q,"conversationPartId":%q}`, conversation, part)
		}
		acting := `{"actingAdminId":"` + board + `"}`
		for _, tc := range []struct{ method, path, body, want string }{
			{"GET", noConversation, "", "404 conversation_not_found"},
			{"PATCH", noConversation, "{}", "404 conversation_not_found"},
			{"DELETE", noConversation, "", "404 conversation_not_found"},
			{"POST", noConversation + "/reply", `{"type":"contact","userId":"u1","messageType":"reply","bodyMarkdown":"a"}`, "404 conversation_not_found"},
			{"POST", noConversation + "/tags", `{"tagId":"` + tag.ID + `","actingAdminId":"` + board + `"}`, "404 conversation_not_found"},
			{"DELETE", noConversation + "/tags/" + tag.ID, `{"actingAdminId":"` + board + `"}`, "404 conversation_not_found"},
			{"POST", noConversation + "/participants", `{"participant":{"userId":"u1"}}`, "404 conversation_not_found"},
			{"DELETE", noConversation + "/participants", `{"id":"` + ada.ID + `"}`, "404 conversation_not_found"},
			{"GET", conversationsPath + "/12345678901234567", "", "400 params.conversationId: String must contain at most 16 character(s)"},
			{"DELETE", conversationsPath + "/" + board, "", "400 params.conversationId: String must contain at most 16 character(s)"},
			{"PUT", path, "{}", "404 Cannot PUT /v2/conversations/10001"},
			{"GET", path + "?include=parts", "", "400 query.include.0: Invalid enum value. Expected 'customAttributeDefinitions', received 'parts'"},
			{"GET", path + "?limit=1", "", "400 query: Unrecognized key(s) in object: 'limit'"},
			{"GET", conversationsPath + "?include=parts", "", "400 query.include.0: Invalid enum value. Expected 'customAttributeDefinitions', received 'parts'"},
			{"GET", conversationsPath + "?state=open", "", "400 query: Unrecognized key(s) in object: 'state'"},
			{"GET", conversationsPath + "?cursor=x", "", "400 invalid_cursor cursor"},

			{"POST", conversationsPath, `{` + contact + `}`, "400 body.bodyMarkdown: Required"},
			{"POST", conversationsPath, `{"bodyMarkdown":"a"}`, "400 body.from: Required"},
			{"POST", conversationsPath, `{"bodyMarkdown":"a","from":{"type":"contact"}}`, "400 body.from.id: Required"},
			{"POST", conversationsPath, `{"bodyMarkdown":"a","from":{"id":"` + ada.ID + `"}}`, "400 body.from.type: Invalid discriminator value. Expected 'admin' | 'contact'"},
			{"POST", conversationsPath, `{"bodyMarkdown":"a","from":{"type":"contact","id":"` + board + `"}}`, "404 contact_not_found"},
			{"POST", conversationsPath, `{"bodyMarkdown":"a","from":{"type":"bot","id":"` + board + `"}}`, "400 body.from.type: Invalid discriminator value. Expected 'admin' | 'contact'"},
			{"POST", conversationsPath, `{` + contact + `,"bodyMarkdown":"a","channel":"slack"}`, "400 body.channel: Invalid enum value. Expected 'desktop' | 'email', received 'slack'"},
			{"POST", conversationsPath, `{` + admin + `}`, "400 business_validation_error recipients"},
			{"POST", conversationsPath, `{` + admin + `,"recipients":{"to":{}}}`, "400 business_validation_error recipients"},
			{"POST", conversationsPath, `{` + admin + `,"recipients":{"to":{"emails":["new@example.com"],"ids":["` + board + `"]}}}`, "400 business_validation_error recipients"},
			{"POST", conversationsPath, `{` + admin + `,"channel":"email","recipients":{"to":{"emails":["new@example.com"]}}}`, "400 missing_parameter subject"},

			{"PATCH", path, `{"state":"snoozed"}`, "400 invalid_request snoozedUntil"},
			{"PATCH", path, `{"state":"snoozed","snoozedUntil":null}`, "400 invalid_request snoozedUntil"},
			{"PATCH", path, `{"state":"new"}`, "400 body.state: Invalid enum value. Expected 'open' | 'closed' | 'snoozed', received 'new'"},
			{"PATCH", path, `{"customAttributes":[]}`, "400 body.customAttributes: Expected object, received array"},
			{"PATCH", path, `[]`, "400 body: Expected object, received array"},

			{"POST", path + "/reply", `{"type":"contact","userId":"u1","messageType":"note","bodyMarkdown":"a"}`, "400 body.messageType: Invalid enum value. Expected 'reply', received 'note'"},
			{"POST", path + "/reply", `{"type":"contact","messageType":"reply","bodyMarkdown":"a"}`, "400 missing_parameter id"},
			{"POST", path + "/reply", `{"type":"contact","userId":"u2","messageType":"reply","bodyMarkdown":"a"}`, "404 contact_not_found"},
			{"POST", path + "/reply", `{"type":"admin","messageType":"reply","bodyMarkdown":"a"}`, "400 body.id: Required"},
			{"POST", path + "/reply", `{"type":"admin","id":"` + board + `","bodyMarkdown":"a"}`, "400 body.messageType: Required"},
			{"POST", path + "/reply", `{"type":"admin","id":"` + board + `","messageType":"reply"}`, "400 body.bodyMarkdown: Required"},

			{"POST", conversationsPath + "/redact", redact("999", "1"), "404 conversation_not_found"},
			{"POST", conversationsPath + "/redact", redact(added.ID, "9"), "404 conversation_part_not_found"},
			{"POST", conversationsPath + "/redact", redact(added.ID, "2"), "400 invalid_request conversationPartId"},
			{"POST", conversationsPath + "/redact", redact(added.ID, "x"), "404 conversation_part_not_found"},
			{"POST", conversationsPath + "/redact", `{"type":"message","conversationId":"1","conversationPartId":"1"}`, "400 body.type: Invalid enum value. Expected 'conversation_part', received 'message'"},
			{"POST", conversationsPath + "/redact", `{"conversationId":"1","conversationPartId":"1"}`, "400 body.type: Required"},

			{"POST", path + "/tags", `{"tagId":"` + tag.ID + `"}`, "400 body.actingAdminId: Required"},
			{"POST", path + "/tags", `{"tagId":"` + board + `","actingAdminId":"` + board + `"}`, "404 resource_not_found"},
			{"DELETE", path + "/tags/" + tag.ID, "{}", "400 body.actingAdminId: Required"},
			{"DELETE", path + "/tags/" + tag.ID, "", "400 body: Required"},
			{"DELETE", path + "/tags/" + tag.ID, acting, "404 resource_not_found"},
			{"DELETE", path + "/tags/x", acting, "400 invalid_request tagId"},

			{"POST", path + "/participants", `{}`, "400 body.participant: Required"},
			{"POST", path + "/participants", `{"participant":{}}`, "400 invalid_request participant"},
			{"POST", path + "/participants", `{"participant":{"id":"` + board + `"}}`, "404 contact_not_found"},
			{"POST", path + "/participants", `{"participant":{"email":"new@example.com"}}`, "404 contact_not_found"},
			{"POST", path + "/participants", `{"participant":{"userId":"u2"}}`, "404 contact_not_found"},
			{"DELETE", path + "/participants", `{}`, "400 body.id: Required"},
			{"DELETE", path + "/participants", ``, "400 body: Required"},
			{"DELETE", path + "/participants", `{"id":"` + board + `"}`, "404 participant_not_found"},
			{"DELETE", path + "/participants", `{"id":"` + ada.ID + `"}`, "400 invalid_request id"},
		} {
			status, _, failure := ask(t, hc, srv, tc.method, tc.path, tc.body)
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %s %s", tc.method, tc.path, tc.body)
		}
		assert.Equal(t, before, srv.Conversations(), "what is refused changes nothing")
		assert.Len(t, srv.Contacts(), 1)
	})
}

func TestAddConversation_mistakes(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	for want, c := range map[string]featurebase.Conversation{
		`featurebasetest: AddConversation: ID "x-1" Invalid`:                {ID: "x-1"},
		`featurebasetest: AddConversation: ID "x-1" of a part: Invalid`:     {Parts: []featurebase.ConversationPart{{ID: "x-1"}}},
		`featurebasetest: AddConversation: there are two parts with ID "1"`: {Parts: []featurebase.ConversationPart{{}, {ID: "1"}}},
	} {
		assert.PanicsWithValue(t, want, func() { srv.AddConversation(c) })
	}
	assert.Empty(t, srv.Conversations())
}

func TestConversations_areFoundByTheirAttributes(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	attribute := func(subType featurebase.ConversationAttributeSubType) string {
		return srv.AddConversationAttribute(featurebase.ConversationAttribute{Name: string(subType), FieldSubType: subType}).ID
	}
	plan, topics, seats := attribute("select"), attribute("multi-select"), attribute("number")
	trial, renewal := attribute("checkbox"), attribute("date")
	add := func(title string, attributes map[string]any) {
		srv.AddConversation(featurebase.Conversation{Title: title, CustomAttributes: attributes})
	}
	add("A", map[string]any{plan: "Free", topics: []string{"billing", "bugs"}, seats: 3, trial: true, renewal: "2026-01-01"})
	add("B", map[string]any{plan: "Pro", topics: []string{"bugs"}, seats: 10, trial: false})
	add("C", map[string]any{plan: 1, seats: "many"})
	for clause, want := range map[string]string{
		plan + `","operator":"=","value":"Free"`:          "A",
		plan + `","operator":"IN","value":["Free","Pro"]`: "B A",
		topics + `","operator":"=","value":"bugs"`:        "B A",
		topics + `","operator":"=","value":"billing"`:     "A",
		seats + `","operator":">","value":3`:              "B",
		seats + `","operator":"<=","value":3`:             "A",
		seats + `","operator":"=","value":"many"`:         "invalid_parameter query",
		seats + `","operator":"!=","value":3`:             "query_too_broad query",
		trial + `","operator":"=","value":false`:          "B",
		trial + `","operator":"!=","value":false`:         "C A",
		trial + `","operator":"IN","value":[true]`:        "invalid_parameter query",
		plan + `","operator":">","value":"Free"`:          "invalid_parameter query",
		renewal + `","operator":"=","value":"2026-01-01"`: "invalid_parameter query",
		`none","operator":"=","value":"Free"`:             "invalid_parameter query",
	} {
		_, list, failure := ask(t, hc, srv, "POST", conversationsPath+"/search", `{"query":{"field":"customAttributes.`+clause+`}}`)
		if failure != "" {
			assert.Equal(t, want, failure, clause)
			continue
		}
		assert.ElementsMatch(t, strings.Fields(want), strings.Fields(titles(list)), clause)
	}
}
