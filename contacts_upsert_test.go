package featurebase_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

const ada = `{"object":"contact","id":"507f1f77bcf86cd799439011","type":"customer","name":"Ada","userId":"u1","email":"ada@example.com"}`

// sent is a request as a transport got it.
type sent struct{ method, url, contentType, body string }

// capture gives a client whose requests all get the same answer, and what they
// were.
func capture(t *testing.T, status int, answer string) (*featurebase.Client, *[]sent) {
	var requests []sent
	return newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		var body []byte
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
			assert.Equal(t, int64(len(body)), r.ContentLength)
		}
		requests = append(requests, sent{r.Method, r.URL.String(), r.Header.Get("Content-Type"), string(body)})
		return httpmock.NewStringResponse(status, answer), nil
	})), &requests
}

const api = featurebase.DefaultBaseURL + "/v2/contacts"

func TestUpsertSendsWhatWasGivenAndNothingElse(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, tc := range map[string]struct {
		params featurebase.ContactUpsertParams
		body   string
	}{
		"email alone": {featurebase.ContactUpsertParams{Email: "ada@example.com"}, `{"email":"ada@example.com"}`},
		"values": {featurebase.ContactUpsertParams{
			UserID: "u1", Name: "Ada", Locale: "en", UserHash: "h", SubscribedToChangelog: featurebase.Value(true),
			ProfilePicture: featurebase.Value("https://example.com/a.png"), Phone: featurebase.Value(""),
			Roles: []string{"r1"}, CreatedAt: featurebase.Value(day),
			CustomFields: map[string]any{"a": "x", "b": 1, "c": 2.5, "d": true, "e": nil, "f": []string{"y"}, "g": []any{"z", 1, nil}},
		}, `{"userId":"u1","name":"Ada","locale":"en","userHash":"h","subscribedToChangelog":true,
			"profilePicture":"https://example.com/a.png","phone":"","roles":["r1"],"createdAt":"2026-01-02T03:04:05Z",
			"customFields":{"a":"x","b":1,"c":2.5,"d":true,"e":null,"f":["y"],"g":["z",1,null]}}`},
		"nulls": {featurebase.ContactUpsertParams{
			UserID: "u1", ProfilePicture: featurebase.Null[string](), Phone: featurebase.Null[string](), CreatedAt: featurebase.Null[time.Time](),
		}, `{"userId":"u1","profilePicture":null,"phone":null,"createdAt":null}`},
		"empty lists": {featurebase.ContactUpsertParams{UserID: "u1", Roles: []string{}, Companies: []featurebase.ContactUpsertCompany{}},
			`{"userId":"u1","roles":[],"companies":[]}`},
		"companies": {featurebase.ContactUpsertParams{UserID: "u1", Companies: []featurebase.ContactUpsertCompany{
			{ID: "c1", Name: "Acme"},
			{ID: "c2", Name: "Babbage", CompanyHash: "h", CompanySize: featurebase.Value(0), CreatedAt: featurebase.Null[time.Time](), Industry: "i",
				MonthlySpend: featurebase.Value(99.5), Plan: "p", Website: "w", CustomFields: map[string]any{"k": "v"}},
		}}, `{"userId":"u1","companies":[{"id":"c1","name":"Acme"},{"id":"c2","name":"Babbage","companyHash":"h","companySize":0,
			"createdAt":null,"industry":"i","monthlySpend":99.5,"plan":"p","website":"w","customFields":{"k":"v"}}]}`},
	} {
		client, requests := capture(t, 200, ada)
		contact, created, err := client.Contacts.Upsert(t.Context(), tc.params)
		require.NoError(t, err, name)
		assert.Equal(t, contactID, contact.ID, name)
		assert.False(t, created, name)
		require.Len(t, *requests, 1, name)
		got := (*requests)[0]
		assert.Equal(t, "POST", got.method)
		assert.Equal(t, api, got.url)
		assert.Equal(t, "application/json", got.contentType)
		assert.JSONEq(t, tc.body, got.body, name)
	}
	client, _ := capture(t, 201, ada)
	_, created, err := client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u1"})
	require.NoError(t, err)
	assert.True(t, created)
}

func TestUpsertSendsItsBodyAgainWhenItIsRetried(t *testing.T) {
	t.Parallel()
	client, requests := capture(t, 503, "")
	_, _, err := client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u1"})
	require.ErrorIs(t, err, featurebase.ErrServer)
	require.Len(t, *requests, 4)
	for _, r := range *requests {
		assert.Equal(t, `{"userId":"u1"}`, r.body)
	}
}

func TestUpsertRefusesWhatTheAPIWould(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]featurebase.ContactUpsertParams{
		"ContactUpsertParams has neither UserID nor Email: want at least one":                                {Name: "Ada"},
		"want a user id of at most 255 characters, but it has 256":                                           {UserID: strings.Repeat("é", 256)},
		`Companies[1] lacks its ID or Name: want both`:                                                       {UserID: "u", Companies: []featurebase.ContactUpsertCompany{{ID: "a", Name: "b"}, {ID: "a"}}},
		`CustomFields["k"] is a map[string]int: want text, a number, a boolean, nil, or a slice of those`:    {UserID: "u", CustomFields: map[string]any{"k": map[string]int{}}},
		`CustomFields["k"][1] is a []int: want text, a number, a boolean or nil`:                             {UserID: "u", CustomFields: map[string]any{"k": [][]int{{}, {}}}},
		`Companies[0].CustomFields["k"] is a *int: want text, a number, a boolean, nil, or a slice of those`: {UserID: "u", Companies: []featurebase.ContactUpsertCompany{{ID: "a", Name: "b", CustomFields: map[string]any{"k": new(int)}}}},
		`CustomFields["k"] is a struct {}: want text, a number, a boolean, nil, or a slice of those`:         {UserID: "u", CustomFields: map[string]any{"k": struct{}{}}},
	} {
		client, requests := capture(t, 200, ada)
		contact, _, err := client.Contacts.Upsert(t.Context(), params)
		assert.ErrorContains(t, err, want)
		assert.Nil(t, contact)
		assert.Empty(t, *requests)
	}
}

func TestUpsert_refusesWhatJSONCannotSay(t *testing.T) {
	t.Parallel()
	client, requests := capture(t, 200, ada)
	_, _, err := client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{
		UserID: "u1", CreatedAt: featurebase.Value(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)),
	})
	assert.ErrorContains(t, err, "featurebase: the arguments can't be encoded: ")
	requireErrorAs[*json.MarshalerError](t, err)
	assert.Empty(t, *requests)
}

func TestUpsertBelievesOnlyTheContactThatWasGiven(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		ada: "",
		`{"object":"contact","id":"507f1f77bcf86cd799439011","userId":"u2","email":"ada@example.com"}`: `userId is "u2", which is not the one that was given`,
		`{"object":"company","id":"507f1f77bcf86cd799439011","userId":"u1"}`:                           `object is "company" instead of "contact"`,
		`{"object":"contact","id":"x","userId":"u1"}`:                                                  `id is "x", which can't be one`,
		`null`: `object is "" instead of "contact"`,
		`[]`:   "its body is not the documented JSON",
	} {
		client, _ := capture(t, 200, answer)
		_, _, err := client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u1", Email: "other@example.com"})
		if want == "" {
			assert.NoError(t, err)
			continue
		}
		assert.Equal(t, want, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
	}
	client, _ := capture(t, 200, ada)
	_, _, err := client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{Email: "ADA@example.com"})
	assert.NoError(t, err)
	_, _, err = client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{Email: "eve@example.com"})
	assert.ErrorContains(t, err, `email is "ada@example.com", which is not the one that was given`)
	client, _ = capture(t, 202, ada)
	_, _, err = client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u1"})
	assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
}

func TestANullableOutsideOfAStructIsNullUnlessItHasAValue(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]featurebase.Optional[int]{"null": featurebase.Null[int](), "7": featurebase.Value(7)} {
		b, err := json.Marshal(n)
		require.NoError(t, err)
		assert.Equal(t, want, string(b))
		assert.False(t, n.IsZero())
	}
	b, err := json.Marshal(featurebase.Optional[int]{})
	require.NoError(t, err)
	assert.Equal(t, "null", string(b))
}
