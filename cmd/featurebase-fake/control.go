package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// fake is a featurebasetest.Server with the requests that control it.
type fake struct {
	*featurebasetest.Server
	seed     *seed
	variants featurebasetest.Variants // at first
	log      *slog.Logger
	mux      *http.ServeMux
}

func newFake(key, seedFile string, v variants, log *slog.Logger) (*fake, error) {
	f := &fake{Server: featurebasetest.New(), log: log, mux: http.NewServeMux()}
	f.Token = key
	var err error
	if f.variants, err = v.of(); err != nil {
		return nil, err
	}
	if f.seed, err = readSeed(seedFile); err != nil {
		return nil, err
	}
	f.mux.HandleFunc("POST /_fake/faults", f.fail)
	f.mux.HandleFunc("DELETE /_fake/faults", func(w http.ResponseWriter, _ *http.Request) { f.ClearFaults(); done(w) })
	f.mux.HandleFunc("GET /_fake/requests", f.listRequests)
	f.mux.HandleFunc("POST /_fake/variants", f.choose)
	f.mux.HandleFunc("POST /_fake/reset", func(w http.ResponseWriter, _ *http.Request) { f.reset(w) })
	f.mux.HandleFunc("/_fake/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, fmt.Errorf("no such control: %s %s", r.Method, r.URL.Path))
	})
	return f, f.begin()
}

// begin has the server be as it is at first.
func (f *fake) begin() error {
	f.SetVariants(f.variants)
	return f.seed.plant(f.Server)
}

// ServeHTTP implements http.Handler, and logs the requests to the API.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_fake/") {
		f.mux.ServeHTTP(w, r)
		return
	}
	began := time.Now()
	seen := &statusWriter{ResponseWriter: w}
	defer func() { // a fault that closes the connection panics
		f.log.Info("request", "method", r.Method, "path", r.URL.EscapedPath(), "status", seen.status,
			"request_id", w.Header().Get("X-Request-Id"), "took", time.Since(began))
	}()
	f.Server.ServeHTTP(seen, r)
}

// statusWriter remembers the status, which stays 0 if there is no response.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets an http.ResponseController flush.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// fault is the body of POST /_fake/faults.
type fault struct {
	Pattern  string                `json:"pattern"`
	Times    *int                  `json:"times"`
	Lasts    bool                  `json:"lasts"`
	Status   int                   `json:"status"`
	Code     featurebase.ErrorCode `json:"code"`
	Header   map[string]string     `json:"header"`
	Body     string                `json:"body"`
	Delay    string                `json:"delay"`
	Apply    bool                  `json:"apply"`
	Cut      bool                  `json:"cut"`
	Truncate bool                  `json:"truncate"`
}

func (f *fake) fail(w http.ResponseWriter, r *http.Request) {
	var given fault
	if !read(w, r, "a fault", &given) {
		return
	}
	faults, err := given.faults(r.Context())
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	f.FailNext(faults...)
	done(w)
}

// read decodes the body of a request, which must be one JSON value, or refuses it.
func read(w http.ResponseWriter, r *http.Request, what string, v any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil && dec.More() {
		err = errors.New("there is more after it")
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("want %s as JSON: %w", what, err))
	}
	return err == nil
}

// maxTimes bounds how many faults are kept.
const maxTimes = 10_000

// faults returns what is given to FailNext, which panics at mistakes.
func (g fault) faults(ctx context.Context) ([]featurebasetest.Fault, error) {
	times := 1
	if g.Times != nil {
		times = *g.Times
	}
	delay, err := time.ParseDuration(cmp.Or(g.Delay, "0s"))
	switch {
	case g.Pattern != "" && !isEndpoint(ctx, g.Pattern):
		return nil, fmt.Errorf(`pattern %q is no endpoint: want one as in docs/endpoints.md, like "DELETE /v2/contacts/{id}"`, g.Pattern)
	case g.Times != nil && g.Lasts:
		return nil, errors.New("want times or lasts, not both")
	case times < 1 || times > maxTimes:
		return nil, fmt.Errorf("times is %d: want 1 to %d, or lasts", times, maxTimes)
	case g.Status != 0 && (g.Status < 200 || g.Status > 999):
		return nil, fmt.Errorf("status is %d: want one of a response, 200 to 999", g.Status)
	case g.Code != "" && (g.Status < 400 || g.Body != ""):
		return nil, errors.New("code needs a status of at least 400, and no body")
	case g.Body != "" && g.Status == 0:
		return nil, errors.New("body needs a status")
	case err != nil || delay < 0:
		return nil, fmt.Errorf(`delay is %q: want a duration, like "250ms"`, g.Delay)
	}
	fault := featurebasetest.Fault{
		Lasts: g.Lasts, Delay: delay, Status: g.Status, Code: g.Code, Body: g.Body, Header: http.Header{},
		Apply: g.Apply, Cut: g.Cut, Truncate: g.Truncate,
	}
	for name, value := range g.Header {
		fault.Header.Set(name, value)
	}
	if g.Pattern != "" {
		fault.When = func(r featurebasetest.Request) bool { return r.Pattern == g.Pattern }
	}
	return slices.Repeat([]featurebasetest.Fault{fault}, times), nil
}

// isEndpoint reports whether requests can have this pattern: whether the fake
// finds it for a request with the names of the parameters as arguments.
func isEndpoint(ctx context.Context, pattern string) bool {
	method, path, _ := strings.Cut(pattern, " ")
	r, err := http.NewRequestWithContext(ctx, method, "https://featurebase.test"+path, nil)
	if err != nil {
		return false
	}
	srv := featurebasetest.New()
	resp, err := srv.Transport().RoundTrip(r)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return srv.Requests()[0].Pattern == pattern
}

func (f *fake) reset(w http.ResponseWriter) {
	f.Reset()
	if err := f.begin(); err != nil { // it could be before
		refuse(w, http.StatusInternalServerError, err)
		return
	}
	done(w)
}

// received is an element of the response to GET /_fake/requests.
type received struct {
	ID      string      `json:"id"` // X-Request-Id of the response
	Method  string      `json:"method"`
	Pattern string      `json:"pattern"` // empty if there is no such endpoint
	Path    string      `json:"path"`
	Query   string      `json:"query"`
	Header  http.Header `json:"header"`
	Body    string      `json:"body"`
}

func (f *fake) listRequests(w http.ResponseWriter, _ *http.Request) {
	all := []received{}
	for _, r := range f.Requests() {
		r.Header.Del("Authorization")
		all = append(all, received{r.ID, r.Method, r.Pattern, r.Path, r.Query, r.Header, string(r.Body)})
	}
	respond(w, http.StatusOK, all)
}

func done(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }

func refuse(w http.ResponseWriter, status int, err error) {
	respond(w, status, map[string]string{"error": err.Error()})
}

func respond(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v) // the client hung up
}
