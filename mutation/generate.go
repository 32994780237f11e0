package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mutant is one small change to the code.
type mutant struct {
	file       string // relative to the root
	within     string // the function, or the name that a declaration declares
	kind       string // such as "statement" or "tag"
	start, end int    // of the old text in the file
	old, new   string
	line       int

	function         *ast.FuncDecl // whose body has the old text, or nil
	outcome, details string
}

// String names the mutant as equivalent.txt does: by what is changed, and not by
// its line.
func (m *mutant) String() string {
	return fmt.Sprintf("%s %s: %s → %s", m.file, m.within, oneLine(m.old), cmp.Or(oneLine(m.new), "nothing"))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// source is a file to mutate.
type source struct {
	path   string
	text   []byte
	syntax *ast.File
	files  *token.FileSet

	mutants []*mutant
	within  string
	inside  *ast.FuncDecl
}

// generate returns all mutants of a file.
func generate(root, path string) (*source, error) {
	text, err := os.ReadFile(root + "/" + path)
	if err != nil {
		return nil, err
	}
	s := &source{path: path, text: text, files: token.NewFileSet()}
	if s.syntax, err = parser.ParseFile(s.files, path, text, parser.SkipObjectResolution); err != nil {
		return nil, err
	}
	for _, d := range s.syntax.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body == nil {
				break
			}
			s.within, s.inside = d.Name.Name, d
			ast.Inspect(d.Body, s.mutate)
		case *ast.GenDecl:
			s.inside = nil
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					s.within = spec.Name.Name
				case *ast.ValueSpec:
					s.within = spec.Names[0].Name
				}
				ast.Inspect(spec, s.mutate)
			}
		}
	}
	// Two mutants with one name are one entry of equivalent.txt.
	named := map[string]int{}
	for _, m := range s.mutants {
		named[m.String()]++
		if n := named[m.String()]; n > 1 {
			m.within += "#" + strconv.Itoa(n)
		}
	}
	return s, nil
}

func (s *source) offset(p token.Pos) int { return s.files.Position(p).Offset }

func (s *source) textOf(n ast.Node) string {
	return string(s.text[s.offset(n.Pos()):s.offset(n.End())])
}

func (s *source) add(kind string, n ast.Node, replacement string) {
	s.addText(kind, n.Pos(), n.End(), replacement)
}

func (s *source) addText(kind string, from, to token.Pos, replacement string) {
	start, end := s.offset(from), s.offset(to)
	s.mutants = append(s.mutants, &mutant{
		file: s.path, within: s.within, kind: kind, start: start, end: end,
		old: string(s.text[start:end]), new: replacement, line: s.files.Position(from).Line, function: s.inside,
	})
}

// mutate adds the mutants of one node.
func (s *source) mutate(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ExprStmt, *ast.DeferStmt, *ast.GoStmt, *ast.IncDecStmt, *ast.SendStmt:
		s.add("statement", n, "")
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			s.add("statement", n, "")
		}
	case *ast.IfStmt:
		s.condition(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			s.add("condition", n.Cond, "("+s.textOf(n.Cond)+") && false")
		}
	case *ast.SwitchStmt:
		for _, clause := range n.Body.List {
			clause := clause.(*ast.CaseClause)
			if n.Tag == nil {
				for _, c := range clause.List {
					s.condition(c)
				}
			} else if clause.List != nil && len(clause.Body) > 0 {
				s.addText("statement", clause.Body[0].Pos(), clause.Body[len(clause.Body)-1].End(), "")
			}
		}
	case *ast.BinaryExpr:
		s.binary(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			s.add("condition", n, s.textOf(n.X))
		}
	case *ast.ReturnStmt:
		for _, r := range n.Results {
			if id, ok := r.(*ast.Ident); ok && (id.Name == "true" || id.Name == "false") {
				s.add("constant", r, map[string]string{"true": "false", "false": "true"}[id.Name])
			}
		}
	case *ast.BasicLit:
		if n.Kind == token.INT {
			s.add("constant", n, "("+n.Value+"+1)")
		}
		if n.Kind == token.STRING && s.inside == nil {
			s.pattern(n)
		}
	case *ast.Field:
		if n.Tag != nil {
			s.tag(n.Tag)
		}
		return false
	}
	return true
}

// condition makes a condition always true, and always false. What it uses
// remains used.
func (s *source) condition(c ast.Expr) {
	s.add("condition", c, "("+s.textOf(c)+") || true")
	s.add("condition", c, "("+s.textOf(c)+") && false")
}

// nearby are the operators that are easily mistaken for another.
var nearby = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
}

func (s *source) binary(n *ast.BinaryExpr) {
	left, right := s.textOf(n.X), s.textOf(n.Y)
	switch n.Op {
	case token.LAND:
		s.add("term", n, "(("+left+") || true) && "+right)
		s.add("term", n, left+" && (("+right+") || true)")
	case token.LOR:
		s.add("term", n, "(("+left+") && false) || "+right)
		s.add("term", n, left+" || (("+right+") && false)")
	default:
		if other, ok := nearby[n.Op]; ok {
			s.add("operator", n, left+" "+other.String()+" "+right)
		}
	}
}

// tag removes each rule of a check tag, and each other tag that is not for JSON.
func (s *source) tag(tag *ast.BasicLit) {
	const check = `check:"`
	text := tag.Value
	from := strings.Index(text, check)
	if from < 0 {
		return
	}
	from += len(check)
	to := from + strings.Index(text[from:], `"`)
	rules := strings.Split(text[from:to], ",")
	for i := range rules {
		left := strings.Join(slices.Delete(slices.Clone(rules), i, i+1), ",")
		s.add("tag", tag, text[:from]+left+text[to:])
	}
}

var (
	isPattern = regexp.MustCompile("^[\"`](GET|POST|PUT|PATCH|DELETE) /")
	parameter = regexp.MustCompile(`\{\w+\}`)
)

// pattern changes the kind of each parameter of a route.
func (s *source) pattern(lit *ast.BasicLit) {
	if !isPattern.MatchString(lit.Value) {
		return
	}
	for _, at := range parameter.FindAllStringIndex(lit.Value, -1) {
		for _, kind := range []string{"{id}", "{ticketNumber}"} {
			if old := lit.Value[at[0]:at[1]]; old != kind {
				s.add("path kind", lit, lit.Value[:at[0]]+kind+lit.Value[at[1]:])
				break
			}
		}
	}
}

// mutated returns the text of the file with the mutant, from one offset to
// another.
func (m *mutant) mutated(s *source, from, to int) []byte {
	return slices.Concat(s.text[from:m.start], []byte(m.new), s.text[m.end:to])
}
