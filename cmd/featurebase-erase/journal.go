package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// record is a line of a journal. Clear has all that is personal, and can be taken
// away: Commit binds it, and Chain binds the rest to all lines before.
type record struct {
	Seq    int             `json:"seq"`
	At     time.Time       `json:"at"`
	Type   string          `json:"type"`
	Data   json.RawMessage `json:"data"`
	Clear  json.RawMessage `json:"clear,omitempty"`
	Commit string          `json:"commit,omitempty"`
	Chain  string          `json:"chain"`
}

// link returns the chain's value after this record: the SHA-256, in hexadecimal, of
// the value before and the record's JSON without clear and chain.
func (r record) link(before string) string {
	r.Clear, r.Chain = nil, ""
	h := sha256.New()
	h.Write([]byte(before))
	h.Write(encode(r))
	return hex.EncodeToString(h.Sum(nil))
}

// encode returns v as one line of JSON.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // all types of records can be encoded
	}
	return b.Bytes()
}

// seal is the keyed hash of something personal: the HMAC with SHA-256, in
// hexadecimal.
func seal(key []byte, clear []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write(clear)
	return hex.EncodeToString(h.Sum(nil))
}

// journal is a file of records that only grows. One process has it at a time.
type journal struct {
	name    string
	lock    *flock.Flock
	key     []byte // for seals; nil once the clear text was forgotten
	dropped int    // bytes of a last line that was cut

	mu    sync.Mutex
	file  *os.File
	seq   int
	chain string
	size  int64
	err   error // after which nothing more is written

	syncMu sync.Mutex
	synced int64
}

// createJournal begins a journal, in a file that must not exist.
func createJournal(name string, h header) (*journal, error) {
	j := &journal{name: name, key: make([]byte, 32)}
	if _, err := rand.Read(j.key); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s exists: to go on with it, use: featurebase-erase continue %s", name, name)
	}
	if err != nil {
		return nil, err
	}
	j.file = f
	if err := j.acquire(); err != nil {
		_ = f.Close()
		return nil, err
	}
	if err := j.write(true, typeHeader, h, headerClear{j.key}); err != nil {
		return nil, errors.Join(err, j.discard())
	}
	return j, syncFolder(name)
}

// syncFolder has a new name be on the disk, where that can be done.
func syncFolder(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(filepath.Dir(name))
	if err != nil {
		return nil //nolint:nilerr // it may be written but not read
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// acquire locks the journal, through a file of its own, so that it works on
// Windows, too.
func (j *journal) acquire() error {
	j.lock = flock.New(j.name + ".lock")
	locked, err := j.lock.TryLock()
	if err != nil {
		return fmt.Errorf("%s can't be locked: %w", j.name, err)
	}
	if !locked {
		return fmt.Errorf("%s is in use by another process: wait until that has ended", j.name)
	}
	return nil
}

// openJournal opens a journal that exists, and passes all of its records to each.
// It returns an error if any of them was changed since it was written.
func openJournal(name string, each func(r record, offset int64, clear bool) error) (*journal, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file, so it can't be a journal", name)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others, and has personal data: make it yours alone with chmod 600", name)
	}
	j := &journal{name: name}
	if err := j.acquire(); err != nil {
		return nil, err
	}
	j.file, err = os.OpenFile(name, os.O_RDWR, 0)
	if err == nil {
		err = j.load(each)
	}
	if err != nil {
		return nil, errors.Join(err, j.close())
	}
	return j, nil
}

const maxRecord = 64 << 20 // bytes of a line

// load reads all records.
func (j *journal) load(each func(record, int64, bool) error) error {
	lines := bufio.NewReaderSize(j.file, 1<<16)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			// A line that was cut when it was written: what it was about can be found out
			// again.
			if j.dropped = len(line); j.dropped > 0 {
				if n == 1 {
					return fmt.Errorf("%s is not a journal of featurebase-erase", j.name)
				}
				err := j.file.Truncate(j.size)
				j.synced = j.size
				return err
			}
			if n == 1 {
				return fmt.Errorf("%s is empty: it is not a journal of featurebase-erase", j.name)
			}
			j.synced = j.size
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", j.name, n, err)
		}
		var r record
		if json.Unmarshal(line, &r) != nil || n == 1 && r.Type != typeHeader {
			if n == 1 {
				return fmt.Errorf("%s is not a journal of featurebase-erase", j.name)
			}
			return fmt.Errorf("%s, line %d was changed: it is not a record", j.name, n)
		}
		if r.Seq != n || r.Chain != r.link(j.chain) || !bytes.Equal(encode(r), line) {
			return fmt.Errorf("%s was changed: line %d does not follow from those before it", j.name, n)
		}
		if n == 1 && r.Clear != nil {
			var c headerClear
			if json.Unmarshal(r.Clear, &c) != nil || len(c.Key) != 32 {
				return fmt.Errorf("%s was changed: line 1 has no key", j.name)
			}
			j.key = c.Key
		}
		switch {
		case r.Clear != nil && (j.key == nil || r.Commit != seal(j.key, r.Clear)):
			return fmt.Errorf("%s was changed: the clear text of line %d is not what was written", j.name, n)
		case r.Clear == nil && r.Commit != "" && j.key != nil:
			return fmt.Errorf("%s was changed: line %d has lost its clear text", j.name, n)
		}
		if err := each(r, j.size, r.Clear != nil); err != nil {
			return fmt.Errorf("%s, line %d: %w", j.name, n, err)
		}
		j.seq, j.chain = n, r.Chain
		j.size += int64(len(line))
	}
}

// readLine returns a line with its end. At the end of the file it returns io.EOF,
// and what there is of a line.
func readLine(b *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := b.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxRecord:
			return nil, errors.New("it is too long to be a record")
		case errors.Is(err, bufio.ErrBufferFull):
		default:
			return line, err
		}
	}
}

// at returns the record that begins at an offset.
func (j *journal) at(offset int64) (record, error) {
	var r record
	line, err := readLine(bufio.NewReader(io.NewSectionReader(j.file, offset, maxRecord)))
	if err == nil {
		err = json.Unmarshal(line, &r)
	}
	return r, err
}

// write appends a record, and with sync has it on the disk before it returns.
func (j *journal) write(sync bool, kind string, data, clear any) error {
	end, err := j.append(kind, data, clear)
	if err != nil || !sync {
		return err
	}
	j.syncMu.Lock()
	defer j.syncMu.Unlock()
	if j.synced >= end { // by another goroutine
		return nil
	}
	j.mu.Lock()
	size := j.size
	j.mu.Unlock()
	if err := j.file.Sync(); err != nil {
		return j.fail(err)
	}
	j.synced = size
	return nil
}

func (j *journal) fail(err error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = fmt.Errorf("the journal can't be written: %w", err)
	}
	return j.err
}

func (j *journal) append(kind string, data, clear any) (end int64, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return 0, j.err
	}
	r := record{Seq: j.seq + 1, At: time.Now().UTC().Truncate(time.Millisecond), Type: kind, Data: bytes.TrimSpace(encode(data))}
	if clear != nil {
		r.Clear = bytes.TrimSpace(encode(clear))
		r.Commit = seal(j.key, r.Clear)
	}
	r.Chain = r.link(j.chain)
	line := encode(r)
	if _, err := j.file.WriteAt(line, j.size); err != nil {
		j.err = fmt.Errorf("the journal can't be written: %w", err)
		return 0, j.err
	}
	j.seq, j.chain = r.Seq, r.Chain
	j.size += int64(len(line))
	return j.size, nil
}

func (j *journal) close() error {
	var err error
	if j.file != nil {
		err = j.file.Close()
	}
	name := j.lock.Path()
	err = errors.Join(err, j.lock.Unlock())
	_ = os.Remove(name)
	return err
}

// discard takes away a journal that was made for nothing.
func (j *journal) discard() error { return errors.Join(j.close(), os.Remove(j.name)) }

// forget writes the journal anew without its clear text. The chain stays valid.
func (j *journal) forget(by string) error {
	name := j.name + ".new"
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = func() error {
		w := bufio.NewWriter(f)
		lines := bufio.NewReader(io.NewSectionReader(j.file, 0, j.size))
		for {
			line, err := readLine(lines)
			if errors.Is(err, io.EOF) {
				break
			}
			var r record
			if err == nil {
				err = json.Unmarshal(line, &r)
			}
			if err != nil {
				return err
			}
			r.Clear = nil
			if _, err := w.Write(encode(r)); err != nil {
				return err
			}
		}
		last := record{Seq: j.seq + 1, At: time.Now().UTC().Truncate(time.Millisecond), Type: typeForgotten, Data: bytes.TrimSpace(encode(forgotten{by}))}
		last.Chain = last.link(j.chain)
		if _, err := w.Write(encode(last)); err != nil {
			return err
		}
		return errors.Join(w.Flush(), f.Sync())
	}()
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	_ = j.file.Close() // Windows does not rename over an open file
	j.file = nil
	if err := os.Rename(name, j.name); err != nil {
		return err
	}
	return syncFolder(j.name)
}

// fingerprint returns a text that distinguishes keys without showing them.
func fingerprint(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:4])
}

// identityHash is the keyed hash of a person's value, as reports have it.
func (j *journal) identityHash(kind, value string) string {
	return seal(j.key, []byte(kind+":"+strings.ToLower(value)))
}
