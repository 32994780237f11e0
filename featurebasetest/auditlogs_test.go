package featurebasetest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const auditLogsPath = "/v2/audit-logs"

func TestAuditLogs_list(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		for i, action := range []featurebase.AuditLogAction{"auth.login", "auth.logout", "webhook.created", "auth.login"} {
			l := featurebase.AuditLog{Action: action, Domain: "authentication", Description: fmt.Sprint(i)}
			if action == "webhook.created" {
				l.Domain, l.CreatedAt = "integrations", time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			srv.AddAuditLog(l)
			time.Sleep(time.Minute)
		}
		for query, want := range map[string]string{
			"":                                      "3 1 0 2",
			"action=auth.login":                     "3 0",
			"action=auth":                           "",
			"domain=authentication":                 "3 1 0",
			"action=auth.login&domain=security":     "",
			"startDate=2000-01-01T00:01:00.000Z":    "3 1",
			"startDate=2000-01-01T02:01:01%2B02:00": "3",
			"endDate=2000-01-01T00:01:00.000Z":      "1 0 2",
			"endDate=2000-01-01T00:00:59.999Z":      "0 2",
			"startDate=1999-06-01T00:00:00Z&endDate=2000-01-01T00:00:00.000Z":   "0",
			"startDate=2000-01-01T00:00:00Z&endDate=1999-01-01T00:00:00-00:00&": "",
		} {
			var found []string
			next := ""
			for range 5 {
				_, list, failure := ask(t, hc, srv, "GET", auditLogsPath+"?limit=1&"+query+next, "")
				require.Empty(t, failure, query)
				for _, l := range list["data"].([]any) {
					found = append(found, l.(map[string]any)["description"].(string))
				}
				if list["nextCursor"] == nil {
					break
				}
				next = "&cursor=" + url.QueryEscape(list["nextCursor"].(string))
			}
			assert.Equal(t, want, strings.Join(found, " "), query)
		}
	})
}

func TestAuditLogs_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for path, want := range map[string]string{
		"?domain=auth":              "400 query.domain: Invalid enum value. Expected one of many, received 'auth'",
		"?startDate=yesterday":      "400 invalid_parameter startDate",
		"?endDate=1735689600":       "400 invalid_parameter endDate",
		"?endDate=":                 "400 invalid_parameter endDate",
		"?action=a&action=b":        "400 query.action: Expected string, received array",
		"?actorId=x":                "400 query: Unrecognized key(s) in object: 'actorId'",
		"?sortOrder=asc":            "400 query: Unrecognized key(s) in object: 'sortOrder'",
		"?limit=101":                "400 query.limit: Number must be less than or equal to 100",
		"?cursor=x":                 "400 invalid_cursor cursor",
		"/0197a5b0-0000-7000-8000-": "404 Cannot GET /v2/audit-logs/0197a5b0-0000-7000-8000-",
	} {
		status, _, failure := ask(t, hc, srv, "GET", auditLogsPath+path, "")
		assert.Equal(t, want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), path)
	}
}

func TestServer_addsAuditLogs(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	plain := srv.AddAuditLog(featurebase.AuditLog{Action: "auth.login"})
	full := featurebase.AuditLog{
		Object: "audit_log", ID: "0197a5b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b", Action: "a.b", Domain: "d", Description: "x", CorrelationID: "c",
		Actor:    featurebase.AuditLogActor{Type: "api_key", ID: "i", Name: "n", Email: "e", APIKey: &featurebase.AuditLogAPIKey{ID: "k", Name: "kn"}},
		Resource: featurebase.AuditLogResource{Type: "t", ID: "r", Name: "rn"}, Request: featurebase.AuditLogRequest{IPAddress: "ip", UserAgent: "ua"},
		Metadata: map[string]any{"m": []any{1.0}}, CreatedAt: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), Extra: map[string]json.RawMessage{"x": json.RawMessage("1")},
	}
	assert.Equal(t, full, srv.AddAuditLog(full))
	assert.Equal(t, []featurebase.AuditLog{plain, full}, srv.AuditLogs())
	assert.Equal(t, "admin@example.com", plain.Actor.Email)
	assert.PanicsWithValue(t, `featurebasetest: AddAuditLog: ID "x" must be a UUID`, func() { srv.AddAuditLog(featurebase.AuditLog{ID: "x"}) })

	_, list, _ := ask(t, hc, srv, "GET", auditLogsPath, "")
	got := list["data"].([]any)[1].(map[string]any)
	delete(got, "createdAt")
	assert.Equal(t, map[string]any{
		"object": "audit_log", "id": "0197a5b0-0000-7000-8000-000000000001", "action": "auth.login", "domain": "", "description": "", "correlationId": nil, "metadata": map[string]any{},
		"actor":    map[string]any{"type": "admin", "id": "64e3f1a2b9c8d7e400000001", "name": "Admin", "email": "admin@example.com", "apiKey": nil},
		"resource": map[string]any{"type": "", "id": nil, "name": nil}, "request": map[string]any{"ipAddress": nil, "userAgent": nil},
	}, got)
	page, err := srv.Client().AuditLogs.List(t.Context(), featurebase.AuditLogListParams{})
	require.NoError(t, err)
	assert.Equal(t, []featurebase.AuditLog{full, plain}, page.Data)
	srv.Reset()
	assert.Empty(t, srv.AuditLogs())
}
