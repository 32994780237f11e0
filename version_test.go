package featurebase_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestWithVersionTakesAnythingOfTheRightForm(t *testing.T) {
	t.Parallel()
	for v, ok := range map[featurebase.APIVersion]bool{
		featurebase.VersionNova:   true,
		featurebase.VersionOrbit:  true,
		"2031-12-31.new-one_2":    true,
		"":                        false,
		"nova":                    false,
		"2026-01-01":              false,
		"2026-01-01.":             false,
		"2026-01-01.nova ":        false,
		"2026-01-01.nova\n":       false,
		"2026-01-01.nova\r\nX: 1": false,
		"2026-13-01.nova":         false,
		"2026-02-30.nova":         false,
		"26-01-01.nova":           false,
		"v2026-01-01.nova":        false,
	} {
		_, err := featurebase.NewClient(token, featurebase.WithVersion(v))
		if ok {
			assert.NoError(t, err, v)
		} else {
			assert.ErrorContains(t, err, "malformed API version", v)
		}
	}
}

func TestWithVersion_rejectsVersionsOlderThanTheTypes(t *testing.T) {
	t.Parallel()
	clover := featurebase.WithVersion("2025-12-12.clover")
	_, err := featurebase.NewClient(token, clover)
	assert.ErrorIs(t, err, featurebase.ErrUnsupportedVersion)
	assert.EqualError(t, err, "featurebase: this library needs API version 2026-01-01.nova or newer, not 2025-12-12.clover")

	srv := featurebasetest.NewServer(t)
	_, err = srv.Client().Contacts.Delete(t.Context(), contactID, clover)
	assert.ErrorIs(t, err, featurebase.ErrUnsupportedVersion)
	assert.ErrorIs(t, err, featurebase.ErrInvalidArgument)
	assert.Empty(t, srv.Requests())
}
