package conformance_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var isJSON = http.Header{"Content-Type": {"application/json"}}

// failing has what servers, and what stands before them, may respond.
func failing(t *testing.T) []step {
	t.Helper()
	fails := func(name string, want string, f featurebasetest.Fault) step {
		return step{name: name, official: official("users.contacts.delete", fay), ours: ours("Contacts.Delete", fay), want: want, fault: &f}
	}
	says := func(status int, typ, code string) featurebasetest.Fault {
		return featurebasetest.Fault{Status: status, Header: isJSON,
			Body: fmt.Sprintf(`{"error":{"type":%q,"code":%q,"message":"What happened","status":%d}}`, typ, code, status)}
	}
	misled := func(name, why, official, ours string, f featurebasetest.Fault) step {
		s := fails(name, "", f)
		s.differs = &difference{why, official, ours}
		return s
	}
	sent := "DELETE /v2/contacts/" + fay
	return []step{
		fails("forbidden", "403 read_only", says(403, "authorization_error", "read_only")),
		fails("too many requests", "429 rate_limit_exceeded", says(429, "rate_limit_error", "rate_limit_exceeded")),
		fails("the server fails", "500 internal", says(500, "api_error", "internal")),
		fails("a proxy fails", "502", featurebasetest.Fault{Status: 502, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<h1>Bad Gateway</h1>"}),
		misled("an empty object for a deletion", "The official client takes any 200 for a deletion.",
			"ok\n"+sent, "200 ErrUnexpectedResponse\n"+sent, featurebasetest.Fault{Status: 200, Header: isJSON, Body: "{}"}),
		misled("another contact's deletion", "The official client takes any 200 for a deletion.",
			"ok\n"+sent, "200 ErrUnexpectedResponse\n"+sent, featurebasetest.Fault{Status: 200, Header: isJSON, Body: `{"id":"` + nobody + `","object":"contact","deleted":true}`}),
		misled("a login page", "The official client takes any 200 for a deletion.",
			"ok\n"+sent, "200 ErrUnexpectedResponse\n"+sent, featurebasetest.Fault{Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<h1>Log in</h1>"}),
		misled("a redirect", "The official client follows it, here to a GET of the contact, and takes that for a deletion.",
			"ok\n"+sent+"\nGET /v2/contacts/"+fay, "303\n"+sent, featurebasetest.Fault{Status: 303, Header: http.Header{"Location": {"/v2/contacts/" + fay}}}),
	}
}

func deleting() []step {
	return []step{
		{name: "delete a customer", official: official("users.contacts.delete", ada), ours: ours("Contacts.Delete", ada), want: ok},
		{name: "delete it again", official: official("users.contacts.delete", ada), ours: ours("Contacts.Delete", ada), want: notFound},
		{name: "it is gone for others too", official: official("users.contacts.byUserID.retrieve", "u1"), ours: ours("Contacts.GetByUserID", "u1"), want: notFound},
		{name: "delete by user ID", official: official("users.contacts.byUserID.delete", "u2"), ours: ours("Contacts.DeleteByUserID", "u2"), want: ok},
		{name: "delete by that user ID again", official: official("users.contacts.byUserID.delete", "u2"), ours: ours("Contacts.DeleteByUserID", "u2"), want: notFound},
		{name: "delete by an odd user ID", official: official("users.contacts.byUserID.delete", "a/b"), ours: ours("Contacts.DeleteByUserID", "a/b"), want: ok},
		{name: "a lead is not deleted by user ID", official: official("users.contacts.byUserID.delete", "l1"), ours: ours("Contacts.DeleteByUserID", "l1"), want: against},
		{name: "delete a lead", official: official("users.contacts.delete", bob), ours: ours("Contacts.Delete", bob), want: ok},
		{name: "delete by an empty ID", official: official("users.contacts.delete", ""), ours: ours("Contacts.Delete", ""), differs: &difference{refusesEmpty,
			"404\nDELETE /v2/contacts/", idNotSent}},
		{name: "delete by an empty user ID", official: official("users.contacts.byUserID.delete", ""), ours: ours("Contacts.DeleteByUserID", ""), differs: &difference{refusesEmpty,
			"404\nDELETE /v2/contacts/by-user-id/", idNotSent}},
		{name: "delete by an email address", official: official("users.contacts.delete", "fay@example.com"), ours: ours("Contacts.Delete", "fay@example.com"), differs: &difference{refusesIDs,
			"400 invalid_id\nDELETE /v2/contacts/fay@example.com", idNotSent}},
		{name: "who is left", official: officialAll("users.contacts.list", object{"contactType": "all", "limit": 9}),
			ours: ours("Contacts.ListAll", featurebase.ContactListParams{Type: featurebase.ContactListTypeAll, Limit: 9}), want: ok},
	}
}
