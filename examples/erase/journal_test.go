package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var someHeader = header{Server: "https://do.featurebase.app", By: byEmail, Values: 2, Digest: "sha256:0"}

func openAgain(t testing.TB, name string) (*journal, []record, error) {
	var records []record
	j, err := openJournal(name, someHeader, func(r record) error {
		records = append(records, r)
		return nil
	})
	if err == nil {
		t.Cleanup(func() { _ = j.close() })
	}
	return j, records, err
}

func TestAJournalGivesBackWhatWasWritten(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "j")
	j, records, err := openAgain(t, name)
	require.NoError(t, err)
	assert.Empty(t, records)
	assert.True(t, j.created)
	written := []record{
		{Intent: &intent{Value: "<ada>@\u2028\"example.com", Contacts: []string{"1", "2"}}},
		{Outcome: &outcome{Value: "<ada>@\u2028\"example.com", ContactID: "1", Status: deleted, Time: time.Unix(1, 0).UTC()}},
		{Outcome: &outcome{Value: "b", Status: failed, Error: "two\nlines", RequestID: "r", Time: time.Unix(2, 0).UTC()}},
	}
	for _, r := range written {
		require.NoError(t, j.write(r, true))
	}
	require.NoError(t, j.close())

	j, records, err = openAgain(t, name)
	require.NoError(t, err)
	assert.Equal(t, written, records)
	assert.False(t, j.created)
	known := j.size
	late := outcome{Value: "b", Status: failed, Error: "again", Time: time.Unix(3, 0).UTC()}
	require.NoError(t, j.write(record{Outcome: &late}, false))
	var told []outcome
	require.NoError(t, j.outcomes(known, func(o *outcome) error { told = append(told, *o); return nil }))
	assert.Equal(t, []outcome{*written[1].Outcome, late}, told, "failures of earlier runs are tried again, and so not told")
}

func TestNothingIsWrittenAfterAFailure(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "j")
	j, _, err := openAgain(t, name)
	require.NoError(t, err)
	before, err := os.ReadFile(name)
	require.NoError(t, err)
	writable := j.file
	j.file, err = os.Open(name)
	require.NoError(t, err)
	r := record{Intent: &intent{Value: "a", Contacts: []string{"1"}}}
	require.ErrorContains(t, j.write(r, true), "the journal can't be written")
	require.NoError(t, j.file.Close())
	j.file = writable
	require.Error(t, j.write(r, true), "though it would work now")
	after, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestAHeaderThatWasCutIsWrittenAnew(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{", `{"erase":`, `{"erase":1,"serv`} {
		name := filepath.Join(t.TempDir(), "j")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		j, records, err := openAgain(t, name)
		require.NoError(t, err, text)
		assert.Empty(t, records)
		assert.True(t, j.created)
		require.NoError(t, j.close())
		_, _, err = openAgain(t, name)
		require.NoError(t, err)
	}
}

func TestAFileThatIsNoJournalIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"507f1f77bcf86cd799439011", "{}\n", "\n", `{"erase":"x"}` + "\n", "a\nb\n"} {
		name := filepath.Join(t.TempDir(), "f")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		_, _, err := openAgain(t, name)
		require.ErrorContains(t, err, "is no journal of erase")
		after, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, text, string(after))
	}
}

func TestNewJournalsNeverShareAName(t *testing.T) {
	t.Chdir(t.TempDir())
	now := time.Date(2026, 11, 24, 20, 15, 0, 0, time.UTC)
	for _, want := range []string{"erase-20261124-201500.jsonl", "erase-20261124-201500-2.jsonl", "erase-20261124-201500-3.jsonl"} {
		j, err := createJournal(someHeader, now)
		require.NoError(t, err)
		assert.Equal(t, want, j.name)
		require.NoError(t, j.close())
	}
}

// Whatever a crash leaves of the file, opening it again either goes on from
// whole records, or changes nothing.
func FuzzJournal(f *testing.F) {
	f.Add([]byte(`{"intent":{"value":"a","contacts":["1"]}}` + "\n" + `{"outcome":{"value":"a","contact_id":"1","status":"deleted","time":"2026-11-24T20:15:00Z"}}` + "\n"))
	f.Add([]byte(`{"intent":{"value":"a","contacts":["1"]}}` + "\n" + `{"outcome":{"val`))
	f.Add([]byte("garbage\n\x00\x00"))
	f.Fuzz(func(t *testing.T, tail []byte) {
		name := filepath.Join(t.TempDir(), "j")
		j, _, err := openAgain(t, name)
		require.NoError(t, err)
		require.NoError(t, j.close())
		head, err := os.ReadFile(name)
		require.NoError(t, err)
		whole := append(head, tail...)
		require.NoError(t, os.WriteFile(name, whole, 0o600))

		j, records, err := openAgain(t, name)
		after, readErr := os.ReadFile(name)
		require.NoError(t, readErr)
		if err != nil {
			assert.Equal(t, whole, after)
			return
		}
		assert.True(t, strings.HasPrefix(string(whole), string(after)), "nothing but the end is dropped")
		assert.LessOrEqual(t, strings.Count(strings.TrimSuffix(string(whole[len(after):]), "\n"), "\n"), 0, "and of that one line")
		assert.Equal(t, strings.Count(string(after), "\n"), 1+len(records))
		require.NoError(t, j.write(record{Intent: &intent{Value: "x", Contacts: []string{"1"}}}, true))
		require.NoError(t, j.close())
		_, again, err := openAgain(t, name)
		require.NoError(t, err)
		assert.Len(t, again, len(records)+1)
	})
}
