// Package child runs clients in processes of their own. Such a client prints
// "ready", reads its standard input until that ends, does its work, and prints a
// Report as JSON. To delete contacts, 16 at a time, it reads their IDs.
package child

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// InFlight is how many deletions every contender has in flight at once.
const InFlight = 16

// Report is what a client prints at its end.
type Report struct {
	Done     int `json:"done"` // contacts
	Failed   int `json:"failed"`
	PeakKiB  int `json:"peakKiB"`  // most memory the process had resident
	GrownKiB int `json:"grownKiB"` // by how much the live heap grew, if that was measured
}

// Child is a client that is ready.
type Child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// Start starts a client of the server at baseURL, and waits until it is ready.
func Start(cmd *exec.Cmd, baseURL, token string) (*Child, error) {
	cmd.Env = append(os.Environ(), "FEATUREBASE_BASE_URL="+baseURL, "FEATUREBASE_API_KEY="+token)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &Child{cmd, in, bufio.NewScanner(out)}
	if !c.out.Scan() || c.out.Text() != "ready" {
		_ = cmd.Process.Kill()
		return nil, fmt.Errorf("%v does not become ready: %w", cmd, cmd.Wait())
	}
	return c, nil
}

// Run writes the client's input, and waits for its report and its exit. It returns
// the time until the report.
func (c *Child) Run(lines ...string) (Report, time.Duration, error) {
	start := time.Now()
	_, err := io.WriteString(c.in, strings.Join(lines, "\n"))
	if err == nil {
		err = c.in.Close()
	}
	var r Report
	if err == nil && c.out.Scan() {
		err = json.Unmarshal(c.out.Bytes(), &r)
	}
	took := time.Since(start)
	if waitErr := c.cmd.Wait(); waitErr != nil {
		err = waitErr
	}
	return r, took, err
}

// CPU is the user and system time of the client. It is known after Run.
func (c *Child) CPU() time.Duration {
	return c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
}

// Node returns the command that runs a script with the official client, or an
// error that says why there is none. It is to be called in the folder
// benchmarks.
func Node(script string) (*exec.Cmd, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("the official client is skipped: %w", err)
	}
	dir := "node"
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "featurebase-node")); err != nil {
		return nil, fmt.Errorf("the official client is skipped, as it is not installed: run \"npm ci --prefix %s\"", dir)
	}
	return exec.Command(node, filepath.Join(dir, script)), nil
}

// PeakKiB returns the most memory that this process had resident. Linux has it
// in a file; that of rusage begins with the parent's.
func PeakKiB() (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kib int
	_, err = fmt.Sscanf(after, "%d kB", &kib)
	return kib, err
}
