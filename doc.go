// Package featurebase is a client for the API of Featurebase, the feedback,
// support and changelog service. It is maintained by the community, not by
// Featurebase, and has nothing to do with FeatureBase, the database.
//
//	client, err := featurebase.NewClient("sk_…")
//	deleted, err := client.Contacts.Delete(ctx, "507f1f77bcf86cd799439011")
//
// The methods of a [Client] are those of its services, such as [Client.Contacts]
// and [Client.Posts]. [Client.Do] calls endpoints that have no method yet.
//
// # Authentication
//
// [NewClient] takes an API key, which begins with sk_ and has full access to its
// workspace. [NewClientFromEnv] reads it from FEATUREBASE_API_KEY. For tokens
// that expire, give NewClient an empty token and [WithTokenSource], whose
// function is called before every attempt. The token is sent to the base URL's
// host only, since redirects are never followed, and never appears in errors,
// logs or a formatted Client.
//
// # Versions
//
// Every request carries an API version: [DefaultAPIVersion], unless [WithAPIVersion]
// names another or [WithOrganizationAPIVersion] leaves it to the organization's
// setting. The types are those of DefaultAPIVersion. An older version fails with an
// error that matches [ErrUnsupportedVersion] without sending a request, as does
// calling an endpoint that the version lacks.
//
// # Errors
//
// A nil error means that the documented response for the requested object was
// received. Otherwise the error is one of the following; use [errors.As], or
// [errors.Is] with the sentinels:
//
//   - [*InvalidIDError] and [*ArgumentError]: an ID or another argument is
//     invalid. These, and errors about an invalid option or a nil context, match
//     [ErrInvalidArgument]. Nothing was sent.
//   - [*APIError]: a response other than 2xx, from Featurebase or from a proxy in
//     between. Its Type is set only if the body has the form of one of the API's
//     errors.
//   - [*UnexpectedResponseError]: a 2xx that is not the documented response.
//   - [*RequestError]: no response. It wraps a [*RateLimitError] if the rate
//     limit held the request back for too long.
//
// If the request may nevertheless have been processed, the error also matches
// [ErrAmbiguous]. If it doesn't, the call changed nothing. After a deletion,
// [ErrNotFound] without ErrAmbiguous means that the object was gone before the
// call; with it, that it is gone now.
//
// The text of an error, and its value for [log/slog], have no IDs but that of the
// request, no email addresses and none of the call's arguments, whatever wraps the
// error: it is safe to wrap and to log. What they leave out is in the error's
// fields. To group errors, use fields such as Route and Code, since the ID of the
// request is another each time.
//
// # Retries
//
// A request is repeated, by default up to three times, after status 408, 429 and
// 5xx except 501, after a truncated response, and after transient transport
// errors: a connection that was refused, reset or closed, or an attempt that took
// too long. It is not repeated after any other response, when the context has
// ended, when the server's certificate is not trusted, when the host is unknown,
// or when the server doesn't speak TLS. A request that creates something each
// time, such as a post, is not repeated either once it may have been processed;
// the error then matches ErrAmbiguous.
//
// The wait before a retry is random, up to half a second at first and doubling to
// 8 seconds. After a 429 or 503 it is at least Retry-After. If a wait would
// exceed the context's deadline, the call returns the last response's error
// immediately. See [WithMaxRetries] and [WithRetryWait].
//
// # Rate limits
//
// The API allows 2,000 requests a minute per key and 3,000 per workspace, and
// fewer for some endpoints. Every response reports how many remain. When none
// remain, counting those in flight, a Client holds requests back until the window
// ends, for all of its goroutines together. Each limit has a window of its own,
// which holds back only calls of the endpoints that it counts. A call whose
// context would end before the window does fails immediately with a
// [*RateLimitError]. A call that has been held back for as long as
// [WithMaxRateLimitWait] allows fails with one, too.
//
// A request may still be refused, because other programs use the key. It is then
// repeated after the time in Retry-After, else in X-RateLimit-Reset, else at the
// end of the minute, and until then other requests are held back as well. Times
// are relative to the server's Date header. Response.Waited is how long a call was
// held back.
//
// # Timeouts
//
// [WithTimeout] limits each attempt, by default to 30 seconds. The context bounds
// the whole call: attempts, waits and reading. If it ends while the call waits to
// retry, the error matches both the context's error and the last response.
//
// # Lists
//
// List and Search methods return one page. The same names with All iterate over
// the items of all pages; [WithCheckpoint] tells where such an iteration is, to
// begin there again, and [DoAll] iterates over lists for which there is no method.
// The filters of a search are made with the methods of
// fields, such as [ContactFieldEmail]; the compiler accepts only fields of the
// object that is searched for.
//
// # Many objects
//
// Bulk methods, such as [ContactsService.DeleteMany], make one call for each ID
// of an iterator, several at once, and yield a [BulkResult] for each. They wait
// for the rate limit for as long as their context allows, and stop at errors that
// affect all IDs.
//
// # Concurrency
//
// A Client is immutable and safe for concurrent use. Create one and share it:
// connections are pooled, as many as there are requests in flight. Clients without
// an http.Client of their own share one pool.
//
// # Tracing
//
// Each request has its endpoint in [http.Request.Pattern], such as
// "DELETE /v2/contacts/{id}", for transports that name spans or count requests.
//
// # Testing
//
// Package [github.com/featurebase-community/featurebase-go/featurebasetest] has a
// fake Featurebase that keeps its objects in memory and fails on demand. Mocked
// transports such as httpmock's work too, passed to [WithHTTPClient] or in place
// of http.DefaultTransport.
package featurebase
