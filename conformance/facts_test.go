package conformance_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// callFacts is a call in facts.txt.
type callFacts struct {
	call  string // like "GET /v2/posts/{id}"
	facts []fact
}

// fact is a row in facts.txt, which says what the columns are.
type fact struct{ call, subject, rule, source, note string }

func (f fact) String() string {
	return fmt.Sprintf("%s: %s %s (%s)", f.call, f.subject, f.rule, f.source)
}

const inTypesOnly = "types, not in openapi"

var (
	factColumns = regexp.MustCompile(`  +`)
	factSubject = regexp.MustCompile(`^(success|[45]\d\d|body|query|path\.\w+|query\.\w+(\[\])?|body(\.\w+|\[\]|\{\})+)$`)
	factRule    = regexp.MustCompile(`^([a-z_]+|[2]\d\d|no code|key refused|not null|short id|id or slug|default \S+|(length|items|integer|number) \d*\.\.\d*)$`)
	factSource  = regexp.MustCompile(`^(openapi|types|docs|assumed|live: [\w ]+)$`)
)

// readFacts reads facts.txt: what is known of every call, in the order of the
// file, and what is known of any.
func readFacts(t *testing.T) (calls []*callFacts, anyCall *callFacts) {
	t.Helper()
	file, err := os.ReadFile("facts.txt")
	require.NoError(t, err)
	seen := map[string]bool{}
	for i, line := range strings.Split(string(file), "\n") {
		columns := factColumns.Split(strings.TrimSpace(line), -1)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line == "any call":
			calls = append(calls, &callFacts{call: line})
			continue
		case line[0] != ' ':
			require.Len(t, columns, 2, "facts.txt:%d: want a call and where it is documented", i+1)
			require.Contains(t, []string{"openapi", inTypesOnly}, columns[1], "facts.txt:%d", i+1)
			calls = append(calls, &callFacts{call: columns[0]})
			require.False(t, seen[columns[0]], "facts.txt:%d: %s is there twice", i+1, columns[0])
			seen[columns[0]] = true
			seen[columns[0]+inTypesOnly] = columns[1] == inTypesOnly
			continue
		}
		require.True(t, 3 <= len(columns) && len(columns) <= 4, "facts.txt:%d: want subject, fact, source and maybe a note, with two spaces or more between them", i+1)
		columns = append(columns, "")
		c := calls[len(calls)-1]
		f := fact{c.call, columns[0], columns[1], columns[2], columns[3]}
		require.Regexp(t, factSubject, f.subject, "facts.txt:%d", i+1)
		require.Regexp(t, factRule, f.rule, "facts.txt:%d", i+1)
		require.Regexp(t, factSource, f.source, "facts.txt:%d", i+1)
		require.False(t, seen[c.call+inTypesOnly] && f.source == "openapi", "facts.txt:%d: the document does not have this call", i+1)
		require.NotContains(t, c.facts, f, "facts.txt:%d: it is there twice", i+1)
		c.facts = append(c.facts, f)
	}
	i := slices.IndexFunc(calls, func(c *callFacts) bool { return c.call == "any call" })
	require.GreaterOrEqual(t, i, 0)
	return slices.Delete(slices.Clone(calls), i, i+1), calls[i]
}

func TestFacts_areOfEveryCall(t *testing.T) {
	t.Parallel()
	calls, _ := readFacts(t)
	assert.Len(t, calls, 123)
	typesOnly := 0
	for _, c := range calls {
		sources := map[string]bool{}
		for _, f := range c.facts {
			sources[f.source] = true
		}
		if !sources["openapi"] {
			typesOnly++
		}
		for _, parameter := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(c.call, -1) {
			assert.NotEmpty(t, c.about("path."+parameter[1]), "%s: what is {%s}?", c.call, parameter[1])
		}
		assert.NotEmpty(t, c.about("success"), "%s: which status has a success?", c.call)
		if verb, _, _ := strings.Cut(c.call, " "); slices.Contains([]string{"POST", "PATCH"}, verb) && sources["openapi"] && len(c.starting("body.")) > 0 {
			assert.NotEmpty(t, c.about("body"), "%s: is its body open or closed?", c.call)
		}
	}
	assert.Equal(t, 13, typesOnly, "calls that the vendor's document lacks")
}

// about returns what is known of a subject.
func (c *callFacts) about(subject string) (rules []string) {
	for _, f := range c.facts {
		if f.subject == subject {
			rules = append(rules, f.rule)
		}
	}
	return rules
}

func (c *callFacts) starting(prefix string) (facts []fact) {
	for _, f := range c.facts {
		if strings.HasPrefix(f.subject, prefix) {
			facts = append(facts, f)
		}
	}
	return facts
}

// codes returns the codes of errors that the call has with a status, about what
// is given, or any if that is "".
func (c *callFacts) codes(status, about string) (codes []string) {
	for _, f := range c.facts {
		if f.subject == status && (about == "" || f.note == about) {
			codes = append(codes, f.rule)
		}
	}
	return codes
}

// find returns the call of a request: that whose route has the most in common
// with the path.
func find(calls []*callFacts, method, path string) (found *callFacts) {
	most := -1
	have := strings.Split(path, "/")
	for _, c := range calls {
		m, route, _ := strings.Cut(c.call, " ")
		want, common := strings.Split(route, "/"), 0
		if m != method || len(want) != len(have) {
			continue
		}
		for i, part := range want {
			switch {
			case part == have[i]:
				common++
			case part[:min(1, len(part))] != "{":
				common = -1000
			}
		}
		if common > most {
			most, found = common, c
		}
	}
	return found
}

// probe is a value of a subject that is right or wrong by a fact.
type probe struct {
	fact
	name  string
	value any
	times int // instead of a value: the first element, so many times
	right bool
}

// probes returns the values just inside and just outside of what a fact says.
func (c *callFacts) probes(f fact) (probes []probe) {
	add := func(right bool, name string, value any) {
		probes = append(probes, probe{fact: f, name: name, value: value, right: right})
	}
	kind, bounds, _ := strings.Cut(f.rule, " ")
	switch from, to, _ := strings.Cut(bounds, ".."); kind {
	case "length", "items", "integer", "number":
		of := func(n int) (string, any) {
			name := fmt.Sprint(kind, " ", n)
			switch kind {
			case "length":
				return name, c.text(f.subject, n)
			case "items":
				items := make([]any, n)
				for i := range items {
					items[i] = c.item(f.subject+"[]", i)
				}
				return name, items
			}
			return name, n
		}
		bound := func(text string, outside int) {
			if text == "" {
				return
			}
			n, err := strconv.Atoi(text)
			if err != nil {
				panic(err)
			}
			name, value := of(n)
			add(true, name, value)
			if n+outside < 0 && kind != "integer" && kind != "number" {
				return
			}
			name, value = of(n + outside)
			add(false, name, value)
		}
		bound(from, -1)
		bound(to, 1)
		if kind == "integer" {
			add(false, "a fraction", 1.5)
		}
		if kind == "items" && len(c.starting(f.subject+"[].")) > 0 || f.subject == "body.query.value" {
			for i := range probes {
				probes[i].times, probes[i].value = len(probes[i].value.([]any)), nil
			}
		}
	case "email":
		add(true, "an email address", "ada@example.com")
		add(false, "no email address", "ada")
	case "uri":
		add(true, "a URI", "https://example.com/ada.png")
		add(false, "no URI", "ada")
	case "id":
		add(false, "no ID", "not-an-id!")
	case "short":
		add(true, "16 characters", "Zz0123456789abcd")
		add(true, "a letter", "a")
		add(false, "17 characters", "Zz0123456789abcde")
		add(false, "a hyphen", "a-1")
	case "null":
		if !strings.HasPrefix(f.subject, "query.") { // which has no form for it
			add(true, "null", nil)
		}
	case "not":
		add(false, "null", nil)
	case "refused":
		add(false, "an undocumented field", "x")
	}
	return probes
}

// text is a string of n characters that only its length can make wrong.
func (c *callFacts) text(subject string, n int) string {
	if rules := c.about(subject); slices.Contains(rules, "email") {
		return strings.Repeat("a", n-len("@example.com")) + "@example.com"
	}
	return strings.Repeat("a", n)
}

// item is an element of a list that is right.
func (c *callFacts) item(subject string, i int) any {
	switch rules := c.about(subject); {
	case slices.Contains(rules, "email"):
		return fmt.Sprintf("a%d@example.com", i)
	case slices.Contains(rules, "id"):
		return fmt.Sprintf("64b0000000000000%08x", i)
	}
	return fmt.Sprint("a", i)
}
