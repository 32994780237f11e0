package featurebase_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

type (
	contactFilters = featurebase.Filters[featurebase.Contact]
	companyFilters = featurebase.Filters[featurebase.Company]
	postFilters    = featurebase.Filters[featurebase.Post]

	conversationFilters = featurebase.Filters[featurebase.Conversation]
)

func TestFilter_encodesAsDocumented(t *testing.T) {
	t.Parallel()
	at := time.Unix(1735689600, 999)
	contact := func(f featurebase.Filter[featurebase.Contact]) any { return contactFilters{f} }
	company := func(f featurebase.Filter[featurebase.Company]) any { return companyFilters{f} }
	post := func(f featurebase.Filter[featurebase.Post]) any { return postFilters{f} }
	for _, tc := range []struct {
		field   string
		filters any
		want    string // operator and value
	}{
		{"email", contact(featurebase.ContactFieldEmail.Is("a@b.c")), `= "a@b.c"`},
		{"type", contact(featurebase.ContactFieldType.IsNot(featurebase.ContactTypeLead)), `!= "lead"`},
		{"externalId", contact(featurebase.ContactFieldUserID.OneOf("a", "b")), `IN ["a","b"]`},
		{"companyIds", contact(featurebase.ContactFieldCompanyID.NoneOf("a")), `NIN ["a"]`},

		{"name", contact(featurebase.ContactFieldName.Is("Ada")), `= "Ada"`},
		{"name", contact(featurebase.ContactFieldName.IsNot("Ada")), `!= "Ada"`},
		{"name", contact(featurebase.ContactFieldName.OneOf("Ada", "Bob")), `IN ["Ada","Bob"]`},
		{"name", contact(featurebase.ContactFieldName.NoneOf("Ada")), `NIN ["Ada"]`},
		{"name", contact(featurebase.ContactFieldName.Contains("Ada B")), `~ "Ada B"`},

		{"postsCreated", contact(featurebase.ContactFieldPostsCreated.Is(0)), `= 0`},
		{"postsCreated", contact(featurebase.ContactFieldPostsCreated.IsNot(1)), `!= 1`},
		{"commentsCreated", contact(featurebase.ContactFieldCommentsCreated.MoreThan(2)), `> 2`},
		{"commentsCreated", contact(featurebase.ContactFieldCommentsCreated.LessThan(3)), `< 3`},

		{"createdAt", contact(featurebase.ContactFieldCreatedAt.Is(at)), `= 1735689600`},
		{"createdAt", contact(featurebase.ContactFieldCreatedAt.IsNot(at)), `!= 1735689600`},
		{"lastActivity", contact(featurebase.ContactFieldLastActivity.After(at)), `> 1735689600`},
		{"lastActivity", contact(featurebase.ContactFieldLastActivity.Before(at)), `< 1735689600`},

		{"externalId", company(featurebase.CompanyFieldCompanyID.Is("a")), `= "a"`},
		{"name", company(featurebase.CompanyFieldName.Contains("Acme")), `~ "Acme"`},
		{"plan", company(featurebase.CompanyFieldPlan.IsNot("a")), `!= "a"`},
		{"industry", company(featurebase.CompanyFieldIndustry.OneOf("a")), `IN ["a"]`},
		{"website", company(featurebase.CompanyFieldWebsite.NoneOf("a")), `NIN ["a"]`},
		{"monthlySpend", company(featurebase.CompanyFieldMonthlySpend.Is(99.5)), `= 99.5`},
		{"monthlySpend", company(featurebase.CompanyFieldMonthlySpend.IsNot(0)), `!= 0`},
		{"monthlySpend", company(featurebase.CompanyFieldMonthlySpend.MoreThan(1)), `> 1`},
		{"monthlySpend", company(featurebase.CompanyFieldMonthlySpend.LessThan(2)), `< 2`},
		{"companySize", company(featurebase.CompanyFieldCompanySize.MoreThan(2)), `> 2`},
		{"linkedUsers", company(featurebase.CompanyFieldLinkedUsers.LessThan(3)), `< 3`},
		{"lastActivity", company(featurebase.CompanyFieldLastActivity.After(at)), `> 1735689600`},
		{"createdAt", company(featurebase.CompanyFieldCreatedAt.Before(at)), `< 1735689600`},

		{"assigneeId", post(featurebase.PostFieldAssigneeID.Is("a")), `= "a"`},
		{"assigneeId", post(featurebase.PostFieldAssigneeID.IsNot("a")), `!= "a"`},
		{"assigneeId", post(featurebase.PostFieldAssigneeID.OneOf("a", "b")), `IN ["a","b"]`},
		{"assigneeId", post(featurebase.PostFieldAssigneeID.NoneOf("a")), `NIN ["a"]`},
		{"assigneeId", post(featurebase.PostFieldAssigneeID.IsNull()), `= null`},
		{"assigneeId", post(featurebase.PostFieldAssigneeID.IsNotNull()), `!= null`},

		{"voterId", post(featurebase.PostFieldVoterID.Is("a")), `= "a"`},
		{"voterId", post(featurebase.PostFieldVoterID.OneOf("a", "b")), `IN ["a","b"]`},

		{"inReview", post(featurebase.PostFieldInReview.Is(false)), `= false`},
		{"isPinned", post(featurebase.PostFieldIsPinned.Is(true)), `= true`},

		{"upvotes", post(featurebase.PostFieldUpvotes.Is(0)), `= 0`},
		{"upvotes", post(featurebase.PostFieldUpvotes.IsNot(1)), `!= 1`},
		{"commentCount", post(featurebase.PostFieldCommentCount.MoreThan(2)), `> 2`},
		{"commentCount", post(featurebase.PostFieldCommentCount.LessThan(3)), `< 3`},
		{"monthlySpend", post(featurebase.PostFieldMonthlySpend.AtLeast(99.5)), `>= 99.5`},
		{"opportunityAmount", post(featurebase.PostFieldOpportunityAmount.AtMost(4)), `<= 4`},

		{"createdAt", post(featurebase.PostFieldCreatedAt.Is(at)), `= 1735689600`},
		{"createdAt", post(featurebase.PostFieldCreatedAt.IsNot(at)), `!= 1735689600`},
		{"updatedAt", post(featurebase.PostFieldUpdatedAt.After(at)), `> 1735689600`},
		{"updatedAt", post(featurebase.PostFieldUpdatedAt.Before(at)), `< 1735689600`},
		{"eta", post(featurebase.PostFieldETA.NotBefore(at)), `>= 1735689600`},
		{"eta", post(featurebase.PostFieldETA.NotAfter(at)), `<= 1735689600`},

		{"boardId", post(featurebase.PostFieldBoardID.Is("a")), `= "a"`},
		{"statusId", post(featurebase.PostFieldStatusID.Is("a")), `= "a"`},
		{"tagId", post(featurebase.PostFieldTagID.Is("a")), `= "a"`},
		{"authorId", post(featurebase.PostFieldAuthorID.Is("a")), `= "a"`},
		{"companyId", post(featurebase.PostFieldCompanyID.Is("a")), `= "a"`},

		{"customAttributes.plan_1", conversationFilters{featurebase.ConversationFieldCustomAttribute("plan_1").OneOf("Free")}, `IN ["Free"]`},
		{"customAttributes.1", conversationFilters{featurebase.AmountRangeField[featurebase.Conversation](featurebase.ConversationFieldCustomAttribute("1")).AtLeast(3)}, `>= 3`},
	} {
		t.Run(tc.field+" "+tc.want, func(t *testing.T) {
			t.Parallel()
			operator, value, _ := strings.Cut(tc.want, " ")
			encoded, err := json.Marshal(tc.filters)
			require.NoError(t, err)
			assert.JSONEq(t, fmt.Sprintf(`{"field":%q,"operator":%q,"value":%s}`, tc.field, operator, value), string(encoded))
		})
	}
}

func TestFilters_areCombinedWithAND(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		filters contactFilters
		want    string
	}{
		{"none", nil, `{}`},
		{"empty", contactFilters{}, `{}`},
		{"two", contactFilters{featurebase.ContactFieldEmail.Is("a"), featurebase.ContactFieldPostsCreated.Is(0)},
			`{"query":{"operator":"AND","value":[{"field":"email","operator":"=","value":"a"},{"field":"postsCreated","operator":"=","value":0}]}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, contactSearchJSON)
			_, err := newClient(t, rt).Contacts.Search(t.Context(), featurebase.ContactSearchParams{Filters: tc.filters})
			require.NoError(t, err)
			assert.Equal(t, tc.want, (*sent)[0].body)
		})
	}
}

func TestFilters_refusesWhatTheAPIWould(t *testing.T) {
	t.Parallel()
	const notMade = "it has no field or operator: want one made by a field, like ContactFieldEmail.Is"
	for _, tc := range []struct {
		name    string
		filters contactFilters
		want    string // empty: accepted
	}{
		{"15 filters", slices.Repeat(contactFilters{featurebase.ContactFieldName.Is("A")}, 15), ""},
		{"16 filters", slices.Repeat(contactFilters{featurebase.ContactFieldName.Is("A")}, 16), "Filters: want at most 15, but there are 16"},
		{"an empty filter", contactFilters{featurebase.ContactFieldName.Is("A"), {}}, "Filters[1]: " + notMade},
		{"no operator", contactFilters{{Field: "name", Value: "A"}}, "Filters[0]: " + notMade},
		{"no field", contactFilters{{Operator: "=", Value: "A"}}, "Filters[0]: " + notMade},
		{"one of nothing", contactFilters{featurebase.ContactFieldEmail.OneOf()}, "Filters[0]: email IN has no values: want at least one"},
		{"none of nothing", contactFilters{featurebase.ContactFieldType.NoneOf()}, "Filters[0]: type NIN has no values: want at least one"},
		{"empty text", contactFilters{featurebase.ContactFieldEmail.Is("")}, "Filters[0]: email = has no value: want one that is not empty"},
		{"empty type", contactFilters{featurebase.ContactFieldType.Is("")}, "Filters[0]: type = has no value: want one that is not empty"},
		{"empty ID", contactFilters{featurebase.ContactFieldUserID.Is("")}, "Filters[0]: externalId = has no value: want one that is not empty"},
		{"empty among IDs", contactFilters{featurebase.ContactFieldCompanyID.OneOf(contactID, "")}, "Filters[0]: companyIds IN has no value: want one that is not empty"},
		{"empty words", contactFilters{featurebase.ContactFieldName.Contains("")}, "Filters[0]: name ~ has no value: want one that is not empty"},
		{"empty name", contactFilters{featurebase.ContactFieldName.Is("")}, ""},
		{"empty among names", contactFilters{featurebase.ContactFieldName.OneOf("Ada", "")}, ""},
		{"zero", contactFilters{featurebase.ContactFieldPostsCreated.Is(0)}, ""},
		{"null", contactFilters{{Field: "name", Operator: "=", Value: nil}}, ""},
		{"what JSON has no form for", contactFilters{{Field: "name", Operator: "=", Value: math.NaN()}}, "params: can't be encoded as JSON"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, contactSearchJSON)
			_, err := newClient(t, rt).Contacts.Search(t.Context(), featurebase.ContactSearchParams{Filters: tc.filters})
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			assert.EqualError(t, err, "featurebase: invalid "+tc.want+"; nothing was sent")
			requireErrorAs[*featurebase.ArgumentError](t, err)
			assert.Empty(t, *sent)
		})
	}
}

func TestConversationFieldCustomAttribute_needsAnID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "ada@example.com", "a.b", "a b"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, conversationSearchJSON)
			filters := conversationFilters{featurebase.ConversationFieldCustomAttribute(id).Is("Free")}
			_, err := newClient(t, rt).Conversations.Search(t.Context(), featurebase.ConversationSearchParams{Filters: filters})
			assert.EqualError(t, err, "featurebase: invalid Filters[0]: no attribute has this ID: want an ID that the API returned: letters, digits, - and _; nothing was sent")
			assert.Empty(t, *sent)
		})
	}
}
