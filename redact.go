package featurebase

import (
	"io"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// email matches whatever has the form of an email address.
var email = regexp.MustCompile(`[^\s"'<>()\[\],;:=]+@[^\s"'<>()\[\],;:=]+`)

// objectID matches whatever has the form of a Featurebase ID.
var objectID = regexp.MustCompile(`\b[0-9a-fA-F]{24}\b`)

// redact returns s without what has the form of an email address or an ID.
func redact(s string) string {
	s = hideEmails(s)
	if len(s) >= 24 && objectID.MatchString(s) { // ReplaceAllString copies s
		s = objectID.ReplaceAllString(s, "[ID]")
	}
	return s
}

// hideEmails returns s without what has the form of an email address.
func hideEmails(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	return email.ReplaceAllString(s, "[email]")
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

// requestID returns what identifies the request in the server's logs. It may have
// the form of a Featurebase ID: it is the server's own, unless it is an argument
// of the call.
func (c *call) requestID() string {
	id := c.hideToken(requestID(c.response.header))
	if id != "" && c.request.has(id) {
		return "[argument]"
	}
	return showRequestID(id)
}

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
	r.eachText(func(s string) {
		if s != "" && !slices.Contains(texts, s) {
			texts = append(texts, s)
		}
	})
	slices.SortStableFunc(texts, func(a, b string) int { return len(b) - len(a) })
	return texts
}

// has reports whether s is an argument that is free text, in any case of its
// letters.
func (r *request) has(s string) (has bool) {
	r.eachText(func(text string) { has = has || strings.EqualFold(text, s) })
	return has
}

// eachText calls f for each argument that is free text, also as it is escaped in
// URLs.
func (r *request) eachText(f func(string)) {
	forms := func(s string) {
		f(s)
		f(url.PathEscape(s))
		f(url.QueryEscape(s))
	}
	r.eachParameter(func(_, arg string) { forms(arg) })
	eachText(reflect.ValueOf(r.params), 0, forms)
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
