package webhook

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// items has the types of items, by what they call themselves: in object, or in
// type in older API versions. Other items stay raw.
var items = map[string]func() any{
	"post":              pointer[featurebase.Post],
	"post_vote":         pointer[PostVote],
	"comment":           pointer[featurebase.Comment],
	"ticket":            pointer[featurebase.Ticket],
	"conversation":      pointer[featurebase.Conversation],
	"conversation_part": pointer[featurebase.ConversationPart],
	"audit_log":         pointer[featurebase.AuditLog],
	"contact":           pointer[featurebase.Contact],
	"company":           pointer[featurebase.Company],
	"survey_response":   pointer[featurebase.SurveyResponse],
}

func pointer[T any]() any { return new(T) }

// PostVote is the item of TopicPostVoted: a vote that was added to a post or removed
// from it.
type PostVote struct {
	Object string             `json:"object"` // "post_vote"
	Action PostVoteAction     `json:"action"`
	PostID string             `json:"postId"`
	Voter  *featurebase.Voter `json:"voter"` // nil if absent

	// Extra holds the raw JSON of other members.
	Extra map[string]json.RawMessage `json:"-"`
}

// PostVoteAction is what happened to a vote.
type PostVoteAction string

// The documented actions. Unknown values are passed through unchanged.
const (
	PostVoteActionAdd    PostVoteAction = "add"
	PostVoteActionRemove PostVoteAction = "remove"
)

// Item returns what an event is about, as a T: one of the types that [Event.Item]
// can have, or a type of your own, into which the item is decoded as
// [encoding/json] does.
//
// An error means that the item is something else or can't be decoded as a T. It
// matches [ErrDrop], since the item would be the same if it was sent again: return
// it from the [Func]. Its text has nothing of the event but the topic.
func Item[T any](e *Event) (*T, error) {
	if item, ok := e.Item.(*T); ok {
		return item, nil
	}
	if e.RawItem == nil {
		return nil, fail(ErrDrop, fmt.Sprintf("an event %s has no item", clip(string(e.Topic))))
	}
	item := new(T)
	if kindOf(e.RawItem) != "" && isKnown(item) || json.Unmarshal(e.RawItem, item) != nil {
		return nil, fail(ErrDrop, fmt.Sprintf("the item of an event %s can't be decoded as %T", clip(string(e.Topic)), *item))
	}
	return item, nil
}

// isKnown reports whether an item could have decoded as item by itself.
func isKnown(item any) bool {
	for _, pointer := range items {
		if reflect.TypeOf(pointer()) == reflect.TypeOf(item) {
			return true
		}
	}
	return false
}

// decodeItem returns an item as its type, or nil if that is unknown.
func decodeItem(raw json.RawMessage) any {
	pointer := items[kindOf(raw)]
	if pointer == nil {
		return nil
	}
	item := pointer()
	if strictjson.Unmarshal(raw, item) != nil {
		return nil
	}
	return item
}

// kindOf returns what an item calls itself, or "".
func kindOf(raw json.RawMessage) string {
	var item struct {
		Object any `json:"object"`
		Type   any `json:"type"`
	}
	if len(raw) == 0 || strictjson.Unmarshal(raw, &item) != nil {
		return ""
	}
	if name, ok := item.Object.(string); ok {
		return name
	}
	name, _ := item.Type.(string)
	return name
}
