package featurebasetest_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/stretchr/testify/suite"

	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestServer_documentsItsEndpoints(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "server.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	require.NoError(t, err)
	var documented, routes []string
	for line := range strings.Lines(file.Doc.Text()) {
		if strings.Contains(line, " /v2/") && line[0] == '\t' {
			documented = append(documented, line)
		}
	}
	for _, r := range featurebasetest.New().Routes() {
		routes = append(routes, fmt.Sprintf("\t%-6s %s\n", r[0], r[1]))
	}
	assert.Equal(t, routes, documented)
}

// What the examples without output show does work.
func TestServer_examples(t *testing.T) {
	t.Parallel()
	t.Run("SetRateLimit", cleanUp)
	t.Run("Reset", func(t *testing.T) { suite.Run(t, new(AccountSuite)) })
}
