// Command account-service is a small service that deletes the Featurebase
// contact of an account when the account is closed. See service_test.go for
// how to test such a service without a network, and with a fake Featurebase.
//
//	FEATUREBASE_API_KEY=sk_… account-service -contact ID
//	curl -X POST localhost:8080/accounts/ada/close
package main

import (
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"github.com/featurebase-community/featurebase-go"
)

func main() {
	listen := flag.String("listen", "localhost:8080", "address to listen on")
	contactID := flag.String("contact", "", "Featurebase contact `id` of the account ada")
	flag.Parse()
	if *contactID == "" {
		flag.Usage()
		os.Exit(2)
	}

	log := slog.Default()
	client, err := featurebase.NewClientFromEnv(
		featurebase.WithUserAgent("account-service/1.0"),
		featurebase.WithLogger(log),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	s := &service{
		contacts: client.Contacts,
		log:      log,
		accounts: map[string]string{"ada": *contactID},
	}
	log.Info("listening", "address", *listen)
	fmt.Fprintln(os.Stderr, http.ListenAndServe(*listen, s.handler()))
	os.Exit(1)
}
