package main

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// variants are the body of POST /_fake/variants, and the flags of the same names.
// What is left out is the default.
type variants struct {
	SchemaErrors string `json:"schemaErrors"`
	RefusedKey   int    `json:"refusedKey"`
	FirstMessage string `json:"firstMessage"`
}

// of returns what is given to SetVariants, which panics at mistakes.
func (v variants) of() (of featurebasetest.Variants, err error) {
	switch cmp.Or(v.SchemaErrors, "flat") {
	case "flat":
	case "envelope":
		of.EnvelopeSchemaErrors = true
	default:
		return of, fmt.Errorf("schema errors are %q: want flat or envelope", v.SchemaErrors)
	}
	switch of.RefusedKeyStatus = v.RefusedKey; v.RefusedKey {
	case 0, http.StatusUnauthorized, http.StatusForbidden:
	default:
		return of, fmt.Errorf("the status for a refused key is %d: want 401 or 403", v.RefusedKey)
	}
	switch cmp.Or(v.FirstMessage, "source") {
	case "source":
	case "part":
		of.FirstMessageIsPart = true
	default:
		return of, fmt.Errorf("the first message is %q: want source or part", v.FirstMessage)
	}
	return of, nil
}

func (f *fake) choose(w http.ResponseWriter, r *http.Request) {
	var given variants
	if !read(w, r, "variants", &given) {
		return
	}
	of, err := given.of()
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	f.SetVariants(of)
	done(w)
}
