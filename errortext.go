package featurebase

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The texts of all errors begin with prefix. Those of invalid arguments end with
// nothingSent.
const (
	prefix      = "featurebase: "
	nothingSent = "; nothing was sent"
)

// The most runes of foreign text in a line: of one value, and of a whole error.
const (
	maxClip = 200
	maxLine = 1000
)

// clip makes one untrusted value safe for one line.
func clip(s string) string { return oneLine(s, maxClip) }

// oneLine replaces what is not printable, such as line breaks, escapes and
// characters that change the direction of text, and shortens s to most runes.
func oneLine(s string, most int) string {
	end, n := len(s), 0
	for i := range s {
		if n == most {
			end = i
			break
		}
		n++
	}
	line := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s[:end])
	if end < len(s) {
		line += "…"
	}
	return line
}

// quote is clip for values whose unprintable characters are what is wrong.
func quote(s string) string {
	if r := []rune(s); len(r) > maxClip {
		return strconv.Quote(string(r[:maxClip])) + "…"
	}
	return strconv.Quote(s)
}

// showRequestID returns a request ID as it is shown in texts and logs.
func showRequestID(id string) string { return clip(hideEmails(id)) }

// foreignError is an error from elsewhere whose text is not fit to be shown.
type foreignError struct {
	text string
	err  error
}

func (e *foreignError) Error() string { return e.text }

func (e *foreignError) Unwrap() error { return e.err }

// writeRequest writes the beginning of an error's text.
func writeRequest(b *strings.Builder, method, route string) {
	b.WriteString(prefix)
	if request := strings.TrimSpace(method + " " + route); request != "" {
		fmt.Fprintf(b, "%s: ", oneLine(request, maxLine))
	}
}

// writeDetails writes the end of an error's text.
func writeDetails(b *strings.Builder, attempts int, ambiguous bool, requestID string) {
	var parts []string
	if attempts > 1 {
		parts = append(parts, fmt.Sprintf("%d attempts", attempts))
	}
	if ambiguous {
		parts = append(parts, "may have been processed")
	}
	if requestID != "" {
		parts = append(parts, "request ID "+showRequestID(requestID))
	}
	if len(parts) > 0 {
		fmt.Fprintf(b, " (%s)", strings.Join(parts, ", "))
	}
}

// argumentText is the text of an invalid argument.
func argumentText(name, reason string) string {
	if reason == "" {
		return prefix + "invalid " + clip(name)
	}
	return prefix + "invalid " + clip(name) + ": " + oneLine(reason, maxLine)
}

// logValue is the value for log/slog of an error that has a request.
func logValue(kind, method, route string, attempts int, ambiguous bool, attrs ...slog.Attr) slog.Value {
	return logAttrs(append([]slog.Attr{
		slog.String("kind", kind),
		slog.String("method", clip(method)),
		slog.String("route", clip(route)),
		slog.Int("attempts", attempts),
		slog.Bool("ambiguous", ambiguous),
	}, attrs...)...)
}

// logAttrs is a group without attributes that are empty text.
func logAttrs(attrs ...slog.Attr) slog.Value {
	return slog.GroupValue(slices.DeleteFunc(attrs, func(a slog.Attr) bool {
		return a.Value.Kind() == slog.KindString && a.Value.String() == ""
	})...)
}

// joinErrors returns err, with next on the same line unless that is nil.
func joinErrors(err, next error) error {
	if next == nil {
		return err
	}
	return fmt.Errorf("%w; %w", err, next)
}

// innermost returns the error that err wraps in the end.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
