package featurebase

import (
	"encoding/json"
	"time"
)

// Contact is a customer or a lead.
//
// Text is empty, numbers and times are nil or zero, where the API leaves a
// field out or has null for it.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
type Contact struct {
	Object         string      `json:"object"` // always "contact"
	ID             string      `json:"id"`     // 24 hexadecimal characters
	Type           ContactType `json:"type"`
	UserID         string      `json:"userId,omitempty"` // in your own system
	Email          string      `json:"email,omitempty"`
	Name           string      `json:"name"`
	Description    string      `json:"description,omitempty"`
	ProfilePicture string      `json:"profilePicture,omitempty"` // URL
	Locale         string      `json:"locale,omitempty"`
	OrganizationID string      `json:"organizationId,omitempty"`

	Companies    []ContactCompany `json:"companies,omitempty"`
	Roles        []string         `json:"roles,omitempty"`
	CustomFields map[string]any   `json:"customFields,omitempty"`

	Verified                      *bool `json:"verified,omitempty"` // whether the email address is
	SubscribedToChangelog         *bool `json:"subscribedToChangelog,omitempty"`
	ManuallyOptedOutFromChangelog *bool `json:"manuallyOptedOutFromChangelog,omitempty"`

	PostsCreated    *int      `json:"postsCreated,omitempty"`
	CommentsCreated *int      `json:"commentsCreated,omitempty"`
	LastActivity    time.Time `json:"lastActivity,omitzero"`

	// Extra has, as they came, the fields that are not above, or whose values
	// do not fit the fields above.
	Extra map[string]json.RawMessage `json:"-"`
}

// ContactType tells customers from leads.
type ContactType string

// The documented types. Others pass through as they are.
const (
	ContactTypeCustomer ContactType = "customer" // has a registered account
	ContactTypeLead     ContactType = "lead"     // has none
	ContactTypeAll      ContactType = "all"      // both: for ListContactsParams
)

// ContactCompany is a company that a contact belongs to.
type ContactCompany struct {
	Object       string         `json:"object"` // always "company"
	ID           string         `json:"id"`     // Featurebase's own
	CompanyID    string         `json:"companyId"`
	Name         string         `json:"name"`
	Plan         string         `json:"plan,omitempty"`
	Industry     string         `json:"industry,omitempty"`
	Website      string         `json:"website,omitempty"`
	MonthlySpend *float64       `json:"monthlySpend,omitempty"`
	CompanySize  *int           `json:"companySize,omitempty"`
	LinkedUsers  *int           `json:"linkedUsers,omitempty"`
	CustomFields map[string]any `json:"customFields,omitempty"`
	CreatedAt    time.Time      `json:"createdAt,omitzero"`
	UpdatedAt    time.Time      `json:"updatedAt,omitzero"`
	LastActivity time.Time      `json:"lastActivity,omitzero"`

	// Extra is as in Contact.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON puts what it does not know into Extra.
func (c *Contact) UnmarshalJSON(b []byte) (err error) {
	c.Extra, err = decodeFields(b, c)
	return err
}

// MarshalJSON includes Extra.
func (c Contact) MarshalJSON() ([]byte, error) {
	type plain Contact
	return encodeFields(plain(c), c.Extra)
}

// UnmarshalJSON puts what it does not know into Extra.
func (c *ContactCompany) UnmarshalJSON(b []byte) (err error) {
	c.Extra, err = decodeFields(b, c)
	return err
}

// MarshalJSON includes Extra.
func (c ContactCompany) MarshalJSON() ([]byte, error) {
	type plain ContactCompany
	return encodeFields(plain(c), c.Extra)
}
