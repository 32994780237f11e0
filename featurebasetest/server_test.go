package featurebasetest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	id      = "507f1f77bcf86cd799439011"
	deleted = `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":true}`
)

// Both ways to reach the server must give the same answers.
func eachWay(t *testing.T, test func(t *testing.T, srv *featurebasetest.Server, hc *http.Client)) {
	t.Run("listener", func(t *testing.T) {
		t.Parallel()
		tr := http.DefaultTransport.(*http.Transport).Clone()
		t.Cleanup(tr.CloseIdleConnections)
		test(t, featurebasetest.NewServer(t), &http.Client{Transport: tr})
	})
	t.Run("transport", func(t *testing.T) {
		t.Parallel()
		srv := featurebasetest.New()
		test(t, srv, &http.Client{Transport: srv.Transport()})
	})
}

func send(t *testing.T, hc *http.Client, srv *featurebasetest.Server, method, path string, header ...string) (*http.Response, string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader("body"))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+srv.Token)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := hc.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

func TestServer_respondsAsDocumented(t *testing.T) {
	t.Parallel()
	const unsupported = `{"error":{"code":"version_not_supported","message":"This endpoint does not support the API version.","status":404,"type":"invalid_request_error"}}`
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		for _, tc := range []struct {
			method, path, version, token string
			status                       int
			body                         string
		}{
			{"DELETE", "/v2/contacts/" + id, "", "sk_wrong", 401, `{"message":"Invalid API Key","success":false}`},
			{"DELETE", "/v2/contacts/" + id, "2025-12-12.clover", "", 404, unsupported},
			{"DELETE", "/v2/contacts/" + id, "nova", "", 404, unsupported},
			{"GET", "/v2/boards", "2027-01-01.nova", "", 404, unsupported},
			{"GET", "/v2/boards", "2025-12-12.clover", "", 200, "[]"},
			{"DELETE", "/v2/contacts/xyz", "2026-01-01.nova", "", 400, `{"error":{"code":"invalid_id","message":"Invalid contact ID format","param":"id","status":400,"type":"invalid_request_error"}}`},
			{"DELETE", "/v2/contacts/", "2026-01-01.nova", "", 404, `{"message":"Cannot DELETE /v2/contacts/"}`},
			{"PUT", "/v2/contacts/" + id, "2026-01-01.nova", "", 404, `{"message":"Cannot PUT /v2/contacts/507f1f77bcf86cd799439011"}`},
			{"DELETE", "/v2/contacts/" + id, "2026-01-01.nova", "", 200, deleted},
			{"DELETE", "/v2/contacts/" + id, "2026-01-01.nova", "", 404, `{"error":{"code":"contact_not_found","message":"Contact not found","status":404,"type":"invalid_request_error"}}`},
		} {
			if tc.body == deleted {
				srv.AddContact(featurebase.Contact{ID: strings.ToUpper(id)})
			}
			header := []string{}
			if tc.version != "" {
				header = append(header, "Featurebase-Version", tc.version)
			}
			if tc.token != "" {
				header = append(header, "Authorization", "Bearer "+tc.token)
			}
			resp, body, err := send(t, hc, srv, tc.method, tc.path, header...)
			require.NoError(t, err)
			assert.Equal(t, tc.status, resp.StatusCode)
			assert.Equal(t, tc.body, body)
			assert.Equal(t, "application/json", resp.Header.Get("Content-Type"))
			assert.NotEmpty(t, resp.Header.Get("Date"))
			for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
				assert.Equal(t, tc.status == 401, resp.Header.Get(name) == "", name)
			}
		}
		requests := srv.Requests()
		require.Len(t, requests, 10)
		assert.Equal(t, "PUT", requests[7].Method)
		assert.Equal(t, "/v2/contacts/"+id, requests[7].Path)
		assert.Equal(t, "body", string(requests[7].Body))
	})
}

func TestFault_inOrderAndOnce(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		srv.FailNext(
			featurebasetest.Fault{Status: 503, Body: "down", Header: http.Header{"retry-after": {"1"}}},
			featurebasetest.Fault{Cut: true},
		)
		srv.FailNext(
			featurebasetest.Fault{},
			featurebasetest.Fault{Cut: true, Apply: true},
			featurebasetest.Fault{Status: 502, Apply: true},
			featurebasetest.Fault{Truncate: true},
			featurebasetest.Fault{Header: http.Header{"X-Request-Id": {"req_1"}}},
		)
		del := func() (*http.Response, string, error) { return send(t, hc, srv, "DELETE", "/v2/contacts/"+id) }
		add := func() { srv.AddContact(featurebase.Contact{ID: id}) }
		left := func(n int) { t.Helper(); assert.Len(t, srv.Contacts(), n) }

		add()
		resp, body, err := del()
		require.NoError(t, err)
		assert.Equal(t, 503, resp.StatusCode)
		assert.Equal(t, "down", body)
		assert.Equal(t, "1", resp.Header.Get("Retry-After"))
		left(1)

		_, _, err = del()
		require.Error(t, err)
		left(1)

		_, body, err = del()
		require.NoError(t, err)
		assert.Equal(t, deleted, body)
		left(0)

		add()
		_, _, err = del()
		require.Error(t, err)
		left(0)

		add()
		resp, _, err = del()
		require.NoError(t, err)
		assert.Equal(t, 502, resp.StatusCode)
		left(0)

		add()
		resp, body, err = del()
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Equal(t, 200, resp.StatusCode)
		assert.Equal(t, deleted[:len(deleted)/2], body)
		left(0)

		add()
		resp, body, err = del()
		require.NoError(t, err)
		assert.Equal(t, "req_1", resp.Header.Get("X-Request-Id"))
		assert.Equal(t, deleted, body)
		left(0)
	})
}

func TestFault_delayIsSimulatedTimeInBubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		srv.AddContact(featurebase.Contact{ID: id})
		srv.FailNext(featurebasetest.Fault{Delay: time.Hour}, featurebasetest.Fault{Delay: time.Hour})
		client := srv.Client(featurebase.WithTimeout(0), featurebase.WithMaxRetries(0))
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := client.Contacts.Delete(ctx, id)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Minute, time.Since(start))
		assert.Len(t, srv.Contacts(), 1, "who hangs up during the delay has changed nothing")

		_, err = client.Contacts.Delete(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, time.Minute+time.Hour, time.Since(start))
	})
}

func TestServer_closeEndsDelays(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	require.NoError(t, srv.Start())
	srv.FailNext(featurebasetest.Fault{Delay: time.Hour})
	client := srv.Client(featurebase.WithMaxRetries(0), featurebase.WithTimeout(0))
	done := make(chan error)
	go func() {
		_, err := client.Contacts.Delete(context.Background(), id)
		done <- err
	}()
	require.Eventually(t, func() bool { return len(srv.Requests()) == 1 }, time.Minute, time.Millisecond)
	srv.Close()
	require.Error(t, <-done)
}

func TestFault_delaysAfterApplying(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		srv.AddContact(featurebase.Contact{ID: id})
		srv.FailNext(featurebasetest.Fault{Delay: time.Hour, Apply: true})
		_, err := srv.Client().Contacts.Delete(t.Context(), id)
		require.ErrorIs(t, err, featurebase.ErrNotFound)
		require.ErrorIs(t, err, featurebase.ErrAmbiguous)
		assert.Empty(t, srv.Contacts())
	})
}

func TestServer_clientTakesTokenSource(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	wrong := func(context.Context) (string, error) { return "wrong", nil }
	_, err := srv.Client(featurebase.WithTokenSource(wrong)).Contacts.Delete(t.Context(), id)
	require.ErrorIs(t, err, featurebase.ErrAuthentication)
}

func TestServer_startsOnce(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	assert.Error(t, srv.Start())
}

func TestContacts_freshIDIsNotTaken(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{ID: "507f1f77bcf86cd700000002"})
	ids := map[string]bool{}
	for range 3 {
		ids[srv.AddContact(featurebase.Contact{}).ID] = true
	}
	assert.Len(t, ids, 3)
	assert.NotContains(t, ids, "507f1f77bcf86cd700000002")
}

func TestRateLimit_isEnforcedWhenSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		status := func() (int, http.Header) {
			resp, _, err := send(t, hc, srv, "DELETE", "/v2/contacts/"+id)
			require.NoError(t, err)
			return resp.StatusCode, resp.Header
		}
		for unit, want := range []string{"946684830", "946684830000", "20"} {
			time.Sleep(time.Until(time.Now().Truncate(30 * time.Second).Add(30 * time.Second)))
			time.Sleep(10 * time.Second) // into the window
			began := time.Now().Add(-10 * time.Second)
			srv.SetRateLimit(featurebasetest.RateLimitConfig{
				Requests: 5, Window: 30 * time.Second, Reset: featurebasetest.ResetUnit(unit), RetryAfter: true,
				Others: func(passed time.Duration) int { return int(passed / (10 * time.Second)) },
			})
			for remaining := 3; remaining >= 0; remaining-- {
				code, header := status()
				assert.Equal(t, 404, code)
				assert.Equal(t, "5", header.Get("X-RateLimit-Limit"))
				assert.Equal(t, fmt.Sprint(remaining), header.Get("X-RateLimit-Remaining"))
				assert.Empty(t, header.Get("Retry-After"))
			}
			code, header := status()
			assert.Equal(t, 429, code)
			assert.Equal(t, "20", header.Get("Retry-After"))
			if unit == 2 {
				assert.Equal(t, want, header.Get("X-RateLimit-Reset"))
			} else {
				assert.Len(t, header.Get("X-RateLimit-Reset"), len(want))
				assert.Contains(t, header.Get("X-RateLimit-Reset"), fmt.Sprint(began.Add(30*time.Second).Unix()))
			}
			time.Sleep(20 * time.Second)
			code, _ = status()
			assert.Equal(t, 404, code, "a new window")
		}
	})
}

func TestContacts_keepTheirOrder(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	a := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	b := srv.AddContact(featurebase.Contact{Type: "lead", UserID: "u1", Name: "Bob"})
	assert.Regexp(t, `^[0-9a-f]{24}$`, a.ID)
	assert.NotEqual(t, a.ID, b.ID)
	assert.Equal(t, featurebase.ContactTypeCustomer, a.Type)
	assert.Equal(t, []featurebase.Contact{a, b}, srv.Contacts())
}

func TestServer_reportsMistakesOfCaller(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	c := srv.AddContact(featurebase.Contact{})
	assert.PanicsWithValue(t, `featurebasetest: AddContact: ID "x" must be 24 hexadecimal characters`, func() { srv.AddContact(featurebase.Contact{ID: "x"}) })
	assert.PanicsWithValue(t, `featurebasetest: AddContact: there is a contact with ID "`+c.ID+`" already`, func() { srv.AddContact(c) })
	u := srv.AddContact(featurebase.Contact{UserID: "u1"})
	assert.PanicsWithValue(t, `featurebasetest: AddContact: there is a contact with userId "u1" already`, func() { srv.AddContact(featurebase.Contact{UserID: u.UserID}) })
	assert.PanicsWithValue(t, `featurebasetest: Blocked: there is no contact with ID "x"`, func() { srv.Blocked("x") })
	assert.PanicsWithValue(t, `featurebasetest: Client: featurebase: WithMaxRetries: -1 is negative`, func() { srv.Client(featurebase.WithMaxRetries(-1)) })
	assert.PanicsWithValue(t, `featurebasetest: SetRateLimit: want positive Requests and Window, not 0 and 1m0s`, func() { srv.SetRateLimit(featurebasetest.RateLimitConfig{Window: time.Minute}) })
	assert.PanicsWithValue(t, `featurebasetest: AddContact: Extra["createdAt"] must be a time in ISO 8601`, func() {
		srv.AddContact(featurebase.Contact{Extra: map[string]json.RawMessage{"createdAt": json.RawMessage(`1`)}})
	})
	assert.PanicsWithValue(t, `featurebasetest: FailNext: Status 100 is not one of a response`, func() { srv.FailNext(featurebasetest.Fault{Status: 100}) })
	for _, f := range []featurebasetest.Fault{{Code: "c"}, {Status: 200, Code: "c"}, {Status: 400, Code: "c", Body: "b"}} {
		assert.PanicsWithValue(t, `featurebasetest: FailNext: a Fault with a Code needs a Status of at least 400, and no Body`, func() { srv.FailNext(f) })
	}
	assert.Len(t, srv.Contacts(), 2)
	assert.PanicsWithValue(t, `fatal: featurebasetest: Blocked: there is no contact with ID "x"`, func() { featurebasetest.New(&recorder{}).Blocked("x") })
}
