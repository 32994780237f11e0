package featurebase

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// send calls an endpoint and returns its result. Every method goes through it.
func send[R result](ctx context.Context, c *Client, r request, out R, opts []CallOption) (R, error) {
	out, _, err := exchange(ctx, c, r, out, opts)
	return out, err
}

// upsert is send for endpoints that respond with status 201 if they created an
// object, and 200 if they changed one.
func upsert[R result](ctx context.Context, c *Client, r request, out R, opts []CallOption) (_ R, created bool, err error) {
	out, call, err := exchange(ctx, c, r, out, opts)
	return out, err == nil && call.response.status == http.StatusCreated, err
}

// confirm is like send, for endpoints whose result only confirms that they
// succeeded.
func confirm(ctx context.Context, c *Client, r request, out result, opts []CallOption) error {
	_, _, err := exchange(ctx, c, r, out, opts)
	return err
}

// exchange makes a call. If it returns no error, the call has its response.
func exchange[R result](ctx context.Context, c *Client, r request, out R, opts []CallOption) (_ R, _ *call, err error) {
	var none R
	call, err := c.newCall(ctx, r, opts)
	if err != nil {
		return none, nil, err
	}
	_, call.long = any(out).(long)
	gaveUp := call.run()
	if err := call.decode(out, gaveUp); err != nil {
		call.upload.putBack()
		return none, nil, err
	}
	return out, call, nil
}

// call is one call of the API: one or more attempts at sending the same
// request. The attempts record here what came of them.
type call struct {
	callInfo
	ctx      context.Context
	client   *Client
	settings callSettings
	url      url.URL
	upload   *upload // takes the place of body; nil: none
	long     bool    // whether the response may have more than maxBody

	err      error     // why the newest attempt got no response, or nil
	response *response // the newest response, of whichever attempt
	limit    ratelimit.Call
	resumes  time.Time // when the pause of a refusal for the rate limit is over
}

// newCall checks and encodes a request. Nothing is sent yet.
func (c *Client) newCall(ctx context.Context, r request, opts []CallOption) (*call, error) {
	if c == nil || c.base == nil {
		return nil, errNoClient
	}
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
	call := &call{client: c, ctx: ctx, settings: s}
	call.callInfo = callInfo{request: r, path: r.path(), versioned: s.version != ""}
	call.url = urlBelow(c.base, call.path, r.query())
	if call.body, err = r.encode(); err != nil {
		return nil, err
	}
	if p, ok := r.params.(interface{ files() []TicketFile }); ok && len(p.files()) > 0 {
		if call.upload, err = newUpload(call.body, p.files()); err != nil {
			return nil, err
		}
	}
	call.limit.Endpoint = ratelimit.Endpoint{Method: r.method(), Route: r.route()}
	call.limit.Patient = s.patient
	return call, nil
}

// run makes attempts until one settles the call or no more are due. It returns
// an error only if the context ended while the call was waiting to retry.
//
// Most calls need one attempt. It is made without repeat, which would double what
// they allocate.
func (c *call) run() error {
	if c.attempt(); !c.mayPass() {
		return nil
	}
	switch err := repeat(c.ctx, c.settings.maxRetries, c.attempt, c.scheduleRetry); {
	case err != nil:
		return fmt.Errorf("gave up waiting to retry: %w", contextError(c.ctx))
	case c.upload.spent() && c.mayPass() && c.attempts <= c.settings.maxRetries:
		return errReadOnce
	}
	return nil
}

// mayPass reports whether the newest attempt failed in a way that may pass.
func (c *call) mayPass() bool {
	if c.err != nil {
		return mayPass(c.err)
	}
	return c.response.mayPass()
}

// refused reports whether the newest attempt was refused for the rate limit.
func (c *call) refused() bool {
	return c.err == nil && c.response != nil && c.response.limit.Refused
}

// mayRepeat reports whether sending the request again does no more than sending
// it once, and is possible. What creates something is not repeated once it may
// have done so.
func (c *call) mayRepeat() bool {
	return !c.upload.spent() && (c.request.effects() != creates || c.settings.repeatable || !c.ambiguous)
}

// scheduleRetry returns how long to wait before the next attempt, and whether
// there is to be one: a random time that grows with the attempts, or what the
// server asks for if that is longer. It books the wait.
func (c *call) scheduleRetry() (wait time.Duration, ok bool) {
	if !c.mayPass() || !c.mayRepeat() || c.attempts > c.settings.maxRetries || c.ctx.Err() != nil {
		return 0, false
	}
	wait = backoff(c.attempts, c.client.retryWaitFirst, c.client.retryWaitLongest)
	maxWait, pause := c.client.maxRateLimitWait, time.Duration(0)
	if c.err == nil {
		pause = min(c.response.limit.Pause, maxWait) // what the server asks for, as far as that is allowed
	}
	if c.refused() && (maxWait == 0 || !c.settings.patient && c.limit.Waited+c.response.limit.Pause > maxWait) {
		return 0, false
	}
	wait = max(wait, pause)
	if deadline, ok := c.ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return 0, false // better to return this response now than none later
	}
	if c.refused() {
		c.limit.Waited += pause
		c.resumes = time.Now().Add(pause)
	}
	logAttempt(c.ctx, c.client.logger, slog.LevelWarn, "featurebase: retrying", &c.callInfo, c.response, c.err, slog.Duration("wait", wait))
	return wait, true
}

// attempt sends the request once, as soon as the rate limit allows it, and
// records what came of it.
func (c *call) attempt() {
	start, held := c.client.gate.Enter(c.ctx, &c.limit, c.logHold)
	if held != nil {
		if c.ctx.Err() != nil || !c.refused() { // a refusal is worth more than not being sent again
			c.err = heldError(c.ctx, held)
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
	if c.client.logger.Enabled(c.ctx, slog.LevelDebug) {
		logAttempt(c.ctx, c.client.logger, slog.LevelDebug, "featurebase: attempt", &c.callInfo, c.response, c.err, slog.Duration("duration", time.Since(start)))
	}
}

func (c *call) logHold(wait time.Duration) { logHold(c.ctx, c.client.logger, c.request.endpoint, wait) }

// mayHaveEffect reports whether the request changes anything if it is
// processed.
func (c *call) mayHaveEffect() bool { return c.request.effects() != reads }

// roundTripState has what one attempt needs, so that it is one allocation.
type roundTripState struct {
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
	a := &roundTripState{
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
		return c.redactor().foreign(err)
	}
	authorization, err := c.client.authorization(ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, cause(err)
	}
	c.keys.add(strings.TrimPrefix(authorization[0], "Bearer "))
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
		if r.body, err = readBody(ctx, resp, c.long); errors.Is(err, errBodyTooLong) {
			r.bodyErr = err
		} else if err != nil {
			r.bodyErr = fmt.Errorf("the body broke off after %d bytes: %w", len(r.body), cause(err))
		}
	}
	r.limit = c.client.clock.Read(r.status, r.header, time.Now())
	return r, nil
}

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
	if c.body != nil && c.upload == nil {
		req.Header["Content-Type"] = jsonType
		req.ContentLength = int64(len(c.body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.body)), nil }
		req.Body, _ = req.GetBody()
	}
	return req.WithContext(ctx)
}

// fetchRedirect is for net/http, which by itself lets fetch follow redirects.
var fetchRedirect = []string{"manual"}

// decode decodes the response into out, or explains why there is no result.
// gaveUp is what run returned.
func (c *call) decode(out result, gaveUp error) error {
	if err := c.received(gaveUp); err != nil {
		return err
	}
	// Whether it is a success is for the body to say. The API states 201 for
	// some of the requests that create something.
	if status := c.response.status; status != http.StatusOK && !(status == http.StatusCreated && c.request.method() == http.MethodPost) {
		return c.responseError(c.response, "want status 200", gaveUp)
	}
	var err error
	if d, ok := out.(decoder); ok {
		err = d.decode(c.response.body, &c.request)
	} else {
		err = strictjson.Unmarshal(c.response.body, out)
	}
	if err != nil {
		return c.responseError(c.response, "its body is not the documented JSON", joinErrors(c.redactor().foreign(err), gaveUp))
	}
	if reason := out.mismatch(&c.request); reason != "" {
		return c.responseError(c.response, reason, gaveUp)
	}
	return nil
}

// decodeAny is like decode, for a response whose form is not known.
func (c *call) decodeAny(out any, gaveUp error) error {
	if err := c.received(gaveUp); err != nil {
		return err
	}
	if c.response.status/100 != 2 {
		return c.responseError(c.response, "", gaveUp)
	}
	if out == nil {
		return nil
	}
	if err := decodeAny(c.response.body, out); err != nil {
		return c.responseError(c.response, "its body is not the expected JSON", joinErrors(c.redactor().foreign(err), gaveUp))
	}
	return nil
}

// received returns an error if there is no whole response.
func (c *call) received(gaveUp error) error {
	c.report()
	switch {
	case c.err != nil:
		return c.requestError(c.response, joinErrors(c.err, gaveUp))
	case c.response.bodyErr != nil:
		return c.responseError(c.response, "its body could not be read", joinErrors(c.response.bodyErr, gaveUp))
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
		r.RequestID = c.redactor().requestID(resp.header)
		r.RateLimit = RateLimit(resp.limit.Quota)
	}
}
