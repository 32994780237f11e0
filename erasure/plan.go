package erasure

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/internal/ids"
)

// Kind is a kind of data that people leave.
type Kind string

// The kinds of data.
const (
	KindTicket         Kind = "ticket"
	KindConversation   Kind = "conversation"
	KindMessage        Kind = "message"       // a part of a conversation
	KindParticipation  Kind = "participation" // in a conversation
	KindVote           Kind = "vote"          // for a post
	KindComment        Kind = "comment"
	KindPost           Kind = "post"
	KindMembership     Kind = "membership"   // in a company
	KindSubscription   Kind = "subscription" // of changelogs
	KindSurveyResponse Kind = "survey_response"
	KindContact        Kind = "contact"
)

// Action is what to do with something.
type Action string

// The actions.
const (
	ActionDelete    Action = "delete"
	ActionAnonymize Action = "anonymize" // of posts: give it to another author, and overwrite the text
	ActionRedact    Action = "redact"    // of conversations: remove the person's messages; of tickets: overwrite the text
	ActionKeep      Action = "keep"
)

// Options say what to look for, and what to do with it.
//
// Posts and Conversations have no default, because data of other people is at
// stake: deleting a post deletes everybody's comments on it, and deleting a
// conversation deletes everybody's messages.
type Options struct {
	// Posts is what to do with posts: ActionDelete, ActionAnonymize or ActionKeep.
	Posts Action `json:"posts,omitempty"`

	// Placeholder is the ID of the contact that anonymized posts are given to.
	Placeholder string `json:"placeholder,omitempty"`

	// Conversations is what to do with conversations and tickets: ActionDelete,
	// ActionRedact or ActionKeep. A ticket that a customer opened is deleted with
	// its conversation.
	Conversations Action `json:"conversations,omitempty"`

	// ContactsOnly leaves everything but contacts and leads alone, and doesn't look
	// for it. Posts and Conversations must be empty then.
	ContactsOnly bool `json:"contactsOnly,omitempty"`

	// ScanVoters has the voters of every post read, once for all people. Without it
	// the votes of leads are not found, because the API searches for those of
	// customers alone.
	ScanVoters bool `json:"scanVoters,omitempty"`
}

// Validate returns an error that describes all problems with o. It matches
// featurebase.ErrInvalidArgument.
func (o Options) Validate() error {
	var problems []error
	add := func(name, reason string) {
		problems = append(problems, &featurebase.ArgumentError{Name: name, Reason: reason})
	}
	if o.ContactsOnly {
		if o.Posts != "" || o.Conversations != "" || o.ScanVoters {
			add("ContactsOnly", "want it without Posts, Conversations and ScanVoters")
		}
		return errors.Join(problems...)
	}
	if !slices.Contains([]Action{ActionDelete, ActionAnonymize, ActionKeep}, o.Posts) {
		add("Posts", "want delete, anonymize or keep")
	}
	if !slices.Contains([]Action{ActionDelete, ActionRedact, ActionKeep}, o.Conversations) {
		add("Conversations", "want delete, redact or keep")
	}
	switch {
	case o.Posts == ActionAnonymize && ids.Object(o.Placeholder) != "":
		add("Placeholder", "want the ID of the contact that anonymized posts are given to: "+ids.Object(o.Placeholder))
	case o.Posts != ActionAnonymize && o.Placeholder != "":
		add("Placeholder", "want it only if posts are anonymized")
	}
	return errors.Join(problems...)
}

// Plan is what there is of one person, and what to do with it.
type Plan struct {
	Subject   Subject    `json:"subject"`
	Workspace string     `json:"workspace,omitempty"` // the organization's ID; empty if no contact was found
	Contacts  []Contact  `json:"contacts,omitempty"`  // with what Subject names, or with the same email address
	Missing   Subject    `json:"missing,omitzero"`    // what of Subject names nobody
	Items     []Item     `json:"items,omitempty"`     // to erase, in this order
	Leftovers []Leftover `json:"leftovers,omitempty"` // what Erase leaves behind
}

// Contact is a customer or a lead of a plan.
type Contact struct {
	ID     string                  `json:"id"`
	Type   featurebase.ContactType `json:"type"`
	UserID string                  `json:"userId,omitempty"`
	Email  string                  `json:"email,omitempty"`
	Name   string                  `json:"name,omitempty"`
}

// Since returns when the contact was created, which its ID says.
func (c Contact) Since() time.Time {
	b, err := hex.DecodeString(c.ID)
	if err != nil || len(b) < 4 {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint32(b)), 0).UTC()
}

// Item is one thing to erase, with one request.
type Item struct {
	Kind Kind `json:"kind"`
	// ID is that of the post for a vote, of the company for a membership, and of the
	// conversation for a participation; for a subscription it is the email address.
	ID     string `json:"id"`
	Action Action `json:"action"`

	ContactID      string    `json:"contactId,omitempty"`      // the contact whose it is; empty for subscriptions
	ConversationID string    `json:"conversationId,omitempty"` // of a message
	Number         int       `json:"number,omitempty"`         // of a ticket, or of the ticket with which a conversation is deleted
	Placeholder    string    `json:"placeholder,omitempty"`    // the contact that a post is given to
	Title          string    `json:"title,omitempty"`          // title, name, or beginning of the text
	Others         int       `json:"others,omitempty"`         // comments or participants of others that are affected
	CreatedAt      time.Time `json:"createdAt,omitzero"`

	// Begun says that an earlier run may have carried out this item. Erase then
	// looks before it acts: what is not there any more has OutcomeUnconfirmed, and
	// what is somebody else's is left alone.
	Begun bool `json:"begun,omitempty"`

	on string // the post of a comment, while the plan is made
}

// Leftover is what Erase leaves behind, and why.
type Leftover struct {
	Kind   Kind   `json:"kind"`
	ID     string `json:"id,omitempty"` // empty if there are several
	Count  int    `json:"count,omitempty"`
	Reason string `json:"reason"`
}

// Limits returns what can't be erased through the API, whoever the person is: a
// sentence for each.
func Limits() []string {
	return []string{
		"Audit logs can't be changed; they may name the person, with email and IP address.",
		"Posts that were merged into others or marked as spam can't be searched for by author.",
		"Conversations that the person was removed from can't be searched for by participant.",
		"Whether the search for email addresses minds their case is not documented: a contact with another spelling may not be found.",
		"Leads that were merged into a customer can't be found; what they wrote may still carry their ID.",
		"Votes on comments and reactions to changelogs can't be listed or removed.",
		"Names in what other people wrote, such as notes, mentions and quotes, can't be searched for by person.",
		"Featurebase cleans up after the deletion of a contact in the background, and doesn't tell when that is done.",
		"Emails that were sent, and copies in integrations and in receivers of webhooks, are outside the API.",
	}
}

// String returns a line without personal data.
func (p *Plan) String() string {
	return fmt.Sprintf("plan for %d contacts with %d items, and %d leftovers", len(p.Contacts), len(p.Items), len(p.Leftovers))
}
