package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestWalk_everyClientFindsEverything(t *testing.T) {
	t.Chdir("..")
	var out strings.Builder
	if err := compare(&out, 250, 1); err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| featurebase-go \| [0-9.]+ s \| [0-9.]+ \| [0-9.]+ s \| [0-9.]+ \| [1-9][0-9.]* MiB \| [0-9.]+ \|$`)
	if !row.MatchString(out.String()) {
		t.Errorf("there is no row for this library:\n%s", &out)
	}
}
