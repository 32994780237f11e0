package erasure

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/featurebase-community/featurebase-go"
)

const (
	maxValues  = 100 // of one search condition
	lookahead  = 4   // batches of people that are looked for at the same time
	batchLimit = 100 // people
)

// Find looks for people and yields a plan for each, in their order. It changes
// nothing.
//
// Contacts, posts, votes, comments and conversations are searched for, a hundred
// people at a time. What such a search does not find is looked for once more by
// itself. Tickets and survey responses are read from the first to the last, once
// for all people.
//
// An error is that of one person, whose plan then has nothing but the Subject; it
// may be invalid, see [Subject.Validate]. If it matches [featurebase.ErrStopped], or
// if the context has ended, the iteration ends with it.
func Find(ctx context.Context, client *featurebase.Client, people iter.Seq[Subject], options Options) iter.Seq2[*Plan, error] {
	return func(yield func(*Plan, error) bool) {
		persons := func(yield func(*person) bool) {
			for s := range people {
				if !yield(&person{plan: &Plan{Subject: s}}) {
					return
				}
			}
		}
		for p := range find(ctx, client, persons, options) {
			if !yield(p.plan, p.err) {
				return
			}
		}
	}
}

// person is somebody who is looked for.
type person struct {
	plan  *Plan
	known *Plan // from an earlier look; nil: none
	err   error
}

// find looks for persons, and yields them in their order.
func find(ctx context.Context, client *featurebase.Client, persons iter.Seq[*person], options Options) iter.Seq[*person] {
	return func(yield func(*person) bool) {
		if err := options.Validate(); err != nil {
			yield(&person{plan: &Plan{}, err: stopped(err)})
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		var pending []*task[[]*person]
		defer func() {
			cancel()
			for _, t := range pending {
				<-t.done
			}
		}()
		f := &finder{client: client, options: options}
		f.maxValues.Store(maxValues)
		if !options.ContactsOnly {
			f.scan.begin(ctx, f)
			defer f.scan.end()
			defer cancel()
		}
		// next yields the oldest batch.
		next := func() bool {
			t := pending[0]
			pending = pending[1:]
			for _, p := range t.wait() {
				if !yield(p) || errors.Is(p.err, featurebase.ErrStopped) || p.err != nil && ctx.Err() != nil {
					return false
				}
			}
			return true
		}
		var batch []*person
		begin := func() bool {
			if len(batch) > 0 {
				b := batch
				batch = nil
				pending = append(pending, start(func() []*person { f.look(ctx, b); return b }))
			}
			return len(pending) < lookahead || next()
		}
		for p := range persons {
			if batch = append(batch, p); len(batch) == batchLimit && !begin() {
				return
			}
		}
		if !begin() {
			return
		}
		for len(pending) > 0 {
			if !next() {
				return
			}
		}
	}
}

// finder looks for people in one workspace.
type finder struct {
	client    *featurebase.Client
	options   Options
	stopper   stopper
	maxValues atomic.Int64 // that the API takes in one condition, as far as is known
	scan      scan
}

// look fills the plans of a batch, or sets the errors.
func (f *finder) look(ctx context.Context, batch []*person) {
	var valid []*person
	for _, p := range batch {
		if p.err = p.plan.Subject.Validate(); p.err == nil {
			valid = append(valid, p)
		}
	}
	err := f.stopper.reason()
	if err == nil && len(valid) > 0 {
		if err = f.resolve(ctx, valid); err == nil && !f.options.ContactsOnly {
			err = f.collect(ctx, valid)
		}
	}
	for _, p := range valid {
		if p.err = err; err != nil {
			p.plan = &Plan{Subject: p.plan.Subject}
		} else {
			f.finish(p)
		}
	}
}

// resolve finds the contacts.
func (f *finder) resolve(ctx context.Context, batch []*person) error {
	r := &resolution{finder: f, byEmail: map[string][]*person{}, byUserID: map[string][]*person{}}
	var ids []string
	byID := map[string][]*person{}
	for _, p := range batch {
		for _, email := range p.plan.Subject.Emails {
			r.wantEmail(p, email)
		}
		for _, id := range p.plan.Subject.UserIDs {
			r.byUserID[id] = append(r.byUserID[id], p)
		}
		want := p.plan.Subject.ContactIDs
		if p.known != nil {
			want = nil
			for _, c := range p.known.Contacts {
				r.wantEmail(p, c.Email)
				if c.UserID != "" {
					r.byUserID[c.UserID] = append(r.byUserID[c.UserID], p)
				}
				if c.Email == "" && c.UserID == "" {
					want = append(want, c.ID)
				}
			}
		}
		for _, id := range want {
			id = strings.ToLower(id)
			if byID[id] == nil {
				ids = append(ids, id)
			}
			byID[id] = append(byID[id], p)
		}
	}
	for _, id := range ids {
		c, err := f.client.Contacts.Get(ctx, id)
		if err := f.found(c, err, func(c *featurebase.Contact) { r.add(byID[id], c) }); err != nil {
			return err
		}
	}
	userIDs := slices.Sorted(maps.Keys(r.byUserID))
	err := f.contacts(ctx, featurebase.ContactFieldUserID, userIDs, func(c *featurebase.Contact) { r.add(r.byUserID[c.UserID], c) })
	if err != nil {
		return err
	}
	for _, id := range userIDs {
		if r.byUserID[id][0].known == nil && !slices.ContainsFunc(r.byUserID[id][0].plan.Contacts, func(c Contact) bool { return c.UserID == id }) {
			c, err := f.client.Contacts.GetByUserID(ctx, id)
			if err := f.found(c, err, func(c *featurebase.Contact) { r.add(r.byUserID[id], c) }); err != nil {
				return err
			}
		}
	}
	for len(r.emails) > 0 { // contacts that are found may have other addresses
		emails := r.emails
		r.emails = nil
		byAddress := func(c *featurebase.Contact) { r.add(r.byEmail[strings.ToLower(c.Email)], c) }
		if err := f.contacts(ctx, featurebase.ContactFieldEmail, variants(emails), byAddress); err != nil {
			return err
		}
		for _, email := range emails {
			if p := r.byEmail[strings.ToLower(email)][0]; p.known == nil && !p.has(email) && p.plan.Subject.hasEmail(email) {
				for _, v := range variants([]string{email}) {
					if err := f.contacts(ctx, featurebase.ContactFieldEmail, []string{v}, byAddress); err != nil {
						return err
					}
				}
			}
		}
	}
	for _, p := range batch {
		p.miss()
	}
	return nil
}

// variants are the ways in which addresses are searched for: as they are and in
// lower case, because the API doesn't document whether case matters.
func variants(emails []string) []string {
	var v []string
	for _, email := range emails {
		v = append(v, email)
		if lower := strings.ToLower(email); lower != email {
			v = append(v, lower)
		}
	}
	return v
}

// resolution is what resolve knows.
type resolution struct {
	*finder
	byEmail  map[string][]*person // in lower case
	byUserID map[string][]*person
	emails   []string // that are still to be searched for
}

func (r *resolution) wantEmail(p *person, email string) {
	lower := strings.ToLower(email)
	if email == "" || slices.Contains(r.byEmail[lower], p) {
		return
	}
	if len(r.byEmail[lower]) == 0 {
		r.emails = append(r.emails, email)
	}
	r.byEmail[lower] = append(r.byEmail[lower], p)
}

// add adds a contact to the plans of people.
func (r *resolution) add(people []*person, c *featurebase.Contact) {
	for _, p := range people {
		if p.plan.contact(c.ID) {
			continue
		}
		p.plan.Contacts = append(p.plan.Contacts, Contact{ID: c.ID, Type: c.Type, UserID: c.UserID, Email: c.Email, Name: c.Name})
		p.plan.Workspace = cmp.Or(p.plan.Workspace, c.OrganizationID)
		for _, company := range c.Companies {
			p.plan.Items = append(p.plan.Items, Item{
				Kind: KindMembership, ID: company.ID, Action: ActionDelete, ContactID: c.ID, Title: company.Name, CreatedAt: company.CreatedAt,
			})
			if company.LinkedUsers != nil && *company.LinkedUsers == 1 {
				p.leave(KindMembership, company.ID, 1, "The company stays, of which the person is the only contact; its name may be the person's.")
			}
		}
		r.wantEmail(p, c.Email)
	}
}

func (p *Plan) contact(id string) bool {
	return slices.ContainsFunc(p.Contacts, func(c Contact) bool { return c.ID == id })
}

func (p *person) has(email string) bool {
	return slices.ContainsFunc(p.plan.Contacts, func(c Contact) bool { return strings.EqualFold(c.Email, email) })
}

func (p *person) leave(kind Kind, id string, count int, reason string) {
	p.plan.Leftovers = append(p.plan.Leftovers, Leftover{Kind: kind, ID: id, Count: count, Reason: reason})
}

// miss notes what names nobody.
func (p *person) miss() {
	s := p.plan.Subject
	p.plan.Missing = Subject{
		ContactIDs: without(s.ContactIDs, func(id string) bool { return p.plan.contact(strings.ToLower(id)) }),
		UserIDs: without(s.UserIDs, func(id string) bool {
			return slices.ContainsFunc(p.plan.Contacts, func(c Contact) bool { return c.UserID == id })
		}),
		Emails: without(s.Emails, p.has),
	}
}

// without returns the values that were not found, or nil.
func without(values []string, found func(string) bool) (missing []string) {
	for _, v := range values {
		if !found(v) {
			missing = append(missing, v)
		}
	}
	return missing
}

// found calls use with a contact that was got, unless there is none.
func (f *finder) found(c *featurebase.Contact, err error, use func(*featurebase.Contact)) error {
	if err = f.stopper.note(err); err == nil {
		use(c)
	} else if errors.Is(err, featurebase.ErrNotFound) {
		return nil
	}
	return err
}

// contacts searches for the contacts with one of these values.
func (f *finder) contacts(ctx context.Context, field featurebase.TextField[featurebase.Contact, string], values []string, use func(*featurebase.Contact)) error {
	return search(f, values, use, func(values []string) iter.Seq2[*featurebase.Contact, error] {
		return f.client.Contacts.SearchAll(ctx, featurebase.ContactSearchParams{
			Filters: featurebase.Filters[featurebase.Contact]{oneOf(field, values)}, Sort: featurebase.ContactSortCreatedAtAsc,
		})
	})
}

// textField is a field with IDs or text.
type textField[R any] interface {
	Is(value string) featurebase.Filter[R]
	OneOf(values ...string) featurebase.Filter[R]
}

// oneOf is the condition that a field has one of these values.
func oneOf[R any](field textField[R], values []string) featurebase.Filter[R] {
	if len(values) == 1 {
		return field.Is(values[0])
	}
	return field.OneOf(values...)
}

// search runs searches for values, as many at once as the API takes, and calls use
// for what they find. How many that are is not documented: a search that is
// refused is halved.
func search[T any](f *finder, values []string, use func(*T), run func(values []string) iter.Seq2[*T, error]) error {
	for len(values) > 0 {
		n := min(len(values), int(f.maxValues.Load()))
		for {
			err := each(f, run(values[:n]), use)
			if err == nil {
				break
			}
			var api *featurebase.APIError
			if !errors.As(err, &api) || api.StatusCode != http.StatusBadRequest || n == 1 {
				return err
			}
			n = (n + 1) / 2
			f.maxValues.Store(int64(n))
		}
		values = values[n:]
	}
	return nil
}

// each calls use for what an iteration yields.
func each[T any](f *finder, found iter.Seq2[*T, error], use func(*T)) error {
	for v, err := range found {
		if err = f.stopper.note(err); err != nil {
			return err
		}
		use(v)
	}
	return nil
}
