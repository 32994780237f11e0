package featurebase_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// What a transport says for reasons of its own is not known to pass: a mock has
// no response to the request however often it is sent.
func TestRetry_ofOtherTransportsOnlyWhatPasses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err      error
		attempts int
	}{
		{errors.New("requested interaction not found"), 1}, // go-vcr
		{errors.New("gock: cannot match any request"), 1},
		{fmt.Errorf("mock: %w", httpmock.NoResponderFound), 1},
		{errors.New("signing the request: no credentials"), 1},
		{io.EOF, 4},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), 4},
		{syscall.ECONNRESET, 4},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, 4},
		{&url.Error{Op: "Delete", URL: "x", Err: io.EOF}, 4},
		{net.ErrClosed, 4},
		{errors.New("http2: server sent GOAWAY and closed the connection"), 4},
		{errors.New("stream error: stream ID 7; INTERNAL_ERROR; received from peer"), 4},
		{errors.New("net/http: HTTP/1.x transport connection broken"), 4},
		{errors.New("http: server closed idle connection"), 4},
		{errors.New("tls: bad record MAC"), 4},
		{os.ErrDeadlineExceeded, 4},
		{fmt.Errorf("sending: %w", errors.New("http2: client connection lost")), 4},
		{errors.New("no mock of http: //example.com"), 1},
	} {
		t.Run(tc.err.Error(), func(t *testing.T) {
			t.Parallel()
			attempts := 0
			err := deleteError(t, roundTripper(func(*http.Request) (*http.Response, error) {
				attempts++
				return nil, tc.err
			}))
			require.ErrorIs(t, err, tc.err)
			assert.ErrorContains(t, err, "no response: ")
			assert.Equal(t, tc.attempts, attempts)
		})
	}
}

// net/http makes nothing but its text of a proxy's refusal to connect.
func TestRetry_notOfTheRefusalOfAProxy(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status   string
		attempts int
		want     string
	}{
		{"403 Forbidden", 1, "no response: the proxy refused the connection: Forbidden"},
		{"407 Proxy Authentication Required", 1, "no response: the proxy refused the connection: Proxy Authentication Required"},
		{"403 Blocked by policy 7", 1, "no response: the proxy refused the connection: Blocked by policy 7"},
		{"503 Service Unavailable", 4, "no response: Service Unavailable (4 attempts)"},
		{"502 Bad Gateway", 4, "no response: Bad Gateway (4 attempts)"},
		{"504 Gateway Timeout", 4, "no response: Gateway Timeout (4 attempts)"},
		{"429 Too Many Requests", 4, "no response: Too Many Requests (4 attempts)"},
	} {
		t.Run(tc.status, func(t *testing.T) {
			t.Parallel()
			proxy := listen(t, func(conn net.Conn) {
				_, _ = conn.Read(make([]byte, 4096))
				write(conn, "HTTP/1.1 "+tc.status+"\n\n")
			})
			u, err := url.Parse("http://" + proxy)
			require.NoError(t, err)
			hc := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
			_, err = networkClient(t, "https://featurebase.test", hc).Contacts.Delete(t.Context(), contactID)
			e := requireErrorAs[*featurebase.RequestError](t, err)
			assert.Equal(t, tc.attempts, e.Attempts)
			assert.ErrorContains(t, err, tc.want)
			assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
		})
	}
}

// Errors that look alike but don't come from a proxy are retried.
func TestRetry_ofWhatIsNotTheRefusalOfAProxy(t *testing.T) {
	t.Parallel()
	plain := errors.New("plain")
	proxy := func(u *url.URL) func(*http.Request) (*url.URL, error) { return http.ProxyURL(u) }
	registered := &http.Transport{Proxy: proxy(&url.URL{Scheme: "http", Host: "proxy.test"}),
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}} // no HTTP/2
	registered.RegisterProtocol("https", failWith(plain))
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, plain }
	for _, tc := range []struct {
		name      string
		baseURL   string
		transport *http.Transport
	}{
		{"a proxy that can't be reached", "https://featurebase.test", &http.Transport{Proxy: proxy(&url.URL{Scheme: "http", Host: "127.0.0.1:1"})}}, // a port that no other test may be given
		{"no proxy for this host", "https://featurebase.test", &http.Transport{Proxy: proxy(nil), DialTLSContext: dial}},
		{"no proxy at all", "https://featurebase.test", &http.Transport{DialTLSContext: dial}},
		{"no CONNECT", "http://featurebase.test", &http.Transport{Proxy: proxy(nil), DialContext: dial}},
		{"a protocol of its own", "https://featurebase.test", registered},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := networkClient(t, tc.baseURL, &http.Client{Transport: tc.transport}, featurebase.WithInsecureHTTP()).Contacts.Delete(t.Context(), contactID)
			assert.Equal(t, 4, requireErrorAs[*featurebase.RequestError](t, err).Attempts)
		})
	}
}

// An attempt that takes too long is not the end of the caller's context.
func TestWithTimeout_isNotTheContextsDeadline(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.FailNext(fault{Delay: time.Hour, Optional: true})
	_, err := srv.Client().Contacts.Get(t.Context(), contactID, featurebase.WithTimeout(time.Millisecond), featurebase.WithMaxRetries(0))
	assert.NotErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	var timeout interface{ Timeout() bool }
	assert.True(t, errors.As(err, &timeout) && timeout.Timeout())
	assert.ErrorContains(t, err, "no response: the attempt took longer than 1ms")
	assert.Contains(t, logged(err), "the attempt took longer than 1ms")
}
