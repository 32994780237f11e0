package featurebase_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const tagJSON = `{"type":"tag","id":"507f1f77bcf86cd799439011","name":"billing","new":1}`

var _ = register(map[string]apiCall{
	"ConversationTags.List": {
		official: "support.conversationTags.list",
		request:  "GET /v2/tags",
		body:     `{"object":"list","data":[` + tagJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"ConversationTags.Create": {
		args:     args{featurebase.ConversationTagCreateParams{Name: "billing", ActingAdminID: boardID}},
		invalid:  args{featurebase.ConversationTagCreateParams{ActingAdminID: badArgument}},
		official: "support.conversationTags.createOrRename",
		request:  "POST /v2/tags",
		sends:    `{"name":"billing","actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     tagJSON,
		once:     true,
	},
	"ConversationTags.Rename": {
		args:     args{featurebase.ConversationTagRenameParams{ID: contactID, Name: "billing"}},
		invalid:  args{featurebase.ConversationTagRenameParams{ID: badArgument, Name: "billing"}},
		official: "support.conversationTags.createOrRename",
		request:  "POST /v2/tags",
		sends:    `{"id":"507f1f77bcf86cd799439011","name":"billing"}`,
		body:     tagJSON,
		notFound: "tag_not_found",
	},
	"ConversationTags.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "support.conversationTags.retrieve",
		request:  "GET /v2/tags/" + contactID,
		body:     tagJSON,
		notFound: "tag_not_found",
		reads:    true,
	},
	"ConversationTags.Delete": {
		args:     args{contactID, featurebase.ConversationTagDeleteParams{ActingAdminID: boardID}},
		invalid:  args{contactID, featurebase.ConversationTagDeleteParams{ActingAdminID: badArgument}},
		official: "support.conversationTags.delete",
		request:  "DELETE /v2/tags/" + contactID,
		sends:    `{"actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     `{"id":"507f1f77bcf86cd799439011","object":"tag","deleted":true}`,
		notFound: "tag_not_found",
	},
})

// One endpoint creates and renames. Without an ID, a second attempt would create
// a second tag.
func TestTags_createIsNotRepeatedButRenameIs(t *testing.T) {
	t.Parallel()
	t.Run("Create", func(t *testing.T) {
		t.Parallel()
		srv := featurebasetest.NewServer(t)
		srv.FailNext(fault{Apply: true, Cut: true})
		_, err := srv.Client().ConversationTags.Create(t.Context(), featurebase.ConversationTagCreateParams{Name: "billing"})
		assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
		assert.Len(t, srv.Requests(), 1)
		assert.Len(t, srv.ConversationTags(), 1)
	})
	t.Run("Rename", func(t *testing.T) {
		t.Parallel()
		srv := featurebasetest.NewServer(t)
		tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "biling"})
		srv.FailNext(fault{Apply: true, Cut: true})
		renamed, err := srv.Client().ConversationTags.Rename(t.Context(), featurebase.ConversationTagRenameParams{ID: tag.ID, Name: "billing"})
		require.NoError(t, err)
		assert.Equal(t, &featurebase.ConversationTag{Type: "tag", ID: tag.ID, Name: "billing"}, renamed)
		assert.Len(t, srv.Requests(), 2)
		assert.Equal(t, []featurebase.ConversationTag{*renamed}, srv.ConversationTags())
	})
}

// Without an ID the API would create a tag.
func TestTagsRename_requiresAnID(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		params featurebase.ConversationTagRenameParams
		want   string
	}{
		{"no ID", featurebase.ConversationTagRenameParams{Name: "billing"}, "featurebase: invalid ID: it is required; nothing was sent"},
		{"no name", featurebase.ConversationTagRenameParams{ID: contactID}, "featurebase: invalid Name: it is required; nothing was sent"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, tagJSON)
			_, err := newClient(t, rt).ConversationTags.Rename(t.Context(), tc.params)
			assert.EqualError(t, err, tc.want)
			assert.Empty(t, *sent)
		})
	}
}

// The ID is in the body, where nothing else looks for it.
func TestTagsRename_believesOnlyTheTagThatWasNamed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, id, reason string }{
		{"the tag", contactID, ""},
		{"in another case", strings.ToUpper(contactID), ""},
		{"another", otherID, "id is not the one that was asked for"},
		{"of another form", "x", "id is not the one that was asked for"},
		{"none", "", "id is missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, respondWith(200, `{"type":"tag","id":"`+tc.id+`","name":"billing"}`))
			_, err := client.ConversationTags.Rename(t.Context(), featurebase.ConversationTagRenameParams{ID: contactID, Name: "billing"})
			if tc.reason == "" {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
			}
		})
	}
}

// A body is sent only if there is something in it.
func TestTagsDelete_sendsItsOptionalBody(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body, contentType string
		params                  featurebase.ConversationTagDeleteParams
	}{
		{"none", "", "", featurebase.ConversationTagDeleteParams{}},
		{"acting admin", `{"actingAdminId":"507f1f77bcf86cd799439021"}`, "application/json", featurebase.ConversationTagDeleteParams{ActingAdminID: boardID}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.NewServer(t)
			tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "billing"})
			deleted, err := srv.Client().ConversationTags.Delete(t.Context(), tag.ID, tc.params)
			require.NoError(t, err)
			assert.Equal(t, &featurebase.Deleted{ID: tag.ID, Object: "tag", Deleted: true}, deleted)
			assert.Equal(t, tc.body, string(srv.Requests()[0].Body))
			assert.Equal(t, tc.contentType, srv.Requests()[0].Header.Get("Content-Type"))
			_, err = srv.Client().ConversationTags.Get(t.Context(), tag.ID)
			assert.ErrorIs(t, err, featurebase.ErrNotFound)
		})
	}
}

// A second page would be lost.
func TestTagsList_refusesAnotherPage(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, respondWith(200, `{"object":"list","data":[],"nextCursor":"x"}`)).ConversationTags.List(t.Context())
	assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
}

func renameTag(params featurebase.ConversationTagRenameParams) doFunc {
	return method("ConversationTags.Rename", params)
}

func deleteTag(params featurebase.ConversationTagDeleteParams) doFunc {
	return method("ConversationTags.Delete", contactID, params)
}
