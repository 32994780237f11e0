package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheReadmeTellsOfWhatThereIs(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	commands := regexp.MustCompile(`(?m)^(?:erase|go run -C examples/erase \.) (.*?)(?: +#.*)?$`).FindAllStringSubmatch(string(b), -1)
	require.Len(t, commands, 6)
	for _, command := range commands {
		o, err := parse(strings.Fields(command[1]), io.Discard)
		require.NoError(t, err, command[0])
		assert.NoError(t, o.check(true), command[0])
	}
	for _, word := range append(outcomeColumns, string(deleted), string(alreadyGone), string(goneAfterInterruption), string(failed)) {
		assert.Contains(t, string(b), "`"+word+"`")
	}
}
