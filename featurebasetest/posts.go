package featurebasetest

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/featurebase-community/featurebase-go"
)

const postAbsent = "post_not_found"

var postResource = new(resource)

func init() {
	define(postResource, (*Server).postRoutes, resource{
		object: "post",
		id:     asObjectID,
		prefix: "64e3f1a2b9c8d7e6",
		absent: postAbsent,
		fresh:  freshPost,
		fields: map[string]field{
			"boardId":               {kind: required(objectID), set: setBoard},
			"title":                 {kind: required(text(2, 512))},
			"assigneeId":            {kind: objectID, null: update},
			"author":                {kind: open(userKinds), set: setAuthor, last: true},
			"commentsEnabled":       {kind: boolean, null: both, set: setCommentsEnabled},
			"content":               {kind: str},
			"createdAt":             {kind: moment, null: both, set: unlessNull},
			"customFields":          {kind: postFields, set: merged},
			"eta":                   {kind: momentOrUnix, null: both},
			"inReview":              {kind: boolean, null: both, set: unlessNull},
			"integrations":          {kind: closed(integrationKinds), only: create, set: ignored},
			"notifyAdmins":          {kind: boolean, only: create, set: ignored},
			"sendStatusUpdateEmail": {kind: boolean, only: update, null: update, set: ignored},
			"statusId":              {kind: objectID, set: setStatus},
			"tags":                  {kind: either(text(0, 255), bounded(0, 50, listOf(text(0, 255)))), set: setTags},
			"upvotes":               {kind: count, null: both, set: unlessNull},
			"visibility":            {kind: oneOf("public", "authorOnly", "companyOnly"), set: ignored},
		},
		given:   postGiven,
		added:   func(_ *Server, r *record) { r.state = &postState{} },
		created: (*Server).postCreated,
		deleted: (*Server).postDeleted,
		list: listing{
			filters: map[string]filter{
				"boardId":  {kind: bounded(0, 50, listOf(str)), finds: anyOf("boardId")},
				"statusId": {kind: bounded(0, 50, listOf(str)), finds: anyOf("status.id")},
				"tags":     {kind: bounded(0, 50, listOf(text(0, 255))), finds: anyOf("tags.name")},
				"q":        {kind: text(0, 255), finds: func(r *record, q []string) bool { return hasWords(textAt(r, postText), q[0]) }},
				"inReview": {
					kind: trueOrFalse, fallback: "false",
					finds: func(r *record, v []string) bool { return v[0] == "true" || r.object["inReview"] != true },
				},
			},
			sortBy: map[string]string{"createdAt": "createdAt", "upvotes": "upvotes", "trending": "upvotes", "recent": "updatedAt"},
			sort:   "createdAt",
		},
		search: searching{
			fields: map[string]criterion{
				"boardId":           {operators: "= != IN NIN", path: "boardId"},
				"statusId":          {operators: "= != IN NIN", path: "status.id"},
				"tagId":             {operators: "= != IN NIN", path: "tags.id"},
				"authorId":          {operators: "= != IN NIN", path: "author.id"},
				"voterId":           {operators: "= IN", values: customersWhoVoted},
				"assigneeId":        {operators: "= != IN NIN", path: "assigneeId", nullable: true},
				"companyId":         {operators: "= != IN NIN", values: companiesThatVoted},
				"createdAt":         {scale: times, operators: "= != > < >= <=", path: "createdAt"},
				"updatedAt":         {scale: times, operators: "= != > < >= <=", path: "updatedAt"},
				"eta":               {scale: times, operators: "= != > < >= <=", path: "eta"},
				"upvotes":           {scale: numbers, operators: "= != > < >= <=", path: "upvotes"},
				"commentCount":      {scale: numbers, operators: "= != > < >= <=", path: "commentCount"},
				"monthlySpend":      {scale: numbers, operators: "= != > < >= <=", values: spendThatVoted},
				"opportunityAmount": {scale: numbers, operators: "= != > < >= <=", path: "opportunityAmount"},
				"inReview":          {scale: booleans, operators: "= !=", path: "inReview"},
				"isPinned":          {scale: booleans, operators: "= !=", path: "isPinned"},
			},
			sorts: []string{"createdAt", "updatedAt", "upvotes", "eta", "monthlySpend", "opportunityAmount", "commentCount"},
			sort:  "createdAt:desc",
			snake: true,
			text:  postText,
		},
	})
}

var postText = []string{"title", "content"}

func (s *Server) postRoutes() []route {
	p := s.store(postResource)
	return []route{
		get("/v2/posts", p.listAll).with(p.list.parameters()),
		post("/v2/posts", p.createOne).takes(p.body(create)),
		p.searchRoute("/v2/posts/search"),
		get("/v2/posts/{id}", s.getPost),
		patch("/v2/posts/{id}", p.withID(p.updateOne)).takes(p.body(update)),
		del("/v2/posts/{id}", p.withID(p.deleteOne)),
		get("/v2/posts/{id}/voters", p.withID(s.listVoters)).with(paged),
		post("/v2/posts/{id}/voters", p.withID(s.addVoter)).mayTake(closed(userKinds)).refusing(featurebase.ErrorCodeInvalidID),
		del("/v2/posts/{id}/voters", p.withID(s.removeVoter)).mayTake(closed(voterKinds)).refusing(featurebase.ErrorCodeInvalidID),
	}
}

// getPost responds about a post that does not exist as the service was seen to,
// which is another way than is documented.
func (s *Server) getPost(r *request) response {
	rec, refusal := s.store(postResource).named(r.args["id"], "id")
	switch {
	case refusal == nil:
		return s.store(postResource).getOne(r, rec)
	case refusal.status == http.StatusNotFound:
		return envelope(http.StatusNotFound, featurebase.ErrorCodeResourceNotFound, "post", "Post not found", nil)
	}
	return *refusal
}

// AddPost adds a post, with a fresh ID if it has none, and returns it as it was
// stored. What is not set, other than numbers and flags, is as in a new post. Its
// author is the user of the API key unless it has another. Comments are enabled:
// PostsService.Update disables them.
func (s *Server) AddPost(p featurebase.Post) featurebase.Post {
	return addValue(s.store(postResource), "AddPost", p)
}

// Posts returns the posts that there are, in the order they were added.
func (s *Server) Posts() []featurebase.Post { return values[featurebase.Post](s.store(postResource)) }

// postGiven completes the status, the features and the address of a post that was
// added.
func postGiven(s *Server, o object) error {
	if status, _ := o["status"].(object); status["name"] == nil {
		if setStatus(s, o, "statusId", cmp.Or(status["id"], defaultStatus(s.store(postStatusResource))["id"])) != nil {
			return errors.New("the post has a status that does not exist")
		}
	}
	o["author"] = s.completeAuthor(o["author"])
	o["features"] = object{"commentsEnabled": true}
	if o["slug"] == nil {
		o["slug"] = slug(o, len(s.store(postResource).byID)+1)
	}
	if o["postUrl"] == nil {
		o["postUrl"] = fmt.Sprintf("https://feedback.example.com/p/%v", o["slug"])
	}
	return nil
}

func slug(o object, number int) string {
	words := strings.FieldsFunc(strings.ToLower(fmt.Sprint(o["title"])), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return fmt.Sprintf("%s-%d", strings.Join(words, "-"), number)
}

// postState is the state of a post's record.
type postState struct {
	votes  []vote
	places int
}

type vote struct {
	place int // in the order of the votes of this post
	user  string
}

func freshPost(s *Server, now time.Time) object {
	empty := func() any { return []any{} }
	return object{
		"access":     object{"companyExternalIds": empty(), "userIds": empty()},
		"assigneeId": nil, "author": author(ownUser), "boardId": "", "commentCount": 0.0, "content": "", "createdAt": stamp(now),
		"customFields": object{}, "eta": nil, "features": object{"commentsEnabled": true}, "inReview": false,
		"integrations": object{
			"clickup": empty(), "devops": empty(), "github": empty(), "hubspot": empty(), "jira": empty(), "linear": empty(), "salesforce": empty(),
		},
		"isPinned": false, "opportunityAmount": nil, "status": defaultStatus(s.store(postStatusResource)), "tags": empty(), "title": "", "updatedAt": stamp(now), "upvotes": 1.0,
	}
}

func setCommentsEnabled(_ *Server, o object, name string, v any) *response {
	if v != nil {
		o["features"] = object{name: v}
	}
	return nil
}

// postFields are values as custom fields of posts may have them.
var postFields = mapOf(orNull(either(str, number, boolean, bounded(0, 100, listOf(text(0, 1000))))))

func setTags(_ *Server, o object, name string, v any) *response {
	names, isList := v.([]any)
	if !isList {
		names = []any{v}
	}
	tags := []any{}
	for _, name := range names {
		hash := fnv.New64a()
		hash.Write([]byte(name.(string)))
		tags = append(tags, object{"id": fmt.Sprintf("64e3f1a2%016x", hash.Sum64()), "name": name, "color": nil})
	}
	o[name] = tags
	return nil
}

var integrationKinds = map[string]kind{
	"clickup": boolean, "discord": boolean, "github": boolean, "jira": boolean, "linear": boolean, "slack": boolean,
}

// postCreated sets the address of a new post, and adds the vote of its author, which
// it has even with no upvotes.
func (s *Server) postCreated(r *record) {
	o := maps.Clone(r.object)
	slug := slug(o, r.place)
	o["slug"], o["postUrl"] = slug, "https://feedback.example.com/p/"+slug
	o["upvotes"] = max(1, o["upvotes"].(float64))
	r.object = o
	if author, _ := o["author"].(object); author["id"] != nil {
		r.vote(author["id"].(string))
	}
}

// ownUser is the user whose key the server accepts.
var ownUser = object{"id": "64e3f1a2b9c8d7e400000001", "object": "contact", "type": "admin", "name": "Admin", "email": "admin@example.com"}

// user returns the contact, or the own user, with an ID, or nil.
func (s *Server) user(id string) *record {
	if id == ownUser["id"] {
		return &record{object: ownUser}
	}
	return s.store(contactResource).byID[id]
}

// author is a user as the author of something.
func author(user object) object {
	return object{
		"id": user["id"], "email": user["email"], "name": user["name"], "profilePicture": user["profilePicture"], "type": user["type"],
	}
}

// userKinds are the members that name a user, and describe one that there is
// not yet.
var userKinds = map[string]kind{
	"id": objectID, "userId": text(0, 255), "email": email, "name": text(0, 255), "profilePicture": str,
}

var voterKinds = map[string]kind{"id": objectID, "userId": text(0, 255), "email": email}

// completeAuthor returns the author of something that a test adds with all that the
// API has of one: what is not given is as in the contact that it is, if there is one.
func (s *Server) completeAuthor(given any) object {
	all := object{"id": nil, "email": nil, "name": "", "profilePicture": nil, "type": "customer"}
	has, _ := given.(object)
	if id, _ := has["id"].(string); s.user(id) != nil {
		all = author(s.user(id).object)
	}
	maps.Copy(all, has)
	return all
}

// named returns the user that is named by ID, else by user ID, else by email
// address, or the own user if none of them is given. If there is none and it may
// be created, an email address creates a customer.
func (s *Server) named(given object, mayCreate bool) *record {
	id, _ := given["id"].(string)
	userID, _ := given["userId"].(string)
	email, _ := given["email"].(string)
	switch {
	case id != "":
		return s.user(id)
	case userID == "" && email == "":
		return &record{object: ownUser}
	}
	r := s.meant(userID, email)
	if r == nil && mayCreate && email != "" {
		o := s.store(contactResource).newObject()
		maps.Copy(o, given)
		r = s.store(contactResource).add(o)
	}
	return r
}

func setAuthor(s *Server, o object, name string, v any) *response {
	user := s.named(v.(object), true)
	if user == nil {
		return refuse(featurebase.ErrorCodeInvalidRequest, name, "The author does not exist")
	}
	o[name] = author(user.object)
	return nil
}

// vote adds a user's vote, and reports whether there was none before.
func (r *record) vote(user string) bool {
	state := r.state.(*postState)
	if slices.ContainsFunc(state.votes, func(v vote) bool { return v.user == user }) {
		return false
	}
	state.places++
	state.votes = append(state.votes, vote{state.places, user})
	return true
}

// unvote removes a user's vote, and reports whether there was one.
func (r *record) unvote(user string) bool {
	state := r.state.(*postState)
	before := len(state.votes)
	state.votes = slices.DeleteFunc(state.votes, func(v vote) bool { return v.user == user })
	return len(state.votes) < before
}

// countVotes changes the number of a post's votes, which need not be that of its
// voters.
func (r *record) countVotes(more float64) {
	o := maps.Clone(r.object)
	o["upvotes"] = max(0, o["upvotes"].(float64)+more)
	r.object = o
}

func (s *Server) addVoter(r *request, post *record) response {
	user := s.named(r.given, true)
	if user == nil {
		return *refuse(featurebase.ErrorCodeInvalidRequest, "", "The user does not exist")
	}
	if post.vote(user.id()) {
		post.countVotes(1)
	}
	return success(http.StatusCreated, object{"id": user.id(), "object": "voter", "postId": post.id(), "added": true})
}

func (s *Server) removeVoter(r *request, post *record) response {
	user := s.named(r.given, false)
	if user == nil || !post.unvote(user.id()) {
		return *absent("voter_not_found", "", "Voter not found")
	}
	post.countVotes(-1)
	return success(http.StatusOK, object{"id": user.id(), "object": "voter", "postId": post.id(), "removed": true})
}

func (s *Server) listVoters(r *request, post *record) response {
	limit, from := r.paging()
	begin := cursor{Of: "voters of " + post.id()}
	if from != nil {
		if refusal := begin.decode(*from, begin.Of); refusal != nil {
			return *refusal
		}
	}
	var hits []hit
	for _, v := range post.state.(*postState).votes {
		if v.place > begin.Place {
			hits = append(hits, hit{s.user(v.user), cursor{Of: begin.Of, Place: v.place}})
		}
	}
	return success(http.StatusOK, s.store(contactResource).page(hits, limit))
}

// customersWhoVoted are the IDs of a post's voters that are customers.
func customersWhoVoted(s *Server, r *record) (ids []any) {
	for _, v := range r.state.(*postState).votes {
		if isCustomer(s.user(v.user).object) {
			ids = append(ids, v.user)
		}
	}
	return ids
}

func companiesThatVoted(s *Server, r *record) (ids []any) {
	for _, v := range r.state.(*postState).votes {
		ids = append(ids, dig(s.user(v.user).object, "companies.companyId")...)
	}
	return ids
}

func spendThatVoted(s *Server, r *record) []any {
	spend := map[any]float64{} // each company's once
	for _, v := range r.state.(*postState).votes {
		companies, _ := s.user(v.user).object["companies"].([]any)
		for _, c := range companies {
			company := c.(object)
			spend[company["id"]], _ = company["monthlySpend"].(float64)
		}
	}
	total := 0.0
	for _, monthly := range spend {
		total += monthly
	}
	return []any{total}
}

// contactDeleted has what a contact wrote remain, but nobody's. Its votes still
// count.
func (s *Server) contactDeleted(contact *record) {
	s.countUsers(contact, companyIDs(contact.object))
	for post := range s.store(postResource).after(0) {
		post.unvote(contact.id())
		if by, _ := post.object["author"].(object); by["id"] == contact.id() {
			o := maps.Clone(post.object)
			o["author"] = nobody(by)
			post.object = o
		}
	}
	for ticket := range s.store(ticketResource).after(0) {
		if by, _ := ticket.object["author"].(object); by["id"] == contact.id() {
			o := maps.Clone(ticket.object)
			o["author"] = nobody(by)
			ticket.object = o
		}
	}
	for comment := range s.store(commentResource).after(0) {
		if by, _ := comment.object["author"].(object); by["id"] == contact.id() {
			o := maps.Clone(comment.object)
			o["author"] = withoutEmail(nobody(by))
			comment.object = o
		}
	}
}

// nobody is the author of what somebody who is deleted wrote.
func nobody(by any) object {
	was, _ := by.(object)
	return object{"id": nil, "email": nil, "name": "[Deleted]", "profilePicture": nil, "type": was["type"]}
}

// postDeleted deletes the comments on a post, whoever wrote them.
func (s *Server) postDeleted(post *record) {
	for comment := range s.store(commentResource).after(0) {
		if comment.object["postId"] == post.id() {
			s.store(commentResource).remove(comment)
		}
	}
}
