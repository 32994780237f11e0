package featurebase

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// What counts of the value of a custom field is its JSON: a time, a UUID, a pointer
// and a json.RawMessage are as good as the text or number that they become.

const (
	wantField = "want a string, a number, a boolean, nil, or a slice of those"
	wantItem  = "want a string, a number, a boolean or nil"
)

// checkValues is for the custom fields of contacts and companies.
func checkValues(name string, v reflect.Value) problems {
	return eachValue(name, v, func(where string, value, decoded any) (p problems) {
		switch decoded := decoded.(type) {
		case map[string]any:
			p = append(p, &ArgumentError{Name: where, Reason: fmt.Sprintf("%s, but a %T is an object in JSON", wantField, value)})
		case []any:
			for i, item := range decoded {
				if kind := nested(item); kind != "" {
					p = append(p, &ArgumentError{Name: fmt.Sprintf("%s[%d]", where, i), Reason: wantItem + ", but it is " + kind + " in JSON"})
				}
			}
		}
		return p
	})
}

// The most of the value of a post's custom field that is a list.
const (
	maxPostItems = 100
	maxPostItem  = 1000 // characters
)

// checkPostValues is for the custom fields of posts, whose lists are of texts.
func checkPostValues(name string, v reflect.Value) problems {
	return eachValue(name, v, func(where string, value, decoded any) (p problems) {
		switch decoded := decoded.(type) {
		case map[string]any:
			p = append(p, &ArgumentError{Name: where, Reason: fmt.Sprintf("want a string, a number, a boolean, nil, or a slice of strings, but a %T is an object in JSON", value)})
		case []any:
			if n := len(decoded); n > maxPostItems {
				p = append(p, &ArgumentError{Name: where, Reason: fmt.Sprintf("want at most %d, but there are %d", maxPostItems, n)})
			}
			for i, item := range decoded {
				text, ok := item.(string)
				reason := checkMax(text, maxPostItem)
				if !ok {
					reason = "want a string"
				}
				if reason != "" {
					p = append(p, &ArgumentError{Name: fmt.Sprintf("%s[%d]", where, i), Reason: reason})
				}
			}
		}
		return p
	})
}

// checkTicketValues is for the custom fields of tickets. An object in one is a link
// to a file, whatever type it was made from, or nothing that is documented.
func checkTicketValues(name string, v reflect.Value) problems {
	return eachValue(name, v, func(where string, _, decoded any) (p problems) {
		links, ok := decoded.([]any)
		if !ok {
			links = []any{decoded}
		}
		for _, link := range links {
			object, _ := link.(map[string]any)
			address, isLink := object["url"].(string)
			const https = "https://"
			if isLink && !(len(address) > len(https) && strings.EqualFold(address[:len(https)], https)) {
				p = append(p, &ArgumentError{Name: where, Reason: "want URLs that begin with https://"})
			}
		}
		return p
	})
}

// checkAnyValues is for values whose form is not documented.
func checkAnyValues(name string, v reflect.Value) problems {
	return eachValue(name, v, func(string, any, any) problems { return nil })
}

// eachValue calls check for each of the values that can be sent, and adds what is
// wrong with the others. The values are in order of their names.
func eachValue(name string, v reflect.Value, check func(where string, value, decoded any) problems) (p problems) {
	fields := v.Interface().(map[string]any)
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		where := fmt.Sprintf("%s[%q]", name, clip(field))
		value := fields[field]
		decoded, wrong := decodedValue(value)
		if wrong != nil {
			wrong.Name = where
			p = append(p, wrong)
			continue
		}
		p = append(p, check(where, value, decoded)...)
	}
	return p
}

// decodedValue returns what a value is for whoever reads its JSON.
func decodedValue(value any) (decoded any, wrong *ArgumentError) {
	switch value.(type) {
	case nil, string, bool, int, float64:
		if f, ok := value.(float64); !ok || f-f == 0 { // neither infinite nor NaN
			return value, nil
		}
	case json.Marshaler, encoding.TextMarshaler:
	default:
		if t := reflect.TypeOf(value); (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && t.Elem().Kind() == reflect.Uint8 {
			return nil, &ArgumentError{Reason: fmt.Sprintf("it is a %v, whose JSON is not the text in it; want a string", t)}
		}
	}
	wire, ok := wireValue(value)
	if !ok {
		return nil, &ArgumentError{Reason: wantSendable}
	}
	b, err := json.Marshal(wire)
	if err == nil {
		err = json.Unmarshal(b, &decoded)
	}
	if err != nil {
		return nil, &ArgumentError{Reason: fmt.Sprintf("a %T can't be encoded as JSON", value), err: err}
	}
	return decoded, nil
}

// nested returns what an element of a list is that is no primitive, or "".
func nested(item any) string {
	switch item.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	}
	return ""
}
