// Package conformance has nothing but tests. They make the same calls with
// Featurebase's official client and with this library, each on a fake of its
// own, and compare the outcomes: so neither the fake nor the library is just
// what somebody imagined. See its README.
package conformance
