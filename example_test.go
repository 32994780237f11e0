package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleNewClient() {
	client, err := featurebase.NewClient("sk_live_0123456789",
		featurebase.WithUserAgent("billing/1.4"),
		featurebase.WithTimeout(10*time.Second),
		featurebase.WithMaxRetries(5),
		featurebase.WithLogger(slog.New(slog.NewTextHandler(os.Stderr, nil))),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = client.Contacts // ready to be called

	_, err = featurebase.NewClient("", featurebase.WithMaxRetries(-1))
	fmt.Println(err)
	// Output:
	// featurebase: WithMaxRetries: -1 is negative
	// featurebase: the token is wrong: it is empty: want an API key (they begin with sk_)
}

func ExampleWithTokenSource() {
	// cachedToken fetches a token when the one it has is about to expire.
	cachedToken := func(ctx context.Context) (string, error) { return "short-lived", nil }

	client, err := featurebase.NewClient("", featurebase.WithTokenSource(cachedToken))
	fmt.Println(client != nil, err)
	// Output: true <nil>
}

func ExampleContactsService_Delete() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{ID: "507f1f77bcf86cd799439011"})
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Contacts.Delete(ctx, "507f1f77bcf86cd799439011")
	fmt.Println(deleted, err)
	_, err = client.Contacts.Delete(ctx, "507f1f77bcf86cd799439011")
	fmt.Println(err)
	_, err = client.Contacts.Delete(ctx, "ada")
	fmt.Println(err)
	// Output:
	// &{507f1f77bcf86cd799439011 contact true} <nil>
	// featurebase: DELETE /v2/contacts/{id}: 404 contact_not_found: Contact not found (request ID req_2)
	// featurebase: invalid id: want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but it has 3; for your own user IDs there are methods with ByUserID; nothing was sent
}

func ExampleContactsService_Delete_alreadyGone() {
	srv := featurebasetest.New()
	client, ctx, id := srv.Client(), context.Background(), "507f1f77bcf86cd799439011"

	_, err := client.Contacts.Delete(ctx, id)
	gone, ambiguous := errors.Is(err, featurebase.ErrNotFound), errors.Is(err, featurebase.ErrAmbiguous)
	switch {
	case err == nil:
		fmt.Println("deleted")
	case gone && ambiguous:
		fmt.Println("gone, perhaps by an earlier attempt of this call")
	case gone:
		fmt.Println("gone before this call")
	case ambiguous:
		fmt.Println("perhaps deleted, calling again will tell:", err)
	default:
		fmt.Println("not deleted:", err)
	}
	// Output: gone before this call
}

func ExampleAPIError() {
	srv := featurebasetest.New()
	srv.FailNext(featurebasetest.Fault{
		Status: http.StatusForbidden,
		Header: http.Header{"X-Request-Id": {"req_123"}},
		Body:   `{"error":{"type":"authorization_error","code":"read_only_key","message":"This key may not delete.","status":403}}`,
	})
	client := srv.Client()

	_, err := client.Contacts.Delete(context.Background(), "507f1f77bcf86cd799439011")
	var apiErr *featurebase.APIError
	switch {
	case errors.Is(err, featurebase.ErrInvalidArgument):
		fmt.Println("nothing was sent:", err)
	case errors.Is(err, featurebase.ErrRateLimited):
		wait, _ := featurebase.RetryAfter(err)
		fmt.Println("try again in", wait)
	case errors.As(err, &apiErr):
		fmt.Println(apiErr.StatusCode, apiErr.Code, apiErr.RequestID)
	default:
		fmt.Println("no usable response:", err)
	}
	fmt.Println(err)
	// Output:
	// 403 read_only_key req_123
	// featurebase: DELETE /v2/contacts/{id}: 403 read_only_key: This key may not delete. (request ID req_123)
}

func ExampleWithResponse() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	client, ctx := srv.Client(), context.Background()

	var resp featurebase.Response
	_, err := client.Contacts.Delete(ctx, contact.ID,
		featurebase.WithAPIVersion(featurebase.APIVersionOrbit),
		featurebase.WithTimeout(5*time.Second),
		featurebase.WithMaxRetries(0),
		featurebase.WithResponse(&resp),
	)
	fmt.Println(err, resp.StatusCode, resp.Attempts, resp.RateLimit.Limit)
	// Output: <nil> 200 1 2000
}

// A test with a mocked transport says what Featurebase responds.
func Example_httpmock() {
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("DELETE", "https://do.featurebase.app/v2/contacts/507f1f77bcf86cd799439011",
		httpmock.NewStringResponder(200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":true}`))
	client, err := featurebase.NewClient("sk_test", featurebase.WithHTTPClient(&http.Client{Transport: mock}))
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = client.Contacts.Delete(context.Background(), "507f1f77bcf86cd799439011")
	fmt.Println(err, mock.GetTotalCallCount())
	// Output: <nil> 1
}

// A test with the fake looks at the outcome of calls. In a test, use
// featurebasetest.NewServer(t), which listens on loopback until the test ends.
func Example_fake() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	client := srv.Client()

	// The first attempt deletes the contact, but its response is lost.
	srv.FailNext(featurebasetest.Fault{Apply: true, Cut: true})
	_, err := client.Contacts.Delete(context.Background(), contact.ID)
	fmt.Println(errors.Is(err, featurebase.ErrNotFound), len(srv.Contacts()), len(srv.Requests()))
	// Output: true 0 2
}

func ExampleClient_Do() {
	srv := featurebasetest.New()
	contact := srv.AddContact(featurebase.Contact{Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	var got struct {
		Name string `json:"name"`
	}
	err := client.Do(ctx, "GET", "/v2/contacts/"+url.PathEscape(contact.ID), nil, &got)
	fmt.Println(got.Name, err)
	// Output: Ada <nil>
}

func ExampleDoAll() {
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{Name: "Ada", Type: featurebase.ContactTypeCustomer})
	client, ctx := srv.Client(), context.Background()

	type person struct {
		Name string `json:"name"`
	}
	for p, err := range featurebase.DoAll[person](ctx, client, "/v2/contacts?contactType=customer") {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Name)
	}
	// Output: Ada
}

// A loop that was interrupted goes on at the page where it was.
func ExampleWithCheckpoint() {
	srv := featurebasetest.New()
	for i := range 150 { // two pages
		srv.AddContact(featurebase.Contact{Name: fmt.Sprint("Ada ", i), Type: featurebase.ContactTypeCustomer})
	}
	client, ctx := srv.Client(), context.Background()

	exported := 0
	export := func(*featurebase.Contact) { exported++ }
	var cursor string // kept from one run of the program to the next
	run := func() {
		params := featurebase.ContactListParams{Cursor: cursor}
		for contact, err := range client.Contacts.ListAll(ctx, params, featurebase.WithCheckpoint(&cursor)) {
			if err != nil {
				fmt.Println("to be continued:", err)
				return
			}
			export(contact)
		}
	}
	// The second page fails.
	srv.FailNext(featurebasetest.Fault{Status: 400, Code: "invalid_request", When: func(r featurebasetest.Request) bool {
		return strings.Contains(r.Query, "cursor")
	}})
	run()
	fmt.Println(exported)
	run()
	fmt.Println(exported)
	// Output:
	// to be continued: featurebase: GET /v2/contacts: 400 invalid_request: Bad Request (request ID req_2)
	// 100
	// 150
}

// The text of an error names nobody, whatever wraps it. Its fields do.
func ExampleInvalidIDError() {
	srv := featurebasetest.New()
	_, err := srv.Client().Contacts.Get(context.Background(), "ada@example.com")
	fmt.Println(fmt.Errorf("reading a contact: %w", err))
	var invalid *featurebase.InvalidIDError
	fmt.Println(errors.As(err, &invalid), invalid.ID)
	// Output:
	// reading a contact: featurebase: invalid id: want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but this looks like an email address; for your own user IDs there are methods with ByUserID; nothing was sent
	// true ada@example.com
}
