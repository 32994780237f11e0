package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
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

// ConversationListParams selects the conversations to list.
type ConversationListParams struct {
	TagIDs  []string              `query:"tagIds" check:"id"` // of tags that a conversation has all of
	Include []ConversationInclude `query:"include"`
	Limit   int                   `query:"limit" check:"limit"`    // conversations in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor  string                `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// ConversationInclude names a part of conversations that responses have only on
// request.
type ConversationInclude string

// ConversationIncludeAttributes includes Conversation.CustomAttributeValues.
const ConversationIncludeAttributes ConversationInclude = "customAttributeDefinitions"

// Conversation is a conversation with customers or leads.
//
// A field that is absent or null in the response has its zero value; numbers and
// flags that may be absent are pointers.
//
// Reference: https://docs.featurebase.app/rest-api/conversations
type Conversation struct {
	Object   string            `json:"object"` // always "conversation"
	ID       string            `json:"id"`     // 1 to 16 letters and digits
	Title    string            `json:"title,omitempty"`
	State    ConversationState `json:"state"`
	Priority bool              `json:"priority"`
	BrandID  string            `json:"brandId,omitempty"`

	Participants    []ConversationParticipant `json:"participants"`
	AdminAssigneeID string                    `json:"adminAssigneeId,omitempty"`
	TeamAssigneeID  string                    `json:"teamAssigneeId,omitempty"`
	Tags            []ConversationTag         `json:"tags"`
	Source          *MessageSource            `json:"source,omitempty"`           // the first message; nil if absent
	Parts           []ConversationPart        `json:"conversationParts,omitzero"` // the newest 500; nil if the method doesn't return them
	ReadReceipts    []ConversationReadReceipt `json:"readReceipts,omitempty"`

	CustomAttributes      map[string]any               `json:"customAttributes,omitempty"`      // by the ID of the attribute, without archived ones; numbers are float64
	CustomAttributeValues []ConversationAttributeValue `json:"customAttributeValues,omitempty"` // if they were included

	IsBlocked                  bool                 `json:"isBlocked"` // whether the contact is blocked
	AwaitingCustomerReply      *bool                `json:"awaitingCustomerReply,omitempty"`
	DisableCustomerReply       *bool                `json:"disableCustomerReply,omitempty"`
	UserPreferredLanguage      string               `json:"userPreferredLanguage"`
	HasAdminOverriddenLanguage bool                 `json:"hasAdminOverriddenLanguage"`
	BotConversationState       BotConversationState `json:"botConversationState,omitempty"`

	CSATSummary *ConversationCSAT  `json:"csatSummary,omitempty"`
	CSATHistory []ConversationCSAT `json:"csatHistory,omitempty"` // newest first
	CSATDebug   *ConversationCSAT  `json:"csatDebug,omitempty"`

	PrioritySetAt                     time.Time `json:"prioritySetAt,omitzero"`
	SnoozedUntil                      time.Time `json:"snoozedUntil,omitzero"`
	WaitingSince                      time.Time `json:"waitingSince,omitzero"`
	LastActivityAt                    time.Time `json:"lastActivityAt,omitzero"`
	BotConversationStateLastUpdatedAt time.Time `json:"botConversationStateLastUpdatedAt,omitzero"`
	CreatedAt                         time.Time `json:"createdAt"`
	UpdatedAt                         time.Time `json:"updatedAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (c *Conversation) UnmarshalJSON(b []byte) error {
	*c = Conversation{}
	return strictjson.Unmarshal(b, c)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (c Conversation) MarshalJSON() ([]byte, error) {
	type plain Conversation
	return strictjson.Marshal(plain(c))
}

// mismatch implements result.
func (c *Conversation) mismatch(r *request) string {
	wrong := cmp.Or(mustBe("object", c.Object, "conversation"), r.mustBeID("id", c.ID, "conversation"))
	if p, ok := r.params.(interface{ mismatch(*Conversation) string }); ok {
		wrong = cmp.Or(wrong, p.mismatch(c))
	}
	return wrong
}

// hasParticipant reports whether the contact with this ID is in the conversation.
func (c *Conversation) hasParticipant(id string) bool {
	return slices.ContainsFunc(c.Participants, func(p ConversationParticipant) bool { return strings.EqualFold(p.ID, id) })
}

// ConversationState is the state of a conversation.
type ConversationState string

// The documented states. Unknown values are passed through unchanged.
const (
	ConversationStateOpen    ConversationState = "open"
	ConversationStateClosed  ConversationState = "closed"
	ConversationStateSnoozed ConversationState = "snoozed"
)

// ConversationParticipant is a user who takes part in a conversation, or the
// author of its first message.
type ConversationParticipant struct {
	ID   string   `json:"id"`
	Type UserType `json:"type"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// MessageSource is the first message of a conversation.
type MessageSource struct {
	Author       *ConversationParticipant `json:"author,omitempty"`
	BodyHTML     string                   `json:"bodyHtml"`
	BodyMarkdown string                   `json:"bodyMarkdown"`
	Channel      MessageChannel           `json:"channel"`
	DeliveredAs  MessageDelivery          `json:"deliveredAs,omitempty"`
	Subject      string                   `json:"subject,omitempty"`
	URL          string                   `json:"url,omitempty"` // of the page on which it was written
	Slack        *SlackMessage            `json:"slack,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// MessageChannel is how a message was sent.
type MessageChannel string

// The documented channels. Unknown values are passed through unchanged.
const (
	MessageChannelUnknown MessageChannel = "unknown"
	MessageChannelDesktop MessageChannel = "desktop"
	MessageChannelAndroid MessageChannel = "android"
	MessageChannelIOS     MessageChannel = "ios"
	MessageChannelEmail   MessageChannel = "email"
	MessageChannelSlack   MessageChannel = "slack"
)

// MessageDelivery says who started a conversation.
type MessageDelivery string

// The documented values. Unknown values are passed through unchanged.
const (
	MessageDeliveryCustomerInitiated MessageDelivery = "customer_initiated"
	MessageDeliveryAdminInitiated    MessageDelivery = "admin_initiated"
)

// SlackMessage is where a message is in Slack.
type SlackMessage struct {
	TeamID    string `json:"teamId"`
	ChannelID string `json:"channelId"`
	MessageTS string `json:"messageTs,omitempty"`
	ThreadTS  string `json:"threadTs,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationReadReceipt records how far a user has read.
type ConversationReadReceipt struct {
	ID             string   `json:"id"` // of the user
	UserType       UserType `json:"userType"`
	LastReadPartID string   `json:"lastReadPartId"` // it may be a part that the user can't see

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationAttributeValue is the value of an attribute, and its definition.
type ConversationAttributeValue struct {
	ID           string                        `json:"id"`
	Identifier   string                        `json:"identifier"`
	Name         string                        `json:"name"`
	DataType     ConversationAttributeDataType `json:"dataType"`
	FieldSubType ConversationAttributeSubType  `json:"fieldSubType"`
	Options      []ConversationAttributeOption `json:"options,omitempty"`
	Value        any                           `json:"value,omitempty"` // numbers are float64

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// BotConversationState is the state of the bot in a conversation.
type BotConversationState string

// The documented states. Unknown values are passed through unchanged.
const (
	BotConversationStateActive           BotConversationState = "active"
	BotConversationStateHandedOffToHuman BotConversationState = "handed_off_to_human"
	BotConversationStateResolved         BotConversationState = "resolved"
)

// ConversationCSAT is a request for a rating, and the rating. Which fields are set
// depends on the field or the part that holds it.
type ConversationCSAT struct {
	RequestID              string                    `json:"requestId,omitempty"`
	RequestSource          string                    `json:"requestSource,omitempty"` // documented: "workflow"
	Status                 ConversationCSATStatus    `json:"status"`
	Channel                MessageChannel            `json:"channel,omitempty"`
	IsLatestEffective      *bool                     `json:"isLatestEffective,omitempty"`
	Score                  *float64                  `json:"score,omitempty"`  // 1 to 5
	Remark                 string                    `json:"remark,omitempty"` // of the customer
	RatedAgent             *ConversationCSATAgent    `json:"ratedAgent,omitempty"`
	Workflow               *ConversationCSATWorkflow `json:"workflow,omitempty"`
	EmailDelivery          *ConversationCSATDelivery `json:"emailDelivery,omitempty"`
	SlackDelivery          *ConversationCSATDelivery `json:"slackDelivery,omitempty"`
	RequestedAt            time.Time                 `json:"requestedAt,omitzero"`
	RatedAt                time.Time                 `json:"ratedAt,omitzero"`
	CanceledAt             time.Time                 `json:"canceledAt,omitzero"`
	ExpiredAt              time.Time                 `json:"expiredAt,omitzero"`
	ChangeLockWindowEndsAt time.Time                 `json:"changeLockWindowEndsAt,omitzero"`
	LateSubmitWindowEndsAt time.Time                 `json:"lateSubmitWindowEndsAt,omitzero"`
	LastUpdatedAt          time.Time                 `json:"lastUpdatedAt,omitzero"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationCSATStatus is the state of a request for a rating.
type ConversationCSATStatus string

// The documented states. Unknown values are passed through unchanged.
const (
	ConversationCSATStatusPending  ConversationCSATStatus = "pending"
	ConversationCSATStatusRated    ConversationCSATStatus = "rated"
	ConversationCSATStatusCanceled ConversationCSATStatus = "canceled"
	ConversationCSATStatusExpired  ConversationCSATStatus = "expired"
)

// ConversationCSATAgent is the agent who was rated.
type ConversationCSATAgent struct {
	ID   string                    `json:"id,omitempty"`
	Type ConversationCSATAgentType `json:"type"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationCSATAgentType is the kind of an agent.
type ConversationCSATAgentType string

// The documented types. Unknown values are passed through unchanged.
const (
	ConversationCSATAgentTypeTeammate ConversationCSATAgentType = "teammate"
	ConversationCSATAgentTypeFibi     ConversationCSATAgentType = "fibi" // Featurebase's AI agent
	ConversationCSATAgentTypeChatbot  ConversationCSATAgentType = "chatbot"
)

// ConversationCSATWorkflow is the workflow that asked for a rating.
type ConversationCSATWorkflow struct {
	WorkflowID       string `json:"workflowId,omitempty"`
	WorkflowRunID    string `json:"workflowRunId,omitempty"`
	WorkflowStepID   string `json:"workflowStepId,omitempty"`
	WorkflowActionID string `json:"workflowActionId,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationCSATDelivery is how a request for a rating was delivered, by email
// or in Slack.
type ConversationCSATDelivery struct {
	Status        ConversationCSATDeliveryStatus `json:"status"`
	MessageID     string                         `json:"messageId,omitempty"` // of the email
	TeamID        string                         `json:"teamId,omitempty"`    // in Slack
	ChannelID     string                         `json:"channelId,omitempty"` // in Slack
	MessageTS     string                         `json:"messageTs,omitempty"` // in Slack
	FailureReason string                         `json:"failureReason,omitempty"`
	SentAt        time.Time                      `json:"sentAt,omitzero"`
	PostedAt      time.Time                      `json:"postedAt,omitzero"`
	FailedAt      time.Time                      `json:"failedAt,omitzero"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationCSATDeliveryStatus is the state of a delivery.
type ConversationCSATDeliveryStatus string

// The documented states. Unknown values are passed through unchanged.
const (
	ConversationCSATDeliveryStatusPending ConversationCSATDeliveryStatus = "pending"
	ConversationCSATDeliveryStatusSent    ConversationCSATDeliveryStatus = "sent"   // by email
	ConversationCSATDeliveryStatusPosted  ConversationCSATDeliveryStatus = "posted" // in Slack
	ConversationCSATDeliveryStatusFailed  ConversationCSATDeliveryStatus = "failed"
)

// ConversationSearchParams selects the conversations to find.
type ConversationSearchParams struct {
	Filters Filters[Conversation] `json:"query,omitempty"`
	Text    string                `json:"search,omitempty"` // words in messages
	Include []ConversationInclude `json:"include,omitempty"`
	Sort    ConversationSort      `json:"sort,omitempty"`                // default: by relevance with Text, else ConversationSortLastActivityAtDesc
	Limit   int                   `json:"limit,omitempty" check:"limit"` // conversations in a page, 1 to 100; default: 10 with Search, 100 with SearchAll
	Cursor  string                `json:"cursor,omitempty"`              // NextCursor of the previous page, with the same Sort and Text
}

// ConversationSort is an order of search results.
type ConversationSort string

// The documented orders.
const (
	ConversationSortLastActivityAtDesc ConversationSort = "lastActivityAt:desc"
	ConversationSortLastActivityAtAsc  ConversationSort = "lastActivityAt:asc"
)

// ConversationCreateParams are the first message of a conversation, and its
// sender.
type ConversationCreateParams struct {
	From         ConversationSender      `json:"from"`
	BodyMarkdown string                  `json:"bodyMarkdown" check:"required"`     // Featurebase stores copies of its images
	Channel      MessageChannel          `json:"channel,omitempty"`                 // MessageChannelDesktop, which is the default, or MessageChannelEmail
	Subject      string                  `json:"subject,omitempty" check:"max:500"` // required for email from an admin; at most 500 characters
	Recipients   *ConversationRecipients `json:"recipients,omitempty"`              // required from an admin
	CreatedAt    Optional[time.Time]     `json:"createdAt,omitzero"`                // backdates the conversation
}

// check implements checker.
func (p ConversationCreateParams) check(string) (wrong problems) {
	if p.From.Type != ConversationSenderTypeAdmin {
		return nil
	}
	if p.Recipients == nil || len(p.Recipients.To.IDs)+len(p.Recipients.To.Emails) == 0 {
		wrong = append(wrong, &ArgumentError{Name: "Recipients", Reason: "want at least one in To, as the message is from an admin"})
	}
	if p.Channel == MessageChannelEmail && p.Subject == "" {
		wrong = append(wrong, &ArgumentError{Name: "Subject", Reason: "it is required for email from an admin"})
	}
	return wrong
}

// ConversationSender is the sender of the first message of a conversation.
type ConversationSender struct {
	Type ConversationSenderType `json:"type" check:"required"`
	ID   string                 `json:"id" check:"required,id"`
}

// ConversationSenderType is a kind of sender.
type ConversationSenderType string

// The documented types.
const (
	ConversationSenderTypeContact ConversationSenderType = "contact"
	ConversationSenderTypeAdmin   ConversationSenderType = "admin"
)

// ConversationRecipients are the recipients of an admin's first message.
type ConversationRecipients struct {
	To  ConversationRecipientList  `json:"to"` // at least one
	CC  *ConversationRecipientList `json:"cc,omitempty"`
	BCC *ConversationRecipientList `json:"bcc,omitempty"`
}

// ConversationRecipientList names recipients.
type ConversationRecipientList struct {
	IDs    []string `json:"ids,omitempty" check:"items:50,id"`       // of contacts; at most 50
	Emails []string `json:"emails,omitempty" check:"items:50,email"` // at most 50
}

// ConversationGetParams selects what is returned of a conversation.
type ConversationGetParams struct {
	Include []ConversationInclude `query:"include"`
}

// ConversationUpdateParams are the fields of a conversation to change. Zero-valued
// fields are left unchanged, [Null] clears a field, and Value("") empties the title.
type ConversationUpdateParams struct {
	Title            Optional[string]        `json:"title,omitzero" check:"notNull,max:255"` // at most 255 characters
	State            ConversationState       `json:"state,omitempty"`
	SnoozedUntil     Optional[time.Time]     `json:"snoozedUntil,omitzero"` // in the future; required with ConversationStateSnoozed
	AdminAssigneeID  Optional[string]        `json:"adminAssigneeId,omitzero" check:"id"`
	TeamAssigneeID   Optional[string]        `json:"teamAssigneeId,omitzero" check:"id"`
	CustomAttributes map[string]any          `json:"customAttributes,omitempty" check:"anyValues"` // by the ID of the attribute
	MarkAsRead       *ConversationMarkAsRead `json:"markAsRead,omitempty"`
	ActingAdminID    string                  `json:"actingAdminId,omitempty" check:"id"` // the admin who changes it, a member of the organization; default: the bot
}

// check implements checker.
func (p ConversationUpdateParams) check(string) (wrong problems) {
	if until, _ := p.SnoozedUntil.get(); p.State == ConversationStateSnoozed && until == nil {
		wrong = append(wrong, &ArgumentError{Name: "SnoozedUntil", Reason: "it is required with ConversationStateSnoozed"})
	}
	return wrong
}

// ConversationMarkAsRead says who has read a conversation. Only users who already
// have a read receipt are marked.
type ConversationMarkAsRead struct {
	AllAdmins   bool     `json:"allAdmins,omitempty"`
	AdminIDs    []string `json:"adminIds,omitempty" check:"items:255,id"` // at most 255; ignored with AllAdmins
	AllContacts bool     `json:"allContacts,omitempty"`
	ContactIDs  []string `json:"contactIds,omitempty" check:"items:255,id"` // at most 255; ignored with AllContacts
}

// ConversationReplyParams are a message in a conversation, and its sender.
type ConversationReplyParams struct {
	Type              ConversationSenderType  `json:"type" check:"required"`
	ID                string                  `json:"id,omitempty" check:"id"`            // of the admin or the contact
	UserID            string                  `json:"userId,omitempty" check:"ownID:255"` // of the contact, in your own system
	MessageType       ConversationMessageType `json:"messageType" check:"required"`
	BodyMarkdown      string                  `json:"bodyMarkdown" check:"required"` // Featurebase stores copies of its images
	SkipNotifications bool                    `json:"skipNotifications,omitempty"`
}

// check implements checker.
func (p ConversationReplyParams) check(string) (wrong problems) {
	switch {
	case p.Type == ConversationSenderTypeContact && p.ID == "" && p.UserID == "":
		wrong = append(wrong, &ArgumentError{Name: "ID", Reason: "ID and UserID are empty; want one of them"})
	case p.Type == ConversationSenderTypeAdmin && p.ID == "":
		wrong = append(wrong, &ArgumentError{Name: "ID", Reason: "it is required for an admin"})
	}
	if p.Type == ConversationSenderTypeContact && p.MessageType == ConversationMessageTypeNote {
		wrong = append(wrong, &ArgumentError{Name: "MessageType", Reason: "contacts can't write notes; want ConversationMessageTypeReply"})
	}
	if p.Type == ConversationSenderTypeAdmin && p.UserID != "" {
		wrong = append(wrong, &ArgumentError{Name: "UserID", Reason: "admins have none; want the ID"})
	}
	return wrong
}

// ConversationMessageType says who can see a message.
type ConversationMessageType string

// The documented types.
const (
	ConversationMessageTypeReply ConversationMessageType = "reply" // for all participants
	ConversationMessageTypeNote  ConversationMessageType = "note"  // for admins only; contacts can't write notes
)

// ConversationRedactParams name the message to redact.
type ConversationRedactParams struct {
	ConversationID     string `json:"conversationId" check:"required,shortID"`
	ConversationPartID string `json:"conversationPartId" check:"required,shortID"`
	ActingAdminID      string `json:"actingAdminId,omitempty" check:"id"` // the admin who redacts it; default: the bot
}

// MarshalJSON implements json.Marshaler, adding the only type that there is.
func (p ConversationRedactParams) MarshalJSON() ([]byte, error) {
	type plain ConversationRedactParams
	return json.Marshal(struct {
		Type string `json:"type"`
		plain
	}{"conversation_part", plain(p)})
}

// mismatch explains why c can't be the conversation after the redaction.
func (p ConversationRedactParams) mismatch(c *Conversation) string {
	if c.ID != p.ConversationID {
		return "id is not the one that was asked for"
	}
	for _, part := range c.Parts {
		if part.ID == p.ConversationPartID && (part.Redacted == nil || !*part.Redacted) {
			return "the part is not redacted"
		}
	}
	return ""
}

// ConversationTagAttachParams name a tag to attach.
type ConversationTagAttachParams struct {
	TagID         string `json:"tagId" check:"required,id"`
	ActingAdminID string `json:"actingAdminId" check:"required,id"` // the admin who attaches it, a member of the organization
}

// ConversationTagDetachParams say who detaches a tag.
type ConversationTagDetachParams struct {
	ActingAdminID string `json:"actingAdminId" check:"required,id"` // an admin, a member of the organization
}

// ConversationParticipantAddParams name who is added to a conversation.
type ConversationParticipantAddParams struct {
	Participant   ConversationParticipantParams `json:"participant"`
	ActingAdminID string                        `json:"actingAdminId,omitempty" check:"id"` // the admin who adds it; default: the bot
}

// mismatch explains why c can't be the conversation with the participant.
func (p ConversationParticipantAddParams) mismatch(c *Conversation) string {
	if id := p.Participant.ID; id != "" && !c.hasParticipant(id) {
		return "participants lacks the one that was added"
	}
	return ""
}

// ConversationParticipantParams name a contact: by ID, else by UserID, else by
// Email. At least one is required.
type ConversationParticipantParams struct {
	ID     string `json:"id,omitempty" check:"id"`            // of a customer or lead
	UserID string `json:"userId,omitempty" check:"ownID:255"` // of a customer, in your own system
	Email  string `json:"email,omitempty" check:"email"`      // of a customer
}

// check implements checker.
func (p ConversationParticipantParams) check(name string) (wrong problems) {
	if cmp.Or(p.ID, p.UserID, p.Email) == "" {
		wrong = append(wrong, &ArgumentError{Name: name, Reason: "ID, UserID and Email are empty; want one of them"})
	}
	return wrong
}

// ConversationParticipantRemoveParams name who is removed from a conversation.
type ConversationParticipantRemoveParams struct {
	ID            string `json:"id" check:"required,id"`             // of a customer or lead
	ActingAdminID string `json:"actingAdminId,omitempty" check:"id"` // the admin who removes it; default: the bot
}

// mismatch explains why c can't be the conversation without the participant.
func (p ConversationParticipantRemoveParams) mismatch(c *Conversation) string {
	_, odd := c.Extra["participants"]
	odd = odd || slices.ContainsFunc(c.Participants, func(p ConversationParticipant) bool { return p.ID == "" })
	switch {
	case c.hasParticipant(p.ID):
		return "participants has the one that was removed"
	case c.Participants == nil || odd: // it may still be among them
		return "participants can't be read"
	}
	return ""
}

// The documented fields of a search.
const (
	ConversationFieldState            TextField[Conversation, ConversationState] = "state"
	ConversationFieldPriority         BoolField[Conversation]                    = "priority"
	ConversationFieldAdminAssigneeID  IDNullableField[Conversation]              = "adminAssigneeId"
	ConversationFieldTeamAssigneeID   IDNullableField[Conversation]              = "teamAssigneeId"
	ConversationFieldBrandID          IDNullableField[Conversation]              = "brandId"
	ConversationFieldTagID            IDField[Conversation]                      = "tagIds"
	ConversationFieldParticipantID    IDField[Conversation]                      = "participantId" // the Featurebase ID of a contact
	ConversationFieldCompanyID        OwnIDField[Conversation]                   = "companyId"     // of a participant's company; which of its IDs is not documented, so either is accepted
	ConversationFieldMentionedAdminID IDField[Conversation]                      = "mentionedAdminIds"
	ConversationFieldCreatedAt        TimeMatchField[Conversation]               = "createdAt" // to poll, use NotBefore; see [TimeField]
)

// customAttribute begins the names of the fields of custom attributes.
const customAttribute = "customAttributes."

// ConversationFieldCustomAttribute returns the field that holds the values of the
// [ConversationAttribute] with this ID.
//
// The API's reference names this field, but documents neither its operators nor
// the form of its values; those of other fields are assumed. For attributes that
// are numbers or flags, convert it to a [AmountRangeField] or a [BoolField]:
//
//	AmountRangeField[Conversation](ConversationFieldCustomAttribute(id)).AtLeast(3)
func ConversationFieldCustomAttribute(id string) TextField[Conversation, string] {
	return TextField[Conversation, string](customAttribute + id)
}
