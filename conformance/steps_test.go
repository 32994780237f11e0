package conformance_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// step is one thing, done with both clients.
type step struct {
	name     string
	official call
	ours     oursCall
	want     string // the outcome: "ok", or status and error code
	fault    *featurebasetest.Fault
	differs  *difference
}

// difference says that the clients are right to differ, or that the official
// one is wrong, and what each does: the outcome and a line for each request.
type difference struct{ why, official, ours string }

type (
	object = map[string]any
	array  = []any
)

// The contacts that each server has at first; see newServer.
const (
	ada    = "64b000000000000000000001" // a customer
	bob    = "64b000000000000000000002" // a lead
	eve    = "64b000000000000000000003" // a customer, not all of whose fields are documented
	fay    = "64b000000000000000000004" // a customer
	nobody = "64b0000000000000000000ff" // not there
)

// oddUserIDs are user IDs that are hard to put into a path.
var oddUserIDs = []string{"a/b", "é ü", "search", "by-user-id", "email-preferences", "?x=1#y", "100%", "%2F", "a+b", ";,", "a:b@c", `\`, `"`, "...", "//", strings.Repeat("é", 255)}

var adasActivity = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newServer(t *testing.T) *featurebasetest.Server {
	t.Helper()
	srv := featurebasetest.NewServer(t)
	number := func(n int) *int { return &n }
	yes, spend := true, 99.5
	srv.AddContact(featurebase.Contact{
		ID: ada, UserID: "u1", Email: "ada@example.com", Name: "Ada Lovelace", Description: "Countess", ProfilePicture: "https://example.com/ada.png",
		Locale: "en", OrganizationID: "64b0000000000000000000aa", Roles: []string{"r1", "r2"},
		CustomFields: object{"plan": "pro", "seats": 3, "tags": array{"a", 1, nil}, "none": nil},
		Verified:     &yes, SubscribedToChangelog: new(bool), ManuallyOptedOutFromChangelog: &yes,
		PostsCreated: number(7), CommentsCreated: number(2), LastActivity: adasActivity,
		Companies: []featurebase.Company{
			{CompanyID: "acme", Name: "Acme"},
			{CompanyID: "engine", Name: "Engines", Plan: "p", Industry: "i", Website: "w", MonthlySpend: &spend, CompanySize: number(0), LinkedUsers: number(1),
				CustomFields: object{"k": "v"}, CreatedAt: adasActivity, UpdatedAt: adasActivity, LastActivity: adasActivity},
		},
	})
	srv.AddContact(featurebase.Contact{ID: bob, Type: featurebase.ContactTypeLead, UserID: "l1", Email: "bob@example.com", Name: "Bob",
		PostsCreated: number(0), CommentsCreated: number(5), LastActivity: adasActivity.Add(time.Hour)})
	srv.AddContact(featurebase.Contact{ID: eve, UserID: "u2", Extra: map[string]json.RawMessage{
		"email": json.RawMessage("null"), "profilePicture": json.RawMessage("null"), "roles": json.RawMessage("[]"),
		"lastActivity": json.RawMessage(`"2025-01-15T00:00:00.000Z"`), "score": json.RawMessage(`{"a":[1,null]}`),
	}})
	srv.AddContact(featurebase.Contact{ID: fay, UserID: "u3", Email: "fay@example.com", Name: "Fay", LastActivity: adasActivity.Add(-time.Hour)})
	for i, userID := range oddUserIDs {
		srv.AddContact(featurebase.Contact{UserID: userID, Name: fmt.Sprint("odd ", i)})
	}
	for i := range 12 {
		srv.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Name: fmt.Sprint("lead ", i), PostsCreated: number(i / 4)})
	}
	addBoards(srv)
	addCompanies(srv)
	addPosts(t, srv)
	addComments(srv)
	addTags(t, srv)
	addConversations(t, srv)
	addTickets(srv)
	addSurveys(t, srv)
	addAuditLogs(srv)
	return srv
}

// saying returns a step in which the API refuses what the official client sends with
// something other than invalid.
func (s step) saying(outcome string) step {
	s.differs.official = outcome + strings.TrimPrefix(s.differs.official, invalid)
	return s
}

func official(method string, args ...any) call { return call{Method: method, Args: args} }

func officialAll(method string, params object) call {
	return call{Method: method, Args: array{params}, All: true}
}

const (
	ok           = "ok"
	notFound     = "404 contact_not_found"
	invalid      = "400"                   // by the schema
	invalidQuery = "400 invalid_parameter" // in a search
	against      = "400 invalid_request"   // a rule beyond the schema
	cantBe       = "can't be written"
	idNotSent    = "not sent: ErrInvalidID"
	refusesIDs   = "This library refuses what can't be an ID before it is sent."
	refusesEmpty = "The official client sends an empty ID, which makes another path of it: for a deletion, that of all contacts."
	refuses      = "This library refuses what the API would before it is sent."
	typesRefuse  = "This library's types have no way to say what the API refuses."
)

func clause(field, operator string, value any) object {
	return object{"field": field, "operator": operator, "value": value}
}

func and(clauses ...object) object { return object{"operator": "AND", "value": clauses} }

// text is JSON as JavaScript writes it.
func text(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// steps returns the steps in their order, since each finds what those before left.
func steps(t *testing.T) []step {
	t.Helper()
	return slices.Concat(
		reading(), listing(t), searching(t), emailing(), blocking(), upserting(),
		readingPosts(), listingPosts(t), searchingPosts(t), writingPosts(), voting(t),
		readingComments(), listingComments(t), searchingComments(t), writingComments(), deletingComments(), deletingPosts(),
		readingCompanies(), listingCompanies(t), searchingCompanies(t), upsertingCompanies(), attaching(t), deletingCompanies(),
		readingBoards(), readingPostStatuses(), readingCustomFields(),
		readingConversations(t), searchingConversations(t), conversing(), readingTickets(t), ticketing(), tagging(), readingAttributes(), surveying(t),
		subscribing(), readingAuditLogs(t),
		failing(t), deleting(),
	)
}
