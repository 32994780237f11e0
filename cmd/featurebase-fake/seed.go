package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// A kind is a kind of object that a seed can have. The members in besides are not in
// its type: they are text.
type kind struct {
	name    string
	typ     reflect.Type
	besides []string
	add     func(s *featurebasetest.Server, object []byte) error
}

// first are the kinds to which others refer, in the order in which they are added.
// The others come after them.
var first = []string{
	"boards", "postStatuses", "customFields", "companies", "contacts", "posts", "comments", "conversationTags", "conversationAttributes",
	"conversations", "ticketCategories", "ticketCustomFields", "ticketStatuses", "tickets", "surveys",
}

// besides has, by the name of the kind, members that are no fields. If the fake's
// method has arguments besides the object, they are these members.
var besides = map[string][]string{
	"contacts":         {"createdAt", "phone"},
	"surveyResponses":  {"surveyId"},
	"ticketCategories": {"type"},
}

// kinds are what the fake has methods to add, in the order in which a seed's
// objects are added.
var kinds = kindsOf(reflect.TypeFor[*featurebasetest.Server]())

func kindsOf(server reflect.Type) (kinds []kind) {
	for i := range server.NumMethod() {
		if method := server.Method(i); strings.HasPrefix(method.Name, "Add") {
			kinds = append(kinds, kindOf(method))
		}
	}
	place := func(k kind) int {
		if i := slices.Index(first, k.name); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(kinds, func(a, b kind) int { return place(a) - place(b) })
	return kinds
}

// kindOf returns the kind that a method of the fake adds, such as boards for
// AddBoard.
func kindOf(method reflect.Method) kind {
	one := strings.TrimPrefix(method.Name, "Add")
	name := plural(strings.ToLower(one[:1]) + one[1:])
	k := kind{name: name, typ: method.Type.Out(0), besides: besides[name]}
	k.add = func(s *featurebasetest.Server, object []byte) (err error) {
		v := reflect.New(k.typ)
		if err := json.Unmarshal(object, v.Interface()); err != nil {
			return err
		}
		defer func() {
			switch mistake := recover().(type) {
			case nil:
			case string: // as package featurebasetest does outside of tests
				_, what, _ := strings.Cut(strings.TrimPrefix(mistake, "featurebasetest: "), ": ")
				err = fmt.Errorf("%s", what)
			default:
				panic(mistake)
			}
		}()
		args := []reflect.Value{reflect.ValueOf(s)}
		others := slices.Clone(k.besides)
		for i := 1; i < method.Type.NumIn(); i++ {
			if in := method.Type.In(i); in == k.typ {
				args = append(args, v.Elem())
			} else {
				text := take(v.Elem().FieldByName("Extra").Interface().(extra), others[0])
				args, others = append(args, reflect.ValueOf(text).Convert(in)), others[1:]
			}
		}
		method.Func.Call(args)
		return nil
	}
	return k
}

// plural returns the name of several objects.
func plural(name string) string {
	if stem, ok := strings.CutSuffix(name, "y"); ok && !strings.HasSuffix(stem, "e") {
		return stem + "ies"
	}
	if strings.HasSuffix(name, "s") {
		return name + "es"
	}
	return name + "s"
}

type extra = map[string]json.RawMessage

// take removes a member that is text.
func take(e extra, name string) (text string) {
	_ = json.Unmarshal(e[name], &text) // it has been checked
	delete(e, name)
	return text
}

// A seed is what there is at first.
type seed struct {
	file    string
	text    []byte
	objects map[string][]span // by kind
}

// A span is where an object is in the text of a seed.
type span struct{ from, to int }

// readSeed reads a seed from a file. Without one it is empty.
func readSeed(file string) (*seed, error) {
	s := &seed{file: file, objects: map[string][]span{}}
	if file == "" {
		return s, nil
	}
	var err error
	if s.text, err = os.ReadFile(file); err != nil {
		return nil, err
	}
	if at, err := s.parse(); err != nil {
		return nil, s.mistake(at, err)
	}
	return s, nil
}

// parse finds the objects, and checks their members and types. It returns where
// a mistake is.
func (s *seed) parse() (at int, err error) {
	r := newReader(s.text)
	err = r.object("a seed", func(name string) error {
		i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
		if i < 0 {
			return fmt.Errorf("a seed can't have a member %q: want some of %s", name, strings.Join(names(), ", "))
		}
		return r.list(name, func(path string) error {
			from := r.start()
			err := r.value(kinds[i].typ, kinds[i].besides, path)
			s.objects[name] = append(s.objects[name], span{from, r.end()})
			return err
		})
	})
	if err == nil {
		err = r.nothingMore()
	}
	return r.at, err
}

func names() (names []string) {
	for _, k := range kinds {
		names = append(names, k.name)
	}
	slices.Sort(names)
	return names
}

// plant adds the objects.
func (s *seed) plant(srv *featurebasetest.Server) error {
	for _, k := range kinds {
		for i, o := range s.objects[k.name] {
			if err := k.add(srv, s.text[o.from:o.to]); err != nil {
				return s.mistake(o.from, fmt.Errorf("%s[%d]: %w", k.name, i, err))
			}
		}
	}
	return nil
}

// mistake says where it is, as line and column in bytes.
func (s *seed) mistake(at int, err error) error {
	before := string(s.text[:at])
	return fmt.Errorf("%s:%d:%d: %w", s.file, strings.Count(before, "\n")+1, at-strings.LastIndex(before, "\n"), err)
}
