package featurebase_test

import (
	"context"
	"fmt"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func ExampleBoardsService_List() {
	srv := featurebasetest.New()
	srv.AddBoard(featurebase.Board{Name: "Ideas"})
	srv.AddBoard(featurebase.Board{Name: "Bugs"})
	client, ctx := srv.Client(), context.Background()

	boards, err := client.Boards.List(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, board := range boards {
		fmt.Println(board.Name, board.Features.PostingEnabled)
	}
	// Output:
	// Ideas true
	// Bugs true
}

func ExampleBoardsService_Get() {
	srv := featurebasetest.New()
	ideas := srv.AddBoard(featurebase.Board{Name: "Ideas"})
	client, ctx := srv.Client(), context.Background()

	board, err := client.Boards.Get(ctx, ideas.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(board.Name, board.PostDefaults.Visibility)
	// Output: Ideas public
}
