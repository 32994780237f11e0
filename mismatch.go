package featurebase

import (
	"fmt"
	"strconv"

	"github.com/featurebase-community/featurebase-go/internal/ids"
)

// A result is what a response is decoded into.
type result interface {
	// mismatch explains why the result can't be the response to r, or returns "".
	mismatch(r *request) string
}

// A long result may have more than a MiB: it is a page, or an object with parts or
// with text for which no maximum is documented.
type long interface{ long() }

func (*Page[T]) long()          {}
func (*Post) long()             {}
func (*Comment) long()          {}
func (*Conversation) long()     {}
func (*ConversationPart) long() {}
func (*Ticket) long()           {}

// The functions below are for methods mismatch.

// mustBe explains why a member of a response doesn't have the value that it
// must have, or returns "".
func mustBe(member, got, want string) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("%s is %q instead of %q", member, clip(got), want)
}

// mustBeTrue is mustBe for booleans.
func mustBeTrue(member string, got bool) string {
	if got {
		return ""
	}
	return member + " is not true"
}

// mustHave explains that a member is missing, or returns "".
func mustHave(member, got string) string {
	if got == "" {
		return member + " is missing"
	}
	return ""
}

// mustBeID explains why a member is missing that is the ID of an object of this
// kind, or is not the one that was asked for. Its form is for the API to choose.
func (r *request) mustBeID(member, got, object string) string {
	switch want := r.arg(object); {
	case got == "":
		return member + " is missing"
	case want != "" && !ids.Same(got, want):
		return member + " is not the one that was asked for"
	}
	return ""
}

// mustBeOwnID explains why a member is not the ID of the caller's own that was
// asked for. Responses may leave it out.
func (r *request) mustBeOwnID(member, got, parameter string) string {
	if want := r.ownArg(parameter); want != "" && got != "" && got != want {
		return member + " is not the one that was asked for"
	}
	return ""
}

// mustBeNumber explains why a member is not the number that was asked for.
func (r *request) mustBeNumber(member string, got int) string {
	if want := r.ownArg(member); want != "" && strconv.Itoa(got) != want {
		return member + " is not the one that was asked for"
	}
	if got < 1 {
		return member + " is not a number from 1 on"
	}
	return ""
}
