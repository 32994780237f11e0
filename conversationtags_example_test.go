package featurebase_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleTagsService_List() {
	srv := featurebasetest.New()
	srv.AddTag(featurebase.ConversationTag{Name: "billing"})
	client, ctx := srv.Client(), context.Background()

	tags, err := client.Tags.List(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, tag := range tags {
		fmt.Println(tag.Name)
	}
	// Output: billing
}

func ExampleTagsService_Create() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()

	tag, err := client.Tags.Create(ctx, featurebase.ConversationTagCreateParams{Name: "billing"})
	if errors.Is(err, featurebase.ErrAmbiguous) {
		fmt.Println("the tag may exist: look before creating it again")
		return
	}
	fmt.Println(tag.Name, err)
	// Output: billing <nil>
}

func ExampleTagsService_Rename() {
	srv := featurebasetest.New()
	tag := srv.AddTag(featurebase.ConversationTag{Name: "biling"})
	client, ctx := srv.Client(), context.Background()

	renamed, err := client.Tags.Rename(ctx, featurebase.ConversationTagRenameParams{ID: tag.ID, Name: "billing"})
	fmt.Println(renamed.Name, err)
	// Output: billing <nil>
}

func ExampleTagsService_Get() {
	srv := featurebasetest.New()
	tag := srv.AddTag(featurebase.ConversationTag{Name: "billing"})
	client, ctx := srv.Client(), context.Background()

	got, err := client.Tags.Get(ctx, tag.ID)
	fmt.Println(got.Name, err)
	// Output: billing <nil>
}

func ExampleTagsService_Delete() {
	srv := featurebasetest.New()
	tag := srv.AddTag(featurebase.ConversationTag{Name: "billing"})
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Tags.Delete(ctx, tag.ID, featurebase.ConversationTagDeleteParams{})
	fmt.Println(deleted.Deleted, len(srv.Tags()), err)
	// Output: true 0 <nil>
}
