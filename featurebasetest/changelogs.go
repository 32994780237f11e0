package featurebasetest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

// Subscribers are addresses, which the Server has.
func init() { define(new(resource), (*Server).changelogRoutes, resource{object: "subscriber"}) }

func (s *Server) changelogRoutes() []route {
	return []route{
		post("/v2/changelogs/subscribers", s.addSubscribers).takes(closed(map[string]kind{"emails": required(listOf(str)), "locale": oneOf(locales...)})),
		del("/v2/changelogs/subscribers", s.removeSubscribers).takes(closed(map[string]kind{"emails": required(listOf(str))})),
	}
}

// Subscribers returns the email addresses that are subscribed to changelogs, in
// the order they were added.
func (s *Server) Subscribers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.subscribers)
}

const maxSubscribers = 1000 // in a request

// locales are the languages that there are.
var locales = []string{
	"bg", "bn", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv",
	"mn", "ms", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
}

// subscriberEmails returns the email addresses of a request, in lower case and
// without white space around them.
func (r *request) subscriberEmails() (emails []string, refusal *response) {
	given := r.given["emails"].([]any)
	if len(given) < 1 || len(given) > maxSubscribers {
		return nil, refuse(featurebase.ErrorCodeInvalidRequest, "emails", fmt.Sprintf("emails must be 1 to %d email addresses.", maxSubscribers))
	}
	for _, v := range given {
		emails = append(emails, strings.ToLower(strings.TrimSpace(v.(string))))
	}
	return emails, nil
}

func (s *Server) addSubscribers(r *request) response {
	given, refusal := r.subscriberEmails()
	if refusal != nil {
		return *refusal
	}
	valid := map[string]bool{}
	for _, address := range given {
		if _, wrong := email.fits(address); wrong != "" {
			continue // left out without an error
		}
		valid[address] = true
		if !slices.Contains(s.subscribers, address) {
			s.subscribers = append(s.subscribers, address)
		}
	}
	return success(http.StatusOK, object{"object": "changelog_subscribers_import", "count": len(valid)})
}

func (s *Server) removeSubscribers(r *request) response {
	given, refusal := r.subscriberEmails()
	if refusal != nil {
		return *refusal
	}
	s.subscribers = slices.DeleteFunc(s.subscribers, func(address string) bool { return slices.Contains(given, address) })
	return success(http.StatusOK, object{"object": "changelog_subscribers_removal", "count": len(given)})
}
