// Command sync-users creates or updates the contacts in a CSV, whose first line names
// the columns: userId, email, name, companyId and companyName, or some of them.
// Lines may take effect in another order.
//
//	go run ./examples/sync-users < users.csv
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"
	"sync"

	"github.com/featurebase-community/featurebase-go"
)

func main() {
	client, err := featurebase.NewClientFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := syncUsers(ctx, client, os.Stdin, log.New(os.Stderr, "", 0)); err != nil {
		log.Fatal(err)
	}
}

// syncUsers returns an error if a user in r may not be in Featurebase as in r.
func syncUsers(ctx context.Context, client *featurebase.Client, r io.Reader, logger *log.Logger) error {
	rows := csv.NewReader(r)
	header, err := rows.Read()
	if err != nil {
		return fmt.Errorf("the first line must name the columns: %w", err)
	}
	for _, name := range header {
		if !slices.Contains([]string{"userId", "email", "name", "companyId", "companyName"}, name) {
			return fmt.Errorf("there is no column %q: want userId, email, name, companyId and companyName", name)
		}
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t := tally{log: logger}
	var working sync.WaitGroup
	room := make(chan struct{}, 8) // of calls at a time; the client keeps to the rate limit
	for ctx.Err() == nil {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := rows.FieldPos(0)
		if err != nil {
			t.add(line, false, err)
			continue
		}
		cell := func(column string) string {
			if i := slices.Index(header, column); i >= 0 {
				return row[i]
			}
			return ""
		}
		user := featurebase.ContactUpsertParams{UserID: cell("userId"), Email: cell("email")}
		if name := cell("name"); name != "" { // otherwise it stays as it is
			user.Name = featurebase.Value(name)
		}
		if id := cell("companyId"); id != "" {
			user.Companies = []featurebase.ContactUpsertCompany{{CompanyID: id, Name: cell("companyName")}}
		}
		room <- struct{}{}
		working.Go(func() {
			defer func() { <-room }()
			_, created, err := client.Contacts.Upsert(ctx, user)
			if featurebase.AffectsEveryCall(err) {
				stop(err) // the others would fail in the same way
			}
			t.add(line, created, err)
		})
	}
	working.Wait()
	logger.Printf("%d created, %d updated, %d failed", t.created, t.updated, t.failed)
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("stopped, and can be run again: %w", err)
	}
	if t.failed > 0 {
		return errors.New("not all users are in Featurebase")
	}
	return nil
}

// tally counts outcomes, for several goroutines.
type tally struct {
	log                      *log.Logger
	mu                       sync.Mutex
	created, updated, failed int
}

func (t *tally) add(line int, created bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err != nil:
		t.failed++
		t.log.Printf("line %d: %v", line, err) // which has no personal data in it
	case created:
		t.created++
	default:
		t.updated++
	}
	if n := t.created + t.updated + t.failed; n%1000 == 0 {
		t.log.Printf("%d lines are done", n)
	}
}
