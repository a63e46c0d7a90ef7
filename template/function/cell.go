package function

import (
	"fmt"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// A Cell is a cell of the row as templates see it: its text, and the column that says how it is
// read. A text that a function makes of a cell is a Cell of the same column.
type Cell struct {
	text   string
	stored cell.Stored // what a spreadsheet keeps behind the text; it is read in the text's place
	column *cell.Column
}

// String returns the text, as a letter shows it.
func (c Cell) String() string { return c.text }

// Fill makes cells those of a row: it adds, changes and removes what differs. stored has what a
// spreadsheet keeps behind some, and may be nil; forms say how the others are read. What templates were given by an earlier call must not be in use.
func Fill(cells map[string]*Cell, fields map[string]string, stored map[string]cell.Stored, forms *cell.Forms) {
	for name, text := range fields {
		c := cells[name]
		if c == nil {
			column := forms.Column(name)
			c = &Cell{column: &column}
			cells[name] = c
		}
		c.text, c.stored = text, stored[name]
	}
	if len(cells) == len(fields) {
		return
	}
	for name := range cells {
		if _, ok := fields[name]; !ok {
			delete(cells, name)
		}
	}
}

// A denied is a cell that says no, where a template asks: text/template takes a list without items
// for false. Printed it is the cell. The cell stands behind the end of the list.
type denied []*Cell

func deny(c *Cell) denied { return denied([]*Cell{c}[:0]) }

// String returns the text of the cell.
func (d denied) String() string { return d[:1][0].text }

// cellOf returns the cell that a value is, or nil for a constant and any other value.
func cellOf(v any) *Cell {
	switch v := v.(type) {
	case *Cell:
		return v
	case denied:
		return v[:1][0]
	}
	return nil
}

// made returns a text that was made of values. Where these have cells of one column it is a Cell of
// this column, and where they have cells of several it is one of none, which is read as strictly as
// if nobody had said how the file is written. What a spreadsheet keeps behind a cell is kept where the
// text is still the same.
func made(text string, of ...any) any {
	var column *cell.Column
	var stored cell.Stored
	for _, v := range of {
		c := cellOf(v)
		switch {
		case c == nil:
		case column == nil || column == c.column:
			if column == nil && c.text == text {
				stored = c.stored
			}
			column = c.column
		default:
			column, stored = &cell.Column{}, ""
		}
	}
	if column == nil {
		return text
	}
	return &Cell{text, stored, column}
}

// unreadable returns the failure of a function that can't read a value.
func unreadable(function string, v any, f *cell.Fault) *words.Failure {
	w := words.Failf("%s: %s", function, f.Text)
	w.Hint = f.Hint
	c := cellOf(v)
	if c == nil || c.column.Name == "" {
		return w
	}
	w.WithCell(words.Cell{Column: c.column.Name, Value: c.text, What: f.What})
	if len(f.Forms) == 0 {
		return w
	}
	w.Hint = fmt.Sprintf("say how the %s are written:", f.Key)
	if isDeclared(c.column, f.Key) {
		w.Hint = fmt.Sprintf("correct the cells; or if all %s of the column are written so, say it:", f.Key)
	}
	for _, form := range f.Forms {
		w.Cell.Ways = append(w.Cell.Ways, declaration(c.column, f.Key, form))
	}
	return w
}

// isDeclared reports whether the job file says how the numbers or dates of a column are written.
func isDeclared(c *cell.Column, key string) bool {
	if key == "numbers" {
		return c.Numbers.String() != ""
	}
	return c.Dates.String() != ""
}

// declaration returns the line of the job file that says how numbers or dates are written: in the
// whole file, or where that is said already in this column.
func declaration(c *cell.Column, key, form string) string {
	isNumber := key == "numbers"
	switch {
	case isNumber && isDeclared(c, key):
		return fmt.Sprintf("`recipients.columns: {%s: {number: true, form: %q}}`", c.Name, form)
	case isNumber:
		return fmt.Sprintf("`recipients.numbers: %q`", form)
	case !isDeclared(c, key):
		return fmt.Sprintf("`recipients.dates: %s`", form)
	}
	return fmt.Sprintf("`recipients.columns: {%s: {date: %s}}`", c.Name, form)
}
