package featurebase_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(map[string]apiCall{
	"Changelogs.AddSubscribers": {
		args:     args{featurebase.ChangelogSubscriberAddParams{Emails: []string{"ada@example.com", " bob@example.com"}, Locale: "pt-BR"}},
		invalid:  args{featurebase.ChangelogSubscriberAddParams{Emails: []string{badArgument, "Ada Lovelace"}}},
		official: "changelogs.subscribers.add",
		request:  "POST /v2/changelogs/subscribers",
		sends:    `{"emails":["ada@example.com"," bob@example.com"],"locale":"pt-BR"}`,
		body:     `{"object":"changelog_subscribers_import","count":2}`,
	},
	"Changelogs.RemoveSubscribers": {
		args: args{featurebase.ChangelogSubscriberRemoveParams{Emails: []string{"ada@example.com"}}}, invalid: args{featurebase.ChangelogSubscriberRemoveParams{Emails: []string{badArgument, "lovelace"}}},
		official: "changelogs.subscribers.remove",
		request:  "DELETE /v2/changelogs/subscribers",
		sends:    `{"emails":["ada@example.com"]}`,
		body:     `{"object":"changelog_subscribers_removal","count":1}`,
	},
})

// The API would leave out without an error what is no email address.
func TestChangelogs_refuseWhatIsNoListOfEmails(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		emails []string
		want   string // empty: accepted
	}{
		{"none", nil, "Emails: it is required"},
		{"empty", []string{}, "Emails: it is required"},
		{"1000", slices.Repeat([]string{"ada@example.com"}, 1000), ""},
		{"1001", slices.Repeat([]string{"ada@example.com"}, 1001), "Emails: want at most 1000, but there are 1001"},
		{"with white space around it", []string{" ada@example.com\r\n"}, ""},
		{"of other scripts", []string{"адa+x@пример.example"}, ""},
		{"an empty one", []string{"ada@example.com", " "}, "Emails[1]: want one email address"},
		{"no @", []string{"ada"}, "Emails[0]: want one email address"},
		{"no name", []string{"@example.com"}, "Emails[0]: want one email address"},
		{"no domain", []string{"ada@ "}, "Emails[0]: want one email address"},
		{"with a name", []string{"Ada <ada@example.com>"}, "Emails[0]: want one email address"},
		{"two in one", []string{"ada@example.com bob@example.com"}, "Emails[0]: want one email address"},
		{"a control character", []string{"ada@example\x00.com"}, "Emails[0]: want one email address"},
		{"two wrong", []string{"ada", "ada@example.com", "bob"}, "Emails[0]: want one email address; invalid Emails[2]: want one email address"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, call := range []doFunc{removeSubscribers(tc.emails...), addSubscribers(featurebase.ChangelogSubscriberAddParams{Emails: tc.emails})} {
				_, err := call(t.Context(), featurebasetest.New().Client())
				if tc.want == "" {
					assert.NoError(t, err)
				} else {
					assert.EqualError(t, err, "featurebase: invalid "+tc.want+"; nothing was sent")
					requireErrorAs[*featurebase.ArgumentError](t, err)
				}
			}
		})
	}
}

func TestChangelogSubscribers_isOfTheCallThatWasMade(t *testing.T) {
	t.Parallel()
	add := addSubscribers(featurebase.ChangelogSubscriberAddParams{Emails: []string{"ada@example.com", "bob@example.com"}})
	remove := removeSubscribers("ada@example.com")
	for _, tc := range []struct {
		name, body, reason string
		call               doFunc
	}{
		{"fewer were processed", `{"object":"changelog_subscribers_import","count":0}`, "", add},
		{"more than were given", `{"object":"changelog_subscribers_removal","count":2}`, "count is 2, but 1 were given", remove},
		{"less than none", `{"object":"changelog_subscribers_import","count":-1}`, "count is -1, but 2 were given", add},
		{"removed instead of added", `{"object":"changelog_subscribers_removal","count":2}`,
			`object is "changelog_subscribers_removal" instead of "changelog_subscribers_import"`, add},
		{"added instead of removed", `{"object":"changelog_subscribers_import","count":1}`,
			`object is "changelog_subscribers_import" instead of "changelog_subscribers_removal"`, remove},
		{"no number", `{"object":"changelog_subscribers_import","count":"2"}`, "its body is not the documented JSON", add},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.call(t.Context(), newClient(t, respondWith(200, tc.body)))
			if tc.reason == "" {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
			}
		})
	}
}

// Some servers and transports drop the body of a DELETE.
func TestChangelogsRemoveSubscribers_sendsItsBody(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	emails := []string{"ada@example.com", "bob@example.com", "cleo@example.com"}
	_, err := client.Changelogs.AddSubscribers(t.Context(), featurebase.ChangelogSubscriberAddParams{Emails: emails})
	require.NoError(t, err)
	require.Equal(t, emails, srv.Subscribers())

	srv.FailNext(fault{Apply: true, Cut: true}) // the retry has the body, too
	removed, err := client.Changelogs.RemoveSubscribers(t.Context(), featurebase.ChangelogSubscriberRemoveParams{Emails: emails[:2]})
	require.NoError(t, err)
	assert.Equal(t, &featurebase.ChangelogSubscribers{Object: "changelog_subscribers_removal", Count: 2}, removed)
	assert.Equal(t, emails[2:], srv.Subscribers())
	requests := srv.Requests()
	require.Len(t, requests, 3)
	for _, r := range requests[1:] {
		assert.Equal(t, "DELETE", r.Method)
		assert.Equal(t, `{"emails":["ada@example.com","bob@example.com"]}`, string(r.Body))
		assert.Empty(t, r.Query, "addresses are not for the URL, which is logged")
	}
}

// Servers repeat what they refuse, in more than one form.
func TestChangelogs_errorsDoNotNameSubscribers(t *testing.T) {
	t.Parallel()
	const message = "Bad: ada.lovelace@example.com, ADA.LOVELACE@example.com, ada.lovelace%40example.com, Lovelace@localhost"
	emails := []string{"ada.lovelace@example.com", "lovelace@localhost"}
	for _, call := range []doFunc{removeSubscribers(emails...), addSubscribers(featurebase.ChangelogSubscriberAddParams{Emails: emails})} {
		for name, f := range map[string]fault{
			"refused":    {Status: 400, Body: fmt.Sprintf(`{"error":{"type":"invalid_request_error","code":"invalid_request","message":%q}}`, message)},
			"unexpected": {Status: 200, Body: fmt.Sprintf(`{"object":%q,"count":1}`, message)},
		} {
			t.Run(name, func(t *testing.T) {
				srv := featurebasetest.NewServer(t)
				srv.FailNext(f)
				_, err := call(t.Context(), srv.Client())
				require.Error(t, err)
				assert.NotErrorIs(t, err, featurebase.ErrInvalidArgument)
				for how, text := range shown(err) {
					assert.NotContains(t, strings.ToLower(text), "lovelace", how)
				}
			})
		}
	}
}

func addSubscribers(params featurebase.ChangelogSubscriberAddParams) doFunc {
	return method("Changelogs.AddSubscribers", params)
}

func removeSubscribers(emails ...string) doFunc {
	return method("Changelogs.RemoveSubscribers", featurebase.ChangelogSubscriberRemoveParams{Emails: emails})
}
