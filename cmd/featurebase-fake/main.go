// Command featurebase-fake serves package featurebasetest, an in-memory
// Featurebase, to programs in any language.
//
//	featurebase-fake [-addr ADDRESS] [-key KEY] [-seed FILE]
//		[-schema-errors FORM] [-refused-key STATUS] [-first-message PLACE]
//
// It prints the environment that leads this library and Featurebase's own
// clients to it, logs requests, and ends with SIGINT or SIGTERM. It exits with 0
// then, with 1 if it could not serve, and with 2 if it was called wrongly or the
// seed has a mistake. Anybody who can reach the address can use it.
//
// # Seed
//
// A seed is a JSON object whose members are lists of objects, as the API returns
// them:
//
//	auditLogs
//	boards
//	comments
//	companies
//	contacts
//	conversationAttributes
//	conversationTags
//	conversations
//	customFields
//	postStatuses
//	posts
//	surveyResponses
//	surveys
//	ticketCategories
//	ticketCustomFields
//	ticketStatuses
//	tickets
//	webhooks
//
// Everything but what refers to other objects may be left out, and the order of the
// members does not matter. A response to a survey has an additional member surveyId,
// and a category of tickets a member type. Contacts may have createdAt and phone.
//
//	{
//		"contacts": [{"id": "507f1f77bcf86cd799439011", "userId": "u-1815", "email": "ada@example.com"}],
//		"posts": [{"title": "Dark mode", "author": {"id": "507f1f77bcf86cd799439011", "type": "customer"}}]
//	}
//
// A link of a ticket with the role tracker and no ID begins a conversation that
// repeats the messages of the ticket's other conversation:
//
//	"linkedConversations": [{"id": "10001", "role": "customer"}, {"role": "tracker"}]
//
// # Control
//
// These requests need no key, and are not counted among those received:
//
//	POST   /_fake/faults    has requests fail
//	DELETE /_fake/faults    ends that
//	GET    /_fake/requests  lists the requests received, without their keys
//	POST   /_fake/variants  chooses what is not settled of the real service
//	POST   /_fake/reset     restores the seed and the flags, and forgets requests and faults
//
// Variants are the body of POST /_fake/variants. What is left out is as here, and not
// as the flags have it:
//
//	{
//		"schemaErrors": "flat",  // or "envelope"
//		"refusedKey": 401,       // or 403
//		"firstMessage": "source" // or "part", in addition
//	}
//
// See featurebasetest.Variants for what they mean.
//
// A fault is the body of the first of them. Everything may be left out:
//
//	{
//		"pattern": "DELETE /v2/contacts/{id}", // only this endpoint
//		"times": 3,                            // default: 1
//		"lasts": true,                         // until it is ended; instead of times
//		"status": 503,                         // of the response
//		"code": "internal_server_error",       // of the error in the response
//		"header": {"Retry-After": "1"},
//		"body": "",                            // instead of code
//		"delay": "250ms",
//		"apply": true,                         // process the request nevertheless
//		"cut": true,                           // close the connection without a response
//		"truncate": true                       // close it amid the response
//	}
//
// See featurebasetest.Fault for what they do together.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// shutdownTimeout is how long requests in flight may take when the program ends.
const shutdownTimeout = 5 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("featurebase-fake", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	key := flags.String("key", "sk_test_featurebase", "the API `key` that is accepted")
	seedFile := flags.String("seed", "", "JSON `file` with the objects that there are at first")
	var v variants
	flags.StringVar(&v.SchemaErrors, "schema-errors", "flat", "`form` of the refusal of what doesn't fit a schema: flat or envelope")
	flags.IntVar(&v.RefusedKey, "refused-key", http.StatusUnauthorized, "`status` of the refusal of a key: 401 or 403")
	flags.StringVar(&v.FirstMessage, "first-message", "source", "`place` of the first message of a conversation: source, or part for both")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitDone
		}
		return exitUsage
	}
	complain := func(code int, err error) int {
		fmt.Fprintln(stderr, "featurebase-fake:", err)
		return code
	}
	if flags.NArg() > 0 {
		return complain(exitUsage, fmt.Errorf("unexpected argument %q: a seed is given with -seed", flags.Arg(0)))
	}
	if *key == "" {
		return complain(exitUsage, errors.New("-key must not be empty"))
	}
	f, err := newFake(*key, *seedFile, v, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return complain(exitUsage, err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *addr)
	if err != nil {
		return complain(exitFailed, err)
	}
	fmt.Fprintf(stdout, "FEATUREBASE_BASE_URL=%s\nFEATUREBASE_API_KEY=%s\n", urlOf(listener.Addr()), *key)
	if err := serve(ctx, listener, f); err != nil {
		return complain(exitFailed, err)
	}
	return exitDone
}

// serve serves until ctx is done and the requests in flight are.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	finished := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		err := srv.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = srv.Close()
		}
		finished <- err
	})
	err := srv.Serve(listener)
	if stop() {
		return err
	}
	return <-finished
}

// urlOf returns a URL at which this machine reaches what listens on addr.
func urlOf(addr net.Addr) string {
	tcp := addr.(*net.TCPAddr)
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(tcp.Port))
}
