package featurebase

import (
	"context"
	"iter"
)

// ContactsService manages contacts, which are the customers and leads of an
// organization. Access it through [Client.Contacts].
type ContactsService struct{ client *Client }

var (
	listContacts            = &endpoint{pattern: "GET /v2/contacts"}
	searchContacts          = &endpoint{pattern: "POST /v2/contacts/search", effect: reads}
	getContact              = &endpoint{pattern: "GET /v2/contacts/{id}", object: "contact"}
	getContactByUserID      = &endpoint{pattern: "GET /v2/contacts/by-user-id/{userId}", object: "contact"}
	upsertContact           = &endpoint{pattern: "POST /v2/contacts", effect: repeatable}
	blockContact            = &endpoint{pattern: "POST /v2/contacts/{id}/block", object: "contact", effect: repeatable}
	unblockContact          = &endpoint{pattern: "POST /v2/contacts/{id}/unblock", object: "contact", effect: repeatable}
	deleteContact           = &endpoint{pattern: "DELETE /v2/contacts/{id}", object: "contact"}
	deleteContactByUserID   = &endpoint{pattern: "DELETE /v2/contacts/by-user-id/{userId}", object: "contact"}
	getPreferences          = &endpoint{pattern: "GET /v2/contacts/{id}/email-preferences", object: "contact"}
	getPreferencesByUserID  = &endpoint{pattern: "GET /v2/contacts/by-user-id/{userId}/email-preferences", object: "contact"}
	editPreferences         = &endpoint{pattern: "PATCH /v2/contacts/{id}/email-preferences", object: "contact"}
	editPreferencesByUserID = &endpoint{pattern: "PATCH /v2/contacts/by-user-id/{userId}/email-preferences", object: "contact"}
)

// List returns one page of contacts: [GET /v2/contacts]. Use
// [ContactsService.ListAll] to iterate over all pages.
//
// [GET /v2/contacts]: https://docs.featurebase.app/rest-api/contacts/listcontacts
func (s *ContactsService) List(ctx context.Context, params ContactListParams, opts ...CallOption) (*Page[Contact], error) {
	return send(ctx, s.client, request{endpoint: listContacts, params: params}, new(Page[Contact]), opts)
}

// ListAll iterates over the contacts of all pages, fetching each page when the
// loop reaches it, 100 contacts at a time unless params say otherwise. It stops
// after the first error. If contacts change during the iteration, one may appear
// twice or not at all. If some could not be decoded, the iteration ends with an
// error that says how many; their raw JSON is in [Page]. See [ContactsService.List].
func (s *ContactsService) ListAll(ctx context.Context, params ContactListParams, opts ...CallOption) iter.Seq2[*Contact, error] {
	return all(ctx, s.List, params, opts)
}

// Search returns one page of the contacts that match all filters:
// [POST /v2/contacts/search]. Use [ContactsService.SearchAll] to iterate over
// all pages. Leads that were merged into a customer are never found.
//
// The API rejects searches that have only negative conditions
// ([ErrorCodeQueryTooBroad]; those on the type excepted), and cursors of a
// search with another Sort ([ErrorCodeInvalidCursor]).
//
// [POST /v2/contacts/search]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) Search(ctx context.Context, params ContactSearchParams, opts ...CallOption) (*SearchPage[Contact], error) {
	return send(ctx, s.client, request{endpoint: searchContacts, params: params}, new(SearchPage[Contact]), opts)
}

// SearchAll iterates over the matching contacts of all pages, as
// [ContactsService.ListAll] does. See [ContactsService.Search].
func (s *ContactsService) SearchAll(ctx context.Context, params ContactSearchParams, opts ...CallOption) iter.Seq2[*Contact, error] {
	return all(ctx, s.Search, params, opts)
}

// Get returns the contact, customer or lead, with the given Featurebase ID:
// [GET /v2/contacts/{id}]. An ID that isn't 24 hexadecimal characters is
// rejected with an [*InvalidIDError] without sending a request. If the contact
// doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/contacts/{id}]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) Get(ctx context.Context, id string, opts ...CallOption) (*Contact, error) {
	return send(ctx, s.client, request{endpoint: getContact, args: args{id}}, new(Contact), opts)
}

// GetByUserID returns the customer with the given ID in your own system:
// [GET /v2/contacts/by-user-id/{userId}]. Leads are not found by user ID.
//
// An ID that is empty, has more than 255 code points, control characters or
// white space around it, or is . or .., is rejected with an [*InvalidIDError]
// without sending a request. If the customer doesn't exist, the error matches
// [ErrNotFound].
//
// [GET /v2/contacts/by-user-id/{userId}]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) GetByUserID(ctx context.Context, userID string, opts ...CallOption) (*Contact, error) {
	return send(ctx, s.client, request{endpoint: getContactByUserID, args: args{userID}}, new(Contact), opts)
}

// Upsert creates the contact, or updates it if it exists, and reports whether it
// was created: [POST /v2/contacts]. Invalid params are rejected without sending
// a request. The API has no other way to change a contact, so a lead that has
// neither a user ID nor an email address can't be changed.
//
// If the response to a first attempt is lost, the contact may have been created
// by it, and the retry reports an update. So created is only certain if it is
// true, or if there was one attempt; see [WithResponse].
//
// [POST /v2/contacts]: https://docs.featurebase.app/rest-api/contacts/upsertcontact
func (s *ContactsService) Upsert(ctx context.Context, params ContactUpsertParams, opts ...CallOption) (c *Contact, created bool, err error) {
	return upsert(ctx, s.client, request{endpoint: upsertContact, params: params}, new(Contact), opts)
}

// Block prevents a contact, customer or lead, from writing messages and from
// interacting with feedback and changelogs: [POST /v2/contacts/{id}/block].
// Nothing is deleted. Blocking twice is not an error. See [ContactsService.Get]
// for id.
//
// [POST /v2/contacts/{id}/block]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) Block(ctx context.Context, id string, opts ...CallOption) error {
	return confirm(ctx, s.client, request{endpoint: blockContact, args: args{id}}, new(blocked), opts)
}

// Unblock undoes [ContactsService.Block]: [POST /v2/contacts/{id}/unblock]. See
// [ContactsService.Get] for id.
//
// [POST /v2/contacts/{id}/unblock]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) Unblock(ctx context.Context, id string, opts ...CallOption) error {
	return confirm(ctx, s.client, request{endpoint: unblockContact, args: args{id}}, new(unblocked), opts)
}

// GetEmailPreferences returns the email preferences of a customer:
// [GET /v2/contacts/{id}/email-preferences]. Leads have none. See
// [ContactsService.Get] for id.
//
// [GET /v2/contacts/{id}/email-preferences]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) GetEmailPreferences(ctx context.Context, id string, opts ...CallOption) (*ContactEmailPreferences, error) {
	return send(ctx, s.client, request{endpoint: getPreferences, args: args{id}}, new(ContactEmailPreferences), opts)
}

// GetEmailPreferencesByUserID is [ContactsService.GetEmailPreferences] by the
// customer's ID in your own system:
// [GET /v2/contacts/by-user-id/{userId}/email-preferences]. See
// [ContactsService.GetByUserID] for userID.
//
// [GET /v2/contacts/by-user-id/{userId}/email-preferences]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) GetEmailPreferencesByUserID(ctx context.Context, userID string, opts ...CallOption) (*ContactEmailPreferences, error) {
	return send(ctx, s.client, request{endpoint: getPreferencesByUserID, args: args{userID}}, new(ContactEmailPreferences), opts)
}

// UpdateEmailPreferences changes the email preferences of a customer and returns
// the result: [PATCH /v2/contacts/{id}/email-preferences]. Topics not in changes
// are left unchanged; changes must not be empty. Leads have no email
// preferences. See [ContactsService.Get] for id.
//
// [PATCH /v2/contacts/{id}/email-preferences]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) UpdateEmailPreferences(ctx context.Context, id string, changes map[ContactEmailTopic]ContactEmailStatus, opts ...CallOption) (*ContactEmailPreferences, error) {
	return send(ctx, s.client, request{editPreferences, args{id}, emailChanges{changes}}, new(ContactEmailPreferences), opts)
}

// UpdateEmailPreferencesByUserID is [ContactsService.UpdateEmailPreferences] by
// the customer's ID in your own system:
// [PATCH /v2/contacts/by-user-id/{userId}/email-preferences]. See
// [ContactsService.GetByUserID] for userID.
//
// [PATCH /v2/contacts/by-user-id/{userId}/email-preferences]: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) UpdateEmailPreferencesByUserID(ctx context.Context, userID string, changes map[ContactEmailTopic]ContactEmailStatus, opts ...CallOption) (*ContactEmailPreferences, error) {
	return send(ctx, s.client, request{editPreferencesByUserID, args{userID}, emailChanges{changes}}, new(ContactEmailPreferences), opts)
}

// Delete permanently deletes a contact, customer or lead:
// [DELETE /v2/contacts/{id}]. The ID is Featurebase's own; see
// [ContactsService.Get].
//
// A nil error means that Featurebase confirmed the deletion of this contact. If
// the error matches [ErrNotFound], the contact doesn't exist: it was already
// gone before the call or, if the error also matches [ErrAmbiguous], an earlier
// attempt of this call may have deleted it. If any other error matches
// ErrAmbiguous, the contact may or may not have been deleted; call Delete again
// to find out.
//
// Posts and comments by the contact are not deleted; they follow the
// organization's retention policy and can no longer be attributed to the
// contact. To remove them, delete them first.
//
// [DELETE /v2/contacts/{id}]: https://docs.featurebase.app/rest-api/contacts/deletecontactbyid
func (s *ContactsService) Delete(ctx context.Context, id string, opts ...CallOption) (*DeletedContact, error) {
	return send(ctx, s.client, request{endpoint: deleteContact, args: args{id}}, new(Deleted), opts)
}

// DeleteByUserID permanently deletes a customer, by its ID in your own system:
// [DELETE /v2/contacts/by-user-id/{userId}]. Leads are not found by user ID. See
// [ContactsService.GetByUserID] for userID.
//
// Otherwise it behaves like [ContactsService.Delete]. The response identifies
// the contact by its Featurebase ID, so it can't be checked against userID.
//
// [DELETE /v2/contacts/by-user-id/{userId}]: https://docs.featurebase.app/rest-api/contacts/deletecontactbyuserid
func (s *ContactsService) DeleteByUserID(ctx context.Context, userID string, opts ...CallOption) (*DeletedContact, error) {
	return send(ctx, s.client, request{endpoint: deleteContactByUserID, args: args{userID}}, new(Deleted), opts)
}

// DeleteMany deletes the contacts with these IDs concurrently, calling
// [ContactsService.Delete] once per ID, and yields the results as they arrive. The
// IDs of a slice are passed as slices.Values(ids). DeleteMany waits for the rate
// limit for as long as ctx allows. Its memory use depends on [WithConcurrency],
// not on the number of IDs.
//
// Every ID that is taken from ids yields exactly one result. An ID is taken
// when there is room to process it. An invalid ID and a failed deletion are
// results like others; a contact that is already gone has an error that matches
// [ErrNotFound]. No more IDs are taken, but those in flight are still
// reported, when
//
//   - ids ends;
//   - ctx ends: then ctx.Err() is not nil after the loop, and the deletions in
//     flight fail with it;
//   - a result matches [ErrStopped], because every other ID would fail the same
//     way (see [AffectsEveryCall]) or there were too many failures in a row (see
//     [WithStopAfterFailures]). Of the rate limit, only a wait that would exceed
//     the deadline of ctx counts as such a failure;
//   - a call panics, as a mocked transport may: after the last result, the loop
//     panics with the same value. If a call ends in runtime.Goexit, as by a
//     failed test, so does the loop.
//
// If ctx, ids or an option is invalid, the only result is one without an ID
// whose error matches [ErrStopped], and ids is not called.
//
// Breaking out of the loop cancels the deletions in flight; their outcome is
// not reported. To stop and learn every outcome, end ids or cancel ctx.
//
// ids runs in a goroutine of its own, so that results need not wait for the
// next ID. Normally the loop ends after ids has returned, and a panic in ids
// comes out of the loop. When the loop ends early, it does not wait for ids,
// which may be blocked. The next ID that ids yields is then not processed, and
// its yield returns false; a panic in it is discarded. Until it returns, ids
// runs at the same time as the code after such a loop, and what they share
// needs a lock.
func (s *ContactsService) DeleteMany(ctx context.Context, ids iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*DeletedContact]] {
	return runBulk(ctx, ids, s.Delete, opts)
}

// DeleteManyByUserID deletes the customers with these IDs in your own system,
// calling [ContactsService.DeleteByUserID] once per ID. Otherwise it behaves like
// [ContactsService.DeleteMany].
func (s *ContactsService) DeleteManyByUserID(ctx context.Context, userIDs iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*DeletedContact]] {
	return runBulk(ctx, userIDs, s.DeleteByUserID, opts)
}
