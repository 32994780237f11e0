package featurebase

import (
	"context"
	"iter"
)

// PostsService manages posts, the feedback that is submitted to boards, and who
// voted for them. Access it through [Client.Posts].
type PostsService struct{ client *Client }

var (
	listPosts   = &endpoint{pattern: "GET /v2/posts"}
	createPost  = &endpoint{pattern: "POST /v2/posts"}
	searchPosts = &endpoint{pattern: "POST /v2/posts/search", effect: reads}
	getPost     = &endpoint{pattern: "GET /v2/posts/{id}", object: "post"}
	updatePost  = &endpoint{pattern: "PATCH /v2/posts/{id}", object: "post"}
	deletePost  = &endpoint{pattern: "DELETE /v2/posts/{id}", object: "post"}
	listVoters  = &endpoint{pattern: "GET /v2/posts/{id}/voters", object: "post"}
	addVoter    = &endpoint{pattern: "POST /v2/posts/{id}/voters", object: "post", effect: repeatable}
	removeVoter = &endpoint{pattern: "DELETE /v2/posts/{id}/voters", object: "post", part: "voter", named: []string{"id", "userId", "email"}}
)

// List returns one page of posts: [GET /v2/posts]. Use [PostsService.ListAll] to
// iterate over all pages, and [PostsService.Search] to find those of an author.
//
// [GET /v2/posts]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) List(ctx context.Context, params PostListParams, opts ...CallOption) (*Page[Post], error) {
	return send(ctx, s.client, request{endpoint: listPosts, params: params}, new(Page[Post]), opts)
}

// ListAll iterates over the posts of all pages, as [ContactsService.ListAll]
// does. See [PostsService.List].
func (s *PostsService) ListAll(ctx context.Context, params PostListParams, opts ...CallOption) iter.Seq2[*Post, error] {
	return all(ctx, s.List, params, opts)
}

// Search returns one page of the posts that match all filters:
// [POST /v2/posts/search]. Spam, merged posts and tickets are never found. Use
// [PostsService.SearchAll] to iterate over all pages.
//
// The API rejects searches without Text that have only negative conditions
// ([ErrorCodeQueryTooBroad]; those on flags excepted), and cursors of a search
// with another Sort or with other Text ([ErrorCodeInvalidCursor]).
//
// [POST /v2/posts/search]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Search(ctx context.Context, params PostSearchParams, opts ...CallOption) (*SearchPage[Post], error) {
	return send(ctx, s.client, request{endpoint: searchPosts, params: params}, new(SearchPage[Post]), opts)
}

// SearchAll iterates over the matching posts of all pages, as
// [ContactsService.ListAll] does. See [PostsService.Search].
func (s *PostsService) SearchAll(ctx context.Context, params PostSearchParams, opts ...CallOption) iter.Seq2[*Post, error] {
	return all(ctx, s.Search, params, opts)
}

// Create creates a post: [POST /v2/posts]. It is not repeated once the API may
// have processed it, so an error that matches [ErrAmbiguous] leaves open whether
// the post exists.
//
// [POST /v2/posts]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Create(ctx context.Context, params PostCreateParams, opts ...CallOption) (*Post, error) {
	return send(ctx, s.client, request{endpoint: createPost, params: params}, new(Post), opts)
}

// Get returns the post with the given ID: [GET /v2/posts/{id}]. If it doesn't
// exist, the error matches [ErrNotFound].
//
// [GET /v2/posts/{id}]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Get(ctx context.Context, id string, opts ...CallOption) (*Post, error) {
	return send(ctx, s.client, request{endpoint: getPost, args: args{id}}, new(Post), opts)
}

// Update changes the given fields of a post and returns the result:
// [PATCH /v2/posts/{id}].
//
// [PATCH /v2/posts/{id}]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Update(ctx context.Context, id string, params PostUpdateParams, opts ...CallOption) (*Post, error) {
	return send(ctx, s.client, request{updatePost, args{id}, params}, new(Post), opts)
}

// Delete permanently deletes a post, and with it all its comments, including those
// of other people, its votes and its notifications: [DELETE /v2/posts/{id}]. The
// API key needs the access of a member. See [ContactsService.Delete] for what its
// errors mean.
//
// [DELETE /v2/posts/{id}]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Delete(ctx context.Context, id string, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{endpoint: deletePost, args: args{id}}, new(Deleted), opts)
}

// DeleteMany deletes posts, as [ContactsService.DeleteMany] does contacts. See
// [PostsService.Delete].
func (s *PostsService) DeleteMany(ctx context.Context, ids iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*Deleted]] {
	return runBulk(ctx, ids, s.Delete, opts)
}

// ListVoters returns one page of those who voted for a post:
// [GET /v2/posts/{id}/voters]. The API key needs the access of a member. Use
// [PostsService.ListVotersAll] to iterate over all pages.
//
// [GET /v2/posts/{id}/voters]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) ListVoters(ctx context.Context, id string, params VoterListParams, opts ...CallOption) (*Page[Voter], error) {
	return send(ctx, s.client, request{listVoters, args{id}, params}, new(Page[Voter]), opts)
}

// ListVotersAll iterates over the voters of all pages, as
// [ContactsService.ListAll] does. See [PostsService.ListVoters].
func (s *PostsService) ListVotersAll(ctx context.Context, id string, params VoterListParams, opts ...CallOption) iter.Seq2[*Voter, error] {
	return all(ctx, of(id, s.ListVoters), params, opts)
}

// AddVoter adds a vote to a post: [POST /v2/posts/{id}/voters]. A second vote of
// the same voter changes nothing, and is not an error.
//
// [POST /v2/posts/{id}/voters]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) AddVoter(ctx context.Context, id string, params VoterAddParams, opts ...CallOption) (*PostVote, error) {
	return send(ctx, s.client, request{addVoter, args{id}, params}, new(PostVote), opts)
}

// RemoveVoter removes a vote from a post: [DELETE /v2/posts/{id}/voters]. If there
// is no such post, or no such vote ([ErrorCodeVoterNotFound]), the error matches
// [ErrNotFound].
//
// [DELETE /v2/posts/{id}/voters]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) RemoveVoter(ctx context.Context, id string, params VoterRemoveParams, opts ...CallOption) (*PostVote, error) {
	return send(ctx, s.client, request{removeVoter, args{id}, params}, new(PostVote), opts)
}
