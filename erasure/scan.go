package erasure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// scan reads what no search finds, once for all people.
type scan struct {
	wait func() (*scanned, error)
	end  func()
}

// scanned is what a scan found. People are named by the ID of a contact and by an
// email address in lower case.
type scanned struct {
	tickets      []ticket
	byAuthor     map[string][]int // places in tickets
	byRespondent map[string][]int // numbers of survey responses
	votes        map[string][]post
	unreadable   bool // whether the API key may not read surveys

	mu      sync.Mutex
	partial error // why a list was not read in full

	// With Options.CrossCheck, by the ID of a contact, or the name of a lead in lower
	// case.
	listed     map[string][]Item   // posts and comments
	talks      map[string][]Item   // conversations
	insights   map[string][]string // IDs of the posts that they are filed under
	leads      map[string][]string // IDs of those without an email address
	addresses  map[string][]string // IDs of contacts, by the email address in lower case
	noInsights bool                // whether the API doesn't have the call
}

type ticket struct {
	id            string
	number        int
	author, email string
	by            featurebase.UserType
	title         string
	customer      bool // whether it is deleted with its conversation
	conversations []string
	mirrors       []string // conversations of trackers
	createdAt     time.Time
}

type post struct{ id, title string }

func (s *scan) begin(ctx context.Context, f *finder) {
	type result struct {
		found *scanned
		err   error
	}
	t := start(func() result {
		found := &scanned{
			byAuthor: map[string][]int{}, byRespondent: map[string][]int{}, votes: map[string][]post{}, listed: map[string][]Item{},
			talks: map[string][]Item{}, insights: map[string][]string{}, leads: map[string][]string{}, addresses: map[string][]string{},
		}
		err := together(
			func() error { return found.unless(found.readTickets(ctx, f)) },
			func() error { return found.unless(found.readSurveys(ctx, f)) },
			func() error { return found.unless(found.readVoters(ctx, f)) },
			func() error { return found.unless(found.readPosts(ctx, f)) },
			func() error { return found.unless(found.readLists(ctx, f)) },
		)
		if err != nil {
			err = stopped(err)
		}
		return result{found, err}
	})
	s.wait = func() (*scanned, error) { r := t.wait(); return r.found, r.err }
	s.end = func() { <-t.done }
}

// unless takes in that a list could not be read in full: then nobody is known not to
// be in the rest of it.
func (s *scanned) unless(err error) error {
	if err == nil || errors.Is(err, featurebase.ErrStopped) || !errors.Is(err, featurebase.ErrUnexpectedResponse) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.partial = or(s.partial, fmt.Errorf("a list could not be read in full, so that something of the person may be in it: %w", err))
	return nil
}

func index(by map[string][]int, place int, names ...string) {
	for _, name := range names {
		if name != "" {
			by[strings.ToLower(name)] = append(by[strings.ToLower(name)], place)
		}
	}
}

func (s *scanned) readTickets(ctx context.Context, f *finder) error {
	return each(f, f.client.Tickets.ListAll(ctx, featurebase.TicketListParams{}), func(t *featurebase.Ticket) {
		if t.Author == nil {
			return
		}
		found := ticket{
			id: t.ID, number: t.TicketNumber, author: t.Author.ID, email: t.Author.Email, by: t.Author.Type, title: t.Title, createdAt: t.CreatedAt,
			customer: t.CategoryType == featurebase.TicketCategoryTypeCustomer,
		}
		for _, c := range t.LinkedConversations {
			found.conversations = append(found.conversations, c.ID)
			if c.Role == featurebase.TicketCategoryTypeTracker {
				found.mirrors = append(found.mirrors, c.ID)
			}
		}
		index(s.byAuthor, len(s.tickets), t.Author.ID, t.Author.Email)
		s.tickets = append(s.tickets, found)
	})
}

func (s *scanned) readSurveys(ctx context.Context, f *finder) error {
	n := 0
	for survey, err := range f.client.Surveys.ListAll(ctx, featurebase.SurveyListParams{}) {
		if errors.Is(err, featurebase.ErrPermission) {
			s.unreadable = true
			return nil
		}
		if err = f.stopper.note(err); err != nil {
			return err
		}
		err := each(f, f.client.Surveys.ListResponsesAll(ctx, survey.ID, featurebase.SurveyResponseListParams{}), func(r *featurebase.SurveyResponse) {
			if r.User != nil {
				index(s.byRespondent, n, r.User.ID, r.User.Email)
				n++
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *scanned) readVoters(ctx context.Context, f *finder) error {
	if !f.options.ScanVoters {
		return nil
	}
	var posts []post
	err := each(f, f.client.Posts.ListAll(ctx, featurebase.PostListParams{InReview: featurebase.Value(true)}), func(p *featurebase.Post) {
		if p.Upvotes > 0 {
			posts = append(posts, post{p.ID, p.Title})
		}
	})
	if err != nil {
		return err
	}
	for _, p := range posts {
		err := each(f, f.client.Posts.ListVotersAll(ctx, p.id, featurebase.VoterListParams{}), func(v *featurebase.Voter) {
			s.votes[v.ID] = append(s.votes[v.ID], p)
		})
		if err != nil && !errors.Is(err, featurebase.ErrNotFound) {
			return err
		}
	}
	return nil
}

// readPosts reads all posts, and what is filed under them.
func (s *scanned) readPosts(ctx context.Context, f *finder) error {
	if !f.options.CrossCheck {
		return nil
	}
	ids := map[string]bool{}
	posts := map[string][]Item{}
	for _, params := range []featurebase.PostListParams{{InReview: featurebase.Value(true)}, {}} {
		err := each(f, f.client.Posts.ListAll(ctx, params), func(p *featurebase.Post) {
			if !ids[p.ID] && p.Author != nil {
				posts[p.Author.ID] = append(posts[p.Author.ID], f.options.post(p))
			}
			ids[p.ID] = true
		})
		if err != nil {
			return err
		}
	}
	s.list(posts)
	for i, id := range slices.Sorted(maps.Keys(ids)) {
		if unknown, err := s.readInsights(ctx, f, id); err != nil || unknown && i == 0 {
			s.noInsights = unknown
			return err
		}
	}
	return nil
}

// list takes in items by the ID of a contact.
func (s *scanned) list(items map[string][]Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, some := range items {
		s.listed[id] = append(s.listed[id], some...)
	}
}

// readInsights reads what is filed under a post. That is a call of newer versions of
// the API: unknown reports that there is none.
func (s *scanned) readInsights(ctx context.Context, f *finder, postID string) (unknown bool, err error) {
	for cursor, seen := "", map[string]bool{}; ; {
		var page struct {
			Data []struct {
				Author *struct {
					ID string `json:"id"`
				} `json:"author"`
			} `json:"data"`
			NextCursor string `json:"nextCursor"`
		}
		path := "/v2/posts/" + postID + "/insights?limit=100"
		if cursor != "" {
			path += "&cursor=" + url.QueryEscape(cursor)
		}
		err := f.client.Do(ctx, http.MethodGet, path, nil, &page)
		var api *featurebase.APIError
		if errors.As(err, &api) && (api.StatusCode == http.StatusNotFound || api.StatusCode == http.StatusBadRequest) {
			return true, nil
		}
		if err = f.stopper.note(err); err != nil {
			return false, err
		}
		for _, insight := range page.Data {
			if insight.Author != nil {
				s.insights[insight.Author.ID] = append(s.insights[insight.Author.ID], postID)
			}
		}
		if seen[page.NextCursor] || page.NextCursor == "" {
			return false, nil
		}
		seen[page.NextCursor], cursor = true, page.NextCursor
	}
}

// readLists reads all comments, conversations and contacts.
func (s *scanned) readLists(ctx context.Context, f *finder) error {
	if !f.options.CrossCheck {
		return nil
	}
	comments, seen := map[string][]Item{}, map[string]bool{}
	for _, params := range []featurebase.CommentListParams{{}, {Privacy: featurebase.CommentPrivacyPrivate}, {InReview: featurebase.Value(true)}} {
		err := each(f, f.client.Comments.ListAll(ctx, params), func(m *featurebase.Comment) {
			if m.Author != nil && !m.IsDeleted && !seen[m.ID] {
				comments[m.Author.ID] = append(comments[m.Author.ID], comment(m))
			}
			seen[m.ID] = true
		})
		if err != nil {
			return err
		}
	}
	s.list(comments)
	err := each(f, f.client.Conversations.ListAll(ctx, featurebase.ConversationListParams{}), func(c *featurebase.Conversation) {
		for _, p := range c.Participants {
			s.talks[p.ID] = append(s.talks[p.ID], f.options.conversation(c.ID, c.Title, p.ID, c.Participants, c.CreatedAt))
		}
	})
	if err != nil {
		return err
	}
	for _, kind := range []featurebase.ContactListType{featurebase.ContactListTypeLeads, featurebase.ContactListTypeCustomers} {
		err := each(f, f.client.Contacts.ListAll(ctx, featurebase.ContactListParams{Type: kind}), func(c *featurebase.Contact) {
			name, email := strings.ToLower(c.Name), strings.ToLower(c.Email)
			switch {
			case email != "":
				s.addresses[email] = append(s.addresses[email], c.ID)
			case name != "" && c.Type == featurebase.ContactTypeLead:
				s.leads[name] = append(s.leads[name], c.ID)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
