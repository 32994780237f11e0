package featurebase

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/ids"
)

// TicketFile is a file to upload into a custom field of a ticket. If the field
// allows several, there is a TicketFile for each.
type TicketFile struct {
	FieldID string // of the custom field
	Name    string // file name

	// Content is read from where it stands, and must have something to read there. If
	// it is an io.Seeker, as an os.File is, it is read to where it ends when the call
	// begins, the request can be repeated after a transient failure, and a call that
	// fails leaves it where it stood. Otherwise the request is not repeated once any
	// of it was read, and a call that fails may have read any part of it.
	//
	// A Read that blocks may still be running when the call has returned.
	Content io.Reader
}

// The API allows 400 MB. Whether these are 10⁶ or 2²⁰ bytes is not documented. The
// larger size is used, so that nothing is refused that the API accepts.
const (
	maxFiles      = 10
	maxFilesBytes = 400 << 20 // of a request
)

func checkFiles(files []TicketFile) (wrong problems) {
	if n := len(files); n > maxFiles {
		wrong = append(wrong, &ArgumentError{Name: "Files", Reason: fmt.Sprintf("want at most %d, but there are %d", maxFiles, n)})
	}
	for i, f := range files {
		name := fmt.Sprintf("Files[%d].", i)
		if reason := ids.Object(f.FieldID); reason != "" {
			wrong = append(wrong, &InvalidIDError{ID: f.FieldID, Param: name + "FieldID", Reason: reason})
		}
		if f.Name == "" || strings.ContainsAny(f.Name, "/\\") || strings.ContainsFunc(f.Name, isControl) {
			wrong = append(wrong, &ArgumentError{Name: name + "Name", Reason: "want a file name, without a folder"})
		}
		switch {
		case isNil(f.Content):
			wrong = append(wrong, &ArgumentError{Name: name + "Content", Reason: "it is nil"})
		case slices.ContainsFunc(files[:i], f.sharesContent):
			wrong = append(wrong, &ArgumentError{Name: name + "Content", Reason: "it is that of another file, too; want a reader for each"})
		}
	}
	return wrong
}

// isNil reports whether a reader is nil, or a pointer that is.
func isNil(r io.Reader) bool {
	return r == nil || reflect.TypeOf(r).Kind() == reflect.Pointer && reflect.ValueOf(r).IsNil()
}

// sharesContent reports whether reading one file takes the content of the other:
// whether their readers are the same, or structs around the same. A reader without
// fields has no state that it could share.
func (f TicketFile) sharesContent(other TicketFile) bool {
	content := reflect.ValueOf(f.Content)
	return !isNil(other.Content) && content.Comparable() && content.Type().Size() > 0 && f.Content == other.Content
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// upload is a request body with files: multipart/form-data.
type upload struct {
	contentType string
	parts       []uploadPart
	tail        string
	size        int64 // in bytes; -1: unknown
	rewindable  bool

	turn    chan struct{}                 // has an element while nobody reads the files
	current atomic.Pointer[io.PipeReader] // the newest body
	read    atomic.Bool                   // whether any of the files was read
	err     atomic.Pointer[error]
	aborted atomic.Pointer[abortion]
}

// abortion is how a reader ended the goroutine that read it.
type abortion struct{ panicked any } // nil: runtime.Goexit

type uploadPart struct {
	head    string
	content io.Reader // nil: none
	start   int64     // of the content, if it can be rewound
	size    int64     // of the content, in bytes; -1: unknown
}

// newUpload returns the body for files and what goes with them.
func newUpload(data []byte, files []TicketFile) (*upload, error) {
	var heads strings.Builder
	w := multipart.NewWriter(&heads)
	u := &upload{contentType: w.FormDataContentType(), rewindable: true, turn: make(chan struct{}, 1)}
	u.turn <- struct{}{}
	head := func(header textproto.MIMEHeader, value string) string {
		heads.Reset()
		_, _ = w.CreatePart(header) // a strings.Builder doesn't fail
		return heads.String() + value
	}
	u.parts = append(u.parts, uploadPart{head: head(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="data"`}, "Content-Type": jsonType,
	}, string(data))})
	u.size = int64(len(u.parts[0].head))
	var total int64 // can't overflow: there are few files, and none is larger than allowed
	for i, f := range files {
		part := uploadPart{content: f.Content, size: -1, head: head(textproto.MIMEHeader{
			"Content-Disposition": {multipart.FileContentDisposition("customFields."+f.FieldID, f.Name)},
			"Content-Type":        {"application/octet-stream"},
		}, "")}
		if seeker, ok := f.Content.(io.Seeker); ok {
			if err := part.measure(seeker); err != nil {
				return nil, &ArgumentError{Name: fmt.Sprintf("Files[%d].Content", i), Reason: "it has a Seek that fails; want one that works, or an io.Reader without it", err: err}
			}
			switch {
			case part.size == 0:
				return nil, &ArgumentError{Name: fmt.Sprintf("Files[%d].Content", i), Reason: "nothing is left to read; want it to stand where the file begins"}
			case part.size > maxFilesBytes:
				return nil, &ArgumentError{Name: fmt.Sprintf("Files[%d].Content", i), Reason: fmt.Sprintf("want at most %d bytes, but it has %d", maxFilesBytes, part.size)}
			}
			total += part.size
		} else {
			u.rewindable = false
		}
		u.size += int64(len(part.head))
		u.parts = append(u.parts, part)
	}
	if total > maxFilesBytes {
		return nil, &ArgumentError{Name: "Files", Reason: fmt.Sprintf("want at most %d bytes in all, but there are %d", maxFilesBytes, total)}
	}
	heads.Reset()
	_ = w.Close()
	u.tail = heads.String()
	if u.size += total + int64(len(u.tail)); !u.rewindable {
		u.size = -1
	}
	return u, nil
}

// measure notes where the content begins and how much there is of it.
func (p *uploadPart) measure(s io.Seeker) (err error) {
	if p.start, err = s.Seek(0, io.SeekCurrent); err != nil {
		return err
	}
	end, err := s.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	p.size = max(0, end-p.start)
	_, err = s.Seek(p.start, io.SeekStart)
	return err
}

// errReadOnce is why an upload is not repeated.
var errReadOnce = errors.New("not repeated, because a file can't be read again; want an io.Seeker")

// open returns the body, from its beginning. It waits until nobody reads the files
// any more for an earlier attempt.
//
// The files are read in a goroutine, so that one that blocks keeps neither the
// transport nor the call from ending.
func (u *upload) open(ctx context.Context) (io.ReadCloser, error) {
	u.hangUp()
	select {
	case <-u.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := u.rewind(); err != nil {
		u.turn <- struct{}{}
		return nil, &finalError{err}
	}
	readers := make([]io.Reader, 0, 2*len(u.parts)+1)
	for _, p := range u.parts {
		readers = append(readers, strings.NewReader(p.head))
		if p.content != nil {
			readers = append(readers, &fileReader{upload: u, content: p.content, left: p.size})
		}
	}
	readers = append(readers, strings.NewReader(u.tail))
	body, w := io.Pipe()
	u.current.Store(body)
	context.AfterFunc(ctx, func() { _ = body.CloseWithError(ctx.Err()) })
	go func() {
		defer func() { u.turn <- struct{}{} }()
		returned := false
		defer func() {
			if panicked := recover(); !returned {
				u.aborted.Store(&abortion{panicked})
				_ = w.CloseWithError(errors.New("reading a file ended its goroutine"))
			}
		}()
		_, err := io.Copy(w, io.MultiReader(readers...))
		returned = true
		_ = w.CloseWithError(err)
	}()
	return body, nil
}

// hangUp ends the newest body, so that its files are not read on.
func (u *upload) hangUp() {
	if body := u.current.Load(); body != nil {
		_ = body.Close()
	}
}

// stop ends an attempt. After it nobody reads the files any more, which the caller
// may read again then. A file that can't be rewound is not waited for: it may be a
// pipe that blocks. A reader that panicked, or ended its goroutine, does so here.
func (u *upload) stop(ctx context.Context) {
	u.hangUp()
	if u.rewindable {
		select {
		case <-u.turn:
			u.turn <- struct{}{}
		case <-ctx.Done():
		}
	}
	if a := u.aborted.Load(); a != nil {
		if a.panicked != nil {
			panic(a.panicked)
		}
		runtime.Goexit()
	}
}

// untouched is how long a call that failed waits for a Read to end, so that it
// can put the files back.
const untouched = 100 * time.Millisecond

// putBack makes each file that can be rewound stand where it stood before the
// call, so that a caller's own repetition doesn't send the rest of it, or nothing.
func (u *upload) putBack() {
	if u == nil || !u.read.Load() {
		return
	}
	select {
	case <-u.turn:
	case <-time.After(untouched):
		return
	}
	_ = u.seekStarts() // whoever reads on meets the same error
	u.turn <- struct{}{}
}

// rewind makes the files begin where they stood at first.
func (u *upload) rewind() error {
	if !u.read.Load() {
		return nil
	}
	if !u.rewindable {
		return errReadOnce
	}
	return u.seekStarts()
}

func (u *upload) seekStarts() error {
	for _, p := range u.parts {
		if s, ok := p.content.(io.Seeker); ok {
			if _, err := s.Seek(p.start, io.SeekStart); err != nil {
				return fmt.Errorf("a file can't be rewound: %w", withoutPath(err))
			}
		}
	}
	return nil
}

// spent reports whether the files were read, and can't be read again.
func (u *upload) spent() bool { return u != nil && !u.rewindable && u.read.Load() }

// cause returns why a file could not be read, in place of the transport's error.
func (u *upload) cause(err error) error {
	if u != nil {
		if p := u.err.Load(); p != nil {
			return *p
		}
	}
	return err
}

// attach makes a request send the files.
func (u *upload) attach(req *http.Request) (err error) {
	req.Header["Content-Type"] = []string{u.contentType}
	req.ContentLength = u.size
	ctx := req.Context()
	if u.rewindable {
		req.GetBody = func() (io.ReadCloser, error) { return u.open(ctx) }
	}
	req.Body, err = u.open(ctx)
	return err
}

// Why a file can't be sent.
var (
	errShrunk = errors.New("it is shorter than when the call began")
	errEmpty  = errors.New("nothing is left to read of it")
)

// fileReader reads a file, and notes what becomes of it.
type fileReader struct {
	*upload
	content io.Reader
	left    int64 // in bytes; -1: unknown
	begun   bool
	empty   int // reads in a row that returned nothing
}

func (r *fileReader) Read(b []byte) (int, error) {
	switch {
	case r.left == 0: // what was added to the file since is not sent
		return 0, io.EOF
	case r.left > 0:
		b = b[:min(int64(len(b)), r.left)]
	}
	r.read.Store(true)
	n, err := r.content.Read(b)
	r.begun = r.begun || n > 0
	if r.empty++; n > 0 {
		r.empty = 0
	}
	if r.left > 0 {
		r.left -= int64(n)
	}
	switch {
	case err == io.EOF && r.left > 0:
		err = errShrunk
	case err == io.EOF && !r.begun:
		err = errEmpty
	case err == nil && r.empty > maxEmptyReads:
		err = io.ErrNoProgress
	}
	if err != nil && err != io.EOF {
		err = &finalError{fmt.Errorf("reading a file: %w", withoutPath(err))}
		r.err.Store(&err)
	}
	return n, err
}

// path matches what has the form of an absolute path, or of one with folders.
var path = regexp.MustCompile(`(?:[A-Za-z]:)?[^\s"':;,()\[\]{}]*[/\\][^\s"':;,()\[\]{}]*`)

// withoutPath returns err with a text that lacks the paths of files, which may
// name people.
func withoutPath(err error) error {
	var (
		paths []string
		one   *fs.PathError
		two   *os.LinkError
	)
	if errors.As(err, &one) {
		paths = append(paths, one.Path)
	}
	if errors.As(err, &two) {
		paths = append(paths, two.Old, two.New)
	}
	slices.SortFunc(paths, func(a, b string) int { return len(b) - len(a) }) // one may begin with another
	text := err.Error()
	for _, p := range paths {
		if p != "" {
			text = strings.ReplaceAll(text, p, "[path]")
		}
	}
	if text = path.ReplaceAllString(text, "[path]"); text == err.Error() {
		return err
	}
	return &foreignError{text, err}
}
