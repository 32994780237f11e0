package featurebase

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Sentinel errors for use with errors.Is.
var (
	// ErrInvalidArgument is matched if an argument or an option of the call is
	// invalid: by *InvalidIDError, by *ArgumentError, and by errors that join
	// several of them. Nothing was sent.
	ErrInvalidArgument = errors.New("featurebase: invalid argument")

	// ErrInvalidID is matched by *InvalidIDError, and by an *APIError with
	// ErrorCodeInvalidID.
	ErrInvalidID = errors.New("featurebase: invalid ID")

	// ErrNotFound is matched only if Featurebase itself reported that the object
	// which the call is about doesn't exist: the one that the path names or, for a
	// call that removes a vote, a participant or a contact of a company, that.
	// The response has status 404 and either the object's own code, such as
	// ErrorCodePostNotFound, or ErrorCodeResourceNotFound. With the latter, Param
	// must name the object. If there is no Param, the call must name no other
	// object, such as an assignee or the acting admin, and the kind of object must
	// have no code of its own (tickets, tags, statuses, attributes), or the call
	// must have sent an API version. See [WithOrganizationAPIVersion].
	//
	// Any other 404 doesn't match, such as one from a proxy, one for an endpoint or
	// a version that doesn't exist, or one about an assignee.
	ErrNotFound = errors.New("featurebase: not found")

	// ErrAuthentication is matched by an *APIError if Featurebase refused the
	// token, which is missing, wrong or expired: with ErrorTypeAuthentication, or
	// with status 401 and a type. The 401 of a proxy doesn't match.
	ErrAuthentication = errors.New("featurebase: not authenticated")

	// ErrPermission is matched by an *APIError if Featurebase accepted the token but
	// not the request: with status 403 and another type than
	// ErrorTypeAuthentication. That may be about the object, the acting admin or
	// a setting of the organization, so that another request may succeed. The 403
	// of a proxy doesn't match.
	ErrPermission = errors.New("featurebase: not permitted")

	// ErrRateLimited is matched by an *APIError with status 429, and by
	// *RateLimitError.
	ErrRateLimited = errors.New("featurebase: rate limited")

	// ErrServer is matched by an *APIError with status 500 or above.
	ErrServer = errors.New("featurebase: server error")

	// ErrUnsupportedVersion is matched if the API version that the call would
	// have sent is older than this library's types, or lacks the endpoint; then
	// nothing was sent. It is also matched by an *APIError with
	// ErrorCodeVersionNotSupported: Featurebase doesn't know the version, or the
	// version lacks the endpoint.
	ErrUnsupportedVersion = errors.New("featurebase: unsupported API version")

	// ErrUnexpectedResponse is matched by *UnexpectedResponseError.
	ErrUnexpectedResponse = errors.New("featurebase: unexpected response")

	// ErrStopped is additionally matched by the result that made a bulk method
	// stop early, because the calls for the remaining IDs would have failed the
	// same way.
	ErrStopped = errors.New("featurebase: the run was stopped")

	// ErrAmbiguous is additionally matched if an attempt of the call may have
	// been processed without confirmation: by errors with Ambiguous set.
	// Together with ErrNotFound it means that an earlier attempt may have deleted
	// the object. If it is safe to repeat the call, doing so shows what happened. A
	// call whose error doesn't match ErrAmbiguous changed nothing.
	ErrAmbiguous = errors.New("featurebase: the request may have been processed")
)

// ErrorType is the broad kind of an APIError, as the API names it.
type ErrorType string

// The documented error types. Unknown values are passed through unchanged.
const (
	ErrorTypeInvalidRequest ErrorType = "invalid_request_error" // 400, 404, 410
	ErrorTypeAuthentication ErrorType = "authentication_error"  // 401
	ErrorTypeAuthorization  ErrorType = "authorization_error"   // 403
	ErrorTypeRateLimit      ErrorType = "rate_limit_error"      // 429
	ErrorTypeAPI            ErrorType = "api_error"             // 5xx
)

// ErrorCode is the API's machine-readable code for an error.
type ErrorCode string

// The known error codes. Unknown values are passed through unchanged.
const (
	// Status 400.
	ErrorCodeInvalidID               ErrorCode = "invalid_id"
	ErrorCodeInvalidParameter        ErrorCode = "invalid_parameter"
	ErrorCodeMissingParameter        ErrorCode = "missing_parameter"
	ErrorCodeInvalidRequest          ErrorCode = "invalid_request"
	ErrorCodeInvalidContent          ErrorCode = "invalid_content"
	ErrorCodeInvalidCursor           ErrorCode = "invalid_cursor"
	ErrorCodeQueryTooBroad           ErrorCode = "query_too_broad"
	ErrorCodeBusinessValidationError ErrorCode = "business_validation_error"
	ErrorCodeContactNotAttached      ErrorCode = "contact_not_attached" // to the company

	// Status 401 and 403.
	ErrorCodeOrganizationRequired ErrorCode = "organization_required"
	ErrorCodeForbidden            ErrorCode = "forbidden"
	ErrorCodeFeatureDisabled      ErrorCode = "feature_disabled" // such as comments on a board

	// Status 404. ErrorCodeResourceNotFound may stand for any other; see Param.
	ErrorCodeResourceNotFound         ErrorCode = "resource_not_found"
	ErrorCodeAdminNotFound            ErrorCode = "admin_not_found"
	ErrorCodeBoardNotFound            ErrorCode = "board_not_found" // or category of tickets
	ErrorCodeCommentNotFound          ErrorCode = "comment_not_found"
	ErrorCodeCompanyNotFound          ErrorCode = "company_not_found"
	ErrorCodeContactNotFound          ErrorCode = "contact_not_found"
	ErrorCodeConversationNotFound     ErrorCode = "conversation_not_found"
	ErrorCodeConversationPartNotFound ErrorCode = "conversation_part_not_found"
	ErrorCodeCustomFieldNotFound      ErrorCode = "custom_field_not_found"
	ErrorCodeParticipantNotFound      ErrorCode = "participant_not_found"
	ErrorCodePostNotFound             ErrorCode = "post_not_found"
	ErrorCodeSurveyNotFound           ErrorCode = "survey_not_found"
	ErrorCodeVoterNotFound            ErrorCode = "voter_not_found"
	ErrorCodeVersionNotSupported      ErrorCode = "version_not_supported" // says nothing of the object
)

// ErrorDetail is one of several faults of a request.
type ErrorDetail struct {
	Path    string `json:"path"`    // of the field, such as body.title
	Message string `json:"message"` // human-readable; it may have personal data
}

// APIError is a response with a status other than 2xx, from Featurebase or a
// proxy.
//
// Featurebase's own have one of three forms: the documented one, which has a
// type; that of a request that doesn't validate, which has status 400 and a
// message; and that of a token that is refused, which has status 401 or 403 and
// a message. In the latter two, Type is what this library takes it for,
// ErrorTypeInvalidRequest or ErrorTypeAuthentication, and there is no Code.
//
// Reference: https://docs.featurebase.app/rest-api
type APIError struct {
	StatusCode int           // HTTP status
	Type       ErrorType     // empty if the body doesn't have the form of one of the API's errors
	Code       ErrorCode     // empty if Type is, or if the API names none
	Message    string        // human-readable; it may have personal data
	Param      string        // the parameter at fault, if the API names one
	Details    []ErrorDetail // each fault of a request that doesn't validate, if the API lists them

	RequestID string    // identifies the request to Featurebase's support; empty if absent
	RateLimit RateLimit // as of this response
	Attempts  int       // number of times the request was sent

	// RetryAfter is how long the server asks to wait, for 429 and 503. For a 429
	// without a header it is the time until the end of the minute.
	RetryAfter time.Duration

	// Ambiguous reports whether the request may have been processed all the
	// same: an attempt got status 5xx or 408, or a response from something other
	// than Featurebase, such as a proxy, or its response was lost. A 429, and any
	// other 4xx with a Type, means that the attempt was not processed. See
	// ErrAmbiguous.
	Ambiguous bool

	Method string      // of the request
	Route  string      // of the request, such as /v2/contacts/{id}
	Path   string      // escaped request path, relative to the base URL; it may have personal data
	Header http.Header // of the response
	Body   []byte      // of the response, at most 1 MiB

	// Err is an additional cause, or nil: the end of the context while the call
	// waited to retry, or why Body is incomplete.
	Err error

	received bool   // false if constructed by hand
	notFound bool   // what it says about ErrNotFound, if it is received
	text     string // Message and Details without what may be personal
}

// Error returns a one-line description without IDs and email addresses.
func (e *APIError) Error() string {
	var b strings.Builder
	writeRequest(&b, e.Method, e.Route)
	fmt.Fprintf(&b, "%d", e.StatusCode)
	message := e.text
	if message == "" {
		message = faultText(e.Message, e.Details, redactAll)
	}
	switch {
	case e.Code != "" && message != "":
		fmt.Fprintf(&b, " %s: %s", clip(string(e.Code)), message)
	case e.Code != "" || e.Type != "" || message != "":
		fmt.Fprintf(&b, " %s", cmp.Or(clip(string(e.Code)), message, clip(string(e.Type))))
	case e.StatusCode/100 == 3:
		fmt.Fprintf(&b, " %s: redirects are not followed; is the base URL right?", http.StatusText(e.StatusCode))
	default:
		fmt.Fprintf(&b, " %s: the body is not an error of the Featurebase API", cmp.Or(http.StatusText(e.StatusCode), "(unknown status)"))
	}
	if e.Param != "" {
		fmt.Fprintf(&b, " (param %s)", clip(e.Param))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, "; %s", oneLine(e.Err.Error(), maxLine))
	}
	writeDetails(&b, e.Attempts, e.Ambiguous, e.RequestID)
	return b.String()
}

// Is reports whether target is the sentinel for e's status or code.
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrInvalidID:
		return e.Code == ErrorCodeInvalidID
	case ErrNotFound:
		if e.received {
			return e.notFound
		}
		return e.StatusCode == http.StatusNotFound && strings.HasSuffix(string(e.Code), "_not_found") ||
			e.StatusCode == http.StatusBadRequest && e.Code == ErrorCodeContactNotAttached
	case ErrAuthentication:
		return e.Type == ErrorTypeAuthentication || e.StatusCode == http.StatusUnauthorized && e.own()
	case ErrPermission:
		return e.Type != ErrorTypeAuthentication && e.StatusCode == http.StatusForbidden && e.own()
	case ErrUnsupportedVersion:
		return e.Code == ErrorCodeVersionNotSupported
	case ErrRateLimited:
		return e.StatusCode == http.StatusTooManyRequests
	case ErrServer:
		return e.StatusCode >= 500
	case ErrAmbiguous:
		return e.Ambiguous
	}
	return false
}

// own reports whether the response is Featurebase's own. Of an error that is
// constructed by hand, that is taken for granted.
func (e *APIError) own() bool { return e.Type != "" || !e.received }

// Unwrap returns e.Err.
func (e *APIError) Unwrap() error { return e.Err }

// LogValue implements slog.LogValuer, omitting what may be personal: path,
// message, details, header and body.
func (e *APIError) LogValue() slog.Value {
	return logValue("api_error", e.Method, e.Route, e.Attempts, e.Ambiguous,
		slog.Int("status", e.StatusCode), slog.String("type", clip(string(e.Type))), slog.String("code", clip(string(e.Code))),
		slog.String("param", clip(e.Param)), slog.String("error", safeText(e.Err)), slog.String("request_id", showRequestID(e.RequestID)))
}

// UnexpectedResponseError is a response with a 2xx status that is not the
// documented one, so success can't be assumed.
type UnexpectedResponseError struct {
	StatusCode int    // HTTP status, 2xx
	Reason     string // what is wrong with the response

	RequestID string // identifies the request to Featurebase's support; empty if absent
	Attempts  int    // number of times the request was sent

	// Ambiguous reports whether the request may have been processed. It is set
	// unless the request only reads. See ErrAmbiguous.
	Ambiguous bool

	Method string      // of the request
	Route  string      // of the request, such as /v2/contacts/{id}
	Path   string      // escaped request path, relative to the base URL; it may have personal data
	Header http.Header // of the response
	Body   []byte      // of the response, at most 64 MiB

	// Err is why the body could not be read or decoded, joined with the end of
	// the context if the call was waiting to retry; otherwise nil.
	Err error
}

// Error returns a one-line description without IDs and email addresses.
func (e *UnexpectedResponseError) Error() string {
	var b strings.Builder
	writeRequest(&b, e.Method, e.Route)
	b.WriteString("unexpected response")
	if e.StatusCode != 0 {
		fmt.Fprintf(&b, " with status %d", e.StatusCode)
	}
	if e.Reason != "" {
		fmt.Fprintf(&b, ": %s", oneLine(redact(e.Reason), maxLine))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %s", oneLine(e.Err.Error(), maxLine))
	}
	writeDetails(&b, e.Attempts, e.Ambiguous, e.RequestID)
	return b.String()
}

// Is reports whether target is ErrUnexpectedResponse, or ErrAmbiguous if
// Ambiguous is set.
func (e *UnexpectedResponseError) Is(target error) bool {
	return target == ErrUnexpectedResponse || target == ErrAmbiguous && e.Ambiguous
}

// Unwrap returns e.Err.
func (e *UnexpectedResponseError) Unwrap() error { return e.Err }

// LogValue implements slog.LogValuer, omitting what may be personal: path,
// header and body.
func (e *UnexpectedResponseError) LogValue() slog.Value {
	return logValue("unexpected_response", e.Method, e.Route, e.Attempts, e.Ambiguous,
		slog.Int("status", e.StatusCode), slog.String("reason", oneLine(redact(e.Reason), maxLine)),
		slog.String("error", safeText(e.Err)), slog.String("request_id", showRequestID(e.RequestID)))
}

// RequestError reports that the last attempt of a call got no response, or that
// there was no attempt.
type RequestError struct {
	Attempts int // number of times the request was sent, including failed attempts; 0 if nothing was sent

	// Ambiguous reports whether the request may have been received and
	// processed. If it is false, no attempt had any effect. See ErrAmbiguous.
	Ambiguous bool

	Method string // of the request
	Route  string // of the request, such as /v2/contacts/{id}
	Path   string // escaped request path, relative to the base URL; it may have personal data

	// Err is why there is no response. It matches the context's error if the
	// context has ended.
	Err error

	// Earlier is the last response that an earlier attempt got, as an *APIError
	// or *UnexpectedResponseError, or nil. It is not matched by errors.Is: it is
	// not what ended the call.
	Earlier error
}

// Error returns a one-line description without IDs and email addresses.
func (e *RequestError) Error() string {
	var b strings.Builder
	writeRequest(&b, e.Method, e.Route)
	b.WriteString(map[bool]string{true: "not sent", false: "no response"}[e.Attempts == 0 && !e.Ambiguous])
	if e.Err != nil {
		fmt.Fprintf(&b, ": %s", oneLine(e.Err.Error(), maxLine))
	}
	writeDetails(&b, e.Attempts, e.Ambiguous, "")
	if e.Earlier != nil {
		fmt.Fprintf(&b, "; before that: %s", strings.TrimPrefix(withoutCall(e.Earlier).Error(), prefix))
	}
	return b.String()
}

// withoutCall returns a response's error without what it has from the call, which
// the text of a RequestError has said.
func withoutCall(err error) error {
	switch e := err.(type) { //nolint:errorlint // only these have it
	case *APIError:
		response := *e
		response.Method, response.Route, response.Attempts, response.Ambiguous = "", "", 0, false
		return &response
	case *UnexpectedResponseError:
		response := *e
		response.Method, response.Route, response.Attempts, response.Ambiguous = "", "", 0, false
		return &response
	}
	return &foreignError{oneLine(err.Error(), maxLine), err}
}

// Is reports whether target is ErrAmbiguous and Ambiguous is set.
func (e *RequestError) Is(target error) bool { return target == ErrAmbiguous && e.Ambiguous }

// Unwrap returns e.Err.
func (e *RequestError) Unwrap() error { return e.Err }

// LogValue implements slog.LogValuer, omitting what may be personal: path and
// the text of foreign errors.
func (e *RequestError) LogValue() slog.Value {
	return logValue("request_error", e.Method, e.Route, e.Attempts, e.Ambiguous, slog.String("error", safeText(e.Err)))
}

// RateLimitError reports that the rate limit would hold a call back for longer
// than [WithMaxRateLimitWait] allows, or until after the end of its context; then
// the call fails at once. The request was not sent.
type RateLimitError struct {
	RetryAfter time.Duration // until the window ends
	RateLimit  RateLimit     // as last known
}

// Error returns a one-line description.
func (e *RateLimitError) Error() string {
	return fmt.Sprintf("rate limited for another %v, longer than the call may wait", e.RetryAfter.Round(time.Millisecond))
}

// Is reports whether target is ErrRateLimited.
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// RetryAfter returns how long to wait before a call that failed with err is
// made again, if Featurebase or the rate limit says so.
func RetryAfter(err error) (time.Duration, bool) {
	var (
		api  *APIError
		held *RateLimitError
	)
	switch {
	case errors.As(err, &held):
		return held.RetryAfter, true
	case errors.As(err, &api) && api.RetryAfter > 0:
		return api.RetryAfter, true
	}
	return 0, false
}

// InvalidIDError reports a malformed ID. Nothing was sent.
type InvalidIDError struct {
	ID     string // as passed; it may be personal data
	Param  string // the name of the parameter, such as id or userId
	Reason string // what is wrong with it and what would be right
}

// Error returns a one-line description without the ID.
func (e *InvalidIDError) Error() string {
	return argumentText(cmp.Or(e.Param, "ID"), e.Reason) + nothingSent
}

// Is reports whether target is ErrInvalidID or ErrInvalidArgument.
func (e *InvalidIDError) Is(target error) bool {
	return target == ErrInvalidID || target == ErrInvalidArgument
}

// LogValue implements slog.LogValuer, omitting the ID, since a malformed ID may
// be personal data.
func (e *InvalidIDError) LogValue() slog.Value {
	return logAttrs(slog.String("kind", "invalid_id"), slog.String("param", clip(e.Param)), slog.String("reason", oneLine(e.Reason, maxLine)))
}

// ArgumentError reports an invalid argument. Nothing was sent.
type ArgumentError struct {
	Name   string // of the argument or field, such as Filters[2]
	Reason string // what is wrong with it and what would be right

	err error
}

// Error returns a one-line description without the argument's value.
func (e *ArgumentError) Error() string {
	return argumentText(cmp.Or(e.Name, "argument"), e.Reason) + nothingSent
}

// Is reports whether target is ErrInvalidArgument.
func (e *ArgumentError) Is(target error) bool { return target == ErrInvalidArgument }

// Unwrap returns what led to e, or nil.
func (e *ArgumentError) Unwrap() error { return e.err }

// LogValue implements slog.LogValuer, omitting the argument's value.
func (e *ArgumentError) LogValue() slog.Value {
	return logAttrs(slog.String("kind", "invalid_argument"), slog.String("name", oneLine(e.Name, maxLine)), slog.String("reason", oneLine(e.Reason, maxLine)))
}

// argumentErrors are several invalid arguments of one call.
type argumentErrors struct{ errs []error }

func (e *argumentErrors) Error() string {
	texts := make([]string, len(e.errs))
	for i, err := range e.errs {
		texts[i] = strings.TrimPrefix(strings.TrimSuffix(err.Error(), nothingSent), prefix)
	}
	return prefix + strings.Join(texts, "; ") + nothingSent
}

func (e *argumentErrors) Unwrap() []error { return e.errs }

func (e *argumentErrors) LogValue() slog.Value {
	return logAttrs(slog.String("kind", "invalid_argument"), slog.String("reason", strings.TrimPrefix(e.Error(), prefix)))
}
