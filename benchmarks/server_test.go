package benchmarks_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
)

// The responses of a server.
const (
	success  = "success"
	notFound = "404"
	retry    = "retry" // 503 first, then success
)

// What is between client and server.
const (
	memory   = "memory"
	loopback = "loopback"
)

// The IDs of the contacts, one for each of 16 workers, differ in the last digit.
const digits = "0123456789abcdef"

func contactID(worker int) string { return "676f0f6765bdaa7d7d760f8" + digits[worker:worker+1] }

var confirmations = func() (bodies [len(digits)]string) {
	for i := range bodies {
		bodies[i] = stub.Deleted(contactID(i))
	}
	return bodies
}()

// server responds as Featurebase does. It is the transport of clients that need
// no network, and the handler of others. Of the requests about one contact,
// which are to come one after the other, it knows how many there were.
type server struct {
	response string
	header   http.Header // of responses without a network, shared by all of them
	requests [len(digits)]struct {
		atomic.Int64
		_ [56]byte // keeps the workers' counters on cache lines of their own
	}

	base      string
	transport http.RoundTripper // nil: the client's own
	conns     atomic.Int64      // accepted
}

func newServer(tb testing.TB, transport, response string) *server {
	s := &server{response: response, header: stub.Header(), base: featurebase.DefaultBaseURL}
	if transport == memory {
		s.transport = s
		return s
	}
	srv := httptest.NewUnstartedServer(s)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.conns.Add(1)
		}
	}
	srv.Start()
	tb.Cleanup(srv.Close)
	s.base = srv.URL
	return s
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := s.next(r.URL.Path)
	return stub.Response(r, s.header, status, body), nil
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, body := s.next(r.URL.Path)
	stub.Write(w, status, body)
}

func (s *server) next(path string) (status int, body string) {
	i := strings.IndexByte(digits, path[len(path)-1])
	if i < 0 || len(path) != len("/v2/contacts/")+24 {
		return http.StatusBadRequest, failureBody(http.StatusBadRequest, "invalid_request_error", "invalid_id")
	}
	switch n := s.requests[i].Add(1); {
	case s.response == notFound:
		return http.StatusNotFound, contactNotFound
	case s.response == retry && n%2 == 1:
		return http.StatusServiceUnavailable, unavailable
	}
	return http.StatusOK, confirmations[i]
}

var (
	contactNotFound = failureBody(http.StatusNotFound, "invalid_request_error", "contact_not_found")
	unavailable     = failureBody(http.StatusServiceUnavailable, "api_error", "unavailable")
)

func failureBody(status int, kind, code string) string {
	return fmt.Sprintf(`{"error":{"type":%q,"code":%q,"message":"%s: %s","status":%d}}`, kind, code, http.StatusText(status), code, status)
}

func (s *server) total() (n int64) {
	for i := range s.requests {
		n += s.requests[i].Load()
	}
	return n
}
