package featurebasetest

import (
	"maps"
	"regexp"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var auditLogResource = new(resource)

func init() {
	define(auditLogResource, (*Server).auditLogRoutes, resource{
		object: "audit_log",
		id:     asUUID,
		prefix: "0197a5b0-0000-7000-8000-0000",
		fresh:  freshAuditLog,
		given:  auditLogGiven,
		list: listing{
			filters: map[string]filter{
				"action":    {kind: str, finds: anyOf("action")},
				"domain":    {kind: oneOf(auditLogDomains...), finds: anyOf("domain")},
				"startDate": {kind: moment, finds: func(r *record, at []string) bool { return !instant(r.object["createdAt"]).Before(instant(at[0])) }},
				"endDate":   {kind: moment, finds: func(r *record, at []string) bool { return !instant(r.object["createdAt"]).After(instant(at[0])) }},
			},
			sort: "createdAt:desc",
		},
		search: searching{fields: map[string]criterion{"createdAt": {scale: times, path: "createdAt"}}}, // for the order of the list
	})
}

var auditLogDomains = []string{
	"authentication", "team_management", "permissions", "articles", "changelog", "workspace_settings", "security", "integrations",
	"data_management", "billing", "workflows", "messenger", "brands", "ai_agent", "email_config",
}

func (s *Server) auditLogRoutes() []route {
	l := s.store(auditLogResource)
	return novaOnly(get("/v2/audit-logs", l.listAll).with(l.list.parameters()))
}

// AddAuditLog adds an entry to the audit log, with a fresh ID if it has none, and
// returns it as it was stored. Its time is now and its actor the user of the API
// key, unless it has others.
func (s *Server) AddAuditLog(l featurebase.AuditLog) featurebase.AuditLog {
	return addValue(s.store(auditLogResource), "AddAuditLog", l)
}

// AuditLogs returns the entries of the audit log, in the order they were added.
func (s *Server) AuditLogs() []featurebase.AuditLog {
	return values[featurebase.AuditLog](s.store(auditLogResource))
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// asUUID has an ID be stored in lower case.
func asUUID(v any) (any, string) {
	s, ok := v.(string)
	if !ok || !uuidForm.MatchString(s) {
		return nil, "must be a UUID"
	}
	return strings.ToLower(s), ""
}

// instant is the time that v, which was checked, is in ISO 8601.
func instant(v any) time.Time {
	s, _ := v.(string)
	t, _ := time.Parse(time.RFC3339, s)
	return t
}

func freshAuditLog(_ *Server, now time.Time) object {
	return object{
		"action": "", "domain": "", "description": "", "correlationId": nil, "metadata": object{}, "createdAt": stamp(now),
		"actor": object{"type": "admin", "id": ownUser["id"], "name": ownUser["name"], "email": ownUser["email"]},
	}
}

// auditLogGiven has an entry that was added have all members.
func auditLogGiven(_ *Server, o object) error {
	for name, all := range map[string]object{
		"actor":    {"type": "admin", "id": nil, "name": nil, "email": "", "apiKey": nil},
		"resource": {"type": "", "id": nil, "name": nil},
		"request":  {"ipAddress": nil, "userAgent": nil},
	} {
		given, _ := o[name].(object)
		maps.Copy(all, given)
		o[name] = all
	}
	return nil
}
