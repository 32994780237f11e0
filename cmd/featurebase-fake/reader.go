package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// reader reads JSON and compares it with Go types. The types of package
// featurebase keep what does not fit, which a seed should not have.
type reader struct {
	text []byte
	dec  *json.Decoder
	at   int // where the token begins that was read last
}

func newReader(text []byte) *reader {
	r := &reader{text: text, dec: json.NewDecoder(bytes.NewReader(text))}
	r.dec.UseNumber()
	return r
}

// start returns where the next token begins, and end where the last one ended.
func (r *reader) start() int { return r.skip(" \t\r\n,:") }
func (r *reader) end() int   { return int(r.dec.InputOffset()) }

// skip returns where the first other character is after the last token.
func (r *reader) skip(characters string) int {
	rest := r.text[r.end():]
	return len(r.text) - len(bytes.TrimLeft(rest, characters))
}

func (r *reader) token() (json.Token, error) {
	r.at = r.start()
	token, err := r.dec.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		r.at = max(r.skip(" \t\r\n"), int(syntax.Offset)-1)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.at, err = len(r.text), errors.New("unexpected end of JSON input")
	}
	return token, err
}

func (r *reader) nothingMore() error {
	switch _, err := r.token(); {
	case r.at == len(r.text):
		return nil
	case err != nil:
		return err
	}
	return errors.New("there is more after the object")
}

// object reads an object, calling member after each name.
func (r *reader) object(path string, member func(name string) error) error {
	token, err := r.token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return fmt.Errorf("%s must be an object", path)
	}
	return r.members(path, member)
}

func (r *reader) members(path string, member func(name string) error) error {
	seen := map[string]bool{}
	for r.dec.More() {
		token, err := r.token()
		if err != nil {
			return err
		}
		name := token.(string)
		if seen[name] {
			return fmt.Errorf("%s has %q twice", path, name)
		}
		seen[name] = true
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := r.token()
	return err
}

// list reads a list, calling element before each element.
func (r *reader) list(path string, element func(path string) error) error {
	token, err := r.token()
	if err != nil {
		return err
	}
	if token != json.Delim('[') {
		return fmt.Errorf("%s must be a list", path)
	}
	return r.elements(path, element)
}

func (r *reader) elements(path string, element func(path string) error) error {
	for i := 0; r.dec.More(); i++ {
		if err := element(fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	_, err := r.token()
	return err
}

var timeType = reflect.TypeFor[time.Time]()

// value reads a value of type t. If it is an object, it may have the members in
// besides as well. Null is of any type.
func (r *reader) value(t reflect.Type, besides []string, path string) error {
	token, err := r.token()
	if err != nil {
		return err
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	anything := t.Kind() == reflect.Interface
	fits := anything
	switch token := token.(type) {
	case nil:
		fits = true
	case string:
		fits = fits || t.Kind() == reflect.String
		if t == timeType {
			_, err := time.Parse(time.RFC3339, token)
			fits = err == nil
		}
	case bool:
		fits = fits || t.Kind() == reflect.Bool
	case json.Number:
		_, err := token.Int64()
		fits = fits || t.Kind() == reflect.Float64 || t.Kind() == reflect.Int && err == nil
	case json.Delim:
		switch {
		case token == '{' && t.Kind() == reflect.Struct && t != timeType:
			return r.structure(t, besides, path)
		case token == '{' && (anything || t.Kind() == reflect.Map):
			return r.members(path, func(name string) error { return r.value(elementOf(t), nil, path+"."+name) })
		case token == '[' && (anything || t.Kind() == reflect.Slice):
			return r.elements(path, func(path string) error { return r.value(elementOf(t), nil, path) })
		}
		fits = false
	}
	if !fits {
		return fmt.Errorf("%s must be %s", path, describe(t))
	}
	return nil
}

// elementOf returns the type of what is in a list or a map of type t.
func elementOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Interface {
		return t
	}
	return t.Elem()
}

func (r *reader) structure(t reflect.Type, besides []string, path string) error {
	known := map[string]reflect.Type{}
	for _, name := range besides {
		known[name] = reflect.TypeFor[string]()
	}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			known[name] = f.Type
		}
	}
	return r.members(path, func(name string) error {
		t, ok := known[name]
		if !ok {
			return fmt.Errorf("%s can't have a member %q: want some of %s", path, name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		return r.value(t, nil, path+"."+name)
	})
}

func describe(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	}
	if t == timeType {
		return "a time, such as 2026-01-02T15:04:05Z"
	}
	return "an object"
}
