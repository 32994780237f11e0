package conformance_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// oursCall is a call of a method of one of this library's services.
type oursCall struct {
	method string // like "Contacts.Get"; empty: this library's types can't say what is asked for
	args   []any  // without the context; CallOptions come last
}

func ours(method string, args ...any) oursCall { return oursCall{method, args} }

// serviceMethod returns the method with a name like "Contacts.Get", as a method
// of *featurebase.Client's service.
func serviceMethod(t *testing.T, name string) reflect.Method {
	t.Helper()
	service, method, _ := strings.Cut(name, ".")
	field, ok := reflect.TypeFor[featurebase.Client]().FieldByName(service)
	require.True(t, ok, "there is no service %s", service)
	m, ok := field.Type.MethodByName(method)
	require.True(t, ok, "there is no method %s", name)
	return m
}

// perform makes the call. created is nil unless the method reports it, and value
// is nil if the method returns nothing but an error.
func (c oursCall) perform(t *testing.T, client *featurebase.Client, resp *featurebase.Response) (value any, created *bool, err error) {
	t.Helper()
	service, _, _ := strings.Cut(c.method, ".")
	in := []reflect.Value{reflect.ValueOf(client).Elem().FieldByName(service), reflect.ValueOf(context.Context(t.Context()))}
	for _, arg := range append(c.args, featurebase.WithResponse(resp)) {
		in = append(in, reflect.ValueOf(arg))
	}
	out := serviceMethod(t, c.method).Func.Call(in)
	if out[0].Kind() == reflect.Func { // an iterator over all pages
		return collect(out[0])
	}
	for _, v := range out {
		switch v := v.Interface().(type) {
		case nil:
		case error:
			err = v
		case bool:
			created = &v
		default:
			value = v
		}
	}
	return value, created, err
}

func collect(seq reflect.Value) (items []any, created *bool, err error) {
	for item, failure := range seq.Seq2() {
		if err, _ := reflect.TypeAssert[error](failure); err != nil {
			return nil, nil, err
		}
		items = append(items, item.Interface())
	}
	return items, nil, nil
}
