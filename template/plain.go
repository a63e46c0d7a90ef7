package template

import (
	"strings"
	"text/template"
	"text/template/parse"
)

// A piece is some text of a template and the column whose cell follows it. A text at the end has
// none after it.
type piece struct {
	text   string
	column string
	isLast bool
}

// plainPieces takes a template apart that has nothing but text and columns, as most lines and many
// letters have. Such a one is filled in without an execution, which takes several times as long;
// see BenchmarkRender. nil is any other template.
func plainPieces(t *template.Template) []piece {
	if t.Tree == nil || t.Tree.Root == nil {
		return nil
	}
	var pieces []piece
	var text []byte
	for _, n := range t.Tree.Root.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			text = append(text, n.Text...)
		case *parse.ActionNode:
			column, ok := onlyColumn(n.Pipe)
			if !ok {
				return nil
			}
			pieces = append(pieces, piece{text: string(text), column: column})
			text = text[:0]
		default:
			return nil
		}
	}
	return append(pieces, piece{text: string(text), isLast: true})
}

// onlyColumn returns the column of {{.column}}.
func onlyColumn(p *parse.PipeNode) (string, bool) {
	if len(p.Decl) > 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return "", false
	}
	f, ok := p.Cmds[0].Args[0].(*parse.FieldNode)
	if !ok || len(f.Ident) != 1 {
		return "", false
	}
	return f.Ident[0], true
}

// fill puts the cells of a row between the pieces. It reports false where a cell is missing, or the
// text would be longer than most octets; an execution then says what is wrong.
func fill(pieces []piece, cells map[string]string, most int) (string, bool) {
	size := 0
	for i := range pieces {
		p := &pieces[i]
		size += len(p.text)
		if p.isLast {
			break
		}
		cell, ok := cells[p.column]
		if !ok {
			return "", false
		}
		size += len(cell)
	}
	if size > most {
		return "", false
	}
	var b strings.Builder
	b.Grow(size)
	for i := range pieces {
		b.WriteString(pieces[i].text)
		if !pieces[i].isLast {
			b.WriteString(cells[pieces[i].column])
		}
	}
	return b.String(), true
}
