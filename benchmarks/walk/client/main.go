// Command client walks all contacts with this library and its defaults. See
// ../../child for the protocol.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/child"
)

func main() {
	log.SetFlags(0)
	if err := walk(); err != nil {
		log.Fatal(err)
	}
}

func walk() error {
	client, err := featurebase.NewClientFromEnv()
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	var r child.Report
	for contact, err := range client.Contacts.ListAll(context.Background(), featurebase.ContactListParams{}) {
		if err != nil {
			return err
		}
		if contact.ID != "" {
			r.Done++
		}
	}
	if r.PeakKiB, err = child.PeakKiB(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}
