package ids

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const object = "507f1f77bcf86cd799439011"

func TestForms_takeWhatTheAPITakes(t *testing.T) {
	t.Parallel()
	own := func(id string) string { return Own(id, MaxOwn) }
	for _, tc := range []struct {
		name   string
		form   func(string) string
		takes  []string
		not    []string
		reason string
	}{
		{"object", Object, []string{object, strings.ToUpper(object)},
			[]string{"", object[1:], object + "0", object[1:] + "g", object[1:] + "\n", "u1"}, "want exactly 24 hexadecimal characters"},
		{"short", Short, []string{"1", "42", "a1B2", "Zz9", strings.Repeat("9", 16)},
			[]string{"", strings.Repeat("9", 17), "a-b", "a_b", "a/b", " 1", "1\n", "é", "٣", object}, "want 1 to 16 letters and digits"},
		{"opaque", Opaque, []string{object, "a-b_C", "1"}, []string{"", "a b", "a/b", ".", "é", "a\n"}, "want an ID that the API returned"},
		{"number", Number, []string{"1", "42"}, []string{"", "0", "-1", "x", "1.5"}, "want a number from 1 on"},
		{"own", own, []string{"u1", "ada@example.com", "a b", "a/b", "...", "日本", "a\u200db", strings.Repeat("é", 255)},
			[]string{"", ".", "..", " a", "a\u00a0", "\ufeffa", "a\ufeffb", "a\ufeff", "\u200ba", "a\u200e", "a\u00ad", "a\nb", "a\x00", "a\u0085b", "a\xff",
				strings.Repeat("é", 256)}, "want an ID of your own system"},
		{"slug", Slug, []string{object, "dark-mode", "größe", "a.b"}, []string{"", "a b", "a/b", "a?b", "a#b", "a@b", "a\n"}, "want a Featurebase ID, or a slug"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, id := range tc.takes {
				assert.Empty(t, tc.form(id), "%q", id)
			}
			for _, id := range tc.not {
				assert.Contains(t, tc.form(id), tc.reason, "%q", id)
			}
		})
	}
	assert.Empty(t, Own(strings.Repeat("é", 500), 500))
	assert.Equal(t, "want an ID of your own system of at most 500 characters, but it has 501", Own(strings.Repeat("é", 501), 500))
}

func TestSame_ignoresTheCaseOfHexadecimalIDsOnly(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{object, object, true},
		{object, strings.ToUpper(object), true},
		{object, "0" + object[1:], false},
		{"a1", "a1", true},
		{"a1", "A1", false},
		{"", "", true},
	} {
		assert.Equal(t, tc.want, Same(tc.a, tc.b), "%q, %q", tc.a, tc.b)
	}
}
