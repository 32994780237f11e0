package featurebase_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	token     = "sk_test_do_not_show"
	contactID = "507f1f77bcf86cd799439011"
	otherID   = "0123456789abcdef01234567"

	deletedOK = `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":true}`
	notFound  = `{"error":{"type":"invalid_request_error","code":"contact_not_found","message":"Contact not found","status":404}}`
	invalidID = `{"error":{"type":"invalid_request_error","code":"invalid_id","message":"Bad id","param":"id","status":400}}`

	// Simulated servers have the API's limit.
	requestsPerMinute = 2000
	responseTime      = 80 * time.Millisecond
)

// newClient returns a client with a transport of its own and no waits before
// retries.
func newClient(t testing.TB, rt http.RoundTripper, opts ...featurebase.Option) *featurebase.Client {
	t.Helper()
	return realisticClient(t, rt, append([]featurebase.Option{featurebase.WithRetryWait(0, 0)}, opts...)...)
}

// realisticClient returns a client with the library's own waits, for simulated
// time.
func realisticClient(t testing.TB, rt http.RoundTripper, opts ...featurebase.Option) *featurebase.Client {
	t.Helper()
	c, err := featurebase.NewClient(token, append([]featurebase.Option{featurebase.WithHTTPClient(&http.Client{Transport: rt})}, opts...)...)
	require.NoError(t, err)
	return c
}

// networkClient returns a client for a server on the network, without waits
// before retries. If hc is nil, it has the library's own transport.
func networkClient(t testing.TB, baseURL string, hc *http.Client, opts ...featurebase.Option) *featurebase.Client {
	t.Helper()
	all := []featurebase.Option{featurebase.WithBaseURL(baseURL), featurebase.WithRetryWait(0, 0)}
	if hc != nil {
		all = append(all, featurebase.WithHTTPClient(hc))
	}
	c, err := featurebase.NewClient(token, append(all, opts...)...)
	require.NoError(t, err)
	return c
}

// newFake returns a fake that accepts token and does not listen.
func newFake(tb ...testing.TB) *featurebasetest.Server {
	srv := featurebasetest.New(tb...)
	srv.Token = token
	return srv
}

// simulate runs test in simulated time, with a client that has the library's own
// waits, and returns the time that passed.
func simulate(t *testing.T, test func(t *testing.T, srv *featurebasetest.Server, client *featurebase.Client), opts ...featurebase.Option) (passed time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := newFake()
		client := realisticClient(t, srv.Transport(), opts...)
		start := time.Now()
		test(t, srv, client)
		passed = time.Since(start)
	})
	return passed
}

// roundTripper is a transport that is a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// response returns a response without a header.
func response(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// respondWith returns a transport that responds with the same to every request.
func respondWith(status int, body string) roundTripper {
	return func(*http.Request) (*http.Response, error) { return response(status, body), nil }
}

// failWith returns a transport that fails with err.
func failWith(err error) roundTripper {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// recording returns a transport that responds with the same to every request,
// and the requests.
func recording(status int, body string) (http.RoundTripper, *[]sentRequest) {
	var mu sync.Mutex
	sent := []sentRequest{}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		s := sentRequest{line: r.Method + " " + r.URL.RequestURI(), url: r.URL.String(), pattern: r.Pattern, header: r.Header}
		if r.Body != nil {
			b, err := io.ReadAll(r.Body)
			if err != nil || int64(len(b)) != r.ContentLength {
				return nil, fmt.Errorf("a body of %d bytes that claims to have %d: %w", len(b), r.ContentLength, err)
			}
			s.body = string(b)
		}
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, s)
		return response(status, body), nil
	}), &sent
}

// sentRequest is a request as a transport got it.
type sentRequest struct {
	line               string // method, path and query
	url, pattern, body string
	header             http.Header
}

// deleteError returns the error of a Delete through a transport.
func deleteError(t testing.TB, rt http.RoundTripper, opts ...featurebase.Option) error {
	t.Helper()
	_, err := newClient(t, rt, opts...).Contacts.Delete(t.Context(), contactID)
	require.Error(t, err)
	return err
}

// matched returns the sentinels that err matches.
func matched(err error) []error {
	return slices.DeleteFunc([]error{
		featurebase.ErrInvalidArgument, featurebase.ErrInvalidID, featurebase.ErrNotFound, featurebase.ErrAuthentication,
		featurebase.ErrPermission, featurebase.ErrRateLimited, featurebase.ErrServer, featurebase.ErrUnsupportedVersion,
		featurebase.ErrUnexpectedResponse, featurebase.ErrStopped, featurebase.ErrAmbiguous, context.Canceled, context.DeadlineExceeded,
	}, func(target error) bool { return !errors.Is(err, target) })
}

// requireErrorAs returns the E that err wraps.
func requireErrorAs[E error](t testing.TB, err error) E {
	t.Helper()
	var e E
	require.ErrorAs(t, err, &e)
	return e
}

// logged returns what slog's handlers make of v.
func logged(v any) string {
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Error("failed", "error", v)
	slog.New(slog.NewJSONHandler(&log, nil)).Error("failed", "error", v)
	return log.String()
}

// shown returns the texts of err in the ways in which people show errors.
func shown(err error) map[string]string {
	wrapped := fmt.Errorf("closing the account: %w", err)
	joined := errors.Join(errors.New("cleanup failed"), err)
	return map[string]string{
		"Error": err.Error(), "%v": fmt.Sprintf("%v", err), "%+v": fmt.Sprintf("%+v", err), "%q": fmt.Sprintf("%q", err),
		"wrapped": wrapped.Error(), "joined": joined.Error(),
		"logged": logged(err), "logged, wrapped": logged(wrapped), "logged, joined": logged(joined),
	}
}

// newLogger returns a logger that writes lines without their time, and without
// the attributes with these names.
func newLogger(w io.Writer, level slog.Level, without ...string) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || slices.Contains(without, a.Key) {
				return slog.Attr{}
			}
			return a
		},
	}))
}

type fault = featurebasetest.Fault

// times returns f as often as it is to strike.
func times(n int, f fault) []fault { return slices.Repeat([]fault{f}, n) }

// envelope returns a body in the form of the API's errors.
func envelope(typ, code string) string {
	return `{"error":{"type":"` + typ + `","code":"` + code + `","message":"What happened","status":0}}`
}

// withRequestID returns f with a response that has the request ID req_1.
func withRequestID(f fault) fault {
	f.Header = http.Header{"X-Request-Id": {"req_1"}}
	return f
}

// listen serves connections until the test ends, and returns the address.
func listen(t *testing.T, handle func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				handle(conn)
			}()
		}
	}()
	return l.Addr().String()
}

// raw returns a server whose connections are served by handle, after the
// request's header has been read if read is set.
func raw(read bool, handle func(*net.TCPConn)) func(t *testing.T) (baseURL string, hc *http.Client) {
	return func(t *testing.T) (string, *http.Client) {
		return "http://" + listen(t, func(conn net.Conn) {
			if read {
				_, _ = http.ReadRequest(bufio.NewReader(conn))
			}
			handle(conn.(*net.TCPConn))
		}), nil
	}
}

// write sends s, in which lines end with \n.
func write(conn net.Conn, s string) {
	_, _ = io.WriteString(conn, strings.ReplaceAll(s, "\n", "\r\n"))
}

// stall sends nothing more until the client hangs up.
func stall(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// Error codes of HTTP/2 (RFC 9113, section 7).
const (
	h2NoError       = 0
	h2ProtocolError = 1
	h2InternalError = 2
	h2Refused       = 7
)

// http2 returns a server of HTTP/2 whose frames are written by hand: for every
// request, frames gets the connection and the request's stream.
func http2(frames func(net.Conn, byte)) func(t *testing.T) (baseURL string, hc *http.Client) {
	return func(t *testing.T) (string, *http.Client) {
		tlsServer := httptest.NewTLSServer(nil) // for its certificate
		t.Cleanup(tlsServer.Close)
		config := &tls.Config{Certificates: tlsServer.TLS.Certificates, NextProtos: []string{"h2"}}
		addr := listen(t, func(tcp net.Conn) {
			conn := tls.Server(tcp, config)
			defer conn.Close()
			beginHTTP2(conn)
			for {
				kind, stream, err := readFrame(conn)
				if err != nil {
					return
				}
				if kind == 1 { // HEADERS
					frames(conn, stream)
				}
			}
		})
		transport := tlsServer.Client().Transport.(*http.Transport).Clone()
		transport.ForceAttemptHTTP2 = true
		t.Cleanup(transport.CloseIdleConnections)
		return "https://" + addr, &http.Client{Transport: transport}
	}
}

// beginHTTP2 reads the client's preface and sends the server's.
func beginHTTP2(conn net.Conn) {
	_, _ = io.CopyN(io.Discard, conn, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
	writeFrame(conn, 4, 0, nil) // SETTINGS
}

func writeFrame(conn net.Conn, kind byte, stream byte, payload []byte) {
	header := []byte{0, 0, byte(len(payload)), kind, 0, 0, 0, 0, stream}
	_, _ = conn.Write(append(header, payload...))
}

func readFrame(conn net.Conn) (kind, stream byte, err error) {
	var header [9]byte
	if _, err := io.ReadFull(conn, header[:]); err != nil {
		return 0, 0, err
	}
	_, err = io.CopyN(io.Discard, conn, int64(header[0])<<16|int64(header[1])<<8|int64(header[2]))
	return header[3], header[8], err
}

// rstStream says that the server gave up a request.
func rstStream(conn net.Conn, stream, code byte) { writeFrame(conn, 3, stream, []byte{0, 0, 0, code}) }

// goAway says that no request after the stream last was processed.
func goAway(conn net.Conn, last, code byte) {
	writeFrame(conn, 7, 0, []byte{0, 0, 0, last, 0, 0, 0, code})
}

func ptr[T any](v T) *T { return &v }
