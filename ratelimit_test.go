package featurebase_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// A minute of the API's limit: 2,000 requests, each answered after 80 ms.
const (
	perMinute = 2000
	answerIn  = 80 * time.Millisecond
)

// deleteAll deletes n contacts from so many goroutines, in a bubble, and gives
// the time it took and the refusals in each window.
func deleteAll(t *testing.T, n, goroutines int, limit featurebasetest.RateLimit) (took time.Duration, refusals map[time.Time]int) {
	synctest.Test(t, func(t *testing.T) {
		limit.Requests, limit.Window = perMinute, time.Minute
		srv := featurebasetest.New()
		srv.SetRateLimit(limit)
		refusals = map[time.Time]int{}
		var mu sync.Mutex
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(answerIn / 2)
			resp, err := srv.Transport().RoundTrip(r)
			time.Sleep(answerIn / 2)
			if err == nil && resp.StatusCode == 429 {
				mu.Lock()
				refusals[time.Now().Truncate(time.Minute)]++
				mu.Unlock()
			}
			return resp, err
		})
		client := featureClient(t, transport)
		ids := make(chan string, n)
		for range n {
			ids <- srv.AddContact(featurebase.Contact{}).ID
		}
		close(ids)
		var failed atomic.Int32
		start := time.Now()
		var wg sync.WaitGroup
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
		wg.Wait()
		took = time.Since(start)
		assert.Zero(t, failed.Load())
		assert.Equal(t, 0, len(srv.Contacts()))
	})
	return took, refusals
}

// ideal is the time that n deletions need at least: the windows that must
// pass, and sending the last of them.
func ideal(n, goroutines int) time.Duration {
	full := (n - 1) / perMinute
	last := n - full*perMinute
	return time.Duration(full)*time.Minute + time.Duration(math.Ceil(float64(last)/float64(goroutines)))*answerIn
}

func TestTheWholeWindowIsUsedAndNothingIsRefused(t *testing.T) {
	t.Parallel()
	for _, goroutines := range []int{8, 64} {
		for unit, name := range []string{"epoch seconds", "epoch milliseconds", "seconds from now"} {
			for _, ahead := range []time.Duration{0, 10 * time.Minute, -10*time.Minute - 300*time.Millisecond} {
				t.Run(fmt.Sprintf("%d goroutines, %s, server's clock %v ahead", goroutines, name, ahead), func(t *testing.T) {
					t.Parallel()
					const n = 10_000
					took, refusals := deleteAll(t, n, goroutines, featurebasetest.RateLimit{
						Reset: featurebasetest.ResetUnit(unit), ClockAhead: ahead,
					})
					least := ideal(n, goroutines) - time.Minute // the first window may have begun before
					t.Logf("%.3f times the ideal time, refused: %v", float64(took)/float64(ideal(n, goroutines)), refusals)
					assert.Empty(t, refusals)
					assert.LessOrEqual(t, took, ideal(n, goroutines)*102/100)
					assert.GreaterOrEqual(t, took, least)
				})
			}
		}
	}
}

func TestOthersOnTheKeyCauseFewRefusalsAndNoLoss(t *testing.T) {
	t.Parallel()
	for _, goroutines := range []int{8, 64} {
		for unit, name := range []string{"epoch seconds", "epoch milliseconds", "seconds from now"} {
			t.Run(fmt.Sprintf("%d goroutines, %s", goroutines, name), func(t *testing.T) {
				t.Parallel()
				const n = 5_000
				_, refusals := deleteAll(t, n, goroutines, featurebasetest.RateLimit{
					Reset: featurebasetest.ResetUnit(unit),
					Others: func(passed time.Duration) int { // 45 % over the window, in bursts of 50 every third second
						return min(900, 50*int(1+passed/(10*time.Second/3)))
					},
				})
				t.Logf("refused: %v", refusals)
				for window, n := range refusals {
					assert.LessOrEqual(t, n, 5, window)
				}
			})
		}
	}
}

func TestASpentWindowIsNotTriedWhenTheContextCannotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		srv.SetRateLimit(featurebasetest.RateLimit{Requests: 1, Window: time.Minute, Reset: featurebasetest.ResetEpochMilliseconds})
		client := featureClient(t, srv.Transport())
		assert.Zero(t, client.RateLimit())
		_, err := client.Contacts.Delete(t.Context(), contactID)
		require.ErrorIs(t, err, featurebase.ErrContactNotFound)
		limit := client.RateLimit()
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
		assert.EqualError(t, err, "featurebase: DELETE /v2/contacts/507f1f77bcf86cd799439011: not sent: the rate limit holds requests back for another 40s, and the context ends before")
		assert.Zero(t, requireErrorAs[*featurebase.TransportError](t, err).Attempts)
		assert.Len(t, srv.Requests(), before, "nothing was sent")

		// One that can wait does, and one that is cancelled meanwhile says both.
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		_, err = client.Contacts.Delete(ctx, contactID)
		assert.Equal(t, []error{featurebase.ErrRateLimited, context.Canceled}, matched(err))
		assert.Equal(t, 30*time.Second, requireErrorAs[*featurebase.RateLimitError](t, err).RetryAfter)
		assert.Equal(t, 10*time.Second, time.Since(start))
		ctx, cancel = context.WithTimeout(t.Context(), 31*time.Second)
		defer cancel()
		_, err = client.Contacts.Delete(ctx, contactID)
		require.ErrorIs(t, err, featurebase.ErrContactNotFound)
		assert.Equal(t, 40*time.Second, time.Since(start))
	})
}

func TestARefusalClosesTheGateForEveryone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		client := featureClient(t, srv.Transport())
		srv.FailNext(fault{Status: 429, Header: http.Header{"Retry-After": {"20"}}})
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				_, err := client.Contacts.Delete(t.Context(), contactID)
				assert.ErrorIs(t, err, featurebase.ErrContactNotFound)
				assert.Equal(t, 20*time.Second, time.Since(start))
			})
		}
		wg.Wait()
		assert.Len(t, srv.Requests(), 11)
	})
}

// When the window ends, one request looks whether it really has.
func TestOneRequestGoesAheadIntoANewWindow(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		probe fault
		late  time.Duration // how much later the others follow
	}{
		"answered": {fault{Delay: 100 * time.Millisecond}, 100 * time.Millisecond},
		"refused":  {fault{Status: 429, Header: http.Header{"Retry-After": {"2"}}}, 2 * time.Second},
		"lost":     {fault{Delay: 100 * time.Millisecond, Cut: true}, 100 * time.Millisecond},
		"hanging":  {fault{Delay: 10 * time.Second}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := featurebasetest.New()
				srv.SetRateLimit(featurebasetest.RateLimit{Requests: 50, Window: time.Minute})
				client := featureClient(t, srv.Transport(), featurebase.WithRetryWait(0, 0))
				for range 50 {
					_, err := client.Contacts.Delete(t.Context(), contactID)
					require.ErrorIs(t, err, featurebase.ErrContactNotFound)
				}
				srv.FailNext(tc.probe)
				start, spread := time.Now(), make([]time.Duration, 10)
				var wg sync.WaitGroup
				for i := range spread {
					wg.Go(func() {
						_, err := client.Contacts.Delete(t.Context(), contactID)
						assert.ErrorIs(t, err, featurebase.ErrContactNotFound)
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

func TestRequestsInFlightCountAgainstWhatRemains(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		srv.SetRateLimit(featurebasetest.RateLimit{Requests: 5, Window: time.Minute})
		slow := roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return srv.Transport().RoundTrip(r)
		})
		client := featureClient(t, slow)
		_, err := client.Contacts.Delete(t.Context(), contactID) // 4 remain
		require.ErrorIs(t, err, featurebase.ErrContactNotFound)
		start := time.Now()
		var mu sync.Mutex
		var done []time.Duration
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				_, err := client.Contacts.Delete(t.Context(), contactID)
				assert.ErrorIs(t, err, featurebase.ErrContactNotFound)
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

func TestWithoutRateLimitHeadersNothingIsHeldBack(t *testing.T) {
	t.Parallel()
	simulated := func(t *testing.T, header http.Header, opts ...featurebase.Option) time.Duration {
		var took time.Duration
		synctest.Test(t, func(t *testing.T) {
			client := featureClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
				resp := httpmock.NewStringResponse(200, deletedOK)
				resp.Header = header
				return resp, nil
			}), opts...)
			start := time.Now()
			for range 3 {
				_, err := client.Contacts.Delete(t.Context(), contactID)
				require.NoError(t, err)
			}
			took = time.Since(start)
		})
		return took
	}
	spent := http.Header{"X-Ratelimit-Limit": {"10"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"30"}}
	assert.Equal(t, time.Minute, simulated(t, spent), "held back after each")
	assert.Zero(t, simulated(t, nil))
	assert.Zero(t, simulated(t, http.Header{"X-Ratelimit-Limit": {"10"}, "X-Ratelimit-Remaining": {"0"}}))
	assert.Zero(t, simulated(t, http.Header{"X-Ratelimit-Reset": {"30"}}))
	assert.Zero(t, simulated(t, spent, featurebase.WithMaxRateLimitWait(0)), "waiting is turned off")
	assert.Equal(t, 20*time.Second, simulated(t, spent, featurebase.WithMaxRateLimitWait(10*time.Second)), "waiting is bounded")
}
