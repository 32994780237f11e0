package featurebase_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// refusal returns the error of a call that is to be refused, and checks that
// nothing was sent.
func refusal(t *testing.T, call doFunc) error {
	t.Helper()
	rt, sent := recording(200, "{}")
	result, err := call(t.Context(), newClient(t, rt))
	require.ErrorIs(t, err, featurebase.ErrInvalidArgument)
	assert.True(t, result == nil || reflect.ValueOf(result).IsNil())
	assert.Empty(t, *sent)
	return err
}

func TestInvalidIDError_saysWhatIsWrongWithAnID(t *testing.T) {
	t.Parallel()
	const (
		form = "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but "
		hint = "; for your own user IDs there are methods with ByUserID"
	)
	for _, tc := range []struct{ name, id, reason string }{
		{"empty", "", form + "it has 0"},
		{"short", contactID[1:], form + "it has 23"},
		{"long", contactID + "0", form + "it has 25"},
		{"not hexadecimal", "507f1f77bcf86cd79943901g", form + "character 24 is 'g'"},
		{"an email", "ada@example.com", form + "this looks like an email address"},
		{"slash", "507f1f77bcf86cd79943901/", form + "character 24 is '/'"},
		{"dot segments", "../../../../contacts/all", form + "character 1 is '.'"},
		{"percent", "507f1f77bcf86cd799439%2f", form + "character 22 is '%'"},
		{"query", "507f1f77bcf86cd79943901?", form + "character 24 is '?'"},
		{"space", " " + contactID, form + "character 1 is ' '"},
		{"newline", contactID + "\n", form + `character 25 is '\n'`},
		{"NUL", contactID[:23] + "\x00", form + `character 24 is '\x00'`},
		{"fullwidth digit", contactID[:23] + "\uff11", form + "character 24 is '\uff11'"},
		{"Arabic-Indic digit", contactID[:23] + "٣", form + "character 24 is '٣'"},
		{"Cyrillic letter", contactID[:23] + "а", form + "character 24 is 'а'"},
		{"24 bytes, not digits", strings.Repeat("é", 12), form + "character 1 is 'é'"},
		{"invalid UTF-8", contactID[:23] + "\xff", form + `character 24 is '�'`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := refusal(t, method("Contacts.Delete", tc.id))
			assert.Equal(t, &featurebase.InvalidIDError{ID: tc.id, Param: "id", Reason: tc.reason + hint}, err)
			assert.EqualError(t, err, "featurebase: invalid id: "+tc.reason+hint+"; nothing was sent")
		})
	}
}

func TestInvalidIDError_saysWhatIsWrongWithAUserID(t *testing.T) {
	t.Parallel()
	const form = "want an ID of your own system"
	for _, tc := range []struct{ name, id, reason string }{
		{"empty", "", ", but it is empty"},
		{"too long", strings.Repeat("é", 256), " of at most 255 characters, but it has 256"},
		{"invalid UTF-8", "a\xff", " in UTF-8"},
		{"dot", ".", ", but servers and proxies take . and .. for parts of a path"},
		{"two dots", "..", ", but servers and proxies take . and .. for parts of a path"},
		{"byte-order mark", "\ufeffu1", " without byte-order marks"},
		{"byte-order mark within", "u\ufeff1", " without byte-order marks"},
		{"zero-width space behind", "u1\u200b", " without invisible characters around it, such as a zero-width space"},
		{"space before", " u1", " without white space around it"},
		{"no-break space behind", "u1\u00a0", " without white space around it"},
		{"line break behind", "u1\r\n", " without white space around it"},
		{"line break within", "u\n1", " without control characters"},
		{"NUL", "u1\x00", " without control characters"},
		{"C1 control", "u\u00851", " without control characters"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := refusal(t, method("Contacts.GetByUserID", tc.id))
			assert.Equal(t, &featurebase.InvalidIDError{ID: tc.id, Param: "userId", Reason: form + tc.reason}, err)
			if tc.id == "" {
				return // which means another thing in params
			}
			err = refusal(t, addVoter(featurebase.VoterAddParams{UserID: tc.id}))
			assert.Equal(t, &featurebase.InvalidIDError{ID: tc.id, Param: "UserID", Reason: form + tc.reason}, err)
		})
	}
}

func TestContactsGet_takesAnIDInEitherCase(t *testing.T) {
	t.Parallel()
	rt, sent := recording(200, contactJSON)
	got, err := newClient(t, rt).Contacts.Get(t.Context(), strings.ToUpper(contactID))
	require.NoError(t, err)
	assert.Equal(t, contactID, got.ID)
	assert.Equal(t, "GET /v2/contacts/507F1F77BCF86CD799439011", (*sent)[0].line)
}

// FuzzID: whatever the ID, either it is refused and nothing is sent, or one
// request is sent, with the ID as the last segment of its path.
func FuzzID(f *testing.F) {
	for _, id := range []string{contactID, "", "..", "a/b", contactID + "/", "%2e%2e", contactID[:23] + "٣", strings.Repeat("é", 12)} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		rt, sent := recording(404, notFound)
		_, err := newClient(t, rt).Contacts.Delete(t.Context(), id)
		require.Error(t, err)
		if len(*sent) == 0 {
			require.Equal(t, id, requireErrorAs[*featurebase.InvalidIDError](t, err).ID)
			return
		}
		require.Len(t, *sent, 1)
		require.Equal(t, "DELETE /v2/contacts/"+id, (*sent)[0].line)
		require.Regexp(t, `\A[0-9a-fA-F]{24}\z`, id)
	})
}

// FuzzUserID: whatever the user ID, either it is refused and nothing is sent, or
// it reaches the server as one segment that stands for it alone.
func FuzzUserID(f *testing.F) {
	for _, id := range []string{
		"u1", "ada@example.com", "a/b", "../..", ".", "..", "...", "a b", "100%", "%2F", "%2e%2e", "?x=1", "#x", "é", "日本", "a\nb", "a\x00b", "+",
		"&=;:,", " a", "a\u2003", "\ufeffa", "a\ufeff", "a\xff", strings.Repeat("é", 255), strings.Repeat("é", 256),
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		rt, sent := recording(200, deletedOK)
		_, err := newClient(t, rt).Contacts.DeleteByUserID(t.Context(), id)
		trimmed := strings.TrimFunc(id, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
		meant := id != "" && id == trimmed && !strings.Contains(id, "\ufeff") && id != "." && id != ".." && len([]rune(id)) <= 255 &&
			strings.ToValidUTF8(id, "") == id && !strings.ContainsFunc(id, unicode.IsControl)
		if !meant {
			require.Equal(t, id, requireErrorAs[*featurebase.InvalidIDError](t, err).ID)
			require.Empty(t, *sent)
			return
		}
		require.NoError(t, err)
		require.Len(t, *sent, 1)
		segment, ok := strings.CutPrefix((*sent)[0].line, "DELETE /v2/contacts/by-user-id/")
		require.True(t, ok)
		require.False(t, strings.ContainsAny(segment, "/?#"))
		require.NotContains(t, []string{"", ".", ".."}, segment)
		decoded, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, id, decoded)
	})
}

func TestArgumentError_namesTheFieldAndWhatItWants(t *testing.T) {
	t.Parallel()
	const (
		values = "want a string, a number, a boolean, nil, or a slice of those, but a "
		item   = "want a string, a number, a boolean or nil, but it is "
	)
	custom := func(value any) doFunc {
		return upsertContact(featurebase.ContactUpsertParams{UserID: "u", CustomFields: map[string]any{"k": value}})
	}
	company := func(c featurebase.ContactUpsertCompany) doFunc {
		return upsertContact(featurebase.ContactUpsertParams{UserID: "u", Companies: []featurebase.ContactUpsertCompany{{CompanyID: "a", Name: "b"}, c}})
	}
	for _, tc := range []struct {
		name         string
		call         doFunc
		field, wants string
	}{
		{"limit too large", searchContacts(featurebase.ContactSearchParams{Limit: 101}), "Limit", "want 1 to 100, or 0 for the default, but it is 101"},
		{"limit negative", listPosts(featurebase.PostListParams{Limit: -1}), "Limit", "want 1 to 100, or 0 for the default, but it is -1"},
		{"nobody to upsert", upsertContact(featurebase.ContactUpsertParams{Name: featurebase.Value("Ada")}), "UserID", "neither UserID nor Email is set; want at least one"},
		{"company without ID", company(featurebase.ContactUpsertCompany{Name: "b"}), "Companies[1].CompanyID", "it is required"},
		{"company without name", company(featurebase.ContactUpsertCompany{CompanyID: "a"}), "Companies[1].Name", "it is required"},
		{"post without board", createPost(featurebase.PostCreateParams{Title: "Dark"}), "BoardID", "it is required"},
		{"post without title", createPost(featurebase.PostCreateParams{BoardID: boardID}), "Title", "it is required"},
		{"title too short", createPost(featurebase.PostCreateParams{BoardID: boardID, Title: "é"}), "Title", "want at least 2 characters, but it has 1"},
		{"new title too short", updatePost(contactID, featurebase.PostUpdateParams{Title: "x"}), "Title", "want at least 2 characters, but it has 1"},
		{"text too long", searchPosts(featurebase.PostSearchParams{Text: strings.Repeat("é", 501)}), "Text", "want at most 500 characters, but it has 501"},
		{"map for a custom field", custom(map[string]int{}), `CustomFields["k"]`, values + "map[string]int is an object in JSON"},
		{"struct for a custom field", custom(struct{}{}), `CustomFields["k"]`, values + "struct {} is an object in JSON"},
		{"raw object for a custom field", custom(json.RawMessage(`{}`)), `CustomFields["k"]`, values + reflect.TypeFor[json.RawMessage]().String() + " is an object in JSON"},
		{"time for a custom field", custom([]any{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}), `CustomFields["k"]`, "want a time in the years 0 to 9999 in UTC"},
		{"bytes for a custom field", custom([]byte("x")), `CustomFields["k"]`, "it is a []uint8, whose JSON is not the text in it; want a string"},
		{"slice in a custom field", custom([]any{1, []int{}}), `CustomFields["k"][1]`, item + "an array in JSON"},
		{"map in a custom field", custom([]any{1, map[string]any{}}), `CustomFields["k"][1]`, item + "an object in JSON"},
		{"custom field of a company", company(featurebase.ContactUpsertCompany{CompanyID: "a", Name: "b", CustomFields: map[string]any{"k": struct{}{}}}),
			`Companies[1].CustomFields["k"]`, values + "struct {} is an object in JSON"},
		{"custom field of a post", updatePost(contactID, featurebase.PostUpdateParams{CustomFields: map[string]any{"k": struct{}{}}}),
			`CustomFields["k"]`, "want a string, a number, a boolean, nil, or a slice of strings, but a struct {} is an object in JSON"},
		{"number in a custom field of a post", updatePost(contactID, featurebase.PostUpdateParams{CustomFields: map[string]any{"k": []int{1}}}),
			`CustomFields["k"][0]`, "want a string"},
		{"too many in a custom field of a post", updatePost(contactID, featurebase.PostUpdateParams{CustomFields: map[string]any{"k": make([]string, 101)}}),
			`CustomFields["k"]`, "want at most 100, but there are 101"},
		{"too long in a custom field of a post", updatePost(contactID, featurebase.PostUpdateParams{CustomFields: map[string]any{"k": []string{strings.Repeat("é", 1001)}}}),
			`CustomFields["k"][0]`, "want at most 1000 characters, but it has 1001"},
		{"a time", upsertContact(featurebase.ContactUpsertParams{UserID: "u", CreatedAt: featurebase.Value(time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200)))}),
			"CreatedAt", "want a time in the years 0 to 9999 in UTC"},
		{"a date", updatePost(contactID, featurebase.PostUpdateParams{ETA: featurebase.Value(featurebase.Date{Year: 2026, Month: time.February, Day: 30})}),
			"ETA", "want a day that exists, like 2026-06-01"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := refusal(t, tc.call)
			assert.Equal(t, &featurebase.ArgumentError{Name: tc.field, Reason: tc.wants}, err)
			assert.EqualError(t, err, "featurebase: invalid "+tc.field+": "+tc.wants+"; nothing was sent")
		})
	}
}

func TestInvalidIDError_namesTheField(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		call  doFunc
		param string
	}{
		{"in the path", getPost("x"), "id"},
		{"in a slice", listPosts(featurebase.PostListParams{BoardIDs: []string{boardID, "x"}}), "BoardIDs[1]"},
		{"optional", updatePost(contactID, featurebase.PostUpdateParams{AssigneeID: featurebase.Value("x")}), "AssigneeID"},
		{"in a pointer", createPost(featurebase.PostCreateParams{BoardID: boardID, Title: "Dark", Author: &featurebase.AuthorParams{ID: "x"}}), "Author.ID"},
		{"of a voter", addVoter(featurebase.VoterAddParams{ID: "x"}), "ID"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.param, requireErrorAs[*featurebase.InvalidIDError](t, refusal(t, tc.call)).Param)
		})
	}
}

func TestParams_mayLeaveOutWhatIsNotRequired(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		body string
		call doFunc
	}{
		{"longest text", postSearchJSON, searchPosts(featurebase.PostSearchParams{Text: strings.Repeat("é", 500), Limit: 100})},
		{"shortest title", postJSON, createPost(featurebase.PostCreateParams{BoardID: boardID, Title: "éé"})},
		{"nothing to change", postJSON, updatePost(contactID, featurebase.PostUpdateParams{})},
		{"nobody assigned", postJSON, updatePost(contactID, featurebase.PostUpdateParams{AssigneeID: featurebase.Null[string]()})},
		{"no custom fields", contactJSON, upsertContact(featurebase.ContactUpsertParams{UserID: "u1", CustomFields: map[string]any{
			"a": nil, "b": []any{nil, 1, "x", true, new(int)}, "c": uint8(1), "d": [2]float32{}, "e": featurebase.ContactTypeLead, "f": []any(nil),
			"g": time.Now(), "h": new(string), "i": json.RawMessage(`["raw",1]`), "j": netip.MustParseAddr("::1"), "k": featurebase.Date{Year: 2026, Month: 6, Day: 1}, "l": (*time.Time)(nil), "m": uuid{},
		}})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.call(t.Context(), newClient(t, respondWith(200, tc.body)))
			assert.NoError(t, err)
		})
	}
}

// uuid is an array of bytes that is text in JSON, as in most packages for UUIDs.
type uuid [16]byte

func (u uuid) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:]), nil
}

// Null clears a field. Where the API has no null, it is refused.
func TestNull_isRefusedWhereTheAPIHasNone(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		call doFunc
	}{
		{"MonthlySpend", upsertCompany(featurebase.CompanyUpsertParams{CompanyID: "c", Name: "C", MonthlySpend: featurebase.Null[float64]()})},
		{"Companies[0].MonthlySpend", upsertContact(featurebase.ContactUpsertParams{
			UserID: "u1", Companies: []featurebase.ContactUpsertCompany{{CompanyID: "c", Name: "C", MonthlySpend: featurebase.Null[float64]()}},
		})},
		{"SubscribedToChangelog", upsertContact(featurebase.ContactUpsertParams{UserID: "u1", SubscribedToChangelog: featurebase.Null[bool]()})},
		{"NotifyAdmins", createPost(featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode", NotifyAdmins: featurebase.Null[bool]()})},
		{"Content", updatePost(contactID, featurebase.PostUpdateParams{Content: featurebase.Null[string]()})},
		{"Content", updateTicket(featurebase.TicketUpdateParams{Content: featurebase.Null[string]()})},
		{"Open", updateTicket(featurebase.TicketUpdateParams{Open: featurebase.Null[bool]()})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assert.EqualError(t, refusal(t, tc.call), "featurebase: invalid "+tc.name+": the API can't clear it; want a value, or none to leave it unchanged; nothing was sent")
		})
	}
}

// Everything that is wrong with the arguments is reported at once, and none of
// it shows a value.
func TestErrInvalidArgument_reportsAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	err := refusal(t, updatePost("ada", featurebase.PostUpdateParams{
		BoardID: "lovelace", Title: "x", Author: &featurebase.AuthorParams{UserID: " ada"}, CustomFields: map[string]any{"b": struct{}{}, "a": struct{}{}},
	}))
	const values = "want a string, a number, a boolean, nil, or a slice of strings, but a struct {} is an object in JSON"
	const id = "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but "
	assert.EqualError(t, err, "featurebase: invalid id: "+id+"it has 3; invalid BoardID: "+id+"character 1 is 'l'; "+
		"invalid Title: want at least 2 characters, but it has 1; invalid Author.UserID: want an ID of your own system without white space around it; "+
		`invalid CustomFields["a"]: `+values+`; invalid CustomFields["b"]: `+values+"; nothing was sent")
	assert.ErrorIs(t, err, featurebase.ErrInvalidID)
	assert.Equal(t, "id", requireErrorAs[*featurebase.InvalidIDError](t, err).Param)
	assert.Equal(t, "Title", requireErrorAs[*featurebase.ArgumentError](t, err).Name)
	var joined interface{ Unwrap() []error }
	require.ErrorAs(t, err, &joined)
	assert.Len(t, joined.Unwrap(), 6)
	for how, text := range shown(err) {
		assert.NotContains(t, text, "lovelace", how)
		assert.NotContains(t, text, " ada", how)
	}
	assert.Contains(t, logged(err), `"error":{"kind":"invalid_argument","reason":"invalid id: `)
}

// A path's arguments are escaped once, whatever the base URL.
func TestWithBaseURL_escapesArgumentsOnce(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, baseURL, want string }{
		{"plain", "https://proxy.example/fb", "https://proxy.example/fb/v2/contacts/by-user-id/a%2Fb%20%25"},
		{"escaped", "https://proxy.example/f%2Fb", "https://proxy.example/f%2Fb/v2/contacts/by-user-id/a%2Fb%20%25"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got *url.URL
			client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				got = r.URL
				return response(200, deletedOK), nil
			}), featurebase.WithBaseURL(tc.baseURL))
			_, err := client.Contacts.DeleteByUserID(t.Context(), "a/b %")
			require.NoError(t, err)
			assert.Equal(t, tc.want, got.String())
			assert.True(t, strings.HasSuffix(got.Path, "/v2/contacts/by-user-id/a/b %"), got.Path)
		})
	}
}
