package featurebase_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// More addresses than fit into a call are added in several.
func ExampleChangelogsService_AddSubscribers() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()
	emails := make([]string, 1500)
	for i := range emails {
		emails[i] = fmt.Sprintf("reader-%d@example.com", i)
	}

	for some := range slices.Chunk(emails, 1000) {
		added, err := client.Changelogs.AddSubscribers(ctx, featurebase.ChangelogSubscriberAddParams{Emails: some, Locale: "en"})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(added.Count)
	}
	fmt.Println(len(srv.Subscribers()))
	// Output:
	// 1000
	// 500
	// 1500
}

func ExampleChangelogsService_RemoveSubscribers() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()
	_, err := client.Changelogs.AddSubscribers(ctx, featurebase.ChangelogSubscriberAddParams{Emails: []string{"ada@example.com", "bob@example.com"}})
	fmt.Println(err)

	_, err = client.Changelogs.RemoveSubscribers(ctx, featurebase.ChangelogSubscriberRemoveParams{Emails: []string{"Ada@example.com"}})
	fmt.Println(srv.Subscribers(), err)
	// Output:
	// <nil>
	// [bob@example.com] <nil>
}
