package featurebase

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"
)

// DefaultBaseURL is the host of the Featurebase API.
const DefaultBaseURL = "https://do.featurebase.app"

// Option configures a [Client]. [NewClient] reports all invalid options at
// once.
type Option interface {
	applyToClient(*config) error
}

// CallOption configures one call. With an invalid option, a call sends nothing
// and returns an error that matches [ErrInvalidArgument].
type CallOption interface {
	applyToCall(*callSettings) error
}

// BulkOption configures one run of a bulk method, such as
// [ContactsService.DeleteMany].
type BulkOption interface {
	applyToBulk(*bulkConfig) error
}

// SharedOption can be passed to [NewClient], to a single call, and to bulk
// methods, where it configures each call.
type SharedOption interface {
	Option
	CallOption
	BulkOption
}

type clientOption func(*config) error

func (o clientOption) applyToClient(c *config) error { return o(c) }

type callOption func(*callSettings) error

func (o callOption) applyToCall(s *callSettings) error { return o(s) }

type sharedOption func(*settings) error

func (o sharedOption) applyToClient(c *config) error     { return o(&c.settings) }
func (o sharedOption) applyToCall(s *callSettings) error { return o(&s.settings) }
func (o sharedOption) applyToBulk(c *bulkConfig) error {
	c.opts = append(c.opts, o)
	return o(&settings{}) // once, instead of once per call
}

// WithBaseURL sends requests to another host than [DefaultBaseURL], for a proxy
// or for tests. The URL may have a path, to which /v2/… is appended. It must be
// https, or http to a loopback host (see [WithInsecureHTTP]), and have no user
// info, query or fragment.
func WithBaseURL(baseURL string) Option {
	return clientOption(func(c *config) error {
		c.baseURL, c.baseURLFrom = baseURL, ""
		return nil
	})
}

// WithInsecureHTTP allows a base URL with plain http to a host that is not
// loopback, and plain http through a proxy. The token then crosses the network
// in the clear.
func WithInsecureHTTP() Option {
	return clientOption(func(c *config) error {
		c.insecureHTTP = true
		return nil
	})
}

// WithAPIVersion sets the API version that is sent. The default is
// [DefaultAPIVersion], whose types this library has. Older versions are rejected
// with an error that matches [ErrUnsupportedVersion]. Newer ones may rename or
// remove fields; what the types don't have is in their Extra.
func WithAPIVersion(v APIVersion) SharedOption {
	return sharedOption(func(s *settings) error {
		s.version = v
		return v.check()
	})
}

// WithOrganizationAPIVersion sends no version header, so that the version
// configured for the organization applies. An organization on a version that
// lacks an endpoint then responds with a 404 that doesn't match [ErrNotFound].
func WithOrganizationAPIVersion() SharedOption {
	return sharedOption(func(s *settings) error {
		s.version = ""
		return nil
	})
}

// WithTimeout limits each attempt, including the token source, connecting and
// reading the response. The default is 30 seconds; 0 means no limit. To limit
// the whole call, with its retries and waits, use its context.
func WithTimeout(d time.Duration) SharedOption {
	return sharedOption(func(s *settings) error {
		s.timeout = d
		if 0 < d && d < time.Millisecond {
			return fmt.Errorf("featurebase: WithTimeout: %v is less than a millisecond: is a unit missing, as in 10*time.Second?", d)
		}
		return notNegative("WithTimeout", d)
	})
}

// WithMaxRetries sets the maximum number of retries after transient failures.
// The default is 3; 0 disables retries.
func WithMaxRetries(n int) SharedOption {
	return sharedOption(func(s *settings) error {
		s.maxRetries = n
		return notNegative("WithMaxRetries", n)
	})
}

// WithHeader sends another header with each request, such as a correlation ID or
// one that a gateway requires. The headers that the library sends itself, and those
// that belong to the connection, are rejected.
func WithHeader(key, value string) SharedOption {
	return sharedOption(func(s *settings) error {
		if err := checkHeader(key, value); err != nil {
			return err
		}
		header := maps.Clone(s.header)
		if header == nil {
			header = http.Header{}
		}
		header.Set(key, value)
		s.header = header
		return nil
	})
}

// WithRepeatable allows a call to be repeated although an earlier attempt may have
// been processed. By default, calls that create something are not. Use it where
// creating an object twice does no harm, and with [Client.Do] for endpoints that
// can be called again without harm.
func WithRepeatable() CallOption {
	return callOption(func(s *callSettings) error {
		s.repeatable = true
		return nil
	})
}

// WithRetryWait sets the backoff: each wait is random between 0 and a limit that
// starts at first and doubles up to longest. The defaults are 500 milliseconds
// and 8 seconds. With 0 and 0 there is no wait.
func WithRetryWait(first, longest time.Duration) Option {
	return clientOption(func(c *config) error {
		c.retryWaitFirst, c.retryWaitLongest = first, longest
		if err := errors.Join(notNegative("WithRetryWait: first", first), notNegative("WithRetryWait: longest", longest)); err != nil {
			return err
		}
		switch {
		case first > longest:
			return fmt.Errorf("featurebase: WithRetryWait: first %v is more than longest %v", first, longest)
		case first == 0 && longest > 0:
			return fmt.Errorf("featurebase: WithRetryWait: first is 0, which doubled never reaches longest %v", longest)
		case longest > 24*time.Hour:
			return fmt.Errorf("featurebase: WithRetryWait: longest %v is more than a day", longest)
		}
		return nil
	})
}

// WithMaxRateLimitWait limits the total time for which the rate limit may hold
// back one call: before its requests are sent, and after a 429. If the server asks for
// more, the call fails at once with a [*RateLimitError], or with that 429, and
// [RetryAfter] returns for how long to wait. The default is 65 seconds, which is
// enough for windows of a minute. 0 turns waiting off: nothing is held back, and
// a request that is refused is not retried. Except for 0, it does not apply to the
// calls of a bulk method, which the rate limit may hold back for as long as the
// context of the method lasts.
func WithMaxRateLimitWait(d time.Duration) Option {
	return clientOption(func(c *config) error {
		c.maxRateLimitWait = d
		return notNegative("WithMaxRateLimitWait", d)
	})
}

// WithHTTPClient uses hc.Transport, read anew for each request so that tests can
// replace it. If hc has a Timeout, it limits each attempt like [WithTimeout]
// does; the shorter of the two counts. Its Jar and CheckRedirect are not used:
// redirects are never followed. hc is not changed.
//
// The Transport should leave retries to this library. If it repeats a request by
// itself and httptrace shows it, each time counts as an attempt, and errors match
// [ErrAmbiguous]. Other repetitions can't be detected.
func WithHTTPClient(hc *http.Client) Option {
	return clientOption(func(c *config) error {
		if hc == nil {
			return errNil("WithHTTPClient", "*http.Client")
		}
		c.httpClient = hc
		return nil
	})
}

// WithTokenSource calls source for a token before every attempt, for tokens that
// expire while the program runs. The token argument of [NewClient] must then be
// empty. The context is that of the attempt; source must be safe for concurrent
// use and should cache its token. If source returns an error, the call fails.
func WithTokenSource(source func(context.Context) (string, error)) Option {
	return clientOption(func(c *config) error {
		if source == nil {
			return errNil("WithTokenSource", "function")
		}
		c.tokenSource = source
		return nil
	})
}

// WithUserAgent puts the application's name, such as "billing/1.4", before
// this library's in the User-Agent header.
func WithUserAgent(application string) Option {
	return clientOption(func(c *config) error {
		if strings.ContainsFunc(application, notPrintableASCII) || strings.TrimSpace(application) == "" {
			return fmt.Errorf("featurebase: WithUserAgent(%s): want printable ASCII, like \"billing/1.4\"", quote(application))
		}
		c.userAgent = application + " " + c.userAgent
		return nil
	})
}

// WithLogger logs every attempt at level Debug, and every retry and every wait
// for the rate limit at level Warn, with method, route, status, attempt,
// duration and request ID, and never tokens, bodies, email addresses or IDs.
// Without it nothing is logged.
func WithLogger(l *slog.Logger) Option {
	return clientOption(func(c *config) error {
		if l == nil {
			return errNil("WithLogger", "*slog.Logger")
		}
		c.logger = l
		return nil
	})
}

// WithResponse stores information about the call's last response in *r, on
// success and failure. With All methods, it is that of the last page. If nothing
// is sent, *r is empty afterwards.
func WithResponse(r *Response) CallOption {
	return callOption(func(s *callSettings) error {
		if r == nil {
			return errNil("WithResponse", "*Response")
		}
		*r = Response{}
		if s.response != nil {
			return errors.New("featurebase: WithResponse is given twice")
		}
		s.response = r
		return nil
	})
}
