package webhook_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/webhook"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	e, err := webhook.Decode([]byte(postEvent))
	require.NoError(t, err)
	assert.Equal(t, "notif_0199f7ab-0000-7000-8000-000000000001", e.ID)
	assert.Equal(t, webhook.TopicPostUpdated, e.Topic)
	assert.Equal(t, "5febde12dc56d60012d47db6", e.OrganizationID)
	assert.Equal(t, "507f1f77bcf86cd799439099", e.WebhookID)
	assert.Equal(t, time.Date(2026, 11, 30, 12, 0, 0, 250e6, time.UTC), e.CreatedAt)
	require.NotNil(t, e.DeliveryAttempts)
	assert.Equal(t, 1, *e.DeliveryAttempts)
	assert.Equal(t, []webhook.Change{
		{Field: "title", OldValue: json.RawMessage(`"Dark"`), NewValue: json.RawMessage(`"Dark mode"`)},
		{Field: "status.id", OldValue: json.RawMessage(`null`), NewValue: json.RawMessage(`{"a":1}`)},
	}, e.Changes)
	assert.Equal(t, map[string]json.RawMessage{"deliveryStatus": json.RawMessage(`"pending"`)}, e.Extra)
	assert.JSONEq(t, postEvent, string(e.Raw))

	post, ok := e.Item.(*featurebase.Post)
	require.True(t, ok)
	assert.Equal(t, "Dark mode", post.Title)
	assert.Equal(t, json.RawMessage(`[1]`), post.Extra["shiny"])
	assert.Contains(t, string(e.RawItem), `"shiny":[1]`)
}

// itemOf is what items of documented topics call themselves, and their type.
func itemOf(topic webhook.Topic) (name string, item any) {
	family, _, _ := strings.Cut(string(topic), ".")
	if topic == webhook.TopicPostVoted {
		family = "post_vote"
	}
	return family, map[string]any{
		"post": &featurebase.Post{}, "post_vote": &webhook.PostVote{}, "comment": &featurebase.Comment{}, "ticket": &featurebase.Ticket{},
		"conversation": &featurebase.Conversation{}, "conversation_part": &featurebase.ConversationPart{}, "audit_log": &featurebase.AuditLog{},
	}[family]
}

func TestDecode_everyTopic(t *testing.T) {
	t.Parallel()
	for _, topic := range webhook.Topics() {
		name, want := itemOf(topic)
		for _, mark := range []string{"object", "type"} {
			e, err := webhook.Decode(fmt.Appendf(nil, `{%[1]q:"notification_event","id":"notif_1","topic":%[2]q,"data":{%[1]q:"notification_event_data","item":{%[1]q:%[3]q,"id":"x","createdAt":[]}}}`, mark, topic, name))
			require.NoError(t, err, topic)
			assert.Equal(t, topic, e.Topic)
			assert.Empty(t, e.Extra)
			assert.JSONEq(t, fmt.Sprintf(`{%q:%q,"id":"x","createdAt":[]}`, mark, name), string(e.RawItem))
			if want == nil {
				assert.Nil(t, e.Item, topic)
			} else {
				assert.IsType(t, want, e.Item, topic)
			}
		}
	}
}

func TestTopics_areAllConstants(t *testing.T) {
	t.Parallel()
	inspect := func(name string, f func(constant string, value ast.Expr)) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				f(spec.Names[0].Name, spec.Values[0])
			}
			return true
		})
	}
	values := map[string]webhook.Topic{}
	inspect("../webhooks.go", func(constant string, value ast.Expr) {
		if literal, ok := value.(*ast.BasicLit); ok && strings.HasPrefix(constant, "WebhookTopic") {
			text, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			values[constant] = webhook.Topic(text)
		}
	})
	var constants []webhook.Topic
	inspect("topic.go", func(constant string, value ast.Expr) {
		if other, ok := value.(*ast.SelectorExpr); ok {
			assert.Equal(t, "Webhook"+constant, other.Sel.Name)
			constants = append(constants, values[other.Sel.Name])
		}
	})
	assert.Len(t, values, 28)
	assert.Len(t, constants, 28)
	assert.Equal(t, constants, webhook.Topics())
}

// The documentation lists the topics with the types of their items.
func TestDocs_listTopics(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	for _, topic := range webhook.Topics() {
		kind := "raw"
		if _, item := itemOf(topic); item != nil {
			kind = fmt.Sprintf("`%s`", strings.TrimPrefix(fmt.Sprintf("%T", item), "*"))
		}
		fmt.Fprintf(&rows, "| `%s` | %s |\n", topic, kind)
	}
	page, err := os.ReadFile("../docs/webhooks.md")
	require.NoError(t, err)
	assert.Contains(t, strings.ReplaceAll(string(page), "\r\n", "\n"), "| --- | --- |\n"+rows.String()+"\n")
}

func TestDecode_survives(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		check      func(t *testing.T, e *webhook.Event)
	}{
		{"an unknown topic", `{"id":"a","topic":"insight.created","data":{"item":{"object":"insight","x":1}}}`, func(t *testing.T, e *webhook.Event) {
			assert.Nil(t, e.Item)
			assert.JSONEq(t, `{"object":"insight","x":1}`, string(e.RawItem))
		}},
		{"a known item of an unknown topic", `{"id":"a","topic":"contact.deleted","data":{"item":{"object":"contact","type":"customer","email":"ada@example.com"}}}`, func(t *testing.T, e *webhook.Event) {
			require.IsType(t, &featurebase.Contact{}, e.Item)
			assert.Equal(t, featurebase.ContactTypeCustomer, e.Item.(*featurebase.Contact).Type)
		}},
		{"another item than the topic's", `{"id":"a","topic":"conversation.user.replied","data":{"item":{"object":"conversation_part","bodyHtml":"x"}}}`, func(t *testing.T, e *webhook.Event) {
			assert.IsType(t, &featurebase.ConversationPart{}, e.Item)
		}},
		{"no data", `{"id":"a","topic":"t"}`, func(t *testing.T, e *webhook.Event) { assert.Nil(t, e.RawItem) }},
		{"an item that is null", `{"id":"a","topic":"t","data":{"item":null}}`, func(t *testing.T, e *webhook.Event) { assert.Nil(t, e.RawItem) }},
		{"an item that is text", `{"id":"a","topic":"t","data":{"item":"x"}}`, func(t *testing.T, e *webhook.Event) { assert.Equal(t, `"x"`, string(e.RawItem)) }},
		{"names with escapes", `{"id":"a","topic":"t","d\u0061ta":{"it\u0065m":{"object":"post"}}}`, func(t *testing.T, e *webhook.Event) {
			assert.JSONEq(t, `{"object":"post"}`, string(e.RawItem))
			post, err := webhook.Item[featurebase.Post](e)
			require.ErrorIs(t, err, webhook.ErrDrop, post)
		}},
		{"quotes and brackets in texts", `{"id":"a","x":"\\","y":"\"}],{","topic":"t","data":{"z":["]","\\\""],"item" : {"a":"}","b":{"object":"c"},"object":"post","title":"\"" } , "w":1}}`, func(t *testing.T, e *webhook.Event) {
			require.IsType(t, &featurebase.Post{}, e.Item)
			assert.Equal(t, `"`, e.Item.(*featurebase.Post).Title)
			assert.Equal(t, `{"a":"}","b":{"object":"c"},"object":"post","title":"\"" }`, string(e.RawItem))
		}},
		{"data that is a list", `{"id":"a","topic":"t","data":[1]}`, func(t *testing.T, e *webhook.Event) { assert.Equal(t, `[1]`, string(e.Extra["data"])) }},
		{"changes of another form", `{"id":"a","topic":"t","data":{"item":{"x":1},"changes":{"title":1}}}`, func(t *testing.T, e *webhook.Event) {
			assert.Empty(t, e.Changes)
			assert.JSONEq(t, `{"x":1}`, string(e.RawItem))
		}},
		{"a creation time of another form", `{"id":"a","topic":"t","createdAt":1796126400}`, func(t *testing.T, e *webhook.Event) {
			assert.Zero(t, e.CreatedAt)
			assert.Equal(t, `1796126400`, string(e.Extra["createdAt"]))
		}},
		{"attempts that are text", `{"id":"a","topic":"t","deliveryAttempts":"2"}`, func(t *testing.T, e *webhook.Event) { assert.Nil(t, e.DeliveryAttempts) }},
		{"a vote", `{"id":"a","topic":"post.voted","data":{"item":{"object":"post_vote","action":"remove","postId":"p","voter":{"object":"contact","name":"Ada","new":1},"new":2}}}`, func(t *testing.T, e *webhook.Event) {
			vote := e.Item.(*webhook.PostVote)
			assert.Equal(t, webhook.PostVoteActionRemove, vote.Action)
			assert.Equal(t, "p", vote.PostID)
			assert.Equal(t, "Ada", vote.Voter.Name)
			assert.Equal(t, `2`, string(vote.Extra["new"]))
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, err := webhook.Decode([]byte(test.body))
			require.NoError(t, err)
			assert.Equal(t, test.body, string(e.Raw))
			test.check(t, e)
		})
	}
}

func TestDecode_refuses(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null", "[]", `"x"`, "{", "{}", `{"id":"a"}`, `{"topic":"t"}`, `{"id":1,"topic":"t"}`, `{"id":"a","topic":"t","id":"b"}`, `{"id":"a","ID":"b","topic":"t"}`, `{"id":"` + strings.Repeat("a", 256) + `","topic":"t"}`} {
		e, err := webhook.Decode([]byte(body))
		require.ErrorIs(t, err, webhook.ErrDecode, body)
		assert.Nil(t, e)
	}
}

func TestItem(t *testing.T) {
	t.Parallel()
	of := func(item string) *webhook.Event {
		e, err := webhook.Decode(event("a", webhook.TopicPostCreated, item))
		require.NoError(t, err)
		return e
	}
	type mine struct {
		Title string `json:"title"`
	}
	post, err := webhook.Item[featurebase.Post](of(`{"object":"post","title":"Dark mode"}`))
	require.NoError(t, err)
	assert.Equal(t, "Dark mode", post.Title)
	post, err = webhook.Item[featurebase.Post](of(`{"title":"without a name"}`))
	require.NoError(t, err)
	assert.Equal(t, "without a name", post.Title)
	own, err := webhook.Item[mine](of(`{"object":"post","title":"Dark mode"}`))
	require.NoError(t, err)
	assert.Equal(t, &mine{"Dark mode"}, own)
	own, err = webhook.Item[mine](of(`{"object":"changelog","title":"News"}`))
	require.NoError(t, err)
	assert.Equal(t, &mine{"News"}, own)

	for _, item := range []string{`{"object":"comment"}`, `{"object":"changelog"}`, `{"object":"post","title":"Ada","TITLE":"b"}`, `[]`, `null`} {
		_, err = webhook.Item[featurebase.Post](of(item))
		require.ErrorIs(t, err, webhook.ErrDrop, item)
		assert.NotContains(t, err.Error(), "Ada")
	}
	_, err = webhook.Item[mine](of(`{"title":["Ada"]}`))
	require.EqualError(t, err, "webhook: event dropped: the item of an event post.created can't be decoded as webhook_test.mine")
}

func TestEvent_isSafeToLog(t *testing.T) {
	t.Parallel()
	e, err := webhook.Decode([]byte(postEvent))
	require.NoError(t, err)
	var out log
	for _, logger := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
		logger.Info("x", "event", e)
		logger.Info("x", "event", *e)
		logger.Info("x", "events", []*webhook.Event{e})
		logger.Info("x", "in", struct{ Event webhook.Event }{*e})
		logger.Info(fmt.Sprint(e, *e, []webhook.Event{*e}, map[string]any{"e": e}))
		logger.Info(fmt.Sprintf("%v %+v %#v %s %q %x %d", e, *e, e, e, e, e, e))
	}
	for _, hidden := range []string{"Ada", "ada@", "Dark", "507f1f77bcf86cd799439011", "shiny", "5febde12dc56d60012d47db6"} {
		assert.NotContains(t, out.String(), hidden)
	}
	assert.Contains(t, out.String(), `"event":{"id":"notif_0199f7ab-0000-7000-8000-000000000001","topic":"post.updated","created_at":"2026-11-30T12:00:00.25Z","delivery_attempts":1}`)
	assert.Equal(t, "post.updated notif_0199f7ab-0000-7000-8000-000000000001", e.String())

	_, err = json.Marshal(e)
	assert.ErrorContains(t, err, "store Raw")
	assert.Equal(t, "a b c d", webhook.Event{Topic: "a\nb", ID: "c\u202ed"}.String())
}

// FuzzParse holds Parse to what is signed, and Decode to encoding/json.
func FuzzParse(f *testing.F) {
	f.Add([]byte(postEvent), true)
	for _, topic := range webhook.Topics() {
		name, _ := itemOf(topic)
		f.Add(event("notif_1", topic, `{"object":"`+name+`","id":"x","createdAt":"2026-11-30T12:00:00Z","customFields":{"a":[1]}}`), true)
	}
	for _, body := range []string{`{"id":"a","topic":"t","data":[1]}`, `{"type":"notification_event","id":"a","topic":"t","data":{"item":{"type":"post","type":"x"}}}`, `{"id":"a","topic":"t","data":{"changes":[null,{"field":1}]}}`, `null`, ``} {
		f.Add([]byte(body), false)
	}
	f.Fuzz(func(t *testing.T, body []byte, sign bool) {
		header := map[string][]string{}
		v := verifier(secret)
		if sign {
			webhook.Sign(header, body, secret, now)
		} else {
			webhook.Sign(header, body, "whsec_other", now)
		}
		e, err := v.Parse(header, body)
		if !sign {
			if err == nil {
				t.Fatal("accepted what isn't signed")
			}
			return
		}
		decoded, decodeErr := webhook.Decode(body)
		if (err == nil) != (decodeErr == nil) || !assert.ObjectsAreEqual(decoded, e) {
			t.Fatalf("Parse and Decode differ: %v, %v", err, decodeErr)
		}
		if err != nil {
			return
		}
		var want struct {
			ID    string `json:"id"`
			Topic string `json:"topic"`
		}
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("accepted what encoding/json doesn't: %v", err)
		}
		if want.ID != e.ID || want.Topic != string(e.Topic) {
			t.Fatalf("got %s, %s; encoding/json has %+v", e.ID, e.Topic, want)
		}
		var members, data map[string]json.RawMessage
		if err := json.Unmarshal(body, &members); err != nil {
			t.Fatal(err)
		}
		json.Unmarshal(members["data"], &data) //nolint:errcheck // it may be something else
		if item := string(data["item"]); item != "null" && item != string(e.RawItem) {
			t.Fatalf("got the item %s, want %s", e.RawItem, item)
		}
		if text := fmt.Sprintf("%+v", e); strings.ContainsAny(text, "\n\r\x1b") {
			t.Fatalf("%q is not one line", text)
		}
	})
}
