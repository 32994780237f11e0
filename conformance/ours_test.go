package conformance_test

import (
	"context"
	"iter"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

// ours is a call of a method of ContactsService.
type ours struct {
	method string // empty: this library's types can't say what is asked for
	call   func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error)
}

// byID makes the calls of a method that takes an id alone.
func byID[T any](name string, method func(*featurebase.ContactsService, context.Context, string, ...featurebase.CallOption) (T, error)) func(id string) ours {
	return func(id string) ours {
		return ours{name, func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
			return method(s, ctx, id, opts...)
		}}
	}
}

var (
	get                      = byID("Get", (*featurebase.ContactsService).Get)
	getByUserID              = byID("GetByUserID", (*featurebase.ContactsService).GetByUserID)
	remove                   = byID("Delete", (*featurebase.ContactsService).Delete)
	removeByUserID           = byID("DeleteByUserID", (*featurebase.ContactsService).DeleteByUserID)
	emailPreferences         = byID("EmailPreferences", (*featurebase.ContactsService).GetEmailPreferences)
	emailPreferencesByUserID = byID("EmailPreferencesByUserID", (*featurebase.ContactsService).GetEmailPreferencesByUserID)
	block                    = byID("Block", confirming("blocked", (*featurebase.ContactsService).Block))
	unblock                  = byID("Unblock", confirming("unblocked", (*featurebase.ContactsService).Unblock))
)

// confirming gives the answer that a method, which gives none, has verified.
func confirming(done string, method func(*featurebase.ContactsService, context.Context, string, ...featurebase.CallOption) error) func(*featurebase.ContactsService, context.Context, string, ...featurebase.CallOption) (object, error) {
	return func(s *featurebase.ContactsService, ctx context.Context, id string, opts ...featurebase.CallOption) (object, error) {
		return object{"id": strings.ToLower(id), "object": "contact", done: true}, method(s, ctx, id, opts...)
	}
}

func update(id string, changes map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus) ours {
	return ours{"UpdateEmailPreferences", func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
		return s.UpdateEmailPreferences(ctx, id, changes, opts...)
	}}
}

func updateByUserID(id string, changes map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus) ours {
	return ours{"UpdateEmailPreferencesByUserID", func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
		return s.UpdateEmailPreferencesByUserID(ctx, id, changes, opts...)
	}}
}

// upserted is what Upsert gives.
type upserted struct {
	*featurebase.Contact
	created bool
}

func upsert(params featurebase.ContactUpsertParams) ours {
	return ours{"Upsert", func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
		c, created, err := s.Upsert(ctx, params, opts...)
		return upserted{c, created}, err
	}}
}

func list(params featurebase.ContactListParams) ours {
	return ours{"List", func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
		page, err := s.List(ctx, params, opts...)
		if err != nil {
			return nil, err
		}
		return object{"data": page.Contacts, "nextCursor": page.NextCursor}, nil
	}}
}

func all(params featurebase.ContactListParams) ours {
	return ours{"All", func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
		return collect(s.All(ctx, params, opts...))
	}}
}

func search(params featurebase.ContactSearchParams) ours {
	return ours{"Search", func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
		page, err := s.Search(ctx, params, opts...)
		if err != nil {
			return nil, err
		}
		return object{"object": "list", "data": page.Contacts, "nextCursor": page.NextCursor,
			"totalCount": page.TotalCount, "totalCountCapped": page.TotalCountCapped}, nil
	}}
}

func searchAll(params featurebase.ContactSearchParams) ours {
	return ours{"SearchAll", func(ctx context.Context, s *featurebase.ContactsService, opts ...featurebase.CallOption) (any, error) {
		return collect(s.SearchAll(ctx, params, opts...))
	}}
}

func collect(seq iter.Seq2[*featurebase.Contact, error]) ([]*featurebase.Contact, error) {
	var all []*featurebase.Contact
	for c, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
