package erasure_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

// What says in another form than documented whose it is may be anybody's.
func TestFind_holdsBackWhomAnOddAuthorMayBe(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.FailNext(says("POST /v2/comments/search", `{"object":"list","data":[{"object":"comment","id":"65d000000000000000000001","content":"Mine","author":"odd"}],"nextCursor":null}`))
	for plan, err := range erasure.Find(t.Context(), f.client, slices.Values(byEmail("ada@example.com")), options) {
		assert.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
		assert.ErrorContains(t, err, "author")
		assert.Empty(t, plan.Items)
	}
}

// What was erased before somebody else deleted the contact is told.
func TestErase_tellsWhatWasBegunOfWhoIsGone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plan := find(t, f.client, options, byEmail("ada@example.com")...)[0]
	bob := find(t, f.client, options, byEmail("bob@example.com")...)[0]
	i := slices.IndexFunc(plan.Items, func(i erasure.Item) bool { return i.Kind == erasure.KindComment })
	require.GreaterOrEqual(t, i, 0)
	_, err := f.client.Comments.Delete(t.Context(), plan.Items[i].ID)
	require.NoError(t, err)
	plan.Items[i].Begun = true
	for _, c := range plan.Contacts {
		_, err = f.client.Contacts.Delete(t.Context(), c.ID)
		require.NoError(t, err)
	}
	steps := erase(t, f.client, plan, bob)
	assert.True(t, slices.ContainsFunc(steps, func(s erasure.Step) bool {
		return s.Plan == plan && s.Item.ID == plan.Items[i].ID && s.Outcome == erasure.OutcomeUnconfirmed
	}))
}

// A contact that only the list of all shows is the person's, too.
func TestFind_crossChecksContacts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	lead := f.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Email: "ada@example.com"})
	o := options
	o.CrossCheck = true
	lie := says("POST /v2/contacts/search", nothing)
	lie.Lasts = true
	f.FailNext(lie)
	plan := find(t, f.client, o, byEmail("ada@example.com")...)[0]
	assert.True(t, slices.ContainsFunc(plan.Contacts, func(c erasure.ContactRef) bool { return c.ID == lead.ID }))
	assert.Len(t, plan.Contacts, 2)
}
