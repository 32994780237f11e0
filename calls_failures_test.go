package featurebase_test

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// A failure is what a call meets, four attempts long where it is retried, and
// what comes of it. Each is run through every method by the tests below, on
// real TCP.
type failure struct {
	name      string
	faults    []fault
	matches   []error
	status    int // 0: a *RequestError
	attempts  int
	ambiguous bool
	text      string // part of the error's
}

var failures = []failure{
	{
		name:    "401",
		faults:  []fault{withRequestID(fault{Status: 401, Body: envelope("authentication_error", "unauthorized")})},
		matches: []error{featurebase.ErrAuthentication}, status: 401, attempts: 1,
		text: ": 401 unauthorized: What happened (request ID req_1)",
	},
	{
		name:    "403",
		faults:  []fault{withRequestID(fault{Status: 403, Body: envelope("authorization_error", "forbidden")})},
		matches: []error{featurebase.ErrPermission}, status: 403, attempts: 1,
		text: ": 403 forbidden: What happened (request ID req_1)",
	},
	{
		name:   "404",
		faults: []fault{withRequestID(fault{Status: 404, Body: envelope("invalid_request_error", "thing_not_found")})},
		status: 404, attempts: 1,
		text: ": 404 thing_not_found: What happened (request ID req_1)",
	},
	{
		name:    "429",
		faults:  times(4, withRequestID(fault{Status: 429, Body: envelope("rate_limit_error", "rate_limited")})),
		matches: []error{featurebase.ErrRateLimited}, status: 429, attempts: 4,
		text: ": 429 rate_limited: What happened (4 attempts, request ID req_1)",
	},
	{
		name:    "500",
		faults:  times(4, withRequestID(fault{Status: 500, Body: envelope("api_error", "internal")})),
		matches: []error{featurebase.ErrServer}, status: 500, attempts: 4, ambiguous: true,
		text: ": 500 internal: What happened (4 attempts, may have been processed, request ID req_1)",
	},
	{
		name:    "502 with HTML",
		faults:  times(4, withRequestID(fault{Status: 502, Body: "<html><h1>Bad Gateway</h1></html>"})),
		matches: []error{featurebase.ErrServer}, status: 502, attempts: 4, ambiguous: true,
		text: ": 502 Bad Gateway: the body is not an error of the Featurebase API (4 attempts, may have been processed, request ID req_1)",
	},
	{
		name:    "empty body",
		faults:  []fault{withRequestID(fault{Status: 200})},
		matches: []error{featurebase.ErrUnexpectedResponse}, status: 200, attempts: 1, ambiguous: true,
		text: ": unexpected response with status 200: its body is not the documented JSON: unexpected end of JSON (may have been processed, request ID req_1)",
	},
	{
		name:    "truncated body",
		faults:  times(4, withRequestID(fault{Status: 200, Body: deletedOK, Truncate: true})),
		matches: []error{featurebase.ErrUnexpectedResponse}, status: 200, attempts: 4, ambiguous: true,
		text: ": unexpected response with status 200: its body could not be read: the body broke off after 33 bytes: unexpected EOF (4 attempts, may have been processed, request ID req_1)",
	},
	{
		name:   "redirect",
		faults: []fault{{Status: 302, Header: http.Header{"Location": {"/login"}, "X-Request-Id": {"req_1"}}}},
		status: 302, attempts: 1, ambiguous: true,
		text: ": 302 Found: redirects are not followed; is the base URL right? (may have been processed, request ID req_1)",
	},
	{
		name:   "lost connection",
		faults: times(4, fault{Cut: true}), attempts: 4, ambiguous: true,
		text: ": no response: EOF (4 attempts, may have been processed)",
	},
}

// of returns the failure as a call meets it.
func (f failure) of(call apiCall) failure {
	f.ambiguous = f.ambiguous && !call.reads
	if call.once && f.ambiguous {
		f.faults, f.attempts = f.faults[:1], 1
	}
	if f.attempts == 1 {
		f.text = strings.ReplaceAll(f.text, "4 attempts, ", "")
	}
	if !f.ambiguous {
		f.text = strings.NewReplacer("may have been processed, ", "", ", may have been processed", "").Replace(f.text)
	}
	return f
}

func forEachFailure(t *testing.T, test func(t *testing.T, srv *featurebasetest.Server, call apiCall, want failure)) {
	forEachCall(t, func(t *testing.T, call apiCall) {
		for _, want := range failures {
			t.Run(want.name, func(t *testing.T) {
				t.Parallel()
				want := want.of(call)
				srv := featurebasetest.NewServer(t)
				srv.FailNext(want.faults...)
				test(t, srv, call, want)
			})
		}
	})
}

func TestCalls_tellWhatFailed(t *testing.T) {
	t.Parallel()
	forEachFailure(t, func(t *testing.T, srv *featurebasetest.Server, call apiCall, want failure) {
		var resp featurebase.Response
		_, err := call.do(t.Context(), srv.Client(), featurebase.WithResponse(&resp))
		require.Error(t, err)
		assert.Contains(t, err.Error(), want.text)
		assert.NotContains(t, err.Error(), "\n")
		matches := want.matches
		if want.ambiguous {
			matches = append(slices.Clip(matches), featurebase.ErrAmbiguous)
		}
		assert.ElementsMatch(t, matches, matched(err))
		require.Len(t, srv.Requests(), want.attempts)

		sent := srv.Requests()[0]
		assert.Equal(t, want.attempts, resp.Attempts)
		assert.Equal(t, want.status, resp.StatusCode)
		if want.status == 0 {
			e := requireErrorAs[*featurebase.RequestError](t, err)
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
			assert.Equal(t, want.ambiguous, e.Ambiguous)
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
func TestCalls_closeEveryBody(t *testing.T) {
	t.Parallel()
	forEachFailure(t, func(t *testing.T, srv *featurebasetest.Server, call apiCall, want failure) {
		var opened, closed atomic.Int32
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			resp, err := srv.Transport().RoundTrip(r)
			if err == nil {
				opened.Add(1)
				resp.Body = &countClose{resp.Body, &closed}
			}
			return resp, err
		})
		_, err := call.do(t.Context(), srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: transport})))
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
func TestCalls_leaveNoGoroutineBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("calls", func(t *testing.T) {
		for _, call := range calls {
			for _, want := range failures {
				srv := featurebasetest.NewServer(t)
				srv.FailNext(want.of(call).faults...)
				_, err := call.do(t.Context(), srv.Client())
				require.Error(t, err)
			}
			srv := featurebasetest.NewServer(t)
			srv.FailNext(times(4, fault{Delay: time.Hour, Optional: true})...)
			_, err := call.do(t.Context(), srv.Client(featurebase.WithTimeout(time.Millisecond)))
			require.Error(t, err)
		}
	})
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, time.Minute, time.Millisecond)
}

func TestCalls_sendNothingWhenTheContextHasEnded(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		srv := featurebasetest.NewServer(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		resp := featurebase.Response{StatusCode: 1}
		_, err := call.do(ctx, srv.Client(), featurebase.WithResponse(&resp))
		assert.Equal(t, []error{context.Canceled}, matched(err))
		e := requireErrorAs[*featurebase.RequestError](t, err)
		assert.Zero(t, e.Attempts)
		assert.False(t, e.Ambiguous)
		assert.Contains(t, err.Error(), "not sent: context canceled")
		assert.Empty(t, srv.Requests())
		assert.Zero(t, resp)
	})
}

func TestCalls_emptyTheResponseWhenNothingIsSent(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		srv := featurebasetest.NewServer(t)
		for _, tc := range []struct {
			name string
			do   func(featurebase.CallOption) error
		}{
			{"version", func(opt featurebase.CallOption) error {
				_, err := call.do(t.Context(), srv.Client(), opt, featurebase.WithAPIVersion("2025-12-12.clover"))
				return err
			}},
			{"context", func(opt featurebase.CallOption) error {
				var none context.Context
				_, err := call.do(none, srv.Client(), opt)
				return err
			}},
			{"argument", func(opt featurebase.CallOption) error {
				if call.invalid == nil {
					return featurebase.ErrInvalidArgument
				}
				_, err := perform(t.Context(), srv.Client(), call.name, call.invalid, opt)
				return err
			}},
		} {
			resp := featurebase.Response{StatusCode: 200, Attempts: 1}
			require.ErrorIs(t, tc.do(featurebase.WithResponse(&resp)), featurebase.ErrInvalidArgument, tc.name)
			if tc.name != "argument" || call.invalid != nil {
				assert.Zero(t, resp, tc.name)
			}
		}
		assert.Empty(t, srv.Requests())
	})
}

func TestCalls_refuseNilArguments(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		srv := featurebasetest.NewServer(t)
		var none context.Context
		_, err := call.do(none, srv.Client())
		assert.EqualError(t, err, "featurebase: invalid ctx: it is nil; nothing was sent")
		_, err = call.do(t.Context(), srv.Client(), nil, featurebase.WithTimeout(-1), featurebase.WithResponse(nil))
		assert.ErrorIs(t, err, featurebase.ErrInvalidArgument)
		assert.EqualError(t, err, "featurebase: an option is nil\n"+
			"featurebase: WithTimeout: -1ns is negative\n"+
			"featurebase: WithResponse(nil): want a *Response")
		assert.Empty(t, srv.Requests())
	})
}

// FuzzCalls: whatever the response is, no method panics.
func FuzzCalls(f *testing.F) {
	for _, body := range []string{
		deletedOK, notFound, preferencesJSON, contactJSON, postJSON, `{"object":"list","data":[{"object":"contact","id":"507f1f77bcf86cd799439011"}],"nextCursor":"x"}`,
		`{"id":5,"object":0,"deleted":1,"companies":[0],"customFields":"x","data":{},"error":7,"preferences":[]}`, `null`, `0`, `""`, ``,
	} {
		f.Add(200, body)
		f.Add(404, body)
	}
	var status int
	var body string
	client := newClient(f, roundTripper(func(*http.Request) (*http.Response, error) {
		return response(status, body), nil
	}), featurebase.WithMaxRetries(0), featurebase.WithMaxRateLimitWait(0))
	f.Fuzz(func(t *testing.T, s int, b string) {
		status, body = s, b
		for _, call := range calls {
			if _, err := call.do(t.Context(), client); err != nil {
				_ = err.Error()
			}
		}
	})
}
