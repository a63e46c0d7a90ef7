package template

import (
	"fmt"
	"path"
	"strings"
	"text/template/parse"
)

// An include is what included files define, for every letter to call.
type include struct {
	sources   []Source
	templates []included
}

// An included template is one of an included file.
type included struct {
	name    string
	tree    *parse.Tree
	source  int  // from 1
	isBlock bool // a {{block}}, which a letter may define anew
}

// parseInclude parses the included files. If one of them can't be used,
// s.include stays nil.
func (s *Set) parseInclude(sources []Source) (errs []*Error) {
	in := &include{}
	first := map[string]int{} // where a template is, from 0 in in.templates
	for i, src := range sources {
		p, err := s.parseAlone("include", src)
		if err != nil {
			errs = append(errs, err)
			in.sources = append(in.sources, src)
			continue
		}
		in.sources = append(in.sources, p.src)
		blocks := p.blocks()
		for _, t := range p.tmpl.Templates() {
			name := t.Name()
			if name == root {
				name = path.Base(src.Name)
			}
			if t.Tree == nil || t.Tree.Root == nil || t.Name() == root && parse.IsEmptyTree(t.Tree.Root) {
				continue
			}
			t.Tree.ParseName = fmt.Sprint(root, " ", i+1)
			if n, ok := first[name]; ok {
				errs = append(errs, in.twice(p, name, t.Tree, n))
				continue
			}
			first[name] = len(in.templates)
			in.templates = append(in.templates, included{name: name, tree: t.Tree, source: i + 1, isBlock: blocks[name]})
		}
	}
	if len(errs) > 0 || len(sources) == 0 {
		return errs
	}
	s.include = in
	// A file that no letter may call is checked by itself.
	p := &part{field: "include"}
	t, err := s.parseAlone("include", Source{})
	if err != nil {
		return []*Error{err}
	}
	p.tmpl = t.tmpl
	if errs := p.join(in); len(errs) > 0 {
		return errs
	}
	return s.check(p)
}

// twice is the error of a template that p defines and n did before.
func (in *include) twice(p *part, name string, tree *parse.Tree, n int) *Error {
	first := in.templates[n]
	place := (&part{src: in.sources[first.source-1]}).errorAt(int(first.tree.Root.Pos), failf(""))
	f := failf("template %s is defined twice; the other is in %s:%d", quote(name), place.Name, place.Line)
	return p.errorAt(int(tree.Root.Pos), f)
}

// join adds the included templates to a part. A {{block}} gives way to a
// {{define}}; anything else that is there twice is an error.
func (p *part) join(in *include) (errs []*Error) {
	p.include = in
	if in == nil || p.isStatic {
		return nil
	}
	blocks := p.blocks()
	p.origin = make(map[string]int, len(in.templates))
	for n, t := range in.templates {
		own := p.tmpl.Lookup(t.name)
		switch {
		case own == nil || own.Tree == nil:
		case t.isBlock && !blocks[t.name]:
			continue // the letter's own is the one
		case !t.isBlock && blocks[t.name]:
		default:
			errs = append(errs, in.twice(p, t.name, own.Tree, n))
			continue
		}
		if _, err := p.tmpl.AddParseTree(t.name, t.tree); err != nil {
			errs = append(errs, p.error(failf("template %s can't be used here", quote(t.name))))
			continue
		}
		p.origin[t.name] = t.source
	}
	return errs
}

// blocks are the templates of a part that {{block}} defines.
func (p *part) blocks() map[string]bool {
	blocks := map[string]bool{}
	for _, t := range p.tmpl.Templates() {
		if t.Tree == nil {
			continue
		}
		walkNodes(t.Tree.Root, func(n parse.Node) {
			call, ok := n.(*parse.TemplateNode)
			if ok && strings.HasSuffix(strings.TrimRight(p.src.Text[:call.Pos], " \t\r\n"), "block") {
				blocks[call.Name] = true
			}
		})
	}
	return blocks
}

// walkNodes calls f for the nodes of a template that are no part of an action.
func walkNodes(list *parse.ListNode, f func(parse.Node)) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		f(n)
		switch n := n.(type) {
		case *parse.IfNode:
			walkNodes(n.List, f)
			walkNodes(n.ElseList, f)
		case *parse.WithNode:
			walkNodes(n.List, f)
			walkNodes(n.ElseList, f)
		case *parse.RangeNode:
			walkNodes(n.List, f)
			walkNodes(n.ElseList, f)
		}
	}
}
