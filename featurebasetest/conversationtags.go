package featurebasetest

import (
	"maps"
	"net/http"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var tagResource = new(resource)

func init() {
	define(tagResource, (*Server).tagRoutes, resource{
		object: "tag",
		marker: "type",
		id:     asObjectID,
		anyID:  true,
		prefix: "67ec1234abcd5678",
		fresh:  func(*Server, time.Time) object { return object{"name": ""} },
	})
}

func (s *Server) tagRoutes() []route {
	t := s.store(tagResource)
	return []route{
		get("/v2/tags", t.whole),
		post("/v2/tags", s.createOrRenameTag).takes(open(map[string]kind{"id": str, "name": required(text(1, 255)), "actingAdminId": str})),
		get("/v2/tags/{id}", t.withID(t.getOne)),
		del("/v2/tags/{id}", t.withID(s.deleteTag)).mayTake(open(map[string]kind{"actingAdminId": str})),
	}
}

// AddConversationTag adds a tag of conversations, with a fresh ID if it has none, and returns
// it as it was stored.
func (s *Server) AddConversationTag(t featurebase.ConversationTag) featurebase.ConversationTag {
	return addValue(s.store(tagResource), "AddConversationTag", t)
}

// Tags returns the tags of conversations that there are, in the order they were
// added.
func (s *Server) ConversationTags() []featurebase.ConversationTag {
	return values[featurebase.ConversationTag](s.store(tagResource))
}

func (s *Server) createOrRenameTag(r *request) response {
	id, ok := r.given["id"]
	if !ok {
		o := s.store(tagResource).newObject()
		o["name"] = r.given["name"]
		return success(http.StatusOK, s.store(tagResource).view(s.store(tagResource).add(o)))
	}
	rec, refusal := s.store(tagResource).named(id, "id")
	if refusal != nil {
		return *refusal
	}
	renamed := maps.Clone(rec.object)
	renamed["name"] = r.given["name"]
	s.store(tagResource).replace(rec, renamed)
	s.retag(rec.id(), func(object) any { return s.store(tagResource).view(rec) })
	return success(http.StatusOK, s.store(tagResource).view(rec))
}

func (s *Server) deleteTag(r *request, rec *record) response {
	s.retag(rec.id(), func(object) any { return nil })
	return s.store(tagResource).deleteOne(r, rec)
}
