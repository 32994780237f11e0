package webhook

import "slices"

// Topic is what an event is about.
type Topic string

// The documented topics. Unknown values are passed through unchanged.
//
// There is none about contacts, companies or insights: that a contact was deleted
// is told by no event.
const (
	TopicPostCreated Topic = "post.created" // also when an insight becomes a request, of a post that may be known
	TopicPostUpdated Topic = "post.updated"
	TopicPostDeleted Topic = "post.deleted" // with the post as it was
	TopicPostVoted   Topic = "post.voted"   // a vote was added or removed

	TopicTicketCreated Topic = "ticket.created"
	TopicTicketUpdated Topic = "ticket.updated"
	TopicTicketDeleted Topic = "ticket.deleted"

	TopicChangelogPublished Topic = "changelog.published"

	TopicCommentCreated Topic = "comment.created"
	TopicCommentUpdated Topic = "comment.updated"
	TopicCommentDeleted Topic = "comment.deleted"

	TopicConversationUserCreated       Topic = "conversation.user.created"
	TopicConversationUserReplied       Topic = "conversation.user.replied"
	TopicConversationAdminReplied      Topic = "conversation.admin.replied" // also for messages of the bot
	TopicConversationAdminClosed       Topic = "conversation.admin.closed"
	TopicConversationHandoverRequested Topic = "conversation.handover_requested"
	TopicConversationAdminAssigned     Topic = "conversation.admin.assigned"
	TopicConversationAdminNoted        Topic = "conversation.admin.noted"
	TopicConversationAdminSnoozed      Topic = "conversation.admin.snoozed"
	TopicConversationAdminUnsnoozed    Topic = "conversation.admin.unsnoozed"
	TopicConversationAdminOpened       Topic = "conversation.admin.opened"
	TopicConversationPriorityUpdated   Topic = "conversation.priority.updated"
	TopicConversationDeleted           Topic = "conversation.deleted"
	TopicConversationContactAttached   Topic = "conversation.contact.attached"
	TopicConversationContactDetached   Topic = "conversation.contact.detached"
	TopicConversationRead              Topic = "conversation.read"

	TopicConversationPartRedacted Topic = "conversation_part.redacted"

	TopicAuditLogCreated Topic = "audit_log.created" // Enterprise plan
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
