// Command logging shows how an error of the library looks in the usual loggers:
// none of them names the person whom the call was about.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"

	"github.com/rs/zerolog"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

func main() {
	srv := featurebasetest.New()
	_, err := srv.Client().Contacts.DeleteByUserID(context.Background(), "ada@example.com")
	show(os.Stdout, fmt.Errorf("closing the account: %w", err))

	var page *featurebase.Page[featurebase.Contact]
	page, err = srv.Client().Contacts.List(context.Background(), featurebase.ContactListParams{Limit: 1000})
	fmt.Println(page == nil)
	show(os.Stdout, err)
}

// show logs err with each of the loggers.
func show(w io.Writer, err error) {
	log.New(w, "", 0).Println(err)
	slog.New(slog.NewTextHandler(w, nil)).Error("failed", "error", err)
	slog.New(slog.NewJSONHandler(w, nil)).Error("failed", "error", err)
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(w), zap.InfoLevel)
	zap.New(core).Error("failed", zap.Error(err))
	logger := zerolog.New(w)
	logger.Error().Err(err).Msg("failed")
}
