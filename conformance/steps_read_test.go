package conformance_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func reading() []step {
	tooLong := strings.Repeat("x", 256)
	steps := []step{
		{name: "a customer by id", official: official("retrieve", ada), ours: get(ada), want: ok},
		{name: "a lead by id", official: official("retrieve", bob), ours: get(bob), want: ok},
		{name: "a contact with undocumented fields", official: official("retrieve", eve), ours: get(eve), want: ok},
		{name: "an id in upper case", official: official("retrieve", strings.ToUpper(ada)), ours: get(strings.ToUpper(ada)), want: ok},
		{name: "no such contact", official: official("retrieve", nobody), ours: get(nobody), want: notFound},
		{name: "an id that can't be one", official: official("retrieve", "a/b"), ours: get("a/b"), differs: &difference{refusesIDs,
			"400 invalid_id\nGET /v2/contacts/a%2Fb", idNotSent}},
		{name: "an empty id", official: official("retrieve", ""), ours: get(""), differs: &difference{refusesEmpty,
			"404 resource_not_found\nGET /v2/contacts/", idNotSent}},
		{name: "a version without the endpoint", official: official("retrieve", ada, object{"Featurebase-Version": "2025-12-12.clover"}),
			ours: ours{"Get", func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
				return s.Get(ctx, ada, append(opts, featurebase.WithVersion(featurebase.VersionClover))...)
			}},
			differs: &difference{"This library knows which versions have an endpoint.", "404 resource_not_found\nGET /v2/contacts/" + ada, "not sent: ErrUnsupportedVersion"}},

		{name: "a customer by user id", official: official("byUserID.retrieve", "u1"), ours: getByUserID("u1"), want: ok},
		{name: "a lead is not found by user id", official: official("byUserID.retrieve", "l1"), ours: getByUserID("l1"), want: notFound},
		{name: "no such user id", official: official("byUserID.retrieve", "nobody"), ours: getByUserID("nobody"), want: notFound},
		{name: "an empty user id", official: official("byUserID.retrieve", ""), ours: getByUserID(""), differs: &difference{refusesEmpty,
			"404 resource_not_found\nGET /v2/contacts/by-user-id/", idNotSent}},
		{name: "a user id that is too long", official: official("byUserID.retrieve", tooLong), ours: getByUserID(tooLong),
			differs: &difference{refusesIDs, invalid + "\nGET /v2/contacts/by-user-id/" + tooLong, idNotSent}},
	}
	for _, userID := range oddUserIDs {
		steps = append(steps, step{name: "user id " + clip(userID), official: official("byUserID.retrieve", userID), ours: getByUserID(userID), want: ok})
	}
	for _, userID := range []string{".", ".."} {
		escaped := strings.ReplaceAll(userID, ".", "%2E")
		steps = append(steps, step{name: "user id " + userID, official: official("byUserID.retrieve", userID), ours: getByUserID(userID), differs: &difference{
			"The official client refuses user ids that stand for other segments of a path; this library escapes them.",
			"not sent: FeaturebaseError", notFound + "\nGET /v2/contacts/by-user-id/" + escaped}})
	}
	return steps
}

func clip(s string) string {
	if len(s) > 20 {
		return s[:20]
	}
	return s
}

func listing(t *testing.T) []step {
	t.Helper()
	page, err := newServer(t).Client().Contacts.List(t.Context(), featurebase.ContactListParams{Type: featurebase.ContactListAll, Limit: 3})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	type params = featurebase.ContactListParams
	return []step{
		{name: "the first page", official: official("list"), ours: list(params{}), want: ok},
		{name: "leads", official: official("list", object{"contactType": "lead", "limit": 5}), ours: list(params{Type: featurebase.ContactTypeLead, Limit: 5}), want: ok},
		{name: "a page of all", official: official("list", object{"contactType": "all", "limit": 100}), ours: list(params{Type: featurebase.ContactListAll, Limit: 100}), want: ok},
		{name: "the second page", official: official("list", object{"contactType": "all", "limit": 3, "cursor": page.NextCursor}),
			ours: list(params{Type: featurebase.ContactListAll, Limit: 3, Cursor: page.NextCursor}), want: ok},
		{name: "all pages", official: officialAll("list", object{"contactType": "all", "limit": 7}), ours: all(params{Type: featurebase.ContactListAll, Limit: 7}), want: ok},
		{name: "all pages from the second on", official: officialAll("list", object{"contactType": "all", "limit": 3, "cursor": page.NextCursor}),
			ours: all(params{Type: featurebase.ContactListAll, Limit: 3, Cursor: page.NextCursor}), want: ok},
		{name: "a cursor that is none", official: official("list", object{"cursor": "x"}), ours: list(params{Cursor: "x"}), want: "400 invalid_cursor"},
		{name: "an unknown type", official: official("list", object{"contactType": "ghost"}), ours: list(params{Type: "ghost"}), want: invalid},
		{name: "all pages, without a limit", official: officialAll("list", object{"contactType": "lead"}), ours: all(params{Type: featurebase.ContactTypeLead}), differs: &difference{
			"Without a limit, this library asks for the largest pages, the official client for those of ten.",
			"ok\nGET /v2/contacts?contactType=lead\nGET /v2/contacts?contactType=lead&cursor=" + leadsAfterTen(t),
			"ok\nGET /v2/contacts?contactType=lead&limit=100"}},
		{name: "a page that is too large", official: official("list", object{"limit": 101}), ours: list(params{Limit: 101}), differs: &difference{refuses,
			invalid + "\nGET /v2/contacts?limit=101", "not sent: featurebase: limit 101: want 1 to 100, or 0 for the default"}},
		{name: "an empty page that is not the last", official: officialAll("list", object{"contactType": "all", "limit": 50}),
			ours:  all(params{Type: featurebase.ContactListAll, Limit: 50}),
			fault: &featurebasetest.Fault{Status: 200, Header: isJSON, Body: `{"object":"list","data":[],"nextCursor":"` + page.NextCursor + `"}`},
			differs: &difference{"The official client takes an empty page for the last, although it has a cursor.",
				"ok\nGET /v2/contacts?contactType=all&limit=50",
				"ok\nGET /v2/contacts?contactType=all&limit=50\nGET /v2/contacts?contactType=all&cursor=" + page.NextCursor + "&limit=50"}},
	}
}

// leadsAfterTen is the cursor behind the first ten leads.
func leadsAfterTen(t *testing.T) string {
	t.Helper()
	page, err := newServer(t).Client().Contacts.List(t.Context(), featurebase.ContactListParams{Type: featurebase.ContactTypeLead})
	require.NoError(t, err)
	return page.NextCursor
}
