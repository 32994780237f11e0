package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleCommentsService_Create() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	client, ctx := srv.Client(), context.Background()

	comment, err := client.Comments.Create(ctx, featurebase.CommentCreateParams{
		PostID:  post.ID,
		Content: "<p>Mine, too.</p>",
		Author:  &featurebase.AuthorParams{Email: "ada@example.com", Name: "Ada"},
	})
	if errors.Is(err, featurebase.ErrAmbiguous) {
		fmt.Println("the comment may exist: look before creating it again")
		return
	}
	fmt.Println(comment.Author.Name, comment.Content, err)

	reply, err := client.Comments.Create(ctx, featurebase.CommentCreateParams{
		PostID:          post.ID,
		ParentCommentID: comment.ID,
		Content:         "<p>It is on its way.</p>",
		IsPrivate:       featurebase.Value(true),
	})
	fmt.Println(reply.ParentCommentID == comment.ID, reply.IsPrivate, err)
	// Output:
	// Ada <p>Mine, too.</p> <nil>
	// true true <nil>
}

func ExampleCommentsService_Get() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	comment := srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "<p>Please</p>"})
	client, ctx := srv.Client(), context.Background()

	got, err := client.Comments.Get(ctx, comment.ID)
	fmt.Println(got.Content, got.Author.Name, err)
	// Output: <p>Please</p> Admin <nil>
}

func ExampleCommentsService_Update() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	comment := srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "<p>Please</p>", IsPrivate: true})
	client, ctx := srv.Client(), context.Background()

	updated, err := client.Comments.Update(ctx, comment.ID, featurebase.CommentUpdateParams{
		IsPrivate: featurebase.Value(false),
		IsPinned:  featurebase.Value(true),
	})
	fmt.Println(updated.Content, updated.IsPrivate, updated.IsPinned, err)
	// Output: <p>Please</p> false true <nil>
}

func ExampleCommentsService_List() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Please", Upvotes: 2})
	srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Yes", Upvotes: 7})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Comments.List(ctx, featurebase.CommentListParams{
		PostID: post.ID, SortBy: featurebase.CommentListSortTop, Limit: 1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Content, page.NextCursor != "")
	// Output: Yes true
}

func ExampleCommentsService_ListAll() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Please"})
	client, ctx := srv.Client(), context.Background()

	for comment, err := range client.Comments.ListAll(ctx, featurebase.CommentListParams{PostID: post.ID}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(comment.Content)
	}
	// Output: Please
}

func ExampleCommentsService_Search() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Please"})
	srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Yes"})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Comments.Search(ctx, featurebase.CommentSearchParams{Text: "please"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Data), page.Data[0].Content)
	// Output: 1 Please
}

func ExampleCommentsService_SearchAll() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Please", Author: &featurebase.CommentAuthor{ID: ada.ID, Name: "Ada"}})
	srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Yes"})
	client, ctx := srv.Client(), context.Background()

	for comment, err := range client.Comments.SearchAll(ctx, featurebase.CommentSearchParams{
		Filters: featurebase.Filters[featurebase.Comment]{featurebase.CommentFieldAuthorID.Is(ada.ID)},
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(comment.Content)
	}
	// Output: Please
}

func ExampleCommentsService_Delete() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	comment := srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Please"})
	srv.AddComment(featurebase.Comment{PostID: post.ID, ParentCommentID: comment.ID, Content: "Yes"})
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Comments.Delete(ctx, comment.ID)
	fmt.Println(deleted.Deleted, err)

	// It has a reply, so it remains, with nothing of what it was.
	got, err := client.Comments.Get(ctx, comment.ID)
	fmt.Println(got.IsDeleted, got.Content, err)
	// Output:
	// true <nil>
	// true [deleted] <nil>
}

func ExampleCommentsService_DeleteMany() {
	srv := featurebasetest.New()
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	comment := srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Please"})
	reply := srv.AddComment(featurebase.Comment{PostID: post.ID, ParentCommentID: comment.ID, Content: "Yes"})
	client, ctx := srv.Client(), context.Background()

	// Replies first, and one after another: nothing remains.
	ids := slices.Values([]string{reply.ID, comment.ID})
	for r := range client.Comments.DeleteMany(ctx, ids, featurebase.WithConcurrency(1)) {
		fmt.Println(r.Err)
	}
	fmt.Println(len(srv.Comments()))
	// Output:
	// <nil>
	// <nil>
	// 0
}
