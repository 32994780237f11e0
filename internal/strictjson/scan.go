package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A body may have this many objects, array elements, and members that are kept
// under their names, and one more for each so many bytes. A page of 100
// conversations has a few thousand.
const (
	maxValues     = 20_000
	bytesPerValue = 64
)

// sharing is from what length on a body is likely to have words that come again.
const sharing = 4096

// maxDepth is how deep values may be nested, as in encoding/json.
const maxDepth = 10_000

var errTooManyValues = errors.New("it has more values than can be meant")

// misfit is why a value doesn't fit. All other errors mean that the body can't
// be believed.
type misfit struct {
	path, what string
	partial    bool // the value was consumed and stored, without the elements that don't fit
}

func (m *misfit) Error() string {
	if m.path == "" {
		return m.what
	}
	return m.path + ": " + m.what
}

// misfitOf returns err if it is a misfit, or nil.
func misfitOf(err error) *misfit {
	m, _ := err.(*misfit) //nolint:errorlint // misfits are never wrapped
	return m
}

// left returns what comes of an array or a map in which m, if it is not nil, was
// the first element that didn't fit.
func (m *misfit) left(err error) error {
	if err != nil || m == nil {
		return err
	}
	return &misfit{m.path, m.what, true}
}

// decoder is at a place in a body.
type decoder struct {
	b      []byte
	i      int
	depth  int
	values int // how many more there may be

	names [][]byte // of members that no field is for, in the objects that d is in

	// words are short texts that came before, since many come again: nil for a
	// body in which few can.
	words *[256]string
}

// next skips white space and returns the byte there, or 0 at the end.
func (d *decoder) next() byte {
	for ; d.i < len(d.b); d.i++ {
		if c := d.b[d.i]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

func (d *decoder) syntax() error {
	if d.i >= len(d.b) {
		return errors.New("unexpected end of JSON")
	}
	return fmt.Errorf("unexpected %q at byte %d of the JSON", d.b[d.i], d.i)
}

// wrong returns the error for a value of another type than is wanted.
func (d *decoder) wrong(want string) error {
	if d.i >= len(d.b) {
		return d.syntax()
	}
	return &misfit{what: "want " + want}
}

// place is where a decoder is.
type place struct{ i, depth, names int }

func (d *decoder) place() place { return place{d.i, d.depth, len(d.names)} }

// goBack makes d decode what comes after p once more.
func (d *decoder) goBack(p place) { d.i, d.depth, d.names = p.i, p.depth, d.names[:p.names] }

// literal consumes a word such as true.
func (d *decoder) literal(word string) error {
	if !bytes.HasPrefix(d.b[d.i:], []byte(word)) {
		return d.syntax()
	}
	d.i += len(word)
	return nil
}

// null consumes a null, and reports whether there is one.
func (d *decoder) null() (bool, error) {
	if d.next() != 'n' {
		return false, nil
	}
	return true, d.literal("null")
}

// count counts an object, an element of an array, or a member that no field is for.
func (d *decoder) count() error {
	if d.values--; d.values < 0 {
		return errTooManyValues
	}
	return nil
}

// nest enters an object or array.
func (d *decoder) nest() error {
	if d.depth++; d.depth > maxDepth {
		return errors.New("the JSON is nested too deep")
	}
	return nil
}

// object calls member for each member of the object that comes next, with its
// unquoted name. member consumes the value.
func (d *decoder) object(member func(name []byte) error) error {
	if d.next() != '{' {
		return d.syntax()
	}
	if err := d.nest(); err != nil {
		return err
	}
	if err := d.count(); err != nil {
		return err
	}
	d.i++
	for first := true; ; first = false {
		c := d.next()
		if c == '}' && first {
			break
		}
		if c != '"' {
			return d.syntax()
		}
		name, err := d.text()
		if err != nil {
			return err
		}
		if d.next() != ':' {
			return d.syntax()
		}
		d.i++
		if err := member(name); err != nil {
			return err
		}
		if c = d.next(); c == '}' {
			break
		}
		if c != ',' {
			return d.syntax()
		}
		d.i++
	}
	d.i++
	d.depth--
	return nil
}

// array calls element for each element of the array that comes next. element
// consumes it.
func (d *decoder) array(element func() error) error {
	if d.next() != '[' {
		return d.syntax()
	}
	if err := d.nest(); err != nil {
		return err
	}
	d.i++
	for first := true; ; first = false {
		c := d.next()
		if c == ']' && first {
			break
		}
		if err := d.count(); err != nil {
			return err
		}
		if err := element(); err != nil {
			return err
		}
		if c = d.next(); c == ']' {
			break
		}
		if c != ',' {
			return d.syntax()
		}
		d.i++
	}
	d.i++
	d.depth--
	return nil
}

// text returns what the string that comes next stands for. It may be a part of
// the body.
func (d *decoder) text() ([]byte, error) {
	start, ascii, plain := d.i+1, true, true
	for d.i = start; d.i < len(d.b); d.i++ {
		switch c := d.b[d.i]; {
		case c == '"':
			d.i++
			quoted := d.b[start-1 : d.i]
			if !ascii {
				quoted = valid(quoted)
			}
			if plain {
				return quoted[1 : len(quoted)-1], nil
			}
			var s string
			err := json.Unmarshal(quoted, &s)
			return []byte(s), err
		case c == '\\':
			plain = false
			d.i++
		case c < ' ':
			return nil, d.syntax()
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, d.syntax()
}

// valid returns text with U+FFFD in place of each byte that is not UTF-8, as
// encoding/json does, which takes several times the memory for a long text.
func valid(text []byte) []byte {
	wrong := 0
	for rest := text; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 {
			wrong++
		}
		rest = rest[n:]
	}
	if wrong == 0 {
		return text
	}
	whole := make([]byte, 0, len(text)+wrong*(utf8.RuneLen(utf8.RuneError)-1))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		whole = utf8.AppendRune(whole, r)
		text = text[n:]
	}
	return whole
}

// string returns text as a string, which it may share with others.
func (d *decoder) string(text []byte) string {
	if d.words == nil || len(text) > 24 {
		return string(text)
	}
	var hash uint8
	for _, c := range text {
		hash = hash*31 + c
	}
	word := &d.words[hash]
	if *word != string(text) {
		*word = string(text)
	}
	return *word
}

// number returns the number that comes next.
func (d *decoder) number() ([]byte, error) {
	start := d.i
	digits := func() bool {
		from := d.i
		for d.i < len(d.b) && '0' <= d.b[d.i] && d.b[d.i] <= '9' {
			d.i++
		}
		return d.i > from
	}
	at := func(chars string) bool { return d.i < len(d.b) && strings.IndexByte(chars, d.b[d.i]) >= 0 }
	if at("-") {
		d.i++
	}
	if at("0") {
		d.i++
	} else if !digits() {
		return nil, d.syntax()
	}
	if at(".") {
		d.i++
		if !digits() {
			return nil, d.syntax()
		}
	}
	if at("eE") {
		d.i++
		if at("+-") {
			d.i++
		}
		if !digits() {
			return nil, d.syntax()
		}
	}
	return d.b[start:d.i], nil
}

// A rule says whether names may come twice in an object.
type rule bool

const (
	unique rule = true
	lax    rule = false // nobody will believe the object
)

// skip consumes a value, whatever it is.
func (d *decoder) skip(r rule) error {
	var err error
	switch c := d.next(); c {
	case '{':
		outer := len(d.names)
		if err = d.object(func(name []byte) error {
			if r == unique {
				d.names = append(d.names, name)
				if err := d.count(); err != nil {
					return err
				}
			}
			return d.skip(r)
		}); err != nil {
			return err
		}
		err = repeated(d.names[outer:])
		d.names = d.names[:outer]
	case '[':
		err = d.array(func() error { return d.skip(r) })
	case '"':
		_, err = d.text()
	case 't':
		err = d.literal("true")
	case 'f':
		err = d.literal("false")
	case 'n':
		err = d.literal("null")
	default:
		_, err = d.number()
	}
	return err
}

// raw consumes a value and returns a copy of it.
func (d *decoder) raw(r rule) (json.RawMessage, error) {
	d.next()
	start := d.i
	err := d.skip(r)
	return bytes.Clone(d.b[start:d.i]), err
}

// repeated returns an error if a name comes twice. It sorts names.
func repeated(names [][]byte) error {
	slices.SortFunc(names, bytes.Compare)
	for i := 1; i < len(names); i++ {
		if bytes.Equal(names[i-1], names[i]) {
			return errRepeated(names[i])
		}
	}
	return nil
}

// fold returns what names that differ in case alone have in common.
func fold(name string) string { return strings.ToLower(strings.ToUpper(name)) }

func errRepeated(name []byte) error {
	return &misfit{what: fmt.Sprintf("%q comes more than once", name)}
}

// any decodes a value of any type, as encoding/json does.
func (d *decoder) any() (any, error) {
	switch d.next() {
	case '{':
		m := map[string]any{}
		return m, d.object(func(name []byte) error {
			if _, ok := m[string(name)]; ok {
				return errRepeated(name)
			}
			if err := d.count(); err != nil {
				return err
			}
			v, err := d.any()
			m[d.string(name)] = v
			return err
		})
	case '[':
		s := []any{}
		err := d.array(func() error {
			v, err := d.any()
			s = append(s, v)
			return err
		})
		return s, err
	case '"':
		text, err := d.text()
		return d.string(text), err
	case 't':
		return true, d.literal("true")
	case 'f':
		return false, d.literal("false")
	case 'n':
		return nil, d.literal("null")
	}
	n, err := d.number()
	if err != nil {
		return nil, err
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return nil, &misfit{what: "want a float64"}
	}
	return f, nil
}
