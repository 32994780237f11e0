package featurebase

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"reflect"
	"strings"
	"sync"
	"syscall"
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
	asked    bool     // whether the transport looked for a connection
	got      bool     // whether it got one
	conn     net.Conn // the newest
	wrote    bool     // whether it wrote the request's header
	repeats  int      // how many more times it may have sent the request
	stopped  bool     // whether it was kept from sending the request again
	mayBeRun bool     // whether the request that it would have repeated may have been processed

	trace httptrace.ClientTrace
}

// watch returns a context with which the transport reports to c.
func (c *connection) watch(ctx context.Context) context.Context {
	c.trace = httptrace.ClientTrace{
		GetConn: func(string) { c.mu.Lock(); c.asked = true; c.mu.Unlock() },
		GotConn: c.gotConn,
	}
	if _, direct := c.transport.(*http.Transport); !direct || c.method == http.MethodGet {
		c.trace.WroteHeaders = func() { c.mu.Lock(); c.wrote = true; c.mu.Unlock() }
	}
	return httptrace.WithClientTrace(ctx, &c.trace)
}

// gotConn is called each time before the request is written.
func (c *connection) gotConn(info httptrace.GotConnInfo) {
	c.mu.Lock()
	defer c.mu.Unlock()
	again, same := c.got, c.conn == info.Conn
	c.got, c.conn = true, info.Conn
	transport, direct := c.transport.(*http.Transport)
	switch {
	case !again:
	case direct && isHTTP2(transport, info.Conn):
		// The attempt ends here, so that the repetition is an attempt of the
		// call like any other. HTTP/2 looks at the context before it writes.
		//
		// After REFUSED_STREAM, net/http uses the same connection. It leaves
		// the connection after GOAWAY, which says that the request was not
		// processed, but up to Go 1.26 after PROTOCOL_ERROR too, which does not.
		c.stopped, c.mayBeRun = true, c.mayBeRun || !same
		c.cancel()
	case direct && c.method != http.MethodGet:
		// With HTTP/1, net/http repeats what it has not begun to write.
	case c.wrote:
		c.repeats++
	}
}

// isHTTP2 reports whether transport speaks HTTP/2 over conn.
func isHTTP2(transport *http.Transport, conn net.Conn) bool {
	if secure, ok := conn.(interface{ ConnectionState() tls.ConnectionState }); ok {
		return secure.ConnectionState().NegotiatedProtocol == "h2"
	}
	p := transport.Protocols
	return p != nil && p.UnencryptedHTTP2() && !p.HTTP1()
}

// outcome reports how many times the request was sent, or may have been, if
// the transport returned err, and whether one that got no response may have
// been processed.
func (c *connection) outcome(err error) (sent int, ambiguous bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, direct := c.transport.(*http.Transport)
	sent = 1 + c.repeats
	switch {
	case c.stopped:
		return sent, c.mayBeRun
	case err == nil:
		return sent, c.repeats > 0
	case direct && strings.HasPrefix(err.Error(), "http2: Transport received GOAWAY from server"):
		return sent, false // it says that the stream is after the last one that was processed
	case c.got:
		return sent, true
	}
	// Nothing was sent without a connection. That there was none is known of an
	// *http.Transport that looked for one; an http.RoundTripper of another type,
	// or one that is registered for a protocol, may not report any.
	return sent, !(direct && c.asked) && !beforeSending(err)
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
	case c.stopped:
		return errStreamReset
	case c.got && errors.As(err, &notTLS):
		return errTLSCorrupt // not a server that doesn't speak TLS
	case !direct && !fromNetwork(err):
		return &finalError{err}
	case direct && c.asked && !c.got && refusedByProxy(transport, req, err):
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
