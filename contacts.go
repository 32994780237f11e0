package featurebase

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"unicode/utf8"
)

// ContactsService manages contacts, which are the customers and leads of an
// organization. Use it as Client.Contacts.
type ContactsService struct {
	client *Client
}

// The contact endpoints with one contact in their path.
var (
	getContact            = &endpoint{method: http.MethodGet, route: "/v2/contacts/{id}", since: VersionNova}
	getContactByUserID    = &endpoint{method: http.MethodGet, route: "/v2/contacts/by-user-id/{userId}", since: VersionNova}
	blockContact          = &endpoint{method: http.MethodPost, route: "/v2/contacts/{id}/block", since: VersionNova}
	unblockContact        = &endpoint{method: http.MethodPost, route: "/v2/contacts/{id}/unblock", since: VersionNova}
	deleteContact         = &endpoint{method: http.MethodDelete, route: "/v2/contacts/{id}", since: VersionNova}
	deleteContactByUserID = &endpoint{method: http.MethodDelete, route: "/v2/contacts/by-user-id/{userId}", since: VersionNova}
)

const hexadecimal = "0123456789abcdefABCDEF"

// checkID refuses what can't be a Featurebase id, so that it never becomes
// part of a path.
func checkID(id string) error {
	if len(id) == 24 && strings.Trim(id, hexadecimal) == "" {
		return nil
	}
	const form = "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011"
	if strings.Contains(id, "@") {
		return &InvalidIDError{ID: id, Reason: form + "; this looks like an email address"}
	}
	n := 0
	for _, r := range id {
		n++
		if !strings.ContainsRune(hexadecimal, r) {
			return &InvalidIDError{ID: id, Reason: fmt.Sprintf("%s, but character %d is %q", form, n, r)}
		}
	}
	return &InvalidIDError{ID: id, Reason: fmt.Sprintf("%s, but it has %d", form, n)}
}

// maxUserID is how many characters a user id may have, here counted as Unicode
// code points; how the API counts is not documented.
const maxUserID = 255

// checkUserID refuses what can't be one of the caller's own user ids.
func checkUserID(id string) error {
	switch n := utf8.RuneCountInString(id); {
	case n == 0:
		return &InvalidIDError{ID: id, Reason: "want a user id of your own system, but it is empty"}
	case n > maxUserID:
		return &InvalidIDError{ID: id, Reason: fmt.Sprintf("want a user id of at most %d characters, but it has %d", maxUserID, n)}
	case !utf8.ValidString(id):
		return &InvalidIDError{ID: id, Reason: "want a user id in UTF-8"}
	}
	return nil
}

// wrong says what keeps c from being a contact.
func (c *Contact) wrong() string {
	switch {
	case c.Object != "contact":
		return fmt.Sprintf("object is %q instead of \"contact\"", clip(c.Object))
	case checkID(c.ID) != nil:
		return fmt.Sprintf("id is %q, which can't be one", clip(c.ID))
	}
	return ""
}

// Get gives a contact, customer or lead, by its Featurebase id. It calls
//
//	GET /v2/contacts/{id}
//
// and needs VersionNova or newer. An id that is not 24 hexadecimal characters
// is refused with an *InvalidIDError before anything is sent. If there is no
// such contact, the error matches ErrContactNotFound.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) Get(ctx context.Context, id string, opts ...CallOption) (*Contact, error) {
	var c Contact
	_, err := s.client.do(ctx, request{endpoint: getContact, arg: id}, checkID(id), &c, func() string {
		if wrong := c.wrong(); wrong != "" || strings.EqualFold(c.ID, id) {
			return wrong
		}
		return fmt.Sprintf("id is %q, which is not the one that was asked for", clip(c.ID))
	}, opts)
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// GetByUserID gives a customer by the id that it has in your own system. It
// calls
//
//	GET /v2/contacts/by-user-id/{userId}
//
// and needs VersionNova or newer. The user id is any text of 1 to 255
// characters, counted as Unicode code points; anything else is refused with an
// *InvalidIDError before anything is sent. If there is no such customer, the
// error matches ErrContactNotFound; leads are not found by user id.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) GetByUserID(ctx context.Context, userID string, opts ...CallOption) (*Contact, error) {
	var c Contact
	_, err := s.client.do(ctx, request{endpoint: getContactByUserID, arg: userID}, checkUserID(userID), &c, func() string {
		if wrong := c.wrong(); wrong != "" || c.UserID == userID {
			return wrong
		}
		return fmt.Sprintf("userId is %q, which is not the one that was asked for", clip(c.UserID))
	}, opts)
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// Block keeps a contact, customer or lead, from writing to the organization. It
// calls
//
//	POST /v2/contacts/{id}/block
//
// and needs VersionNova or newer. Blocking a contact that is blocked is no
// error. See Get for the id and for what is not found.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) Block(ctx context.Context, id string, opts ...CallOption) error {
	_, err := s.confirm(ctx, request{endpoint: blockContact, arg: id}, checkID(id), id,
		"blocked", func(c *confirmation) once[bool] { return c.Blocked }, opts)
	return err
}

// Unblock undoes Block. It calls
//
//	POST /v2/contacts/{id}/unblock
//
// and needs VersionNova or newer. See Get for the id and for what is not found.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
func (s *ContactsService) Unblock(ctx context.Context, id string, opts ...CallOption) error {
	_, err := s.confirm(ctx, request{endpoint: unblockContact, arg: id}, checkID(id), id,
		"unblocked", func(c *confirmation) once[bool] { return c.Unblocked }, opts)
	return err
}

// DeletedContact confirms that a contact is deleted.
type DeletedContact struct {
	ID      string `json:"id"`      // of the contact
	Object  string `json:"object"`  // always "contact"
	Deleted bool   `json:"deleted"` // always true
}

// Delete deletes a contact, customer or lead, permanently. It calls
//
//	DELETE /v2/contacts/{id}
//
// and needs VersionNova or newer. The id is Featurebase's own: exactly 24
// hexadecimal characters. Anything else is refused with an *InvalidIDError
// before anything is sent.
//
// A nil error means that Featurebase confirmed the deletion of this contact.
// An error that matches ErrContactNotFound means that Featurebase knows no
// such contact: it was gone before this call, unless the error matches
// ErrAmbiguous too. Any other error that matches ErrAmbiguous leaves open
// whether the contact still exists; calling Delete again settles it.
//
// What the contact wrote is not deleted: posts and comments follow the
// organization's retention policy, and can't be tied to the contact
// afterwards. Delete them first if they have to go.
//
// Reference: https://docs.featurebase.app/rest-api/contacts/deletecontactbyid
func (s *ContactsService) Delete(ctx context.Context, id string, opts ...CallOption) (*DeletedContact, error) {
	return s.delete(ctx, request{endpoint: deleteContact, arg: id}, checkID(id), id, opts)
}

// DeleteByUserID deletes a customer permanently, by the id that it has in your
// own system. It calls
//
//	DELETE /v2/contacts/by-user-id/{userId}
//
// and needs VersionNova or newer. The user id is any text of 1 to 255
// characters, counted as Unicode code points; anything else is refused with an
// *InvalidIDError before anything is sent. Leads are not found by user id.
//
// Everything else is as with Delete, but that the answer names the contact by
// its Featurebase id, which can't be compared with the user id.
//
// Reference: https://docs.featurebase.app/rest-api/contacts/deletecontactbyuserid
func (s *ContactsService) DeleteByUserID(ctx context.Context, userID string, opts ...CallOption) (*DeletedContact, error) {
	return s.delete(ctx, request{endpoint: deleteContactByUserID, arg: userID}, checkUserID(userID), "", opts)
}

// DeleteMany deletes the contacts with these IDs concurrently, calling Delete
// once per ID, and yields the results as they arrive. The IDs of a slice are
// passed as slices.Values(ids). DeleteMany waits for the rate limit for as long
// as ctx allows. Its memory use depends on WithConcurrency, not on the number
// of IDs.
//
// Every ID that is taken from ids yields exactly one result. An ID is taken
// when there is room to process it. An invalid ID and a failed deletion are
// results like others; a contact that is already gone has an error that matches
// ErrContactNotFound. No more IDs are taken, but those in flight are still
// reported, when
//
//   - ids ends;
//   - ctx ends: then ctx.Err() is not nil after the loop, and the deletions in
//     flight fail with it;
//   - a result matches ErrStopped, because every other ID would fail the same
//     way (see AffectsAll) or there were too many failures in a row (see
//     WithStopAfterFailures). Of the rate limit, only a wait that would exceed
//     the deadline of ctx counts as such a failure;
//   - a call panics, as a mocked transport may: after the last result, the loop
//     panics with the same value. If a call ends in runtime.Goexit, as by a
//     failed test, so does the loop.
//
// If ctx, ids or an option is invalid, the only result is one without an ID
// whose error matches ErrStopped, and ids is not called.
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
// calling DeleteByUserID once per ID. Everything else is as with DeleteMany.
func (s *ContactsService) DeleteManyByUserID(ctx context.Context, userIDs iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*DeletedContact]] {
	return runBulk(ctx, userIDs, s.DeleteByUserID, opts)
}

// confirmation is the answer of a call that does one thing to one contact.
type confirmation struct {
	ID        once[string] `json:"id"`
	Object    once[string] `json:"object"`
	Deleted   once[bool]   `json:"deleted"`
	Blocked   once[bool]   `json:"blocked"`
	Unblocked once[bool]   `json:"unblocked"`
}

// confirm makes a call whose answer has to confirm that the contact is what the
// field done calls it, and gives the contact's id. That has to be wantID, unless
// wantID is empty because the contact was named by another id.
func (s *ContactsService) confirm(ctx context.Context, r request, problem error, wantID, what string, done func(*confirmation) once[bool], opts []CallOption) (id string, err error) {
	var c confirmation
	c.ID.value, c.Object.value = wantID, "contact"
	_, err = s.client.do(ctx, r, problem, &c, func() string {
		is := done(&c)
		id = c.ID.get()
		switch object := c.Object.get(); {
		case c.ID.seen > 1 || c.Object.seen > 1 || is.seen > 1:
			return "a field comes more than once"
		case object != "contact":
			return fmt.Sprintf("object is %q instead of \"contact\"", clip(object))
		case !is.get():
			return what + " is not true"
		case wantID != "" && strings.EqualFold(id, wantID):
		case checkID(id) != nil:
			return fmt.Sprintf("id is %q, which can't be one", clip(id))
		case wantID != "":
			return fmt.Sprintf("id is %q, which is not the one that was asked for", clip(id))
		}
		return ""
	}, opts)
	return id, err
}

func (s *ContactsService) delete(ctx context.Context, r request, problem error, wantID string, opts []CallOption) (*DeletedContact, error) {
	id, err := s.confirm(ctx, r, problem, wantID, "deleted", func(c *confirmation) once[bool] { return c.Deleted }, opts)
	if err != nil {
		return nil, err
	}
	return &DeletedContact{ID: id, Object: "contact", Deleted: true}, nil
}
