package erasure

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

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
// Somebody who is named by ID or user ID is that account, and leads with its email
// address. Somebody who is named by email address is every contact with it; if
// that are several customers, see [Plan.Accounts]. A contact that doesn't show the
// value that it was looked for by is not taken.
//
// Contacts, posts, votes, comments and conversations are searched for, a hundred
// people at a time. What such a search does not find is looked for once more by
// itself. Tickets and survey responses are read from the first to the last, once
// for all people, and so is all that [Options.CrossCheck] has read.
//
// An error is that of one person, whose plan then has nothing but the Subject: the
// subject may be invalid, see [Subject.Validate], the API may refuse a value of it,
// or what it responds could not be read in full. If an error matches
// [featurebase.ErrStopped], or if the context has ended, the iteration ends with it.
func Find(ctx context.Context, client *featurebase.Client, people iter.Seq[Subject], options Options) iter.Seq2[*Plan, error] {
	return func(yield func(*Plan, error) bool) {
		persons := func(yield func(*person) bool) {
			for s := range people {
				if !yield(&person{plan: &Plan{Subject: s}}) {
					return
				}
			}
		}
		for p := range find(ctx, client, persons, options, nil) {
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
	mu    sync.Mutex // for err, which several searches may set

	gone    []ContactRef // of known, which don't exist any more
	strange []ContactRef // of known, as they are now: somebody else's
	talks   []string     // IDs of conversations
}

func (p *person) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = err
	}
}

// contacts are the person's, with those that are deleted.
func (p *person) contacts() []ContactRef {
	contacts := slices.Clone(p.plan.Contacts)
	if p.known != nil {
		for _, c := range p.known.Contacts {
			if !p.plan.contact(c.ID) && !slices.ContainsFunc(p.strange, func(s ContactRef) bool { return s.ID == c.ID }) {
				contacts = append(contacts, c)
			}
		}
	}
	return contacts
}

// find looks for persons, and yields them in their order. There is says of contacts
// whether they exist; nil: they are got by ID.
func find(ctx context.Context, client *featurebase.Client, persons iter.Seq[*person], options Options, thereIs func(id string) bool) iter.Seq[*person] {
	return func(yield func(*person) bool) {
		stop := func(err error) { yield(&person{plan: &Plan{}, err: stopped(err)}) }
		if err := options.Validate(); err != nil {
			stop(err)
			return
		}
		if options.Posts == ActionAnonymize {
			if _, err := client.Contacts.Get(ctx, options.Placeholder); err != nil {
				stop(fmt.Errorf("the placeholder, which anonymized posts are given to: %w", err))
				return
			}
		}
		ctx, cancel := context.WithCancel(ctx)
		var pending []*task[[]*person]
		defer func() {
			cancel()
			for _, t := range pending {
				<-t.done
			}
		}()
		f := &finder{client: client, options: options, thereIs: thereIs}
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
	thereIs   func(id string) bool
	stopper   stopper
	maxValues atomic.Int64 // that the API takes in one condition, as far as is known
	scan      scan
	voters    voters
}

// look fills the plans of a batch, or sets the errors.
func (f *finder) look(ctx context.Context, batch []*person) {
	var valid []*person
	made := time.Now().UTC().Truncate(time.Second)
	for _, p := range batch {
		p.plan.Options, p.plan.Made = f.options, made
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
		if err != nil {
			p.err = err
		}
		if p.err == nil && f.options.Posts == ActionAnonymize && p.plan.contact(f.options.Placeholder) {
			p.err = &featurebase.ArgumentError{Name: "Placeholder", Reason: "it is a contact of somebody who is to be erased; want another"}
		}
		if p.err != nil {
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
		for _, id := range p.plan.Subject.ContactIDs {
			if p.known != nil && p.known.contact(id) {
				continue // by its values, or else at the end
			}
			id = strings.ToLower(id)
			if byID[id] == nil {
				ids = append(ids, id)
			}
			byID[id] = append(byID[id], p)
		}
		if p.known != nil {
			for _, c := range p.known.Contacts {
				r.wantEmail(p, c.Email)
				if c.UserID != "" && !slices.Contains(r.byUserID[c.UserID], p) {
					r.byUserID[c.UserID] = append(r.byUserID[c.UserID], p)
				}
			}
		}
	}
	for _, id := range ids {
		if err := r.get(ctx, byID[id], id); err != nil {
			return err
		}
	}
	userIDs := slices.Sorted(maps.Keys(r.byUserID))
	err := f.contacts(ctx, featurebase.ContactFieldUserID, userIDs, r.byUserID, func(c *featurebase.Contact) { r.add(r.byUserID[c.UserID], c) })
	if err != nil {
		return err
	}
	for _, id := range userIDs {
		first := r.byUserID[id][0]
		if first.known != nil || first.err != nil || slices.ContainsFunc(first.plan.Contacts, func(c ContactRef) bool { return c.UserID == id }) {
			continue
		}
		c, err := f.client.Contacts.GetByUserID(ctx, id)
		if err = f.stopper.note(err); err == nil && c.UserID != id {
			err = &featurebase.UnexpectedResponseError{Method: "GET", Route: "/v2/contacts/by-user-id/{userId}", Reason: "the contact doesn't have the user ID"}
		}
		if err := r.found(r.byUserID[id], c, err); err != nil {
			return err
		}
	}
	for len(r.emails) > 0 { // contacts that are found may have other addresses
		emails := r.emails
		r.emails = nil
		people := map[string][]*person{}
		for _, v := range variants(emails) {
			people[v] = r.byEmail[strings.ToLower(v)]
		}
		byAddress := func(c *featurebase.Contact) { r.add(r.byEmail[strings.ToLower(c.Email)], c) }
		if err := f.contacts(ctx, featurebase.ContactFieldEmail, variants(emails), people, byAddress); err != nil {
			return err
		}
		if err := r.listed(ctx, emails); err != nil {
			return err
		}
		for _, email := range emails {
			if p := r.byEmail[strings.ToLower(email)][0]; p.known == nil && p.err == nil && !p.has(email) && p.plan.Subject.hasEmail(email) {
				for _, v := range variants([]string{email}) {
					if err := f.contacts(ctx, featurebase.ContactFieldEmail, []string{v}, people, byAddress); err != nil {
						return err
					}
				}
			}
		}
	}
	for _, p := range batch {
		if p.known != nil && p.err == nil {
			if err := r.recognize(ctx, p); err != nil {
				return err
			}
		}
		p.miss()
	}
	return nil
}

// listed adds the contacts with these addresses that the list of all has, and the
// search may not.
func (r *resolution) listed(ctx context.Context, emails []string) error {
	if !r.options.CrossCheck {
		return nil
	}
	s, err := r.scan.wait()
	if err != nil {
		return err
	}
	for _, email := range emails {
		email = strings.ToLower(email)
		people := r.byEmail[email]
		for _, id := range s.addresses[email] {
			if !slices.ContainsFunc(people, func(p *person) bool { return !p.plan.contact(id) && (p.known == nil || !p.known.contact(id)) }) {
				continue // those that were known are compared by recognize
			}
			c, err := r.client.Contacts.Get(ctx, id)
			if err = r.stopper.note(err); err == nil && !strings.EqualFold(c.Email, email) {
				continue // any more
			}
			if err := r.found(people, c, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// recognize compares a person's contacts with those that were known. One that
// differs, or that no search shows, is got by ID.
func (r *resolution) recognize(ctx context.Context, p *person) error {
	for _, known := range p.known.Contacts {
		at := slices.IndexFunc(p.plan.Contacts, func(c ContactRef) bool { return strings.EqualFold(c.ID, known.ID) })
		if at >= 0 && known.same(p.plan.Contacts[at]) || at < 0 && r.thereIs != nil && !r.thereIs(known.ID) {
			if at < 0 {
				p.gone = append(p.gone, known)
			}
			continue
		}
		c, err := r.client.Contacts.Get(ctx, known.ID)
		switch err = r.stopper.note(err); {
		case errors.Is(err, featurebase.ErrNotFound):
			if at < 0 {
				p.gone = append(p.gone, known)
			} // otherwise a search still shows what is gone: it lags
		case err != nil && personal(err):
			p.fail(err)
		case err != nil:
			return err
		case !known.same(newContact(c)):
			p.strange = append(p.strange, newContact(c))
			p.plan.Contacts = slices.DeleteFunc(p.plan.Contacts, func(found ContactRef) bool { return found.ID == c.ID })
			p.plan.Items = slices.DeleteFunc(p.plan.Items, func(i Item) bool { return i.ContactID == c.ID })
		case at < 0:
			r.take(p, c)
		}
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

// get adds the contact with this ID.
func (r *resolution) get(ctx context.Context, people []*person, id string) error {
	c, err := r.client.Contacts.Get(ctx, id)
	return r.found(people, c, r.stopper.note(err))
}

// found adds a contact that was got, unless there is none.
func (r *resolution) found(people []*person, c *featurebase.Contact, err error) error {
	switch {
	case err == nil:
		r.add(people, c)
	case errors.Is(err, featurebase.ErrNotFound):
	case personal(err):
		for _, p := range people {
			p.fail(err)
		}
	default:
		return err
	}
	return nil
}

// add adds a contact to the plans of those whose it is. A customer who merely has
// the same email address as somebody who was asked for by another value is somebody
// else, unless the options say otherwise.
func (r *resolution) add(people []*person, c *featurebase.Contact) {
	for _, p := range people {
		s := p.plan.Subject
		if c.Type == featurebase.ContactTypeLead || r.options.SameEmail || s.hasEmail(c.Email) || slices.Contains(s.UserIDs, c.UserID) ||
			slices.ContainsFunc(s.ContactIDs, func(id string) bool { return strings.EqualFold(id, c.ID) }) || p.known != nil && p.known.account(c) {
			r.take(p, c)
		}
	}
}

func (r *resolution) take(p *person, c *featurebase.Contact) {
	if p.plan.contact(c.ID) {
		return
	}
	p.plan.Contacts = append(p.plan.Contacts, newContact(c))
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

func newContact(c *featurebase.Contact) ContactRef {
	contact := ContactRef{ID: c.ID, Type: c.Type, UserID: c.UserID, Email: c.Email, Name: c.Name}
	if c.PostsCreated != nil {
		contact.Posts = *c.PostsCreated
	}
	if c.CommentsCreated != nil {
		contact.Comments = *c.CommentsCreated
	}
	return contact
}

func (p *Plan) contact(id string) bool {
	return slices.ContainsFunc(p.Contacts, func(c ContactRef) bool { return strings.EqualFold(c.ID, id) })
}

// account reports whether a contact is one of the plan's, or has the user ID of one,
// as a person has who came back.
func (p *Plan) account(c *featurebase.Contact) bool {
	return p.contact(c.ID) || c.UserID != "" && slices.ContainsFunc(p.Contacts, func(known ContactRef) bool { return known.UserID == c.UserID })
}

func (p *person) has(email string) bool {
	return slices.ContainsFunc(p.plan.Contacts, func(c ContactRef) bool { return strings.EqualFold(c.Email, email) })
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
			return slices.ContainsFunc(p.plan.Contacts, func(c ContactRef) bool { return c.UserID == id })
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

// contacts searches for the contacts with one of these values, which people have.
func (f *finder) contacts(ctx context.Context, field textField[featurebase.Contact], values []string, people map[string][]*person, use func(*featurebase.Contact)) error {
	return search(f, values, people, use, func(values []string) iter.Seq2[*featurebase.Contact, error] {
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
// for what they find. How many that are is not documented: a search that is refused,
// or that can't be read in full, is halved. A single value of which that is so is
// a problem of the people whose it is alone.
func search[T any](f *finder, values []string, people map[string][]*person, use func(*T), run func(values []string) iter.Seq2[*T, error]) error {
	var part func(values []string) (bad int, err error)
	part = func(values []string) (int, error) {
		err := each(f, run(values), use)
		switch {
		case err == nil:
			return 0, nil
		case errors.Is(err, featurebase.ErrStopped) || !badRequest(err) && !errors.Is(err, featurebase.ErrUnexpectedResponse):
			return 0, err
		case len(values) == 1:
			for _, p := range people[values[0]] {
				p.fail(err)
			}
			return 1, nil
		}
		half := (len(values) + 1) / 2
		left, errLeft := part(values[:half])
		if errLeft != nil {
			return 0, errLeft
		}
		right, errRight := part(values[half:])
		if errRight == nil && left+right == 0 && badRequest(err) {
			f.maxValues.Store(min(f.maxValues.Load(), int64(half)))
		}
		return left + right, errRight
	}
	for len(values) > 0 {
		n := min(len(values), int(f.maxValues.Load()))
		if _, err := part(values[:n]); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// personal reports whether an error is about what was asked for, and not about the
// server, so that others may fare better.
func personal(err error) bool {
	return !errors.Is(err, featurebase.ErrStopped) && (aboutObject(err) || badRequest(err) || errors.Is(err, featurebase.ErrUnexpectedResponse))
}

func badRequest(err error) bool {
	var api *featurebase.APIError
	return errors.As(err, &api) && api.StatusCode == http.StatusBadRequest
}

// each calls use for what an iteration yields. What doesn't tell whose it is may be
// anybody's: the rest is read, and then it is an error.
func each[T any](f *finder, found iter.Seq2[*T, error], use func(*T)) error {
	var odd error
	for v, err := range found {
		if err = f.stopper.note(err); err != nil {
			return err
		}
		if whose := unknownOwner(v); whose != "" {
			odd = or(odd, &featurebase.UnexpectedResponseError{Reason: "an element has a member of another type than documented: " + whose})
			continue
		}
		use(v)
	}
	return odd
}

// unknownOwner returns the member that says whose something is, if it has another
// type than documented, so that the client has kept it raw; or "".
func unknownOwner(v any) string {
	raw := func(extra map[string]json.RawMessage, members ...string) string {
		for _, m := range members {
			if value, ok := extra[m]; ok && string(value) != "null" {
				return m
			}
		}
		return ""
	}
	switch v := v.(type) {
	case *featurebase.Contact:
		return raw(v.Extra, "email", "userId", "type")
	case *featurebase.Post:
		if v.Author != nil {
			return raw(v.Author.Extra, "id")
		}
		return raw(v.Extra, "author")
	case *featurebase.Comment:
		if v.Author != nil {
			return raw(v.Author.Extra, "id")
		}
		return raw(v.Extra, "author")
	case *featurebase.Ticket:
		if v.Author != nil {
			return raw(v.Author.Extra, "id", "email", "type")
		}
		return raw(v.Extra, "author")
	case *featurebase.SurveyResponse:
		if v.User != nil {
			return raw(v.User.Extra, "id", "email")
		}
		return raw(v.Extra, "user")
	case *featurebase.Conversation:
		return raw(v.Extra, "participants")
	case *featurebase.ConversationSearchResult:
		return raw(v.Extra, "participants")
	}
	return ""
}
