package featurebase_test

import (
	"context"

	"github.com/featurebase-community/featurebase-go"
)

const attributeJSON = `{"object":"conversation_attribute","id":"507f1f77bcf86cd799439011","identifier":"plan","name":"Plan","dataType":"string",
	"fieldSubType":"select","archived":false,"options":[{"id":"o1","label":"Free"},{"label":"Paid"}],
	"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":1}`

func getConversationAttribute(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.ConversationAttributes.Get(ctx, id, opts...)
	}
}

var conversationAttributeCalls = map[string]apiCall{
	"ConversationAttributes.List": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return onePage(c.ConversationAttributes.List(ctx, featurebase.ConversationAttributeListParams{IncludeArchived: true}, opts...))
		},
		official: "conversationAttributes.list",
		request:  "GET /v2/conversation_attributes?includeArchived=true",
		body:     `{"object":"list","data":[` + attributeJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"ConversationAttributes.Get": {
		do: getConversationAttribute(contactID), invalid: getConversationAttribute(badArgument),
		official: "conversationAttributes.retrieve",
		request:  "GET /v2/conversation_attributes/" + contactID,
		body:     attributeJSON,
		notFound: "conversation_attribute_not_found",
		reads:    true,
	},
}
