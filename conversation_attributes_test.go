package featurebase_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
)

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
