package featurebase

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// decode stores the JSON value b in what out points to. It differs from
// [json.Unmarshal] in what a client must not believe, and in what the API's
// types need:
//
//   - An object in which a name comes twice is refused, as is one of a struct's
//     in which a field's name comes in another case, too. The last would
//     silently win.
//   - The case of names matters.
//   - What a struct has no field for, and values of another type than that of
//     their field, are stored in the struct's field Extra, if it has one. If it
//     doesn't, other types are refused.
//   - Elements of arrays of objects that are null are left out.
//   - A body with far more values than one of its size has is refused, since
//     each of them could become a struct of hundreds of bytes.
//
// And it takes one pass, which is about four times as fast.
func decode(b []byte, out any) error {
	d := decoder{b: b, values: maxValues + len(b)/bytesPerValue}
	if len(b) > 4096 {
		d.words = new([256]string)
	}
	v := reflect.ValueOf(out).Elem()
	if err := decodingOf(v.Type()).decode(&d, v); err != nil {
		return err
	}
	if d.next(); d.i < len(b) {
		return d.syntax()
	}
	return nil
}

// A body may have this many objects and array elements, and one more for each
// so many bytes. A page of 100 conversations has a few thousand.
const (
	maxValues     = 20_000
	bytesPerValue = 64
)

// maxDepth is how deep values may be nested, as in encoding/json.
const maxDepth = 10_000

var errTooManyValues = errors.New("it has more values than can be meant")

// misfit is a value of another type than that of its field. All other errors
// mean that the body can't be believed.
type misfit struct{ path, want string }

func (m *misfit) Error() string {
	if m.path == "" {
		return "want " + m.want
	}
	return fmt.Sprintf("%s: want %s", m.path, m.want)
}

// decoder is at a place in a body.
type decoder struct {
	b      []byte
	i      int
	depth  int
	values int // how many more there may be

	names [][]byte // in the objects that are being skipped

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
	return &misfit{want: want}
}

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

// count counts an object or an element of an array.
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
	if err := errors.Join(d.nest(), d.count()); err != nil {
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
			text := d.b[start:d.i]
			d.i++
			if plain && (ascii || utf8.Valid(text)) {
				return text, nil
			}
			var s string
			err := json.Unmarshal(d.b[start-1:d.i], &s)
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

// skip consumes a value, whatever it is.
func (d *decoder) skip() error {
	var err error
	switch c := d.next(); c {
	case '{':
		outer := len(d.names)
		if err = d.object(func(name []byte) error {
			d.names = append(d.names, name)
			return d.skip()
		}); err != nil {
			return err
		}
		err = repeated(d.names[outer:])
		d.names = d.names[:outer]
	case '[':
		err = d.array(d.skip)
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
func (d *decoder) raw() (json.RawMessage, error) {
	d.next()
	start := d.i
	err := d.skip()
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

func errRepeated(name []byte) error { return fmt.Errorf("%q comes more than once", clip(string(name))) }

// any decodes a value of which nothing is known, as encoding/json does.
func (d *decoder) any() (any, error) {
	switch d.next() {
	case '{':
		m := map[string]any{}
		return m, d.object(func(name []byte) error {
			if _, ok := m[string(name)]; ok {
				return errRepeated(name)
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
		return nil, &misfit{want: "a float64"}
	}
	return f, nil
}

// decoding is how values of one type are decoded. The value that decode is
// given is zero.
type decoding struct {
	decode func(d *decoder, v reflect.Value) error
}

var (
	decodings   sync.Map   // reflect.Type → *decoding
	decodingsMu sync.Mutex // held to add some
)

// decodingOf returns the decoding of t.
func decodingOf(t reflect.Type) *decoding {
	if p, ok := decodings.Load(t); ok {
		return p.(*decoding)
	}
	decodingsMu.Lock()
	defer decodingsMu.Unlock()
	added := map[reflect.Type]*decoding{}
	p := newDecoding(t, added)
	for t, p := range added { // not before they are whole, as types may have fields of their own type
		decodings.Store(t, p)
	}
	return p
}

func newDecoding(t reflect.Type, added map[reflect.Type]*decoding) *decoding {
	if p, ok := decodings.Load(t); ok {
		return p.(*decoding)
	}
	if p, ok := added[t]; ok {
		return p
	}
	p := &decoding{}
	added[t] = p
	switch {
	case t == reflect.TypeFor[time.Time]():
		p.decode = orZero(decodeTime)
	case t == reflect.TypeFor[json.RawMessage]():
		p.decode = decodeRaw
	case t.Kind() == reflect.Struct:
		p.decode = orZero(newStructDecoding(t, added).decode)
	case t.Kind() == reflect.Slice:
		item := newDecoding(t.Elem(), added)
		leaveOutNull := t.Elem().Kind() == reflect.Struct
		p.decode = orZero(func(d *decoder, v reflect.Value) error { return decodeSlice(d, v, item, leaveOutNull) })
	case t.Kind() == reflect.Map:
		item := newDecoding(t.Elem(), added)
		p.decode = orZero(func(d *decoder, v reflect.Value) error { return decodeMap(d, v, item) })
	case t.Kind() == reflect.Pointer:
		item := newDecoding(t.Elem(), added)
		p.decode = orZero(func(d *decoder, v reflect.Value) error {
			v.Set(reflect.New(t.Elem()))
			return item.decode(d, v.Elem())
		})
	case t.Kind() == reflect.Interface:
		p.decode = orZero(func(d *decoder, v reflect.Value) error {
			value, err := d.any()
			if err == nil {
				v.Set(reflect.ValueOf(value))
			}
			return err
		})
	case t.Kind() == reflect.String:
		p.decode = orZero(decodeString)
	case t.Kind() == reflect.Bool:
		p.decode = orZero(decodeBool)
	case t.Kind() == reflect.Int:
		p.decode = orZero(decodeInt)
	case t.Kind() == reflect.Float64:
		p.decode = orZero(decodeFloat)
	default:
		panic("featurebase: no decoding of " + t.String())
	}
	return p
}

// orZero leaves a value as it is if null comes next.
func orZero(decode func(*decoder, reflect.Value) error) func(*decoder, reflect.Value) error {
	return func(d *decoder, v reflect.Value) error {
		if null, err := d.null(); null {
			return err
		}
		return decode(d, v)
	}
}

func decodeString(d *decoder, v reflect.Value) error {
	if d.next() != '"' {
		return d.wrong("a string")
	}
	text, err := d.text()
	if err == nil {
		v.SetString(d.string(text))
	}
	return err
}

func decodeBool(d *decoder, v reflect.Value) error {
	switch d.next() {
	case 't':
		v.SetBool(true)
		return d.literal("true")
	case 'f':
		return d.literal("false")
	}
	return d.wrong("a boolean")
}

func decodeInt(d *decoder, v reflect.Value) error {
	if c := d.next(); c != '-' && (c < '0' || c > '9') {
		return d.wrong("an integer")
	}
	n, err := d.number()
	if err != nil {
		return err
	}
	i, err := strconv.Atoi(string(n))
	if err != nil {
		return d.wrong("an integer")
	}
	v.SetInt(int64(i))
	return nil
}

func decodeFloat(d *decoder, v reflect.Value) error {
	if c := d.next(); c != '-' && (c < '0' || c > '9') {
		return d.wrong("a number")
	}
	n, err := d.number()
	if err != nil {
		return err
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return d.wrong("a number")
	}
	v.SetFloat(f)
	return nil
}

func decodeTime(d *decoder, v reflect.Value) error {
	if d.next() != '"' {
		return d.wrong("a time")
	}
	text, err := d.text()
	if err != nil {
		return err
	}
	if v.Addr().Interface().(*time.Time).UnmarshalText(text) != nil {
		return &misfit{want: "a time in RFC 3339"}
	}
	return nil
}

func decodeRaw(d *decoder, v reflect.Value) error {
	raw, err := d.raw()
	v.SetBytes(raw)
	return err
}

func decodeSlice(d *decoder, v reflect.Value, item *decoding, leaveOutNull bool) error {
	if d.next() != '[' {
		return d.wrong("an array")
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0)) // an empty one is not nil
	n := 0
	return d.array(func() error {
		if leaveOutNull && d.next() == 'n' {
			return d.literal("null")
		}
		if n == v.Cap() {
			v.Grow(max(1, min(n, 64)))
		}
		n++
		v.SetLen(n)
		return item.decode(d, v.Index(n-1))
	})
}

func decodeMap(d *decoder, v reflect.Value, item *decoding) error {
	if d.next() != '{' {
		return d.wrong("an object")
	}
	m := reflect.MakeMap(v.Type())
	v.Set(m)
	return d.object(func(name []byte) error {
		key := reflect.New(v.Type().Key()).Elem()
		key.SetString(d.string(name))
		if m.MapIndex(key).IsValid() {
			return errRepeated(name)
		}
		value := reflect.New(v.Type().Elem()).Elem()
		if err := item.decode(d, value); err != nil {
			return err
		}
		m.SetMapIndex(key, value)
		return nil
	})
}

// structDecoding is how structs of one type are decoded.
type structDecoding struct {
	byName map[string]int // to an index of fields
	byFold map[string]int // likewise, whatever the case
	fields []structField
	extra  []int // the index of the field Extra, or nil
}

type structField struct {
	index []int
	item  *decoding
}

func newStructDecoding(t reflect.Type, added map[reflect.Type]*decoding) *structDecoding {
	s := &structDecoding{byName: map[string]int{}, byFold: map[string]int{}}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
		case f.Name == "Extra" && f.Type == reflect.TypeFor[map[string]json.RawMessage]():
			s.extra = f.Index
		case name != "" && name != "-":
			s.byName[name], s.byFold[fold(name)] = len(s.fields), len(s.fields)
			s.fields = append(s.fields, structField{f.Index, newDecoding(f.Type, added)})
		}
	}
	if len(s.fields) > 64 {
		panic("featurebase: too many fields in " + t.String())
	}
	return s
}

func (s *structDecoding) decode(d *decoder, v reflect.Value) error {
	if d.next() != '{' {
		return d.wrong("an object")
	}
	var (
		seen     uint64 // a bit for each field
		misspelt uint64 // likewise, in another case
		extra    map[string]json.RawMessage
		unknown  = len(d.names)
	)
	err := d.object(func(name []byte) error {
		i, ok := s.byName[string(name)]
		if !ok {
			d.names = append(d.names, name)
			if i, ok := s.byFold[fold(string(name))]; ok {
				misspelt |= 1 << i
			}
			if s.extra == nil {
				return d.skip()
			}
			return d.put(&extra, name)
		}
		if seen&(1<<i) != 0 {
			return errRepeated(name)
		}
		seen |= 1 << i
		d.next()
		start, depth := d.i, d.depth
		field := v.FieldByIndex(s.fields[i].index)
		err := s.fields[i].item.decode(d, field)
		var m *misfit
		if !errors.As(err, &m) {
			return err
		}
		if s.extra == nil {
			return &misfit{path: strings.TrimSuffix(string(name)+"."+m.path, "."), want: m.want}
		}
		field.SetZero()
		d.i, d.depth = start, depth
		return d.put(&extra, name)
	})
	if err != nil {
		return err
	}
	if len(d.names) > unknown {
		err = repeated(d.names[unknown:])
		d.names = d.names[:unknown]
	}
	if seen&misspelt != 0 {
		err = errors.New("a name comes in two spellings")
	}
	if extra != nil {
		v.FieldByIndex(s.extra).Set(reflect.ValueOf(extra))
	}
	return err
}

// put stores the value that comes next.
func (d *decoder) put(extra *map[string]json.RawMessage, name []byte) error {
	raw, err := d.raw()
	if *extra == nil {
		*extra = map[string]json.RawMessage{}
	}
	(*extra)[string(name)] = raw
	return err
}
