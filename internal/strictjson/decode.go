// Package strictjson decodes JSON from a server that is not to be believed
// blindly, into the types of an API client, and encodes these types again.
//
// It differs from encoding/json, and from encoding/json/v2, in this:
//
//	                              here                     encoding/json     v2
//	a name twice in an object     does not fit             the last wins     refused
//	a name in another case        unknown; with the        fits              unknown
//	                              right one: no fit
//	unknown members               in Extra                 dropped           dropped, or in a field
//	                                                                         with the option unknown
//	a value of another type       in Extra, if there is    error at the end  error
//	                              one; else no fit
//	an element that doesn't fit   left out, see [Partial]  error at the end  error
//	null in an array of structs   left out                 a zero struct     a zero struct
//	null elsewhere                the value stays          the value stays   a zero value
//	far more values than its      refused                  accepted          accepted
//	size can mean
//	nested deeper than 10,000     refused                  refused           refused
//	types with UnmarshalJSON      decoded by their fields  by it             by it
//
// The package can go, for the most part, once the oldest version of Go that is
// supported has encoding/json/v2 without GOEXPERIMENT=jsonv2. Then jsontext.Decoder
// takes the place of scan.go, apart from misfit and the limit on values; the option
// unknown of a field's tag takes the place of encode.go, and of the methods
// MarshalJSON and UnmarshalJSON of the types that have Extra; and an unmarshaler per
// type that catches misfits takes the place of decode.go, of which stay what is done
// about them in structDecoding.decode, decodeSlice and decodeMap, and Partial.
package strictjson

import (
	"cmp"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Unmarshal stores the JSON value b in what out points to. It differs from
// [json.Unmarshal] in what a client must not believe, and in what the API's
// types need:
//
//   - A value doesn't fit if it has another type than its field, if it is an
//     object in which a name comes twice, or if it is a struct's object in which a
//     field's name comes in another case, too. The last would silently win.
//   - What doesn't fit, and what a struct has no field for, is stored in the
//     struct's field Extra, if the struct has one. Nobody has to believe what is
//     stored there: names may come twice in it. If the struct has no such field,
//     the struct itself doesn't fit. If nothing holds it, Unmarshal fails.
//   - Of an array or a map, only the elements that don't fit are left out; Extra
//     then has the whole array or map. See [Partial].
//   - The case of names matters.
//   - Elements of arrays of structs that are null are left out.
//   - A body with implausibly many values for its size is refused: each of them
//     could become a struct of hundreds of bytes.
//
// Unmarshal takes one pass, which makes it faster.
func Unmarshal(b []byte, out any) error {
	d := decoder{b: b, values: maxValues + len(b)/bytesPerValue}
	if len(b) > sharing {
		d.words = new([256]string)
	}
	v := reflect.ValueOf(out).Elem()
	err := decodingOf(v.Type()).decode(&d, v)
	if err != nil && !Partial(err) {
		return err
	}
	if d.next(); d.i < len(d.b) {
		return d.syntax()
	}
	return err
}

// Check returns an error unless b is one JSON value in which no object has a name
// twice, and which has no more values than Unmarshal accepts.
func Check(b []byte) error {
	d := decoder{b: b, values: maxValues + len(b)/bytesPerValue}
	if err := d.skip(unique); err != nil {
		return err
	}
	if d.next(); d.i < len(d.b) {
		return d.syntax()
	}
	return nil
}

// Partial reports whether err, of Unmarshal, says only that elements of the
// array or map that out points to are left out.
func Partial(err error) bool {
	m := misfitOf(err)
	return m != nil && m.partial
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
	case t == reflect.TypeFor[map[string]any]():
		p.decode = orZero(decodeAnyMap)
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
		panic("strictjson: no decoding of " + t.String())
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
		return &misfit{what: "want a time in RFC 3339"}
	}
	return nil
}

func decodeRaw(d *decoder, v reflect.Value) error {
	raw, err := d.raw(unique)
	v.SetBytes(raw)
	return err
}

func decodeSlice(d *decoder, v reflect.Value, item *decoding, leaveOutNull bool) error {
	if d.next() != '[' {
		return d.wrong("an array")
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0)) // an empty one is not nil
	n := 0
	var odd *misfit // the first
	err := d.array(func() error {
		if leaveOutNull && d.next() == 'n' {
			return d.literal("null")
		}
		if n == v.Cap() {
			v.Grow(max(1, min(n, 64)))
		}
		n++
		v.SetLen(n)
		start := d.place()
		err := item.decode(d, v.Index(n-1))
		m := misfitOf(err)
		if m == nil {
			return err
		}
		odd = cmp.Or(odd, m)
		if m.partial {
			return nil
		}
		n--
		v.Index(n).SetZero()
		v.SetLen(n)
		d.goBack(start)
		return d.skip(lax)
	})
	return odd.left(err)
}

func decodeMap(d *decoder, v reflect.Value, item *decoding) error {
	if d.next() != '{' {
		return d.wrong("an object")
	}
	m := reflect.MakeMap(v.Type())
	v.Set(m)
	var (
		odd     *misfit         // the first
		leftOut map[string]bool // by name
	)
	err := d.object(func(name []byte) error {
		key := reflect.New(v.Type().Key()).Elem()
		key.SetString(d.string(name))
		if m.MapIndex(key).IsValid() || leftOut[key.String()] {
			return errRepeated(name)
		}
		if err := d.count(); err != nil {
			return err
		}
		start := d.place()
		value := reflect.New(v.Type().Elem()).Elem()
		err := item.decode(d, value)
		left := misfitOf(err)
		switch {
		case left == nil && err != nil:
			return err
		case left != nil && !left.partial:
			odd = cmp.Or(odd, left)
			if leftOut == nil {
				leftOut = map[string]bool{}
			}
			leftOut[key.String()] = true
			d.goBack(start)
			return d.skip(lax)
		}
		odd = cmp.Or(odd, left)
		m.SetMapIndex(key, value)
		return nil
	})
	return odd.left(err)
}

// decodeAnyMap is like decodeMap, for maps whose values may be of any type. It
// needs no reflection for the values.
func decodeAnyMap(d *decoder, v reflect.Value) error {
	if d.next() != '{' {
		return d.wrong("an object")
	}
	value, err := d.any()
	v.Set(reflect.ValueOf(value))
	return err
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
		case isExtra(f):
			s.extra = f.Index
		case name != "" && name != "-":
			s.byName[name], s.byFold[fold(name)] = len(s.fields), len(s.fields)
			s.fields = append(s.fields, structField{f.Index, newDecoding(f.Type, added)})
		}
	}
	if len(s.fields) > 64 {
		panic("strictjson: too many fields in " + t.String())
	}
	return s
}

// isExtra reports whether f holds the members that a struct has no other field
// for.
func isExtra(f reflect.StructField) bool {
	return f.Name == "Extra" && f.Type == reflect.TypeFor[map[string]json.RawMessage]()
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
			if err := d.count(); err != nil {
				return err
			}
			if i, ok := s.byFold[fold(string(name))]; ok {
				misspelt |= 1 << i
			}
			if s.extra == nil {
				return d.skip(lax)
			}
			return d.put(&extra, name)
		}
		if seen&(1<<i) != 0 {
			return errRepeated(name)
		}
		seen |= 1 << i
		d.next()
		start := d.place()
		field := v.FieldByIndex(s.fields[i].index)
		err := s.fields[i].item.decode(d, field)
		m := misfitOf(err)
		switch {
		case m == nil:
			return err
		case s.extra == nil:
			return &misfit{path: strings.TrimSuffix(string(name)+"."+m.path, "."), what: m.what}
		case !m.partial:
			field.SetZero()
		}
		d.goBack(start)
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
		err = &misfit{what: "a name comes in two spellings"}
	}
	if extra != nil {
		v.FieldByIndex(s.extra).Set(reflect.ValueOf(extra))
	}
	return err
}

// put stores the value that comes next.
func (d *decoder) put(extra *map[string]json.RawMessage, name []byte) error {
	raw, err := d.raw(lax)
	if *extra == nil {
		*extra = map[string]json.RawMessage{}
	}
	(*extra)[string(name)] = raw
	return err
}
