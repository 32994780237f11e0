package featurebase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// failure is what the API says about a failure.
type failure struct {
	Type    ErrorType       `json:"type"`
	Code    ErrorCode       `json:"code"`
	Message string          `json:"message"`
	Param   string          `json:"param"`
	Details json.RawMessage `json:"details"`

	details []ErrorDetail
}

// failure decodes the body of a failure, and reports whether it is Featurebase's
// own: whether it has one of the three forms of its errors.
func (r *response) failure() (f failure, ok bool) {
	if r.failed == nil {
		r.failed = new(failure)
		if r.bodyErr == nil {
			*r.failed = decodeFailure(r.status, r.body)
		}
	}
	return *r.failed, r.failed.Type != ""
}

// decodeFailure returns the zero failure for a body that is not Featurebase's.
// The two forms without an error are in no document, but were seen: a request
// that doesn't validate and a key that is refused. What else has a message may
// be a proxy's.
func decodeFailure(status int, body []byte) (f failure) {
	var members struct {
		Error   json.RawMessage `json:"error"`
		Success json.RawMessage `json:"success"`
		Code    json.RawMessage `json:"code"`
		Message json.RawMessage `json:"message"`
	}
	if strictjson.Unmarshal(body, &members) != nil {
		return failure{}
	}
	if members.Error != nil {
		if strictjson.Unmarshal(members.Error, &f) != nil || f.Type == "" {
			return failure{}
		}
		if strictjson.Unmarshal(f.Details, &f.details) != nil {
			f.details = nil // in a form that is not documented; the rest counts all the same
		}
		return f
	}
	if strictjson.Unmarshal(members.Message, &f.Message) != nil || string(members.Message) == "null" {
		return failure{}
	}
	switch {
	case status == http.StatusBadRequest && string(members.Code) == "400" && members.Success == nil && f.Message != "":
		f.Type = ErrorTypeInvalidRequest
	case (status == http.StatusUnauthorized || status == http.StatusForbidden) && string(members.Success) == "false" && members.Code == nil:
		f.Type = ErrorTypeAuthentication
	default:
		return failure{}
	}
	return f
}

// faultText returns what the text of an error has of a message and its details.
// hide removes what may be personal.
func faultText(message string, details []ErrorDetail, hide func(string) string) string {
	var b strings.Builder
	b.WriteString(clip(hide(message)))
	for _, d := range details {
		fault := clip(hide(d.Message))
		if d.Path != "" {
			fault = strings.TrimSuffix(clip(hide(d.Path))+": "+fault, ": ")
		}
		if fault == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		if b.Len()+len(fault) > maxLine {
			b.WriteString("…")
			break
		}
		b.WriteString(fault)
	}
	return b.String()
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
	details := slices.Clone(f.details)
	for i, d := range details {
		details[i] = ErrorDetail{Path: c.hideToken(d.Path), Message: c.hideToken(d.Message)}
	}
	return &APIError{
		StatusCode: resp.status, Type: ErrorType(c.hideToken(string(f.Type))), Code: ErrorCode(c.hideToken(string(f.Code))),
		Message: c.hideToken(f.Message), Param: c.hide(f.Param), Details: details, RequestID: c.requestID(), RetryAfter: resp.limit.Pause,
		RateLimit: RateLimit(resp.limit.Quota), Attempts: c.attempts, Ambiguous: c.ambiguous,
		Method: ep.method(), Route: ep.route(), Path: c.path, Header: resp.header, Body: resp.body, Err: err,
		received: true, notFound: c.saysNotFound(f), text: faultText(f.Message, f.details, c.hide),
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
