package featurebase_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestOptional_isOmittedNullOrSet(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name           string
		optional       featurebase.Optional[int]
		field, encoded string
		zero           bool
	}{
		{"omitted", featurebase.Optional[int]{}, `{}`, `null`, true},
		{"null", featurebase.Null[int](), `{"n":null}`, `null`, false},
		{"set", featurebase.Value(7), `{"n":7}`, `7`, false},
		{"set to zero", featurebase.Value(0), `{"n":0}`, `0`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			field, err := json.Marshal(struct {
				N featurebase.Optional[int] `json:"n,omitzero"`
			}{tc.optional})
			require.NoError(t, err)
			assert.Equal(t, tc.field, string(field))
			encoded, err := json.Marshal(tc.optional)
			require.NoError(t, err)
			assert.Equal(t, tc.encoded, string(encoded))
			assert.Equal(t, tc.zero, tc.optional.IsZero())
		})
	}
}

func TestOptional_canBeRead(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		optional featurebase.Optional[int]
		value    int
		ok, null bool
	}{
		{"omitted", featurebase.Optional[int]{}, 0, false, false},
		{"null", featurebase.Null[int](), 0, false, true},
		{"set", featurebase.Value(7), 7, true, false},
		{"set to zero", featurebase.Value(0), 0, true, false},
	} {
		value, ok := tc.optional.Get()
		assert.Equal(t, tc.value, value, tc.name)
		assert.Equal(t, tc.ok, ok, tc.name)
		assert.Equal(t, tc.null, tc.optional.IsNull(), tc.name)
	}
}

func TestOptional_isReadFromJSONAsItWasWritten(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 1, 1, 2, 3, 4e6, time.UTC)
	users := []featurebase.ContactUpsertParams{
		{},
		{UserID: "u1", Name: featurebase.Value(""), ProfilePicture: featurebase.Null[string](), Phone: featurebase.Value("+1"), CreatedAt: featurebase.Value(at)},
	}
	b, err := json.Marshal(users)
	require.NoError(t, err)
	var got []featurebase.ContactUpsertParams
	require.NoError(t, json.Unmarshal(b, &got))
	assert.Equal(t, users, got)

	post := featurebase.PostUpdateParams{ETA: featurebase.Value(featurebase.Date{Year: 2026, Month: 6, Day: 1}), AssigneeID: featurebase.Null[string](), Upvotes: featurebase.Value(0)}
	b, err = json.Marshal(post)
	require.NoError(t, err)
	var again featurebase.PostUpdateParams
	require.NoError(t, json.Unmarshal(b, &again))
	assert.Equal(t, post, again)

	n := featurebase.Value(7)
	require.Error(t, json.Unmarshal([]byte(`"x"`), &n))
	assert.Equal(t, featurebase.Value(7), n)
}

// A user without a time of registration leads to it.
func TestOptional_ofTheZeroTimeIsRefused(t *testing.T) {
	t.Parallel()
	rt, sent := recording(500, "")
	_, _, err := newClient(t, rt).Contacts.Upsert(t.Context(), featurebase.ContactUpsertParams{UserID: "u1", CreatedAt: featurebase.Value(time.Time{})})
	require.EqualError(t, err, "featurebase: invalid CreatedAt: it is the zero time; want another, or no value; nothing was sent")
	require.ErrorIs(t, err, featurebase.ErrInvalidArgument)
	assert.Empty(t, *sent)
}

func TestOptional_isInTheQueryIfItIsSet(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		inReview featurebase.Optional[bool]
		line     string
	}{
		{"omitted", featurebase.Optional[bool]{}, "GET /v2/posts"},
		{"null", featurebase.Null[bool](), "GET /v2/posts"},
		{"true", featurebase.Value(true), "GET /v2/posts?inReview=true"},
		{"false", featurebase.Value(false), "GET /v2/posts?inReview=false"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, postListJSON)
			_, err := newClient(t, rt).Posts.List(t.Context(), featurebase.PostListParams{InReview: tc.inReview})
			require.NoError(t, err)
			assert.Equal(t, tc.line, (*sent)[0].line)
		})
	}
}

func TestDate_isTheDayInTheZoneThatIsSaid(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("", 9*3600)
	at := time.Date(2026, 6, 1, 1, 0, 0, 0, tokyo)
	assert.Equal(t, featurebase.Date{Year: 2026, Month: time.June, Day: 1}, featurebase.DateOf(at, at.Location()))
	assert.Equal(t, featurebase.Date{Year: 2026, Month: time.May, Day: 31}, featurebase.DateOf(at, time.UTC))
}

func TestDate_isWrittenAndReadAsItIs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2026-06-01", "0000-01-01", "9999-12-31", "2024-02-29"} {
		d, err := featurebase.ParseDate(text)
		require.NoError(t, err)
		assert.Equal(t, text, d.String())
		b, err := json.Marshal(d)
		require.NoError(t, err)
		assert.Equal(t, `"`+text+`"`, string(b))
		var again featurebase.Date
		require.NoError(t, json.Unmarshal(b, &again))
		assert.Equal(t, d, again)
		assert.False(t, d.IsZero())
	}
	assert.True(t, featurebase.Date{}.IsZero())
}

func TestDate_existsOrIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "2026-02-30", "2026-6-1", "2026-06-01T00:00:00Z", "10000-01-01", "-001-01-01", "01/06/2026"} {
		_, err := featurebase.ParseDate(text)
		assert.ErrorContains(t, err, "want a day that exists, like 2026-06-01", "%q", text)
		assert.Error(t, new(featurebase.Date).UnmarshalText([]byte(text)), "%q", text)
	}
	for _, d := range []featurebase.Date{{}, {Year: 2026, Month: 2, Day: 30}, {Year: 10000, Month: 1, Day: 1}, {Year: -1, Month: 1, Day: 1}} {
		_, err := d.MarshalText()
		assert.Error(t, err, "%v", d)
	}
}
