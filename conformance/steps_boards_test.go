package conformance_test

import (
	"strings"
	"testing"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "Boards", official: "feedback.boards.",
	add:   addBoards,
	steps: func(*testing.T) []step { return readingBoards() },
})

var _ = register(service{
	name: "PostStatuses", official: "feedback.postStatuses.",
	steps: func(*testing.T) []step { return readingPostStatuses() },
})

var _ = register(service{
	name: "CustomFields", official: "feedback.customFields.",
	steps: func(*testing.T) []step { return readingCustomFields() },
})

// What each server has at first, in addition to what steps_posts_test.go names; see
// addBoards.
const (
	inReview = "64c000000000000000000006" // the default status
	anything = "64c000000000000000000007" // a custom field with nothing but a label
	unlisted = "64c0000000000000000000ff" // the ID of nothing
)

func addBoards(_ *testing.T, srv *featurebasetest.Server) {
	yes, no := true, false
	srv.AddBoard(featurebase.Board{
		ID: board, Name: "Feature requests", Icon: &featurebase.Icon{Type: featurebase.IconTypeEmoji, Value: "💡"},
		Access: featurebase.BoardAccess{
			AdminOnly: true, AllowedRoles: []string{"64c0000000000000000000a1", "64c0000000000000000000a2"},
			DeniedRoles: []string{"64c0000000000000000000a3"}, Segments: []string{"64c0000000000000000000a4"},
		},
		Features:     featurebase.BoardFeatures{PostingEnabled: true},
		PostDefaults: featurebase.BoardPostDefaults{Visibility: featurebase.PostVisibilityCompanyOnly},
		Localization: featurebase.BoardLocalization{
			Name: map[string]string{"en": "Feature requests", "de": "Wünsche"}, Description: map[string]string{"en": "What you miss <&>"},
			HeroTitle: map[string]string{"en": "Hello"}, HeroDescription: map[string]string{"en": "Tell us"},
			FormPlaceholder: map[string]string{"en": "I wish …"}, SubmitButtonText: map[string]string{"en": "Send", "de": "Senden"},
		},
		CustomFields: []string{field, anything}, CreatedAt: postsBegin,
	})
	srv.AddBoard(featurebase.Board{ID: requests, Name: "Bugs"})
	for _, s := range []featurebase.PostStatus{
		{ID: inReview, Name: "In review", Type: featurebase.PostStatusTypeReviewing, Color: "#7B7B7B", IsDefault: true},
		{ID: planned, Name: "Planned", Type: featurebase.PostStatusTypeUnstarted, Color: "Blue"},
		{Name: "In progress", Type: featurebase.PostStatusTypeActive, Color: "#F5A623"},
		{ID: admin, Name: "Done", Type: featurebase.PostStatusTypeCompleted, Color: "#7ED321"},
		{Name: "Won't do", Type: featurebase.PostStatusTypeCanceled, Color: "#D0021B"},
	} {
		srv.AddPostStatus(s)
	}
	for _, f := range []featurebase.CustomField{
		{ID: field, Label: "Why?", Type: featurebase.CustomFieldTypeText, Placeholder: "Because …", Required: &yes, Public: &no, Internal: &yes,
			CreatedAt: postsBegin, UpdatedAt: adasActivity},
		{ID: anything, Label: "Anything"},
		{Label: "How many", Type: featurebase.CustomFieldTypeNumber, Required: &no},
		{Label: "Which", Type: featurebase.CustomFieldTypeSelect, Options: []featurebase.CustomFieldOption{{ID: "a", Label: "A"}, {ID: "b", Label: "B & C"}}},
		{Label: "Which ones", Type: featurebase.CustomFieldTypeMultiSelect, Options: []featurebase.CustomFieldOption{}},
		{Label: "Sure", Type: featurebase.CustomFieldTypeCheckbox, Public: &yes},
		{Label: "When", Type: featurebase.CustomFieldTypeDate, Internal: &no},
		{Label: "What", Type: featurebase.CustomFieldTypeFile, AllowMultiple: &yes},
	} {
		srv.AddCustomField(f)
	}
}

// readsAll has the steps for a service that has nothing but List and Get, with the
// outcome for what does not exist.
func readsAll(plural, single, service, resource, path, absent string, ids ...string) []step {
	list, retrieve := resource+".list", resource+".retrieve"
	get := func(name, id, want string) step {
		return step{name: name, official: official(retrieve, id), ours: ours(service+".Get", id), want: want}
	}
	refused := func(name, id, why, code string) step {
		s := get(name, id, "")
		s.differs = &difference{why, code + "\nGET " + path + "/" + id, idNotSent}
		return s
	}
	steps := []step{
		{name: plural, official: official(list), ours: ours(service + ".List"), want: ok},
		{name: plural + " that the key may not see", official: official(list), ours: ours(service + ".List"), want: "403 read_only",
			fault: &featurebasetest.Fault{Status: 403, Code: "read_only"}},
	}
	for _, id := range ids {
		steps = append(steps, get(single+" "+id, id, ok))
	}
	return append(steps,
		get(single+" with an ID in upper case", strings.ToUpper(ids[0]), ok),
		get("no such "+single, unlisted, absent),
		refused(single+" with a name for an ID", "planned", refusesIDs, "400 invalid_id"),
		refused(single+" with an empty ID", "", refusesEmpty, "404"),
	)
}

const (
	noSuchBoard = "404 board_not_found"
	noSuchField = "404 custom_field_not_found"
)

func readingBoards() []step {
	return readsAll("boards", "board", "Boards", "feedback.boards", "/v2/boards", noSuchBoard, board, requests)
}

func readingPostStatuses() []step {
	return readsAll("post statuses", "post status", "PostStatuses", "feedback.postStatuses", "/v2/post_statuses", missing, inReview, planned)
}

func readingCustomFields() []step {
	const path = "/v2/custom_fields"
	return append(readsAll("custom fields", "custom field", "CustomFields", "feedback.customFields", path, noSuchField, field, anything),
		step{name: "custom fields with another page", official: official("feedback.customFields.list"), ours: ours("CustomFields.List"),
			fault: &featurebasetest.Fault{Status: 200, Header: isJSON, Body: `{"object":"list","data":[],"nextCursor":"x"}`},
			differs: &difference{"The official client returns the list with its cursor, which there is no way to use.",
				ok + "\nGET " + path, "200 ErrUnexpectedResponse\nGET " + path}})
}
