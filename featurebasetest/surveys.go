package featurebasetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var surveyResource = new(resource)

func init() {
	define(surveyResource, (*Server).surveyRoutes, resource{
		object:   "survey",
		argument: "surveyId",
		id:       asOpaqueID,
		prefix:   "66b2c3d4e5f60718",
		absent:   "survey_not_found",
		fresh: func(_ *Server, now time.Time) object {
			return object{
				"organization": "64e3f1a2b9c8d7e400000000", "title": "", "isActive": false, "pages": []any{}, "responseCount": 0.0,
				"createdAt": stamp(now), "updatedAt": stamp(now),
			}
		},
		list: listing{filters: map[string]filter{
			"isActive": {kind: trueOrFalse, finds: anyOf("isActive")},
			"type":     {kind: oneOf("text", "link", "rating", "multiple-choice"), finds: anyOf("pages.type")},
		}},
	})
}

var surveyResponseResource = new(resource)

func init() {
	define(surveyResponseResource, nil, resource{
		object: "survey_response",
		id:     asOpaqueID,
		prefix: "66b2c3d4e5f60719",
		fresh: func(_ *Server, now time.Time) object {
			return object{"user": nil, "responses": []any{}, "createdAt": stamp(now)}
		},
		given: responseGiven,
	})
}

func (s *Server) surveyRoutes() []route {
	v, responses := s.store(surveyResource), maps.Clone(paged)
	responses["pageId"] = str
	return []route{
		get("/v2/surveys", v.listAll).with(v.list.parameters()),
		get("/v2/surveys/{surveyId}", v.withID(v.getOne)),
		get("/v2/surveys/{surveyId}/responses", v.withID(s.listSurveyResponses)).with(responses),
	}
}

// AddSurvey adds a survey, with a fresh ID if it has none, and returns it as it
// was stored.
func (s *Server) AddSurvey(v featurebase.Survey) featurebase.Survey {
	return addValue(s.store(surveyResource), "AddSurvey", v)
}

// Surveys returns the surveys that there are, in the order they were added.
func (s *Server) Surveys() []featurebase.Survey {
	return values[featurebase.Survey](s.store(surveyResource))
}

// AddSurveyResponse adds a response to the survey with this ID, with a fresh ID
// if it has none, and returns it as it was stored. Of a contact that there is, it
// is enough to give the ID. The survey's ResponseCount grows.
func (s *Server) AddSurveyResponse(surveyID string, v featurebase.SurveyResponse) featurebase.SurveyResponse {
	s.mu.Lock()
	defer s.mu.Unlock()
	survey := s.store(surveyResource).byID[surveyID]
	if survey == nil {
		s.misuse("AddSurveyResponse: there is no survey with ID %q", surveyID)
	}
	o, err := s.store(surveyResponseResource).complete(v)
	if err != nil {
		s.misuse("AddSurveyResponse: %v", err)
	}
	counted := maps.Clone(survey.object)
	counted["responseCount"] = counted["responseCount"].(float64) + 1
	s.store(surveyResource).replace(survey, counted)
	rec := s.store(surveyResponseResource).add(o)
	rec.state = survey
	return decoded[featurebase.SurveyResponse](rec)
}

// SurveyResponses returns the responses to the survey with this ID, in the order
// they were added.
func (s *Server) SurveyResponses(surveyID string) []featurebase.SurveyResponse {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []featurebase.SurveyResponse{}
	for r := range s.store(surveyResponseResource).after(0) {
		if r.state.(*record).id() == surveyID {
			all = append(all, decoded[featurebase.SurveyResponse](r))
		}
	}
	return all
}

// responseGiven completes the user of a response that was added.
func responseGiven(s *Server, o object) error {
	given, ok := o["user"].(object)
	if !ok {
		return nil
	}
	id, wrong := asObjectID(given["id"])
	if wrong != "" {
		return fmt.Errorf("the ID of the user %s", wrong)
	}
	if contact := s.store(contactResource).byID[id.(string)]; contact != nil {
		o["user"] = s.store(contactResource).view(contact)
		return nil
	}
	user := s.store(contactResource).newObject()
	maps.Copy(user, given)
	user["id"] = id
	o["user"] = user
	return nil
}

func (s *Server) listSurveyResponses(r *request, survey *record) response {
	limit, from := r.paging()
	page := r.query["pageId"]
	finds := func(r *record) bool {
		return r.state == survey && (page == nil || slices.Contains(dig(r.object, "responses.pageId"), any(page[0])))
	}
	hits, _, refusal := s.store(surveyResponseResource).find(ordering{of: "responses to " + survey.id()}, limit, from, finds)
	if refusal != nil {
		return *refusal
	}
	return success(http.StatusOK, s.store(surveyResponseResource).page(hits, limit))
}
