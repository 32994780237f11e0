package featurebase_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// onlyReader hides all methods of a reader but Read.
type onlyReader struct{ io.Reader }

// bottomless is a file with as many bytes as one likes, which it doesn't hold.
type bottomless struct{}

func (bottomless) Read(b []byte) (int, error) { return len(b), nil }

func ticketWith(files ...featurebase.TicketFile) featurebase.TicketCreateParams {
	return featurebase.TicketCreateParams{TicketCategoryID: boardID, Title: "Broken export", Author: &featurebase.AuthorParams{ID: contactID}, Files: files}
}

// uploads is a server that reads uploads: attempt is 1 for the first request.
func uploads(t *testing.T, respond func(w http.ResponseWriter, r *http.Request, attempt int)) *featurebase.Client {
	t.Helper()
	var attempts atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		respond(w, r, int(attempts.Add(1)))
	}))
	t.Cleanup(srv.Close)
	return networkClient(t, srv.URL, nil)
}

// formOf is what a form has: the parts in their order, with their content.
func formOf(t *testing.T, r *http.Request) (parts []string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	assert.NoError(t, err)
	form := multipart.NewReader(r.Body, params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if !assert.NoError(t, err) {
			return parts
		}
		content, err := io.ReadAll(part)
		assert.NoError(t, err)
		parts = append(parts, fmt.Sprintf("%s %q %s", part.FormName(), part.FileName(), content))
	}
}

func TestUpload_sendsDataAndFiles(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a.log")
	require.NoError(t, os.WriteFile(name, []byte("skipped; sent"), 0o600))
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	_, err = file.Seek(9, io.SeekStart)
	require.NoError(t, err)
	data := `data "" {"ticketCategoryId":"507f1f77bcf86cd799439021","title":"Broken export","author":{"id":"507f1f77bcf86cd799439011"}}`
	for _, tc := range []struct {
		name   string
		files  []featurebase.TicketFile
		want   []string
		length bool
	}{
		{"from where they stand", []featurebase.TicketFile{{FieldID: contactID, Name: "a.log", Content: file}}, []string{"customFields." + contactID + ` "a.log" sent`}, true},
		{"two in one field", []featurebase.TicketFile{
			{FieldID: contactID, Name: "a", Content: strings.NewReader("1")}, {FieldID: contactID, Name: "b", Content: strings.NewReader("2")},
		}, []string{"customFields." + contactID + ` "a" 1`, "customFields." + contactID + ` "b" 2`}, true},
		{"without a known size", []featurebase.TicketFile{{FieldID: otherID, Name: `é "quoted".txt`, Content: onlyReader{strings.NewReader("x")}}},
			[]string{"customFields." + otherID + ` "é \"quoted\".txt" x`}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client := uploads(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				assert.Equal(t, tc.length, r.ContentLength > 0)
				assert.Equal(t, append([]string{data}, tc.want...), formOf(t, r))
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, ticketJSON)
			})
			ticket, err := client.Tickets.Create(t.Context(), ticketWith(tc.files...))
			require.NoError(t, err)
			assert.Equal(t, 42, ticket.TicketNumber)
		})
	}
}

func TestUpload_isRepeatedFromItsBeginning(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("x", 1<<20)
	client := uploads(t, func(w http.ResponseWriter, r *http.Request, attempt int) {
		switch attempt {
		case 1: // before all is read
			_, _ = io.CopyN(io.Discard, r.Body, 100<<10)
			panic(http.ErrAbortHandler)
		case 2:
			assert.Contains(t, formOf(t, r)[1], content)
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			assert.Equal(t, "customFields."+contactID+` "a" `+content, formOf(t, r)[1])
			_, _ = io.WriteString(w, ticketJSON)
		}
	})
	file := strings.NewReader("skipped" + content)
	_, err := file.Seek(7, io.SeekStart)
	require.NoError(t, err)
	params := featurebase.TicketUpdateParams{Files: []featurebase.TicketFile{{FieldID: contactID, Name: "a", Content: file}}}
	var resp featurebase.Response
	_, err = client.Tickets.Update(t.Context(), 42, params, featurebase.WithResponse(&resp))
	require.NoError(t, err)
	assert.Equal(t, 3, resp.Attempts)
}

func TestUpload_thatCantBeReadAgainIsNotRepeated(t *testing.T) {
	t.Parallel()
	update := func(client *featurebase.Client, opts ...featurebase.CallOption) error {
		_, err := client.Tickets.Update(t.Context(), 42, featurebase.TicketUpdateParams{
			Files: []featurebase.TicketFile{{FieldID: contactID, Name: "a", Content: onlyReader{strings.NewReader("x")}}},
		}, opts...)
		return err
	}
	fails := func(status int) *featurebase.Client {
		return uploads(t, func(w http.ResponseWriter, r *http.Request, attempt int) {
			assert.Equal(t, 1, attempt)
			formOf(t, r)
			w.WriteHeader(status)
		})
	}
	client := fails(http.StatusServiceUnavailable)
	err := update(client)
	assert.Contains(t, logged(err), "not repeated, because a file can't be read again; want an io.Seeker")
	assert.EqualError(t, err, "featurebase: PATCH /v2/tickets/{ticketNumber}: 503 Service Unavailable: the body is not an error of the Featurebase API; "+
		"not repeated, because a file can't be read again; want an io.Seeker (may have been processed)")

	assert.NotContains(t, update(fails(http.StatusServiceUnavailable), featurebase.WithMaxRetries(0)).Error(), "not repeated", "it would not have been")

	// It is, as long as nothing was read.
	network := &http.Transport{}
	t.Cleanup(network.CloseIdleConnections)
	status := http.StatusOK
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "customFields."+contactID+` "a" x`, formOf(t, r)[1])
		w.WriteHeader(status)
		_, _ = io.WriteString(w, ticketJSON)
	}))
	t.Cleanup(srv.Close)
	refusesOnce := func() *featurebase.Client {
		refusals := 1
		return networkClient(t, srv.URL, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			assert.Nil(t, r.GetBody, "net/http can't send it again either")
			if refusals--; refusals >= 0 {
				return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
			}
			return network.RoundTrip(r)
		})})
	}
	assert.NoError(t, update(refusesOnce()))
	status = http.StatusBadRequest
	err = update(refusesOnce())
	assert.ErrorContains(t, err, "400 Bad Request")
	assert.NotContains(t, err.Error(), "not repeated", "it would not have been")
}

// A log may grow while it is sent. Its announced length stays right.
func TestUpload_sendsWhatAFileHadAtFirst(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a.log")
	for _, tc := range []struct {
		name   string
		change func(t *testing.T)
		want   string // what is sent; empty: nothing is
	}{
		{"it grows", func(t *testing.T) {
			f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(t, err)
			defer f.Close()
			_, err = f.WriteString("; one line more")
			require.NoError(t, err)
		}, "one line"},
		{"it shrinks", func(t *testing.T) { require.NoError(t, os.Truncate(name, 3)) }, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(name, []byte("one line"), 0o600))
			file, err := os.Open(name)
			require.NoError(t, err)
			defer file.Close()
			received := make(chan []string, 1)
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tc.want == "" {
					_, err := io.Copy(io.Discard, r.Body)
					assert.Error(t, err, "the body is not whole")
					return
				}
				received <- formOf(t, r)
				_, _ = io.WriteString(w, ticketJSON)
			}))
			defer srv.Close()
			network := &http.Transport{}
			defer network.CloseIdleConnections()
			attempts := 0
			client := networkClient(t, srv.URL, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				attempts++
				tc.change(t)
				return network.RoundTrip(r)
			})})
			_, err = client.Tickets.Update(t.Context(), 42, featurebase.TicketUpdateParams{Files: []featurebase.TicketFile{{FieldID: contactID, Name: "log", Content: file}}})
			assert.Equal(t, 1, attempts)
			if tc.want == "" {
				assert.ErrorContains(t, err, "no response: reading a file: it is shorter than when the call began")
				assert.Contains(t, logged(err), "it is shorter than when the call began")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "customFields."+contactID+` "log" `+tc.want, (<-received)[1])
		})
	}
}

// What creates something is not repeated if its response is lost, though its files
// can be read again.
func TestUpload_isAmbiguousIfTheResponseIsLost(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", http2), func(t *testing.T) {
			t.Parallel()
			content := strings.Repeat("x", 200_000)
			var requests atomic.Int32
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, http2, r.ProtoMajor == 2)
				assert.Equal(t, "customFields."+contactID+` "a" `+content, formOf(t, r)[1])
				switch n := requests.Add(1); {
				case n == 1: // so that the connection is not new for the others
					_, _ = io.WriteString(w, ticketJSON)
				case r.Method == http.MethodPatch && n%2 == 0:
					_, _ = io.WriteString(w, ticketJSON)
				default:
					panic(http.ErrAbortHandler)
				}
			}))
			if srv.EnableHTTP2 = http2; http2 {
				srv.StartTLS()
			} else {
				srv.Start()
			}
			t.Cleanup(srv.Close)
			client := networkClient(t, srv.URL, srv.Client())
			file := func() []featurebase.TicketFile {
				return []featurebase.TicketFile{{FieldID: contactID, Name: "a", Content: strings.NewReader(content)}}
			}
			_, err := client.Tickets.Create(t.Context(), ticketWith(file()...))
			require.NoError(t, err)
			var resp featurebase.Response
			_, err = client.Tickets.Create(t.Context(), ticketWith(file()...), featurebase.WithResponse(&resp))
			assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
			assert.Equal(t, 1, resp.Attempts)
			assert.EqualValues(t, 2, requests.Load())

			_, err = client.Tickets.Update(t.Context(), 42, featurebase.TicketUpdateParams{Files: file()}, featurebase.WithResponse(&resp))
			require.NoError(t, err)
			assert.Equal(t, 2, resp.Attempts)
			assert.EqualValues(t, 4, requests.Load())
		})
	}
}

// slowFile is a file whose bytes take a millisecond each.
type slowFile struct {
	reading atomic.Bool
	reads   atomic.Int32
	size    int64
}

func (f *slowFile) Read(b []byte) (int, error) {
	f.reading.Store(true)
	defer f.reading.Store(false)
	f.reads.Add(1)
	time.Sleep(time.Millisecond)
	return copy(b, "x"), nil
}

func (f *slowFile) Seek(_ int64, whence int) (int64, error) {
	if whence == io.SeekEnd {
		return f.size, nil
	}
	return 0, nil
}

// However a transport treats the body, no goroutine stays behind, which would fail
// the bubble, and files that can be rewound are not read any more.
func TestUpload_leavesNothingBehind(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	start := func(r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 1<<10)
		synctest.Wait() // for the next byte, which is being read
	}
	for _, tc := range []struct {
		name      string
		transport roundTripper
		want      string
		panics    bool
	}{
		{"it is not read", respondWith(400, envelope("invalid_request_error", "invalid_parameter")), "400 invalid_parameter", false},
		{"it is read in part", func(r *http.Request) (*http.Response, error) { start(r); return response(400, "{}"), nil }, "400 Bad Request", false},
		{"the transport fails", func(r *http.Request) (*http.Response, error) { start(r); return nil, broken }, "no response: broken", false},
		{"the transport panics", func(r *http.Request) (*http.Response, error) { start(r); panic(broken) }, "", true},
		{"the connection breaks each time", func(r *http.Request) (*http.Response, error) { start(r); return nil, io.EOF }, "no response: EOF (4 attempts", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				file := &slowFile{size: 1 << 20}
				params := featurebase.TicketUpdateParams{Files: []featurebase.TicketFile{{FieldID: contactID, Name: "a", Content: file}}}
				client := newClient(t, tc.transport)
				update := func() (err error) {
					_, err = client.Tickets.Update(t.Context(), 42, params)
					return err
				}
				if tc.panics {
					assert.PanicsWithValue(t, broken, func() { _ = update() })
				} else {
					assert.ErrorContains(t, update(), tc.want)
				}
				assert.False(t, file.reading.Load())
				reads := file.reads.Load()
				time.Sleep(time.Minute)
				assert.Equal(t, reads, file.reads.Load())
			})
		})
	}
}

// An upload that can be repeated waits for the reader of the attempt before, but no
// longer than the attempt may take.
func TestUpload_waitsForAFileOnlyAsLongAsAnAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		blocked := make(chan struct{})
		file := struct {
			io.Reader
			io.Seeker
		}{readerFunc(func([]byte) (int, error) { <-blocked; return 0, io.EOF }), &slowFile{size: 1}}
		attempts := 0
		client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			attempts++
			_, err := io.Copy(io.Discard, r.Body)
			return nil, err
		}))
		begin := time.Now()
		_, err := client.Tickets.Update(t.Context(), 42, featurebase.TicketUpdateParams{Files: []featurebase.TicketFile{{FieldID: contactID, Name: "a", Content: file}}},
			featurebase.WithTimeout(time.Second), featurebase.WithMaxRetries(1))
		assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
		assert.Equal(t, 2*time.Second+100*time.Millisecond, time.Since(begin), "two attempts, and the wait for the Read")
		assert.Equal(t, 1, attempts, "the second can't begin")
		close(blocked)
	})
}

// Neither errors nor logs have the names of files, their paths or their contents.
func TestUpload_hidesFiles(t *testing.T) {
	t.Parallel()
	const personal = "lovelace"
	name := filepath.Join(t.TempDir(), "ada-"+personal+".log")
	require.NoError(t, os.WriteFile(name, []byte(personal), 0o600))
	closed, err := os.Open(name)
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	echo := roundTripper(func(r *http.Request) (*http.Response, error) {
		_, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return nil, err
		}
		return response(400, `{"error":{"type":"invalid_request_error","code":"invalid_parameter","message":"ada-`+personal+`.log is an executable","status":400}}`), nil
	})
	for _, tc := range []struct {
		name    string
		content io.Reader
		is      error
		want    string
	}{
		{"refused by the API", strings.NewReader(personal), nil, "[argument] is an executable"},
		{"that can't be read", onlyReader{closed}, os.ErrClosed, "reading a file: read [path]: file already closed"},
		{"that was renamed", readerFunc(func([]byte) (int, error) {
			return 0, &os.LinkError{Op: "rename", Old: name, New: name + ".1", Err: os.ErrExist}
		}), os.ErrExist, "reading a file: rename [path] [path]: file already exists"},
		{"with an error of its own", readerFunc(func([]byte) (int, error) { return 0, errors.New("no " + name + " on disk") }), nil, "reading a file: no [path] on disk"},
		{"that can't be rewound", closed, os.ErrClosed, "invalid Files[0].Content: it has a Seek that fails"},
		{"that can't be rewound again", &brokenRewind{Reader: strings.NewReader("x"), err: &os.PathError{Op: "seek", Path: name, Err: os.ErrClosed}}, os.ErrClosed,
			"a file can't be rewound: seek [path]: file already closed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			transport := echo
			if tc.name == "that can't be rewound again" {
				transport = func(r *http.Request) (*http.Response, error) {
					_, _ = io.Copy(io.Discard, r.Body)
					return response(503, ""), nil
				}
			}
			client := newClient(t, transport, featurebase.WithLogger(newLogger(&log, slog.LevelDebug)))
			_, err := client.Tickets.Update(t.Context(), 42, featurebase.TicketUpdateParams{
				Files: []featurebase.TicketFile{{FieldID: contactID, Name: "ada-" + personal + ".log", Content: tc.content}},
			})
			require.ErrorContains(t, err, tc.want)
			if tc.is != nil {
				assert.ErrorIs(t, err, tc.is)
			}
			for how, text := range shown(err) {
				assert.NotContains(t, text, personal, how)
			}
			assert.NotContains(t, log.String(), personal)
		})
	}
}

// brokenRewind can be rewound once to be measured, and then no more.
type brokenRewind struct {
	*strings.Reader
	seeks int
	err   error
}

func (r *brokenRewind) Seek(offset int64, whence int) (int64, error) {
	if r.seeks++; r.seeks > 3 {
		return 0, r.err
	}
	return r.Reader.Seek(offset, whence)
}

func TestUpload_returnsTheErrorOfAFile(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is on fire")
	client := uploads(t, func(w http.ResponseWriter, r *http.Request, attempt int) {
		assert.Equal(t, 1, attempt)
		_, _ = io.Copy(io.Discard, r.Body)
	})
	for _, content := range []io.Reader{
		io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), failingReader{broken}),
		seekable{failingReader{broken}},
	} {
		_, err := client.Tickets.Create(t.Context(), ticketWith(featurebase.TicketFile{FieldID: contactID, Name: "log", Content: content}))
		require.ErrorIs(t, err, broken)
		assert.ErrorContains(t, err, "reading a file: the disk is on fire")
		client = uploads(t, func(_ http.ResponseWriter, r *http.Request, _ int) { _, _ = io.Copy(io.Discard, r.Body) })
	}
}

func TestUpload_isNotRepeatedIfAFileCantBeRewound(t *testing.T) {
	t.Parallel()
	client := uploads(t, func(w http.ResponseWriter, r *http.Request, attempt int) {
		assert.Equal(t, 1, attempt)
		formOf(t, r)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	file := &brokenRewind{Reader: strings.NewReader("x"), err: &fs.PathError{Op: "seek", Err: syscall.EIO}} // looks like one from the network
	_, err := client.Tickets.Create(t.Context(), ticketWith(featurebase.TicketFile{FieldID: contactID, Name: "export", Content: file}), featurebase.WithRepeatable())
	require.ErrorIs(t, err, syscall.EIO)
	assert.ErrorContains(t, err, "a file can't be rewound: seek : ")
	assert.Equal(t, 5, file.seeks, "three to measure it, one to send it again, and one to put it back")
}

// eager is a file that returns io.EOF with its last bytes.
type eager struct{ *strings.Reader }

func (r eager) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if r.Len() == 0 {
		err = io.EOF
	}
	return n, err
}

func TestUpload_takesFilesOfAllKinds(t *testing.T) {
	t.Parallel()
	letter := func() readerFunc {
		return readerFunc(func(b []byte) (int, error) { b[0] = 'x'; return 1, io.EOF })
	}
	for _, tc := range []struct {
		name   string
		files  []io.Reader
		wanted []string
	}{
		{"the end comes with the last bytes", []io.Reader{eager{strings.NewReader("abc")}}, []string{"abc"}},
		{"what can't be compared", []io.Reader{letter(), letter()}, []string{"x", "x"}},
		{"equal readers without a state", []io.Reader{io.LimitReader(bottomless{}, 1), io.LimitReader(bottomless{}, 1)}, []string{"\x00", "\x00"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			client := uploads(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				for i, part := range formOf(t, r)[1:] {
					assert.Equal(t, "customFields."+contactID+` "a" `+tc.wanted[i], part)
				}
				_, _ = io.WriteString(w, ticketJSON)
			})
			var files []featurebase.TicketFile
			for _, content := range tc.files {
				files = append(files, featurebase.TicketFile{FieldID: contactID, Name: "a", Content: content})
			}
			_, err := client.Tickets.Create(t.Context(), ticketWith(files...))
			assert.NoError(t, err)
		})
	}
}

// A mock may leave the body alone. The call ends nevertheless, and so does what
// reads the files. This one is as large as all may be.
func TestUpload_endsWithoutBeingRead(t *testing.T) {
	t.Parallel()
	largest, err := os.Create(filepath.Join(t.TempDir(), "largest"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = largest.Close() })
	require.NoError(t, largest.Truncate(400<<20)) // sparse
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusCreated, Body: io.NopCloser(strings.NewReader(ticketJSON))}, nil
		}))
		begin := time.Now()
		_, err := client.Tickets.Create(t.Context(), ticketWith(featurebase.TicketFile{FieldID: contactID, Name: "a", Content: largest}))
		require.NoError(t, err)
		assert.Zero(t, time.Since(begin))
	})
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// seekable is a file of one byte.
type seekable struct{ io.Reader }

func (seekable) Seek(_ int64, whence int) (int64, error) { return int64(whence / 2), nil }

// A file that is never read to its end does not keep a call from ending.
func TestUpload_endsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	defer close(done)
	client := uploads(t, func(_ http.ResponseWriter, r *http.Request, _ int) { _, _ = io.Copy(io.Discard, r.Body) })
	content := readerFunc(func([]byte) (int, error) {
		cancel()
		<-done
		return 0, io.EOF
	})
	_, err := client.Tickets.Create(ctx, ticketWith(featurebase.TicketFile{FieldID: contactID, Name: "a", Content: content}))
	assert.ErrorIs(t, err, context.Canceled)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestUpload_holdsLittleMemory(t *testing.T) {
	const size = 400_000_000
	var got int64
	client := uploads(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		got, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, ticketJSON)
	})
	file := featurebase.TicketFile{FieldID: contactID, Name: "a", Content: io.LimitReader(bottomless{}, size)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := client.Tickets.Create(t.Context(), ticketWith(file), featurebase.WithTimeout(0))
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	assert.Greater(t, got, int64(size))
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20), "bytes allocated in all, by client and server")
}

func TestUpload_refusesFiles(t *testing.T) {
	t.Parallel()
	file := func(change func(*featurebase.TicketFile)) featurebase.TicketFile {
		f := featurebase.TicketFile{FieldID: contactID, Name: "a", Content: strings.NewReader("x")}
		change(&f)
		return f
	}
	huge, err := os.Create(filepath.Join(t.TempDir(), "huge"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = huge.Close() })
	require.NoError(t, huge.Truncate(400<<20+1)) // sparse
	var many []featurebase.TicketFile
	for range 11 {
		many = append(many, file(func(*featurebase.TicketFile) {}))
	}
	for _, tc := range []struct {
		name  string
		files []featurebase.TicketFile
		want  string
	}{
		{"too many", many, "invalid Files: want at most 10, but there are 11"},
		{"too large", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Content = huge })}, "invalid Files[0].Content: want at most 419430400 bytes, but it has 419430401"},
		{"too large together", []featurebase.TicketFile{
			file(func(f *featurebase.TicketFile) { f.Content = &slowFile{size: 400 << 20} }),
			file(func(f *featurebase.TicketFile) { f.Content = &slowFile{size: 1} }),
		}, "invalid Files: want at most 419430400 bytes in all, but there are 419430401"},
		{"whose sizes overflow", []featurebase.TicketFile{
			file(func(f *featurebase.TicketFile) { f.Content = &slowFile{size: math.MaxInt64} }),
			file(func(f *featurebase.TicketFile) { f.Content = &slowFile{size: math.MaxInt64} }),
		}, "invalid Files[0].Content: want at most 419430400 bytes, but it has 9223372036854775807"},
		{"with nothing left to read", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Content = strings.NewReader("") })},
			"invalid Files[0].Content: nothing is left to read; want it to stand where the file begins"},
		{"that is a nil pointer", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Content = (*strings.Reader)(nil) })}, "invalid Files[0].Content: it is nil"},
		{"of the same content in two structs", []featurebase.TicketFile{
			file(func(f *featurebase.TicketFile) { f.Content = onlyReader{huge} }), file(func(f *featurebase.TicketFile) { f.Content = onlyReader{huge} }),
		}, "invalid Files[1].Content: it is that of another file, too; want a reader for each"},
		{"for no field", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.FieldID = "log" })}, "invalid Files[0].FieldID: want exactly 24"},
		{"without a name", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Name = "" })}, "invalid Files[0].Name: want a file name"},
		{"with a folder", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Name = "home/ada" })}, "invalid Files[0].Name: want a file name"},
		{"with a line break", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Name = "a\r\nX: y" })}, "invalid Files[0].Name: want a file name"},
		{"with a control character", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Name = "a\x7f" })}, "invalid Files[0].Name: want a file name"},
		{"without content", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Content = nil })}, "invalid Files[0].Content: it is nil"},
		{"that can't be rewound", []featurebase.TicketFile{file(func(f *featurebase.TicketFile) { f.Content = brokenSeeker{} })},
			"invalid Files[0].Content: it has a Seek that fails; want one that works, or an io.Reader without it"},
		{"of the same content", []featurebase.TicketFile{{FieldID: contactID, Name: "a", Content: huge}, {FieldID: otherID, Name: "b", Content: huge}},
			"invalid Files[1].Content: it is that of another file, too; want a reader for each"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(201, ticketJSON)
			client := newClient(t, rt)
			_, err := client.Tickets.Create(t.Context(), ticketWith(tc.files...))
			require.ErrorIs(t, err, featurebase.ErrInvalidArgument)
			assert.ErrorContains(t, err, tc.want)
			_, err = client.Tickets.Update(t.Context(), 42, featurebase.TicketUpdateParams{Files: tc.files})
			assert.ErrorContains(t, err, tc.want)
			assert.NotContains(t, err.Error(), "ada")
			assert.Empty(t, *sent)
		})
	}
}

type brokenSeeker struct{ io.Reader }

// Whoever repeats a call that failed, with the same files, sends all of them.
func TestUpload_leavesFilesWhereTheyStood(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		fails http.HandlerFunc
	}{
		{"refused", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadRequest) }},
		{"failed", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) }},
		{"not believed", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "{}") }},
		{"lost", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var parts []string
			client := uploads(t, func(w http.ResponseWriter, r *http.Request, attempt int) {
				parts = formOf(t, r)
				if attempt == 1 {
					tc.fails(w, r)
					return
				}
				_, _ = io.WriteString(w, ticketJSON)
			})
			file := strings.NewReader("not this; this")
			_, err := file.Seek(10, io.SeekStart)
			require.NoError(t, err)
			params := ticketWith(featurebase.TicketFile{FieldID: contactID, Name: "a", Content: file})
			_, err = client.Tickets.Create(t.Context(), params, featurebase.WithMaxRetries(0))
			require.Error(t, err)
			_, err = client.Tickets.Create(t.Context(), params)
			require.NoError(t, err)
			assert.Equal(t, "customFields."+contactID+` "a" this`, parts[1])
		})
	}
}

// A reader that was used up by another call, and can't be rewound, is not sent as
// an empty file.
func TestUpload_sendsNoFileThatIsUsedUp(t *testing.T) {
	t.Parallel()
	client := uploads(t, func(w http.ResponseWriter, r *http.Request, _ int) { _, _ = io.Copy(io.Discard, r.Body) })
	_, err := client.Tickets.Create(t.Context(), ticketWith(featurebase.TicketFile{FieldID: contactID, Name: "file", Content: new(bytes.Buffer)}))
	assert.ErrorContains(t, err, "nothing is left to read of it")
}

// What a reader does to its goroutine, it does to that of the call.
func TestUpload_passesOnHowAReaderEnds(t *testing.T) {
	t.Parallel()
	for _, seeks := range []bool{true, false} {
		t.Run(fmt.Sprintf("seeks %t", seeks), func(t *testing.T) {
			t.Parallel()
			create := func(read readerFunc) {
				var content io.Reader = read
				if seeks {
					content = struct {
						io.Reader
						io.Seeker
					}{read, &slowFile{size: 1}}
				}
				client := uploads(t, func(w http.ResponseWriter, r *http.Request, _ int) { _, _ = io.Copy(io.Discard, r.Body) })
				_, _ = client.Tickets.Create(t.Context(), ticketWith(featurebase.TicketFile{FieldID: contactID, Name: "a", Content: content}))
			}
			assert.PanicsWithValue(t, "no such byte", func() { create(func([]byte) (int, error) { panic("no such byte") }) })
			returned, ended := false, make(chan struct{})
			go func() {
				defer close(ended)
				create(func([]byte) (int, error) { runtime.Goexit(); return 0, nil })
				returned = true
			}()
			<-ended
			assert.False(t, returned, "Goexit ends the caller")
		})
	}
}

// A reader that returns nothing, and no error, is given up.
func TestUpload_endsWithoutProgress(t *testing.T) {
	t.Parallel()
	client := uploads(t, func(w http.ResponseWriter, r *http.Request, _ int) { _, _ = io.Copy(io.Discard, r.Body) })
	_, err := client.Tickets.Create(t.Context(), ticketWith(featurebase.TicketFile{
		FieldID: contactID, Name: "a", Content: readerFunc(func([]byte) (int, error) { return 0, nil }),
	}))
	assert.ErrorIs(t, err, io.ErrNoProgress)
}

func (brokenSeeker) Seek(int64, int) (int64, error) { return 0, errors.New("it is a pipe") }
