package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
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
			var long any // which shares its words
			require.NoError(t, Unmarshal(append(bytes.Clone(b), spaces...), &long))
			require.Equal(t, want, long)
		}

		var s sample
		if err := Unmarshal(b, &s); err != nil {
			return
		}
		requireSameAgain(t, s)
		if shapeOf(reflect.TypeFor[sample]()).hasExtra(reflect.ValueOf(s)) || hasNull(b) || err != nil {
			return // encoding/json has no Extra, and takes the last of names that come twice
		}
		var plain sample
		require.NoError(t, json.Unmarshal(b, &plain))
		if plain.Time.Equal(s.Time) {
			plain.Time = s.Time // which has a zone of its own
		}
		require.Equal(t, plain, s)
	})
}

// requireSameAgain requires that what Marshal writes of s is decoded to s.
func requireSameAgain(t *testing.T, s sample) {
	t.Helper()
	encoded, err := Marshal(s)
	if err != nil {
		require.ErrorContains(t, err, "Time.MarshalJSON")
		return
	}
	var again sample
	if err := Unmarshal(encoded, &again); err != nil { // of an unknown member and of a field that is not left out
		require.ErrorContains(t, err, "a name comes in two spellings", string(encoded))
		return
	}
	twice, err := Marshal(again)
	require.NoError(t, err)
	require.Equal(t, string(encoded), string(twice))
}

// spaces make a body long enough for sharing words.
var spaces = bytes.Repeat([]byte(" "), sharing+1)

// hasNull reports whether there is a null, which Unmarshal leaves out of arrays of
// objects and does not store in a json.RawMessage.
func hasNull(b []byte) bool { return bytes.Contains(b, []byte("null")) }

func TestUnmarshal_decodesAsEncodingJSONDoes(t *testing.T) {
	for _, body := range []string{
		`{"text":"a","kind":"lead","flag":true,"count":-7,"number":1.5e3,"time":"2026-01-02T03:04:05.678Z","pointer":3,"texts":["a","b",null],
			"inner":[{"name":"n","count":1}],"self":{"text":"b","self":{}},"texted":{"k":"v"},"any":[1,"2",{"3":[]},true,false],"anys":{"a":{"b":[]}},"raw":{"x":[1]}}`,
		`{"raw":null,"text":null,"pointer":null,"any":null,"anys":null}`,
		`{"flag":false,"texts":[],"inner":[],"texted":{},"any":[],"anys":{}}`,
		"\n{\t\"text\"\r:\n\"a b\"\t,\r\"count\" : 1 }\n",
		`{"text":"\u00e9\"\\\/\b\f\n\r\t\ud83d\ude00 é😀 \ud800","texts":["\\","\""]}`,
		"{\"text\":\"\x80\",\"texts\":[\"a\xffb\",\"\\n\xff\"]}",
		`{"count":0,"number":0}`, `{"count":9,"number":9}`, `{"count":90,"number":90}`, `{"count":-10,"number":-0.5}`,
		`{"number":1e3}`, `{"number":1E3}`, `{"number":1e+3}`, `{"number":1e-3}`, `{"any":-1.5E-3}`,
	} {
		var got, want sample
		require.NoError(t, Unmarshal([]byte(body), &got), body)
		require.NoError(t, json.Unmarshal([]byte(body), &want))
		assert.Equal(t, want, got, body)
	}
}

func TestUnmarshal_refusesWhatIsNoJSON(t *testing.T) {
	for _, body := range []string{`{x":1}`, `{"x";1}`, `{"x":[1,]}`, `{"x":"\q"}`, `{"raw":"\q"}`, `{"raw":nulL}`, `{"texts":["a",]}`} {
		assert.Error(t, Unmarshal([]byte(body), new(sample)), body)
	}
}

func TestUnmarshal_usesTaggedFieldsAlone(t *testing.T) {
	var out struct {
		Untagged string
		Hidden   string                     `json:"-"`
		Extra    string                     `json:"extra"`
		Raws     map[string]json.RawMessage `json:"raws"`
	}
	require.NoError(t, Unmarshal([]byte(`{"":"a","-":"b","Untagged":"c","extra":"d","raws":{"e":1},"f":2}`), &out))
	assert.Empty(t, out.Untagged)
	assert.Empty(t, out.Hidden)
	assert.Equal(t, "d", out.Extra)
	assert.Equal(t, map[string]json.RawMessage{"e": json.RawMessage("1")}, out.Raws)
}

func TestUnmarshal_refusesRepeatedNames(t *testing.T) {
	for _, body := range []string{
		`{"text":"a","text":"a"}`, `{"text":"a","flag":true,"te\u0078t":"a"}`, `{"x":1,"y":2,"x":1}`, `{"count":"7","count":7}`,
	} {
		assert.ErrorContains(t, Unmarshal([]byte(body), new(sample)), "comes more than once", body)
	}
	for _, body := range []string{`{"text":"a","TEXT":"b"}`, `{"ｔext":1,"TexT":"a","text":"b"}`,
		`{"TEXT":"a","FLAG":true,"text":"b"}`, `{"ſelf":1,"self":{}}`, `{"\u212aind":1,"kind":"lead"}`} {
		assert.ErrorContains(t, Unmarshal([]byte(body), new(sample)), "comes in two spellings", body)
	}
	for _, body := range []string{`{"a":1,"a":2}`, `[{"a":{"b":1,"b":2}}]`} {
		assert.ErrorContains(t, Unmarshal([]byte(body), new(any)), "comes more than once", body)
		assert.ErrorContains(t, Unmarshal([]byte(body), new(json.RawMessage)), "comes more than once", body)
	}
	var strict struct {
		Inner inner `json:"inner"`
	}
	assert.EqualError(t, Unmarshal([]byte(`{"inner":{"name":"a","name":"b"}}`), &strict), `inner: "name" comes more than once`)
	assert.EqualError(t, Unmarshal([]byte(`{"inner":{"x":1,"x":2}}`), &strict), `inner: "x" comes more than once`)
	assert.NoError(t, Unmarshal([]byte(`{"x":{"a":1,"a":2}}`), &strict), "which nobody can see")
	for _, body := range []string{`{"x":{"a":1},"y":{"a":1},"z":[{"a":1},{"a":1}]}`, `{"anys":{"plan":1,"Plan":2}}`, `{"TEXT":"a","Text":"b"}`,
		`{"self":{"x":1},"x":2}`, `{"x":1,"self":{"x":2}}`} {
		assert.NoError(t, Unmarshal([]byte(body), new(sample)), body)
	}
}

// What is nested doesn't make the rest unbelievable.
func TestUnmarshal_keepsObjectsInWhichNamesAreRepeated(t *testing.T) {
	for name, value := range map[string]string{
		"self":   `{"text":"a","text":"a"}`,
		"any":    `{"a":1,"a":2}`,
		"anys":   `{"a":[{"b":1,"b":2}]}`,
		"texted": `{"a":"1","a":"2"}`,
		"raw":    `{"a":1,"a":2}`,
		"x":      `[[{"a":1,"b":2,"a":3}]]`,
		"count":  `{"a":1,"a":2}`,
	} {
		var s sample
		require.NoError(t, Unmarshal([]byte(`{"y":1,"`+name+`":`+value+`,"flag":true}`), &s), value)
		assert.Equal(t, sample{Flag: true, Extra: map[string]json.RawMessage{"y": json.RawMessage("1"), name: json.RawMessage(value)}}, s)
	}
	var s sample
	require.NoError(t, Unmarshal([]byte(`{"x":1,"self":{"x":1,"Text":"a","text":"b"}}`), &s))
	assert.Equal(t, map[string]json.RawMessage{"x": json.RawMessage("1"), "self": json.RawMessage(`{"x":1,"Text":"a","text":"b"}`)}, s.Extra)
	assert.Nil(t, s.Self)
	var nested sample
	require.NoError(t, Unmarshal([]byte(`{"self":{"text":"a","self":{"x":1,"y":2,"x":1},"flag":true}}`), &nested))
	assert.Equal(t, sample{Self: &sample{Text: "a", Flag: true, Extra: map[string]json.RawMessage{"self": json.RawMessage(`{"x":1,"y":2,"x":1}`)}}}, nested)
}

// Only the elements that don't fit are left out of what the struct has.
func TestUnmarshal_leavesOutElementsThatDoNotFit(t *testing.T) {
	one := 1
	for _, tc := range []struct {
		name, value string
		want        sample
	}{
		{"texts", `["a",7,null,"b",{}]`, sample{Texts: []string{"a", "", "b"}}},
		{"texts", `[7]`, sample{Texts: []string{}}},
		{"inner", `[7,{"name":"a","count":1},null,{"name":7},{"x":1,"x":1},{"name":"b","name":"c"},[{}]]`, sample{Inner: []inner{{Name: "a", Count: &one}}}},
		{"inner", `[{"name":"a","count":"1"},{"count":1}]`, sample{Inner: []inner{{Count: &one}}}},
		{"texted", `{"a":"1","b":2,"c":"3"}`, sample{Texted: map[string]string{"a": "1", "c": "3"}}},
	} {
		tc.want.Kind = "lead"
		tc.want.Extra = map[string]json.RawMessage{tc.name: json.RawMessage(tc.value)}
		var s sample
		require.NoError(t, Unmarshal([]byte(`{"`+tc.name+`":`+tc.value+`,"kind":"lead"}`), &s), tc.value)
		assert.Equal(t, tc.want, s)
	}
	for _, body := range []string{`{"texted":{"a":1,"a":"x"}}`, `{"texted":{"a":1,"a":2}}`, `{"texted":{"a":"x","a":1}}`} {
		var s sample
		require.NoError(t, Unmarshal([]byte(body), &s), body)
		assert.Nil(t, s.Texted, body)
		assert.Len(t, s.Extra, 1, body)
	}
	var s sample
	require.NoError(t, Unmarshal([]byte(`{"x":1,"inner":[{"x":1,"name":7}]}`), &s), "the name in what was left out is not that of the outer object")
	assert.Error(t, Unmarshal([]byte(`{"texts":["a",7,nul]}`), &s), "what can't be read is refused")
	assert.Error(t, Unmarshal([]byte(`{"inner":[{"name":[}]}`), &s))
}

func TestPartial_isOfTheOutermostValue(t *testing.T) {
	var texts []string
	err := Unmarshal([]byte(`["a",7,"b"]`), &texts)
	assert.EqualError(t, err, "want a string")
	assert.True(t, Partial(err))
	assert.Equal(t, []string{"a", "b"}, texts)
	var lists [][]string
	err = Unmarshal([]byte(`[["a",7],7,["b"]]`), &lists)
	assert.EqualError(t, err, "want a string", "the first")
	assert.True(t, Partial(err))
	assert.Equal(t, [][]string{{"a"}, {"b"}}, lists)
	var byName map[string][]string
	assert.True(t, Partial(Unmarshal([]byte(`{"a":["a",7],"b":7}`), &byName)))
	assert.Equal(t, map[string][]string{"a": {"a"}}, byName)

	var strict struct {
		Texts []string `json:"texts"`
	}
	for _, body := range []string{`["a",7,"b"] x`, `["a",7`, `{"a":1}`} {
		err := Unmarshal([]byte(body), &texts)
		assert.Error(t, err, body)
		assert.False(t, Partial(err), body)
	}
	err = Unmarshal([]byte(`{"texts":[7]}`), &strict)
	assert.EqualError(t, err, "texts: want a string")
	assert.False(t, Partial(err))
	assert.False(t, Partial(nil))
}

func TestUnmarshal_keepsWhatDoesNotFit(t *testing.T) {
	for _, tc := range []struct {
		body  string
		extra map[string]string // of the outer object
		check func(*testing.T, sample)
	}{
		{body: `{"text":"a","new":[1, 2]}`, extra: map[string]string{"new": "[1, 2]"}},
		{body: `{"x": 1,"y":2}`, extra: map[string]string{"x": "1", "y": "2"}},
		{body: `{"TEXT":"a"}`, extra: map[string]string{"TEXT": `"a"`}},
		{body: `{"count":"7","text":"a"}`, extra: map[string]string{"count": `"7"`}},
		{body: `{"count":1.5}`, extra: map[string]string{"count": `1.5`}},
		{body: `{"number":1e999}`, extra: map[string]string{"number": `1e999`}},
		{body: `{"time":"yesterday"}`, extra: map[string]string{"time": `"yesterday"`}},
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

// Members that are kept under their names count as elements do.
func TestUnmarshal_boundsMembers(t *testing.T) {
	object := func(n int, value string) []byte {
		b := []byte("{")
		for i := range n {
			b = fmt.Appendf(b, `"%d":%s,`, i, value)
		}
		b[len(b)-1] = '}'
		return b
	}
	const few, many = maxValues / 2, maxValues * 3 / 2
	outs := map[string]func() any{
		"any":         func() any { return new(any) },
		"map[string]": func() any { return new(map[string]any) },
		"map":         func() any { return new(map[string]int) },
		"raw":         func() any { return new(json.RawMessage) },
		"Extra":       func() any { return new(sample) },
	}
	for name, out := range outs {
		assert.NoError(t, Unmarshal(object(few, "0"), out()), name)
		assert.ErrorIs(t, Unmarshal(object(many, "0"), out()), errTooManyValues, name)
	}
	assert.NoError(t, Check(object(few, "0")))
	assert.ErrorIs(t, Check(object(many, "0")), errTooManyValues)
	// Nothing is kept of the members of what is kept as a whole.
	assert.NoError(t, Unmarshal(fmt.Appendf(nil, `{"other":%s}`, object(many, "0")), new(sample)))
}

func TestCheck_acceptsWhatIsOneValueWithoutRepeatedNames(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":[{"b":1},{"b":2}],"b":{"a":null}}`: "",
		` 7 `:                                    "",
		`{"a":1,"A":2}`:                          "",
		`{"a":1,"a":2}`:                          `"a" comes more than once`,
		`[{"b":{"a":1,"\u0061":2}}]`:             `"a" comes more than once`,
		``:                                       "unexpected end of JSON",
		`{"a":1} {}`:                             "unexpected '{' at byte 8 of the JSON",
		`{"a":01}`:                               "unexpected '1' at byte 6 of the JSON",
	} {
		if want == "" {
			assert.NoError(t, Check([]byte(body)), body)
		} else {
			assert.EqualError(t, Check([]byte(body)), want, body)
		}
	}
}

// Invalid UTF-8 is replaced as encoding/json does, with little memory.
func TestUnmarshal_replacesInvalidUTF8(t *testing.T) {
	for _, text := range []string{"\xff", "a\xff\xfeb", "\xe2\x82", "é\xc3", `\n` + "\xff", "\xed\xa0\x80", "\xff" + `\u00e9\"`, "\uFFFD"} {
		var got, want string
		require.NoError(t, json.Unmarshal([]byte(`"`+text+`"`), &want))
		require.NoError(t, Unmarshal([]byte(`"`+text+`"`), &got))
		assert.Equal(t, want, got, "%q", text)
	}
	body := []byte(`"` + strings.Repeat("\xff", 1<<20) + `"`)
	var got string
	used := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = Unmarshal(body, &got)
		}
	}).AllocedBytesPerOp()
	assert.Less(t, used, int64(7<<20), "the text has 3 MiB, and is copied once")
}

func TestUnmarshal_boundsValuesExactly(t *testing.T) {
	array := func(n int) []byte { return []byte("[" + strings.Repeat("0,", n-1) + "0]") }
	most := 20_000
	for most < 20_000+len(array(most+1))/64 {
		most++
	}
	var got []int
	assert.NoError(t, Unmarshal(array(most), &got))
	assert.ErrorIs(t, Unmarshal(array(most+1), &got), errTooManyValues)
}

func TestUnmarshal_boundsDepth(t *testing.T) {
	assert.Equal(t, 10_000, maxDepth)
	nested := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	var got any
	assert.NoError(t, Unmarshal(nested(maxDepth), &got))
	assert.ErrorContains(t, Unmarshal(nested(maxDepth+1), &got), "nested too deep")
	assert.ErrorContains(t, Unmarshal(fmt.Appendf(nil, `{"text":%s,"x":1}`, nested(maxDepth)), new(sample)), "nested too deep")
	deep := Unmarshal([]byte(strings.Repeat(`{"self":`, 100)+`{"text":[[1]]}`+strings.Repeat("}", 100)), new(sample))
	assert.NoError(t, deep)
}

// What is side by side is not nested, even where it doesn't fit.
func TestUnmarshal_countsDepthAlone(t *testing.T) {
	spaces := strings.Repeat(" ", 3*maxDepth*bytesPerValue)
	for _, item := range []string{"[]", "{}", `{"texts":[1]}`, `{"x":[1]}`} {
		body := "[" + strings.Repeat(item+",", maxDepth) + item + spaces + "]"
		var got []sample
		if item == "[]" {
			assert.NoError(t, Unmarshal([]byte(body), new([][]int)))
		} else {
			assert.NoError(t, Unmarshal([]byte(body), &got), item)
		}
	}
}

func TestUnmarshal_countsDepthOfWhatIsLeftOut(t *testing.T) {
	body := "[" + strings.Repeat(`{"name":7},`, maxDepth) + `{"name":"a"}` + strings.Repeat(" ", 3*maxDepth*bytesPerValue) + "]"
	var got []inner
	assert.True(t, Partial(Unmarshal([]byte(body), &got)))
	assert.Equal(t, []inner{{Name: "a"}}, got)
}

// Words that come again are one string, but only if they are the same.
func TestUnmarshal_sharesWords(t *testing.T) {
	var items []string
	for i := range 3000 {
		items = append(items, fmt.Sprintf(`{"name":"n%d","count":%d}`, i*7919%1000, i))
	}
	body := []byte(`{"inner":[` + strings.Join(items, ",") + `],"texts":["` + strings.Repeat("long", 100) + `","","a"]}`)
	var got, want sample
	require.NoError(t, Unmarshal(body, &got))
	require.NoError(t, json.Unmarshal(body, &want))
	assert.Equal(t, want, got)
}

func TestUnmarshal_refusesOtherTypes(t *testing.T) {
	for _, tc := range []struct{ body, want string }{
		{`{"flag":1}`, "flag: want a boolean"},
		{`{"number":"x"}`, "number: want a number"},
		{`{"time":1}`, "time: want a time"},
		{`{"time":"x"}`, "time: want a time in RFC 3339"},
		{`{"texts":{}}`, "texts: want an array"},
		{`{"texted":[]}`, "texted: want an object"},
		{`{"count":1e3}`, "count: want an integer"},
		{`{"number":1e999}`, "number: want a number"},
		{`{"flag":`, "unexpected end of JSON"},
		{`{"flag":nil}`, "unexpected 'n' at byte 8 of the JSON"},
		{`{"flag":true]`, "unexpected ']' at byte 12 of the JSON"},
		{`{"texts":["a"}`, "unexpected '}' at byte 13 of the JSON"},
	} {
		var strict struct {
			Flag   bool              `json:"flag"`
			Number float64           `json:"number"`
			Count  int               `json:"count"`
			Time   time.Time         `json:"time"`
			Texts  []string          `json:"texts"`
			Texted map[string]string `json:"texted"`
		}
		assert.EqualError(t, Unmarshal([]byte(tc.body), &strict), tc.want, tc.body)
	}
}

// A type that can't be decoded is a mistake of the program, not of the server.
func TestUnmarshal_panicsAtTypesItDoesNotKnow(t *testing.T) {
	assert.PanicsWithValue(t, "strictjson: no decoding of chan int", func() { _ = Unmarshal([]byte("1"), new(chan int)) })
	wide := func(fields int) any {
		return reflect.New(reflect.StructOf(slices.Collect(func(yield func(reflect.StructField) bool) {
			for i := range fields {
				yield(reflect.StructField{Name: fmt.Sprint("F", i), Type: reflect.TypeFor[int](), Tag: reflect.StructTag(fmt.Sprintf(`json:"f%d"`, i))})
			}
		}))).Interface()
	}
	assert.Panics(t, func() { _ = Unmarshal([]byte("{}"), wide(65)) })
	assert.NoError(t, Unmarshal([]byte(`{"f0":1,"f62":2,"f63":3}`), wide(64)))
	assert.Error(t, Unmarshal([]byte(`{"f63":1,"f63":2}`), wide(64)))
}
