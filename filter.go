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

	form valueForm
}

// Filters are the conditions of a search, all of which must match; at most 15.
// None matches everything.
type Filters[R any] []Filter[R]

// valueForm is what the values of a filter must be for the search to find
// anything.
type valueForm byte

const (
	anyValue valueForm = iota
	objectIDs
	ownIDs
)

// IDField is a searchable ID of Featurebase's, 24 hexadecimal characters. A search
// refuses what can't be one, such as an email address, with an [*InvalidIDError]:
// the API would find nothing.
type IDField[R any] string

// IDNullableField is an IDField that may be null.
type IDNullableField[R any] string

// IDMatchField is an IDField that can't be negated.
type IDMatchField[R any] string

// OwnIDField is a searchable ID of your own system, of at most 500 characters. A
// search refuses what can't be one with an [*InvalidIDError].
type OwnIDField[R any] string

// TextField is a searchable text field.
type TextField[R any, T ~string] string

// WordsField is a searchable text field whose words can be searched for.
type WordsField[R any] string

// BoolField is a searchable flag.
type BoolField[R any] string

// CountField is a searchable count.
type CountField[R any] string

// AmountField is a searchable amount.
type AmountField[R any] string

// AmountRangeField is an AmountField with inclusive bounds.
type AmountRangeField[R any] string

// TimeField is a searchable time. A search takes whole seconds, while objects have
// times with milliseconds; the API doesn't document how it compares the two. Bounds
// within a second are therefore widened to the whole second: none of the objects
// within the bounds is missed, but some of the same second that are not within them
// may be found, too.
//
// To poll, search for what is NotBefore the newest time that you have seen, and
// skip the objects that you know. After would miss what was created later in that
// second.
type TimeField[R any] string

// TimeRangeField is a TimeField with inclusive bounds.
type TimeRangeField[R any] string

// TimeMatchField is a TimeField that can't be negated.
type TimeMatchField[R any] string

// Is matches objects whose field equals value.
func (f IDField[R]) Is(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: value, form: objectIDs}
}

// IsNot matches objects whose field doesn't equal value.
func (f IDField[R]) IsNot(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: value, form: objectIDs}
}

// OneOf matches objects whose field equals one of values.
func (f IDField[R]) OneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "IN", Value: values, form: objectIDs}
}

// NoneOf matches objects whose field equals none of values.
func (f IDField[R]) NoneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "NIN", Value: values, form: objectIDs}
}

// Is matches objects whose field equals value.
func (f IDNullableField[R]) Is(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: value, form: objectIDs}
}

// IsNot matches objects whose field doesn't equal value.
func (f IDNullableField[R]) IsNot(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: value, form: objectIDs}
}

// OneOf matches objects whose field equals one of values.
func (f IDNullableField[R]) OneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "IN", Value: values, form: objectIDs}
}

// NoneOf matches objects whose field equals none of values.
func (f IDNullableField[R]) NoneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "NIN", Value: values, form: objectIDs}
}

// IsNull matches objects whose field is null.
func (f IDNullableField[R]) IsNull() Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: nil}
}

// IsNotNull matches objects whose field is not null.
func (f IDNullableField[R]) IsNotNull() Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: nil}
}

// Is matches objects whose field equals value.
func (f IDMatchField[R]) Is(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: value, form: objectIDs}
}

// OneOf matches objects whose field equals one of values.
func (f IDMatchField[R]) OneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "IN", Value: values, form: objectIDs}
}

// Is matches objects whose field equals value.
func (f OwnIDField[R]) Is(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: value, form: ownIDs}
}

// IsNot matches objects whose field doesn't equal value.
func (f OwnIDField[R]) IsNot(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: value, form: ownIDs}
}

// OneOf matches objects whose field equals one of values.
func (f OwnIDField[R]) OneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "IN", Value: values, form: ownIDs}
}

// NoneOf matches objects whose field equals none of values.
func (f OwnIDField[R]) NoneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "NIN", Value: values, form: ownIDs}
}

// Is matches objects whose field equals value.
func (f TextField[R, T]) Is(value T) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: value}
}

// IsNot matches objects whose field doesn't equal value.
func (f TextField[R, T]) IsNot(value T) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: value}
}

// OneOf matches objects whose field equals one of values.
func (f TextField[R, T]) OneOf(values ...T) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "IN", Value: values}
}

// NoneOf matches objects whose field equals none of values.
func (f TextField[R, T]) NoneOf(values ...T) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "NIN", Value: values}
}

// Is matches objects whose field equals value.
func (f WordsField[R]) Is(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: value}
}

// IsNot matches objects whose field doesn't equal value.
func (f WordsField[R]) IsNot(value string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: value}
}

// OneOf matches objects whose field equals one of values.
func (f WordsField[R]) OneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "IN", Value: values}
}

// NoneOf matches objects whose field equals none of values.
func (f WordsField[R]) NoneOf(values ...string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "NIN", Value: values}
}

// Contains matches objects whose field contains every word of text.
func (f WordsField[R]) Contains(text string) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "~", Value: text}
}

// Is matches objects whose field is value.
func (f BoolField[R]) Is(value bool) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: value}
}

// Is matches objects whose field equals n.
func (f CountField[R]) Is(n int) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: n}
}

// IsNot matches objects whose field doesn't equal n.
func (f CountField[R]) IsNot(n int) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: n}
}

// MoreThan matches objects whose field is more than n.
func (f CountField[R]) MoreThan(n int) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">", Value: n}
}

// LessThan matches objects whose field is less than n.
func (f CountField[R]) LessThan(n int) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "<", Value: n}
}

// Is matches objects whose field equals n.
func (f AmountField[R]) Is(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: n}
}

// IsNot matches objects whose field doesn't equal n.
func (f AmountField[R]) IsNot(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: n}
}

// MoreThan matches objects whose field is more than n.
func (f AmountField[R]) MoreThan(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">", Value: n}
}

// LessThan matches objects whose field is less than n.
func (f AmountField[R]) LessThan(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "<", Value: n}
}

// Is matches objects whose field equals n.
func (f AmountRangeField[R]) Is(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: n}
}

// IsNot matches objects whose field doesn't equal n.
func (f AmountRangeField[R]) IsNot(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: n}
}

// MoreThan matches objects whose field is more than n.
func (f AmountRangeField[R]) MoreThan(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">", Value: n}
}

// LessThan matches objects whose field is less than n.
func (f AmountRangeField[R]) LessThan(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "<", Value: n}
}

// AtLeast matches objects whose field is at least n.
func (f AmountRangeField[R]) AtLeast(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">=", Value: n}
}

// AtMost matches objects whose field is at most n.
func (f AmountRangeField[R]) AtMost(n float64) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "<=", Value: n}
}

// Is matches objects whose field is in the second of t.
func (f TimeField[R]) Is(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: t.Unix()}
}

// IsNot matches objects whose field is not in the second of t.
func (f TimeField[R]) IsNot(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: t.Unix()}
}

// After matches objects whose field is after t. See [TimeField] for fractions of a second, and for how to poll.
func (f TimeField[R]) After(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">", Value: secondBefore(t)}
}

// Before matches objects whose field is before t.
func (f TimeField[R]) Before(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "<", Value: secondAfter(t)}
}

// NotBefore matches objects whose field is t or later. The API has no such
// operator for this field: what is sent asks for more than the second before t.
func (f TimeField[R]) NotBefore(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">", Value: t.Unix() - 1}
}

// Is matches objects whose field is in the second of t.
func (f TimeRangeField[R]) Is(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: t.Unix()}
}

// IsNot matches objects whose field is not in the second of t.
func (f TimeRangeField[R]) IsNot(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "!=", Value: t.Unix()}
}

// After matches objects whose field is after t. See [TimeField] for fractions of a second, and for how to poll.
func (f TimeRangeField[R]) After(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">", Value: secondBefore(t)}
}

// Before matches objects whose field is before t.
func (f TimeRangeField[R]) Before(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "<", Value: secondAfter(t)}
}

// NotBefore matches objects whose field is t or later.
func (f TimeRangeField[R]) NotBefore(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">=", Value: t.Unix()}
}

// NotAfter matches objects whose field is t or earlier.
func (f TimeRangeField[R]) NotAfter(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "<=", Value: secondAfter(t)}
}

// Is matches objects whose field is in the second of t.
func (f TimeMatchField[R]) Is(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "=", Value: t.Unix()}
}

// After matches objects whose field is after t. See [TimeField] for fractions of a second, and for how to poll.
func (f TimeMatchField[R]) After(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">", Value: secondBefore(t)}
}

// Before matches objects whose field is before t.
func (f TimeMatchField[R]) Before(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: "<", Value: secondAfter(t)}
}

// NotBefore matches objects whose field is t or later. The API has no such
// operator for this field: what is sent asks for more than the second before t.
func (f TimeMatchField[R]) NotBefore(t time.Time) Filter[R] {
	return Filter[R]{Field: string(f), Operator: ">", Value: t.Unix() - 1}
}

// secondBefore returns t if it is a whole second. Otherwise the second before its own:
// if the API leaves out fractions, nothing of t's second is after that second.
func secondBefore(t time.Time) int64 {
	if t.Nanosecond() == 0 {
		return t.Unix()
	}
	return t.Unix() - 1
}

// secondAfter returns the first whole second that is not before t.
func secondAfter(t time.Time) int64 {
	if t.Nanosecond() == 0 {
		return t.Unix()
	}
	return t.Unix() + 1
}

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
		case filter.form != anyValue:
			p = append(p, filter.checkIDs(fmt.Sprintf("%s[%d]", name, i))...)
		case needsText(filter.Field, filter.Operator, v) && hasEmptyText(v):
			reason = fmt.Sprintf("%s %s has no value: want one that is not empty", filter.Field, filter.Operator)
		}
		if reason != "" {
			p = append(p, &ArgumentError{Name: fmt.Sprintf("%s[%d]", name, i), Reason: reason})
		}
	}
	return p
}

// maxOwnID is the length of the longest ID of the caller's own that can be given to
// an object; see ContactUpsertParams. That of a search is not documented.
const maxOwnID = 500

// checkIDs refuses values that are no IDs. The API would find no objects with them,
// as if there were none.
func (f Filter[R]) checkIDs(name string) (p problems) {
	values, ok := f.Value.([]string)
	if id, isOne := f.Value.(string); isOne {
		values, ok = []string{id}, true
	}
	if !ok {
		return problems{&ArgumentError{Name: name, Reason: fmt.Sprintf("for %s, want a string or a []string, but it is a %T", f.Field, f.Value)}}
	}
	for _, id := range values {
		reason := ids.Object(id)
		if f.form == ownIDs {
			reason = ids.Own(id, maxOwnID)
		}
		if reason != "" {
			p = append(p, &InvalidIDError{ID: id, Param: name, Reason: fmt.Sprintf("for %s, %s", f.Field, reason)})
		}
	}
	return p
}

// needsText reports whether an empty text can't be meant, unlike that of a plan
// which a company doesn't have: there are no words in it, no contact has it as its
// email address, and no enumeration has it.
func needsText(field, operator string, v reflect.Value) bool {
	t := v.Type()
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return operator == "~" || field == string(ContactFieldEmail) || t != reflect.TypeFor[string]()
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
