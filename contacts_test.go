package featurebase_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestDeleteSendsTheDocumentedRequest(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.AddContact(featurebase.Contact{ID: contactID})
	other := srv.AddContact(featurebase.Contact{Type: "lead"})

	deleted, err := srv.Client().Contacts.Delete(t.Context(), contactID)
	require.NoError(t, err)
	assert.Equal(t, &featurebase.DeletedContact{ID: contactID, Object: "contact", Deleted: true}, deleted)
	assert.Equal(t, []featurebase.Contact{other}, srv.Contacts())

	require.Len(t, srv.Requests(), 1)
	r := srv.Requests()[0]
	assert.Equal(t, "DELETE", r.Method)
	assert.Equal(t, "/v2/contacts/"+contactID, r.Path)
	assert.Empty(t, r.Body)
	assert.Equal(t, "Bearer "+srv.Token, r.Header.Get("Authorization"))
	assert.Equal(t, "2026-01-01.nova", r.Header.Get("Featurebase-Version"))
	assert.Equal(t, "application/json", r.Header.Get("Accept"))
	assert.Regexp(t, `^featurebase-go/\d+\.\d+\.\d+ \(go.+\)$`, r.Header.Get("User-Agent"))
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key", "Content-Type", "Cookie"} {
		assert.NotContains(t, r.Header, name)
	}
}

func TestADeletionWhoseAnswerIsLost(t *testing.T) {
	srv := featurebasetest.NewServer(t)
	contact := srv.AddContact(featurebase.Contact{Email: "ada@example.com"})
	client := srv.Client()

	srv.FailNext(featurebasetest.Fault{Apply: true, Cut: true}) // deletes the contact, then hangs up
	_, err := client.Contacts.Delete(t.Context(), contact.ID)

	assert.Empty(t, srv.Contacts())
	assert.ErrorIs(t, err, featurebase.ErrNotFound)  // the retry's answer,
	assert.ErrorIs(t, err, featurebase.ErrAmbiguous) // which may be about our own deletion
}

func TestDeleteTakesAnIDInEitherCase(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	srv.AddContact(featurebase.Contact{ID: contactID})
	deleted, err := srv.Client().Contacts.Delete(t.Context(), strings.ToUpper(contactID))
	require.NoError(t, err)
	assert.Equal(t, contactID, deleted.ID)
}

func TestDeleteRefusesWhatIsNoIDBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	const form = "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011, but "
	for name, tc := range map[string]struct{ id, reason string }{
		"empty":                {"", form + "it has 0"},
		"short":                {contactID[1:], form + "it has 23"},
		"long":                 {contactID + "0", form + "it has 25"},
		"not hexadecimal":      {"507f1f77bcf86cd79943901g", form + "character 24 is 'g'"},
		"an email":             {"ada@example.com", "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011; this looks like an email address"},
		"slash":                {"507f1f77bcf86cd79943901/", form + "character 24 is '/'"},
		"dot segments":         {"../../../../contacts/all", form + "character 1 is '.'"},
		"percent":              {"507f1f77bcf86cd799439%2f", form + "character 22 is '%'"},
		"query":                {"507f1f77bcf86cd79943901?", form + "character 24 is '?'"},
		"space":                {" " + contactID, form + "character 1 is ' '"},
		"newline":              {contactID + "\n", form + `character 25 is '\n'`},
		"NUL":                  {contactID[:23] + "\x00", form + `character 24 is '\x00'`},
		"fullwidth digit":      {contactID[:23] + "\uff11", form + "character 24 is '\uff11'"},
		"arabic-indic digit":   {contactID[:23] + "٣", form + "character 24 is '٣'"},
		"cyrillic letter":      {contactID[:23] + "а", form + "character 24 is 'а'"},
		"24 bytes, not digits": {strings.Repeat("é", 12), form + "character 1 is 'é'"},
		"invalid UTF-8":        {contactID[:23] + "\xff", form + `character 24 is '�'`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := answering(200, deletedOK)
			deleted, err := newClient(t, mock).Contacts.Delete(t.Context(), tc.id)
			assert.Nil(t, deleted)
			require.ErrorIs(t, err, featurebase.ErrInvalidID)
			var invalid *featurebase.InvalidIDError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, &featurebase.InvalidIDError{ID: tc.id, Reason: tc.reason}, invalid)
			assert.NotContains(t, err.Error(), "\n")
			assert.Zero(t, mock.GetTotalCallCount())
		})
	}
}

// FuzzID: whatever the id, either it is refused and nothing is sent, or one
// request is sent, with the id as the one last segment of its path.
func FuzzID(f *testing.F) {
	for _, id := range []string{contactID, "", "..", "a/b", contactID + "/", "%2e%2e", contactID[:23] + "٣", strings.Repeat("é", 12)} {
		f.Add(id)
	}
	srv := featurebasetest.New()
	var path string
	client := newClient(f, roundTripper(func(r *http.Request) (*http.Response, error) {
		path = r.URL.EscapedPath()
		return srv.Transport().RoundTrip(r)
	}))
	f.Fuzz(func(t *testing.T, id string) {
		path = ""
		_, err := client.Contacts.Delete(t.Context(), id)
		if require.Error(t, err); path == "" {
			require.ErrorIs(t, err, featurebase.ErrInvalidID)
			return
		}
		require.Equal(t, "/v2/contacts/"+id, path)
		require.Regexp(t, `^[0-9a-fA-F]{24}$`, id)
	})
}

func TestDeleteSucceedsOnlyWithTheDocumentedAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		reason string // empty: success
	}{
		"documented":              {200, deletedOK, ""},
		"with unknown fields":     {200, `{"extra":{"a":[1]},"id":"507f1f77bcf86cd799439011","object":"contact","deleted":true}`, ""},
		"with white space":        {200, "\n " + deletedOK + " \n", ""},
		"empty object":            {200, `{}`, `object is "" instead of "contact"`},
		"null":                    {200, `null`, `object is "" instead of "contact"`},
		"array":                   {200, `[` + deletedOK + `]`, "its body is not the documented JSON"},
		"string":                  {200, `"deleted"`, "its body is not the documented JSON"},
		"true":                    {200, `true`, "its body is not the documented JSON"},
		"empty body":              {200, ``, "its body is not the documented JSON"},
		"deleted false":           {200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":false}`, "deleted is not true"},
		"deleted missing":         {200, `{"id":"507f1f77bcf86cd799439011","object":"contact"}`, "deleted is not true"},
		"deleted null":            {200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":null}`, "deleted is not true"},
		"deleted as a string":     {200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":"true"}`, "its body is not the documented JSON"},
		"deleted as a number":     {200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":1}`, "its body is not the documented JSON"},
		"another id":              {200, `{"id":"507f1f77bcf86cd799439012","object":"contact","deleted":true}`, `id is "507f1f77bcf86cd799439012", which is not the one that was asked for`},
		"no id":                   {200, `{"object":"contact","deleted":true}`, `id is "", which can't be one`},
		"id null":                 {200, `{"id":null,"object":"contact","deleted":true}`, `id is "", which can't be one`},
		"object null":             {200, `{"id":"507f1f77bcf86cd799439011","object":null,"deleted":true}`, `object is "" instead of "contact"`},
		"id a digit":              {200, `{"id":5,"object":"contact","deleted":true}`, "its body is not the documented JSON"},
		"id a number":             {200, `{"id":507,"object":"contact","deleted":true}`, "its body is not the documented JSON"},
		"object a digit":          {200, `{"id":"507f1f77bcf86cd799439011","object":0,"deleted":true}`, "its body is not the documented JSON"},
		"deleted a digit":         {200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":0}`, "its body is not the documented JSON"},
		"id empty":                {200, `{"id":"","object":"contact","deleted":true}`, `id is "", which can't be one`},
		"id in upper case":        {200, `{"id":"507F1F77BCF86CD799439011","object":"contact","deleted":true}`, ""},
		"another object":          {200, `{"id":"507f1f77bcf86cd799439011","object":"company","deleted":true}`, `object is "company" instead of "contact"`},
		"the contact":             {200, `{"id":"507f1f77bcf86cd799439011","object":"contact","name":"Ada"}`, "deleted is not true"},
		"deleted and not":         {200, `{"id":"507f1f77bcf86cd799439011","object":"contact","deleted":false,"Deleted":true}`, "its body is not the documented JSON"},
		"two ids":                 {200, `{"id":"507f1f77bcf86cd799439012","object":"contact","deleted":true,"ID":"507f1f77bcf86cd799439011"}`, "its body is not the documented JSON"},
		"two objects":             {200, `{"id":"507f1f77bcf86cd799439011","object":"company","deleted":true,"object":"contact"}`, "its body is not the documented JSON"},
		"two values":              {200, deletedOK + deletedOK, "its body is not the documented JSON"},
		"half a body":             {200, deletedOK[:40], "its body is not the documented JSON"},
		"captive portal":          {200, `<html><body>Please log in</body></html>`, "its body is not the documented JSON"},
		"an error with status OK": {200, notFound, `object is "" instead of "contact"`},
		"201":                     {201, deletedOK, "want status 200"},
		"202":                     {202, deletedOK, "want status 200"},
		"204":                     {204, ``, "want status 200"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := answering(tc.status, tc.body)
			deleted, err := newClient(t, mock).Contacts.Delete(t.Context(), contactID)
			assert.Equal(t, 1, mock.GetTotalCallCount(), "an answer is an answer: it is not retried")
			if tc.reason == "" {
				require.NoError(t, err)
				assert.Equal(t, contactID, strings.ToLower(deleted.ID))
				assert.Contains(t, tc.body, deleted.ID, "the id is as Featurebase has it")
				return
			}
			assert.Nil(t, deleted)
			require.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
			assert.NotErrorIs(t, err, featurebase.ErrNotFound)
			var unexpected *featurebase.UnexpectedResponseError
			require.ErrorAs(t, err, &unexpected)
			assert.Equal(t, tc.reason, unexpected.Reason)
			assert.Equal(t, tc.status, unexpected.StatusCode)
			assert.Equal(t, tc.body, string(unexpected.Body))
			assert.Contains(t, err.Error(), "may have been processed")
		})
	}
}

// FuzzDeletedContact: whatever the body of a 200, decoding it does not panic,
// and it counts as a deletion only if it is one JSON object that says so of
// the contact that was asked for.
func FuzzDeletedContact(f *testing.F) {
	for _, body := range []string{deletedOK, `{}`, `null`, `[]`, `"true"`, notFound, deletedOK + deletedOK, deletedOK[:30], `{"id":5,"object":[],"deleted":{}}`} {
		f.Add([]byte(body))
	}
	var body []byte
	client := newClient(f, roundTripper(func(*http.Request) (*http.Response, error) {
		return httpmock.NewBytesResponse(200, body), nil
	}))
	f.Fuzz(func(t *testing.T, b []byte) {
		body = b
		_, err := client.Contacts.Delete(t.Context(), contactID)
		if err != nil {
			require.ErrorIs(t, err, featurebase.ErrUnexpectedResponse)
			return
		}
		fields := topLevel(t, b)
		require.Equal(t, []any{"contact"}, fields["object"])
		require.Equal(t, []any{true}, fields["deleted"])
		require.Len(t, fields["id"], 1)
		require.True(t, strings.EqualFold(contactID, fields["id"][0].(string)))
	})
}

// topLevel gives all values that each field of the one object b has, whatever
// the case of its name.
func topLevel(t *testing.T, b []byte) map[string][]any {
	d := json.NewDecoder(bytes.NewReader(b))
	begin, err := d.Token()
	require.NoError(t, err)
	require.Equal(t, json.Delim('{'), begin)
	fields := map[string][]any{}
	for d.More() {
		name, err := d.Token()
		require.NoError(t, err)
		var value any
		require.NoError(t, d.Decode(&value))
		folded := strings.ToLower(name.(string))
		fields[folded] = append(fields[folded], value)
	}
	_, err = d.Token()
	require.NoError(t, err)
	_, err = d.Token()
	require.ErrorIs(t, err, io.EOF, "one value")
	return fields
}

func TestContactNotFoundHoldsOnlyWhenFeaturebaseSaysSo(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		want   bool
	}{
		"documented":                {404, notFound, true},
		"HTML of a proxy":           {404, `<html>contact_not_found</html>`, false},
		"empty":                     {404, ``, false},
		"half the envelope":         {404, notFound[:len(notFound)-2], false},
		"another resource":          {404, `{"error":{"type":"invalid_request_error","code":"resource_not_found","message":"No such endpoint","status":404}}`, false},
		"a string for the envelope": {404, `"contact_not_found"`, false},
		"a string for the error":    {404, `{"error":"contact_not_found"}`, false},
		"the code without envelope": {404, `{"code":"contact_not_found"}`, false},
		"in an array":               {404, `[` + notFound + `]`, false},
		"the code again":            {404, `{"error":{"type":"invalid_request_error","code":"nope","code":"contact_not_found"}}`, false},
		"the code in capitals":      {404, `{"error":{"type":"invalid_request_error","CODE":"contact_not_found"}}`, false},
		"the code in two spellings": {404, `{"error":{"type":"invalid_request_error","code":"contact_not_found","Code":"nope"}}`, false},
		"the type again":            {404, `{"error":{"type":"invalid_request_error","code":"contact_not_found","type":"invalid_request_error"}}`, false},
		"the code escaped again":    {404, `{"error":{"type":"invalid_request_error","c\u006fde":"nope","code":"contact_not_found"}}`, false},
		"the envelope in capitals":  {404, `{"ERROR":{"type":"invalid_request_error","code":"contact_not_found"}}`, false},
		"the code twice":            {404, `{"error":{"type":"invalid_request_error","code":"resource_not_found"},"ERROR":{"type":"invalid_request_error","code":"contact_not_found"}}`, false},
		"the code without type":     {404, `{"error":{"code":"contact_not_found"}}`, false},
		"another type":              {404, `{"error":{"type":"not_featurebase","code":"contact_not_found"}}`, false},
		"two envelopes":             {404, notFound + notFound, false},
		"another status":            {400, notFound, false},
		"gone":                      {410, notFound, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, answering(tc.status, tc.body)).Contacts.Delete(t.Context(), contactID)
			assert.Equal(t, tc.want, errors.Is(err, featurebase.ErrNotFound))
			var apiErr *featurebase.APIError
			require.ErrorAs(t, err, &apiErr)
			assert.Equal(t, tc.status, apiErr.StatusCode)
			assert.Equal(t, tc.body, string(apiErr.Body))
			assert.Equal(t, apiErr.Type == "", apiErr.Ambiguous, "only Featurebase knows that nothing was deleted")
		})
	}
}

// FuzzNotFound: whatever the body of a 404, decoding it does not panic, and it
// counts as Featurebase's own word only if it is one envelope with that code.
func FuzzNotFound(f *testing.F) {
	for _, body := range []string{notFound, invalidID, `{}`, `null`, `{"error":"contact_not_found"}`, `{"error":{"code":["contact_not_found"]}}`, notFound + notFound, notFound[:60], `<html>`} {
		f.Add([]byte(body))
	}
	var body []byte
	client := newClient(f, roundTripper(func(*http.Request) (*http.Response, error) {
		return httpmock.NewBytesResponse(404, body), nil
	}))
	f.Fuzz(func(t *testing.T, b []byte) {
		body = b
		_, err := client.Contacts.Delete(t.Context(), contactID)
		e := requireErrorAs[*featurebase.APIError](t, err)
		require.Equal(t, 404, e.StatusCode)
		require.Equal(t, string(b), string(e.Body))
		require.NotContains(t, err.Error(), "\n")
		if errors.Is(err, featurebase.ErrNotFound) {
			errs := topLevel(t, b)["error"]
			require.Len(t, errs, 1)
			var detail struct{ Type, Code any }
			encoded, err := json.Marshal(errs[0])
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(encoded, &detail))
			require.Equal(t, "contact_not_found", detail.Code)
			require.Equal(t, "invalid_request_error", detail.Type)
		}
	})
}

func TestVersion_isSentAsChosen(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client(featurebase.WithVersion(featurebase.VersionOrbit))
	sent := func() http.Header { return srv.Requests()[len(srv.Requests())-1].Header }
	for _, v := range []featurebase.APIVersion{"2026-01-01.nova", "2026-01-01.alpha", "2026-08-19.orbit", "2031-02-03.not-yet-known"} {
		_, err := client.Contacts.Delete(t.Context(), srv.AddContact(featurebase.Contact{}).ID, featurebase.WithVersion(v))
		require.NoError(t, err)
		assert.Equal(t, string(v), sent().Get("Featurebase-Version"))
	}
	_, err := client.Contacts.Delete(t.Context(), srv.AddContact(featurebase.Contact{}).ID)
	require.NoError(t, err)
	assert.Equal(t, "2026-08-19.orbit", sent().Get("Featurebase-Version"))
	_, err = client.Contacts.Delete(t.Context(), srv.AddContact(featurebase.Contact{}).ID, featurebase.WithOrganizationVersion())
	require.NoError(t, err)
	assert.NotContains(t, sent(), "Featurebase-Version")
}
