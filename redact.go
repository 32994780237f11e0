package featurebase

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"index/suffixarray"
	"io"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
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

// redactAll is redact for several texts, which it changes.
func redactAll(texts ...string) []string {
	for i, s := range texts {
		texts[i] = redact(s)
	}
	return texts
}

// hideEmails returns s without what has the form of an email address.
func hideEmails(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	return email.ReplaceAllString(s, "[email]")
}

// keys are the tokens that a call has sent.
type keys struct {
	sent  []string // the longest first, since one may begin with another
	first [1]string
}

func (k *keys) add(token string) {
	switch {
	case token == "" || slices.Contains(k.sent, token):
		return
	case k.sent == nil:
		k.sent = k.first[:0] // no allocation for the most common number of them
	}
	k.sent = append(k.sent, token)
	slices.SortFunc(k.sent, func(a, b string) int { return len(b) - len(a) })
}

// hide returns s without the tokens, in case a server sends them back.
func (k *keys) hide(s string) string {
	for _, token := range k.sent {
		s = strings.ReplaceAll(s, token, "[token]")
	}
	return s
}

// A redactor hides what a call has sent in texts from elsewhere: servers and
// proxies repeat it in their messages.
type redactor struct {
	keys    *keys
	request *request // whose arguments may name people
}

// eachArgument calls f for each argument that is free text.
func (r redactor) eachArgument(f func(string)) {
	r.request.eachParameter(func(_, arg string) { f(arg) })
	eachText(reflect.ValueOf(r.request.params), 0, f)
}

// hide returns s without the keys, email addresses, IDs and arguments of the call.
func (r redactor) hide(s string) string {
	if s == "" {
		return ""
	}
	return r.hideAll(s)[0]
}

// hideAll is hide for several texts, which it changes. The time that it takes
// doesn't grow with the number of texts times the number of arguments, which the
// caller and the server choose.
func (r redactor) hideAll(texts ...string) []string {
	for i, s := range texts {
		texts[i] = beginning(r.keys.hide(s))
	}
	all := texts[0]
	if len(texts) > 1 {
		all = strings.Join(texts, "\n") // which begins and ends words
	}
	words := newWords(all)
	if strings.ContainsAny(all, `%+\&`) {
		r.eachArgument(func(argument string) { eachForm(argument, func(form string) { words.mark(form) }) })
	} else {
		r.eachArgument(func(argument string) { words.mark(argument) })
	}
	start := 0
	for i, s := range texts {
		texts[i] = redact(words.replaced(start, start+len(s), "[argument]"))
		start += len(s) + 1
	}
	return texts
}

// requestID returns what identifies the request of a response in the server's
// logs. It may have the form of a Featurebase ID: it is the server's own, unless it
// is an argument of the call.
func (r redactor) requestID(header map[string][]string) string {
	id := r.keys.hide(requestID(header))
	if id == "" {
		return ""
	}
	isArgument := false
	r.eachArgument(func(argument string) {
		eachForm(argument, func(form string) { isArgument = isArgument || strings.EqualFold(form, id) })
	})
	if isArgument {
		return "[argument]"
	}
	return showRequestID(id)
}

// foreign returns err with a text that is one short line, and hides what is to
// be hidden. Servers and proxies can put anything into the text of errors.
func (r redactor) foreign(err error) error {
	was := err.Error()
	if text := oneLine(r.hide(was), maxLine); text != was {
		return &foreignError{text, err}
	}
	return err
}

// maxHidden is how many bytes of a text are looked through, which is more than is
// shown.
const maxHidden = 16 << 10

// beginning returns as much of s as is looked through. A word that would be cut is
// left out: its beginning may be personal.
func beginning(s string) string {
	if len(s) <= maxHidden {
		return s
	}
	return s[:strings.LastIndexFunc(s[:maxHidden], unicode.IsSpace)+1] + "…"
}

// eachText calls f for each text in v that may name people. The names of members
// don't. Nor do types of strings, such as ContactType, which have known values, and
// fields whose tag says so, such as the operators of filters.
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
			if v.Type().Field(i).Tag.Get("redact") != "-" {
				eachText(v.Field(i), depth+1, f)
			}
		}
	}
}

// eachForm calls f with a text, and as it is escaped in URLs, JSON, HTML and
// messages of Go programs, if that differs.
func eachForm(s string, f func(string)) {
	f(s)
	if !strings.ContainsFunc(s, isEscapedInURLs) {
		return
	}
	path, query := url.PathEscape(s), url.QueryEscape(s)
	if path != s {
		f(path)
	}
	if query != s && query != path {
		f(query)
	}
	if !strings.ContainsFunc(s, isEscapedInText) {
		return
	}
	asSent := jsonText(s, true)
	for _, form := range [...]string{asSent, jsonText(s, false), asciiJSON(s), goText(s), goText(asSent), html.EscapeString(s)} {
		if form != s {
			f(form)
		}
	}
}

// isEscapedInURLs reports whether r is escaped in a path or a query.
func isEscapedInURLs(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' && r != '.' && r != '~'
}

// isEscapedInText reports whether r is escaped in JSON, HTML or a quoted text.
func isEscapedInText(r rune) bool {
	return r < ' ' || r > '~' || strings.ContainsRune(`"'<>&\\`, r)
}

// jsonText returns s as it is between the quotes of JSON, with the characters
// escaped that mean something in HTML, or without.
func jsonText(s string, escapeHTML bool) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(escapeHTML)
	_ = enc.Encode(s) // a string can be encoded
	return strings.TrimSuffix(b.String()[1:], "\"\n")
}

// asciiJSON is jsonText for programs that escape whatever is not ASCII.
func asciiJSON(s string) string {
	var b strings.Builder
	for _, r := range jsonText(s, false) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// goText returns s as it is between the quotes of %q.
func goText(s string) string {
	quoted := strconv.Quote(s)
	return quoted[1 : len(quoted)-1]
}

// words finds words in a text, in any case of their letters, where they are not
// part of a longer word.
type words struct {
	text   string
	folded []byte
	at     []int // where in text each byte of folded is, and its end; nil: in the same place
	ends   []int // where in folded the longest word ends that begins at each byte; nil: no words

	word    []byte
	looked  int
	indexed *suffixarray.Index // once there are many words
}

func newWords(text string) words {
	w := words{text: text}
	w.folded = appendFolded(make([]byte, 0, len(text)+64), text, nil)
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		w.folded = appendFolded(w.folded[:0], text, &w.at)
		w.at = append(w.at, len(text))
	}
	w.word = w.folded[len(w.folded):] // where short words have room
	return w
}

// fewWords is how many words are searched for without an index of the text.
const fewWords = 16

// mark notes where a word is.
func (w *words) mark(word string) {
	w.word = appendFolded(w.word[:0], word, nil)
	if len(w.word) == 0 || len(w.word) > len(w.folded) {
		return
	}
	if w.looked++; w.looked > fewWords {
		if w.indexed == nil {
			w.indexed = suffixarray.New(w.folded)
		}
		for _, i := range w.indexed.Lookup(w.word, -1) {
			w.markAt(i)
		}
		return
	}
	for i := 0; ; i++ {
		found := bytes.Index(w.folded[i:], w.word)
		if found < 0 {
			return
		}
		i += found
		w.markAt(i)
	}
}

// markAt notes that the newest word is at folded[i], unless it is part of a longer
// one.
func (w *words) markAt(i int) {
	end := i + len(w.word)
	if !boundary(w.text, w.offset(i)) || !boundary(w.text, w.offset(end)) {
		return
	}
	if w.ends == nil {
		w.ends = make([]int, len(w.folded))
	}
	w.ends[i] = max(w.ends[i], end)
}

// offset returns where in text folded[i] is.
func (w *words) offset(i int) int {
	if w.at == nil {
		return i
	}
	return w.at[i]
}

// replaced returns text[start:end] with a replacement for each word, and for words
// that overlap.
func (w *words) replaced(start, end int, replacement string) string {
	if w.ends == nil {
		return w.text[start:end]
	}
	var b strings.Builder
	done := start // of text
	for i := 0; i < len(w.ends); i++ {
		last := w.ends[i]
		if last == 0 || w.offset(i) < start {
			continue
		}
		if w.offset(i) >= end {
			break
		}
		first := i
		for ; i < last; i++ {
			last = max(last, w.ends[i])
		}
		i--
		b.WriteString(w.text[done:w.offset(first)])
		b.WriteString(replacement)
		done = min(end, w.offset(last))
	}
	b.WriteString(w.text[done:end])
	return b.String()
}

// appendFolded appends s to b, with the same letter in place of those that differ
// in case only, and where in s each byte comes from to at unless that is nil.
func appendFolded(b []byte, s string, at *[]int) []byte {
	for i, r := range s {
		n := len(b)
		b = utf8.AppendRune(b, foldRune(r))
		if at != nil {
			for range len(b) - n {
				*at = append(*at, i)
			}
		}
	}
	return b
}

// foldRune returns the first of the letters that differ from r in case only.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	first := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		first = min(first, next)
	}
	return first
}

// boundary reports whether a word can begin or end at s[i].
func boundary(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return i == 0 || i == len(s) || !inWord(before) || !inWord(after) || afterEscape(s[:i])
}

// afterEscape reports whether s ends in an escaped byte of a URL. Those between
// the elements of a list end in a letter.
func afterEscape(s string) bool {
	n := len(s)
	return n >= 3 && s[n-3] == '%' && isHex(s[n-2]) && isHex(s[n-1])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
