package benchmarks_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/digitalocean/godo"
	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
	"github.com/google/go-github/v93/github"
	"github.com/hetznercloud/hcloud-go/v2/hcloud"
	"github.com/openai/openai-go/v3"
)

func TestContenders_returnTheirConfirmation(t *testing.T) {
	t.Parallel()
	each(t, success, func(t *testing.T, c contender, srv *server, del deletion) {
		together(t, func(id string) {
			if got, err := del(t.Context(), id); err != nil || got != (confirmation{id, "contact", true}) {
				t.Errorf("deleting %s: got %+v, %v", id, got, err)
			}
		})
		sent(t, srv, 1)
	})
}

func TestContenders_failIfThereIsNoContact(t *testing.T) {
	t.Parallel()
	each(t, notFound, func(t *testing.T, c contender, srv *server, del deletion) {
		together(t, func(id string) {
			got, err := del(t.Context(), id)
			if status, code := understood(err); status != http.StatusNotFound || code != "contact_not_found" {
				t.Errorf("deleting %s: got %+v and %v, of which status %d and code %q are understood", id, got, err, status, code)
			}
		})
		sent(t, srv, 1)
	})
}

func TestContenders_retryOnce(t *testing.T) {
	t.Parallel()
	each(t, retry, func(t *testing.T, c contender, srv *server, del deletion) {
		if !c.retries {
			t.Skip("it does not retry")
		}
		together(t, func(id string) {
			if got, err := del(t.Context(), id); err != nil || got != (confirmation{id, "contact", true}) {
				t.Errorf("deleting %s: got %+v, %v", id, got, err)
			}
		})
		sent(t, srv, 2)
	})
}

func TestContenders_thatAreLeftOutCannotRetry(t *testing.T) {
	t.Parallel()
	each(t, retry, func(t *testing.T, c contender, srv *server, del deletion) {
		if c.retries {
			t.Skip("it retries")
		}
		if got, err := del(t.Context(), contactID(0)); err == nil || srv.total() != 1 {
			t.Errorf("got %+v, %v after %d requests, want an error after one", got, err, srv.total())
		}
	})
}

func TestContenders_sendTheSameRequest(t *testing.T) {
	t.Parallel()
	for _, c := range contenders {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			seen := &recorder{server: newServer(t, memory, success)}
			del, err := c.new(seen.server.base, seen)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := del(t.Context(), contactID(0)); err != nil {
				t.Fatal(err)
			}
			r := seen.request
			if got, want := r.Method+" "+r.URL.String(), "DELETE "+featurebase.DefaultBaseURL+"/v2/contacts/"+contactID(0); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			for name, want := range map[string]string{
				"Authorization": "Bearer " + stub.Token, "Featurebase-Version": version, "Accept": accept,
			} {
				if got := r.Header.Get(name); got != want {
					t.Errorf("header %s: got %q, want %q", name, got, want)
				}
			}
			if r.UserAgent() == "" {
				t.Error("there is no User-Agent")
			}
		})
	}
}

// each runs a test with each contender and a server of its own, without a network
// and over one.
func each(t *testing.T, response string, test func(*testing.T, contender, *server, deletion)) {
	for _, transport := range []string{memory, loopback} {
		for _, c := range contenders {
			t.Run(transport+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				srv := newServer(t, transport, response)
				del, err := c.new(srv.base, srv.transport)
				if err != nil {
					t.Fatal(err)
				}
				test(t, c, srv, del)
			})
		}
	}
}

const rounds = 3

// together has 16 workers at once do the same to contacts of their own, so
// that the race detector sees what they share.
func together(t *testing.T, do func(id string)) {
	t.Helper()
	var workers sync.WaitGroup
	for worker := range len(digits) {
		workers.Go(func() {
			for range rounds {
				do(contactID(worker))
			}
		})
	}
	workers.Wait()
}

// sent checks how many requests the server got for each thing done together.
func sent(t *testing.T, srv *server, times int64) {
	t.Helper()
	if got, want := srv.total(), times*rounds*int64(len(digits)); got != want {
		t.Errorf("the server got %d requests, want %d", got, want)
	}
}

// understood returns what is in a contender's error. The errors of
// go-github have no place for the code, and those of godo only as text.
func understood(err error) (status int, code string) {
	var (
		plain *failure
		fb    *featurebase.APIError
		oa    *openai.Error
		do    *godo.ErrorResponse
		gh    *github.ErrorResponse
		hc    hcloud.Error
	)
	switch {
	case errors.As(err, &plain):
		return plain.Detail.Status, plain.Detail.Code
	case errors.As(err, &fb):
		return fb.StatusCode, string(fb.Code)
	case errors.As(err, &oa):
		return oa.StatusCode, oa.Code
	case errors.As(err, &hc):
		return hc.Response().StatusCode, string(hc.Code)
	case errors.As(err, &do) && do.Message == contactNotFound:
		return do.Response.StatusCode, "contact_not_found"
	case errors.As(err, &gh):
		return gh.Response.StatusCode, "contact_not_found"
	}
	return 0, ""
}

// recorder keeps the newest request.
type recorder struct {
	server  *server
	request *http.Request
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.request = request
	return r.server.RoundTrip(request)
}
