package featurebase_test

import (
	"context"
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

func TestNewClient_saysWhatIsWrongWithAToken(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ token, want string }{
		{`"sk_abc"`, "it has quotes around it"},
		{"'sk_abc'", "it has quotes around it"},
		{`sk_abc"`, "it has quotes around it"},
		{"${FEATUREBASE_API_KEY}", "it is the name of a variable, whose value was not put in its place"},
		{"$FEATUREBASE_API_KEY", "it is the name of a variable"},
		{"$(cat key)", "it is the name of a variable"},
		{"sk_", "it is only sk_"},
		{"sk_abc\n", "it has a line break after 6 characters"},
		{"sk_a bc", "it has a space, control or non-ASCII character after 4 characters"},
		{"Bearer sk_abc", `want the bare key, without "Bearer"`},
		{"", "it is empty"},
	} {
		_, err := featurebase.NewClient(tc.token)
		require.Error(t, err, tc.token)
		assert.ErrorContains(t, err, tc.want)
		assert.NotContains(t, err.Error(), "abc")
	}
}

func TestOptions_findWhatWasForgotten(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		opt  featurebase.Option
		want string
	}{
		{featurebase.WithTimeout(10), "featurebase: WithTimeout: 10ns is less than a millisecond: is a unit missing, as in 10*time.Second?"},
		{featurebase.WithUserAgent("x\ny"), `featurebase: WithUserAgent("x\ny"): want printable ASCII, like "billing/1.4"`},
		{featurebase.WithVersion("nova\n"), `featurebase: malformed API version "nova\n": want a date and a slug, like "2026-01-01.nova"`},
		{featurebase.WithBaseURL("https://do.featurebase.app/v2/contacts"), "must not have /v2 in it"},
	} {
		_, err := featurebase.NewClient(token, tc.opt)
		assert.ErrorContains(t, err, tc.want)
	}
	_, err := featurebase.NewClient(token, featurebase.WithTimeout(time.Millisecond))
	assert.NoError(t, err)

	var first, second featurebase.Response
	_, err = newClient(t, answering(200, deletedOK)).Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&first), featurebase.WithResponse(&second))
	assert.EqualError(t, err, "featurebase: WithResponse is given twice")
	assert.ErrorIs(t, err, featurebase.ErrInvalidArgument)
}
