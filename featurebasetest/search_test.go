package featurebasetest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// searchable is a server whose contacts a, b and c, created a minute apart,
// differ in everything.
func searchable(t *testing.T) (srv *featurebasetest.Server, hc *http.Client, began int64) {
	t.Helper()
	srv = featurebasetest.New()
	hc = &http.Client{Transport: srv.Transport()}
	count := func(n int) *int { return &n }
	begin := time.Now()
	srv.AddContact(featurebase.Contact{
		Name: "a", Email: "a@example.com", UserID: "ua", PostsCreated: count(1), CommentsCreated: count(3), LastActivity: begin.Add(-time.Hour),
		Companies: []featurebase.Company{{ID: "60d5ec49f1b2c8b100000009"}, {ID: "60d5ec49f1b2c8b100000008"}},
	})
	time.Sleep(time.Minute)
	srv.AddContact(featurebase.Contact{Name: "b", Email: "b@example.com", UserID: "ub", PostsCreated: count(2), CommentsCreated: count(2), LastActivity: begin.Add(-time.Minute)})
	time.Sleep(time.Minute)
	srv.AddContact(featurebase.Contact{Name: "c", Type: "lead"})
	return srv, hc, begin.Unix()
}

func TestContacts_searchOperators(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, hc, began := searchable(t)
		all := []string{"=", "!=", "IN", "NIN", ">", "<", "~", "!~", "^", "$", ""}
		texts := func(value, others string) map[string]string {
			return map[string]string{"=": value + " a", "!=": value + " b c", "IN": others + " a b", "NIN": others + " c"}
		}
		for field, operators := range map[string]map[string]string{ // value and what is found
			"externalId": texts(`"ua"`, `["ua","ub","x"]`),
			"email":      texts(`"a@example.com"`, `["a@example.com","b@example.com"]`),
			"name":       {"=": `"a" a`, "!=": `"a" b c`, "IN": `["a","b"] a b`, "NIN": `["a","b"] c`, "~": `"A" a`},
			"type":       {"=": `"lead" c`, "!=": `"lead" a b`, "IN": `["lead","customer"] a b c`, "NIN": `["customer"] c`},
			"companyIds": {"=": `"60d5ec49f1b2c8b100000008" a`, "!=": `"60d5ec49f1b2c8b100000008" b c`,
				"IN": `["60d5ec49f1b2c8b100000001","60d5ec49f1b2c8b100000009"] a`, "NIN": `["60d5ec49f1b2c8b100000009"] b c`},
			"postsCreated":    {"=": `1 a`, "!=": `1 b c`, ">": `1 b`, "<": `1 c`},
			"commentsCreated": {"=": `2 b`, "!=": `2 a c`, ">": `2 a`, "<": `3 b c`},
			"lastActivity": {"=": fmt.Sprint(began-60, " b"), "!=": fmt.Sprint(began-60, " a c"),
				">": fmt.Sprint(began-3600, " b"), "<": fmt.Sprint(began, " a b")},
			"createdAt": {"=": fmt.Sprint(began+60, " b"), "!=": fmt.Sprint(began+60, " a c"),
				">": fmt.Sprint(began, " b c"), "<": fmt.Sprint(began+60, " a")},
		} {
			for _, operator := range all {
				value, want, ok := strings.Cut(operators[operator], " ")
				if !ok {
					for _, value := range []string{`"a"`, `["a"]`, `1`} {
						status, _, _ := ask(t, hc, srv, "POST", contactsPath+"/search", fmt.Sprintf(`{"query":{"field":%q,"operator":%q,"value":%s}}`, field, operator, value))
						assert.Equal(t, 400, status, "%s %s %s", field, operator, value)
					}
					continue
				}
				// With a positive clause that holds for all.
				_, list, failure := ask(t, hc, srv, "POST", contactsPath+"/search", fmt.Sprintf(
					`{"query":{"operator":"AND","value":[{"field":"createdAt","operator":">","value":0},{"field":%q,"operator":%q,"value":%s}]}}`, field, operator, value))
				require.Empty(t, failure, "%s %s %s", field, operator, value)
				found := strings.Fields(names(list))
				slices.Sort(found)
				assert.Equal(t, want, strings.Join(found, " "), "%s %s %s", field, operator, value)
				assert.EqualValues(t, len(found), list["totalCount"])
				assert.Equal(t, false, list["totalCountCapped"])
			}
		}
	})
}

func TestContacts_searchNeedsAllClauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, hc, _ := searchable(t)
		_, list, _ := ask(t, hc, srv, "POST", contactsPath+"/search", `{"query":{"operator":"AND","value":[
			{"field":"type","operator":"=","value":"customer"},{"field":"postsCreated","operator":">","value":1}]}}`)
		assert.Equal(t, "b", names(list))
		_, list, _ = ask(t, hc, srv, "POST", contactsPath+"/search", `{}`)
		assert.Equal(t, "b a c", names(list), "without a query, all; the most active first")
		_, list, _ = ask(t, hc, srv, "POST", contactsPath+"/search", `{"query":{"field":"posts_created","operator":">","value":1},"sort":"created_at:asc"}`)
		assert.Equal(t, "b", names(list), "the old names are still taken")
		for _, query := range []string{`"=","value":"A@Example.com"`, `"IN","value":["A@Example.com"]`} {
			_, list, _ = ask(t, hc, srv, "POST", contactsPath+"/search", `{"query":{"field":"email","operator":`+query+`}}`)
			assert.Equal(t, "a", names(list), "email addresses are the same in any case")
		}
	})
}

func TestContacts_searchNamesByWords(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	srv.AddContact(featurebase.Contact{Name: "Ada King-Noel, Countess of Lovelace"})
	for text, found := range map[string]bool{"ada": true, "LOVELACE ada": true, "love": true, "ada babbage": false, "": false, " ": false} {
		_, list, failure := ask(t, hc, srv, "POST", contactsPath+"/search", fmt.Sprintf(`{"query":{"field":"name","operator":"~","value":%q}}`, text))
		require.Empty(t, failure)
		assert.Equal(t, found, names(list) != "", text)
	}
}

func TestContacts_searchSortsAndPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, hc, _ := searchable(t)
		srv.AddContact(featurebase.Contact{Name: "d", Type: "lead"}) // as c, but later
		for sort, want := range map[string]string{
			"lastActivity:desc":    "b a d c",
			"lastActivity:asc":     "c d a b",
			"createdAt:desc":       "d c b a",
			"createdAt:asc":        "a b c d",
			"postsCreated:desc":    "b a d c",
			"postsCreated:asc":     "c d a b",
			"commentsCreated:desc": "a b d c",
			"commentsCreated:asc":  "c d b a",
		} {
			var found []string
			next := ""
			for range 4 {
				_, list, failure := ask(t, hc, srv, "POST", contactsPath+"/search", fmt.Sprintf(`{"sort":%q,"limit":1%s}`, sort, next))
				require.Empty(t, failure)
				assert.EqualValues(t, 4, list["totalCount"])
				found = append(found, names(list))
				if list["nextCursor"] == nil {
					break
				}
				next = fmt.Sprintf(`,"cursor":%q`, list["nextCursor"])
				for _, other := range []string{`"sort":"createdAt:asc",`, `"sort":"createdAt:desc",`} {
					if strings.Contains(other, sort) {
						continue
					}
					_, _, failure := ask(t, hc, srv, "POST", contactsPath+"/search", "{"+other+next[1:]+"}")
					assert.Equal(t, "invalid_cursor cursor", failure, "the sort can't be changed midway")
				}
			}
			assert.Equal(t, want, strings.Join(found, " "), sort)
		}
		_, list, _ := ask(t, hc, srv, "GET", contactsPath+"?limit=1", "")
		_, _, failure := ask(t, hc, srv, "POST", contactsPath+"/search", fmt.Sprintf(`{"cursor":%q}`, list["nextCursor"]))
		assert.Equal(t, "invalid_cursor cursor", failure, "a list's cursor is not one of a search")
		_, list, _ = ask(t, hc, srv, "POST", contactsPath+"/search", `{"limit":1}`)
		_, _, failure = ask(t, hc, srv, "GET", contactsPath+"?cursor="+list["nextCursor"].(string), "")
		assert.Equal(t, "invalid_cursor cursor", failure, "nor the other way round")
	})
}

func TestContacts_searchSurvivesDeletions(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for i := range 9 {
		srv.AddContact(featurebase.Contact{Name: fmt.Sprint(i)})
	}
	var found []string
	next := ""
	for {
		_, list, failure := ask(t, hc, srv, "POST", contactsPath+"/search", fmt.Sprintf(`{"limit":2,"sort":"postsCreated:asc"%s}`, next))
		require.Empty(t, failure)
		found = append(found, names(list))
		for _, c := range list["data"].([]any) { // as who deletes what it finds
			status, _, _ := ask(t, hc, srv, "DELETE", contactsPath+"/"+c.(map[string]any)["id"].(string), "")
			require.Equal(t, 200, status)
		}
		if list["nextCursor"] == nil {
			break
		}
		next = fmt.Sprintf(`,"cursor":%q`, list["nextCursor"])
	}
	assert.Equal(t, []string{"0 1", "2 3", "4 5", "6 7", "8"}, found)
	assert.Empty(t, srv.Contacts())
}

func TestContacts_searchTotalIsCapped(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for range 4999 {
		srv.AddContact(featurebase.Contact{})
	}
	for _, want := range []string{"4999 false", "5000 true", "5000 true"} {
		_, list, _ := ask(t, hc, srv, "POST", contactsPath+"/search", `{}`)
		assert.Equal(t, want, fmt.Sprint(list["totalCount"], " ", list["totalCountCapped"]))
		srv.AddContact(featurebase.Contact{})
	}
}
