package conformance_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// process makes calls with the official client.
type process struct {
	calls   *json.Encoder
	replies *bufio.Reader
	stderr  bytes.Buffer // to be read when the process has ended
}

// call is a call of the official client; none asks for the names of all methods.
type call struct {
	Method string `json:"method,omitempty"` // its path from the client
	Args   []any  `json:"args,omitempty"`
	All    bool   `json:"all,omitempty"`   // all pages
	Times  int    `json:"times,omitempty"` // one after the other; 0: once
}

// reply is the outcome of a call.
type reply struct {
	Status int             `json:"status"` // of a success
	Value  json.RawMessage `json:"value"`
	Error  *struct {
		Class   string          `json:"class"`
		Status  int             `json:"status"` // 0: there was no response
		Body    json.RawMessage `json:"body"`
		Message string          `json:"message"`
	} `json:"error"`
}

// requireOfficial returns the path of Node, where the official client is
// installed. Otherwise the test is skipped, or fails if FEATUREBASE_CONFORMANCE
// is "required".
func requireOfficial(t *testing.T) (node string) {
	t.Helper()
	cannot := t.Skipf
	if os.Getenv("FEATUREBASE_CONFORMANCE") == "required" {
		cannot = t.Fatalf
	}
	node, err := exec.LookPath("node")
	if err != nil {
		cannot("needs Node: %v", err)
	}
	for module, want := range pinned(t) {
		if have := installed(t, module); have != want {
			cannot("needs %s %s, but has %q: run conformance/run, or npm ci in its folder", module, want, have)
		}
	}
	return node
}

// startOfficial starts the process for the server at baseURL.
func startOfficial(t *testing.T, baseURL, key string) *process {
	t.Helper()
	node := requireOfficial(t)
	o := &process{}
	cmd := exec.Command(node, "client.mjs")
	cmd.Env = append(os.Environ(), "FEATUREBASE_BASE_URL="+baseURL, "FEATUREBASE_API_KEY="+key)
	cmd.Stderr = &o.stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	o.calls, o.replies = json.NewEncoder(stdin), bufio.NewReader(stdout)
	t.Cleanup(func() {
		_ = stdin.Close() // ends it
		_, _ = io.Copy(io.Discard, o.replies)
		require.NoError(t, cmd.Wait(), "%s", &o.stderr)
	})
	return o
}

func (o *process) perform(t *testing.T, c call) (r reply) {
	t.Helper()
	require.NoError(t, o.calls.Encode(c))
	line, err := o.replies.ReadBytes('\n')
	require.NoError(t, err, "the process ended")
	require.NoError(t, json.Unmarshal(line, &r), "%s", line)
	return r
}

// pinned returns the versions of npm's packages that package.json asks for.
func pinned(t *testing.T) map[string]string {
	t.Helper()
	var manifest struct{ Dependencies map[string]string }
	b, err := os.ReadFile("package.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &manifest))
	require.NotEmpty(t, manifest.Dependencies)
	return manifest.Dependencies
}

// installed returns the version of a package that there is, or "".
func installed(t *testing.T, module string) string {
	t.Helper()
	var manifest struct{ Version string }
	b, err := os.ReadFile("node_modules/" + module + "/package.json")
	if err != nil {
		return ""
	}
	require.NoError(t, json.Unmarshal(b, &manifest))
	return manifest.Version
}
