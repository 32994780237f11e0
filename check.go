package featurebase

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const hexadecimal = "0123456789abcdefABCDEF"

// checkID returns what is wrong with a string that is not a Featurebase ID, or
// "".
func checkID(id string) (reason string) {
	if len(id) == 24 && strings.Trim(id, hexadecimal) == "" {
		return ""
	}
	const form = "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011"
	if strings.Contains(id, "@") {
		return form + ", but this looks like an email address"
	}
	n := 0
	for _, r := range id {
		n++
		if !strings.ContainsRune(hexadecimal, r) {
			return fmt.Sprintf("%s, but character %d is %q", form, n, r)
		}
	}
	return fmt.Sprintf("%s, but it has %d", form, n)
}

// checkShortID returns what is wrong with a string that is not the ID of a
// conversation or of a part of one, or "".
func checkShortID(id string) (reason string) {
	if n := len(id); 1 <= n && n <= 16 && strings.Trim(id, "0123456789") == "" {
		return ""
	}
	return "want 1 to 16 digits"
}

// checkOpaqueID returns what is wrong with a string that can't be an ID whose form
// is not documented, or "".
func checkOpaqueID(id string) (reason string) {
	const characters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
	if id != "" && strings.Trim(id, characters) == "" {
		return ""
	}
	return "want an ID that the API returned: letters, digits, - and _"
}

// checkNumber returns what is wrong with a string that is not a number from 1 on,
// or "".
func checkNumber(n string) (reason string) {
	if i, err := strconv.Atoi(n); err == nil && i >= 1 {
		return ""
	}
	return "want a number from 1 on"
}

// maxOwnID is the maximum length of an ID of the caller's own, in code points.
// The API doesn't document how it counts.
const maxOwnID = 255

// checkOwnID returns what is wrong with a string that can't be meant as an ID of
// the caller's own, or "". To such an ID the API responds that no such object
// exists, and a program that deletes contacts might treat that as success.
func checkOwnID(id string) (reason string) {
	const form = "want an ID of your own system"
	first, _ := utf8.DecodeRuneInString(id)
	last, _ := utf8.DecodeLastRuneInString(id)
	switch n := utf8.RuneCountInString(id); {
	case n == 0:
		return form + ", but it is empty"
	case !utf8.ValidString(id):
		return form + " in UTF-8"
	case n > maxOwnID:
		return fmt.Sprintf("%s of at most %d characters, but it has %d", form, maxOwnID, n)
	case id == "." || id == "..":
		return form + ", but servers and proxies take . and .. for parts of a path"
	case first == '\ufeff':
		return form + ", but it begins with a byte-order mark"
	case unicode.IsSpace(first) || unicode.IsSpace(last):
		return form + " without white space around it"
	case strings.ContainsFunc(id, unicode.IsControl):
		return form + " without control characters"
	}
	return ""
}

// checkSlug returns what is wrong with a string that is neither a Featurebase ID
// nor the slug in the URL of an object, or "".
func checkSlug(slug string) (reason string) {
	if !strings.ContainsAny(slug, "/?#@") && !strings.ContainsFunc(slug, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return ""
	}
	return "want a Featurebase ID, or a slug without white space and /, ?, # and @"
}

// A checker knows what is wrong with it beyond what tags say. The name is that
// of the field that holds it, or "".
type checker interface {
	check(name string) problems
}

// An optional may hold a value.
type optional interface {
	get() (value any, ok bool)
}

// checkParams adds what is wrong with params. Their fields say in a tag what
// they must be:
//
//	required   not the zero value, nor empty
//	id         a Featurebase ID, or each of them
//	slug       a Featurebase ID or a slug
//	shortID    the ID of a conversation or of a part
//	ownID      an ID of the caller's own
//	limit      a number of items in a page
//	title      at least 2 characters
//	text       at most 500 characters
//	values     the values of custom fields
//	notNull    not Null
//
// All but required accept the zero value, which is not sent.
func checkParams(p problems, params any) problems {
	if params == nil {
		return p
	}
	return checkValue(p, "", "", reflect.ValueOf(params))
}

func checkValue(p problems, name, tag string, v reflect.Value) problems {
	if o, ok := reflect.TypeAssert[optional](v); ok {
		switch value, ok := o.get(); {
		case ok && value != nil:
			return checkValue(p, name, tag, reflect.ValueOf(value))
		case ok && slices.Contains(strings.Split(tag, ","), "notNull"):
			p = append(p, &ArgumentError{Name: name, Reason: "the API can't clear it; want a value, or none to leave it unchanged"})
		}
		return p
	}
	for rule := range strings.SplitSeq(tag, ",") {
		switch reason := broken(rule, v); {
		case rule == "values":
			p = append(p, checkCustomFields(name, v.Interface().(map[string]any))...)
		case reason == "":
		case rule == "id" || rule == "slug" || rule == "shortID" || rule == "ownID":
			p = append(p, &InvalidIDError{ID: v.String(), Param: name, Reason: reason})
		default:
			p = append(p, &ArgumentError{Name: name, Reason: reason})
		}
	}
	if c, ok := reflect.TypeAssert[checker](v); ok {
		p = append(p, c.check(name)...)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			p = checkValue(p, name, "", v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			break
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				p = checkValue(p, strings.TrimPrefix(name+"."+f.Name, "."), f.Tag.Get("check"), v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			p = checkValue(p, fmt.Sprintf("%s[%d]", name, i), strings.ReplaceAll(tag, "required", ""), v.Index(i))
		}
	}
	return p
}

const (
	maxLimit = 100 // items in a page
	maxText  = 500 // characters of a text to search for
)

// broken returns how v breaks a rule, or "".
func broken(rule string, v reflect.Value) (reason string) {
	switch rule {
	case "required":
		if v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0 || v.Kind() == reflect.Map && v.Len() == 0 {
			return "it is required"
		}
	case "id":
		if v.Kind() == reflect.String && v.Len() > 0 {
			return checkID(v.String())
		}
	case "slug":
		return checkSlug(v.String())
	case "shortID":
		if v.Len() > 0 {
			return checkShortID(v.String())
		}
	case "ownID":
		if v.Len() > 0 {
			return checkOwnID(v.String())
		}
	case "title":
		if n := utf8.RuneCountInString(v.String()); n == 1 {
			return "want at least 2 characters, but it has 1"
		}
	case "text":
		if n := utf8.RuneCountInString(v.String()); n > maxText {
			return fmt.Sprintf("want at most %d characters, but it has %d", maxText, n)
		}
	case "limit":
		if n := v.Int(); n < 0 || n > maxLimit {
			return fmt.Sprintf("want 1 to %d, or 0 for the default, but it is %d", maxLimit, n)
		}
	}
	return ""
}

// checkCustomFields checks the values of custom fields of contacts and
// companies.
func checkCustomFields(where string, fields map[string]any) (p problems) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := reflect.ValueOf(fields[name])
		where := fmt.Sprintf("%s[%q]", where, clip(name))
		if k := value.Kind(); k != reflect.Slice && k != reflect.Array {
			if !isPrimitive(value) {
				p = append(p, &ArgumentError{Name: where, Reason: fmt.Sprintf("want a string, a number, a boolean, nil, or a slice of those, but it is a %v", value.Type())})
			}
			continue
		}
		if value.Type().Elem().Kind() == reflect.Uint8 {
			p = append(p, &ArgumentError{Name: where, Reason: fmt.Sprintf("want a string, a number, a boolean, nil, or a slice of those, but it is a %v, which JSON has no form for", value.Type())})
			continue
		}
		for i := range value.Len() {
			if item := indirect(value.Index(i)); !isPrimitive(item) {
				p = append(p, &ArgumentError{Name: fmt.Sprintf("%s[%d]", where, i), Reason: fmt.Sprintf("want a string, a number, a boolean or nil, but it is a %v", item.Type())})
			}
		}
	}
	return p
}

// indirect returns what an interface holds.
func indirect(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface {
		return v.Elem()
	}
	return v
}

func isPrimitive(v reflect.Value) bool {
	return !v.IsValid() || v.Kind() == reflect.Bool || v.Kind() == reflect.String || v.CanInt() || v.CanUint() || v.CanFloat()
}

// encodeQuery returns the query that params stand for: those of their fields
// that have a query tag and are not zero.
func encodeQuery(params any) string {
	query := url.Values{}
	v := reflect.ValueOf(params)
	for i := range v.NumField() {
		name, value := v.Type().Field(i).Tag.Get("query"), v.Field(i)
		if name == "" || value.IsZero() {
			continue
		}
		if o, ok := reflect.TypeAssert[optional](value); ok {
			set, _ := o.get()
			if set == nil { // null: there is nothing to clear
				continue
			}
			value = reflect.ValueOf(set)
		}
		query.Set(name, queryText(value))
	}
	return query.Encode()
}

func queryText(v reflect.Value) string {
	if t, ok := reflect.TypeAssert[time.Time](v); ok {
		return t.Format(time.RFC3339Nano)
	}
	switch v.Kind() {
	case reflect.Int:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Slice: // as Featurebase's own client joins them
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = queryText(v.Index(i))
		}
		return strings.Join(texts, ",")
	}
	return v.String()
}
