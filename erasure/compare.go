package erasure

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

// Change is something that is not as a plan has it.
type Change struct {
	What   ChangeType
	Item   Item
	Detail string // what differs; empty if that is all
}

// ChangeType is a kind of change.
type ChangeType string

// The kinds of changes.
const (
	ChangeNew     ChangeType = "new"     // the plan doesn't have it
	ChangeGone    ChangeType = "gone"    // it is not found any more
	ChangeDiffers ChangeType = "differs" // it is there, but see Detail

	// ChangeStranger is that of a contact that was handed over: it has another email
	// address or user ID, so that it is somebody else's. See [Comparison.Amended].
	ChangeStranger ChangeType = "somebody_else"
)

// Comparison is how a plan compares with what there is.
type Comparison struct {
	Plan    *Plan
	Now     *Plan
	Changes []Change // without what is Begun or Done
	Gone    bool     // whether none of the plan's contacts exists, and not by an erasure that was begun
}

// Compare looks again for the people of plans, and compares. It changes nothing.
// Contacts are searched for as [Find] does; one that differs, or that no search
// shows, is got by ID.
//
// An error is that of one person. If it matches [featurebase.ErrStopped], as it does
// if the workspace is another one, the iteration ends with it.
func Compare(ctx context.Context, client *featurebase.Client, plans iter.Seq[*Plan]) iter.Seq2[*Comparison, error] {
	return func(yield func(*Comparison, error) bool) {
		for p := range lookAgain(ctx, client, plans, nil) {
			err := p.err
			if err == nil {
				err = p.elsewhere()
			}
			c := &Comparison{Plan: p.known, Now: p.plan}
			if err == nil {
				c.Changes, c.Gone = p.changes(), p.allGone()
			}
			if !yield(c, err) || errors.Is(err, featurebase.ErrStopped) {
				return
			}
		}
	}
}

// Amended returns the plan with what is new, for somebody to look at. What was Begun
// or Done stays so, and items keep their places. An account that is somebody else's
// now can't be amended: it takes a new plan.
func (c *Comparison) Amended() (*Plan, error) {
	p := *c.Plan
	p.Items, p.Contacts, p.Leftovers, p.Accepted = slices.Clone(p.Items), slices.Clone(p.Contacts), slices.Clone(p.Leftovers), false
	for _, change := range c.Changes {
		at := slices.IndexFunc(p.Items, func(i Item) bool { return i.key() == change.Item.key() })
		switch {
		case change.What == ChangeStranger:
			return nil, errors.New("the contact is somebody else's now: make a new plan")
		case change.What == ChangeNew && change.Item.Action == ActionKeep:
		case change.What == ChangeNew:
			p.Items = append(p.Items, change.Item)
			if change.Item.Kind == KindContact {
				p.Contacts = append(p.Contacts, c.Now.Contacts[slices.IndexFunc(c.Now.Contacts, func(n ContactRef) bool { return n.ID == change.Item.ID })])
				if !p.Options.ContactsOnly && !p.Options.NoBlock {
					p.Items = append(p.Items, Item{Kind: KindBlock, ID: change.Item.ID, Action: ActionBlock, ContactID: change.Item.ID, Title: change.Item.Title})
				}
			}
		case change.What == ChangeGone && change.Item.Kind == KindContact:
			p.Contacts = slices.DeleteFunc(p.Contacts, func(c ContactRef) bool { return c.ID == change.Item.ID })
		case change.What == ChangeDiffers && at >= 0:
			p.Items[at].Others = max(p.Items[at].Others, change.Item.Others)
		}
	}
	for i, contact := range p.Contacts {
		for _, now := range c.Now.Contacts {
			if now.ID == contact.ID {
				p.Contacts[i] = now
			}
		}
	}
	for _, l := range c.Now.Leftovers {
		if !p.leaves(l) {
			p.Leftovers = slices.DeleteFunc(p.Leftovers, func(old Leftover) bool { return old.Kind == l.Kind && old.ID == l.ID && old.Reason == l.Reason })
			p.Leftovers = append(p.Leftovers, l)
		}
	}
	begun := slices.ContainsFunc(p.Items, func(i Item) bool { return i.Begun || i.Done })
	if !begun { // otherwise less is found than was
		p.Shortfalls = c.Now.Shortfalls
	}
	p.Made, p.Missing, p.Notes = c.Now.Made, c.Now.Missing, c.Now.Notes
	return &p, nil
}

// lookAgain looks again for the people of plans, with the options of each.
func lookAgain(ctx context.Context, client *featurebase.Client, plans iter.Seq[*Plan], thereIs func(string) bool) iter.Seq[*person] {
	return func(yield func(*person) bool) {
		next, stop := iter.Pull(plans)
		defer stop()
		p, more := next()
		for more {
			if p == nil {
				if !yield(&person{plan: &Plan{}, known: &Plan{}, err: errNoPlan}) {
					return
				}
				p, more = next()
				continue
			}
			options := p.Options
			same := func(yield func(*person) bool) { // as long as the options are the same
				for more && p != nil && p.Options == options {
					known := p
					p, more = next()
					if !yield(&person{plan: &Plan{Subject: known.Subject}, known: known}) {
						return
					}
				}
			}
			for found := range find(ctx, client, same, options, thereIs) {
				if found.known == nil { // nobody was looked for
					found.known = &Plan{}
				}
				if !yield(found) || errors.Is(found.err, featurebase.ErrStopped) || found.err != nil && ctx.Err() != nil {
					return
				}
			}
		}
	}
}

var errNoPlan = &featurebase.ArgumentError{Name: "plans", Reason: "one of them is nil"}

// elsewhere returns an error if a person's contacts are in another workspace.
func (p *person) elsewhere() error {
	if p.known.Workspace != "" && p.plan.Workspace != "" && p.plan.Workspace != p.known.Workspace {
		return stopped(errors.New("the plan is of another workspace than the API key"))
	}
	return nil
}

// allGone reports whether nobody is there any more, and not by an erasure.
func (p *person) allGone() bool {
	return len(p.known.Contacts) > 0 && len(p.gone) == len(p.known.Contacts) && len(p.plan.Contacts) == 0 &&
		!slices.ContainsFunc(p.gone, func(c ContactRef) bool { return p.known.began(c.ID) })
}

// began reports whether the deletion of a contact was begun.
func (p *Plan) began(contactID string) bool {
	return slices.ContainsFunc(p.Items, func(i Item) bool {
		return i.Kind == KindContact && strings.EqualFold(i.ID, contactID) && (i.Begun || i.Done)
	})
}

// changes compares what there is with the plan that was known, both ways. What the
// erasure of it has begun is left out.
func (p *person) changes() (changes []Change) {
	add := func(what ChangeType, item Item, detail string) { changes = append(changes, Change{what, item, detail}) }
	contact := func(c ContactRef) Item {
		return Item{Kind: KindContact, ID: c.ID, Action: ActionDelete, ContactID: c.ID, Title: c.Name}
	}
	planned, now := map[key]Item{}, map[key]bool{}
	deleted := map[string]int{} // own comments, by post
	redone := map[string]bool{} // conversations that went with a ticket, or that were left
	written := map[counted]int{}
	for _, item := range p.known.Items {
		planned[item.key()] = item
		written[counted{item.Kind, item.ContactID}]++
		if !item.Begun && !item.Done {
			continue
		}
		switch item.Kind {
		case KindComment:
			deleted[item.PostID]++
		case KindTicket:
			for _, c := range p.known.Items {
				if c.Number == item.Number && c.Kind == KindConversation {
					redone[c.ID] = true
				}
			}
		case KindParticipation, KindConversation:
			redone[item.ID] = true
		}
	}
	for _, c := range p.strange {
		if !p.known.began(c.ID) {
			add(ChangeStranger, contact(c), "it has another email address or user ID than in the plan")
		}
	}
	for _, c := range p.gone {
		if !p.known.began(c.ID) {
			add(ChangeGone, contact(c), "")
		}
	}
	for _, c := range p.plan.Contacts {
		for _, was := range p.known.Contacts {
			if was.ID != c.ID {
				continue
			}
			for _, n := range []struct {
				kind     Kind
				was, now int
			}{{KindPost, was.Posts, c.Posts}, {KindComment, was.Comments, c.Comments}} {
				if n.now > n.was && n.now > written[counted{n.kind, c.ID}] {
					add(ChangeDiffers, contact(c), fmt.Sprintf("it counts %d %ss instead of %d", n.now, n.kind, n.was))
				}
			}
		}
	}
	for _, item := range p.plan.Items {
		now[item.key()] = true
		was, known := planned[item.key()]
		switch {
		case !known:
			add(ChangeNew, item, "")
		case !was.Begun && !was.Done && item.Others > was.Others+deleted[item.ID]:
			add(ChangeDiffers, item, fmt.Sprintf("others lose %d instead of %d with it", item.Others, was.Others))
		}
	}
	for _, item := range p.known.Items {
		switch item.Kind {
		case KindSubscription, KindBlock, KindContact:
			continue
		}
		if !now[item.key()] && !item.Begun && !item.Done && !redone[item.ID] && !redone[item.ConversationID] && !p.leftFor(item) {
			add(ChangeGone, item, "")
		}
	}
	for _, l := range p.plan.Leftovers {
		if !p.known.leaves(l) {
			add(ChangeNew, Item{Kind: l.Kind, ID: l.ID, Action: ActionKeep}, "it stays")
		}
	}
	return changes
}

// leftFor reports whether an item of the plan is now something that stays, as that of
// the last participant of a conversation.
func (p *person) leftFor(item Item) bool {
	return slices.ContainsFunc(p.plan.Leftovers, func(l Leftover) bool { return l.Kind == item.Kind && l.ID == item.ID && l.ID != "" })
}

// leaves reports whether a plan has a leftover, or an item that has become it.
func (p *Plan) leaves(l Leftover) bool {
	for _, old := range p.Leftovers {
		if old.Kind == l.Kind && old.ID == l.ID && (l.ID != "" || old.Reason == l.Reason && old.Count >= l.Count) {
			return true
		}
	}
	return l.ID != "" && slices.ContainsFunc(p.Items, func(i Item) bool { return i.Kind == l.Kind && i.ID == l.ID })
}
