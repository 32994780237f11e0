package conformance_test

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// The fake encodes its answers with this library's types, so that a wrong name
// in them would be wrong on both sides. The official client's types know better.
func TestTheFieldsAreThoseOfTheOfficialTypes(t *testing.T) {
	t.Parallel()
	requireOfficial(t)
	const contacts, email = "contacts/contacts.ts", "contacts/email-preferences.ts"
	for _, tc := range []struct {
		file, name string
		ours       reflect.Type
	}{
		{contacts, "Contact", reflect.TypeFor[featurebase.Contact]()},
		{contacts, "DeletedContact", reflect.TypeFor[featurebase.DeletedContact]()},
		{contacts, "ContactCreateOrUpdateParams", reflect.TypeFor[featurebase.ContactUpsertParams]()},
		{contacts, "Company", reflect.TypeFor[featurebase.ContactUpsertCompany]()},
		{"companies/companies.ts", "Company", reflect.TypeFor[featurebase.Company]()},
		{email, "PreferencesOutput", reflect.TypeFor[featurebase.ContactEmailPreferences]()},
		{email, "PreferenceState", reflect.TypeFor[featurebase.ContactEmailPreference]()},
	} {
		assert.ElementsMatch(t, officialFields(t, tc.file, tc.name), jsonNames(tc.ours), tc.ours.Name())
	}
	p, err := newServer(t).Client().Contacts.GetEmailPreferences(t.Context(), ada)
	require.NoError(t, err)
	var topics []string
	for topic := range maps.Keys(p.Preferences) {
		topics = append(topics, string(topic))
	}
	assert.ElementsMatch(t, officialFields(t, email, "Preferences"), topics)
}

var property = regexp.MustCompile(`^ *(\w+)\??: `)

// officialFields gives the properties of the first interface with this name,
// without headers, whose names are quoted.
func officialFields(t *testing.T, file, name string) (fields []string) {
	t.Helper()
	b, err := os.ReadFile("node_modules/" + module + "/src/resources/users/" + file)
	require.NoError(t, err)
	lines := strings.Split(string(b), "\n")
	begin := slices.IndexFunc(lines, func(line string) bool {
		return strings.TrimSpace(line) == "export interface "+name+" {"
	})
	require.GreaterOrEqual(t, begin, 0, "no %s in %s", name, file)
	indent, _, _ := strings.Cut(lines[begin], "export")
	for _, line := range lines[begin+1:] {
		if line == indent+"}" {
			break
		}
		if found := property.FindStringSubmatch(line); found != nil {
			fields = append(fields, found[1])
		}
	}
	require.NotEmpty(t, fields)
	return fields
}

func jsonNames(typ reflect.Type) (names []string) {
	for i := range typ.NumField() {
		if name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ","); name != "-" {
			names = append(names, name)
		}
	}
	return names
}
