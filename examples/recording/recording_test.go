package recording

import (
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/recorder"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// newClient returns a client that replays the responses in testdata. With the
// environment variable RECORD it records them: here from a fake; without
// WithRealTransport it would be from the server that the client is made for.
func newClient(t *testing.T, name string) *featurebase.Client {
	t.Helper()
	mode := recorder.ModeReplayOnly
	if os.Getenv("RECORD") != "" {
		mode = recorder.ModeRecordOnly
	}
	srv := featurebasetest.New(t)
	srv.AddContact(featurebase.Contact{UserID: "u-1815", Email: "ada@example.com"})
	rec, err := recorder.New("testdata/"+name,
		recorder.WithMode(mode),
		recorder.WithRealTransport(srv.Transport()),
		recorder.WithHook(func(i *cassette.Interaction) error {
			delete(i.Request.Headers, "Authorization") // it has the API key
			return nil
		}, recorder.AfterCaptureHook),
		recorder.WithMatcher(cassette.NewDefaultMatcher(cassette.WithIgnoreAuthorization(), cassette.WithIgnoreUserAgent())),
		recorder.WithSkipRequestLatency(true),
	)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, rec.Stop()) })
	return srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: rec}))
}

func TestCloseAccount_deletesTheContact(t *testing.T) {
	client := newClient(t, "close-account")
	found, err := CloseAccount(t.Context(), client, "u-1815")
	require.NoError(t, err)
	assert.True(t, found)
	found, err = CloseAccount(t.Context(), client, "u-1815")
	require.NoError(t, err)
	assert.False(t, found, "it is gone")
}

// What was not recorded fails at once, in go-vcr's own words.
func TestRecording_hasNothingElse(t *testing.T) {
	if os.Getenv("RECORD") != "" {
		t.Skip("nothing is to be recorded")
	}
	_, err := CloseAccount(t.Context(), newClient(t, "close-account"), "u-1906")
	assert.ErrorIs(t, err, cassette.ErrInteractionNotFound)
	var reqErr *featurebase.RequestError
	require.ErrorAs(t, err, &reqErr)
	assert.Equal(t, 1, reqErr.Attempts, "it is not repeated")
}

func TestRecording_hasNoKey(t *testing.T) {
	b, err := os.ReadFile("testdata/close-account.yaml")
	require.NoError(t, err)
	assert.NotContains(t, string(b), "Bearer")
	assert.NotContains(t, string(b), featurebasetest.New(t).Token)
}
