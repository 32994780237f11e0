package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// journal is a file that only grows, and that one process has at a time.
type journal struct {
	name    string
	lock    *flock.Flock
	created bool  // by this run
	dropped int64 // bytes of a last line that was cut

	mu     sync.Mutex
	file   *os.File
	begins int64 // where the records do
	size   int64 // of what is written whole
	err    error // after which nothing more is written
}

// createJournal makes a journal with a name that no file has.
func createJournal(h header, now time.Time) (*journal, error) {
	base := "erase-" + now.Format("20060102-150405")
	for n := 1; ; n++ {
		name := base + ".jsonl"
		if n > 1 {
			name = fmt.Sprintf("%s-%d.jsonl", base, n)
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
		return openJournal(name, h, func(record) error { return nil })
	}
}

// openJournal opens or creates a journal, and passes its records to each.
func openJournal(name string, h header, each func(record) error) (*journal, error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file, so it can't be a journal", name)
	}
	j := &journal{name: name, lock: flock.New(name, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))}
	locked, err := j.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("the journal can't be opened: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf("the journal %s is in use by another process: wait until that has ended", name)
	}
	j.file, err = os.OpenFile(name, os.O_RDWR, 0)
	if err == nil {
		err = j.begin(h, each)
	}
	if err != nil {
		return nil, errors.Join(err, j.close())
	}
	return j, nil
}

func (j *journal) begin(h header, each func(record) error) error {
	old, err := j.readHeader()
	if err != nil {
		return err
	}
	if old == nil {
		j.created = true
		h.Format = journalFormat
		if err := j.file.Truncate(0); err != nil {
			return err
		}
		err := j.write(h, true)
		j.begins = j.size
		if folder, problem := os.Open(filepath.Dir(j.name)); problem == nil {
			_ = folder.Sync() // so that the file is found after a power cut; not everywhere possible
			_ = folder.Close()
		}
		return err
	}
	if err := old.differs(h); err != nil {
		return fmt.Errorf("the journal %s is of another run: %w", j.name, err)
	}
	j.begins = j.size
	err = readRecords(io.NewSectionReader(j.file, j.begins, 1<<62), func(r record, length int) error {
		j.size += int64(length)
		return each(r)
	})
	if err != nil {
		return fmt.Errorf("%s, in the first %d bytes: %w", j.name, j.size, err)
	}
	// What is left is a line that was cut when it was written: what it was
	// about had not begun, or can be found out again.
	info, err := j.file.Stat()
	if err != nil {
		return err
	}
	if j.dropped = info.Size() - j.size; j.dropped > 0 {
		return j.file.Truncate(j.size)
	}
	return nil
}

// readHeader returns nil if the file is empty, or was cut in its first line.
func (j *journal) readHeader() (*header, error) {
	line, err := bufio.NewReader(io.LimitReader(j.file, 64<<10)).ReadBytes('\n')
	var h header
	beginning := []byte(`{"erase":`)
	common := min(len(line), len(beginning))
	switch {
	case err != nil && err != io.EOF:
		return nil, err
	case !bytes.Equal(line[:common], beginning[:common]):
		return nil, fmt.Errorf("%s is no journal of erase", j.name)
	case err == io.EOF:
		return nil, nil
	case json.Unmarshal(line, &h) != nil:
		return nil, fmt.Errorf("%s is no journal of erase: its first line can't be read", j.name)
	case h.Format != journalFormat:
		return nil, fmt.Errorf("the journal %s has format %d, but this program knows %d alone", j.name, h.Format, journalFormat)
	}
	j.size = int64(len(line))
	return &h, nil
}

// outcomes returns those that are settled, and those that failed after the first
// part of the file.
func (j *journal) outcomes(part int64, each func(*outcome) error) error {
	at := j.begins
	return readRecords(io.NewSectionReader(j.file, at, j.size-at), func(r record, length int) error {
		at += int64(length)
		if r.Outcome == nil || !r.Outcome.settled() && at <= part {
			return nil
		}
		return each(r.Outcome)
	})
}

// write appends a line, and with sync has it on the disk before it returns.
func (j *journal) write(line any, sync bool) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(line); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
	}
	_, err := j.file.WriteAt(b.Bytes(), j.size)
	if err == nil && sync {
		err = j.file.Sync()
	}
	if err != nil {
		j.err = fmt.Errorf("the journal can't be written: %w", err)
		return j.err
	}
	j.size += int64(b.Len())
	return nil
}

func (j *journal) close() error {
	var err error
	if j.file != nil {
		err = j.file.Close()
	}
	return errors.Join(err, j.lock.Close())
}

// empty tells whether nothing was begun.
func (j *journal) empty() bool { return j.size == j.begins }

// discard takes away a journal that was made for nothing.
func (j *journal) discard() error { return errors.Join(os.Remove(j.name), j.close()) }
