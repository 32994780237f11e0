package featurebase_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// arrival is a request as a server on the network got it.
type arrival struct {
	proto, method, body string
	length              int64 // as it was announced
}

// onEachWire runs test for each entry in calls, over HTTP/1.1 and over HTTP/2, with
// a server that responds as respond does to the first, the second, … request.
func onEachWire(t *testing.T, respond func(w http.ResponseWriter, call apiCall, n int), test func(t *testing.T, call apiCall, client *featurebase.Client, requests func() []arrival)) {
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			t.Parallel()
			forEachCall(t, func(t *testing.T, call apiCall) {
				var mu sync.Mutex
				var got []arrival
				srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					mu.Lock()
					got = append(got, arrival{r.Proto, r.Method, string(body), r.ContentLength})
					n := len(got)
					mu.Unlock()
					respond(w, call, n)
				}))
				if srv.EnableHTTP2 = proto == "HTTP/2.0"; srv.EnableHTTP2 {
					srv.StartTLS()
				} else {
					srv.Start()
				}
				t.Cleanup(srv.Close)
				test(t, call, networkClient(t, srv.URL, srv.Client()), func() []arrival {
					mu.Lock()
					defer mu.Unlock()
					for _, r := range got {
						assert.Equal(t, proto, r.proto)
					}
					return got
				})
			})
		})
	}
}

func respondTo(w http.ResponseWriter, call apiCall) {
	w.WriteHeader(max(call.status, 200))
	_, _ = io.WriteString(w, call.body)
}

// The body of a DELETE is unusual, and some stacks drop it. Without it, the API
// would take the user of the API key for the voter.
func TestCalls_sendTheirBodiesEachTime(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(w http.ResponseWriter, call apiCall, n int) {
		switch {
		case n == 1:
			w.Header().Set("Retry-After", "0.001")
			w.WriteHeader(http.StatusTooManyRequests)
		case n == 2 && !call.once:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			respondTo(w, call)
		}
	}, func(t *testing.T, call apiCall, client *featurebase.Client, requests func() []arrival) {
		_, err := call.do(t.Context(), client)
		require.NoError(t, err)
		require.Len(t, requests(), map[bool]int{true: 2, false: 3}[call.once])
		for _, r := range requests() {
			assert.Equal(t, int64(len(r.body)), r.length)
			if call.sends == "" {
				assert.Empty(t, r.body)
			} else {
				assert.JSONEq(t, call.sends, r.body)
			}
		}
	})
}

// A server that hangs up may have processed the request. What creates something
// is then not sent again, even on a connection that was used before, where
// net/http may repeat requests by itself.
func TestCalls_areAmbiguousIfTheResponseIsLost(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(w http.ResponseWriter, call apiCall, n int) {
		if n > 1 {
			panic(http.ErrAbortHandler)
		}
		respondTo(w, call)
	}, func(t *testing.T, call apiCall, client *featurebase.Client, requests func() []arrival) {
		_, err := call.do(t.Context(), client)
		require.NoError(t, err)
		var resp featurebase.Response
		_, err = call.do(t.Context(), client, featurebase.WithResponse(&resp))
		requireErrorAs[*featurebase.RequestError](t, err)
		attempts := map[bool]int{true: 1, false: 4}[call.once]
		assert.Len(t, requests(), 1+attempts)
		assert.Equal(t, attempts, resp.Attempts)
		assert.Equal(t, !call.reads, errors.Is(err, featurebase.ErrAmbiguous))
	})
}
