package featurebasetest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestFault_refusalAsksForAShortPauseUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"no header", nil, time.Millisecond},
		{"header", http.Header{"Retry-After": {"7"}}, 7 * time.Second},
	} {
		srv := featurebasetest.New()
		srv.FailNext(featurebasetest.Fault{Status: 429, Header: tc.header})
		_, err := srv.Client().Contacts.Delete(t.Context(), "507f1f77bcf86cd799439011", featurebase.WithMaxRetries(0))
		var refusal *featurebase.APIError
		require.ErrorAs(t, err, &refusal, tc.name)
		assert.Equal(t, tc.want, refusal.RetryAfter, tc.name)
	}
}
