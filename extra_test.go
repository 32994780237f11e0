package featurebase_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// withoutExtra are the objects of responses whose unknown members are not kept,
// and why.
var withoutExtra = map[string]string{
	"Deleted":              "A confirmation that has another form is not believed.",
	"PostVote":             "A confirmation that has another form is not believed.",
	"ChangelogSubscribers": "A confirmation that has another form is not believed.",
	"SearchPage":           "It has that of its Page.",
}

// resultTypes returns the types of what the methods of all services return.
func resultTypes() map[reflect.Type]bool {
	types := map[reflect.Type]bool{}
	client := reflect.TypeFor[featurebase.Client]()
	for i := range client.NumField() {
		service := client.Field(i)
		if !service.IsExported() {
			continue
		}
		for j := range service.Type.NumMethod() {
			result := service.Type.Method(j).Type.Out(0)
			if result.Kind() == reflect.Pointer || result.Kind() == reflect.Slice {
				types[result.Elem()] = true
			}
		}
	}
	return types
}

// structsIn calls f for each struct that a value of type t can have in it.
func structsIn(t reflect.Type, seen map[reflect.Type]bool, f func(reflect.Type)) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		structsIn(t.Elem(), seen, f)
	case reflect.Struct:
		if seen[t] || t == reflect.TypeFor[time.Time]() {
			return
		}
		seen[t] = true
		f(t)
		for i := range t.NumField() {
			structsIn(t.Field(i).Type, seen, f)
		}
	}
}

func TestExtra_isInEveryObjectOfAResponse(t *testing.T) {
	t.Parallel()
	found := 0
	exceptions := map[string]string{}
	seen := map[reflect.Type]bool{}
	for result := range resultTypes() {
		structsIn(result, seen, func(s reflect.Type) {
			name, _, _ := strings.Cut(s.Name(), "[")
			if extra, ok := s.FieldByName("Extra"); !ok || len(extra.Index) > 1 {
				exceptions[name] = withoutExtra[name]
			} else {
				found++
				assert.Equal(t, reflect.TypeFor[map[string]json.RawMessage](), extra.Type, name)
				assert.Equal(t, "-", extra.Tag.Get("json"), name)
			}
		})
	}
	assert.Equal(t, withoutExtra, exceptions)
	assert.Greater(t, found, 70)
}

// sampleOf returns a value of a member of type t, in which each object has an
// unknown member.
func sampleOf(t reflect.Type) any {
	switch t.Kind() {
	case reflect.Pointer:
		return sampleOf(t.Elem())
	case reflect.Slice:
		return []any{sampleOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"k": sampleOf(t.Elem())}
	case reflect.Bool:
		return true
	case reflect.Int, reflect.Float64:
		return 7.0
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return "2026-01-02T03:04:05Z"
		}
		members := map[string]any{"unknown": map[string]any{"a": []any{1.0}}}
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "-" {
				members[name] = sampleOf(t.Field(i).Type)
			}
		}
		return members
	}
	if t == reflect.TypeFor[featurebase.Secret]() {
		return "[secret]" // as it is written, whatever it is
	}
	return "x"
}

// What is in a response is in its JSON again, however deep it is nested.
func TestExtra_survivesInEveryObject(t *testing.T) {
	t.Parallel()
	tried := 0
	for result := range resultTypes() {
		if _, ok := result.MethodByName("MarshalJSON"); !ok {
			continue // a page, or a confirmation
		}
		tried++
		t.Run(result.Name(), func(t *testing.T) {
			t.Parallel()
			sample, err := json.Marshal(sampleOf(result))
			require.NoError(t, err)
			v := reflect.New(result).Interface()
			require.NoError(t, json.Unmarshal(sample, v))
			again, err := json.Marshal(v)
			require.NoError(t, err)
			assert.JSONEq(t, string(sample), string(again))
		})
	}
	assert.GreaterOrEqual(t, tried, 9)
}
