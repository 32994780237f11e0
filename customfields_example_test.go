package featurebase_test

import (
	"context"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleCustomFieldsService_List() {
	srv := featurebasetest.New()
	plan := srv.AddCustomField(featurebase.CustomField{Label: "Plan"})
	post := srv.AddPost(featurebase.Post{Title: "Dark mode", CustomFields: map[string]any{plan.ID: "pro"}})
	client, ctx := srv.Client(), context.Background()

	fields, err := client.CustomFields.List(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, field := range fields {
		fmt.Println(field.Label, post.CustomFields[field.ID])
	}
	// Output: Plan pro
}

func ExampleCustomFieldsService_Get() {
	srv := featurebasetest.New()
	plan := srv.AddCustomField(featurebase.CustomField{
		Label:   "Plan",
		Type:    featurebase.CustomFieldTypeSelect,
		Options: []featurebase.CustomFieldOption{{ID: "507f1f77bcf86cd799439041", Label: "Pro"}},
	})
	client, ctx := srv.Client(), context.Background()

	field, err := client.CustomFields.Get(ctx, plan.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(field.Label, field.Type, field.Options[0].Label)
	// Output: Plan select Pro
}
