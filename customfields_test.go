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

// Which of the two codes the API has for these objects is not documented.
func TestErrNotFound_isMatchedByEitherCodeOfAnObject(t *testing.T) {
	t.Parallel()
	for object, call := range map[string]doFunc{
		"board": getBoard(contactID), "comment": getComment(contactID), "custom_field": getCustomField(contactID), "post_status": getPostStatus(contactID),
	} {
		for code, want := range map[string]bool{
			object + `_not_found"`:             true,
			`resource_not_found","param":"id"`: true,
			`resource_not_found"`:              false,
			`contact_not_found"`:               false,
			`post_not_found","param":"id"`:     false,
		} {
			body := `{"error":{"type":"invalid_request_error","message":"No.","code":"` + code + `}}`
			_, err := call(t.Context(), newClient(t, respondWith(404, body)))
			require.Error(t, err)
			var matches []error
			if want {
				matches = []error{featurebase.ErrNotFound}
			}
			assert.ElementsMatch(t, matches, matched(err), "%s %s", object, code)
		}
	}
}
