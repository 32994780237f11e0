package featurebase

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
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

// CommentAuthor is who wrote a comment.
type CommentAuthor struct {
	ID             string   `json:"id,omitempty"` // empty if anonymous
	Type           UserType `json:"type"`
	Name           string   `json:"name"`
	ProfilePicture string   `json:"profilePicture,omitempty"` // URL

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
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

// The documented fields of a search.
const (
	CommentFieldAuthorID        TextField[Comment, string]     = "authorId"
	CommentFieldPostID          NullableField[Comment, string] = "postId"          // null if on a changelog
	CommentFieldChangelogID     NullableField[Comment, string] = "changelogId"     // null if on a post
	CommentFieldParentCommentID NullableField[Comment, string] = "parentCommentId" // null if no reply
	CommentFieldIsPrivate       BoolField[Comment]             = "isPrivate"
	CommentFieldInReview        BoolField[Comment]             = "inReview"
	CommentFieldCreatedAt       TimeRangeField[Comment]        = "createdAt"
	CommentFieldUpvotes         NumberField[Comment]           = "upvotes"
	CommentFieldScore           NumberField[Comment]           = "score"
	CommentFieldConfidenceScore NumberField[Comment]           = "confidenceScore"
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
	return problems
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
