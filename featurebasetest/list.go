package featurebasetest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/featurebase-community/featurebase-go"
)

func (s *Server) listContacts(r *http.Request, _ string) answer {
	query := r.URL.Query()
	limit := defaultLimit
	if query.Has("limit") {
		n, err := strconv.Atoi(query.Get("limit"))
		if err != nil || n < 1 || n > maxLimit {
			return refused("limit", fmt.Sprintf("limit must be 1 to %d.", maxLimit))
		}
		limit = n
	}
	var from cursor
	if query.Has("cursor") {
		if !from.decode(query.Get("cursor")) || from.Sort != "" {
			return invalidCursor("The cursor is not one of a list of contacts.")
		}
	}
	want := featurebase.ContactType(cmp.Or(query.Get("contactType"), "customer"))
	switch want {
	case featurebase.ContactTypeCustomer, featurebase.ContactTypeLead, featurebase.ContactTypeAll:
	default:
		return refused("contactType", "contactType must be customer, lead or all.")
	}
	var found []*record
	for c := range s.contacts.after(from.Place) {
		if want == featurebase.ContactTypeAll || c.Type == want {
			found = append(found, c)
		}
		if len(found) > limit {
			break
		}
	}
	return success(http.StatusOK, page(found, limit, func(last *record) cursor { return cursor{Place: last.place} }))
}

const (
	defaultLimit = 10
	maxLimit     = 100
)

// page is a list of the first contacts of found. If there are more, it has the
// cursor that at gives for the last of them.
func page(found []*record, limit int, at func(last *record) cursor) map[string]any {
	var next any
	if len(found) > limit {
		found = found[:limit]
		next = at(found[limit-1]).encode()
	}
	data := make([]featurebase.Contact, len(found))
	for i, c := range found {
		data[i] = document(c.Contact)
	}
	return map[string]any{"object": "list", "data": data, "nextCursor": next}
}

// cursor is the place behind which a page begins.
type cursor struct {
	Sort  string `json:"sort,omitempty"` // of a search
	Key   int64  `json:"key,omitempty"`  // by what that sorts
	Place int    `json:"place"`
}

func (c cursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func (c *cursor) decode(text string) bool {
	b, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && json.Unmarshal(b, c) == nil && c.Place > 0
}

func invalidCursor(message string) answer {
	return failure(http.StatusBadRequest, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeInvalidCursor, "cursor", message)
}
