//go:build goexperiment.jsonv2

package benchmarks_test

const jsonVersion = "v2"
