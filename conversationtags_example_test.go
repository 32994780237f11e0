package featurebase_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleConversationTagsService_List() {
	srv := featurebasetest.New()
	srv.AddConversationTag(featurebase.ConversationTag{Name: "billing"})
	client, ctx := srv.Client(), context.Background()

	tags, err := client.ConversationTags.List(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, tag := range tags {
		fmt.Println(tag.Name)
	}
	// Output: billing
}

func ExampleConversationTagsService_Create() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()

	tag, err := client.ConversationTags.Create(ctx, featurebase.ConversationTagCreateParams{Name: "billing"})
	if errors.Is(err, featurebase.ErrAmbiguous) {
		fmt.Println("the tag may exist: look before creating it again")
		return
	}
	fmt.Println(tag.Name, err)
	// Output: billing <nil>
}

func ExampleConversationTagsService_Rename() {
	srv := featurebasetest.New()
	tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "biling"})
	client, ctx := srv.Client(), context.Background()

	renamed, err := client.ConversationTags.Rename(ctx, featurebase.ConversationTagRenameParams{ID: tag.ID, Name: "billing"})
	fmt.Println(renamed.Name, err)
	// Output: billing <nil>
}

func ExampleConversationTagsService_Get() {
	srv := featurebasetest.New()
	tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "billing"})
	client, ctx := srv.Client(), context.Background()

	got, err := client.ConversationTags.Get(ctx, tag.ID)
	fmt.Println(got.Name, err)
	// Output: billing <nil>
}

func ExampleConversationTagsService_Delete() {
	srv := featurebasetest.New()
	tag := srv.AddConversationTag(featurebase.ConversationTag{Name: "billing"})
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.ConversationTags.Delete(ctx, tag.ID, featurebase.ConversationTagDeleteParams{})
	fmt.Println(deleted.Deleted, len(srv.ConversationTags()), err)
	// Output: true 0 <nil>
}
