package featurebase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// EmailPreferences are which emails a customer gets.
type EmailPreferences struct {
	Object      string                         `json:"object"`           // always "contact_email_preferences"
	ContactID   string                         `json:"contactId"`        // Featurebase's own
	UserID      string                         `json:"userId,omitempty"` // in your own system; empty if there is none
	Email       string                         `json:"email,omitempty"`  // empty if there is none
	Preferences map[EmailTopic]EmailPreference `json:"preferences"`

	// Extra is as in Contact.
	Extra map[string]json.RawMessage `json:"-"`
}

// EmailPreference is whether a customer gets the emails of one topic.
type EmailPreference struct {
	Status          EmailStatus `json:"status"`          // as it was set
	EffectiveStatus EmailStatus `json:"effectiveStatus"` // with EmailTopicAll taken into account
}

// EmailTopic is what emails are about.
type EmailTopic string

// The documented topics. Others pass through as they are.
const (
	EmailTopicAll            EmailTopic = "all" // unsubscribed from this one, nothing is sent
	EmailTopicPostUpdates    EmailTopic = "postUpdates"
	EmailTopicPostComments   EmailTopic = "postComments"
	EmailTopicCommentReplies EmailTopic = "commentReplies"
	EmailTopicChangelog      EmailTopic = "changelog"
)

// EmailStatus is whether emails are sent.
type EmailStatus string

// The documented statuses. Others pass through as they are.
const (
	EmailStatusSubscribed   EmailStatus = "subscribed"
	EmailStatusUnsubscribed EmailStatus = "unsubscribed"
)

// UnmarshalJSON puts what it does not know into Extra.
func (p *EmailPreferences) UnmarshalJSON(b []byte) (err error) {
	p.Extra, err = decodeFields(b, p)
	return err
}

// MarshalJSON includes Extra.
func (p EmailPreferences) MarshalJSON() ([]byte, error) {
	type plain EmailPreferences
	return encodeFields(plain(p), p.Extra)
}

var (
	getEmailPreferences            = &endpoint{method: http.MethodGet, route: "/v2/contacts/{id}/email-preferences", since: VersionNova}
	getEmailPreferencesByUserID    = &endpoint{method: http.MethodGet, route: "/v2/contacts/by-user-id/{userId}/email-preferences", since: VersionNova}
	updateEmailPreferences         = &endpoint{method: http.MethodPatch, route: "/v2/contacts/{id}/email-preferences", since: VersionNova}
	updateEmailPreferencesByUserID = &endpoint{method: http.MethodPatch, route: "/v2/contacts/by-user-id/{userId}/email-preferences", since: VersionNova}
)

// EmailPreferences gives the email preferences of a customer. It calls
//
//	GET /v2/contacts/{id}/email-preferences
//
// and needs VersionNova or newer. See Get for the id and for what is not found;
// leads have no email preferences.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) EmailPreferences(ctx context.Context, id string, opts ...CallOption) (*EmailPreferences, error) {
	return s.emailPreferences(ctx, request{endpoint: getEmailPreferences, arg: id}, checkID(id), matchContactID(id), opts)
}

// EmailPreferencesByUserID is EmailPreferences by the id that the customer has
// in your own system. It calls
//
//	GET /v2/contacts/by-user-id/{userId}/email-preferences
//
// See GetByUserID for the user id.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) EmailPreferencesByUserID(ctx context.Context, userID string, opts ...CallOption) (*EmailPreferences, error) {
	return s.emailPreferences(ctx, request{endpoint: getEmailPreferencesByUserID, arg: userID}, checkUserID(userID), matchUserID(userID), opts)
}

// UpdateEmailPreferences changes the email preferences of a customer, and gives
// them as they are then. Topics that are not in changes stay as they are;
// changes must have at least one. It calls
//
//	PATCH /v2/contacts/{id}/email-preferences
//
// and needs VersionNova or newer. See Get for the id and for what is not found;
// leads have no email preferences.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) UpdateEmailPreferences(ctx context.Context, id string, changes map[EmailTopic]EmailStatus, opts ...CallOption) (*EmailPreferences, error) {
	return s.emailPreferences(ctx, request{endpoint: updateEmailPreferences, arg: id, body: emailChanges{changes}},
		errors.Join(checkID(id), checkEmailChanges(changes)), matchContactID(id), opts)
}

// UpdateEmailPreferencesByUserID is UpdateEmailPreferences by the id that the
// customer has in your own system. It calls
//
//	PATCH /v2/contacts/by-user-id/{userId}/email-preferences
//
// See GetByUserID for the user id.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) UpdateEmailPreferencesByUserID(ctx context.Context, userID string, changes map[EmailTopic]EmailStatus, opts ...CallOption) (*EmailPreferences, error) {
	return s.emailPreferences(ctx, request{endpoint: updateEmailPreferencesByUserID, arg: userID, body: emailChanges{changes}},
		errors.Join(checkUserID(userID), checkEmailChanges(changes)), matchUserID(userID), opts)
}

type emailChanges struct {
	Preferences map[EmailTopic]EmailStatus `json:"preferences"`
}

func checkEmailChanges(changes map[EmailTopic]EmailStatus) error {
	if len(changes) == 0 {
		return errors.New("featurebase: no email preference to change: want at least one")
	}
	var problems []error
	for topic, status := range changes {
		if status != EmailStatusSubscribed && status != EmailStatusUnsubscribed {
			problems = append(problems, fmt.Errorf("featurebase: status %q of email topic %q: want %q or %q",
				clip(string(status)), clip(string(topic)), EmailStatusSubscribed, EmailStatusUnsubscribed))
		}
	}
	return errors.Join(problems...)
}

func (s *ContactsService) emailPreferences(ctx context.Context, r request, problem error, matches func(*EmailPreferences) bool, opts []CallOption) (*EmailPreferences, error) {
	var p EmailPreferences
	_, err := s.client.do(ctx, r, problem, &p, func() string {
		switch {
		case p.Object != "contact_email_preferences":
			return fmt.Sprintf("object is %q instead of \"contact_email_preferences\"", clip(p.Object))
		case checkID(p.ContactID) != nil:
			return fmt.Sprintf("contactId is %q, which can't be one", clip(p.ContactID))
		case !matches(&p):
			return "they are not of the contact that was asked for"
		case p.Preferences == nil:
			return "preferences is missing"
		}
		return ""
	}, opts)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

func matchContactID(id string) func(*EmailPreferences) bool {
	return func(p *EmailPreferences) bool { return strings.EqualFold(p.ContactID, id) }
}

func matchUserID(id string) func(*EmailPreferences) bool {
	return func(p *EmailPreferences) bool { return p.UserID == id }
}
