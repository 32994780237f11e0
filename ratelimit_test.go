package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// deleteAll deletes n contacts with so many clients, from so many goroutines
// each, in a bubble. It returns the time that it took and how many requests
// were refused.
func deleteAll(t *testing.T, n, clients, goroutines int, limit featurebasetest.RateLimitConfig) (took time.Duration, refused int) {
	synctest.Test(t, func(t *testing.T) {
		limit.Requests, limit.Window = requestsPerMinute, time.Minute
		srv := newFake(t)
		srv.SetRateLimit(limit)
		var refusals, failed atomic.Int32
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(responseTime / 2)
			resp, err := srv.Transport().RoundTrip(r)
			time.Sleep(responseTime / 2)
			if err == nil && resp.StatusCode == 429 {
				refusals.Add(1)
			}
			return resp, err
		})
		start := time.Now()
		var wg sync.WaitGroup
		for range clients {
			client := realisticClient(t, transport)
			ids := make(chan string, n/clients)
			for range n / clients {
				ids <- srv.AddContact(featurebase.Contact{}).ID
			}
			close(ids)
			for range goroutines {
				wg.Go(func() {
					for id := range ids {
						if _, err := client.Contacts.Delete(t.Context(), id); err != nil {
							failed.Add(1)
							t.Log(err)
						}
					}
				})
			}
		}
		wg.Wait()
		took, refused = time.Since(start), int(refusals.Load())
		assert.Zero(t, failed.Load())
		assert.Empty(t, srv.Contacts())
	})
	return took, refused
}

// ideal is the time that n deletions need at least: the windows that must
// pass, and sending the last of them.
func ideal(n, goroutines int) time.Duration {
	full := (n - 1) / requestsPerMinute
	last := n - full*requestsPerMinute
	return time.Duration(full)*time.Minute + time.Duration(math.Ceil(float64(last)/float64(goroutines)))*responseTime
}

func TestRateLimit_wholeWindowIsUsedAndNothingIsRefused(t *testing.T) {
	t.Parallel()
	for _, goroutines := range []int{8, 64} {
		for unit, name := range []string{"epoch seconds", "epoch milliseconds", "seconds from now"} {
			for _, ahead := range []time.Duration{0, 10 * time.Minute, -10*time.Minute - 300*time.Millisecond} {
				t.Run(fmt.Sprintf("%d goroutines, %s, server's clock %v ahead", goroutines, name, ahead), func(t *testing.T) {
					t.Parallel()
					const n = 10_000
					took, refused := deleteAll(t, n, 1, goroutines, featurebasetest.RateLimitConfig{
						Reset: featurebasetest.ResetUnit(unit), ClockAhead: ahead,
					})
					least := ideal(n, goroutines) - time.Minute // the first window may have begun before
					t.Logf("%.3f times the ideal time, refused: %d", float64(took)/float64(ideal(n, goroutines)), refused)
					assert.Zero(t, refused)
					assert.LessOrEqual(t, took, ideal(n, goroutines)*102/100)
					assert.GreaterOrEqual(t, took, least)
				})
			}
		}
	}
}

func TestRateLimit_othersOnTheKeyCauseFewRefusalsAndNoLoss(t *testing.T) {
	t.Parallel()
	for unit, name := range []string{"epoch seconds", "epoch milliseconds", "seconds from now"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const n = 10_000
			took, refused := deleteAll(t, n, 2, 16, featurebasetest.RateLimitConfig{Reset: featurebasetest.ResetUnit(unit)})
			t.Logf("took %v, refused: %d", took, refused)
			assert.LessOrEqual(t, refused, 10)
			assert.LessOrEqual(t, took, ideal(n, 16)*104/100)
		})
	}
}

func TestRateLimit_spentWindowIsNotTriedWhenTheContextCannotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFake(t)
		srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 1, Window: time.Minute, Reset: featurebasetest.ResetEpochMilliseconds})
		client := realisticClient(t, srv.Transport())
		var resp featurebase.Response
		_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		limit := resp.RateLimit
		assert.Equal(t, 1, limit.Limit)
		assert.Zero(t, limit.Remaining)
		assert.Equal(t, time.Minute, time.Until(limit.Reset))

		time.Sleep(20 * time.Second)
		before := len(srv.Requests())
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		_, err = client.Contacts.Delete(ctx, contactID)
		assert.Zero(t, time.Since(start), "at once")
		assert.Equal(t, []error{featurebase.ErrRateLimited}, matched(err))
		held := requireErrorAs[*featurebase.RateLimitError](t, err)
		assert.Equal(t, &featurebase.RateLimitError{RetryAfter: 40 * time.Second, RateLimit: limit}, held)
		assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/{id}: not sent: rate limited for another 40s, longer than the call may wait")
		assert.Zero(t, requireErrorAs[*featurebase.RequestError](t, err).Attempts)
		assert.Len(t, srv.Requests(), before, "nothing was sent")

		// One that can wait does, and one that is canceled meanwhile says so.
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		_, err = client.Contacts.Delete(ctx, contactID)
		assert.Equal(t, []error{context.Canceled}, matched(err))
		assert.ErrorContains(t, err, "not sent: held back by the rate limit: context canceled")
		assert.Equal(t, 10*time.Second, time.Since(start))
		ctx, cancel = context.WithTimeout(t.Context(), 31*time.Second)
		defer cancel()
		_, err = client.Contacts.Delete(ctx, contactID)
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		assert.Equal(t, 40*time.Second, time.Since(start))
	})
}

func TestRateLimit_refusalHoldsBackEveryone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFake(t)
		client := realisticClient(t, srv.Transport())
		srv.FailNext(fault{Status: 429, Header: http.Header{"Retry-After": {"20"}}})
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				_, err := client.Contacts.Delete(t.Context(), contactID)
				assert.ErrorIs(t, err, featurebase.ErrNotFound)
				assert.Equal(t, 20*time.Second, time.Since(start))
			})
		}
		wg.Wait()
		assert.Len(t, srv.Requests(), 11)
	})
}

// When the window ends, one request looks whether it really has.
func TestRateLimit_oneRequestGoesAheadIntoANewWindow(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		probe fault
		late  time.Duration // how much later the others follow
	}{
		{"processed", fault{Delay: 100 * time.Millisecond}, 100 * time.Millisecond},
		{"refused", fault{Status: 429, Header: http.Header{"Retry-After": {"2"}}}, 2 * time.Second},
		{"lost", fault{Delay: 100 * time.Millisecond, Cut: true}, 100 * time.Millisecond},
		{"hanging", fault{Delay: 10 * time.Second}, time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newFake(t)
				srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 50, Window: time.Minute})
				client := realisticClient(t, srv.Transport(), featurebase.WithRetryWait(0, 0))
				for range 50 {
					_, err := client.Contacts.Delete(t.Context(), contactID)
					require.ErrorIs(t, err, featurebase.ErrNotFound)
				}
				srv.FailNext(tc.probe)
				start, spread := time.Now(), make([]time.Duration, 10)
				var wg sync.WaitGroup
				for i := range spread {
					wg.Go(func() {
						_, err := client.Contacts.Delete(t.Context(), contactID)
						assert.ErrorIs(t, err, featurebase.ErrNotFound)
						spread[i] = time.Since(start)
					})
				}
				wg.Wait()
				followed := 0
				for _, at := range spread {
					assert.GreaterOrEqual(t, at, time.Minute)
					if at == time.Minute+tc.late {
						followed++
					}
				}
				assert.GreaterOrEqual(t, followed, 9, "%v", spread)
			})
		})
	}
}

func TestRateLimit_countsRequestsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFake(t)
		srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 5, Window: time.Minute})
		slow := roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return srv.Transport().RoundTrip(r)
		})
		client := realisticClient(t, slow)
		_, err := client.Contacts.Delete(t.Context(), contactID) // 4 remain
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		start := time.Now()
		var mu sync.Mutex
		var done []time.Duration
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				_, err := client.Contacts.Delete(t.Context(), contactID)
				assert.ErrorIs(t, err, featurebase.ErrNotFound)
				mu.Lock()
				defer mu.Unlock()
				done = append(done, time.Since(start).Round(time.Second))
			})
		}
		wg.Wait()
		assert.Equal(t, []time.Duration{1, 1, 1, 1, 60, 61}, scale(done, time.Second))
		assert.Len(t, srv.Requests(), 7, "none was refused")
	})
}

func scale(ds []time.Duration, unit time.Duration) []time.Duration {
	for i := range ds {
		ds[i] /= unit
	}
	return ds
}

func TestRateLimit_holdsNothingBackWithoutReason(t *testing.T) {
	t.Parallel()
	spent := http.Header{"X-Ratelimit-Limit": {"10"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"30"}}
	for _, tc := range []struct {
		name   string
		header http.Header
		opts   []featurebase.Option
		took   time.Duration
	}{
		{"held back after each", spent, nil, time.Minute},
		{"no headers", nil, nil, 0},
		{"no reset", http.Header{"X-Ratelimit-Limit": {"10"}, "X-Ratelimit-Remaining": {"0"}}, nil, 0},
		{"reset alone", http.Header{"X-Ratelimit-Reset": {"30"}}, nil, 0},
		{"waiting is turned off", spent, []featurebase.Option{featurebase.WithMaxRateLimitWait(0)}, 0},
		{"what nobody would wait for is tried, and is not true", spent, []featurebase.Option{featurebase.WithMaxRateLimitWait(10 * time.Second)}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := realisticClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
					resp := response(200, deletedOK)
					resp.Header = tc.header
					return resp, nil
				}), tc.opts...)
				start := time.Now()
				for range 3 {
					_, err := client.Contacts.Delete(t.Context(), contactID)
					require.NoError(t, err)
				}
				assert.Equal(t, tc.took, time.Since(start))
			})
		})
	}
}

// limited returns a transport that responds with what limit says of a request:
// its status, and the window.
func limited(limit func(r *http.Request) (status, limit, remaining int, reset string)) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		time.Sleep(responseTime)
		status, limit, remaining, reset := limit(r)
		body := notFound
		if status == 429 {
			body = envelope("rate_limit_error", "rate_limited")
		}
		resp := response(status, body)
		resp.Header = http.Header{"X-Ratelimit-Limit": {strconv.Itoa(limit)}, "X-Ratelimit-Remaining": {strconv.Itoa(remaining)}, "X-Ratelimit-Reset": {reset}}
		return resp, nil
	})
}

func TestRateLimit_boundsTheWholeHoldOfACall(t *testing.T) {
	t.Parallel()
	// deletes makes calls at the same time, and returns the errors and the
	// longest time for which one was held back.
	deletes := func(t *testing.T, client *featurebase.Client, calls int) (errs []error, longest time.Duration) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range calls {
			wg.Go(func() {
				var resp featurebase.Response
				start := time.Now()
				_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
				assert.Equal(t, time.Since(start)-time.Duration(resp.Attempts)*responseTime, resp.Waited)
				mu.Lock()
				defer mu.Unlock()
				errs, longest = append(errs, err), max(longest, resp.Waited)
			})
		}
		wg.Wait()
		return errs, longest
	}
	t.Run("the server serves, and says that it does not", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client := realisticClient(t, limited(func(*http.Request) (int, int, int, string) { return 404, 2000, 0, "3600" }))
			for range 3 {
				errs, longest := deletes(t, client, 32)
				for _, err := range errs {
					assert.ErrorIs(t, err, featurebase.ErrNotFound)
				}
				assert.LessOrEqual(t, longest, responseTime)
			}
		})
	})
	t.Run("many calls, and a low limit", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			srv := newFake(t)
			srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 10, Window: time.Minute})
			client := realisticClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				time.Sleep(responseTime)
				return srv.Transport().RoundTrip(r)
			}))
			deletes(t, client, 1)
			errs, longest := deletes(t, client, 50)
			assert.Equal(t, 65*time.Second, longest)
			assert.Len(t, srv.Requests(), 20, "none was refused")
			held := 0
			for _, err := range errs {
				if errors.Is(err, featurebase.ErrRateLimited) {
					held++
					assert.Equal(t, []error{featurebase.ErrRateLimited}, matched(err))
					assert.Positive(t, requireErrorAs[*featurebase.RateLimitError](t, err).RetryAfter)
					assert.Zero(t, requireErrorAs[*featurebase.RequestError](t, err).Attempts)
				}
			}
			assert.Equal(t, 51-20, held)
		})
	})
	t.Run("nothing but refusals", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client := realisticClient(t, limited(func(*http.Request) (int, int, int, string) { return 429, 2000, 0, "30" }), featurebase.WithMaxRetries(9))
			start := time.Now()
			errs, longest := deletes(t, client, 1)
			refusal := requireErrorAs[*featurebase.APIError](t, errs[0])
			assert.Equal(t, 3, refusal.Attempts, "0, 30 and 60 seconds")
			assert.Equal(t, 30*time.Second, refusal.RetryAfter)
			assert.NoError(t, refusal.Err)
			assert.Equal(t, time.Minute, longest)
			assert.Equal(t, time.Minute+3*responseTime, time.Since(start))
		})
	})
}

// A call that was refused, and may not wait for as long as another refusal
// says, fails with its own.
func TestRateLimit_heldRetryFailsWithItsRefusal(t *testing.T) {
	t.Parallel()
	// refuse makes a call that is refused, and held back from its retry on.
	refuse := func(t *testing.T, ctx context.Context) error {
		client := realisticClient(t, limited(func(r *http.Request) (int, int, int, string) {
			if strings.Contains(r.URL.Path, "by-user-id") {
				time.Sleep(5 * time.Second)
				return 429, 2000, 0, "40"
			}
			return 429, 2000, 0, "10"
		}))
		go func() { _, _ = client.Contacts.DeleteByUserID(t.Context(), "u1", featurebase.WithMaxRetries(0)) }()
		_, err := client.Contacts.Delete(ctx, contactID)
		return err
	}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		err := refuse(t, ctx)
		assert.Equal(t, 10*time.Second+responseTime, time.Since(start))
		assert.Equal(t, []error{featurebase.ErrRateLimited}, matched(err))
		refusal := requireErrorAs[*featurebase.APIError](t, err)
		assert.Equal(t, 10*time.Second, refusal.RetryAfter)
		assert.Equal(t, 1, refusal.Attempts)
	})
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Second, cancel)
		err := refuse(t, ctx)
		assert.Equal(t, 20*time.Second, time.Since(start))
		assert.Equal(t, []error{context.Canceled}, matched(err))
		earlier := requireErrorAs[*featurebase.APIError](t, requireErrorAs[*featurebase.RequestError](t, err).Earlier)
		assert.Equal(t, 429, earlier.StatusCode)
	})
}

func TestRateLimit_holdIsCanceledOrOutlastsTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := realisticClient(t, limited(func(*http.Request) (int, int, int, string) { return 404, 1, 0, "60" }))
		_, err := client.Contacts.Delete(t.Context(), contactID)
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		why := errors.New("the shop closes")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(why) })
		_, err = client.Contacts.Delete(ctx, contactID)
		assert.Equal(t, []error{context.Canceled}, matched(err))
		assert.ErrorIs(t, err, why)

		// Behind a probe that hangs, the deadline passes while the call is held.
		client = realisticClient(t, limited(func(*http.Request) (int, int, int, string) {
			time.Sleep(time.Minute)
			return 404, 1, 0, "1"
		}), featurebase.WithTimeout(0))
		_, err = client.Contacts.Delete(t.Context(), contactID)
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		time.Sleep(2 * time.Second)
		go func() { _, _ = client.Contacts.Delete(t.Context(), contactID) }()
		synctest.Wait()
		ctx, stop := context.WithTimeout(t.Context(), time.Second/2)
		defer stop()
		_, err = client.Contacts.Delete(ctx, contactID)
		assert.Equal(t, []error{featurebase.ErrRateLimited, context.DeadlineExceeded}, matched(err))
		time.Sleep(time.Hour)
	})
}

func TestRateLimit_spentLimitOfAnEndpointHoldsBackNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := realisticClient(t, limited(func(r *http.Request) (int, int, int, string) {
			if r.Method == http.MethodPost {
				return 404, 10, 0, "60"
			}
			return 404, 2000, 1900, "60"
		}))
		start := time.Now()
		var resp featurebase.Response
		for range 2 {
			err := client.Contacts.Block(t.Context(), contactID)
			require.ErrorIs(t, err, featurebase.ErrNotFound)
			_, err = client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
			require.ErrorIs(t, err, featurebase.ErrNotFound)
			assert.Zero(t, resp.Waited)
		}
		assert.Equal(t, time.Minute+3*responseTime, time.Since(start), "only the second Block waits")
	})
}

func TestRateLimit_holdIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		client := realisticClient(t, limited(func(*http.Request) (int, int, int, string) { return 404, 1, 0, "60" }),
			featurebase.WithLogger(newLogger(&log, slog.LevelWarn)))
		_, err := client.Contacts.Delete(t.Context(), contactID)
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		assert.Empty(t, log.String())
		var resp featurebase.Response
		done := make(chan error)
		go func() {
			_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
			done <- err
		}()
		synctest.Wait()
		assert.Equal(t, "level=WARN msg=\"featurebase: held back by the rate limit\" method=DELETE route=/v2/contacts/{id} wait=1m0s\n", log.String())
		require.ErrorIs(t, <-done, featurebase.ErrNotFound)
		assert.Equal(t, time.Minute, resp.Waited)
	})
}

func TestWithResponse_waitedCountsAPauseAsFarAsItLasted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := realisticClient(t, limited(func(*http.Request) (int, int, int, string) { return 429, 2000, 0, "30" }))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second+responseTime, cancel)
		var resp featurebase.Response
		_, err := client.Contacts.Delete(ctx, contactID, featurebase.WithResponse(&resp))
		assert.Equal(t, []error{featurebase.ErrRateLimited, context.Canceled}, matched(err))
		assert.Equal(t, 10*time.Second, resp.Waited)
	})
}

// A transport that panics or exits leaves no request in flight.
func TestRateLimit_transportThatExitsTakesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := func() {}
		client := realisticClient(t, limited(func(*http.Request) (int, int, int, string) { end(); return 404, 2000, 1, "60" }))
		start := time.Now()
		for _, end = range []func(){func() {}, func() { panic("mock") }, runtime.Goexit, func() {}} {
			done := make(chan struct{})
			go func() {
				defer close(done)
				defer func() { _ = recover() }()
				_, _ = client.Contacts.Delete(t.Context(), contactID)
			}()
			<-done
		}
		assert.Equal(t, 4*responseTime, time.Since(start), "none was held back, though one remains")
	})
}

// A call that can't be sent before its deadline says so, and why there is one.
func TestRateLimitError_matchesTheCauseOfTheDeadline(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.FailNext(fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}})
		_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithMaxRetries(0))
		require.ErrorIs(t, err, featurebase.ErrRateLimited)

		why := errors.New("the shop closes")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second, why)
		defer cancel()
		<-ctx.Done()
		_, err = client.Contacts.Delete(ctx, contactID)
		assert.ErrorIs(t, err, why)
		assert.ElementsMatch(t, []error{featurebase.ErrRateLimited, context.DeadlineExceeded}, matched(err))
	})
}

// A refusal that doesn't say which limit was hit is about its endpoint: the
// method and the route.
func TestRateLimit_refusalHoldsItsEndpointAlone(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
		srv.FailNext(fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}})
		_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithMaxRetries(0))
		require.ErrorIs(t, err, featurebase.ErrRateLimited)

		var resp featurebase.Response
		withResponse := featurebase.WithResponse(&resp)
		_, err = client.Contacts.Get(t.Context(), contactID, withResponse)
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		assert.Zero(t, resp.Waited, "another method")
		_, err = client.Contacts.DeleteByUserID(t.Context(), "1", withResponse)
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		assert.Zero(t, resp.Waited, "another route")
		_, err = client.Contacts.Delete(t.Context(), contactID, withResponse)
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		assert.Equal(t, 30*time.Second, resp.Waited)
	})
}
