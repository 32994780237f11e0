// Command mutation shows whether the tests notice when the code is broken. It
// makes one small change at a time, and runs the tests with each:
//
//	go run . [-sample n] [-j jobs] [-skip regexp] [-timeout duration] [-v] [file ...]
//
// Run it in this folder; files are relative to the root of the repository. It
// does not change the tree. See README.md.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

var (
	jobs    = flag.Int("j", 1, "how many mutants are tested at the same time")
	sample  = flag.Int("sample", 0, "test only this many mutants of each package, chosen by the contents of the files; 0: all")
	list    = flag.Bool("list", false, "print the mutants and test none")
	verbose = flag.Bool("v", false, "print what kills each mutant")
	skip    = flag.String("skip", "", "the tests that are not run, as with go test")
	timeout = flag.Duration("timeout", time.Minute, "the time that the tests of a package may take; a mutant that takes longer is killed")
	kinds   = flag.String("kind", "", "only mutants of this kind: statement, condition, term, operator, constant, tag or path kind")
)

func main() {
	flag.Parse()
	scratch, err := os.MkdirTemp("", "mutation")
	if err == nil {
		err = run(scratch, flag.Args())
	}
	_ = os.RemoveAll(scratch)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(1)
	}
}

// in full are the packages of which every mutant must die.
var inFull = []string{".", "internal/ids", "internal/ratelimit", "internal/strictjson", "erasure", "webhook"}

func run(scratch string, files []string) error {
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		if files, err = sourceFiles(root); err != nil {
			return err
		}
	}
	l := &laboratory{root: root, scratch: scratch, sources: map[string]*source{}}
	for _, file := range files {
		s, err := generate(root, file)
		if err != nil {
			return err
		}
		l.sources[file] = s
		for _, m := range s.mutants {
			if *kinds == "" || m.kind == *kinds {
				l.mutants = append(l.mutants, m)
			}
		}
	}
	reasons, err := equivalents("equivalent.txt")
	if err != nil {
		return err
	}
	for _, m := range l.mutants {
		delete(reasons.unused, m.String())
	}
	l.mutants = slices.DeleteFunc(l.mutants, func(m *mutant) bool { return reasons.why[m.String()] != "" })
	if *sample > 0 {
		l.mutants = l.chosenMutants(*sample)
	}
	if *list {
		for _, m := range l.mutants {
			fmt.Printf("%s:%d: %s\n", m.file, m.line, m)
		}
		return nil
	}
	if err := l.buildAll(); err != nil {
		return err
	}
	var wg sync.WaitGroup
	room := make(chan struct{}, *jobs)
	for i, m := range l.mutants {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			if m.outcome == "" {
				l.test(i + 1)
			}
			if *verbose || m.outcome == lived {
				fmt.Printf("%s:%d: %s %s: %s\n\t%s\n", m.file, m.line, m.kind, m.outcome, m, m.details)
			}
		})
	}
	wg.Wait()
	return l.report(reasons)
}

// sourceFiles returns the files of the packages that are tested in full, and
// those of package featurebasetest.
func sourceFiles(root string) (files []string, err error) {
	for _, pkg := range append(slices.Clone(inFull), "featurebasetest") {
		found, err := filepath.Glob(filepath.Join(root, pkg, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if !strings.HasSuffix(f, "_test.go") {
				rel, err := filepath.Rel(root, f)
				if err != nil {
					return nil, err
				}
				files = append(files, filepath.ToSlash(rel))
			}
		}
	}
	return files, nil
}

// chosenMutants returns n mutants of each package. Which ones depends only on the
// contents of the files, so that a change is tested with others than the last one,
// and the same change always with the same.
func (l *laboratory) chosenMutants(n int) []*mutant {
	rank := map[*mutant]uint64{}
	for _, m := range l.mutants {
		h := fnv.New64a()
		_, _ = h.Write(l.sources[m.file].text)
		_, _ = fmt.Fprint(h, m)
		rank[m] = h.Sum64()
	}
	of := map[string][]*mutant{}
	for _, m := range l.mutants {
		pkg := filepath.Dir(m.file)
		of[pkg] = append(of[pkg], m)
	}
	var all []*mutant
	for _, ms := range of {
		slices.SortFunc(ms, func(a, b *mutant) int { return cmp.Compare(rank[a], rank[b]) })
		all = append(all, ms[:min(n, len(ms))]...)
	}
	slices.SortFunc(all, func(a, b *mutant) int { return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.start, b.start)) })
	return all
}

// knownEquivalents are the mutants that no test can tell from the code.
type knownEquivalents struct {
	why    map[string]string
	unused map[string]bool
}

// equivalents reads a file of mutants, each in a line as mutant.String has it,
// followed by an indented line with the reason.
func equivalents(path string) (*knownEquivalents, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	known := &knownEquivalents{why: map[string]string{}, unused: map[string]bool{}}
	var pending []string
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, "\t"):
			pending = append(pending, line)
			known.unused[line] = true
		case len(pending) == 0:
			return nil, fmt.Errorf("%s:%d: a reason without a mutant", path, i+1)
		default:
			for _, p := range pending {
				known.why[p] = strings.TrimSpace(line)
			}
			pending = nil
		}
	}
	if len(pending) > 0 {
		return nil, fmt.Errorf("%s: no reason is given for %s", path, pending[0])
	}
	return known, nil
}

// report prints the score of each file, and returns an error if a mutant lived
// in a package of which each must die, or an entry of equivalent.txt is of no use.
func (l *laboratory) report(known *knownEquivalents) error {
	counts := map[[2]string]int{}
	var files []string
	survivors := 0
	for _, m := range l.mutants {
		counts[[2]string{m.file, m.outcome}]++
		counts[[2]string{"total", m.outcome}]++
		if !slices.Contains(files, m.file) {
			files = append(files, m.file)
		}
		if m.outcome == lived && slices.Contains(inFull, filepath.Dir(m.file)) {
			survivors++
		}
	}
	columns := []string{killed, lived, noCompile}
	fmt.Printf("%-34s%s\n", "", strings.Join(columns, "  "))
	for _, f := range append(files, "total") {
		fmt.Printf("%-34s", f)
		for _, c := range columns {
			fmt.Printf("%*d  ", len(c), counts[[2]string{f, c}])
		}
		fmt.Println()
	}
	var problems []error
	if survivors > 0 {
		problems = append(problems, fmt.Errorf("%d mutants lived where each must die", survivors))
	}
	if flag.NArg() == 0 && *kinds == "" {
		for name := range known.unused {
			problems = append(problems, fmt.Errorf("equivalent.txt names what is not in the code any more: %s", name))
		}
	}
	return errors.Join(problems...)
}
