package featurebase

import (
	"context"
	"fmt"
	"iter"
	"reflect"
)

// Page is one page of a list.
type Page[T any] struct {
	Object     string `json:"object"` // always "list"
	Data       []T    `json:"data"`
	NextCursor string `json:"nextCursor,omitempty"` // of the next page; empty on the last page
}

// SearchPage is one page of a search.
type SearchPage[T any] struct {
	Page[T]
	TotalCount       int  `json:"totalCount"`       // number of matches in all pages, up to a maximum
	TotalCountCapped bool `json:"totalCountCapped"` // whether there may be more matches
}

// mismatch implements result.
func (p *Page[T]) mismatch(r *request) string {
	if wrong := mustBe("object", p.Object, "list"); wrong != "" {
		return wrong
	}
	if p.Data == nil {
		return "data is missing"
	}
	for i := range p.Data {
		if item, ok := any(&p.Data[i]).(result); ok {
			if wrong := item.mismatch(r); wrong != "" {
				return fmt.Sprintf("in data[%d], %s", i, wrong)
			}
		}
	}
	return ""
}

// array is a list that is a bare JSON array.
type array[T any] []T

// mismatch implements result.
func (a *array[T]) mismatch(r *request) string {
	return (&Page[T]{Object: "list", Data: *a}).mismatch(r)
}

// items returns the items of an array.
func items[T any](list *array[T], err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return *list, nil
}

// whole returns the items of a list that the API returns in one page.
func whole[T any](p *Page[T], err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	if p.NextCursor != "" {
		return nil, &UnexpectedResponseError{Reason: "the list has another page, which is not documented"}
	}
	return p.Data, nil
}

// page returns p. [SearchPage] has it, too.
func (p *Page[T]) page() *Page[T] { return p }

// all iterates over the items of every page that list returns, beginning with
// the Cursor of params. Their Limit is the largest by default.
func all[P, T any, G interface{ page() *Page[T] }](ctx context.Context, list func(context.Context, P, ...CallOption) (G, error), params P, opts []CallOption) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		params := params
		fields := reflect.ValueOf(&params).Elem()
		cursor, limit := fields.FieldByName("Cursor"), fields.FieldByName("Limit")
		if limit.IsZero() {
			limit.SetInt(maxLimit)
		}
		for seen := map[string]bool{}; ; {
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
			seen[cursor.String()] = true
			if page.NextCursor == "" {
				return
			}
			if seen[page.NextCursor] {
				yield(nil, &UnexpectedResponseError{Reason: "a cursor was returned twice: the pages form a cycle"})
				return
			}
			cursor.SetString(page.NextCursor)
		}
	}
}

// of returns list for the objects that belong to the one with this ID.
func of[P, G any](id string, list func(context.Context, string, P, ...CallOption) (G, error)) func(context.Context, P, ...CallOption) (G, error) {
	return func(ctx context.Context, params P, opts ...CallOption) (G, error) {
		return list(ctx, id, params, opts...)
	}
}
