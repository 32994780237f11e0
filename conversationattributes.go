package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

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

// ConversationAttributeListParams selects the attributes to list.
type ConversationAttributeListParams struct {
	IncludeArchived bool `query:"includeArchived"`
}

// ConversationAttribute defines a custom attribute of conversations.
//
// Reference: https://docs.featurebase.app/rest-api/conversation-attributes
type ConversationAttribute struct {
	Object       string                        `json:"object"` // always "conversation_attribute"
	ID           string                        `json:"id"`     // the key of its values in conversations
	Identifier   string                        `json:"identifier"`
	Name         string                        `json:"name"`
	DataType     ConversationAttributeDataType `json:"dataType"`
	FieldSubType ConversationAttributeSubType  `json:"fieldSubType"`
	Archived     bool                          `json:"archived"`
	Options      []ConversationAttributeOption `json:"options,omitempty"` // of selects
	CreatedAt    time.Time                     `json:"createdAt,omitzero"`
	UpdatedAt    time.Time                     `json:"updatedAt,omitzero"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (a *ConversationAttribute) UnmarshalJSON(b []byte) error {
	*a = ConversationAttribute{}
	return strictjson.Unmarshal(b, a)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (a ConversationAttribute) MarshalJSON() ([]byte, error) {
	type plain ConversationAttribute
	return strictjson.Marshal(plain(a))
}

// mismatch implements result.
func (a *ConversationAttribute) mismatch(r *request) string {
	return cmp.Or(mustBe("object", a.Object, "conversation_attribute"), r.mustBeID("id", a.ID, "attribute"))
}

// ConversationAttributeDataType is how the values of an attribute are stored.
type ConversationAttributeDataType string

// The documented types. Unknown values are passed through unchanged.
const (
	ConversationAttributeDataTypeString  ConversationAttributeDataType = "string"
	ConversationAttributeDataTypeNumber  ConversationAttributeDataType = "number"
	ConversationAttributeDataTypeBoolean ConversationAttributeDataType = "boolean"
	ConversationAttributeDataTypeDate    ConversationAttributeDataType = "date"
	ConversationAttributeDataTypeArray   ConversationAttributeDataType = "array"
	ConversationAttributeDataTypeObject  ConversationAttributeDataType = "object"
)

// ConversationAttributeSubType is the field in which an attribute is edited.
type ConversationAttributeSubType string

// The documented types. Unknown values are passed through unchanged.
const (
	ConversationAttributeSubTypeText        ConversationAttributeSubType = "text"
	ConversationAttributeSubTypeNumber      ConversationAttributeSubType = "number"
	ConversationAttributeSubTypeSelect      ConversationAttributeSubType = "select"
	ConversationAttributeSubTypeMultiSelect ConversationAttributeSubType = "multi-select"
	ConversationAttributeSubTypeCheckbox    ConversationAttributeSubType = "checkbox"
	ConversationAttributeSubTypeDate        ConversationAttributeSubType = "date"
)

// ConversationAttributeOption is a value that can be selected.
type ConversationAttributeOption struct {
	ID    string `json:"id,omitempty"`
	Label string `json:"label"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}
