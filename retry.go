package featurebase

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
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
	if c.refused() {
		pause := c.pause()
		c.held.Waited += pause
		c.resumes = time.Now().Add(pause)
	}
	if c.logs(slog.LevelWarn) {
		c.log(slog.LevelWarn, "featurebase: retrying", slog.Duration("wait", wait))
	}
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
	most = c.client.maxRateLimitWait
	if c.refused() && (most == 0 || c.held.Waited+c.pause() > most) {
		return 0, false
	}
	return max(wait, c.pause()), true
}

// pause is how long the server asks to wait, as far as that is allowed.
func (c *call) pause() time.Duration { return min(c.answer.rate.Pause, c.client.maxRateLimitWait) }

// refused reports whether the newest attempt was answered with a 429.
func (c *call) refused() bool { return c.err == nil && c.answer.rate.Refused }

// cutShort tells whether the rest of the body would have decided what the
// answer means, and may be there the next time.
func (a *answer) cutShort() bool {
	return a.bodyErr != nil && !errors.Is(a.bodyErr, errBodyTooLong) && (a.status/100 == 2 || a.status == http.StatusNotFound)
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

// ambiguous reports whether the request may have been processed even if this
// response doesn't confirm it. It was not if Featurebase itself refused it; a
// response from elsewhere, such as a redirect, says nothing about that, unless
// it is a refusal for the rate limit.
func (a *answer) ambiguous() bool {
	switch {
	case a.status == http.StatusTooManyRequests:
		return false
	case a.status/100 != 4 || a.status == http.StatusRequestTimeout:
		return true
	}
	_, ok := a.envelope()
	return !ok
}

// transient tells whether a request that got no answer may get one the next
// time.
func transient(err error) bool {
	var (
		token *tokenError
		held  *RateLimitError
	)
	if wrongServer(err) || errors.As(err, &token) || errors.As(err, &held) {
		return false
	}
	// httpmock's way to say that a test has forgotten something. It has no
	// type that can be tested for without importing it.
	return !strings.Contains(err.Error(), "no responder found")
}

// wrongServer tells whether there is no server to talk to, or another one than
// was meant.
func wrongServer(err error) bool {
	var (
		dns    *net.DNSError
		notTLS tls.RecordHeaderError
	)
	return errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &notTLS) || errors.Is(err, errProxied) || untrusted(err)
}

// untrusted tells whether the server's certificate was refused.
func untrusted(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &invalid)
}

// beforeSending tells whether err can only come from making a connection.
func beforeSending(err error) bool {
	var (
		op     *net.OpError
		dns    *net.DNSError
		notTLS tls.RecordHeaderError
	)
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") ||
		errors.As(err, &dns) || errors.As(err, &notTLS) || untrusted(err)
}

// tokenError is the failure of a token source.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return "token source: " + e.err.Error() }
func (e *tokenError) Unwrap() error { return e.err }

// contextError says why ctx has ended, and always matches ctx.Err().
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// logs tells whether anybody wants to know.
func (c *call) logs(level slog.Level) bool { return c.client.logger.Enabled(c.ctx, level) }

func (c *call) logAttempt(start time.Time) {
	if c.logs(slog.LevelDebug) {
		c.log(slog.LevelDebug, "featurebase: attempt", slog.Duration("duration", time.Since(start)))
	}
}

// logHold logs that the rate limit is about to hold the call back.
func (c *call) logHold(wait time.Duration) {
	if c.logs(slog.LevelWarn) {
		c.client.logger.LogAttrs(c.ctx, slog.LevelWarn, "featurebase: held back by the rate limit",
			slog.String("method", c.method), slog.String("route", c.route), slog.Duration("wait", wait))
	}
}

func (c *call) log(level slog.Level, msg string, attr slog.Attr) {
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
		if id := c.requestID(); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	c.client.logger.LogAttrs(c.ctx, level, msg, attrs...)
}

// safeText describes err without what a mock or a proxy may have put into its
// text: by the text of what is known to name hosts at most, else by its type.
func safeText(err error) string {
	var (
		token  *tokenError
		held   *RateLimitError
		op     *net.OpError
		dns    *net.DNSError
		notTLS tls.RecordHeaderError
		cert   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &token):
		return "token source failed"
	case errors.As(err, &held):
		return held.Error()
	case errors.As(err, &op):
		return op.Error()
	case errors.As(err, &dns):
		return dns.Error()
	case errors.As(err, &notTLS):
		return notTLS.Error()
	case errors.As(err, &cert):
		return cert.Error()
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return fmt.Sprintf("%T", err)
}
