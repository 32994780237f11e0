package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what contacts are named by.
type kind string

const (
	byID     kind = "id"
	byUserID kind = "user-id"
	byEmail  kind = "email"
)

func (k kind) valid() bool { return k == byID || k == byUserID || k == byEmail }

// key is what makes two values the same. That IDs are compared without case is
// the API's rule; for emails it keeps two spellings from being two contacts.
func (k kind) key(value string) string {
	if k == byUserID {
		return value
	}
	return strings.ToLower(value)
}

// clean returns the value that a text stands for, or what is wrong with it
// and what would be right.
func (k kind) clean(text string) (value, problem string) {
	if !utf8.ValidString(text) {
		return "", "want text in UTF-8"
	}
	switch k {
	case byID:
		return cleanID(strings.TrimSpace(text))
	case byEmail:
		return cleanEmail(strings.TrimSpace(text))
	}
	return cleanUserID(text)
}

func cleanID(s string) (value, problem string) {
	const want = "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011"
	if strings.Contains(s, "@") {
		return "", want + "; this looks like an email address, for which there is --by email"
	}
	for i, r := range []rune(s) {
		if !strings.ContainsRune("0123456789abcdefABCDEF", r) {
			return "", fmt.Sprintf("%s, but character %d is %q", want, i+1, r)
		}
	}
	if len(s) != 24 {
		return "", fmt.Sprintf("%s, but it has %d", want, len(s))
	}
	return strings.ToLower(s), ""
}

// maxUserID is how many characters the API allows a user ID to have.
const maxUserID = 255

func cleanUserID(s string) (value, problem string) {
	n := utf8.RuneCountInString(s)
	switch {
	case n == 0:
		return "", "want a user ID of your own system, but it is empty"
	case n > maxUserID:
		return "", fmt.Sprintf("want a user ID of at most %d characters, but it has %d", maxUserID, n)
	case strings.TrimSpace(s) != s: // would be looked for with it, not found, and taken for gone
		return "", "want the user ID alone, but there is white space around it"
	}
	return s, ""
}

func cleanEmail(s string) (value, problem string) {
	at := strings.LastIndexByte(s, '@')
	strange := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>,;", r)
	}
	switch {
	case at <= 0 || at == len(s)-1:
		return "", "want an email address, like ada@example.com"
	case strings.ContainsFunc(s, strange):
		return "", "want one email address alone, like ada@example.com"
	}
	return s, ""
}
