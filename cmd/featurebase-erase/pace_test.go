package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPace_leavesTimeBetweenItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p pace
		require.NoError(t, p.set(60))
		begin := time.Now()
		for range 4 {
			require.NoError(t, p.wait(t.Context()))
		}
		assert.Equal(t, 3*time.Second, time.Since(begin))
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errInterrupted)
		assert.ErrorIs(t, p.wait(ctx), errInterrupted)
	})
	assert.Error(t, new(pace).set(-1))
}
