package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestCompare_everyClientDeletesEverything(t *testing.T) {
	t.Chdir("..")
	var out strings.Builder
	if err := compare(&out, 100, 1, 1); err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| featurebase-go \| [0-9]+ ms \| [0-9.]+ s \| [0-9]+ µs \| [1-9][0-9.]* MiB \|$`)
	if !row.MatchString(out.String()) {
		t.Errorf("there is no row for this library:\n%s", &out)
	}
}
