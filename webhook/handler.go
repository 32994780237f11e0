package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultTimeout = 4 * time.Second // Featurebase waits 5 seconds
	defaultMaxBody = 8 << 20         // a conversation may have 500 parts
)

// Options are those of a [Handler]. All but Secrets may be left out.
type Options struct {
	Secrets   []string         // see Verifier
	Tolerance time.Duration    // see Verifier
	Now       func() time.Time // see Verifier

	// Timeout is how long an answer may take, including the time to receive the
	// body; 0 means 4 seconds. Featurebase waits 5 seconds.
	Timeout time.Duration

	// ContinueLate changes what happens to a Func that takes longer than Timeout. By
	// default its context ends, and the answer is 503, so that Featurebase sends the
	// event again; if the Func ends well all the same, the event counts as processed.
	//
	// With ContinueLate the answer is 200 and the Func goes on: its context has
	// no deadline. Wait for it at shutdown; see [Handler.Wait]. An event is lost if
	// the process crashes meanwhile, or if the Func then fails.
	ContinueLate bool

	// MaxBody is the most bytes that a body may have; 0 means 8 MiB.
	MaxBody int64

	// Store remembers which events were processed; nil means a MemoryStore, which is
	// enough for one process, if it doesn't matter that an event may be processed
	// again after a restart.
	Store Store

	// Logger gets a line for each delivery that is refused, dropped or fails, and at
	// level Debug for the others, without personal data: of an error that the Func
	// returns, the line has only the type, unless it implements slog.LogValuer, as
	// those of this module do. nil means slog.Default().
	Logger *slog.Logger
}

// Handler is an [http.Handler] for the deliveries of webhooks. It answers:
//
//   - 200 if the event was processed, now or before, or dropped: if the Func
//     returned [ErrDrop], or if the body was signed but can't be decoded;
//   - 500 if the Func failed or panicked;
//   - 503 if the Func takes too long, if the same event is being processed, or if
//     the Store fails;
//   - 401 if the delivery isn't signed by Featurebase, 405 if it is no POST, and 400,
//     408 or 413 if the body can't be read, doesn't come in time or is too large.
//
// It is safe for concurrent use.
type Handler struct {
	serve    Func
	options  Options
	verifier Verifier

	mu      sync.Mutex
	running int           // calls of serve, with their claims
	idle    chan struct{} // closed when running becomes 0; nil if nobody waits
}

// NewHandler returns a Handler that calls serve once for each event. The error says
// everything that is wrong with the options; it matches [ErrSecret] if a secret is
// missing or empty.
func NewHandler(serve Func, options Options) (*Handler, error) {
	verifier := Verifier{Secrets: append([]string(nil), options.Secrets...), Tolerance: options.Tolerance, Now: options.Now}
	err := verifier.check()
	for _, check := range []struct {
		wrong bool
		text  string
	}{
		{serve == nil, "webhook: the function is nil"},
		{options.Timeout < 0, "webhook: Timeout is negative"},
		{options.MaxBody < 0, "webhook: MaxBody is negative"},
	} {
		switch {
		case check.wrong && err != nil:
			err = fmt.Errorf("%w; %s", err, check.text)
		case check.wrong:
			err = errors.New(check.text)
		}
	}
	if err != nil {
		return nil, err
	}
	if options.Timeout == 0 {
		options.Timeout = defaultTimeout
	}
	if options.MaxBody == 0 {
		options.MaxBody = defaultMaxBody
	}
	if options.Store == nil {
		options.Store = &MemoryStore{}
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	return &Handler{serve: serve, options: options, verifier: verifier}, nil
}

// Wait returns when no event is being processed, or with the context's error. Call
// it after [http.Server.Shutdown]: a function that takes longer than
// Options.Timeout is not waited for there.
func (h *Handler) Wait(ctx context.Context) error {
	h.mu.Lock()
	if h.running == 0 {
		h.mu.Unlock()
		return nil
	}
	if h.idle == nil {
		h.idle = make(chan struct{})
	}
	idle := h.idle
	h.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	deadline := time.Now().Add(h.options.Timeout)
	// net/http reads what is left of a body before it answers, so the deadline is not
	// removed at the end; net/http sets it anew for the next request. A recorder, which
	// has no deadlines, needs none.
	http.NewResponseController(w).SetReadDeadline(deadline) //nolint:errcheck // see above
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		h.refuse(w, r, http.StatusMethodNotAllowed, errMethod)
		return
	}
	if _, _, err := signatureOf(r.Header); err != nil { // nobody's body is read
		h.refuse(w, r, http.StatusUnauthorized, err)
		return
	}
	body, status, err := h.read(w, r, deadline)
	if err != nil {
		h.refuse(w, r, status, err)
		return
	}
	if err := h.verifier.Verify(r.Header, body); err != nil {
		h.refuse(w, r, http.StatusUnauthorized, err)
		return
	}
	e, err := Decode(body)
	if err != nil {
		h.options.Logger.LogAttrs(r.Context(), slog.LevelError, "webhook: dropped a body that is signed but can't be decoded", logError(err), slog.Int("bytes", len(body)))
		w.WriteHeader(http.StatusOK)
		return
	}
	h.process(w, r, e, deadline)
}

var errMethod = fail(errors.New("webhook: wrong method"), "want POST")

// refuse answers what isn't verified.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	h.options.Logger.LogAttrs(r.Context(), slog.LevelWarn, "webhook: refused a delivery", slog.Int("status", status), logError(err))
	http.Error(w, http.StatusText(status), status)
}

// read returns the body, or the status of the answer.
func (h *Handler) read(w http.ResponseWriter, r *http.Request, deadline time.Time) ([]byte, int, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.options.MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return body, 0, nil
	case errors.As(err, &tooLarge):
		return nil, http.StatusRequestEntityTooLarge, err
	case !time.Now().Before(deadline):
		return nil, http.StatusRequestTimeout, err
	}
	return nil, http.StatusBadRequest, err
}

// process calls the function in a goroutine of its own, since it may outlast the
// delivery, and answers.
func (h *Handler) process(w http.ResponseWriter, r *http.Request, e *Event, deadline time.Time) {
	c := &call{h: h, e: e, token: rand.Text(), start: time.Now(), status: make(chan int, 1)}
	// A sender that hangs up doesn't end the processing: it would only start anew.
	c.ctx = context.WithoutCancel(r.Context())
	inTime, cancel := context.WithDeadline(c.ctx, deadline)
	defer cancel()
	h.mu.Lock()
	h.running++
	h.mu.Unlock()
	go func() {
		defer h.finished()
		c.status <- c.run(inTime)
	}()
	var status int
	select {
	case status = <-c.status:
	case <-inTime.Done():
		status = c.late()
	}
	w.WriteHeader(status)
}

// finished counts a call that has ended.
func (h *Handler) finished() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.running--; h.running == 0 && h.idle != nil {
		close(h.idle)
		h.idle = nil
	}
}

// call is one delivery of an event.
type call struct {
	h       *Handler
	e       *Event
	ctx     context.Context // of the delivery, without its end
	token   string
	start   time.Time
	started atomic.Bool // the function was called
	status  chan int
}

// late returns the status for a call that takes too long.
func (c *call) late() int {
	if c.h.options.ContinueLate && c.started.Load() {
		c.log(slog.LevelInfo, "webhook: answered 200 while the event is still being processed")
		return http.StatusOK
	}
	c.log(slog.LevelError, "webhook: an event was not processed in time")
	return http.StatusServiceUnavailable
}

// run claims the event, calls the function, and returns the status that says how
// that ended.
func (c *call) run(inTime context.Context) int {
	store := c.h.options.Store
	state, err := store.Claim(inTime, c.e.ID, c.token)
	switch {
	case err != nil:
		return c.storeFailed("claim", err)
	case state == ClaimDone:
		c.log(slog.LevelDebug, "webhook: an event came again")
		return http.StatusOK
	case state != ClaimGranted:
		c.log(slog.LevelInfo, "webhook: an event came again while it is being processed")
		return http.StatusServiceUnavailable
	}
	if inTime.Err() != nil { // claimed too late to begin
		return c.release(http.StatusServiceUnavailable)
	}
	ctx := inTime
	if c.h.options.ContinueLate {
		ctx = c.ctx
	}
	c.started.Store(true)
	err = c.protect(ctx)
	switch {
	case errors.Is(err, ErrDrop):
		c.log(slog.LevelWarn, "webhook: dropped an event", logError(err))
	case err != nil:
		c.log(slog.LevelError, "webhook: processing an event failed", logError(err))
		if inTime.Err() != nil {
			return c.release(http.StatusServiceUnavailable)
		}
		return c.release(http.StatusInternalServerError)
	}
	// The function succeeded, however late: it must not be called again.
	ctx, cancel := c.after()
	defer cancel()
	if err := store.Done(ctx, c.e.ID, c.token); err != nil {
		return c.storeFailed("done", err)
	}
	c.log(slog.LevelDebug, "webhook: processed an event", slog.Duration("duration", time.Since(c.start)))
	return http.StatusOK
}

// release ends the claim of an event that was not processed.
func (c *call) release(status int) int {
	ctx, cancel := c.after()
	defer cancel()
	if err := c.h.options.Store.Release(ctx, c.e.ID, c.token); err != nil {
		return c.storeFailed("release", err)
	}
	return status
}

// after returns the context in which the outcome is recorded, which may be after
// the answer.
func (c *call) after() (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.ctx, c.h.options.Timeout)
}

func (c *call) storeFailed(method string, err error) int {
	c.log(slog.LevelError, "webhook: the store failed", slog.String("method", method), logError(err))
	return http.StatusServiceUnavailable
}

// errPanicked is the error of a function that panicked or ended its goroutine.
var errPanicked = fail(errors.New("webhook: panic"), "the function didn't return")

// protect calls the function, and survives its panics. The value of a panic may
// have personal data; where it happened has none.
func (c *call) protect(ctx context.Context) (err error) {
	returned := false
	done := make(chan struct{})
	go func() { // of its own, as a function may end its goroutine
		defer close(done)
		defer func() {
			if returned {
				return
			}
			err = errPanicked
			if p := recover(); p != nil {
				c.log(slog.LevelError, "webhook: a panic", slog.String("type", fmt.Sprintf("%T", p)), slog.String("stack", string(debug.Stack())))
			}
		}()
		err = c.h.serve(ctx, c.e)
		returned = true
	}()
	<-done
	return err
}

func (c *call) log(level slog.Level, text string, attrs ...slog.Attr) {
	c.h.options.Logger.LogAttrs(c.ctx, level, text, append([]slog.Attr{slog.Any("event", *c.e)}, attrs...)...)
}
