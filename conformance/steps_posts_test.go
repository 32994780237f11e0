package conformance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "Posts", official: "feedback.posts.",
	add:   addPosts,
	needs: []string{"Boards", "Contacts", "Companies"},
	steps: func(t *testing.T) []step {
		return slices.Concat(readingPosts(), listingPosts(t), searchingPosts(t), writingPosts(), voting(t))
	},
	after: []string{"Contacts"},
})

// The posts that each server has at first; see addPosts.
const (
	dark   = "64e3f1a2b9c8d7e600000001" // by ada, with everything
	export = "64e3f1a2b9c8d7e600000002" // by bob
	sso    = "64e3f1a2b9c8d7e600000003" // by somebody whom it created
	plain  = "64e3f1a2b9c8d7e600000004" // by the user of the key
	review = "64e3f1a2b9c8d7e600000005" // waits for moderation
	noPost = "64e3f1a2b9c8d7e6000000ff"

	board    = "64c000000000000000000001"
	requests = "64c000000000000000000002" // another board
	planned  = "64c000000000000000000003" // a status
	admin    = "64c000000000000000000004"
	field    = "64c000000000000000000005" // a custom field

	noSuchPost    = "404 post_not_found"
	noSuchComment = "404 comment_not_found"
	noPostToGet   = "404 resource_not_found" // as it was seen
)

var postsBegin = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)

func addPosts(t *testing.T, srv *featurebasetest.Server) {
	t.Helper()
	value := featurebase.Value[time.Time]
	client := srv.Client()
	for i, p := range []featurebase.PostCreateParams{
		{BoardID: board, Title: "Dark mode", Content: "<p>For the night</p>", Author: &featurebase.AuthorParams{ID: ada}, AssigneeID: admin, StatusID: planned,
			Tags: []string{"ui", "later"}, CustomFields: object{field: "x"}, Upvotes: featurebase.Value(5), ETA: featurebase.Value(featurebase.Date{Year: 2027, Month: time.February, Day: 1})},
		{BoardID: board, Title: "Export to CSV", Author: &featurebase.AuthorParams{ID: bob}, Tags: []string{"later"}},
		{BoardID: requests, Title: "Single sign-on", Author: &featurebase.AuthorParams{Email: "sam@example.com", Name: "Sam"}, Upvotes: featurebase.Value(3)},
		{BoardID: requests, Title: "Plain text", CommentsEnabled: featurebase.Value(false)},
		{BoardID: board, Title: "Dark patterns", InReview: featurebase.Value(true)},
	} {
		p.CreatedAt = value(postsBegin.Add(time.Duration(i) * time.Hour))
		post, err := client.Posts.Create(t.Context(), p)
		require.NoError(t, err)
		require.Equal(t, []string{dark, export, sso, plain, review}[i], post.ID)
	}
	for _, contact := range []string{eve, fay} {
		_, err := client.Posts.AddVoter(t.Context(), export, featurebase.VoterAddParams{ID: contact})
		require.NoError(t, err)
	}
}

func readingPosts() []step {
	const retrieve = "feedback.posts.retrieve"
	return []step{
		{name: "a post", official: official(retrieve, dark), ours: ours("Posts.Get", dark), want: ok},
		{name: "a post with an ID in upper case", official: official(retrieve, strings.ToUpper(sso)), ours: ours("Posts.Get", strings.ToUpper(sso)), want: ok},
		{name: "no such post", official: official(retrieve, noPost), ours: ours("Posts.Get", noPost), want: noPostToGet},
		{name: "a slug", official: official(retrieve, "dark-mode-1"), ours: ours("Posts.Get", "dark-mode-1"), differs: &difference{refusesIDs,
			"400 invalid_id\nGET /v2/posts/dark-mode-1", idNotSent}},
		{name: "a post with an empty ID", official: official(retrieve, ""), ours: ours("Posts.Get", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/posts/", idNotSent}},
	}
}

func listingPosts(t *testing.T) []step {
	t.Helper()
	type params = featurebase.PostListParams
	page, err := newServer(t).Client().Posts.List(t.Context(), params{Limit: 2})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	const list = "feedback.posts.list"
	lists := func(name string, query object, params params) step {
		return step{name: "posts: " + name, official: official(list, query), ours: ours("Posts.List", params), want: ok}
	}
	return []step{
		{name: "posts", official: official(list), ours: ours("Posts.List", params{}), want: ok},
		lists("of a board", object{"boardId": board}, params{BoardIDs: []string{board}}),
		lists("of two boards", object{"boardId": array{board, requests}, "limit": 100}, params{BoardIDs: []string{board, requests}, Limit: 100}),
		lists("with a status", object{"statusId": array{planned}}, params{StatusIDs: []string{planned}}),
		lists("with tags", object{"tags": array{"ui", "later"}}, params{Tags: []string{"ui", "later"}}),
		lists("with words", object{"q": "dark & night?"}, params{Text: "dark & night?"}),
		lists("with those in review", object{"inReview": true}, params{InReview: featurebase.Value(true)}),
		lists("without those in review", object{"inReview": false}, params{InReview: featurebase.Value(false)}),
		lists("oldest first", object{"sortBy": "createdAt", "sortOrder": "asc"}, params{SortBy: featurebase.PostListSortCreatedAt, SortOrder: featurebase.SortOrderAscending}),
		lists("most votes first", object{"sortBy": "upvotes", "sortOrder": "desc"}, params{SortBy: featurebase.PostListSortUpvotes, SortOrder: featurebase.SortOrderDescending}),
		lists("trending", object{"sortBy": "trending"}, params{SortBy: featurebase.PostListSortTrending}),
		lists("recent", object{"sortBy": "recent"}, params{SortBy: featurebase.PostListSortRecent}),
		lists("the second page", object{"limit": 2, "cursor": page.NextCursor}, params{Limit: 2, Cursor: page.NextCursor}),
		{name: "posts: all pages", official: officialAll(list, object{"inReview": true, "limit": 2}),
			ours: ours("Posts.ListAll", params{InReview: featurebase.Value(true), Limit: 2}), want: ok},
		{name: "posts: a cursor that is none", official: official(list, object{"cursor": "x"}), ours: ours("Posts.List", params{Cursor: "x"}), want: "400 invalid_cursor"},
		{name: "posts: an unknown sort", official: official(list, object{"sortBy": "best"}), ours: ours("Posts.List", params{SortBy: "best"}), want: invalid},
		{name: "posts: a page that is too large", official: official(list, object{"limit": 101}), ours: ours("Posts.List", params{Limit: 101}), differs: &difference{refuses,
			invalid + "\nGET /v2/posts?limit=101", "not sent: invalid Limit"}},
	}
}

func searchingPosts(t *testing.T) []step {
	t.Helper()
	type (
		params  = featurebase.PostSearchParams
		filters = featurebase.Filters[featurebase.Post]
	)
	page, err := newServer(t).Client().Posts.Search(t.Context(), params{Sort: featurebase.PostSortUpvotesAsc, Limit: 2})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	const search = "feedback.posts.search"
	at := postsBegin.Add(time.Hour)
	var steps []step
	for _, c := range []struct {
		clause object
		filter featurebase.Filter[featurebase.Post]
	}{
		{clause("boardId", "=", board), featurebase.PostFieldBoardID.Is(board)},
		{clause("boardId", "IN", array{board, requests}), featurebase.PostFieldBoardID.OneOf(board, requests)},
		{clause("statusId", "=", planned), featurebase.PostFieldStatusID.Is(planned)},
		{clause("tagId", "IN", array{planned}), featurebase.PostFieldTagID.OneOf(planned)},
		{clause("authorId", "=", ada), featurebase.PostFieldAuthorID.Is(ada)},
		{clause("voterId", "=", fay), featurebase.PostFieldVoterID.Is(fay)},
		{clause("voterId", "IN", array{eve, ada}), featurebase.PostFieldVoterID.OneOf(eve, ada)},
		{clause("assigneeId", "=", admin), featurebase.PostFieldAssigneeID.Is(admin)},
		{clause("assigneeId", "IN", array{admin}), featurebase.PostFieldAssigneeID.OneOf(admin)},
		{clause("assigneeId", "=", nil), featurebase.PostFieldAssigneeID.IsNull()},
		{clause("companyId", "=", "acme"), featurebase.PostFieldCompanyID.Is("acme")},
		{clause("createdAt", "=", at.Unix()), featurebase.PostFieldCreatedAt.Is(at)},
		{clause("createdAt", ">", at.Unix()), featurebase.PostFieldCreatedAt.After(at)},
		{clause("createdAt", "<", at.Unix()), featurebase.PostFieldCreatedAt.Before(at)},
		{clause("createdAt", ">=", at.Unix()), featurebase.PostFieldCreatedAt.NotBefore(at)},
		{clause("createdAt", "<=", at.Unix()), featurebase.PostFieldCreatedAt.NotAfter(at)},
		{clause("updatedAt", ">", at.Unix()), featurebase.PostFieldUpdatedAt.After(at)},
		{clause("eta", ">", at.Unix()), featurebase.PostFieldETA.After(at)},
		{clause("upvotes", "=", 3), featurebase.PostFieldUpvotes.Is(3)},
		{clause("upvotes", ">", 2.5), featurebase.PostFieldUpvotes.MoreThan(2.5)},
		{clause("upvotes", "<", 3), featurebase.PostFieldUpvotes.LessThan(3)},
		{clause("upvotes", ">=", 3), featurebase.PostFieldUpvotes.AtLeast(3)},
		{clause("upvotes", "<=", 3), featurebase.PostFieldUpvotes.AtMost(3)},
		{clause("commentCount", "=", 0), featurebase.PostFieldCommentCount.Is(0)},
		{clause("monthlySpend", ">=", 99.5), featurebase.PostFieldMonthlySpend.AtLeast(99.5)},
		{clause("opportunityAmount", ">", 1), featurebase.PostFieldOpportunityAmount.MoreThan(1)},
		{clause("inReview", "=", true), featurebase.PostFieldInReview.Is(true)},
		{clause("isPinned", "=", false), featurebase.PostFieldIsPinned.Is(false)},
	} {
		steps = append(steps, step{name: "posts " + text(c.clause), want: ok,
			official: official(search, object{"query": c.clause, "limit": 100}), ours: ours("Posts.Search", params{Filters: filters{c.filter}, Limit: 100})})
	}
	for _, c := range []struct {
		clause object
		filter featurebase.Filter[featurebase.Post]
	}{
		{clause("boardId", "!=", board), featurebase.PostFieldBoardID.IsNot(board)},
		{clause("authorId", "NIN", array{ada}), featurebase.PostFieldAuthorID.NoneOf(ada)},
		{clause("assigneeId", "!=", nil), featurebase.PostFieldAssigneeID.IsNotNull()},
		{clause("assigneeId", "!=", admin), featurebase.PostFieldAssigneeID.IsNot(admin)},
		{clause("assigneeId", "NIN", array{admin}), featurebase.PostFieldAssigneeID.NoneOf(admin)},
		{clause("createdAt", "!=", at.Unix()), featurebase.PostFieldCreatedAt.IsNot(at)},
		{clause("upvotes", "!=", 3), featurebase.PostFieldUpvotes.IsNot(3)},
	} {
		steps = append(steps, step{name: "posts, alone " + text(c.clause), want: "400 query_too_broad",
			official: official(search, object{"query": c.clause}), ours: ours("Posts.Search", params{Filters: filters{c.filter}})},
			step{name: "posts, with words " + text(c.clause), want: ok,
				official: official(search, object{"query": c.clause, "search": "dark mode", "limit": 100}),
				ours:     ours("Posts.Search", params{Filters: filters{c.filter}, Text: "dark mode", Limit: 100})})
	}
	for _, sort := range []featurebase.PostSort{
		featurebase.PostSortCreatedAtDesc, featurebase.PostSortCreatedAtAsc, featurebase.PostSortUpdatedAtDesc, featurebase.PostSortUpdatedAtAsc,
		featurebase.PostSortUpvotesDesc, featurebase.PostSortUpvotesAsc, featurebase.PostSortETADesc, featurebase.PostSortETAAsc,
		featurebase.PostSortMonthlySpendDesc, featurebase.PostSortMonthlySpendAsc, featurebase.PostSortOpportunityAmountDesc, featurebase.PostSortOpportunityAmountAsc,
		featurebase.PostSortCommentCountDesc, featurebase.PostSortCommentCountAsc,
	} {
		steps = append(steps, step{name: "posts by " + string(sort), want: ok,
			official: official(search, object{"sort": sort, "limit": 100}), ours: ours("Posts.Search", params{Sort: sort, Limit: 100})})
	}
	onBoard, ofBoard := clause("boardId", "=", board), featurebase.PostFieldBoardID.Is(board)
	few, fewer := clause("upvotes", "<", 4), featurebase.PostFieldUpvotes.LessThan(4)
	long := strings.Repeat("é", 501)
	return append(steps,
		step{name: "all posts there are", official: official(search, object{}), ours: ours("Posts.Search", params{}), want: ok},
		step{name: "posts with words, by relevance", official: official(search, object{"search": "dark"}), ours: ours("Posts.Search", params{Text: "dark"}), want: ok},
		step{name: "posts for which all is true", official: official(search, object{"query": and(onBoard, few)}),
			ours: ours("Posts.Search", params{Filters: filters{ofBoard, fewer}}), want: ok},
		step{name: "posts: the second page of a search", official: official(search, object{"sort": "upvotes:asc", "limit": 2, "cursor": page.NextCursor}),
			ours: ours("Posts.Search", params{Sort: featurebase.PostSortUpvotesAsc, Limit: 2, Cursor: page.NextCursor}), want: ok},
		step{name: "posts: another sort midway", official: official(search, object{"sort": "upvotes:desc", "cursor": page.NextCursor}),
			ours: ours("Posts.Search", params{Sort: featurebase.PostSortUpvotesDesc, Cursor: page.NextCursor}), want: "400 invalid_cursor"},
		step{name: "posts: all pages of a search", official: officialAll(search, object{"query": onBoard, "sort": "createdAt:asc", "limit": 2}),
			ours: ours("Posts.SearchAll", params{Filters: filters{ofBoard}, Sort: featurebase.PostSortCreatedAtAsc, Limit: 2}), want: ok},
		step{name: "posts: an unknown order", official: official(search, object{"sort": "title:asc"}), ours: ours("Posts.Search", params{Sort: "title:asc"}), want: invalid},
		step{name: "posts: words that are too many", official: official(search, object{"search": long}), ours: ours("Posts.Search", params{Text: long}), differs: &difference{refuses,
			invalid + "\nPOST /v2/posts/search " + text(object{"search": long}), "not sent: invalid Text"}},
	)
}

func writingPosts() []step {
	const (
		create, update = "feedback.posts.create", "feedback.posts.update"
		moment         = "2026-03-04T05:06:07Z"
		// The posts that these steps create.
		full, least = "64e3f1a2b9c8d7e600000006", "64e3f1a2b9c8d7e600000007"
	)
	type (
		fresh   = featurebase.PostCreateParams
		changes = featurebase.PostUpdateParams
		author  = featurebase.AuthorParams
	)
	at := featurebase.Value(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	values := object{field: array{"a", "b"}, admin: 1.5, board: true, requests: nil}
	creates := func(name, want string, body object, p fresh) step {
		return step{name: "create a post: " + name, official: official(create, body), ours: ours("Posts.Create", p), want: want}
	}
	updates := func(name, id, want string, body object, p changes) step {
		return step{name: "update a post: " + name, official: official(update, id, body), ours: ours("Posts.Update", id, p), want: want}
	}
	refused := func(name, why string, body object, own oursCall, outcome string) step {
		return step{name: "create a post: " + name, official: official(create, body), ours: own, differs: &difference{why, invalid + "\nPOST /v2/posts " + text(body), outcome}}
	}
	return []step{
		creates("everything", ok, object{
			"boardId": board, "title": "Everything <&>", "content": "<p>All</p>", "author": object{"id": ada}, "assigneeId": admin, "statusId": planned,
			"tags": array{"a", "b"}, "customFields": values, "visibility": "companyOnly", "upvotes": 7, "commentsEnabled": false, "inReview": true, "notifyAdmins": true,
			"eta": "2026-06-01", "createdAt": moment,
			"integrations": object{"clickup": true, "discord": true, "github": true, "jira": true, "linear": true, "slack": true},
		}, fresh{
			BoardID: board, Title: "Everything <&>", Content: "<p>All</p>", Author: &author{ID: ada}, AssigneeID: admin, StatusID: planned,
			Tags: []string{"a", "b"}, CustomFields: values, Visibility: featurebase.PostVisibilityCompanyOnly, Upvotes: featurebase.Value(7),
			CommentsEnabled: featurebase.Value(false), InReview: featurebase.Value(true), NotifyAdmins: featurebase.Value(true), ETA: featurebase.Value(featurebase.Date{Year: 2026, Month: time.June, Day: 1}), CreatedAt: at,
			Integrations: &featurebase.PostIntegrationTargets{ClickUp: true, Discord: true, GitHub: true, Jira: true, Linear: true, Slack: true},
		}),
		creates("the least", ok, object{"boardId": board, "title": "It"}, fresh{BoardID: board, Title: "It"}),
		creates("nulls, and no votes", ok, object{"boardId": board, "title": "Null", "upvotes": 0, "eta": nil, "createdAt": nil, "commentsEnabled": nil, "inReview": nil},
			fresh{BoardID: board, Title: "Null", Upvotes: featurebase.Value(0), ETA: featurebase.Null[featurebase.Date](), CreatedAt: featurebase.Null[time.Time](),
				CommentsEnabled: featurebase.Null[bool](), InReview: featurebase.Null[bool]()}),
		creates("an author by user ID", ok, object{"boardId": board, "title": "By user ID", "author": object{"userId": "u1"}}, fresh{BoardID: board, Title: "By user ID", Author: &author{UserID: "u1"}}),
		creates("an author who is new", ok, object{"boardId": board, "title": "By address", "author": object{"email": "kim@example.com", "name": "Kim", "profilePicture": "https://example.com/kim.png"}},
			fresh{BoardID: board, Title: "By address", Author: &author{Email: "kim@example.com", Name: "Kim", ProfilePicture: "https://example.com/kim.png"}}),
		creates("an author who isn't there", against, object{"boardId": board, "title": "By nobody", "author": object{"id": nobody}}, fresh{BoardID: board, Title: "By nobody", Author: &author{ID: nobody}}),
		creates("an unknown visibility", invalid, object{"boardId": board, "title": "Hidden", "visibility": "none"}, fresh{BoardID: board, Title: "Hidden", Visibility: "none"}),
		refused("no board", refuses, object{"title": "Nowhere"}, ours("Posts.Create", fresh{Title: "Nowhere"}), "not sent: invalid BoardID"),
		refused("no title", refuses, object{"boardId": board}, ours("Posts.Create", fresh{BoardID: board}), "not sent: invalid Title"),
		refused("a title of one letter", refuses, object{"boardId": board, "title": "X"}, ours("Posts.Create", fresh{BoardID: board, Title: "X"}),
			"not sent: invalid Title"),
		refused("an unknown field", typesRefuse, object{"boardId": board, "title": "Much", "mood": "good"}, oursCall{}, cantBe),

		updates("everything", full, ok, object{
			"boardId": requests, "title": "Changed", "content": "", "author": object{"email": "bob@example.com"}, "assigneeId": nil, "statusId": admin, "tags": array{"c"},
			"customFields": object{field: nil, admin: "y"}, "visibility": "authorOnly", "upvotes": 2, "commentsEnabled": true, "inReview": false, "eta": nil, "createdAt": moment, "sendStatusUpdateEmail": true,
		}, changes{
			BoardID: requests, Title: "Changed", Content: featurebase.Value(""), Author: &author{Email: "bob@example.com"}, AssigneeID: featurebase.Null[string](), StatusID: admin, Tags: []string{"c"},
			CustomFields: object{field: nil, admin: "y"}, Visibility: featurebase.PostVisibilityAuthorOnly, Upvotes: featurebase.Value(2), CommentsEnabled: featurebase.Value(true),
			InReview: featurebase.Value(false), ETA: featurebase.Null[featurebase.Date](), CreatedAt: at, SendStatusUpdateEmail: featurebase.Value(true),
		}),
		updates("an assignee", least, ok, object{"assigneeId": admin}, changes{AssigneeID: featurebase.Value(admin)}),
		updates("no tags", dark, ok, object{"tags": array{}}, changes{Tags: []string{}}),
		updates("nothing", dark, ok, object{}, changes{}),
		updates("one that isn't there", noPost, noSuchPost, object{"title": "Lost"}, changes{Title: "Lost"}),
		updates("an unknown visibility", dark, invalid, object{"visibility": "none"}, changes{Visibility: "none"}),
		{name: "update a post: a title of one letter", official: official(update, dark, object{"title": "X"}), ours: ours("Posts.Update", dark, changes{Title: "X"}), differs: &difference{refuses,
			invalid + "\nPATCH /v2/posts/" + dark + ` {"title":"X"}`, "not sent: invalid Title"}},
	}
}

func voting(t *testing.T) []step {
	t.Helper()
	type (
		params  = featurebase.VoterListParams
		voter   = featurebase.VoterAddParams
		removed = featurebase.VoterRemoveParams
	)
	page, err := newServer(t).Client().Posts.ListVoters(t.Context(), export, params{Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	const list, add, remove = "feedback.posts.voters.list", "feedback.posts.voters.add", "feedback.posts.voters.remove"
	adds := func(name, id, want string, body object, p voter) step {
		return step{name: "vote: " + name, official: official(add, id, body), ours: ours("Posts.AddVoter", id, p), want: want}
	}
	removes := func(name, id, want string, body object, p removed) step {
		return step{name: "take a vote back: " + name, official: official(remove, id, body), ours: ours("Posts.RemoveVoter", id, p), want: want}
	}
	const (
		nobodyNamed = "Without a name for the voter, the API takes the user of the key, which is hardly meant. This library refuses it."
		notNamed    = "not sent: invalid ID"
		sent        = " /v2/posts/" + plain + "/voters {}"
	)
	return []step{
		{name: "voters", official: official(list, export), ours: ours("Posts.ListVoters", export, params{}), want: ok},
		{name: "voters who are admins", official: official(list, plain), ours: ours("Posts.ListVoters", plain, params{}), want: ok},
		{name: "voters: the second page", official: official(list, export, object{"limit": 1, "cursor": page.NextCursor}),
			ours: ours("Posts.ListVoters", export, params{Limit: 1, Cursor: page.NextCursor}), want: ok},
		{name: "voters: all pages", official: call{Method: list, Args: array{export, object{"limit": 2}}, All: true}, ours: ours("Posts.ListVotersAll", export, params{Limit: 2}), want: ok},
		{name: "voters of no post", official: official(list, noPost), ours: ours("Posts.ListVoters", noPost, params{}), want: noSuchPost},
		{name: "voters: a cursor that is none", official: official(list, export, object{"cursor": "x"}), ours: ours("Posts.ListVoters", export, params{Cursor: "x"}), want: "400 invalid_cursor"},

		adds("by ID", export, ok, object{"id": ada}, voter{ID: ada}),
		adds("again", export, ok, object{"id": ada}, voter{ID: ada}),
		adds("by user ID", dark, ok, object{"userId": "u3"}, voter{UserID: "u3"}),
		adds("by a new address", dark, ok, object{"email": "lou@example.com", "name": "Lou", "profilePicture": "https://example.com/lou.png"},
			voter{Email: "lou@example.com", Name: "Lou", ProfilePicture: "https://example.com/lou.png"}),
		adds("nobody", dark, against, object{"id": nobody}, voter{ID: nobody}),
		adds("for no post", noPost, noSuchPost, object{"id": ada}, voter{ID: ada}),
		{name: "vote: nobody named", official: official(add, plain, object{}), ours: ours("Posts.AddVoter", plain, voter{}), differs: &difference{nobodyNamed, ok + "\nPOST" + sent, notNamed}},

		removes("by ID", export, ok, object{"id": ada}, removed{ID: ada}),
		removes("again", export, "404 voter_not_found", object{"id": ada}, removed{ID: ada}),
		removes("by user ID", dark, ok, object{"userId": "u3"}, removed{UserID: "u3"}),
		removes("by address", dark, ok, object{"email": "lou@example.com"}, removed{Email: "lou@example.com"}),
		removes("an unknown address", dark, "404 voter_not_found", object{"email": "max@example.com"}, removed{Email: "max@example.com"}),
		removes("from no post", noPost, noSuchPost, object{"id": ada}, removed{ID: ada}),
	}
}

func deletingPosts() []step {
	const remove = "feedback.posts.delete"
	return []step{
		{name: "delete a post", official: official(remove, dark), ours: ours("Posts.Delete", dark), want: ok},
		{name: "delete it once more", official: official(remove, dark), ours: ours("Posts.Delete", dark), want: noSuchPost},
		{name: "delete a post by its slug", official: official(remove, "plain-text-4"), ours: ours("Posts.Delete", "plain-text-4"), differs: &difference{refusesIDs,
			"400 invalid_id\nDELETE /v2/posts/plain-text-4", idNotSent}},
		{name: "posts that are left", official: officialAll("feedback.posts.list", object{"inReview": true, "limit": 100}),
			ours: ours("Posts.ListAll", featurebase.PostListParams{InReview: featurebase.Value(true), Limit: 100}), want: ok},
	}
}
