package featurebase_test

import (
	"context"

	"github.com/featurebase-community/featurebase-go"
)

const tagJSON = `{"type":"tag","id":"507f1f77bcf86cd799439011","name":"billing","new":1}`

func getTag(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tags.Get(ctx, id, opts...)
	}
}

func createTag(params featurebase.ConversationTagCreateParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tags.Create(ctx, params, opts...)
	}
}

func renameTag(params featurebase.ConversationTagRenameParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tags.Rename(ctx, params, opts...)
	}
}

func deleteTag(params featurebase.ConversationTagDeleteParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Tags.Delete(ctx, contactID, params, opts...)
	}
}

// onePage is the page that a list of all items came in.
func onePage[T any](items []T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return &featurebase.Page[T]{Object: "list", Data: items}, nil
}

var tagCalls = map[string]apiCall{
	"Tags.List": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return onePage(c.Tags.List(ctx, opts...))
		},
		official: "support.conversationTags.list",
		request:  "GET /v2/tags",
		body:     `{"object":"list","data":[` + tagJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"Tags.Create": {
		do:       createTag(featurebase.ConversationTagCreateParams{Name: "billing", ActingAdminID: boardID}),
		invalid:  createTag(featurebase.ConversationTagCreateParams{ActingAdminID: badArgument}),
		official: "support.conversationTags.createOrRename",
		request:  "POST /v2/tags",
		sends:    `{"name":"billing","actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     tagJSON,
		once:     true,
	},
	"Tags.Rename": {
		do:       renameTag(featurebase.ConversationTagRenameParams{ID: contactID, Name: "billing"}),
		invalid:  renameTag(featurebase.ConversationTagRenameParams{ID: badArgument, Name: "billing"}),
		official: "support.conversationTags.createOrRename",
		request:  "POST /v2/tags",
		sends:    `{"id":"507f1f77bcf86cd799439011","name":"billing"}`,
		body:     tagJSON,
		notFound: "tag_not_found",
	},
	"Tags.Get": {
		do: getTag(contactID), invalid: getTag(badArgument),
		official: "support.conversationTags.retrieve",
		request:  "GET /v2/tags/" + contactID,
		body:     tagJSON,
		notFound: "tag_not_found",
		reads:    true,
	},
	"Tags.Delete": {
		do:       deleteTag(featurebase.ConversationTagDeleteParams{ActingAdminID: boardID}),
		invalid:  deleteTag(featurebase.ConversationTagDeleteParams{ActingAdminID: badArgument}),
		official: "support.conversationTags.delete",
		request:  "DELETE /v2/tags/" + contactID,
		sends:    `{"actingAdminId":"507f1f77bcf86cd799439021"}`,
		body:     `{"id":"507f1f77bcf86cd799439011","object":"tag","deleted":true}`,
		notFound: "tag_not_found",
	},
}
