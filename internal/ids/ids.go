// Package ids knows the forms of the IDs that the API takes. Each of its functions
// returns what is wrong with a string that can't be such an ID, or "".
package ids

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	digits      = "0123456789"
	letters     = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	hexadecimal = digits + "abcdefABCDEF"
)

// Object is for the IDs that Featurebase gives most objects.
func Object(id string) (reason string) {
	if isObject(id) {
		return ""
	}
	const form = "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011"
	if strings.Contains(id, "@") {
		return form + ", but this looks like an email address"
	}
	n := 0
	for _, r := range id {
		n++
		if !strings.ContainsRune(hexadecimal, r) {
			return fmt.Sprintf("%s, but character %d is %q", form, n, r)
		}
	}
	return fmt.Sprintf("%s, but it has %d", form, n)
}

func isObject(id string) bool { return len(id) == 24 && strings.Trim(id, hexadecimal) == "" }

// maxShort is the length of the longest short ID.
const maxShort = 16

// Short is for the IDs of conversations and of their parts, and of articles,
// collections and help centers.
func Short(id string) (reason string) {
	if n := len(id); 1 <= n && n <= maxShort && strings.Trim(id, digits+letters) == "" {
		return ""
	}
	return fmt.Sprintf("want 1 to %d letters and digits", maxShort)
}

// Opaque is for IDs whose form is not documented.
func Opaque(id string) (reason string) {
	if id != "" && strings.Trim(id, digits+letters+"-_") == "" {
		return ""
	}
	return "want an ID that the API returned: letters, digits, - and _"
}

// Number is for numbers from 1 on.
func Number(n string) (reason string) {
	if i, err := strconv.Atoi(n); err == nil && i >= 1 {
		return ""
	}
	return "want a number from 1 on"
}

// MaxOwn is the length of the longest ID of the caller's own, but for where the
// API takes longer ones. The API doesn't document what it counts; these are code
// points.
const MaxOwn = 255

// Own is for IDs of the caller's own, which have at most so many characters. It
// refuses what comes along when an ID is copied. To such an ID the API responds
// that no such object exists, and a program that deletes contacts might treat that
// as success.
func Own(id string, most int) (reason string) {
	const form = "want an ID of your own system"
	first, _ := utf8.DecodeRuneInString(id)
	last, _ := utf8.DecodeLastRuneInString(id)
	switch n := utf8.RuneCountInString(id); {
	case n == 0:
		return form + ", but it is empty"
	case !utf8.ValidString(id):
		return form + " in UTF-8"
	case n > most:
		return fmt.Sprintf("%s of at most %d characters, but it has %d", form, most, n)
	case id == "." || id == "..":
		return form + ", but servers and proxies take . and .. for parts of a path"
	case strings.ContainsRune(id, '\ufeff'):
		return form + " without byte-order marks"
	case unicode.IsSpace(first) || unicode.IsSpace(last):
		return form + " without white space around it"
	case unicode.Is(unicode.Cf, first) || unicode.Is(unicode.Cf, last):
		return form + " without invisible characters around it, such as a zero-width space"
	case strings.ContainsFunc(id, unicode.IsControl):
		return form + " without control characters"
	}
	return ""
}

// Slug is for strings that are either a Featurebase ID or the slug in the URL of
// an object.
func Slug(slug string) (reason string) {
	if slug != "" && !strings.ContainsAny(slug, "/?#@") && !strings.ContainsFunc(slug, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return ""
	}
	return "want a Featurebase ID, or a slug without white space and /, ?, # and @"
}

// Same reports whether two IDs name the same object. The case of letters is of no
// account in IDs that are hexadecimal, and may be in others.
func Same(a, b string) bool {
	return a == b || isObject(a) && strings.EqualFold(a, b)
}
