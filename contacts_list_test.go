package featurebase_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// pages gives a client for which cursors lead from one page to the next. An
// empty page text fails.
func pages(t *testing.T, byCursor map[string]string) (*featurebase.Client, *[]string) {
	var asked []string
	return newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		cursor := r.URL.Query().Get("cursor")
		if r.Method == "POST" {
			body := make([]byte, r.ContentLength)
			_, _ = r.Body.Read(body)
			_, rest, _ := strings.Cut(string(body), `"cursor":"`)
			cursor, _, _ = strings.Cut(rest, `"`)
			asked = append(asked, string(body))
		} else {
			asked = append(asked, r.URL.RawQuery)
		}
		page := byCursor[cursor]
		if page == "" {
			return httpmock.NewStringResponse(400, `{"error":{"type":"invalid_request_error","code":"invalid_cursor","message":"no","status":400}}`), nil
		}
		return httpmock.NewStringResponse(200, page), nil
	})), &asked
}

func page(next string, names ...string) string {
	contacts := make([]string, len(names))
	for i, name := range names {
		contacts[i] = fmt.Sprintf(`{"object":"contact","id":"507f1f77bcf86cd799439011","type":"lead","name":%q}`, name)
	}
	if next != "null" {
		next = `"` + next + `"`
	}
	return fmt.Sprintf(`{"object":"list","data":[%s],"nextCursor":%s,"totalCount":7,"totalCountCapped":true}`, strings.Join(contacts, ","), next)
}

func TestListAsksForThePageThatIsWanted(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]featurebase.ContactListParams{
		"":                                   {},
		"contactType=all&cursor=a&limit=100": {Type: featurebase.ContactListAll, Limit: 100, Cursor: "a"},
		"contactType=lead&limit=1":           {Type: featurebase.ContactListLeads, Limit: 1},
	} {
		client, asked := pages(t, map[string]string{"": page("a", "Ada"), "a": page("null")})
		got, err := client.Contacts.List(t.Context(), params)
		require.NoError(t, err)
		assert.Equal(t, []string{want}, *asked)
		if params.Cursor == "" {
			assert.Equal(t, "Ada", got.Data[0].Name)
			assert.Equal(t, "a", got.NextCursor)
		} else {
			assert.Empty(t, got.Data)
			assert.Empty(t, got.NextCursor)
		}
	}
	for _, limit := range []int{-1, 101} {
		client, asked := pages(t, nil)
		_, err := client.Contacts.List(t.Context(), featurebase.ContactListParams{Limit: limit})
		assert.EqualError(t, err, fmt.Sprintf("featurebase: limit %d: want 1 to 100, or 0 for the default", limit))
		_, err = client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{Limit: limit})
		assert.ErrorContains(t, err, "want 1 to 100")
		assert.Empty(t, *asked)
	}
}

func TestListBelievesOnlyAList(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`:                             `object is "" instead of "list"`,
		`{"object":"list"}`:              "data is missing",
		`{"object":"list","data":null}`:  "data is missing",
		`{"object":"list","data":[{}]}`:  `in data[0], object is "" instead of "contact"`,
		`{"object":"list","data":[1]}`:   "its body is not the documented JSON",
		`{"object":"list","data":{}}`:    "its body is not the documented JSON",
		`{"object":"contact","data":[]}`: `object is "contact" instead of "list"`,
		`{"object":"list","data":[{"object":"contact","id":"507f1f77bcf86cd79943901x"}]}`: `in data[0], id is "507f1f77bcf86cd79943901x", which can't be one`,
	} {
		client := newClient(t, answering(200, body))
		_, err := client.Contacts.List(t.Context(), featurebase.ContactListParams{})
		assert.Equal(t, want, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
		_, err = client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{})
		assert.Equal(t, want, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
	}
}

func TestAllGoesThroughThePagesAsTheLoopGoesOn(t *testing.T) {
	t.Parallel()
	three := map[string]string{"": page("a", "1", "2"), "a": page("b"), "b": page("null", "3")}
	client, asked := pages(t, three)
	var names []string
	for c, err := range client.Contacts.ListAll(t.Context(), featurebase.ContactListParams{Type: featurebase.ContactListAll}) {
		require.NoError(t, err)
		names = append(names, c.Name)
	}
	assert.Equal(t, []string{"1", "2", "3"}, names)
	assert.Equal(t, []string{"contactType=all&limit=100", "contactType=all&cursor=a&limit=100", "contactType=all&cursor=b&limit=100"}, *asked)

	client, asked = pages(t, three)
	all := client.Contacts.ListAll(t.Context(), featurebase.ContactListParams{Limit: 2})
	assert.Empty(t, *asked, "nothing is asked for before the loop begins")
	for c, err := range all {
		require.NoError(t, err)
		if c.Name == "2" {
			break
		}
	}
	assert.Equal(t, []string{"limit=2"}, *asked)

	client, _ = pages(t, three)
	names = nil
	for c, err := range client.Contacts.ListAll(t.Context(), featurebase.ContactListParams{Cursor: "b"}) {
		require.NoError(t, err)
		names = append(names, c.Name)
	}
	assert.Equal(t, []string{"3"}, names)
}

func TestAllEndsWithAnErrorOrACircle(t *testing.T) {
	t.Parallel()
	for want, byCursor := range map[string]map[string]string{
		"invalid_cursor": {"": page("a", "1")},
		`the pages go in a circle: cursor "a" came before`: {"": page("a", "1"), "a": page("b"), "b": page("a")},
		`the pages go in a circle: cursor "c" came before`: {"": page("c", "1"), "c": page("c")},
	} {
		client, _ := pages(t, byCursor)
		var names []string
		var errs []error
		for c, err := range client.Contacts.ListAll(t.Context(), featurebase.ContactListParams{}) {
			if err != nil {
				errs = append(errs, err)
				assert.Nil(t, c)
				continue
			}
			names = append(names, c.Name)
		}
		assert.Equal(t, []string{"1"}, names)
		require.Len(t, errs, 1)
		assert.ErrorContains(t, errs[0], want)
	}
}
