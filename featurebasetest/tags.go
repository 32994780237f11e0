package featurebasetest

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var tagResource = &resource{
	object: "tag",
	marker: "type",
	id:     objectID,
	prefix: "67ec1234abcd5678",
	notFound: func() response {
		return failure(http.StatusNotFound, featurebase.ErrorCodeResourceNotFound, "id", "Tag not found.")
	},
	fresh: func(*Server, time.Time) object { return object{"name": ""} },
	fields: map[string]field{
		"id":            {kind: objectID},
		"name":          {kind: text(1, 255), required: true},
		"actingAdminId": {kind: objectID, set: ignored},
	},
}

func (s *Server) tagRoutes() []route {
	t := s.tags
	return []route{
		{"GET", "/v2/tags", t.wholeList(nil), false},
		{"POST", "/v2/tags", s.createOrRenameTag, false},
		{"GET", "/v2/tags/{id}", t.withID(t.getOne), false},
		{"DELETE", "/v2/tags/{id}", t.withID(s.deleteTag), false},
	}
}

// AddTag adds a tag of conversations, with a fresh ID if it has none, and returns
// it as it was stored.
func (s *Server) AddTag(t featurebase.ConversationTag) featurebase.ConversationTag {
	return addValue(s.tags, "AddTag", t)
}

// Tags returns the tags of conversations that there are, in the order they were
// added.
func (s *Server) Tags() []featurebase.ConversationTag {
	return values[featurebase.ConversationTag](s.tags)
}

func (s *Server) createOrRenameTag(r *request) response {
	given, refusal := r.object()
	if refusal != nil {
		return *refusal
	}
	o := s.tags.newObject()
	if refusal := s.tags.set(o, given, create); refusal != nil {
		return *refusal
	}
	id, ok := o["id"].(string)
	if !ok {
		return success(http.StatusOK, s.tags.view(s.tags.add(o)))
	}
	rec := s.tags.byID[id]
	if rec == nil {
		return s.tags.notFound()
	}
	renamed := maps.Clone(rec.object)
	renamed["name"] = o["name"]
	s.tags.replace(rec, renamed)
	s.retag(id, func(object) any { return s.tags.view(rec) })
	return success(http.StatusOK, s.tags.view(rec))
}

func (s *Server) deleteTag(r *request, rec *record) response {
	given, refusal := r.objectOrNothing()
	if refusal != nil {
		return *refusal
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if name != "actingAdminId" {
			return refused(name, name+" is not a documented field.")
		}
		if _, wrong := objectID(given[name]); wrong != "" {
			return refused(name, name+" "+wrong+".")
		}
	}
	s.retag(rec.id(), func(object) any { return nil })
	return s.tags.deleteOne(r, rec)
}

// wholeList returns a handler for a list that comes in one page. If finds is not
// nil, it has only what that finds.
func (st *store) wholeList(finds func(*record) bool) handler {
	return func(*request) response {
		data := []object{}
		for r := range st.after(0) {
			if finds == nil || finds(r) {
				data = append(data, st.view(r))
			}
		}
		return success(http.StatusOK, object{"object": "list", "data": data, "nextCursor": nil})
	}
}
