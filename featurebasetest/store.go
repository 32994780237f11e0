package featurebasetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// A resource describes one kind of object, and thereby what its endpoints
// accept and return.
type resource struct {
	object   string                                 // the value of the member "object"
	marker   string                                 // the member that takes its place; empty: none
	argument string                                 // the name of the path parameter for IDs; empty: "id"
	id       func(v any) (stored any, wrong string) // the form of IDs
	prefix   string                                 // of fresh IDs, of which the rest counts them
	digits   bool                                   // whether fresh IDs have nothing but digits
	// absent is the code of the error about an object that the path names and that
	// does not exist; empty: resource_not_found.
	absent featurebase.ErrorCode
	// anyID says that there is no error about the form of an ID: it is that of an
	// object that does not exist.
	anyID bool

	// fresh returns an object as it is before its fields are set.
	fresh func(s *Server, now time.Time) object
	// fields are what can be set of an object, by name.
	fields map[string]field
	open   bool // whether a body may have other members, which are ignored
	// hidden are members of an object that no response has.
	hidden []string

	// key is a member by which an object is found too, when it is indexed:
	// always, if indexed is nil.
	key     string
	indexed func(o object) bool

	// given is called for an object that a test adds, to check and complete it. It
	// must not change what o refers to.
	given   func(s *Server, o object) error
	added   func(s *Server, r *record) // is called for each new object
	created func(s *Server, r *record) // is called for those that a request creates
	deleted func(s *Server, r *record)

	list   listing
	search searching
}

// definitions are what define was given.
var definitions []definition

type definition struct {
	*resource
	routes func(*Server) []route
}

// define says what a resource is and which routes it has, if any. The file of each
// resource calls it, in an init function because the functions of resources
// refer to each other.
func define(r *resource, routes func(*Server) []route, is resource) {
	*r = is
	definitions = append(definitions, definition{r, routes})
}

// store returns the objects of a resource.
func (s *Server) store(r *resource) *store { return s.stores[r] }

// A field is a member of the body that creates or updates an object.
type field struct {
	kind kind  // what is required is so only to create
	only calls // that have the field; 0: both
	null calls // that accept null
	// set sets the field of o to v, which may be null, or returns the refusal. It must
	// not change what o refers to. If set is nil, it is o[name] = v.
	set  func(s *Server, o object, name string, v any) *response
	last bool // whether it is set after others, as that may add other objects
}

// calls are calls that a field belongs to.
type calls int

const (
	create calls = 1 << iota
	update
	both = create | update
)

// ignored is for fields that leave the object alone.
func ignored(*Server, object, string, any) *response { return nil }

// unlessNull is for fields whose null changes nothing.
func unlessNull(_ *Server, o object, name string, v any) *response {
	if v != nil {
		o[name] = v
	}
	return nil
}

// merged is for custom fields: those that are not given stay, and null takes
// one away.
func merged(_ *Server, o object, name string, v any) *response {
	had, _ := o[name].(object)
	if had = maps.Clone(had); had == nil {
		had = object{}
	}
	maps.Copy(had, v.(object))
	maps.DeleteFunc(had, func(_ string, v any) bool { return v == nil })
	o[name] = had
	return nil
}

// body returns the schema of the body of a call.
func (r *resource) body(call calls) kind {
	members := map[string]kind{}
	for name, f := range r.fields {
		if f.only != 0 && f.only&call == 0 {
			continue
		}
		f.kind.required = f.kind.required && call == create
		f.kind.null = f.kind.null || f.null&call != 0
		members[name] = f.kind
	}
	k := closed(members)
	k.closed = !r.open
	return k
}

// set sets fields of o to the values given, which fit the schema, or returns the
// refusal. Then o is not to be used.
func (st *store) set(o, given object) *response {
	for _, last := range []bool{false, true} {
		for _, name := range slices.Sorted(maps.Keys(given)) {
			f := st.fields[name]
			switch {
			case f.last != last:
			case f.set == nil:
				o[name] = given[name]
			default:
				if refusal := f.set(st.server, o, name, given[name]); refusal != nil {
					return refusal
				}
			}
		}
	}
	return nil
}

// A store has the objects of a resource.
type store struct {
	*resource
	server  *Server
	byID    map[string]*record
	byKey   map[string]*record
	ordered []*record // by place; some may be gone
	places  int
	ids     int // how many fresh IDs there have been
}

// A record is an object, and what the server knows about it.
type record struct {
	object object // as it came from JSON, so that it can be encoded; replaced, but never changed
	place  int    // in the order of those that were added
	added  time.Time
	gone   bool
	state  any // what is not part of the object, of a type of the resource's
}

func (r *record) id() string { return r.object["id"].(string) }

func newStore(s *Server, described *resource) *store {
	st := &store{resource: described, server: s}
	st.clear()
	return st
}

func (st *store) clear() {
	*st = store{resource: st.resource, server: st.server, byID: map[string]*record{}, byKey: map[string]*record{}}
}

func (st *store) freshID() string {
	for {
		st.ids++
		id := fmt.Sprintf("%s%08x", st.prefix, st.ids)
		if st.digits {
			id = fmt.Sprintf("%s%04d", st.prefix, st.ids)
		}
		if _, taken := st.byID[id]; !taken {
			return id
		}
	}
}

// newObject returns an object that is not stored yet.
func (st *store) newObject() object {
	o := st.fresh(st.server, st.server.clock())
	o[cmp.Or(st.marker, "object")] = st.object
	return o
}

// add stores a new object, with a fresh ID if it has none.
func (st *store) add(o object) *record {
	if o["id"] == nil {
		o["id"] = st.freshID()
	}
	st.places++
	r := &record{object: o, place: st.places, added: st.server.clock()}
	st.byID[r.id()] = r
	st.ordered = append(st.ordered, r)
	st.index(r)
	if st.added != nil {
		st.added(st.server, r)
	}
	return r
}

// keyOf returns the key by which o is found, empty if there is none.
func (st *store) keyOf(o object) string {
	key, _ := o[st.key].(string)
	if n, ok := o[st.key].(float64); ok {
		key = strconv.FormatFloat(n, 'f', -1, 64)
	}
	if st.indexed != nil && !st.indexed(o) {
		return ""
	}
	return key
}

func (st *store) index(r *record) {
	if key := st.keyOf(r.object); key != "" {
		st.byKey[key] = r
	}
}

func (st *store) unindex(r *record) {
	if key := st.keyOf(r.object); st.byKey[key] == r {
		delete(st.byKey, key)
	}
}

// replace has a record have another object.
func (st *store) replace(r *record, o object) {
	st.unindex(r)
	r.object = o
	st.index(r)
}

func (st *store) remove(r *record) {
	r.gone = true
	delete(st.byID, r.id())
	st.unindex(r)
	if len(st.ordered) > 2*len(st.byID) {
		st.ordered = slices.Collect(st.after(0))
	}
	if st.deleted != nil {
		st.deleted(st.server, r)
	}
}

// after returns the records behind a place, in their order.
func (st *store) after(place int) iter.Seq[*record] {
	return func(yield func(*record) bool) {
		i := sort.Search(len(st.ordered), func(i int) bool { return st.ordered[i].place > place })
		for _, r := range st.ordered[i:] {
			if !r.gone && !yield(r) {
				return
			}
		}
	}
}

// view is an object as responses have it.
func (st *store) view(r *record) object {
	o := maps.Clone(r.object)
	for _, name := range st.hidden {
		delete(o, name)
	}
	return o
}

// name is what messages call an object.
func (r *resource) name() string {
	name := strings.ReplaceAll(r.object, "_", " ")
	return strings.ToUpper(name[:1]) + name[1:]
}

// notFound is the response to a request whose path names an object that does not
// exist.
func (r *resource) notFound() response {
	code, param := r.absent, ""
	if code == "" {
		code, param = featurebase.ErrorCodeResourceNotFound, "id"
	}
	return failure(http.StatusNotFound, code, param, r.name()+" not found")
}

// withID finds the object whose ID is in the path.
func (st *store) withID(h func(r *request, rec *record) response) handler {
	return func(r *request) response {
		rec, refusal := st.named(r.args[cmp.Or(st.argument, "id")], "id")
		if refusal != nil {
			return *refusal
		}
		return h(r, rec)
	}
}

// named returns the object with an ID that a path or a body has as param.
func (st *store) named(id any, param string) (*record, *response) {
	id, wrong := st.id(id)
	if wrong != "" && !st.anyID {
		return nil, refuse(featurebase.ErrorCodeInvalidID, param, fmt.Sprintf("Invalid %s ID format", strings.ToLower(st.name())))
	}
	key, _ := id.(string)
	if rec := st.byID[key]; rec != nil {
		return rec, nil
	}
	refusal := st.notFound()
	return nil, &refusal
}

// withKey finds the object whose key is in the path.
func (st *store) withKey(h func(r *request, rec *record) response) handler {
	return func(r *request) response {
		if rec := st.byKey[r.args[st.key]]; rec != nil {
			return h(r, rec)
		}
		return st.notFound()
	}
}

func (st *store) getOne(_ *request, rec *record) response {
	return success(http.StatusOK, st.view(rec))
}

func (st *store) createOne(r *request) response {
	o := st.newObject()
	if refusal := st.set(o, r.given); refusal != nil {
		return *refusal
	}
	rec := st.add(o)
	if st.created != nil {
		st.created(st.server, rec)
	}
	return success(http.StatusCreated, st.view(rec))
}

func (st *store) updateOne(r *request, rec *record) response {
	o := maps.Clone(rec.object)
	if refusal := st.set(o, r.given); refusal != nil {
		return *refusal
	}
	if _, ok := o["updatedAt"]; ok {
		o["updatedAt"] = stamp(st.server.clock())
	}
	st.replace(rec, o)
	return success(http.StatusOK, st.view(rec))
}

func (st *store) deleteOne(_ *request, rec *record) response {
	st.remove(rec)
	return st.done(rec, "deleted")
}

// done says that something was done to an object.
func (st *store) done(rec *record, what string) response {
	return success(http.StatusOK, json.RawMessage(fmt.Sprintf(`{"id":%q,"object":%q,%q:true}`, rec.id(), st.object, what)))
}

// addValue stores an object for a test, which may leave out what a fresh
// object has, and returns it as it was stored. method is what the test called.
func addValue[T any](st *store, method string, v T) T {
	s := st.server
	s.mu.Lock()
	defer s.mu.Unlock()
	o, err := st.complete(v)
	if err != nil {
		s.misuse("%s: %v", method, err)
	}
	return decoded[T](st.add(o))
}

// complete returns v as an object with all that it needs but an ID.
func (st *store) complete(v any) (object, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("the %s can't be encoded: %w", st.object, err)
	}
	var given object
	if err := json.Unmarshal(b, &given); err != nil {
		return nil, err
	}
	prune(given)
	restamp(given)
	o := st.newObject()
	maps.Copy(o, given)
	o[cmp.Or(st.marker, "object")] = st.object
	if id, ok := o["id"]; ok {
		id, wrong := st.id(id)
		if wrong != "" {
			return nil, fmt.Errorf("ID %q %s", given["id"], wrong)
		}
		if _, ok := st.byID[id.(string)]; ok {
			return nil, fmt.Errorf("there is a %s with ID %q already", st.object, id)
		}
		o["id"] = id
	}
	if key := st.keyOf(o); key != "" && st.byKey[key] != nil {
		return nil, fmt.Errorf("there is a %s with %s %q already", st.object, st.key, key)
	}
	if st.given != nil {
		return o, st.given(st.server, o)
	}
	return o, nil
}

// prune removes what a Go value has only because its fields are not set.
func prune(o object) {
	maps.DeleteFunc(o, func(_ string, v any) bool {
		inner, ok := v.(object)
		if ok && len(inner) > 0 {
			prune(inner)
			return len(inner) == 0
		}
		return v == nil || v == "" || v == "0001-01-01T00:00:00Z"
	})
}

// freeForm are members whose names and values are a user's.
var freeForm = []string{"customFields", "customAttributes", "metadata", "localization"}

// restamp has times be as the API writes them.
func restamp(v any) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			restamp(element)
		}
	case object:
		for name, member := range v {
			if slices.Contains(freeForm, name) {
				continue
			}
			s, _ := member.(string)
			if at, err := time.Parse(time.RFC3339, s); err == nil && !at.IsZero() && timeMember.MatchString(name) {
				v[name] = stamp(at)
			}
			restamp(member)
		}
	}
}

var timeMember = regexp.MustCompile(`(At|Until|Since)$|^(eta|lastActivity)$`)

// values returns the objects of a store, in the order they were added.
func values[T any](st *store) []T {
	st.server.mu.Lock()
	defer st.server.mu.Unlock()
	all := make([]T, 0, len(st.byID))
	for r := range st.after(0) {
		all = append(all, decoded[T](r))
	}
	return all
}

// decoded is an object as the library has it, with what no response has.
func decoded[T any](r *record) (v T) {
	b, err := json.Marshal(r.object)
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	if err != nil {
		panic(err) // it came from JSON
	}
	return v
}

// dig returns what is at a path of members, with dots, in v. Of lists on the
// way it is what is in all their elements. Null is nothing.
func dig(v any, path string) (found []any) {
	switch v := v.(type) {
	case nil:
	case []any:
		for _, element := range v {
			found = append(found, dig(element, path)...)
		}
	case object:
		name, rest, _ := strings.Cut(path, ".")
		return dig(v[name], rest)
	default:
		return []any{v}
	}
	return found
}
