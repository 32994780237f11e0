// Command client deletes with this library and its defaults. See ../../child
// for the protocol.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/child"
)

func main() {
	client, err := featurebase.NewClientFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	in := bufio.NewScanner(os.Stdin)
	ids := func(yield func(string) bool) {
		for in.Scan() && yield(in.Text()) {
		}
	}
	var r child.Report
	for result := range client.Contacts.DeleteMany(context.Background(), ids, featurebase.WithConcurrency(child.InFlight)) {
		if result.Err != nil {
			r.Failed++
		} else {
			r.Done++
		}
	}
	if err := in.Err(); err != nil {
		log.Fatal(err)
	}
	if r.PeakKiB, err = child.PeakKiB(); err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		log.Fatal(err)
	}
}
