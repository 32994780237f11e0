package featurebase

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// Contact is a customer or a lead.
//
// A field that is absent or null in the response has its zero value; counts and
// flags are pointers, nil if absent.
//
// Embedding a Contact in another struct takes over its MarshalJSON and
// UnmarshalJSON, which know nothing of the other fields.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
type Contact struct {
	Object         string      `json:"object"` // always "contact"
	ID             string      `json:"id"`     // 24 hexadecimal characters
	Type           ContactType `json:"type"`
	UserID         string      `json:"userId,omitempty"` // the ID in your own system
	Email          string      `json:"email,omitempty"`
	Name           string      `json:"name"`
	Description    string      `json:"description,omitempty"`
	ProfilePicture string      `json:"profilePicture,omitempty"` // URL
	Locale         string      `json:"locale,omitempty"`
	OrganizationID string      `json:"organizationId,omitempty"`

	Companies    []Company      `json:"companies,omitempty"`
	Roles        []string       `json:"roles,omitempty"`
	CustomFields map[string]any `json:"customFields,omitempty"` // numbers are float64

	Verified                      *bool `json:"verified,omitempty"` // whether the email address is verified
	SubscribedToChangelog         *bool `json:"subscribedToChangelog,omitempty"`
	ManuallyOptedOutFromChangelog *bool `json:"manuallyOptedOutFromChangelog,omitempty"`

	PostsCreated    *int      `json:"postsCreated,omitempty"`
	CommentsCreated *int      `json:"commentsCreated,omitempty"`
	LastActivity    time.Time `json:"lastActivity,omitzero"`

	// Extra holds the raw JSON of members that have no field above, and of those
	// whose value has another type than documented. If only some elements of a list
	// or a map do, the field has the others, and Extra the whole list or map.
	//
	// Encoding the Contact writes what is in its Extra, in place of a field with the
	// same name, and what is in the Extra of the objects in it. Those that have no
	// MarshalJSON of their own, such as PostTag, lose it if they are encoded by
	// themselves.
	Extra map[string]json.RawMessage `json:"-"`
}

// ContactType is the kind of a contact.
type ContactType string

// The documented types. Unknown values are passed through unchanged.
const (
	ContactTypeCustomer ContactType = "customer" // has a registered account
	ContactTypeLead     ContactType = "lead"     // has none
)

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (c *Contact) UnmarshalJSON(b []byte) error {
	*c = Contact{}
	return strictjson.Unmarshal(b, c)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (c Contact) MarshalJSON() ([]byte, error) {
	type plain Contact
	return strictjson.Marshal(plain(c))
}

// mismatch implements result.
func (c *Contact) mismatch(r *request) string {
	wrong := cmp.Or(mustBe("object", c.Object, "contact"), r.mustBeID("id", c.ID, "contact"), r.mustBeOwnID("userId", c.UserID, "userId"))
	if p, ok := r.params.(interface{ mismatch(*Contact) string }); ok {
		wrong = cmp.Or(wrong, p.mismatch(c))
	}
	return wrong
}

// ContactListParams selects the contacts to list.
type ContactListParams struct {
	Type   ContactListType `query:"contactType"`            // default: customers only
	Limit  int             `query:"limit" check:"limit"`    // contacts in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor string          `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// ContactListType selects contacts by their type.
type ContactListType string

// The types of contacts to list.
const (
	ContactListCustomers ContactListType = "customer"
	ContactListLeads     ContactListType = "lead"
	ContactListAll       ContactListType = "all"
)

// ContactSearchParams selects the contacts to find.
type ContactSearchParams struct {
	Filters Filters[Contact] `json:"query,omitempty"`
	Sort    ContactSort      `json:"sort,omitempty"`                // default: ContactSortLastActivityDesc
	Limit   int              `json:"limit,omitempty" check:"limit"` // contacts in a page, 1 to 100; default: 10 with Search, 100 with SearchAll
	Cursor  string           `json:"cursor,omitempty"`              // NextCursor of the previous page, with the same Sort
}

// ContactSort is an order of search results.
type ContactSort string

// The documented orders.
const (
	ContactSortLastActivityDesc    ContactSort = "lastActivity:desc"
	ContactSortLastActivityAsc     ContactSort = "lastActivity:asc"
	ContactSortCreatedAtDesc       ContactSort = "createdAt:desc"
	ContactSortCreatedAtAsc        ContactSort = "createdAt:asc"
	ContactSortPostsCreatedDesc    ContactSort = "postsCreated:desc"
	ContactSortPostsCreatedAsc     ContactSort = "postsCreated:asc"
	ContactSortCommentsCreatedDesc ContactSort = "commentsCreated:desc"
	ContactSortCommentsCreatedAsc  ContactSort = "commentsCreated:asc"
)

// The documented fields of a search.
const (
	ContactFieldUserID          TextField[Contact, string]      = "externalId" // the ID in your own system
	ContactFieldEmail           TextField[Contact, string]      = "email"
	ContactFieldName            WordsField[Contact]             = "name"
	ContactFieldType            TextField[Contact, ContactType] = "type"
	ContactFieldCompanyID       TextField[Contact, string]      = "companyIds" // the Featurebase ID
	ContactFieldPostsCreated    CountField[Contact]             = "postsCreated"
	ContactFieldCommentsCreated CountField[Contact]             = "commentsCreated"
	ContactFieldLastActivity    TimeField[Contact]              = "lastActivity" // Before may not find contacts that were never active
	ContactFieldCreatedAt       TimeField[Contact]              = "createdAt"
)

// ContactUpsertParams are the fields to set. Zero-valued fields are left
// unchanged; an empty non-nil slice clears the list, [Null] clears a field, and
// Value("") empties one that can't be null. UserID, Email, Name and Phone have at
// most 500 characters.
//
// The methods that take a user ID as an argument can't name a contact whose ID has
// more than 255 characters.
type ContactUpsertParams struct {
	// UserID and Email identify the contact: UserID, the ID in your own system,
	// takes precedence. At least one is required.
	UserID string `json:"userId,omitempty" check:"ownID:500"`
	Email  string `json:"email,omitempty" check:"max:500,email"`

	Name           Optional[string]       `json:"name,omitzero" check:"notNull,max:500"`
	ProfilePicture Optional[string]       `json:"profilePicture,omitzero" check:"url"` // URL
	Phone          Optional[string]       `json:"phone,omitzero" check:"max:500"`
	Locale         Optional[string]       `json:"locale,omitzero" check:"notNull,max:10"`   // a language code, such as en
	Roles          []string               `json:"roles,omitzero" check:"items:100,max:255"` // IDs of roles
	Companies      []ContactUpsertCompany `json:"companies,omitzero" check:"items:100"`
	CreatedAt      Optional[time.Time]    `json:"createdAt,omitzero"` // in your own system
	// CustomFields values must be strings, numbers, booleans, nil (which clears
	// the field) or slices of these, or have such a form in JSON, as a time.Time,
	// a [Date], a pointer and a json.RawMessage may.
	CustomFields          map[string]any `json:"customFields,omitempty" check:"values"`
	SubscribedToChangelog Optional[bool] `json:"subscribedToChangelog,omitzero" check:"notNull"` // it can't be cleared

	// UserHash is the HMAC-SHA256 of UserID, or of Email. It is required if the
	// organization enforces identity verification.
	UserHash string `json:"userHash,omitempty" check:"max:256"`
}

// ContactUpsertCompany is a company of a contact to upsert. ID and Name are
// required. See [CompanyUpsertParams] for the forms of its fields.
type ContactUpsertCompany struct {
	ID           string              `json:"id" check:"required,ownID:500"` // the ID in your own system
	Name         string              `json:"name" check:"required,max:500"`
	CompanyHash  string              `json:"companyHash,omitempty" check:"max:256"`    // HMAC-SHA256 of ID, to verify the identity
	CompanySize  Optional[int]       `json:"companySize,omitzero" check:"nonNegative"` // employees
	CreatedAt    Optional[time.Time] `json:"createdAt,omitzero"`
	CustomFields map[string]any      `json:"customFields,omitempty" check:"values"` // see ContactUpsertParams
	Industry     Optional[string]    `json:"industry,omitzero" check:"notNull,max:500"`
	MonthlySpend Optional[float64]   `json:"monthlySpend,omitzero" check:"notNull,nonNegative"` // it can't be cleared
	Plan         Optional[string]    `json:"plan,omitzero" check:"notNull,max:500"`
	Website      Optional[string]    `json:"website,omitzero" check:"notNull,max:500"` // URL
}

// check implements checker.
func (p ContactUpsertParams) check(string) (problems problems) {
	if p.UserID == "" && p.Email == "" {
		problems = append(problems, &ArgumentError{Name: "UserID", Reason: "neither UserID nor Email is set; want at least one"})
	}
	return problems
}

// mismatch explains why c is not the contact that was upserted, or returns "". The
// API may leave out what identifies a contact, and store an address in another form.
func (p ContactUpsertParams) mismatch(c *Contact) string {
	switch {
	case p.UserID != "" && c.UserID != "" && c.UserID != p.UserID:
		return "userId is not the one that was given"
	case p.UserID == "" && c.Email != "" && !strings.EqualFold(strings.TrimSpace(c.Email), strings.TrimSpace(p.Email)):
		return "email is not the one that was given"
	}
	return ""
}

// ContactEmailPreferences holds a customer's email subscriptions.
type ContactEmailPreferences struct {
	Object      string                                       `json:"object"`           // always "contact_email_preferences"
	ContactID   string                                       `json:"contactId"`        // the Featurebase ID
	UserID      string                                       `json:"userId,omitempty"` // the ID in your own system; empty if there is none
	Email       string                                       `json:"email,omitempty"`  // empty if there is none
	Preferences map[ContactEmailTopic]ContactEmailPreference `json:"preferences"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// ContactEmailPreference is the subscription to one topic.
type ContactEmailPreference struct {
	Status          ContactEmailStatus `json:"status"`          // as it was set
	EffectiveStatus ContactEmailStatus `json:"effectiveStatus"` // with ContactEmailTopicAll taken into account

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ContactEmailTopic is a category of emails.
type ContactEmailTopic string

// The documented topics. Unknown values are passed through unchanged.
const (
	ContactEmailTopicAll            ContactEmailTopic = "all" // overrides all others when unsubscribed
	ContactEmailTopicPostUpdates    ContactEmailTopic = "postUpdates"
	ContactEmailTopicPostComments   ContactEmailTopic = "postComments"
	ContactEmailTopicCommentReplies ContactEmailTopic = "commentReplies"
	ContactEmailTopicChangelog      ContactEmailTopic = "changelog"
)

// ContactEmailStatus is the state of a subscription.
type ContactEmailStatus string

// The documented statuses. Unknown values are passed through unchanged.
const (
	ContactEmailSubscribed   ContactEmailStatus = "subscribed"
	ContactEmailUnsubscribed ContactEmailStatus = "unsubscribed"
)

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (p *ContactEmailPreferences) UnmarshalJSON(b []byte) error {
	*p = ContactEmailPreferences{}
	return strictjson.Unmarshal(b, p)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (p ContactEmailPreferences) MarshalJSON() ([]byte, error) {
	type plain ContactEmailPreferences
	return strictjson.Marshal(plain(p))
}

// mismatch implements result.
func (p *ContactEmailPreferences) mismatch(r *request) string {
	wrong := cmp.Or(mustBe("object", p.Object, "contact_email_preferences"),
		r.mustBeID("contactId", p.ContactID, "contact"), r.mustBeOwnID("userId", p.UserID, "userId"))
	if wrong == "" && p.Preferences == nil {
		wrong = "preferences is missing"
	}
	return wrong
}

// emailChanges is the body that changes email preferences.
type emailChanges struct {
	Preferences map[ContactEmailTopic]ContactEmailStatus `json:"preferences"`
}

// check implements checker.
func (e emailChanges) check(string) (p problems) {
	if len(e.Preferences) == 0 {
		p = append(p, &ArgumentError{Name: "changes", Reason: "they are empty; want at least one"})
	}
	for _, topic := range slices.Sorted(maps.Keys(e.Preferences)) {
		if status := e.Preferences[topic]; status != ContactEmailSubscribed && status != ContactEmailUnsubscribed {
			p = append(p, &ArgumentError{Name: fmt.Sprintf("changes[%q]", clip(string(topic))),
				Reason: fmt.Sprintf("want %q or %q", ContactEmailSubscribed, ContactEmailUnsubscribed)})
		}
	}
	return p
}

// Deleted confirms that an object was deleted.
type Deleted struct {
	ID      string `json:"id"`      // of the object
	Object  string `json:"object"`  // the kind of object, such as "contact"
	Deleted bool   `json:"deleted"` // always true
}

// DeletedContact confirms that a contact was deleted.
type DeletedContact = Deleted

// mismatch implements result.
func (d *Deleted) mismatch(r *request) string {
	return cmp.Or(mustBe("object", d.Object, r.object), mustBeTrue("deleted", d.Deleted), r.mustBeID("id", d.ID, r.object))
}

// blocked and unblocked confirm what was done to a contact.
type (
	blocked struct {
		ID      string `json:"id"`
		Object  string `json:"object"`
		Blocked bool   `json:"blocked"`
	}
	unblocked struct {
		ID        string `json:"id"`
		Object    string `json:"object"`
		Unblocked bool   `json:"unblocked"`
	}
)

func (b *blocked) mismatch(r *request) string {
	return cmp.Or(mustBe("object", b.Object, r.object), mustBeTrue("blocked", b.Blocked), r.mustBeID("id", b.ID, r.object))
}

func (b *unblocked) mismatch(r *request) string {
	return cmp.Or(mustBe("object", b.Object, r.object), mustBeTrue("unblocked", b.Unblocked), r.mustBeID("id", b.ID, r.object))
}
