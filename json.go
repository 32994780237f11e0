package featurebase

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"unicode/utf8"
)

// once is a field that must not come twice, nor in two spellings, of which
// encoding/json would silently take the last. It may be made with the value that
// is expected, of which then no copy is made.
type once[T any] struct {
	value T
	seen  int
}

// get gives the value that came, or the zero value if none did.
func (o *once[T]) get() (value T) {
	if o.seen > 0 {
		value = o.value
	}
	return value
}

func (o *once[T]) UnmarshalJSON(b []byte) error {
	o.seen++
	// The common cases need no decoder of their own.
	switch v := any(&o.value).(type) {
	case *bool:
		if s := string(b); s == "true" || s == "false" {
			*v = s == "true"
			return nil
		}
	case *string:
		if b[0] == '"' && !bytes.ContainsRune(b, '\\') && utf8.Valid(b) {
			if s := b[1 : len(b)-1]; *v != string(s) {
				*v = string(s)
			}
			return nil
		}
	}
	o.value = *new(T) // which null would leave as it is
	return json.Unmarshal(b, &o.value)
}

// Nullable is a field of a request that can be left out, be null, or have a
// value. Its zero value is left out, so that what it stands for stays as it is.
type Nullable[T any] struct {
	value T
	given bool
	null  bool
}

// Value gives a Nullable that sets a field to v.
func Value[T any](v T) Nullable[T] { return Nullable[T]{value: v, given: true} }

// Null gives a Nullable that clears a field.
func Null[T any]() Nullable[T] { return Nullable[T]{given: true, null: true} }

// IsZero tells whether the field is left out. It is for encoding/json.
func (n Nullable[T]) IsZero() bool { return !n.given }

// MarshalJSON gives the value, or null.
func (n Nullable[T]) MarshalJSON() ([]byte, error) {
	if n.null || !n.given {
		return []byte("null"), nil
	}
	return json.Marshal(n.value)
}

// decodeFields decodes the object b into the struct that v points to, field by
// field. What the struct has no field for, or what does not fit its field, is
// left in extra: the API adds fields, and not all it has are documented.
func decodeFields(b []byte, v any) (extra map[string]json.RawMessage, err error) {
	if err := json.Unmarshal(b, &extra); err != nil {
		return nil, err
	}
	s := reflect.ValueOf(v).Elem()
	for i := range s.NumField() {
		name, _, _ := strings.Cut(s.Type().Field(i).Tag.Get("json"), ",")
		raw, ok := extra[name]
		if !ok || name == "-" {
			continue
		}
		field := reflect.New(s.Field(i).Type())
		if json.Unmarshal(raw, field.Interface()) == nil {
			s.Field(i).Set(field.Elem())
			delete(extra, name)
		}
	}
	if len(extra) == 0 {
		extra = nil
	}
	return extra, nil
}

// encodeFields is the reverse of decodeFields.
func encodeFields(v any, extra map[string]json.RawMessage) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil || len(extra) == 0 {
		return b, err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, err
	}
	for name, raw := range extra {
		fields[name] = raw
	}
	return json.Marshal(fields)
}
