package featurebase

import (
	"net/http"
	"strings"

	"github.com/featurebase-community/featurebase-go/internal/ids"
)

// endpoint describes one operation of the API.
type endpoint struct {
	// pattern is the method and the route. The name of each {parameter} in the
	// route is its kind; see parameters.
	pattern string

	// object is the kind of object that {id} names, such as "contact". Together
	// with part and the other parameters, it is what the call is about, which the
	// API may say doesn't exist; see saysNotFound.
	object string

	// part is the kind of what the body names within the object, if the call is
	// about that, too, and named are the members of the body that name either.
	part  string
	named []string

	// detached is the code with status 400 which says that what the path names
	// doesn't belong to each other.
	detached ErrorCode

	// effect is what repeating the request does, if the method doesn't tell.
	effect effect

	// collections are what object may be if it is anyObject.
	collections []string
}

// effect is what a request does to the objects of an organization.
type effect int

const (
	byMethod   effect = iota // reads for GET, creates for POST, otherwise repeatable
	reads                    // nothing
	repeatable               // the same if the request is repeated as if it is not
	creates                  // something new each time
)

func (ep *endpoint) method() string { method, _, _ := strings.Cut(ep.pattern, " "); return method }

func (ep *endpoint) route() string { _, route, _ := strings.Cut(ep.pattern, " "); return route }

func (ep *endpoint) effects() effect {
	switch method := ep.method(); {
	case ep.effect != byMethod:
		return ep.effect
	case method == http.MethodGet:
		return reads
	case method == http.MethodPost:
		return creates
	}
	return repeatable
}

// parameters holds what the kinds of path parameters accept.
var parameters = map[string]parameter{
	"id":        {check: ids.Object},
	"contactId": {check: ids.Object},
	"tagId":     {check: ids.Object},
	"userId":    {check: checkOwnArg, own: true},
	"companyId": {check: checkOwnArg, own: true},

	"attributeId":    {check: ids.Opaque},
	"surveyId":       {check: ids.Opaque},
	"conversationId": {check: ids.Short},
	"ticketNumber":   {check: ids.Number},
}

func checkOwnArg(id string) string { return ids.Own(id, ids.MaxOwn) }

// parameter is a kind of path parameter.
type parameter struct {
	check func(string) (reason string)
	own   bool // whether it is an ID of the caller's own, which responses needn't repeat
}

// args are the arguments for a route's parameters, in order.
type args [2]string

// request is one call of an endpoint.
type request struct {
	*endpoint
	args   args
	params any // the query if the method is GET, else the JSON body; nil: none
}

// eachParameter calls f for each of the route's parameters.
func (r *request) eachParameter(f func(name, arg string)) {
	rest := r.route()
	for i := 0; ; i++ {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return
		}
		name, after, _ := strings.Cut(after, "}")
		f(name, r.args[i])
		rest = after
	}
}

// arg returns the argument that names an object of this kind by its Featurebase
// ID, or "".
func (r *request) arg(object string) (id string) {
	r.eachParameter(func(name, arg string) {
		switch {
		case parameters[name].own:
		case name == object+"Id", name == "id" && r.object == object:
			id = arg
		}
	})
	return id
}

// ownArg returns the argument for a parameter which holds an ID of the
// caller's own, or "".
func (r *request) ownArg(name string) (id string) {
	r.eachParameter(func(n, arg string) {
		if n == name {
			id = arg
		}
	})
	return id
}

// check rejects arguments that can't be meant.
func (r *request) check() error {
	var problems problems
	r.eachParameter(func(name, arg string) {
		if reason := parameters[name].check(arg); reason != "" {
			if name == "id" && r.object == "contact" {
				reason += "; for your own user IDs there are methods with ByUserID"
			}
			problems = append(problems, &InvalidIDError{ID: arg, Param: name, Reason: reason})
		}
	})
	problems = checkParams(problems, r.params)
	return problems.err()
}

// errNoClient is for a zero Client, and for a service that is not part of one.
var errNoClient = &ArgumentError{Name: "client", Reason: "it was not made by NewClient or NewClientFromEnv"}

var errNilContext = &ArgumentError{Name: "ctx", Reason: "it is nil"}
