package featurebase_test

import (
	"context"

	"github.com/featurebase-community/featurebase-go"
)

const postStatusJSON = `{"object":"post_status","id":"507f1f77bcf86cd799439011","name":"In Progress","type":"active","color":"Blue","isDefault":false,"new":1}`

func getPostStatus(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.PostStatuses.Get(ctx, id, opts...)
	}
}

var postStatusCalls = map[string]apiCall{
	"PostStatuses.List": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return c.PostStatuses.List(ctx, opts...)
		},
		official: "feedback.postStatuses.list",
		request:  "GET /v2/post_statuses",
		body:     "[" + postStatusJSON + "]",
		reads:    true,
	},
	"PostStatuses.Get": {
		do: getPostStatus(contactID), invalid: getPostStatus(badArgument),
		official: "feedback.postStatuses.retrieve",
		request:  "GET /v2/post_statuses/" + contactID,
		body:     postStatusJSON,
		notFound: "post_status_not_found",
		reads:    true,
	},
}
