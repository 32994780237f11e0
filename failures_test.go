package featurebase_test

import (
	"context"
	"io"
	"iter"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// A method calls one method of the client with arguments that are right.
type method func(context.Context, *featurebase.Client, ...featurebase.CallOption) error

// methods has a line for every method that calls the API. What is tested of
// one is so tested of all.
var methods = map[string]method{
	"Contacts.Upsert": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		_, _, err := c.Contacts.Upsert(ctx, featurebase.UpsertContactParams{Email: "ada@example.com"}, opts...)
		return err
	},
	"Contacts.Get":         byContactID((*featurebase.ContactsService).Get),
	"Contacts.GetByUserID": byUserID((*featurebase.ContactsService).GetByUserID),
	"Contacts.List": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		_, err := c.Contacts.List(ctx, featurebase.ListContactsParams{}, opts...)
		return err
	},
	"Contacts.All": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		return lastError(c.Contacts.All(ctx, featurebase.ListContactsParams{}, opts...))
	},
	"Contacts.Search": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		_, err := c.Contacts.Search(ctx, featurebase.SearchContactsParams{}, opts...)
		return err
	},
	"Contacts.SearchAll": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		return lastError(c.Contacts.SearchAll(ctx, featurebase.SearchContactsParams{}, opts...))
	},
	"Contacts.Block": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		return c.Contacts.Block(ctx, contactID, opts...)
	},
	"Contacts.Unblock": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		return c.Contacts.Unblock(ctx, contactID, opts...)
	},
	"Contacts.EmailPreferences":         byContactID((*featurebase.ContactsService).EmailPreferences),
	"Contacts.EmailPreferencesByUserID": byUserID((*featurebase.ContactsService).EmailPreferencesByUserID),
	"Contacts.UpdateEmailPreferences": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		_, err := c.Contacts.UpdateEmailPreferences(ctx, contactID, noEmails, opts...)
		return err
	},
	"Contacts.UpdateEmailPreferencesByUserID": func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		_, err := c.Contacts.UpdateEmailPreferencesByUserID(ctx, "u1", noEmails, opts...)
		return err
	},
	"Contacts.Delete":         byContactID((*featurebase.ContactsService).Delete),
	"Contacts.DeleteByUserID": byUserID((*featurebase.ContactsService).DeleteByUserID),
}

var noEmails = map[featurebase.EmailTopic]featurebase.EmailStatus{featurebase.EmailTopicAll: featurebase.EmailStatusUnsubscribed}

// oneContact is a method that takes an id and gives a T.
type oneContact[T any] func(*featurebase.ContactsService, context.Context, string, ...featurebase.CallOption) (*T, error)

func byContactID[T any](m oneContact[T]) method { return byID(contactID, m) }

func byUserID[T any](m oneContact[T]) method { return byID("u1", m) }

func byID[T any](id string, m oneContact[T]) method {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
		_, err := m(c.Contacts, ctx, id, opts...)
		return err
	}
}

func lastError(seq iter.Seq2[*featurebase.Contact, error]) (last error) {
	for _, err := range seq {
		last = err
	}
	return last
}

type fault = featurebasetest.Fault

// A failure is what a call meets, four attempts long where it is retried, and
// what comes of it. Each is run through every method by the tests below, on
// real TCP.
type failure struct {
	faults    []fault
	matches   []error
	status    int // 0: a *TransportError
	attempts  int
	ambiguous bool
	text      string // part of the error's
}

func times(n int, f fault) []fault {
	faults := make([]fault, n)
	for i := range faults {
		faults[i] = f
	}
	return faults
}

func envelope(typ, code string) string {
	return `{"error":{"type":"` + typ + `","code":"` + code + `","message":"What happened","status":0}}`
}

func withRequestID(f fault) fault {
	f.Header = http.Header{"X-Request-Id": {"req_1"}}
	return f
}

var failures = map[string]failure{
	"401": {
		faults:  []fault{withRequestID(fault{Status: 401, Body: envelope("authentication_error", "unauthorized")})},
		matches: []error{featurebase.ErrAuthentication}, status: 401, attempts: 1,
		text: ": 401 unauthorized: What happened (request id req_1)",
	},
	"403": {
		faults:  []fault{withRequestID(fault{Status: 403, Body: envelope("authorization_error", "forbidden")})},
		matches: []error{featurebase.ErrPermission}, status: 403, attempts: 1,
		text: ": 403 forbidden: What happened (request id req_1)",
	},
	"404": {
		faults:  []fault{withRequestID(fault{Status: 404, Body: notFound})},
		matches: []error{featurebase.ErrContactNotFound}, status: 404, attempts: 1,
		text: ": 404 contact_not_found: Contact not found (request id req_1)",
	},
	"429": {
		faults:  times(4, withRequestID(fault{Status: 429, Body: envelope("rate_limit_error", "rate_limited")})),
		matches: []error{featurebase.ErrRateLimited}, status: 429, attempts: 4,
		text: ": 429 rate_limited: What happened (4 attempts, request id req_1)",
	},
	"500": {
		faults:  times(4, withRequestID(fault{Status: 500, Body: envelope("api_error", "internal")})),
		matches: []error{featurebase.ErrServer}, status: 500, attempts: 4, ambiguous: true,
		text: ": 500 internal: What happened (4 attempts, may have been carried out, request id req_1)",
	},
	"502 with HTML": {
		faults:  times(4, withRequestID(fault{Status: 502, Body: "<html><h1>Bad Gateway</h1></html>"})),
		matches: []error{featurebase.ErrServer}, status: 502, attempts: 4, ambiguous: true,
		text: ": 502 Bad Gateway: the body is not an error of the Featurebase API (4 attempts, may have been carried out, request id req_1)",
	},
	"empty body": {
		faults:  []fault{withRequestID(fault{Status: 200})},
		matches: []error{featurebase.ErrUnexpectedResponse}, status: 200, attempts: 1, ambiguous: true,
		text: ": unexpected answer with status 200: its body is not the documented JSON: unexpected end of JSON input (may have been carried out, request id req_1)",
	},
	"truncated body": {
		faults:  times(4, withRequestID(fault{Status: 200, Body: deletedOK, Truncate: true})),
		matches: []error{featurebase.ErrUnexpectedResponse}, status: 200, attempts: 4, ambiguous: true,
		text: ": unexpected answer with status 200: its body could not be read: the body broke off after 33 bytes: unexpected EOF (4 attempts, may have been carried out, request id req_1)",
	},
	"redirect": {
		faults: []fault{{Status: 302, Header: http.Header{"Location": {"/login"}, "X-Request-Id": {"req_1"}}}},
		status: 302, attempts: 1, ambiguous: true,
		text: ": 302 Found: redirects are not followed; is the base URL right? (may have been carried out, request id req_1)",
	},
	"lost connection": {
		faults: times(4, fault{Cut: true}), attempts: 4, ambiguous: true,
		text: ": no answer: EOF (4 attempts, may have been carried out)",
	},
}

func forEachFailure(t *testing.T, test func(t *testing.T, srv *featurebasetest.Server, do method, want failure)) {
	for name, do := range methods {
		for what, want := range failures {
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()
				srv := featurebasetest.NewServer(t)
				srv.AddContact(featurebase.Contact{ID: contactID})
				srv.FailNext(want.faults...)
				test(t, srv, do, want)
			})
		}
	}
}

func TestEveryMethodTellsWhatFailed(t *testing.T) {
	t.Parallel()
	forEachFailure(t, func(t *testing.T, srv *featurebasetest.Server, do method, want failure) {
		var resp featurebase.Response
		err := do(t.Context(), srv.Client(), featurebase.WithResponse(&resp))
		require.Error(t, err)
		assert.Contains(t, err.Error(), want.text)
		assert.NotContains(t, err.Error(), "\n")
		matches := want.matches
		if want.ambiguous {
			matches = append(matches[:len(matches):len(matches)], featurebase.ErrAmbiguous)
		}
		assert.ElementsMatch(t, matches, matched(err))
		require.Len(t, srv.Requests(), want.attempts)

		sent := srv.Requests()[0]
		assert.Equal(t, want.attempts, resp.Attempts)
		assert.Equal(t, want.status, resp.StatusCode)
		if want.status == 0 {
			e := requireErrorAs[*featurebase.TransportError](t, err)
			assert.Equal(t, want.attempts, e.Attempts)
			assert.Equal(t, want.ambiguous, e.Ambiguous)
			assert.Equal(t, sent.Method, e.Method)
			assert.Equal(t, sent.Path, e.Path)
			assert.NoError(t, e.Earlier)
			assert.Nil(t, resp.Header)
			return
		}
		assert.Equal(t, "req_1", resp.RequestID)
		assert.Equal(t, "req_1", resp.Header.Get("X-Request-Id"))
		if want.status/100 == 2 {
			e := requireErrorAs[*featurebase.UnexpectedResponseError](t, err)
			assert.Equal(t, want.status, e.StatusCode)
			assert.Equal(t, want.attempts, e.Attempts)
			assert.Equal(t, "req_1", e.RequestID)
			assert.Equal(t, "req_1", e.Header.Get("X-Request-Id"))
			assert.Equal(t, sent.Method, e.Method)
			assert.Equal(t, sent.Path, e.Path)
			return
		}
		e := requireErrorAs[*featurebase.APIError](t, err)
		assert.Equal(t, want.status, e.StatusCode)
		assert.Equal(t, want.attempts, e.Attempts)
		assert.Equal(t, want.ambiguous, e.Ambiguous)
		assert.Equal(t, "req_1", e.RequestID)
		assert.Equal(t, "req_1", e.Header.Get("X-Request-Id"))
		assert.Equal(t, sent.Method, e.Method)
		assert.Equal(t, sent.Path, e.Path)
		assert.Equal(t, want.faults[0].Body, string(e.Body))
		assert.NoError(t, e.Err)
	})
}

// A body that stays open keeps its connection from being used again.
func TestEveryMethodClosesEveryBody(t *testing.T) {
	t.Parallel()
	forEachFailure(t, func(t *testing.T, srv *featurebasetest.Server, do method, want failure) {
		var opened, closed atomic.Int32
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			resp, err := srv.Transport().RoundTrip(r)
			if err == nil {
				opened.Add(1)
				resp.Body = &countClose{resp.Body, &closed}
			}
			return resp, err
		})
		err := do(t.Context(), srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: transport})))
		require.Error(t, err)
		assert.Equal(t, opened.Load(), closed.Load())
		assert.Equal(t, want.status != 0, opened.Load() > 0)
	})
}

type countClose struct {
	io.ReadCloser
	closed *atomic.Int32
}

func (c *countClose) Close() error {
	c.closed.Add(1)
	return c.ReadCloser.Close()
}

// Not parallel, so that the goroutines it counts are its own.
func TestNoMethodLeavesAGoroutineBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("calls", func(t *testing.T) {
		for _, do := range methods {
			for _, want := range failures {
				srv := featurebasetest.NewServer(t)
				srv.FailNext(want.faults...)
				require.Error(t, do(t.Context(), srv.Client()))
			}
			srv := featurebasetest.NewServer(t)
			srv.FailNext(times(4, fault{Delay: time.Hour, Optional: true})...)
			require.Error(t, do(t.Context(), srv.Client(featurebase.WithTimeout(time.Millisecond))))
		}
	})
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, time.Minute, time.Millisecond)
}

func TestEveryMethodSendsNothingWhenItsContextHasEnded(t *testing.T) {
	t.Parallel()
	for name, do := range methods {
		srv := featurebasetest.NewServer(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		resp := featurebase.Response{StatusCode: 1}
		err := do(ctx, srv.Client(), featurebase.WithResponse(&resp))
		assert.Equal(t, []error{context.Canceled}, matched(err), name)
		e := requireErrorAs[*featurebase.TransportError](t, err)
		assert.Zero(t, e.Attempts, name)
		assert.False(t, e.Ambiguous, name)
		assert.Contains(t, err.Error(), "not sent: context canceled", name)
		assert.Empty(t, srv.Requests(), name)
		assert.Zero(t, resp, name)
	}
}

func TestEveryMethodEmptiesTheResponseWhenNothingIsSent(t *testing.T) {
	t.Parallel()
	for name, do := range methods {
		srv := featurebasetest.NewServer(t)
		resp := featurebase.Response{StatusCode: 200, Attempts: 1}
		err := do(t.Context(), srv.Client(), featurebase.WithResponse(&resp), featurebase.WithVersion(featurebase.VersionClover))
		require.ErrorIs(t, err, featurebase.ErrUnsupportedVersion, name)
		assert.Zero(t, resp, name)
	}
}

func TestEveryMethodRefusesNilArguments(t *testing.T) {
	t.Parallel()
	for name, do := range methods {
		srv := featurebasetest.NewServer(t)
		var none context.Context
		assert.EqualError(t, do(none, srv.Client()), "featurebase: the context is nil", name)
		assert.EqualError(t, do(t.Context(), srv.Client(), nil, featurebase.WithTimeout(-1), featurebase.WithResponse(nil)),
			"featurebase: an option is nil\n"+
				"featurebase: WithTimeout: -1ns is negative\n"+
				"featurebase: WithResponse(nil): want a *Response", name)
		assert.Empty(t, srv.Requests(), name)
	}
}

func requireErrorAs[E error](t *testing.T, err error) E {
	t.Helper()
	var e E
	require.ErrorAs(t, err, &e)
	return e
}

// FuzzAnswers: whatever is answered, no method panics.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		deletedOK, notFound, preferences, `{"object":"list","data":[{"object":"contact","id":"507f1f77bcf86cd799439011"}],"nextCursor":"x"}`,
		`{"id":5,"object":0,"deleted":1,"companies":[0],"customFields":"x","data":{},"error":7,"preferences":[]}`, `null`, `0`, `""`, ``,
	} {
		f.Add(200, body)
		f.Add(404, body)
	}
	var status int
	var body string
	client := newClient(f, roundTripper(func(*http.Request) (*http.Response, error) {
		return httpmock.NewStringResponse(status, body), nil
	}), featurebase.WithMaxRetries(0), featurebase.WithMaxRateLimitWait(0))
	f.Fuzz(func(t *testing.T, s int, b string) {
		status, body = s, b
		for _, call := range methods {
			if err := call(t.Context(), client); err != nil {
				_ = err.Error()
			}
		}
	})
}
