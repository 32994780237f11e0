package erasure

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"

	"github.com/featurebase-community/featurebase-go"
)

// task is a function that runs in a goroutine.
type task[T any] struct {
	done     chan struct{}
	value    T
	panicked any
	returned bool
}

func start[T any](f func() T) *task[T] {
	t := &task[T]{done: make(chan struct{})}
	go func() {
		defer close(t.done)
		defer func() {
			if !t.returned {
				t.panicked = recover()
			}
		}()
		t.value = f()
		t.returned = true
	}()
	return t
}

// wait waits for the function. It returns what the function returned, and panics
// or exits the goroutine if the function did.
func (t *task[T]) wait() T {
	<-t.done
	switch {
	case t.returned:
	case t.panicked != nil:
		panic(t.panicked)
	default:
		runtime.Goexit()
	}
	return t.value
}

// together runs all of fs at the same time, and joins their errors.
func together(fs ...func() error) error {
	tasks := make([]*task[error], len(fs))
	for i, f := range fs {
		tasks[i] = start(f)
	}
	for _, t := range tasks {
		<-t.done
	}
	errs := make([]error, len(fs))
	for i, t := range tasks {
		errs[i] = t.wait()
	}
	return errors.Join(errs...)
}

// maxFailures is how many calls in a row may fail without being about what they
// name. With four attempts each, and those at the same time, that is less than a
// hundred requests.
const maxFailures = 12

// stopper notices when to go on makes no sense.
type stopper struct {
	mu  sync.Mutex
	row int   // failures in a row
	why error // nil: go on
}

// note takes in what came of a call, and returns err, marked with
// featurebase.ErrStopped if nothing more is to be begun.
func (s *stopper) note(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.why != nil:
		if err == nil || aboutObject(err) {
			return err
		}
		return stopped(err)
	case err == nil || aboutObject(err):
		s.row = 0
		return err
	case featurebase.AffectsEveryCall(err):
		s.why = stopped(err)
	default:
		if s.row++; s.row < maxFailures {
			return err
		}
		s.why = fmt.Errorf("%w after %d failures in a row: %w", featurebase.ErrStopped, s.row, err)
	}
	return s.why
}

// stopped returns err so that it matches featurebase.ErrStopped.
func stopped(err error) error {
	if errors.Is(err, featurebase.ErrStopped) {
		return err
	}
	return fmt.Errorf("%w: %w", featurebase.ErrStopped, err)
}

// or returns the first error that is not nil.
func or(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// stop has nothing more begin.
func (s *stopper) stop(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = or(s.why, why)
}

// reason returns why nothing more is to be begun, or nil.
func (s *stopper) reason() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.why
}

// aboutObject reports whether err is Featurebase's own response about what the
// call names, so that a call for something else may fare better.
func aboutObject(err error) bool {
	if errors.Is(err, featurebase.ErrInvalidArgument) {
		return true
	}
	var api *featurebase.APIError
	return errors.As(err, &api) && api.Type != "" && api.StatusCode/100 == 4 && !featurebase.AffectsEveryCall(err) &&
		api.StatusCode != http.StatusRequestTimeout && api.StatusCode != http.StatusTooManyRequests
}
