package featurebase

import (
	"context"
	"iter"
	"strconv"
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
func (s *TicketsService) ListCategories(ctx context.Context, opts ...CallOption) ([]Board, error) {
	return whole(ctx, s.client, request{endpoint: listTicketCategories}, new(array[Board]), opts)
}

// GetCategory returns the category with the given ID:
// [GET /v2/tickets/categories/{id}]. If it doesn't exist, the error matches
// [ErrNotFound].
//
// [GET /v2/tickets/categories/{id}]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) GetCategory(ctx context.Context, id string, opts ...CallOption) (*Board, error) {
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
func (s *TicketsService) ListStatuses(ctx context.Context, opts ...CallOption) ([]PostStatus, error) {
	return whole(ctx, s.client, request{endpoint: listTicketStatuses}, new(array[PostStatus]), opts)
}

// GetStatus returns the status with the given ID: [GET /v2/tickets/statuses/{id}].
// If it doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/tickets/statuses/{id}]: https://docs.featurebase.app/rest-api/tickets
func (s *TicketsService) GetStatus(ctx context.Context, id string, opts ...CallOption) (*PostStatus, error) {
	return send(ctx, s.client, request{endpoint: getTicketStatus, args: args{id}}, new(PostStatus), opts)
}

func numbered(n int) args { return args{strconv.Itoa(n)} }
