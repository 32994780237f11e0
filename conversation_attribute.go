package featurebase

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

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

// ConversationAttributeDataType is how the values of an attribute are stored.
type ConversationAttributeDataType string

// The documented types. Unknown values are passed through unchanged.
const (
	ConversationAttributeString  ConversationAttributeDataType = "string"
	ConversationAttributeNumber  ConversationAttributeDataType = "number"
	ConversationAttributeBoolean ConversationAttributeDataType = "boolean"
	ConversationAttributeDate    ConversationAttributeDataType = "date"
	ConversationAttributeArray   ConversationAttributeDataType = "array"
	ConversationAttributeObject  ConversationAttributeDataType = "object"
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

// ConversationAttributeListParams selects the attributes to list.
type ConversationAttributeListParams struct {
	IncludeArchived bool `query:"includeArchived"`
}
