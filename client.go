package featurebase

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
)

// The most that is read of a response body. A page of 100 articles has some
// MiB; a failure has a few lines.
const (
	maxBody        = 64 << 20 // of a response with status 2xx
	maxFailureBody = 1 << 20  // of any other
)

// Client calls the Featurebase API. Make one with NewClient or
// NewClientFromEnv and share it: a Client does not change after it has been
// made and is safe for concurrent use.
type Client struct {
	// Contacts manages the customers and leads of the organization.
	Contacts *ContactsService

	config
	base  *url.URL
	gate  *ratelimit.Gate
	clock *ratelimit.Clock
	// authorization gives the header's values. The token lives in this closure
	// alone, so that no way of printing a Client shows it.
	authorization   func(context.Context) ([]string, error)
	userAgentHeader []string
}

// NewClient makes a client that authenticates with token: an API key, which
// begins with sk_ and may do everything in its workspace. The token is empty
// if WithTokenSource is given. Nothing is sent yet.
//
// The error names every problem with the token and the options at once.
func NewClient(token string, opts ...Option) (*Client, error) {
	c := &Client{config: config{
		settings: settings{
			version:    []string{string(DefaultVersion)},
			timeout:    defaultTimeout,
			maxRetries: defaultMaxRetries,
		},
		baseURL:          DefaultBaseURL,
		userAgent:        "featurebase-go/" + Version + " (" + runtime.Version() + ")",
		retryWaitMin:     defaultRetryWaitMin,
		retryWaitMax:     defaultRetryWaitMax,
		maxRateLimitWait: defaultMaxRateLimitWait,
		logger:           slog.New(slog.DiscardHandler),
	}}
	var problems []error
	for _, o := range opts {
		if o == nil {
			problems = append(problems, errNilOption)
			continue
		}
		problems = append(problems, o.applyToClient(&c.config))
	}
	source := c.tokenSource
	switch {
	case source == nil:
		problems = append(problems, from(c.tokenFrom, checkToken(token)))
		header := []string{"Bearer " + token}
		c.authorization = func(context.Context) ([]string, error) { return header, nil }
	case token != "":
		problems = append(problems, errors.New("featurebase: both a token and WithTokenSource are given: want one of them"))
	default:
		c.authorization = func(ctx context.Context) ([]string, error) {
			token, err := source(ctx)
			if err == nil {
				err = checkToken(token)
			}
			if err != nil {
				return nil, &tokenError{err}
			}
			return []string{"Bearer " + token}, nil
		}
	}
	base, err := parseBaseURL(c.baseURL, c.insecureHTTP)
	problems = append(problems, from(c.baseURLFrom, err))
	c.base = base
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	c.userAgentHeader = []string{c.userAgent}
	c.gate = ratelimit.NewGate(c.maxRateLimitWait)
	c.clock = &ratelimit.Clock{}
	c.Contacts = &ContactsService{client: c}
	return c, nil
}

// NewClientFromEnv is NewClient with the token in the environment variable
// FEATUREBASE_API_KEY and, if FEATUREBASE_BASE_URL is set, the base URL in
// that one, unless opts has another. With WithTokenSource in opts,
// FEATUREBASE_API_KEY must be unset.
func NewClientFromEnv(opts ...Option) (*Client, error) {
	env := clientOption(func(c *config) error {
		c.tokenFrom = "FEATUREBASE_API_KEY"
		if baseURL := os.Getenv("FEATUREBASE_BASE_URL"); baseURL != "" {
			c.baseURL, c.baseURLFrom = baseURL, "FEATUREBASE_BASE_URL"
		}
		return nil
	})
	return NewClient(os.Getenv("FEATUREBASE_API_KEY"), append([]Option{env}, opts...)...)
}

// from says which environment variable a problem is in, if one is named.
func from(variable string, problem error) error {
	if problem == nil || variable == "" {
		return problem
	}
	return fmt.Errorf("%w (from %s)", problem, variable)
}

// Response is what is known about the last answer to a call besides its result.
// See WithResponse.
type Response struct {
	StatusCode int           // HTTP status; 0 if no attempt got an answer
	Header     http.Header   // of the answer
	RequestID  string        // names the request in the server's logs; empty if the server gave none
	RateLimit  RateLimit     // as of this answer
	Attempts   int           // how many times the request was sent, with those that got no answer
	Waited     time.Duration // how long the rate limit held the call back in all
}

// RateLimit is what a response says about a rate limit. It is the zero value if
// the response says nothing.
type RateLimit struct {
	Limit     int       // requests allowed in a window
	Remaining int       // requests left in this window
	Reset     time.Time // when the window ends, by this machine's clock; zero if unknown
}

// requestIDHeaders are where servers and proxies put it, in the canonical form;
// the API documents none.
var requestIDHeaders = []string{"X-Request-Id", "Request-Id", "X-Correlation-Id", "Cf-Ray"}

func requestID(h http.Header) string {
	for _, name := range requestIDHeaders {
		if values := h[name]; len(values) > 0 && values[0] != "" {
			return clip(values[0])
		}
	}
	return ""
}

// endpoint is what is fixed about a call.
type endpoint struct {
	method  string
	route   string // with at most one {parameter}
	since   APIVersion
	creates bool // whether it answers 201 when it has created something
}

// request is one call of an endpoint.
type request struct {
	*endpoint
	arg   string // for the route's parameter
	query url.Values
	body  any // to be sent as JSON; nil: none
}

// path puts arg in the place of the route's parameter, as one segment.
func (r request) path() string {
	before, rest, ok := strings.Cut(r.route, "{")
	if !ok {
		return r.route
	}
	_, after, _ := strings.Cut(rest, "}")
	segment := url.PathEscape(r.arg)
	if segment == "." || segment == ".." { // which stand for other segments
		segment = strings.ReplaceAll(segment, ".", "%2E")
	}
	return before + segment + after
}

// do is the one way every request takes. It decodes the answer into out; then
// wrong says what keeps it from being the answer that was asked for, empty for
// nothing. problem is what the method found wrong with its arguments.
func (c *Client) do(ctx context.Context, r request, problem error, out any, wrong func() string, opts []CallOption) (status int, err error) {
	if ctx == nil {
		return 0, errNilContext
	}
	s := c.settings
	if len(opts) > 0 {
		if s, err = s.with(opts); err != nil {
			return 0, err
		}
	}
	if problem != nil {
		return 0, problem
	}
	if err := r.checkVersion(s.version); err != nil {
		return 0, err
	}
	call := &call{client: c, ctx: ctx, settings: s, request: r, path: r.path()}
	call.held.Endpoint = ratelimit.Endpoint{Method: r.method, Route: r.route}
	if r.body != nil {
		if call.payload, err = json.Marshal(r.body); err != nil {
			return 0, fmt.Errorf("featurebase: the arguments can't be encoded: %w", err)
		}
	}
	call.run()
	if err := call.finish(out, wrong); err != nil {
		return 0, err
	}
	return call.answer.status, nil
}

// call is one call of the API: one or more attempts, of which the newest
// counts.
type call struct {
	client *Client
	ctx    context.Context
	settings
	request
	path    string
	payload []byte

	attempts int
	answer   answer        // the newest there was; of an earlier attempt if err is set
	err      error         // why the newest attempt got no answer
	wait     time.Duration // before the next attempt
	held     ratelimit.Call
	resumes  time.Time // when a pause for the rate limit that has begun is over

	answered  bool   // whether any attempt got an answer
	mayPass   bool   // whether the newest attempt failed in a way that may pass
	ambiguous bool   // whether any attempt may have been carried out without saying so
	waiting   bool   // for the next attempt
	told      bool   // whether retryablehttp knows what came of the newest attempt
	token     string // as last sent: not to be shown, whoever sends it back

	url url.URL // here, so that a call is one allocation
}

// answer is what came back from one attempt.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	bodyErr error // why body is not the whole body
	rate    ratelimit.Info
}

// run makes attempts until one settles the call or no more are due. What came
// of them is then in c. Most calls need no second attempt; retryablehttp, which
// makes the others, is not brought in before that.
func (c *call) run() {
	c.url = *c.client.base
	if c.url.RawPath == "" && !strings.Contains(c.path, "%") {
		c.url.Path += c.path
	} else {
		c.url.RawPath = c.client.base.EscapedPath() + c.path
		c.url.Path, _ = url.PathUnescape(c.url.RawPath) // both halves were escaped by package url
	}
	c.url.RawQuery = c.query.Encode()
	if c.try(); !c.mayPass {
		return
	}
	retries := retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: c},
		RetryMax:     c.maxRetries,
		CheckRetry:   c.checkRetry,
		Backoff:      c.backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	// It drives the loop by this request; what is sent is made by attempt.
	outer := &http.Request{Method: c.method, URL: &c.url, Header: http.Header{}}
	_, _ = retries.Do(&retryablehttp.Request{Request: outer.WithContext(c.ctx)})
}

// RoundTrip makes one attempt for retryablehttp, but first tells it of the one
// that was made before. It gives its caller no headers: without a Location,
// http.Client can't follow a redirect, which would turn a DELETE into a GET
// that succeeds.
func (c *call) RoundTrip(*http.Request) (*http.Response, error) {
	if c.told {
		c.try()
	}
	c.told = true
	if c.err != nil {
		return nil, c.err
	}
	return &http.Response{StatusCode: c.answer.status, Body: http.NoBody}, nil
}

// try makes one attempt, when the rate limit allows, and notes what came of it.
func (c *call) try() {
	c.mayPass, c.waiting = false, false
	start, held := c.client.gate.Enter(c.ctx, &c.held, c.logHold)
	if held != nil {
		if c.ctx.Err() != nil || !c.refused() {
			c.err = c.heldError(held)
		}
		return
	}
	var info *ratelimit.Info // stays nil if a transport panics
	defer func() { c.client.gate.Leave(&c.held, info) }()
	a, err := c.attempt()
	if c.err = err; err != nil {
		c.mayPass = transient(err)
	} else {
		c.answered, c.answer, info = true, a, &c.answer.rate
		c.mayPass = a.mayPass()
		c.ambiguous = c.ambiguous || a.ambiguous()
	}
	c.logAttempt(start)
}

// attempt sends the request once and reads the answer.
func (c *call) attempt() (answer, error) {
	transport, timeout := c.client.transport(c.timeout)
	ctx, cancel := c.ctx, context.CancelFunc(nil)
	if timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, timeout)
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	defer cancel()
	conn := &connection{transport: transport, method: c.method, cancel: cancel}
	// explain puts the end of a context in the place of what it caused.
	explain := func(err error) error {
		switch {
		case c.ctx.Err() != nil:
			return contextError(c.ctx)
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return fmt.Errorf("the attempt took longer than %v: %w", timeout, ctx.Err())
		}
		return c.foreign(conn.cause(err))
	}
	authorization, err := c.client.authorization(ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return answer{}, explain(err)
	}
	c.token = strings.TrimPrefix(authorization[0], "Bearer ")
	req := c.newRequest(conn.watch(ctx), authorization)
	if err := c.client.inTheClear(transport, req); err != nil {
		return answer{}, err
	}
	resp, err := transport.RoundTrip(req)
	if err == nil && resp == nil {
		err = errors.New("the transport returned neither an answer nor an error")
	}
	sent, ambiguous := conn.outcome(err)
	c.attempts += sent
	c.ambiguous = c.ambiguous || ambiguous
	if err != nil {
		return answer{}, explain(err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header}
	if resp.Body != nil {
		defer resp.Body.Close()
		a.body, err = readBody(resp)
		switch {
		case errors.Is(err, errBodyTooLong):
			a.bodyErr = err
		case err != nil:
			a.bodyErr = fmt.Errorf("the body broke off after %d bytes: %w", len(a.body), explain(err))
		}
	}
	a.rate = c.client.clock.Read(a.status, a.header, time.Now())
	return a, nil
}

// inTheClear refuses to send the token in the clear to a proxy. A base URL with
// plain http is on this machine, unless WithInsecureHTTP allows others, and
// whether a proxy stands between is for the transport to say.
func (c *Client) inTheClear(transport http.RoundTripper, req *http.Request) error {
	t, ok := transport.(*http.Transport)
	if !ok || t.Proxy == nil || req.URL.Scheme != "http" || c.insecureHTTP {
		return nil
	}
	if proxy, err := t.Proxy(req); err != nil || proxy == nil {
		return nil // an error of Proxy is the transport's to return
	}
	return errProxied
}

var errProxied = errors.New("plain http would send the token in the clear to a proxy; want https, or WithInsecureHTTP if that is meant")

// newRequest makes the request of one attempt.
func (c *call) newRequest(ctx context.Context, authorization []string) *http.Request {
	req := &http.Request{
		Method: c.method, URL: &c.url, Host: c.url.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Accept":        jsonType,
			"Authorization": authorization,
			"User-Agent":    c.client.userAgentHeader,
		},
	}
	if c.version != nil {
		req.Header["Featurebase-Version"] = c.version
	}
	if c.payload != nil {
		req.Header["Content-Type"] = jsonType
		req.ContentLength = int64(len(c.payload))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.payload)), nil }
		req.Body, _ = req.GetBody()
	}
	return req.WithContext(ctx)
}

var errBodyTooLong = errors.New("the body is too long")

// readBody reads a body to its limit. Unlike io.ReadAll it sizes its buffer by
// Content-Length, as far as that is believed before anything has come.
func readBody(resp *http.Response) ([]byte, error) {
	most := maxFailureBody
	if resp.StatusCode/100 == 2 {
		most = maxBody
	}
	size := int64(512)
	if n := resp.ContentLength; n > 0 && n <= maxFailureBody {
		size = n + 1 // to see the end without growing
	}
	body := make([]byte, 0, size)
	for {
		n, err := resp.Body.Read(body[len(body):min(cap(body), most+1)])
		body = body[:len(body)+n]
		switch {
		case len(body) > most:
			return body[:most], fmt.Errorf("%w: it has more than %d bytes", errBodyTooLong, most)
		case err == io.EOF:
			return body, nil
		case err != nil:
			return body, err
		case len(body) == cap(body):
			body = slices.Grow(body, len(body))
		}
	}
}

// jsonType and other values of headers are made once and shared by requests.
var jsonType = []string{"application/json"}

// initialTransport tells whether http.DefaultTransport has been replaced. It is
// nil if that happened before this package was initialised.
var initialTransport, _ = http.DefaultTransport.(*http.Transport)

// pooledTransport serves every client that was given no http.Client, so that
// making clients leaks no connections.
var pooledTransport = sync.OnceValue(func() *http.Transport {
	t := initialTransport.Clone()
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 1024 // the default of 2 would reopen connections all the time
	t.MaxResponseHeaderBytes = 256 << 10
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second} // notices a dead connection
	return t
})

// transport is looked up at every request, so that a mock may be put into
// place before or after the client was made. The timeout it gives is the
// shorter of the call's and the http.Client's.
func (c *Client) transport(timeout time.Duration) (http.RoundTripper, time.Duration) {
	if hc := c.httpClient; hc != nil {
		if hc.Timeout > 0 && (timeout == 0 || hc.Timeout < timeout) {
			timeout = hc.Timeout
		}
		if hc.Transport != nil {
			return hc.Transport, timeout
		}
	}
	if t, ok := http.DefaultTransport.(*http.Transport); !ok || t != initialTransport {
		return http.DefaultTransport, timeout
	}
	return pooledTransport(), timeout
}

// finish turns what run left into the call's result.
func (c *call) finish(out any, wrong func() string) error {
	if c.response != nil {
		c.response.Attempts = c.attempts
		c.response.Waited = c.held.Waited
		if c.waiting {
			c.response.Waited -= max(0, time.Until(c.resumes))
		}
		if a := &c.answer; c.answered {
			c.response.StatusCode = a.status
			c.response.Header = a.header
			c.response.RequestID = c.requestID()
			c.response.RateLimit = RateLimit(a.rate.Quota)
		}
	}
	var gaveUp error
	if c.waiting {
		gaveUp = fmt.Errorf("gave up waiting to retry: %w", contextError(c.ctx))
	}
	if c.err != nil {
		e := &TransportError{
			Attempts: c.attempts, Ambiguous: c.ambiguous, Method: c.method, Path: c.path,
			Err: joinErrors(c.err, gaveUp), route: c.route, ended: c.ctx.Err() != nil,
		}
		if c.answered {
			e.Earlier = c.answerError("its body could not be read", c.answer.bodyErr)
		}
		return e
	}
	reason, err := c.verify(out, wrong)
	if reason == "" {
		return nil
	}
	return c.answerError(reason, joinErrors(err, gaveUp))
}

// verify decodes the newest answer into out, and gives the reason for which it
// is not the success it has to be; empty if it is.
func (c *call) verify(out any, wrong func() string) (reason string, err error) {
	a := &c.answer
	if a.bodyErr != nil {
		return "its body could not be read", a.bodyErr
	}
	if a.status != http.StatusOK && !(c.creates && a.status == http.StatusCreated) {
		return "want status 200", nil
	}
	if err := checkJSON(a.body); err != nil {
		return "its body is not the documented JSON", c.foreign(err)
	}
	if err := json.Unmarshal(a.body, out); err != nil {
		return "its body is not the documented JSON", c.foreign(err)
	}
	return wrong(), nil
}
