package featurebasetest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/suite"

	"github.com/featurebase-community/featurebase-go/featurebasetest"
	"github.com/featurebase-community/featurebase-go/internal/pagetest"
)

func TestServer_documentsItsEndpoints(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	list.WriteString("//\n// These are its endpoints; the response to anything else is a 404:\n//\n")
	for _, r := range featurebasetest.New().Routes() {
		fmt.Fprintf(&list, "//\t%-6s %s\n", r[0], r[1])
	}
	list.WriteString("//\n")
	pagetest.RequirePart(t, "server.go", "// # Endpoints", "// # Assumptions", list.String())
}

// What the examples without output show does work.
func TestServer_examples(t *testing.T) {
	t.Parallel()
	t.Run("SetRateLimit", cleanUp)
	t.Run("Reset", func(t *testing.T) { suite.Run(t, new(AccountSuite)) })
}
