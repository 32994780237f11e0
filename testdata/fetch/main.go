// Command fetch deletes a contact and prints the outcome. It is built for
// js/wasm, where net/http sends requests with fetch.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/featurebase-community/featurebase-go"
)

func main() {
	client, err := featurebase.NewClientFromEnv(featurebase.WithMaxRetries(0))
	if err == nil {
		_, err = client.Contacts.Delete(context.Background(), "507f1f77bcf86cd799439011")
	}
	var api *featurebase.APIError
	outcome := map[string]any{"ambiguous": errors.Is(err, featurebase.ErrAmbiguous)}
	if err != nil {
		outcome["error"] = err.Error()
	}
	if errors.As(err, &api) {
		outcome["status"] = api.StatusCode
	}
	if err := json.NewEncoder(os.Stdout).Encode(outcome); err != nil {
		panic(err)
	}
}
