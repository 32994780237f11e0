package featurebase_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestWithVersion_takesAnythingOfTheRightForm(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		version featurebase.APIVersion
		ok      bool
	}{
		{featurebase.APIVersionNova, true},
		{featurebase.APIVersionOrbit, true},
		{"2026-01-01.alpha", true},
		{"2031-12-31.new-one_2", true},
		{"", false},
		{"nova", false},
		{"2026-01-01", false},
		{"2026-01-01.", false},
		{"2026-01-01.nova ", false},
		{"2026-01-01.nova\n", false},
		{"2026-01-01.nova\r\nX: 1", false},
		{"2026-13-01.nova", false},
		{"2026-02-30.nova", false},
		{"26-01-01.nova", false},
		{"v2026-01-01.nova", false},
	} {
		t.Run(string(tc.version), func(t *testing.T) {
			t.Parallel()
			_, err := featurebase.NewClient(token, featurebase.WithAPIVersion(tc.version))
			if tc.ok {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, "malformed API version")
			}
		})
	}
}

func TestWithVersion_rejectsVersionsOlderThanTheTypes(t *testing.T) {
	t.Parallel()
	const text = "featurebase: this library needs API version 2026-01-01.nova or newer, not 2025-12-12.clover"
	clover := featurebase.WithAPIVersion("2025-12-12.clover")
	_, err := featurebase.NewClient(token, clover)
	assert.ErrorIs(t, err, featurebase.ErrUnsupportedVersion)
	assert.EqualError(t, err, text)

	rt, sent := recording(200, deletedOK)
	_, err = newClient(t, rt).Contacts.Delete(t.Context(), contactID, clover)
	assert.Equal(t, []error{featurebase.ErrInvalidArgument, featurebase.ErrUnsupportedVersion}, matched(err))
	assert.EqualError(t, err, text)
	assert.Empty(t, *sent)
}

func TestWithVersion_isSentAsChosen(t *testing.T) {
	t.Parallel()
	orbit := []featurebase.Option{featurebase.WithAPIVersion(featurebase.APIVersionOrbit)}
	for _, tc := range []struct {
		name   string
		client []featurebase.Option
		call   []featurebase.CallOption
		want   []string
	}{
		{"default", nil, nil, []string{"2026-01-01.nova"}},
		{"of the client", orbit, nil, []string{"2026-08-19.orbit"}},
		{"of the call", orbit, []featurebase.CallOption{featurebase.WithAPIVersion("2031-02-03.not-yet-known")}, []string{"2031-02-03.not-yet-known"}},
		{"the default for the call", orbit, []featurebase.CallOption{featurebase.WithAPIVersion(featurebase.DefaultAPIVersion)}, []string{"2026-01-01.nova"}},
		{"of the organization", orbit, []featurebase.CallOption{featurebase.WithOrganizationAPIVersion()}, nil},
		{"of the organization, for all calls", []featurebase.Option{featurebase.WithOrganizationAPIVersion()}, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var header http.Header
			client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				header = r.Header
				return response(200, deletedOK), nil
			}), tc.client...)
			_, err := client.Contacts.Delete(t.Context(), contactID, tc.call...)
			require.NoError(t, err)
			assert.Equal(t, tc.want, header["Featurebase-Version"])
		})
	}
}
