package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExamplePostsService_Create() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()

	post, err := client.Posts.Create(ctx, featurebase.PostCreateParams{
		BoardID: "507f1f77bcf86cd799439021",
		Title:   "Dark mode",
		Content: "<p>My eyes hurt at night.</p>",
		Author:  &featurebase.AuthorParams{Email: "ada@example.com", Name: "Ada"},
		Tags:    []string{"ui"},
	})
	if errors.Is(err, featurebase.ErrAmbiguous) {
		fmt.Println("the post may exist: look before creating it again")
		return
	}
	fmt.Println(post.Title, post.Author.Name, post.Upvotes, err)
	// Output: Dark mode Ada 1 <nil>
}

func ExamplePostsService_Update() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode", AssigneeID: "507f1f77bcf86cd799439031"})
	client, ctx := srv.Client(), context.Background()

	updated, err := client.Posts.Update(ctx, post.ID, featurebase.PostUpdateParams{
		Title:      "Dark mode for all pages",
		AssigneeID: featurebase.Null[string](),
	})
	fmt.Printf("%s, assigned to %q, %v\n", updated.Title, updated.AssigneeID, err)
	// Output: Dark mode for all pages, assigned to "", <nil>
}

func ExamplePostsService_Get() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	client, ctx := srv.Client(), context.Background()

	got, err := client.Posts.Get(ctx, post.ID)
	fmt.Println(got.Title, got.Status.Name, err)
	// Output: Dark mode In Review <nil>
}

func ExamplePostsService_List() {
	srv := featurebasetest.New()
	srv.AddPost(featurebase.Post{Title: "Dark mode", Upvotes: 3})
	srv.AddPost(featurebase.Post{Title: "Export", Upvotes: 7})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Posts.List(ctx, featurebase.PostListParams{
		SortBy: featurebase.PostListSortUpvotes, SortOrder: featurebase.SortOrderDescending, Limit: 1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Title, page.NextCursor != "")
	// Output: Export true
}

func ExamplePostsService_ListAll() {
	srv := featurebasetest.New()
	srv.AddPost(featurebase.Post{Title: "Dark mode"})
	client, ctx := srv.Client(), context.Background()

	for post, err := range client.Posts.ListAll(ctx, featurebase.PostListParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(post.Title)
	}
	// Output: Dark mode
}

func ExamplePostsService_Search() {
	srv := featurebasetest.New()
	srv.AddPost(featurebase.Post{Title: "Dark mode"})
	srv.AddPost(featurebase.Post{Title: "Export"})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Posts.Search(ctx, featurebase.PostSearchParams{Text: "dark"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Data), page.Data[0].Title)
	// Output: 1 Dark mode
}

func ExamplePostsService_SearchAll() {
	srv := featurebasetest.New()
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	srv.AddPost(featurebase.Post{Title: "Dark mode", Author: &featurebase.PostAuthor{ID: ada.ID, Name: "Ada"}})
	srv.AddPost(featurebase.Post{Title: "Export"})
	client, ctx := srv.Client(), context.Background()

	for post, err := range client.Posts.SearchAll(ctx, featurebase.PostSearchParams{
		Filters: featurebase.Filters[featurebase.Post]{featurebase.PostFieldAuthorID.Is(ada.ID)},
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(post.Title)
	}
	// Output: Dark mode
}

func ExamplePostsService_Delete() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Posts.Delete(ctx, post.ID)
	fmt.Println(deleted.Deleted, len(srv.Posts()), err)
	// Output: true 0 <nil>
}

func ExamplePostsService_DeleteMany() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	client, ctx := srv.Client(), context.Background()

	for r := range client.Posts.DeleteMany(ctx, slices.Values([]string{post.ID})) {
		fmt.Println(r.ID == post.ID, r.Err)
	}
	// Output: true <nil>
}

func ExamplePostsService_AddVoter() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	ada := srv.AddContact(featurebase.Contact{UserID: "u-1815", Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	vote, err := client.Posts.AddVoter(ctx, post.ID, featurebase.VoterAddParams{UserID: "u-1815"})
	fmt.Println(vote.ID == ada.ID, err)

	// The API would take no name for that of the API key's user.
	_, err = client.Posts.AddVoter(ctx, post.ID, featurebase.VoterAddParams{})
	fmt.Println(errors.Is(err, featurebase.ErrInvalidArgument))
	// Output:
	// true <nil>
	// true
}

func ExamplePostsService_RemoveVoter() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	_, err := client.Posts.AddVoter(ctx, post.ID, featurebase.VoterAddParams{ID: ada.ID})
	fmt.Println(err)
	vote, err := client.Posts.RemoveVoter(ctx, post.ID, featurebase.VoterRemoveParams{ID: ada.ID})
	fmt.Println(vote.Removed, err)
	// Output:
	// <nil>
	// true <nil>
}

func ExamplePostsService_ListVoters() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	client, ctx := srv.Client(), context.Background()

	_, err := client.Posts.AddVoter(ctx, post.ID, featurebase.VoterAddParams{ID: ada.ID})
	fmt.Println(err)
	page, err := client.Posts.ListVoters(ctx, post.ID, featurebase.VoterListParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Name, page.Data[0].Type)
	// Output:
	// <nil>
	// Ada customer
}

func ExamplePostsService_ListVotersAll() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	client, ctx := srv.Client(), context.Background()

	for voter, err := range client.Posts.ListVotersAll(ctx, post.ID, featurebase.VoterListParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(voter.Name)
	}
	// Output:
}
