package featurebase

import "context"

// BoardsService reads the boards to which posts are submitted. Access it through
// [Client.Boards].
type BoardsService struct{ client *Client }

var (
	listBoards = &endpoint{pattern: "GET /v2/boards"}
	getBoard   = &endpoint{pattern: "GET /v2/boards/{id}", object: "board"}
)

// List returns all boards: [GET /v2/boards]. If some can't be decoded, it
// returns the others and an error that matches [ErrUnexpectedResponse].
//
// [GET /v2/boards]: https://docs.featurebase.app/rest-api/boards
func (s *BoardsService) List(ctx context.Context, opts ...CallOption) ([]Board, error) {
	return whole(ctx, s.client, request{endpoint: listBoards}, new(array[Board]), opts)
}

// Get returns the board with the given ID: [GET /v2/boards/{id}]. If it doesn't
// exist, the error matches [ErrNotFound].
//
// [GET /v2/boards/{id}]: https://docs.featurebase.app/rest-api/boards
func (s *BoardsService) Get(ctx context.Context, id string, opts ...CallOption) (*Board, error) {
	return send(ctx, s.client, request{endpoint: getBoard, args: args{id}}, new(Board), opts)
}
