//go:build linux

package main

import (
	"bufio"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var manyValues = flag.Int("values", 100_000, "how many values TestManyValues has")

// All values are read, checked and written into the journal before anything is
// asked for. The server then refuses the key.
func TestManyValues_needLittleMemory(t *testing.T) {
	s := newSite(t)
	s.contact(0)
	f, err := os.Create(filepath.Join(s.folder, "people"))
	require.NoError(t, err)
	w := bufio.NewWriter(f)
	for i := range *manyValues {
		fmt.Fprintf(w, "somebody.with.a.name%d@example.com\n", i)
	}
	require.NoError(t, w.Flush())
	require.NoError(t, f.Close())
	s.FailNext(featurebasetest.Fault{Lasts: true, Status: http.StatusUnauthorized, Code: "unauthorized", When: func(r featurebasetest.Request) bool {
		return r.Method == http.MethodPost
	}})
	for _, args := range [][]string{{"erase", "--yes", "--contacts-only", "--journal", "j", "-f", "people"}, {"continue", "--yes", "j"}} {
		cmd := s.command(args...)
		e := finish(t, cmd)
		require.Equal(t, exitStopped, e.code, e.stderr)
		peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10 // MiB, on Linux
		t.Logf("%s: %d values, %d MiB at the most", args[0], *manyValues, peak)
		assert.Less(t, peak, int64(100))
	}
}
