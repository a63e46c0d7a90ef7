package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"mailshot/job/address"
)

const (
	layoutSize    = 16 << 10 // octets of a file that are looked at to find its header
	layoutRecords = 30
)

// A layout is the beginning of a file in whose first record no address column was found.
type layout struct {
	text  []byte
	line  int // the line that text begins on, from 1
	delim byte
	names []string // that an address column may have
}

// A placed is a record with the line that it begins on.
type placed struct {
	cells []string
	line  int
}

// hint says what the file looks like, and what to do. It returns "" if nothing is known.
func (l *layout) hint() string {
	all := l.records(l.delim)
	if len(all) == 0 || l.named(all[0].cells) != "" || hasAddress(all[0].cells) {
		return ""
	}
	if hint := l.inCell(all[0].cells); hint != "" {
		return hint
	}
	for i := range len(delimiters) + 1 {
		delim := l.delim
		if i > 0 {
			delim = delimiters[i-1]
		}
		records := l.records(delim)
		for _, r := range records[min(1, len(records)):] {
			if name := l.named(r.cells); name != "" {
				return fmt.Sprintf("line %d looks like the header, as it has a column %q: say so with `header: %d`, or take out the lines above it", r.line, name, r.line)
			}
		}
	}
	if r, ok := headerBefore(all); ok {
		return fmt.Sprintf("line %d looks like the header: say so with `header: %d`, or take out the lines above it, and name the address column with `email:`", r.line, r.line)
	}
	return ""
}

// records returns the first records of the file.
func (l *layout) records(delim byte) (all []placed) {
	in := csv.NewReader(bytes.NewReader(l.text))
	in.Comma, in.LazyQuotes, in.FieldsPerRecord = rune(delim), true, -1
	for len(all) < layoutRecords {
		cells, err := in.Read()
		if err != nil {
			return all
		}
		line, _ := in.FieldPos(0)
		all = append(all, placed{cells, l.line + line - 1})
	}
	return all
}

// named returns the cell of a record that is the name of an address column, or "".
func (l *layout) named(cells []string) string {
	for _, c := range cells {
		name := trimName(c)
		if slices.ContainsFunc(l.names, func(n string) bool { return strings.EqualFold(name, trimName(n)) }) {
			return name
		}
	}
	return ""
}

// inCell says what to do where the name of an address column is within a cell of the header.
func (l *layout) inCell(cells []string) string {
	for i := range len(delimiters) {
		delim := delimiters[i]
		for _, c := range cells {
			name := l.named(strings.Split(strings.ReplaceAll(c, `"`, ""), string(delim)))
			if name == "" {
				continue
			}
			if quoted := `"` + strings.ReplaceAll(c, `"`, `""`); bytes.Contains(l.text, []byte(quoted)) {
				return inCellHint
			}
			if all := l.records(delim); len(all) == 0 || l.named(all[0].cells) == "" {
				return fmt.Sprintf("the header has %s and %s between its columns; export the file anew, with one of them between all columns",
					delimiterName(l.delim), delimiterName(delim))
			}
			return fmt.Sprintf("the header has %s and %s between its columns; say which one parts them: with `delimiter: %q` there is a column %q",
				delimiterName(l.delim), delimiterName(delim), string(delim), name)
		}
	}
	return ""
}

// inCellHint is for a file of which each line is one cell.
const inCellHint = "each line is one cell in quotation marks, which is CSV inside CSV: export the file anew, " +
	`or take away the quotation marks around the lines and write one " for each "" within them`

// headerBefore returns the record that names the columns, if others of fewer cells stand above it:
// the one before the first with an address.
func headerBefore(all []placed) (r placed, ok bool) {
	first := slices.IndexFunc(all, func(r placed) bool { return hasAddress(r.cells) })
	if first < 2 {
		return r, false
	}
	r = all[first-1]
	for _, above := range all[:first-1] {
		if filled(above.cells) >= filled(r.cells) {
			return r, false
		}
	}
	return r, true
}

func hasAddress(cells []string) bool {
	return slices.ContainsFunc(cells, func(c string) bool {
		_, err := address.Parse(c)
		return err == nil
	})
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if !blank(c) {
			n++
		}
	}
	return n
}

// raggedHint says what to do about a record that has more or fewer cells than the header.
func raggedHint(record []string, delim byte, header int) string {
	if len(record) == 1 && header > 1 {
		cell := record[0]
		if strings.IndexByte(cell, delim) >= 0 {
			return inCellHint
		}
		for i := range len(delimiters) {
			if strings.Count(cell, delimiters[i:i+1]) == header-1 {
				return fmt.Sprintf("the columns of the header are parted by %s, those of this line by %s", delimiterName(delim), delimiterName(delimiters[i]))
			}
		}
	}
	return fmt.Sprintf("a cell that has %s in it has to be in quotation marks", delimiterName(delim))
}
