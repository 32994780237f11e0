package webhook_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/webhook"
)

const secret = "whsec_0123456789abcdef"

// postEvent is an event as the guide shows it, with more members than it documents.
const postEvent = `{"object":"notification_event","id":"notif_0199f7ab-0000-7000-8000-000000000001","topic":"post.updated",
	"organizationId":"5febde12dc56d60012d47db6","webhookId":"507f1f77bcf86cd799439099","createdAt":"2026-11-30T12:00:00.250Z",
	"deliveryStatus":"pending","deliveryAttempts":1,
	"data":{"type":"notification_event_data","item":{"object":"post","id":"507f1f77bcf86cd799439011","title":"Dark mode","upvotes":7,
		"author":{"type":"customer","name":"Ada Lovelace","email":"ada@example.com"},"shiny":[1]},
		"changes":[{"field":"title","oldValue":"Dark","newValue":"Dark mode"},{"field":"status.id","oldValue":null,"newValue":{"a":1}}]}}`

// event returns the body of an event.
func event(id string, topic webhook.Topic, item string) []byte {
	return fmt.Appendf(nil, `{"object":"notification_event","id":%q,"topic":%q,"data":{"item":%s}}`, id, topic, item)
}

// delivery returns a delivery that is signed now.
func delivery(body []byte) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	webhook.Sign(r.Header, body, secret, time.Now())
	return r
}

// deliver returns the status that h answers.
func deliver(h http.Handler, body []byte) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, delivery(body))
	return w.Code
}

// newHandler returns a handler with the secret and a log.
func newHandler(t testing.TB, serve webhook.Func, options webhook.Options) (*webhook.Handler, *log) {
	t.Helper()
	out := &log{}
	options.Secrets = []string{secret}
	options.Logger = slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h, err := webhook.NewHandler(serve, options)
	require.NoError(t, err)
	return h, out
}

// log is a log that may be written to while it is read.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func nothing(context.Context, *webhook.Event) error { return nil }
