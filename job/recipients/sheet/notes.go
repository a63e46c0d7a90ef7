package sheet

import (
	"fmt"
	"slices"
	"strings"
)

// Notes returns what is odd about the sheet of a spreadsheet and is no reason not to read it, once all
// rows are read. uses reports whether a column, by its index in Columns, is used.
func (r *Reader) Notes(uses func(column int) bool) (all []string) {
	b := r.book
	if b == nil {
		return nil
	}
	m := b.Remark()
	note := func(format string, args ...any) {
		all = append(all, fmt.Sprintf("%s: ", r.opts.File)+fmt.Sprintf(format, args...))
	}
	if n := b.hidden.count; n > 0 {
		by := ""
		if m.Filter {
			by = ", which has a filter"
		}
		note("%s in the sheet%s, the first is line %d; letters go to them too, unless recipients.where leaves them out", are(n, "row is hidden", "rows are hidden"), by, b.hidden.first)
	}
	var hidden []string
	for column, i := range b.filled {
		if !uses(column) {
			continue
		}
		if slices.Contains(m.HiddenColumns, i) {
			hidden = append(hidden, fmt.Sprintf("%q", r.columns[column]))
		}
		if line := m.ByLanguage[i]; line > 0 {
			note("line %d: column %q shows its dates as the language of the spreadsheet program has them, which the file does not say; {{.…}} prints them as 2026-12-31, and {{date \"2 January 2006\" …}} as you like", line, r.columns[column])
		}
	}
	if len(hidden) > 0 {
		note("%s: %s", are(len(hidden), "column that is used is hidden in the sheet", "columns that are used are hidden in the sheet"), strings.Join(hidden, ", "))
	}
	if n := m.MergedCount; n > 0 {
		more := ""
		if n > len(m.Merged) {
			more = fmt.Sprintf(" and %d more", n-len(m.Merged))
		}
		note("%s: %s%s; only the first cell of each has its text, the others are empty", are(n, "range of cells is merged", "ranges of cells are merged"), strings.Join(m.Merged, ", "), more)
	}
	return all
}

func are(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
