package benchmarks_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// BenchmarkDelete deletes a contact and decodes the response.
// Contenders run in random order, so that over several runs none is always
// next to the same one.
func BenchmarkDelete(b *testing.B) {
	for _, transport := range []string{memory, loopback} {
		for _, response := range []string{success, notFound, retry} {
			for _, goroutines := range []int{1, 16} {
				for _, i := range rand.Perm(len(contenders)) {
					c := contenders[i]
					if response == retry && !c.retries {
						continue
					}
					b.Run(fmt.Sprintf("transport=%s/case=%s/goroutines=%d/client=%s", transport, response, goroutines, c.name),
						func(b *testing.B) { benchmark(b, c, transport, response, goroutines) })
				}
			}
		}
	}
}

func benchmark(b *testing.B, c contender, transport, response string, goroutines int) {
	srv := newServer(b, transport, response)
	del, err := c.new(srv.base, srv.transport)
	if err != nil {
		b.Fatal(err)
	}
	procs := runtime.GOMAXPROCS(0)
	b.SetParallelism((goroutines + procs - 1) / procs) // of which there are procs times as many
	var workers atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	b.RunParallel(func(pb *testing.PB) {
		worker := int(workers.Add(1)) - 1
		if worker >= goroutines {
			return
		}
		// Calls of a service have contexts that can end and that they don't share.
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		id := contactID(worker)
		for pb.Next() {
			got, err := del(ctx, id)
			if (err == nil) != (response != notFound) || err == nil && got.ID != id {
				b.Errorf("deleting %s: got %v, %v", id, got, err)
				return
			}
		}
	})
	cpu = cpuTime() - cpu
	b.StopTimer()
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N), "cpu-ns/op")
	if transport == loopback {
		b.ReportMetric(float64(srv.conns.Load()), "conns")
	}
	want := int64(b.N)
	if response == retry {
		want *= 2
	}
	if got := srv.total(); got != want {
		b.Errorf("the server got %d requests, want %d", got, want)
	}
}

// cpuTime is how long this process has computed, with the server that is in it.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
