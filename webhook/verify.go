package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The names of the headers of a delivery.
const (
	signatureHeader = "X-Webhook-Signature"
	timestampHeader = "X-Webhook-Timestamp"
)

// defaultTolerance is what Featurebase recommends.
const defaultTolerance = 300 * time.Second

// Verify returns nil if Featurebase signed the delivery with one of the secrets
// less than 300 seconds ago. See [Verifier.Verify].
func Verify(header http.Header, body []byte, secrets ...string) error {
	return Verifier{Secrets: secrets}.Verify(header, body)
}

// Parse verifies a delivery and decodes its event. See [Verifier.Parse].
func Parse(header http.Header, body []byte, secrets ...string) (*Event, error) {
	return Verifier{Secrets: secrets}.Parse(header, body)
}

// Verifier verifies deliveries. It is safe for concurrent use.
type Verifier struct {
	// Secrets are the secrets of the webhooks, each whole, as Featurebase shows it:
	// whsec_ belongs to it, and nothing is decoded. There must be at least one, and
	// none may be empty. While a secret is replaced, have the new and the old one
	// here.
	Secrets []string

	// Tolerance is how far the timestamp of a delivery may be from now, in either
	// direction; 0 means 300 seconds. It limits how long a recorded delivery can be
	// replayed. Featurebase doesn't document whether the retries, which come up to
	// 7 hours after the event, have a new timestamp. If they are refused with
	// ErrTimestamp, they don't: then allow 8 hours, and rely on the event's ID
	// against replays, as a Handler does.
	Tolerance time.Duration

	// Now returns the current time; nil means time.Now.
	Now func() time.Time
}

// Verify returns nil if the delivery was signed with one of the secrets, and its
// timestamp is within the tolerance. The body must be as it was received, byte for
// byte. The names in header may have any case.
//
// Its errors match [ErrNoSignature], [ErrSignature], [ErrTimestamp] or [ErrSecret].
// ErrTimestamp means that the timestamp is malformed, or that the signature is
// right but too old or from the future. The texts are safe to log: they have
// nothing of the body, the secrets or the signatures.
func (v Verifier) Verify(header http.Header, body []byte) error {
	if err := v.check(); err != nil {
		return err
	}
	signature, timestamp, err := signatureOf(header)
	if err != nil {
		return err
	}
	// Each secret is tried, so that the time doesn't show which one it was.
	var signed bool
	for _, secret := range v.Secrets {
		var want [2 * sha256.Size]byte
		sign(&want, secret, timestamp, body)
		if hmac.Equal([]byte(signature), want[:]) {
			signed = true
		}
	}
	if !signed {
		return fail(ErrSignature, "none of the secrets made it; the key is the whole secret, whsec_ included, and the body has to be as it was received")
	}
	return v.checkTime(timestamp)
}

// Parse verifies a delivery and decodes its event. The errors are those of Verify,
// and those of [Decode]: if one matches [ErrDecode], the delivery is from Featurebase,
// and would be the same if it was sent again.
func (v Verifier) Parse(header http.Header, body []byte) (*Event, error) {
	if err := v.Verify(header, body); err != nil {
		return nil, err
	}
	return Decode(body)
}

// Sign sets the headers of a delivery with this body, as Featurebase signs it at
// the given time: for tests, and to send an event that was stored to a receiver
// again.
func Sign(header http.Header, body []byte, secret string, at time.Time) {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	var signature [2 * sha256.Size]byte
	sign(&signature, secret, timestamp, body)
	header.Set(timestampHeader, timestamp)
	header.Set(signatureHeader, string(signature[:]))
}

// sign writes the signature to out, in hexadecimal.
func sign(out *[2 * sha256.Size]byte, secret, timestamp string, body []byte) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(append([]byte(timestamp), '.'))
	mac.Write(body)
	var sum [sha256.Size]byte
	hex.Encode(out[:], mac.Sum(sum[:0]))
}

// check returns an error if the secrets can't be meant. An environment variable
// that isn't set must not let everybody sign, even among others.
func (v Verifier) check() error {
	if len(v.Secrets) == 0 {
		return fail(ErrSecret, "there is none; want that of the webhook, which begins with whsec_")
	}
	for i, secret := range v.Secrets {
		switch {
		case secret == "":
			return fail(ErrSecret, fmt.Sprintf("number %d of %d is empty; is its environment variable set?", i+1, len(v.Secrets)))
		case strings.TrimSpace(secret) != secret:
			return fail(ErrSecret, fmt.Sprintf("number %d of %d begins or ends with white space", i+1, len(v.Secrets)))
		}
	}
	if v.Tolerance < 0 {
		return fail(ErrTimestamp, "the tolerance is negative; want 0 for 300 seconds, or how far a timestamp may be from now")
	}
	return nil
}

// checkTime returns an error if the timestamp, which is all digits, is too far
// from now.
func (v Verifier) checkTime(timestamp string) error {
	tolerance := v.Tolerance
	if tolerance == 0 {
		tolerance = defaultTolerance
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fail(ErrTimestamp, "it is not a time in seconds")
	}
	switch age := now().Sub(time.Unix(seconds, 0)); {
	case age > tolerance:
		return fail(ErrTimestamp, fmt.Sprintf("the delivery was signed %v ago, and the tolerance is %v", age.Round(time.Second), tolerance))
	case age < -tolerance:
		return fail(ErrTimestamp, fmt.Sprintf("the delivery was signed %v in the future, and the tolerance is %v; is the clock right?", -age.Round(time.Second), tolerance))
	}
	return nil
}

// signatureOf returns signature and timestamp of a delivery, if they have the
// right form.
func signatureOf(header http.Header) (signature, timestamp string, err error) {
	signature, signatures := value(header, signatureHeader)
	timestamp, timestamps := value(header, timestampHeader)
	switch {
	case signatures == 0:
		err = fail(ErrNoSignature, "there is no header "+signatureHeader)
	case timestamps == 0:
		err = fail(ErrNoSignature, "there is no header "+timestampHeader)
	case signatures > 1:
		err = fail(ErrSignature, "the header "+signatureHeader+" comes more than once")
	case timestamps > 1:
		err = fail(ErrTimestamp, "the header "+timestampHeader+" comes more than once")
	case len(signature) != 2*sha256.Size || strings.Trim(signature, "0123456789abcdef") != "":
		err = fail(ErrSignature, fmt.Sprintf("want %d lowercase hexadecimal digits", 2*sha256.Size))
	case timestamp == "" || len(timestamp) > 18 || strings.Trim(timestamp, "0123456789") != "":
		err = fail(ErrTimestamp, "want a time in seconds, in plain digits")
	}
	return signature, timestamp, err
}

// value returns a value of a header, and how many there are. Function platforms
// have maps of headers with names in lower case.
func value(header http.Header, name string) (value string, n int) {
	for key, values := range header {
		if len(key) == len(name) && len(values) > 0 && strings.EqualFold(key, name) {
			value, n = values[0], n+len(values)
		}
	}
	return value, n
}
