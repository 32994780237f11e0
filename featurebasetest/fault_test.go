package featurebasetest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// recorder is a testing.TB that notes what a test would report.
type recorder struct {
	testing.TB
	errors   []string
	failed   bool
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool     { return r.failed }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatal(args ...any) { panic("fatal: " + fmt.Sprint(args...)) }

// end ends the test.
func (r *recorder) end() {
	for _, cleanup := range slices.Backward(r.cleanups) {
		cleanup()
	}
}

// statuses sends requests and returns their statuses; 0 is a connection that was
// closed.
func statuses(t *testing.T, hc *http.Client, srv *featurebasetest.Server, requests ...string) (got []int) {
	t.Helper()
	for _, r := range requests {
		method, path, _ := strings.Cut(r, " ")
		resp, _, err := send(t, hc, srv, method, path)
		if err != nil {
			got = append(got, 0)
			continue
		}
		got = append(got, resp.StatusCode)
	}
	return got
}

func TestFault_strikesWhereItMatches(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		deletions := func(r featurebasetest.Request) bool { return r.Pattern == "DELETE /v2/contacts/{id}" }
		one := func(r featurebasetest.Request) bool { return strings.HasSuffix(r.Path, id) && len(srv.Requests()) > 2 }
		struck := srv.FailNext(
			featurebasetest.Fault{Status: 501, When: deletions},
			featurebasetest.Fault{Status: 502, When: one},
			featurebasetest.Fault{Status: 503},
		)
		const other = "/v2/contacts/507f1f77bcf86cd799439999"
		assert.Equal(t, 0, struck())
		assert.Equal(t, []int{503, 404}, statuses(t, hc, srv, "GET "+other, "GET "+other))
		assert.Equal(t, 1, struck())
		assert.Equal(t, []int{501, 404, 502, 404}, statuses(t, hc, srv, "DELETE "+other, "DELETE "+other, "GET /v2/contacts/"+id, "GET /v2/contacts/"+id))
		assert.Equal(t, 3, struck())
	})
}

func TestFault_lastsUntilCleared(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		struck := srv.FailNext(
			featurebasetest.Fault{Cut: true, Lasts: true, When: func(r featurebasetest.Request) bool { return r.Method == "DELETE" }},
			featurebasetest.Fault{Status: 503, Lasts: true},
			featurebasetest.Fault{Status: 504}, // is never reached
		)
		const path = " /v2/contacts/" + id
		assert.Equal(t, []int{503, 0, 503, 503, 0}, statuses(t, hc, srv, "GET"+path, "DELETE"+path, "GET"+path, "GET"+path, "DELETE"+path))
		srv.ClearFaults()
		assert.Equal(t, []int{404, 404}, statuses(t, hc, srv, "GET"+path, "DELETE"+path))
		assert.Equal(t, 5, struck())
	})
}

func TestFault_strikesOnceAmongConcurrentRequests(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	calls := 0 // without a lock
	struck := srv.FailNext(featurebasetest.Fault{Status: 503, When: func(featurebasetest.Request) bool { calls++; return calls > 10 }})
	client := srv.Client(featurebase.WithMaxRetries(0))
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			_, err := client.Contacts.Delete(t.Context(), id)
			assert.Error(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, 1, struck())
	assert.Equal(t, 11, calls)
}

func TestFault_codeIsAnAPIError(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		for _, tc := range []struct {
			status   int
			typ, msg string
		}{
			{400, "invalid_request_error", "Bad Request"},
			{401, "authentication_error", "Unauthorized"},
			{403, "authorization_error", "Forbidden"},
			{404, "invalid_request_error", "Not Found"},
			{429, "rate_limit_error", "Too Many Requests"},
			{500, "api_error", "Internal Server Error"},
			{503, "api_error", "Service Unavailable"},
		} {
			srv.FailNext(featurebasetest.Fault{Status: tc.status, Code: "some_code"})
			resp, body, err := send(t, hc, srv, "GET", contactsPath)
			require.NoError(t, err)
			assert.Equal(t, tc.status, resp.StatusCode)
			assert.Equal(t, "application/json", resp.Header.Get("Content-Type"))
			assert.JSONEq(t, fmt.Sprintf(`{"error":{"type":%q,"code":"some_code","message":%q,"status":%d}}`, tc.typ, tc.msg, tc.status), body)
		}
		srv.FailNext(featurebasetest.Fault{Status: 503})
		_, body, err := send(t, hc, srv, "GET", contactsPath)
		require.NoError(t, err)
		assert.Empty(t, body, "without a Code there is no body")
	})
}

func TestFault_removesHeaders(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		srv.FailNext(featurebasetest.Fault{Header: http.Header{"X-Request-Id": nil, "x-ratelimit-limit": {"5"}}})
		resp, _, err := send(t, hc, srv, "GET", contactsPath)
		require.NoError(t, err)
		assert.NotContains(t, resp.Header, "X-Request-Id")
		assert.Equal(t, []string{"5"}, resp.Header.Values("X-RateLimit-Limit"))
	})
}

func TestFault_neverStruckFailsTheTest(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		use  func(srv *featurebasetest.Server)
		want int
	}{
		{"none", func(*featurebasetest.Server) {}, 0},
		{"never struck", func(srv *featurebasetest.Server) {
			srv.FailNext(featurebasetest.Fault{Cut: true}, featurebasetest.Fault{Status: 503, Lasts: true})
		}, 2},
		{"struck", func(srv *featurebasetest.Server) {
			srv.FailNext(featurebasetest.Fault{Status: 503, Lasts: true})
			_, _ = srv.Client().Contacts.Delete(t.Context(), id)
		}, 0},
		{"optional", func(srv *featurebasetest.Server) { srv.FailNext(featurebasetest.Fault{Cut: true, Optional: true}) }, 0},
		{"without effect", func(srv *featurebasetest.Server) { srv.FailNext(featurebasetest.Fault{}) }, 0},
		{"cleared", func(srv *featurebasetest.Server) {
			srv.FailNext(featurebasetest.Fault{Delay: time.Hour})
			srv.ClearFaults()
		}, 0},
		{"reset", func(srv *featurebasetest.Server) {
			srv.FailNext(featurebasetest.Fault{Truncate: true})
			srv.Reset()
		}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, make := range []func(testing.TB) *featurebasetest.Server{
				featurebasetest.NewServer, func(tb testing.TB) *featurebasetest.Server { return featurebasetest.New(tb) },
			} {
				tb := &recorder{}
				srv := make(tb)
				tc.use(srv)
				tb.end()
				if tc.want == 0 {
					assert.Empty(t, tb.errors)
				} else {
					require.Len(t, tb.errors, 1)
					assert.Regexp(t, fmt.Sprintf(`^featurebasetest: %d fault\(s\) never struck, given to FailNext at fault_test\.go:\d+$`, tc.want), tb.errors[0])
				}
			}
		})
	}
}

func TestFault_neverStruckIsNotReportedByFailedTest(t *testing.T) {
	t.Parallel()
	tb := &recorder{failed: true}
	featurebasetest.New(tb).FailNext(featurebasetest.Fault{Cut: true})
	tb.end()
	assert.Empty(t, tb.errors)
}

func TestServer_resetMakesItAsNew(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		use := func() []any {
			contact := srv.AddContact(featurebase.Contact{UserID: "u1", Companies: []featurebase.Company{{CompanyID: "c"}}})
			_, post, _ := ask(t, hc, srv, "POST", postsPath, `{"boardId":"`+board+`","title":"ab"}`)
			_, list, _ := ask(t, hc, srv, "GET", postsPath, "")
			resp, _, err := send(t, hc, srv, "GET", contactsPath)
			require.NoError(t, err)
			company := &contact.Companies[0]
			company.CreatedAt, company.UpdatedAt = time.Time{}, time.Time{}
			delete(post, "createdAt")
			delete(post, "updatedAt")
			return []any{contact, post, titles(list), resp.StatusCode, resp.Header.Get("X-Request-Id"), resp.Header.Get("X-RateLimit-Remaining"), len(srv.Requests())}
		}
		first := use()
		srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 1, Window: time.Hour, ClockAhead: time.Hour})
		srv.FailNext(featurebasetest.Fault{Cut: true, Lasts: true, Optional: true})
		url, token := srv.URL, srv.Token
		srv.Reset()
		assert.Empty(t, srv.Contacts())
		assert.Empty(t, srv.Companies())
		assert.Empty(t, srv.Requests())
		assert.Equal(t, first, use())
		assert.Equal(t, []string{url, token}, []string{srv.URL, srv.Token})
	})
}

func TestServer_numbersItsResponses(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		srv.FailNext(featurebasetest.Fault{}, featurebasetest.Fault{Cut: true}, featurebasetest.Fault{Status: 503}, featurebasetest.Fault{Header: http.Header{"X-Request-Id": {"own"}}})
		var ids []string
		for _, tc := range []struct{ path, token string }{{contactsPath, srv.Token}, {contactsPath, srv.Token}, {contactsPath, srv.Token}, {contactsPath, srv.Token}, {"/", srv.Token}, {contactsPath, "wrong"}} {
			resp, _, err := send(t, hc, srv, "POST", tc.path, "Authorization", "Bearer "+tc.token)
			if err != nil {
				ids = append(ids, "cut")
				continue
			}
			ids = append(ids, resp.Header.Get("X-Request-Id"))
		}
		assert.Equal(t, "req_1 cut req_3 own req_5 req_6", strings.Join(ids, " "))
		var seen, patterns []string
		for _, r := range srv.Requests() {
			seen = append(seen, r.ID)
			patterns = append(patterns, r.Pattern)
		}
		assert.Equal(t, "req_1 req_2 req_3 req_4 req_5 req_6", strings.Join(seen, " "))
		assert.Equal(t, []string{"POST /v2/contacts", "POST /v2/contacts", "POST /v2/contacts", "POST /v2/contacts", "", "POST /v2/contacts"}, patterns)
	})
}

func TestServer_canBeMounted(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	srv.AddContact(featurebase.Contact{ID: id})
	mux := http.NewServeMux()
	mux.Handle("/featurebase/", http.StripPrefix("/featurebase", srv))
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	client := srv.Client(featurebase.WithBaseURL(web.URL+"/featurebase"), featurebase.WithHTTPClient(web.Client()), featurebase.WithMaxRetries(0))
	srv.FailNext(featurebasetest.Fault{Cut: true}, featurebasetest.Fault{Truncate: true})
	_, err := client.Contacts.Get(t.Context(), id)
	require.ErrorIs(t, err, io.EOF)
	_, err = client.Contacts.Get(t.Context(), id)
	require.ErrorContains(t, err, "broke off")
	c, err := client.Contacts.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, id, c.ID)
}

func TestRateLimit_canNotBeSpentUnlessSet(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	hc := &http.Client{Transport: srv.Transport()}
	for range 2001 {
		resp, _, err := send(t, hc, srv, "GET", contactsPath)
		require.NoError(t, err)
		require.Equal(t, 200, resp.StatusCode)
		require.Equal(t, "2000", resp.Header.Get("X-RateLimit-Limit"))
		require.Equal(t, "2000", resp.Header.Get("X-RateLimit-Remaining"))
		require.NotEmpty(t, resp.Header.Get("X-RateLimit-Reset"))
	}
}

func TestContacts_createdAtCanBeSet(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	hc := &http.Client{Transport: srv.Transport()}
	old := srv.AddContact(featurebase.Contact{Name: "old", Extra: map[string]json.RawMessage{"createdAt": json.RawMessage(`"2020-01-01T01:00:00+01:00"`)}})
	srv.AddContact(featurebase.Contact{Name: "new"})
	_, list, _ := ask(t, hc, srv, "POST", contactsPath+"/search", `{"query":{"field":"createdAt","operator":"=","value":1577836800}}`)
	assert.Equal(t, "old", names(list))
	assert.NotContains(t, list["data"].([]any)[0], "createdAt", "no response has it")
	assert.JSONEq(t, `"2020-01-01T00:00:00.000Z"`, string(old.Extra["createdAt"]))
	status, _, _ := ask(t, hc, srv, "POST", contactsPath, `{"userId":"u1","createdAt":"2021-01-01T00:00:00Z","phone":"1"}`)
	require.Equal(t, 201, status)
	assert.Equal(t, map[string]json.RawMessage{"createdAt": json.RawMessage(`"2021-01-01T00:00:00.000Z"`), "phone": json.RawMessage(`"1"`)}, srv.Contacts()[2].Extra)
}
