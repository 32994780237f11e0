package erasure

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// Verification is what there is of a person after the erasure.
type Verification struct {
	Plan *Plan // that was carried out
	Now  *Plan // what there is

	err error
}

// Erased reports whether the person was found, and nothing of them is known to be
// left: no contact, none of the things that were looked for, and no leftovers of the
// plan. It is false for somebody whom nobody found, since a person who was erased
// and an address with a typing error look the same, and beside an error.
func (v *Verification) Erased() bool {
	return v.err == nil && len(v.Plan.Contacts) > 0 && v.Plan.Missing.IsZero() && v.nothing() && len(v.Plan.Leftovers)+len(v.Plan.Shortfalls)+len(v.Now.Leftovers) == 0
}

// ErasedExcept reports what Erased does, but for leftovers: those are listed in the
// Plan, and Now.
func (v *Verification) ErasedExcept() bool {
	return v.err == nil && len(v.Plan.Contacts) > 0 && v.Plan.Missing.IsZero() && v.nothing()
}

// nothing reports whether nothing is there that could be erased.
func (v *Verification) nothing() bool { return len(v.Now.Contacts) == 0 && len(v.Now.Items) == 0 }

// NotYetGone returns what of the plan still shows. If Featurebase has confirmed that
// it was erased, look again later.
func (v *Verification) NotYetGone() []Item {
	return slices.DeleteFunc(slices.Clone(v.Now.Items), func(i Item) bool { return !v.Plan.has(i) })
}

// CameBack returns what is there again: a contact that has a value of the person's
// and is newer than the plan, and what belongs to it.
func (v *Verification) CameBack() []Item {
	return slices.DeleteFunc(slices.Clone(v.Now.Items), func(i Item) bool { return v.Plan.has(i) || !v.again(i) })
}

// Missed returns what was not found before the contacts were deleted: it is not of
// the plan, and no part of what came back.
func (v *Verification) Missed() []Item {
	return slices.DeleteFunc(slices.Clone(v.Now.Items), func(i Item) bool { return v.Plan.has(i) || v.again(i) })
}

// again reports whether an item belongs to a contact that is newer than the plan.
func (v *Verification) again(i Item) bool {
	if i.ContactID == "" {
		return i.CreatedAt.After(v.Plan.Made)
	}
	since := ContactRef{ID: i.ContactID}.Since()
	return !v.Plan.contact(i.ContactID) && (since.IsZero() || since.After(v.Plan.Made))
}

// has reports whether an item is the plan's, or of a contact of it that is deleted
// without its items.
func (p *Plan) has(item Item) bool {
	return slices.ContainsFunc(p.Items, func(i Item) bool { return i.key() == item.key() }) || item.Kind == KindMembership && p.contact(item.ContactID)
}

// VerifyOptions are the options of [Verify].
type VerifyOptions struct {
	// Settle bounds for how long Verify waits for what still shows: it looks again
	// after pauses that grow up to Settle, and so for twice as long altogether.
	// Default: a minute; a negative one doesn't wait.
	Settle time.Duration

	// Contacts is how many contacts the plans have, if that is known. If there are more
	// than a thousand, the list of all contacts is read in place of getting each by
	// ID, if that takes fewer requests.
	Contacts int

	// Wait waits until a time. After an error Verify waits no more. Default: it does
	// nothing else.
	Wait func(ctx context.Context, until time.Time) error
}

// getAlways is how many contacts are got by ID whatever the list would take: a list
// that ends early doesn't show that a contact is there.
const getAlways = 1000

// Verify looks again for the people of plans, in the same way as [Find] does: by
// their email addresses and user IDs, and for what the contacts that were deleted
// wrote. Each contact is got by ID, too. Subscriptions can't be looked for.
//
// An error is that of one person, as [Find]'s.
func Verify(ctx context.Context, client *featurebase.Client, plans iter.Seq[*Plan], options VerifyOptions) iter.Seq2[*Verification, error] {
	return func(yield func(*Verification, error) bool) {
		var thereIs func(string) bool
		if options.Contacts > getAlways {
			var err error
			if thereIs, err = allContacts(ctx, client, options.Contacts/2); err != nil {
				yield(&Verification{Plan: &Plan{}, Now: &Plan{}, err: err}, stopped(err))
				return
			}
		}
		var late []*person // of whom something still shows
		put := func(p *person) bool {
			return yield(&Verification{Plan: p.known, Now: p.plan, err: p.err}, p.err)
		}
		lags := func(p *person) bool {
			v := Verification{Plan: p.known, Now: p.plan}
			return p.err == nil && !v.nothing() && len(v.NotYetGone()) == len(v.Now.Items)
		}
		pauses := pauses(options.Settle)
		for p := range lookAgain(ctx, client, plans, thereIs) {
			if p.err == nil {
				p.err = p.elsewhere()
			}
			late = append(late, p)
			for len(late) > 0 && (!lags(late[0]) || len(pauses) == 0) {
				if !put(late[0]) {
					return
				}
				late = late[1:]
			}
		}
		for len(late) > 0 {
			if len(pauses) > 0 && slices.ContainsFunc(late, lags) {
				if err := wait(ctx, pauses[0], options.Wait); err == nil {
					late = again(ctx, client, late, lags)
				} else {
					pauses = pauses[:1]
				}
				pauses = pauses[1:]
				continue
			}
			if !put(late[0]) {
				return
			}
			late = late[1:]
		}
	}
}

// again looks once more for those of whom something still shows.
func again(ctx context.Context, client *featurebase.Client, people []*person, lags func(*person) bool) []*person {
	var places []int
	plans := func(yield func(*Plan) bool) {
		for i, p := range people {
			if lags(p) {
				places = append(places, i)
				if !yield(p.known) {
					return
				}
			}
		}
	}
	i := 0
	for p := range lookAgain(ctx, client, plans, nil) {
		if i == len(places) { // nobody could be looked for
			break
		}
		p.known = people[places[i]].known
		people[places[i]] = p
		i++
	}
	return people
}

// allContacts reads the list of all contacts, and returns what reports whether a
// contact is in it; or nil if the list has more pages than it is worth.
func allContacts(ctx context.Context, client *featurebase.Client, pages int) (func(string) bool, error) {
	ids := map[string]bool{}
	params := featurebase.ContactListParams{Type: featurebase.ContactListTypeAll, Limit: maxValues}
	for range pages {
		page, err := client.Contacts.List(ctx, params)
		switch {
		case errors.Is(err, featurebase.ErrUnexpectedResponse) || err == nil && len(page.Undecoded) > 0:
			return nil, nil // it can't be read in full
		case err != nil:
			return nil, err
		}
		for _, c := range page.Data {
			ids[strings.ToLower(c.ID)] = true
		}
		if page.NextCursor == "" || page.NextCursor == params.Cursor {
			return func(id string) bool { return ids[strings.ToLower(id)] }, nil
		}
		params.Cursor = page.NextCursor
	}
	return nil, nil
}
