package recipients

import (
	"fmt"
	"slices"
	"strings"

	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
	"mailshot/template"
)

// doubts are what may be wrong with the cells of some columns, and is no reason to leave a row out.
// The zero value is that of none.
type doubts struct {
	spaces []problem.List // by column: white space at the ends of cells, which is cut
	letter problem.List   // cells that recipients.where tells from others by capitals alone
}

// trim cuts the white space at the ends of a row's cells, so that letters and recipients.where have
// of them what keys have.
func (t *Table) trim(in *sheet.Row) {
	for i, cell := range in.Cells {
		trimmed := strings.TrimSpace(cell)
		if len(trimmed) == len(cell) {
			continue
		}
		in.Cells[i] = trimmed
		if trimmed == "" {
			continue
		}
		if t.doubts.spaces == nil {
			t.doubts.spaces = make([]problem.List, len(t.Columns))
		}
		const what = "white space at the ends is left out"
		t.doubts.spaces[i].Add(problem.Problem{
			File: t.File, Line: in.Line, Row: in.Number, Text: fmt.Sprintf("%s in column %q: %s", problem.ShortQuote(cell), t.Columns[i], what),
			Cell: &problem.Cell{Column: t.Columns[i], Value: cell, What: what},
		})
	}
}

// Doubts returns what may be wrong with the cells of some columns, given by their indices, and with
// those that recipients.where asks for.
func (t *Table) Doubts(columns []int) (all []string) {
	for i := range t.doubts.spaces {
		if l := &t.doubts.spaces[i]; l.Len() > 0 && (slices.Contains(columns, i) || t.Filter.asks(t.Columns[i])) {
			all = append(all, l.Error())
		}
	}
	if t.doubts.letter.Len() > 0 {
		all = append(all, t.doubts.letter.Error())
	}
	return append(all, t.rd.Notes(func(i int) bool { return slices.Contains(columns, i) || t.Filter.asks(t.Columns[i]) })...)
}

// lookAtCase notes the cells of a row that are what recipients.where asks for but for capitals.
func (t *Table) lookAtCase(in *sheet.Row) {
	for i := range t.Filter.compared {
		c := &t.Filter.compared[i]
		if c.at >= len(in.Cells) || slices.Contains(c.texts, in.Cells[c.at]) {
			continue
		}
		cell := in.Cells[c.at]
		near := slices.IndexFunc(c.texts, func(text string) bool { return strings.EqualFold(text, cell) })
		if near < 0 {
			continue
		}
		what := fmt.Sprintf("not %q for recipients.where, where capitals count", c.texts[near])
		t.doubts.letter.Add(problem.Problem{
			File: t.File, Line: in.Line, Row: in.Number, Text: fmt.Sprintf("%s in column %q is %s", problem.ShortQuote(cell), t.Columns[c.at], what),
			Cell: &problem.Cell{Column: t.Columns[c.at], Value: cell, What: what},
			Hint: fmt.Sprintf("where capitals are not to count, compare (lower %s) with %q", template.Operand(t.Columns[c.at]), strings.ToLower(c.texts[near])),
		})
	}
}
