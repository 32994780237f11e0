package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// CommentsService manages the comments on posts and changelogs. Access it through
// [Client.Comments].
type CommentsService struct{ client *Client }

var (
	listComments   = &endpoint{pattern: "GET /v2/comments"}
	createComment  = &endpoint{pattern: "POST /v2/comments"}
	searchComments = &endpoint{pattern: "POST /v2/comments/search", effect: reads}
	getComment     = &endpoint{pattern: "GET /v2/comments/{id}", object: "comment"}
	updateComment  = &endpoint{pattern: "PATCH /v2/comments/{id}", object: "comment"}
	deleteComment  = &endpoint{pattern: "DELETE /v2/comments/{id}", object: "comment"}
)

// List returns one page of comments: [GET /v2/comments]. Without PostID and
// ChangelogID they are those of the whole organization. Use
// [CommentsService.ListAll] to iterate over all pages, and
// [CommentsService.Search] to find those of an author.
//
// [GET /v2/comments]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) List(ctx context.Context, params CommentListParams, opts ...CallOption) (*Page[Comment], error) {
	return send(ctx, s.client, request{endpoint: listComments, params: params}, new(Page[Comment]), opts)
}

// ListAll iterates over the comments of all pages, as [ContactsService.ListAll]
// does. See [CommentsService.List].
func (s *CommentsService) ListAll(ctx context.Context, params CommentListParams, opts ...CallOption) iter.Seq2[*Comment, error] {
	return all(ctx, s.List, params, opts)
}

// Search returns one page of the comments that match all filters:
// [POST /v2/comments/search]. Comments that the API key may not see are left out
// without an error: private ones, and those in review. Spam is found, too. Use
// [CommentsService.SearchAll] to iterate over all pages.
//
// The API rejects the same searches as those of [PostsService.Search].
//
// [POST /v2/comments/search]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Search(ctx context.Context, params CommentSearchParams, opts ...CallOption) (*SearchPage[Comment], error) {
	return send(ctx, s.client, request{endpoint: searchComments, params: params}, new(SearchPage[Comment]), opts)
}

// SearchAll iterates over the matching comments of all pages, as
// [ContactsService.ListAll] does. See [CommentsService.Search].
func (s *CommentsService) SearchAll(ctx context.Context, params CommentSearchParams, opts ...CallOption) iter.Seq2[*Comment, error] {
	return all(ctx, s.Search, params, opts)
}

// Create creates a comment on a post or a changelog, or a reply to one:
// [POST /v2/comments]. It is not repeated once the API may have processed it, so
// an error that matches [ErrAmbiguous] leaves open whether the comment exists.
//
// [POST /v2/comments]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Create(ctx context.Context, params CommentCreateParams, opts ...CallOption) (*Comment, error) {
	return send(ctx, s.client, request{endpoint: createComment, params: params}, new(Comment), opts)
}

// Get returns the comment with the given ID: [GET /v2/comments/{id}]. If it
// doesn't exist, the error matches [ErrNotFound].
//
// [GET /v2/comments/{id}]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Get(ctx context.Context, id string, opts ...CallOption) (*Comment, error) {
	return send(ctx, s.client, request{endpoint: getComment, args: args{id}}, new(Comment), opts)
}

// Update changes the given fields of a comment and returns the result:
// [PATCH /v2/comments/{id}]. Its author can't be changed. To change comments of
// others, the API key needs the permission moderate_comments.
//
// [PATCH /v2/comments/{id}]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Update(ctx context.Context, id string, params CommentUpdateParams, opts ...CallOption) (*Comment, error) {
	return send(ctx, s.client, request{updateComment, args{id}, params}, new(Comment), opts)
}

// Delete permanently deletes the content of a comment and its connection to its
// author: [DELETE /v2/comments/{id}]. See [ContactsService.Delete] for what its
// errors mean.
//
// A comment without replies is removed. One with replies remains, with IsDeleted,
// the content "[deleted]", an anonymous author and no votes; the replies remain
// as they are. The response doesn't say which happened. To have a thread
// removed, delete its replies first.
//
// To delete comments of others, the API key needs the permission manage_comments,
// or manage_comments_private for private ones.
//
// [DELETE /v2/comments/{id}]: https://docs.featurebase.app/rest-api/comments
func (s *CommentsService) Delete(ctx context.Context, id string, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{endpoint: deleteComment, args: args{id}}, new(Deleted), opts)
}

// DeleteMany deletes comments, as [ContactsService.DeleteMany] does contacts.
// Since it deletes several at once, a comment may be deleted before its replies
// whatever the order of ids, unless [WithConcurrency] is 1. See
// [CommentsService.Delete].
func (s *CommentsService) DeleteMany(ctx context.Context, ids iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*Deleted]] {
	return runBulk(ctx, ids, s.Delete, opts)
}

// CommentListParams selects the comments to list.
type CommentListParams struct {
	PostID      string          `query:"postId" check:"id"`      // on this post
	ChangelogID string          `query:"changelogId" check:"id"` // on this changelog
	Privacy     CommentPrivacy  `query:"privacy"`                // the default is not documented
	InReview    Optional[bool]  `query:"inReview"`               // waiting for moderation
	SortBy      CommentListSort `query:"sortBy"`                 // default: CommentListSortBest
	Limit       int             `query:"limit" check:"limit"`    // comments in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor      string          `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// CommentPrivacy selects comments by who can see them.
type CommentPrivacy string

// The documented selections.
const (
	CommentPrivacyPublic  CommentPrivacy = "public"
	CommentPrivacyPrivate CommentPrivacy = "private"
	CommentPrivacyAll     CommentPrivacy = "all"
)

// CommentListSort is an order of a list of comments.
type CommentListSort string

// The documented orders.
const (
	CommentListSortBest CommentListSort = "best" // by confidence in their votes
	CommentListSortTop  CommentListSort = "top"  // by score
	CommentListSortNew  CommentListSort = "new"  // newest first
	CommentListSortOld  CommentListSort = "old"  // oldest first
)

// Comment is a comment on a post or a changelog, or a reply to one.
//
// A field that is absent or null in the response has its zero value.
//
// Reference: https://docs.featurebase.app/rest-api/comments
type Comment struct {
	Object          string         `json:"object"`                    // always "comment"
	ID              string         `json:"id"`                        // 24 hexadecimal characters
	PostID          string         `json:"postId,omitempty"`          // empty if it is on a changelog
	ChangelogID     string         `json:"changelogId,omitempty"`     // empty if it is on a post
	ParentCommentID string         `json:"parentCommentId,omitempty"` // empty if it is not a reply
	Author          *CommentAuthor `json:"author"`                    // nil if unknown
	Content         string         `json:"content"`                   // HTML
	Upvotes         int            `json:"upvotes"`
	Downvotes       int            `json:"downvotes"`
	Score           int            `json:"score"` // Upvotes - Downvotes
	IsPrivate       bool           `json:"isPrivate"`
	IsPinned        bool           `json:"isPinned"`
	IsSpam          bool           `json:"isSpam"`
	IsDeleted       bool           `json:"isDeleted"` // deleted, but kept because it has replies; see CommentsService.Delete
	InReview        bool           `json:"inReview"`
	CreatedAt       time.Time      `json:"createdAt"`
	UpdatedAt       time.Time      `json:"updatedAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (c *Comment) UnmarshalJSON(b []byte) error {
	*c = Comment{}
	return strictjson.Unmarshal(b, c)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (c Comment) MarshalJSON() ([]byte, error) {
	type plain Comment
	return strictjson.Marshal(plain(c))
}

// mismatch implements result.
func (c *Comment) mismatch(r *request) string {
	return cmp.Or(mustBe("object", c.Object, "comment"), r.mustBeID("id", c.ID, "comment"))
}

// CommentAuthor is who wrote a comment.
type CommentAuthor struct {
	ID             string   `json:"id,omitempty"` // empty if anonymous
	Type           UserType `json:"type"`
	Name           string   `json:"name"`
	ProfilePicture string   `json:"profilePicture,omitempty"` // URL

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// CommentSearchParams selects the comments to find.
type CommentSearchParams struct {
	Filters Filters[Comment] `json:"query,omitempty"`
	Text    string           `json:"search,omitempty" check:"max:500"` // words in the content, at most 500 characters
	Sort    CommentSort      `json:"sort,omitempty"`                   // default: by relevance with Text, else CommentSortCreatedAtDesc
	Limit   int              `json:"limit,omitempty" check:"limit"`    // comments in a page, 1 to 100; default: 10 with Search, 100 with SearchAll
	Cursor  string           `json:"cursor,omitempty"`                 // NextCursor of the previous page, with the same Sort and Text
}

// CommentSort is an order of search results.
type CommentSort string

// The documented orders.
const (
	CommentSortCreatedAtDesc       CommentSort = "createdAt:desc"
	CommentSortCreatedAtAsc        CommentSort = "createdAt:asc"
	CommentSortConfidenceScoreDesc CommentSort = "confidenceScore:desc"
	CommentSortConfidenceScoreAsc  CommentSort = "confidenceScore:asc"
	CommentSortScoreDesc           CommentSort = "score:desc"
)

// CommentCreateParams are the fields of a new comment. It belongs to a post or to
// a changelog, also if it is a reply: one of PostID and ChangelogID is required.
type CommentCreateParams struct {
	Content string `json:"content" check:"required,min:2"` // HTML, at least 2 characters; Featurebase stores copies of its images

	PostID           string              `json:"postId,omitempty" check:"slug"`          // ID or slug
	ChangelogID      string              `json:"changelogId,omitempty" check:"slug"`     // ID or slug
	ParentCommentID  string              `json:"parentCommentId,omitempty" check:"id"`   // the comment to reply to
	Author           *AuthorParams       `json:"author,omitempty"`                       // default: the user of the API key
	IsPrivate        Optional[bool]      `json:"isPrivate,omitzero"`                     // default: false
	SendNotification Optional[bool]      `json:"sendNotification,omitzero"`              // default: true
	Upvotes          Optional[int]       `json:"upvotes,omitzero" check:"nonNegative"`   // of an imported comment
	Downvotes        Optional[int]       `json:"downvotes,omitzero" check:"nonNegative"` // of an imported comment
	CreatedAt        Optional[time.Time] `json:"createdAt,omitzero"`                     // backdates the comment
}

// check implements checker. What the API does with both is not documented.
func (p CommentCreateParams) check(string) (problems problems) {
	switch {
	case p.PostID == "" && p.ChangelogID == "":
		problems = append(problems, &ArgumentError{Name: "PostID", Reason: "PostID and ChangelogID are empty; want one of them"})
	case p.PostID != "" && p.ChangelogID != "":
		problems = append(problems, &ArgumentError{Name: "PostID", Reason: "PostID and ChangelogID are set; want only one of them"})
	}
	return append(problems, checkAuthor(p.Author, orKeysUser)...)
}

// CommentUpdateParams are the fields of a comment to change. Zero-valued fields
// are left unchanged.
type CommentUpdateParams struct {
	Content   string              `json:"content,omitempty" check:"min:2"`        // HTML, at least 2 characters
	IsPrivate Optional[bool]      `json:"isPrivate,omitzero"`                     // needs the permission manage_comments_private
	IsPinned  Optional[bool]      `json:"isPinned,omitzero"`                      // needs the permission set_comment_pinned
	InReview  Optional[bool]      `json:"inReview,omitzero"`                      // needs the permission moderate_comments
	Upvotes   Optional[int]       `json:"upvotes,omitzero" check:"nonNegative"`   // replaces the number of upvotes
	Downvotes Optional[int]       `json:"downvotes,omitzero" check:"nonNegative"` // replaces the number of downvotes
	CreatedAt Optional[time.Time] `json:"createdAt,omitzero"`
}

// The documented fields of a search.
const (
	CommentFieldAuthorID        IDField[Comment]          = "authorId"
	CommentFieldPostID          IDNullableField[Comment]  = "postId"          // null if on a changelog
	CommentFieldChangelogID     IDNullableField[Comment]  = "changelogId"     // null if on a post
	CommentFieldParentCommentID IDNullableField[Comment]  = "parentCommentId" // null if no reply
	CommentFieldIsPrivate       BoolField[Comment]        = "isPrivate"
	CommentFieldInReview        BoolField[Comment]        = "inReview"
	CommentFieldCreatedAt       TimeRangeField[Comment]   = "createdAt"
	CommentFieldUpvotes         AmountRangeField[Comment] = "upvotes"
	CommentFieldScore           AmountRangeField[Comment] = "score"
	CommentFieldConfidenceScore AmountRangeField[Comment] = "confidenceScore"
)
