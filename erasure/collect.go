package erasure

import (
	"cmp"
	"context"
	"fmt"
	"html"
	"iter"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/featurebase-community/featurebase-go"
)

// collection is what a batch of people left.
type collection struct {
	*finder
	owners    map[string][]*person // by the ID of a contact
	ids       []string             // of all contacts
	customers []string             // those of customers

	mu   sync.Mutex
	seen map[seen]bool // searches may find something twice
}

type seen struct {
	person    *person
	kind      Kind
	id        string // with the conversation before it, as only there the IDs of messages are unique
	contactID string
}

// collect finds what people left.
func (f *finder) collect(ctx context.Context, batch []*person) error {
	c := &collection{finder: f, owners: map[string][]*person{}, seen: map[seen]bool{}}
	for _, p := range batch {
		contacts := p.plan.Contacts
		if p.known != nil {
			contacts = slices.Concat(contacts, p.known.Contacts)
		}
		for _, contact := range contacts {
			if !slices.Contains(c.owners[contact.ID], p) {
				c.owners[contact.ID] = append(c.owners[contact.ID], p)
			}
			if slices.Contains(c.ids, contact.ID) {
				continue
			}
			c.ids = append(c.ids, contact.ID)
			if contact.Type != featurebase.ContactTypeLead {
				c.customers = append(c.customers, contact.ID)
			}
		}
	}
	scanned, err := f.scan.wait()
	if err != nil {
		return err
	}
	err = together(
		func() error { return c.posts(ctx) },
		func() error { return c.comments(ctx) },
		func() error { return c.conversations(ctx) },
		func() error {
			if f.options.ScanVoters {
				c.votesOf(scanned)
				return nil
			}
			return c.votes(ctx, c.customers)
		},
	)
	if err == nil {
		for _, p := range batch {
			c.scanned(p, scanned)
		}
	}
	return err
}

// add adds an item to the plans of those whose it is.
func (c *collection) add(item Item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.owners[item.ContactID] {
		key := seen{p, item.Kind, item.ConversationID + "/" + item.ID, item.ContactID}
		if c.seen[key] {
			continue
		}
		c.seen[key] = true
		if item.Action == ActionKeep {
			p.leave(item.Kind, item.ID, 1, "It is to be kept.")
		} else {
			p.plan.Items = append(p.plan.Items, item)
		}
	}
}

// leave notes something that stays of those whose it is.
func (c *collection) leave(contactID string, kind Kind, id string, count int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.owners[contactID] {
		p.leave(kind, id, count, reason)
	}
}

// posts finds posts, and those in review, which a search may leave out if it
// doesn't ask for them.
func (c *collection) posts(ctx context.Context) error {
	use := func(p *featurebase.Post) {
		if p.Author != nil {
			c.add(Item{
				Kind: KindPost, ID: p.ID, Action: c.options.Posts, Placeholder: c.options.Placeholder, ContactID: p.Author.ID,
				Title: p.Title, Others: p.CommentCount, CreatedAt: p.CreatedAt,
			})
		}
	}
	return c.searchPosts(ctx, featurebase.PostFieldAuthorID, c.ids, use)
}

func (c *collection) searchPosts(ctx context.Context, field textField[featurebase.Post], ids []string, use func(*featurebase.Post)) error {
	for _, more := range []featurebase.Filters[featurebase.Post]{nil, {featurebase.PostFieldInReview.Is(true)}} {
		err := search(c.finder, ids, use, func(ids []string) iter.Seq2[*featurebase.Post, error] {
			return c.client.Posts.SearchAll(ctx, featurebase.PostSearchParams{
				Filters: append(featurebase.Filters[featurebase.Post]{oneOf(field, ids)}, more...), Sort: featurebase.PostSortCreatedAtAsc,
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// votes finds votes. A search doesn't tell who voted: where there is a vote, the
// voters are halved until there is one.
func (c *collection) votes(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if len(ids) > maxValues {
		return c.votesIn(ctx, ids[:maxValues], ids[maxValues:])
	}
	var posts []*featurebase.Post
	err := c.searchPosts(ctx, featurebase.PostFieldVoterID, ids, func(p *featurebase.Post) { posts = append(posts, p) })
	if err != nil || len(posts) == 0 {
		return err
	}
	if n := len(ids) / 2; n > 0 {
		return c.votesIn(ctx, ids[:n], ids[n:])
	}
	for _, p := range posts {
		c.add(Item{Kind: KindVote, ID: p.ID, Action: ActionDelete, ContactID: ids[0], Title: p.Title, CreatedAt: p.CreatedAt})
	}
	return nil
}

func (c *collection) votesIn(ctx context.Context, halves ...[]string) error {
	for _, ids := range halves {
		if err := c.votes(ctx, ids); err != nil {
			return err
		}
	}
	return nil
}

func (c *collection) votesOf(s *scanned) {
	for _, id := range c.ids {
		for _, p := range s.votes[id] {
			c.add(Item{Kind: KindVote, ID: p.id, Action: ActionDelete, ContactID: id, Title: p.title})
		}
	}
}

// comments finds comments. Those that are deleted, but remain for their replies,
// are nobody's any more.
func (c *collection) comments(ctx context.Context) error {
	use := func(m *featurebase.Comment) {
		if m.Author != nil && !m.IsDeleted {
			c.add(Item{Kind: KindComment, ID: m.ID, Action: ActionDelete, ContactID: m.Author.ID, on: m.PostID, Title: beginning(m.Content), CreatedAt: m.CreatedAt})
		}
	}
	return search(c.finder, c.ids, use, func(ids []string) iter.Seq2[*featurebase.Comment, error] {
		return c.client.Comments.SearchAll(ctx, featurebase.CommentSearchParams{
			Filters: featurebase.Filters[featurebase.Comment]{oneOf(featurebase.CommentFieldAuthorID, ids)}, Sort: featurebase.CommentSortCreatedAtAsc,
		})
	})
}

// conversations finds conversations, and the messages in those that are to be
// redacted.
func (c *collection) conversations(ctx context.Context) error {
	var toRedact []Item
	use := func(r *featurebase.ConversationSearchResult) {
		for _, p := range r.Participants {
			item := Item{
				Kind: KindConversation, ID: r.ID, Action: c.options.Conversations, ContactID: p.ID, Title: r.Title,
				Others: len(r.Participants) - 1, CreatedAt: r.CreatedAt,
			}
			switch {
			case c.owners[p.ID] == nil:
			case item.Action == ActionRedact:
				toRedact = append(toRedact, item)
			default:
				c.add(item)
			}
		}
	}
	err := search(c.finder, c.ids, use, func(ids []string) iter.Seq2[*featurebase.ConversationSearchResult, error] {
		return c.client.Conversations.SearchAll(ctx, featurebase.ConversationSearchParams{
			Filters: featurebase.Filters[featurebase.Conversation]{oneOf(featurebase.ConversationFieldParticipantID, ids)},
			Sort:    featurebase.ConversationSortLastActivityAtAsc,
		})
	})
	done := map[string]bool{}
	for _, item := range toRedact {
		if key := item.ID + " " + item.ContactID; err == nil && !done[key] {
			done[key] = true
			err = c.redactions(ctx, item)
		}
	}
	return err
}

// maxParts is how many parts of a conversation the API returns at most.
const maxParts = 500

var redactable = []featurebase.ConversationPartType{
	featurebase.ConversationPartUserMessage, featurebase.ConversationPartAdminMessage, featurebase.ConversationPartEmailMessage,
	featurebase.ConversationPartBotMessage,
}

// redactions finds what is a contact's in a conversation.
func (c *collection) redactions(ctx context.Context, in Item) error {
	conversation, err := c.client.Conversations.Get(ctx, in.ID, featurebase.ConversationGetParams{})
	if err = c.stopper.note(err); err != nil {
		return err
	}
	stays := 0
	for _, part := range conversation.Parts {
		switch {
		case part.Author == nil || part.Author.ID != in.ContactID || part.Redacted != nil && *part.Redacted:
		case !slices.Contains(redactable, part.PartType):
			stays++
		default:
			c.add(Item{
				Kind: KindMessage, ID: part.ID, ConversationID: in.ID, Action: ActionRedact, ContactID: in.ContactID,
				Title: beginning(part.BodyMarkdown), CreatedAt: part.CreatedAt,
			})
		}
	}
	if stays > 0 {
		c.leave(in.ContactID, KindMessage, "", stays, "The API redacts messages alone, and not notes, quick replies, ratings and attributes.")
	}
	if len(conversation.Parts) >= maxParts {
		c.leave(in.ContactID, KindMessage, "", 0, fmt.Sprintf("Of a conversation the API returns the newest %d parts; those before can only be deleted with it.", maxParts))
	}
	if len(conversation.Participants) > 1 {
		c.add(Item{Kind: KindParticipation, ID: in.ID, Action: ActionDelete, ContactID: in.ContactID, Title: conversation.Title, Others: in.Others, CreatedAt: in.CreatedAt})
	} else {
		c.leave(in.ContactID, KindParticipation, in.ID, 1, "The only participant of a conversation can't be removed from it; its title and first subject stay, too.")
	}
	return nil
}

// scanned adds what the scan found of a person.
func (c *collection) scanned(p *person, s *scanned) {
	of := func(index map[string][]int) []int {
		var places []int
		for id, owners := range c.owners {
			if slices.Contains(owners, p) {
				places = append(places, index[id]...)
			}
		}
		for _, contact := range p.plan.Contacts {
			places = append(places, index[strings.ToLower(contact.Email)]...)
		}
		for _, email := range p.plan.Subject.Emails {
			places = append(places, index[strings.ToLower(email)]...)
		}
		slices.Sort(places)
		return slices.Compact(places)
	}
	for _, i := range of(s.byAuthor) {
		p.ticket(s.tickets[i], c.options.Conversations)
	}
	if s.unreadable != nil {
		p.leave(KindSurveyResponse, "", 0, "Surveys can't be read with this API key.")
	}
	if n := len(of(s.byRespondent)); n > 0 {
		p.leave(KindSurveyResponse, "", n, "The API has no means to delete responses to surveys.")
	}
	if !c.options.ScanVoters {
		for _, contact := range p.plan.Contacts {
			if contact.Type == featurebase.ContactTypeLead {
				p.leave(KindVote, "", 0, "The votes of a lead are found only if the voters of all posts are read.")
			}
		}
	}
}

// ticket adds a ticket to a person's plan.
func (p *person) ticket(t ticket, action Action) {
	item := Item{
		Kind: KindTicket, ID: t.id, Number: t.number, Action: action, ContactID: t.author, Title: t.title, CreatedAt: t.createdAt,
	}
	switch action {
	case ActionKeep:
		p.leave(KindTicket, t.id, 1, "It is to be kept.")
		return
	case ActionRedact:
		if t.title == overwritten {
			return // by an earlier run
		}
		p.leave(KindTicket, t.id, 1, "The text of the ticket is overwritten, but the ticket, its custom fields and its files stay, and its author can't be changed.")
	case ActionDelete:
		if t.customer {
			for i := range p.plan.Items {
				if c := &p.plan.Items[i]; c.Kind == KindConversation && slices.Contains(t.conversations, c.ID) {
					c.Number = t.number
				}
			}
		}
	}
	p.plan.Items = append(p.plan.Items, item)
}

// order is that in which kinds are erased: what depends on another goes first.
var order = []Kind{
	KindTicket, KindConversation, KindMessage, KindParticipation, KindVote, KindComment, KindPost, KindMembership, KindSubscription, KindContact,
}

// finish completes a plan and puts it in order.
func (f *finder) finish(p *person) {
	plan := p.plan
	if f.options.ContactsOnly {
		plan.Items = nil
	} else if p.known == nil {
		for _, email := range p.emails() {
			plan.Items = append(plan.Items, Item{Kind: KindSubscription, ID: email, Action: ActionDelete})
		}
	}
	own := map[string]int{} // comments, by post
	for _, item := range plan.Items {
		if item.Kind == KindComment {
			own[item.on]++
		}
	}
	for i := range plan.Items {
		if item := &plan.Items[i]; item.Kind == KindPost {
			item.Others = max(0, item.Others-own[item.ID])
		}
	}
	for _, c := range plan.Contacts {
		plan.Items = append(plan.Items, Item{Kind: KindContact, ID: c.ID, Action: ActionDelete, ContactID: c.ID, Title: c.Name, CreatedAt: c.Since()})
	}
	// Replies are newer than what they reply to. Without replies a comment is
	// deleted for good.
	slices.SortStableFunc(plan.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
}

// emails are the person's addresses.
func (p *person) emails() []string {
	var emails []string
	add := func(email string) {
		if email != "" && !slices.ContainsFunc(emails, func(e string) bool { return strings.EqualFold(e, email) }) {
			emails = append(emails, email)
		}
	}
	for _, email := range p.plan.Subject.Emails {
		add(email)
	}
	for _, c := range p.plan.Contacts {
		add(c.Email)
	}
	return emails
}

var tag = regexp.MustCompile(`<[^>]*>`)

// beginning returns the beginning of a text, which may be HTML, as one line.
func beginning(text string) string {
	const most = 80
	if len(text) > 64*most {
		text = text[:64*most]
	}
	text = strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(text, " "))), " ")
	if utf8.RuneCountInString(text) <= most {
		return strings.ToValidUTF8(text, "")
	}
	return strings.ToValidUTF8(string([]rune(text)[:most-1]), "") + "…"
}
