package featurebase_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestRetry_dependsOnTheStatus(t *testing.T) {
	t.Parallel()
	retried := map[int]bool{408: true, 429: true, 500: true, 502: true, 503: true, 504: true, 520: true, 599: true}
	for _, status := range []int{200, 201, 202, 204, 300, 304, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 418, 422, 423, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 520, 599} {
		for _, n := range []int{0, 1, 3, 5} {
			t.Run(fmt.Sprintf("status %d, %d retries", status, n), func(t *testing.T) {
				t.Parallel()
				srv := newFake(t)
				srv.FailNext(fault{Status: status, Lasts: true})
				var resp featurebase.Response
				_, err := srv.Client(featurebase.WithMaxRetries(3)).Contacts.Delete(t.Context(), contactID, featurebase.WithMaxRetries(n), featurebase.WithResponse(&resp))
				require.Error(t, err)
				want := 1
				if retried[status] {
					want = 1 + n
				}
				assert.Len(t, srv.Requests(), want)
				assert.Equal(t, want, resp.Attempts)
			})
		}
	}
}

func TestRetry_thatSucceedsIsASuccess(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.AddContact(featurebase.Contact{ID: contactID})
	srv.FailNext(fault{Cut: true}, fault{Status: 503}, fault{Truncate: true, Status: 500, Body: "oh"})
	var resp featurebase.Response
	_, err := srv.Client().Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	require.NoError(t, err)
	assert.Equal(t, 4, resp.Attempts)
	assert.Equal(t, 200, resp.StatusCode)
	assert.Equal(t, 2000, resp.RateLimit.Limit)
}

// A transport may change what it is given.
func TestRetry_sendsEachAttemptAnew(t *testing.T) {
	t.Parallel()
	var lines []string
	client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s", r.Method, r.Pattern, r.URL, r.Header.Get("X-Trace"), body))
		r.URL.Host, r.URL.Path, r.URL.RawQuery = "gateway.example", "/", "key=1"
		r.Header.Set("X-Trace", "of the gateway")
		r.Method, r.Pattern = "GET", ""
		return response(503, ""), err
	}), featurebase.WithHeader("X-Trace", "1"))
	_, _, err := client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u1"})
	require.ErrorIs(t, err, featurebase.ErrServer)
	assert.Equal(t, slices.Repeat([]string{`POST POST /v2/contacts https://do.featurebase.app/v2/contacts 1 {"userId":"u1"}`}, 4), lines)
}

// A retry that meets contact_not_found can't tell whether the contact was
// never there or an earlier attempt deleted it.
func TestErrAmbiguous_saysThatAnEarlierAttemptMayHaveDeleted(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		existed bool
		faults  []fault
		want    bool
	}{
		{"at once", false, nil, false},
		{"after 429", false, []fault{{Status: 429}}, false},
		{"after 429, 429, 429", false, times(3, fault{Status: 429}), false},
		{"after 408", false, []fault{{Status: 408}}, true},
		{"after 500", false, []fault{{Status: 500}}, true},
		{"after 503", false, []fault{{Status: 503}}, true},
		{"after 502, 429", false, []fault{{Status: 502}, {Status: 429}}, true},
		{"after a deletion with status 502", true, []fault{{Status: 502, Apply: true}}, true},
		{"after a connection cut before", false, []fault{{Cut: true}}, true},
		{"after a connection cut afterwards", true, []fault{{Cut: true, Apply: true}}, true},
		{"after a 200 cut short", true, []fault{{Truncate: true}}, true},
		{"after a 404 cut short", false, []fault{{Truncate: true, Status: 404, Body: notFound}}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.NewServer(t)
			if tc.existed {
				srv.AddContact(featurebase.Contact{ID: contactID})
			}
			srv.FailNext(tc.faults...)
			_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
			require.ErrorIs(t, err, featurebase.ErrNotFound)
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, tc.want, e.Ambiguous)
			assert.Equal(t, len(tc.faults)+1, e.Attempts)
			assert.Equal(t, tc.want, strings.Contains(err.Error(), "may have been processed"))
		})
	}
}

// What comes before sending can't have had an effect; an attempt that may have
// had one is not forgotten.
func TestErrAmbiguous_remembersEveryAttempt(t *testing.T) {
	t.Parallel()
	lost := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for _, tc := range []struct {
		name     string
		connects bool // whether the transport reports a connection
		errs     []error
		want     bool
	}{
		{"refused", false, []error{refused}, false},
		{"proxy refused", false, []error{&net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}}, false},
		{"unknown host", false, []error{&net.DNSError{IsNotFound: true}}, false},
		{"lookup failed", false, []error{&net.DNSError{IsTemporary: true}}, false},
		{"untrusted", false, []error{x509.UnknownAuthorityError{}}, false},
		{"not TLS", false, []error{tls.RecordHeaderError{}}, false},
		{"refused after a connection", true, []error{refused}, true},
		{"lost", false, []error{lost}, true},
		{"lost, then refused", false, []error{lost, refused}, true},
		{"refused, then lost", false, []error{refused, lost}, true},
		{"lost by a transport that says little", false, []error{io.EOF}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			n := 0
			err := deleteError(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				if tc.connects {
					httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
				}
				n++
				return nil, tc.errs[min(n, len(tc.errs))-1]
			}))
			assert.Equal(t, tc.want, requireErrorAs[*featurebase.RequestError](t, err).Ambiguous)
			assert.Equal(t, tc.want, errors.Is(err, featurebase.ErrAmbiguous))
		})
	}
}

func TestRetry_forgetsTheConnectionOfAnEarlierAttempt(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Status: 429})
	dials := 0
	tr := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials++; dials > 1 {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	_, err := srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: tr})).Contacts.Delete(t.Context(), contactID)
	e := requireErrorAs[*featurebase.RequestError](t, err)
	assert.Equal(t, 4, e.Attempts)
	assert.False(t, e.Ambiguous, "what was refused with a 429 and what was not sent had no effect")
}

func TestRetry_isSeenByATraceOfTheCallers(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(times(3, fault{Status: 503})...)
	connections := 0
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connections++ }})
	_, err := srv.Client().Contacts.Delete(ctx, contactID)
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.Equal(t, 4, connections)
}

func TestRetry_notAfterAStatusThatTellsWithoutItsBody(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 409, 410, 422} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			srv.FailNext(fault{Status: status, Body: invalidID, Truncate: true})
			_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, status, e.StatusCode)
			assert.Equal(t, 1, e.Attempts)
			assert.True(t, e.Ambiguous, "without its body, the response can be anybody's")
			assert.ErrorIs(t, e.Err, io.ErrUnexpectedEOF)
		})
	}
}

func TestWithRetryWait_isRandomBelowALimitThatDoubles(t *testing.T) {
	t.Parallel()
	limits := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second}
	longest := make([]time.Duration, len(limits))
	for range 100 {
		var at []time.Time
		synctest.Test(t, func(t *testing.T) {
			c := realisticClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
				at = append(at, time.Now())
				return response(500, ""), nil
			}), featurebase.WithMaxRetries(len(limits)))
			_, err := c.Contacts.Delete(t.Context(), contactID)
			require.ErrorIs(t, err, featurebase.ErrServer)
		})
		require.Len(t, at, len(limits)+1)
		for i := range limits {
			longest[i] = max(longest[i], at[i+1].Sub(at[i]))
		}
	}
	for i, limit := range limits {
		assert.LessOrEqual(t, longest[i], limit)
		assert.Greater(t, longest[i], limit*3/4, "100 waits use the whole range")
	}
}

func TestRetry_waitsForAsLongAsTheServerSays(t *testing.T) {
	t.Parallel()
	// The bubble's clock begins at midnight UTC, on 2000-01-01.
	const jitter = 500 * time.Millisecond
	date := "Sat, 01 Jan 2000 00:00:00 GMT"
	for _, tc := range []struct {
		name   string
		status int
		header map[string]string
		want   time.Duration
	}{
		{"429, seconds", 429, map[string]string{"Retry-After": "7"}, 7 * time.Second},
		{"429, fraction", 429, map[string]string{"Retry-After": "7.5"}, 7500 * time.Millisecond},
		{"429, date", 429, map[string]string{"Retry-After": "Sat, 01 Jan 2000 00:00:09 GMT"}, 9 * time.Second},
		{"429, date on a server ahead", 429, map[string]string{"Retry-After": "Sat, 01 Jan 2000 01:00:09 GMT", "Date": "Sat, 01 Jan 2000 01:00:00 GMT"}, 9 * time.Second},
		{"429, as long as a call may wait", 429, map[string]string{"Retry-After": "65"}, 65 * time.Second},
		{"429, zero", 429, map[string]string{"Retry-After": "0"}, time.Second},
		{"429, reset in seconds", 429, map[string]string{"X-RateLimit-Reset": "12"}, 12 * time.Second},
		{"429, reset in epoch seconds", 429, map[string]string{"X-RateLimit-Reset": "946684813"}, 13 * time.Second},
		{"429, reset in epoch milliseconds", 429, map[string]string{"X-RateLimit-Reset": "946684814500"}, 14500 * time.Millisecond},
		{"429, reset on a server behind", 429, map[string]string{"X-RateLimit-Reset": "946681215", "Date": "Fri, 31 Dec 1999 23:00:00 GMT"}, 15 * time.Second},
		{"429, reset years ahead", 429, map[string]string{"X-RateLimit-Reset": "1946684800"}, time.Minute},
		{"429, reset in the past", 429, map[string]string{"X-RateLimit-Reset": "946684000"}, time.Minute},
		{"429, both", 429, map[string]string{"Retry-After": "5", "X-RateLimit-Reset": "30"}, 5 * time.Second},
		{"429, nonsense and reset", 429, map[string]string{"Retry-After": "soon", "X-RateLimit-Reset": "30"}, 30 * time.Second},
		{"429, negative", 429, map[string]string{"Retry-After": "-5"}, time.Minute},
		{"429, NaN", 429, map[string]string{"Retry-After": "NaN"}, time.Minute},
		{"429, infinity", 429, map[string]string{"Retry-After": "+Inf"}, time.Minute},
		{"429, overflow", 429, map[string]string{"Retry-After": strings.Repeat("9", 400)}, time.Minute},
		{"429, exponent", 429, map[string]string{"Retry-After": "1e9"}, time.Minute},
		{"429, two dots", 429, map[string]string{"Retry-After": "1.2.3"}, time.Minute},
		{"429, nothing", 429, nil, time.Minute},
		{"429, nothing, late in the minute", 429, map[string]string{"Date": "Sat, 01 Jan 2000 00:00:48 GMT"}, 12 * time.Second},
		{"503, seconds", 503, map[string]string{"Retry-After": "7"}, 7 * time.Second},
		{"503, reset", 503, map[string]string{"X-RateLimit-Reset": "12"}, 0},
		{"503, nothing", 503, nil, 0},
		{"500, seconds", 500, map[string]string{"Retry-After": "7"}, 0},
		{"408, seconds", 408, map[string]string{"Retry-After": "7"}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			for k, v := range map[string]string{"Date": date, "Retry-After": ""} {
				header.Set(k, v)
			}
			for k, v := range tc.header {
				header.Set(k, v)
			}
			passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
				srv.AddContact(featurebase.Contact{ID: contactID})
				srv.FailNext(fault{Status: tc.status, Header: header})
				_, err := client.Contacts.Delete(t.Context(), contactID)
				require.NoError(t, err)
			})
			assert.GreaterOrEqual(t, passed, tc.want)
			if tc.want > jitter {
				assert.Equal(t, tc.want, passed)
			} else {
				assert.LessOrEqual(t, passed, jitter)
			}
		})
	}
}

func TestWithMaxRateLimitWait_boundsThePauseAfterARefusal(t *testing.T) {
	t.Parallel()
	after30 := http.Header{"Retry-After": {"30"}}
	for _, tc := range []struct {
		name     string
		most     time.Duration
		attempts int
		passed   time.Duration
	}{
		{"shorter", 10 * time.Second, 1, 0},
		{"longer", 40 * time.Second, 2, 30 * time.Second},
		{"turned off", 0, 1, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
				srv.FailNext(fault{Status: 429, Header: after30})
				var resp featurebase.Response
				_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
				require.Error(t, err)
				assert.Len(t, srv.Requests(), tc.attempts)
				assert.Equal(t, tc.passed, resp.Waited)
				if tc.attempts == 1 {
					e := requireErrorAs[*featurebase.APIError](t, err)
					assert.Equal(t, 30*time.Second, e.RetryAfter)
				}
			}, featurebase.WithMaxRateLimitWait(tc.most))
			assert.Equal(t, tc.passed, passed)
		})
	}
	t.Run("a 503 is retried all the same, after the ordinary wait", func(t *testing.T) {
		t.Parallel()
		passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
			srv.AddContact(featurebase.Contact{ID: contactID})
			srv.FailNext(fault{Status: 503, Header: after30})
			_, err := client.Contacts.Delete(t.Context(), contactID)
			require.NoError(t, err)
		}, featurebase.WithMaxRateLimitWait(0))
		assert.LessOrEqual(t, passed, time.Second)
	})
}

func TestRetry_afterATruncatedBodyOfAnySuccess(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.FailNext(fault{Status: 201, Body: "{}", Truncate: true})
	_, _, err := srv.Client().Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{Email: "ada@example.com"})
	require.NoError(t, err)
	assert.Len(t, srv.Requests(), 2)
}

func TestWithLogger_showsNothingForeign(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		rt   http.RoundTripper
		want string
	}{
		{"an error", failWith(errors.New("ada@example.com fell")), "error=*errors.errorString"},
		{"a response without a request ID", respondWith(404, notFound), "status=404"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			_ = deleteError(t, tc.rt, featurebase.WithLogger(newLogger(&log, slog.LevelDebug, "duration")))
			assert.Equal(t, "level=DEBUG msg=\"featurebase: attempt\" method=DELETE route=/v2/contacts/{id} attempt=1 "+tc.want+"\n", log.String())
		})
	}
}

func TestWithLogger_saysHowLongARetryWaits(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.AddContact(featurebase.Contact{ID: contactID})
		srv.FailNext(fault{Status: 503, Header: http.Header{"Retry-After": {"30"}}, Delay: 2 * time.Second})
		_, err := client.Contacts.Delete(t.Context(), contactID)
		require.NoError(t, err)
	}, featurebase.WithLogger(newLogger(&log, slog.LevelDebug)))
	assert.Equal(t, `level=DEBUG msg="featurebase: attempt" method=DELETE route=/v2/contacts/{id} attempt=1 duration=2s status=503 request_id=req_1
level=WARN msg="featurebase: retrying" method=DELETE route=/v2/contacts/{id} attempt=1 wait=30s status=503 request_id=req_1
level=DEBUG msg="featurebase: attempt" method=DELETE route=/v2/contacts/{id} attempt=2 duration=0s status=200 request_id=req_2
`, log.String())
}

func TestRetry_beginsNoWaitThatWouldOutlastTheContext(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []string{"20", "30"} { // 20 is when the context ends
		t.Run(retryAfter, func(t *testing.T) {
			t.Parallel()
			passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
				srv.FailNext(fault{Status: 429, Header: http.Header{"Retry-After": {retryAfter}}})
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				var resp featurebase.Response
				_, err := client.Contacts.Delete(ctx, contactID, featurebase.WithResponse(&resp))
				e := requireErrorAs[*featurebase.APIError](t, err)
				assert.Equal(t, []error{featurebase.ErrRateLimited}, matched(err))
				assert.Equal(t, 1, e.Attempts)
				assert.NotZero(t, e.RetryAfter)
				assert.NoError(t, e.Err)
				assert.Zero(t, resp.Waited)
			})
			assert.Zero(t, passed)
		})
	}
}

func TestRetry_losesNothingIfTheContextEndsDuringAWait(t *testing.T) {
	t.Parallel()
	why := errors.New("the shop closes")
	for _, tc := range []struct {
		name    string
		fault   fault
		matches []error
	}{
		{"response", fault{Status: 503, Header: http.Header{"Retry-After": {"30"}}, Body: envelope("api_error", "down")},
			[]error{featurebase.ErrServer, featurebase.ErrAmbiguous, context.Canceled}},
		{"cut short", fault{Status: 200, Body: deletedOK, Truncate: true}, []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous, context.Canceled}},
		{"no response", fault{Cut: true}, []error{featurebase.ErrAmbiguous, context.Canceled}},
		{"rate limit", fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}}, []error{featurebase.ErrRateLimited, context.Canceled}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
				srv.FailNext(fault{Lasts: true, Status: tc.fault.Status, Header: tc.fault.Header, Body: tc.fault.Body, Cut: tc.fault.Cut, Truncate: tc.fault.Truncate})
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(10*time.Second, func() { cancel(why) })
				var resp featurebase.Response
				_, err := client.Contacts.Delete(ctx, contactID, featurebase.WithResponse(&resp))
				require.ErrorIs(t, err, why)
				assert.ElementsMatch(t, tc.matches, matched(err))
				if tc.fault.Truncate {
					assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
				}
				assert.ErrorContains(t, err, "gave up waiting to retry: context canceled: the shop closes")
				assert.NotContains(t, err.Error(), "\n")
				assert.Len(t, srv.Requests(), resp.Attempts)
				assert.Equal(t, tc.fault.Status, resp.StatusCode)
			}, featurebase.WithRetryWait(time.Hour, time.Hour))
			assert.Equal(t, 10*time.Second, passed)
		})
	}
}

func TestRequestError_keepsTheEarlierResponseIfTheContextEnds(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.FailNext(fault{Status: 503, Header: http.Header{"X-Request-Id": {"req_1"}}}, fault{Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := client.Contacts.Delete(ctx, contactID)
		assert.ElementsMatch(t, []error{featurebase.ErrAmbiguous, context.DeadlineExceeded}, matched(err))
		e := requireErrorAs[*featurebase.RequestError](t, err)
		assert.Equal(t, 2, e.Attempts)
		assert.True(t, e.Ambiguous)
		earlier := requireErrorAs[*featurebase.APIError](t, e.Earlier)
		assert.Equal(t, 503, earlier.StatusCode)
		assert.Equal(t, "req_1", earlier.RequestID)
	})
}

func TestWithTimeout_isForOneAttempt(t *testing.T) {
	t.Parallel()
	passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.AddContact(featurebase.Contact{ID: contactID})
		srv.FailNext(times(2, fault{Delay: time.Hour})...)
		var resp featurebase.Response
		_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithTimeout(time.Minute), featurebase.WithResponse(&resp))
		require.NoError(t, err)
		assert.Equal(t, 3, resp.Attempts)
	})
	assert.InDelta(t, 2*time.Minute, passed, float64(2*time.Second))
}

func TestWithTimeout_isThirtySecondsByDefault(t *testing.T) {
	t.Parallel()
	passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.FailNext(fault{Delay: time.Hour})
		_, err := client.Contacts.Delete(t.Context(), contactID)
		assert.Equal(t, []error{featurebase.ErrAmbiguous}, matched(err))
		e := requireErrorAs[*featurebase.RequestError](t, err)
		assert.EqualError(t, e.Err, "the attempt took longer than 30s")
		assert.True(t, e.Ambiguous)
	}, featurebase.WithMaxRetries(0))
	assert.Equal(t, 30*time.Second, passed)
}

func TestWithTimeout_canBeTurnedOff(t *testing.T) {
	t.Parallel()
	passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.AddContact(featurebase.Contact{ID: contactID})
		srv.FailNext(fault{Delay: time.Hour})
		_, err := client.Contacts.Delete(t.Context(), contactID)
		require.NoError(t, err)
	}, featurebase.WithTimeout(0))
	assert.Equal(t, time.Hour, passed)
}

func TestWithTimeout_turnedOffLeavesTheEndToTheContext(t *testing.T) {
	t.Parallel()
	passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.FailNext(fault{Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := client.Contacts.Delete(ctx, contactID)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	}, featurebase.WithTimeout(0))
	assert.Equal(t, time.Minute, passed)
}

func TestWithTimeout_endsASlowBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := realisticClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(&drip{ctx: r.Context()})}, nil
		}), featurebase.WithMaxRetries(0))
		start := time.Now()
		_, err := c.Contacts.Delete(t.Context(), contactID)
		assert.Equal(t, 30*time.Second, time.Since(start))
		require.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
		require.ErrorContains(t, err, "the body broke off after 4 bytes: the attempt took longer than 30s")
	})
}

// drip has a byte every seven seconds until its request's context ends.
type drip struct{ ctx context.Context }

func (d *drip) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(7 * time.Second):
		p[0] = ' '
		return 1, nil
	}
}

func TestWithLogger_namesNoPersonAndNoToken(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.AddContact(featurebase.Contact{ID: contactID})
		srv.FailNext(withRequestID(fault{Status: 503, Body: "ada@example.com"}), fault{Cut: true}, fault{Delay: time.Hour})
		_, err := client.Contacts.Delete(t.Context(), contactID)
		require.NoError(t, err)
	}, featurebase.WithTimeout(10*time.Second), featurebase.WithLogger(newLogger(&log, slog.LevelDebug, "duration", "wait")))
	assert.Equal(t, `level=DEBUG msg="featurebase: attempt" method=DELETE route=/v2/contacts/{id} attempt=1 status=503 request_id=req_1
level=WARN msg="featurebase: retrying" method=DELETE route=/v2/contacts/{id} attempt=1 status=503 request_id=req_1
level=DEBUG msg="featurebase: attempt" method=DELETE route=/v2/contacts/{id} attempt=2 error="read tcp: connection reset by peer"
level=WARN msg="featurebase: retrying" method=DELETE route=/v2/contacts/{id} attempt=2 error="read tcp: connection reset by peer"
level=DEBUG msg="featurebase: attempt" method=DELETE route=/v2/contacts/{id} attempt=3 error="the attempt took longer than 10s"
level=WARN msg="featurebase: retrying" method=DELETE route=/v2/contacts/{id} attempt=3 error="the attempt took longer than 10s"
level=DEBUG msg="featurebase: attempt" method=DELETE route=/v2/contacts/{id} attempt=4 status=200 request_id=req_4
`, log.String())
}

// attemptTimes makes a call that fails at every attempt, in simulated time,
// and returns the times between its attempts.
func attemptTimes(t *testing.T, retries int, opts ...featurebase.Option) (waits []time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		var last time.Time
		c := realisticClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
			if now := time.Now(); last.IsZero() {
				last = now
			} else {
				waits, last = append(waits, now.Sub(last)), now
			}
			return response(500, ""), nil
		}), append(opts, featurebase.WithMaxRetries(retries))...)
		_, err := c.Contacts.Delete(t.Context(), contactID)
		require.ErrorIs(t, err, featurebase.ErrServer)
	})
	require.Len(t, waits, retries)
	return waits
}

func TestWithRetryWait_differsEachTime(t *testing.T) {
	t.Parallel()
	const limit = time.Second
	waits := attemptTimes(t, 200, featurebase.WithRetryWait(limit, limit))
	assert.Less(t, slices.Min(waits), limit/4)
	assert.Greater(t, slices.Max(waits), limit*3/4)
	assert.LessOrEqual(t, slices.Max(waits), limit)
}

func TestWithRetryWait_staysBelowItsMaximum(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		min, max time.Duration
	}{
		{"min doubled is max", time.Second, 8 * time.Second},
		{"min doubled is never max", 3 * time.Second, 10 * time.Second},
		{"as far apart as can be", 1, 24 * time.Hour},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			waits := attemptTimes(t, 200, featurebase.WithRetryWait(tc.min, tc.max))
			assert.LessOrEqual(t, slices.Max(waits), tc.max)
			assert.GreaterOrEqual(t, slices.Min(waits), time.Duration(0))
			// With more than 64 doublings behind them.
			assert.Greater(t, slices.Max(waits[100:]), tc.max*3/4)
		})
	}
}

func TestRetry_tellsAFailedLookupFromAnUnknownHost(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		err      error
		attempts int
	}{
		{"unknown host", &net.DNSError{Err: "no such host", Name: "fb.example", IsNotFound: true}, 1},
		{"temporary failure", &net.DNSError{Err: "server misbehaving", Name: "fb.example", IsTemporary: true}, 4},
		{"timeout", &net.DNSError{Err: "i/o timeout", Name: "fb.example", IsTimeout: true}, 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := requireErrorAs[*featurebase.RequestError](t, deleteError(t, failWith(&net.OpError{Op: "dial", Err: tc.err})))
			assert.Equal(t, tc.attempts, e.Attempts)
			assert.False(t, e.Ambiguous)
		})
	}
}

func TestRetry_notOfWhatHasTheWrongServer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		err  error
	}{
		{"certificate refused", &tls.CertificateVerificationError{Err: errors.New("no")}},
		{"unknown authority", x509.UnknownAuthorityError{}},
		{"another host", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "fb.example"}},
		{"expired", x509.CertificateInvalidError{Reason: x509.Expired}},
		{"not TLS", tls.RecordHeaderError{Msg: "not TLS"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := requireErrorAs[*featurebase.RequestError](t, deleteError(t, failWith(tc.err)))
			assert.Equal(t, 1, e.Attempts)
			assert.False(t, e.Ambiguous)
		})
	}
}

func TestRetry_doesNotRepeatTheWaitOfAnEarlierResponse(t *testing.T) {
	t.Parallel()
	passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.AddContact(featurebase.Contact{ID: contactID})
		srv.FailNext(fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}}, fault{Cut: true})
		var resp featurebase.Response
		_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
		require.NoError(t, err)
		assert.Equal(t, 3, resp.Attempts)
	})
	assert.InDelta(t, 30500*time.Millisecond, passed, float64(500*time.Millisecond))
}

// spentWindow is a header that says that the rate limit's window is spent for
// another minute.
var spentWindow = http.Header{
	"Date":                  {"Sat, 01 Jan 2000 00:00:00 GMT"}, // when simulated time begins
	"X-Ratelimit-Limit":     {"10"},
	"X-Ratelimit-Remaining": {"0"},
	"X-Ratelimit-Reset":     {"60"},
}

func TestRetry_notOfWhatTheRateLimitHoldsBack(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		status  int // of the response that says that the window is spent
		retries int // after it
	}{
		{"by another call", 400, 0},
		{"by an earlier attempt", 503, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
				srv.FailNext(fault{Status: tc.status, Header: spentWindow})
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				_, err := client.Contacts.Delete(ctx, contactID)
				if tc.retries == 0 {
					requireErrorAs[*featurebase.APIError](t, err)
					_, err = client.Contacts.Delete(ctx, contactID)
				}
				requireErrorAs[*featurebase.RateLimitError](t, err)
				assert.Len(t, srv.Requests(), 1)
			}, featurebase.WithLogger(newLogger(&log, slog.LevelWarn)))
			assert.Equal(t, tc.retries, strings.Count(log.String(), "retrying"))
			assert.LessOrEqual(t, passed, time.Duration(tc.retries)*500*time.Millisecond)
		})
	}
}

func TestRetry_notWhenTheCallHasEnded(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		fail func(*http.Request) (*http.Response, error)
	}{
		{"error", func(r *http.Request) (*http.Response, error) { return nil, r.Context().Err() }},
		{"response", func(*http.Request) (*http.Response, error) { return response(503, ""), nil }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			ctx, cancel := context.WithCancel(t.Context())
			attempts := 0
			c := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				attempts++
				cancel()
				return tc.fail(r)
			}), featurebase.WithLogger(newLogger(&log, slog.LevelWarn)), featurebase.WithRetryWait(time.Hour, time.Hour))
			_, err := c.Contacts.Delete(ctx, contactID)
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "gave up waiting")
			assert.Empty(t, log.String())
			assert.Equal(t, 1, attempts)
		})
	}
}

func TestWithResponse_hasTheLastResponseOfAnyAttempt(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	header := http.Header{"X-Request-Id": {"req_1"}, "X-Ratelimit-Limit": {"10"}, "X-Ratelimit-Remaining": {"9"}}
	srv.FailNext(append([]fault{{Status: 503, Header: header}}, times(3, fault{Cut: true})...)...)
	var resp featurebase.Response
	_, err := srv.Client().Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	requireErrorAs[*featurebase.RequestError](t, err)
	assert.Equal(t, 4, resp.Attempts)
	assert.Equal(t, 503, resp.StatusCode)
	assert.Equal(t, "req_1", resp.RequestID)
	assert.Equal(t, "req_1", resp.Header.Get("X-Request-Id"))
	assert.Equal(t, featurebase.RateLimit{Limit: 10, Remaining: 9}, resp.RateLimit)
}

func TestWithResponse_hasTheWaitsForTheRateLimitAlone(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.AddContact(featurebase.Contact{ID: contactID})
		srv.FailNext(fault{Status: 429, Header: http.Header{"Retry-After": {"1"}}}, fault{Cut: true})
		var resp featurebase.Response
		_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
		require.NoError(t, err)
		assert.Equal(t, 3, resp.Attempts)
		assert.Equal(t, time.Second, resp.Waited)
	}, featurebase.WithRetryWait(time.Hour, time.Hour))
}

func TestWithResponse_hasARequestIDWithoutTheToken(t *testing.T) {
	t.Parallel()
	var resp featurebase.Response
	deleteErr := func(r *http.Request) (*http.Response, error) {
		resp := response(404, notFound)
		resp.Header.Set("X-Request-Id", r.Header.Get("Authorization"))
		return resp, nil
	}
	_, err := newClient(t, roundTripper(deleteErr)).Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.Equal(t, "Bearer [token]", resp.RequestID)
}

func TestRequestError_keepsWhyAnEarlierBodyWasNotRead(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.AddContact(featurebase.Contact{ID: contactID})
	srv.FailNext(append([]fault{{Status: 200, Body: deletedOK, Truncate: true}}, times(3, fault{Cut: true})...)...)
	_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
	e := requireErrorAs[*featurebase.RequestError](t, err)
	earlier := requireErrorAs[*featurebase.UnexpectedResponseError](t, e.Earlier)
	assert.Equal(t, "its body could not be read", earlier.Reason)
	assert.ErrorIs(t, earlier, io.ErrUnexpectedEOF)
}

// What a transport says for reasons of its own is not known to pass: a mock has
// no response to the request however often it is sent.
func TestRetry_ofOtherTransportsOnlyWhatPasses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err      error
		attempts int
	}{
		{errors.New("requested interaction not found"), 1}, // go-vcr
		{errors.New("gock: cannot match any request"), 1},
		{fmt.Errorf("mock: %w", httpmock.NoResponderFound), 1},
		{errors.New("signing the request: no credentials"), 1},
		{io.EOF, 4},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), 4},
		{syscall.ECONNRESET, 4},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, 4},
		{&url.Error{Op: "Delete", URL: "x", Err: io.EOF}, 4},
		{net.ErrClosed, 4},
		{errors.New("http2: server sent GOAWAY and closed the connection"), 4},
		{errors.New("stream error: stream ID 7; INTERNAL_ERROR; received from peer"), 4},
		{errors.New("net/http: HTTP/1.x transport connection broken"), 4},
		{errors.New("http: server closed idle connection"), 4},
		{errors.New("tls: bad record MAC"), 4},
		{os.ErrDeadlineExceeded, 4},
		{fmt.Errorf("sending: %w", errors.New("http2: client connection lost")), 4},
		{errors.New("no mock of http: //example.com"), 1},
	} {
		t.Run(tc.err.Error(), func(t *testing.T) {
			t.Parallel()
			attempts := 0
			err := deleteError(t, roundTripper(func(*http.Request) (*http.Response, error) {
				attempts++
				return nil, tc.err
			}))
			require.ErrorIs(t, err, tc.err)
			assert.ErrorContains(t, err, "no response: ")
			assert.Equal(t, tc.attempts, attempts)
		})
	}
}

// net/http makes nothing but its text of a proxy's refusal to connect.
func TestRetry_notOfTheRefusalOfAProxy(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status   string
		attempts int
		want     string
	}{
		{"403 Forbidden", 1, "no response: the proxy refused the connection: Forbidden"},
		{"407 Proxy Authentication Required", 1, "no response: the proxy refused the connection: Proxy Authentication Required"},
		{"403 Blocked by policy 7", 1, "no response: the proxy refused the connection: Blocked by policy 7"},
		{"503 Service Unavailable", 4, "no response: Service Unavailable (4 attempts)"},
		{"502 Bad Gateway", 4, "no response: Bad Gateway (4 attempts)"},
		{"504 Gateway Timeout", 4, "no response: Gateway Timeout (4 attempts)"},
		{"429 Too Many Requests", 4, "no response: Too Many Requests (4 attempts)"},
	} {
		t.Run(tc.status, func(t *testing.T) {
			t.Parallel()
			proxy := listen(t, func(conn net.Conn) {
				_, _ = conn.Read(make([]byte, 4096))
				write(conn, "HTTP/1.1 "+tc.status+"\n\n")
			})
			u, err := url.Parse("http://" + proxy)
			require.NoError(t, err)
			hc := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
			_, err = networkClient(t, "https://featurebase.test", hc).Contacts.Delete(t.Context(), contactID)
			e := requireErrorAs[*featurebase.RequestError](t, err)
			assert.Equal(t, tc.attempts, e.Attempts)
			assert.ErrorContains(t, err, tc.want)
			assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
		})
	}
}

// Errors that look alike but don't come from a proxy are retried.
func TestRetry_ofWhatIsNotTheRefusalOfAProxy(t *testing.T) {
	t.Parallel()
	plain := errors.New("plain")
	proxy := func(u *url.URL) func(*http.Request) (*url.URL, error) { return http.ProxyURL(u) }
	registered := &http.Transport{Proxy: proxy(&url.URL{Scheme: "http", Host: "proxy.test"}),
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}} // no HTTP/2
	registered.RegisterProtocol("https", failWith(plain))
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, plain }
	for _, tc := range []struct {
		name      string
		baseURL   string
		transport *http.Transport
	}{
		{"a proxy that can't be reached", "https://featurebase.test", &http.Transport{Proxy: proxy(&url.URL{Scheme: "http", Host: "127.0.0.1:1"})}}, // a port that no other test may be given
		{"no proxy for this host", "https://featurebase.test", &http.Transport{Proxy: proxy(nil), DialTLSContext: dial}},
		{"no proxy at all", "https://featurebase.test", &http.Transport{DialTLSContext: dial}},
		{"no CONNECT", "http://featurebase.test", &http.Transport{Proxy: proxy(nil), DialContext: dial}},
		{"a protocol of its own", "https://featurebase.test", registered},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := networkClient(t, tc.baseURL, &http.Client{Transport: tc.transport}, featurebase.WithInsecureHTTP()).Contacts.Delete(t.Context(), contactID)
			assert.Equal(t, 4, requireErrorAs[*featurebase.RequestError](t, err).Attempts)
		})
	}
}

// An attempt that takes too long is not the end of the caller's context.
func TestWithTimeout_isNotTheContextsDeadline(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Delay: time.Hour, Optional: true})
	_, err := srv.Client().Contacts.Get(t.Context(), contactID, featurebase.WithTimeout(time.Millisecond), featurebase.WithMaxRetries(0))
	assert.NotErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	var timeout interface{ Timeout() bool }
	assert.True(t, errors.As(err, &timeout) && timeout.Timeout())
	assert.ErrorContains(t, err, "no response: the attempt took longer than 1ms")
	assert.Contains(t, logged(err), "the attempt took longer than 1ms")
}
