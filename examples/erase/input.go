package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// input collects values, and goes on after a bad one so that all of them are
// told.
type input struct {
	by       kind
	column   string // of a CSV; empty for one value a line
	values   *values
	complain func(where, problem string)

	taken, bad int
}

func (in *input) take(where, text string) {
	value, problem := in.by.clean(text)
	if problem != "" {
		in.refuse(where, fmt.Sprintf("%s: %s", clip(text), problem))
		return
	}
	in.taken++
	in.values.add(value)
}

func (in *input) refuse(where, problem string) {
	in.bad++
	in.complain(where, problem)
}

func (in *input) arguments(args []string) {
	for i, arg := range args {
		in.take(fmt.Sprintf("argument %d", i+1), arg)
	}
}

// maxLine is how long a line may be.
const maxLine = 64 << 10

// file reads values from r. An error is about the file as a whole.
func (in *input) file(name string, r io.Reader) error {
	b := bufio.NewReaderSize(r, maxLine)
	start, _ := b.Peek(3)
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")): // as Excel and Notepad put there
		_, _ = b.Discard(3)
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return fmt.Errorf("%s: this is UTF-16: want UTF-8, which is another choice where the file is saved", name)
	}
	var err error
	if in.column == "" {
		err = in.lines(name, b)
	} else {
		err = in.table(name, b)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (in *input) lines(name string, b *bufio.Reader) error {
	for n := 1; ; n++ {
		where := name + ":" + strconv.Itoa(n)
		line, err := b.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			in.refuse(where, fmt.Sprintf("the line is longer than %d bytes: want one value a line", maxLine))
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = b.ReadSlice('\n')
			}
		} else if line = bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(line)) > 0 {
			in.take(where, string(line))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (in *input) table(name string, b *bufio.Reader) error {
	rows := csv.NewReader(b)
	rows.Comma = in.separator(b)
	rows.ReuseRecord = true
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("it is empty: want a header line with a column %q", in.column)
	}
	if err != nil {
		return fmt.Errorf("the header line: %w", err)
	}
	at, err := in.find(header)
	if err != nil {
		return err
	}
	for {
		row, err := rows.Read()
		var wrong *csv.ParseError
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &wrong):
			in.refuse(name+":"+strconv.Itoa(wrong.StartLine), "this is no CSV: "+wrong.Err.Error())
			continue
		case err != nil:
			return err
		}
		line, _ := rows.FieldPos(0)
		where := name + ":" + strconv.Itoa(line)
		if at >= len(row) {
			in.refuse(where, fmt.Sprintf("there are %d columns, but %q is column %d", len(row), in.column, at+1))
			continue
		}
		in.take(where, row[at])
	}
}

// find returns the place of the column in the header.
func (in *input) find(header []string) (int, error) {
	var names []string
	found := -1
	for i, name := range header {
		name = strings.TrimSpace(name)
		names = append(names, clip(name))
		if name == in.column && found >= 0 {
			return 0, fmt.Errorf("column %q is there twice", in.column)
		}
		if name == in.column {
			found = i
		}
	}
	if found < 0 {
		return 0, fmt.Errorf("there is no column %q: the header has %s", in.column, strings.Join(names, ", "))
	}
	return found, nil
}

// separator is the one with which the header has the column: spreadsheets write
// a semicolon in many countries.
func (in *input) separator(b *bufio.Reader) rune {
	for size := 1; ; size *= 2 {
		start, err := b.Peek(min(size, b.Size()))
		first, _, whole := bytes.Cut(start, []byte("\n"))
		if !whole && err == nil && size < b.Size() {
			continue
		}
		for _, comma := range ",;\t" {
			r := csv.NewReader(bytes.NewReader(first))
			r.Comma = comma
			header, _ := r.Read()
			if slices.ContainsFunc(header, func(name string) bool { return strings.TrimSpace(name) == in.column }) {
				return comma
			}
		}
		return ','
	}
}

// clip quotes foreign text and keeps it short.
func clip(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}
