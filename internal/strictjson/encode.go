package strictjson

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"sync"
)

// Marshal returns the JSON of a struct as [json.Marshal] does, with the members
// that are in the field Extra of the struct and of the structs in it. A member in
// Extra takes the place of a field with its name.
func Marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	value := reflect.ValueOf(v)
	if shape := shapeOf(value.Type()); err != nil || !shape.hasExtra(value) {
		return b, err
	}
	return shapeOf(value.Type()).insert(b, value)
}

// shape is where the values of one type have fields named Extra. It is nil for
// types that can't have any, and for those that encode themselves.
type shape struct {
	extra  []int // the index of the field Extra, or nil
	fields []shapeField
	item   *shape // of a pointer, slice or map
}

type shapeField struct {
	name  string
	index []int
	shape *shape
}

var shapes sync.Map // reflect.Type → *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := newShape(t, map[reflect.Type]*shape{})
	shapes.Store(t, s)
	return s
}

// newShape returns the shape of t. Those of types that t is a part of are in
// outer.
func newShape(t reflect.Type, outer map[reflect.Type]*shape) *shape {
	if s, ok := outer[t]; ok {
		return s
	}
	if t.Implements(reflect.TypeFor[json.Marshaler]()) {
		return nil
	}
	s := &shape{}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if s.item = newShape(t.Elem(), outer); s.item != nil {
			return s
		}
	case reflect.Struct:
		outer[t] = s
		defer delete(outer, t)
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if isExtra(f) {
				s.extra = f.Index
			} else if name == "" || name == "-" {
				continue
			} else if inner := newShape(f.Type, outer); inner != nil {
				s.fields = append(s.fields, shapeField{name, f.Index, inner})
			}
		}
		if s.extra != nil || s.fields != nil {
			return s
		}
	}
	return nil
}

// hasExtra reports whether there is anything in a field Extra of v.
func (s *shape) hasExtra(v reflect.Value) bool {
	if s == nil || !v.IsValid() {
		return false
	}
	switch v.Kind() {
	case reflect.Pointer:
		return s.item.hasExtra(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if s.item.hasExtra(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if s.item.hasExtra(entries.Value()) {
				return true
			}
		}
	case reflect.Struct:
		if s.extra != nil && v.FieldByIndex(s.extra).Len() > 0 {
			return true
		}
		for _, f := range s.fields {
			if f.shape.hasExtra(v.FieldByIndex(f.index)) {
				return true
			}
		}
	}
	return false
}

// insert returns b, which is the JSON of v, with what is in the fields Extra of v.
func (s *shape) insert(b json.RawMessage, v reflect.Value) (json.RawMessage, error) {
	if !s.hasExtra(v) {
		return b, nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		return s.item.insert(b, v.Elem())
	case reflect.Slice:
		var items []json.RawMessage
		err := json.Unmarshal(b, &items)
		for i := 0; err == nil && i < len(items); i++ {
			items[i], err = s.item.insert(items[i], v.Index(i))
		}
		return encoded(items, err)
	}
	var members map[string]json.RawMessage
	err := json.Unmarshal(b, &members)
	if v.Kind() == reflect.Map {
		for entries := v.MapRange(); err == nil && entries.Next(); {
			name := entries.Key().String()
			members[name], err = s.item.insert(members[name], entries.Value())
		}
		return encoded(members, err)
	}
	for i := 0; err == nil && i < len(s.fields); i++ {
		f := s.fields[i]
		if member, ok := members[f.name]; ok {
			members[f.name], err = f.shape.insert(member, v.FieldByIndex(f.index))
		}
	}
	if s.extra != nil {
		maps.Copy(members, v.FieldByIndex(s.extra).Interface().(map[string]json.RawMessage))
	}
	return encoded(members, err)
}

func encoded(v any, err error) (json.RawMessage, error) {
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}
