package template

import (
	"errors"
	"maps"
	"strconv"
	"strings"
	"text/template/parse"

	"mailshot/template/words"
)

// foreign stands for a line end of a cell, where line ends separate items. A row that has it in a
// cell gets no letter.
const foreign = '\x1e'

// separator stands for a comma of the template itself. A row that has it in a cell gets no letter.
const separator = '\x1f'

// Lists are templates that become a list of lines each: Cc, with a mailbox in each item. Only a
// comma of the template itself separates two items, and not one in quotation marks. A comma in a
// cell is part of its item, so that a cell can't bring in a second mailbox. They are safe for
// concurrent use.
type Lists struct {
	parser
	parts   [][]*part // of each list
	perLine []bool    // of each list
}

// A List is one list: its templates one after the other.
type List struct {
	Name   string // what errors call it
	Values []Source

	// PerLine says that each line is an item, not what stands between commas. A line end in a cell
	// is then an error where it would end an item.
	PerLine bool
}

// ParseLists parses the templates and checks them as [Parse] does; the problems are *Error joined
// by [errors.Join]. Of c only Columns, Forms, Now, Mailing and Used are used.
func ParseLists(lists []List, c Config) (*Lists, error) {
	l := &Lists{parser: newParser(c)}
	var problems []error
	for _, list := range lists {
		var parts []*part
		for _, src := range list.Values {
			parse := l.parseLine
			if list.PerLine {
				parse = l.parseLines
			}
			p, errs := parse(list.Name, src)
			for _, err := range errs {
				problems = append(problems, err)
			}
			if p != nil && !list.PerLine {
				p.separate()
			}
			parts = append(parts, p)
		}
		l.parts, l.perLine = append(l.parts, parts), append(l.perLine, list.PerLine)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return l, nil
}

// parseLines parses a template of any number of lines.
func (l *Lists) parseLines(field string, src Source) (*part, []*Error) {
	return l.parse(nil, field, src)
}

// separate replaces each comma in the text of a template by a separator, but for those in quotation
// marks of that text.
func (p *part) separate() {
	quoted, escaped := false, false
	mark := func(text []byte) {
		for i, c := range text {
			switch {
			case escaped:
				escaped = false
			case c == '\\' && quoted:
				escaped = true
			case c == '"':
				quoted = !quoted
			case c == ',' && !quoted:
				text[i] = separator
			}
		}
	}
	if p.isStatic {
		text := []byte(p.static)
		mark(text)
		p.static = string(text)
		return
	}
	for _, t := range p.tmpl.Templates() {
		if t.Tree == nil {
			continue
		}
		quoted, escaped = false, false
		walkNodes(t.Tree.Root, func(n parse.Node) {
			if text, ok := n.(*parse.TextNode); ok {
				text.Text = []byte(string(text.Text)) // it may be shared with the error's context
				mark(text.Text)
			}
		})
	}
	p.pieces = plainPieces(p.tmpl)
}

// A ListsRenderer renders the lists, for one row at a time. It is not safe for concurrent use.
type ListsRenderer struct {
	execution execution
	bound     [][]*bound
	perLine   []bool
	lists     [][]string
}

// Renderer returns a new ListsRenderer. A worker makes one and keeps it.
func (l *Lists) Renderer() *ListsRenderer {
	r := &ListsRenderer{execution: execution{columns: l.columns, forms: l.forms}, perLine: l.perLine, lists: make([][]string, len(l.parts))}
	for _, parts := range l.parts {
		var bound []*bound
		for _, p := range parts {
			bound = append(bound, bind(p))
		}
		r.bound = append(r.bound, bound)
	}
	return r
}

// Render returns the items of each list for a row, in the order of [ParseLists]: as those of
// [LinesRenderer.Render], but blank ones are left out. They are good until the next call. The error
// is an *Error.
func (r *ListsRenderer) Render(row Row) ([][]string, error) {
	r.execution.begin(row)
	defer r.execution.end()
	for column, cell := range row.Fields {
		if strings.IndexByte(cell, separator) >= 0 || strings.IndexByte(cell, foreign) >= 0 {
			return nil, &Error{Field: column, Text: "the cell of " + strconv.Quote(column) + " has a control character"}
		}
	}
	for i, parts := range r.bound {
		r.lists[i] = r.lists[i][:0]
		between := string(separator)
		if r.perLine[i] {
			marked := row
			between, marked.Fields = "\n", oneLineEach(row.Fields)
			r.execution.begin(marked)
		} else if i > 0 && r.perLine[i-1] {
			r.execution.begin(row)
		}
		for _, b := range parts {
			if err := r.items(&r.lists[i], b, between); err != nil {
				return nil, err
			}
		}
	}
	return r.lists, nil
}

// items appends what a part makes of the row.
func (r *ListsRenderer) items(list *[]string, b *bound, between string) *Error {
	s, err := r.execution.execute(b)
	if err != nil {
		return err
	}
	for item := range strings.SplitSeq(s, between) {
		if strings.IndexByte(item, foreign) >= 0 {
			return b.error(words.Failf("%s has a line end that stands in a cell", b.field).
				WithHint(`each line is one of it; {{range split ";" .column}} makes several of a cell`))
		}
		if item, err = b.line(item); err != nil {
			return err
		}
		if item != "" {
			*list = append(*list, item)
		}
	}
	return nil
}

// oneLineEach returns the cells with a mark for each line end.
func oneLineEach(cells map[string]string) map[string]string {
	var marked map[string]string
	for column, cell := range cells {
		if !strings.ContainsAny(cell, "\r\n") {
			continue
		}
		if marked == nil {
			marked = maps.Clone(cells)
		}
		marked[column] = strings.NewReplacer("\r\n", string(foreign), "\n", string(foreign), "\r", string(foreign)).Replace(cell)
	}
	if marked == nil {
		return cells
	}
	return marked
}
