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
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

var ticketResource = new(resource)

func init() {
	define(ticketResource, (*Server).ticketRoutes, resource{
		object: "ticket",
		id:     asObjectID,
		prefix: "64e3f1a2b9c8d7f3",
		key:    "ticketNumber",
		fresh:  freshTicket,
		fields: map[string]field{
			"ticketCategoryId": {kind: required(objectID), only: create, set: setTicketCategory},
			"title":            {kind: required(text(2, 0))},
			"author":           {kind: required(open(userKinds)), only: create, set: setTicketAuthor, last: true},
			"assigneeId":       {kind: objectID, null: update},
			"companyId":        {kind: str, null: update},
			"content":          {kind: str},
			"createdAt":        {kind: moment, only: create, null: create, set: unlessNull},
			"customFields":     {kind: anyObject, set: setTicketFields},
			"linkedConversationId": {kind: str, only: create, set: func(s *Server, o object, name string, v any) *response {
				if s.store(conversationResource).byID[v.(string)] == nil {
					return refuse(featurebase.ErrorCodeInvalidRequest, name, "The conversation does not exist")
				}
				o["linkedConversations"] = []any{object{"id": v}}
				return nil
			}},
			"open": {kind: boolean, only: update, set: func(_ *Server, o object, name string, v any) *response {
				if o[name] = v; v == false {
					o["snoozedUntil"] = nil
				}
				return nil
			}},
			"skipNotifications": {kind: boolean, set: ignored},
			"snoozedUntil":      {kind: moment, only: update, null: update},
			"statusId":          {kind: objectID, set: setTicketStatus},
		},
		given:   ticketGiven,
		created: (*Server).ticketCreated,
		deleted: (*Server).ticketDeleted,
		list: listing{
			filters: map[string]filter{
				"ticketCategoryIds": {kind: listOf(str), finds: anyOf("ticketCategoryId")},
				"statusIds":         {kind: listOf(str), finds: anyOf("status.id")},
				"assigneeId":        {kind: str, finds: anyOf("assigneeId")},
				"categoryType":      {kind: oneOf(ticketTypes...), finds: anyOf("categoryType")},
				"q":                 {kind: str, finds: func(r *record, q []string) bool { return hasWords(textAt(r, []string{"title", "content"}), q[0]) }},
			},
			sortBy: map[string]string{"date": "createdAt", "recent": "updatedAt", "ticketNumber": "ticketNumber"},
			sort:   "createdAt",
		},
		search: searching{fields: map[string]criterion{ // only for sorts
			"createdAt":    {scale: times, path: "createdAt"},
			"updatedAt":    {scale: times, path: "updatedAt"},
			"ticketNumber": {scale: numbers, path: "ticketNumber"},
		}},
	})
}

var ticketTypes = []string{"customer", "tracker", "back-office"}

// Categories, custom fields and statuses of tickets are those of posts, but apart.
var ticketCategoryResource, ticketCustomFieldResource, ticketStatusResource = new(resource), new(resource), new(resource)

func init() { // after those of the resources that they are like, whose files come before this one
	define(ticketCategoryResource, nil, like(boardResource, "64e3f1a2b9c8d7f4"))
	define(ticketCustomFieldResource, nil, like(customFieldResource, "64e3f1a2b9c8d7f5"))
	define(ticketStatusResource, nil, like(postStatusResource, "64e3f1a2b9c8d7f6"))
}

// like returns a resource that has other IDs.
func like(r *resource, prefix string) resource {
	other := *r
	other.prefix = prefix
	return other
}

func (s *Server) ticketRoutes() []route {
	t := s.store(ticketResource)
	return []route{
		get("/v2/tickets", t.listAll).with(t.list.parameters()),
		post("/v2/tickets", t.createOne).takes(t.body(create)).withFiles(),
		get("/v2/tickets/categories", s.store(ticketCategoryResource).array),
		get("/v2/tickets/categories/{id}", s.store(ticketCategoryResource).withID(s.store(ticketCategoryResource).getOne)),
		get("/v2/tickets/custom_fields", s.store(ticketCustomFieldResource).whole),
		get("/v2/tickets/custom_fields/{id}", s.store(ticketCustomFieldResource).withID(s.store(ticketCustomFieldResource).getOne)),
		get("/v2/tickets/statuses", s.store(ticketStatusResource).array),
		get("/v2/tickets/statuses/{id}", s.store(ticketStatusResource).withID(s.store(ticketStatusResource).getOne)),
		get("/v2/tickets/{ticketNumber}", t.withKey(s.getTicket)),
		patch("/v2/tickets/{ticketNumber}", t.withKey(t.updateOne)).takes(t.body(update)).withFiles(),
		del("/v2/tickets/{ticketNumber}", t.withKey(t.deleteOne)),
		post("/v2/tickets/{ticketNumber}/reply", t.withKey(s.replyToTicket)).takes(newTicketReply),
	}
}

var newTicketReply = byType(map[string]kind{
	"contact": closed(map[string]kind{
		"type": str, "body": required(text(1, 0)), "contactId": objectID, "contactEmail": email, "attachmentUrls": bounded(0, 10, listOf(str)),
		"createdAt": orNull(moment), "messageType": oneOf("comment"), "skipNotifications": boolean,
	}),
	"admin": closed(map[string]kind{
		"type": str, "body": required(text(1, 0)), "adminId": required(objectID), "attachmentUrls": bounded(0, 10, listOf(str)),
		"createdAt": orNull(moment), "messageType": oneOf("comment", "note"), "skipNotifications": boolean,
	}),
})

// AddTicket adds a ticket, with a fresh ID and number if it has none, and returns
// it as it was stored. It is open, a customer's if it has no category type, and
// linked to no conversation but those that it has. A link with the role tracker and
// no ID begins a conversation that mirrors the ticket's other one.
func (s *Server) AddTicket(t featurebase.Ticket) featurebase.Ticket {
	return addValue(s.store(ticketResource), "AddTicket", t)
}

// Tickets returns the tickets that there are, in the order they were added.
func (s *Server) Tickets() []featurebase.Ticket {
	return values[featurebase.Ticket](s.store(ticketResource))
}

// AddTicketCategory adds a category of tickets, with a fresh ID if it has none, and
// returns it as it was stored. From then on, new tickets need a category that was
// added.
func (s *Server) AddTicketCategory(b featurebase.Board, t featurebase.TicketCategoryType) featurebase.Board {
	if !slices.Contains(ticketTypes, string(t)) {
		s.misuse("AddTicketCategory: want one of the types %v, not %q", ticketTypes, t)
	}
	b = addValue(s.store(ticketCategoryResource), "AddTicketCategory", b)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store(ticketCategoryResource).byID[b.ID].state = string(t)
	return b
}

// TicketCategories returns the categories that were added, in their order.
func (s *Server) TicketCategories() []featurebase.Board {
	return values[featurebase.Board](s.store(ticketCategoryResource))
}

// AddTicketCustomField adds a custom field of tickets, as AddCustomField does for
// posts.
func (s *Server) AddTicketCustomField(f featurebase.CustomField) featurebase.CustomField {
	return addValue(s.store(ticketCustomFieldResource), "AddTicketCustomField", f)
}

// TicketCustomFields returns the custom fields that were added, in their order.
func (s *Server) TicketCustomFields() []featurebase.CustomField {
	return values[featurebase.CustomField](s.store(ticketCustomFieldResource))
}

// AddTicketStatus adds a status of tickets, as AddPostStatus does for posts.
func (s *Server) AddTicketStatus(p featurebase.PostStatus) featurebase.PostStatus {
	return addValue(s.store(ticketStatusResource), "AddTicketStatus", p)
}

// TicketStatuses returns the statuses that were added, in their order.
func (s *Server) TicketStatuses() []featurebase.PostStatus {
	return values[featurebase.PostStatus](s.store(ticketStatusResource))
}

func freshTicket(s *Server, now time.Time) object {
	empty := func() any { return []any{} }
	number := len(s.store(ticketResource).byID) + 1
	for s.store(ticketResource).byKey[fmt.Sprint(number)] != nil {
		number++
	}
	return object{
		"assigneeId": nil, "author": author(ownUser), "categoryType": "customer", "companyId": nil, "content": "", "createdAt": stamp(now),
		"customFields":        object{},
		"integrations":        object{"clickup": empty(), "devops": empty(), "github": empty(), "hubspot": empty(), "jira": empty(), "linear": empty()},
		"linkedConversations": empty(), "open": true, "snoozedUntil": nil, "status": defaultStatus(s.store(ticketStatusResource)), "teamAssigneeId": nil,
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
		if setTicketStatus(s, o, "statusId", cmp.Or(status["id"], defaultStatus(s.store(ticketStatusResource))["id"])) != nil {
			return errors.New("the ticket has a status that does not exist")
		}
	}
	for _, name := range []string{"customFields", "integrations", "linkedConversations"} {
		if o[name] == nil {
			o[name] = fresh[name]
		}
	}
	o["author"] = s.completeAuthor(o["author"])
	return s.completeLinks(o)
}

// completeLinks completes the links of a ticket to its conversations. One to a
// tracker without an ID begins a conversation that mirrors the customer's.
func (s *Server) completeLinks(o object) error {
	links := o["linkedConversations"].([]any)
	for _, v := range links {
		link := v.(object)
		prune(link)
		link["role"] = cmp.Or(link["role"], o["categoryType"])
		if id := link["id"]; id != nil && s.store(conversationResource).byID[id.(string)] == nil {
			return fmt.Errorf("the ticket is linked to conversation %q, which does not exist", id)
		}
	}
	mirrored := s.linked(o)
	for _, v := range links {
		link := v.(object)
		switch {
		case link["id"] != nil:
		case link["role"] != roleTracker || mirrored == nil:
			return errors.New("the ticket has a link without an ID that is not to the tracker of another conversation")
		default:
			link["id"] = s.addMirror(mirrored).id()
		}
	}
	return nil
}

func setTicketAuthor(s *Server, o object, name string, v any) *response {
	if given := v.(object); given["id"] == nil && given["userId"] == nil && given["email"] == nil {
		return refuse("missing_parameter", name, "author must have id, userId or email")
	}
	if setAuthor(s, o, name, v) != nil {
		return absent(featurebase.ErrorCodeResourceNotFound, "", "Contact not found")
	}
	return nil
}

func setTicketStatus(s *Server, o object, name string, v any) *response {
	return setStatusOf(s.store(ticketStatusResource), o, name, v)
}

// setTicketCategory accepts every category as long as none was added.
func setTicketCategory(s *Server, o object, name string, v any) *response {
	category := s.store(ticketCategoryResource).byID[v.(string)]
	if category == nil && len(s.store(ticketCategoryResource).byID) > 0 {
		return absent(featurebase.ErrorCodeResourceNotFound, "", "Category not found")
	}
	if o[name] = v; category != nil {
		o["categoryType"] = category.state
	}
	return nil
}

// setTicketFields merges custom fields. Files that are named by URLs become what
// the API returns of files.
func setTicketFields(s *Server, o object, name string, v any) *response {
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
				return refuse(featurebase.ErrorCodeInvalidRequest, name, "A file has no https URL")
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
func (r *request) form(boundary string) (given object, wrong string) {
	if boundary == "" {
		return nil, "The form has no boundary"
	}
	files := map[string][]any{}
	form := multipart.NewReader(bytes.NewReader(r.body), boundary)
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
			return nil, "The body is not multipart/form-data"
		}
		id := filePart.FindStringSubmatch(part.FormName())
		switch {
		case part.FormName() == "data" && given == nil:
			if err := json.Unmarshal(content, &given); err != nil || given == nil {
				return nil, "The part data is not a JSON object"
			}
		case id != nil && part.FileName() != "":
			if n++; n > maxFiles {
				return nil, fmt.Sprintf("There are more than %d files", maxFiles)
			}
			files[id[1]] = append(files[id[1]], stored(part.FileName()))
		default:
			return nil, "There is an unknown part"
		}
	}
	if given == nil {
		return nil, "There is no part data"
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
	return given, ""
}

// ticketCreated links a new ticket to its conversation. A customer's begins one, if
// it is not linked to any.
func (s *Server) ticketCreated(r *record) {
	o := maps.Clone(r.object)
	o["ticketUrl"] = ticketURL(o["ticketNumber"])
	links, by := o["linkedConversations"].([]any), o["author"].(object)
	if len(links) == 0 && o["categoryType"] == "customer" && s.store(contactResource).byID[fmt.Sprint(by["id"])] != nil {
		c := s.store(conversationResource).newObject()
		c["participants"], c["title"] = []any{participant(by)}, o["title"]
		rec := s.begin(c, s.sender("contact", by["id"].(string), ""), fromHTML(o["content"].(string)), "desktop", "customer_initiated")
		links = []any{object{"id": rec.id()}}
	}
	for i, link := range links {
		links[i] = object{"id": link.(object)["id"], "role": o["categoryType"]}
	}
	o["linkedConversations"] = links
	s.store(ticketResource).replace(r, o)
}

// ticketDeleted deletes the conversation of a customer's ticket. Others stay, and
// trackers do.
func (s *Server) ticketDeleted(r *record) {
	if r.object["categoryType"] != "customer" {
		return
	}
	for _, v := range r.object["linkedConversations"].([]any) {
		link := v.(object)
		if c := s.store(conversationResource).byID[link["id"].(string)]; c != nil && link["role"] != roleTracker {
			s.store(conversationResource).remove(c)
		}
	}
}

const roleTracker = "tracker"

// addMirror adds the tracker of a conversation: its messages, without its
// participants. IDs count from 101, so that nobody takes them for those of the
// conversation.
func (s *Server) addMirror(c *record) *record {
	o := s.store(conversationResource).newObject()
	for _, name := range []string{"source", "title"} {
		if v, ok := c.object[name]; ok {
			o[name] = v
		}
	}
	rec := s.store(conversationResource).add(o)
	for _, v := range c.object["conversationParts"].([]any) {
		s.copyMessage(rec, v.(object))
	}
	return rec
}

// mirror repeats a new part of a conversation in the trackers of its tickets.
func (s *Server) mirror(c *record, part object) {
	for ticket := range s.store(ticketResource).after(0) {
		if s.linked(ticket.object) != c {
			continue
		}
		for _, v := range ticket.object["linkedConversations"].([]any) {
			link := v.(object)
			if tracker := s.store(conversationResource).byID[link["id"].(string)]; tracker != nil && tracker != c && link["role"] == roleTracker {
				s.copyMessage(tracker, part)
			}
		}
	}
}

// copyMessage adds a part to a tracker if it is a message.
func (s *Server) copyMessage(tracker *record, part object) {
	if !slices.Contains(messages, part["partType"]) {
		return
	}
	parts := tracker.object["conversationParts"].([]any)
	taken, id := dig(parts, "id"), 101
	for slices.Contains(taken, any(fmt.Sprint(id))) {
		id++
	}
	part = maps.Clone(part)
	part["id"] = fmt.Sprint(id)
	s.changeConversation(tracker, "conversationParts", append(slices.Clone(parts), part))
}

// conversationDeleted removes a conversation from the tickets that it is linked to.
func (s *Server) conversationDeleted(c *record) {
	for r := range s.store(ticketResource).after(0) {
		links, _ := r.object["linkedConversations"].([]any)
		left := slices.DeleteFunc(slices.Clone(links), func(link any) bool { return link.(object)["id"] == c.id() })
		if len(left) < len(links) {
			o := maps.Clone(r.object)
			o["linkedConversations"] = left
			s.store(ticketResource).replace(r, o)
		}
	}
}

var markup = regexp.MustCompile(`<[^>]*>`)

func fromHTML(text string) message {
	return message{html: text, markdown: html.UnescapeString(markup.ReplaceAllString(text, ""))}
}

// getTicket returns a ticket with the parts of its conversation.
func (s *Server) getTicket(_ *request, rec *record) response {
	o := s.store(ticketResource).view(rec)
	o["conversationParts"] = []any{}
	if c := s.linked(rec.object); c != nil {
		o["conversationParts"] = withParts(c)["conversationParts"]
	}
	return success(http.StatusOK, o)
}

// linked returns the conversation of a ticket, which is not a tracker if there is
// another, or nil.
func (s *Server) linked(ticket object) (conversation *record) {
	for _, v := range ticket["linkedConversations"].([]any) {
		link := v.(object)
		id, _ := link["id"].(string)
		c := s.store(conversationResource).byID[id]
		if c != nil && link["role"] != roleTracker {
			return c
		}
		conversation = cmp.Or(conversation, c)
	}
	return conversation
}

func (s *Server) replyToTicket(r *request, rec *record) response {
	kind := r.given["type"].(string)
	id, _ := r.given["contactId"].(string)
	address, _ := r.given["contactEmail"].(string)
	conversation := s.linked(rec.object)
	switch {
	case kind == "contact" && id == "" && address == "":
		return *refuse("missing_parameter", "contactId", "At least one of contactId and contactEmail is required")
	case conversation == nil:
		return *refuse(featurebase.ErrorCodeInvalidRequest, "", "The ticket has no conversation")
	case kind == "admin":
		id = r.given["adminId"].(string)
	case id == "":
		if contact := s.meant("", address); contact != nil {
			id = contact.id()
		}
	}
	by := s.sender(kind, id, "")
	if by == nil {
		return *absent(featurebase.ErrorCodeResourceNotFound, "", "Contact not found")
	}
	what := kind + " message"
	if r.given["messageType"] == "note" {
		what = "admin note"
	}
	text := fromHTML(r.given["body"].(string))
	text.at = r.given["createdAt"]
	s.addMessage(conversation, what, by, text, "desktop")
	return s.getTicket(r, rec)
}
