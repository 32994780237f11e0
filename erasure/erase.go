package erasure

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

// EraseOptions are the options of [Erase].
type EraseOptions struct {
	// Concurrency is how many people are erased at the same time; default: 8.
	// Their items are erased one after another.
	Concurrency int

	// Begin is called before each item, for a log that is written ahead. It may be
	// called by several goroutines at the same time. An error ends the iteration as
	// soon as the items that were begun have ended.
	Begin func(*Plan, Item) error
}

const (
	defaultConcurrency = 8
	group              = 100 // people whose subscriptions are removed with one request

	// overwritten is what a text is overwritten with.
	overwritten = "[Deleted]"
)

// Erase carries out plans, and yields what comes of each item. A person's items
// are erased in the order of the plan. Those that failed are tried once more
// before the contact is deleted, which is skipped if one of them fails again.
//
// Nothing is sent for what a plan leaves behind. Plans may have been stored, and
// items that are settled may be left out.
//
// The iteration ends early if Begin fails, if the context has ended, or after a
// step whose error matches [featurebase.ErrStopped]: the API key is refused, the
// server is not there, or a dozen requests in a row failed for reasons of their
// own. Steps that are in flight then come after it. Breaking out of the loop
// interrupts them.
func Erase(ctx context.Context, client *featurebase.Client, plans iter.Seq[*Plan], options EraseOptions) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		e := &eraser{client: client, options: options}
		if e.options.Concurrency < 1 {
			e.options.Concurrency = defaultConcurrency
		}
		var batch []*Plan
		for p := range plans {
			if batch = append(batch, p); len(batch) == group {
				if !e.erase(ctx, batch, yield) {
					return
				}
				batch = nil
			}
		}
		e.erase(ctx, batch, yield)
	}
}

type eraser struct {
	client  *featurebase.Client
	options EraseOptions
	stopper stopper
}

// erase carries out some plans, and reports whether to go on.
func (e *eraser) erase(ctx context.Context, plans []*Plan, yield func(Step) bool) (more bool) {
	ctx, cancel := context.WithCancel(ctx)
	steps, left := make(chan Step), make(chan struct{})
	emit := func(s Step) {
		select {
		case steps <- s:
		case <-left: // nobody receives any more
		}
	}
	workers := start(func() error {
		defer close(steps)
		e.unsubscribe(ctx, plans, emit)
		work := make(chan *Plan, len(plans))
		for _, p := range plans {
			work <- p
		}
		close(work)
		fs := make([]func() error, min(e.options.Concurrency, len(plans)))
		for i := range fs {
			fs[i] = func() error {
				for p := range work {
					e.person(ctx, p, emit)
				}
				return nil
			}
		}
		return together(fs...)
	})
	defer func() { _ = workers.wait() }() // the workers return no errors, but may panic
	defer cancel()
	defer close(left)
	for s := range steps {
		if !yield(s) {
			return false
		}
	}
	return !e.over(ctx)
}

// over reports whether nothing more is to be begun.
func (e *eraser) over(ctx context.Context) bool { return ctx.Err() != nil || e.stopper.reason() != nil }

// begin reports whether an item is to be carried out.
func (e *eraser) begin(ctx context.Context, p *Plan, item Item) bool {
	if e.over(ctx) {
		return false
	}
	if e.options.Begin != nil {
		if err := e.options.Begin(p, item); err != nil {
			e.stopper.stop(err)
			return false
		}
	}
	return true
}

// maxAddresses is how many subscriptions one request removes at most.
const maxAddresses = 1000

// unsubscribe removes the subscriptions of all people at once.
func (e *eraser) unsubscribe(ctx context.Context, plans []*Plan, emit func(Step)) {
	var steps []Step
	for _, p := range plans {
		for _, item := range p.Items {
			if item.Kind == KindSubscription && e.begin(ctx, p, item) {
				steps = append(steps, Step{Plan: p, Item: item})
			}
		}
	}
	for some := range slices.Chunk(steps, maxAddresses) {
		var resp featurebase.Response
		params := featurebase.ChangelogSubscriberRemoveParams{}
		for _, s := range some {
			params.Emails = append(params.Emails, s.Item.ID)
		}
		_, err := e.client.Changelogs.RemoveSubscribers(ctx, params, featurebase.WithResponse(&resp))
		for i, s := range some {
			if i == 0 {
				err = e.stopper.note(err)
			}
			s.conclude(OutcomeAccepted, err, &resp)
			emit(s)
		}
	}
}

// person erases one person.
func (e *eraser) person(ctx context.Context, p *Plan, emit func(Step)) {
	var contacts []Item
	var again []Step
	failed := 0
	tickets := map[int]bool{} // that are still there
	try := func(item Item, last bool) (tried bool) {
		if !e.begin(ctx, p, item) {
			return false
		}
		s := e.carryOut(ctx, p, item, tickets[item.Number])
		if s.Outcome == OutcomeFailed && item.Kind == KindTicket {
			tickets[item.Number] = true
		}
		if s.Outcome == OutcomeFailed && !last && !aboutObject(s.Err) && !e.over(ctx) {
			again = append(again, s)
			return true
		}
		if s.Outcome == OutcomeFailed {
			failed++
		}
		emit(s)
		return true
	}
	for _, item := range p.Items {
		switch item.Kind {
		case KindSubscription:
		case KindContact:
			contacts = append(contacts, item)
		default:
			try(item, false)
		}
	}
	for _, s := range again {
		item := s.Item
		item.Begun = item.Begun || errors.Is(s.Err, featurebase.ErrAmbiguous)
		if !try(item, true) {
			emit(s)
		}
	}
	for _, item := range contacts {
		switch {
		case failed == 0:
			try(item, true)
		case !e.over(ctx):
			emit(Step{Plan: p, Item: item, Outcome: OutcomeSkipped, Err: fmt.Errorf("not deleted, because %d items before it failed and could not be found any more", failed)})
		}
	}
}

// carryOut carries out an item. ticketLeft says that the ticket that takes a
// conversation along is still there.
func (e *eraser) carryOut(ctx context.Context, p *Plan, item Item, ticketLeft bool) Step {
	s := Step{Plan: p, Item: item}
	var resp featurebase.Response
	if item.Begun {
		outcome, err := e.look(ctx, p, item, featurebase.WithResponse(&resp))
		if err = e.stopper.note(err); err != nil || outcome != "" {
			s.conclude(outcome, err, &resp)
			return s
		}
	}
	outcome, err := e.act(ctx, item, featurebase.WithResponse(&resp))
	err = e.stopper.note(err)
	switch {
	case errors.Is(err, featurebase.ErrNotFound):
		switch {
		case item.Number != 0 && item.Kind == KindConversation && !ticketLeft:
			outcome, err = OutcomeDeleted, nil // with its ticket
		case item.Begun || errors.Is(err, featurebase.ErrAmbiguous):
			outcome = OutcomeUnconfirmed
		default:
			outcome = OutcomeGoneMeanwhile
		}
	case err != nil && badRequest(err) && (item.Kind == KindMembership || item.Kind == KindParticipation || item.Kind == KindVote):
		// That is what the API says if there is none, or no such contact.
		if found, problem := e.look(ctx, p, item); problem == nil && found != "" {
			outcome = OutcomeGoneMeanwhile
		} else {
			outcome = OutcomeFailed
		}
	case err != nil:
		outcome = OutcomeFailed
	}
	s.conclude(outcome, err, &resp)
	return s
}

func badRequest(err error) bool {
	var api *featurebase.APIError
	return errors.As(err, &api) && api.StatusCode == http.StatusBadRequest
}

// conclude records what came of a step.
func (s *Step) conclude(outcome Outcome, err error, resp *featurebase.Response) {
	s.Outcome, s.Err, s.RequestID, s.Attempts = outcome, err, resp.RequestID, resp.Attempts
	if err != nil && (outcome == "" || outcome == OutcomeAccepted) {
		s.Outcome = OutcomeFailed
	}
	if t, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		s.Time = t
	}
}

// act sends the request of an item.
func (e *eraser) act(ctx context.Context, item Item, opt featurebase.CallOption) (Outcome, error) {
	c := e.client
	var err error
	switch item.Kind {
	case KindTicket:
		if item.Action == ActionRedact {
			_, err = c.Tickets.Update(ctx, item.Number, featurebase.TicketUpdateParams{Title: overwritten, Content: featurebase.Value(overwritten)}, opt)
			return OutcomeRedacted, err
		}
		var deleted *featurebase.Deleted
		if deleted, err = c.Tickets.Delete(ctx, item.Number, opt); err == nil && !strings.EqualFold(deleted.ID, item.ID) {
			err = errors.New("another ticket has the number now, and was deleted")
		}
	case KindConversation:
		_, err = c.Conversations.Delete(ctx, item.ID, opt)
	case KindMessage:
		params := featurebase.ConversationRedactParams{ConversationID: item.ConversationID, ConversationPartID: item.ID}
		_, err = c.Conversations.Redact(ctx, params, opt)
		return OutcomeRedacted, err
	case KindParticipation:
		_, err = c.Conversations.RemoveParticipant(ctx, item.ID, featurebase.ConversationParticipantRemoveParams{ID: item.ContactID}, opt)
	case KindVote:
		_, err = c.Posts.RemoveVoter(ctx, item.ID, featurebase.VoterRemoveParams{ID: item.ContactID}, opt)
	case KindComment:
		_, err = c.Comments.Delete(ctx, item.ID, opt)
	case KindPost:
		if item.Action == ActionAnonymize {
			_, err = c.Posts.Update(ctx, item.ID, featurebase.PostUpdateParams{
				Title: overwritten, Content: featurebase.Value(overwritten), Author: &featurebase.AuthorParams{ID: item.Placeholder},
			}, opt)
			return OutcomeAnonymized, err
		}
		_, err = c.Posts.Delete(ctx, item.ID, opt)
	case KindMembership:
		_, err = c.Companies.DetachContact(ctx, item.ID, item.ContactID, opt)
	case KindContact:
		_, err = c.Contacts.Delete(ctx, item.ID, opt)
	default:
		err = &featurebase.ArgumentError{Name: "Item.Kind", Reason: "it can't be erased"}
	}
	return OutcomeDeleted, err
}

// look returns what has become of an item that an earlier attempt may have carried
// out, or "" if it is still to be done.
func (e *eraser) look(ctx context.Context, p *Plan, item Item, opts ...featurebase.CallOption) (Outcome, error) {
	c := e.client
	gone := func(err error) (Outcome, error) {
		if errors.Is(err, featurebase.ErrNotFound) {
			return OutcomeUnconfirmed, nil
		}
		return "", err
	}
	switch item.Kind {
	case KindTicket:
		t, err := c.Tickets.Get(ctx, item.Number, opts...)
		if err == nil && !strings.EqualFold(t.ID, item.ID) {
			return OutcomeFailed, errors.New("another ticket has the number now")
		}
		return gone(err)
	case KindConversation, KindParticipation:
		conversation, err := c.Conversations.Get(ctx, item.ID, featurebase.ConversationGetParams{}, opts...)
		if err != nil {
			return gone(err)
		}
		isParticipant := slices.ContainsFunc(conversation.Participants, func(p featurebase.ConversationParticipant) bool { return p.ID == item.ContactID })
		switch {
		case isParticipant:
		case item.Kind == KindParticipation:
			return OutcomeUnconfirmed, nil
		default:
			return OutcomeFailed, errOthers
		}
	case KindComment:
		comment, err := c.Comments.Get(ctx, item.ID, opts...)
		switch {
		case err != nil:
			return gone(err)
		case comment.IsDeleted:
			return OutcomeUnconfirmed, nil
		case comment.Author == nil || comment.Author.ID != item.ContactID:
			return OutcomeFailed, errOthers
		}
	case KindPost:
		post, err := c.Posts.Get(ctx, item.ID, opts...)
		switch {
		case err != nil:
			return gone(err)
		case post.Author != nil && post.Author.ID == item.ContactID:
		case post.Author != nil && post.Author.ID == item.Placeholder && item.Action == ActionAnonymize && post.Title == overwritten:
			return OutcomeAnonymized, nil
		default:
			return OutcomeFailed, errOthers
		}
	case KindMembership, KindContact, KindVote:
		contact, err := c.Contacts.Get(ctx, item.ContactID, opts...)
		if err != nil {
			return gone(err)
		}
		if item.Kind == KindMembership && !slices.ContainsFunc(contact.Companies, func(c featurebase.Company) bool { return c.ID == item.ID }) {
			return OutcomeUnconfirmed, nil
		}
		if !p.is(contact) {
			return OutcomeFailed, errOthers
		}
	}
	return "", nil // the others can be repeated
}

var errOthers = errors.New("it is not this person's any more, and was left alone")

// is reports whether a contact is the one that was planned.
func (p *Plan) is(c *featurebase.Contact) bool {
	return slices.ContainsFunc(p.Contacts, func(planned Contact) bool {
		return planned.ID == c.ID && strings.EqualFold(planned.Email, c.Email) && planned.UserID == c.UserID
	})
}
