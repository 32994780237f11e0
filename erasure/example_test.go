package erasure_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func Example() {
	srv := featurebasetest.New()
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com", Name: "Ada"})
	srv.AddPost(featurebase.Post{Title: "Dark mode", Author: &featurebase.PostAuthor{ID: ada.ID}})
	client, ctx := srv.Client(), context.Background()

	options := erasure.Options{Posts: erasure.ActionDelete, Conversations: erasure.ActionDelete}
	people := []erasure.Subject{{Emails: []string{"ada@example.com"}}, {Emails: []string{"adda@example.com"}}}
	var plans []*erasure.Plan
	for plan, err := range erasure.Find(ctx, client, slices.Values(people), options) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if !plan.Missing.IsZero() {
			fmt.Println("Nobody has the address", plan.Missing.Emails[0])
			continue
		}
		plans = append(plans, plan)
	}
	for step := range erasure.Erase(ctx, client, slices.Values(plans), erasure.EraseOptions{}) {
		fmt.Println(step.Item.Kind, step.Item.Title, step.Outcome)
	}
	for found, err := range erasure.Verify(ctx, client, slices.Values(plans), options) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("nothing left:", found.Clean())
	}
	// Output:
	// Nobody has the address adda@example.com
	// subscription  accepted
	// post Dark mode deleted
	// contact Ada deleted
	// nothing left: true
}
