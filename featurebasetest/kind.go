package featurebasetest

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/featurebase-community/featurebase-go"
)

// object is a decoded JSON object.
type object = map[string]any

// A kind is the schema of a JSON value. Its zero value is anything but null.
type kind struct {
	is       string // the JSON type; empty: any
	required bool   // in the object whose member it is
	null     bool   // whether it may be null

	// least and most bound the characters of a string, the elements of an array or
	// a number; of most, 0 is no bound. A number that is signed has no least.
	least, most int
	signed      bool
	whole       bool // whether the number must be one

	oneOf     []string       // the strings that there are; nil: any
	form      *regexp.Regexp // of a string; nil: any
	complaint string         // about another form

	items   *kind           // of an array, or of an object without members; nil: any
	members map[string]kind // of an object; nil: any
	closed  bool            // whether it may have no others, which are ignored otherwise

	either []kind          // one of which it must be, instead of all this
	forms  map[string]kind // that an object has by its member type, instead of all this

	// rule is what the API demands beyond the schema. It returns what to store of the
	// value, or what is wrong with it.
	rule func(v any) (stored any, wrong string)
}

var (
	str       = kind{is: "string"}
	boolean   = kind{is: "boolean"}
	number    = kind{is: "number", signed: true}
	amount    = kind{is: "number"}
	whole     = kind{is: "number", whole: true, signed: true}
	count     = kind{is: "number", whole: true}
	anyObject = kind{is: "object"}

	// Both forms take more than the API may.
	email = kind{is: "string", form: regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`), complaint: "Invalid email"}
	uri   = kind{is: "string", form: regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:\S+$`), complaint: "Invalid url"}

	// shortID is the ID of a conversation or of a part of one.
	shortID = kind{is: "string", least: 1, most: 16, form: regexp.MustCompile(`^[a-zA-Z0-9]*$`), complaint: "Invalid"}

	// The schema of these is any string.
	objectID     = kind{is: "string", rule: asObjectID}
	moment       = kind{is: "string", rule: asMoment}
	momentOrUnix = kind{is: "string", rule: asMomentOrUnix}
)

func text(least, most int) kind { return kind{is: "string", least: least, most: most} }

func oneOf(values ...string) kind { return kind{is: "string", oneOf: values} }

func listOf(items kind) kind { return kind{is: "array", items: &items} }

func mapOf(values kind) kind { return kind{is: "object", items: &values} }

func closed(members map[string]kind) kind {
	if members == nil {
		members = map[string]kind{}
	}
	return kind{is: "object", members: members, closed: true}
}

func open(members map[string]kind) kind { return kind{is: "object", members: members} }

func either(kinds ...kind) kind { return kind{either: kinds} }

func byType(forms map[string]kind) kind { return kind{is: "object", forms: forms} }

func required(k kind) kind {
	k.required = true
	return k
}

func orNull(k kind) kind {
	k.null = true
	return k
}

// bounded bounds a kind of strings, arrays or numbers.
func bounded(least, most int, k kind) kind {
	k.least, k.most = least, most
	return k
}

// A violation is what is wrong at a path of a request, such as body.title.
type violation struct{ path, reason string }

// violations are what is wrong with a request.
type violations struct {
	schema []violation
	rules  []violation // beyond the schemas
}

func (vs *violations) against(path, format string, args ...any) any {
	vs.schema = append(vs.schema, violation{path, fmt.Sprintf(format, args...)})
	return nil
}

// typeOf is the JSON type of a value.
func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

// read returns what to store of a value, and adds what is wrong with it to vs in
// the words of zod, whose messages the API has.
func (k kind) read(vs *violations, path string, v any) any {
	switch {
	case v == nil && k.null:
		return nil
	case k.either != nil:
		return k.readEither(vs, path, v)
	case k.is != "" && typeOf(v) != k.is || v == nil:
		return vs.against(path, "Expected %s, received %s", k.name(), typeOf(v))
	}
	before := len(vs.schema)
	switch value := v.(type) {
	case string:
		k.readString(vs, path, value)
	case float64:
		k.readNumber(vs, path, value)
	case []any:
		v = k.readArray(vs, path, value)
	case object:
		v = k.readObject(vs, path, value)
	}
	if k.rule == nil || len(vs.schema) > before {
		return v
	}
	stored, wrong := k.rule(v)
	if wrong != "" {
		vs.rules = append(vs.rules, violation{path, wrong})
	}
	return stored
}

func (k kind) name() string {
	switch {
	case k.is == "":
		return "a value"
	case k.whole:
		return "integer"
	}
	return k.is
}

func (k kind) readEither(vs *violations, path string, v any) any {
	for _, one := range k.either {
		var tried violations
		if stored := one.read(&tried, path, v); len(tried.schema) == 0 {
			vs.rules = append(vs.rules, tried.rules...)
			return stored
		}
	}
	return vs.against(path, "Invalid input")
}

func (k kind) readString(vs *violations, path, s string) {
	length := len(utf16.Encode([]rune(s))) // as JavaScript counts
	switch {
	case length < k.least:
		vs.against(path, "String must contain at least %d character(s)", k.least)
	case k.most > 0 && length > k.most:
		vs.against(path, "String must contain at most %d character(s)", k.most)
	case k.oneOf != nil && !slices.Contains(k.oneOf, s):
		vs.against(path, "Invalid enum value. Expected %s, received '%s'", quoted(k.oneOf, " | "), s)
	case k.form != nil && !k.form.MatchString(s):
		vs.against(path, "%s", k.complaint)
	}
}

func quoted(names []string, separator string) string {
	return "'" + strings.Join(names, "'"+separator+"'") + "'"
}

func (k kind) readNumber(vs *violations, path string, n float64) {
	switch {
	case k.whole && (n != math.Trunc(n) || math.Abs(n) > 1<<53):
		vs.against(path, "Expected integer, received float")
	case !k.signed && n < float64(k.least):
		vs.against(path, "Number must be greater than or equal to %d", k.least)
	case k.most > 0 && n > float64(k.most):
		vs.against(path, "Number must be less than or equal to %d", k.most)
	}
}

func (k kind) readArray(vs *violations, path string, values []any) any {
	switch {
	case len(values) < k.least:
		return vs.against(path, "Array must contain at least %d element(s)", k.least)
	case k.most > 0 && len(values) > k.most:
		return vs.against(path, "Array must contain at most %d element(s)", k.most)
	case k.items == nil:
		return values
	}
	stored := make([]any, len(values))
	for i, v := range values {
		stored[i] = k.items.read(vs, fmt.Sprint(path, ".", i), v)
	}
	return stored
}

func (k kind) readObject(vs *violations, path string, o object) any {
	if k.forms != nil {
		name, _ := o["type"].(string)
		form, ok := k.forms[name]
		if !ok {
			return vs.against(path+".type", "Invalid discriminator value. Expected %s", quoted(slices.Sorted(maps.Keys(k.forms)), " | "))
		}
		k = form
	}
	stored := object{}
	if k.members == nil {
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if stored[name] = o[name]; k.items != nil {
				stored[name] = k.items.read(vs, path+"."+name, o[name])
			}
		}
		return stored
	}
	var others []string
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if _, ok := k.members[name]; !ok {
			others = append(others, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.members)) {
		member := k.members[name]
		if v, ok := o[name]; ok {
			stored[name] = member.read(vs, path+"."+name, v)
		} else if member.required {
			vs.against(path+"."+name, "Required")
		}
	}
	if k.closed && len(others) > 0 {
		vs.against(path, "Unrecognized key(s) in object: %s", quoted(others, ", "))
	}
	return stored
}

// response is the response to a request with violations, or nil if there are none.
// code is that of violations of a rule.
func (vs violations) response(s *Server, code featurebase.ErrorCode) *response {
	switch {
	case len(vs.schema) > 0 && s.variants.EnvelopeSchemaErrors:
		details := []object{}
		for _, v := range vs.schema {
			details = append(details, object{"path": v.path, "message": v.reason})
		}
		first := vs.schema[0]
		refusal := envelope(http.StatusBadRequest, featurebase.ErrorCodeInvalidRequest, first.param(), "Validation error", object{
			"status": http.StatusBadRequest, "details": details,
		})
		return &refusal
	case len(vs.schema) > 0:
		first := vs.schema[0]
		refusal := success(http.StatusBadRequest, object{
			"code": http.StatusBadRequest, "message": "Validation error: " + first.path + ": " + first.reason,
		})
		return &refusal
	case len(vs.rules) > 0:
		first := vs.rules[0]
		return refuse(cmp.Or(code, featurebase.ErrorCodeInvalidParameter), first.param(), first.param()+" "+first.reason)
	}
	return nil
}

// param is the path without the part of the request.
func (v violation) param() string {
	_, name, _ := strings.Cut(v.path, ".")
	return name
}

// fits reads a value that is not in a request.
func (k kind) fits(v any) (stored any, wrong string) {
	var vs violations
	stored = k.read(&vs, "", v)
	for _, v := range append(vs.rules, vs.schema...) {
		return nil, v.reason
	}
	return stored, ""
}

var objectIDForm = regexp.MustCompile(`^[0-9a-fA-F]{24}$`)

// asObjectID has an ID be stored in lower case.
func asObjectID(v any) (any, string) {
	if s, _ := v.(string); objectIDForm.MatchString(s) {
		return strings.ToLower(s), ""
	}
	return nil, "must be 24 hexadecimal characters"
}

var opaqueIDForm = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)

// asOpaqueID is for IDs whose form is not documented.
func asOpaqueID(v any) (any, string) {
	if s, _ := v.(string); !opaqueIDForm.MatchString(s) {
		return nil, "must be letters, digits, - and _"
	}
	return v, ""
}

// asMoment has a time or a date in ISO 8601 be stored as the API writes times.
func asMoment(v any) (any, string) {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if _, invalid := t.MarshalText(); err != nil || invalid != nil { // Parse accepts +24:00
		t, err = time.Parse(time.DateOnly, s)
	}
	if err != nil {
		return nil, "must be a time in ISO 8601"
	}
	return storable(t)
}

// asMomentOrUnix is asMoment that takes unix seconds, too.
func asMomentOrUnix(v any) (any, string) {
	if seconds, err := strconv.ParseInt(v.(string), 10, 64); err == nil {
		return storable(time.Unix(seconds, 0))
	}
	return asMoment(v)
}

// storable is for times that can be written as year 0 to 9999 in UTC.
func storable(t time.Time) (any, string) {
	if t = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
		return nil, "must be a time in the years 0 to 9999"
	}
	return stamp(t), ""
}

// stamp is a time as objects have it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// primitive is a value of a custom field, or an element of one.
var primitive = orNull(either(str, number, boolean))

// customFields has values as custom fields of contacts and companies may have them.
var customFields = mapOf(orNull(either(primitive, listOf(primitive))))
