package strictjson

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type outer struct {
	Name     string                     `json:"name,omitempty"`
	When     time.Time                  `json:"when,omitzero"`
	Plain    inner                      `json:"plain"`
	Nested   nested                     `json:"nested"`
	Pointer  *nested                    `json:"pointer,omitempty"`
	List     []nested                   `json:"list,omitempty"`
	Pointers []*nested                  `json:"pointers,omitempty"`
	ByName   map[kind]nested            `json:"byName,omitempty"`
	Itself   itself                     `json:"itself"`
	Hidden   nested                     `json:"-"`
	Extra    map[string]json.RawMessage `json:"-"`
}

type nested struct {
	Text  string                     `json:"text,omitempty"`
	Self  []nested                   `json:"self,omitempty"`
	Extra map[string]json.RawMessage `json:"-"`
}

// itself encodes itself.
type itself struct {
	Extra map[string]json.RawMessage `json:"-"`
}

func (itself) MarshalJSON() ([]byte, error) { return []byte(`"me"`), nil }

func TestMarshal_writesExtraOfAllObjects(t *testing.T) {
	x := map[string]json.RawMessage{"x": json.RawMessage(`1`)}
	for _, tc := range []struct {
		name string
		v    outer
		want string
	}{
		{"none", outer{Name: "a"}, `{"name":"a","plain":{"name":"","count":null},"nested":{},"itself":"me"}`},
		{"its own", outer{Extra: x}, `{"x":1,"plain":{"name":"","count":null},"nested":{},"itself":"me"}`},
		{"nested", outer{Nested: nested{Text: "t", Extra: x}}, `{"plain":{"name":"","count":null},"nested":{"text":"t","x":1},"itself":"me"}`},
		{"pointer", outer{Pointer: &nested{Extra: x}}, `{"plain":{"name":"","count":null},"nested":{},"pointer":{"x":1},"itself":"me"}`},
		{"list", outer{List: []nested{{}, {Extra: x}}, Pointers: []*nested{nil, {Extra: x}}},
			`{"plain":{"name":"","count":null},"nested":{},"list":[{},{"x":1}],"pointers":[null,{"x":1}],"itself":"me"}`},
		{"map", outer{ByName: map[kind]nested{"a": {}, "b": {Extra: x}}}, `{"plain":{"name":"","count":null},"nested":{},"byName":{"a":{},"b":{"x":1}},"itself":"me"}`},
		{"deep", outer{Nested: nested{Self: []nested{{Self: []nested{{Extra: x}}}}}}, `{"plain":{"name":"","count":null},"nested":{"self":[{"self":[{"x":1}]}]},"itself":"me"}`},
		{"not what encodes itself or is not encoded", outer{Itself: itself{x}, Hidden: nested{Extra: x}}, `{"plain":{"name":"","count":null},"nested":{},"itself":"me"}`},
		{"in place of a field", outer{Name: "a", Nested: nested{Extra: x}, Extra: map[string]json.RawMessage{"name": json.RawMessage(`7`), "nested": json.RawMessage(`[]`)}},
			`{"name":7,"plain":{"name":"","count":null},"nested":[],"itself":"me"}`},
	} {
		got, err := Marshal(tc.v)
		require.NoError(t, err, tc.name)
		assert.JSONEq(t, tc.want, string(got), tc.name)
	}
}

func TestMarshal_refusesWhatIsNoJSON(t *testing.T) {
	broken := map[string]json.RawMessage{"x": json.RawMessage(`{`)}
	for _, v := range []outer{{Extra: broken}, {List: []nested{{Extra: broken}}}, {ByName: map[kind]nested{"a": {Extra: broken}}}, {Pointer: &nested{Extra: broken}}} {
		_, err := Marshal(v)
		assert.Error(t, err)
	}
}

func BenchmarkMarshal(b *testing.B) {
	v := outer{Name: "a", List: make([]nested, 10), ByName: map[kind]nested{"a": {}}}
	b.Run("by=encoding/json", func(b *testing.B) {
		for b.Loop() {
			_, _ = json.Marshal(v)
		}
	})
	b.Run("by=strictjson", func(b *testing.B) {
		for b.Loop() {
			_, _ = Marshal(v)
		}
	})
}
