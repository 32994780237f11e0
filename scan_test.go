package featurebase

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzScan holds members and checkJSON to encoding/json.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		`{}`, ` { "a" : 1 , "b":[1,{"c":null}] , "d\"\\":"x\\\"" } `, `{"a":{"b":1,"b":2}}`, `{"a":1,"A":2}`, `{"a":1,"\u0061":2}`,
		`[{"a":1},{"a":1}]`, `{"a":"}","b":"]","c":-1.5e9,"d":true}`, `"a"`, `0`, `null`, `{"a":1,}`, `{"a"`, `{"a":`, `{"a":"`, `{"a":"\`, `{,}`, `}`, `]`, `{]}`, "{\"\xff\":1}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		problem := checkJSON(b)
		got := map[string]json.RawMessage{}
		n := 0
		for name, value := range members(b) {
			got[string(name)] = value
			n++
		}
		if !json.Valid(b) {
			return
		}
		var want map[string]json.RawMessage
		if json.Unmarshal(b, &want) != nil || want == nil {
			require.Empty(t, got)
			return
		}
		if strings.ToValidUTF8(string(b), "") == string(b) {
			require.Len(t, got, len(want))
			for name := range want {
				require.Equal(t, string(want[name]), string(got[name]), name)
			}
		}
		if n > len(want) {
			require.Error(t, problem, "a name comes twice")
		}
	})
}

func TestCheckJSON_refusesRepeatedNames(t *testing.T) {
	for _, tc := range []struct {
		body    string
		problem string
	}{
		{`{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}`, ""},
		{`{"a":1,"a":1}`, `"a" comes more than once`},
		{`{"a":1,"b":2,"\u0061":1}`, `"a" comes more than once`},
		{`{"id":1,"ID":1}`, `"id" comes more than once`},
		{`{"s":1,"ſ":1}`, `"s" comes more than once`},
		{`{"a":{"b":1,"c":2,"b":3}}`, `"b" comes more than once`},
		{`[[{"b":1,"c":2,"b":3}]]`, `"b" comes more than once`},
		{`{"a":{"plan":1,"Plan":2}}`, ""}, // names that people give, which differ by case
		{`{"a":"b\":1,\"a\":","b":1}`, ""},
	} {
		if err := checkJSON([]byte(tc.body)); tc.problem == "" {
			assert.NoError(t, err, tc.body)
		} else {
			assert.EqualError(t, err, tc.problem, tc.body)
		}
	}
}

func TestCheckJSON_boundsValues(t *testing.T) {
	array := func(n int, pad string) []byte { return []byte("[" + strings.Repeat("0,", n-2) + "0]" + pad) }
	assert.NoError(t, checkJSON(array(maxValues, "")))
	assert.ErrorIs(t, checkJSON(array(maxValues+maxValues/10, "")), errTooManyValues)
	assert.NoError(t, checkJSON(array(maxValues+maxValues/10, strings.Repeat(" ", maxValues*bytesPerValue/10))))
	objects := []byte("[" + strings.Repeat("{},", maxValues) + "{}]")
	assert.ErrorIs(t, checkJSON(objects), errTooManyValues)
}
