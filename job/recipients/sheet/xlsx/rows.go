package xlsx

import (
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"mailshot/job/recipients/sheet/grid"
	"mailshot/job/recipients/sheet/numfmt"
	"mailshot/template/cell"
)

// Rows reads the rows of a sheet.
type Rows struct {
	book   *Book
	tokens *grid.Tokens
	last   int // number of the row that was read last
	remark grid.Remark
}

// Rows begins to read the sheet with an index.
func (b *Book) Rows(sheet int) (*Rows, error) {
	if err := b.readTexts(); err != nil {
		return nil, err
	}
	t, err := b.archive.Tokens(b.sheets[sheet].part)
	if err != nil {
		return nil, err
	}
	return &Rows{book: b, tokens: t}, nil
}

// Close ends the reading.
func (r *Rows) Close() error { return r.tokens.Close() }

// Remark returns what is odd about the sheet, as far as it was read: all of it at the end.
func (r *Rows) Remark() *grid.Remark { return &r.remark }

// Next returns the next row that has a cell, or io.EOF.
func (r *Rows) Next() (*grid.Row, error) {
	for {
		e, err := r.tokens.Start()
		if err != nil {
			return nil, err
		}
		switch e.Name.Local {
		case "row":
			row, err := r.row(&e)
			if err != nil || len(row.Cells) > 0 {
				return row, err
			}
		case "col":
			r.column(&e)
		case "mergeCell":
			r.remark.Merge(grid.Attr(&e, "ref"))
		case "filterColumn":
			r.remark.Filter = true
		}
	}
}

// column notes columns that are hidden.
func (r *Rows) column(e *xml.StartElement) {
	if !isTrue(grid.Attr(e, "hidden")) {
		return
	}
	from, _ := strconv.Atoi(grid.Attr(e, "min"))
	to, _ := strconv.Atoi(grid.Attr(e, "max"))
	for i := max(from, 1); i <= min(to, grid.MaxColumns); i++ {
		r.remark.HiddenColumns = append(r.remark.HiddenColumns, i-1)
	}
}

func (r *Rows) row(e *xml.StartElement) (*grid.Row, error) {
	row := &grid.Row{Number: r.last + 1, Hidden: isTrue(grid.Attr(e, "hidden"))}
	if n := grid.Attr(e, "r"); n != "" {
		row.Number, _ = strconv.Atoi(n)
	}
	if row.Number <= r.last || row.Number > grid.MaxRows {
		return nil, grid.Broken(r.last, "what follows row %d is row %s", r.last, grid.Attr(e, "r"))
	}
	r.last = row.Number
	column := -1
	for {
		tok, err := r.tokens.Next()
		if err != nil {
			return nil, inRow(err, row.Number)
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			if tok.Name.Local == "row" {
				return row, nil
			}
		case xml.StartElement:
			if tok.Name.Local != "c" {
				continue
			}
			column++
			if ref := grid.Attr(&tok, "r"); ref != "" {
				at, of, ok := grid.Place(ref)
				if !ok || of != row.Number || at < column {
					return nil, grid.Broken(row.Number, "a cell stands at %q", ref)
				}
				column = at
			}
			c, err := r.cell(&tok, row.Number, column)
			if err == nil {
				err = row.Set(column, c)
			}
			if err != nil {
				return nil, inRow(err, row.Number)
			}
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

// cell reads the cell that began last.
func (r *Rows) cell(e *xml.StartElement, row, column int) (c grid.Cell, err error) {
	kind, styleID := grid.Attr(e, "t"), grid.Attr(e, "s")
	var value, inline []byte
	formula, inValue := false, false
	for depth := 1; depth > 0; {
		tok, err := r.tokens.Next()
		if err != nil {
			return c, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			switch tok.Name.Local {
			case "is":
				if inline, err = appendRich(nil, r.tokens); err != nil {
					return c, err
				}
				continue
			case "v":
				inValue = true
			case "f":
				formula = true
			}
			depth++
		case xml.EndElement:
			depth--
			inValue = false
		case xml.CharData:
			if inValue {
				value = append(value, tok...)
			}
		}
	}
	s := r.book.style(styleID)
	switch kind {
	case "s":
		return r.shared(string(value), s)
	case "inlineStr":
		return shownText(string(unescape(inline)), s), nil
	case "str":
		return shownText(string(unescape(value)), s), nil
	case "e":
		return grid.Cell{Text: string(value)}, nil
	case "b":
		return grid.Cell{Text: strings.ToUpper(strconv.FormatBool(isTrue(strings.TrimSpace(string(value)))))}, nil
	}
	if len(value) == 0 {
		return grid.Cell{Uncomputed: formula}, nil
	}
	if kind == "d" {
		return isoDate(string(value), s), nil
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(string(value)), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return c, grid.Broken(row, "%s%d has the number %q", grid.Column(column), row, value)
	}
	if s.byLanguage {
		r.remark.Language(column, row)
	}
	return r.book.number(v, s), nil
}

// style returns that with a number; one that there is not is the general one.
func (b *Book) style(id string) style {
	i, err := strconv.Atoi(id)
	if err != nil || i < 0 || i >= len(b.formats) {
		return style{general: true}
	}
	return b.formats[i]
}

func (r *Rows) shared(index string, s style) (grid.Cell, error) {
	i, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || i < 0 || i >= r.book.texts.Len() {
		return grid.Cell{}, grid.Broken(0, "it has no text number %s", index)
	}
	text, err := r.book.texts.Get(i)
	return shownText(text, s), err
}

func shownText(text string, s style) grid.Cell {
	if s.Format != nil && text != "" {
		text = s.ShowText(text)
	}
	return grid.Cell{Text: text}
}

// number returns the cell of a number.
func (b *Book) number(v float64, s style) grid.Cell {
	if s.general {
		d := numfmt.Decimal(v)
		return grid.Cell{Text: numfmt.General(v), Stored: cell.StoredNumber(d.String())}
	}
	return grid.Cell{Text: strings.TrimSpace(s.Show(v, b.days)), Stored: stored(v, b.days, s)}
}

// stored returns what a number is by its format.
func stored(v float64, days int, s style) cell.Stored {
	kind := s.Kind(v)
	if kind == numfmt.Number {
		return cell.StoredNumber(numfmt.Decimal(v).String())
	}
	t, ok := numfmt.Time(v + float64(days))
	const certain = 61 // before 1900-03-01 spreadsheets differ by a day
	switch {
	case !ok || v < 0:
	case kind == numfmt.Clock && v < 1:
		return cell.StoredClock(t.Round(time.Second).Sub(t.Truncate(24*time.Hour)) % (24 * time.Hour))
	case kind == numfmt.Clock && s.Elapsed(v):
	case v+float64(days) >= certain:
		return cell.StoredDate(t.Round(time.Second))
	}
	return ""
}

// isoDate returns the cell of a date that is written as ISO 8601 has it.
func isoDate(value string, s style) grid.Cell {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05", time.RFC3339Nano, "2006-01-02T15:04:05.999"} {
		if t, err := time.Parse(layout, value); err == nil {
			c := grid.Cell{Text: value, Stored: cell.StoredDate(t)}
			if s.Format != nil && s.Kind(1) == numfmt.Date {
				c.Text = s.Show(numfmt.Days(t), 0)
			}
			return c
		}
	}
	return grid.Cell{Text: value}
}
