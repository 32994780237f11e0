package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go/webhook"
)

const (
	signatureHeader = "X-Webhook-Signature"
	timestampHeader = "X-Webhook-Timestamp"
)

var now = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// byHand signs as Featurebase's guide says, independently of the package.
func byHand(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%s.%s", timestamp, body)
	return hex.EncodeToString(mac.Sum(nil))
}

func verifier(secrets ...string) webhook.Verifier {
	return webhook.Verifier{Secrets: secrets, Now: func() time.Time { return now }}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	body := []byte(postEvent)
	at := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	sig := func(timestamp string) string { return byHand(secret, timestamp, body) }
	signed := func(timestamp string) http.Header {
		return http.Header{signatureHeader: {sig(timestamp)}, timestampHeader: {timestamp}}
	}
	tests := []struct {
		name    string
		header  http.Header
		body    []byte   // default: body
		secrets []string // default: secret
		want    error
		text    string
	}{
		{name: "signed now", header: signed(at(0))},
		{name: "300 seconds ago", header: signed(at(-300 * time.Second))},
		{name: "in 300 seconds", header: signed(at(300 * time.Second))},
		{name: "leading zeros are digits", header: signed("0" + at(0))},
		{name: "the second secret", header: signed(at(0)), secrets: []string{"whsec_new", secret}},
		{name: "names in lower case", header: http.Header{"x-webhook-signature": {sig(at(0))}, "x-webhook-timestamp": {at(0)}}},
		{name: "names in upper case", header: http.Header{"X-WEBHOOK-SIGNATURE": {sig(at(0))}, "X-WEBHOOK-TIMESTAMP": {at(0)}}},
		{name: "an empty body", header: http.Header{signatureHeader: {byHand(secret, at(0), nil)}, timestampHeader: {at(0)}}, body: []byte{}},

		{name: "301 seconds ago", header: signed(at(-301 * time.Second)), want: webhook.ErrTimestamp, text: "webhook: wrong timestamp: the delivery was signed 5m1s ago, and the tolerance is 5m0s"},
		{name: "in 301 seconds", header: signed(at(301 * time.Second)), want: webhook.ErrTimestamp, text: "webhook: wrong timestamp: the delivery was signed 5m1s in the future, and the tolerance is 5m0s; is the clock right?"},
		{name: "milliseconds", header: signed(strconv.FormatInt(now.UnixMilli(), 10)), want: webhook.ErrTimestamp},
		{name: "the largest timestamp", header: signed(strings.Repeat("9", 18)), want: webhook.ErrTimestamp},
		{name: "a timestamp that is too long", header: signed(strings.Repeat("9", 19)), want: webhook.ErrTimestamp},
		{name: "a sign", header: signed("+" + at(0)), want: webhook.ErrTimestamp, text: "webhook: wrong timestamp: want a time in seconds, in plain digits"},
		{name: "a fraction", header: signed(at(0) + ".0"), want: webhook.ErrTimestamp},
		{name: "white space", header: signed(" " + at(0)), want: webhook.ErrTimestamp},
		{name: "an underscore", header: signed("1_796_126_400"), want: webhook.ErrTimestamp},
		{name: "digits of another script", header: signed("١٧٩٦١٢٦٤٠٠"), want: webhook.ErrTimestamp},
		{name: "an empty timestamp", header: signed(""), want: webhook.ErrTimestamp},

		{name: "no headers", header: nil, want: webhook.ErrNoSignature, text: "webhook: no signature: there is no header X-Webhook-Signature"},
		{name: "no signature", header: http.Header{timestampHeader: {at(0)}}, want: webhook.ErrNoSignature},
		{name: "a signature without a value", header: http.Header{signatureHeader: {}, timestampHeader: {at(0)}}, want: webhook.ErrNoSignature},
		{name: "no timestamp", header: http.Header{signatureHeader: {sig(at(0))}}, want: webhook.ErrNoSignature, text: "webhook: no signature: there is no header X-Webhook-Timestamp"},
		{name: "two signatures", header: http.Header{signatureHeader: {sig(at(0)), sig(at(0))}, timestampHeader: {at(0)}}, want: webhook.ErrSignature, text: "webhook: wrong signature: the header X-Webhook-Signature comes more than once"},
		{name: "two signatures in different cases", header: http.Header{signatureHeader: {sig(at(0))}, "x-webhook-signature": {sig(at(0))}, timestampHeader: {at(0)}}, want: webhook.ErrSignature},
		{name: "two signatures in one value", header: http.Header{signatureHeader: {sig(at(0)) + "," + sig(at(0))}, timestampHeader: {at(0)}}, want: webhook.ErrSignature},
		{name: "two timestamps", header: http.Header{signatureHeader: {sig(at(0))}, timestampHeader: {at(0), at(0)}}, want: webhook.ErrTimestamp, text: "webhook: wrong timestamp: the header X-Webhook-Timestamp comes more than once"},
		{name: "upper-case digits", header: http.Header{signatureHeader: {strings.ToUpper(sig(at(0)))}, timestampHeader: {at(0)}}, want: webhook.ErrSignature, text: "webhook: wrong signature: want 64 lowercase hexadecimal digits"},
		{name: "too short", header: http.Header{signatureHeader: {sig(at(0))[:62]}, timestampHeader: {at(0)}}, want: webhook.ErrSignature},
		{name: "too long", header: http.Header{signatureHeader: {sig(at(0)) + "00"}, timestampHeader: {at(0)}}, want: webhook.ErrSignature},
		{name: "an empty signature", header: http.Header{signatureHeader: {""}, timestampHeader: {at(0)}}, want: webhook.ErrSignature},
		{name: "a prefix", header: http.Header{signatureHeader: {"sha256=" + sig(at(0))[7:]}, timestampHeader: {at(0)}}, want: webhook.ErrSignature},

		{name: "another body", header: signed(at(0)), body: append([]byte(" "), body...), want: webhook.ErrSignature, text: "webhook: wrong signature: none of the secrets made it; the key is the whole secret, whsec_ included, and the body has to be as it was received"},
		{name: "another timestamp", header: http.Header{signatureHeader: {sig(at(0))}, timestampHeader: {at(1)}}, want: nil},
		{name: "a later timestamp", header: http.Header{signatureHeader: {sig(at(0))}, timestampHeader: {at(time.Second)}}, want: webhook.ErrSignature},
		{name: "another secret", header: signed(at(0)), secrets: []string{"whsec_new"}, want: webhook.ErrSignature},
		{name: "without whsec_", header: signed(at(0)), secrets: []string{strings.TrimPrefix(secret, "whsec_")}, want: webhook.ErrSignature},

		{name: "no secret", header: signed(at(0)), secrets: []string{}, want: webhook.ErrSecret, text: "webhook: unusable secret: there is none; want that of the webhook, which begins with whsec_"},
		{name: "an empty secret", header: signed(at(0)), secrets: []string{""}, want: webhook.ErrSecret, text: "webhook: unusable secret: number 1 of 1 is empty; is its environment variable set?"},
		{name: "an empty secret among others", header: signed(at(0)), secrets: []string{secret, ""}, want: webhook.ErrSecret},
		{name: "signed with the empty secret", header: http.Header{signatureHeader: {byHand("", at(0), body)}, timestampHeader: {at(0)}}, secrets: []string{secret, ""}, want: webhook.ErrSecret},
		{name: "a line break after the secret", header: signed(at(0)), secrets: []string{secret + "\n"}, want: webhook.ErrSecret, text: "webhook: unusable secret: number 1 of 1 begins or ends with white space"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.body == nil {
				test.body = body
			}
			if test.secrets == nil {
				test.secrets = []string{secret}
			}
			err := verifier(test.secrets...).Verify(test.header, test.body)
			if test.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, test.want)
			for _, other := range []error{webhook.ErrNoSignature, webhook.ErrSignature, webhook.ErrTimestamp, webhook.ErrSecret, webhook.ErrDecode} {
				assert.Equal(t, other == test.want, errors.Is(err, other), "%v", other) //nolint:errorlint // sentinels
			}
			if test.text != "" {
				assert.EqualError(t, err, test.text)
			}
			for _, hidden := range []string{strings.TrimSpace(secret), sig(at(0)), "Ada", "Dark"} {
				assert.NotContains(t, err.Error(), hidden)
			}
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestVerify_refusesEachChangedByte(t *testing.T) {
	t.Parallel()
	body, header := []byte(postEvent), http.Header{}
	webhook.Sign(header, body, secret, now)
	v := verifier(secret)
	require.NoError(t, v.Verify(header, body))
	for i := range body {
		changed := bytes.Clone(body)
		changed[i] ^= 1
		require.ErrorIs(t, v.Verify(header, changed), webhook.ErrSignature)
	}
	good := header.Get(signatureHeader)
	for i := range good {
		other := "0"
		if good[i] == '0' {
			other = "1"
		}
		header.Set(signatureHeader, good[:i]+other+good[i+1:])
		require.ErrorIs(t, v.Verify(header, body), webhook.ErrSignature)
	}
}

func TestVerifier_tolerance(t *testing.T) {
	t.Parallel()
	body, header := []byte("{}"), http.Header{}
	webhook.Sign(header, body, secret, now.Add(-7*time.Hour))
	v := verifier(secret)
	require.ErrorIs(t, v.Verify(header, body), webhook.ErrTimestamp)
	v.Tolerance = 8 * time.Hour
	require.NoError(t, v.Verify(header, body))
	v.Tolerance = -1
	require.ErrorIs(t, v.Verify(header, body), webhook.ErrTimestamp)
}

// The functions use the time of the machine.
func TestVerify_now(t *testing.T) {
	t.Parallel()
	header := http.Header{}
	webhook.Sign(header, []byte(postEvent), secret, time.Now())
	require.NoError(t, webhook.Verify(header, []byte(postEvent), "whsec_new", secret))
	e, err := webhook.Parse(header, []byte(postEvent), secret)
	require.NoError(t, err)
	assert.Equal(t, webhook.TopicPostUpdated, e.Topic)

	_, err = webhook.Parse(header, []byte(postEvent), "whsec_new")
	require.ErrorIs(t, err, webhook.ErrSignature)
	webhook.Sign(header, []byte("[]"), secret, time.Now())
	_, err = webhook.Parse(header, []byte("[]"), secret)
	require.ErrorIs(t, err, webhook.ErrDecode)
}

func TestSign_isFeaturebasesScheme(t *testing.T) {
	t.Parallel()
	header := http.Header{}
	webhook.Sign(header, []byte(postEvent), secret, now)
	assert.Equal(t, http.Header{signatureHeader: {byHand(secret, "1796126400", []byte(postEvent))}, timestampHeader: {"1796126400"}}, header)
}

// FuzzVerify holds Verify to the scheme: it accepts what is signed by hand and in
// time, and nothing else.
func FuzzVerify(f *testing.F) {
	timestamp := strconv.FormatInt(now.Unix(), 10)
	f.Add(byHand(secret, timestamp, []byte("{}")), timestamp, []byte("{}"), secret)
	f.Add(byHand("", timestamp, nil), timestamp, []byte{}, "")
	f.Add(strings.Repeat("0", 64), "-1", []byte(postEvent), "whsec_")
	f.Add("", "", []byte(nil), " ")
	f.Fuzz(func(t *testing.T, signature, timestamp string, body []byte, key string) {
		v := verifier(key)
		accepts := func(signature string) bool {
			return v.Verify(http.Header{signatureHeader: {signature}, timestampHeader: {timestamp}}, body) == nil
		}
		usable := key != "" && strings.TrimSpace(key) == key
		seconds, err := strconv.ParseUint(timestamp, 10, 62)
		inTime := err == nil && len(timestamp) <= 18 && now.Unix()-300 <= int64(seconds) && int64(seconds) <= now.Unix()+300 //nolint:gosec // 62 bits
		right := byHand(key, timestamp, body)
		if got := accepts(right); got != (usable && inTime) {
			t.Fatalf("signed by hand: accepted %t", got)
		}
		if signature != right && accepts(signature) {
			t.Fatal("accepted another signature")
		}
		if _, err := v.Parse(http.Header{signatureHeader: {signature}, timestampHeader: {timestamp}}, body); err == nil && signature != right {
			t.Fatal("parsed what isn't signed")
		}
	})
}
