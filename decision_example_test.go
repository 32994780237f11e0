package featurebase_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleRetryDecision() {
	srv := featurebasetest.New()
	srv.FailNext(featurebasetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"300"}}})
	client := srv.Client()

	_, err := client.Contacts.Delete(context.Background(), "507f1f77bcf86cd799439011")
	switch featurebase.RetryDecision(err) {
	case featurebase.RetryNever:
		fmt.Println("it would fail each time:", err)
	case featurebase.RetryLater:
		wait, _ := featurebase.RetryAfter(err)
		fmt.Println("again in", max(wait, time.Minute))
	case featurebase.RetryUnknown:
		fmt.Println("perhaps processed:", err)
	}
	// Output: again in 5m0s
}
