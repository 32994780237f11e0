package erasure

import "time"

// Step is what came of one item.
type Step struct {
	Plan    *Plan
	Item    Item
	Outcome Outcome

	RequestID string    // identifies the request to Featurebase's support; empty if absent
	Time      time.Time // by the server's clock; zero if there was no response
	Attempts  int       // number of times the request was sent

	// Err is why the item failed, was skipped, or was left alone, or how it turned out
	// that it is gone. It matches featurebase.ErrStopped if the other items would have failed in
	// the same way, so that they were left alone.
	Err error
}

// Outcome is what came of an item.
type Outcome string

// The outcomes.
const (
	OutcomeDeleted    Outcome = "deleted"
	OutcomeAnonymized Outcome = "anonymized"
	OutcomeRedacted   Outcome = "redacted"
	OutcomeBlocked    Outcome = "blocked"

	// OutcomeAccepted is that of subscriptions: the API confirms that it processed
	// the email address, but not that there was a subscription.
	OutcomeAccepted Outcome = "accepted"

	// OutcomeUnconfirmed says that the item is gone, after an attempt whose response
	// was lost: most probably that attempt did it.
	OutcomeUnconfirmed Outcome = "deleted_unconfirmed"

	// OutcomeGoneMeanwhile says that the item was there when Find looked, but not any
	// more when it was to be erased.
	OutcomeGoneMeanwhile Outcome = "gone_meanwhile"

	// OutcomeMissing is that of a post that Featurebase does not know by its ID any
	// more. It may have been deleted, but as well have been filed under another post as
	// an insight, or merged into another, with its text: it counts as a leftover.
	OutcomeMissing Outcome = "missing"

	// OutcomeLeft is that of a participation of the last participant of a conversation,
	// which can't be removed: it counts as a leftover.
	OutcomeLeft Outcome = "left"

	// OutcomeFailed says that the item is, or may be, still there.
	OutcomeFailed Outcome = "failed"

	// OutcomeSkipped is that of a contact of whose items one failed. It is not
	// deleted, because the rest could not be found any more.
	OutcomeSkipped Outcome = "skipped"

	// OutcomeKept is that of a contact whose plan has to be accepted first: see
	// [Plan.Doubts]. Nothing of the person was erased.
	OutcomeKept Outcome = "kept"

	// OutcomeChanged is that of a contact that is not as in the plan any more, or that
	// has something that the plan doesn't have. It is not deleted, and what is new is
	// not erased.
	OutcomeChanged Outcome = "changed"

	// OutcomeNotYetGone is that of what still shows after Featurebase confirmed its
	// deletion, and of its contact, which is not deleted yet.
	OutcomeNotYetGone Outcome = "not_yet_gone"
)

// Settled reports whether nothing is left to do for the item.
func (o Outcome) Settled() bool {
	switch o {
	case OutcomeFailed, OutcomeSkipped, OutcomeKept, OutcomeChanged, OutcomeNotYetGone, "":
		return false
	}
	return true
}
