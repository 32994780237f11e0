module github.com/featurebase-community/featurebase-go/examples/recording

go 1.25.0

replace github.com/featurebase-community/featurebase-go => ../..

require (
	github.com/featurebase-community/featurebase-go v0.0.0-00010101000000-000000000000
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	github.com/hashicorp/go-retryablehttp v0.7.8 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	go.yaml.in/yaml/v4 v4.0.0-rc.6 // indirect
	gopkg.in/dnaeon/go-vcr.v4 v4.0.7
)
