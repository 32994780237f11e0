package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

const contactID = "507f1f77bcf86cd799439011"

// runAsProgram has the test binary be the program.
const runAsProgram = "FEATUREBASE_FAKE_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(runAsProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// program is the program as a process.
type program struct {
	cmd      *exec.Cmd
	url, key string
	stderr   bytes.Buffer // to be read when it has ended
}

// start starts the program with a contact, and stops it when the test ends.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	seed := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(seed, []byte(`{"contacts": [{"id": "`+contactID+`", "userId": "u-1815"}]}`), 0o600))
	p := &program{cmd: exec.Command(os.Args[0], append([]string{"-addr", "127.0.0.1:0", "-seed", seed}, args...)...)}
	p.cmd.Env = append(os.Environ(), runAsProgram+"=1")
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() { p.stop(t) })
	lines := bufio.NewReader(stdout)
	p.url = variable(t, lines, "FEATUREBASE_BASE_URL")
	p.key = variable(t, lines, "FEATUREBASE_API_KEY")
	return p
}

func variable(t *testing.T, lines *bufio.Reader, name string) string {
	t.Helper()
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	value, ok := strings.CutPrefix(strings.TrimSpace(line), name+"=")
	require.True(t, ok, line)
	return value
}

// stop ends the program, which must end well.
func (p *program) stop(t *testing.T) {
	t.Helper()
	switch {
	case p.cmd.ProcessState != nil:
	case runtime.GOOS == "windows": // where processes can't be asked to end
		require.NoError(t, p.cmd.Process.Kill())
		_ = p.cmd.Wait()
	default:
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, p.cmd.Wait(), "%s", &p.stderr)
	}
}

func (p *program) client(t *testing.T, opts ...featurebase.Option) *featurebase.Client {
	t.Helper()
	client, err := featurebase.NewClient(p.key, append([]featurebase.Option{featurebase.WithBaseURL(p.url), featurebase.WithMaxRetries(0)}, opts...)...)
	require.NoError(t, err)
	return client
}

// control sends a request to /_fake/ and returns the response.
func (p *program) control(t *testing.T, method, path, body string) (status int, response string) {
	t.Helper()
	return p.api(t, method, "/_fake/"+path, body)
}

// status is that of api.
func (p *program) status(t *testing.T, method, path, body string) int {
	t.Helper()
	status, _ := p.api(t, method, path, body)
	return status
}

// api sends a request with the key and returns the response.
func (p *program) api(t *testing.T, method, path, body string) (status int, response string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+p.key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}

func TestProgram_servesTheSeed(t *testing.T) {
	t.Parallel()
	p := start(t, "-key", "sk_test_other")
	assert.Equal(t, "sk_test_other", p.key)
	client := p.client(t)
	_, err := client.Contacts.DeleteByUserID(t.Context(), "u-1815")
	require.NoError(t, err)
	_, err = client.Contacts.Get(t.Context(), contactID)
	assert.ErrorIs(t, err, featurebase.ErrNotFound)

	status, _ := p.control(t, "POST", "reset", "")
	assert.Equal(t, http.StatusNoContent, status)
	_, err = client.Contacts.Get(t.Context(), contactID)
	require.NoError(t, err)

	p.stop(t)
	log := p.stderr.String()
	assert.Contains(t, log, "method=DELETE path=/v2/contacts/by-user-id/u-1815 status=200 request_id=req_1 ")
	assert.Contains(t, log, "status=404 request_id=req_2 ")
	assert.NotContains(t, log, p.key)
	assert.NotContains(t, log, "_fake")
}

func TestProgram_failsOnDemand(t *testing.T) {
	t.Parallel()
	p := start(t)
	client := p.client(t)
	get := func() error {
		_, err := client.Contacts.Get(t.Context(), contactID)
		return err
	}

	status, body := p.control(t, "POST", "faults", `{"pattern": "GET /v2/contacts/{id}", "times": 2, "status": 503, "code": "internal_server_error", "header": {"X-Why": "test"}}`)
	require.Equal(t, http.StatusNoContent, status, body)
	_, err := client.Contacts.GetByUserID(t.Context(), "u-1815")
	require.NoError(t, err, "another endpoint")
	for range 2 {
		var apiErr *featurebase.APIError
		require.ErrorAs(t, get(), &apiErr)
		assert.Equal(t, 503, apiErr.StatusCode)
		assert.Equal(t, featurebase.ErrorCode("internal_server_error"), apiErr.Code)
		assert.Equal(t, "test", apiErr.Header.Get("X-Why"))
	}
	require.NoError(t, get())

	p.control(t, "POST", "faults", `{"lasts": true, "cut": true}`)
	for range 3 {
		var reqErr *featurebase.RequestError
		require.ErrorAs(t, get(), &reqErr)
	}
	status, _ = p.control(t, "DELETE", "faults", "")
	assert.Equal(t, http.StatusNoContent, status)
	require.NoError(t, get())

	p.control(t, "POST", "faults", `{"apply": true, "truncate": true}`)
	_, err = client.Contacts.Delete(t.Context(), contactID)
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
	assert.ErrorIs(t, get(), featurebase.ErrNotFound)

	p.stop(t)
	assert.Contains(t, p.stderr.String(), "status=0 ", "the connection was closed")
}

func TestProgram_listsRequests(t *testing.T) {
	t.Parallel()
	p := start(t)
	_, _, err := p.client(t).Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u-1"})
	require.NoError(t, err)
	status, body := p.control(t, "GET", "requests", "")
	assert.Equal(t, http.StatusOK, status)
	assert.NotContains(t, body, p.key)
	var all []received
	require.NoError(t, json.Unmarshal([]byte(body), &all))
	require.Len(t, all, 1)
	assert.Equal(t, "POST /v2/contacts", all[0].Pattern)
	assert.JSONEq(t, `{"userId":"u-1"}`, all[0].Body)
	assert.Equal(t, "req_1", all[0].ID)

	p.control(t, "POST", "reset", "")
	_, body = p.control(t, "GET", "requests", "")
	assert.JSONEq(t, "[]", body)
}

// The flags hold until a request chooses otherwise, and again after a reset.
func TestControl_choosesVariants(t *testing.T) {
	t.Parallel()
	p := start(t, "-schema-errors", "envelope", "-refused-key", "403", "-first-message", "part")
	key := p.key
	seen := func() []any {
		t.Helper()
		p.key = "sk_wrong"
		refused := p.status(t, "GET", "/v2/boards", "")
		p.key = key
		_, body := p.api(t, "POST", "/v2/posts", "{}")
		status, conversation := p.api(t, "POST", "/v2/conversations", `{"from": {"type": "contact", "id": "`+contactID+`"}, "bodyMarkdown": "Hi"}`)
		require.Equal(t, 201, status, conversation)
		var created struct{ ID string }
		require.NoError(t, json.Unmarshal([]byte(conversation), &created))
		_, conversation = p.api(t, "GET", "/v2/conversations/"+created.ID, "")
		return []any{refused, strings.Contains(body, "details"), strings.Contains(conversation, "user_msg")}
	}
	assert.Equal(t, []any{403, true, true}, seen())
	status, _ := p.control(t, "POST", "variants", `{"refusedKey": 401}`)
	assert.Equal(t, 204, status)
	assert.Equal(t, []any{401, false, false}, seen(), "what is left out is the default")
	p.control(t, "POST", "reset", "")
	assert.Equal(t, []any{403, true, true}, seen())
}

func TestControl_refusesMistakes(t *testing.T) {
	t.Parallel()
	p := start(t)
	for _, tc := range []struct{ name, method, path, body, want string }{
		{"no JSON", "POST", "faults", "", "want a fault as JSON: EOF"},
		{"field", "POST", "faults", `{"satus": 500}`, `unknown field \"satus\"`},
		{"two", "POST", "faults", `{}{}`, "want a fault as JSON: there is more after it"},
		{"endpoint", "POST", "faults", `{"pattern": "GET /v2/contact/{id}"}`, "is no endpoint"},
		{"parameter", "POST", "faults", `{"pattern": "GET /v2/contacts/{contactId}"}`, "is no endpoint"},
		{"method", "POST", "faults", `{"pattern": "G,T /"}`, "is no endpoint"},
		{"times", "POST", "faults", `{"times": 0}`, "times is 0: want 1 to 10000, or lasts"},
		{"both", "POST", "faults", `{"times": 2, "lasts": true}`, "times or lasts, not both"},
		{"status", "POST", "faults", `{"status": 99}`, "status is 99"},
		{"code", "POST", "faults", `{"code": "x"}`, "code needs a status of at least 400"},
		{"body", "POST", "faults", `{"body": "x"}`, "body needs a status"},
		{"delay", "POST", "faults", `{"delay": "1"}`, `delay is \"1\": want a duration`},
		{"variant", "POST", "variants", `{"schemaErrors": "nested"}`, `schema errors are \"nested\": want flat or envelope`},
		{"variant of a status", "POST", "variants", `{"refusedKey": 400}`, "the status for a refused key is 400: want 401 or 403"},
		{"variant of a place", "POST", "variants", `{"firstMessage": "both"}`, `the first message is \"both\": want source or part`},
		{"variant that is none", "POST", "variants", `{"schemaError": "flat"}`, `want variants as JSON: json: unknown field \"schemaError\"`},
		{"control", "GET", "faults", "", "no such control: GET /_fake/faults"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			status, body := p.control(t, tc.method, tc.path, tc.body)
			assert.Contains(t, []int{400, 404}, status)
			assert.Contains(t, body, tc.want)
		})
	}
	_, err := p.client(t).Contacts.Get(t.Context(), contactID)
	require.NoError(t, err, "none of them is a fault")
}

// A signal lets requests in flight finish.
func TestProgram_endsGracefully(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("processes can't be asked to end")
	}
	p := start(t)
	p.control(t, "POST", "faults", `{"delay": "300ms", "apply": true}`)
	client := p.client(t)
	finished := make(chan error, 1)
	go func() {
		_, err := client.Contacts.Delete(context.WithoutCancel(t.Context()), contactID)
		finished <- err
	}()
	for { // until the request has arrived
		if _, body := p.control(t, "GET", "requests", ""); strings.Contains(body, "req_1") {
			break
		}
	}
	p.stop(t)
	assert.NoError(t, <-finished)
}

func TestRun_refusesMistakes(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	for _, tc := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"help", []string{"-h"}, exitDone, "Usage of featurebase-fake"},
		{"flag", []string{"-port", "1"}, exitUsage, "flag provided but not defined: -port"},
		{"argument", []string{"seed.json"}, exitUsage, `unexpected argument "seed.json": a seed is given with -seed`},
		{"key", []string{"-key", ""}, exitUsage, "-key must not be empty"},
		{"variant", []string{"-first-message", "both"}, exitUsage, `the first message is "both": want source or part`},
		{"seed", []string{"-seed", "none.json"}, exitUsage, "none.json"},
		{"address", []string{"-addr", taken.Addr().String()}, exitFailed, "listen tcp"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			assert.Equal(t, tc.code, run(t.Context(), tc.args, &stdout, &stderr))
			assert.Contains(t, stderr.String(), tc.want)
			assert.Empty(t, stdout.String())
		})
	}
}

func TestURLOf_isReachable(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"0.0.0.0:80": "http://127.0.0.1:80", "[::]:80": "http://127.0.0.1:80", "127.0.0.2:81": "http://127.0.0.2:81", "[::1]:82": "http://[::1]:82",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		require.NoError(t, err)
		assert.Equal(t, want, urlOf(tcp))
	}
}

// Other clients delete the contact.
func TestProgram_servesOtherClients(t *testing.T) {
	t.Parallel()
	conformance, err := filepath.Abs("../../conformance")
	require.NoError(t, err)
	for _, tc := range []struct {
		program, needs string // a file that must be there
		args           []string
	}{
		{"sh", "", []string{"-c", `command -v curl >/dev/null || exit 77
curl -sS --fail-with-body -X DELETE -H "Authorization: Bearer $FEATUREBASE_API_KEY" "$FEATUREBASE_BASE_URL/v2/contacts/` + contactID + `"`}},
		{"python3", "", []string{"-c", `
import json, os, urllib.request
request = urllib.request.Request(os.environ["FEATUREBASE_BASE_URL"] + "/v2/contacts/` + contactID + `", method="DELETE",
    headers={"Authorization": "Bearer " + os.environ["FEATUREBASE_API_KEY"]})
assert json.load(urllib.request.urlopen(request))["deleted"]`}},
		{"node", filepath.Join(conformance, "node_modules/featurebase-node"), []string{"--input-type=module", "-e", `
import Featurebase from 'featurebase-node';
const deleted = await new Featurebase().users.contacts.delete('` + contactID + `');
if (!deleted.deleted) process.exit(1);`}},
	} {
		t.Run(tc.program, func(t *testing.T) {
			t.Parallel()
			path, err := exec.LookPath(tc.program)
			if err == nil && tc.needs != "" {
				_, err = os.Stat(tc.needs)
			}
			if err != nil {
				t.Skipf("not tried: %v", err)
			}
			p := start(t)
			cmd := exec.Command(path, tc.args...)
			cmd.Dir = conformance
			cmd.Env = append(os.Environ(), "FEATUREBASE_BASE_URL="+p.url, "FEATUREBASE_API_KEY="+p.key, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == 77 {
				t.Skip("not tried: there is no curl")
			}
			require.NoError(t, err, "%s", out)
			_, err = p.client(t).Contacts.Get(t.Context(), contactID)
			assert.ErrorIs(t, err, featurebase.ErrNotFound)
		})
	}
}

// The seed and the environment in docs/compose.yaml are right.
func TestCompose_works(t *testing.T) {
	b, err := os.ReadFile("../../docs/compose.yaml")
	require.NoError(t, err)
	_, content, found := strings.Cut(string(b), "content: |\n")
	require.True(t, found)
	seed := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(seed, []byte(content), 0o600))
	p := start(t, "-seed", seed)
	for _, want := range []string{"FEATUREBASE_API_KEY: " + p.key + "\n", "FEATUREBASE_BASE_URL: http://featurebase:8080\n", "FEATUREBASE_INSECURE_HTTP: \"1\" "} {
		assert.Contains(t, string(b), want)
	}
	_, err = p.client(t).Contacts.GetByUserID(t.Context(), "u-1815")
	require.NoError(t, err)

	t.Setenv("FEATUREBASE_API_KEY", p.key)
	t.Setenv("FEATUREBASE_BASE_URL", "http://featurebase:8080")
	t.Setenv("FEATUREBASE_INSECURE_HTTP", "1")
	_, err = featurebase.NewClientFromEnv()
	require.NoError(t, err)
}
