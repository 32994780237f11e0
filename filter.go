package featurebase

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/ids"
)

// Filter is one condition of a search for objects of type R. Create one with a
// field's methods, such as ContactFieldEmail.Is.
type Filter[R any] struct {
	Field    string `json:"field" redact:"-"`
	Operator string `json:"operator" redact:"-"`
	Value    any    `json:"value"`
}

// Filters are the conditions of a search, all of which must match; at most 15.
// None matches everything.
type Filters[R any] []Filter[R]

// TextField is a searchable text or ID field.
type TextField[R any, T ~string] string

// WordsField is a searchable text field whose words can be searched for.
type WordsField[R any] string

// NullableField is a searchable ID field that may be null.
type NullableField[R any, T ~string] string

// MatchField is a searchable ID field that can't be negated.
type MatchField[R any, T ~string] string

// BoolField is a searchable flag.
type BoolField[R any] string

// CountField is a searchable count.
type CountField[R any] string

// AmountField is a searchable amount.
type AmountField[R any] string

// AmountRangeField is an AmountField with inclusive bounds.
type AmountRangeField[R any] string

// TimeField is a searchable time, compared in whole seconds.
type TimeField[R any] string

// TimeRangeField is a TimeField with inclusive bounds.
type TimeRangeField[R any] string

// InstantField is a TimeField that can't be negated.
type InstantField[R any] string

// Is matches objects whose field equals value.
func (f TextField[R, T]) Is(value T) Filter[R] { return Filter[R]{string(f), "=", value} }

// IsNot matches objects whose field doesn't equal value.
func (f TextField[R, T]) IsNot(value T) Filter[R] { return Filter[R]{string(f), "!=", value} }

// OneOf matches objects whose field equals one of values.
func (f TextField[R, T]) OneOf(values ...T) Filter[R] { return Filter[R]{string(f), "IN", values} }

// NoneOf matches objects whose field equals none of values.
func (f TextField[R, T]) NoneOf(values ...T) Filter[R] { return Filter[R]{string(f), "NIN", values} }

// Is matches objects whose field equals value.
func (f WordsField[R]) Is(value string) Filter[R] { return Filter[R]{string(f), "=", value} }

// IsNot matches objects whose field doesn't equal value.
func (f WordsField[R]) IsNot(value string) Filter[R] { return Filter[R]{string(f), "!=", value} }

// OneOf matches objects whose field equals one of values.
func (f WordsField[R]) OneOf(values ...string) Filter[R] { return Filter[R]{string(f), "IN", values} }

// NoneOf matches objects whose field equals none of values.
func (f WordsField[R]) NoneOf(values ...string) Filter[R] {
	return Filter[R]{string(f), "NIN", values}
}

// Contains matches objects whose field contains every word of text.
func (f WordsField[R]) Contains(text string) Filter[R] { return Filter[R]{string(f), "~", text} }

// Is matches objects whose field equals value.
func (f NullableField[R, T]) Is(value T) Filter[R] { return Filter[R]{string(f), "=", value} }

// IsNot matches objects whose field doesn't equal value.
func (f NullableField[R, T]) IsNot(value T) Filter[R] { return Filter[R]{string(f), "!=", value} }

// OneOf matches objects whose field equals one of values.
func (f NullableField[R, T]) OneOf(values ...T) Filter[R] { return Filter[R]{string(f), "IN", values} }

// NoneOf matches objects whose field equals none of values.
func (f NullableField[R, T]) NoneOf(values ...T) Filter[R] {
	return Filter[R]{string(f), "NIN", values}
}

// IsNull matches objects whose field is null.
func (f NullableField[R, T]) IsNull() Filter[R] { return Filter[R]{string(f), "=", nil} }

// IsNotNull matches objects whose field is not null.
func (f NullableField[R, T]) IsNotNull() Filter[R] { return Filter[R]{string(f), "!=", nil} }

// Is matches objects whose field equals value.
func (f MatchField[R, T]) Is(value T) Filter[R] { return Filter[R]{string(f), "=", value} }

// OneOf matches objects whose field equals one of values.
func (f MatchField[R, T]) OneOf(values ...T) Filter[R] { return Filter[R]{string(f), "IN", values} }

// Is matches objects whose field is value.
func (f BoolField[R]) Is(value bool) Filter[R] { return Filter[R]{string(f), "=", value} }

// Is matches objects whose field equals n.
func (f CountField[R]) Is(n int) Filter[R] { return Filter[R]{string(f), "=", n} }

// IsNot matches objects whose field doesn't equal n.
func (f CountField[R]) IsNot(n int) Filter[R] { return Filter[R]{string(f), "!=", n} }

// MoreThan matches objects whose field is more than n.
func (f CountField[R]) MoreThan(n int) Filter[R] { return Filter[R]{string(f), ">", n} }

// LessThan matches objects whose field is less than n.
func (f CountField[R]) LessThan(n int) Filter[R] { return Filter[R]{string(f), "<", n} }

// Is matches objects whose field equals n.
func (f AmountField[R]) Is(n float64) Filter[R] { return Filter[R]{string(f), "=", n} }

// IsNot matches objects whose field doesn't equal n.
func (f AmountField[R]) IsNot(n float64) Filter[R] { return Filter[R]{string(f), "!=", n} }

// MoreThan matches objects whose field is more than n.
func (f AmountField[R]) MoreThan(n float64) Filter[R] { return Filter[R]{string(f), ">", n} }

// LessThan matches objects whose field is less than n.
func (f AmountField[R]) LessThan(n float64) Filter[R] { return Filter[R]{string(f), "<", n} }

// Is matches objects whose field equals n.
func (f AmountRangeField[R]) Is(n float64) Filter[R] { return Filter[R]{string(f), "=", n} }

// IsNot matches objects whose field doesn't equal n.
func (f AmountRangeField[R]) IsNot(n float64) Filter[R] { return Filter[R]{string(f), "!=", n} }

// MoreThan matches objects whose field is more than n.
func (f AmountRangeField[R]) MoreThan(n float64) Filter[R] { return Filter[R]{string(f), ">", n} }

// LessThan matches objects whose field is less than n.
func (f AmountRangeField[R]) LessThan(n float64) Filter[R] { return Filter[R]{string(f), "<", n} }

// AtLeast matches objects whose field is at least n.
func (f AmountRangeField[R]) AtLeast(n float64) Filter[R] { return Filter[R]{string(f), ">=", n} }

// AtMost matches objects whose field is at most n.
func (f AmountRangeField[R]) AtMost(n float64) Filter[R] { return Filter[R]{string(f), "<=", n} }

// Is matches objects whose field equals t.
func (f TimeField[R]) Is(t time.Time) Filter[R] { return Filter[R]{string(f), "=", t.Unix()} }

// IsNot matches objects whose field doesn't equal t.
func (f TimeField[R]) IsNot(t time.Time) Filter[R] { return Filter[R]{string(f), "!=", t.Unix()} }

// After matches objects whose field is after t.
func (f TimeField[R]) After(t time.Time) Filter[R] { return Filter[R]{string(f), ">", t.Unix()} }

// Before matches objects whose field is before t.
func (f TimeField[R]) Before(t time.Time) Filter[R] { return Filter[R]{string(f), "<", t.Unix()} }

// Is matches objects whose field equals t.
func (f TimeRangeField[R]) Is(t time.Time) Filter[R] { return Filter[R]{string(f), "=", t.Unix()} }

// IsNot matches objects whose field doesn't equal t.
func (f TimeRangeField[R]) IsNot(t time.Time) Filter[R] { return Filter[R]{string(f), "!=", t.Unix()} }

// After matches objects whose field is after t.
func (f TimeRangeField[R]) After(t time.Time) Filter[R] { return Filter[R]{string(f), ">", t.Unix()} }

// Before matches objects whose field is before t.
func (f TimeRangeField[R]) Before(t time.Time) Filter[R] { return Filter[R]{string(f), "<", t.Unix()} }

// NotBefore matches objects whose field is t or later.
func (f TimeRangeField[R]) NotBefore(t time.Time) Filter[R] {
	return Filter[R]{string(f), ">=", t.Unix()}
}

// NotAfter matches objects whose field is t or earlier.
func (f TimeRangeField[R]) NotAfter(t time.Time) Filter[R] {
	return Filter[R]{string(f), "<=", t.Unix()}
}

// Is matches objects whose field equals t.
func (f InstantField[R]) Is(t time.Time) Filter[R] { return Filter[R]{string(f), "=", t.Unix()} }

// After matches objects whose field is after t.
func (f InstantField[R]) After(t time.Time) Filter[R] { return Filter[R]{string(f), ">", t.Unix()} }

// Before matches objects whose field is before t.
func (f InstantField[R]) Before(t time.Time) Filter[R] { return Filter[R]{string(f), "<", t.Unix()} }

// MarshalJSON implements json.Marshaler.
func (f Filters[R]) MarshalJSON() ([]byte, error) {
	if len(f) == 1 {
		return json.Marshal(f[0])
	}
	return json.Marshal(struct {
		Operator string      `json:"operator"`
		Value    []Filter[R] `json:"value"`
	}{"AND", f})
}

// maxFilters is how many conditions a search may have.
const maxFilters = 15

// check implements checker.
func (f Filters[R]) check(name string) (p problems) {
	if len(f) > maxFilters {
		p = append(p, &ArgumentError{Name: name, Reason: fmt.Sprintf("want at most %d, but there are %d", maxFilters, len(f))})
	}
	for i, filter := range f {
		reason := ""
		v := reflect.ValueOf(filter.Value)
		attribute, isAttribute := strings.CutPrefix(filter.Field, customAttribute)
		switch {
		case filter.Field == "" || filter.Operator == "":
			reason = "it has no field or operator: want one made by a field, like ContactFieldEmail.Is"
		case isAttribute && ids.Opaque(attribute) != "":
			reason = "no attribute has this ID: " + ids.Opaque(attribute)
		case !v.IsValid(): // null
		case v.Kind() == reflect.Slice && v.Len() == 0:
			reason = fmt.Sprintf("%s %s has no values: want at least one", filter.Field, filter.Operator)
		case needsText(filter.Field, filter.Operator, v) && hasEmptyText(v):
			reason = fmt.Sprintf("%s %s has no value: want one that is not empty", filter.Field, filter.Operator)
		}
		if reason != "" {
			p = append(p, &ArgumentError{Name: fmt.Sprintf("%s[%d]", name, i), Reason: reason})
		}
	}
	return p
}

// needsText reports whether an empty text can't be meant, unlike that of a plan
// which a company doesn't have: there are no words in it, no object has it as its
// ID, no contact as its email address, and no enumeration has it.
func needsText(field, operator string, v reflect.Value) bool {
	t := v.Type()
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return operator == "~" || field == string(ContactFieldEmail) || strings.HasSuffix(field, "Id") || strings.HasSuffix(field, "Ids") ||
		t != reflect.TypeFor[string]()
}

// hasEmptyText reports whether v is empty text, or has one.
func hasEmptyText(v reflect.Value) bool {
	if v.Kind() != reflect.Slice {
		return v.Kind() == reflect.String && v.Len() == 0
	}
	for i := range v.Len() {
		if hasEmptyText(v.Index(i)) {
			return true
		}
	}
	return false
}
