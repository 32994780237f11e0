package featurebase_test

import (
	"context"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

const (
	commentJSON = `{"object":"comment","id":"507f1f77bcf86cd799439011","postId":"507f1f77bcf86cd799439021","changelogId":null,
		"parentCommentId":"507f1f77bcf86cd799439022","author":{"id":"507f1f77bcf86cd799439023","type":"customer","name":"Ada","profilePicture":null},
		"content":"<p>Yes</p>","upvotes":3,"downvotes":5,"score":-2,"isPrivate":true,"isPinned":false,"isSpam":false,"isDeleted":false,"inReview":false,
		"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","new":{"a":1}}`
	commentListJSON   = `{"object":"list","data":[` + commentJSON + `],"nextCursor":null}`
	commentSearchJSON = `{"object":"list","data":[` + commentJSON + `],"nextCursor":null,"totalCount":1,"totalCountCapped":false}`
)

func listComments(params featurebase.CommentListParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Comments.List(ctx, params, opts...)
	}
}

func searchComments(params featurebase.CommentSearchParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Comments.Search(ctx, params, opts...)
	}
}

func createComment(params featurebase.CommentCreateParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Comments.Create(ctx, params, opts...)
	}
}

func getComment(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Comments.Get(ctx, id, opts...)
	}
}

func updateComment(id string, params featurebase.CommentUpdateParams) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Comments.Update(ctx, id, params, opts...)
	}
}

func deleteComment(id string) doFunc {
	return func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
		return c.Comments.Delete(ctx, id, opts...)
	}
}

var commentCalls = map[string]apiCall{
	"Comments.List": {
		do: listComments(featurebase.CommentListParams{
			PostID: boardID, ChangelogID: contactID, Privacy: featurebase.CommentPrivacyAll, InReview: featurebase.Value(false),
			SortBy: featurebase.CommentListSortOld, Limit: 3, Cursor: "x",
		}),
		invalid:  listComments(featurebase.CommentListParams{PostID: badArgument}),
		official: "feedback.comments.list",
		request: "GET /v2/comments?changelogId=507f1f77bcf86cd799439011&cursor=x&inReview=false&limit=3&postId=507f1f77bcf86cd799439021" +
			"&privacy=all&sortBy=old",
		body:  commentListJSON,
		reads: true,
	},
	"Comments.ListAll": {
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			return results(c.Comments.ListAll(ctx, featurebase.CommentListParams{}, opts...))
		},
		official: "feedback.comments.list",
		request:  "GET /v2/comments?limit=100",
		body:     commentListJSON,
		reads:    true,
	},
	"Comments.Search": {
		do: searchComments(featurebase.CommentSearchParams{
			Filters: featurebase.Filters[featurebase.Comment]{
				featurebase.CommentFieldAuthorID.Is(contactID), featurebase.CommentFieldChangelogID.IsNull(), featurebase.CommentFieldIsPrivate.Is(false),
				featurebase.CommentFieldScore.AtLeast(-3), featurebase.CommentFieldCreatedAt.NotAfter(time.Unix(1767225600, 0)),
			},
			Text: "yes", Sort: featurebase.CommentSortScoreDesc, Limit: 3, Cursor: "x",
		}),
		invalid:  searchComments(featurebase.CommentSearchParams{Text: badArgument, Limit: 101}),
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
		do: func(ctx context.Context, c *featurebase.Client, opts ...featurebase.CallOption) (any, error) {
			page, err := results(c.Comments.SearchAll(ctx, featurebase.CommentSearchParams{Text: "yes"}, opts...))
			if err != nil {
				return nil, err
			}
			return &featurebase.SearchPage[featurebase.Comment]{Page: *page, TotalCount: ptr(1), TotalCountCapped: ptr(false)}, nil
		},
		official: "feedback.comments.search",
		request:  "POST /v2/comments/search",
		sends:    `{"search":"yes","limit":100}`,
		body:     commentSearchJSON,
		reads:    true,
	},
	"Comments.Create": {
		do: createComment(featurebase.CommentCreateParams{
			PostID: "dark-mode", ParentCommentID: contactID, Content: "<p>Yes</p>", Author: &featurebase.AuthorParams{Email: "ada@example.com"},
			IsPrivate: featurebase.Value(true), SendNotification: featurebase.Value(false), Upvotes: featurebase.Value(3), Downvotes: featurebase.Value(0),
			CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()),
		}),
		invalid:  createComment(featurebase.CommentCreateParams{PostID: badArgument, ParentCommentID: badArgument}),
		official: "feedback.comments.create",
		request:  "POST /v2/comments",
		sends: `{"postId":"dark-mode","parentCommentId":"507f1f77bcf86cd799439011","content":"<p>Yes</p>","author":{"email":"ada@example.com"},
			"isPrivate":true,"sendNotification":false,"upvotes":3,"downvotes":0,"createdAt":"2026-01-01T00:00:00Z"}`,
		body: commentJSON,
		once: true,
	},
	"Comments.Get": {
		do: getComment(contactID), invalid: getComment(badArgument),
		official: "feedback.comments.retrieve",
		request:  "GET /v2/comments/" + contactID,
		body:     commentJSON,
		notFound: "comment_not_found",
		reads:    true,
	},
	"Comments.Update": {
		do: updateComment(contactID, featurebase.CommentUpdateParams{
			Content: "<p>No</p>", IsPinned: featurebase.Value(true), IsPrivate: featurebase.Value(false), InReview: featurebase.Null[bool](),
			Upvotes: featurebase.Value(0), Downvotes: featurebase.Value(1), CreatedAt: featurebase.Value(time.Unix(1767225600, 0).UTC()),
		}),
		invalid:  updateComment(badArgument, featurebase.CommentUpdateParams{}),
		official: "feedback.comments.update",
		request:  "PATCH /v2/comments/" + contactID,
		sends: `{"content":"<p>No</p>","isPinned":true,"isPrivate":false,"inReview":null,"upvotes":0,"downvotes":1,
			"createdAt":"2026-01-01T00:00:00Z"}`,
		body:     commentJSON,
		notFound: "comment_not_found",
	},
	"Comments.Delete": {
		do: deleteComment(contactID), invalid: deleteComment(badArgument),
		official: "feedback.comments.delete0",
		request:  "DELETE /v2/comments/" + contactID,
		body:     `{"id":"507f1f77bcf86cd799439011","object":"comment","deleted":true}`,
		notFound: "comment_not_found",
	},
}
