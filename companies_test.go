package featurebase_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	companyID   = "507f1f77bcf86cd799439013"
	companyJSON = `{"object":"company","id":"507f1f77bcf86cd799439011","companyId":"c1","name":"Acme","plan":"pro","industry":"i","website":"w",
		"monthlySpend":99.5,"companySize":0,"linkedUsers":3,"customFields":{"a":[1,"x",null]},"createdAt":"2026-01-01T00:00:00Z",
		"updatedAt":"2026-01-02T00:00:00Z","lastActivity":null,"new":{"a":1}}`
	companyListJSON   = `{"object":"list","data":[` + companyJSON + `],"nextCursor":null}`
	companySearchJSON = `{"object":"list","data":[` + companyJSON + `],"nextCursor":null,"totalCount":1,"totalCountCapped":false}`
)

var _ = register(map[string]apiCall{
	"Companies.List": {
		args:     args{featurebase.CompanyListParams{Limit: 3, Cursor: "x"}},
		invalid:  args{featurebase.CompanyListParams{Cursor: badArgument, Limit: 101}},
		official: "users.companies.list",
		request:  "GET /v2/companies?cursor=x&limit=3",
		body:     companyListJSON,
		reads:    true,
	},
	"Companies.ListAll": {
		args:     args{featurebase.CompanyListParams{}},
		official: "users.companies.list",
		request:  "GET /v2/companies?limit=100",
		body:     companyListJSON,
		reads:    true,
	},
	"Companies.Search": {
		args: args{featurebase.CompanySearchParams{
			Filters: featurebase.Filters[featurebase.Company]{featurebase.CompanyFieldCompanyID.Is("c1")},
			Sort:    featurebase.CompanySortMonthlySpendDesc, Limit: 3, Cursor: "x",
		}},
		invalid: args{featurebase.CompanySearchParams{
			Filters: featurebase.Filters[featurebase.Company]{featurebase.CompanyFieldName.Is(badArgument), featurebase.CompanyFieldPlan.OneOf()},
		}},
		official: "users.companies.search",
		request:  "POST /v2/companies/search",
		sends:    `{"query":{"field":"externalId","operator":"=","value":"c1"},"sort":"monthlySpend:desc","limit":3,"cursor":"x"}`,
		body:     companySearchJSON,
		reads:    true,
	},
	"Companies.SearchAll": {
		args:     args{featurebase.CompanySearchParams{}},
		official: "users.companies.search",
		request:  "POST /v2/companies/search",
		sends:    `{"limit":100}`,
		body:     companySearchJSON,
		reads:    true,
	},
	"Companies.Upsert": {
		args:     args{featurebase.CompanyUpsertParams{CompanyID: "c1", Name: "Acme", Plan: featurebase.Value("pro")}},
		invalid:  args{featurebase.CompanyUpsertParams{CompanyID: badArgument, Name: "Acme"}},
		official: "users.companies.createOrUpdate",
		request:  "POST /v2/companies",
		sends:    `{"companyId":"c1","name":"Acme","plan":"pro"}`,
		status:   201,
		body:     companyJSON,
	},
	"Companies.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "users.companies.retrieve",
		request:  "GET /v2/companies/" + contactID,
		body:     companyJSON,
		notFound: "company_not_found",
		reads:    true,
	},
	"Companies.Delete": {
		args: args{contactID}, invalid: args{badArgument},
		official: "users.companies.delete",
		request:  "DELETE /v2/companies/" + contactID,
		body:     `{"id":"507f1f77bcf86cd799439011","object":"company","deleted":true}`,
		notFound: "company_not_found",
	},
	"Companies.DeleteByCompanyID": {
		args: args{"c1"}, invalid: args{badArgument},
		official: "users.companies.deleteByCompanyID",
		request:  "DELETE /v2/companies/by-company-id/c1",
		body:     `{"id":"507f1f77bcf86cd799439011","object":"company","deleted":true}`,
		notFound: "company_not_found",
	},
	"Companies.ListContacts": {
		args: args{companyID, featurebase.CompanyContactListParams{Limit: 3, Cursor: "x"}}, invalid: args{badArgument, featurebase.CompanyContactListParams{Limit: 3, Cursor: "x"}},
		official: "users.companies.contacts.list",
		request:  "GET /v2/companies/" + companyID + "/contacts?cursor=x&limit=3",
		body:     contactListJSON,
		notFound: "company_not_found",
		reads:    true,
	},
	"Companies.ListContactsAll": {
		args:     args{companyID, featurebase.CompanyContactListParams{}},
		official: "users.companies.contacts.list",
		request:  "GET /v2/companies/" + companyID + "/contacts?limit=100",
		body:     contactListJSON,
		notFound: "company_not_found",
		reads:    true,
	},
	"Companies.AttachContact": {
		args: args{companyID, contactID}, invalid: args{badArgument, badArgument},
		official: "users.companies.contacts.attach",
		request:  "POST /v2/companies/" + companyID + "/contacts",
		sends:    `{"contactId":"507f1f77bcf86cd799439011"}`,
		body:     contactJSON,
		notFound: "company_not_found",
		once:     true,
	},
	"Companies.DetachContact": {
		args: args{companyID, contactID}, invalid: args{companyID, badArgument},
		official: "users.companies.contacts.remove",
		request:  "DELETE /v2/companies/" + companyID + "/contacts/" + contactID,
		body:     contactJSON,
		notFound: "company_not_found contact_not_found",
	},
})

func TestCompany_keepsWhatTheAPISays(t *testing.T) {
	t.Parallel()
	const body = `{"object":"company","id":"507f1f77bcf86cd799439011","companyId":"c1","name":"Acme","plan":null,"industry":null,"website":null,
		"monthlySpend":null,"companySize":0,"linkedUsers":2.5,"createdAt":null,"updatedAt":"2026-01-02T00:00:00.5Z","lastActivity":null,"tier":"gold"}`
	got, err := newClient(t, respondWith(200, body)).Companies.Get(t.Context(), contactID)
	require.NoError(t, err)
	assert.Equal(t, "Acme", got.Name)
	assert.Nil(t, got.MonthlySpend)
	assert.Equal(t, 0, *got.CompanySize)
	assert.True(t, got.CreatedAt.IsZero())
	assert.Equal(t, time.Date(2026, 1, 2, 0, 0, 0, 5e8, time.UTC), got.UpdatedAt)
	assert.Equal(t, `map[linkedUsers:2.5 tier:"gold"]`, fmt.Sprintf("%s", got.Extra))
}

func TestCompaniesUpsert_sendsWhatWasGivenAndNothingElse(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tc := range []struct {
		name   string
		params featurebase.CompanyUpsertParams
		body   string
	}{
		{"what is required", featurebase.CompanyUpsertParams{CompanyID: "c1", Name: "Acme"}, `{"companyId":"c1","name":"Acme"}`},
		{"values", featurebase.CompanyUpsertParams{
			CompanyID: "c1", Name: "Acme", CompanySize: featurebase.Value(0), CreatedAt: featurebase.Value(day), Industry: featurebase.Value("i"),
			MonthlySpend: featurebase.Value(0.0), Plan: featurebase.Value("p"), Website: featurebase.Value("w"), CustomFields: map[string]any{"k": []string{"v"}, "gone": nil},
		}, `{"companyId":"c1","name":"Acme","companySize":0,"createdAt":"2026-01-02T03:04:05Z","industry":"i","monthlySpend":0,"plan":"p","website":"w",
			"customFields":{"k":["v"],"gone":null}}`},
		{"nulls", featurebase.CompanyUpsertParams{CompanyID: "c1", Name: "Acme", CompanySize: featurebase.Null[int](), CreatedAt: featurebase.Null[time.Time]()},
			`{"companyId":"c1","name":"Acme","companySize":null,"createdAt":null}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, companyJSON)
			_, err := newClient(t, rt).Companies.Upsert(t.Context(), tc.params)
			require.NoError(t, err)
			assert.JSONEq(t, tc.body, (*sent)[0].body)
		})
	}
}

func TestCompaniesUpsert_needsIDAndName(t *testing.T) {
	t.Parallel()
	err := refusal(t, upsertCompany(featurebase.CompanyUpsertParams{CustomFields: map[string]any{"k": struct{}{}}}))
	assert.EqualError(t, err, `featurebase: invalid CompanyID: it is required; invalid Name: it is required; invalid CustomFields["k"]: `+
		"want a string, a number, a boolean, nil, or a slice of those, but a struct {} is an object in JSON; nothing was sent")
	err = refusal(t, upsertCompany(featurebase.CompanyUpsertParams{CompanyID: " c1", Name: "Acme"}))
	assert.Equal(t, "CompanyID", requireErrorAs[*featurebase.InvalidIDError](t, err).Param)
}

func TestCompaniesUpsert_believesOnlyTheCompanyThatWasGiven(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, id, body, reason string }{
		{"the ID", "c1", companyJSON, ""},
		{"another ID", "c2", companyJSON, "companyId is not the one that was given"},
		{"the ID in another case", "C1", companyJSON, "companyId is not the one that was given"},
		{"none in the response", "c1", `{"object":"company","id":"507f1f77bcf86cd799439011"}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, respondWith(200, tc.body)).Companies.Upsert(t.Context(), featurebase.CompanyUpsertParams{CompanyID: tc.id, Name: "Acme"})
			if tc.reason == "" {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
			}
		})
	}
}

// Both are told by a contact, which has to be the one that was meant.
func TestCompaniesAttachAndDetach_believeOnlyTheContactThatWasGiven(t *testing.T) {
	t.Parallel()
	contact := func(id string) string { return fmt.Sprintf(`{"object":"contact","id":%q}`, id) }
	for _, method := range []struct {
		name, reason string
		call         func(id, contactID string) doFunc
	}{
		{"AttachContact", "id is not the one that was given", attachContact},
		{"DetachContact", "id is not the one that was asked for", detachContact},
	} {
		for _, tc := range []struct{ name, body, reason string }{
			{"the contact", contact(contactID), ""},
			{"in another case", contact(strings.ToUpper(contactID)), ""},
			{"another contact", contact(otherID), method.reason},
			{"the company's ID", contact(companyID), method.reason},
			{"an ID of another form", contact("ada"), method.reason},
			{"no ID", contact(""), "id is missing"},
			{"the company", companyJSON, `object is "company" instead of "contact"`},
			{"null", "null", `object is "" instead of "contact"`},
		} {
			t.Run(method.name+", "+tc.name, func(t *testing.T) {
				t.Parallel()
				srv := featurebasetest.NewServer(t)
				srv.FailNext(fault{Status: 200, Body: tc.body})
				_, err := method.call(companyID, contactID)(t.Context(), srv.Client())
				if tc.reason == "" {
					assert.NoError(t, err)
					return
				}
				assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
				assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
			})
		}
	}
}

func TestCompaniesAttachAndDetach_tellWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	company, ada := srv.AddCompany(featurebase.Company{}), srv.AddContact(featurebase.Contact{})
	for _, tc := range []struct {
		name, company, contact string
		want                   featurebase.ErrorCode
		attach, detach         bool // whether it is what the call is about
	}{
		{"no company", otherID, ada.ID, featurebase.ErrorCodeCompanyNotFound, true, true},
		{"no contact", company.ID, otherID, featurebase.ErrorCodeContactNotFound, false, true},
		{"the other way around", ada.ID, company.ID, featurebase.ErrorCodeCompanyNotFound, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := attachContact(tc.company, tc.contact)(t.Context(), srv.Client())
			assert.Equal(t, tc.attach, errors.Is(err, featurebase.ErrNotFound))
			assert.Equal(t, tc.want, requireErrorAs[*featurebase.APIError](t, err).Code)
			_, err = detachContact(tc.company, tc.contact)(t.Context(), srv.Client())
			assert.Equal(t, tc.detach, errors.Is(err, featurebase.ErrNotFound))
			assert.Equal(t, tc.want, requireErrorAs[*featurebase.APIError](t, err).Code)
		})
	}
	_, err := srv.Client().Companies.DetachContact(t.Context(), company.ID, ada.ID)
	assert.Equal(t, 400, requireErrorAs[*featurebase.APIError](t, err).StatusCode, "not attached")
}

func TestCompaniesAttachAndDetach_nameTheIDThatIsInvalid(t *testing.T) {
	t.Parallel()
	for _, call := range []func(id, contactID string) doFunc{attachContact, detachContact} {
		assert.Equal(t, "contactId", requireErrorAs[*featurebase.InvalidIDError](t, refusal(t, call(companyID, "ada"))).Param)
		assert.Equal(t, "contactId", requireErrorAs[*featurebase.InvalidIDError](t, refusal(t, call(companyID, ""))).Param)
		assert.Equal(t, "id", requireErrorAs[*featurebase.InvalidIDError](t, refusal(t, call("acme", contactID))).Param)
	}
}

// A repeated attachment might count a user twice.
func TestCompaniesAttachContact_isNotRepeatedAfterALostResponse(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	company, ada := srv.AddCompany(featurebase.Company{}), srv.AddContact(featurebase.Contact{})
	srv.FailNext(fault{Apply: true, Cut: true})
	_, err := srv.Client().Companies.AttachContact(t.Context(), company.ID, ada.ID)
	assert.Equal(t, []error{featurebase.ErrAmbiguous}, matched(err))
	assert.Len(t, srv.Requests(), 1)
	assert.Len(t, srv.Contacts()[0].Companies, 1)
}

func TestCompaniesDetachContact_whoseResponseIsLost(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ada := srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{{CompanyID: "acme"}}})
	srv.FailNext(fault{Apply: true, Cut: true})
	_, err := srv.Client().Companies.DetachContact(t.Context(), ada.Companies[0].ID, ada.ID)
	assert.Equal(t, 400, requireErrorAs[*featurebase.APIError](t, err).StatusCode, "the retry's response: it is not attached,")
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous, "which may be our own doing")
	assert.Empty(t, srv.Contacts()[0].Companies)
}

func TestCompaniesDeleteMany_deletesCompanies(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	var ids []string
	for i := range 3 {
		contact := srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{{CompanyID: fmt.Sprint(i)}}})
		ids = append(ids, contact.Companies[0].ID)
	}
	for r := range client.Companies.DeleteMany(t.Context(), slices.Values(ids)) {
		require.NoError(t, r.Err)
		assert.Equal(t, &featurebase.Deleted{ID: r.ID, Object: "company", Deleted: true}, r.Value)
	}
	assert.Empty(t, srv.Companies())
	for _, c := range srv.Contacts() {
		assert.Empty(t, c.Companies)
	}
}

func TestCompaniesDeleteByCompanyID_sendsOneSegment(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	company := srv.AddCompany(featurebase.Company{CompanyID: "a/b ü"})
	deleted, err := srv.Client().Companies.DeleteByCompanyID(t.Context(), "a/b ü")
	require.NoError(t, err)
	assert.Equal(t, company.ID, deleted.ID)
	assert.Equal(t, "/v2/companies/by-company-id/a%2Fb%20%C3%BC", srv.Requests()[0].Path)
}

func upsertCompany(params featurebase.CompanyUpsertParams) doFunc {
	return method("Companies.Upsert", params)
}

func attachContact(id, contactID string) doFunc {
	return method("Companies.AttachContact", id, contactID)
}

func detachContact(id, contactID string) doFunc {
	return method("Companies.DetachContact", id, contactID)
}
