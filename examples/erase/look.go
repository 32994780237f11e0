package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/featurebase-community/featurebase-go"
)

// sight is what was found for a value.
type sight struct {
	index    int
	value    string
	contacts []*featurebase.Contact // none if there is no such contact
	err      error
}

// look finds the contacts of values, several at once, and returns them in the
// order of the values.
func look(ctx context.Context, client *featurebase.Client, by kind, concurrency int, values iter.Seq2[int, string]) iter.Seq[sight] {
	return func(yield func(sight) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		queue := make(chan chan sight, concurrency-1)
		go func() {
			defer close(queue)
			for i, v := range values {
				one := make(chan sight, 1)
				select {
				case queue <- one:
				case <-ctx.Done():
					return
				}
				go func() {
					contacts, err := by.find(ctx, client, v)
					one <- sight{i, v, contacts, err}
				}()
			}
		}()
		for one := range queue {
			if !yield(<-one) {
				return
			}
		}
	}
}

// find returns the contacts that a value stands for.
func (k kind) find(ctx context.Context, client *featurebase.Client, value string) ([]*featurebase.Contact, error) {
	var c *featurebase.Contact
	var err error
	switch k {
	case byID:
		c, err = client.Contacts.Get(ctx, value)
	case byUserID:
		c, err = client.Contacts.GetByUserID(ctx, value)
	default:
		return findByEmail(ctx, client, value)
	}
	if errors.Is(err, featurebase.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []*featurebase.Contact{c}, nil
}

// findByEmail finds a customer and leads who may share the address. Whether the
// search minds case is not documented, so it is asked for both spellings.
func findByEmail(ctx context.Context, client *featurebase.Client, email string) ([]*featurebase.Contact, error) {
	filter := featurebase.ContactFieldEmail.Is(email)
	if lower := byEmail.key(email); lower != email {
		filter = featurebase.ContactFieldEmail.OneOf(email, lower)
	}
	var contacts []*featurebase.Contact
	seen := map[string]bool{}
	for c, err := range client.Contacts.SearchAll(ctx, featurebase.ContactSearchParams{Filters: featurebase.Filters[featurebase.Contact]{filter}}) {
		if err != nil {
			return nil, err
		}
		if byEmail.key(c.Email) != byEmail.key(email) {
			return nil, fmt.Errorf("the search gave contact %s, which has another email address", c.ID)
		}
		if id := strings.ToLower(c.ID); !seen[id] {
			seen[id] = true
			contacts = append(contacts, c)
		}
	}
	return contacts, nil
}

// written counts what contacts wrote, as far as Featurebase tells.
type written struct {
	authors, posts, comments int
	untold                   int // contacts of whom it does not
}

func (w *written) add(c *featurebase.Contact) {
	if c.PostsCreated == nil || c.CommentsCreated == nil {
		w.untold++
	}
	posts, comments := value(c.PostsCreated), value(c.CommentsCreated)
	if posts+comments > 0 {
		w.authors++
	}
	w.posts += posts
	w.comments += comments
}

func value(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// warn tells what deletion leaves behind; empty if nothing.
func (w *written) warn() string {
	var parts []string
	if w.authors > 0 {
		parts = append(parts, fmt.Sprintf("%s wrote %s and %s. These stay, and can't be tied to\nthem afterwards. If they have to go, delete them first; --dry-run shows whose.",
			amount(w.authors, "contact"), amount(w.posts, "post"), amount(w.comments, "comment")))
	}
	if w.untold > 0 {
		parts = append(parts, fmt.Sprintf("Of %s Featurebase does not tell whether they wrote posts or comments.", amount(w.untold, "contact")))
	}
	return strings.Join(parts, "\n")
}
