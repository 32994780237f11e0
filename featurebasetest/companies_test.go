package featurebasetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const companiesPath = "/v2/companies"

// linkedUsers returns how many users a company has.
func linkedUsers(srv *featurebasetest.Server, id string) int {
	for _, c := range srv.Companies() {
		if c.ID == id {
			return *c.LinkedUsers
		}
	}
	return -1
}

// companiesOf returns the names of the companies that a contact has.
func companiesOf(srv *featurebasetest.Server, id string) string {
	var names []string
	for _, c := range srv.Contacts() {
		if c.ID == id {
			for _, company := range c.Companies {
				names = append(names, company.Name)
			}
		}
	}
	return strings.Join(names, " ")
}

func TestCompanies_upsert(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		upsert := func(wantStatus int, body string) map[string]any {
			t.Helper()
			status, company, failure := ask(t, hc, srv, "POST", companiesPath, body)
			require.Equal(t, wantStatus, status, failure)
			return company
		}
		want := map[string]any{
			"object": "company", "id": "60d5ec49f1b2c8b100000001", "companyId": "c1", "name": "One", "plan": nil, "industry": nil, "website": nil,
			"monthlySpend": nil, "companySize": nil, "linkedUsers": 0.0, "lastActivity": nil,
			"createdAt": "2000-01-01T00:00:00.000Z", "updatedAt": "2000-01-01T00:00:00.000Z",
		}
		assert.Equal(t, want, upsert(200, `{"companyId":"c1","name":"One"}`))
		time.Sleep(time.Hour)
		want["updatedAt"] = "2000-01-01T01:00:00.000Z"
		want["plan"], want["industry"], want["website"] = "p", "i", "w"
		want["monthlySpend"], want["companySize"], want["createdAt"] = 9.5, 3.0, "2019-12-31T22:00:00.000Z"
		want["customFields"] = map[string]any{"k": []any{true, nil}, "gone": 1.0}
		assert.Equal(t, want, upsert(200, `{"companyId":"c1","name":"One","plan":"p","industry":"i","website":"w","monthlySpend":9.5,"companySize":3,
			"createdAt":"2020-01-01T00:00:00+02:00","customFields":{"k":[true,null],"gone":1}}`))

		// What is left out stays; null and empty text clear.
		want["name"], want["plan"], want["companySize"], want["createdAt"] = "Uno", nil, nil, nil
		want["customFields"] = map[string]any{"k": []any{true, nil}}
		assert.Equal(t, want, upsert(200, `{"companyId":"c1","name":"Uno","plan":"","companySize":null,"createdAt":null,"customFields":{"gone":null}}`))
		_, got, _ := ask(t, hc, srv, "GET", companiesPath+"/60D5EC49F1B2C8B100000001", "")
		assert.Equal(t, want, got)
		assert.Equal(t, "60d5ec49f1b2c8b100000002", idOf(upsert(200, `{"companyId":"C1","name":"Two"}`)))
	})
}

func TestCompanies_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		acme := srv.AddCompany(featurebase.Company{CompanyID: "acme", Name: "Acme"})
		ada := srv.AddContact(featurebase.Contact{UserID: "u1"})
		lead := srv.AddContact(featurebase.Contact{Type: "lead"})
		const none = companiesPath + "/507f1f77bcf86cd799439999"
		company := companiesPath + "/" + acme.ID
		before := srv.Companies()
		for _, tc := range []struct{ method, path, body, want string }{
			{"GET", none, "", "404 company_not_found"},
			{"DELETE", none, "", "404 company_not_found"},
			{"DELETE", companiesPath + "/by-company-id/nobody", "", "404 company_not_found"},
			{"GET", none + "/contacts", "", "404 company_not_found"},
			{"POST", none + "/contacts", `{"contactId":"` + ada.ID + `"}`, "404 company_not_found"},
			{"DELETE", none + "/contacts/" + ada.ID, "", "404 company_not_found"},
			{"GET", companiesPath + "/acme", "", "400 invalid_id id"},
			{"DELETE", companiesPath + "/acme", "", "400 invalid_id id"},
			{"GET", companiesPath + "/acme/contacts", "", "400 invalid_id id"},
			{"GET", companiesPath + "/by-company-id/acme", "", "404 Cannot GET /v2/companies/by-company-id/acme"},
			{"PATCH", company, "{}", "404 Cannot PATCH /v2/companies/60d5ec49f1b2c8b100000001"},
			{"DELETE", companiesPath + "/by-company-id/" + strings.Repeat("%C3%A9", 256), "", "400 params.companyId: String must contain at most 255 character(s)"},
			{"GET", company + "?expand=1", "", "400 query: Unrecognized key(s) in object: 'expand'"},
			{"GET", companiesPath + "?limit=101", "", "400 query.limit: Number must be less than or equal to 100"},
			{"GET", companiesPath + "?name=Acme", "", "400 query: Unrecognized key(s) in object: 'name'"},
			{"GET", companiesPath + "?cursor=x", "", "400 invalid_cursor cursor"},
			{"GET", company + "/contacts?limit=0", "", "400 query.limit: Number must be greater than or equal to 1"},
			{"GET", company + "/contacts?contactType=all", "", "400 query: Unrecognized key(s) in object: 'contactType'"},
			{"GET", company + "/contacts?cursor=x", "", "400 invalid_cursor cursor"},

			{"POST", company + "/contacts", ``, "400 body: Required"},
			{"POST", company + "/contacts", `{}`, "400 body.contactId: Required"},
			{"POST", company + "/contacts", `{"contactId":"ada"}`, "400 invalid_id contactId"},
			{"POST", company + "/contacts", `{"contactId":"` + acme.ID + `"}`, "404 contact_not_found"},
			{"POST", company + "/contacts", `{"contactId":"` + lead.ID + `"}`, "404 contact_not_found"},
			{"DELETE", company + "/contacts/ada", "", "400 invalid_id contactId"},
			{"DELETE", company + "/contacts/" + acme.ID, "", "404 contact_not_found"},

			{"POST", companiesPath, `{"name":"Acme"}`, "400 body.companyId: Required"},
			{"POST", companiesPath, `{"companyId":"acme"}`, "400 body.name: Required"},
			{"POST", companiesPath, `{"companyId":"","name":"Acme"}`, "400 body.companyId: String must contain at least 1 character(s)"},
			{"POST", companiesPath, `{"companyId":"acme","name":""}`, "400 body.name: String must contain at least 1 character(s)"},
			{"POST", companiesPath, `{"companyId":"acme","name":"A","plan":null}`, "400 body.plan: Expected string, received null"},
			{"POST", companiesPath, `{"companyId":"acme","name":"A","monthlySpend":null}`, "400 body.monthlySpend: Expected number, received null"},
			{"POST", companiesPath, `{"companyId":"acme","name":"A","createdAt":1}`, "400 body.createdAt: Expected string, received number"},
			{"POST", companiesPath, `{"companyId":"acme","name":"A","customFields":{"a":{}}}`, "400 body.customFields.a: Invalid input"},
			{"POST", companiesPath, `{"companyId":"acme","name":"A","linkedUsers":1}`, "400 body: Unrecognized key(s) in object: 'linkedUsers'"},
			{"POST", companiesPath, `{"companyId":"acme","name":"A","companyHash":"h"}`, "400 body: Unrecognized key(s) in object: 'companyHash'"},

			{"POST", companiesPath + "/search", `{"search":"acme"}`, "400 body: Unrecognized key(s) in object: 'search'"},
			{"POST", companiesPath + "/search", `{"sort":"name:asc"}`, "400 body.sort: Invalid enum value. Expected one of many, received 'name:asc'"},
			{"POST", companiesPath + "/search", `{"sort":"linkedUsers:asc"}`, "400 body.sort: Invalid enum value. Expected one of many, received 'linkedUsers:asc'"},
			{"POST", companiesPath + "/search", `{"query":{"field":"companyId","operator":"=","value":"acme"}}`, "400 invalid_parameter query"},
			{"POST", companiesPath + "/search", `{"query":{"field":"name","operator":"!=","value":"Acme"}}`, "400 query_too_broad query"},
			{"POST", companiesPath + "/search", `{"query":{"field":"linkedUsers","operator":"!=","value":1}}`, "400 query_too_broad query"},
			{"POST", companiesPath + "/search", `{"cursor":"x"}`, "400 invalid_cursor cursor"},
		} {
			status, _, failure := ask(t, hc, srv, tc.method, tc.path, tc.body)
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %s %s", tc.method, tc.path, tc.body)
		}
		assert.Equal(t, before, srv.Companies(), "what is refused changes nothing")
		assert.Empty(t, companiesOf(srv, ada.ID))
	})
}

func TestCompanies_attachAndDetachCustomers(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		one, two := srv.AddCompany(featurebase.Company{Name: "One"}), srv.AddCompany(featurebase.Company{Name: "Two"})
		ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
		attach := func(company string) map[string]any {
			t.Helper()
			status, contact, failure := ask(t, hc, srv, "POST", companiesPath+"/"+company+"/contacts", `{"contactId":"`+strings.ToUpper(ada.ID)+`"}`)
			require.Equal(t, 200, status, failure)
			return contact
		}
		attach(one.ID)
		contact := attach(two.ID)
		assert.Equal(t, ada.ID, contact["id"])
		assert.Equal(t, contact, attach(one.ID), "twice is as once")
		assert.Equal(t, "One Two", companiesOf(srv, ada.ID))
		assert.Equal(t, 1, linkedUsers(srv, one.ID))
		_, got, _ := ask(t, hc, srv, "GET", companiesPath+"/"+two.ID, "")
		assert.Equal(t, contact["companies"].([]any)[1], got, "the embedded company is the company")

		detach := companiesPath + "/" + one.ID + "/contacts/" + strings.ToUpper(ada.ID)
		status, contact, failure := ask(t, hc, srv, "DELETE", detach, "")
		require.Equal(t, 200, status, failure)
		assert.Equal(t, ada.ID, contact["id"])
		assert.Equal(t, "Two", companiesOf(srv, ada.ID))
		assert.Equal(t, 0, linkedUsers(srv, one.ID))
		assert.Equal(t, 1, linkedUsers(srv, two.ID))
		_, _, failure = ask(t, hc, srv, "DELETE", detach, "")
		assert.Equal(t, "contact_not_attached", failure)
		assert.Equal(t, 0, linkedUsers(srv, one.ID))
	})
}

func TestCompanies_areTheSameInAllTheirContacts(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	upsert := func(path, body string) map[string]any {
		t.Helper()
		_, o, failure := ask(t, hc, srv, "POST", path, body)
		require.Empty(t, failure)
		return o
	}
	ada := srv.AddContact(featurebase.Contact{UserID: "ada", Companies: []featurebase.Company{{CompanyID: "acme", Name: "Acme", Plan: "pro"}}})
	acme := ada.Companies[0]
	assert.Equal(t, 1, *acme.LinkedUsers)
	assert.Equal(t, []featurebase.Company{acme}, srv.Companies())

	// A contact brings a change of a company to the others.
	bob := idOf(upsert(contactsPath, `{"userId":"bob","companies":[{"id":"acme","name":"Acme Inc"},{"id":"new","name":"New"},{"id":"acme","name":"Acme Ltd"}]}`))
	assert.Equal(t, "Acme Ltd", companiesOf(srv, ada.ID))
	assert.Equal(t, "Acme Ltd New", companiesOf(srv, bob))
	company := srv.Contacts()[0].Companies[0]
	assert.Equal(t, []any{"pro", 2}, []any{company.Plan, *company.LinkedUsers})

	// So does the company itself.
	upsert(companiesPath, `{"companyId":"acme","name":"Acme SA"}`)
	assert.Equal(t, "Acme SA New", companiesOf(srv, bob))
	assert.Equal(t, srv.Companies()[0], srv.Contacts()[0].Companies[0])

	// Leads are no users of a company.
	lead := srv.AddContact(featurebase.Contact{Type: "lead", Companies: []featurebase.Company{{ID: strings.ToUpper(acme.ID), Website: "w"}}})
	assert.Equal(t, "Acme SA", companiesOf(srv, lead.ID))
	assert.Equal(t, 2, linkedUsers(srv, acme.ID))
	assert.Equal(t, "w", srv.Companies()[0].Website)

	// A contact that leaves a company is not its user any more, nor is one that is gone.
	upsert(contactsPath, `{"userId":"ada","companies":[{"id":"new","name":"New"}]}`)
	assert.Equal(t, []int{1, 2}, []int{linkedUsers(srv, acme.ID), linkedUsers(srv, srv.Companies()[1].ID)})
	upsert(contactsPath, `{"userId":"ada","name":"Ada"}`)
	assert.Equal(t, "New", companiesOf(srv, ada.ID))
	status, _, _ := ask(t, hc, srv, "DELETE", contactsPath+"/by-user-id/bob", "")
	require.Equal(t, 200, status)
	assert.Equal(t, []int{0, 1}, []int{linkedUsers(srv, acme.ID), linkedUsers(srv, srv.Companies()[1].ID)})
}

func TestCompanies_deletionTakesThemOffAllContacts(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		companies := []featurebase.Company{{CompanyID: "a/b", Name: "One"}, {CompanyID: "two", Name: "Two"}}
		ada := srv.AddContact(featurebase.Contact{Companies: companies})
		lead := srv.AddContact(featurebase.Contact{Type: "lead", Companies: companies})
		one, two := srv.Companies()[0], srv.Companies()[1]

		status, deleted, _ := ask(t, hc, srv, "DELETE", companiesPath+"/by-company-id/a%2Fb", "")
		assert.Equal(t, 200, status)
		assert.Equal(t, map[string]any{"id": one.ID, "object": "company", "deleted": true}, deleted)
		assert.Equal(t, "Two Two", companiesOf(srv, ada.ID)+" "+companiesOf(srv, lead.ID))
		_, found, _ := ask(t, hc, srv, "POST", contactsPath+"/search", fmt.Sprintf(`{"query":{"field":"companyIds","operator":"=","value":%q}}`, one.ID))
		assert.Empty(t, found["data"])

		status, deleted, _ = ask(t, hc, srv, "DELETE", companiesPath+"/"+strings.ToUpper(two.ID), "")
		assert.Equal(t, 200, status)
		assert.Equal(t, map[string]any{"id": two.ID, "object": "company", "deleted": true}, deleted)
		_, contact, _ := ask(t, hc, srv, "GET", contactsPath+"/"+ada.ID, "")
		assert.NotContains(t, contact, "companies")
		assert.Empty(t, srv.Companies())
		assert.Len(t, srv.Contacts(), 2, "contacts stay")
		status, _, _ = ask(t, hc, srv, "GET", companiesPath+"/"+two.ID, "")
		assert.Equal(t, 404, status)
		assert.NotEqual(t, one.ID, srv.AddCompany(featurebase.Company{CompanyID: "a/b"}).ID)
	})
}

func TestCompanies_list(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		acme := srv.AddCompany(featurebase.Company{Name: "0"})
		for i := range 4 {
			srv.AddCompany(featurebase.Company{Name: fmt.Sprint(i + 1)})
			c := featurebase.Contact{Name: fmt.Sprint(i), Companies: []featurebase.Company{{ID: acme.ID}}}
			srv.AddContact(c)
			srv.AddContact(featurebase.Contact{Name: "other"})
			c.Type = "lead"
			srv.AddContact(c)
		}
		for path, want := range map[string][]string{
			companiesPath: {"0 1", "2 3", "4"},
			companiesPath + "/" + acme.ID + "/contacts": {"0 1", "2 3"},
		} {
			var pages []string
			next := ""
			for range 4 {
				_, list, failure := ask(t, hc, srv, "GET", path+"?limit=2"+next, "")
				require.Empty(t, failure)
				assert.Equal(t, "list", list["object"])
				pages = append(pages, names(list))
				if list["nextCursor"] == nil {
					break
				}
				next = "&cursor=" + list["nextCursor"].(string)
			}
			assert.Equal(t, want, pages)
			_, _, failure := ask(t, hc, srv, "GET", contactsPath+"?limit=2"+next, "")
			assert.Equal(t, "invalid_cursor cursor", failure, "of another list")
		}
	})
}

func TestCompanies_search(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		began := time.Now().Unix()
		amount := func(n float64) *float64 { return &n }
		number := func(n int) *int { return &n }
		srv.AddCompany(featurebase.Company{CompanyID: "ca", Name: "a Inc", Plan: "p", Industry: "i", Website: "w", MonthlySpend: amount(9.5), CompanySize: number(1), LinkedUsers: number(5), LastActivity: time.Now()})
		time.Sleep(time.Minute)
		srv.AddCompany(featurebase.Company{CompanyID: "cb", Name: "b", Plan: "q", Industry: "j", Website: "x", MonthlySpend: amount(10), CompanySize: number(2), LinkedUsers: number(4), LastActivity: time.Now()})
		time.Sleep(time.Minute)
		srv.AddCompany(featurebase.Company{CompanyID: "cc", Name: "c"})
		texts := func(value string) map[string]string {
			return map[string]string{"=": value + " a", "!=": value + " b c", "IN": "[" + value + `,"x"] a`, "NIN": "[" + value + "] b c"}
		}
		name := texts(`"a-Inc"`) // a space would end the value
		name["~"] = `"INC" a`
		website := texts(`"w"`)
		website["IN"] = `["w","x"] a b`
		for field, operators := range map[string]map[string]string{ // value and what is found
			"externalId":   texts(`"ca"`),
			"plan":         texts(`"p"`),
			"industry":     texts(`"i"`),
			"website":      website,
			"name":         name,
			"monthlySpend": {"=": "9.5 a", "!=": "9.5 b c", ">": "9.5 b", "<": "10 a"},
			"companySize":  {"=": "1 a", "!=": "1 b c", ">": "1 b", "<": "2 a"},
			"linkedUsers":  {"=": "5 a", "!=": "5 b c", ">": "4 a", "<": "5 b c"},
			"lastActivity": {"=": fmt.Sprint(began, " a"), "!=": fmt.Sprint(began, " b c"), ">": fmt.Sprint(began, " b"), "<": fmt.Sprint(began+60, " a")},
			"createdAt":    {"=": fmt.Sprint(began, " a"), "!=": fmt.Sprint(began, " b c"), ">": fmt.Sprint(began, " b c"), "<": fmt.Sprint(began+60, " a")},
		} {
			for _, operator := range []string{"=", "!=", "IN", "NIN", ">", "<", ">=", "<=", "~", "!~", "^", "$"} {
				value, want, ok := strings.Cut(operators[operator], " ")
				if !ok {
					for _, value := range []string{`"a"`, `["a"]`, `1`} {
						status, _, _ := ask(t, hc, srv, "POST", companiesPath+"/search", fmt.Sprintf(`{"query":{"field":%q,"operator":%q,"value":%s}}`, field, operator, value))
						assert.Equal(t, 400, status, "%s %s %s", field, operator, value)
					}
					continue
				}
				_, list, failure := ask(t, hc, srv, "POST", companiesPath+"/search", fmt.Sprintf(
					`{"sort":"created_at:asc","query":{"operator":"AND","value":[{"field":"created_at","operator":">","value":0},{"field":%q,"operator":%q,"value":%s}]}}`,
					field, operator, strings.ReplaceAll(value, "-", " ")))
				require.Empty(t, failure, "%s %s %s", field, operator, value)
				assert.Equal(t, want, strings.ReplaceAll(names(list), " Inc", ""), "%s %s %s", field, operator, value)
				assert.EqualValues(t, len(strings.Fields(want)), list["totalCount"])
				assert.Equal(t, false, list["totalCountCapped"])
			}
		}
		for sort, want := range map[string]string{
			"":                   "c b a",
			"createdAt:asc":      "a b c",
			"monthly_spend:desc": "b a c",
			"monthlySpend:asc":   "c a b",
			"lastActivity:desc":  "b a c",
		} {
			body := `{"limit":1`
			if sort != "" {
				body += fmt.Sprintf(`,"sort":%q`, sort)
			}
			var found []string
			next := ""
			for range 3 {
				_, list, failure := ask(t, hc, srv, "POST", companiesPath+"/search", body+next+"}")
				require.Empty(t, failure)
				found = append(found, strings.Fields(names(list))[0])
				cursor, _ := list["nextCursor"].(string)
				next = fmt.Sprintf(`,"cursor":%q`, cursor)
			}
			assert.Equal(t, want, strings.Join(found, " "), sort)
		}
	})
}

func TestServer_addsCompanies(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	plain := srv.AddCompany(featurebase.Company{Name: "Acme"})
	full := srv.AddCompany(featurebase.Company{ID: "507F1F77BCF86CD799439011", CompanyID: "c", Name: "Full", CustomFields: map[string]any{"k": "v"}, CreatedAt: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)})
	assert.Equal(t, []featurebase.Company{plain, full}, srv.Companies())
	assert.Equal(t, plain.ID, plain.CompanyID)
	assert.Equal(t, "company", plain.Object)
	assert.Equal(t, 0, *plain.LinkedUsers)
	assert.False(t, plain.CreatedAt.IsZero())
	assert.Equal(t, id, full.ID)
	assert.Equal(t, 2020, full.CreatedAt.Year())
	for want, add := range map[string]func(){
		`AddCompany: ID "x" must be 24 hexadecimal characters`:      func() { srv.AddCompany(featurebase.Company{ID: "x"}) },
		`AddCompany: there is a company with companyId "c" already`: func() { srv.AddCompany(featurebase.Company{CompanyID: "c"}) },
		`AddContact: there is a company with ID "` + id + `" and companyId "c" already`: func() {
			srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{{ID: id, CompanyID: "d"}}})
		},
		`AddContact: there is a company with ID "` + plain.ID + `" and companyId "` + plain.ID + `" already`: func() {
			srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{{ID: plain.ID, CompanyID: "c"}}})
		},
		`AddContact: ID "y" must be 24 hexadecimal characters`: func() { srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{{ID: "y"}}}) },
	} {
		assert.PanicsWithValue(t, "featurebasetest: "+want, add)
	}
	assert.Len(t, srv.Companies(), 2)

	// LinkedUsers counts the contact that it is given with.
	users := 7
	ada := srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{{CompanyID: "c", LinkedUsers: &users}}})
	assert.Equal(t, 7, *ada.Companies[0].LinkedUsers)
	assert.Equal(t, 7, linkedUsers(srv, id))
}
