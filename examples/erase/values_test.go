package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestValuesKeepTheirOrderAndAreUnique(t *testing.T) {
	t.Parallel()
	v := newValues(byUserID.key)
	var want []string
	for i := range 3000 {
		s := strings.Repeat(fmt.Sprint("é", i), 1+i%60*i%700)
		want = append(want, s)
		assert.True(t, v.add(s))
		assert.False(t, v.add(s))
	}
	huge := strings.Repeat("x", 3*blockSize)
	assert.True(t, v.add(huge))
	want = append(want, huge)
	assert.Equal(t, len(want), v.len())
	var got []string
	for i, s := range v.all() {
		got = append(got, s)
		found, ok := v.find(s)
		assert.True(t, ok)
		assert.Equal(t, i, found)
	}
	assert.True(t, slices.Equal(want, got))
	_, ok := v.find("y")
	assert.False(t, ok)
}

func TestValuesWithOneKeyAreOne(t *testing.T) {
	t.Parallel()
	v := newValues(byEmail.key)
	assert.True(t, v.add("Ada@Example.com"))
	assert.False(t, v.add("ada@example.com"))
	assert.Equal(t, "Ada@Example.com", v.at(0))
	i, ok := v.find("ADA@EXAMPLE.COM")
	assert.True(t, ok)
	assert.Zero(t, i)
}

func TestTheDigestIsThatOfTheSet(t *testing.T) {
	t.Parallel()
	digest := func(texts ...string) string {
		v := newValues(byUserID.key)
		for _, s := range texts {
			v.add(s)
		}
		return v.digest()
	}
	assert.Equal(t, digest("a", "b", "c"), digest("c", "a", "a", "b"))
	assert.NotEqual(t, digest("a", "b"), digest("a", "c"))
	assert.NotEqual(t, digest("a"), digest("A"))
	assert.NotEqual(t, digest("ab"), digest("a", "b"))
}
