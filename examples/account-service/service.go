package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/featurebase-community/featurebase-go"
)

// contactDeleter is the part of featurebase.ContactsService that this service
// needs.
type contactDeleter interface {
	Delete(ctx context.Context, id string, opts ...featurebase.CallOption) (*featurebase.DeletedContact, error)
}

// service closes accounts: POST /accounts/{account}/close.
type service struct {
	contacts contactDeleter
	log      *slog.Logger

	mu       sync.Mutex
	accounts map[string]string // account to Featurebase contact id
}

func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /accounts/{account}/close", func(w http.ResponseWriter, r *http.Request) {
		account := r.PathValue("account")
		switch err := s.closeAccount(r.Context(), account); {
		case errors.Is(err, errNoAccount):
			http.Error(w, "no such account", http.StatusNotFound)
		case err != nil:
			// The account stays, so that closing it can be tried again.
			s.log.Error("closing account", "error", err)
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
	contactID, ok := s.accounts[account]
	s.mu.Unlock()
	if !ok {
		return errNoAccount
	}
	_, err := s.contacts.Delete(ctx, contactID)
	// Here it does not matter who deleted the contact, as long as it is gone.
	if err != nil && !errors.Is(err, featurebase.ErrNotFound) {
		return err // not wrapped: in the log its value names nobody, but its text would
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.accounts, account)
	return nil
}
