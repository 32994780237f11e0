package featurebasetest

import (
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var postStatusResource = new(resource)

func init() {
	define(postStatusResource, (*Server).postStatusRoutes, resource{
		object: "post_status",
		id:     asObjectID,
		prefix: "64e3f1a2b9c8d7e8",
		fresh: func(*Server, time.Time) object {
			return object{"name": "", "type": "unstarted", "color": "#4A90E2", "isDefault": false}
		},
	})
}

func (s *Server) postStatusRoutes() []route {
	p := s.store(postStatusResource)
	return []route{
		get("/v2/post_statuses", p.array),
		get("/v2/post_statuses/{id}", p.withID(p.getOne)),
	}
}

// AddPostStatus adds a status of posts, with a fresh ID if it has none and as
// unstarted if it has no type, and returns it as it was stored. From then on,
// posts can be in no others. New posts are in the first that is the default, or
// else in the first.
func (s *Server) AddPostStatus(p featurebase.PostStatus) featurebase.PostStatus {
	return addValue(s.store(postStatusResource), "AddPostStatus", p)
}

// PostStatuses returns the statuses that were added, in their order.
func (s *Server) PostStatuses() []featurebase.PostStatus {
	return values[featurebase.PostStatus](s.store(postStatusResource))
}

// builtInStatus is that of new posts as long as no status was added.
var builtInStatus = object{
	"id": "64e3f1a2b9c8d7e500000001", "object": "post_status", "name": "In Review", "type": "reviewing", "color": "#7B7B7B", "isDefault": true,
}

// defaultStatus returns the status of new posts, or tickets.
func defaultStatus(st *store) object {
	status := builtInStatus
	for r := range st.after(0) {
		if r.object["isDefault"] == true {
			return r.object
		}
		if status["id"] == builtInStatus["id"] {
			status = r.object
		}
	}
	return status
}

// setStatus accepts every status as long as none was added.
func setStatus(s *Server, o object, name string, v any) *response {
	return setStatusOf(s.store(postStatusResource), o, name, v)
}

func setStatusOf(st *store, o object, name string, v any) *response {
	r := st.byID[v.(string)]
	switch {
	case r != nil:
		o["status"] = r.object
	case len(st.byID) > 0:
		return refuse(featurebase.ErrorCodeInvalidRequest, name, "The status does not exist")
	case v == builtInStatus["id"]:
		o["status"] = builtInStatus
	default:
		o["status"] = object{"id": v, "object": "post_status", "name": "Planned", "type": "unstarted", "color": "#4A90E2", "isDefault": false}
	}
	return nil
}
