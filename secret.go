package featurebase

import (
	"fmt"
	"log/slog"
)

// Secret is text that must not be seen by accident. Package fmt, package log/slog
// and encodings such as JSON show [secret] in its place, or nothing if it is
// empty; [Secret.Reveal] returns it. Package fmt shows the text of a Secret in an
// unexported field, whose methods it can't call.
type Secret string

const hiddenSecret = "[secret]"

// Reveal returns the text.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer without revealing the text.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hiddenSecret
}

// Format implements fmt.Formatter without revealing the text, for all verbs.
func (s Secret) Format(f fmt.State, verb rune) {
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, 's'), s.String())
}

// LogValue implements slog.LogValuer without revealing the text.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements encoding.TextMarshaler without revealing the text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON implements json.Marshaler without revealing the text.
func (s Secret) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%q", s.String()), nil }
