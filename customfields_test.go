package featurebase_test

import (
	"context"

	"github.com/featurebase-community/featurebase-go"
)

const customFieldJSON = `{"object":"custom_field","id":"507f1f77bcf86cd799439011","label":"Plan","type":"multi-select","placeholder":"Choose",
	"options":[{"id":"507f1f77bcf86cd799439012","label":"Pro"}],"required":false,"public":true,"internal":false,"allowMultiple":false,
	"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":1}`

func getCustomField(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.CustomFields.Get(ctx, id, opts...)
	}
}

var customFieldCalls = map[string]apiCall{
	"CustomFields.List": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			fields, err := c.CustomFields.List(ctx, opts...)
			if err != nil {
				return nil, err
			}
			return &featurebase.Page[featurebase.CustomField]{Object: "list", Data: fields}, nil
		},
		official: "feedback.customFields.list",
		request:  "GET /v2/custom_fields",
		body:     `{"object":"list","data":[` + customFieldJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"CustomFields.Get": {
		do: getCustomField(contactID), invalid: getCustomField(badArgument),
		official: "feedback.customFields.retrieve",
		request:  "GET /v2/custom_fields/" + contactID,
		body:     customFieldJSON,
		notFound: "custom_field_not_found",
		reads:    true,
	},
}
