package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// CustomFieldsService reads the custom fields that posts can have. Access it
// through [Client.CustomFields].
type CustomFieldsService struct{ client *Client }

var (
	listCustomFields = &endpoint{pattern: "GET /v2/custom_fields"}
	getCustomField   = &endpoint{pattern: "GET /v2/custom_fields/{id}", object: "custom_field"}
)

// List returns all custom fields of posts: [GET /v2/custom_fields]. If some
// can't be decoded, it returns the others and an error that matches
// [ErrUnexpectedResponse].
//
// [GET /v2/custom_fields]: https://docs.featurebase.app/rest-api/custom-fields
func (s *CustomFieldsService) List(ctx context.Context, opts ...CallOption) ([]CustomField, error) {
	return whole(ctx, s.client, request{endpoint: listCustomFields}, new(Page[CustomField]), opts)
}

// Get returns the custom field with the given ID: [GET /v2/custom_fields/{id}].
// If it doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/custom_fields/{id}]: https://docs.featurebase.app/rest-api/custom-fields
func (s *CustomFieldsService) Get(ctx context.Context, id string, opts ...CallOption) (*CustomField, error) {
	return send(ctx, s.client, request{endpoint: getCustomField, args: args{id}}, new(CustomField), opts)
}

// CustomField defines a custom field of posts. Its ID is the key of the field's
// values in [Post.CustomFields].
//
// Reference: https://docs.featurebase.app/rest-api/custom-fields
type CustomField struct {
	Object        string              `json:"object"` // always "custom_field"
	ID            string              `json:"id"`     // 24 hexadecimal characters
	Label         string              `json:"label"`
	Type          CustomFieldType     `json:"type"`
	Placeholder   string              `json:"placeholder,omitempty"`
	Options       []CustomFieldOption `json:"options,omitempty"` // of a select
	Required      *bool               `json:"required,omitempty"`
	Public        *bool               `json:"public,omitempty"`
	Internal      *bool               `json:"internal,omitempty"`
	AllowMultiple *bool               `json:"allowMultiple,omitempty"` // of a file
	CreatedAt     time.Time           `json:"createdAt,omitzero"`
	UpdatedAt     time.Time           `json:"updatedAt,omitzero"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (f *CustomField) UnmarshalJSON(b []byte) error {
	*f = CustomField{}
	return strictjson.Unmarshal(b, f)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (f CustomField) MarshalJSON() ([]byte, error) {
	type plain CustomField
	return strictjson.Marshal(plain(f))
}

// mismatch implements result.
func (f *CustomField) mismatch(r *request) string {
	return cmp.Or(mustBe("object", f.Object, "custom_field"), r.mustBeID("id", f.ID, "custom_field"))
}

// CustomFieldType is the kind of a custom field's values.
type CustomFieldType string

// The documented types. Unknown values are passed through unchanged.
const (
	CustomFieldTypeText        CustomFieldType = "text"
	CustomFieldTypeNumber      CustomFieldType = "number"
	CustomFieldTypeSelect      CustomFieldType = "select"
	CustomFieldTypeMultiSelect CustomFieldType = "multi-select"
	CustomFieldTypeCheckbox    CustomFieldType = "checkbox"
	CustomFieldTypeDate        CustomFieldType = "date"
	CustomFieldTypeFile        CustomFieldType = "file"
)

// CustomFieldOption is a value that can be selected.
type CustomFieldOption struct {
	ID    string `json:"id"`
	Label string `json:"label"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}
