package conformance_test

import (
	"encoding/json"
	"fmt"
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
	name: "Contacts", official: "users.contacts.",
	add: addContacts,
	steps: func(t *testing.T) []step {
		return slices.Concat(reading(), listing(t), searching(t), emailing(), blocking(), upserting())
	},
	last: func(t *testing.T) []step { return append(failing(t), deleting()...) },
})

// The contacts that each server has at first; see addContacts.
const (
	ada    = "64b000000000000000000001" // a customer
	bob    = "64b000000000000000000002" // a lead
	eve    = "64b000000000000000000003" // a customer, not all of whose fields are documented
	fay    = "64b000000000000000000004" // a customer
	nobody = "64b0000000000000000000ff" // not there
)

// oddUserIDs are user IDs that are hard to put into a path.
var oddUserIDs = []string{"a/b", "é ü", "search", "by-user-id", "email-preferences", "?x=1#y", "100%", "%2F", "a+b", ";,", "a:b@c", `\`, `"`, "...", "//", strings.Repeat("é", 255)}

var adasActivity = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func addContacts(_ *testing.T, srv *featurebasetest.Server) {
	number := func(n int) *int { return &n }
	yes, spend := true, 99.5
	srv.AddContact(featurebase.Contact{
		ID: ada, UserID: "u1", Email: "ada@example.com", Name: "Ada Lovelace", Description: "Countess", ProfilePicture: "https://example.com/ada.png",
		Locale: "en", OrganizationID: "64b0000000000000000000aa", Roles: []string{"r1", "r2"},
		CustomFields: object{"plan": "pro", "seats": 3, "tags": array{"a", 1, nil}, "none": nil},
		Verified:     &yes, SubscribedToChangelog: new(bool), ManuallyOptedOutFromChangelog: &yes,
		PostsCreated: number(7), CommentsCreated: number(2), LastActivity: adasActivity,
		Companies: []featurebase.Company{
			{CompanyID: "acme", Name: "Acme"},
			{CompanyID: "engine", Name: "Engines", Plan: "p", Industry: "i", Website: "w", MonthlySpend: &spend, CompanySize: number(0), LinkedUsers: number(1),
				CustomFields: object{"k": "v"}, CreatedAt: adasActivity, UpdatedAt: adasActivity, LastActivity: adasActivity},
		},
	})
	srv.AddContact(featurebase.Contact{ID: bob, Type: featurebase.ContactTypeLead, UserID: "l1", Email: "bob@example.com", Name: "Bob",
		PostsCreated: number(0), CommentsCreated: number(5), LastActivity: adasActivity.Add(time.Hour)})
	srv.AddContact(featurebase.Contact{ID: eve, UserID: "u2", Extra: map[string]json.RawMessage{
		"email": json.RawMessage("null"), "profilePicture": json.RawMessage("null"), "roles": json.RawMessage("[]"),
		"lastActivity": json.RawMessage(`"2025-01-15T00:00:00.000Z"`), "score": json.RawMessage(`{"a":[1,null]}`),
	}})
	srv.AddContact(featurebase.Contact{ID: fay, UserID: "u3", Email: "fay@example.com", Name: "Fay", LastActivity: adasActivity.Add(-time.Hour)})
	for i, userID := range oddUserIDs {
		srv.AddContact(featurebase.Contact{UserID: userID, Name: fmt.Sprint("odd ", i)})
	}
	for i := range 12 {
		srv.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Name: fmt.Sprint("lead ", i), PostsCreated: number(i / 4)})
	}
}

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
