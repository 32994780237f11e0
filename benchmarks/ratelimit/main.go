// Command ratelimit compares how clients delete many contacts when the rate
// limit allows fewer requests in a window than there are contacts. Run it in
// the folder benchmarks.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/benchmarks/child"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
	"github.com/hashicorp/go-retryablehttp"
)

var (
	contacts = flag.Int("contacts", 2000, "how many `contacts` are deleted")
	requests = flag.Int("requests", 200, "how many `requests` a window allows")
	window   = flag.Duration("window", 3*time.Second, "how long a window is; it must divide a day")
	delay    = flag.Duration("delay", 5*time.Millisecond, "how long the server takes to respond")
)

// contender deletes the contacts with these IDs, having waited until begin
// returns.
type contender struct {
	name string
	run  func(srv *featurebasetest.Server, ids []string, begin func()) (time.Duration, error)
}

var contenders = []contender{
	{"featurebase-go, DeleteMany", deleteMany},
	{"go-retryablehttp, 16 goroutines", retrying},
	{"featurebase-node, 16 at once", official},
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *contacts < 1 || *requests < 1 || *window <= 0 || (24*time.Hour)%*window != 0 {
		flag.Usage()
		log.Fatal("ratelimit: this makes no sense")
	}
	for _, retryAfter := range []bool{false, true} {
		fmt.Printf("%d contacts, %d requests a window of %v, responses after %v; refusals ", *contacts, *requests, *window, *delay)
		if retryAfter {
			fmt.Println("carry Retry-After:")
		} else {
			fmt.Println("carry no Retry-After:")
		}
		fmt.Printf("\n| client | time | over ideal | refused (429) | not deleted |\n| --- | ---: | ---: | ---: | ---: |\n")
		for _, c := range contenders {
			if err := measure(c, retryAfter); err != nil {
				log.Print(err)
			}
		}
		fmt.Println()
	}
}

// ideal is how long it takes who sends as fast as the windows allow.
func ideal() time.Duration {
	windows := (*contacts - 1) / *requests
	last := *contacts - windows**requests
	rounds := (last + child.InFlight - 1) / child.InFlight
	return time.Duration(windows)**window + time.Duration(rounds)**delay
}

func measure(c contender, retryAfter bool) error {
	srv := featurebasetest.New()
	srv.SetRateLimit(featurebasetest.RateLimitConfig{
		Requests: *requests, Window: *window,
		Reset: featurebasetest.ResetEpochMilliseconds, RetryAfter: retryAfter,
	})
	srv.FailNext(featurebasetest.Fault{Delay: *delay, Lasts: true})
	if err := srv.Start(); err != nil {
		return err
	}
	defer srv.Close()
	ids := make([]string, *contacts)
	for i := range ids {
		ids[i] = srv.AddContact(featurebase.Contact{}).ID
	}
	// Windows begin at the multiples of their length.
	begin := func() { time.Sleep(time.Until(time.Now().Truncate(*window).Add(*window))) }
	took, err := c.run(srv, ids, begin)
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	left := len(srv.Contacts())
	// Nothing but the limit goes wrong, so what deleted nothing was refused.
	refused := len(srv.Requests()) - (len(ids) - left)
	fmt.Printf("| %s | %.1f s | %.2f × | %d | %d |\n", c.name, took.Seconds(), took.Seconds()/ideal().Seconds(), refused, left)
	return nil
}

func deleteMany(srv *featurebasetest.Server, ids []string, begin func()) (time.Duration, error) {
	client, err := featurebase.NewClient(srv.Token, featurebase.WithBaseURL(srv.URL))
	if err != nil {
		return 0, err
	}
	begin()
	start := time.Now()
	for range client.Contacts.DeleteMany(context.Background(), slices.Values(ids), featurebase.WithConcurrency(child.InFlight)) {
	}
	return time.Since(start), nil
}

func retrying(srv *featurebasetest.Server, ids []string, begin func()) (time.Duration, error) {
	client := retryablehttp.NewClient()
	client.Logger = nil
	defer client.HTTPClient.CloseIdleConnections()
	queue := make(chan string)
	var pool sync.WaitGroup
	begin()
	start := time.Now()
	for range child.InFlight {
		pool.Go(func() {
			for id := range queue {
				// A failure leaves the contact where it is, and is counted there.
				_ = deleteRetrying(client, srv, id)
			}
		})
	}
	for _, id := range ids {
		queue <- id
	}
	close(queue)
	pool.Wait()
	return time.Since(start), nil
}

func deleteRetrying(client *retryablehttp.Client, srv *featurebasetest.Server, id string) error {
	req, err := retryablehttp.NewRequest(http.MethodDelete, srv.URL+"/v2/contacts/"+id, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+srv.Token)
	req.Header.Set("Featurebase-Version", string(featurebase.APIVersionNova))
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

func official(srv *featurebasetest.Server, ids []string, begin func()) (time.Duration, error) {
	cmd, err := child.Node("delete.mjs")
	if err != nil {
		return 0, err
	}
	process, err := child.Start(cmd, srv.URL, srv.Token)
	if err != nil {
		return 0, err
	}
	begin()
	_, took, err := process.Run(ids...)
	return took, err
}
