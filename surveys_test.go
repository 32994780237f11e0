package featurebase_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	surveyJSON = `{"object":"survey","id":"507f1f77bcf86cd799439011","organization":"507f1f77bcf86cd799439099","title":"How are we doing?","description":"Short",
		"isActive":true,"responseCount":2,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z",
		"pages":[
			{"id":"p1","type":"rating","subType":"nps","title":"Score","scale":10,"lowLabel":"bad","highLabel":"good",
				"logic":[{"id":"l1","comparator":"lt","value":7,"next":{"type":"page","pageId":"p2"}},{"comparator":"is","value":"x","next":{"type":"end"}},
					{"comparator":"in","value":["a","b"],"next":{"type":"next"}}],"defaultAction":{"type":"next"}},
			{"id":"p2","type":"text","title":"Why?","description":"d","placeholder":"…"},
			{"id":"p3","type":"multiple-choice","title":"Which?","allowSelectMultiple":false,"choices":[{"id":"c1","choice":"A"},{"id":"c2"}]},
			{"id":"p4","type":"link","title":"Thanks","linkButtonText":"Go","linkRedirectUrl":"https://example.com","linkTarget":"_blank"}],
		"targeting":{"css":[{"value":"#a"}],"loginRequired":false,"segmentIds":["s1"],"url":[{"id":"u1","matchType":"contains","value":"/pricing"}]},"new":1}`
	surveyListJSON     = `{"object":"list","data":[` + surveyJSON + `],"nextCursor":null}`
	surveyResponseJSON = `{"object":"survey_response","id":"507f1f77bcf86cd799439041","createdAt":"2026-01-01T00:00:00Z",
		"user":{"object":"contact","id":"507f1f77bcf86cd799439023","type":"customer","name":"Ada","email":"ada@example.com","new":1},
		"responses":[{"id":"a1","pageId":"p1","type":"rating","value":9.5,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"},
			{"pageId":"p2","type":"text","value":"Fine"},{"pageId":"p3","type":"multiple-choice","value":["c1"]},{"pageId":"p4","type":"link","value":true}],"new":1}`
	surveyResponseListJSON = `{"object":"list","data":[` + surveyResponseJSON + `,
		{"object":"survey_response","id":"507f1f77bcf86cd799439042","createdAt":"2026-01-01T00:00:00Z","user":null,"responses":[]}],"nextCursor":null}`
)

var _ = register(map[string]apiCall{
	"Surveys.List": {
		args: args{featurebase.SurveyListParams{
			IsActive: featurebase.Value(false), Type: featurebase.SurveyPageTypeMultipleChoice, Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.SurveyListParams{Type: badArgument, Limit: 101}},
		official: "surveys.list",
		request:  "GET /v2/surveys?cursor=x&isActive=false&limit=3&type=multiple-choice",
		body:     surveyListJSON,
		reads:    true,
	},
	"Surveys.ListAll": {
		args:     args{featurebase.SurveyListParams{}},
		official: "surveys.list",
		request:  "GET /v2/surveys?limit=100",
		body:     surveyListJSON,
		reads:    true,
	},
	"Surveys.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "surveys.retrieve",
		request:  "GET /v2/surveys/" + contactID,
		body:     surveyJSON,
		notFound: "survey_not_found",
		reads:    true,
	},
	"Surveys.ListResponses": {
		args: args{contactID, featurebase.SurveyResponseListParams{PageID: "p1", Limit: 5, Cursor: "x"}}, invalid: args{badArgument, featurebase.SurveyResponseListParams{PageID: "p1", Limit: 5, Cursor: "x"}},
		official: "surveys.listResponses",
		request:  "GET /v2/surveys/" + contactID + "/responses?cursor=x&limit=5&pageId=p1",
		body:     surveyResponseListJSON,
		notFound: "survey_not_found",
		reads:    true,
	},
	"Surveys.ListResponsesAll": {
		args:     args{contactID, featurebase.SurveyResponseListParams{}},
		official: "surveys.listResponses",
		request:  "GET /v2/surveys/" + contactID + "/responses?limit=100",
		body:     surveyResponseListJSON,
		notFound: "survey_not_found",
		reads:    true,
	},
})

// An answer is text, a number, a boolean or a list, and a response may be
// anonymous.
func TestSurveysListResponses_returnsAnswersOfEveryKind(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	survey := srv.AddSurvey(featurebase.Survey{Title: "NPS"})
	ada := srv.AddContact(featurebase.Contact{Email: "ada@example.com", Name: "Ada"})
	values := []any{"Fine", 9.0, 8.5, true, []any{"a", "b"}}
	for i, value := range values {
		response := featurebase.SurveyResponse{Responses: []featurebase.SurveyAnswer{{PageID: "p1", Type: "new-kind", Value: value}}}
		if i == 0 {
			response.User = &featurebase.Contact{ID: ada.ID}
		}
		srv.AddSurveyResponse(survey.ID, response)
	}
	var got []any
	for response, err := range srv.Client().Surveys.ListResponsesAll(t.Context(), survey.ID, featurebase.SurveyResponseListParams{Limit: 2}) {
		require.NoError(t, err)
		if len(got) == 0 {
			assert.Equal(t, &ada, response.User)
		} else {
			assert.Nil(t, response.User)
		}
		got = append(got, response.Responses[0].Value)
	}
	assert.Equal(t, values, got)
	assert.Len(t, srv.Requests(), 3)
}

// What has another form than documented must not hide the rest of a survey.
func TestSurveysGet_keepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	body := fmt.Sprintf(`{"object":"survey","id":%q,"title":"NPS","pages":"none","targeting":[1],"responseCount":1.5}`, contactID)
	survey, err := newClient(t, respondWith(200, body)).Surveys.Get(t.Context(), contactID)
	require.NoError(t, err)
	assert.Equal(t, "NPS", survey.Title)
	for name, want := range map[string]string{"pages": `"none"`, "targeting": `[1]`, "responseCount": `1.5`} {
		assert.Equal(t, want, string(survey.Extra[name]), name)
	}
}

func TestSurveysGet_tellsThatThereIsNone(t *testing.T) {
	t.Parallel()
	client := featurebasetest.NewServer(t).Client()
	_, err := client.Surveys.Get(t.Context(), contactID)
	assert.ErrorIs(t, err, featurebase.ErrNotFound)
	_, err = client.Surveys.ListResponses(t.Context(), contactID, featurebase.SurveyResponseListParams{})
	assert.ErrorIs(t, err, featurebase.ErrNotFound)
}
