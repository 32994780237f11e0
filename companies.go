package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/ids"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// CompaniesService manages the companies that contacts belong to. Access it
// through [Client.Companies].
//
// A company has two IDs: Featurebase's own, and CompanyID, the one in your own
// system. To get a company by the latter, search for [CompanyFieldCompanyID].
type CompaniesService struct{ client *Client }

var (
	listCompanies            = &endpoint{pattern: "GET /v2/companies"}
	upsertCompany            = &endpoint{pattern: "POST /v2/companies", effect: repeatable}
	searchCompanies          = &endpoint{pattern: "POST /v2/companies/search", effect: reads}
	getCompany               = &endpoint{pattern: "GET /v2/companies/{id}", object: "company"}
	deleteCompany            = &endpoint{pattern: "DELETE /v2/companies/{id}", object: "company"}
	deleteCompanyByCompanyID = &endpoint{pattern: "DELETE /v2/companies/by-company-id/{companyId}", object: "company"}
	listCompanyContacts      = &endpoint{pattern: "GET /v2/companies/{id}/contacts", object: "company"}
	attachCompanyContact     = &endpoint{pattern: "POST /v2/companies/{id}/contacts", object: "company"}
	detachCompanyContact     = &endpoint{pattern: "DELETE /v2/companies/{id}/contacts/{contactId}", object: "company", detached: ErrorCodeContactNotAttached}
)

// List returns one page of companies: [GET /v2/companies]. Use
// [CompaniesService.ListAll] to iterate over all pages.
//
// [GET /v2/companies]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) List(ctx context.Context, params CompanyListParams, opts ...CallOption) (*Page[Company], error) {
	return send(ctx, s.client, request{endpoint: listCompanies, params: params}, new(Page[Company]), opts)
}

// ListAll iterates over the companies of all pages, as [ContactsService.ListAll]
// does. See [CompaniesService.List].
func (s *CompaniesService) ListAll(ctx context.Context, params CompanyListParams, opts ...CallOption) iter.Seq2[*Company, error] {
	return all(ctx, s.List, params, opts)
}

// Search returns one page of the companies that match all filters:
// [POST /v2/companies/search]. Use [CompaniesService.SearchAll] to iterate over
// all pages.
//
// The API rejects searches that have only negative conditions
// ([ErrorCodeQueryTooBroad]), and cursors of a search with another Sort
// ([ErrorCodeInvalidCursor]).
//
// [POST /v2/companies/search]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) Search(ctx context.Context, params CompanySearchParams, opts ...CallOption) (*SearchPage[Company], error) {
	return send(ctx, s.client, request{endpoint: searchCompanies, params: params}, new(SearchPage[Company]), opts)
}

// SearchAll iterates over the matching companies of all pages, as
// [ContactsService.ListAll] does. See [CompaniesService.Search].
func (s *CompaniesService) SearchAll(ctx context.Context, params CompanySearchParams, opts ...CallOption) iter.Seq2[*Company, error] {
	return all(ctx, s.Search, params, opts)
}

// Upsert creates the company, or updates it if there is one with this CompanyID:
// [POST /v2/companies]. The API responds with status 200 to both, so which of them
// it did can't be told.
//
// [POST /v2/companies]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) Upsert(ctx context.Context, params CompanyUpsertParams, opts ...CallOption) (*Company, error) {
	return send(ctx, s.client, request{endpoint: upsertCompany, params: params}, new(Company), opts)
}

// Get returns the company with the given Featurebase ID:
// [GET /v2/companies/{id}]. If it doesn't exist, the error matches
// [ErrNotFound].
//
// [GET /v2/companies/{id}]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) Get(ctx context.Context, id string, opts ...CallOption) (*Company, error) {
	return send(ctx, s.client, request{endpoint: getCompany, args: args{id}}, new(Company), opts)
}

// Delete permanently deletes a company and detaches all its contacts, which stay:
// [DELETE /v2/companies/{id}]. The ID is Featurebase's own. See
// [ContactsService.Delete] for what its errors mean.
//
// [DELETE /v2/companies/{id}]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) Delete(ctx context.Context, id string, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{endpoint: deleteCompany, args: args{id}}, new(Deleted), opts)
}

// DeleteByCompanyID is [CompaniesService.Delete] by the company's ID in your own
// system: [DELETE /v2/companies/by-company-id/{companyId}]. See
// [ContactsService.GetByUserID] for which IDs are rejected.
//
// The response identifies the company by its Featurebase ID, so it can't be
// checked against companyID.
//
// [DELETE /v2/companies/by-company-id/{companyId}]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) DeleteByCompanyID(ctx context.Context, companyID string, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{endpoint: deleteCompanyByCompanyID, args: args{companyID}}, new(Deleted), opts)
}

// DeleteMany deletes companies, as [ContactsService.DeleteMany] does contacts.
// See [CompaniesService.Delete].
func (s *CompaniesService) DeleteMany(ctx context.Context, ids iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*Deleted]] {
	return runBulk(ctx, ids, s.Delete, opts)
}

// ListContacts returns one page of the customers of a company, without leads:
// [GET /v2/companies/{id}/contacts]. The ID is Featurebase's own. Use
// [CompaniesService.ListContactsAll] to iterate over all pages.
//
// [GET /v2/companies/{id}/contacts]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) ListContacts(ctx context.Context, id string, params CompanyContactListParams, opts ...CallOption) (*Page[Contact], error) {
	return send(ctx, s.client, request{listCompanyContacts, args{id}, params}, new(Page[Contact]), opts)
}

// ListContactsAll iterates over the customers of all pages, as
// [ContactsService.ListAll] does. See [CompaniesService.ListContacts].
func (s *CompaniesService) ListContactsAll(ctx context.Context, id string, params CompanyContactListParams, opts ...CallOption) iter.Seq2[*Contact, error] {
	return all(ctx, of(id, s.ListContacts), params, opts)
}

// AttachContact adds a company to those of a customer, and returns the customer:
// [POST /v2/companies/{id}/contacts]. Both IDs are Featurebase's own. If the
// company doesn't exist, the error matches [ErrNotFound]; if the contact doesn't,
// it is an [*APIError] with [ErrorCodeContactNotFound].
//
// What a second attachment does, such as to [Company.LinkedUsers], is not
// documented. So the request is not repeated once the API may have processed it,
// unless [WithRepeatable] says otherwise.
//
// [POST /v2/companies/{id}/contacts]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) AttachContact(ctx context.Context, id, contactID string, opts ...CallOption) (*Contact, error) {
	return send(ctx, s.client, request{attachCompanyContact, args{id}, companyContact{contactID}}, new(Contact), opts)
}

// DetachContact removes a company from those of a customer, and returns the
// customer: [DELETE /v2/companies/{id}/contacts/{contactId}]. If the company or
// the contact doesn't exist, or the contact is not attached to this company
// ([ErrorCodeContactNotAttached], with status 400), the error matches
// [ErrNotFound]. If it also matches [ErrAmbiguous], an earlier attempt of this
// call may have detached the contact.
//
// [DELETE /v2/companies/{id}/contacts/{contactId}]: https://docs.featurebase.app/rest-api/companies
func (s *CompaniesService) DetachContact(ctx context.Context, id, contactID string, opts ...CallOption) (*Contact, error) {
	return send(ctx, s.client, request{endpoint: detachCompanyContact, args: args{id, contactID}}, new(Contact), opts)
}

// CompanyListParams selects a page of companies.
type CompanyListParams struct {
	Limit  int    `query:"limit" check:"limit"`    // companies in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor string `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

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

// CompanyContactListParams selects a page of the contacts of a company.
type CompanyContactListParams struct {
	Limit  int    `query:"limit" check:"limit"`    // contacts in a page, 1 to 100; default: 10 with ListContacts, 100 with ListContactsAll
	Cursor string `query:"cursor" check:"max:512"` // NextCursor of the previous page
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

// The documented fields of a search.
const (
	CompanyFieldCompanyID    OwnIDField[Company]        = "externalId" // the ID in your own system
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
