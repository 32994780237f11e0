package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleCompaniesService_Upsert() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()

	acme, err := client.Companies.Upsert(ctx, featurebase.CompanyUpsertParams{
		CompanyID:    "acme",
		Name:         "Acme",
		Plan:         featurebase.Value("pro"),
		MonthlySpend: featurebase.Value(99.5),
		CompanySize:  featurebase.Null[int](),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(acme.Name, acme.Plan, *acme.MonthlySpend)
	// Output: Acme pro 99.5
}

func ExampleCompaniesService_Get() {
	srv := featurebasetest.New()
	acme := srv.AddCompany(featurebase.Company{CompanyID: "acme", Name: "Acme"})
	client, ctx := srv.Client(), context.Background()

	company, err := client.Companies.Get(ctx, acme.ID)
	fmt.Println(company.Name, err)

	_, err = client.Companies.Get(ctx, "507f1f77bcf86cd799439011")
	fmt.Println(errors.Is(err, featurebase.ErrNotFound))
	// Output:
	// Acme <nil>
	// true
}

func ExampleCompaniesService_List() {
	srv := featurebasetest.New()
	srv.AddCompany(featurebase.Company{Name: "Acme"})
	srv.AddCompany(featurebase.Company{Name: "Engines"})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Companies.List(ctx, featurebase.CompanyListParams{Limit: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Name, page.NextCursor != "")
	// Output: Acme true
}

func ExampleCompaniesService_ListAll() {
	srv := featurebasetest.New()
	srv.AddCompany(featurebase.Company{Name: "Acme"})
	client, ctx := srv.Client(), context.Background()

	for company, err := range client.Companies.ListAll(ctx, featurebase.CompanyListParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(company.Name)
	}
	// Output: Acme
}

// A company is found by the ID in your own system.
func ExampleCompaniesService_Search() {
	srv := featurebasetest.New()
	srv.AddCompany(featurebase.Company{CompanyID: "acme", Name: "Acme"})
	srv.AddCompany(featurebase.Company{CompanyID: "engines", Name: "Engines"})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Companies.Search(ctx, featurebase.CompanySearchParams{
		Filters: featurebase.Filters[featurebase.Company]{featurebase.CompanyFieldCompanyID.Is("engines")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Data), page.Data[0].Name)
	// Output: 1 Engines
}

func ExampleCompaniesService_SearchAll() {
	srv := featurebasetest.New()
	spend := 99.5
	srv.AddCompany(featurebase.Company{Name: "Acme", MonthlySpend: &spend})
	srv.AddCompany(featurebase.Company{Name: "Engines"})
	client, ctx := srv.Client(), context.Background()

	for company, err := range client.Companies.SearchAll(ctx, featurebase.CompanySearchParams{
		Filters: featurebase.Filters[featurebase.Company]{featurebase.CompanyFieldMonthlySpend.MoreThan(50)},
		Sort:    featurebase.CompanySortMonthlySpendDesc,
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(company.Name)
	}
	// Output: Acme
}

func ExampleCompaniesService_Delete() {
	srv := featurebasetest.New()
	ada := srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{{CompanyID: "acme", Name: "Acme"}}})
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Companies.Delete(ctx, ada.Companies[0].ID)
	fmt.Println(deleted.Deleted, err)
	fmt.Println(len(srv.Companies()), len(srv.Contacts()), len(srv.Contacts()[0].Companies))
	// Output:
	// true <nil>
	// 0 1 0
}

func ExampleCompaniesService_DeleteByCompanyID() {
	srv := featurebasetest.New()
	acme := srv.AddCompany(featurebase.Company{CompanyID: "acme", Name: "Acme"})
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Companies.DeleteByCompanyID(ctx, "acme")
	fmt.Println(deleted.ID == acme.ID, err)
	// Output: true <nil>
}

func ExampleCompaniesService_DeleteMany() {
	srv := featurebasetest.New()
	acme := srv.AddCompany(featurebase.Company{Name: "Acme"})
	client, ctx := srv.Client(), context.Background()

	for r := range client.Companies.DeleteMany(ctx, slices.Values([]string{acme.ID})) {
		fmt.Println(r.ID == acme.ID, r.Err)
	}
	// Output: true <nil>
}

func ExampleCompaniesService_AttachContact() {
	srv := featurebasetest.New()
	acme := srv.AddCompany(featurebase.Company{Name: "Acme"})
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	contact, err := client.Companies.AttachContact(ctx, acme.ID, ada.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(contact.Name, contact.Companies[0].Name, *contact.Companies[0].LinkedUsers)
	// Output: Ada Acme 1
}

func ExampleCompaniesService_DetachContact() {
	srv := featurebasetest.New()
	ada := srv.AddContact(featurebase.Contact{Name: "Ada", Companies: []featurebase.Company{{CompanyID: "acme", Name: "Acme"}}})
	client, ctx := srv.Client(), context.Background()

	contact, err := client.Companies.DetachContact(ctx, ada.Companies[0].ID, ada.ID)
	fmt.Println(contact.Name, len(contact.Companies), err)
	// Output: Ada 0 <nil>
}

func ExampleCompaniesService_ListContacts() {
	srv := featurebasetest.New()
	ada := srv.AddContact(featurebase.Contact{Name: "Ada", Companies: []featurebase.Company{{CompanyID: "acme", Name: "Acme"}}})
	srv.AddContact(featurebase.Contact{Name: "Bob"})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Companies.ListContacts(ctx, ada.Companies[0].ID, featurebase.CompanyContactListParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Data), page.Data[0].Name)
	// Output: 1 Ada
}

func ExampleCompaniesService_ListContactsAll() {
	srv := featurebasetest.New()
	ada := srv.AddContact(featurebase.Contact{Name: "Ada", Companies: []featurebase.Company{{CompanyID: "acme", Name: "Acme"}}})
	client, ctx := srv.Client(), context.Background()

	for contact, err := range client.Companies.ListContactsAll(ctx, ada.Companies[0].ID, featurebase.CompanyContactListParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(contact.Name)
	}
	// Output: Ada
}
