package template

import (
	"text/template/parse"

	"mailshot/template/function"
)

// layout checks the layout of a date that is written out: (date "2 January 2006" .due), or that of the
// method (now.Format "2006").
func (c *checker) layout(args []parse.Node) {
	if len(args) < 2 {
		return
	}
	layout, ok := args[1].(*parse.StringNode)
	if ok && asksForLayout(args[0]) {
		if f := function.CheckLayout(layout.Text); f != nil {
			c.report(layout, f)
		}
	}
}

func asksForLayout(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.IdentifierNode:
		return n.Ident == "date"
	case *parse.ChainNode:
		return n.Field[len(n.Field)-1] == "Format"
	}
	return false
}
