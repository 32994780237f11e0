package featurebase_test

import (
	"go/ast"
	"go/doc/comment"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

// parseFiles returns the files of the root whose name matches.
func parseFiles(t *testing.T, pattern string) (files []*ast.File) {
	names, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, file)
	}
	return files
}

// eachMethod calls f for each method of each service.
func eachMethod(f func(service, method string)) {
	client := reflect.TypeFor[featurebase.Client]()
	for i := range client.NumField() {
		if service := client.Field(i); service.IsExported() {
			for i := range service.Type.NumMethod() {
				f(service.Type.Elem().Name(), service.Type.Method(i).Name)
			}
		}
	}
}

// The README promises it.
func TestExamples_showEveryMethod(t *testing.T) {
	t.Parallel()
	examples := map[string]bool{}
	for _, file := range parseFiles(t, "*_test.go") {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Example") {
				examples[f.Name.Name] = true
			}
		}
	}
	has := func(name string) bool {
		for example := range examples { // a suffix tells several of one method apart
			if example == name || strings.HasPrefix(example, name+"_") {
				return true
			}
		}
		return false
	}
	eachMethod(func(service, method string) {
		assert.True(t, has("Example"+service+"_"+method), "there is no Example%s_%s", service, method)
	})
}

// Who looks for the route of an error finds the method whose comment has it.
func TestComments_haveTheRouteOfTheirMethod(t *testing.T) {
	t.Parallel()
	patterns := map[string]string{} // of endpoints, by the name of their variable
	var methods []*ast.FuncDecl
	names, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, entry := range names {
		if name := entry.Name(); !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, file := range parseFiles(t, entry.Name()) {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					if n.Recv != nil && n.Name.IsExported() {
						methods = append(methods, n)
					}
				case *ast.ValueSpec:
					for i, value := range n.Values {
						if pattern := endpointPattern(value); pattern != "" {
							patterns[n.Names[i].Name] = pattern
						}
					}
				}
				return true
			})
		}
	}
	require.Greater(t, len(patterns), 70)
	checked := 0
	for _, method := range methods {
		used := ""
		ast.Inspect(method.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && patterns[id.Name] != "" {
				used = patterns[id.Name]
			}
			return true
		})
		if used == "" {
			continue
		}
		checked++
		var parser comment.Parser
		doc := parser.Parse(method.Doc.Text())
		route := regexp.MustCompile(`^(GET|POST|PATCH|PUT|DELETE) /v2/`)
		var links []string
		for _, link := range doc.Links {
			if route.MatchString(link.Text) {
				assert.True(t, link.Used, "the comment of %s doesn't use its link %s", method.Name, link.Text)
				links = append(links, link.Text)
			}
		}
		assert.Equal(t, []string{used}, links, "the comment of %s", method.Name)
	}
	assert.Greater(t, checked, 70)
}

// endpointPattern returns the pattern of an endpoint that is an expression, or "".
func endpointPattern(e ast.Expr) string {
	address, ok := e.(*ast.UnaryExpr)
	if !ok {
		return ""
	}
	literal, ok := address.X.(*ast.CompositeLit)
	if !ok {
		return ""
	}
	if typ, ok := literal.Type.(*ast.Ident); !ok || typ.Name != "endpoint" {
		return ""
	}
	for _, elt := range literal.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "pattern" {
			return strings.Trim(kv.Value.(*ast.BasicLit).Value, `"`)
		}
	}
	return ""
}

// What the README shows is cut from code that is compiled and run here.
func TestREADME_showsTestedCode(t *testing.T) {
	t.Parallel()
	flat := func(s string) string { // gofmt aligns comments by what is around them
		return regexp.MustCompile(`[ \t]+`).ReplaceAllString(regexp.MustCompile(`(?m)^[ \t]+`).ReplaceAllString(s, ""), " ")
	}
	var code strings.Builder
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		path = filepath.ToSlash(path)
		if err == nil && !d.IsDir() && (strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "examples/") && strings.HasSuffix(path, ".go")) {
			var src []byte
			src, err = os.ReadFile(path)
			code.WriteString(flat(string(src)))
		}
		return err
	}))
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	snippets := regexp.MustCompile("(?ms)^[ \t]*```go\n(.*?)^[ \t]*```").FindAllStringSubmatch(strings.ReplaceAll(string(readme), "\r\n", "\n"), -1)
	require.NotEmpty(t, snippets)
	for _, s := range snippets {
		if !strings.Contains(code.String(), flat(s[1])) {
			t.Errorf("in no test or example:\n%s", s[1])
		}
	}
}
