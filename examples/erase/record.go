package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// header is the first line of a journal. Only a run with the same values may
// go on with it.
type header struct {
	Format int       `json:"erase"` // of the journal
	Server string    `json:"server"`
	By     kind      `json:"by"`
	Values int       `json:"values"`
	Digest string    `json:"digest"`
	Begun  time.Time `json:"begun"`
}

const journalFormat = 1

// record is any other line: what is about to be done, or its outcome.
type record struct {
	Intent  *intent  `json:"intent,omitempty"`
	Outcome *outcome `json:"outcome,omitempty"`
}

// intent says which contacts a value stands for, before the first of them is
// deleted.
type intent struct {
	Value    string   `json:"value"`
	Contacts []string `json:"contacts"`
}

// differs says why a run with the header h can't go on with the journal.
func (old *header) differs(h header) error {
	var what []string
	if old.Server != h.Server {
		what = append(what, fmt.Sprintf("that was at %s, this is at %s", old.Server, h.Server))
	}
	if old.By != h.By {
		what = append(what, fmt.Sprintf("that was --by %s, this is --by %s", old.By, h.By))
	} else if old.Values != h.Values {
		what = append(what, fmt.Sprintf("that had %d values, this has %d", old.Values, h.Values))
	} else if old.Digest != h.Digest {
		what = append(what, fmt.Sprintf("that had other values, though as many (%d)", h.Values))
	}
	if what == nil {
		return nil
	}
	return errors.New(strings.Join(what, "; "))
}

// readRecords returns each record with the length of its line. Only the last line
// may be one that can't be read.
func readRecords(r io.Reader, each func(r record, length int) error) error {
	lines := bufio.NewReaderSize(r, 256<<10)
	var bad error
	for n := 2; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return err
		}
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if bad != nil {
			return bad
		}
		rec, wrong := parseRecord(line)
		if wrong != nil {
			bad = fmt.Errorf("line %d of the journal is damaged: %w", n, wrong)
			continue
		}
		if err == io.EOF { // complete but for its end
			return nil
		}
		if err := each(rec, len(line)); err != nil {
			return err
		}
	}
}

func parseRecord(line []byte) (record, error) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return r, err
	}
	switch {
	case (r.Intent == nil) == (r.Outcome == nil):
		return r, errors.New("want an intent or an outcome")
	case r.Intent != nil && len(r.Intent.Contacts) == 0:
		return r, errors.New("the intent names no contact")
	case r.Outcome != nil && r.Outcome.Status != deleted && r.Outcome.Status != alreadyGone &&
		r.Outcome.Status != goneAfterInterruption && r.Outcome.Status != failed:
		return r, fmt.Errorf("unknown status %q", r.Outcome.Status)
	}
	return r, nil
}
