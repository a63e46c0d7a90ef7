package template

import (
	"slices"
	"text/template/parse"

	"mailshot/template/words"
)

// unnamed returns what there is to say of a template that shows the name of a mailing that has none,
// with the first place; "" if it shows none, or asks whether there is one.
func (p *part) unnamed() string {
	m := mentions{part: p}
	m.visit(root)
	if m.asked || m.first == nil {
		return ""
	}
	return p.of(m.source).errorAt(int(m.first.Position()), words.Failf("the letter shows {{mailing}}, and no --mailing names one")).Error()
}

// mentions are where a template asks for the name of the mailing.
type mentions struct {
	part    *part
	visited []string // templates
	asked   bool     // by a condition
	first   parse.Node
	source  int // that first is in
}

// visit looks at a template, and at those that it calls.
func (m *mentions) visit(name string) {
	t := m.part.tmpl.Lookup(name)
	if t == nil || t.Tree == nil || slices.Contains(m.visited, name) {
		return
	}
	m.visited = append(m.visited, name)
	walkNodes(t.Tree.Root, func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ActionNode:
			if at := called(n.Pipe, "mailing"); at != nil && m.first == nil && len(n.Pipe.Decl) == 0 && called(n.Pipe, "default", "or", "and") == nil {
				m.first, m.source = at, m.part.origin[name]
			}
		case *parse.IfNode:
			m.asked = m.asked || called(n.Pipe, "mailing") != nil
		case *parse.WithNode:
			m.asked = m.asked || called(n.Pipe, "mailing") != nil
		case *parse.TemplateNode:
			m.visit(n.Name)
		}
	})
}

// called returns the first word of a pipeline that is one of some functions, or nil.
func called(n parse.Node, functions ...string) parse.Node {
	switch n := n.(type) {
	case *parse.IdentifierNode:
		if slices.Contains(functions, n.Ident) {
			return n
		}
	case *parse.ChainNode:
		return called(n.Node, functions...)
	case *parse.PipeNode:
		for _, cmd := range n.Cmds {
			for _, arg := range cmd.Args {
				if found := called(arg, functions...); found != nil {
					return found
				}
			}
		}
	}
	return nil
}
