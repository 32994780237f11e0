package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"reflect"
	"strconv"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// TicketsService manages tickets, and reads their categories, custom fields and
// statuses. Access it through [Client.Tickets].
//
// Methods name a ticket by its number, such as 42 for TK-42, and not by its ID.
type TicketsService struct{ client *Client }

var (
	listTickets  = &endpoint{pattern: "GET /v2/tickets"}
	createTicket = &endpoint{pattern: "POST /v2/tickets"}
	getTicket    = &endpoint{pattern: "GET /v2/tickets/{ticketNumber}", object: "ticket"}
	updateTicket = &endpoint{pattern: "PATCH /v2/tickets/{ticketNumber}", object: "ticket"}
	deleteTicket = &endpoint{pattern: "DELETE /v2/tickets/{ticketNumber}", object: "ticket"}
	replyTicket  = &endpoint{pattern: "POST /v2/tickets/{ticketNumber}/reply", object: "ticket"}

	listTicketCategories   = &endpoint{pattern: "GET /v2/tickets/categories"}
	getTicketCategory      = &endpoint{pattern: "GET /v2/tickets/categories/{id}", object: "board"}
	listTicketCustomFields = &endpoint{pattern: "GET /v2/tickets/custom_fields"}
	getTicketCustomField   = &endpoint{pattern: "GET /v2/tickets/custom_fields/{id}", object: "custom_field"}
	listTicketStatuses     = &endpoint{pattern: "GET /v2/tickets/statuses"}
	getTicketStatus        = &endpoint{pattern: "GET /v2/tickets/statuses/{id}", object: "post_status"}
)

// List returns one page of tickets, without their parts: [GET /v2/tickets]. Use
// [TicketsService.ListAll] to iterate over all pages. The API has no search for
// tickets, and no filter for their author.
//
// [GET /v2/tickets]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) List(ctx context.Context, params TicketListParams, opts ...CallOption) (*Page[Ticket], error) {
	return send(ctx, s.client, request{endpoint: listTickets, params: params}, new(Page[Ticket]), opts)
}

// ListAll iterates over the tickets of all pages, as [ContactsService.ListAll]
// does. See [TicketsService.List].
func (s *TicketsService) ListAll(ctx context.Context, params TicketListParams, opts ...CallOption) iter.Seq2[*Ticket, error] {
	return all(ctx, s.List, params, opts)
}

// Create opens a ticket: [POST /v2/tickets]. It is not repeated once the API may
// have processed it, so an error that matches [ErrAmbiguous] leaves open whether
// the ticket exists.
//
// With Files the request is multipart/form-data, which streams them: at most 10
// files, of 400 MB in all. The API refuses executables. An attempt that takes longer
// than [WithTimeout] allows fails, as any other does. If a file can't be read, the
// error wraps its error; the request was then sent in part, so that the error of a
// Create matches ErrAmbiguous, too.
//
// [POST /v2/tickets]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) Create(ctx context.Context, params TicketCreateParams, opts ...CallOption) (*Ticket, error) {
	return send(ctx, s.client, request{endpoint: createTicket, params: params}, new(Ticket), opts)
}

// Get returns the ticket with the given number, and the parts of its conversation:
// [GET /v2/tickets/{ticketNumber}]. If it doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/tickets/{ticketNumber}]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) Get(ctx context.Context, number int, opts ...CallOption) (*Ticket, error) {
	return send(ctx, s.client, request{endpoint: getTicket, args: numbered(number)}, new(Ticket), opts)
}

// Update changes the given fields of a ticket and returns the result:
// [PATCH /v2/tickets/{ticketNumber}]. The author can't be changed. See
// [TicketsService.Create] for Files.
//
// [PATCH /v2/tickets/{ticketNumber}]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) Update(ctx context.Context, number int, params TicketUpdateParams, opts ...CallOption) (*Ticket, error) {
	return send(ctx, s.client, request{updateTicket, numbered(number), params}, new(Ticket), opts)
}

// Delete permanently deletes a ticket: [DELETE /v2/tickets/{ticketNumber}]. The conversation
// of a customer's ticket is deleted with it, whoever wrote in it; those that are
// linked to tickets of other categories stay. The result has the ID of the ticket,
// not its number. See [ContactsService.Delete] for what its errors mean.
//
// [DELETE /v2/tickets/{ticketNumber}]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) Delete(ctx context.Context, number int, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{endpoint: deleteTicket, args: numbered(number)}, new(Deleted), opts)
}

// Reply adds a message of a contact or of an admin, or an internal note, to the
// conversation of a ticket: [POST /v2/tickets/{ticketNumber}/reply]. It is not repeated once
// the API may have processed it, so an error that matches [ErrAmbiguous] leaves
// open whether the message was sent.
//
// What the API returns is documented both as the ticket and as a confirmation.
// Fields that it doesn't return have their zero value; what is not a ticket's is in
// Extra.
//
// [POST /v2/tickets/{ticketNumber}/reply]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) Reply(ctx context.Context, number int, params TicketReplyParams, opts ...CallOption) (*Ticket, error) {
	reply, err := send(ctx, s.client, request{replyTicket, numbered(number), params}, new(ticketReply), opts)
	if err != nil {
		return nil, err
	}
	return &reply.Ticket, nil
}

// ListCategories returns all categories of tickets: [GET /v2/tickets/categories].
// If some can't be decoded, it returns the others and an error that matches
// [ErrUnexpectedResponse].
//
// [GET /v2/tickets/categories]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) ListCategories(ctx context.Context, opts ...CallOption) ([]TicketCategory, error) {
	return whole(ctx, s.client, request{endpoint: listTicketCategories}, new(array[Board]), opts)
}

// GetCategory returns the category with the given ID:
// [GET /v2/tickets/categories/{id}]. If it doesn't exist, the error matches
// [ErrNotFound].
//
// [GET /v2/tickets/categories/{id}]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) GetCategory(ctx context.Context, id string, opts ...CallOption) (*TicketCategory, error) {
	return send(ctx, s.client, request{endpoint: getTicketCategory, args: args{id}}, new(Board), opts)
}

// ListCustomFields returns all custom fields of tickets:
// [GET /v2/tickets/custom_fields]. If some can't be decoded, it returns the others
// and an error that matches [ErrUnexpectedResponse].
//
// [GET /v2/tickets/custom_fields]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) ListCustomFields(ctx context.Context, opts ...CallOption) ([]CustomField, error) {
	return whole(ctx, s.client, request{endpoint: listTicketCustomFields}, new(Page[CustomField]), opts)
}

// GetCustomField returns the custom field with the given ID:
// [GET /v2/tickets/custom_fields/{id}]. If it doesn't exist, the error matches
// [ErrNotFound].
//
// [GET /v2/tickets/custom_fields/{id}]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) GetCustomField(ctx context.Context, id string, opts ...CallOption) (*CustomField, error) {
	return send(ctx, s.client, request{endpoint: getTicketCustomField, args: args{id}}, new(CustomField), opts)
}

// ListStatuses returns all statuses of tickets: [GET /v2/tickets/statuses]. If
// some can't be decoded, it returns the others and an error that matches
// [ErrUnexpectedResponse].
//
// [GET /v2/tickets/statuses]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) ListStatuses(ctx context.Context, opts ...CallOption) ([]TicketStatus, error) {
	return whole(ctx, s.client, request{endpoint: listTicketStatuses}, new(array[PostStatus]), opts)
}

// GetStatus returns the status with the given ID: [GET /v2/tickets/statuses/{id}].
// If it doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/tickets/statuses/{id}]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) GetStatus(ctx context.Context, id string, opts ...CallOption) (*TicketStatus, error) {
	return send(ctx, s.client, request{endpoint: getTicketStatus, args: args{id}}, new(PostStatus), opts)
}

func numbered(n int) args { return args{strconv.Itoa(n)} }

// TicketListParams selects the tickets to list.
type TicketListParams struct {
	CategoryIDs  []string           `query:"ticketCategoryIds" check:"id"`
	CategoryType TicketCategoryType `query:"categoryType"`
	StatusIDs    []string           `query:"statusIds" check:"id"`
	AssigneeID   string             `query:"assigneeId" check:"id"`
	Text         string             `query:"q"`                      // words; where they are searched for is not documented
	SortBy       TicketListSort     `query:"sortBy"`                 // default: TicketListSortDate
	SortOrder    SortOrder          `query:"sortOrder"`              // default: SortOrderDescending
	Limit        int                `query:"limit" check:"limit"`    // tickets in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor       string             `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// TicketCategoryType is the kind of a ticket's category.
type TicketCategoryType string

// The documented types. Unknown values are passed through unchanged.
const (
	TicketCategoryTypeCustomer   TicketCategoryType = "customer"    // the ticket is a conversation with a customer
	TicketCategoryTypeTracker    TicketCategoryType = "tracker"     // collects the tickets of customers
	TicketCategoryTypeBackOffice TicketCategoryType = "back-office" // internal work
)

// TicketListSort is an order of tickets.
type TicketListSort string

// The documented orders.
const (
	TicketListSortDate   TicketListSort = "date"
	TicketListSortRecent TicketListSort = "recent"
	TicketListSortNumber TicketListSort = "ticketNumber"
)

// Ticket is a ticket.
//
// A field that is absent or null in the response has its zero value.
//
// Reference: https://docs.featurebase.app/rest-api/tickets
type Ticket struct {
	Object           string             `json:"object"` // always "ticket"
	ID               string             `json:"id"`     // 24 hexadecimal characters
	TicketNumber     int                `json:"ticketNumber"`
	TicketURL        string             `json:"ticketUrl"`
	TicketCategoryID string             `json:"ticketCategoryId"`
	CategoryType     TicketCategoryType `json:"categoryType"`
	Title            string             `json:"title"`
	Content          string             `json:"content"` // HTML
	Status           TicketStatus       `json:"status"`
	Open             bool               `json:"open"`
	Author           *TicketAuthor      `json:"author"` // nil if unknown
	AssigneeID       string             `json:"assigneeId,omitempty"`
	TeamAssigneeID   string             `json:"teamAssigneeId,omitempty"` // of the linked conversation
	CompanyID        string             `json:"companyId,omitempty"`

	// CustomFields are by the ID of the field; numbers are float64. The value of a
	// file field is a string with JSON in it: an object with key, name and url, or an
	// array of those. The URL is valid for an hour.
	CustomFields map[string]any `json:"customFields"`

	Integrations        TicketIntegrations   `json:"integrations"`
	LinkedConversations []TicketConversation `json:"linkedConversations"`
	Parts               []ConversationPart   `json:"conversationParts,omitzero"` // nil if the method doesn't return them
	SnoozedUntil        time.Time            `json:"snoozedUntil,omitzero"`      // of the linked conversation
	CreatedAt           time.Time            `json:"createdAt"`
	UpdatedAt           time.Time            `json:"updatedAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (t *Ticket) UnmarshalJSON(b []byte) error {
	*t = Ticket{}
	return strictjson.Unmarshal(b, t)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (t Ticket) MarshalJSON() ([]byte, error) {
	type plain Ticket
	return strictjson.Marshal(plain(t))
}

// mismatch implements result.
func (t *Ticket) mismatch(r *request) string {
	return cmp.Or(mustBe("object", t.Object, "ticket"), r.mustBeID("id", t.ID, "ticket"), r.mustBeNumber("ticketNumber", t.TicketNumber))
}

// TicketCategory is a board of tickets: the API has one object for both.
type TicketCategory = Board

// TicketStatus is a status that tickets can be in: the API has one object for
// those of posts and of tickets.
type TicketStatus = PostStatus

// TicketAuthor is who opened a ticket.
type TicketAuthor struct {
	ID             string   `json:"id,omitempty"`
	Type           UserType `json:"type"`
	Name           string   `json:"name"`
	Email          string   `json:"email,omitempty"`
	ProfilePicture string   `json:"profilePicture,omitempty"` // URL

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// TicketIntegrations are the objects of other services that a ticket is linked
// to.
type TicketIntegrations struct {
	ClickUp []PostClickUpTask   `json:"clickup"`
	DevOps  []PostDevOpsItem    `json:"devops"`
	GitHub  []PostGitHubIssue   `json:"github"`
	HubSpot []PostHubSpotObject `json:"hubspot"`
	Jira    []PostLinkedIssue   `json:"jira"`
	Linear  []PostLinkedIssue   `json:"linear"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// TicketConversation is a conversation that a ticket is linked to.
type TicketConversation struct {
	ID   string             `json:"id"`   // 1 to 16 letters and digits
	Role TicketCategoryType `json:"role"` // of the ticket, to the conversation

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// TicketCreateParams are the fields of a new ticket.
type TicketCreateParams struct {
	TicketCategoryID     string              `json:"ticketCategoryId" check:"required,id"`
	Title                string              `json:"title" check:"required,min:2"` // at least 2 characters
	Author               *AuthorParams       `json:"author" check:"required"`
	Content              string              `json:"content,omitempty"` // HTML
	StatusID             string              `json:"statusId,omitempty" check:"id"`
	AssigneeID           string              `json:"assigneeId,omitempty" check:"id"`
	CompanyID            string              `json:"companyId,omitempty" check:"ownID:255"`           // which of its IDs is not documented
	LinkedConversationID string              `json:"linkedConversationId,omitempty" check:"opaqueID"` // in the reference's example it has another form than the ID of a conversation
	CustomFields         map[string]any      `json:"customFields,omitempty" check:"ticketValues"`     // by the ID of the field; see TicketFileLink for files
	CreatedAt            Optional[time.Time] `json:"createdAt,omitzero"`                              // backdates the ticket
	SkipNotifications    bool                `json:"skipNotifications,omitempty"`

	Files []TicketFile `json:"-"` // for custom fields; at most 10
}

// check implements checker.
func (p TicketCreateParams) check(string) problems {
	return append(checkAuthor(p.Author, ""), checkFiles(p.Files)...)
}

// TicketUpdateParams are the fields of a ticket to change. Zero-valued fields are
// left unchanged, [Null] clears a field.
type TicketUpdateParams struct {
	Title             string              `json:"title,omitempty" check:"min:2"`    // at least 2 characters
	Content           Optional[string]    `json:"content,omitzero" check:"notNull"` // HTML; it may be empty
	StatusID          string              `json:"statusId,omitempty" check:"id"`
	Open              Optional[bool]      `json:"open,omitzero" check:"notNull"` // false closes the ticket, whose status stays; true reopens it
	SnoozedUntil      Optional[time.Time] `json:"snoozedUntil,omitzero"`
	AssigneeID        Optional[string]    `json:"assigneeId,omitzero" check:"id"`
	CompanyID         Optional[string]    `json:"companyId,omitzero" check:"ownID:255"`
	CustomFields      map[string]any      `json:"customFields,omitempty" check:"ticketValues"` // see TicketCreateParams
	SkipNotifications bool                `json:"skipNotifications,omitempty"`

	Files []TicketFile `json:"-"` // for custom fields; at most 10
}

// check implements checker.
func (p TicketUpdateParams) check(string) problems { return checkFiles(p.Files) }

// TicketReplyParams are a message in the conversation of a ticket, and who it is
// from.
type TicketReplyParams struct {
	Type              ConversationSenderType `json:"type" check:"required"`
	AdminID           string                 `json:"adminId,omitempty" check:"id"`   // of the admin
	ContactID         string                 `json:"contactId,omitempty" check:"id"` // of the contact; it or ContactEmail is required
	ContactEmail      string                 `json:"contactEmail,omitempty" check:"email"`
	MessageType       TicketMessageType      `json:"messageType,omitempty"`                     // default: TicketMessageTypeComment
	Body              string                 `json:"body" check:"required"`                     // HTML
	AttachmentURLs    []string               `json:"attachmentUrls,omitempty" check:"items:10"` // at most 10
	CreatedAt         Optional[time.Time]    `json:"createdAt,omitzero"`                        // backdates the message
	SkipNotifications bool                   `json:"skipNotifications,omitempty"`
}

// check implements checker.
func (p TicketReplyParams) check(string) (wrong problems) {
	add := func(name, reason string) { wrong = append(wrong, &ArgumentError{Name: name, Reason: reason}) }
	switch p.Type {
	case ConversationSenderTypeContact:
		if p.ContactID == "" && p.ContactEmail == "" {
			add("ContactID", "ContactID and ContactEmail are empty; want one of them")
		}
		if p.AdminID != "" {
			add("AdminID", "want it for ConversationSenderTypeAdmin alone")
		}
		if p.MessageType == TicketMessageTypeNote {
			add("MessageType", "contacts can't write notes; want TicketMessageTypeComment")
		}
	case ConversationSenderTypeAdmin:
		if p.AdminID == "" {
			add("AdminID", "it is required for an admin")
		}
		if p.ContactID != "" || p.ContactEmail != "" {
			add("ContactID", "want it and ContactEmail for ConversationSenderTypeContact alone")
		}
	}
	return wrong
}

// TicketMessageType is who can see a message.
type TicketMessageType string

// The documented types.
const (
	TicketMessageTypeComment TicketMessageType = "comment" // everybody in the conversation
	TicketMessageTypeNote    TicketMessageType = "note"    // admins; contacts have none
)

// ticketReply is the response to a reply. The reference gives it the type of a
// Ticket, and calls it a confirmation: so everything is believed that is not empty,
// doesn't say that it failed, and has no other ticket's number.
type ticketReply struct{ Ticket }

// mismatch implements result.
func (t *ticketReply) mismatch(r *request) string {
	_, failed := t.Extra["error"]
	switch {
	case failed:
		return "it is an error"
	case string(t.Extra["success"]) == "false":
		return "success is false"
	case reflect.ValueOf(t.Ticket).IsZero():
		return "it is empty"
	case t.TicketNumber != 0:
		return r.mustBeNumber("ticketNumber", t.TicketNumber)
	}
	return ""
}

// TicketFileLink is a value of a custom field for files: the API downloads the
// file, of at most 10 MB. If the field allows several, use a slice. A map that has
// the same JSON is as good.
type TicketFileLink struct {
	URL  string `json:"url"` // https
	Name string `json:"name,omitempty"`
}

// files returns what is to be uploaded.
func (p TicketCreateParams) files() []TicketFile { return p.Files }
func (p TicketUpdateParams) files() []TicketFile { return p.Files }
