package benchmarks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
)

// The types of the library without methods, as one writes them by hand.
type (
	plainPage struct {
		Object     string         `json:"object"`
		Data       []plainContact `json:"data"`
		NextCursor string         `json:"nextCursor,omitempty"`

		Undecoded []json.RawMessage          `json:"-"`
		Extra     map[string]json.RawMessage `json:"-"`
	}
	plainContact struct {
		Object         string                  `json:"object"`
		ID             string                  `json:"id"`
		Type           featurebase.ContactType `json:"type"`
		UserID         string                  `json:"userId,omitempty"`
		Email          string                  `json:"email,omitempty"`
		Name           string                  `json:"name"`
		Description    string                  `json:"description,omitempty"`
		ProfilePicture string                  `json:"profilePicture,omitempty"`
		Locale         string                  `json:"locale,omitempty"`
		OrganizationID string                  `json:"organizationId,omitempty"`

		Companies    []plainCompany `json:"companies,omitempty"`
		Roles        []string       `json:"roles,omitempty"`
		CustomFields map[string]any `json:"customFields,omitempty"`

		Verified                      *bool `json:"verified,omitempty"`
		SubscribedToChangelog         *bool `json:"subscribedToChangelog,omitempty"`
		ManuallyOptedOutFromChangelog *bool `json:"manuallyOptedOutFromChangelog,omitempty"`

		PostsCreated    *int      `json:"postsCreated,omitempty"`
		CommentsCreated *int      `json:"commentsCreated,omitempty"`
		LastActivity    time.Time `json:"lastActivity,omitzero"`

		Extra map[string]json.RawMessage `json:"-"`
	}
	plainCompany struct {
		Object       string         `json:"object"`
		ID           string         `json:"id"`
		CompanyID    string         `json:"companyId"`
		Name         string         `json:"name"`
		Plan         string         `json:"plan,omitempty"`
		Industry     string         `json:"industry,omitempty"`
		Website      string         `json:"website,omitempty"`
		MonthlySpend *float64       `json:"monthlySpend,omitempty"`
		CompanySize  *int           `json:"companySize,omitempty"`
		LinkedUsers  *int           `json:"linkedUsers,omitempty"`
		CustomFields map[string]any `json:"customFields,omitempty"`
		CreatedAt    time.Time      `json:"createdAt,omitzero"`
		UpdatedAt    time.Time      `json:"updatedAt,omitzero"`
		LastActivity time.Time      `json:"lastActivity,omitzero"`

		Extra map[string]json.RawMessage `json:"-"`
	}
)

// The steps that are compared.
const (
	listing   = "list"      // a request, and its response decoded
	unmarshal = "unmarshal" // json.Unmarshal alone
)

var contactPage = stub.ContactPage(0, 100, "next")

// pages is the transport of clients that list contacts.
type pages struct{ header http.Header }

func (p pages) RoundTrip(r *http.Request) (*http.Response, error) {
	return stub.Response(r, p.header, http.StatusOK, contactPage), nil
}

// lister is a way to get a page. It returns its contacts.
type lister func(context.Context) (any, error)

func listers(tb testing.TB, step string) map[string]lister {
	transport := pages{stub.Header()}
	if step == unmarshal {
		body := []byte(contactPage)
		return map[string]lister{
			"byhand": func(context.Context) (any, error) {
				var page plainPage
				err := json.Unmarshal(body, &page)
				return page.Data, err
			},
			"featurebase": func(context.Context) (any, error) {
				var page featurebase.Page[featurebase.Contact]
				err := json.Unmarshal(body, &page)
				return page.Data, err
			},
		}
	}
	client, err := featurebase.NewClient(stub.Token, featurebase.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		tb.Fatal(err)
	}
	plain := &http.Client{Transport: transport}
	return map[string]lister{
		"byhand": func(ctx context.Context) (any, error) {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, featurebase.DefaultBaseURL+"/v2/contacts?limit=100", nil)
			if err != nil {
				return nil, err
			}
			req.Header.Set("Authorization", "Bearer "+stub.Token)
			req.Header.Set("Featurebase-Version", version)
			req.Header.Set("Accept", accept)
			req.Header.Set("User-Agent", userAgent)
			resp, err := plain.Do(req)
			if err != nil {
				return nil, err
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
			if err != nil {
				return nil, err
			}
			var page plainPage
			err = json.Unmarshal(body, &page)
			return page.Data, err
		},
		"featurebase": func(ctx context.Context) (any, error) {
			page, err := client.Contacts.List(ctx, featurebase.ContactListParams{Limit: 100})
			if err != nil {
				return nil, err
			}
			return page.Data, nil
		},
	}
}

// BenchmarkList gets a page of 100 contacts that have all their fields.
func BenchmarkList(b *testing.B) {
	for _, step := range []string{listing, unmarshal} {
		ways := listers(b, step)
		names := []string{"byhand", "featurebase"}
		rand.Shuffle(len(names), reflect.Swapper(names))
		for _, name := range names {
			b.Run(fmt.Sprintf("json=%s/step=%s/client=%s", jsonVersion, step, name), func(b *testing.B) {
				b.ReportAllocs()
				cpu := cpuTime()
				for b.Loop() {
					if _, err := ways[name](b.Context()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/float64(b.N), "cpu-ns/op")
			})
		}
	}
}

func TestListers_returnTheSame(t *testing.T) {
	t.Parallel()
	for _, step := range []string{listing, unmarshal} {
		ways := listers(t, step)
		encoded := map[string]string{}
		for name, list := range ways {
			contacts, err := list(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(contacts)
			if err != nil {
				t.Fatal(err)
			}
			encoded[name] = string(b)
		}
		if encoded["byhand"] != encoded["featurebase"] {
			t.Errorf("%s: got %s, want %s", step, encoded["featurebase"], encoded["byhand"])
		}
	}
}

// The fields of the plain types are those of the library.
func TestListers_decodeIntoTheSameFields(t *testing.T) {
	t.Parallel()
	for _, types := range [][2]reflect.Type{
		{reflect.TypeFor[plainPage](), reflect.TypeFor[featurebase.Page[featurebase.Contact]]()},
		{reflect.TypeFor[plainContact](), reflect.TypeFor[featurebase.Contact]()},
		{reflect.TypeFor[plainCompany](), reflect.TypeFor[featurebase.Company]()},
	} {
		plain, ours := types[0], types[1]
		if plain.NumField() != ours.NumField() {
			t.Errorf("%v has %d fields, %v has %d", plain, plain.NumField(), ours, ours.NumField())
			continue
		}
		for i := range plain.NumField() {
			if got, want := plain.Field(i), ours.Field(i); got.Name != want.Name || got.Tag != want.Tag || got.Type.Kind() != want.Type.Kind() {
				t.Errorf("%v.%s differs from %v.%s", plain, got.Name, ours, want.Name)
			}
		}
	}
}

// Every field has a value, so that none is decoded for free.
func TestListers_fillEveryField(t *testing.T) {
	t.Parallel()
	contacts, err := listers(t, listing)["byhand"](t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(contacts).Index(1)
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Name != "Extra" && v.Field(i).IsZero() {
			t.Errorf("%s is empty", f.Name)
		}
	}
}
