package conformance_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "AuditLogs", official: "auditLogs.",
	add:   addAuditLogs,
	steps: readingAuditLogs,
})

var _ = register(service{
	name: "Changelogs", official: "changelogs.subscribers.",
	steps: func(*testing.T) []step { return subscribing() },
})

var logged = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

func addAuditLogs(_ *testing.T, srv *featurebasetest.Server) {
	srv.AddAuditLog(featurebase.AuditLog{ // with everything
		ID: "0197a5b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b", Action: featurebase.AuditLogActionAPIKeyCreated, Domain: featurebase.AuditLogDomainSecurity, Description: "Ada created <CI> & more",
		Actor: featurebase.AuditLogActor{Type: featurebase.AuditLogActorTypeAPIKey, ID: admin, Name: "Ada", Email: "ada@example.com",
			APIKey: &featurebase.AuditLogAPIKey{ID: "k1", Name: "Terraform"}},
		Resource: featurebase.AuditLogResource{Type: "api_key", ID: "k2", Name: "CI"}, Request: featurebase.AuditLogRequest{IPAddress: "192.0.2.1", UserAgent: "curl/8"},
		CorrelationID: "c1", Metadata: object{"before": nil, "after": object{"scopes": array{"a", 1, nil}}}, CreatedAt: logged,
	})
	srv.AddAuditLog(featurebase.AuditLog{ // with as little as there may be
		ID: "0197a5b0-1c2d-7e3f-8a4b-5c6d7e8f9a0c", Action: featurebase.AuditLogActionBillingPlanChanged, Domain: featurebase.AuditLogDomainBilling,
		Actor:    featurebase.AuditLogActor{Type: featurebase.AuditLogActorTypeSystem, Email: "system@example.com"},
		Resource: featurebase.AuditLogResource{Type: "organization"}, CreatedAt: logged.Add(time.Hour),
		Extra: map[string]json.RawMessage{"score": json.RawMessage(`{"a":[1,null]}`)},
	})
	for i := range 12 { // of which pairs are of the same time
		srv.AddAuditLog(featurebase.AuditLog{Action: featurebase.AuditLogActionDataUserDataDeleted, Domain: featurebase.AuditLogDomainDataManagement,
			CreatedAt: logged.AddDate(0, 0, 1+i/2)})
	}
}

func readingAuditLogs(t *testing.T) []step {
	t.Helper()
	type params = featurebase.AuditLogListParams
	page, err := newServer(t).Client().AuditLogs.List(t.Context(), params{Limit: 3})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	const list = "auditLogs.list"
	lists := func(name string, query object, params params) step {
		return step{name: "audit logs: " + name, official: official(list, query), ours: ours("AuditLogs.List", params), want: ok}
	}
	fails := func(want string, s step) step { s.want = want; return s }
	differs := func(why, official, ours string, s step) step {
		s.differs = &difference{why, official, ours}
		return s
	}
	const begin, end = "2026-05-02T00:00:00Z", "2026-05-04T00:00:00.5Z"
	from, to := logged.AddDate(0, 0, 1), logged.AddDate(0, 0, 3).Add(500*time.Millisecond)
	return []step{
		{name: "audit logs", official: official(list), ours: ours("AuditLogs.List", params{}), want: ok},
		lists("a page of all", object{"limit": 100}, params{Limit: 100}),
		lists("of an action", object{"action": "api_key.created"}, params{Action: featurebase.AuditLogActionAPIKeyCreated}),
		lists("of an action that is not known", object{"action": "new.action"}, params{Action: "new.action"}),
		lists("of a domain", object{"domain": "billing"}, params{Domain: featurebase.AuditLogDomainBilling}),
		lists("since a time", object{"startDate": begin}, params{StartDate: from}),
		lists("since a time of another zone", object{"startDate": begin}, params{StartDate: from.In(time.FixedZone("", 7200))}),
		lists("until a time", object{"endDate": end}, params{EndDate: to}),
		lists("of an instant", object{"startDate": begin, "endDate": begin}, params{StartDate: from, EndDate: from}),
		lists("that all filters find", object{"action": "data.user_data_deleted", "domain": "data_management", "startDate": begin, "endDate": end, "limit": 4},
			params{Action: featurebase.AuditLogActionDataUserDataDeleted, Domain: featurebase.AuditLogDomainDataManagement, StartDate: from, EndDate: to, Limit: 4}),
		lists("that no filters find", object{"action": "api_key.created", "domain": "billing"},
			params{Action: featurebase.AuditLogActionAPIKeyCreated, Domain: featurebase.AuditLogDomainBilling}),
		lists("the second page", object{"limit": 3, "cursor": page.NextCursor}, params{Limit: 3, Cursor: page.NextCursor}),
		{name: "audit logs: all pages", official: officialAll(list, object{"limit": 3}), ours: ours("AuditLogs.ListAll", params{Limit: 3}), want: ok},
		{name: "audit logs: all pages of a filter", official: officialAll(list, object{"limit": 2, "endDate": end}),
			ours: ours("AuditLogs.ListAll", params{Limit: 2, EndDate: to}), want: ok},

		fails(invalid, lists("a domain that is none", object{"domain": "auth"}, params{Domain: "auth"})),
		fails("400 invalid_cursor", lists("a cursor that is none", object{"cursor": "x"}, params{Cursor: "x"})),
		{name: "audit logs that may not be read", official: official(list), ours: ours("AuditLogs.List", params{}), fault: readOnly, want: readOnlyOutcome},
		differs(refuses, invalid+"\nGET /v2/audit-logs?limit=101", "not sent: invalid Limit",
			lists("a page that is too large", object{"limit": 101}, params{Limit: 101})),
		differs("This library refuses dates in the wrong order, which can find nothing.",
			"ok\nGET /v2/audit-logs?endDate=2026-05-02T00%3A00%3A00Z&startDate=2026-05-04T00%3A00%3A00.5Z", "not sent: invalid EndDate",
			lists("dates in the wrong order", object{"startDate": end, "endDate": begin}, params{StartDate: to, EndDate: from})),
		{name: "audit logs: a date that is none", official: official(list, object{"startDate": "yesterday"}), differs: &difference{typesRefuse,
			invalidQuery + "\nGET /v2/audit-logs?startDate=yesterday", cantBe}},
	}
}

func subscribing() []step {
	const (
		add, remove = "changelogs.subscribers.add", "changelogs.subscribers.remove"
		path        = "/v2/changelogs/subscribers "

		leavesOut = "The official client sends what is no email address, which the API ignores without an error; this library refuses it."
	)
	type (
		adds    = featurebase.ChangelogSubscriberAddParams
		removes = featurebase.ChangelogSubscriberRemoveParams
	)
	adding := func(name string, emails ...string) step {
		return step{name: "subscribers: " + name, official: official(add, object{"emails": emails}), ours: ours("Changelogs.AddSubscribers", adds{Emails: emails}), want: ok}
	}
	removing := func(name string, emails ...string) step {
		return step{name: "subscribers: " + name, official: official(remove, object{"emails": emails}), ours: ours("Changelogs.RemoveSubscribers", removes{Emails: emails}), want: ok}
	}
	in := func(locale featurebase.Locale) step {
		emails := []string{"locale@example.com"}
		return step{name: "subscribers: with the locale " + string(locale), official: official(add, object{"emails": emails, "locale": locale}),
			ours: ours("Changelogs.AddSubscribers", adds{Emails: emails, Locale: locale}), want: ok}
	}
	fails := func(want string, s step) step { s.want = want; return s }
	faces := func(f *featurebasetest.Fault, want string, s step) step {
		s.fault, s.want = f, want
		return s
	}
	differs := func(why, official, ours string, s step) step {
		s.differs = &difference{why, official, ours}
		return s
	}
	none := []string{}
	most := slices.Repeat([]string{"many@example.com"}, 1000)
	tooMany := append(slices.Clone(most), "more@example.com")
	return []step{
		adding("add one", "ada@example.com"),
		adding("add it again, and others", "ada@example.com", "bob@example.com", "fay+news@example.com"),
		adding("in upper case, with white space and twice", "  EVE@Example.com\t", "eve@example.com"),
		adding("beyond ASCII", "zoë@exämple.com"),
		in(featurebase.LocalePortugueseBrazil),
		adding("as many as there may be", most...),
		fails(invalid, in("xx")),
		faces(readOnly, readOnlyOutcome, adding("add what may not be added", "new@example.com")),
		differs(refuses, "400 invalid_request\nPOST "+path+text(object{"emails": none}), "not sent: invalid Emails", adding("add none", none...)),
		differs(refuses, "400 invalid_request\nPOST "+path+text(object{"emails": tooMany}), "not sent: invalid Emails", adding("add too many", tooMany...)),
		differs(leavesOut, "ok\nPOST "+path+`{"emails":["lovelace"]}`, "not sent: invalid Emails[0]", adding("add what is no address", "lovelace")),

		removing("remove two, one of which is none", "ada@example.com", "nobody@example.com"),
		removing("remove it again", "ada@example.com"),
		removing("remove in upper case, with white space and twice", " BOB@example.com ", "bob@example.com"),
		removing("remove as many as there may be", most...),
		faces(readOnly, readOnlyOutcome, removing("remove what may not be removed", "eve@example.com")),
		differs(refuses, "400 invalid_request\nDELETE "+path+text(object{"emails": none}), "not sent: invalid Emails", removing("remove none", none...)),
		differs(refuses, "400 invalid_request\nDELETE "+path+text(object{"emails": tooMany}), "not sent: invalid Emails", removing("remove too many", tooMany...)),
		differs(leavesOut, "ok\nDELETE "+path+`{"emails":["lovelace"]}`, "not sent: invalid Emails[0]", removing("remove what is no address", "lovelace")),
	}
}
