package featurebasetest

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// Fault is what happens to a request instead of, or on top of, the ordinary
// response. Its zero value changes nothing.
type Fault struct {
	// When reports whether a request may meet the fault; nil means any may. It
	// must not call FailNext, ClearFaults or Reset, and is never called twice
	// at the same time.
	When func(Request) bool

	// Lasts has every request that may meet the fault meet it, until
	// ClearFaults; otherwise only the next one does.
	Lasts bool

	// Optional says that the fault need not strike. Otherwise a test fails if a
	// fault never struck before it ended or called Reset.
	Optional bool

	// Delay is how long the server waits, unless the client hangs up before
	// that: before the request is processed, or after that, with the response,
	// if Apply is set.
	Delay time.Duration

	// Status, Header and Body are the response. The server does not process the
	// request then, unless Apply is set. Without a Status, Body is not used. The
	// values in Header replace those of the server; no values remove them. A 429
	// asks for a Retry-After of a millisecond, unless Header has another.
	Status int
	Header http.Header
	Body   string

	// Code has the Body be an error of the API with this code, and the type and
	// message that fit the Status.
	Code featurebase.ErrorCode

	// Cut closes the connection without a response, before the request is
	// processed, or after that if Apply is set.
	Cut bool

	// Apply has the request processed first, whatever happens then.
	Apply bool

	// Truncate closes the connection when half of the response's body is sent.
	Truncate bool
}

// FailNext has requests meet these faults: each request the first that is left
// and whose When accepts it. A fault strikes once, unless it Lasts. A zero Fault
// lets its request pass. Faults that are left from an earlier call come first.
//
// The function that it returns reports how often these faults have struck, all
// together.
func (s *Server) FailNext(faults ...Fault) (struck func() int) {
	place := "an unknown place"
	if _, file, line, ok := runtime.Caller(1); ok {
		place = fmt.Sprintf("%s:%d", filepath.Base(file), line)
	}
	armed := make([]*armedFault, len(faults))
	for i, f := range faults {
		if f.Status != 0 && (f.Status < 200 || f.Status > 999) {
			s.misuse("FailNext: Status %d is not one of a response", f.Status)
		}
		if f.Code != "" && (f.Status < 400 || f.Body != "") {
			s.misuse("FailNext: a Fault with a Code needs a Status of at least 400, and no Body")
		}
		f.Header = f.Header.Clone()
		armed[i] = &armedFault{Fault: f, place: place}
	}
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	s.faults = append(s.faults, armed...)
	return func() (n int) {
		s.faultsMu.Lock()
		defer s.faultsMu.Unlock()
		for _, f := range armed {
			n += f.struck
		}
		return n
	}
}

// ClearFaults removes the faults that are left: those that last, and those that
// have not struck, which fail no test then.
func (s *Server) ClearFaults() {
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	s.faults = nil
}

// armedFault is a Fault that was given to FailNext.
type armedFault struct {
	Fault
	place  string // where that was
	struck int
}

// changes reports whether f is more than a request that passes.
func (f Fault) changes() bool {
	return f.Delay > 0 || f.Status != 0 || len(f.Header) > 0 || f.Cut || f.Truncate
}

// strike returns the fault that a request meets. The lock on faults is held.
func (s *Server) strike(r Request) Fault {
	for i, f := range s.faults {
		if f.When != nil && !f.When(r) {
			continue
		}
		f.struck++
		if !f.Lasts {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f.Fault
	}
	return Fault{}
}

// reportUnused fails the test if there are faults that never struck.
func (s *Server) reportUnused() {
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	var places []string
	for _, f := range s.faults {
		if f.struck == 0 && !f.Optional && f.changes() {
			places = append(places, f.place)
		}
	}
	if s.tb == nil || s.tb.Failed() || len(places) == 0 {
		return
	}
	s.tb.Errorf("featurebasetest: %d fault(s) never struck, given to FailNext at %s", len(places), strings.Join(slices.Compact(places), ", "))
}

var errCut = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}

// serve responds to a request, or says with an error that its connection is
// closed.
func (s *Server) serve(r *http.Request) (response, error) {
	received, id, f, err := s.receive(r)
	if err != nil {
		return response{}, err
	}
	resp := response{status: f.Status, body: f.Body, header: http.Header{}}
	if f.Code != "" {
		resp = failure(f.Status, f.Code, "", http.StatusText(f.Status))
	}
	apply := func() {
		if ordinary := s.apply(received); f.Status == 0 {
			resp = ordinary
		}
	}
	if f.Apply {
		apply()
	}
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			return response{}, r.Context().Err()
		}
	}
	if !f.Apply && f.Status == 0 && !f.Cut {
		apply()
	}
	if f.Cut {
		return response{}, errCut
	}
	resp.header.Set("Date", s.now().UTC().Format(http.TimeFormat))
	resp.header.Set("X-Request-Id", id)
	if f.Status == http.StatusTooManyRequests {
		resp.header.Set("Retry-After", "0.001")
	}
	for name, values := range f.Header {
		resp.header.Del(name)
		for _, v := range values {
			resp.header.Add(name, v)
		}
	}
	resp.truncate = f.Truncate
	return resp, nil
}
