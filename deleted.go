package featurebase

import "cmp"

// DeletedContact confirms that a contact was deleted.
type DeletedContact = Deleted

// Deleted confirms that an object was deleted.
type Deleted struct {
	ID      string `json:"id"`      // of the object
	Object  string `json:"object"`  // the kind of object, such as "contact"
	Deleted bool   `json:"deleted"` // always true
}

// mismatch implements result.
func (d *Deleted) mismatch(r *request) string {
	return cmp.Or(mustBe("object", d.Object, r.object), mustBeTrue("deleted", d.Deleted), r.mustBeID("id", d.ID, r.object))
}
