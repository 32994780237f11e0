package featurebase

import (
	"context"
	"iter"
)

// CommentsService manages the comments on posts and changelogs. Access it through
// [Client.Comments].
type CommentsService struct{ client *Client }

var (
	listComments   = &endpoint{pattern: "GET /v2/comments"}
	createComment  = &endpoint{pattern: "POST /v2/comments"}
	searchComments = &endpoint{pattern: "POST /v2/comments/search", effect: reads}
	getComment     = &endpoint{pattern: "GET /v2/comments/{id}", object: "comment"}
	updateComment  = &endpoint{pattern: "PATCH /v2/comments/{id}", object: "comment"}
	deleteComment  = &endpoint{pattern: "DELETE /v2/comments/{id}", object: "comment"}
)

// List returns one page of comments: [GET /v2/comments]. Without PostID and
// ChangelogID they are those of the whole organization. Use
// [CommentsService.ListAll] to iterate over all pages, and
// [CommentsService.Search] to find those of an author.
//
// [GET /v2/comments]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) List(ctx context.Context, params CommentListParams, opts ...CallOption) (*Page[Comment], error) {
	return send(ctx, s.client, request{endpoint: listComments, params: params}, new(Page[Comment]), opts)
}

// ListAll iterates over the comments of all pages, as [ContactsService.ListAll]
// does. See [CommentsService.List].
func (s *CommentsService) ListAll(ctx context.Context, params CommentListParams, opts ...CallOption) iter.Seq2[*Comment, error] {
	return all(ctx, s.List, params, opts)
}

// Search returns one page of the comments that match all filters:
// [POST /v2/comments/search]. Comments that the API key may not see are left out
// without an error: private ones, and those in review. Spam is found, too. Use
// [CommentsService.SearchAll] to iterate over all pages.
//
// The API rejects the same searches as those of [PostsService.Search].
//
// [POST /v2/comments/search]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Search(ctx context.Context, params CommentSearchParams, opts ...CallOption) (*SearchPage[Comment], error) {
	return send(ctx, s.client, request{endpoint: searchComments, params: params}, new(SearchPage[Comment]), opts)
}

// SearchAll iterates over the matching comments of all pages, as
// [ContactsService.ListAll] does. See [CommentsService.Search].
func (s *CommentsService) SearchAll(ctx context.Context, params CommentSearchParams, opts ...CallOption) iter.Seq2[*Comment, error] {
	return all(ctx, s.Search, params, opts)
}

// Create creates a comment on a post or a changelog, or a reply to one:
// [POST /v2/comments]. It is not repeated once the API may have processed it, so
// an error that matches [ErrAmbiguous] leaves open whether the comment exists.
//
// [POST /v2/comments]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Create(ctx context.Context, params CommentCreateParams, opts ...CallOption) (*Comment, error) {
	return send(ctx, s.client, request{endpoint: createComment, params: params}, new(Comment), opts)
}

// Get returns the comment with the given ID: [GET /v2/comments/{id}]. If it
// doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/comments/{id}]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Get(ctx context.Context, id string, opts ...CallOption) (*Comment, error) {
	return send(ctx, s.client, request{endpoint: getComment, args: args{id}}, new(Comment), opts)
}

// Update changes the given fields of a comment and returns the result:
// [PATCH /v2/comments/{id}]. Its author can't be changed. To change comments of
// others, the API key needs the permission moderate_comments.
//
// [PATCH /v2/comments/{id}]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Update(ctx context.Context, id string, params CommentUpdateParams, opts ...CallOption) (*Comment, error) {
	return send(ctx, s.client, request{updateComment, args{id}, params}, new(Comment), opts)
}

// Delete permanently deletes the content of a comment and its connection to its
// author: [DELETE /v2/comments/{id}]. See [ContactsService.Delete] for what its
// errors mean.
//
// A comment without replies is removed. One with replies remains, with IsDeleted,
// the content "[deleted]", an anonymous author and no votes; the replies remain
// as they are. The response doesn't say which happened. To have a thread
// removed, delete its replies first.
//
// To delete comments of others, the API key needs the permission manage_comments,
// or manage_comments_private for private ones.
//
// [DELETE /v2/comments/{id}]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Delete(ctx context.Context, id string, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{endpoint: deleteComment, args: args{id}}, new(Deleted), opts)
}

// DeleteMany deletes comments, as [ContactsService.DeleteMany] does contacts.
// Since it deletes several at once, a comment may be deleted before its replies
// whatever the order of ids, unless [WithConcurrency] is 1. See
// [CommentsService.Delete].
func (s *CommentsService) DeleteMany(ctx context.Context, ids iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*Deleted]] {
	return runBulk(ctx, ids, s.Delete, opts)
}
