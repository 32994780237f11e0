package featurebase

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// PostsService manages posts, the feedback that is submitted to boards, and who
// voted for them. Access it through [Client.Posts].
type PostsService struct{ client *Client }

var (
	listPosts   = &endpoint{pattern: "GET /v2/posts"}
	createPost  = &endpoint{pattern: "POST /v2/posts"}
	searchPosts = &endpoint{pattern: "POST /v2/posts/search", effect: reads}
	getPost     = &endpoint{pattern: "GET /v2/posts/{id}", object: "post"}
	updatePost  = &endpoint{pattern: "PATCH /v2/posts/{id}", object: "post"}
	deletePost  = &endpoint{pattern: "DELETE /v2/posts/{id}", object: "post"}
	listVoters  = &endpoint{pattern: "GET /v2/posts/{id}/voters", object: "post"}
	addVoter    = &endpoint{pattern: "POST /v2/posts/{id}/voters", object: "post", effect: repeatable}
	removeVoter = &endpoint{pattern: "DELETE /v2/posts/{id}/voters", object: "post", part: "voter", named: []string{"id", "userId", "email"}}
)

// List returns one page of posts: [GET /v2/posts]. Use [PostsService.ListAll] to
// iterate over all pages, and [PostsService.Search] to find those of an author.
//
// [GET /v2/posts]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) List(ctx context.Context, params PostListParams, opts ...CallOption) (*Page[Post], error) {
	return send(ctx, s.client, request{endpoint: listPosts, params: params}, new(Page[Post]), opts)
}

// ListAll iterates over the posts of all pages, as [ContactsService.ListAll]
// does. See [PostsService.List].
func (s *PostsService) ListAll(ctx context.Context, params PostListParams, opts ...CallOption) iter.Seq2[*Post, error] {
	return all(ctx, s.List, params, opts)
}

// Search returns one page of the posts that match all filters:
// [POST /v2/posts/search]. Spam, merged posts and tickets are never found. Use
// [PostsService.SearchAll] to iterate over all pages.
//
// The API rejects searches without Text that have only negative conditions
// ([ErrorCodeQueryTooBroad]; those on flags excepted), and cursors of a search
// with another Sort or with other Text ([ErrorCodeInvalidCursor]).
//
// [POST /v2/posts/search]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Search(ctx context.Context, params PostSearchParams, opts ...CallOption) (*SearchPage[Post], error) {
	return send(ctx, s.client, request{endpoint: searchPosts, params: params}, new(SearchPage[Post]), opts)
}

// SearchAll iterates over the matching posts of all pages, as
// [ContactsService.ListAll] does. See [PostsService.Search].
func (s *PostsService) SearchAll(ctx context.Context, params PostSearchParams, opts ...CallOption) iter.Seq2[*Post, error] {
	return all(ctx, s.Search, params, opts)
}

// Create creates a post: [POST /v2/posts]. It is not repeated once the API may
// have processed it, so an error that matches [ErrAmbiguous] leaves open whether
// the post exists.
//
// [POST /v2/posts]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Create(ctx context.Context, params PostCreateParams, opts ...CallOption) (*Post, error) {
	return send(ctx, s.client, request{endpoint: createPost, params: params}, new(Post), opts)
}

// Get returns the post with the given ID: [GET /v2/posts/{id}]. If it doesn't
// exist, the error matches [ErrNotFound].
//
// [GET /v2/posts/{id}]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Get(ctx context.Context, id string, opts ...CallOption) (*Post, error) {
	return send(ctx, s.client, request{endpoint: getPost, args: args{id}}, new(Post), opts)
}

// Update changes the given fields of a post and returns the result:
// [PATCH /v2/posts/{id}].
//
// [PATCH /v2/posts/{id}]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Update(ctx context.Context, id string, params PostUpdateParams, opts ...CallOption) (*Post, error) {
	return send(ctx, s.client, request{updatePost, args{id}, params}, new(Post), opts)
}

// Delete permanently deletes a post, and with it all its comments, including those
// of other people, its votes and its notifications: [DELETE /v2/posts/{id}]. The
// API key needs the access of a member. See [ContactsService.Delete] for what its
// errors mean.
//
// [DELETE /v2/posts/{id}]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) Delete(ctx context.Context, id string, opts ...CallOption) (*Deleted, error) {
	return send(ctx, s.client, request{endpoint: deletePost, args: args{id}}, new(Deleted), opts)
}

// DeleteMany deletes posts, as [ContactsService.DeleteMany] does contacts. See
// [PostsService.Delete].
func (s *PostsService) DeleteMany(ctx context.Context, ids iter.Seq[string], opts ...BulkOption) iter.Seq[BulkResult[*Deleted]] {
	return runBulk(ctx, ids, s.Delete, opts)
}

// ListVoters returns one page of those who voted for a post:
// [GET /v2/posts/{id}/voters]. The API key needs the access of a member. Use
// [PostsService.ListVotersAll] to iterate over all pages.
//
// [GET /v2/posts/{id}/voters]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) ListVoters(ctx context.Context, id string, params VoterListParams, opts ...CallOption) (*Page[Voter], error) {
	return send(ctx, s.client, request{listVoters, args{id}, params}, new(Page[Voter]), opts)
}

// ListVotersAll iterates over the voters of all pages, as
// [ContactsService.ListAll] does. See [PostsService.ListVoters].
func (s *PostsService) ListVotersAll(ctx context.Context, id string, params VoterListParams, opts ...CallOption) iter.Seq2[*Voter, error] {
	return all(ctx, of(id, s.ListVoters), params, opts)
}

// AddVoter adds a vote to a post: [POST /v2/posts/{id}/voters]. A second vote of
// the same voter changes nothing, and is not an error.
//
// [POST /v2/posts/{id}/voters]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) AddVoter(ctx context.Context, id string, params VoterAddParams, opts ...CallOption) (*PostVote, error) {
	return send(ctx, s.client, request{addVoter, args{id}, params}, new(PostVote), opts)
}

// RemoveVoter removes a vote from a post: [DELETE /v2/posts/{id}/voters]. If there
// is no such post, or no such vote ([ErrorCodeVoterNotFound]), the error matches
// [ErrNotFound].
//
// [DELETE /v2/posts/{id}/voters]: https://docs.featurebase.app/rest-api/posts
func (s *PostsService) RemoveVoter(ctx context.Context, id string, params VoterRemoveParams, opts ...CallOption) (*PostVote, error) {
	return send(ctx, s.client, request{removeVoter, args{id}, params}, new(PostVote), opts)
}

// PostListParams selects the posts to list.
type PostListParams struct {
	BoardIDs  []string       `query:"boardId" check:"items:50,id"`   // at most 50
	StatusIDs []string       `query:"statusId" check:"items:50,id"`  // at most 50
	Tags      []string       `query:"tags" check:"items:50,max:255"` // names, at most 50; one with a comma in it is taken for several
	Text      string         `query:"q" check:"max:255"`             // in title or content; at most 255 characters
	InReview  Optional[bool] `query:"inReview"`                      // true includes posts that wait for moderation
	SortBy    PostListSort   `query:"sortBy"`                        // default: PostListSortCreatedAt
	SortOrder SortOrder      `query:"sortOrder"`                     // the default is not documented
	Limit     int            `query:"limit" check:"limit"`           // posts in a page, 1 to 100; default: 10 with List, 100 with ListAll
	Cursor    string         `query:"cursor" check:"max:512"`        // NextCursor of the previous page
}

// PostListSort is what a list of posts is ordered by.
type PostListSort string

// The documented orders.
const (
	PostListSortCreatedAt PostListSort = "createdAt"
	PostListSortUpvotes   PostListSort = "upvotes"
	PostListSortTrending  PostListSort = "trending"
	PostListSortRecent    PostListSort = "recent" // last updated
)

// Post is feedback that was submitted to a board.
//
// A field that is absent or null in the response has its zero value; amounts and
// flags that may be null are pointers.
//
// Reference: https://docs.featurebase.app/rest-api/posts
type Post struct {
	Object            string           `json:"object"` // always "post"
	ID                string           `json:"id"`     // 24 hexadecimal characters
	Title             string           `json:"title"`
	Content           string           `json:"content"` // HTML
	Slug              string           `json:"slug"`
	PostURL           string           `json:"postUrl"`
	BoardID           string           `json:"boardId"`
	Status            PostStatus       `json:"status"`
	Author            *PostAuthor      `json:"author"` // nil if unknown
	AssigneeID        string           `json:"assigneeId,omitempty"`
	Tags              []PostTag        `json:"tags"`
	Access            PostAccess       `json:"access"`
	Features          PostFeatures     `json:"features"`
	CustomFields      map[string]any   `json:"customFields"` // by the ID of the field; numbers are float64
	Integrations      PostIntegrations `json:"integrations"`
	Upvotes           int              `json:"upvotes"`
	CommentCount      int              `json:"commentCount"`
	OpportunityAmount *float64         `json:"opportunityAmount,omitempty"` // of linked deals and opportunities
	InReview          bool             `json:"inReview"`
	IsPinned          bool             `json:"isPinned"`
	ETA               time.Time        `json:"eta,omitzero"`
	CreatedAt         time.Time        `json:"createdAt"`
	UpdatedAt         time.Time        `json:"updatedAt"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (p *Post) UnmarshalJSON(b []byte) error {
	*p = Post{}
	return strictjson.Unmarshal(b, p)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (p Post) MarshalJSON() ([]byte, error) {
	type plain Post
	return strictjson.Marshal(plain(p))
}

// mismatch implements result.
func (p *Post) mismatch(r *request) string {
	return cmp.Or(mustBe("object", p.Object, "post"), r.mustBeID("id", p.ID, "post"))
}

// PostAuthor is who wrote a post.
type PostAuthor struct {
	ID             string   `json:"id,omitempty"`
	Type           UserType `json:"type"`
	Name           string   `json:"name"`
	Email          string   `json:"email,omitempty"`
	ProfilePicture string   `json:"profilePicture,omitempty"` // URL

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostTag is a tag of a post.
type PostTag struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Color string `json:"color,omitempty"` // hexadecimal

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostAccess says who can see a post, in addition to admins. An empty list means
// no restriction.
type PostAccess struct {
	UserIDs            []string `json:"userIds"`
	CompanyExternalIDs []string `json:"companyExternalIds"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostFeatures is what can be done with a post.
type PostFeatures struct {
	CommentsEnabled bool `json:"commentsEnabled"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostIntegrations are the objects of other services that a post is linked to.
type PostIntegrations struct {
	ClickUp    []PostClickUpTask      `json:"clickup"`
	DevOps     []PostDevOpsItem       `json:"devops"`
	GitHub     []PostGitHubIssue      `json:"github"`
	HubSpot    []PostHubSpotObject    `json:"hubspot"`
	Jira       []PostLinkedIssue      `json:"jira"`
	Linear     []PostLinkedIssue      `json:"linear"`
	Salesforce []PostSalesforceObject `json:"salesforce"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostClickUpTask is a task in ClickUp.
type PostClickUpTask struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostDevOpsItem is a work item in Azure DevOps.
type PostDevOpsItem struct {
	ID          int    `json:"id"`
	ProjectID   string `json:"projectId"`
	ProjectName string `json:"projectName"`
	Title       string `json:"title"`
	URL         string `json:"url"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostGitHubIssue is an issue on GitHub.
type PostGitHubIssue struct {
	ID                 string `json:"id"`
	Number             string `json:"number"`
	RepositoryFullName string `json:"repositoryFullName"`
	RepositoryName     string `json:"repositoryName"`
	Title              string `json:"title"`
	URL                string `json:"url"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostHubSpotObject is an object in HubSpot.
type PostHubSpotObject struct {
	ObjectID   int                   `json:"objectId"`
	Type       PostHubSpotObjectType `json:"type"`
	DealAmount *float64              `json:"dealAmount,omitempty"`
	DealClosed *bool                 `json:"dealClosed,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostHubSpotObjectType is the kind of an object in HubSpot.
type PostHubSpotObjectType string

// The documented types. Unknown values are passed through unchanged.
const (
	PostHubSpotObjectTypeTicket  PostHubSpotObjectType = "TICKET"
	PostHubSpotObjectTypeDeal    PostHubSpotObjectType = "DEAL"
	PostHubSpotObjectTypeContact PostHubSpotObjectType = "CONTACT"
)

// PostLinkedIssue is an issue in Jira or Linear.
type PostLinkedIssue struct {
	IssueID  string `json:"issueId"`
	IssueURL string `json:"issueUrl,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostSalesforceObject is an object in Salesforce.
type PostSalesforceObject struct {
	ObjectID   string                   `json:"objectId"`
	ObjectType PostSalesforceObjectType `json:"objectType"`
	Amount     *float64                 `json:"amount,omitempty"`
	IsClosed   *bool                    `json:"isClosed,omitempty"`

	Extra map[string]json.RawMessage `json:"-"` // other members; see Contact.Extra
}

// PostSalesforceObjectType is the kind of an object in Salesforce.
type PostSalesforceObjectType string

// The documented types. Unknown values are passed through unchanged.
const (
	PostSalesforceObjectTypeOpportunity PostSalesforceObjectType = "Opportunity"
	PostSalesforceObjectTypeCase        PostSalesforceObjectType = "Case"
)

// PostSearchParams selects the posts to find.
type PostSearchParams struct {
	Filters Filters[Post] `json:"query,omitempty"`
	Text    string        `json:"search,omitempty" check:"max:500"` // words in title or content, at most 500 characters
	Sort    PostSort      `json:"sort,omitempty"`                   // default: by relevance with Text, else PostSortCreatedAtDesc
	Limit   int           `json:"limit,omitempty" check:"limit"`    // posts in a page, 1 to 100; default: 10 with Search, 100 with SearchAll
	Cursor  string        `json:"cursor,omitempty"`                 // NextCursor of the previous page, with the same Sort and Text
}

// PostSort is an order of search results.
type PostSort string

// The documented orders.
const (
	PostSortCreatedAtDesc         PostSort = "createdAt:desc"
	PostSortCreatedAtAsc          PostSort = "createdAt:asc"
	PostSortUpdatedAtDesc         PostSort = "updatedAt:desc"
	PostSortUpdatedAtAsc          PostSort = "updatedAt:asc"
	PostSortUpvotesDesc           PostSort = "upvotes:desc"
	PostSortUpvotesAsc            PostSort = "upvotes:asc"
	PostSortETADesc               PostSort = "eta:desc"
	PostSortETAAsc                PostSort = "eta:asc"
	PostSortMonthlySpendDesc      PostSort = "monthlySpend:desc"
	PostSortMonthlySpendAsc       PostSort = "monthlySpend:asc"
	PostSortOpportunityAmountDesc PostSort = "opportunityAmount:desc"
	PostSortOpportunityAmountAsc  PostSort = "opportunityAmount:asc"
	PostSortCommentCountDesc      PostSort = "commentCount:desc"
	PostSortCommentCountAsc       PostSort = "commentCount:asc"
)

// PostCreateParams are the fields of a new post.
//
// CustomFields are by the ID of the field. Their values must be strings, numbers,
// booleans, nil, or slices of at most 100 strings of at most 1,000 characters, or
// have such a form in JSON, as a time.Time and a [Date] have.
type PostCreateParams struct {
	BoardID string `json:"boardId" check:"required,id"`
	Title   string `json:"title" check:"required,min:2,max:512"` // 2 to 512 characters

	Content         string                  `json:"content,omitempty"` // HTML
	Author          *AuthorParams           `json:"author,omitempty"`  // default: the user of the API key
	AssigneeID      string                  `json:"assigneeId,omitempty" check:"id"`
	StatusID        string                  `json:"statusId,omitempty" check:"id"`           // default: that of the board
	Tags            []string                `json:"tags,omitempty" check:"items:50,max:255"` // names, at most 50
	CustomFields    map[string]any          `json:"customFields,omitempty" check:"postValues"`
	Visibility      PostVisibility          `json:"visibility,omitempty"`
	Upvotes         Optional[int]           `json:"upvotes,omitzero" check:"nonNegative"`  // default: 1, of the author, who is added as a voter
	CommentsEnabled Optional[bool]          `json:"commentsEnabled,omitzero"`              // default: true
	InReview        Optional[bool]          `json:"inReview,omitzero"`                     // default: false
	NotifyAdmins    Optional[bool]          `json:"notifyAdmins,omitzero" check:"notNull"` // default: false
	ETA             Optional[Date]          `json:"eta,omitzero"`
	CreatedAt       Optional[time.Time]     `json:"createdAt,omitzero"` // backdates the post
	Integrations    *PostIntegrationTargets `json:"integrations,omitempty"`
}

// check implements checker.
func (p PostCreateParams) check(string) problems { return checkAuthor(p.Author, orKeysUser) }

// PostVisibility says who can see a post. The rules of its board and of the
// organization apply as well.
type PostVisibility string

// The documented visibilities.
const (
	PostVisibilityPublic      PostVisibility = "public"
	PostVisibilityAuthorOnly  PostVisibility = "authorOnly"
	PostVisibilityCompanyOnly PostVisibility = "companyOnly"
)

// PostIntegrationTargets are the services to which a new post is pushed.
type PostIntegrationTargets struct {
	ClickUp bool `json:"clickup,omitempty"`
	Discord bool `json:"discord,omitempty"`
	GitHub  bool `json:"github,omitempty"`
	Jira    bool `json:"jira,omitempty"`
	Linear  bool `json:"linear,omitempty"`
	Slack   bool `json:"slack,omitempty"`
}

// PostUpdateParams are the fields of a post to change. Zero-valued fields are
// left unchanged; an empty non-nil slice clears the list, [Null] clears a field.
type PostUpdateParams struct {
	BoardID               string              `json:"boardId,omitempty" check:"id"`          // moves the post
	Title                 string              `json:"title,omitempty" check:"min:2,max:512"` // 2 to 512 characters
	Content               Optional[string]    `json:"content,omitzero" check:"notNull"`      // HTML; it may be empty
	Author                *AuthorParams       `json:"author,omitempty"`                      // the new author; default: unchanged
	AssigneeID            Optional[string]    `json:"assigneeId,omitzero" check:"id"`
	StatusID              string              `json:"statusId,omitempty" check:"id"`
	Tags                  []string            `json:"tags,omitzero" check:"items:50,max:255"`    // names, at most 50, which replace the others
	CustomFields          map[string]any      `json:"customFields,omitempty" check:"postValues"` // see PostCreateParams
	Visibility            PostVisibility      `json:"visibility,omitempty"`
	Upvotes               Optional[int]       `json:"upvotes,omitzero" check:"nonNegative"` // replaces the number of votes
	CommentsEnabled       Optional[bool]      `json:"commentsEnabled,omitzero"`
	InReview              Optional[bool]      `json:"inReview,omitzero"`
	ETA                   Optional[Date]      `json:"eta,omitzero"`
	CreatedAt             Optional[time.Time] `json:"createdAt,omitzero"`
	SendStatusUpdateEmail Optional[bool]      `json:"sendStatusUpdateEmail,omitzero"` // default: false; if the request is repeated, whether voters get a second email is not documented
}

// check implements checker.
func (p PostUpdateParams) check(string) problems {
	return checkAuthor(p.Author, ", or nil to leave the author unchanged")
}

// VoterListParams selects a page of voters.
type VoterListParams struct {
	Limit  int    `query:"limit" check:"limit"`    // voters in a page, 1 to 100; default: 10 with ListVoters, 100 with ListVotersAll
	Cursor string `query:"cursor" check:"max:512"` // NextCursor of the previous page
}

// Voter is a user who voted for a post. It has the fields of a Contact, but may
// also be an admin, a guest, an integration or a bot.
type Voter struct {
	Object         string   `json:"object"` // always "contact"
	ID             string   `json:"id"`     // 24 hexadecimal characters
	Type           UserType `json:"type"`
	UserID         string   `json:"userId,omitempty"` // the ID in your own system
	Email          string   `json:"email,omitempty"`
	Name           string   `json:"name"`
	Description    string   `json:"description,omitempty"`
	ProfilePicture string   `json:"profilePicture,omitempty"` // URL
	Locale         string   `json:"locale,omitempty"`
	OrganizationID string   `json:"organizationId,omitempty"`

	Companies    []Company      `json:"companies,omitempty"`
	Roles        []string       `json:"roles,omitempty"`
	CustomFields map[string]any `json:"customFields,omitempty"` // numbers are float64

	Verified                      *bool `json:"verified,omitempty"` // whether the email address is verified
	SubscribedToChangelog         *bool `json:"subscribedToChangelog,omitempty"`
	ManuallyOptedOutFromChangelog *bool `json:"manuallyOptedOutFromChangelog,omitempty"`

	PostsCreated    *int      `json:"postsCreated,omitempty"`
	CommentsCreated *int      `json:"commentsCreated,omitempty"`
	LastActivity    time.Time `json:"lastActivity,omitzero"`

	// Extra holds the raw JSON of other members. See Contact.Extra.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler, storing unknown members in Extra.
func (v *Voter) UnmarshalJSON(b []byte) error {
	*v = Voter{}
	return strictjson.Unmarshal(b, v)
}

// MarshalJSON implements json.Marshaler, including Extra.
func (v Voter) MarshalJSON() ([]byte, error) {
	type plain Voter
	return strictjson.Marshal(plain(v))
}

// mismatch implements result.
func (v *Voter) mismatch(*request) string {
	return cmp.Or(mustBe("object", v.Object, "contact"), mustHave("id", v.ID))
}

// VoterAddParams names who votes: by ID, else by UserID, else by Email. At least
// one is required: the API would take the user of the API key.
type VoterAddParams struct {
	ID             string `json:"id,omitempty" check:"id"`            // the Featurebase ID
	UserID         string `json:"userId,omitempty" check:"ownID:255"` // the ID in your own system
	Email          string `json:"email,omitempty" check:"email"`      // one that is unknown creates a customer
	Name           string `json:"name,omitempty" check:"max:255"`     // of a customer who is created; at most 255 characters
	ProfilePicture string `json:"profilePicture,omitempty"`           // URL, of a customer who is created
}

// check implements checker.
func (p VoterAddParams) check(string) problems { return checkVoter(p.ID, p.UserID, p.Email) }

func checkVoter(id, userID, email string) (p problems) {
	if cmp.Or(id, userID, email) == "" {
		p = append(p, &ArgumentError{Name: "ID", Reason: "ID, UserID and Email are empty; want one of them, since the API would take the user of the API key"})
	}
	return p
}

// PostVote confirms that a vote was added or removed.
type PostVote struct {
	Object  string `json:"object"` // always "voter"
	ID      string `json:"id"`     // of the voter
	PostID  string `json:"postId"`
	Added   bool   `json:"added,omitempty"`
	Removed bool   `json:"removed,omitempty"`
}

// mismatch implements result.
func (v *PostVote) mismatch(r *request) string {
	var done, voter string
	switch p := r.params.(type) {
	case VoterAddParams:
		done, voter = mustBeTrue("added", v.Added), p.ID
	case VoterRemoveParams:
		done, voter = mustBeTrue("removed", v.Removed), p.ID
	}
	wrong := cmp.Or(mustBe("object", v.Object, "voter"), done, r.mustBeID("postId", v.PostID, "post"), r.mustBeID("id", v.ID, "voter"))
	if wrong == "" && voter != "" && !strings.EqualFold(v.ID, voter) {
		wrong = "id is not that of the voter who was named"
	}
	return wrong
}

// VoterRemoveParams names whose vote is removed: by ID, else by UserID, else by
// Email. At least one is required: the API would take the user of the API key.
type VoterRemoveParams struct {
	ID     string `json:"id,omitempty" check:"id"`            // the Featurebase ID
	UserID string `json:"userId,omitempty" check:"ownID:255"` // the ID in your own system
	Email  string `json:"email,omitempty" check:"email"`
}

// check implements checker.
func (p VoterRemoveParams) check(string) problems { return checkVoter(p.ID, p.UserID, p.Email) }

// The documented fields of a search.
const (
	PostFieldBoardID           IDField[Post]          = "boardId"
	PostFieldStatusID          IDField[Post]          = "statusId"
	PostFieldTagID             IDField[Post]          = "tagId"
	PostFieldAuthorID          IDField[Post]          = "authorId"
	PostFieldVoterID           IDMatchField[Post]     = "voterId" // of customers; leads, guests and admins are not found
	PostFieldAssigneeID        IDNullableField[Post]  = "assigneeId"
	PostFieldCompanyID         OwnIDField[Post]       = "companyId" // the ID in your own system
	PostFieldCreatedAt         TimeRangeField[Post]   = "createdAt"
	PostFieldUpdatedAt         TimeRangeField[Post]   = "updatedAt"
	PostFieldETA               TimeRangeField[Post]   = "eta"
	PostFieldUpvotes           AmountRangeField[Post] = "upvotes"
	PostFieldCommentCount      AmountRangeField[Post] = "commentCount"
	PostFieldMonthlySpend      AmountRangeField[Post] = "monthlySpend"
	PostFieldOpportunityAmount AmountRangeField[Post] = "opportunityAmount"
	PostFieldInReview          BoolField[Post]        = "inReview"
	PostFieldIsPinned          BoolField[Post]        = "isPinned"
)
