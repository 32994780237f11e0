package featurebase

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// ContactsService manages contacts, which are the customers and leads of an
// organization. Use it as Client.Contacts.
type ContactsService struct {
	client *Client
}

// DeletedContact confirms that a contact is deleted.
type DeletedContact struct {
	ID      string `json:"id"`      // of the contact
	Object  string `json:"object"`  // always "contact"
	Deleted bool   `json:"deleted"` // always true
}

// deletedContact is a DeletedContact as it comes.
type deletedContact struct {
	ID      once[string] `json:"id"`
	Object  once[string] `json:"object"`
	Deleted once[bool]   `json:"deleted"`
}

func (d *deletedContact) wrong(id string) string {
	switch {
	case d.ID.seen > 1 || d.Object.seen > 1 || d.Deleted.seen > 1:
		return "a field comes more than once"
	case d.Object.value != "contact":
		return fmt.Sprintf("object is %q instead of \"contact\"", clip(d.Object.value))
	case !d.Deleted.value:
		return "deleted is not true"
	case !strings.EqualFold(d.ID.value, id):
		return fmt.Sprintf("id is %q, which is not the one that was asked for", clip(d.ID.value))
	}
	return ""
}

// checkID refuses what can't be a Featurebase id, so that it never becomes
// part of a path.
func checkID(id string) error {
	const form = "want exactly 24 hexadecimal characters, like 507f1f77bcf86cd799439011"
	if strings.Contains(id, "@") {
		return &InvalidIDError{ID: id, Reason: form + "; this looks like an email address"}
	}
	n := 0
	for _, r := range id {
		n++
		if !strings.ContainsRune("0123456789abcdefABCDEF", r) {
			return &InvalidIDError{ID: id, Reason: fmt.Sprintf("%s, but character %d is %q", form, n, r)}
		}
	}
	if n != 24 {
		return &InvalidIDError{ID: id, Reason: fmt.Sprintf("%s, but it has %d", form, n)}
	}
	return nil
}

var deleteContact = endpoint{method: http.MethodDelete, route: "/v2/contacts/{id}", check: checkID, since: VersionNova}

// Delete deletes a contact, customer or lead, permanently. It calls
//
//	DELETE /v2/contacts/{id}
//
// and needs VersionNova or newer. The id is Featurebase's own: exactly 24
// hexadecimal characters. Anything else is refused with an *InvalidIDError
// before anything is sent.
//
// A nil error means that Featurebase confirmed the deletion of this contact.
// An error that matches ErrContactNotFound means that Featurebase knows no
// such contact: it was gone before this call, unless the error matches
// ErrAmbiguous too. Any other error that matches ErrAmbiguous leaves open
// whether the contact still exists; calling Delete again settles it.
//
// What the contact wrote is not deleted: posts and comments follow the
// organization's retention policy, and can't be tied to the contact
// afterwards. Delete them first if they have to go.
//
// Reference: https://docs.featurebase.app/rest-api/contacts/deletecontactbyid
func (s *ContactsService) Delete(ctx context.Context, id string, opts ...CallOption) (*DeletedContact, error) {
	var d deletedContact
	if err := s.client.do(ctx, deleteContact, id, &d, opts); err != nil {
		return nil, err
	}
	return &DeletedContact{ID: d.ID.value, Object: d.Object.value, Deleted: d.Deleted.value}, nil
}
