package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestExport_hasAllContacts(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	srv.AddContact(featurebase.Contact{
		ID: "507f1f77bcf86cd799439011", UserID: "u-1815", Email: "ada@example.com", Name: "=HYPERLINK(1)",
		Companies: []featurebase.Company{{CompanyID: "1", Name: "Acme"}, {CompanyID: "2", Name: "Analytical, Inc."}},
	})
	for range 250 { // more than two pages
		srv.AddContact(featurebase.Contact{Type: featurebase.ContactTypeLead, Email: "lead@example.com"})
	}
	var all, customers strings.Builder
	n, err := export(t.Context(), srv.Client(), featurebase.ContactListTypeAll, &all)
	require.NoError(t, err)
	assert.Equal(t, 251, n)
	assert.Equal(t, 252, strings.Count(all.String(), "\n"))
	n, err = export(t.Context(), srv.Client(), featurebase.ContactListTypeCustomers, &customers)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, `id,userId,email,name,type,companies,lastActivity
507f1f77bcf86cd799439011,u-1815,ada@example.com,'=HYPERLINK(1),customer,"Acme; Analytical, Inc.",
`, customers.String())
}

func TestExport_tellsThatItBrokeOff(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	for range 150 {
		srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	}
	srv.FailNext(featurebasetest.Fault{
		Status: 403, Code: "forbidden", Lasts: true, When: func(r featurebasetest.Request) bool { return strings.Contains(r.Query, "cursor") },
	})
	var rows strings.Builder
	n, err := export(t.Context(), srv.Client(), featurebase.ContactListTypeAll, &rows)
	assert.ErrorIs(t, err, featurebase.ErrPermission)
	assert.Equal(t, 100, n)
	assert.Equal(t, 101, strings.Count(rows.String(), "\n"))
}
