package featurebase

import "cmp"

// UserType is the kind of a user.
type UserType string

// The documented types. Unknown values are passed through unchanged.
const (
	UserTypeAdmin       UserType = "admin"
	UserTypeCustomer    UserType = "customer"
	UserTypeGuest       UserType = "guest"
	UserTypeIntegration UserType = "integration"
	UserTypeBot         UserType = "bot"
	UserTypeLead        UserType = "lead"
)

// AuthorParams names the author of something: by ID, else by UserID, else by
// Email. One of them is required: without them, the API would take the user of the
// API key. An unknown email address creates a customer.
type AuthorParams struct {
	ID             string `json:"id,omitempty" check:"id"`            // the Featurebase ID
	UserID         string `json:"userId,omitempty" check:"ownID:255"` // the ID in your own system
	Email          string `json:"email,omitempty" check:"email"`
	Name           string `json:"name,omitempty" check:"max:255"` // of a customer who is created; at most 255 characters
	ProfilePicture string `json:"profilePicture,omitempty"`       // URL, of a customer who is created
}

// orKeysUser ends the text where nil stands for the user of the API key.
const orKeysUser = ", or nil for the user of the API key"

// checkAuthor refuses an author that names nobody, as one made from a user without an
// email address does: what that user wrote would be the API key's.
func checkAuthor(a *AuthorParams, want string) (p problems) {
	if a != nil && cmp.Or(a.ID, a.UserID, a.Email) == "" {
		p = append(p, &ArgumentError{Name: "Author", Reason: "ID, UserID and Email are empty; want one of them" + want})
	}
	return p
}
