package erasure

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	KindInsight        Kind = "insight" // words of the person's, filed under somebody's post
	KindBlock          Kind = "block"   // of a contact, before anything is erased
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
	ActionBlock     Action = "block" // of contacts: keep them from writing while they are erased
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
	// for it. Nobody is blocked. Posts and Conversations must be empty then.
	ContactsOnly bool `json:"contactsOnly,omitempty"`

	// ScanVoters has the voters of every post read, once for all people. Without it
	// the votes of leads are not found, because the API searches for those of
	// customers alone.
	ScanVoters bool `json:"scanVoters,omitempty"`

	// CrossCheck has the lists of all posts, comments, conversations and contacts, and
	// the insights of all posts, read once for all people, and compared with what the
	// searches find. Without it, what a search doesn't show is not known.
	CrossCheck bool `json:"crossCheck,omitempty"`

	// NoBlock leaves out that contacts are blocked before anything of them is erased,
	// so that they can't write meanwhile.
	NoBlock bool `json:"noBlock,omitempty"`

	// SameEmail says that customers with the same email address are the same person,
	// even if only one of them was asked for by ID or user ID.
	SameEmail bool `json:"sameEmail,omitempty"`
}

// Validate returns an error that describes all problems with o. It matches
// featurebase.ErrInvalidArgument.
func (o Options) Validate() error {
	var problems []error
	add := func(name, reason string) {
		problems = append(problems, &featurebase.ArgumentError{Name: name, Reason: reason})
	}
	if o.ContactsOnly {
		if o.Posts != "" || o.Conversations != "" || o.ScanVoters || o.CrossCheck {
			add("ContactsOnly", "want it without Posts, Conversations, ScanVoters and CrossCheck")
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
	Subject    Subject      `json:"subject"`
	Made       time.Time    `json:"made,omitzero"` // when it was looked for
	Options    Options      `json:"options"`
	Workspace  string       `json:"workspace,omitempty"`  // the organization's ID; empty if no contact was found
	Contacts   []ContactRef `json:"contacts,omitempty"`   // that Subject names, and their leads
	Missing    Subject      `json:"missing,omitzero"`     // what of Subject names nobody
	Items      []Item       `json:"items,omitempty"`      // to erase, in this order
	Leftovers  []Leftover   `json:"leftovers,omitempty"`  // what was found of the person, and Erase leaves behind
	Shortfalls []Shortfall  `json:"shortfalls,omitempty"` // what may not have been found
	Notes      []string     `json:"notes,omitempty"`      // what could not be looked for

	// Accepted says that somebody has seen Shortfalls, and that there are several
	// Accounts, and wants the plan to be carried out all the same. Without it Erase
	// keeps the contacts of such a plan.
	Accepted bool `json:"accepted,omitempty"`
}

// Accounts returns how many people the plan may be of: 1, and one more for each
// further customer with an email address that the Subject names, unless
// [Options.SameEmail] says that these are one person. Leads have no account.
func (p *Plan) Accounts() int {
	customers, sharing := 0, map[string]int{}
	for _, c := range p.Contacts {
		if c.Type == featurebase.ContactTypeLead {
			continue
		}
		customers++
		if p.Subject.hasEmail(c.Email) {
			sharing[strings.ToLower(c.Email)]++
		}
	}
	n := min(1, customers)
	for _, several := range sharing {
		if !p.Options.SameEmail {
			n += several - 1
		}
	}
	return n
}

// Doubts reports whether the plan has to be Accepted before it is carried out.
func (p *Plan) Doubts() bool {
	return len(p.Shortfalls) > 0 || p.Accounts() > 1
}

// Requests returns about how many requests it takes to carry the plan out, and to
// get what was erased once more. The searches are not in it: they are for a hundred
// people at a time.
func (p *Plan) Requests() int {
	n := 0
	for _, item := range p.Items {
		switch {
		case item.Done, item.Kind == KindSubscription: // of a thousand people at once
		case item.gettable(), item.Kind == KindContact:
			n += 2
		default:
			n++
		}
	}
	return n
}

// Shortfall is that a contact counts more than was found. What it counts is not
// documented: merged posts, spam and tickets may be among it.
type Shortfall struct {
	Kind      Kind   `json:"kind"` // KindPost or KindComment
	ContactID string `json:"contactId"`
	Counted   int    `json:"counted"`
	Found     int    `json:"found"`
}

// ContactRef is a customer or a lead of a plan.
type ContactRef struct {
	ID       string                  `json:"id"`
	Type     featurebase.ContactType `json:"type"`
	UserID   string                  `json:"userId,omitempty"`
	Email    string                  `json:"email,omitempty"`
	Name     string                  `json:"name,omitempty"`
	Posts    int                     `json:"posts,omitempty"`    // that it counts
	Comments int                     `json:"comments,omitempty"` // that it counts
}

// same reports whether two contacts are the same account: one that was handed over
// has another email address or user ID.
func (c ContactRef) same(as ContactRef) bool {
	return strings.EqualFold(c.ID, as.ID) && c.UserID == as.UserID && strings.EqualFold(c.Email, as.Email)
}

// Since returns when the contact was created, which its ID says.
func (c ContactRef) Since() time.Time {
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
	PostID         string    `json:"postId,omitempty"`         // of a comment
	Others         int       `json:"others,omitempty"`         // comments or participants of others that are affected
	CreatedAt      time.Time `json:"createdAt,omitzero"`

	// Begun says that an earlier run may have carried out this item. Erase then
	// looks before it acts: what is not there any more has OutcomeUnconfirmed, and
	// what is somebody else's is left alone.
	Begun bool `json:"begun,omitempty"`

	// Done says that an earlier run has settled this item: nothing is sent for it.
	// Unlike an item that is left out, it is not taken for something new if it still
	// shows.
	Done bool `json:"done,omitempty"`
}

// gettable reports whether an item, or what it is part of, can be got by its ID, so
// that a deletion is not only believed.
func (i Item) gettable() bool {
	switch i.Kind {
	case KindPost, KindComment, KindTicket, KindConversation, KindMessage, KindParticipation, KindVote:
		return true
	}
	return false
}

// key is what an item is known by.
type key struct {
	kind                        Kind
	id, contactID, conversation string
}

func (i Item) key() key {
	k := key{i.Kind, strings.ToLower(i.ID), strings.ToLower(i.ContactID), i.ConversationID}
	if i.Kind == KindTicket || i.Kind == KindConversation { // which go as a whole
		k.contactID = ""
	}
	return k
}

// Leftover is what Erase leaves behind, and why.
type Leftover struct {
	Kind   Kind   `json:"kind"`
	ID     string `json:"id,omitempty"` // empty if there are several
	Count  int    `json:"count,omitempty"`
	Reason string `json:"reason"`
}

// Limitations returns what can't be erased or found through the API with these options,
// whoever the person is: a sentence for each.
func Limitations(o Options) []string {
	if o.ContactsOnly {
		return []string{
			"Only contacts were looked for: what they wrote stays, and can't be found by them any more.",
			"Featurebase cleans up after the deletion of a contact in the background, and doesn't tell when that is done.",
		}
	}
	limits := []string{
		"Audit logs can't be changed; they may name the person, with email and IP address.",
		"Once a contact is deleted, what it wrote can't be found by it: that it is gone is known of what was found before.",
		"Private comments and those in review are not shown to API keys that may not see them.",
		"Posts that were merged into others or marked as spam can't be searched for by author.",
		"Conversations that the person was removed from can't be searched for by participant.",
		"Whether the search for email addresses minds their case is not documented: a contact with another spelling may not be found.",
		"Votes on comments and reactions to changelogs can't be listed or removed.",
		"Names in what other people wrote, such as notes, mentions and quotes, can't be searched for by person.",
		"Insights that are linked to no post, and the feedback and calls that they were taken from, can't be listed.",
		"Featurebase cleans up after the deletion of a contact in the background, and doesn't tell when that is done.",
		"Emails that were sent, and copies in integrations and in receivers of webhooks, are outside the API.",
	}
	if !o.ScanVoters {
		limits = append(limits, "The votes of leads were not looked for: that takes the voters of all posts.")
	}
	if !o.CrossCheck {
		limits = append(limits,
			"Searched, not cross-checked: what a search doesn't show was not found.",
			"Insights of posts were not looked for.",
			"Leads that were merged into a customer were not looked for; what they wrote may still carry their ID.",
		)
	}
	return limits
}

// String returns a line without personal data.
func (p *Plan) String() string {
	return fmt.Sprintf("plan for %d contacts with %d items, and %d leftovers", len(p.Contacts), len(p.Items), len(p.Leftovers))
}
