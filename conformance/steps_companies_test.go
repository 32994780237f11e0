package conformance_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "Companies", official: "users.companies.",
	add:   addCompanies,
	needs: []string{"Contacts"},
	steps: func(t *testing.T) []step {
		return slices.Concat(readingCompanies(), listingCompanies(t), searchingCompanies(t), upsertingCompanies(), attaching(t), deletingCompanies())
	},
	after: []string{"Comments"},
})

// The companies that each server has at first; see newServer and addCompanies.
const (
	acme      = "60d5ec49f1b2c8b100000001" // of ada
	engine    = "60d5ec49f1b2c8b100000002" // of ada, with everything
	hooli     = "64d000000000000000000001" // of nobody
	initech   = "64d000000000000000000002" // of nobody, not all of whose fields are documented
	noCompany = "64d0000000000000000000ff"

	companyNotFound = "404 company_not_found"
)

func addCompanies(_ *testing.T, srv *featurebasetest.Server) {
	spend, size := 1500.0, 250
	begin := adasActivity.AddDate(0, 1, 0)
	srv.AddCompany(featurebase.Company{ID: hooli, CompanyID: "hooli", Name: "Hooli Search", Plan: "pro", Industry: "software", Website: "https://hooli.example.com",
		MonthlySpend: &spend, CompanySize: &size, CustomFields: object{"region": "EMEA", "tags": array{"a", 1, nil}},
		CreatedAt: begin, UpdatedAt: begin, LastActivity: begin.Add(time.Hour)})
	srv.AddCompany(featurebase.Company{ID: initech, CompanyID: "initech", Name: "Initech", CreatedAt: begin.Add(time.Minute), UpdatedAt: begin,
		Extra: map[string]json.RawMessage{"website": json.RawMessage("null"), "score": json.RawMessage(`{"a":[1,null]}`)}})
	for i, companyID := range oddUserIDs {
		at := begin.Add(time.Duration(i) * time.Hour)
		srv.AddCompany(featurebase.Company{CompanyID: companyID, Name: "odd", CreatedAt: at, UpdatedAt: at})
	}
}

func readingCompanies() []step {
	const retrieve = "users.companies.retrieve"
	return []step{
		{name: "a company", official: official(retrieve, engine), ours: ours("Companies.Get", engine), want: ok},
		{name: "a company with undocumented fields", official: official(retrieve, initech), ours: ours("Companies.Get", initech), want: ok},
		{name: "a company with an ID in upper case", official: official(retrieve, strings.ToUpper(acme)), ours: ours("Companies.Get", strings.ToUpper(acme)), want: ok},
		{name: "no such company", official: official(retrieve, noCompany), ours: ours("Companies.Get", noCompany), want: companyNotFound},
		{name: "a company by its own ID", official: official(retrieve, "acme"), ours: ours("Companies.Get", "acme"), differs: &difference{refusesIDs,
			"400 invalid_id\nGET /v2/companies/acme", idNotSent}},
		{name: "a company with an empty ID", official: official(retrieve, ""), ours: ours("Companies.Get", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/companies/", idNotSent}},
	}
}

func listingCompanies(t *testing.T) []step {
	t.Helper()
	type params = featurebase.CompanyListParams
	page, err := newServer(t).Client().Companies.List(t.Context(), params{Limit: 2})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	const list = "users.companies.list"
	return []step{
		{name: "companies", official: official(list), ours: ours("Companies.List", params{}), want: ok},
		{name: "companies: a page of all", official: official(list, object{"limit": 100}), ours: ours("Companies.List", params{Limit: 100}), want: ok},
		{name: "companies: the second page", official: official(list, object{"limit": 2, "cursor": page.NextCursor}),
			ours: ours("Companies.List", params{Limit: 2, Cursor: page.NextCursor}), want: ok},
		{name: "companies: all pages", official: officialAll(list, object{"limit": 7}), ours: ours("Companies.ListAll", params{Limit: 7}), want: ok},
		{name: "companies: a cursor that is none", official: official(list, object{"cursor": "x"}), ours: ours("Companies.List", params{Cursor: "x"}), want: "400 invalid_cursor"},
		{name: "companies: a page that is too large", official: official(list, object{"limit": 101}), ours: ours("Companies.List", params{Limit: 101}), differs: &difference{refuses,
			invalid + "\nGET /v2/companies?limit=101", "not sent: invalid Limit"}},
	}
}

func searchingCompanies(t *testing.T) []step {
	t.Helper()
	type (
		params  = featurebase.CompanySearchParams
		filter  = featurebase.Filter[featurebase.Company]
		filters = featurebase.Filters[featurebase.Company]
	)
	page, err := newServer(t).Client().Companies.Search(t.Context(), params{Sort: featurebase.CompanySortMonthlySpendDesc, Limit: 2})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	const search = "users.companies.search"
	at := adasActivity
	var steps []step
	for _, c := range []struct {
		clause object
		filter filter
	}{
		{clause("externalId", "=", "acme"), featurebase.CompanyFieldCompanyID.Is("acme")},
		{clause("externalId", "IN", array{"acme", "a/b"}), featurebase.CompanyFieldCompanyID.OneOf("acme", "a/b")},
		{clause("name", "=", "Acme"), featurebase.CompanyFieldName.Is("Acme")},
		{clause("name", "IN", array{"Acme", "x"}), featurebase.CompanyFieldName.OneOf("Acme", "x")},
		{clause("name", "~", "search"), featurebase.CompanyFieldName.Contains("search")},
		{clause("plan", "=", "pro"), featurebase.CompanyFieldPlan.Is("pro")},
		{clause("plan", "IN", array{"pro", "p"}), featurebase.CompanyFieldPlan.OneOf("pro", "p")},
		{clause("industry", "=", "software"), featurebase.CompanyFieldIndustry.Is("software")},
		{clause("industry", "IN", array{"i"}), featurebase.CompanyFieldIndustry.OneOf("i")},
		{clause("website", "=", "w"), featurebase.CompanyFieldWebsite.Is("w")},
		{clause("website", "IN", array{"w", "https://hooli.example.com"}), featurebase.CompanyFieldWebsite.OneOf("w", "https://hooli.example.com")},
		{clause("monthlySpend", "=", 99.5), featurebase.CompanyFieldMonthlySpend.Is(99.5)},
		{clause("monthlySpend", ">", 99.5), featurebase.CompanyFieldMonthlySpend.MoreThan(99.5)},
		{clause("monthlySpend", "<", 1500), featurebase.CompanyFieldMonthlySpend.LessThan(1500)},
		{clause("companySize", "=", 0), featurebase.CompanyFieldCompanySize.Is(0)},
		{clause("companySize", ">", 0), featurebase.CompanyFieldCompanySize.MoreThan(0)},
		{clause("companySize", "<", 250), featurebase.CompanyFieldCompanySize.LessThan(250)},
		{clause("linkedUsers", "=", 1), featurebase.CompanyFieldLinkedUsers.Is(1)},
		{clause("linkedUsers", ">", 0), featurebase.CompanyFieldLinkedUsers.MoreThan(0)},
		{clause("linkedUsers", "<", 1), featurebase.CompanyFieldLinkedUsers.LessThan(1)},
		{clause("lastActivity", "=", at.Unix()), featurebase.CompanyFieldLastActivity.Is(at)},
		{clause("lastActivity", ">", at.Unix()), featurebase.CompanyFieldLastActivity.After(at)},
		{clause("lastActivity", "<", at.AddDate(0, 0, 1).Unix()), featurebase.CompanyFieldLastActivity.Before(at.AddDate(0, 0, 1))},
		{clause("createdAt", "=", at.Unix()), featurebase.CompanyFieldCreatedAt.Is(at)},
		{clause("createdAt", ">", at.Unix()), featurebase.CompanyFieldCreatedAt.After(at)},
		{clause("createdAt", "<", at.AddDate(0, 2, 0).Unix()), featurebase.CompanyFieldCreatedAt.Before(at.AddDate(0, 2, 0))},
		{clause("monthly_spend", ">", 99), featurebase.AmountField[featurebase.Company]("monthly_spend").MoreThan(99)}, // deprecated
	} {
		steps = append(steps, step{name: "companies " + text(c.clause), want: ok,
			official: official(search, object{"query": c.clause, "limit": 100}), ours: ours("Companies.Search", params{Filters: filters{c.filter}, Limit: 100})})
	}
	few, fewer := clause("linkedUsers", "<", 100), featurebase.CompanyFieldLinkedUsers.LessThan(100)
	for _, c := range []struct {
		clause object
		filter filter
	}{
		{clause("externalId", "!=", "acme"), featurebase.CompanyFieldCompanyID.IsNot("acme")},
		{clause("externalId", "NIN", array{"acme"}), featurebase.CompanyFieldCompanyID.NoneOf("acme")},
		{clause("name", "!=", "odd"), featurebase.CompanyFieldName.IsNot("odd")},
		{clause("name", "NIN", array{"odd"}), featurebase.CompanyFieldName.NoneOf("odd")},
		{clause("plan", "!=", "pro"), featurebase.CompanyFieldPlan.IsNot("pro")},
		{clause("plan", "NIN", array{"pro"}), featurebase.CompanyFieldPlan.NoneOf("pro")},
		{clause("industry", "NIN", array{"software"}), featurebase.CompanyFieldIndustry.NoneOf("software")},
		{clause("website", "!=", "w"), featurebase.CompanyFieldWebsite.IsNot("w")},
		{clause("monthlySpend", "!=", 99.5), featurebase.CompanyFieldMonthlySpend.IsNot(99.5)},
		{clause("companySize", "!=", 0), featurebase.CompanyFieldCompanySize.IsNot(0)},
		{clause("linkedUsers", "!=", 0), featurebase.CompanyFieldLinkedUsers.IsNot(0)},
		{clause("lastActivity", "!=", at.Unix()), featurebase.CompanyFieldLastActivity.IsNot(at)},
		{clause("createdAt", "!=", at.Unix()), featurebase.CompanyFieldCreatedAt.IsNot(at)},
	} {
		steps = append(steps, step{name: "companies, alone " + text(c.clause), want: "400 query_too_broad",
			official: official(search, object{"query": c.clause}), ours: ours("Companies.Search", params{Filters: filters{c.filter}})},
			step{name: "companies, with others " + text(c.clause), want: ok,
				official: official(search, object{"query": and(few, c.clause), "limit": 100}),
				ours:     ours("Companies.Search", params{Filters: filters{fewer, c.filter}, Limit: 100})})
	}
	for _, sort := range []featurebase.CompanySort{
		featurebase.CompanySortCreatedAtDesc, featurebase.CompanySortCreatedAtAsc, featurebase.CompanySortMonthlySpendDesc, featurebase.CompanySortMonthlySpendAsc,
		featurebase.CompanySortLastActivityDesc, featurebase.CompanySortLastActivityAsc, "monthly_spend:desc", // which is deprecated
	} {
		steps = append(steps, step{name: "companies by " + string(sort), want: ok,
			official: official(search, object{"sort": sort, "limit": 100}), ours: ours("Companies.Search", params{Sort: sort, Limit: 100})})
	}
	refusedQuery := func(name string, query object) step {
		return step{name: "companies: " + name, official: official(search, object{"query": query}),
			differs: &difference{typesRefuse, invalidQuery + "\nPOST /v2/companies/search " + text(object{"query": query}), cantBe}}
	}
	sixteen, ourSixteen := slices.Repeat([]object{few}, 16), slices.Repeat(filters{fewer}, 16)
	return append(steps,
		step{name: "all companies there are", official: official(search, object{}), ours: ours("Companies.Search", params{}), want: ok},
		step{name: "companies: 15 clauses", official: official(search, object{"query": and(sixteen[1:]...)}), ours: ours("Companies.Search", params{Filters: ourSixteen[1:]}), want: ok},
		step{name: "companies: the second page of a search", official: official(search, object{"sort": "monthlySpend:desc", "limit": 2, "cursor": page.NextCursor}),
			ours: ours("Companies.Search", params{Sort: featurebase.CompanySortMonthlySpendDesc, Limit: 2, Cursor: page.NextCursor}), want: ok},
		step{name: "companies: another spelling of the sort midway", official: official(search, object{"sort": "monthly_spend:desc", "limit": 2, "cursor": page.NextCursor}),
			ours: ours("Companies.Search", params{Sort: "monthly_spend:desc", Limit: 2, Cursor: page.NextCursor}), want: ok},
		step{name: "companies: another sort midway", official: official(search, object{"sort": "monthlySpend:asc", "cursor": page.NextCursor}),
			ours: ours("Companies.Search", params{Sort: featurebase.CompanySortMonthlySpendAsc, Cursor: page.NextCursor}), want: "400 invalid_cursor"},
		step{name: "companies: all pages of a search", official: officialAll(search, object{"query": few, "sort": "lastActivity:asc", "limit": 4}),
			ours: ours("Companies.SearchAll", params{Filters: filters{fewer}, Sort: featurebase.CompanySortLastActivityAsc, Limit: 4}), want: ok},
		step{name: "companies: an unknown sort", official: official(search, object{"sort": "name:asc"}), ours: ours("Companies.Search", params{Sort: "name:asc"}), want: invalid},
		step{name: "companies: 16 clauses", official: official(search, object{"query": and(sixteen...)}), ours: ours("Companies.Search", params{Filters: ourSixteen}), differs: &difference{refuses,
			invalidQuery + "\nPOST /v2/companies/search " + text(object{"query": and(sixteen...)}), "not sent: invalid Filters"}},
		step{name: "companies: one of none", official: official(search, object{"query": clause("plan", "IN", array{})}),
			ours: ours("Companies.Search", params{Filters: filters{featurebase.CompanyFieldPlan.OneOf()}}), differs: &difference{refuses,
				invalidQuery + "\nPOST /v2/companies/search " + `{"query":{"field":"plan","operator":"IN","value":[]}}`, "not sent: invalid Filters[0]"}},
		refusedQuery("words", object{"search": "acme"}),
		refusedQuery("an unknown field", clause("customFields", "=", "x")),
		refusedQuery("a bound that is included", clause("monthlySpend", ">=", 1)),
		refusedQuery("an operator for later", clause("name", "^", "A")),
		refusedQuery("null for a plan", clause("plan", "=", nil)),
		refusedQuery("either", object{"operator": "OR", "value": []object{few, few}}),
	)
}

func upsertingCompanies() []step {
	const (
		method, moment = "users.companies.createOrUpdate", "2026-03-04T05:06:07Z"
		odd            = "new/1 é"
	)
	type params = featurebase.CompanyUpsertParams
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	values := object{"text": "x", "number": 1.5, "flag": true, "none": nil, "list": array{"a", 1, nil}}
	upserts := func(name, want string, body object, p params) step {
		return step{name: "put a company: " + name, official: official(method, body), ours: ours("Companies.Upsert", p), want: want}
	}
	refused := func(name, why string, body object, own oursCall, outcome string) step {
		return step{name: "put a company: " + name, official: official(method, body), ours: own, differs: &difference{why, invalid + "\nPOST /v2/companies " + text(body), outcome}}
	}
	tooLong := strings.Repeat("x", 501)
	return []step{
		upserts("everything", ok, object{"companyId": odd, "name": "New <&>", "companySize": 3, "createdAt": moment, "customFields": values,
			"industry": "i", "monthlySpend": 12.5, "plan": "p", "website": "https://new.example.com"},
			params{CompanyID: odd, Name: "New <&>", CompanySize: featurebase.Value(3), CreatedAt: featurebase.Value(at), CustomFields: values,
				Industry: featurebase.Value("i"), MonthlySpend: featurebase.Value(12.5), Plan: featurebase.Value("p"), Website: featurebase.Value("https://new.example.com")}),
		{name: "put a company: it is found by its own ID", official: official("users.companies.search", object{"query": clause("externalId", "=", odd)}),
			ours: ours("Companies.Search", featurebase.CompanySearchParams{Filters: featurebase.Filters[featurebase.Company]{featurebase.CompanyFieldCompanyID.Is(odd)}}), want: ok},
		upserts("a little", ok, object{"companyId": odd, "name": "Newer", "customFields": object{"text": nil, "more": "y"}},
			params{CompanyID: odd, Name: "Newer", CustomFields: object{"text": nil, "more": "y"}}),
		upserts("nulls", ok, object{"companyId": odd, "name": "Newer", "companySize": nil, "createdAt": nil},
			params{CompanyID: odd, Name: "Newer", CompanySize: featurebase.Null[int](), CreatedAt: featurebase.Null[time.Time]()}),
		upserts("zeros", ok, object{"companyId": odd, "name": "Newer", "companySize": 0, "monthlySpend": 0},
			params{CompanyID: odd, Name: "Newer", CompanySize: featurebase.Value(0), MonthlySpend: featurebase.Value(0.0)}),
		upserts("the least", ok, object{"companyId": "least", "name": "L"}, params{CompanyID: "least", Name: "L"}),
		upserts("one that a contact has", ok, object{"companyId": "acme", "name": "Acme & Sons"}, params{CompanyID: "acme", Name: "Acme & Sons"}),
		{name: "put a company: its contact has it so", official: official("users.contacts.retrieve", ada), ours: ours("Contacts.Get", ada), want: ok},
		refused("null for an amount", refuses, object{"companyId": odd, "monthlySpend": nil, "name": "Newer"},
			ours("Companies.Upsert", params{CompanyID: odd, Name: "Newer", MonthlySpend: featurebase.Null[float64]()}), "not sent: invalid MonthlySpend"),
		refused("a size below zero", refuses, object{"companyId": odd, "companySize": -1, "name": "Newer"},
			ours("Companies.Upsert", params{CompanyID: odd, Name: "Newer", CompanySize: featurebase.Value(-1)}), "not sent: invalid CompanySize"),
		refused("no name", refuses, object{"companyId": "acme"}, ours("Companies.Upsert", params{CompanyID: "acme"}), "not sent: invalid Name"),
		refused("no ID", refuses, object{"name": "Acme"}, ours("Companies.Upsert", params{Name: "Acme"}), "not sent: invalid CompanyID"),
		refused("an ID that is too long", refusesIDs, object{"companyId": tooLong, "name": "X"}, ours("Companies.Upsert", params{CompanyID: tooLong, Name: "X"}), idNotSent),
		refused("a custom field that is an object", refuses, object{"companyId": "acme", "customFields": object{"a": object{}}, "name": "Acme"},
			ours("Companies.Upsert", params{CompanyID: "acme", Name: "Acme", CustomFields: object{"a": object{}}}), `not sent: invalid CustomFields["a"]`),
		refused("null for a plan", typesRefuse, object{"companyId": "acme", "name": "Acme", "plan": nil}, oursCall{}, cantBe),
		refused("a time that is none", typesRefuse, object{"companyId": "acme", "createdAt": "yesterday", "name": "Acme"}, oursCall{}, cantBe).saying(against),
		refused("an unknown field", typesRefuse, object{"companyId": "acme", "mood": "good", "name": "Acme"}, oursCall{}, cantBe),
	}
}

func attaching(t *testing.T) []step {
	t.Helper()
	type params = featurebase.CompanyContactListParams
	const list, attach, remove = "users.companies.contacts.list", "users.companies.contacts.attach", "users.companies.contacts.remove"
	srv := newServer(t)
	for _, id := range []string{eve, fay} {
		_, err := srv.Client().Companies.AttachContact(t.Context(), engine, id)
		require.NoError(t, err)
	}
	page, err := srv.Client().Companies.ListContacts(t.Context(), engine, params{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	attaches := func(name, id, contactID, want string) step {
		return step{name: "attach " + name, official: official(attach, id, object{"contactId": contactID}), ours: ours("Companies.AttachContact", id, contactID), want: want}
	}
	detaches := func(name, id, contactID, want string) step {
		return step{name: "detach " + name, official: official(remove, contactID, object{"id": id}), ours: ours("Companies.DetachContact", id, contactID), want: want}
	}
	lists := func(name, id, want string, query object, p params) step {
		return step{name: "contacts of a company: " + name, official: official(list, id, query), ours: ours("Companies.ListContacts", id, p), want: want}
	}
	sent := "/v2/companies/" + engine + "/contacts"
	return []step{
		attaches("a contact", engine, eve, ok),
		attaches("another", engine, fay, ok),
		attaches("it again", engine, fay, ok),
		attaches("a second company", hooli, fay, ok),
		attaches("with IDs in upper case", strings.ToUpper(hooli), strings.ToUpper(eve), ok),
		attaches("a lead", engine, bob, notFound),
		attaches("nobody", engine, nobody, notFound),
		attaches("to no company", noCompany, fay, companyNotFound),
		{name: "attach by user ID", official: official(attach, engine, object{"contactId": "u1"}), ours: ours("Companies.AttachContact", engine, "u1"), differs: &difference{refusesIDs,
			"400 invalid_id\nPOST " + sent + ` {"contactId":"u1"}`, idNotSent}},
		{name: "attach to an empty ID", official: official(attach, "", object{"contactId": fay}), ours: ours("Companies.AttachContact", "", fay), differs: &difference{refusesEmpty,
			"404\nPOST /v2/companies//contacts " + text(object{"contactId": fay}), idNotSent}},

		{name: "contacts of a company", official: official(list, engine), ours: ours("Companies.ListContacts", engine, params{}), want: ok},
		lists("none", initech, ok, object{}, params{}),
		lists("the first page", engine, ok, object{"limit": 1}, params{Limit: 1}),
		lists("the second page", engine, ok, object{"limit": 1, "cursor": page.NextCursor}, params{Limit: 1, Cursor: page.NextCursor}),
		{name: "contacts of a company: all pages", official: call{Method: list, Args: array{engine, object{"limit": 2}}, All: true}, ours: ours("Companies.ListContactsAll", engine, params{Limit: 2}), want: ok},
		lists("a cursor that is none", engine, "400 invalid_cursor", object{"cursor": "x"}, params{Cursor: "x"}),
		lists("another company's cursor", hooli, "400 invalid_cursor", object{"cursor": page.NextCursor}, params{Cursor: page.NextCursor}),
		lists("no such company", noCompany, companyNotFound, object{}, params{}),
		{name: "contacts of a company: a page that is too large", official: official(list, engine, object{"limit": 101}), ours: ours("Companies.ListContacts", engine, params{Limit: 101}), differs: &difference{refuses,
			invalid + "\nGET " + sent + "?limit=101", "not sent: invalid Limit"}},

		detaches("a contact", engine, fay, ok),
		detaches("it again", engine, fay, "400 contact_not_attached"),
		detaches("its last company", hooli, fay, ok),
		detaches("nobody", engine, nobody, notFound),
		detaches("from no company", noCompany, ada, companyNotFound),
		{name: "detach by user ID", official: official(remove, "u1", object{"id": engine}), ours: ours("Companies.DetachContact", engine, "u1"), differs: &difference{refusesIDs,
			"400 invalid_id\nDELETE " + sent + "/u1", idNotSent}},
		{name: "detach by an empty ID", official: official(remove, "", object{"id": engine}), ours: ours("Companies.DetachContact", engine, ""), differs: &difference{refusesEmpty,
			"404\nDELETE " + sent + "/", idNotSent}},
	}
}

func deletingCompanies() []step {
	const remove, removeByID, byID = "users.companies.delete", "users.companies.deleteByCompanyID", "/v2/companies/by-company-id/"
	tooLong := strings.Repeat("x", 256)
	steps := []step{
		{name: "delete a company", official: official(remove, engine), ours: ours("Companies.Delete", engine), want: ok},
		{name: "its contact is without it", official: official("users.contacts.retrieve", ada), ours: ours("Contacts.Get", ada), want: ok},
		{name: "delete the company again", official: official(remove, engine), ours: ours("Companies.Delete", engine), want: companyNotFound},
		{name: "delete a company by an ID that can't be one", official: official(remove, "acme"), ours: ours("Companies.Delete", "acme"), differs: &difference{refusesIDs,
			"400 invalid_id\nDELETE /v2/companies/acme", idNotSent}},
		{name: "delete a company by an empty ID", official: official(remove, ""), ours: ours("Companies.Delete", ""), differs: &difference{refusesEmpty,
			"404\nDELETE /v2/companies/", idNotSent}},
		{name: "delete a company by its own ID", official: official(removeByID, "acme"), ours: ours("Companies.DeleteByCompanyID", "acme"), want: ok},
		{name: "delete a company by that own ID again", official: official(removeByID, "acme"), ours: ours("Companies.DeleteByCompanyID", "acme"), want: companyNotFound},
		{name: "delete a company by an empty own ID", official: official(removeByID, ""), ours: ours("Companies.DeleteByCompanyID", ""), differs: &difference{refusesEmpty,
			"404\nDELETE " + byID, idNotSent}},
		{name: "delete a company by an own ID that is too long", official: official(removeByID, tooLong), ours: ours("Companies.DeleteByCompanyID", tooLong), differs: &difference{refusesIDs,
			invalid + "\nDELETE " + byID + tooLong, idNotSent}},
		{name: "delete a company by an own ID with a space", official: official(removeByID, "hooli "), ours: ours("Companies.DeleteByCompanyID", "hooli "), differs: &difference{
			"This library refuses what can't be meant, and what the API would say does not exist.", companyNotFound + "\nDELETE " + byID + url.PathEscape("hooli "), idNotSent}},
	}
	for _, companyID := range oddUserIDs {
		steps = append(steps, step{name: "delete company " + clip(companyID), official: official(removeByID, companyID), ours: ours("Companies.DeleteByCompanyID", companyID), want: ok})
	}
	return append(steps, step{name: "companies that are left", official: officialAll("users.companies.list", object{"limit": 100}),
		ours: ours("Companies.ListAll", featurebase.CompanyListParams{Limit: 100}), want: ok})
}
