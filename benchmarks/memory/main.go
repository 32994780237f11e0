// Command memory shows what DeleteMany keeps in memory, for few and for many
// IDs. Each number of IDs has a process of its own, without a network.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"runtime"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/child"
	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
)

func main() {
	log.SetFlags(0)
	n := flag.Int("ids", 0, "delete this `many` and report as JSON")
	flag.Parse()
	var err error
	if *n > 0 {
		err = report(*n)
	} else {
		err = table()
	}
	if err != nil {
		log.Fatal(err)
	}
}

func table() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("| IDs | deleted | peak memory | live heap grew by |\n| ---: | ---: | ---: | ---: |\n")
	for _, n := range []int{1000, 1_000_000} {
		cmd := exec.Command(self, "-ids", fmt.Sprint(n))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		var r child.Report
		if err := json.Unmarshal(out, &r); err != nil {
			return err
		}
		fmt.Printf("| %d | %d | %.1f MiB | %d KiB |\n", n, r.Done, float64(r.PeakKiB)/1024, r.GrownKiB)
	}
	return nil
}

func report(n int) error {
	client, err := featurebase.NewClient(stub.Token,
		featurebase.WithHTTPClient(&http.Client{Transport: stub.Transport{Header: stub.Header()}}))
	if err != nil {
		return err
	}
	ids := func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf("%024x", i)) {
				return
			}
		}
	}
	var r child.Report
	before := liveHeap()
	for result := range client.Contacts.DeleteMany(context.Background(), ids, featurebase.WithConcurrency(child.InFlight)) {
		if result.Err != nil {
			return result.Err
		}
		if r.Done++; r.Done%(n/10) == 0 {
			r.GrownKiB = max(r.GrownKiB, (liveHeap()-before)/1024)
		}
	}
	if r.PeakKiB, err = child.PeakKiB(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// liveHeap is how many bytes are reachable, or were made while that was found
// out.
func liveHeap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
