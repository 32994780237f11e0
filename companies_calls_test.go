package featurebase_test

import (
	"context"

	"github.com/featurebase-community/featurebase-go"
)

const (
	companyID   = "507f1f77bcf86cd799439013"
	companyJSON = `{"object":"company","id":"507f1f77bcf86cd799439011","companyId":"c1","name":"Acme","plan":"pro","industry":"i","website":"w",
		"monthlySpend":99.5,"companySize":0,"linkedUsers":3,"customFields":{"a":[1,"x",null]},"createdAt":"2026-01-01T00:00:00Z",
		"updatedAt":"2026-01-02T00:00:00Z","lastActivity":null,"new":{"a":1}}`
	companyListJSON   = `{"object":"list","data":[` + companyJSON + `],"nextCursor":null}`
	companySearchJSON = `{"object":"list","data":[` + companyJSON + `],"nextCursor":null,"totalCount":1,"totalCountCapped":false}`
)

func listCompanies(params featurebase.CompanyListParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Companies.List(ctx, params, opts...)
	}
}

func searchCompanies(params featurebase.CompanySearchParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Companies.Search(ctx, params, opts...)
	}
}

func upsertCompany(params featurebase.CompanyUpsertParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		company, _, err := c.Companies.Upsert(ctx, params, opts...)
		return company, err
	}
}

func getCompany(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Companies.Get(ctx, id, opts...)
	}
}

func deleteCompany(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Companies.Delete(ctx, id, opts...)
	}
}

func deleteCompanyByCompanyID(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Companies.DeleteByCompanyID(ctx, id, opts...)
	}
}

func listCompanyContacts(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Companies.ListContacts(ctx, id, featurebase.CompanyContactListParams{Limit: 3, Cursor: "x"}, opts...)
	}
}

func attachContact(id, contactID string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Companies.AttachContact(ctx, id, contactID, opts...)
	}
}

func detachContact(id, contactID string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Companies.DetachContact(ctx, id, contactID, opts...)
	}
}

var companyCalls = map[string]apiCall{
	"Companies.List": {
		do:       listCompanies(featurebase.CompanyListParams{Limit: 3, Cursor: "x"}),
		invalid:  listCompanies(featurebase.CompanyListParams{Cursor: badArgument, Limit: 101}),
		official: "users.companies.list",
		request:  "GET /v2/companies?cursor=x&limit=3",
		body:     companyListJSON,
		reads:    true,
	},
	"Companies.ListAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return results(c.Companies.ListAll(ctx, featurebase.CompanyListParams{}, opts...))
		},
		official: "users.companies.list",
		request:  "GET /v2/companies?limit=100",
		body:     companyListJSON,
		reads:    true,
	},
	"Companies.Search": {
		do: searchCompanies(featurebase.CompanySearchParams{
			Filters: featurebase.Filters[featurebase.Company]{featurebase.CompanyFieldCompanyID.Is("c1")},
			Sort:    featurebase.CompanySortMonthlySpendDesc, Limit: 3, Cursor: "x",
		}),
		invalid: searchCompanies(featurebase.CompanySearchParams{
			Filters: featurebase.Filters[featurebase.Company]{featurebase.CompanyFieldName.Is(badArgument), featurebase.CompanyFieldPlan.OneOf()},
		}),
		official: "users.companies.search",
		request:  "POST /v2/companies/search",
		sends:    `{"query":{"field":"externalId","operator":"=","value":"c1"},"sort":"monthlySpend:desc","limit":3,"cursor":"x"}`,
		body:     companySearchJSON,
		reads:    true,
	},
	"Companies.SearchAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			page, err := results(c.Companies.SearchAll(ctx, featurebase.CompanySearchParams{}, opts...))
			if err != nil {
				return nil, err
			}
			return &featurebase.SearchPage[featurebase.Company]{Page: *page, TotalCount: ptr(1), TotalCountCapped: ptr(false)}, nil
		},
		official: "users.companies.search",
		request:  "POST /v2/companies/search",
		sends:    `{"limit":100}`,
		body:     companySearchJSON,
		reads:    true,
	},
	"Companies.Upsert": {
		do:       upsertCompany(featurebase.CompanyUpsertParams{CompanyID: "c1", Name: "Acme", Plan: featurebase.Value("pro")}),
		invalid:  upsertCompany(featurebase.CompanyUpsertParams{CompanyID: badArgument, Name: "Acme"}),
		official: "users.companies.createOrUpdate",
		request:  "POST /v2/companies",
		sends:    `{"companyId":"c1","name":"Acme","plan":"pro"}`,
		status:   201,
		body:     companyJSON,
	},
	"Companies.Get": {
		do: getCompany(contactID), invalid: getCompany(badArgument),
		official: "users.companies.retrieve",
		request:  "GET /v2/companies/" + contactID,
		body:     companyJSON,
		notFound: "company_not_found",
		reads:    true,
	},
	"Companies.Delete": {
		do: deleteCompany(contactID), invalid: deleteCompany(badArgument),
		official: "users.companies.delete",
		request:  "DELETE /v2/companies/" + contactID,
		body:     `{"id":"507f1f77bcf86cd799439011","object":"company","deleted":true}`,
		notFound: "company_not_found",
	},
	"Companies.DeleteByCompanyID": {
		do: deleteCompanyByCompanyID("c1"), invalid: deleteCompanyByCompanyID(badArgument),
		official: "users.companies.deleteByCompanyID",
		request:  "DELETE /v2/companies/by-company-id/c1",
		body:     `{"id":"507f1f77bcf86cd799439011","object":"company","deleted":true}`,
		notFound: "company_not_found",
	},
	"Companies.ListContacts": {
		do: listCompanyContacts(companyID), invalid: listCompanyContacts(badArgument),
		official: "users.companies.contacts.list",
		request:  "GET /v2/companies/" + companyID + "/contacts?cursor=x&limit=3",
		body:     contactListJSON,
		notFound: "company_not_found",
		reads:    true,
	},
	"Companies.ListContactsAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return results(c.Companies.ListContactsAll(ctx, companyID, featurebase.CompanyContactListParams{}, opts...))
		},
		official: "users.companies.contacts.list",
		request:  "GET /v2/companies/" + companyID + "/contacts?limit=100",
		body:     contactListJSON,
		notFound: "company_not_found",
		reads:    true,
	},
	"Companies.AttachContact": {
		do: attachContact(companyID, contactID), invalid: attachContact(badArgument, badArgument),
		official: "users.companies.contacts.attach",
		request:  "POST /v2/companies/" + companyID + "/contacts",
		sends:    `{"contactId":"507f1f77bcf86cd799439011"}`,
		body:     contactJSON,
		notFound: "company_not_found",
		once:     true,
	},
	"Companies.DetachContact": {
		do: detachContact(companyID, contactID), invalid: detachContact(companyID, badArgument),
		official: "users.companies.contacts.remove",
		request:  "DELETE /v2/companies/" + companyID + "/contacts/" + contactID,
		body:     contactJSON,
		notFound: "company_not_found contact_not_found",
	},
}
