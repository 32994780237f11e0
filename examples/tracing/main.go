// Command tracing prints the OpenTelemetry spans of a call: one for each attempt,
// named by its endpoint, and without the IDs in its path.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func main() {
	exporter, err := stdouttrace.New(stdouttrace.WithWriter(os.Stdout), stdouttrace.WithPrettyPrint())
	if err != nil {
		log.Fatal(err)
	}
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
	srv := featurebasetest.New()
	srv.AddContact(featurebase.Contact{UserID: "u-1815"})
	srv.FailNext(featurebasetest.Fault{Status: http.StatusServiceUnavailable}) // so that there are two attempts
	if err := closeAccount(context.Background(), provider, srv.Client(traced(srv.Transport(), provider)), "u-1815"); err != nil {
		log.Fatal(err)
	}
}

// traced has a client record its requests.
func traced(base http.RoundTripper, provider *trace.TracerProvider) featurebase.Option {
	return featurebase.WithHTTPClient(&http.Client{Transport: otelhttp.NewTransport(withoutIDs{base},
		otelhttp.WithTracerProvider(provider),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Pattern }),
	)})
}

// closeAccount has a span of its own, below which are those of the requests.
func closeAccount(ctx context.Context, provider *trace.TracerProvider, client *featurebase.Client, userID string) error {
	ctx, span := provider.Tracer("accounts").Start(ctx, "close account")
	defer span.End()
	_, err := client.Contacts.DeleteByUserID(ctx, userID)
	span.RecordError(err) // its text has no IDs in it
	return err
}

// withoutIDs replaces the URL that otelhttp records, which has IDs of users in it, by
// that of the endpoint.
type withoutIDs struct{ base http.RoundTripper }

func (t withoutIDs) RoundTrip(r *http.Request) (*http.Response, error) {
	_, route, _ := strings.Cut(r.Pattern, " ")
	api.SpanFromContext(r.Context()).SetAttributes(attribute.String("url.full", r.URL.Scheme+"://"+r.URL.Host+route))
	return t.base.RoundTrip(r)
}
