package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
)

// Sentinel errors, to be tested for with errors.Is.
var (
	// ErrInvalidID is matched by *InvalidIDError, and by an *APIError with
	// ErrorCodeInvalidID.
	ErrInvalidID = errors.New("featurebase: invalid id")

	// ErrContactNotFound is matched only if Featurebase itself answered with
	// status 404 and ErrorCodeContactNotFound. Any other 404, such as one from
	// a proxy, does not match.
	ErrContactNotFound = errors.New("featurebase: contact not found")

	// ErrAuthentication is matched by an *APIError with status 401: the token
	// is missing, wrong or expired.
	ErrAuthentication = errors.New("featurebase: not authenticated")

	// ErrPermission is matched by an *APIError with status 403: the token may
	// not do this.
	ErrPermission = errors.New("featurebase: not permitted")

	// ErrRateLimited is matched by an *APIError with status 429, and by
	// *RateLimitError.
	ErrRateLimited = errors.New("featurebase: rate limited")

	// ErrServer is matched by an *APIError with status 500 or above.
	ErrServer = errors.New("featurebase: server error")

	// ErrUnsupportedVersion is matched if the endpoint does not exist in the
	// API version that the call would have sent. Nothing was sent.
	ErrUnsupportedVersion = errors.New("featurebase: unsupported API version")

	// ErrUnexpectedResponse is matched by *UnexpectedResponseError.
	ErrUnexpectedResponse = errors.New("featurebase: unexpected response")

	// ErrStopped is additionally matched by the error of a BulkResult that made
	// the bulk method stop early, because every other ID would have failed the
	// same way or there were too many failures in a row. See AffectsAll and
	// WithStopAfterFailures.
	ErrStopped = errors.New("featurebase: the run was stopped")

	// ErrAmbiguous is matched, beside what else the error matches, if an
	// attempt of the call may have been carried out although no answer
	// confirmed it, nor Featurebase refused it: by an *APIError or *TransportError with Ambiguous set, and
	// by every *UnexpectedResponseError. Together with ErrContactNotFound it
	// means that an earlier attempt may be what deleted the contact. Repeating
	// the call settles it. An error that does not match it changed nothing.
	ErrAmbiguous = errors.New("featurebase: the request may have been carried out")
)

// ErrorType is the broad kind of an APIError, as the API names it.
type ErrorType string

// The documented error types. Others pass through as they are.
const (
	ErrorTypeInvalidRequest ErrorType = "invalid_request_error" // 400, 404, 410
	ErrorTypeAuthentication ErrorType = "authentication_error"  // 401
	ErrorTypeAuthorization  ErrorType = "authorization_error"   // 403
	ErrorTypeRateLimit      ErrorType = "rate_limit_error"      // 429
	ErrorTypeAPI            ErrorType = "api_error"             // 5xx
)

// ErrorCode says exactly what an APIError is about, as the API names it.
type ErrorCode string

// The known error codes. Others pass through as they are.
const (
	ErrorCodeInvalidID        ErrorCode = "invalid_id"
	ErrorCodeContactNotFound  ErrorCode = "contact_not_found"
	ErrorCodeResourceNotFound ErrorCode = "resource_not_found"
	ErrorCodeInvalidParameter ErrorCode = "invalid_parameter"
	ErrorCodeInvalidRequest   ErrorCode = "invalid_request"
	ErrorCodeInvalidCursor    ErrorCode = "invalid_cursor"
	ErrorCodeQueryTooBroad    ErrorCode = "query_too_broad"
)

// APIError is an answer other than 2xx, whoever gave it: Type and Code are
// empty unless the body has the form of the API's errors.
//
// Reference: https://docs.featurebase.app/rest-api
type APIError struct {
	StatusCode int       // HTTP status
	Type       ErrorType // empty if the body does not have the form of the API's errors
	Code       ErrorCode // the same
	Message    string    // for people
	Param      string    // the parameter at fault, if the API names one

	RequestID  string        // names the request in the server's logs; empty if the server gave none
	RetryAfter time.Duration // how long to wait, with a 429 or 503, as the server asks; after a 429 that does not say, until the minute ends
	RateLimit  RateLimit     // as of this answer
	Attempts   int           // how many times the request was sent

	// Ambiguous reports whether the request may have been processed all the
	// same: an attempt was answered with a 5xx or 408, or by something other
	// than Featurebase, such as a proxy, or its response was lost. A 429 is a
	// refusal, whoever sends it. See ErrAmbiguous.
	Ambiguous bool

	Method string      // of the request
	Path   string      // of the request, escaped, without the base URL's
	Header http.Header // of the answer
	Body   []byte      // of the answer, at most 1 MiB

	// Err is what else went wrong, or nil: the end of the context while the
	// call waited to retry, or why Body is not complete.
	Err error

	route string
}

// Error gives one line of text.
func (e *APIError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "featurebase: %s %s: %d", e.Method, e.Path, e.StatusCode)
	switch {
	case e.Code != "" && e.Message != "":
		fmt.Fprintf(&b, " %s: %s", clip(string(e.Code)), clip(e.Message))
	case e.Type != "":
		fmt.Fprintf(&b, " %s", clip(cmp.Or(string(e.Code), e.Message, string(e.Type))))
	case e.StatusCode/100 == 3:
		fmt.Fprintf(&b, " %s: redirects are not followed; is the base URL right?", http.StatusText(e.StatusCode))
	default:
		fmt.Fprintf(&b, " %s: the body is not an error of the Featurebase API", cmp.Or(http.StatusText(e.StatusCode), "(unknown status)"))
	}
	if e.Param != "" {
		fmt.Fprintf(&b, " (param %s)", clip(e.Param))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, "; %v", e.Err)
	}
	b.WriteString(details(e.Attempts, e.Ambiguous, e.RequestID))
	return b.String()
}

// Is matches the sentinels that stand for this status or code.
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrInvalidID:
		return e.Code == ErrorCodeInvalidID
	case ErrContactNotFound:
		return e.StatusCode == http.StatusNotFound && e.Code == ErrorCodeContactNotFound &&
			(e.Type == ErrorTypeInvalidRequest || e.Type == "") // none in an APIError made by hand
	case ErrAuthentication:
		return e.StatusCode == http.StatusUnauthorized
	case ErrPermission:
		return e.StatusCode == http.StatusForbidden
	case ErrRateLimited:
		return e.StatusCode == http.StatusTooManyRequests
	case ErrServer:
		return e.StatusCode >= 500
	case ErrAmbiguous:
		return e.Ambiguous
	}
	return false
}

// Unwrap gives Err.
func (e *APIError) Unwrap() error { return e.Err }

// LogValue leaves out what may be personal: path, message, header and body.
func (e *APIError) LogValue() slog.Value {
	return logValue(e.Method, e.route, e.Attempts, e.Ambiguous, slog.Int("status", e.StatusCode),
		slog.String("type", clip(string(e.Type))), slog.String("code", clip(string(e.Code))), slog.String("request_id", clip(e.RequestID)))
}

// UnexpectedResponseError is an answer with a 2xx status that is not the
// documented one, so that nothing can be said to have succeeded. The request
// may have been carried out.
type UnexpectedResponseError struct {
	StatusCode int    // HTTP status, 2xx
	Reason     string // what is wrong with the answer

	RequestID string // names the request in the server's logs; empty if the server gave none
	Attempts  int    // how many times the request was sent

	Method string      // of the request
	Path   string      // of the request, escaped, without the base URL's
	Header http.Header // of the answer
	Body   []byte      // of the answer, at most 1 MiB

	// Err is why the body could not be read or decoded, joined with the end
	// of the context if the call was waiting to retry; otherwise nil.
	Err error

	route string
}

// Error gives one line of text.
func (e *UnexpectedResponseError) Error() string {
	s := fmt.Sprintf("featurebase: %s %s: unexpected answer with status %d: %s", e.Method, e.Path, e.StatusCode, e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s + details(e.Attempts, true, e.RequestID)
}

// Is matches ErrUnexpectedResponse and ErrAmbiguous.
func (e *UnexpectedResponseError) Is(target error) bool {
	return target == ErrUnexpectedResponse || target == ErrAmbiguous
}

// Unwrap gives Err.
func (e *UnexpectedResponseError) Unwrap() error { return e.Err }

// LogValue leaves out what may be personal: path, header and body.
func (e *UnexpectedResponseError) LogValue() slog.Value {
	return logValue(e.Method, e.route, e.Attempts, true, slog.Int("status", e.StatusCode), slog.String("request_id", clip(e.RequestID)))
}

// TransportError is a call whose last attempt got no answer.
type TransportError struct {
	Attempts int // how many times the request was sent, or tried to be

	// Ambiguous tells that the request may have been received and carried
	// out. If it is false, no attempt can have had an effect. See ErrAmbiguous.
	Ambiguous bool

	Method string // of the request
	Path   string // of the request, escaped, without the base URL's

	// Err is why there is no answer. It matches the context's error if the
	// context has ended.
	Err error

	// Earlier is the last answer that an earlier attempt got, as an *APIError
	// or *UnexpectedResponseError, or nil.
	Earlier error

	route string
	ended bool // whether the call's context has
}

// Error gives one line of text.
func (e *TransportError) Error() string {
	s := fmt.Sprintf("featurebase: %s %s: ", e.Method, e.Path)
	if e.Attempts == 0 {
		return s + "not sent: " + e.Err.Error()
	}
	s += "no answer: " + e.Err.Error() + details(e.Attempts, e.Ambiguous, "")
	if e.Earlier != nil {
		s += "; before that: " + strings.TrimPrefix(e.Earlier.Error(), "featurebase: ")
	}
	return s
}

// Is matches ErrAmbiguous if Ambiguous is set.
func (e *TransportError) Is(target error) bool { return target == ErrAmbiguous && e.Ambiguous }

// Unwrap gives Err, and Earlier too if the context ended: then the last answer
// is worth as much as the end of waiting for another.
func (e *TransportError) Unwrap() []error {
	if e.Earlier == nil || !e.ended {
		return []error{e.Err}
	}
	return []error{e.Err, e.Earlier}
}

// LogValue leaves out what may be personal: path and the text of foreign
// errors.
func (e *TransportError) LogValue() slog.Value {
	return logValue(e.Method, e.route, e.Attempts, e.Ambiguous, slog.String("error", safeText(e.Err)))
}

// InvalidIDError is an id that can't be one. Nothing was sent.
type InvalidIDError struct {
	ID     string
	Reason string // what is wrong with it and what would be right
}

// Error gives one line of text.
func (e *InvalidIDError) Error() string {
	return fmt.Sprintf("featurebase: invalid id %q: %s; nothing was sent", clip(e.ID), e.Reason)
}

// LogValue leaves out the id, which may be personal if it is no id.
func (e *InvalidIDError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("error", ErrInvalidID.Error()), slog.String("reason", e.Reason))
}

// Is matches ErrInvalidID.
func (e *InvalidIDError) Is(target error) bool { return target == ErrInvalidID }

// RateLimitError means that the rate limit holds a call back for longer than
// WithMaxRateLimitWait allows, or than its context lasts, in which case the
// call fails at once. The request was not sent.
type RateLimitError struct {
	RetryAfter time.Duration // until the window ends
	RateLimit  RateLimit     // as last known
}

// Error gives one line of text.
func (e *RateLimitError) Error() string {
	return fmt.Sprintf("the rate limit holds requests back for another %v, longer than the call may wait", e.RetryAfter.Round(time.Millisecond))
}

// Is matches ErrRateLimited.
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

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

// apiFailure is what the API says about a failure.
type apiFailure struct {
	Type    ErrorType
	Code    ErrorCode
	Message string
	Param   string
}

// envelope decodes the body of a failure, and reports whether it has the form
// of the API's errors: names as they are documented, each at most once.
func (a *answer) envelope() (f apiFailure, ok bool) {
	if a.bodyErr != nil || !json.Valid(a.body) || checkJSON(a.body) != nil {
		return f, false
	}
	for name, value := range members(a.body) {
		if string(name) != "error" {
			continue
		}
		ok = true
		for name, value := range members(value) {
			var into *string
			switch string(name) {
			case "type":
				into = (*string)(&f.Type)
			case "code":
				into = (*string)(&f.Code)
			case "message":
				into = &f.Message
			case "param":
				into = &f.Param
			default: // not a known name, but encoding/json would take "CODE" for one
				ok = ok && !slices.Contains([]string{"type", "code", "message", "param"}, string(fold(name)))
				continue
			}
			ok = ok && json.Unmarshal(value, into) == nil
		}
	}
	if !ok || f.Type == "" {
		return apiFailure{}, false
	}
	return f, true
}

// answerError makes the error that stands for the newest answer. reason is
// used for a 2xx alone, which is no failure by itself.
func (c *call) answerError(reason string, err error) error {
	a := &c.answer
	if a.status/100 == 2 {
		return &UnexpectedResponseError{
			StatusCode: a.status, Reason: c.hideToken(reason), RequestID: c.requestID(), Attempts: c.attempts,
			Method: c.method, Path: c.path, Header: a.header, Body: a.body, Err: err, route: c.route,
		}
	}
	detail, _ := a.envelope() // empty if it is not the API's; what there is of it is in Body
	return &APIError{
		StatusCode: a.status, Type: ErrorType(c.hideToken(string(detail.Type))), Code: ErrorCode(c.hideToken(string(detail.Code))),
		Message: c.hideToken(detail.Message), Param: c.hideToken(detail.Param), RequestID: c.requestID(),
		RetryAfter: a.rate.Pause, RateLimit: RateLimit(a.rate.Quota), Attempts: c.attempts, Ambiguous: c.ambiguous,
		Method: c.method, Path: c.path, Header: a.header, Body: a.body, Err: err, route: c.route,
	}
}

// details is the end of an error's text.
func details(attempts int, ambiguous bool, requestID string) string {
	var parts []string
	if attempts > 1 {
		parts = append(parts, fmt.Sprintf("%d attempts", attempts))
	}
	if ambiguous {
		parts = append(parts, "may have been carried out")
	}
	if requestID != "" {
		parts = append(parts, "request id "+clip(requestID))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func logValue(method, route string, attempts int, ambiguous bool, attrs ...slog.Attr) slog.Value {
	return slog.GroupValue(append([]slog.Attr{
		slog.String("method", method),
		slog.String("route", route),
		slog.Int("attempts", attempts),
		slog.Bool("ambiguous", ambiguous),
	}, attrs...)...)
}

// joinErrors is errors.Join on one line.
func joinErrors(a, b error) error {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return fmt.Errorf("%w; %w", a, b)
}

// The most runes of foreign text in a line: of one value, and of a whole error.
const (
	maxClip = 200
	maxLine = 1000
)

// clip keeps one foreign value from breaking or flooding a line.
func clip(s string) string { return oneLine(s, maxClip) }

// oneLine replaces what is not printable, such as line breaks, escapes and
// characters that change the direction of text, and shortens s to most runes.
func oneLine(s string, most int) string {
	end, n := len(s), 0
	for i := range s {
		if n == most {
			end = i
			break
		}
		n++
	}
	line := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s[:end])
	if end < len(s) {
		line += "…"
	}
	return line
}

// foreignError is an error from elsewhere whose text is not fit to be shown.
type foreignError struct {
	text string
	err  error
}

func (e *foreignError) Error() string { return e.text }
func (e *foreignError) Unwrap() error { return e.err }

// foreign returns err with a text that is one short line without the token.
// Servers and proxies can put anything into the text of errors.
func (c *call) foreign(err error) error {
	was := err.Error()
	if text := oneLine(c.hideToken(was), maxLine); text != was {
		return &foreignError{text, err}
	}
	return err
}

// hideToken returns s without the token, in case a server sends it back.
func (c *call) hideToken(s string) string {
	if c.token == "" {
		return s
	}
	return strings.ReplaceAll(s, c.token, "[token]")
}

// requestID returns what identifies the request in the server's logs.
func (c *call) requestID() string { return c.hideToken(requestID(c.answer.header)) }
