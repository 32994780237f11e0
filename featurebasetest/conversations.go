package featurebasetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

const maxParts = 500 // that are returned

var conversationIncludes = []string{"customAttributeDefinitions"}

var conversationResource = new(resource)

func init() {
	define(conversationResource, (*Server).conversationRoutes, resource{
		object:   "conversation",
		argument: "conversationId",
		id:       shortID.fits,
		prefix:   "1",
		digits:   true,
		absent:   conversationAbsent,
		hidden:   []string{"conversationParts"},
		fresh: func(_ *Server, now time.Time) object {
			return object{
				"adminAssigneeId": nil, "botConversationStateLastUpdatedAt": nil, "brandId": nil, "conversationParts": []any{}, "createdAt": stamp(now),
				"hasAdminOverriddenLanguage": false, "isBlocked": false, "lastActivityAt": stamp(now), "participants": []any{}, "priority": false,
				"prioritySetAt": nil, "snoozedUntil": nil, "state": "open", "tags": []any{}, "teamAssigneeId": nil, "updatedAt": stamp(now),
				"userPreferredLanguage": "en", "waitingSince": nil,
			}
		},
		fields: map[string]field{
			"actingAdminId":    {kind: objectID, set: ignored},
			"adminAssigneeId":  {kind: objectID, null: update},
			"teamAssigneeId":   {kind: objectID, null: update},
			"title":            {kind: text(0, 255)},
			"customAttributes": {kind: anyObject, set: merged},
			"markAsRead": {set: ignored, kind: open(map[string]kind{
				"allAdmins": orNull(boolean), "adminIds": bounded(0, 255, listOf(objectID)),
				"allContacts": orNull(boolean), "contactIds": bounded(0, 255, listOf(objectID)),
			})},
			"snoozedUntil": {kind: moment, null: update},
			"state":        {kind: oneOf("open", "closed", "snoozed"), set: setConversationState},
		},
		open:    true,
		given:   conversationGiven,
		deleted: (*Server).conversationDeleted,
		list: listing{filters: map[string]filter{
			"tagIds": {kind: listOf(str), finds: func(r *record, ids []string) bool {
				has := dig(r.object, "tags.id")
				return !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(has, any(id)) })
			}},
			"include": {kind: includes, finds: func(*record, []string) bool { return true }},
		}},
		search: searching{
			fields: map[string]criterion{
				"state":             {operators: "= != IN NIN", path: "state", oneOf: []string{"open", "closed", "snoozed"}},
				"priority":          {scale: booleans, operators: "= !=", path: "priority"},
				"adminAssigneeId":   {operators: "= != IN NIN", path: "adminAssigneeId", nullable: true},
				"teamAssigneeId":    {operators: "= != IN NIN", path: "teamAssigneeId", nullable: true},
				"brandId":           {operators: "= != IN NIN", path: "brandId", nullable: true},
				"tagIds":            {operators: "= != IN NIN", path: "tags.id"},
				"userId":            {operators: "= != IN NIN", path: "participants.id"},
				"participantId":     {operators: "= != IN NIN", path: "participants.id"},
				"companyId":         {operators: "= != IN NIN", values: companiesOfParticipants},
				"mentionedAdminIds": {operators: "= != IN NIN", path: "mentionedAdminIds"},
				"createdAt":         {scale: times, operators: "= > <", path: "createdAt"},
				"lastActivityAt":    {scale: times, path: "lastActivityAt"}, // only for sorts
			},
			others:  customAttribute,
			sorts:   []string{"lastActivityAt"},
			sort:    "lastActivityAt:desc",
			snake:   true,
			text:    []string{"source.bodyMarkdown", "conversationParts.bodyMarkdown"},
			most:    1000,
			include: conversationIncludes,
			row:     (*Server).conversationRow,
		},
	})
}

const conversationAbsent = "conversation_not_found"

var (
	includes = listOf(oneOf(conversationIncludes...))

	// recipients is a list of recipients.
	recipients = open(map[string]kind{"ids": bounded(0, 50, listOf(objectID)), "emails": bounded(0, 50, listOf(email))})

	newConversation = open(map[string]kind{
		"bodyMarkdown": required(text(1, 0)),
		"channel":      oneOf("desktop", "email"),
		"createdAt":    orNull(moment),
		"from": required(byType(map[string]kind{
			"contact": open(map[string]kind{"type": str, "id": required(objectID)}),
			"admin":   open(map[string]kind{"type": str, "id": required(objectID)}),
		})),
		"recipients": open(map[string]kind{"to": required(recipients), "cc": recipients, "bcc": recipients}),
		"subject":    text(0, 500),
	})

	newReply = byType(map[string]kind{
		"contact": open(map[string]kind{
			"type": str, "id": objectID, "userId": text(0, 255), "bodyMarkdown": required(text(1, 0)), "messageType": required(oneOf("reply")),
			"skipNotifications": boolean,
		}),
		"admin": open(map[string]kind{
			"type": str, "id": required(objectID), "bodyMarkdown": required(text(1, 0)), "messageType": required(oneOf("reply", "note")),
			"skipNotifications": boolean,
		}),
	})

	redaction = open(map[string]kind{
		"type": required(oneOf("conversation_part")), "conversationId": required(shortID), "conversationPartId": required(shortID),
		"actingAdminId": objectID,
	})

	newParticipant = open(map[string]kind{
		"participant":   required(open(map[string]kind{"id": objectID, "userId": text(0, 255), "email": email})),
		"actingAdminId": objectID,
	})
)

func (s *Server) conversationRoutes() []route {
	c := s.store(conversationResource)
	include := map[string]kind{"include": includes}
	return novaOnly(
		get("/v2/conversations", s.listConversations).with(c.list.parameters()),
		post("/v2/conversations", s.createConversation).takes(newConversation).refusing(featurebase.ErrorCodeInvalidParameter),
		post("/v2/conversations/search", s.searchConversations).takes(c.search.body()),
		post("/v2/conversations/redact", s.redactPart).takes(redaction),
		get("/v2/conversations/{conversationId}", c.withID(s.getConversation)).with(include),
		patch("/v2/conversations/{conversationId}", c.withID(s.updateConversation)).takes(c.body(update)),
		del("/v2/conversations/{conversationId}", c.withID(c.deleteOne)),
		post("/v2/conversations/{conversationId}/reply", c.withID(s.reply)).takes(newReply),
		post("/v2/conversations/{conversationId}/tags", c.withID(s.attachTag)).
			takes(open(map[string]kind{"tagId": required(objectID), "actingAdminId": required(objectID)})),
		del("/v2/conversations/{conversationId}/tags/{tagId}", c.withID(s.detachTag)).
			takes(open(map[string]kind{"actingAdminId": required(objectID)})),
		post("/v2/conversations/{conversationId}/participants", c.withID(s.addParticipant)).takes(newParticipant),
		del("/v2/conversations/{conversationId}/participants", c.withID(s.removeParticipant)).
			takes(open(map[string]kind{"id": required(objectID), "actingAdminId": objectID})),
	)
}

// AddConversation adds a conversation, with a fresh ID if it has none, and returns
// it as it was stored. The message that opens it is its Source, not one of its parts.
// Source and parts get what they lack: the other form of the body, a channel, an ID,
// times, and the type of a contact's message.
func (s *Server) AddConversation(c featurebase.Conversation) featurebase.Conversation {
	return addValue(s.store(conversationResource), "AddConversation", c)
}

// Conversations returns the conversations that there are, each with all its parts,
// in the order they were added.
func (s *Server) Conversations() []featurebase.Conversation {
	return values[featurebase.Conversation](s.store(conversationResource))
}

func conversationGiven(s *Server, o object) error {
	for _, v := range o["tags"].([]any) {
		v.(object)["type"] = "tag"
	}
	if source, ok := o["source"].(object); ok {
		markdown, _ := source["bodyMarkdown"].(string)
		complete := object{"bodyHtml": asHTML(markdown), "bodyMarkdown": "", "channel": "desktop"}
		maps.Copy(complete, source)
		o["source"] = complete
	}
	parts := o["conversationParts"].([]any)
	seen := map[any]bool{}
	for i, v := range parts {
		part := v.(object)
		prune(part)
		if id, ok := part["id"]; ok {
			if _, wrong := shortID.fits(id); wrong != "" {
				return fmt.Errorf("ID %q of a part: %s", id, wrong)
			}
		}
		complete := object{
			"object": "conversation_part", "id": strconv.Itoa(i + 1), "partType": "user_msg", "createdAt": stamp(s.clock()), "updatedAt": stamp(s.clock()),
		}
		if markdown, ok := part["bodyMarkdown"].(string); ok {
			complete["bodyHtml"] = asHTML(markdown)
		}
		maps.Copy(complete, part)
		if seen[complete["id"]] {
			return fmt.Errorf("there are two parts with ID %q", complete["id"])
		}
		seen[complete["id"]] = true
		parts[i] = complete
	}
	return nil
}

func asHTML(markdown string) string { return "<p>" + html.EscapeString(markdown) + "</p>" }

func setConversationState(_ *Server, o object, name string, v any) *response {
	o[name] = v
	if v != "snoozed" {
		o["snoozedUntil"] = nil
	}
	return nil
}

func companiesOfParticipants(s *Server, r *record) (ids []any) {
	for _, id := range dig(r.object, "participants.id") {
		if contact := s.store(contactResource).byID[id.(string)]; contact != nil {
			ids = append(ids, dig(contact.object, "companies.id")...)
			ids = append(ids, dig(contact.object, "companies.companyId")...)
		}
	}
	return ids
}

// customAttribute returns the field of a search that holds the values of an
// attribute.
func customAttribute(s *Server, name string) (c criterion, ok bool) {
	id, ok := strings.CutPrefix(name, "customAttributes.")
	attribute := s.store(attributeResource).byID[id]
	if !ok || attribute == nil {
		return c, false
	}
	switch attribute.object["dataType"] {
	case "string", "array":
		c = criterion{scale: texts, operators: "= != IN NIN"}
	case "number":
		c = criterion{scale: numbers, operators: "= != > < >= <="}
	case "boolean":
		c = criterion{scale: booleans, operators: "= !="}
	default:
		return c, false
	}
	c.values = func(_ *Server, r *record) []any {
		return slices.DeleteFunc(dig(r.object, name), func(v any) bool {
			_, wrong := scales[c.scale].fits(v)
			return wrong != "" // an update is not checked against the attribute
		})
	}
	return c, true
}

// withParts is a conversation with its newest parts.
func withParts(rec *record) object {
	o := maps.Clone(rec.object)
	parts := o["conversationParts"].([]any)
	o["conversationParts"] = parts[max(0, len(parts)-maxParts):]
	return o
}

// include adds the values of attributes to the conversations of a response.
func (s *Server) include(resp response) response {
	var body object
	if resp.status != http.StatusOK || json.Unmarshal([]byte(resp.body), &body) != nil {
		return resp
	}
	rows, isList := body["data"].([]any)
	if !isList {
		rows = []any{body}
	}
	for _, v := range rows {
		row := v.(object)
		values := []any{}
		attributes, _ := row["customAttributes"].(object)
		for _, id := range slices.Sorted(maps.Keys(attributes)) {
			attribute := s.store(attributeResource).byID[id]
			if attribute == nil {
				continue
			}
			value := object{"value": attributes[id]}
			for _, name := range []string{"id", "identifier", "name", "dataType", "fieldSubType", "options"} {
				if v, ok := attribute.object[name]; ok {
					value[name] = v
				}
			}
			values = append(values, value)
		}
		row["customAttributeValues"] = values
	}
	return success(resp.status, body)
}

func (s *Server) listConversations(r *request) response {
	resp := s.store(conversationResource).listAll(r)
	if r.URL.Query().Has("include") {
		return s.include(resp)
	}
	return resp
}

func (s *Server) searchConversations(r *request) response {
	resp := s.store(conversationResource).searchAll(r)
	if r.given["include"] != nil {
		return s.include(resp)
	}
	return resp
}

func (s *Server) getConversation(r *request, rec *record) response {
	resp := success(http.StatusOK, withParts(rec))
	if r.query["include"] != nil {
		return s.include(resp)
	}
	return resp
}

// sender returns who writes, or nil: the contact that is named, or an admin.
func (s *Server) sender(kind, id, userID string) object {
	if kind == "admin" {
		return object{"id": id, "type": "admin", "name": "Admin"}
	}
	contact := s.store(contactResource).byID[id]
	if id == "" {
		contact = s.store(contactResource).byKey[userID]
	}
	if contact == nil {
		return nil
	}
	from := object{"id": contact.id(), "type": contact.object["type"], "name": contact.object["name"]}
	if email, ok := contact.object["email"]; ok {
		from["email"] = email
	}
	return from
}

func participant(user object) object { return object{"id": user["id"], "type": user["type"]} }

func (s *Server) createConversation(r *request) response {
	o, from := s.store(conversationResource).newObject(), r.given["from"].(object)
	fromAdmin := from["type"] == "admin"
	text, _ := r.given["bodyMarkdown"].(string)
	subject, _ := r.given["subject"].(string)
	channel, _ := r.given["channel"].(string)
	author := s.sender(from["type"].(string), from["id"].(string), "")
	switch {
	case author == nil:
		return *absent(contactResource.absent, "", "Contact not found")
	case strings.TrimSpace(text) == "":
		return *refuse("invalid_content", "bodyMarkdown", "bodyMarkdown is empty")
	case fromAdmin && channel == "email" && subject == "":
		return *refuse("missing_parameter", "subject", "subject is required for email from an admin")
	}
	delivered, people := "customer_initiated", []any{participant(author)}
	if fromAdmin {
		var refusal *response
		delivered = "admin_initiated"
		if people, refusal = s.recipients(r.given); refusal != nil {
			return *refusal
		}
	}
	if at := r.given["createdAt"]; at != nil {
		o["createdAt"] = at
	}
	o["participants"] = people
	rec := s.begin(o, author, fromMarkdown(text), cmp.Or(channel, "desktop"), delivered)
	if subject != "" {
		rec.object["source"].(object)["subject"] = subject
	}
	return success(http.StatusCreated, s.store(conversationResource).view(rec))
}

// begin adds a conversation that a message opens. It is the source, which has no
// ID and of its author only ID and type, and part 1 only if it is to be so.
func (s *Server) begin(o, author object, text message, channel, delivered string) *record {
	o["source"] = object{
		"author": participant(author), "bodyHtml": text.html, "bodyMarkdown": text.markdown, "channel": channel, "deliveredAs": delivered,
	}
	by := "contact"
	if author["type"] == "admin" {
		by = "admin"
	}
	o["awaitingCustomerReply"] = by == "admin"
	rec := s.store(conversationResource).add(o)
	if s.variants.FirstMessageIsPart {
		s.addMessage(rec, by+" message", author, text, channel)
	}
	return rec
}

// recipients returns the participants of a conversation that an admin begins.
func (s *Server) recipients(sent object) ([]any, *response) {
	given, _ := sent["recipients"].(object)
	if len(dig(given, "to.ids"))+len(dig(given, "to.emails")) == 0 {
		return nil, refuse("business_validation_error", "recipients", "recipients.to must name at least one")
	}
	var people []any
	seen := map[string]bool{}
	for _, list := range []string{"to", "cc", "bcc"} {
		for _, id := range dig(given, list+".ids") {
			if s.store(contactResource).byID[id.(string)] == nil {
				return nil, refuse("business_validation_error", "recipients", "A recipient does not exist")
			}
		}
	}
	for _, list := range []string{"to", "cc", "bcc"} {
		var users []*record
		for _, id := range dig(given, list+".ids") {
			users = append(users, s.store(contactResource).byID[id.(string)])
		}
		for _, email := range dig(given, list+".emails") {
			users = append(users, s.named(object{"email": email}, true))
		}
		for _, user := range users {
			if !seen[user.id()] {
				seen[user.id()] = true
				people = append(people, participant(user.object))
			}
		}
	}
	return people, nil
}

var messageTypes = map[string]string{"contact message": "user_msg", "admin message": "admin_msg", "admin note": "admin_note"}

// message is a text in both forms.
type message struct {
	html, markdown string
	at             any // when it was written, if that is not now
}

func fromMarkdown(text string) message { return message{html: asHTML(text), markdown: text} }

// addMessage adds a message or a note to a conversation, and returns it.
func (s *Server) addMessage(rec *record, kind string, author object, text message, channel string) object {
	now := stamp(s.clock())
	o := maps.Clone(rec.object)
	parts := o["conversationParts"].([]any)
	taken := dig(parts, "id")
	if o["source"] != nil && !s.variants.FirstMessageIsPart {
		taken = append(taken, "1") // the first message, whose ID is nowhere
	}
	id := len(parts) + 1
	for slices.Contains(taken, any(strconv.Itoa(id))) {
		id++
	}
	part := object{
		"object": "conversation_part", "id": strconv.Itoa(id), "partType": messageTypes[kind], "bodyHtml": text.html, "bodyMarkdown": text.markdown,
		"author": author, "redacted": false, "createdAt": cmp.Or(text.at, any(now)), "updatedAt": now,
	}
	if kind != "admin note" {
		part["channel"] = channel
		o["awaitingCustomerReply"] = kind == "admin message"
	}
	o["conversationParts"] = append(slices.Clone(parts), part)
	o["lastActivityAt"], o["updatedAt"] = now, now
	s.store(conversationResource).replace(rec, o)
	s.mirror(rec, part)
	return part
}

func (s *Server) updateConversation(r *request, rec *record) response {
	if r.given["state"] == "snoozed" && r.given["snoozedUntil"] == nil {
		return *refuse(featurebase.ErrorCodeInvalidRequest, "snoozedUntil", "snoozedUntil is required when state is snoozed")
	}
	return s.store(conversationResource).updateOne(r, rec)
}

func (s *Server) reply(r *request, rec *record) response {
	kind, markdown := r.given["type"].(string), r.given["bodyMarkdown"].(string)
	id, _ := r.given["id"].(string)
	userID, _ := r.given["userId"].(string)
	author := s.sender(kind, id, userID)
	switch {
	case id == "" && userID == "":
		return *refuse("missing_parameter", "id", "At least one of id and userId is required")
	case strings.TrimSpace(markdown) == "":
		return *refuse("invalid_content", "bodyMarkdown", "bodyMarkdown is empty")
	case author == nil:
		return *absent(contactResource.absent, "", "Contact not found")
	}
	channel := "desktop"
	if source, ok := rec.object["source"].(object); ok {
		channel, _ = source["channel"].(string)
	}
	what := kind + " message"
	if r.given["messageType"] == "note" {
		what = "admin note"
	}
	return success(http.StatusCreated, s.addMessage(rec, what, author, fromMarkdown(markdown), channel))
}

// messages are the types of parts that can be redacted, and that trackers mirror.
var messages = []any{"user_msg", "admin_msg", "email_msg", "bot_msg"}

func (s *Server) redactPart(r *request) response {
	rec := s.store(conversationResource).byID[r.given["conversationId"].(string)]
	if rec == nil {
		return s.store(conversationResource).notFound()
	}
	parts := slices.Clone(rec.object["conversationParts"].([]any))
	i := slices.IndexFunc(parts, func(p any) bool { return p.(object)["id"] == r.given["conversationPartId"] })
	if i < 0 {
		return *absent("conversation_part_not_found", "", "Conversation part not found")
	}
	part := maps.Clone(parts[i].(object))
	if !slices.Contains(messages, part["partType"]) {
		return *refuse(featurebase.ErrorCodeInvalidRequest, "conversationPartId", "Only human messages can be redacted")
	}
	part["bodyHtml"], part["bodyMarkdown"], part["redacted"], part["updatedAt"] = "", "", true, stamp(s.clock())
	parts[i] = part
	s.changeConversation(rec, "conversationParts", parts)
	return success(http.StatusOK, withParts(rec))
}

// changeConversation sets a member of a conversation.
func (s *Server) changeConversation(rec *record, name string, v any) {
	o := maps.Clone(rec.object)
	o[name], o["updatedAt"] = v, stamp(s.clock())
	s.store(conversationResource).replace(rec, o)
}

// newestMessage returns the ID of the newest part that tags are recorded on, or
// nil.
func newestMessage(rec *record) any {
	for _, v := range slices.Backward(rec.object["conversationParts"].([]any)) {
		if part := v.(object); strings.HasSuffix(part["partType"].(string), "_msg") {
			return part["id"]
		}
	}
	return nil
}

func (s *Server) attachTag(r *request, rec *record) response {
	tag := s.store(tagResource).byID[r.given["tagId"].(string)]
	if tag == nil {
		return *absent(featurebase.ErrorCodeResourceNotFound, "", "Tag not found")
	}
	if !slices.Contains(dig(rec.object, "tags.id"), any(tag.id())) {
		s.changeConversation(rec, "tags", append(slices.Clone(rec.object["tags"].([]any)), s.store(tagResource).view(tag)))
	}
	attached := s.store(tagResource).view(tag)
	attached["appliedAt"], attached["appliedBy"] = stamp(s.clock()), object{"type": "admin", "id": r.given["actingAdminId"]}
	attached["targetPartId"] = newestMessage(rec)
	return success(http.StatusOK, attached)
}

func (s *Server) detachTag(r *request, rec *record) response {
	id, wrong := asObjectID(r.args["tagId"])
	if wrong != "" {
		return *refuse(featurebase.ErrorCodeInvalidRequest, "tagId", "tagId "+wrong)
	}
	tags := slices.Clone(rec.object["tags"].([]any))
	i := slices.IndexFunc(tags, func(t any) bool { return t.(object)["id"] == id })
	if i < 0 {
		return *absent(featurebase.ErrorCodeResourceNotFound, "", "Tag not found")
	}
	detached := maps.Clone(tags[i].(object))
	detached["removedAt"], detached["removedBy"] = stamp(s.clock()), object{"type": "admin", "id": r.given["actingAdminId"]}
	detached["targetPartId"] = newestMessage(rec)
	s.changeConversation(rec, "tags", slices.Delete(tags, i, i+1))
	return success(http.StatusOK, detached)
}

// retag replaces a tag in all conversations by what change makes of it, or removes
// it if that is nil.
func (s *Server) retag(id string, change func(tag object) any) {
	for rec := range s.store(conversationResource).after(0) {
		if !slices.Contains(dig(rec.object, "tags.id"), any(id)) {
			continue
		}
		tags := []any{}
		for _, v := range rec.object["tags"].([]any) {
			if v.(object)["id"] == id {
				if v = change(v.(object)); v == nil {
					continue
				}
			}
			tags = append(tags, v)
		}
		o := maps.Clone(rec.object)
		o["tags"] = tags
		s.store(conversationResource).replace(rec, o)
	}
}

func (s *Server) addParticipant(r *request, rec *record) response {
	named := r.given["participant"].(object)
	id, _ := named["id"].(string)
	userID, _ := named["userId"].(string)
	email, _ := named["email"].(string)
	if id+userID+email == "" {
		return *refuse(featurebase.ErrorCodeInvalidRequest, "participant", "At least one of id, userId and email is required")
	}
	contact := s.store(contactResource).byID[id]
	if id == "" {
		contact = s.store(contactResource).byKey[userID]
	}
	if id+userID == "" {
		contact = s.meant("", email)
	}
	if contact == nil || id == "" && !isCustomer(contact.object) {
		return s.store(contactResource).notFound()
	}
	if !slices.Contains(dig(rec.object, "participants.id"), any(contact.id())) {
		s.changeConversation(rec, "participants", append(slices.Clone(rec.object["participants"].([]any)), participant(contact.object)))
	}
	return s.store(conversationResource).getOne(r, rec)
}

func (s *Server) removeParticipant(r *request, rec *record) response {
	people := slices.Clone(rec.object["participants"].([]any))
	i := slices.IndexFunc(people, func(p any) bool { return p.(object)["id"] == r.given["id"] })
	switch {
	case i < 0:
		return *absent("participant_not_found", "", "Participant not found")
	case len(people) == 1:
		return *refuse(featurebase.ErrorCodeInvalidRequest, "id", "The last participant can't be removed")
	}
	s.changeConversation(rec, "participants", slices.Delete(people, i, i+1))
	return s.store(conversationResource).getOne(r, rec)
}

var rowMembers = []string{
	"adminAssigneeId", "awaitingCustomerReply", "brandId", "createdAt", "customAttributes", "id", "lastActivityAt", "object", "participants", "priority",
	"prioritySetAt", "source", "state", "tags", "teamAssigneeId", "title", "updatedAt",
}

// conversationRow is what a search finds of a conversation.
func (s *Server) conversationRow(rec *record, text string) object {
	row := object{"conversationUser": nil}
	for _, name := range rowMembers {
		if v, ok := rec.object[name]; ok {
			row[name] = v
		}
	}
	for _, id := range dig(rec.object, "participants.id") {
		if user := s.sender("contact", id.(string), ""); user != nil {
			row["conversationUser"] = user
			break
		}
	}
	previews := []any{}
	for _, v := range rec.object["conversationParts"].([]any) {
		part := v.(object)
		markdown, ok := part["bodyMarkdown"].(string)
		if !ok || !strings.HasSuffix(part["partType"].(string), "_msg") {
			continue
		}
		previews = append(previews, object{
			"id": part["id"], "partType": part["partType"], "author": part["author"], "createdAt": part["createdAt"], "previewMarkdown": markdown,
			"previewMarkdownTruncated": false,
		})
		if text != "" && row["matchingPart"] == nil && hasWords(markdown, text) {
			row["matchingPart"] = object{"id": part["id"], "partType": part["partType"], "createdAt": part["createdAt"]}
			row["matchingPartAuthor"], row["matchingBodyPreviewMarkdown"], row["relevanceScore"] = part["author"], markdown, 1.0
		}
	}
	source, _ := rec.object["source"].(object)
	if markdown, _ := source["bodyMarkdown"].(string); text != "" && row["matchingPart"] == nil && hasWords(markdown, text) {
		row["matchingPartAuthor"], row["matchingBodyPreviewMarkdown"], row["relevanceScore"] = source["author"], markdown, 1.0
	}
	row["surroundingConversationParts"] = previews[max(0, len(previews)-30):]
	return row
}
