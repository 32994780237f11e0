package featurebase_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// A program can be run against a fake in another container without a change of
// its code, but not with a key that may be that of a real workspace.
func TestNewClientFromEnv_reachesAFakeElsewhere(t *testing.T) {
	source := featurebase.WithTokenSource(func(context.Context) (string, error) { return "sk_test_1", nil })
	for _, tc := range []struct {
		name, key, allow string
		opts             []featurebase.Option
		want             string
	}{
		{"allowed", "sk_test_featurebase", "1", nil, ""},
		{"not allowed", "sk_test_featurebase", "", nil, "plain http would send the token to fake:8080 in the clear"},
		{"a live key", "sk_live_1", "1", nil, "FEATUREBASE_INSECURE_HTTP is for test servers; want a key for one, which begins with sk_test"},
		{"a token source", "", "1", []featurebase.Option{source}, "FEATUREBASE_INSECURE_HTTP is for test servers"},
		{"another value", "sk_test_featurebase", "yes\n", nil, `FEATUREBASE_INSECURE_HTTP is "yes\n": want 1, or none`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv("FEATUREBASE_API_KEY", tc.key)
			t.Setenv("FEATUREBASE_BASE_URL", "http://fake:8080")
			t.Setenv("FEATUREBASE_INSECURE_HTTP", tc.allow)
			_, err := featurebase.NewClientFromEnv(tc.opts...)
			if tc.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, tc.want)
			}
		})
	}
}

func TestNewClient_saysWhereAWrongTokenComesFrom(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, token, want string }{
		{"double quotes", `"sk_abc"`, "it has quotes around it"},
		{"single quotes", "'sk_abc'", "it has quotes around it"},
		{"one quote", `sk_abc"`, "it has quotes around it"},
		{"variable in braces", "${FEATUREBASE_API_KEY}", "it is the name of a variable, whose value was not put in its place"},
		{"variable", "$FEATUREBASE_API_KEY", "it is the name of a variable"},
		{"command", "$(cat key)", "it is the name of a variable"},
		{"prefix alone", "sk_", "it is only sk_"},
		{"line break", "sk_abc\n", "it has a line break after 6 characters"},
		{"space", "sk_a bc", "it has a space, control or non-ASCII character after 4 characters"},
		{"Bearer", "Bearer sk_abc", `want the bare key, without "Bearer"`},
		{"empty", "", "it is empty"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := featurebase.NewClient(tc.token)
			require.ErrorContains(t, err, tc.want)
			assert.NotContains(t, err.Error(), "abc")
		})
	}
}

func TestOption_findsWhatWasForgotten(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		opt  featurebase.Option
		want string // empty: accepted
	}{
		{"no unit", featurebase.WithTimeout(10), "featurebase: WithTimeout: 10ns is less than a millisecond: is a unit missing, as in 10*time.Second?"},
		{"a millisecond", featurebase.WithTimeout(time.Millisecond), ""},
		{"line break in a user agent", featurebase.WithUserAgent("x\ny"), `featurebase: WithUserAgent("x\ny"): want printable ASCII, like "billing/1.4"`},
		{"all of it", featurebase.WithUserAgent(strings.Repeat("é", 200)), `WithUserAgent("` + strings.Repeat("é", 200) + `"): want printable ASCII`},
		{"much of it", featurebase.WithUserAgent(strings.Repeat("é", 201)), `WithUserAgent("` + strings.Repeat("é", 200) + `"…): want printable ASCII`},
		{"line break in a version", featurebase.WithAPIVersion("nova\n"), `featurebase: malformed API version "nova\n": want a date and a slug, like "2026-01-01.nova"`},
		{"a request's URL", featurebase.WithBaseURL("https://do.featurebase.app/v2/contacts"), "must not have /v2 in it"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := featurebase.NewClient(token, tc.opt)
			if tc.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, tc.want)
			}
		})
	}
}

func TestWithResponse_canBeGivenOnce(t *testing.T) {
	t.Parallel()
	var first, second featurebase.Response
	rt, sent := recording(200, deletedOK)
	_, err := newClient(t, rt).Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&first), featurebase.WithResponse(&second))
	assert.EqualError(t, err, "featurebase: WithResponse is given twice")
	assert.ErrorIs(t, err, featurebase.ErrInvalidArgument)
	assert.Empty(t, *sent)
}
