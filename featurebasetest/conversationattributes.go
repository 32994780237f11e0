package featurebasetest

import (
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var attributeResource = new(resource)

func init() {
	define(attributeResource, (*Server).attributeRoutes, resource{
		object:   "conversation_attribute",
		argument: "attributeId",
		id:       asOpaqueID,
		prefix:   "65a1b2c3d4e5f607",
		fresh: func(_ *Server, now time.Time) object {
			return object{"name": "", "archived": false, "fieldSubType": "text", "createdAt": stamp(now), "updatedAt": stamp(now)}
		},
		given: attributeGiven,
	})
}

func (s *Server) attributeRoutes() []route {
	a := s.store(attributeResource)
	return []route{
		get("/v2/conversation_attributes", s.listAttributes).with(map[string]kind{"includeArchived": trueOrFalse}),
		get("/v2/conversation_attributes/{attributeId}", a.withID(a.getOne)),
	}
}

// AddConversationAttribute adds an attribute of conversations, with a fresh ID if
// it has none, and returns it as it was stored. Its data type follows from its
// field, and its identifier from its name, unless they are set.
func (s *Server) AddConversationAttribute(a featurebase.ConversationAttribute) featurebase.ConversationAttribute {
	return addValue(s.store(attributeResource), "AddConversationAttribute", a)
}

// ConversationAttributes returns the attributes of conversations that there are,
// in the order they were added.
func (s *Server) ConversationAttributes() []featurebase.ConversationAttribute {
	return values[featurebase.ConversationAttribute](s.store(attributeResource))
}

func attributeGiven(_ *Server, o object) error {
	if o["dataType"] == nil {
		o["dataType"] = "string"
		types := map[any]string{"number": "number", "multi-select": "array", "checkbox": "boolean", "date": "date"}
		if t, ok := types[o["fieldSubType"]]; ok {
			o["dataType"] = t
		}
	}
	if o["identifier"] == nil {
		o["identifier"] = strings.ReplaceAll(strings.ToLower(o["name"].(string)), " ", "_")
	}
	return nil
}

func (s *Server) listAttributes(r *request) response {
	data := s.store(attributeResource).all()
	if !slices.Contains(r.query["includeArchived"], "true") {
		data = slices.DeleteFunc(data, func(o object) bool { return o["archived"] == true })
	}
	return onePage(data)
}
