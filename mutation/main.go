// Command mutation shows whether the tests notice when the code is broken. It
// makes the edits of edits.txt one at a time and runs the tests with each:
//
//	go run ./mutation [-j jobs] [-timeout duration] [-v] [file ...]
//
// Run it in the root of the repository; it does not change the tree. See
// README.md.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

const editsFile = "mutation/edits.txt"

var (
	jobs    = flag.Int("j", 1, "how many mutants are tested at the same time")
	verbose = flag.Bool("v", false, "print what kills each mutant")
	timeout = flag.Duration("timeout", 2*time.Minute, "the time that the tests of a package may take; a mutant that takes longer is killed")
)

// edit is an entry of edits.txt.
type edit struct {
	line       int    // in edits.txt
	file       string // relative to the root
	old, new   string
	equivalent string // why no test can tell the mutant from the code; empty if one can
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
	edits, err := readEdits(flag.Args())
	if err == nil {
		err = testUnchanged(edits)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(2)
	}
	outcomes := make([]string, len(edits))
	var wg sync.WaitGroup
	room := make(chan struct{}, *jobs)
	for i, e := range edits {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			var detail string
			if outcomes[i], detail = e.run(); *verbose || !e.settled(outcomes[i]) {
				fmt.Printf("%s:%d: %s\n=== %s\n--- %s\n+++ %s\n%s\n\n", editsFile, e.line, outcomes[i], e.file, e.old, e.new, detail)
			}
		})
	}
	wg.Wait()
	if !report(edits, outcomes) {
		os.Exit(1)
	}
}

// readEdits returns the edits of edits.txt to the given files, or all if none
// are given.
func readEdits(files []string) ([]edit, error) {
	text, err := os.ReadFile(editsFile)
	if err != nil {
		return nil, err
	}
	var edits []edit
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
				edits = append(edits, edit{line: i + 1, file: file, old: rest, equivalent: reason})
				into = &edits[n].old
			} else {
				*into += "\n" + rest
			}
		case marker == "+++" && into != nil:
			if e := &edits[len(edits)-1]; into == &e.old {
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
		edits = slices.DeleteFunc(edits, func(e edit) bool { return !slices.Contains(files, e.file) })
	}
	for i := range edits {
		edits[i].old, edits[i].new = strings.TrimSpace(edits[i].old), strings.TrimSpace(edits[i].new)
	}
	return edits, nil
}

// testUnchanged keeps tests that fail by themselves from killing every mutant.
func testUnchanged(edits []edit) error {
	if len(edits) == 0 {
		return fmt.Errorf("%s has no edits to these files", editsFile)
	}
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var tested []string
	for _, e := range edits {
		for _, pkg := range e.packages() {
			if slices.Contains(tested, pkg) {
				continue
			}
			tested = append(tested, pkg)
			if outcome, detail := test(pkg, dir); outcome != lived {
				return fmt.Errorf("without an edit, package %s: %s\n%s", pkg, outcome, detail)
			}
		}
	}
	return nil
}

// packages are those whose tests may kill the mutant, the likeliest first.
func (e edit) packages() []string {
	return slices.Compact([]string{filepath.Dir(e.file), "."})
}

// test runs the tests of a package until one fails. The flag -failfast does
// not end parallel tests, so this does.
func test(pkg, dir string, buildFlags ...string) (outcome, detail string) {
	binary := filepath.Join(dir, "test")
	build := append([]string{"test", "-c", "-vet=off", "-o", binary}, buildFlags...)
	if out, err := exec.Command("go", append(build, "./"+pkg)...).CombinedOutput(); err != nil {
		return noCompile, string(out)
	}
	run := exec.Command(binary, "-test.v", "-test.failfast", "-test.timeout="+timeout.String())
	run.Dir = pkg
	out, err := run.StdoutPipe()
	if err == nil {
		err = run.Start()
	}
	if err != nil {
		return noCompile, err.Error()
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if failed := strings.TrimSpace(lines.Text()); strings.HasPrefix(failed, "--- FAIL: ") {
			_ = run.Process.Kill()
			_ = run.Wait()
			return killed, failed
		}
	}
	if err := run.Wait(); err != nil {
		return killed, err.Error()
	}
	return lived, ""
}

// mutant is the file with the edit. White space at the ends of lines does not
// count in old.
func (e edit) mutant() ([]byte, error) {
	source, err := os.ReadFile(e.file)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(e.old, "\n")
	for i := range lines {
		lines[i] = regexp.QuoteMeta(strings.TrimSpace(lines[i]))
	}
	found := regexp.MustCompile(strings.Join(lines, `\s*\n\s*`)).FindAllIndex(source, -1)
	if len(found) != 1 || e.old == "" {
		return nil, fmt.Errorf("the text is in %s %d times: want once", e.file, len(found))
	}
	return slices.Concat(source[:found[0][0]], []byte(e.new), source[found[0][1]:]), nil
}

func (e edit) run() (outcome, detail string) {
	source, err := e.mutant()
	if err != nil {
		return noApply, err.Error()
	}
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return noApply, err.Error()
	}
	defer os.RemoveAll(dir)
	path, _ := filepath.Abs(e.file)
	mutated, overlay := filepath.Join(dir, filepath.Base(e.file)), filepath.Join(dir, "overlay.json")
	replace, _ := json.Marshal(map[string]any{"Replace": map[string]string{path: mutated}})
	if err := cmp.Or(os.WriteFile(mutated, source, 0o666), os.WriteFile(overlay, replace, 0o666)); err != nil {
		return noApply, err.Error()
	}
	for _, pkg := range e.packages() {
		if outcome, detail := test(pkg, dir, "-overlay", overlay); outcome != lived {
			return outcome, detail
		}
	}
	return lived, ""
}

// settled reports whether the outcome is the right one.
func (e edit) settled(outcome string) bool {
	if e.equivalent != "" {
		return outcome == lived
	}
	return outcome == killed
}

// report prints the score of each file, and reports whether nothing is left to
// do.
func report(edits []edit, outcomes []string) (settled bool) {
	settled = true
	counts := map[[2]string]int{}
	var files []string
	for i, e := range edits {
		outcome := outcomes[i]
		settled = settled && e.settled(outcome)
		if e.equivalent != "" && outcome == lived {
			outcome = equivalent
		}
		counts[[2]string{e.file, outcome}]++
		counts[[2]string{total, outcome}]++
		if !slices.Contains(files, e.file) {
			files = append(files, e.file)
		}
	}
	columns := []string{killed, lived, equivalent, noCompile, noApply}
	fmt.Printf("%-24s%s\n", "", strings.Join(columns, "  "))
	for _, f := range append(files, total) {
		fmt.Printf("%-24s", f)
		for _, c := range columns {
			fmt.Printf("%*d  ", len(c), counts[[2]string{f, c}])
		}
		fmt.Println()
	}
	return settled
}
