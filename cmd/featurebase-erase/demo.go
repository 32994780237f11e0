package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// demo is a fake Featurebase with invented people.
type demo struct {
	srv     *featurebasetest.Server
	emails  []string
	journal string
}

func newDemo(n int) (*demo, error) {
	folder, err := os.MkdirTemp("", "featurebase-erase-")
	if err != nil {
		return nil, err
	}
	d := &demo{srv: featurebasetest.New(), journal: filepath.Join(folder, "demo.jsonl")}
	if err := d.srv.Start(); err != nil {
		return nil, err
	}
	const workspace = "6500a1b2c3d4e5f600000001"
	dice := rand.New(rand.NewPCG(uint64(n), 1))
	names := []string{"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Dennis"}
	var people []featurebase.Contact
	for i := range n {
		c := d.srv.AddContact(featurebase.Contact{
			UserID: fmt.Sprintf("user-%d", i+1), Email: fmt.Sprintf("user%d@example.com", i+1), Name: names[dice.IntN(len(names))], OrganizationID: workspace,
		})
		people = append(people, c)
		d.emails = append(d.emails, c.Email)
		if dice.IntN(5) == 0 {
			d.srv.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Email: c.Email, Name: c.Name, OrganizationID: workspace})
		}
	}
	other := d.srv.AddContact(featurebase.Contact{Email: "stays@example.com", Name: "Somebody else", OrganizationID: workspace})
	for _, c := range people {
		author := &featurebase.PostAuthor{ID: c.ID, Name: c.Name, Type: featurebase.UserTypeCustomer}
		for range dice.IntN(3) {
			post := d.srv.AddPost(featurebase.Post{Title: "A wish of " + c.Name, Author: author})
			d.srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "Me too", Author: &featurebase.CommentAuthor{ID: other.ID, Type: featurebase.UserTypeCustomer}})
			for range dice.IntN(4) {
				by := people[dice.IntN(len(people))]
				d.srv.AddComment(featurebase.Comment{PostID: post.ID, Content: "I'd like that", Author: &featurebase.CommentAuthor{ID: by.ID, Name: by.Name, Type: featurebase.UserTypeCustomer}})
			}
		}
		if dice.IntN(2) == 0 {
			d.srv.AddConversation(featurebase.Conversation{
				Title:        "A question",
				Participants: []featurebase.ConversationParticipant{{ID: c.ID, Type: featurebase.UserTypeCustomer}, {ID: other.ID, Type: featurebase.UserTypeCustomer}},
				Parts: []featurebase.ConversationPart{
					{BodyMarkdown: "How do I export?", Author: &featurebase.ConversationAuthor{ID: c.ID, Type: featurebase.UserTypeCustomer}},
					{BodyMarkdown: "Like this.", Author: &featurebase.ConversationAuthor{ID: other.ID, Type: featurebase.UserTypeCustomer}},
				},
			})
		}
		if dice.IntN(3) == 0 {
			d.srv.AddTicket(featurebase.Ticket{Title: "It does not work", Author: &featurebase.TicketAuthor{ID: c.ID, Name: c.Name, Email: c.Email, Type: featurebase.UserTypeCustomer}})
		}
	}
	d.emails = append(d.emails, "nobody@example.com")
	return d, nil
}

func (d *demo) client(h *holds, p *paced) *featurebase.Client {
	client, err := featurebase.NewClient(d.srv.Token, append(p.options(h), featurebase.WithBaseURL(d.srv.URL))...)
	if err != nil {
		panic(err) // the fake's own URL
	}
	return client
}

// close ends the fake. The journal stays, for a look at its report.
func (d *demo) close() { d.srv.Close() }
