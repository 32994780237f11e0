package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
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

// AuditLogListParams selects the entries to list.
type AuditLogListParams struct {
	Action    AuditLogAction `query:"action"`
	Domain    AuditLogDomain `query:"domain"`
	StartDate time.Time      `query:"startDate"`           // entries from this time on; zero: from the first
	EndDate   time.Time      `query:"endDate"`             // entries up to this time; zero: to the newest
	Limit     int            `query:"limit" check:"limit"` // entries in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor    string         `query:"cursor"`              // NextCursor of the previous page
}

// check implements checker.
func (p AuditLogListParams) check(string) (problems problems) {
	if !p.StartDate.IsZero() && !p.EndDate.IsZero() && p.EndDate.Before(p.StartDate) {
		problems = append(problems, &ArgumentError{Name: "EndDate", Reason: "it is before StartDate; nothing can be found"})
	}
	return problems
}

// AuditLog is an entry of the audit log. It has personal data of whoever acted:
// name, email address, IP address and user agent.
//
// A field that is absent or null in the response has its zero value.
//
// Reference: https://docs.featurebase.app/rest-api/audit-logs
type AuditLog struct {
	Object        string           `json:"object"` // always "audit_log"
	ID            string           `json:"id"`     // a UUID
	Action        AuditLogAction   `json:"action"`
	Domain        AuditLogDomain   `json:"domain"`
	Description   string           `json:"description"`
	Actor         AuditLogActor    `json:"actor"`
	Resource      AuditLogResource `json:"resource"`
	Request       AuditLogRequest  `json:"request"`
	CorrelationID string           `json:"correlationId,omitempty"` // the same for all entries of one operation
	Metadata      map[string]any   `json:"metadata"`                // numbers are float64
	CreatedAt     time.Time        `json:"createdAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (l *AuditLog) UnmarshalJSON(b []byte) error {
	*l = AuditLog{}
	return strictjson.Unmarshal(b, l)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (l AuditLog) MarshalJSON() ([]byte, error) {
	type plain AuditLog
	return strictjson.Marshal(plain(l))
}

// mismatch implements result.
func (l *AuditLog) mismatch(*request) string {
	return cmp.Or(mustBe("object", l.Object, "audit_log"), mustHave("id", l.ID))
}

// AuditLogActor is who performed an action.
type AuditLogActor struct {
	Type   AuditLogActorType `json:"type"`
	ID     string            `json:"id,omitempty"` // empty for the system
	Name   string            `json:"name,omitempty"`
	Email  string            `json:"email"`
	APIKey *AuditLogAPIKey   `json:"apiKey,omitempty"` // nil for actions in the dashboard

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// AuditLogActorType is the kind of an actor.
type AuditLogActorType string

// The documented types. Unknown values are passed through unchanged.
const (
	AuditLogActorTypeAdmin       AuditLogActorType = "admin"
	AuditLogActorTypeSystem      AuditLogActorType = "system"
	AuditLogActorTypeAPIKey      AuditLogActorType = "api_key"
	AuditLogActorTypeIntegration AuditLogActorType = "integration"
)

// AuditLogAPIKey is the API key that an actor used. It is not the secret.
type AuditLogAPIKey struct {
	ID   string `json:"id"`
	Name string `json:"name"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// AuditLogResource is the object of an action.
type AuditLogResource struct {
	Type string `json:"type"`
	ID   string `json:"id,omitempty"` // empty if the action is about the organization
	Name string `json:"name,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// AuditLogRequest is where the actor's request came from.
type AuditLogRequest struct {
	IPAddress string `json:"ipAddress,omitempty"`
	UserAgent string `json:"userAgent,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}
