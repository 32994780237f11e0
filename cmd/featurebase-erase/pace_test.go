package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPace_leavesTimeBetweenRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for n, want := range map[int]time.Duration{0: 0, 60: 3 * time.Second} {
			p, err := newPaced(n)
			require.NoError(t, err)
			begin := time.Now()
			for range 4 {
				require.NoError(t, p.wait(t.Context()))
			}
			assert.Equal(t, want, time.Since(begin))
		}
	})
	_, err := newPaced(-1)
	assert.Error(t, err)
}

func TestErase_canBeInterruptedWhileItKeepsToItsRate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.contact(1)
	x := open(t, s.command(append([]string{"erase", "--settle", "0s", "--yes", "--rate", "1", "--journal", "j", "user1@example.com"}, all...)...), 80)
	x.waitFor("Looking", 1)
	x.typeIn("\x03")
	code, shown := x.end()
	assert.Equal(t, exitStopped, code, shown)
	assert.Contains(t, shown, "Interrupted.")
	assert.Len(t, s.Contacts(), 1)
}
