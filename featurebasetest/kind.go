package featurebasetest

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// object is a decoded JSON object.
type object = map[string]any

// A kind checks a decoded JSON value. It returns what to store of it, or what
// is wrong with it.
type kind func(v any) (stored any, wrong string)

func str(v any) (any, string) {
	if _, ok := v.(string); !ok {
		return nil, "must be a string"
	}
	return v, ""
}

func number(v any) (any, string) {
	if _, ok := v.(float64); !ok {
		return nil, "must be a number"
	}
	return v, ""
}

func boolean(v any) (any, string) {
	if _, ok := v.(bool); !ok {
		return nil, "must be a boolean"
	}
	return v, ""
}

func whole(v any) (any, string) {
	if n, ok := v.(float64); !ok || n != math.Trunc(n) || math.Abs(n) > 1<<53 {
		return nil, "must be a whole number"
	}
	return v, ""
}

func count(v any) (any, string) {
	if n, wrong := whole(v); wrong != "" || n.(float64) < 0 {
		return nil, "must be a whole number of at least 0"
	}
	return v, ""
}

// text has from least to most characters.
func text(least, most int) kind {
	return func(v any) (any, string) {
		s, ok := v.(string)
		if n := utf8.RuneCountInString(s); !ok || n < least || n > most {
			return nil, fmt.Sprintf("must be text of %d to %d characters", least, most)
		}
		return v, ""
	}
}

func oneOf(values ...string) kind {
	return func(v any) (any, string) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			return nil, fmt.Sprintf("must be one of %v", values)
		}
		return v, ""
	}
}

func email(v any) (any, string) {
	if s, ok := v.(string); !ok || !strings.Contains(s, "@") {
		return nil, "must be an email address"
	}
	return v, ""
}

var objectIDForm = regexp.MustCompile(`^[0-9a-fA-F]{24}$`)

// objectID is stored in lower case.
func objectID(v any) (any, string) {
	s, ok := v.(string)
	if !ok || !objectIDForm.MatchString(s) {
		return nil, "must be 24 hexadecimal characters"
	}
	return strings.ToLower(s), ""
}

var opaqueIDForm = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)

// opaqueID is an ID whose form is not documented.
func opaqueID(v any) (any, string) {
	if s, ok := v.(string); !ok || !opaqueIDForm.MatchString(s) {
		return nil, "must be letters, digits, - and _"
	}
	return v, ""
}

var shortIDForm = regexp.MustCompile(`^[0-9]{1,16}$`)

// shortID is the ID of a conversation or of a part of one.
func shortID(v any) (any, string) {
	if s, ok := v.(string); !ok || !shortIDForm.MatchString(s) {
		return nil, "must be 1 to 16 digits"
	}
	return v, ""
}

// moment is a time in ISO 8601, which is stored in UTC.
func moment(v any) (any, string) {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if _, invalid := t.MarshalText(); err != nil || invalid != nil { // Parse accepts +24:00
		return nil, "must be a time in ISO 8601"
	}
	return storable(t)
}

// momentOrUnix is a time as a date, in ISO 8601, or in unix seconds.
func momentOrUnix(v any) (any, string) {
	s, _ := v.(string)
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		return storable(time.Unix(seconds, 0))
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return storable(day)
	}
	return moment(v)
}

// storable is for times that can be written as year 0 to 9999 in UTC.
func storable(t time.Time) (any, string) {
	if t = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
		return nil, "must be a time in the years 0 to 9999"
	}
	return stamp(t), ""
}

// stamp is a time as objects have it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func listOf(element kind) kind {
	return func(v any) (any, string) {
		values, ok := v.([]any)
		if !ok {
			return nil, "must be a list"
		}
		stored := make([]any, len(values))
		for i, v := range values {
			var wrong string
			if stored[i], wrong = element(v); wrong != "" {
				return nil, fmt.Sprintf("has an element %d that %s", i, wrong)
			}
		}
		return stored, ""
	}
}

// strOrList is a string, stored as a list, or a list of strings.
func strOrList(v any) (any, string) {
	if _, ok := v.(string); ok {
		return []any{v}, ""
	}
	return listOf(str)(v)
}

// members is an object with none but these members.
func members(kinds map[string]kind) kind {
	return func(v any) (any, string) {
		o, ok := v.(object)
		if !ok {
			return nil, "must be an object"
		}
		stored := object{}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			kind, ok := kinds[name]
			if !ok {
				return nil, fmt.Sprintf("has a field %s that is not a documented field", name)
			}
			var wrong string
			if stored[name], wrong = kind(o[name]); wrong != "" {
				return nil, fmt.Sprintf("has a field %s that %s", name, wrong)
			}
		}
		return stored, ""
	}
}

func anyObject(v any) (any, string) {
	if _, ok := v.(object); !ok {
		return nil, "must be an object"
	}
	return v, ""
}

func orNull(k kind) kind {
	return func(v any) (any, string) {
		if v == nil {
			return nil, ""
		}
		return k(v)
	}
}

// customFields has values as custom fields may have them.
func customFields(v any) (any, string) {
	o, ok := v.(object)
	if !ok {
		return nil, "must be an object"
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		values, isList := o[name].([]any)
		if !isList && !primitive(o[name]) || slices.ContainsFunc(values, func(v any) bool { return !primitive(v) }) {
			return nil, fmt.Sprintf("must have text, numbers, booleans, null or lists of those, but has %q otherwise", name)
		}
	}
	return o, ""
}

func primitive(v any) bool {
	switch v.(type) {
	case object, []any:
		return false
	}
	return true
}
