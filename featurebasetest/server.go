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
// It responds as the API's reference documents, and fails on demand: see
// [Server.FailNext]. [NewServer] listens on loopback, so that everything is as in
// production but the host. [New] does without a listener, for tests in a
// testing/synctest bubble and for programs that are no tests.
//
// # Assumptions
//
// Where the reference is silent, the fake does what is least surprising.
//
// Contacts are listed in the order in which they were added. Email addresses are
// compared without regard to case. A lead that an upsert finds stays a lead. The
// companies of an upsert replace those before. Customers begin with all emails
// subscribed. A phone number is accepted but is in no response, and no hash is
// verified.
//
// A company is the same object in all its contacts, and is created by the first
// that has it. The response to an upsert that creates one has status 201. Its
// linked users are customers: a second attachment of one changes nothing, and a
// lead can't be attached. A company without createdAt was created now.
//
// A contact without activity sorts as if it were older than all others, but no
// search by lastActivity finds it, except with !=: neither Before nor After
// does. MongoDB, whose IDs the API has, compares in this way.
//
// As long as no board was added, posts can be created on any board, but none is
// listed or can be got. The same holds for statuses. Custom fields of posts may
// have any ID and value. The API key is that of an admin, whom the access and
// features of a board don't restrict.
//
// Posts are listed newest first and without those in review; a search finds
// those too. Trending is by votes. Their companies and monthly spend are those
// of their voters. A PATCH merges custom fields, and null removes one. Removing a
// vote that does not exist succeeds. When a contact is deleted, its posts and
// comments stay with the author "[Deleted]" and no author ID. Its votes still
// count, but it is no longer among the voters.
//
// Comments can be made on any changelog by its ID, but not by a slug. Lists of
// comments have private ones and those in review, unless the query says otherwise.
// A reply must be on the same post or changelog as its parent. A new comment has
// no votes; confidence is the lower bound of Wilson's interval of 95%. A post's
// commentCount grows by one with each new comment, and shrinks by one with each
// deleted one. A deleted comment that is kept for its replies is still listed, and
// is not removed with the last of them.
//
// Any ID is accepted as that of an admin or a team. Conversations are listed in the
// order in which they were added. Only messages and notes add parts to a
// conversation, and tags are not recorded on its parts. Only getting and redacting
// a conversation return its parts. Unknown email addresses become customers if a
// conversation with them is created, but not if they are added to one. A redaction
// does not change the source. Adding a participant or a tag that a conversation
// has changes nothing; removing a tag that it does not have is a 404. Contacts that
// are deleted stay in their conversations. A conversation can be snoozed until a
// time in the past. A search by company takes either ID of one, a search for text
// has the relevance 1 for all and takes at most 500 characters, and no conversation
// is found by mentions. A search by a custom attribute has the operators of other
// text, numbers and flags; attributes that are dates or objects can't be searched
// for.
//
// As long as no category of tickets was added, every category exists and is for
// customers; so with statuses. Custom fields of tickets may have any ID. Files are
// not kept, only their names. A customer's ticket begins a conversation with its
// author, if that is a contact and it is not linked to one; the response to a reply
// is the ticket. When a contact is deleted, its tickets stay with the author
// "[Deleted]".
//
// Tags may have the same name. Renaming one that does not exist is a 404. No tag
// is archived: those that are deleted are gone. An attribute that is added is
// text unless it says otherwise. Surveys and their responses are listed in the
// order in which they were added. A response keeps the contact as it was, even
// when it is deleted.
//
// Subscribers of changelogs are independent of the subscriptions of contacts. The
// count of an addition is the number of different valid addresses, and the count
// of a removal the number of all addresses that were given.
//
// The audit log has only the entries that were added with AddAuditLog. It can be
// filtered by any action, but only by the documented domains.
//
// The fake is stricter than the API may be: query parameters and fields that are
// not documented are refused, as they can only be mistakes, and so are bodies of
// more than 4 MiB, with a 413.
//
// # Endpoints
//
// These are its endpoints; the response to anything else is a 404:
//
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
//	GET    /v2/companies
//	POST   /v2/companies
//	POST   /v2/companies/search
//	DELETE /v2/companies/by-company-id/{companyId}
//	GET    /v2/companies/{id}
//	DELETE /v2/companies/{id}
//	GET    /v2/companies/{id}/contacts
//	POST   /v2/companies/{id}/contacts
//	DELETE /v2/companies/{id}/contacts/{contactId}
//	GET    /v2/boards
//	GET    /v2/boards/{id}
//	GET    /v2/posts
//	POST   /v2/posts
//	POST   /v2/posts/search
//	GET    /v2/posts/{id}
//	PATCH  /v2/posts/{id}
//	DELETE /v2/posts/{id}
//	GET    /v2/posts/{id}/voters
//	POST   /v2/posts/{id}/voters
//	DELETE /v2/posts/{id}/voters
//	GET    /v2/comments
//	POST   /v2/comments
//	POST   /v2/comments/search
//	GET    /v2/comments/{id}
//	PATCH  /v2/comments/{id}
//	DELETE /v2/comments/{id}
//	GET    /v2/post_statuses
//	GET    /v2/post_statuses/{id}
//	GET    /v2/custom_fields
//	GET    /v2/custom_fields/{id}
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
//	GET    /v2/tags
//	POST   /v2/tags
//	GET    /v2/tags/{id}
//	DELETE /v2/tags/{id}
//	GET    /v2/conversation_attributes
//	GET    /v2/conversation_attributes/{attributeId}
//	GET    /v2/surveys
//	GET    /v2/surveys/{surveyId}
//	GET    /v2/surveys/{surveyId}/responses
//	POST   /v2/changelogs/subscribers
//	DELETE /v2/changelogs/subscribers
//	GET    /v2/audit-logs
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

	mu              sync.Mutex
	stores          []*store // all of these
	attributes      *store
	auditLogs       *store
	boards          *store
	comments        *store
	companies       *store
	contacts        *store
	conversations   *store
	customFields    *store
	postStatuses    *store
	posts           *store
	surveys         *store
	surveyResponses *store
	tags            *store
	tickets         *store

	ticketCategories, ticketCustomFields, ticketStatuses *store

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
	s := &Server{URL: "https://featurebase.test", Token: "sk_test_featurebase"}
	s.contacts, s.companies = newStore(s, contactResource), newStore(s, companyResource)
	s.boards, s.posts, s.comments = newStore(s, boardResource), newStore(s, postResource), newStore(s, commentResource)
	s.postStatuses, s.customFields = newStore(s, postStatusResource), newStore(s, customFieldResource)
	s.conversations, s.tags, s.attributes = newStore(s, conversationResource), newStore(s, tagResource), newStore(s, attributeResource)
	s.tickets, s.ticketCategories = newStore(s, ticketResource), newStore(s, ticketCategoryResource)
	s.ticketCustomFields, s.ticketStatuses = newStore(s, ticketCustomFieldResource), newStore(s, ticketStatusResource)
	s.surveys, s.surveyResponses, s.auditLogs = newStore(s, surveyResource), newStore(s, surveyResponseResource), newStore(s, auditLogResource)
	s.routes = slices.Concat(
		s.contactRoutes(), s.companyRoutes(), s.boardRoutes(), s.postRoutes(), s.commentRoutes(), s.postStatusRoutes(), s.customFieldRoutes(),
		s.conversationRoutes(), s.ticketRoutes(), s.tagRoutes(), s.attributeRoutes(), s.surveyRoutes(), s.changelogRoutes(), s.auditLogRoutes(),
	)
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
	s.limiter = limiter{RateLimit: RateLimit{Requests: requestsPerMinute, Window: time.Minute}}
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
