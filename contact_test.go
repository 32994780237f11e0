package featurebase_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestAContactKeepsWhatTheAPISays(t *testing.T) {
	t.Parallel()
	const full = `{"object":"contact","id":"507f1f77bcf86cd799439011","type":"vip","name":"Ada","email":null,"userId":"u1",
		"description":"d","profilePicture":null,"locale":"en","organizationId":"o","roles":["r"],
		"companies":[{"object":"company","id":"c","companyId":"mine","name":"Acme","monthlySpend":9.5,"companySize":null,"createdAt":"2026-01-01T00:00:00.000Z","tier":"gold"}],
		"customFields":{"a":[1,"x",null]},"verified":false,"subscribedToChangelog":true,"manuallyOptedOutFromChangelog":false,
		"postsCreated":0,"commentsCreated":"many","lastActivity":"2026-05-06T07:08:09.123Z","createdAt":"yesterday"}`
	client := newClient(t, answering(200, full))
	c, err := client.Contacts.Get(t.Context(), contactID)
	require.NoError(t, err)
	yes, no, zero, spend := true, false, 0, 9.5
	assert.Equal(t, &featurebase.Contact{
		Object: "contact", ID: contactID, Type: "vip", Name: "Ada", UserID: "u1", Description: "d", Locale: "en", OrganizationID: "o",
		Roles: []string{"r"}, CustomFields: map[string]any{"a": []any{1.0, "x", nil}},
		Verified: &no, SubscribedToChangelog: &yes, ManuallyOptedOutFromChangelog: &no, PostsCreated: &zero,
		LastActivity: time.Date(2026, 5, 6, 7, 8, 9, 123e6, time.UTC),
		Companies: []featurebase.Company{{
			Object: "company", ID: "c", CompanyID: "mine", Name: "Acme", MonthlySpend: &spend,
			CreatedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Extra: map[string]json.RawMessage{"tier": json.RawMessage(`"gold"`)},
		}},
		Extra: map[string]json.RawMessage{"commentsCreated": json.RawMessage(`"many"`), "createdAt": json.RawMessage(`"yesterday"`)},
	}, c)

	encoded, err := json.Marshal(c)
	require.NoError(t, err)
	var again featurebase.Contact
	require.NoError(t, json.Unmarshal(encoded, &again))
	assert.Equal(t, c, &again)
}

func TestGetBelievesOnlyTheContactThatWasAskedFor(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		ada:    "",
		`{}`:   `object is "" instead of "contact"`,
		`null`: `object is "" instead of "contact"`,
		`[]`:   "its body is not the documented JSON",
		`{"object":"contact","id":"507f1f77bcf86cd799439012","userId":"u1"}`: `id is "507f1f77bcf86cd799439012", which is not the one that was asked for`,
		`{"object":"contact","id":"","userId":"u1"}`:                         `id is "", which can't be one`,
	} {
		_, err := newClient(t, answering(200, body)).Contacts.Get(t.Context(), strings.ToUpper(contactID))
		if want == "" {
			assert.NoError(t, err)
			continue
		}
		assert.Equal(t, want, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
	}
	_, err := newClient(t, answering(200, ada)).Contacts.GetByUserID(t.Context(), "u1")
	assert.NoError(t, err)
	_, err = newClient(t, answering(200, ada)).Contacts.GetByUserID(t.Context(), "U1")
	assert.Equal(t, `userId is "u1", which is not the one that was asked for`, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
}

func TestConfirmationsAreOfWhatWasDone(t *testing.T) {
	t.Parallel()
	const id = `"id":"507f1f77bcf86cd799439011","object":"contact"`
	calls := map[string]func(*featurebase.Client) error{
		"blocked":   func(c *featurebase.Client) error { return c.Contacts.Block(t.Context(), contactID) },
		"unblocked": func(c *featurebase.Client) error { return c.Contacts.Unblock(t.Context(), contactID) },
		"deleted": func(c *featurebase.Client) error {
			d, err := c.Contacts.DeleteByUserID(t.Context(), "u1")
			assert.Equal(t, err == nil, d != nil)
			return err
		},
	}
	urls := map[string]sent{
		"blocked":   {"POST", api + "/" + contactID + "/block", "", ""},
		"unblocked": {"POST", api + "/" + contactID + "/unblock", "", ""},
		"deleted":   {"DELETE", api + "/by-user-id/u1", "", ""},
	}
	for what, call := range calls {
		client, requests := capture(t, 200, `{`+id+`,"`+what+`":true}`)
		require.NoError(t, call(client), what)
		assert.Equal(t, []sent{urls[what]}, *requests)
		for body, want := range map[string]string{
			`{` + id + `,"` + what + `":false}`:                                what + " is not true",
			`{` + id + `}`:                                                     what + " is not true",
			`{` + id + `,"done":true}`:                                         what + " is not true",
			`{` + id + `,"` + what + `":false,"` + what + `":true}`:            "its body is not the documented JSON",
			`{"id":"x","object":"contact","` + what + `":true}`:                `id is "x", which can't be one`,
			`{"id":"507f1f77bcf86cd799439011","` + what + `":true}`:            `object is "" instead of "contact"`,
			`{"object":"contact","deleted":true,"blocked":1,"unblocked":true}`: "its body is not the documented JSON",
		} {
			err := call(newClient(t, answering(200, body)))
			assert.Equal(t, want, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason, what)
		}
		if what != "deleted" { // whose answer can't be compared with a user id
			err := call(newClient(t, answering(200, `{"id":"507f1f77bcf86cd799439012","object":"contact","`+what+`":true}`)))
			assert.ErrorContains(t, err, "not the one that was asked for", what)
		}
	}
}

var userIDs = []string{
	"u1", "ada@example.com", "a/b", "../..", ".", "..", "...", "a b", "100%", "%2F", "%2e%2e", "?x=1", "#x", "é", "日本", "a\nb", "a\x00b", "+", "&=;:,", strings.Repeat("é", 255),
}

func TestAUserIDIsOneSegmentWhateverIsInIt(t *testing.T) {
	t.Parallel()
	for _, id := range userIDs {
		segment := deletedSegment(t, id)
		decoded, err := url.PathUnescape(segment)
		require.NoError(t, err)
		assert.Equal(t, id, decoded)
		assert.NotContains(t, segment, "/")
		assert.NotContains(t, []string{".", ".."}, segment)
	}
	for id, want := range map[string]string{
		"":                       "want a user id of your own system, but it is empty",
		strings.Repeat("é", 256): "want a user id of at most 255 characters, but it has 256",
		"a\xff":                  "want a user id in UTF-8",
	} {
		client, requests := capture(t, 200, deletedOK)
		for _, call := range []func() error{
			func() error { _, err := client.Contacts.DeleteByUserID(t.Context(), id); return err },
			func() error { _, err := client.Contacts.GetByUserID(t.Context(), id); return err },
			func() error { _, err := client.Contacts.GetEmailPreferencesByUserID(t.Context(), id); return err },
		} {
			assert.Equal(t, &featurebase.InvalidIDError{ID: id, Reason: want}, requireErrorAs[*featurebase.InvalidIDError](t, call()))
		}
		assert.Empty(t, *requests)
	}
}

// deletedSegment deletes by user id, and gives what the last segment of the
// path on the wire was.
func deletedSegment(t testing.TB, id string) string {
	var segment string
	c := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		after, ok := strings.CutPrefix(r.URL.RequestURI(), "/v2/contacts/by-user-id/")
		require.True(t, ok)
		segment = after
		return httpmock.NewStringResponse(200, deletedOK), nil
	}))
	_, err := c.Contacts.DeleteByUserID(t.Context(), id)
	require.NoError(t, err)
	return segment
}

// FuzzUserID: whatever the user id, either it is refused, or it reaches the
// server as one segment that stands for it alone.
func FuzzUserID(f *testing.F) {
	for _, id := range userIDs {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if n := utf8.RuneCountInString(id); n == 0 || n > 255 || !utf8.ValidString(id) {
			_, err := newClient(t, answering(200, deletedOK)).Contacts.DeleteByUserID(t.Context(), id)
			require.ErrorIs(t, err, featurebase.ErrInvalidID)
			return
		}
		segment := deletedSegment(t, id)
		require.False(t, strings.ContainsAny(segment, "/?#"))
		require.NotContains(t, []string{"", ".", ".."}, segment)
		decoded, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, id, decoded)
	})
}
