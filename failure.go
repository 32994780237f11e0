package featurebase

import (
	"context"
	"errors"
	"fmt"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// failure is what the API says about a failure.
type failure struct {
	Type    ErrorType `json:"type"`
	Code    ErrorCode `json:"code"`
	Message string    `json:"message"`
	Param   string    `json:"param"`
}

// failure decodes the body of a failure, and reports whether it has the form of
// the API's errors.
func (r *response) failure() (f failure, ok bool) {
	if r.failed == nil {
		var body struct {
			Error failure `json:"error"`
		}
		if r.bodyErr != nil || strictjson.Unmarshal(r.body, &body) != nil || body.Error.Type == "" {
			body.Error = failure{}
		}
		r.failed = &body.Error
	}
	return *r.failed, r.failed.Type != ""
}

// responseError returns the error for the newest response; reason explains an
// unexpected 2xx.
func (c *call) responseError(reason string, err error) error {
	resp, ep := c.response, c.request.endpoint
	if resp.status/100 == 2 {
		return &UnexpectedResponseError{
			StatusCode: resp.status, Reason: c.hide(reason), RequestID: c.requestID(), Attempts: c.attempts, Ambiguous: c.ambiguous,
			Method: ep.method(), Route: ep.route(), Path: c.path, Header: resp.header, Body: resp.body, Err: err,
		}
	}
	f, _ := resp.failure() // empty if it isn't Featurebase's; see Body
	return &APIError{
		StatusCode: resp.status, Type: ErrorType(c.hideToken(string(f.Type))), Code: ErrorCode(c.hideToken(string(f.Code))),
		Message: c.hideToken(f.Message), Param: c.hide(f.Param), RequestID: c.requestID(), RetryAfter: resp.limit.Pause,
		RateLimit: RateLimit(resp.limit.Quota), Attempts: c.attempts, Ambiguous: c.ambiguous,
		Method: ep.method(), Route: ep.route(), Path: c.path, Header: resp.header, Body: resp.body, Err: err,
		endpoint: ep, message: c.hide(f.Message),
	}
}

// requestError returns the error for an attempt that got no response.
func (c *call) requestError(err error) error {
	ep := c.request.endpoint
	e := &RequestError{
		Attempts: c.attempts, Ambiguous: c.ambiguous, Method: ep.method(), Route: ep.route(), Path: c.path, Err: err,
	}
	if c.response != nil {
		e.Earlier = c.responseError("its body could not be read", c.response.bodyErr)
	}
	return e
}

// heldError is the error of a call that was held back and not sent. A call that
// was canceled did not fail because of the rate limit.
func (c *call) heldError(held *ratelimit.Held) error {
	limited := &RateLimitError{RetryAfter: held.RetryAfter, RateLimit: RateLimit(held.Quota)}
	switch ended := c.ctx.Err(); {
	case ended == nil:
		return limited
	case errors.Is(ended, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", contextError(c.ctx), limited)
	}
	return fmt.Errorf("held back by the rate limit: %w", contextError(c.ctx))
}
