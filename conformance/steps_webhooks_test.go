package conformance_test

import (
	"testing"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "Webhooks", official: "webhooks.",
	add: func(_ *testing.T, srv *featurebasetest.Server) {
		srv.AddWebhook(featurebase.Webhook{Name: "CRM", Description: "<&>", URL: "https://example.com/1", Secret: "whsec_1", Topics: featurebaseTopics,
			Status: featurebase.WebhookStatusPaused, LastStatus: &featurebase.WebhookLastStatus{Code: 500, Message: "no", Timestamp: adasActivity},
			RequestConfig: featurebase.WebhookRequestConfig{TimeoutMS: 1000, Headers: map[string]featurebase.Secret{"A": "b", "C": "d"}},
			Health:        featurebase.WebhookHealth{AvgResponseTime: 1.5, ConsecutiveFailures: 2, LastSuccessAt: adasActivity}})
		srv.AddWebhook(featurebase.Webhook{Name: "ERP"})
	},
	steps: func(*testing.T) []step {
		const list, create = "webhooks.list", "webhooks.create"
		type params = featurebase.WebhookListParams
		const url = "https://example.com/2"
		return []step{
			{name: "webhooks", official: official(list), ours: ours("Webhooks.List", params{}), want: ok},
			{name: "webhooks that are paused", official: official(list, object{"status": "paused", "limit": 1}), ours: ours("Webhooks.List", params{Status: "paused", Limit: 1}), want: ok},
			{name: "webhooks: all pages", official: officialAll(list, object{"limit": 1}), ours: ours("Webhooks.ListAll", params{Limit: 1}), want: ok},
			{name: "webhooks: a cursor that is none", official: official(list, object{"cursor": "x"}), ours: ours("Webhooks.List", params{Cursor: "x"}), want: "400 invalid_cursor"},
			{name: "create a webhook", official: official(create, object{"name": "A", "url": url, "topics": array{"post.created"}, "description": "d", "requestConfig": object{"headers": object{"A": "b"}}}),
				ours: ours("Webhooks.Create", featurebase.WebhookCreateParams{Name: "A", URL: url, Topics: featurebaseTopics, Description: "d",
					RequestConfig: featurebase.WebhookRequestConfigParams{Headers: map[string]string{"A": "b"}}}), want: ok},
			{name: "a webhook too many", official: official(create, object{"name": "A", "url": url, "topics": array{"post.created"}}),
				ours: ours("Webhooks.Create", featurebase.WebhookCreateParams{Name: "A", URL: url, Topics: featurebaseTopics}), want: against,
				fault: &featurebasetest.Fault{Status: 400, Code: featurebase.ErrorCodeInvalidRequest}},
		}
	},
})

var featurebaseTopics = []featurebase.WebhookTopic{featurebase.WebhookTopicPostCreated}
