package featurebase_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

const preferences = `{"object":"contact_email_preferences","contactId":"507f1f77bcf86cd799439011","userId":"u1","email":null,"preferences":{
	"all":{"status":"subscribed","effectiveStatus":"subscribed"},
	"weekly":{"status":"subscribed","effectiveStatus":"paused"}},"since":"2026"}`

func TestEmailPreferencesAreReadAndChanged(t *testing.T) {
	t.Parallel()
	want := &featurebase.ContactEmailPreferences{
		Object: "contact_email_preferences", ContactID: contactID, UserID: "u1",
		Preferences: map[featurebase.ContactEmailTopic]featurebase.ContactEmailPreference{
			featurebase.ContactEmailTopicAll: {Status: featurebase.ContactEmailSubscribed, EffectiveStatus: featurebase.ContactEmailSubscribed},
			"weekly":                         {Status: featurebase.ContactEmailSubscribed, EffectiveStatus: "paused"},
		},
		Extra: map[string]json.RawMessage{"since": json.RawMessage(`"2026"`)},
	}
	client, requests := capture(t, 200, preferences)
	for _, call := range []func() (*featurebase.ContactEmailPreferences, error){
		func() (*featurebase.ContactEmailPreferences, error) {
			return client.Contacts.GetEmailPreferences(t.Context(), contactID)
		},
		func() (*featurebase.ContactEmailPreferences, error) {
			return client.Contacts.GetEmailPreferencesByUserID(t.Context(), "u1")
		},
		func() (*featurebase.ContactEmailPreferences, error) {
			return client.Contacts.UpdateEmailPreferences(t.Context(), contactID, someEmails)
		},
		func() (*featurebase.ContactEmailPreferences, error) {
			return client.Contacts.UpdateEmailPreferencesByUserID(t.Context(), "u1", someEmails)
		},
	} {
		got, err := call()
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	const change = `{"preferences":{"all":"unsubscribed"}}`
	assert.Equal(t, []sent{
		{"GET", api + "/" + contactID + "/email-preferences", "", ""},
		{"GET", api + "/by-user-id/u1/email-preferences", "", ""},
		{"PATCH", api + "/" + contactID + "/email-preferences", "application/json", change},
		{"PATCH", api + "/by-user-id/u1/email-preferences", "application/json", change},
	}, *requests)
	encoded, err := json.Marshal(want)
	require.NoError(t, err)
	assert.Contains(t, string(encoded), `"since":"2026"`)
}

func TestEmailChangesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	client, requests := capture(t, 200, preferences)
	_, err := client.Contacts.UpdateEmailPreferences(t.Context(), contactID, nil)
	assert.EqualError(t, err, "featurebase: no email preference to change: want at least one")
	_, err = client.Contacts.UpdateEmailPreferences(t.Context(), contactID, map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus{"all": "off"})
	assert.EqualError(t, err, `featurebase: status "off" of email topic "all": want "subscribed" or "unsubscribed"`)
	_, err = client.Contacts.UpdateEmailPreferencesByUserID(t.Context(), "", someEmails)
	assert.ErrorIs(t, err, featurebase.ErrInvalidID)
	assert.Empty(t, *requests)
}

func TestEmailPreferencesBelieveOnlyTheContactThatWasAskedFor(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`: `object is "" instead of "contact_email_preferences"`,
		`{"object":"contact_email_preferences","contactId":"x"}`:                                                       `contactId is "x", which can't be one`,
		`{"object":"contact_email_preferences","contactId":"507f1f77bcf86cd799439012","userId":"u2","preferences":{}}`: "they are not of the contact that was asked for",
		`{"object":"contact_email_preferences","contactId":"507f1f77bcf86cd799439011","userId":"u1"}`:                  "preferences is missing",
	} {
		client := newClient(t, answering(200, body))
		_, err := client.Contacts.GetEmailPreferences(t.Context(), contactID)
		assert.Equal(t, want, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
		_, err = client.Contacts.GetEmailPreferencesByUserID(t.Context(), "u1")
		assert.Equal(t, want, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
	}
}
