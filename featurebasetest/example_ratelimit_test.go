package featurebasetest_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// This is a test of a job that meets the rate limit, in simulated time: minutes
// pass at once. Its name would be TestCleanUp.
func cleanUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New(t) // without a listener, for the bubble
		srv.SetRateLimit(featurebasetest.RateLimitConfig{Requests: 60, Window: time.Minute})
		var ids []string
		for range 180 {
			ids = append(ids, srv.AddContact(featurebase.Contact{}).ID)
		}
		client := srv.Client(featurebase.WithMaxRateLimitWait(65 * time.Second)) // or it would not wait

		begin := time.Now()
		for result := range client.Contacts.DeleteMany(t.Context(), slices.Values(ids)) {
			if result.Err != nil {
				t.Error(result.Err)
			}
		}
		if took := time.Since(begin); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("180 deletions at 60 a minute took %v", took)
		}
		if n := len(srv.Requests()); n != 180 {
			t.Errorf("%d requests: some were refused", n)
		}
	})
}

func ExampleServer_SetRateLimit() {
	var t *testing.T // of go test

	cleanUp(t)
}
