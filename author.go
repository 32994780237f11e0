package featurebase

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
// Email. If all are empty, it is the user of the API key. An unknown email address
// creates a customer.
type AuthorParams struct {
	ID             string `json:"id,omitempty" check:"id"`            // the Featurebase ID
	UserID         string `json:"userId,omitempty" check:"ownID:255"` // the ID in your own system
	Email          string `json:"email,omitempty" check:"email"`
	Name           string `json:"name,omitempty" check:"max:255"` // of a customer who is created; at most 255 characters
	ProfilePicture string `json:"profilePicture,omitempty"`       // URL, of a customer who is created
}
