package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"
	"unicode/utf16"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// WebhooksService lists and creates webhooks. Package webhook receives what they
// send. Access it through [Client.Webhooks].
type WebhooksService struct{ client *Client }

var (
	listWebhooks  = &endpoint{pattern: "GET /v2/webhooks"}
	createWebhook = &endpoint{pattern: "POST /v2/webhooks"}
)

// List returns one page of webhooks: [GET /v2/webhooks]. Use
// [WebhooksService.ListAll] to iterate over all pages.
//
// [GET /v2/webhooks]: https://docs.featurebase.app/rest-api/webhooks
func (s *WebhooksService) List(ctx context.Context, params WebhookListParams, opts ...CallOption) (*Page[Webhook], error) {
	return send(ctx, s.client, request{endpoint: listWebhooks, params: params}, new(Page[Webhook]), opts)
}

// ListAll iterates over the webhooks of all pages, as [ContactsService.ListAll]
// does. See [WebhooksService.List].
func (s *WebhooksService) ListAll(ctx context.Context, params WebhookListParams, opts ...CallOption) iter.Seq2[*Webhook, error] {
	return all(ctx, s.List, params, opts)
}

// Create creates a webhook and returns it with its secret: [POST /v2/webhooks].
// It is not repeated once the API may have processed it, so an error that matches
// [ErrAmbiguous] leaves open whether the webhook exists. An organization can have
// 10 webhooks; another one is an [APIError] with [ErrorCodeInvalidRequest].
//
// [POST /v2/webhooks]: https://docs.featurebase.app/rest-api/webhooks
func (s *WebhooksService) Create(ctx context.Context, params WebhookCreateParams, opts ...CallOption) (*Webhook, error) {
	return send(ctx, s.client, request{endpoint: createWebhook, params: params}, new(Webhook), opts)
}

// WebhookListParams selects the webhooks to list.
type WebhookListParams struct {
	Status WebhookStatus `query:"status"`                 // only webhooks with this status
	Limit  int           `query:"limit" check:"limit"`    // webhooks in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor string        `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// WebhookStatus says whether a webhook sends events.
type WebhookStatus string

// The documented statuses. Unknown values are passed through unchanged.
const (
	WebhookStatusActive    WebhookStatus = "active"
	WebhookStatusPaused    WebhookStatus = "paused"
	WebhookStatusSuspended WebhookStatus = "suspended" // by Featurebase
)

// WebhookCreateParams are the fields of a new webhook.
type WebhookCreateParams struct {
	Name          string                     `json:"name" check:"required,max:255"` // at most 255 characters
	URL           string                     `json:"url" check:"required"`          // where events are sent; the reference asks for https
	Topics        []WebhookTopic             `json:"topics" check:"required"`       // which events are sent
	Description   string                     `json:"description,omitempty" check:"max:500"`
	RequestConfig WebhookRequestConfigParams `json:"requestConfig,omitzero"`
}

// WebhookRequestConfigParams are what requests of a webhook have besides the event.
type WebhookRequestConfigParams struct {
	Headers map[string]string `json:"headers,omitzero"` // at most 10, with values of at most 1,024 characters
}

// check implements checker.
func (p WebhookRequestConfigParams) check(name string) (found problems) {
	name = cmp.Or(name, "RequestConfig") + ".Headers"
	if len(p.Headers) > 10 {
		found = append(found, &ArgumentError{Name: name, Reason: fmt.Sprintf("it has %d elements; want at most 10", len(p.Headers))})
	}
	for _, value := range p.Headers {
		if n := len(utf16.Encode([]rune(value))); n > 1024 {
			return append(found, &ArgumentError{Name: name, Reason: fmt.Sprintf("a value has %d characters; want at most 1024", n)})
		}
	}
	return found
}

// Webhook sends events to a URL.
//
// A field that is absent or null in the response has its zero value.
//
// Reference: https://docs.featurebase.app/rest-api/webhooks
type Webhook struct {
	Object        string               `json:"object"` // always "webhook"
	ID            string               `json:"id"`     // 24 hexadecimal characters
	Name          string               `json:"name"`
	Description   string               `json:"description,omitempty"`
	URL           Secret               `json:"url"`              // where events are sent; often a part of it is secret
	Secret        Secret               `json:"secret,omitempty"` // with which events are signed; may be absent in lists
	Topics        []WebhookTopic       `json:"topics"`
	Status        WebhookStatus        `json:"status"`
	Version       string               `json:"version"` // of the events; not an [APIVersion]
	RequestConfig WebhookRequestConfig `json:"requestConfig"`
	Health        WebhookHealth        `json:"health"`
	LastStatus    *WebhookLastStatus   `json:"lastStatus,omitempty"` // nil before the first attempt
	CreatedAt     time.Time            `json:"createdAt"`
	UpdatedAt     time.Time            `json:"updatedAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (w *Webhook) UnmarshalJSON(b []byte) error {
	*w = Webhook{}
	return strictjson.Unmarshal(b, w)
}

// MarshalJSON implements json.Marshaler, including Extra. See [Secret] for what it
// writes as the secret, the URL and headers.
func (w Webhook) MarshalJSON() ([]byte, error) {
	type plain Webhook
	return strictjson.Marshal(plain(w))
}

// mismatch implements result.
func (w *Webhook) mismatch(r *request) string {
	return cmp.Or(mustBe("object", w.Object, "webhook"), r.mustBeID("id", w.ID, "webhook"))
}

// WebhookRequestConfig is what requests of a webhook have besides the event.
type WebhookRequestConfig struct {
	TimeoutMS int               `json:"timeoutMs"` // milliseconds, 1,000 to 30,000
	Headers   map[string]Secret `json:"headers,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// WebhookHealth says how attempts to send events went. Times are in milliseconds.
type WebhookHealth struct {
	AvgResponseTime        float64   `json:"avgResponseTime"`
	LastResponseTime       float64   `json:"lastResponseTime"`
	ConsecutiveFailures    int       `json:"consecutiveFailures"`
	ErrorsSinceLastSuccess int       `json:"errorsSinceLastSuccess"`
	LastSuccessAt          time.Time `json:"lastSuccessAt,omitzero"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// WebhookLastStatus is the outcome of the last attempt to send an event.
type WebhookLastStatus struct {
	Code      int       `json:"code"` // HTTP status
	Message   string    `json:"message"`
	Timestamp time.Time `json:"timestamp"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// WebhookTopic is what an event is about.
type WebhookTopic string

// The documented topics. Unknown values are passed through unchanged.
const (
	WebhookTopicPostCreated WebhookTopic = "post.created" // also when an insight becomes a request, of a post that may be known
	WebhookTopicPostUpdated WebhookTopic = "post.updated"
	WebhookTopicPostDeleted WebhookTopic = "post.deleted" // with the post as it was
	WebhookTopicPostVoted   WebhookTopic = "post.voted"   // a vote was added or removed

	WebhookTopicTicketCreated WebhookTopic = "ticket.created"
	WebhookTopicTicketUpdated WebhookTopic = "ticket.updated"
	WebhookTopicTicketDeleted WebhookTopic = "ticket.deleted"

	WebhookTopicChangelogPublished WebhookTopic = "changelog.published"

	WebhookTopicCommentCreated WebhookTopic = "comment.created"
	WebhookTopicCommentUpdated WebhookTopic = "comment.updated"
	WebhookTopicCommentDeleted WebhookTopic = "comment.deleted"

	WebhookTopicConversationUserCreated       WebhookTopic = "conversation.user.created"
	WebhookTopicConversationUserReplied       WebhookTopic = "conversation.user.replied"
	WebhookTopicConversationAdminReplied      WebhookTopic = "conversation.admin.replied" // also for messages of the bot
	WebhookTopicConversationAdminClosed       WebhookTopic = "conversation.admin.closed"
	WebhookTopicConversationHandoverRequested WebhookTopic = "conversation.handover_requested"
	WebhookTopicConversationAdminAssigned     WebhookTopic = "conversation.admin.assigned"
	WebhookTopicConversationAdminNoted        WebhookTopic = "conversation.admin.noted"
	WebhookTopicConversationAdminSnoozed      WebhookTopic = "conversation.admin.snoozed"
	WebhookTopicConversationAdminUnsnoozed    WebhookTopic = "conversation.admin.unsnoozed"
	WebhookTopicConversationAdminOpened       WebhookTopic = "conversation.admin.opened"
	WebhookTopicConversationPriorityUpdated   WebhookTopic = "conversation.priority.updated"
	WebhookTopicConversationDeleted           WebhookTopic = "conversation.deleted"
	WebhookTopicConversationContactAttached   WebhookTopic = "conversation.contact.attached"
	WebhookTopicConversationContactDetached   WebhookTopic = "conversation.contact.detached"
	WebhookTopicConversationRead              WebhookTopic = "conversation.read"

	WebhookTopicConversationPartRedacted WebhookTopic = "conversation_part.redacted"

	WebhookTopicAuditLogCreated WebhookTopic = "audit_log.created" // Enterprise plan
)
