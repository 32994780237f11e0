package featurebase

import (
	"cmp"
	"context"
	"fmt"
)

// ChangelogsService manages the subscribers of changelogs, which are an
// organization's release notes. Access it through [Client.Changelogs].
type ChangelogsService struct{ client *Client }

var (
	addSubscribers    = &endpoint{pattern: "POST /v2/changelogs/subscribers", effect: repeatable}
	removeSubscribers = &endpoint{pattern: "DELETE /v2/changelogs/subscribers"}
)

// AddSubscribers subscribes email addresses to new changelogs:
// [POST /v2/changelogs/subscribers]. Those that are subscribed already are not
// an error, so the request is repeated after transient failures. The API ignores
// addresses that it takes to be invalid.
//
// This endpoint has a rate limit of its own, which is not documented. To add more
// than 1,000 addresses, use slices.Chunk.
//
// [POST /v2/changelogs/subscribers]: https://docs.featurebase.app/rest-api/changelogs
func (s *ChangelogsService) AddSubscribers(ctx context.Context, params ChangelogSubscriberAddParams, opts ...CallOption) (*ChangelogSubscribers, error) {
	return send(ctx, s.client, request{endpoint: addSubscribers, params: params}, new(ChangelogSubscribers), opts)
}

// RemoveSubscribers unsubscribes email addresses from new changelogs:
// [DELETE /v2/changelogs/subscribers]. Those that are not subscribed are not an
// error, and the response doesn't list them. To remove more than 1,000
// addresses, use slices.Chunk.
//
// How this relates to [Contact.SubscribedToChangelog] and
// [ContactEmailTopicChangelog] is not documented.
//
// [DELETE /v2/changelogs/subscribers]: https://docs.featurebase.app/rest-api/changelogs
func (s *ChangelogsService) RemoveSubscribers(ctx context.Context, params ChangelogSubscriberRemoveParams, opts ...CallOption) (*ChangelogSubscribers, error) {
	return send(ctx, s.client, request{endpoint: removeSubscribers, params: params}, new(ChangelogSubscribers), opts)
}

// ChangelogSubscriberAddParams names the subscribers to add. The API ignores the
// case of addresses, white space around them, and repeated ones.
type ChangelogSubscriberAddParams struct {
	Emails []string `json:"emails" check:"required,items:1000,email"` // 1 to 1,000
	Locale Locale   `json:"locale,omitempty"`                         // default: the organization's
}

// ChangelogSubscribers confirms that subscribers were added or removed.
type ChangelogSubscribers struct {
	Object string `json:"object"` // "changelog_subscribers_import" or "changelog_subscribers_removal"
	Count  int    `json:"count"`  // number of addresses that were processed, whether or not that changed anything
}

// mismatch implements result.
func (c *ChangelogSubscribers) mismatch(r *request) string {
	object, given := "changelog_subscribers_import", 0
	switch p := r.params.(type) {
	case ChangelogSubscriberAddParams:
		given = len(p.Emails)
	case ChangelogSubscriberRemoveParams:
		object, given = "changelog_subscribers_removal", len(p.Emails)
	}
	count := ""
	if c.Count < 0 || c.Count > given {
		count = fmt.Sprintf("count is %d, but %d were given", c.Count, given)
	}
	return cmp.Or(mustBe("object", c.Object, object), count)
}

// ChangelogSubscriberRemoveParams names the subscribers to remove. The API ignores
// the case of addresses, and white space around them.
type ChangelogSubscriberRemoveParams struct {
	Emails []string `json:"emails" check:"required,items:1000,email"` // 1 to 1,000
}
