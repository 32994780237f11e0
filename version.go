package featurebase

import (
	"fmt"
	"regexp"
	"time"
)

// Version is the version of this library. It is sent in the User-Agent header.
const Version = "0.1.0"

// APIVersion names a version of the Featurebase API, in the form
// YYYY-MM-DD.slug. It is sent in the Featurebase-Version header.
//
// Reference: https://docs.featurebase.app/rest-api
type APIVersion string

// The known versions of the API, oldest first. Newer ones are accepted in any
// place that takes an APIVersion, as long as they have the same form.
const (
	VersionClover APIVersion = "2025-12-12.clover" // has no contact endpoints
	VersionNova   APIVersion = "2026-01-01.nova"
	VersionOrbit  APIVersion = "2026-08-19.orbit"
)

// DefaultVersion is the version this library is written against. It is sent
// with every request unless WithVersion or WithOrganizationVersion says
// otherwise.
const DefaultVersion = VersionNova

var apiVersionForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}\.[A-Za-z0-9_-]+$`)

func (v APIVersion) check() error {
	if apiVersionForm.MatchString(string(v)) {
		if _, err := time.Parse(time.DateOnly, v.date()); err == nil {
			return nil
		}
	}
	return fmt.Errorf("featurebase: malformed API version %q: want a date and a slug, like %q", clip(string(v)), DefaultVersion)
}

// date is what versions are ordered by: ISO dates sort as text.
func (v APIVersion) date() string { return string(v[:len(time.DateOnly)]) }

// unsupportedVersionError refuses a call that its version does not have.
type unsupportedVersionError struct {
	*endpoint
	version APIVersion
}

func (e *unsupportedVersionError) Error() string {
	return fmt.Sprintf("featurebase: %s %s needs API version %s or newer, but this call would send %s; nothing was sent",
		e.method, e.route, e.since, e.version)
}

func (e *unsupportedVersionError) Is(target error) bool { return target == ErrUnsupportedVersion }

// checkVersion is the gate that keeps a call from reaching an API version that
// does not have its endpoint. Without a header, the version is the
// organization's default, which only the server knows.
func (e *endpoint) checkVersion(header []string) error {
	if header == nil {
		return nil
	}
	if v := APIVersion(header[0]); v.date() < e.since.date() {
		return &unsupportedVersionError{endpoint: e, version: v}
	}
	return nil
}
