package featurebase

import (
	"context"
	"iter"
)

// ConversationsService manages conversations with customers and leads. Access it
// through [Client.Conversations].
type ConversationsService struct{ client *Client }

var (
	listConversations  = &endpoint{pattern: "GET /v2/conversations"}
	createConversation = &endpoint{pattern: "POST /v2/conversations"}
	searchConversation = &endpoint{pattern: "POST /v2/conversations/search", effect: reads}
	redactConversation = &endpoint{
		pattern: "POST /v2/conversations/redact", object: "conversation", part: "conversation_part", named: []string{"conversationId", "conversationPartId"}, effect: repeatable,
	}
	getConversation    = &endpoint{pattern: "GET /v2/conversations/{conversationId}", object: "conversation"}
	updateConversation = &endpoint{pattern: "PATCH /v2/conversations/{conversationId}", object: "conversation"}
	deleteConversation = &endpoint{pattern: "DELETE /v2/conversations/{conversationId}", object: "conversation"}
	replyConversation  = &endpoint{pattern: "POST /v2/conversations/{conversationId}/reply", object: "conversation"}
	attachTag          = &endpoint{pattern: "POST /v2/conversations/{conversationId}/tags", object: "conversation"}
	detachTag          = &endpoint{pattern: "DELETE /v2/conversations/{conversationId}/tags/{tagId}", object: "conversation"}
	addParticipant     = &endpoint{pattern: "POST /v2/conversations/{conversationId}/participants", object: "conversation"}
	removeParticipant  = &endpoint{
		pattern: "DELETE /v2/conversations/{conversationId}/participants", object: "conversation", part: "participant", named: []string{"id"},
	}
)

// List returns one page of conversations, without their parts:
// [GET /v2/conversations]. Use [ConversationsService.ListAll] to iterate over all
// pages, and [ConversationsService.Search] to find those of a contact.
//
// [GET /v2/conversations]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) List(ctx context.Context, params ConversationListParams, opts ...CallOption) (*Page[Conversation], error) {
	return send(ctx, s.client, request{endpoint: listConversations, params: params}, new(Page[Conversation]), opts)
}

// ListAll iterates over the conversations of all pages, as
// [ContactsService.ListAll] does. See [ConversationsService.List].
func (s *ConversationsService) ListAll(ctx context.Context, params ConversationListParams, opts ...CallOption) iter.Seq2[*Conversation, error] {
	return all(ctx, s.List, params, opts)
}

// Search returns one page of the conversations that match all filters, with less
// of each than List: [POST /v2/conversations/search]. Use
// [ConversationsService.SearchAll] to iterate over all pages.
//
// The API rejects searches without Text that have only negative conditions
// ([ErrorCodeQueryTooBroad]; those on state and priority excepted), and the cursor
// of a search with Text in a search without it, or vice versa.
//
// [POST /v2/conversations/search]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) Search(ctx context.Context, params ConversationSearchParams, opts ...CallOption) (*SearchPage[ConversationSearchResult], error) {
	return send(ctx, s.client, request{endpoint: searchConversation, params: params}, new(SearchPage[ConversationSearchResult]), opts)
}

// SearchAll iterates over the matching conversations of all pages, as
// [ContactsService.ListAll] does. See [ConversationsService.Search].
func (s *ConversationsService) SearchAll(ctx context.Context, params ConversationSearchParams, opts ...CallOption) iter.Seq2[*ConversationSearchResult, error] {
	return all(ctx, s.Search, params, opts)
}

// Create starts a conversation with a message from a contact or from an admin:
// [POST /v2/conversations]. It is not repeated once the API may have processed it,
// so an error that matches [ErrAmbiguous] leaves open whether the conversation
// exists.
//
// [POST /v2/conversations]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) Create(ctx context.Context, params ConversationCreateParams, opts ...CallOption) (*Conversation, error) {
	return send(ctx, s.client, request{endpoint: createConversation, params: params}, new(Conversation), opts)
}

// Get returns the conversation with the given ID, and its parts:
// [GET /v2/conversations/{conversationId}]. Of more than 500 parts it has the newest 500; the
// API gives no access to others. If the conversation doesn't exist, the error
// matches [ErrNotFound].
//
// [GET /v2/conversations/{conversationId}]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) Get(ctx context.Context, id string, params ConversationGetParams, opts ...CallOption) (*Conversation, error) {
	return send(ctx, s.client, request{getConversation, args{id}, params}, new(Conversation), opts)
}

// Update changes the given fields of a conversation and returns the result:
// [PATCH /v2/conversations/{conversationId}].
//
// [PATCH /v2/conversations/{conversationId}]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) Update(ctx context.Context, id string, params ConversationUpdateParams, opts ...CallOption) (*Conversation, error) {
	return send(ctx, s.client, request{updateConversation, args{id}, params}, new(Conversation), opts)
}

// Delete permanently deletes a conversation with all its messages, including those
// of other people: [DELETE /v2/conversations/{conversationId}]. See [ContactsService.Delete]
// for what its errors mean.
//
// [DELETE /v2/conversations/{conversationId}]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) Delete(ctx context.Context, id string, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{endpoint: deleteConversation, args: args{id}}, new(Deleted), opts)
}

// DeleteMany deletes conversations, as [ContactsService.DeleteMany] does contacts.
// See [ConversationsService.Delete].
func (s *ConversationsService) DeleteMany(ctx context.Context, ids iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*Deleted]] {
	return runBulk(ctx, ids, s.Delete, opts)
}

// Reply adds a message of a contact or of an admin, or an internal note:
// [POST /v2/conversations/{conversationId}/reply]. It is not repeated once the API may have
// processed it, so an error that matches [ErrAmbiguous] leaves open whether the
// message was sent.
//
// [POST /v2/conversations/{conversationId}/reply]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) Reply(ctx context.Context, id string, params ConversationReplyParams, opts ...CallOption) (*ConversationPart, error) {
	return send(ctx, s.client, request{replyConversation, args{id}, params}, new(ConversationPart), opts)
}

// Redact permanently removes the content of one message:
// [POST /v2/conversations/redact]. The part stays. Messages of users, admins and
// bots can be redacted, and emails; notes and other parts can't. What happens to
// attachments, to the conversation's Source and to its title is not documented. If
// the error matches [ErrNotFound], the conversation or the part doesn't exist.
//
// [POST /v2/conversations/redact]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) Redact(ctx context.Context, params ConversationRedactParams, opts ...CallOption) (*Conversation, error) {
	return send(ctx, s.client, request{endpoint: redactConversation, params: params}, new(Conversation), opts)
}

// AttachTag adds a tag to a conversation, on its newest message:
// [POST /v2/conversations/{conversationId}/tags]. What a second attachment does is not
// documented, and by then another message may be the newest. So the request is not
// repeated once the API may have processed it, unless [WithRepeatable] says
// otherwise.
//
// [POST /v2/conversations/{conversationId}/tags]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) AttachTag(ctx context.Context, id string, params ConversationTagAttachParams, opts ...CallOption) (*AttachedConversationTag, error) {
	return send(ctx, s.client, request{attachTag, args{id}, params}, new(AttachedConversationTag), opts)
}

// DetachTag removes a tag from a conversation:
// [DELETE /v2/conversations/{conversationId}/tags/{tagId}]. What the API responds if the
// conversation doesn't have the tag is not documented.
//
// [DELETE /v2/conversations/{conversationId}/tags/{tagId}]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) DetachTag(ctx context.Context, id, tagID string, params ConversationTagDetachParams, opts ...CallOption) (*AttachedConversationTag, error) {
	return send(ctx, s.client, request{detachTag, args{id, tagID}, params}, new(AttachedConversationTag), opts)
}

// AddParticipant adds a contact to a conversation:
// [POST /v2/conversations/{conversationId}/participants]. What a second addition does is not
// documented. So the request is not repeated once the API may have processed it,
// unless [WithRepeatable] says otherwise.
//
// [POST /v2/conversations/{conversationId}/participants]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) AddParticipant(ctx context.Context, id string, params ConversationParticipantAddParams, opts ...CallOption) (*Conversation, error) {
	return send(ctx, s.client, request{addParticipant, args{id}, params}, new(Conversation), opts)
}

// RemoveParticipant removes a contact from a conversation:
// [DELETE /v2/conversations/{conversationId}/participants]. The contact's messages stay. The
// last participant can't be removed. If there is no such conversation, or the
// contact is not among its participants ([ErrorCodeParticipantNotFound]), the
// error matches [ErrNotFound].
//
// [DELETE /v2/conversations/{conversationId}/participants]: https://docs.featurebase.app/rest-api/conversations
func (s *ConversationsService) RemoveParticipant(ctx context.Context, id string, params ConversationParticipantRemoveParams, opts ...CallOption) (*Conversation, error) {
	return send(ctx, s.client, request{removeParticipant, args{id}, params}, new(Conversation), opts)
}
