package featurebasetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const webhooksPath = "/v2/webhooks"

func TestWebhooks_createList(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		added := srv.AddWebhook(featurebase.Webhook{Name: "CRM", Status: "paused", URL: "https://example.com/1", Secret: "whsec_1",
			RequestConfig: featurebase.WebhookRequestConfig{Headers: map[string]featurebase.Secret{"A": "b"}}})
		assert.Equal(t, []string{"https://example.com/1", "whsec_1", "b"}, []string{added.URL.Reveal(), added.Secret.Reveal(), added.RequestConfig.Headers["A"].Reveal()})

		status, hook, _ := ask(t, hc, srv, "POST", webhooksPath,
			`{"name":"ERP","url":"https://example.com/2","topics":["post.created"],"description":"d","requestConfig":{"headers":{"A":"b"},"timeoutMs":1},"x":1}`)
		assert.Equal(t, 201, status)
		assert.Equal(t, "whsec_featurebasetest", hook["secret"])
		assert.Equal(t, map[string]any{"timeoutMs": 5000.0, "headers": map[string]any{"A": "b"}}, hook["requestConfig"])
		_, list, _ := ask(t, hc, srv, "GET", webhooksPath+"?status=active", "")
		assert.Equal(t, map[string]any{"object": "list", "data": []any{hook}, "nextCursor": nil}, list)
		assert.Len(t, srv.Webhooks(), 2)

		for _, tc := range []struct{ body, want string }{
			{`{}`, "400 body.name: Required"},
			{`{"name":"a","url":"b","topics":[]}`, "400 body.topics: Array must contain at least 1 element(s)"},
			{`{"name":"a","url":"b","topics":["c"],"description":null}`, "400 body.description: Expected string, received null"},
		} {
			status, _, failure := ask(t, hc, srv, "POST", webhooksPath, tc.body)
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), tc.body)
		}
		for range 8 {
			srv.AddWebhook(featurebase.Webhook{})
		}
		status, _, failure := ask(t, hc, srv, "POST", webhooksPath, `{"name":"a","url":"b","topics":["c"]}`)
		assert.Equal(t, "400 invalid_request", strings.TrimSpace(fmt.Sprint(status, " ", failure)))
	})
}
