package erasure

import (
	"context"
	"iter"

	"github.com/featurebase-community/featurebase-go"
)

// Verification is what there is of a person after the erasure.
type Verification struct {
	Plan *Plan // that was carried out
	Now  *Plan // what there is, ready to be erased
}

// Clean reports whether nothing is left to erase, and nobody came back.
func (v *Verification) Clean() bool { return len(v.Now.Contacts) == 0 && len(v.Now.Items) == 0 }

// CameBack returns the contacts that are there again: they were created since, and
// have a value of the person's.
func (v *Verification) CameBack() []Contact {
	var back []Contact
	for _, c := range v.Now.Contacts {
		if !v.Plan.contact(c.ID) {
			back = append(back, c)
		}
	}
	return back
}

// Verify looks again for the people of plans, in the same way as [Find] does, and
// with the same options: by their contacts' email addresses and user IDs, and for
// what the contacts that were deleted wrote. Contacts without either are got by ID.
// Subscriptions can't be looked for.
//
// An error is that of one person. See [Find].
func Verify(ctx context.Context, client *featurebase.Client, plans iter.Seq[*Plan], options Options) iter.Seq2[*Verification, error] {
	return func(yield func(*Verification, error) bool) {
		persons := func(yield func(*person) bool) {
			for p := range plans {
				if !yield(&person{plan: &Plan{Subject: p.Subject}, known: p}) {
					return
				}
			}
		}
		for p := range find(ctx, client, persons, options) {
			if !yield(&Verification{Plan: p.known, Now: p.plan}, p.err) {
				return
			}
		}
	}
}
