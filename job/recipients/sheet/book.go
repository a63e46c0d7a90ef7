package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"mailshot/job/problem"
	"mailshot/job/recipients/sheet/book"
	"mailshot/job/recipients/sheet/grid"
	"mailshot/template/cell"
)

// bookRows are the rows of a spreadsheet.
type bookRows struct {
	*book.Sheet
	ahead  []*grid.Row // rows that were read to find the header
	hidden struct{ count, first int }
	filled []int // the columns of the header that have a name of their own, by the file
}

// openBook reads the beginning of src if it is a spreadsheet, and reports whether it is.
func (r *Reader) openBook(src io.Reader) (bool, error) {
	s, err := book.Open(src, book.Options{File: r.opts.File, Sheet: r.opts.Sheet, NotText: notText, Choose: r.opts.ChooseSheet})
	if err != nil {
		return false, r.bookError(err)
	}
	if s == nil {
		return false, nil
	}
	r.book = &bookRows{Sheet: s}
	if err := r.beginBook(); err != nil {
		s.Close() // what it was read for has failed already
		return false, err
	}
	return true, nil
}

// beginBook reads the header of a spreadsheet.
func (r *Reader) beginBook() error {
	b := r.book
	for len(b.ahead) < layoutRecords {
		row, err := b.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return r.bookError(err)
		}
		if row.Number < r.opts.Header {
			continue
		}
		if len(b.ahead) > 0 || !book.IsBlank(row) {
			b.ahead = append(b.ahead, row)
		}
	}
	if len(b.ahead) == 0 {
		what := "the sheet is empty"
		if b.Several {
			what = fmt.Sprintf("the sheet %q is empty", b.Name)
		}
		return r.fatal(0, what, "the first row has to name the columns")
	}
	r.delim = ','
	first := b.ahead[0]
	if r.opts.Header > 0 {
		r.titles = bytes.Repeat([]byte("\n"), r.opts.Header-1) // the copy has as many lines above
	}
	r.layout = layout{text: csvOf(b.ahead), line: first.Number, delim: r.delim, names: emailNames}
	b.ahead = b.ahead[1:]
	r.raw = csvLine(first.Cells, len(first.Cells))
	cells := make([]string, len(first.Cells))
	for i, c := range first.Cells {
		cells[i] = c.Text
	}
	if err := r.resolve(cells, first.Number); err != nil {
		return err
	}
	for i, c := range r.header {
		if c.name != "" {
			b.filled = append(b.filled, i)
		}
	}
	return nil
}

// nextOfBook returns the next row of a spreadsheet, or nil where there is none: at the end, which sets
// r.err, or where the row is blank.
func (r *Reader) nextOfBook() *Row {
	b := r.book
	var g *grid.Row
	if len(b.ahead) > 0 {
		g, b.ahead = b.ahead[0], b.ahead[1:]
	} else {
		var err error
		if g, err = b.Next(); err != nil {
			r.err = r.endOfBook(err)
			return nil
		}
	}
	if book.IsBlank(g) {
		return nil
	}
	if g.Hidden {
		if b.hidden.count++; b.hidden.count == 1 {
			b.hidden.first = g.Number
		}
	}
	r.raw = csvLine(g.Cells, len(r.header))
	row := r.ofCells(g.Cells)
	r.number++
	row.Number, row.Line = r.number, g.Number
	if p := r.check(row, nil); row.Problem == nil {
		row.Problem = p
	}
	if p := row.Problem; p != nil {
		p.File, p.Line, p.Row = r.opts.File, g.Number, r.number
	}
	return row
}

// endOfBook closes the spreadsheet, and says what the end of its rows means.
func (r *Reader) endOfBook(err error) error {
	if err != io.EOF {
		err = r.bookError(err)
	}
	if closed := r.book.Close(); closed != nil && err == io.EOF {
		err = r.readingError(closed)
	}
	return err
}

// bookError says what an error of a spreadsheet means for the user.
func (r *Reader) bookError(err error) error {
	if e, ok := errors.AsType[*grid.Error](err); ok {
		return r.fatal(e.Row, e.Text, e.Hint)
	}
	return r.readingError(err)
}

// ofCells makes a Row of the cells of a spreadsheet.
func (r *Reader) ofCells(cells []grid.Cell) *Row {
	row := &Row{Cells: make([]string, 0, len(r.columns))}
	for i, h := range r.header {
		var c grid.Cell
		if i < len(cells) {
			c = cells[i]
		}
		if h.name == "" {
			if !h.alike && (!blank(c.Text) || c.Uncomputed) {
				row.spoil(unnamed(h))
			}
			continue
		}
		if c.Uncomputed && row.Problem == nil {
			row.Problem = uncomputed(h.name)
		}
		if c.Stored != "" {
			if row.Stored == nil {
				row.Stored = make([]cell.Stored, len(r.columns))
			}
			row.Stored[len(row.Cells)] = c.Stored
		}
		row.Cells = append(row.Cells, c.Text)
	}
	for i := len(r.header); i < len(cells); i++ {
		if c := cells[i]; !blank(c.Text) || c.Uncomputed {
			row.spoil(unnamed(column{n: i + 1}))
			break
		}
	}
	return row
}

// spoil notes that the cells of a row may stand in the wrong columns.
func (row *Row) spoil(p *problem.Problem) {
	if !row.Doubtful {
		row.Doubtful, row.Problem = true, p
	}
}

// uncomputed returns the problem of a row with a formula without a result.
func uncomputed(column string) *problem.Problem {
	return &problem.Problem{
		Kind: "formula",
		Text: fmt.Sprintf("the formula in column %q has no result in the file", column),
		Hint: "open the file in a spreadsheet program, which computes it, and save it",
	}
}

// csvOf returns rows as CSV, in which each has one line, and so have those between that are blank.
func csvOf(rows []*grid.Row) []byte {
	var text []byte
	line := rows[0].Number
	for _, row := range rows {
		if row.Number > line+layoutRecords || len(text) > layoutSize {
			break
		}
		for ; line < row.Number; line++ {
			text = append(text, '\n')
		}
		text = append(text, strings.ReplaceAll(string(csvLine(row.Cells, len(row.Cells))), "\n", " ")...)
	}
	return text
}

// csvLine returns the first cells of a row as a line of CSV, without its end. A text that a spreadsheet
// would take for a formula there, as it has not in its cell, begins with an apostrophe.
func csvLine(cells []grid.Cell, n int) []byte {
	var line []byte
	for i := range n {
		if i > 0 {
			line = append(line, ',')
		}
		if i >= len(cells) {
			continue
		}
		text := cells[i].Text
		if text != "" && strings.IndexByte("=+-@", text[0]) >= 0 && strings.Trim(text, "+-0123456789 ()/.,") != "" && cells[i].Stored == "" {
			text = "'" + text
		}
		line = appendCell(line, text)
	}
	return line
}
