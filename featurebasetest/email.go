package featurebasetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/featurebase-community/featurebase-go"
)

var emailTopics = []featurebase.EmailTopic{
	featurebase.EmailTopicAll, featurebase.EmailTopicPostUpdates, featurebase.EmailTopicPostComments,
	featurebase.EmailTopicCommentReplies, featurebase.EmailTopicChangelog,
}

func (s *Server) emailPreferences(_ *http.Request, c *record) answer {
	if c.Type != featurebase.ContactTypeCustomer {
		return notFound()
	}
	status := func(unsubscribed bool) featurebase.EmailStatus {
		if unsubscribed {
			return featurebase.EmailStatusUnsubscribed
		}
		return featurebase.EmailStatusSubscribed
	}
	preferences := map[featurebase.EmailTopic]featurebase.EmailPreference{}
	for _, topic := range emailTopics {
		preferences[topic] = featurebase.EmailPreference{
			Status:          status(c.unsubscribed[topic]),
			EffectiveStatus: status(c.unsubscribed[topic] || c.unsubscribed[featurebase.EmailTopicAll]),
		}
	}
	orNull := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	return success(http.StatusOK, map[string]any{
		"object": "contact_email_preferences", "contactId": c.ID, "userId": orNull(c.UserID), "email": orNull(c.Email),
		"preferences": preferences,
	})
}

func (s *Server) updateEmailPreferences(r *http.Request, c *record) answer {
	if c.Type != featurebase.ContactTypeCustomer {
		return notFound()
	}
	body, refusal := object(r)
	if refusal != nil {
		return *refusal
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if name != "preferences" {
			return refused(name, name+" is not a documented field.")
		}
	}
	changes, ok := body["preferences"].(map[string]any)
	if !ok || len(changes) == 0 {
		return refused("preferences", "preferences must be an object with at least one topic.")
	}
	changed := maps.Clone(c.unsubscribed)
	if changed == nil {
		changed = map[featurebase.EmailTopic]bool{}
	}
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		topic := featurebase.EmailTopic(name)
		if !slices.Contains(emailTopics, topic) {
			return refused("preferences."+name, fmt.Sprintf("The topics are %v.", emailTopics))
		}
		switch changes[name] {
		case string(featurebase.EmailStatusSubscribed):
			delete(changed, topic)
		case string(featurebase.EmailStatusUnsubscribed):
			changed[topic] = true
		default:
			return refused("preferences."+name, "A status is subscribed or unsubscribed.")
		}
	}
	c.unsubscribed = changed
	return s.emailPreferences(r, c)
}
