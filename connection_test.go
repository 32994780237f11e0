package featurebase_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// Error codes of HTTP/2 (RFC 9113, section 7).
const (
	h2NoError       = 0
	h2ProtocolError = 1
	h2Refused       = 7
)

// rstStream says that the server gave up a request.
func rstStream(conn net.Conn, stream, code byte) { writeFrame(conn, 3, stream, []byte{0, 0, 0, code}) }

// goAway says that no request after the stream last was processed.
func goAway(conn net.Conn, last, code byte) {
	writeFrame(conn, 7, 0, []byte{0, 0, 0, last, 0, 0, 0, code})
}

// respond answers a request. Of the statuses, HPACK has 200 and 404 ready.
func respond(conn net.Conn, stream byte, status int, body string) {
	writeHeaders(conn, stream, status)
	_, _ = conn.Write(append([]byte{0, 0, byte(len(body)), 0, 1, 0, 0, 0, stream}, body...))
}

func writeHeaders(conn net.Conn, stream byte, status int) {
	_, _ = conn.Write([]byte{0, 0, 1, 1, 4, 0, 0, 0, stream, map[int]byte{200: 0x88, 404: 0x8d}[status]})
}

// After RST_STREAM with PROTOCOL_ERROR, net/http sends the request again by
// itself, up to Go 1.26. The server may have processed it before.
func TestDelete_countsWhatHTTP2WouldRepeat(t *testing.T) {
	t.Parallel()
	requests := 0
	url, hc := http2(func(c net.Conn, stream byte) {
		if requests++; requests == 1 {
			rstStream(c, stream, h2ProtocolError)
			return
		}
		respond(c, stream, 404, notFound)
	})(t)
	client, err := featurebase.NewClient(token, featurebase.WithBaseURL(url), featurebase.WithHTTPClient(hc), featurebase.WithRetryWait(0, 0))
	require.NoError(t, err)

	var resp featurebase.Response
	_, err = client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp), featurebase.WithMaxRetries(0))
	e := requireErrorAs[*featurebase.RequestError](t, err)
	assert.True(t, e.Ambiguous)
	assert.Equal(t, 1, e.Attempts)
	assert.Equal(t, 1, requests, "without retries, one request is sent")

	requests = 0
	_, err = client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Equal(t, 2, resp.Attempts)
	assert.Equal(t, 2, requests)
}

// REFUSED_STREAM says that the request was not processed.
func TestDelete_isNotAmbiguousAfterARefusedStream(t *testing.T) {
	t.Parallel()
	requests := 0
	url, hc := http2(func(c net.Conn, stream byte) {
		if requests++; requests == 1 {
			rstStream(c, stream, h2Refused)
			return
		}
		respond(c, stream, 404, notFound)
	})(t)
	client, err := featurebase.NewClient(token, featurebase.WithBaseURL(url), featurebase.WithHTTPClient(hc), featurebase.WithRetryWait(0, 0))
	require.NoError(t, err)
	var resp featurebase.Response
	_, err = client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Equal(t, 2, resp.Attempts)
	assert.Equal(t, 2, requests)
}

// A frameServer deletes contacts and misbehaves at random. Its one client
// deletes one contact at a time, the current one.
type frameServer struct {
	random *rand.Rand

	mu       sync.Mutex
	exists   bool // whether the current contact does
	deleted  int  // by how many requests
	requests int  // for the current contact
	body     string
}

func (s *frameServer) handle(c net.Conn, stream byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	process := func() (status int, body string) {
		if !s.exists {
			return 404, notFound
		}
		s.exists = false
		s.deleted++
		return 200, s.body
	}
	if stream > 100 { // of one byte, which is all that writeFrame has for it
		goAway(c, stream-2, h2NoError)
		_ = c.Close()
		return
	}
	fault := s.random.IntN(60)
	switch {
	case fault < 5: // PROTOCOL_ERROR, processed or not
		if s.random.IntN(2) == 0 {
			process()
		}
		rstStream(c, stream, h2ProtocolError)
	case fault < 9: // NO_ERROR to HTTP_1_1_REQUIRED, but for those that promise something
		process()
		rstStream(c, stream, []byte{0, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13}[s.random.IntN(12)])
	case fault < 12:
		rstStream(c, stream, h2Refused)
	case fault < 14:
		goAway(c, stream-2, h2NoError)
		_ = c.Close()
	case fault < 16:
		process()
		goAway(c, stream, byte(s.random.IntN(14)))
		_ = c.Close()
	case fault < 18:
		process()
		_ = c.Close()
	case fault < 20:
		status, _ := process()
		writeHeaders(c, stream, status)
		rstStream(c, stream, byte(s.random.IntN(14)))
	default:
		status, body := process()
		respond(c, stream, status, body)
	}
}

// Whatever frames come, no deletion is reported that was not, nothing is called
// gone before the call that the call deleted, and an error that is not ambiguous
// changed nothing.
func TestDelete_saysNothingFalseOverHTTP2(t *testing.T) {
	t.Parallel()
	const workers, each = 8, 250
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			words := map[string]int{}
			var wg sync.WaitGroup
			for worker := range uint64(workers) {
				srv := &frameServer{random: rand.New(rand.NewPCG(seed, worker))}
				url, hc := http2(srv.handle)(t)
				client, err := featurebase.NewClient(token, featurebase.WithBaseURL(url), featurebase.WithHTTPClient(hc), featurebase.WithRetryWait(0, 0))
				require.NoError(t, err)
				wg.Go(func() {
					for i := range each {
						id := fmt.Sprintf("%08x%016x", worker, i)
						existed := i%10 != 0
						srv.mu.Lock()
						srv.exists, srv.deleted, srv.requests = existed, 0, 0
						srv.body = strings.Replace(deletedOK, contactID, id, 1)
						srv.mu.Unlock()

						var resp featurebase.Response
						_, err := client.Contacts.Delete(t.Context(), id, featurebase.WithResponse(&resp))
						srv.mu.Lock()
						gone, ambiguous := errors.Is(err, featurebase.ErrNotFound), errors.Is(err, featurebase.ErrAmbiguous)
						word := map[bool]string{true: "failed", false: "gone"}[!gone]
						switch {
						case err == nil:
							word = "deleted"
							assert.Equal(t, 1, srv.deleted)
						case gone:
							assert.False(t, srv.exists)
						}
						if err != nil && !ambiguous {
							assert.Zero(t, srv.deleted, "%v", err)
						} else if err != nil {
							word += ", ambiguous"
						}
						assert.Equal(t, srv.requests, resp.Attempts, "%v", err)
						srv.mu.Unlock()
						mu.Lock()
						words[word]++
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			t.Logf("%d deletions: %v", workers*each, words)
			for _, word := range []string{"deleted", "gone", "gone, ambiguous"} {
				assert.NotZero(t, words[word], "never came: %s", word)
			}
		})
	}
}

// A transport that repeats requests is counted, too.
func TestDelete_countsWhatATransportRepeats(t *testing.T) {
	t.Parallel()
	for _, f := range []fault{{Apply: true, Cut: true}, {Apply: true, Status: 502}} {
		repeating := retryablehttp.NewClient()
		repeating.Logger, repeating.RetryWaitMin, repeating.RetryWaitMax = nil, 0, 0
		srv := featurebasetest.NewServer(t)
		srv.AddContact(featurebase.Contact{ID: contactID})
		srv.FailNext(f)
		var resp featurebase.Response
		_, err := srv.Client(featurebase.WithHTTPClient(repeating.StandardClient()), featurebase.WithMaxRetries(0)).
			Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
		assert.Equal(t, 2, resp.Attempts)
		assert.Len(t, srv.Requests(), 2)
	}
}

// What net/http has not begun to write to a connection that has become stale it
// may send on another.
func TestDelete_isNotAmbiguousAfterAStaleConnection(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	broken := make(chan net.Conn, 1)
	tr := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		select {
		case broken <- conn:
			return &unwritable{Conn: conn}, err
		default:
			return conn, err
		}
	}}
	t.Cleanup(tr.CloseIdleConnections)
	client := srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: tr}))
	_, err := client.Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, featurebase.ErrNotFound)

	var resp featurebase.Response
	_, err = client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp), featurebase.WithMaxRetries(0))
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Equal(t, 1, resp.Attempts)
	assert.Len(t, srv.Requests(), 2)
}

// unwritable fails from the second write on.
type unwritable struct {
	net.Conn
	writes int
}

func (u *unwritable) Write(b []byte) (int, error) {
	if u.writes++; u.writes > 1 {
		return 0, errors.New("broken pipe")
	}
	return u.Conn.Write(b)
}

// A protocol that is registered with an http.Transport reports no connections.
func TestDelete_isAmbiguousThroughARegisteredProtocol(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{ID: contactID})
	tr := &http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}} // no HTTP/2
	tr.RegisterProtocol("https", roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = srv.Transport().RoundTrip(r)
		return nil, errors.New("no recent network activity")
	}))
	client, err := featurebase.NewClient(srv.Token, featurebase.WithHTTPClient(&http.Client{Transport: tr}), featurebase.WithMaxRetries(0))
	require.NoError(t, err)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Empty(t, srv.Contacts())
}

// Where a request goes after it was processed, nobody says that it was not.
func TestDelete_isAmbiguousAfterAForeignResponse(t *testing.T) {
	t.Parallel()
	for _, status := range []int{303, 304, 307, 400, 401, 403, 404, 409, 410, 499} {
		srv := featurebasetest.New()
		srv.AddContact(featurebase.Contact{ID: contactID})
		srv.FailNext(fault{Apply: true, Status: status, Body: "<html>"})
		_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
		assert.ErrorIs(t, err, featurebase.ErrAmbiguous, status)
		assert.Empty(t, srv.Contacts())
	}
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 429} {
		body := envelope("invalid_request_error", "refused")
		_, err := newClient(t, answering(status, body), featurebase.WithMaxRetries(0)).Contacts.Delete(t.Context(), contactID)
		assert.NotErrorIs(t, err, featurebase.ErrAmbiguous, status)
	}
}

// flipped corrupts the first record that it reads after a number of others.
type flipped struct {
	net.Conn
	reads int
}

func (f *flipped) Read(b []byte) (int, error) {
	n, err := f.Conn.Read(b)
	if f.reads--; f.reads == 0 && n > 1 {
		b[1] ^= 0x40 // the version, in the header of a record
	}
	return n, err
}

// A record that is no TLS on a connection that stood is a lost connection, not
// a server that doesn't speak TLS.
func TestDelete_retriesAfterACorruptRecord(t *testing.T) {
	t.Parallel()
	fake := featurebasetest.New()
	fake.AddContact(featurebase.Contact{ID: contactID})
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, err := fake.Transport().RoundTrip(r)
		if !assert.NoError(t, err) {
			return
		}
		defer resp.Body.Close()
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}))
	t.Cleanup(srv.Close)
	tr := srv.Client().Transport.(*http.Transport).Clone()
	dials := 0
	tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, srv.Listener.Addr().String())
		if dials++; dials == 1 {
			// The handshake of TLS 1.2 has two flights of the server's.
			return &flipped{Conn: conn, reads: 5}, err
		}
		return conn, err
	}
	client, err := featurebase.NewClient(fake.Token, featurebase.WithBaseURL(srv.URL), featurebase.WithRetryWait(0, 0),
		featurebase.WithHTTPClient(&http.Client{Transport: tr}))
	require.NoError(t, err)
	var resp featurebase.Response
	for resp.Attempts < 2 {
		require.Less(t, len(fake.Requests()), 10, "no record was corrupted")
		_, err = client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	}
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.Equal(t, 2, dials)
}

// The environment's proxies are read once in the life of a process, so this
// test is one of its own.
func TestNewClient_sendsNoKeyInTheClearToAProxy(t *testing.T) {
	if os.Getenv("FEATUREBASE_TEST_PROXIED") != "" {
		callProxied(t)
		return
	}
	t.Parallel()
	var mu sync.Mutex
	var seen bytes.Buffer
	proxy := listen(t, func(conn net.Conn) {
		b := make([]byte, 4096)
		n, _ := conn.Read(b)
		mu.Lock()
		defer mu.Unlock()
		seen.Write(b[:n])
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 67\r\n\r\n"+deletedOK)
	})
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNewClient_sendsNoKeyInTheClearToAProxy$", "-test.v")
	cmd.Env = append(os.Environ(), "FEATUREBASE_TEST_PROXIED=1", "HTTP_PROXY=http://"+proxy, "http_proxy=http://"+proxy, "NO_PROXY=", "no_proxy=")
	out, err := cmd.CombinedOutput()
	assert.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "called by LOCALHOST")
	mu.Lock()
	defer mu.Unlock()
	assert.NotContains(t, seen.String(), token)
}

// callProxied calls a closed port under names that may be of this machine.
func callProxied(t *testing.T) {
	for _, host := range []string{"localhost", "LOCALHOST", "LocalHost", "127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]", "[::FFFF:127.0.0.1]", "[::1%25lo]"} {
		client, err := featurebase.NewClient(token, featurebase.WithBaseURL("http://"+host+":1"), featurebase.WithMaxRetries(0))
		require.NoError(t, err, host)
		_, err = client.Contacts.Delete(t.Context(), contactID)
		require.Error(t, err, host)
		assert.NotErrorIs(t, err, featurebase.ErrAmbiguous, host)
		fmt.Println("called by", host)
	}
	for _, host := range []string{"localhost.", "a.localhost", "localhost.localdomain", "127.1", "0x7f.0.0.1", "2130706433", "ⓛocalhost", "０", "example.com"} {
		_, err := featurebase.NewClient(token, featurebase.WithBaseURL("http://"+host+":1"))
		assert.ErrorContains(t, err, "in the clear", host)
	}
}

// A transport's own proxy gets no key in the clear either.
func TestDelete_asksTheTransportForItsProxy(t *testing.T) {
	t.Parallel()
	asked := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(proxy.Close)
	u, err := url.Parse(proxy.URL)
	require.NoError(t, err)
	hc := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
	opts := []featurebase.Option{featurebase.WithBaseURL("http://localhost:1"), featurebase.WithHTTPClient(hc)}
	client, err := featurebase.NewClient(token, opts...)
	require.NoError(t, err)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	e := requireErrorAs[*featurebase.RequestError](t, err)
	assert.Zero(t, e.Attempts)
	assert.ErrorContains(t, err, "not sent: plain http would send the token in the clear to a proxy")
	assert.Zero(t, asked)

	client, err = featurebase.NewClient(token, append(opts, featurebase.WithInsecureHTTP())...)
	require.NoError(t, err)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	require.Error(t, err)
	assert.Equal(t, 1, asked)
}

// Bytes that are no text, and the key, are shown by no error and no log line,
// wherever a server puts them.
func TestError_isOneShortLineWithoutTheToken(t *testing.T) {
	t.Parallel()
	nasty := "\x1b[31m\a\u202e\u2028\u0085" + token
	long := strings.Repeat("1", 1<<20)
	header := func(status int, body string, h http.Header) http.RoundTripper {
		return roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
		})
	}
	quoted := `\u001b[31m\u0007\u202e\u2028\u0085` + token
	for name, rt := range map[string]http.RoundTripper{
		"message":         answering(400, `{"error":{"type":"t","code":"c","message":"`+quoted+`"}}`),
		"code":            answering(400, `{"error":{"type":"t","code":"`+quoted+long+`"}}`),
		"type":            answering(400, `{"error":{"type":"`+quoted+long+`"}}`),
		"param":           answering(400, `{"error":{"type":"t","code":"c","message":"m","param":"`+quoted+`"}}`),
		"request ID":      header(400, "", http.Header{"X-Request-Id": {nasty + long}}),
		"long number":     answering(200, `{"id":`+long+`}`),
		"object":          answering(200, `{"id":"`+contactID+`","object":"`+quoted+`","deleted":true}`),
		"repeated name":   answering(200, `{"`+quoted+`":1,"`+quoted+`":1}`),
		"transport error": roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New(nasty + long) }),
		"body error": roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(&failing{errors.New(nasty + long)})}, nil
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var logged bytes.Buffer
			logger := slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
			client := newClient(t, rt, featurebase.WithMaxRetries(1), featurebase.WithLogger(logger))
			_, err := client.Contacts.Delete(t.Context(), contactID)
			require.Error(t, err)
			logger.Error("failed", "error", err)
			for what, text := range map[string]string{"error": err.Error(), "log": logged.String()} {
				assert.NotContains(t, text, token, what)
				assert.NotContains(t, text, hex.EncodeToString([]byte(token)), what)
				for _, r := range "\x1b\a\u202e\u2028\u0085" {
					assert.NotContains(t, text, string(r), what)
				}
				assert.Less(t, len(text), 8000, what)
			}
		})
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// A proxy can answer CONNECT with any text.
func TestDelete_clipsTheTextOfAProxy(t *testing.T) {
	t.Parallel()
	proxy := listen(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		write(conn, "HTTP/1.1 403 \x1b[2J"+strings.Repeat("Forbidden", 1000)+"\u202e\n\n")
	})
	u, err := url.Parse("http://" + proxy)
	require.NoError(t, err)
	client, err := featurebase.NewClient(token, featurebase.WithMaxRetries(0), featurebase.WithBaseURL("https://featurebase.test"),
		featurebase.WithHTTPClient(&http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}))
	require.NoError(t, err)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	require.ErrorContains(t, err, "Forbidden")
	assert.Less(t, len(err.Error()), 1500)
	assert.NotContains(t, err.Error(), "\x1b")
	assert.NotContains(t, err.Error(), "\u202e")
	assert.NotErrorIs(t, err, featurebase.ErrAmbiguous, "the request did not get past the proxy")
}

// A page of contacts with many companies has more than a MiB.
func TestList_readsALargePage(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	companies := make([]featurebase.Company, 25)
	for i := range companies {
		companies[i] = featurebase.Company{
			Object: "company", ID: contactID, CompanyID: fmt.Sprint(i), Name: strings.Repeat("x", 400),
		}
	}
	for range 100 {
		srv.AddContact(featurebase.Contact{Type: "customer", Companies: companies})
	}
	page, err := srv.Client().Contacts.List(t.Context(), featurebase.ContactListParams{Limit: 100})
	require.NoError(t, err)
	require.Len(t, page.Data, 100)
	assert.Len(t, page.Data[99].Companies, 25)
}

// A small body can't become a large heap.
func TestDecode_refusesMoreValuesThanCanBeMeant(t *testing.T) {
	// Not parallel, so that what is allocated is its own.
	const objects = 350_000 // of three bytes
	many := strings.TrimSuffix(strings.Repeat("{},", objects), ",")
	for name, body := range map[string]string{
		"contacts":  `{"object":"list","data":[` + many + `]}`,
		"companies": `{"object":"list","data":[{"object":"contact","id":"` + contactID + `","companies":[` + many + `]}]}`,
		"nulls":     `{"object":"list","data":[` + strings.Repeat("null,", objects) + `null]}`,
		"extra":     `{"object":"list","data":[],"more":[` + many + `]}`,
	} {
		client := newClient(t, answering(200, body))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := client.Contacts.List(t.Context(), featurebase.ContactListParams{})
		runtime.ReadMemStats(&after)
		assert.ErrorContains(t, err, "it has more values than can be meant", name)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20), name)
	}
}
