package featurebase

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// UpsertContactParams are the fields to create a contact with, or to change
// one. What is left out stays as it is: text that is empty, slices, maps and
// pointers that are nil, and a Nullable that is neither Value nor Null. An empty
// slice that is not nil takes away what there is.
type UpsertContactParams struct {
	// UserID and Email say which contact is meant: the one with this id in
	// your own system, else the one with this email address. At least one is
	// required.
	UserID string `json:"userId,omitempty"`
	Email  string `json:"email,omitempty"`

	Name           string              `json:"name,omitempty"`
	ProfilePicture Nullable[string]    `json:"profilePicture,omitzero"` // URL
	Phone          Nullable[string]    `json:"phone,omitzero"`
	Locale         string              `json:"locale,omitempty"`
	Roles          []string            `json:"roles,omitzero"` // ids of roles
	Companies      []UpsertCompany     `json:"companies,omitzero"`
	CreatedAt      Nullable[time.Time] `json:"createdAt,omitzero"` // in your own system
	// CustomFields have text, numbers, booleans, nil, or slices of those. A nil
	// value clears its field.
	CustomFields          map[string]any `json:"customFields,omitempty"`
	SubscribedToChangelog *bool          `json:"subscribedToChangelog,omitempty"`
	UserHash              string         `json:"userHash,omitempty"` // HMAC-SHA256, to verify the identity
}

// UpsertCompany is a company of UpsertContactParams. ID and Name are required.
type UpsertCompany struct {
	ID           string              `json:"id"` // in your own system
	Name         string              `json:"name"`
	CompanyHash  string              `json:"companyHash,omitempty"` // HMAC-SHA256, to verify the identity
	CompanySize  Nullable[int]       `json:"companySize,omitzero"`  // employees
	CreatedAt    Nullable[time.Time] `json:"createdAt,omitzero"`
	CustomFields map[string]any      `json:"customFields,omitempty"` // as in UpsertContactParams
	Industry     string              `json:"industry,omitempty"`
	MonthlySpend *float64            `json:"monthlySpend,omitempty"`
	Plan         string              `json:"plan,omitempty"`
	Website      string              `json:"website,omitempty"` // URL
}

var upsertContact = &endpoint{method: http.MethodPost, route: "/v2/contacts", since: VersionNova, creates: true}

// Upsert creates a contact or changes the one that there is, and tells whether
// it was created. It calls
//
//	POST /v2/contacts
//
// and needs VersionNova or newer. Params that the API would refuse are refused
// before anything is sent.
//
// Reference: https://docs.featurebase.app/rest-api/contacts/upsertcontact
func (s *ContactsService) Upsert(ctx context.Context, params UpsertContactParams, opts ...CallOption) (c *Contact, created bool, err error) {
	c = new(Contact)
	status, err := s.client.do(ctx, request{endpoint: upsertContact, body: params}, params.check(), c, func() string {
		wrong := c.wrong()
		switch {
		case wrong != "":
			return wrong
		case params.UserID != "" && c.UserID != params.UserID:
			return fmt.Sprintf("userId is %q, which is not the one that was given", clip(c.UserID))
		case params.UserID == "" && !strings.EqualFold(c.Email, params.Email):
			return fmt.Sprintf("email is %q, which is not the one that was given", clip(c.Email))
		}
		return ""
	}, opts)
	if err != nil {
		return nil, false, err
	}
	return c, status == http.StatusCreated, nil
}

func (p UpsertContactParams) check() error {
	var problems []error
	if p.UserID == "" && p.Email == "" {
		problems = append(problems, errors.New("featurebase: UpsertContactParams has neither UserID nor Email: want at least one"))
	}
	if p.UserID != "" {
		problems = append(problems, checkUserID(p.UserID))
	}
	problems = append(problems, checkCustomFields("CustomFields", p.CustomFields))
	for i, c := range p.Companies {
		if c.ID == "" || c.Name == "" {
			problems = append(problems, fmt.Errorf("featurebase: Companies[%d] lacks its ID or Name: want both", i))
		}
		problems = append(problems, checkCustomFields(fmt.Sprintf("Companies[%d].CustomFields", i), c.CustomFields))
	}
	return errors.Join(problems...)
}

func checkCustomFields(where string, fields map[string]any) error {
	var problems []error
	for name, value := range fields {
		v := reflect.ValueOf(value)
		if k := v.Kind(); k == reflect.Slice || k == reflect.Array {
			for i := range v.Len() {
				if !isPrimitive(v.Index(i)) {
					problems = append(problems, fmt.Errorf("featurebase: %s[%q][%d] is a %v: want text, a number, a boolean or nil", where, name, i, v.Index(i).Type()))
				}
			}
		} else if !isPrimitive(v) {
			problems = append(problems, fmt.Errorf("featurebase: %s[%q] is a %v: want text, a number, a boolean, nil, or a slice of those", where, name, v.Type()))
		}
	}
	return errors.Join(problems...)
}

func isPrimitive(v reflect.Value) bool {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return !v.IsValid() || v.Kind() == reflect.Bool || v.Kind() == reflect.String || v.CanInt() || v.CanUint() || v.CanFloat()
}
