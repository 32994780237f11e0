package featurebase

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	defaultTimeout          = 30 * time.Second
	defaultMaxRetries       = 3
	defaultRetryWaitFirst   = 500 * time.Millisecond
	defaultRetryWaitLongest = 8 * time.Second
	defaultMaxRateLimitWait = 65 * time.Second
)

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
	patient    bool      // whether the rate limit may hold the call back for as long as its context lasts
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
			version:    DefaultAPIVersion,
			timeout:    defaultTimeout,
			maxRetries: defaultMaxRetries,
		},
		baseURL:          DefaultBaseURL,
		userAgent:        "featurebase-go/" + version,
		retryWaitFirst:   defaultRetryWaitFirst,
		retryWaitLongest: defaultRetryWaitLongest,
		maxRateLimitWait: defaultMaxRateLimitWait,
		logger:           slog.New(slog.DiscardHandler),
	}
}

// callSettings returns the client's settings with opts applied.
func (c *Client) callSettings(opts []CallOption) (callSettings, error) {
	if len(opts) == 0 {
		return callSettings{settings: c.settings}, nil
	}
	s := callSettings{settings: c.settings}
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
