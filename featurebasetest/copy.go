package featurebasetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/featurebase-community/featurebase-go"
)

// clone copies what a contact has by reference, so that nobody changes what is
// stored but through the API.
func clone(c featurebase.Contact) featurebase.Contact {
	c.Roles = slices.Clone(c.Roles)
	c.CustomFields = cloneFields(c.CustomFields)
	c.Verified = clonePointer(c.Verified)
	c.SubscribedToChangelog = clonePointer(c.SubscribedToChangelog)
	c.ManuallyOptedOutFromChangelog = clonePointer(c.ManuallyOptedOutFromChangelog)
	c.PostsCreated = clonePointer(c.PostsCreated)
	c.CommentsCreated = clonePointer(c.CommentsCreated)
	c.Extra = cloneExtra(c.Extra)
	c.Companies = slices.Clone(c.Companies)
	for i := range c.Companies {
		company := &c.Companies[i]
		company.MonthlySpend = clonePointer(company.MonthlySpend)
		company.CompanySize = clonePointer(company.CompanySize)
		company.LinkedUsers = clonePointer(company.LinkedUsers)
		company.CustomFields = cloneFields(company.CustomFields)
		company.Extra = cloneExtra(company.Extra)
	}
	return c
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

func cloneExtra(extra map[string]json.RawMessage) map[string]json.RawMessage {
	extra = maps.Clone(extra)
	for name, raw := range extra {
		extra[name] = slices.Clone(raw)
	}
	return extra
}

// cloneFields copies custom fields whose values are as encoding/json gives them.
func cloneFields(fields map[string]any) map[string]any {
	fields = maps.Clone(fields)
	for name, v := range fields {
		fields[name] = cloneValue(v)
	}
	return fields
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return cloneFields(v)
	case []any:
		v = slices.Clone(v)
		for i := range v {
			v[i] = cloneValue(v[i])
		}
		return v
	}
	return v
}

// normal copies a contact that may have anything in its custom fields, and has
// them as they would come over the network.
func normal(c featurebase.Contact) (featurebase.Contact, error) {
	if _, err := json.Marshal(c); err != nil {
		return c, err
	}
	c.Companies = slices.Clone(c.Companies)
	fields := []*map[string]any{&c.CustomFields}
	for i := range c.Companies {
		fields = append(fields, &c.Companies[i].CustomFields)
	}
	for _, f := range fields {
		if *f == nil {
			continue
		}
		b, err := json.Marshal(*f)
		if err != nil {
			return c, err
		}
		*f = nil // or it would be changed
		if err := json.Unmarshal(b, f); err != nil {
			return c, err
		}
	}
	return clone(c), nil
}

// identify gives companies their Featurebase ids, of which each has one for all
// contacts.
func (s *Server) identify(companies []featurebase.ContactCompany) {
	for i := range companies {
		c := &companies[i]
		c.Object = "company"
		if c.ID == "" {
			c.ID = s.companies[c.CompanyID]
		}
		if c.ID == "" {
			c.ID = fmt.Sprintf("60d5ec49f1b2c8b1%08x", len(s.companies)+1)
		}
		s.companies[c.CompanyID] = c.ID
	}
}

// document is a contact as it is answered: its companies have null where they
// have nothing, while it leaves that out itself.
func document(c featurebase.Contact) featurebase.Contact {
	c.Companies = slices.Clone(c.Companies)
	for i := range c.Companies {
		company := &c.Companies[i]
		extra := map[string]json.RawMessage{}
		for name, empty := range map[string]bool{
			"plan":         company.Plan == "",
			"industry":     company.Industry == "",
			"website":      company.Website == "",
			"monthlySpend": company.MonthlySpend == nil,
			"companySize":  company.CompanySize == nil,
			"linkedUsers":  company.LinkedUsers == nil,
			"createdAt":    company.CreatedAt.IsZero(),
			"updatedAt":    company.UpdatedAt.IsZero(),
			"lastActivity": company.LastActivity.IsZero(),
		} {
			if empty {
				extra[name] = json.RawMessage("null")
			}
		}
		maps.Copy(extra, company.Extra)
		company.Extra = extra
	}
	return c
}
