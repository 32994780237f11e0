package featurebasetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestVariants_ofSchemaErrors(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	const body = `{"boardId":"` + board + `","title":"a","color":"red"}`
	_, flat, _ := ask(t, hc, srv, "POST", postsPath, body)
	assert.Equal(t, jsonObject{"code": 400.0, "message": "Validation error: body.title: String must contain at least 2 character(s)"}, flat)

	srv.SetVariants(featurebasetest.Variants{EnvelopeSchemaErrors: true})
	status, inEnvelope, _ := ask(t, hc, srv, "POST", postsPath, body)
	assert.Equal(t, 400, status)
	assert.Equal(t, jsonObject{"error": jsonObject{
		"type": "invalid_request_error", "code": "invalid_request", "message": "Validation error", "param": "title", "status": 400.0,
		"details": []any{
			jsonObject{"path": "body.title", "message": "String must contain at least 2 character(s)"},
			jsonObject{"path": "body", "message": "Unrecognized key(s) in object: 'color'"},
		},
	}}, inEnvelope)
	_, _, failure := ask(t, hc, srv, "POST", postsPath, `[]`)
	assert.Equal(t, "invalid_request", failure)
	_, _, failure = ask(t, hc, srv, "GET", contactsPath+"/ada", "")
	assert.Equal(t, "invalid_id id", failure, "this form is the same")

	srv.Reset()
	_, again, _ := ask(t, hc, srv, "POST", postsPath, body)
	assert.Equal(t, flat, again)
}

func TestVariants_ofARefusedKey(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for _, tc := range []struct{ set, want int }{{0, 401}, {401, 401}, {403, 403}} {
		srv.SetVariants(featurebasetest.Variants{RefusedKeyStatus: tc.set})
		resp, body, err := send(t, hc, srv, "GET", "/v2/boards", "Authorization", "Bearer sk_wrong")
		require.NoError(t, err)
		assert.Equal(t, tc.want, resp.StatusCode)
		assert.JSONEq(t, `{"success":false,"message":"Invalid API Key"}`, body)
	}
	assert.PanicsWithValue(t, "featurebasetest: SetVariants: want a RefusedKeyStatus of 401 or 403, not 400", func() {
		srv.SetVariants(featurebasetest.Variants{RefusedKeyStatus: 400})
	})
}

func TestVariants_ofTheFirstMessage(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		isPart bool
		want   []string
	}{{false, []string{"2"}}, {true, []string{"1", "2"}}} {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		srv.SetVariants(featurebasetest.Variants{FirstMessageIsPart: tc.isPart})
		ada := srv.AddContact(featurebase.Contact{UserID: "u1", Name: "Ada"})
		status, c, failure := ask(t, hc, srv, "POST", conversationsPath, fmt.Sprintf(`{"from":{"type":"contact","id":%q},"bodyMarkdown":"Hi"}`, ada.ID))
		require.Equal(t, 201, status, failure)
		assert.Equal(t, jsonObject{"id": ada.ID, "type": "customer"}, c["source"].(jsonObject)["author"])
		status, _, failure = ask(t, hc, srv, "POST", conversationsPath+"/10001/reply", `{"type":"contact","userId":"u1","messageType":"reply","bodyMarkdown":"Well?"}`)
		require.Equal(t, 201, status, failure)
		var ids []string
		for _, p := range srv.Conversations()[0].Parts {
			ids = append(ids, p.ID)
		}
		assert.Equal(t, tc.want, ids)

		// It is found by its text in either place.
		_, found, _ := ask(t, hc, srv, "POST", conversationsPath+"/search", `{"search":"hi"}`)
		require.Len(t, found["data"], 1)
		row := found["data"].([]any)[0].(jsonObject)
		assert.Equal(t, "Hi", row["matchingBodyPreviewMarkdown"])
		assert.Equal(t, tc.isPart, row["matchingPart"] != nil)
	}
}

// nova has the endpoints that older versions lack: those of the fake among the 48
// whose documentation says so.
var nova = map[string]bool{
	"GET /v2/audit-logs": true, "POST /v2/posts/search": true, "POST /v2/comments/search": true,
}

func TestServer_knowsWhatVersionsLack(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	lacked := 0
	for _, r := range srv.Routes() {
		path := strings.NewReplacer("{conversationId}", "1", "{ticketNumber}", "1", "{", "", "}", "").Replace(r[1])
		wanted := nova[r[0]+" "+r[1]] || strings.HasPrefix(path, "/v2/companies") || strings.HasPrefix(path, "/v2/webhooks") || strings.HasPrefix(path, "/v2/conversations") ||
			strings.HasPrefix(path, "/v2/contacts") && !strings.HasSuffix(path, "/email-preferences")
		for version, unsupported := range map[string]bool{
			"2025-12-12.clover": wanted, "2026-01-01.nova": false, "2026-08-19.orbit": false, "2027-01-01.next": true, "latest": true,
		} {
			_, body, err := send(t, hc, srv, r[0], path, "Featurebase-Version", version)
			require.NoError(t, err)
			assert.Equal(t, unsupported, strings.Contains(body, `"code":"version_not_supported"`), "%s %s in %s", r[0], path, version)
		}
		if wanted {
			lacked++
		}
	}
	assert.Equal(t, 35, lacked, "1 + 2 + 9 of contacts + 9 of companies + 12 of conversations + 2 of webhooks")
}
