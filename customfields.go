package featurebase

import "context"

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
