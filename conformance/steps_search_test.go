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
	type (
		params  = featurebase.ContactSearchParams
		filter  = featurebase.Filter[featurebase.Contact]
		filters = featurebase.Filters[featurebase.Contact]
	)
	page, err := newServer(t).Client().Contacts.Search(t.Context(), params{Sort: featurebase.ContactSortPostsCreatedDesc, Limit: 3})
	require.NoError(t, err)
	var steps []step
	for _, c := range []struct {
		clause object
		filter filter
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
			official: official("users.contacts.search", object{"query": c.clause, "limit": 100}),
			ours:     ours("Contacts.Search", params{Filters: filters{c.filter}, Limit: 100})})
	}
	positive, positively := clause("postsCreated", "<", 100), featurebase.ContactFieldPostsCreated.LessThan(100)
	for _, c := range []struct {
		clause object
		filter filter
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
			official: official("users.contacts.search", object{"query": c.clause}), ours: ours("Contacts.Search", params{Filters: filters{c.filter}})},
			step{name: "with others " + text(c.clause), want: ok,
				official: official("users.contacts.search", object{"query": and(positive, c.clause), "limit": 100}),
				ours:     ours("Contacts.Search", params{Filters: filters{positively, c.filter}, Limit: 100})})
	}
	for _, sort := range []featurebase.ContactSort{
		featurebase.ContactSortLastActivityDesc, featurebase.ContactSortLastActivityAsc, featurebase.ContactSortCreatedAtDesc, featurebase.ContactSortCreatedAtAsc,
		featurebase.ContactSortPostsCreatedDesc, featurebase.ContactSortPostsCreatedAsc, featurebase.ContactSortCommentsCreatedDesc, featurebase.ContactSortCommentsCreatedAsc,
	} {
		steps = append(steps, step{name: string(sort), want: ok,
			official: official("users.contacts.search", object{"sort": sort, "limit": 100}), ours: ours("Contacts.Search", params{Sort: sort, Limit: 100})})
	}
	repeated := func(n int) ([]object, filters) {
		return slices.Repeat([]object{clause("name", "=", "Bob")}, n), slices.Repeat(filters{featurebase.ContactFieldName.Is("Bob")}, n)
	}
	fifteen, ourFifteen := repeated(15)
	sixteen, ourSixteen := repeated(16)
	refusedQuery := func(name string, query object) step {
		return step{name: name, official: official("users.contacts.search", object{"query": query}),
			differs: &difference{typesRefuse, invalidQuery + "\nPOST /v2/contacts/search " + text(object{"query": query}), cantBe}}
	}
	return append(steps,
		step{name: "everything", official: official("users.contacts.search", object{}), ours: ours("Contacts.Search", params{}), want: ok},
		step{name: "15 clauses", official: official("users.contacts.search", object{"query": and(fifteen...)}), ours: ours("Contacts.Search", params{Filters: ourFifteen}), want: ok},
		step{name: "the second page of a search", want: ok,
			official: official("users.contacts.search", object{"sort": "postsCreated:desc", "limit": 3, "cursor": page.NextCursor}),
			ours:     ours("Contacts.Search", params{Sort: featurebase.ContactSortPostsCreatedDesc, Limit: 3, Cursor: page.NextCursor})},
		step{name: "all pages of a search", want: ok,
			official: officialAll("users.contacts.search", object{"sort": "lastActivity:asc", "limit": 4, "query": positive}),
			ours:     ours("Contacts.SearchAll", params{Sort: featurebase.ContactSortLastActivityAsc, Limit: 4, Filters: filters{positively}})},
		step{name: "another sort midway", want: "400 invalid_cursor",
			official: official("users.contacts.search", object{"sort": "postsCreated:asc", "cursor": page.NextCursor}),
			ours:     ours("Contacts.Search", params{Sort: featurebase.ContactSortPostsCreatedAsc, Cursor: page.NextCursor})},
		step{name: "an unknown sort", official: official("users.contacts.search", object{"sort": "name:asc"}), ours: ours("Contacts.Search", params{Sort: "name:asc"}), want: invalid},
		step{name: "an unknown type of contact", official: official("users.contacts.search", object{"query": clause("type", "=", "ghost")}),
			ours: ours("Contacts.Search", params{Filters: filters{featurebase.ContactFieldType.Is("ghost")}}), want: invalidQuery},
		step{name: "16 clauses", official: official("users.contacts.search", object{"query": and(sixteen...)}), ours: ours("Contacts.Search", params{Filters: ourSixteen}),
			differs: &difference{refuses, invalidQuery + "\nPOST /v2/contacts/search " + text(object{"query": and(sixteen...)}), "not sent: invalid Filters"}},
		step{name: "one of none", official: official("users.contacts.search", object{"query": clause("email", "IN", array{})}),
			ours: ours("Contacts.Search", params{Filters: filters{featurebase.ContactFieldEmail.OneOf()}}),
			differs: &difference{refuses, invalidQuery + "\nPOST /v2/contacts/search " + `{"query":{"field":"email","operator":"IN","value":[]}}`,
				"not sent: invalid Filters[0]"}},
		refusedQuery("an unknown field", clause("phone", "=", "1")),
		refusedQuery("an operator of other fields", clause("postsCreated", "~", "1")),
		refusedQuery("an operator for later", clause("name", "^", "A")),
		refusedQuery("text for a number", clause("postsCreated", ">", "1")),
		refusedQuery("either", object{"operator": "OR", "value": []object{positive, positive}}),
		refusedQuery("groups in a group", and(and(positive))),
	)
}
