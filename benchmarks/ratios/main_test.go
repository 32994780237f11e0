package main

import (
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
)

const output = `date: 2026-11-24
command: ./run
goos: linux
cpu: Some CPU
BenchmarkDelete/transport=memory/case=404/goroutines=1/client=slow-2     	 100	 9000 ns/op	 4000 cpu-ns/op	 800 B/op	 20 allocs/op
BenchmarkDelete/transport=memory/case=404/goroutines=1/client=byhand-2   	 100	 3000 ns/op	 2000 cpu-ns/op	 400 B/op	 10 allocs/op
BenchmarkDelete/transport=loopback/case=404/goroutines=16/client=byhand-2	 100	50000 ns/op	 7.000 conns	 60000 cpu-ns/op	 400 B/op	 10 allocs/op
PASS
date: 2026-11-24
goos: linux
cpu: Some CPU
BenchmarkDelete/transport=memory/case=404/goroutines=1/client=byhand-2   	 100	 6000 ns/op	 4000 cpu-ns/op	 400 B/op	 10 allocs/op
BenchmarkDelete/transport=memory/case=404/goroutines=1/client=slow-2     	 100	 9000 ns/op	 4000 cpu-ns/op	 800 B/op	 20 allocs/op
BenchmarkDelete/transport=loopback/case=404/goroutines=16/client=byhand-2	 100	40000 ns/op	 9.000 conns	 60000 cpu-ns/op	 400 B/op	 10 allocs/op
PASS
`

const tables = `2026-11-24, Some CPU, ./run:

transport memory, case 404, goroutines 1:

| client | time | ratio | middle half | CPU ratio | B/op | ratio | allocs/op | ratio |
| --- | ---: | ---: | :---: | ---: | ---: | ---: | ---: | ---: |
| byhand | 4.50 µs | 1.00 | 1.00–1.00 | 1.00 | 400 | 1.00 | 10 | 1.00 |
| slow | 9.00 µs | 2.25 | 1.88–2.62 | 1.50 | 800 | 2.00 | 20 | 2.00 |

transport loopback, case 404, goroutines 16:

| client | time | ratio | middle half | CPU ratio | B/op | ratio | allocs/op | ratio | connections |
| --- | ---: | ---: | :---: | ---: | ---: | ---: | ---: | ---: | ---: |
| byhand | 45.00 µs | 1.00 | 1.00–1.00 | 1.00 | 400 | 1.00 | 10 | 1.00 | 8 |
`

func convert(output string) (string, error) {
	var b strings.Builder
	m, err := read(benchfmt.NewReader(strings.NewReader(output), "output"))
	if err == nil {
		err = m.write(&b)
	}
	return b.String(), err
}

func TestRatios_areOfTheSameRound(t *testing.T) {
	t.Parallel()
	got, err := convert(output)
	if err != nil {
		t.Fatal(err)
	}
	if got != tables {
		t.Errorf("got:\n%s\nwant:\n%s", got, tables)
	}
}

func TestRatios_refuseWhatCannotBeCompared(t *testing.T) {
	t.Parallel()
	last := strings.LastIndex(output, "BenchmarkDelete/transport=memory")
	for name, test := range map[string]struct{ output, want string }{
		"nothing":              {"PASS\n", "no results"},
		"a round is missing":   {output[:last], "slow has 1 values of sec/op in 2 rounds of byhand"},
		"there is no floor":    {strings.ReplaceAll(output, "byhand", "other"), "in 0 rounds of byhand"},
		"there is no CPU time": {strings.ReplaceAll(output, "cpu-ns/op", "else"), "0 values of cpu-sec/op"},
		"a line is garbled":    {strings.ReplaceAll(output, "50000", "5x000"), "parsing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := convert(test.output); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q and %v, want an error with %q", got, err, test.want)
			}
		})
	}
}

func TestQuantile_liesBetweenTheValues(t *testing.T) {
	t.Parallel()
	values := []float64{4, 1, 3, 2}
	for q, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 2.5, 0.75: 3.25, 1: 4} {
		if got := quantile(values, q); got != want {
			t.Errorf("quantile %v: got %v, want %v", q, got, want)
		}
	}
}
