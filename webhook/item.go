package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// items has the types of items, by what they call themselves: in object, or in
// type in older API versions. Other items stay raw. Each type has an Extra, so that a
// member of another form doesn't fail the item.
var items = map[string]itemType{
	"post":              itemOf[featurebase.Post](),
	"post_vote":         itemOf[PostVote](),
	"comment":           itemOf[featurebase.Comment](),
	"ticket":            itemOf[featurebase.Ticket](),
	"conversation":      itemOf[featurebase.Conversation](),
	"conversation_part": itemOf[featurebase.ConversationPart](),
	"audit_log":         itemOf[featurebase.AuditLog](),
	"contact":           itemOf[featurebase.Contact](),
	"company":           itemOf[featurebase.Company](),
	"survey_response":   itemOf[featurebase.SurveyResponse](),
}

// itemType decodes events that have an item of one type.
type itemType struct {
	pointer reflect.Type
	decode  func(body []byte) (*Event, error)
}

func itemOf[T any]() itemType {
	return itemType{reflect.TypeFor[*T](), func(body []byte) (*Event, error) {
		var in envelope[T]
		if err := strictjson.Unmarshal(body, &in); err != nil {
			return nil, err
		}
		in.Event.Changes = in.Data.Changes
		if _, raw := in.Data.Extra["item"]; !raw { // else it is an object that can't be believed
			in.Event.Item = &in.Data.Item
		}
		return &in.Event, nil
	}}
}

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

// isKnown reports whether an item could have been decoded as this one without being
// asked for.
func isKnown(item any) bool {
	for _, known := range items {
		if known.pointer == reflect.TypeOf(item) {
			return true
		}
	}
	return false
}

// kindOf returns what an item calls itself, or "".
func kindOf(raw []byte) string {
	for _, name := range []string{"object", "type"} {
		if value := find(raw, name); len(value) > 0 && value[0] == '"' {
			return string(bytes.Trim(value[:skipValue(value, 0)], `"`))
		}
	}
	return ""
}
