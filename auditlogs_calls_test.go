package featurebase_test

import (
	"context"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

const auditLogListJSON = `{"object":"list","data":[{"object":"audit_log","id":"0197a5b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b","action":"auth.login","domain":"authentication",
	"description":"Ada logged in","actor":{"id":"507f1f77bcf86cd799439011","type":"admin","name":"Ada","email":"ada@example.com","apiKey":{"id":"k1","name":"CI"}},
	"resource":{"type":"organization","id":null,"name":"Acme"},"request":{"ipAddress":"192.0.2.1","userAgent":"curl"},"correlationId":"c1",
	"metadata":{"a":[1,{"b":null}]},"createdAt":"2026-01-01T00:00:00Z","new":1},
	{"object":"audit_log","id":"0197A5B0-1C2D-7E3F-8A4B-5C6D7E8F9A0C","action":"new.action","domain":"new","description":"","metadata":{},
	"actor":{"id":null,"type":"system","name":null,"email":"","apiKey":null},"resource":{"type":"x","id":"1","name":null},
	"request":{"ipAddress":null,"userAgent":null},"correlationId":null,"createdAt":"2025-01-01T00:00:00Z"}],"nextCursor":null}`

func listAuditLogs(params featurebase.AuditLogListParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.AuditLogs.List(ctx, params, opts...)
	}
}

var auditLogCalls = map[string]apiCall{
	"AuditLogs.List": {
		do: listAuditLogs(featurebase.AuditLogListParams{
			Action: featurebase.AuditLogActionAPIKeyCreated, Domain: featurebase.AuditLogDomainSecurity,
			StartDate: time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 7200)), EndDate: time.Date(2026, 2, 1, 0, 0, 0, 5e8, time.UTC),
			Limit: 3, Cursor: "x",
		}),
		invalid:  listAuditLogs(featurebase.AuditLogListParams{Cursor: badArgument, Limit: 101}),
		official: "auditLogs.list",
		request: "GET /v2/audit-logs?action=api_key.created&cursor=x&domain=security&endDate=2026-02-01T00%3A00%3A00.5Z&limit=3" +
			"&startDate=2025-12-31T22%3A00%3A00Z",
		body:  auditLogListJSON,
		reads: true,
	},
	"AuditLogs.ListAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return results(c.AuditLogs.ListAll(ctx, featurebase.AuditLogListParams{}, opts...))
		},
		official: "auditLogs.list",
		request:  "GET /v2/audit-logs?limit=100",
		body:     auditLogListJSON,
		reads:    true,
	},
}
