// Package stub responds as Featurebase documents it, at as little cost as
// possible, and remembers nothing.
package stub

import (
	"io"
	"maps"
	"net/http"
	"path"
	"strings"
	"time"
)

// Token is what requests are sent with. It is not checked.
const Token = "sk_test_benchmark"

// Deleted is the body that confirms a deletion.
func Deleted(id string) string { return `{"id":"` + id + `","object":"contact","deleted":true}` }

// Header returns the header of every response. The rate limit in it is never spent:
// the window ends a minute from now, whenever that is.
func Header() http.Header {
	return http.Header{
		"Content-Type":          {"application/json"},
		"Date":                  {time.Now().UTC().Format(http.TimeFormat)},
		"X-Ratelimit-Limit":     {"2000"},
		"X-Ratelimit-Remaining": {"1999"},
		"X-Ratelimit-Reset":     {"60"},
	}
}

// Transport deletes without a network. Responses share Header, which is not to be
// changed.
type Transport struct{ Header http.Header }

// RoundTrip confirms the deletion of the contact that the path ends with.
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	return Response(r, t.Header, http.StatusOK, Deleted(path.Base(r.URL.Path))), nil
}

// Write responds over a network.
func Write(w http.ResponseWriter, status int, body string) {
	maps.Copy(w.Header(), header)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// header has no Date: a server sets its own.
var header = func() http.Header {
	h := Header()
	h.Del("Date")
	return h
}()

// Response returns a response as a transport does.
func Response(r *http.Request, h http.Header, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}
