// Package featurebasetest is an in-memory Featurebase to test against.
//
//	func TestCloseAccount(t *testing.T) {
//		srv := featurebasetest.NewServer(t)
//		contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
//		client := srv.Client()
//		// … run the code under test with client …
//		assert.Empty(t, srv.Contacts())
//	}
//
// It responds as the real service does, as far as that is known, and fails on
// demand: see [Server.FailNext]. What is not settled can be chosen: see
// [Server.SetVariants]. [NewServer] listens on loopback, so that everything is as in
// production but the host. [New] does without a listener, for tests in a
// testing/synctest bubble and for programs that are no tests.
//
// A request that does not fit the schema of a path, query or body is refused before
// anything else is looked at, with a flat 400 in the service's own words. One that
// fits and breaks a rule is refused in the documented envelope.
//
// The message that opens a conversation is its Source; its parts are what came later.
// The tracker of a ticket mirrors the customer's conversation: it repeats that
// conversation's messages under other IDs, and need not have the customer among its
// participants. See [Server.AddTicket].
//
// # Endpoints
//
// These are its endpoints; the response to anything else is a 404:
//
//	GET    /v2/audit-logs
//	GET    /v2/boards
//	GET    /v2/boards/{id}
//	POST   /v2/changelogs/subscribers
//	DELETE /v2/changelogs/subscribers
//	GET    /v2/comments
//	POST   /v2/comments
//	POST   /v2/comments/search
//	GET    /v2/comments/{id}
//	PATCH  /v2/comments/{id}
//	DELETE /v2/comments/{id}
//	GET    /v2/companies
//	POST   /v2/companies
//	POST   /v2/companies/search
//	DELETE /v2/companies/by-company-id/{companyId}
//	GET    /v2/companies/{id}
//	DELETE /v2/companies/{id}
//	GET    /v2/companies/{id}/contacts
//	POST   /v2/companies/{id}/contacts
//	DELETE /v2/companies/{id}/contacts/{contactId}
//	GET    /v2/contacts
//	POST   /v2/contacts
//	POST   /v2/contacts/search
//	GET    /v2/contacts/by-user-id/{userId}
//	DELETE /v2/contacts/by-user-id/{userId}
//	GET    /v2/contacts/by-user-id/{userId}/email-preferences
//	PATCH  /v2/contacts/by-user-id/{userId}/email-preferences
//	GET    /v2/contacts/{id}
//	DELETE /v2/contacts/{id}
//	POST   /v2/contacts/{id}/block
//	POST   /v2/contacts/{id}/unblock
//	GET    /v2/contacts/{id}/email-preferences
//	PATCH  /v2/contacts/{id}/email-preferences
//	GET    /v2/conversation_attributes
//	GET    /v2/conversation_attributes/{attributeId}
//	GET    /v2/conversations
//	POST   /v2/conversations
//	POST   /v2/conversations/search
//	POST   /v2/conversations/redact
//	GET    /v2/conversations/{conversationId}
//	PATCH  /v2/conversations/{conversationId}
//	DELETE /v2/conversations/{conversationId}
//	POST   /v2/conversations/{conversationId}/reply
//	POST   /v2/conversations/{conversationId}/tags
//	DELETE /v2/conversations/{conversationId}/tags/{tagId}
//	POST   /v2/conversations/{conversationId}/participants
//	DELETE /v2/conversations/{conversationId}/participants
//	GET    /v2/tags
//	POST   /v2/tags
//	GET    /v2/tags/{id}
//	DELETE /v2/tags/{id}
//	GET    /v2/custom_fields
//	GET    /v2/custom_fields/{id}
//	GET    /v2/posts
//	POST   /v2/posts
//	POST   /v2/posts/search
//	GET    /v2/posts/{id}
//	PATCH  /v2/posts/{id}
//	DELETE /v2/posts/{id}
//	GET    /v2/posts/{id}/voters
//	POST   /v2/posts/{id}/voters
//	DELETE /v2/posts/{id}/voters
//	GET    /v2/post_statuses
//	GET    /v2/post_statuses/{id}
//	GET    /v2/surveys
//	GET    /v2/surveys/{surveyId}
//	GET    /v2/surveys/{surveyId}/responses
//	GET    /v2/tickets
//	POST   /v2/tickets
//	GET    /v2/tickets/categories
//	GET    /v2/tickets/categories/{id}
//	GET    /v2/tickets/custom_fields
//	GET    /v2/tickets/custom_fields/{id}
//	GET    /v2/tickets/statuses
//	GET    /v2/tickets/statuses/{id}
//	GET    /v2/tickets/{ticketNumber}
//	PATCH  /v2/tickets/{ticketNumber}
//	DELETE /v2/tickets/{ticketNumber}
//	POST   /v2/tickets/{ticketNumber}/reply
//	GET    /v2/webhooks
//	POST   /v2/webhooks
//
// # Assumptions
//
// Each has its source: "document" is the vendor's OpenAPI document of nova, which
// lacks the searches, conversation attributes and audit logs; "types" are those of
// the official client; "live" is what public programs say they got from the real
// service; "assumed" is nobody's word but this package's.
//
// Errors:
//
//   - A refused key is a flat 401 with success false (live; a 403 was seen, too).
//   - What does not fit a schema is a flat 400 with the first violation (live, for a
//     title that is too short and for query parameters; assumed for the rest, for
//     paths, and for the order: path, query, body). Its messages are those of zod
//     (live, two of them; assumed for the others). Lengths count UTF-16 code units,
//     as zod does (assumed).
//   - A body that is absent, not JSON or of another media type is such a violation
//     (assumed).
//   - In the envelope, a violation has the code invalid_request, the parameter and
//     details (document, for the form; assumed for the code).
//   - IDs of 24 hexadecimal characters, and times, are any text in the schemas
//     (document). A path with a malformed ID is a 400 with invalid_id (document;
//     live for the message), and a tag's is a 404 (assumed, as no 400 is listed). In
//     bodies the code is invalid_request, invalid_id for voters and for attaching a
//     contact (document), and invalid_parameter for new conversations (assumed).
//   - Times may be dates, too (document, by an example).
//   - Codes and statuses are those of each call (document). A post that GET
//     /v2/posts/{id} does not find is resource_not_found with the parameter post and
//     without a status (live); other calls have post_not_found (document).
//   - Errors about an object that has no code of its own name the parameter id
//     (document, by an example); those about another object of the call name none
//     (document, by the schema).
//   - A version that the service does not know, and a nova-only call in an older
//     one, is a 404 with version_not_supported (document, for the code; assumed for
//     when). Without a header the version is nova (assumed).
//   - An endpoint that does not exist is a 404 in none of the forms (live, for the
//     status; assumed for the body).
//   - A 429 has the code rate_limit_exceeded, and a body of more than 4 MiB is a 413
//     (assumed).
//
// Requests:
//
//   - Limits of texts, lists and numbers, and which bodies refuse unknown members
//     (document). Search bodies, the integrations of a new post and single objects'
//     queries refuse them, too (assumed: they can only be mistakes).
//   - Unknown query parameters are refused (live, for posts, tags, boards and
//     statuses; assumed for the rest), and ignored by GET /v2/custom_fields (live).
//   - Several values of a query parameter are separated by commas, or repeated
//     (types; document).
//   - Email addresses and URLs need no more than something before and after an @ and
//     a dot, and a scheme (assumed to be laxer than the service).
//   - A search for text takes 1 to 500 characters (types; assumed for
//     conversations). What a filter lacks is invalid_parameter (assumed).
//   - Cursors are base64 with padding (document).
//   - Times in responses are in UTC and have three decimals (document).
//
// Contacts and companies:
//
//   - Contacts are listed in the order in which they were added (assumed). Email
//     addresses are compared without regard to case (assumed). A lead that an upsert
//     finds stays a lead, and the companies of an upsert replace those before
//     (assumed). Customers begin with all emails subscribed (assumed). A phone number
//     is in no response (types), and no hash is verified (assumed).
//   - A contact whose preferences are asked for by ID, or which is deleted by user
//     ID, must be a customer, or the response is a 400 with invalid_request
//     (document). No change of preferences is forbidden (assumed).
//   - The response to an upsert of a company is a 200 for both (document). A company
//     is the same object in all its contacts, and is created by the first that has it
//     (assumed). Its linked users are customers: a second attachment of one changes
//     nothing, and a lead can't be attached (assumed). A company without createdAt
//     was created now (assumed).
//   - A contact without activity sorts as if it were older than all others, but no
//     search by lastActivity finds it, except with != (assumed: MongoDB, whose IDs
//     the API has, compares in this way).
//
// Posts and comments:
//
//   - As long as no board was added, posts can be created on any board, but none is
//     listed or can be got; so with statuses (assumed). An unknown board is a 404 with
//     board_not_found, also in an update (document, for new posts), and an unknown
//     status or author a 400 with invalid_request (assumed). Custom fields may have
//     any ID (assumed). The key is that of an admin, whom the access and features of a
//     board don't restrict (assumed).
//   - A new post has at least one vote, even if it is asked for none (live).
//   - Posts are listed newest first (document) and without those in review (assumed);
//     a search finds those too. Trending is by votes (assumed). Their companies and
//     monthly spend are those of their voters (assumed). A PATCH merges custom
//     fields, and null removes one (assumed).
//   - Adding a vote is a 201, also again (document; assumed for the status of a
//     repetition). Removing one that does not exist is a 404 with voter_not_found
//     (document), also if the person is unknown (assumed).
//   - Comments can be made on any changelog by its ID, but not by a slug (assumed). A
//     list of comments on a post that does not exist is a 404 (document). Lists have
//     private comments and those in review, unless the query says otherwise
//     (assumed). A reply must be on the same post or changelog as its parent
//     (assumed). Confidence is the lower bound of Wilson's interval of 95% (assumed).
//     A post's commentCount counts its comments that are not deleted; a deleted
//     comment that is kept for its replies is listed, and stays when the last of them
//     is removed (assumed). Where commenting is off, it is a 403 with
//     feature_disabled (document).
//   - When a contact is deleted, its posts, comments and tickets stay with the author
//     "[Deleted]" and no author ID. Its votes still count, but it is no longer among
//     the voters (assumed).
//
// Conversations and tickets:
//
//   - The message that opens a conversation is only its source, which has no ID and
//     of its author only ID and type; parts begin with what came later (live; the
//     document's example has it as part 1). Its ID would be 1: the first part is 2
//     (assumed). A redaction does not change the source (assumed).
//   - Trackers repeat the messages of the customer's conversation under other IDs
//     (live). Those count from 101, the source is the same, notes are left out, and a
//     redaction in one does not change the other (assumed). They stay when the ticket
//     is deleted (document, for tickets that are trackers).
//   - IDs are 1 to 16 letters and digits (document), and fresh ones digits (document,
//     by the examples).
//   - Any ID is accepted as that of an admin or a team (assumed). Conversations are
//     listed in the order in which they were added (assumed). Only messages and notes
//     add parts, and tags are not recorded on them (assumed). Unknown email addresses
//     become customers if a conversation with them is created (assumed); an unknown
//     participant is a 404 with contact_not_found (document). A recipient that does
//     not exist is a 400 with business_validation_error, and a text of nothing but
//     white space one with invalid_content (assumed). Adding a participant or a tag
//     that a conversation has changes nothing (assumed). Contacts that are deleted stay
//     in their conversations (assumed). A conversation can be snoozed until a time in
//     the past (assumed).
//   - A search by company takes either ID of one, a search for text has the relevance
//     1 for all, and no conversation is found by mentions (assumed). A search by a
//     custom attribute has the operators of other text, numbers and flags; attributes
//     that are dates or objects can't be searched for (assumed).
//   - As long as no category of tickets was added, every category exists and is for
//     customers; so with statuses (assumed). Custom fields may have any ID, and only
//     the names of files are kept (assumed). A customer's ticket begins a conversation
//     with its author, if that is a contact and it is not linked to one (assumed). The
//     response to a reply is the ticket (document). An unknown linked conversation is
//     a 400 with invalid_request (assumed).
//
// Others:
//
//   - Tags may have the same name, and those that are deleted are gone (assumed).
//   - An attribute that is added is text unless it says otherwise (assumed). Surveys
//     and their responses are listed in the order in which they were added, and a
//     response keeps the contact as it was (assumed).
//   - Subscribers are independent of the subscriptions of contacts (assumed).
//     Malformed addresses are dropped (document, by its text; its schema would refuse
//     them). None, or more than 1,000, is a 400 with invalid_request (document). The
//     count of an addition is the number of different valid addresses, that of a
//     removal the number of all that were given (assumed).
//   - The audit log has only the entries that were added with AddAuditLog, and can be
//     filtered by any action (assumed), but only by the documented domains (types).
package featurebasetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// Server is an in-memory Featurebase. It is safe for concurrent use, and can be
// mounted in another server as an http.Handler.
type Server struct {
	// URL is the base URL to give to featurebase.WithBaseURL. Of a Server
	// that was not started it leads nowhere but through Transport.
	URL string
	// Token is the one that the server accepts.
	Token string

	tb     testing.TB // nil outside of tests
	http   *httptest.Server
	client *http.Client
	cancel context.CancelFunc
	routes []route

	faultsMu sync.Mutex // before mu
	faults   []*armedFault

	mu          sync.Mutex
	stores      map[*resource]*store
	subscribers []string // of changelogs: email addresses
	requests    []Request
	recorded    int // bytes of requests
	received    int // requests, with those that are not recorded any more
	limiter     limiter
	variants    Variants
}

// Request is a request as the server received it.
type Request struct {
	ID         string // X-Request-Id of its response
	Method     string
	Pattern    string // of the endpoint, like "GET /v2/contacts/{id}"; empty if there is none
	Path       string // escaped
	Query      string // raw, without its question mark
	Header     http.Header
	Body       []byte // its beginning, if it is longer than the server accepts
	RemoteAddr string // of the connection; empty through Transport
}

// New returns a server that does not listen: it is reached through Client,
// Transport or ServeHTTP, until Start is called. If it is given a test, mistakes
// and faults that never struck fail that test; without one, mistakes panic.
func New(tb ...testing.TB) *Server {
	s := &Server{URL: "https://featurebase.test", Token: "sk_test_featurebase", stores: map[*resource]*store{}}
	for _, d := range definitions {
		s.stores[d.resource] = newStore(s, d.resource)
	}
	for _, d := range definitions { // whose handlers may be those of any store
		if d.routes != nil {
			s.routes = append(s.routes, d.routes(s)...)
		}
	}
	s.client = &http.Client{Transport: s.Transport()}
	s.clear()
	if len(tb) > 0 {
		s.tb = tb[0]
		s.tb.Cleanup(s.reportUnused)
	}
	return s
}

// Reset makes the server as new, so that tests can share it one after another:
// without objects, requests, faults, SetRateLimit and SetVariants. URL and Token stay. Faults
// that never struck fail the test that the server was made with.
func (s *Server) Reset() {
	s.reportUnused()
	s.ClearFaults()
	s.clear()
}

func (s *Server) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.stores {
		st.clear()
	}
	s.subscribers = nil
	s.requests, s.recorded, s.received = nil, 0, 0
	s.variants = Variants{}
	s.limiter = limiter{RateLimitConfig: RateLimitConfig{Requests: requestsPerMinute, Window: time.Minute}}
}

// NewServer returns a server that listens on loopback until the test ends.
// Mistakes and faults that never struck fail the test. In a testing/synctest
// bubble, where waiting for a network holds time up, use New.
func NewServer(tb testing.TB) *Server {
	tb.Helper()
	s := New(tb)
	if err := s.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

// Start makes the server listen on loopback and sets URL. Call it before the
// server is shared. Close ends it.
func (s *Server) Start() error {
	if s.http != nil {
		return errors.New("featurebasetest: the server was started already")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("featurebasetest: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.http = &httptest.Server{
		Listener: listener,
		Config: &http.Server{
			Handler:     s,
			BaseContext: func(net.Listener) context.Context { return ctx },
		},
	}
	s.http.Start()
	s.URL = s.http.URL
	s.client = s.http.Client()
	return nil
}

// Close stops a server that was started.
func (s *Server) Close() {
	if s.http != nil {
		s.cancel() // ends delays
		s.http.Close()
	}
}

// Client returns a client that is wired to the server, follows its Token, and
// hardly waits: at most a millisecond before a retry, and at most a second in
// all for the rate limit, so that requests over a SetRateLimit fail. A test about
// these waits restores them with opts, which come last, and runs in a
// testing/synctest bubble:
//
//	client := srv.Client(
//		featurebase.WithRetryWait(500*time.Millisecond, 30*time.Second),
//		featurebase.WithMaxRateLimitWait(65*time.Second),
//	)
//
// A problem with opts fails the test, or panics where there is none.
func (s *Server) Client(opts ...featurebase.Option) *featurebase.Client {
	token := func(context.Context) (string, error) { return s.Token, nil }
	client, err := featurebase.NewClient("", append([]featurebase.Option{
		featurebase.WithTokenSource(token), // so that opts may have another
		featurebase.WithBaseURL(s.URL),
		featurebase.WithHTTPClient(s.client),
		featurebase.WithRetryWait(time.Millisecond, time.Millisecond),
		featurebase.WithMaxRateLimitWait(time.Second),
	}, opts...)...)
	if err != nil {
		s.misuse("Client: %v", err)
	}
	return client
}

// Requests returns the requests that were received, oldest first, including
// those that met a Fault. The server keeps 64 MiB of them: after that, the oldest
// are dropped.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := slices.Clone(s.requests)
	for i := range requests {
		requests[i].Header = requests[i].Header.Clone()
		requests[i].Body = slices.Clone(requests[i].Body)
	}
	return requests
}

// misuse reports a mistake of the caller's.
func (s *Server) misuse(format string, args ...any) {
	msg := "featurebasetest: " + fmt.Sprintf(format, args...)
	if s.tb == nil {
		panic(msg)
	}
	s.tb.Helper()
	s.tb.Fatal(msg)
}

// ServeHTTP implements http.Handler. Paths begin with /v2. It panics with
// http.ErrAbortHandler where a Fault closes the connection.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	resp, err := s.serve(r)
	if err != nil {
		panic(http.ErrAbortHandler) // closes the connection
	}
	header := w.Header()
	maps.Copy(header, resp.header)
	header.Set("Content-Length", fmt.Sprint(len(resp.body)))
	w.WriteHeader(resp.status)
	if resp.truncate {
		_, _ = io.WriteString(w, resp.body[:len(resp.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(w, resp.body)
}

// Transport returns a transport that reaches the server without a network,
// whether it was started or not. Every host and scheme lead there.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	resp, err := t.s.serve(r)
	if err != nil {
		return nil, err
	}
	header := resp.header
	var body io.Reader = strings.NewReader(resp.body)
	if resp.truncate {
		body = io.MultiReader(strings.NewReader(resp.body[:len(resp.body)/2]), brokenReader{})
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", resp.status, http.StatusText(resp.status)),
		StatusCode: resp.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(body), ContentLength: int64(len(resp.body)), Request: r,
	}, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

const (
	maxBody     = 4 << 20  // bytes of a request's body
	maxRecorded = 64 << 20 // bytes of all requests that are recorded
)

// receive records a request, and returns it with the ID of its response and the
// fault that it meets.
func (s *Server) receive(r *http.Request) (received *request, id string, f Fault, err error) {
	received = &request{Request: r}
	if r.Body != nil {
		if received.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1)); err != nil {
			return nil, "", Fault{}, err
		}
	}
	request := Request{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: received.body, RemoteAddr: r.RemoteAddr,
	}
	var found bool
	if received.route, received.args, found = s.find(r.Method, request.Path); found {
		request.Pattern = received.route.method + " " + received.route.path
	}
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	request.ID = s.record(request)
	return received, request.ID, s.strike(request), nil
}

// record appends r to the requests with a fresh ID, which it returns, and drops
// the oldest ones if they are too many bytes.
func (s *Server) record(r Request) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received++
	r.ID = fmt.Sprintf("req_%d", s.received)
	s.requests = append(s.requests, r)
	s.recorded += r.size()
	for s.recorded > maxRecorded {
		s.recorded -= s.requests[0].size()
		s.requests[0] = Request{} // for the garbage collector
		s.requests = s.requests[1:]
	}
	return r.ID
}

func (r Request) size() int {
	n := len(r.Method) + len(r.Path) + len(r.Query) + len(r.Body)
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	return n
}
