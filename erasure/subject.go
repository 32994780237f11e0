package erasure

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/internal/ids"
)

// Subject is what is known of one person. All that it names are taken for the
// same person, and so is each other contact with the email address of one of them.
type Subject struct {
	ContactIDs []string `json:"contactIds,omitempty"` // Featurebase IDs: 24 hexadecimal characters
	UserIDs    []string `json:"userIds,omitempty"`    // the IDs in your own system
	Emails     []string `json:"emails,omitempty"`
}

// Validate returns an error that describes everything in s that can't be meant,
// such as an email address in quotes. The API would merely not find it. The error
// matches featurebase.ErrInvalidArgument, and its text has none of the values.
func (s Subject) Validate() error {
	var problems []error
	add := func(name string, values []string, check func(string) string) {
		for i, v := range values {
			if reason := check(v); reason != "" {
				problems = append(problems, &featurebase.ArgumentError{Name: fmt.Sprintf("%s[%d]", name, i), Reason: reason})
			}
		}
	}
	add("ContactIDs", s.ContactIDs, ids.Object)
	add("UserIDs", s.UserIDs, func(id string) string { return ids.Own(id, ids.MaxOwn) })
	add("Emails", s.Emails, checkEmail)
	if s.IsZero() {
		problems = append(problems, &featurebase.ArgumentError{Name: "Subject", Reason: "it names nobody"})
	}
	return errors.Join(problems...)
}

// IsZero reports whether s names nobody.
func (s Subject) IsZero() bool { return len(s.ContactIDs)+len(s.UserIDs)+len(s.Emails) == 0 }

// checkText refuses what comes along when text is copied, and is not seen.
func checkText(s string) string {
	switch {
	case !utf8.ValidString(s):
		return "want UTF-8"
	case strings.TrimSpace(s) != s:
		return "want no white space around it"
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) }):
		return "it has an invisible character, such as a zero-width space or a byte-order mark"
	}
	return ""
}

func checkEmail(email string) string {
	if reason := checkText(email); reason != "" {
		return reason
	}
	_, domain, _ := strings.Cut(email, "@")
	switch {
	case strings.Count(email, "@") != 1:
		return "want an email address with one @"
	case strings.ContainsAny(email, "\"<>(),;: \\"):
		return `want an email address alone, such as ada@example.com, without quotes, a name, or mailto:`
	case strings.ContainsAny(domain, "'`") || strings.HasPrefix(email, "'"):
		return "want an email address without quotes"
	}
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return "it is not an email address"
	}
	return ""
}

// hasEmail reports whether a contact with this email address is the subject's, as
// addresses are compared: without regard to case.
func (s Subject) hasEmail(email string) bool {
	return email != "" && slices.ContainsFunc(s.Emails, func(e string) bool { return strings.EqualFold(e, email) })
}
