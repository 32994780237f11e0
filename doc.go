// Package featurebase is a client for the API of Featurebase, the feedback,
// support and changelog service. It is made by its community, and has nothing
// to do with FeatureBase, the database.
//
//	client, err := featurebase.NewClient("sk_…")
//	deleted, err := client.Contacts.Delete(ctx, "507f1f77bcf86cd799439011")
//
// # Authentication
//
// NewClient takes an API key, which begins with sk_ and has full access to
// its workspace. NewClientFromEnv reads it from FEATUREBASE_API_KEY. For
// tokens that expire, give NewClient an empty token and WithTokenSource, whose
// function is asked before every attempt. The token is sent to the base URL's
// host alone, since redirects are never followed, and is shown by no error,
// log line or way of printing a Client.
//
// # Versions
//
// Every request says which version of the API it wants: DefaultVersion, unless
// WithVersion names another or WithOrganizationVersion leaves it to the
// organization's setting. A call whose endpoint is newer than its version
// fails with an error that matches ErrUnsupportedVersion, and sends nothing.
//
// # Errors
//
// A nil error means that the documented answer came, about the object that
// was asked for. Otherwise the error is one of these, to be told apart with
// errors.As, or with errors.Is and the sentinels:
//
//   - *InvalidIDError: the id can't be one. Nothing was sent.
//   - *APIError: an answer other than 2xx, from Featurebase or from what stands
//     between. Its Code is set only if the body has the form of the API's errors.
//   - *UnexpectedResponseError: a 2xx that is not the documented answer.
//   - *TransportError: no answer.
//   - an error that matches ErrUnsupportedVersion, or a plain one for a nil
//     context or a call option that makes no sense. Nothing was sent.
//
// If the request may have been carried out all the same, the error matches
// ErrAmbiguous besides. All calls of this library may be repeated to find out:
// after a Delete, an ErrContactNotFound that is not ambiguous says that the
// contact was gone before the call, and one that is, that it is gone now.
//
// As values for log/slog the errors leave out what may be personal, such as
// the path and the server's message. Their text and their Body have it, and
// slog takes the text of an error that wraps one of them.
//
// # Many objects at once
//
// Bulk methods, such as ContactsService.DeleteMany, make one call for each ID
// of an iterator, several at once, and yield a BulkResult for each. They stop
// early, with an error that matches ErrStopped, when every other ID would fail
// the same way, which AffectsAll reports for loops of your own, and after too
// many failures in a row.
//
// # Retries
//
// A request is repeated, by default up to three times, after status 408, 429
// and 5xx except 501, after an answer that broke off, and after a transport
// error that may pass: a connection that was refused, reset or closed, or an
// attempt that took too long. It is not repeated after any other answer, when
// the context has ended, when the server's certificate is not trusted, when
// the host is unknown, or when it speaks plain http where https was asked for.
//
// The wait before a retry is random, up to half a second at first and doubling
// to 8 seconds. After a 429 or 503 it is at least what Retry-After says. A wait
// that can't end before the context's deadline is not begun: the answer that
// is there is returned at once. See WithMaxRetries and WithRetryWait.
//
// # Rate limits
//
// The API allows 2,000 requests a minute per key and 3,000 per workspace, and
// says in every response how many are left. Some endpoints have lower limits of
// their own. When none are left, counting those in flight, a Client holds back
// the calls of the endpoints under that limit until its window ends, for all of
// its goroutines together. A request that is refused all the same, because
// others use the key too, is repeated after what Retry-After says, else
// X-RateLimit-Reset, else at the end of the minute, and holds back the others
// until then. Times are judged by the server's own clock.
//
// A call is held back for at most 65 seconds in all, with the pauses after its
// refusals; WithMaxRateLimitWait sets another bound. Then it fails with the last
// refusal, or with a *RateLimitError if it was not sent. A call whose context
// ends before the window does fails so at once. A count that would take longer
// than that bound is checked with one request, and is ignored if it proves
// wrong. WithLogger shows every hold when it begins, and Response.Waited how
// long it was in all.
//
// # Timeouts
//
// WithTimeout bounds one attempt, by default to 30 seconds. The context of the
// call bounds all of it: attempts, waits and reading. If it ends while the
// call waits to retry, the error matches both the context's error and the last
// answer.
//
// # Concurrency
//
// A Client does not change after it has been made and is safe for concurrent
// use. Make one and share it: connections are pooled, as many as there are
// requests in flight. Clients that were given no http.Client share one pool.
//
// # Testing
//
// Package featurebasetest has a fake Featurebase that keeps contacts in memory,
// knows every endpoint that this library calls, and fails on demand. Mocked transports such as httpmock's work too, given
// through WithHTTPClient or in place of http.DefaultTransport.
package featurebase
