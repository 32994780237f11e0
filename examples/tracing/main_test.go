package main

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	api "go.opentelemetry.io/otel/trace"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestTraced_hasASpanForEachAttempt(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(spans))
	srv := featurebasetest.New(t)
	srv.AddContact(featurebase.Contact{UserID: "u-1815"})
	srv.FailNext(featurebasetest.Fault{Status: http.StatusServiceUnavailable})
	client := srv.Client(traced(srv.Transport(), provider))
	require.NoError(t, closeAccount(t.Context(), provider, client, "u-1815"))
	require.Error(t, closeAccount(t.Context(), provider, client, "u-1815"), "it is gone")

	got := spans.GetSpans()
	require.Len(t, got, 5)
	failed, succeeded, parent := got[0], got[1], got[2]
	for _, s := range []tracetest.SpanStub{failed, succeeded} {
		assert.Equal(t, "DELETE /v2/contacts/by-user-id/{userId}", s.Name)
		assert.Equal(t, api.SpanKindClient, s.SpanKind)
		assert.Equal(t, parent.SpanContext.SpanID(), s.Parent.SpanID())
		assert.Contains(t, s.Attributes, attribute.String("url.full", "https://featurebase.test/v2/contacts/by-user-id/{userId}"))
	}
	assert.Equal(t, codes.Error, failed.Status.Code)
	assert.Equal(t, codes.Unset, succeeded.Status.Code)

	recorded, err := json.Marshal(got)
	require.NoError(t, err)
	for _, secret := range []string{"u-1815", srv.Token} {
		assert.NotContains(t, string(recorded), secret)
	}
}
