// Package erasure finds everything that people left in Featurebase, erases it,
// and looks again whether it is gone.
//
// Deleting a contact does not erase the person: posts, comments and votes stay,
// and can't be found by the contact any more. So the order is: [Find] what there
// is, [Erase] it, with the contact last, and [Verify].
//
//	options := erasure.Options{Posts: erasure.ActionAnonymize, Placeholder: id, Conversations: erasure.ActionRedact}
//	people := []erasure.Subject{{Emails: []string{"ada@example.com"}}}
//	var plans []*erasure.Plan
//	for plan, err := range erasure.Find(ctx, client, slices.Values(people), options) {
//		if err != nil {
//			return err
//		}
//		plans = append(plans, plan)
//	}
//	for step := range erasure.Erase(ctx, client, slices.Values(plans), erasure.EraseOptions{}) {
//		log.Print(step.Item.Kind, step.Outcome, step.RequestID)
//	}
//	for found, err := range erasure.Verify(ctx, client, slices.Values(plans), options) {
//		if err == nil && found.Clean() {
//			log.Print("erased")
//		}
//	}
//
// Find and Verify change nothing. A [Plan] can be stored as JSON, shown to
// somebody, and carried out later, exactly as it is. Erase may be repeated with
// the same plan: what is done is reported as [OutcomeGoneMeanwhile].
//
// That somebody can't be found is never success: the API doesn't distinguish a person
// who was erased from one whose address has a typing error. See [Plan.Missing].
//
// [Limits] returns what can't be erased through the API. What is known about a
// single person is in [Plan.Leftovers].
package erasure
