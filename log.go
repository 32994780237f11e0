package featurebase

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"
)

// logHold logs that the rate limit is about to hold the call back.
func (c *call) logHold(wait time.Duration) {
	if c.logs(slog.LevelWarn) {
		c.client.logger.LogAttrs(c.ctx, slog.LevelWarn, "featurebase: held back by the rate limit",
			slog.String("method", c.request.method()), slog.String("route", c.request.route()), slog.Duration("wait", wait))
	}
}

func (c *call) logRetry(wait time.Duration) {
	if c.logs(slog.LevelWarn) {
		c.log(slog.LevelWarn, "featurebase: retrying", slog.Duration("wait", wait))
	}
}

func (c *call) logAttempt(start time.Time) {
	if c.logs(slog.LevelDebug) {
		c.log(slog.LevelDebug, "featurebase: attempt", slog.Duration("duration", time.Since(start)))
	}
}

// logs reports whether level is enabled.
func (c *call) logs(level slog.Level) bool { return c.client.logger.Enabled(c.ctx, level) }

func (c *call) log(level slog.Level, msg string, attr slog.Attr) {
	attrs := []slog.Attr{
		slog.String("method", c.request.method()),
		slog.String("route", c.request.route()),
		slog.Int("attempt", c.attempts),
		attr,
	}
	if c.err != nil {
		attrs = append(attrs, slog.String("error", safeText(c.err)))
	} else {
		attrs = append(attrs, slog.Int("status", c.response.status))
		if id := c.requestID(); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	c.client.logger.LogAttrs(c.ctx, level, msg, attrs...)
}

// safeText describes err without untrusted text: known network errors by their
// text, others by type.
func safeText(err error) string {
	var (
		token  *tokenError
		late   *timeoutError
		held   *RateLimitError
		op     *net.OpError
		dns    *net.DNSError
		notTLS tls.RecordHeaderError
		cert   *tls.CertificateVerificationError
	)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &token):
		return "token source failed"
	case errors.As(err, &held):
		return held.Error()
	case errors.As(err, &late):
		return late.Error()
	case errors.As(err, &op):
		return oneLine(op.Error(), maxLine)
	case errors.As(err, &dns):
		return oneLine(dns.Error(), maxLine)
	case errors.As(err, &notTLS):
		return notTLS.Error()
	case errors.As(err, &cert):
		return oneLine(cert.Error(), maxLine)
	}
	for _, known := range []error{errProxied, errStreamReset, errTLSCorrupt, errReadOnce, errShrunk, errEmpty, io.ErrNoProgress, context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return fmt.Sprintf("%T", innermost(err))
}

// innermost returns the error that err wraps in the end.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
