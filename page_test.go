package featurebase_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// pages is a server for which cursors lead from one page to the next. A cursor
// that it does not have is refused.
type pages struct {
	byCursor map[string]string
	asked    []string // queries and bodies
}

func (p *pages) RoundTrip(r *http.Request) (*http.Response, error) {
	asked, cursor := r.URL.RawQuery, r.URL.Query().Get("cursor")
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		asked = string(body)
		_, rest, _ := strings.Cut(asked, `"cursor":"`)
		cursor, _, _ = strings.Cut(rest, `"`)
	}
	p.asked = append(p.asked, asked)
	page, ok := p.byCursor[cursor]
	if !ok {
		return response(400, envelope("invalid_request_error", "invalid_cursor")), nil
	}
	resp := response(200, page)
	resp.Header.Set("X-Request-Id", "page "+cursor)
	return resp, nil
}

// pageOf returns a page of objects with these names.
func pageOf(object, next string, names ...string) string {
	items := make([]string, len(names))
	for i, name := range names {
		items[i] = fmt.Sprintf(`{"object":%q,"id":"507f1f77bcf86cd799439011","name":%q,"title":%q}`, object, name, name)
	}
	if next = fmt.Sprintf("%q", next); next == `""` {
		next = "null"
	}
	return fmt.Sprintf(`{"object":"list","data":[%s],"nextCursor":%s,"totalCount":7,"totalCountCapped":true}`, strings.Join(items, ","), next)
}

// threePages returns pages without and with cursor, the second of them empty.
func threePages(object string) *pages {
	return &pages{byCursor: map[string]string{"": pageOf(object, "a", "1", "2"), "a": pageOf(object, "b"), "b": pageOf(object, "", "3")}}
}

func listContactsAll(t *testing.T, p *pages, params featurebase.ContactListParams, opts ...featurebase.CallOption) iter.Seq2[*featurebase.Contact, error] {
	return newClient(t, p).Contacts.ListAll(t.Context(), params, opts...)
}

// named yields the names of objects.
func named[T any](seq iter.Seq2[*T, error], name func(*T) string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for item, err := range seq {
			if err != nil {
				yield("", err)
			} else if !yield(name(item), nil) {
				return
			}
		}
	}
}

func TestAll_goesThroughThePages(t *testing.T) {
	t.Parallel()
	contactName := func(c *featurebase.Contact) string { return c.Name }
	companyName := func(c *featurebase.Company) string { return c.Name }
	postName := func(p *featurebase.Post) string { return p.Title }
	for _, tc := range []struct {
		name, object string
		all          func(context.Context, *featurebase.Client) iter.Seq2[string, error]
		asked        []string
	}{
		{"Contacts.ListAll", "contact", func(ctx context.Context, c *featurebase.Client) iter.Seq2[string, error] {
			return named(c.Contacts.ListAll(ctx, featurebase.ContactListParams{Type: featurebase.ContactListTypeAll}), contactName)
		}, []string{"contactType=all&limit=100", "contactType=all&cursor=a&limit=100", "contactType=all&cursor=b&limit=100"}},
		{"Contacts.SearchAll", "contact", func(ctx context.Context, c *featurebase.Client) iter.Seq2[string, error] {
			return named(c.Contacts.SearchAll(ctx, featurebase.ContactSearchParams{Sort: featurebase.ContactSortCreatedAtAsc}), contactName)
		}, []string{`{"sort":"createdAt:asc","limit":100}`, `{"sort":"createdAt:asc","limit":100,"cursor":"a"}`, `{"sort":"createdAt:asc","limit":100,"cursor":"b"}`}},
		{"Companies.ListAll", "company", func(ctx context.Context, c *featurebase.Client) iter.Seq2[string, error] {
			return named(c.Companies.ListAll(ctx, featurebase.CompanyListParams{}), companyName)
		}, []string{"limit=100", "cursor=a&limit=100", "cursor=b&limit=100"}},
		{"Companies.SearchAll", "company", func(ctx context.Context, c *featurebase.Client) iter.Seq2[string, error] {
			return named(c.Companies.SearchAll(ctx, featurebase.CompanySearchParams{Limit: 2}), companyName)
		}, []string{`{"limit":2}`, `{"limit":2,"cursor":"a"}`, `{"limit":2,"cursor":"b"}`}},
		{"Companies.ListContactsAll", "contact", func(ctx context.Context, c *featurebase.Client) iter.Seq2[string, error] {
			return named(c.Companies.ListContactsAll(ctx, companyID, featurebase.CompanyContactListParams{}), contactName)
		}, []string{"limit=100", "cursor=a&limit=100", "cursor=b&limit=100"}},
		{"Posts.ListAll", "post", func(ctx context.Context, c *featurebase.Client) iter.Seq2[string, error] {
			return named(c.Posts.ListAll(ctx, featurebase.PostListParams{Text: "x", Limit: 2}), postName)
		}, []string{"limit=2&q=x", "cursor=a&limit=2&q=x", "cursor=b&limit=2&q=x"}},
		{"Posts.SearchAll", "post", func(ctx context.Context, c *featurebase.Client) iter.Seq2[string, error] {
			return named(c.Posts.SearchAll(ctx, featurebase.PostSearchParams{Text: "x"}), postName)
		}, []string{`{"search":"x","limit":100}`, `{"search":"x","limit":100,"cursor":"a"}`, `{"search":"x","limit":100,"cursor":"b"}`}},
		{"Posts.ListVotersAll", "contact", func(ctx context.Context, c *featurebase.Client) iter.Seq2[string, error] {
			return named(c.Posts.ListVotersAll(ctx, contactID, featurebase.VoterListParams{}), func(v *featurebase.Voter) string { return v.Name })
		}, []string{"limit=100", "cursor=a&limit=100", "cursor=b&limit=100"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := threePages(tc.object)
			var names []string
			for name, err := range tc.all(t.Context(), newClient(t, p)) {
				require.NoError(t, err)
				names = append(names, name)
			}
			assert.Equal(t, []string{"1", "2", "3"}, names)
			assert.Equal(t, tc.asked, p.asked)
		})
	}
}

func TestAll_fetchesAPageWhenTheLoopReachesIt(t *testing.T) {
	t.Parallel()
	p := threePages("contact")
	all := listContactsAll(t, p, featurebase.ContactListParams{})
	assert.Empty(t, p.asked, "before the loop begins")
	for c, err := range all {
		require.NoError(t, err)
		if c.Name == "2" {
			break
		}
	}
	assert.Len(t, p.asked, 1)
}

func TestAll_canBeUsedAgain(t *testing.T) {
	t.Parallel()
	p := threePages("contact")
	all := listContactsAll(t, p, featurebase.ContactListParams{})
	for range 2 {
		page, err := results(all)
		require.NoError(t, err)
		assert.Len(t, page.Data, 3)
	}
	assert.Equal(t, p.asked[:3], p.asked[3:])
}

func TestAll_beginsAtTheCursor(t *testing.T) {
	t.Parallel()
	p := threePages("contact")
	page, err := results(listContactsAll(t, p, featurebase.ContactListParams{Cursor: "b", Limit: 7}))
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	assert.Equal(t, "3", page.Data[0].Name)
	assert.Equal(t, []string{"cursor=b&limit=7"}, p.asked)
}

func TestAll_stopsAfterAnError(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	const cycle = "featurebase: unexpected response: a cursor was returned twice: the pages form a cycle"
	for _, tc := range []struct {
		name     string
		ctx      context.Context
		byCursor map[string]string
		params   featurebase.ContactListParams
		names    []string
		want     string
		requests int
	}{
		{"of a later page", t.Context(), map[string]string{"": pageOf("contact", "a", "1", "2")}, featurebase.ContactListParams{},
			[]string{"1", "2"}, "featurebase: GET /v2/contacts: 400 invalid_cursor: What happened", 2},
		{"of the first page", t.Context(), nil, featurebase.ContactListParams{}, nil, "featurebase: GET /v2/contacts: 400 invalid_cursor: What happened", 1},
		{"invalid params", t.Context(), nil, featurebase.ContactListParams{Limit: 101}, nil,
			"featurebase: invalid Limit: want 1 to 100, or 0 for the default, but it is 101; nothing was sent", 0},
		{"ended context", canceled, nil, featurebase.ContactListParams{}, nil, "featurebase: GET /v2/contacts: not sent: context canceled", 0},
		{"a cycle", t.Context(), map[string]string{"": pageOf("contact", "a", "1"), "a": pageOf("contact", "b"), "b": pageOf("contact", "a")},
			featurebase.ContactListParams{}, []string{"1"}, cycle, 3},
		{"a page that is its own next", t.Context(), map[string]string{"": pageOf("contact", "c", "1"), "c": pageOf("contact", "c", "2")},
			featurebase.ContactListParams{}, []string{"1", "2"}, cycle, 2},
		{"back to the cursor of the caller's", t.Context(), map[string]string{"x": pageOf("contact", "y", "1"), "y": pageOf("contact", "x")},
			featurebase.ContactListParams{Cursor: "x"}, []string{"1"}, cycle, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := &pages{byCursor: tc.byCursor}
			var names []string
			var errs []error
			for c, err := range newClient(t, p).Contacts.ListAll(tc.ctx, tc.params) {
				if err != nil {
					errs = append(errs, err)
					assert.Nil(t, c)
					continue
				}
				names = append(names, c.Name)
			}
			assert.Equal(t, tc.names, names)
			require.Len(t, errs, 1)
			assert.EqualError(t, errs[0], tc.want)
			if tc.want == cycle {
				assert.Equal(t, []error{featurebase.ErrUnexpectedResponse}, matched(errs[0]))
			}
			assert.Len(t, p.asked, tc.requests)
		})
	}
}

// A server that has a next page for ever isn't asked for ever.
func TestAll_stopsAtPagesWithoutEnd(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		full     int // a page in so many has an item
		pages    int // in all; 0: without end
		requests int
		items    int
		want     string
	}{
		{"nothing but empty pages", 0, 0, 1000, 0, "featurebase: unexpected response: 1000 pages in a row have nothing on them, and the last one has a next page, too"},
		{"as many as there may be, twice", 1000, 2999, 2999, 2, ""},
		{"as many as there may be, and no more", 0, 1000, 1000, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			requests, items := 0, 0
			client := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
				requests++
				next, names := fmt.Sprint("c", requests), []string(nil)
				if requests == tc.pages {
					next = ""
				}
				if tc.full > 0 && requests%tc.full == 0 {
					names = []string{"x"}
				}
				return response(200, pageOf("contact", next, names...)), nil
			}))
			var last error
			for _, err := range client.Contacts.ListAll(t.Context(), featurebase.ContactListParams{}) {
				if last = err; err == nil {
					items++
				}
			}
			if tc.want == "" {
				assert.NoError(t, last)
			} else {
				assert.EqualError(t, last, tc.want)
			}
			assert.Equal(t, tc.requests, requests)
			assert.Equal(t, tc.items, items)
		})
	}
}

func TestWithCheckpoint_isWhereToBeginAgain(t *testing.T) {
	t.Parallel()
	p := threePages("contact")
	third := p.byCursor["b"]
	delete(p.byCursor, "b") // the third page fails
	cursor := "left over"
	var names, cursors []string
	var failed error
	for c, err := range listContactsAll(t, p, featurebase.ContactListParams{}, featurebase.WithCheckpoint(&cursor)) {
		if err != nil {
			failed = err
			break
		}
		names, cursors = append(names, c.Name), append(cursors, cursor)
	}
	require.Error(t, failed)
	assert.Equal(t, []string{"1", "2"}, names)
	assert.Equal(t, []string{"", ""}, cursors)
	assert.Equal(t, "b", cursor)

	p.byCursor["b"] = third
	page, err := results(listContactsAll(t, p, featurebase.ContactListParams{Cursor: cursor}, featurebase.WithCheckpoint(&cursor)))
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	assert.Equal(t, "3", page.Data[0].Name)
	assert.Equal(t, "b", cursor)
}

func TestWithCheckpoint_needsAString(t *testing.T) {
	t.Parallel()
	p := threePages("contact")
	_, err := results(listContactsAll(t, p, featurebase.ContactListParams{}, featurebase.WithCheckpoint(nil)))
	assert.EqualError(t, err, "featurebase: WithCheckpoint(nil): want a *string")
	assert.ErrorIs(t, err, featurebase.ErrInvalidArgument)
	assert.Empty(t, p.asked)
	// A call that has no pages takes no notice of it.
	cursor := "x"
	_, err = newClient(t, respondWith(200, deletedOK)).Contacts.Delete(t.Context(), contactID, featurebase.WithCheckpoint(&cursor))
	require.NoError(t, err)
	assert.Equal(t, "x", cursor)
}

func TestWithResponse_hasThatOfTheLastPage(t *testing.T) {
	t.Parallel()
	var resp featurebase.Response
	var ids []string
	for _, err := range listContactsAll(t, threePages("contact"), featurebase.ContactListParams{}, featurebase.WithResponse(&resp)) {
		require.NoError(t, err)
		ids = append(ids, resp.RequestID)
	}
	assert.Equal(t, []string{"page ", "page ", "page b"}, ids)
}

func TestPage_believesOnlyAList(t *testing.T) {
	t.Parallel()
	const notJSON = "its body is not the documented JSON"
	for _, tc := range []struct{ name, body, reason string }{
		{"no data", `{"object":"list"}`, "data is missing"},
		{"data null", `{"object":"list","data":null}`, "data is missing"},
		{"data an object", `{"object":"list","data":{}}`, "data is not an array"},
		{"data twice", `{"object":"list","data":[],"data":[]}`, notJSON},
		{"data in two spellings", `{"object":"list","DATA":[],"data":[]}`, notJSON},
		{"a number for the cursor", `{"object":"list","data":[],"nextCursor":7}`, "nextCursor is not a string"},
		{"another object", `{"object":"contact","data":[]}`, `object is "contact" instead of "list"`},
		{"an item of nothing", `{"object":"list","data":[{}]}`, `in data[0], object is "" instead of "contact"`},
		{"a number for an item", `{"object":"list","data":[1]}`, "no element of the list could be decoded"},
		{"items of another object", `{"object":"list","data":[null,{"object":"post"},{"object":"post"}]}`, `in data[0], object is "post" instead of "contact"`},
		{"an item with a name twice", `{"object":"list","data":[{"object":"contact","id":"507f1f77bcf86cd799439011","id":"x"}]}`, "no element of the list could be decoded"},
		{"an item without an ID", `{"object":"list","data":[{"object":"contact","id":""}]}`, `in data[0], id is missing`},
		{"nothing", `{"object":"list","data":[]}`, ""},
		{"null for an item", `{"object":"list","data":[null]}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, respondWith(200, tc.body))
			page, listErr := client.Contacts.List(t.Context(), featurebase.ContactListParams{})
			found, searchErr := client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{})
			if tc.reason == "" {
				require.NoError(t, listErr)
				require.NoError(t, searchErr)
				assert.Empty(t, page.Data)
				assert.Empty(t, found.Data)
				return
			}
			assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, listErr).Reason)
			assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, searchErr).Reason)
		})
	}
}

const goodContact = `{"object":"contact","id":"507f1f77bcf86cd799439011","name":"Ada"}`

// oddContacts are elements that can't be contacts.
var oddContacts = []string{
	`7`, `"x"`, `true`, `[1]`, `[{"object":"contact"}]`, `{}`, `{"id":"507f1f77bcf86cd799439011"}`, `{"object":"post","id":"507f1f77bcf86cd799439011"}`,
	`{"object":"contact"}`, `{"object":"contact","id":null}`, `{"object":"contact","id":7}`, `{"object":7,"id":"507f1f77bcf86cd799439011"}`,
	`{"object":"contact","id":"507f1f77bcf86cd799439011","id":"507f1f77bcf86cd799439012"}`, `{"object":"contact","x":1,"x":2,"id":"507f1f77bcf86cd799439011"}`,
}

// An odd element doesn't cost the page, and isn't lost.
func TestPage_keepsElementsThatItCannotDecode(t *testing.T) {
	t.Parallel()
	for _, odd := range oddContacts {
		t.Run(odd, func(t *testing.T) {
			t.Parallel()
			body := fmt.Sprintf(`{"object":"list","data":[%s,null,%s,%s,%[1]s],"nextCursor":"n","pagination":{"page":1}}`, odd, goodContact, goodContact)
			client := newClient(t, respondWith(200, body))
			page, err := client.Contacts.List(t.Context(), featurebase.ContactListParams{})
			require.NoError(t, err)
			found, err := client.Contacts.Search(t.Context(), featurebase.ContactSearchParams{})
			require.NoError(t, err)
			for _, p := range []*featurebase.Page[featurebase.Contact]{page, &found.Page} {
				want := featurebase.Contact{Object: "contact", ID: contactID, Name: "Ada"}
				assert.Equal(t, []featurebase.Contact{want, want}, p.Data)
				assert.Equal(t, []json.RawMessage{json.RawMessage(odd), json.RawMessage(odd)}, p.Undecoded)
				assert.Equal(t, map[string]json.RawMessage{"pagination": json.RawMessage(`{"page":1}`)}, p.Extra)
				assert.Equal(t, "n", p.NextCursor)
			}
		})
	}
}

// What is nested in an element doesn't make it odd.
func TestPage_takesElementsWithOddMembers(t *testing.T) {
	t.Parallel()
	body := `{"object":"list","data":[{"object":"contact","id":"507f1f77bcf86cd799439011","name":7,"companies":[{"id":"a","id":"b"},{"id":"c"}],"new":{"a":1,"a":2}}]}`
	page, err := newClient(t, respondWith(200, body)).Contacts.List(t.Context(), featurebase.ContactListParams{})
	require.NoError(t, err)
	assert.Empty(t, page.Undecoded)
	assert.Equal(t, []featurebase.Contact{{
		Object: "contact", ID: contactID, Companies: []featurebase.Company{{ID: "c"}},
		Extra: map[string]json.RawMessage{
			"name": json.RawMessage("7"), "companies": json.RawMessage(`[{"id":"a","id":"b"},{"id":"c"}]`), "new": json.RawMessage(`{"a":1,"a":2}`),
		},
	}}, page.Data)
}

func TestAll_endsAfterAFullPage(t *testing.T) {
	t.Parallel()
	p := &pages{byCursor: map[string]string{"": pageOf("contact", "", make([]string, 100)...)}}
	page, err := results(listContactsAll(t, p, featurebase.ContactListParams{}))
	require.NoError(t, err)
	assert.Len(t, page.Data, 100)
	assert.Len(t, p.asked, 1)
}

// A loop doesn't end as if it had seen everything.
func TestAll_endsWithAnErrorIfSomethingWasNotDecoded(t *testing.T) {
	t.Parallel()
	page := func(next string, items ...string) string {
		return fmt.Sprintf(`{"object":"list","data":[%s],"nextCursor":%s}`, strings.Join(items, ","), next)
	}
	for _, tc := range []struct {
		name     string
		byCursor map[string]string
		want     string
	}{
		{"one", map[string]string{"": page(`"a"`, `7`, goodContact), "a": page("null", goodContact)}, "an element of the list could not be decoded"},
		{"several", map[string]string{"": page(`"a"`, goodContact, `7`), "a": page("null", `{}`, goodContact, `{}`)}, "3 elements of the list could not be decoded"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var ids []string
			var errs []error
			for c, err := range listContactsAll(t, &pages{byCursor: tc.byCursor}, featurebase.ContactListParams{}) {
				if err != nil {
					assert.Nil(t, c)
					errs = append(errs, err)
					continue
				}
				ids = append(ids, c.ID)
			}
			assert.Equal(t, []string{contactID, contactID}, ids)
			require.Len(t, errs, 1)
			assert.EqualError(t, errs[0], "featurebase: unexpected response: "+tc.want)
			assert.Equal(t, []error{featurebase.ErrUnexpectedResponse}, matched(errs[0]))
		})
	}
}

// What was decoded of a list comes with the error.
func TestLists_returnWhatWasDecodedAndAnError(t *testing.T) {
	t.Parallel()
	const (
		board = `{"object":"board","id":"507f1f77bcf86cd799439011"}`
		tag   = `{"type":"tag","id":"507f1f77bcf86cd799439011"}`
	)
	for _, tc := range []struct{ name, body, want string }{
		{"all", `[` + board + `]`, ""},
		{"of an array", `[` + board + `,{"object":"board"},null]`, "200: an element of the list could not be decoded"},
		{"of an array, no objects", `[7,` + board + `,"x"]`, "200: 2 elements of the list could not be decoded"},
		{"of an array, a name twice", `[` + board + `,{"object":"board","id":"x","id":"y"}]`, "200: an element of the list could not be decoded"},
		{"of a list", `{"object":"list","data":[` + tag + `,{}]}`, "200: an element of the list could not be decoded"},
		{"another page", `{"object":"list","data":[` + tag + `],"nextCursor":"x"}`, "200: the list has another page, which is not documented"},
		{"another page, and an odd one", `{"object":"list","data":[7,` + tag + `],"nextCursor":"x"}`, "200: an element of the list could not be decoded"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, respondWith(200, tc.body))
			var got []string
			var err error
			if strings.HasPrefix(tc.body, "[") {
				var boards []featurebase.Board
				boards, err = client.Boards.List(t.Context())
				for _, b := range boards {
					got = append(got, b.ID)
				}
			} else {
				var tags []featurebase.ConversationTag
				tags, err = client.ConversationTags.List(t.Context())
				for _, tag := range tags {
					got = append(got, tag.ID)
				}
			}
			assert.Equal(t, []string{contactID}, got)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			e := requireErrorAs[*featurebase.UnexpectedResponseError](t, err)
			assert.Equal(t, tc.want, fmt.Sprintf("%d: %s", e.StatusCode, e.Reason))
			assert.Equal(t, tc.body, string(e.Body))
			assert.Equal(t, "GET", e.Method)
			assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
		})
	}
}

func TestSearchPage_hasTheTotalCount(t *testing.T) {
	t.Parallel()
	found, err := newClient(t, threePages("contact")).Contacts.Search(t.Context(), featurebase.ContactSearchParams{})
	require.NoError(t, err)
	assert.Equal(t, "a", found.NextCursor)
	assert.Equal(t, ptr(7), found.TotalCount)
	assert.Equal(t, ptr(true), found.TotalCountCapped)
	for _, body := range []string{`{"object":"list","data":[]}`, `{"object":"list","data":[],"totalCount":null,"totalCountCapped":null}`} {
		found, err := newClient(t, respondWith(200, body)).Contacts.Search(t.Context(), featurebase.ContactSearchParams{})
		require.NoError(t, err)
		assert.Nil(t, found.TotalCount)
		assert.Nil(t, found.TotalCountCapped)
		assert.Nil(t, found.Extra)
	}
	odd, err := newClient(t, respondWith(200, `{"object":"list","data":[],"totalCount":1e3,"totalCountCapped":"no"}`)).Contacts.Search(t.Context(), featurebase.ContactSearchParams{})
	require.NoError(t, err)
	assert.Nil(t, odd.TotalCount)
	assert.Equal(t, map[string]json.RawMessage{"totalCount": json.RawMessage("1e3"), "totalCountCapped": json.RawMessage(`"no"`)}, odd.Extra)
}

// A page of contacts with many companies has more than a MiB.
func TestPage_canBeLarge(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	companies := make([]featurebase.Company, 25)
	for i := range companies {
		companies[i] = featurebase.Company{
			Object: "company", CompanyID: fmt.Sprint(i), Name: strings.Repeat("x", 400),
		}
	}
	for range 100 {
		srv.AddContact(featurebase.Contact{Type: "customer", Companies: companies})
	}
	page, err := srv.Client().Contacts.List(t.Context(), featurebase.ContactListParams{Limit: 100})
	require.NoError(t, err)
	require.Len(t, page.Data, 100)
	assert.Len(t, page.Data[99].Companies, 25)
}

// A small body can't become a large heap.
func TestPage_allocatesLittleForManyValues(t *testing.T) {
	// Not parallel, so that what is allocated is its own.
	const objects = 350_000 // of three bytes
	many := strings.TrimSuffix(strings.Repeat("{},", objects), ",")
	for _, tc := range []struct{ name, body string }{
		{"contacts", `{"object":"list","data":[` + many + `]}`},
		{"companies", `{"object":"list","data":[{"object":"contact","id":"` + contactID + `","companies":[` + many + `]}]}`},
		{"nulls", `{"object":"list","data":[` + strings.Repeat("null,", objects) + `null]}`},
		{"extra", `{"object":"list","data":[],"more":[` + many + `]}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client := newClient(t, respondWith(200, tc.body))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := client.Contacts.List(t.Context(), featurebase.ContactListParams{})
			runtime.ReadMemStats(&after)
			assert.ErrorContains(t, err, "it has more values than can be meant")
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20))
		})
	}
}
