package conformance_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// Why several differences are meant.
const (
	oneRating   = "One type for the ratings of parts, the summary, the history and the details."
	oneDelivery = "One type for deliveries by email and in Slack."
	oneChannel  = "One type for all channels."
	oneUser     = "One type for all users."
	oneSlack    = "One type for the first message and those of parts."
	alwaysSent  = "A struct is always sent; what it has to have is checked in it."
)

// typeDifferences are where this library's types differ from those of the
// official client, and why they should.
var typeDifferences = map[string]string{
	"Page.object: the official type has no such field":       "The official class drops it.",
	"PostVote.added: the official type has no such field":    "One type confirms both.",
	"PostVote.removed: the official type has no such field":  "One type confirms both.",
	"CompanySearchParams.query: is one of several objects":   "Filters writes one condition, or a group of them; the steps compare what is sent.",
	"ContactSearchParams.query: is one of several objects":   "Filters writes one condition, or a group of them; the steps compare what is sent.",
	"CommentSearchParams.query: is one of several objects":   "Filters writes one condition, or a group of them; the steps compare what is sent.",
	"PostSearchParams.query: is one of several objects":      "Filters writes one condition, or a group of them; the steps compare what is sent.",
	"CompanyUpsertParams.customFields: has only some names":  "The official type has the names of the reference's example.",
	"ContactUpsertParams.customFields: has only some names":  "The official type has the names of the reference's example.",
	"ContactUpsertCompany.customFields: has only some names": "The official type has the names of the reference's example.",
	"AuditLogListParams.endDate: may be null":                "In a query, null is an empty value, and the reference does not say what that means.",
	"AuditLogListParams.startDate: may be null":              "In a query, null is an empty value, and the reference does not say what that means.",
	"ConversationTagCreateParams.id: is missing":             "One endpoint creates and renames; with an ID it renames.",
	"ConversationTagRenameParams.id: is optional":            "One endpoint creates and renames; without an ID it creates.",

	"ConversationAuthor.companies: the official type has no such field":            "One type for the authors of parts and in search results.",
	"ConversationAuthor.id: is never absent":                                       "One type for the authors of parts and in search results.",
	"ConversationCSAT.canceledAt: the official type has no such field":             oneRating,
	"ConversationCSAT.changeLockWindowEndsAt: the official type has no such field": oneRating,
	"ConversationCSAT.channel: is never absent":                                    oneRating,
	"ConversationCSAT.channel: is never android":                                   oneChannel,
	"ConversationCSAT.channel: is never ios":                                       oneChannel,
	"ConversationCSAT.channel: is never unknown":                                   oneChannel,
	"ConversationCSAT.channel: the official type has no such field":                oneRating,
	"ConversationCSAT.emailDelivery: the official type has no such field":          oneRating,
	"ConversationCSAT.expiredAt: the official type has no such field":              oneRating,
	"ConversationCSAT.isLatestEffective: is never absent":                          oneRating,
	"ConversationCSAT.isLatestEffective: the official type has no such field":      oneRating,
	"ConversationCSAT.lastUpdatedAt: is never absent":                              oneRating,
	"ConversationCSAT.lastUpdatedAt: the official type has no such field":          oneRating,
	"ConversationCSAT.lateSubmitWindowEndsAt: the official type has no such field": oneRating,
	"ConversationCSAT.ratedAgent: the official type has no such field":             oneRating,
	"ConversationCSAT.ratedAt: the official type has no such field":                oneRating,
	"ConversationCSAT.remark: the official type has no such field":                 oneRating,
	"ConversationCSAT.requestId: is never absent":                                  oneRating,
	"ConversationCSAT.requestSource: is never absent":                              oneRating,
	"ConversationCSAT.requestSource: the official type has no such field":          oneRating,
	"ConversationCSAT.requestedAt: is never absent":                                oneRating,
	"ConversationCSAT.requestedAt: the official type has no such field":            oneRating,
	"ConversationCSAT.score: the official type has no such field":                  oneRating,
	"ConversationCSAT.slackDelivery: the official type has no such field":          oneRating,
	"ConversationCSAT.workflow: the official type has no such field":               oneRating,
	"ConversationCSATDelivery.channelId: the official type has no such field":      oneDelivery,
	"ConversationCSATDelivery.messageId: the official type has no such field":      oneDelivery,
	"ConversationCSATDelivery.messageTs: the official type has no such field":      oneDelivery,
	"ConversationCSATDelivery.postedAt: the official type has no such field":       oneDelivery,
	"ConversationCSATDelivery.sentAt: the official type has no such field":         oneDelivery,
	"ConversationCSATDelivery.status: is never posted":                             oneDelivery,
	"ConversationCSATDelivery.status: is never sent":                               oneDelivery,
	"ConversationCSATDelivery.teamId: the official type has no such field":         oneDelivery,
	"ConversationCreateParams.channel: is never android":                           oneChannel,
	"ConversationCreateParams.channel: is never ios":                               oneChannel,
	"ConversationCreateParams.channel: is never slack":                             oneChannel,
	"ConversationCreateParams.channel: is never unknown":                           oneChannel,
	"ConversationCreateParams.from: is required":                                   alwaysSent,
	"ConversationGetParams.include[]: is any string":                               "The reference has one value.",
	"ConversationListParams.include[]: is any string":                              "The reference has one value.",
	"ConversationMarkAsRead.allAdmins: may be null":                                "The reference gives null no meaning.",
	"ConversationMarkAsRead.allContacts: may be null":                              "The reference gives null no meaning.",
	"ConversationPartMatch.partType: is any string":                                "The reference lists no values here, only for parts.",
	"ConversationPartPreview.partType: is any string":                              "The reference lists no values here, only for parts.",
	"ConversationParticipant.type: is never bot":                                   oneUser,
	"ConversationParticipant.type: is never guest":                                 oneUser,
	"ConversationParticipant.type: is never integration":                           oneUser,
	"ConversationParticipantAddParams.participant: is required":                    alwaysSent,
	"ConversationReadReceipt.userType: is never bot":                               oneUser,
	"ConversationReadReceipt.userType: is never guest":                             oneUser,
	"ConversationReadReceipt.userType: is never integration":                       oneUser,
	"ConversationRecipients.to: is required":                                       alwaysSent,
	"ConversationRedactParams.type: is missing":                                    "There is one value, which the method sends.",
	"ConversationSearchParams.query: is one of several objects":                    "Filters writes one condition, or a group of them; the steps compare what is sent.",
	"ConversationWorkflowWait.interruptedByUserType: is never bot":                 oneUser,
	"ConversationWorkflowWait.interruptedByUserType: is never guest":               oneUser,
	"ConversationWorkflowWait.interruptedByUserType: is never integration":         oneUser,
	"ConversationPart.sources: the official type has no such field":                "The reference has it.",
	"SlackMessage.messageTs: is never absent":                                      oneSlack,
	"SlackMessage.messageTs: the official type has no such field":                  oneSlack,
	"SlackMessage.threadTs: is never absent":                                       oneSlack,
	"Webhook.secret: is never absent":                                              "The document requires it, but its examples of a get and a list leave it out.",
}

// officialType is a type as types.mjs describes it.
type officialType struct {
	Null    bool
	Simple  []string
	Values  []string
	Items   *officialType
	Entries *officialType
	Fields  map[string]struct {
		Optional bool
		Type     officialType
	}
	Several bool
}

// The fake encodes its responses with this library's types, so that a wrong name
// in them would be wrong on both sides. The official client's types know better.
// Which types to compare follows from the methods that the steps compare.
func TestTypes_areThoseOfTheOfficialClient(t *testing.T) {
	t.Parallel()
	node := requireOfficial(t)
	pairs := map[string]string{} // methods of ours to official ones
	for _, s := range steps(t) {
		if s.ours.method != "" {
			pairs[s.ours.method] = s.official.Method
		}
	}
	out, err := exec.Command(node, append([]string{"types.mjs"}, slices.Collect(maps.Values(pairs))...)...).Output()
	require.NoError(t, err)
	var declared map[string]struct{ Params, Result *officialType }
	require.NoError(t, json.Unmarshal(out, &declared))

	c := comparison{constants: constants(t), found: map[string]bool{}}
	for name, theirs := range pairs {
		method := serviceMethod(t, name).Type
		params := method.In(method.NumIn() - 2) // before the options
		switch official := declared[theirs].Params; {
		case params.Kind() == reflect.Struct:
			c.fields(params, official, true)
		case params.Kind() == reflect.Map, official != nil && len(official.Fields) > 0: // the only field, which is required
			require.Len(t, official.Fields, 1, name)
			for field, d := range official.Fields {
				assert.False(t, d.Optional, "%s has no %s", name, field)
				c.value(name+"."+field, params, &d.Type, true)
			}
		}
		official := declared[theirs].Result
		switch result := method.Out(0); result.Kind() {
		case reflect.Pointer:
			c.fields(result.Elem(), official, false)
		case reflect.Slice: // of all items, maybe in a list
			if data, ok := official.Fields["data"]; ok {
				official = &data.Type
			}
			c.value(name, result, official, false)
		}
	}
	assert.Equal(t, slices.Sorted(maps.Keys(typeDifferences)), slices.Sorted(maps.Keys(c.found)))
}

// comparison finds differences between types.
type comparison struct {
	constants map[string][]string // by the name of a type
	found     map[string]bool
}

func (c *comparison) differs(at, how string) { c.found[at+": "+how] = true }

// fields compares a struct.
func (c *comparison) fields(t reflect.Type, official *officialType, request bool) {
	name, _, _ := strings.Cut(t.Name(), "[")
	missing := maps.Clone(official.Fields)
	for _, f := range reflect.VisibleFields(t) {
		tag, inQuery := f.Tag.Lookup("query")
		if !inQuery {
			tag = f.Tag.Get("json")
		}
		field, options, _ := strings.Cut(tag, ",")
		if f.Anonymous || field == "-" {
			continue
		}
		at := name + "." + field
		d, ok := official.Fields[field]
		delete(missing, field)
		if !ok {
			c.differs(at, "the official type has no such field")
			continue
		}
		omitted := inQuery || options != ""
		if request {
			c.presence(at, f, omitted, d.Optional, d.Type.Null)
		} else if absent := d.Optional || d.Type.Null; absent != canBeAbsent(f.Type, omitted) {
			c.differs(at, map[bool]string{true: "may be absent", false: "is never absent"}[absent])
		}
		c.value(at, f.Type, &d.Type, request)
	}
	for field := range missing {
		c.differs(name+"."+field, "is missing")
	}
}

// presence compares whether a field of a request may be left out, and be null.
func (c *comparison) presence(at string, f reflect.StructField, omitted, optional, null bool) {
	required := slices.Contains(strings.Split(f.Tag.Get("check"), ","), "required")
	if omitted != optional || required == optional {
		c.differs(at, map[bool]string{true: "is optional", false: "is required"}[optional])
	}
	if _, nullable := optionalOf(f.Type); null && !nullable {
		c.differs(at, "may be null")
	}
}

// canBeAbsent reports whether a field of a response says that it may be absent
// or null: numbers, flags and objects as pointers, others in their tag.
func canBeAbsent(t reflect.Type, omitted bool) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return true
	case reflect.Struct:
		return omitted && t == reflect.TypeFor[time.Time]()
	case reflect.String, reflect.Slice, reflect.Map, reflect.Interface:
		return omitted
	}
	return false
}

// value compares what a field may be.
func (c *comparison) value(at string, t reflect.Type, official *officialType, request bool) {
	if inner, ok := optionalOf(t); ok {
		t = inner
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	simple := func(want string) {
		if !slices.Contains(official.Simple, want) {
			c.differs(at, "is no "+want)
		}
	}
	switch {
	case official.Several && t.Kind() != reflect.Struct: // which has the fields of all
		c.differs(at, "is one of several objects")
	case t == reflect.TypeFor[time.Time](), t == reflect.TypeFor[featurebase.Date]():
		simple("string")
	case t.Kind() == reflect.String && official.Values != nil:
		c.enum(at, t, official.Values)
	case t.Kind() == reflect.String:
		simple("string")
		if c.constants[t.Name()] != nil {
			c.differs(at, "is any string")
		}
	case t.Kind() == reflect.Int, t.Kind() == reflect.Float64:
		simple("number")
	case t.Kind() == reflect.Bool:
		simple("boolean")
	case t.Kind() == reflect.Interface:
	case t.Kind() == reflect.Slice && official.Items != nil:
		c.value(at+"[]", t.Elem(), official.Items, request)
	case t.Kind() == reflect.Map && official.Entries != nil:
		c.value(at+"[]", t.Elem(), official.Entries, request)
	case t.Kind() == reflect.Map && official.Fields != nil && t.Key() != reflect.TypeFor[string]():
		c.enum(at, t.Key(), slices.Sorted(maps.Keys(official.Fields)))
		for name, d := range official.Fields {
			c.value(at+"."+name, t.Elem(), &d.Type, request)
		}
	case t.Kind() == reflect.Map && official.Fields != nil:
		c.differs(at, "has only some names")
	case t.Kind() == reflect.Struct && official.Fields != nil:
		c.fields(t, official, request)
	default:
		c.differs(at, "is no "+t.String())
	}
}

// enum compares a type's constants with the values that there are. A lone value
// needs no constant: the methods check it.
func (c *comparison) enum(at string, t reflect.Type, values []string) {
	constants := c.constants[t.Name()]
	if constants == nil && len(values) > 1 {
		c.differs(at, "has values without constants")
	}
	for _, value := range constants {
		if !slices.Contains(values, value) {
			c.differs(at, "is never "+value)
		}
	}
	for _, value := range values {
		spelt := strings.ReplaceAll(value, "_", "") // created_at:desc is deprecated
		if constants != nil && !slices.ContainsFunc(constants, func(c string) bool { return c == value || strings.EqualFold(c, spelt) }) {
			c.differs(at, "may be "+value)
		}
	}
}

// optionalOf returns the type of the value of an Optional.
func optionalOf(t reflect.Type) (reflect.Type, bool) {
	if !strings.HasPrefix(t.String(), "featurebase.Optional[") {
		return nil, false
	}
	inner, _ := t.FieldByName("value")
	return inner.Type, true
}

// constants returns the constants of this library's types of strings.
func constants(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../*.go")
	require.NoError(t, err)
	values := map[string][]string{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				spec := spec.(*ast.ValueSpec)
				typ, ok := spec.Type.(*ast.Ident)
				if !ok {
					continue
				}
				for _, value := range spec.Values {
					if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						text, err := strconv.Unquote(lit.Value)
						require.NoError(t, err)
						values[typ.Name] = append(values[typ.Name], text)
					}
				}
			}
		}
	}
	require.NotEmpty(t, values[reflect.TypeFor[featurebase.ContactType]().Name()])
	return values
}
