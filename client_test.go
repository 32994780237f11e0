package featurebase_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestNewClientNamesEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	c, err := featurebase.NewClient("",
		nil,
		featurebase.WithBaseURL("do.featurebase.app"),
		featurebase.WithVersion("nova"),
		featurebase.WithTimeout(-time.Second),
		featurebase.WithMaxRetries(-1),
		featurebase.WithRetryWait(-1, -2),
		featurebase.WithMaxRateLimitWait(-time.Minute),
		featurebase.WithHTTPClient(nil),
		featurebase.WithTokenSource(nil),
		featurebase.WithUserAgent("billing\r\nX-Evil: 1"),
		featurebase.WithLogger(nil),
	)
	assert.Nil(t, c)
	require.EqualError(t, err, strings.Join([]string{
		`featurebase: an option is nil`,
		`featurebase: malformed API version "nova": want a date and a slug, like "2026-01-01.nova"`,
		`featurebase: WithTimeout: -1s is negative`,
		`featurebase: WithMaxRetries: -1 is negative`,
		`featurebase: WithRetryWait: min: -1ns is negative`,
		`featurebase: WithRetryWait: max: -2ns is negative`,
		`featurebase: WithMaxRateLimitWait: -1m0s is negative`,
		`featurebase: WithHTTPClient(nil): want a *http.Client`,
		`featurebase: WithTokenSource(nil): want a function`,
		`featurebase: WithUserAgent("billing  X-Evil: 1"): want printable ASCII, like "billing/1.4"`,
		`featurebase: WithLogger(nil): want a *slog.Logger`,
		`featurebase: the token is empty: want an API key (they begin with sk_)`,
		`featurebase: base URL: want an absolute URL with https, like "https://do.featurebase.app"`,
	}, "\n"))
}

func TestWithRetryWaitRefusesBoundsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for want, bounds := range map[string][2]time.Duration{
		"min 2s is more than max 1s":                {2 * time.Second, time.Second},
		"min is 0, which doubled never comes to":    {0, time.Second},
		"max 2562047h47m16.854775807s is more than": {1, 1<<63 - 1},
	} {
		_, err := featurebase.NewClient(token, featurebase.WithRetryWait(bounds[0], bounds[1]))
		assert.ErrorContains(t, err, want)
	}
	_, err := featurebase.NewClient(token, featurebase.WithRetryWait(time.Second, time.Second))
	assert.NoError(t, err)
}

func TestNewClientRefusesTokensThatCannotBeOne(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ token, want string }{
		"space":           {"Bearer sk_secret", `has a space, control or non-ASCII character after 6 characters: want the bare key, without "Bearer"`},
		"tab":             {"sk_secret\t", "after 9 characters"},
		"newline":         {"sk_secret\n", "has a line break after 9 characters: was it read from a file? trim it"},
		"carriage return": {"sk_secret\r\nX-Evil: 1", "has a line break after 9 characters"},
		"NUL":             {"sk_\x00secret", "after 3 characters"},
		"DEL":             {"sk_secret\x7f", "after 9 characters"},
		"non-ASCII":       {"sk_secret…", "after 9 characters"},
	} {
		_, err := featurebase.NewClient(tc.token)
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), tc.want, name)
		assert.NotContains(t, err.Error(), "secret", name)
	}
}

func TestNewClientRefusesBaseURLsThatWouldMisleadRequests(t *testing.T) {
	t.Parallel()
	for baseURL, want := range map[string]string{
		"":                                     "want an absolute URL with https",
		"/v2":                                  "want an absolute URL with https",
		"featurebase.app:443":                  "want an absolute URL with https",
		"ftp://do.featurebase.app":             "want an absolute URL with https",
		"file:///etc/passwd":                   "want an absolute URL with https",
		"https://":                             "it has no host",
		"https://:443":                         "it has no host",
		"https://user:pass@do.featurebase.app": "it has user info; want none, the token goes into NewClient",
		"https://do.featurebase.app?key=1":     "it has a query; want none",
		"https://do.featurebase.app/?":         "it has a query; want none",
		"https://do.featurebase.app/#top":      "it has a fragment; want none",
		"https://do.featurebase.app/#":         "it has a fragment; want none",
		"https://do.featurebase.app/v2":        "it ends in /v2, which every request adds; want it without",
		"https://do.featurebase.app/v2/":       "it ends in /v2",
		"http://do.featurebase.app":            "plain http would send the token to do.featurebase.app in the clear; want https, or WithInsecureHTTP if that is meant",
		"http://10.0.0.1:8080":                 "plain http would send the token to 10.0.0.1:8080 in the clear",
		"http://localhost.example.com":         "plain http would send the token",
		"http://127.0.0.1.example.com":         "plain http would send the token",
		"http://api.localhost":                 "plain http would send the token",
		"http://localhost.":                    "plain http would send the token",
		"https://do.featurebase.app\n":         "it has white space around it; want none",
		"https://exa mple.com":                 "it can't be parsed",
		"https://example.com:port":             "it can't be parsed",
		"https://example.com/\x00":             "it can't be parsed",
	} {
		_, err := featurebase.NewClient(token, featurebase.WithBaseURL(baseURL))
		require.Error(t, err, baseURL)
		assert.Contains(t, err.Error(), "featurebase: base URL: "+want, baseURL)
		assert.NotContains(t, err.Error(), "pass@", baseURL)
	}
}

func TestRequestsGoBelowTheBaseURL(t *testing.T) {
	t.Parallel()
	for baseURL, want := range map[string]string{
		"https://do.featurebase.app":       "https://do.featurebase.app/v2/contacts/",
		"https://proxy.example:8443/":      "https://proxy.example:8443/v2/contacts/",
		"https://proxy.example/a//b/../c/": "https://proxy.example/a/c/v2/contacts/",
		"https://proxy.example/a%2Fb":      "https://proxy.example/a%2Fb/v2/contacts/",
		"http://localhost:8080":            "http://localhost:8080/v2/contacts/",
		"http://LOCALHOST":                 "http://localhost/v2/contacts/",
		"http://[::ffff:127.0.0.1]":        "http://[::ffff:127.0.0.1]/v2/contacts/",
		"http://127.1.2.3":                 "http://127.1.2.3/v2/contacts/",
		"http://[::1]:80":                  "http://[::1]:80/v2/contacts/",
	} {
		var got string
		c := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			got = r.URL.String()
			return httpmock.NewStringResponse(200, deletedOK), nil
		}), featurebase.WithBaseURL(baseURL))
		_, err := c.Contacts.Delete(t.Context(), contactID)
		require.NoError(t, err, baseURL)
		assert.Equal(t, want+contactID, got)
	}
	_, err := featurebase.NewClient(token, featurebase.WithBaseURL("http://10.0.0.1"), featurebase.WithInsecureHTTP())
	assert.NoError(t, err)
}

func TestNewClientFromEnvReadsKeyAndBaseURL(t *testing.T) {
	srv := featurebasetest.NewServer(t)
	srv.AddContact(featurebase.Contact{ID: contactID})
	t.Setenv("FEATUREBASE_API_KEY", srv.Token)
	t.Setenv("FEATUREBASE_BASE_URL", srv.URL)
	c, err := featurebase.NewClientFromEnv()
	require.NoError(t, err)
	_, err = c.Contacts.Delete(t.Context(), contactID)
	require.NoError(t, err)

	t.Setenv("FEATUREBASE_BASE_URL", "nowhere")
	_, err = featurebase.NewClientFromEnv(featurebase.WithBaseURL(srv.URL))
	require.NoError(t, err, "an option comes after the environment")

	t.Setenv("FEATUREBASE_API_KEY", "")
	_, err = featurebase.NewClientFromEnv()
	require.EqualError(t, err, `featurebase: the token is empty: want an API key (they begin with sk_) (from FEATUREBASE_API_KEY)
featurebase: base URL: want an absolute URL with https, like "https://do.featurebase.app" (from FEATUREBASE_BASE_URL)`)
	_, err = featurebase.NewClientFromEnv(featurebase.WithBaseURL("here"))
	assert.NotContains(t, err.Error(), "FEATUREBASE_BASE_URL", "that one was not asked")
}

func TestWithUserAgentPutsTheApplicationFirst(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	c := srv.Client(featurebase.WithUserAgent("billing/1.4"))
	_, _ = c.Contacts.Delete(t.Context(), contactID)
	assert.Regexp(t, `^billing/1\.4 featurebase-go/`, srv.Requests()[0].Header.Get("User-Agent"))
}

func TestATokenSourceIsAskedBeforeEveryAttempt(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Status: 503}, fault{Status: 503})
	type key struct{}
	asked := 0
	c, err := featurebase.NewClient("", featurebase.WithBaseURL(srv.URL), featurebase.WithRetryWait(0, 0),
		featurebase.WithTokenSource(func(ctx context.Context) (string, error) {
			asked++
			assert.Equal(t, "of the call", ctx.Value(key{}))
			return fmt.Sprintf("token-%d", asked), nil
		}))
	require.NoError(t, err)
	_, err = c.Contacts.Delete(context.WithValue(t.Context(), key{}, "of the call"), contactID)
	require.ErrorIs(t, err, featurebase.ErrAuthentication)
	require.Len(t, srv.Requests(), 3)
	for i, r := range srv.Requests() {
		assert.Equal(t, fmt.Sprintf("Bearer token-%d", i+1), r.Header.Get("Authorization"))
	}
}

func TestATokenSourceThatFailsEndsTheCall(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Status: 503})
	broken := errors.New("the vault is sealed")
	for name, tc := range map[string]struct {
		token    string
		err      error
		after    int // attempts that get a token
		want     string
		attempts int
	}{
		"at once":         {"", broken, 0, "not sent: token source: the vault is sealed", 0},
		"before a retry":  {"", broken, 1, "no response: token source: the vault is sealed (may have been processed); before that: DELETE ", 1},
		"with a bad one":  {"secret\n", nil, 0, "not sent: token source: featurebase: the token has a line break after 6 characters", 0},
		"with an empty 1": {"", nil, 0, "not sent: token source: featurebase: the token is empty", 0},
	} {
		asked := 0
		c, err := featurebase.NewClient("", featurebase.WithBaseURL(srv.URL), featurebase.WithRetryWait(0, 0),
			featurebase.WithTokenSource(func(context.Context) (string, error) {
				if asked++; asked <= tc.after {
					return srv.Token, nil
				}
				return tc.token, tc.err
			}))
		require.NoError(t, err, name)
		_, err = c.Contacts.Delete(t.Context(), contactID)
		require.ErrorContains(t, err, tc.want, name)
		if tc.err != nil {
			require.ErrorIs(t, err, broken, name)
		}
		assert.Equal(t, tc.attempts, requireErrorAs[*featurebase.RequestError](t, err).Attempts, name)
		assert.Equal(t, tc.attempts == 1, requireErrorAs[*featurebase.RequestError](t, err).Earlier != nil, name)
		assert.NotErrorIs(t, err, featurebase.ErrServer, "an earlier answer is not what ended the call")
		assert.NotContains(t, err.Error(), "secret", name)
	}
	_, err := featurebase.NewClient(token, featurebase.WithTokenSource(func(context.Context) (string, error) { return "", nil }))
	require.EqualError(t, err, "featurebase: both a token and WithTokenSource are given: want one of them")
}

func TestATokenSourceHasTheTimeOfTheAttempt(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	hang := func(ctx context.Context) (string, error) {
		<-ctx.Done()
		return "", errors.New("gave up")
	}
	c, err := featurebase.NewClient("", featurebase.WithBaseURL(srv.URL), featurebase.WithTokenSource(hang))
	require.NoError(t, err)
	_, err = c.Contacts.Delete(context.Background(), contactID, featurebase.WithTimeout(time.Millisecond), featurebase.WithMaxRetries(0))
	assert.Equal(t, []error{context.DeadlineExceeded}, matched(err), "and nothing is ambiguous")

	late := func(ctx context.Context) (string, error) {
		<-ctx.Done()
		return srv.Token, nil
	}
	c, err = featurebase.NewClient("", featurebase.WithBaseURL(srv.URL), featurebase.WithTokenSource(late))
	require.NoError(t, err)
	_, err = c.Contacts.Delete(context.Background(), contactID, featurebase.WithTimeout(time.Millisecond), featurebase.WithMaxRetries(0))
	assert.Equal(t, []error{context.DeadlineExceeded}, matched(err))
	assert.Empty(t, srv.Requests())
}

// A func is a transport that can't be compared with another.
func TestADefaultTransportThatIsAFuncIsUsed(t *testing.T) {
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	http.DefaultTransport = roundTripper(func(*http.Request) (*http.Response, error) { return httpmock.NewStringResponse(200, deletedOK), nil })
	c, err := featurebase.NewClient(token)
	require.NoError(t, err)
	_, err = c.Contacts.Delete(t.Context(), contactID)
	require.NoError(t, err)
}

func TestAReplacedDefaultTransportIsUsed(t *testing.T) {
	before, err := featurebase.NewClient(token)
	require.NoError(t, err)
	httpmock.Activate(t)
	httpmock.RegisterResponder("DELETE", "https://do.featurebase.app/v2/contacts/"+contactID, httpmock.NewStringResponder(200, deletedOK))
	after, err := featurebase.NewClient(token, featurebase.WithHTTPClient(&http.Client{}))
	require.NoError(t, err)
	for _, c := range []*featurebase.Client{before, after} {
		_, err := c.Contacts.Delete(t.Context(), contactID)
		require.NoError(t, err)
	}
	assert.Equal(t, 2, httpmock.GetTotalCallCount())
}

func TestATransportIsLookedUpAtEveryRequest(t *testing.T) {
	hc := &http.Client{}
	c, err := featurebase.NewClient(token, featurebase.WithHTTPClient(hc))
	require.NoError(t, err)
	httpmock.ActivateNonDefault(hc)
	t.Cleanup(httpmock.DeactivateAndReset)
	_, err = c.Contacts.Delete(t.Context(), contactID)
	require.ErrorContains(t, err, "no responder found")
	assert.Equal(t, 1, requireErrorAs[*featurebase.RequestError](t, err).Attempts, "a forgotten responder is not waited for")

	httpmock.RegisterResponder("DELETE", "=~/v2/contacts/", httpmock.NewStringResponder(200, deletedOK))
	_, err = c.Contacts.Delete(t.Context(), contactID)
	require.NoError(t, err)
	mock := answering(403, "")
	hc.Transport = mock
	_, err = c.Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, featurebase.ErrPermission)
}

func TestTheCallersHTTPClientIsNotChanged(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(times(4, fault{Cut: true})...)
	idleClosed := false
	rt := &closeIdle{RoundTripper: srv.Transport(), closed: &idleClosed}
	hc := &http.Client{Transport: rt, CheckRedirect: func(*http.Request, []*http.Request) error { return nil }, Timeout: time.Minute}
	c := srv.Client(featurebase.WithHTTPClient(hc))
	_, err := c.Contacts.Delete(t.Context(), contactID)
	require.Error(t, err)
	assert.Same(t, rt, hc.Transport)
	assert.NotNil(t, hc.CheckRedirect)
	assert.Equal(t, time.Minute, hc.Timeout)
	assert.False(t, idleClosed, "idle connections belong to the caller")
}

type closeIdle struct {
	http.RoundTripper
	closed *bool
}

func (c *closeIdle) CloseIdleConnections() { *c.closed = true }

func TestTheShorterOfTheTwoTimeoutsCounts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ client, option, want time.Duration }{
		{time.Minute, time.Second, time.Second},
		{time.Second, time.Minute, time.Second},
		{time.Second, 0, time.Second},
		{0, time.Second, time.Second},
		{0, 0, 0},
	} {
		var left time.Duration
		hc := &http.Client{Timeout: tc.client, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if deadline, ok := r.Context().Deadline(); ok {
				left = time.Until(deadline)
			}
			return httpmock.NewStringResponse(200, deletedOK), nil
		})}
		c, err := featurebase.NewClient(token, featurebase.WithHTTPClient(hc))
		require.NoError(t, err)
		_, err = c.Contacts.Delete(context.Background(), contactID, featurebase.WithTimeout(tc.option))
		require.NoError(t, err)
		assert.LessOrEqual(t, left, tc.want)
		assert.Equal(t, tc.want > 0, left > tc.want/2)
	}
}

func TestRedirectsAreNeverFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 301, 302, 303, 304, 307, 308} {
		for _, location := range []string{"/v2/elsewhere", "https://example.com/", "://", ""} {
			var asked []string
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.Method+" "+r.URL.Path)
				if location != "" {
					w.Header().Set("Location", location)
				}
				w.WriteHeader(status)
			}))
			hc := srv.Client()
			hc.CheckRedirect = func(*http.Request, []*http.Request) error { return nil } // would follow
			c, err := featurebase.NewClient(token, featurebase.WithBaseURL(srv.URL), featurebase.WithHTTPClient(hc))
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			srv.Close()
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, status, e.StatusCode)
			assert.Equal(t, []error{featurebase.ErrAmbiguous}, matched(err))
			assert.Equal(t, []string{"DELETE /v2/contacts/" + contactID}, asked)
		}
	}
}

func TestAnAnswerIsReadToALimit(t *testing.T) {
	t.Parallel()
	const size = 300 << 20
	for status, most := range map[int]int{200: 64 << 20, 302: 1 << 20, 400: 1 << 20, 404: 1 << 20, 500: 1 << 20} {
		body := &endless{left: size}
		c := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Body: body}, nil
		}), featurebase.WithMaxRetries(0))
		_, err := c.Contacts.Delete(t.Context(), contactID)
		require.ErrorContains(t, err, fmt.Sprintf("the body is too long: it has more than %d bytes", most), status)
		assert.True(t, body.closed)
		assert.Equal(t, most+1, size-body.left)
	}
}

func TestAnAnswerIsReadWholeWhateverLengthItClaims(t *testing.T) {
	t.Parallel()
	for _, length := range []int64{-1, 0, 1, int64(len(deletedOK)), 1000, 1 << 40} {
		for _, body := range []string{deletedOK, deletedOK + strings.Repeat(" ", 5000)} {
			c := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, ContentLength: length, Body: io.NopCloser(iotest.OneByteReader(strings.NewReader(body)))}, nil
			}))
			_, err := c.Contacts.Delete(t.Context(), contactID)
			assert.NoError(t, err, "%d bytes that claim to be %d", len(body), length)
		}
	}
}

type endless struct {
	left   int
	closed bool
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	e.left -= n
	return n, nil
}

func (e *endless) Close() error {
	e.closed = true
	return nil
}

func TestATransportThatBreaksItsContractIsAnError(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) { return nil, nil })).
		Contacts.Delete(t.Context(), contactID)
	require.ErrorContains(t, err, "neither a response nor an error")
	_, err = newClient(t, roundTripper(func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200}, nil })).
		Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
}

// Every goroutine must get its own call's answer, attempts and response,
// whatever its neighbours meet.
func TestAClientIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]int{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/v2/contacts/")
		mu.Lock()
		seen[id]++
		n := seen[id]
		mu.Unlock()
		w.Header().Set("X-Request-Id", fmt.Sprintf("%s-%d", id, n))
		switch {
		case id[23] == '0' && n < 3:
			w.WriteHeader(503)
		case id[23] == '1' && n < 2:
			panic(http.ErrAbortHandler)
		case id[23] == '2':
			w.WriteHeader(404)
			_, _ = io.WriteString(w, notFound)
		default:
			fmt.Fprintf(w, `{"id":%q,"object":"contact","deleted":true}`, id)
		}
	}))
	t.Cleanup(srv.Close)
	c, err := featurebase.NewClient(token, featurebase.WithBaseURL(srv.URL), featurebase.WithHTTPClient(srv.Client()),
		featurebase.WithRetryWait(time.Microsecond, time.Millisecond))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			id := fmt.Sprintf("%023d%d", i, i%4)
			attempts := []int{3, 2, 1, 1}[i%4]
			var resp featurebase.Response
			deleted, err := c.Contacts.Delete(t.Context(), id, featurebase.WithResponse(&resp))
			if i%4 == 2 {
				assert.ErrorIs(t, err, featurebase.ErrNotFound)
				assert.ErrorContains(t, err, id)
			} else if assert.NoError(t, err) {
				assert.Equal(t, id, deleted.ID)
			}
			assert.Equal(t, attempts, resp.Attempts)
			assert.Equal(t, fmt.Sprintf("%s-%d", id, attempts), resp.RequestID)
		})
	}
	wg.Wait()
}

func TestClient_keepsAConnectionForEveryRequestInFlight(t *testing.T) {
	t.Parallel()
	const inFlight, rounds = 128, 3 // net/http keeps 100 by default, 2 of a host
	var arrived [rounds]sync.WaitGroup
	for i := range arrived {
		arrived[i].Add(inFlight)
	}
	var requests, connections atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		round := &arrived[(requests.Add(1)-1)/inFlight]
		round.Done()
		round.Wait() // so that they are in flight at the same time
		_, _ = io.WriteString(w, deletedOK)
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	c, err := featurebase.NewClient("sk_test", featurebase.WithBaseURL(srv.URL))
	require.NoError(t, err)
	for range rounds {
		var wg sync.WaitGroup
		for range inFlight {
			wg.Go(func() {
				_, err := c.Contacts.Delete(t.Context(), contactID)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
	}
	assert.EqualValues(t, inFlight, connections.Load())
}

func TestConnectionsAreReusedAfterErrors(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Status: 503}, fault{Status: 404, Body: notFound}, fault{Status: 502, Body: strings.Repeat("<p>", 50_000)}, fault{Status: 302})
	c, err := featurebase.NewClient(srv.Token, featurebase.WithBaseURL(srv.URL), featurebase.WithRetryWait(0, 0))
	require.NoError(t, err)
	for range 5 {
		_, err := c.Contacts.Delete(t.Context(), contactID)
		require.Error(t, err)
	}
	requests := srv.Requests()
	require.Len(t, requests, 7)
	for _, r := range requests {
		assert.Equal(t, requests[0].RemoteAddr, r.RemoteAddr)
	}
}

func TestClient_readsABodyOfExactlyTheLimit(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	for _, tc := range []struct {
		name     string
		size     int
		declared bool // whether Content-Length has it
		ok       bool
	}{
		{"limit", limit, true, true},
		{"limit, undeclared", limit, false, true},
		{"one more", limit + 1, true, false},
		{"one more, undeclared", limit + 1, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			body := notFound + strings.Repeat(" ", tc.size-len(notFound))
			c := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
				resp := httpmock.NewStringResponse(404, body)
				if resp.ContentLength = -1; tc.declared {
					resp.ContentLength = int64(tc.size)
				}
				return resp, nil
			}))
			_, err := c.Contacts.Delete(t.Context(), contactID)
			e := requireErrorAs[*featurebase.APIError](t, err)
			assert.Len(t, e.Body, limit)
			assert.Equal(t, 1, e.Attempts)
			if tc.ok {
				assert.ErrorIs(t, err, featurebase.ErrNotFound)
				assert.NoError(t, e.Err)
			} else {
				assert.NotErrorIs(t, err, featurebase.ErrNotFound)
				assert.EqualError(t, e.Err, "the body is too long: it has more than 1048576 bytes")
			}
		})
	}
}

func TestClient_endsTheContextOfEveryAttempt(t *testing.T) {
	t.Parallel()
	var attempts []context.Context
	c := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		for _, earlier := range attempts {
			assert.Error(t, earlier.Err())
		}
		attempts = append(attempts, r.Context())
		assert.NoError(t, r.Context().Err())
		return httpmock.NewStringResponse(503, ""), nil
	}))
	_, err := c.Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, featurebase.ErrServer)
	require.Len(t, attempts, 4)
	assert.Error(t, attempts[3].Err())
}

func TestClient_usesADefaultTransportPutInPlaceLater(t *testing.T) {
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	c, err := featurebase.NewClient(token, featurebase.WithBaseURL("http://127.0.0.1:1"), featurebase.WithMaxRetries(0))
	require.NoError(t, err)
	http.DefaultTransport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("dialed by another transport")
	}}
	_, err = c.Contacts.Delete(t.Context(), contactID)
	assert.ErrorContains(t, err, "dialed by another transport")
}

func TestClient_limitsTheHeaderOfAResponse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		size int
		ok   bool
	}{
		{"128 KiB", 128 << 10, true},
		{"512 KiB", 512 << 10, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			baseURL, _ := raw(true, func(conn *net.TCPConn) {
				write(conn, fmt.Sprintf("HTTP/1.1 200 OK\nContent-Length: %d\nX-Filler: %s\n\n%s",
					len(deletedOK), strings.Repeat("x", tc.size), deletedOK))
				stall(conn)
			})(t)
			c, err := featurebase.NewClient(token, featurebase.WithBaseURL(baseURL), featurebase.WithMaxRetries(0))
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			if tc.ok {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, "server response headers exceeded")
			}
		})
	}
}

// The transport that clients share is made only once, and in simulated time
// only for one test, so this one runs in a process of its own.
func TestClient_noticesADeadHTTP2Connection(t *testing.T) {
	const variable = "FEATUREBASE_TEST_DEAD_CONNECTION"
	if os.Getenv(variable) == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), variable+"=1")
		out, err := child.CombinedOutput()
		require.NoError(t, err, string(out))
		return
	}
	synctest.Test(t, func(t *testing.T) {
		tlsServer := httptest.NewUnstartedServer(nil) // for its certificate
		tlsServer.StartTLS()
		tlsServer.Close()
		var pinged time.Time
		initial := http.DefaultTransport.(*http.Transport)
		initial.TLSClientConfig = tlsServer.Client().Transport.(*http.Transport).TLSClientConfig
		initial.DialContext = func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				conn := tls.Server(server, &tls.Config{Certificates: tlsServer.TLS.Certificates, NextProtos: []string{"h2"}})
				defer conn.Close()
				_, _ = io.CopyN(io.Discard, conn, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
				writeFrame(conn, 4, 0, nil) // SETTINGS
				for {
					kind, _, err := readFrame(conn)
					if err != nil {
						return
					}
					if kind == 6 && pinged.IsZero() { // PING
						pinged = time.Now()
					}
				}
			}()
			return client, nil
		}
		c, err := featurebase.NewClient(token, featurebase.WithBaseURL("https://127.0.0.1"), featurebase.WithMaxRetries(0), featurebase.WithTimeout(0))
		require.NoError(t, err)
		start := time.Now()
		_, err = c.Contacts.Delete(t.Context(), contactID)
		require.ErrorIs(t, err, featurebase.ErrAmbiguous)
		assert.Equal(t, 30*time.Second, time.Since(start))
		synctest.Wait() // for the server to see the end of the connection
		assert.Equal(t, 15*time.Second, pinged.Sub(start))
	})
}
