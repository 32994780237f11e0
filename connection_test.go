package featurebase_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	goversion "go/version"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/http/httputil"
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

// respond responds to a request. Of the statuses, HPACK has 200 and 404 ready.
func respond(conn net.Conn, stream byte, status int, body string) {
	writeHeaders(conn, stream, status)
	_, _ = conn.Write(append([]byte{0, 0, byte(len(body)), 0, 1, 0, 0, 0, stream}, body...))
}

func writeHeaders(conn net.Conn, stream byte, status int) {
	_, _ = conn.Write([]byte{0, 0, 1, 1, 4, 0, 0, 0, stream, map[int]byte{200: 0x88, 404: 0x8d}[status]})
}

// After RST_STREAM with PROTOCOL_ERROR, net/http sends the request again by
// itself, up to Go 1.26. The server may have processed it before.
func TestAttempts_countWhatHTTP2WouldRepeat(t *testing.T) {
	t.Parallel()
	requests := 0
	url, hc := http2(func(c net.Conn, stream byte) {
		if requests++; requests == 1 {
			rstStream(c, stream, h2ProtocolError)
			return
		}
		respond(c, stream, 404, notFound)
	})(t)
	client := networkClient(t, url, hc)

	var resp featurebase.Response
	_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp), featurebase.WithMaxRetries(0))
	e := requireErrorAs[*featurebase.RequestError](t, err)
	if e.Err.Error() != "stream error: stream ID 1; PROTOCOL_ERROR; received from peer" { // as net/http says it since Go 1.27
		assert.EqualError(t, e.Err, "the server reset the HTTP/2 stream or closed the connection")
		assert.Contains(t, logged(err), e.Err.Error())
	}
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
func TestErrAmbiguous_notAfterARefusedStream(t *testing.T) {
	t.Parallel()
	requests := 0
	url, hc := http2(func(c net.Conn, stream byte) {
		if requests++; requests == 1 {
			rstStream(c, stream, h2Refused)
			return
		}
		respond(c, stream, 404, notFound)
	})(t)
	client := networkClient(t, url, hc)
	var resp featurebase.Response
	_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
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
func TestContactsDelete_saysNothingFalseOverHTTP2(t *testing.T) {
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
				client := networkClient(t, url, hc)
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
func TestAttempts_countWhatATransportRepeats(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		fault fault
	}{
		{"a lost response", fault{Apply: true, Cut: true}},
		{"502", fault{Apply: true, Status: 502}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			repeating := retryablehttp.NewClient()
			repeating.Logger, repeating.RetryWaitMin, repeating.RetryWaitMax = nil, 0, 0
			srv := featurebasetest.NewServer(t)
			srv.AddContact(featurebase.Contact{ID: contactID})
			srv.FailNext(tc.fault)
			var resp featurebase.Response
			_, err := srv.Client(featurebase.WithHTTPClient(repeating.StandardClient()), featurebase.WithMaxRetries(0)).
				Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
			require.ErrorIs(t, err, featurebase.ErrNotFound)
			assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
			assert.Equal(t, 2, resp.Attempts)
			assert.Len(t, srv.Requests(), 2)
		})
	}
}

// Where the server hangs up, net/http sends a GET again on another connection.
func TestAttempts_countWhatHTTP1Repeats(t *testing.T) {
	t.Parallel()
	body := `{"object":"contact","id":"` + contactID + `","type":"lead"}`
	serve := func(conn net.Conn) {
		r := bufio.NewReader(conn)
		for range 2 {
			if _, err := http.ReadRequest(r); err != nil {
				return
			}
			write(conn, fmt.Sprintf("HTTP/1.1 200 OK\nContent-Length: %d\n\n%s", len(body), body))
		}
		_, _ = http.ReadRequest(r)
	}
	tlsServer := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(tlsServer.Close)
	var both http.Protocols
	both.SetHTTP1(true)
	both.SetUnencryptedHTTP2(true)
	for _, tc := range []struct {
		name      string
		baseURL   string
		transport *http.Transport
	}{
		{"in the clear", "http://" + listen(t, serve), &http.Transport{}},
		{"in the clear, where HTTP/2 could be", "http://" + listen(t, serve), &http.Transport{Protocols: &both}},
		{"over TLS", "https://" + listen(t, func(conn net.Conn) {
			secure := tls.Server(conn, &tls.Config{Certificates: tlsServer.TLS.Certificates})
			defer secure.Close()
			serve(secure)
		}), tlsServer.Client().Transport.(*http.Transport).Clone()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			t.Cleanup(tc.transport.CloseIdleConnections)
			client := networkClient(t, tc.baseURL, &http.Client{Transport: tc.transport}, featurebase.WithMaxRetries(0))
			var attempts []int
			for range 3 {
				var resp featurebase.Response
				_, err := client.Contacts.Get(t.Context(), contactID, featurebase.WithResponse(&resp))
				require.NoError(t, err)
				attempts = append(attempts, resp.Attempts)
			}
			assert.Equal(t, []int{1, 1, 2}, attempts)
		})
	}
}

// Only what was written to a connection may have come through it.
func TestAttempts_countOnlyWhatATransportWrote(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		wrote    bool // to the first connection
		attempts int
	}{
		{"nothing", false, 1},
		{"the header", true, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt := roundTripper(func(r *http.Request) (*http.Response, error) {
				trace := httptrace.ContextClientTrace(r.Context())
				trace.GotConn(httptrace.GotConnInfo{})
				if tc.wrote {
					trace.WroteHeaders()
				}
				trace.GotConn(httptrace.GotConnInfo{})
				trace.WroteHeaders()
				return response(404, notFound), nil
			})
			e := requireErrorAs[*featurebase.APIError](t, deleteError(t, rt))
			assert.Equal(t, tc.attempts, e.Attempts)
			assert.Equal(t, tc.attempts > 1, e.Ambiguous)
		})
	}
}

// As over TLS: see TestAttempts_countWhatHTTP2WouldRepeat.
func TestAttempts_countWhatUnencryptedHTTP2WouldRepeat(t *testing.T) {
	t.Parallel()
	requests := 0
	addr := listen(t, func(conn net.Conn) {
		beginHTTP2(conn)
		for {
			kind, stream, err := readFrame(conn)
			if err != nil {
				return
			}
			if kind != 1 { // HEADERS
				continue
			}
			if requests++; requests == 1 {
				rstStream(conn, stream, h2Refused)
				continue
			}
			respond(conn, stream, 404, notFound)
		}
	})
	var unencrypted http.Protocols
	unencrypted.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &unencrypted}
	t.Cleanup(transport.CloseIdleConnections)
	var resp featurebase.Response
	_, err := networkClient(t, "http://"+addr, &http.Client{Transport: transport}).Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	assert.Equal(t, []error{featurebase.ErrNotFound}, matched(err))
	assert.Equal(t, 2, resp.Attempts)
	assert.Equal(t, 2, requests)
}

func TestWithMaxRetries_countsWhatATransportRepeats(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Lasts: true, Status: 502})
	repeating := retryablehttp.NewClient()
	repeating.Logger, repeating.RetryWaitMin, repeating.RetryWaitMax, repeating.RetryMax = nil, 0, 0, 1
	repeating.ErrorHandler = retryablehttp.PassthroughErrorHandler
	_, err := srv.Client(featurebase.WithHTTPClient(repeating.StandardClient()), featurebase.WithMaxRetries(3)).Contacts.Delete(t.Context(), contactID)
	assert.Equal(t, 4, requireErrorAs[*featurebase.APIError](t, err).Attempts)
	assert.Len(t, srv.Requests(), 4)
}

// What net/http has not begun to write to a connection that has become stale it
// may send on another.
func TestErrAmbiguous_notAfterAStaleConnection(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		call func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error
	}{
		{"without a body", func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
			_, err := c.Contacts.Delete(ctx, contactID, opts...)
			return err
		}},
		{"with files", func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) error {
			_, err := c.Tickets.Update(ctx, 42, featurebase.TicketUpdateParams{
				Files: []featurebase.TicketFile{{FieldID: contactID, Name: "log", Content: strings.NewReader("x")}},
			}, opts...)
			return err
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
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

			e := requireErrorAs[*featurebase.APIError](t, tc.call(t.Context(), client, featurebase.WithMaxRetries(0)))
			assert.Equal(t, 404, e.StatusCode)
			assert.False(t, e.Ambiguous)
			assert.Equal(t, 1, e.Attempts)
			assert.Len(t, srv.Requests(), 2)
		})
	}
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
// GOAWAY says which requests were not processed.
func TestErrAmbiguous_notAfterAGOAWAYThatTells(t *testing.T) {
	t.Parallel()
	url, hc := http2(func(c net.Conn, _ byte) { goAway(c, 0, h2InternalError) })(t)
	client := networkClient(t, url, hc, featurebase.WithMaxRetries(0))
	_, err := client.Contacts.Delete(t.Context(), contactID)
	assert.Equal(t, 1, requireErrorAs[*featurebase.RequestError](t, err).Attempts)
	assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
}

// What other transports say of connections need not be so.
func TestErrAmbiguous_whateverAnotherTransportSays(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"lost", "http2: Transport received GOAWAY from server ErrCode:INTERNAL_ERROR"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			err := deleteError(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				httptrace.ContextClientTrace(r.Context()).GetConn("featurebase.test:443")
				return nil, errors.New(text)
			}), featurebase.WithMaxRetries(0))
			assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
		})
	}
}

func TestErrAmbiguous_throughARegisteredProtocol(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddContact(featurebase.Contact{ID: contactID})
	tr := &http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}} // no HTTP/2
	tr.RegisterProtocol("https", roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = srv.Transport().RoundTrip(r)
		return nil, errors.New("no recent network activity")
	}))
	err := deleteError(t, tr, featurebase.WithMaxRetries(0))
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Empty(t, srv.Contacts())
}

// Where a request goes after it was processed, nobody says that it was not.
func TestErrAmbiguous_afterAForeignResponse(t *testing.T) {
	t.Parallel()
	faults := []fault{{Status: 302, Body: envelope("api_error", "internal")}}
	for _, status := range []int{303, 304, 307, 400, 401, 403, 404, 409, 410, 499} {
		faults = append(faults, fault{Status: status, Body: "<html>"})
	}
	for _, f := range faults {
		t.Run(fmt.Sprint(f.Status), func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			srv.AddContact(featurebase.Contact{ID: contactID})
			f.Apply = true
			srv.FailNext(f)
			_, err := srv.Client().Contacts.Delete(t.Context(), contactID)
			assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
			assert.Empty(t, srv.Contacts())
		})
	}
}

func TestErrAmbiguous_notAfterFeaturebasesRefusal(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 429} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			err := deleteError(t, respondWith(status, envelope("invalid_request_error", "refused")), featurebase.WithMaxRetries(0))
			assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
		})
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
func TestRetry_afterACorruptTLSRecord(t *testing.T) {
	t.Parallel()
	fake := newFake(t)
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
	var log strings.Builder
	client := networkClient(t, srv.URL, &http.Client{Transport: tr}, featurebase.WithLogger(newLogger(&log, slog.LevelWarn)))
	var resp featurebase.Response
	var err error
	for resp.Attempts < 2 {
		require.Less(t, len(fake.Requests()), 10, "no record was corrupted")
		_, err = client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	}
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.Equal(t, 2, dials)
	assert.Contains(t, log.String(), "the TLS connection broke")
}

// The environment's proxies are read once in the life of a process, so this
// test is one of its own.
func TestClient_sendsNoTokenInTheClearToAProxy(t *testing.T) {
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
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestClient_sendsNoTokenInTheClearToAProxy$", "-test.v")
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
		client := networkClient(t, "http://"+host+":1", nil, featurebase.WithMaxRetries(0))
		_, err := client.Contacts.Delete(t.Context(), contactID)
		require.Error(t, err, host)
		assert.NotErrorIs(t, err, featurebase.ErrAmbiguous, host)
		fmt.Println("called by", host)
	}
	for _, host := range []string{"localhost.", "a.localhost", "localhost.localdomain", "127.1", "0x7f.0.0.1", "2130706433", "ⓛocalhost", "０", "example.com"} {
		_, err := featurebase.NewClient(token, featurebase.WithBaseURL("http://"+host+":1"))
		assert.ErrorContains(t, err, "in the clear", host)
	}
}

// A transport's own proxy gets no token in the clear either.
func TestClient_asksTheTransportForItsProxy(t *testing.T) {
	t.Parallel()
	asked := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(proxy.Close)
	u, err := url.Parse(proxy.URL)
	require.NoError(t, err)
	hc := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
	_, err = networkClient(t, "http://localhost:1", hc).Contacts.Delete(t.Context(), contactID)
	e := requireErrorAs[*featurebase.RequestError](t, err)
	assert.Zero(t, e.Attempts)
	assert.True(t, featurebase.AffectsEveryCall(err))
	assert.Contains(t, logged(err), "plain http would send the token in the clear to a proxy")
	assert.ErrorContains(t, err, "not sent: plain http would send the token in the clear to a proxy")
	assert.Zero(t, asked)

	_, err = networkClient(t, "http://localhost:1", hc, featurebase.WithInsecureHTTP()).Contacts.Delete(t.Context(), contactID)
	require.Error(t, err)
	assert.Equal(t, 1, asked)
}

// A transport that writes out a request to log or record it has not sent it.
func TestAttempts_countNothingThatATransportOnlyLookedAt(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	looking := roundTripper(func(r *http.Request) (*http.Response, error) {
		if _, err := httputil.DumpRequestOut(r, true); err != nil {
			return nil, err
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	client := srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: looking}), featurebase.WithRetryWait(0, 0))

	var resp featurebase.Response
	_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.Equal(t, 1, resp.Attempts)

	srv.FailNext(featurebasetest.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"0"}}})
	_, err = client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode"}, featurebase.WithResponse(&resp))
	require.NoError(t, err, "a creation that was refused is repeated")
	assert.Equal(t, 2, resp.Attempts)
}

// GOAWAY says which requests were not processed, whichever connection net/http
// takes next. In versions that repeat after PROTOCOL_ERROR as well, it can't be
// told from that.
func TestErrAmbiguous_afterAGOAWAYOnlyWhereItCantBeTold(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	requests := 0
	url, hc := http2(func(c net.Conn, stream byte) {
		mu.Lock()
		defer mu.Unlock()
		if requests++; requests == 2 {
			goAway(c, stream-2, h2NoError)
			_ = c.Close()
			return
		}
		respond(c, stream, 404, notFound)
	})(t)
	client := networkClient(t, url, hc)
	_, err := client.Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, featurebase.ErrNotFound)
	repeats := goversion.Compare(runtime.Version(), "go1.27") < 0
	assert.Equal(t, repeats, errors.Is(err, featurebase.ErrAmbiguous))
}

// A request that the function for proxies refuses goes nowhere.
func TestErrAmbiguous_notWhereNoProxyWasChosen(t *testing.T) {
	t.Parallel()
	refused := errors.New("refusing to use HTTP_PROXY value in CGI environment")
	hc := &http.Client{Transport: &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return nil, refused }}}
	client := networkClient(t, "https://featurebase.test", hc, featurebase.WithMaxRetries(0))
	_, err := client.Contacts.Delete(t.Context(), contactID)
	require.ErrorIs(t, err, refused)
	assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
}
