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
	commentsPath = "/v2/comments"
	noComment    = commentsPath + "/507f1f77bcf86cd799439999"
	changelog    = "64e3f1a2b9c8d7e600000def"
)

// addComment creates a comment with fields, as JSON. To a content of one letter it
// adds a period, as the API wants two characters.
func addComment(t *testing.T, hc *http.Client, srv *featurebasetest.Server, content, fields string) map[string]any {
	t.Helper()
	if len(content) == 1 {
		content += "."
	}
	status, comment, failure := ask(t, hc, srv, "POST", commentsPath, fmt.Sprintf(`{"content":%q%s}`, content, fields))
	require.Equal(t, 201, status, failure)
	return comment
}

// contents returns the contents of the comments of a list, in their order, without
// the periods of addComment.
func contents(list map[string]any) string {
	var contents []string
	for _, c := range list["data"].([]any) {
		contents = append(contents, strings.TrimSuffix(c.(map[string]any)["content"].(string), "."))
	}
	return strings.Join(contents, " ")
}

func on(post string) string   { return fmt.Sprintf(`,"postId":%q`, post) }
func replyTo(c string) string { return fmt.Sprintf(`,"parentCommentId":%q`, c) }
func onChangelog() string     { return fmt.Sprintf(`,"changelogId":%q`, changelog) }
func nobody(typ string) any {
	return map[string]any{"id": nil, "name": "[Deleted]", "profilePicture": nil, "type": typ}
}

func TestComments_createAndUpdate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		ada := srv.AddContact(featurebase.Contact{UserID: "u1", Email: "ada@example.com", Name: "Ada"})
		post := addPost(t, hc, srv, "Dark mode", "")
		want := map[string]any{
			"object": "comment", "id": "64e3f1a2b9c8d7ea00000001", "postId": idOf(post), "changelogId": nil, "parentCommentId": nil, "content": "<p>Yes</p>",
			"author":  map[string]any{"id": "64e3f1a2b9c8d7e400000001", "name": "Admin", "profilePicture": nil, "type": "admin"},
			"upvotes": 0.0, "downvotes": 0.0, "score": 0.0, "isPrivate": false, "isPinned": false, "isSpam": false, "isDeleted": false, "inReview": false,
			"createdAt": "2000-01-01T00:00:00.000Z", "updatedAt": "2000-01-01T00:00:00.000Z",
		}
		root := addComment(t, hc, srv, "<p>Yes</p>", on("dark-mode-1"))
		assert.Equal(t, want, root)

		reply := addComment(t, hc, srv, "No", on(strings.ToUpper(idOf(post)))+replyTo(strings.ToUpper(idOf(root)))+
			`,"author":{"userId":"u1"},"upvotes":1,"downvotes":3,"isPrivate":true,"sendNotification":false,"createdAt":"2019-12-31T22:00:00Z"`)
		assert.Equal(t, ada.ID, reply["author"].(map[string]any)["id"])
		assert.NotContains(t, reply["author"], "email")
		assert.Equal(t, []any{idOf(post), idOf(root), 1.0, 3.0, -2.0, true, "2019-12-31T22:00:00.000Z"}, []any{
			reply["postId"], reply["parentCommentId"], reply["upvotes"], reply["downvotes"], reply["score"], reply["isPrivate"], reply["createdAt"],
		})
		elsewhere := addComment(t, hc, srv, "Hm", onChangelog()+`,"createdAt":null,"upvotes":null,"downvotes":null,"isPrivate":null,"sendNotification":null`)
		assert.Equal(t, changelog, elsewhere["changelogId"])
		assert.Nil(t, elsewhere["postId"])
		addComment(t, hc, srv, "Hm", onChangelog()+replyTo(idOf(elsewhere)))
		_, got, _ := ask(t, hc, srv, "GET", postsPath+"/"+idOf(post), "")
		assert.EqualValues(t, 2, got["commentCount"])

		time.Sleep(time.Hour)
		update := func(body string) {
			t.Helper()
			status, updated, failure := ask(t, hc, srv, "PATCH", commentsPath+"/"+idOf(root), body)
			require.Equal(t, 200, status, failure)
			assert.Equal(t, want, updated)
			_, got, _ := ask(t, hc, srv, "GET", commentsPath+"/"+idOf(root), "")
			assert.Equal(t, want, got)
		}
		want["content"], want["createdAt"], want["updatedAt"] = "Maybe", "2020-01-01T00:00:00.000Z", "2000-01-01T01:00:00.000Z"
		want["downvotes"], want["upvotes"], want["score"] = 2.0, 5.0, 3.0
		want["inReview"], want["isPinned"], want["isPrivate"] = true, true, true
		update(`{"content":"Maybe","createdAt":"2020-01-01T00:00:00Z","downvotes":2,"upvotes":5,"inReview":true,"isPinned":true,"isPrivate":true}`)
		update(`{"createdAt":null,"downvotes":null,"upvotes":null,"inReview":null,"isPinned":null,"isPrivate":null}`)
	})
}

func TestComments_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		post, closed := idOf(addPost(t, hc, srv, "Dark mode", "")), idOf(addPost(t, hc, srv, "Closed", `,"commentsEnabled":false`))
		other := idOf(addPost(t, hc, srv, "Other", ""))
		comment := idOf(addComment(t, hc, srv, "Yes", on(post)))
		path := commentsPath + "/" + comment
		_, before, _ := ask(t, hc, srv, "GET", path, "")
		required := `{"content":"xy"` + on(post)
		for _, tc := range []struct{ method, path, body, want string }{
			{"GET", noComment, "", "404 comment_not_found"},
			{"PATCH", noComment, "{}", "404 comment_not_found"},
			{"DELETE", noComment, "", "404 comment_not_found"},
			{"GET", commentsPath + "/yes", "", "400 invalid_id id"},
			{"PATCH", commentsPath + "/yes", "{}", "400 invalid_id id"},
			{"DELETE", commentsPath + "/yes", "", "400 invalid_id id"},
			{"DELETE", "/v2/comment", `{"id":"` + comment + `"}`, "404 Cannot DELETE /v2/comment"},

			{"GET", commentsPath + "?postId=" + changelog, "", "404 post_not_found"},
			{"GET", commentsPath + "?postId=yes", "", "404 post_not_found"},

			{"POST", commentsPath, "", "400 body: Required"},
			{"POST", commentsPath, `{"content":"x"}`, "400 body.content: String must contain at least 2 character(s)"},
			{"POST", commentsPath, `{"content":"xy"}`, "400 invalid_request postId"},
			{"POST", commentsPath, required + onChangelog() + `}`, "400 invalid_request postId"},
			{"POST", commentsPath, `{"content":"xy","postId":null}`, "400 body.postId: Expected string, received null"},
			{"POST", commentsPath, `{"postId":"` + post + `"}`, "400 body.content: Required"},
			{"POST", commentsPath, required + `,"content":null}`, "400 body.content: Expected string, received null"},
			{"POST", commentsPath, `{"content":"xy","postId":"bright-mode"}`, "404 post_not_found"},
			{"POST", commentsPath, `{"content":"xy"` + on(board) + `}`, "404 post_not_found"},
			{"POST", commentsPath, `{"content":"xy","changelogId":"news"}`, "404 post_not_found"},
			{"POST", commentsPath, `{"content":"xy"` + on(closed) + `}`, "403 feature_disabled"},
			{"POST", commentsPath, required + replyTo(board) + `}`, "404 comment_not_found"},
			{"POST", commentsPath, required + replyTo("yes") + `}`, "400 invalid_request parentCommentId"},
			{"POST", commentsPath, required + `,"parentCommentId":null}`, "400 body.parentCommentId: Expected string, received null"},
			{"POST", commentsPath, `{"content":"xy"` + on(other) + replyTo(comment) + `}`, "400 invalid_request parentCommentId"},
			{"POST", commentsPath, `{"content":"xy"` + onChangelog() + replyTo(comment) + `}`, "400 invalid_request parentCommentId"},
			{"POST", commentsPath, required + `,"author":{"userId":"nobody"}}`, "400 invalid_request author"},
			{"POST", commentsPath, required + `,"author":null}`, "400 body.author: Expected object, received null"},
			{"POST", commentsPath, required + `,"upvotes":-1}`, "400 body.upvotes: Number must be greater than or equal to 0"},
			{"POST", commentsPath, required + `,"createdAt":"now"}`, "400 invalid_request createdAt"},
			{"POST", commentsPath, required + `,"isPinned":true}`, "400 body: Unrecognized key(s) in object: 'isPinned'"},
			{"POST", commentsPath, required + `,"inReview":true}`, "400 body: Unrecognized key(s) in object: 'inReview'"},
			{"POST", commentsPath, required + `,"score":1}`, "400 body: Unrecognized key(s) in object: 'score'"},
			{"PATCH", path, `{"content":null}`, "400 body.content: Expected string, received null"},
			{"PATCH", path, `{"author":{"id":"` + board + `"}}`, "400 body: Unrecognized key(s) in object: 'author'"},
			{"PATCH", path, `{"content":"New"` + on(other) + `}`, "400 body: Unrecognized key(s) in object: 'postId'"},
			{"PATCH", path, `{"changelogId":"` + changelog + `"}`, "400 body: Unrecognized key(s) in object: 'changelogId'"},
			{"PATCH", path, `{"parentCommentId":"` + comment + `"}`, "400 body: Unrecognized key(s) in object: 'parentCommentId'"},
			{"PATCH", path, `{"sendNotification":true}`, "400 body: Unrecognized key(s) in object: 'sendNotification'"},

			{"GET", commentsPath + "?limit=101", "", "400 query.limit: Number must be less than or equal to 100"},
			{"GET", commentsPath + "?cursor=x", "", "400 invalid_cursor cursor"},
			{"GET", commentsPath + "?sortBy=score", "", "400 query.sortBy: Invalid enum value. Expected 'best' | 'new' | 'old' | 'top', received 'score'"},
			{"GET", commentsPath + "?sortOrder=asc", "", "400 query: Unrecognized key(s) in object: 'sortOrder'"},
			{"GET", commentsPath + "?privacy=none", "", "400 query.privacy: Invalid enum value. Expected 'public' | 'private' | 'all', received 'none'"},
			{"GET", commentsPath + "?inReview=1", "", "400 query.inReview: Invalid enum value. Expected 'true' | 'false', received '1'"},
			{"GET", commentsPath + "?authorId=x", "", "400 query: Unrecognized key(s) in object: 'authorId'"},
			{"POST", commentsPath + "/search", `{"search":""}`, "400 body.search: String must contain at least 1 character(s)"},
			{"POST", commentsPath + "/search", `{"sort":"score:asc"}`, "400 body.sort: Invalid enum value. Expected one of many, received 'score:asc'"},
			{"POST", commentsPath + "/search", `{"sort":"created_at:asc"}`, "400 body.sort: Invalid enum value. Expected one of many, received 'created_at:asc'"},
			{"POST", commentsPath + "/search", `{"query":{"field":"post_id","operator":"=","value":"x"}}`, "400 invalid_parameter query"},
			{"POST", commentsPath + "/search", `{"query":{"field":"isSpam","operator":"=","value":true}}`, "400 invalid_parameter query"},
			{"POST", commentsPath + "/search", `{"query":{"field":"authorId","operator":"=","value":null}}`, "400 invalid_parameter query"},
			{"POST", commentsPath + "/search", `{"query":{"field":"authorId","operator":"!=","value":"x"}}`, "400 query_too_broad query"},
			{"POST", commentsPath + "/search", `{"search":"x","query":{"field":"authorId","operator":"!=","value":"x"}}`, "200"},
			{"POST", commentsPath + "/search", `{"query":{"field":"isPrivate","operator":"!=","value":true}}`, "200"},
			{"POST", commentsPath + "/search", `{"query":{"field":"inReview","operator":"!=","value":true}}`, "200"},
		} {
			status, _, failure := ask(t, hc, srv, tc.method, tc.path, tc.body)
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %s %s", tc.method, tc.path, tc.body)
		}
		_, after, _ := ask(t, hc, srv, "GET", path, "")
		assert.Equal(t, before, after, "what is refused changes nothing")
		assert.Len(t, srv.Comments(), 1)
		assert.Empty(t, srv.Contacts())
	})
}

// A comment with replies stays, without what it said and who wrote it; one
// without is removed.
func TestComments_stayDeletedWhileTheyHaveReplies(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		ada := srv.AddContact(featurebase.Contact{UserID: "u1", Email: "ada@example.com", Name: "Ada"})
		post := idOf(addPost(t, hc, srv, "ab", ""))
		root := addComment(t, hc, srv, "Yes", on(post)+`,"author":{"userId":"u1"},"upvotes":3,"downvotes":1`)
		reply := idOf(addComment(t, hc, srv, "No", on(post)+replyTo(idOf(root))))
		remove := func(comment string, wantCount int) {
			t.Helper()
			status, deleted, failure := ask(t, hc, srv, "DELETE", commentsPath+"/"+strings.ToUpper(comment), "")
			require.Equal(t, 200, status, failure)
			assert.Equal(t, map[string]any{"id": comment, "object": "comment", "deleted": true}, deleted)
			_, p, _ := ask(t, hc, srv, "GET", postsPath+"/"+post, "")
			assert.EqualValues(t, wantCount, p["commentCount"])
		}
		addComment(t, hc, srv, "Hm", on(post))
		remove(idOf(root), 2)
		_, got, _ := ask(t, hc, srv, "GET", commentsPath+"/"+idOf(root), "")
		root["content"], root["isDeleted"], root["author"], root["updatedAt"] = "[deleted]", true, nobody("customer"), got["updatedAt"]
		root["upvotes"], root["downvotes"], root["score"] = 0.0, 0.0, 0.0
		assert.Equal(t, root, got)
		_, list, _ := ask(t, hc, srv, "GET", commentsPath+"?sortBy=old", "")
		assert.Equal(t, "[deleted] No Hm", contents(list))
		_, list, _ = ask(t, hc, srv, "POST", commentsPath+"/search", fmt.Sprintf(`{"query":{"field":"authorId","operator":"=","value":%q}}`, ada.ID))
		assert.Empty(t, list["data"])

		remove(idOf(root), 2)
		remove(reply, 1)
		status, _, _ := ask(t, hc, srv, "GET", commentsPath+"/"+reply, "")
		assert.Equal(t, 404, status)
		require.Len(t, srv.Comments(), 2, "it stays when its last reply is gone")
		assert.True(t, srv.Comments()[0].IsDeleted)
		remove(idOf(root), 1)
		assert.Len(t, srv.Comments(), 1)
	})
}

func TestPosts_deleteWithTheirComments(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{UserID: "u1"})
	post, other := idOf(addPost(t, hc, srv, "ab", "")), idOf(addPost(t, hc, srv, "cd", ""))
	root := idOf(addComment(t, hc, srv, "a", on(post)))
	addComment(t, hc, srv, "b", on(post)+replyTo(root)+fmt.Sprintf(`,"author":{"id":%q}`, ada.ID))
	addComment(t, hc, srv, "c", on(other))
	addComment(t, hc, srv, "d", onChangelog())
	status, _, _ := ask(t, hc, srv, "DELETE", postsPath+"/"+post, "")
	require.Equal(t, 200, status)
	_, list, _ := ask(t, hc, srv, "GET", commentsPath+"?sortBy=new", "")
	assert.Equal(t, "d c", contents(list))
	status, _, _ = ask(t, hc, srv, "GET", commentsPath+"/"+root, "")
	assert.Equal(t, 404, status)
}

func TestComments_stayWhenTheirAuthorIsDeleted(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com", Name: "Ada"})
	comment := addComment(t, hc, srv, "a", onChangelog()+fmt.Sprintf(`,"author":{"id":%q}`, ada.ID))
	addComment(t, hc, srv, "b", onChangelog())
	status, _, _ := ask(t, hc, srv, "DELETE", contactsPath+"/"+ada.ID, "")
	require.Equal(t, 200, status)
	_, got, _ := ask(t, hc, srv, "GET", commentsPath+"/"+idOf(comment), "")
	comment["author"] = nobody("customer")
	assert.Equal(t, comment, got)
	assert.Equal(t, "Admin", srv.Comments()[1].Author.Name)
}

// seedComments adds the comments A, B, C and D, a minute after one another.
func seedComments(t *testing.T, hc *http.Client, srv *featurebasetest.Server) (post, parent, adaID string, began int64) {
	t.Helper()
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	post = idOf(addPost(t, hc, srv, "ab", ""))
	began = time.Now().Unix()
	parent = idOf(addComment(t, hc, srv, "A", on(post)+`,"upvotes":5,"downvotes":3`)) // 0.31
	time.Sleep(time.Minute)
	addComment(t, hc, srv, "B", on(post)+replyTo(parent)+`,"upvotes":1`+fmt.Sprintf(`,"author":{"id":%q}`, ada.ID)) // 0.21
	time.Sleep(time.Minute)
	addComment(t, hc, srv, "C", onChangelog()+`,"upvotes":4,"isPrivate":true`) // 0.51
	time.Sleep(time.Minute)
	d := idOf(addComment(t, hc, srv, "D", on(post)+`,"downvotes":1`)) // 0
	status, _, _ := ask(t, hc, srv, "PATCH", commentsPath+"/"+d, `{"inReview":true}`)
	require.Equal(t, 200, status)
	return post, parent, ada.ID, began
}

func TestComments_list(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		post, _, _, _ := seedComments(t, hc, srv)
		for query, want := range map[string]string{
			"":                               "C A B D",
			"sortBy=best":                    "C A B D",
			"sortBy=top":                     "C A B D",
			"sortBy=new":                     "D C B A",
			"sortBy=old":                     "A B C D",
			"sortBy=old&postId=" + post:      "A B D",
			"changelogId=" + changelog:       "C",
			"sortBy=old&privacy=all":         "A B C D",
			"sortBy=old&privacy=public":      "A B D",
			"sortBy=old&privacy=private":     "C",
			"sortBy=old&inReview=true":       "D",
			"sortBy=old&inReview=false":      "A B C",
			"privacy=private&postId=" + post: "",
		} {
			_, list, failure := ask(t, hc, srv, "GET", commentsPath+"?"+query, "")
			require.Empty(t, failure, query)
			assert.Equal(t, want, contents(list), query)

			// The same, page by page.
			var found []string
			next := ""
			for range 5 {
				_, list, failure := ask(t, hc, srv, "GET", commentsPath+"?limit=1&"+query+next, "")
				require.Empty(t, failure, query)
				found = append(found, contents(list))
				if list["nextCursor"] == nil {
					break
				}
				next = "&cursor=" + url.QueryEscape(list["nextCursor"].(string))
			}
			assert.Equal(t, want, strings.Join(found, " "), query)
		}
	})
}

func TestComments_search(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		post, parent, ada, began := seedComments(t, hc, srv)
		all := []string{"A", "B", "C", "D"}
		others := func(found string) string {
			return strings.Join(slices.DeleteFunc(slices.Clone(all), func(c string) bool { return strings.Contains(found, c) }), " ")
		}
		id := func(value, found string) map[string]string {
			return map[string]string{
				"=": fmt.Sprintf("%q %s", value, found), "!=": fmt.Sprintf("%q %s", value, others(found)),
				"IN": fmt.Sprintf(`["%s","x"] %s`, value, found), "NIN": fmt.Sprintf(`["%s"] %s`, value, others(found)),
			}
		}
		number := func(value any, less, equal, more string) map[string]string {
			return map[string]string{
				"=": fmt.Sprint(value, " ", equal), "!=": fmt.Sprint(value, " ", others(equal)), "<": fmt.Sprint(value, " ", less),
				">": fmt.Sprint(value, " ", more), "<=": fmt.Sprint(value, " ", others(more)), ">=": fmt.Sprint(value, " ", others(less)),
			}
		}
		for field, operators := range map[string]map[string]string{ // value and what is found
			"authorId":        id(ada, "B"),
			"postId":          id(post, "A B D"),
			"changelogId":     id(changelog, "C"),
			"parentCommentId": id(parent, "B"),
			"isPrivate":       {"=": "true C", "!=": "true A B D"},
			"inReview":        {"=": "false A B C", "!=": "false D"},
			"createdAt":       number(began+60, "A", "B", "C D"),
			"upvotes":         number(4, "B D", "C", "A"),
			"score":           number(2, "B D", "A", "C"),
			"confidenceScore": number(0, "", "D", "A B C"),
		} {
			for _, operator := range []string{"=", "!=", "IN", "NIN", ">", "<", ">=", "<=", "~", "!~", "^", "$"} {
				value, want, _ := strings.Cut(operators[operator], " ")
				if value == "" {
					for _, value := range []string{`"a"`, `["a"]`, `1`, `true`} {
						status, _, _ := ask(t, hc, srv, "POST", commentsPath+"/search", fmt.Sprintf(`{"query":{"field":%q,"operator":%q,"value":%s}}`, field, operator, value))
						assert.Equal(t, 400, status, "%s %s %s", field, operator, value)
					}
					continue
				}
				_, list, failure := ask(t, hc, srv, "POST", commentsPath+"/search", fmt.Sprintf(
					`{"sort":"createdAt:asc","query":{"operator":"AND","value":[{"field":"createdAt","operator":">","value":0},{"field":%q,"operator":%q,"value":%s}]}}`, field, operator, value))
				require.Empty(t, failure, "%s %s %s", field, operator, value)
				assert.Equal(t, want, contents(list), "%s %s %s", field, operator, value)
				assert.EqualValues(t, len(strings.Fields(want)), list["totalCount"])
				assert.Equal(t, false, list["totalCountCapped"])
			}
		}
		for body, want := range map[string]string{
			`{}`:                              "D C B A",
			`{"sort":"createdAt:asc"}`:        "A B C D",
			`{"sort":"confidenceScore:desc"}`: "C A B D",
			`{"sort":"confidenceScore:asc"}`:  "D B A C",
			`{"sort":"score:desc"}`:           "C A B D",
			`{"search":"b"}`:                  "B",
			`{"query":{"field":"postId","operator":"=","value":null}}`:                        "C",
			`{"query":{"field":"changelogId","operator":"=","value":null}}`:                   "D B A",
			`{"query":{"field":"parentCommentId","operator":"IN","value":[null]}}`:            "D C A",
			`{"search":"b","query":{"field":"parentCommentId","operator":"!=","value":null}}`: "B",
		} {
			_, list, failure := ask(t, hc, srv, "POST", commentsPath+"/search", body)
			require.Empty(t, failure, body)
			assert.Equal(t, want, contents(list), body)
		}
	})
}

// Spam is found, and what a test adds is what the API responds with.
func TestServer_addsComments(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	plain := srv.AddComment(featurebase.Comment{PostID: strings.ToUpper(post.ID), Content: "Yes"})
	full := srv.AddComment(featurebase.Comment{
		ID: id, PostID: post.ID, ParentCommentID: plain.ID, Content: "No", Upvotes: 3, Downvotes: 1, IsSpam: true,
		Author: &featurebase.CommentAuthor{ID: board, Name: "Ada", Type: featurebase.UserTypeLead}, CreatedAt: time.Unix(1577934245, 0).UTC(),
	})
	elsewhere := srv.AddComment(featurebase.Comment{ChangelogID: strings.ToUpper(changelog), Content: "Hm"})
	assert.Equal(t, []featurebase.Comment{plain, full, elsewhere}, srv.Comments())
	assert.Equal(t, post.ID, plain.PostID)
	assert.Equal(t, "Admin", plain.Author.Name)
	assert.False(t, plain.CreatedAt.IsZero())
	assert.Equal(t, 2, full.Score)
	assert.Equal(t, "Ada", full.Author.Name)
	assert.Equal(t, changelog, elsewhere.ChangelogID)
	assert.Equal(t, 2, srv.Posts()[0].CommentCount)

	found, err := srv.Client().Comments.Search(t.Context(), featurebase.CommentSearchParams{
		Filters: featurebase.Filters[featurebase.Comment]{featurebase.CommentFieldAuthorID.Is(board)},
	})
	require.NoError(t, err)
	assert.Equal(t, []featurebase.Comment{full}, found.Data)
	_, err = srv.Client().Comments.Delete(t.Context(), plain.ID)
	require.NoError(t, err)
	assert.True(t, srv.Comments()[0].IsDeleted)
	srv.Reset()
	assert.Empty(t, srv.Comments())
}

func TestServer_refusesToAddCommentsOnNothing(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	post, other := srv.AddPost(featurebase.Post{Title: "ab"}), srv.AddPost(featurebase.Post{Title: "cd"})
	comment := srv.AddComment(featurebase.Comment{PostID: post.ID})
	for _, tc := range []struct {
		name    string
		comment featurebase.Comment
		want    string
	}{
		{"on nothing", featurebase.Comment{}, "the comment must have either a PostID or a ChangelogID"},
		{"on both", featurebase.Comment{PostID: post.ID, ChangelogID: changelog}, "the comment must have either a PostID or a ChangelogID"},
		{"no post", featurebase.Comment{PostID: board}, "the comment is on a post that does not exist"},
		{"no ID", featurebase.Comment{ChangelogID: "news"}, "the comment's ChangelogID must be 24 hexadecimal characters"},
		{"no parent", featurebase.Comment{PostID: post.ID, ParentCommentID: board}, "the comment is a reply to one that does not exist there"},
		{"parent elsewhere", featurebase.Comment{PostID: other.ID, ParentCommentID: comment.ID}, "the comment is a reply to one that does not exist there"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assert.PanicsWithValue(t, "featurebasetest: AddComment: "+tc.want, func() { srv.AddComment(tc.comment) })
		})
	}
}
