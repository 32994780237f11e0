package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/featurebase-community/featurebase-go"
)

// paced counts requests, and has at most so many a minute be sent, to leave some of
// the rate limit to others. It is a transport.
type paced struct {
	rate    int // a minute; 0: as many as possible
	limiter *rate.Limiter
	sent    atomic.Int64
	taking  atomic.Pointer[context.Context] // when it ends, nothing waits any more
}

func newPaced(n int) (*paced, error) {
	p := &paced{rate: n, limiter: rate.NewLimiter(rate.Inf, 1)}
	switch {
	case n < 0:
		return nil, fmt.Errorf("--rate %d: want at least 1", n)
	case n > 0:
		p.limiter = rate.NewLimiter(rate.Every(time.Minute/time.Duration(n)), 1)
	}
	return p, nil
}

// until has nothing wait once ctx has ended.
func (p *paced) until(ctx context.Context) { p.taking.Store(&ctx) }

// requests returns how many requests were sent.
func (p *paced) requests() int { return int(p.sent.Load()) }

// concurrency is for how many people at once it makes sense to send requests.
func (p *paced) concurrency() int {
	const most = 8
	if p.rate == 0 {
		return most
	}
	return max(1, min(most, p.rate/60))
}

// options are those of a client that sends its requests in this way. An attempt may
// have to wait for others.
func (p *paced) options(h *holds) []featurebase.Option {
	options := []featurebase.Option{featurebase.WithUserAgent("featurebase-erase"), h.option(), featurebase.WithHTTPClient(&http.Client{Transport: p})}
	if p.rate > 0 {
		const waiting = 30 // at the same time, at most
		options = append(options, featurebase.WithTimeout(time.Minute+waiting*time.Minute/time.Duration(p.rate)))
	}
	return options
}

// RoundTrip implements http.RoundTripper.
func (p *paced) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.rate > 0 {
		if err := p.wait(r.Context()); err != nil {
			return nil, err
		}
	}
	p.sent.Add(1)
	return http.DefaultTransport.RoundTrip(r)
}

// wait waits until a request may be sent.
func (p *paced) wait(ctx context.Context) error {
	if taking := p.taking.Load(); taking != nil {
		var cancel context.CancelCauseFunc
		ctx, cancel = context.WithCancelCause(ctx)
		defer cancel(nil)
		defer context.AfterFunc(*taking, func() { cancel(context.Cause(*taking)) })()
	}
	if err := p.limiter.Wait(ctx); err != nil {
		return or(context.Cause(ctx), err)
	}
	return nil
}
