package featurebasetest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const contactsPath = "/v2/contacts"

// ask sends a request with JSON, if there is any, and decodes the answer. The
// failure is "code param" of an error in the envelope, and the message of others.
func ask(t *testing.T, hc *http.Client, srv *featurebasetest.Server, method, path, body string) (status int, answer map[string]any, failure string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+srv.Token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	resp, err := hc.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &answer), "%s", b)
	if e, ok := answer["error"].(map[string]any); ok {
		if status, ok := e["status"]; ok { // one was seen without
			assert.EqualValues(t, resp.StatusCode, status)
		}
		assert.NotEmpty(t, e["message"])
		failure = strings.TrimSpace(fmt.Sprint(e["code"], " ", orEmpty(e["param"])))
	} else if message, ok := answer["message"].(string); ok && resp.StatusCode >= 400 {
		failure = manyValues.ReplaceAllString(strings.TrimPrefix(message, "Validation error: "), "Expected one of many")
	}
	return resp.StatusCode, answer, failure
}

// manyValues are those of an enumeration, in the message about another.
var manyValues = regexp.MustCompile(`Expected ('[^']*' \| ){4,}'[^']*'`)

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// names returns the names of the contacts in a list, in their order.
func names(list map[string]any) string {
	var names []string
	for _, c := range list["data"].([]any) {
		names = append(names, c.(map[string]any)["name"].(string))
	}
	return strings.Join(names, " ")
}

func TestContacts_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		contact := contactsPath + "/" + srv.AddContact(featurebase.Contact{ID: id, UserID: "u1", Name: "Ada", Email: "ada@example.com"}).ID
		lead := contactsPath + "/" + srv.AddContact(featurebase.Contact{Type: "lead", UserID: "l1"}).ID
		before := srv.Contacts()
		const none = contactsPath + "/507f1f77bcf86cd799439999"
		fifteen := strings.TrimSuffix(strings.Repeat(`{"field":"name","operator":"=","value":"Ada"},`, 15), ",")
		for _, tc := range []struct{ method, path, body, want string }{
			{"GET", none, "", "404 contact_not_found"},
			{"POST", none + "/block", "", "404 contact_not_found"},
			{"POST", none + "/unblock", "", "404 contact_not_found"},
			{"GET", none + "/email-preferences", "", "404 contact_not_found"},
			{"GET", contactsPath + "/by-user-id/u2", "", "404 contact_not_found"},
			{"DELETE", contactsPath + "/by-user-id/u2", "", "404 contact_not_found"},
			{"GET", contactsPath + "/by-user-id/l1", "", "404 contact_not_found"},
			{"DELETE", contactsPath + "/by-user-id/l1", "", "400 invalid_request"},
			{"GET", lead + "/email-preferences", "", "400 invalid_request"},
			{"PATCH", lead + "/email-preferences", `{"preferences":{"all":"subscribed"}}`, "400 invalid_request"},
			{"GET", contactsPath + "/by-user-id/l1/email-preferences", "", "404 contact_not_found"},
			{"GET", contactsPath + "/ada", "", "400 invalid_id id"},
			{"GET", contactsPath + "/search", "", "400 invalid_id id"},
			{"POST", contactsPath + "/ada/block", "", "400 invalid_id id"},
			{"DELETE", contactsPath + "/by-user-id", "", "400 invalid_id id"},
			{"GET", contactsPath + "/by-user-id/" + strings.Repeat("%C3%A9", 256), "", "400 params.userId: String must contain at most 255 character(s)"},
			{"DELETE", contactsPath + "/", "", "404 Cannot DELETE /v2/contacts/"},
			{"DELETE", contactsPath + "/by-user-id/", "", "404 Cannot DELETE /v2/contacts/by-user-id/"},
			{"DELETE", contactsPath, "", "404 Cannot DELETE /v2/contacts"},
			{"GET", "/v1/contacts", "", "404 Cannot GET /v1/contacts"},
			{"GET", contact + "/block", "", "404 Cannot GET /v2/contacts/507f1f77bcf86cd799439011/block"},
			{"GET", contact + "/notes", "", "404 Cannot GET /v2/contacts/507f1f77bcf86cd799439011/notes"},
			{"GET", contact + "?expand=1", "", "400 query: Unrecognized key(s) in object: 'expand'"},

			{"GET", contactsPath + "?limit=0", "", "400 query.limit: Number must be greater than or equal to 1"},
			{"GET", contactsPath + "?limit=101", "", "400 query.limit: Number must be less than or equal to 100"},
			{"GET", contactsPath + "?limit=ten", "", "400 query.limit: Expected integer, received string"},
			{"GET", contactsPath + "?limit=1&limit=2", "", "400 query.limit: Expected integer, received array"},
			{"GET", contactsPath + "?contactType=customers", "", "400 query.contactType: Invalid enum value. Expected 'customer' | 'lead' | 'all', received 'customers'"},
			{"GET", contactsPath + "?type=lead", "", "400 query: Unrecognized key(s) in object: 'type'"},
			{"GET", contactsPath + "?cursor=x", "", "400 invalid_cursor cursor"},
			{"GET", contactsPath + "?cursor=", "", "400 invalid_cursor cursor"},
			{"GET", contactsPath + "?a=%zz", "", "400 query: Invalid"},

			{"POST", contactsPath, "", "400 body: Required"},
			{"POST", contactsPath, `{`, "400 body: Invalid JSON"},
			{"POST", contactsPath, `null`, "400 body: Expected object, received null"},
			{"POST", contactsPath, `[]`, "400 body: Expected object, received array"},
			{"POST", contactsPath, `{"email":"x@example.com"}{}`, "400 body: Invalid JSON"},
			{"POST", contactsPath, `{}`, "400 missing_parameter"},
			{"POST", contactsPath, `{"name":"Ada"}`, "400 missing_parameter"},
			{"POST", contactsPath, `{"userId":""}`, "400 missing_parameter"},
			{"POST", contactsPath, `{"email":"ada"}`, "400 body.email: Invalid email"},
			{"POST", contactsPath, `{"userId":1,"email":"ada@example.com"}`, "400 body.userId: Expected string, received number"},
			{"POST", contactsPath, `{"userId":"u1","name":null}`, "400 body.name: Expected string, received null"},
			{"POST", contactsPath, `{"userId":"u1","email":null}`, "400 body.email: Expected string, received null"},
			{"POST", contactsPath, `{"userId":"u1","userid":"u2"}`, "400 body: Unrecognized key(s) in object: 'userid'"},
			{"POST", contactsPath, `{"userId":"u1","description":"x"}`, "400 body: Unrecognized key(s) in object: 'description'"},
			{"POST", contactsPath, `{"userId":"u1","roles":"admin"}`, "400 body.roles: Expected array, received string"},
			{"POST", contactsPath, `{"userId":"u1","roles":[1]}`, "400 body.roles.0: Expected string, received number"},
			{"POST", contactsPath, `{"userId":"u1","roles":null}`, "400 body.roles: Expected array, received null"},
			{"POST", contactsPath, `{"userId":"u1","subscribedToChangelog":"yes"}`, "400 body.subscribedToChangelog: Expected boolean, received string"},
			{"POST", contactsPath, `{"userId":"u1","createdAt":1735689600}`, "400 body.createdAt: Expected string, received number"},
			{"POST", contactsPath, `{"userId":"u1","createdAt":"yesterday"}`, "400 invalid_request createdAt"},
			{"POST", contactsPath, `{"userId":"u1","phone":1}`, "400 body.phone: Expected string, received number"},
			{"POST", contactsPath, `{"userId":"u1","customFields":null}`, "400 body.customFields: Expected object, received null"},
			{"POST", contactsPath, `{"userId":"u1","customFields":{"a":{}}}`, "400 body.customFields.a: Invalid input"},
			{"POST", contactsPath, `{"userId":"u1","customFields":{"a":[[1]]}}`, "400 body.customFields.a: Invalid input"},
			{"POST", contactsPath, `{"userId":"u1","companies":{}}`, "400 body.companies: Expected array, received object"},
			{"POST", contactsPath, `{"userId":"u1","companies":[{"id":"c"}]}`, "400 body.companies.0.name: Required"},
			{"POST", contactsPath, `{"userId":"u1","companies":[{"name":"c"}]}`, "400 body.companies.0.id: Required"},
			{"POST", contactsPath, `{"userId":"u1","companies":[{"id":"c","name":"c","size":1}]}`, "400 body.companies.0: Unrecognized key(s) in object: 'size'"},
			{"POST", contactsPath, `{"userId":"u1","companies":[{"id":"c","name":"c","monthlySpend":null}]}`, "400 body.companies.0.monthlySpend: Expected number, received null"},
			{"POST", contactsPath, `{"userId":"u1","name":"Eve","zzz":1}`, "400 body: Unrecognized key(s) in object: 'zzz'"},

			{"PATCH", contact + "/email-preferences", "", "400 body: Required"},
			{"PATCH", contact + "/email-preferences", `{}`, "400 body.preferences: Required"},
			{"PATCH", contact + "/email-preferences", `{"preferences":{}}`, "400 invalid_request preferences"},
			{"PATCH", contact + "/email-preferences", `{"all":"subscribed"}`, "400 body.preferences: Required"},
			{"PATCH", contact + "/email-preferences", `{"preferences":{"all":"unsubscribed","weekly":"subscribed"}}`, "400 body.preferences: Unrecognized key(s) in object: 'weekly'"},
			{"PATCH", contact + "/email-preferences", `{"preferences":{"all":"unsubscribed","changelog":"off"}}`, "400 body.preferences.changelog: Invalid enum value. Expected 'subscribed' | 'unsubscribed', received 'off'"},
			{"PATCH", contact + "/email-preferences", `{"preferences":{"changelog":null}}`, "400 body.preferences.changelog: Expected string, received null"},

			{"POST", contactsPath + "/search", "", "400 body: Required"},
			{"POST", contactsPath + "/search", `{"limit":0}`, "400 body.limit: Number must be greater than or equal to 1"},
			{"POST", contactsPath + "/search", `{"limit":101}`, "400 body.limit: Number must be less than or equal to 100"},
			{"POST", contactsPath + "/search", `{"limit":"10"}`, "400 body.limit: Expected integer, received string"},
			{"POST", contactsPath + "/search", `{"sort":"name:asc"}`, "400 body.sort: Invalid enum value. Expected one of many, received 'name:asc'"},
			{"POST", contactsPath + "/search", `{"sort":"createdAt"}`, "400 body.sort: Invalid enum value. Expected one of many, received 'createdAt'"},
			{"POST", contactsPath + "/search", `{"sort":"createdAt:up"}`, "400 body.sort: Invalid enum value. Expected one of many, received 'createdAt:up'"},
			{"POST", contactsPath + "/search", `{"filter":{}}`, "400 body: Unrecognized key(s) in object: 'filter'"},
			{"POST", contactsPath + "/search", `{"cursor":"x"}`, "400 invalid_cursor cursor"},
			{"POST", contactsPath + "/search", `{"cursor":""}`, "400 invalid_cursor cursor"},
			{"POST", contactsPath + "/search", `{"query":[]}`, "400 body.query: Expected object, received array"},
			{"POST", contactsPath + "/search", `{"query":null}`, "400 body.query: Expected object, received null"},
			{"POST", contactsPath + "/search", `{"query":{"operator":"AND","value":[]}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"operator":"AND","value":[` + fifteen + `]}}`, "200"},
			{"POST", contactsPath + "/search", `{"query":{"operator":"AND","value":[` + fifteen + `,{"field":"name","operator":"=","value":"Ada"}]}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"operator":"OR","value":[` + fifteen + `]}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"operator":"AND","value":[{"operator":"AND","value":[` + fifteen + `]}]}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"name","operator":"="}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"name","operator":"=","value":"Ada","boost":1}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"phone","operator":"=","value":"1"}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"type","operator":"=","value":"all"}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"createdAt","operator":">","value":"2026-01-01"}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"postsCreated","operator":">","value":0.5}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"email","operator":"IN","value":[]}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"email","operator":"IN","value":"a"}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"email","operator":"=","value":["a"]}}`, "400 invalid_parameter query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"name","operator":"!=","value":"Ada"}}`, "400 query_too_broad query"},
			{"POST", contactsPath + "/search", `{"query":{"operator":"AND","value":[{"field":"type","operator":"!=","value":"lead"},{"field":"email","operator":"NIN","value":["a"]}]}}`, "400 query_too_broad query"},
			{"POST", contactsPath + "/search", `{"query":{"field":"type","operator":"!=","value":"lead"}}`, "200"},
			{"POST", contactsPath + "/search", `{"query":{"operator":"AND","value":[{"field":"type","operator":"=","value":"customer"},{"field":"email","operator":"!=","value":"a"}]}}`, "200"},
		} {
			status, _, failure := ask(t, hc, srv, tc.method, tc.path, tc.body)
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %s %s", tc.method, tc.path, tc.body)
		}
		assert.Equal(t, before, srv.Contacts(), "what is refused changes nothing")
		_, p, _ := ask(t, hc, srv, "GET", contact+"/email-preferences", "")
		assert.Equal(t, "subscribed", p["preferences"].(map[string]any)["all"].(map[string]any)["status"])
	})
}

func TestServer_wantsJSON(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", ";"} {
		resp, body, err := send(t, hc, srv, "POST", contactsPath, "Content-Type", contentType)
		require.NoError(t, err)
		assert.Equal(t, 400, resp.StatusCode)
		assert.JSONEq(t, `{"code":400,"message":"Validation error: body: Required"}`, body)
	}
}

func TestContacts_userIDIsOneSegment(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		for _, userID := range []string{"a/b", "..", "%2F", "a b", "é", "ada@example.com", "search", "?x=1#y", strings.Repeat("é", 255)} {
			srv.AddContact(featurebase.Contact{UserID: userID})
			segment := strings.ReplaceAll(url.PathEscape(userID), "..", "%2E%2E")
			status, contact, _ := ask(t, hc, srv, "GET", contactsPath+"/by-user-id/"+segment, "")
			assert.Equal(t, 200, status, userID)
			assert.Equal(t, userID, contact["userId"])
			status, _, _ = ask(t, hc, srv, "DELETE", contactsPath+"/by-user-id/"+segment, "")
			assert.Equal(t, 200, status)
			status, _, _ = ask(t, hc, srv, "GET", contactsPath+"/by-user-id/"+segment, "")
			assert.Equal(t, 404, status)
		}
		assert.Empty(t, srv.Contacts())
	})
}

func TestContacts_upsert(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		upsert := func(wantStatus int, body string) map[string]any {
			t.Helper()
			status, contact, failure := ask(t, hc, srv, "POST", contactsPath, body)
			require.Equal(t, wantStatus, status, failure)
			companies, _ := contact["companies"].([]any)
			for _, c := range companies {
				assert.NotEmpty(t, c.(map[string]any)["updatedAt"])
				delete(c.(map[string]any), "updatedAt")
			}
			return contact
		}
		first := upsert(201, `{"userId":"u1","email":"ada@example.com","name":"Ada","profilePicture":"https://p","phone":"1","locale":"en",
			"roles":["r1"],"subscribedToChangelog":true,"userHash":"h","createdAt":"2020-01-02T03:04:05Z","customFields":{"plan":"pro","n":[1,"a",null],"gone":1},
			"companies":[{"id":"c1","name":"One","companyHash":"h","companySize":3,"createdAt":"2019-01-01T00:00:00Z","customFields":{"k":true},"industry":"i","monthlySpend":9.5,"plan":"p","website":"w"}]}`)
		company := map[string]any{"object": "company", "id": "60d5ec49f1b2c8b100000001", "companyId": "c1", "name": "One", "companySize": 3.0,
			"createdAt": "2019-01-01T00:00:00.000Z", "customFields": map[string]any{"k": true}, "industry": "i", "monthlySpend": 9.5, "plan": "p", "website": "w",
			"lastActivity": nil, "linkedUsers": 1.0}
		want := map[string]any{
			"object": "contact", "id": "507f1f77bcf86cd700000001", "type": "customer", "userId": "u1", "email": "ada@example.com", "name": "Ada",
			"profilePicture": "https://p", "locale": "en", "roles": []any{"r1"}, "subscribedToChangelog": true,
			"customFields": map[string]any{"plan": "pro", "n": []any{1.0, "a", nil}, "gone": 1.0}, "companies": []any{company},
		}
		assert.Equal(t, want, first)

		_, found, _ := ask(t, hc, srv, "POST", contactsPath+"/search", `{"query":{"field":"createdAt","operator":"=","value":1577934245}}`)
		assert.Equal(t, "Ada", names(found), "searches go by when it was created in the caller's system")

		// What is left out stays; null clears; a custom field that is null goes.
		want["customFields"] = map[string]any{"plan": "pro", "n": []any{1.0, "a", nil}}
		delete(want, "profilePicture")
		company["companySize"], company["createdAt"] = nil, nil
		company["name"] = "Uno"
		assert.Equal(t, want, upsert(200, `{"userId":"u1","profilePicture":null,"phone":null,"createdAt":null,"customFields":{"gone":null},
			"companies":[{"id":"c1","name":"Uno","companySize":null,"createdAt":null}]}`))
		assert.Equal(t, want, upsert(200, `{"email":"ADA@example.com","email":"ada@example.com"}`), "by email")

		_, found, _ = ask(t, hc, srv, "POST", contactsPath+"/search", fmt.Sprintf(`{"query":{"field":"createdAt","operator":">","value":%d}}`, time.Now().Add(-time.Hour).Unix()))
		assert.Equal(t, "Ada", names(found), "or in the server, if that is not known")

		delete(want, "customFields")
		assert.Equal(t, want, upsert(200, `{"userId":"u1","customFields":{"plan":null,"n":null}}`))

		// The user id counts more than the email address.
		upsert(201, `{"userId":"u2","name":"Bob"}`)
		assert.Equal(t, "Bob", upsert(200, `{"userId":"u2","email":"ada@example.com"}`)["name"])
		assert.Equal(t, "Ada", upsert(200, `{"userId":"u3","email":"ada@example.com","companies":[],"roles":[]}`)["name"], "is known by email alone")
		status, _, _ := ask(t, hc, srv, "GET", contactsPath+"/by-user-id/u1", "")
		assert.Equal(t, 404, status, "has got another user id")
		status, contact, _ := ask(t, hc, srv, "GET", contactsPath+"/by-user-id/u3", "")
		assert.Equal(t, 200, status)
		assert.NotContains(t, contact, "companies", "an empty list takes away what there is")

		// A lead is changed if there is no customer, and stays a lead.
		srv.AddContact(featurebase.Contact{Type: "lead", Email: "cleo@example.com", Name: "Cleo"})
		assert.Equal(t, "lead", upsert(200, `{"email":"cleo@example.com","userId":"u4"}`)["type"])
		upsert(201, `{"userId":"u5","companies":[{"id":"c1","name":"One"},{"id":"c2","name":"Two"}]}`)
		companies := srv.Contacts()[3].Companies
		assert.Equal(t, "60d5ec49f1b2c8b100000001", companies[0].ID, "a company has one id")
		assert.Equal(t, "60d5ec49f1b2c8b100000002", companies[1].ID)
		assert.Len(t, srv.Contacts(), 4)
	})
}

func TestContacts_leadDoesNotHideCustomer(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	srv.AddContact(featurebase.Contact{UserID: "u1", Name: "customer"})
	lead := srv.AddContact(featurebase.Contact{Type: "lead", UserID: "u1", Name: "lead", Email: "l@example.com"})
	status, _, _ := ask(t, hc, srv, "POST", contactsPath, `{"email":"l@example.com","name":"lead too"}`)
	require.Equal(t, 200, status)
	byUserID := func() any {
		_, c, _ := ask(t, hc, srv, "GET", contactsPath+"/by-user-id/u1", "")
		return c["name"]
	}
	assert.Equal(t, "customer", byUserID())
	status, _, _ = ask(t, hc, srv, "DELETE", contactsPath+"/"+lead.ID, "")
	require.Equal(t, 200, status)
	assert.Equal(t, "customer", byUserID())
}

func TestContacts_listSurvivesDeletions(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		var ids []string
		for i := range 30 {
			c := featurebase.Contact{Name: fmt.Sprint(i), Type: "customer"}
			if i%3 == 2 {
				c.Type = "lead"
			}
			ids = append(ids, srv.AddContact(c).ID)
		}
		_, first, _ := ask(t, hc, srv, "GET", contactsPath, "")
		assert.Equal(t, "0 1 3 4 6 7 9 10 12 13", names(first), "ten customers, unless asked for otherwise")
		assert.Equal(t, "list", first["object"])
		_, leads, _ := ask(t, hc, srv, "GET", contactsPath+"?contactType=lead&limit=10", "")
		assert.Equal(t, "2 5 8 11 14 17 20 23 26 29", names(leads))
		assert.Nil(t, leads["nextCursor"], "there are no more")

		// From each page, one contact is deleted; from the next, too.
		var seen []string
		next := ""
		for page := 0; ; page++ {
			_, list, failure := ask(t, hc, srv, "GET", contactsPath+"?contactType=all&limit=4&cursor="+next, "")
			if page == 0 {
				_, list, failure = ask(t, hc, srv, "GET", contactsPath+"?contactType=all&limit=4", "")
			}
			require.Empty(t, failure)
			seen = append(seen, names(list))
			cursor, more := list["nextCursor"].(string)
			if !more {
				break
			}
			next = url.QueryEscape(cursor)
			if page == 1 {
				for _, i := range []int{0, 4, 7, 8, 9, 12} {
					status, _, _ := ask(t, hc, srv, "DELETE", contactsPath+"/"+ids[i], "")
					require.Equal(t, 200, status)
				}
			}
		}
		assert.Equal(t, []string{"0 1 2 3", "4 5 6 7", "10 11 13 14", "15 16 17 18", "19 20 21 22", "23 24 25 26", "27 28 29"}, seen)
	})
}

func TestContacts_block(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		for _, c := range []featurebase.Contact{{}, {Type: "lead"}} {
			id := srv.AddContact(c).ID
			assert.False(t, srv.Blocked(id))
			for range 2 {
				_, a, _ := ask(t, hc, srv, "POST", contactsPath+"/"+strings.ToUpper(id)+"/block", "")
				assert.Equal(t, map[string]any{"id": id, "object": "contact", "blocked": true}, a)
				assert.True(t, srv.Blocked(strings.ToUpper(id)))
			}
			_, a, _ := ask(t, hc, srv, "POST", contactsPath+"/"+id+"/unblock", "")
			assert.Equal(t, map[string]any{"id": id, "object": "contact", "unblocked": true}, a)
			assert.False(t, srv.Blocked(id))
		}
	})
}

func TestContacts_emailPreferences(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		contact := srv.AddContact(featurebase.Contact{UserID: "u/1"})
		for _, path := range []string{contactsPath + "/" + contact.ID, contactsPath + "/by-user-id/u%2F1"} {
			change := func(body string) string {
				_, p, failure := ask(t, hc, srv, "PATCH", path+"/email-preferences", body)
				require.Empty(t, failure)
				_, same, _ := ask(t, hc, srv, "GET", path+"/email-preferences", "")
				assert.Equal(t, p, same)
				assert.Equal(t, "contact_email_preferences", p["object"])
				assert.Equal(t, contact.ID, p["contactId"])
				assert.Equal(t, "u/1", p["userId"])
				assert.Contains(t, p, "email")
				assert.Nil(t, p["email"])
				var states []string
				for _, topic := range []string{"all", "postUpdates", "postComments", "commentReplies", "changelog"} {
					state := p["preferences"].(map[string]any)[topic].(map[string]any)
					states = append(states, state["status"].(string)[:1]+state["effectiveStatus"].(string)[:1])
				}
				return strings.Join(states, " ")
			}
			assert.Equal(t, "ss ss ss ss uu", change(`{"preferences":{"changelog":"unsubscribed"}}`))
			assert.Equal(t, "uu su su su uu", change(`{"preferences":{"all":"unsubscribed"}}`))
			assert.Equal(t, "uu su uu su su", change(`{"preferences":{"postComments":"unsubscribed","changelog":"subscribed"}}`))
			assert.Equal(t, "ss ss uu ss ss", change(`{"preferences":{"all":"subscribed"}}`))
			change(`{"preferences":{"postComments":"subscribed"}}`)
		}
	})
}

func TestContacts_areCopies(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	verified, posts := true, 3
	given := featurebase.Contact{
		Name: "Ada", Roles: []string{"r"}, CustomFields: map[string]any{"list": []any{"a"}}, Verified: &verified, PostsCreated: &posts,
		Companies: []featurebase.Company{{Name: "One"}}, LastActivity: time.Now(), Extra: map[string]json.RawMessage{"x": json.RawMessage(`1`)},
	}
	added := srv.AddContact(given)
	want := srv.Contacts()
	for _, c := range []featurebase.Contact{given, added, srv.Contacts()[0]} {
		c.Roles[0] = "changed"
		c.CustomFields["list"].([]any)[0] = "changed"
		c.CustomFields["more"] = 1
		*c.Verified = false
		*c.PostsCreated = 0
		c.Companies[0].Name = "changed"
		c.Extra["x"][0] = '2'
		assert.Equal(t, want, srv.Contacts())
	}
}

func TestServer_isSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 10 {
				userID := fmt.Sprint(worker, "/", i)
				c, created, err := client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: userID})
				if !assert.NoError(t, err) {
					return
				}
				assert.True(t, created)
				assert.NoError(t, client.Contacts.Block(t.Context(), c.ID))
				assert.True(t, srv.Blocked(c.ID))
				_, err = client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{})
				assert.NoError(t, err)
				assert.NotEmpty(t, srv.Contacts())
				_, err = client.Contacts.DeleteByUserID(t.Context(), userID)
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
	assert.Empty(t, srv.Contacts())
	assert.Len(t, srv.Requests(), 8*10*4)
}
