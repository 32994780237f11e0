package featurebase

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/ids"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// Company is a company that contacts belong to.
//
// A field that is absent or null in the response has its zero value; amounts and
// counts are pointers, nil if null.
//
// Reference: https://docs.featurebase.app/rest-api/companies
type Company struct {
	Object       string         `json:"object"`    // always "company"
	ID           string         `json:"id"`        // the Featurebase ID: 24 hexadecimal characters
	CompanyID    string         `json:"companyId"` // the ID in your own system
	Name         string         `json:"name"`
	Plan         string         `json:"plan,omitempty"`
	Industry     string         `json:"industry,omitempty"`
	Website      string         `json:"website,omitempty"` // URL
	MonthlySpend *float64       `json:"monthlySpend,omitempty"`
	CompanySize  *int           `json:"companySize,omitempty"`  // employees
	LinkedUsers  *int           `json:"linkedUsers,omitempty"`  // number of its contacts
	CustomFields map[string]any `json:"customFields,omitempty"` // numbers are float64
	CreatedAt    time.Time      `json:"createdAt,omitzero"`
	UpdatedAt    time.Time      `json:"updatedAt,omitzero"`
	LastActivity time.Time      `json:"lastActivity,omitzero"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (c *Company) UnmarshalJSON(b []byte) error {
	*c = Company{}
	return strictjson.Unmarshal(b, c)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (c Company) MarshalJSON() ([]byte, error) {
	type plain Company
	return strictjson.Marshal(plain(c))
}

// mismatch implements result.
func (c *Company) mismatch(r *request) string {
	wrong := cmp.Or(mustBe("object", c.Object, "company"), r.mustBeID("id", c.ID, "company"))
	if p, ok := r.params.(CompanyUpsertParams); ok && wrong == "" && c.CompanyID != "" && c.CompanyID != p.CompanyID {
		wrong = "companyId is not the one that was given"
	}
	return wrong
}

// CompanyListParams selects a page of companies.
type CompanyListParams struct {
	Limit  int    `query:"limit" check:"limit"`    // companies in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor string `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// CompanyContactListParams selects a page of the contacts of a company.
type CompanyContactListParams struct {
	Limit  int    `query:"limit" check:"limit"`    // contacts in a page, 1 to 100; default: 10 with ListContacts, 100 with ListContactsAll
	Cursor string `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// CompanySearchParams selects the companies to find.
type CompanySearchParams struct {
	Filters Filters[Company] `json:"query,omitempty"`
	Sort    CompanySort      `json:"sort,omitempty"`                // default: CompanySortCreatedAtDesc
	Limit   int              `json:"limit,omitempty" check:"limit"` // companies in a page, 1 to 100; default: 10 with Search, 100 with SearchAll
	Cursor  string           `json:"cursor,omitempty"`              // NextCursor of the previous page, with the same Sort
}

// CompanySort is an order of search results.
type CompanySort string

// The documented orders.
const (
	CompanySortCreatedAtDesc    CompanySort = "createdAt:desc"
	CompanySortCreatedAtAsc     CompanySort = "createdAt:asc"
	CompanySortMonthlySpendDesc CompanySort = "monthlySpend:desc"
	CompanySortMonthlySpendAsc  CompanySort = "monthlySpend:asc"
	CompanySortLastActivityDesc CompanySort = "lastActivity:desc"
	CompanySortLastActivityAsc  CompanySort = "lastActivity:asc"
)

// The documented fields of a search.
const (
	CompanyFieldCompanyID    TextField[Company, string] = "externalId" // the ID in your own system
	CompanyFieldName         WordsField[Company]        = "name"
	CompanyFieldPlan         TextField[Company, string] = "plan"
	CompanyFieldIndustry     TextField[Company, string] = "industry"
	CompanyFieldWebsite      TextField[Company, string] = "website"
	CompanyFieldMonthlySpend AmountField[Company]       = "monthlySpend"
	CompanyFieldCompanySize  CountField[Company]        = "companySize"
	CompanyFieldLinkedUsers  CountField[Company]        = "linkedUsers"
	CompanyFieldLastActivity TimeField[Company]         = "lastActivity" // Before may not find companies that were never active
	CompanyFieldCreatedAt    TimeField[Company]         = "createdAt"
)

// CompanyUpsertParams are the fields to set. Zero-valued fields are left
// unchanged. [Null] clears CompanySize and CreatedAt, and Value("") empties Industry,
// Plan and Website. Texts have at most 500 characters.
//
// CompanyID may have 500 characters, too, but the methods that take it as an
// argument can't name a company whose ID has more than 255.
type CompanyUpsertParams struct {
	CompanyID string `json:"companyId" check:"required,ownID:500"` // the ID in your own system, which identifies the company
	Name      string `json:"name" check:"required,max:500"`

	CompanySize  Optional[int]       `json:"companySize,omitzero" check:"nonNegative"` // employees
	CreatedAt    Optional[time.Time] `json:"createdAt,omitzero"`                       // in your own system
	CustomFields map[string]any      `json:"customFields,omitempty" check:"values"`    // see ContactUpsertParams
	Industry     Optional[string]    `json:"industry,omitzero" check:"notNull,max:500"`
	MonthlySpend Optional[float64]   `json:"monthlySpend,omitzero" check:"notNull,nonNegative"` // it can't be cleared
	Plan         Optional[string]    `json:"plan,omitzero" check:"notNull,max:500"`
	Website      Optional[string]    `json:"website,omitzero" check:"notNull,max:500"` // URL
}

// companyContact is the body that attaches a contact to a company.
type companyContact struct {
	ContactID string `json:"contactId"`
}

// check implements checker. It names the argument, not the field.
func (c companyContact) check(string) (p problems) {
	if reason := ids.Object(c.ContactID); reason != "" {
		p = append(p, &InvalidIDError{ID: c.ContactID, Param: "contactId", Reason: reason})
	}
	return p
}

// mismatch explains why got is not the contact that was attached, or returns "".
func (c companyContact) mismatch(got *Contact) string {
	if !strings.EqualFold(got.ID, c.ContactID) {
		return "id is not the one that was given"
	}
	return ""
}
