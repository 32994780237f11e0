package conformance_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// side is one of the two clients, and what came of a step on its server.
type side struct {
	srv      *featurebasetest.Server
	outcome  string // "ok", a status and error code, or "not sent" and why
	status   int    // HTTP, if known
	value    any
	failure  json.RawMessage // the body of an error of the API
	requests []featurebasetest.Request
}

func TestTheOfficialClientAndThisLibraryDoTheSame(t *testing.T) {
	t.Parallel()
	theirs, own := side{srv: newServer(t)}, side{srv: newServer(t)}
	official := startOfficial(t, theirs.srv, theirs.srv.Token)
	client := own.srv.Client(featurebase.WithMaxRetries(0))
	require.Equal(t, state(t, theirs.srv), state(t, own.srv))
	for _, s := range steps(t) {
		same := t.Run(s.name, func(t *testing.T) {
			theirs.meet(s.fault, func() { theirs.official(t, official, s.official) })
			own.meet(s.fault, func() { own.ours(t, client, s.ours) })
			if s.differs == nil {
				assert.Equal(t, s.want, own.outcome)
				compare(t, &theirs, &own)
			} else {
				require.NotEmpty(t, s.differs.why)
				assert.Equal(t, s.differs.official, theirs.transcript(), "the official client")
				assert.Equal(t, s.differs.ours, own.transcript(), "this library")
			}
			assert.Equal(t, state(t, theirs.srv), state(t, own.srv), "what they leave behind")
		})
		if !same {
			t.Fatal("what follows builds on this step")
		}
	}
}

// meet runs do, whose first request meets the fault, and notes what requests
// there were.
func (s *side) meet(f *featurebasetest.Fault, do func()) {
	*s = side{srv: s.srv}
	if f != nil {
		s.srv.FailNext(*f)
	}
	before := len(s.srv.Requests())
	do()
	s.requests = s.srv.Requests()[before:]
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
		s.outcome = "ok"
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

func (s *side) ours(t *testing.T, c *featurebase.Client, do ours) {
	if do.method == "" {
		s.outcome = "can't be written"
		return
	}
	var resp featurebase.Response
	value, err := do.call(t.Context(), c.Contacts, featurebase.WithResponse(&resp))
	s.status = resp.StatusCode
	var apiErr *featurebase.APIError
	switch {
	case err == nil:
		s.outcome = "ok"
		if u, ok := value.(upserted); ok {
			assert.Equal(t, s.status == http.StatusCreated, u.created)
			value = u.Contact
		}
		b, err := json.Marshal(value)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(b, &s.value))
	case errors.As(err, &apiErr):
		s.outcome = strings.TrimSpace(fmt.Sprint(apiErr.StatusCode, " ", apiErr.Code))
		if apiErr.Type != "" {
			s.failure = apiErr.Body
		}
	case errors.Is(err, featurebase.ErrUnexpectedResponse):
		s.outcome = fmt.Sprint(resp.StatusCode, " ErrUnexpectedResponse")
	case errors.Is(err, featurebase.ErrInvalidID):
		s.outcome = "not sent: ErrInvalidID"
	case errors.Is(err, featurebase.ErrUnsupportedVersion):
		s.outcome = "not sent: ErrUnsupportedVersion"
	default:
		s.outcome = "not sent: " + err.Error()
	}
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

func TestBothClientsSayWhenTheKeyIsWrong(t *testing.T) {
	t.Parallel()
	theirs, own := side{srv: featurebasetest.NewServer(t)}, side{srv: featurebasetest.NewServer(t)}
	official := startOfficial(t, theirs.srv, "sk_wrong")
	own.srv.Token = theirs.srv.Token
	client, err := featurebase.NewClient("sk_wrong", featurebase.WithBaseURL(own.srv.URL), featurebase.WithMaxRetries(0))
	require.NoError(t, err)
	theirs.meet(nil, func() { theirs.official(t, official, call{Method: "retrieve", Args: []any{ada}}) })
	own.meet(nil, func() { own.ours(t, client, get(ada)) })
	assert.Equal(t, "401 unauthorized", own.outcome)
	compare(t, &theirs, &own)
}

// Every method of both clients is in the table of steps, where it succeeds and
// fails, and in the README's.
func TestNoMethodIsLeftOut(t *testing.T) {
	t.Parallel()
	var theirs []string
	srv := newServer(t)
	require.NoError(t, json.Unmarshal(startOfficial(t, srv, srv.Token).perform(t, call{}).Value, &theirs))
	require.NotEmpty(t, theirs)
	var own []string
	service := reflect.TypeFor[*featurebase.ContactsService]()
	for i := range service.NumMethod() {
		if name := service.Method(i).Name; !strings.HasPrefix(name, "DeleteMany") { // many calls of Delete
			own = append(own, name)
		}
	}

	succeeds, fails, ours := map[string]bool{}, map[string]bool{}, map[string]bool{}
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, s := range steps(t) {
		if s.ours.method != "" && !ours[s.ours.method] {
			ours[s.ours.method] = true
			assert.Regexp(t, "(?m)^\\|.*`"+s.ours.method+"`.*`"+s.official.Method+"`.*\\|$", string(readme))
		}
		if s.differs == nil {
			outcomes := fails
			if s.want == "ok" {
				outcomes = succeeds
			}
			outcomes[s.official.Method] = true
		}
	}
	for _, method := range theirs {
		assert.True(t, succeeds[method], "no step in which %s succeeds", method)
		assert.True(t, fails[method], "no step in which %s fails", method)
	}
	for _, method := range own {
		assert.True(t, ours[method], "no step with %s", method)
	}
}
