package featurebase

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// saysNotFound reports whether a failure says that what the request, with this
// body, is about doesn't exist. A deletion may be taken as done because of it, so what may be about
// something else doesn't count.
func (r *request) saysNotFound(status int, f failure, body []byte, versioned bool) bool {
	others := func() []string { return r.others(body) }
	kind, ok := strings.CutSuffix(string(f.Code), "_not_found")
	switch {
	case f.Type != ErrorTypeInvalidRequest:
		return false
	case status == http.StatusBadRequest:
		return f.Code != "" && f.Code == r.detached
	case status != http.StatusNotFound || !ok || r.object == "":
		return false
	case f.Code != ErrorCodeResourceNotFound && r.object == anyObject:
		return !slices.ContainsFunc(others(), func(member string) bool { return namesKind(member, kind) })
	case f.Code != ErrorCodeResourceNotFound:
		return slices.Contains(r.kinds(), kind)
	case f.Param != "":
		return r.isNamedBy(f.Param, others)
	}
	// Without the version that the organization has chosen, it is not known that
	// there is such an endpoint.
	return versioned && len(others()) == 0
}

// isNamedBy reports whether the param of an error means what the call is about:
// id, the route's name for it, or its kind, as in post or postId.
func (r *request) isNamedBy(param string, others func() []string) bool {
	if param == "id" {
		return !slices.Contains(others(), "id")
	}
	named := false
	r.eachParameter(func(name, _ string) { named = named || name == param })
	return named || slices.ContainsFunc(r.kinds(), func(kind string) bool {
		return param == kind || param == camelCase(kind) || param == camelCase(kind)+"Id"
	})
}

// kinds returns the kinds of the objects that the call is about.
func (r *request) kinds() []string {
	if r.object == anyObject {
		return r.collections
	}
	kinds := []string{r.object, r.part}
	r.eachParameter(func(name, _ string) {
		if kind, ok := strings.CutSuffix(name, "Id"); ok && !parameters[name].own {
			kinds = append(kinds, kind)
		}
	})
	return slices.DeleteFunc(kinds, func(kind string) bool { return kind == "" })
}

// collectionsOf returns the singulars of what may be the names of collections in
// a path.
func collectionsOf(path string) (kinds []string) {
	for segment := range strings.SplitSeq(path, "/") {
		switch {
		case strings.HasSuffix(segment, "ies"):
			kinds = append(kinds, strings.TrimSuffix(segment, "ies")+"y")
		case strings.HasSuffix(segment, "uses"):
			kinds = append(kinds, strings.TrimSuffix(segment, "es"))
		case strings.HasSuffix(segment, "s"):
			kinds = append(kinds, strings.TrimSuffix(segment, "s"))
		}
	}
	return kinds
}

// others returns the members of the body that name other objects, by an ID or an
// email address.
func (r *request) others(body []byte) (others []string) {
	var members map[string]any
	if json.Unmarshal(body, &members) != nil {
		return nil
	}
	eachName("", members, func(member string) {
		if !slices.Contains(r.named, member) {
			others = append(others, member)
		}
	})
	return others
}

// eachName calls f with the path of each member that has the ID or the email
// address of an object.
func eachName(path string, members map[string]any, f func(string)) {
	for name, value := range members {
		at := path + name
		switch value := value.(type) {
		case map[string]any:
			if name != "customFields" && name != "customAttributes" {
				eachName(at+".", value, f)
			}
		case string:
			if value != "" && isName(name) {
				f(at)
			}
		case []any:
			if len(value) > 0 && isName(name) {
				f(at)
			}
		}
	}
}

// isName reports whether a member of this name has IDs or email addresses.
func isName(member string) bool {
	last := strings.TrimSuffix(member, "s")
	return last == "id" || last == "email" || strings.HasSuffix(last, "Id") || strings.HasSuffix(last, "Email")
}

// namesKind reports whether a member has the ID of an object of this kind, as
// actingAdminId has that of an admin.
func namesKind(member, kind string) bool {
	return strings.Contains(strings.ToLower(member), strings.ToLower(camelCase(kind)))
}

// camelCase returns a kind in the form that the members of JSON have.
func camelCase(kind string) string {
	words := strings.Split(kind, "_")
	for i, word := range words {
		if i > 0 && word != "" {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}
