package featurebasetest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

const (
	defaultLimit = 10
	maxLimit     = 100
	maxCursor    = 512
)

// A listing describes the GET of many objects. Without sorts they have the
// order in which they were added.
type listing struct {
	filters map[string]filter
	// sortBy has the values of the query parameter sortBy, and what each means:
	// a field of the search, which may have its direction; otherwise that is
	// desc, unless the query parameter sortOrder is given, which there is only if
	// the default has no direction.
	sortBy map[string]string
	sort   string // the default, as in sortBy
}

// A filter is a query parameter.
type filter struct {
	kind     kind
	fallback string // the value if it is not given; empty: none, which finds all
	finds    func(r *record, values []string) bool
}

// trueOrFalse is a query parameter that is a flag.
var trueOrFalse = oneOf("true", "false")

// anyOf finds the objects that have one of the values at a path.
func anyOf(path string) func(*record, []string) bool {
	return func(r *record, values []string) bool {
		return slices.ContainsFunc(dig(r.object, path), func(v any) bool { return slices.Contains(values, fmt.Sprint(v)) })
	}
}

// paged are the query parameters of every list that has pages.
var paged = map[string]kind{"limit": bounded(1, maxLimit, count), "cursor": text(0, maxCursor)}

// parameters returns the schemas of a list's query parameters.
func (l listing) parameters() map[string]kind {
	kinds := maps.Clone(paged)
	for name, f := range l.filters {
		kinds[name] = f.kind
	}
	if l.sortBy != nil {
		kinds["sortBy"] = oneOf(slices.Sorted(maps.Keys(l.sortBy))...)
		if !strings.Contains(l.sort, ":") {
			kinds["sortOrder"] = oneOf("asc", "desc")
		}
	}
	return kinds
}

func (st *store) listAll(r *request) response {
	limit, from := r.paging()
	var conditions []func(*record) bool
	for _, name := range slices.Sorted(maps.Keys(st.list.filters)) {
		f := st.list.filters[name]
		given := r.query[name]
		if given == nil && f.fallback != "" {
			given = []string{f.fallback}
		}
		if given == nil {
			continue
		}
		conditions = append(conditions, func(r *record) bool { return f.finds(r, given) })
	}
	hits, _, refusal := st.find(st.ordering("list", st.list.sorting(r.query)), limit, from, (&query{matches: conditions}).finds)
	if refusal != nil {
		return *refusal
	}
	return success(http.StatusOK, st.page(hits, limit))
}

// all returns all objects, as responses have them.
func (st *store) all() []object {
	all := make([]object, 0, len(st.byID))
	for r := range st.after(0) {
		all = append(all, st.view(r))
	}
	return all
}

// array responds with all objects, without an envelope.
func (st *store) array(*request) response { return success(http.StatusOK, st.all()) }

// whole responds with all objects in one page.
func (st *store) whole(*request) response { return onePage(st.all()) }

func onePage(data []object) response {
	return success(http.StatusOK, object{"object": "list", "data": data, "nextCursor": nil})
}

// sorting returns the sort that a list's query parameters ask for.
func (l listing) sorting(values map[string][]string) string {
	sort := l.sort
	if by := values["sortBy"]; by != nil {
		sort = l.sortBy[by[0]]
	}
	axis, direction, _ := strings.Cut(sort, ":")
	if order := values["sortOrder"]; order != nil {
		direction = order[0]
	}
	if axis == "" {
		return ""
	}
	return axis + ":" + cmp.Or(direction, "desc")
}

// cursor is the place behind which a page begins.
type cursor struct {
	Of    string  `json:"of"`            // what is gone through, and in what order
	Key   float64 `json:"key,omitempty"` // by what it is ordered
	Place int     `json:"place"`
}

func (c cursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // a key is a number that came from JSON
	}
	return base64.StdEncoding.EncodeToString(b)
}

// decode reads a cursor of what is gone through now.
func (c *cursor) decode(encoded, of string) *response {
	b, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || json.Unmarshal(b, c) != nil || c.Of != of {
		return refuse(featurebase.ErrorCodeInvalidCursor, "cursor", "The cursor is not one of this list with this sort.")
	}
	return nil
}

// An ordering is an order of records.
type ordering struct {
	of   string
	key  func(*record) float64 // nil: by place alone
	desc bool
}

// ordering returns the order that a sort means.
func (st *store) ordering(mode, sort string) ordering {
	o := ordering{of: strings.TrimSuffix(st.object+" "+mode+" "+sort, " ")}
	axis, direction, ok := strings.Cut(sort, ":")
	if !ok {
		return o
	}
	o.desc = direction == "desc"
	c := st.search.fields[axis]
	o.key = func(r *record) float64 {
		values := c.of(st.server, r)
		if len(values) == 0 {
			return -math.MaxFloat64 // before all others
		}
		return values[0].(float64)
	}
	return o
}

// A hit is a record that was found, and the cursor behind it.
type hit struct {
	*record
	cursor
}

// find returns the first records behind a cursor that are found, one more than
// limit if there are as many, and how many there are in all.
func (st *store) find(o ordering, limit int, from *string, finds func(*record) bool) (hits []hit, total int, refusal *response) {
	var begin cursor
	if from != nil {
		if refusal := begin.decode(*from, o.of); refusal != nil {
			return nil, 0, refusal
		}
	}
	compare := func(a, b cursor) int {
		if o.desc {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Place, b.Place))
	}
	place := 0
	if o.key == nil {
		place = begin.Place
	}
	for r := range st.after(place) {
		if !finds(r) {
			continue
		}
		total++
		at := cursor{Of: o.of, Place: r.place}
		if o.key != nil {
			at.Key = o.key(r)
		}
		if from == nil || compare(at, begin) > 0 {
			hits = append(hits, hit{r, at})
		}
		if o.key == nil && len(hits) > limit {
			return hits, total, nil
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return compare(a.cursor, b.cursor) })
	return hits[:min(len(hits), limit+1)], total, nil
}

// page returns a list of the first hits. If there are more than limit, it has the
// cursor behind the last of them.
func (st *store) page(hits []hit, limit int) object {
	var next any
	if len(hits) > limit {
		hits = hits[:limit]
		next = hits[limit-1].encode()
	}
	data := make([]object, len(hits))
	for i, h := range hits {
		data[i] = st.view(h.record)
	}
	return object{"object": "list", "data": data, "nextCursor": next}
}

// paging returns what the query parameters of a list with pages say.
func (r *request) paging() (limit int, from *string) {
	limit = defaultLimit
	if given := r.query["limit"]; given != nil {
		limit, _ = strconv.Atoi(given[0]) // it has been checked
	}
	if given := r.query["cursor"]; given != nil {
		from = &given[0]
	}
	return limit, from
}
