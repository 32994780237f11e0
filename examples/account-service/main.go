// Command account-service is a small service that deletes the Featurebase
// contact of an account when the account is closed. The names of accounts are
// the user IDs that Featurebase knows. See service_test.go for how to test such
// a service without a network, and with a fake Featurebase.
//
//	FEATUREBASE_API_KEY=sk_… account-service -accounts ada,bob
//	curl -X POST localhost:8080/accounts/ada/close
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

func main() {
	listen := flag.String("listen", "localhost:8080", "`address` to listen on")
	accounts := flag.String("accounts", "", "`names` of the open accounts, separated by commas")
	flag.Parse()

	log := slog.Default()
	client, err := featurebase.NewClientFromEnv(
		featurebase.WithUserAgent("account-service/1.0"),
		featurebase.WithLogger(log),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	s := newService(client.Contacts, log, strings.Split(*accounts, ",")...)
	srv := newServer(*listen, s.handler())

	// A signal lets the deletions in flight finish.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	finished := make(chan error, 1)
	context.AfterFunc(ctx, func() { finished <- srv.Shutdown(context.Background()) })
	log.Info("listening", "address", *listen)
	err = srv.ListenAndServe()
	if errors.Is(err, http.ErrServerClosed) {
		err = <-finished
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// newServer returns a server that doesn't wait for its clients forever. It
// leaves a deletion the time to finish.
func newServer(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      deletionTimeout + 10*time.Second,
		IdleTimeout:       2 * time.Minute,
	}
}
