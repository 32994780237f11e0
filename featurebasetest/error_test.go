package featurebasetest_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestError_isTheLibrarysOwn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		fault featurebasetest.Fault
		want  []error
	}{
		{"not found", featurebasetest.Fault{Status: 404, Code: featurebase.ErrorCodeContactNotFound}, []error{featurebase.ErrNotFound}},
		{"another object", featurebasetest.Fault{Status: 404, Code: featurebase.ErrorCodePostNotFound}, nil},
		{"wrong key", featurebasetest.Fault{Status: 401, Code: "unauthorized"}, []error{featurebase.ErrAuthentication}},
		{"not permitted", featurebasetest.Fault{Status: 403, Code: "forbidden"}, []error{featurebase.ErrPermission}},
		{"refused", featurebasetest.Fault{Status: 429, Code: "rate_limited"}, []error{featurebase.ErrRateLimited}},
		{"failed", featurebasetest.Fault{Status: 503}, []error{featurebase.ErrServer, featurebase.ErrAmbiguous}},
		{"gone, perhaps by an earlier attempt", featurebasetest.Fault{Apply: true, Cut: true}, []error{featurebase.ErrAmbiguous}},
		{"a proxy's page", featurebasetest.Fault{Status: 200, Body: "<html>"}, []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := featurebasetest.ErrorFrom(tc.fault)
			for _, target := range []error{
				featurebase.ErrNotFound, featurebase.ErrAuthentication, featurebase.ErrPermission, featurebase.ErrRateLimited,
				featurebase.ErrServer, featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous,
			} {
				wanted := false
				for _, w := range tc.want {
					wanted = wanted || errors.Is(w, target)
				}
				assert.Equal(t, wanted, errors.Is(err, target), "%v", target)
			}
		})
	}
	assert.NoError(t, featurebasetest.ErrorFrom(featurebasetest.Fault{Delay: time.Hour}))
}

// A mock of an interface of one's own returns errors as the library does.
func ExampleError() {
	closeAccount := func(del func(id string) error) string {
		switch err := del("507f1f77bcf86cd799439011"); {
		case errors.Is(err, featurebase.ErrRateLimited):
			wait, _ := featurebase.RetryAfter(err)
			return fmt.Sprint("again in ", wait)
		case err != nil:
			return "failed"
		}
		return "closed"
	}

	busy := featurebasetest.ErrorFrom(featurebasetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}})
	fmt.Println(closeAccount(func(string) error { return busy }))
	// Output: again in 30s
}
