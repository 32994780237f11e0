package conformance_test

import (
	"net/http"
	"testing"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "ConversationTags", official: "support.conversationTags.",
	add:   addTags,
	steps: func(*testing.T) []step { return tagging() },
	after: []string{"Conversations"},
})

var _ = register(service{
	name: "ConversationAttributes", official: "conversationAttributes.",
	steps: func(*testing.T) []step { return readingAttributes() },
})

const (
	billing = "64d000000000000000000001" // a tag of conversations
	spam    = "64d000000000000000000002" // another
	noTag   = "64d0000000000000000000ff"

	priority    = "priority-attribute" // an attribute of conversations
	oldAttr     = "old-attribute"      // which is archived
	noAttribute = "no-attribute"

	missing = "404 resource_not_found"
)

// readOnly is the response to what a key may not do.
var readOnly = &featurebasetest.Fault{Status: http.StatusForbidden, Header: isJSON,
	Body: `{"error":{"type":"authorization_error","code":"read_only","message":"What happened","status":403}}`}

const readOnlyOutcome = "403 read_only"

func addTags(t *testing.T, srv *featurebasetest.Server) {
	t.Helper()
	srv.AddConversationTag(featurebase.ConversationTag{ID: billing, Name: "billing"})
	srv.AddConversationTag(featurebase.ConversationTag{ID: spam, Name: "spam & more <é>"})
	srv.AddConversationAttribute(featurebase.ConversationAttribute{
		ID: priority, Name: "Priority", DataType: featurebase.ConversationAttributeDataTypeString, FieldSubType: featurebase.ConversationAttributeSubTypeSelect,
		Options: []featurebase.ConversationAttributeOption{{ID: "o1", Label: "High"}, {Label: "Low"}},
	})
	srv.AddConversationAttribute(featurebase.ConversationAttribute{ID: oldAttr, Name: "Old one", FieldSubType: featurebase.ConversationAttributeSubTypeDate, Archived: true})
}

func tagging() []step {
	const (
		list, put, retrieve, remove = "support.conversationTags.list", "support.conversationTags.createOrRename", "support.conversationTags.retrieve", "support.conversationTags.delete"

		fresh = "67ec1234abcd567800000001" // the first tag that is created
	)
	type (
		create = featurebase.ConversationTagCreateParams
		rename = featurebase.ConversationTagRenameParams
		params = featurebase.ConversationTagDeleteParams
	)
	return []step{
		{name: "tags", official: official(list), ours: ours("ConversationTags.List"), want: ok},
		{name: "tags that may not be read", official: official(list), ours: ours("ConversationTags.List"), fault: readOnly, want: readOnlyOutcome},
		{name: "a tag", official: official(retrieve, spam), ours: ours("ConversationTags.Get", spam), want: ok},
		{name: "no such tag", official: official(retrieve, noTag), ours: ours("ConversationTags.Get", noTag), want: missing},
		{name: "a tag with an empty ID", official: official(retrieve, ""), ours: ours("ConversationTags.Get", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/tags/", idNotSent}},

		{name: "create a tag", official: official(put, object{"name": "refund"}), ours: ours("ConversationTags.Create", create{Name: "refund"}), want: ok},
		{name: "create a tag as an admin", official: official(put, object{"name": "vip", "actingAdminId": admin}), ours: ours("ConversationTags.Create", create{Name: "vip", ActingAdminID: admin}), want: ok},
		{name: "create a tag without a name", official: official(put, object{"name": ""}), ours: ours("ConversationTags.Create", create{}), differs: &difference{refuses,
			invalid + "\nPOST /v2/tags " + `{"name":""}`, "not sent: invalid Name"}},
		{name: "rename a tag", official: official(put, object{"id": fresh, "name": "refunds"}), ours: ours("ConversationTags.Rename", rename{ID: fresh, Name: "refunds"}), want: ok},
		{name: "rename a tag as an admin", official: official(put, object{"id": fresh, "name": "Refunds", "actingAdminId": admin}),
			ours: ours("ConversationTags.Rename", rename{ID: fresh, Name: "Refunds", ActingAdminID: admin}), want: ok},
		{name: "rename no tag", official: official(put, object{"id": noTag, "name": "lost"}), ours: ours("ConversationTags.Rename", rename{ID: noTag, Name: "lost"}), want: missing},

		{name: "delete a tag", official: official(remove, billing), ours: ours("ConversationTags.Delete", billing, params{}), differs: &difference{
			"The official client sends an empty object where there is nothing to say.", "ok\nDELETE /v2/tags/" + billing + " {}", "ok\nDELETE /v2/tags/" + billing}},
		{name: "delete a tag as an admin", official: official(remove, spam, object{"actingAdminId": admin}), ours: ours("ConversationTags.Delete", spam, params{ActingAdminID: admin}), want: ok},
		{name: "delete it again", official: official(remove, spam, object{"actingAdminId": admin}), ours: ours("ConversationTags.Delete", spam, params{ActingAdminID: admin}), want: missing},
		{name: "tags that are left", official: official(list), ours: ours("ConversationTags.List"), want: ok},
	}
}

func readingAttributes() []step {
	const list, retrieve = "conversationAttributes.list", "conversationAttributes.retrieve"
	type params = featurebase.ConversationAttributeListParams
	return []step{
		{name: "attributes", official: official(list), ours: ours("ConversationAttributes.List", params{}), want: ok},
		{name: "attributes with those archived", official: official(list, object{"includeArchived": true}), ours: ours("ConversationAttributes.List", params{IncludeArchived: true}), want: ok},
		{name: "attributes that may not be read", official: official(list), ours: ours("ConversationAttributes.List", params{}), fault: readOnly, want: readOnlyOutcome},
		{name: "an attribute", official: official(retrieve, priority), ours: ours("ConversationAttributes.Get", priority), want: ok},
		{name: "an attribute that is archived", official: official(retrieve, oldAttr), ours: ours("ConversationAttributes.Get", oldAttr), want: ok},
		{name: "no such attribute", official: official(retrieve, noAttribute), ours: ours("ConversationAttributes.Get", noAttribute), want: missing},
		{name: "an attribute with an empty ID", official: official(retrieve, ""), ours: ours("ConversationAttributes.Get", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/conversation_attributes/", idNotSent}},
	}
}
