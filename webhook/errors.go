package webhook

import (
	"errors"
	"fmt"
	"log/slog"
)

// Sentinel errors for use with errors.Is.
var (
	// ErrNoSignature is matched if a delivery lacks the header with the signature
	// or the one with the timestamp. It is not from Featurebase, or something on the
	// way removed the header.
	ErrNoSignature = errors.New("webhook: no signature")

	// ErrSignature is matched if the signature is malformed or wrong.
	ErrSignature = errors.New("webhook: wrong signature")

	// ErrTimestamp is matched if the timestamp is malformed or too far from now.
	ErrTimestamp = errors.New("webhook: wrong timestamp")

	// ErrSecret is matched if there is no secret to verify with, or one that can't
	// be meant: nothing was verified.
	ErrSecret = errors.New("webhook: unusable secret")

	// ErrDecode is matched if a body is not an event.
	ErrDecode = errors.New("webhook: not an event")

	// ErrDrop is returned by a [Func] to give an event up, wrapped with the reason
	// if there is one: the Handler logs it and answers 200, so that the event is not
	// sent again. The errors of [Item], and those of [Mux.Serve] for topics that have
	// no function, match it, too.
	ErrDrop = errors.New("webhook: event dropped")
)

// safeError is an error whose text is safe to log.
type safeError struct {
	sentinel error
	detail   string
}

func fail(sentinel error, detail string) error { return &safeError{sentinel, detail} }

func (e *safeError) Error() string        { return e.sentinel.Error() + ": " + e.detail }
func (e *safeError) Unwrap() error        { return e.sentinel }
func (e *safeError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// logError returns err as an attribute: what it says itself if it is made to be
// logged, as the errors of this module are, and otherwise its type. The text of
// others may name somebody.
func logError(err error) slog.Attr {
	var valuer slog.LogValuer
	if errors.As(err, &valuer) {
		return slog.Any("error", valuer)
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return slog.String("error", fmt.Sprintf("%T", err))
}
