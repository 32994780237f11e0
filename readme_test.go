package featurebase_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the README shows is cut from code that is compiled and run here.
func TestTheReadmesSnippetsAreTestedCode(t *testing.T) {
	t.Parallel()
	dedent := func(s string) string {
		return regexp.MustCompile(`(?m)^[ \t]+`).ReplaceAllString(s, "")
	}
	var code strings.Builder
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "examples/") && strings.HasSuffix(path, ".go")) {
			var src []byte
			src, err = os.ReadFile(path)
			code.WriteString(dedent(string(src)))
		}
		return err
	}))
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, snippets)
	for _, s := range snippets {
		assert.Contains(t, code.String(), dedent(s[1]))
	}
}
