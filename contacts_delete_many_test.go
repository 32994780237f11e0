package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"slices"
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

func seeded(srv *featurebasetest.Server, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = srv.AddContact(featurebase.Contact{}).ID
	}
	return ids
}

func TestDeleteManyGivesOneResultForEveryID(t *testing.T) {
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
			assert.ErrorIs(t, r.Err, featurebase.ErrContactNotFound)
		case invalid, "":
			assert.ErrorIs(t, r.Err, featurebase.ErrInvalidID)
			assert.NotErrorIs(t, r.Err, featurebase.ErrStopped)
		default:
			if assert.NoError(t, r.Err) {
				assert.Equal(t, r.ID, r.Contact.ID)
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

func TestDeleteManyHasAsManyInFlightAsItWasTold(t *testing.T) {
	t.Parallel()
	for want, opts := range map[int32][]featurebase.DeleteManyOption{
		8: nil,
		1: {featurebase.WithConcurrency(1)},
		3: {featurebase.WithConcurrency(3)},
	} {
		synctest.Test(t, func(t *testing.T) {
			var inFlight, most atomic.Int32
			client := featureClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
				most.Store(max(most.Load(), inFlight.Add(1)))
				time.Sleep(time.Second)
				inFlight.Add(-1)
				return httpmock.NewStringResponse(404, notFound), nil
			}))
			start := time.Now()
			for range client.Contacts.DeleteMany(t.Context(), slices.Values(slices.Repeat([]string{contactID}, 24)), opts...) {
			}
			assert.Equal(t, want, most.Load())
			assert.Equal(t, 24*time.Second/time.Duration(want), time.Since(start))
		})
	}
}

// An id may come when it likes, and its result does not wait for the next one.
func TestDeleteManyReportsWhileItWaitsForIDs(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	input := make(chan string, 1)
	ids := func(yield func(string) bool) {
		for id := range input {
			if !yield(id) {
				return
			}
		}
	}
	queue := seeded(srv, 5)
	input <- queue[0]
	n := 0
	for r := range srv.Client().Contacts.DeleteMany(t.Context(), ids) {
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

func TestDeleteManyTakesNoIDAfterItsContextHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		client := featureClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			select {
			case <-time.After(time.Second):
				return httpmock.NewStringResponse(404, notFound), nil
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
		for r := range client.Contacts.DeleteMany(ctx, ids, featurebase.WithConcurrency(4)) {
			reported++
			if errors.Is(r.Err, context.Canceled) {
				broken++
				assert.ErrorIs(t, r.Err, featurebase.ErrAmbiguous)
			}
		}
		assert.Error(t, ctx.Err())
		assert.Equal(t, 12, taken)
		assert.Equal(t, 12, reported)
		assert.Equal(t, 4, broken)

		for range client.Contacts.DeleteMany(ctx, func(func(string) bool) { t.Error("asked for ids") }) {
		}
		assert.Empty(t, srv.Requests())
	})
}

func TestLeavingTheLoopStopsDeleteMany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left behind
		client := featureClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}))
		returned := false
		ids := func(yield func(string) bool) {
			defer func() { returned = true }()
			for i := 0; ; i++ {
				id := contactID
				if i == 2 {
					id = "invalid" // the one that gives a result
				}
				if !yield(id) {
					return
				}
			}
		}
		for r := range client.Contacts.DeleteMany(t.Context(), ids) {
			require.ErrorIs(t, r.Err, featurebase.ErrInvalidID)
			break
		}
		assert.True(t, returned)

		returned = false
		assert.PanicsWithValue(t, "in the loop", func() {
			for range client.Contacts.DeleteMany(t.Context(), ids) {
				panic("in the loop")
			}
		})
		assert.True(t, returned)
	})
}

func TestDeleteManyStopsAtWhatWouldMeetEveryID(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) roundTripper {
		return func(*http.Request) (*http.Response, error) { return httpmock.NewStringResponse(status, body), nil }
	}
	fail := func(err error) roundTripper {
		return func(*http.Request) (*http.Response, error) { return nil, err }
	}
	expired, cancel := context.WithDeadline(context.Background(), time.Now().Add(time.Hour))
	defer cancel()
	for name, tc := range map[string]struct {
		transport roundTripper
		opts      []featurebase.DeleteManyOption
		ctx       context.Context
		matches   error
		stops     bool
	}{
		"401":                 {answer(401, ""), nil, t.Context(), featurebase.ErrAuthentication, true},
		"403":                 {answer(403, ""), nil, t.Context(), featurebase.ErrPermission, true},
		"version":             {answer(200, ""), []featurebase.DeleteManyOption{featurebase.WithVersion(featurebase.VersionClover)}, t.Context(), featurebase.ErrUnsupportedVersion, true},
		"option of the calls": {answer(200, ""), []featurebase.DeleteManyOption{featurebase.WithMaxRetries(-1)}, t.Context(), nil, true},
		"option of the run":   {answer(200, ""), []featurebase.DeleteManyOption{featurebase.WithConcurrency(0)}, t.Context(), nil, true},
		"nil option":          {answer(200, ""), []featurebase.DeleteManyOption{nil}, t.Context(), nil, true},
		"nil context":         {answer(200, ""), nil, nil, nil, true},
		"unknown host":        {fail(&net.DNSError{IsNotFound: true}), nil, t.Context(), nil, true},
		"404":                 {answer(404, notFound), nil, t.Context(), featurebase.ErrContactNotFound, false},
		"400":                 {answer(400, invalidID), nil, t.Context(), featurebase.ErrInvalidID, false},
		"500":                 {answer(500, ""), nil, t.Context(), featurebase.ErrServer, false},
		"429":                 {answer(429, ""), nil, t.Context(), featurebase.ErrRateLimited, false},
		"unexpected":          {answer(200, "{}"), nil, t.Context(), featurebase.ErrUnexpectedResponse, false},
		"lost connection":     {fail(&net.OpError{Op: "read", Err: net.ErrClosed}), nil, t.Context(), featurebase.ErrAmbiguous, false},
		"a rate limit longer than the context": {func(*http.Request) (*http.Response, error) {
			resp := httpmock.NewStringResponse(200, deletedOK)
			resp.Header = http.Header{"X-Ratelimit-Limit": {"2"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"7200"}}
			return resp, nil
		}, nil, expired, featurebase.ErrRateLimited, true},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, tc.transport, featurebase.WithMaxRateLimitWait(0))
			if tc.ctx == expired {
				client = newClient(t, tc.transport, featurebase.WithMaxRateLimitWait(3*time.Hour))
			}
			ids := slices.Repeat([]string{contactID}, 1000)
			reported, stopped := 0, 0
			for r := range client.Contacts.DeleteMany(tc.ctx, slices.Values(ids), tc.opts...) {
				reported++
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
				assert.Equal(t, len(ids), reported)
			}
		})
	}
}

func TestAPanicInTheIDsComesOutOfTheLoop(t *testing.T) {
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

	exited := make(chan bool, 1)
	go func() {
		defer func() { exited <- recover() == nil }()
		for range srv.Client().Contacts.DeleteMany(t.Context(), func(func(string) bool) { runtime.Goexit() }) {
		}
		t.Error("not reached")
	}()
	assert.True(t, <-exited)
}

// 10,000 ids under the real limit, with others on the key and a server that
// fails now and then: every id is accounted for.
func TestDeleteManyAccountsForEveryIDUnderTheRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		srv.SetRateLimit(featurebasetest.RateLimit{Requests: perMinute, Window: time.Minute, Others: func(passed time.Duration) int {
			return int(900 * passed / time.Minute)
		}})
		var n, refused atomic.Int32
		client := featureClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(answerIn)
			if n := n.Add(1); n%20 == 0 { // 5 %
				srv.FailNext(fault{Apply: n%40 == 0, Cut: true})
			}
			resp, err := srv.Transport().RoundTrip(r)
			if err == nil && resp.StatusCode == 429 {
				refused.Add(1)
			}
			return resp, err
		}), featurebase.WithMaxRetries(10)) // 5 % would meet one id four times in a row now and then
		ids := seeded(srv, 10_000)
		results := map[string]error{}
		for r := range client.Contacts.DeleteMany(t.Context(), slices.Values(ids), featurebase.WithConcurrency(32)) {
			if !errors.Is(r.Err, featurebase.ErrContactNotFound) { // gone, by an attempt whose answer was lost
				assert.NoError(t, r.Err)
			} else {
				assert.ErrorIs(t, r.Err, featurebase.ErrAmbiguous)
			}
			results[r.ID] = r.Err
		}
		assert.Equal(t, len(ids), len(results))
		assert.Equal(t, 0, len(srv.Contacts()))
		assert.LessOrEqual(t, refused.Load(), int32(5*10), "a handful a window")
	})
}

func ExampleContactsService_DeleteMany() {
	srv := featurebasetest.New()
	for range 3 {
		srv.AddContact(featurebase.Contact{})
	}
	client, ctx := srv.Client(), context.Background()
	ids := slices.Values([]string{"507f1f77bcf86cd700000001", "507f1f77bcf86cd700000002", "507f1f77bcf86cd799439011", "ada"})

	var deleted, gone, failed int
	for r := range client.Contacts.DeleteMany(ctx, ids, featurebase.WithConcurrency(4)) {
		switch {
		case r.Err == nil:
			deleted++
		case errors.Is(r.Err, featurebase.ErrContactNotFound):
			gone++ // before, or by an attempt of this run whose answer was lost
		case errors.Is(r.Err, featurebase.ErrStopped):
			fmt.Println("stopped early:", r.Err)
			failed++
		default:
			fmt.Println(r.ID, "is still to be deleted:", r.Err)
			failed++
		}
	}
	if ctx.Err() != nil {
		fmt.Println("interrupted: not all ids were taken")
	}
	fmt.Println(deleted, "deleted,", gone, "gone,", failed, "failed")
	// Output:
	// ada is still to be deleted: featurebase: invalid id "ada": want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but it has 3; nothing was sent
	// 2 deleted, 1 gone, 1 failed
}
