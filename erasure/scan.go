package erasure

import (
	"context"
	"errors"
	"strings"
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
	unreadable   error            // why there are no survey responses
	votes        map[string][]post
}

type ticket struct {
	id            string
	number        int
	author        string
	title         string
	customer      bool // whether it is deleted with its conversation
	conversations []string
	createdAt     time.Time
}

type post struct{ id, title string }

func (s *scan) begin(ctx context.Context, f *finder) {
	type result struct {
		found *scanned
		err   error
	}
	t := start(func() result {
		found := &scanned{byAuthor: map[string][]int{}, byRespondent: map[string][]int{}, votes: map[string][]post{}}
		err := together(
			func() error { return found.readTickets(ctx, f) },
			func() error { return found.readSurveys(ctx, f) },
			func() error { return found.readVoters(ctx, f) },
		)
		if err != nil {
			err = stopped(err)
		}
		return result{found, err}
	})
	s.wait = func() (*scanned, error) { r := t.wait(); return r.found, r.err }
	s.end = func() { <-t.done }
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
			id: t.ID, number: t.TicketNumber, author: t.Author.ID, title: t.Title, createdAt: t.CreatedAt,
			customer: t.CategoryType == featurebase.TicketCategoryCustomer,
		}
		for _, c := range t.LinkedConversations {
			found.conversations = append(found.conversations, c.ID)
		}
		index(s.byAuthor, len(s.tickets), t.Author.ID, t.Author.Email)
		s.tickets = append(s.tickets, found)
	})
}

func (s *scanned) readSurveys(ctx context.Context, f *finder) error {
	n := 0
	for survey, err := range f.client.Surveys.ListAll(ctx, featurebase.SurveyListParams{}) {
		if errors.Is(err, featurebase.ErrPermission) {
			s.unreadable = err
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
