// Command mutation shows whether the tests notice when the code is broken. It
// makes the edits of edits.txt one at a time and runs the tests with each:
//
//	go run ./mutation [-j jobs] [-skip regexp] [-timeout duration] [-v] [file ...]
//
// Run it in the root of the repository; it does not change the tree. See
// README.md.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const editsFile = "mutation/edits.txt"

var (
	jobs    = flag.Int("j", 1, "how many mutants are tested at the same time")
	verbose = flag.Bool("v", false, "print what kills each mutant")
	skip    = flag.String("skip", "", "the tests that are not run, as with go test")
	timeout = flag.Duration("timeout", time.Minute, "the time that the tests of a package may take; a mutant that takes longer is killed")
)

// edit is an entry of edits.txt.
type edit struct {
	line       int    // in edits.txt
	file       string // relative to the root
	old, new   string
	equivalent string // why no test can tell the mutant from the code; empty if one can

	start, end       int           // of old in the file
	function         *ast.FuncDecl // whose body contains old, or nil
	outcome, details string
}

// The outcomes of an edit.
const (
	killed     = "killed"
	lived      = "lived"
	equivalent = "equivalent"
	noCompile  = "does not compile"
	noApply    = "does not apply"

	total = "total"
)

func main() {
	flag.Parse()
	dir, err := os.MkdirTemp("", "mutation")
	if err == nil {
		err = run(dir, flag.Args())
	}
	_ = os.RemoveAll(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(1)
	}
}

func run(dir string, files []string) error {
	edits, err := readEdits(files)
	if err != nil {
		return err
	}
	sources := map[string]*source{}
	for _, e := range edits {
		if sources[e.file] == nil {
			if sources[e.file], err = readSource(e.file); err != nil {
				return err
			}
		}
		e.locate(sources[e.file])
	}
	all, err := buildAll(dir, edits, sources)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	room := make(chan struct{}, *jobs)
	for i, e := range edits {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			if e.outcome == "" {
				e.outcome, e.details = e.test(filepath.Join(dir, strconv.Itoa(i)), i+1, all, sources[e.file])
			}
			if *verbose || !e.settled() {
				fmt.Printf("%s:%d: %s\n=== %s\n--- %s\n+++ %s\n%s\n\n", editsFile, e.line, e.outcome, e.file, e.old, e.new, e.details)
			}
		})
	}
	wg.Wait()
	return report(edits)
}

// readEdits returns the edits of edits.txt to the given files, or all if none
// are given.
func readEdits(files []string) ([]*edit, error) {
	text, err := os.ReadFile(editsFile)
	if err != nil {
		return nil, err
	}
	var edits []*edit
	var file, reason string
	var into *string // the text that the next line belongs to
	for i, line := range strings.Split(string(text), "\n") {
		marker, rest := line[:min(3, len(line))], strings.TrimPrefix(line[min(3, len(line)):], " ")
		switch {
		case marker == "===":
			into = nil
			if file, reason = rest, ""; strings.HasPrefix(rest, "equivalent ") {
				file, reason, _ = strings.Cut(strings.TrimPrefix(rest, "equivalent "), ": ")
				if reason == "" {
					return nil, fmt.Errorf("%s:%d: no reason is given", editsFile, i+1)
				}
			}
		case marker == "---":
			if n := len(edits); n == 0 || into != &edits[n-1].old {
				edits = append(edits, &edit{line: i + 1, file: file, old: rest, equivalent: reason})
				into = &edits[n].old
			} else {
				*into += "\n" + rest
			}
		case marker == "+++" && into != nil:
			if e := edits[len(edits)-1]; into == &e.old {
				e.new, into = rest, &e.new
			} else {
				*into += "\n" + rest
			}
		case strings.HasPrefix(line, "#"):
		case into != nil:
			*into += "\n" + line
		case line != "":
			return nil, fmt.Errorf("%s:%d: want ===, --- or +++", editsFile, i+1)
		}
	}
	if len(files) > 0 {
		edits = slices.DeleteFunc(edits, func(e *edit) bool { return !slices.Contains(files, e.file) })
	}
	if len(edits) == 0 {
		return nil, fmt.Errorf("%s has no edits to these files", editsFile)
	}
	for _, e := range edits {
		e.old, e.new = strings.TrimSpace(e.old), strings.TrimSpace(e.new)
	}
	return edits, nil
}

// source is a file to edit.
type source struct {
	text   []byte
	syntax *ast.File
	offset func(token.Pos) int
}

func readSource(path string) (*source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	syntax, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
	return &source{text, syntax, func(p token.Pos) int { return files.Position(p).Offset }}, err
}

// locate finds the edit's place. White space at the ends of lines does not count
// in old.
func (e *edit) locate(s *source) {
	lines := strings.Split(e.old, "\n")
	for i := range lines {
		lines[i] = regexp.QuoteMeta(strings.TrimSpace(lines[i]))
	}
	found := regexp.MustCompile(strings.Join(lines, `\s*\n\s*`)).FindAllIndex(s.text, -1)
	if len(found) != 1 || e.old == "" {
		e.outcome, e.details = noApply, fmt.Sprintf("the text is in %s %d times: want once", e.file, len(found))
		return
	}
	e.start, e.end = found[0][0], found[0][1]
	if _, err := parser.ParseFile(token.NewFileSet(), e.file, e.mutated(s, 0, len(s.text)), parser.SkipObjectResolution); err != nil {
		e.outcome, e.details = noCompile, err.Error()
	}
	for _, d := range s.syntax.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && s.offset(f.Body.Lbrace) < e.start && e.end <= s.offset(f.Body.Rbrace) {
			e.function = f
		}
	}
}

// mutated returns the text of the file with the edit, from one offset to another.
func (e *edit) mutated(s *source, from, to int) []byte {
	return slices.Concat(s.text[from:e.start], []byte(e.new), s.text[e.end:to])
}

// packages are those whose tests may kill the mutant, the likeliest first.
func (e *edit) packages() []string {
	return slices.Compact([]string{filepath.Dir(e.file), "."})
}

// chosen is the environment variable with the number of the edit that is made
// when the binary of buildAll is run.
const chosen = "MUTANT"

// buildAll builds, once for each package, a test binary that has all edits to
// the bodies of functions: each function begins with its mutated bodies, of
// which it runs the one that is chosen. It then runs the tests without an edit,
// so that no test that fails by itself kills the mutants.
func buildAll(dir string, edits []*edit, sources map[string]*source) (*testBinaries, error) {
	for {
		overlay := map[string][]byte{}
		bodies := map[*ast.FuncDecl]string{}
		all := &testBinaries{paths: map[string]string{}}
		for i, e := range edits {
			if e.outcome != "" {
				continue
			}
			for _, pkg := range e.packages() {
				all.paths[pkg] = filepath.Join(dir, strings.ReplaceAll(pkg, "/", "_")+".test")
			}
			if f, s := e.function, sources[e.file]; f != nil {
				end := `panic("missing return")`
				if f.Type.Results == nil {
					end = "return"
				}
				body := e.mutated(s, s.offset(f.Body.Lbrace)+1, s.offset(f.Body.Rbrace))
				bodies[f] += fmt.Sprintf("\nif mutant == %d {\n//line mutant%d:1\n%s\n%s\n}\n", i+1, i+1, body, end)
				overlay[filepath.Join(filepath.Dir(e.file), "mutant.go")] = fmt.Appendf(nil,
					"package %s\nimport (\n\"os\"\n\"strconv\"\n)\nvar mutant, _ = strconv.Atoi(os.Getenv(%q))\n", s.syntax.Name, chosen)
			}
		}
		for file, s := range sources {
			text, from := []byte(nil), 0
			for _, d := range s.syntax.Decls {
				if f, ok := d.(*ast.FuncDecl); ok {
					to := s.offset(f.Body.Lbrace) + 1
					text = slices.Concat(text, s.text[from:to], []byte(bodies[f]))
					from = to
				}
			}
			overlay[file] = append(text, s.text[from:]...)
		}
		out, err := all.build(dir, overlay)
		if err == nil {
			for pkg, binary := range all.paths {
				if outcome, details := runTests(binary, pkg, 0, ""); outcome != lived {
					return nil, fmt.Errorf("without an edit, package %s: %s\n%s", pkg, outcome, details)
				}
			}
			return all, nil
		}
		wrong := regexp.MustCompile(`mutant(\d+):\d+.*`).FindAllStringSubmatch(out, -1)
		if wrong == nil {
			return nil, errors.New(out)
		}
		for _, m := range wrong {
			i, _ := strconv.Atoi(m[1])
			edits[i-1].outcome, edits[i-1].details = noCompile, m[0]
		}
	}
}

// testBinaries are the test binaries of some packages.
type testBinaries struct {
	paths map[string]string // of each package

	mu      sync.Mutex
	killers map[[2]string]string // a pattern for the tests of a package that killed mutants of a file
}

// build builds the binaries with other texts of some files.
func (b *testBinaries) build(dir string, files map[string][]byte) (output string, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for file, text := range files {
		path, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
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
	for pkg, binary := range b.paths {
		out, err := exec.Command("go", "test", "-c", "-vet=off", "-gcflags=-e", "-overlay", overlay, "-o", binary, "./"+pkg).CombinedOutput()
		if err != nil {
			return string(out), err
		}
	}
	return "", nil
}

// test makes the edit and runs the tests, first those that killed other mutants
// of the file.
func (e *edit) test(dir string, number int, all *testBinaries, s *source) (outcome, details string) {
	for _, pkg := range e.packages() {
		binary := all.paths[pkg]
		if e.function == nil { // it is not in the binary
			defer os.RemoveAll(dir)
			binary, number = filepath.Join(dir, "test"), 0
			alone := &testBinaries{paths: map[string]string{pkg: binary}}
			if out, err := alone.build(dir, map[string][]byte{e.file: e.mutated(s, 0, len(s.text))}); err != nil {
				return noCompile, out
			}
		}
		first := all.killersOf(e.file, pkg, "")
		for _, pattern := range slices.Compact([]string{first, ""}) {
			if outcome, details := runTests(binary, pkg, number, pattern); outcome != lived {
				if name := regexp.MustCompile(`^--- FAIL: (\w+)`).FindStringSubmatch(details); name != nil && pattern == "" {
					all.killersOf(e.file, pkg, name[1])
				}
				return outcome, details
			}
		}
	}
	return lived, ""
}

// killersOf returns a pattern for the tests that killed mutants of a file, or
// "", and adds another.
func (b *testBinaries) killersOf(file, pkg, another string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	pattern := b.killers[[2]string{file, pkg}]
	if another != "" {
		if b.killers == nil {
			b.killers = map[[2]string]string{}
		}
		b.killers[[2]string{file, pkg}] = strings.TrimPrefix(pattern+"|^"+another+"$", "|")
	}
	return pattern
}

// runTests runs the tests of a package that match the pattern, with an edit or
// without (0), until one fails. The flag -failfast does not end parallel tests,
// so this does.
func runTests(binary, pkg string, number int, pattern string) (outcome, details string) {
	run := exec.Command(binary, "-test.v", "-test.failfast", "-test.parallel=8", "-test.timeout="+timeout.String(), "-test.run="+pattern, "-test.skip="+*skip)
	run.Dir = pkg
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

// settled reports whether the outcome is the right one.
func (e *edit) settled() bool {
	if e.equivalent != "" {
		return e.outcome == lived
	}
	return e.outcome == killed
}

// report prints the score of each file, and returns an error if something is
// left to do.
func report(edits []*edit) error {
	counts := map[[2]string]int{}
	var files []string
	left := 0
	for _, e := range edits {
		outcome := e.outcome
		if !e.settled() {
			left++
		} else if e.equivalent != "" {
			outcome = equivalent
		}
		counts[[2]string{e.file, outcome}]++
		counts[[2]string{total, outcome}]++
		if !slices.Contains(files, e.file) {
			files = append(files, e.file)
		}
	}
	columns := []string{killed, lived, equivalent, noCompile, noApply}
	fmt.Printf("%-30s%s\n", "", strings.Join(columns, "  "))
	for _, f := range append(files, total) {
		fmt.Printf("%-30s", f)
		for _, c := range columns {
			fmt.Printf("%*d  ", len(c), counts[[2]string{f, c}])
		}
		fmt.Println()
	}
	if left > 0 {
		return fmt.Errorf("%d edits are left", left)
	}
	return nil
}
