package featurebase

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// ListContactsParams choose the contacts of a list.
type ListContactsParams struct {
	Type   ContactType // customers if empty; ContactTypeAll for customers and leads
	Limit  int         // contacts in a page, 1 to 100; 0 for the default: 10 with List, 100 with All
	Cursor string      // where to begin: NextCursor of the page before; empty for the beginning
}

// ContactPage is a part of a list of contacts.
type ContactPage struct {
	Contacts   []Contact
	NextCursor string // where the next page begins; empty if this is the last
}

// maxLimit is how many contacts a page may have.
const maxLimit = 100

var listContacts = &endpoint{method: http.MethodGet, route: "/v2/contacts", since: VersionNova}

// List gives one page of contacts. It calls
//
//	GET /v2/contacts
//
// and needs VersionNova or newer. All goes through all pages.
//
// Reference: https://docs.featurebase.app/rest-api/contacts/listcontacts
func (s *ContactsService) List(ctx context.Context, params ListContactsParams, opts ...CallOption) (*ContactPage, error) {
	query := url.Values{}
	if params.Type != "" {
		query.Set("contactType", string(params.Type))
	}
	if params.Limit != 0 {
		query.Set("limit", strconv.Itoa(params.Limit))
	}
	if params.Cursor != "" {
		query.Set("cursor", params.Cursor)
	}
	var list contactList
	_, err := s.client.do(ctx, request{endpoint: listContacts, query: query}, checkLimit(params.Limit), &list, list.wrong, opts)
	if err != nil {
		return nil, err
	}
	return list.page(), nil
}

// All gives the contacts of all pages, one request after another as the loop
// goes on; see List for what it calls. An error is the last thing it gives. A
// list that changes meanwhile may give a contact twice, or leave one out.
func (s *ContactsService) All(ctx context.Context, params ListContactsParams, opts ...CallOption) iter.Seq2[*Contact, error] {
	if params.Limit == 0 {
		params.Limit = maxLimit
	}
	return eachContact(params.Cursor, func(cursor string) (*ContactPage, error) {
		params := params
		params.Cursor = cursor
		return s.List(ctx, params, opts...)
	})
}

// eachContact goes through the pages that get gives for their cursors.
func eachContact(cursor string, get func(cursor string) (*ContactPage, error)) iter.Seq2[*Contact, error] {
	return func(yield func(*Contact, error) bool) {
		seen := map[string]bool{}
		for cursor := cursor; ; {
			page, err := get(cursor)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page.Contacts {
				if !yield(&page.Contacts[i], nil) {
					return
				}
			}
			seen[cursor] = true
			if cursor = page.NextCursor; cursor == "" {
				return
			}
			if seen[cursor] {
				yield(nil, fmt.Errorf("featurebase: the pages go in a circle: cursor %q came before", clip(cursor)))
				return
			}
		}
	}
}

// contactList is a list as it comes.
type contactList struct {
	Object           string    `json:"object"`
	Data             []Contact `json:"data"`
	NextCursor       string    `json:"nextCursor"`
	TotalCount       int       `json:"totalCount"`
	TotalCountCapped bool      `json:"totalCountCapped"`
}

func (l *contactList) wrong() string {
	if l.Object != "list" {
		return fmt.Sprintf("object is %q instead of \"list\"", clip(l.Object))
	}
	if l.Data == nil {
		return "data is missing"
	}
	for i := range l.Data {
		if wrong := l.Data[i].wrong(); wrong != "" {
			return fmt.Sprintf("in data[%d], %s", i, wrong)
		}
	}
	return ""
}

func (l *contactList) page() *ContactPage {
	return &ContactPage{Contacts: l.Data, NextCursor: l.NextCursor}
}

func checkLimit(limit int) error {
	if limit < 0 || limit > maxLimit {
		return fmt.Errorf("featurebase: limit %d: want 1 to %d, or 0 for the default", limit, maxLimit)
	}
	return nil
}
