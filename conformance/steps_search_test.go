package conformance_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func searching(t *testing.T) []step {
	t.Helper()
	type params = featurebase.ContactSearchParams
	page, err := newServer(t).Client().Contacts.Search(t.Context(), params{Sort: featurebase.ContactSortPostsCreatedDesc, Limit: 3})
	require.NoError(t, err)
	clause := func(field, operator string, value any) object {
		return object{"field": field, "operator": operator, "value": value}
	}
	and := func(clauses ...object) object { return object{"operator": "AND", "value": clauses} }
	var steps []step
	for _, c := range []struct {
		clause object
		filter featurebase.Filter[featurebase.Contact]
	}{
		{clause("externalId", "=", "u1"), featurebase.ContactFieldUserID.Is("u1")},
		{clause("externalId", "IN", array{"u1", "l1"}), featurebase.ContactFieldUserID.OneOf("u1", "l1")},
		{clause("email", "=", "ada@example.com"), featurebase.ContactFieldEmail.Is("ada@example.com")},
		{clause("email", "IN", array{"bob@example.com", "x"}), featurebase.ContactFieldEmail.OneOf("bob@example.com", "x")},
		{clause("name", "=", "Bob"), featurebase.ContactFieldName.Is("Bob")},
		{clause("name", "IN", array{"Bob"}), featurebase.ContactFieldName.OneOf("Bob")},
		{clause("name", "~", "lovelace"), featurebase.ContactFieldName.Contains("lovelace")},
		{clause("type", "=", "lead"), featurebase.ContactFieldType.Is(featurebase.ContactTypeLead)},
		{clause("type", "!=", "lead"), featurebase.ContactFieldType.IsNot(featurebase.ContactTypeLead)},
		{clause("type", "IN", array{"lead", "customer"}), featurebase.ContactFieldType.OneOf(featurebase.ContactTypeLead, featurebase.ContactTypeCustomer)},
		{clause("type", "NIN", array{"lead"}), featurebase.ContactFieldType.NoneOf(featurebase.ContactTypeLead)},
		{clause("companyIds", "=", "60d5ec49f1b2c8b100000001"), featurebase.ContactFieldCompanyID.Is("60d5ec49f1b2c8b100000001")},
		{clause("companyIds", "IN", array{"60d5ec49f1b2c8b100000002"}), featurebase.ContactFieldCompanyID.OneOf("60d5ec49f1b2c8b100000002")},
		{clause("postsCreated", "=", 1), featurebase.ContactFieldPostsCreated.Is(1)},
		{clause("postsCreated", ">", 1), featurebase.ContactFieldPostsCreated.MoreThan(1)},
		{clause("commentsCreated", "<", 3), featurebase.ContactFieldCommentsCreated.LessThan(3)},
		{clause("lastActivity", "=", adasActivity.Unix()), featurebase.ContactFieldLastActivity.Is(adasActivity)},
		{clause("lastActivity", ">", adasActivity.Unix()), featurebase.ContactFieldLastActivity.After(adasActivity)},
		{clause("lastActivity", "<", adasActivity.Unix()), featurebase.ContactFieldLastActivity.Before(adasActivity)},
		{clause("createdAt", ">", adasActivity.Unix()), featurebase.ContactFieldCreatedAt.After(adasActivity)},
	} {
		steps = append(steps, step{name: text(c.clause), want: ok,
			official: official("search", object{"query": c.clause, "limit": 100}),
			ours:     search(params{Filters: featurebase.Filters[featurebase.Contact]{c.filter}, Limit: 100})})
	}
	positive, positively := clause("postsCreated", "<", 100), featurebase.ContactFieldPostsCreated.LessThan(100)
	for _, c := range []struct {
		clause object
		filter featurebase.Filter[featurebase.Contact]
	}{
		{clause("externalId", "!=", "u1"), featurebase.ContactFieldUserID.IsNot("u1")},
		{clause("email", "NIN", array{"ada@example.com"}), featurebase.ContactFieldEmail.NoneOf("ada@example.com")},
		{clause("name", "!=", "Bob"), featurebase.ContactFieldName.IsNot("Bob")},
		{clause("companyIds", "NIN", array{"60d5ec49f1b2c8b100000002"}), featurebase.ContactFieldCompanyID.NoneOf("60d5ec49f1b2c8b100000002")},
		{clause("commentsCreated", "!=", 0), featurebase.ContactFieldCommentsCreated.IsNot(0)},
		{clause("lastActivity", "!=", adasActivity.Unix()), featurebase.ContactFieldLastActivity.IsNot(adasActivity)},
		{clause("createdAt", "!=", 0), featurebase.ContactFieldCreatedAt.IsNot(time.Unix(0, 0))},
	} {
		steps = append(steps, step{name: "alone " + text(c.clause), want: "400 query_too_broad",
			official: official("search", object{"query": c.clause}), ours: search(params{Filters: featurebase.Filters[featurebase.Contact]{c.filter}})},
			step{name: "with others " + text(c.clause), want: ok,
				official: official("search", object{"query": and(positive, c.clause), "limit": 100}),
				ours:     search(params{Filters: featurebase.Filters[featurebase.Contact]{positively, c.filter}, Limit: 100})})
	}
	for _, sort := range []featurebase.ContactSort{
		featurebase.ContactSortLastActivityDesc, featurebase.ContactSortLastActivityAsc, featurebase.ContactSortCreatedAtDesc, featurebase.ContactSortCreatedAtAsc,
		featurebase.ContactSortPostsCreatedDesc, featurebase.ContactSortPostsCreatedAsc, featurebase.ContactSortCommentsCreatedDesc, featurebase.ContactSortCommentsCreatedAsc,
	} {
		steps = append(steps, step{name: string(sort), want: ok,
			official: official("search", object{"sort": sort, "limit": 100}), ours: search(params{Sort: sort, Limit: 100})})
	}
	repeated := func(n int) ([]object, featurebase.Filters[featurebase.Contact]) {
		return slices.Repeat([]object{clause("name", "=", "Bob")}, n), slices.Repeat(featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldName.Is("Bob")}, n)
	}
	fifteen, ourFifteen := repeated(15)
	sixteen, ourSixteen := repeated(16)
	refusedQuery := func(name string, query object) step {
		return step{name: name, official: official("search", object{"query": query}),
			differs: &difference{typesRefuse, invalid + "\nPOST /v2/contacts/search " + text(object{"query": query}), cantBe}}
	}
	return append(steps,
		step{name: "everything", official: official("search", object{}), ours: search(params{}), want: ok},
		step{name: "15 clauses", official: official("search", object{"query": and(fifteen...)}), ours: search(params{Filters: ourFifteen}), want: ok},
		step{name: "the second page of a search", want: ok,
			official: official("search", object{"sort": "postsCreated:desc", "limit": 3, "cursor": page.NextCursor}),
			ours:     search(params{Sort: featurebase.ContactSortPostsCreatedDesc, Limit: 3, Cursor: page.NextCursor})},
		step{name: "all pages of a search", want: ok,
			official: officialAll("search", object{"sort": "lastActivity:asc", "limit": 4, "query": positive}),
			ours:     searchAll(params{Sort: featurebase.ContactSortLastActivityAsc, Limit: 4, Filters: featurebase.Filters[featurebase.Contact]{positively}})},
		step{name: "another sort midway", want: "400 invalid_cursor",
			official: official("search", object{"sort": "postsCreated:asc", "cursor": page.NextCursor}),
			ours:     search(params{Sort: featurebase.ContactSortPostsCreatedAsc, Cursor: page.NextCursor})},
		step{name: "an unknown sort", official: official("search", object{"sort": "name:asc"}), ours: search(params{Sort: "name:asc"}), want: invalid},
		step{name: "an unknown type of contact", official: official("search", object{"query": clause("type", "=", "ghost")}),
			ours: search(params{Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldType.Is("ghost")}}), want: invalid},
		step{name: "16 clauses", official: official("search", object{"query": and(sixteen...)}), ours: search(params{Filters: ourSixteen}),
			differs: &difference{refuses, invalid + "\nPOST /v2/contacts/search " + text(object{"query": and(sixteen...)}), "not sent: featurebase: 16 filters: want at most 15"}},
		step{name: "one of none", official: official("search", object{"query": clause("email", "IN", array{})}),
			ours: search(params{Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.OneOf()}}),
			differs: &difference{refuses, invalid + "\nPOST /v2/contacts/search " + `{"query":{"field":"email","operator":"IN","value":[]}}`,
				"not sent: featurebase: filter email IN has no values: want at least one"}},
		refusedQuery("an unknown field", clause("phone", "=", "1")),
		refusedQuery("an operator of other fields", clause("postsCreated", "~", "1")),
		refusedQuery("an operator for later", clause("name", "^", "A")),
		refusedQuery("text for a number", clause("postsCreated", ">", "1")),
		refusedQuery("either", object{"operator": "OR", "value": []object{positive, positive}}),
		refusedQuery("groups in a group", and(and(positive))),
	)
}
