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

// Boards, statuses and custom fields are read alike.
func TestServer_readsWhatPostsReferTo(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		const noLimit = "400 query: Unrecognized key(s) in object: 'limit'"
		for _, tc := range []struct {
			path, list, absent, limited string
			add                         func() string
		}{
			{"/v2/boards", "[%s,%s]", "404 board_not_found", noLimit, func() string { return srv.AddBoard(featurebase.Board{Name: "Ideas"}).ID }},
			{"/v2/post_statuses", "[%s,%s]", "404 resource_not_found id", noLimit, func() string {
				return srv.AddPostStatus(featurebase.PostStatus{Name: "Done"}).ID
			}},
			{"/v2/custom_fields", `{"object":"list","data":[%s,%s],"nextCursor":null}`, "404 custom_field_not_found", "200", func() string {
				return srv.AddCustomField(featurebase.CustomField{Label: "Plan"}).ID
			}},
		} {
			status, body := get(t, hc, srv, tc.path)
			assert.Equal(t, 200, status)
			assert.JSONEq(t, strings.Replace(tc.list, "%s,%s", "", 1), body)
			ids := []any{tc.add(), tc.add()}
			assert.NotEqual(t, ids[0], ids[1])
			for i, id := range ids {
				status, body = get(t, hc, srv, tc.path+"/"+strings.ToUpper(id.(string)))
				assert.Equal(t, 200, status)
				assert.Contains(t, body, id)
				ids[i] = body
			}
			_, body = get(t, hc, srv, tc.path)
			assert.JSONEq(t, fmt.Sprintf(tc.list, ids...), body)

			for path, want := range map[string]string{
				tc.path + "/" + id:    tc.absent,
				tc.path + "/ideas":    "400 invalid_id id",
				tc.path + "?limit=10": tc.limited,
			} {
				status, _, failure := ask(t, hc, srv, "GET", path, "")
				assert.Equal(t, want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), path)
			}
		}
		srv.Reset()
		assert.Empty(t, srv.Boards())
		assert.Empty(t, srv.PostStatuses())
		assert.Empty(t, srv.CustomFields())
	})
}

func TestServer_addsBoards(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	plain := srv.AddBoard(featurebase.Board{Name: "Ideas", CreatedAt: time.Unix(0, 0)})
	_, got, _ := ask(t, hc, srv, "GET", "/v2/boards/"+plain.ID, "")
	none := []any{}
	assert.Equal(t, map[string]any{
		"object": "board", "id": plain.ID, "name": "Ideas", "icon": nil, "createdAt": "1970-01-01T00:00:00.000Z", "customFields": none,
		"access":       map[string]any{"adminOnly": false, "allowedRoles": none, "deniedRoles": none, "segments": none},
		"features":     map[string]any{"commentsEnabled": true, "createdDatesVisible": true, "postingEnabled": true},
		"postDefaults": map[string]any{"visibility": "public"},
		"localization": map[string]any{
			"name": map[string]any{"en": "Ideas"}, "description": nil, "formPlaceholder": nil, "heroDescription": nil, "heroTitle": nil, "submitButtonText": nil,
		},
	}, got)

	full := featurebase.Board{
		Object: "board", ID: id, Name: "Bugs", Icon: &featurebase.Icon{Type: featurebase.IconTypeEmoji, Value: "x"}, CustomFields: []string{"a"},
		Access:       featurebase.BoardAccess{AdminOnly: true, AllowedRoles: []string{"r"}, DeniedRoles: []string{}, Segments: []string{}},
		Features:     featurebase.BoardFeatures{PostingEnabled: true},
		PostDefaults: featurebase.BoardPostDefaults{Visibility: featurebase.PostVisibilityAuthorOnly},
		Localization: featurebase.BoardLocalization{Name: map[string]string{"de": "Fehler"}},
		CreatedAt:    time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	assert.Equal(t, full, srv.AddBoard(full))
	assert.Equal(t, []featurebase.Board{plain, full}, srv.Boards())
}

// Without boards and statuses, posts may refer to any; with some, to those alone.
func TestPosts_referToWhatWasAdded(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	before := idOf(addPost(t, hc, srv, "ab", fmt.Sprintf(`,"statusId":%q`, id)))
	ideas := srv.AddBoard(featurebase.Board{Name: "Ideas"})
	next := srv.AddPostStatus(featurebase.PostStatus{Name: "Next"})
	srv.AddPostStatus(featurebase.PostStatus{Name: "Later"})
	assert.Equal(t, "Next", srv.AddPost(featurebase.Post{Title: "ab"}).Status.Name, "the first")
	done := srv.AddPostStatus(featurebase.PostStatus{Name: "Done", Type: featurebase.PostStatusTypeCompleted, IsDefault: true})
	srv.AddPostStatus(featurebase.PostStatus{Name: "Other", IsDefault: true})

	create := func(fields string) string {
		status, post, failure := ask(t, hc, srv, "POST", postsPath, fmt.Sprintf(`{"title":"ab"%s}`, fields))
		if failure != "" {
			return fmt.Sprint(status, " ", failure)
		}
		return post["status"].(map[string]any)["name"].(string)
	}
	onBoard := fmt.Sprintf(`,"boardId":%q`, strings.ToUpper(ideas.ID))
	assert.Equal(t, "404 board_not_found", create(fmt.Sprintf(`,"boardId":%q`, board)))
	assert.Equal(t, "400 invalid_request statusId", create(onBoard+fmt.Sprintf(`,"statusId":%q`, board)))
	assert.Equal(t, "Done", create(onBoard))
	assert.Equal(t, "Next", create(onBoard+fmt.Sprintf(`,"statusId":%q`, next.ID)))
	for fields, want := range map[string]string{
		fmt.Sprintf(`{"boardId":%q}`, board):      "404 board_not_found",
		fmt.Sprintf(`{"statusId":%q}`, board):     "400 invalid_request statusId",
		fmt.Sprintf(`{"statusId":%q}`, done.ID):   "200",
		fmt.Sprintf(`{"boardId":%q}`, ideas.ID):   "200",
		`{"title":"the board and status remain"}`: "200",
	} {
		status, _, failure := ask(t, hc, srv, "PATCH", postsPath+"/"+before, fields)
		assert.Equal(t, want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), fields)
	}
	assert.Equal(t, next, srv.AddPost(featurebase.Post{Title: "ab", Status: featurebase.PostStatus{ID: next.ID}}).Status)
	assert.PanicsWithValue(t, "featurebasetest: AddPost: the post has a status that does not exist", func() {
		srv.AddPost(featurebase.Post{Title: "ab", Status: featurebase.PostStatus{ID: board}})
	})
}

// get returns status and body of the response to a GET.
func get(t *testing.T, hc *http.Client, srv *featurebasetest.Server, path string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL+path, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+srv.Token)
	resp, err := hc.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}
