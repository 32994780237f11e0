package main

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestDeleteList_tellsTheOutcomeOfEach(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New(t)
	contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	list := contact.ID + "\n\nffffffffffffffffffffffff\n"
	var results strings.Builder
	assert.NoError(t, deleteList(t.Context(), srv.Client(), strings.NewReader(list), &results))
	assert.Contains(t, results.String(), contact.ID+",deleted,req_")
	assert.Contains(t, results.String(), "ffffffffffffffffffffffff,not found,req_")
	assert.Empty(t, srv.Contacts())

	results.Reset()
	assert.EqualError(t, deleteList(t.Context(), srv.Client(), strings.NewReader("ada@example.com"), &results), "1 contacts may still be there")
	assert.Contains(t, results.String(), "invalid id")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorContains(t, deleteList(ctx, srv.Client(), strings.NewReader(list), &results), "interrupted")
}
