package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// BoardsService reads the boards to which posts are submitted. Access it through
// [Client.Boards].
type BoardsService struct{ client *Client }

var (
	listBoards = &endpoint{pattern: "GET /v2/boards"}
	getBoard   = &endpoint{pattern: "GET /v2/boards/{id}", object: "board"}
)

// List returns all boards: [GET /v2/boards]. If some can't be decoded, it
// returns the others and an error that matches [ErrUnexpectedResponse].
//
// [GET /v2/boards]: https://docs.featurebase.app/rest-api/boards
func (s *BoardsService) List(ctx context.Context, opts ...CallOption) ([]Board, error) {
	return whole(ctx, s.client, request{endpoint: listBoards}, new(array[Board]), opts)
}

// Get returns the board with the given ID: [GET /v2/boards/{id}]. If it doesn't
// exist, the error matches [ErrNotFound].
//
// [GET /v2/boards/{id}]: https://docs.featurebase.app/rest-api/boards
func (s *BoardsService) Get(ctx context.Context, id string, opts ...CallOption) (*Board, error) {
	return send(ctx, s.client, request{endpoint: getBoard, args: args{id}}, new(Board), opts)
}

// Board is a board to which posts or tickets are submitted.
//
// Reference: https://docs.featurebase.app/rest-api/boards
type Board struct {
	Object       string            `json:"object"` // always "board"
	ID           string            `json:"id"`     // 24 hexadecimal characters
	Name         string            `json:"name"`   // in the default locale
	Icon         *Icon             `json:"icon"`   // nil if it has none
	Access       BoardAccess       `json:"access"`
	Features     BoardFeatures     `json:"features"`
	PostDefaults BoardPostDefaults `json:"postDefaults"`
	Localization BoardLocalization `json:"localization"`
	CustomFields []string          `json:"customFields"` // IDs
	CreatedAt    time.Time         `json:"createdAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (b *Board) UnmarshalJSON(body []byte) error {
	*b = Board{}
	return strictjson.Unmarshal(body, b)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (b Board) MarshalJSON() ([]byte, error) {
	type plain Board
	return strictjson.Marshal(plain(b))
}

// mismatch implements result.
func (b *Board) mismatch(r *request) string {
	return cmp.Or(mustBe("object", b.Object, "board"), r.mustBeID("id", b.ID, "board"))
}

// BoardAccess says who can see a board. An empty list means no restriction.
type BoardAccess struct {
	AdminOnly    bool     `json:"adminOnly"`
	AllowedRoles []string `json:"allowedRoles"` // IDs
	DeniedRoles  []string `json:"deniedRoles"`  // IDs
	Segments     []string `json:"segments"`     // IDs

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// BoardFeatures is what can be done on a board.
type BoardFeatures struct {
	CommentsEnabled     bool `json:"commentsEnabled"`
	CreatedDatesVisible bool `json:"createdDatesVisible"`
	PostingEnabled      bool `json:"postingEnabled"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// BoardPostDefaults are the defaults of new posts.
type BoardPostDefaults struct {
	Visibility PostVisibility `json:"visibility"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// BoardLocalization has the texts of a board by language code.
type BoardLocalization struct {
	Name             map[string]string `json:"name"`
	Description      map[string]string `json:"description,omitempty"`
	HeroTitle        map[string]string `json:"heroTitle,omitempty"`
	HeroDescription  map[string]string `json:"heroDescription,omitempty"`
	FormPlaceholder  map[string]string `json:"formPlaceholder,omitempty"`
	SubmitButtonText map[string]string `json:"submitButtonText,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}
