module github.com/featurebase-community/featurebase-go/mutation

go 1.25.0
