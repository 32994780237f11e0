package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// conversationWithAda adds a conversation in which Ada wrote one message.
func conversationWithAda(srv *featurebasetest.Server) (ada featurebase.Contact, c featurebase.Conversation) {
	ada = srv.AddContact(featurebase.Contact{UserID: "u-1815", Name: "Ada"})
	return ada, srv.AddConversation(featurebase.Conversation{
		Title: "Refund", Participants: []featurebase.ConversationParticipant{{ID: ada.ID, Type: featurebase.UserTypeCustomer}},
		Parts: []featurebase.ConversationPart{{BodyMarkdown: "I'd like a refund."}},
	})
}

func ExampleConversationsService_List() {
	srv := featurebasetest.New()
	conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	page, err := client.Conversations.List(ctx, featurebase.ConversationListParams{Limit: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Title, page.NextCursor == "")
	// Output: Refund true
}

func ExampleConversationsService_ListAll() {
	srv := featurebasetest.New()
	conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	for c, err := range client.Conversations.ListAll(ctx, featurebase.ConversationListParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Title, c.State)
	}
	// Output: Refund open
}

func ExampleConversationsService_Search() {
	srv := featurebasetest.New()
	conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	page, err := client.Conversations.Search(ctx, featurebase.ConversationSearchParams{Text: "refund"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Data), page.Data[0].User.Name, page.Data[0].MatchingBodyPreview)
	// Output: 1 Ada I'd like a refund.
}

func ExampleConversationsService_SearchAll() {
	srv := featurebasetest.New()
	ada, _ := conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	for c, err := range client.Conversations.SearchAll(ctx, featurebase.ConversationSearchParams{
		Filters: featurebase.Filters[featurebase.Conversation]{featurebase.ConversationFieldParticipantID.Is(ada.ID)},
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Title)
	}
	// Output: Refund
}

func ExampleConversationsService_Create() {
	srv := featurebasetest.New()
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	c, err := client.Conversations.Create(ctx, featurebase.ConversationCreateParams{
		From:         featurebase.ConversationSender{Type: featurebase.ConversationSenderTypeContact, ID: ada.ID},
		BodyMarkdown: "Hello, I have a question.",
	})
	if errors.Is(err, featurebase.ErrAmbiguous) {
		fmt.Println("the conversation may exist: look before creating it again")
		return
	}
	fmt.Println(c.State, c.Source.DeliveredAs, err)
	// Output: open customer_initiated <nil>
}

func ExampleConversationsService_Get() {
	srv := featurebasetest.New()
	_, added := conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	c, err := client.Conversations.Get(ctx, added.ID, featurebase.ConversationGetParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, part := range c.Parts {
		fmt.Println(part.PartType, part.BodyMarkdown)
	}
	// Output: user_msg I'd like a refund.
}

func ExampleConversationsService_Update() {
	srv := featurebasetest.New()
	_, c := conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	updated, err := client.Conversations.Update(ctx, c.ID, featurebase.ConversationUpdateParams{
		State:        featurebase.ConversationStateSnoozed,
		SnoozedUntil: featurebase.Value(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)),
	})
	fmt.Println(updated.State, updated.SnoozedUntil.Year(), err)
	// Output: snoozed 2030 <nil>
}

func ExampleConversationsService_Delete() {
	srv := featurebasetest.New()
	_, c := conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Conversations.Delete(ctx, c.ID)
	fmt.Println(deleted.Deleted, len(srv.Conversations()), err)
	// Output: true 0 <nil>
}

func ExampleConversationsService_DeleteMany() {
	srv := featurebasetest.New()
	_, c := conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	for r := range client.Conversations.DeleteMany(ctx, slices.Values([]string{c.ID})) {
		fmt.Println(r.ID == c.ID, r.Err)
	}
	// Output: true <nil>
}

func ExampleConversationsService_Reply() {
	srv := featurebasetest.New()
	_, c := conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	part, err := client.Conversations.Reply(ctx, c.ID, featurebase.ConversationReplyParams{
		Type: featurebase.ConversationSenderTypeAdmin, ID: "507f1f77bcf86cd799439031",
		MessageType: featurebase.ConversationMessageTypeNote, BodyMarkdown: "She has a yearly plan.",
	})
	fmt.Println(part.PartType, part.Author.Type, err)
	// Output: admin_note admin <nil>
}

func ExampleConversationsService_Redact() {
	srv := featurebasetest.New()
	_, c := conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	redacted, err := client.Conversations.Redact(ctx, featurebase.ConversationRedactParams{
		ConversationID: c.ID, ConversationPartID: c.Parts[0].ID,
	})
	fmt.Printf("%q %v %v\n", redacted.Parts[0].BodyMarkdown, *redacted.Parts[0].Redacted, err)
	// Output: "" true <nil>
}

func ExampleConversationsService_AttachTag() {
	srv := featurebasetest.New()
	_, c := conversationWithAda(srv)
	tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "billing"})
	client, ctx := srv.Client(), context.Background()

	attached, err := client.Conversations.AttachTag(ctx, c.ID, featurebase.ConversationTagAttachParams{
		TagID: tag.ID, ActingAdminID: "507f1f77bcf86cd799439031",
	})
	fmt.Println(attached.Name, attached.AppliedBy.Type, err)
	// Output: billing admin <nil>
}

func ExampleConversationsService_DetachTag() {
	srv := featurebasetest.New()
	tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "billing"})
	c := srv.AddConversation(featurebase.Conversation{Tags: []featurebase.ConversationTag{tag}})
	client, ctx := srv.Client(), context.Background()

	detached, err := client.Conversations.DetachTag(ctx, c.ID, tag.ID, featurebase.ConversationTagDetachParams{
		ActingAdminID: "507f1f77bcf86cd799439031",
	})
	fmt.Println(detached.Name, len(srv.Conversations()[0].Tags), err)
	// Output: billing 0 <nil>
}

func ExampleConversationsService_AddParticipant() {
	srv := featurebasetest.New()
	_, c := conversationWithAda(srv)
	srv.AddContact(featurebase.Contact{Email: "bob@example.com"})
	client, ctx := srv.Client(), context.Background()

	got, err := client.Conversations.AddParticipant(ctx, c.ID, featurebase.ConversationParticipantAddParams{
		Participant: featurebase.ConversationParticipantParams{Email: "bob@example.com"},
	})
	fmt.Println(len(got.Participants), err)
	// Output: 2 <nil>
}

func ExampleConversationsService_RemoveParticipant() {
	srv := featurebasetest.New()
	ada, c := conversationWithAda(srv)
	client, ctx := srv.Client(), context.Background()

	_, err := client.Conversations.RemoveParticipant(ctx, c.ID, featurebase.ConversationParticipantRemoveParams{ID: ada.ID})
	var apiErr *featurebase.APIError
	fmt.Println(errors.As(err, &apiErr), apiErr.Message)
	// Output: true The last participant can't be removed
}
