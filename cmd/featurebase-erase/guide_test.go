package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// The commands of docs/guide.md do what it shows, one after the other.
func TestGuide_isTrue(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/guide.md")
	if err != nil {
		t.Skip("not in the repository")
	}
	s := newSite(t)
	ada := s.AddContact(featurebase.Contact{ID: "507f1f77bcf86cd799439011", UserID: "u-1815", Email: "ada@example.com", Name: "Ada Lovelace", OrganizationID: acme})
	grace := s.AddContact(featurebase.Contact{ID: "507f1f77bcf86cd799439012", UserID: "u-1906", Email: "grace@example.com", Name: "Grace Hopper", OrganizationID: acme})
	client := s.Client()
	post := func(title string, author featurebase.Contact) string {
		p, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: board, Title: title, Author: &featurebase.AuthorParams{ID: author.ID}})
		require.NoError(t, err)
		return p.ID
	}
	comment := func(post, content string, author featurebase.Contact) {
		_, err := client.Comments.Create(t.Context(), featurebase.CommentCreateParams{PostID: post, Content: content, Author: &featurebase.AuthorParams{ID: author.ID}})
		require.NoError(t, err)
	}
	comment(post("Dark mode", ada), "Yes, please", grace)
	comment(post("Export to CSV", grace), "With all columns", ada)

	var commands int
	for _, block := range regexp.MustCompile("(?ms)^```console\n(.*?)^```").FindAllStringSubmatch(strings.ReplaceAll(string(guide), "\r\n", "\n"), -1) {
		for shown := range strings.SplitSeq(strings.TrimPrefix(block[1], "$ "), "\n$ ") {
			line, want, _ := strings.Cut(shown, "\n")
			args := strings.Fields(line)
			require.Equal(t, "featurebase-erase", args[0])
			commands++
			var got string
			if question := regexp.MustCompile(`(Type .* to go on: )(.*)`).FindStringSubmatch(want); question != nil {
				x := open(t, s.command(quick(args[1:])...), 80)
				x.waitFor(question[1], 1)
				x.typeIn(question[2] + "\r")
				_, got = x.end()
				got = strings.ReplaceAll(got, "\r\n", "\n")
			} else {
				e := s.run(args[1:]...)
				require.NotEqual(t, exitUsage, e.code, e.stderr)
				got = e.stdout + e.stderr
			}
			assert.Regexp(t, "^"+strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(want)), "…", "(?s:.*)")+"\\s*$", got)
		}
	}
	assert.Equal(t, 5, commands)

	assert.Len(t, s.Contacts(), 1)
	assert.Len(t, s.Comments(), 1, "nothing of others is lost")
	assert.Contains(t, s.read("DSR-1234.md"), "Status: erased")
	for _, file := range []string{"DSR-1234.md", "DSR-1234.json", "DSR-1234.jsonl"} {
		assert.NotContains(t, s.read(file), "ada@", file)
	}
}
