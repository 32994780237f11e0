package featurebase_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestOptional_isOmittedNullOrSet(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name           string
		optional       featurebase.Optional[int]
		field, encoded string
		zero           bool
	}{
		{"omitted", featurebase.Optional[int]{}, `{}`, `null`, true},
		{"null", featurebase.Null[int](), `{"n":null}`, `null`, false},
		{"set", featurebase.Value(7), `{"n":7}`, `7`, false},
		{"set to zero", featurebase.Value(0), `{"n":0}`, `0`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			field, err := json.Marshal(struct {
				N featurebase.Optional[int] `json:"n,omitzero"`
			}{tc.optional})
			require.NoError(t, err)
			assert.Equal(t, tc.field, string(field))
			encoded, err := json.Marshal(tc.optional)
			require.NoError(t, err)
			assert.Equal(t, tc.encoded, string(encoded))
			assert.Equal(t, tc.zero, tc.optional.IsZero())
		})
	}
}

func TestOptional_isInTheQueryIfItIsSet(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		inReview featurebase.Optional[bool]
		line     string
	}{
		{"omitted", featurebase.Optional[bool]{}, "GET /v2/posts"},
		{"null", featurebase.Null[bool](), "GET /v2/posts"},
		{"true", featurebase.Value(true), "GET /v2/posts?inReview=true"},
		{"false", featurebase.Value(false), "GET /v2/posts?inReview=false"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, postListJSON)
			_, err := newClient(t, rt).Posts.List(t.Context(), featurebase.PostListParams{InReview: tc.inReview})
			require.NoError(t, err)
			assert.Equal(t, tc.line, (*sent)[0].line)
		})
	}
}
