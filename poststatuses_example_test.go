package featurebase_test

import (
	"context"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExamplePostStatusesService_List() {
	srv := featurebasetest.New()
	srv.AddPostStatus(featurebase.PostStatus{Name: "Planned"})
	srv.AddPostStatus(featurebase.PostStatus{Name: "Shipped", Type: featurebase.PostStatusTypeCompleted})
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	client, ctx := srv.Client(), context.Background()

	statuses, err := client.PostStatuses.List(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, status := range statuses {
		if status.Type != featurebase.PostStatusTypeCompleted {
			continue
		}
		updated, err := client.Posts.Update(ctx, post.ID, featurebase.PostUpdateParams{StatusID: status.ID})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(updated.Title, updated.Status.Name)
	}
	// Output: Dark mode Shipped
}

func ExamplePostStatusesService_Get() {
	srv := featurebasetest.New()
	planned := srv.AddPostStatus(featurebase.PostStatus{Name: "Planned", IsDefault: true})
	client, ctx := srv.Client(), context.Background()

	status, err := client.PostStatuses.Get(ctx, planned.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status.Name, status.Type, status.IsDefault)
	// Output: Planned unstarted true
}
