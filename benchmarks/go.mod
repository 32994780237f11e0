module github.com/featurebase-community/featurebase-go/benchmarks

go 1.25.0

replace github.com/featurebase-community/featurebase-go => ../

require (
	github.com/featurebase-community/featurebase-go v0.0.0
	github.com/hashicorp/go-retryablehttp v0.7.8
)

require (
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	golang.org/x/sys v0.47.0 // indirect
)
