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
	"net/url"
	"os"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// repeat leaves the attempts after the first, and the waits before them, to
// retryablehttp. It returns an error only if ctx ended during a wait.
//
// The loop begins by asking for a first attempt, which has been made. It goes on
// for as long as next returns true, which also says how long to wait before the
// next attempt, but makes no more than maxRetries. That bound is not for next to
// keep by counting what was sent: an attempt that the rate limit holds back sends
// nothing.
func repeat(ctx context.Context, maxRetries int, attempt func(), next func() (wait time.Duration, ok bool)) error {
	var wait time.Duration
	made := true
	loop := retryablehttp.Client{
		HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			if !made {
				attempt()
			}
			made = false
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil // which nobody looks at
		})},
		RetryMax: maxRetries,
		CheckRetry: func(context.Context, *http.Response, error) (again bool, err error) {
			wait, again = next()
			return again, nil
		},
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return wait },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	req := (&http.Request{URL: new(url.URL), Header: http.Header{}}).WithContext(ctx) // only drives the loop
	_, err := loop.Do(&retryablehttp.Request{Request: req})                           //nolint:bodyclose // the body is http.NoBody
	return err
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// backoff returns a random time to wait after so many attempts. Its limit starts
// at first and doubles up to longest.
func backoff(attempts int, first, longest time.Duration) time.Duration {
	most := first
	for i := 1; i < attempts && most < longest; i++ {
		most *= 2
	}
	return rand.N(min(most, longest) + 1) // rand.N(0) panics
}

// mayPass reports whether a request that got no response may get one the next
// time.
func mayPass(err error) bool {
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

var errProxied = errors.New("plain http would send the token in the clear to a proxy; want https, or WithInsecureHTTP if that is meant")

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

// timeoutError is the end of an attempt. It is not that of the call's context,
// and so doesn't match context.DeadlineExceeded.
type timeoutError struct{ limit time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("the attempt took longer than %v", e.limit) }

func (e *timeoutError) Timeout() bool { return true }

// Is reports whether target is os.ErrDeadlineExceeded, as for a connection.
func (e *timeoutError) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// tokenError is the failure of a token source.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return "token source: " + e.err.Error() }
func (e *tokenError) Unwrap() error { return e.err }
