package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The outcomes of a mutant.
const (
	killed    = "killed"
	lived     = "lived"
	noCompile = "does not compile"
)

// chosen is the environment variable with the number of the mutant that a binary
// of buildAll runs.
const chosen = "MUTANT"

// laboratory builds and runs the tests of one module with mutants.
type laboratory struct {
	root    string // of the module
	scratch string
	sources map[string]*source
	mutants []*mutant
	binary  map[string]string // of each package

	mu      sync.Mutex
	killers map[[2]string]string // a pattern for the tests of a package that killed mutants of a file
}

// packages are those whose tests may kill a mutant, the likeliest first. The root
// package is the one that uses the internal packages.
func packages(file string) []string {
	own := filepath.Dir(file)
	if strings.HasPrefix(file, "internal/") {
		return []string{own, "."}
	}
	return []string{own}
}

// buildAll builds, once for each package, a test binary that has all mutants of
// the bodies of functions: each function begins with its mutated bodies, and runs
// the one that is chosen. It then runs the tests without a mutant, so that no test
// that fails by itself kills the mutants.
func (l *laboratory) buildAll() error {
	l.binary = map[string]string{}
	for _, m := range l.mutants {
		for _, pkg := range packages(m.file) {
			l.binary[pkg] = filepath.Join(l.scratch, strings.ReplaceAll(pkg, "/", "_")+".test")
		}
	}
	for {
		out, err := l.build(l.binary, l.overlay())
		if err == nil {
			break
		}
		wrong := regexp.MustCompile(`mutant(\d+):\d+.*`).FindAllStringSubmatch(out, -1)
		if wrong == nil {
			return errors.New(out)
		}
		for _, w := range wrong {
			i, _ := strconv.Atoi(w[1])
			l.mutants[i-1].outcome, l.mutants[i-1].details = noCompile, w[0]
		}
	}
	for pkg, binary := range l.binary {
		if outcome, details := l.run(binary, pkg, 0, ""); outcome != lived {
			return fmt.Errorf("without a mutant, package %s: %s\n%s", pkg, outcome, details)
		}
	}
	return nil
}

// overlay returns the sources with all mutants of the bodies of functions.
func (l *laboratory) overlay() map[string][]byte {
	overlay := map[string][]byte{}
	bodies := map[*ast.FuncDecl]string{}
	for i, m := range l.mutants {
		if m.outcome != "" || m.function == nil {
			continue
		}
		s := l.sources[m.file]
		end := `panic("missing return")`
		if m.function.Type.Results == nil {
			end = "return"
		}
		body := m.mutated(s, s.offset(m.function.Body.Lbrace)+1, s.offset(m.function.Body.Rbrace))
		bodies[m.function] += fmt.Sprintf("\nif mutant == %d {\n//line mutant%d:1\n%s\n%s\n}\n", i+1, i+1, body, end)
		overlay[filepath.Join(filepath.Dir(m.file), "mutant.go")] = fmt.Appendf(nil,
			"package %s\nimport (\n\"os\"\n\"strconv\"\n)\nvar mutant, _ = strconv.Atoi(os.Getenv(%q))\n", s.syntax.Name, chosen)
	}
	for file, s := range l.sources {
		text, from := []byte(nil), 0
		for _, d := range s.syntax.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && bodies[f] != "" {
				to := s.offset(f.Body.Lbrace) + 1
				line := fmt.Sprintf("\n//line %s:%d\n", s.path, s.files.Position(f.Body.Lbrace).Line)
				text = slices.Concat(text, s.text[from:to], []byte(bodies[f]), []byte(line))
				from = to
			}
		}
		if text != nil {
			overlay[file] = append(text, s.text[from:]...)
		}
	}
	return overlay
}

// build builds test binaries of packages with other texts of some files.
func (l *laboratory) build(binaries map[string]string, files map[string][]byte) (output string, err error) {
	dir, err := os.MkdirTemp(l.scratch, "")
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for file, text := range files {
		path := filepath.Join(l.root, file)
		replace[path] = filepath.Join(dir, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(replace[path], text, 0o666); err != nil {
			return "", err
		}
	}
	overlay := filepath.Join(dir, "overlay.json")
	list, _ := json.Marshal(map[string]any{"Replace": replace})
	if err := os.WriteFile(overlay, list, 0o666); err != nil {
		return "", err
	}
	for pkg, binary := range binaries {
		build := exec.Command("go", "test", "-c", "-vet=off", "-gcflags=-e", "-overlay", overlay, "-o", binary, "./"+pkg)
		build.Dir = l.root
		if out, err := build.CombinedOutput(); err != nil {
			return string(out), err
		}
	}
	return "", nil
}

// test runs the tests with a mutant, first those that killed other mutants of the
// file.
func (l *laboratory) test(number int) {
	m := l.mutants[number-1]
	m.outcome = lived
	for _, pkg := range packages(m.file) {
		binary, number := l.binary[pkg], number
		if m.function == nil { // it is not in the binary
			binary, number = filepath.Join(l.scratch, fmt.Sprintf("alone%d.test", number)), 0
			defer os.Remove(binary)
			s := l.sources[m.file]
			if out, err := l.build(map[string]string{pkg: binary}, map[string][]byte{m.file: m.mutated(s, 0, len(s.text))}); err != nil {
				m.outcome, m.details = noCompile, out
				return
			}
		}
		for _, pattern := range slices.Compact([]string{l.killersOf(m.file, pkg, ""), ""}) {
			if outcome, details := l.run(binary, pkg, number, pattern); outcome != lived {
				if name := regexp.MustCompile(`^--- FAIL: (\w+)`).FindStringSubmatch(details); name != nil && pattern == "" {
					l.killersOf(m.file, pkg, name[1])
				}
				m.outcome, m.details = outcome, details
				return
			}
		}
	}
}

// killersOf returns a pattern for the tests that killed mutants of a file, or
// "", and adds another.
func (l *laboratory) killersOf(file, pkg, another string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.killers == nil {
		l.killers = map[[2]string]string{}
	}
	key := [2]string{file, pkg}
	pattern := l.killers[key]
	if another != "" {
		l.killers[key] = strings.TrimPrefix(pattern+"|^"+another+"$", "|")
	}
	return pattern
}

// run runs the tests of a package that match the pattern, with a mutant or
// without (0), until one fails. The flag -failfast doesn't end parallel tests, so
// run does.
func (l *laboratory) run(binary, pkg string, number int, pattern string) (outcome, details string) {
	run := exec.Command(binary, "-test.v", "-test.failfast", "-test.parallel=8", "-test.timeout="+timeout.String(), "-test.run="+pattern, "-test.skip="+*skip)
	run.Dir = filepath.Join(l.root, pkg)
	run.Env = append(os.Environ(), fmt.Sprintf("%s=%d", chosen, number))
	out, err := run.StdoutPipe()
	run.Stderr = run.Stdout
	if err == nil {
		err = run.Start()
	}
	if err != nil {
		return noCompile, err.Error()
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	var panicked string
	for lines.Scan() {
		switch line := strings.TrimSpace(lines.Text()); {
		case strings.HasPrefix(line, "--- FAIL: "):
			_ = run.Process.Kill()
			_ = run.Wait()
			return killed, line
		case strings.HasPrefix(line, "panic: "), strings.HasPrefix(line, "fatal error: "):
			panicked = line
		}
	}
	if err := run.Wait(); err != nil {
		return killed, cmp.Or(panicked, err.Error())
	}
	return lived, ""
}
