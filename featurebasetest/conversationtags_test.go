package featurebasetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const tagsPath = "/v2/tags"

func TestTags_createRenameDelete(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		added := srv.AddConversationTag(featurebase.ConversationTag{Name: "bug"})
		status, tag, _ := ask(t, hc, srv, "POST", tagsPath, `{"name":"biling"}`)
		assert.Equal(t, 200, status)
		want := map[string]any{"type": "tag", "id": idOf(tag), "name": "biling"}
		assert.Equal(t, want, tag)
		path := tagsPath + "/" + idOf(tag)

		want["name"] = "billing"
		status, tag, _ = ask(t, hc, srv, "POST", tagsPath, fmt.Sprintf(`{"id":%q,"name":"billing","actingAdminId":%q}`, strings.ToUpper(idOf(tag)), board))
		assert.Equal(t, 200, status)
		assert.Equal(t, want, tag)
		_, tag, _ = ask(t, hc, srv, "GET", path, "")
		assert.Equal(t, want, tag)

		first := map[string]any{"type": "tag", "id": added.ID, "name": "bug"}
		_, list, _ := ask(t, hc, srv, "GET", tagsPath, "")
		assert.Equal(t, map[string]any{"object": "list", "data": []any{first, want}, "nextCursor": nil}, list)
		assert.Equal(t, []featurebase.ConversationTag{added, {Type: "tag", ID: idOf(tag), Name: "billing"}}, srv.ConversationTags())

		status, deleted, _ := ask(t, hc, srv, "DELETE", path, "")
		assert.Equal(t, 200, status)
		assert.Equal(t, map[string]any{"id": idOf(tag), "object": "tag", "deleted": true}, deleted)
		status, _, _ = ask(t, hc, srv, "DELETE", tagsPath+"/"+added.ID, `{"actingAdminId":"`+board+`"}`)
		assert.Equal(t, 200, status)
		_, list, _ = ask(t, hc, srv, "GET", tagsPath, "")
		assert.Equal(t, map[string]any{"object": "list", "data": []any{}, "nextCursor": nil}, list)

		srv.AddConversationTag(featurebase.ConversationTag{})
		srv.Reset()
		assert.Empty(t, srv.ConversationTags())
	})
}

func TestTags_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "bug"})
		path := tagsPath + "/" + tag.ID
		for _, tc := range []struct{ method, path, body, want string }{
			{"GET", tagsPath + "/" + board, "", "404 resource_not_found id"},
			{"DELETE", tagsPath + "/" + board, "", "404 resource_not_found id"},
			{"POST", tagsPath, `{"id":"` + board + `","name":"a"}`, "404 resource_not_found id"},
			{"GET", tagsPath + "/bug", "", "404 resource_not_found id"},
			{"DELETE", tagsPath + "/bug", "", "404 resource_not_found id"},
			{"PATCH", path, "{}", "404 Cannot PATCH /v2/tags/67ec1234abcd567800000001"},
			{"GET", tagsPath + "?limit=1", "", "400 query: Unrecognized key(s) in object: 'limit'"},
			{"GET", path + "?limit=1", "", "400 query: Unrecognized key(s) in object: 'limit'"},
			{"POST", tagsPath, `{}`, "400 body.name: Required"},
			{"POST", tagsPath, `{"name":""}`, "400 body.name: String must contain at least 1 character(s)"},
			{"POST", tagsPath, `{"name":"a","id":"bug"}`, "404 resource_not_found id"},
			{"POST", tagsPath, `{"name":"a","id":null}`, "400 body.id: Expected string, received null"},
			{"POST", tagsPath, `[]`, "400 body: Expected object, received array"},
			{"DELETE", path, `[]`, "400 body: Expected object, received array"},
		} {
			status, _, failure := ask(t, hc, srv, tc.method, tc.path, tc.body)
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %s %s", tc.method, tc.path, tc.body)
		}
		assert.Equal(t, []featurebase.ConversationTag{tag}, srv.ConversationTags())
	})
}
