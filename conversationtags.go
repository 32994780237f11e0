package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// ConversationTagsService manages the tags that conversations can have, which are not those
// of posts. Access it through [Client.ConversationTags].
type ConversationTagsService struct{ client *Client }

var (
	listTags  = &endpoint{pattern: "GET /v2/tags"}
	createTag = &endpoint{pattern: "POST /v2/tags"}
	renameTag = &endpoint{pattern: "POST /v2/tags", object: "tag", named: []string{"id"}, effect: repeatable}
	getTag    = &endpoint{pattern: "GET /v2/tags/{id}", object: "tag"}
	deleteTag = &endpoint{pattern: "DELETE /v2/tags/{id}", object: "tag"}
)

// List returns all tags that are not archived: [GET /v2/tags]. If some can't be
// decoded, it returns the others and an error that matches
// [ErrUnexpectedResponse].
//
// [GET /v2/tags]: https://docs.featurebase.app/rest-api/conversation-tags
func (s *ConversationTagsService) List(ctx context.Context, opts ...CallOption) ([]ConversationTag, error) {
	return whole(ctx, s.client, request{endpoint: listTags}, new(Page[ConversationTag]), opts)
}

// Create creates a tag: [POST /v2/tags]. It is not repeated once the API may have
// processed it, so an error that matches [ErrAmbiguous] leaves open whether the
// tag exists. Whether two tags can have the same name is not documented.
//
// [POST /v2/tags]: https://docs.featurebase.app/rest-api/conversation-tags
func (s *ConversationTagsService) Create(ctx context.Context, params ConversationTagCreateParams, opts ...CallOption) (*ConversationTag, error) {
	return send(ctx, s.client, request{endpoint: createTag, params: params}, new(ConversationTag), opts)
}

// Rename changes the name of a tag: [POST /v2/tags] with its ID. If there is no
// such tag, the error matches [ErrNotFound], but not if the acting admin may be
// what is missing.
//
// [POST /v2/tags]: https://docs.featurebase.app/rest-api/conversation-tags
func (s *ConversationTagsService) Rename(ctx context.Context, params ConversationTagRenameParams, opts ...CallOption) (*ConversationTag, error) {
	return send(ctx, s.client, request{endpoint: renameTag, params: params}, new(ConversationTag), opts)
}

// Get returns the tag with the given ID, even if it is archived:
// [GET /v2/tags/{id}]. If it doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/tags/{id}]: https://docs.featurebase.app/rest-api/conversation-tags
func (s *ConversationTagsService) Get(ctx context.Context, id string, opts ...CallOption) (*ConversationTag, error) {
	return send(ctx, s.client, request{endpoint: getTag, args: args{id}}, new(ConversationTag), opts)
}

// Delete permanently deletes a tag, and removes it from all conversations:
// [DELETE /v2/tags/{id}]. Their history keeps that they had it. See
// [ContactsService.Delete] for what its errors mean.
//
// [DELETE /v2/tags/{id}]: https://docs.featurebase.app/rest-api/conversation-tags
func (s *ConversationTagsService) Delete(ctx context.Context, id string, params ConversationTagDeleteParams, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{deleteTag, args{id}, params}, new(Deleted), opts)
}

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

// ConversationTagRenameParams say how to rename which tag.
type ConversationTagRenameParams struct {
	ID            string `json:"id" check:"required,id"`             // of the tag
	Name          string `json:"name" check:"required,max:255"`      // at most 255 characters
	ActingAdminID string `json:"actingAdminId,omitempty" check:"id"` // who renames it, and whose permissions are checked
}

// ConversationTagCreateParams are the fields of a new tag.
type ConversationTagCreateParams struct {
	Name          string `json:"name" check:"required,max:255"`      // at most 255 characters
	ActingAdminID string `json:"actingAdminId,omitempty" check:"id"` // who creates it, and whose permissions are checked
}

// ConversationTagDeleteParams say who deletes a tag. They may be empty.
type ConversationTagDeleteParams struct {
	ActingAdminID string `json:"actingAdminId,omitempty" check:"id"` // who deletes it, and whose permissions are checked
}
