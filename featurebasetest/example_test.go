package featurebasetest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// One contact can't be deleted; all others can.
func ExampleServer_FailNext() {
	srv := featurebasetest.New() // in a test: NewServer(t)
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	bob := srv.AddContact(featurebase.Contact{Name: "Bob"})
	client, ctx := srv.Client(), context.Background()

	srv.FailNext(featurebasetest.Fault{
		When:   func(r featurebasetest.Request) bool { return r.Method == "DELETE" && strings.HasSuffix(r.Path, ada.ID) },
		Status: http.StatusForbidden,
		Code:   "read_only_key",
	})
	for _, id := range []string{bob.ID, ada.ID} {
		_, err := client.Contacts.Delete(ctx, id)
		fmt.Println(err == nil, errors.Is(err, featurebase.ErrPermission))
	}
	// Output:
	// true false
	// false true
}

// An outage lasts until it is cleared.
func ExampleServer_ClearFaults() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{})
	client, ctx := srv.Client(), context.Background()

	struck := srv.FailNext(featurebasetest.Fault{Status: http.StatusServiceUnavailable, Lasts: true})
	_, err := client.Contacts.Delete(ctx, contact.ID)
	fmt.Println(errors.Is(err, featurebase.ErrServer), struck(), "attempts")

	srv.ClearFaults()
	_, err = client.Contacts.Delete(ctx, contact.ID)
	fmt.Println(err)
	// Output:
	// true 4 attempts
	// <nil>
}

// The fake can be a part of another server.
func ExampleServer_ServeHTTP() {
	srv := featurebasetest.New()
	mux := http.NewServeMux()
	mux.Handle("/featurebase/", http.StripPrefix("/featurebase", srv))
	web := httptest.NewServer(mux)
	defer web.Close()

	client, err := featurebase.NewClient(srv.Token, featurebase.WithBaseURL(web.URL+"/featurebase"))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, created, err := client.Contacts.Upsert(context.Background(), featurebase.ContactUpsertParams{UserID: "u1"})
	fmt.Println(created, err, srv.Contacts()[0].UserID)
	// Output: true <nil> u1
}
