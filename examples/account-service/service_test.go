package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func serviceWith(client *featurebase.Client) *service {
	return newService(client.Contacts, slog.New(slog.DiscardHandler), "ada")
}

func post(ctx context.Context, s *service, path string) int {
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, path, nil))
	return w.Code
}

// With a mocked transport a test says what Featurebase responds.
func TestService_sendsOneDeletion(t *testing.T) {
	t.Parallel()
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("DELETE", featurebase.DefaultBaseURL+"/v2/contacts/by-user-id/ada",
		httpmock.NewStringResponder(200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":true}`))
	client, err := featurebase.NewClient("sk_test", featurebase.WithHTTPClient(&http.Client{Transport: mock}))
	require.NoError(t, err)
	s := serviceWith(client)

	assert.Equal(t, http.StatusNoContent, post(t.Context(), s, "/accounts/ada/close"))
	assert.Equal(t, 1, mock.GetTotalCallCount())
	assert.Empty(t, s.accounts)
	assert.Equal(t, http.StatusNotFound, post(t.Context(), s, "/accounts/ada/close"))
	assert.Equal(t, 1, mock.GetTotalCallCount(), "a closed account has no contact to delete")
}

// With the fake a test looks at the outcome.
func TestService_keepsAccountUntilContactIsGone(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.AddContact(featurebase.Contact{UserID: "ada"})
	s := serviceWith(srv.Client(featurebase.WithMaxRetries(0)))

	srv.FailNext(featurebasetest.Fault{Status: http.StatusInternalServerError})
	assert.Equal(t, http.StatusServiceUnavailable, post(t.Context(), s, "/accounts/ada/close"))
	assert.Len(t, srv.Contacts(), 1)
	assert.Contains(t, s.accounts, "ada")

	srv.FailNext(featurebasetest.Fault{Apply: true, Cut: true})
	assert.Equal(t, http.StatusServiceUnavailable, post(t.Context(), s, "/accounts/ada/close"))
	assert.Empty(t, srv.Contacts())
	assert.Contains(t, s.accounts, "ada", "nothing confirmed the deletion")

	assert.Equal(t, http.StatusNoContent, post(t.Context(), s, "/accounts/ada/close"), "a contact that is gone is what closing wants")
	assert.Empty(t, s.accounts)
}

func TestService_finishesWhenClientHangsUp(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.AddContact(featurebase.Contact{UserID: "ada"})
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	assert.Equal(t, http.StatusNoContent, post(ctx, serviceWith(srv.Client()), "/accounts/ada/close"))
	assert.Empty(t, srv.Contacts())
}

// In a bubble, time is simulated.
func TestService_respondsBeforeServerGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New(t)
		srv.AddContact(featurebase.Contact{UserID: "ada"})
		srv.FailNext(featurebasetest.Fault{Delay: time.Hour, Lasts: true})
		start := time.Now()
		assert.Equal(t, http.StatusServiceUnavailable, post(t.Context(), serviceWith(srv.Client()), "/accounts/ada/close"))
		assert.Less(t, time.Since(start), newServer("", nil).WriteTimeout)
	})
}

func TestService_logsNobody(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	var log bytes.Buffer
	s := newService(srv.Client(featurebase.WithMaxRetries(0)).Contacts, slog.New(slog.NewJSONHandler(&log, nil)), "ada@example.com")
	srv.FailNext(featurebasetest.Fault{Status: http.StatusInternalServerError, Code: "broken"})
	assert.Equal(t, http.StatusServiceUnavailable, post(t.Context(), s, "/accounts/ada@example.com/close"))
	assert.Contains(t, log.String(), "DELETE /v2/contacts/by-user-id/{userId}: 500 broken")
	assert.NotContains(t, log.String(), "ada")
}
