package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const contactID = "507f1f77bcf86cd799439011"

func newService(client *featurebase.Client) *service {
	return &service{
		contacts: client.Contacts,
		log:      slog.New(slog.DiscardHandler),
		accounts: map[string]string{"ada": contactID},
	}
}

func post(s *service, path string) int {
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
	return w.Code
}

// With a mocked transport a test says what Featurebase answers.
func TestClosingAnAccountSendsOneDeletion(t *testing.T) {
	t.Parallel()
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("DELETE", featurebase.DefaultBaseURL+"/v2/contacts/"+contactID,
		httpmock.NewStringResponder(200, `{"id":"`+contactID+`","object":"contact","deleted":true}`))
	client, err := featurebase.NewClient("sk_test", featurebase.WithHTTPClient(&http.Client{Transport: mock}))
	require.NoError(t, err)
	s := newService(client)

	assert.Equal(t, http.StatusNoContent, post(s, "/accounts/ada/close"))
	assert.Equal(t, 1, mock.GetTotalCallCount())
	assert.Empty(t, s.accounts)
	assert.Equal(t, http.StatusNotFound, post(s, "/accounts/ada/close"))
	assert.Equal(t, 1, mock.GetTotalCallCount(), "a closed account has no contact to delete")
}

// With the fake a test looks at what came of it.
func TestAnAccountStaysUntilItsContactIsGone(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.AddContact(featurebase.Contact{ID: contactID})
	s := newService(srv.Client(featurebase.WithMaxRetries(0)))

	srv.FailNext(featurebasetest.Fault{Status: http.StatusInternalServerError})
	assert.Equal(t, http.StatusServiceUnavailable, post(s, "/accounts/ada/close"))
	assert.Len(t, srv.Contacts(), 1)
	assert.Contains(t, s.accounts, "ada")

	srv.FailNext(featurebasetest.Fault{Apply: true, Cut: true})
	assert.Equal(t, http.StatusServiceUnavailable, post(s, "/accounts/ada/close"))
	assert.Empty(t, srv.Contacts())
	assert.Contains(t, s.accounts, "ada", "nothing confirmed the deletion")

	assert.Equal(t, http.StatusNoContent, post(s, "/accounts/ada/close"), "a contact that is gone is what closing wants")
	assert.Empty(t, s.accounts)
}
