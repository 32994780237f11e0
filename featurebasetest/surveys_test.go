package featurebasetest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const surveysPath = "/v2/surveys"

func TestSurveys_get(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		scale := 10
		survey := srv.AddSurvey(featurebase.Survey{
			Title: "NPS", IsActive: true, Pages: []featurebase.SurveyPage{{ID: "p1", Type: "rating", Title: "Score", Scale: &scale}},
			Targeting: &featurebase.SurveyTargeting{SegmentIDs: []string{"s"}},
		})
		assert.Equal(t, []featurebase.Survey{survey}, srv.Surveys())
		_, got, _ := ask(t, hc, srv, "GET", surveysPath+"/"+survey.ID, "")
		assert.Equal(t, map[string]any{
			"object": "survey", "id": survey.ID, "organization": "64e3f1a2b9c8d7e400000000", "title": "NPS", "isActive": true, "responseCount": 0.0,
			"pages":     []any{map[string]any{"id": "p1", "type": "rating", "title": "Score", "scale": 10.0}},
			"targeting": map[string]any{"segmentIds": []any{"s"}}, "createdAt": "2000-01-01T00:00:00.000Z", "updatedAt": "2000-01-01T00:00:00.000Z",
		}, got)
	})
}

func TestSurveys_list(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		page := func(kind featurebase.SurveyPageType) featurebase.SurveyPage {
			return featurebase.SurveyPage{Type: kind}
		}
		srv.AddSurvey(featurebase.Survey{Title: "A", IsActive: true, Pages: []featurebase.SurveyPage{page("text"), page("rating")}})
		srv.AddSurvey(featurebase.Survey{Title: "B", Pages: []featurebase.SurveyPage{page("text")}})
		srv.AddSurvey(featurebase.Survey{Title: "C", IsActive: true})
		for query, want := range map[string]string{
			"":                        "A B C",
			"isActive=true":           "A C",
			"isActive=false":          "B",
			"type=text":               "A B",
			"type=rating":             "A",
			"type=link":               "",
			"type=multiple-choice":    "",
			"type=text&isActive=true": "A",
		} {
			assert.Equal(t, want, titlesOfAllPages(t, hc, srv, surveysPath, query), query)
		}
	})
}

// titlesOfAllPages has a list page by page, each of one object.
func titlesOfAllPages(t *testing.T, hc *http.Client, srv *featurebasetest.Server, path, query string) string {
	t.Helper()
	var found []string
	next := ""
	for {
		_, list, failure := ask(t, hc, srv, "GET", path+"?limit=1&"+query+next, "")
		require.Empty(t, failure, query)
		found = append(found, titles(list))
		if list["nextCursor"] == nil {
			return strings.TrimSpace(strings.Join(found, " "))
		}
		next = "&cursor=" + url.QueryEscape(list["nextCursor"].(string))
	}
}

func TestSurveys_responses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		survey, other := srv.AddSurvey(featurebase.Survey{}), srv.AddSurvey(featurebase.Survey{ID: "other_survey"})
		ada := srv.AddContact(featurebase.Contact{UserID: "u1", Email: "ada@example.com", Name: "Ada"})
		answer := func(page string, value any) []featurebase.SurveyAnswer {
			return []featurebase.SurveyAnswer{{PageID: page, Type: "text", Value: value}}
		}
		byAda := srv.AddSurveyResponse(survey.ID, featurebase.SurveyResponse{User: &featurebase.Contact{ID: ada.ID}, Responses: answer("p1", "Fine")})
		anonymous := srv.AddSurveyResponse(survey.ID, featurebase.SurveyResponse{Responses: answer("p2", 3)})
		byBob := srv.AddSurveyResponse(other.ID, featurebase.SurveyResponse{User: &featurebase.Contact{ID: strings.ToUpper(board), Email: "bob@example.com"}})
		assert.Equal(t, []featurebase.SurveyResponse{byAda, anonymous}, srv.SurveyResponses(survey.ID))
		assert.Equal(t, []featurebase.SurveyResponse{byBob}, srv.SurveyResponses(other.ID))
		assert.Equal(t, &ada, byAda.User)
		assert.Equal(t, 2, srv.Surveys()[0].ResponseCount)
		assert.Equal(t, 1, srv.Surveys()[1].ResponseCount)

		status, _, _ := ask(t, hc, srv, "DELETE", contactsPath+"/"+ada.ID, "")
		require.Equal(t, 200, status)
		first := map[string]any{
			"object": "survey_response", "id": byAda.ID, "createdAt": "2000-01-01T00:00:00.000Z",
			"user":      map[string]any{"object": "contact", "id": ada.ID, "type": "customer", "userId": "u1", "email": "ada@example.com", "name": "Ada"},
			"responses": []any{map[string]any{"pageId": "p1", "type": "text", "value": "Fine"}},
		}
		second := map[string]any{
			"object": "survey_response", "id": anonymous.ID, "createdAt": "2000-01-01T00:00:00.000Z", "user": nil,
			"responses": []any{map[string]any{"pageId": "p2", "type": "text", "value": 3.0}},
		}
		path := surveysPath + "/" + survey.ID + "/responses"
		for query, want := range map[string][]any{"": {first, second}, "?pageId=p1": {first}, "?pageId=p2&limit=1": {second}, "?pageId=p3": {}} {
			_, list, _ := ask(t, hc, srv, "GET", path+query, "")
			assert.Equal(t, map[string]any{"object": "list", "data": want, "nextCursor": nil}, list, query)
		}
		_, list, _ := ask(t, hc, srv, "GET", path+"?limit=1", "")
		assert.Equal(t, []any{first}, list["data"])
		next := "?cursor=" + url.QueryEscape(list["nextCursor"].(string))
		_, list, _ = ask(t, hc, srv, "GET", path+next, "")
		assert.Equal(t, []any{second}, list["data"])
		_, list, _ = ask(t, hc, srv, "GET", surveysPath+"/other_survey/responses", "")
		assert.Equal(t, map[string]any{"object": "contact", "id": board, "type": "customer", "name": "", "email": "bob@example.com"},
			list["data"].([]any)[0].(map[string]any)["user"])
		_, _, failure := ask(t, hc, srv, "GET", surveysPath+"/other_survey/responses"+next, "")
		assert.Equal(t, "invalid_cursor cursor", failure)

		srv.Reset()
		assert.Empty(t, srv.Surveys())
		assert.Empty(t, srv.SurveyResponses(survey.ID))
	})
}

func TestSurveys_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		path := surveysPath + "/" + srv.AddSurvey(featurebase.Survey{}).ID
		for _, tc := range []struct{ method, path, want string }{
			{"GET", surveysPath + "/nps", "404 survey_not_found"},
			{"GET", surveysPath + "/nps/responses", "404 survey_not_found"},
			{"GET", surveysPath + "/a%20b", "400 invalid_id id"},
			{"GET", surveysPath + "/a%20b/responses", "400 invalid_id id"},
			{"POST", surveysPath, "404 Cannot POST /v2/surveys"},
			{"PATCH", path, "404 Cannot PATCH /v2/surveys/66b2c3d4e5f6071800000001"},
			{"DELETE", path, "404 Cannot DELETE /v2/surveys/66b2c3d4e5f6071800000001"},
			{"GET", path + "/responses/x", "404 Cannot GET /v2/surveys/66b2c3d4e5f6071800000001/responses/x"},
			{"GET", path + "?limit=1", "400 query: Unrecognized key(s) in object: 'limit'"},
			{"GET", surveysPath + "?limit=101", "400 query.limit: Number must be less than or equal to 100"},
			{"GET", surveysPath + "?cursor=x", "400 invalid_cursor cursor"},
			{"GET", surveysPath + "?isActive=1", "400 query.isActive: Invalid enum value. Expected 'true' | 'false', received '1'"},
			{"GET", surveysPath + "?type=nps", "400 query.type: Invalid enum value. Expected 'text' | 'link' | 'rating' | 'multiple-choice', received 'nps'"},
			{"GET", surveysPath + "?type=text&type=link", "400 query.type: Expected string, received array"},
			{"GET", surveysPath + "?userId=x", "400 query: Unrecognized key(s) in object: 'userId'"},
			{"GET", path + "/responses?limit=0", "400 query.limit: Number must be greater than or equal to 1"},
			{"GET", path + "/responses?cursor=x", "400 invalid_cursor cursor"},
			{"GET", path + "/responses?pageId=a&pageId=b", "400 query.pageId: Expected string, received array"},
			{"GET", path + "/responses?userId=x", "400 query: Unrecognized key(s) in object: 'userId'"},
		} {
			status, _, failure := ask(t, hc, srv, tc.method, tc.path, "")
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %s", tc.method, tc.path)
		}
	})
}

func TestAddSurveyResponse_mistakes(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	survey := srv.AddSurvey(featurebase.Survey{})
	assert.PanicsWithValue(t, `featurebasetest: AddSurveyResponse: there is no survey with ID "nps"`, func() {
		srv.AddSurveyResponse("nps", featurebase.SurveyResponse{})
	})
	assert.PanicsWithValue(t, `featurebasetest: AddSurveyResponse: the ID of the user must be 24 hexadecimal characters`, func() {
		srv.AddSurveyResponse(survey.ID, featurebase.SurveyResponse{User: &featurebase.Contact{Name: "Ada"}})
	})
	assert.Zero(t, srv.Surveys()[0].ResponseCount)
}
