package featurebasetest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var contactResource = &resource{
	object: "contact",
	id:     objectID,
	prefix: "507f1f77bcf86cd7",
	notFound: func() response {
		return failure(http.StatusNotFound, featurebase.ErrorCodeContactNotFound, "", "Contact not found.")
	},
	fresh:   func(*Server, time.Time) object { return object{"type": "customer", "name": ""} },
	hidden:  []string{"createdAt", "phone"},
	key:     "userId",
	indexed: isCustomer,
	fields: map[string]field{
		"userId":                {kind: text(1, 255)},
		"email":                 {kind: email},
		"name":                  {kind: str},
		"profilePicture":        {kind: str, null: both, set: sparse},
		"phone":                 {kind: str, null: both, set: sparse},
		"locale":                {kind: str, set: sparse},
		"roles":                 {kind: listOf(str), set: sparse},
		"companies":             {kind: listOf(contactCompany), set: setCompanies},
		"customFields":          {kind: customFields, set: setCustomFields},
		"subscribedToChangelog": {kind: boolean},
		"userHash":              {kind: str, set: ignored},
		"createdAt":             {kind: moment, null: both, set: sparse},
	},
	given: contactGiven,
	added: func(s *Server, r *record) {
		r.state = &contactState{unsubscribed: map[string]bool{}}
		s.countUsers(r, nil)
	},
	deleted: (*Server).contactDeleted,
	list: listing{filters: map[string]filter{
		"contactType": {
			oneOf: []string{"customer", "lead", "all"}, fallback: "customer",
			finds: func(r *record, types []string) bool { return types[0] == "all" || r.object["type"] == types[0] },
		},
	}},
	search: searching{
		fields: map[string]criterion{
			"externalId":      {operators: "= != IN NIN", path: "userId"},
			"email":           {operators: "= != IN NIN", path: "email", same: strings.EqualFold},
			"name":            {operators: "= != IN NIN ~", path: "name"},
			"type":            {operators: "= != IN NIN", path: "type", oneOf: []string{"customer", "lead"}},
			"companyIds":      {operators: "= != IN NIN", path: "companies.id"},
			"postsCreated":    {scale: wholes, operators: "= != > <", path: "postsCreated", absent: 0.0},
			"commentsCreated": {scale: wholes, operators: "= != > <", path: "commentsCreated", absent: 0.0},
			"lastActivity":    {scale: times, operators: "= != > <", path: "lastActivity"},
			"createdAt":       {scale: times, operators: "= != > <", values: contactCreated},
		},
		sorts: []string{"lastActivity", "createdAt", "postsCreated", "commentsCreated"},
		sort:  "lastActivity:desc",
		snake: true,
	},
}

func (s *Server) contactRoutes() []route {
	c := s.contacts
	customer := func(h func(*request, *record) response) func(*request, *record) response {
		return func(r *request, rec *record) response {
			if !isCustomer(rec.object) {
				return c.notFound()
			}
			return h(r, rec)
		}
	}
	get, update := customer(s.emailPreferences), customer(s.updateEmailPreferences)
	return []route{
		{"GET", "/v2/contacts", c.listAll, true},
		{"POST", "/v2/contacts", s.upsertContact, false},
		{"POST", "/v2/contacts/search", c.searchAll, false},
		{"GET", "/v2/contacts/by-user-id/{userId}", c.withKey(c.getOne), false},
		{"DELETE", "/v2/contacts/by-user-id/{userId}", c.withKey(c.deleteOne), false},
		{"GET", "/v2/contacts/by-user-id/{userId}/email-preferences", c.withKey(get), false},
		{"PATCH", "/v2/contacts/by-user-id/{userId}/email-preferences", c.withKey(update), false},
		{"GET", "/v2/contacts/{id}", c.withID(c.getOne), false},
		{"DELETE", "/v2/contacts/{id}", c.withID(c.deleteOne), false},
		{"POST", "/v2/contacts/{id}/block", c.withID(s.blockContact), false},
		{"POST", "/v2/contacts/{id}/unblock", c.withID(s.unblockContact), false},
		{"GET", "/v2/contacts/{id}/email-preferences", c.withID(get), false},
		{"PATCH", "/v2/contacts/{id}/email-preferences", c.withID(update), false},
	}
}

// contactState is the state of a contact's record.
type contactState struct {
	blocked      bool
	unsubscribed map[string]bool // by topic
}

// AddContact adds a contact, with a fresh ID if it has none and as a customer
// if it has no type, and returns it as it was stored. Its time of creation, by
// which contacts can be searched, is now, or in ISO 8601 in Extra["createdAt"].
func (s *Server) AddContact(c featurebase.Contact) featurebase.Contact {
	return addValue(s.contacts, "AddContact", c)
}

// Contacts returns the contacts that there are, in the order they were added.
// What no response has is in Extra: "createdAt" and "phone", if they were set.
func (s *Server) Contacts() []featurebase.Contact { return values[featurebase.Contact](s.contacts) }

// Blocked reports whether the contact with this ID is blocked.
func (s *Server) Blocked(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.contacts.byID[strings.ToLower(id)]
	if r == nil {
		s.misuse("Blocked: there is no contact with ID %q", id)
	}
	return r.state.(*contactState).blocked
}

func isCustomer(o object) bool { return o["type"] == "customer" }

// sparse is for fields that a contact does not have when they are empty.
func sparse(_ *Server, o object, name string, v any) string {
	list, isList := v.([]any)
	if v == nil || v == "" || isList && len(list) == 0 {
		delete(o, name)
	} else {
		o[name] = v
	}
	return ""
}

func setCustomFields(s *Server, o object, name string, v any) string {
	merged(s, o, name, v)
	if len(o[name].(object)) == 0 {
		delete(o, name)
	}
	return ""
}

var companyKinds = map[string]kind{
	"id":           text(1, 255),
	"name":         text(1, 1000),
	"companyHash":  str,
	"companySize":  orNull(count),
	"createdAt":    orNull(moment),
	"customFields": customFields,
	"industry":     str,
	"monthlySpend": number,
	"plan":         str,
	"website":      str,
}

func contactCompany(v any) (any, string) {
	o, _ := v.(object)
	id, _ := o["id"].(string)
	name, _ := o["name"].(string)
	if id == "" || name == "" {
		return nil, "must be an object with id and name"
	}
	return members(companyKinds)(v)
}

// setCompanies creates or updates the companies given, which take the place of
// those before.
func setCompanies(s *Server, o object, name string, v any) string {
	ids := []any{}
	for _, v := range v.([]any) {
		given := maps.Clone(v.(object))
		given["companyId"] = given["id"]
		delete(given, "id")
		delete(given, "companyHash")
		company, _, _ := s.putCompany(given) // not refused: it has been checked
		ids = append(ids, company.id())
	}
	return sparse(s, o, name, s.companiesOf(ids))
}

// companiesOf returns the companies with these IDs, each of them once.
func (s *Server) companiesOf(ids []any) []any {
	companies := []any{}
	for _, id := range ids {
		if indexOfCompany(companies, id.(string)) < 0 {
			companies = append(companies, s.companies.byID[id.(string)].object)
		}
	}
	return companies
}

func contactGiven(s *Server, o object) error {
	if v, ok := o["createdAt"]; ok {
		at, wrong := moment(v)
		if wrong != "" {
			return fmt.Errorf(`Extra["createdAt"] %s`, wrong)
		}
		o["createdAt"] = at
	}
	given, _ := o["companies"].([]any)
	ids := []any{}
	for _, v := range given {
		company := maps.Clone(v.(object))
		if users, ok := company["linkedUsers"].(float64); ok && isCustomer(o) {
			company["linkedUsers"] = max(0, users-1) // of which this contact is one
		}
		rec, err := s.giveCompany(company)
		if err != nil {
			return err
		}
		ids = append(ids, rec.id())
	}
	if len(given) > 0 {
		o["companies"] = s.companiesOf(ids)
	}
	return nil
}

// contactCreated is the time of creation in the caller's system, or here if
// that is not known.
func contactCreated(_ *Server, r *record) []any {
	return []any{cmp.Or(r.object["createdAt"], any(stamp(r.added)))}
}

func (s *Server) upsertContact(r *request) response {
	given, refusal := r.object()
	if refusal != nil {
		return *refusal
	}
	userID, _ := given["userId"].(string)
	email, _ := given["email"].(string)
	if userID == "" && email == "" {
		return refused("", "At least one of userId and email is required.")
	}
	rec := s.meant(userID, email)
	o, call, had := s.contacts.newObject(), create, []any(nil)
	if rec != nil {
		o, call, had = maps.Clone(rec.object), update, companyIDs(rec.object)
	}
	if refusal := s.contacts.set(o, given, call); refusal != nil {
		return *refusal
	}
	if rec != nil {
		s.contacts.replace(rec, o)
		s.countUsers(rec, had)
		return success(http.StatusOK, s.contacts.view(rec))
	}
	return success(http.StatusCreated, s.contacts.view(s.contacts.add(o)))
}

// meant returns the contact with a user ID or else an email address, if there
// is one: a customer rather than a lead.
func (s *Server) meant(userID, email string) *record {
	if r := s.contacts.byKey[userID]; r != nil {
		return r
	}
	var lead *record
	for r := range s.contacts.after(0) {
		has, _ := r.object["email"].(string)
		switch {
		case !(userID != "" && r.object["userId"] == userID || email != "" && strings.EqualFold(has, email)):
		case isCustomer(r.object):
			return r
		case lead == nil:
			lead = r
		}
	}
	return lead
}

func (s *Server) blockContact(_ *request, rec *record) response {
	rec.state.(*contactState).blocked = true
	return s.contacts.done(rec, "blocked")
}

func (s *Server) unblockContact(_ *request, rec *record) response {
	rec.state.(*contactState).blocked = false
	return s.contacts.done(rec, "unblocked")
}

var emailTopics = []string{"all", "postUpdates", "postComments", "commentReplies", "changelog"}

func (s *Server) emailPreferences(_ *request, rec *record) response {
	unsubscribed := rec.state.(*contactState).unsubscribed
	status := func(unsubscribed bool) string {
		if unsubscribed {
			return "unsubscribed"
		}
		return "subscribed"
	}
	preferences := object{}
	for _, topic := range emailTopics {
		preferences[topic] = object{
			"status":          status(unsubscribed[topic]),
			"effectiveStatus": status(unsubscribed[topic] || unsubscribed["all"]),
		}
	}
	return success(http.StatusOK, object{
		"object": "contact_email_preferences", "contactId": rec.id(), "userId": rec.object["userId"], "email": rec.object["email"],
		"preferences": preferences,
	})
}

func (s *Server) updateEmailPreferences(r *request, rec *record) response {
	body, refusal := r.object()
	if refusal != nil {
		return *refusal
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if name != "preferences" {
			return refused(name, name+" is not a documented field.")
		}
	}
	changes, ok := body["preferences"].(object)
	if !ok || len(changes) == 0 {
		return refused("preferences", "preferences must be an object with at least one topic.")
	}
	state := rec.state.(*contactState)
	changed := maps.Clone(state.unsubscribed)
	for _, topic := range slices.Sorted(maps.Keys(changes)) {
		if !slices.Contains(emailTopics, topic) {
			return refused("preferences."+topic, fmt.Sprintf("The topics are %v.", emailTopics))
		}
		status, wrong := oneOf("subscribed", "unsubscribed")(changes[topic])
		if wrong != "" {
			return refused("preferences."+topic, "A status "+wrong+".")
		}
		changed[topic] = status == "unsubscribed"
	}
	state.unsubscribed = changed
	return s.emailPreferences(r, rec)
}
