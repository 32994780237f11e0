package featurebasetest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// fill sets every field, and fails the test if the kind of one is not known.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
		return
	case json.RawMessage:
		v.SetBytes([]byte(`"x"`))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Interface:
		v.Set(reflect.ValueOf([]any{"x", []any{"x"}, map[string]any{"x": "x"}}))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fill(t, value)
		v.SetMapIndex(reflect.ValueOf("x"), value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		require.Fail(t, "can't fill", "%v", v.Type())
	}
}

// shared returns the paths at which two equal values share memory.
func shared(path string, a, b reflect.Value) (paths []string) {
	if _, ok := reflect.TypeAssert[time.Time](a); ok {
		return nil // never changes
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		if a.Pointer() == b.Pointer() {
			return []string{path}
		}
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return shared(path, a.Elem(), b.Elem())
	case reflect.Slice:
		for i := range a.Len() {
			paths = append(paths, shared(fmt.Sprint(path, "[", i, "]"), a.Index(i), b.Index(i))...)
		}
	case reflect.Map:
		for _, key := range a.MapKeys() {
			paths = append(paths, shared(fmt.Sprint(path, "[", key, "]"), a.MapIndex(key), b.MapIndex(key))...)
		}
	case reflect.Struct:
		for i := range a.NumField() {
			paths = append(paths, shared(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))...)
		}
	}
	return paths
}

func TestContacts_keepEveryField(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	var given featurebase.Contact
	fill(t, reflect.ValueOf(&given).Elem())
	given.Object, given.ID, given.Companies[0].Object, given.Companies[0].ID = "contact", id, "company", "60d5ec49f1b2c8b1aaaaaaaa"
	added := srv.AddContact(given)
	stored := srv.Contacts()[0]
	assert.Equal(t, given, added)
	assert.Equal(t, given, stored)

	share := func(a, b featurebase.Contact) []string {
		return shared("Contact", reflect.ValueOf(a), reflect.ValueOf(b))
	}
	assert.Empty(t, share(given, added))
	assert.Empty(t, share(given, stored))
	assert.Empty(t, share(added, stored))
	assert.Empty(t, share(stored, srv.Contacts()[0]))
	assert.Contains(t, share(stored, stored), "Contact.Roles", "or this test would find nothing")
}

func TestContacts_customFieldsAreAsOverTheNetwork(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	given := map[string]any{"seats": 3, "tags": []string{"a"}}
	added := srv.AddContact(featurebase.Contact{CustomFields: given})
	assert.Equal(t, map[string]any{"seats": 3.0, "tags": []any{"a"}}, added.CustomFields)
	assert.Equal(t, map[string]any{"seats": 3, "tags": []string{"a"}}, given, "what was given is left alone")
	defer func() {
		assert.Contains(t, recover(), "featurebasetest: AddContact: the contact can't be encoded: json: ")
		assert.Len(t, srv.Contacts(), 1)
	}()
	srv.AddContact(featurebase.Contact{CustomFields: map[string]any{"a": make(chan int)}})
}

func TestContacts_companyHasOneID(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	company := func(c featurebase.Company) string {
		return srv.AddContact(featurebase.Contact{Companies: []featurebase.Company{c}}).Companies[0].ID
	}
	fresh := company(featurebase.Company{CompanyID: "acme", Name: "Acme"})
	assert.Regexp(t, "^[0-9a-f]{24}$", fresh)
	assert.Equal(t, fresh, company(featurebase.Company{CompanyID: "acme"}))
	assert.NotEqual(t, fresh, company(featurebase.Company{CompanyID: "other"}))
	assert.Equal(t, "60d5ec49f1b2c8b1aaaaaaaa", company(featurebase.Company{CompanyID: "third", ID: "60d5ec49f1b2c8b1aaaaaaaa"}))

	upsert := func(body string) any {
		_, c, failure := ask(t, hc, srv, "POST", contactsPath, body)
		if failure != "" {
			return failure
		}
		return c["companies"].([]any)[0].(map[string]any)["id"]
	}
	assert.Equal(t, fresh, upsert(`{"userId":"u","companies":[{"id":"acme","name":"Acme"}]}`))
	assert.Equal(t, "60d5ec49f1b2c8b1aaaaaaaa", upsert(`{"userId":"u","companies":[{"id":"third","name":"Third"}]}`))

	// A request that is refused does not use an id up.
	other := featurebasetest.New()
	otherHC := &http.Client{Transport: other.Transport()}
	_, _, failure := ask(t, otherHC, other, "POST", contactsPath, `{"userId":"u","companies":[{"id":"a","name":"A"}],"name":null}`)
	require.Equal(t, "body.name: Expected string, received null", failure)
	_, c, _ := ask(t, otherHC, other, "POST", contactsPath, `{"userId":"u","companies":[{"id":"b","name":"B"}]}`)
	assert.Equal(t, "60d5ec49f1b2c8b100000001", c["companies"].([]any)[0].(map[string]any)["id"])
}

func TestServer_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	for body, want := range map[string]string{
		`{"userId":"u","name":1}`:                                                      "body.name: Expected string, received number",
		`{"userId":"u","subscribedToChangelog":1}`:                                     "body.subscribedToChangelog: Expected boolean, received number",
		`{"userId":"u","roles":["a",1]}`:                                               "body.roles.1: Expected string, received number",
		`{"userId":"u","companies":[{"id":"a"}]}`:                                      "body.companies.0.name: Required",
		`{"userId":"u","companies":[{"id":"a","name":"A","monthlySpend":"1"}]}`:        "body.companies.0.monthlySpend: Expected number, received string",
		`{"userId":"u","companies":[{"id":"a","name":"A","size":1}]}`:                  "body.companies.0: Unrecognized key(s) in object: 'size'",
		`{"userId":"u","zzz":1,"yyy":2}`:                                               "body: Unrecognized key(s) in object: 'yyy', 'zzz'",
		`{"userId":"u","customFields":{"a":{}}}`:                                       "body.customFields.a: Invalid input",
		`{"userId":"u","createdAt":"tomorrow"}`:                                        "invalid_request createdAt",
		`{"userId":"u","companies":[{"id":"a","name":"A","companySize":-1}]}`:          "body.companies.0.companySize: Number must be greater than or equal to 0",
		`{"userId":"u","companies":[{"id":"a","name":"A","customFields":{"a":[[]]}}]}`: "body.companies.0.customFields.a: Invalid input",
	} {
		status, _, failure := ask(t, hc, srv, "POST", contactsPath, body)
		assert.Equal(t, 400, status, body)
		assert.Equal(t, want, failure, body)
	}
	assert.Empty(t, srv.Contacts())

	for clause, want := range map[string]string{
		`"field":"name","operator":"^","value":"a"`:            `query has a clause with name and "^": this field has no such operator`,
		`"field":"name","operator":"=","value":1`:              `query has a clause with name and "=": Expected string, received number`,
		`"field":"name","operator":"IN","value":[]`:            `query has a clause with name and "IN": its value must have at least one element`,
		`"field":"type","operator":"=","value":"x"`:            `query has a clause with type and "=": Invalid enum value. Expected 'customer' | 'lead', received 'x'`,
		`"field":"postsCreated","operator":"~","value":"a"`:    `query has a clause with postsCreated and "~": this field has no such operator`,
		`"field":"postsCreated","operator":">","value":"many"`: `query has a clause with postsCreated and ">": Expected integer, received string`,
	} {
		_, answer, _ := ask(t, hc, srv, "POST", contactsPath+"/search", `{"query":{`+clause+`}}`)
		require.Contains(t, answer, "error", clause)
		assert.Equal(t, want, answer["error"].(map[string]any)["message"], clause)
	}
}

func TestServer_requestsAndFaultsAreCopies(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	hc := &http.Client{Transport: srv.Transport()}
	header := http.Header{"X-Request-Id": {"req_1"}}
	srv.FailNext(featurebasetest.Fault{Header: header})
	header.Set("X-Request-Id", "changed")
	resp, _, err := send(t, hc, srv, "GET", contactsPath+"?limit=5&contactType=all")
	require.NoError(t, err)
	assert.Equal(t, "req_1", resp.Header.Get("X-Request-Id"))

	r := srv.Requests()[0]
	assert.Equal(t, contactsPath, r.Path)
	assert.Equal(t, "limit=5&contactType=all", r.Query)
	r.Header.Set("Authorization", "changed")
	r.Body[0] = 'x'
	assert.Equal(t, "Bearer "+srv.Token, srv.Requests()[0].Header.Get("Authorization"))
	assert.Equal(t, "body", string(srv.Requests()[0].Body))
}
