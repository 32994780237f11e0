//go:build unix

package main

import (
	"fmt"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/erasure"
)

// A disk that is full at any moment stops a run before anything is erased that the
// journal doesn't have. Once there is room again, it goes on.
func TestSimulation_ofAFullDisk(t *testing.T) {
	simulate(t)
	stopped := 0
	for _, limit := range []int{3, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20} { // KiB that a file may have
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			x := newProcessSim(t, scenario{by: byEmail, posts: erasure.ActionDelete, convs: erasure.ActionDelete, plain: true})
			run := x.process
			x.process = func(args []string) (int, string) {
				cmd := x.site.command(args...)
				cmd.Args = append([]string{"sh", "-c", fmt.Sprintf(`trap "" XFSZ; ulimit -f %d; exec "$0" "$@"`, limit*blocks), cmd.Path}, cmd.Args[1:]...)
				sh, err := exec.LookPath("sh")
				require.NoError(t, err)
				cmd.Path = sh
				e := finish(t, cmd)
				return e.code, e.stderr
			}
			code := x.run("erase")
			if code != exitErased {
				stopped++
				require.Contains(t, []int{exitStopped, exitUsage}, code, x.said.String())
				if code == exitUsage {
					require.Empty(t, x.f.acts)
				}
				x.process = run
				if code = x.run("continue"); code == exitUsage { // there was no room for all values
					require.Empty(t, x.line)
					code = x.run("erase")
				}
			}
			require.Equal(t, exitErased, code, x.said.String())
			x.check(code)
			assert.Empty(t, x.wrong, x.said.String())
			now := x.w.inventory()
			for _, thing := range x.w.things {
				assert.False(t, thing.owner.asked && now.has(thing), "%s", thing.kind)
			}
		})
	}
	assert.Greater(t, stopped, 3)
}

const blocks = 2 // of 512 bytes in a KiB, which is what sh counts
