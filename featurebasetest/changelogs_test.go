package featurebasetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const subscribersPath = "/v2/changelogs/subscribers"

func TestSubscribers_addAndRemove(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		change := func(method, body string, wantCount int, want string) {
			t.Helper()
			status, got, failure := ask(t, hc, srv, method, subscribersPath, body)
			require.Equal(t, 200, status, failure)
			object := map[string]string{"POST": "changelog_subscribers_import", "DELETE": "changelog_subscribers_removal"}[method]
			assert.Equal(t, map[string]any{"object": object, "count": float64(wantCount)}, got)
			assert.Equal(t, want, strings.Join(srv.Subscribers(), " "))
		}
		change("POST", `{"emails":[" Ada@Example.com\n","bob@example.com","nobody","ada@example.com"],"locale":"pt-BR"}`, 2, "ada@example.com bob@example.com")
		change("POST", `{"emails":["cleo@example.com","bob@example.com"]}`, 2, "ada@example.com bob@example.com cleo@example.com")
		change("POST", `{"emails":["nobody"]}`, 0, "ada@example.com bob@example.com cleo@example.com")
		srv.Subscribers()[0] = "changed"
		change("DELETE", `{"emails":["BOB@example.com ","eve@example.com"]}`, 2, "ada@example.com cleo@example.com")
		change("DELETE", `{"emails":["bob@example.com"]}`, 1, "ada@example.com cleo@example.com")
		srv.Reset()
		assert.Empty(t, srv.Subscribers())
	})
}

func TestSubscribers_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	many := func(n int) string {
		return `{"emails":["a@example.com"` + strings.Repeat(`,"b@example.com"`, n-1) + `]}`
	}
	for _, tc := range []struct{ method, body, want string }{
		{"POST", ``, "400 body: Required"},
		{"DELETE", ``, "400 body: Required"},
		{"POST", `{}`, "400 body.emails: Required"},
		{"DELETE", `{}`, "400 body.emails: Required"},
		{"POST", `{"emails":[]}`, "400 invalid_request emails"},
		{"DELETE", `{"emails":[]}`, "400 invalid_request emails"},
		{"POST", many(1001), "400 invalid_request emails"},
		{"DELETE", many(1001), "400 invalid_request emails"},
		{"POST", `{"emails":"a@example.com"}`, "400 body.emails: Expected array, received string"},
		{"DELETE", `{"emails":[1]}`, "400 body.emails.0: Expected string, received number"},
		{"POST", `{"emails":["a@example.com"],"locale":"en-US"}`, "400 body.locale: Invalid enum value. Expected one of many, received 'en-US'"},
		{"POST", `{"emails":["a@example.com"],"name":"Ada"}`, "400 body: Unrecognized key(s) in object: 'name'"},
		{"DELETE", `{"emails":["a@example.com"],"locale":"en"}`, "400 body: Unrecognized key(s) in object: 'locale'"},
		{"GET", ``, "404 Cannot GET /v2/changelogs/subscribers"},
	} {
		status, _, failure := ask(t, hc, srv, tc.method, subscribersPath, tc.body)
		assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %.60s", tc.method, tc.body)
	}
	assert.Empty(t, srv.Subscribers())
	status, got, _ := ask(t, hc, srv, "DELETE", subscribersPath, many(1000))
	assert.Equal(t, "200 1000", fmt.Sprint(status, " ", got["count"]))
	_, got, _ = ask(t, hc, srv, "POST", subscribersPath, many(1000))
	assert.EqualValues(t, 2, got["count"])
}
