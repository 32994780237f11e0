// Package erasure finds everything that people left in Featurebase, erases it,
// and looks again whether it is gone.
//
// Deleting a contact does not erase the person: posts, comments and votes stay,
// and can't be found by the contact any more. So the order is: [Find] what there
// is, [Erase] it, with the contact last, and [Verify]. The example shows all three.
//
// Find, [Compare] and Verify change nothing. A [Plan] can be stored as JSON, shown to
// somebody, and carried out later, exactly as it is: Erase compares it with what
// there is before it sends anything, and looks for the person again before it
// deletes the contact. Erase may be repeated with the same plan: what is done is
// reported as [OutcomeGoneMeanwhile], or as [OutcomeUnconfirmed] if it is marked as
// Begun.
//
// That somebody can't be found is never success: the API doesn't distinguish a person
// who was erased from one whose address has a typing error. See [Plan.Missing], and
// [Verification.Erased], which is false for such a person.
//
// [Limitations] returns what can't be erased or found through the API. What is known about
// a single person is in [Plan.Leftovers].
package erasure
