package erasure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

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

	// Settle is the least time between the last change of anything of a person and the
	// last look for it, before the contact is deleted. What still shows then is looked
	// at again after pauses that grow up to Settle, and so for twice as long
	// altogether. Default: a minute; a negative one doesn't wait.
	Settle time.Duration

	// Wait waits until a time. An error ends the iteration, as the end of the context
	// does. Default: it does nothing else.
	Wait func(ctx context.Context, until time.Time) error
}

const (
	defaultConcurrency = 8
	defaultSettle      = time.Minute
	group              = 1000 // people who are looked for together, before and after
	groups             = 2    // that may settle while the next is begun

	// overwritten is what a text is overwritten with.
	overwritten = "[Deleted]"
)

// Erase carries out plans, and yields what comes of each item.
//
// Before anything is sent for a plan, it is compared with what there is. If it has
// Doubts and is not Accepted, if its contacts are others now, or if there is
// something that it doesn't have, nothing of the person is erased. A plan of another
// workspace ends the iteration, and so does it if nobody of the first plans exists.
//
// Contacts are blocked first. Then a person's items are erased in the order of their
// kinds. Those that failed are tried once more; if one of them fails again, the
// contact is not deleted. Before the contact is deleted, the person is looked for
// again, and what was erased is got by its ID. What that finds is not erased: the
// contact is kept, see [OutcomeChanged] and [OutcomeNotYetGone], because what is
// left could not be found without it.
//
// Nothing is sent for what a plan leaves behind. What turns out to stay is added to the
// Leftovers of the plan: see [OutcomeMissing] and [OutcomeLeft]. Plans may have been stored; what an
// earlier run began or settled is to be marked, see [Item].
//
// The iteration ends with an error and a Step without a Plan if Begin fails, if the
// context has ended, or if going on makes no sense: the API key is refused, the
// server is not there, or a dozen requests in a row failed for reasons of their own.
// That error matches [featurebase.ErrStopped], or is Begin's or the context's. All
// other errors are those of steps. Breaking out of the loop interrupts what is in
// flight.
func Erase(ctx context.Context, client *featurebase.Client, plans iter.Seq[*Plan], options EraseOptions) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		e := &eraser{client: client, options: options, settle: settle(options.Settle)}
		if e.options.Concurrency < 1 {
			e.options.Concurrency = defaultConcurrency
		}
		var settling [][]*work
		var some []*work
		finish := func() bool {
			oldest := settling[0]
			settling = settling[1:]
			return e.stage(ctx, yield, func(ctx context.Context, emit func(Step)) { e.finish(ctx, oldest, emit) })
		}
		begin := func() bool {
			works := some
			some = nil
			if !e.stage(ctx, yield, func(ctx context.Context, emit func(Step)) { e.begin(ctx, works, emit) }) {
				return false
			}
			settling = append(settling, works)
			return len(settling) <= groups && !works[0].plan.Options.ContactsOnly || finish()
		}
		for p := range plans {
			if p == nil {
				if !yield(Step{Outcome: OutcomeFailed, Err: errNoPlan}, nil) {
					return
				}
				continue
			}
			if len(some) > 0 && some[0].plan.Options != p.Options && !begin() {
				return
			}
			if some = append(some, newWork(p)); len(some) == group && !begin() {
				return
			}
		}
		if len(some) > 0 && !begin() {
			return
		}
		for len(settling) > 0 {
			if !finish() {
				return
			}
		}
		if ctx.Err() != nil { // after the last of them
			yield(Step{}, context.Cause(ctx))
		}
	}
}

type eraser struct {
	client  *featurebase.Client
	options EraseOptions
	settle  time.Duration
	stopper stopper
	found   bool // whether somebody of the plans so far exists
}

// work is a plan that is carried out.
type work struct {
	plan     *Plan
	items    []Item // of the plan, in the order in which they are erased
	outcomes []Outcome
	failed   int
	held     bool      // nothing more is done
	wrote    time.Time // when something was changed last; zero: nothing was
	proved   []bool    // which items are known to be gone
}

func newWork(p *Plan) *work {
	w := &work{plan: p, items: slices.Clone(p.Items)}
	slices.SortStableFunc(w.items, inOrder)
	w.outcomes, w.proved = make([]Outcome, len(w.items)), make([]bool, len(w.items))
	return w
}

// contacts calls f for each contact that is to be deleted.
func (w *work) contacts(f func(Item)) {
	for _, item := range w.items {
		if item.Kind == KindContact && !item.Done {
			f(item)
		}
	}
}

// hold has nothing more done for a person, and says why of each contact.
func (w *work) hold(outcome Outcome, why error, emit func(Step)) {
	w.held = true
	told := false
	w.contacts(func(item Item) {
		emit(Step{Plan: w.plan, Item: item, Outcome: outcome, Err: why})
		told = true
	})
	for _, item := range w.items {
		if !told && !item.Done {
			emit(Step{Plan: w.plan, Item: item, Outcome: outcome, Err: why})
		}
	}
}

// stage runs a part of the work, yields its steps, and reports whether to go on.
func (e *eraser) stage(ctx context.Context, yield func(Step, error) bool, run func(context.Context, func(Step))) bool {
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	steps, left := make(chan Step), make(chan struct{})
	emit := func(s Step) {
		select {
		case steps <- s:
		case <-left: // nobody receives any more
		}
	}
	worker := start(func() error {
		defer close(steps)
		run(ctx, emit)
		return nil
	})
	broken := func() bool {
		defer func() { _ = worker.wait() }() // it returns no error, but may panic
		defer cancel()
		defer close(left)
		for s := range steps {
			s.leave()
			if !yield(s, nil) {
				return true
			}
		}
		return false
	}()
	switch why := e.stopper.reason(); {
	case broken:
		return false
	case why != nil:
		yield(Step{}, why)
		return false
	case outer.Err() != nil:
		yield(Step{}, context.Cause(outer))
		return false
	}
	return true
}

// leave notes in the plan what turned out to stay, so that it isn't lost on Verify.
func (s *Step) leave() {
	reason := map[Outcome]string{
		OutcomeMissing: "It is not known by its ID any more, and may be in another post, or an insight.",
		OutcomeLeft:    "The last participant of a conversation can't be removed from it.",
	}[s.Outcome]
	if reason != "" {
		s.Plan.Leftovers = append(s.Plan.Leftovers, Leftover{Kind: s.Item.Kind, ID: s.Item.ID, Count: 1, Reason: reason})
	}
}

// each calls f for all works, some at the same time.
func (e *eraser) each(works []*work, f func(*work)) {
	queue := make(chan *work, len(works))
	for _, w := range works {
		queue <- w
	}
	close(queue)
	fs := make([]func() error, min(e.options.Concurrency, len(works)))
	for i := range fs {
		fs[i] = func() error {
			for w := range queue {
				f(w)
			}
			return nil
		}
	}
	_ = together(fs...) // they return no errors, but may panic
}

// begin compares plans with what there is, and erases everything but the contacts.
func (e *eraser) begin(ctx context.Context, works []*work, emit func(Step)) {
	e.compare(ctx, works, emit)
	works = slices.DeleteFunc(slices.Clone(works), func(w *work) bool { return w.held })
	if e.over(ctx) {
		return
	}
	e.unsubscribe(ctx, works, emit)
	e.each(works, func(w *work) { e.person(ctx, w, emit) })
}

// compare holds those whose plan is not to be carried out.
func (e *eraser) compare(ctx context.Context, works []*work, emit func(Step)) {
	type verdict struct {
		outcome Outcome
		err     error
	}
	verdicts := make([]verdict, len(works))
	lost, others := 0, 0
	for i, p := range e.look(ctx, works) {
		w := works[i]
		changes := func() []Change { return slices.DeleteFunc(p.changes(), byOthers) }
		switch {
		case errors.Is(p.err, featurebase.ErrStopped) || p.err != nil && ctx.Err() != nil:
			e.stopper.stop(or(context.Cause(ctx), p.err))
			return
		case p.err != nil:
			verdicts[i] = verdict{OutcomeFailed, p.err}
			others++
		case p.elsewhere() != nil:
			e.stopper.stop(p.elsewhere())
			return
		case p.allGone():
			verdicts[i] = verdict{OutcomeGoneMeanwhile, errors.New("it doesn't exist any more, and not by this erasure")}
			lost++
		case w.plan.Doubts() && !w.plan.Accepted:
			verdicts[i] = verdict{OutcomeKept, errDoubts}
			others++
		case len(changes()) > 0:
			verdicts[i] = verdict{OutcomeChanged, changed(changes())}
			others++
		case len(w.plan.Contacts) > 0:
			e.found = true
		}
	}
	if lost > 0 && others == 0 && !e.found {
		e.stopper.stop(stopped(errors.New("nobody of the plan exists any more: is it the right API key?")))
		return
	}
	for i, v := range verdicts {
		if v.outcome == OutcomeGoneMeanwhile {
			e.recount(ctx, works[i], emit)
		}
		if v.outcome != "" {
			works[i].hold(v.outcome, v.err, emit)
		}
	}
}

// recount tells what became of items that an earlier run began, of somebody who is
// gone since: nothing more is done for them, but that was.
func (e *eraser) recount(ctx context.Context, w *work, emit func(Step)) {
	for i, item := range w.items {
		if item.Done || !item.Begun || item.Kind == KindContact || e.over(ctx) {
			continue
		}
		s := Step{Plan: w.plan, Item: item}
		var resp featurebase.Response
		outcome, err := e.lookAt(ctx, w.plan, item, featurebase.WithResponse(&resp))
		if s.conclude(outcome, e.stopper.note(err), &resp); outcome.Settled() {
			w.outcomes[i] = outcome
			emit(s)
		}
	}
}

var errDoubts = errors.New("the plan has doubts that nobody has accepted: a contact counts more than was found, or there are several accounts")

// byOthers reports whether a change may come of the erasure of others in the same
// run, and takes nothing that the plan doesn't have.
func byOthers(c Change) bool { return c.What == ChangeGone && c.Item.Kind != KindContact }

// changed is the error that says what has changed.
func changed(changes []Change) error {
	c := changes[0]
	text := fmt.Sprintf("not as in the plan: a %s that is %s", c.Item.Kind, strings.ReplaceAll(string(c.What), "_", " "))
	switch c.What {
	case ChangeNew:
		text = fmt.Sprintf("not as in the plan: there is a new %s", strings.ReplaceAll(string(c.Item.Kind), "_", " "))
	case ChangeStranger:
		text = "the contact is somebody else's now: it has another email address or user ID than in the plan"
	case ChangeDiffers:
		text = fmt.Sprintf("not as in the plan: of a %s, %s", c.Item.Kind, c.Detail)
	}
	if n := len(changes) - 1; n > 0 {
		text += fmt.Sprintf(", and %d more", n)
	}
	return errors.New(text)
}

// look looks again for people, with what is done marked, and once more for those for
// whom that failed.
func (e *eraser) look(ctx context.Context, works []*work) []*person {
	people := make([]*person, len(works))
	places := make([]int, len(works))
	for i := range places {
		places[i] = i
	}
	for range 2 {
		plans := func(yield func(*Plan) bool) {
			for _, i := range places {
				if !yield(works[i].now()) {
					return
				}
			}
		}
		n := 0
		for p := range lookAgain(ctx, e.client, plans, nil) {
			if n < len(places) {
				people[places[n]] = p
			}
			n++
		}
		places = slices.DeleteFunc(places, func(i int) bool {
			return people[i] == nil || people[i].err == nil || personal(people[i].err) || errors.Is(people[i].err, featurebase.ErrStopped) || ctx.Err() != nil
		})
		if len(places) == 0 {
			break
		}
	}
	for i, p := range people {
		if p == nil { // a stop comes before the rest
			p = &person{plan: &Plan{}, err: stopped(or(context.Cause(ctx), errors.New("people could not be looked for")))}
			for _, q := range people {
				if q != nil && errors.Is(q.err, featurebase.ErrStopped) {
					p.err = q.err
				}
			}
			people[i] = p
		}
		if p.known == nil || p.err != nil {
			p.known = works[i].plan
		}
		if p.err != nil {
			p.err = e.stopper.note(p.err)
		}
	}
	return people
}

// now is the plan with what was done since.
func (w *work) now() *Plan {
	p := *w.plan
	p.Items = slices.Clone(w.items)
	for i := range p.Items {
		p.Items[i].Done = p.Items[i].Done || w.outcomes[i].Settled()
	}
	return &p
}

// finish deletes the contacts of those of whom nothing else is left.
func (e *eraser) finish(ctx context.Context, works []*work, emit func(Step)) {
	var ready time.Time
	works = slices.DeleteFunc(slices.Clone(works), func(w *work) bool {
		contacts := 0
		w.contacts(func(Item) { contacts++ })
		if w.wrote.After(ready) {
			ready = w.wrote
		}
		return w.held || w.failed > 0 || contacts == 0
	})
	if len(works) == 0 || e.over(ctx) {
		return
	}
	if works[0].plan.Options.ContactsOnly {
		e.each(works, func(w *work) { e.contacts(ctx, w, emit) }) // which have just been compared
		return
	}
	if !ready.IsZero() && !e.wait(ctx, time.Until(ready.Add(e.settle))) {
		return
	}
	for pauses := pauses(e.options.Settle); ; pauses = pauses[1:] {
		shown := e.lastLook(ctx, works, len(pauses) == 0, emit)
		if e.over(ctx) {
			return
		}
		works = slices.DeleteFunc(works, func(w *work) bool { return w.held })
		clear := slices.DeleteFunc(slices.Clone(works), func(w *work) bool { return shown[w] })
		e.each(clear, func(w *work) { e.contacts(ctx, w, emit) })
		works = slices.DeleteFunc(works, func(w *work) bool { return !shown[w] })
		if len(works) == 0 || len(pauses) == 0 || !e.wait(ctx, pauses[0]) {
			return
		}
	}
}

func (e *eraser) contacts(ctx context.Context, w *work, emit func(Step)) {
	w.contacts(func(item Item) {
		if e.start(ctx, w, item) {
			emit(e.carryOut(ctx, w, item, false))
		}
	})
}

// lastLook looks for people whose items were erased, holds those of whom there is
// something else, and returns those of whom something still shows. At the last time,
// these are held, too.
func (e *eraser) lastLook(ctx context.Context, works []*work, last bool, emit func(Step)) map[*work]bool {
	shows := map[*work][]bool{}
	for i, p := range e.look(ctx, works) {
		w := works[i]
		changes := slices.DeleteFunc(p.changes(), byOthers)
		switch {
		case errors.Is(p.err, featurebase.ErrStopped) || p.err != nil && ctx.Err() != nil:
			e.stopper.stop(or(context.Cause(ctx), p.err))
			return nil
		case p.err != nil:
			w.hold(OutcomeFailed, p.err, emit)
		case p.elsewhere() != nil:
			e.stopper.stop(p.elsewhere())
			return nil
		case len(changes) > 0:
			w.hold(OutcomeChanged, changed(changes), emit)
		default:
			shows[w] = make([]bool, len(w.items))
			for n, item := range w.items {
				shows[w][n] = item.Kind != KindContact && slices.ContainsFunc(p.plan.Items, func(now Item) bool { return now.key() == item.key() })
			}
		}
	}
	works = slices.DeleteFunc(slices.Clone(works), func(w *work) bool { return w.held })
	voters := &voters{}
	e.each(works, func(w *work) { e.prove(ctx, w, shows[w], voters, emit) })
	if e.over(ctx) {
		return nil
	}
	late := map[*work]bool{}
	for _, w := range works {
		if w.held || !slices.Contains(shows[w], true) {
			continue
		}
		late[w] = true
		if !last {
			continue
		}
		n := 0
		for i, item := range w.items {
			if shows[w][i] {
				n++
				emit(Step{Plan: w.plan, Item: item, Outcome: OutcomeNotYetGone, Err: errors.New("it was erased, or said to be gone, and still shows")})
			}
		}
		w.held = true
		w.contacts(func(item Item) {
			emit(Step{Plan: w.plan, Item: item, Outcome: OutcomeNotYetGone, Err: fmt.Errorf("not deleted, because %s that %s erased still show", plural(n, "item"), map[bool]string{true: "was", false: "were"}[n == 1])})
		})
	}
	return late
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// prove gets what was erased by its ID, and notes what is still there.
func (e *eraser) prove(ctx context.Context, w *work, shows []bool, voters *voters, emit func(Step)) {
	conversations := map[string]*featurebase.Conversation{}
	for i, item := range w.items {
		if e.over(ctx) {
			return
		}
		if !item.gettable() || shows[i] || w.proved[i] || w.outcomes[i] == OutcomeMissing || w.outcomes[i] == OutcomeLeft || w.outcomes[i] == OutcomeUnconfirmed {
			continue // of which it is known already
		}
		there, err := e.isThere(ctx, item, conversations, voters)
		switch err = e.stopper.note(err); {
		case errors.Is(err, featurebase.ErrNotFound):
			w.proved[i] = true
		case err != nil && !w.held:
			w.hold(OutcomeFailed, err, emit)
			return
		case err == nil:
			shows[i], w.proved[i] = there, !there
		}
	}
}

// isThere reports whether something can still be got that was erased.
func (e *eraser) isThere(ctx context.Context, item Item, conversations map[string]*featurebase.Conversation, voters *voters) (bool, error) {
	c := e.client
	switch item.Kind {
	case KindPost:
		p, err := c.Posts.Get(ctx, item.ID)
		return err == nil && (item.Action == ActionDelete || p.Title != overwritten || p.Author != nil && p.Author.ID == item.ContactID), err
	case KindComment:
		m, err := c.Comments.Get(ctx, item.ID)
		return err == nil && !m.IsDeleted, err
	case KindTicket:
		t, err := c.Tickets.Get(ctx, item.Number)
		return err == nil && strings.EqualFold(t.ID, item.ID) && (item.Action == ActionDelete || t.Title != overwritten), err
	case KindConversation:
		_, err := c.Conversations.Get(ctx, item.ID, featurebase.ConversationGetParams{})
		return err == nil, err
	case KindVote:
		ids, err := voters.of(ctx, c, item.ID, maxVoters*maxValues)
		return ids[item.ContactID], err
	}
	id := cmp.Or(item.ConversationID, item.ID)
	conversation := conversations[id]
	if conversation == nil {
		var err error
		if conversation, err = c.Conversations.Get(ctx, id, featurebase.ConversationGetParams{}); err != nil {
			return false, err
		}
		conversations[id] = conversation
	}
	if item.Kind == KindParticipation {
		return slices.ContainsFunc(conversation.Participants, func(p featurebase.ConversationParticipant) bool { return p.ID == item.ContactID }), nil
	}
	for _, part := range conversation.Parts {
		if part.ID == item.ID {
			return (part.Redacted == nil || !*part.Redacted) && part.BodyMarkdown+part.BodyHTML != "", nil
		}
	}
	return false, nil
}

// voters are those of posts, each read once for all people.
type voters struct {
	mu     sync.Mutex
	byPost map[string]*votersOf
	size   int
}

type votersOf struct {
	turn chan struct{} // and no mutex: requests are made in it, and waits for them can be interrupted
	ids  map[string]bool
}

// maxKept is how many voters are kept at most; then all are forgotten.
const maxKept = 500_000

// of returns the voters of a post, at most so many.
func (v *voters) of(ctx context.Context, client *featurebase.Client, postID string, most int) (map[string]bool, error) {
	v.mu.Lock()
	if v.byPost == nil || v.size > maxKept {
		v.byPost, v.size = map[string]*votersOf{}, 0
	}
	post := v.byPost[postID]
	if post == nil {
		post = &votersOf{turn: make(chan struct{}, 1)}
		v.byPost[postID] = post
	}
	v.mu.Unlock()
	select {
	case post.turn <- struct{}{}:
		defer func() { <-post.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if post.ids != nil {
		return post.ids, nil
	}
	ids := map[string]bool{}
	for voter, err := range client.Posts.ListVotersAll(ctx, postID, featurebase.VoterListParams{}) {
		if err != nil {
			return nil, err
		}
		if ids[voter.ID] = true; len(ids) == most {
			break
		}
	}
	post.ids = ids
	v.mu.Lock()
	v.size += len(ids)
	v.mu.Unlock()
	return ids, nil
}

// settle is how long to wait, with its default.
func settle(d time.Duration) time.Duration {
	if d == 0 {
		return defaultSettle
	}
	return max(0, d)
}

// pauses are those between looks at what still shows.
func pauses(d time.Duration) (ps []time.Duration) {
	longest := settle(d)
	for p := longest / 32; p > 0 && p <= longest; p *= 2 {
		ps = append(ps, p)
	}
	return ps
}

// wait waits, and reports whether to go on.
func (e *eraser) wait(ctx context.Context, d time.Duration) bool {
	if e.over(ctx) || d <= 0 {
		return !e.over(ctx)
	}
	if err := wait(ctx, d, e.options.Wait); err != nil {
		e.stopper.stop(err)
	}
	return !e.over(ctx)
}

// wait waits for some time, by a function of the caller's if there is one.
func wait(ctx context.Context, d time.Duration, by func(context.Context, time.Time) error) error {
	if by != nil {
		return by(ctx, time.Now().Add(d))
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// over reports whether nothing more is to be begun.
func (e *eraser) over(ctx context.Context) bool { return ctx.Err() != nil || e.stopper.reason() != nil }

// start reports whether an item is to be carried out.
func (e *eraser) start(ctx context.Context, w *work, item Item) bool {
	if e.over(ctx) {
		return false
	}
	if e.options.Begin != nil {
		if err := e.options.Begin(w.plan, item); err != nil {
			e.stopper.stop(err)
			return false
		}
	}
	return true
}

// maxAddresses is how many subscriptions one request removes at most.
const maxAddresses = 1000

// unsubscribe removes the subscriptions of all people at once.
func (e *eraser) unsubscribe(ctx context.Context, works []*work, emit func(Step)) {
	type one struct {
		work *work
		step Step
	}
	var all []one
	for _, w := range works {
		for _, item := range w.items {
			if item.Kind == KindSubscription && !item.Done && e.start(ctx, w, item) {
				all = append(all, one{w, Step{Plan: w.plan, Item: item}})
			}
		}
	}
	remove := func(some []one, alone bool) error {
		var resp featurebase.Response
		params := featurebase.ChangelogSubscriberRemoveParams{}
		for _, o := range some {
			params.Emails = append(params.Emails, o.step.Item.ID)
		}
		_, err := e.client.Changelogs.RemoveSubscribers(ctx, params, featurebase.WithResponse(&resp))
		if err = e.stopper.note(err); err != nil && badRequest(err) && !alone {
			return err
		}
		for _, o := range some {
			o.work.wrote = time.Now()
			o.step.conclude(OutcomeAccepted, err, &resp)
			emit(o.step)
		}
		return nil
	}
	for some := range slices.Chunk(all, maxAddresses) {
		if remove(some, len(some) == 1) == nil {
			continue
		}
		for i := range some { // one of them is refused, which is no matter of the others
			if e.over(ctx) {
				break
			}
			_ = remove(some[i:i+1], true)
		}
	}
}

// person erases what a person left, but for the contacts.
func (e *eraser) person(ctx context.Context, w *work, emit func(Step)) {
	type trial struct {
		place int
		step  Step
	}
	var again []trial
	tickets := map[int]bool{} // that are still there
	try := func(i int, last bool) (tried bool) {
		item := w.items[i]
		if !e.start(ctx, w, item) {
			return false
		}
		s := e.carryOut(ctx, w, item, tickets[item.Number])
		if s.Outcome == OutcomeFailed && item.Kind == KindTicket {
			tickets[item.Number] = true
		}
		if s.Outcome == OutcomeFailed && !last && !aboutObject(s.Err) && !e.over(ctx) {
			again = append(again, trial{i, s})
			return true
		}
		w.outcomes[i] = s.Outcome
		if s.Outcome == OutcomeFailed {
			w.failed++
		}
		emit(s)
		return true
	}
	for i, item := range w.items {
		switch {
		case item.Done, item.Kind == KindSubscription, item.Kind == KindContact:
		default:
			try(i, false)
		}
	}
	for _, t := range again {
		w.items[t.place].Begun = w.items[t.place].Begun || errors.Is(t.step.Err, featurebase.ErrAmbiguous)
		if !try(t.place, true) {
			w.failed++
			emit(t.step)
		}
	}
	if w.failed > 0 && !e.over(ctx) {
		w.hold(OutcomeSkipped, fmt.Errorf("not deleted, because %s before it failed and could not be found any more", plural(w.failed, "item")), emit)
	}
}

// carryOut carries out an item. ticketLeft says that the ticket that takes a
// conversation along is still there.
func (e *eraser) carryOut(ctx context.Context, w *work, item Item, ticketLeft bool) Step {
	s := Step{Plan: w.plan, Item: item}
	var resp featurebase.Response
	if item.Begun {
		outcome, err := e.lookAt(ctx, w.plan, item, featurebase.WithResponse(&resp))
		if err = e.stopper.note(err); err != nil || outcome != "" {
			s.conclude(outcome, err, &resp)
			return s
		}
	}
	outcome, err := e.act(ctx, item, featurebase.WithResponse(&resp))
	w.wrote = time.Now()
	err = e.stopper.note(err)
	switch {
	case errors.Is(err, featurebase.ErrNotFound):
		switch {
		case item.Number != 0 && item.Kind == KindConversation && !ticketLeft:
			outcome, err = OutcomeDeleted, nil // with its ticket
		case item.Begun || errors.Is(err, featurebase.ErrAmbiguous):
			outcome = OutcomeUnconfirmed
		case item.Kind == KindPost:
			outcome = OutcomeMissing
		default:
			outcome = OutcomeGoneMeanwhile
		}
	case err != nil && badRequest(err) && (item.Kind == KindMembership || item.Kind == KindParticipation || item.Kind == KindVote):
		// That is what the API may say if there is none, or no such contact.
		switch found, problem := e.lookAt(ctx, w.plan, item); {
		case problem == nil && found != "":
			outcome = OutcomeGoneMeanwhile
		case item.Kind == KindParticipation && e.isLast(ctx, item):
			outcome = OutcomeLeft
		default:
			outcome = OutcomeFailed
		}
	case err != nil:
		outcome = OutcomeFailed
	}
	s.conclude(outcome, err, &resp)
	return s
}

// isLast reports whether a conversation has no other participants: the others were
// removed since the plan was made, maybe as they were erased.
func (e *eraser) isLast(ctx context.Context, item Item) bool {
	c, err := e.client.Conversations.Get(ctx, item.ID, featurebase.ConversationGetParams{})
	return e.stopper.note(err) == nil && len(c.Participants) == 1 && c.Participants[0].ID == item.ContactID
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
	case KindBlock:
		return OutcomeBlocked, c.Contacts.Block(ctx, item.ID, opt)
	case KindContact:
		_, err = c.Contacts.Delete(ctx, item.ID, opt)
	default:
		err = &featurebase.ArgumentError{Name: "Item.Kind", Reason: "it can't be erased"}
	}
	return OutcomeDeleted, err
}

// lookAt returns what has become of an item that an earlier attempt may have carried
// out, or "" if it is still to be done.
func (e *eraser) lookAt(ctx context.Context, p *Plan, item Item, opts ...featurebase.CallOption) (Outcome, error) {
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
	case KindVote:
		for v, err := range c.Posts.ListVotersAll(ctx, item.ID, featurebase.VoterListParams{}, opts...) {
			if err != nil {
				return gone(err)
			}
			if v.ID == item.ContactID {
				return "", nil
			}
		}
		return OutcomeUnconfirmed, nil
	case KindMembership, KindContact:
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
	return slices.ContainsFunc(p.Contacts, func(planned ContactRef) bool {
		return planned.ID == c.ID && strings.EqualFold(planned.Email, c.Email) && planned.UserID == c.UserID
	})
}
