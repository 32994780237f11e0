// Command delete-list deletes the contacts whose IDs are in a file, one a line, and
// writes the outcome of each to standard output, as CSV.
//
//	go run ./examples/delete-list ids.txt > results.csv
package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: delete-list FILE")
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	client, err := featurebase.NewClientFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := deleteList(ctx, client, file, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// deleteList deletes the contacts whose IDs are in r. It returns an error if any of
// them may still be there.
func deleteList(ctx context.Context, client *featurebase.Client, r io.Reader, w io.Writer) error {
	var unread error
	ids := func(yield func(string) bool) {
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			if id := strings.TrimSpace(lines.Text()); id != "" && !yield(id) {
				return
			}
		}
		unread = lines.Err()
	}
	rows := csv.NewWriter(w)
	failed := 0
	for result := range client.Contacts.DeleteMany(ctx, ids) {
		outcome := "deleted"
		switch {
		case errors.Is(result.Err, featurebase.ErrNotFound): // it may never have existed
			outcome = "not found"
		case result.Err != nil:
			outcome = result.Err.Error()
			failed++
		}
		if err := rows.Write([]string{result.ID, outcome, result.RequestID}); err != nil {
			return err
		}
	}
	if rows.Flush(); rows.Error() != nil {
		return rows.Error()
	}
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted: only the contacts in the results were tried")
	case failed > 0:
		return fmt.Errorf("%d contacts may still be there", failed)
	}
	return unread
}
