package featurebase_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

type bulkResult = featurebase.BulkResult[*featurebase.DeletedContact]

// seeded adds n contacts and returns their IDs.
func seeded(srv *featurebasetest.Server, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = srv.AddContact(featurebase.Contact{}).ID
	}
	return ids
}

// repeated yields contactID n times.
func repeated(n int) iter.Seq[string] { return slices.Values(slices.Repeat([]string{contactID}, n)) }

// received yields what comes from ch, and does not notice the end of a context.
func received(ch <-chan string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for id := range ch {
			if !yield(id) {
				return
			}
		}
	}
}

func TestContactsDeleteMany_yieldsOneResultPerID(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ids := seeded(srv, 500)
	gone, invalid := "ffffffffffffffffffffffff", "not-an-id"
	ids = slices.Insert(ids, 100, gone, invalid, "", gone)
	srv.FailNext(slices.Repeat([]fault{{Status: 503}, {}, {Cut: true}, {}, {}, {Status: 429}}, 50)...)

	results := map[string]int{}
	for r := range srv.Client().Contacts.DeleteMany(t.Context(), slices.Values(ids), featurebase.WithConcurrency(16), featurebase.WithMaxRetries(50)) {
		results[r.ID]++
		switch r.ID {
		case gone:
			assert.ErrorIs(t, r.Err, featurebase.ErrNotFound)
			assert.Nil(t, r.Value)
		case invalid, "":
			assert.ErrorIs(t, r.Err, featurebase.ErrInvalidID)
			assert.NotErrorIs(t, r.Err, featurebase.ErrStopped)
		default:
			if assert.NoError(t, r.Err) {
				assert.Equal(t, r.ID, r.Value.ID)
			}
		}
	}
	want := map[string]int{}
	for _, id := range ids {
		want[id]++
	}
	assert.Equal(t, want, results)
	assert.Empty(t, srv.Contacts())
}

func TestContactsDeleteManyByUserID_deletesByUserID(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ada := srv.AddContact(featurebase.Contact{UserID: "ada"})
	results := map[string]bulkResult{}
	for r := range srv.Client().Contacts.DeleteManyByUserID(t.Context(), slices.Values([]string{"ada", "bob", ""})) {
		results[r.ID] = r
	}
	require.Len(t, results, 3)
	assert.NoError(t, results["ada"].Err)
	assert.Equal(t, &featurebase.DeletedContact{ID: ada.ID, Object: "contact", Deleted: true}, results["ada"].Value)
	assert.ErrorIs(t, results["bob"].Err, featurebase.ErrNotFound)
	assert.ErrorIs(t, results[""].Err, featurebase.ErrInvalidID)
	assert.Empty(t, srv.Contacts())
}

func TestContactsDeleteMany_accountsForEveryIDUnderTheRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFake(t)
		srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: requestsPerMinute, Window: time.Minute, Others: func(passed time.Duration) int {
			return int(900 * passed / time.Minute)
		}})
		var n, refused atomic.Int32
		client := realisticClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(responseTime)
			if n := n.Add(1); n%20 == 0 { // 5 %
				srv.FailNext(fault{Apply: n%40 == 0, Cut: true})
			}
			resp, err := srv.Transport().RoundTrip(r)
			if err == nil && resp.StatusCode == 429 {
				refused.Add(1)
			}
			return resp, err
		}), featurebase.WithMaxRetries(10)) // 5 % would meet one ID four times in a row now and then
		ids := seeded(srv, 10_000)
		results := map[string]error{}
		for r := range client.Contacts.DeleteMany(t.Context(), slices.Values(ids), featurebase.WithConcurrency(32)) {
			if !errors.Is(r.Err, featurebase.ErrNotFound) { // gone, by an attempt whose response was lost
				assert.NoError(t, r.Err)
			} else {
				assert.ErrorIs(t, r.Err, featurebase.ErrAmbiguous)
			}
			results[r.ID] = r.Err
		}
		assert.Len(t, results, len(ids))
		assert.Empty(t, srv.Contacts())
		assert.LessOrEqual(t, refused.Load(), int32(5*10), "a handful a window")
	})
}

func TestBulkResult_hasRequestIDAndAttempts(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ids := append(seeded(srv, 1), "ffffffffffffffffffffffff", "invalid")
	srv.FailNext(withRequestID(fault{Status: 503}), fault{Cut: true}, fault{Status: 200, Body: strings.ReplaceAll(deletedOK, contactID, ids[0]), Header: http.Header{"X-Request-Id": {"req_2"}}},
		withRequestID(fault{Status: 404, Body: notFound}))
	var results []bulkResult
	for r := range srv.Client().Contacts.DeleteMany(t.Context(), slices.Values(ids), featurebase.WithConcurrency(1)) {
		r.Value, r.Err = nil, nil
		results = append(results, r)
	}
	assert.Equal(t, []bulkResult{
		{ID: ids[0], RequestID: "req_2", Attempts: 3},
		{ID: ids[1], RequestID: "req_1", Attempts: 1},
		{ID: ids[2]},
	}, results)
}

func TestBulk_hasAsManyInFlightAsConfigured(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		opts []featurebase.BulkOption
		want int
	}{
		{"default", nil, 8},
		{"one", []featurebase.BulkOption{featurebase.WithConcurrency(1)}, 1},
		{"three", []featurebase.BulkOption{featurebase.WithConcurrency(3)}, 3},
		{"as many as there are", []featurebase.BulkOption{featurebase.WithConcurrency(math.MaxInt)}, 24},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				inFlight, most := 0, 0
				client := realisticClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
					mu.Lock()
					inFlight++
					most = max(most, inFlight)
					mu.Unlock()
					time.Sleep(time.Second)
					mu.Lock()
					inFlight--
					mu.Unlock()
					return response(404, notFound), nil
				}))
				start := time.Now()
				for range client.Contacts.DeleteMany(t.Context(), repeated(24), tc.opts...) {
				}
				assert.Equal(t, tc.want, most)
				assert.Equal(t, 24*time.Second/time.Duration(tc.want), time.Since(start))
			})
		})
	}
}

// An ID may come when it likes, and its result does not wait for the next one.
func TestBulk_reportsWhileItWaitsForIDs(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	input := make(chan string, 1)
	queue := seeded(srv, 5)
	input <- queue[0]
	n := 0
	for r := range srv.Client().Contacts.DeleteMany(t.Context(), received(input)) {
		require.NoError(t, r.Err)
		assert.Equal(t, queue[n], r.ID)
		if n++; n == len(queue) {
			close(input)
		} else {
			input <- queue[n]
		}
	}
	assert.Equal(t, 5, n)
}

// A loop that is slow does not let results pile up.
func TestBulk_takesIDsAsFastAsResultsAreRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		client := realisticClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
			requests.Add(1)
			return response(404, notFound), nil
		}))
		read := 0
		for range client.Contacts.DeleteMany(t.Context(), repeated(20), featurebase.WithConcurrency(3)) {
			read++
			synctest.Wait()
			assert.EqualValues(t, min(20, read+3), requests.Load())
		}
		assert.Equal(t, 20, read)
	})
}

func TestBulk_takesNoIDAfterContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := realisticClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			select {
			case <-time.After(time.Second):
				return response(404, notFound), nil
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2500*time.Millisecond, cancel)
		taken, reported, broken := 0, 0, 0
		ids := func(yield func(string) bool) {
			for yield(contactID) {
				taken++
			}
			taken++
		}
		for r := range client.Contacts.DeleteMany(ctx, ids, featurebase.WithConcurrency(4), featurebase.WithStopAfterFailures(1)) {
			reported++
			assert.NotErrorIs(t, r.Err, featurebase.ErrStopped)
			if errors.Is(r.Err, context.Canceled) {
				broken++
				assert.ErrorIs(t, r.Err, featurebase.ErrAmbiguous)
			}
		}
		synctest.Wait() // for ids
		assert.Error(t, ctx.Err())
		assert.Equal(t, 12, taken)
		assert.Equal(t, 12, reported)
		assert.Equal(t, 4, broken)

		for range client.Contacts.DeleteMany(ctx, func(func(string) bool) { t.Error("asked for IDs") }) {
			t.Error("there is no result")
		}
	})
}

func TestBulk_endsAfterIDsHasReturned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := realisticClient(t, respondWith(404, notFound))
		returned := false // without a lock, for the race detector
		start := time.Now()
		for range client.Contacts.DeleteMany(t.Context(), func(yield func(string) bool) {
			yield(contactID)
			time.Sleep(time.Hour)
			returned = true
		}) {
		}
		assert.True(t, returned)
		assert.Equal(t, time.Hour, time.Since(start))
	})
}

func TestBulk_breakCancelsCallsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left behind
		var inFlight atomic.Int32
		client := realisticClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			inFlight.Add(1)
			<-r.Context().Done()
			inFlight.Add(-1)
			return nil, r.Context().Err()
		}))
		endless := func(yield func(string) bool) {
			for i := 0; ; i++ {
				id := contactID
				if i == 2 {
					synctest.Wait()
					assert.EqualValues(t, 2, inFlight.Load())
					id = "invalid" // the one that has a result
				}
				if !yield(id) {
					return
				}
			}
		}
		run := client.Contacts.DeleteMany(t.Context(), endless, featurebase.WithConcurrency(3))
		for r := range run {
			require.ErrorIs(t, r.Err, featurebase.ErrInvalidID)
			break
		}
		assert.Zero(t, inFlight.Load())
		assert.PanicsWithValue(t, "in the loop", func() {
			for range run {
				panic("in the loop")
			}
		})
		assert.Zero(t, inFlight.Load())
		assert.True(t, exits(func() {
			for range run {
				runtime.Goexit()
			}
		}))
		assert.Zero(t, inFlight.Load())
	})
}

// exits reports whether f calls runtime.Goexit.
func exits(f func()) bool {
	exited := make(chan bool)
	go func() {
		returned := false
		defer func() { exited <- !returned && recover() == nil }()
		f()
		returned = true
	}()
	return <-exited
}

// However a run ends early, it does not wait for an ID that may never come;
// and one that comes later is not sent.
func TestBulk_endsWhileIDsIsBlocked(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		transport roundTripper
		body      func(cancel func(), r bulkResult) (leave bool)
		panics    bool
	}{
		{"break", respondWith(404, notFound), func(func(), bulkResult) bool { return true }, false},
		{"stop", respondWith(401, ""), func(_ func(), r bulkResult) bool { return !errors.Is(r.Err, featurebase.ErrStopped) }, false},
		{"context", respondWith(404, notFound), func(cancel func(), _ bulkResult) bool { cancel(); return false }, false},
		{"panic of a call", func(*http.Request) (*http.Response, error) { panic("mock") }, nil, true},
		{"panic in the loop", respondWith(404, notFound), func(func(), bulkResult) bool { panic("loop") }, true},
	} {
		for _, late := range []struct {
			name string
			do   func()
		}{
			{"returns", func() {}},
			{"panics", func() { panic("late") }},
			{"exits", runtime.Goexit},
		} {
			t.Run(tc.name+", then ids "+late.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					requests := 0
					client := realisticClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
						requests++
						return tc.transport(r)
					}))
					ch := make(chan string)
					ended, yielded := false, 0
					ids := func(yield func(string) bool) {
						defer func() { ended = true }()
						for id := range ch {
							if yielded++; !yield(id) {
								late.do()
								return
							}
						}
					}
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					go func() { ch <- contactID }()
					run := func() {
						for r := range client.Contacts.DeleteMany(ctx, ids) {
							if tc.body(cancel, r) {
								break
							}
						}
					}
					if tc.panics {
						assert.Panics(t, run)
					} else {
						run()
					}
					synctest.Wait()
					assert.False(t, ended, "ids is blocked")
					ch <- contactID
					synctest.Wait()
					assert.True(t, ended)
					assert.Equal(t, 2, yielded)
					assert.Equal(t, 1, requests)
				})
			})
		}
	}
}

// The same while a call is still in flight, which is reported.
func TestBulk_doesNotTakeAnIDThatComesAfterTheStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		client := realisticClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
			if requests.Add(1) == 1 {
				time.Sleep(20 * time.Second)
				return response(403, keyRefused), nil
			}
			time.Sleep(time.Second)
			return response(401, keyRefused), nil
		}))
		ids := func(yield func(string) bool) {
			assert.True(t, yield(contactID))
			synctest.Wait()
			assert.True(t, yield(contactID))
			time.Sleep(10 * time.Second)
			assert.False(t, yield(contactID))
		}
		var errs []error
		for r := range client.Contacts.DeleteMany(t.Context(), ids) {
			errs = append(errs, r.Err)
		}
		require.Len(t, errs, 2)
		assert.ErrorIs(t, errs[0], featurebase.ErrStopped)
		assert.Equal(t, 403, requireErrorAs[*featurebase.APIError](t, errs[1]).StatusCode)
		assert.ErrorIs(t, errs[1], featurebase.ErrStopped, "it says so, too")
		assert.EqualValues(t, 2, requests.Load())
	})
}

func TestBulk_endsIDsThatIgnoresTheStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // which fails if ids goes on for ever
		client := realisticClient(t, respondWith(401, keyRefused))
		for range client.Contacts.DeleteMany(t.Context(), func(yield func(string) bool) {
			for {
				yield(contactID)
			}
		}) {
		}
	})
}

func TestBulk_carriesPanicOfIDsOutOfLoop(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ids := seeded(srv, 3)
	reported := 0
	assert.PanicsWithValue(t, "no more", func() {
		for r := range srv.Client().Contacts.DeleteMany(t.Context(), func(yield func(string) bool) {
			for _, id := range ids {
				yield(id)
			}
			panic("no more")
		}) {
			require.NoError(t, r.Err)
			reported++
		}
	})
	assert.Equal(t, 3, reported, "what was taken before is reported")

	assert.True(t, exits(func() {
		for range srv.Client().Contacts.DeleteMany(t.Context(), func(func(string) bool) { runtime.Goexit() }) {
		}
	}))
}

// panicking panics in everything of the caller's that a call runs.
func panicking(t *testing.T, do func()) []panickingClient {
	byTokenSource, err := featurebase.NewClient("", featurebase.WithTokenSource(func(context.Context) (string, error) {
		do()
		return "sk_test", nil
	}), featurebase.WithHTTPClient(&http.Client{Transport: respondWith(404, notFound)}))
	require.NoError(t, err)
	return []panickingClient{
		{"transport", newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
			do()
			return response(404, notFound), nil
		}))},
		{"token source", byTokenSource},
		{"log handler", newClient(t, respondWith(404, notFound), featurebase.WithLogger(slog.New(handler(do))))},
	}
}

type panickingClient struct {
	name string
	*featurebase.Client
}

// handler is a slog.Handler that calls itself.
type handler func()

func (h handler) Enabled(context.Context, slog.Level) bool  { return true }
func (h handler) Handle(context.Context, slog.Record) error { h(); return nil }
func (h handler) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h handler) WithGroup(string) slog.Handler             { return h }

func TestBulk_carriesPanicOfCallOutOfLoop(t *testing.T) {
	t.Parallel()
	for _, client := range panicking(t, func() { panic("mock") }) {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			assert.PanicsWithValue(t, "mock", func() {
				for r := range client.Contacts.DeleteMany(t.Context(), repeated(1000)) {
					t.Error("there is no result", r.ID)
				}
			})
		})
	}
}

func TestBulk_carriesGoexitOfCallOutOfLoop(t *testing.T) {
	t.Parallel()
	for _, client := range panicking(t, runtime.Goexit) {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			assert.True(t, exits(func() {
				for r := range client.Contacts.DeleteMany(t.Context(), repeated(20), featurebase.WithConcurrency(8)) {
					t.Error("there is no result", r.ID)
				}
			}))
		})
	}
}

// What is in flight when a call panics is reported, and nothing else is begun.
func TestBulk_reportsWhatIsInFlightBeforeItPanics(t *testing.T) {
	t.Parallel()
	for _, end := range []struct {
		name string
		do   func()
		ends func(t *testing.T, run func())
	}{
		{"panic", func() { panic("first") }, func(t *testing.T, run func()) { assert.PanicsWithValue(t, "first", run) }},
		{"nil panic", func() { panic(nil) }, func(t *testing.T, run func()) { assert.Panics(t, run) }},
		{"Goexit", runtime.Goexit, func(t *testing.T, run func()) { assert.True(t, exits(run)) }},
	} {
		t.Run(end.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var requests atomic.Int32
				client := realisticClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
					n := requests.Add(1)
					time.Sleep(time.Duration(n) * time.Second)
					switch n {
					case 2:
						end.do()
					case 4:
						panic("second")
					}
					return response(404, notFound), nil
				}))
				reported := 0
				end.ends(t, func() {
					for r := range client.Contacts.DeleteMany(t.Context(), repeated(100), featurebase.WithConcurrency(3)) {
						reported++
						assert.ErrorIs(t, r.Err, featurebase.ErrNotFound)
					}
				})
				assert.EqualValues(t, 4, requests.Load())
				assert.Equal(t, 2, reported)
			})
		})
	}
}

// A panic of a call that leaving the loop broke off is not lost, but does not
// take the place of one in the loop.
func TestBulk_carriesPanicOfCallOutAfterBreak(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := realisticClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			panic("broken off")
		}))
		run := client.Contacts.DeleteMany(t.Context(), func(yield func(string) bool) {
			yield(contactID)
			synctest.Wait()
			yield("invalid")
		})
		assert.PanicsWithValue(t, "broken off", func() {
			for range run {
				break
			}
		})
		assert.PanicsWithValue(t, "in the loop", func() {
			for range run {
				panic("in the loop")
			}
		})
	})
}

func TestBulk_canBeRunAgainAndAtOnceAndInside(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	run := client.Contacts.DeleteMany(t.Context(), repeated(20), featurebase.WithConcurrency(3),
		featurebase.WithTimeout(0), featurebase.WithMaxRetries(0), featurebase.WithOrganizationAPIVersion())
	count := func() (n int) {
		for r := range run {
			assert.ErrorIs(t, r.Err, featurebase.ErrNotFound)
			n++
		}
		return n
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { assert.Equal(t, 20, count()) })
	}
	wg.Wait()
	for range run {
		assert.Equal(t, 20, count())
	}
	assert.Len(t, srv.Requests(), 4*20+20+20*20)
}

func TestBulk_canBePulled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		endless := func(yield func(string) bool) {
			for yield(contactID) {
			}
		}
		client := realisticClient(t, respondWith(404, notFound))
		next, stop := iter.Pull(client.Contacts.DeleteMany(t.Context(), endless))
		for range 20 {
			r, ok := next()
			assert.True(t, ok)
			assert.Equal(t, contactID, r.ID)
		}
		stop()
		_, ok := next()
		assert.False(t, ok)

		client = realisticClient(t, roundTripper(func(*http.Request) (*http.Response, error) { panic("mock") }))
		next, stop = iter.Pull(client.Contacts.DeleteMany(t.Context(), endless))
		defer stop()
		assert.PanicsWithValue(t, "mock", func() { next() })
	})
}

func TestBulk_refusesInvalidArgumentsWithoutTakingAnID(t *testing.T) {
	t.Parallel()
	var noContext context.Context
	none := func(func(string) bool) { t.Error("asked for IDs") }
	for _, tc := range []struct {
		name string
		ctx  context.Context
		ids  iter.Seq[string]
		opts []featurebase.BulkOption
		want string
	}{
		{"context", noContext, none, nil, "invalid ctx: it is nil; nothing was sent"},
		{"ids", t.Context(), nil, nil, "ids is nil: want an iter.Seq, such as slices.Values(ids)"},
		{"nil option", t.Context(), none, []featurebase.BulkOption{nil}, "an option is nil"},
		{"concurrency", t.Context(), none, []featurebase.BulkOption{featurebase.WithConcurrency(0)}, "WithConcurrency(0): want at least 1"},
		{"failures", t.Context(), none, []featurebase.BulkOption{featurebase.WithStopAfterFailures(-1)}, "WithStopAfterFailures: -1 is negative"},
		{"version", t.Context(), none, []featurebase.BulkOption{featurebase.WithAPIVersion("2025-12-12.clover")},
			"this library needs API version 2026-01-01.nova or newer, not 2025-12-12.clover"},
		{"option of the calls", t.Context(), none, []featurebase.BulkOption{featurebase.WithMaxRetries(-1)}, "WithMaxRetries: -1 is negative"},
		{"all", noContext, nil, []featurebase.BulkOption{featurebase.WithTimeout(-1), nil},
			"invalid ctx: it is nil; nothing was sent\nfeaturebase: ids is nil: want an iter.Seq, such as slices.Values(ids)\n" +
				"featurebase: WithTimeout: -1ns is negative\nfeaturebase: an option is nil"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rt, sent := recording(200, deletedOK)
			var results []bulkResult
			for r := range newClient(t, rt).Contacts.DeleteMany(tc.ctx, tc.ids, tc.opts...) {
				results = append(results, r)
			}
			require.Len(t, results, 1)
			err := results[0].Err
			assert.Equal(t, bulkResult{Err: err}, results[0])
			assert.EqualError(t, err, "featurebase: the run was stopped: "+tc.want)
			assert.ErrorIs(t, err, featurebase.ErrStopped)
			assert.True(t, featurebase.AffectsEveryCall(err))
			assert.Empty(t, *sent)
		})
	}
}

func TestBulk_stopsAtWhatAffectsEveryCall(t *testing.T) {
	t.Parallel()
	source := func(token string, err error) featurebase.Option {
		return featurebase.WithTokenSource(func(context.Context) (string, error) { return token, err })
	}
	expires, cancel := context.WithDeadline(context.Background(), time.Now().Add(time.Hour))
	defer cancel()
	for _, tc := range []struct {
		name      string
		transport roundTripper
		opts      []featurebase.BulkOption
		ctx       context.Context
		client    []featurebase.Option
		matches   error
		stops     bool
	}{
		{"401", respondWith(401, envelope("authentication_error", "unauthorized")), nil, t.Context(), nil, featurebase.ErrAuthentication, true},
		{"key refused with 401", respondWith(401, keyRefused), nil, t.Context(), nil, featurebase.ErrAuthentication, true},
		{"key refused with 403", respondWith(403, keyRefused), nil, t.Context(), nil, featurebase.ErrAuthentication, true},
		{"no such version", respondWith(404, versionNotSupported), nil, t.Context(), nil, featurebase.ErrUnsupportedVersion, true},
		{"unknown host", failWith(&net.DNSError{IsNotFound: true}), nil, t.Context(), nil, nil, true},
		{"not TLS", failWith(tls.RecordHeaderError{}), nil, t.Context(), nil, nil, true},
		{"untrusted", failWith(x509.UnknownAuthorityError{}), nil, t.Context(), nil, nil, true},
		{"token source", respondWith(200, ""), nil, t.Context(), []featurebase.Option{source("", errors.New("sealed"))}, nil, true},
		{"empty token", respondWith(200, ""), nil, t.Context(), []featurebase.Option{source("", nil)}, nil, true},
		{"malformed token", respondWith(200, ""), nil, t.Context(), []featurebase.Option{source("sk_x\n", nil)}, nil, true},
		{"a rate limit longer than the context", func(*http.Request) (*http.Response, error) {
			resp := response(200, deletedOK)
			resp.Header = http.Header{"X-Ratelimit-Limit": {"2"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"7200"}}
			return resp, nil
		}, nil, expires, []featurebase.Option{featurebase.WithMaxRateLimitWait(3 * time.Hour)}, featurebase.ErrRateLimited, true},
		{"404", respondWith(404, notFound), nil, t.Context(), nil, featurebase.ErrNotFound, false},
		{"400", respondWith(400, invalidID), nil, t.Context(), nil, featurebase.ErrInvalidID, false},
		{"not valid", respondWith(400, titleTooShort), nil, t.Context(), nil, nil, false},
		{"403 about one object", respondWith(403, forbidden), nil, t.Context(), nil, featurebase.ErrPermission, false},
		{"401 of a proxy", respondWith(401, "<html>"), nil, t.Context(), nil, featurebase.ErrAmbiguous, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			token := token
			if strings.Contains(tc.name, "token") {
				token = ""
			}
			client, err := featurebase.NewClient(token, append(tc.client, featurebase.WithHTTPClient(&http.Client{Transport: tc.transport}))...)
			require.NoError(t, err)
			reported, stopped := 0, 0
			for r := range client.Contacts.DeleteMany(tc.ctx, repeated(1000), append(tc.opts, featurebase.WithStopAfterFailures(0))...) {
				reported++
				assert.Equal(t, contactID, r.ID)
				if r.Err == nil {
					continue
				}
				if tc.matches != nil {
					assert.ErrorIs(t, r.Err, tc.matches)
				}
				if errors.Is(r.Err, featurebase.ErrStopped) {
					stopped++
				}
			}
			if tc.stops {
				assert.Positive(t, stopped)
				assert.LessOrEqual(t, reported, 20, "it stops early")
			} else {
				assert.Zero(t, stopped)
				assert.Equal(t, 1000, reported)
			}
		})
	}
}

func TestBulk_stopsAfterFailuresInARow(t *testing.T) {
	t.Parallel()
	inForm := func(code int) roundTripper { return respondWith(code, envelope("api_error", "x")) }
	for _, tc := range []struct {
		name      string
		transport roundTripper
		matches   error
	}{
		{"500", inForm(500), featurebase.ErrServer},
		{"501", inForm(501), featurebase.ErrServer},
		{"502 with HTML", respondWith(502, "<html>"), featurebase.ErrServer},
		{"429", inForm(429), featurebase.ErrRateLimited},
		{"408", inForm(408), featurebase.ErrAmbiguous},
		{"404 of a proxy", respondWith(404, "<html>"), nil},
		{"400 of a proxy", respondWith(400, "{}"), nil},
		{"401 of a proxy", respondWith(401, ""), featurebase.ErrAmbiguous},
		{"403 of a proxy", respondWith(403, "<html>"), featurebase.ErrAmbiguous},
		{"403 of Featurebase", respondWith(403, forbidden), featurebase.ErrPermission},
		{"redirect", respondWith(302, ""), nil},
		{"redirect in the form of an error", inForm(302), nil},
		{"unexpected", respondWith(200, "{}"), featurebase.ErrUnexpectedResponse},
		{"204", respondWith(204, ""), featurebase.ErrUnexpectedResponse},
		{"lost connection", failWith(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), featurebase.ErrAmbiguous},
		{"refused", failWith(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), syscall.ECONNREFUSED},
		{"temporary failure of DNS", failWith(&net.DNSError{IsTemporary: true}), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client := newClient(t, tc.transport, featurebase.WithMaxRateLimitWait(0))
			for _, stop := range []struct {
				after int
				opts  []featurebase.BulkOption
			}{
				{5, []featurebase.BulkOption{featurebase.WithStopAfterFailures(5)}},
				{1, []featurebase.BulkOption{featurebase.WithStopAfterFailures(1)}},
				{20, nil},
				{99, []featurebase.BulkOption{featurebase.WithStopAfterFailures(0)}},
			} {
				n := stop.after
				var errs []error
				for r := range client.Contacts.DeleteMany(t.Context(), repeated(99), append(stop.opts, featurebase.WithConcurrency(1))...) {
					errs = append(errs, r.Err)
					if tc.matches != nil {
						assert.ErrorIs(t, r.Err, tc.matches)
					}
				}
				require.Len(t, errs, n)
				for i, err := range errs {
					last := i == n-1 && n < 99
					assert.Equal(t, last, errors.Is(err, featurebase.ErrStopped))
					assert.Equal(t, last, strings.HasPrefix(err.Error(), fmt.Sprintf("featurebase: the run was stopped after %d failures in a row: DELETE /v2/contacts/", n)))
				}
			}
		})
	}
}

func TestBulk_stopsAfterFailuresOfCallsAtOnce(t *testing.T) {
	t.Parallel()
	reported, stopped := 0, 0
	for r := range newClient(t, respondWith(500, "")).Contacts.DeleteMany(t.Context(), repeated(1000)) {
		reported++
		if errors.Is(r.Err, featurebase.ErrStopped) {
			stopped++
		}
	}
	assert.Equal(t, 1, stopped)
	assert.GreaterOrEqual(t, reported, 20)
	assert.LessOrEqual(t, reported, 20+7)
}

// What is known to be about the ID, or a success, shows that the server is
// there. An ID that is not sent shows nothing.
func TestBulk_countsFailuresAnewAfterAResponseAboutAnID(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		transport roundTripper
		id        string
		anew      bool
	}{
		{"success", respondWith(200, deletedOK), contactID, true},
		{"not found", respondWith(404, notFound), contactID, true},
		{"invalid ID", respondWith(400, invalidID), contactID, true},
		{"not valid", respondWith(400, titleTooShort), contactID, true},
		{"invalid ID, not sent", nil, "invalid", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			const failing = "ffffffffffffffffffffffff"
			client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, failing) {
					return response(500, ""), nil
				}
				return tc.transport(r)
			}))
			ids := slices.Repeat(append(slices.Repeat([]string{failing}, 4), tc.id), 20)
			reported, stopped := 0, 0
			for r := range client.Contacts.DeleteMany(t.Context(), slices.Values(ids), featurebase.WithConcurrency(1), featurebase.WithStopAfterFailures(5)) {
				reported++
				if errors.Is(r.Err, featurebase.ErrStopped) {
					stopped++
				}
			}
			if tc.anew {
				assert.Equal(t, len(ids), reported)
				assert.Zero(t, stopped)
			} else {
				assert.Equal(t, 6, reported)
				assert.Equal(t, 1, stopped)
			}
		})
	}
}

// A 403 may be about one object or about all of them, which only a success tells.
func TestBulk_goesOnAfterA403AboutOneObject(t *testing.T) {
	t.Parallel()
	private := strings.Repeat("f", 24)
	client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, private) {
			return response(403, forbidden), nil
		}
		return response(200, strings.Replace(deletedOK, "contact", "comment", 1)), nil
	}))
	for _, tc := range []struct {
		inARow, reported, stopped int
	}{
		{4, 100, 0},
		{5, 5, 1},
	} {
		ids := slices.Repeat(append(slices.Repeat([]string{private}, tc.inARow), contactID), 100/(tc.inARow+1))
		reported, stopped := 0, 0
		for r := range client.Comments.DeleteMany(t.Context(), slices.Values(ids), featurebase.WithConcurrency(1), featurebase.WithStopAfterFailures(5)) {
			reported++
			assert.Equal(t, r.ID == private, errors.Is(r.Err, featurebase.ErrPermission))
			if errors.Is(r.Err, featurebase.ErrStopped) {
				stopped++
				assert.ErrorContains(t, r.Err, "stopped after 5 failures in a row: DELETE /v2/comments/{id}: 403 forbidden: Acting admin")
			}
		}
		assert.Equal(t, tc.reported, reported)
		assert.Equal(t, tc.stopped, stopped)
	}
}

// A corrupt record on a connection that was made is a lost connection, not a
// server without TLS.
func TestBulk_goesOnAfterACorruptRecord(t *testing.T) {
	t.Parallel()
	requests := 0
	client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
		if requests++; requests == 3 {
			return nil, tls.RecordHeaderError{Msg: "received record with version 4303"}
		}
		return response(404, notFound), nil
	}))
	reported := 0
	for r := range client.Contacts.DeleteMany(t.Context(), repeated(20), featurebase.WithConcurrency(1)) {
		reported++
		assert.ErrorIs(t, r.Err, featurebase.ErrNotFound) // of the retry
		assert.Equal(t, reported == 3, errors.Is(r.Err, featurebase.ErrAmbiguous))
	}
	assert.Equal(t, 20, reported)
	assert.Equal(t, 21, requests)
}

// spent returns a transport whose first response says that the rate limit is
// spent for half a minute.
func spent(then roundTripper) roundTripper {
	var requests atomic.Int32
	return func(r *http.Request) (*http.Response, error) {
		if requests.Add(1) > 1 {
			return then(r)
		}
		resp := response(200, deletedOK)
		resp.Header = http.Header{"X-Ratelimit-Limit": {"2000"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"30"}}
		return resp, nil
	}
}

func TestBulk_waitsForTheRateLimitAsLongAsItsContextLasts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		deadline time.Duration // 0: none
		succeeds bool
	}{
		{"no deadline", 0, true},
		{"a deadline after the wait", 31 * time.Second, true},
		{"a deadline at the end of the wait", 30 * time.Second, false},
		{"a deadline in the wait", time.Second, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := realisticClient(t, spent(respondWith(200, deletedOK)))
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if tc.deadline > 0 {
					ctx, cancel = context.WithTimeout(ctx, tc.deadline)
				}
				defer cancel()
				start := time.Now()
				var errs []error
				for r := range client.Contacts.DeleteMany(ctx, repeated(9), featurebase.WithConcurrency(1)) {
					errs = append(errs, r.Err)
				}
				if tc.succeeds {
					assert.Equal(t, make([]error, 9), errs)
					assert.Equal(t, 30*time.Second, time.Since(start))
					return
				}
				require.Len(t, errs, 2)
				assert.ErrorIs(t, errs[1], featurebase.ErrStopped)
				assert.ErrorIs(t, errs[1], featurebase.ErrRateLimited)
				assert.Zero(t, time.Since(start))
			})
		})
	}
}

func TestBulk_stopsWaitingForTheRateLimitWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := realisticClient(t, spent(nil))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		start := time.Now()
		var errs []error
		for r := range client.Contacts.DeleteMany(ctx, repeated(9), featurebase.WithConcurrency(1)) {
			errs = append(errs, r.Err)
		}
		require.Len(t, errs, 2)
		assert.NoError(t, errs[0])
		assert.Equal(t, []error{context.Canceled}, matched(errs[1]))
		assert.NotErrorIs(t, errs[1], featurebase.ErrStopped)
		assert.Equal(t, 10*time.Second, time.Since(start))
	})
}

// Most calls wait for more windows than one call alone may wait for.
func TestBulk_outlastsMaxRateLimitWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFake(t)
		srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 5, Window: time.Minute})
		client := realisticClient(t, srv.Transport())
		_, err := client.Contacts.Delete(t.Context(), contactID) // learns the limit
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		start, reported := time.Now(), 0
		for r := range client.Contacts.DeleteMany(t.Context(), slices.Values(seeded(srv, 40)), featurebase.WithConcurrency(30)) {
			reported++
			assert.NoError(t, r.Err)
		}
		assert.Equal(t, 40, reported)
		assert.Empty(t, srv.Contacts())
		assert.InDelta(t, 8*time.Minute, time.Since(start), float64(10*time.Second))
	})
}

// A call alone would fail with the 429.
func TestBulk_waitsForTheRateLimitAfterARefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := false
		client := realisticClient(t, spent(func(*http.Request) (*http.Response, error) {
			if refused {
				return response(200, deletedOK), nil
			}
			refused = true
			resp := response(429, "")
			resp.Header = http.Header{"Retry-After": {"50"}}
			return resp, nil
		}))
		start := time.Now()
		for r := range client.Contacts.DeleteMany(t.Context(), repeated(2), featurebase.WithConcurrency(1)) {
			assert.NoError(t, r.Err)
		}
		assert.Equal(t, 80*time.Second, time.Since(start))
	})
}

// With waiting turned off, a run does not wait either.
func TestBulk_doesNotWaitForTheRateLimitIfTurnedOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, refused := time.Now(), 0
		client := realisticClient(t, spent(respondWith(429, "")), featurebase.WithMaxRateLimitWait(0))
		for r := range client.Contacts.DeleteMany(t.Context(), repeated(3), featurebase.WithConcurrency(1)) {
			if errors.Is(r.Err, featurebase.ErrRateLimited) {
				refused++
			}
		}
		assert.Equal(t, 2, refused)
		assert.Zero(t, time.Since(start))
	})
}

func TestBulk_logsNothingPersonal(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	inLog := func(v any) string {
		text := logged(v)
		assert.NotRegexp(t, "ada|revoked|by-user-id/a", text)
		return text
	}
	ids := slices.Values([]string{"ada@example.com"})
	srv.FailNext(withRequestID(fault{
		Status: 401,
		Body:   `{"error":{"type":"authentication_error","code":"unauthorized","message":"The key of ada@example.com is revoked.","status":401}}`,
	}))
	for r := range srv.Client().Contacts.DeleteManyByUserID(t.Context(), ids) {
		const errLog = `"kind":"api_error","method":"DELETE","route":"/v2/contacts/by-user-id/{userId}","attempts":1,"ambiguous":false,"status":401,"type":"authentication_error","code":"unauthorized","request_id":"req_1","stopped":true}`
		assert.Contains(t, inLog(r), `"error":{"ok":false,"attempts":1,"request_id":"req_1","error":{`+errLog+`}`)
		assert.Contains(t, inLog(r.Err), `"error":{`+errLog)
		assert.Contains(t, inLog(r), `error.error.status=401`)

		r.Err = fmt.Errorf("closing the account of ada: %w", r.Err)
		assert.Contains(t, inLog(r), `"error":{`+errLog, "wrapped")
		r.Err = errors.New("ada")
		assert.Contains(t, inLog(r), `"error":"*errors.errorString"`, "made by hand")
	}
	for r := range srv.Client().Contacts.DeleteManyByUserID(t.Context(), ids) {
		assert.Contains(t, inLog(r), `"status":404,"type":"invalid_request_error"`)
		assert.NotContains(t, inLog(r), "stopped")
	}
	for r := range srv.Client().Contacts.DeleteMany(t.Context(), nil) {
		assert.Contains(t, inLog(r), `"error":{"error":"featurebase: ids is nil: want an iter.Seq, such as slices.Values(ids)","stopped":true}`)
	}
	assert.Contains(t, inLog(bulkResult{ID: "ada", RequestID: "req\u202e", Attempts: 2}), `"error":{"ok":true,"attempts":2,"request_id":"req "}`)
}

func TestAffectsEveryCall_isTrueOfWhatMeetsEveryCall(t *testing.T) {
	t.Parallel()
	var noContext context.Context
	_, nilContext := newClient(t, respondWith(200, "")).Contacts.Delete(noContext, contactID)
	_, invalid := newClient(t, respondWith(200, "")).Contacts.Delete(t.Context(), "ada")
	_, version := newClient(t, respondWith(200, "")).Contacts.Delete(t.Context(), contactID, featurebase.WithAPIVersion("2025-12-12.clover"))
	_, option := newClient(t, respondWith(200, "")).Contacts.Delete(t.Context(), contactID, featurebase.WithMaxRetries(-1))
	_, unknownHost := newClient(t, failWith(&net.DNSError{IsNotFound: true})).Contacts.Delete(t.Context(), contactID)
	for _, tc := range []struct {
		name string
		err  error
		want bool
	}{
		{"nil", nil, false},
		{"another's", errors.New("no such row"), false},
		{"canceled", context.Canceled, false},
		{"invalid ID", invalid, false},
		{"nil context", nilContext, true},
		{"option", option, true},
		{"version", version, true},
		{"unknown host", unknownHost, true},
		{"unknown host, wrapped", fmt.Errorf("closing: %w", unknownHost), true},
		{"not TLS", deleteError(t, failWith(tls.RecordHeaderError{})), true},
		{"untrusted", deleteError(t, failWith(x509.HostnameError{Certificate: &x509.Certificate{}})), true},
		{"refused", deleteError(t, failWith(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED})), false},
		{"DNS down", deleteError(t, failWith(&net.DNSError{IsTemporary: true})), false},
		{"held back", &featurebase.RequestError{Err: &featurebase.RateLimitError{}}, true},
		{"held back, bare", &featurebase.RateLimitError{}, true},
		{"401, by hand", &featurebase.APIError{StatusCode: 401}, true},
		{"403, by hand", &featurebase.APIError{StatusCode: 403}, false},
		{"403 about the key, by hand", &featurebase.APIError{StatusCode: 403, Type: featurebase.ErrorTypeAuthentication}, true},
		{"no such version, by hand", &featurebase.APIError{StatusCode: 404, Code: featurebase.ErrorCodeVersionNotSupported}, true},
		{"key refused with 403", deleteError(t, respondWith(403, keyRefused)), true},
		{"401 of a proxy", deleteError(t, respondWith(401, "")), false},
		{"no error within", &featurebase.RequestError{}, false},
		{"a body that was corrupted", &featurebase.APIError{StatusCode: 500, Err: tls.RecordHeaderError{}}, false},
		{"stopped", featurebase.ErrStopped, true},
	} {
		t.Run(tc.name, func(t *testing.T) { assert.Equal(t, tc.want, featurebase.AffectsEveryCall(tc.err)) })
	}
	for _, f := range failures {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.NewServer(t)
			srv.FailNext(f.faults...)
			_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
			require.Error(t, err)
			assert.Equal(t, f.name == "401", featurebase.AffectsEveryCall(err))
		})
	}
}

func TestMany_makesAnyCallForAnyInput(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	type row struct {
		line int
		name string
	}
	rows := []row{{1, "Ada"}, {2, "Bob"}, {3, ""}, {4, "Eve"}}
	upsert := func(ctx context.Context, r row, opts ...featurebase.CallOption) (*featurebase.Contact, error) {
		if r.line == 4 {
			return nil, errors.New("no such row")
		}
		var user featurebase.ContactUpsertParams
		if r.name != "" {
			user.UserID = r.name
		}
		c, _, err := client.Contacts.Upsert(ctx, user, opts...)
		return c, err
	}
	results := map[row]featurebase.ManyResult[row, *featurebase.Contact]{}
	for r := range featurebase.Many(t.Context(), slices.Values(rows), upsert) {
		results[r.Input] = r
	}
	require.Len(t, results, 4)
	for _, r := range rows[:2] {
		require.NoError(t, results[r].Err)
		assert.Equal(t, r.name, results[r].Value.UserID)
		assert.Equal(t, 1, results[r].Attempts)
		assert.NotEmpty(t, results[r].RequestID)
	}
	assert.ErrorIs(t, results[rows[2]].Err, featurebase.ErrInvalidArgument)
	assert.Zero(t, results[rows[2]].Attempts)
	assert.EqualError(t, results[rows[3]].Err, "no such row")
	assert.NotContains(t, fmt.Sprint(results[rows[0]].LogValue()), "Ada")
}

// A method that takes an ID is a call already.
func TestMany_takesMethods(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ids := seeded(srv, 20)
	n := 0
	for r := range featurebase.Many(t.Context(), slices.Values(ids), srv.Client().Contacts.Get) {
		require.NoError(t, r.Err)
		assert.Equal(t, r.Input, r.Value.ID)
		n++
	}
	assert.Equal(t, 20, n)
}

func TestMany_isPatientAndStopsAsDeleteManyDoes(t *testing.T) {
	t.Parallel()
	t.Run("waits for the rate limit", func(t *testing.T) {
		t.Parallel()
		passed := simulate(t, func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client) {
			srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 100, Window: time.Minute})
			users := make([]featurebase.ContactUpsertParams, 500)
			for i := range users {
				users[i].UserID = fmt.Sprint(i)
			}
			for r := range client.Contacts.UpsertMany(t.Context(), slices.Values(users), featurebase.WithConcurrency(50)) {
				require.NoError(t, r.Err)
				assert.True(t, r.Value.Created)
				assert.Equal(t, r.Input.UserID, r.Value.Contact.UserID)
			}
			assert.Len(t, srv.Contacts(), 500)
		})
		assert.GreaterOrEqual(t, passed, 4*time.Minute)
	})
	t.Run("a key that is refused", func(t *testing.T) {
		t.Parallel()
		rt, sent := recording(401, envelope("authentication_error", "unauthorized"))
		var stopped int
		users := slices.Repeat([]featurebase.ContactUpsertParams{{UserID: "u1"}}, 1000)
		for r := range newClient(t, rt).Contacts.UpsertMany(t.Context(), slices.Values(users), featurebase.WithConcurrency(1)) {
			require.ErrorIs(t, r.Err, featurebase.ErrStopped)
			stopped++
		}
		assert.Equal(t, 1, stopped)
		assert.Len(t, *sent, 1)
	})
	t.Run("invalid params are no reason to stop", func(t *testing.T) {
		t.Parallel()
		rt, sent := recording(500, "")
		n := 0
		users := make([]featurebase.ContactUpsertParams, 100)
		for r := range newClient(t, rt).Contacts.UpsertMany(t.Context(), slices.Values(users)) {
			require.ErrorIs(t, r.Err, featurebase.ErrInvalidArgument)
			require.NotErrorIs(t, r.Err, featurebase.ErrStopped)
			n++
		}
		assert.Equal(t, 100, n)
		assert.Empty(t, *sent)
	})
	t.Run("errors of the caller's own, in a row", func(t *testing.T) {
		t.Parallel()
		n := 0
		broken := errors.New("the database is down")
		call := func(context.Context, int, ...featurebase.CallOption) (int, error) { return 0, broken }
		for r := range featurebase.Many(t.Context(), slices.Values(make([]int, 100)), call, featurebase.WithConcurrency(1), featurebase.WithStopAfterFailures(5)) {
			n++
			require.ErrorIs(t, r.Err, broken)
			assert.Equal(t, n == 5, errors.Is(r.Err, featurebase.ErrStopped))
		}
		assert.Equal(t, 5, n)
	})
	t.Run("invalid arguments", func(t *testing.T) {
		t.Parallel()
		var errs []string
		var none context.Context
		for r := range featurebase.Many[int, int](none, nil, nil, featurebase.WithConcurrency(0)) {
			require.ErrorIs(t, r.Err, featurebase.ErrStopped)
			errs = append(errs, r.Err.Error())
		}
		require.Len(t, errs, 1)
		for _, want := range []string{"ctx: it is nil", "inputs is nil: want an iter.Seq, such as slices.Values(inputs)", "call is nil", "WithConcurrency(0)"} {
			assert.Contains(t, errs[0], want)
		}
	})
}
