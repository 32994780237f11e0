package featurebasetest

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

const (
	maxClauses    = 15
	maxTotal      = 5000
	maxTextTotal  = 200 // of a search for text
	maxTextLength = 500
)

// A searching describes a search.
type searching struct {
	fields map[string]criterion
	// others returns fields whose names aren't known beforehand; nil: none.
	others func(s *Server, name string) (c criterion, ok bool)
	sorts  []string // fields, or fields with the only direction that they have
	sort   string   // the default
	snake  bool     // whether names in snake_case are accepted too
	text   []string // the paths that are searched for text; nil: none
	most   int      // what the total is capped at without text; 0: maxTotal
	// include has the values of the field include; nil: there is no such field.
	include []string
	// row is what is found of an object, for a text if that is not empty; nil: the
	// object.
	row func(s *Server, r *record, text string) object
}

// A criterion is a field of a search.
type criterion struct {
	scale     scale
	operators string
	path      string                           // of its values; see dig
	values    func(s *Server, r *record) []any // instead of path
	absent    any                              // the value of objects without one; nil: none
	nullable  bool                             // whether objects without a value can be searched for
	oneOf     []string                         // the values that there are; nil: any
	same      func(a, b string) bool           // of texts; nil: equality
}

// scale is what the values of a criterion are.
type scale int

const (
	texts scale = iota
	wholes
	numbers
	times // unix seconds in a search, ISO 8601 in objects
	booleans
)

// searchRoute is the endpoint of the search.
func (st *store) searchRoute(path string) route {
	return novaOnly(post(path, st.searchAll).takes(st.search.body()))[0]
}

// body is the schema of a search.
func (s searching) body() kind {
	members := map[string]kind{"query": anyObject, "sort": oneOf(s.sortNames()...), "limit": bounded(1, maxLimit, count), "cursor": str}
	if s.text != nil {
		members["search"] = text(1, maxTextLength)
	}
	if s.include != nil {
		members["include"] = listOf(oneOf(s.include...))
	}
	return closed(members)
}

// sortNames returns the values of sort, in all spellings.
func (s searching) sortNames() (names []string) {
	for _, sort := range s.sorts {
		sorts := []string{sort}
		if !strings.Contains(sort, ":") {
			sorts = []string{sort + ":desc", sort + ":asc"}
		}
		for _, sort := range sorts {
			names = append(names, sort)
			if snake := upperCase.ReplaceAllStringFunc(sort, func(c string) string { return "_" + strings.ToLower(c) }); s.snake && snake != sort {
				names = append(names, snake)
			}
		}
	}
	return names
}

var upperCase = regexp.MustCompile(`[A-Z]`)

var scales = [...]kind{texts: str, wholes: whole, numbers: number, times: whole, booleans: boolean}

// of returns the values that r has.
func (c criterion) of(s *Server, r *record) (values []any) {
	if c.values != nil {
		values = c.values(s, r)
	} else {
		values = dig(r.object, c.path)
	}
	if c.scale == times {
		for i := range values {
			t, _ := time.Parse(time.RFC3339, fmt.Sprint(values[i]))
			values[i] = float64(t.Unix())
		}
	}
	if len(values) == 0 && c.absent != nil {
		values = []any{c.absent}
	}
	return values
}

// camel returns the present spelling of a name or sort.
func (s searching) camel(name string) string {
	words := strings.Split(name, "_")
	if !s.snake || len(words) == 1 {
		return name
	}
	for i := range words[1:] {
		if word := words[i+1]; word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}

// criterion returns the field with this name.
func (s searching) criterion(srv *Server, name string) (c criterion, ok bool) {
	if c, ok = s.fields[s.camel(name)]; !ok && s.others != nil {
		return s.others(srv, name)
	}
	return c, ok
}

// A query is a search as it was asked for.
type query struct {
	matches  []func(*record) bool // all of which must hold
	tooBroad bool
	text     string
	sort     string
	limit    int
	cursor   *string
}

func (st *store) searchAll(r *request) response {
	q, refusal := st.parse(r.given)
	if refusal != nil {
		return *refusal
	}
	if q.tooBroad && q.text == "" {
		return failure(http.StatusBadRequest, featurebase.ErrorCodeQueryTooBroad, "query", "The query has nothing but != and NIN.")
	}
	mode, limit := "search", cmp.Or(st.search.most, maxTotal)
	if q.text != "" {
		mode, limit = "text", maxTextTotal
	}
	order := st.ordering(mode, q.sort)
	hits, total, refusal := st.find(order, q.limit, q.cursor, q.finds)
	if refusal != nil {
		return *refusal
	}
	list := st.page(hits, q.limit)
	if st.search.row != nil {
		data := list["data"].([]object)
		for i := range data {
			data[i] = st.search.row(st.server, hits[i].record, q.text)
		}
	}
	list["totalCount"], list["totalCountCapped"] = min(total, limit), total >= limit
	return success(http.StatusOK, list)
}

func (q *query) finds(r *record) bool {
	return !slices.ContainsFunc(q.matches, func(matches func(*record) bool) bool { return !matches(r) })
}

// parse reads the body of a search.
func (st *store) parse(body object) (*query, *response) {
	q := &query{sort: st.search.sort, limit: defaultLimit}
	if v, ok := body["query"]; ok {
		if wrong := st.parseQuery(q, v); wrong != "" {
			return nil, refuse(featurebase.ErrorCodeInvalidParameter, "query", "query "+wrong)
		}
	}
	if text, ok := body["search"].(string); ok {
		q.text = text
		q.matches = append(q.matches, func(r *record) bool { return hasWords(textAt(r, st.search.text), text) })
	}
	if sort, ok := body["sort"].(string); ok {
		q.sort = st.search.camel(sort)
	}
	if limit, ok := body["limit"].(float64); ok {
		q.limit = int(limit)
	}
	if cursor, ok := body["cursor"].(string); ok {
		q.cursor = &cursor
	}
	return q, nil
}

// textAt returns the text that is at some paths.
func textAt(r *record, paths []string) string {
	var all []string
	for _, path := range paths {
		for _, v := range dig(r.object, path) {
			all = append(all, fmt.Sprint(v))
		}
	}
	return strings.Join(all, " ")
}

// hasWords reports whether each word of wanted is found in text.
func hasWords(text, wanted string) bool {
	text = strings.ToLower(text)
	words := strings.Fields(strings.ToLower(wanted))
	return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

// parseQuery reads one clause, or up to 15 that must all hold.
func (st *store) parseQuery(q *query, v any) (wrong string) {
	group, _ := v.(object)
	clauses := []any{v}
	if _, isClause := group["field"]; !isClause {
		var ok bool
		clauses, ok = group["value"].([]any)
		if !ok || len(group) != 2 || group["operator"] != "AND" || len(clauses) < 1 || len(clauses) > maxClauses {
			return fmt.Sprintf(`must be a clause, or {"operator":"AND","value":[…]} with at most %d of them`, maxClauses)
		}
	}
	positive, unbounded := false, false
	for _, v := range clauses {
		clause, _ := v.(object)
		name, _ := clause["field"].(string)
		c, ok := st.search.criterion(st.server, name)
		operator, _ := clause["operator"].(string)
		value, hasValue := clause["value"]
		if !ok || len(clause) != 3 || !hasValue {
			return "has a clause that is not a documented field with an operator and a value"
		}
		matches, wrong := c.clause(st.server, operator, value)
		if wrong != "" {
			return fmt.Sprintf("has a clause with %s and %q: %s", name, operator, wrong)
		}
		q.matches = append(q.matches, matches)
		negative := operator == "!=" || operator == "NIN"
		positive = positive || !negative
		unbounded = unbounded || negative && c.oneOf == nil && c.scale != booleans
	}
	q.tooBroad = unbounded && !positive
	return ""
}

// clause returns the condition that an operator makes of a value.
func (c criterion) clause(s *Server, operator string, v any) (matches func(*record) bool, wrong string) {
	if !slices.Contains(strings.Fields(c.operators), operator) {
		return nil, "this field has no such operator"
	}
	element := scales[c.scale]
	switch {
	case c.oneOf != nil:
		element = oneOf(c.oneOf...)
	case c.nullable:
		element = orNull(element)
	}
	wanted := []any{v}
	if operator == "IN" || operator == "NIN" {
		if v, wrong = listOf(element).fits(v); wrong == "" {
			wanted = v.([]any)
		}
	} else {
		_, wrong = element.fits(v)
	}
	switch {
	case wrong != "":
		return nil, wrong
	case len(wanted) == 0:
		return nil, "its value must have at least one element"
	}
	compare := c.comparison(operator)
	has := func(r *record) bool {
		values := c.of(s, r)
		return slices.ContainsFunc(wanted, func(w any) bool {
			if w == nil {
				return len(values) == 0
			}
			return slices.ContainsFunc(values, func(v any) bool { return compare(v, w) })
		})
	}
	if operator == "!=" || operator == "NIN" {
		return func(r *record) bool { return !has(r) }, ""
	}
	return has, ""
}

// comparison compares a value of an object with one that is wanted.
func (c criterion) comparison(operator string) func(have, want any) bool {
	if strings.ContainsAny(operator, "<>") {
		return func(have, want any) bool {
			order := cmp.Compare(have.(float64), want.(float64))
			return order < 0 && operator[0] == '<' || order > 0 && operator[0] == '>' || order == 0 && len(operator) == 2
		}
	}
	same := c.same
	if operator == "~" {
		same = hasWords
	}
	if same == nil {
		return func(have, want any) bool { return have == want }
	}
	return func(have, want any) bool { return same(have.(string), want.(string)) }
}
