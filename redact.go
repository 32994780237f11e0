package featurebase

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
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

// email matches whatever has the form of an email address.
var email = regexp.MustCompile(`[^\s"'<>()\[\],;:=]+@[^\s"'<>()\[\],;:=]+`)

// objectID matches whatever has the form of a Featurebase ID.
var objectID = regexp.MustCompile(`\b[0-9a-fA-F]{24}\b`)

// redact returns s without what has the form of an email address or an ID.
func redact(s string) string {
	if strings.Contains(s, "@") {
		s = email.ReplaceAllString(s, "[email]")
	}
	if len(s) >= 24 && objectID.MatchString(s) { // ReplaceAllString copies s
		s = objectID.ReplaceAllString(s, "[ID]")
	}
	return s
}

// hideToken returns s without the token, in case a server sends it back.
func (c *call) hideToken(s string) string {
	if c.token == "" {
		return s
	}
	return strings.ReplaceAll(s, c.token, "[token]")
}

// hide returns s without the token, email addresses, IDs, and the call's
// arguments, which may name people: servers and proxies repeat them in their
// messages.
func (c *call) hide(s string) string {
	if s == "" {
		return ""
	}
	s = beginning(c.hideToken(s))
	for _, text := range c.request.texts() {
		s = replaceWord(s, text, "[argument]")
	}
	return redact(s)
}

// beginning returns as much of s as hide looks through, which is more than is
// shown. A word that would be cut is left out: its beginning may be personal.
func beginning(s string) string {
	const most = 16 << 10
	if len(s) <= most {
		return s
	}
	return s[:strings.LastIndexFunc(s[:most], unicode.IsSpace)+1] + "…"
}

// requestID returns what identifies the request in the server's logs.
func (c *call) requestID() string { return c.hideToken(requestID(c.response.header)) }

// foreignError is an error from elsewhere whose text is not fit to be shown.
type foreignError struct {
	text string
	err  error
}

func (e *foreignError) Error() string { return e.text }
func (e *foreignError) Unwrap() error { return e.err }

// foreign returns err with a text that is one short line, and hides what is to
// be hidden. Servers and proxies can put anything into the text of errors.
func (c *call) foreign(err error) error {
	was := err.Error()
	if text := oneLine(c.hide(was), maxLine); text != was {
		return &foreignError{text, err}
	}
	return err
}

// texts returns the arguments that are free text, the longest first.
func (r *request) texts() []string {
	var texts []string
	add := func(s string) {
		for _, s := range []string{s, url.PathEscape(s), url.QueryEscape(s)} {
			if s != "" && !slices.Contains(texts, s) {
				texts = append(texts, s)
			}
		}
	}
	r.eachParameter(func(_, arg string) { add(arg) })
	eachText(reflect.ValueOf(r.params), 0, add)
	slices.SortStableFunc(texts, func(a, b string) int { return len(b) - len(a) })
	return texts
}

// eachText calls f for each text in v. Types of strings, such as ContactType,
// have known values, which are not personal.
func eachText(v reflect.Value, depth int, f func(string)) {
	if !v.IsValid() || depth > 10 || v.Type() == reflect.TypeFor[io.Reader]() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			f(v.String())
		}
	case reflect.Pointer, reflect.Interface:
		eachText(v.Elem(), depth+1, f)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			eachText(v.Index(i), depth+1, f)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachText(v.MapIndex(key), depth+1, f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			eachText(v.Field(i), depth+1, f)
		}
	}
}

// replaceWord replaces word in s, in any case of its letters, where it is not
// part of a longer word.
func replaceWord(s, word, replacement string) string {
	var b strings.Builder
	done := 0 // of s
	for i := 0; i+len(word) <= len(s); {
		if end := i + len(word); strings.EqualFold(s[i:end], word) && boundary(s, i) && boundary(s, end) {
			b.WriteString(s[done:i])
			b.WriteString(replacement)
			i, done = end, end
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		i += n
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// escape matches an escaped byte of a URL. Those between the elements of a list
// end in a letter.
var escape = regexp.MustCompile(`^%[0-9A-Fa-f]{2}$`)

// boundary reports whether a word can begin or end at s[i].
func boundary(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return i == 0 || i == len(s) || !inWord(before) || !inWord(after) || escape.MatchString(s[max(0, i-3):i])
}

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
		parts = append(parts, "request ID "+clip(redact(requestID)))
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
		slog.String("method", method),
		slog.String("route", route),
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

// joinErrors is errors.Join on one line.
func joinErrors(a, b error) error {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return fmt.Errorf("%w; %w", a, b)
}
