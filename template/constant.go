package template

import (
	"text/template/parse"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// constants refuses numbers that may be meant in two ways, 2.000, where a function reads them as
// numbers. Elsewhere they are text. What is compared with a cell is meant as its column is written.
func (c *checker) constants(function string, args []parse.Node) {
	column := cell.Column{Numbers: c.forms.Numbers}
	for _, arg := range args {
		if name := columnOf(arg); name != "" {
			column = c.forms.Column(name)
		}
	}
	texts := false // a text is read as a number too
	switch function {
	case "lt", "le", "gt", "ge":
		texts = true
	case "eq", "ne":
		texts = column.Kind == cell.Number
	case "number", "money":
		args, texts = args[min(1, len(args)):], true // the first is a layout
	case "plural":
		args, texts = args[:min(1, len(args))], true
	case "printf", "default":
	default:
		return
	}
	for _, arg := range args {
		c.constant(arg, column.Numbers, texts)
	}
}

// constant refuses a number, or a text if texts is true, that may be meant in two ways by
// somebody who writes numbers in the form f.
func (c *checker) constant(n parse.Node, f cell.NumberForm, texts bool) {
	text := ""
	switch n := n.(type) {
	case *parse.NumberNode:
		text = n.Text
	case *parse.StringNode:
		if texts {
			text = n.Text
		}
	case *parse.PipeNode:
		if len(n.Cmds) == 1 && len(n.Cmds[0].Args) == 1 {
			c.constant(n.Cmds[0].Args[0], f, texts)
		}
		return
	}
	if a, ok := cell.AmbiguousConstant(text, f); ok {
		c.report(n, words.Failf("%s may mean %s or %s", text, a.Whole, a.Shown).WithHint("write %s, or %s", a.Whole, a.Fraction))
	}
}

// columnOf returns the column that a word reaches, .name or (field "First name"), or "".
func columnOf(n parse.Node) string {
	switch n := n.(type) {
	case *parse.FieldNode:
		return n.Ident[0]
	case *parse.PipeNode:
		return fieldCall(n)
	}
	return ""
}
