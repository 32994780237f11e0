package featurebasetest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

const attributesPath = "/v2/conversation_attributes"

func TestConversationAttributes_listAndGet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := featurebasetest.New()
		hc := &http.Client{Transport: srv.Transport()}
		plan := srv.AddConversationAttribute(featurebase.ConversationAttribute{
			Name: "Plan Tier", FieldSubType: "select", Options: []featurebase.ConversationAttributeOption{{Label: "Free"}},
		})
		old := srv.AddConversationAttribute(featurebase.ConversationAttribute{ID: "old_1", Name: "Old", Identifier: "o", DataType: "object", Archived: true})
		assert.Equal(t, []featurebase.ConversationAttribute{plan, old}, srv.ConversationAttributes())
		want := map[string]any{
			"object": "conversation_attribute", "id": plan.ID, "name": "Plan Tier", "identifier": "plan_tier", "dataType": "string", "fieldSubType": "select",
			"archived": false, "options": []any{map[string]any{"label": "Free"}}, "createdAt": "2000-01-01T00:00:00.000Z", "updatedAt": "2000-01-01T00:00:00.000Z",
		}
		archived := map[string]any{
			"object": "conversation_attribute", "id": "old_1", "name": "Old", "identifier": "o", "dataType": "object", "fieldSubType": "text",
			"archived": true, "createdAt": "2000-01-01T00:00:00.000Z", "updatedAt": "2000-01-01T00:00:00.000Z",
		}
		for query, data := range map[string][]any{"": {want}, "?includeArchived=false": {want}, "?includeArchived=true": {want, archived}} {
			_, list, _ := ask(t, hc, srv, "GET", attributesPath+query, "")
			assert.Equal(t, map[string]any{"object": "list", "data": data, "nextCursor": nil}, list, query)
		}
		for id, want := range map[string]map[string]any{plan.ID: want, "old_1": archived} {
			_, got, _ := ask(t, hc, srv, "GET", attributesPath+"/"+id, "")
			assert.Equal(t, want, got)
		}
		srv.Reset()
		assert.Empty(t, srv.ConversationAttributes())
	})
}

func TestConversationAttributes_haveTheDataTypeOfTheirField(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	for field, want := range map[featurebase.ConversationAttributeSubType]featurebase.ConversationAttributeDataType{
		"": "string", "text": "string", "number": "number", "select": "string", "multi-select": "array", "checkbox": "boolean", "date": "date",
	} {
		assert.Equal(t, want, srv.AddConversationAttribute(featurebase.ConversationAttribute{FieldSubType: field}).DataType, field)
	}
}

func TestConversationAttributes_refuseWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, srv *featurebasetest.Server, hc *http.Client) {
		path := attributesPath + "/" + srv.AddConversationAttribute(featurebase.ConversationAttribute{Name: "Plan"}).ID
		for _, tc := range []struct{ method, path, want string }{
			{"GET", attributesPath + "/plan", "404 resource_not_found id"},
			{"GET", attributesPath + "/a%20b", "400 invalid_id id"},
			{"DELETE", path, "404 Cannot DELETE /v2/conversation_attributes/65a1b2c3d4e5f60700000001"},
			{"POST", attributesPath, "404 Cannot POST /v2/conversation_attributes"},
			{"GET", path + "?includeArchived=true", "400 query: Unrecognized key(s) in object: 'includeArchived'"},
			{"GET", attributesPath + "?includeArchived=1", "400 query.includeArchived: Invalid enum value. Expected 'true' | 'false', received '1'"},
			{"GET", attributesPath + "?includeArchived=", "400 query.includeArchived: Invalid enum value. Expected 'true' | 'false', received ''"},
			{"GET", attributesPath + "?limit=1", "400 query: Unrecognized key(s) in object: 'limit'"},
		} {
			status, _, failure := ask(t, hc, srv, tc.method, tc.path, "")
			assert.Equal(t, tc.want, strings.TrimSpace(fmt.Sprint(status, " ", failure)), "%s %s", tc.method, tc.path)
		}
	})
}
