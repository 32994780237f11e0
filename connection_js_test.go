package featurebase_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// On js/wasm, net/http leaves requests to fetch, which follows redirects and
// reports no connections. The test compiles for it, so it runs in CI alone.
func TestDelete_isAsCarefulOverFetch(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if os.Getenv("CI") == "" || err != nil {
		t.Skip("needs CI and Node")
	}
	program := filepath.Join(t.TempDir(), "fetch.wasm")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./testdata/fetch")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	require.NoError(t, err)
	script := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec_node.js")

	type outcome struct {
		Error     string
		Status    int
		Ambiguous bool
	}
	run := func(baseURL string) (o outcome) {
		cmd := exec.CommandContext(t.Context(), node, script, program)
		cmd.Args[0] = "workerd" // by any other name, Go has no fetch in Node
		cmd.Env = append(os.Environ(), "FEATUREBASE_API_KEY="+token, "FEATUREBASE_BASE_URL="+baseURL)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.NoError(t, json.Unmarshal(out, &o), "%s", out)
		return o
	}

	var confirmed atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		confirmed.Add(1)
		_, _ = w.Write([]byte(deletedOK))
	}))
	t.Cleanup(elsewhere.Close)
	redirecting := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	t.Cleanup(redirecting.Close)
	o := run(redirecting.URL)
	assert.Equal(t, http.StatusFound, o.Status)
	assert.Contains(t, o.Error, "redirects are not followed")
	assert.Zero(t, confirmed.Load())

	dropping := listen(t, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 4096)) })
	o = run("http://" + dropping)
	assert.True(t, o.Ambiguous, o.Error)
	assert.Contains(t, o.Error, "no response")

	assert.Empty(t, run(elsewhere.URL).Error)
	assert.EqualValues(t, 1, confirmed.Load())
}
