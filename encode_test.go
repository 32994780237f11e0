package featurebase

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Wherever a time is, it goes out in UTC and in whole milliseconds.
func TestTimes_areSentInUTCAndMilliseconds(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_999_999, time.FixedZone("", 19800))
	const want = `"2026-01-01T21:34:05.678Z"`
	for _, tc := range []struct {
		name   string
		params any
		want   string
	}{
		{"a field", PostUpdateParams{CreatedAt: Value(at)}, `{"createdAt":` + want + `}`},
		{"before the first year", PostUpdateParams{CreatedAt: Value(time.Date(0, 1, 1, 0, 0, 0, 999_999, time.UTC))}, `{"createdAt":"0000-01-01T00:00:00Z"}`},
		{"before 1970", PostUpdateParams{CreatedAt: Value(time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC))}, `{"createdAt":"1969-12-31T23:59:59.999Z"}`},
		{"a custom field", PostUpdateParams{CustomFields: map[string]any{"a": at}}, `{"customFields":{"a":` + want + `}}`},
		{"a pointer", PostUpdateParams{CustomFields: map[string]any{"a": &at, "b": (*time.Time)(nil)}}, `{"customFields":{"a":` + want + `,"b":null}}`},
		{"an optional", TicketUpdateParams{CustomFields: map[string]any{"a": Value(at)}}, `{"customFields":{"a":` + want + `}}`},
		{"slices", TicketUpdateParams{CustomFields: map[string]any{"a": []time.Time{at}, "b": []*time.Time{&at}, "c": []any{at, 1}, "d": []any(nil), "e": map[string]any(nil)}},
			`{"customFields":{"a":[` + want + `],"b":[` + want + `],"c":[` + want + `,1],"d":null,"e":null}}`},
		{"a map", ConversationUpdateParams{CustomAttributes: map[string]any{"a": map[string]any{"b": at}}}, `{"customAttributes":{"a":{"b":` + want + `}}}`},
		{"of a company", ContactUpsertParams{UserID: "u", Companies: []ContactUpsertCompany{{CompanyID: "c", Name: "C", CustomFields: map[string]any{"a": at}}}},
			`{"userId":"u","companies":[{"id":"c","name":"C","customFields":{"a":` + want + `}}]}`},
		{"no custom fields", ContactUpsertParams{UserID: "u", Companies: []ContactUpsertCompany{}}, `{"userId":"u","companies":[]}`},
		{"a date", PostUpdateParams{ETA: Value(DateOf(at, at.Location()))}, `{"eta":"2026-01-02"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := request{endpoint: &endpoint{pattern: "PATCH /v2/x"}, params: tc.params}
			before, err := json.Marshal(at)
			require.NoError(t, err)
			body, err := r.encode()
			require.NoError(t, err)
			assert.JSONEq(t, tc.want, string(body))
			after, err := json.Marshal(at)
			require.NoError(t, err)
			assert.Equal(t, before, after, "the caller's value is as it was")
		})
	}
	assert.Equal(t, "startDate=2026-01-01T21%3A34%3A05.678Z", encodeQuery(AuditLogListParams{StartDate: at}))
}

func TestCustomValues_areRefusedWithoutAJSON(t *testing.T) {
	t.Parallel()
	for _, value := range []any{math.NaN(), math.Inf(1), make(chan int), []any{func() {}}} {
		err := checkParams(nil, TicketUpdateParams{CustomFields: map[string]any{"k": value}}).err()
		assert.ErrorContains(t, err, `invalid CustomFields["k"]: a `, "%T", value)
		assert.ErrorContains(t, err, " can't be encoded as JSON", "%T", value)
	}
}

func TestEncode_leavesTheCallersMapsAsTheyAre(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))
	fields := map[string]any{"a": at, "b": []any{at}}
	r := request{endpoint: &endpoint{pattern: "PATCH /v2/x"}, params: PostUpdateParams{CustomFields: fields}}
	_, err := r.encode()
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"a": at, "b": []any{at}}, fields)
}

func TestTimes_areRefusedOutsideOfFourDigitYears(t *testing.T) {
	t.Parallel()
	late, early := time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200)), time.Date(0, 1, 1, 1, 0, 0, 0, time.FixedZone("", 7200))
	for _, params := range []any{
		PostUpdateParams{CreatedAt: Value(late)}, PostUpdateParams{CreatedAt: Value(early)}, AuditLogListParams{EndDate: late},
		PostUpdateParams{CustomFields: map[string]any{"k": late}}, TicketUpdateParams{CustomFields: map[string]any{"k": map[string]any{"a": []time.Time{early}}}},
		ConversationUpdateParams{CustomAttributes: map[string]any{"k": &late}},
	} {
		err := checkParams(nil, params).err()
		assert.ErrorContains(t, err, "want a time in the years 0 to 9999 in UTC", "%T", params)
	}
	assert.Empty(t, checkParams(nil, PostUpdateParams{CreatedAt: Value(late.Add(-2 * time.Hour))}))
}

func TestQueryText_hasNoFormForOtherTypes(t *testing.T) {
	t.Parallel()
	for _, value := range []any{1.5, uint(1), struct{}{}, map[string]string{}, new(int), []float64{1}} {
		assert.Panics(t, func() { queryText(reflect.ValueOf(value)) }, "%T", value)
	}
	assert.Equal(t, "-5", queryText(reflect.ValueOf(int64(-5))))
	assert.Equal(t, "2026-06-01", queryText(reflect.ValueOf(Date{2026, time.June, 1})))
}

// The params of all methods have a form, whatever is in them.
func TestQueryText_hasAFormForAllParams(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, params := range validParams {
		typ := reflect.TypeOf(params)
		for i := range typ.NumField() {
			if typ.Field(i).Tag.Get("query") == "" {
				continue
			}
			tried++
			field := typ.Field(i).Type
			if field.Implements(reflect.TypeFor[optional]()) {
				field = field.Field(0).Type
			}
			value := reflect.New(field).Elem()
			if field.Kind() == reflect.Slice {
				value = reflect.MakeSlice(field, 1, 1)
			}
			assert.NotPanics(t, func() { queryText(value) }, "%v.%s", typ, typ.Field(i).Name)
		}
	}
	assert.Greater(t, tried, 40)
}
