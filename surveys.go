package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// SurveysService reads surveys and the responses to them. The API has no means to
// change or delete either. Access it through [Client.Surveys].
type SurveysService struct{ client *Client }

var (
	listSurveys         = &endpoint{pattern: "GET /v2/surveys"}
	getSurvey           = &endpoint{pattern: "GET /v2/surveys/{surveyId}", object: "survey"}
	listSurveyResponses = &endpoint{pattern: "GET /v2/surveys/{surveyId}/responses", object: "survey"}
)

// List returns one page of surveys: [GET /v2/surveys]. Use [SurveysService.ListAll]
// to iterate over all pages.
//
// [GET /v2/surveys]: https://docs.featurebase.app/rest-api/surveys
func (s *SurveysService) List(ctx context.Context, params SurveyListParams, opts ...CallOption) (*Page[Survey], error) {
	return send(ctx, s.client, request{endpoint: listSurveys, params: params}, new(Page[Survey]), opts)
}

// ListAll iterates over the surveys of all pages, as [ContactsService.ListAll]
// does. See [SurveysService.List].
func (s *SurveysService) ListAll(ctx context.Context, params SurveyListParams, opts ...CallOption) iter.Seq2[*Survey, error] {
	return all(ctx, s.List, params, opts)
}

// Get returns the survey with the given ID: [GET /v2/surveys/{surveyId}]. If it
// doesn't exist, the error matches [ErrNotFound]. The form of these IDs is not
// documented; any that consists of letters, digits, - and _ is accepted.
//
// [GET /v2/surveys/{surveyId}]: https://docs.featurebase.app/rest-api/surveys
func (s *SurveysService) Get(ctx context.Context, id string, opts ...CallOption) (*Survey, error) {
	return send(ctx, s.client, request{endpoint: getSurvey, args: args{id}}, new(Survey), opts)
}

// ListResponses returns one page of the responses to a survey:
// [GET /v2/surveys/{surveyId}/responses]. The API can't select those of one person.
// Use [SurveysService.ListResponsesAll] to iterate over all pages.
//
// [GET /v2/surveys/{surveyId}/responses]: https://docs.featurebase.app/rest-api/surveys
func (s *SurveysService) ListResponses(ctx context.Context, id string, params SurveyResponseListParams, opts ...CallOption) (*Page[SurveyResponse], error) {
	return send(ctx, s.client, request{listSurveyResponses, args{id}, params}, new(Page[SurveyResponse]), opts)
}

// ListResponsesAll iterates over the responses of all pages, as
// [ContactsService.ListAll] does. See [SurveysService.ListResponses].
func (s *SurveysService) ListResponsesAll(ctx context.Context, id string, params SurveyResponseListParams, opts ...CallOption) iter.Seq2[*SurveyResponse, error] {
	return all(ctx, of(id, s.ListResponses), params, opts)
}

// SurveyListParams selects the surveys to list.
type SurveyListParams struct {
	IsActive Optional[bool] `query:"isActive"`
	Type     SurveyPageType `query:"type"`                   // only surveys with a page of this type
	Limit    int            `query:"limit" check:"limit"`    // surveys in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor   string         `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// SurveyPageType is the kind of a page, and of the answers to it.
type SurveyPageType string

// The documented types. Unknown values are passed through unchanged.
const (
	SurveyPageTypeText           SurveyPageType = "text"
	SurveyPageTypeLink           SurveyPageType = "link"
	SurveyPageTypeRating         SurveyPageType = "rating"
	SurveyPageTypeMultipleChoice SurveyPageType = "multiple-choice"
)

// Survey is a survey of the organization.
//
// A field that is absent or null in the response has its zero value; numbers and
// flags that may be absent are pointers.
//
// Reference: https://docs.featurebase.app/rest-api/surveys
type Survey struct {
	Object        string           `json:"object"` // always "survey"
	ID            string           `json:"id"`
	Organization  string           `json:"organization"` // ID
	Title         string           `json:"title"`
	Description   string           `json:"description,omitempty"`
	IsActive      bool             `json:"isActive"`
	Pages         []SurveyPage     `json:"pages"`
	Targeting     *SurveyTargeting `json:"targeting,omitempty"` // nil if absent
	ResponseCount int              `json:"responseCount"`
	CreatedAt     time.Time        `json:"createdAt"`
	UpdatedAt     time.Time        `json:"updatedAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (s *Survey) UnmarshalJSON(b []byte) error {
	*s = Survey{}
	return strictjson.Unmarshal(b, s)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (s Survey) MarshalJSON() ([]byte, error) {
	type plain Survey
	return strictjson.Marshal(plain(s))
}

// mismatch implements result.
func (s *Survey) mismatch(r *request) string {
	return cmp.Or(mustBe("object", s.Object, "survey"), r.mustBeID("id", s.ID, "survey"))
}

// SurveyPage is a question of a survey, or another page of it.
type SurveyPage struct {
	ID          string            `json:"id"`
	Type        SurveyPageType    `json:"type"`
	SubType     SurveyPageSubType `json:"subType,omitempty"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Placeholder string            `json:"placeholder,omitempty"`

	Choices             []SurveyChoice `json:"choices,omitempty"`
	AllowSelectMultiple *bool          `json:"allowSelectMultiple,omitempty"`

	Scale     *int   `json:"scale,omitempty"`
	LowLabel  string `json:"lowLabel,omitempty"`
	HighLabel string `json:"highLabel,omitempty"`

	LinkButtonText  string           `json:"linkButtonText,omitempty"`
	LinkRedirectURL string           `json:"linkRedirectUrl,omitempty"`
	LinkTarget      SurveyLinkTarget `json:"linkTarget,omitempty"`

	Logic         []SurveyRule      `json:"logic,omitempty"`
	DefaultAction *SurveyNextAction `json:"defaultAction,omitempty"` // if no rule matches; nil if absent

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// SurveyPageSubType is the variety of a page.
type SurveyPageSubType string

// The documented types. Unknown values are passed through unchanged.
const (
	SurveyPageSubTypeNumber           SurveyPageSubType = "number"
	SurveyPageSubTypeEmoji            SurveyPageSubType = "emoji"
	SurveyPageSubTypeGeneric          SurveyPageSubType = "generic"
	SurveyPageSubTypeFeaturebasePosts SurveyPageSubType = "featurebase-posts"
	SurveyPageSubTypeNPS              SurveyPageSubType = "nps"
)

// SurveyChoice is an answer that can be chosen.
type SurveyChoice struct {
	ID     string `json:"id"`
	Choice string `json:"choice,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// SurveyLinkTarget is where a link is opened.
type SurveyLinkTarget string

// The documented targets. Unknown values are passed through unchanged.
const (
	SurveyLinkTargetBlank  SurveyLinkTarget = "_blank"
	SurveyLinkTargetSelf   SurveyLinkTarget = "_self"
	SurveyLinkTargetParent SurveyLinkTarget = "_parent"
	SurveyLinkTargetTop    SurveyLinkTarget = "_top"
)

// SurveyRule says what follows certain answers.
type SurveyRule struct {
	ID         string           `json:"id,omitempty"`
	Comparator string           `json:"comparator"` // its values are not documented
	Value      any              `json:"value"`      // a string, a float64, or a []any of strings
	Next       SurveyNextAction `json:"next"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// SurveyNextAction is what follows an answer.
type SurveyNextAction struct {
	Type   SurveyNextActionType `json:"type"`
	PageID string               `json:"pageId,omitempty"` // of SurveyNextActionTypePage

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// SurveyNextActionType is the kind of a SurveyNextAction.
type SurveyNextActionType string

// The documented types. Unknown values are passed through unchanged.
const (
	SurveyNextActionTypePage SurveyNextActionType = "page" // the one with PageID
	SurveyNextActionTypeEnd  SurveyNextActionType = "end"
	SurveyNextActionTypeNext SurveyNextActionType = "next" // the next page
)

// SurveyTargeting says to whom a survey is shown, and on which pages.
type SurveyTargeting struct {
	LoginRequired *bool               `json:"loginRequired,omitempty"`
	SegmentIDs    []string            `json:"segmentIds,omitempty"`
	URLs          []SurveyURL         `json:"url,omitempty"`
	CSS           []SurveyCSSSelector `json:"css,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// SurveyURL matches the addresses of pages on which a survey is shown.
type SurveyURL struct {
	ID        string             `json:"id,omitempty"`
	MatchType SurveyURLMatchType `json:"matchType"`
	Value     string             `json:"value"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// SurveyURLMatchType is how a SurveyURL matches.
type SurveyURLMatchType string

// The documented types. Unknown values are passed through unchanged.
const (
	SurveyURLMatchTypeExact    SurveyURLMatchType = "exact"
	SurveyURLMatchTypeContains SurveyURLMatchType = "contains"
	SurveyURLMatchTypeRegex    SurveyURLMatchType = "regex"
)

// SurveyCSSSelector matches elements of pages on which a survey is shown.
type SurveyCSSSelector struct {
	Value string `json:"value"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// SurveyResponseListParams selects the responses to list.
type SurveyResponseListParams struct {
	PageID string `query:"pageId" check:"opaqueID"` // only responses that answer this page
	Limit  int    `query:"limit" check:"limit"`     // responses in a page, 1 to 100; default: 10 with ListResponses, 100 with ListResponsesAll
	Cursor string `query:"cursor" check:"max:512"`  // NextCursor of the previous page
}

// SurveyResponse is one user's response to a survey.
type SurveyResponse struct {
	Object    string         `json:"object"` // always "survey_response"
	ID        string         `json:"id"`
	User      *Contact       `json:"user"` // with the email address; nil if anonymous
	Responses []SurveyAnswer `json:"responses"`
	CreatedAt time.Time      `json:"createdAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (s *SurveyResponse) UnmarshalJSON(b []byte) error {
	*s = SurveyResponse{}
	return strictjson.Unmarshal(b, s)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (s SurveyResponse) MarshalJSON() ([]byte, error) {
	type plain SurveyResponse
	return strictjson.Marshal(plain(s))
}

// mismatch implements result.
func (s *SurveyResponse) mismatch(*request) string {
	return cmp.Or(mustBe("object", s.Object, "survey_response"), mustHave("id", s.ID))
}

// SurveyAnswer is the answer to a page of a survey.
type SurveyAnswer struct {
	ID        string         `json:"id,omitempty"`
	PageID    string         `json:"pageId"`
	Type      SurveyPageType `json:"type"`
	Value     any            `json:"value"` // a string, a float64, a bool, or a []any of strings
	CreatedAt time.Time      `json:"createdAt,omitzero"`
	UpdatedAt time.Time      `json:"updatedAt,omitzero"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}
