package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// status is what became of a contact. Scripts may rely on the words.
type status string

const (
	deleted               status = "deleted"                 // Featurebase confirmed it
	alreadyGone           status = "already_gone"            // not there before the first attempt
	goneAfterInterruption status = "gone_after_interruption" // gone, perhaps by an attempt that nothing confirmed
	failed                status = "failed"                  // to be tried again
)

// outcome is what became of one contact, as the journal has it and as it is
// told.
type outcome struct {
	Value     string    `json:"value"`                // as it was given
	ContactID string    `json:"contact_id,omitempty"` // empty if none was found
	Status    status    `json:"status"`
	Error     string    `json:"error,omitempty"`
	RequestID string    `json:"request_id,omitempty"`
	Time      time.Time `json:"time"`
}

// text is how progress calls it.
func (s status) text() string {
	return map[status]string{
		deleted: "deleted", alreadyGone: "already gone", goneAfterInterruption: "gone after an interruption", failed: "failed",
	}[s]
}

func (o *outcome) columns() []string {
	return []string{o.Value, o.ContactID, string(o.Status), o.Error, o.RequestID, o.Time.Format(time.RFC3339)}
}

var outcomeColumns = []string{"value", "contact_id", "status", "error", "request_id", "time"}

// settled tells whether nothing is left to be done.
func (o *outcome) settled() bool { return o.Status != failed }

func newOutcome(value, contactID string, s status, err error) *outcome {
	o := &outcome{Value: value, ContactID: contactID, Status: s, Time: time.Now().UTC().Truncate(time.Millisecond)}
	if s == failed {
		o.Error = reason(err)
	}
	var api *featurebase.APIError
	var unexpected *featurebase.UnexpectedResponseError
	switch {
	case errors.As(err, &api):
		o.RequestID = api.RequestID
	case errors.As(err, &unexpected):
		o.RequestID = unexpected.RequestID
	}
	return o
}

// reason is the text of an error without what the library puts before it.
func reason(err error) string {
	text := strings.TrimPrefix(err.Error(), featurebase.ErrStopped.Error())
	return strings.TrimPrefix(strings.TrimLeft(text, ": "), "featurebase: ")
}

// deletion returns what the error of a deletion means. It is not known if the
// deletion was broken off. attempted tells whether there was an attempt before.
func deletion(ctx context.Context, err error, attempted bool) (s status, known bool) {
	switch {
	case err == nil:
		return deleted, true
	case errors.Is(err, featurebase.ErrNotFound) && (attempted || errors.Is(err, featurebase.ErrAmbiguous)):
		return goneAfterInterruption, true
	case errors.Is(err, featurebase.ErrNotFound):
		return alreadyGone, true
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return "", false
	}
	return failed, true
}
