package featurebase

import (
	"fmt"
	"regexp"
	"time"
)

// version is not exported: a constant whose value changes is an incompatible
// change.
const version = "0.1.0"

// Version returns the version of this library, without a leading v. It is sent
// in the User-Agent header.
func Version() string { return version }

// APIVersion names a version of the Featurebase API, in the form
// YYYY-MM-DD.slug. It is sent in the Featurebase-Version header.
//
// Reference: https://docs.featurebase.app/rest-api
type APIVersion string

// The known versions of the API that this library supports, oldest first. Newer
// ones are accepted wherever an APIVersion is expected, if well-formed.
const (
	APIVersionNova  APIVersion = "2026-01-01.nova"
	APIVersionOrbit APIVersion = "2026-08-19.orbit"
)

// DefaultAPIVersion is the version whose types this library implements. It is sent
// with every request unless [WithAPIVersion] or [WithOrganizationAPIVersion] says
// otherwise.
const DefaultAPIVersion = APIVersionNova

// minVersion is the oldest version whose responses this library understands.
const minVersion = APIVersionNova

var apiVersionForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}\.[A-Za-z0-9_-]+$`)

// check rejects versions that are malformed or too old.
func (v APIVersion) check() error {
	if !apiVersionForm.MatchString(string(v)) {
		return v.malformed()
	}
	if _, err := time.Parse(time.DateOnly, v.date()); err != nil {
		return v.malformed()
	}
	if v.date() < minVersion.date() {
		return &unsupportedVersionError{version: v, oldest: minVersion}
	}
	return nil
}

func (v APIVersion) malformed() error {
	return fmt.Errorf("featurebase: malformed API version %s: want a date and a slug, like %q", quote(string(v)), DefaultAPIVersion)
}

// date is what versions are ordered by: ISO dates sort as text.
func (v APIVersion) date() string { return string(v[:len(time.DateOnly)]) }

// unsupportedVersionError reports an API version that is too old for this
// library.
type unsupportedVersionError struct {
	version, oldest APIVersion
}

func (e *unsupportedVersionError) Error() string {
	return fmt.Sprintf("featurebase: this library needs API version %s or newer, not %s", e.oldest, e.version)
}

func (e *unsupportedVersionError) Is(target error) bool {
	return target == ErrUnsupportedVersion || target == ErrInvalidArgument
}
