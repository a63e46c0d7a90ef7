package result

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// byteOrderMark is what some programs write at the beginning of a file.
const byteOrderMark = "\ufeff"

// A layout is the delimiter and the order of the columns of a file.
type layout struct {
	comma rune
	width int        // number of cells in the header
	at    [width]int // index of the cell of each column
}

// standardLayout returns that of AppendLine.
func standardLayout() layout {
	l := layout{comma: ',', width: width}
	for i := range l.at {
		l.at[i] = i
	}
	return l
}

// sniff returns the layout of a file, from its first line.
func sniff(line string) (layout, error) {
	if strings.HasPrefix(line, "\xff\xfe") || strings.HasPrefix(line, "\xfe\xff") {
		return layout{}, fmt.Errorf("%w: the file is UTF-16, and must be saved as CSV in UTF-8", ErrHeader)
	}
	line = strings.TrimPrefix(line, byteOrderMark)
	var best []string
	var comma rune
	for _, c := range []rune{',', ';', '\t'} {
		if h := header(line, c); best == nil || known(h) > known(best) {
			best, comma = h, c
		}
	}
	return arrange(best, comma)
}

// header returns the cells of a first line without the spaces around them; one
// empty cell if the line is no CSV.
func header(line string, comma rune) []string {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma = comma
	h, err := r.Read()
	if err != nil {
		return []string{""}
	}
	for i := range h {
		h[i] = strings.TrimSpace(h[i])
	}
	return h
}

// known returns how many of the columns a header has.
func known(header []string) (n int) {
	for _, name := range names() {
		if slices.Contains(header, name) {
			n++
		}
	}
	return n
}

// arrange returns the layout of a header, which may have further columns.
func arrange(header []string, comma rune) (layout, error) {
	l := layout{comma: comma, width: len(header)}
	var missing []string
	for col, name := range names() {
		l.at[col] = slices.Index(header, name)
		if l.at[col] < 0 {
			missing = append(missing, name)
		} else if slices.Contains(header[l.at[col]+1:], name) {
			return layout{}, fmt.Errorf("%w: it has column %s twice", ErrHeader, name)
		}
	}
	switch len(missing) {
	case 0:
		return l, nil
	case width:
		return layout{}, ErrHeader
	}
	return layout{}, fmt.Errorf("%w: it has no column %s", ErrHeader, strings.Join(missing, ", "))
}
