package benchmarks_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/webhook"
)

const webhookSecret = "whsec_0123456789abcdef0123456789abcdef"

// plainPost has the fields of a post without its methods, as one writes it by hand.
type plainPost featurebase.Post

// plainEvent is an event about a post.
type plainEvent struct {
	ID               string    `json:"id"`
	Topic            string    `json:"topic"`
	OrganizationID   string    `json:"organizationId"`
	WebhookID        string    `json:"webhookId"`
	CreatedAt        time.Time `json:"createdAt"`
	DeliveryAttempts *int      `json:"deliveryAttempts"`
	Data             struct {
		Item    plainPost        `json:"item"`
		Changes []webhook.Change `json:"changes"`
	} `json:"data"`
}

// webhookBody returns an event of 4 kB: a post that was updated.
func webhookBody(tb testing.TB) []byte {
	post := featurebase.Post{
		Object: "post", ID: contactID(1), Title: "Dark mode", Slug: "dark-mode", PostURL: "https://feedback.example.com/p/dark-mode",
		Content: "<p>" + strings.Repeat("It should follow the system, and be “dark” at night. ", 43) + "</p>", BoardID: contactID(2),
		Author: &featurebase.PostAuthor{ID: contactID(3), Type: featurebase.UserTypeCustomer, Name: "Ada Lovelace", Email: "ada@example.com"},
		Tags:   []featurebase.PostTag{{ID: contactID(4), Name: "UI", Color: "#3B82F6"}, {ID: contactID(5), Name: "mobile"}},
		Access: featurebase.PostAccess{UserIDs: []string{}, CompanyExternalIDs: []string{"acme"}}, CustomFields: map[string]any{contactID(6): "high", contactID(7): 3.0, contactID(8): []any{"a", "b"}},
		Integrations: featurebase.PostIntegrations{Linear: []featurebase.PostLinkedIssue{{IssueID: "UI-1", IssueURL: "https://linear.app/acme/issue/UI-1"}}},
		Upvotes:      42, CommentCount: 7, CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), UpdatedAt: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC),
	}
	post.Status = featurebase.PostStatus{Object: "post_status", ID: contactID(9), Name: "Planned", Color: "Blue"}
	item, err := json.Marshal(post)
	if err != nil {
		tb.Fatal(err)
	}
	body := fmt.Appendf(nil, `{"object":"notification_event","id":"notif_0199f7ab-0000-7000-8000-000000000001","topic":"post.updated","organizationId":%q,"webhookId":%q,"createdAt":"2026-11-30T12:00:00.250Z","deliveryAttempts":1,`+
		`"data":{"type":"notification_event_data","item":%s,"changes":[{"field":"title","oldValue":"Dark","newValue":"Dark mode"},{"field":"tags","oldValue":[],"newValue":[{"id":%[2]q,"name":"UI"}]}]}}`, contactID(10), contactID(11), item)
	if len(body) < 3800 || len(body) > 4400 {
		tb.Fatalf("the event has %d bytes", len(body))
	}
	return body
}

// receivers verify a delivery and return the post in it.
var receivers = map[string]func(header http.Header, body []byte) (*featurebase.Post, error){
	"byhand": func(header http.Header, body []byte) (*featurebase.Post, error) {
		timestamp := header.Get("X-Webhook-Timestamp")
		seconds, err := strconv.ParseInt(timestamp, 10, 64)
		if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
			return nil, errors.New("wrong timestamp")
		}
		mac := hmac.New(sha256.New, []byte(webhookSecret))
		mac.Write([]byte(timestamp + "."))
		mac.Write(body)
		if !hmac.Equal([]byte(header.Get("X-Webhook-Signature")), []byte(hex.EncodeToString(mac.Sum(nil)))) {
			return nil, errors.New("wrong signature")
		}
		var e plainEvent
		if err := json.Unmarshal(body, &e); err != nil {
			return nil, err
		}
		return (*featurebase.Post)(&e.Data.Item), nil
	},
	"featurebase": func(header http.Header, body []byte) (*featurebase.Post, error) {
		e, err := webhook.Parse(header, body, webhookSecret)
		if err != nil {
			return nil, err
		}
		return webhook.Item[featurebase.Post](e)
	},
}

// webhookHeader has what a delivery has, of which two headers matter.
func webhookHeader(body []byte) http.Header {
	header := http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"gzip"}, "Content-Type": {"application/json"}, "Content-Length": {strconv.Itoa(len(body))}, "User-Agent": {"axios"}, "X-Forwarded-For": {"192.0.2.1"}}
	webhook.Sign(header, body, webhookSecret, time.Now())
	return header
}

// BenchmarkWebhook verifies and parses an event of 4 kB.
func BenchmarkWebhook(b *testing.B) {
	body := webhookBody(b)
	names := []string{"byhand", "featurebase"}
	rand.Shuffle(len(names), reflect.Swapper(names))
	for _, name := range names {
		b.Run(fmt.Sprintf("json=%s/client=%s", jsonVersion, name), func(b *testing.B) {
			header := webhookHeader(body)
			b.ReportAllocs()
			cpu := cpuTime()
			for b.Loop() {
				if _, err := receivers[name](header, body); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

func TestReceivers_returnTheSame(t *testing.T) {
	t.Parallel()
	body := webhookBody(t)
	header := webhookHeader(body)
	var posts []*featurebase.Post
	for name, receive := range receivers {
		post, err := receive(header, body)
		if err != nil {
			t.Fatal(name, err)
		}
		if _, err := receive(header, append(body, ' ')); err == nil {
			t.Errorf("%s accepted another body", name)
		}
		posts = append(posts, post)
	}
	if !reflect.DeepEqual(posts[0], posts[1]) {
		t.Errorf("got %+v and %+v", posts[0], posts[1])
	}
}
