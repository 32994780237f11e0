package featurebase_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleMany() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()
	board := srv.AddBoard(featurebase.Board{Name: "Ideas"})
	dark := srv.AddPost(featurebase.Post{Title: "Dark mode", BoardID: board.ID})
	export := srv.AddPost(featurebase.Post{Title: "Export", BoardID: board.ID})
	ids := []string{dark.ID, export.ID}

	titles := map[string]string{}
	for r := range featurebase.Many(ctx, slices.Values(ids), client.Posts.Get) {
		if r.Err != nil {
			fmt.Println(r.Input, r.Err)
			continue
		}
		titles[r.Input] = r.Value.Title
		if len(titles)%1000 == 0 {
			fmt.Println(len(titles), "so far")
		}
	}
	fmt.Println(titles[dark.ID], titles[export.ID])
	// Output: Dark mode Export
}

func ExampleContactsService_UpsertMany() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()

	users := []featurebase.ContactUpsertParams{{UserID: "u-1", Email: "ada@example.com"}, {Email: "nobody"}}
	for r := range client.Contacts.UpsertMany(ctx, slices.Values(users)) {
		if r.Err != nil {
			fmt.Println(r.Err)
			continue
		}
		fmt.Println(r.Value.Contact.Email, r.Value.Created)
	}
	// Unordered output:
	// ada@example.com true
	// featurebase: invalid Email: want one email address; nothing was sent
}
