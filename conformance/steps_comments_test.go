package conformance_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var _ = register(service{
	name: "Comments", official: "feedback.comments.",
	add:   addComments,
	needs: []string{"Posts"},
	steps: func(t *testing.T) []step {
		return slices.Concat(
			readingComments(), listingComments(t), searchingComments(t), writingComments(), deletingComments(),
			deletingPosts(), // with their comments
		)
	},
	after: []string{"Posts"},
})

// The comments that each server has at first; see addComments.
const (
	praise    = "64f000000000000000000001" // by ada, on dark, with replies
	answer    = "64f000000000000000000002" // a reply to it by an admin, with one itself
	thanks    = "64f000000000000000000003" // the reply to that
	secret    = "64f000000000000000000004" // a private one, on export
	waiting   = "64f000000000000000000005" // waits for moderation
	cheap     = "64f000000000000000000006" // spam
	news      = "64f000000000000000000007" // on a changelog
	noComment = "64f0000000000000000000ff"

	changelog = "64c000000000000000000008"
)

func addComments(_ *testing.T, srv *featurebasetest.Server) {
	by := func(id, name string) *featurebase.CommentAuthor {
		return &featurebase.CommentAuthor{ID: id, Type: featurebase.UserTypeCustomer, Name: name}
	}
	for i, c := range []featurebase.Comment{
		{ID: praise, PostID: dark, Author: &featurebase.CommentAuthor{ID: ada, Type: featurebase.UserTypeCustomer, Name: "Ada Lovelace", ProfilePicture: "https://example.com/ada.png"},
			Content: "<p>Yes & please <em>é</em></p>", Upvotes: 5, Downvotes: 1, IsPinned: true},
		{ID: answer, PostID: dark, ParentCommentID: praise, Content: "<p>Soon</p>", Upvotes: 2},
		{ID: thanks, PostID: dark, ParentCommentID: answer, Author: by(fay, "Fay"), Content: "<p>Thanks for the dark night</p>"},
		{ID: secret, PostID: export, Content: "<p>Between us</p>", IsPrivate: true},
		{ID: waiting, PostID: export, Author: &featurebase.CommentAuthor{ID: bob, Type: featurebase.UserTypeLead, Name: "Bob"}, Content: "<p>Dark?</p>", Downvotes: 3, InReview: true},
		{ID: cheap, PostID: sso, Author: &featurebase.CommentAuthor{Type: featurebase.UserTypeGuest, Name: "Anonymous"}, Content: "<p>Buy</p>", Upvotes: 1, Downvotes: 1, IsSpam: true},
		{ID: news, ChangelogID: changelog, Author: by(ada, "Ada Lovelace"), Content: "<p>Great</p>", Upvotes: 1},
	} {
		c.CreatedAt = postsBegin.Add(time.Duration(i) * time.Hour)
		c.UpdatedAt = c.CreatedAt.Add(time.Minute)
		srv.AddComment(c)
	}
}

func readingComments() []step {
	const retrieve = "feedback.comments.retrieve"
	get := func(name, id, want string) step {
		return step{name: name, official: official(retrieve, id), ours: ours("Comments.Get", id), want: want}
	}
	unknown := get("a comment whose author is not known", news, ok)
	unknown.fault = &featurebasetest.Fault{Status: http.StatusOK, Header: isJSON, Body: text(object{
		"object": "comment", "id": news, "postId": nil, "changelogId": changelog, "parentCommentId": nil, "author": nil, "content": "", "upvotes": 0, "downvotes": 2, "score": -2,
		"isPrivate": false, "isPinned": false, "isSpam": false, "isDeleted": false, "inReview": false,
		"createdAt": "2026-02-01T06:00:00.000Z", "updatedAt": "2026-02-01T06:01:00.000Z", "mood": object{"good": array{1, "x"}},
	})}
	return []step{
		get("a comment", praise, ok),
		get("a reply", answer, ok),
		get("a private comment", secret, ok),
		get("a comment in review", waiting, ok),
		get("a comment of an anonymous author, which is spam", cheap, ok),
		get("a comment on a changelog", news, ok),
		get("a comment with an ID in upper case", strings.ToUpper(praise), ok),
		unknown,
		get("no such comment", noComment, noSuchComment),
		{name: "a comment with a name for an ID", official: official(retrieve, "first"), ours: ours("Comments.Get", "first"), differs: &difference{refusesIDs,
			"400 invalid_id\nGET /v2/comments/first", idNotSent}},
		{name: "a comment with an empty ID", official: official(retrieve, ""), ours: ours("Comments.Get", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/comments/", idNotSent}},
	}
}

func listingComments(t *testing.T) []step {
	t.Helper()
	type params = featurebase.CommentListParams
	page, err := newServer(t).Client().Comments.List(t.Context(), params{Limit: 2})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	const list = "feedback.comments.list"
	lists := func(name string, query object, params params) step {
		return step{name: "comments: " + name, official: official(list, query), ours: ours("Comments.List", params), want: ok}
	}
	return []step{
		{name: "comments", official: official(list), ours: ours("Comments.List", params{}), want: ok},
		lists("on a post", object{"postId": dark}, params{PostID: dark}),
		{name: "comments: on a post that isn't there", official: official(list, object{"postId": noPost}), ours: ours("Comments.List", params{PostID: noPost}), want: noSuchPost},
		lists("on a changelog", object{"changelogId": changelog}, params{ChangelogID: changelog}),
		lists("public ones", object{"privacy": "public"}, params{Privacy: featurebase.CommentPrivacyPublic}),
		lists("private ones", object{"privacy": "private"}, params{Privacy: featurebase.CommentPrivacyPrivate}),
		lists("public and private ones", object{"privacy": "all"}, params{Privacy: featurebase.CommentPrivacyAll}),
		lists("those in review", object{"inReview": true}, params{InReview: featurebase.Value(true)}),
		lists("those not in review", object{"inReview": false}, params{InReview: featurebase.Value(false)}),
		lists("the best first", object{"sortBy": "best"}, params{SortBy: featurebase.CommentListSortBest}),
		lists("the top first", object{"sortBy": "top"}, params{SortBy: featurebase.CommentListSortTop}),
		lists("newest first", object{"sortBy": "new"}, params{SortBy: featurebase.CommentListSortNew}),
		lists("oldest first", object{"sortBy": "old"}, params{SortBy: featurebase.CommentListSortOld}),
		lists("with everything", object{"postId": export, "privacy": "public", "inReview": true, "sortBy": "new", "limit": 100},
			params{PostID: export, Privacy: featurebase.CommentPrivacyPublic, InReview: featurebase.Value(true), SortBy: featurebase.CommentListSortNew, Limit: 100}),
		lists("the second page", object{"limit": 2, "cursor": page.NextCursor}, params{Limit: 2, Cursor: page.NextCursor}),
		{name: "comments: all pages", official: officialAll(list, object{"sortBy": "old", "limit": 2}),
			ours: ours("Comments.ListAll", params{SortBy: featurebase.CommentListSortOld, Limit: 2}), want: ok},
		{name: "comments: a cursor that is none", official: official(list, object{"cursor": "x"}), ours: ours("Comments.List", params{Cursor: "x"}), want: "400 invalid_cursor"},
		{name: "comments: an unknown sort", official: official(list, object{"sortBy": "worst"}), ours: ours("Comments.List", params{SortBy: "worst"}), want: invalid},
		{name: "comments: an unknown privacy", official: official(list, object{"privacy": "some"}), ours: ours("Comments.List", params{Privacy: "some"}), want: invalid},
		{name: "comments: a page that is too large", official: official(list, object{"limit": 101}), ours: ours("Comments.List", params{Limit: 101}), differs: &difference{refuses,
			invalid + "\nGET /v2/comments?limit=101", "not sent: invalid Limit"}},
	}
}

func searchingComments(t *testing.T) []step {
	t.Helper()
	type (
		params  = featurebase.CommentSearchParams
		filters = featurebase.Filters[featurebase.Comment]
		filter  = featurebase.Filter[featurebase.Comment]
	)
	page, err := newServer(t).Client().Comments.Search(t.Context(), params{Sort: featurebase.CommentSortCreatedAtAsc, Limit: 2})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	const search = "feedback.comments.search"
	at := postsBegin.Add(2 * time.Hour)
	var steps []step
	for _, c := range []struct {
		clause object
		filter filter
	}{
		{clause("authorId", "=", ada), featurebase.CommentFieldAuthorID.Is(ada)},
		{clause("authorId", "IN", array{bob, fay}), featurebase.CommentFieldAuthorID.OneOf(bob, fay)},
		{clause("postId", "=", dark), featurebase.CommentFieldPostID.Is(dark)},
		{clause("postId", "IN", array{export, sso}), featurebase.CommentFieldPostID.OneOf(export, sso)},
		{clause("postId", "=", nil), featurebase.CommentFieldPostID.IsNull()},
		{clause("changelogId", "=", changelog), featurebase.CommentFieldChangelogID.Is(changelog)},
		{clause("changelogId", "IN", array{changelog}), featurebase.CommentFieldChangelogID.OneOf(changelog)},
		{clause("changelogId", "=", nil), featurebase.CommentFieldChangelogID.IsNull()},
		{clause("parentCommentId", "=", praise), featurebase.CommentFieldParentCommentID.Is(praise)},
		{clause("parentCommentId", "IN", array{praise, answer}), featurebase.CommentFieldParentCommentID.OneOf(praise, answer)},
		{clause("parentCommentId", "=", nil), featurebase.CommentFieldParentCommentID.IsNull()},
		{clause("isPrivate", "=", true), featurebase.CommentFieldIsPrivate.Is(true)},
		{clause("isPrivate", "=", false), featurebase.CommentFieldIsPrivate.Is(false)},
		{clause("inReview", "=", true), featurebase.CommentFieldInReview.Is(true)},
		{clause("createdAt", "=", at.Unix()), featurebase.CommentFieldCreatedAt.Is(at)},
		{clause("createdAt", ">", at.Unix()), featurebase.CommentFieldCreatedAt.After(at)},
		{clause("createdAt", "<", at.Unix()), featurebase.CommentFieldCreatedAt.Before(at)},
		{clause("createdAt", ">=", at.Unix()), featurebase.CommentFieldCreatedAt.NotBefore(at)},
		{clause("createdAt", "<=", at.Unix()), featurebase.CommentFieldCreatedAt.NotAfter(at)},
		{clause("upvotes", "=", 1), featurebase.CommentFieldUpvotes.Is(1)},
		{clause("upvotes", ">", 1.5), featurebase.CommentFieldUpvotes.MoreThan(1.5)},
		{clause("upvotes", "<", 2), featurebase.CommentFieldUpvotes.LessThan(2)},
		{clause("upvotes", ">=", 2), featurebase.CommentFieldUpvotes.AtLeast(2)},
		{clause("upvotes", "<=", 2), featurebase.CommentFieldUpvotes.AtMost(2)},
		{clause("score", "=", 4), featurebase.CommentFieldScore.Is(4)},
		{clause("score", "<", 0), featurebase.CommentFieldScore.LessThan(0)},
		{clause("confidenceScore", ">", 0.3), featurebase.CommentFieldConfidenceScore.MoreThan(0.3)},
		{clause("confidenceScore", "<=", 0.3), featurebase.CommentFieldConfidenceScore.AtMost(0.3)},
	} {
		steps = append(steps, step{name: "comments " + text(c.clause), want: ok,
			official: official(search, object{"query": c.clause, "limit": 100}), ours: ours("Comments.Search", params{Filters: filters{c.filter}, Limit: 100})})
	}
	for _, c := range []struct {
		clause object
		filter filter
	}{
		{clause("authorId", "!=", ada), featurebase.CommentFieldAuthorID.IsNot(ada)},
		{clause("authorId", "NIN", array{ada, fay}), featurebase.CommentFieldAuthorID.NoneOf(ada, fay)},
		{clause("postId", "!=", nil), featurebase.CommentFieldPostID.IsNotNull()},
		{clause("postId", "!=", dark), featurebase.CommentFieldPostID.IsNot(dark)},
		{clause("changelogId", "NIN", array{changelog}), featurebase.CommentFieldChangelogID.NoneOf(changelog)},
		{clause("parentCommentId", "!=", nil), featurebase.CommentFieldParentCommentID.IsNotNull()},
		{clause("createdAt", "!=", at.Unix()), featurebase.CommentFieldCreatedAt.IsNot(at)},
		{clause("upvotes", "!=", 0), featurebase.CommentFieldUpvotes.IsNot(0)},
		{clause("score", "!=", 0), featurebase.CommentFieldScore.IsNot(0)},
		{clause("confidenceScore", "!=", 0), featurebase.CommentFieldConfidenceScore.IsNot(0)},
	} {
		steps = append(steps, step{name: "comments, alone " + text(c.clause), want: "400 query_too_broad",
			official: official(search, object{"query": c.clause}), ours: ours("Comments.Search", params{Filters: filters{c.filter}})},
			step{name: "comments, with words " + text(c.clause), want: ok,
				official: official(search, object{"query": c.clause, "search": "dark", "limit": 100}),
				ours:     ours("Comments.Search", params{Filters: filters{c.filter}, Text: "dark", Limit: 100})})
	}
	for _, sort := range []featurebase.CommentSort{
		featurebase.CommentSortCreatedAtDesc, featurebase.CommentSortCreatedAtAsc, featurebase.CommentSortConfidenceScoreDesc, featurebase.CommentSortConfidenceScoreAsc,
		featurebase.CommentSortScoreDesc,
	} {
		steps = append(steps, step{name: "comments by " + string(sort), want: ok,
			official: official(search, object{"sort": sort, "limit": 100}), ours: ours("Comments.Search", params{Sort: sort, Limit: 100})})
	}
	onDark, ofDark := clause("postId", "=", dark), featurebase.CommentFieldPostID.Is(dark)
	voted, isVoted := clause("upvotes", ">", 0), featurebase.CommentFieldUpvotes.MoreThan(0)
	long := strings.Repeat("é", 501)
	return append(steps,
		step{name: "all comments there are", official: official(search, object{}), ours: ours("Comments.Search", params{}), want: ok},
		step{name: "comments with words, by relevance", official: official(search, object{"search": "dark"}), ours: ours("Comments.Search", params{Text: "dark"}), want: ok},
		step{name: "comments with words, in order", official: official(search, object{"search": "dark", "sort": "createdAt:asc"}),
			ours: ours("Comments.Search", params{Text: "dark", Sort: featurebase.CommentSortCreatedAtAsc}), want: ok},
		step{name: "comments for which all is true", official: official(search, object{"query": and(onDark, voted)}),
			ours: ours("Comments.Search", params{Filters: filters{ofDark, isVoted}}), want: ok},
		step{name: "comments: the second page of a search", official: official(search, object{"sort": "createdAt:asc", "limit": 2, "cursor": page.NextCursor}),
			ours: ours("Comments.Search", params{Sort: featurebase.CommentSortCreatedAtAsc, Limit: 2, Cursor: page.NextCursor}), want: ok},
		step{name: "comments: another sort midway", official: official(search, object{"sort": "score:desc", "cursor": page.NextCursor}),
			ours: ours("Comments.Search", params{Sort: featurebase.CommentSortScoreDesc, Cursor: page.NextCursor}), want: "400 invalid_cursor"},
		step{name: "comments: all pages of a search", official: officialAll(search, object{"query": onDark, "sort": "createdAt:asc", "limit": 2}),
			ours: ours("Comments.SearchAll", params{Filters: filters{ofDark}, Sort: featurebase.CommentSortCreatedAtAsc, Limit: 2}), want: ok},
		step{name: "comments: an order that there is only one way", official: official(search, object{"sort": "score:asc"}),
			ours: ours("Comments.Search", params{Sort: "score:asc"}), want: invalid},
		step{name: "comments: words that are too many", official: official(search, object{"search": long}), ours: ours("Comments.Search", params{Text: long}), differs: &difference{refuses,
			invalid + "\nPOST /v2/comments/search " + text(object{"search": long}), "not sent: invalid Text"}},
	)
}

func writingComments() []step {
	const (
		create, update = "feedback.comments.create", "feedback.comments.update"
		moment         = "2026-03-04T05:06:07Z"
		full           = "64e3f1a2b9c8d7ea00000001" // the first comment that these steps create
	)
	type (
		fresh   = featurebase.CommentCreateParams
		changes = featurebase.CommentUpdateParams
		author  = featurebase.AuthorParams
	)
	at := featurebase.Value(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	creates := func(name, want string, body object, p fresh) step {
		return step{name: "create a comment: " + name, official: official(create, body), ours: ours("Comments.Create", p), want: want}
	}
	updates := func(name, id, want string, body object, p changes) step {
		return step{name: "update a comment: " + name, official: official(update, id, body), ours: ours("Comments.Update", id, p), want: want}
	}
	refused := func(name, why string, body object, own oursCall, outcome string) step {
		return step{name: "create a comment: " + name, official: official(create, body), ours: own, differs: &difference{why, invalid + "\nPOST /v2/comments " + text(body), outcome}}
	}
	return []step{
		creates("everything", ok, object{
			"content": "<p>All <&></p>", "postId": dark, "parentCommentId": praise, "author": object{"id": ada}, "isPrivate": true, "sendNotification": false,
			"upvotes": 7, "downvotes": 9, "createdAt": moment,
		}, fresh{
			Content: "<p>All <&></p>", PostID: dark, ParentCommentID: praise, Author: &author{ID: ada}, IsPrivate: featurebase.Value(true), SendNotification: featurebase.Value(false),
			Upvotes: featurebase.Value(7), Downvotes: featurebase.Value(9), CreatedAt: at,
		}),
		creates("the least", ok, object{"content": "It", "postId": export}, fresh{Content: "It", PostID: export}),
		creates("nulls", ok, object{"content": "Null", "postId": export, "isPrivate": nil, "sendNotification": nil, "upvotes": nil, "downvotes": nil, "createdAt": nil},
			fresh{Content: "Null", PostID: export, IsPrivate: featurebase.Null[bool](), SendNotification: featurebase.Null[bool](),
				Upvotes: featurebase.Null[int](), Downvotes: featurebase.Null[int](), CreatedAt: featurebase.Null[time.Time]()}),
		creates("on a post by its slug", ok, object{"content": "Slug", "postId": "single-sign-on-3"}, fresh{Content: "Slug", PostID: "single-sign-on-3"}),
		creates("on a changelog", ok, object{"content": "News", "changelogId": changelog}, fresh{Content: "News", ChangelogID: changelog}),
		creates("a reply on a changelog", ok, object{"content": "Indeed", "changelogId": changelog, "parentCommentId": news}, fresh{Content: "Indeed", ChangelogID: changelog, ParentCommentID: news}),
		creates("an author by user ID", ok, object{"content": "By user ID", "postId": dark, "author": object{"userId": "u3"}}, fresh{Content: "By user ID", PostID: dark, Author: &author{UserID: "u3"}}),
		creates("an author who is new", ok, object{"content": "By address", "postId": dark, "author": object{"email": "max@example.com", "name": "Max", "profilePicture": "https://example.com/max.png"}},
			fresh{Content: "By address", PostID: dark, Author: &author{Email: "max@example.com", Name: "Max", ProfilePicture: "https://example.com/max.png"}}),
		creates("an author who isn't there", against, object{"content": "By nobody", "postId": dark, "author": object{"id": nobody}}, fresh{Content: "By nobody", PostID: dark, Author: &author{ID: nobody}}),
		creates("on no post", noSuchPost, object{"content": "Lost", "postId": noPost}, fresh{Content: "Lost", PostID: noPost}),
		creates("on a changelog that isn't there", noSuchPost, object{"content": "Lost", "changelogId": "lost"}, fresh{Content: "Lost", ChangelogID: "lost"}),
		creates("a reply to none", noSuchComment, object{"content": "Lost", "postId": dark, "parentCommentId": noComment}, fresh{Content: "Lost", PostID: dark, ParentCommentID: noComment}),
		creates("a reply on another post", against, object{"content": "Lost", "postId": export, "parentCommentId": praise}, fresh{Content: "Lost", PostID: export, ParentCommentID: praise}),
		creates("on a post that allows none", "403 feature_disabled", object{"content": "Hush", "postId": plain}, fresh{Content: "Hush", PostID: plain}),
		refused("on nothing", refuses, object{"content": "Nowhere"}, ours("Comments.Create", fresh{Content: "Nowhere"}), "not sent: invalid PostID").saying(against),
		refused("on both", refuses, object{"changelogId": changelog, "content": "Twice", "postId": dark},
			ours("Comments.Create", fresh{Content: "Twice", PostID: dark, ChangelogID: changelog}), "not sent: invalid PostID").saying(against),
		refused("no content", refuses, object{"postId": dark}, ours("Comments.Create", fresh{PostID: dark}), "not sent: invalid Content"),
		refused("an unknown field", typesRefuse, object{"content": "Much", "mood": "good", "postId": dark}, oursCall{}, cantBe),

		updates("everything", full, ok, object{
			"content": "Changed", "isPrivate": false, "isPinned": true, "inReview": true, "upvotes": 0, "downvotes": 1, "createdAt": "2026-03-05T00:00:00Z",
		}, changes{
			Content: "Changed", IsPrivate: featurebase.Value(false), IsPinned: featurebase.Value(true), InReview: featurebase.Value(true),
			Upvotes: featurebase.Value(0), Downvotes: featurebase.Value(1), CreatedAt: featurebase.Value(time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)),
		}),
		updates("nulls", full, ok, object{"isPrivate": nil, "isPinned": nil, "inReview": nil, "upvotes": nil, "downvotes": nil, "createdAt": nil},
			changes{IsPrivate: featurebase.Null[bool](), IsPinned: featurebase.Null[bool](), InReview: featurebase.Null[bool](),
				Upvotes: featurebase.Null[int](), Downvotes: featurebase.Null[int](), CreatedAt: featurebase.Null[time.Time]()}),
		updates("approve it", waiting, ok, object{"inReview": false}, changes{InReview: featurebase.Value(false)}),
		updates("nothing", praise, ok, object{}, changes{}),
		updates("one that isn't there", noComment, noSuchComment, object{"content": "Lost"}, changes{Content: "Lost"}),
		{name: "update a comment: fewer votes than none", official: official(update, praise, object{"upvotes": -1}), ours: ours("Comments.Update", praise, changes{Upvotes: featurebase.Value(-1)}),
			differs: &difference{refuses, invalid + "\nPATCH /v2/comments/" + praise + " " + text(object{"upvotes": -1}), "not sent: invalid Upvotes"}},
		{name: "update a comment: its author", official: official(update, praise, object{"author": object{"id": bob}}), ours: oursCall{}, differs: &difference{typesRefuse,
			invalid + "\nPATCH /v2/comments/" + praise + " " + text(object{"author": object{"id": bob}}), cantBe}},
	}
}

func deletingComments() []step {
	const remove, older, list = "feedback.comments.delete0", "feedback.comments.delete1", "feedback.comments.list"
	type params = featurebase.CommentListParams
	deletes := func(name, id, want string) step {
		return step{name: name, official: official(remove, id), ours: ours("Comments.Delete", id), want: want}
	}
	return []step{
		deletes("delete a comment with replies", praise, ok),
		{name: "what is left of it", official: official("feedback.comments.retrieve", praise), ours: ours("Comments.Get", praise), want: ok},
		{name: "its replies", official: official("feedback.comments.search", object{"query": clause("parentCommentId", "=", praise)}),
			ours: ours("Comments.Search", featurebase.CommentSearchParams{Filters: featurebase.Filters[featurebase.Comment]{featurebase.CommentFieldParentCommentID.Is(praise)}}), want: ok},
		deletes("delete what is left of it", praise, ok),
		deletes("delete a reply with replies", answer, ok),
		deletes("delete a reply", thanks, ok),
		deletes("delete the reply it was to", answer, ok),
		deletes("delete a comment once more", answer, noSuchComment),
		deletes("delete a comment on a changelog", news, ok),
		deletes("delete no comment", noComment, noSuchComment),
		{name: "delete a comment by a name", official: official(remove, "first"), ours: ours("Comments.Delete", "first"), differs: &difference{refusesIDs,
			"400 invalid_id\nDELETE /v2/comments/first", idNotSent}},
		{name: "delete a comment as older versions do", official: official(older, object{"id": cheap}), differs: &difference{withoutOurs[older],
			"404\nDELETE /v2/comment " + text(object{"id": cheap}), cantBe}},
		{name: "comments that are left", official: officialAll(list, object{"sortBy": "old", "limit": 100}),
			ours: ours("Comments.ListAll", params{SortBy: featurebase.CommentListSortOld, Limit: 100}), want: ok},
	}
}
