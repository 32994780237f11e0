package featurebase_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	goversion "go/version"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/internal/pagetest"
)

// A wireFault is something that goes wrong between two real TCP sockets.
// serve returns the base URL to call and the http.Client to call it with, nil
// for the library's own.
type wireFault struct {
	name  string
	serve func(t *testing.T) (baseURL string, hc *http.Client)
}

// reset closes the connection so that the other side reads ECONNRESET.
func reset(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close()
}

// overTLS serves with handle behind a TLS server, whose certificate the client
// trusts if trust is set.
func overTLS(trust bool, host string, configure func(*httptest.Server)) func(t *testing.T) (string, *http.Client) {
	return func(t *testing.T) (string, *http.Client) {
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, deletedOK)
		}))
		srv.Config.ErrorLog = log.New(io.Discard, "", 0)
		configure(srv)
		srv.StartTLS()
		t.Cleanup(srv.Close)
		url := strings.Replace(srv.URL, "127.0.0.1", host, 1)
		if trust {
			return url, srv.Client()
		}
		return url, nil
	}
}

func expired(t *testing.T) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

var wireFaults = []wireFault{
	{"connection refused", func(*testing.T) (string, *http.Client) {
		return "http://127.0.0.1:1", nil // a port that no other test may be given
	}},
	{"unknown host", func(t *testing.T) (string, *http.Client) {
		dns, err := net.ListenPacket("udp", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { _ = dns.Close() })
		go func() {
			query := make([]byte, 512)
			for {
				n, from, err := dns.ReadFrom(query)
				if err != nil {
					return
				}
				query[2], query[3] = 0x81, 0x83 // a response: no such name
				_, _ = dns.WriteTo(query[:n], from)
			}
		}()
		resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "udp", dns.LocalAddr().String())
		}}
		return "https://featurebase.test.", &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Resolver: resolver}).DialContext}}
	}},
	{"TLS handshake stalled", func(t *testing.T) (string, *http.Client) {
		return "https://" + listen(t, stall), nil
	}},
	{"TLS handshake reset", func(t *testing.T) (string, *http.Client) {
		return "https://" + listen(t, func(conn net.Conn) { reset(conn.(*net.TCPConn)) }), nil
	}},
	{"certificate of an unknown authority", overTLS(false, "127.0.0.1", func(*httptest.Server) {})},
	{"certificate of another host", overTLS(true, "localhost", func(*httptest.Server) {})},
	{"certificate expired", func(t *testing.T) (string, *http.Client) {
		cert := expired(t)
		url, hc := overTLS(true, "127.0.0.1", func(srv *httptest.Server) {
			srv.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
		})(t)
		roots := x509.NewCertPool()
		leaf, err := x509.ParseCertificate(cert.Certificate[0])
		require.NoError(t, err)
		roots.AddCert(leaf)
		hc.Transport.(*http.Transport).TLSClientConfig.RootCAs = roots
		return url, hc
	}},
	{"plain http where https was asked for", func(t *testing.T) (string, *http.Client) {
		srv := httptest.NewServer(http.NotFoundHandler())
		t.Cleanup(srv.Close)
		return strings.Replace(srv.URL, "http:", "https:", 1), nil
	}},
	{"https where plain http was asked for", func(t *testing.T) (string, *http.Client) {
		url, _ := overTLS(false, "127.0.0.1", func(*httptest.Server) {})(t)
		return strings.Replace(url, "https:", "http:", 1), nil
	}},
	{"reset while the request is read", raw(false, func(c *net.TCPConn) {
		_, _ = c.Read(make([]byte, 1)) // reset before that, it might not even be connected
		reset(c)
	})},
	{"reset after the request is read", raw(true, reset)},
	{"closed without a response", raw(true, func(*net.TCPConn) {})},
	{"half-closed without a response", raw(true, func(c *net.TCPConn) { _ = c.CloseWrite(); stall(c) })},
	{"stalled without a response", raw(true, func(c *net.TCPConn) { stall(c) })},
	{"garbage instead of HTTP", raw(true, func(c *net.TCPConn) { write(c, "220 mail.example.com ESMTP\n\n") })},
	{"closed in the header", raw(true, func(c *net.TCPConn) { write(c, "HTTP/1.1 200 OK\nContent-Ty") })},
	{"header of 300 MB", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\n")
		line := "X-Filler: " + strings.Repeat("x", 64<<10) + "\r\n"
		for range 300 << 4 {
			if _, err := io.WriteString(c, line); err != nil {
				return
			}
		}
	})},
	{"200, closed in the body", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\nContent-Length: 67\n\n"+deletedOK[:30])
	})},
	{"200, reset in the body", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\nContent-Length: 67\n\n"+deletedOK[:30])
		reset(c)
	})},
	{"200, garbage between the body's chunks", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1e\n"+deletedOK[:30]+"\nzz\n")
	})},
	{"200, stalled in the body", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\nContent-Length: 67\n\n"+deletedOK[:30])
		stall(c)
	})},
	{"200, Content-Length too long", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\nContent-Length: 100\n\n"+deletedOK)
	})},
	{"200, Content-Length too short", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 30\n\n"+deletedOK)
	})},
	{"200, gzip that is none", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\nConnection: close\nContent-Encoding: gzip\nContent-Length: 67\n\n"+deletedOK)
	})},
	{"200, body of 300 MB", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 200 OK\nContent-Length: 314572800\n\n")
		filler := []byte(strings.Repeat(" ", 64<<10))
		for range 300 << 4 {
			if _, err := c.Write(filler); err != nil {
				return
			}
		}
	})},
	{"404 contact_not_found, closed in the body", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 404 Not Found\nContent-Length: 200\n\n"+notFound)
	})},
	{"403 of a refused key, closed in the body", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 403 Forbidden\nContent-Length: 200\n\n"+keyRefused)
	})},
	{"400 of an invalid request, closed in the body", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 400 Bad Request\nContent-Length: 200\n\n"+titleTooShort)
	})},
	{"500, closed in the body", raw(true, func(c *net.TCPConn) {
		write(c, "HTTP/1.1 500 Internal Server Error\nContent-Length: 200\n\n{\"error\"")
	})},
	{"HTTP/2 stream reset", http2(func(c net.Conn, stream byte) {
		rstStream(c, stream, h2InternalError)
	})},
	{"HTTP/2 stream reset with PROTOCOL_ERROR", http2(func(c net.Conn, stream byte) {
		rstStream(c, stream, h2ProtocolError)
	})},
	{"HTTP/2 stream refused", http2(func(c net.Conn, stream byte) {
		rstStream(c, stream, h2Refused)
	})},
	{"HTTP/2 GOAWAY, server shuts down", http2(func(c net.Conn, stream byte) {
		goAway(c, stream-1, h2NoError)
		_ = c.Close()
	})},
	{"HTTP/2 GOAWAY, request not processed", http2(func(c net.Conn, _ byte) {
		goAway(c, 0, h2InternalError)
		_ = c.Close()
	})},
	{"HTTP/2 GOAWAY, request perhaps processed", http2(func(c net.Conn, stream byte) {
		goAway(c, stream, h2InternalError)
		_ = c.Close()
	})},
}

// What happens when the wire fails is written down in docs/faults.md, and this
// holds the page to it. Run it with UPDATE=1 to write the page anew.
func TestContactsDelete_failsAsTheDocsSay(t *testing.T) {
	t.Parallel()
	rows := make([]string, len(wireFaults))
	t.Run("faults", func(t *testing.T) {
		for i, f := range wireFaults {
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				baseURL, hc := f.serve(t)
				var opts []featurebase.Option
				if strings.Contains(f.name, "stalled") {
					opts = append(opts, featurebase.WithTimeout(200*time.Millisecond))
				}
				var resp featurebase.Response
				_, err := networkClient(t, baseURL, hc, opts...).Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
				require.Error(t, err)
				require.NotErrorIs(t, err, featurebase.ErrNotFound)
				t.Log(err)
				ambiguous := map[bool]string{true: "yes", false: "no"}[errors.Is(err, featurebase.ErrAmbiguous)]
				if f.name == "HTTP/2 GOAWAY, server shuts down" { // see repeatsAfterProtocolError
					old := goversion.Compare(runtime.Version(), "go1.27") < 0
					assert.Equal(t, old, errors.Is(err, featurebase.ErrAmbiguous))
					ambiguous = "up to Go 1.26"
				}
				rows[i] = fmt.Sprintf("| %s | %s | %d | %s |\n", f.name, kind(err), resp.Attempts, ambiguous)
			})
		}
	})
	if t.Failed() {
		return
	}
	page := `# What happens when the wire fails

What ` + "`Contacts.Delete`" + ` returns for each fault, with three retries. "Ambiguous" says whether the error matches
` + "`ErrAmbiguous`" + `: the request may have been processed, and repeating the call settles it. Otherwise nothing was
deleted. TestContactsDelete_failsAsTheDocsSay makes these faults on real sockets and holds this page to the results.

| fault | error | attempts | ambiguous |
| --- | --- | --- | --- |
` + strings.Join(rows, "")
	pagetest.Require(t, "docs/faults.md", page)
}

func kind(err error) string {
	var apiErr *featurebase.APIError
	if errors.As(err, &apiErr) {
		return fmt.Sprintf("`*APIError`, status %d", apiErr.StatusCode)
	}
	return "`" + strings.Replace(fmt.Sprintf("%T", err), "featurebase.", "", 1) + "`"
}
