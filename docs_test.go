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

// Whatever belongs to a service has a file that is named after it.
func TestServices_haveAllThatContributingSays(t *testing.T) {
	t.Parallel()
	services := map[string]bool{}
	client := reflect.TypeFor[featurebase.Client]()
	for i := range client.NumField() {
		if field := client.Field(i); field.IsExported() {
			services[field.Type.Elem().Name()] = true
			assert.Equal(t, field.Name+"Service", field.Type.Elem().Name(), "the type of Client.%s", field.Name)
		}
	}
	texts := map[string]string{}
	for _, name := range []string{"README.md", "CHANGELOG.md"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		texts[name] = string(text)
	}
	const more = `: see "Adding a service" in CONTRIBUTING.md, then go test -run TestServices .`
	for _, file := range parseFiles(t, "*.go") {
		for _, decl := range file.Decls {
			types, ok := decl.(*ast.GenDecl)
			if !ok || types.Tok != gotoken.TYPE || !strings.HasSuffix(types.Specs[0].(*ast.TypeSpec).Name.Name, "Service") {
				continue
			}
			typ := types.Specs[0].(*ast.TypeSpec).Name.Name
			name := strings.TrimSuffix(typ, "Service")
			assert.True(t, services[typ], "client.go: Client has no field %s%s", name, more)
			lower := strings.ToLower(name)
			for _, file := range []string{
				lower + ".go", lower + "_test.go", lower + "_example_test.go", "featurebasetest/" + lower + ".go", "featurebasetest/" + lower + "_test.go",
			} {
				_, err := os.Stat(file)
				assert.NoError(t, err, "%s lacks its file %s%s", typ, file, more)
			}
			assert.Regexp(t, "(?m)^- .*`"+name+"`", texts["CHANGELOG.md"], "CHANGELOG.md has no line for `%s`%s", name, more)
			assert.Regexp(t, "(?m)^\\| .*`"+name+"`.* \\|", texts["README.md"], "README.md: the table of services has no row for `%s`%s", name, more)
		}
	}
}

// Who has a value's type finds its constants.
func TestConstants_beginWithTheNameOfTheirType(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, file := range parseFiles(t, "*.go") {
		if file.Name.Name != "featurebase" {
			continue
		}
		for _, decl := range file.Decls {
			constants, ok := decl.(*ast.GenDecl)
			if !ok || constants.Tok != gotoken.CONST {
				continue
			}
			for _, spec := range constants.Specs {
				spec := spec.(*ast.ValueSpec)
				typ, ok := spec.Type.(*ast.Ident)
				for _, name := range spec.Names {
					if !ok || !name.IsExported() || !typ.IsExported() || regexp.MustCompile(`^[A-Z]\w*Field[A-Z]`).MatchString(name.Name) && strings.HasSuffix(typ.Name, "Field") {
						continue
					}
					checked++
					assert.True(t, strings.HasPrefix(name.Name, typ.Name), "the constant %s of type %s must begin with the type's name", name.Name, typ.Name)
				}
			}
		}
	}
	assert.Greater(t, checked, 250)
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
