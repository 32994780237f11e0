package featurebase_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

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
