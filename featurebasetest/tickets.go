package featurebasetest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var ticketResource = &resource{
	object:   "ticket",
	id:       objectID,
	prefix:   "64e3f1a2b9c8d7f3",
	key:      "ticketNumber",
	notFound: noSuch("Ticket"),
	fresh:    freshTicket,
	fields: map[string]field{
		"ticketCategoryId": {kind: objectID, required: true, only: create, set: setTicketCategory},
		"title":            {kind: text(2, 1000), required: true},
		"author":           {kind: members(userKinds), required: true, only: create, set: setTicketAuthor},
		"assigneeId":       {kind: objectID, null: update},
		"companyId":        {kind: str, null: update},
		"content":          {kind: str},
		"createdAt":        {kind: moment, only: create, null: create, set: unlessNull},
		"customFields":     {kind: anyObject, set: setTicketFields},
		"linkedConversationId": {kind: shortID, only: create, set: func(s *Server, o object, _ string, v any) string {
			if s.conversations.byID[v.(string)] == nil {
				return "names a conversation that does not exist"
			}
			o["linkedConversations"] = []any{object{"id": v}}
			return ""
		}},
		"open": {kind: boolean, only: update, set: func(_ *Server, o object, name string, v any) string {
			if o[name] = v; v == false {
				o["snoozedUntil"] = nil
			}
			return ""
		}},
		"skipNotifications": {kind: boolean, set: ignored},
		"snoozedUntil":      {kind: moment, only: update, null: update},
		"statusId":          {kind: objectID, set: setTicketStatus},
	},
	files:   true,
	given:   ticketGiven,
	created: (*Server).ticketCreated,
	deleted: (*Server).ticketDeleted,
	list: listing{
		filters: map[string]filter{
			"ticketCategoryIds": {many: true, finds: anyOf("ticketCategoryId")},
			"statusIds":         {many: true, finds: anyOf("status.id")},
			"assigneeId":        {finds: anyOf("assigneeId")},
			"categoryType":      {oneOf: ticketTypes, finds: anyOf("categoryType")},
			"q":                 {finds: func(r *record, q []string) bool { return hasWords(textAt(r, []string{"title", "content"}), q[0]) }},
		},
		sortBy: map[string]string{"date": "createdAt", "recent": "updatedAt", "ticketNumber": "ticketNumber"},
		sort:   "createdAt",
	},
	search: searching{fields: map[string]criterion{ // for sorts alone
		"createdAt":    {scale: times, path: "createdAt"},
		"updatedAt":    {scale: times, path: "updatedAt"},
		"ticketNumber": {scale: numbers, path: "ticketNumber"},
	}},
}

var ticketTypes = []string{"customer", "tracker", "back-office"}

// Categories, custom fields and statuses of tickets are those of posts, but apart.
var (
	ticketCategoryResource    = like(boardResource, "64e3f1a2b9c8d7f4")
	ticketCustomFieldResource = like(customFieldResource, "64e3f1a2b9c8d7f5")
	ticketStatusResource      = like(postStatusResource, "64e3f1a2b9c8d7f6")
)

// like returns a resource that has other IDs.
func like(r *resource, prefix string) *resource {
	other := *r
	other.prefix = prefix
	return &other
}

func (s *Server) ticketRoutes() []route {
	t := s.tickets
	return []route{
		{"GET", "/v2/tickets", t.listAll, true},
		{"POST", "/v2/tickets", t.createOne, false},
		{"GET", "/v2/tickets/categories", s.ticketCategories.array, false},
		{"GET", "/v2/tickets/categories/{id}", s.ticketCategories.withID(s.ticketCategories.getOne), false},
		{"GET", "/v2/tickets/custom_fields", s.ticketCustomFields.whole, false},
		{"GET", "/v2/tickets/custom_fields/{id}", s.ticketCustomFields.withID(s.ticketCustomFields.getOne), false},
		{"GET", "/v2/tickets/statuses", s.ticketStatuses.array, false},
		{"GET", "/v2/tickets/statuses/{id}", s.ticketStatuses.withID(s.ticketStatuses.getOne), false},
		{"GET", "/v2/tickets/{ticketNumber}", s.withNumber(s.getTicket), false},
		{"PATCH", "/v2/tickets/{ticketNumber}", s.withNumber(t.updateOne), false},
		{"DELETE", "/v2/tickets/{ticketNumber}", s.withNumber(t.deleteOne), false},
		{"POST", "/v2/tickets/{ticketNumber}/reply", s.withNumber(s.replyToTicket), false},
	}
}

// AddTicket adds a ticket, with a fresh ID and number if it has none, and returns
// it as it was stored. It is open, a customer's if it has no category type, and
// linked to no conversation but those that it has.
func (s *Server) AddTicket(t featurebase.Ticket) featurebase.Ticket {
	return addValue(s.tickets, "AddTicket", t)
}

// Tickets returns the tickets that there are, in the order they were added.
func (s *Server) Tickets() []featurebase.Ticket { return values[featurebase.Ticket](s.tickets) }

// AddTicketCategory adds a category of tickets, with a fresh ID if it has none, and
// returns it as it was stored. From then on, new tickets need a category that was
// added.
func (s *Server) AddTicketCategory(b featurebase.Board, t featurebase.TicketCategoryType) featurebase.Board {
	if !slices.Contains(ticketTypes, string(t)) {
		s.misuse("AddTicketCategory: want one of the types %v, not %q", ticketTypes, t)
	}
	b = addValue(s.ticketCategories, "AddTicketCategory", b)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticketCategories.byID[b.ID].state = string(t)
	return b
}

// TicketCategories returns the categories that were added, in their order.
func (s *Server) TicketCategories() []featurebase.Board {
	return values[featurebase.Board](s.ticketCategories)
}

// AddTicketCustomField adds a custom field of tickets, as AddCustomField does for
// posts.
func (s *Server) AddTicketCustomField(f featurebase.CustomField) featurebase.CustomField {
	return addValue(s.ticketCustomFields, "AddTicketCustomField", f)
}

// TicketCustomFields returns the custom fields that were added, in their order.
func (s *Server) TicketCustomFields() []featurebase.CustomField {
	return values[featurebase.CustomField](s.ticketCustomFields)
}

// AddTicketStatus adds a status of tickets, as AddPostStatus does for posts.
func (s *Server) AddTicketStatus(p featurebase.PostStatus) featurebase.PostStatus {
	return addValue(s.ticketStatuses, "AddTicketStatus", p)
}

// TicketStatuses returns the statuses that were added, in their order.
func (s *Server) TicketStatuses() []featurebase.PostStatus {
	return values[featurebase.PostStatus](s.ticketStatuses)
}

func freshTicket(s *Server, now time.Time) object {
	empty := func() any { return []any{} }
	number := len(s.tickets.byID) + 1
	for s.tickets.byKey[fmt.Sprint(number)] != nil {
		number++
	}
	return object{
		"assigneeId": nil, "author": author(ownUser), "categoryType": "customer", "companyId": nil, "content": "", "createdAt": stamp(now),
		"customFields":        object{},
		"integrations":        object{"clickup": empty(), "devops": empty(), "github": empty(), "hubspot": empty(), "jira": empty(), "linear": empty()},
		"linkedConversations": empty(), "open": true, "snoozedUntil": nil, "status": defaultStatus(s.ticketStatuses), "teamAssigneeId": nil,
		"ticketCategoryId": "", "ticketNumber": float64(number), "ticketUrl": ticketURL(number), "title": "", "updatedAt": stamp(now),
	}
}

func ticketURL(number any) string { return fmt.Sprintf("https://feedback.example.com/t/TK-%v", number) }

// ticketGiven completes a ticket that was added.
func ticketGiven(s *Server, o object) error {
	fresh := freshTicket(s, s.clock())
	if o["ticketNumber"] == 0.0 {
		o["ticketNumber"] = fresh["ticketNumber"]
	}
	o["ticketUrl"] = ticketURL(o["ticketNumber"])
	o["open"] = true
	if status, _ := o["status"].(object); status["name"] == nil {
		if wrong := setTicketStatus(s, o, "statusId", cmp.Or(status["id"], defaultStatus(s.ticketStatuses)["id"])); wrong != "" {
			return fmt.Errorf("the ticket %s", wrong)
		}
	}
	for _, name := range []string{"customFields", "integrations", "linkedConversations"} {
		if o[name] == nil {
			o[name] = fresh[name]
		}
	}
	for _, v := range dig(o, "linkedConversations.id") {
		if s.conversations.byID[v.(string)] == nil {
			return fmt.Errorf("the ticket is linked to conversation %q, which does not exist", v)
		}
	}
	return nil
}

func setTicketAuthor(s *Server, o object, name string, v any) string {
	if given := v.(object); given["id"] == nil && given["userId"] == nil && given["email"] == nil {
		return "must have id, userId or email"
	}
	return setAuthor(s, o, name, v)
}

func setTicketStatus(s *Server, o object, _ string, v any) string {
	return setStatusOf(s.ticketStatuses, o, v)
}

// setTicketCategory accepts every category as long as none was added.
func setTicketCategory(s *Server, o object, name string, v any) string {
	category := s.ticketCategories.byID[v.(string)]
	if category == nil && len(s.ticketCategories.byID) > 0 {
		return "names a category that does not exist"
	}
	if o[name] = v; category != nil {
		o["categoryType"] = category.state
	}
	return ""
}

// setTicketFields merges custom fields. Files that are named by URLs become what
// the API returns of files.
func setTicketFields(s *Server, o object, name string, v any) string {
	fields := maps.Clone(v.(object))
	for id, value := range fields {
		list, several := value.([]any)
		if !several {
			list = []any{value}
		}
		var files []any
		for _, v := range list {
			file, ok := v.(object)
			if !ok {
				break
			}
			url, _ := file["url"].(string)
			if !strings.HasPrefix(url, "https://") {
				return "has a file without an https URL"
			}
			files = append(files, stored(cmp.Or(file["name"], any(url[strings.LastIndex(url, "/")+1:]))))
		}
		if len(files) > 0 {
			fields[id] = fileValue(files, several)
		}
	}
	return merged(s, o, name, fields)
}

// stored is a file that was uploaded.
func stored(name any) object {
	return object{"key": fmt.Sprintf("files/%v", name), "name": name, "url": fmt.Sprintf("https://files.example.com/%v?signature=s", name)}
}

// fileValue is the value of a custom field for files: JSON in a string.
func fileValue(files []any, several bool) string {
	var v any = files
	if !several && len(files) == 1 {
		v = files[0]
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came from JSON
	}
	return string(b)
}

const maxFiles = 10

var filePart = regexp.MustCompile(`^customFields\.([0-9a-fA-F]{24})$`)

// form reads a body that is multipart/form-data: JSON in the part data, and files
// for custom fields.
func (r *request) form() (object, *response) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return nil, problem("Content-Type", "The form has no boundary.")
	}
	var given object
	files := map[string][]any{}
	form := multipart.NewReader(bytes.NewReader(r.body), params["boundary"])
	for n := 0; ; {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(part)
		}
		if err != nil {
			return nil, problem("", "The body is not multipart/form-data.")
		}
		id := filePart.FindStringSubmatch(part.FormName())
		switch {
		case part.FormName() == "data" && given == nil:
			if err := json.Unmarshal(content, &given); err != nil || given == nil {
				return nil, problem("data", "data is not a JSON object.")
			}
		case id != nil && part.FileName() != "":
			if n++; n > maxFiles {
				return nil, problem("", fmt.Sprintf("There are more than %d files.", maxFiles))
			}
			files[id[1]] = append(files[id[1]], stored(part.FileName()))
		default:
			return nil, problem(part.FormName(), "There is no such part of the form.")
		}
	}
	if given == nil {
		return nil, problem("data", "data is required.")
	}
	if len(files) > 0 {
		fields, _ := given["customFields"].(object)
		if fields = maps.Clone(fields); fields == nil {
			fields = object{}
		}
		for id, files := range files {
			fields[strings.ToLower(id)] = fileValue(files, false)
		}
		given["customFields"] = fields
	}
	return given, nil
}

// ticketCreated links a new ticket to its conversation. A customer's begins one, if
// it is not linked to any.
func (s *Server) ticketCreated(r *record) {
	o := maps.Clone(r.object)
	o["ticketUrl"] = ticketURL(o["ticketNumber"])
	links, by := o["linkedConversations"].([]any), o["author"].(object)
	if len(links) == 0 && o["categoryType"] == "customer" && s.contacts.byID[fmt.Sprint(by["id"])] != nil {
		c := s.conversations.newObject()
		c["participants"], c["title"] = []any{participant(by)}, o["title"]
		rec := s.conversations.add(c)
		s.addMessage(rec, "contact message", s.sender("contact", by["id"].(string), ""), fromHTML(o["content"].(string)), "desktop")
		links = []any{object{"id": rec.id()}}
	}
	for i, link := range links {
		links[i] = object{"id": link.(object)["id"], "role": o["categoryType"]}
	}
	o["linkedConversations"] = links
	s.tickets.replace(r, o)
}

// ticketDeleted deletes the conversation of a customer's ticket. Others stay.
func (s *Server) ticketDeleted(r *record) {
	if r.object["categoryType"] != "customer" {
		return
	}
	for _, id := range dig(r.object, "linkedConversations.id") {
		if c := s.conversations.byID[id.(string)]; c != nil {
			s.conversations.remove(c)
		}
	}
}

// conversationDeleted removes a conversation from the tickets that it is linked to.
func (s *Server) conversationDeleted(c *record) {
	for r := range s.tickets.after(0) {
		links, _ := r.object["linkedConversations"].([]any)
		left := slices.DeleteFunc(slices.Clone(links), func(link any) bool { return link.(object)["id"] == c.id() })
		if len(left) < len(links) {
			o := maps.Clone(r.object)
			o["linkedConversations"] = left
			s.tickets.replace(r, o)
		}
	}
}

var markup = regexp.MustCompile(`<[^>]*>`)

func fromHTML(text string) message {
	return message{html: text, markdown: html.UnescapeString(markup.ReplaceAllString(text, ""))}
}

var numberForm = regexp.MustCompile(`^[1-9][0-9]{0,15}$`)

// withNumber finds the ticket whose number is in the path.
func (s *Server) withNumber(h func(r *request, rec *record) response) handler {
	found := s.tickets.withKey(h)
	return func(r *request) response {
		if !numberForm.MatchString(r.args["ticketNumber"]) {
			return refused("id", "id must be a number from 1 on.")
		}
		return found(r)
	}
}

// getTicket returns a ticket with the parts of its conversation.
func (s *Server) getTicket(_ *request, rec *record) response {
	o := s.tickets.view(rec)
	o["conversationParts"] = []any{}
	if c := s.linked(rec); c != nil {
		o["conversationParts"] = withParts(c)["conversationParts"]
	}
	return success(http.StatusOK, o)
}

// linked returns the conversation of a ticket, or nil.
func (s *Server) linked(ticket *record) *record {
	for _, id := range dig(ticket.object, "linkedConversations.id") {
		if c := s.conversations.byID[id.(string)]; c != nil {
			return c
		}
	}
	return nil
}

func (s *Server) replyToTicket(r *request, rec *record) response {
	given, refusal := r.read(map[string]kind{
		"type": oneOf("contact", "admin"), "body": text(1, 1<<20), "adminId": objectID, "contactId": objectID, "contactEmail": email,
		"attachmentUrls": listOf(str), "createdAt": orNull(moment), "messageType": oneOf("comment", "note"), "skipNotifications": boolean,
	}, "type", "body")
	if refusal != nil {
		return *refusal
	}
	kind, _ := given["type"].(string)
	id, _ := given["contactId"].(string)
	address, _ := given["contactEmail"].(string)
	urls, _ := given["attachmentUrls"].([]any)
	conversation := s.linked(rec)
	switch {
	case kind == "contact" && id == "" && address == "":
		return refused("contactId", "At least one of contactId and contactEmail is required.")
	case kind == "contact" && given["messageType"] == "note":
		return refused("messageType", "messageType must be comment.")
	case kind == "admin" && given["adminId"] == nil:
		return refused("adminId", "adminId is required.")
	case len(urls) > 10:
		return refused("attachmentUrls", "attachmentUrls must have at most 10 elements.")
	case conversation == nil:
		return failure(http.StatusBadRequest, featurebase.ErrorCodeInvalidRequest, "", "The ticket has no conversation.")
	case kind == "admin":
		id = given["adminId"].(string)
	case id == "":
		if contact := s.meant("", address); contact != nil {
			id = contact.id()
		}
	}
	by := s.sender(kind, id, "")
	if by == nil {
		return failure(http.StatusBadRequest, featurebase.ErrorCodeInvalidRequest, "", "There is no such contact.")
	}
	what := kind + " message"
	if given["messageType"] == "note" {
		what = "admin note"
	}
	text := fromHTML(given["body"].(string))
	text.at = given["createdAt"]
	s.addMessage(conversation, what, by, text, "desktop")
	return s.getTicket(r, rec)
}
