package featurebase_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
)

const webhookJSON = `{"object":"webhook","id":"507f1f77bcf86cd799439011","name":"CRM","description":null,"url":"[secret]","secret":"[secret]",
	"topics":["post.created"],"status":"active","version":"1.0","requestConfig":{"timeoutMs":5000,"headers":{"A":"[secret]"},"new":1},
	"health":{"avgResponseTime":1.5,"consecutiveFailures":1,"errorsSinceLastSuccess":2,"lastResponseTime":3,"lastSuccessAt":"2026-01-02T15:04:05Z"},
	"lastStatus":{"code":500,"message":"no","timestamp":"2026-01-02T15:04:05Z"},"createdAt":"2026-01-02T15:04:05Z","updatedAt":"2026-01-02T15:04:05Z","new":1}`

var _ = register(map[string]apiCall{
	"Webhooks.List": {
		args:     args{featurebase.WebhookListParams{Status: featurebase.WebhookStatusActive, Limit: 5}},
		invalid:  args{featurebase.WebhookListParams{Cursor: strings.Repeat(badArgument, 30)}},
		official: "webhooks.list",
		request:  "GET /v2/webhooks?limit=5&status=active",
		body:     `{"object":"list","data":[` + webhookJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"Webhooks.ListAll": {
		args:     args{featurebase.WebhookListParams{}},
		invalid:  args{featurebase.WebhookListParams{Cursor: strings.Repeat(badArgument, 30)}},
		official: "webhooks.list",
		request:  "GET /v2/webhooks?limit=100",
		body:     `{"object":"list","data":[` + webhookJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"Webhooks.Create": {
		args:     args{featurebase.WebhookCreateParams{Name: "CRM", URL: "https://example.com", Topics: []featurebase.WebhookTopic{"post.created"}}},
		invalid:  args{featurebase.WebhookCreateParams{Name: strings.Repeat(badArgument, 11), URL: "https://example.com", Topics: []featurebase.WebhookTopic{"post.created"}}},
		official: "webhooks.create",
		request:  "POST /v2/webhooks",
		sends:    `{"name":"CRM","url":"https://example.com","topics":["post.created"]}`,
		status:   201,
		body:     webhookJSON,
		once:     true,
	},
})

func TestWebhooksCreate_boundsHeaders(t *testing.T) {
	t.Parallel()
	headers := map[string]string{"A": strings.Repeat("a", 1024)}
	for i := range 9 {
		headers[strconv.Itoa(i)] = ""
	}
	tooMany, tooLong := maps.Clone(headers), maps.Clone(headers)
	tooMany["B"], tooLong["A"] = "", strings.Repeat("a", 1025)
	for _, tc := range []struct {
		name    string
		headers map[string]string
		want    []string
	}{
		{"at the limits", headers, nil},
		{"too many", tooMany, []string{"featurebase: invalid RequestConfig.Headers: it has 11 elements; want at most 10; nothing was sent"}},
		{"too long", tooLong, []string{"featurebase: invalid RequestConfig.Headers: a value has 1025 characters; want at most 1024; nothing was sent"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, respondWith(201, webhookJSON)).Webhooks.Create(t.Context(), featurebase.WebhookCreateParams{
				Name: "CRM", URL: "https://example.com", Topics: []featurebase.WebhookTopic{featurebase.WebhookTopicPostCreated},
				RequestConfig: featurebase.WebhookRequestConfigParams{Headers: tc.headers},
			})
			assert.Equal(t, tc.want, slices.Collect(func(yield func(string) bool) {
				if err != nil {
					yield(err.Error())
				}
			}))
		})
	}
}
