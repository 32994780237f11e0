package featurebase_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// ticketOfAda adds a ticket that Ada opened.
func ticketOfAda(srv *featurebasetest.Server) (ada featurebase.Contact, ticket *featurebase.Ticket) {
	ada = srv.AddContact(featurebase.Contact{UserID: "u-1815", Name: "Ada"})
	ticket, err := srv.Client().Tickets.Create(context.Background(), featurebase.TicketCreateParams{
		TicketCategoryID: "507f1f77bcf86cd799439021", Title: "Broken export", Author: &featurebase.AuthorParams{ID: ada.ID},
	})
	if err != nil {
		panic(err)
	}
	return ada, ticket
}

func ExampleTicketsService_List() {
	srv := featurebasetest.New()
	ticketOfAda(srv)
	client, ctx := srv.Client(), context.Background()

	page, err := client.Tickets.List(ctx, featurebase.TicketListParams{CategoryType: featurebase.TicketCategoryTypeCustomer, Limit: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Title, page.NextCursor == "")
	// Output: Broken export true
}

func ExampleTicketsService_ListAll() {
	srv := featurebasetest.New()
	ada, _ := ticketOfAda(srv)
	client, ctx := srv.Client(), context.Background()

	// The API has no filter for the author.
	for ticket, err := range client.Tickets.ListAll(ctx, featurebase.TicketListParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if ticket.Author != nil && ticket.Author.ID == ada.ID {
			fmt.Println(ticket.TicketNumber, ticket.Title)
		}
	}
	// Output: 1 Broken export
}

func ExampleTicketsService_Create() {
	srv := featurebasetest.New()
	client, ctx := srv.Client(), context.Background()

	ticket, err := client.Tickets.Create(ctx, featurebase.TicketCreateParams{
		TicketCategoryID: "507f1f77bcf86cd799439021",
		Title:            "Broken export",
		Content:          "<p>The file is empty.</p>",
		Author:           &featurebase.AuthorParams{Email: "ada@example.com", Name: "Ada"},
		Files: []featurebase.TicketFile{{
			FieldID: "507f1f77bcf86cd799439035", Name: "export.log", Content: strings.NewReader("0 rows\n"), // or an os.File
		}},
	})
	if errors.Is(err, featurebase.ErrAmbiguous) {
		fmt.Println("The ticket may exist: look before opening it again.")
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ticket.TicketNumber, ticket.Open, ticket.CustomFields["507f1f77bcf86cd799439035"])
	// Output: 1 true {"key":"files/export.log","name":"export.log","url":"https://files.example.com/export.log?signature=s"}
}

func ExampleTicketsService_Get() {
	srv := featurebasetest.New()
	_, opened := ticketOfAda(srv)
	client, ctx := srv.Client(), context.Background()

	ticket, err := client.Tickets.Get(ctx, opened.TicketNumber)
	if errors.Is(err, featurebase.ErrNotFound) {
		fmt.Println("There is no such ticket.")
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ticket.Title, ticket.Author.Name, ticket.Open)
	// Output: Broken export Ada true
}

func ExampleTicketsService_Update() {
	srv := featurebasetest.New()
	_, opened := ticketOfAda(srv)
	client, ctx := srv.Client(), context.Background()

	ticket, err := client.Tickets.Update(ctx, opened.TicketNumber, featurebase.TicketUpdateParams{Open: featurebase.Value(false)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ticket.Title, ticket.Open)
	// Output: Broken export false
}

func ExampleTicketsService_Delete() {
	srv := featurebasetest.New()
	_, opened := ticketOfAda(srv)
	client, ctx := srv.Client(), context.Background()

	deleted, err := client.Tickets.Delete(ctx, opened.TicketNumber)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(deleted.ID == opened.ID, len(srv.Conversations()))
	// Output: true 0
}

func ExampleTicketsService_Reply() {
	srv := featurebasetest.New()
	_, opened := ticketOfAda(srv)
	client, ctx := srv.Client(), context.Background()

	_, err := client.Tickets.Reply(ctx, opened.TicketNumber, featurebase.TicketReplyParams{
		Type: featurebase.ConversationSenderTypeAdmin, AdminID: "507f1f77bcf86cd799439031", Body: "<p>We are on it.</p>",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ticket, err := client.Tickets.Get(ctx, opened.TicketNumber)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ticket.Parts[len(ticket.Parts)-1].BodyHTML)
	// Output: <p>We are on it.</p>
}

func ExampleTicketsService_ListCategories() {
	srv := featurebasetest.New()
	srv.AddTicketCategory(featurebase.Board{Name: "Help desk"}, featurebase.TicketCategoryTypeCustomer)
	client, ctx := srv.Client(), context.Background()

	categories, err := client.Tickets.ListCategories(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(categories[0].Name)
	// Output: Help desk
}

func ExampleTicketsService_GetCategory() {
	srv := featurebasetest.New()
	support := srv.AddTicketCategory(featurebase.Board{Name: "Support"}, featurebase.TicketCategoryTypeCustomer)
	client, ctx := srv.Client(), context.Background()

	category, err := client.Tickets.GetCategory(ctx, support.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(category.Name)
	// Output: Support
}

func ExampleTicketsService_ListCustomFields() {
	srv := featurebasetest.New()
	srv.AddTicketCustomField(featurebase.CustomField{Label: "Invoice", Type: featurebase.CustomFieldTypeFile})
	client, ctx := srv.Client(), context.Background()

	fields, err := client.Tickets.ListCustomFields(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, field := range fields {
		fmt.Println(field.Label, field.Type)
	}
	// Output: Invoice file
}

func ExampleTicketsService_GetCustomField() {
	srv := featurebasetest.New()
	invoice := srv.AddTicketCustomField(featurebase.CustomField{Label: "Invoice", Type: featurebase.CustomFieldTypeFile})
	client, ctx := srv.Client(), context.Background()

	field, err := client.Tickets.GetCustomField(ctx, invoice.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(field.Label, field.Type)
	// Output: Invoice file
}

func ExampleTicketsService_ListStatuses() {
	srv := featurebasetest.New()
	srv.AddTicketStatus(featurebase.PostStatus{Name: "Waiting"})
	client, ctx := srv.Client(), context.Background()

	statuses, err := client.Tickets.ListStatuses(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, status := range statuses {
		fmt.Println(status.Name)
	}
	// Output: Waiting
}

func ExampleTicketsService_GetStatus() {
	srv := featurebasetest.New()
	waiting := srv.AddTicketStatus(featurebase.PostStatus{Name: "Waiting"})
	client, ctx := srv.Client(), context.Background()

	status, err := client.Tickets.GetStatus(ctx, waiting.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status.Name)
	// Output: Waiting
}
