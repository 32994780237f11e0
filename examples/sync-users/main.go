// Command sync-users creates or updates the contacts in a CSV, whose first line names
// the columns: userId, email, name, companyId and companyName, or some of them.
// Lines may take effect in another order.
//
//	go run ./examples/sync-users < users.csv
package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"

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
	lines := userLines{rows: rows, header: header}
	var created, updated, failed int
	var stopped error
	upsert := func(ctx context.Context, l line, opts ...featurebase.CallOption) (created bool, err error) {
		if l.err != nil {
			return false, featurebase.ErrInvalidArgument // no reason to stop
		}
		_, created, err = client.Contacts.Upsert(ctx, l.user, opts...)
		return created, err
	}
	for r := range featurebase.Many(ctx, lines.all, upsert) {
		switch {
		case r.Err != nil:
			failed++
			logger.Printf("line %d: %v", r.Input.number, cmp.Or(r.Input.err, r.Err)) // which has no personal data in it
			if errors.Is(r.Err, featurebase.ErrStopped) {
				stopped = r.Err
			}
		case r.Value:
			created++
		default:
			updated++
		}
		if n := created + updated + failed; n%1000 == 0 {
			logger.Printf("%d lines are done", n)
		}
	}
	logger.Printf("%d created, %d updated, %d failed", created, updated, failed)
	if err := cmp.Or(context.Cause(ctx), stopped); err != nil {
		return fmt.Errorf("stopped, and can be run again: %w", err)
	}
	if failed > 0 {
		return errors.New("not all users are in Featurebase")
	}
	return nil
}

// line is a user in the CSV, or why it can't be read.
type line struct {
	number int
	user   featurebase.ContactUpsertParams
	err    error
}

// userLines reads the lines of a CSV after its header.
type userLines struct {
	rows   *csv.Reader
	header []string
}

// all yields the lines. It runs in a goroutine of its own.
func (u *userLines) all(yield func(line) bool) {
	for {
		row, err := u.rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var l line
		var wrong *csv.ParseError
		switch {
		case errors.As(err, &wrong):
			l = line{number: wrong.StartLine, err: err}
		case err != nil:
			yield(line{err: err})
			return
		default:
			l.number, _ = u.rows.FieldPos(0)
			l.user = u.user(row)
		}
		if !yield(l) {
			return
		}
	}
}

// user returns what a row says of a user.
func (u *userLines) user(row []string) featurebase.ContactUpsertParams {
	cell := func(column string) string {
		if i := slices.Index(u.header, column); i >= 0 {
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
	return user
}
