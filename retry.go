package featurebase

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// transient reports whether the newest attempt failed in a way that may pass.
func (c *call) transient() bool {
	if c.err != nil {
		return transient(c.err)
	}
	return c.response.transient()
}

// checkRetry implements retryablehttp.CheckRetry and sets the next wait.
func (c *call) checkRetry(ctx context.Context, _ *http.Response, _ error) (bool, error) {
	if !c.transient() || !c.mayRepeat() || c.attempts > c.settings.maxRetries || ctx.Err() != nil {
		return false, nil
	}
	wait, ok := c.retryWait()
	if !ok {
		return false, nil
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return false, nil // better to return this response now than none later
	}
	c.wait = wait
	if c.refused() {
		pause := c.pause()
		c.limit.Waited += pause
		c.resumes = time.Now().Add(pause)
	}
	c.logRetry(wait)
	return true, nil
}

// mayRepeat reports whether sending the request again does no more than sending
// it once, and is possible. What creates something is not repeated once it may
// have done so.
func (c *call) mayRepeat() bool {
	return !c.upload.spent() && (c.request.effects() != creates || c.settings.repeatable || !c.ambiguous)
}

// retryWait is how long to wait before the next attempt: a random time that
// grows with the attempts, or what the server asks for if that is longer.
func (c *call) retryWait() (wait time.Duration, ok bool) {
	most := c.client.retryWaitFirst
	for i := 1; i < c.attempts && most < c.client.retryWaitLongest; i++ {
		most *= 2
	}
	wait = rand.N(min(most, c.client.retryWaitLongest) + 1) // rand.N(0) panics
	if c.err != nil {
		return wait, true
	}
	maxWait := c.client.maxRateLimitWait
	if c.refused() && (maxWait == 0 || !c.settings.patient && c.limit.Waited+c.pause() > maxWait) {
		return 0, false
	}
	return max(wait, c.pause()), true
}

// pause is how long the server asks to wait, as far as that is allowed.
func (c *call) pause() time.Duration {
	return min(c.response.limit.Pause, c.client.maxRateLimitWait)
}

// refused reports whether the newest attempt was refused for the rate limit.
func (c *call) refused() bool {
	return c.err == nil && c.response != nil && c.response.limit.Refused
}

// truncated reports whether the body is incomplete and would have decided what
// the response means.
func (r *response) truncated() bool {
	if r.bodyErr == nil || errors.Is(r.bodyErr, errBodyTooLong) {
		return false
	}
	switch r.status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return true
	}
	return r.status/100 == 2
}

// transient reports whether repeating the request may lead to another response.
func (r *response) transient() bool {
	switch r.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented:
		return false
	}
	return r.status >= 500 || r.truncated()
}

// ambiguous reports whether the request may have been processed even if this
// response doesn't confirm it. It was not if Featurebase itself refused it; a
// response from elsewhere, such as a redirect, says nothing about that, unless
// it is a refusal for the rate limit.
func (r *response) ambiguous() bool {
	switch {
	case r.status == http.StatusTooManyRequests:
		return false
	case r.status/100 != 4 || r.status == http.StatusRequestTimeout:
		return true
	}
	_, ok := r.failure()
	return !ok
}

// transient reports whether a request that got no response may get one the next
// time.
func transient(err error) bool {
	var (
		token *tokenError
		held  *RateLimitError
		final *finalError
	)
	return !wrongServer(err) && !errors.As(err, &token) && !errors.As(err, &held) && !errors.As(err, &final)
}

// wrongServer reports whether the server doesn't exist or isn't the intended
// one.
func wrongServer(err error) bool {
	var (
		dns    *net.DNSError
		notTLS tls.RecordHeaderError
	)
	return errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &notTLS) || errors.Is(err, errProxied) || untrusted(err)
}

// untrusted reports whether the server's certificate was rejected.
func untrusted(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &invalid)
}

// beforeSending reports whether err can only come from making a connection.
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

// contextError returns why ctx has ended. It always matches ctx.Err().
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}
