package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// Event is something that happened in a workspace.
//
// It carries personal data in Item, RawItem, Changes, Raw and Extra. However it is
// printed or logged with fmt or log/slog, only its ID, topic, time and attempts are
// shown. It can't be encoded as JSON: store Raw instead, from which Decode makes the
// Event again.
type Event struct {
	ID             string    `json:"id"` // the same each time the event is delivered; usually notif_ and a UUID
	Topic          Topic     `json:"topic"`
	OrganizationID string    `json:"organizationId"`
	WebhookID      string    `json:"webhookId"`
	CreatedAt      time.Time `json:"createdAt"` // what events are ordered by; zero if absent

	// DeliveryAttempts is how often the event was delivered, as the delivery says;
	// nil if absent. Whether it counts this delivery is not documented.
	DeliveryAttempts *int `json:"deliveryAttempts"`

	// Item is what the event is about, as a pointer to the type of this module that
	// the item itself names: *featurebase.Post, *featurebase.Comment,
	// *featurebase.Ticket, *featurebase.Conversation, *featurebase.ConversationPart,
	// *featurebase.AuditLog, *featurebase.Contact, *featurebase.Company,
	// *featurebase.SurveyResponse or *PostVote. It is nil for all others, such as
	// changelogs, and for an item that can't be decoded. Function Item returns it
	// with its type.
	Item any `json:"-"`

	// RawItem is the JSON of the item, in the API version of the workspace. It may be
	// a part of Raw. It is nil if there is none.
	RawItem json.RawMessage `json:"-"`

	// Changes are the fields that changed, in events about updates. For
	// conversations, updatedAt, lastActivityAt and waitingSince are left out.
	Changes []Change `json:"-"`

	// Raw is the body of the delivery: what to store or to put into a queue. It is
	// the slice that was given to Parse or Decode, not a copy.
	Raw []byte `json:"-"`

	// Extra holds the raw JSON of other members, and of members with a type other
	// than that of their field.
	Extra map[string]json.RawMessage `json:"-"`
}

// Change is a field that changed.
type Change struct {
	Field    string          `json:"field"` // with dots for a field of a nested object
	OldValue json.RawMessage `json:"oldValue"`
	NewValue json.RawMessage `json:"newValue"` // of a list: the whole list
}

// maxID is more than the length of any ID. It bounds what a Store has to keep.
const maxID = 255

// envelope is an event on the wire, with an item of type T. Payloads of older API
// versions have type in place of object.
type envelope[T any] struct {
	Event
	Object string `json:"object"`
	Type   string `json:"type"`
	Data   struct {
		Object  string                     `json:"object"`
		Type    string                     `json:"type"`
		Item    T                          `json:"item"`
		Changes []Change                   `json:"changes"`
		Extra   map[string]json.RawMessage `json:"-"` // keeps a member of another type from failing the rest
	} `json:"data"`
}

// Decode reads an event without verifying it: only for bodies that were verified
// before, such as those in a queue. An error matches [ErrDecode]; it means that the
// body is not a JSON object with the strings id and topic, or has a name twice.
// Topics, members and items that are unknown are no error.
func Decode(body []byte) (*Event, error) {
	e, err := decode(body)
	if err != nil {
		return nil, fail(ErrDecode, "want a JSON object in which no name comes twice")
	}
	switch {
	case e.ID == "" || len(e.ID) > maxID:
		return nil, fail(ErrDecode, fmt.Sprintf("want an id of 1 to %d bytes", maxID))
	case e.Topic == "":
		return nil, fail(ErrDecode, "it has no topic")
	}
	e.Raw = body
	return e, nil
}

// decode decodes an event, with its item if that is of a known type.
func decode(body []byte) (*Event, error) {
	raw := find(find(body, "data"), "item")
	if known, ok := items[kindOf(raw)]; ok {
		if e, err := known.decode(body); err == nil {
			e.RawItem = raw[:skipValue(raw, 0):skipValue(raw, 0)]
			return e, nil
		}
	}
	var in envelope[json.RawMessage]
	err := strictjson.Unmarshal(body, &in)
	e := &in.Event
	e.Changes = in.Data.Changes
	if !bytes.Equal(in.Data.Item, []byte("null")) {
		e.RawItem = in.Data.Item
	}
	return e, err
}

// String returns topic and ID.
func (e Event) String() string { return clip(string(e.Topic)) + " " + clip(e.ID) }

// Format implements fmt.Formatter: an event is formatted as String returns it,
// whatever the verb, so that no personal data is shown.
func (e Event) Format(f fmt.State, _ rune) { io.WriteString(f, e.String()) } //nolint:errcheck // fmt has nowhere to put it

// LogValue implements slog.LogValuer, omitting what may be personal.
func (e Event) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("id", clip(e.ID)), slog.String("topic", clip(string(e.Topic)))}
	if !e.CreatedAt.IsZero() {
		attrs = append(attrs, slog.Time("created_at", e.CreatedAt))
	}
	if e.DeliveryAttempts != nil {
		attrs = append(attrs, slog.Int("delivery_attempts", *e.DeliveryAttempts))
	}
	return slog.GroupValue(attrs...)
}

// MarshalJSON implements json.Marshaler: it always fails. A logger that encodes an
// Event must not show personal data, and a program that stores one must not lose
// anything.
func (e Event) MarshalJSON() ([]byte, error) {
	return nil, errors.New("webhook: an Event can't be encoded as JSON; store Raw, and decode it with Decode")
}

// clip makes a text from outside safe for one line.
func clip(s string) string {
	if len(s) > maxID {
		s = s[:maxID] + "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}
