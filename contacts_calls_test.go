package featurebase_test

import (
	"context"

	"github.com/featurebase-community/featurebase-go"
)

const (
	contactJSON = `{"object":"contact","id":"507f1f77bcf86cd799439011","type":"customer","userId":"u1","email":"ada@example.com","name":"Ada",
		"description":"d","profilePicture":"https://example.com/a.png","locale":"en","organizationId":"507f1f77bcf86cd799439012",
		"companies":[{"object":"company","id":"507f1f77bcf86cd799439013","companyId":"c1","name":"Acme","plan":"pro","industry":"i","website":"w",
			"monthlySpend":99.5,"companySize":0,"linkedUsers":3,"customFields":{"a":[1,"x",null]},"createdAt":"2026-01-01T00:00:00Z",
			"updatedAt":"2026-01-02T00:00:00Z","lastActivity":"2026-01-03T00:00:00.5Z","new":{"a":1}}],
		"roles":["r"],"customFields":{"a":[1,"x",null],"b":{"c":true}},"verified":true,"subscribedToChangelog":false,
		"manuallyOptedOutFromChangelog":false,"postsCreated":0,"commentsCreated":7,"lastActivity":"2026-01-03T00:00:00.123Z","new":[1,2]}`
	contactListJSON   = `{"object":"list","data":[` + contactJSON + `],"nextCursor":null}`
	contactSearchJSON = `{"object":"list","data":[` + contactJSON + `],"nextCursor":null,"totalCount":1,"totalCountCapped":false}`
	preferencesJSON   = `{"object":"contact_email_preferences","contactId":"507f1f77bcf86cd799439011","userId":"u1","email":"ada@example.com",
		"preferences":{"all":{"status":"subscribed","effectiveStatus":"subscribed"},"changelog":{"status":"unsubscribed","effectiveStatus":"unsubscribed"}}}`
)

var someEmails = map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus{
	featurebase.ContactEmailTopicAll:       featurebase.ContactEmailSubscribed,
	featurebase.ContactEmailTopicChangelog: featurebase.ContactEmailUnsubscribed,
}

// contactMethod is a method of contacts that takes an ID alone.
type contactMethod[T any] func(*featurebase.ContactsService, context.Context, string, ...featurebase.CallOption) (*T, error)

// with calls the method with an ID.
func (m contactMethod[T]) with(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return m(c.Contacts, ctx, id, opts...)
	}
}

// blocking calls Block or Unblock.
func blocking(method func(*featurebase.ContactsService, context.Context, string, ...featurebase.CallOption) error, id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return nil, method(c.Contacts, ctx, id, opts...)
	}
}

func updatePreferences(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Contacts.UpdateEmailPreferences(ctx, id, someEmails, opts...)
	}
}

func updatePreferencesByUserID(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Contacts.UpdateEmailPreferencesByUserID(ctx, id, someEmails, opts...)
	}
}

func upsertContact(params featurebase.ContactUpsertParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		contact, _, err := c.Contacts.Upsert(ctx, params, opts...)
		return contact, err
	}
}

func searchContacts(params featurebase.ContactSearchParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Contacts.Search(ctx, params, opts...)
	}
}

var (
	getContact             = contactMethod[featurebase.Contact]((*featurebase.ContactsService).Get)
	getContactByUserID     = contactMethod[featurebase.Contact]((*featurebase.ContactsService).GetByUserID)
	deleteContact          = contactMethod[featurebase.Deleted]((*featurebase.ContactsService).Delete)
	deleteContactByUserID  = contactMethod[featurebase.Deleted]((*featurebase.ContactsService).DeleteByUserID)
	getPreferences         = contactMethod[featurebase.ContactEmailPreferences]((*featurebase.ContactsService).GetEmailPreferences)
	getPreferencesByUserID = contactMethod[featurebase.ContactEmailPreferences]((*featurebase.ContactsService).GetEmailPreferencesByUserID)
)

var contactCalls = map[string]apiCall{
	"Contacts.List": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return c.Contacts.List(ctx, featurebase.ContactListParams{Type: featurebase.ContactListAll, Limit: 3, Cursor: "a&b"}, opts...)
		},
		official: "users.contacts.list",
		request:  "GET /v2/contacts?contactType=all&cursor=a%26b&limit=3",
		body:     contactListJSON,
		reads:    true,
		invalid: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return c.Contacts.List(ctx, featurebase.ContactListParams{Cursor: badArgument, Limit: 101}, opts...)
		},
	},
	"Contacts.ListAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return results(c.Contacts.ListAll(ctx, featurebase.ContactListParams{}, opts...))
		},
		official: "users.contacts.list",
		request:  "GET /v2/contacts?limit=100",
		body:     contactListJSON,
		reads:    true,
	},
	"Contacts.Search": {
		do: searchContacts(featurebase.ContactSearchParams{
			Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.Is("ada@example.com")},
			Sort:    featurebase.ContactSortCreatedAtAsc, Limit: 3, Cursor: "x",
		}),
		official: "users.contacts.search",
		request:  "POST /v2/contacts/search",
		sends:    `{"query":{"field":"email","operator":"=","value":"ada@example.com"},"sort":"createdAt:asc","limit":3,"cursor":"x"}`,
		body:     contactSearchJSON,
		reads:    true,
		invalid: searchContacts(featurebase.ContactSearchParams{
			Filters: featurebase.Filters[featurebase.Contact]{featurebase.ContactFieldEmail.Is(badArgument), featurebase.ContactFieldName.OneOf()},
		}),
	},
	"Contacts.SearchAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			page, err := results(c.Contacts.SearchAll(ctx, featurebase.ContactSearchParams{}, opts...))
			if err != nil {
				return nil, err
			}
			return &featurebase.SearchPage[featurebase.Contact]{Page: *page, TotalCount: ptr(1), TotalCountCapped: ptr(false)}, nil
		},
		official: "users.contacts.search",
		request:  "POST /v2/contacts/search",
		sends:    `{"limit":100}`,
		body:     contactSearchJSON,
		reads:    true,
	},
	"Contacts.Upsert": {
		do:       upsertContact(featurebase.ContactUpsertParams{UserID: "u1", Name: featurebase.Value("Ada")}),
		official: "users.contacts.createOrUpdate",
		request:  "POST /v2/contacts",
		sends:    `{"userId":"u1","name":"Ada"}`,
		status:   201,
		body:     contactJSON,
		invalid:  upsertContact(featurebase.ContactUpsertParams{UserID: badArgument}),
	},
	"Contacts.Get": {
		do: getContact.with(contactID), invalid: getContact.with(badArgument),
		official: "users.contacts.retrieve",
		request:  "GET /v2/contacts/" + contactID,
		body:     contactJSON,
		notFound: "contact_not_found",
		reads:    true,
	},
	"Contacts.GetByUserID": {
		do: getContactByUserID.with("u1"), invalid: getContactByUserID.with(badArgument),
		official: "users.contacts.byUserID.retrieve",
		request:  "GET /v2/contacts/by-user-id/u1",
		body:     contactJSON,
		notFound: "contact_not_found",
		reads:    true,
	},
	"Contacts.Block": {
		do:       blocking((*featurebase.ContactsService).Block, contactID),
		invalid:  blocking((*featurebase.ContactsService).Block, badArgument),
		official: "users.contacts.block",
		request:  "POST /v2/contacts/" + contactID + "/block",
		body:     `{"id":"507f1f77bcf86cd799439011","object":"contact","blocked":true}`,
		notFound: "contact_not_found",
	},
	"Contacts.Unblock": {
		do:       blocking((*featurebase.ContactsService).Unblock, contactID),
		invalid:  blocking((*featurebase.ContactsService).Unblock, badArgument),
		official: "users.contacts.unblock",
		request:  "POST /v2/contacts/" + contactID + "/unblock",
		body:     `{"id":"507f1f77bcf86cd799439011","object":"contact","unblocked":true}`,
		notFound: "contact_not_found",
	},
	"Contacts.GetEmailPreferences": {
		do: getPreferences.with(contactID), invalid: getPreferences.with(badArgument),
		official: "users.contacts.emailPreferences.retrieve",
		request:  "GET /v2/contacts/" + contactID + "/email-preferences",
		body:     preferencesJSON,
		notFound: "contact_not_found",
		reads:    true,
	},
	"Contacts.GetEmailPreferencesByUserID": {
		do: getPreferencesByUserID.with("u1"), invalid: getPreferencesByUserID.with(badArgument),
		official: "users.contacts.byUserID.emailPreferences.retrieve",
		request:  "GET /v2/contacts/by-user-id/u1/email-preferences",
		body:     preferencesJSON,
		notFound: "contact_not_found",
		reads:    true,
	},
	"Contacts.UpdateEmailPreferences": {
		do: updatePreferences(contactID), invalid: updatePreferences(badArgument),
		official: "users.contacts.emailPreferences.update",
		request:  "PATCH /v2/contacts/" + contactID + "/email-preferences",
		sends:    `{"preferences":{"all":"subscribed","changelog":"unsubscribed"}}`,
		body:     preferencesJSON,
		notFound: "contact_not_found",
	},
	"Contacts.UpdateEmailPreferencesByUserID": {
		do: updatePreferencesByUserID("u1"), invalid: updatePreferencesByUserID(badArgument),
		official: "users.contacts.byUserID.emailPreferences.update",
		request:  "PATCH /v2/contacts/by-user-id/u1/email-preferences",
		sends:    `{"preferences":{"all":"subscribed","changelog":"unsubscribed"}}`,
		body:     preferencesJSON,
		notFound: "contact_not_found",
	},
	"Contacts.Delete": {
		do: deleteContact.with(contactID), invalid: deleteContact.with(badArgument),
		official: "users.contacts.delete",
		request:  "DELETE /v2/contacts/" + contactID,
		body:     deletedOK,
		notFound: "contact_not_found",
	},
	"Contacts.DeleteByUserID": {
		do: deleteContactByUserID.with("u1"), invalid: deleteContactByUserID.with(badArgument),
		official: "users.contacts.byUserID.delete",
		request:  "DELETE /v2/contacts/by-user-id/u1",
		body:     deletedOK,
		notFound: "contact_not_found",
	},
}
