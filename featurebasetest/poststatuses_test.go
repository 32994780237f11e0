package featurebasetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func TestServer_addsPostStatuses(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.New()
	status := srv.AddPostStatus(featurebase.PostStatus{Name: "Next"})
	assert.Equal(t, featurebase.PostStatus{Object: "post_status", ID: status.ID, Name: "Next", Type: "unstarted", Color: "#4A90E2"}, status)
	assert.Equal(t, []featurebase.PostStatus{status}, srv.PostStatuses())
}
