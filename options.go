package featurebase

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// DefaultBaseURL is the host of the Featurebase API.
const DefaultBaseURL = "https://do.featurebase.app"

const (
	defaultTimeout          = 30 * time.Second
	defaultMaxRetries       = 3
	defaultRetryWaitMin     = 500 * time.Millisecond
	defaultRetryWaitMax     = 8 * time.Second
	defaultMaxRateLimitWait = 65 * time.Second
)

// Option configures a Client. NewClient reports every problem that its options
// have at once.
type Option interface {
	applyToClient(*config) error
}

// CallOption configures one call. A call whose options have a problem sends
// nothing and returns an error that names it.
type CallOption interface {
	applyToCall(*settings) error
}

// SharedOption configures a Client when it is passed to NewClient, one call
// when it is passed to a method, and each call of a bulk method.
type SharedOption interface {
	Option
	CallOption
	BulkOption
}

// BulkOption configures one run of a bulk method, such as
// ContactsService.DeleteMany.
type BulkOption interface {
	applyToBulk(*bulkConfig) error
}

// settings are what can be chosen for a client and for one call.
type settings struct {
	version    []string      // the header's one value; nil: send none
	timeout    time.Duration // of one attempt; 0: none
	maxRetries int
	response   *Response
}

// config is what NewClient resolves its options to.
type config struct {
	settings
	baseURL          string
	baseURLFrom      string // the environment variable, if it is from one
	tokenFrom        string
	insecureHTTP     bool
	httpClient       *http.Client
	tokenSource      func(context.Context) (string, error)
	userAgent        string
	retryWaitMin     time.Duration
	retryWaitMax     time.Duration
	maxRateLimitWait time.Duration
	logger           *slog.Logger
}

type clientOption func(*config) error

func (o clientOption) applyToClient(c *config) error { return o(c) }

type callOption func(*settings) error

func (o callOption) applyToCall(s *settings) error { return o(s) }

type sharedOption func(*settings) error

func (o sharedOption) applyToClient(c *config) error { return o(&c.settings) }
func (o sharedOption) applyToCall(s *settings) error { return o(s) }
func (o sharedOption) applyToBulk(c *bulkConfig) error {
	c.opts = append(c.opts, o)
	return o(&settings{}) // once, instead of once per call
}

// WithBaseURL sends requests to another host than DefaultBaseURL, for a proxy
// or for tests. The URL may have a path, to which /v2/… is appended; it must
// be https, or http to a loopback host (see WithInsecureHTTP), and have no
// user info, query or fragment.
func WithBaseURL(baseURL string) Option {
	return clientOption(func(c *config) error {
		c.baseURL, c.baseURLFrom = baseURL, ""
		return nil
	})
}

// WithInsecureHTTP allows a base URL with plain http to a host that is not
// loopback. The token then crosses the network in the clear.
func WithInsecureHTTP() Option {
	return clientOption(func(c *config) error {
		c.insecureHTTP = true
		return nil
	})
}

// WithVersion sets the API version that is sent. The default is
// DefaultVersion.
func WithVersion(v APIVersion) SharedOption {
	return sharedOption(func(s *settings) error {
		s.version = []string{string(v)}
		return v.check()
	})
}

// WithOrganizationVersion sends no version header, so that the version
// configured for the organization applies. An organization on a version that
// lacks an endpoint then answers with a 404 that does not match
// ErrContactNotFound.
func WithOrganizationVersion() SharedOption {
	return sharedOption(func(s *settings) error {
		s.version = nil
		return nil
	})
}

// WithTimeout bounds one attempt, from before a token source is asked and a
// connection made until the answer has been read. The default is 30 seconds; 0 means no bound. To bound
// the whole call, with its retries and waits, use its context.
func WithTimeout(d time.Duration) SharedOption {
	return sharedOption(func(s *settings) error {
		s.timeout = d
		return notNegative("WithTimeout", d)
	})
}

// WithMaxRetries sets how many times a request is repeated after a failure
// that may pass. The default is 3; 0 means never.
func WithMaxRetries(n int) SharedOption {
	return sharedOption(func(s *settings) error {
		s.maxRetries = n
		return notNegative("WithMaxRetries", n)
	})
}

// WithRetryWait sets the bounds of the wait before a retry: a random time up
// to min before the first, up to twice that before the next, and so on, up to
// max. The defaults are 500 milliseconds and 8 seconds. With 0 and 0 there is
// no wait.
func WithRetryWait(min, max time.Duration) Option {
	return clientOption(func(c *config) error {
		c.retryWaitMin, c.retryWaitMax = min, max
		if err := errors.Join(notNegative("WithRetryWait: min", min), notNegative("WithRetryWait: max", max)); err != nil {
			return err
		}
		switch {
		case min > max:
			return fmt.Errorf("featurebase: WithRetryWait: min %v is more than max %v", min, max)
		case min == 0 && max > 0:
			return fmt.Errorf("featurebase: WithRetryWait: min is 0, which doubled never comes to max %v", max)
		case max > 24*time.Hour:
			return fmt.Errorf("featurebase: WithRetryWait: max %v is more than a day", max)
		}
		return nil
	})
}

// WithMaxRateLimitWait bounds the time for which the rate limit may hold a call
// back, with all its attempts together: while a window is spent, and before the
// retry of a request that was refused with a 429. After that the call fails
// with a *RateLimitError if it was not sent, or with its last 429. The default
// is 65 seconds, which is enough for the API's windows of a minute. 0 turns
// waiting off: nothing is held back, and a request that is refused is not
// retried.
func WithMaxRateLimitWait(d time.Duration) Option {
	return clientOption(func(c *config) error {
		c.maxRateLimitWait = d
		return notNegative("WithMaxRateLimitWait", d)
	})
}

// WithHTTPClient sends requests through the Transport of hc, which is looked
// up at every request, so that a mock may be put there at any time. If hc has
// a Timeout, it bounds each attempt like WithTimeout does; the shorter of the
// two counts. Its Jar and CheckRedirect are not used: redirects are never
// followed. hc is not changed.
//
// Leave repeating to this library. If the Transport repeats a request by
// itself, which httptrace shows, each time counts as an attempt, and errors
// match ErrAmbiguous. Repetitions that it doesn't show stay unknown.
func WithHTTPClient(hc *http.Client) Option {
	return clientOption(func(c *config) error {
		if hc == nil {
			return errNil("WithHTTPClient", "*http.Client")
		}
		c.httpClient = hc
		return nil
	})
}

// WithTokenSource asks source for a token before every attempt, for tokens
// that expire while the program runs. The token argument of NewClient must
// then be empty. The context is that of the attempt; source must be safe for
// concurrent use and should cache its token. If it fails, the call does.
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
		if i := strings.IndexFunc(application, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 || strings.TrimSpace(application) == "" {
			return fmt.Errorf("featurebase: WithUserAgent(%q): want printable ASCII, like \"billing/1.4\"", clip(application))
		}
		c.userAgent = application + " " + c.userAgent
		return nil
	})
}

// WithLogger logs every attempt at level Debug, and every retry and every call
// that the rate limit holds back until a window ends at level Warn, with method,
// route template, status, attempt, duration and request id, and never with
// tokens, bodies, emails or ids. Without it nothing is logged.
func WithLogger(l *slog.Logger) Option {
	return clientOption(func(c *config) error {
		if l == nil {
			return errNil("WithLogger", "*slog.Logger")
		}
		c.logger = l
		return nil
	})
}

// WithResponse stores in r what is known about the answer to one call, whether
// it succeeds or fails. If nothing is sent, r is empty afterwards.
func WithResponse(r *Response) CallOption {
	return callOption(func(s *settings) error {
		if r == nil {
			return errNil("WithResponse", "*Response")
		}
		*r = Response{}
		s.response = r
		return nil
	})
}

func (s settings) with(opts []CallOption) (settings, error) {
	var problems []error
	for _, o := range opts {
		if o == nil {
			problems = append(problems, errNilOption)
			continue
		}
		problems = append(problems, o.applyToCall(&s))
	}
	if err := errors.Join(problems...); err != nil {
		return s, optionsError{err}
	}
	return s, nil
}

// optionsError reports what is wrong with the options of a call.
type optionsError struct{ error }

func (e optionsError) Unwrap() error { return e.error }

var (
	errNilOption  = errors.New("featurebase: an option is nil")
	errNilContext = errors.New("featurebase: the context is nil")
)

func errNil(option, want string) error {
	return fmt.Errorf("featurebase: %s(nil): want a %s", option, want)
}

func notNegative[T int | time.Duration](what string, n T) error {
	if n < 0 {
		return fmt.Errorf("featurebase: %s: %v is negative", what, n)
	}
	return nil
}

// checkToken never shows the token.
func checkToken(token string) error {
	if token == "" {
		return errors.New("featurebase: the token is empty: want an API key (they begin with sk_)")
	}
	for i := range len(token) {
		switch c := token[i]; {
		case c == '\n' || c == '\r':
			return fmt.Errorf("featurebase: the token has a line break after %d characters: was it read from a file? trim it", i)
		case c <= ' ' || c > '~':
			return fmt.Errorf("featurebase: the token has a space, control or non-ASCII character after %d characters: want the bare key, without \"Bearer\"", i)
		}
	}
	return nil
}

// parseBaseURL gives the URL without a trailing slash.
func parseBaseURL(s string, insecureHTTP bool) (*url.URL, error) {
	// The URL is not shown whole: what is wrong with it may be a password in it.
	fail := func(format string, args ...any) (*url.URL, error) {
		return nil, fmt.Errorf("featurebase: base URL: %s, like %q", fmt.Sprintf(format, args...), DefaultBaseURL)
	}
	u, err := url.Parse(s)
	if err == nil {
		u.Host = strings.ToLower(u.Host) // net/http compares it with "localhost"
	}
	switch {
	case strings.TrimSpace(s) != s:
		return fail("it has white space around it; want none")
	case err != nil:
		return fail("it can't be parsed; want an absolute URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return fail("want an absolute URL with https")
	case u.User != nil:
		return fail("it has user info; want none, the token goes into NewClient")
	case u.Hostname() == "":
		return fail("it has no host; want an absolute URL")
	case u.RawQuery != "" || u.ForceQuery:
		return fail("it has a query; want none")
	case u.Fragment != "" || strings.Contains(s, "#"):
		return fail("it has a fragment; want none")
	case u.Scheme == "http" && !insecureHTTP && !isLoopback(u):
		return fail("plain http would send the token to %s in the clear; want https, or WithInsecureHTTP if that is meant", u.Host)
	}
	u = u.JoinPath() // cleans the path
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
	if strings.HasSuffix(u.Path, "/v2") {
		return fail("it ends in /v2, which every request adds; want it without")
	}
	return u, nil
}

// isLoopback reports whether u leads to this machine without asking anybody.
// Names below localhost may be resolved elsewhere.
func isLoopback(u *url.URL) bool {
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return ip.Unmap().IsLoopback()
	}
	return u.Hostname() == "localhost"
}
