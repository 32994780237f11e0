package featurebase_test

const postStatusJSON = `{"object":"post_status","id":"507f1f77bcf86cd799439011","name":"In Progress","type":"active","color":"Blue","isDefault":false,"new":1}`

var _ = register(map[string]apiCall{
	"PostStatuses.List": {
		official: "feedback.postStatuses.list",
		request:  "GET /v2/post_statuses",
		body:     "[" + postStatusJSON + "]",
		reads:    true,
	},
	"PostStatuses.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "feedback.postStatuses.retrieve",
		request:  "GET /v2/post_statuses/" + contactID,
		body:     postStatusJSON,
		notFound: "post_status_not_found",
		reads:    true,
	},
})
