package featurebase

import (
	"errors"
	"net/http"
)

// Retry is whether a call that failed is to be made again; see [RetryDecision].
type Retry string

// The decisions.
const (
	// RetryNever is for a call that changed nothing and would fail in the same way
	// each time: its arguments are invalid, or Featurebase refused the request
	// itself, such as for an object that doesn't exist.
	RetryNever Retry = "never"

	// RetryLater is for a call that changed nothing and may succeed at another time.
	// [RetryAfter] returns when, if that is known. If [AffectsEveryCall], all other
	// calls fail until then, too: somebody may have to correct the API key first.
	RetryLater Retry = "later"

	// RetryUnknown is for a call that may have been processed: its error matches
	// [ErrAmbiguous]. A call that is safe to repeat, such as a deletion, shows what
	// happened if it is repeated. For any other, such as the creation of a post, look
	// whether it was processed.
	RetryUnknown Retry = "unknown"
)

// RetryDecision returns what to do with a call that failed with err after all
// retries of the library, for the likes of a job queue. For an error that is not of
// this library it is [RetryUnknown], and for nil [RetryNever].
//
//	switch featurebase.RetryDecision(err) {
//	case featurebase.RetryNever:
//		job.Fail(err)
//	case featurebase.RetryLater:
//		wait, _ := featurebase.RetryAfter(err) // 0 if unknown
//		job.Reschedule(max(wait, time.Minute))
//	case featurebase.RetryUnknown:
//		job.Examine(err)
//	}
//
// A response with status 4xx that is not Featurebase's own, such as that of a proxy,
// says nothing about the request. After it a call that only reads is to be made
// later, and the outcome of any other is unknown.
func RetryDecision(err error) Retry {
	var (
		api        *APIError
		unexpected *UnexpectedResponseError
		request    *RequestError
		held       *RateLimitError
		options    optionsError
	)
	switch {
	case err == nil:
		return RetryNever
	case errors.Is(err, ErrAmbiguous):
		return RetryUnknown
	case errors.Is(err, ErrInvalidArgument), errors.Is(err, ErrUnsupportedVersion), errors.As(err, &options):
		return RetryNever
	case errors.Is(err, ErrAuthentication), errors.Is(err, ErrRateLimited):
		return RetryLater
	case errors.As(err, &api):
		if api.StatusCode/100 == 4 && api.StatusCode != http.StatusRequestTimeout && api.own() {
			return RetryNever
		}
		return RetryLater
	case errors.As(err, &unexpected), errors.As(err, &request), errors.As(err, &held):
		return RetryLater
	}
	return RetryUnknown
}
