package featurebase

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"
)

const defaultConcurrency = 8

// DeleteResult is what became of one id that DeleteMany was given.
type DeleteResult struct {
	ID      string          // as it was given
	Contact *DeletedContact // nil if there is an error
	Err     error           // as of Delete; see DeleteMany
}

// WithConcurrency sets how many contacts DeleteMany deletes at once. The
// default is 8.
func WithConcurrency(n int) DeleteManyOption {
	return runOption(func(r *run) error {
		if n < 1 {
			return fmt.Errorf("featurebase: WithConcurrency(%d): want at least 1", n)
		}
		r.concurrency = n
		return nil
	})
}

type runOption func(*run) error

func (o runOption) applyToRun(r *run) error { return o(r) }

// DeleteMany deletes the contacts with these ids, several at once, with one
// call of Delete each, and gives the results in the order in which they come.
// It holds the rate limit as every call of the Client does. What it keeps in
// memory depends on WithConcurrency, not on the number of ids.
//
// Every id that is taken from ids gives exactly one result. An id is taken
// when there is room to delete it. An id that is invalid, or whose deletion
// fails, is a result like others; a contact that is already gone has an error
// that matches ErrContactNotFound.
//
// No more ids are taken, while those in flight are still reported, when
//
//   - ids ends;
//   - ctx ends: then ctx.Err() is not nil after the loop, and those in flight
//     fail with it;
//   - a failure comes that would meet every id: status 401 or 403, a version
//     that has no such call, an option that makes no sense, a server that is
//     not the right one (unknown host, untrusted certificate, no TLS), or a
//     rate limit that outlasts ctx. The results that say so match ErrStopped too.
//
// Leaving the loop stops the work: deletions in flight are broken off, and
// what became of them is not reported. To stop and know, end ids or ctx.
//
// ids is run in a goroutine of its own, so that a result need not wait for the
// next id; a panic in it comes out of the loop. The loop does not end before
// ids returns. If ids may block, as on a channel, it has to return when ctx
// ends.
func (s *ContactsService) DeleteMany(ctx context.Context, ids iter.Seq[string], opts ...DeleteManyOption) iter.Seq[DeleteResult] {
	return func(yield func(DeleteResult) bool) {
		r := &run{service: s, concurrency: defaultConcurrency, results: make(chan DeleteResult)}
		var problems []error
		for _, o := range opts {
			if o == nil {
				problems = append(problems, errNilOption)
				continue
			}
			problems = append(problems, o.applyToRun(r))
		}
		if ctx == nil {
			problems, ctx = append(problems, errNilContext), context.Background()
		}
		r.problem = errors.Join(problems...)
		ctx, cancel := context.WithCancel(ctx)
		r.taking, r.stop = context.WithCancel(ctx)
		r.room = make(chan struct{}, r.concurrency)

		go r.feed(ctx, ids)
		// Whichever way the loop ends, nothing of the run outlives it.
		defer func() {
			cancel()
			for range r.results {
			}
		}()
		for result := range r.results {
			if !yield(result) {
				return
			}
		}
		switch {
		case r.panicValue != nil:
			panic(r.panicValue)
		case r.panicked: // runtime.Goexit, as by a failed test
			runtime.Goexit()
		}
	}
}

// run is one run of DeleteMany.
type run struct {
	service     *ContactsService
	opts        []CallOption
	concurrency int
	problem     error // with the options or the context

	taking  context.Context // ends when no more ids are to be taken
	stop    context.CancelFunc
	room    chan struct{} // holds one value for each id that is taken
	results chan DeleteResult

	panicked   bool // ids did not return
	panicValue any
}

// feed starts a deletion for each id, when there is room for it, and closes
// results when all are reported.
func (r *run) feed(ctx context.Context, ids iter.Seq[string]) {
	var wg sync.WaitGroup
	defer func() {
		wg.Wait()
		close(r.results)
	}()
	r.panicked = true
	defer func() {
		if r.panicked {
			r.panicValue = recover()
		}
	}()
	if r.makeRoom() {
		for id := range ids {
			wg.Go(func() {
				r.results <- r.delete(ctx, id)
				<-r.room
			})
			if !r.makeRoom() {
				break
			}
		}
	}
	r.panicked = false
}

// makeRoom waits until another id may be taken, and tells whether it is to be.
func (r *run) makeRoom() bool {
	select {
	case <-r.taking.Done():
	case r.room <- struct{}{}:
	}
	return r.taking.Err() == nil
}

func (r *run) delete(ctx context.Context, id string) DeleteResult {
	result := DeleteResult{ID: id, Err: r.problem}
	if r.problem == nil {
		result.Contact, result.Err = r.service.Delete(ctx, id, r.opts...)
	}
	if meetsAll(result.Err) {
		result.Err = fmt.Errorf("%w: %w", ErrStopped, result.Err)
		r.stop()
	}
	return result
}

// meetsAll tells whether err, of one id, would meet every other id too.
func meetsAll(err error) bool {
	var (
		api        *APIError
		unexpected *UnexpectedResponseError
		transport  *TransportError
		held       *RateLimitError
	)
	switch {
	case err == nil, errors.As(err, &unexpected):
		return false
	case errors.As(err, &transport):
		return wrongServer(err) || errors.As(err, &held)
	case errors.As(err, &api):
		return errors.Is(err, ErrAuthentication) || errors.Is(err, ErrPermission)
	}
	// What is left was found before anything was sent, and is about the id, or
	// about the call.
	var invalid *InvalidIDError
	return !errors.As(err, &invalid)
}
