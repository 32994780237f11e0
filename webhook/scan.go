package webhook

import "bytes"

// These functions look into JSON before it is decoded, which shows whether it is
// valid. They find what is written without escapes.

// find returns b from the value of a member on, if b begins with an object that
// has it, and nil otherwise.
func find(b []byte, name string) []byte {
	i := skipSpace(b, 0)
	if i == len(b) || b[i] != '{' {
		return nil
	}
	for i = skipSpace(b, i+1); i < len(b) && b[i] == '"'; i = skipSpace(b, i+1) {
		end := skipString(b, i)
		found := end-i == len(name)+2 && string(b[i+1:end-1]) == name
		if i = skipSpace(b, end); i == len(b) || b[i] != ':' {
			return nil
		}
		if i = skipSpace(b, i+1); found {
			return b[i:]
		}
		if i = skipSpace(b, skipValue(b, i)); i == len(b) || b[i] != ',' {
			return nil
		}
	}
	return nil
}

// skipSpace returns the index of what follows white space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the index after the string that begins at i.
func skipString(b []byte, i int) int {
	for i++; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			break
		}
		i += n
		backslashes := 0
		for b[i-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return i + 1
		}
	}
	return len(b)
}

// skipValue returns the index after the value that begins at i.
func skipValue(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch b[i] {
		case '"':
			i = skipString(b, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		default:
			i++
			if depth > 0 {
				continue
			}
			for i < len(b) && bytes.IndexByte([]byte(",}] \n\t\r"), b[i]) < 0 {
				i++
			}
		}
		if depth <= 0 {
			break
		}
	}
	return min(i, len(b))
}
