// Command delete-contact deletes a contact from Featurebase.
//
//	delete-contact [-yes] [ID]
//
// With FEATUREBASE_API_KEY set it deletes the contact with that ID, for good,
// after showing it and asking. Without a key it takes no ID and shows how a
// deletion goes against a built-in fake. It exits with 0 if the contact was
// deleted, with 1 if that was refused or failed, and with 2 if it was called
// wrongly.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	exitDeleted = 0
	exitFailed  = 1
	exitUsage   = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("delete-contact", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: delete-contact [-yes] [ID]")
		fmt.Fprintln(stderr, "\nWith FEATUREBASE_API_KEY set: deletes the contact with that ID, for good.")
		fmt.Fprintln(stderr, "Without it: takes no ID, and runs a demonstration against a built-in fake.")
		flags.PrintDefaults()
	}
	yes := flags.Bool("yes", false, "delete without asking")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitDeleted
		}
		return exitUsage
	}

	haveKey := os.Getenv("FEATUREBASE_API_KEY") != ""
	switch {
	case !haveKey && flags.NArg() == 0:
		return demonstrate(stdout, stderr)
	case !haveKey:
		fmt.Fprintln(stderr, "delete-contact: nothing was deleted: FEATUREBASE_API_KEY is not set.")
		fmt.Fprintln(stderr, "Set it to delete this contact, or give no ID to run the demonstration.")
		return exitUsage
	case flags.NArg() != 1:
		fmt.Fprintf(stderr, "delete-contact: want one ID, got %d\n", flags.NArg())
		flags.Usage()
		return exitUsage
	}
	return deleteContact(flags.Arg(0), *yes, stdin, stdout, stderr)
}

func deleteContact(id string, yes bool, stdin io.Reader, stdout, stderr io.Writer) int {
	client, err := featurebase.NewClientFromEnv(featurebase.WithUserAgent("delete-contact"))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if !yes {
		contact, err := client.Contacts.Get(ctx, id)
		switch {
		case errors.Is(err, featurebase.ErrInvalidID), errors.Is(err, featurebase.ErrNotFound):
			fmt.Fprintln(stderr, explain(err))
			return exitFailed
		case err != nil:
			fmt.Fprintf(stderr, "Nothing was deleted, as the contact could not be looked up: %v\n", err)
			return exitFailed
		}
		if !confirmed(contact, stdin, stdout) {
			fmt.Fprintln(stdout, "\nNothing was deleted.")
			return exitFailed
		}
	}
	deleted, err := client.Contacts.Delete(ctx, id)
	if err != nil {
		fmt.Fprintln(stderr, explain(err))
		return exitFailed
	}
	fmt.Fprintf(stdout, "Deleted contact %s.\n", deleted.ID)
	return exitDeleted
}

// confirmed shows who the contact is, and asks.
func confirmed(c *featurebase.Contact, stdin io.Reader, stdout io.Writer) bool {
	host := cmp.Or(os.Getenv("FEATUREBASE_BASE_URL"), featurebase.DefaultBaseURL)
	fmt.Fprintf(stdout, "%s <%s>, %s %s at %s\n", cmp.Or(c.Name, "(no name)"), cmp.Or(c.Email, "no email"), c.Type, c.ID, host)
	if c.PostsCreated != nil && c.CommentsCreated != nil && *c.PostsCreated+*c.CommentsCreated > 0 {
		fmt.Fprintf(stdout, "Its %d posts and %d comments stay, and can't be tied to it afterwards.\n", *c.PostsCreated, *c.CommentsCreated)
	}
	fmt.Fprint(stdout, "Delete this contact? It can't be undone. Type yes to go on: ")
	typed, _ := bufio.NewReader(stdin).ReadString('\n')
	return strings.TrimSpace(typed) == "yes"
}

// explain returns what an error of Delete means.
func explain(err error) string {
	switch {
	case errors.Is(err, featurebase.ErrInvalidID):
		return fmt.Sprintf("Refused, this can't be the ID of a contact: %v", err)
	case errors.Is(err, featurebase.ErrNotFound):
		return fmt.Sprintf("There is no such contact: %v", err)
	case errors.Is(err, featurebase.ErrAmbiguous):
		return fmt.Sprintf("It is not certain whether the contact was deleted; run this again to find out: %v", err)
	}
	return fmt.Sprintf("Not deleted: %v", err)
}

// demonstrate deletes a contact from a fake and shows the documented outcomes.
func demonstrate(stdout, stderr io.Writer) int {
	srv := featurebasetest.New()
	if err := srv.Start(); err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	defer srv.Close()
	contact := srv.AddContact(featurebase.Contact{Name: "Ada Lovelace", Email: "ada@example.com"})
	fmt.Fprintf(stdout, "FEATUREBASE_API_KEY is not set, so this runs against a built-in fake at %s,\n", srv.URL)
	fmt.Fprintf(stdout, "which holds one contact: %s <%s>, ID %s.\n", contact.Name, contact.Email, contact.ID)

	client, err := featurebase.NewClient(srv.Token, featurebase.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	ctx := context.Background()

	fmt.Fprintf(stdout, "\n1. Delete it:\n")
	deleted, err := client.Contacts.Delete(ctx, contact.ID)
	if err != nil {
		fmt.Fprintln(stderr, explain(err))
		return exitFailed
	}
	fmt.Fprintf(stdout, "   %+v\n", *deleted)

	fmt.Fprintf(stdout, "\n2. Delete it again:\n")
	_, err = client.Contacts.Delete(ctx, contact.ID)
	fmt.Fprintf(stdout, "   %v\n", explain(err))

	fmt.Fprintf(stdout, "\n3. Delete with an invalid ID:\n")
	_, err = client.Contacts.Delete(ctx, contact.Email)
	fmt.Fprintf(stdout, "   %v\n", explain(err))

	fmt.Fprintf(stdout, "\nThe fake received %d requests and holds %d contacts now.\n", len(srv.Requests()), len(srv.Contacts()))
	return exitDeleted
}
