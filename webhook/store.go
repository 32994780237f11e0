package webhook

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Store remembers which events were processed, so that each is processed once
// however often it is delivered. A Store that several processes share, such as a
// table of a database, makes that true of all of them together.
//
// Methods may be called concurrently. The id is that of an event, at most 255
// bytes. The token is unique for each claim: Done and Release do nothing if the
// claim is no longer the one with this token. If a method returns an error, the
// delivery is answered with 503.
type Store interface {
	// Claim claims an event for the caller, and returns ClaimGranted, or returns who
	// else has it. Only one of several concurrent calls may be granted.
	//
	// A claim must end by itself some time after the longest time that the Func
	// takes, since the process that has it may die. If it ends while the Func still
	// runs, the event is processed twice.
	Claim(ctx context.Context, id, token string) (ClaimState, error)

	// Done records that the event was processed. It must be remembered for more than
	// 7 hours, in which Featurebase may send the event again; 24 hours are usual.
	Done(ctx context.Context, id, token string) error

	// Release ends a claim of an event that was not processed.
	Release(ctx context.Context, id, token string) error
}

// ClaimState is the outcome of a claim.
type ClaimState int

// The outcomes.
const (
	ClaimGranted ClaimState = iota + 1 // the event is the caller's to process
	ClaimRunning                       // somebody else is processing it
	ClaimDone                          // it was processed
)

const (
	defaultKeep = 24 * time.Hour
	defaultMax  = 100_000
)

// MemoryStore is a [Store] in the memory of one process, and forgets everything with
// it. The zero value is ready to use.
type MemoryStore struct {
	Keep time.Duration // how long events are remembered; 0 means 24 hours
	Max  int           // the most events to remember; the oldest are forgotten first. 0 means 100,000

	mu     sync.Mutex
	claims map[string]memoryClaim
	done   []memoryDone // in the order of their time
}

type memoryClaim struct {
	token string
	done  bool
}

type memoryDone struct {
	id string
	at time.Time
}

// Claim implements [Store]. It fails if Max events are being processed. Its claims
// don't end by themselves, since they end with the process.
func (s *MemoryStore) Claim(_ context.Context, id, token string) (ClaimState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget()
	if c, ok := s.claims[id]; ok {
		if c.done {
			return ClaimDone, nil
		}
		return ClaimRunning, nil
	}
	if len(s.claims)-len(s.done) >= s.max() {
		return 0, errors.New("webhook: the MemoryStore is full of events that are being processed")
	}
	if s.claims == nil {
		s.claims = map[string]memoryClaim{}
	}
	s.claims[id] = memoryClaim{token: token}
	return ClaimGranted, nil
}

// Done implements [Store].
func (s *MemoryStore) Done(_ context.Context, id, token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.claims[id]; ok && !c.done && c.token == token {
		s.claims[id] = memoryClaim{done: true}
		s.done = append(s.done, memoryDone{id, time.Now()})
		s.forget()
	}
	return nil
}

// Release implements [Store].
func (s *MemoryStore) Release(_ context.Context, id, token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.claims[id]; ok && !c.done && c.token == token {
		delete(s.claims, id)
	}
	return nil
}

func (s *MemoryStore) max() int {
	if s.Max > 0 {
		return s.Max
	}
	return defaultMax
}

// forget removes the events that are too old or too many.
func (s *MemoryStore) forget() {
	keep := s.Keep
	if keep <= 0 {
		keep = defaultKeep
	}
	for len(s.done) > 0 && (len(s.done) > s.max() || time.Since(s.done[0].at) >= keep) {
		delete(s.claims, s.done[0].id)
		s.done = s.done[1:]
	}
}
