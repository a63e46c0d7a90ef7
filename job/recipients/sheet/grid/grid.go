// Package grid has what the readers of spreadsheets share: the cells that they give, the limits of what
// they unpack, and texts that many cells have.
package grid

import (
	"fmt"
	"strings"

	"mailshot/template/cell"
)

const (
	MaxColumns = 16384   // as many as spreadsheet programs have
	MaxRows    = 1 << 20 // likewise
	maxRow     = 1 << 20 // octets of the texts of one row
)

// A Cell is what one cell shows, and what the spreadsheet keeps behind that.
type Cell struct {
	Text   string
	Stored cell.Stored
	// Uncomputed says that the cell has a formula of which nobody has kept the result.
	Uncomputed bool
}

// A Row is one row of a sheet, up to its last cell that has a text. Rows without one may be left out.
type Row struct {
	Number int // in the sheet, from 1
	Cells  []Cell
	Hidden bool

	size int // octets of the texts
}

// Set puts a cell in its place.
func (r *Row) Set(column int, c Cell) error {
	if column >= MaxColumns {
		return &Error{Row: r.Number, Text: fmt.Sprintf("the row has more than %d columns", MaxColumns)}
	}
	if c == (Cell{}) {
		return nil
	}
	for len(r.Cells) <= column {
		r.Cells = append(r.Cells, Cell{})
	}
	r.Cells[column] = c
	if r.size += len(c.Text); r.size > maxRow {
		return &Error{Row: r.Number, Text: fmt.Sprintf("the row has more than %d octets", maxRow)}
	}
	return nil
}

// A Sheet is one of the sheets of a spreadsheet.
type Sheet struct {
	Name   string
	Hidden bool
}

// A Remark is what is odd about a sheet, as far as it was read.
type Remark struct {
	HiddenColumns []int    // indices from 0
	Filter        bool     // the sheet has a filter
	Merged        []string // the first merged ranges that have more than one row or column, as in A2:A5
	MergedCount   int
	ByLanguage    map[int]int // by column, dates that show what the language of the program has, and the first row that has one
}

// Merge takes in a merged range.
func (m *Remark) Merge(ref string) {
	const most = 3
	if m.MergedCount++; len(m.Merged) < most {
		m.Merged = append(m.Merged, ref)
	}
}

// Language takes in a cell that shows what the language of the program has.
func (m *Remark) Language(column, row int) {
	if _, ok := m.ByLanguage[column]; ok {
		return
	}
	if m.ByLanguage == nil {
		m.ByLanguage = map[int]int{}
	}
	m.ByLanguage[column] = row
}

// An Error is what makes it impossible to read a spreadsheet, or to go on.
type Error struct {
	Row  int // in the sheet, from 1; 0: not a row's
	Text string
	Hint string
}

// Error returns the text.
func (e *Error) Error() string { return e.Text }

// Broken returns the error for a file that is not as its kind is.
func Broken(row int, what string, args ...any) *Error {
	return &Error{Row: row, Text: "the spreadsheet is damaged: " + fmt.Sprintf(what, args...), Hint: "open it in a spreadsheet program, and save it anew"}
}

// Column returns the letters of the column with an index.
func Column(i int) string {
	var s string
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// Place returns the column, from 0, and the row of a reference such as B5; false where it is none.
func Place(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 4; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	digits := ref[i:]
	if i == 0 || digits == "" || len(digits) > 8 || strings.Trim(digits, "0123456789") != "" {
		return 0, 0, false
	}
	for _, d := range digits {
		row = row*10 + int(d-'0')
	}
	return column - 1, row, row > 0
}
