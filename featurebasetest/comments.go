package featurebasetest

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go"
)

const commentAbsent = "comment_not_found"

var commentResource = new(resource)

func init() {
	define(commentResource, (*Server).commentRoutes, resource{
		object: "comment",
		id:     asObjectID,
		prefix: "64e3f1a2b9c8d7ea",
		absent: commentAbsent,
		fresh:  freshComment,
		fields: map[string]field{
			"content":          {kind: required(text(2, 0))},
			"author":           {kind: open(userKinds), only: create, set: setCommentAuthor, last: true},
			"changelogId":      {kind: str, only: create},
			"createdAt":        {kind: moment, null: both, set: unlessNull},
			"downvotes":        {kind: count, null: both, set: setVotes},
			"inReview":         {kind: boolean, only: update, null: update, set: unlessNull},
			"isPinned":         {kind: boolean, only: update, null: update, set: unlessNull},
			"isPrivate":        {kind: boolean, null: both, set: unlessNull},
			"parentCommentId":  {kind: objectID, only: create},
			"postId":           {kind: str, only: create, set: setPost},
			"sendNotification": {kind: boolean, only: create, null: create, set: ignored},
			"upvotes":          {kind: count, null: both, set: setVotes},
		},
		given:   commentGiven,
		added:   (*Server).commentAdded,
		deleted: (*Server).commentDeleted,
		list: listing{
			filters: map[string]filter{
				"postId":      {kind: str, finds: anyOf("postId")},
				"changelogId": {kind: str, finds: anyOf("changelogId")},
				"inReview":    {kind: trueOrFalse, finds: anyOf("inReview")},
				"privacy": {
					kind: oneOf("public", "private", "all"), fallback: "all",
					finds: func(r *record, v []string) bool { return v[0] == "all" || r.object["isPrivate"] == (v[0] == "private") },
				},
			},
			sortBy: map[string]string{"best": "confidenceScore:desc", "top": "score:desc", "new": "createdAt:desc", "old": "createdAt:asc"},
			sort:   "confidenceScore:desc",
		},
		search: searching{
			fields: map[string]criterion{
				"authorId":        {operators: "= != IN NIN", path: "author.id"},
				"postId":          {operators: "= != IN NIN", path: "postId", nullable: true},
				"changelogId":     {operators: "= != IN NIN", path: "changelogId", nullable: true},
				"parentCommentId": {operators: "= != IN NIN", path: "parentCommentId", nullable: true},
				"isPrivate":       {scale: booleans, operators: "= !=", path: "isPrivate"},
				"inReview":        {scale: booleans, operators: "= !=", path: "inReview"},
				"createdAt":       {scale: times, operators: "= != > < >= <=", path: "createdAt"},
				"upvotes":         {scale: numbers, operators: "= != > < >= <=", path: "upvotes"},
				"score":           {scale: numbers, operators: "= != > < >= <=", path: "score"},
				"confidenceScore": {scale: numbers, operators: "= != > < >= <=", values: confidence},
			},
			sorts: []string{"createdAt", "confidenceScore", "score:desc"},
			sort:  "createdAt:desc",
			text:  []string{"content"},
		},
	})
}

func (s *Server) commentRoutes() []route {
	c := s.store(commentResource)
	return []route{
		get("/v2/comments", s.listComments).with(c.list.parameters()),
		post("/v2/comments", s.createComment).takes(c.body(create)),
		c.searchRoute("/v2/comments/search"),
		get("/v2/comments/{id}", c.withID(c.getOne)),
		patch("/v2/comments/{id}", c.withID(c.updateOne)).takes(c.body(update)),
		del("/v2/comments/{id}", c.withID(s.deleteComment)),
	}
}

// AddComment adds a comment, with a fresh ID if it has none, and returns it as it
// was stored. It must be on a post that there is or on a changelog, and may be a
// reply to a comment there. What is not set, other than numbers and flags, is as
// in a new comment. Its author is the user of the API key unless it has another.
func (s *Server) AddComment(c featurebase.Comment) featurebase.Comment {
	return addValue(s.store(commentResource), "AddComment", c)
}

// Comments returns the comments that there are, in the order they were added, and
// with those that are deleted but have replies.
func (s *Server) Comments() []featurebase.Comment {
	return values[featurebase.Comment](s.store(commentResource))
}

func freshComment(_ *Server, now time.Time) object {
	return object{
		"author": withoutEmail(author(ownUser)), "changelogId": nil, "content": "", "createdAt": stamp(now), "downvotes": 0.0, "inReview": false,
		"isDeleted": false, "isPinned": false, "isPrivate": false, "isSpam": false, "parentCommentId": nil, "postId": nil, "score": 0.0,
		"updatedAt": stamp(now), "upvotes": 0.0,
	}
}

// withoutEmail is an author as comments have it.
func withoutEmail(author object) object {
	delete(author, "email")
	return author
}

func setCommentAuthor(s *Server, o object, name string, v any) *response {
	refusal := setAuthor(s, o, name, v)
	if refusal == nil {
		withoutEmail(o[name].(object))
	}
	return refusal
}

// setPost is for the ID or slug of a post that there is.
func setPost(s *Server, o object, name string, v any) *response {
	o[name] = s.post(v).id()
	return nil
}

func setVotes(_ *Server, o object, name string, v any) *response {
	if v != nil {
		o[name] = v
	}
	o["score"] = o["upvotes"].(float64) - o["downvotes"].(float64)
	return nil
}

// confidence is the lower bound of the share of upvotes, as Wilson's interval of
// 95% has it.
func confidence(_ *Server, r *record) []any {
	up := r.object["upvotes"].(float64)
	if up == 0 {
		return []any{0.0}
	}
	const z = 1.96
	n := up + r.object["downvotes"].(float64)
	share := up / n
	return []any{(share + z*z/(2*n) - z*math.Sqrt((share*(1-share)+z*z/(4*n))/n)) / (1 + z*z/n)}
}

// post returns the post with an ID or slug, or nil.
func (s *Server) post(idOrSlug any) *record {
	if id, wrong := asObjectID(idOrSlug); wrong == "" && s.store(postResource).byID[id.(string)] != nil {
		return s.store(postResource).byID[id.(string)]
	}
	for r := range s.store(postResource).after(0) {
		if r.object["slug"] == idOrSlug {
			return r
		}
	}
	return nil
}

// listComments knows no changelog, and so takes any for one.
func (s *Server) listComments(r *request) response {
	if given := r.query["postId"]; given != nil {
		if given[0] = strings.ToLower(given[0]); s.store(postResource).byID[given[0]] == nil {
			return s.store(postResource).notFound()
		}
	}
	return s.store(commentResource).listAll(r)
}

func (s *Server) createComment(r *request) response {
	if refusal := s.checkThread(r.given); refusal != nil {
		return *refusal
	}
	return s.store(commentResource).createOne(r)
}

// checkThread finds what a new comment belongs to.
func (s *Server) checkThread(given object) *response {
	thread := object{}
	postID, onPost := given["postId"].(string)
	changelogID, onChangelog := given["changelogId"].(string)
	switch {
	case onPost == onChangelog:
		return refuse(featurebase.ErrorCodeInvalidRequest, "postId", "Either postId or changelogId is required")
	case onPost:
		post := s.post(postID)
		if post == nil {
			return absent(postAbsent, "", "Post not found")
		}
		if post.object["features"].(object)["commentsEnabled"] != true {
			refusal := failure(http.StatusForbidden, "feature_disabled", "", "Commenting is disabled")
			return &refusal
		}
		thread["postId"] = post.id()
	default:
		id, wrong := asObjectID(changelogID)
		if wrong != "" {
			return absent(postAbsent, "", "Changelog not found")
		}
		thread["changelogId"], given["changelogId"] = id, id
	}
	if id, ok := given["parentCommentId"].(string); ok {
		parent := s.store(commentResource).byID[id]
		if parent == nil {
			return absent(commentAbsent, "", "Parent comment not found")
		}
		if !sameThread(parent, thread) {
			return refuse(featurebase.ErrorCodeInvalidRequest, "parentCommentId", "The parent comment is on something else")
		}
	}
	return nil
}

func sameThread(parent *record, o object) bool {
	return parent.object["postId"] == o["postId"] && parent.object["changelogId"] == o["changelogId"]
}

// commentGiven checks and completes a comment that was added.
func commentGiven(s *Server, o object) error {
	if (o["postId"] == nil) == (o["changelogId"] == nil) {
		return errors.New("the comment must have either a PostID or a ChangelogID")
	}
	if id := o["changelogId"]; id != nil {
		var wrong string
		if o["changelogId"], wrong = asObjectID(id); wrong != "" {
			return fmt.Errorf("the comment's ChangelogID %s", wrong)
		}
	}
	if o["postId"] != nil {
		post := s.post(o["postId"])
		if post == nil {
			return errors.New("the comment is on a post that does not exist")
		}
		o["postId"] = post.id()
	}
	if id := o["parentCommentId"]; id != nil {
		parent := s.store(commentResource).byID[id.(string)]
		if parent == nil || !sameThread(parent, o) {
			return errors.New("the comment is a reply to one that does not exist there")
		}
	}
	o["author"] = withoutEmail(s.completeAuthor(o["author"]))
	setVotes(s, o, "upvotes", nil)
	return nil
}

// commentState is the state of a comment's record.
type commentState struct {
	replies int // how many there are
}

func (s *Server) commentAdded(r *record) {
	r.state = &commentState{}
	s.countReply(r, 1)
	s.countComment(r, 1)
}

func (s *Server) commentDeleted(r *record) {
	s.countReply(r, -1)
	if r.object["isDeleted"] != true {
		s.countComment(r, -1)
	}
}

// countReply changes how many replies there are to the comment that r replies to.
func (s *Server) countReply(r *record, more int) {
	id, _ := r.object["parentCommentId"].(string)
	if parent := s.store(commentResource).byID[id]; parent != nil {
		parent.state.(*commentState).replies += more
	}
}

// countComment changes how many comments the post has that r is on.
func (s *Server) countComment(r *record, more float64) {
	id, _ := r.object["postId"].(string)
	if post := s.store(postResource).byID[id]; post != nil {
		o := maps.Clone(post.object)
		o["commentCount"] = max(0, o["commentCount"].(float64)+more)
		post.object = o
	}
}

// deleteComment removes a comment, or what it says and who wrote it if it has
// replies.
func (s *Server) deleteComment(r *request, comment *record) response {
	if comment.state.(*commentState).replies == 0 {
		return s.store(commentResource).deleteOne(r, comment)
	}
	if comment.object["isDeleted"] != true {
		s.countComment(comment, -1)
	}
	o := maps.Clone(comment.object)
	o["author"] = withoutEmail(nobody(o["author"]))
	o["content"], o["isDeleted"], o["updatedAt"] = "[deleted]", true, stamp(s.clock())
	o["upvotes"], o["downvotes"], o["score"] = 0.0, 0.0, 0.0
	s.store(commentResource).replace(comment, o)
	return s.store(commentResource).done(comment, "deleted")
}
