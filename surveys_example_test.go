package featurebase_test

import (
	"context"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleSurveysService_List() {
	srv := featurebasetest.New()
	srv.AddSurvey(featurebase.Survey{Title: "NPS", IsActive: true})
	srv.AddSurvey(featurebase.Survey{Title: "Old"})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Surveys.List(ctx, featurebase.SurveyListParams{IsActive: featurebase.Value(true)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Data), page.Data[0].Title)
	// Output: 1 NPS
}

func ExampleSurveysService_ListAll() {
	srv := featurebasetest.New()
	srv.AddSurvey(featurebase.Survey{Title: "NPS"})
	client, ctx := srv.Client(), context.Background()

	for survey, err := range client.Surveys.ListAll(ctx, featurebase.SurveyListParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(survey.Title)
	}
	// Output: NPS
}

func ExampleSurveysService_Get() {
	srv := featurebasetest.New()
	survey := srv.AddSurvey(featurebase.Survey{
		Title: "NPS", Pages: []featurebase.SurveyPage{{ID: "p1", Type: featurebase.SurveyPageTypeRating, Title: "Would you recommend us?"}},
	})
	client, ctx := srv.Client(), context.Background()

	got, err := client.Surveys.Get(ctx, survey.ID)
	fmt.Println(got.Title, got.Pages[0].Title, err)
	// Output: NPS Would you recommend us? <nil>
}

func ExampleSurveysService_ListResponses() {
	srv := featurebasetest.New()
	survey := srv.AddSurvey(featurebase.Survey{Title: "NPS"})
	srv.AddSurveyResponse(survey.ID, featurebase.SurveyResponse{
		Responses: []featurebase.SurveyAnswer{{PageID: "p1", Type: featurebase.SurveyPageTypeRating, Value: 9}},
	})
	client, ctx := srv.Client(), context.Background()

	page, err := client.Surveys.ListResponses(ctx, survey.ID, featurebase.SurveyResponseListParams{PageID: "p1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Data), page.Data[0].Responses[0].Value)
	// Output: 1 9
}

func ExampleSurveysService_ListResponsesAll() {
	srv := featurebasetest.New()
	survey := srv.AddSurvey(featurebase.Survey{Title: "NPS"})
	ada := srv.AddContact(featurebase.Contact{Name: "Ada"})
	srv.AddSurveyResponse(survey.ID, featurebase.SurveyResponse{User: &ada})
	srv.AddSurveyResponse(survey.ID, featurebase.SurveyResponse{})
	client, ctx := srv.Client(), context.Background()

	for response, err := range client.Surveys.ListResponsesAll(ctx, survey.ID, featurebase.SurveyResponseListParams{}) {
		switch {
		case err != nil:
			fmt.Println(err)
			return
		case response.User == nil:
			fmt.Println("anonymous")
		default:
			fmt.Println(response.User.Name)
		}
	}
	// Output:
	// Ada
	// anonymous
}
