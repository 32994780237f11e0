package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func runWith(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errOut bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errOut)
	return code, out.String(), errOut.String()
}

func TestRun_withoutKeyDemonstrates(t *testing.T) {
	t.Setenv("FEATUREBASE_API_KEY", "")
	code, stdout, stderr := runWith("")
	assert.Equal(t, exitDeleted, code)
	assert.Empty(t, stderr)
	stdout = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(stdout, "127.0.0.1:PORT")
	assert.Equal(t, `FEATUREBASE_API_KEY is not set, so this runs against a built-in fake at http://127.0.0.1:PORT,
which holds one contact: Ada Lovelace <ada@example.com>, ID 507f1f77bcf86cd700000001.

1. Delete it:
   {ID:507f1f77bcf86cd700000001 Object:contact Deleted:true}

2. Delete it again:
   There is no such contact: featurebase: DELETE /v2/contacts/{id}: 404 contact_not_found: Contact not found (request ID req_2)

3. Delete with an invalid ID:
   Refused, this can't be the ID of a contact: featurebase: invalid id: want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but this looks like an email address; for your own user IDs there are methods with ByUserID; nothing was sent

The fake received 2 requests and holds 0 contacts now.
`, stdout)
}

func TestRun_withoutKeyTakesNoID(t *testing.T) {
	t.Setenv("FEATUREBASE_API_KEY", "")
	code, stdout, stderr := runWith("", "-yes", "507f1f77bcf86cd799439011")
	assert.Equal(t, exitUsage, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "nothing was deleted: FEATUREBASE_API_KEY is not set")
}

func TestRun_deletesWhatWasConfirmed(t *testing.T) {
	for _, tc := range []struct {
		name      string
		stdin     string
		args      []string
		fault     featurebasetest.Fault
		code      int
		remaining int
		output    string
	}{
		{"yes on standard input", "yes\n", []string{"ID"}, featurebasetest.Fault{}, exitDeleted, 0, "Deleted contact"},
		{"shows who it is", "yes\n", []string{"ID"}, featurebasetest.Fault{}, exitDeleted, 0, "Ada <no email>, customer 507f1f77bcf86cd700000001 at http://127.0.0.1"},
		{"says what stays", "no\n", []string{"ID"}, featurebasetest.Fault{}, exitFailed, 1, "Its 2 posts and 1 comments stay"},
		{"asks about no one who is not there", "yes\n", []string{"507f1f77bcf86cd799439011"}, featurebasetest.Fault{}, exitFailed, 1, "There is no such contact"},
		{"asks about no one it can't look up", "yes\n", []string{"ID"}, featurebasetest.Fault{Status: 501}, exitFailed, 1, "Nothing was deleted, as the contact could not be looked up"},
		{"asks about no invalid ID", "yes\n", []string{"ada"}, featurebasetest.Fault{}, exitFailed, 1, "can't be the ID of a contact"},
		{"-yes", "", []string{"-yes", "ID"}, featurebasetest.Fault{}, exitDeleted, 0, "Deleted contact"},
		{"no", "no\n", []string{"ID"}, featurebasetest.Fault{}, exitFailed, 1, "Nothing was deleted."},
		{"y is not yes", "y\n", []string{"ID"}, featurebasetest.Fault{}, exitFailed, 1, "Nothing was deleted."},
		{"no input", "", []string{"ID"}, featurebasetest.Fault{}, exitFailed, 1, "Nothing was deleted."},
		{"no ID", "yes\n", nil, featurebasetest.Fault{}, exitUsage, 1, "want one ID, got 0"},
		{"two IDs", "yes\n", []string{"ID", "ID"}, featurebasetest.Fault{}, exitUsage, 1, "want one ID, got 2"},
		{"unknown flag", "yes\n", []string{"-force", "ID"}, featurebasetest.Fault{}, exitUsage, 1, "usage:"},
		{"unknown contact", "", []string{"-yes", "507f1f77bcf86cd799439011"}, featurebasetest.Fault{}, exitFailed, 1, "There is no such contact"},
		{"invalid ID", "", []string{"-yes", "ada"}, featurebasetest.Fault{}, exitFailed, 1, "can't be the ID of a contact"},
		{"not permitted", "", []string{"-yes", "ID"}, featurebasetest.Fault{Status: 403, Code: "forbidden"}, exitFailed, 1, "Not deleted"},
		{"a response that confirms nothing", "", []string{"-yes", "ID"}, featurebasetest.Fault{Status: 200, Apply: true}, exitFailed, 0, "It is not certain"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			srv := featurebasetest.NewServer(t)
			posts, comments := 2, 1
			contact := srv.AddContact(featurebase.Contact{Name: "Ada", PostsCreated: &posts, CommentsCreated: &comments})
			srv.FailNext(tc.fault)
			t.Setenv("FEATUREBASE_API_KEY", srv.Token)
			t.Setenv("FEATUREBASE_BASE_URL", srv.URL)
			for i, arg := range tc.args {
				if arg == "ID" {
					tc.args[i] = contact.ID
				}
			}
			code, stdout, stderr := runWith(tc.stdin, tc.args...)
			assert.Equal(t, tc.code, code)
			assert.Contains(t, stdout+stderr, tc.output)
			assert.Len(t, srv.Contacts(), tc.remaining)
		})
	}
}

func TestRun_unreachableServerDeletedNothing(t *testing.T) {
	srv := featurebasetest.NewServer(t)
	t.Setenv("FEATUREBASE_API_KEY", srv.Token)
	t.Setenv("FEATUREBASE_BASE_URL", strings.Replace(srv.URL, "http:", "https:", 1))
	code, _, stderr := runWith("", "-yes", "507f1f77bcf86cd799439011")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "Not deleted: ")
}
