package main

import (
	"log"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestSyncUsers_createsAndUpdates(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	ada := srv.AddContact(featurebase.Contact{UserID: "u-1815", Email: "ada@example.com", Name: "Ada"})
	var shown strings.Builder
	require.NoError(t, syncUsers(t.Context(), srv.Client(), strings.NewReader(`userId,name,companyId,companyName
u-1815,Ada Lovelace,,
u-1906,"Hopper, Grace",navy,US Navy
`), log.New(&shown, "", 0)))
	assert.Equal(t, "1 created, 1 updated, 0 failed\n", shown.String())
	contacts := srv.Contacts()
	require.Len(t, contacts, 2)
	assert.Equal(t, []string{ada.ID, "ada@example.com", "Ada Lovelace"}, []string{contacts[0].ID, contacts[0].Email, contacts[0].Name})
	assert.Equal(t, "Hopper, Grace", contacts[1].Name)
	assert.Equal(t, "US Navy", contacts[1].Companies[0].Name)
}

func TestSyncUsers_goesOnAfterABadLine(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	var shown strings.Builder
	file := "email\n" + strings.Repeat("ada@example.com\n", 997) + "too,many\n\"\"\ngrace@example.com\n"
	assert.EqualError(t, syncUsers(t.Context(), srv.Client(), strings.NewReader(file), log.New(&shown, "", 0)), "not all users are in Featurebase")
	assert.Contains(t, shown.String(), "line 999: record on line 999: wrong number of fields\n")
	assert.Contains(t, shown.String(), "line 1000: featurebase: ")
	assert.Contains(t, shown.String(), "1000 lines are done\n")
	assert.Contains(t, shown.String(), "2 created, 996 updated, 2 failed\n")
	assert.NotContains(t, shown.String(), "@")
	assert.Len(t, srv.Contacts(), 2)
}

func TestSyncUsers_stops(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	srv.FailNext(featurebasetest.Fault{Status: 401, Code: "unauthorized", Lasts: true})
	var shown strings.Builder
	err := syncUsers(t.Context(), srv.Client(), strings.NewReader("email\n"+strings.Repeat("ada@example.com\n", 1000)), log.New(&shown, "", 0))
	assert.ErrorIs(t, err, featurebase.ErrAuthentication)
	assert.Less(t, len(srv.Requests()), 100)

	for _, file := range []string{"", "email,phone\n"} {
		assert.ErrorContains(t, syncUsers(t.Context(), srv.Client(), strings.NewReader(file), nil), "column")
	}
}
