package featurebase_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestSearchSendsTheDocumentedQuery(t *testing.T) {
	t.Parallel()
	at := time.Unix(1735689600, 999)
	for name, tc := range map[string]struct {
		filters []featurebase.ContactFilter
		query   string
	}{
		"none":            {nil, ``},
		"is":              {[]featurebase.ContactFilter{featurebase.SearchEmail.Is("a@b.c")}, `{"field":"email","operator":"=","value":"a@b.c"}`},
		"is not":          {[]featurebase.ContactFilter{featurebase.SearchType.IsNot(featurebase.ContactTypeLead)}, `{"field":"type","operator":"!=","value":"lead"}`},
		"one of":          {[]featurebase.ContactFilter{featurebase.SearchUserID.OneOf("a", "b")}, `{"field":"externalId","operator":"IN","value":["a","b"]}`},
		"none of":         {[]featurebase.ContactFilter{featurebase.SearchCompanyID.NoneOf("a")}, `{"field":"companyIds","operator":"NIN","value":["a"]}`},
		"name":            {[]featurebase.ContactFilter{featurebase.SearchName.Is("Ada")}, `{"field":"name","operator":"=","value":"Ada"}`},
		"name contains":   {[]featurebase.ContactFilter{featurebase.NameContains("Ada")}, `{"field":"name","operator":"~","value":"Ada"}`},
		"count":           {[]featurebase.ContactFilter{featurebase.SearchPostsCreated.Is(0)}, `{"field":"postsCreated","operator":"=","value":0}`},
		"not that count":  {[]featurebase.ContactFilter{featurebase.SearchPostsCreated.IsNot(1)}, `{"field":"postsCreated","operator":"!=","value":1}`},
		"more than":       {[]featurebase.ContactFilter{featurebase.SearchCommentsCreated.MoreThan(2)}, `{"field":"commentsCreated","operator":">","value":2}`},
		"less than":       {[]featurebase.ContactFilter{featurebase.SearchCommentsCreated.LessThan(3)}, `{"field":"commentsCreated","operator":"<","value":3}`},
		"at a time":       {[]featurebase.ContactFilter{featurebase.SearchCreatedAt.Is(at)}, `{"field":"createdAt","operator":"=","value":1735689600}`},
		"not at a time":   {[]featurebase.ContactFilter{featurebase.SearchCreatedAt.IsNot(at)}, `{"field":"createdAt","operator":"!=","value":1735689600}`},
		"after":           {[]featurebase.ContactFilter{featurebase.SearchLastActivity.After(at)}, `{"field":"lastActivity","operator":">","value":1735689600}`},
		"before":          {[]featurebase.ContactFilter{featurebase.SearchLastActivity.Before(at)}, `{"field":"lastActivity","operator":"<","value":1735689600}`},
		"two conditions":  {[]featurebase.ContactFilter{featurebase.SearchEmail.Is("a"), featurebase.SearchPostsCreated.Is(0)}, `{"operator":"AND","value":[{"field":"email","operator":"=","value":"a"},{"field":"postsCreated","operator":"=","value":0}]}`},
		"15 are accepted": {slices.Repeat([]featurebase.ContactFilter{featurebase.SearchName.Is("A")}, 15), ``},
	} {
		client, requests := capture(t, 200, page("null", "Ada"))
		found, err := client.Contacts.Search(t.Context(), featurebase.SearchContactsParams{Filters: tc.filters, Sort: featurebase.SortPostsCreatedAsc, Limit: 5, Cursor: "c"})
		require.NoError(t, err, name)
		assert.Equal(t, "Ada", found.Contacts[0].Name)
		assert.Equal(t, 7, found.TotalCount)
		assert.True(t, found.TotalCountCapped)
		got := (*requests)[0]
		assert.Equal(t, "POST", got.method)
		assert.Equal(t, api+"/search", got.url)
		assert.Equal(t, "application/json", got.contentType)
		switch {
		case tc.query != "":
			assert.JSONEq(t, `{"query":`+tc.query+`,"sort":"postsCreated:asc","limit":5,"cursor":"c"}`, got.body, name)
		case tc.filters == nil:
			assert.JSONEq(t, `{"sort":"postsCreated:asc","limit":5,"cursor":"c"}`, got.body, name)
		}
	}
	client, requests := capture(t, 200, page("null"))
	_, err := client.Contacts.Search(t.Context(), featurebase.SearchContactsParams{})
	require.NoError(t, err)
	assert.Equal(t, `{}`, (*requests)[0].body)
}

func TestSearchRefusesFiltersThatTheAPIWould(t *testing.T) {
	t.Parallel()
	for want, filters := range map[string][]featurebase.ContactFilter{
		"featurebase: 16 filters: want at most 15":                                        slices.Repeat([]featurebase.ContactFilter{featurebase.SearchName.Is("A")}, 16),
		"featurebase: Filters[1] is empty: want one made by a field, like SearchEmail.Is": {featurebase.SearchName.Is("A"), {}},
		"featurebase: filter email IN has no values: want at least one":                   {featurebase.SearchEmail.OneOf()},
		"featurebase: filter type NIN has no values: want at least one":                   {featurebase.SearchType.NoneOf()},
	} {
		client, requests := capture(t, 200, page("null"))
		_, err := client.Contacts.Search(t.Context(), featurebase.SearchContactsParams{Filters: filters})
		assert.EqualError(t, err, want)
		assert.Empty(t, *requests)
	}
}

func TestSearchAllGoesThroughThePages(t *testing.T) {
	t.Parallel()
	client, asked := pages(t, map[string]string{"": page("a", "1"), "a": page("null", "2")})
	var names []string
	for c, err := range client.Contacts.SearchAll(t.Context(), featurebase.SearchContactsParams{Sort: featurebase.SortCreatedAtAsc}) {
		require.NoError(t, err)
		names = append(names, c.Name)
	}
	assert.Equal(t, []string{"1", "2"}, names)
	assert.Equal(t, []string{`{"sort":"createdAt:asc","limit":100}`, `{"sort":"createdAt:asc","limit":100,"cursor":"a"}`}, *asked)
}
