package webhook_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
	"github.com/featurebase-community/featurebase-go/webhook"
)

func Example() {
	mux := webhook.Mux{
		webhook.TopicPostCreated: func(ctx context.Context, e *webhook.Event) error {
			post, err := webhook.Item[featurebase.Post](e)
			if err != nil {
				return err
			}
			fmt.Println("new:", post.Title)
			return nil
		},
	}
	handler, err := webhook.NewHandler(mux.Serve, webhook.Options{
		Secrets: []string{"whsec_test"}, // os.Getenv("FEATUREBASE_WEBHOOK_SECRET")
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	http.Handle("/webhooks/featurebase", handler)

	// What a test does in place of Featurebase:
	body := []byte(`{"id":"notif_1","topic":"post.created","data":{"item":{"object":"post","title":"Dark mode"}}}`)
	r := httptest.NewRequest("POST", "/webhooks/featurebase", bytes.NewReader(body))
	webhook.Sign(r.Header, body, "whsec_test", time.Now())
	w := httptest.NewRecorder()
	http.DefaultServeMux.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// new: Dark mode
	// 200
}

// While a secret is replaced, both are accepted. The function only puts the event
// into a queue, and says so by returning nil: whatever happens then, the event is
// not lost. A worker decodes it.
func ExampleNewHandler_queue() {
	queue := make(chan []byte, 100) // a durable one in production
	enqueue := func(ctx context.Context, e *webhook.Event) error {
		select {
		case queue <- e.Raw:
			return nil
		case <-ctx.Done():
			return ctx.Err() // Featurebase sends the event again
		}
	}
	handler, err := webhook.NewHandler(enqueue, webhook.Options{Secrets: []string{"whsec_new", "whsec_old"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("POST /webhooks/featurebase", handler)

	for i, secret := range []string{"whsec_old", "whsec_new", "whsec_stolen"} {
		body := fmt.Appendf(nil, `{"id":"notif_%d","topic":"ticket.created"}`, i)
		r := httptest.NewRequest("POST", "/webhooks/featurebase", bytes.NewReader(body))
		webhook.Sign(r.Header, body, secret, time.Now())
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	close(queue)
	for body := range queue {
		e, err := webhook.Decode(body) // it was verified before
		fmt.Println(e, err)
	}
	// Output:
	// 200
	// 200
	// 401
	// ticket.created notif_0 <nil>
	// ticket.created notif_1 <nil>
}

// On a function platform, headers are a map whose names have any case, and the body
// may be in base64.
func ExampleParse_functionPlatform() {
	type request struct {
		Headers         map[string]string
		Body            string
		IsBase64Encoded bool
	}
	receive := func(r request) (status int) {
		body := []byte(r.Body)
		if r.IsBase64Encoded {
			var err error
			if body, err = base64.StdEncoding.DecodeString(r.Body); err != nil {
				return http.StatusBadRequest
			}
		}
		header := http.Header{}
		for name, value := range r.Headers {
			header.Add(name, value)
		}
		e, err := webhook.Parse(header, body, "whsec_test")
		switch {
		case errors.Is(err, webhook.ErrDecode):
			return http.StatusOK // it would be the same if it was sent again
		case errors.Is(err, webhook.ErrSecret):
			return http.StatusInternalServerError // our own fault
		case err != nil:
			return http.StatusUnauthorized
		}
		fmt.Println(e.Topic)
		return http.StatusOK
	}

	body := []byte(`{"id":"notif_1","topic":"post.voted"}`)
	header := http.Header{}
	webhook.Sign(header, body, "whsec_test", time.Now())
	fmt.Println(receive(request{
		Headers: map[string]string{
			"x-webhook-signature": header.Get("X-Webhook-Signature"),
			"x-webhook-timestamp": header.Get("X-Webhook-Timestamp"),
		},
		Body:            base64.StdEncoding.EncodeToString(body),
		IsBase64Encoded: true,
	}))
	fmt.Println(receive(request{Body: string(body)}))
	// Output:
	// post.voted
	// 200
	// 401
}

// An event that was stored is replayed through the same handler: it is signed anew
// and sent to it. What was processed in the last 24 hours is not processed again.
func ExampleSign_replay() {
	handler, err := webhook.NewHandler(func(ctx context.Context, e *webhook.Event) error {
		fmt.Println("processing", e)
		return nil
	}, webhook.Options{Secrets: []string{"whsec_test"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := httptest.NewServer(handler)
	defer srv.Close()

	replay := func(stored []byte) error {
		r, err := http.NewRequest("POST", srv.URL, bytes.NewReader(stored))
		if err != nil {
			return err
		}
		webhook.Sign(r.Header, stored, "whsec_test", time.Now())
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		fmt.Println(resp.StatusCode)
		return nil
	}
	stored := []byte(`{"id":"notif_1","topic":"post.created"}`)
	fmt.Println(replay(stored))
	fmt.Println(replay(stored))
	// Output:
	// processing post.created notif_1
	// 200
	// <nil>
	// 200
	// <nil>
}

// Events come in any order. What is older than what is known is ignored.
func ExampleEvent_order() {
	type known struct {
		title string
		asOf  time.Time
	}
	posts := map[string]known{} // in production: a table, and the comparison in its UPDATE
	update := func(ctx context.Context, e *webhook.Event) error {
		post, err := webhook.Item[featurebase.Post](e)
		if err != nil {
			return err
		}
		if !e.CreatedAt.After(posts[post.ID].asOf) {
			return nil
		}
		posts[post.ID] = known{post.Title, e.CreatedAt}
		return nil
	}
	for _, body := range []string{
		`{"id":"notif_2","topic":"post.updated","createdAt":"2026-12-01T12:00:02Z","data":{"item":{"object":"post","id":"a","title":"Dark mode"}}}`,
		`{"id":"notif_1","topic":"post.updated","createdAt":"2026-12-01T12:00:01Z","data":{"item":{"object":"post","id":"a","title":"Drak mode"}}}`,
	} {
		e, err := webhook.Decode([]byte(body))
		if err == nil {
			err = update(context.Background(), e)
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(posts["a"].title)
	// Output: Dark mode
}

// Featurebase gives an event up after 7 hours. What was missed is found with a
// search for what changed since the newest event, some time before it, since events
// come in any order. What was deleted meanwhile is not found.
func ExampleEvent_reconcile() {
	srv := featurebasetest.New()
	srv.AddPost(featurebase.Post{Title: "known", UpdatedAt: time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)})
	srv.AddPost(featurebase.Post{Title: "missed", UpdatedAt: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)})
	client := srv.Client()

	newest := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) // CreatedAt of the newest event, as it was stored
	for post, err := range client.Posts.SearchAll(context.Background(), featurebase.PostSearchParams{
		Filters: featurebase.Filters[featurebase.Post]{featurebase.PostFieldUpdatedAt.After(newest.Add(-8 * time.Hour))},
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(post.Title) // the same function as for an event, with post.UpdatedAt for its time
	}
	// Output: missed
}
