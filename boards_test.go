package featurebase_test

import "strings"

const boardJSON = `{"object":"board","id":"507f1f77bcf86cd799439011","name":"Ideas","icon":{"type":"emoji","value":"💡"},
	"access":{"adminOnly":false,"allowedRoles":["r"],"deniedRoles":[],"segments":[]},
	"features":{"commentsEnabled":true,"createdDatesVisible":false,"postingEnabled":true},"postDefaults":{"visibility":"public"},
	"localization":{"name":{"en":"Ideas"},"description":null,"heroTitle":{"en":"t"},"heroDescription":null,"formPlaceholder":null,"submitButtonText":null},
	"customFields":["507f1f77bcf86cd799439012"],"createdAt":"2026-01-01T00:00:00Z","new":1}`

var _ = register(map[string]apiCall{
	"Boards.List": {
		official: "feedback.boards.list",
		request:  "GET /v2/boards",
		body:     "[" + boardJSON + "," + strings.Replace(boardJSON, `{"type":"emoji","value":"💡"}`, `{"type":"lottie","value":{"url":"u"},"loop":true}`, 1) + "]",
		reads:    true,
	},
	"Boards.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "feedback.boards.retrieve",
		request:  "GET /v2/boards/" + contactID,
		body:     boardJSON,
		notFound: "board_not_found",
		reads:    true,
	},
})
