package featurebase

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"

	"github.com/featurebase-community/featurebase-go/internal/strictjson"
)

// Page is one page of a list.
type Page[T any] struct {
	Object     string `json:"object"` // always "list"
	Data       []T    `json:"data"`
	NextCursor string `json:"nextCursor,omitempty"` // of the next page; empty on the last page

	// Undecoded holds the raw JSON of the elements that are not in Data because
	// they are not what is documented: no objects, objects of another kind, objects
	// without an ID, or objects in which a name comes twice. Unless it is empty, the
	// page wasn't read in full. It isn't encoded.
	Undecoded []json.RawMessage `json:"-"`

	// Extra holds the raw JSON of other members. It isn't encoded.
	Extra map[string]json.RawMessage `json:"-"`
}

// SearchPage is one page of a search.
type SearchPage[T any] struct {
	Page[T]
	TotalCount       *int  `json:"totalCount,omitempty"`       // number of matches in all pages, up to a maximum; nil if absent
	TotalCountCapped *bool `json:"totalCountCapped,omitempty"` // whether there may be more matches; nil if absent
}

// A decoder is a result that decodes itself.
type decoder interface {
	decode(b []byte, r *request) error
}

// decode implements decoder.
func (p *Page[T]) decode(b []byte, r *request) error {
	if err := strictjson.Unmarshal(b, p); err != nil {
		return err
	}
	p.settle(b, r)
	return nil
}

// decode implements decoder.
func (p *SearchPage[T]) decode(b []byte, r *request) error {
	if err := strictjson.Unmarshal(b, p); err != nil {
		return err
	}
	p.settle(b, r)
	return nil
}

// decodeAny is decode for a T that may be any type; see [Client.Do].
func (p *Page[T]) decodeAny(b []byte) error {
	var raw Page[json.RawMessage]
	if err := strictjson.Unmarshal(b, &raw); err != nil {
		return err
	}
	*p = pageOf[T](b, raw)
	return nil
}

// decodeAny is decode for a T that may be any type; see [Client.Do].
func (p *SearchPage[T]) decodeAny(b []byte) error {
	var raw SearchPage[json.RawMessage]
	if err := strictjson.Unmarshal(b, &raw); err != nil {
		return err
	}
	*p = SearchPage[T]{pageOf[T](b, raw.Page), raw.TotalCount, raw.TotalCountCapped}
	return nil
}

// pageOf decodes the elements of raw, which was decoded from b. As in a method's
// page, they are without those that are null.
func pageOf[T any](b []byte, raw Page[json.RawMessage]) Page[T] {
	p := Page[T]{Object: raw.Object, NextCursor: raw.NextCursor, Extra: raw.Extra}
	elements := raw.Data
	if _, odd := p.Extra["data"]; odd && elements != nil { // an element has a name twice
		var all struct {
			Data []json.RawMessage `json:"data"`
		}
		if json.Unmarshal(b, &all) == nil {
			elements = all.Data
			delete(p.Extra, "data")
		}
	}
	if elements != nil {
		p.Data = make([]T, 0, len(elements))
	}
	for _, element := range elements {
		if string(element) == "null" {
			continue
		}
		var item T
		if decodeAny(element, &item) != nil {
			p.Undecoded = append(p.Undecoded, element)
			continue
		}
		p.Data = append(p.Data, item)
	}
	return p
}

// settle moves the elements that are not what r asks for to Undecoded. p was
// decoded from b, which is scanned once more if there are such elements.
func (p *Page[T]) settle(b []byte, r *request) {
	if _, odd := p.Extra["data"]; !odd && p.firstMismatch(r) == "" {
		return
	}
	var raw struct {
		Data []json.RawMessage `json:"data"`
	}
	if json.Unmarshal(b, &raw) == nil { // else data is no array, as mismatch says
		p.sift(raw.Data, r)
	}
}

// sift decodes elements one at a time. If none is what r asks for, Data stays as
// it is, for mismatch to say so.
func (p *Page[T]) sift(elements []json.RawMessage, r *request) {
	data := make([]T, 0, len(elements))
	for _, element := range elements {
		if string(element) == "null" {
			continue
		}
		one := Page[T]{Data: make([]T, 1)}
		if strictjson.Unmarshal(element, &one.Data[0]) != nil || one.firstMismatch(r) != "" {
			p.Undecoded = append(p.Undecoded, element)
			continue
		}
		data = append(data, one.Data[0])
	}
	if len(data) > 0 {
		p.Data = data
		delete(p.Extra, "data")
	}
}

// firstMismatch explains why an element of Data is not what r asks for, or
// returns "".
func (p *Page[T]) firstMismatch(r *request) string {
	for i := range p.Data {
		if item, ok := any(&p.Data[i]).(result); ok {
			if wrong := item.mismatch(r); wrong != "" {
				return fmt.Sprintf("in data[%d], %s", i, wrong)
			}
		}
	}
	return ""
}

// mismatch implements result. A page on which nothing is what r asks for is
// likely to be the response to something else. So is one that may have a next page
// without saying which.
func (p *Page[T]) mismatch(r *request) string {
	if wrong := mustBe("object", p.Object, "list"); wrong != "" {
		return wrong
	}
	_, oddData := p.Extra["data"]
	_, oddCursor := p.Extra["nextCursor"]
	switch {
	case p.Data == nil && oddData:
		return "data is not an array"
	case p.Data == nil:
		return "data is missing"
	case len(p.Data) == 0 && len(p.Undecoded) > 0:
		return "no element of the list could be decoded"
	case oddCursor:
		return "nextCursor is not a string"
	}
	return p.firstMismatch(r)
}

// array is a list that is a bare JSON array.
type array[T any] struct{ Page[T] }

// decode implements decoder.
func (a *array[T]) decode(b []byte, r *request) error {
	a.Object = "list"
	err := strictjson.Unmarshal(b, &a.Data)
	if err != nil && !strictjson.Partial(err) {
		return err
	}
	var elements []json.RawMessage
	if (err != nil || a.firstMismatch(r) != "") && json.Unmarshal(b, &elements) == nil {
		a.sift(elements, r)
	}
	return nil
}

// whole is send for lists that the API returns in one page. If there may be more
// than what could be decoded, it returns that and an error.
func whole[T any, R interface {
	result
	page() *Page[T]
}](ctx context.Context, c *Client, r request, out R, opts []CallOption) ([]T, error) {
	out, call, err := exchange(ctx, c, r, out, opts)
	if err != nil {
		return nil, err
	}
	page := out.page()
	switch {
	case len(page.Undecoded) > 0:
		err = call.responseError(call.response, notDecoded(len(page.Undecoded)), nil)
	case page.NextCursor != "":
		err = call.responseError(call.response, "the list has another page, which is not documented", nil)
	}
	return page.Data, err
}

// notDecoded is the reason of an error about so many elements.
func notDecoded(n int) string {
	if n == 1 {
		return "an element of the list could not be decoded"
	}
	return fmt.Sprintf("%d elements of the list could not be decoded", n)
}

// page returns p. [SearchPage] has it, too.
func (p *Page[T]) page() *Page[T] { return p }

// maxEmptyPages is how many pages in a row may have nothing on them. A search may
// have some, where the API looks through more than it returns; a server that always
// has a next page would be asked for ever.
const maxEmptyPages = 1000

// all iterates over the items of every page that list returns, beginning with
// the Cursor of params. Their Limit is the largest by default. If some could not be
// decoded, the last thing that it yields is an error.
func all[P, T any, G interface{ page() *Page[T] }](ctx context.Context, list func(context.Context, P, ...CallOption) (G, error), params P, opts []CallOption) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		params := params
		fields := reflect.ValueOf(&params).Elem()
		cursor, limit := fields.FieldByName("Cursor"), fields.FieldByName("Limit")
		if limit.IsZero() {
			limit.SetInt(maxLimit)
		}
		undecoded, empty := 0, 0
		for seen := map[string]bool{}; ; {
			for _, o := range opts {
				if o, ok := o.(checkpoint); ok && o.cursor != nil {
					*o.cursor = cursor.String()
				}
			}
			got, err := list(ctx, params, opts...)
			if err != nil {
				yield(nil, err)
				return
			}
			page := got.page()
			for i := range page.Data {
				if !yield(&page.Data[i], nil) {
					return
				}
			}
			undecoded += len(page.Undecoded)
			if empty++; len(page.Data) > 0 {
				empty = 0
			}
			seen[cursor.String()] = true
			if page.NextCursor == "" {
				if undecoded > 0 {
					yield(nil, &UnexpectedResponseError{Reason: notDecoded(undecoded)})
				}
				return
			}
			var wrong string
			switch {
			case seen[page.NextCursor]:
				wrong = "a cursor was returned twice: the pages form a cycle"
			case empty == maxEmptyPages:
				wrong = fmt.Sprintf("%d pages in a row have nothing on them, and the last one has a next page, too", empty)
			}
			if wrong != "" {
				yield(nil, &UnexpectedResponseError{Reason: wrong})
				return
			}
			cursor.SetString(page.NextCursor)
		}
	}
}

// checkpoint is the option of [WithCheckpoint].
type checkpoint struct{ cursor *string }

func (o checkpoint) applyToCall(*callSettings) error {
	if o.cursor == nil {
		return errNil("WithCheckpoint", "*string")
	}
	return nil
}

// WithCheckpoint makes an All method, or [DoAll], store in *cursor where it is: the
// cursor of the page whose items it yields, which is empty for the first page of a
// list. As the Cursor of the params, it makes another iteration begin with that
// page, whose items then come again, also after an error:
//
//	cursor := load()
//	params := featurebase.ContactListParams{Cursor: cursor}
//	for contact, err := range client.Contacts.ListAll(ctx, params, featurebase.WithCheckpoint(&cursor)) {
//		if err != nil {
//			return err // what was saved is where to begin again
//		}
//		handle(contact)
//		save(cursor)
//	}
//
// The API doesn't document how long a cursor can be used, and refuses one that it
// doesn't know, or that is of a search with another Sort, with
// [ErrorCodeInvalidCursor]. Be ready to begin anew. *cursor is written while the
// loop asks for its next item. Other calls take no notice of the option.
func WithCheckpoint(cursor *string) CallOption { return checkpoint{cursor} }

// of returns list for the objects that belong to the one with this ID.
func of[P, G any](id string, list func(context.Context, string, P, ...CallOption) (G, error)) func(context.Context, P, ...CallOption) (G, error) {
	return func(ctx context.Context, params P, opts ...CallOption) (G, error) {
		return list(ctx, id, params, opts...)
	}
}

// SortOrder is the direction of an order.
type SortOrder string

// The directions.
const (
	SortOrderAscending  SortOrder = "asc"
	SortOrderDescending SortOrder = "desc"
)
