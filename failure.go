package featurebase

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
)

// faultText returns what the text of an error has of a message and its details.
// hide removes what may be personal, from all of them at once.
func faultText(message string, details []ErrorDetail, hide func(...string) []string) string {
	texts := []string{message}
	size := len(message)
	for _, d := range details {
		if size += len(d.Path) + len(d.Message); size > maxHidden {
			break // far more than is shown
		}
		texts = append(texts, d.Path, d.Message)
	}
	texts = hide(texts...)
	var b strings.Builder
	b.WriteString(clip(texts[0]))
	for i := 1; i < len(texts); i += 2 {
		fault := clip(texts[i+1])
		if texts[i] != "" {
			fault = strings.TrimSuffix(clip(texts[i])+": "+fault, ": ")
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

// callInfo is what errors and log lines say of a call.
type callInfo struct {
	request   request
	path      string // escaped, without the base URL's
	body      []byte // JSON, also of a body with files; nil: none
	versioned bool   // whether an API version is sent

	attempts  int  // how often the request was sent
	ambiguous bool // whether an attempt may have been processed without confirming it
	keys      keys // as sent: not to be shown, whoever sends them back
}

// redactor returns what hides the call's arguments and keys.
func (c *callInfo) redactor() redactor { return redactor{&c.keys, &c.request} }

// responseError returns the error for a response; reason explains an unexpected
// 2xx.
func (c *callInfo) responseError(resp *response, reason string, err error) error {
	ep, hidden := c.request.endpoint, c.redactor()
	id := hidden.requestID(resp.header)
	if resp.status/100 == 2 {
		return &UnexpectedResponseError{
			StatusCode: resp.status, Reason: hidden.hide(reason), RequestID: id, Attempts: c.attempts, Ambiguous: c.ambiguous,
			Method: ep.method(), Route: ep.route(), Path: c.path, Header: resp.header, Body: resp.body, Err: err,
		}
	}
	f, _ := resp.apiFailure() // empty if it isn't Featurebase's; see Body
	details := slices.Clone(f.details)
	for i, d := range details {
		details[i] = ErrorDetail{Path: c.keys.hide(d.Path), Message: c.keys.hide(d.Message)}
	}
	return &APIError{
		StatusCode: resp.status, Type: ErrorType(c.keys.hide(string(f.Type))), Code: ErrorCode(c.keys.hide(string(f.Code))),
		Message: c.keys.hide(f.Message), Param: hidden.hide(f.Param), Details: details, RequestID: id, RetryAfter: resp.limit.Pause,
		RateLimit: RateLimit(resp.limit.Quota), Attempts: c.attempts, Ambiguous: c.ambiguous,
		Method: ep.method(), Route: ep.route(), Path: c.path, Header: resp.header, Body: resp.body, Err: err,
		received: true, notFound: c.request.saysNotFound(resp.status, f, c.body, c.versioned), text: faultText(f.Message, f.details, hidden.hideAll),
	}
}

// requestError returns the error for an attempt that got no response. earlier is
// the newest response of another attempt, or nil.
func (c *callInfo) requestError(earlier *response, err error) error {
	ep := c.request.endpoint
	e := &RequestError{
		Attempts: c.attempts, Ambiguous: c.ambiguous, Method: ep.method(), Route: ep.route(), Path: c.path, Err: err,
	}
	if earlier != nil {
		e.Earlier = c.responseError(earlier, "its body could not be read", earlier.bodyErr)
	}
	return e
}

// heldError is the error of a call that was held back and not sent. A call that
// was canceled did not fail because of the rate limit.
func heldError(ctx context.Context, held *ratelimit.Held) error {
	limited := &RateLimitError{RetryAfter: held.RetryAfter, RateLimit: RateLimit(held.Quota)}
	switch ended := ctx.Err(); {
	case ended == nil:
		return limited
	case errors.Is(ended, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", contextError(ctx), limited)
	}
	return fmt.Errorf("held back by the rate limit: %w", contextError(ctx))
}

// contextError returns why ctx has ended. It always matches ctx.Err().
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}
