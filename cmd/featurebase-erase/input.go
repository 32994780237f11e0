package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/featurebase-community/featurebase-go/erasure"
)

// kind is what people are named by.
type kind string

const (
	byEmail  kind = "email"
	byUserID kind = "user-id"
	byID     kind = "id"
)

func (k kind) subject(value string) erasure.Subject {
	switch k {
	case byUserID:
		return erasure.Subject{UserIDs: []string{value}}
	case byID:
		return erasure.Subject{ContactIDs: []string{value}}
	}
	return erasure.Subject{Emails: []string{value}}
}

// values are what people are named by. There may be millions, so they are kept
// without pointers, in blocks that are released one by one.
type values struct {
	by     kind
	blocks [][]byte
	places []place
	files  []string
	groups map[string]uint32
}

// place is where a value is, and where it is from.
type place struct {
	at     uint32 // in all blocks
	length uint16
	file   uint8
	line   int32
	group  uint32 // of the values of one person; 0: it is the only one
}

const blockSize = 1 << 20

func (v *values) len() int { return len(v.places) }

func (v *values) at(i int) []byte {
	p := v.places[i]
	return v.blocks[p.at/blockSize][p.at%blockSize:][:p.length]
}

func (v *values) add(text string, line int, group string) {
	n := uint32(0)
	if group != "" {
		if v.groups == nil {
			v.groups = map[string]uint32{}
		}
		if n = v.groups[group]; n == 0 {
			n = uint32(len(v.groups) + 1)
			v.groups[group] = n
		}
	}
	last := len(v.blocks) - 1
	if last < 0 || len(v.blocks[last])+len(text) > blockSize {
		v.blocks = append(v.blocks, make([]byte, 0, blockSize))
		last++
	}
	at := last*blockSize + len(v.blocks[last])
	v.blocks[last] = append(v.blocks[last], text...)
	v.places = append(v.places, place{uint32(at), uint16(len(text)), uint8(len(v.files) - 1), int32(line), n})
}

func (v *values) source(i int) string {
	p := v.places[i]
	return fmt.Sprintf("%s:%d", v.files[p.file], p.line)
}

// people returns how many people there are.
func (v *values) people(again map[int]bool) (n int) {
	seen := map[uint32]bool{}
	for i, p := range v.places {
		if !again[i] && (p.group == 0 || !seen[p.group]) {
			seen[p.group] = true
			n++
		}
	}
	return n
}

// subjects yields each person once, with the first of their places. It releases the
// values, unless they are in groups.
func (v *values) subjects(again map[int]bool) iter.Seq2[int, erasure.Subject] {
	groups := map[uint32][]int{}
	for i, p := range v.places {
		if p.group != 0 && !again[i] {
			groups[p.group] = append(groups[p.group], i)
		}
	}
	return func(yield func(int, erasure.Subject) bool) {
		for i, p := range v.places {
			switch {
			case again[i], p.group != 0 && groups[p.group][0] != i:
			default:
				subject := v.by.subject(string(v.at(i)))
				for n, more := range groups[p.group] {
					if also := v.by.subject(string(v.at(more))); n > 0 {
						subject.Emails, subject.UserIDs = append(subject.Emails, also.Emails...), append(subject.UserIDs, also.UserIDs...)
						subject.ContactIDs = append(subject.ContactIDs, also.ContactIDs...)
					}
				}
				if !yield(i, subject) {
					return
				}
			}
			for b := int(p.at / blockSize); b > 0 && v.groups == nil && v.blocks[b-1] != nil; b-- {
				v.blocks[b-1] = nil
			}
		}
	}
}

// again returns the places of values that were given before.
func (v *values) again() map[int]bool {
	same := func(a, b []byte) int { return bytes.Compare(a, b) }
	if v.by != byUserID {
		same = func(a, b []byte) int { return bytes.Compare(bytes.ToLower(a), bytes.ToLower(b)) }
	}
	order := make([]uint32, len(v.places))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		if c := same(v.at(int(a)), v.at(int(b))); c != 0 {
			return c
		}
		return int(a) - int(b)
	})
	again := map[int]bool{}
	for i := 1; i < len(order); i++ {
		if same(v.at(int(order[i-1])), v.at(int(order[i]))) == 0 {
			again[int(order[i])] = true
		}
	}
	return again
}

// input reads values, and goes on after a bad one, so that all of them are told.
type input struct {
	values   *values
	column   string // of a CSV; empty: one value a line
	group    string // the column that says which values are one person's
	raw      bool   // whether a line is a value, whatever it looks like
	complain func(format string, args ...any)
	bad      int
}

const maxComplaints = 20

func (in *input) refuse(where, problem string) {
	if in.bad++; in.bad <= maxComplaints {
		in.complain("%s: %s", where, problem)
	}
}

func (in *input) begin(name string) error {
	if len(in.values.files) > 255 {
		return errors.New("there are more than 256 files")
	}
	in.values.files = append(in.values.files, name)
	return nil
}

// byteOrderMark may stand at the beginning of each of several files that were
// joined.
const byteOrderMark = "\ufeff"

func (in *input) take(line int, text, group string) {
	v := in.values
	text = strings.TrimPrefix(text, byteOrderMark)
	if v.by != byUserID {
		text = strings.TrimSpace(text)
	}
	where := fmt.Sprintf("%s:%d", v.files[len(v.files)-1], line)
	if in.column == "" && !in.raw && v.by == byUserID && strings.ContainsAny(text, ",;\t") {
		in.refuse(where, "a user ID with a comma, semicolon or tab: is it a CSV, which needs --column? If it is an ID, use --raw")
		return
	}
	if err := v.by.subject(text).Validate(); err != nil {
		reason := err.Error()
		if _, after, ok := strings.Cut(reason, "[0]: "); ok {
			reason = strings.TrimSuffix(after, "; nothing was sent")
		}
		in.refuse(where, fmt.Sprintf("%s: %s", clip(text), reason))
		return
	}
	v.add(text, line, group)
}

func (in *input) arguments(args []string) error {
	if err := in.begin("argument"); err != nil {
		return err
	}
	raw := in.raw
	in.raw = true
	for i, arg := range args {
		in.take(i+1, arg, "")
	}
	in.raw = raw
	return nil
}

func (in *input) open(name string, stdin io.Reader) error {
	if name == "-" {
		return in.read("standard input", stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return in.read(name, f)
}

const maxLine = 64 << 10

// read reads a file in UTF-8, or in UTF-16 with a byte-order mark.
func (in *input) read(name string, r io.Reader) error {
	if err := in.begin(name); err != nil {
		return err
	}
	b := bufio.NewReaderSize(transform.NewReader(r, unicode.BOMOverride(transform.Nop)), maxLine)
	var err error
	if in.column == "" {
		err = in.readLines(b)
	} else {
		err = in.readTable(b)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (in *input) readLines(b *bufio.Reader) error {
	name := in.values.files[len(in.values.files)-1]
	if first, _ := b.Peek(min(maxLine, 4096)); in.looksLikeTable(first) {
		columns, _, _ := strings.Cut(string(first), "\n")
		return fmt.Errorf("this looks like a CSV with the columns %s: name the one with the values by --column", clip(strings.TrimSpace(columns)))
	}
	for n := 1; ; n++ {
		line, err := b.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			in.refuse(fmt.Sprintf("%s:%d", name, n), "the line is too long: want one value a line")
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = b.ReadSlice('\n')
			}
		} else if line = bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(line)) > 0 {
			in.take(n, string(line), "")
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// looksLikeTable reports whether the first line has several columns, none of which
// is a value.
func (in *input) looksLikeTable(first []byte) bool {
	line, _, _ := strings.Cut(string(first), "\n")
	line = strings.TrimSpace(strings.TrimPrefix(line, byteOrderMark))
	return !in.raw && in.values.by != byUserID && strings.ContainsAny(line, ",;\t") && !strings.Contains(line, "@") && utf8.ValidString(line)
}

// readTable reads a column of a CSV. A quote that is not closed can't take in more
// than a line: rows are parsed one by one.
func (in *input) readTable(b *bufio.Reader) error {
	name := in.values.files[len(in.values.files)-1]
	var comma rune
	at, group, width := -1, -1, 0
	for n := 1; ; n++ {
		line, err := b.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("line %d is too long for a row of a CSV", n)
		}
		if err != nil && err != io.EOF {
			return err
		}
		ended := err == io.EOF
		text := strings.TrimRight(strings.TrimPrefix(string(line), byteOrderMark), "\r\n")
		switch {
		case strings.Trim(text, " \t,;") == "":
		case at < 0 && strings.HasPrefix(strings.ToLower(text), "sep=") && utf8.RuneCountInString(text) == 5:
			comma, _ = utf8.DecodeLastRuneInString(text)
		case at < 0:
			if comma == 0 {
				comma = separator(text, in.column)
			}
			header, err := row(text, comma)
			if err != nil {
				return fmt.Errorf("line %d is not the header of a CSV: %w", n, err)
			}
			if at, err = find(header, in.column); err != nil {
				return err
			}
			width = len(header)
			if in.group != "" {
				if group, err = find(header, in.group); err != nil {
					return err
				}
			}
		default:
			cells, err := row(text, comma)
			where := fmt.Sprintf("%s:%d", name, n)
			switch {
			case err != nil:
				in.refuse(where, "it is not a row of a CSV: "+err.Error())
			case max(at, group) >= len(cells):
				in.refuse(where, fmt.Sprintf("it has %d columns, and %q is column %d of %d", len(cells), in.column, at+1, width))
			case strings.TrimSpace(cells[at]) != "":
				of := ""
				if group >= 0 {
					of = strings.TrimSpace(cells[group])
				}
				in.take(n, cells[at], of)
			}
		}
		if ended {
			if at < 0 {
				return fmt.Errorf("it is empty: want a header with a column %q", in.column)
			}
			return nil
		}
	}
}

func row(text string, comma rune) ([]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	cells, err := r.Read()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		err = wrong.Err
	}
	return cells, err
}

// separator is the one with which the header has the column: spreadsheets write a
// semicolon in many countries.
func separator(header, column string) rune {
	for _, comma := range ",;\t" {
		if cells, err := row(header, comma); err == nil {
			if _, err := find(cells, column); err == nil {
				return comma
			}
		}
	}
	return ','
}

func find(header []string, column string) (int, error) {
	found := -1
	for i, name := range header {
		if !strings.EqualFold(strings.TrimSpace(name), column) {
			continue
		}
		if found >= 0 {
			return -1, fmt.Errorf("there are two columns %q", column)
		}
		found = i
	}
	if found < 0 {
		return -1, fmt.Errorf("there is no column %q: the header has %s", column, clip(strings.Join(header, ", ")))
	}
	return found, nil
}

// clip quotes foreign text and keeps it short.
func clip(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}
