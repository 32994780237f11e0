package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// collect returns the values in text, what is said about bad ones, and the error.
func collect(by kind, column, text string) (values, complaints []string, err error) {
	in := &input{by: by, column: column, values: newValues(by.key), complain: func(where, problem string) {
		complaints = append(complaints, where+": "+problem)
	}}
	err = in.file("f", strings.NewReader(text))
	for _, v := range in.values.all() {
		values = append(values, v)
	}
	return values, complaints, err
}

func TestWhatCanBeAValue(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		by   kind
		text string
		want string // empty: it is bad
	}{
		{byID, "507f1f77bcf86cd799439011", "507f1f77bcf86cd799439011"},
		{byID, " 507F1F77BCF86CD799439011\t", "507f1f77bcf86cd799439011"},
		{byID, "507f1f77bcf86cd79943901", ""},
		{byID, "507f1f77bcf86cd7994390111", ""},
		{byID, "507f1f77bcf86cd79943901g", ""},
		{byID, "ada@example.com", ""},
		{byID, "ｆ07f1f77bcf86cd799439011", ""},
		{byUserID, "a/b ?", "a/b ?"},
		{byUserID, strings.Repeat("é", 255), strings.Repeat("é", 255)},
		{byUserID, strings.Repeat("é", 256), ""},
		{byUserID, " 42", ""},
		{byUserID, "42\u00a0", ""},
		{byUserID, "\xff", ""},
		{byUserID, "", ""},
		{byEmail, " Ada@Example.com ", "Ada@Example.com"},
		{byEmail, "a.@docomo.ne.jp", "a.@docomo.ne.jp"},
		{byEmail, "ada", ""},
		{byEmail, "@example.com", ""},
		{byEmail, "ada@", ""},
		{byEmail, "Ada <ada@example.com>", ""},
		{byEmail, "ada@example.com, bob@example.com", ""},
	} {
		got, problem := tc.by.clean(tc.text)
		assert.Equal(t, tc.want, got, "%s %q", tc.by, tc.text)
		assert.Equal(t, tc.want == "", strings.HasPrefix(problem, "want "), "%q", problem)
	}
}

func TestLinesAreReadAsTheyComeFromAnySystem(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a\nb\n", "a\nb", "\xef\xbb\xbfa\r\nb\r\n", "\n\na\n \t\n\r\nb\n\n"} {
		values, complaints, err := collect(byUserID, "", text)
		require.NoError(t, err)
		assert.Empty(t, complaints)
		assert.Equal(t, []string{"a", "b"}, values, "%q", text)
	}
}

func TestALineThatIsTooLongIsOneBadLine(t *testing.T) {
	t.Parallel()
	values, complaints, err := collect(byUserID, "", "a\n"+strings.Repeat("x", 3*maxLine)+"\nb\n b\n")
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, values)
	assert.Equal(t, []string{
		"f:2: the line is longer than 65536 bytes: want one value a line",
		`f:4: " b": want the user ID alone, but there is white space around it`,
	}, complaints)
}

func TestRowsThatLackTheColumnAreBad(t *testing.T) {
	t.Parallel()
	values, complaints, err := collect(byEmail, "email", "name,email\nAda,ada@example.com\n\nBob\n\"C\nD\",x\n\"Eve\"x,e@example.com\nFay,fay@example.com\n")
	require.NoError(t, err)
	assert.Equal(t, []string{"ada@example.com", "fay@example.com"}, values)
	assert.Equal(t, []string{
		`f:4: there are 1 columns, but "email" is column 2`,
		`f:5: "x": want an email address, like ada@example.com`,
		`f:7: this is no CSV: extraneous or missing " in quoted-field`,
	}, complaints)
}

func TestAFileThatIsNotWhatItShouldBeIsRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ column, text, want string }{
		{"", "\xff\xfea\x00", "f: this is UTF-16: want UTF-8"},
		{"id", "", `f: it is empty: want a header line with a column "id"`},
		{"id", "a,b\n1,2\n", `f: there is no column "id": the header has "a", "b"`},
		{"id", "id,id\n1,2\n", `f: column "id" is there twice`},
		{"id", "\"id\n", `f: the header line: `},
	} {
		_, _, err := collect(byUserID, tc.column, tc.text)
		assert.ErrorContains(t, err, tc.want)
	}
	in := &input{by: byID, values: newValues(byID.key)}
	broken := errors.New("broken")
	assert.ErrorIs(t, in.file("f", iotest.ErrReader(broken)), broken)
}

func FuzzInput(f *testing.F) {
	f.Add("a\nb\r\n\n", "", uint8(1))
	f.Add("id;email\n\"1\n\";ada@example.com\n", "email", uint8(2))
	f.Add("\xef\xbb\xbfid\tname\n507f1f77bcf86cd799439011\tx\n", "id", uint8(0))
	f.Fuzz(func(t *testing.T, text, column string, k uint8) {
		by := []kind{byID, byUserID, byEmail}[k%3]
		values, complaints, err := collect(by, column, text)
		again, _, _ := collect(by, column, text)
		assert.Equal(t, values, again)
		seen := map[string]bool{}
		for _, v := range values {
			clean, problem := by.clean(v)
			assert.Empty(t, problem, "a value that was taken is good")
			assert.Equal(t, v, clean)
			assert.False(t, seen[by.key(v)], "each is there once")
			seen[by.key(v)] = true
		}
		if column == "" && err == nil {
			lines := 0
			for line := range strings.Lines(strings.TrimPrefix(text, "\xef\xbb\xbf")) {
				if strings.TrimSpace(line) != "" {
					lines++
				}
			}
			assert.LessOrEqual(t, len(values)+len(complaints), lines)
		}
		for _, c := range complaints {
			var n int
			_, err := fmt.Sscanf(c, "f:%d: ", &n)
			assert.NoError(t, err)
			assert.LessOrEqual(t, n, strings.Count(text, "\n")+1)
		}
		assert.True(t, slices.IsSortedFunc(complaints, func(a, b string) int { return lineOf(a) - lineOf(b) }))
	})
}

func lineOf(complaint string) (n int) {
	_, _ = fmt.Sscanf(complaint, "f:%d: ", &n)
	return n
}
