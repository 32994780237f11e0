package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

// deletionTimeout bounds a deletion with all its retries and waits.
const deletionTimeout = 20 * time.Second

// contactDeleter is the part of featurebase.ContactsService that this service
// needs.
type contactDeleter interface {
	DeleteByUserID(ctx context.Context, userID string, opts ...featurebase.CallOption) (*featurebase.DeletedContact, error)
}

// service closes accounts: POST /accounts/{account}/close.
type service struct {
	contacts contactDeleter
	log      *slog.Logger

	mu       sync.Mutex
	accounts map[string]bool // those that are open, by the user ID of the contact
}

func newService(contacts contactDeleter, log *slog.Logger, accounts ...string) *service {
	s := &service{contacts: contacts, log: log, accounts: map[string]bool{}}
	for _, account := range accounts {
		s.accounts[account] = true
	}
	return s
}

func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /accounts/{account}/close", func(w http.ResponseWriter, r *http.Request) {
		switch err := s.closeAccount(r.Context(), r.PathValue("account")); {
		case errors.Is(err, errNoAccount):
			http.Error(w, "no such account", http.StatusNotFound)
		case err != nil:
			// The account stays, so that closing it can be tried again.
			s.log.Error("account not closed", "error", err)
			http.Error(w, "not closed yet, try again later", http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
	return mux
}

var errNoAccount = errors.New("no such account")

// closeAccount deletes the account's contact and then the account. It may be
// repeated until it succeeds.
func (s *service) closeAccount(ctx context.Context, account string) error {
	s.mu.Lock()
	open := s.accounts[account]
	s.mu.Unlock()
	if !open {
		return errNoAccount
	}
	// A client that hangs up must not break off a deletion.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deletionTimeout)
	defer cancel()
	_, err := s.contacts.DeleteByUserID(ctx, account)
	// Here it doesn't matter who deleted the contact, as long as it is gone.
	if err != nil && !errors.Is(err, featurebase.ErrNotFound) {
		return fmt.Errorf("deleting the contact: %w", err) // the error's text names nobody
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.accounts, account)
	return nil
}
