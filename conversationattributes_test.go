package featurebase_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
)

const attributeJSON = `{"object":"conversation_attribute","id":"507f1f77bcf86cd799439011","identifier":"plan","name":"Plan","dataType":"string",
	"fieldSubType":"select","archived":false,"options":[{"id":"o1","label":"Free"},{"label":"Paid"}],
	"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":1}`

var _ = register(map[string]apiCall{
	"ConversationAttributes.List": {
		args:     args{featurebase.ConversationAttributeListParams{IncludeArchived: true}},
		official: "conversationAttributes.list",
		request:  "GET /v2/conversation_attributes?includeArchived=true",
		body:     `{"object":"list","data":[` + attributeJSON + `],"nextCursor":null}`,
		reads:    true,
	},
	"ConversationAttributes.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "conversationAttributes.retrieve",
		request:  "GET /v2/conversation_attributes/" + contactID,
		body:     attributeJSON,
		notFound: "conversation_attribute_not_found",
		reads:    true,
	},
})

// The form of these IDs is not documented.
func TestConversationAttributesGet_takesIDsOfAnyForm(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		id, returned string
		sent, ok     bool
	}{
		{"plan_tier-2", "plan_tier-2", true, true},
		{"plan_tier-2", "plan_tier-3", true, false},
		{"plan_tier-2", "", true, false},
		{"7", "7", true, true},
		{"", "", false, false},
		{".", "", false, false},
		{"..", "", false, false},
		{"a/b", "", false, false},
		{"a b", "", false, false},
		{"ada@example.com", "", false, false},
	} {
		t.Run(tc.id, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, `{"object":"conversation_attribute","id":"`+tc.returned+`","name":"Plan"}`)
			_, err := newClient(t, rt).ConversationAttributes.Get(t.Context(), tc.id)
			assert.Equal(t, tc.ok, err == nil, err)
			assert.Equal(t, tc.sent, len(*sent) == 1)
			if !tc.sent {
				assert.ErrorIs(t, err, featurebase.ErrInvalidID)
				assert.EqualError(t, err, "featurebase: invalid attributeId: want an ID that the API returned: letters, digits, - and _; nothing was sent")
			}
		})
	}
}

// As in the list of tags.
func TestConversationAttributesList_refusesAnotherPage(t *testing.T) {
	t.Parallel()
	client := newClient(t, respondWith(200, `{"object":"list","data":[],"nextCursor":"x"}`))
	_, err := client.ConversationAttributes.List(t.Context(), featurebase.ConversationAttributeListParams{})
	assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
}
