package featurebasetest

import (
	"context"

	"github.com/featurebase-community/featurebase-go"
)

// ErrorFrom returns the error of a deletion whose every attempt meets the fault, for
// mocks that stand in place of the library. It is the library's own, with all its
// fields:
//
//	featurebasetest.ErrorFrom(featurebasetest.Fault{Status: 404, Code: featurebase.ErrorCodeContactNotFound})
//	featurebasetest.ErrorFrom(featurebasetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}})
//	featurebasetest.ErrorFrom(featurebasetest.Fault{Apply: true, Cut: true}) // ambiguous
//
// It returns nil if the fault is none, such as a Delay.
func ErrorFrom(f Fault) error {
	srv := New()
	contact := srv.AddContact(featurebase.Contact{})
	f.When, f.Lasts, f.Delay = nil, true, 0
	srv.FailNext(f)
	_, err := srv.Client(featurebase.WithMaxRateLimitWait(0)).Contacts.Delete(context.Background(), contact.ID)
	return err
}
