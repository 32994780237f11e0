package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

type fault = featurebasetest.Fault

// No logger shows whom a call was about, however its error is wrapped.
func TestShow_namesNobody(t *testing.T) {
	const (
		userID  = "ada.lovelace@example.com"
		message = `{"error":{"type":"t","code":"c","message":"No ada.lovelace@example.com, nor 507f1f77bcf86cd799439011"}}`
	)
	for name, f := range map[string]*fault{
		"not found":   nil,
		"refused":     {Status: 400, Body: message, Lasts: true},
		"failed":      {Status: 500, Body: message, Lasts: true},
		"forbidden":   {Status: 403, Body: message, Lasts: true},
		"limited":     {Status: 429, Body: message, Lasts: true},
		"unexpected":  {Status: 200, Body: `{"id":"ada.lovelace@example.com","object":"contact"}`, Lasts: true},
		"HTML":        {Status: 200, Body: "<html>ada.lovelace@example.com", Lasts: true},
		"redirect":    {Status: 302, Lasts: true},
		"lost":        {Cut: true, Lasts: true},
		"cut short":   {Status: 200, Body: message, Truncate: true, Lasts: true},
		"no deletion": {Apply: true, Cut: true, Lasts: true},
	} {
		srv := featurebasetest.New()
		if f != nil {
			srv.FailNext(*f)
		}
		client := srv.Client(featurebase.WithMaxRateLimitWait(0))
		calls := map[string]func() error{
			"delete": func() error { _, err := client.Contacts.DeleteByUserID(t.Context(), userID); return err },
			"get":    func() error { _, err := client.Contacts.Get(t.Context(), "507f1f77bcf86cd799439011"); return err },
			"upsert": func() error {
				_, _, err := client.Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: userID + "\n"})
				return err
			},
			"preferences": func() error {
				_, err := client.Contacts.UpdateEmailPreferences(t.Context(), userID, nil)
				return err
			},
			"run": func() error {
				var last error
				for r := range client.Contacts.DeleteManyByUserID(t.Context(), slices.Values([]string{userID})) {
					last = r.Err
				}
				return last
			},
		}
		for method, call := range calls {
			err := call()
			require.Error(t, err, name+" "+method)
			for _, err := range []error{err, fmt.Errorf("closing: %w", err), errors.Join(errors.New("also"), err)} {
				var out bytes.Buffer
				show(&out, err)
				for _, private := range []string{"lovelace", "507f1f77bcf86cd799439011"} {
					assert.NotContains(t, strings.ToLower(strings.ReplaceAll(out.String(), "like 507f1f77bcf86cd799439011", "")), private, name+" "+method)
				}
				assert.GreaterOrEqual(t, strings.Count(out.String(), "featurebase"), 3)
			}
		}
	}
}
