package featurebase_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"math"
	"path/filepath"
	"reflect"
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
	at, within := time.Unix(1735689600, 0), time.Unix(1735689600, 400e6)
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
		{"lastActivity", contact(featurebase.ContactFieldLastActivity.NotBefore(at)), `> 1735689599`},
		{"createdAt", contact(featurebase.ContactFieldCreatedAt.Is(within)), `= 1735689600`},
		{"createdAt", contact(featurebase.ContactFieldCreatedAt.IsNot(within)), `!= 1735689600`},
		{"lastActivity", contact(featurebase.ContactFieldLastActivity.After(within)), `> 1735689599`},
		{"lastActivity", contact(featurebase.ContactFieldLastActivity.Before(within)), `< 1735689601`},
		{"lastActivity", contact(featurebase.ContactFieldLastActivity.NotBefore(within)), `> 1735689599`},

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
		{"updatedAt", post(featurebase.PostFieldUpdatedAt.After(within)), `> 1735689599`},
		{"updatedAt", post(featurebase.PostFieldUpdatedAt.Before(within)), `< 1735689601`},
		{"eta", post(featurebase.PostFieldETA.NotBefore(within)), `>= 1735689600`},
		{"eta", post(featurebase.PostFieldETA.NotAfter(within)), `<= 1735689601`},

		{"boardId", post(featurebase.PostFieldBoardID.Is("a")), `= "a"`},
		{"statusId", post(featurebase.PostFieldStatusID.Is("a")), `= "a"`},
		{"tagId", post(featurebase.PostFieldTagID.Is("a")), `= "a"`},
		{"authorId", post(featurebase.PostFieldAuthorID.Is("a")), `= "a"`},
		{"companyId", post(featurebase.PostFieldCompanyID.Is("a")), `= "a"`},

		{"createdAt", conversationFilters{featurebase.ConversationFieldCreatedAt.Is(within)}, `= 1735689600`},
		{"createdAt", conversationFilters{featurebase.ConversationFieldCreatedAt.After(at)}, `> 1735689600`},
		{"createdAt", conversationFilters{featurebase.ConversationFieldCreatedAt.After(within)}, `> 1735689599`},
		{"createdAt", conversationFilters{featurebase.ConversationFieldCreatedAt.Before(within)}, `< 1735689601`},
		{"createdAt", conversationFilters{featurebase.ConversationFieldCreatedAt.NotBefore(within)}, `> 1735689599`},

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
		{"no ID of no form", contactFilters{featurebase.ContactFieldUserID.OneOf()}, "Filters[0]: externalId IN has no values: want at least one"},
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

// searchFields lists all fields of searches, and those with IDs by the form of their
// values.
var searchFields = map[string]struct {
	field any
	takes string // what values are; empty: no IDs
}{
	"CommentFieldAuthorID":              {featurebase.CommentFieldAuthorID, featurebaseIDs},
	"CommentFieldPostID":                {featurebase.CommentFieldPostID, featurebaseIDs},
	"CommentFieldChangelogID":           {featurebase.CommentFieldChangelogID, featurebaseIDs},
	"CommentFieldParentCommentID":       {featurebase.CommentFieldParentCommentID, featurebaseIDs},
	"CommentFieldIsPrivate":             {featurebase.CommentFieldIsPrivate, ""},
	"CommentFieldInReview":              {featurebase.CommentFieldInReview, ""},
	"CommentFieldCreatedAt":             {featurebase.CommentFieldCreatedAt, ""},
	"CommentFieldUpvotes":               {featurebase.CommentFieldUpvotes, ""},
	"CommentFieldScore":                 {featurebase.CommentFieldScore, ""},
	"CommentFieldConfidenceScore":       {featurebase.CommentFieldConfidenceScore, ""},
	"CompanyFieldCompanyID":             {featurebase.CompanyFieldCompanyID, idsOfYourOwn},
	"CompanyFieldName":                  {featurebase.CompanyFieldName, ""},
	"CompanyFieldPlan":                  {featurebase.CompanyFieldPlan, ""},
	"CompanyFieldIndustry":              {featurebase.CompanyFieldIndustry, ""},
	"CompanyFieldWebsite":               {featurebase.CompanyFieldWebsite, ""},
	"CompanyFieldMonthlySpend":          {featurebase.CompanyFieldMonthlySpend, ""},
	"CompanyFieldCompanySize":           {featurebase.CompanyFieldCompanySize, ""},
	"CompanyFieldLinkedUsers":           {featurebase.CompanyFieldLinkedUsers, ""},
	"CompanyFieldLastActivity":          {featurebase.CompanyFieldLastActivity, ""},
	"CompanyFieldCreatedAt":             {featurebase.CompanyFieldCreatedAt, ""},
	"ContactFieldUserID":                {featurebase.ContactFieldUserID, idsOfYourOwn},
	"ContactFieldEmail":                 {featurebase.ContactFieldEmail, ""},
	"ContactFieldName":                  {featurebase.ContactFieldName, ""},
	"ContactFieldType":                  {featurebase.ContactFieldType, ""},
	"ContactFieldCompanyID":             {featurebase.ContactFieldCompanyID, featurebaseIDs},
	"ContactFieldPostsCreated":          {featurebase.ContactFieldPostsCreated, ""},
	"ContactFieldCommentsCreated":       {featurebase.ContactFieldCommentsCreated, ""},
	"ContactFieldLastActivity":          {featurebase.ContactFieldLastActivity, ""},
	"ContactFieldCreatedAt":             {featurebase.ContactFieldCreatedAt, ""},
	"ConversationFieldState":            {featurebase.ConversationFieldState, ""},
	"ConversationFieldPriority":         {featurebase.ConversationFieldPriority, ""},
	"ConversationFieldAdminAssigneeID":  {featurebase.ConversationFieldAdminAssigneeID, featurebaseIDs},
	"ConversationFieldTeamAssigneeID":   {featurebase.ConversationFieldTeamAssigneeID, featurebaseIDs},
	"ConversationFieldBrandID":          {featurebase.ConversationFieldBrandID, featurebaseIDs},
	"ConversationFieldTagID":            {featurebase.ConversationFieldTagID, featurebaseIDs},
	"ConversationFieldParticipantID":    {featurebase.ConversationFieldParticipantID, featurebaseIDs},
	"ConversationFieldCompanyID":        {featurebase.ConversationFieldCompanyID, idsOfYourOwn},
	"ConversationFieldMentionedAdminID": {featurebase.ConversationFieldMentionedAdminID, featurebaseIDs},
	"ConversationFieldCreatedAt":        {featurebase.ConversationFieldCreatedAt, ""},
	"PostFieldBoardID":                  {featurebase.PostFieldBoardID, featurebaseIDs},
	"PostFieldStatusID":                 {featurebase.PostFieldStatusID, featurebaseIDs},
	"PostFieldTagID":                    {featurebase.PostFieldTagID, featurebaseIDs},
	"PostFieldAuthorID":                 {featurebase.PostFieldAuthorID, featurebaseIDs},
	"PostFieldVoterID":                  {featurebase.PostFieldVoterID, featurebaseIDs},
	"PostFieldAssigneeID":               {featurebase.PostFieldAssigneeID, featurebaseIDs},
	"PostFieldCompanyID":                {featurebase.PostFieldCompanyID, idsOfYourOwn},
	"PostFieldCreatedAt":                {featurebase.PostFieldCreatedAt, ""},
	"PostFieldUpdatedAt":                {featurebase.PostFieldUpdatedAt, ""},
	"PostFieldETA":                      {featurebase.PostFieldETA, ""},
	"PostFieldUpvotes":                  {featurebase.PostFieldUpvotes, ""},
	"PostFieldCommentCount":             {featurebase.PostFieldCommentCount, ""},
	"PostFieldMonthlySpend":             {featurebase.PostFieldMonthlySpend, ""},
	"PostFieldOpportunityAmount":        {featurebase.PostFieldOpportunityAmount, ""},
	"PostFieldInReview":                 {featurebase.PostFieldInReview, ""},
	"PostFieldIsPinned":                 {featurebase.PostFieldIsPinned, ""},
}

const (
	featurebaseIDs = "24 hexadecimal characters"
	idsOfYourOwn   = "an ID of your own system"
)

func TestSearchFields_areAllListed(t *testing.T) {
	t.Parallel()
	declared := map[string]bool{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == gotoken.CONST && file.Name.Name == "featurebase" {
				for _, spec := range d.Specs {
					spec := spec.(*ast.ValueSpec)
					if _, generic := spec.Type.(*ast.IndexExpr); generic {
						declared[spec.Names[0].Name] = true
					} else if _, generic := spec.Type.(*ast.IndexListExpr); generic {
						declared[spec.Names[0].Name] = true
					}
				}
			}
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(declared)), slices.Collect(maps.Keys(searchFields)))
}

// A search with a value that can't be an ID would find nothing, as if there were
// nothing to find.
func TestSearchFields_withIDsRefuseWhatCanBeNone(t *testing.T) {
	t.Parallel()
	for name, tc := range searchFields {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.takes == "" {
				assert.NotRegexp(t, "IDs?$", name)
				return
			}
			field := reflect.ValueOf(tc.field)
			good, bad := []string{contactID, strings.ToUpper(contactID)}, []string{"", "ada@example.com", "ideas", contactID + "0"}
			wrong := "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but "
			if tc.takes == idsOfYourOwn {
				good, bad = []string{"u 1/ü", contactID, strings.Repeat("x", 500)}, []string{"", " u1", "u1\u200b", strings.Repeat("x", 501)}
				wrong = "want an ID of your own system"
			}
			tried := 0
			for m := range field.NumMethod() {
				method, operator := field.Method(m), field.Type().Method(m).Name
				if method.Type().NumIn() == 0 { // IsNull
					require.NoError(t, search(t, method.Call(nil)[0].Interface()))
					continue
				}
				tried++
				several := []reflect.Value{}
				for _, id := range good {
					several = append(several, reflect.ValueOf(id))
					require.NoError(t, search(t, method.Call([]reflect.Value{reflect.ValueOf(id)})[0].Interface()), "%s %q", operator, id)
				}
				for _, id := range bad {
					values := []reflect.Value{reflect.ValueOf(id)}
					if method.Type().IsVariadic() {
						values = append(slices.Clone(several), values...)
					}
					err := search(t, method.Call(values)[0].Interface())
					invalid := requireErrorAs[*featurebase.InvalidIDError](t, err)
					assert.Equal(t, id, invalid.ID)
					assert.Equal(t, "Filters[0]", invalid.Param)
					assert.ErrorContains(t, err, fmt.Sprintf("featurebase: invalid Filters[0]: for %s, %s", field.String(), wrong))
				}
			}
			assert.GreaterOrEqual(t, tried, 2)
		})
	}
}

// search searches with one filter, and fails the test if a search that is refused
// was sent.
func search(t *testing.T, filter any) (err error) {
	t.Helper()
	rt, sent := recording(200, `{"object":"list","data":[],"nextCursor":null}`)
	c := newClient(t, rt)
	switch f := filter.(type) {
	case featurebase.Filter[featurebase.Contact]:
		_, err = c.Contacts.Search(t.Context(), featurebase.ContactSearchParams{Filters: contactFilters{f}})
	case featurebase.Filter[featurebase.Company]:
		_, err = c.Companies.Search(t.Context(), featurebase.CompanySearchParams{Filters: companyFilters{f}})
	case featurebase.Filter[featurebase.Post]:
		_, err = c.Posts.Search(t.Context(), featurebase.PostSearchParams{Filters: postFilters{f}})
	case featurebase.Filter[featurebase.Comment]:
		_, err = c.Comments.Search(t.Context(), featurebase.CommentSearchParams{Filters: featurebase.Filters[featurebase.Comment]{f}})
	case featurebase.Filter[featurebase.Conversation]:
		_, err = c.Conversations.Search(t.Context(), featurebase.ConversationSearchParams{Filters: conversationFilters{f}})
	default:
		t.Fatalf("there is no search with a %T", filter)
	}
	assert.Equal(t, err == nil, len(*sent) == 1)
	return err
}

func TestFilter_ofAnIDWhoseValueWasReplacedSaysWhatItTakes(t *testing.T) {
	t.Parallel()
	f := featurebase.PostFieldAuthorID.Is(contactID)
	f.Value = 3
	require.EqualError(t, search(t, f), "featurebase: invalid Filters[0]: for authorId, want a string or a []string, but it is a int; nothing was sent")
}

// Whether the API leaves out the fractions of stored times is not documented. With
// either comparison, nothing that the caller asked for may be missed.
func TestTimeFields_missNothingHoweverTheAPICompares(t *testing.T) {
	t.Parallel()
	second := time.Unix(1735689600, 0)
	bounds := []time.Time{second, second.Add(time.Millisecond), second.Add(400 * time.Millisecond), second.Add(999 * time.Millisecond)}
	objects := []time.Time{}
	for ms := -5000; ms <= 5000; ms += 100 {
		objects = append(objects, second.Add(time.Duration(ms)*time.Millisecond))
	}
	type bound struct {
		name   string
		filter func(time.Time) (operator string, value any)
		wanted func(object, bound time.Time) bool
	}
	notBefore := func(o, b time.Time) bool { return !o.Before(b) }
	notAfter := func(o, b time.Time) bool { return !o.After(b) }
	for _, tc := range []bound{
		{"TimeField.NotBefore", func(b time.Time) (string, any) {
			f := featurebase.ContactFieldCreatedAt.NotBefore(b)
			return f.Operator, f.Value
		}, notBefore},
		{"TimeField.Before", func(b time.Time) (string, any) {
			f := featurebase.ContactFieldCreatedAt.Before(b)
			return f.Operator, f.Value
		}, time.Time.Before},
		{"TimeMatchField.NotBefore", func(b time.Time) (string, any) {
			f := featurebase.ConversationFieldCreatedAt.NotBefore(b)
			return f.Operator, f.Value
		}, notBefore},
		{"TimeMatchField.Before", func(b time.Time) (string, any) {
			f := featurebase.ConversationFieldCreatedAt.Before(b)
			return f.Operator, f.Value
		}, time.Time.Before},
		{"TimeRangeField.NotBefore", func(b time.Time) (string, any) {
			f := featurebase.PostFieldCreatedAt.NotBefore(b)
			return f.Operator, f.Value
		}, notBefore},
		{"TimeRangeField.NotAfter", func(b time.Time) (string, any) {
			f := featurebase.PostFieldCreatedAt.NotAfter(b)
			return f.Operator, f.Value
		}, notAfter},
		{"TimeRangeField.Before", func(b time.Time) (string, any) {
			f := featurebase.PostFieldCreatedAt.Before(b)
			return f.Operator, f.Value
		}, time.Time.Before},
		{"After, of a fraction", func(b time.Time) (string, any) {
			f := featurebase.ConversationFieldCreatedAt.After(b)
			return f.Operator, f.Value
		}, time.Time.After},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, b := range bounds {
				if b == second && tc.name == "After, of a fraction" {
					continue
				}
				operator, value := tc.filter(b)
				for _, o := range objects {
					for _, stored := range []int64{o.UnixMilli(), o.Unix() * 1000} {
						order := cmp.Compare(stored, value.(int64)*1000)
						found := map[string]bool{">": order > 0, "<": order < 0, ">=": order >= 0, "<=": order <= 0}[operator]
						assert.True(t, found || !tc.wanted(o, b), "bound %v, %s %v: %v is missed", b, operator, value, o)
						assert.True(t, !found || o.Sub(b).Abs() < 2*time.Second || tc.wanted(o, b), "bound %v, %s %v: %v is far off", b, operator, value, o)
					}
				}
			}
		})
	}
}
