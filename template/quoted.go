package template

import (
	"strconv"
	"text/template/parse"

	"mailshot/template/words"
)

// quoted tells of the names of columns that a template has as texts where their cells must be meant:
// {{"city"}}, {{if "city"}} and {{if eq "city" "Rome"}} are the same for every row.
func (p *part) quoted(c words.Columns, tell func(string)) {
	for _, t := range p.tmpl.Templates() {
		if t.Tree == nil {
			continue
		}
		source := p.origin[t.Name()]
		look := func(pipe *parse.PipeNode) {
			if s := constantOf(pipe, c); s != nil {
				f := words.Failf("%s is a text here, the same for every row, and %s is a column; is %s meant?", s.Quoted, strconv.Quote(s.Text), words.Action(s.Text))
				tell(p.of(source).errorAt(int(s.Position()), f).Error())
			}
		}
		walkNodes(t.Tree.Root, func(n parse.Node) {
			switch n := n.(type) {
			case *parse.ActionNode:
				if len(n.Pipe.Decl) == 0 {
					look(n.Pipe)
				}
			case *parse.IfNode:
				look(n.Pipe)
			case *parse.WithNode:
				look(n.Pipe)
			}
		})
	}
}

// constantOf returns the name of a column in a pipeline that is nothing but a text, or a comparison of
// texts; else nil.
func constantOf(pipe *parse.PipeNode, c words.Columns) *parse.StringNode {
	if len(pipe.Cmds) == 0 || len(pipe.Cmds) > 1 && !isAsked(pipe.Cmds[1]) {
		return nil
	}
	args := pipe.Cmds[0].Args
	if name, ok := args[0].(*parse.IdentifierNode); ok {
		switch name.Ident {
		case "eq", "ne", "lt", "le", "gt", "ge":
			args = args[1:]
		default:
			return nil
		}
	}
	var found *parse.StringNode
	for _, arg := range args {
		switch arg := arg.(type) {
		case *parse.StringNode:
			if found == nil && c.Has(arg.Text) {
				found = arg
			}
		case *parse.NumberNode, *parse.BoolNode:
		default:
			return nil
		}
	}
	return found
}

func isAsked(cmd *parse.CommandNode) bool {
	name, ok := cmd.Args[0].(*parse.IdentifierNode)
	return ok && isAsking(name.Ident)
}
