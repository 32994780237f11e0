package erasure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"iter"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/featurebase-community/featurebase-go"
)

// collection is what a batch of people left.
type collection struct {
	*finder
	owners    map[string][]*person // by the ID of a contact
	ids       []string             // of all contacts
	customers []string             // those of customers

	mu    sync.Mutex
	seen  map[seen]bool // searches may find something twice
	count map[counted]int
}

type seen struct {
	person    *person
	kind      Kind
	id        string // with the conversation before it, as only there the IDs of messages are unique
	contactID string
}

// collect finds what people left.
func (f *finder) collect(ctx context.Context, batch []*person) error {
	c := &collection{finder: f, owners: map[string][]*person{}, seen: map[seen]bool{}, count: map[counted]int{}}
	for _, p := range batch {
		for _, contact := range p.contacts() {
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
		func() error { return c.conversations(ctx, scanned) },
		func() error {
			c.votesOf(scanned)
			return c.votes(ctx)
		},
	)
	if err == nil {
		c.listed(scanned)
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
		switch item.Kind {
		case KindPost, KindComment:
			c.count[counted{item.Kind, item.ContactID}]++
		}
	}
}

// counted is what a contact counts.
type counted struct {
	kind      Kind
	contactID string
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
	return fromBothEnds(c.ids, c.options.Posts == ActionKeep, func(ids []string, newest bool) (map[string]bool, error) {
		found, sort := map[string]bool{}, featurebase.PostSortCreatedAtAsc
		if newest {
			sort = featurebase.PostSortCreatedAtDesc
		}
		err := c.searchPosts(ctx, featurebase.PostFieldAuthorID, ids, sort, func(p *featurebase.Post) {
			if found[p.ID] = true; p.Author != nil {
				c.add(c.options.post(p))
			}
		})
		return found, err
	})
}

// fromBothEnds runs a search for what belongs to contacts; once more from the other
// end, if that stays; and for each contact by itself, if the ends differ. What is
// erased makes room for the rest of a search that ends early, but what stays doesn't.
func fromBothEnds(ids []string, stays bool, run func(ids []string, newest bool) (map[string]bool, error)) error {
	oldest, err := run(ids, false)
	if err != nil || !stays {
		return err
	}
	newest, err := run(ids, true)
	if err != nil || len(ids) == 1 || maps.Equal(oldest, newest) {
		return err
	}
	for i := range ids {
		if err := fromBothEnds(ids[i:i+1], stays, run); err != nil {
			return err
		}
	}
	return nil
}

// post is the item of a post.
func (o Options) post(p *featurebase.Post) Item {
	return Item{
		Kind: KindPost, ID: p.ID, Action: o.Posts, Placeholder: o.Placeholder, ContactID: p.Author.ID,
		Title: p.Title, Others: p.CommentCount, CreatedAt: p.CreatedAt,
	}
}

func (c *collection) searchPosts(ctx context.Context, field textField[featurebase.Post], ids []string, sort featurebase.PostSort, use func(*featurebase.Post)) error {
	for _, more := range []featurebase.Filters[featurebase.Post]{nil, {featurebase.PostFieldInReview.Is(true)}} {
		err := search(c.finder, ids, c.owners, use, func(ids []string) iter.Seq2[*featurebase.Post, error] {
			return c.client.Posts.SearchAll(ctx, featurebase.PostSearchParams{
				Filters: append(featurebase.Filters[featurebase.Post]{oneOf(field, ids)}, more...), Sort: sort,
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// maxVoters is of how many pages of voters a post may have to be read, if it is for a
// few people: for more it is for one page more for each four of them, since those are
// read once. Who voted for a post with more is found by halving the search.
const maxVoters = 5

// votes finds votes. A search doesn't tell who voted, but the voters of a post do.
func (c *collection) votes(ctx context.Context) error {
	for ids := range slices.Chunk(c.customers, maxValues) {
		posts := map[string]*featurebase.Post{}
		if err := c.searchPosts(ctx, featurebase.PostFieldVoterID, ids, featurebase.PostSortCreatedAtAsc, func(p *featurebase.Post) { posts[p.ID] = p }); err != nil {
			return err
		}
		most := max(maxVoters, len(ids)/4) * maxValues
		for _, id := range slices.Sorted(maps.Keys(posts)) {
			p, voted := posts[id], false
			if p.Upvotes >= most {
				continue
			}
			voters, err := c.voters.of(ctx, c.client, id, math.MaxInt)
			if err = c.stopper.note(err); err != nil && !personal(err) {
				return err
			}
			for _, contact := range c.ids {
				if voters[contact] {
					voted = voted || slices.Contains(ids, contact)
					c.addVote(p, contact)
				}
			}
			if voted && err == nil || errors.Is(err, featurebase.ErrNotFound) { // a post that is gone has no votes
				delete(posts, id)
			}
		}
		// What is left has too many voters to be read, or none of them is one of these
		// people, which the search says.
		if len(posts) == 0 {
			continue
		}
		if filtered, err := c.filtersVoters(ctx, posts); err != nil {
			return err
		} else if !filtered {
			maps.DeleteFunc(posts, func(_ string, p *featurebase.Post) bool { return p.Upvotes < most })
		}
		if err := c.halve(ctx, ids, posts); err != nil {
			return err
		}
	}
	return nil
}

func (c *collection) addVote(p *featurebase.Post, contactID string) {
	c.add(Item{Kind: KindVote, ID: p.ID, Action: ActionDelete, ContactID: contactID, Title: p.Title, CreatedAt: p.CreatedAt})
}

// nobodyID is the ID of no contact.
const nobodyID = "000000000000000000000000"

// filtersVoters reports whether a search for posts by voter leaves out what somebody
// did not vote for. A server that ignores the condition shows everybody everything.
func (c *collection) filtersVoters(ctx context.Context, posts map[string]*featurebase.Post) (bool, error) {
	filters := true
	err := c.searchPosts(ctx, featurebase.PostFieldVoterID, []string{nobodyID}, featurebase.PostSortCreatedAtAsc, func(p *featurebase.Post) { filters = filters && posts[p.ID] == nil })
	return filters, err
}

// halve finds who of some people voted for some posts: it halves the people until
// there is one.
func (c *collection) halve(ctx context.Context, ids []string, posts map[string]*featurebase.Post) error {
	if len(posts) == 0 || len(ids) == 0 {
		return nil
	}
	if len(ids) == 1 {
		for _, id := range slices.Sorted(maps.Keys(posts)) {
			c.addVote(posts[id], ids[0])
		}
		return nil
	}
	for _, half := range [][]string{ids[:len(ids)/2], ids[len(ids)/2:]} {
		voted := map[string]*featurebase.Post{}
		err := c.searchPosts(ctx, featurebase.PostFieldVoterID, half, featurebase.PostSortCreatedAtAsc, func(p *featurebase.Post) {
			if posts[p.ID] != nil {
				voted[p.ID] = p
			}
		})
		if err != nil {
			return err
		}
		if err := c.halve(ctx, half, voted); err != nil {
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
			c.add(comment(m))
		}
	}
	return search(c.finder, c.ids, c.owners, use, func(ids []string) iter.Seq2[*featurebase.Comment, error] {
		return c.client.Comments.SearchAll(ctx, featurebase.CommentSearchParams{
			Filters: featurebase.Filters[featurebase.Comment]{oneOf(featurebase.CommentFieldAuthorID, ids)}, Sort: featurebase.CommentSortCreatedAtAsc,
		})
	})
}

// comment is the item of a comment.
func comment(m *featurebase.Comment) Item {
	return Item{Kind: KindComment, ID: m.ID, Action: ActionDelete, ContactID: m.Author.ID, PostID: m.PostID, Title: beginning(m.Content), CreatedAt: m.CreatedAt}
}

// listed adds what the lists have of people, and the searches may not.
func (c *collection) listed(s *scanned) {
	for _, id := range c.ids {
		for _, item := range s.listed[id] {
			c.add(item)
		}
		for _, post := range s.insights[id] {
			c.leave(id, KindInsight, post, 1, "Words of the person's are filed under this post, as an insight, which the API has no means to delete.")
		}
	}
}

// maxConversations is for how many people at once conversations are searched for:
// it is documented that such a search counts no further than 200, or 1,000.
const maxConversations = 20

// conversations finds conversations, and the messages in those that are to be
// redacted.
func (c *collection) conversations(ctx context.Context, s *scanned) error {
	found := map[[2]string]bool{} // by the IDs of conversation and participant
	var order []Item
	note := func(item Item) {
		if one := [2]string{item.ID, item.ContactID}; c.owners[item.ContactID] != nil && !found[one] {
			found[one] = true
			order = append(order, item)
		}
	}
	for ids := range slices.Chunk(c.ids, maxConversations) {
		err := fromBothEnds(ids, c.options.Conversations == ActionKeep, func(ids []string, newest bool) (map[string]bool, error) {
			found, sort := map[string]bool{}, featurebase.ConversationSortLastActivityAtAsc
			if newest {
				sort = featurebase.ConversationSortLastActivityAtDesc
			}
			use := func(r *featurebase.ConversationSearchResult) {
				found[r.ID] = true
				for _, p := range r.Participants {
					note(c.options.conversation(r.ID, r.Title, p.ID, r.Participants, r.CreatedAt))
				}
			}
			return found, search(c.finder, ids, c.owners, use, func(ids []string) iter.Seq2[*featurebase.ConversationSearchResult, error] {
				return c.client.Conversations.SearchAll(ctx, featurebase.ConversationSearchParams{
					Filters: featurebase.Filters[featurebase.Conversation]{oneOf(featurebase.ConversationFieldParticipantID, ids)}, Sort: sort,
				})
			})
		})
		if err != nil {
			return err
		}
	}
	for _, id := range c.ids {
		for _, item := range s.talks[id] {
			note(item)
		}
	}
	for _, item := range order {
		c.mu.Lock()
		for _, p := range c.owners[item.ContactID] {
			p.talks = append(p.talks, item.ID)
		}
		c.mu.Unlock()
		if item.Action != ActionRedact {
			c.add(item)
		} else if err := c.redactions(ctx, item); err != nil {
			return err
		}
	}
	return nil
}

// conversation is the item of a conversation with a participant.
func (o Options) conversation(id, title, participant string, all []featurebase.ConversationParticipant, createdAt time.Time) Item {
	return Item{
		Kind: KindConversation, ID: id, Action: o.Conversations, ContactID: participant, Title: title, Others: len(all) - 1, CreatedAt: createdAt,
	}
}

// maxParts is how many parts of a conversation the API returns at most.
const maxParts = 500

var redactable = []featurebase.ConversationPartType{
	featurebase.ConversationPartTypeUserMessage, featurebase.ConversationPartTypeAdminMessage, featurebase.ConversationPartTypeEmailMessage,
	featurebase.ConversationPartTypeBotMessage,
}

// redactions finds what is a contact's in a conversation.
func (c *collection) redactions(ctx context.Context, in Item) error {
	conversation, err := c.client.Conversations.Get(ctx, in.ID, featurebase.ConversationGetParams{})
	switch err = c.stopper.note(err); {
	case errors.Is(err, featurebase.ErrNotFound):
		return nil // it is gone since
	case err != nil && personal(err):
		for _, p := range c.owners[in.ContactID] {
			p.fail(err)
		}
		return nil
	case err != nil:
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
	switch source := conversation.Source; {
	case source != nil && source.Author != nil && source.Author.ID == in.ContactID && source.BodyMarkdown+source.BodyHTML+source.Subject != "":
		c.leave(in.ContactID, KindMessage, in.ID, 1, "The first message of the conversation is the person's, and the API can't redact it, nor the title: to erase it, delete the conversation.")
	case conversation.Title != "" && (source == nil || source.Author == nil || source.Author.ID == in.ContactID):
		c.leave(in.ContactID, KindMessage, in.ID, 1, "The title of the conversation stays, which may be the person's words: to erase it, delete the conversation.")
	}
	if len(conversation.Participants) > 1 {
		c.add(Item{Kind: KindParticipation, ID: in.ID, Action: ActionDelete, ContactID: in.ContactID, Title: conversation.Title, Others: in.Others, CreatedAt: in.CreatedAt})
	} else {
		c.leave(in.ContactID, KindParticipation, in.ID, 1, "The only participant of a conversation can't be removed from it.")
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
	if s.partial != nil {
		p.fail(s.partial) // what could not be read may be this person's
	}
	own := func(id string) bool { return id != "" && slices.Contains(c.owners[id], p) }
	for _, i := range of(s.byAuthor) {
		switch t := s.tickets[i]; {
		case own(t.author), t.by == featurebase.UserTypeLead, t.by == featurebase.UserTypeCustomer && (t.author == "" || c.options.SameEmail || p.plan.Subject.hasEmail(t.email)):
			p.ticket(t, c.options.Conversations)
		case t.by != featurebase.UserTypeCustomer:
			p.leave(KindTicket, t.id, 1, fmt.Sprintf("It is by the %s with the same email address, and not by a customer or a lead.", cmp.Or(string(t.by), "user")))
		}
	}
	for _, t := range s.tickets {
		if !own(t.author) && !slices.ContainsFunc(t.conversations, func(id string) bool { return slices.Contains(p.talks, id) }) {
			continue
		}
		for _, id := range t.mirrors {
			if !slices.Contains(p.talks, id) {
				p.leave(KindConversation, id, 1, "It is a tracker's, which repeats the messages of a conversation with the person.")
			}
		}
	}
	if s.unreadable {
		p.plan.Notes = append(p.plan.Notes, "Surveys can't be read with this API key.")
	}
	if s.noInsights {
		p.plan.Notes = append(p.plan.Notes, "Insights of posts were not looked for: the API doesn't have that call here.")
	}
	if n := len(of(s.byRespondent)); n > 0 {
		p.leave(KindSurveyResponse, "", n, "The API has no means to delete responses to surveys.")
	}
	for _, contact := range p.plan.Contacts {
		for _, id := range s.leads[strings.ToLower(contact.Name)] {
			if !p.plan.contact(id) && !slices.ContainsFunc(p.plan.Leftovers, func(l Leftover) bool { return l.ID == id }) {
				p.leave(KindContact, id, 1, "A lead without an email address has the person's name. If it is one that was merged, erase it by its ID.")
			}
		}
		for _, count := range []Shortfall{{KindPost, contact.ID, contact.Posts, 0}, {KindComment, contact.ID, contact.Comments, 0}} {
			if count.Found = c.count[counted{count.Kind, contact.ID}]; count.Found < count.Counted {
				p.plan.Shortfalls = append(p.plan.Shortfalls, count)
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
	KindBlock, KindTicket, KindConversation, KindMessage, KindParticipation, KindVote, KindComment, KindPost, KindMembership, KindSubscription, KindContact,
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
	once := map[key]int{}
	plan.Items = slices.DeleteFunc(plan.Items, func(i Item) bool {
		once[i.key()]++
		return once[i.key()] > 1
	})
	own := map[string]int{} // comments, by post
	for _, item := range plan.Items {
		if item.Kind == KindComment {
			own[item.PostID]++
		}
	}
	for i := range plan.Items {
		switch item := &plan.Items[i]; item.Kind {
		case KindPost:
			item.Others = max(0, item.Others-own[item.ID])
		case KindConversation: // in which several contacts of the person may take part
			item.Others = max(0, item.Others+1-once[item.key()])
		}
	}
	for _, c := range plan.Contacts {
		if !f.options.ContactsOnly && !f.options.NoBlock && p.known == nil {
			plan.Items = append(plan.Items, Item{Kind: KindBlock, ID: c.ID, Action: ActionBlock, ContactID: c.ID, Title: c.Name})
		}
		plan.Items = append(plan.Items, Item{Kind: KindContact, ID: c.ID, Action: ActionDelete, ContactID: c.ID, Title: c.Name, CreatedAt: c.Since()})
	}
	slices.SortStableFunc(plan.Items, inOrder)
}

// inOrder compares items by when they are to be erased. Replies are newer than what
// they reply to. Without replies a comment is deleted for good.
func inOrder(a, b Item) int {
	return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
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
