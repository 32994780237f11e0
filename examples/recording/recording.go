// Package recording is tested with responses that were recorded by go-vcr: see its
// test.
package recording

import (
	"context"
	"errors"

	"github.com/featurebase-community/featurebase-go"
)

// CloseAccount deletes the contact of a user. It reports whether there was one.
func CloseAccount(ctx context.Context, client *featurebase.Client, userID string) (bool, error) {
	_, err := client.Contacts.DeleteByUserID(ctx, userID)
	if errors.Is(err, featurebase.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
