package featurebase

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// ConversationTag is a tag that conversations can have.
//
// Reference: https://docs.featurebase.app/rest-api/conversation-tags
type ConversationTag struct {
	Type string `json:"type"` // always "tag"
	ID   string `json:"id"`   // 24 hexadecimal characters
	Name string `json:"name"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (t *ConversationTag) UnmarshalJSON(b []byte) error {
	*t = ConversationTag{}
	return strictjson.Unmarshal(b, t)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (t ConversationTag) MarshalJSON() ([]byte, error) {
	type plain ConversationTag
	return strictjson.Marshal(plain(t))
}

// mismatch implements result.
func (t *ConversationTag) mismatch(r *request) string {
	wrong := cmp.Or(mustBe("type", t.Type, "tag"), r.mustBeID("id", t.ID, "tag"))
	if p, ok := r.params.(ConversationTagRenameParams); ok && wrong == "" && !strings.EqualFold(t.ID, p.ID) {
		return "id is not the one that was asked for"
	}
	return wrong
}

// ConversationTagCreateParams are the fields of a new tag.
type ConversationTagCreateParams struct {
	Name          string `json:"name" check:"required,max:255"`      // at most 255 characters
	ActingAdminID string `json:"actingAdminId,omitempty" check:"id"` // who creates it, and whose permissions are checked
}

// ConversationTagRenameParams say how to rename which tag.
type ConversationTagRenameParams struct {
	ID            string `json:"id" check:"required,id"`             // of the tag
	Name          string `json:"name" check:"required,max:255"`      // at most 255 characters
	ActingAdminID string `json:"actingAdminId,omitempty" check:"id"` // who renames it, and whose permissions are checked
}

// ConversationTagDeleteParams say who deletes a tag. They may be empty.
type ConversationTagDeleteParams struct {
	ActingAdminID string `json:"actingAdminId,omitempty" check:"id"` // who deletes it, and whose permissions are checked
}
