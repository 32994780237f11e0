package featurebase_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestAuditLogsList_refusesDatesInTheWrongOrder(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	err := refusal(t, listAuditLogs(featurebase.AuditLogListParams{StartDate: day, EndDate: day.Add(-1)}))
	assert.EqualError(t, err, "featurebase: invalid EndDate: it is before StartDate; nothing can be found; nothing was sent")
	for _, params := range []featurebase.AuditLogListParams{{StartDate: day, EndDate: day}, {StartDate: day}, {EndDate: day}} {
		_, err := listAuditLogs(params)(t.Context(), featurebasetest.New().Client())
		assert.NoError(t, err)
	}
}

func TestAuditLogsListAll_findsWhatTheFiltersSay(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var ids []string
	for i := range 120 { // more than one page
		l := featurebase.AuditLog{Action: featurebase.AuditLogActionWebhookCreated, Domain: featurebase.AuditLogDomainIntegrations, CreatedAt: day.AddDate(0, 0, i)}
		if i%40 == 0 {
			l.Action, l.Domain = featurebase.AuditLogActionDataUserDataDeleted, featurebase.AuditLogDomainDataManagement
		}
		ids = append(ids, srv.AddAuditLog(l).ID)
	}
	for _, tc := range []struct {
		name   string
		params featurebase.AuditLogListParams
		count  int
		newest string
	}{
		{"all", featurebase.AuditLogListParams{}, 120, ids[119]},
		{"action", featurebase.AuditLogListParams{Action: featurebase.AuditLogActionDataUserDataDeleted, Limit: 2}, 3, ids[80]},
		{"domain", featurebase.AuditLogListParams{Domain: featurebase.AuditLogDomainIntegrations}, 117, ids[119]},
		{"dates", featurebase.AuditLogListParams{StartDate: day.AddDate(0, 0, 10), EndDate: day.AddDate(0, 0, 20).In(time.FixedZone("", -7200))}, 11, ids[20]},
	} {
		t.Run(tc.name, func(t *testing.T) {
			page, err := results(srv.Client().AuditLogs.ListAll(t.Context(), tc.params))
			require.NoError(t, err)
			require.Len(t, page.Data, tc.count)
			assert.Equal(t, tc.newest, page.Data[0].ID)
		})
	}
}
