package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/erasure"
)

// someJournal writes a small journal, and returns its name.
func someJournal(t testing.TB) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "j")
	j, err := createJournal(name, header{Format: journalFormat, Operator: "eve", RequestID: "r", Subjects: 2})
	require.NoError(t, err)
	for i := range 2 {
		s := erasure.Subject{Emails: []string{fmt.Sprintf("user%d@example.com", i)}}
		require.NoError(t, j.write(false, typeSubject, subject{i, j.identities(s)}, subjectClear{s, "people:1"}))
	}
	item := erasure.Item{Kind: erasure.KindContact, ID: board, Action: erasure.ActionDelete, ContactID: board}
	require.NoError(t, j.write(true, typePerson, person{Person: 0, Items: 1}, personClear{&erasure.Plan{Items: []erasure.Item{item}}}))
	require.NoError(t, j.write(true, typePlanned, planned{People: 1}, nil))
	require.NoError(t, j.write(true, typeBegin, begin{0, 0}, nil))
	require.NoError(t, j.close())
	return name
}

func load(name string) (*state, error) {
	s := newState()
	j, err := openJournal(name, s.apply)
	if err != nil {
		return nil, err
	}
	return s, j.close()
}

func TestJournal_noticesEveryChange(t *testing.T) {
	t.Parallel()
	name := someJournal(t)
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	_, err = load(name)
	require.NoError(t, err)
	change := func(what string, b []byte) {
		require.NoError(t, os.WriteFile(name, b, 0o600))
		_, err := load(name)
		assert.Error(t, err, what)
		after, _ := os.ReadFile(name)
		assert.Equal(t, b, after, "it is left as it is")
	}
	for i := range whole {
		if i == len(whole)-1 {
			break // without its end, the last line was cut
		}
		b := bytes.Clone(whole)
		b[i] ^= 1
		change(fmt.Sprintf("byte %d: %q", i, whole[max(0, i-10):i+1]), b)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	lines = lines[:len(lines)-1]
	for i := range lines[:len(lines)-1] {
		change("without a line", bytes.Join(append(append([][]byte{}, lines[:i]...), lines[i+1:]...), nil))
		if i > 0 {
			swapped := append([][]byte{}, lines...)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			change("with two lines exchanged", bytes.Join(swapped, nil))
		}
		change("with a line twice", bytes.Join(append(append(append([][]byte{}, lines[:i+1]...), lines[i]), lines[i+1:]...), nil))
	}
	var r record
	require.NoError(t, json.Unmarshal(lines[1], &r))
	r.Clear = nil
	lines[1] = encode(r)
	change("with clear text removed from one line", bytes.Join(lines, nil))
}

// Power can fail in the middle of a line.
func TestJournal_dropsALastLineThatWasCut(t *testing.T) {
	t.Parallel()
	name := someJournal(t)
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for end := last; end < len(whole); end++ {
		require.NoError(t, os.WriteFile(name, whole[:end], 0o600))
		s, err := load(name)
		require.NoError(t, err)
		assert.Nil(t, s.half[0], "nothing was begun")
		after, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, whole[:last], after)
	}
	for end := range bytes.IndexByte(whole, '\n') {
		require.NoError(t, os.WriteFile(name, whole[:end], 0o600))
		_, err := load(name)
		assert.ErrorContains(t, err, "not a journal")
	}
}

func TestJournal_refusesWhatIsNoJournal(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, text := range []string{"", "{", "{}\n", "user1@example.com\n", "[1]\n", `{"seq":1,"type":"header"}` + "\n"} {
		name := filepath.Join(folder, "j")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		_, err := load(name)
		assert.Error(t, err, text)
		b, _ := os.ReadFile(name)
		assert.Equal(t, text, string(b))
	}
	_, err := load(folder)
	assert.ErrorContains(t, err, "not a regular file")
}

func FuzzJournal(f *testing.F) {
	b, err := os.ReadFile(someJournal(f))
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(strings.Repeat("{", 100)))
	f.Fuzz(func(t *testing.T, b []byte) {
		name := filepath.Join(t.TempDir(), "j")
		require.NoError(t, os.WriteFile(name, b, 0o600))
		_, _ = load(name) // does not panic
	})
}
