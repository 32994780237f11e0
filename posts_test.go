package featurebase_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	boardID  = "507f1f77bcf86cd799439021"
	postJSON = `{"object":"post","id":"507f1f77bcf86cd799439011","title":"Dark mode","content":"<p>Please</p>","slug":"dark-mode",
		"postUrl":"https://feedback.example.com/p/dark-mode","boardId":"507f1f77bcf86cd799439021",
		"status":{"object":"post_status","id":"507f1f77bcf86cd799439022","name":"Planned","type":"unstarted","color":"Blue","isDefault":true},
		"author":{"id":"507f1f77bcf86cd799439023","type":"customer","name":"Ada","email":"ada@example.com","profilePicture":null},
		"assigneeId":null,"tags":[{"id":"507f1f77bcf86cd799439024","name":"ui","color":"#fff"}],
		"access":{"userIds":["507f1f77bcf86cd799439023"],"companyExternalIds":[]},"features":{"commentsEnabled":true},
		"customFields":{"507f1f77bcf86cd799439025":["a",1,null]},
		"integrations":{"clickup":[{"id":"1","title":"t","url":"u"}],"devops":[{"id":7,"projectId":"p","projectName":"n","title":"t","url":"u"}],
			"github":[{"id":"1","number":"2","repositoryFullName":"a/b","repositoryName":"b","title":"t","url":"u"}],
			"hubspot":[{"objectId":7,"type":"DEAL","dealAmount":9.5,"dealClosed":false}],"jira":[{"issueId":"J-1","issueUrl":null}],
			"linear":[{"issueId":"L-1","issueUrl":"u"}],"salesforce":[{"objectId":"1","objectType":"Case","amount":null,"isClosed":true}]},
		"upvotes":7,"commentCount":0,"opportunityAmount":9.5,"inReview":false,"isPinned":true,"eta":"2026-06-01T00:00:00Z",
		"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":{"a":1}}`
	postListJSON   = `{"object":"list","data":[` + postJSON + `],"nextCursor":null}`
	postSearchJSON = `{"object":"list","data":[` + postJSON + `],"nextCursor":null,"totalCount":1,"totalCountCapped":false}`
	voterListJSON  = `{"object":"list","data":[{"object":"contact","id":"507f1f77bcf86cd799439023","type":"guest","name":"Ada","new":1}],"nextCursor":null}`
)

var _ = register(map[string]apiCall{
	"Posts.List": {
		args: args{featurebase.PostListParams{
			BoardIDs: []string{boardID, contactID}, Tags: []string{"ui", "a,b"}, Text: "dark mode", InReview: featurebase.Value(false),
			SortBy: featurebase.PostListSortUpvotes, SortOrder: featurebase.SortOrderAscending, Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.PostListParams{BoardIDs: []string{badArgument}}},
		official: "feedback.posts.list",
		request: "GET /v2/posts?boardId=507f1f77bcf86cd799439021%2C507f1f77bcf86cd799439011&cursor=x&inReview=false&limit=3&q=dark+mode" +
			"&sortBy=upvotes&sortOrder=asc&tags=ui%2Ca%2Cb",
		body:  postListJSON,
		reads: true,
	},
	"Posts.ListAll": {
		args:     args{featurebase.PostListParams{}},
		official: "feedback.posts.list",
		request:  "GET /v2/posts?limit=100",
		body:     postListJSON,
		reads:    true,
	},
	"Posts.Search": {
		args: args{featurebase.PostSearchParams{
			Filters: featurebase.Filters[featurebase.Post]{
				featurebase.PostFieldVoterID.Is(contactID), featurebase.PostFieldAssigneeID.IsNull(), featurebase.PostFieldInReview.Is(false),
				featurebase.PostFieldUpvotes.AtLeast(3), featurebase.PostFieldETA.NotAfter(time.Unix(1767225600, 0)),
			},
			Text: "dark", Sort: featurebase.PostSortUpvotesDesc, Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.PostSearchParams{Text: badArgument, Limit: 101}},
		official: "feedback.posts.search",
		request:  "POST /v2/posts/search",
		sends: `{"query":{"operator":"AND","value":[{"field":"voterId","operator":"=","value":"507f1f77bcf86cd799439011"},
			{"field":"assigneeId","operator":"=","value":null},{"field":"inReview","operator":"=","value":false},
			{"field":"upvotes","operator":">=","value":3},{"field":"eta","operator":"<=","value":1767225600}]},
			"search":"dark","sort":"upvotes:desc","limit":3,"cursor":"x"}`,
		body:  postSearchJSON,
		reads: true,
	},
	"Posts.SearchAll": {
		args:     args{featurebase.PostSearchParams{Text: "dark"}},
		official: "feedback.posts.search",
		request:  "POST /v2/posts/search",
		sends:    `{"search":"dark","limit":100}`,
		body:     postSearchJSON,
		reads:    true,
	},
	"Posts.Create": {
		args: args{featurebase.PostCreateParams{
			BoardID: boardID, Title: "Dark mode", Author: &featurebase.AuthorParams{Email: "ada@example.com"}, Upvotes: featurebase.Value(0),
			CustomFields: map[string]any{"f": []string{"a"}}, Integrations: &featurebase.PostIntegrationTargets{Slack: true},
		}},
		invalid:  args{featurebase.PostCreateParams{BoardID: badArgument, Title: "D", Author: &featurebase.AuthorParams{UserID: badArgument}}},
		official: "feedback.posts.create",
		request:  "POST /v2/posts",
		sends: `{"boardId":"507f1f77bcf86cd799439021","title":"Dark mode","author":{"email":"ada@example.com"},"upvotes":0,
			"customFields":{"f":["a"]},"integrations":{"slack":true}}`,
		body: postJSON,
		once: true,
	},
	"Posts.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "feedback.posts.retrieve",
		request:  "GET /v2/posts/" + contactID,
		body:     postJSON,
		notFound: "post_not_found",
		reads:    true,
	},
	"Posts.Update": {
		args: args{contactID, featurebase.PostUpdateParams{
			AssigneeID: featurebase.Null[string](), Tags: []string{}, ETA: featurebase.Value(featurebase.Date{Year: 2026, Month: time.January, Day: 1}),
		}},
		invalid:  args{contactID, featurebase.PostUpdateParams{AssigneeID: featurebase.Value(badArgument)}},
		official: "feedback.posts.update",
		request:  "PATCH /v2/posts/" + contactID,
		sends:    `{"assigneeId":null,"tags":[],"eta":"2026-01-01"}`,
		body:     postJSON,
		notFound: "post_not_found",
	},
	"Posts.Delete": {
		args: args{contactID}, invalid: args{badArgument},
		official: "feedback.posts.delete",
		request:  "DELETE /v2/posts/" + contactID,
		body:     `{"id":"507f1f77bcf86cd799439011","object":"post","deleted":true}`,
		notFound: "post_not_found",
	},
	"Posts.ListVoters": {
		args: args{contactID, featurebase.VoterListParams{Limit: 5}}, invalid: args{badArgument, featurebase.VoterListParams{Limit: 5}},
		official: "feedback.posts.voters.list",
		request:  "GET /v2/posts/" + contactID + "/voters?limit=5",
		body:     voterListJSON,
		notFound: "post_not_found",
		reads:    true,
	},
	"Posts.ListVotersAll": {
		args:     args{contactID, featurebase.VoterListParams{}},
		official: "feedback.posts.voters.list",
		request:  "GET /v2/posts/" + contactID + "/voters?limit=100",
		body:     voterListJSON,
		notFound: "post_not_found",
		reads:    true,
	},
	"Posts.AddVoter": {
		args: args{contactID, featurebase.VoterAddParams{ID: boardID}}, invalid: args{contactID, featurebase.VoterAddParams{Name: badArgument}},
		official: "feedback.posts.voters.add",
		request:  "POST /v2/posts/" + contactID + "/voters",
		sends:    `{"id":"507f1f77bcf86cd799439021"}`,
		body:     `{"id":"507f1f77bcf86cd799439021","object":"voter","postId":"507f1f77bcf86cd799439011","added":true}`,
		notFound: "post_not_found",
	},
	"Posts.RemoveVoter": {
		args: args{contactID, featurebase.VoterRemoveParams{ID: boardID}}, invalid: args{contactID, featurebase.VoterRemoveParams{UserID: badArgument}},
		official: "feedback.posts.voters.remove",
		request:  "DELETE /v2/posts/" + contactID + "/voters",
		sends:    `{"id":"507f1f77bcf86cd799439021"}`,
		body:     `{"id":"507f1f77bcf86cd799439021","object":"voter","postId":"507f1f77bcf86cd799439011","removed":true}`,
		notFound: "post_not_found voter_not_found",
	},
})

// Without a body, the API would take the user of the API key for the voter.
func TestVoterParams_canNotBeEmpty(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		call doFunc
	}{
		{"AddVoter", addVoter(featurebase.VoterAddParams{})},
		{"AddVoter, name alone", addVoter(featurebase.VoterAddParams{Name: "Ada"})},
		{"RemoveVoter", removeVoter(featurebase.VoterRemoveParams{})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, "{}")
			_, err := tc.call(t.Context(), newClient(t, rt))
			assert.EqualError(t, err, "featurebase: invalid ID: ID, UserID and Email are empty; "+
				"want one of them, since the API would take the user of the API key; nothing was sent")
			requireErrorAs[*featurebase.ArgumentError](t, err)
			assert.Empty(t, *sent)
		})
	}
}

func TestPostVote_isOfTheVoterWhoWasNamed(t *testing.T) {
	t.Parallel()
	vote := func(done, voter, post string) string {
		return fmt.Sprintf(`{"id":%q,"object":"voter","postId":%q,%q:true}`, voter, post, done)
	}
	for _, tc := range []struct {
		name   string
		call   doFunc
		body   string
		reason string
	}{
		{"added", addVoter(featurebase.VoterAddParams{ID: boardID}), vote("added", boardID, contactID), ""},
		{"removed, in another case", removeVoter(featurebase.VoterRemoveParams{ID: strings.ToUpper(boardID)}), vote("removed", boardID, contactID), ""},
		{"by user ID", removeVoter(featurebase.VoterRemoveParams{UserID: "u1"}), vote("removed", otherID, contactID), ""},
		{"somebody else added", addVoter(featurebase.VoterAddParams{ID: boardID}), vote("added", otherID, contactID), "id is not that of the voter who was named"},
		{"somebody else removed", removeVoter(featurebase.VoterRemoveParams{ID: boardID}), vote("removed", otherID, contactID), "id is not that of the voter who was named"},
		{"nobody", removeVoter(featurebase.VoterRemoveParams{UserID: "u1"}), vote("removed", "", contactID), "id is missing"},
		{"added instead of removed", removeVoter(featurebase.VoterRemoveParams{ID: boardID}), vote("added", boardID, contactID), "removed is not true"},
		{"removed instead of added", addVoter(featurebase.VoterAddParams{ID: boardID}), vote("removed", boardID, contactID), "added is not true"},
		{"another post", addVoter(featurebase.VoterAddParams{ID: boardID}), vote("added", boardID, otherID), "postId is not the one that was asked for"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.call(t.Context(), newClient(t, respondWith(200, tc.body)))
			if tc.reason == "" {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
			}
		})
	}
}

// Some servers and transports drop the body of a DELETE.
func TestPostsRemoveVoter_sendsItsBody(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ada, bob := srv.AddContact(featurebase.Contact{UserID: "ada"}), srv.AddContact(featurebase.Contact{UserID: "bob"})
	client := srv.Client()
	post, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode", Author: &featurebase.AuthorParams{ID: bob.ID}})
	require.NoError(t, err)
	_, err = client.Posts.AddVoter(t.Context(), post.ID, featurebase.VoterAddParams{UserID: "ada"})
	require.NoError(t, err)

	vote, err := client.Posts.RemoveVoter(t.Context(), post.ID, featurebase.VoterRemoveParams{ID: ada.ID})
	require.NoError(t, err)
	assert.Equal(t, &featurebase.PostVote{Object: "voter", ID: ada.ID, PostID: post.ID, Removed: true}, vote)
	sent := srv.Requests()[2]
	assert.Equal(t, "DELETE", sent.Method)
	assert.Equal(t, fmt.Sprintf(`{"id":%q}`, ada.ID), string(sent.Body))
	left, err := client.Posts.ListVoters(t.Context(), post.ID, featurebase.VoterListParams{})
	require.NoError(t, err)
	require.Len(t, left.Data, 1)
	assert.Equal(t, bob.ID, left.Data[0].ID)
}

// A post must not be there twice.
func TestPostsCreate_isNotRepeatedAfterALostResponse(t *testing.T) {
	t.Parallel()
	params := featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode"}
	posts := func(srv *featurebasetest.Server) int {
		page, err := srv.Client().Posts.List(t.Context(), featurebase.PostListParams{})
		require.NoError(t, err)
		return len(page.Data)
	}
	for _, tc := range []struct {
		name     string
		faults   []fault
		opts     []featurebase.CallOption
		attempts int
		want     []error
		posts    int
	}{
		{"lost", []fault{{Apply: true, Cut: true}}, nil, 1, []error{featurebase.ErrAmbiguous}, 1},
		{"lost before it was processed", []fault{{Cut: true}}, nil, 1, []error{featurebase.ErrAmbiguous}, 0},
		{"broken off", []fault{{Truncate: true}}, nil, 1, []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous}, 1},
		{"502", []fault{{Apply: true, Status: 502}}, nil, 1, []error{featurebase.ErrServer, featurebase.ErrAmbiguous}, 1},
		{"refused, then lost", []fault{{Status: 429}, {Apply: true, Cut: true}}, nil, 2, []error{featurebase.ErrAmbiguous}, 1},
		{"refused", []fault{{Status: 429}, {Status: 429}}, nil, 3, []error{}, 1},
		{"lost, but repeatable", []fault{{Apply: true, Cut: true}}, []featurebase.CallOption{featurebase.WithRepeatable()}, 2, []error{}, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.NewServer(t)
			srv.FailNext(tc.faults...)
			var resp featurebase.Response
			_, err := srv.Client().Posts.Create(t.Context(), params, append(tc.opts, featurebase.WithResponse(&resp))...)
			assert.ElementsMatch(t, tc.want, matched(err))
			assert.Equal(t, tc.attempts, resp.Attempts)
			assert.Len(t, srv.Requests(), tc.attempts)
			assert.Equal(t, tc.posts, posts(srv))
		})
	}
}

// A connection that was not made leaves nothing open.
func TestPostsCreate_isRepeatedIfNothingWasSent(t *testing.T) {
	t.Parallel()
	client := networkClient(t, "http://127.0.0.1:1", &http.Client{Transport: &http.Transport{}})
	_, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode"})
	assert.Empty(t, matched(err))
	assert.Equal(t, 4, requireErrorAs[*featurebase.RequestError](t, err).Attempts)
}

func TestPostsDeleteMany_deletesPosts(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	var ids []string
	for range 3 {
		post, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode"})
		require.NoError(t, err)
		ids = append(ids, post.ID)
	}
	for r := range client.Posts.DeleteMany(t.Context(), slices.Values(ids)) {
		require.NoError(t, r.Err)
		assert.Equal(t, &featurebase.Deleted{ID: r.ID, Object: "post", Deleted: true}, r.Value)
	}
	_, err := client.Posts.Get(t.Context(), ids[0])
	assert.ErrorIs(t, err, featurebase.ErrNotFound)
}

func getPost(id string) doFunc { return method("Posts.Get", id) }

func createPost(params featurebase.PostCreateParams) doFunc { return method("Posts.Create", params) }

func updatePost(id string, params featurebase.PostUpdateParams) doFunc {
	return method("Posts.Update", id, params)
}

func listPosts(params featurebase.PostListParams) doFunc { return method("Posts.List", params) }

func searchPosts(params featurebase.PostSearchParams) doFunc { return method("Posts.Search", params) }

func addVoter(params featurebase.VoterAddParams) doFunc {
	return method("Posts.AddVoter", contactID, params)
}

func removeVoter(params featurebase.VoterRemoveParams) doFunc {
	return method("Posts.RemoveVoter", contactID, params)
}

// The API would take the user of the API key, in public.
func TestAuthorParams_thatNameNobodyAreRefused(t *testing.T) {
	t.Parallel()
	const empty = "featurebase: invalid Author: ID, UserID and Email are empty; want one of them"
	for name, author := range map[string]*featurebase.AuthorParams{"nothing": {}, "a name": {Name: "Ada", ProfilePicture: "https://example.com/ada.png"}} {
		for _, tc := range []struct {
			call string
			make func(*featurebase.Client) error
			want string
		}{
			{"Posts.Create", func(c *featurebase.Client) error {
				_, err := c.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode", Author: author})
				return err
			}, empty + ", or nil for the user of the API key; nothing was sent"},
			{"Posts.Update", func(c *featurebase.Client) error {
				_, err := c.Posts.Update(t.Context(), contactID, featurebase.PostUpdateParams{Author: author})
				return err
			}, empty + ", or nil to leave the author unchanged; nothing was sent"},
			{"Comments.Create", func(c *featurebase.Client) error {
				_, err := c.Comments.Create(t.Context(), featurebase.CommentCreateParams{PostID: "dark-mode", Content: "Yes", Author: author})
				return err
			}, empty + ", or nil for the user of the API key; nothing was sent"},
			{"Tickets.Create", func(c *featurebase.Client) error {
				_, err := c.Tickets.Create(t.Context(), featurebase.TicketCreateParams{TicketCategoryID: boardID, Title: "Refund", Author: author})
				return err
			}, empty + "; nothing was sent"},
		} {
			t.Run(tc.call+" of "+name, func(t *testing.T) {
				t.Parallel()
				rt, sent := recording(500, "")
				err := tc.make(newClient(t, rt))
				require.EqualError(t, err, tc.want)
				require.ErrorIs(t, err, featurebase.ErrInvalidArgument)
				assert.Empty(t, *sent)
			})
		}
	}
}
