package featurebase

import (
	"context"
	"iter"
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
