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
	type params = featurebase.SearchContactsParams
	page, err := newServer(t).Client().Contacts.Search(t.Context(), params{Sort: featurebase.SortPostsCreatedDesc, Limit: 3})
	require.NoError(t, err)
	clause := func(field, operator string, value any) object {
		return object{"field": field, "operator": operator, "value": value}
	}
	and := func(clauses ...object) object { return object{"operator": "AND", "value": clauses} }
	var steps []step
	for _, c := range []struct {
		clause object
		filter featurebase.ContactFilter
	}{
		{clause("externalId", "=", "u1"), featurebase.SearchUserID.Is("u1")},
		{clause("externalId", "IN", array{"u1", "l1"}), featurebase.SearchUserID.OneOf("u1", "l1")},
		{clause("email", "=", "ada@example.com"), featurebase.SearchEmail.Is("ada@example.com")},
		{clause("email", "IN", array{"bob@example.com", "x"}), featurebase.SearchEmail.OneOf("bob@example.com", "x")},
		{clause("name", "=", "Bob"), featurebase.SearchName.Is("Bob")},
		{clause("name", "IN", array{"Bob"}), featurebase.SearchName.OneOf("Bob")},
		{clause("name", "~", "lovelace"), featurebase.NameContains("lovelace")},
		{clause("type", "=", "lead"), featurebase.SearchType.Is(featurebase.ContactTypeLead)},
		{clause("type", "!=", "lead"), featurebase.SearchType.IsNot(featurebase.ContactTypeLead)},
		{clause("type", "IN", array{"lead", "customer"}), featurebase.SearchType.OneOf(featurebase.ContactTypeLead, featurebase.ContactTypeCustomer)},
		{clause("type", "NIN", array{"lead"}), featurebase.SearchType.NoneOf(featurebase.ContactTypeLead)},
		{clause("companyIds", "=", "60d5ec49f1b2c8b100000001"), featurebase.SearchCompanyID.Is("60d5ec49f1b2c8b100000001")},
		{clause("companyIds", "IN", array{"60d5ec49f1b2c8b100000002"}), featurebase.SearchCompanyID.OneOf("60d5ec49f1b2c8b100000002")},
		{clause("postsCreated", "=", 1), featurebase.SearchPostsCreated.Is(1)},
		{clause("postsCreated", ">", 1), featurebase.SearchPostsCreated.MoreThan(1)},
		{clause("commentsCreated", "<", 3), featurebase.SearchCommentsCreated.LessThan(3)},
		{clause("lastActivity", "=", adasActivity.Unix()), featurebase.SearchLastActivity.Is(adasActivity)},
		{clause("lastActivity", ">", adasActivity.Unix()), featurebase.SearchLastActivity.After(adasActivity)},
		{clause("lastActivity", "<", adasActivity.Unix()), featurebase.SearchLastActivity.Before(adasActivity)},
		{clause("createdAt", ">", adasActivity.Unix()), featurebase.SearchCreatedAt.After(adasActivity)},
	} {
		steps = append(steps, step{name: text(c.clause), want: ok,
			official: official("search", object{"query": c.clause, "limit": 100}),
			ours:     search(params{Filters: []featurebase.ContactFilter{c.filter}, Limit: 100})})
	}
	positive, positively := clause("postsCreated", "<", 100), featurebase.SearchPostsCreated.LessThan(100)
	for _, c := range []struct {
		clause object
		filter featurebase.ContactFilter
	}{
		{clause("externalId", "!=", "u1"), featurebase.SearchUserID.IsNot("u1")},
		{clause("email", "NIN", array{"ada@example.com"}), featurebase.SearchEmail.NoneOf("ada@example.com")},
		{clause("name", "!=", "Bob"), featurebase.SearchName.IsNot("Bob")},
		{clause("companyIds", "NIN", array{"60d5ec49f1b2c8b100000002"}), featurebase.SearchCompanyID.NoneOf("60d5ec49f1b2c8b100000002")},
		{clause("commentsCreated", "!=", 0), featurebase.SearchCommentsCreated.IsNot(0)},
		{clause("lastActivity", "!=", adasActivity.Unix()), featurebase.SearchLastActivity.IsNot(adasActivity)},
		{clause("createdAt", "!=", 0), featurebase.SearchCreatedAt.IsNot(time.Unix(0, 0))},
	} {
		steps = append(steps, step{name: "alone " + text(c.clause), want: "400 query_too_broad",
			official: official("search", object{"query": c.clause}), ours: search(params{Filters: []featurebase.ContactFilter{c.filter}})},
			step{name: "with others " + text(c.clause), want: ok,
				official: official("search", object{"query": and(positive, c.clause), "limit": 100}),
				ours:     search(params{Filters: []featurebase.ContactFilter{positively, c.filter}, Limit: 100})})
	}
	for _, sort := range []featurebase.ContactSort{
		featurebase.SortLastActivityDesc, featurebase.SortLastActivityAsc, featurebase.SortCreatedAtDesc, featurebase.SortCreatedAtAsc,
		featurebase.SortPostsCreatedDesc, featurebase.SortPostsCreatedAsc, featurebase.SortCommentsCreatedDesc, featurebase.SortCommentsCreatedAsc,
	} {
		steps = append(steps, step{name: string(sort), want: ok,
			official: official("search", object{"sort": sort, "limit": 100}), ours: search(params{Sort: sort, Limit: 100})})
	}
	repeated := func(n int) ([]object, []featurebase.ContactFilter) {
		return slices.Repeat([]object{clause("name", "=", "Bob")}, n), slices.Repeat([]featurebase.ContactFilter{featurebase.SearchName.Is("Bob")}, n)
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
			ours:     search(params{Sort: featurebase.SortPostsCreatedDesc, Limit: 3, Cursor: page.NextCursor})},
		step{name: "all pages of a search", want: ok,
			official: officialAll("search", object{"sort": "lastActivity:asc", "limit": 4, "query": positive}),
			ours:     searchAll(params{Sort: featurebase.SortLastActivityAsc, Limit: 4, Filters: []featurebase.ContactFilter{positively}})},
		step{name: "another sort midway", want: "400 invalid_cursor",
			official: official("search", object{"sort": "postsCreated:asc", "cursor": page.NextCursor}),
			ours:     search(params{Sort: featurebase.SortPostsCreatedAsc, Cursor: page.NextCursor})},
		step{name: "an unknown sort", official: official("search", object{"sort": "name:asc"}), ours: search(params{Sort: "name:asc"}), want: invalid},
		step{name: "an unknown type of contact", official: official("search", object{"query": clause("type", "=", "ghost")}),
			ours: search(params{Filters: []featurebase.ContactFilter{featurebase.SearchType.Is("ghost")}}), want: invalid},
		step{name: "16 clauses", official: official("search", object{"query": and(sixteen...)}), ours: search(params{Filters: ourSixteen}),
			differs: &difference{refuses, invalid + "\nPOST /v2/contacts/search " + text(object{"query": and(sixteen...)}), "not sent: featurebase: 16 filters: want at most 15"}},
		step{name: "one of none", official: official("search", object{"query": clause("email", "IN", array{})}),
			ours: search(params{Filters: []featurebase.ContactFilter{featurebase.SearchEmail.OneOf()}}),
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
