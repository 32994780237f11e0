package featurebase

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
)

const (
	defaultConcurrency       = 8
	defaultStopAfterFailures = 20
)

// BulkResult is the outcome for one ID passed to a bulk method, such as
// ContactsService.DeleteMany. If the method's arguments are invalid, there is
// one result without an ID.
type BulkResult[T any] struct {
	ID        string // as passed
	Value     T      // the zero value if there is an error
	Err       error  // as returned by the method for one ID; see also ErrStopped
	RequestID string // identifies the request to Featurebase's support; empty if absent
	Attempts  int    // number of times the request was sent
}

// LogValue implements slog.LogValuer, omitting the ID and what else may be
// personal.
func (r BulkResult[T]) LogValue() slog.Value { return resultLogValue(r.Err, r.RequestID, r.Attempts) }

// ManyResult is the outcome for one input of [Many]. If the arguments of Many are
// invalid, there is one result without an input.
type ManyResult[I, T any] struct {
	Input     I
	Value     T      // as returned by the call
	Err       error  // as returned by the call; see also ErrStopped
	RequestID string // identifies the request to Featurebase's support; empty if absent
	Attempts  int    // number of times the request was sent
}

// LogValue implements slog.LogValuer, omitting the input and what else may be
// personal.
func (r ManyResult[I, T]) LogValue() slog.Value {
	return resultLogValue(r.Err, r.RequestID, r.Attempts)
}

func resultLogValue(err error, requestID string, attempts int) slog.Value {
	attrs := []slog.Attr{
		slog.Bool("ok", err == nil),
		slog.Int("attempts", attempts),
		slog.String("request_id", showRequestID(requestID)),
	}
	if err != nil {
		attrs = append(attrs, slog.Any("error", errorLogValue(err)))
	}
	return slog.GroupValue(attrs...)
}

// errorLogValue returns a value for err that has no personal data, whatever
// wraps it.
func errorLogValue(err error) slog.Value {
	var v slog.LogValuer
	if errors.As(err, &v) {
		return v.LogValue()
	}
	return slog.StringValue(safeText(err))
}

// WithConcurrency sets how many calls a bulk method makes at once. The default
// is 8.
func WithConcurrency(n int) BulkOption {
	return bulkOption(func(c *bulkConfig) error {
		if n < 1 {
			return fmt.Errorf("featurebase: WithConcurrency(%d): want at least 1", n)
		}
		c.concurrency = n
		return nil
	})
}

// WithStopAfterFailures makes a bulk method stop after n failures in a row
// that are not known to be about the IDs: lost connections, status 5xx or 429,
// responses that are not Featurebase's, and those that match [ErrPermission],
// which may be about the ID or about all of them. Each is the failure of a call
// with all its retries. A success, and any other failure that is Featurebase's
// response about an ID, end a row. The default is 20; 0 means never.
func WithStopAfterFailures(n int) BulkOption {
	return bulkOption(func(c *bulkConfig) error {
		c.stopAfterFailures = n
		return notNegative("WithStopAfterFailures", n)
	})
}

// AffectsEveryCall reports whether a call that failed with err would have failed
// in the same way for any other ID, so that a loop over many should end: the token
// is refused ([ErrAuthentication]) or missing because its source fails, the
// server is not the right one (unknown host, untrusted certificate, no TLS), the
// rate limit holds requests back for too long, the API version is not supported,
// or an option or the context is invalid. It does not say whether the context has
// ended. It returns false for failures that may pass, such as a lost connection,
// and for what matches [ErrPermission], which may be about one object.
func AffectsEveryCall(err error) bool {
	for _, target := range []error{ErrStopped, ErrAuthentication, ErrUnsupportedVersion, errNilContext, errNoClient} {
		if errors.Is(err, target) {
			return true
		}
	}
	var (
		options optionsError
		token   *tokenError
		held    *RateLimitError
		request *RequestError
	)
	return errors.As(err, &options) || errors.As(err, &token) || errors.As(err, &held) ||
		errors.As(err, &request) && wrongServer(request.Err)
}

// aboutID reports whether err is Featurebase's own response about the ID, so
// that another ID may fare better. Of a 403 that is not known.
func aboutID(err error) bool {
	var api *APIError
	return errors.As(err, &api) && api.Type != "" && api.StatusCode/100 == 4 && api.StatusCode != http.StatusForbidden &&
		api.StatusCode != http.StatusRequestTimeout && api.StatusCode != http.StatusTooManyRequests
}

// stoppedError is the error of a result that stopped a run.
type stoppedError struct {
	err      error
	failures int // in a row, if they are the reason
}

func (e *stoppedError) Error() string {
	s := ErrStopped.Error()
	if e.failures > 0 {
		s += fmt.Sprintf(" after %d failures in a row", e.failures)
	}
	return s + ": " + strings.TrimPrefix(e.err.Error(), "featurebase: ")
}

func (e *stoppedError) Is(target error) bool { return target == ErrStopped }
func (e *stoppedError) Unwrap() error        { return e.err }

func (e *stoppedError) LogValue() slog.Value {
	// Only errors of this package get here. Those without a LogValue are about
	// options and the like, and have nothing personal in their text.
	attrs := []slog.Attr{slog.String("error", e.err.Error())}
	if v := errorLogValue(e.err); v.Kind() == slog.KindGroup {
		attrs = v.Group()
	}
	return slog.GroupValue(append(attrs, slog.Bool("stopped", true))...)
}

// bulkConfig is what the options of a bulk method resolve to.
type bulkConfig struct {
	concurrency       int
	stopAfterFailures int
	opts              []CallOption // for each call
}

// patient lets a call wait for the rate limit for as long as its context lasts.
var patient = callOption(func(s *callSettings) error {
	s.patient = true
	return nil
})

type bulkOption func(*bulkConfig) error

func (o bulkOption) applyToBulk(c *bulkConfig) error { return o(c) }

// Many makes one call for each input concurrently, as [ContactsService.DeleteMany]
// does for each ID, and yields the results as they arrive. It has the same options,
// stops for the same reasons, and waits for the rate limit for as long as ctx
// allows. A call is a method that takes an ID, or a function around any other:
//
//	for r := range featurebase.Many(ctx, slices.Values(ids), client.Posts.Get) {
//
// The function must make its calls of the client with ctx and opts as it got them.
// Through opts a call waits for the rate limit with patience, and RequestID and
// Attempts get into the result; of several calls, those of the last. An error that
// matches [ErrInvalidArgument] is taken to be about the input. Errors that are not of
// this library count as failures in a row; see [WithStopAfterFailures].
//
// Inputs may take effect in another order, and the same one twice at the same time if
// it is in inputs twice.
func Many[I, T any](ctx context.Context, inputs iter.Seq[I], call func(ctx context.Context, input I, opts ...CallOption) (T, error), opts ...BulkOption) iter.Seq[ManyResult[I, T]] {
	return runMany(ctx, "inputs", inputs, call, opts)
}

// runBulk makes one call for each ID. Every bulk method that takes IDs is one line
// over it.
func runBulk[T any](ctx context.Context, ids iter.Seq[string], call func(context.Context, string, ...CallOption) (T, error), opts []BulkOption) iter.Seq[BulkResult[T]] {
	return func(yield func(BulkResult[T]) bool) {
		for r := range runMany(ctx, "ids", ids, call, opts) {
			if !yield(BulkResult[T]{r.Input, r.Value, r.Err, r.RequestID, r.Attempts}) {
				return
			}
		}
	}
}

// bulk is one run of a bulk method.
type bulk[I, T any] struct {
	bulkConfig
	call func(context.Context, I, ...CallOption) (T, error)

	ctx     context.Context // of the calls
	taking  context.Context // ends when no more inputs are to be taken
	stop    context.CancelFunc
	room    chan struct{} // has a value for each input that is taken
	results chan ManyResult[I, T]

	mu         sync.Mutex
	pending    int // calls in flight, and one more while inputs are taken; at 0 results is closed
	failures   int // in a row
	aborted    bool
	panicValue any // what aborted the run; nil for runtime.Goexit
}

// runMany is Many, with the name of its argument.
func runMany[I, T any](ctx context.Context, name string, inputs iter.Seq[I], call func(context.Context, I, ...CallOption) (T, error), opts []BulkOption) iter.Seq[ManyResult[I, T]] {
	return func(yield func(ManyResult[I, T]) bool) {
		b := &bulk[I, T]{
			bulkConfig: bulkConfig{defaultConcurrency, defaultStopAfterFailures, []CallOption{patient}},
			call:       call, results: make(chan ManyResult[I, T]), pending: 1,
		}
		if err := b.check(ctx, name, inputs, opts); err != nil {
			yield(ManyResult[I, T]{Err: &stoppedError{err: err}})
			return
		}
		var cancel context.CancelFunc
		b.ctx, cancel = context.WithCancel(ctx)
		b.taking, b.stop = context.WithCancel(b.ctx)
		b.room = make(chan struct{}, b.concurrency)
		context.AfterFunc(b.taking, b.leave)
		go b.feed(inputs)

		wait := func() {
			cancel()
			for range b.results {
			}
		}
		defer wait() // in case yield panics
		for result := range b.results {
			if !yield(result) {
				break
			}
		}
		wait()
		switch {
		case b.panicValue != nil:
			panic(b.panicValue)
		case b.aborted:
			runtime.Goexit()
		}
	}
}

// check applies opts, and reports all that is wrong with the arguments of a
// bulk method.
func (b *bulk[I, T]) check(ctx context.Context, name string, inputs iter.Seq[I], opts []BulkOption) error {
	var problems []error
	if ctx == nil {
		problems = append(problems, errNilContext)
	}
	if inputs == nil {
		problems = append(problems, fmt.Errorf("featurebase: %[1]s is nil: want an iter.Seq, such as slices.Values(%[1]s)", name))
	}
	if b.call == nil {
		problems = append(problems, errors.New("featurebase: call is nil: want a function that makes a call"))
	}
	for _, o := range opts {
		if o == nil {
			problems = append(problems, errNilOption)
			continue
		}
		problems = append(problems, o.applyToBulk(&b.bulkConfig))
	}
	return errors.Join(problems...)
}

// feed starts a call for each input. Nobody waits for it once the run has ended
// early, since inputs may be waiting for something that never comes.
func (b *bulk[I, T]) feed(inputs iter.Seq[I]) {
	defer b.stop()
	returned := false // stays false if inputs panics or calls runtime.Goexit
	defer func() {
		if value := recover(); !returned && b.take() {
			b.abort(value)
			b.leave()
		}
	}()
	if b.makeRoom() {
		for input := range inputs {
			if !b.take() {
				break
			}
			go b.process(input)
			if !b.makeRoom() {
				break
			}
		}
	}
	returned = true
}

// makeRoom waits until another input may be taken, and reports whether it still
// may.
func (b *bulk[I, T]) makeRoom() bool {
	select {
	case <-b.taking.Done():
	case b.room <- struct{}{}:
	}
	return b.taking.Err() == nil
}

// take adds to what the run waits for, unless no more inputs are to be taken.
func (b *bulk[I, T]) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.taking.Err() != nil {
		return false
	}
	b.pending++
	return true
}

func (b *bulk[I, T]) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pending--; b.pending == 0 {
		close(b.results)
	}
}

// abort ends the run because inputs or a call panicked with value or, if it is
// nil, called runtime.Goexit, as a failed test does.
func (b *bulk[I, T]) abort(value any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.aborted {
		b.aborted, b.panicValue = true, value
	}
	b.stop()
}

// process makes the call for one input and reports its result.
func (b *bulk[I, T]) process(input I) {
	defer b.leave()
	returned := false
	defer func() {
		if value := recover(); !returned {
			b.abort(value)
		}
	}()
	result := b.result(input)
	returned = true
	b.results <- result
	<-b.room
}

func (b *bulk[I, T]) result(input I) ManyResult[I, T] {
	var resp Response
	value, err := b.call(b.ctx, input, append(slices.Clip(b.opts), WithResponse(&resp))...)
	return ManyResult[I, T]{Input: input, Value: value, Err: b.judge(err), RequestID: resp.RequestID, Attempts: resp.Attempts}
}

// judge stops the run if err is a reason to, and returns the error to report.
func (b *bulk[I, T]) judge(err error) error {
	switch {
	case b.ctx.Err() != nil:
		return err // which says nothing about the server
	case AffectsEveryCall(err):
		b.stop()
		return &stoppedError{err: err}
	case errors.Is(err, ErrInvalidArgument):
		return err // nor does this
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil || aboutID(err) {
		b.failures = 0
		return err
	}
	if b.failures++; b.failures == b.stopAfterFailures {
		b.stop()
		return &stoppedError{err: err, failures: b.failures}
	}
	return err
}
