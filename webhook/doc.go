// Package webhook receives the events that Featurebase sends to webhooks.
//
// A [Handler] does all of it: it verifies the signature, decodes the event, calls
// a function once for each event however often it is delivered, and answers in
// time.
//
//	mux := webhook.Mux{
//		webhook.TopicPostCreated: func(ctx context.Context, e *webhook.Event) error {
//			post, err := webhook.Item[featurebase.Post](e)
//			if err != nil {
//				return err
//			}
//			return announce(ctx, post.Title, post.PostURL)
//		},
//	}
//	handler, err := webhook.NewHandler(mux.Serve, webhook.Options{
//		Secrets: []string{os.Getenv("FEATUREBASE_WEBHOOK_SECRET")},
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	http.Handle("/webhooks/featurebase", handler)
//
// Where there is no net/http server, such as on a function platform, [Parse]
// verifies and decodes one delivery, and [Verify] only verifies it. [Decode] reads
// an event that was verified before, such as one from a queue.
//
// # What Featurebase promises
//
// Featurebase sends an event as a POST, and counts a 2xx within five seconds as
// success. It sends everything else again after 1 minute, 1 hour and 6 hours, and
// may pause or suspend a webhook that keeps failing. After the last retry the event
// is lost: compare with a list of the objects now and then, as the example for
// reconciling does.
//
// The same event may come more than once: it has the same ID each time. A Handler
// remembers the IDs; see [Store].
//
// Events come in no particular order. Compare [Event.CreatedAt] with that of the
// newest event of the same object, and ignore the older one; an example shows it.
//
// Events carry names, email addresses and messages. An [Event] is safe to log; its
// fields are not.
//
// Reference: https://developers.featurebase.app/guides/webhooks
package webhook
