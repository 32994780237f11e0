package featurebase

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"
)

// DefaultBaseURL is the host of the Featurebase API.
const DefaultBaseURL = "https://do.featurebase.app"

const (
	defaultTimeout          = 30 * time.Second
	defaultMaxRetries       = 3
	defaultRetryWaitFirst   = 500 * time.Millisecond
	defaultRetryWaitLongest = 8 * time.Second
	defaultMaxRateLimitWait = 65 * time.Second
)

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

// settings can be set per client and per call.
type settings struct {
	version    APIVersion    // "": send none
	timeout    time.Duration // of one attempt; 0: none
	maxRetries int
	header     http.Header // never changed once it is here
}

// callSettings are the settings of one call.
type callSettings struct {
	settings
	response   *Response // nil: not asked for
	repeatable bool      // whatever the endpoint says
}

// config is the result of applying a client's options.
type config struct {
	settings
	baseURL          string
	baseURLFrom      string // the environment variable, if it is from one
	tokenFrom        string
	insecureHTTP     bool
	insecureFromEnv  bool
	httpClient       *http.Client
	tokenSource      func(context.Context) (string, error)
	userAgent        string
	retryWaitFirst   time.Duration
	retryWaitLongest time.Duration
	maxRateLimitWait time.Duration
	logger           *slog.Logger
}

func newConfig() config {
	return config{
		settings: settings{
			version:    DefaultVersion,
			timeout:    defaultTimeout,
			maxRetries: defaultMaxRetries,
		},
		baseURL:          DefaultBaseURL,
		userAgent:        "featurebase-go/" + Version,
		retryWaitFirst:   defaultRetryWaitFirst,
		retryWaitLongest: defaultRetryWaitLongest,
		maxRateLimitWait: defaultMaxRateLimitWait,
		logger:           slog.New(slog.DiscardHandler),
	}
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

// WithVersion sets the API version that is sent. The default is
// [DefaultVersion], whose types this library has. Older versions are rejected
// with an error that matches [ErrUnsupportedVersion]. Newer ones may rename or
// remove fields; what the types don't have is in their Extra.
func WithVersion(v APIVersion) SharedOption {
	return sharedOption(func(s *settings) error {
		s.version = v
		return v.check()
	})
}

// WithOrganizationVersion sends no version header, so that the version
// configured for the organization applies. An organization on a version that
// lacks an endpoint then responds with a 404 that doesn't match [ErrNotFound].
func WithOrganizationVersion() SharedOption {
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

// WithHeader sends another header with each request, such as a correlation ID,
// or what a gateway wants. The headers that the library sends itself, and those
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

// WithRepeatable lets a call be repeated after a failure that may have had an
// effect, although the library would not: if creating an object twice does no
// harm, or for a [Client.Do] whose endpoint can be repeated.
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

// WithMaxRateLimitWait limits how long the rate limit may hold one call back in
// all: before its requests are sent, and after a 429. Then the call fails with a
// [*RateLimitError], or with that 429. The default is 65 seconds, which is
// enough for windows of a minute. 0 turns waiting off: nothing is held back, and
// a request that is refused is not retried.
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
// Leave repeating to this library. If the Transport repeats a request by
// itself, which httptrace shows, each time counts as an attempt, and errors
// match [ErrAmbiguous]. Repetitions that it doesn't show stay unknown.
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

// callSettings returns the client's settings with opts applied.
func (c *Client) callSettings(opts []CallOption) (callSettings, error) {
	s := callSettings{settings: c.settings}
	if len(opts) == 0 {
		return s, nil
	}
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

func (e optionsError) Unwrap() error        { return e.error }
func (e optionsError) Is(target error) bool { return target == ErrInvalidArgument }

var errNilOption = errors.New("featurebase: an option is nil")

func errNil(option, want string) error {
	return fmt.Errorf("featurebase: %s(nil): want a %s", option, want)
}

func notNegative[T int | time.Duration](what string, n T) error {
	if n < 0 {
		return fmt.Errorf("featurebase: %s: %v is negative", what, n)
	}
	return nil
}

func notPrintableASCII(r rune) bool { return r < ' ' || r > '~' }

// ownHeaders are sent by the library, or belong to the connection.
var ownHeaders = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Authorization": true, "Connection": true, "Content-Length": true,
	"Content-Type": true, "Expect": true, "Featurebase-Version": true, "Host": true, "Idempotency-Key": true,
	"Keep-Alive": true, "Proxy-Connection": true, "Te": true, "Trailer": true, "Transfer-Encoding": true,
	"Upgrade": true, "User-Agent": true, "X-Idempotency-Key": true,
}

func checkHeader(key, value string) error {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	switch {
	case key == "" || strings.Trim(key, letters) != "":
		return fmt.Errorf("featurebase: WithHeader(%q): want a name of letters, digits, - and _", clip(key))
	case ownHeaders[textproto.CanonicalMIMEHeaderKey(key)]:
		return fmt.Errorf("featurebase: WithHeader(%q): this header is the library's or the connection's", key)
	case strings.ContainsFunc(value, notPrintableASCII):
		return fmt.Errorf("featurebase: WithHeader(%q): want a value of printable ASCII", key)
	}
	return nil
}

// authorization returns what makes the Authorization header's value.
func (cfg *config) authorization(token string) (func(context.Context) ([]string, error), error) {
	source := cfg.tokenSource
	switch {
	case source == nil:
		header := []string{"Bearer " + token}
		return func(context.Context) ([]string, error) { return header, nil }, withOrigin(checkToken(token), cfg.tokenFrom)
	case token != "":
		return nil, errors.New("featurebase: both a token and WithTokenSource are given: want one of them")
	}
	return func(ctx context.Context) ([]string, error) {
		token, err := source(ctx)
		if err == nil {
			err = checkToken(token)
		}
		if err != nil {
			return nil, &tokenError{err}
		}
		return []string{"Bearer " + token}, nil
	}, nil
}

// checkToken reports what is wrong with token, without showing it.
func checkToken(token string) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("featurebase: the token is wrong: it "+format, args...)
	}
	switch {
	case token == "":
		return wrong("is empty: want an API key (they begin with sk_)")
	case token == "sk_":
		return wrong("is only sk_, with which API keys begin: want all of it")
	case strings.Trim(token, "\"'`") != token:
		return wrong("has quotes around it: want it without")
	case strings.HasPrefix(token, "$"):
		return wrong("is the name of a variable, whose value was not put in its place")
	}
	for i := range len(token) {
		switch c := token[i]; {
		case c == '\n' || c == '\r':
			return wrong("has a line break after %d characters: was it read from a file? trim it", i)
		case c <= ' ' || c > '~':
			return wrong("has a space, control or non-ASCII character after %d characters: want the bare key, without \"Bearer\"", i)
		}
	}
	return nil
}

// parseBaseURL returns the URL without a trailing slash.
func parseBaseURL(s string, insecureHTTP bool) (*url.URL, error) {
	// The error doesn't quote the URL, which may contain a password.
	fail := func(format string, args ...any) (*url.URL, error) {
		return nil, fmt.Errorf("featurebase: base URL: %s, like %q", fmt.Sprintf(format, args...), DefaultBaseURL)
	}
	u, err := url.Parse(s)
	if err == nil {
		u.Host = strings.ToLower(u.Host) // net/http compares it with "localhost"
	}
	switch {
	case strings.TrimSpace(s) != s:
		return fail("it must not have white space around it; want a URL")
	case err != nil:
		return fail("it can't be parsed; want an absolute URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return fail("want an absolute URL with https")
	case u.User != nil:
		return fail("it must not have user info, the token goes into NewClient; want a URL")
	case u.Hostname() == "":
		return fail("it has no host; want an absolute URL")
	case u.RawQuery != "" || u.ForceQuery:
		return fail("it must not have a query; want a URL")
	case u.Fragment != "" || strings.Contains(s, "#"):
		return fail("it must not have a fragment; want a URL")
	case u.Scheme == "http" && !insecureHTTP && !isLoopback(u):
		return fail("plain http would send the token to %s in the clear; want https, or WithInsecureHTTP if that is meant", u.Host)
	}
	u = u.JoinPath() // cleans the path
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
	if slices.Contains(strings.Split(u.Path, "/"), "v2") {
		return fail("it must not have /v2 in it, which is added to every request; want a URL")
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
