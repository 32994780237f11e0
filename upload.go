package featurebase

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"sync/atomic"
)

// TicketFile is a file to upload into a custom field of a ticket. If the field
// allows several, there is a TicketFile for each.
type TicketFile struct {
	FieldID string // of the custom field
	Name    string // file name

	// Content is read from where it stands. If it is an io.Seeker, as an os.File is,
	// the request can be repeated after a transient failure; otherwise it is not, once
	// any of it was read. It may still be read when the call has returned early,
	// such as when its context has ended.
	Content io.Reader
}

const (
	maxFiles      = 10
	maxFilesBytes = 400_000_000 // of a request
)

func checkFiles(files []TicketFile) (wrong problems) {
	if n := len(files); n > maxFiles {
		wrong = append(wrong, &ArgumentError{Name: "Files", Reason: fmt.Sprintf("want at most %d, but there are %d", maxFiles, n)})
	}
	for i, f := range files {
		name := fmt.Sprintf("Files[%d].", i)
		if reason := checkID(f.FieldID); reason != "" {
			wrong = append(wrong, &InvalidIDError{ID: f.FieldID, Param: name + "FieldID", Reason: reason})
		}
		if f.Name == "" || strings.ContainsAny(f.Name, "/\\") || strings.ContainsFunc(f.Name, isControl) {
			wrong = append(wrong, &ArgumentError{Name: name + "Name", Reason: "want a file name, without a folder"})
		}
		if f.Content == nil {
			wrong = append(wrong, &ArgumentError{Name: name + "Content", Reason: "it is nil"})
		}
	}
	return wrong
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// files returns what is to be uploaded.
func (p TicketCreateParams) files() []TicketFile { return p.Files }
func (p TicketUpdateParams) files() []TicketFile { return p.Files }

// upload is a request body with files: multipart/form-data.
type upload struct {
	contentType string
	parts       []uploadPart
	tail        string
	size        int64 // in bytes; -1: unknown
	rewindable  bool

	turn    chan struct{} // has an element while nobody reads the files
	current *uploadBody   // the newest
	read    atomic.Bool   // whether any of the files was read
	err     atomic.Pointer[error]
}

type uploadPart struct {
	head    string
	content io.Reader // nil: none
	start   int64     // of the content, if it can be rewound
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
	var total int64
	for i, f := range files {
		part := uploadPart{content: f.Content, head: head(textproto.MIMEHeader{
			"Content-Disposition": {multipart.FileContentDisposition("customFields."+f.FieldID, f.Name)},
			"Content-Type":        {"application/octet-stream"},
		}, "")}
		if seeker, ok := f.Content.(io.Seeker); ok {
			size, err := part.measure(seeker)
			if err != nil {
				return nil, &ArgumentError{Name: fmt.Sprintf("Files[%d].Content", i), Reason: "it can't be rewound", err: err}
			}
			total += size
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

// measure returns how much there is to read, and notes where that begins.
func (p *uploadPart) measure(s io.Seeker) (size int64, err error) {
	if p.start, err = s.Seek(0, io.SeekCurrent); err != nil {
		return 0, err
	}
	end, err := s.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	_, err = s.Seek(p.start, io.SeekStart)
	return max(0, end-p.start), err
}

// errReadOnce is why an upload is not repeated.
var errReadOnce = errors.New("not repeated, because a file can't be read again; want an io.Seeker")

// open returns the body, from its beginning. It waits until an earlier attempt
// doesn't read the files any more: transports may read a while after they returned.
func (u *upload) open(ctx context.Context) (io.ReadCloser, error) {
	select {
	case <-u.turn:
		defer func() { u.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if u.current != nil {
		u.current.closed.Store(true)
	}
	if u.read.Swap(false) {
		if !u.rewindable {
			return nil, &finalError{errReadOnce}
		}
		for _, p := range u.parts {
			if s, ok := p.content.(io.Seeker); ok {
				if _, err := s.Seek(p.start, io.SeekStart); err != nil {
					return nil, &finalError{fmt.Errorf("a file can't be rewound: %w", err)}
				}
			}
		}
	}
	readers := make([]io.Reader, 0, 2*len(u.parts)+1)
	for _, p := range u.parts {
		readers = append(readers, strings.NewReader(p.head))
		if p.content != nil {
			readers = append(readers, fileReader{u, p.content})
		}
	}
	u.current = &uploadBody{upload: u, reader: io.MultiReader(append(readers, strings.NewReader(u.tail))...)}
	return u.current, nil
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

// attach has a request send the files.
func (u *upload) attach(req *http.Request) (err error) {
	req.Header["Content-Type"] = []string{u.contentType}
	req.ContentLength = u.size
	if u.rewindable {
		ctx := req.Context()
		req.GetBody = func() (io.ReadCloser, error) { return u.open(ctx) }
	}
	req.Body, err = u.open(req.Context())
	return err
}

// fileReader notes what becomes of a file.
type fileReader struct {
	*upload
	content io.Reader
}

func (r fileReader) Read(b []byte) (int, error) {
	r.read.Store(true)
	n, err := r.content.Read(b)
	if err != nil && err != io.EOF {
		err = &finalError{fmt.Errorf("reading a file: %w", err)}
		r.err.Store(&err)
	}
	return n, err
}

// uploadBody is the body of one attempt.
type uploadBody struct {
	*upload
	reader io.Reader
	closed atomic.Bool
}

func (b *uploadBody) Read(p []byte) (int, error) {
	<-b.turn
	defer func() { b.turn <- struct{}{} }()
	if b.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	return b.reader.Read(p)
}

func (b *uploadBody) Close() error {
	b.closed.Store(true)
	return nil
}
