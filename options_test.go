package featurebase_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestWithUserAgent_takesPrintableASCII(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, application string
		ok                bool
	}{
		{"every kind of character", "billing/1.4 (+https://example.com/~ada)", true},
		{"first and last of ASCII", "!~", true},
		{"control character at the start", "\x1fbilling", false},
		{"control character at the end", "billing\n", false},
		{"DEL", "billing\x7f", false},
		{"no ASCII", "bílling", false},
		{"empty", "", false},
		{"spaces", "  ", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := featurebase.NewClient(token, featurebase.WithUserAgent(tc.application))
			if tc.ok {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, "want printable ASCII")
			}
		})
	}
}

func TestNewClient_takesTokensOfPrintableASCII(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, token, problem string }{
		{"first and last of ASCII", "!~", ""},
		{"space at the start", " sk_secret", "after 0 characters"},
		{"line break at the start", "\nsk_secret", "has a line break after 0 characters"},
		{"carriage return at the end", "sk_secret\r", "has a line break after 9 characters"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var sent string
			c, err := featurebase.NewClient(tc.token, featurebase.WithHTTPClient(&http.Client{
				Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					sent = r.Header.Get("Authorization")
					return httpmock.NewStringResponse(200, deletedOK), nil
				}),
			}))
			if tc.problem != "" {
				assert.ErrorContains(t, err, tc.problem)
				return
			}
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			require.NoError(t, err)
			assert.Equal(t, "Bearer "+tc.token, sent)
		})
	}
}

func TestWithRetryWait_takesADayAtMost(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	_, err := featurebase.NewClient(token, featurebase.WithRetryWait(time.Second, day))
	assert.NoError(t, err)
	_, err = featurebase.NewClient(token, featurebase.WithRetryWait(time.Second, day+1))
	assert.ErrorContains(t, err, "is more than a day")
}

func TestWithBaseURL_keepsAnEscapedPath(t *testing.T) {
	t.Parallel()
	for _, baseURL := range []string{"https://proxy.example/a%2Fb", "https://proxy.example/a%2Fb/"} {
		t.Run(baseURL, func(t *testing.T) {
			t.Parallel()
			var sent string
			c := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				sent = r.URL.String()
				return httpmock.NewStringResponse(200, deletedOK), nil
			}), featurebase.WithBaseURL(baseURL))
			_, err := c.Contacts.Delete(t.Context(), contactID)
			require.NoError(t, err)
			assert.Equal(t, "https://proxy.example/a%2Fb/v2/contacts/"+contactID, sent)
		})
	}
}

func TestNewClientFromEnv_needsTheKeyAlone(t *testing.T) {
	t.Setenv("FEATUREBASE_API_KEY", token)
	t.Setenv("FEATUREBASE_BASE_URL", "")
	var sent string
	c, err := featurebase.NewClientFromEnv(featurebase.WithHTTPClient(&http.Client{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			sent = r.URL.String()
			return httpmock.NewStringResponse(200, deletedOK), nil
		}),
	}))
	require.NoError(t, err)
	_, err = c.Contacts.Delete(t.Context(), contactID)
	require.NoError(t, err)
	assert.Equal(t, featurebase.DefaultBaseURL+"/v2/contacts/"+contactID, sent)
}
