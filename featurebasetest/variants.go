package featurebasetest

import "net/http"

// Variants are forms of responses that are not settled: sources contradict each
// other, or are silent. The zero value is what is likeliest.
type Variants struct {
	// EnvelopeSchemaErrors has requests that don't fit the API's schemas refused as
	// the reference documents it, in the envelope and with details. By default, the
	// refusal has the flat form that the service was seen to send.
	EnvelopeSchemaErrors bool

	// RefusedKeyStatus is the status of the response to a wrong or missing API key:
	// 401, which is the default, or 403. Both were seen.
	RefusedKeyStatus int

	// FirstMessageIsPart has the message that opens a conversation be its first part,
	// too, as in the reference's example. By default it is only the source, as the
	// service was seen to have it. It applies to conversations that requests begin
	// from then on.
	FirstMessageIsPart bool
}

// SetVariants has the server respond in other forms. It is safe to call while
// requests are made; Reset restores the default.
func (s *Server) SetVariants(v Variants) {
	if v.RefusedKeyStatus != 0 && v.RefusedKeyStatus != http.StatusUnauthorized && v.RefusedKeyStatus != http.StatusForbidden {
		s.misuse("SetVariants: want a RefusedKeyStatus of 401 or 403, not %d", v.RefusedKeyStatus)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants = v
}
