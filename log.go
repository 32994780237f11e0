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

// logHold logs that the rate limit is about to hold a call back.
func logHold(ctx context.Context, logger *slog.Logger, ep *endpoint, wait time.Duration) {
	if logger.Enabled(ctx, slog.LevelWarn) {
		logger.LogAttrs(ctx, slog.LevelWarn, "featurebase: held back by the rate limit",
			slog.String("method", ep.method()), slog.String("route", ep.route()), slog.Duration("wait", wait))
	}
}

// logAttempt logs what came of a call's newest attempt: err, or else resp.
func logAttempt(ctx context.Context, logger *slog.Logger, level slog.Level, msg string, c *callInfo, resp *response, err error, attr slog.Attr) {
	if !logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", c.request.method()),
		slog.String("route", c.request.route()),
		slog.Int("attempt", c.attempts),
		attr,
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", safeText(err)))
	} else {
		attrs = append(attrs, slog.Int("status", resp.status))
		if id := c.redactor().requestID(resp.header); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	logger.LogAttrs(ctx, level, msg, attrs...)
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
