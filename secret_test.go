package featurebase_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// Whatever holds a Secret can be shown: of the text there is nothing.
func TestSecret_isShownOnlyIfAskedForByName(t *testing.T) {
	t.Parallel()
	const text = "whsec_5f2a"
	hook := featurebase.Webhook{
		ID: contactID, Secret: text, URL: "https://hooks.example.com/" + text,
		RequestConfig: featurebase.WebhookRequestConfig{Headers: map[string]featurebase.Secret{"Authorization": "Bearer " + text}},
	}
	var shown bytes.Buffer
	for _, v := range []any{hook.Secret, &hook.Secret, hook, &hook, []featurebase.Webhook{hook}, map[string]any{"a": hook}, featurebase.Page[featurebase.Webhook]{Data: []featurebase.Webhook{hook}}} {
		for _, verb := range []string{"v", "+v", "#v", "s", "q", "x", "X", "d", "20s", "-5q"} {
			fmt.Fprintf(&shown, "%"+verb+"\n", v)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&shown, nil), slog.NewJSONHandler(&shown, nil)} {
			slog.New(h).Info("webhook", "v", v)
		}
		b, err := json.Marshal(v)
		require.NoError(t, err)
		shown.Write(b)
	}
	require.NoError(t, xml.NewEncoder(&shown).Encode(hook.Secret))
	assert.Contains(t, shown.String(), "[secret]")
	for _, part := range []string{text, "hooks.example", "Bearer", fmt.Sprintf("%x", text), fmt.Sprintf("%X", text)} {
		assert.NotContains(t, shown.String(), part)
	}
	assert.Equal(t, text, hook.Secret.Reveal())
	assert.Equal(t, "[]", fmt.Sprintf("[%v]", featurebase.Secret("")))
}
