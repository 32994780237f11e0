package erasure_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

var lieSeeds = flag.Int("lies", 150, "how many lying servers TestErase_isTrueWhateverTheServerDoes meets")

// Whatever a server says, nobody is erased of whom a list or a get shows something,
// and nothing of others is touched.
func TestErase_isTrueWhateverTheServerDoes(t *testing.T) {
	t.Parallel()
	told := map[string]int{}
	for seed := range *lieSeeds {
		dice := rand.New(rand.NewPCG(uint64(seed), 7))
		srv := featurebasetest.New(t)
		left := map[string]string{} // of each thing whose it is
		people := map[string]bool{}
		var emails []string
		var everybody []featurebase.Contact
		for i := range 4 {
			c := srv.AddContact(featurebase.Contact{Email: fmt.Sprintf("user%d@example.com", i), Name: fmt.Sprint(i)})
			everybody = append(everybody, c)
			if i < 3 {
				emails = append(emails, c.Email)
				people[c.ID] = true
			}
		}
		for _, c := range everybody {
			for range 1 + dice.IntN(3) {
				p := srv.AddPost(featurebase.Post{Title: "A wish", Author: &featurebase.PostAuthor{ID: c.ID, Type: featurebase.UserTypeCustomer}})
				left[p.ID] = c.ID
			}
			m := srv.AddComment(featurebase.Comment{
				PostID: srv.Posts()[0].ID, Content: "Yes", Author: &featurebase.CommentAuthor{ID: c.ID, Type: featurebase.UserTypeCustomer},
			})
			left[m.ID] = c.ID
			chat := srv.AddConversation(featurebase.Conversation{Participants: []featurebase.ConversationParticipant{{ID: c.ID, Type: featurebase.UserTypeCustomer}}})
			left[chat.ID], left[c.ID] = c.ID, c.ID
		}
		liar := &liar{RoundTripper: srv.Transport(), dice: dice}
		for _, search := range []string{"contacts", "posts", "comments", "conversations"} {
			if search != "contacts" && dice.IntN(3) == 0 {
				liar.drop = append(liar.drop, "/v2/"+search+"/search")
			}
			if dice.IntN(4) == 0 {
				liar.noop = append(liar.noop, "/v2/"+search+"/")
			}
		}
		liar.late = dice.IntN(2) == 0
		client := srv.Client(featurebase.WithHTTPClient(&http.Client{Transport: liar}))
		check := erasure.Options{Posts: erasure.ActionDelete, Conversations: erasure.ActionDelete, CrossCheck: true, NoBlock: dice.IntN(2) == 0}
		plans := find(t, client, check, byEmail(emails...)...)
		_, err := tryErase(t, client, plans...)
		require.NoError(t, err, "seed %d", seed)
		there := map[string]bool{}
		for _, p := range srv.Posts() {
			there[p.ID] = true
		}
		for _, m := range srv.Comments() {
			there[m.ID] = true
		}
		for _, c := range srv.Conversations() {
			there[c.ID] = true
		}
		for _, c := range srv.Contacts() {
			there[c.ID] = true
		}
		for _, v := range verify(t, client, plans...) {
			if !v.Erased() {
				told["not erased"]++
				if len(liar.noop) == 0 && (len(liar.drop) == 0 || liar.late) {
					t.Errorf("seed %d: %s: held back", seed, liar)
				}
				continue
			}
			told["erased"]++
			for id, owner := range left {
				if owner == v.Plan.Contacts[0].ID && there[id] {
					t.Errorf("seed %d: %s: erased, and something is there", seed, liar)
				}
			}
		}
		for id, owner := range left {
			if !people[owner] && !there[id] && !strings.HasPrefix(id, "64e3f1a2b9c8d7ea") { // comments go with posts
				t.Errorf("seed %d: something of somebody else is gone", seed)
			}
		}
	}
	t.Log(told)
}

// liar is a server that leaves out rows of searches, and confirms deletions that it
// doesn't do.
type liar struct {
	http.RoundTripper
	drop, noop []string // paths
	late       bool     // whether searches are right until something is deleted

	mu      sync.Mutex
	dice    *rand.Rand
	deleted bool
}

func (l *liar) String() string { return fmt.Sprint(l.drop, l.noop, l.late) }

func (l *liar) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	path := r.URL.Path
	if r.Method == http.MethodDelete {
		l.deleted = true
		for _, prefix := range l.noop {
			id, ok := strings.CutPrefix(path, prefix)
			if ok && !strings.Contains(id, "/") {
				object := strings.TrimSuffix(strings.TrimPrefix(prefix, "/v2/"), "s/")
				return l.says(r, fmt.Sprintf(`{"id":%q,"object":%q,"deleted":true}`, id, object)), nil
			}
		}
	}
	resp, err := l.RoundTripper.RoundTrip(r)
	if err != nil || !slices.Contains(l.drop, path) || l.late && !l.deleted {
		return resp, err
	}
	var page map[string]any
	body, err := io.ReadAll(resp.Body)
	if err != nil || json.Unmarshal(body, &page) != nil || page["data"] == nil {
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, err
	}
	page["data"] = slices.DeleteFunc(page["data"].([]any), func(any) bool { return l.dice.IntN(2) == 0 })
	b, err := json.Marshal(page)
	return l.says(r, string(b)), err
}

func (l *liar) says(r *http.Request, body string) *http.Response {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}
