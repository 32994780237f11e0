package featurebase

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// members iterates over the members of b, which is a valid JSON object; of
// other JSON there are none. Names are unquoted, values are as they stand in b.
func members(b []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		i := skipSpace(b, 0)
		if at(b, i) != '{' {
			return
		}
		for i = skipSpace(b, i+1); at(b, i) == '"'; i = skipSpace(b, i+1) {
			end := skipString(b, i)
			name := b[i:end]
			i = skipSpace(b, skipSpace(b, end)+1) // after the colon
			end = skipValue(b, i)
			if !yield(unquote(name), b[i:end]) {
				return
			}
			if i = skipSpace(b, end); at(b, i) != ',' {
				return
			}
		}
	}
}

// at returns b[i], or 0 after the end.
func at(b []byte, i int) byte {
	if i < len(b) {
		return b[i]
	}
	return 0
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return min(i, len(b))
}

// skipString returns the index after the string that begins at b[i].
func skipString(b []byte, i int) int {
	for i++; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			break
		}
		i += n
		escapes := 0
		for b[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
	return len(b)
}

// skipValue returns the index after the value that begins at b[i].
func skipValue(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = skipString(b, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\n', '\t', '\r':
			i++
		default: // a number, true, false or null
			for i++; i < len(b) && b[i] > ' ' && b[i] != ',' && b[i] != '}' && b[i] != ']'; i++ {
			}
		}
		if depth <= 0 {
			break
		}
	}
	return min(i, len(b))
}

// unquote returns the text of a JSON string.
func unquote(quoted []byte) []byte {
	if len(quoted) < 2 {
		return nil
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var s string
	_ = json.Unmarshal(quoted, &s)
	return []byte(s)
}

// checkJSON refuses a body that encoding/json would decode into something that
// it doesn't say: with a name that comes twice in an object, of which the last
// would silently win, or with far more values than a body of its size has, each
// of which could become a struct of hundreds of bytes. It leaves it to
// encoding/json whether the body is JSON at all.
func checkJSON(b []byte) error {
	type container struct {
		array bool
		names int // how many names of outer objects there are
	}
	var (
		open   []container
		names  [][]byte // of the open objects
		values = 0
	)
	for i := 0; i < len(b); {
		switch b[i] {
		case '"':
			end := skipString(b, i)
			if at(b, skipSpace(b, end)) == ':' {
				name := unquote(b[i:end])
				if len(open) == 1 {
					name = fold(name) // encoding/json ignores case
				}
				names = append(names, name)
			}
			i = end
			continue
		case '{', '[':
			open = append(open, container{b[i] == '[', len(names)})
			values++
		case ',':
			if n := len(open); n > 0 && open[n-1].array {
				values++
			}
		case '}', ']':
			n := len(open) - 1
			if n < 0 {
				return nil
			}
			own := names[open[n].names:]
			if name, ok := repeated(own); ok {
				return fmt.Errorf("%q comes more than once", clip(string(name)))
			}
			names, open = names[:open[n].names], open[:n]
		}
		if values > maxValues+len(b)/bytesPerValue {
			return errTooManyValues
		}
		i++
	}
	return nil
}

// A body may have this many objects and array elements, and one more for each
// so many bytes. A page of 100 conversations has a few thousand.
const (
	maxValues     = 100_000
	bytesPerValue = 64
)

var errTooManyValues = errors.New("it has more values than can be meant")

// repeated returns a name that is in names twice. It sorts names.
func repeated(names [][]byte) (name []byte, ok bool) {
	slices.SortFunc(names, bytes.Compare)
	for i := 1; i < len(names); i++ {
		if bytes.Equal(names[i-1], names[i]) {
			return names[i], true
		}
	}
	return nil, false
}

// fold returns what names that differ in case alone have in common.
func fold(name []byte) []byte {
	if bytes.IndexFunc(name, func(r rune) bool { return r < 'a' || r > 'z' }) < 0 {
		return name
	}
	return bytes.ToLower(bytes.ToUpper(name))
}
