package featurebase_test

import (
	"context"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleAuditLogsService_List() {
	srv := featurebasetest.New()
	srv.AddAuditLog(featurebase.AuditLog{
		Action: featurebase.AuditLogActionAuthLogin, Domain: featurebase.AuditLogDomainAuthentication,
		Actor: featurebase.AuditLogActor{Type: featurebase.AuditLogActorTypeAdmin, Email: "ada@example.com"},
	})
	client, ctx := srv.Client(), context.Background()

	page, err := client.AuditLogs.List(ctx, featurebase.AuditLogListParams{Domain: featurebase.AuditLogDomainAuthentication})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Action, page.Data[0].Actor.Email)
	// Output: auth.login ada@example.com
}

// The newest come first.
func ExampleAuditLogsService_ListAll() {
	srv := featurebasetest.New()
	srv.AddAuditLog(featurebase.AuditLog{Action: featurebase.AuditLogActionAPIKeyCreated, Description: "Key created"})
	srv.AddAuditLog(featurebase.AuditLog{Action: featurebase.AuditLogActionAPIKeyDeleted, Description: "Key deleted"})
	client, ctx := srv.Client(), context.Background()

	for entry, err := range client.AuditLogs.ListAll(ctx, featurebase.AuditLogListParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(entry.Description)
	}
	// Output:
	// Key deleted
	// Key created
}
