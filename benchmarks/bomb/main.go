// Command bomb shows what it costs DeleteMany, at its defaults, if a server or a
// proxy answers with a gzip bomb: 1 GB of text that takes about 1 MB on the wire.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/child"
	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
)

const size = 1_000_000_000

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	bomb, err := compressed()
	if err != nil {
		return err
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb) // the client hangs up
	}))
	defer srv.Close()
	client, err := featurebase.NewClient(stub.Token, featurebase.WithBaseURL(srv.URL))
	if err != nil {
		return err
	}
	ids := make([]string, 20)
	for i := range ids {
		ids[i] = fmt.Sprintf("%024x", i)
	}
	before := heap()
	stop, peak := watch()
	failed := 0
	for result := range client.Contacts.DeleteMany(context.Background(), slices.Values(ids)) {
		if result.Err == nil {
			return fmt.Errorf("%s was deleted", result.ID)
		}
		failed++
	}
	stop()
	resident, err := child.PeakKiB()
	if err != nil {
		return err
	}
	fmt.Printf("| on the wire | deletions that failed | heap grew by at most | peak memory |\n| ---: | ---: | ---: | ---: |\n")
	fmt.Printf("| %d kB | %d | %.1f MB | %.1f MiB |\n", len(bomb)/1000, failed, float64(peak()-before)/1e6, float64(resident)/1024)
	return nil
}

// compressed returns a confirmation of 1 GB, as it is on the wire.
func compressed() ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, `{"object":"`); err != nil {
		return nil, err
	}
	chunk := bytes.Repeat([]byte("x"), 1_000_000)
	for range size / len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return nil, err
		}
	}
	if _, err := io.WriteString(w, `"}`); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// watch looks at the heap once a millisecond until stop is called.
func watch() (stop func(), peak func() uint64) {
	var most atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), m.HeapAlloc))
			}
		}
	}()
	return func() { close(done); <-ended }, most.Load
}

// heap is how many bytes are reachable.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
