package main

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
	"github.com/featurebase-community/featurebase-go/internal/pagetest"
)

func seedOf(t *testing.T, text string) (*seed, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("seed.json", []byte(text), 0o600))
	return readSeed("seed.json")
}

// The last object needs all that come before it, whatever their order in the
// file.
func TestSeed_hasAllKinds(t *testing.T) {
	s, err := seedOf(t, `{
		"auditLogs": [{"action": "post.created"}],
		"surveyResponses": [{"surveyId": "survey_1", "user": {"id": "507f1f77bcf86cd799439011"}, "responses": [{"pageId": "p", "type": "rating", "value": 4.5}]}],
		"surveys": [{"id": "survey_1", "title": "How are you?"}],
		"tickets": [{"title": "Broken", "customFields": {"507f1f77bcf86cd799439031": [1, null, {"a": true}]}}],
		"ticketStatuses": [{"name": "Open"}],
		"ticketCustomFields": [{"label": "Severity"}],
		"ticketCategories": [{"name": "Bugs", "type": "back-office"}],
		"conversations": [{"title": "Hello", "createdAt": "2026-01-02T15:04:05Z"}],
		"conversationAttributes": [{"name": "Plan"}],
		"conversationTags": [{"name": "vip"}],
		"comments": [{"postId": "507f1f77bcf86cd799439021", "content": "Yes!"}],
		"posts": [{"id": "507f1f77bcf86cd799439021", "title": "Dark mode", "boardId": "507f1f77bcf86cd799439041"}],
		"contacts": [{"id": "507f1f77bcf86cd799439011", "email": "ada@example.com", "phone": "+1", "createdAt": "2026-01-02T15:04:05Z", "verified": null}],
		"companies": [{"companyId": "acme", "name": "Acme"}],
		"customFields": [{"label": "Effort"}],
		"postStatuses": [{"name": "Planned"}],
		"boards": [{"id": "507f1f77bcf86cd799439041", "name": "Ideas"}]
	}`)
	require.NoError(t, err)
	srv := featurebasetest.New(t)
	require.NoError(t, s.plant(srv))

	assert.Equal(t, "post.created", string(srv.AuditLogs()[0].Action))
	assert.Equal(t, "ada@example.com", srv.SurveyResponses("survey_1")[0].User.Email)
	assert.Empty(t, srv.SurveyResponses("survey_1")[0].Extra)
	assert.Len(t, srv.Surveys(), 1)
	assert.Len(t, srv.Tickets(), 1)
	assert.Len(t, srv.TicketStatuses(), 1)
	assert.Len(t, srv.TicketCustomFields(), 1)
	assert.Empty(t, srv.TicketCategories()[0].Extra)
	assert.Len(t, srv.Conversations(), 1)
	assert.Len(t, srv.ConversationAttributes(), 1)
	assert.Len(t, srv.ConversationTags(), 1)
	assert.Len(t, srv.Comments(), 1)
	assert.Len(t, srv.Posts(), 1)
	assert.JSONEq(t, `"2026-01-02T15:04:05.000Z"`, string(srv.Contacts()[0].Extra["createdAt"]))
	assert.Equal(t, "acme", srv.Companies()[0].CompanyID)
	assert.Len(t, srv.CustomFields(), 1)
	assert.Len(t, srv.PostStatuses(), 1)
	assert.Len(t, srv.Boards(), 1)
}

func TestSeed_hasTrackers(t *testing.T) {
	s, err := seedOf(t, `{
		"tickets": [{"title": "Broken", "linkedConversations": [{"id": "c1", "role": "customer"}, {"role": "tracker"}]}],
		"conversations": [{"id": "c1", "source": {"bodyMarkdown": "Help!"}, "conversationParts": [{"id": "2", "bodyMarkdown": "Hello?"}]}]
	}`)
	require.NoError(t, err)
	srv := featurebasetest.New(t)
	require.NoError(t, s.plant(srv))
	require.Len(t, srv.Conversations(), 2)
	tracker := srv.Conversations()[1]
	assert.Equal(t, tracker.ID, srv.Tickets()[0].LinkedConversations[1].ID)
	assert.Equal(t, "Help!", tracker.Source.BodyMarkdown)
	assert.Equal(t, "101", tracker.Parts[0].ID)
}

// Every kind has a name by which the fake returns what was added of it, and a seed
// can have an object of it without members, but for those that it needs.
func TestKinds_areThoseOfTheFake(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			s, err := seedOf(t, `{"surveys": [{"id": "survey_1"}], "posts": [{"id": "507f1f77bcf86cd799439021"}]}`)
			require.NoError(t, err)
			object := map[string]string{
				"comments":         `{"postId": "507f1f77bcf86cd799439021"}`,
				"surveyResponses":  `{"surveyId": "survey_1"}`,
				"ticketCategories": `{"type": "customer"}`,
			}[k.name]
			srv := featurebasetest.New(t)
			require.NoError(t, s.plant(srv))
			read := reflect.ValueOf(srv).MethodByName(strings.ToUpper(k.name[:1]) + k.name[1:])
			require.True(t, read.IsValid(), "the Server adds %s, and has no method that returns them", k.name)
			var of []reflect.Value
			if read.Type().NumIn() > 0 {
				of = append(of, reflect.ValueOf("survey_1"))
			}
			before := read.Call(of)[0].Len()
			require.NoError(t, k.add(srv, []byte(cmp.Or(object, "{}"))))
			assert.Equal(t, before+1, read.Call(of)[0].Len())
		})
	}
	for _, name := range slices.Concat(first, slices.Collect(maps.Keys(besides))) {
		assert.Contains(t, names(), name)
	}
}

func TestKinds_areInTheDocs(t *testing.T) {
	list := "//\n"
	for _, name := range names() {
		list += "//\t" + name + "\n"
	}
	pagetest.RequirePart(t, "main.go", "// them:", "// Everything but what", list+"//\n")
}

func TestSeed_saysWhereItIsWrong(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"empty", "", "seed.json:1:1: unexpected end of JSON input"},
		{"no object", "[]", "seed.json:1:1: a seed must be an object"},
		{"syntax", "{\n  \"posts\": [,]}", "seed.json:2:13: invalid character ','"},
		{"early end", "{\n\"posts\": [{", "seed.json:2:12: unexpected end of JSON input"},
		{"more", "{}\n{}", "seed.json:2:1: there is more after the object"},
		{"kind", `{"contact": []}`, `seed.json:1:2: a seed can't have a member "contact": want some of auditLogs, boards, `},
		{"twice", `{"posts": [], "posts": []}`, `seed.json:1:15: a seed has "posts" twice`},
		{"no list", `{"posts": {}}`, "seed.json:1:11: posts must be a list"},
		{"no object in it", `{"posts": [1]}`, "seed.json:1:12: posts[0] must be an object"},
		{"member", "{\"contacts\": [{},\n{\"emial\": 1}]}", `seed.json:2:2: contacts[1] can't have a member "emial": want some of commentsCreated, companies, createdAt, `},
		{"nested member", `{"contacts": [{"companies": [{"nam": 1}]}]}`, `seed.json:1:31: contacts[0].companies[0] can't have a member "nam": want`},
		{"text", `{"contacts": [{"email": 1}]}`, "seed.json:1:25: contacts[0].email must be text"},
		{"flag", `{"contacts": [{"verified": "yes"}]}`, "seed.json:1:28: contacts[0].verified must be true or false"},
		{"whole number", `{"contacts": [{"postsCreated": 1.5}]}`, "seed.json:1:32: contacts[0].postsCreated must be a whole number"},
		{"number", `{"companies": [{"monthlySpend": "1"}]}`, "seed.json:1:33: companies[0].monthlySpend must be a number"},
		{"time", `{"posts": [{"createdAt": "yesterday"}]}`, "seed.json:1:26: posts[0].createdAt must be a time, such as 2026-01-02T15:04:05Z"},
		{"list", `{"contacts": [{"roles": {}}]}`, "seed.json:1:25: contacts[0].roles must be a list"},
		{"object", `{"posts": [{"author": "ada"}]}`, "seed.json:1:23: posts[0].author must be an object"},
		{"value", "{\"contacts\": [\n\t{\"id\": \"7\"}]}", `seed.json:2:2: contacts[0]: ID "7" must be 24 hexadecimal characters`},
		{"reference", `{"surveyResponses": [{}]}`, `seed.json:1:22: surveyResponses[0]: there is no survey with ID ""`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := seedOf(t, tc.text)
			if err == nil {
				err = s.plant(featurebasetest.New())
			}
			assert.ErrorContains(t, err, tc.want)
		})
	}
}

func TestSeed_mustBeThere(t *testing.T) {
	_, err := readSeed(filepath.Join(t.TempDir(), "none.json"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// What the library returns is a seed.
func TestSeed_takesWhatTheAPIReturns(t *testing.T) {
	srv := featurebasetest.New(t)
	contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	b, err := contact.MarshalJSON()
	require.NoError(t, err)
	p, err := post.MarshalJSON()
	require.NoError(t, err)
	s, err := seedOf(t, `{"contacts": [`+string(b)+`], "posts": [`+string(p)+`]}`)
	require.NoError(t, err)
	again := featurebasetest.New(t)
	require.NoError(t, s.plant(again))
	assert.Equal(t, srv.Contacts(), again.Contacts())
	assert.Equal(t, srv.Posts(), again.Posts())
}
