package featurebasetest

import (
	"net"
	"net/http"
	"syscall"
	"time"
)

// Fault is what happens to one request instead of, or on top of, the ordinary
// answer. Its zero value changes nothing.
type Fault struct {
	// Delay is how long the server waits, unless the client hangs up before
	// that: before the request is carried out, or after that, with the answer,
	// if Apply is set.
	Delay time.Duration

	// Status, Header and Body answer the request instead of the server, which
	// does not carry it out unless Apply is set. Without a Status, Header is
	// added to the ordinary answer and Body is not used.
	Status int
	Header http.Header
	Body   string

	// Cut ends the connection without an answer, before the request is
	// carried out, or after that if Apply is set.
	Cut bool

	// Apply has the request carried out first, whatever happens then.
	Apply bool

	// Truncate ends the connection when half of the answer's body is sent.
	Truncate bool
}

// FailNext has the next requests meet these faults, one each, in this order.
// A zero Fault lets its request pass. Faults that are left from an earlier
// call come first.
func (s *Server) FailNext(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		f.Header = f.Header.Clone()
		s.faults = append(s.faults, f)
	}
}

var errCut = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}

// serve answers a request, or says with an error that its connection ends.
func (s *Server) serve(r *http.Request) (response, error) {
	received, f, err := s.receive(r)
	if err != nil {
		return response{}, err
	}
	a := response{status: f.Status, body: f.Body, header: http.Header{}}
	apply := func() {
		if ordinary := s.apply(received); f.Status == 0 {
			a = ordinary
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
	a.header.Set("Date", s.now().UTC().Format(http.TimeFormat))
	for name, values := range f.Header {
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	a.truncate = f.Truncate
	return a, nil
}
