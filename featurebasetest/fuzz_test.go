package featurebasetest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// script is the text of requests that FuzzServer sends one after another. Each
// has a line with method and target, header lines, an empty line and a body.
func script(requests ...string) string { return strings.Join(requests, "\x00") }

// sendScript sends the requests of a script that net/http can express, and
// fails unless each is answered with JSON and a status that is no server error.
func sendScript(t *testing.T, srv *featurebasetest.Server, text string) {
	t.Helper()
	hc := &http.Client{Transport: srv.Transport()}
	for request := range strings.SplitSeq(text, "\x00") {
		head, body, _ := strings.Cut(request, "\n\n")
		lines := strings.Split(head, "\n")
		method, target, _ := strings.Cut(lines[0], " ")
		r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+target, strings.NewReader(body))
		if err != nil {
			continue
		}
		r.Header.Set("Authorization", "Bearer "+srv.Token)
		r.Header.Set("Content-Type", "application/json")
		for _, line := range lines[1:] {
			name, value, _ := strings.Cut(line, ":")
			r.Header.Set(name, strings.TrimSpace(value))
		}
		resp, err := hc.Do(r)
		if err != nil {
			continue
		}
		b, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Less(t, resp.StatusCode, 500, "%q", request)
		require.True(t, json.Valid(b), "%q: %q", request, b)
	}
}

// listing returns what all pages of a list have, and fails unless they can be
// had.
func listing(t *testing.T, srv *featurebasetest.Server, method, path string, query map[string]any) (all []map[string]any) {
	t.Helper()
	hc := &http.Client{Transport: srv.Transport()}
	target, body := srv.URL+path, []byte(nil)
	for {
		if method == http.MethodPost {
			var err error
			body, err = json.Marshal(query)
			require.NoError(t, err)
		} else {
			var pairs []string
			for name, value := range query {
				pairs = append(pairs, name+"="+url.QueryEscape(fmt.Sprint(value)))
			}
			target = srv.URL + path + "?" + strings.Join(pairs, "&")
		}
		r, err := http.NewRequestWithContext(t.Context(), method, target, bytes.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+srv.Token)
		r.Header.Set("Content-Type", "application/json")
		resp, err := hc.Do(r)
		require.NoError(t, err)
		b, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, 200, resp.StatusCode, "%s", b)
		var page struct {
			Data       []map[string]any
			NextCursor any
		}
		require.NoError(t, json.Unmarshal(b, &page))
		all = append(all, page.Data...)
		if page.NextCursor == nil {
			return all
		}
		query["cursor"] = page.NextCursor
	}
}

func FuzzServer(f *testing.F) {
	const company = `{"userId":"u1","email":"ada@example.com","companies":[{"id":"c","name":"n","companySize":3,"monthlySpend":1e300,"createdAt":%q,"customFields":{"k":[1,"a",null]}}]}`
	f.Add(script("POST /v2/contacts\n\n" + fmt.Sprintf(company, "2020-01-01T00:00:00+24:00")))
	f.Add(script("POST /v2/contacts\n\n"+fmt.Sprintf(company, "2020-01-01T00:00:00Z"), "POST /v2/contacts\n\n"+fmt.Sprintf(company, "0000-01-01T00:00:00+23:59")))
	f.Add(script("POST /v2/contacts\n\n{\"userId\":\"u1\",\"createdAt\":\"9999-12-31T23:59:59-24:00\"}", "POST /v2/contacts/search\n\n{\"sort\":\"createdAt:asc\",\"limit\":1}"))
	f.Add(script("POST /v2/contacts\n\n{\"userId\":\"a/b\",\"customFields\":{\"n\":-0.0e-300,\"\\u0000\":\"\xff\"},\"roles\":[\"r\"],\"phone\":null}",
		"GET /v2/contacts/by-user-id/a%2Fb/email-preferences", "PATCH /v2/contacts/by-user-id/a%2Fb/email-preferences\n\n{\"preferences\":{\"all\":\"unsubscribed\"}}",
		"POST /v2/contacts/507f1f77bcf86cd700000001/block", "DELETE /v2/contacts/507f1f77bcf86cd700000001"))
	f.Add(script("GET /v2/contacts?limit=1&cursor=eyJwbGFjZSI6MX0\nFeaturebase-Version: 2026-08-19.orbit", "GET /v2/%zz", "GET /v2/contacts/%ff\nAuthorization: x"))
	f.Add(script("POST /v2/contacts/search\nContent-Type: text/plain\n\n{}",
		`POST /v2/contacts/search`+"\n\n"+`{"query":{"operator":"AND","value":[{"field":"type","operator":"=","value":"lead"},{"field":"createdAt","operator":"<","value":1e15}]},"cursor":""}`))
	const post = "POST /v2/posts\n\n" + `{"boardId":"64e3f1a2b9c8d7e600000abc","title":"ab","author":{"email":"ada@example.com"},"eta":%q,"tags":"a","customFields":{"f":1e300}}`
	f.Add(script(fmt.Sprintf(post, "-62167219200"), "PATCH /v2/posts/64e3f1a2b9c8d7e600000001\n\n"+`{"createdAt":"2020-01-01T00:00:00+24:00","upvotes":9007199254740992}`))
	f.Add(script(fmt.Sprintf(post, "253402300799"), "POST /v2/posts/64e3f1a2b9c8d7e600000001/voters\n\n{\"userId\":\"u\",\"email\":\"b@example.com\"}",
		"DELETE /v2/contacts/507f1f77bcf86cd700000001", "DELETE /v2/posts/64e3f1a2b9c8d7e600000001/voters", "GET /v2/posts?sortBy=recent&q=ab&tags=a,b&limit=1"))
	f.Add(script(fmt.Sprintf(post, "2027-01-01"), "POST /v2/posts/search\n\n"+`{"search":"ab","sort":"monthly_spend:asc","query":{"operator":"AND","value":[{"field":"assigneeId","operator":"IN","value":[null]},{"field":"eta","operator":">=","value":1e15}]}}`))
	const comment = "POST /v2/comments\n\n" + `{"postId":"ab-1","content":"ab","author":{"email":"b@example.com"},"upvotes":%d,"downvotes":9007199254740992%s}`
	f.Add(script(fmt.Sprintf(post, "2027-01-01"), fmt.Sprintf(comment, 1, ""), fmt.Sprintf(comment, 9007199254740992, `,"parentCommentId":"64e3f1a2b9c8d7ea00000001"`),
		"DELETE /v2/comments/64e3f1a2b9c8d7ea00000001", "PATCH /v2/comments/64e3f1a2b9c8d7ea00000002\n\n{\"upvotes\":0}", "DELETE /v2/contacts/507f1f77bcf86cd700000001"))
	f.Add(script(fmt.Sprintf(post, "2027-01-01"), fmt.Sprintf(comment, 0, ""), "POST /v2/comments\n\n{\"changelogId\":\"64e3f1a2b9c8d7e600000abc\",\"content\":\"ab\"}",
		"DELETE /v2/posts/64e3f1a2b9c8d7e600000001"))
	f.Add(script("POST /v2/contacts\n\n"+fmt.Sprintf(company, "2020-01-01T00:00:00Z"), "POST /v2/companies\n\n"+`{"companyId":"c","name":"m","monthlySpend":1e300,"createdAt":null}`,
		"POST /v2/companies\n\n"+`{"companyId":"..","name":"n"}`, "POST /v2/companies/60d5ec49f1b2c8b100000002/contacts\n\n"+`{"contactId":"507f1f77bcf86cd700000001"}`,
		"DELETE /v2/companies/60d5ec49f1b2c8b100000001/contacts/507f1f77bcf86cd700000001", "DELETE /v2/companies/by-company-id/%2E%2E"))
	const ticket = "POST /v2/tickets\n\n" + `{"ticketCategoryId":"64e3f1a2b9c8d7e600000abc","title":"ab","author":{"email":"a@example.com"},"customFields":{"f":%s}}`
	f.Add(script(fmt.Sprintf(ticket, `{"url":"https://x/y"}`), fmt.Sprintf(ticket, `[{"url":"https://x/"},{"url":1}]`), "PATCH /v2/tickets/1\n\n{\"open\":false,\"customFields\":{\"f\":null}}",
		"POST /v2/tickets/1/reply\n\n{\"type\":\"contact\",\"contactEmail\":\"a@example.com\",\"body\":\"<b\"}", "GET /v2/tickets?sortBy=recent&q=ab&limit=1",
		"DELETE /v2/contacts/507f1f77bcf86cd700000001", "DELETE /v2/conversations/10001", "DELETE /v2/tickets/1"))
	f.Add(script("POST /v2/tickets\nContent-Type: multipart/form-data; boundary=b\n\n--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"title\":\"ab\"}\r\n--b--"))
	f.Add(script("POST /v2/changelogs/subscribers\n\n{\"emails\":[\"A@example.com\",\" \",\"a@EXAMPLE.com\"],\"locale\":\"de\"}",
		"DELETE /v2/changelogs/subscribers\n\n{\"emails\":[\"a@example.com\"]}", "GET /v2/audit-logs?limit=1&startDate=2026-01-01&cursor=x"))
	const conversation = "POST /v2/conversations\n\n" + `{"from":{"type":"contact","id":"507f1f77bcf86cd700000001"},"bodyMarkdown":"a <b>"}`
	f.Add(script("POST /v2/contacts\n\n{\"userId\":\"u1\"}", conversation, "POST /v2/tags\n\n{\"name\":\"n\"}",
		"POST /v2/conversations/10001/tags\n\n{\"tagId\":\"67ec1234abcd567800000001\",\"actingAdminId\":\"507f1f77bcf86cd700000001\"}",
		"POST /v2/conversations/redact\n\n{\"type\":\"conversation_part\",\"conversationId\":\"10001\",\"conversationPartId\":\"2\"}",
		"POST /v2/conversations/search\n\n{\"search\":\"a\",\"query\":{\"field\":\"tagIds\",\"operator\":\"NIN\",\"value\":[\"x\"]}}",
		"DELETE /v2/conversations/10001/participants\n\n{\"id\":\"507f1f77bcf86cd700000001\"}", "DELETE /v2/tags/67ec1234abcd567800000001"))
	f.Add(script("GET /v2/surveys?limit=1", "GET /v2/surveys/x/responses?pageId=", "GET /v2/conversation_attributes?includeArchived=maybe"))
	f.Fuzz(func(t *testing.T, text string) {
		srv := featurebasetest.New()
		sendScript(t, srv, text)

		// What was stored can be listed, searched and got.
		stored := srv.Contacts()
		listed := listing(t, srv, "GET", "/v2/contacts", map[string]any{"contactType": "all", "limit": 100})
		found := listing(t, srv, "POST", "/v2/contacts/search", map[string]any{"limit": 100, "sort": "createdAt:asc"})
		require.Len(t, listed, len(stored))
		assert.ElementsMatch(t, listed, found)
		hc := &http.Client{Transport: srv.Transport()}
		for i, c := range stored {
			assert.Equal(t, c.ID, listed[i]["id"])
			srv.Blocked(c.ID)
			status, got, _ := ask(t, hc, srv, "GET", contactsPath+"/"+c.ID, "")
			assert.Equal(t, 200, status)
			assert.Equal(t, listed[i], got)
			status, _, _ = ask(t, hc, srv, "GET", contactsPath+"/"+c.ID+"/email-preferences", "")
			assert.Equal(t, 200, status)
		}
		companies := listing(t, srv, "GET", companiesPath, map[string]any{"limit": 100})
		assert.ElementsMatch(t, companies, listing(t, srv, "POST", companiesPath+"/search", map[string]any{"sort": "monthlySpend:asc", "limit": 1}))
		for _, c := range listed {
			embedded, _ := c["companies"].([]any)
			for _, company := range embedded {
				assert.Contains(t, companies, company)
			}
		}
		posts := listing(t, srv, "GET", postsPath, map[string]any{"inReview": true, "limit": 100})
		for _, sort := range []string{"createdAt:desc", "eta:asc", "monthlySpend:desc"} {
			assert.ElementsMatch(t, posts, listing(t, srv, "POST", postsPath+"/search", map[string]any{"sort": sort, "limit": 1}))
		}
		for _, p := range posts {
			status, got, _ := ask(t, hc, srv, "GET", postsPath+"/"+idOf(p), "")
			assert.Equal(t, 200, status)
			assert.Equal(t, p, got)
			listing(t, srv, "GET", postsPath+"/"+idOf(p)+"/voters", map[string]any{"limit": 1})
		}
		comments := listing(t, srv, "GET", commentsPath, map[string]any{"limit": 100})
		require.Len(t, comments, len(srv.Comments()))
		for _, sort := range []string{"createdAt:desc", "confidenceScore:asc", "score:desc"} {
			assert.ElementsMatch(t, comments, listing(t, srv, "POST", commentsPath+"/search", map[string]any{"sort": sort, "limit": 1}))
		}
		for _, c := range comments {
			status, got, _ := ask(t, hc, srv, "GET", commentsPath+"/"+idOf(c), "")
			assert.Equal(t, 200, status)
			assert.Equal(t, c, got)
		}
		conversations := listing(t, srv, "GET", conversationsPath, map[string]any{"limit": 100})
		require.Len(t, conversations, len(srv.Conversations()))
		assert.Len(t, listing(t, srv, "POST", conversationsPath+"/search", map[string]any{"sort": "lastActivityAt:asc", "limit": 1}), len(conversations))
		tickets := listing(t, srv, "GET", ticketsPath, map[string]any{"limit": 100})
		require.Len(t, tickets, len(srv.Tickets()))
		for _, sort := range []string{"date", "recent", "ticketNumber"} {
			assert.ElementsMatch(t, tickets, listing(t, srv, "GET", ticketsPath, map[string]any{"sortBy": sort, "limit": 1}))
		}
		for _, ticket := range tickets {
			status, got, _ := ask(t, hc, srv, "GET", fmt.Sprint(ticketsPath, "/", ticket["ticketNumber"]), "")
			assert.Equal(t, 200, status)
			delete(got, "conversationParts")
			assert.Equal(t, ticket, got)
			for _, link := range ticket["linkedConversations"].([]any) {
				id := link.(map[string]any)["id"]
				assert.True(t, slices.ContainsFunc(conversations, func(c map[string]any) bool { return c["id"] == id }))
			}
		}
	})
}

// A company's time that time.Parse accepts but encoding/json refuses used to be
// stored, after which nothing could be listed.
func TestServer_storesOnlyWhatItCanReturn(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	upsert := func(createdAt string) string {
		_, _, failure := ask(t, hc, srv, "POST", contactsPath, `{"userId":"u1","companies":[{"id":"c","name":"n","createdAt":"`+createdAt+`"}]}`)
		return failure
	}
	assert.Equal(t, "invalid_request companies.0.createdAt", upsert("2020-01-01T00:00:00+24:00"))
	assert.Empty(t, srv.Contacts())
	assert.Empty(t, upsert("2020-01-01T00:00:00+23:59"))
	status, _, _ := ask(t, hc, srv, "GET", contactsPath, "")
	assert.Equal(t, 200, status)
}

func TestServer_boundsBodies(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		const limit = 4 << 20
		post := func(size int, token string) (int, string) {
			body := `{"userId":"u1"}`
			body += strings.Repeat(" ", size-len(body))
			r, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+contactsPath, strings.NewReader(body))
			require.NoError(t, err)
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Content-Type", "application/json")
			resp, err := hc.Do(r)
			require.NoError(t, err)
			defer resp.Body.Close()
			b, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			return resp.StatusCode, string(b)
		}
		status, body := post(limit, srv.Token)
		assert.Equal(t, 201, status, body)
		status, body = post(limit+1, srv.Token)
		assert.Equal(t, 413, status)
		assert.JSONEq(t, `{"error":{"type":"invalid_request_error","code":"request_too_large","message":"The body is longer than 4194304 bytes.","status":413}}`, body)
		status, _ = post(limit+100, "wrong")
		assert.Equal(t, 401, status)
		requests := srv.Requests()
		require.Len(t, requests, 3)
		assert.Len(t, requests[2].Body, limit+1, "the beginning of a body that is too long")

		for range 20 {
			post(limit, "wrong")
		}
		total := 0
		for _, r := range srv.Requests() {
			total += len(r.Body)
		}
		assert.Equal(t, 15*limit, total, "64 MiB are kept, including headers")
	})
}

func TestServer_leavesRequestsOfItsTransportAlone(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	body := io.NopCloser(strings.NewReader("x"))
	r, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+contactsPath, body)
	require.NoError(t, err)
	resp, err := srv.Transport().RoundTrip(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, body, r.Body)
	assert.EqualValues(t, 0, r.ContentLength)
}
