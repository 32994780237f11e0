package featurebasetest

import (
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var customFieldResource = new(resource)

func init() {
	define(customFieldResource, (*Server).customFieldRoutes, resource{
		object: "custom_field",
		id:     asObjectID,
		prefix: "64e3f1a2b9c8d7e9",
		absent: "custom_field_not_found",
		fresh: func(_ *Server, now time.Time) object {
			return object{"label": "", "type": "text", "createdAt": stamp(now), "updatedAt": stamp(now)}
		},
	})
}

func (s *Server) customFieldRoutes() []route {
	c := s.store(customFieldResource)
	all := get("/v2/custom_fields", c.whole)
	all.anyQuery = true
	return []route{all, get("/v2/custom_fields/{id}", c.withID(c.getOne))}
}

// AddCustomField adds a custom field of posts, with a fresh ID if it has none and
// for text if it has no type, and returns it as it was stored.
func (s *Server) AddCustomField(f featurebase.CustomField) featurebase.CustomField {
	return addValue(s.store(customFieldResource), "AddCustomField", f)
}

// CustomFields returns the custom fields that there are, in the order they were
// added.
func (s *Server) CustomFields() []featurebase.CustomField {
	return values[featurebase.CustomField](s.store(customFieldResource))
}
