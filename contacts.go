package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
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
// error that says how many; their raw JSON is in [Page]. It also ends with an error
// if a cursor comes twice, or if 1,000 pages in a row have nothing on them.
//
// The loop needs both variables: "for c := range" compiles, too, but c is nil at an
// error. To go on later where a loop has stopped, see [WithCheckpoint]. See
// [ContactsService.List].
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
// An ID that is empty, has more than 255 code points, control characters, a
// byte-order mark, or white space or invisible characters around it, or is . or ..,
// is rejected with an [*InvalidIDError] without sending a request. A customer with a
// longer ID, which [ContactsService.Upsert] accepts, can't be named by it. If the
// customer doesn't exist, the error matches [ErrNotFound].
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

// UpsertedContact is a contact that was created or updated.
type UpsertedContact struct {
	Contact *Contact
	Created bool // see ContactsService.Upsert
}

// UpsertMany creates or updates contacts concurrently, calling
// [ContactsService.Upsert] once for each of users, and yields the results as they
// arrive. Invalid params are results like others. Otherwise it behaves like
// [ContactsService.DeleteMany]; see [Many] for results that need more of an input
// than its params, such as the line of a file that they are from.
func (s *ContactsService) UpsertMany(ctx context.Context, users iter.Seq[ContactUpsertParams], opts ...BulkOption) iter.Seq[ManyResult[ContactUpsertParams, UpsertedContact]] {
	return runMany(ctx, "users", users, func(ctx context.Context, user ContactUpsertParams, opts ...CallOption) (u UpsertedContact, err error) {
		u.Contact, u.Created, err = s.Upsert(ctx, user, opts...)
		return u, err
	}, opts)
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

// ContactListParams selects the contacts to list.
type ContactListParams struct {
	Type   ContactListType `query:"contactType"`            // default: customers only
	Limit  int             `query:"limit" check:"limit"`    // contacts in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor string          `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// ContactListType selects contacts by their type.
type ContactListType string

// The types of contacts to list.
const (
	ContactListTypeCustomers ContactListType = "customer"
	ContactListTypeLeads     ContactListType = "lead"
	ContactListTypeAll       ContactListType = "all"
)

// Contact is a customer or a lead.
//
// A field that is absent or null in the response has its zero value; counts and
// flags are pointers, nil if absent.
//
// Embedding a Contact in another struct takes over its MarshalJSON and
// UnmarshalJSON, which know nothing of the other fields.
//
// Reference: https://docs.featurebase.app/rest-api/contacts
type Contact struct {
	Object         string      `json:"object"` // always "contact"
	ID             string      `json:"id"`     // 24 hexadecimal characters
	Type           ContactType `json:"type"`
	UserID         string      `json:"userId,omitempty"` // the ID in your own system, not that of Featurebase
	Email          string      `json:"email,omitempty"`
	Name           string      `json:"name"`
	Description    string      `json:"description,omitempty"`
	ProfilePicture string      `json:"profilePicture,omitempty"` // URL
	Locale         string      `json:"locale,omitempty"`
	OrganizationID string      `json:"organizationId,omitempty"`

	Companies    []Company      `json:"companies,omitempty"`
	Roles        []string       `json:"roles,omitempty"`
	CustomFields map[string]any `json:"customFields,omitempty"` // numbers are float64

	Verified                      *bool `json:"verified,omitempty"` // whether the email address is verified
	SubscribedToChangelog         *bool `json:"subscribedToChangelog,omitempty"`
	ManuallyOptedOutFromChangelog *bool `json:"manuallyOptedOutFromChangelog,omitempty"`

	PostsCreated    *int      `json:"postsCreated,omitempty"`
	CommentsCreated *int      `json:"commentsCreated,omitempty"`
	LastActivity    time.Time `json:"lastActivity,omitzero"`

	// Extra holds the raw JSON of members that have no field above, and of those
	// whose value has another type than documented. If only some elements of a list
	// or a map do, the field has the others, and Extra the whole list or map.
	//
	// Encoding the Contact writes what is in its Extra, in place of a field with the
	// same name, and what is in the Extra of the objects in it. Those that have no
	// MarshalJSON of their own, such as PostTag, lose it if they are encoded by
	// themselves.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (c *Contact) UnmarshalJSON(b []byte) error {
	*c = Contact{}
	return strictjson.Unmarshal(b, c)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (c Contact) MarshalJSON() ([]byte, error) {
	type plain Contact
	return strictjson.Marshal(plain(c))
}

// mismatch implements result.
func (c *Contact) mismatch(r *request) string {
	wrong := cmp.Or(mustBe("object", c.Object, "contact"), r.mustBeID("id", c.ID, "contact"), r.mustBeOwnID("userId", c.UserID, "userId"))
	if p, ok := r.params.(interface{ mismatch(*Contact) string }); ok {
		wrong = cmp.Or(wrong, p.mismatch(c))
	}
	return wrong
}

// ContactType is the kind of a contact.
type ContactType string

// The documented types. Unknown values are passed through unchanged.
const (
	ContactTypeCustomer ContactType = "customer" // has a registered account
	ContactTypeLead     ContactType = "lead"     // has none
)

// ContactSearchParams selects the contacts to find.
type ContactSearchParams struct {
	Filters Filters[Contact] `json:"query,omitempty"`
	Sort    ContactSort      `json:"sort,omitempty"`                // default: ContactSortLastActivityDesc
	Limit   int              `json:"limit,omitempty" check:"limit"` // contacts in a page, 1 to 100; default: 10 with Search, 100 with SearchAll
	Cursor  string           `json:"cursor,omitempty"`              // NextCursor of the previous page, with the same Sort
}

// ContactSort is an order of search results.
type ContactSort string

// The documented orders.
const (
	ContactSortLastActivityDesc    ContactSort = "lastActivity:desc"
	ContactSortLastActivityAsc     ContactSort = "lastActivity:asc"
	ContactSortCreatedAtDesc       ContactSort = "createdAt:desc"
	ContactSortCreatedAtAsc        ContactSort = "createdAt:asc"
	ContactSortPostsCreatedDesc    ContactSort = "postsCreated:desc"
	ContactSortPostsCreatedAsc     ContactSort = "postsCreated:asc"
	ContactSortCommentsCreatedDesc ContactSort = "commentsCreated:desc"
	ContactSortCommentsCreatedAsc  ContactSort = "commentsCreated:asc"
)

// ContactUpsertParams are the fields to set. Zero-valued fields are left
// unchanged; an empty non-nil slice clears the list, [Null] clears a field, and
// Value("") empties one that can't be null. UserID, Email, Name and Phone have at
// most 500 characters.
//
// The methods that take a user ID as an argument can't name a contact whose ID has
// more than 255 characters.
type ContactUpsertParams struct {
	// UserID and Email identify the contact: UserID, the ID in your own system,
	// takes precedence. At least one is required.
	UserID string `json:"userId,omitempty" check:"ownID:500"`
	Email  string `json:"email,omitempty" check:"max:500,email"`

	Name           Optional[string]       `json:"name,omitzero" check:"notNull,max:500"`
	ProfilePicture Optional[string]       `json:"profilePicture,omitzero" check:"url"` // URL
	Phone          Optional[string]       `json:"phone,omitzero" check:"max:500"`
	Locale         Optional[string]       `json:"locale,omitzero" check:"notNull,max:10"`   // a language code, such as en
	Roles          []string               `json:"roles,omitzero" check:"items:100,max:255"` // IDs of roles
	Companies      []ContactUpsertCompany `json:"companies,omitzero" check:"items:100"`
	CreatedAt      Optional[time.Time]    `json:"createdAt,omitzero"` // in your own system
	// CustomFields values must be strings, numbers, booleans, nil (which clears
	// the field) or slices of these, or have such a form in JSON, as a time.Time,
	// a [Date], a pointer and a json.RawMessage may.
	CustomFields          map[string]any `json:"customFields,omitempty" check:"values"`
	SubscribedToChangelog Optional[bool] `json:"subscribedToChangelog,omitzero" check:"notNull"` // it can't be cleared

	// UserHash is the HMAC-SHA256 of UserID, or of Email. It is required if the
	// organization enforces identity verification.
	UserHash string `json:"userHash,omitempty" check:"max:256"`
}

// check implements checker.
func (p ContactUpsertParams) check(string) (problems problems) {
	if p.UserID == "" && p.Email == "" {
		problems = append(problems, &ArgumentError{Name: "UserID", Reason: "neither UserID nor Email is set; want at least one"})
	}
	return problems
}

// mismatch explains why c is not the contact that was upserted, or returns "". The
// API may leave out what identifies a contact, and store an address in another form.
func (p ContactUpsertParams) mismatch(c *Contact) string {
	switch {
	case p.UserID != "" && c.UserID != "" && c.UserID != p.UserID:
		return "userId is not the one that was given"
	case p.UserID == "" && c.Email != "" && !strings.EqualFold(strings.TrimSpace(c.Email), strings.TrimSpace(p.Email)):
		return "email is not the one that was given"
	}
	return ""
}

// ContactUpsertCompany is a company of a contact to upsert. ID and Name are
// required. See [CompanyUpsertParams] for the forms of its fields.
type ContactUpsertCompany struct {
	CompanyID    string              `json:"id" check:"required,ownID:500"` // the ID in your own system, not that of Featurebase
	Name         string              `json:"name" check:"required,max:500"`
	CompanyHash  string              `json:"companyHash,omitempty" check:"max:256"`    // HMAC-SHA256 of ID, to verify the identity
	CompanySize  Optional[int]       `json:"companySize,omitzero" check:"nonNegative"` // employees
	CreatedAt    Optional[time.Time] `json:"createdAt,omitzero"`
	CustomFields map[string]any      `json:"customFields,omitempty" check:"values"` // see ContactUpsertParams
	Industry     Optional[string]    `json:"industry,omitzero" check:"notNull,max:500"`
	MonthlySpend Optional[float64]   `json:"monthlySpend,omitzero" check:"notNull,nonNegative"` // it can't be cleared
	Plan         Optional[string]    `json:"plan,omitzero" check:"notNull,max:500"`
	Website      Optional[string]    `json:"website,omitzero" check:"notNull,max:500"` // URL
}

// ContactEmailPreferences holds a customer's email subscriptions.
type ContactEmailPreferences struct {
	Object      string                                       `json:"object"`           // always "contact_email_preferences"
	ContactID   string                                       `json:"contactId"`        // the Featurebase ID
	UserID      string                                       `json:"userId,omitempty"` // the ID in your own system, not that of Featurebase; empty if there is none
	Email       string                                       `json:"email,omitempty"`  // empty if there is none
	Preferences map[ContactEmailTopic]ContactEmailPreference `json:"preferences"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (p *ContactEmailPreferences) UnmarshalJSON(b []byte) error {
	*p = ContactEmailPreferences{}
	return strictjson.Unmarshal(b, p)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (p ContactEmailPreferences) MarshalJSON() ([]byte, error) {
	type plain ContactEmailPreferences
	return strictjson.Marshal(plain(p))
}

// mismatch implements result.
func (p *ContactEmailPreferences) mismatch(r *request) string {
	wrong := cmp.Or(mustBe("object", p.Object, "contact_email_preferences"),
		r.mustBeID("contactId", p.ContactID, "contact"), r.mustBeOwnID("userId", p.UserID, "userId"))
	if wrong == "" && p.Preferences == nil {
		wrong = "preferences is missing"
	}
	return wrong
}

// ContactEmailTopic is a category of emails.
type ContactEmailTopic string

// The documented topics. Unknown values are passed through unchanged.
const (
	ContactEmailTopicAll            ContactEmailTopic = "all" // overrides all others when unsubscribed
	ContactEmailTopicPostUpdates    ContactEmailTopic = "postUpdates"
	ContactEmailTopicPostComments   ContactEmailTopic = "postComments"
	ContactEmailTopicCommentReplies ContactEmailTopic = "commentReplies"
	ContactEmailTopicChangelog      ContactEmailTopic = "changelog"
)

// ContactEmailPreference is the subscription to one topic.
type ContactEmailPreference struct {
	Status          ContactEmailStatus `json:"status"`          // as it was set
	EffectiveStatus ContactEmailStatus `json:"effectiveStatus"` // with ContactEmailTopicAll taken into account

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ContactEmailStatus is the state of a subscription.
type ContactEmailStatus string

// The documented statuses. Unknown values are passed through unchanged.
const (
	ContactEmailStatusSubscribed   ContactEmailStatus = "subscribed"
	ContactEmailStatusUnsubscribed ContactEmailStatus = "unsubscribed"
)

// blocked and unblocked confirm what was done to a contact.
type (
	blocked struct {
		ID      string `json:"id"`
		Object  string `json:"object"`
		Blocked bool   `json:"blocked"`
	}
	unblocked struct {
		ID        string `json:"id"`
		Object    string `json:"object"`
		Unblocked bool   `json:"unblocked"`
	}
)

func (b *blocked) mismatch(r *request) string {
	return cmp.Or(mustBe("object", b.Object, r.object), mustBeTrue("blocked", b.Blocked), r.mustBeID("id", b.ID, r.object))
}

func (b *unblocked) mismatch(r *request) string {
	return cmp.Or(mustBe("object", b.Object, r.object), mustBeTrue("unblocked", b.Unblocked), r.mustBeID("id", b.ID, r.object))
}

// emailChanges is the body that changes email preferences.
type emailChanges struct {
	Preferences map[ContactEmailTopic]ContactEmailStatus `json:"preferences"`
}

// check implements checker.
func (e emailChanges) check(string) (p problems) {
	if len(e.Preferences) == 0 {
		p = append(p, &ArgumentError{Name: "changes", Reason: "they are empty; want at least one"})
	}
	for _, topic := range slices.Sorted(maps.Keys(e.Preferences)) {
		if status := e.Preferences[topic]; status != ContactEmailStatusSubscribed && status != ContactEmailStatusUnsubscribed {
			p = append(p, &ArgumentError{Name: fmt.Sprintf("changes[%q]", clip(string(topic))),
				Reason: fmt.Sprintf("want %q or %q", ContactEmailStatusSubscribed, ContactEmailStatusUnsubscribed)})
		}
	}
	return p
}

// The documented fields of a search.
const (
	ContactFieldUserID          OwnIDField[Contact]             = "externalId" // the ID in your own system, not that of Featurebase
	ContactFieldEmail           TextField[Contact, string]      = "email"
	ContactFieldName            WordsField[Contact]             = "name"
	ContactFieldType            TextField[Contact, ContactType] = "type"
	ContactFieldCompanyID       IDField[Contact]                = "companyIds" // the Featurebase ID, which is the ID of a [Company]
	ContactFieldPostsCreated    CountField[Contact]             = "postsCreated"
	ContactFieldCommentsCreated CountField[Contact]             = "commentsCreated"
	ContactFieldLastActivity    TimeField[Contact]              = "lastActivity" // Before may not find contacts that were never active
	ContactFieldCreatedAt       TimeField[Contact]              = "createdAt"
)
