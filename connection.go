package featurebase

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	goversion "go/version"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"syscall"
)

// progress is how far a transport has come with one attempt. It never goes back.
type progress int

const (
	idle      progress = iota // it has not looked for a connection
	looking                   // it looks for one
	connected                 // it has one, to which it may have written
	written                   // it wrote the header of the request
	stopped                   // it was kept from repeating a request that was not processed
	doubtful                  // it was kept from repeating a request that may have been processed
)

// connection watches how a transport sends one attempt, because transports
// repeat requests by themselves: net/http does when an HTTP/2 stream is reset,
// and other transports may do so at any time. Without that knowledge, the
// response to a repetition would be taken for the response to the only request.
type connection struct {
	transport http.RoundTripper
	method    string
	cancel    context.CancelFunc // ends the attempt

	mu       sync.Mutex
	progress progress
	conn     net.Conn // the newest
	repeats  int      // how many more times the transport may have sent the request

	trace httptrace.ClientTrace
}

// watch returns a context with which the transport reports to c.
func (c *connection) watch(ctx context.Context) context.Context {
	c.trace = httptrace.ClientTrace{GetConn: func(string) { c.reach(looking) }, GotConn: c.gotConn}
	if _, direct := c.transport.(*http.Transport); !direct || c.method == http.MethodGet {
		c.trace.WroteHeaders = c.wroteHeaders
	}
	return httptrace.WithClientTrace(ctx, &c.trace)
}

func (c *connection) reach(p progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress = max(c.progress, p)
}

// gotConn is called each time before the request is written.
func (c *connection) gotConn(info httptrace.GotConnInfo) {
	c.mu.Lock()
	defer c.mu.Unlock()
	same := c.conn == info.Conn
	if c.conn = info.Conn; leadsNowhere(c.conn) {
		return
	}
	transport, direct := c.transport.(*http.Transport)
	switch {
	case c.progress < connected:
		c.progress = connected
	case direct && isHTTP2(transport, info.Conn):
		// The attempt ends here, so that the repetition is an attempt of the
		// call like any other. HTTP/2 looks at the context before it writes.
		//
		// After REFUSED_STREAM, net/http uses the same connection. It leaves
		// the connection after GOAWAY, which says that the request was not
		// processed, and in some versions after PROTOCOL_ERROR, which does not.
		c.progress = max(c.progress, stopped)
		if !same && repeatsAfterProtocolError {
			c.progress = doubtful
		}
		c.cancel()
	case direct && c.method != http.MethodGet:
		// With HTTP/1, net/http repeats what it has not begun to write.
	case c.progress == written:
		c.repeats++
	}
}

func (c *connection) wroteHeaders() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !leadsNowhere(c.conn) {
		c.progress = max(c.progress, written)
	}
}

// leadsNowhere reports whether what is written to conn only shows how a request
// looks, as httputil.DumpRequestOut does for transports that log or record what
// they send.
func leadsNowhere(conn net.Conn) bool { return conn != nil && conn.RemoteAddr() == nil }

// repeatsAfterProtocolError reports whether net/http repeats a request whose
// stream was reset with PROTOCOL_ERROR. A version that is not a release is taken
// to do so.
var repeatsAfterProtocolError = goversion.Compare(runtime.Version(), "go1.27") < 0

// isHTTP2 reports whether transport speaks HTTP/2 over conn.
func isHTTP2(transport *http.Transport, conn net.Conn) bool {
	if secure, ok := conn.(interface{ ConnectionState() tls.ConnectionState }); ok {
		return secure.ConnectionState().NegotiatedProtocol == "h2"
	}
	p := transport.Protocols
	return p != nil && p.UnencryptedHTTP2() && !p.HTTP1()
}

// outcome reports how many times req was sent, or may have been, if the
// transport returned err, and whether one that got no response may have been
// processed.
func (c *connection) outcome(req *http.Request, err error) (sent int, ambiguous bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	transport, direct := c.transport.(*http.Transport)
	sent = 1 + c.repeats
	switch {
	case c.progress >= stopped:
		return sent, c.progress == doubtful
	case err == nil:
		return sent, c.repeats > 0
	case direct && strings.HasPrefix(err.Error(), "http2: Transport received GOAWAY from server"):
		return sent, false // it says that the stream is after the last one that was processed
	case c.progress >= connected:
		return sent, true
	case direct && c.progress == idle:
		// A transport for a protocol that is registered reports no connection.
		return sent, !fromProxyFunc(transport, req, err) && !beforeSending(err)
	}
	// Nothing was sent without a connection. That there was none is known only of
	// an *http.Transport.
	return sent, !direct && !beforeSending(err)
}

// fromProxyFunc reports whether err is that of the function that chooses a proxy,
// which the transport asks first.
func fromProxyFunc(transport *http.Transport, req *http.Request, err error) bool {
	if transport.Proxy == nil {
		return false
	}
	_, refused := transport.Proxy(req)
	return refused != nil && refused.Error() == err.Error()
}

var (
	errStreamReset = errors.New("the server reset the HTTP/2 stream or closed the connection")
	errTLSCorrupt  = errors.New("the TLS connection broke: it carried a record that is not one")
)

// cause returns what err, with which the transport returned, is really about.
func (c *connection) cause(req *http.Request, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var notTLS tls.RecordHeaderError
	transport, direct := c.transport.(*http.Transport)
	switch {
	case c.progress >= stopped:
		return errStreamReset
	case c.progress >= connected && errors.As(err, &notTLS):
		return errTLSCorrupt // not a server that doesn't speak TLS
	case !direct && !fromNetwork(err):
		return &finalError{err}
	case direct && c.progress == looking && refusedByProxy(transport, req, err):
		return &finalError{fmt.Errorf("the proxy refused the connection: %w", err)}
	}
	return err
}

// finalError is an error that another attempt would meet, too.
type finalError struct{ err error }

func (e *finalError) Error() string { return e.err.Error() }
func (e *finalError) Unwrap() error { return e.err }

// fromNetwork reports whether err is one of those that net/http has for what
// happens to connections. What other transports say for reasons of their own,
// such as a mock that knows no response, is not known to pass.
func fromNetwork(err error) bool {
	var (
		network net.Error
		errno   syscall.Errno
	)
	if errors.As(err, &network) || errors.As(err, &errno) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || beforeSending(err) {
		return true
	}
	text := innermost(err).Error()
	for _, prefix := range []string{"http2: ", "http: ", "net/http: ", "stream error: ", "tls: "} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// refusedByProxy reports whether err is the text of the status with which a
// proxy refused to connect, which is all that net/http makes of it. Statuses
// that may pass are not meant.
func refusedByProxy(transport *http.Transport, req *http.Request, err error) bool {
	plain := reflect.TypeOf(err) == reflect.TypeOf(errors.New("")) && !errors.Is(err, io.EOF)
	if !plain || transport.Proxy == nil || req.URL.Scheme != "https" {
		return false
	}
	for _, status := range []int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout} {
		if err.Error() == http.StatusText(status) {
			return false
		}
	}
	proxy, problem := transport.Proxy(req)
	return problem == nil && proxy != nil && strings.HasPrefix(proxy.Scheme, "http")
}
