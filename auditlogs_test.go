package featurebase_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const auditLogListJSON = `{"object":"list","data":[{"object":"audit_log","id":"0197a5b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b","action":"auth.login","domain":"authentication",
	"description":"Ada logged in","actor":{"id":"507f1f77bcf86cd799439011","type":"admin","name":"Ada","email":"ada@example.com","apiKey":{"id":"k1","name":"CI"}},
	"resource":{"type":"organization","id":null,"name":"Acme"},"request":{"ipAddress":"192.0.2.1","userAgent":"curl"},"correlationId":"c1",
	"metadata":{"a":[1,{"b":null}]},"createdAt":"2026-01-01T00:00:00Z","new":1},
	{"object":"audit_log","id":"0197A5B0-1C2D-7E3F-8A4B-5C6D7E8F9A0C","action":"new.action","domain":"new","description":"","metadata":{},
	"actor":{"id":null,"type":"system","name":null,"email":"","apiKey":null},"resource":{"type":"x","id":"1","name":null},
	"request":{"ipAddress":null,"userAgent":null},"correlationId":null,"createdAt":"2025-01-01T00:00:00Z"}],"nextCursor":null}`

var _ = register(map[string]apiCall{
	"AuditLogs.List": {
		args: args{featurebase.AuditLogListParams{
			Action: featurebase.AuditLogActionAPIKeyCreated, Domain: featurebase.AuditLogDomainSecurity,
			StartDate: time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 7200)), EndDate: time.Date(2026, 2, 1, 0, 0, 0, 5e8, time.UTC),
			Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.AuditLogListParams{Cursor: badArgument, Limit: 101}},
		official: "auditLogs.list",
		request: "GET /v2/audit-logs?action=api_key.created&cursor=x&domain=security&endDate=2026-02-01T00%3A00%3A00.5Z&limit=3" +
			"&startDate=2025-12-31T22%3A00%3A00Z",
		body:  auditLogListJSON,
		reads: true,
	},
	"AuditLogs.ListAll": {
		args:     args{featurebase.AuditLogListParams{}},
		official: "auditLogs.list",
		request:  "GET /v2/audit-logs?limit=100",
		body:     auditLogListJSON,
		reads:    true,
	},
})

func TestAuditLogsList_refusesDatesInTheWrongOrder(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	err := refusal(t, listAuditLogs(featurebase.AuditLogListParams{StartDate: day, EndDate: day.Add(-1)}))
	assert.EqualError(t, err, "featurebase: invalid EndDate: it is before StartDate; nothing can be found; nothing was sent")
	for _, params := range []featurebase.AuditLogListParams{{StartDate: day, EndDate: day}, {StartDate: day}, {EndDate: day}} {
		_, err := listAuditLogs(params)(t.Context(), featurebasetest.New().Client())
		assert.NoError(t, err)
	}
}

func TestAuditLogsListAll_findsWhatTheFiltersSay(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var ids []string
	for i := range 120 { // more than one page
		l := featurebase.AuditLog{Action: featurebase.AuditLogActionWebhookCreated, Domain: featurebase.AuditLogDomainIntegrations, CreatedAt: day.AddDate(0, 0, i)}
		if i%40 == 0 {
			l.Action, l.Domain = featurebase.AuditLogActionDataUserDataDeleted, featurebase.AuditLogDomainDataManagement
		}
		ids = append(ids, srv.AddAuditLog(l).ID)
	}
	for _, tc := range []struct {
		name   string
		params featurebase.AuditLogListParams
		count  int
		newest string
	}{
		{"all", featurebase.AuditLogListParams{}, 120, ids[119]},
		{"action", featurebase.AuditLogListParams{Action: featurebase.AuditLogActionDataUserDataDeleted, Limit: 2}, 3, ids[80]},
		{"domain", featurebase.AuditLogListParams{Domain: featurebase.AuditLogDomainIntegrations}, 117, ids[119]},
		{"dates", featurebase.AuditLogListParams{StartDate: day.AddDate(0, 0, 10), EndDate: day.AddDate(0, 0, 20).In(time.FixedZone("", -7200))}, 11, ids[20]},
	} {
		t.Run(tc.name, func(t *testing.T) {
			page, err := results(srv.Client().AuditLogs.ListAll(t.Context(), tc.params))
			require.NoError(t, err)
			require.Len(t, page.Data, tc.count)
			assert.Equal(t, tc.newest, page.Data[0].ID)
		})
	}
}

func listAuditLogs(params featurebase.AuditLogListParams) doFunc {
	return method("AuditLogs.List", params)
}
