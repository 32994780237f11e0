package main

import (
	"time"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/erasure"
)

// The types of records.
const (
	typeHeader    = "header"
	typeSubject   = "subject"   // somebody who was asked for
	typePerson    = "person"    // what was found of a subject
	typePlanned   = "planned"   // the plan is complete
	typeConfirmed = "confirmed" // and may be carried out
	typeBegin     = "begin"     // an item is about to be erased
	typeEnd       = "end"       // what came of it
	typeUnblocked = "unblocked" // a contact that was kept is not blocked any more
	typeVerified  = "verified"  // what there is of a person afterwards
	typeAudit     = "audit"     // what Featurebase's audit log says
	typeClosed    = "closed"    // a run has ended
	typeForgotten = "forgotten" // the clear text was removed
)

const journalFormat = 2

type header struct {
	Format     int             `json:"format"`
	Version    string          `json:"version"` // of this program
	Server     string          `json:"server"`
	APIVersion string          `json:"apiVersion"`
	Key        string          `json:"key"`                 // fingerprint of the API key
	Workspace  string          `json:"workspace,omitempty"` // the organization's ID
	Operator   string          `json:"operator"`
	Reference  string          `json:"reference,omitempty"`
	Regulation string          `json:"regulation"`
	RequestID  string          `json:"requestId"` // of the request to erase, a UUID
	Received   time.Time       `json:"received,omitzero"`
	Subjects   int             `json:"subjects"`
	Options    erasure.Options `json:"options"`
}

type headerClear struct {
	Key []byte `json:"key"`
}

// identity is a value that names a person, as a keyed hash.
type identity struct {
	Type string `json:"type"` // email, user-id or id
	Hash string `json:"hash"`
}

type subject struct {
	Person     int        `json:"person"` // number, from 0
	Identities []identity `json:"identities"`
}

type subjectClear struct {
	Subject erasure.Subject `json:"subject"`
	Source  string          `json:"source"` // file and line
}

type person struct {
	Person     int                 `json:"person"`
	Contacts   []contact           `json:"contacts,omitempty"`
	Accounts   int                 `json:"accounts,omitempty"` // customers among them
	Items      int                 `json:"items"`
	Things     int                 `json:"things,omitempty"`   // items but subscriptions
	Requests   int                 `json:"requests,omitempty"` // that it takes to erase the items, about
	Missing    bool                `json:"missing,omitempty"`  // whether a value names nobody
	Leftovers  []erasure.Leftover  `json:"leftovers,omitempty"`
	Shortfalls []erasure.Shortfall `json:"shortfalls,omitempty"`
	Notes      []string            `json:"notes,omitempty"`
	Amended    bool                `json:"amended,omitempty"` // whether items are those of the plan before, and more
	Error      string              `json:"error,omitempty"`   // why it could not be looked for
}

func newPerson(n int, plan *erasure.Plan) person {
	d := person{
		Person: n, Accounts: plan.Accounts(), Items: len(plan.Items), Requests: plan.Requests(), Missing: !plan.Missing.IsZero(),
		Leftovers: plan.Leftovers, Shortfalls: plan.Shortfalls, Notes: plan.Notes,
	}
	for _, c := range plan.Contacts {
		d.Contacts = append(d.Contacts, contact{c.ID, c.Type})
	}
	for _, i := range plan.Items {
		if i.Kind != erasure.KindSubscription {
			d.Things++
		}
	}
	return d
}

type contact struct {
	ID   string                  `json:"id"`
	Type featurebase.ContactType `json:"type"`
}

type personClear struct {
	Plan *erasure.Plan `json:"plan"`
}

type planned struct {
	People int `json:"people"` // that were found
	Nobody int `json:"nobody"` // subjects with a value that names nobody
	Failed int `json:"failed"` // that could not be looked for
	Items  int `json:"items"`

	Requests int `json:"requests,omitempty"` // that it took to look
}

type confirmed struct {
	Operator string `json:"operator"`
	Typed    bool   `json:"typed"`             // or else by --yes
	Key      string `json:"key"`               // fingerprint of the API key
	Doubts   bool   `json:"doubts,omitempty"`  // whether shortfalls and several accounts are accepted
	Changes  int    `json:"changes,omitempty"` // since the plan was made, of people
}

type begin struct {
	Person int `json:"person"`
	Item   int `json:"item"` // in the plan
}

type end struct {
	Person    int             `json:"person"`
	Item      int             `json:"item"`
	Kind      erasure.Kind    `json:"kind"`
	Action    erasure.Action  `json:"action"`
	ID        string          `json:"id,omitempty"` // of what was erased, unless that is an address
	Outcome   erasure.Outcome `json:"outcome"`
	RequestID string          `json:"requestId,omitempty"`
	Time      time.Time       `json:"time,omitzero"` // by the server's clock
	Attempts  int             `json:"attempts,omitempty"`
	Error     string          `json:"error,omitempty"`
}

type verified struct {
	Person   int                  `json:"person"`
	Clean    bool                 `json:"clean"`
	Lags     bool                 `json:"lags,omitempty"`     // whether all that shows was erased
	Missed   int                  `json:"missed,omitempty"`   // items that were not found before
	CameBack []string             `json:"cameBack,omitempty"` // IDs of contacts
	Left     map[erasure.Kind]int `json:"left,omitempty"`
	Error    string               `json:"error,omitempty"`
}

type auditEvent struct {
	ID        string    `json:"id"`
	Action    string    `json:"action"`
	CreatedAt time.Time `json:"createdAt"`
}

type audit struct {
	Events []auditEvent `json:"events,omitempty"`
	Error  string       `json:"error,omitempty"` // why the audit log could not be read
}

type closed struct {
	Exit      int    `json:"exit"`
	Leftovers bool   `json:"leftovers,omitempty"` // whether they are accepted
	Operator  string `json:"operator"`
	Key       string `json:"key"` // fingerprint of the API key
}

type unblocked struct {
	Person int    `json:"person"`
	ID     string `json:"id"`
}

type forgotten struct {
	Operator string `json:"operator"`
}
