package pagetest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/internal/pagetest"
)

// failing notes how a test fails.
type failing struct {
	testing.TB
	text string
}

func (f *failing) Helper()      {}
func (f *failing) Name() string { return "TestPage/part" }
func (f *failing) Fatal(a ...any) {
	f.text = fmt.Sprint(a...)
	runtime.Goexit()
}

func (f *failing) Fatalf(format string, a ...any) {
	f.text = fmt.Sprintf(format, a...)
	runtime.Goexit()
}

// failure returns how test fails, or "".
func failure(test func(t testing.TB)) string {
	f := &failing{}
	done := make(chan bool)
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	return f.text
}

const page = "# Page\none\ntwo\nthree\nend\n"

func write(t *testing.T, text string) (file string) {
	file = filepath.Join(t.TempDir(), "page.md")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestRequire_showsTheChangedLinesAndTheCommand(t *testing.T) {
	t.Setenv("UPDATE", "")
	file := write(t, page)
	assert.Empty(t, failure(func(t testing.TB) { pagetest.Require(t, file, page) }))
	want := file + " is out of date; this writes it:\n\n\tcd internal/pagetest && UPDATE=1 go test -run '^TestPage$' .\n\n-two\n+2\n+four\n"
	assert.Equal(t, want, failure(func(t testing.TB) { pagetest.Require(t, file, "# Page\none\n2\nthree\nfour\nend\n") }))
}

func TestRequire_writesThePage(t *testing.T) {
	t.Setenv("UPDATE", "1")
	file := filepath.Join(t.TempDir(), "new.md")
	assert.Empty(t, failure(func(t testing.TB) { pagetest.Require(t, file, page) }))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, page, string(written))
}

func TestRequirePart_leavesTheRest(t *testing.T) {
	t.Setenv("UPDATE", "1")
	file := write(t, page)
	assert.Empty(t, failure(func(t testing.TB) { pagetest.RequirePart(t, file, "one", "end", "2\n") }))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "# Page\none\n2\nend\n", string(written))
	assert.Equal(t, file+`: no line begins with "x"`, failure(func(t testing.TB) { pagetest.RequirePart(t, file, "x", "end", "") }))
	assert.Equal(t, file+`: no line after "end" begins with "one"`, failure(func(t testing.TB) { pagetest.RequirePart(t, file, "end", "one", "") }))
}

func TestRequire_takesTheLineEndsOfWindows(t *testing.T) {
	t.Setenv("UPDATE", "")
	file := write(t, "a\r\nb\r\n")
	assert.Empty(t, failure(func(t testing.TB) { pagetest.Require(t, file, "a\nb\n") }))
}
