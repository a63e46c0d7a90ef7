package template

import (
	"strings"
	"text/template/parse"

	"mailshot/template/words"
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

// twice returns the error of a template that p defines and template n has defined before.
func (in *include) twice(p *part, name string, tree *parse.Tree, n int) *Error {
	first := in.templates[n]
	place := (&part{src: in.sources[first.source-1]}).errorAt(int(first.tree.Root.Pos), words.Failf(""))
	f := words.Failf("template %s is defined twice; the other is in %s:%d", words.Quote(name), place.Name, place.Line)
	return p.errorAt(int(tree.Root.Pos), f)
}

// join adds the included templates to a part. A {{block}} gives way to a {{define}}; anything else
// that is defined twice is an error.
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
			errs = append(errs, p.error(words.Failf("template %s can't be used here", words.Quote(t.name))))
			continue
		}
		p.origin[t.name] = t.source
	}
	return errs
}

// blocks returns the templates of a part that {{block}} defines.
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

// walkNodes calls f for the nodes of a template that are not part of an action.
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
