package featurebase_test

import (
	"context"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleWebhooksService_List() {
	srv := featurebasetest.New()
	srv.AddWebhook(featurebase.Webhook{Name: "CRM", URL: "https://crm.example.com/hook"})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Webhooks.List(ctx, featurebase.WebhookListParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, hook := range page.Data {
		fmt.Println(hook.Name, hook.Status, hook.Secret)
	}
	// Output: CRM active [secret]
}

func ExampleWebhooksService_ListAll() {
	srv := featurebasetest.New()
	srv.AddWebhook(featurebase.Webhook{Name: "CRM", Status: featurebase.WebhookStatusSuspended})
	client, ctx := srv.Client(), context.Background()

	for hook, err := range client.Webhooks.ListAll(ctx, featurebase.WebhookListParams{Status: featurebase.WebhookStatusSuspended}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(hook.Name)
	}
	// Output: CRM
}

func ExampleWebhooksService_Create() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()

	hook, err := client.Webhooks.Create(ctx, featurebase.WebhookCreateParams{
		Name:   "CRM",
		URL:    "https://crm.example.com/hook",
		Topics: []featurebase.WebhookTopic{featurebase.WebhookTopicPostCreated},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(hook.Name, len(hook.Secret.Reveal()) > 0)
	// Output: CRM true
}
