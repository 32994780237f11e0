package featurebase

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// PostStatusesService reads the statuses that posts can be in. Access it through
// [Client.PostStatuses].
type PostStatusesService struct{ client *Client }

var (
	listPostStatuses = &endpoint{pattern: "GET /v2/post_statuses"}
	getPostStatus    = &endpoint{pattern: "GET /v2/post_statuses/{id}", object: "post_status"}
)

// List returns all statuses of posts: [GET /v2/post_statuses]. If some can't be
// decoded, it returns the others and an error that matches
// [ErrUnexpectedResponse].
//
// [GET /v2/post_statuses]: https://docs.featurebase.app/rest-api/post-statuses
func (s *PostStatusesService) List(ctx context.Context, opts ...CallOption) ([]PostStatus, error) {
	return whole(ctx, s.client, request{endpoint: listPostStatuses}, new(array[PostStatus]), opts)
}

// Get returns the status with the given ID: [GET /v2/post_statuses/{id}]. If it
// doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/post_statuses/{id}]: https://docs.featurebase.app/rest-api/post-statuses
func (s *PostStatusesService) Get(ctx context.Context, id string, opts ...CallOption) (*PostStatus, error) {
	return send(ctx, s.client, request{endpoint: getPostStatus, args: args{id}}, new(PostStatus), opts)
}

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

// PostStatusType is the stage that a status stands for.
type PostStatusType string

// The documented stages. Unknown values are passed through unchanged.
const (
	PostStatusTypeReviewing PostStatusType = "reviewing"
	PostStatusTypeUnstarted PostStatusType = "unstarted"
	PostStatusTypeActive    PostStatusType = "active"
	PostStatusTypeCompleted PostStatusType = "completed"
	PostStatusTypeCanceled  PostStatusType = "canceled"
)
