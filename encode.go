package featurebase

import (
	"encoding"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// jsonType is the media type of what is sent, allocated once for all requests.
var jsonType = []string{"application/json"}

// path inserts the arguments into the route, each as a single segment.
func (r *request) path() string {
	rest := r.route()
	if !strings.Contains(rest, "{") {
		return rest
	}
	var b strings.Builder
	b.Grow(len(rest) + len(r.args[0]) + len(r.args[1]))
	for i := 0; ; i++ {
		before, after, ok := strings.Cut(rest, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteString(url.PathEscape(r.args[i]))
		_, rest, _ = strings.Cut(after, "}")
	}
}

// query returns the query that the params of a GET stand for.
func (r *request) query() string {
	if r.params == nil || r.method() != http.MethodGet {
		return ""
	}
	return encodeQuery(r.params)
}

// encode returns the JSON body that the params stand for, or nil.
func (r *request) encode() (body []byte, err error) {
	if r.params == nil || r.method() == http.MethodGet || r.method() == http.MethodDelete && reflect.ValueOf(r.params).IsZero() {
		return nil, nil
	}
	wire := wireParams(reflect.ValueOf(r.params)).Interface()
	if body, err = json.Marshal(wire); err != nil {
		return nil, &ArgumentError{Name: "params", Reason: "can't be encoded as JSON", err: err}
	}
	return body, nil
}

// urlBelow returns the URL for an escaped path below the base URL.
func urlBelow(base *url.URL, path, query string) url.URL {
	u := *base
	u.RawQuery = query
	if u.RawPath == "" && !strings.Contains(path, "%") {
		u.Path += path
		return u
	}
	u.RawPath = base.EscapedPath() + path
	u.Path, _ = url.PathUnescape(u.RawPath) // package url escaped both halves
	return u
}

// instant returns a time as it is sent: in UTC, as Featurebase's own client sends
// it, since the API need not accept offsets, and in milliseconds, which is what the
// API keeps.
func instant(t time.Time) time.Time {
	t = t.UTC()
	return t.Add(-time.Duration(t.Nanosecond() % int(time.Millisecond)))
}

// wireValue returns the value of a custom field as it is sent, which differs for
// times, and reports whether all of them can be sent.
func wireValue(v any) (wire any, ok bool) {
	switch v := v.(type) {
	case time.Time:
		return instant(v), isSendable(v)
	case *time.Time:
		if v != nil {
			return wireValue(*v)
		}
	case []time.Time:
		return wireValues(v)
	case []*time.Time:
		return wireValues(v)
	case []any:
		return wireValues(v)
	case map[string]any:
		if v == nil {
			return v, true
		}
		fields, ok := make(map[string]any, len(v)), true
		for name, value := range v {
			wire, sendable := wireValue(value)
			fields[name], ok = wire, ok && sendable
		}
		return fields, ok
	}
	return v, true
}

func wireValues[T any](values []T) (wire any, ok bool) {
	if values == nil {
		return values, true
	}
	list, ok := make([]any, len(values)), true
	for i, value := range values {
		wire, sendable := wireValue(value)
		list[i], ok = wire, ok && sendable
	}
	return list, ok
}

// wireParams returns params with the values of their custom fields as they are
// sent.
func wireParams(v reflect.Value) reflect.Value {
	switch {
	case v.Type() == reflect.TypeFor[map[string]any]():
		wire, _ := wireValue(v.Interface())
		return reflect.ValueOf(wire)
	case v.Kind() == reflect.Struct:
		params := reflect.New(v.Type()).Elem()
		params.Set(v)
		for i := range v.NumField() {
			if params.Field(i).CanSet() {
				params.Field(i).Set(wireParams(v.Field(i)))
			}
		}
		return params
	case v.Kind() == reflect.Slice && !v.IsNil() && v.Type().Elem().Kind() == reflect.Struct:
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			list.Index(i).Set(wireParams(v.Index(i)))
		}
		return list
	}
	return v
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

// queryText returns the form of a value in a query. A type that has none is a
// mistake of this library: whatever were sent instead, the API might ignore.
func queryText(v reflect.Value) string {
	if t, ok := reflect.TypeAssert[time.Time](v); ok {
		return instant(t).Format(time.RFC3339Nano)
	}
	if m, ok := reflect.TypeAssert[encoding.TextMarshaler](v); ok {
		if text, err := m.MarshalText(); err == nil {
			return string(text)
		}
	}
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.Kind() == reflect.Slice: // as Featurebase's own client joins them
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = queryText(v.Index(i))
		}
		return strings.Join(texts, ",")
	}
	panic(fmt.Sprintf("query: a %v has no form", v.Type()))
}
