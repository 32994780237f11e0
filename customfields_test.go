package featurebase_test

const customFieldJSON = `{"object":"custom_field","id":"507f1f77bcf86cd799439011","label":"Plan","type":"multi-select","placeholder":"Choose",
	"options":[{"id":"507f1f77bcf86cd799439012","label":"Pro"}],"required":false,"public":true,"internal":false,"allowMultiple":false,
	"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":1}`

var _ = register(map[string]apiCall{
	"CustomFields.List": {
		official: "feedback.customFields.list",
		request:  "GET /v2/custom_fields",
		body:     `{"object":"list","data":[` + customFieldJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"CustomFields.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "feedback.customFields.retrieve",
		request:  "GET /v2/custom_fields/" + contactID,
		body:     customFieldJSON,
		notFound: "custom_field_not_found",
		reads:    true,
	},
})
