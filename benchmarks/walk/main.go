// Command walk has this library and the official client go through all contacts
// of the same server, each in a process of its own, as the server is. Run it in
// the folder benchmarks.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go/benchmarks/child"
	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
)

// contender has what was measured of a client, once for each round.
type contender struct {
	name    string
	command func() (*exec.Cmd, error)

	took []float64 // seconds
	cpu  []float64 // seconds
	peak []float64 // MiB
}

func main() {
	log.SetFlags(0)
	contacts := flag.Int("contacts", 50_000, "how many `contacts` there are")
	rounds := flag.Int("rounds", 7, "how `often` each client goes through them")
	serving := flag.Bool("serve", false, "be the server")
	flag.Parse()
	var err error
	switch {
	case *contacts < 1 || *rounds < 1:
		err = errors.New("walk: want at least one of each")
	case *serving:
		err = serve(*contacts)
	default:
		err = compare(os.Stdout, *contacts, *rounds)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func compare(w io.Writer, contacts, rounds int) error {
	dir, err := os.MkdirTemp("", "walk")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if out, err := exec.Command("go", "build", "-o", dir, "./walk", "./walk/client").CombinedOutput(); err != nil {
		return fmt.Errorf("building the programs: %w: %s", err, out)
	}
	node := func() (*exec.Cmd, error) { return child.Node("walk.mjs") }
	contenders := []*contender{
		{name: "featurebase-node", command: node},
		{name: "featurebase-go", command: func() (*exec.Cmd, error) { return exec.Command(filepath.Join(dir, "client")), nil }},
	}
	if _, err := node(); err != nil {
		log.Print(err)
		contenders = contenders[1:]
	}

	server := exec.Command(filepath.Join(dir, "walk"), "-serve", "-contacts", fmt.Sprint(contacts))
	out, err := server.StdoutPipe()
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return err
	}
	defer func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	}()
	baseURL, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return err
	}
	baseURL = strings.TrimSpace(baseURL)

	// Clients take turns, so that they share what else the machine does.
	for range rounds {
		for _, c := range contenders {
			if err := c.run(baseURL, contacts); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	floor := contenders[0]
	fmt.Fprintf(w, "| client | %d contacts | ratio | CPU | ratio | peak memory | ratio |\n", contacts)
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, c := range contenders {
		fmt.Fprintf(w, "| %s | %.2f s | %.2f | %.2f s | %.2f | %.1f MiB | %.2f |\n", c.name,
			median(c.took), ratio(c.took, floor.took), median(c.cpu), ratio(c.cpu, floor.cpu), median(c.peak), ratio(c.peak, floor.peak))
	}
	return nil
}

func (c *contender) run(baseURL string, contacts int) error {
	cmd, err := c.command()
	if err != nil {
		return err
	}
	p, err := child.Start(cmd, baseURL, stub.Token)
	if err != nil {
		return err
	}
	r, took, err := p.Run()
	if err != nil {
		return err
	}
	if r.Done != contacts {
		return fmt.Errorf("it found %d of %d contacts", r.Done, contacts)
	}
	c.took = append(c.took, took.Seconds())
	c.cpu = append(c.cpu, p.CPU().Seconds())
	c.peak = append(c.peak, float64(r.PeakKiB)/1024)
	return nil
}

// ratio returns the median of the ratios in each round.
func ratio(values, floor []float64) float64 {
	ratios := make([]float64, len(values))
	for i := range ratios {
		ratios[i] = values[i] / floor[i]
	}
	return median(ratios)
}

// median is the upper one of an even number.
func median(values []float64) float64 { return slices.Sorted(slices.Values(values))[len(values)/2] }
