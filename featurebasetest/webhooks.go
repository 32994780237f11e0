package featurebasetest

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// maxWebhooks is how many webhooks an organization can have.
const maxWebhooks = 10

var webhookResource = new(resource)

func init() {
	define(webhookResource, (*Server).webhookRoutes, resource{
		object: "webhook",
		id:     asObjectID,
		prefix: "64e3f1a2b9c8d7ed",
		fresh:  freshWebhook,
		open:   true,
		fields: map[string]field{
			"name":          {kind: required(text(1, 255))},
			"url":           {kind: required(str)},
			"topics":        {kind: required(bounded(1, 0, listOf(str)))},
			"description":   {kind: text(0, 500)},
			"requestConfig": {kind: open(map[string]kind{"headers": mapOf(text(0, 1024))}), set: setRequestConfig},
		},
		list: listing{filters: map[string]filter{"status": {kind: oneOf("active", "paused", "suspended"), finds: anyOf("status")}}},
	})
}

func (s *Server) webhookRoutes() []route {
	w := s.store(webhookResource)
	return novaOnly(
		get("/v2/webhooks", w.listAll).with(w.list.parameters()),
		post("/v2/webhooks", s.createWebhook).takes(w.body(create)).refusing(featurebase.ErrorCodeInvalidParameter),
	)
}

// AddWebhook adds a webhook, with a fresh ID if it has none, and returns it as it was
// stored. It is active and has a secret unless it says otherwise. The server sends
// no events.
func (s *Server) AddWebhook(w featurebase.Webhook) featurebase.Webhook {
	w.Extra = reveal(w.Extra, map[string]featurebase.Secret{"url": w.URL, "secret": w.Secret})
	if headers := w.RequestConfig.Headers; headers != nil {
		config, _ := json.Marshal(reveal(nil, headers))
		w.RequestConfig.Extra = map[string]json.RawMessage{"headers": config}
	}
	w.URL, w.Secret, w.RequestConfig.Headers = "", "", nil
	return addValue(s.store(webhookResource), "AddWebhook", w)
}

// reveal returns members with those of secrets that are not empty, as JSON has them.
func reveal(members map[string]json.RawMessage, secrets map[string]featurebase.Secret) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	maps.Copy(all, members)
	for name, secret := range secrets {
		if secret != "" {
			all[name], _ = json.Marshal(secret.Reveal())
		}
	}
	return all
}

// Webhooks returns the webhooks that there are, in the order they were added.
func (s *Server) Webhooks() []featurebase.Webhook {
	return values[featurebase.Webhook](s.store(webhookResource))
}

func freshWebhook(_ *Server, now time.Time) object {
	return object{
		"name": "", "description": nil, "url": "", "secret": "whsec_featurebasetest", "topics": []any{}, "status": "active", "version": "1.0",
		"requestConfig": object{"timeoutMs": 5000.0},
		"health": object{
			"avgResponseTime": 0.0, "lastResponseTime": 0.0, "consecutiveFailures": 0.0, "errorsSinceLastSuccess": 0.0, "lastSuccessAt": nil,
		},
		"lastStatus": nil, "createdAt": stamp(now), "updatedAt": stamp(now),
	}
}

func setRequestConfig(_ *Server, o object, name string, v any) *response {
	config := object{"timeoutMs": 5000.0}
	if headers, ok := v.(object)["headers"]; ok {
		config["headers"] = headers
	}
	o[name] = config
	return nil
}

func (s *Server) createWebhook(r *request) response {
	if st := s.store(webhookResource); len(st.byID) < maxWebhooks {
		return st.createOne(r)
	}
	return *refuse(featurebase.ErrorCodeInvalidRequest, "", "The limit of webhooks is reached")
}
