// Command compare has this library and the official client delete at the same
// server, each in a process of its own. Run it in the folder benchmarks.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/featurebase-community/featurebase-go/benchmarks/child"
	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
)

// contender has what was measured of a client, once for each process.
type contender struct {
	name    string
	command func() (*exec.Cmd, error)

	first []time.Duration // from the start of the process
	took  []time.Duration // from the first ID to the report
	cpu   []time.Duration // for a request
	peak  []int           // KiB
}

func main() {
	log.SetFlags(0)
	contacts := flag.Int("contacts", 20_000, "how many `contacts` are deleted in a run")
	starts := flag.Int("starts", 11, "how `often` the time to the first deletion is taken")
	runs := flag.Int("runs", 5, "how `often` all contacts are deleted")
	flag.Parse()
	if *contacts < 1 || *starts < 1 || *runs < 1 {
		flag.Usage()
		log.Fatal("compare: want at least one of each")
	}
	if err := compare(os.Stdout, *contacts, *starts, *runs); err != nil {
		log.Fatal(err)
	}
}

func compare(w io.Writer, contacts, starts, runs int) error {
	dir, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "client")
	if out, err := exec.Command("go", "build", "-o", bin, "./compare/client").CombinedOutput(); err != nil {
		return fmt.Errorf("building the client: %w: %s", err, out)
	}
	contenders := []*contender{
		{name: "featurebase-go", command: func() (*exec.Cmd, error) { return exec.Command(bin), nil }},
	}
	if _, err := node(); err != nil {
		log.Print(err)
	} else {
		contenders = append(contenders, &contender{name: "featurebase-node", command: node})
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	baseURL := "http://" + listener.Addr().String()
	var requests atomic.Int64
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		stub.Write(w, http.StatusOK, stub.Deleted(path.Base(r.URL.Path)))
	})}
	defer srv.Close()
	go func() { _ = srv.Serve(listener) }()

	ids := make([]string, contacts)
	for i := range ids {
		ids[i] = fmt.Sprintf("%024x", i)
	}
	// Clients take turns, so that they share what else the machine does.
	for range starts {
		for _, c := range contenders {
			if err := c.start(baseURL, ids[0]); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	requests.Store(0)
	for range runs {
		for _, c := range contenders {
			if err := c.run(baseURL, ids); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if got := requests.Swap(0); got != int64(len(ids)) {
				return fmt.Errorf("%s sent %d requests for %d contacts", c.name, got, len(ids))
			}
		}
	}

	fmt.Fprintf(w, "| client | start to first deletion | %d deletions | CPU a deletion | peak memory |\n", len(ids))
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: |")
	for _, c := range contenders {
		fmt.Fprintf(w, "| %s | %.0f ms | %.2f s | %.0f µs | %.1f MiB |\n", c.name,
			ms(median(c.first)), median(c.took).Seconds(), 1000*ms(median(c.cpu)), float64(median(c.peak))/1024)
	}
	return nil
}

func (c *contender) start(baseURL, id string) error {
	begin := time.Now()
	p, err := c.process(baseURL)
	if err != nil {
		return err
	}
	ready := time.Since(begin)
	r, took, err := p.Run(id)
	if err != nil {
		return err
	}
	c.first = append(c.first, ready+took)
	return complete(r, 1)
}

func (c *contender) run(baseURL string, ids []string) error {
	p, err := c.process(baseURL)
	if err != nil {
		return err
	}
	r, took, err := p.Run(ids...)
	if err != nil {
		return err
	}
	c.took = append(c.took, took)
	c.cpu = append(c.cpu, p.CPU()/time.Duration(len(ids)))
	c.peak = append(c.peak, r.PeakKiB)
	return complete(r, len(ids))
}

func (c *contender) process(baseURL string) (*child.Child, error) {
	cmd, err := c.command()
	if err != nil {
		return nil, err
	}
	return child.Start(cmd, baseURL, stub.Token)
}

func node() (*exec.Cmd, error) { return child.Node("delete.mjs") }

func complete(r child.Report, want int) error {
	if r.Done != want || r.Failed != 0 {
		return fmt.Errorf("%d of %d were deleted, %d failed", r.Done, want, r.Failed)
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// median is the upper one of an even number.
func median[T int | time.Duration](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
