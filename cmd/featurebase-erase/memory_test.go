//go:build linux

package main

import (
	"bufio"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
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
		cmd, started := s.command(args...), make(chan struct{})
		var peak atomic.Int64
		s.before(func(*http.Request) {
			<-started
			peak.Store(peakOf(t, cmd.Process.Pid))
		})
		e := finish(t, cmd, started)
		require.Equal(t, exitStopped, e.code, e.stderr)
		t.Logf("%s: %d values, %d MiB at the most", args[0], *manyValues, peak.Load())
		assert.Positive(t, peak.Load())
		assert.Less(t, peak.Load(), int64(100))
	}
}

// peakOf returns the most memory, in MiB, that a process has had since it began.
// What wait4 tells begins with that of the process that started it.
func peakOf(t *testing.T, pid int) (mib int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	assert.NoError(t, err)
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			assert.NoError(t, err)
			return kib >> 10
		}
	}
	return 0
}
