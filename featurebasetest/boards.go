package featurebasetest

import (
	"maps"
	"slices"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var boardResource = new(resource)

func init() {
	define(boardResource, (*Server).boardRoutes, resource{
		object: "board",
		id:     asObjectID,
		prefix: "64e3f1a2b9c8d7e7",
		absent: "board_not_found",
		fresh:  freshBoard,
		given:  boardGiven,
	})
}

func (s *Server) boardRoutes() []route {
	b := s.store(boardResource)
	return []route{
		get("/v2/boards", b.array),
		get("/v2/boards/{id}", b.withID(b.getOne)),
	}
}

// AddBoard adds a board, with a fresh ID if it has none, and returns it as it was
// stored. What is not set is as in a new board, which everybody may see and post
// to; Features is not set if it has no true. From then on, posts need a board that
// was added.
func (s *Server) AddBoard(b featurebase.Board) featurebase.Board {
	return addValue(s.store(boardResource), "AddBoard", b)
}

// Boards returns the boards that there are, in the order they were added.
func (s *Server) Boards() []featurebase.Board {
	return values[featurebase.Board](s.store(boardResource))
}

func freshBoard(_ *Server, now time.Time) object {
	return object{
		"access": object{"adminOnly": false, "allowedRoles": []any{}, "deniedRoles": []any{}, "segments": []any{}},
		"localization": object{
			"description": nil, "formPlaceholder": nil, "heroDescription": nil, "heroTitle": nil, "submitButtonText": nil,
		},
		"features":     object{"commentsEnabled": true, "createdDatesVisible": true, "postingEnabled": true},
		"postDefaults": object{"visibility": "public"},
		"createdAt":    stamp(now), "customFields": []any{}, "icon": nil, "name": "",
	}
}

// boardGiven completes the objects in a board that was added.
func boardGiven(s *Server, o object) error {
	fresh := freshBoard(s, s.clock())
	if features := o["features"].(object); !slices.Contains(slices.Collect(maps.Values(features)), any(true)) {
		o["features"] = fresh["features"]
	}
	fresh["localization"].(object)["name"] = object{"en": o["name"]}
	for _, name := range []string{"access", "localization"} {
		full := fresh[name].(object)
		maps.Copy(full, o[name].(object))
		o[name] = full
	}
	return nil
}

// setBoard accepts every board as long as none was added.
func setBoard(s *Server, o object, name string, v any) *response {
	if len(s.store(boardResource).byID) > 0 && s.store(boardResource).byID[v.(string)] == nil {
		return absent("board_not_found", "", "Board not found")
	}
	o[name] = v
	return nil
}
