package featurebasetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

func (s *Server) changelogRoutes() []route {
	return []route{
		{"POST", "/v2/changelogs/subscribers", s.addSubscribers, false},
		{"DELETE", "/v2/changelogs/subscribers", s.removeSubscribers, false},
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

// subscriberEmails reads the body of a request with email addresses, which it
// returns in lower case and without white space around them.
func (r *request) subscriberEmails(fields map[string]kind) (emails []string, refusal *response) {
	body, refusal := r.object()
	if refusal != nil {
		return nil, refusal
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		kind, ok := fields[name]
		if !ok {
			return nil, problem(name, name+" is not a documented field.")
		}
		if _, wrong := kind(body[name]); wrong != "" {
			return nil, problem(name, name+" "+wrong+".")
		}
	}
	given, _ := body["emails"].([]any)
	if len(given) < 1 || len(given) > maxSubscribers {
		refusal := failure(http.StatusBadRequest, featurebase.ErrorCodeInvalidRequest, "emails", fmt.Sprintf("emails must be 1 to %d email addresses.", maxSubscribers))
		return nil, &refusal
	}
	for _, v := range given {
		emails = append(emails, strings.ToLower(strings.TrimSpace(v.(string))))
	}
	return emails, nil
}

func (s *Server) addSubscribers(r *request) response {
	given, refusal := r.subscriberEmails(map[string]kind{"emails": listOf(str), "locale": oneOf(locales...)})
	if refusal != nil {
		return *refusal
	}
	valid := map[string]bool{}
	for _, address := range given {
		if _, wrong := email(address); wrong != "" {
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
	given, refusal := r.subscriberEmails(map[string]kind{"emails": listOf(str)})
	if refusal != nil {
		return *refusal
	}
	s.subscribers = slices.DeleteFunc(s.subscribers, func(address string) bool { return slices.Contains(given, address) })
	return success(http.StatusOK, object{"object": "changelog_subscribers_removal", "count": len(given)})
}
