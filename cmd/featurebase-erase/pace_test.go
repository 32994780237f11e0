package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPace_leavesTimeBetweenItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for n, want := range map[int]time.Duration{0: 0, 60: 3 * time.Second} {
			p, err := pace(n)
			require.NoError(t, err)
			begin := time.Now()
			for range 4 {
				require.NoError(t, p.Wait(t.Context()))
			}
			assert.Equal(t, want, time.Since(begin))
		}
	})
	_, err := pace(-1)
	assert.Error(t, err)
}

func TestErase_canBeInterruptedWhileItKeepsToItsRate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	x := open(t, s.command(append([]string{"erase", "--yes", "--rate", "1", "--journal", "j", "user1@example.com"}, all...)...), 80)
	x.waitFor("1 of 2", 1) // the subscription
	x.typeIn("\x03")
	code, shown := x.end()
	assert.Equal(t, exitStopped, code, shown)
	assert.Contains(t, shown, "Interrupted.")
	assert.Len(t, s.Contacts(), 1)
}
