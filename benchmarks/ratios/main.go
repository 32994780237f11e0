// Command ratios makes Markdown tables of what run has measured: how much each
// client takes, and how that compares with writing the request by hand.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// floor is the client that the others are compared with.
const floor = "byhand"

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: ratios FILE, with the output of benchmarks in it")
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	m, err := read(benchfmt.NewReader(file, file.Name()))
	if err == nil {
		err = m.write(os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// measurements are what was measured, in the order in which it was first.
type measurements struct {
	about  string // when and where
	tables []*table
}

// table has the clients of one benchmark.
type table struct {
	title   string
	clients []*client
}

// client has the values of each round by unit.
type client struct {
	name   string
	values map[string][]float64
}

func read(r *benchfmt.Reader) (*measurements, error) {
	m := &measurements{}
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.SyntaxError:
			return nil, rec
		case *benchfmt.Result:
			if m.about == "" {
				m.about = about(rec)
			}
			title, name := split(rec.Name)
			c := m.table(title).client(name)
			for _, v := range rec.Values {
				c.values[v.Unit] = append(c.values[v.Unit], v.Value)
			}
		}
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	if len(m.tables) == 0 {
		return nil, errors.New("there are no results of benchmarks")
	}
	return m, nil
}

func about(r *benchfmt.Result) string {
	var parts []string
	for _, key := range []string{"date", "cpu", "machine", "go", "command"} {
		if value := r.GetConfig(key); value != "" {
			parts = append(parts, value)
		}
	}
	return strings.Join(parts, ", ")
}

// split takes the client out of a benchmark's name.
func split(name benchfmt.Name) (title, client string) {
	var keys []string
	_, parts := name.Parts()
	for _, part := range parts {
		key, value, ok := strings.Cut(strings.TrimPrefix(string(part), "/"), "=")
		switch {
		case key == "client":
			client = value
		case ok: // and not the number of processors
			keys = append(keys, key+" "+value)
		}
	}
	return strings.Join(keys, ", "), client
}

func (m *measurements) table(title string) *table {
	for _, t := range m.tables {
		if t.title == title {
			return t
		}
	}
	t := &table{title: title}
	m.tables = append(m.tables, t)
	return t
}

func (t *table) client(name string) *client {
	for _, c := range t.clients {
		if c.name == name {
			return c
		}
	}
	c := &client{name, map[string][]float64{}}
	t.clients = append(t.clients, c)
	return c
}

func (m *measurements) write(w io.Writer) error {
	fmt.Fprintf(w, "%s:\n", m.about)
	for _, t := range m.tables {
		if err := t.write(w); err != nil {
			return err
		}
	}
	return nil
}

// The units are those of benchfmt, which makes seconds of nanoseconds.
const (
	timeUnit  = "sec/op"
	cpuUnit   = "cpu-sec/op"
	bytesUnit = "B/op"
	allocUnit = "allocs/op"
	connsUnit = "conns"
)

func (t *table) write(w io.Writer) error {
	base := t.client(floor)
	rounds := len(base.values[timeUnit])
	for _, c := range t.clients {
		for _, unit := range []string{timeUnit, cpuUnit, bytesUnit, allocUnit} {
			if n := len(c.values[unit]); n == 0 || n != rounds {
				return fmt.Errorf("%s: %s has %d values of %s in %d rounds of %s: want one in each", t.title, c.name, n, unit, rounds, floor)
			}
		}
	}
	// Ratios are of one round, whose noise both clients share.
	ratio := func(c *client, unit string) []float64 {
		ratios := make([]float64, rounds)
		for i := range ratios {
			ratios[i] = c.values[unit][i] / base.values[unit][i]
		}
		return ratios
	}
	slices.SortStableFunc(t.clients, func(a, b *client) int {
		return cmp.Compare(median(ratio(a, timeUnit)), median(ratio(b, timeUnit)))
	})
	// mid returns the median of a unit, and that of its ratio.
	mid := func(c *client, unit string) string {
		return fmt.Sprintf("%.0f | %.2f", median(c.values[unit]), median(ratio(c, unit)))
	}
	conns := base.values[connsUnit] != nil
	fmt.Fprintf(w, "\n%s:\n\n| client | time | ratio | middle half | CPU ratio | B/op | ratio | allocs/op | ratio |", t.title)
	if conns {
		fmt.Fprint(w, " connections |")
	}
	fmt.Fprintf(w, "\n| --- | ---: | ---: | :---: | ---: | ---: | ---: | ---: | ---: |")
	if conns {
		fmt.Fprint(w, " ---: |")
	}
	for _, c := range t.clients {
		r := ratio(c, timeUnit)
		fmt.Fprintf(w, "\n| %s | %.2f µs | %.2f | %.2f–%.2f | %.2f | %s | %s |", c.name, median(c.values[timeUnit])*1e6,
			median(r), quantile(r, 0.25), quantile(r, 0.75), median(ratio(c, cpuUnit)),
			mid(c, bytesUnit), mid(c, allocUnit))
		if conns {
			fmt.Fprintf(w, " %.0f |", median(c.values[connsUnit]))
		}
	}
	fmt.Fprintln(w)
	return nil
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// quantile is the value below which the share q of the values is.
func quantile(values []float64, q float64) float64 {
	s := slices.Sorted(slices.Values(values))
	at := q * float64(len(s)-1)
	i := int(at)
	if i == len(s)-1 {
		return s[i]
	}
	return s[i] + (at-float64(i))*(s[i+1]-s[i])
}
