package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/featurebase-community/featurebase-go"
)

// row is a line of output.
type row interface{ columns() []string }

// rows writes rows in one of the formats.
type rows interface {
	write(row) error
	flush() error
}

func newRows(format string, w io.Writer, header []string) (rows, error) {
	switch format {
	case "csv":
		c := csvRows{csv.NewWriter(w)}
		return c, c.line(header)
	case "jsonl":
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return jsonRows{e}, nil
	case "table":
		return &tableRows{w: w, header: header}, nil
	}
	return noRows{}, nil
}

type noRows struct{}

func (noRows) write(row) error { return nil }
func (noRows) flush() error    { return nil }

type csvRows struct{ w *csv.Writer }

func (c csvRows) line(columns []string) error {
	if err := c.w.Write(columns); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}
func (c csvRows) write(r row) error { return c.line(r.columns()) }
func (csvRows) flush() error        { return nil }

type jsonRows struct{ e *json.Encoder }

func (j jsonRows) write(r row) error { return j.e.Encode(r) }
func (jsonRows) flush() error        { return nil }

// tableRows aligns columns for people, a page at a time, so that long tables
// need no memory.
type tableRows struct {
	w      io.Writer
	header []string
	page   [][]string
}

const pageRows = 100

func (t *tableRows) write(r row) error {
	t.page = append(t.page, r.columns())
	if len(t.page) < pageRows {
		return nil
	}
	return t.flush()
}

func (t *tableRows) flush() error {
	if len(t.page) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(t.w, 0, 0, 2, ' ', 0)
	for _, cells := range append([][]string{t.header}, t.page...) {
		for i, cell := range cells {
			if i > 0 {
				fmt.Fprint(w, "\t")
			}
			fmt.Fprint(w, printable(cell))
		}
		fmt.Fprintln(w)
	}
	t.page = t.page[:0]
	return w.Flush()
}

// printable keeps foreign text from controlling the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// preview is what would become of a contact, for --dry-run.
type preview struct {
	ID       string `json:"id,omitempty"`
	UserID   string `json:"user_id,omitempty"`
	Email    string `json:"email,omitempty"`
	Type     string `json:"type,omitempty"`
	Posts    *int   `json:"posts,omitempty"`
	Comments *int   `json:"comments,omitempty"`
	Would    string `json:"would"` // delete, or a status
	Error    string `json:"error,omitempty"`
}

var previewColumns = []string{"id", "user_id", "email", "type", "posts", "comments", "would", "error"}

func (p *preview) columns() []string {
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	return []string{p.ID, p.UserID, p.Email, p.Type, count(p.Posts), count(p.Comments), p.Would, p.Error}
}

// previews returns the rows for what was found for a value.
func (k kind) previews(s sight) []*preview {
	var ps []*preview
	for _, c := range s.contacts {
		ps = append(ps, previewOf(c))
	}
	if ps != nil {
		return ps
	}
	p := &preview{Would: string(alreadyGone)}
	if s.err != nil {
		p.Would, p.Error = string(failed), reason(s.err)
	}
	switch k {
	case byID:
		p.ID = s.value
	case byUserID:
		p.UserID = s.value
	case byEmail:
		p.Email = s.value
	}
	return []*preview{p}
}

func previewOf(c *featurebase.Contact) *preview {
	return &preview{ID: c.ID, UserID: c.UserID, Email: c.Email, Type: string(c.Type),
		Posts: c.PostsCreated, Comments: c.CommentsCreated, Would: "delete"}
}

// amount is a number with its noun.
func amount(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

func isAre(n int) string {
	if n == 1 {
		return "1 is"
	}
	return strconv.Itoa(n) + " are"
}
