package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/featurebase-community/featurebase-go"
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

type extra = map[string]json.RawMessage

// kinds are in the order in which they are added: what refers to others last.
var kinds = []kind{
	kindOf("boards", (*featurebasetest.Server).AddBoard),
	kindOf("postStatuses", (*featurebasetest.Server).AddPostStatus),
	kindOf("customFields", (*featurebasetest.Server).AddCustomField),
	kindOf("companies", (*featurebasetest.Server).AddCompany),
	kindOf("contacts", (*featurebasetest.Server).AddContact, "createdAt", "phone"),
	kindOf("posts", (*featurebasetest.Server).AddPost),
	kindOf("comments", (*featurebasetest.Server).AddComment),
	kindOf("conversationTags", (*featurebasetest.Server).AddConversationTag),
	kindOf("conversationAttributes", (*featurebasetest.Server).AddConversationAttribute),
	kindOf("conversations", (*featurebasetest.Server).AddConversation),
	kindOf("ticketCategories", func(s *featurebasetest.Server, b featurebase.Board) featurebase.Board {
		return s.AddTicketCategory(b, featurebase.TicketCategoryType(take(b.Extra, "type")))
	}, "type"),
	kindOf("ticketCustomFields", (*featurebasetest.Server).AddTicketCustomField),
	kindOf("ticketStatuses", (*featurebasetest.Server).AddTicketStatus),
	kindOf("tickets", (*featurebasetest.Server).AddTicket),
	kindOf("surveys", (*featurebasetest.Server).AddSurvey),
	kindOf("surveyResponses", func(s *featurebasetest.Server, r featurebase.SurveyResponse) featurebase.SurveyResponse {
		return s.AddSurveyResponse(take(r.Extra, "surveyId"), r)
	}, "surveyId"),
	kindOf("auditLogs", (*featurebasetest.Server).AddAuditLog),
}

func kindOf[T any](name string, add func(*featurebasetest.Server, T) T, besides ...string) kind {
	return kind{name, reflect.TypeFor[T](), besides, func(s *featurebasetest.Server, object []byte) (err error) {
		var v T
		if err := json.Unmarshal(object, &v); err != nil {
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
		add(s, v)
		return nil
	}}
}

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

func names() []string {
	byName := map[string]bool{}
	for _, k := range kinds {
		byName[k.name] = true
	}
	return slices.Sorted(maps.Keys(byName))
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
