package featurebase

import (
	"encoding/json"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// Icon is an emoji, an icon of Featurebase's library, or an image.
type Icon struct {
	Type  IconType `json:"type"`
	Value string   `json:"value"` // the emoji, the icon's name, or the image's URL

	// Extra holds the raw JSON of other members, which icons of other types may
	// have. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (i *Icon) UnmarshalJSON(b []byte) error {
	*i = Icon{}
	return strictjson.Unmarshal(b, i)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (i Icon) MarshalJSON() ([]byte, error) {
	type plain Icon
	return strictjson.Marshal(plain(i))
}

// IconType is the kind of an icon.
type IconType string

// The documented types. Unknown values are passed through unchanged.
const (
	IconTypeEmoji IconType = "emoji"
	IconTypeIcon  IconType = "icon" // of Featurebase's library
	IconTypeURL   IconType = "url"
)
