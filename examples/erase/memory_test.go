package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var manyLines = flag.Int("lines", 5_000, "how many lines TestManyLinesNeedLittleMemory has")

// The peak is that of the program for the whole run: reading, journal,
// deletion and results. The server is the test's, and keeps nothing.
func TestManyLinesNeedLittleMemory(t *testing.T) {
	t.Parallel()
	n := *manyLines
	s := &site{t: t, folder: t.TempDir()}
	var pid, sent atomic.Int64
	var peak atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sent.Add(1) == int64(n) {
			peak.Store(peakMemory(pid.Load()))
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"id":%q,"object":"contact","deleted":true}`, path.Base(r.URL.Path))
	}))
	t.Cleanup(server.Close)

	list, err := os.Create(filepath.Join(s.folder, "ids"))
	require.NoError(t, err)
	w := bufio.NewWriter(list)
	for i := range n {
		_, _ = fmt.Fprintf(w, "%024x\n", i)
	}
	require.NoError(t, w.Flush())
	require.NoError(t, list.Close())

	s.url, s.Server = server.URL, newSite(t).Server
	cmd := s.command("--yes", "--no-look", "--file", "ids", "--concurrency", "32")
	results, err := os.Create(filepath.Join(s.folder, "results.csv"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = results.Close() })
	cmd.Stdout = results
	require.NoError(t, cmd.Start())
	pid.Store(int64(cmd.Process.Pid))
	require.NoError(t, cmd.Wait())

	seen := make([]bool, n)
	_, err = results.Seek(0, io.SeekStart)
	require.NoError(t, err)
	rows := csv.NewReader(results)
	_, err = rows.Read()
	require.NoError(t, err)
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		i, err := strconv.ParseInt(row[1], 16, 64)
		require.NoError(t, err)
		require.False(t, seen[i], "told twice")
		require.Equal(t, string(deleted), row[2])
		seen[i] = true
	}
	assert.NotContains(t, seen, false)
	assert.Equal(t, int64(n), sent.Load())
	if kib, ok := peak.Load().(int); ok && kib > 0 {
		t.Logf("peak memory for %d lines: %.1f MiB", n, float64(kib)/1024)
		if !raced { // the race detector needs several times as much
			assert.Less(t, kib*1024, 40<<20+100*n, "bytes")
		}
	}
}

// peakMemory returns the KiB that a process has had at most; 0 if that is not
// told here.
func peakMemory(pid int64) int {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	kib := 0
	_, _ = fmt.Sscanf(rest, "%d kB", &kib)
	return kib
}
