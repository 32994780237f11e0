package featurebase_test

import (
	"context"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleConversationAttributesService_List() {
	srv := featurebasetest.New()
	srv.AddConversationAttribute(featurebase.ConversationAttribute{Name: "Plan"})
	srv.AddConversationAttribute(featurebase.ConversationAttribute{Name: "Old plan", Archived: true})
	client, ctx := srv.Client(), context.Background()

	attributes, err := client.ConversationAttributes.List(ctx, featurebase.ConversationAttributeListParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, attribute := range attributes {
		fmt.Println(attribute.Name, attribute.DataType)
	}
	// Output: Plan string
}

func ExampleConversationAttributesService_Get() {
	srv := featurebasetest.New()
	plan := srv.AddConversationAttribute(featurebase.ConversationAttribute{
		Name: "Plan", FieldSubType: featurebase.ConversationAttributeSubTypeSelect,
		Options: []featurebase.ConversationAttributeOption{{ID: "1", Label: "Free"}, {ID: "2", Label: "Paid"}},
	})
	client, ctx := srv.Client(), context.Background()

	attribute, err := client.ConversationAttributes.Get(ctx, plan.ID)
	fmt.Println(attribute.Name, attribute.Options[1].Label, err)
	// Output: Plan Paid <nil>
}
