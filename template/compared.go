package template

import (
	"slices"
	"text/template/parse"

	"mailshot/template/words"
)

// Operand returns how a template reaches a column where a value is needed: .name, or (field "First
// name").
func Operand(column string) string { return words.Operand(column) }

// Compared returns the texts with which the condition compares columns by eq and ne, by the name of
// the column, each once.
func (c *Condition) Compared() map[string][]string {
	found := map[string][]string{}
	for _, t := range c.bound.part.tmpl.Templates() {
		if t.Tree != nil {
			comparedIn(t.Tree.Root, found)
		}
	}
	return found
}

func comparedIn(n parse.Node, found map[string][]string) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, n := range n.Nodes {
			comparedIn(n, found)
		}
	case *parse.ActionNode:
		comparedIn(n.Pipe, found)
	case *parse.IfNode:
		comparedInBranch(&n.BranchNode, found)
	case *parse.WithNode:
		comparedInBranch(&n.BranchNode, found)
	case *parse.RangeNode:
		comparedInBranch(&n.BranchNode, found)
	case *parse.PipeNode:
		for _, cmd := range n.Cmds {
			compared(cmd.Args, found)
			for _, arg := range cmd.Args {
				comparedIn(arg, found)
			}
		}
	}
}

func comparedInBranch(n *parse.BranchNode, found map[string][]string) {
	comparedIn(n.Pipe, found)
	comparedIn(n.List, found)
	if n.ElseList != nil {
		comparedIn(n.ElseList, found)
	}
}

// compared notes the texts of a call of eq or ne that has one column.
func compared(args []parse.Node, found map[string][]string) {
	name, ok := args[0].(*parse.IdentifierNode)
	if !ok || name.Ident != "eq" && name.Ident != "ne" {
		return
	}
	var column string
	var texts []string
	for _, arg := range args[1:] {
		switch arg := arg.(type) {
		case *parse.FieldNode:
			column = arg.Ident[0]
		case *parse.StringNode:
			texts = append(texts, arg.Text)
		case *parse.PipeNode:
			column = fieldCall(arg)
		}
	}
	if column == "" {
		return
	}
	for _, text := range texts {
		if !slices.Contains(found[column], text) {
			found[column] = append(found[column], text)
		}
	}
}

// fieldCall returns the column of (field "First name"), or "".
func fieldCall(p *parse.PipeNode) string {
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 2 {
		return ""
	}
	name, ok := p.Cmds[0].Args[0].(*parse.IdentifierNode)
	text, isText := p.Cmds[0].Args[1].(*parse.StringNode)
	if !ok || name.Ident != "field" || !isText {
		return ""
	}
	return text.Text
}
