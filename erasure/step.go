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

	// Err is why the item failed or was skipped, or how it turned out that it is
	// gone. It matches featurebase.ErrStopped if the other items would have failed in
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

	// OutcomeAccepted is that of subscriptions: the API confirms that it processed
	// the email address, but not that there was a subscription.
	OutcomeAccepted Outcome = "accepted"

	// OutcomeUnconfirmed says that the item is gone, after an attempt whose response
	// was lost: most probably that attempt did it.
	OutcomeUnconfirmed Outcome = "deleted_unconfirmed"

	// OutcomeGoneMeanwhile says that the item was there when Find looked, but not any
	// more when it was to be erased.
	OutcomeGoneMeanwhile Outcome = "gone_meanwhile"

	// OutcomeFailed says that the item is, or may be, still there.
	OutcomeFailed Outcome = "failed"

	// OutcomeSkipped is that of a contact of whose items one failed. It is not
	// deleted, because the rest could not be found any more.
	OutcomeSkipped Outcome = "skipped"
)

// Settled reports whether the item is erased.
func (o Outcome) Settled() bool { return o != OutcomeFailed && o != OutcomeSkipped && o != "" }
