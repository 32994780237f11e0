package featurebasetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var companyResource = new(resource)

func init() {
	define(companyResource, (*Server).companyRoutes, resource{
		object: "company",
		id:     asObjectID,
		prefix: "60d5ec49f1b2c8b1",
		absent: featurebase.ErrorCodeCompanyNotFound,
		fresh:  freshCompany,
		key:    "companyId",
		fields: map[string]field{
			"companyId":    {kind: required(text(1, maxOwnID))},
			"name":         {kind: required(text(1, 500))},
			"companySize":  {kind: amount, null: both},
			"createdAt":    {kind: moment, null: both},
			"customFields": {kind: customFields, set: setCustomFields},
			"industry":     {kind: text(0, 500), set: nullIfEmpty},
			"monthlySpend": {kind: amount},
			"plan":         {kind: text(0, 500), set: nullIfEmpty},
			"website":      {kind: text(0, 500), set: nullIfEmpty},
		},
		given:   companyGiven,
		deleted: (*Server).companyDeleted,
		search: searching{
			fields: map[string]criterion{
				"externalId":   {operators: "= != IN NIN", path: "companyId"},
				"plan":         {operators: "= != IN NIN", path: "plan"},
				"industry":     {operators: "= != IN NIN", path: "industry"},
				"website":      {operators: "= != IN NIN", path: "website"},
				"name":         {operators: "= != IN NIN ~", path: "name"},
				"monthlySpend": {scale: numbers, operators: "= != > <", path: "monthlySpend"},
				"companySize":  {scale: wholes, operators: "= != > <", path: "companySize"},
				"linkedUsers":  {scale: wholes, operators: "= != > <", path: "linkedUsers"},
				"lastActivity": {scale: times, operators: "= != > <", path: "lastActivity"},
				"createdAt":    {scale: times, operators: "= != > <", path: "createdAt"},
			},
			sorts: []string{"createdAt", "monthlySpend", "lastActivity"},
			sort:  "createdAt:desc",
			snake: true,
		},
	})
}

// maxOwnID is how long an ID of one's own may be where contacts and companies are
// created. Elsewhere it is 255.
const maxOwnID = 500

func (s *Server) companyRoutes() []route {
	c := s.store(companyResource)
	return novaOnly(
		get("/v2/companies", c.listAll).with(c.list.parameters()),
		post("/v2/companies", s.upsertCompany).takes(c.body(create)),
		c.searchRoute("/v2/companies/search"),
		del("/v2/companies/by-company-id/{companyId}", c.withKey(c.deleteOne)),
		get("/v2/companies/{id}", c.withID(c.getOne)),
		del("/v2/companies/{id}", c.withID(c.deleteOne)),
		get("/v2/companies/{id}/contacts", c.withID(s.listCompanyContacts)).with(paged),
		post("/v2/companies/{id}/contacts", c.withID(s.attachContact)).takes(open(map[string]kind{"contactId": required(str)})),
		del("/v2/companies/{id}/contacts/{contactId}", c.withID(s.detachContact)),
	)
}

// AddCompany adds a company, with a fresh ID if it has none, and returns it as it
// was stored. Without a CompanyID, that is its ID. AddContact adds the companies
// of a contact, too.
func (s *Server) AddCompany(c featurebase.Company) featurebase.Company {
	return addValue(s.store(companyResource), "AddCompany", c)
}

// Companies returns the companies that there are, in the order they were added.
func (s *Server) Companies() []featurebase.Company {
	return values[featurebase.Company](s.store(companyResource))
}

func freshCompany(_ *Server, now time.Time) object {
	return object{
		"name": "", "plan": nil, "industry": nil, "website": nil, "monthlySpend": nil, "companySize": nil, "linkedUsers": 0.0,
		"createdAt": stamp(now), "updatedAt": stamp(now), "lastActivity": nil,
	}
}

// nullIfEmpty is for fields that are null when they are empty.
func nullIfEmpty(_ *Server, o object, name string, v any) *response {
	if o[name] = v; v == "" {
		o[name] = nil
	}
	return nil
}

func companyGiven(s *Server, o object) error {
	if o["companyId"] == nil {
		if o["id"] == nil {
			o["id"] = s.store(companyResource).freshID()
		}
		o["companyId"] = o["id"]
	}
	return nil
}

// putCompany creates a company, or updates the one with its companyId.
func (s *Server) putCompany(given object) *record {
	company := s.store(companyResource).byKey[given["companyId"].(string)]
	o := s.store(companyResource).newObject()
	if company != nil {
		o = maps.Clone(company.object)
		o["updatedAt"] = stamp(s.clock())
	}
	s.store(companyResource).set(o, given) // which refuses nothing
	if company == nil {
		return s.store(companyResource).add(o)
	}
	s.changeCompany(company, o)
	return company
}

func (s *Server) upsertCompany(r *request) response {
	return success(http.StatusOK, s.store(companyResource).view(s.putCompany(r.given)))
}

// giveCompany returns the company of a contact that a test adds: a new one, or
// the one that there is, with what is given in place of what it had.
func (s *Server) giveCompany(given object) (*record, error) {
	given = maps.Clone(given)
	prune(given)
	id, _ := given["id"].(string)
	companyID, _ := given["companyId"].(string)
	company := s.store(companyResource).byID[strings.ToLower(id)]
	if company == nil {
		company = s.store(companyResource).byKey[companyID]
	}
	if company == nil {
		o, err := s.store(companyResource).complete(given)
		if err != nil {
			return nil, err
		}
		return s.store(companyResource).add(o), nil
	}
	o := maps.Clone(company.object)
	maps.Copy(o, given)
	if !strings.EqualFold(o["id"].(string), company.id()) || o["companyId"] != company.object["companyId"] {
		return nil, fmt.Errorf("there is a company with ID %q and companyId %q already", company.id(), company.object["companyId"])
	}
	o["id"], o["object"] = company.id(), "company"
	s.changeCompany(company, o)
	return company, nil
}

// changeCompany has a company be o, also in its contacts.
func (s *Server) changeCompany(company *record, o object) {
	s.store(companyResource).replace(company, o)
	for contact := range s.store(contactResource).after(0) {
		companies, _ := contact.object["companies"].([]any)
		if i := indexOfCompany(companies, company.id()); i >= 0 {
			companies = slices.Clone(companies)
			companies[i] = o
			contact.setCompanies(companies)
		}
	}
}

func indexOfCompany(companies []any, id string) int {
	return slices.IndexFunc(companies, func(c any) bool { return c.(object)["id"] == id })
}

// setCompanies has a contact have these companies.
func (r *record) setCompanies(companies []any) {
	o := maps.Clone(r.object)
	sparse(nil, o, "companies", companies)
	r.object = o
}

// removeCompany takes a company off a contact, and reports whether it had it.
func (r *record) removeCompany(id string) bool {
	companies, _ := r.object["companies"].([]any)
	i := indexOfCompany(companies, id)
	if i >= 0 {
		r.setCompanies(slices.Delete(slices.Clone(companies), i, i+1))
	}
	return i >= 0
}

// companyIDs are the IDs of a contact's companies.
func companyIDs(contact object) []any { return dig(contact, "companies.id") }

// countUsers counts the users of companies after a contact, which had those with
// these IDs, was changed or deleted. Leads don't count.
func (s *Server) countUsers(contact *record, had []any) {
	if !isCustomer(contact.object) {
		return
	}
	var has []any
	if !contact.gone {
		has = companyIDs(contact.object)
	}
	count := func(ids, others []any, more float64) {
		for _, id := range ids {
			company := s.store(companyResource).byID[id.(string)]
			if slices.Contains(others, id) || company == nil {
				continue
			}
			o := maps.Clone(company.object)
			users, _ := o["linkedUsers"].(float64)
			o["linkedUsers"] = max(0, users+more)
			s.changeCompany(company, o)
		}
	}
	count(had, has, -1)
	count(has, had, 1)
}

func (s *Server) companyDeleted(company *record) {
	for contact := range s.store(contactResource).after(0) {
		contact.removeCompany(company.id())
	}
}

func (s *Server) listCompanyContacts(r *request, company *record) response {
	limit, from := r.paging()
	hits, _, refusal := s.store(contactResource).find(ordering{of: "contacts of " + company.id()}, limit, from, func(contact *record) bool {
		return isCustomer(contact.object) && slices.Contains(companyIDs(contact.object), any(company.id()))
	})
	if refusal != nil {
		return *refusal
	}
	return success(http.StatusOK, s.store(contactResource).page(hits, limit))
}

// customer returns the customer with an ID that a request names.
func (s *Server) customer(id any) (*record, *response) {
	contact, refusal := s.store(contactResource).named(id, "contactId")
	if refusal != nil || isCustomer(contact.object) {
		return contact, refusal
	}
	lead := s.store(contactResource).notFound()
	return nil, &lead
}

func (s *Server) attachContact(r *request, company *record) response {
	contact, refusal := s.customer(r.given["contactId"])
	if refusal != nil {
		return *refusal
	}
	companies, _ := contact.object["companies"].([]any)
	if indexOfCompany(companies, company.id()) < 0 {
		had := companyIDs(contact.object)
		contact.setCompanies(append(slices.Clone(companies), company.object))
		s.countUsers(contact, had)
	}
	return success(http.StatusOK, s.store(contactResource).view(contact))
}

func (s *Server) detachContact(r *request, company *record) response {
	contact, refusal := s.customer(r.args["contactId"])
	if refusal != nil {
		return *refusal
	}
	had := companyIDs(contact.object)
	if !contact.removeCompany(company.id()) {
		return *refuse("contact_not_attached", "", "The contact is not attached to this company")
	}
	s.countUsers(contact, had)
	return success(http.StatusOK, s.store(contactResource).view(contact))
}
