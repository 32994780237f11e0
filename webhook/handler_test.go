package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/webhook"
)

// A receiver's test, as a user writes it.
func TestReceiver(t *testing.T) {
	var announced []string
	mux := webhook.Mux{webhook.TopicPostCreated: func(ctx context.Context, e *webhook.Event) error {
		post, err := webhook.Item[featurebase.Post](e)
		if err == nil {
			announced = append(announced, post.Title)
		}
		return err
	}}
	h, err := webhook.NewHandler(mux.Serve, webhook.Options{Secrets: []string{"whsec_test"}})
	require.NoError(t, err)

	body := `{"id":"notif_1","topic":"post.created","data":{"item":{"object":"post","title":"Dark mode"}}}`
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	webhook.Sign(r.Header, []byte(body), "whsec_test", time.Now())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, 200, w.Code)
	assert.Equal(t, []string{"Dark mode"}, announced)
}

func TestNewHandler_refuses(t *testing.T) {
	t.Parallel()
	h, err := webhook.NewHandler(nil, webhook.Options{Secrets: []string{secret, ""}, Timeout: -1, MaxBody: -1})
	assert.Nil(t, h)
	require.ErrorIs(t, err, webhook.ErrSecret)
	require.EqualError(t, err, "webhook: unusable secret: number 2 of 2 is empty; is its environment variable set?; webhook: the function is nil; webhook: Timeout is negative; webhook: MaxBody is negative")
	_, err = webhook.NewHandler(nothing, webhook.Options{})
	require.ErrorIs(t, err, webhook.ErrSecret)
	_, err = webhook.NewHandler(nothing, webhook.Options{Secrets: []string{secret}, Tolerance: -1})
	require.Error(t, err)
	_, err = webhook.NewHandler(nil, webhook.Options{Secrets: []string{secret}})
	require.EqualError(t, err, "webhook: the function is nil")
}

// What isn't verified is a 4xx, and reaches nobody.
func TestHandler_refusesWhatIsNotVerified(t *testing.T) {
	t.Parallel()
	body := []byte(postEvent)
	tests := []struct {
		name   string
		change func(r *http.Request)
		status int
	}{
		{"GET", func(r *http.Request) { r.Method = http.MethodGet }, 405},
		{"PUT", func(r *http.Request) { r.Method = http.MethodPut }, 405},
		{"no signature", func(r *http.Request) { r.Header.Del(signatureHeader) }, 401},
		{"two timestamps", func(r *http.Request) { r.Header.Add(timestampHeader, r.Header.Get(timestampHeader)) }, 401},
		{"another secret", func(r *http.Request) { webhook.Sign(r.Header, body, "whsec_other", time.Now()) }, 401},
		{"too old", func(r *http.Request) { webhook.Sign(r.Header, body, secret, time.Now().Add(-time.Hour)) }, 401},
		{"another body", func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("{}")) }, 401},
		{"too large", func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(postEvent + strings.Repeat(" ", 1000))) }, 413},
		{"a body that breaks off", func(r *http.Request) { r.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), broken{})) }, 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h, out := newHandler(t, func(context.Context, *webhook.Event) error { t.Error("called"); return nil }, webhook.Options{MaxBody: int64(len(postEvent))})
			r := delivery(body)
			test.change(r)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			assert.Equal(t, test.status, w.Code)
			if test.status == 405 {
				assert.Equal(t, "POST", w.Header().Get("Allow"))
			}
			assert.Contains(t, out.String(), `"msg":"webhook: refused a delivery"`)
			assert.NotContains(t, out.String(), "Ada")
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("ada@example.com hung up") }

// Nobody's body is read who hasn't even a signature.
func TestHandler_readsNoUnsignedBody(t *testing.T) {
	t.Parallel()
	h, _ := newHandler(t, nothing, webhook.Options{})
	r := httptest.NewRequest(http.MethodPost, "/", broken{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, http.StatusUnauthorized, w.Code)
}

func TestHandler_outcomes(t *testing.T) {
	t.Parallel()
	personal := errors.New("no mail to ada@example.com")
	tests := []struct {
		name   string
		serve  webhook.Func
		status int
		calls  int // of two deliveries
		log    string
	}{
		{"success", nothing, 200, 1, `"level":"DEBUG","msg":"webhook: processed an event"`},
		{"failure", func(context.Context, *webhook.Event) error { return personal }, 500, 2, `"error":"*errors.errorString"`},
		{"failure, wrapped", func(context.Context, *webhook.Event) error { return fmt.Errorf("mailing: %w", personal) }, 500, 2, `"error":"*errors.errorString"`},
		{"failure of the client", func(context.Context, *webhook.Event) error {
			return fmt.Errorf("ada@example.com: %w", &featurebase.APIError{StatusCode: 503, Message: "ada@example.com"})
		}, 500, 2, `"error":{"kind":"api_error"`},
		{"dropped", func(context.Context, *webhook.Event) error { return fmt.Errorf("%w: of ada", webhook.ErrDrop) }, 200, 1, `"level":"WARN","msg":"webhook: dropped an event"`},
		{"another item", func(ctx context.Context, e *webhook.Event) error {
			_, err := webhook.Item[featurebase.Ticket](e)
			return err
		}, 200, 1, `"error":"webhook: event dropped: the item of an event post.updated can't be decoded as featurebase.Ticket"`},
		{"a topic without a function", webhook.Mux{webhook.TopicTicketCreated: nothing}.Serve, 200, 1, `"error":"webhook: event dropped: there is no function for the topic post.updated"`},
		{"a panic", func(context.Context, *webhook.Event) error { panic("ada@example.com") }, 500, 2, `"msg":"webhook: a panic"`},
		{"a panic with nil", func(context.Context, *webhook.Event) error { panic(nil) }, 500, 2, `"type":"*runtime.PanicNilError"`}, //nolint:govet // what users do
		{"a goroutine that ends", func(context.Context, *webhook.Event) error { runtime.Goexit(); return nil }, 500, 2, `"error":"webhook: panic: the function didn't return"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			h, out := newHandler(t, func(ctx context.Context, e *webhook.Event) error { calls++; return test.serve(ctx, e) }, webhook.Options{})
			assert.Equal(t, test.status, deliver(h, []byte(postEvent)))
			assert.Contains(t, out.String(), test.log)
			assert.Equal(t, test.status, deliver(h, []byte(postEvent)))
			assert.Equal(t, test.calls, calls)
			for _, hidden := range []string{"ada@", "of ada", "Ada", "Dark"} {
				assert.NotContains(t, out.String(), hidden)
			}
			assert.Contains(t, out.String(), "notif_0199f7ab-0000-7000-8000-000000000001")
		})
	}
}

func TestHandler_dropsWhatCannotBeDecoded(t *testing.T) {
	t.Parallel()
	h, out := newHandler(t, func(context.Context, *webhook.Event) error { t.Error("called"); return nil }, webhook.Options{})
	assert.Equal(t, 200, deliver(h, []byte(`{"id":"ada@example.com"`)))
	assert.Contains(t, out.String(), `"level":"ERROR","msg":"webhook: dropped a body that is signed but can't be decoded"`)
	assert.NotContains(t, out.String(), "ada@")
}

func TestMux(t *testing.T) {
	t.Parallel()
	var got []string
	add := func(name string) webhook.Func {
		return func(context.Context, *webhook.Event) error { got = append(got, name); return nil }
	}
	mux := webhook.Mux{webhook.TopicPostCreated: add("created"), "insight.created": add("insight"), webhook.TopicOther: add("other")}
	for _, topic := range []webhook.Topic{"post.created", "insight.created", "post.deleted", "new"} {
		require.NoError(t, mux.Serve(t.Context(), &webhook.Event{Topic: topic}))
	}
	assert.Equal(t, []string{"created", "insight", "other", "other"}, got)
}

// A function that heeds its context ends in time, and the event comes again.
func TestHandler_late(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		h, out := newHandler(t, func(ctx context.Context, e *webhook.Event) error {
			if calls++; calls > 1 {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}, webhook.Options{})
		start := time.Now()
		assert.Equal(t, 503, deliver(h, []byte(postEvent)))
		assert.Equal(t, 4*time.Second, time.Since(start))
		require.NoError(t, h.Wait(t.Context()))
		assert.Equal(t, 200, deliver(h, []byte(postEvent)))
		assert.Equal(t, 2, calls)
		assert.Contains(t, out.String(), "webhook: ")
	})
}

// A function that doesn't heed its context is not called again while it runs, nor
// after it succeeded.
func TestHandler_lateButDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		h, _ := newHandler(t, func(ctx context.Context, e *webhook.Event) error {
			calls++
			time.Sleep(90 * time.Second)
			require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
			return nil
		}, webhook.Options{})
		assert.Equal(t, 503, deliver(h, []byte(postEvent)))
		time.Sleep(time.Minute)
		assert.Equal(t, 503, deliver(h, []byte(postEvent)), "it runs")
		time.Sleep(time.Hour)
		assert.Equal(t, 200, deliver(h, []byte(postEvent)), "it is done")
		assert.Equal(t, 1, calls)
	})
}

func TestHandler_continueLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		h, _ := newHandler(t, func(ctx context.Context, e *webhook.Event) error {
			calls++
			time.Sleep(time.Minute)
			return ctx.Err()
		}, webhook.Options{ContinueLate: true, Timeout: 2 * time.Second})
		hungUp, cancel := context.WithCancel(t.Context())
		start, w := time.Now(), httptest.NewRecorder()
		h.ServeHTTP(w, delivery([]byte(postEvent)).WithContext(hungUp))
		cancel()
		assert.Equal(t, 200, w.Code)
		assert.Equal(t, 2*time.Second, time.Since(start))
		assert.Equal(t, 503, deliver(h, []byte(postEvent)), "it runs")

		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, h.Wait(short), context.DeadlineExceeded)
		require.NoError(t, h.Wait(t.Context()))
		assert.Equal(t, time.Minute, time.Since(start))
		assert.Equal(t, 200, deliver(h, []byte(postEvent)))
		assert.Equal(t, 1, calls)
		require.NoError(t, h.Wait(t.Context()))
	})
}

// ContinueLate answers 200 only for a function that was called.
func TestHandler_continueLate_slowStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &store{claim: func() error { time.Sleep(time.Minute); return nil }}
		h, _ := newHandler(t, func(context.Context, *webhook.Event) error { t.Error("called"); return nil }, webhook.Options{ContinueLate: true, Store: store})
		assert.Equal(t, 503, deliver(h, []byte(postEvent)))
		require.NoError(t, h.Wait(t.Context()))
		assert.Equal(t, []string{"claim", "release"}, store.calls)
	})
}

// A sender that hangs up doesn't end the function.
func TestHandler_senderHangsUp(t *testing.T) {
	t.Parallel()
	ctx, hangUp := context.WithCancel(t.Context())
	h, _ := newHandler(t, func(ctx context.Context, e *webhook.Event) error { hangUp(); return ctx.Err() }, webhook.Options{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, delivery([]byte(postEvent)).WithContext(ctx))
	assert.Equal(t, 200, w.Code)
}

// store is a MemoryStore that can fail.
type store struct {
	webhook.MemoryStore
	claim, done, release func() error
	mu                   sync.Mutex
	calls                []string
}

func (s *store) fail(name string, f func() error) error {
	s.mu.Lock()
	s.calls = append(s.calls, name)
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	return f()
}

func (s *store) Claim(ctx context.Context, id, token string) (webhook.ClaimState, error) {
	if err := s.fail("claim", s.claim); err != nil {
		return 0, err
	}
	return s.MemoryStore.Claim(ctx, id, token)
}

func (s *store) Done(ctx context.Context, id, token string) error {
	if err := s.fail("done", s.done); err != nil {
		return err
	}
	return s.MemoryStore.Done(ctx, id, token)
}

func (s *store) Release(ctx context.Context, id, token string) error {
	if err := s.fail("release", s.release); err != nil {
		return err
	}
	return s.MemoryStore.Release(ctx, id, token)
}

func TestHandler_storeDown(t *testing.T) {
	t.Parallel()
	down := func() error { return errors.New("no route to ada's database") }
	failing := func(context.Context, *webhook.Event) error { return errors.New("failed") }
	tests := []struct {
		name  string
		store *store
		serve webhook.Func
		calls []string
		then  int // the status once the store is back
	}{
		{"claim", &store{claim: down}, func(context.Context, *webhook.Event) error { t.Error("called"); return nil }, []string{"claim"}, 0},
		{"done", &store{done: down}, nothing, []string{"claim", "done"}, 503},
		{"release", &store{release: down}, failing, []string{"claim", "release"}, 503},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h, out := newHandler(t, test.serve, webhook.Options{Store: test.store})
			assert.Equal(t, 503, deliver(h, []byte(postEvent)))
			assert.Equal(t, test.calls, test.store.calls)
			assert.Contains(t, out.String(), `"msg":"webhook: the store failed"`)
			assert.Contains(t, out.String(), fmt.Sprintf(`"method":%q`, test.name))
			assert.NotContains(t, out.String(), "ada@")
			if test.then != 0 {
				test.store.done, test.store.release = nil, nil
				assert.Equal(t, test.then, deliver(h, []byte(postEvent)), "the claim lasts")
			}
		})
	}
}

// The same event from two senders at once is processed once.
func TestHandler_twoAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		h, _ := newHandler(t, func(context.Context, *webhook.Event) error { calls++; time.Sleep(time.Second); return nil }, webhook.Options{})
		statuses := make(chan int, 2)
		for range 2 {
			go func() { statuses <- deliver(h, []byte(postEvent)) }()
		}
		assert.ElementsMatch(t, []int{200, 503}, []int{<-statuses, <-statuses})
		assert.Equal(t, 200, deliver(h, []byte(postEvent)))
		assert.Equal(t, 1, calls)
	})
}

func TestHandler_logsToDefault(t *testing.T) {
	var out log
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	defer slog.SetDefault(before)
	h, err := webhook.NewHandler(nothing, webhook.Options{Secrets: []string{secret}})
	require.NoError(t, err)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Contains(t, out.String(), "webhook: refused a delivery")
}

// On a connection, a body that doesn't come ends with the time for the answer,
// whether or not it would be read.
func TestHandler_slowBody(t *testing.T) {
	t.Parallel()
	h, _ := newHandler(t, nothing, webhook.Options{Timeout: 50 * time.Millisecond})
	srv := httptest.NewServer(h)
	defer srv.Close()
	for _, test := range []struct {
		signed bool
		status string
	}{{true, "408"}, {false, "401"}} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		require.NoError(t, err)
		defer conn.Close()
		var head bytes.Buffer
		fmt.Fprintf(&head, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n", len(postEvent))
		if test.signed {
			require.NoError(t, delivery([]byte(postEvent)).Header.Write(&head))
		}
		head.WriteString("\r\n{")
		_, err = conn.Write(head.Bytes())
		require.NoError(t, err)
		answer, err := io.ReadAll(conn)
		require.NoError(t, err)
		assert.Contains(t, string(answer), "HTTP/1.1 "+test.status+" ")
	}
}

// A body and its deadline leave the connection usable.
func TestHandler_keepsConnection(t *testing.T) {
	t.Parallel()
	h, _ := newHandler(t, nothing, webhook.Options{})
	var connections atomic.Int32
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	for i := range 3 {
		body := event(fmt.Sprint("notif_", i), webhook.TopicPostCreated, "{}")
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, bytes.NewReader(body))
		require.NoError(t, err)
		webhook.Sign(r.Header, body, secret, time.Now())
		resp, err := srv.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, 200, resp.StatusCode)
	}
	assert.EqualValues(t, 1, connections.Load())
}

func TestMemoryStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		var s webhook.MemoryStore
		claim := func(id, token string) webhook.ClaimState {
			state, err := s.Claim(ctx, id, token)
			require.NoError(t, err)
			return state
		}
		assert.Equal(t, webhook.ClaimGranted, claim("a", "1"))
		assert.Equal(t, webhook.ClaimRunning, claim("a", "2"))
		require.NoError(t, s.Release(ctx, "a", "2"))
		require.NoError(t, s.Done(ctx, "a", "2"))
		assert.Equal(t, webhook.ClaimRunning, claim("a", "2"), "another's token does nothing")
		require.NoError(t, s.Release(ctx, "a", "1"))
		assert.Equal(t, webhook.ClaimGranted, claim("a", "3"))
		time.Sleep(time.Hour)
		require.NoError(t, s.Done(ctx, "a", "3"))
		require.NoError(t, s.Release(ctx, "a", "3"))
		assert.Equal(t, webhook.ClaimDone, claim("a", "4"), "what is done is not released")
		time.Sleep(24*time.Hour - time.Second)
		assert.Equal(t, webhook.ClaimDone, claim("a", "4"))
		time.Sleep(time.Second)
		assert.Equal(t, webhook.ClaimGranted, claim("a", "4"))
	})
}

func TestMemoryStore_isBounded(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := webhook.MemoryStore{Max: 3}
	for i := range 10 {
		id := fmt.Sprint(i)
		state, err := s.Claim(ctx, id, id)
		require.NoError(t, err)
		require.Equal(t, webhook.ClaimGranted, state)
		require.NoError(t, s.Done(ctx, id, id))
	}
	for id, want := range map[string]webhook.ClaimState{"7": webhook.ClaimDone, "8": webhook.ClaimDone, "9": webhook.ClaimDone, "6": webhook.ClaimGranted} {
		state, err := s.Claim(ctx, id, "x")
		require.NoError(t, err)
		assert.Equal(t, want, state, id)
	}
	for _, id := range []string{"a", "b"} {
		_, err := s.Claim(ctx, id, "x")
		require.NoError(t, err)
	}
	_, err := s.Claim(ctx, "c", "x")
	require.Error(t, err, "what is being processed is not forgotten")
}
