package featurebasetest

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

const (
	maxClauses = 15
	maxTotal   = 5000
)

// A field of a search has either texts or a number. Contacts may have no
// number there.
type field struct {
	texts  func(*record) []string
	same   func(a, b string) bool // of texts; nil: those that are equal
	number func(*record) (int64, bool)
	oneOf  []string // the values that there are; nil: any
	words  bool     // whether it has the operator ~
}

var fields = map[string]field{
	"externalId": {texts: func(c *record) []string { return []string{c.UserID} }},
	"email":      {texts: func(c *record) []string { return []string{c.Email} }, same: sameEmail},
	"name":       {texts: func(c *record) []string { return []string{c.Name} }, words: true},
	"type":       {texts: func(c *record) []string { return []string{string(c.Type)} }, oneOf: []string{"customer", "lead"}},
	"companyIds": {texts: func(c *record) []string {
		var ids []string
		for _, company := range c.Companies {
			ids = append(ids, company.ID)
		}
		return ids
	}},
	"postsCreated":    {number: func(c *record) (int64, bool) { return counted(c.PostsCreated) }},
	"commentsCreated": {number: func(c *record) (int64, bool) { return counted(c.CommentsCreated) }},
	"lastActivity":    {number: func(c *record) (int64, bool) { return c.LastActivity.Unix(), !c.LastActivity.IsZero() }},
	"createdAt":       {number: func(c *record) (int64, bool) { return c.created().Unix(), true }},
}

func counted(n *int) (int64, bool) {
	if n == nil {
		return 0, true // the contact has created none
	}
	return int64(*n), true
}

func (c *record) created() time.Time {
	if c.createdAt.IsZero() {
		return c.added
	}
	return c.createdAt
}

// deprecated are names that the API still takes.
var deprecated = strings.NewReplacer("external_id", "externalId", "company_ids", "companyIds", "posts_created", "postsCreated",
	"comments_created", "commentsCreated", "last_activity", "lastActivity", "created_at", "createdAt")

// search is a search as it was asked for.
type search struct {
	matches   []func(*record) bool // all of which must hold
	tooBroad  bool                 // whether all of it is negative
	sort      string
	limit     int
	cursor    string
	hasCursor bool
}

func (s *Server) searchContacts(r *http.Request, _ string) answer {
	body, refusal := object(r)
	if refusal != nil {
		return *refusal
	}
	q := search{sort: "lastActivity:desc", limit: defaultLimit}
	setters := map[string]setter{"query": q.query, "sort": q.setSort, "limit": q.setLimit, "cursor": q.setCursor}
	if name, wrong := set(body, setters); wrong != "" {
		return refused(name, name+" "+wrong+".")
	}
	if q.tooBroad {
		return failure(http.StatusBadRequest, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeQueryTooBroad,
			"query", "The query has nothing but != and NIN.")
	}
	var from cursor
	if q.hasCursor && (!from.decode(q.cursor) || from.Sort != q.sort) {
		return invalidCursor("The cursor is not one of a search with this sort.")
	}

	axis, direction, _ := strings.Cut(q.sort, ":")
	at := func(c *record) cursor { return cursor{Sort: q.sort, Key: fields[axis].key(c), Place: c.place} }
	order := func(a, b cursor) int {
		if direction == "desc" {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Place, b.Place))
	}
	type hit struct {
		cursor
		*record
	}
	total := 0
	var hits []hit // from the cursor on
	for c := range s.contacts.after(0) {
		if !q.finds(c) {
			continue
		}
		total++
		if at := at(c); !q.hasCursor || order(at, from) > 0 {
			hits = append(hits, hit{at, c})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return order(a.cursor, b.cursor) })
	found := make([]*record, 0, q.limit+1)
	for _, h := range hits[:min(len(hits), cap(found))] {
		found = append(found, h.record)
	}
	list := page(found, q.limit, at)
	list["totalCount"], list["totalCountCapped"] = min(total, maxTotal), total >= maxTotal
	return success(http.StatusOK, list)
}

func (q *search) finds(c *record) bool {
	for _, matches := range q.matches {
		if !matches(c) {
			return false
		}
	}
	return true
}

// key is what a contact is sorted by; without a number it is before all others.
func (f field) key(c *record) int64 {
	n, ok := f.number(c)
	if !ok {
		return math.MinInt64
	}
	return n
}

func (q *search) setSort(v any) string {
	text, _ := v.(string)
	sort := deprecated.Replace(text)
	axis, direction, _ := strings.Cut(sort, ":")
	if fields[axis].number == nil || direction != "asc" && direction != "desc" {
		return "must be lastActivity, createdAt, postsCreated or commentsCreated with :asc or :desc"
	}
	q.sort = sort
	return ""
}

func (q *search) setLimit(v any) string {
	n, _ := v.(float64)
	if n != math.Trunc(n) || n < 1 || n > maxLimit {
		return fmt.Sprintf("must be 1 to %d", maxLimit)
	}
	q.limit = int(n)
	return ""
}

func (q *search) setCursor(v any) string {
	q.hasCursor = true
	return value(&q.cursor)(v)
}

// query takes one clause, or up to 15 that must all hold.
func (q *search) query(v any) string {
	object, _ := v.(map[string]any)
	clauses := []any{v}
	if _, isClause := object["field"]; !isClause {
		var ok bool
		clauses, ok = object["value"].([]any)
		if !ok || len(object) != 2 || object["operator"] != "AND" || len(clauses) < 1 || len(clauses) > maxClauses {
			return fmt.Sprintf(`must be a clause, or {"operator":"AND","value":[…]} with at most %d of them`, maxClauses)
		}
	}
	positive, unbounded := false, false
	for _, v := range clauses {
		clause, _ := v.(map[string]any)
		name, _ := clause["field"].(string)
		f, ok := fields[deprecated.Replace(name)]
		operator, _ := clause["operator"].(string)
		value, hasValue := clause["value"]
		if !ok || len(clause) != 3 || !hasValue {
			return "has a clause that is not a documented field with an operator and a value"
		}
		matches, wrong := f.clause(operator, value)
		if wrong != "" {
			return fmt.Sprintf("has a clause with %s and %q: %s", name, operator, wrong)
		}
		q.matches = append(q.matches, matches)
		negative := operator == "!=" || operator == "NIN"
		positive = positive || !negative
		unbounded = unbounded || negative && f.oneOf == nil
	}
	q.tooBroad = unbounded && !positive
	return ""
}

const noSuchOperator = "this field has no such operator"

// clause gives the condition that an operator makes of a value.
func (f field) clause(operator string, v any) (matches func(*record) bool, wrong string) {
	if f.number != nil {
		return f.numberClause(operator, v)
	}
	wanted := make([]string, 1)
	switch {
	case operator == "IN" || operator == "NIN":
		wrong = list(&wanted, func(s *string) setter { return value(s) })(v)
	case operator == "=" || operator == "!=" || operator == "~" && f.words:
		wrong = value(&wanted[0])(v)
	default:
		return nil, noSuchOperator
	}
	switch {
	case wrong != "":
		return nil, "its value " + wrong
	case len(wanted) == 0:
		return nil, "its value must have at least one element"
	}
	if f.oneOf != nil && slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(f.oneOf, w) }) {
		return nil, fmt.Sprintf("its value must be one of %v", f.oneOf)
	}
	same := f.same
	switch {
	case operator == "~":
		same = hasWords
	case same == nil:
		same = func(a, b string) bool { return a == b }
	}
	want := operator != "!=" && operator != "NIN"
	return func(c *record) bool {
		has := slices.ContainsFunc(f.texts(c), func(text string) bool {
			return slices.ContainsFunc(wanted, func(w string) bool { return same(text, w) })
		})
		return has == want
	}, ""
}

// hasWords tells whether each word of wanted is found in text.
func hasWords(text, wanted string) bool {
	text = strings.ToLower(text)
	words := strings.Fields(strings.ToLower(wanted))
	return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

func (f field) numberClause(operator string, v any) (matches func(*record) bool, wrong string) {
	given, ok := v.(float64)
	want := int64(given)
	compare := map[string]func(n int64, has bool) bool{
		"=":  func(n int64, has bool) bool { return has && n == want },
		"!=": func(n int64, has bool) bool { return !has || n != want },
		">":  func(n int64, has bool) bool { return has && n > want },
		"<":  func(n int64, has bool) bool { return has && n < want },
	}[operator]
	if compare == nil {
		return nil, noSuchOperator
	}
	if !ok || given != math.Trunc(given) || math.Abs(given) > 1<<53 {
		return nil, "its value must be a whole number"
	}
	return func(c *record) bool { return compare(f.number(c)) }, ""
}
