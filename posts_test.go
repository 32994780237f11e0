package featurebase_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// Without a body, the API would take the user of the API key for the voter.
func TestVoterParams_canNotBeEmpty(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		call doFunc
	}{
		{"AddVoter", addVoter(featurebase.VoterAddParams{})},
		{"AddVoter, name alone", addVoter(featurebase.VoterAddParams{Name: "Ada"})},
		{"RemoveVoter", removeVoter(featurebase.VoterRemoveParams{})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rt, sent := recording(200, "{}")
			_, err := tc.call(t.Context(), newClient(t, rt))
			assert.EqualError(t, err, "featurebase: invalid ID: ID, UserID and Email are empty; "+
				"want one of them, since the API would take the user of the API key; nothing was sent")
			requireErrorAs[*featurebase.ArgumentError](t, err)
			assert.Empty(t, *sent)
		})
	}
}

func TestPostVote_isOfTheVoterWhoWasNamed(t *testing.T) {
	t.Parallel()
	vote := func(done, voter, post string) string {
		return fmt.Sprintf(`{"id":%q,"object":"voter","postId":%q,%q:true}`, voter, post, done)
	}
	for _, tc := range []struct {
		name   string
		call   doFunc
		body   string
		reason string
	}{
		{"added", addVoter(featurebase.VoterAddParams{ID: boardID}), vote("added", boardID, contactID), ""},
		{"removed, in another case", removeVoter(featurebase.VoterRemoveParams{ID: strings.ToUpper(boardID)}), vote("removed", boardID, contactID), ""},
		{"by user ID", removeVoter(featurebase.VoterRemoveParams{UserID: "u1"}), vote("removed", otherID, contactID), ""},
		{"somebody else added", addVoter(featurebase.VoterAddParams{ID: boardID}), vote("added", otherID, contactID), "id is not that of the voter who was named"},
		{"somebody else removed", removeVoter(featurebase.VoterRemoveParams{ID: boardID}), vote("removed", otherID, contactID), "id is not that of the voter who was named"},
		{"nobody", removeVoter(featurebase.VoterRemoveParams{UserID: "u1"}), vote("removed", "", contactID), "id is missing"},
		{"added instead of removed", removeVoter(featurebase.VoterRemoveParams{ID: boardID}), vote("added", boardID, contactID), "removed is not true"},
		{"removed instead of added", addVoter(featurebase.VoterAddParams{ID: boardID}), vote("removed", boardID, contactID), "added is not true"},
		{"another post", addVoter(featurebase.VoterAddParams{ID: boardID}), vote("added", boardID, otherID), "postId is not the one that was asked for"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.call(t.Context(), newClient(t, respondWith(200, tc.body)))
			if tc.reason == "" {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, tc.reason, requireErrorAs[*featurebase.UnexpectedResponseError](t, err).Reason)
			}
		})
	}
}

// Some servers and transports drop the body of a DELETE.
func TestPostsRemoveVoter_sendsItsBody(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	ada, bob := srv.AddContact(featurebase.Contact{UserID: "ada"}), srv.AddContact(featurebase.Contact{UserID: "bob"})
	client := srv.Client()
	post, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode", Author: &featurebase.AuthorParams{ID: bob.ID}})
	require.NoError(t, err)
	_, err = client.Posts.AddVoter(t.Context(), post.ID, featurebase.VoterAddParams{UserID: "ada"})
	require.NoError(t, err)

	vote, err := client.Posts.RemoveVoter(t.Context(), post.ID, featurebase.VoterRemoveParams{ID: ada.ID})
	require.NoError(t, err)
	assert.Equal(t, &featurebase.PostVote{Object: "voter", ID: ada.ID, PostID: post.ID, Removed: true}, vote)
	sent := srv.Requests()[2]
	assert.Equal(t, "DELETE", sent.Method)
	assert.Equal(t, fmt.Sprintf(`{"id":%q}`, ada.ID), string(sent.Body))
	left, err := client.Posts.ListVoters(t.Context(), post.ID, featurebase.VoterListParams{})
	require.NoError(t, err)
	require.Len(t, left.Data, 1)
	assert.Equal(t, bob.ID, left.Data[0].ID)
}

// A post must not be there twice.
func TestPostsCreate_isNotRepeatedAfterALostResponse(t *testing.T) {
	t.Parallel()
	params := featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode"}
	posts := func(srv *featurebasetest.Server) int {
		page, err := srv.Client().Posts.List(t.Context(), featurebase.PostListParams{})
		require.NoError(t, err)
		return len(page.Data)
	}
	for _, tc := range []struct {
		name     string
		faults   []fault
		opts     []featurebase.CallOption
		attempts int
		want     []error
		posts    int
	}{
		{"lost", []fault{{Apply: true, Cut: true}}, nil, 1, []error{featurebase.ErrAmbiguous}, 1},
		{"lost before it was processed", []fault{{Cut: true}}, nil, 1, []error{featurebase.ErrAmbiguous}, 0},
		{"broken off", []fault{{Truncate: true}}, nil, 1, []error{featurebase.ErrUnexpectedResponse, featurebase.ErrAmbiguous}, 1},
		{"502", []fault{{Apply: true, Status: 502}}, nil, 1, []error{featurebase.ErrServer, featurebase.ErrAmbiguous}, 1},
		{"refused, then lost", []fault{{Status: 429}, {Apply: true, Cut: true}}, nil, 2, []error{featurebase.ErrAmbiguous}, 1},
		{"refused", []fault{{Status: 429}, {Status: 429}}, nil, 3, []error{}, 1},
		{"lost, but repeatable", []fault{{Apply: true, Cut: true}}, []featurebase.CallOption{featurebase.WithRepeatable()}, 2, []error{}, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			srv := featurebasetest.NewServer(t)
			srv.FailNext(tc.faults...)
			var resp featurebase.Response
			_, err := srv.Client().Posts.Create(t.Context(), params, append(tc.opts, featurebase.WithResponse(&resp))...)
			assert.ElementsMatch(t, tc.want, matched(err))
			assert.Equal(t, tc.attempts, resp.Attempts)
			assert.Len(t, srv.Requests(), tc.attempts)
			assert.Equal(t, tc.posts, posts(srv))
		})
	}
}

// A connection that was not made leaves nothing open.
func TestPostsCreate_isRepeatedIfNothingWasSent(t *testing.T) {
	t.Parallel()
	client := networkClient(t, "http://127.0.0.1:1", &http.Client{Transport: &http.Transport{}})
	_, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode"})
	assert.Empty(t, matched(err))
	assert.Equal(t, 4, requireErrorAs[*featurebase.RequestError](t, err).Attempts)
}

func TestPostsDeleteMany_deletesPosts(t *testing.T) {
	t.Parallel()
	srv := featurebasetest.NewServer(t)
	client := srv.Client()
	var ids []string
	for range 3 {
		post, err := client.Posts.Create(t.Context(), featurebase.PostCreateParams{BoardID: boardID, Title: "Dark mode"})
		require.NoError(t, err)
		ids = append(ids, post.ID)
	}
	for r := range client.Posts.DeleteMany(t.Context(), slices.Values(ids)) {
		require.NoError(t, r.Err)
		assert.Equal(t, &featurebase.Deleted{ID: r.ID, Object: "post", Deleted: true}, r.Value)
	}
	_, err := client.Posts.Get(t.Context(), ids[0])
	assert.ErrorIs(t, err, featurebase.ErrNotFound)
}
