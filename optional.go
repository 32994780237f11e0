package featurebase

import "encoding/json"

// Optional is a request field that can be omitted, null or set. The zero value
// is omitted, which leaves the field unchanged. Create others with [Value] and
// [Null].
type Optional[T any] struct {
	value T
	state optionalState
}

type optionalState byte

const (
	omitted optionalState = iota
	null
	set
)

// Value returns an Optional that sets a field to v.
func Value[T any](v T) Optional[T] { return Optional[T]{v, set} }

// Null returns an Optional that clears a field.
func Null[T any]() Optional[T] { return Optional[T]{state: null} }

// IsZero reports whether the field is omitted. It implements the omitzero
// convention of encoding/json.
func (o Optional[T]) IsZero() bool { return o.state == omitted }

// Get returns the value, and reports whether there is one: false if the field is
// omitted or null.
func (o Optional[T]) Get() (value T, ok bool) { return o.value, o.state == set }

// IsNull reports whether the field is null.
func (o Optional[T]) IsNull() bool { return o.state == null }

// MarshalJSON implements json.Marshaler.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if o.state != set {
		return []byte("null"), nil
	}
	wire, _ := wireValue(o.value)
	return json.Marshal(wire)
}

// UnmarshalJSON implements json.Unmarshaler, so that params can be kept as JSON, such
// as in a queue. A field that the JSON lacks stays omitted.
func (o *Optional[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = Null[T]()
		return nil
	}
	var value T
	if err := json.Unmarshal(b, &value); err != nil {
		return err
	}
	*o = Value(value)
	return nil
}

// get implements optional.
func (o Optional[T]) get() (value any, ok bool) {
	if o.state != set {
		return nil, o.state == null
	}
	return o.value, true
}
