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
		filters featurebase.Filters[featurebase.Contact]
		query   string
	}{
		"none":            {nil, ``},
		"is":              {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.Is("a@b.c")}, `{"field":"email","operator":"=","value":"a@b.c"}`},
		"is not":          {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldType.IsNot(featurebase.ContactTypeLead)}, `{"field":"type","operator":"!=","value":"lead"}`},
		"one of":          {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldUserID.OneOf("a", "b")}, `{"field":"externalId","operator":"IN","value":["a","b"]}`},
		"none of":         {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldCompanyID.NoneOf("a")}, `{"field":"companyIds","operator":"NIN","value":["a"]}`},
		"name":            {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldName.Is("Ada")}, `{"field":"name","operator":"=","value":"Ada"}`},
		"name contains":   {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldName.Contains("Ada")}, `{"field":"name","operator":"~","value":"Ada"}`},
		"count":           {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldPostsCreated.Is(0)}, `{"field":"postsCreated","operator":"=","value":0}`},
		"not that count":  {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldPostsCreated.IsNot(1)}, `{"field":"postsCreated","operator":"!=","value":1}`},
		"more than":       {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldCommentsCreated.MoreThan(2)}, `{"field":"commentsCreated","operator":">","value":2}`},
		"less than":       {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldCommentsCreated.LessThan(3)}, `{"field":"commentsCreated","operator":"<","value":3}`},
		"at a time":       {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldCreatedAt.Is(at)}, `{"field":"createdAt","operator":"=","value":1735689600}`},
		"not at a time":   {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldCreatedAt.IsNot(at)}, `{"field":"createdAt","operator":"!=","value":1735689600}`},
		"after":           {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldLastActivity.After(at)}, `{"field":"lastActivity","operator":">","value":1735689600}`},
		"before":          {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldLastActivity.Before(at)}, `{"field":"lastActivity","operator":"<","value":1735689600}`},
		"two conditions":  {featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.Is("a"), featurebase.ContactFieldPostsCreated.Is(0)}, `{"operator":"AND","value":[{"field":"email","operator":"=","value":"a"},{"field":"postsCreated","operator":"=","value":0}]}`},
		"15 are accepted": {slices.Repeat(featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldName.Is("A")}, 15), ``},
	} {
		client, requests := capture(t, 200, page("null", "Ada"))
		found, err := client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{Filters: tc.filters, Sort: featurebase.ContactSortPostsCreatedAsc, Limit: 5, Cursor: "c"})
		require.NoError(t, err, name)
		assert.Equal(t, "Ada", found.Data[0].Name)
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
	_, err := client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{})
	require.NoError(t, err)
	assert.Equal(t, `{}`, (*requests)[0].body)
}

func TestSearchRefusesFiltersThatTheAPIWould(t *testing.T) {
	t.Parallel()
	for want, filters := range map[string]featurebase.Filters[featurebase.Contact]{
		"featurebase: 16 filters: want at most 15":                                        slices.Repeat(featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldName.Is("A")}, 16),
		"featurebase: Filters[1] is empty: want one made by a field, like SearchEmail.Is": {featurebase.ContactFieldName.Is("A"), {}},
		"featurebase: filter email IN has no values: want at least one":                   {featurebase.ContactFieldEmail.OneOf()},
		"featurebase: filter type NIN has no values: want at least one":                   {featurebase.ContactFieldType.NoneOf()},
	} {
		client, requests := capture(t, 200, page("null"))
		_, err := client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{Filters: filters})
		assert.EqualError(t, err, want)
		assert.Empty(t, *requests)
	}
}

func TestSearchAllGoesThroughThePages(t *testing.T) {
	t.Parallel()
	client, asked := pages(t, map[string]string{"": page("a", "1"), "a": page("null", "2")})
	var names []string
	for c, err := range client.Contacts.SearchAll(t.Context(), featurebase.ContactSearchParams{Sort: featurebase.ContactSortCreatedAtAsc}) {
		require.NoError(t, err)
		names = append(names, c.Name)
	}
	assert.Equal(t, []string{"1", "2"}, names)
	assert.Equal(t, []string{`{"sort":"createdAt:asc","limit":100}`, `{"sort":"createdAt:asc","limit":100,"cursor":"a"}`}, *asked)
}
