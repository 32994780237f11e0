package conformance_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func reading() []step {
	tooLong := strings.Repeat("x", 256)
	steps := []step{
		{name: "a customer by ID", official: official("users.contacts.retrieve", ada), ours: ours("Contacts.Get", ada), want: ok},
		{name: "a lead by ID", official: official("users.contacts.retrieve", bob), ours: ours("Contacts.Get", bob), want: ok},
		{name: "a contact with undocumented fields", official: official("users.contacts.retrieve", eve), ours: ours("Contacts.Get", eve), want: ok},
		{name: "an ID in upper case", official: official("users.contacts.retrieve", strings.ToUpper(ada)), ours: ours("Contacts.Get", strings.ToUpper(ada)), want: ok},
		{name: "no such contact", official: official("users.contacts.retrieve", nobody), ours: ours("Contacts.Get", nobody), want: notFound},
		{name: "an ID that can't be one", official: official("users.contacts.retrieve", "a/b"), ours: ours("Contacts.Get", "a/b"), differs: &difference{refusesIDs,
			"400 invalid_id\nGET /v2/contacts/a%2Fb", idNotSent}},
		{name: "an empty ID", official: official("users.contacts.retrieve", ""), ours: ours("Contacts.Get", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/contacts/", idNotSent}},
		{name: "a version that is too old", official: official("users.contacts.retrieve", ada, object{"Featurebase-Version": "2025-12-12.clover"}),
			ours:    ours("Contacts.Get", ada, featurebase.WithAPIVersion("2025-12-12.clover")),
			differs: &difference{"This library refuses versions older than its types.", "404 version_not_supported\nGET /v2/contacts/" + ada, "not sent: ErrUnsupportedVersion"}},

		{name: "a customer by user ID", official: official("users.contacts.byUserID.retrieve", "u1"), ours: ours("Contacts.GetByUserID", "u1"), want: ok},
		{name: "a lead is not found by user ID", official: official("users.contacts.byUserID.retrieve", "l1"), ours: ours("Contacts.GetByUserID", "l1"), want: notFound},
		{name: "no such user ID", official: official("users.contacts.byUserID.retrieve", "nobody"), ours: ours("Contacts.GetByUserID", "nobody"), want: notFound},
		{name: "an empty user ID", official: official("users.contacts.byUserID.retrieve", ""), ours: ours("Contacts.GetByUserID", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/contacts/by-user-id/", idNotSent}},
		{name: "a user ID that is too long", official: official("users.contacts.byUserID.retrieve", tooLong), ours: ours("Contacts.GetByUserID", tooLong),
			differs: &difference{refusesIDs, invalid + "\nGET /v2/contacts/by-user-id/" + tooLong, idNotSent}},
	}
	for _, userID := range oddUserIDs {
		steps = append(steps, step{name: "user ID " + clip(userID), official: official("users.contacts.byUserID.retrieve", userID), ours: ours("Contacts.GetByUserID", userID), want: ok})
	}
	for _, userID := range []string{".", ".."} {
		steps = append(steps, step{name: "user ID " + userID, official: official("users.contacts.byUserID.retrieve", userID), ours: ours("Contacts.GetByUserID", userID), differs: &difference{
			"Both refuse what stands for other segments of a path.", "not sent: FeaturebaseError", idNotSent}})
	}
	for _, userID := range []string{"u1 ", "a\nb", "\ufeffu1"} {
		escaped := url.PathEscape(userID)
		steps = append(steps, step{name: "user ID " + escaped, official: official("users.contacts.byUserID.retrieve", userID), ours: ours("Contacts.GetByUserID", userID), differs: &difference{
			"This library refuses what can't be meant, and what the API would say does not exist.", notFound + "\nGET /v2/contacts/by-user-id/" + escaped, idNotSent}})
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
	page, err := newServer(t).Client().Contacts.List(t.Context(), featurebase.ContactListParams{Type: featurebase.ContactListTypeAll, Limit: 3})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	type params = featurebase.ContactListParams
	return []step{
		{name: "the first page", official: official("users.contacts.list"), ours: ours("Contacts.List", params{}), want: ok},
		{name: "leads", official: official("users.contacts.list", object{"contactType": "lead", "limit": 5}), ours: ours("Contacts.List", params{Type: featurebase.ContactListTypeLeads, Limit: 5}), want: ok},
		{name: "a page of all", official: official("users.contacts.list", object{"contactType": "all", "limit": 100}), ours: ours("Contacts.List", params{Type: featurebase.ContactListTypeAll, Limit: 100}), want: ok},
		{name: "the second page", official: official("users.contacts.list", object{"contactType": "all", "limit": 3, "cursor": page.NextCursor}),
			ours: ours("Contacts.List", params{Type: featurebase.ContactListTypeAll, Limit: 3, Cursor: page.NextCursor}), want: ok},
		{name: "all pages", official: officialAll("users.contacts.list", object{"contactType": "all", "limit": 7}), ours: ours("Contacts.ListAll", params{Type: featurebase.ContactListTypeAll, Limit: 7}), want: ok},
		{name: "all pages from the second on", official: officialAll("users.contacts.list", object{"contactType": "all", "limit": 3, "cursor": page.NextCursor}),
			ours: ours("Contacts.ListAll", params{Type: featurebase.ContactListTypeAll, Limit: 3, Cursor: page.NextCursor}), want: ok},
		{name: "a cursor that is none", official: official("users.contacts.list", object{"cursor": "x"}), ours: ours("Contacts.List", params{Cursor: "x"}), want: "400 invalid_cursor"},
		{name: "an unknown type", official: official("users.contacts.list", object{"contactType": "ghost"}), ours: ours("Contacts.List", params{Type: "ghost"}), want: invalid},
		{name: "all pages, without a limit", official: officialAll("users.contacts.list", object{"contactType": "lead"}), ours: ours("Contacts.ListAll", params{Type: featurebase.ContactListTypeLeads}), differs: &difference{
			"Without a limit, this library asks for the largest pages, the official client for those of ten.",
			"ok\nGET /v2/contacts?contactType=lead\nGET /v2/contacts?contactType=lead&cursor=" + url.QueryEscape(leadsAfterTen(t)),
			"ok\nGET /v2/contacts?contactType=lead&limit=100"}},
		{name: "a page that is too large", official: official("users.contacts.list", object{"limit": 101}), ours: ours("Contacts.List", params{Limit: 101}), differs: &difference{refuses,
			invalid + "\nGET /v2/contacts?limit=101", "not sent: invalid Limit"}},
		{name: "an empty page that is not the last", official: officialAll("users.contacts.list", object{"contactType": "all", "limit": 50}),
			ours:  ours("Contacts.ListAll", params{Type: featurebase.ContactListTypeAll, Limit: 50}),
			fault: &featurebasetest.Fault{Status: 200, Header: isJSON, Body: `{"object":"list","data":[],"nextCursor":"` + page.NextCursor + `"}`},
			differs: &difference{"The official client takes an empty page for the last, although it has a cursor.",
				"ok\nGET /v2/contacts?contactType=all&limit=50",
				"ok\nGET /v2/contacts?contactType=all&limit=50\nGET /v2/contacts?contactType=all&cursor=" + url.QueryEscape(page.NextCursor) + "&limit=50"}},
	}
}

// leadsAfterTen is the cursor behind the first ten leads.
func leadsAfterTen(t *testing.T) string {
	t.Helper()
	page, err := newServer(t).Client().Contacts.List(t.Context(), featurebase.ContactListParams{Type: featurebase.ContactListTypeLeads})
	require.NoError(t, err)
	return page.NextCursor
}
