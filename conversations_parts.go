package featurebase

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// ConversationPart is a message in a conversation, a note, or an event, such as an
// assignment. Which fields are set depends on its PartType. Parts of an unknown
// type have their other members in Extra.
//
// Reference: https://docs.featurebase.app/rest-api/conversations
type ConversationPart struct {
	Object    string               `json:"object"` // always "conversation_part"
	ID        string               `json:"id"`     // 1 to 16 letters and digits
	PartType  ConversationPartType `json:"partType"`
	CreatedAt time.Time            `json:"createdAt"`
	UpdatedAt time.Time            `json:"updatedAt"`

	// Of messages and notes, and of options, responses and prompts.
	Author          *ConversationAuthor          `json:"author,omitempty"`
	Redacted        *bool                        `json:"redacted,omitempty"` // whether the content was removed
	TagApplications []ConversationTagApplication `json:"tagApplications,omitempty"`

	// Of messages, notes and ConversationPartTypeQuickReplyResponse.
	BodyHTML     string         `json:"bodyHtml,omitempty"`
	BodyMarkdown string         `json:"bodyMarkdown,omitempty"`
	Channel      MessageChannel `json:"channel,omitempty"`
	Slack        *SlackMessage  `json:"slack,omitempty"`

	Sources          []ConversationSource       `json:"sources,omitempty"`          // of ConversationPartTypeBotMessage
	ReplyOptions     []ConversationReplyOption  `json:"replyOptions,omitempty"`     // of ConversationPartTypeQuickReplyOptions
	SelectedOptionID string                     `json:"selectedOptionId,omitempty"` // of ConversationPartTypeQuickReplyResponse
	CSAT             *ConversationCSAT          `json:"csat,omitempty"`             // of ConversationPartTypeRatingRequested and ConversationPartTypeRatingSubmitted
	Form             *ConversationAttributeForm `json:"form,omitempty"`             // of ConversationPartTypeAttributePrompt

	// Of ConversationPartTypeAssignment.
	AdminAssigneeID string `json:"adminAssigneeId,omitempty"`
	AdminAssignerID string `json:"adminAssignerId,omitempty"`
	TeamAssigneeID  string `json:"teamAssigneeId,omitempty"`

	// Of ConversationPartTypeStatus.
	Status       ConversationState `json:"status,omitempty"`
	SnoozedUntil time.Time         `json:"snoozedUntil,omitzero"`

	// Of ConversationPartTypeTags.
	Action       ConversationTagAction `json:"action,omitempty"`
	Actor        *ConversationActor    `json:"actor,omitempty"`
	TagID        string                `json:"tagId,omitempty"`
	TagName      string                `json:"tagName,omitempty"`
	TargetPartID string                `json:"targetPartId,omitempty"`
	OccurredAt   time.Time             `json:"occurredAt,omitzero"`

	WorkflowWait *ConversationWorkflowWait `json:"workflowWait,omitempty"` // of ConversationPartTypeWorkflowWait
	IsPriority   *bool                     `json:"isPriority,omitempty"`   // of ConversationPartTypePriority
	Participant  *ConversationParticipant  `json:"participant,omitempty"`  // of ConversationPartTypeParticipantAdded

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// ConversationPartType is the kind of a ConversationPart.
type ConversationPartType string

// The documented types. Unknown values are passed through unchanged.
const (
	ConversationPartTypeUserMessage        ConversationPartType = "user_msg"
	ConversationPartTypeAdminMessage       ConversationPartType = "admin_msg"
	ConversationPartTypeAdminNote          ConversationPartType = "admin_note"
	ConversationPartTypeEmailMessage       ConversationPartType = "email_msg"
	ConversationPartTypeBotMessage         ConversationPartType = "bot_msg"
	ConversationPartTypeQuickReplyOptions  ConversationPartType = "quick_reply_opts"
	ConversationPartTypeQuickReplyResponse ConversationPartType = "quick_reply_resp"
	ConversationPartTypeRatingRequested    ConversationPartType = "rating_requested"
	ConversationPartTypeRatingSubmitted    ConversationPartType = "rating_submitted"
	ConversationPartTypeAttributePrompt    ConversationPartType = "attr_prompt"
	ConversationPartTypeAttributeComplete  ConversationPartType = "attr_complete"
	ConversationPartTypeAssignment         ConversationPartType = "assign"
	ConversationPartTypeStatus             ConversationPartType = "status"
	ConversationPartTypeTags               ConversationPartType = "tags"
	ConversationPartTypeWorkflowWait       ConversationPartType = "workflow_wait"
	ConversationPartTypePriority           ConversationPartType = "priority"
	ConversationPartTypeParticipantAdded   ConversationPartType = "part_add"
)

// ConversationAuthor is the author of a message.
type ConversationAuthor struct {
	ID             string                `json:"id,omitempty"`
	Type           UserType              `json:"type"`
	Name           string                `json:"name,omitempty"`
	Email          string                `json:"email,omitempty"`
	ProfilePicture string                `json:"profilePicture,omitempty"` // URL
	Companies      []ConversationCompany `json:"companies,omitempty"`      // of customers, in search results

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationCompany is a company of the author of a message.
type ConversationCompany struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationSource is a page that the bot's message is based on.
type ConversationSource struct {
	Title string `json:"title"`
	URL   string `json:"url"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationReplyOption is a reply that can be selected.
type ConversationReplyOption struct {
	ID   string `json:"id"`
	Text string `json:"text"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationAttributeForm asks for values of attributes.
type ConversationAttributeForm struct {
	ID         string                           `json:"id"`
	Attributes []ConversationAttributeFormField `json:"attributes"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationAttributeFormField asks for the value of an attribute.
type ConversationAttributeFormField struct {
	Identifier string `json:"identifier"`
	Name       string `json:"name"`
	Type       string `json:"type"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationTagAction says whether a tag was added or removed.
type ConversationTagAction string

// The documented actions. Unknown values are passed through unchanged.
const (
	ConversationTagActionAdded   ConversationTagAction = "added"
	ConversationTagActionRemoved ConversationTagAction = "removed"
)

// ConversationActor is the user or the part of Featurebase that did something.
type ConversationActor struct {
	Type ConversationActorType `json:"type"`
	ID   string                `json:"id,omitempty"`
	Name string                `json:"name,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationActorType is the kind of a ConversationActor.
type ConversationActorType string

// The documented types. Unknown values are passed through unchanged.
const (
	ConversationActorTypeAdmin       ConversationActorType = "admin"
	ConversationActorTypeCustomer    ConversationActorType = "customer"
	ConversationActorTypeLead        ConversationActorType = "lead"
	ConversationActorTypeBot         ConversationActorType = "bot"
	ConversationActorTypeIntegration ConversationActorType = "integration"
	ConversationActorTypeSystem      ConversationActorType = "system"
	ConversationActorTypeWorkflow    ConversationActorType = "workflow"
)

// ConversationTagApplication is a tag on a message.
type ConversationTagApplication struct {
	TagID     string             `json:"tagId"`
	Tag       *ConversationTag   `json:"tag,omitempty"`
	AppliedBy *ConversationActor `json:"appliedBy,omitempty"`
	AppliedAt time.Time          `json:"appliedAt"`
	RemovedBy *ConversationActor `json:"removedBy,omitempty"`
	RemovedAt time.Time          `json:"removedAt,omitzero"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationWorkflowWait is a wait of a workflow.
type ConversationWorkflowWait struct {
	EventType             ConversationWorkflowWaitEventType `json:"eventType"`
	WorkflowID            string                            `json:"workflowId,omitempty"`
	WorkflowName          string                            `json:"workflowName,omitempty"`
	WaitLabel             string                            `json:"waitLabel,omitempty"`
	InterruptedByUserType UserType                          `json:"interruptedByUserType,omitempty"`
	OccurredAt            time.Time                         `json:"occurredAt"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationWorkflowWaitEventType says what happened to a wait.
type ConversationWorkflowWaitEventType string

// The documented events. Unknown values are passed through unchanged.
const (
	ConversationWorkflowWaitEventTypeStarted     ConversationWorkflowWaitEventType = "started"
	ConversationWorkflowWaitEventTypeFinished    ConversationWorkflowWaitEventType = "finished"
	ConversationWorkflowWaitEventTypeInterrupted ConversationWorkflowWaitEventType = "interrupted"
)

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (p *ConversationPart) UnmarshalJSON(b []byte) error {
	*p = ConversationPart{}
	return strictjson.Unmarshal(b, p)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (p ConversationPart) MarshalJSON() ([]byte, error) {
	type plain ConversationPart
	return strictjson.Marshal(plain(p))
}

// mismatch implements result.
func (p *ConversationPart) mismatch(*request) string {
	return cmp.Or(mustBe("object", p.Object, "conversation_part"), mustHave("id", p.ID))
}

// AttachedConversationTag is a tag that was attached to a conversation, or
// detached.
type AttachedConversationTag struct {
	Type         string             `json:"type"` // always "tag"
	ID           string             `json:"id"`
	Name         string             `json:"name"`
	TargetPartID string             `json:"targetPartId,omitempty"` // the message on which it is recorded
	AppliedBy    *ConversationActor `json:"appliedBy,omitempty"`
	AppliedAt    time.Time          `json:"appliedAt,omitzero"`
	RemovedBy    *ConversationActor `json:"removedBy,omitempty"`
	RemovedAt    time.Time          `json:"removedAt,omitzero"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (t *AttachedConversationTag) UnmarshalJSON(b []byte) error {
	*t = AttachedConversationTag{}
	return strictjson.Unmarshal(b, t)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (t AttachedConversationTag) MarshalJSON() ([]byte, error) {
	type plain AttachedConversationTag
	return strictjson.Marshal(plain(t))
}

// mismatch implements result.
func (t *AttachedConversationTag) mismatch(r *request) string {
	wrong := cmp.Or(mustBe("type", t.Type, "tag"), r.mustBeID("id", t.ID, "tag"))
	if p, ok := r.params.(ConversationTagAttachParams); ok && wrong == "" && !strings.EqualFold(t.ID, p.TagID) {
		return "id is not the one that was asked for"
	}
	return wrong
}

// ConversationSearchResult is a conversation that was found. It has less than a
// Conversation, but some messages.
type ConversationSearchResult struct {
	Object   string            `json:"object"` // always "conversation"
	ID       string            `json:"id"`     // 1 to 16 letters and digits
	Title    string            `json:"title,omitempty"`
	State    ConversationState `json:"state"`
	Priority bool              `json:"priority"`
	BrandID  string            `json:"brandId,omitempty"`

	User                  *ConversationAuthor          `json:"conversationUser,omitempty"` // the customer or lead
	Participants          []ConversationParticipant    `json:"participants"`
	AdminAssigneeID       string                       `json:"adminAssigneeId,omitempty"`
	TeamAssigneeID        string                       `json:"teamAssigneeId,omitempty"`
	Tags                  []ConversationTag            `json:"tags"`
	Source                *MessageSource               `json:"source,omitempty"`
	AwaitingCustomerReply *bool                        `json:"awaitingCustomerReply,omitempty"`
	CustomAttributes      map[string]any               `json:"customAttributes,omitempty"`      // see Conversation.CustomAttributes
	CustomAttributeValues []ConversationAttributeValue `json:"customAttributeValues,omitempty"` // if they were included

	// Of a search with Text.
	MatchingPart        *ConversationPartMatch `json:"matchingPart,omitempty"`
	MatchingPartAuthor  *ConversationAuthor    `json:"matchingPartAuthor,omitempty"`
	MatchingBodyPreview string                 `json:"matchingBodyPreviewMarkdown,omitempty"`
	RelevanceScore      *float64               `json:"relevanceScore,omitempty"`

	SurroundingParts []ConversationPartPreview `json:"surroundingConversationParts,omitempty"` // about 30 messages

	PrioritySetAt  time.Time `json:"prioritySetAt,omitzero"`
	LastActivityAt time.Time `json:"lastActivityAt,omitzero"`
	CreatedAt      time.Time `json:"createdAt"`
	UpdatedAt      time.Time `json:"updatedAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// ConversationPartMatch is the message in which a search found its text.
type ConversationPartMatch struct {
	ID        string               `json:"id"`
	PartType  ConversationPartType `json:"partType,omitempty"`
	CreatedAt time.Time            `json:"createdAt,omitzero"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// ConversationPartPreview is the beginning of a message.
type ConversationPartPreview struct {
	ID               string               `json:"id"`
	PartType         ConversationPartType `json:"partType,omitempty"`
	Author           *ConversationAuthor  `json:"author,omitempty"`
	Preview          string               `json:"previewMarkdown,omitempty"` // plain text
	PreviewTruncated bool                 `json:"previewMarkdownTruncated"`
	CreatedAt        time.Time            `json:"createdAt,omitzero"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (c *ConversationSearchResult) UnmarshalJSON(b []byte) error {
	*c = ConversationSearchResult{}
	return strictjson.Unmarshal(b, c)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (c ConversationSearchResult) MarshalJSON() ([]byte, error) {
	type plain ConversationSearchResult
	return strictjson.Marshal(plain(c))
}

// mismatch implements result.
func (c *ConversationSearchResult) mismatch(r *request) string {
	return cmp.Or(mustBe("object", c.Object, "conversation"), r.mustBeID("id", c.ID, "conversation"))
}
