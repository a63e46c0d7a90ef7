package template

import (
	"bytes"
	"errors"
	"io"
	"time"

	"mailshot/template/branches"
	"mailshot/template/cell"
	"mailshot/template/function"
	"mailshot/template/htmltext"
	"mailshot/template/words"
)

// maxOutput is the most octets that a part may come to: a template that runs away must not take the
// machine with it.
const maxOutput = 32 << 20

// An execution executes parts, for one row at a time. The functions of its parts look at its row.
// It is not safe for concurrent use.
type execution struct {
	columns words.Columns
	forms   *cell.Forms
	row     Row
	cells   map[string]*function.Cell // of row, once isRead
	isRead  bool
	out     output
	taken   []int                     // numbers of the branches that row took, where they are marked
	layouts map[string]*words.Failure // what is wrong with layouts of dates, for some that rows had
}

// begin makes row the one that is executed for, until end.
func (x *execution) begin(row Row) { x.row, x.isRead, x.taken = row, false, x.taken[:0] }
func (x *execution) end()          { x.row, x.isRead = Row{}, false }

// read returns the cells of the row as templates see them.
func (x *execution) read() map[string]*function.Cell {
	if !x.isRead {
		if x.cells == nil {
			x.cells = make(map[string]*function.Cell, len(x.row.Fields))
		}
		function.Fill(x.cells, x.row.Fields, x.row.Stored, x.forms)
		x.isRead = true
	}
	return x.cells
}

// Cell implements [function.Row].
func (x *execution) Cell(column string) (*function.Cell, error) {
	if cell, ok := x.read()[column]; ok {
		return cell, nil
	}
	return nil, x.columns.Missing(column)
}

// Key implements [function.Row].
func (x *execution) Key() string { return x.row.Key }

// Number implements [function.Row].
func (x *execution) Number() int { return x.row.Number }

// FormatDate implements [function.Row].
func (x *execution) FormatDate(layout string, t time.Time) string {
	return x.row.Language.Format(layout, t)
}

// CheckLayout implements [function.Row].
func (x *execution) CheckLayout(layout string) *words.Failure {
	const most = 100 // of a job there are a few, but a cell may be one
	f, ok := x.layouts[layout]
	if ok {
		return f
	}
	if x.layouts == nil || len(x.layouts) >= most {
		x.layouts = map[string]*words.Failure{}
	}
	f = function.CheckLayout(layout)
	x.layouts[layout] = f
	return f
}

// A bound part can be executed by one execution, whose row its functions see.
type bound struct {
	*part
	tmpl executor // the execution's own copy; nil until it is needed, which for many letters is never
}

// An executor is a template of text/template or of html/template.
type executor interface {
	Execute(w io.Writer, data any) error
}

// bind returns a part that can be bound to an execution, or nil for nil.
func bind(p *part) *bound {
	if p == nil {
		return nil
	}
	return &bound{part: p}
}

// executor returns x's own copy of a part's template.
func (x *execution) executor(p *part) executor {
	if p.html != nil {
		return p.html.Bind(x.functions())
	}
	t, err := p.tmpl.Clone()
	if err != nil {
		return p.tmpl // text/template's Clone has no error to return
	}
	return t.Funcs(x.functions())
}

// functions returns those that look at the row of x, and that which notes its branches.
func (x *execution) functions() map[string]any {
	all := function.OfRow(x)
	all[branches.Function] = func(n int) string {
		x.taken = append(x.taken, n)
		return ""
	}
	return all
}

// execute returns what a part makes of the row.
func (x *execution) execute(b *bound) (string, *Error) {
	if b.isStatic {
		return b.static, nil
	}
	if b.pieces != nil {
		if s, ok := fill(b.pieces, x.row.Fields, maxOutput); ok {
			return s, nil
		}
	}
	if b.tmpl == nil {
		b.tmpl = x.executor(b.part)
	}
	x.out.Reset()
	err := b.tmpl.Execute(&x.out, x.read())
	switch {
	case errors.Is(err, errTooLong):
		return "", b.error(words.Failf("%s is longer than %d MiB", b.field, maxOutput>>20))
	case err != nil:
		return "", executionError(b.part, err, x.columns)
	}
	return x.out.String(), nil
}

// line returns what a part makes of the row as one line.
func (x *execution) line(b *bound) (string, *Error) {
	s, err := x.execute(b)
	if err != nil {
		return "", err
	}
	return b.line(s)
}

// errTooLong ends the execution of a template that has written maxOutput.
var errTooLong = errors.New("too long")

// An output takes what a template writes.
type output struct{ bytes.Buffer }

// Write implements [io.Writer].
func (o *output) Write(p []byte) (int, error) {
	if o.Len()+len(p) > maxOutput {
		return 0, errTooLong
	}
	return o.Buffer.Write(p)
}

// executionError tells in our words why a template could not be executed.
func executionError(p *part, err error, c words.Columns) *Error {
	at, ok := placed(err.Error())
	if !ok {
		return p.error(words.Failf("%s can't be made from this row", p.field))
	}
	p = p.of(at.source)
	m := executing().FindStringSubmatch(at.message)
	if m == nil {
		return p.errorIn(at.line, at.column, words.Failf("%s can't be made from this row", p.field))
	}
	return p.errorIn(at.line, at.column, explainAction(c, htmltext.Own(m[1]), m[2], err))
}
