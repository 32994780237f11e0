package featurebase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// Response describes the last HTTP response of a call. See [WithResponse].
type Response struct {
	StatusCode int           // HTTP status; 0 if no attempt got a response
	Header     http.Header   // of the response
	RequestID  string        // identifies the request to Featurebase's support; empty if absent
	RateLimit  RateLimit     // as of this response
	Attempts   int           // number of times the request was sent, including attempts without a response
	Waited     time.Duration // how long the rate limit held the call back in total
}

// String describes the response without its header, which may have anything in
// it that a server repeats.
func (r Response) String() string {
	text := fmt.Sprintf("status %d after %d attempts", r.StatusCode, r.Attempts)
	if r.RequestID != "" {
		text += ", request ID " + showRequestID(r.RequestID)
	}
	return text
}

// Format implements fmt.Formatter, and writes String for every verb.
func (r Response) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }

// LogValue implements slog.LogValuer, omitting the header.
func (r Response) LogValue() slog.Value {
	return logAttrs(
		slog.Int("status", r.StatusCode), slog.Int("attempts", r.Attempts), slog.Duration("waited", r.Waited),
		slog.String("request_id", showRequestID(r.RequestID)))
}

// RateLimit is the rate-limit state reported by a response; zero if it reported
// none.
type RateLimit struct {
	Limit     int       // requests allowed in a window
	Remaining int       // requests left in this window
	Reset     time.Time // when the window ends, by this machine's clock; zero if unknown
}

// requestIDHeaders are where servers and proxies put it, in canonical form; the
// API documents none.
var requestIDHeaders = []string{"X-Request-Id", "Request-Id", "X-Correlation-Id", "Cf-Ray"}

func requestID(h http.Header) string {
	for _, name := range requestIDHeaders {
		if values := h[name]; len(values) > 0 && values[0] != "" {
			return values[0]
		}
	}
	return ""
}

// response is what came back from an attempt.
type response struct {
	status  int
	header  http.Header
	body    []byte
	bodyErr error // why body is incomplete, or nil
	limit   ratelimit.Info
	failed  *failure // what apiFailure returns, once it has been called
}

// truncated reports whether the body is incomplete and would have decided what
// the response means.
func (r *response) truncated() bool {
	if r.bodyErr == nil || errors.Is(r.bodyErr, errBodyTooLong) {
		return false
	}
	switch r.status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return true
	}
	return r.status/100 == 2
}

// mayPass reports whether repeating the request may lead to another response.
func (r *response) mayPass() bool {
	switch r.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented:
		return false
	}
	return r.status >= 500 || r.truncated()
}

// ambiguous reports whether the request may have been processed even if this
// response doesn't confirm it. It was not if Featurebase itself refused it; a
// response from elsewhere, such as a redirect, says nothing about that, unless
// it is a refusal for the rate limit.
func (r *response) ambiguous() bool {
	switch {
	case r.status == http.StatusTooManyRequests:
		return false
	case r.status/100 != 4 || r.status == http.StatusRequestTimeout:
		return true
	}
	_, ok := r.apiFailure()
	return !ok
}

// The most that is read of a response body. A page of 100 articles has some
// MiB; a confirmation or a failure has a few lines.
const (
	maxBody     = 1 << 20
	maxLongBody = 64 << 20 // of a success that may be long; see long
)

var errBodyTooLong = errors.New("the body is too long")

// maxEmptyReads is how often in a row a Read may return nothing and no error.
const maxEmptyReads = 100

// readBody reads a body to its limit, or until ctx ends, which not every
// transport's body ends with. Unlike io.ReadAll it sizes its buffer by
// Content-Length, as far as that is believed before anything has come.
func readBody(ctx context.Context, resp *http.Response, long bool) ([]byte, error) {
	most := maxBody
	if long && resp.StatusCode/100 == 2 {
		most = maxLongBody
	}
	size := int64(512)
	if n := resp.ContentLength; n > 0 && n <= maxBody {
		size = n + 1 // to see the end without growing
	}
	body := make([]byte, 0, size)
	for empty := 0; ; {
		n, err := resp.Body.Read(body[len(body):min(cap(body), most+1)])
		body = body[:len(body)+n]
		if empty++; n > 0 {
			empty = 0
		}
		switch {
		case len(body) > most:
			return body[:most], fmt.Errorf("%w: it has more than %d bytes", errBodyTooLong, most)
		case err == io.EOF:
			return body, nil
		case err != nil:
			return body, err
		case ctx.Err() != nil:
			return body, ctx.Err()
		case empty == maxEmptyReads:
			return body, io.ErrNoProgress
		case len(body) == cap(body):
			size := 2 * len(body)
			if size >= most {
				size = most + 1
			}
			body = append(make([]byte, 0, size), body...) // slices.Grow would exceed it
		}
	}
}

// failure is what the API says about a failure.
type failure struct {
	Type    ErrorType       `json:"type"`
	Code    ErrorCode       `json:"code"`
	Message string          `json:"message"`
	Param   string          `json:"param"`
	Details json.RawMessage `json:"details"`

	details []ErrorDetail
}

// apiFailure decodes the body of a failure, and reports whether it is
// Featurebase's own: whether it has one of the three forms of its errors.
func (r *response) apiFailure() (f failure, ok bool) {
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
