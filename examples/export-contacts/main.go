// Command export-contacts writes all contacts to standard output, as CSV.
//
//	go run ./examples/export-contacts [-type customer|lead|all] > contacts.csv
package main

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

func main() {
	kind := flag.String("type", "all", "the `type` of the contacts: customer, lead or all")
	flag.Parse()
	client, err := featurebase.NewClientFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	n, err := export(ctx, client, featurebase.ContactListType(*kind), os.Stdout)
	if err != nil {
		log.Fatalf("only the first %d contacts are exported: %v", n, err)
	}
	log.Printf("%d contacts are exported", n)
}

// export writes the contacts of a type to w, and returns how many.
func export(ctx context.Context, client *featurebase.Client, kind featurebase.ContactListType, w io.Writer) (n int, err error) {
	rows := csv.NewWriter(w)
	defer func() {
		if rows.Flush(); err == nil {
			err = rows.Error()
		}
	}()
	if err := rows.Write([]string{"id", "userId", "email", "name", "type", "companies", "lastActivity"}); err != nil {
		return 0, err
	}
	for c, err := range client.Contacts.ListAll(ctx, featurebase.ContactListParams{Type: kind}) {
		if err != nil {
			return n, err
		}
		var companies []string
		for _, company := range c.Companies {
			companies = append(companies, company.Name)
		}
		var active string
		if !c.LastActivity.IsZero() {
			active = c.LastActivity.Format(time.RFC3339)
		}
		row := []string{c.ID, c.UserID, c.Email, c.Name, string(c.Type), strings.Join(companies, "; "), active}
		for i, cell := range row {
			row[i] = harmless(cell)
		}
		if err := rows.Write(row); err != nil {
			return n, fmt.Errorf("writing: %w", err)
		}
		n++
	}
	return n, nil
}

// harmless returns a cell that spreadsheets don't take for a formula: contacts
// choose their names themselves.
func harmless(cell string) string {
	if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
		return "'" + cell
	}
	return cell
}
