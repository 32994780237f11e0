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
	"runtime"
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

func TestNewClientFromEnv_readsKeyAndBaseURL(t *testing.T) {
	rt, sent := recording(200, deletedOK)
	hc := featurebase.WithHTTPClient(&http.Client{Transport: rt})
	for _, tc := range []struct {
		name, key, baseURL string
		opts               []featurebase.Option
		want               string // URL, or the error
	}{
		{"key alone", token, "", nil, featurebase.DefaultBaseURL + "/v2/contacts/" + contactID},
		{"both", token, "https://proxy.example", nil, "https://proxy.example/v2/contacts/" + contactID},
		{"an option takes precedence", token, "nowhere", []featurebase.Option{featurebase.WithBaseURL("https://here.example")}, "https://here.example/v2/contacts/" + contactID},
		{"problems", "", "nowhere", nil, `featurebase: the token is wrong: it is empty: want an API key (they begin with sk_) (from FEATUREBASE_API_KEY)
featurebase: base URL: want an absolute URL with https, like "https://do.featurebase.app" (from FEATUREBASE_BASE_URL)`},
		{"a problem of an option's", token, "https://proxy.example", []featurebase.Option{featurebase.WithBaseURL("here")},
			`featurebase: base URL: want an absolute URL with https, like "https://do.featurebase.app"`},
		{"key and token source", token, "", []featurebase.Option{featurebase.WithTokenSource(func(context.Context) (string, error) { return "", nil })},
			"featurebase: both a token and WithTokenSource are given: want one of them"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv("FEATUREBASE_API_KEY", tc.key)
			t.Setenv("FEATUREBASE_BASE_URL", tc.baseURL)
			c, err := featurebase.NewClientFromEnv(append(tc.opts, hc)...)
			if err != nil {
				assert.EqualError(t, err, tc.want)
				return
			}
			_, err = c.Contacts.Delete(t.Context(), contactID)
			require.NoError(t, err)
			last := (*sent)[len(*sent)-1]
			assert.Equal(t, tc.want, last.url)
			assert.Equal(t, "Bearer "+token, last.header.Get("Authorization"))
		})
	}
}

func TestWithTokenSource_isAskedBeforeEveryAttempt(t *testing.T) {
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

func TestWithTokenSource_endsTheCallWhenItFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the vault is sealed")
	for _, tc := range []struct {
		name     string
		token    string
		err      error
		attempts int // for which it has a token
		want     string
	}{
		{"at once", "", broken, 0, "not sent: token source: the vault is sealed"},
		{"before a retry", "", broken, 1, "no response: token source: the vault is sealed (may have been processed); before that: 503 "},
		{"with a bad token", "secret\n", nil, 0, "not sent: token source: featurebase: the token is wrong: it has a line break after 6 characters"},
		{"with an empty token", "", nil, 0, "not sent: token source: featurebase: the token is wrong: it is empty"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			c, err := featurebase.NewClient("", featurebase.WithHTTPClient(&http.Client{Transport: respondWith(503, "")}), featurebase.WithRetryWait(0, 0),
				featurebase.WithTokenSource(func(context.Context) (string, error) {
					if asked++; asked <= tc.attempts {
						return token, nil
					}
					return tc.token, tc.err
				}))
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			require.ErrorContains(t, err, tc.want)
			if tc.err != nil {
				require.ErrorIs(t, err, broken)
			}
			e := requireErrorAs[*featurebase.RequestError](t, err)
			assert.Equal(t, tc.attempts, e.Attempts)
			assert.Equal(t, tc.attempts+1, asked)
			assert.Equal(t, tc.attempts > 0, e.Earlier != nil)
			assert.Equal(t, tc.attempts > 0, e.Ambiguous)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestWithTokenSource_needsAnEmptyToken(t *testing.T) {
	t.Parallel()
	_, err := featurebase.NewClient(token, featurebase.WithTokenSource(func(context.Context) (string, error) { return "", nil }))
	require.EqualError(t, err, "featurebase: both a token and WithTokenSource are given: want one of them")
}

func TestWithTokenSource_hasTheTimeOfTheAttempt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		err  error
	}{
		{"gives up", errors.New("gave up")},
		{"is late", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, deletedOK)
			c, err := featurebase.NewClient("", featurebase.WithHTTPClient(&http.Client{Transport: rt}), featurebase.WithMaxRetries(0),
				featurebase.WithTimeout(time.Millisecond), featurebase.WithTokenSource(func(ctx context.Context) (string, error) {
					<-ctx.Done()
					return token, tc.err
				}))
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
			assert.Empty(t, matched(err), "nothing is ambiguous")
			assert.Empty(t, *sent)
		})
	}
}

// A func is a transport that can't be compared with another.
func TestClient_usesADefaultTransportThatIsAFunc(t *testing.T) {
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	http.DefaultTransport = roundTripper(func(*http.Request) (*http.Response, error) { return response(200, deletedOK), nil })
	c, err := featurebase.NewClient(token)
	require.NoError(t, err)
	_, err = c.Contacts.Delete(t.Context(), contactID)
	require.NoError(t, err)
}

func TestClient_usesAReplacedDefaultTransport(t *testing.T) {
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

func TestWithHTTPClient_transportIsLookedUpAtEveryRequest(t *testing.T) {
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
	hc.Transport = respondWith(403, forbidden)
	_, err = c.Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, featurebase.ErrPermission)
}

func TestWithHTTPClient_isNotChanged(t *testing.T) {
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

func TestClient_neverFollowsRedirects(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 301, 302, 303, 304, 307, 308} {
		for _, location := range []string{"/v2/elsewhere", "https://example.com/", "://", ""} {
			t.Run(fmt.Sprintf("%d to %q", status, location), func(t *testing.T) {
				t.Parallel()
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
				_, err := networkClient(t, srv.URL, hc).Contacts.Delete(t.Context(), contactID)
				srv.Close()
				assert.Equal(t, status, requireErrorAs[*featurebase.APIError](t, err).StatusCode)
				assert.Equal(t, []error{featurebase.ErrAmbiguous}, matched(err))
				assert.Equal(t, []string{"DELETE /v2/contacts/" + contactID}, asked)
			})
		}
	}
}

func TestClient_readsABodyToItsLimit(t *testing.T) {
	t.Parallel()
	const size = 300 << 20
	remove := func(ctx context.Context, c *featurebase.Client) error {
		_, err := c.Contacts.Delete(ctx, contactID)
		return err
	}
	list := func(ctx context.Context, c *featurebase.Client) error {
		_, err := c.Contacts.List(ctx, featurebase.ContactListParams{})
		return err
	}
	tags := func(ctx context.Context, c *featurebase.Client) error {
		_, err := c.ConversationTags.List(ctx)
		return err
	}
	do := func(ctx context.Context, c *featurebase.Client) error {
		var out any
		return c.Do(ctx, "GET", "/v2/things", nil, &out)
	}
	for _, tc := range []struct {
		name         string
		call         func(context.Context, *featurebase.Client) error
		status, most int
	}{
		{"a confirmation", remove, 200, 1 << 20},
		{"a redirect", remove, 302, 1 << 20},
		{"a failure", remove, 400, 1 << 20},
		{"not found", remove, 404, 1 << 20},
		{"a failure of the server", remove, 500, 1 << 20},
		{"a page", list, 200, 64 << 20},
		{"a failure instead of a page", list, 500, 1 << 20},
		{"a list in one page", tags, 200, 64 << 20},
		{"anything", do, 200, 64 << 20},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			body := &endless{left: size}
			err := tc.call(t.Context(), newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: tc.status, Body: body}, nil
			}), featurebase.WithMaxRetries(0)))
			assert.ErrorContains(t, err, fmt.Sprintf("the body is too long: it has more than %d bytes", tc.most))
			assert.True(t, body.closed)
			assert.Equal(t, tc.most+1, size-body.left)
		})
	}
}

// The buffer doesn't grow beyond the limit.
func TestClient_allocatesLittleForALongBody(t *testing.T) {
	// Not parallel, so that what is allocated is its own.
	for _, tc := range []struct {
		name string
		call func(*featurebase.Client) error
		most uint64
	}{
		{"a confirmation", func(c *featurebase.Client) error {
			_, err := c.Contacts.Delete(t.Context(), contactID)
			return err
		}, 5 << 19},
		{"a page", func(c *featurebase.Client) error {
			_, err := c.Contacts.List(t.Context(), featurebase.ContactListParams{})
			return err
		}, 136 << 20},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Body: &endless{left: 300 << 20}}, nil
			}), featurebase.WithMaxRetries(0))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := tc.call(client)
			runtime.ReadMemStats(&after)
			assert.ErrorContains(t, err, "the body is too long")
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, tc.most)
		})
	}
}

// What the API sends back of a text without a maximum can be longer than a
// confirmation.
func TestClient_readsALongBodyOfAnySuccess(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 2<<20)
	body := `{"object":"post","id":"` + contactID + `","title":"Dark mode","content":"` + text + `"}`
	for _, status := range []int{200, 201} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			p, err := newClient(t, respondWith(status, body)).Posts.Create(t.Context(), featurebase.PostCreateParams{Title: "Dark mode", Content: text, BoardID: otherID})
			require.NoError(t, err)
			assert.Len(t, p.Content, 2<<20)
		})
	}
}

// idle is a body that reads nothing and doesn't end with a context.
type idle struct{ reads int }

func (b *idle) Read([]byte) (int, error) { b.reads++; return 0, nil }
func (b *idle) Close() error             { return nil }

func TestClient_givesUpABodyThatReadsNothing(t *testing.T) {
	t.Parallel()
	body := &idle{}
	err := deleteError(t, roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: body}, nil
	}), featurebase.WithMaxRetries(0))
	assert.ErrorIs(t, err, io.ErrNoProgress)
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Equal(t, 100, body.reads)
}

// trickle is a body with a byte each second that doesn't end with a context.
type trickle struct{}

func (trickle) Read(p []byte) (int, error) {
	time.Sleep(time.Second)
	p[0] = ' '
	return 1, nil
}
func (trickle) Close() error { return nil }

func TestClient_endsWithItsTimeWhateverTheBodyDoes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name              string
		deadline, timeout time.Duration
		match             error
	}{
		{"the attempt's", time.Hour, 4500 * time.Millisecond, os.ErrDeadlineExceeded},
		{"the context's", 4500 * time.Millisecond, time.Minute, context.DeadlineExceeded},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 200, Body: trickle{}}, nil
				}), featurebase.WithMaxRetries(0), featurebase.WithTimeout(tc.timeout))
				ctx, cancel := context.WithTimeout(t.Context(), tc.deadline)
				defer cancel()
				start := time.Now()
				_, err := client.Contacts.Delete(ctx, contactID)
				assert.ErrorIs(t, err, tc.match)
				assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
				assert.Equal(t, 5*time.Second, time.Since(start))
			})
		})
	}
}

// Transports, such as those that sign requests or send them again, rely on what
// http.NewRequest fills in.
func TestClient_makesWholeRequests(t *testing.T) {
	t.Parallel()
	c := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		assert.Equal(t, "do.featurebase.app", r.Host)
		assert.Equal(t, "HTTP/1.1", r.Proto)
		assert.True(t, r.ProtoAtLeast(1, 1))
		sent, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		again, err := r.GetBody()
		if assert.NoError(t, err) {
			sentAgain, err := io.ReadAll(again)
			assert.NoError(t, err)
			assert.Equal(t, sent, sentAgain)
		}
		return response(200, `{"object":"list","data":[]}`), nil
	}))
	_, err := c.Contacts.Search(t.Context(), featurebase.ContactSearchParams{Limit: 5})
	assert.NoError(t, err)
}

func TestClient_readsABodyWholeWhateverLengthItClaims(t *testing.T) {
	t.Parallel()
	for _, length := range []int64{-1, 0, 1, int64(len(deletedOK)), 1000, 1 << 40} {
		for _, body := range []string{deletedOK, deletedOK + strings.Repeat(" ", 5000)} {
			t.Run(fmt.Sprintf("%d bytes that claim to be %d", len(body), length), func(t *testing.T) {
				t.Parallel()
				c := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 200, ContentLength: length, Body: io.NopCloser(iotest.OneByteReader(strings.NewReader(body)))}, nil
				}))
				_, err := c.Contacts.Delete(t.Context(), contactID)
				assert.NoError(t, err)
			})
		}
	}
}

// endless is a long body.
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

func TestClient_survivesATransportThatBreaksItsContract(t *testing.T) {
	t.Parallel()
	err := deleteError(t, roundTripper(func(*http.Request) (*http.Response, error) { return nil, nil }))
	assert.ErrorContains(t, err, "the transport returned neither a response nor an error")
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	err = deleteError(t, roundTripper(func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200}, nil }))
	assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
}

// Every goroutine must get its own call's result, attempts and response,
// whatever its neighbours meet.
func TestClient_isSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]int{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/v2/contacts/")
		mu.Lock()
		seen[id]++
		n := seen[id]
		mu.Unlock()
		w.Header().Set("X-Request-Id", fmt.Sprintf("req_%s_%d", id, n))
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
	c := networkClient(t, srv.URL, srv.Client())
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			id := fmt.Sprintf("%023d%d", i, i%4)
			attempts := []int{3, 2, 1, 1}[i%4]
			var resp featurebase.Response
			deleted, err := c.Contacts.Delete(t.Context(), id, featurebase.WithResponse(&resp))
			if i%4 == 2 {
				assert.ErrorIs(t, err, featurebase.ErrNotFound)
				assert.ErrorContains(t, err, fmt.Sprintf("request ID req_%s_1", id))
			} else if assert.NoError(t, err) {
				assert.Equal(t, id, deleted.ID)
			}
			assert.Equal(t, attempts, resp.Attempts)
			assert.Equal(t, fmt.Sprintf("req_%s_%d", id, attempts), resp.RequestID)
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
	c := networkClient(t, srv.URL, nil)
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

func TestClient_reusesConnectionsAfterErrors(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Status: 503}, fault{Status: 404, Body: notFound}, fault{Status: 502, Body: strings.Repeat("<p>", 50_000)}, fault{Status: 302})
	srv.Token = token
	c := networkClient(t, srv.URL, nil)
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
				resp := response(404, body)
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
		return response(503, ""), nil
	}))
	_, err := c.Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, featurebase.ErrServer)
	require.Len(t, attempts, 4)
	assert.Error(t, attempts[3].Err())
}

func TestClient_usesADefaultTransportPutInPlaceLater(t *testing.T) {
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	c := networkClient(t, "http://127.0.0.1:1", nil, featurebase.WithMaxRetries(0))
	http.DefaultTransport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("dialed by another transport")
	}}
	_, err := c.Contacts.Delete(t.Context(), contactID)
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
			c := networkClient(t, baseURL, nil, featurebase.WithMaxRetries(0))
			_, err := c.Contacts.Delete(t.Context(), contactID)
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
				beginHTTP2(conn)
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
		c := networkClient(t, "https://127.0.0.1", nil, featurebase.WithMaxRetries(0), featurebase.WithTimeout(0))
		start := time.Now()
		_, err := c.Contacts.Delete(t.Context(), contactID)
		require.ErrorIs(t, err, featurebase.ErrAmbiguous)
		assert.Equal(t, 30*time.Second, time.Since(start))
		synctest.Wait() // for the server to see the end of the connection
		assert.Equal(t, 15*time.Second, pinged.Sub(start))
	})
}

func TestClient_thatWasNotMadeByNewClientSaysSo(t *testing.T) {
	t.Parallel()
	const want = "featurebase: invalid client: it was not made by NewClient or NewClientFromEnv; nothing was sent"
	var none *featurebase.Client
	for name, call := range map[string]func() error{
		"a zero client": func() error { return (&featurebase.Client{}).Do(t.Context(), "GET", "/v2/brands", nil, nil) },
		"no client":     func() error { return none.Do(t.Context(), "GET", "/v2/brands", nil, nil) },
		"a zero service": func() error {
			_, err := (&featurebase.ContactsService{}).Delete(t.Context(), contactID)
			return err
		},
	} {
		err := call()
		require.EqualError(t, err, want, name)
		require.ErrorIs(t, err, featurebase.ErrInvalidArgument, name)
		assert.True(t, featurebase.AffectsEveryCall(err), name)
	}
}
