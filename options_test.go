package featurebase_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestNewClient_reportsEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	c, err := featurebase.NewClient("",
		nil,
		featurebase.WithBaseURL("do.featurebase.app"),
		featurebase.WithAPIVersion("nova"),
		featurebase.WithTimeout(-time.Second),
		featurebase.WithMaxRetries(-1),
		featurebase.WithRetryWait(-1, -2),
		featurebase.WithMaxRateLimitWait(-time.Minute),
		featurebase.WithHTTPClient(nil),
		featurebase.WithTokenSource(nil),
		featurebase.WithUserAgent("billing\r\nX-Evil: 1"),
		featurebase.WithLogger(nil),
	)
	assert.Nil(t, c)
	require.EqualError(t, err, strings.Join([]string{
		`featurebase: an option is nil`,
		`featurebase: malformed API version "nova": want a date and a slug, like "2026-01-01.nova"`,
		`featurebase: WithTimeout: -1s is negative`,
		`featurebase: WithMaxRetries: -1 is negative`,
		`featurebase: WithRetryWait: first: -1ns is negative`,
		`featurebase: WithRetryWait: longest: -2ns is negative`,
		`featurebase: WithMaxRateLimitWait: -1m0s is negative`,
		`featurebase: WithHTTPClient(nil): want a *http.Client`,
		`featurebase: WithTokenSource(nil): want a function`,
		`featurebase: WithUserAgent("billing\r\nX-Evil: 1"): want printable ASCII, like "billing/1.4"`,
		`featurebase: WithLogger(nil): want a *slog.Logger`,
		`featurebase: the token is wrong: it is empty: want an API key (they begin with sk_)`,
		`featurebase: base URL: want an absolute URL with https, like "https://do.featurebase.app"`,
	}, "\n"))
}

func TestNewClient_rejectsTokensThatCannotBeOne(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, token, want string }{
		{"space", "Bearer sk_secret", `has a space, control or non-ASCII character after 6 characters: want the bare key, without "Bearer"`},
		{"space at the start", " sk_secret", "after 0 characters"},
		{"tab", "sk_secret\t", "after 9 characters"},
		{"line break", "sk_secret\n", "has a line break after 9 characters: was it read from a file? trim it"},
		{"line break at the start", "\nsk_secret", "has a line break after 0 characters"},
		{"carriage return", "sk_secret\r\nX-Evil: 1", "has a line break after 9 characters"},
		{"carriage return at the end", "sk_secret\r", "has a line break after 9 characters"},
		{"NUL", "sk_\x00secret", "after 3 characters"},
		{"DEL", "sk_secret\x7f", "after 9 characters"},
		{"non-ASCII", "sk_secret…", "after 9 characters"},
		{"first and last of ASCII", "!~", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, deletedOK)
			c, err := featurebase.NewClient(tc.token, featurebase.WithHTTPClient(&http.Client{Transport: rt}))
			if tc.want != "" {
				assert.ErrorContains(t, err, tc.want)
				assert.NotContains(t, err.Error(), "secret")
				return
			}
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			require.NoError(t, err)
			assert.Equal(t, "Bearer "+tc.token, (*sent)[0].header.Get("Authorization"))
		})
	}
}

func TestWithBaseURL_rejectsWhatWouldMisleadRequests(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ baseURL, want string }{
		{"", "want an absolute URL with https"},
		{"/v2", "want an absolute URL with https"},
		{"featurebase.app:443", "want an absolute URL with https"},
		{"ftp://do.featurebase.app", "want an absolute URL with https"},
		{"file:///etc/passwd", "want an absolute URL with https"},
		{"https://", "it has no host"},
		{"https://:443", "it has no host"},
		{"https://user:pass@do.featurebase.app", "it must not have user info, the token goes into NewClient"},
		{"https://do.featurebase.app?key=1", "it must not have a query"},
		{"https://do.featurebase.app/?", "it must not have a query"},
		{"https://do.featurebase.app/#top", "it must not have a fragment"},
		{"https://do.featurebase.app/#", "it must not have a fragment"},
		{"https://do.featurebase.app/v2", "it must not have /v2 in it, which is added to every request"},
		{"https://do.featurebase.app/v2/", "it must not have /v2 in it"},
		{"http://do.featurebase.app", "plain http would send the token to do.featurebase.app in the clear; want https, or WithInsecureHTTP if that is meant"},
		{"http://10.0.0.1:8080", "plain http would send the token to 10.0.0.1:8080 in the clear"},
		{"http://localhost.example.com", "plain http would send the token"},
		{"http://127.0.0.1.example.com", "plain http would send the token"},
		{"http://api.localhost", "plain http would send the token"},
		{"http://localhost.", "plain http would send the token"},
		{"https://do.featurebase.app\n", "it must not have white space around it"},
		{"https://exa mple.com", "it can't be parsed"},
		{"https://example.com:port", "it can't be parsed"},
		{"https://example.com/\x00", "it can't be parsed"},
	} {
		t.Run(tc.baseURL, func(t *testing.T) {
			t.Parallel()
			_, err := featurebase.NewClient(token, featurebase.WithBaseURL(tc.baseURL))
			require.ErrorContains(t, err, "featurebase: base URL: "+tc.want)
			assert.NotContains(t, err.Error(), "pass")
		})
	}
	_, err := featurebase.NewClient(token, featurebase.WithBaseURL("http://10.0.0.1"), featurebase.WithInsecureHTTP())
	assert.NoError(t, err)
}

func TestWithBaseURL_putsRequestsBelowIt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ baseURL, want string }{
		{"https://do.featurebase.app", "https://do.featurebase.app/v2/contacts/"},
		{"https://proxy.example:8443/", "https://proxy.example:8443/v2/contacts/"},
		{"https://proxy.example/a//b/../c/", "https://proxy.example/a/c/v2/contacts/"},
		{"https://proxy.example/a%2Fb", "https://proxy.example/a%2Fb/v2/contacts/"},
		{"https://proxy.example/a%2Fb/", "https://proxy.example/a%2Fb/v2/contacts/"},
		{"http://localhost:8080", "http://localhost:8080/v2/contacts/"},
		{"http://LOCALHOST", "http://localhost/v2/contacts/"},
		{"http://[::ffff:127.0.0.1]", "http://[::ffff:127.0.0.1]/v2/contacts/"},
		{"http://127.1.2.3", "http://127.1.2.3/v2/contacts/"},
		{"http://[::1]:80", "http://[::1]:80/v2/contacts/"},
	} {
		t.Run(tc.baseURL, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, deletedOK)
			_, err := newClient(t, rt, featurebase.WithBaseURL(tc.baseURL)).Contacts.Delete(t.Context(), contactID)
			require.NoError(t, err)
			assert.Equal(t, tc.want+contactID, (*sent)[0].url)
		})
	}
}

func TestWithRetryWait_rejectsBoundsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, tc := range []struct {
		name       string
		first, max time.Duration
		want       string // empty: accepted
	}{
		{"first above max", 2 * time.Second, time.Second, "first 2s is more than longest 1s"},
		{"first zero", 0, time.Second, "first is 0, which doubled never reaches longest 1s"},
		{"max endless", 1, 1<<63 - 1, "longest 2562047h47m16.854775807s is more than a day"},
		{"more than a day", time.Second, day + 1, "is more than a day"},
		{"a day", time.Second, day, ""},
		{"equal", time.Second, time.Second, ""},
		{"no waits", 0, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := featurebase.NewClient(token, featurebase.WithRetryWait(tc.first, tc.max))
			if tc.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, "featurebase: WithRetryWait: ")
				assert.ErrorContains(t, err, tc.want)
			}
		})
	}
}

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
			rt, sent := recording(200, deletedOK)
			c, err := featurebase.NewClient(token, featurebase.WithUserAgent(tc.application), featurebase.WithHTTPClient(&http.Client{Transport: rt}))
			if !tc.ok {
				assert.ErrorContains(t, err, "want printable ASCII")
				return
			}
			require.NoError(t, err)
			_, err = c.Contacts.Delete(t.Context(), contactID)
			require.NoError(t, err)
			assert.Equal(t, tc.application+" featurebase-go/"+featurebase.Version(), (*sent)[0].header.Get("User-Agent"))
		})
	}
}

func TestWithTimeout_shorterOfTwoCounts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name                 string
		client, option, want time.Duration
	}{
		{"option", time.Minute, time.Second, time.Second},
		{"client", time.Second, time.Minute, time.Second},
		{"client alone", time.Second, 0, time.Second},
		{"option alone", 0, time.Second, time.Second},
		{"none", 0, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var left time.Duration
			hc := &http.Client{Timeout: tc.client, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				if deadline, ok := r.Context().Deadline(); ok {
					left = time.Until(deadline)
				}
				return response(200, deletedOK), nil
			})}
			c, err := featurebase.NewClient(token, featurebase.WithHTTPClient(hc))
			require.NoError(t, err)
			_, err = c.Contacts.Delete(context.Background(), contactID, featurebase.WithTimeout(tc.option))
			require.NoError(t, err)
			assert.LessOrEqual(t, left, tc.want)
			assert.Equal(t, tc.want > 0, left > tc.want/2)
		})
	}
}

func TestWithHeader_isSentWithEachRequest(t *testing.T) {
	t.Parallel()
	rt, sent := recording(200, deletedOK)
	client := newClient(t, rt, featurebase.WithHeader("x-team", "billing"), featurebase.WithHeader("X-Trace", "0"))
	_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithHeader("X-Trace", "1"), featurebase.WithHeader("X-More", ""))
	require.NoError(t, err)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	require.NoError(t, err)
	first, second := (*sent)[0].header, (*sent)[1].header
	assert.Equal(t, []string{"billing", "1", ""}, []string{first.Get("X-Team"), first.Get("X-Trace"), first.Get("X-More")})
	assert.Contains(t, first, "X-More")
	assert.Equal(t, []string{"billing", "0"}, []string{second.Get("X-Team"), second.Get("X-Trace")})
	assert.NotContains(t, second, "X-More")
	for result := range client.Contacts.DeleteMany(t.Context(), repeated(1), featurebase.WithHeader("X-Trace", "2")) {
		require.NoError(t, result.Err)
	}
	assert.Equal(t, "2", (*sent)[2].header.Get("X-Trace"))
}

func TestWithHeader_rejectsWhatIsNotTheCallers(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"Authorization", "authorization", "Host", "featurebase-version", "Content-Type", "Content-Length", "User-Agent", "Accept", "Transfer-Encoding",
		"Connection", "Idempotency-Key", "X-Idempotency-Key", "Accept-Encoding", "", "a b", "a:b", "a\nb", "é",
	} {
		t.Run(key, func(t *testing.T) {
			_, err := featurebase.NewClient(token, featurebase.WithHeader(key, "x"))
			assert.ErrorContains(t, err, "featurebase: WithHeader(")
		})
	}
	for _, value := range []string{"a\nb", "a\rb", "é", "\x00"} {
		t.Run("value "+value, func(t *testing.T) {
			_, err := featurebase.NewClient(token, featurebase.WithHeader("X-A", value))
			assert.EqualError(t, err, `featurebase: WithHeader("X-A"): want a value of printable ASCII`)
		})
	}
}

// Two calls at once don't share the header that one of them, or a transport,
// adds to.
func TestWithHeader_isOfOneCall(t *testing.T) {
	t.Parallel()
	client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		r.Header.Set("X-Changed", "by the transport")
		return response(200, deletedOK), nil
	}), featurebase.WithHeader("X-A", "1"))
	for range 8 {
		t.Run("call", func(t *testing.T) {
			t.Parallel()
			_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithHeader("X-B", "2"))
			assert.NoError(t, err)
		})
	}
}
