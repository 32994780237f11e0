package featurebase

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEndpoint_takesItsParametersByKind(t *testing.T) {
	t.Parallel()
	r := request{
		endpoint: &endpoint{pattern: "DELETE /v2/posts/{id}/companies/{companyId}/voters", object: "post"},
		args:     args{"507f1f77bcf86cd799439011", "a/b"},
	}
	require.NoError(t, r.check())
	assert.Equal(t, "/v2/posts/507f1f77bcf86cd799439011/companies/a%2Fb/voters", r.path())
	assert.Equal(t, "507f1f77bcf86cd799439011", r.arg("post"))
	assert.Empty(t, r.arg("contact"))
	assert.Empty(t, r.arg("company"), "an ID of the caller's own is not Featurebase's")
	assert.Equal(t, "a/b", r.ownArg("companyId"))
	assert.Empty(t, r.ownArg("userId"))

	r.args = args{"x", ""}
	assert.EqualError(t, r.check(), "featurebase: invalid id: want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, "+
		"but character 1 is 'x'; invalid companyId: want an ID of your own system, but it is empty; nothing was sent")

	r.endpoint = &endpoint{pattern: "GET /v2/posts/{id}/voters/{contactId}", object: "post"}
	r.args = args{"507f1f77bcf86cd799439011", "0123456789abcdef01234567"}
	assert.Equal(t, "507f1f77bcf86cd799439011", r.arg("post"))
	assert.Equal(t, "0123456789abcdef01234567", r.arg("contact"))
}

func TestEndpoint_isRepeatableByItsMethod(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		endpoint endpoint
		want     effect
	}{
		{endpoint{pattern: "GET /v2/x"}, reads},
		{endpoint{pattern: "PATCH /v2/x"}, repeatable},
		{endpoint{pattern: "PUT /v2/x"}, repeatable},
		{endpoint{pattern: "DELETE /v2/x"}, repeatable},
		{endpoint{pattern: "POST /v2/x"}, creates},
		{endpoint{pattern: "POST /v2/x", effect: reads}, reads},
		{endpoint{pattern: "POST /v2/x", effect: repeatable}, repeatable},
	} {
		t.Run(tc.endpoint.pattern, func(t *testing.T) { assert.Equal(t, tc.want, tc.endpoint.effects()) })
	}
}

func TestEncodeQuery_hasAFormForEachType(t *testing.T) {
	t.Parallel()
	type params struct {
		Text  string              `query:"text"`
		Kind  ContactType         `query:"kind"`
		Count int                 `query:"count"`
		Flag  Optional[bool]      `query:"flag"`
		Size  Optional[int]       `query:"size"`
		Texts []string            `query:"texts"`
		Time  time.Time           `query:"time"`
		Until Optional[time.Time] `query:"until"`
		Other string
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 600e6, time.FixedZone("", 3600))
	for _, tc := range []struct {
		name   string
		params params
		want   string
	}{
		{"nothing", params{Other: "x"}, ""},
		{"nulls", params{Flag: Null[bool](), Until: Null[time.Time]()}, ""},
		{"values", params{Text: "a b&c=+", Kind: ContactTypeLead, Count: -1}, "count=-1&kind=lead&text=a+b%26c%3D%2B"},
		{"optional values", params{Flag: Value(false), Size: Value(0)}, "flag=false&size=0"},
		{"slices", params{Texts: []string{"a", "b"}}, "texts=a%2Cb"},
		{"times", params{Time: at, Until: Value(at.UTC())}, "time=2026-01-02T02%3A04%3A05.6Z&until=2026-01-02T02%3A04%3A05.6Z"},
	} {
		t.Run(tc.name, func(t *testing.T) { assert.Equal(t, tc.want, encodeQuery(tc.params)) })
	}
}
