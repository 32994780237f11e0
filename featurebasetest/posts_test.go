package featurebasetest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	postsPath = "/v2/posts"
	board     = "64e3f1a2b9c8d7e600000abc"
	noPost    = postsPath + "/507f1f77bcf86cd799439999"
)

// addPost creates a post with a title and further fields, as JSON.
func addPost(t *testing.T, hc *http.Client, srv *featurebasetest.Server, title, fields string) map[string]any {
	t.Helper()
	status, post, failure := ask(t, hc, srv, "POST", postsPath, fmt.Sprintf(`{"boardId":%q,"title":%q%s}`, board, title, fields))
	require.Equal(t, 201, status, failure)
	return post
}

// titles returns the titles of the posts of a list, in their order.
func titles(list map[string]any) string {
	var titles []string
	for _, p := range list["data"].([]any) {
		titles = append(titles, p.(map[string]any)["title"].(string))
	}
	return strings.Join(titles, " ")
}

func idOf(o map[string]any) string { return o["id"].(string) }

func TestPosts_createAndUpdate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		ada := srv.AddContact(featurebase.Contact{UserID: "u1", Email: "ada@example.com", Name: "Ada"})
		none := []any{}
		author := map[string]any{"id": "64e3f1a2b9c8d7e400000001", "email": "admin@example.com", "name": "Admin", "profilePicture": nil, "type": "admin"}
		want := map[string]any{
			"object": "post", "id": "64e3f1a2b9c8d7e600000001", "boardId": board, "title": "Dark mode!", "content": "", "slug": "dark-mode-1",
			"postUrl": "https://feedback.example.com/p/dark-mode-1", "access": map[string]any{"companyExternalIds": none, "userIds": none},
			"assigneeId": nil, "author": author, "commentCount": 0.0, "createdAt": "2000-01-01T00:00:00.000Z", "updatedAt": "2000-01-01T00:00:00.000Z",
			"customFields": map[string]any{}, "eta": nil, "features": map[string]any{"commentsEnabled": true}, "inReview": false, "isPinned": false,
			"integrations":      map[string]any{"clickup": none, "devops": none, "github": none, "hubspot": none, "jira": none, "linear": none, "salesforce": none},
			"opportunityAmount": nil, "tags": none, "upvotes": 1.0,
			"status": map[string]any{"id": "64e3f1a2b9c8d7e500000001", "object": "post_status", "name": "In Review", "type": "reviewing", "color": "#7B7B7B", "isDefault": true},
		}
		post := addPost(t, hc, srv, "Dark mode!", "")
		assert.Equal(t, want, post)
		path := postsPath + "/" + idOf(post)

		time.Sleep(time.Hour)
		update := func(body string) {
			t.Helper()
			status, updated, failure := ask(t, hc, srv, "PATCH", path, body)
			require.Equal(t, 200, status, failure)
			assert.Equal(t, want, updated)
			_, got, _ := ask(t, hc, srv, "GET", path, "")
			assert.Equal(t, want, got)
		}
		tag := func(name, id string) any { return map[string]any{"id": id, "name": name, "color": nil} }
		want["updatedAt"] = "2000-01-01T01:00:00.000Z"
		want["author"] = map[string]any{"id": ada.ID, "email": "ada@example.com", "name": "Ada", "profilePicture": nil, "type": "customer"}
		want["assigneeId"], want["content"], want["eta"], want["inReview"], want["upvotes"] = ada.ID, "<p>x</p>", "2027-01-01T00:00:00.000Z", true, 7.0
		want["features"] = map[string]any{"commentsEnabled": false}
		want["customFields"] = map[string]any{"f1": "a"}
		want["tags"] = []any{tag("b", "64e3f1a2af63df4c8601f1a5"), tag("a", "64e3f1a2af63dc4c8601ec8c")}
		want["createdAt"] = "2019-12-31T22:00:00.000Z"
		want["title"] = "Night mode"
		update(fmt.Sprintf(`{"author":{"userId":"u1"},"assigneeId":%q,"content":"<p>x</p>","eta":"2027-01-01","inReview":true,"upvotes":7,"commentsEnabled":false,
			"customFields":{"f1":"a","f2":null},"tags":["b","a"],"createdAt":"2020-01-01T00:00:00+02:00","title":"Night mode","sendStatusUpdateEmail":true,"visibility":"authorOnly"}`, strings.ToUpper(ada.ID)))

		// What is left out stays. Null clears assignee and ETA, and changes nothing else.
		want["assigneeId"], want["eta"] = nil, nil
		want["customFields"] = map[string]any{"f2": []any{"b"}}
		want["tags"] = []any{tag("a", "64e3f1a2af63dc4c8601ec8c")}
		update(`{"assigneeId":null,"eta":null,"inReview":null,"upvotes":null,"commentsEnabled":null,"createdAt":null,"sendStatusUpdateEmail":null,
			"customFields":{"f1":null,"f2":["b"]},"tags":"a"}`)
		want["eta"] = "2027-01-15T08:00:00.000Z"
		want["status"] = map[string]any{"id": board, "object": "post_status", "name": "Planned", "type": "unstarted", "color": "#4A90E2", "isDefault": false}
		update(fmt.Sprintf(`{"eta":"1800000000","statusId":%q}`, board))
	})
}

func TestPosts_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		const required = `{"boardId":"` + board + `","title":"ab"`
		path := postsPath + "/" + idOf(addPost(t, hc, srv, "Dark mode", ""))
		_, before, _ := ask(t, hc, srv, "GET", path, "")
		for _, tc := range []struct{ method, path, body, want string }{
			{"GET", noPost, "", "404 resource_not_found post"},
			{"PATCH", noPost, "{}", "404 post_not_found"},
			{"DELETE", noPost, "", "404 post_not_found"},
			{"GET", noPost + "/voters", "", "404 post_not_found"},
			{"POST", noPost + "/voters", "", "404 post_not_found"},
			{"DELETE", noPost + "/voters", "", "404 post_not_found"},
			{"GET", postsPath + "/dark-mode", "", "400 invalid_id id"},
			{"PATCH", postsPath + "/dark-mode", "{}", "400 invalid_id id"},
			{"DELETE", postsPath + "/dark-mode", "", "400 invalid_id id"},
			{"GET", postsPath + "/dark-mode/voters", "", "400 invalid_id id"},
			{"PUT", path, "{}", "404 Cannot PUT /v2/posts/64e3f1a2b9c8d7e600000001"},
			{"GET", path + "?expand=1", "", "400 query: Unrecognized key(s) in object: 'expand'"},

			{"POST", postsPath, `{"title":"ab"}`, "400 body.boardId: Required"},
			{"POST", postsPath, `{"boardId":"` + board + `"}`, "400 body.title: Required"},
			{"POST", postsPath, `{"boardId":"features","title":"ab"}`, "400 invalid_request boardId"},
			{"POST", postsPath, `{"boardId":"` + board + `","title":"a"}`, "400 body.title: String must contain at least 2 character(s)"},
			{"POST", postsPath, required + `,"title":null}`, "400 body.title: Expected string, received null"},
			{"POST", postsPath, required + `,"assigneeId":null}`, "400 body.assigneeId: Expected string, received null"},
			{"POST", postsPath, required + `,"author":"ada"}`, "400 body.author: Expected object, received string"},
			{"POST", postsPath, required + `,"author":{"id":"ada"}}`, "400 invalid_request author.id"},
			{"POST", postsPath, required + `,"author":{"id":"` + board + `"}}`, "400 invalid_request author"},
			{"POST", postsPath, required + `,"author":{"userId":"nobody"}}`, "400 invalid_request author"},
			{"POST", postsPath, required + `,"author":{"email":"x@example.com"},"title":"a"}`, "400 body.title: String must contain at least 2 character(s)"},
			{"POST", postsPath, required + `,"commentsEnabled":1}`, "400 body.commentsEnabled: Expected boolean, received number"},
			{"POST", postsPath, required + `,"content":null}`, "400 body.content: Expected string, received null"},
			{"POST", postsPath, required + `,"createdAt":"2020-01-01T00:00:00+24:00"}`, "400 invalid_request createdAt"},
			{"POST", postsPath, required + `,"createdAt":"0000-01-01T00:00:00+01:00"}`, "400 invalid_request createdAt"},
			{"POST", postsPath, required + `,"customFields":{"a":{}}}`, "400 body.customFields.a: Invalid input"},
			{"POST", postsPath, required + `,"eta":"soon"}`, "400 invalid_request eta"},
			{"POST", postsPath, required + `,"eta":"999999999999"}`, "400 invalid_request eta"},
			{"POST", postsPath, required + `,"eta":"9223372036854775807"}`, "400 invalid_request eta"},
			{"POST", postsPath, required + `,"integrations":{"jira":1}}`, "400 body.integrations.jira: Expected boolean, received number"},
			{"POST", postsPath, required + `,"integrations":{"devops":true}}`, "400 body.integrations: Unrecognized key(s) in object: 'devops'"},
			{"POST", postsPath, required + `,"sendStatusUpdateEmail":true}`, "400 body: Unrecognized key(s) in object: 'sendStatusUpdateEmail'"},
			{"POST", postsPath, required + `,"status":"x"}`, "400 body: Unrecognized key(s) in object: 'status'"},
			{"POST", postsPath, required + `,"tags":[1]}`, "400 body.tags: Invalid input"},
			{"POST", postsPath, required + `,"upvotes":-1}`, "400 body.upvotes: Number must be greater than or equal to 0"},
			{"POST", postsPath, required + `,"upvotes":0.5}`, "400 body.upvotes: Expected integer, received float"},
			{"POST", postsPath, required + `,"upvotes":1e300}`, "400 body.upvotes: Expected integer, received float"},
			{"POST", postsPath, required + `,"visibility":"private"}`, "400 body.visibility: Invalid enum value. Expected 'public' | 'authorOnly' | 'companyOnly', received 'private'"},
			{"PATCH", path, `{"notifyAdmins":true}`, "400 body: Unrecognized key(s) in object: 'notifyAdmins'"},
			{"PATCH", path, `{"integrations":{"jira":true}}`, "400 body: Unrecognized key(s) in object: 'integrations'"},
			{"PATCH", path, `{"title":"New","slug":"new"}`, "400 body: Unrecognized key(s) in object: 'slug'"},
			{"PATCH", path, ``, "400 body: Required"},

			{"GET", postsPath + "?limit=101", "", "400 query.limit: Number must be less than or equal to 100"},
			{"GET", postsPath + "?limit=1&limit=1", "", "400 query.limit: Expected integer, received array"},
			{"GET", postsPath + "?cursor=x", "", "400 invalid_cursor cursor"},
			{"GET", postsPath + "?sortBy=title", "", "400 query.sortBy: Invalid enum value. Expected 'createdAt' | 'recent' | 'trending' | 'upvotes', received 'title'"},
			{"GET", postsPath + "?sortOrder=up", "", "400 query.sortOrder: Invalid enum value. Expected 'asc' | 'desc', received 'up'"},
			{"GET", postsPath + "?inReview=1", "", "400 query.inReview: Invalid enum value. Expected 'true' | 'false', received '1'"},
			{"GET", postsPath + "?inReview=true&inReview=true", "", "400 query.inReview: Expected string, received array"},
			{"GET", postsPath + "?authorId=x", "", "400 query: Unrecognized key(s) in object: 'authorId'"},
			{"GET", path + "/voters?limit=0", "", "400 query.limit: Number must be greater than or equal to 1"},
			{"GET", path + "/voters?cursor=x", "", "400 invalid_cursor cursor"},

			{"POST", path + "/voters", `{"id":"ada"}`, "400 invalid_id id"},
			{"POST", path + "/voters", `{"id":"` + board + `"}`, "400 invalid_request"},
			{"POST", path + "/voters", `{"userId":"nobody"}`, "400 invalid_request"},
			{"POST", path + "/voters", `{"email":"nobody"}`, "400 body.email: Invalid email"},
			{"DELETE", path + "/voters", `{"id":"ada"}`, "400 invalid_id id"},
			{"DELETE", path + "/voters", `{"email":"nobody@example.com"}`, "404 voter_not_found"},
			{"DELETE", path + "/voters", `{"name":"Ada"}`, "400 body: Unrecognized key(s) in object: 'name'"},

			{"POST", postsPath + "/search", `{"search":""}`, "400 body.search: String must contain at least 1 character(s)"},
			{"POST", postsPath + "/search", `{"search":"` + strings.Repeat("é", 501) + `"}`, "400 body.search: String must contain at most 500 character(s)"},
			{"POST", postsPath + "/search", `{"search":"` + strings.Repeat("é", 500) + `"}`, "200"},
			{"POST", postsPath + "/search", `{"sort":"title:asc"}`, "400 body.sort: Invalid enum value. Expected one of many, received 'title:asc'"},
			{"POST", postsPath + "/search", `{"query":{"field":"boardId","operator":"!=","value":"x"}}`, "400 query_too_broad query"},
			{"POST", postsPath + "/search", `{"search":"dark","query":{"field":"boardId","operator":"!=","value":"x"}}`, "200"},
			{"POST", postsPath + "/search", `{"query":{"field":"inReview","operator":"!=","value":true}}`, "200"},
			{"POST", postsPath + "/search", `{"query":{"field":"isPinned","operator":"!=","value":true}}`, "200"},
			{"POST", postsPath + "/search", `{"query":{"field":"boardId","operator":"=","value":null}}`, "400 invalid_parameter query"},
			{"POST", postsPath + "/search", `{"query":{"field":"assigneeId","operator":"=","value":null}}`, "200"},
		} {
			status, _, failure := ask(t, hc, srv, tc.method, tc.path, tc.body)
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %s %s", tc.method, tc.path, tc.body)
		}
		_, after, _ := ask(t, hc, srv, "GET", path, "")
		assert.Equal(t, before, after, "what is refused changes nothing")
		assert.Empty(t, srv.Contacts())
	})
}

func TestPosts_deleteWithTheirVotes(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		id := idOf(addPost(t, hc, srv, "ab", ""))
		status, deleted, _ := ask(t, hc, srv, "DELETE", postsPath+"/"+strings.ToUpper(id), "")
		assert.Equal(t, 200, status)
		assert.Equal(t, map[string]any{"id": id, "object": "post", "deleted": true}, deleted)
		for _, path := range []string{"", "/voters"} {
			status, _, _ = ask(t, hc, srv, "GET", postsPath+"/"+id+path, "")
			assert.Equal(t, 404, status)
		}
	})
}

func TestPosts_list(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		ids := map[string]string{}
		for _, p := range []struct{ title, fields string }{
			{"Alpha", `,"upvotes":3,"tags":["x","y"]`},
			{"Beta", fmt.Sprintf(`,"upvotes":1,"tags":"y","statusId":%q`, board)},
			{"Gamma", `,"upvotes":2,"content":"like Alpha"`},
			{"Delta", `,"inReview":true`},
		} {
			ids[p.title] = idOf(addPost(t, hc, srv, p.title, p.fields))
			time.Sleep(time.Minute)
		}
		status, _, _ := ask(t, hc, srv, "PATCH", postsPath+"/"+ids["Beta"], fmt.Sprintf(`{"boardId":%q}`, id))
		require.Equal(t, 200, status)
		for query, want := range map[string]string{
			"":                                    "Gamma Beta Alpha",
			"sortOrder=asc":                       "Alpha Beta Gamma",
			"sortBy=createdAt&sortOrder=desc":     "Gamma Beta Alpha",
			"sortBy=upvotes":                      "Alpha Gamma Beta",
			"sortBy=trending&sortOrder=asc":       "Beta Gamma Alpha",
			"sortBy=recent":                       "Beta Gamma Alpha",
			"inReview=true":                       "Delta Gamma Beta Alpha",
			"inReview=false":                      "Gamma Beta Alpha",
			"q=alpha":                             "Gamma Alpha",
			"boardId=" + id:                       "Beta",
			"boardId=" + id + "," + board:         "Gamma Beta Alpha",
			"statusId=" + board:                   "Beta",
			"tags=x":                              "Alpha",
			"tags=x,y":                            "Beta Alpha",
			"tags=x&tags=y":                       "Beta Alpha",
			"tags=y&sortBy=upvotes&boardId=" + id: "Beta",
		} {
			_, list, failure := ask(t, hc, srv, "GET", postsPath+"?"+query, "")
			require.Empty(t, failure, query)
			assert.Equal(t, want, titles(list), query)

			// The same, page by page.
			var found []string
			next := ""
			for range 5 {
				_, list, failure := ask(t, hc, srv, "GET", postsPath+"?limit=1&"+query+next, "")
				require.Empty(t, failure, query)
				found = append(found, titles(list))
				if list["nextCursor"] == nil {
					break
				}
				next = "&cursor=" + url.QueryEscape(list["nextCursor"].(string))
			}
			assert.Equal(t, want, strings.Join(found, " "), query)
		}
	})
}

// seedPosts adds the posts that TestPosts_search finds.
func seedPosts(t *testing.T, hc *http.Client, srv *featurebasetest.Server) (ada, lead featurebase.Contact, began int64) {
	t.Helper()
	spend := 10.5
	ada = srv.AddContact(featurebase.Contact{Email: "ada@example.com", Companies: []featurebase.Company{{CompanyID: "acme", MonthlySpend: &spend}}})
	lead = srv.AddContact(featurebase.Contact{Type: "lead", Email: "lead@example.com"})
	began = time.Now().Unix()
	addPost(t, hc, srv, "Aa", fmt.Sprintf(`,"author":{"id":%q},"tags":"x","upvotes":5,"assigneeId":%q,"eta":"%d","inReview":true`, ada.ID, ada.ID, began+60))
	time.Sleep(time.Minute)
	addPost(t, hc, srv, "Bb", fmt.Sprintf(`,"author":{"id":%q},"content":"likes Aa","upvotes":2,"statusId":%q`, lead.ID, board))
	time.Sleep(time.Minute)
	addPost(t, hc, srv, "Cc", `,"upvotes":0`)
	return ada, lead, began
}

func TestPosts_search(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		ada, lead, began := seedPosts(t, hc, srv)
		_, list, _ := ask(t, hc, srv, "GET", postsPath+"?tags=x&inReview=true", "")
		tag := list["data"].([]any)[0].(map[string]any)["tags"].([]any)[0].(map[string]any)["id"].(string)
		quote := func(s string) string { return fmt.Sprintf("%q", s) }
		list2 := func(s ...string) string { return fmt.Sprintf(`["%s"]`, strings.Join(s, `","`)) }
		ids := func(value, want string) map[string]string {
			all, others := []string{"Aa", "Bb", "Cc"}, ""
			for _, title := range all {
				if !slices.Contains(strings.Fields(want), title) {
					others += " " + title
				}
			}
			return map[string]string{"=": quote(value) + " " + want, "!=": quote(value) + others, "IN": list2(value, "x") + " " + want, "NIN": list2(value) + others}
		}
		numbers := func(value any, less, equal, more string) map[string]string {
			result := func(parts ...string) string {
				found := strings.Fields(strings.Join(parts, " "))
				slices.Sort(found)
				return strings.TrimSpace(fmt.Sprint(value, " ", strings.Join(found, " ")))
			}
			return map[string]string{"=": result(equal), "!=": result(less, more), "<": result(less), ">": result(more), "<=": result(less, equal), ">=": result(equal, more)}
		}
		assignee := ids(ada.ID, "Aa")
		eta := numbers(began+60, "", "Aa", "")
		eta["!="] = fmt.Sprint(began+60, " Bb Cc")
		amount := numbers(1, "", "", "")
		amount["!="] = "1 Aa Bb Cc"
		for field, operators := range map[string]map[string]string{ // value and what is found
			"boardId":           ids(board, "Aa Bb Cc"),
			"statusId":          ids(board, "Bb"),
			"tagId":             ids(tag, "Aa"),
			"authorId":          ids(lead.ID, "Bb"),
			"voterId":           {"=": quote(ada.ID) + " Aa", "IN": list2(ada.ID, lead.ID) + " Aa"},
			"assigneeId":        assignee,
			"companyId":         ids("acme", "Aa"),
			"createdAt":         numbers(began+60, "Aa", "Bb", "Cc"),
			"updatedAt":         numbers(began+60, "Aa", "Bb", "Cc"),
			"eta":               eta,
			"upvotes":           numbers(2, "Cc", "Bb", "Aa"),
			"commentCount":      numbers(0, "", "Aa Bb Cc", ""),
			"monthlySpend":      numbers(10.5, "Bb Cc", "Aa", ""),
			"opportunityAmount": amount,
			"inReview":          {"=": "true Aa", "!=": "true Bb Cc"},
			"isPinned":          {"=": "false Aa Bb Cc", "!=": "false"},
		} {
			for _, operator := range []string{"=", "!=", "IN", "NIN", ">", "<", ">=", "<=", "~", "!~", "^", "$"} {
				value, want, _ := strings.Cut(operators[operator], " ")
				if value == "" {
					for _, value := range []string{`"a"`, `["a"]`, `1`, `true`} {
						status, _, _ := ask(t, hc, srv, "POST", postsPath+"/search", fmt.Sprintf(`{"query":{"field":%q,"operator":%q,"value":%s}}`, field, operator, value))
						assert.Equal(t, 400, status, "%s %s %s", field, operator, value)
					}
					continue
				}
				_, list, failure := ask(t, hc, srv, "POST", postsPath+"/search", fmt.Sprintf(
					`{"sort":"createdAt:asc","query":{"operator":"AND","value":[{"field":"created_at","operator":">","value":0},{"field":%q,"operator":%q,"value":%s}]}}`, field, operator, value))
				require.Empty(t, failure, "%s %s %s", field, operator, value)
				assert.Equal(t, want, titles(list), "%s %s %s", field, operator, value)
				assert.EqualValues(t, len(strings.Fields(want)), list["totalCount"])
				assert.Equal(t, false, list["totalCountCapped"])
			}
		}
		for body, want := range map[string]string{
			`{}`:                           "Cc Bb Aa",
			`{"sort":"upvotes:desc"}`:      "Aa Bb Cc",
			`{"sort":"monthly_spend:asc"}`: "Bb Cc Aa",
			`{"sort":"eta:asc"}`:           "Bb Cc Aa",
			`{"search":"AA"}`:              "Bb Aa",
			`{"search":"aa likes"}`:        "Bb",
			`{"query":{"field":"assigneeId","operator":"=","value":null}}`:                                  "Cc Bb",
			`{"query":{"field":"assignee_id","operator":"IN","value":[null,"` + ada.ID + `"]}}`:             "Cc Bb Aa",
			`{"search":"aa","query":{"field":"assigneeId","operator":"!=","value":null}}`:                   "Aa",
			`{"query":{"field":"voterId","operator":"=","value":"64e3f1a2b9c8d7e400000001"}}`:               "",
			`{"query":{"operator":"AND","value":[{"field":"tagId","operator":"=","value":"` + tag + `"}]}}`: "Aa",
		} {
			_, list, failure := ask(t, hc, srv, "POST", postsPath+"/search", body)
			require.Empty(t, failure, body)
			assert.Equal(t, want, titles(list), body)
		}
	})
}

func TestPosts_searchCountsEachCompanyOnce(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	post := idOf(addPost(t, hc, srv, "ab", ""))
	for i, company := range []string{"a", "a", "b"} {
		spend := float64(5 + i/2) // 5 of a, 6 of b
		c := srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{{CompanyID: company, MonthlySpend: &spend}}})
		status, _, _ := ask(t, hc, srv, "POST", postsPath+"/"+post+"/voters", fmt.Sprintf(`{"id":%q}`, c.ID))
		require.Equal(t, 201, status)
	}
	_, list, _ := ask(t, hc, srv, "POST", postsPath+"/search", `{"query":{"field":"monthlySpend","operator":"=","value":11}}`)
	assert.Equal(t, "ab", titles(list))
}

func TestPosts_searchCursorKeepsSortAndMode(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for range 3 {
		addPost(t, hc, srv, "ab", "")
	}
	next := func(path, body string) string {
		method := "POST"
		if body == "" {
			method = "GET"
		}
		_, list, failure := ask(t, hc, srv, method, path, body)
		if failure != "" {
			return failure
		}
		return list["nextCursor"].(string)
	}
	filtered := next(postsPath+"/search", `{"limit":1,"sort":"created_at:asc"}`)
	searched := next(postsPath+"/search", `{"limit":1,"sort":"createdAt:asc","search":"ab"}`)
	listed := next(postsPath+"?limit=1&sortOrder=asc", "")
	assert.NotEqual(t, "invalid_cursor cursor", next(postsPath+"/search", `{"limit":1,"sort":"createdAt:asc","cursor":"`+filtered+`"}`), "the spelling may change")
	for _, tc := range []struct{ name, path, body string }{
		{"another sort", postsPath + "/search", `{"sort":"createdAt:desc","cursor":"` + filtered + `"}`},
		{"with text", postsPath + "/search", `{"sort":"createdAt:asc","search":"ab","cursor":"` + filtered + `"}`},
		{"without text", postsPath + "/search", `{"sort":"createdAt:asc","cursor":"` + searched + `"}`},
		{"of a list", postsPath + "/search", `{"sort":"createdAt:asc","cursor":"` + listed + `"}`},
		{"of a search", postsPath + "?sortOrder=asc&cursor=" + filtered, ""},
		{"of posts", contactsPath + "/search", `{"sort":"createdAt:asc","cursor":"` + filtered + `"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, "invalid_cursor cursor", next(tc.path, tc.body))
		})
	}
}

func TestPosts_searchForTextCountsTo200(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for i := range 201 {
		addPost(t, hc, srv, "ab", "")
		if i < 198 {
			continue
		}
		_, list, _ := ask(t, hc, srv, "POST", postsPath+"/search", `{"search":"ab"}`)
		assert.Equal(t, fmt.Sprint(min(i+1, 200), " ", i >= 199), fmt.Sprint(list["totalCount"], " ", list["totalCountCapped"]))
		_, list, _ = ask(t, hc, srv, "POST", postsPath+"/search", `{}`)
		assert.Equal(t, fmt.Sprint(i+1, " false"), fmt.Sprint(list["totalCount"], " ", list["totalCountCapped"]))
	}
}

func TestPosts_voters(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		ada := srv.AddContact(featurebase.Contact{UserID: "u1", Email: "ada@example.com", Name: "Ada"})
		post := idOf(addPost(t, hc, srv, "ab", ""))
		path := postsPath + "/" + post
		const own = "64e3f1a2b9c8d7e400000001"
		vote := func(method, body, wantID string, wantVotes int) {
			t.Helper()
			status, voter, failure := ask(t, hc, srv, method, path+"/voters", body)
			require.Equal(t, map[string]int{"POST": 201, "DELETE": 200}[method], status, failure)
			done := map[string]string{"POST": "added", "DELETE": "removed"}[method]
			assert.Equal(t, map[string]any{"id": wantID, "object": "voter", "postId": post, done: true}, voter)
			_, p, _ := ask(t, hc, srv, "GET", path, "")
			assert.EqualValues(t, wantVotes, p["upvotes"])
		}
		voters := func(query string) string {
			_, list, failure := ask(t, hc, srv, "GET", path+"/voters"+query, "")
			require.Empty(t, failure)
			for _, v := range list["data"].([]any) {
				assert.Equal(t, "contact", v.(map[string]any)["object"])
			}
			next, _ := list["nextCursor"].(string)
			return strings.TrimSpace(names(list) + " " + next)
		}
		assert.Equal(t, "Admin", voters(""), "the author votes")
		vote("POST", `{"userId":"u1","email":"other@example.com"}`, ada.ID, 2)
		vote("POST", `{"id":"`+strings.ToUpper(ada.ID)+`"}`, ada.ID, 2)
		vote("POST", `{"email":"ADA@example.com"}`, ada.ID, 2)
		vote("POST", ``, own, 2)
		vote("POST", `{}`, own, 2)
		vote("POST", `{"email":"bob@example.com","name":"Bob"}`, "507f1f77bcf86cd700000002", 3)
		assert.Equal(t, featurebase.ContactTypeCustomer, srv.Contacts()[1].Type, "an unknown email address creates a customer")
		assert.Equal(t, "Admin Ada Bob", voters(""))

		page := voters("?limit=2")
		require.Regexp(t, "^Admin Ada .", page)
		assert.Equal(t, "Bob", voters("?limit=2&cursor="+strings.Fields(page)[2]))

		vote("DELETE", `{"email":"bob@example.com"}`, "507f1f77bcf86cd700000002", 2)
		status, _, failure := ask(t, hc, srv, "DELETE", path+"/voters", `{"email":"bob@example.com"}`)
		assert.Equal(t, "404 voter_not_found", fmt.Sprint(status, " ", failure))
		vote("DELETE", ``, own, 1)
		assert.Equal(t, "Ada", voters(""))
		vote("POST", `{}`, own, 2)
		assert.Equal(t, "Ada Admin", voters(""))

		// The number of votes need not be that of the voters.
		status, _, _ = ask(t, hc, srv, "PATCH", path, `{"upvotes":0}`)
		require.Equal(t, 200, status)
		vote("DELETE", ``, own, 0)
		created := addPost(t, hc, srv, "cd", `,"upvotes":0`)
		assert.EqualValues(t, 1, created["upvotes"])
		path = postsPath + "/" + idOf(created)
		assert.Equal(t, "Admin", voters(""), "the author has one all the same")
	})
}

func TestPosts_staysWhenItsAuthorIsDeleted(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com", Name: "Ada"})
	post := idOf(addPost(t, hc, srv, "ab", fmt.Sprintf(`,"author":{"id":%q}`, ada.ID)))
	found := func(field string) string {
		_, list, _ := ask(t, hc, srv, "POST", postsPath+"/search", fmt.Sprintf(`{"query":{"field":%q,"operator":"=","value":%q}}`, field, ada.ID))
		return titles(list)
	}
	assert.Equal(t, "ab ab", found("authorId")+" "+found("voterId"))
	status, _, _ := ask(t, hc, srv, "DELETE", contactsPath+"/"+ada.ID, "")
	require.Equal(t, 200, status)
	assert.Empty(t, found("authorId")+found("voterId"))
	_, p, _ := ask(t, hc, srv, "GET", postsPath+"/"+post, "")
	assert.Equal(t, map[string]any{"id": nil, "email": nil, "name": "[Deleted]", "profilePicture": nil, "type": "customer"}, p["author"])
	assert.EqualValues(t, 1, p["upvotes"])
	_, list, _ := ask(t, hc, srv, "GET", postsPath+"/"+post+"/voters", "")
	assert.Empty(t, list["data"])
}

// What a test adds is completed to what the API responds with, so that the
// library believes it.
func TestServer_addsPosts(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ada := srv.AddContact(featurebase.Contact{Name: "Ada", Email: "ada@example.com"})
	plain := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	full := srv.AddPost(featurebase.Post{
		ID: "507f1f77bcf86cd799439011", Title: "Export", Slug: "mine", Upvotes: 7,
		Status:    featurebase.PostStatus{ID: "64e3f1a2b9c8d7e500000009", Name: "Shipped", Type: featurebase.PostStatusTypeCompleted},
		Author:    &featurebase.PostAuthor{ID: ada.ID, Name: ada.Name, Type: featurebase.UserTypeCustomer},
		CreatedAt: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC),
	})
	assert.Equal(t, []featurebase.Post{plain, full}, srv.Posts())
	assert.Equal(t, "post", plain.Object)
	assert.Equal(t, "dark-mode-1", plain.Slug)
	assert.Equal(t, "In Review", plain.Status.Name)
	assert.Equal(t, "admin", string(plain.Author.Type))
	assert.False(t, plain.CreatedAt.IsZero())
	assert.NotNil(t, plain.Integrations.Jira)
	assert.True(t, plain.Features.CommentsEnabled)
	assert.Equal(t, "mine", full.Slug)
	assert.Equal(t, "Shipped", full.Status.Name)
	assert.Equal(t, ada.ID, full.Author.ID)
	assert.Equal(t, 2020, full.CreatedAt.Year())

	got, err := srv.Client().Posts.Get(t.Context(), full.ID)
	require.NoError(t, err)
	assert.Equal(t, full, *got)
	found, err := srv.Client().Posts.Search(t.Context(), featurebase.PostSearchParams{
		Filters: featurebase.Filters[featurebase.Post]{featurebase.PostFieldAuthorID.Is(ada.ID)},
	})
	require.NoError(t, err)
	assert.Equal(t, []featurebase.Post{full}, found.Data)
	srv.Reset()
	assert.Empty(t, srv.Posts())
}
