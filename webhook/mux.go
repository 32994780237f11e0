package webhook

import (
	"context"
	"fmt"
)

// Func processes an event. It may be called for the same event again if it
// returned an error, or if the process died before its success was recorded.
//
// An error has the event sent again, unless it matches [ErrDrop]. See [Options] for
// what happens when a Func takes too long.
type Func func(ctx context.Context, e *Event) error

// Mux has a function for each topic. Its method Serve is a [Func].
type Mux map[Topic]Func

// Serve calls the function for the event's topic, or that of [TopicOther]. If there
// is none, the error matches [ErrDrop]: Featurebase would send again what isn't
// wanted, and might suspend the webhook.
func (m Mux) Serve(ctx context.Context, e *Event) error {
	f := m[e.Topic]
	if f == nil {
		f = m[TopicOther]
	}
	if f == nil {
		return fail(ErrDrop, fmt.Sprintf("there is no function for the topic %s", clip(string(e.Topic))))
	}
	return f(ctx, e)
}
