package template

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"mailshot/template/htmltext"
	"mailshot/template/words"
)

// htmlError returns the place of what is wrong with the HTML of a part.
func (p *part) htmlError(err *htmltext.Error) *Error {
	if err.Node == nil {
		if err.Line == 0 || err.Name != root {
			return p.error(err.Failure)
		}
		return p.errorIn(err.Line, 0, err.Failure)
	}
	location, _ := p.tmpl.Tree.ErrorContext(err.Node)
	at, ok := placed("template: " + location + ": ")
	if !ok {
		return p.error(err.Failure)
	}
	return p.of(at.source).errorIn(cmp.Or(at.line, err.Line), at.column, err.Failure)
}

// refused returns the error of a page in which a value was refused; nil if none was. To find the
// cell, each is taken out of the row in turn.
func (x *execution) refused(b *bound, page string) *Error {
	if !htmltext.Refused(page) {
		return nil
	}
	all := x.row
	defer x.begin(all)
	for _, column := range slices.Sorted(maps.Keys(all.Fields)) {
		if all.Fields[column] == "" {
			continue
		}
		row := all
		row.Fields = maps.Clone(all.Fields)
		row.Fields[column] = "x"
		x.begin(row)
		if out, err := x.execute(b); err == nil && !htmltext.Refused(out) {
			return b.error(htmltext.Misplaced(fmt.Sprintf("the cell of %s, %s,", strconv.Quote(column), words.Quote(all.Fields[column]))))
		}
	}
	return b.error(htmltext.Misplaced("a value"))
}
