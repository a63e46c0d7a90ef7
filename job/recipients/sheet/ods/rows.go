package ods

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"mailshot/job/recipients/sheet/grid"
	"mailshot/job/recipients/sheet/numfmt"
	"mailshot/template/cell"
)

// Rows reads the rows of a sheet.
type Rows struct {
	tokens  *grid.Tokens
	last    int       // number of the row that was given last
	again   *grid.Row // that stands in the sheet several times
	times   int       // that it is still to be given
	columns int       // that were described
	remark  grid.Remark
	ended   bool
}

// Rows begins to read the sheet with an index.
func (b *Book) Rows(sheet int) (*Rows, error) {
	t, err := b.archive.Tokens(content)
	if err != nil {
		return nil, err
	}
	for i := -1; ; {
		e, err := t.Start()
		if err != nil {
			t.Close()
			return nil, err
		}
		if e.Name.Local != "table" || t.Depth() != sheetDepth {
			continue
		}
		if i++; i == sheet {
			return &Rows{tokens: t}, nil
		}
		if err := t.Leap(&e); err != nil {
			t.Close()
			return nil, err
		}
	}
}

// Close ends the reading.
func (r *Rows) Close() error { return r.tokens.Close() }

// Remark returns what is odd about the sheet, as far as it was read: all of it at the end.
func (r *Rows) Remark() *grid.Remark { return &r.remark }

// Next returns the next row that has a cell, or io.EOF.
func (r *Rows) Next() (*grid.Row, error) {
	for !r.ended {
		if r.times > 0 {
			r.times--
			r.last++
			return &grid.Row{Number: r.last, Hidden: r.again.Hidden, Cells: slices.Clone(r.again.Cells)}, nil
		}
		tok, err := r.tokens.Next()
		if err == io.EOF {
			err = grid.Broken(r.last, "it ends within a sheet")
		}
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			r.ended = tok.Name.Local == "table"
		case xml.StartElement:
			if err := r.element(&tok); err != nil {
				return nil, err
			}
		}
	}
	return nil, io.EOF
}

// element reads one element of a sheet: a row, the look of columns, or a group of these.
func (r *Rows) element(e *xml.StartElement) error {
	switch e.Name.Local {
	case "table-row":
		return r.row(e)
	case "table-column":
		n, visibility := repeated(e, "number-columns-repeated"), grid.Attr(e, "visibility")
		for range min(n, grid.MaxColumns-min(r.columns, grid.MaxColumns)) {
			if visibility == "collapse" || visibility == "filter" {
				r.remark.HiddenColumns = append(r.remark.HiddenColumns, r.columns)
			}
			r.columns++
		}
		return nil
	case "table-header-rows", "table-rows", "table-row-group", "table-columns", "table-header-columns", "table-column-group":
		return nil
	}
	return r.tokens.Skip() // forms, drawings, the source of the sheet
}

// repeated returns how often an element stands for itself.
func repeated(e *xml.StartElement, name string) int {
	n, err := strconv.Atoi(grid.Attr(e, name))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// row reads the row that began last.
func (r *Rows) row(e *xml.StartElement) error {
	visibility := grid.Attr(e, "visibility")
	row := &grid.Row{Number: r.last + 1, Hidden: visibility == "collapse" || visibility == "filter"}
	r.remark.Filter = r.remark.Filter || visibility == "filter"
	n := repeated(e, "number-rows-repeated")
	column := 0
	for {
		tok, err := r.tokens.Next()
		if err != nil {
			return inRow(err, row.Number)
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			if tok.Name.Local != "table-row" {
				continue
			}
			if len(row.Cells) == 0 {
				r.last += min(n, grid.MaxRows)
				return nil
			}
			if n > grid.MaxRows-r.last {
				return grid.Broken(row.Number, "it has more than %d rows", grid.MaxRows)
			}
			r.again, r.times = row, n
			return nil
		case xml.StartElement:
			times := repeated(&tok, "number-columns-repeated")
			c, err := r.cell(&tok, row.Number, column)
			if err != nil {
				return inRow(err, row.Number)
			}
			if c != (grid.Cell{}) {
				for i := range times {
					if err := row.Set(column+i, c); err != nil {
						return inRow(err, row.Number)
					}
				}
			}
			column += min(times, grid.MaxColumns)
		}
	}
}

// inRow returns an error with its row.
func inRow(err error, row int) error {
	if err == io.EOF {
		return grid.Broken(row, "it ends within a row")
	}
	if e, ok := err.(*grid.Error); ok && e.Row == 0 {
		e.Row = row
	}
	return err
}

// cell reads the cell that began last. What is behind a merged one is as good as empty.
func (r *Rows) cell(e *xml.StartElement, row, column int) (grid.Cell, error) {
	if e.Name.Local != "table-cell" {
		return grid.Cell{}, r.tokens.Skip()
	}
	across, down := repeated(e, "number-columns-spanned"), repeated(e, "number-rows-spanned")
	if across > 1 || down > 1 {
		r.remark.Merge(fmt.Sprintf("%s%d:%s%d", grid.Column(column), row, grid.Column(column+across-1), row+down-1))
	}
	var lines []string
	for depth := 1; depth > 0; {
		tok, err := r.tokens.Next()
		if err != nil {
			return grid.Cell{}, err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if tok.Name.Local != "p" || tok.Name.Space != "text" && tok.Name.Space != "" {
				if err := r.tokens.Skip(); err != nil { // notes and drawings
					return grid.Cell{}, err
				}
				continue
			}
			line, err := r.paragraph()
			if err != nil {
				return grid.Cell{}, err
			}
			lines = append(lines, line)
		}
	}
	return valued(e, strings.Join(lines, "\n"), len(lines) > 0), nil
}

// paragraph reads the text of the paragraph that began last. White space counts once, as elements
// stand for more.
func (r *Rows) paragraph() (string, error) {
	var b strings.Builder
	space := true // what comes next begins a line, or follows a space
	for depth := 1; depth > 0; {
		tok, err := r.tokens.Next()
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			depth--
		case xml.CharData:
			for _, c := range string(tok) {
				blank := c == ' ' || c == '\n' || c == '\t' || c == '\r'
				if blank && !space {
					b.WriteByte(' ')
				} else if !blank {
					b.WriteRune(c)
				}
				space = blank
			}
		case xml.StartElement:
			depth++
			space = false
			switch tok.Name.Local {
			case "s":
				b.WriteString(strings.Repeat(" ", min(repeated(&tok, "c"), 1<<16)))
			case "tab":
				b.WriteByte('\t')
			case "line-break":
				b.WriteByte('\n')
			case "annotation", "ruby-text", "note":
				depth--
				if err := r.tokens.Skip(); err != nil {
					return "", err
				}
			}
		}
	}
	return b.String(), nil
}

// valued returns the cell that shows a text, with the value that stands behind it. Where the file has
// only the value, that is shown.
func valued(e *xml.StartElement, text string, shown bool) grid.Cell {
	c := grid.Cell{Text: text}
	value := ""
	switch grid.Attr(e, "value-type") {
	case "float", "currency", "percentage":
		v, err := strconv.ParseFloat(grid.Attr(e, "value"), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || isError(e) {
			break
		}
		c.Stored = cell.StoredNumber(numfmt.Decimal(v).String())
		value = numfmt.General(v)
	case "date":
		value = grid.Attr(e, "date-value")
		for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04:05.999999999"} {
			if t, err := time.Parse(layout, value); err == nil && t.Year() >= 1900 {
				c.Stored = cell.StoredDate(t.Round(time.Second))
			}
		}
	case "time":
		if d, ok := duration(grid.Attr(e, "time-value")); ok && d < 24*time.Hour {
			c.Stored = cell.StoredClock(d)
			value = time.Time{}.Add(d).Format(time.TimeOnly)
		}
	case "boolean":
		value = strings.ToUpper(grid.Attr(e, "boolean-value"))
	case "string":
		value = grid.Attr(e, "string-value")
	case "":
		c.Uncomputed = grid.Attr(e, "formula") != "" && !shown
	}
	if !shown {
		c.Text = value
	}
	if c.Stored != "" {
		c.Text = strings.TrimSpace(c.Text)
	}
	return c
}

// isError reports whether a cell shows an error, to which a number of no meaning may belong.
func isError(e *xml.StartElement) bool {
	for _, a := range e.Attr {
		if a.Name.Local == "value-type" && a.Value == "error" {
			return true
		}
	}
	return false
}

// duration reads a time as ISO 8601 has it: PT09H30M00S.
func duration(s string) (time.Duration, bool) {
	s, ok := strings.CutPrefix(s, "PT")
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(strings.ToLower(strings.Replace(s, ",", ".", 1)))
	return d.Round(time.Second), err == nil && d >= 0
}
