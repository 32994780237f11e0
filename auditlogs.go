package featurebase

import (
	"context"
	"iter"
)

// AuditLogsService reads the audit log of an organization, which records changes
// to its settings, content and security, and who made them. The API has no means
// to delete entries. Access it through [Client.AuditLogs].
type AuditLogsService struct{ client *Client }

var listAuditLogs = &endpoint{pattern: "GET /v2/audit-logs"}

// List returns one page of the audit log, newest first: [GET /v2/audit-logs].
// Use [AuditLogsService.ListAll] to iterate over all pages. The API can't select
// entries by their actor or resource.
//
// [GET /v2/audit-logs]: https://docs.featurebase.app/rest-api/audit-logs
func (s *AuditLogsService) List(ctx context.Context, params AuditLogListParams, opts ...CallOption) (*Page[AuditLog], error) {
	return send(ctx, s.client, request{endpoint: listAuditLogs, params: params}, new(Page[AuditLog]), opts)
}

// ListAll iterates over the entries of all pages, as [ContactsService.ListAll]
// does. See [AuditLogsService.List].
func (s *AuditLogsService) ListAll(ctx context.Context, params AuditLogListParams, opts ...CallOption) iter.Seq2[*AuditLog, error] {
	return all(ctx, s.List, params, opts)
}
