package featurebasetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/featurebase-community/featurebase-go"
)

// record is a contact with what the server knows of it besides.
type record struct {
	featurebase.Contact
	place        int // in the order of those that were added
	added        time.Time
	createdAt    time.Time // in the caller's system; zero if it did not say
	blocked      bool
	unsubscribed map[featurebase.EmailTopic]bool
	gone         bool
}

// contacts are the records that there are.
type contacts struct {
	byID     map[string]*record
	byUserID map[string]*record // customers alone
	ordered  []*record          // by place; some may be gone
	places   int
}

func (c *contacts) add(r *record) {
	c.places++
	r.place = c.places
	c.byID[r.ID] = r
	c.ordered = append(c.ordered, r)
	c.index(r)
}

// index has a customer found by its user id.
func (c *contacts) index(r *record) {
	if r.UserID != "" && r.Type == featurebase.ContactTypeCustomer {
		c.byUserID[r.UserID] = r
	}
}

// replace puts another record in the place of an old one.
func (c *contacts) replace(old, r *record) {
	if c.byUserID[old.UserID] == old {
		delete(c.byUserID, old.UserID)
	}
	c.byID[r.ID] = r
	i := sort.Search(len(c.ordered), func(i int) bool { return c.ordered[i].place >= r.place })
	c.ordered[i] = r
	c.index(r)
}

func (c *contacts) remove(r *record) {
	r.gone = true
	delete(c.byID, r.ID)
	if c.byUserID[r.UserID] == r {
		delete(c.byUserID, r.UserID)
	}
	if len(c.ordered) > 2*len(c.byID) {
		left := make([]*record, 0, len(c.byID))
		for r := range c.after(0) {
			left = append(left, r)
		}
		c.ordered = left
	}
}

// after gives the records behind a place, in their order.
func (c *contacts) after(place int) iter.Seq[*record] {
	return func(yield func(*record) bool) {
		i := sort.Search(len(c.ordered), func(i int) bool { return c.ordered[i].place > place })
		for _, r := range c.ordered[i:] {
			if !r.gone && !yield(r) {
				return
			}
		}
	}
}

// AddContact adds a contact, with a fresh id if it has none and as a customer
// if it has no type, and gives it back as it was stored: with its id in lower
// case. For searches, it was created now.
func (s *Server) AddContact(c featurebase.Contact) featurebase.Contact {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := normal(c)
	if err != nil {
		s.misuse("AddContact: the contact can't be encoded: %v", err)
	}
	c.Object = "contact"
	c.Type = cmp.Or(c.Type, featurebase.ContactTypeCustomer)
	c.ID = strings.ToLower(cmp.Or(c.ID, s.freshID()))
	if !validID(c.ID) {
		s.misuse("AddContact: id %q is not 24 hexadecimal characters", c.ID)
	}
	if _, ok := s.contacts.byID[c.ID]; ok {
		s.misuse("AddContact: there is a contact with id %q already", c.ID)
	}
	if other := s.contacts.byUserID[c.UserID]; other != nil && c.Type == featurebase.ContactTypeCustomer {
		s.misuse("AddContact: there is a customer with user id %q already", c.UserID)
	}
	s.identify(c.Companies)
	s.contacts.add(&record{Contact: c, added: s.clock()})
	return clone(c)
}

func (s *Server) freshID() string {
	for {
		s.ids++
		id := fmt.Sprintf("507f1f77bcf86cd7%08x", s.ids)
		if _, taken := s.contacts.byID[id]; !taken {
			return id
		}
	}
}

// Contacts gives the contacts that there are, in the order they were added.
func (s *Server) Contacts() []featurebase.Contact {
	s.mu.Lock()
	defer s.mu.Unlock()
	contacts := make([]featurebase.Contact, 0, len(s.contacts.byID))
	for r := range s.contacts.after(0) {
		contacts = append(contacts, clone(r.Contact))
	}
	return contacts
}

// Blocked tells whether the contact with this id is blocked.
func (s *Server) Blocked(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.contacts.byID[strings.ToLower(id)]
	if r == nil {
		s.misuse("Blocked: there is no contact with id %q", id)
	}
	return r.blocked
}

// contactHandler answers a request about one contact.
type contactHandler func(s *Server, r *http.Request, c *record) answer

// byID finds the contact whose id is in the path.
func byID(h contactHandler) handler {
	return func(s *Server, r *http.Request, id string) answer {
		if !validID(id) {
			return failure(http.StatusBadRequest, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeInvalidID,
				"id", "The id is not a valid ObjectId.")
		}
		if c := s.contacts.byID[strings.ToLower(id)]; c != nil {
			return h(s, r, c)
		}
		return notFound()
	}
}

// byUserID finds the customer whose user id is in the path.
func byUserID(h contactHandler) handler {
	return func(s *Server, r *http.Request, userID string) answer {
		if utf8.RuneCountInString(userID) > 255 {
			return refused("userId", "The user id is longer than 255 characters.")
		}
		if c := s.contacts.byUserID[userID]; c != nil {
			return h(s, r, c)
		}
		return notFound()
	}
}

func notFound() answer {
	return failure(http.StatusNotFound, featurebase.ErrorTypeInvalidRequest, featurebase.ErrorCodeContactNotFound, "", "Contact not found.")
}

func (s *Server) getContact(_ *http.Request, c *record) answer {
	return success(http.StatusOK, document(c.Contact))
}

func (s *Server) deleteContact(_ *http.Request, c *record) answer {
	s.contacts.remove(c)
	return success(http.StatusOK, confirmation(c, "deleted"))
}

func (s *Server) blockContact(_ *http.Request, c *record) answer {
	c.blocked = true
	return success(http.StatusOK, confirmation(c, "blocked"))
}

func (s *Server) unblockContact(_ *http.Request, c *record) answer {
	c.blocked = false
	return success(http.StatusOK, confirmation(c, "unblocked"))
}

func confirmation(c *record, done string) any {
	return json.RawMessage(fmt.Sprintf(`{"id":%q,"object":"contact",%q:true}`, c.ID, done))
}
