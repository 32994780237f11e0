// Package pagetest holds generated pages to what the tests that write them find.
package pagetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Require fails the test unless the file has this text. The failure shows the
// changed lines and the command that writes the file: the test itself, with
// UPDATE=1 in its environment.
func Require(t testing.TB, file, text string) {
	t.Helper()
	require(t, file, func(string) (string, error) { return text, nil })
}

// RequirePart is [Require] for the part of a file between the first line that
// begins with from and the next one that begins with to.
func RequirePart(t testing.TB, file, from, to, text string) {
	t.Helper()
	require(t, file, func(have string) (string, error) {
		lines := strings.SplitAfter(have, "\n")
		first := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, from) })
		if first < 0 {
			return "", fmt.Errorf("no line begins with %q", from)
		}
		after := slices.IndexFunc(lines[first+1:], func(l string) bool { return strings.HasPrefix(l, to) })
		if after < 0 {
			return "", fmt.Errorf("no line after %q begins with %q", from, to)
		}
		return strings.Join(lines[:first+1], "") + text + strings.Join(lines[first+1+after:], ""), nil
	})
}

func require(t testing.TB, file string, edit func(have string) (string, error)) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	have := strings.ReplaceAll(string(b), "\r\n", "\n") // as git checks it out on Windows
	want, err := edit(have)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if have == want {
		return
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("%s is out of date; this writes it:\n\n\t%s\n\n%s", file, command(t), Changes(have, want))
}

// command returns what runs the test to write its page.
func command(t testing.TB) string {
	top, _, _ := strings.Cut(t.Name(), "/")
	run := "UPDATE=1 go test -run '^" + top + "$' ."
	folder, err := os.Getwd()
	for up := folder; err == nil && up != filepath.Dir(up); up = filepath.Dir(up) {
		if _, absent := os.Stat(filepath.Join(up, "CONTRIBUTING.md")); absent == nil {
			if rel, _ := filepath.Rel(up, folder); rel != "." {
				return "cd " + filepath.ToSlash(rel) + " && " + run
			}
		}
	}
	return run
}

// Changes returns the lines that are only in have, with - before them, and those
// that are only in want, with + before them, in their order.
func Changes(have, want string) string {
	a, b := strings.Split(have, "\n"), strings.Split(want, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	common := make([][]int, len(a)+1) // the most lines that a[i:] and b[j:] share
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i, line := range slices.Backward(a) {
		for j := len(b) - 1; j >= 0; j-- {
			if line == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var changes strings.Builder
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			changes.WriteString("-" + a[i] + "\n")
			i++
		default:
			changes.WriteString("+" + b[j] + "\n")
			j++
		}
	}
	return changes.String()
}
