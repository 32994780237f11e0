package featurebase_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const (
	commentJSON = `{"object":"comment","id":"507f1f77bcf86cd799439011","postId":"507f1f77bcf86cd799439021","changelogId":null,
		"parentCommentId":"507f1f77bcf86cd799439022","author":{"id":"507f1f77bcf86cd799439023","type":"customer","name":"Ada","profilePicture":null},
		"content":"<p>Yes</p>","upvotes":3,"downvotes":5,"score":-2,"isPrivate":true,"isPinned":false,"isSpam":false,"isDeleted":false,"inReview":false,
		"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":{"a":1}}`
	commentListJSON   = `{"object":"list","data":[` + commentJSON + `],"nextCursor":null}`
	commentSearchJSON = `{"object":"list","data":[` + commentJSON + `],"nextCursor":null,"totalCount":1,"totalCountCapped":false}`
)

var _ = register(map[string]apiCall{
	"Comments.List": {
		args: args{featurebase.CommentListParams{
			PostID: boardID, ChangelogID: contactID, Privacy: featurebase.CommentPrivacyAll, InReview: featurebase.Value(false),
			SortBy: featurebase.CommentListSortOld, Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.CommentListParams{PostID: badArgument}},
		official: "feedback.comments.list",
		request: "GET /v2/comments?changelogId=507f1f77bcf86cd799439011&cursor=x&inReview=false&limit=3&postId=507f1f77bcf86cd799439021" +
			"&privacy=all&sortBy=old",
		body:  commentListJSON,
		reads: true,
	},
	"Comments.ListAll": {
		args:     args{featurebase.CommentListParams{}},
		official: "feedback.comments.list",
		request:  "GET /v2/comments?limit=100",
		body:     commentListJSON,
		reads:    true,
	},
	"Comments.Search": {
		args: args{featurebase.CommentSearchParams{
			Filters: featurebase.Filters[featurebase.Comment]{
				featurebase.CommentFieldAuthorID.Is(contactID), featurebase.CommentFieldChangelogID.IsNull(), featurebase.CommentFieldIsPrivate.Is(false),
				featurebase.CommentFieldScore.AtLeast(-3), featurebase.CommentFieldCreatedAt.NotAfter(time.Unix(1767225600, 0)),
			},
			Text: "yes", Sort: featurebase.CommentSortScoreDesc, Limit: 3, Cursor: "x",
		}},
		invalid:  args{featurebase.CommentSearchParams{Text: badArgument, Limit: 101}},
		official: "feedback.comments.search",
		request:  "POST /v2/comments/search",
		sends: `{"query":{"operator":"AND","value":[{"field":"authorId","operator":"=","value":"507f1f77bcf86cd799439011"},
			{"field":"changelogId","operator":"=","value":null},{"field":"isPrivate","operator":"=","value":false},
			{"field":"score","operator":">=","value":-3},{"field":"createdAt","operator":"<=","value":1767225600}]},
			"search":"yes","sort":"score:desc","limit":3,"cursor":"x"}`,
		body:  commentSearchJSON,
		reads: true,
	},
	"Comments.SearchAll": {
		args:     args{featurebase.CommentSearchParams{Text: "yes"}},
		official: "feedback.comments.search",
		request:  "POST /v2/comments/search",
		sends:    `{"search":"yes","limit":100}`,
		body:     commentSearchJSON,
		reads:    true,
	},
	"Comments.Create": {
		args: args{featurebase.CommentCreateParams{
			PostID: "dark-mode", ParentCommentID: contactID, Content: "<p>Yes</p>", Author: &featurebase.AuthorParams{Email: "ada@example.com"},
			IsPrivate: featurebase.Value(true), SendNotification: featurebase.Value(false), Upvotes: featurebase.Value(3), Downvotes: featurebase.Value(0),
			CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()),
		}},
		invalid:  args{featurebase.CommentCreateParams{PostID: badArgument, ParentCommentID: badArgument}},
		official: "feedback.comments.create",
		request:  "POST /v2/comments",
		sends: `{"postId":"dark-mode","parentCommentId":"507f1f77bcf86cd799439011","content":"<p>Yes</p>","author":{"email":"ada@example.com"},
			"isPrivate":true,"sendNotification":false,"upvotes":3,"downvotes":0,"createdAt":"2026-01-01T00:00:00Z"}`,
		body: commentJSON,
		once: true,
	},
	"Comments.Get": {
		args: args{contactID}, invalid: args{badArgument},
		official: "feedback.comments.retrieve",
		request:  "GET /v2/comments/" + contactID,
		body:     commentJSON,
		notFound: "comment_not_found",
		reads:    true,
	},
	"Comments.Update": {
		args: args{contactID, featurebase.CommentUpdateParams{
			Content: "<p>No</p>", IsPinned: featurebase.Value(true), IsPrivate: featurebase.Value(false), InReview: featurebase.Null[bool](),
			Upvotes: featurebase.Value(0), Downvotes: featurebase.Value(1), CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()),
		}},
		invalid:  args{badArgument, featurebase.CommentUpdateParams{}},
		official: "feedback.comments.update",
		request:  "PATCH /v2/comments/" + contactID,
		sends: `{"content":"<p>No</p>","isPinned":true,"isPrivate":false,"inReview":null,"upvotes":0,"downvotes":1,
			"createdAt":"2026-01-01T00:00:00Z"}`,
		body:     commentJSON,
		notFound: "comment_not_found",
	},
	"Comments.Delete": {
		args: args{contactID}, invalid: args{badArgument},
		official: "feedback.comments.delete0",
		request:  "DELETE /v2/comments/" + contactID,
		body:     `{"id":"507f1f77bcf86cd799439011","object":"comment","deleted":true}`,
		notFound: "comment_not_found",
	},
})

func TestCommentCreateParams_areOfAPostOrAChangelog(t *testing.T) {
	t.Parallel()
	const neither, slug = "PostID and ChangelogID are empty; want one of them", "want a Featurebase ID, or a slug without white space and /, ?, # and @"
	for _, tc := range []struct {
		name   string
		params featurebase.CommentCreateParams
		want   error
	}{
		{"neither", featurebase.CommentCreateParams{Content: "Hi"}, &featurebase.ArgumentError{Name: "PostID", Reason: neither}},
		{"neither, of a reply", featurebase.CommentCreateParams{Content: "Hi", ParentCommentID: contactID}, &featurebase.ArgumentError{Name: "PostID", Reason: neither}},
		{"both", featurebase.CommentCreateParams{Content: "Hi", PostID: boardID, ChangelogID: contactID},
			&featurebase.ArgumentError{Name: "PostID", Reason: "PostID and ChangelogID are set; want only one of them"}},
		{"no content", featurebase.CommentCreateParams{PostID: boardID}, &featurebase.ArgumentError{Name: "Content", Reason: "it is required"}},
		{"a URL", featurebase.CommentCreateParams{Content: "Hi", PostID: "https://feedback.example.com/p/dark-mode"},
			&featurebase.InvalidIDError{ID: "https://feedback.example.com/p/dark-mode", Param: "PostID", Reason: slug}},
		{"a title", featurebase.CommentCreateParams{Content: "Hi", ChangelogID: "Dark mode"},
			&featurebase.InvalidIDError{ID: "Dark mode", Param: "ChangelogID", Reason: slug}},
		{"a line break", featurebase.CommentCreateParams{Content: "Hi", PostID: "dark\x00mode"},
			&featurebase.InvalidIDError{ID: "dark\x00mode", Param: "PostID", Reason: slug}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.want, refusal(t, createComment(tc.params)))
		})
	}
	for _, params := range []featurebase.CommentCreateParams{
		{Content: "Hi", PostID: boardID}, {Content: "Hi", PostID: "dark-mode"}, {Content: "Hi", ChangelogID: "neues-im-märz_1.2"},
	} {
		_, err := createComment(params)(t.Context(), newClient(t, respondWith(200, commentJSON)))
		assert.NoError(t, err)
	}
}

// The fake refuses what is not documented.
func TestComment_namesAreThoseOfTheAPI(t *testing.T) {
	t.Parallel()
	client, at := newFake(t).Client(), time.Unix(0, 0)
	for _, filter := range []featurebase.Filter[featurebase.Comment]{
		featurebase.CommentFieldAuthorID.OneOf(contactID), featurebase.CommentFieldPostID.IsNull(), featurebase.CommentFieldChangelogID.IsNull(),
		featurebase.CommentFieldParentCommentID.IsNull(), featurebase.CommentFieldIsPrivate.Is(true), featurebase.CommentFieldInReview.Is(true),
		featurebase.CommentFieldCreatedAt.NotBefore(at), featurebase.CommentFieldUpvotes.AtLeast(1), featurebase.CommentFieldScore.AtMost(1),
		featurebase.CommentFieldConfidenceScore.MoreThan(0.5),
	} {
		_, err := client.Comments.Search(t.Context(), featurebase.CommentSearchParams{Filters: featurebase.Filters[featurebase.Comment]{filter}})
		assert.NoError(t, err, filter.Field)
	}
	for _, sort := range []featurebase.CommentSort{
		featurebase.CommentSortCreatedAtDesc, featurebase.CommentSortCreatedAtAsc, featurebase.CommentSortConfidenceScoreDesc,
		featurebase.CommentSortConfidenceScoreAsc, featurebase.CommentSortScoreDesc,
	} {
		_, err := client.Comments.Search(t.Context(), featurebase.CommentSearchParams{Sort: sort})
		assert.NoError(t, err, sort)
	}
	for _, params := range []featurebase.CommentListParams{
		{SortBy: featurebase.CommentListSortBest}, {SortBy: featurebase.CommentListSortTop}, {SortBy: featurebase.CommentListSortNew},
		{SortBy: featurebase.CommentListSortOld}, {Privacy: featurebase.CommentPrivacyPublic}, {Privacy: featurebase.CommentPrivacyPrivate},
		{Privacy: featurebase.CommentPrivacyAll},
	} {
		_, err := client.Comments.List(t.Context(), params)
		assert.NoError(t, err, params)
	}
}

// The response to a deletion is the same whether the comment is gone or remains
// for its replies.
func TestCommentsDelete_removesACommentOrWhatItSaid(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	ada := srv.AddContact(featurebase.Contact{UserID: "u1", Name: "Ada"})
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	comment, err := client.Comments.Create(ctx, featurebase.CommentCreateParams{
		PostID: post.Slug, Content: "Yes", Author: &featurebase.AuthorParams{ID: ada.ID}, Upvotes: featurebase.Value(3),
	})
	require.NoError(t, err)
	reply, err := client.Comments.Create(ctx, featurebase.CommentCreateParams{PostID: post.ID, ParentCommentID: comment.ID, Content: "No"})
	require.NoError(t, err)
	count := func() int {
		got, err := client.Posts.Get(ctx, post.ID)
		require.NoError(t, err)
		return got.CommentCount
	}
	assert.Equal(t, 2, count())

	deleted, err := client.Comments.Delete(ctx, comment.ID)
	require.NoError(t, err)
	assert.Equal(t, &featurebase.Deleted{ID: comment.ID, Object: "comment", Deleted: true}, deleted)
	left, err := client.Comments.Get(ctx, comment.ID)
	require.NoError(t, err)
	want := *comment
	want.Content, want.IsDeleted, want.Upvotes, want.Score, want.UpdatedAt = "[deleted]", true, 0, 0, left.UpdatedAt
	want.Author = &featurebase.CommentAuthor{Name: "[Deleted]", Type: featurebase.UserTypeCustomer}
	assert.Equal(t, &want, left)
	assert.Equal(t, 1, count())

	deleted, err = client.Comments.Delete(ctx, reply.ID)
	require.NoError(t, err)
	assert.Equal(t, &featurebase.Deleted{ID: reply.ID, Object: "comment", Deleted: true}, deleted)
	_, err = client.Comments.Get(ctx, reply.ID)
	assert.ErrorIs(t, err, featurebase.ErrNotFound)
	assert.Equal(t, 0, count())
}

func TestPostsDelete_deletesTheCommentsOfEverybody(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	ada := srv.AddContact(featurebase.Contact{UserID: "u1"})
	post, other := srv.AddPost(featurebase.Post{Title: "Dark mode"}), srv.AddPost(featurebase.Post{Title: "Export"})
	srv.AddComment(featurebase.Comment{PostID: post.ID, Author: &featurebase.CommentAuthor{ID: ada.ID}})
	parent := srv.AddComment(featurebase.Comment{PostID: post.ID})
	srv.AddComment(featurebase.Comment{PostID: post.ID, ParentCommentID: parent.ID})
	kept := srv.AddComment(featurebase.Comment{PostID: other.ID})
	_, err := client.Posts.Delete(ctx, post.ID)
	require.NoError(t, err)
	page, err := client.Comments.List(ctx, featurebase.CommentListParams{})
	require.NoError(t, err)
	assert.Equal(t, []featurebase.Comment{kept}, page.Data)
}

// A comment must not be there twice.
func TestCommentsCreate_isNotRepeatedAfterALostResponse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		faults   []fault
		opts     []featurebase.CallOption
		attempts int
		want     []error
		comments int
	}{
		{"lost", []fault{{Apply: true, Cut: true}}, nil, 1, []error{featurebase.ErrAmbiguous}, 1},
		{"lost before it was processed", []fault{{Cut: true}}, nil, 1, []error{featurebase.ErrAmbiguous}, 0},
		{"broken off", []fault{{Truncate: true}}, nil, 1, []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous}, 1},
		{"refused", []fault{{Status: 429}}, nil, 2, []error{}, 1},
		{"lost, but repeatable", []fault{{Apply: true, Cut: true}}, []featurebase.CallOption{featurebase.WithRepeatable()}, 2, []error{}, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.NewServer(t)
			post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
			srv.FailNext(tc.faults...)
			params := featurebase.CommentCreateParams{PostID: post.ID, Content: "Yes"}
			_, err := srv.Client().Comments.Create(t.Context(), params, tc.opts...)
			assert.ElementsMatch(t, tc.want, matched(err))
			assert.Len(t, srv.Requests(), tc.attempts)
			assert.Len(t, srv.Comments(), tc.comments)
			assert.Equal(t, tc.comments, srv.Posts()[0].CommentCount)
		})
	}
}

// What a new comment is on is not what the call names in its path.
func TestCommentsCreate_failsWithoutThePostButNotAsNotFound(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	_, err := client.Comments.Create(t.Context(), featurebase.CommentCreateParams{PostID: boardID, Content: "Yes"})
	e := requireErrorAs[*featurebase.APIError](t, err)
	assert.Equal(t, 404, e.StatusCode)
	assert.EqualValues(t, "post_not_found", e.Code)
	assert.Empty(t, matched(err))

	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	_, err = client.Posts.Update(t.Context(), post.ID, featurebase.PostUpdateParams{CommentsEnabled: featurebase.Value(false)})
	require.NoError(t, err)
	_, err = client.Comments.Create(t.Context(), featurebase.CommentCreateParams{PostID: post.ID, Content: "Yes"})
	assert.ErrorIs(t, err, featurebase.ErrPermission)
}

// With one at a time, replies that come first leave nothing behind.
func TestCommentsDeleteMany_deletesComments(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	post := srv.AddPost(featurebase.Post{Title: "Dark mode"})
	parent := srv.AddComment(featurebase.Comment{PostID: post.ID})
	reply := srv.AddComment(featurebase.Comment{PostID: post.ID, ParentCommentID: parent.ID})
	ids := []string{reply.ID, parent.ID}
	for r := range srv.Client().Comments.DeleteMany(t.Context(), slices.Values(ids), featurebase.WithConcurrency(1)) {
		require.NoError(t, r.Err)
		assert.Equal(t, &featurebase.Deleted{ID: r.ID, Object: "comment", Deleted: true}, r.Value)
	}
	assert.Empty(t, srv.Comments())
}

func createComment(params featurebase.CommentCreateParams) doFunc {
	return method("Comments.Create", params)
}
