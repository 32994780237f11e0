package featurebase

import "context"

// PostStatusesService reads the statuses that posts can be in. Access it through
// [Client.PostStatuses].
type PostStatusesService struct{ client *Client }

var (
	listPostStatuses = &endpoint{pattern: "GET /v2/post_statuses"}
	getPostStatus    = &endpoint{pattern: "GET /v2/post_statuses/{id}", object: "post_status"}
)

// List returns all statuses of posts: [GET /v2/post_statuses]. If some can't be
// decoded, it returns the others and an error that matches
// [ErrUnexpectedResponse].
//
// [GET /v2/post_statuses]: https://docs.featurebase.app/rest-api/post-statuses
func (s *PostStatusesService) List(ctx context.Context, opts ...CallOption) ([]PostStatus, error) {
	return whole(ctx, s.client, request{endpoint: listPostStatuses}, new(array[PostStatus]), opts)
}

// Get returns the status with the given ID: [GET /v2/post_statuses/{id}]. If it
// doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/post_statuses/{id}]: https://docs.featurebase.app/rest-api/post-statuses
func (s *PostStatusesService) Get(ctx context.Context, id string, opts ...CallOption) (*PostStatus, error) {
	return send(ctx, s.client, request{endpoint: getPostStatus, args: args{id}}, new(PostStatus), opts)
}
