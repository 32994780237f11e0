package featurebase

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const anyID = "507f1f77bcf86cd799439011"

// validParams holds all params that methods take, and what is in them, each with
// the least that is right.
var validParams = []any{
	AuditLogListParams{}, AuthorParams{}, ChangelogSubscriberAddParams{Emails: []string{"ada@example.com"}},
	ChangelogSubscriberRemoveParams{Emails: []string{"ada@example.com"}}, CommentCreateParams{Content: "Hi", PostID: anyID}, CommentListParams{},
	CommentSearchParams{}, CommentUpdateParams{}, CompanyContactListParams{}, CompanyListParams{}, CompanySearchParams{},
	CompanyUpsertParams{CompanyID: "c1", Name: "Acme"}, ContactListParams{}, ContactSearchParams{}, ContactUpsertParams{UserID: "u1"},
	ContactUpsertCompany{CompanyID: "c1", Name: "Acme"}, ConversationAttributeListParams{},
	ConversationCreateParams{From: ConversationSender{Type: ConversationSenderTypeContact, ID: anyID}, BodyMarkdown: "Hi"}, ConversationGetParams{}, ConversationListParams{},
	ConversationMarkAsRead{}, ConversationParticipantAddParams{Participant: ConversationParticipantParams{Email: "ada@example.com"}},
	ConversationParticipantParams{Email: "ada@example.com"}, ConversationParticipantRemoveParams{ID: anyID}, ConversationRecipientList{},
	ConversationRecipients{}, ConversationRedactParams{ConversationID: "1", ConversationPartID: "1"},
	ConversationReplyParams{Type: ConversationSenderTypeContact, ID: anyID, MessageType: ConversationMessageTypeReply, BodyMarkdown: "Hi"}, ConversationSearchParams{},
	ConversationSender{Type: ConversationSenderTypeContact, ID: anyID}, ConversationTagAttachParams{TagID: anyID, ActingAdminID: anyID},
	ConversationTagCreateParams{Name: "x"}, ConversationTagDeleteParams{}, ConversationTagDetachParams{ActingAdminID: anyID},
	ConversationTagRenameParams{ID: anyID, Name: "x"}, ConversationUpdateParams{}, PostCreateParams{BoardID: anyID, Title: "It"}, PostIntegrationTargets{},
	PostListParams{}, PostSearchParams{}, PostUpdateParams{}, SurveyListParams{}, SurveyResponseListParams{},
	TicketCreateParams{TicketCategoryID: anyID, Title: "It", Author: &AuthorParams{ID: anyID}}, TicketFile{FieldID: anyID, Name: "a.txt", Content: strings.NewReader("a")},
	TicketListParams{}, TicketReplyParams{Type: "anybody", ContactID: anyID, Body: "Hi"}, TicketUpdateParams{},
	VoterAddParams{ID: anyID}, VoterListParams{}, VoterRemoveParams{ID: anyID}, WebhookListParams{},
	WebhookCreateParams{Name: "x", URL: "https://example.com", Topics: []WebhookTopic{"x"}}, WebhookRequestConfigParams{}, Date{2026, time.June, 1},
}

// documentedLimits are the limits and forms of the vendor's reference, and where
// that is silent, of the forms of IDs, by the name of the field. They are written
// by hand and not taken from the tags, so that a tag that is lost is noticed.
//
// Sources: the OpenAPI document of 2026-01-01.nova for what creates, updates and
// lists; the types of featurebase-node 0.14.1 for searches and audit logs.
const documentedLimits = `
AuditLogListParams.Limit                         limit
AuthorParams.ID                                  id
AuthorParams.UserID                              ownID 255
AuthorParams.Email                               email
AuthorParams.Name                                max 255
ChangelogSubscriberAddParams.Emails              required, items 1000, email
ChangelogSubscriberRemoveParams.Emails           required, items 1000, email
CommentCreateParams.Content                      required, min 2
CommentCreateParams.PostID                       slug
CommentCreateParams.ChangelogID                  slug
CommentCreateParams.ParentCommentID              id
CommentCreateParams.Upvotes                      nonNegative
CommentCreateParams.Downvotes                    nonNegative
CommentListParams.PostID                         id
CommentListParams.ChangelogID                    id
CommentListParams.Limit                          limit
CommentListParams.Cursor                         max 512
CommentSearchParams.Text                         max 500
CommentSearchParams.Limit                        limit
CommentUpdateParams.Content                      min 2
CommentUpdateParams.Upvotes                      nonNegative
CommentUpdateParams.Downvotes                    nonNegative
CompanyContactListParams.Limit                   limit
CompanyContactListParams.Cursor                  max 512
CompanyListParams.Limit                          limit
CompanyListParams.Cursor                         max 512
CompanySearchParams.Limit                        limit
CompanyUpsertParams.CompanyID                    required, ownID 500
CompanyUpsertParams.Name                         required, max 500
CompanyUpsertParams.CompanySize                  nonNegative
CompanyUpsertParams.CustomFields                 values
CompanyUpsertParams.Industry                     notNull, max 500
CompanyUpsertParams.MonthlySpend                 notNull, nonNegative
CompanyUpsertParams.Plan                         notNull, max 500
CompanyUpsertParams.Website                      notNull, max 500
ContactListParams.Limit                          limit
ContactListParams.Cursor                         max 512
ContactSearchParams.Limit                        limit
ContactUpsertParams.UserID                       ownID 500
ContactUpsertParams.Email                        email, max 500
ContactUpsertParams.Name                         notNull, max 500
ContactUpsertParams.ProfilePicture               url
ContactUpsertParams.Phone                        max 500
ContactUpsertParams.Locale                       notNull, max 10
ContactUpsertParams.Roles                        items 100, max 255
ContactUpsertParams.Companies                    items 100
ContactUpsertParams.CustomFields                 values
ContactUpsertParams.SubscribedToChangelog        notNull
ContactUpsertParams.UserHash                     max 256
ContactUpsertCompany.CompanyID                   required, ownID 500
ContactUpsertCompany.Name                        required, max 500
ContactUpsertCompany.CompanyHash                 max 256
ContactUpsertCompany.CompanySize                 nonNegative
ContactUpsertCompany.CustomFields                values
ContactUpsertCompany.Industry                    notNull, max 500
ContactUpsertCompany.MonthlySpend                notNull, nonNegative
ContactUpsertCompany.Plan                        notNull, max 500
ContactUpsertCompany.Website                     notNull, max 500
ConversationCreateParams.BodyMarkdown            required
ConversationCreateParams.Subject                 max 500
ConversationListParams.TagIDs                    id
ConversationListParams.Limit                     limit
ConversationListParams.Cursor                    max 512
ConversationMarkAsRead.AdminIDs                  id, items 255
ConversationMarkAsRead.ContactIDs                id, items 255
ConversationParticipantAddParams.ActingAdminID   id
ConversationParticipantParams.ID                 id
ConversationParticipantParams.UserID             ownID 255
ConversationParticipantParams.Email              email
ConversationParticipantRemoveParams.ID           required, id
ConversationParticipantRemoveParams.ActingAdminID id
ConversationRecipientList.IDs                    id, items 50
ConversationRecipientList.Emails                 email, items 50
ConversationRedactParams.ConversationID          required, shortID
ConversationRedactParams.ConversationPartID      required, shortID
ConversationRedactParams.ActingAdminID           id
ConversationReplyParams.Type                     required
ConversationReplyParams.ID                       id
ConversationReplyParams.UserID                   ownID 255
ConversationReplyParams.MessageType              required
ConversationReplyParams.BodyMarkdown             required
ConversationSearchParams.Limit                   limit
ConversationSender.Type                          required
ConversationSender.ID                            required, id
ConversationTagAttachParams.TagID                required, id
ConversationTagAttachParams.ActingAdminID        required, id
ConversationTagCreateParams.Name                 required, max 255
ConversationTagCreateParams.ActingAdminID        id
ConversationTagDeleteParams.ActingAdminID        id
ConversationTagDetachParams.ActingAdminID        required, id
ConversationTagRenameParams.ID                   required, id
ConversationTagRenameParams.Name                 required, max 255
ConversationTagRenameParams.ActingAdminID        id
ConversationUpdateParams.Title                   notNull, max 255
ConversationUpdateParams.AdminAssigneeID         id
ConversationUpdateParams.TeamAssigneeID          id
ConversationUpdateParams.CustomAttributes        anyValues
ConversationUpdateParams.ActingAdminID           id
PostCreateParams.BoardID                         required, id
PostCreateParams.Title                           required, min 2, max 512
PostCreateParams.AssigneeID                      id
PostCreateParams.StatusID                        id
PostCreateParams.Tags                            items 50, max 255
PostCreateParams.CustomFields                    postValues
PostCreateParams.Upvotes                         nonNegative
PostCreateParams.NotifyAdmins                    notNull
PostListParams.BoardIDs                          id, items 50
PostListParams.StatusIDs                         id, items 50
PostListParams.Tags                              items 50, max 255
PostListParams.Text                              max 255
PostListParams.Limit                             limit
PostListParams.Cursor                            max 512
PostSearchParams.Text                            max 500
PostSearchParams.Limit                           limit
PostUpdateParams.BoardID                         id
PostUpdateParams.Title                           min 2, max 512
PostUpdateParams.Content                         notNull
PostUpdateParams.AssigneeID                      id
PostUpdateParams.StatusID                        id
PostUpdateParams.Tags                            items 50, max 255
PostUpdateParams.CustomFields                    postValues
PostUpdateParams.Upvotes                         nonNegative
SurveyListParams.Limit                           limit
SurveyListParams.Cursor                          max 512
SurveyResponseListParams.PageID                  opaqueID
SurveyResponseListParams.Limit                   limit
SurveyResponseListParams.Cursor                  max 512
TicketCreateParams.TicketCategoryID              required, id
TicketCreateParams.Title                         required, min 2
TicketCreateParams.Author                        required
TicketCreateParams.StatusID                      id
TicketCreateParams.AssigneeID                    id
TicketCreateParams.CompanyID                     ownID 255
TicketCreateParams.LinkedConversationID          opaqueID
TicketCreateParams.CustomFields                  ticketValues
TicketListParams.CategoryIDs                     id
TicketListParams.StatusIDs                       id
TicketListParams.AssigneeID                      id
TicketListParams.Limit                           limit
TicketListParams.Cursor                          max 512
TicketReplyParams.Type                           required
TicketReplyParams.AdminID                        id
TicketReplyParams.ContactID                      id
TicketReplyParams.ContactEmail                   email
TicketReplyParams.Body                           required
TicketReplyParams.AttachmentURLs                 items 10
TicketUpdateParams.Title                         min 2
TicketUpdateParams.Content                       notNull
TicketUpdateParams.StatusID                      id
TicketUpdateParams.Open                          notNull
TicketUpdateParams.AssigneeID                    id
TicketUpdateParams.CompanyID                     ownID 255
TicketUpdateParams.CustomFields                  ticketValues
VoterAddParams.ID                                id
VoterAddParams.UserID                            ownID 255
VoterAddParams.Email                             email
VoterAddParams.Name                              max 255
VoterListParams.Limit                            limit
VoterListParams.Cursor                           max 512
VoterRemoveParams.ID                             id
VoterRemoveParams.UserID                         ownID 255
VoterRemoveParams.Email                          email
WebhookListParams.Limit                          limit
WebhookListParams.Cursor                         max 512
WebhookCreateParams.Name                         required, max 255
WebhookCreateParams.URL                          required
WebhookCreateParams.Topics                       required
WebhookCreateParams.Description                  max 500
`

// A bound is a value for a field just inside or just outside of a limit.
type bound struct {
	typ   reflect.Type // of the params
	field string
	set   func(field reflect.Value)
	want  string // of the reason why it is refused; "": it is not
}

// check returns how the params with the value differ from what is documented.
func (b bound) check() string {
	i := slices.IndexFunc(validParams, func(p any) bool { return reflect.TypeOf(p) == b.typ })
	params := reflect.New(b.typ).Elem()
	params.Set(reflect.ValueOf(validParams[i]))
	b.set(params.FieldByName(b.field))
	var found []string
	for _, err := range checkParams(nil, params.Interface()) {
		switch err := err.(type) { //nolint:errorlint // they are not wrapped
		case *ArgumentError:
			if strings.HasPrefix(err.Name, b.field) {
				found = append(found, err.Reason)
			}
		case *InvalidIDError:
			if strings.HasPrefix(err.Param, b.field) {
				found = append(found, err.Reason)
			}
		}
	}
	switch {
	case b.want == "" && len(found) > 0:
		return fmt.Sprintf("%s.%s: a value inside the limit is refused: %s", b.typ.Name(), b.field, found[0])
	case b.want != "" && !slices.ContainsFunc(found, func(reason string) bool { return strings.Contains(reason, b.want) }):
		return fmt.Sprintf("%s.%s: a value outside the limit is not refused with %q, but with %q", b.typ.Name(), b.field, b.want, found)
	}
	return ""
}

// setText sets a text, optional text, or slice of one text.
func setText(text string) func(reflect.Value) {
	return func(v reflect.Value) {
		switch {
		case v.Kind() == reflect.Slice:
			list := reflect.MakeSlice(v.Type(), 1, 1)
			list.Index(0).SetString(text)
			v.Set(list)
		case v.Type() == reflect.TypeFor[Optional[string]]():
			v.Set(reflect.ValueOf(Value(text)))
		default:
			v.SetString(text)
		}
	}
}

// setNumber sets a number, or optional number.
func setNumber(n float64) func(reflect.Value) {
	return func(v reflect.Value) {
		switch v.Interface().(type) {
		case int:
			v.SetInt(int64(n))
		case Optional[int]:
			v.Set(reflect.ValueOf(Value(int(n))))
		case Optional[float64]:
			v.Set(reflect.ValueOf(Value(n)))
		}
	}
}

// setNull sets an optional to null.
func setNull(v reflect.Value) {
	switch v.Interface().(type) {
	case Optional[string]:
		v.Set(reflect.ValueOf(Null[string]()))
	case Optional[float64]:
		v.Set(reflect.ValueOf(Null[float64]()))
	case Optional[bool]:
		v.Set(reflect.ValueOf(Null[bool]()))
	}
}

// setItems sets a slice with n elements that are right.
func setItems(n int) func(reflect.Value) {
	return func(v reflect.Value) {
		list := reflect.MakeSlice(v.Type(), n, n)
		for i := range n {
			switch item := list.Index(i); item.Interface().(type) {
			case ContactUpsertCompany:
				item.Set(reflect.ValueOf(ContactUpsertCompany{CompanyID: "c1", Name: "Acme"}))
			default:
				item.SetString(anyID)
			}
		}
		v.Set(list)
	}
}

func setField(value any) func(reflect.Value) {
	return func(v reflect.Value) { v.Set(reflect.ValueOf(map[string]any{"k": value})) }
}

// bounds returns the values to try for a limit.
func bounds(t *testing.T, limit string) (sets []func(reflect.Value), wants []string) {
	t.Helper()
	add := func(set func(reflect.Value), want string) { sets, wants = append(sets, set), append(wants, want) }
	name, arg, _ := strings.Cut(limit, " ")
	n, _ := strconv.Atoi(arg)
	const hex, own, short, opaque, slug = "want exactly 24 hexadecimal", "want an ID of your own system", "letters and digits", "letters, digits, - and _", "or a slug without"
	switch name {
	case "required":
		add(reflect.Value.SetZero, "it is required")
	case "notNull":
		add(setNull, "the API can't clear it")
	case "min":
		add(setText(strings.Repeat("é", n-1)), fmt.Sprintf("want at least %d characters, but it has %d", n, n-1))
		add(setText(strings.Repeat("é", n)), "")
	case "max":
		add(setText(strings.Repeat("é", n)), "")
		add(setText(strings.Repeat("é", n+1)), fmt.Sprintf("want at most %d characters, but it has %d", n, n+1))
	case "items":
		add(setItems(n), "")
		add(setItems(n+1), fmt.Sprintf("want at most %d, but there are %d", n, n+1))
	case "limit":
		add(setNumber(-1), "want 1 to 100")
		add(setNumber(0), "")
		add(setNumber(100), "")
		add(setNumber(101), "want 1 to 100")
	case "nonNegative":
		add(setNumber(0), "")
		add(setNumber(-1), "want 0 or more")
	case "email":
		add(setText("ada@example.com"), "")
		add(setText(" ada+x@localhost "), "")
		add(setText(`"ada lovelace, countess"@example.com`), "")
		for _, bad := range []string{"ada", "@example.com", "ada@", "a da@example.com", "ada@example.com, bob@example.com", "Ada <ada@example.com>"} {
			add(setText(bad), "want one email address")
		}
	case "url":
		add(setText("https://example.com/ada.png"), "")
		add(setText("example.com/ada.png"), "want a URL with its scheme")
		add(setText(""), "want a URL with its scheme")
	case "id":
		add(setText(strings.ToUpper(anyID)), "")
		add(setText(anyID[1:]), hex)
	case "shortID":
		add(setText("a1B2c3D4e5F6g7H8"), "")
		add(setText("a1B2c3D4e5F6g7H8i"), short)
		add(setText("a-1"), short)
	case "opaqueID":
		add(setText("a-1_B"), "")
		add(setText("a 1"), opaque)
	case "slug":
		add(setText("dark-mode"), "")
		add(setText("dark/mode"), slug)
	case "ownID":
		add(setText(strings.Repeat("é", n)), "")
		add(setText(strings.Repeat("é", n+1)), fmt.Sprintf("of at most %d characters, but it has %d", n, n+1))
		add(setText("\ufeff u1\n"), own)
	case "values":
		add(setField([]any{"a", 1, nil, time.Now(), json.RawMessage(`true`)}), "")
		add(setField(map[string]any{}), "is an object in JSON")
	case "postValues":
		add(setField(slices.Repeat([]string{strings.Repeat("é", 1000)}, 100)), "")
		add(setField([]int{1}), "want a string")
	case "ticketValues":
		add(setField(map[string]any{"url": "https://example.com/a"}), "")
		add(setField(map[string]any{"url": "http://example.com/a"}), "begin with https://")
	case "anyValues":
		add(setField(map[string]any{"a": []any{1, map[string]any{}}}), "")
		add(setField(math.NaN()), "can't be encoded as JSON")
	default:
		t.Fatalf("there is no limit %q", limit)
	}
	return sets, wants
}

// documentedBounds returns the values to try for all documented limits.
func documentedBounds(t *testing.T) (all []bound) {
	t.Helper()
	types := map[string]reflect.Type{}
	for _, p := range validParams {
		types[reflect.TypeOf(p).Name()] = reflect.TypeOf(p)
	}
	for line := range strings.Lines(strings.TrimSpace(documentedLimits)) {
		where, limits, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, field, _ := strings.Cut(where, ".")
		require.Contains(t, types, name)
		_, ok := types[name].FieldByName(field)
		require.True(t, ok, where)
		for limit := range strings.SplitSeq(limits, ",") {
			sets, wants := bounds(t, strings.TrimSpace(limit))
			for i, set := range sets {
				if wants[i] == "" && strings.Contains(limits, "email") && !strings.Contains(limit, "email") {
					continue // another value would be no address
				}
				all = append(all, bound{types[name], field, set, wants[i]})
			}
		}
	}
	return all
}

func TestParams_haveTheDocumentedLimits(t *testing.T) {
	t.Parallel()
	for _, params := range validParams {
		assert.Empty(t, checkParams(nil, params), "%T", params)
	}
	for _, b := range documentedBounds(t) {
		if wrong := b.check(); wrong != "" {
			t.Error(wrong)
		}
	}
}

// With any rule of any tag left out, a value that the documents refuse is accepted.
// It is not parallel, since it leaves them out for all.
func TestParams_haveNoRuleWhoseLossGoesUnnoticed(t *testing.T) {
	all := slices.DeleteFunc(documentedBounds(t), func(b bound) bool { return b.check() != "" }) // which notice nothing
	tried, survivors := 0, []string{}
	for _, params := range validParams {
		typ := reflect.TypeOf(params)
		fields := rulesOf(typ)
		for i, f := range fields {
			for j, r := range f.rules {
				without := slices.Clone(fields)
				without[i].rules = slices.Delete(slices.Clone(f.rules), j, j+1)
				rulesByType.Store(typ, without)
				tried++
				if !slices.ContainsFunc(all, func(b bound) bool { return b.typ == typ && b.field == f.name && b.check() != "" }) {
					survivors = append(survivors, typ.Name()+"."+f.name+": "+r.name)
				}
				rulesByType.Store(typ, fields)
			}
		}
	}
	assert.Empty(t, survivors)
	assert.Greater(t, tried, 150, "rules were tried")
	t.Logf("%d rules were left out, one at a time", tried)
}

// unruled are the fields without the rule that their name asks for, and why.
var unruled = map[string]string{
	"Filter.Field: required":                                 "Filters.check does.",
	"Filter.Operator: required":                              "Filters.check does.",
	"Filter.Value: required":                                 "Null is a value; Filters.check sees to the others.",
	"TicketFile.FieldID: an ID":                              "checkFiles does.",
	"TicketFileLink.URL: required":                           "checkTicketValues does; it is in no params, but in a map.",
	"ConversationCreateParams.From: required":                "It is a struct, whose fields are required.",
	"ConversationRecipients.To: required":                    "ConversationCreateParams.check does.",
	"ConversationParticipantAddParams.Participant: required": "ConversationParticipantParams.check does.",
}

// What a field must be follows from its name, too.
func TestParams_haveTheRulesThatTheirNamesAskFor(t *testing.T) {
	t.Parallel()
	reached, used := map[reflect.Type]bool{}, map[string]bool{}
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Implements(reflect.TypeFor[optional]()) {
			walk(typ.Field(0).Type)
			return
		}
		if typ.Kind() != reflect.Struct || typ == reflect.TypeFor[time.Time]() || reached[typ] {
			return
		}
		reached[typ] = true
		for _, f := range rulesOf(typ) {
			field := typ.Field(f.index)
			has := func(names ...string) bool {
				return slices.ContainsFunc(f.rules, func(r rule) bool { return slices.Contains(names, r.name) })
			}
			text := field.Type
			if text.Implements(reflect.TypeFor[optional]()) {
				text = text.Field(0).Type
			}
			if text.Kind() == reflect.Slice {
				text = text.Elem()
			}
			isText := text == reflect.TypeFor[string]()
			wants := map[string]bool{
				"an ID":    isText && (strings.HasSuffix(f.name, "ID") || strings.HasSuffix(f.name, "IDs")) && !has("id", "shortID", "opaqueID", "slug", "ownID"),
				"limit":    f.name == "Limit" && !has("limit"),
				"email":    isText && (strings.HasSuffix(f.name, "Email") || f.name == "Emails") && !has("email"),
				"required": field.Tag.Get("json") != "" && field.Tag.Get("json") != "-" && !strings.Contains(field.Tag.Get("json"), ",omit") && !has("required"),
			}
			name, _, _ := strings.Cut(typ.Name(), "[")
			for what, missing := range wants {
				if key := name + "." + f.name + ": " + what; missing && unruled[key] == "" {
					t.Errorf("%s, but the field has no such rule", key)
				} else if missing {
					used[key] = true
				}
			}
			walk(field.Type)
		}
	}
	client := reflect.TypeFor[Client]()
	for i := range client.NumField() {
		if service := client.Field(i); service.IsExported() {
			for i := range service.Type.NumMethod() {
				method := service.Type.Method(i)
				for i := 2; i < method.Type.NumIn(); i++ {
					if method.Type.In(i).Kind() == reflect.Struct {
						walk(method.Type.In(i))
					}
				}
			}
		}
	}
	for typ := range reached {
		if !strings.HasPrefix(typ.Name(), "Filter[") && !slices.ContainsFunc(validParams, func(p any) bool { return reflect.TypeOf(p) == typ }) {
			t.Errorf("validParams lacks a %v", typ)
		}
	}
	walk(reflect.TypeFor[TicketFileLink]())
	assert.ElementsMatch(t, slices.Collect(maps.Keys(unruled)), slices.Collect(maps.Keys(used)), "exceptions that are none")
}

// A mistake in a tag is found by whatever test checks such params.
func TestParseRules_refusesWhatHasNoMeaning(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		params any
		want   string
	}{
		{struct {
			A string `check:"idd"`
		}{}, "check: there is no rule idd"},
		{struct {
			A string `check:"max"`
		}{}, "check: the rule max has an argument too many, or none"},
		{struct {
			A string `check:"max:x"`
		}{}, "check: the rule max:x has an argument too many, or none"},
		{struct {
			A string `check:"id:5"`
		}{}, "check: the rule id:5 has an argument too many, or none"},
		{struct {
			A int `check:"id"`
		}{}, "check: the rule id is not for A, a int"},
		{struct {
			A Optional[bool] `check:"max:5"`
		}{}, "check: the rule max is not for A, a bool"},
		{struct {
			A []string `check:"limit"`
		}{}, "check: the rule limit is not for A, a []string"},
		{struct {
			A map[string]string `check:"values"`
		}{}, "check: the rule values is not for A, a map[string]string"},
	} {
		t.Run(tc.want, func(t *testing.T) {
			t.Parallel()
			assert.PanicsWithValue(t, tc.want, func() { checkParams(nil, tc.params) })
		})
	}
}

// What an Optional or a slice holds is sent, although it is zero.
func TestParams_areCheckedWhereTheyAreSent(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		params any
		want   string
	}{
		{PostListParams{BoardIDs: []string{""}}, "BoardIDs[0]"},
		{PostUpdateParams{AssigneeID: Value("")}, "AssigneeID"},
		{TicketUpdateParams{CompanyID: Value("")}, "CompanyID"},
	} {
		problems := checkParams(nil, tc.params)
		require.Len(t, problems, 1, "%T", tc.params)
		var e *InvalidIDError
		require.ErrorAs(t, problems[0], &e)
		assert.Equal(t, tc.want, e.Param)
	}
	assert.Empty(t, checkParams(nil, ConversationUpdateParams{Title: Value("")}), "which empties it")
}
