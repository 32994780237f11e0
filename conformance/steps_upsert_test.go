package conformance_test

import (
	"time"

	"github.com/featurebase-community/featurebase-go"
)

func upserting() []step {
	type params = featurebase.ContactUpsertParams
	created := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	const createdText, method = "2020-01-02T03:04:05Z", "users.contacts.createOrUpdate"
	refused := func(name, why string, body object, own oursCall, outcome string) step {
		return step{name: name, official: official(method, body), ours: own, differs: &difference{why, invalid + "\nPOST /v2/contacts " + text(body), outcome}}
	}
	return []step{
		{name: "create with everything", want: ok, official: official(method, object{
			"userId": "new/1", "email": "new@example.com", "name": "New", "profilePicture": "https://example.com/n.png", "phone": "+1 2", "locale": "de",
			"roles": array{"r1"}, "subscribedToChangelog": true, "userHash": "h", "createdAt": createdText,
			"customFields": object{"text": "x", "number": 1.5, "flag": true, "none": nil, "list": array{"a", 1, nil}},
			"companies": array{
				object{"id": "acme", "name": "Acme"},
				object{"id": "babbage", "name": "Babbage", "companyHash": "h", "companySize": 3, "createdAt": createdText, "customFields": object{"k": "v"},
					"industry": "i", "monthlySpend": 12.5, "plan": "p", "website": "w"},
			},
		}), ours: ours("Contacts.Upsert", params{
			UserID: "new/1", Email: "new@example.com", Name: featurebase.Value("New"), ProfilePicture: featurebase.Value("https://example.com/n.png"), Phone: featurebase.Value("+1 2"), Locale: featurebase.Value("de"),
			Roles: []string{"r1"}, SubscribedToChangelog: featurebase.Value(true), UserHash: "h", CreatedAt: featurebase.Value(created),
			CustomFields: object{"text": "x", "number": 1.5, "flag": true, "none": nil, "list": array{"a", 1, nil}},
			Companies: []featurebase.ContactUpsertCompany{
				{CompanyID: "acme", Name: "Acme"},
				{CompanyID: "babbage", Name: "Babbage", CompanyHash: "h", CompanySize: featurebase.Value(3), CreatedAt: featurebase.Value(created), CustomFields: object{"k": "v"},
					Industry: featurebase.Value("i"), MonthlySpend: featurebase.Value(12.5), Plan: featurebase.Value("p"), Website: featurebase.Value("w")},
			},
		})},
		{name: "it is found by when it was created", want: ok,
			official: official("users.contacts.search", object{"query": object{"field": "createdAt", "operator": "=", "value": created.Unix()}}),
			ours:     ours("Contacts.Search", featurebase.ContactSearchParams{Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldCreatedAt.Is(created)}})},
		{name: "change a little", official: official(method, object{"userId": "new/1", "name": "Newer", "customFields": object{"text": nil, "more": "y"}}),
			ours: ours("Contacts.Upsert", params{UserID: "new/1", Name: featurebase.Value("Newer"), CustomFields: object{"text": nil, "more": "y"}}), want: ok},
		{name: "clear what can be null", official: official(method, object{"userId": "new/1", "profilePicture": nil, "phone": nil, "createdAt": nil,
			"companies": array{object{"id": "babbage", "name": "Babbage", "companySize": nil, "createdAt": nil}}}),
			ours: ours("Contacts.Upsert", params{UserID: "new/1", ProfilePicture: featurebase.Null[string](), Phone: featurebase.Null[string](), CreatedAt: featurebase.Null[time.Time](),
				Companies: []featurebase.ContactUpsertCompany{{CompanyID: "babbage", Name: "Babbage", CompanySize: featurebase.Null[int](), CreatedAt: featurebase.Null[time.Time]()}}}), want: ok},
		{name: "take lists away", official: official(method, object{"userId": "new/1", "roles": array{}, "companies": array{}}),
			ours: ours("Contacts.Upsert", params{UserID: "new/1", Roles: []string{}, Companies: []featurebase.ContactUpsertCompany{}}), want: ok},
		{name: "a flag that is false", official: official(method, object{"userId": "new/1", "subscribedToChangelog": false}),
			ours: ours("Contacts.Upsert", params{UserID: "new/1", SubscribedToChangelog: featurebase.Value(false)}), want: ok},
		{name: "change by email address", official: official(method, object{"email": "NEW@example.com", "locale": "fr"}),
			ours: ours("Contacts.Upsert", params{Email: "NEW@example.com", Locale: featurebase.Value("fr")}), want: ok},
		{name: "the user ID counts more", official: official(method, object{"userId": "u3", "email": "new@example.com"}),
			ours: ours("Contacts.Upsert", params{UserID: "u3", Email: "new@example.com"}), want: ok},
		{name: "create by email address", official: official(method, object{"email": "newest@example.com"}), ours: ours("Contacts.Upsert", params{Email: "newest@example.com"}), want: ok},
		{name: "change a lead", official: official(method, object{"email": "bob@example.com", "name": "Robert"}),
			ours: ours("Contacts.Upsert", params{Email: "bob@example.com", Name: featurebase.Value("Robert")}), want: ok},
		refused("no email address", refuses, object{"email": "ada"}, ours("Contacts.Upsert", params{Email: "ada"}), "not sent: invalid Email"),
		refused("neither ID nor address", refuses, object{"name": "Ada"}, ours("Contacts.Upsert", params{Name: featurebase.Value("Ada")}),
			"not sent: invalid UserID").saying("400 missing_parameter"),
		refused("a company without a name", refuses, object{"userId": "u1", "companies": array{object{"id": "acme"}}},
			ours("Contacts.Upsert", params{UserID: "u1", Companies: []featurebase.ContactUpsertCompany{{CompanyID: "acme"}}}), "not sent: invalid Companies[0].Name"),
		refused("a custom field that is an object", refuses, object{"userId": "u1", "customFields": object{"a": object{}}},
			ours("Contacts.Upsert", params{UserID: "u1", CustomFields: object{"a": object{}}}),
			`not sent: invalid CustomFields["a"]`),
		refused("null for a name", typesRefuse, object{"userId": "u1", "name": nil}, oursCall{}, cantBe),
		refused("an unknown field", typesRefuse, object{"userId": "u1", "nickname": "A"}, oursCall{}, cantBe),
		refused("a time that is none", typesRefuse, object{"userId": "u1", "createdAt": "yesterday"}, oursCall{}, cantBe).saying(against),
	}
}
