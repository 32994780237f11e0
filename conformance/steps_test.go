package conformance_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

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

func newServer(t *testing.T) *featurebasetest.Server {
	t.Helper()
	srv := featurebasetest.NewServer(t)
	for _, s := range inOrder(func(s service) []string { return s.needs }) {
		if s.add != nil {
			s.add(t, srv)
		}
	}
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

// A service is what is compared of one of this library's services.
type service struct {
	name     string // the field of the Client
	official string // the resource of the official client that it stands for, with those below it

	// add adds what each server has at first, after the services whose objects it
	// needs.
	add   func(t *testing.T, srv *featurebasetest.Server)
	needs []string

	// steps returns the steps, which come after those of other services if they find
	// what those left. The last steps come after those of all services.
	steps, last func(t *testing.T) []step
	after       []string
}

// services has all services by name. The file of each registers it.
var services = map[string]service{}

func register(s service) bool {
	services[s.name] = s
	return true
}

// inOrder returns the services by name, each after those that before returns.
func inOrder(before func(service) []string) (ordered []service) {
	done := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		s, ok := services[name]
		if !ok {
			panic("no file of conformance registers the service " + name)
		}
		if !done[name] {
			done[name] = true
			for _, other := range before(s) {
				visit(other)
			}
			ordered = append(ordered, s)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(services)) {
		visit(name)
	}
	return ordered
}

// steps returns the steps in their order, since each finds what those before left.
func steps(t *testing.T) (steps []step) {
	t.Helper()
	var last []step
	for _, s := range inOrder(func(s service) []string { return s.after }) {
		steps = append(steps, s.steps(t)...)
		if s.last != nil {
			last = append(last, s.last(t)...)
		}
	}
	return append(steps, last...)
}
