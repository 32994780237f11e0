package featurebase

import "context"

// ConversationAttributesService reads the definitions of the custom attributes
// that conversations have. Access it through [Client.ConversationAttributes].
type ConversationAttributesService struct{ client *Client }

var (
	listConversationAttributes = &endpoint{pattern: "GET /v2/conversation_attributes"}
	getConversationAttribute   = &endpoint{
		pattern: "GET /v2/conversation_attributes/{attributeId}", object: "conversation_attribute",
	}
)

// List returns all attributes: [GET /v2/conversation_attributes]. If some can't
// be decoded, it returns the others and an error that matches
// [ErrUnexpectedResponse].
//
// [GET /v2/conversation_attributes]: https://docs.featurebase.app/rest-api/conversation-attributes
func (s *ConversationAttributesService) List(ctx context.Context, params ConversationAttributeListParams, opts ...CallOption) ([]ConversationAttribute, error) {
	return whole(ctx, s.client, request{endpoint: listConversationAttributes, params: params}, new(Page[ConversationAttribute]), opts)
}

// Get returns the attribute with the given ID:
// [GET /v2/conversation_attributes/{attributeId}]. If it doesn't exist, the error
// matches [ErrNotFound]. The form of these IDs is not documented; any that consists
// of letters, digits, - and _ is accepted.
//
// [GET /v2/conversation_attributes/{attributeId}]: https://docs.featurebase.app/rest-api/conversation-attributes
func (s *ConversationAttributesService) Get(ctx context.Context, id string, opts ...CallOption) (*ConversationAttribute, error) {
	return send(ctx, s.client, request{endpoint: getConversationAttribute, args: args{id}}, new(ConversationAttribute), opts)
}
