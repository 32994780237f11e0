package erasure_test

import (
	"context"
	"errors"
	"fmt"
	"log"
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
		switch {
		case errors.Is(err, featurebase.ErrStopped):
			log.Fatal(err)
		case err != nil:
			fmt.Println("not looked for:", err)
		case !plan.Missing.IsZero():
			fmt.Println("nobody has the address", plan.Missing.Emails)
		case plan.Doubts():
			fmt.Println("somebody has to look at it first:", plan.Accounts(), "accounts", plan.Shortfalls)
		default:
			plans = append(plans, plan)
		}
	}

	// The minute that Erase waits before it looks again is not needed here.
	for step, err := range erasure.Erase(ctx, client, slices.Values(plans), erasure.EraseOptions{Settle: -1}) {
		if err != nil {
			log.Fatal(err) // not all was done: repeat it
		}
		fmt.Println(step.Item.Kind, step.Outcome)
	}
	for found, err := range erasure.Verify(ctx, client, slices.Values(plans), erasure.VerifyOptions{Settle: -1}) {
		switch {
		case err != nil:
			fmt.Println("not verified:", err)
		case found.Erased():
			fmt.Println("erased:", found.Plan.Contacts[0].Name)
		case found.ErasedExcept():
			fmt.Println("erased, except:", found.Plan.Leftovers)
		default:
			fmt.Println("not erased:", len(found.NotYetGone()), "still there,", len(found.CameBack()), "there again")
		}
	}
	// Output:
	// nobody has the address [adda@example.com]
	// subscription accepted
	// block blocked
	// post deleted
	// contact deleted
	// erased: Ada
}
