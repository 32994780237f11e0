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

var contactResource = new(resource)

func init() {
	define(contactResource, (*Server).contactRoutes, resource{
		object:  "contact",
		id:      asObjectID,
		prefix:  "507f1f77bcf86cd7",
		absent:  featurebase.ErrorCodeContactNotFound,
		fresh:   func(*Server, time.Time) object { return object{"type": "customer", "name": ""} },
		hidden:  []string{"createdAt", "phone"},
		key:     "userId",
		indexed: isCustomer,
		fields: map[string]field{
			"userId":                {kind: text(0, maxOwnID), set: sparse},
			"email":                 {kind: bounded(0, 500, email)},
			"name":                  {kind: text(0, 500)},
			"profilePicture":        {kind: uri, null: both, set: sparse},
			"phone":                 {kind: text(0, 500), null: both, set: sparse},
			"locale":                {kind: text(0, 10), set: sparse},
			"roles":                 {kind: bounded(0, 100, listOf(text(0, 255))), set: sparse},
			"companies":             {kind: bounded(0, 100, listOf(closed(companyKinds))), set: setCompanies},
			"customFields":          {kind: customFields, set: setCustomFields},
			"subscribedToChangelog": {kind: boolean},
			"userHash":              {kind: text(0, 256), set: ignored},
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
				kind: oneOf("customer", "lead", "all"), fallback: "customer",
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
	})
}

func (s *Server) contactRoutes() []route {
	c := s.store(contactResource)
	return slices.Concat(
		novaOnly(
			get("/v2/contacts", c.listAll).with(c.list.parameters()),
			post("/v2/contacts", s.upsertContact).takes(c.body(create)),
			c.searchRoute("/v2/contacts/search"),
			get("/v2/contacts/by-user-id/{userId}", c.withKey(c.getOne)),
			del("/v2/contacts/by-user-id/{userId}", s.deleteByUserID),
		),
		[]route{
			get("/v2/contacts/by-user-id/{userId}/email-preferences", c.withKey(s.emailPreferences)),
			patch("/v2/contacts/by-user-id/{userId}/email-preferences", c.withKey(s.updateEmailPreferences)).takes(emailPreferenceChange),
		},
		novaOnly(
			get("/v2/contacts/{id}", c.withID(c.getOne)),
			del("/v2/contacts/{id}", c.withID(c.deleteOne)),
			post("/v2/contacts/{id}/block", c.withID(s.blockContact)),
			post("/v2/contacts/{id}/unblock", c.withID(s.unblockContact)),
		),
		[]route{
			get("/v2/contacts/{id}/email-preferences", c.withID(customersOnly(s.emailPreferences))),
			patch("/v2/contacts/{id}/email-preferences", c.withID(customersOnly(s.updateEmailPreferences))).takes(emailPreferenceChange),
		},
	)
}

// customersOnly refuses other contacts.
func customersOnly(h func(*request, *record) response) func(*request, *record) response {
	return func(r *request, rec *record) response {
		if !isCustomer(rec.object) {
			return notCustomer
		}
		return h(r, rec)
	}
}

var notCustomer = failure(http.StatusBadRequest, featurebase.ErrorCodeInvalidRequest, "", "The contact is not a customer")

func (s *Server) deleteByUserID(r *request) response {
	for rec := range s.store(contactResource).after(0) {
		if !isCustomer(rec.object) && rec.object["userId"] == r.args["userId"] && s.store(contactResource).byKey[r.args["userId"]] == nil {
			return notCustomer
		}
	}
	return s.store(contactResource).withKey(s.store(contactResource).deleteOne)(r)
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
	return addValue(s.store(contactResource), "AddContact", c)
}

// Contacts returns the contacts that there are, in the order they were added.
// What no response has is in Extra: "createdAt" and "phone", if they were set.
func (s *Server) Contacts() []featurebase.Contact {
	return values[featurebase.Contact](s.store(contactResource))
}

// Blocked reports whether the contact with this ID is blocked.
func (s *Server) Blocked(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.store(contactResource).byID[strings.ToLower(id)]
	if r == nil {
		s.misuse("Blocked: there is no contact with ID %q", id)
	}
	return r.state.(*contactState).blocked
}

func isCustomer(o object) bool { return o["type"] == "customer" }

// sparse is for fields that a contact does not have when they are empty.
func sparse(_ *Server, o object, name string, v any) *response {
	list, isList := v.([]any)
	if v == nil || v == "" || isList && len(list) == 0 {
		delete(o, name)
	} else {
		o[name] = v
	}
	return nil
}

func setCustomFields(s *Server, o object, name string, v any) *response {
	merged(s, o, name, v)
	if len(o[name].(object)) == 0 {
		delete(o, name)
	}
	return nil
}

var companyKinds = map[string]kind{
	"id":           required(text(1, maxOwnID)),
	"name":         required(text(1, 500)),
	"companyHash":  text(0, 256),
	"companySize":  orNull(amount),
	"createdAt":    orNull(moment),
	"customFields": customFields,
	"industry":     text(0, 500),
	"monthlySpend": amount,
	"plan":         text(0, 500),
	"website":      text(0, 500),
}

// setCompanies creates or updates the companies given, which take the place of
// those before.
func setCompanies(s *Server, o object, name string, v any) *response {
	ids := []any{}
	for _, v := range v.([]any) {
		given := maps.Clone(v.(object))
		given["companyId"] = given["id"]
		delete(given, "id")
		delete(given, "companyHash")
		ids = append(ids, s.putCompany(given).id())
	}
	return sparse(s, o, name, s.companiesOf(ids))
}

// companiesOf returns the companies with these IDs, each of them once.
func (s *Server) companiesOf(ids []any) []any {
	companies := []any{}
	for _, id := range ids {
		if indexOfCompany(companies, id.(string)) < 0 {
			companies = append(companies, s.store(companyResource).byID[id.(string)].object)
		}
	}
	return companies
}

func contactGiven(s *Server, o object) error {
	if v, ok := o["createdAt"]; ok {
		at, wrong := asMoment(v)
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
	userID, _ := r.given["userId"].(string)
	email, _ := r.given["email"].(string)
	if userID == "" && email == "" {
		return *refuse("missing_parameter", "", "At least one of userId and email is required")
	}
	rec := s.meant(userID, email)
	o, had := s.store(contactResource).newObject(), []any(nil)
	if rec != nil {
		o, had = maps.Clone(rec.object), companyIDs(rec.object)
	}
	s.store(contactResource).set(o, r.given) // which refuses nothing
	if rec != nil {
		s.store(contactResource).replace(rec, o)
		s.countUsers(rec, had)
		return success(http.StatusOK, s.store(contactResource).view(rec))
	}
	return success(http.StatusCreated, s.store(contactResource).view(s.store(contactResource).add(o)))
}

// meant returns the contact with a user ID or else an email address, if there
// is one: a customer rather than a lead.
func (s *Server) meant(userID, email string) *record {
	if r := s.store(contactResource).byKey[userID]; r != nil {
		return r
	}
	var lead *record
	for r := range s.store(contactResource).after(0) {
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
	return s.store(contactResource).done(rec, "blocked")
}

func (s *Server) unblockContact(_ *request, rec *record) response {
	rec.state.(*contactState).blocked = false
	return s.store(contactResource).done(rec, "unblocked")
}

var emailTopics = []string{"all", "postUpdates", "postComments", "commentReplies", "changelog"}

// emailPreferenceChange is the body of a change.
var emailPreferenceChange = func() kind {
	topics := map[string]kind{}
	for _, topic := range emailTopics {
		topics[topic] = oneOf("subscribed", "unsubscribed")
	}
	return closed(map[string]kind{"preferences": required(closed(topics))})
}()

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
	changes := r.given["preferences"].(object)
	if len(changes) == 0 {
		return *refuse(featurebase.ErrorCodeInvalidRequest, "preferences", "At least one preference is required")
	}
	state := rec.state.(*contactState)
	for topic, status := range changes {
		state.unsubscribed[topic] = status == "unsubscribed"
	}
	return s.emailPreferences(r, rec)
}
