package featurebase_test

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	contactJSON = `{"object":"contact","id":"507f1f77bcf86cd799439011","type":"customer","userId":"u1","email":"ada@example.com","name":"Ada",
		"description":"d","profilePicture":"https://example.com/a.png","locale":"en","organizationId":"507f1f77bcf86cd799439012",
		"companies":[{"object":"company","id":"507f1f77bcf86cd799439013","companyId":"c1","name":"Acme","plan":"pro","industry":"i","website":"w",
			"monthlySpend":99.5,"companySize":0,"linkedUsers":3,"customFields":{"a":[1,"x",null]},"createdAt":"2026-01-01T00:00:00Z",
			"updatedAt":"2026-01-02T00:00:00Z","lastActivity":"2026-01-03T00:00:00.5Z","new":{"a":1}}],
		"roles":["r"],"customFields":{"a":[1,"x",null],"b":{"c":true}},"verified":true,"subscribedToChangelog":false,
		"manuallyOptedOutFromChangelog":false,"postsCreated":0,"commentsCreated":7,"lastActivity":"2026-01-03T00:00:00.123Z","new":[1,2]}`
	contactListJSON   = `{"object":"list","data":[` + contactJSON + `],"nextCursor":null}`
	contactSearchJSON = `{"object":"list","data":[` + contactJSON + `],"nextCursor":null,"totalCount":1,"totalCountCapped":false}`
	preferencesJSON   = `{"object":"contact_email_preferences","contactId":"507f1f77bcf86cd799439011","userId":"u1","email":"ada@example.com",
		"preferences":{"all":{"status":"subscribed","effectiveStatus":"subscribed"},"changelog":{"status":"unsubscribed","effectiveStatus":"unsubscribed"}}}`
)

var someEmails = map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus{
	featurebase.ContactEmailTopicAll:       featurebase.ContactEmailStatusSubscribed,
	featurebase.ContactEmailTopicChangelog: featurebase.ContactEmailStatusUnsubscribed,
}

var _ = register(map[string]apiCall{
	"Contacts.List": {
		args:     args{featurebase.ContactListParams{Type: featurebase.ContactListTypeAll, Limit: 3, Cursor: "a&b"}},
		official: "users.contacts.list",
		request:  "GET /v2/contacts?contactType=all&cursor=a%26b&limit=3",
		body:     contactListJSON,
		reads:    true,
		invalid:  args{featurebase.ContactListParams{Cursor: badArgument, Limit: 101}},
	},
	"Contacts.ListAll": {
		args:     args{featurebase.ContactListParams{}},
		official: "users.contacts.list",
		request:  "GET /v2/contacts?limit=100",
		body:     contactListJSON,
		reads:    true,
	},
	"Contacts.Search": {
		args: args{featurebase.ContactSearchParams{
			Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.Is("ada@example.com")},
			Sort:    featurebase.ContactSortCreatedAtAsc, Limit: 3, Cursor: "x",
		}},
		official: "users.contacts.search",
		request:  "POST /v2/contacts/search",
		sends:    `{"query":{"field":"email","operator":"=","value":"ada@example.com"},"sort":"createdAt:asc","limit":3,"cursor":"x"}`,
		body:     contactSearchJSON,
		reads:    true,
		invalid: args{featurebase.ContactSearchParams{
			Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.Is(badArgument), featurebase.ContactFieldName.OneOf()},
		}},
	},
	"Contacts.SearchAll": {
		args:     args{featurebase.ContactSearchParams{}},
		official: "users.contacts.search",
		request:  "POST /v2/contacts/search",
		sends:    `{"limit":100}`,
		body:     contactSearchJSON,
		reads:    true,
	},
	"Contacts.Upsert": {
		args:     args{featurebase.ContactUpsertParams{UserID: "u1", Name: featurebase.Value("Ada")}},
		official: "users.contacts.createOrUpdate",
		request:  "POST /v2/contacts",
		sends:    `{"userId":"u1","name":"Ada"}`,
		status:   201,
		body:     contactJSON,
		invalid:  args{featurebase.ContactUpsertParams{UserID: badArgument}},
	},
	"Contacts.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "users.contacts.retrieve",
		request:  "GET /v2/contacts/" + contactID,
		body:     contactJSON,
		notFound: "contact_not_found",
		reads:    true,
	},
	"Contacts.GetByUserID": {
		args: args{"u1"}, invalid: args{badArgument},
		official: "users.contacts.byUserID.retrieve",
		request:  "GET /v2/contacts/by-user-id/u1",
		body:     contactJSON,
		notFound: "contact_not_found",
		reads:    true,
	},
	"Contacts.Block": {
		args:     args{contactID},
		invalid:  args{badArgument},
		official: "users.contacts.block",
		request:  "POST /v2/contacts/" + contactID + "/block",
		body:     `{"id":"507f1f77bcf86cd799439011","object":"contact","blocked":true}`,
		notFound: "contact_not_found",
	},
	"Contacts.Unblock": {
		args:     args{contactID},
		invalid:  args{badArgument},
		official: "users.contacts.unblock",
		request:  "POST /v2/contacts/" + contactID + "/unblock",
		body:     `{"id":"507f1f77bcf86cd799439011","object":"contact","unblocked":true}`,
		notFound: "contact_not_found",
	},
	"Contacts.GetEmailPreferences": {
		args: args{contactID}, invalid: args{badArgument},
		official: "users.contacts.emailPreferences.retrieve",
		request:  "GET /v2/contacts/" + contactID + "/email-preferences",
		body:     preferencesJSON,
		notFound: "contact_not_found",
		reads:    true,
	},
	"Contacts.GetEmailPreferencesByUserID": {
		args: args{"u1"}, invalid: args{badArgument},
		official: "users.contacts.byUserID.emailPreferences.retrieve",
		request:  "GET /v2/contacts/by-user-id/u1/email-preferences",
		body:     preferencesJSON,
		notFound: "contact_not_found",
		reads:    true,
	},
	"Contacts.UpdateEmailPreferences": {
		args: args{contactID, someEmails}, invalid: args{badArgument, someEmails},
		official: "users.contacts.emailPreferences.update",
		request:  "PATCH /v2/contacts/" + contactID + "/email-preferences",
		sends:    `{"preferences":{"all":"subscribed","changelog":"unsubscribed"}}`,
		body:     preferencesJSON,
		notFound: "contact_not_found",
	},
	"Contacts.UpdateEmailPreferencesByUserID": {
		args: args{"u1", someEmails}, invalid: args{badArgument, someEmails},
		official: "users.contacts.byUserID.emailPreferences.update",
		request:  "PATCH /v2/contacts/by-user-id/u1/email-preferences",
		sends:    `{"preferences":{"all":"subscribed","changelog":"unsubscribed"}}`,
		body:     preferencesJSON,
		notFound: "contact_not_found",
	},
	"Contacts.Delete": {
		args: args{contactID}, invalid: args{badArgument},
		official: "users.contacts.delete",
		request:  "DELETE /v2/contacts/" + contactID,
		body:     deletedOK,
		notFound: "contact_not_found",
	},
	"Contacts.DeleteByUserID": {
		args: args{"u1"}, invalid: args{badArgument},
		official: "users.contacts.byUserID.delete",
		request:  "DELETE /v2/contacts/by-user-id/u1",
		body:     deletedOK,
		notFound: "contact_not_found",
	},
})

func TestDelete_whoseResponseIsLost(t *testing.T) {
	srv := featurebasetest.NewServer(t)
	contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	client := srv.Client()

	srv.FailNext(featurebasetest.Fault{Apply: true, Cut: true}) // deletes the contact, then hangs up
	_, err := client.Contacts.Delete(t.Context(), contact.ID)

	assert.Empty(t, srv.Contacts())
	assert.ErrorIs(t, err, featurebase.ErrNotFound)  // the retry's response,
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous) // which may be about our own deletion
}

func TestContactsDelete_succeedsOnlyWithTheDocumentedResponse(t *testing.T) {
	t.Parallel()
	const (
		notJSON = "its body is not the documented JSON"
		noID    = "id is missing"
	)
	for _, tc := range []struct {
		name   string
		status int
		body   string
		reason string // empty: success
	}{
		{"documented", 200, deletedOK, ""},
		{"with unknown fields", 200, `{"extra":{"a":[1]},"id":"507f1f77bcf86cd799439011","object":"contact","deleted":true}`, ""},
		{"with white space", 200, "\n " + deletedOK + " \n", ""},
		{"ID in upper case", 200, `{"id":"507F1F77BCF86CD799439011","object":"contact","deleted":true}`, ""},
		{"true", 200, `true`, notJSON},
		{"deleted null", 200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":null}`, "deleted is not true"},
		{"deleted as a string", 200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":"true"}`, notJSON},
		{"deleted as a digit", 200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":0}`, notJSON},
		{"another ID", 200, `{"id":"507f1f77bcf86cd799439012","object":"contact","deleted":true}`, "id is not the one that was asked for"},
		{"no ID", 200, `{"object":"contact","deleted":true}`, noID},
		{"ID null", 200, `{"id":null,"object":"contact","deleted":true}`, noID},
		{"ID empty", 200, `{"id":"","object":"contact","deleted":true}`, noID},
		{"ID as a digit", 200, `{"id":5,"object":"contact","deleted":true}`, notJSON},
		{"ID as a number", 200, `{"id":507,"object":"contact","deleted":true}`, notJSON},
		{"object null", 200, `{"id":"507f1f77bcf86cd799439011","object":null,"deleted":true}`, `object is "" instead of "contact"`},
		{"object as a digit", 200, `{"id":"507f1f77bcf86cd799439011","object":0,"deleted":true}`, notJSON},
		{"the contact", 200, `{"id":"507f1f77bcf86cd799439011","object":"contact","name":"Ada"}`, "deleted is not true"},
		{"deleted and not", 200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":false,"Deleted":true}`, notJSON},
		{"two IDs", 200, `{"id":"507f1f77bcf86cd799439012","object":"contact","deleted":true,"ID":"507f1f77bcf86cd799439011"}`, notJSON},
		{"two objects", 200, `{"id":"507f1f77bcf86cd799439011","object":"company","deleted":true,"object":"contact"}`, notJSON},
		{"201", 201, deletedOK, "want status 200"},
		{"202", 202, deletedOK, "want status 200"},
		{"204", 204, ``, "want status 200"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			deleted, err := newClient(t, respondWith(tc.status, tc.body)).Contacts.Delete(t.Context(), contactID)
			if tc.reason == "" {
				require.NoError(t, err)
				assert.Equal(t, contactID, strings.ToLower(deleted.ID))
				assert.Contains(t, tc.body, deleted.ID, "the ID is as Featurebase has it")
				return
			}
			assert.Nil(t, deleted)
			e := requireErrorAs[*featurebase.UnexpectedResponseError](t, err)
			assert.Equal(t, tc.reason, e.Reason)
			assert.Equal(t, tc.status, e.StatusCode)
			assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
		})
	}
}

// FuzzDeletedContact: whatever the body of a 200, it counts as a deletion only if
// it is one JSON object that says so of the contact that was asked for.
func FuzzDeletedContact(f *testing.F) {
	for _, body := range []string{deletedOK, `{}`, `null`, `[]`, `"true"`, notFound, deletedOK + deletedOK, deletedOK[:30], `{"id":5,"object":[],"deleted":{}}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		_, err := newClient(t, respondWith(200, body)).Contacts.Delete(t.Context(), contactID)
		if err != nil {
			require.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
			return
		}
		fields := topLevel(t, body)
		require.Equal(t, []any{"contact"}, fields["object"])
		require.Equal(t, []any{true}, fields["deleted"])
		require.Len(t, fields["id"], 1)
		require.True(t, strings.EqualFold(contactID, fields["id"][0].(string)))
	})
}

// topLevel returns all values that each field of the one object in body has,
// whatever the case of its name.
func topLevel(t *testing.T, body string) map[string][]any {
	d := json.NewDecoder(strings.NewReader(body))
	begin, err := d.Token()
	require.NoError(t, err)
	require.Equal(t, json.Delim('{'), begin)
	fields := map[string][]any{}
	for d.More() {
		name, err := d.Token()
		require.NoError(t, err)
		var value any
		require.NoError(t, d.Decode(&value))
		folded := strings.ToLower(name.(string))
		fields[folded] = append(fields[folded], value)
	}
	_, err = d.Token()
	require.NoError(t, err)
	_, err = d.Token()
	require.ErrorIs(t, err, io.EOF, "one value")
	return fields
}

func TestContact_keepsWhatTheAPISays(t *testing.T) {
	t.Parallel()
	const body = `{"object":"contact","id":"507f1f77bcf86cd799439011","type":"vip","name":"Ada","email":null,"userId":"u1",
		"companies":[{"object":"company","id":"c","companyId":"mine","name":"Acme","monthlySpend":9.5,"companySize":null,"createdAt":"2026-01-01T00:00:00.000Z","tier":"gold"}],
		"customFields":{"a":[1,"x",null]},"verified":false,"postsCreated":0,"commentsCreated":"many",
		"lastActivity":"2026-05-06T07:08:09.123Z","createdAt":"yesterday"}`
	got, err := newClient(t, respondWith(200, body)).Contacts.Get(t.Context(), contactID)
	require.NoError(t, err)
	no, zero, spend := false, 0, 9.5
	assert.Equal(t, &featurebase.Contact{
		Object: "contact", ID: contactID, Type: "vip", Name: "Ada", UserID: "u1", CustomFields: map[string]any{"a": []any{1.0, "x", nil}},
		Verified: &no, PostsCreated: &zero, LastActivity: time.Date(2026, 5, 6, 7, 8, 9, 123e6, time.UTC),
		Companies: []featurebase.Company{{
			Object: "company", ID: "c", CompanyID: "mine", Name: "Acme", MonthlySpend: &spend,
			CreatedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Extra: map[string]json.RawMessage{"tier": json.RawMessage(`"gold"`)},
		}},
		Extra: map[string]json.RawMessage{"commentsCreated": json.RawMessage(`"many"`), "createdAt": json.RawMessage(`"yesterday"`)},
	}, got)
}

func TestContactsUpsert_sendsWhatWasGivenAndNothingElse(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tc := range []struct {
		name   string
		params featurebase.ContactUpsertParams
		body   string
	}{
		{"email alone", featurebase.ContactUpsertParams{Email: "ada@example.com"}, `{"email":"ada@example.com"}`},
		{"values", featurebase.ContactUpsertParams{
			UserID: "u1", Name: featurebase.Value("Ada"), Locale: featurebase.Value("en"), UserHash: "h", SubscribedToChangelog: featurebase.Value(true),
			ProfilePicture: featurebase.Value("https://example.com/a.png"), Phone: featurebase.Value(""),
			Roles: []string{"r1"}, CreatedAt: featurebase.Value(day),
			CustomFields: map[string]any{"a": "x", "b": 1, "c": 2.5, "d": true, "e": nil, "f": []string{"y"}, "g": []any{"z", 1, nil}},
		}, `{"userId":"u1","name":"Ada","locale":"en","userHash":"h","subscribedToChangelog":true,
			"profilePicture":"https://example.com/a.png","phone":"","roles":["r1"],"createdAt":"2026-01-02T03:04:05Z",
			"customFields":{"a":"x","b":1,"c":2.5,"d":true,"e":null,"f":["y"],"g":["z",1,null]}}`},
		{"nulls", featurebase.ContactUpsertParams{
			UserID: "u1", ProfilePicture: featurebase.Null[string](), Phone: featurebase.Null[string](), CreatedAt: featurebase.Null[time.Time](),
		}, `{"userId":"u1","profilePicture":null,"phone":null,"createdAt":null}`},
		{"empty lists", featurebase.ContactUpsertParams{UserID: "u1", Roles: []string{}, Companies: []featurebase.ContactUpsertCompany{}},
			`{"userId":"u1","roles":[],"companies":[]}`},
		{"companies", featurebase.ContactUpsertParams{UserID: "u1", Companies: []featurebase.ContactUpsertCompany{
			{CompanyID: "c1", Name: "Acme"},
			{CompanyID: "c2", Name: "Babbage", CompanyHash: "h", CompanySize: featurebase.Value(0), CreatedAt: featurebase.Null[time.Time](), Industry: featurebase.Value("i"),
				MonthlySpend: featurebase.Value(99.5), Plan: featurebase.Value("p"), Website: featurebase.Value("w"), CustomFields: map[string]any{"k": "v"}},
		}}, `{"userId":"u1","companies":[{"id":"c1","name":"Acme"},{"id":"c2","name":"Babbage","companyHash":"h","companySize":0,
			"createdAt":null,"industry":"i","monthlySpend":99.5,"plan":"p","website":"w","customFields":{"k":"v"}}]}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, contactJSON)
			_, _, err := newClient(t, rt).Contacts.Upsert(t.Context(), tc.params)
			require.NoError(t, err)
			assert.JSONEq(t, tc.body, (*sent)[0].body)
		})
	}
}

func TestContactsUpsert_reportsWhetherItCreated(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		status  int
		created bool
	}{{"created", 201, true}, {"updated", 200, false}} {
		t.Run(tc.name, func(t *testing.T) {
			contact, created, err := newClient(t, respondWith(tc.status, contactJSON)).Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u1"})
			require.NoError(t, err)
			assert.Equal(t, contactID, contact.ID)
			assert.Equal(t, tc.created, created)
		})
	}
	contact, created, err := newClient(t, respondWith(202, contactJSON)).Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u1"})
	assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
	assert.Nil(t, contact)
	assert.False(t, created)
}

func TestContactsUpsert_believesOnlyTheContactThatWasGiven(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, userID, email string
		body                string
		reason              string
	}{
		{"the user ID counts", "u1", "other@example.com", contactJSON, ""},
		{"another user ID", "u2", "ada@example.com", contactJSON, "userId is not the one that was given"},
		{"user IDs in another case", "U1", "", contactJSON, "userId is not the one that was given"},
		{"email in another case", "", "ADA@example.com", contactJSON, ""},
		{"another email", "", "eve@example.com", contactJSON, "email is not the one that was given"},
		{"no ID", "u1", "", `{"object":"contact","id":"","userId":"u1"}`, "id is missing"},
		{"an ID of another form", "u1", "", `{"object":"contact","id":"x","userId":"u1"}`, ""},
		{"email that was trimmed", "", " Ada@Example.com\t", contactJSON, ""},
		{"neither in the response", "u1", "", `{"object":"contact","id":"507f1f77bcf86cd799439011"}`, ""},
		{"null for both", "", "ada@example.com", `{"object":"contact","id":"507f1f77bcf86cd799439011","userId":null,"email":null}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := newClient(t, respondWith(200, tc.body)).Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: tc.userID, Email: tc.email})
			if tc.reason == "" {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
			}
		})
	}
}

// The API may add members of other forms to the preferences.
func TestContactEmailPreferences_keepNewMembers(t *testing.T) {
	t.Parallel()
	const preferences = `{"all":{"status":"subscribed","effectiveStatus":"subscribed","since":1},"locale":"en","changelog":7}`
	body := `{"object":"contact_email_preferences","contactId":"` + contactID + `","userId":"u1","preferences":` + preferences + `}`
	got, err := newClient(t, respondWith(200, body)).Contacts.UpdateEmailPreferencesByUserID(t.Context(), "u1",
		map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus{featurebase.ContactEmailTopicAll: featurebase.ContactEmailStatusSubscribed})
	require.NoError(t, err)
	assert.Equal(t, map[featurebase.ContactEmailTopic]featurebase.ContactEmailPreference{
		"all": {Status: "subscribed", EffectiveStatus: "subscribed", Extra: map[string]json.RawMessage{"since": json.RawMessage("1")}},
	}, got.Preferences)
	assert.Equal(t, map[string]json.RawMessage{"preferences": json.RawMessage(preferences)}, got.Extra)

	twice := strings.Replace(body, `"locale":"en"`, `"all":{"status":"unsubscribed"}`, 1)
	_, err = newClient(t, respondWith(200, twice)).Contacts.GetEmailPreferences(t.Context(), contactID)
	assert.Equal(t, "preferences is missing", requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
}

func TestContactsUpdateEmailPreferences_refusesOtherStatuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		changes map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus
		want    string
	}{
		{"none", nil, "changes: they are empty; want at least one"},
		{"unknown status", map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus{"all": "off"}, `changes["all"]: want "subscribed" or "unsubscribed"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, preferencesJSON)
			_, err := newClient(t, rt).Contacts.UpdateEmailPreferences(t.Context(), contactID, tc.changes)
			assert.EqualError(t, err, "featurebase: invalid "+tc.want+"; nothing was sent")
			requireErrorAs[*featurebase.ArgumentError](t, err)
			assert.Empty(t, *sent)
		})
	}
}

func TestContactsGetEmailPreferences_needsPreferences(t *testing.T) {
	t.Parallel()
	const body = `{"object":"contact_email_preferences","contactId":"507f1f77bcf86cd799439011","userId":"u1"}`
	_, err := newClient(t, respondWith(200, body)).Contacts.GetEmailPreferences(t.Context(), contactID)
	assert.Equal(t, "preferences is missing", requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
}

// The API's types say that a contact in a list may be null.
func TestContacts_leaveOutNull(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		all  func(*featurebase.Client) iter.Seq2[*featurebase.Contact, error]
	}{
		{"Contacts.ListAll", func(c *featurebase.Client) iter.Seq2[*featurebase.Contact, error] {
			return c.Contacts.ListAll(t.Context(), featurebase.ContactListParams{})
		}},
		{"Contacts.SearchAll", func(c *featurebase.Client) iter.Seq2[*featurebase.Contact, error] {
			return c.Contacts.SearchAll(t.Context(), featurebase.ContactSearchParams{})
		}},
		{"Companies.ListContactsAll", func(c *featurebase.Client) iter.Seq2[*featurebase.Contact, error] {
			return c.Companies.ListContactsAll(t.Context(), companyID, featurebase.CompanyContactListParams{})
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.NewServer(t)
			srv.FailNext(fault{Status: 200, Body: `{"object":"list","data":[null,` + contactJSON + `,null],"nextCursor":"x"}`},
				fault{Status: 200, Body: `{"object":"list","data":[null],"nextCursor":null}`})
			page, err := results(tc.all(srv.Client()))
			require.NoError(t, err)
			require.Len(t, page.Data, 1)
			assert.Equal(t, contactID, page.Data[0].ID)
			assert.Len(t, srv.Requests(), 2, "a page of nulls alone is not the end")
		})
	}
}

// Types that keep unknown members in Extra write them again, and are decoded
// anew when they are used again.
func TestExtra_survivesEncodingAndDecoding(t *testing.T) {
	t.Parallel()
	t.Run("Contact", survives(func(c *featurebase.Contact) *map[string]json.RawMessage { return &c.Extra }))
	t.Run("Company", survives(func(c *featurebase.Company) *map[string]json.RawMessage { return &c.Extra }))
	t.Run("ContactEmailPreferences", survives(func(p *featurebase.ContactEmailPreferences) *map[string]json.RawMessage { return &p.Extra }))
	t.Run("Post", survives(func(p *featurebase.Post) *map[string]json.RawMessage { return &p.Extra }))
	t.Run("AuditLog", survives(func(l *featurebase.AuditLog) *map[string]json.RawMessage { return &l.Extra }))
	t.Run("ConversationPart", survives(func(p *featurebase.ConversationPart) *map[string]json.RawMessage { return &p.Extra }))
	t.Run("Icon", func(t *testing.T) {
		var icon featurebase.Icon
		const body = `{"type":"lottie","value":{"url":"https://example.com/a.json"},"loop":true}`
		require.NoError(t, json.Unmarshal([]byte(body), &icon))
		assert.Equal(t, featurebase.IconType("lottie"), icon.Type)
		assert.Equal(t, "true", string(icon.Extra["loop"]))
		encoded, err := json.Marshal(icon)
		require.NoError(t, err)
		assert.JSONEq(t, body, string(encoded))
	})
	t.Run("Voter", survives(func(v *featurebase.Voter) *map[string]json.RawMessage { return &v.Extra }))
}

func survives[T any](extra func(*T) *map[string]json.RawMessage) func(*testing.T) {
	return func(t *testing.T) {
		v := new(T)
		require.NoError(t, json.Unmarshal([]byte(`{"object":"x","new":[1, 2]}`), v))
		assert.Equal(t, map[string]json.RawMessage{"new": json.RawMessage("[1, 2]")}, *extra(v))
		encoded, err := json.Marshal(*v)
		require.NoError(t, err)
		assert.True(t, bytes.Contains(encoded, []byte(`"new":[1,2]`)) && bytes.Contains(encoded, []byte(`"object":"x"`)), string(encoded))

		require.NoError(t, json.Unmarshal([]byte(`{}`), v))
		assert.Zero(t, *v)
		require.ErrorContains(t, json.Unmarshal([]byte(`{"a":1,"a":2}`), v), "comes more than once")
		*extra(v) = map[string]json.RawMessage{"broken": json.RawMessage("{")}
		_, err = json.Marshal(*v)
		assert.Error(t, err)
	}
}

func upsertContact(params featurebase.ContactUpsertParams) doFunc {
	return method("Contacts.Upsert", params)
}

func searchContacts(params featurebase.ContactSearchParams) doFunc {
	return method("Contacts.Search", params)
}
