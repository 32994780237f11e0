package featurebase_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// A list is whole, or an error.
func TestCustomFieldsList_returnsAllOrFails(t *testing.T) {
	t.Parallel()
	body := `{"object":"list","data":[` + customFieldJSON + `],"nextCursor":null,"pagination":{"limit":10,"page":1,"total":1,"totalPages":1}}`
	fields, err := newClient(t, respondWith(200, body)).CustomFields.List(t.Context())
	require.NoError(t, err)
	assert.Len(t, fields, 1)

	fields, err = newClient(t, respondWith(200, strings.Replace(body, "null", `"x"`, 1))).CustomFields.List(t.Context())
	assert.Nil(t, fields)
	assert.Equal(t, "the list has another page, which is not documented", requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
}
