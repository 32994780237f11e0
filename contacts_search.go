package featurebase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"
)

// SearchContactsParams say which contacts are searched for.
type SearchContactsParams struct {
	Filters []ContactFilter // of which all must hold; at most 15; none finds all
	Sort    ContactSort     // SortLastActivityDesc if empty
	Limit   int             // contacts in a page, 1 to 100; 0 for the default: 10 with Search, 100 with SearchAll
	Cursor  string          // where to begin: NextCursor of the page before, with the same Sort; empty for the beginning
}

// ContactSearchPage is a part of what a search found.
type ContactSearchPage struct {
	ContactPage
	TotalCount       int  // contacts found, in all pages, but at most 5,000
	TotalCountCapped bool // whether there may be more than TotalCount
}

// ContactSort is an order of search results.
type ContactSort string

// The documented orders.
const (
	SortLastActivityDesc    ContactSort = "lastActivity:desc"
	SortLastActivityAsc     ContactSort = "lastActivity:asc"
	SortCreatedAtDesc       ContactSort = "createdAt:desc"
	SortCreatedAtAsc        ContactSort = "createdAt:asc"
	SortPostsCreatedDesc    ContactSort = "postsCreated:desc"
	SortPostsCreatedAsc     ContactSort = "postsCreated:asc"
	SortCommentsCreatedDesc ContactSort = "commentsCreated:desc"
	SortCommentsCreatedAsc  ContactSort = "commentsCreated:asc"
)

// ContactFilter is one condition of a search. It is made by the methods of the
// fields, such as SearchEmail.Is, and by NameContains.
type ContactFilter struct {
	field, operator string
	value           any
	problem         error
}

// ValueField is a field that is compared for equality.
type ValueField[T ~string] string

// CountField is a field that counts something.
type CountField string

// TimeField is a field with a time, of which the API compares whole seconds.
type TimeField string

// The documented fields of a search.
const (
	SearchUserID          ValueField[string]      = "externalId" // in your own system
	SearchEmail           ValueField[string]      = "email"
	SearchName            ValueField[string]      = "name" // see NameContains too
	SearchType            ValueField[ContactType] = "type"
	SearchCompanyID       ValueField[string]      = "companyIds" // Featurebase's own
	SearchPostsCreated    CountField              = "postsCreated"
	SearchCommentsCreated CountField              = "commentsCreated"
	SearchLastActivity    TimeField               = "lastActivity"
	SearchCreatedAt       TimeField               = "createdAt"
)

// Is holds for contacts whose field is value.
func (f ValueField[T]) Is(value T) ContactFilter { return filter(f, "=", value) }

// IsNot holds for contacts whose field is not value.
func (f ValueField[T]) IsNot(value T) ContactFilter { return filter(f, "!=", value) }

// OneOf holds for contacts whose field is one of values, of which there must
// be at least one.
func (f ValueField[T]) OneOf(values ...T) ContactFilter { return listFilter(f, "IN", values) }

// NoneOf holds for contacts whose field is none of values, of which there must
// be at least one.
func (f ValueField[T]) NoneOf(values ...T) ContactFilter { return listFilter(f, "NIN", values) }

// NameContains holds for contacts in whose name text is found, which is
// searched for by words.
func NameContains(text string) ContactFilter { return filter(SearchName, "~", text) }

// Is holds for contacts whose count is n.
func (f CountField) Is(n int) ContactFilter { return filter(f, "=", n) }

// IsNot holds for contacts whose count is not n.
func (f CountField) IsNot(n int) ContactFilter { return filter(f, "!=", n) }

// MoreThan holds for contacts whose count is more than n.
func (f CountField) MoreThan(n int) ContactFilter { return filter(f, ">", n) }

// LessThan holds for contacts whose count is less than n.
func (f CountField) LessThan(n int) ContactFilter { return filter(f, "<", n) }

// Is holds for contacts whose time is t.
func (f TimeField) Is(t time.Time) ContactFilter { return filter(f, "=", t.Unix()) }

// IsNot holds for contacts whose time is not t.
func (f TimeField) IsNot(t time.Time) ContactFilter { return filter(f, "!=", t.Unix()) }

// After holds for contacts whose time is after t.
func (f TimeField) After(t time.Time) ContactFilter { return filter(f, ">", t.Unix()) }

// Before holds for contacts whose time is before t.
func (f TimeField) Before(t time.Time) ContactFilter { return filter(f, "<", t.Unix()) }

func filter[F ~string](field F, operator string, value any) ContactFilter {
	return ContactFilter{field: string(field), operator: operator, value: value}
}

func listFilter[F ~string, T any](field F, operator string, values []T) ContactFilter {
	f := filter(field, operator, values)
	if len(values) == 0 {
		f.problem = fmt.Errorf("featurebase: filter %s %s has no values: want at least one", field, operator)
	}
	return f
}

// MarshalJSON gives the condition as the API takes it.
func (f ContactFilter) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"field": f.field, "operator": f.operator, "value": f.value})
}

// maxFilters is how many conditions a search may have.
const maxFilters = 15

func (p SearchContactsParams) check() error {
	problems := []error{checkLimit(p.Limit)}
	if len(p.Filters) > maxFilters {
		problems = append(problems, fmt.Errorf("featurebase: %d filters: want at most %d", len(p.Filters), maxFilters))
	}
	for i, f := range p.Filters {
		if f.field == "" {
			problems = append(problems, fmt.Errorf("featurebase: Filters[%d] is empty: want one made by a field, like SearchEmail.Is", i))
		}
		problems = append(problems, f.problem)
	}
	return errors.Join(problems...)
}

// MarshalJSON gives the search as the API takes it.
func (p SearchContactsParams) MarshalJSON() ([]byte, error) {
	var query any
	switch len(p.Filters) {
	case 0:
	case 1:
		query = p.Filters[0]
	default:
		query = map[string]any{"operator": "AND", "value": p.Filters}
	}
	return json.Marshal(struct {
		Query  any         `json:"query,omitempty"`
		Sort   ContactSort `json:"sort,omitempty"`
		Limit  int         `json:"limit,omitempty"`
		Cursor string      `json:"cursor,omitempty"`
	}{query, p.Sort, p.Limit, p.Cursor})
}

var searchContacts = &endpoint{method: http.MethodPost, route: "/v2/contacts/search", since: VersionNova}

// Search gives one page of the contacts, customers and leads, for which all
// filters hold. It calls
//
//	POST /v2/contacts/search
//
// and needs VersionNova or newer. A limit that is out of range, more than 15
// filters and filters without values are refused before anything is sent. The
// API itself refuses, with an *APIError, a search with nothing but IsNot and
// NoneOf other than of SearchType (ErrorCodeQueryTooBroad), a cursor from a
// search with another Sort (ErrorCodeInvalidCursor), and a Sort or a type that
// it does not know. SearchAll goes through all pages.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) Search(ctx context.Context, params SearchContactsParams, opts ...CallOption) (*ContactSearchPage, error) {
	var list contactList
	_, err := s.client.do(ctx, request{endpoint: searchContacts, body: params}, params.check(), &list, list.wrong, opts)
	if err != nil {
		return nil, err
	}
	return &ContactSearchPage{ContactPage: *list.page(), TotalCount: list.TotalCount, TotalCountCapped: list.TotalCountCapped}, nil
}

// SearchAll gives the contacts of all pages of a search, one request after
// another as the loop goes on; see Search for what it calls. An error is the
// last thing it gives. Contacts that are deleted or change meanwhile may shift
// the pages, so that one comes twice or is left out.
func (s *ContactsService) SearchAll(ctx context.Context, params SearchContactsParams, opts ...CallOption) iter.Seq2[*Contact, error] {
	if params.Limit == 0 {
		params.Limit = maxLimit
	}
	return eachContact(params.Cursor, func(cursor string) (*ContactPage, error) {
		params := params
		params.Cursor = cursor
		page, err := s.Search(ctx, params, opts...)
		if err != nil {
			return nil, err
		}
		return &page.ContactPage, nil
	})
}
