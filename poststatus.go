package featurebase

import (
	"cmp"
	"encoding/json"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// PostStatus is a state that posts are in.
//
// Reference: https://docs.featurebase.app/rest-api/post-statuses
type PostStatus struct {
	Object    string         `json:"object"` // always "post_status"
	ID        string         `json:"id"`     // 24 hexadecimal characters
	Name      string         `json:"name"`
	Type      PostStatusType `json:"type"`
	Color     string         `json:"color"`
	IsDefault bool           `json:"isDefault"` // whether new posts are in it

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// PostStatusType is the stage that a status stands for.
type PostStatusType string

// The documented stages. Unknown values are passed through unchanged.
const (
	PostStatusReviewing PostStatusType = "reviewing"
	PostStatusUnstarted PostStatusType = "unstarted"
	PostStatusActive    PostStatusType = "active"
	PostStatusCompleted PostStatusType = "completed"
	PostStatusCanceled  PostStatusType = "canceled"
)

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (s *PostStatus) UnmarshalJSON(b []byte) error {
	*s = PostStatus{}
	return strictjson.Unmarshal(b, s)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (s PostStatus) MarshalJSON() ([]byte, error) {
	type plain PostStatus
	return strictjson.Marshal(plain(s))
}

// mismatch implements result.
func (s *PostStatus) mismatch(r *request) string {
	return cmp.Or(mustBe("object", s.Object, "post_status"), r.mustBeID("id", s.ID, "post_status"))
}
