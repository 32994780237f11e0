package featurebasetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestServer_addsCustomFields(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	required := true
	field := srv.AddCustomField(featurebase.CustomField{Label: "Plan", Required: &required})
	assert.Equal(t, featurebase.CustomField{
		Object: "custom_field", ID: field.ID, Label: "Plan", Type: "text", Required: &required, CreatedAt: field.CreatedAt, UpdatedAt: field.UpdatedAt,
	}, field)
	assert.False(t, field.UpdatedAt.IsZero())
	assert.Equal(t, []featurebase.CustomField{field}, srv.CustomFields())
}
