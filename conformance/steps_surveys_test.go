package conformance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "Surveys", official: "surveys.",
	add:   addSurveys,
	needs: []string{"Contacts"},
	steps: surveying,
})

const (
	nps      = "nps-survey" // with everything
	blank    = "blank-survey"
	noSurvey = "no-survey"
)

var surveyed = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func addSurveys(t *testing.T, srv *featurebasetest.Server) {
	t.Helper()
	scale := 10
	end := featurebase.SurveyNextAction{Type: featurebase.SurveyNextActionTypeEnd}
	srv.AddSurvey(featurebase.Survey{
		ID: nps, Organization: "64b0000000000000000000aa", Title: "Would you <recommend> us?", Description: "Two questions", IsActive: true,
		Pages: []featurebase.SurveyPage{
			{ID: "p1", Type: featurebase.SurveyPageTypeRating, SubType: featurebase.SurveyPageSubTypeNPS, Title: "How likely?", Description: "From 0", Scale: &scale,
				LowLabel: "No", HighLabel: "Yes", Logic: []featurebase.SurveyRule{
					{ID: "r1", Comparator: "lessThan", Value: 7.0, Next: featurebase.SurveyNextAction{Type: featurebase.SurveyNextActionTypePage, PageID: "p2"}},
					{Comparator: "oneOf", Value: array{"9", "10"}, Next: end},
				}, DefaultAction: &end},
			{ID: "p2", Type: featurebase.SurveyPageTypeMultipleChoice, Title: "Why?", Placeholder: "Choose", AllowSelectMultiple: new(bool),
				Choices: []featurebase.SurveyChoice{{ID: "c1", Choice: "Price"}, {ID: "c2"}}},
			{ID: "p3", Type: featurebase.SurveyPageTypeLink, Title: "More", LinkButtonText: "Open", LinkRedirectURL: "https://example.com/", LinkTarget: featurebase.SurveyLinkTargetBlank},
		},
		Targeting: &featurebase.SurveyTargeting{LoginRequired: new(bool), SegmentIDs: []string{"s1"}, CSS: []featurebase.SurveyCSSSelector{{Value: "#a"}},
			URLs: []featurebase.SurveyURL{{ID: "u1", MatchType: featurebase.SurveyURLMatchTypeContains, Value: "/app"}}},
		CreatedAt: surveyed, UpdatedAt: surveyed.Add(time.Hour),
	})
	srv.AddSurvey(featurebase.Survey{ID: blank, Title: "Blank", CreatedAt: surveyed, UpdatedAt: surveyed})
	srv.AddSurveyResponse(nps, featurebase.SurveyResponse{User: &featurebase.Contact{ID: fay}, CreatedAt: surveyed, Responses: []featurebase.SurveyAnswer{
		{ID: "a1", PageID: "p1", Type: featurebase.SurveyPageTypeRating, Value: 9.0, CreatedAt: surveyed, UpdatedAt: surveyed},
		{PageID: "p2", Type: featurebase.SurveyPageTypeMultipleChoice, Value: array{"c1"}},
	}})
	srv.AddSurveyResponse(nps, featurebase.SurveyResponse{CreatedAt: surveyed, Responses: []featurebase.SurveyAnswer{{PageID: "p1", Type: featurebase.SurveyPageTypeRating, Value: 3.0}}})
}

func surveying(t *testing.T) []step {
	t.Helper()
	type (
		params    = featurebase.SurveyListParams
		responses = featurebase.SurveyResponseListParams
	)
	client := newServer(t).Client()
	page, err := client.Surveys.List(t.Context(), params{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	answers, err := client.Surveys.ListResponses(t.Context(), nps, responses{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, answers.NextCursor)

	const list, retrieve, respond = "surveys.list", "surveys.retrieve", "surveys.listResponses"
	lists := func(name string, query object, params params) step {
		return step{name: "surveys: " + name, official: official(list, query), ours: ours("Surveys.List", params), want: ok}
	}
	return []step{
		{name: "surveys", official: official(list), ours: ours("Surveys.List", params{}), want: ok},
		lists("those that are active", object{"isActive": true}, params{IsActive: featurebase.Value(true)}),
		lists("those that are not", object{"isActive": false}, params{IsActive: featurebase.Value(false)}),
		lists("with a rating", object{"type": "rating"}, params{Type: featurebase.SurveyPageTypeRating}),
		lists("the second page", object{"limit": 1, "cursor": page.NextCursor}, params{Limit: 1, Cursor: page.NextCursor}),
		{name: "surveys: all pages", official: officialAll(list, object{"limit": 1}), ours: ours("Surveys.ListAll", params{Limit: 1}), want: ok},
		{name: "surveys: an unknown type", official: official(list, object{"type": "quiz"}), ours: ours("Surveys.List", params{Type: "quiz"}), want: invalid},
		{name: "surveys: a cursor that is none", official: official(list, object{"cursor": "x"}), ours: ours("Surveys.List", params{Cursor: "x"}), want: "400 invalid_cursor"},

		{name: "a survey", official: official(retrieve, nps), ours: ours("Surveys.Get", nps), want: ok},
		{name: "a survey with nothing", official: official(retrieve, blank), ours: ours("Surveys.Get", blank), want: ok},
		{name: "no such survey", official: official(retrieve, noSurvey), ours: ours("Surveys.Get", noSurvey), want: "404 survey_not_found"},
		{name: "a survey with an empty ID", official: official(retrieve, ""), ours: ours("Surveys.Get", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/surveys/", idNotSent}},

		{name: "responses", official: official(respond, nps), ours: ours("Surveys.ListResponses", nps, responses{}), want: ok},
		{name: "responses that there are none of", official: official(respond, blank), ours: ours("Surveys.ListResponses", blank, responses{}), want: ok},
		{name: "responses to a page", official: official(respond, nps, object{"pageId": "p2"}), ours: ours("Surveys.ListResponses", nps, responses{PageID: "p2"}), want: ok},
		{name: "responses: the second page", official: official(respond, nps, object{"limit": 1, "cursor": answers.NextCursor}),
			ours: ours("Surveys.ListResponses", nps, responses{Limit: 1, Cursor: answers.NextCursor}), want: ok},
		{name: "responses: all pages", official: call{Method: respond, Args: array{nps, object{"limit": 1}}, All: true}, ours: ours("Surveys.ListResponsesAll", nps, responses{Limit: 1}), want: ok},
		{name: "responses to no survey", official: official(respond, noSurvey), ours: ours("Surveys.ListResponses", noSurvey, responses{}), want: "404 survey_not_found"},
	}
}
