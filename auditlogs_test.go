package featurebase_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestAuditLogsList_needsAnID(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		id   string
		want bool
	}{
		{"0197a5b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b", true},
		{"0197A5B0-1C2D-7E3F-8A4B-5C6D7E8F9A0B", true},
		{contactID, true},
		{"", false},
	} {
		t.Run(tc.id, func(t *testing.T) {
			t.Parallel()
			body := fmt.Sprintf(`{"object":"list","data":[{"object":"audit_log","id":%q}]}`, tc.id)
			_, err := newClient(t, respondWith(200, body)).AuditLogs.List(t.Context(), featurebase.AuditLogListParams{})
			if tc.want {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, "in data[0], id is missing", requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
			}
		})
	}
}

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
