package conformance_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// side is one of the two clients, and the outcome of a step on its server.
type side struct {
	*front
	outcome  string // "ok", a status and error code, or "not sent" and why
	status   int    // HTTP, if known
	value    any
	silent   bool            // whether a success has no value
	failure  json.RawMessage // the body of an error of the API
	requests []featurebasetest.Request
}

// front stands before a server and notes the requests of one step. The server's
// own record has those of all steps, and of state.
type front struct {
	srv *featurebasetest.Server
	url string

	mu   sync.Mutex
	seen []featurebasetest.Request
}

func newFront(t *testing.T, srv *featurebasetest.Server) *front {
	t.Helper()
	f := &front{srv: srv}
	listening := httptest.NewServer(f)
	t.Cleanup(listening.Close)
	f.url = listening.URL
	return f
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	f.mu.Lock()
	f.seen = append(f.seen, featurebasetest.Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body})
	f.mu.Unlock()
	f.srv.ServeHTTP(w, r)
}

// take returns the requests since it was last called.
func (f *front) take() []featurebasetest.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := f.seen
	f.seen = nil
	return seen
}

func TestClients_doTheSame(t *testing.T) {
	t.Parallel()
	theirs, own := side{front: newFront(t, newServer(t))}, side{front: newFront(t, newServer(t))}
	node := startOfficial(t, theirs.url, theirs.srv.Token)
	client, err := featurebase.NewClient(own.srv.Token, featurebase.WithBaseURL(own.url), featurebase.WithMaxRetries(0))
	require.NoError(t, err)
	require.Equal(t, state(t, theirs.srv), state(t, own.srv))
	agreed := true // on the state
	var failed []string
	for _, s := range steps(t) {
		same := t.Run(s.name, func(t *testing.T) {
			theirs.meet(s.fault, func() { theirs.official(t, node, s.official) })
			own.meet(s.fault, func() { own.ours(t, client, s.ours) })
			if s.differs == nil {
				assert.Equal(t, s.want, own.outcome)
				compare(t, &theirs, &own)
			} else {
				require.NotEmpty(t, s.differs.why)
				assert.Equal(t, s.differs.official, theirs.transcript(), "the official client")
				assert.Equal(t, s.differs.ours, own.transcript(), "this library")
			}
			left, ownLeft := state(t, theirs.srv), state(t, own.srv)
			if agreed {
				assert.Equal(t, left, ownLeft, "what they leave behind")
			}
			agreed = assert.ObjectsAreEqual(left, ownLeft)
		})
		if !same {
			failed = append(failed, s.name)
		}
	}
	if len(failed) > 1 {
		t.Errorf("%d steps failed; they build on each other, so look at %q first", len(failed), failed[0])
	}
}

// meet runs do, whose first request meets the fault, and notes what requests
// there were.
func (s *side) meet(f *featurebasetest.Fault, do func()) {
	*s = side{front: s.front}
	if f != nil {
		s.srv.FailNext(*f)
	}
	do()
	s.requests = s.take()
}

// classes are the official client's errors by status.
var classes = map[int]string{
	400: "BadRequestError", 401: "AuthenticationError", 403: "PermissionDeniedError", 404: "NotFoundError",
	429: "RateLimitError", 500: "InternalServerError", 502: "InternalServerError",
}

func (s *side) official(t *testing.T, o *process, c call) {
	r := o.perform(t, c)
	s.status = r.Status
	if r.Error == nil {
		s.outcome = ok
		require.NoError(t, json.Unmarshal(r.Value, &s.value))
		return
	}
	if r.Error.Status == 0 {
		s.outcome = "not sent: " + r.Error.Class
		return
	}
	assert.Equal(t, classes[r.Error.Status], r.Error.Class)
	var body struct {
		Error struct{ Code string }
	}
	if s.failure = r.Error.Body; s.failure != nil {
		require.NoError(t, json.Unmarshal(s.failure, &body))
	}
	s.status = r.Error.Status
	s.outcome = strings.TrimSpace(fmt.Sprint(s.status, " ", body.Error.Code))
}

func (s *side) ours(t *testing.T, c *featurebase.Client, do oursCall) {
	if do.method == "" {
		s.outcome = cantBe
		return
	}
	var resp featurebase.Response
	value, created, err := do.perform(t, c, &resp)
	s.status = resp.StatusCode
	var (
		apiErr          *featurebase.APIError
		invalidArgument *featurebase.ArgumentError
	)
	switch {
	case err == nil:
		s.outcome = ok
		if created != nil {
			assert.Equal(t, s.status == http.StatusCreated, *created)
		}
		if s.silent = value == nil; s.silent {
			return
		}
		b, err := json.Marshal(value)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(revealed(b, reflect.ValueOf(value)), &s.value))
	case errors.As(err, &apiErr):
		s.outcome = strings.TrimSpace(fmt.Sprint(apiErr.StatusCode, " ", apiErr.Code))
		if json.Valid(apiErr.Body) {
			s.failure = apiErr.Body
		}
	case errors.Is(err, featurebase.ErrUnexpectedResponse):
		s.outcome = fmt.Sprint(resp.StatusCode, " ErrUnexpectedResponse")
	case errors.Is(err, featurebase.ErrInvalidID):
		s.outcome = idNotSent
	case errors.Is(err, featurebase.ErrUnsupportedVersion):
		s.outcome = "not sent: ErrUnsupportedVersion"
	case errors.As(err, &invalidArgument):
		s.outcome = "not sent: invalid " + invalidArgument.Name
	default:
		s.outcome = "not sent: " + err.Error()
	}
}

// revealed returns the JSON of a value with its secrets in place of what JSON
// shows of them.
func revealed(b []byte, v reflect.Value) []byte {
	if secret, ok := reflect.TypeAssert[featurebase.Secret](v); ok {
		if secret == "" {
			return b
		}
		return bytes.Replace(b, []byte(`"[secret]"`), []byte(text(secret.Reveal())), 1)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return revealed(b, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			b = revealed(b, v.Index(i))
		}
	case reflect.Map:
		if v.Type().Elem() == reflect.TypeFor[featurebase.Secret]() {
			for _, key := range slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }) {
				b = revealed(b, v.MapIndex(key))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				b = revealed(b, v.Field(i))
			}
		}
	}
	return b
}

// transcript is the outcome and the requests, as they were sent.
func (s *side) transcript() string {
	lines := []string{s.outcome}
	for _, r := range s.requests {
		line := r.Method + " " + r.Path
		if r.Query != "" {
			line += "?" + r.Query
		}
		lines = append(lines, strings.TrimSpace(line+" "+string(r.Body)))
	}
	return strings.Join(lines, "\n")
}

func TestClients_reportAWrongKey(t *testing.T) {
	t.Parallel()
	theirs, own := side{front: newFront(t, featurebasetest.New(t))}, side{front: newFront(t, featurebasetest.New(t))}
	node := startOfficial(t, theirs.url, "sk_wrong")
	own.srv.Token = theirs.srv.Token
	client, err := featurebase.NewClient("sk_wrong", featurebase.WithBaseURL(own.url), featurebase.WithMaxRetries(0))
	require.NoError(t, err)
	theirs.meet(nil, func() { theirs.official(t, node, official("users.contacts.retrieve", ada)) })
	own.meet(nil, func() { own.ours(t, client, ours("Contacts.Get", ada)) })
	assert.Equal(t, "401", own.outcome)
	compare(t, &theirs, &own)
}

// withoutOurs are the official client's methods that this library has none for,
// and why. The steps see the fake refuse them.
var withoutOurs = map[string]string{
	"feedback.comments.delete1": "It deletes as a version older than this library's types does.",
}

// refusedFirst are methods of which the fake refuses nothing that this library
// sends, and why. The steps see this library refuse it.
var refusedFirst = map[string]string{
	"users.companies.createOrUpdate": "All documented limits of its body are checked before it is sent.",
	"users.contacts.createOrUpdate":  "All documented limits of its body are checked before it is sent.",
}

// Every method of the official client that one of this library's stands for is in
// the table of steps, where it succeeds and fails. Of those that no method of this
// library stands for yet, the log says which are left.
func TestSteps_leaveNoMethodOut(t *testing.T) {
	t.Parallel()
	var theirs []string
	srv := newServer(t)
	require.NoError(t, json.Unmarshal(startOfficial(t, srv.URL, srv.Token).perform(t, call{}).Value, &theirs))
	page := endpointsPage(t)
	succeeds, fails, refused, notSent := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range steps(t) {
		if s.differs == nil {
			outcomes := fails
			if s.want == ok {
				outcomes = succeeds
			}
			outcomes[s.official.Method] = true
		} else if s.ours.method == "" {
			refused[s.official.Method] = true
		} else {
			notSent[s.official.Method] = true
		}
	}
	for _, service := range services {
		n := 0
		for _, method := range theirs {
			if !strings.HasPrefix(method, service.official) {
				continue
			}
			n++
			switch implemented := strings.Contains(page, "`"+method+"`"); {
			case withoutOurs[method] != "":
				assert.True(t, refused[method], "no step in which %s is refused", method)
			case !implemented && !succeeds[method]:
				t.Logf("%s is left to do: no method of this library stands for it", method)
			case !succeeds[method]:
				t.Errorf("no step in which %s succeeds: add one where conformance registers %s", method, service.name)
			case refusedFirst[method] != "":
				assert.True(t, notSent[method] && !fails[method], "%s", method)
			case !fails[method]:
				t.Errorf("no step in which %s fails: add one where conformance registers %s", method, service.name)
			}
		}
		assert.NotZero(t, n, "no methods in %s", service.official)
	}
	for method := range withoutOurs {
		assert.Contains(t, theirs, method)
	}
}

// endpointsPage returns docs/endpoints.md, which has a row for each endpoint, with
// the methods of both clients.
func endpointsPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/endpoints.md")
	require.NoError(t, err)
	return string(page)
}

func TestSteps_leaveNoMethodOfOursOut(t *testing.T) {
	t.Parallel()
	page := endpointsPage(t)
	pairs := map[string]bool{}
	for _, s := range steps(t) {
		if s.ours.method == "" || pairs[s.ours.method] {
			continue
		}
		pairs[s.ours.method] = true
		assert.Regexp(t, "(?m)^\\|.*`"+s.ours.method+"`.*`"+regexp.QuoteMeta(s.official.Method)+"`.*\\|$", page, "docs/endpoints.md")
		service, _, _ := strings.Cut(s.ours.method, ".")
		assert.True(t, strings.HasPrefix(s.official.Method, services[service].official), "%s is not of %s", s.official.Method, services[service].official)
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[featurebase.Client]()) {
		if !field.IsExported() {
			continue
		}
		if _, ok := services[field.Name]; !ok {
			t.Errorf("nothing compares Client.%s with the official client: register it in conformance/steps_%s_test.go", field.Name, strings.ToLower(field.Name))
			continue
		}
		for i := range field.Type.NumMethod() {
			name := field.Name + "." + field.Type.Method(i).Name
			if !strings.Contains(name, "Many") && !pairs[name] { // many calls of Delete
				t.Errorf("no step with %s: add one where conformance registers %s", name, field.Name)
			}
		}
	}
}
