package featurebase_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// notFoundCodes are those of the vendor's OpenAPI document for status 404, those
// that the kinds of objects without one would have, and some that don't exist.
var notFoundCodes = strings.Fields(`post_not_found comment_not_found changelog_not_found admin_not_found contact_not_found
	conversation_not_found conversation_part_not_found team_not_found survey_not_found company_not_found help_center_not_found
	collection_not_found article_not_found custom_field_not_found board_not_found voter_not_found participant_not_found
	webhook_not_found redirect_rule_not_found brand_not_found version_not_supported
	ticket_not_found tag_not_found post_status_not_found conversation_attribute_not_found user_not_found thing_not_found _not_found not_found`)

// notFoundParams are the params that an error may have, by the kind of object that
// they name. The reference's examples say id; the service was seen to say post.
var notFoundParams = map[string]string{
	"post": "post postId", "comment": "comment commentId", "contact": "contact contactId", "company": "company companyId",
	"conversation": "conversation conversationId", "conversation_part": "conversation_part conversationPart conversationPartId",
	"survey": "survey surveyId", "custom_field": "custom_field customField customFieldId", "board": "board boardId", "voter": "voter voterId",
	"participant": "participant participantId", "ticket": "ticket ticketId", "tag": "tag tagId", "post_status": "post_status postStatus postStatusId",
	"conversation_attribute": "conversation_attribute conversationAttribute conversationAttributeId",
	// These are never what a call is about.
	"admin": "admin adminId actingAdminId", "": "assignee assigneeId adminAssigneeId email statusId changelog x user ID Post posts post_id idx",
}

// saying returns a body in the form of the API's errors.
func saying(code, param string) string {
	body := `{"error":{"type":"invalid_request_error","code":"` + code + `","message":"No."`
	if param != "" {
		body += `,"param":"` + param + `"`
	}
	return body + `}}`
}

// dictated returns a client of a server on the network that answers the next
// requests with what was said last.
func dictated(t *testing.T) (client *featurebase.Client, say func(status int, body string)) {
	var status int
	var body string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	return networkClient(t, srv.URL, nil), func(s int, b string) { status, body = s, b }
}

// Every code with every call: only those of what the call is about count, with
// status 404 and in the API's own form.
func TestErrNotFound_isMatchedByACallsOwnCodes(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		client, say := dictated(t)
		isNotFound := func(status int, body string) bool {
			say(status, body)
			_, err := call.do(t.Context(), client)
			assert.NotErrorIs(t, err, featurebase.ErrAmbiguous)
			return errors.Is(err, featurebase.ErrNotFound)
		}
		own := strings.Fields(call.notFound)
		for _, code := range notFoundCodes {
			for _, param := range []string{"", "id", "x"} {
				assert.Equal(t, slices.Contains(own, code), isNotFound(404, saying(code, param)), "%s %s", code, param)
			}
			assert.False(t, isNotFound(400, saying(code, "")), "400 %s", code)
			assert.False(t, isNotFound(403, saying(code, "")), "403 %s", code)
			assert.False(t, isNotFound(410, saying(code, "")), "410 %s", code)
			assert.False(t, isNotFound(404, strings.Replace(saying(code, ""), "invalid_request_error", "api_error", 1)), "api_error %s", code)
		}
		for _, code := range own {
			assert.Contains(t, notFoundCodes, code)
		}
		assert.Equal(t, strings.HasPrefix(call.request, "DELETE /v2/companies/"+companyID+"/contacts/"), isNotFound(400, saying("contact_not_attached", "")))
		assert.False(t, isNotFound(404, saying("contact_not_attached", "")))
		assert.False(t, isNotFound(400, saying("", "")))
	})
}

// resource_not_found counts with a param that names what the call is about.
func TestErrNotFound_isMatchedByResourceNotFoundWithTheRightParam(t *testing.T) {
	t.Parallel()
	// These send the ID of another object as id.
	anotherID := []string{"Posts.AddVoter"}
	// The route's own names, beside kind + Id.
	ofRoute := map[string]string{"by-user-id/": "userId", "by-company-id/": "companyId", "/tickets/42": "ticketNumber", "conversation_attributes/": "attribute attributeId"}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := map[string]bool{}
			for code := range strings.FieldsSeq(call.notFound) {
				for param := range strings.FieldsSeq(notFoundParams[strings.TrimSuffix(code, "_not_found")]) {
					want[param] = true
				}
			}
			for part, params := range ofRoute {
				for param := range strings.FieldsSeq(params) {
					want[param] = want[param] || strings.Contains(call.request, part)
				}
			}
			want["id"] = call.notFound != "" && !slices.Contains(anotherID, name)
			for _, params := range notFoundParams {
				for param := range strings.FieldsSeq(params) {
					if _, known := want[param]; !known {
						want[param] = false
					}
				}
			}
			client, say := dictated(t)
			for param, want := range want {
				for _, opts := range [][]featurebase.CallOption{nil, {featurebase.WithOrganizationAPIVersion()}} {
					say(404, saying("resource_not_found", param))
					_, err := call.do(t.Context(), client, opts...)
					assert.Equal(t, want, errors.Is(err, featurebase.ErrNotFound), param)
					say(400, saying("resource_not_found", param)) // as for the target of a redirect rule
					_, err = call.do(t.Context(), client, opts...)
					assert.NotErrorIs(t, err, featurebase.ErrNotFound, param)
				}
			}
		})
	}
}

// Without a param, resource_not_found may be about anything that the call names,
// and about the endpoint if the version that the organization has chosen lacks
// that.
func TestErrNotFound_isMatchedByResourceNotFoundWithoutAParam(t *testing.T) {
	t.Parallel()
	naming := strings.Fields(`Companies.AttachContact Conversations.Update Conversations.Reply Conversations.Redact Conversations.AttachTag
		Conversations.DetachTag Conversations.AddParticipant Posts.AddVoter ConversationTags.Delete Tickets.Update Tickets.Reply`)
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, say := dictated(t)
			say(404, saying("resource_not_found", ""))
			about := call.notFound != "" && !slices.Contains(naming, name)
			_, err := call.do(t.Context(), client)
			assert.Equal(t, about, errors.Is(err, featurebase.ErrNotFound))
			_, err = call.do(t.Context(), client, featurebase.WithOrganizationAPIVersion())
			assert.NotErrorIs(t, err, featurebase.ErrNotFound, "with the organization's version")
		})
	}
}

// The same call, with another object and without.
func TestErrNotFound_isNotMatchedIfAnotherObjectMayBeMissing(t *testing.T) {
	t.Parallel()
	const bare, id = "", "id"
	id1, none := featurebase.Value(boardID), featurebase.Null[string]()
	for _, tc := range []struct {
		name  string
		call  doFunc
		param string
		want  bool
	}{
		{"ticket", updateTicket(featurebase.TicketUpdateParams{Title: "Fixed"}), bare, true},
		{"ticket, assignee", updateTicket(featurebase.TicketUpdateParams{AssigneeID: id1}), bare, false},
		{"ticket, assignee", updateTicket(featurebase.TicketUpdateParams{AssigneeID: id1}), "ticket", true},
		{"ticket, assignee", updateTicket(featurebase.TicketUpdateParams{AssigneeID: id1}), id, true},
		{"ticket, assignee", updateTicket(featurebase.TicketUpdateParams{AssigneeID: id1}), "assigneeId", false},
		{"ticket, no assignee any more", updateTicket(featurebase.TicketUpdateParams{AssigneeID: none}), bare, true},
		{"ticket, field that looks like an ID", updateTicket(featurebase.TicketUpdateParams{CustomFields: map[string]any{"crmId": "7"}}), bare, true},
		{"ticket, file", updateTicket(featurebase.TicketUpdateParams{Files: []featurebase.TicketFile{{FieldID: boardID, Name: "a.txt", Content: strings.NewReader("a")}}}), bare, true},
		{"ticket, file and assignee", updateTicket(featurebase.TicketUpdateParams{AssigneeID: id1,
			Files: []featurebase.TicketFile{{FieldID: boardID, Name: "a.txt", Content: strings.NewReader("a")}}}), bare, false},
		{"post", updatePost(contactID, featurebase.PostUpdateParams{Title: "Dark"}), bare, true},
		{"post, tags", updatePost(contactID, featurebase.PostUpdateParams{Tags: []string{"ui"}}), bare, true},
		{"post, board", updatePost(contactID, featurebase.PostUpdateParams{BoardID: boardID}), bare, false},
		{"post, author by email", updatePost(contactID, featurebase.PostUpdateParams{Author: &featurebase.AuthorParams{Email: "ada@example.com"}}), bare, false},
		{"post, author", updatePost(contactID, featurebase.PostUpdateParams{Author: &featurebase.AuthorParams{ID: boardID}}), id, true},
		{"conversation", updateConversation(conversationID, featurebase.ConversationUpdateParams{Title: featurebase.Value("Pricing")}), bare, true},
		{"conversation, acting admin", updateConversation(conversationID, featurebase.ConversationUpdateParams{Title: featurebase.Value("Pricing"), ActingAdminID: boardID}), bare, false},
		{"conversation, read by contacts", updateConversation(conversationID, featurebase.ConversationUpdateParams{
			MarkAsRead: &featurebase.ConversationMarkAsRead{ContactIDs: []string{boardID}}}), bare, false},
		{"reply by user ID", replyToConversation(featurebase.ConversationReplyParams{
			Type: featurebase.ConversationSenderTypeContact, UserID: "u1", MessageType: featurebase.ConversationMessageTypeReply, BodyMarkdown: "Hi"}), id, true},
		{"reply by ID", replyToConversation(featurebase.ConversationReplyParams{
			Type: featurebase.ConversationSenderTypeContact, ID: boardID, MessageType: featurebase.ConversationMessageTypeReply, BodyMarkdown: "Hi"}), id, false},
		{"message", redactConversation(featurebase.ConversationRedactParams{ConversationID: "1", ConversationPartID: "2"}), bare, true},
		{"message, acting admin", redactConversation(featurebase.ConversationRedactParams{ConversationID: "1", ConversationPartID: "2", ActingAdminID: boardID}), bare, false},
		{"participant", removeParticipant(featurebase.ConversationParticipantRemoveParams{ID: boardID}), bare, true},
		{"participant", removeParticipant(featurebase.ConversationParticipantRemoveParams{ID: boardID}), id, true},
		{"participant, acting admin", removeParticipant(featurebase.ConversationParticipantRemoveParams{ID: boardID, ActingAdminID: contactID}), bare, false},
		{"tag of a conversation", method("Conversations.DetachTag", conversationID, contactID, featurebase.ConversationTagDetachParams{ActingAdminID: boardID}), "tagId", true},
		{"tag", deleteTag(featurebase.ConversationTagDeleteParams{}), bare, true},
		{"tag, acting admin", deleteTag(featurebase.ConversationTagDeleteParams{ActingAdminID: boardID}), bare, false},
		{"tag, acting admin", deleteTag(featurebase.ConversationTagDeleteParams{ActingAdminID: boardID}), id, true},
		{"tag to rename", renameTag(featurebase.ConversationTagRenameParams{ID: contactID, Name: "billing"}), bare, true},
		{"tag to rename, acting admin", renameTag(featurebase.ConversationTagRenameParams{ID: contactID, Name: "billing", ActingAdminID: boardID}), bare, false},
	} {
		t.Run(tc.name+" "+tc.param, func(t *testing.T) {
			t.Parallel()
			_, err := tc.call(t.Context(), answering(t, 404, saying("resource_not_found", tc.param)))
			requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, tc.want, errors.Is(err, featurebase.ErrNotFound))
		})
	}
}

// A retry that finds nothing may be due to the call itself.
func TestCompaniesDetachContact_isDoneIfItIsNotAttached(t *testing.T) {
	t.Parallel()
	_, err := detachContact(contactID, otherID)(t.Context(), answering(t, 400, saying("contact_not_attached", "")))
	assert.Equal(t, []error{featurebase.ErrNotFound}, matched(err))
}

// No version says nothing of the object, and the same for every call.
func TestErrUnsupportedVersion_isMatchedIfTheServerSaysSo(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		client, say := dictated(t)
		say(404, versionNotSupported)
		_, err := call.do(t.Context(), client)
		assert.Equal(t, []error{featurebase.ErrUnsupportedVersion}, matched(err))
	})
}

func TestClientDo_tellsWhatIsNotFound(t *testing.T) {
	t.Parallel()
	const missing = "resource_not_found"
	organization := []featurebase.CallOption{featurebase.WithOrganizationAPIVersion()}
	admin := map[string]string{"id": contactID, "actingAdminId": boardID}
	for _, tc := range []struct {
		method, path string
		in           any
		opts         []featurebase.CallOption
		code, param  string
		want         bool
	}{
		{"GET", "/v2/webhooks/1", nil, nil, "webhook_not_found", "", true},
		{"DELETE", "/v2/webhooks/1", nil, organization, "webhook_not_found", "", true},
		{"GET", "/v2/tickets/categories/1", nil, nil, "board_not_found", "", true},
		{"POST", "/v2/webhooks/1/secret", nil, nil, "webhook_not_found", "", false},
		{"PATCH", "/v2/webhooks/1", nil, nil, "webhook_not_found", "", false},
		{"PUT", "/v2/webhooks/1", nil, nil, "webhook_not_found", "", false},
		{"PATCH", "/v2/webhooks/1", nil, nil, missing, "id", false},
		{"DELETE", "/v2/webhooks/1", nil, nil, "version_not_supported", "", false},
		{"DELETE", "/v2/webhooks/1", nil, nil, "not_found", "", false},
		{"DELETE", "/v2/webhooks/1", nil, nil, "invalid_id", "id", false},
		{"DELETE", "/v2/conversations/1/participants", admin, nil, "participant_not_found", "", true},
		{"DELETE", "/v2/conversations/1/participants", admin, nil, "admin_not_found", "", false},
		{"DELETE", "/v2/conversations/1/participants", admin, nil, missing, "", false},
		{"DELETE", "/v2/conversations/1/participants", admin, nil, missing, "id", true},
		{"DELETE", "/v2/conversations/1/participants", admin, nil, missing, "actingAdminId", false},
		{"DELETE", "/v2/comment", map[string]string{"id": contactID}, nil, "comment_not_found", "", true},
		{"DELETE", "/v2/comment", map[string]string{"id": contactID}, nil, missing, "", true},
		{"DELETE", "/v2/webhooks/1", nil, nil, missing, "", true},
		{"DELETE", "/v2/webhooks/1", nil, organization, missing, "", false},
		{"DELETE", "/v2/webhooks/1", nil, organization, missing, "id", true},
		{"DELETE", "/v2/webhooks/1", nil, nil, missing, "webhook", true},
		{"DELETE", "/v2/webhooks/1", nil, nil, missing, "webhookId", true},
		{"DELETE", "/v2/webhooks/1", nil, nil, missing, "brand", false},
		{"DELETE", "/v2/help_center/redirect_rules/1", nil, nil, missing, "redirectRule", true},
		{"DELETE", "/v2/companies/1", nil, nil, missing, "company", true},
		{"GET", "/v2/post_statuses/1?x=y", nil, nil, missing, "postStatusId", true},
	} {
		t.Run(fmt.Sprint(tc.method, tc.path, tc.code, tc.param, tc.in, len(tc.opts)), func(t *testing.T) {
			t.Parallel()
			err := answering(t, 404, saying(tc.code, tc.param)).Do(t.Context(), tc.method, tc.path, tc.in, nil, tc.opts...)
			requireErrorAs[*featurebase.APIError](t, err)
			assert.Equal(t, tc.want, errors.Is(err, featurebase.ErrNotFound))
		})
	}
	for _, body := range []string{"", "<html>", `{"success":false,"message":"No webhook_not_found"}`, `{"code":404,"message":"webhook_not_found"}`} {
		err := answering(t, 404, body).Do(t.Context(), "DELETE", "/v2/webhooks/1", nil, nil)
		require.Error(t, err)
		assert.Equal(t, []error{featurebase.ErrAmbiguous}, matched(err))
	}
}
