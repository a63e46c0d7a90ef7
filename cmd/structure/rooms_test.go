package structure_test

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// A size is how large a package is.
type size struct {
	lines int // of product code
	knot  int // files that all need each other, in the largest group of them
}

// bound is what a package may have.
var bound = size{lines: 3000, knot: 8}

// larger are the packages that have more than bound, with what they may have.
// These figures may only fall.
var larger = map[string]size{
	"cmd/mailshot": {lines: 3000, knot: 13},
	"job/result":   {lines: 4000, knot: 8},
	"transport":    {lines: 3400, knot: 8},
}

// TestRooms holds that a package stays small enough to be known, and that its
// files do not all need each other.
func TestRooms(t *testing.T) {
	t.Parallel()
	loaded, err := packages.Load(&packages.Config{
		Dir: "../..", Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports,
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Errorf("%s: %v", p.PkgPath, e)
		}
		name := strings.TrimPrefix(p.PkgPath, module+"/")
		seen[name] = true
		may, listed := larger[name]
		if !listed {
			may = bound
		}
		knot := largestKnot(fileUses(p))
		is := size{linesOf(t, p), len(knot)}
		if is.lines > may.lines {
			t.Errorf("%s has %d lines, and may have %d: which part of it is a package of its own?", name, is.lines, may.lines)
		}
		if is.knot > may.knot {
			t.Errorf("%s has %d files that all need each other, and may have %d: %s", name, is.knot, may.knot, strings.Join(knot, " "))
		}
		if listed && is.lines <= bound.lines && is.knot <= bound.knot {
			t.Errorf("%s is within the bounds of all: take it out of the larger ones", name)
		}
	}
	for name := range larger {
		if !seen[name] {
			t.Errorf("there is no package %s", name)
		}
	}
}

// TestKnot holds that a knot is found, and is the largest.
func TestKnot(t *testing.T) {
	for _, tt := range []struct {
		uses map[string][]string
		want string
	}{
		{map[string][]string{"a": {"b"}, "b": nil}, "a"},
		{map[string][]string{"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, "a b c"},
		{map[string][]string{"a": {"b"}, "b": {"a", "c"}, "c": {"d"}, "d": {"e"}, "e": {"c"}}, "c d e"},
	} {
		uses := make(map[string]map[string]bool)
		for from, all := range tt.uses {
			uses[from] = make(map[string]bool)
			for _, to := range all {
				uses[from][to] = true
			}
		}
		if got := strings.Join(largestKnot(uses), " "); got != tt.want {
			t.Errorf("the knot of %v is %s; want %s", tt.uses, got, tt.want)
		}
	}
}

func linesOf(t *testing.T, p *packages.Package) int {
	t.Helper()
	n := 0
	for _, name := range p.GoFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(text, []byte("\n"))
	}
	return n
}

// fileUses returns for each file of a package the others that its declarations
// use.
func fileUses(p *packages.Package) map[string]map[string]bool {
	uses := make(map[string]map[string]bool)
	for _, f := range p.Syntax {
		from := filepath.Base(p.Fset.Position(f.Pos()).Filename)
		uses[from] = make(map[string]bool)
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			o := p.TypesInfo.Uses[id]
			if o == nil || o.Pkg() != p.Types || !declared(o, p.Types) {
				return true
			}
			if to := filepath.Base(p.Fset.Position(o.Pos()).Filename); to != from {
				uses[from][to] = true
			}
			return true
		})
	}
	return uses
}

// declared reports whether an object is one of a package: a declaration at its
// top, a method or a field.
func declared(o types.Object, p *types.Package) bool {
	switch o := o.(type) {
	case *types.Var:
		return o.IsField() || o.Parent() == p.Scope()
	case *types.Func:
		return true
	}
	return o.Parent() == p.Scope()
}

// largestKnot returns the largest strongly connected group of files, by name.
func largestKnot(uses map[string]map[string]bool) []string {
	reached := make(map[string]map[string]bool)
	for from := range uses {
		reached[from] = map[string]bool{from: true}
		for todo := []string{from}; len(todo) > 0; {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for to := range uses[at] {
				if !reached[from][to] {
					reached[from][to] = true
					todo = append(todo, to)
				}
			}
		}
	}
	var largest []string
	for from := range uses {
		var knot []string
		for to := range reached[from] {
			if reached[to][from] {
				knot = append(knot, to)
			}
		}
		slices.Sort(knot)
		if c := cmp.Compare(len(knot), len(largest)); c > 0 || c == 0 && slices.Compare(knot, largest) < 0 {
			largest = knot
		}
	}
	return largest
}
