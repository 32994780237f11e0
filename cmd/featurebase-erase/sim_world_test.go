package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// human is a person of a world. Some are asked to be erased, the others must keep
// what they have.
type human struct {
	name, email, userID string
	asked               bool
	contacts            []string // IDs
	types               []featurebase.UserType
}

// thing is something that there is in the world, and whose it is. What the truth
// says of authors is no help: Featurebase forgets them with the contact.
type thing struct {
	kind    erasure.Kind
	id      string // of the conversation and the part, for messages
	number  int    // of a ticket
	text    string
	owner   *human
	contact string    // of the owner's, whose it is
	under   string    // what it is deleted with: a post, a conversation
	born    time.Time // zero: from the beginning
	moved   time.Time // when it became somebody else's
}

// world is a workspace, made from a seed.
type world struct {
	truth  *featurebasetest.Server // what there is
	shown  *featurebasetest.Server // what searches and lists show: the same, but later
	humans []*human
	things []*thing
	nobody string // a value that names nobody; empty: none

	placeholder string
	bystander   *human
	wall, other string // posts of the bystander's
	company     string // that some work for, and the bystander
	ids         int
}

func (w *world) servers() []*featurebasetest.Server {
	return []*featurebasetest.Server{w.truth, w.shown}
}

// id returns a fresh ID, which begins with the time, as Featurebase's do.
func (w *world) id(prefix string) string {
	w.ids++
	return fmt.Sprintf("%08x%s%0*x", time.Now().Unix(), prefix, 16-len(prefix), w.ids)
}

// newWorld makes people with posts, comments, votes, conversations and tickets.
func newWorld(seed uint64, s *scenario) *world {
	dice := rand.New(rand.NewPCG(seed, 1))
	w := &world{truth: featurebasetest.New(), shown: featurebasetest.New()}
	w.company = w.id("ac")
	for _, s := range w.servers() {
		s.AddCompany(featurebase.Company{ID: w.company, CompanyID: "acme", Name: "Acme"})
	}
	w.bystander = w.human("other", dice)
	w.placeholder = w.human("placeholder", dice).contacts[0]
	w.wall, w.other = w.post(w.bystander, 0).id, w.post(w.bystander, 0).id
	for range 2 {
		w.comment(w.bystander, 0, w.wall, "")
	}
	if s.plain {
		w.plain(dice)
	}
	for i := range 2 + dice.IntN(3) {
		if s.plain {
			break
		}
		h := w.human(fmt.Sprintf("user%d", i), dice)
		h.asked = true
		if dice.IntN(3) == 0 {
			w.lead(h)
		}
		for c := range h.contacts {
			w.fill(h, c, dice, i == 0 && c == 0)
		}
	}
	if s.admin || !s.plain && dice.IntN(4) == 0 {
		w.admins(w.humans[2])
	}
	if s.mailbox {
		first := w.humans[2]
		twin := &human{name: "twin", email: first.email, userID: "u-twin", asked: s.sameEmail}
		w.humans = append(w.humans, twin)
		w.customer(twin)
		if w.post(twin, 0); !s.plain {
			w.fill(twin, 0, dice, false)
		}
	}
	if s.nobody {
		w.nobody = map[kind]string{byEmail: "nobody@example.com", byUserID: "u-nobody", byID: "ffffffffffffffffffffffff"}[s.by]
	}
	return w
}

// plain makes the people of the table.
func (w *world) plain(dice *rand.Rand) {
	for i := range 2 {
		h := w.human(fmt.Sprintf("user%d", i), dice)
		h.asked = true
		for range 2 {
			w.comment(w.bystander, 0, w.post(h, 0).id, "")
		}
		for range 3 {
			w.comment(h, 0, w.wall, "")
		}
		w.vote(h, 0, w.wall)
		w.conversation(h, 0, true, false)
		w.conversation(h, 0, false, false)
		w.ticket(h, 0, false)
	}
}

func (w *world) human(name string, dice *rand.Rand) *human {
	h := &human{name: name, email: name + "@example.com", userID: "u-" + name}
	w.humans = append(w.humans, h)
	w.customer(h)
	return h
}

func (w *world) customer(h *human) {
	c := featurebase.Contact{Type: featurebase.ContactTypeCustomer, UserID: h.userID, Email: h.email, Name: h.name, OrganizationID: acme}
	if h.name == "other" || h.name == "user1" {
		c.Companies = []featurebase.Company{{ID: w.company, CompanyID: "acme", Name: "Acme"}}
	}
	w.contact(h, c)
	if c.Companies != nil {
		w.keep(&thing{kind: erasure.KindMembership, id: w.company, owner: h, contact: h.contacts[len(h.contacts)-1]})
	}
}

func (w *world) lead(h *human) {
	w.contact(h, featurebase.Contact{Type: featurebase.ContactTypeLead, Email: h.email, Name: h.name, OrganizationID: acme})
}

func (w *world) contact(h *human, c featurebase.Contact) *thing {
	c.ID = w.id("c0")
	for _, s := range w.servers() {
		s.AddContact(c)
	}
	h.contacts, h.types = append(h.contacts, c.ID), append(h.types, featurebase.UserType(c.Type))
	return w.keep(&thing{kind: erasure.KindContact, id: c.ID, text: c.Email, owner: h, contact: c.ID})
}

func (w *world) keep(t *thing) *thing {
	w.things = append(w.things, t)
	return t
}

// fill has a contact leave something, or with much certainly a post and a comment.
func (w *world) fill(h *human, contact int, dice *rand.Rand, much bool) {
	least := 0
	if much {
		least = 1
	}
	for range least + dice.IntN(3) {
		post := w.post(h, contact)
		for range dice.IntN(3) {
			w.comment(w.bystander, 0, post.id, "")
		}
	}
	for range least + dice.IntN(4) {
		on := w.anyPost(dice)
		c := w.comment(h, contact, on, "")
		if dice.IntN(4) == 0 {
			w.comment(w.bystander, 0, on, c.id)
		}
	}
	if h.types[contact] == featurebase.UserTypeCustomer {
		for range dice.IntN(2) {
			w.vote(h, contact, w.wall)
		}
	}
	for range dice.IntN(3) {
		w.conversation(h, contact, dice.IntN(2) == 0, dice.IntN(3) == 0)
	}
	if dice.IntN(3) == 0 {
		w.ticket(h, contact, dice.IntN(2) == 0)
	}
	if dice.IntN(6) == 0 {
		w.survey(h, contact)
	}
}

func (w *world) anyPost(dice *rand.Rand) string {
	var posts []string
	for _, t := range w.things {
		if t.kind == erasure.KindPost {
			posts = append(posts, t.id)
		}
	}
	return posts[dice.IntN(len(posts))]
}

func (w *world) post(h *human, contact int) *thing {
	id := w.id("b0")
	text := "A wish of " + h.name + " " + id[20:]
	for _, s := range w.servers() {
		s.AddPost(featurebase.Post{ID: id, Title: text, Content: text, BoardID: board, Author: &featurebase.PostAuthor{ID: h.contacts[contact], Name: h.name, Email: h.email, Type: h.types[contact]}})
	}
	return w.keep(&thing{kind: erasure.KindPost, id: id, text: text, owner: h, contact: h.contacts[contact]})
}

func (w *world) comment(h *human, contact int, post, parent string) *thing {
	id := w.id("d0")
	text := "A word of " + h.name + " " + id[20:]
	for _, s := range w.servers() {
		s.AddComment(featurebase.Comment{ID: id, PostID: post, ParentCommentID: parent, Content: text, Author: &featurebase.CommentAuthor{ID: h.contacts[contact], Name: h.name, Type: h.types[contact]}})
	}
	return w.keep(&thing{kind: erasure.KindComment, id: id, text: text, owner: h, contact: h.contacts[contact], under: post})
}

func (w *world) vote(h *human, contact int, post string) *thing {
	for _, s := range w.servers() {
		direct(s, http.MethodPost, "/v2/posts/"+post+"/voters", map[string]any{"id": h.contacts[contact]})
	}
	return w.keep(&thing{kind: erasure.KindVote, id: post, owner: h, contact: h.contacts[contact], under: post})
}

// conversation adds one with a message of the person's, alone or with the
// bystander; opened says that the first message is the person's too.
func (w *world) conversation(h *human, contact int, alone, opened bool) *thing {
	w.ids++
	id := fmt.Sprintf("7%d", w.ids)
	c := featurebase.Conversation{ID: id}
	by := func(h *human, contact int) featurebase.ConversationPart {
		return featurebase.ConversationPart{
			PartType: featurebase.ConversationPartTypeUserMessage, BodyMarkdown: "A message of " + h.name,
			Author: &featurebase.ConversationAuthor{ID: h.contacts[contact], Name: h.name, Type: h.types[contact]},
		}
	}
	c.Participants = append(c.Participants, featurebase.ConversationParticipant{ID: h.contacts[contact], Type: h.types[contact]})
	c.Parts = append(c.Parts, by(h, contact))
	if !alone {
		c.Participants = append(c.Participants, featurebase.ConversationParticipant{ID: w.bystander.contacts[0], Type: featurebase.UserTypeCustomer})
		c.Parts = append(c.Parts, by(w.bystander, 0))
	}
	if opened {
		c.Source = &featurebase.MessageSource{Author: &featurebase.ConversationParticipant{ID: h.contacts[contact], Type: h.types[contact]}, BodyMarkdown: "The first message of " + h.name}
	}
	for _, s := range w.servers() {
		s.AddConversation(c)
	}
	whole := w.keep(&thing{kind: erasure.KindConversation, id: id, owner: h, contact: h.contacts[contact]})
	w.keep(&thing{kind: erasure.KindMessage, id: id + "/1", owner: h, contact: h.contacts[contact], under: id})
	if !alone {
		w.keep(&thing{kind: erasure.KindMessage, id: id + "/2", owner: w.bystander, contact: w.bystander.contacts[0], under: id})
	}
	if opened {
		w.keep(&thing{kind: erasure.KindMessage, id: id + "/source", owner: h, contact: h.contacts[contact], under: id})
	}
	return whole
}

func (w *world) ticket(h *human, contact int, linked bool) *thing {
	t := featurebase.Ticket{
		ID: w.id("e0"), TicketNumber: 100 + w.ids, Title: "Help " + h.name, Content: "It does not work for " + h.name,
		Author: &featurebase.TicketAuthor{ID: h.contacts[contact], Name: h.name, Email: h.email, Type: h.types[contact]},
	}
	if linked {
		t.LinkedConversations = []featurebase.TicketConversation{{ID: w.conversation(h, contact, true, false).id}}
	}
	for _, s := range w.servers() {
		s.AddTicket(t)
	}
	return w.keep(&thing{kind: erasure.KindTicket, id: t.ID, number: t.TicketNumber, text: t.Title, owner: h, contact: h.contacts[contact]})
}

// admins adds a ticket of a teammate with a person's address.
func (w *world) admins(h *human) {
	t := featurebase.Ticket{
		ID: w.id("e0"), TicketNumber: 100 + w.ids, Title: "The boss's ticket", Content: "It is the boss's",
		Author: &featurebase.TicketAuthor{ID: w.id("a0"), Name: "Boss", Email: h.email, Type: featurebase.UserTypeAdmin},
	}
	for _, s := range w.servers() {
		s.AddTicket(t)
	}
	w.keep(&thing{kind: erasure.KindTicket, id: t.ID, number: t.TicketNumber, text: t.Title, owner: w.bystander})
}

func (w *world) survey(h *human, contact int) {
	id, response := w.id("f0"), w.id("f1")
	for _, s := range w.servers() {
		s.AddSurvey(featurebase.Survey{ID: id, Title: "A survey", IsActive: true})
		s.AddSurveyResponse(id, featurebase.SurveyResponse{ID: response, User: &featurebase.Contact{ID: h.contacts[contact]}})
	}
	w.keep(&thing{kind: erasure.KindSurveyResponse, id: response, owner: h, contact: h.contacts[contact]})
}

// direct sends a request to a server, past the front.
func direct(s *featurebasetest.Server, method, target string, body any) (int, []byte) {
	var sent []byte
	if body != nil {
		sent, _ = json.Marshal(body)
	}
	r, err := http.NewRequest(method, "https://featurebase.test"+target, bytes.NewReader(sent))
	if err != nil {
		panic(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+s.Token)
	resp, err := s.Transport().RoundTrip(r)
	if err != nil {
		panic(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	return resp.StatusCode, b
}

// inventory is what there is, as the server itself has it.
type inventory struct {
	contacts      map[string]featurebase.Contact
	posts         map[string]featurebase.Post
	comments      map[string]featurebase.Comment
	conversations map[string]featurebase.Conversation
	tickets       map[string]featurebase.Ticket
	votes         map[string]bool // post and contact
}

func (w *world) inventory() *inventory {
	f := &inventory{
		contacts: map[string]featurebase.Contact{}, posts: map[string]featurebase.Post{}, comments: map[string]featurebase.Comment{},
		conversations: map[string]featurebase.Conversation{}, tickets: map[string]featurebase.Ticket{}, votes: map[string]bool{},
	}
	for _, c := range w.truth.Contacts() {
		f.contacts[c.ID] = c
	}
	for _, p := range w.truth.Posts() {
		f.posts[p.ID] = p
	}
	for _, c := range w.truth.Comments() {
		f.comments[c.ID] = c
	}
	for _, c := range w.truth.Conversations() {
		f.conversations[c.ID] = c
	}
	for _, t := range w.truth.Tickets() {
		f.tickets[t.ID] = t
	}
	for _, t := range w.things {
		if t.kind == erasure.KindVote && f.posts[t.id].ID != "" && !f.votes[t.id+t.contact] {
			_, b := direct(w.truth, http.MethodGet, "/v2/posts/"+t.id+"/voters?limit=100", nil)
			var page struct {
				Data []struct{ ID string }
			}
			_ = json.Unmarshal(b, &page)
			for _, v := range page.Data {
				f.votes[t.id+v.ID] = true
			}
		}
	}
	return f
}

// has reports whether something is still there, with the person in it.
func (f *inventory) has(t *thing) bool {
	switch t.kind {
	case erasure.KindContact:
		c, ok := f.contacts[t.id]
		return ok && t.moved.IsZero() && c.Email == t.text
	case erasure.KindPost:
		return f.posts[t.id].Title == t.text
	case erasure.KindComment:
		return f.comments[t.id].Content == t.text
	case erasure.KindVote:
		return f.votes[t.id+t.contact]
	case erasure.KindConversation:
		return slices.ContainsFunc(f.conversations[t.id].Participants, func(p featurebase.ConversationParticipant) bool { return p.ID == t.contact })
	case erasure.KindMessage:
		id, part, _ := strings.Cut(t.id, "/")
		c := f.conversations[id]
		if part == "source" {
			return c.Source != nil && c.Source.BodyMarkdown != ""
		}
		return slices.ContainsFunc(c.Parts, func(p featurebase.ConversationPart) bool { return p.ID == part && p.BodyMarkdown != "" })
	case erasure.KindTicket:
		return f.tickets[t.id].Title == t.text
	case erasure.KindMembership:
		return slices.ContainsFunc(f.contacts[t.contact].Companies, func(c featurebase.Company) bool { return c.ID == t.id })
	case erasure.KindSurveyResponse:
		return true // nothing deletes one
	}
	return false
}

// of are the things of a person.
func (w *world) of(h *human) (things []*thing) {
	for _, t := range w.things {
		if t.owner == h {
			things = append(things, t)
		}
	}
	return things
}

// owner is the person whose contact this is.
func (w *world) owner(contact string) *human {
	for _, h := range w.humans {
		if slices.Contains(h.contacts, contact) {
			return h
		}
	}
	return nil
}

func (w *world) thing(kind erasure.Kind, id, contact string) *thing {
	for _, t := range w.things {
		if t.kind == kind && t.id == id && (contact == "" || t.contact == contact) {
			return t
		}
	}
	return nil
}
