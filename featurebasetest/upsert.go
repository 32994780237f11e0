package featurebasetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/featurebase-community/featurebase-go"
)

func (s *Server) upsertContact(r *http.Request, _ string) answer {
	body, refusal := object(r)
	if refusal != nil {
		return *refusal
	}
	old, refusal := s.meant(body)
	if refusal != nil {
		return *refusal
	}
	c := &record{Contact: featurebase.Contact{Object: "contact", Type: featurebase.ContactTypeCustomer}, added: s.clock()}
	if old != nil {
		*c = *old
		c.Contact = clone(old.Contact)
	}
	if name, wrong := set(body, contactFields(c)); wrong != "" {
		return refused(name, name+" "+wrong+".")
	}
	s.identify(c.Companies)
	if old != nil {
		updated := success(http.StatusOK, document(c.Contact)) // before it is stored, so that it can be encoded
		s.contacts.replace(old, c)
		return updated
	}
	c.ID = s.freshID()
	created := success(http.StatusCreated, document(c.Contact))
	s.contacts.add(c)
	return created
}

// meant finds the contact that is to be changed, if there is one: a customer
// rather than a lead.
func (s *Server) meant(body map[string]any) (*record, *answer) {
	userID, _ := body["userId"].(string)
	email, _ := body["email"].(string)
	if userID == "" && email == "" {
		return nil, problem("", "At least one of userId and email is required.")
	}
	if c := s.contacts.byUserID[userID]; c != nil {
		return c, nil
	}
	var lead *record
	for c := range s.contacts.after(0) {
		switch {
		case !(userID != "" && c.UserID == userID || email != "" && sameEmail(c.Email, email)):
		case c.Type == featurebase.ContactTypeCustomer:
			return c, nil
		case lead == nil:
			lead = c
		}
	}
	return lead, nil
}

// sameEmail tells whether two addresses are the same; the reference does not
// say what the case of letters means.
func sameEmail(a, b string) bool { return strings.EqualFold(a, b) }

// A setter puts a value from JSON where it belongs, or says what is wrong with
// it.
type setter func(v any) (wrong string)

// set gives each value of an object to the setter of its name, and says which
// is wrong, and how. Then nothing is to be kept of the others.
func set(values map[string]any, setters map[string]setter) (name, wrong string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		setter, ok := setters[name]
		if !ok {
			return name, "is not a documented field"
		}
		if wrong := setter(values[name]); wrong != "" {
			return name, wrong
		}
	}
	return "", ""
}

func contactFields(c *record) map[string]setter {
	return map[string]setter{
		"userId": func(v any) string {
			if text, ok := v.(string); !ok || text == "" || utf8.RuneCountInString(text) > 255 {
				return "must be text of 1 to 255 characters"
			}
			c.UserID = v.(string)
			return ""
		},
		"email": func(v any) string {
			if text, ok := v.(string); !ok || !strings.Contains(text, "@") {
				return "must be an email address"
			}
			c.Email = v.(string)
			return ""
		},
		"name":                  value(&c.Name),
		"profilePicture":        orNull(value(&c.ProfilePicture), func() { c.ProfilePicture = "" }),
		"phone":                 orNull(value(new(string)), func() {}), // which no answer has
		"locale":                value(&c.Locale),
		"roles":                 list(&c.Roles, func(role *string) setter { return value(role) }),
		"companies":             list(&c.Companies, func(company *featurebase.ContactCompany) setter { return takeCompany(c, company) }),
		"customFields":          customFields(&c.CustomFields),
		"subscribedToChangelog": pointer(&c.SubscribedToChangelog),
		"userHash":              value(new(string)),
		"createdAt":             orNull(moment(&c.createdAt), func() { c.createdAt = time.Time{} }),
	}
}

// takeCompany takes a company of a contact. One that the contact has already
// keeps what is not given.
func takeCompany(c *record, company *featurebase.ContactCompany) setter {
	return func(v any) string {
		fields, ok := v.(map[string]any)
		id, _ := fields["id"].(string)
		name, _ := fields["name"].(string)
		if !ok || id == "" || name == "" {
			return "must be an object with id and name"
		}
		*company = featurebase.ContactCompany{CompanyID: id}
		for _, had := range clone(c.Contact).Companies {
			if had.CompanyID == id {
				*company = had
			}
		}
		field, wrong := set(fields, map[string]setter{
			"id":           value(new(string)),
			"name":         value(&company.Name),
			"companyHash":  value(new(string)),
			"companySize":  orNull(count(&company.CompanySize), func() { company.CompanySize = nil }),
			"createdAt":    orNull(moment(&company.CreatedAt), func() { company.CreatedAt = time.Time{} }),
			"customFields": customFields(&company.CustomFields),
			"industry":     value(&company.Industry),
			"monthlySpend": pointer(&company.MonthlySpend),
			"plan":         value(&company.Plan),
			"website":      value(&company.Website),
		})
		if wrong != "" {
			return fmt.Sprintf("has a field %s that %s", field, wrong)
		}
		return ""
	}
}

var kinds = map[any]string{"": "string", 0.0: "number", false: "boolean"}

// value takes what JSON has as a T.
func value[T string | float64 | bool](to *T) setter {
	return func(v any) string {
		given, ok := v.(T)
		if !ok {
			return "must be a " + kinds[*new(T)]
		}
		*to = given
		return ""
	}
}

func pointer[T string | float64 | bool](to **T) setter {
	return func(v any) string {
		given := new(T)
		*to = given
		return value(given)(v)
	}
}

func count(to **int) setter {
	return func(v any) string {
		n, ok := v.(float64)
		if !ok || n != float64(int(n)) || n < 0 {
			return "must be a whole number"
		}
		given := int(n)
		*to = &given
		return ""
	}
}

func moment(to *time.Time) setter {
	return func(v any) string {
		text, _ := v.(string)
		t, err := time.Parse(time.RFC3339, text)
		if _, invalid := t.MarshalText(); err != nil || invalid != nil { // Parse accepts +24:00
			return "must be a time in ISO 8601"
		}
		*to = t
		return ""
	}
}

func list[T any](to *[]T, element func(*T) setter) setter {
	return func(v any) string {
		values, ok := v.([]any)
		if !ok {
			return "must be a list"
		}
		given := make([]T, len(values))
		for i, v := range values {
			if wrong := element(&given[i])(v); wrong != "" {
				return fmt.Sprintf("has an element %d that %s", i, wrong)
			}
		}
		*to = given
		return ""
	}
}

// orNull takes null too.
func orNull(s setter, clear func()) setter {
	return func(v any) string {
		if v == nil {
			clear()
			return ""
		}
		return s(v)
	}
}

// customFields changes the fields that are given; null takes one away.
func customFields(to *map[string]any) setter {
	return func(v any) string {
		given, ok := v.(map[string]any)
		if !ok {
			return "must be an object"
		}
		changed := maps.Clone(*to)
		if changed == nil {
			changed = map[string]any{}
		}
		for name, v := range given {
			values, isList := v.([]any)
			switch {
			case v == nil:
				delete(changed, name)
				continue
			case !isList && !primitive(v), slices.ContainsFunc(values, func(v any) bool { return !primitive(v) }):
				return fmt.Sprintf("must have text, numbers, booleans, null or lists of those, but has %q otherwise", name)
			}
			changed[name] = v
		}
		*to = changed
		return ""
	}
}

func primitive(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}
