package featurebase

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

// checkRetry decides, for retryablehttp, whether the newest attempt is
// followed by another, and if so sets how long to wait before it.
func (c *call) checkRetry(ctx context.Context, _ *http.Response, _ error) (bool, error) {
	if !c.mayPass || c.attempts > c.maxRetries || ctx.Err() != nil {
		return false, nil
	}
	wait, ok := c.retryWait()
	if !ok {
		return false, nil
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return false, nil // the answer there is now is worth more than none later
	}
	c.wait, c.waiting = wait, true
	c.log(slog.LevelWarn, "featurebase: retrying", slog.Duration("wait", wait))
	return true, nil
}

// backoff gives retryablehttp the wait that checkRetry chose.
func (c *call) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait }

// retryWait is how long to wait before the next attempt: a random time that
// grows with the attempts, or what the server asks for if that is longer.
func (c *call) retryWait() (wait time.Duration, ok bool) {
	most := c.client.retryWaitMin
	for i := 1; i < c.attempts && most < c.client.retryWaitMax; i++ {
		most *= 2
	}
	wait = rand.N(min(most, c.client.retryWaitMax) + 1)
	if c.err != nil {
		return wait, true
	}
	limited := c.answer.status == http.StatusTooManyRequests
	if limited && c.client.maxRateLimitWait == 0 {
		return 0, false
	}
	return max(wait, min(c.answer.pause(), c.client.maxRateLimitWait)), true
}

// pause is how long the server wants to be left alone.
func (a *answer) pause() time.Duration {
	d, said := a.retryAfter()
	if !said && a.status == http.StatusTooManyRequests {
		// The window ends with the minute, or if windows are not aligned to
		// minutes, the pause after this one lasts a whole window.
		now := serverTime(a.header, a.received)
		return now.Truncate(window).Add(window).Sub(now)
	}
	return d
}

// retryAfter is how long the server asks to wait, if this is an answer with
// which it does so.
func (a *answer) retryAfter() (time.Duration, bool) {
	switch a.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
	default:
		return 0, false
	}
	if d, ok := parseRetryAfter(a.header, a.received); ok {
		return d, true
	}
	if a.status == http.StatusTooManyRequests {
		d, _, ok := parseReset(a.header, a.received)
		return d, ok
	}
	return 0, false
}

// cutShort tells whether the answer may be whole the next time.
func (a *answer) cutShort() bool {
	return a.bodyErr != nil && !errors.Is(a.bodyErr, errBodyTooLong)
}

// mayPass tells whether repeating the request may give another answer.
func (a *answer) mayPass() bool {
	switch a.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented:
		return false
	}
	return a.status >= 500 || a.cutShort()
}

// ambiguous tells whether the request may have been carried out, should this
// answer turn out not to say so.
func (a *answer) ambiguous() bool {
	return a.status >= 500 || a.status/100 == 2 || a.status == http.StatusRequestTimeout || a.cutShort()
}

// transient tells whether a request that got no answer may get one the next
// time.
func transient(err error) bool {
	var (
		dns       *net.DNSError
		untrusted *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		notTLS    tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &dns):
		return !dns.IsNotFound
	case errors.As(err, &untrusted), errors.As(err, &authority), errors.As(err, &hostname), errors.As(err, &invalid), errors.As(err, &notTLS):
		return false
	}
	// httpmock's way to say that a test has forgotten something. It has no
	// type that can be tested for without importing it.
	return !strings.Contains(err.Error(), "no responder found")
}

// contextError says why ctx has ended, and always matches ctx.Err().
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

func (c *call) logAttempt(took time.Duration) {
	c.log(slog.LevelDebug, "featurebase: attempt", slog.Duration("duration", took))
}

func (c *call) log(level slog.Level, msg string, attr slog.Attr) {
	l := c.client.logger
	if !l.Enabled(c.ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", c.method),
		slog.String("route", c.route),
		slog.Int("attempt", c.attempts),
		attr,
	}
	if c.err != nil {
		attrs = append(attrs, slog.String("error", safeText(c.err)))
	} else {
		attrs = append(attrs, slog.Int("status", c.answer.status))
		if id := requestID(c.answer.header); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	l.LogAttrs(c.ctx, level, msg, attrs...)
}

// safeText describes err without what a mock or a proxy may have put into its
// text: for a network error that is its text, for others their type.
func safeText(err error) string {
	var op *net.OpError
	switch {
	case errors.As(err, &op):
		return op.Error()
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded.Error()
	}
	return fmt.Sprintf("%T", err)
}
