package featurebase

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// call is one call of the API: one or more attempts at sending the same
// request. The attempts record here what came of them, because retryablehttp
// drops the last response when a wait is interrupted.
type call struct {
	ctx      context.Context
	client   *Client
	settings callSettings
	request  request
	path     string  // escaped, without the base URL's
	url      url.URL // with it
	body     []byte  // JSON; nil: none
	upload   *upload // takes the place of body; nil: none

	attempts  int           // how often the request was sent
	err       error         // why the newest attempt got no response, or nil
	response  *response     // the newest response, of whichever attempt
	ambiguous bool          // whether an attempt may have been processed without confirming it
	wait      time.Duration // before the next attempt
	limit     ratelimit.Call
	resumes   time.Time // when the pause of a refusal for the rate limit is over
	token     string    // as last sent: not to be shown, whoever sends it back
}

// response is what came back from an attempt.
type response struct {
	status  int
	header  http.Header
	body    []byte
	bodyErr error // why body is incomplete, or nil
	limit   ratelimit.Info
	failed  *failure // what failure returns, once it has been called
}

// send makes attempts until one settles the call or no more are due. It returns
// an error only if the context ended while the call was waiting to retry.
//
// Most calls need one attempt. It is made without retryablehttp, which would
// double what they allocate.
func (c *call) send() error {
	if c.attempt(); !c.transient() {
		return nil
	}
	return c.retry()
}

// retry leaves the attempts after the first, and the waits before them, to
// retryablehttp. It begins its loop by asking for a first attempt, and is given
// the one that was made.
func (c *call) retry() error {
	replayed := false
	loop := retryablehttp.Client{
		HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			if replayed {
				c.attempt()
			}
			replayed = true
			if c.err != nil {
				return nil, c.err
			}
			// Without a Location header, http.Client can't follow a redirect, which
			// would turn a DELETE into a GET that succeeds.
			return &http.Response{StatusCode: c.response.status, Body: http.NoBody}, nil
		})},
		RetryMax:     c.settings.maxRetries,
		CheckRetry:   c.checkRetry,
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	// This request only drives the loop; newRequest makes what is sent.
	req := (&http.Request{Method: c.request.method(), URL: &c.url, Header: http.Header{}}).WithContext(c.ctx)
	_, err := loop.Do(&retryablehttp.Request{Request: req}) //nolint:bodyclose // the body is http.NoBody
	switch {
	// The context's own error, not wrapped by net/http, means that a wait was
	// interrupted.
	case err != nil && err == c.ctx.Err(): //nolint:errorlint // not wrapped
		return fmt.Errorf("gave up waiting to retry: %w", contextError(c.ctx))
	case c.upload.spent() && c.transient() && c.attempts <= c.settings.maxRetries:
		return errReadOnce
	}
	return nil
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// attempt sends the request once, as soon as the rate limit allows it, and
// records what came of it.
func (c *call) attempt() {
	start, held := c.client.gate.Enter(c.ctx, &c.limit, c.logHold)
	if held != nil {
		if c.ctx.Err() != nil || !c.refused() { // a refusal is worth more than not being sent again
			c.err = c.heldError(held)
		}
		return
	}
	var info *ratelimit.Info // nil if there was no response, or if the transport panics
	defer func() { c.client.gate.Leave(&c.limit, info) }()
	resp, err := c.roundTrip()
	if c.err = err; err == nil {
		c.response, info = resp, &resp.limit
		c.ambiguous = c.ambiguous || c.mayHaveEffect() && resp.ambiguous()
	}
	c.logAttempt(start)
}

// mayHaveEffect reports whether the request changes anything if it is
// processed.
func (c *call) mayHaveEffect() bool { return c.request.effects() != reads }

// attempt has what one attempt needs, so that it is one allocation.
type attempt struct {
	url      url.URL // of its own, since a transport may change it
	conn     connection
	response response
}

// roundTrip sends the request and reads the response.
func (c *call) roundTrip() (*response, error) {
	transport, timeout := c.client.transport(c.settings.timeout)
	ctx, cancel := c.ctx, context.CancelFunc(nil)
	if timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, timeout)
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	defer cancel()
	a := &attempt{
		url:  c.url,
		conn: connection{transport: transport, method: c.request.method(), cancel: cancel},
	}
	conn := &a.conn
	// cause returns the context's error in place of an error that it led to.
	cause := func(err error) error {
		switch {
		case c.ctx.Err() != nil:
			return contextError(c.ctx)
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return &timeoutError{timeout}
		}
		return c.foreign(err)
	}
	authorization, err := c.client.authorization(ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, cause(err)
	}
	c.token = strings.TrimPrefix(authorization[0], "Bearer ")
	req := c.newRequest(conn.watch(ctx), &a.url, authorization)
	if err := c.client.inTheClear(transport, req); err != nil {
		return nil, err
	}
	if c.upload != nil {
		defer c.upload.stop(ctx)
		if err := c.upload.attach(req); err != nil {
			return nil, cause(err)
		}
	}
	resp, err := transport.RoundTrip(req)
	if err == nil && resp == nil {
		err = errors.New("the transport returned neither a response nor an error")
	}
	sent, ambiguous := conn.outcome(req, err)
	c.attempts += sent
	c.ambiguous = c.ambiguous || c.mayHaveEffect() && ambiguous
	if err != nil {
		return nil, cause(c.upload.cause(conn.cause(req, err)))
	}
	r := &a.response
	r.status, r.header = resp.StatusCode, resp.Header
	if resp.Body != nil {
		defer resp.Body.Close()
		if r.body, err = readBody(resp); errors.Is(err, errBodyTooLong) {
			r.bodyErr = err
		} else if err != nil {
			r.bodyErr = fmt.Errorf("the body broke off after %d bytes: %w", len(r.body), cause(err))
		}
	}
	r.limit = c.client.clock.Read(r.status, r.header, time.Now())
	return r, nil
}

// timeoutError is the end of an attempt. It is not that of the call's context,
// and so doesn't match context.DeadlineExceeded.
type timeoutError struct{ limit time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("the attempt took longer than %v", e.limit) }

func (e *timeoutError) Timeout() bool { return true }

// Is reports whether target is os.ErrDeadlineExceeded, as for a connection.
func (e *timeoutError) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// newRequest returns the request of one attempt.
func (c *call) newRequest(ctx context.Context, url *url.URL, authorization []string) *http.Request {
	req := &http.Request{
		Method: c.request.method(), URL: url, Host: url.Host, Pattern: c.request.pattern,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, 4+len(c.settings.header)),
	}
	maps.Copy(req.Header, c.settings.header)
	req.Header["Accept"] = jsonType
	req.Header["Authorization"] = authorization
	req.Header["User-Agent"] = c.client.userAgent
	if header := c.client.versionHeader(c.settings.version); header != nil {
		req.Header["Featurebase-Version"] = header
	}
	if runtime.GOOS == "js" {
		req.Header["js.fetch:redirect"] = fetchRedirect
	}
	if c.body != nil {
		req.Header["Content-Type"] = jsonType
		req.ContentLength = int64(len(c.body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.body)), nil }
		req.Body, _ = req.GetBody()
	}
	return req.WithContext(ctx)
}

// Header values are allocated once and shared by all requests.
var (
	jsonType      = []string{"application/json"}
	fetchRedirect = []string{"manual"} // for net/http, which by itself lets fetch follow redirects
)

// The most that is read of a response body. A page of 100 articles has some
// MiB; a failure has a few lines.
const (
	maxBody        = 64 << 20 // of a response with status 2xx
	maxFailureBody = 1 << 20  // of any other
)

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

// result decodes the response into out, or explains why there is no result.
// gaveUp is what send returned.
func (c *call) result(out result, gaveUp error) error {
	if err := c.received(gaveUp); err != nil {
		return err
	}
	// Whether it is a success is for the body to say. The API states 201 for
	// some of the requests that create something.
	if status := c.response.status; status != http.StatusOK && !(status == http.StatusCreated && c.request.method() == http.MethodPost) {
		return c.responseError("want status 200", gaveUp)
	}
	if err := c.decode(out); err != nil {
		return c.responseError("its body is not the documented JSON", joinErrors(c.foreign(err), gaveUp))
	}
	if reason := out.mismatch(&c.request); reason != "" {
		return c.responseError(reason, gaveUp)
	}
	return nil
}

func (c *call) decode(out result) error {
	if d, ok := out.(decoder); ok {
		return d.decode(c.response.body, &c.request)
	}
	return strictjson.Unmarshal(c.response.body, out)
}

// anyResult is like result, for a response whose form is not known.
func (c *call) anyResult(out any, gaveUp error) error {
	if err := c.received(gaveUp); err != nil {
		return err
	}
	if c.response.status/100 != 2 {
		return c.responseError("", gaveUp)
	}
	if out == nil {
		return nil
	}
	if err := strictjson.Unmarshal(c.response.body, out); err != nil {
		return c.responseError("its body is not the expected JSON", joinErrors(c.foreign(err), gaveUp))
	}
	return nil
}

// received returns an error if there is no whole response.
func (c *call) received(gaveUp error) error {
	c.report()
	switch {
	case c.err != nil:
		return c.requestError(joinErrors(c.err, gaveUp))
	case c.response.bodyErr != nil:
		return c.responseError("its body could not be read", joinErrors(c.response.bodyErr, gaveUp))
	}
	return nil
}

// report fills the caller's Response.
func (c *call) report() {
	r := c.settings.response
	if r == nil {
		return
	}
	r.Attempts = c.attempts
	r.Waited = c.limit.Waited - max(0, time.Until(c.resumes))
	if resp := c.response; resp != nil {
		r.StatusCode = resp.status
		r.Header = resp.header
		r.RequestID = c.requestID()
		r.RateLimit = RateLimit(resp.limit.Quota)
	}
}

// newCall checks and encodes a request. Nothing is sent yet.
func (c *Client) newCall(ctx context.Context, r request, opts []CallOption) (*call, error) {
	s, err := c.callSettings(opts)
	if err != nil {
		return nil, err
	}
	if ctx == nil {
		return nil, errNilContext
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	query, body, err := r.encode()
	if err != nil {
		return nil, err
	}
	call := &call{client: c, ctx: ctx, settings: s, request: r, path: r.path()}
	if p, ok := r.params.(interface{ files() []TicketFile }); ok && len(p.files()) > 0 {
		if call.upload, err = newUpload(body, p.files()); err != nil {
			return nil, err
		}
	} else {
		call.body = body
	}
	call.url = c.url(call.path, query)
	call.limit.Endpoint = ratelimit.Endpoint{Method: r.method(), Route: r.route()}
	call.limit.Patient = s.patient
	return call, nil
}
