package featurebase_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// heedless is a body that ends no more and doesn't look at contexts.
type heedless struct {
	some string        // what each Read returns
	wait time.Duration // before it does
}

func (e heedless) Read(b []byte) (int, error) {
	time.Sleep(e.wait)
	return copy(b, e.some), nil
}

func (heedless) Close() error { return nil }

func respondWithoutEnd(body heedless) roundTripper {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: body}, nil
	}
}

func TestBody_endsWithTheAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		client := newClient(t, respondWithoutEnd(heedless{" ", 300 * time.Millisecond}), featurebase.WithTimeout(time.Second), featurebase.WithMaxRetries(0))
		_, err := client.Contacts.Delete(t.Context(), contactID)
		assert.ErrorContains(t, err, "its body could not be read: the body broke off after 4 bytes: the attempt took longer than 1s")
		assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
		assert.ErrorIs(t, err, featurebase.ErrAmbiguous)
		assert.Equal(t, 1200*time.Millisecond, time.Since(start))
	})
}

func TestBody_endsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		client := newClient(t, respondWithoutEnd(heedless{"", 300 * time.Millisecond}), featurebase.WithTimeout(0))
		_, err := client.Contacts.Delete(ctx, contactID)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 1200*time.Millisecond, time.Since(start))
	})
}

func TestBody_endsAfterManyEmptyReads(t *testing.T) {
	t.Parallel()
	client := newClient(t, respondWithoutEnd(heedless{}), featurebase.WithTimeout(0), featurebase.WithMaxRetries(0))
	_, err := client.Contacts.Delete(t.Context(), contactID)
	assert.ErrorIs(t, err, io.ErrNoProgress)
}

// What is whole when the attempt ends was not read in vain.
func TestBody_countsIfItIsWholeWhenTheAttemptEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: &late{Reader: strings.NewReader(deletedOK)}}, nil
		}), featurebase.WithTimeout(time.Second))
		_, err := client.Contacts.Delete(t.Context(), contactID)
		assert.NoError(t, err)
	})
}

// late is a body whose content comes together with its end, after the attempt's.
type late struct{ *strings.Reader }

func (l *late) Read(b []byte) (int, error) {
	time.Sleep(2 * time.Second)
	n, _ := l.Reader.Read(b)
	return n, io.EOF
}

func (*late) Close() error { return nil }

// A server may send back what it was sent in any header.
func TestResponse_isPrintedWithoutItsHeader(t *testing.T) {
	t.Parallel()
	var resp featurebase.Response
	client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		resp := response(200, deletedOK)
		resp.Header.Set("X-Echo", r.Header.Get("Authorization")+" ada@example.com")
		resp.Header.Set("X-Request-Id", "r-1")
		return resp, nil
	}))
	_, err := client.Contacts.Delete(t.Context(), contactID, featurebase.WithResponse(&resp))
	require.NoError(t, err)
	assert.Contains(t, resp.Header.Get("X-Echo"), token, "the field has what the server sent")
	for _, v := range []any{resp, &resp} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			assert.Equal(t, "status 200 after 1 attempts, request ID r-1", fmt.Sprintf(verb, v))
		}
		text := logged(v)
		assert.NotContains(t, text, token)
		assert.NotContains(t, text, "ada")
		assert.Contains(t, text, "status=200")
		assert.Contains(t, text, "request_id=r-1")
	}
	assert.Equal(t, "status 0 after 0 attempts", featurebase.Response{}.String())
}
