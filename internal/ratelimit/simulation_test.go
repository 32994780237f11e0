package ratelimit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// server allows 2,000 requests in every minute.
type server struct {
	mu     sync.Mutex
	window time.Time
	used   int
}

// respond returns the status and header of the response to a request.
func (s *server) respond() (status int, h http.Header) {
	const limit = 2000
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if begun := now.Truncate(time.Minute); begun.After(s.window) {
		s.window, s.used = begun, 0
	}
	status = http.StatusTooManyRequests
	if s.used < limit {
		s.used++
		status = http.StatusOK
	}
	return status, header("Date", now.UTC().Format(http.TimeFormat), "X-RateLimit-Limit", strconv.Itoa(limit),
		"X-RateLimit-Remaining", strconv.Itoa(limit-s.used), "X-RateLimit-Reset", strconv.FormatInt(s.window.Add(time.Minute).UnixMilli(), 10))
}

func TestGate_sharesAKeyWithOthers(t *testing.T) {
	t.Parallel()
	const requests, concurrency = 10_000, 16
	for _, tc := range []struct{ clients, refusals int }{{1, 0}, {2, 5}, {3, 10}, {4, 15}} {
		t.Run(fmt.Sprint(tc.clients, " clients"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := &server{}
				var wg sync.WaitGroup
				var mu sync.Mutex
				refusals := 0
				start := time.Now()
				for range tc.clients {
					g, clock, left := NewGate(maxWait), &Clock{}, requests/tc.clients
					for range concurrency {
						wg.Go(func() {
							for {
								mu.Lock()
								left--
								done := left < 0
								mu.Unlock()
								if done {
									return
								}
								for refused := true; refused; {
									c := &Call{Endpoint: remove}
									_, held := g.Enter(t.Context(), c, func(time.Duration) {})
									assert.Nil(t, held)
									time.Sleep(40 * time.Millisecond)
									status, h := srv.respond()
									time.Sleep(40 * time.Millisecond)
									i := clock.Read(status, h, time.Now())
									g.Leave(c, &i)
									if refused = i.Refused; refused {
										mu.Lock()
										refusals++
										mu.Unlock()
									}
								}
							}
						})
					}
				}
				wg.Wait()
				assert.LessOrEqual(t, refusals, tc.refusals)
				assert.LessOrEqual(t, time.Since(start), 4*time.Minute+15*time.Second, "5 windows, 4 of them full")
			})
		})
	}
}

// Whatever a server says, no call waits for longer than it may, nothing hangs,
// and the gate can be used afterwards.
func TestGate_survivesWhateverServersSay(t *testing.T) {
	t.Parallel()
	seeds := uint64(300)
	if testing.Short() {
		seeds = 50
	}
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			dice := &dice{Rand: rand.New(rand.NewPCG(seed, 1))}
			maxWait := pick(dice, 0, time.Millisecond, time.Second, 10*time.Second, maxWait, time.Hour)
			g, clock := NewGate(maxWait), &Clock{}
			limits := []string{pick(dice, odd...), pick(dice, odd...), "10", "5"}
			endpoints := []Endpoint{read, remove, create, {"GET", "/v2/companies"}}
			var wg sync.WaitGroup
			for range 4 + dice.N(40) {
				wg.Go(func() {
					for range 1 + dice.N(8) {
						dice.call(t, g, clock, maxWait, pick(dice, endpoints...), limits)
						time.Sleep(time.Duration(dice.N(3000)) * time.Millisecond)
					}
				})
			}
			wg.Wait()
			require.Zero(t, g.waiting, seed)
			for _, ep := range g.endpoints {
				require.Zero(t, ep.inFlight, seed)
				require.Zero(t, ep.window.inFlight, seed)
				require.Zero(t, ep.queue.Len(), seed)
			}
			time.Sleep(25 * time.Hour)
			for _, ep := range endpoints {
				c := &Call{Endpoint: ep}
				_, held := g.Enter(t.Context(), c, func(time.Duration) {})
				require.Nil(t, held, seed)
				require.Zero(t, c.Waited, seed)
				g.Leave(c, nil)
			}
		})
	}
}

// dice are thrown by one goroutine at a time.
type dice struct {
	*rand.Rand
	mu sync.Mutex
}

func (d *dice) N(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.IntN(n)
}

func pick[T any](d *dice, from ...T) T { return from[d.N(len(from))] }

// odd are values of headers.
var odd = []string{"", "0", "1", "-1", "7", "59", "60", "3600", "86400", "99999999999999999999", "NaN", "1e9", "soon", "2.5"}

// call makes a call of up to four attempts.
func (d *dice) call(t *testing.T, g *Gate, clock *Clock, maxWait time.Duration, ep Endpoint, limits []string) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	switch d.N(4) {
	case 0:
		ctx, cancel = context.WithTimeout(ctx, time.Duration(d.N(120_000))*time.Millisecond)
		defer cancel()
	case 1:
		time.AfterFunc(time.Duration(d.N(120_000))*time.Millisecond, cancel)
	}
	c := &Call{Endpoint: ep}
	waited := time.Duration(0)
	for range 4 {
		start := time.Now()
		entered, held := g.Enter(ctx, c, func(time.Duration) {})
		require.Equal(t, time.Now(), entered)
		waited += time.Since(start)
		require.Equal(t, waited, c.Waited)
		require.LessOrEqual(t, waited, maxWait)
		if deadline, ok := ctx.Deadline(); ok && time.Since(start) > 0 {
			require.False(t, time.Now().After(deadline))
		}
		if held != nil {
			require.Positive(t, maxWait)
			require.GreaterOrEqual(t, held.RetryAfter, time.Duration(0))
			return
		}
		time.Sleep(pick(d, 0, 80*time.Millisecond, 80*time.Millisecond, 2*time.Second, time.Minute, time.Hour))
		if d.N(6) == 0 {
			g.Leave(c, nil)
			continue
		}
		now := time.Now()
		date := now.Add(pick(d, 0, 0, 0, 30*time.Second, -30*time.Second, time.Hour, 10*365*24*time.Hour, -10*365*24*time.Hour))
		reset := pick(d, append(odd, strconv.FormatInt(date.Add(time.Duration(d.N(90_000))*time.Millisecond).UnixMilli(), 10), strconv.FormatInt(date.Unix()+int64(d.N(90)), 10))...)
		h := header("X-RateLimit-Limit", pick(d, limits...), "X-RateLimit-Remaining", pick(d, odd...), "X-RateLimit-Reset", reset)
		if d.N(2) == 0 {
			h.Set("Date", date.UTC().Format(http.TimeFormat))
		}
		if d.N(4) == 0 {
			h.Set("Retry-After", pick(d, odd...))
		}
		i := clock.Read(pick(d, 200, 200, 200, 404, 429, 503), h, now)
		g.Leave(c, &i)
	}
}
