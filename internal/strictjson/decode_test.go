package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type kind string

// sample has a field of each kind that Unmarshal knows.
type sample struct {
	Text    string                     `json:"text"`
	Kind    kind                       `json:"kind"`
	Flag    bool                       `json:"flag"`
	Count   int                        `json:"count"`
	Number  float64                    `json:"number"`
	Time    time.Time                  `json:"time"`
	Pointer *int                       `json:"pointer"`
	Texts   []string                   `json:"texts"`
	Inner   []inner                    `json:"inner"`
	Self    *sample                    `json:"self"`
	Texted  map[string]string          `json:"texted"`
	Any     any                        `json:"any"`
	Anys    map[string]any             `json:"anys"`
	Raw     json.RawMessage            `json:"raw"`
	Extra   map[string]json.RawMessage `json:"-"`
}

// inner has no Extra.
type inner struct {
	Name  string `json:"name"`
	Count *int   `json:"count"`
}

var samples = []string{
	`{}`, `null`, `[]`, `0`, `"x"`, `true`, ` { } `,
	`{"text":"a","kind":"lead","flag":true,"count":-7,"number":1.5e3,"time":"2026-01-02T03:04:05.678Z","pointer":3,"texts":["a","b",null],
		"inner":[{"name":"n","count":1},{"count":null}],"self":{"text":"b","self":{}},"texted":{"k":"v"},"any":[1,"2",{"3":null},true,false,null],"anys":{"a":{"b":[]}},"raw":{"x":[1]}}`,
	`{"text":"\u00e9\"\\\/\b\f\n\r\t\ud83d\ude00 é😀 \ud800","texts":["` + "\xff" + `"]}`,
	`{"text":1,"flag":"x","count":1.5,"time":"x","texts":"x","inner":[{"name":1}],"self":[],"texted":[],"anys":7,"pointer":{},"other":[{"a":1}]}`,
	`{"count":99999999999999999999,"number":1e999,"any":1e999}`,
	`{"text":"a","text":"b"}`, `{"a":1,"a":2}`, `{"self":{"a":1,"\u0061":2}}`, `{"any":{"a":1,"a":2}}`, `{"texted":{"a":"1","a":"2"}}`, `{"raw":[{"a":1,"a":2}]}`,
	`{"TEXT":"a"}`, `{"text":"a","TEXT":"b"}`,
	`{"text":"a",}`, `{"text"}`, `{"text":}`, `{,}`, `{"text":"a"}}`, `{"text":"a" "b"}`, `{"count":01}`, `{"count":-}`, `{"count":1.}`, `{"count":1e}`, `{"flag":tru}`,
	`{"text":"` + "\x01" + `"}`, `{"text":"\x"}`, `{"text":"`, `{"text":"\`, `[`, `{`, `{"raw":nul}`, `{"anys":{"a":[}}`, "\ufeff{}", `{"any":-0}`, `{"a":"b"` + "\v" + `}`,
}

// FuzzUnmarshal holds Unmarshal to encoding/json: what it accepts it decodes the same,
// and it refuses what is no JSON.
func FuzzUnmarshal(f *testing.F) {
	for _, s := range samples {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var got, want any
		err := Unmarshal(b, &got)
		if !json.Valid(b) {
			require.Error(t, err)
			require.Error(t, Unmarshal(b, new(sample)))
			return
		}
		if err == nil {
			require.NoError(t, json.Unmarshal(b, &want))
			require.Equal(t, want, got)
		}

		var s sample
		if err := Unmarshal(b, &s); err != nil || s.Extra != nil || s.Self != nil && s.Self.Extra != nil || hasNull(b) {
			return
		}
		var plain sample
		require.NoError(t, json.Unmarshal(b, &plain))
		if plain.Time.Equal(s.Time) {
			plain.Time = s.Time // which has a zone of its own
		}
		require.Equal(t, plain, s)
	})
}

// hasNull reports whether there is a null, which Unmarshal leaves out of arrays of
// objects and does not store in a json.RawMessage.
func hasNull(b []byte) bool { return bytes.Contains(b, []byte("null")) }

func TestUnmarshal_refusesRepeatedNames(t *testing.T) {
	for _, body := range []string{
		`{"text":"a","text":"a"}`, `{"text":"a","flag":true,"te\u0078t":"a"}`, `{"x":1,"y":2,"x":1}`, `{"self":{"text":"a","text":"a"}}`,
		`{"inner":[{"name":"a","name":"b"}]}`, `{"inner":[{"x":1,"x":2}]}`, `{"any":{"a":1,"a":2}}`, `{"anys":{"a":1,"a":2}}`, `{"texted":{"a":"1","a":"2"}}`,
		`{"raw":{"a":1,"a":2}}`, `{"x":[[{"a":1,"b":2,"a":3}]]}`, `{"count":{"a":1,"a":2}}`,
	} {
		assert.ErrorContains(t, Unmarshal([]byte(body), new(sample)), "comes more than once", body)
	}
	for _, body := range []string{`{"text":"a","TEXT":"b"}`, `{"ｔext":1,"TexT":"a","text":"b"}`, `{"self":{"Text":"a","text":"b"}}`} {
		assert.ErrorContains(t, Unmarshal([]byte(body), new(sample)), "comes in two spellings", body)
	}
	for _, body := range []string{`{"x":{"a":1},"y":{"a":1},"z":[{"a":1},{"a":1}]}`, `{"anys":{"plan":1,"Plan":2}}`, `{"TEXT":"a","Text":"b"}`} {
		assert.NoError(t, Unmarshal([]byte(body), new(sample)), body)
	}
}

func TestUnmarshal_keepsWhatDoesNotFit(t *testing.T) {
	for _, tc := range []struct {
		body  string
		extra map[string]string // of the outer object
		check func(*testing.T, sample)
	}{
		{body: `{"text":"a","new":[1, 2]}`, extra: map[string]string{"new": "[1, 2]"}},
		{body: `{"TEXT":"a"}`, extra: map[string]string{"TEXT": `"a"`}},
		{body: `{"count":"7","text":"a"}`, extra: map[string]string{"count": `"7"`}},
		{body: `{"count":1.5}`, extra: map[string]string{"count": `1.5`}},
		{body: `{"number":1e999}`, extra: map[string]string{"number": `1e999`}},
		{body: `{"time":"yesterday"}`, extra: map[string]string{"time": `"yesterday"`}},
		{body: `{"texts":["a",7]}`, extra: map[string]string{"texts": `["a",7]`}, check: func(t *testing.T, s sample) { assert.Nil(t, s.Texts) }},
		{body: `{"inner":[{"name":"a"},{"name":[{"x":{}}]}],"text":"a"}`, extra: map[string]string{"inner": `[{"name":"a"},{"name":[{"x":{}}]}]`},
			check: func(t *testing.T, s sample) { assert.Nil(t, s.Inner); assert.Equal(t, "a", s.Text) }},
		{body: `{"self":{"count":"7","text":"b"}}`, check: func(t *testing.T, s sample) {
			assert.Equal(t, "b", s.Self.Text)
			assert.Equal(t, json.RawMessage(`"7"`), s.Self.Extra["count"])
		}},
		{body: `{"inner":[null,{"name":"a"},null]}`, check: func(t *testing.T, s sample) { assert.Equal(t, []inner{{Name: "a"}}, s.Inner) }},
		{body: `{"text":null,"count":null,"pointer":null,"texts":null,"anys":null,"time":null,"self":null}`, check: func(t *testing.T, s sample) { assert.Equal(t, sample{}, s) }},
	} {
		var s sample
		require.NoError(t, Unmarshal([]byte(tc.body), &s), tc.body)
		assert.Len(t, s.Extra, len(tc.extra), tc.body)
		for name, raw := range tc.extra {
			assert.Equal(t, raw, string(s.Extra[name]), tc.body)
		}
		if tc.check != nil {
			tc.check(t, s)
		}
	}
}

// Extra must not keep the whole body in memory, nor change with it.
func TestUnmarshal_copiesWhatItKeeps(t *testing.T) {
	body := []byte(`{"new":"abc","raw":"abc","text":"abc"}`)
	var s sample
	require.NoError(t, Unmarshal(body, &s))
	copy(body, bytes.Repeat([]byte("x"), len(body)))
	assert.Equal(t, `"abc"`, string(s.Extra["new"]))
	assert.Equal(t, `"abc"`, string(s.Raw))
	assert.Equal(t, "abc", s.Text)
}

func TestUnmarshal_saysWhereATypeIsWrong(t *testing.T) {
	type outer struct {
		Inner inner   `json:"inner"`
		List  []inner `json:"list"`
	}
	for body, want := range map[string]string{
		`{"inner":{"name":7}}`:    "inner.name: want a string",
		`{"inner":7}`:             "inner: want an object",
		`{"list":[{"count":""}]}`: "list.count: want an integer",
		`[]`:                      "want an object",
	} {
		assert.EqualError(t, Unmarshal([]byte(body), new(outer)), want, body)
	}
}

func TestUnmarshal_boundsValues(t *testing.T) {
	list := func(n int, item, pad string) []byte {
		return []byte("[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + pad + "]")
	}
	for _, tc := range []struct {
		name string
		body []byte
		want error
	}{
		{"as many as can be", list(maxValues, "0", ""), nil},
		{"more", list(maxValues+maxValues/8, "0", ""), errTooManyValues},
		{"more in a longer body", list(maxValues+maxValues/8, "0", strings.Repeat(" ", maxValues*bytesPerValue/8)), nil},
		{"objects count twice as elements", list(maxValues*5/8, "{}", ""), errTooManyValues},
		{"nulls", list(maxValues*5/4, "null", ""), errTooManyValues},
	} {
		var got any
		assert.ErrorIs(t, Unmarshal(tc.body, &got), tc.want, tc.name)
		var page struct {
			Data []sample `json:"data"`
		}
		err := Unmarshal(fmt.Appendf(nil, `{"other":%s}`, tc.body), &page)
		assert.ErrorIs(t, err, tc.want, tc.name)
	}
}

func TestUnmarshal_boundsDepth(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	var got any
	assert.NoError(t, Unmarshal(nested(maxDepth), &got))
	assert.ErrorContains(t, Unmarshal(nested(maxDepth+1), &got), "nested too deep")
	assert.ErrorContains(t, Unmarshal(fmt.Appendf(nil, `{"text":%s,"x":1}`, nested(maxDepth)), new(sample)), "nested too deep")
	deep := Unmarshal([]byte(strings.Repeat(`{"self":`, 100)+`{"text":[[1]]}`+strings.Repeat("}", 100)), new(sample))
	assert.NoError(t, deep)
}
