package webhook

import (
	"slices"

	"github.com/featurebase-community/featurebase-go"
)

// Topic is what an event is about.
type Topic = featurebase.WebhookTopic

// The documented topics. Unknown values are passed through unchanged.
//
// There is none about contacts, companies or insights: that a contact was deleted
// is told by no event.
const (
	TopicPostCreated = featurebase.WebhookTopicPostCreated // also when an insight becomes a request, of a post that may be known
	TopicPostUpdated = featurebase.WebhookTopicPostUpdated
	TopicPostDeleted = featurebase.WebhookTopicPostDeleted // with the post as it was
	TopicPostVoted   = featurebase.WebhookTopicPostVoted   // a vote was added or removed

	TopicTicketCreated = featurebase.WebhookTopicTicketCreated
	TopicTicketUpdated = featurebase.WebhookTopicTicketUpdated
	TopicTicketDeleted = featurebase.WebhookTopicTicketDeleted

	TopicChangelogPublished = featurebase.WebhookTopicChangelogPublished

	TopicCommentCreated = featurebase.WebhookTopicCommentCreated
	TopicCommentUpdated = featurebase.WebhookTopicCommentUpdated
	TopicCommentDeleted = featurebase.WebhookTopicCommentDeleted

	TopicConversationUserCreated       = featurebase.WebhookTopicConversationUserCreated
	TopicConversationUserReplied       = featurebase.WebhookTopicConversationUserReplied
	TopicConversationAdminReplied      = featurebase.WebhookTopicConversationAdminReplied // also for messages of the bot
	TopicConversationAdminClosed       = featurebase.WebhookTopicConversationAdminClosed
	TopicConversationHandoverRequested = featurebase.WebhookTopicConversationHandoverRequested
	TopicConversationAdminAssigned     = featurebase.WebhookTopicConversationAdminAssigned
	TopicConversationAdminNoted        = featurebase.WebhookTopicConversationAdminNoted
	TopicConversationAdminSnoozed      = featurebase.WebhookTopicConversationAdminSnoozed
	TopicConversationAdminUnsnoozed    = featurebase.WebhookTopicConversationAdminUnsnoozed
	TopicConversationAdminOpened       = featurebase.WebhookTopicConversationAdminOpened
	TopicConversationPriorityUpdated   = featurebase.WebhookTopicConversationPriorityUpdated
	TopicConversationDeleted           = featurebase.WebhookTopicConversationDeleted
	TopicConversationContactAttached   = featurebase.WebhookTopicConversationContactAttached
	TopicConversationContactDetached   = featurebase.WebhookTopicConversationContactDetached
	TopicConversationRead              = featurebase.WebhookTopicConversationRead

	TopicConversationPartRedacted = featurebase.WebhookTopicConversationPartRedacted

	TopicAuditLogCreated = featurebase.WebhookTopicAuditLogCreated // Enterprise plan
)

// TopicOther is the key in a [Mux] for all topics that it doesn't have.
const TopicOther Topic = ""

var topics = []Topic{
	TopicPostCreated, TopicPostUpdated, TopicPostDeleted, TopicPostVoted,
	TopicTicketCreated, TopicTicketUpdated, TopicTicketDeleted,
	TopicChangelogPublished,
	TopicCommentCreated, TopicCommentUpdated, TopicCommentDeleted,
	TopicConversationUserCreated, TopicConversationUserReplied, TopicConversationAdminReplied, TopicConversationAdminClosed,
	TopicConversationHandoverRequested, TopicConversationAdminAssigned, TopicConversationAdminNoted, TopicConversationAdminSnoozed,
	TopicConversationAdminUnsnoozed, TopicConversationAdminOpened, TopicConversationPriorityUpdated, TopicConversationDeleted,
	TopicConversationContactAttached, TopicConversationContactDetached, TopicConversationRead,
	TopicConversationPartRedacted,
	TopicAuditLogCreated,
}

// Topics returns all documented topics.
func Topics() []Topic { return slices.Clone(topics) }
