package featurebase

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/featurebase-community/featurebase-go/internal/ids"
)

// A checker has rules that tags can't express. The name is that of the field that
// holds it, or "" for the params themselves.
type checker interface {
	check(name string) problems
}

// An optional may hold a value.
type optional interface {
	get() (value any, ok bool)
}

// A rule is what a field of params must be. A tag has several, with commas between
// them, as in `check:"required,min:2,max:512"`. What is zero or empty is not sent,
// and breaks no rule but required; what an [Optional] or a slice holds is sent, and
// checked. Rules for texts apply to each text in a slice.
type rule struct {
	name string
	arg  int // after a colon
	form
}

// A form is what rules of one name have in common.
type form struct {
	holds  func(t reflect.Type) bool // reports whether the rule is for values of this type
	hasArg bool
	isID   bool // whether a value that breaks it is an [InvalidIDError]

	// broken returns how a value breaks the rule, or "".
	broken func(v reflect.Value, arg int) (reason string)

	// problems is broken for rules that can find several.
	problems func(name string, v reflect.Value) problems
}

// forms holds the rules that there are.
var forms = map[string]form{
	// Neither zero nor empty, and not Null: see checkRules and checkValue.
	"required": {holds: func(reflect.Type) bool { return true }},
	"notNull":  {holds: func(reflect.Type) bool { return true }},

	"id":       idForm(func(id string, _ int) string { return ids.Object(id) }),
	"shortID":  idForm(func(id string, _ int) string { return ids.Short(id) }),
	"opaqueID": idForm(func(id string, _ int) string { return ids.Opaque(id) }),
	"slug":     idForm(func(id string, _ int) string { return ids.Slug(id) }),
	"ownID":    {holds: isText, hasArg: true, isID: true, broken: onText(ids.Own)}, // of so many characters

	"min":   {holds: isText, hasArg: true, broken: onText(checkMin)}, // characters
	"max":   {holds: isText, hasArg: true, broken: onText(checkMax)}, // characters
	"email": {holds: isText, broken: onText(func(s string, _ int) string { return checkEmail(s) })},
	"url":   {holds: isText, broken: onText(func(s string, _ int) string { return checkURL(s) })},

	"items":       {holds: isSlice, hasArg: true, broken: checkItems}, // at most
	"limit":       {holds: isNumber, broken: checkLimit},
	"nonNegative": {holds: isNumber, broken: checkNonNegative},

	"values":       {holds: isValues, problems: checkValues},       // of custom fields
	"postValues":   {holds: isValues, problems: checkPostValues},   // of custom fields of posts
	"ticketValues": {holds: isValues, problems: checkTicketValues}, // of custom fields of tickets
	"anyValues":    {holds: isValues, problems: checkAnyValues},    // of which only JSON is expected
}

func idForm(check func(string, int) string) form {
	return form{holds: isText, isID: true, broken: onText(check)}
}

func onText(check func(string, int) string) func(reflect.Value, int) string {
	return func(v reflect.Value, arg int) string { return check(v.String(), arg) }
}

func isText(t reflect.Type) bool { return t.Kind() == reflect.String }

func isSlice(t reflect.Type) bool { return t.Kind() == reflect.Slice }

func isNumber(t reflect.Type) bool { return t.Kind() == reflect.Int || t.Kind() == reflect.Float64 }

func isValues(t reflect.Type) bool { return t == reflect.TypeFor[map[string]any]() }

// fieldRules are the rules of a field.
type fieldRules struct {
	index int
	name  string
	rules []rule
}

// rulesByType holds the []fieldRules of each type of struct that was checked.
var rulesByType sync.Map

func rulesOf(t reflect.Type) []fieldRules {
	if fields, ok := rulesByType.Load(t); ok {
		return fields.([]fieldRules)
	}
	var fields []fieldRules
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			fields = append(fields, fieldRules{i, f.Name, parseRules(f)})
		}
	}
	rulesByType.Store(t, fields)
	return fields
}

// parseRules returns the rules in the tag of a field. A tag that has no meaning is
// a mistake of this library, which must not go unnoticed: nothing would be checked.
func parseRules(f reflect.StructField) (rules []rule) {
	for text := range strings.SplitSeq(f.Tag.Get("check"), ",") {
		if text == "" {
			continue
		}
		name, arg, hasArg := strings.Cut(text, ":")
		r := rule{name: name, form: forms[name]}
		t := f.Type
		if t.Implements(reflect.TypeFor[optional]()) {
			t = t.Field(0).Type
		}
		switch n, err := strconv.Atoi(arg); {
		case r.holds == nil:
			panic("check: there is no rule " + name)
		case hasArg != r.hasArg || hasArg && err != nil:
			panic("check: the rule " + text + " has an argument too many, or none")
		case !r.holds(t) && !(isSlice(t) && r.holds(t.Elem())):
			panic(fmt.Sprintf("check: the rule %s is not for %s, a %v", name, f.Name, t))
		default:
			r.arg = n
		}
		rules = append(rules, r)
	}
	return rules
}

// checkParams adds what is wrong with params to p.
func checkParams(p problems, params any) problems {
	if params == nil {
		return p
	}
	return checkValue(p, "", nil, reflect.ValueOf(params), false)
}

// checkValue adds what is wrong with v to p. Whether it is sent although it is zero
// depends on what holds it.
func checkValue(p problems, name string, rules []rule, v reflect.Value, sent bool) problems {
	if o, ok := reflect.TypeAssert[optional](v); ok {
		switch value, ok := o.get(); {
		case ok && value != nil:
			return checkValue(p, name, rules, reflect.ValueOf(value), true)
		case ok && slices.ContainsFunc(rules, func(r rule) bool { return r.name == "notNull" }):
			p = append(p, &ArgumentError{Name: name, Reason: "the API can't clear it; want a value, or none to leave it unchanged"})
		}
		return p
	}
	p = checkRules(p, name, rules, v, sent)
	if c, ok := reflect.TypeAssert[checker](v); ok {
		p = append(p, c.check(name)...)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			p = checkValue(p, name, nil, v.Elem(), true)
		}
	case reflect.Struct:
		if t, ok := reflect.TypeAssert[time.Time](v); ok {
			switch {
			case sent && t.IsZero():
				p = append(p, &ArgumentError{Name: name, Reason: "it is the zero time; want another, or no value"})
			case !isSendable(t):
				p = append(p, &ArgumentError{Name: name, Reason: wantSendable})
			}
			break
		}
		for _, f := range rulesOf(v.Type()) {
			p = checkValue(p, strings.TrimPrefix(name+"."+f.name, "."), f.rules, v.Field(f.index), false)
		}
	case reflect.Slice:
		for i := range v.Len() {
			p = checkValue(p, fmt.Sprintf("%s[%d]", name, i), rules, v.Index(i), true)
		}
	}
	return p
}

func checkRules(p problems, name string, rules []rule, v reflect.Value, sent bool) problems {
	isEmpty := v.IsZero() || (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
	for _, r := range rules {
		if isEmpty && !sent {
			if r.name == "required" {
				p = append(p, &ArgumentError{Name: name, Reason: "it is required"})
			}
			continue
		}
		if !r.holds(v.Type()) { // it is for the elements of a slice, or for the slice
			continue
		}
		if r.problems != nil {
			p = append(p, r.problems(name, v)...)
		}
		if r.broken == nil {
			continue
		}
		switch reason := r.broken(v, r.arg); {
		case reason == "":
		case r.isID:
			p = append(p, &InvalidIDError{ID: v.String(), Param: name, Reason: reason})
		default:
			p = append(p, &ArgumentError{Name: name, Reason: reason})
		}
	}
	return p
}

// The API doesn't document what it counts as a character. These are code points, of
// which no text has more than of anything else.

func checkMin(s string, least int) string {
	if n := utf8.RuneCountInString(s); n < least {
		return fmt.Sprintf("want at least %d characters, but it has %d", least, n)
	}
	return ""
}

func checkMax(s string, most int) string {
	if n := utf8.RuneCountInString(s); n > most {
		return fmt.Sprintf("want at most %d characters, but it has %d", most, n)
	}
	return ""
}

func checkItems(v reflect.Value, most int) string {
	if n := v.Len(); n > most {
		return fmt.Sprintf("want at most %d, but there are %d", most, n)
	}
	return ""
}

// maxLimit is how many items a page can have.
const maxLimit = 100

func checkLimit(v reflect.Value, _ int) string {
	if n := v.Int(); n < 0 || n > maxLimit {
		return fmt.Sprintf("want 1 to %d, or 0 for the default, but it is %d", maxLimit, n)
	}
	return ""
}

func checkNonNegative(v reflect.Value, _ int) string {
	if v.CanInt() && v.Int() >= 0 || v.CanFloat() && v.Float() >= 0 {
		return ""
	}
	return "want 0 or more"
}

// checkEmail refuses what can't be meant as one email address. Which addresses the
// API accepts is for the API to say.
func checkEmail(email string) string {
	email = strings.TrimSpace(email) // as the API does
	at := strings.LastIndexByte(email, '@')
	name, domain := email[:max(at, 0)], email[at+1:]
	isQuoted := len(name) > 2 && name[0] == '"' && name[len(name)-1] == '"'
	if name == "" || domain == "" || strings.ContainsFunc(domain, notInEmail) || !isQuoted && strings.ContainsFunc(name, notInEmail) {
		return "want one email address"
	}
	return ""
}

// notInEmail reports whether r can't be part of an email address, except in quotes.
func notInEmail(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>(),;\"@`, r)
}

func checkURL(s string) string {
	if u, err := url.Parse(s); err == nil && u.Scheme != "" {
		return ""
	}
	return "want a URL with its scheme, such as https://example.com/ada.png"
}

// isSendable reports whether a time has a form in the API.
func isSendable(t time.Time) bool {
	year := t.UTC().Year()
	return 0 <= year && year <= 9999
}

const wantSendable = "want a time in the years 0 to 9999 in UTC"

// problems are everything that is wrong with the arguments of a call.
type problems []error

// err returns a lone problem as it is.
func (p problems) err() error {
	switch len(p) {
	case 0:
		return nil
	case 1:
		return p[0]
	}
	return &argumentErrors{p}
}
