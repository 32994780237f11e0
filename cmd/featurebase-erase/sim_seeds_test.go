package main

import "testing"

// Scenarios in which something went wrong once.
var (
	simSeeds     = []uint64{5, 50, 55, 94, 97, 138, 162, 1004, 1042}
	packageSeeds = []uint64{5, 1258, 2133, 5026, 5527}
)

func TestSimulation_onceWrong(t *testing.T) {
	simulate(t)
	for _, seed := range simSeeds {
		if x := play(t, newScenario(seed)); len(x.wrong) > 0 {
			t.Errorf("%s: %q", x.s, x.wrong)
		}
	}
	for _, seed := range packageSeeds {
		if x := playPackage(t, newScenario(seed)); len(x.wrong) > 0 {
			t.Errorf("by the package: %s: %q", x.s, x.wrong)
		}
	}
}
