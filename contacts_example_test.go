package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleContactsService_Upsert() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()

	ada, created, err := client.Contacts.Upsert(ctx, featurebase.ContactUpsertParams{
		UserID:         "u-1815",
		Email:          "ada@example.com",
		Name:           featurebase.Value("Ada"),
		ProfilePicture: featurebase.Value("https://example.com/ada.png"),
		Companies:      []featurebase.ContactUpsertCompany{{CompanyID: "engine", Name: "Analytical Engines", Plan: featurebase.Value("pro")}},
		CustomFields:   map[string]any{"seats": 3},
	})
	fmt.Println(ada.Name, ada.ProfilePicture, ada.Companies[0].Name, ada.CustomFields["seats"], created, err)

	// Omitted fields are left unchanged; Null clears a field.
	ada, created, err = client.Contacts.Upsert(ctx, featurebase.ContactUpsertParams{
		UserID:         "u-1815",
		ProfilePicture: featurebase.Null[string](),
	})
	fmt.Printf("%s %q %v %v\n", ada.Name, ada.ProfilePicture, created, err)
	// Output:
	// Ada https://example.com/ada.png Analytical Engines 3 true <nil>
	// Ada "" false <nil>
}

func ExampleContactsService_Get() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{ID: "507f1f77bcf86cd799439011", Name: "Ada", Type: featurebase.ContactTypeLead})
	client, ctx := srv.Client(), context.Background()

	contact, err := client.Contacts.Get(ctx, "507f1f77bcf86cd799439011")
	fmt.Println(contact.Name, contact.Type, err)
	_, err = client.Contacts.Get(ctx, "507f1f77bcf86cd799439012")
	fmt.Println(errors.Is(err, featurebase.ErrNotFound))
	// Output:
	// Ada lead <nil>
	// true
}

func ExampleContactsService_GetByUserID() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{UserID: "team/ada@example.com", Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	contact, err := client.Contacts.GetByUserID(ctx, "team/ada@example.com")
	fmt.Println(contact.Name, contact.ID, err)
	// Output: Ada 507f1f77bcf86cd700000001 <nil>
}

func ExampleContactsService_List() {
	srv := featurebasetest.New()
	for _, name := range []string{"Ada", "Bob", "Cleo"} {
		srv.AddContact(featurebase.Contact{Name: name})
	}
	client, ctx := srv.Client(), context.Background()

	page, err := client.Contacts.List(ctx, featurebase.ContactListParams{Limit: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Name, page.Data[1].Name, page.NextCursor != "")
	page, err = client.Contacts.List(ctx, featurebase.ContactListParams{Limit: 2, Cursor: page.NextCursor})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Name, page.NextCursor != "")
	// Output:
	// Ada Bob true
	// Cleo false
}

func ExampleContactsService_ListAll() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{Name: "Ada"})
	srv.AddContact(featurebase.Contact{Name: "Bob", Type: featurebase.ContactTypeLead})
	client, ctx := srv.Client(), context.Background()

	for contact, err := range client.Contacts.ListAll(ctx, featurebase.ContactListParams{Type: featurebase.ContactListTypeAll}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(contact.Name, contact.Type)
	}
	// Output:
	// Ada customer
	// Bob lead
}

func ExampleContactsService_Search() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{Name: "Ada", Email: "ada@example.com"})
	srv.AddContact(featurebase.Contact{Name: "Bob", Email: "bob@example.com"})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Contacts.Search(ctx, featurebase.ContactSearchParams{
		Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.Is("ada@example.com")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Data), page.Data[0].Name)
	// Output: 1 Ada
}

func ExampleContactsService_SearchAll() {
	srv := featurebasetest.New()
	posts := func(n int) *int { return &n }
	srv.AddContact(featurebase.Contact{Name: "Ada", PostsCreated: posts(7)})
	srv.AddContact(featurebase.Contact{Name: "Bob", PostsCreated: posts(0)})
	srv.AddContact(featurebase.Contact{Name: "Cleo", PostsCreated: posts(9)})
	client, ctx := srv.Client(), context.Background()

	for contact, err := range client.Contacts.SearchAll(ctx, featurebase.ContactSearchParams{
		Filters: featurebase.Filters[featurebase.Contact]{
			featurebase.ContactFieldPostsCreated.MoreThan(0),
			featurebase.ContactFieldType.Is(featurebase.ContactTypeCustomer),
			featurebase.ContactFieldCreatedAt.After(time.Now().AddDate(-1, 0, 0)),
		},
		Sort: featurebase.ContactSortPostsCreatedDesc,
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if n := contact.PostsCreated; n != nil {
			fmt.Println(contact.Name, *n)
		}
	}
	// Output:
	// Cleo 9
	// Ada 7
}

func ExampleContactsService_Block() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	err := client.Contacts.Block(ctx, contact.ID)
	fmt.Println(srv.Blocked(contact.ID), err)
	// Output: true <nil>
}

func ExampleContactsService_Unblock() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	fmt.Println(client.Contacts.Block(ctx, contact.ID), client.Contacts.Unblock(ctx, contact.ID))
	fmt.Println(srv.Blocked(contact.ID))
	// Output:
	// <nil> <nil>
	// false
}

func ExampleContactsService_GetEmailPreferences() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	client, ctx := srv.Client(), context.Background()

	p, err := client.Contacts.GetEmailPreferences(ctx, contact.ID)
	fmt.Println(p.Preferences[featurebase.ContactEmailTopicChangelog].EffectiveStatus, err)
	// Output: subscribed <nil>
}

func ExampleContactsService_GetEmailPreferencesByUserID() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{UserID: "u-1815"})
	client, ctx := srv.Client(), context.Background()

	p, err := client.Contacts.GetEmailPreferencesByUserID(ctx, "u-1815")
	fmt.Println(p.UserID, p.Preferences[featurebase.ContactEmailTopicAll].Status, err)
	// Output: u-1815 subscribed <nil>
}

func ExampleContactsService_UpdateEmailPreferences() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	client, ctx := srv.Client(), context.Background()

	p, err := client.Contacts.UpdateEmailPreferences(ctx, contact.ID, map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus{
		featurebase.ContactEmailTopicAll: featurebase.ContactEmailStatusUnsubscribed,
	})
	changelog := p.Preferences[featurebase.ContactEmailTopicChangelog]
	fmt.Println(changelog.Status, changelog.EffectiveStatus, err)
	// Output: subscribed unsubscribed <nil>
}

func ExampleContactsService_UpdateEmailPreferencesByUserID() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{UserID: "u-1815"})
	client, ctx := srv.Client(), context.Background()

	p, err := client.Contacts.UpdateEmailPreferencesByUserID(ctx, "u-1815", map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus{
		featurebase.ContactEmailTopicChangelog: featurebase.ContactEmailStatusUnsubscribed,
	})
	fmt.Println(p.Preferences[featurebase.ContactEmailTopicChangelog].Status, p.Preferences[featurebase.ContactEmailTopicAll].Status, err)
	// Output: unsubscribed subscribed <nil>
}

func ExampleContactsService_DeleteByUserID() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{UserID: "u-1815", Email: "ada@example.com"})
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Contacts.DeleteByUserID(ctx, "u-1815")
	fmt.Println(deleted.ID, len(srv.Contacts()), err)
	// Output: 507f1f77bcf86cd700000001 0 <nil>
}

func ExampleContactsService_DeleteMany() {
	srv := featurebasetest.New()
	for range 3 {
		srv.AddContact(featurebase.Contact{})
	}
	client, ctx := srv.Client(), context.Background()
	ids := slices.Values([]string{"507f1f77bcf86cd700000001", "507f1f77bcf86cd700000002", "507f1f77bcf86cd799439011", "ada"})

	var deleted, gone, failed int
	for r := range client.Contacts.DeleteMany(ctx, ids, featurebase.WithConcurrency(4)) {
		switch {
		case r.Err == nil:
			deleted++
		case errors.Is(r.Err, featurebase.ErrNotFound):
			gone++ // before, or by an attempt of this run whose response was lost
		case errors.Is(r.Err, featurebase.ErrStopped):
			fmt.Println("stopped early:", r.Err)
			failed++
		default:
			fmt.Println(r.ID, "is still to be deleted:", r.Err)
			failed++
		}
	}
	if ctx.Err() != nil {
		fmt.Println("interrupted: not all IDs were taken")
	}
	fmt.Println(deleted, "deleted,", gone, "gone,", failed, "failed")
	// Output:
	// ada is still to be deleted: featurebase: invalid id: want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but it has 3; for your own user IDs there are methods with ByUserID; nothing was sent
	// 2 deleted, 1 gone, 1 failed
}

func ExampleContactsService_DeleteManyByUserID() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{UserID: "u-1815"})
	client, ctx := srv.Client(), context.Background()

	for r := range client.Contacts.DeleteManyByUserID(ctx, slices.Values([]string{"u-1815"})) {
		fmt.Println(r.ID, r.Value, r.Err)
	}
	// Output: u-1815 &{507f1f77bcf86cd700000001 contact true} <nil>
}

// A loop of one's own can stop at what would stop DeleteMany.
func ExampleAffectsEveryCall() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{UserID: "u-1815"})
	ctx := context.Background()
	client, err := featurebase.NewClient("sk_revoked", featurebase.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
	if err != nil {
		fmt.Println(err)
		return
	}

	for _, id := range []string{contact.ID, "507f1f77bcf86cd799439011"} {
		_, err := client.Contacts.Get(ctx, id)
		if featurebase.AffectsEveryCall(err) {
			fmt.Println("the others would fail, too:", errors.Is(err, featurebase.ErrAuthentication))
			break
		}
	}
	// Output: the others would fail, too: true
}
