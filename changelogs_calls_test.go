package featurebase_test

import (
	"context"

	"github.com/featurebase-community/featurebase-go"
)

func addSubscribers(params featurebase.ChangelogSubscriberAddParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Changelogs.AddSubscribers(ctx, params, opts...)
	}
}

func removeSubscribers(emails ...string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Changelogs.RemoveSubscribers(ctx, featurebase.ChangelogSubscriberRemoveParams{Emails: emails}, opts...)
	}
}

var changelogCalls = map[string]apiCall{
	"Changelogs.AddSubscribers": {
		do:       addSubscribers(featurebase.ChangelogSubscriberAddParams{Emails: []string{"ada@example.com", " bob@example.com"}, Locale: "pt-BR"}),
		invalid:  addSubscribers(featurebase.ChangelogSubscriberAddParams{Emails: []string{badArgument, "Ada Lovelace"}}),
		official: "changelogs.subscribers.add",
		request:  "POST /v2/changelogs/subscribers",
		sends:    `{"emails":["ada@example.com"," bob@example.com"],"locale":"pt-BR"}`,
		body:     `{"object":"changelog_subscribers_import","count":2}`,
	},
	"Changelogs.RemoveSubscribers": {
		do: removeSubscribers("ada@example.com"), invalid: removeSubscribers(badArgument, "lovelace"),
		official: "changelogs.subscribers.remove",
		request:  "DELETE /v2/changelogs/subscribers",
		sends:    `{"emails":["ada@example.com"]}`,
		body:     `{"object":"changelog_subscribers_removal","count":1}`,
	},
}
